#!/usr/bin/env bash
# What a mix and a relay of publishbin cost, by piece, beside ffmpeg and beside
# relaypublishsink alone in the same run; and the latency that a relay adds.
# BENCH_SECONDS is how long each is measured (15).
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail
# `meson devenv` runs this in the build folder
exec python3 "$(dirname "$0")/publish.py"
