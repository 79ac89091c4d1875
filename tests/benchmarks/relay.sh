#!/usr/bin/env bash
# CPU and memory per extra target for 60 s of 4 Mbit/s, beside ffmpeg's tee and
# a plain tee of rtmp2sinks, in one run: `./dev bench relay [TARGETS...]`.
set -euo pipefail
exec python3 "$(dirname "$0")/relay-client.py" "$@"
