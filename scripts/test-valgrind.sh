#!/usr/bin/env bash
# The element tests under valgrind: no leak, no bad read, no bad write.
set -euo pipefail
cd "$(dirname "$0")/.."
export CK_FORK=no G_SLICE=always-malloc PUBLISH_INSTRUMENTED=1
meson test -C build --print-errorlogs --timeout-multiplier 20 --suite elements \
  --wrapper "valgrind --quiet --error-exitcode=9 --leak-check=full \
--show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite \
--suppressions=$PWD/scripts/valgrind.supp"
