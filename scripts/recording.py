#!/usr/bin/env python3
"""Reads a recording of an RTMP server with ffprobe and ffmpeg, and judges it.

As a program: recording.py FILE... prints what arrived in each file and fails
if one is not right; with --sheet PNG it also draws a contact sheet of them.
The tests use it as a module.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile


def _ffprobe(path, *args):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *args, path],
        check=True, stdout=subprocess.PIPE, timeout=60).stdout
    return json.loads(out)


class Recording:
    """What ffprobe read: packets as sent, and video frames as decoded."""

    def __init__(self, path):
        self.path = path
        self.streams = _ffprobe(path, "-show_streams")["streams"]
        self.packets = {s["index"]: [] for s in self.streams}
        for packet in _ffprobe(
                path, "-show_entries",
                "packet=stream_index,dts_time,pts_time,size,flags")["packets"]:
            self.packets[packet["stream_index"]].append(packet)
        # one entry for each decoded frame: seconds, size, is it a keyframe
        self.frames = [
            (float(f["pts_time"]), (f["width"], f["height"]), f["key_frame"] == 1)
            for f in _ffprobe(path, "-select_streams", "v", "-show_entries",
                              "frame=pts_time,width,height,key_frame")["frames"]
        ] if self.stream("video") else []

    def stream(self, kind):
        """The only stream of a kind, "video" or "audio"; None without one."""
        found = [s for s in self.streams if s["codec_type"] == kind]
        if len(found) > 1:
            raise ValueError(f"{self.path}: {len(found)} {kind} streams")
        return found[0] if found else None

    def dts(self, kind):
        return [float(p["dts_time"])
                for p in self.packets[self.stream(kind)["index"]]]

    def backward_dts(self, kind):
        """The DTS, in seconds, that are not after the one before."""
        dts = self.dts(kind)
        return [b for a, b in zip(dts, dts[1:]) if b <= a]

    def sizes(self):
        """The runs of frames of one size: [(size, first, last second, n)]."""
        runs = []
        for time, size, _ in self.frames:
            if not runs or runs[-1][0] != size:
                runs.append([size, time, time, 0])
            runs[-1][2] = time
            runs[-1][3] += 1
        return [tuple(run) for run in runs]

    def keyframes(self):
        return [time for time, _, key in self.frames if key]

    def rate(self):
        """Frames per second, by the time from the first to the last."""
        if len(self.frames) < 2:
            return 0.0
        return (len(self.frames) - 1) / (self.frames[-1][0] - self.frames[0][0])

    def longest_gap(self):
        """The longest time between two frames, seconds."""
        times = [time for time, _, _ in self.frames]
        return max((b - a for a, b in zip(times, times[1:])), default=0.0)

    def duration(self, kind):
        dts = self.dts(kind)
        return dts[-1] - dts[0] if dts else 0.0

    def problems(self):
        """What every recording of a mixed stream must be free of."""
        found = []
        for kind, codec in (("video", "h264"), ("audio", "aac")):
            stream = self.stream(kind)
            if stream is None:
                found.append(f"no {kind}")
                continue
            if stream["codec_name"] != codec:
                found.append(f"{kind} is {stream['codec_name']}, not {codec}")
            backward = self.backward_dts(kind)
            if backward:
                found.append(f"{kind}: {len(backward)} DTS not increasing, "
                             f"the first at {backward[0]:.3f} s")
        if self.stream("video"):
            packets = self.packets[self.stream("video")["index"]]
            if len(packets) != len(self.frames):
                found.append(f"{len(packets)} coded frames, "
                             f"{len(self.frames)} can be decoded")
        return found

    def pixel(self, time, x, y, size=4):
        """The mean (r, g, b) of size x size pixels at x, y of the frame that
        is shown at a time, in seconds."""
        area = self._grab(time, f"crop={size}:{size}:{x}:{y}:exact=1,"
                          "format=rgb24", "rawvideo")
        return tuple(sum(area[c::3]) / (len(area) // 3) for c in range(3))

    def area(self, time, x, y, width, height):
        """The luma of a rectangle of the frame shown at a time, as bytes."""
        return self._grab(time, f"crop={width}:{height}:{x}:{y}:exact=1,"
                          "format=gray", "rawvideo")

    def png(self, time, width, height):
        return self._grab(time, f"scale={width}:{height}", "image2pipe",
                          "-c:v", "png")

    def _grab(self, time, filters, muxer, *args):
        # the first frame at the time or after it; ffmpeg starts to decode at
        # the keyframe before
        out = subprocess.run(
            ["ffmpeg", "-v", "error", "-ss", f"{max(time - 0.001, 0):.3f}",
             "-i", self.path, "-frames:v", "1", "-vf", filters, *args,
             "-f", muxer, "-"],
            check=True, stdout=subprocess.PIPE, timeout=60).stdout
        if not out:
            raise ValueError(f"{self.path}: no frame at {time:.3f} s")
        return out

    def describe(self):
        lines = [os.path.basename(self.path)]
        for kind in ("video", "audio"):
            stream = self.stream(kind)
            if stream is None:
                continue
            backward = len(self.backward_dts(kind))
            order = f"{backward} DTS NOT INCREASING" if backward else \
                "DTS strictly increasing"
            if kind == "video":
                what = (f"{stream['codec_name']} ({stream['profile']}), "
                        f"{self.rate():.2f} frames/s, {len(self.frames)} frames")
            else:
                what = (f"{stream['codec_name']} ({stream['profile']}), "
                        f"{stream['sample_rate']} Hz, {stream['channels']} "
                        f"channel, {len(self.dts(kind))} frames")
            lines.append(f"  {kind}  {what}, {self.duration(kind):.2f} s, {order}")
        for (width, height), first, last, count in self.sizes():
            lines.append(f"         {width}x{height} from {first:.3f} to "
                         f"{last:.3f} s, {count} frames")
        keys = " ".join(f"{time:.2f}" for time in self.keyframes())
        lines.append(f"         keyframes at {keys} s")
        return "\n".join(lines)


def sheet_times(recording, count):
    """Which frames show a recording best: evenly from each of its sizes."""
    runs = recording.sizes()
    each = max(count // len(runs), 1)
    return [first + (last - first) * (i + 0.5) / each
            for _, first, last, _ in runs for i in range(each)]


def draw_sheet(recordings, path, columns=4, width=480, height=270):
    """A PNG of received frames, a row or two for each recording."""
    with tempfile.TemporaryDirectory() as folder:
        count = 0
        for recording, times in recordings:
            for time in times:
                name = os.path.join(folder, f"{count:03}.png")
                with open(name, "wb") as out:
                    out.write(recording.png(time, width, height))
                count += 1
        rows = -(-count // columns)
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-i",
             os.path.join(folder, "%03d.png"), "-frames:v", "1", "-vf",
             f"tile={columns}x{rows}:padding=6:margin=6:color=white", path],
            check=True, timeout=60)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="+")
    parser.add_argument("--sheet", metavar="PNG")
    parser.add_argument("--seconds", type=float, default=0,
                        help="how long each must be at least")
    parser.add_argument("--sizes", type=int, default=1,
                        help="how many sizes the first must have")
    args = parser.parse_args()

    failed = False
    sheet = []
    for number, path in enumerate(args.file):
        try:
            recording = Recording(path)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
            continue
        print(recording.describe())
        problems = recording.problems()
        for kind in ("video", "audio"):
            if recording.stream(kind) and \
                    recording.duration(kind) < args.seconds:
                problems.append(f"{kind}: {recording.duration(kind):.2f} s, "
                                f"not {args.seconds:g}")
        if number == 0 and len(recording.sizes()) != args.sizes:
            problems.append(f"{len(recording.sizes())} sizes, not {args.sizes}")
        for problem in problems:
            print(f"  WRONG: {problem}")
        failed |= bool(problems)
        if recording.frames:
            sheet.append((recording,
                          sheet_times(recording, 8 if number == 0 else 4)))
    if args.sheet and sheet:
        draw_sheet(sheet, args.sheet)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
