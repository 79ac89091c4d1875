#!/usr/bin/env bash
# What it costs to check the timing of a transport stream, beside what users
# have: the checker in memory, the element and tsparse as pipeline with minus
# pipeline without, ffprobe -show_packets. A file of at least 1 GB is made in a
# temporary folder and deleted. Prints a table and one line of JSON.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly rounds=${ROUNDS:-5} need=$((1 << 30))
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-ts-XXXXXX")
trap 'rm -rf "$dir"' EXIT

ffmpeg -v error -f lavfi -i 'testsrc2=s=1280x720:r=25:d=20,noise=alls=20:allf=t' \
  -f lavfi -i sine=d=20 -c:v libx264 -preset ultrafast -bf 2 -g 50 \
  -b:v 8M -maxrate 8M -bufsize 8M -c:a aac -b:a 128k -f mpegts "$dir/one.ts"
loops=$((need / $(stat -c %s "$dir/one.ts") + 1))
ffmpeg -v error -stream_loop $loops -i "$dir/one.ts" -map 0 -c copy -f mpegts "$dir/big.ts"
rm "$dir/one.ts"

core=$(build/tests/benchmarks/ts-core "$dir/big.ts")
python3 - "$dir/big.ts" "$rounds" "$core" <<'PY'
import json, os, resource, subprocess, sys, time

path, rounds, core = sys.argv[1], int(sys.argv[2]), sys.argv[3].split()
size = os.path.getsize(path)


def cost(command):
    """CPU seconds (own and system's) and wall seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime,
            time.monotonic() - start)


def pipeline(*middle):
    line = ["gst-launch-1.0", "-q", "filesrc", "location=" + path, "blocksize=65536"]
    for element in middle:
        line += ["!", element]
    return line + ["!", "fakesink"]


commands = {"nothing": pipeline(), "tstimingcheck": pipeline("tstimingcheck"),
            "tsparse": pipeline("tsparse"),
            "ffprobe -show_packets": ["ffprobe", "-v", "error", "-show_packets", path]}
best = {}
# in turns, so that whatever else this machine does hits all of them
for r in range(rounds):
    for name, command in commands.items():
        if name.startswith("ffprobe") and r > 0:
            continue
        now = cost(command)
        best[name] = tuple(map(min, best.get(name, now), now))

gb = size / 1e9
rows = [("core in memory", 1 / float(core[0]), float(core[0])),
        ("reading the memory", 1 / float(core[1]), float(core[1]))]
own = {}
for name in ("tstimingcheck", "tsparse"):
    own[name] = max(best[name][0] - best["nothing"][0], 1e-3) / gb
    rows.append((name + ", own cost", own[name], 1 / own[name]))
name = "ffprobe -show_packets"
rows.append((name, best[name][0] / gb, gb / best[name][1]))
print(f"file: {gb:.2f} GB, {core[2]} events; best of {rounds}")
print(f"{'work':28}{'CPU s per GB':>14}{'GB/s':>9}")
for row in rows:
    print(f"{row[0]:28}{row[1]:14.3f}{row[2]:9.2f}")
ratio = own["tstimingcheck"] / own["tsparse"]
print(f"tstimingcheck costs {ratio:.3f} of tsparse")
print(json.dumps({"bytes": size, "core-gb-per-s": float(core[0]),
                  "memory-gb-per-s": float(core[1]),
                  "tstimingcheck-s-per-gb": round(own["tstimingcheck"], 4),
                  "tsparse-s-per-gb": round(own["tsparse"], 4),
                  "ffprobe-s-per-gb": round(best[name][0] / gb, 4),
                  "cost-of-tsparse": round(ratio, 4)}))
PY
