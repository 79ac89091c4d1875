"""What the tests of gst-publish-1.0 as a program have in common: a server of
their own, jobs, and a session whose events are read as they come.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
BUILD = os.environ["PUBLISH_BUILD_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "servers"))
SERVER = os.path.join(SOURCE, "tests", "servers", "nginx-rtmp.sh")
TOOL = os.path.join(BUILD, "tools", "publish", "gst-publish-1.0")
PATIENCE = 40
ENCODER = {"videoEncodedWidth": 320, "videoEncodedHeight": 180,
           "videoEncodedGOP": 1, "audioEncodedSampleRate": 48000}
BALL = "user=jerry,uri=test:ball?size=320x180"
TOLD = {"task-id", "code", "message"}
INPUT = {"user", "room", "type", "uri", "message"}
# what --help promises of each event
EVENTS = {
    "publish-started": TOLD, "publish-updated": TOLD, "publish-stopped": TOLD,
    "cdn-state-changed": TOLD | {"url", "state"},
    "congestion": {"task-id", "url", "queue"},
    "layout-applied": {"task-id", "serial", "running-time", "slots"},
    "slots-changed": {"task-id", "serial", "running-time", "slots"},
    "input-came": INPUT, "input-left": INPUT, "input-lost": INPUT,
    "input-back": INPUT, "input-ended": INPUT, "input-failed": INPUT,
    "job-refused": {"message"}, "warning": {"message"},
    "stopping": {"message"}, "stats": {"tasks"},
}
TARGET = {"id", "url", "state", "bytes-accepted", "bitrate", "frames-sent",
          "frames-dropped", "reconnects", "queue", "last-error",
          "last-message"}
CANVAS = {"canvas-width", "canvas-height", "frames", "slots"}


def read_event(line):
    """What a line says, if it is as promised."""
    event = json.loads(line)
    if not list(event)[:2] == ["event", "time"]:
        raise AssertionError(line)
    missing = EVENTS[event["event"]] - set(event)
    for task in event.get("tasks", []):
        missing |= {"task-id", "mode", "targets"} - set(task)
        for target in task["targets"]:
            missing |= TARGET - set(target)
        if task["mode"] == "mix-to-cdn":
            missing |= CANVAS - set(task["canvas"])
    if missing:
        raise AssertionError(f"{missing} are not in {line}")
    return event


def probe(path):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-count_packets", "-show_streams", "-of",
         "json", path], check=True, stdout=subprocess.PIPE, timeout=60).stdout
    return {s["codec_type"]: s for s in json.loads(out)["streams"]}


class Session:
    """A run with --json-lines; its events, as they come."""

    def __init__(self, *args):
        self.process = subprocess.Popen(
            [TOOL, "--json-lines", *args], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.events = []
        # nobody waits for a program that says nothing any more
        self.watchdog = threading.Timer(PATIENCE, self.process.kill)
        self.watchdog.start()

    def wait(self, name, **fields):
        """The next event of that name and with those fields."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = self.process.stdout.readline()
            if not line:
                break
            event = read_event(line)
            self.events.append(event)
            if event["event"] == name and all(
                    event.get(k) == v for k, v in fields.items()):
                return event
        raise AssertionError(f"no {name} {fields} in {self.events[-6:]}")

    def end(self):
        """Reads the rest; the exit status."""
        out, self.errors = self.process.communicate(timeout=PATIENCE)
        self.events += [read_event(line) for line in out.splitlines()]
        return self.process.returncode

    def kill(self):
        self.watchdog.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class ToolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.work = cls.folder.name
        status = subprocess.run([SERVER, "start", cls.work],
                                timeout=60).returncode
        if status == 77:
            sys.exit(77)
        if status != 0:
            raise RuntimeError("the server does not start")
        with open(os.path.join(cls.work, "env"), encoding="utf-8") as file:
            cls.env = dict(line.strip().split("=", 1) for line in file)

    @classmethod
    def tearDownClass(cls):
        subprocess.run([SERVER, "stop", cls.work], check=True, timeout=60)
        cls.folder.cleanup()

    def serve_again(self):
        """The server crashes and is back."""
        for action in "kill", "again":
            subprocess.run([SERVER, action, self.work], check=True, timeout=60)

    def url(self, name, app="record"):
        return f"rtmp://127.0.0.1:{self.env['RTMP_PORT']}/{app}/{name}"

    def recording(self, name):
        return os.path.join(self.env["RECORD_DIR"], name + ".flv")

    def job(self, *urls, mode="mix-to-cdn", owner=None, encoder=None,
            mixing=None, name="job.json"):
        target = {"mode": mode, "cdnUrlList": [
            {"url": u, "isInternalLine": True} for u in urls]}
        if owner:
            target["owner"] = {"userId": owner}
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"target": target, "encoder": encoder,
                       "mixing": mixing}, file)
        return path

    def session(self, *args):
        session = Session(*args)
        self.addCleanup(session.kill)
        return session

    def run_tool(self, *args):
        return subprocess.run([TOOL, *args], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True,
                              timeout=PATIENCE)

    def make_file(self, name, *coding, seconds=2):
        path = os.path.join(self.work, name)
        command = ["ffmpeg", "-v", "error", "-y"]
        for source in ("testsrc=size=320x180:rate=25", "sine=440"):
            command += ["-t", str(seconds), "-f", "lavfi", "-i", source]
        subprocess.run([*command, *coding, path], check=True, timeout=60)
        return path

    def sender(self, *where, rate=1):
        """ffmpeg, which sends @rate seconds of media in a second to a url, as
        FLV if no options say otherwise."""
        command = ["ffmpeg", "-v", "error", "-nostdin"]
        # a tone an eighth of full scale
        for source in ("testsrc=size=320x180:rate=25", "sine=440:r=48000"):
            command += ["-readrate", str(rate), "-f", "lavfi", "-i", source]
        command += ["-c:v", "libx264", "-preset", "ultrafast", "-tune",
                    "zerolatency", "-g", "25", "-c:a", "aac", "-b:a", "64k",
                    "-f", "flv"]
        process = subprocess.Popen(command + list(where))

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()

        self.addCleanup(end)
        return process

    def wait_for_recording(self, name):
        """Somebody publishes it."""
        until = time.monotonic() + PATIENCE
        while not os.path.exists(self.recording(name)):
            self.assertLess(time.monotonic(), until)
            time.sleep(0.05)
