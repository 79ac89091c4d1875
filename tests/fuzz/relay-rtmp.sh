#!/usr/bin/env bash
# Fuzzes the reader of what RTMP servers send, under ASan and UBSan.
#   relay-rtmp.sh [RUNS]    long: 10 million runs by default, corpus kept
#   relay-rtmp.sh --short   10 seconds; part of the tests (77 = no clang)
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly out=${PUBLISH_BUILD_ROOT:-$PWD/build}/fuzz/relay-rtmp
readonly relay=gst/relaypublish
command -v clang >/dev/null || { echo "relay-rtmp: clang is missing" >&2; exit 77; }
mkdir -p "$out/corpus"

readonly sources=(tests/fuzz/relay-rtmp.c "$relay"/gstrelay{amf,chunk,flv,rtmp}.c)
newer=
for source in "${sources[@]}" "$relay"/*.h tests/fuzz/relay-rtmp.sh; do
  [ "$out/target" -nt "$source" ] || newer=$source
done
if [ -n "$newer" ]; then
  # shellcheck disable=SC2046
  clang -g -O2 -std=gnu11 -fsanitize='fuzzer,address,undefined' \
    -fno-sanitize-recover=all -I"$relay" "${sources[@]}" \
    $(pkg-config --cflags --libs gstreamer-1.0 gio-2.0) -o "$out/target"
fi

# a conversation that comes to its end, to begin with
seed() {
  # connect, createStream and publish are granted, each in one chunk
  printf '\x03\0\0\0\0\0\x3e\x14\0\0\0\0\x02\0\x07_result\0\x3f\xf0\0\0\0\0\0\0\x05\x03\0\x04code\x02\0\x1dNetConnection.Connect.Success\0\0\x09'
  printf '\x03\0\0\0\0\0\x1d\x14\0\0\0\0\x02\0\x07_result\0\x40\x10\0\0\0\0\0\0\x05\0\x3f\xf0\0\0\0\0\0\0'
  printf '\x03\0\0\0\0\0\x39\x14\0\0\0\0\x02\0\x08onStatus\0\0\0\0\0\0\0\0\0\x05\x03\0\x04code\x02\0\x17NetStream.Publish.Start\0\0\x09'
}
seed >"$out/corpus/published"

export G_DEBUG=fatal-criticals ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
limits=(-runs="${1:-10000000}")
[ "${1:-}" = --short ] && limits=(-max_total_time=10 -seed=1)
exec nice "$out/target" "$out/corpus" -artifact_prefix="$out/" -max_len=4096 \
  -dict=tests/fuzz/relay-rtmp.dict -rss_limit_mb=2048 -timeout=25 \
  -print_final_stats=1 "${limits[@]}"
