#!/usr/bin/env bash
# What layoutcompositor costs for one output frame, beside what users have: the
# stock compositor as it is and with its linear scaler, and ffmpeg's scale and
# xstack. Arguments: parts of scene names, all if none. ROUNDS=n (default 3).
# Prints a table and one line of JSON.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-compositor-XXXXXX")
trap 'rm -rf "$dir"' EXIT
python3 "$here/compositor.py" build/tests/benchmarks "$dir" "$@"
