#!/usr/bin/env bash
# The main job as a user runs it, on a real RTMP server of its own: a room is
# mixed and published with gst-publish-1.0; someone leaves and another arrives,
# the server is killed and comes back, the job file changes, Ctrl-C ends it. Then
# what the server received, a contact sheet, the log of states and a timing
# report. Run inside the development environment, in the project's root.
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: demo-publish.sh [FILE...]   FILEs are the participants' media, in turn
# DEMO_SECONDS is how long the stream is (24), DEMO_RESULT the folder for what
# was received (a new one), DEMO_SCALE by how much pictures are smaller (1).
set -euo pipefail

readonly SECONDS_MAIN=${DEMO_SECONDS:-24}
readonly SCALE=${DEMO_SCALE:-1}
readonly SERVER=tests/servers/nginx-rtmp.sh
readonly BUILD=${MESON_BUILD_ROOT:-build}

die() { printf 'demo: %s\n' "$*" >&2; exit 1; }
say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

work=$(mktemp -d "${TMPDIR:-/tmp}/publish-demo.XXXXXX")
result=${DEMO_RESULT:-$work.result}
mkdir -p "$result"
tool=
clean() {
  [ -z "$tool" ] || kill -KILL "$tool" 2>/dev/null || true
  $SERVER stop "$work"
  rm -rf "$work"
  rmdir "$result" 2>/dev/null || true
}
trap clean EXIT
trap 'exit 130' INT TERM

write_job() {
  local template=$1
  # written whole, lest half of it be read
  cat >"$work/job.new" <<JSON
{
  "target": { "mode": "mix-to-cdn", "cdnUrlList": [
    { "rtmpUrl": "rtmp://127.0.0.1:$RTMP_PORT/record/room", "isInternalLine": true },
    { "rtmpUrl": "rtmp://127.0.0.1:$RTMP_PORT/hls/room", "isInternalLine": true } ] },
  "encoder": { "videoEncodedWidth": $((1280 / SCALE)), "videoEncodedHeight": $((720 / SCALE)),
    "videoEncodedFPS": 15, "videoEncodedGOP": 2, "videoEncodedKbps": 1500,
    "audioEncodedSampleRate": 48000, "audioEncodedChannelNum": 1,
    "audioEncodedKbps": 64 },
  "mixing": { "backgroundColor": "#1d3557", "template": "$template" }
}
JSON
  mv "$work/job.new" "$work/job.json"
}

# all of it at once, as a power cut would
kill_server() {
  local pids
  pids="$NGINX_PID $(pgrep -P "$NGINX_PID" || true)"
  # shellcheck disable=SC2086
  kill -KILL $pids
}

# the same ports again
start_server_again() {
  local try
  rm -f "$work/nginx.pid"
  PATH=$PATH:/usr/sbin timeout 600 nginx -p "$work" -c "$work/nginx.conf" \
    >>"$work/output.log" 2>&1 </dev/null &
  disown
  for try in $(seq 200); do
    [ ! -s "$work/nginx.pid" ] || break
    [ "$try" != 200 ] || die "the server does not come back"
    sleep 0.05
  done
  NGINX_PID=$(cat "$work/nginx.pid")
  sed -i "s/^NGINX_PID=.*/NGINX_PID=$NGINX_PID/" "$work/env"
}

say "nginx with its RTMP module, on loopback"
# each connection has a recording of its own
APP_EXTRA="record_unique on;" $SERVER start "$work" || die "the server does not start"
RTMP_PORT='' RECORD_DIR='' HLS_DIR='' NGINX_PID=''
# shellcheck disable=SC1091
. "$work/env"
write_job screen-share

third=$((SECONDS_MAIN / 3))
people=(
  "user=jerry,uri=test:ball?size=$((960 / SCALE))x$((540 / SCALE))&fps=24&color=ff264653&tone=262"
  "user=mike,until=$third,uri=test:smpte75?size=$((640 / SCALE))x$((480 / SCALE))&speed=3&tone=330"
  "user=anna,uri=test:spokes?size=$((1280 / SCALE))x$((720 / SCALE))&fps=10&speed=8&tone=0"
  "user=paul,from=$((third + 2)),uri=test:ball?size=$((640 / SCALE))x$((360 / SCALE))&fps=20&color=ff6d597a&tone=392"
  "user=jerry,type=sub,uri=test:smpte?size=$((1024 / SCALE))x$((768 / SCALE))&fps=5&speed=8&tone=0"
)
moving=--moving
if [ $# -gt 0 ]; then
  # what a user brings may stand still
  moving= n=0
  for file in "$@"; do
    [ -f "$file" ] || die "there is no file $file"
    [ $n -ge ${#people[@]} ] ||
      people[n]="${people[n]%%uri=*}loop=1,uri=$(realpath "$file")"
    n=$((n + 1))
  done
fi
inputs=()
for person in "${people[@]}"; do inputs+=(--input "$person"); done

say "three people and a screen share, for $SECONDS_MAIN seconds (gst-publish-1.0)"
echo "mike leaves at $third s, paul arrives; the server is killed at $((third + 4)) s;"
echo "at $((2 * third)) s the layout changes"
"$BUILD/tools/publish/gst-publish-1.0" "$work/job.json" "${inputs[@]}" \
  --sink-property retry-interval=500000000 \
  > >(tee "$result/states.log") &
tool=$!
sleep $((third + 4))
say "the server is killed"
kill_server
sleep 2
say "the server is back"
start_server_again
sleep $((2 * third - third - 6 > 0 ? 2 * third - third - 6 : 1))
say "another layout: SIGHUP reloads the job"
write_job pip
kill -HUP "$tool"
sleep $((SECONDS_MAIN - 2 * third))
say "stop, by SIGINT"
kill -INT "$tool"
status=0
wait "$tool" || status=$?
tool=
[ $status = 0 ] || die "gst-publish-1.0 ended with $status"

# every recording is complete then
cp -r "$HLS_DIR" "$result/hls"
$SERVER stop "$work"
say "what arrived, as ffprobe reads it: before the server was killed, and after"
n=0 recordings=()
for file in "$RECORD_DIR"/room*.flv; do
  n=$((n + 1))
  mv "$file" "$result/room-$n.flv"
  recordings+=("$result/room-$n.flv,2,1")
done
[ $n -ge 2 ] || die "$n recordings, not one before and one after"
scripts/recording.py ${moving:+"$moving"} --sheet "$result/sheet.png" \
  "${recordings[@]}" || status=1

say "is it in time? (gst-ts-timing-1.0, of the HLS that the server made of it)"
"$BUILD/tools/ts-timing/gst-ts-timing-1.0" "$result/hls/room.m3u8" \
  >"$result/timing.txt" || [ $? = 1 ] || status=1
sed -n '1,25p' "$result/timing.txt"

say "contact sheet: $result/sheet.png"
echo "states: $result/states.log"
echo "timing: $result/timing.txt"
echo "recordings: $result"
[ $status = 0 ] || die "this is not right, see above"
