#!/usr/bin/env bash
# How close each compositor's scaling comes to ffmpeg's Lanczos: PSNR in dB of
# one 1280x720 picture scaled to the sizes of a call's layouts. Fails if
# layoutcompositor is more than 1 dB below the stock compositor's default.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for source in mandelbrot=s=1280x720:start_scale=0.3 testsrc2=s=1280x720; do
  ffmpeg -v error -f lavfi -i "$source" -frames:v 1 -vf format=yuv420p \
    -f rawvideo "${source%%=*}.yuv"
done

# render ELEMENT WIDTH HEIGHT PICTURE OUT [PAD PROPERTIES]
render() {
  local element=$1 width=$2 height=$3 picture=$4 out=$5
  shift 5
  gst-launch-1.0 -q filesrc location="$picture.yuv" blocksize=1382400 ! \
    rawvideoparse format=i420 width=1280 height=720 framerate=1/1 colorimetry=bt709 ! \
    "$element" "$@" ! \
    video/x-raw,format=I420,width="$width",height="$height",colorimetry=bt709 ! \
    filesink location="$out" >/dev/null
}

# psnr WIDTH HEIGHT FILE: of all planes, against lanczos.yuv
psnr() {
  local raw=(-f rawvideo -pix_fmt yuv420p -s "$1x$2")
  ffmpeg -v info "${raw[@]}" -i "$3" "${raw[@]}" -i lanczos.yuv -lavfi psnr \
    -f null - 2>&1 | sed -n 's/.*average:\([0-9.inf]*\).*/\1/p'
}

printf '%-12s %-9s %16s %16s\n' picture size layoutcompositor compositor
bad=0
for picture in mandelbrot testsrc2; do
  for size in 960x540 640x480 640x360 480x270 320x180; do
    width=${size%x*} height=${size#*x}
    ffmpeg -v error -y -f rawvideo -pix_fmt yuv420p -s 1280x720 \
      -i "$picture.yuv" -vf "scale=$size:flags=lanczos+accurate_rnd+full_chroma_int" \
      -f rawvideo lanczos.yuv
    cat > layout.json <<JSON
{ "videoLayoutList": [ { "x": 0, "y": 0, "width": $width, "height": $height,
    "zOrder": 0, "fillMode": "stretch" } ] }
JSON
    render layoutcompositor "$width" "$height" "$picture" ours.yuv \
      mixing-config-location=layout.json
    render compositor "$width" "$height" "$picture" stock.yuv \
      sink_0::width="$width" sink_0::height="$height"
    ours=$(psnr "$width" "$height" ours.yuv)
    stock=$(psnr "$width" "$height" stock.yuv)
    printf '%-12s %-9s %16.1f %16.1f\n' "$picture" "$size" "$ours" "$stock"
    awk "BEGIN { exit !($ours < $stock - 1) }" && bad=1
  done
done
[ $bad = 0 ] || { echo "more than 1 dB below the stock compositor" >&2; exit 1; }
