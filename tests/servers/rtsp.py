#!/usr/bin/python3
"""A live RTSP server on loopback: a picture and a tone, H.264 and AAC.
SPDX-License-Identifier: LGPL-2.1-or-later

usage: rtsp.py [PORT]   prints "PORT", the one that was free if none is given,
when it accepts; serves rtsp://127.0.0.1:PORT/live and ends after RTSP_LIFE s
(600). Exit 77: GstRtspServer or its introspection is missing.
"""
import os
import sys

try:
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError):
    sys.exit(77)

MEDIA = (
    "( videotestsrc is-live=true ! video/x-raw,width=320,height=180,"
    "framerate=25/1 ! x264enc tune=zerolatency speed-preset=ultrafast "
    "key-int-max=25 ! rtph264pay name=pay0 pt=96 config-interval=-1 "
    "audiotestsrc is-live=true freq=440 volume=0.1 ! audio/x-raw,rate=48000,"
    "channels=1 ! avenc_aac bitrate=64000 ! rtpmp4gpay name=pay1 pt=97 )")


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1] if len(sys.argv) > 1 else "0")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(MEDIA)
    factory.set_shared(True)
    server.get_mount_points().add_factory("/live", factory)
    if not server.attach(None):
        sys.exit("rtsp: the port is taken")
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(int(os.environ.get("RTSP_LIFE", "600")),
                             loop.quit)
    loop.run()


main()
