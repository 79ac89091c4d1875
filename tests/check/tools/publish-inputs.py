#!/usr/bin/env python3
"""The network inputs of gst-publish-1.0, sent by others: a sender's clock that
is not ours, pauses, senders that are killed and are back.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import functools
import http.server
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from publishtool import ENCODER, SOURCE, ToolTest, probe
from freeport import free_port

RTSP = os.path.join(SOURCE, "tests", "servers", "rtsp.py")


def silences(path):
    """The recording's length and where it is silent, s, as ffmpeg hears it."""
    run = subprocess.run(
        ["ffmpeg", "-nostdin", "-i", path, "-vn", "-af",
         "silencedetect=noise=-50dB:d=0.05", "-f", "null", "-"],
        stderr=subprocess.PIPE, text=True, check=True, timeout=60)
    hours, minutes, seconds = re.findall(
        r"time=(\d+):(\d+):([\d.]+)", run.stderr)[-1]
    length = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    begins = re.findall(r"silence_start: (-?[\d.]+)", run.stderr)
    ends = re.findall(r"silence_end: (-?[\d.]+)", run.stderr)
    ends += [length] * (len(begins) - len(ends))
    return length, [(float(b), float(e)) for b, e in zip(begins, ends)]


def silent_share(spans, begin, end):
    return sum(max(0, min(e, end) - max(b, begin))
               for b, e in spans) / (end - begin)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


