#!/usr/bin/env bash
# Every test once more, built with AddressSanitizer and UBSan.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f build-asan/build.ninja ] ||
  meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false
# The plugin scanner is a program without the sanitizer's runtime: scan in
# process. Leaks are valgrind's and the leaks tracer's work.
export GST_REGISTRY_FORK=no PUBLISH_INSTRUMENTED=1
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# with these: the manual pages are made by running the tools
ninja -C build-asan
meson test -C build-asan --print-errorlogs --timeout-multiplier 4 --suite libs --suite elements
