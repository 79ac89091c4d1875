#!/usr/bin/env python3
"""Runs every launch line of the documentation, as it stands there: only the
window becomes a fakesink, and an RTMP server is the test's own.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
sys.dont_write_bytecode = True
from recording import Recording  # noqa: E402

SERVER = os.path.join(SOURCE, "tests", "servers", "nginx-rtmp.sh")
IMAGE = "file://" + os.path.join(SOURCE, "doc", "gallery.png")
FRAMES = 30
RECORDED = 100000   # bytes: some seconds of a line that never ends by itself

# each document, and the folder in which its reader would be; None: one with a
# recording.ts of the reader's own
DOCUMENTS = [
    ("README.md", "."),
    ("ext/layoutcompositor/gstlayoutcompositor.c", "tests/examples"),
    ("gst/tstiming/gsttstimingcheck.c", None),
]


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as document:
        return document.read()


def launch_lines(name):
    """The launch lines of a document, each as one line."""
    text = read(name)
    if name.endswith(".c"):
        section = re.search(r"/\*\*\n \* SECTION:element-.*?\*/", text, re.S)
        text = re.sub(r"^ \* ?", "", section.group(0), flags=re.M)
    text = re.sub(r"\\\n\s*", "", text)
    return re.findall(r"^gst-launch-1\.0 .*$", text, re.M)


class LaunchLines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name

    def run_line(self, line, cwd):
        """Runs what ends by itself, and wants a clean end of it."""
        run = subprocess.run(["bash", "-c", "exec " + line], cwd=cwd,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, timeout=60)
        print(line, run.stdout, sep="\n")
        self.assertEqual(run.returncode, 0)
        self.assertIn("Got EOS from element", run.stdout)
        self.assertNotIn("WARNING", run.stdout)
        self.assertNotIn("CRITICAL", run.stdout)

    def make_recording(self):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=d=2",
             "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-c:a", "aac",
             os.path.join(self.work, "recording.ts")], check=True, timeout=60)
        return self.work

    def run_window(self, line, cwd):
        self.run_line(re.sub(r"\bauto(video|audio)sink\b",
                             f"fakesink num-buffers={FRAMES}", line), cwd)

    def interrupt(self, process, path, size):
        """Ctrl-C when a file has grown to a size, and a clean end in time."""
        self.addCleanup(process.kill)
        for _ in range(600):
            if os.path.exists(path) and os.path.getsize(path) > size:
                break
            try:
                process.wait(timeout=0.1)
                self.fail(f"it ended by itself: {process.returncode}")
            except subprocess.TimeoutExpired:
                pass
        else:
            self.fail(f"{path} does not grow")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 0)

    def own_job(self, line, cwd, port):
        """A line whose url is in a job file gets a file with our url."""
        found = re.search(r"\bjob-location=(\S+)", line)
        if not found:
            return line
        with open(os.path.join(cwd, found.group(1)), encoding="utf-8") as job:
            text = re.sub(r"rtmp://127\.0\.0\.1/live/\w+",
                          f"rtmp://127.0.0.1:{port}/record/line", job.read())
        path = os.path.join(self.work, "job.json")
        with open(path, "w", encoding="utf-8") as job:
            job.write(text)
        return line.replace(found.group(0), f"job-location={path}")

    def run_publisher(self, line, cwd):
        """Runs what publishes until Ctrl-C, which comes when enough of it is
        recorded, and reads the recording."""
        started = subprocess.run([SERVER, "start", self.work])
        if started.returncode == 77:
            sys.exit(77)
        self.assertEqual(started.returncode, 0)
        try:
            with open(os.path.join(self.work, "env"), encoding="utf-8") as env:
                port = re.search(r"^RTMP_PORT=(\d+)$", env.read(), re.M).group(1)
            recorded = os.path.join(self.work, "record", "line.flv")
            if os.path.exists(recorded):    # of the line before
                os.unlink(recorded)
            line = re.sub(r"rtmp://127\.0\.0\.1/live/\S+",
                          f"rtmp://127.0.0.1:{port}/record/line", line)
            line = self.own_job(line, cwd, port)
            print(line)
            process = subprocess.Popen(["bash", "-c", "exec " + line], cwd=cwd)
            self.interrupt(process, recorded, RECORDED)
        finally:
            subprocess.run([SERVER, "stop", self.work], check=True)

        recording = Recording(recorded)
        print(recording.describe())
        self.assertEqual(recording.stream("video")["codec_name"], "h264")
        self.assertEqual([run[0] for run in recording.sizes()], [(1280, 720)])
        self.assertAlmostEqual(recording.rate(), 15, delta=0.1)
        self.assertEqual(recording.backward_dts("video"), [])
        self.assertEqual(recording.still(), [])

    def test_launch_lines(self):
        for name, folder in DOCUMENTS:
            lines = launch_lines(name)
            self.assertGreaterEqual(len(lines), 2, f"{name} has lost its lines")
            for line in lines:
                with self.subTest(name=name, line=line):
                    cwd = os.path.join(SOURCE, folder) if folder \
                        else self.make_recording()
                    if "rtmp://" in line or "job-location=" in line:
                        self.run_publisher(line, cwd)
                    else:
                        self.run_window(line, cwd)

    def test_ctrl_c_ends_a_live_canvas(self):
        # EOS goes to the canvas while its inputs wait for it; more than once,
        # for it is a matter of who waits just then
        for number in range(4):
            path = os.path.join(self.work, f"{number}.flv")
            process = subprocess.Popen(
                ["gst-launch-1.0", "-e", "layoutcompositor", "force-live=true",
                 "name=mix", "latency=200000000", "!", "x264enc",
                 "tune=zerolatency", "!", "flvmux", "streamable=true", "!",
                 "filesink", "buffer-mode=unbuffered", f"location={path}",
                 "videotestsrc", "is-live=true", "pattern=snow", "!", "queue",
                 "!", "mix.",
                 "videotestsrc", "is-live=true", "!", "queue", "!", "mix."])
            # about two seconds, then all that can wait is waiting
            self.interrupt(process, path, 500000)

    def test_the_configs_of_the_readme(self):
        configs = re.findall(r"^```json\n(.*?)^```", read("README.md"),
                             re.M | re.S)
        self.assertEqual(len(configs), 2)
        for text in configs:
            location = os.path.join(self.work, "config.json")
            with open(location, "w", encoding="utf-8") as config:
                # an image that is there
                config.write(re.sub(r"file:///srv/[-\w.]*", IMAGE, text))
            self.run_line("gst-launch-1.0 layoutcompositor force-live=true "
                          f"mixing-config-location={location} ! "
                          "fakesink num-buffers=3", self.work)


if __name__ == "__main__":
    unittest.main(verbosity=2)
