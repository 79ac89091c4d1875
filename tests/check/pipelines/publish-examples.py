#!/usr/bin/env python3
"""The examples of publishbin, in C and in Python, against nginx: what they
print, and what the server recorded.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
BUILD = os.environ["PUBLISH_BUILD_ROOT"]
SERVER = os.path.join(SOURCE, "tests", "servers", "nginx-rtmp.sh")
URL = '"rtmp://127.0.0.1:$RTMP_PORT/record/'


def probe(path):
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-count_packets", "-show_streams", "-of",
         "json", path], check=True, stdout=subprocess.PIPE, timeout=60).stdout
    return {s["codec_type"]: s for s in json.loads(out)["streams"]}


def frame_rate(path):
    """Measured: what ffprobe calls the rate is a guess that one late picture,
    which a muxer writes with the time of the sound before it, turns over."""
    out = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
         "packet=pts_time", "-of", "csv=p=0", path], check=True,
        stdout=subprocess.PIPE, text=True, timeout=60).stdout
    times = [float(line.strip(",")) for line in out.split()]
    return (len(times) - 1) / (times[-1] - times[0])


class Examples(unittest.TestCase):
    def run_example(self, command):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        run = subprocess.run(
            [SERVER, "run", folder.name, "sh", "-c", command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=90)
        if run.returncode == 77:
            sys.exit(77)
        print(run.stdout)
        self.assertEqual(run.returncode, 0)
        # stream keys are not shown
        self.assertNotIn("secret", run.stdout)
        return run.stdout, os.path.join(folder.name, "record")

    def check_mix(self, path, least):
        streams = probe(path)
        self.assertEqual((streams["video"]["width"],
                          streams["video"]["height"]), (640, 360))
        self.assertEqual(streams["audio"]["codec_name"], "aac")
        self.assertGreater(int(streams["video"]["nb_read_packets"]), least)

    def test_c(self):
        out, record = self.run_example(
            f'"{BUILD}/tests/examples/publish-room" {URL}secret-mix" '
            f'{URL}secret-jerry"')
        self.assertEqual(out.count("publish-stopped, ok"), 2)
        self.assertIn("publish-updated, ok", out)
        self.check_mix(os.path.join(record, "secret-mix.flv"), 60)
        jerry = probe(os.path.join(record, "secret-jerry.flv"))
        # as he comes: 25 frames a second, 44.1 kHz
        self.assertAlmostEqual(
            frame_rate(os.path.join(record, "secret-jerry.flv")), 25,
            delta=1)
        self.assertEqual(jerry["audio"]["sample_rate"], "44100")

    def test_python(self):
        out, record = self.run_example(
            f'"{SOURCE}/tests/examples/publish-room.py" {URL}secret-one" '
            f'{URL}secret-two"')
        self.assertIn("publish-stopped task-1 0", out)
        self.assertIn("publish-updated task-1 0", out)
        self.check_mix(os.path.join(record, "secret-one.flv"), 60)
        self.check_mix(os.path.join(record, "secret-two.flv"), 15)


if __name__ == "__main__":
    unittest.main(verbosity=2)
