#!/usr/bin/env python3
"""The main job end to end: the example publishes a composed call to nginx, its
config is changed half way, and ffprobe and ffmpeg read what nginx recorded.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
BUILD = os.environ["PUBLISH_BUILD_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
sys.dont_write_bytecode = True
from recording import Recording  # noqa: E402

EXAMPLES = os.path.join(SOURCE, "tests", "examples")
SERVER = os.path.join(SOURCE, "tests", "servers", "nginx-rtmp.sh")
SECONDS = 12

# What the two configs say: the canvas (case 1 has no encoder: the default),
# where each layout lies, and a point that no layout covers.
CASE_1 = {
    "size": (1280, 720), "background": (0x1d, 0x35, 0x57),
    "layouts": [(320, 20, 640, 480), (120, 520, 320, 180),
                (480, 520, 320, 180), (840, 520, 320, 180)],
    "bare": [(40, 40), (200, 400), (1200, 300), (460, 600)],
}
CASE_2 = {
    "size": (1600, 900), "background": (0x20, 0x20, 0x20),
    "layouts": [(0, 90, 1280, 720), (1300, 0, 300, 200),
                (1300, 220, 300, 200), (1300, 440, 300, 200),
                (1300, 660, 300, 200)],
    "bare": [(40, 40), (600, 850), (1288, 400), (1400, 208)],
}
# the paper of the example's screen share, and where nothing is drawn on it
SCREEN, SCREEN_AT = (0xf1, 0xfa, 0xee), (60, 130)


def near(found, wanted, tolerance=10):
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted))


class MixToRtmp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        work = cls.folder.name
        command = (f'"{BUILD}/tests/examples/mix-to-rtmp" '
                   '--url "rtmp://127.0.0.1:$RTMP_PORT/record/mix" '
                   f'--duration {SECONDS} '
                   f'--config "{EXAMPLES}/case-1-four-users.json" '
                   f'--next-config "{EXAMPLES}/case-2-screen-share.json"')
        # the server ends with this, when the recording is complete
        run = subprocess.run([SERVER, "run", work, "sh", "-c", command],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, timeout=90)
        if run.returncode == 77:
            sys.exit(77)
        cls.status, cls.output = run.returncode, run.stdout
        print(run.stdout)
        cls.recording = Recording(os.path.join(work, "record", "mix.flv"))
        print(cls.recording.describe())

        # once: every frame that the tests look at
        runs = cls.recording.sizes()
        cls.before = cls.after = []
        if len(runs) == 2:
            (_, first, last, _), (_, again, end, _) = runs
            frames = cls.recording.grab([first + 0.5, (first + last) / 2, last,
                                         again, again + 0.5, end])
            cls.before, cls.after = frames[:3], frames[3:]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_example_ends_well(self):
        self.assertEqual(self.status, 0)
        self.assertNotIn("warning", self.output)
        # case 1: jerry's layout and three others in order of arrival
        self.assertRegex(self.output, r"config 1 is shown from 0\.000 s on: "
                         "0 jerry, 1 mike, 2 anna, 3 paul\n")
        # case 2: anna and paul keep theirs, mike's is jerry's now
        self.assertRegex(self.output, r"config 2 is shown from \d+\.\d+ s on: "
                         "0 jerry \\(screen\\), 1 jerry, 2 anna, 3 paul, 4 mike\n")

    def test_codecs(self):
        video = self.recording.stream("video")
        audio = self.recording.stream("audio")
        self.assertEqual(video["codec_name"], "h264")
        self.assertEqual((audio["codec_name"], audio["profile"]), ("aac", "LC"))
        self.assertEqual((audio["sample_rate"], audio["channels"]), ("48000", 1))
        # said in the stream: what the canvas is painted in
        self.assertEqual(video.get("color_space"), "bt709")

    def test_both_sizes(self):
        self.assertEqual([run[0] for run in self.recording.sizes()],
                         [CASE_1["size"], CASE_2["size"]])

    def test_rate_and_duration(self):
        # FLV counts milliseconds; at 15 frames a second none is left out, not
        # even where the size changes
        times = [time for time, _, _ in self.recording.frames]
        for number, time in enumerate(times):
            self.assertAlmostEqual(time - times[0], number / 15, delta=0.0025)
        # by the canvas's time, and then what was in the participants' queues
        self.assertGreaterEqual(times[-1] - times[0], SECONDS - 0.5)
        self.assertLessEqual(times[-1] - times[0], SECONDS + 2.5)
        self.assertGreaterEqual(self.recording.duration("audio"), SECONDS - 0.5)

    def test_sound_without_gaps(self):
        # AAC has 1024 samples in a frame
        dts = self.recording.dts("audio")
        for a, b in zip(dts, dts[1:]):
            self.assertAlmostEqual(b - a, 1024 / 48000, delta=0.0025)

    def test_dts_strictly_increasing(self):
        for kind in ("video", "audio"):
            self.assertGreater(len(self.recording.dts(kind)), 100)
            self.assertEqual(self.recording.backward_dts(kind), [])

    def test_every_frame_is_decoded(self):
        self.assertEqual(self.recording.problems(), [])

    def test_keyframes(self):
        # GOP of 3 seconds at 15 frames a second; a new size begins with one
        sizes = [size for _, size, _ in self.recording.frames]
        change = sizes.index(CASE_2["size"])
        self.assertAlmostEqual(change / 15, SECONDS / 2, delta=1)
        expected = list(range(0, change, 45)) + \
            list(range(change, len(sizes), 45))
        found = [number for number, frame in enumerate(self.recording.frames)
                 if frame[2]]
        self.assertEqual(found, expected)
        self.assertGreaterEqual(len(found), 4)

    def check_case(self, case, frames):
        self.assertEqual(len(frames), 3)
        for frame in frames:
            self.assertEqual((frame.width, frame.height), case["size"])
            for x, y in case["bare"]:
                pixel = frame.pixel(x, y)
                self.assertTrue(near(pixel, case["background"]),
                                f"{pixel} at {x}, {y} of {frame.time:.3f} s")

    def test_case_1_until_the_change(self):
        self.check_case(CASE_1, self.before)

    def test_case_2_from_the_change_on(self):
        self.check_case(CASE_2, self.after)
        for frame in self.after:
            self.assertTrue(near(frame.pixel(*SCREEN_AT), SCREEN),
                            f"no screen share at {frame.time:.3f} s")

    def test_every_layout_shows_a_moving_picture(self):
        for case, frames in ((CASE_1, self.before), (CASE_2, self.after)):
            for layout in case["layouts"]:
                self.assertTrue(frames[0].differs(frames[1], *layout) or
                                frames[1].differs(frames[2], *layout),
                                f"{layout} stands still")


if __name__ == "__main__":
    unittest.main(verbosity=2)
