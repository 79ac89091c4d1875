#!/usr/bin/env bash
# Fuzzes the playlist reader under ASan and UBSan.
#   ts-playlist.sh [RUNS]    long: 10 million runs by default, corpus kept
#   ts-playlist.sh --short   15 seconds; part of the tests (77 = no clang)
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly out=${PUBLISH_BUILD_ROOT:-$PWD/build}/fuzz/ts-playlist
readonly core=gst/tstiming/core
command -v clang >/dev/null || { echo "ts-playlist: clang is missing" >&2; exit 77; }
mkdir -p "$out/corpus"

# everything of one compiler call, and only if a source is newer
build() {
  local target=$1 source
  shift
  for source in "$@" "$core"/*.h tests/fuzz/ts-playlist.sh; do
    [ "$target" -nt "$source" ] || break
    source=
  done
  [ -n "$source" ] || return 0
  # shellcheck disable=SC2046
  clang -g -O2 -std=gnu11 "${flags[@]}" -I$core "$@" \
    $(pkg-config --cflags --libs glib-2.0) -o "$target"
}

flags=()
build "$out/make-corpus" tests/fuzz/ts-playlist-corpus.c
flags=(-fsanitize='fuzzer,address,undefined' -fno-sanitize-recover=all)
build "$out/target" tests/fuzz/ts-playlist.c $core/ts-tables.c \
  $core/ts-playlist*.c $core/ts-name-*.c $core/ts-segment-name.c
"$out/make-corpus" "$out/corpus"

export G_DEBUG=fatal-criticals ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
limits=(-runs="${1:-10000000}")
[ "${1:-}" = --short ] && limits=(-max_total_time=15 -seed=1)
exec nice "$out/target" "$out/corpus" -artifact_prefix="$out/" -max_len=2048 \
  -dict=tests/fuzz/ts-playlist.dict -rss_limit_mb=2048 -timeout=25 \
  -print_final_stats=1 "${limits[@]}"
