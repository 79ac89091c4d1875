#!/usr/bin/env python3
"""The demo of gst-publish-1.0, shorter than by hand: it tells, shows and judges
what it promises, tidies up, and fails if a file is not there.
SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PUBLISH_SOURCE_ROOT"]
BUILD = os.environ["PUBLISH_BUILD_ROOT"]
SERVER = os.path.join(SOURCE, "tests", "servers", "nginx-rtmp.sh")


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name
        if subprocess.run([SERVER, "available", self.work],
                          check=False).returncode == 77:
            sys.exit(77)

    def run_demo(self, *files):
        # smaller pictures: a machine that has much to do encodes them in time
        env = dict(os.environ, DEMO_SECONDS="18", DEMO_SCALE="2",
                   MESON_BUILD_ROOT=BUILD,
                   DEMO_RESULT=os.path.join(self.work, "result"),
                   TMPDIR=self.work)
        run = subprocess.run(
            [os.path.join(SOURCE, "scripts", "demo-publish.sh"), *files],
            cwd=SOURCE, env=env, timeout=150, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        print(run.stdout)
        self.assertEqual([name for name in os.listdir(self.work)
                          if name.startswith("publish-demo")], [])
        return run

    def test_demo(self):
        run = self.run_demo()
        self.assertEqual(run.returncode, 0)
        with open(os.path.join(self.work, "result", "states.log"),
                  encoding="utf-8") as file:
            states = file.read()
        for word in ("publishing", "reconnecting", "input-left  mike",
                     "input-came  paul", "publish-updated",
                     "publish-stopped"):
            self.assertIn(word, states)
        self.assertEqual(states.count("publishing"), 4)
        result = os.listdir(os.path.join(self.work, "result"))
        for name in ("sheet.png", "timing.txt", "room-1.flv", "room-2.flv"):
            self.assertIn(name, result)
        self.assertIn("segments", run.stdout)

    def test_a_file_that_is_not_there(self):
        run = self.run_demo(os.path.join(self.work, "nowhere.ts"))
        self.assertEqual(run.returncode, 1)
        self.assertIn("nowhere.ts", run.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
