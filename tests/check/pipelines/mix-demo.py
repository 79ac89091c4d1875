#!/usr/bin/env python3
"""`./dev demo FILE...`, shorter than by hand: files as participants, over and
over and beside the patterns; and that it fails when it should.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
BUILD = os.environ["PUBLISH_BUILD_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
sys.dont_write_bytecode = True
from recording import Recording  # noqa: E402

RED, GREEN = (200, 30, 30), (30, 160, 30)


def make_file(path, color, seconds, sound):
    """A clip of one colour, with or without a tone."""
    args = ["-f", "lavfi", "-i",
            f"color=0x{color[0]:02x}{color[1]:02x}{color[2]:02x}"
            f":size=320x240:rate=25:duration={seconds}"]
    if sound:
        args += ["-f", "lavfi", "-i", f"sine=440:duration={seconds}"]
    subprocess.run(["ffmpeg", "-v", "error", *args, "-c:v", "libx264",
                    "-pix_fmt", "yuv420p", "-c:a", "aac", path],
                   check=True, timeout=60)


def mean_volume(path):
    """Of the sound of a file, dB below full scale."""
    run = subprocess.run(["ffmpeg", "-i", path, "-map", "0:a", "-af",
                          "volumedetect", "-f", "null", "-"],
                         stderr=subprocess.PIPE, text=True, check=True,
                         timeout=60)
    return float(re.search(r"mean_volume: (-?[\d.]+) dB", run.stderr).group(1))


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name

    def run_demo(self, *files):
        env = dict(os.environ, DEMO_SECONDS="6", MESON_BUILD_ROOT=BUILD,
                   DEMO_RESULT=os.path.join(self.work, "result"),
                   TMPDIR=self.work)
        run = subprocess.run([os.path.join(SOURCE, "scripts", "demo.sh"),
                              *files], cwd=SOURCE, env=env, timeout=100,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True)
        print(run.stdout)
        # everything is tidied up but the result
        self.assertEqual([name for name in os.listdir(self.work)
                          if name.startswith("publish-demo")], [])
        return run

    def test_files_as_participants(self):
        red, green = (os.path.join(self.work, name)
                      for name in ("red and loud.mp4", "green.ts"))
        make_file(red, RED, 1, sound=True)
        make_file(green, GREEN, 1.5, sound=False)
        run = self.run_demo(red, green)
        self.assertEqual(run.returncode, 0)
        self.assertIn("0 jerry, 1 mike, 2 anna, 3 paul\n", run.stdout)
        self.assertIn("received frames", run.stdout)
        # the server was killed and came back; nothing is missing
        self.assertRegex(run.stdout, "is reconnecting: the connection was lost")
        self.assertEqual(len(re.findall("flv is reconnecting", run.stdout)), 0)
        for kind in ("video", "audio"):
            self.assertRegex(run.stdout,
                             kind + r"  \d+ frames were sent, 0 were lost")

        result = os.path.join(self.work, "result")
        self.assertEqual(sorted(os.listdir(result)),
                         ["example.flv", "launch.flv", "received-1.flv",
                          "received-2.flv", "sheet.png"])
        recording = Recording(os.path.join(result, "example.flv"))
        (_, _, last, _), (_, _, end, _) = recording.sizes()
        # both have ended and begun again by then; case 1, then case 2
        # (in the last frames of all, whose file was shorter has left)
        before, after = recording.grab([last, end - 1])
        for frame, jerry, mike in ((before, (640, 260), (280, 610)),
                                   (after, (1450, 100), (1450, 760))):
            for at, color in ((jerry, RED), (mike, GREEN)):
                for found, wanted in zip(frame.pixel(*at), color):
                    self.assertAlmostEqual(found, wanted, delta=14)
        # ffmpeg's tone has -21 dB, an eighth of full scale
        self.assertGreater(mean_volume(recording.path), -40)

        sheet = subprocess.run(
            ["ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries",
             "stream=width,height", os.path.join(result, "sheet.png")],
            check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
        # 4 x 3 pictures of 480x270 with 6 between and around
        self.assertEqual(sheet.strip(), f"{4 * 486 + 6},{3 * 276 + 6}")

    def test_a_file_that_is_not_there(self):
        run = self.run_demo(os.path.join(self.work, "nowhere.ts"))
        self.assertEqual(run.returncode, 1)
        self.assertIn("nowhere.ts", run.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
