#!/usr/bin/env bash
# What a background image, watermarks and labels cost on a moving canvas.
set -euo pipefail
cd "$(dirname "$0")/../.."
build/tests/benchmarks/bench-looks
