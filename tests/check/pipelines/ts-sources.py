#!/usr/bin/env python3
"""tstimingcheck behind the sources that bring streams from a network: what
comes out is what was sent, and nothing is wrong with it.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import functools
import http.server
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.environ["PUBLISH_SOURCE_ROOT"], "tests",
                                "servers"))
from freeport import free_port


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


PACKET, PER_DATAGRAM = 188, 7


def continuity_errors(datagrams, lost):
    """What a receiver counts when the datagrams with these numbers are lost:
    the next packet of a PID that misses some has another count."""
    missing, errors = {}, 0
    for number, data in enumerate(datagrams):
        for at in range(0, len(data), PACKET):
            pid = (data[at + 1] & 0x1f) << 8 | data[at + 2]
            if number in lost:
                counts = bool(data[at + 3] & 0x10) and pid != 0x1fff
                missing[pid] = missing.get(pid, 0) + counts
            else:
                errors += missing.pop(pid, 0) % 16 != 0
    return errors


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

    # datagrams that are really missing: rtpmp2tdepay marks the place, and the
    # element must not take that for an excuse
    def test_lost_rtp(self):
        port = free_port(socket.SOCK_DGRAM)
        receiver = self.launch(
            f"-e udpsrc address=127.0.0.1 port={port} buffer-size=2000000 "
            "caps=application/x-rtp,media=video,encoding-name=MP2T,"
            "clock-rate=90000,payload=33 ! rtpmp2tdepay ! "
            "tstimingcheck arrival=never ! "
            f"filesink buffer-mode=unbuffered location={self.received}")
        data = self.read(self.sent)
        size = PACKET * PER_DATAGRAM
        datagrams = [data[at:at + size]
                     for at in range(0, len(data) - size + 1, size)]
        lost = set(range(20, len(datagrams), 33))
        arrived = b"".join(d for n, d in enumerate(datagrams)
                           if n not in lost)
        self.wait(lambda: f":{port:04X} " in self.read(
            "/proc/net/udp").decode(), "nobody listens")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number, payload in enumerate(datagrams):
                header = struct.pack(">BBHII", 0x80, 33, number, number * 900,
                                     7)
                if number not in lost:
                    sender.sendto(header + payload, ("127.0.0.1", port))
                time.sleep(0.001)
        self.wait(lambda: os.path.exists(self.received) and
                  os.path.getsize(self.received) >= len(arrived),
                  "not all of it arrives")
        receiver.send_signal(signal.SIGINT)
        said = receiver.communicate(timeout=60)[0]
        self.assertEqual(self.read(self.received), arrived)
        report = said[said.index("timing-report"):]
        counts = {key: int(value) for key, value in re.findall(
            r"(continuity-count-error|discontinuities|sync-loss)\W+(\d+)",
            re.split(r"first\W+\{", report)[0])}
        self.assertEqual(counts, {
            "discontinuities": len(lost),
            "continuity-count-error": continuity_errors(datagrams, lost)})
        self.assertIn("verdict=(string)error", report)

    # behind another element multifilesrc cannot be asked for its files, and
    # its pattern is no name of a segment
    def test_files_behind_a_queue(self):
        data = self.read(self.sent)
        half = len(data) // PACKET // 2 * PACKET
        for number, piece in enumerate((data[:half], data[half:])):
            path = os.path.join(self.work, f"part{number}.ts")
            with open(path, "wb") as part:
                part.write(piece)
        receiver = self.launch(
            f"multifilesrc location={self.work}/part%d.ts ! queue ! "
            f"tstimingcheck ! filesink location={self.received}")
        said = receiver.communicate(timeout=60)[0]
        self.assertEqual(self.read(self.received), data)
        self.assertIn("verdict=(string)clean", said)
        self.assertRegex(said, r"segment-count\W+0\D")
        self.assertNotIn("part%d", said[said.index("timing-report"):])

    def wait(self, condition, otherwise):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, otherwise)
            time.sleep(0.02)

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
        port = free_port(socket.SOCK_DGRAM)
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
