#!/usr/bin/python3
"""publish-room.py: publishes a call with publishbin, from Python
SPDX-License-Identifier: LGPL-2.1-or-later

  publish-room.py rtmp://127.0.0.1/live/room

Two people are mixed to the url; after a while one is muted and a second target,
if there is one, is added to the running task. It needs nothing but GStreamer's
own introspection.
"""
import json
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

PEOPLE = """
  publishbin name=room sink_0::user-id=jerry sink_1::user-id=jerry
    sink_2::user-id=mike
  videotestsrc is-live=true pattern=ball !
    video/x-raw,width=640,height=360,framerate=25/1 ! queue ! room.sink_0
  audiotestsrc is-live=true volume=0.1 ! queue ! room.sink_1
  videotestsrc is-live=true pattern=smpte !
    video/x-raw,width=640,height=360,framerate=25/1 ! queue ! room.sink_2
"""
ENCODER = {"videoEncodedWidth": 640, "videoEncodedHeight": 360,
           "audioEncodedSampleRate": 48000}


class App:
    def __init__(self, urls):
        self.urls, self.status = urls, 0
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(PEOPLE)
        self.room = self.pipeline.get_by_name("room")
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::element", self.on_element)
        bus.connect("message::error", self.on_error)

    def target(self, n):
        return json.dumps({"mode": "mix-to-cdn",
                           "cdnUrlList": [{"url": u} for u in self.urls[:n]]})

    def on_element(self, _bus, message):
        s = message.get_structure()
        name = s.get_name()
        if name.startswith("publish-"):
            code = s.get_int("code").value
            print(name, s.get_string("task-id"), code, s.get_string("message"),
                  flush=True)
            if code != 0:
                self.status = 1
            if name == "publish-stopped" or code != 0:
                self.loop.quit()
        elif name == "cdn-state-changed":
            # an enumeration of another library: by its text
            print(name, s.get_string("url"), s.to_string().split(
                "state=(GstPublishCdnState)")[1].split(",")[0], flush=True)

    def on_error(self, _bus, message):
        print(message.parse_error())
        self.status = 1
        self.loop.quit()

    def change(self):
        self.room.get_static_pad("sink_1").set_property("mute", True)
        if len(self.urls) > 1:
            self.room.emit("update-publish", self.task, self.target(2), None,
                           None)
        return GLib.SOURCE_REMOVE

    def stop(self):
        self.room.emit("stop-publish", self.task)
        return GLib.SOURCE_REMOVE

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        self.task = self.room.emit("start-publish", self.target(1),
                                   json.dumps(ENCODER), None)
        if self.task:
            GLib.timeout_add_seconds(4, self.change)
            GLib.timeout_add_seconds(8, self.stop)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        return self.status


if __name__ == "__main__":
    Gst.init(None)
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: publish-room.py URL [SECOND-URL]")
    sys.exit(App(sys.argv[1:]).run())
