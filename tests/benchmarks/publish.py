#!/usr/bin/env python3
"""The measurements of `./dev bench publish`; run in the build folder.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import re
import signal
import statistics
import subprocess
import tempfile
import threading
import time

SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
WARM_UP = 4
HERE = os.path.dirname(os.path.abspath(__file__))
SERVER = os.path.join(HERE, "..", "servers", "nginx-rtmp.sh")
TOOL = "tools/publish/gst-publish-1.0"

# which part of the work a thread does, by its name: between decoders, mixers and
# encoders there are queues, and each side of a queue is a thread
CODING = [
    ("decode video and audio", r"decode-|av:"),
    ("encode video (x264)", r"encode-video"),
    ("encode audio (AAC)", r"encode-audio"),
]
READING = [
    ("read and demux", r"qtdemux|typefind|multi|source|filesrc"),
]
ELSE = [
    ("pace the inputs", r"^in-"),
    ("compose", r"layoutcomposi"),
    ("mix audio", r"audiomixer"),
    ("queue, resample", r"branch-"),
    ("mux and send", r"mux:|relay|rtmp"),
]
PARTS = CODING + READING + ELSE
OTHER = "everything else"


def thread_times(pid):
    """CPU seconds by thread: {tid: (name, seconds)}"""
    times = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        folder = f"/proc/{pid}/task/{tid}"
        try:
            with open(folder + "/comm", encoding="utf-8") as file:
                name = file.read().strip()
            # in ns; the ticks of stat are longer than what some threads do
            with open(folder + "/schedstat", encoding="utf-8") as file:
                times[tid] = name, int(file.read().split()[0]) / 1e9
        except FileNotFoundError:
            continue
    return times


def measure(command, ready=WARM_UP):
    """Runs a command, and for SECONDS of its life: {thread's name: % of one
    CPU}"""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        try:
            time.sleep(ready)
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]}: {process.stderr.read()}")
            before, begin = thread_times(process.pid), time.monotonic()
            time.sleep(SECONDS)
            after, passed = thread_times(process.pid), time.monotonic() - begin
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
    cost = {}
    for tid, (name, seconds) in after.items():
        used = seconds - before.get(tid, (name, 0))[1]
        cost[name] = cost.get(name, 0) + used / passed * 100
    return cost


def by_part(cost):
    parts = {name: 0.0 for name, _ in PARTS}
    parts[OTHER] = 0.0
    rest = {}
    for name, percent in cost.items():
        for part, pattern in PARTS:
            if re.search(pattern, name):
                parts[part] += percent
                break
        else:
            parts[OTHER] += percent
            rest[name] = percent
    return parts, rest


class Bench:
    def __init__(self, work):
        self.work = work
        with open(os.path.join(work, "env"), encoding="utf-8") as file:
            env = dict(line.strip().split("=", 1) for line in file)
        self.url = f"rtmp://127.0.0.1:{env['RTMP_PORT']}/live/"

    def path(self, name):
        return os.path.join(self.work, name)

    def make_media(self):
        """A file that is longer than any measurement."""
        path, whole = self.path("in.mp4"), self.path("long.mp4")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
             "testsrc2=size=1280x720:rate=30:duration=10", "-f", "lavfi", "-i",
             "sine=440:sample_rate=48000:duration=10", "-c:v", "libx264",
             "-preset", "veryfast", "-b:v", "2M", "-g", "60", "-c:a", "aac",
             path], check=True)
        rounds = int((SECONDS + 2 * WARM_UP) / 10) + 1
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", str(rounds),
                        "-i", path, "-c", "copy", whole], check=True)
        return whole

    def job(self, name, mode, url):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({
                "target": {"mode": mode, "owner": {"userId": "u0"},
                           "cdnUrlList": [{"url": url,
                                           "isInternalLine": True}]},
                "encoder": None if mode == "big-to-cdn" else {
                    "videoEncodedWidth": 1280, "videoEncodedHeight": 720,
                    "videoEncodedFPS": 15, "videoEncodedGOP": 3,
                    "videoEncodedKbps": 1500, "audioEncodedSampleRate": 48000,
                    "audioEncodedKbps": 64},
                "mixing": None if mode == "big-to-cdn" else
                {"template": "grid"}}, file)
        return path

    def mix(self, media):
        command = [TOOL, self.job("mix.json", "mix-to-cdn", self.url + "mix")]
        for i in range(4):
            command += ["--input", f"user=u{i},uri={media}"]
        return measure(command)

    def ffmpeg_mix(self, media):
        command = ["ffmpeg", "-v", "error", "-nostdin"]
        for _ in range(4):
            command += ["-re", "-i", media]
        scaled = "".join(f"[{i}:v]fps=15,scale=640:360[v{i}];"
                         for i in range(4))
        command += [
            "-filter_complex", scaled + "[v0][v1][v2][v3]xstack=inputs=4:"
            "layout=0_0|w0_0|0_h0|w0_h0[v];[0:a][1:a][2:a][3:a]amix=inputs=4[a]",
            "-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset",
            "veryfast", "-tune", "zerolatency", "-b:v", "1500k", "-maxrate",
            "1500k", "-bufsize", "900k", "-g", "45", "-sc_threshold", "0",
            "-c:a", "aac", "-ac", "1", "-b:a", "64k", "-f", "flv",
            self.url + "peer"]
        return measure(command)

    def relay(self, media, sink):
        """A file in real time into @sink, a part of a launch line."""
        launch = (f"filesrc location={media} ! qtdemux name=d "
                  f"{sink} d.video_0 ! queue ! clocksync ! room.{{v}} "
                  "d.audio_0 ! queue ! clocksync ! room.{a}")
        return measure(["gst-launch-1.0", "-q"] + launch.format(
            v="sink_0" if "publishbin" in sink else "video",
            a="sink_1" if "publishbin" in sink else "audio").split(), ready=1)

    def latency(self):
        """One live stream through publishbin and directly, to two urls; when
        the same packet comes out of each of them."""
        job = self.job("latency.json", "big-to-cdn", self.url + "through")
        launch = (
            f"publishbin name=room job-location={job} sink_0::user-id=u0 "
            f"relaypublishsink name=direct urls={self.url}direct "
            "videotestsrc is-live=true pattern=ball ! "
            "video/x-raw,width=640,height=360,framerate=30/1 ! "
            "x264enc tune=zerolatency key-int-max=30 ! tee name=t "
            "t. ! queue ! room.sink_0 t. ! queue ! direct.video")
        with subprocess.Popen(["gst-launch-1.0", "-q"] + launch.split(),
                              stdout=subprocess.DEVNULL) as source:
            time.sleep(3)
            seen = [{}, {}]
            readers = [self.reader(name, seen[i])
                       for i, name in enumerate(("through", "direct"))]
            time.sleep(SECONDS)
            for process, _ in readers:
                process.kill()
            for _, thread in readers:
                thread.join()
            source.send_signal(signal.SIGINT)
        both = [k for k in seen[0] if k in seen[1]]
        # what was kept for a new viewer comes all at once
        both = both[len(both) // 4:]
        return sorted((seen[0][k] - seen[1][k]) * 1000 for k in both)

    def reader(self, name, seen):
        process = subprocess.Popen(
            ["stdbuf", "-oL", "ffprobe", "-v", "error", "-fflags", "nobuffer",
             "-probesize", "20000", "-show_entries", "packet=data_hash",
             "-show_data_hash", "md5", "-of", "csv=p=0", self.url + name],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

        def read():
            for line in process.stdout:
                seen.setdefault(line.strip(), time.monotonic())

        thread = threading.Thread(target=read)
        thread.start()
        return process, thread


def print_mix(ours, peer):
    parts, rest = by_part(ours)
    total = sum(parts.values())
    print("\n4 x 720p30 H.264 + AAC to 720p15 x264 veryfast + AAC, CPU in % of "
          f"one core over {SECONDS:g} s\n")
    for name, percent in parts.items():
        print(f"  {name:24} {percent:7.2f}   {percent / total * 100:5.1f} %")
    print(f"  {'publishbin, whole':24} {total:7.2f}   100.0 %")
    if rest:
        print("    (everything else: " + ", ".join(
            f"{k} {v:.2f}" for k, v in sorted(rest.items())) + ")")
    coding = sum(parts[name] for name, _ in CODING)
    reading = sum(parts[name] for name, _ in READING)
    print("  neither decoding nor encoding: "
          f"{(total - coding) / total * 100:.1f} % of it; without reading and "
          "demuxing the inputs "
          f"{(total - coding - reading) / (total - reading) * 100:.1f} %")
    other = sum(peer.values())
    print(f"  {'ffmpeg xstack/amix':24} {other:7.2f}   "
          f"{other / total * 100:5.1f} %")


def main():
    with tempfile.TemporaryDirectory() as work:
        if subprocess.run([SERVER, "start", work], check=False).returncode:
            raise SystemExit("no server")
        try:
            bench = Bench(work)
            media = bench.make_media()
            print_mix(bench.mix(media), bench.ffmpeg_mix(media))

            job = bench.job("relay.json", "big-to-cdn", bench.url + "relay")
            ours = sum(bench.relay(
                media,
                f"publishbin name=room job-location={job} sink_0::user-id=u0 "
                "sink_1::user-id=u0").values())
            alone = sum(bench.relay(
                media, "relaypublishsink name=room "
                f"urls={bench.url}alone").values())
            print("\nrelay of 720p30, CPU in % of one core: "
                  f"publishbin {ours:.2f}, relaypublishsink alone "
                  f"{alone:.2f}, ratio {ours / alone:.2f}")

            late = bench.latency()
            print("relay, later at the receiver than relaypublishsink alone: "
                  f"median {statistics.median(late):.2f} ms, 95 % within "
                  f"{late[int(len(late) * 0.95)]:.2f} ms "
                  f"({len(late)} packets)")
        finally:
            subprocess.run([SERVER, "stop", work], check=False)


if __name__ == "__main__":
    main()
