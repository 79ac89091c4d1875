#!/usr/bin/env bash
# Fuzzes the timing checker under ASan and UBSan.
#   ts-core.sh [RUNS]    long: 10 million runs by default, corpus kept
#   ts-core.sh --short   12 seconds; part of the tests (77 = no clang)
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly out=${PUBLISH_BUILD_ROOT:-$PWD/build}/fuzz/ts-core
readonly core=gst/tstiming/core
command -v clang >/dev/null || { echo "ts-core: clang is missing" >&2; exit 77; }
mkdir -p "$out/corpus" "$out/corpus-long"

# everything of one compiler call, and only if a source is newer
build() {
  local target=$1
  shift
  local source
  for source in "$@" "$core"/*.h tests/check/libs/tsgenerator*.[ch] tests/fuzz/ts-core.sh; do
    [ "$target" -nt "$source" ] || break
    source=
  done
  [ -n "$source" ] || return 0
  # shellcheck disable=SC2046
  clang -g -O2 -std=gnu11 "${flags[@]}" -I$core -Itests/check/libs "$@" \
    $(pkg-config --cflags --libs glib-2.0 gio-2.0 json-glib-1.0) -lm -o "$target"
}

flags=()
build "$out/make-corpus" tests/fuzz/ts-core-corpus.c \
  tests/check/libs/tsgenerator.c tests/check/libs/tsgeneratortables.c
flags=(-fsanitize='fuzzer,address,undefined' -fno-sanitize-recover=all
  -DTS_TIMING_SERIES_POINTS=8)
build "$out/target" tests/fuzz/ts-core.c $core/*.c
"$out/make-corpus" "$out/corpus" "$out/corpus-long"

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

# run MAX_LEN CORPUS LIMIT...
run() {
  local length=$1 corpus=$2
  shift 2
  nice "$out/target" "$corpus" -artifact_prefix="$out/" -max_len="$length" \
    -entropic=0 -detect_leaks=0 -rss_limit_mb=4096 -timeout=25 \
    -print_final_stats=1 "$@"
}

# Long inputs reach what takes seconds of stream, short ones are 20 times as
# fast: a hundredth of the runs is theirs.
if [ "${1:-}" = --short ]; then
  run 4096 "$out/corpus" -max_total_time=7 -seed=1
  run 65536 "$out/corpus-long" -max_total_time=5 -seed=1
else
  runs=${1:-10000000}
  run 65536 "$out/corpus-long" -runs=$((runs / 100))
  run 4096 "$out/corpus" -runs="$runs"
fi
