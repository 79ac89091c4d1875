#!/usr/bin/env python3
"""gst-publish-1.0 as a program, against a real nginx: what it prints, how it
ends, what arrives.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest

from publishtool import (BALL, CANVAS, ENCODER, EVENTS, TARGET, TOOL, ToolTest,
                         probe)


class Tool(ToolTest):
    def test_unusable(self):
        good = self.job("file:///nowhere/x.flv", encoder=ENCODER)
        bad = os.path.join(self.work, "bad.json")
        with open(bad, "w", encoding="utf-8") as file:
            file.write('{"target": {"mode": "mix-to-cdn", "cdnUrls": []}}')
        url = "rtmp://me:hunter2@localhost/live/streamkey?auth=token99"
        for args, words in (
                ((), "job file"),
                ((good, good), "job file"),
                (("/nowhere.json",), "nowhere.json"),
                ((bad,), "cdnUrls"),
                ((good, "--input", "user=jerry"), "uri="),
                ((good, "--input", "usr=jerry,uri=test:"), '"usr="'),
                ((good, "--input", f"usr=jerry,uri={url}"), '"usr="'),
                ((good, f"--inptu=user=jerry,uri={url}"), "--inptu"),
                ((good, "--input", "uri=test:", "--input", "user=x"),
                 "number 2"),
                ((good, "--input", url), "rtmp://***@localhost/live/***"),
                ((good, "--input", f"user=jerry,url={url}"), "uri="),
                ((good, "--input", f"uri={url},from=3,until=2"), "until="),
                ((good, "--input", f"uri={url},volume={url}"), "volume="),
                ((good, "--input", f"uri={url},type={url}"), "type="),
                ((good, "--input", f"uri={url},,loop=9"), "loop=9"),
                ((good, "--input", "uri=rtmq://me:hunter2@h/live/streamkey"),
                 "rtmq"),
                ((good, "--input", "uri=rtmp://me:hunter2@h/ streamkey,mute=4"),
                 "mute=4"),
                ((good, "--sink-property", f"urls {url}"), "NAME=VALUE"),
                ((good, "--sink-property", "no-such=1"), "no-such"),
                ((good, "--sink-property", "stats=1"), "stats"),
                ((good, "--sink-property", "retry-interval=soon"),
                 "retry-interval"),
                ((good, "--sink-property", "resume-policy=forever"),
                 "resume-policy"),
                ((good, url), "job file"),
                ((url,), "rtmp://***@localhost/live/***"),
                ((good, "--input", "type=huge,uri=test:"), "type=huge"),
                ((good, "--input", "loop=2,uri=test:"), "loop=2"),
                ((good, "--input", "volume=x,uri=test:"), "volume=x"),
                ((good, "--input", "uri=test:,from=3,until=2"), "until="),
                ((good, "--input", "uri=/nowhere.mp4"), "nowhere.mp4"),
                ((good, "--input", "uri=test:ball?size=3"), "size=3"),
                ((good, "--input", "uri=test:ball ! fakesink"), "a pattern"),
                ((good, "--input", "uri=test:nosuch"), "nosuch"),
                ((good, "--input", "uri=test:ball?fps=fast"), "fps=fast"),
                ((good, "--input", "uri=test:ball?fsp=5"), "fsp=5"),
                ((good, "--input", "uri=test:ball?tone=5"), "tone=5"),
                ((good, "--input", "uri=test:ball?color=red"), "color=red"),
                ((good, "--input", "uri=test:ball?size=0&tone=0"), "neither"),
                ((good, "--duration", "-1"), "--duration"),
                ((good, "--sink-property", "x"), "NAME=VALUE"),
                ((good, "--no-such"), "--no-such")):
            with self.subTest(args=args):
                run = self.run_tool(*args)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(words, run.stderr)
                for secret in ("hunter2", "streamkey", "token99"):
                    self.assertNotIn(secret, run.stdout + run.stderr)
                self.assertLess(run.stderr.count("nowhere.json"), 2)
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
        words = set(re.findall(r"[\w-]+", run.stdout))
        for event, fields in EVENTS.items():
            self.assertLessEqual({event} | fields, words)
        self.assertLessEqual(TARGET | CANVAS, words)
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
        slots = session.wait("slots-changed")["slots"]
        self.assertEqual([s["user-id"] for s in slots], ["jerry"])
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

    def test_terminal(self):
        """80 columns: events stay, the state is drawn over, nothing wraps."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, 80, 0, 0))
        urls = [self.url(name + "-and-a-rather-long-key-of-a-stream")
                for name in ("one", "two")]
        tool = subprocess.Popen(
            [TOOL, self.job(*urls, encoder=ENCODER), "--input", BALL,
             "--input", "user=a-user-with-a-rather-long-name,type=sub,"
             "uri=test:smpte?tone=0", "--input",
             "user=another-user-with-a-long-name,uri=test:snow?tone=0"],
            stdout=theirs)
        self.addCleanup(tool.wait)
        self.addCleanup(tool.kill)
        os.close(theirs)
        text, asked = b"", False
        try:
            while True:
                text += os.read(ours, 65536)
                # both, three times; and not in the middle of a state
                if not asked and text.count(b"  publishing ") >= 6 and \
                        text.endswith(b"\n"):
                    tool.send_signal(signal.SIGINT)
                    asked = True
        except OSError:
            pass
        os.close(ours)
        self.assertEqual(tool.wait(), 0, text)
        screen, states = [], []
        for line in text.decode().replace("\r\n", "\n").split("\n"):
            ups = line.count("\033[A\033[2K")
            if ups:
                del screen[-ups:]
            screen.append(line.replace("\033[A\033[2K", ""))
            if len(screen) > 3 and screen[-3].endswith("  target"):
                states.append(screen[-4:])
        # nothing of them is left; the cursor is on a line of its own
        self.assertEqual(screen.pop(), "")
        self.assertEqual([line for line in screen
                          if not re.match(r" +\d+\.\d{3}  [a-z]", line)], [])
        for word in ("(sub)", "publish-started", "stopping",
                     "publish-stopped"):
            self.assertEqual("\n".join(screen).count(word), 1, screen)
        self.assertGreaterEqual(len(states), 3)
        for state in states:
            self.assertLess(max(map(len, state)), 80, state)
        published = [state for state in states
                     if state[2].startswith("  publishing ") and
                     state[3].startswith("  publishing ")]
        self.assertGreaterEqual(len(published), 2)
        for state in published:
            self.assertIn("task-1  320x180", state[0])
            for line in state[2:]:
                self.assertRegex(line, r"  rtmp://127.*ream$")

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

    def test_targets_that_look_the_same(self):
        """Urls that differ in what is not shown: one has failed, the other
        is connected again. That is told last, and the first not forgotten."""
        names = "first-of-the-same", "other-of-the-same"
        # a name has one publisher
        taken = self.sender(self.url(names[0]))
        self.wait_for_recording(names[0])
        session = self.session(
            self.job(*map(self.url, names), encoder=ENCODER), "--input", BALL,
            "--sink-property", "connect-timeout=1000000000",
            "--sink-property", "retry-interval=200000000")
        failed = session.wait("cdn-state-changed", state="failed")
        self.assertIsNone(taken.poll())
        self.serve_again()
        session.wait("cdn-state-changed", state="reconnecting")
        good = session.wait("cdn-state-changed", state="publishing")
        self.assertEqual(failed["url"], good["url"])
        session.process.send_signal(signal.SIGINT)
        self.assertEqual(session.end(), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
