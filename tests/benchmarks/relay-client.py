#!/usr/bin/env python3
"""Runs the relay benchmark: CPU and memory per target, beside our peers.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "servers"))
from freeport import free_port

SECONDS = 60
NGINX = """daemon off;
master_process off;
error_log {d}/error.log warn;
pid {d}/pid;
load_module modules/ngx_rtmp_module.so;
events {{ worker_connections 1024; }}
rtmp {{ access_log off; server {{ listen 127.0.0.1:{port}; chunk_size 65536;
  application live {{ live on; idle_streams off; }} }} }}
"""


def start_server(folder, port):
    os.symlink("/usr/lib/nginx/modules", folder + "/modules")
    with open(folder + "/nginx.conf", "w") as f:
        f.write(NGINX.format(d=folder, port=port))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen([nginx, "-p", folder, "-c", "nginx.conf"],
                              stderr=subprocess.DEVNULL)
    for _ in range(500):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.01)
    sys.exit("nginx does not answer")


def make_clip(path):
    """60 s of 4 Mbit/s H.264 and 100 kbit/s AAC, coded once."""
    if os.path.exists(path):
        return
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
         "testsrc2=size=1280x720:rate=30,noise=alls=20:allf=t",
         "-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", str(SECONDS),
         "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency",
         "-g", "60", "-b:v", "3900k", "-maxrate", "3900k", "-minrate",
         "3900k", "-bufsize", "1000k", "-x264-params", "nal-hrd=cbr",
         "-c:a", "aac", "-b:a", "100k", path], check=True)


class Bench:
    def __init__(self, clip, port):
        self.clip, self.port, self.run_number = clip, port, 0

    def urls(self, n):
        self.run_number += 1
        return [f"rtmp://127.0.0.1:{self.port}/live/r{self.run_number}t{i}"
                for i in range(n)]

    def relay(self, n, real_time):
        options = [] if real_time else [
            "sync=false", "backlog-time=80000000000",
            "backlog-bytes=100000000", "resume-policy=lossless"]
        return ["gst-launch-1.0", "-m", "filesrc", "location=" + self.clip, "!",
                "flvdemux", "name=d", "d.video", "!", "queue", "!",
                "relaypublishsink", "name=p", "urls=" + " ".join(self.urls(n)),
                *options, "d.audio", "!", "queue", "!", "p.audio"]

    def tee(self, n, real_time):
        line = ["gst-launch-1.0", "-m", "filesrc", "location=" + self.clip, "!",
                "flvdemux", "name=d", "d.video", "!", "queue", "!",
                "h264parse", "!", "m.video", "d.audio", "!", "queue", "!",
                "aacparse", "!", "m.audio", "flvmux", "name=m",
                "streamable=true", "!"]
        if real_time:
            line += ["identity", "sync=true", "!"]
        line += ["tee", "name=t"]
        for url in self.urls(n):
            line += ["t.", "!", "queue", "!", "rtmp2sink", "sync=false",
                     "async=false", "async-connect=false",
                     "chunk-size=65536", "location=" + url]
        return line

    def ffmpeg(self, n, real_time):
        return ["ffmpeg", "-v", "error", *(["-re"] if real_time else []),
                "-i", self.clip, "-c", "copy", "-map", "0", "-f", "tee",
                "|".join("[f=flv]" + u for u in self.urls(n))]


def measure(command):
    """CPU s, wall s, peak MiB, and what is wrong with the run, if anything."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    output = tempfile.TemporaryFile("w+")
    child = subprocess.Popen(command, stdout=output,
                             stderr=subprocess.DEVNULL)
    peak = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status") as f:
                found = re.search(r"VmHWM:\s+(\d+)", f.read())
                peak = max(peak, int(found.group(1)) if found else 0)
        except OSError:
            pass
        time.sleep(0.02)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    output.seek(0)
    text = output.read()
    wrong = []
    if child.returncode != 0:
        wrong.append("exit %d" % child.returncode)
    for state in ("reconnecting", "failed"):
        count = len(re.findall(r"target-state-changed.*state=.*" + state, text))
        if count:
            wrong.append(f"{count} {state}")
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime +
                                               before.ru_stime)
    return cpu, time.monotonic() - begin, peak / 1024, ", ".join(wrong)


def main():
    counts = [int(a) for a in sys.argv[1:]] or [10, 40]
    cache = os.path.abspath("bench-relay-clip.flv")
    make_clip(cache)
    folder = tempfile.mkdtemp(prefix="bench-relay-")
    port = free_port()
    server = start_server(folder, port)
    bench = Bench(cache, port)
    try:
        for real_time in (False, True):
            print("in real time" if real_time else "as fast as it goes",
                  "(CPU s for %d s of 4 Mbit/s; of the sender alone)" % SECONDS)
            print(f"{'sender':8} {'targets':>7} {'CPU s':>7} {'per extra':>10}"
                  f" {'/ ffmpeg':>8} {'MiB/extra':>9} {'wall s':>7}")
            base = {}
            for n in [1] + counts:
                reference = None
                for name in ("ffmpeg", "tee", "relay"):
                    cpu, wall, peak, wrong = measure(
                        getattr(bench, name)(n, real_time))
                    if n == 1:
                        base[name] = (cpu, peak)
                        print(f"{name:8} {n:7} {cpu:7.2f} {'':>10} {'':>8}"
                              f" {'':>9} {wall:7.1f} {wrong}", flush=True)
                        continue
                    extra = (cpu - base[name][0]) / (n - 1)
                    memory = (peak - base[name][1]) / (n - 1)
                    reference = reference or extra
                    print(f"{name:8} {n:7} {cpu:7.2f} {extra:10.4f}"
                          f" {extra / reference:8.2f} {memory:9.2f}"
                          f" {wall:7.1f} {wrong}", flush=True)
            print()
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


main()
