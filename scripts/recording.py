#!/usr/bin/env python3
"""Reads a recording of an RTMP server with ffprobe and ffmpeg, and judges it.

As a program it prints what arrived and fails if that is not right; with --sheet
PNG it also draws a contact sheet. The tests use it as a module.
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


class Frame:
    """One decoded frame."""

    def __init__(self, time, width, height, rgb):
        self.time, self.width, self.height = time, width, height
        self.rgb = rgb

    def pixel(self, x, y, size=4):
        """The mean (r, g, b) of size x size pixels whose corner is x, y."""
        rows = [self.rgb[((y + i) * self.width + x) * 3:][:size * 3]
                for i in range(size)]
        return tuple(sum(sum(row[c::3]) for row in rows) / (size * size)
                     for c in range(3))

    def differs(self, other, x, y, width, height, by=40):
        """Whether some green in a rectangle is another in another frame, by
        more than coding could make it. Every fourth row is looked at."""
        for row in range(y, y + height, 4):
            begin = (row * self.width + x) * 3 + 1
            end = begin + width * 3
            if any(abs(a - b) > by for a, b in zip(self.rgb[begin:end:3],
                                                   other.rgb[begin:end:3])):
                return True
        return False

    def write_png(self, path, width, height):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo",
             "-pixel_format", "rgb24",
             "-video_size", f"{self.width}x{self.height}", "-i", "-",
             "-vf", f"scale={width}:{height}", path],
            check=True, input=self.rgb, timeout=60)


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

    def payloads(self, kind):
        """A hash of each packet's payload, in order: what a server stored is
        the same bytes, whatever time it wrote beside them."""
        return [p["data_hash"] for p in _ffprobe(
            self.path, "-select_streams", kind[0], "-show_data_hash", "md5",
            "-show_entries", "packet=data_hash")["packets"]]

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

    def still(self, seconds=0.7):
        """The sizes whose picture does not change within so many seconds."""
        still = []
        for size, first, last, _ in self.sizes():
            middle = (first + last) / 2
            a, b = self.grab([middle, min(middle + seconds, last)])
            if not a.differs(b, 0, 0, *size):
                still.append(size)
        return still

    def grab(self, times):
        """The first frame at each time, in seconds, or after it, decoded."""
        wanted = []
        for time in times:
            found = next((f for f in self.frames if f[0] >= time - 0.0005), None)
            if found is None:
                raise ValueError(f"{self.path}: no frame at {time:.3f} s")
            wanted.append(found)
        # all from the first frame on: a decoder that begins behind a change of
        # size may not have seen the change
        chosen = sorted({time for time, _, _ in wanted})
        select = "+".join(f"between(t\\,{t - 0.005:.3f}\\,{t + 0.005:.3f})"
                          for t in chosen)
        out = subprocess.run(
            ["ffmpeg", "-v", "error", "-copyts", "-i", self.path, "-map", "0:v",
             "-vf", f"select={select},format=rgb24", "-autoscale", "0",
             "-fps_mode", "passthrough", "-f", "rawvideo", "-"],
            check=True, stdout=subprocess.PIPE, timeout=60).stdout
        sizes = {time: size for time, size, _ in wanted}
        frames = {}
        offset = 0
        for time in chosen:
            width, height = sizes[time]
            frames[time] = Frame(time, width, height,
                                 out[offset:offset + width * height * 3])
            offset += width * height * 3
        if offset != len(out):
            raise ValueError(f"{self.path}: {len(out)} bytes of {offset}")
        return [frames[time] for time, _, _ in wanted]

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
    """Which frames show a recording best: as many of each of its sizes, at
    uneven steps, lest a clip that is repeated seems to stand still."""
    runs = recording.sizes()
    each = max(count // len(runs), 1)
    uneven = (0.1, 0.75, 0.3, 0.9)
    return [first + (last - first) * (i + uneven[i % len(uneven)]) / each
            for _, first, last, _ in runs for i in range(each)]


def draw_sheet(frames, path, columns=4, width=480, height=270):
    """A PNG of received frames."""
    with tempfile.TemporaryDirectory() as folder:
        for number, frame in enumerate(frames):
            frame.write_png(os.path.join(folder, f"{number:03}.png"),
                            width, height)
        rows = -(-len(frames) // columns)
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-i",
             os.path.join(folder, "%03d.png"), "-frames:v", "1", "-vf",
             f"tile={columns}x{rows}:padding=6:margin=6:color=white", path],
            check=True, timeout=60)


def judge(recording, fps, seconds, n_sizes, moving):
    problems = recording.problems()
    for kind in ("video", "audio"):
        if recording.stream(kind) and recording.duration(kind) < seconds:
            problems.append(f"{kind}: {recording.duration(kind):.2f} s, "
                            f"not {seconds:g}")
    if recording.frames:
        if abs(recording.rate() - fps) > 0.1:
            problems.append(f"{recording.rate():.2f} frames/s, not {fps:g}")
        if recording.longest_gap() > 1.5 / fps:
            problems.append(f"{recording.longest_gap():.3f} s without a frame")
        if len(recording.sizes()) != n_sizes:
            problems.append(f"{len(recording.sizes())} sizes, not {n_sizes}")
        if moving:
            problems += [f"nothing moves at {width}x{height}"
                         for width, height in recording.still()]
    return problems


def judge_parts(whole, paths):
    """What several connections brought of one stream: each has to begin with
    what a decoder needs, and together they have to hold every frame."""
    problems = []
    parts = []
    for number, path in enumerate(paths):
        part = Recording(path)
        print(part.describe())
        name = os.path.basename(path)
        problems += [f"{name}: {p}" for p in part.problems()
                     # the last frame of a server that was killed may be cut
                     if number == len(paths) - 1 or "can be decoded" not in p]
        if not part.frames or not part.frames[0][2]:
            problems.append(f"{name}: does not begin with a keyframe")
        parts.append(part)
    for kind in ("video", "audio"):
        sent = whole.payloads(kind)
        received = [part.payloads(kind) for part in parts]
        got = {payload for part in received for payload in part}
        lost = sum(payload not in got for payload in sent)
        if lost:
            problems.append(f"{kind}: {lost} of {len(sent)} frames were lost")
        if not all(set(part) - set(received[0]) for part in received[1:]):
            problems.append(f"{kind}: nothing new came on a later connection")
        twice = sum(len(part) for part in received) - len(sent)
        print(f"  {kind}  {len(sent)} frames were sent, {lost} were lost, "
              f"{max(twice, 0)} came twice")
    return problems, parts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="+", metavar="FILE,SECONDS,SIZES",
                        help="a recording, how long it is at least, and how "
                        "many sizes its picture has one after the other")
    parser.add_argument("--fps", type=float, default=15)
    parser.add_argument("--moving", action="store_true",
                        help="the picture must move in each size")
    parser.add_argument("--sheet", metavar="PNG")
    parser.add_argument("--parts", nargs="+", default=[], metavar="PART",
                        help="what connections one after the other brought of "
                        "the first file")
    args = parser.parse_args()

    failed = False
    sheet = []
    for number, argument in enumerate(args.file):
        path, seconds, n_sizes = argument.rsplit(",", 2)
        try:
            recording = Recording(path)
            print(recording.describe())
            problems = judge(recording, args.fps, float(seconds), int(n_sizes),
                             args.moving)
            received = [recording]
            if number == 0 and args.parts:
                more, received = judge_parts(recording, args.parts)
                problems += more
            for each in received:
                if args.sheet and each.frames:
                    sheet += each.grab(sheet_times(each, 8 if number == 0 and
                                                   not args.parts else 4))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            problems = [f"{path}: {error}"]
        for problem in problems:
            print(f"  WRONG: {problem}")
        failed |= bool(problems)
    if sheet:
        draw_sheet(sheet, args.sheet)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
