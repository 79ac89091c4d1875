#!/usr/bin/env bash
# 200 reconnects, then 200 times add and remove: file descriptors, threads and
# memory must not grow.
set -euo pipefail
# `meson devenv` runs this in the build folder
exec tests/benchmarks/soak-relay "$@"
