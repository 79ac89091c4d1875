#!/usr/bin/env python3
"""gst-publish-1.0 as a program, against a real nginx: what it prints, how it
ends, what arrives.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
BUILD = os.environ["PUBLISH_BUILD_ROOT"]
SERVER = os.path.join(SOURCE, "tests", "servers", "nginx-rtmp.sh")
TOOL = os.path.join(BUILD, "tools", "publish", "gst-publish-1.0")
PATIENCE = 40
ENCODER = {"videoEncodedWidth": 320, "videoEncodedHeight": 180,
           "videoEncodedGOP": 1, "audioEncodedSampleRate": 48000}
BALL = "user=jerry,uri=test:ball?size=320x180"


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
            event = json.loads(line)
            self.events.append(event)
            if event["event"] == name and all(
                    event.get(k) == v for k, v in fields.items()):
                return event
        raise AssertionError(f"no {name} {fields} in {self.events[-6:]}")

    def end(self):
        """Reads the rest; the exit status."""
        out, self.errors = self.process.communicate(timeout=PATIENCE)
        self.events += [json.loads(line) for line in out.splitlines()]
        return self.process.returncode

    def kill(self):
        self.watchdog.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class Tool(unittest.TestCase):
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

    def test_unusable(self):
        good = self.job("file:///nowhere/x.flv", encoder=ENCODER)
        bad = os.path.join(self.work, "bad.json")
        with open(bad, "w", encoding="utf-8") as file:
            file.write('{"target": {"mode": "mix-to-cdn", "cdnUrls": []}}')
        for args, words in (
                ((), "job file"),
                ((good, good), "job file"),
                (("/nowhere.json",), "nowhere.json"),
                ((bad,), "cdnUrls"),
                ((good, "--input", "user=jerry"), "uri="),
                ((good, "--input", "usr=jerry,uri=test:"), "usr=jerry"),
                ((good, "--input", "type=huge,uri=test:"), "type=huge"),
                ((good, "--input", "loop=2,uri=test:"), "loop=2"),
                ((good, "--input", "volume=x,uri=test:"), "volume=x"),
                ((good, "--input", "uri=test:,from=3,until=2"), "until="),
                ((good, "--input", "uri=/nowhere.mp4"), "nowhere.mp4"),
                ((good, "--input", "uri=test:ball?size=3"), "size=3"),
                ((good, "--input", "uri=test:ball ! fakesink"), "a pattern"),
                ((good, "--input", "uri=test:nosuch"), "nosuch"),
                ((good, "--duration", "-1"), "--duration"),
                ((good, "--sink-property", "x"), "NAME=VALUE"),
                ((good, "--no-such"), "--no-such")):
            with self.subTest(args=args):
                run = self.run_tool(*args)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(words, run.stderr)
                # one message
                self.assertEqual(run.stderr.count("gst-publish-1.0:"), 1,
                                 run.stderr)

    def test_missing_encoder(self):
        job = self.job(self.url("none"), encoder={"audioEncodedCodecType": 2})
        run = self.run_tool(job, "--input", BALL)
        if run.returncode == 2:
            self.assertIn("HE-AAC v2", run.stderr)

    def test_help(self):
        run = self.run_tool("--help")
        self.assertEqual(run.returncode, 0)
        for word in ("SYNOPSIS", "--input", "SIGHUP", "EXIT STATUS"):
            self.assertIn(word, run.stdout)
        self.assertLessEqual(max(map(len, run.stdout.splitlines())), 80)
        manual = self.run_tool("--manual").stdout
        self.assertTrue(manual.startswith(".TH GST-PUBLISH-1.0 1"))

    def test_session(self):
        """Someone comes and leaves, the job is changed, SIGINT ends it."""
        job = self.job(self.url("session"), encoder=ENCODER,
                       mixing={"template": "grid"})
        session = self.session(
            job, "--input", BALL, "--input",
            "user=mike,uri=test:smpte?size=160x120&tone=880,from=1,until=4")
        self.assertEqual(session.wait("publish-started")["code"], "ok")
        url = session.wait("cdn-state-changed", state="publishing")["url"]
        self.assertNotIn("session", url)
        session.wait("input-came", user="mike")
        session.wait("input-left", user="mike")
        stats = session.wait("stats")
        task = stats["tasks"][0]
        self.assertEqual(task["canvas"]["canvas-width"], 320)
        self.assertGreater(task["targets"][0]["frames-sent"], 0)

        # a job that is refused changes nothing
        with open(job, "w", encoding="utf-8") as file:
            file.write("{")
        session.process.send_signal(signal.SIGHUP)
        session.wait("job-refused")
        self.job(self.url("session"), self.url("second"), encoder=ENCODER,
                 mixing={"template": "pip"})
        session.process.send_signal(signal.SIGHUP)
        self.assertEqual(session.wait("publish-updated")["code"], "ok")
        session.wait("cdn-state-changed", state="publishing")
        session.wait("stats")
        session.process.send_signal(signal.SIGINT)
        session.wait("publish-stopped", code="ok")
        self.assertEqual(session.end(), 0)
        for name in ("session", "second"):
            streams = probe(self.recording(name))
            self.assertEqual(streams["video"]["width"], 320)
            self.assertEqual(streams["audio"]["sample_rate"], "48000")

    def test_target_given_up(self):
        """A target that failed and is taken from the job is not a fault."""
        good = self.url("given")
        job = self.job(good, "rtmp://127.0.0.1:1/live/nobody",
                       encoder=ENCODER)
        session = self.session(job, "--input", BALL)
        session.wait("cdn-state-changed", state="publishing")
        self.job(good, encoder=ENCODER)
        session.process.send_signal(signal.SIGHUP)
        self.assertEqual(session.wait("publish-updated")["code"], "ok")
        session.wait("stats")
        session.process.send_signal(signal.SIGINT)
        session.wait("publish-stopped", code="ok")
        self.assertEqual(session.end(), 0)

    def test_no_secret_of_an_input(self):
        session = self.session(
            self.job(self.url("secret"), encoder=ENCODER), "--input", BALL,
            "--input", "user=mike,uri=rtmp://me:hunter2@127.0.0.1:1/live/"
            "streamkey?auth=token99")
        uri = session.wait("input-lost", user="mike")["uri"]
        self.assertTrue(uri.startswith("rtmp://"), uri)
        session.process.send_signal(signal.SIGINT)
        session.end()
        told = json.dumps(session.events) + session.errors
        for secret in ("hunter2", "streamkey", "token99"):
            self.assertNotIn(secret, told)

    def make_file(self, name, *coding):
        path = os.path.join(self.work, name)
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
             "testsrc=size=320x180:rate=25:duration=2", "-f", "lavfi", "-i",
             "sine=440:duration=2", *coding, path], check=True, timeout=60)
        return path

    def test_file_relayed_in_real_time(self):
        """A file with a comma in its name; its end is the owner's leaving."""
        path = self.make_file("a,b.mp4", "-c:v", "libx264", "-g", "25",
                              "-c:a", "aac")
        session = self.session(
            self.job(self.url("file"), mode="big-to-cdn", owner="jerry"),
            "--input", f"uri={path},user=jerry")
        session.wait("cdn-state-changed", state="publishing")
        stopped = session.wait("publish-stopped")
        self.assertEqual(session.end(), 0)
        self.assertGreater(stopped["time"], 1.5)
        frames = int(probe(self.recording("file"))["video"]["nb_read_packets"])
        self.assertGreaterEqual(frames, 45)

    def test_looped_file(self):
        path = self.make_file("loop.mkv", "-c:v", "libx264", "-c:a", "libopus")
        session = self.session(
            self.job(self.url("loop"), encoder=ENCODER), "--duration", "7",
            "--input", f"user=jerry,loop=1,uri={path}")
        session.wait("publish-stopped", code="ok")
        self.assertEqual(session.end(), 0)
        self.assertGreater(session.events[-1]["time"], 6)
        self.assertEqual(
            [e for e in session.events if e["event"] == "input-ended"], [])
        # the tone, an eighth of full scale, is there in the third round too
        run = subprocess.run(
            ["ffmpeg", "-ss", "5", "-i", self.recording("loop"), "-af",
             "volumedetect", "-f", "null", "-"], stderr=subprocess.PIPE,
            text=True, check=True, timeout=60)
        volume = re.search(r"mean_volume: (-?[\d.]+) dB", run.stderr).group(1)
        self.assertGreater(float(volume), -30)

    def serve(self, path):
        """An HTTP server that sends the file in 2 s and closes; its port."""
        with open(path, "rb") as file:
            data = file.read()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                step = len(data) // 40 + 1
                for at in range(0, len(data), step):
                    self.wfile.write(data[at:at + step])
                    time.sleep(0.05)

            def log_message(self, format, *args):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def test_input_that_reconnects(self):
        """A source that breaks off and is back: the user stays meanwhile."""
        port = self.serve(self.make_file("source.ts", "-c:v", "libx264", "-g",
                                         "25", "-c:a", "aac"))
        session = self.session(
            self.job(self.url("again"), encoder=ENCODER), "--input",
            f"user=jerry,uri=http://127.0.0.1:{port}/source.ts")
        for _ in range(3):
            session.wait("input-lost")
            slots = session.wait("stats")["tasks"][0]["canvas"]["slots"]
            self.assertEqual([s.get("user-id") for s in slots], ["jerry"])
        session.process.send_signal(signal.SIGTERM)
        self.assertEqual(session.end(), 0)

    def test_targets_that_fail(self):
        """One that nobody serves: exit status 1, and the other is served."""
        session = self.session(
            self.job(self.url("fine"), "rtmp://127.0.0.1:9/live/none",
                     encoder=ENCODER), "--input", BALL, "--sink-property",
            "connect-timeout=1000000000", "--sink-property",
            "retry-interval=200000000")
        states = set()
        while states != {"publishing", "failed"}:
            event = session.wait("cdn-state-changed")
            if event["state"] in ("publishing", "failed"):
                states.add(event["state"])
        session.process.send_signal(signal.SIGINT)
        self.assertEqual(session.end(), 1)
        self.assertIn("video", probe(self.recording("fine")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