class Inputs(ToolTest):
    def publisher(self, name, rate=1):
        url = self.url(name, "live")
        return self.sender(url, rate=rate), url

    def mix(self, name, uri, *args):
        return self.session(self.job(self.url(name), encoder=ENCODER,
                                     name=name + ".json"),
                            "--input", f"user=jerry,uri={uri}", *args)

    def wait_for_picture(self, session):
        while True:
            task = session.wait("stats")["tasks"][0]
            slots = task["canvas"]["slots"]
            if any(s.get("user-id") == "jerry" for s in slots):
                return

    def finish(self, session, name):
        session.process.send_signal(signal.SIGINT)
        session.wait("publish-stopped", code="ok")
        self.assertEqual(session.end(), 0)
        return silences(self.recording(name))

    def check_drift(self, name, rate):
        """@rate is not 1: a second is lost or won in 20 s."""
        _, url = self.publisher(name + "-in", rate)
        session = self.mix(name, url)
        self.wait_for_picture(session)
        time.sleep(22)
        length, spans = self.finish(session, name)
        self.assertGreater(length, 20)
        self.assertLess(silent_share(spans, length - 10, length), 0.25, spans)
        return session

    def test_sender_slower_than_we(self):
        self.check_drift("slow", 0.95)

    def test_sender_faster_than_we(self):
        self.check_drift("fast", 1.1)

    def test_sender_that_goes_on_later(self):
        """It stands still for a second, and never makes up for it."""
        port = self.serve(self.make_file(
            "pausing.ts", "-c:v", "libx264", "-g", "25", "-c:a", "aac",
            seconds=12), pause=1, pace=12)
        session = self.mix("later", f"http://127.0.0.1:{port}/pausing.ts")
        session.wait("input-lost")
        length, spans = self.finish(session, "later")
        self.assertLess(silent_share(spans, length - 3, length - 1), 0.1,
                        spans)

    def test_sender_that_pauses(self):
        publisher, url = self.publisher("pause-in")
        session = self.mix("pause", url)
        self.wait_for_picture(session)
        time.sleep(3)
        publisher.send_signal(signal.SIGSTOP)
        time.sleep(1)
        publisher.send_signal(signal.SIGCONT)
        time.sleep(8)
        length, spans = self.finish(session, "pause")
        self.assertLess(silent_share(spans, length - 4, length), 0.1, spans)

    def serve(self, path, pause=0, pace=2):
        """An HTTP server that sends the file in @pace s, stands still for
        @pause s in the middle of it, and closes; its port."""
        with open(path, "rb") as file:
            data = file.read()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                n = 1 if pace == 0 else int(pace * 20)
                step = len(data) // n + 1
                for i, at in enumerate(range(0, len(data), step)):
                    if pause and i == n // 2:
                        time.sleep(pause)
                    self.wfile.write(data[at:at + step])
                    time.sleep(pace / n)

            def log_message(self, format, *args):
                pass

        return self.start_server(Handler)

    def start_server(self, handler):
        """Its port."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
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

    def hear_again(self, session, name, kill, start):
        """The sender is killed and is back: seen and heard to the end."""
        self.wait_for_picture(session)
        kill()
        session.wait("input-lost", user="jerry")
        start()
        session.wait("input-back", user="jerry")
        time.sleep(8)
        length, spans = self.finish(session, name)
        self.assertLess(silent_share(spans, length - 4, length), 0.1, spans)

    def test_srt(self):
        """The sender listens, we call."""
        port = free_port(socket.SOCK_DGRAM)
        url = f"srt://127.0.0.1:{port}"
        sender = self.sender("-f", "mpegts", url + "?mode=listener")
        session = self.mix("srt", url)

        def kill():
            sender.kill()
            sender.wait()

        self.hear_again(session, "srt", kill, lambda: self.sender(
            "-f", "mpegts", url + "?mode=listener"))

    def test_srt_listener(self):
        """We listen, the sender calls."""
        port = free_port(socket.SOCK_DGRAM)
        session = self.mix("srt-in", f"srt://127.0.0.1:{port}?mode=listener")
        session.wait("cdn-state-changed", state="publishing")
        self.sender("-f", "mpegts", f"srt://127.0.0.1:{port}")
        self.wait_for_picture(session)
        time.sleep(6)
        length, spans = self.finish(session, "srt-in")
        self.assertLess(silent_share(spans, length - 3, length), 0.1, spans)

    def rtsp_server(self, *port):
        server = subprocess.Popen(["/usr/bin/python3", RTSP, *port],
                                  stdout=subprocess.PIPE, text=True)

        def end():
            if server.poll() is None:
                server.kill()
            server.communicate()

        self.addCleanup(end)
        line = server.stdout.readline()
        if not line and server.wait() == 77:
            self.skipTest("there is no RTSP server")
        return server, line.strip()

    def test_rtsp(self):
        server, port = self.rtsp_server()
        session = self.mix("rtsp", f"rtsp://127.0.0.1:{port}/live")

        def kill():
            server.kill()
            server.wait()

        self.hear_again(session, "rtsp", kill,
                        lambda: self.rtsp_server(port))

    def test_who_joins_delays_nobody(self):
        """A source with a latency of its own comes to those who are there."""
        _, port = self.rtsp_server()
        session = self.mix("joins", "test:ball?size=320x180", "--input",
                           "user=mike,from=4,uri=rtsp://127.0.0.1:"
                           f"{port}/live")
        session.wait("input-came", user="mike")
        frames = []
        for _ in range(7):
            task = session.wait("stats")["tasks"][0]
            frames.append(task["canvas"]["frames"])
        slots = task["canvas"]["slots"]
        self.assertIn("mike", [s.get("user-id") for s in slots])
        # 15 frames in a second; a machine that has much to do makes up for it
        self.assertGreater(min(b - a for a, b in zip(frames, frames[1:])), 5,
                           frames)
        self.finish(session, "joins")

    def test_file_of_a_web_server(self):
        """Sent as fast as we take it; relayed in real time."""
        self.make_file("web.mp4", "-c:v", "libx264", "-g", "25", "-c:a", "aac",
                       "-movflags", "+faststart", seconds=5)
        handler = functools.partial(QuietHandler, directory=self.work)
        port = self.start_server(handler)
        session = self.session(
            self.job(self.url("web"), mode="big-to-cdn", owner="jerry"),
            "--input", f"user=jerry,uri=http://127.0.0.1:{port}/web.mp4")
        began = session.wait("cdn-state-changed", state="publishing")["time"]
        ended = session.wait("input-lost")["time"]
        self.assertGreater(ended - began, 4)
        session.process.send_signal(signal.SIGINT)
        self.assertEqual(session.end(), 0)
        frames = int(probe(self.recording("web"))["video"]["nb_read_packets"])
        self.assertGreaterEqual(frames, 100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
