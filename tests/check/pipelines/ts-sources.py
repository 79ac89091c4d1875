#!/usr/bin/env python3
"""tstimingcheck behind the sources that bring streams from a network: what
comes out is what was sent, and nothing is wrong with it.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import functools
import http.server
import os
import socket
import subprocess
import tempfile
import threading
import unittest


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sources(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name
        self.sent = os.path.join(self.work, "sent.ts")
        self.received = os.path.join(self.work, "received.ts")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
             "testsrc2=d=6:s=320x180", "-f", "lavfi", "-i", "sine=d=6",
             "-c:v", "libx264", "-c:a", "aac", self.sent],
            check=True, timeout=60)

    def launch(self, line):
        process = subprocess.Popen(
            ["gst-launch-1.0", "-m"] + line.split(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.kill)
        return process

    def read(self, path):
        with open(path, "rb") as stream:
            return stream.read()

    def check(self, receiver):
        said = receiver.communicate(timeout=60)[0]
        self.assertEqual(receiver.returncode, 0, said)
        # the last message is the verdict on all of it
        self.assertIn('verdict=(string)clean', said)
        self.assertNotIn("timing-event", said)

    def test_http(self):
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            functools.partial(Quiet, directory=self.work))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        port = server.server_address[1]
        self.check(self.launch(
            f"souphttpsrc location=http://127.0.0.1:{port}/sent.ts ! "
            f"tstimingcheck ! filesink location={self.received}"))
        self.assertEqual(self.read(self.received), self.read(self.sent))

    def test_srt(self):
        # paced by its own clock, and patient: SRT drops what comes too fast
        # or too late
        port = free_udp_port()
        receiver = self.launch(
            f"srtsrc uri=srt://127.0.0.1:{port}?mode=listener latency=1500 ! "
            f"tstimingcheck ! filesink location={self.received}")
        sender = self.launch(
            f"filesrc location={self.sent} ! "
            "tsparse set-timestamps=true alignment=7 ! "
            "srtsink wait-for-connection=true latency=1500 "
            f"uri=srt://127.0.0.1:{port}?mode=caller")
        self.assertIn("Got EOS", sender.communicate(timeout=60)[0])
        self.check(receiver)
        # what SRT still holds when the sender leaves is lost
        received, sent = self.read(self.received), self.read(self.sent)
        self.assertGreater(len(received), len(sent) / 3)
        self.assertEqual(received, sent[:len(received)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
