#!/usr/bin/env bash
# The main job as a user runs it, on a real RTMP server of its own. `./dev demo`
# runs this inside the development environment, in the project's root.
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: demo.sh [FILE...]   FILEs are the participants' media, in turn
# DEMO_SECONDS is how long the stream is (16), DEMO_RESULT the folder for what
# was received (a new one).
set -euo pipefail

readonly SECONDS_MAIN=${DEMO_SECONDS:-16}
readonly SECONDS_LAUNCH=$((SECONDS_MAIN / 2))
readonly EXAMPLES=tests/examples

die() { printf 'demo: %s\n' "$*" >&2; exit 1; }
say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

readonly SERVER=tests/servers/nginx-rtmp.sh

work=$(mktemp -d "${TMPDIR:-/tmp}/publish-demo.XXXXXX")
result=${DEMO_RESULT:-$work.result}
mkdir -p "$result"
app=
clean() {
  [ -z "$app" ] || kill "$app" 2>/dev/null || true
  $SERVER stop "$work"
  rm -rf "$work"
  rmdir "$result" 2>/dev/null || true
}
trap clean EXIT
trap 'exit 130' INT TERM

# The participants of the launch line are like those of the example, but need
# no program: each has its user on the mixer's pad, and ends by itself. The sound
# has caps of its own: a live audiomixer may begin before its inputs have any, and
# would take others for these.
launch_line() {
  local url=$1 n=$SECONDS_LAUNCH
  cat <<TXT
gst-launch-1.0 \\
  layoutcompositor name=mix force-live=true latency=200000000 \\
    start-time-selection=zero \\
    mixing-config-location=$EXAMPLES/case-2-screen-share.json \\
    sink_0::user-id=jerry sink_0::room-id=1234 sink_1::user-id=mike \\
    sink_2::user-id=anna sink_3::user-id=paul sink_4::user-id=jerry \\
    sink_4::room-id=1234 sink_4::stream-type=sub ! \\
  queue ! x264enc tune=zerolatency speed-preset=superfast bitrate=1500 \\
    key-int-max=45 ! queue ! pub.video \\
  audiomixer name=sound latency=200000000 start-time-selection=zero ! \\
  audio/x-raw,rate=48000,channels=1 ! audioconvert ! avenc_aac bitrate=50000 ! \\
  queue max-size-time=0 ! pub.audio \\
  relaypublishsink name=pub latency=10000000000 urls=$url \\
  videotestsrc is-live=true num-buffers=$((n * 24)) pattern=ball background-color=0xff264653 ! \\
  video/x-raw,width=960,height=540,framerate=24/1 ! queue ! mix.sink_0 \\
  videotestsrc is-live=true num-buffers=$((n * 25)) pattern=smpte75 horizontal-speed=6 ! \\
  video/x-raw,width=640,height=480,framerate=25/1 ! queue ! mix.sink_1 \\
  videotestsrc is-live=true num-buffers=$((n * 10)) pattern=ball background-color=0xff6d597a ! \\
  video/x-raw,width=1280,height=720,framerate=10/1 ! queue ! mix.sink_2 \\
  videotestsrc is-live=true num-buffers=$((n * 20)) pattern=ball motion=hsweep ! \\
  video/x-raw,format=RGBA,width=360,height=640,framerate=20/1 ! queue ! mix.sink_3 \\
  videotestsrc is-live=true num-buffers=$((n * 5)) pattern=ball background-color=0xfff1faee foreground-color=0xffe63946 ! \\
  video/x-raw,width=1024,height=768,framerate=5/1 ! queue ! mix.sink_4 \\
  audiotestsrc is-live=true num-buffers=$((n * 50)) samplesperbuffer=960 freq=262 volume=0.1 ! \\
  audio/x-raw,rate=48000,channels=1 ! queue ! sound. \\
  audiotestsrc is-live=true num-buffers=$((n * 50)) samplesperbuffer=960 freq=330 volume=0.1 ! \\
  audio/x-raw,rate=48000,channels=1 ! queue ! sound.
TXT
}

say "nginx with its RTMP module, on loopback"
$SERVER start "$work" || die "the server does not start"
RTMP_PORT='' RECORD_DIR=''
# shellcheck disable=SC1091
. "$work/env"
url=rtmp://127.0.0.1:$RTMP_PORT/record
echo "$url, recording everything"

# wait_for FILE TEXT SECONDS: until a line of the file has the text
wait_for() {
  local deadline=$((SECONDS + $3))
  until grep -q -- "$2" "$1" 2>/dev/null; do
    kill -0 "$app" 2>/dev/null || die "the example ended too soon"
    [ "$SECONDS" -lt "$deadline" ] || die "no \"$2\" in $3 s"
    sleep 0.05
  done
}

status=0 moving=
say "four people and a screen share, case 1 of the guide, then case 2 (mix-to-rtmp)"
log=$work/example.log
# to the server, and beside it to a file: what the server should have
"${MESON_BUILD_ROOT:-build}/$EXAMPLES/mix-to-rtmp" --url "$url/example" \
  --url "file://$result/example.flv" \
  --duration "$SECONDS_MAIN" --config $EXAMPLES/case-1-four-users.json \
  --next-config $EXAMPLES/case-2-screen-share.json -- "$@" >"$log" 2>&1 &
app=$!
tail -n +1 -f --pid="$app" "$log" &
tail=$!
wait_for "$log" "config 2 is shown" $((SECONDS_MAIN + 30))
say "half-way: the server is killed (kill -9)"
$SERVER kill "$work"
wait_for "$log" "record/.* is reconnecting" 20
mv "$RECORD_DIR/example.flv" "$result/received-1.flv"
say "and started again"
$SERVER again "$work"
wait "$app" || status=1
app=
wait "$tail" || true
[ $status = 0 ] || die "the example failed"

say "the same from a launch line, $SECONDS_LAUNCH seconds"
launch_line "$url/launch" | tee "$work/launch.sh"
bash "$work/launch.sh" >"$work/launch.log" 2>&1 || { cat "$work/launch.log"; status=1; }

# every recording is complete then
$SERVER stop "$work"
say "what arrived, as ffprobe reads it"
[ ! -f "$RECORD_DIR/example.flv" ] || mv "$RECORD_DIR/example.flv" "$result/received-2.flv"
[ ! -f "$RECORD_DIR/launch.flv" ] || mv "$RECORD_DIR/launch.flv" "$result/"
# the patterns move; what a user brings may stand still
[ $# -gt 0 ] || moving=--moving
scripts/recording.py ${moving:+"$moving"} --sheet "$result/sheet.png" \
  "$result/example.flv,$((SECONDS_MAIN - 1)),2" \
  "$result/launch.flv,$((SECONDS_LAUNCH - 1)),1" \
  --parts "$result/received-1.flv" "$result/received-2.flv" || status=1

say "received frames, before and after the server was killed: $result/sheet.png"
echo "recordings: $result"
[ $status = 0 ] || die "this is not right, see above"
