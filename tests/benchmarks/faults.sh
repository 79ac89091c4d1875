#!/usr/bin/env bash
# Real servers on loopback, one fault after the other, and a table of when each
# was seen, how soon media flowed again, what was lost, and what the sibling's
# viewer noticed. Arguments: parts of the rows' names, all if none; the row without
# a fault is always there.
set -euo pipefail
# `meson devenv` runs this in the build folder
exec tests/benchmarks/bench-faults "$@"
