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
clean() {
  $SERVER stop "$work"
  rm -rf "$work"
  rmdir "$result" 2>/dev/null || true
}
trap clean EXIT
trap 'exit 130' INT TERM

# The participants of the launch line are like those of the example, but need
# no program: each has its user on the mixer's pad, and ends by itself.
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
    key-int-max=45 ! queue ! flv. \\
  audiomixer name=sound latency=200000000 start-time-selection=zero ! \\
  audioconvert ! avenc_aac bitrate=50000 ! queue max-size-time=0 ! flv. \\
  flvmux name=flv streamable=true latency=10000000000 ! \\
  rtmpsink sync=false location=$url \\
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

status=0 moving=
say "four people and a screen share, case 1 of the guide, then case 2 (mix-to-rtmp)"
"${MESON_BUILD_ROOT:-build}/$EXAMPLES/mix-to-rtmp" --url "$url/example" \
  --duration "$SECONDS_MAIN" --config $EXAMPLES/case-1-four-users.json \
  --next-config $EXAMPLES/case-2-screen-share.json -- "$@" ||
  die "the example failed"

say "the same from a launch line, through rtmpsink, $SECONDS_LAUNCH seconds"
launch_line "$url/launch" | tee "$work/launch.sh"
bash "$work/launch.sh" >"$work/launch.log" 2>&1 || { cat "$work/launch.log"; status=1; }

# every recording is complete then
$SERVER stop "$work"
say "what arrived, as ffprobe reads it"
for name in example launch; do
  [ ! -f "$RECORD_DIR/$name.flv" ] || mv "$RECORD_DIR/$name.flv" "$result/"
done
# the patterns move; what a user brings may stand still
[ $# -gt 0 ] || moving=--moving
scripts/recording.py ${moving:+"$moving"} --sheet "$result/sheet.png" \
  "$result/example.flv,$((SECONDS_MAIN - 1)),2" \
  "$result/launch.flv,$((SECONDS_LAUNCH - 1)),1" || status=1

say "received frames, before and after the change: $result/sheet.png"
echo "recordings: $result"
[ $status = 0 ] || die "this is not right, see above"
