#!/usr/bin/python3
"""Every look of layoutcompositor as pictures and one page, for human eyes.

usage: gallery.py FOLDER [NAME...]

Renders with the plugins on GStreamer's path. NAMEs: only pictures whose name
contains one of them.
"""
import base64
import html
import json
import os
import struct
import sys
import zlib

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

WIDTH, HEIGHT = 960, 540
NAMES = ["jerry", "mike", "amy", "bob", "tina", "oscar", "lucy", "hugo", "eva",
         "noah", "mia", "liam", "zoe", "emil", "nora", "otto"]
# one shade for each participant, 0xffRRGGBB
SHADES = [0xffe76f51, 0xff2a9d8f, 0xffe9c46a, 0xff457b9d, 0xff9b5de5,
          0xfff4a261, 0xff43aa8b, 0xffd62828, 0xff577590, 0xffbc6c25,
          0xff6a994e, 0xff8338ec, 0xff219ebc, 0xffef476f, 0xff5f0f40,
          0xff3a5a40]


def png(width, height, pixel):
    """A data URI of an RGBA image; pixel(x, y) gives four bytes."""
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width))
                    for y in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + \
            struct.pack(">I", zlib.crc32(body))

    data = b"\x89PNG\r\n\x1a\n" + \
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)) + \
        chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(data).decode()


def backdrop(x, y):
    return (24 + x // 12, 30 + y // 8, 70 + (x + y) // 12, 255)


def logo(x, y):
    """A ring with soft edges on nothing."""
    distance = ((x - 47.5) ** 2 + (y - 47.5) ** 2) ** 0.5
    alpha = max(0.0, min(1.0, 14.5 - abs(distance - 32)))
    return (255, 200, 40, int(alpha * 230))


def silhouette(x, y):
    """A head and shoulders on grey: a camera that is off."""
    head = (x - 160) ** 2 + (y - 70) ** 2 < 38 ** 2
    body = ((x - 160) / 80) ** 2 + ((y - 185) / 70) ** 2 < 1
    return (150, 156, 168, 255) if head or body else (58, 62, 72, 255)


class Picture:
    def __init__(self, section, name, caption, config, users, sources=None,
                 frame=1, shape=(640, 360), **properties):
        self.section, self.name, self.caption = section, name, caption
        self.config, self.users = config, users
        self.sources, self.frame = sources or {}, frame
        self.shape, self.properties = shape, properties

    def launch(self, folder):
        parts = ["layoutcompositor name=mix "]
        for i, user in enumerate(self.users):
            kind = "sub" if user == "screen" else "big"
            parts.append(f"sink_{i}::user-id={user} sink_{i}::stream-type={kind} ")
        parts.append(f"! video/x-raw,width={WIDTH},height={HEIGHT},"
                     "framerate=15/1 ! videoconvert ! pngenc ! multifilesink "
                     f"max-files=1 location=\"{folder}/{self.name}-%d.png\" ")
        for i, user in enumerate(self.users):
            source = self.sources.get(user)
            if source is None and user == "screen":
                source = "videotestsrc pattern=smpte75 num-buffers={n}"
            if source is None:
                shade = SHADES[NAMES.index(user) % len(SHADES)]
                source = ("videotestsrc pattern=ball background-color="
                          f"{shade} num-buffers={{n}}")
            parts.append(source.format(n=self.frame) +
                         " ! video/x-raw,width=%d,height=%d,framerate=15/1 "
                         % self.shape + f"! mix.sink_{i} ")
        return "".join(parts)

    def render(self, folder):
        pipeline = Gst.parse_launch(self.launch(folder))
        mix = pipeline.get_by_name("mix")
        for key, value in self.properties.items():
            Gst.util_set_object_arg(mix, key.replace("_", "-"), str(value))
        configs = self.config if isinstance(self.config, list) else [self.config]
        for config in configs:
            wrong = mix.emit("apply-config", json.dumps(config))
            if wrong:
                sys.exit(f"{self.name}: {wrong}")
        pipeline.set_state(Gst.State.PLAYING)
        message = pipeline.get_bus().timed_pop_filtered(
            60 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
        pipeline.set_state(Gst.State.NULL)
        if message is None or message.type == Gst.MessageType.ERROR:
            sys.exit(f"{self.name}: " + (message.parse_error()[0].message
                                         if message else "no end"))
        last = max((entry for entry in os.listdir(folder)
                    if entry.startswith(self.name + "-") and
                    entry[len(self.name) + 1:-4].isdigit()),
                   key=lambda entry: int(entry[len(self.name) + 1:-4]))
        os.replace(f"{folder}/{last}", f"{folder}/{self.name}.png")


def one(**look):
    return {"backgroundColor": "#1d3557", "videoLayoutList": [
        dict({"x": 120, "y": 60, "width": 720, "height": 420}, **look)]}


def pictures():
    back, ring, off = png(960, 540, backdrop), png(96, 96, logo), \
        png(320, 180, silhouette)

    for template in ["grid", "float", "pip", "screen-share"]:
        for n in range(1, 17):
            users = NAMES[:n] + (["screen"] if template == "screen-share" else [])
            yield Picture(f"Template {template}", f"{template}-{n:02}",
                          f"{n} users",
                          {"template": template, "backgroundColor": "#16181d",
                           "templateLayout": {"label": "{userId}"}}, users)
    yield Picture("Template grid", "grid-round", "rounded, with a border", {
        "template": "grid", "backgroundImage": back, "templateLayout": {
            "label": "{userId}", "cornerRadius": 24,
            "border": {"width": 3, "color": "#ffffffc0"}}}, NAMES[:5])

    for mode in ["fill", "fit", "stretch"]:
        yield Picture("Fill modes", f"mode-{mode}", f"{mode}: a 4:3 picture", {
            "backgroundColor": "#1d3557", "videoLayoutList": [
                {"x": 40, "y": 60, "width": 560, "height": 210,
                 "fillMode": mode, "backgroundColor": "#101010"},
                {"x": 640, "y": 60, "width": 160, "height": 420,
                 "fillMode": mode, "backgroundColor": "#101010",
                 "fixedVideoUser": {"userId": "mike"}}]}, ["jerry", "mike"],
            {user: "videotestsrc pattern=smpte num-buffers={n}"
             for user in ["jerry", "mike"]}, shape=(640, 480))

    looks = {
        "plain": {}, "radius-8": {"cornerRadius": 8},
        "radius-60": {"cornerRadius": 60}, "radius-all": {"cornerRadius": 4096},
        "border-1": {"border": {"width": 1}},
        "border-8": {"border": {"width": 8, "color": "#e9c46a"}},
        "border-clear": {"border": {"width": 24, "color": "#00000080"}},
        "border-round": {"cornerRadius": 40,
                         "border": {"width": 8, "color": "#e9c46a"}},
        "border-round-clear": {"cornerRadius": 40,
                               "border": {"width": 16, "color": "#ffffff80"}},
        "border-thick": {"cornerRadius": 12,
                         "border": {"width": 40, "color": "#2a9d8f"}},
        "alpha-half": {"alpha": 0.5},
        "alpha-round": {"alpha": 0.6, "cornerRadius": 60,
                        "border": {"width": 6, "color": "#ffffff"}},
        "mirror": {"mirror": True},
        "odd": {"x": 121, "y": 61, "width": 719, "height": 417,
                "cornerRadius": 31, "border": {"width": 5, "color": "#ffffff"}},
    }
    for name, look in looks.items():
        config = one(**look)
        config["backgroundImage"] = back
        yield Picture("Looks of a layout", f"look-{name}",
                      json.dumps(look) if look else "no look at all", config,
                      ["jerry"], {"jerry": "videotestsrc pattern=smpte "
                                           "num-buffers={n}"})

    labels = {
        "name": "{userId}", "center": {"text": "{userId}",
                                       "alignment": "center"},
        "right": {"text": "{userId}", "alignment": "right"},
        "styled": {"text": "{userId} \u2022 host", "font": "Serif Bold 36",
                   "color": "#1d3557", "backgroundColor": "#ffffffd0"},
        "bare": {"text": "{userId}", "backgroundColor": "#00000000"},
        "cjk": "\u4f1a\u8bae\u4e3b\u6301\u4eba \u5f20\u4f1f",
        "rtl": {"text": "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
                "alignment": "right"},
        "arabic": "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645",
        "markup": "<b>not bold</b> & so on",
        "long": "a name that goes on " * 500,
    }
    for name, label in labels.items():
        yield Picture("Name labels", f"label-{name}",
                      str(label)[:60], one(label=label), ["jerry"])

    def marks(*list_):
        return {"template": "grid", "watermarkList": list(list_)}

    text = {"x": 600, "y": 20, "width": 340, "height": 48}
    texts = {
        "plain": {"text": "Gate 7"},
        "back": {"text": "on air", "backgroundColor": "#d62828",
                 "alignment": "center"},
        "right": {"text": "%d. %B %Y", "alignment": "right",
                  "color": "#ffee88"},
        "long": {"text": "A longer text stands in lines and is cut at the end "
                 * 20, "x": 520, "y": 20, "width": 420, "height": 160,
                 "font": "Sans 22", "backgroundColor": "#00000080"},
        "font": {"text": "no such font", "font": "Nonexistent 30"},
    }
    for name, mark in texts.items():
        yield Picture("Watermarks", f"text-{name}", str(mark)[:70],
                      marks(dict(text, **mark)), ["mike"])
    yield Picture("Watermarks", "mark-logo", "png with alpha",
                  marks({"watermarkUrl": ring, "x": 20, "y": 20, "width": 96,
                         "height": 96},
                        {"watermarkUrl": ring, "x": 821, "y": 401, "width": 121,
                         "height": 121}), ["mike"])
    yield Picture("Watermarks", "mark-between",
                  "between two layouts, half off the canvas", {
                      "videoLayoutList": [
                          {"x": 0, "y": 0, "width": 960, "height": 540},
                          {"x": 500, "y": 250, "width": 400, "height": 225,
                           "zOrder": 5}],
                      "watermarkList": [
                          {"watermarkUrl": ring, "x": 420, "y": 180,
                           "width": 180, "height": 180, "zOrder": 3},
                          {"watermarkUrl": ring, "x": -60, "y": -60,
                           "width": 180, "height": 180}]}, ["jerry", "mike"])
    yield Picture("Watermarks", "background", "background image", {
        "backgroundImage": back, "videoLayoutList": [
            {"x": 60, "y": 80, "width": 400, "height": 225},
            {"x": 500, "y": 80, "width": 400, "height": 225}]},
        ["jerry", "mike"])

    ladder = {"backgroundColor": "#16181d", "videoLayoutList": [
        {"x": 20, "y": 20, "width": 450, "height": 240, "cornerRadius": 16,
         "placeHolderImage": off, "label": "{userId}"},
        {"x": 490, "y": 20, "width": 450, "height": 240, "cornerRadius": 16,
         "placeHolderImage": off, "label": "{userId}"},
        {"x": 20, "y": 280, "width": 450, "height": 240, "cornerRadius": 16,
         "placeHolderImage": off, "label": "{userId}"},
        {"x": 490, "y": 280, "width": 450, "height": 240, "cornerRadius": 16,
         "backgroundColor": "#2b2d42", "label": "{userId}"}]}
    yield Picture("What a slot shows", "ladder",
                  "live; a user without video; nobody, with a placeholder; "
                  "nobody, without one", ladder, ["jerry", "mike"],
                  {"mike": "videotestsrc num-buffers={n} ! "
                           "identity drop-buffer-flags=0 ! valve drop=true "
                           "drop-mode=transform-to-gap"})

    first = {"backgroundColor": "#16181d", "videoLayoutList": [
        {"x": 0, "y": 0, "width": 480, "height": 540, "label": "{userId}"},
        {"x": 480, "y": 0, "width": 480, "height": 540, "label": "{userId}"}]}
    second = {"backgroundColor": "#16181d", "at": 2 * 66666667,
              "videoLayoutList": [
                  {"x": 640, "y": 20, "width": 300, "height": 169, "zOrder": 1,
                   "label": "{userId}"},
                  {"x": 0, "y": 0, "width": 960, "height": 540,
                   "label": "{userId}"}]}
    for frame in [3, 8, 11, 14, 19]:
        yield Picture("A transition, one second",
                      f"transition-{frame:02}", f"after {frame - 3} frames",
                      [first, second], ["jerry", "mike"], frame=frame,
                      transition_time=Gst.SECOND)
    one_user = one(fixedVideoUser={"userId": "jerry"}, cornerRadius=30)
    other = dict(one(fixedVideoUser={"userId": "mike"}, cornerRadius=30),
                 at=2 * 66666667)
    for frame in [3, 10, 18]:
        yield Picture("A fade, one second", f"fade-{frame:02}",
                      f"after {frame - 3} frames", [one_user, other],
                      ["jerry", "mike"], frame=frame, fade_time=Gst.SECOND)


STYLE = """body{background:#101216;color:#dde;font:15px sans-serif;margin:2em}
figure{display:inline-block;margin:.6em;width:320px;vertical-align:top}
img{width:320px;display:block}figcaption{font-size:13px;color:#9ab;
overflow-wrap:anywhere}h2{border-top:1px solid #334;padding-top:1em}"""


def write_page(folder, made):
    sections = {}
    for picture in made:
        sections.setdefault(picture.section, []).append(picture)
    with open(f"{folder}/index.html", "w", encoding="utf-8") as page:
        page.write("<!doctype html><meta charset=utf-8><title>layoutcompositor"
                   f"</title><style>{STYLE}</style><h1>layoutcompositor</h1>")
        for section, list_ in sections.items():
            page.write(f"<h2>{html.escape(section)}</h2>")
            for p in list_:
                page.write(f"<figure><a href={p.name}.png><img src={p.name}.png"
                           f" alt=\"{p.name}\"></a><figcaption>{p.name}: "
                           f"{html.escape(p.caption)}</figcaption></figure>")


def main():
    Gst.init(None)
    folder, only = sys.argv[1], sys.argv[2:]
    os.makedirs(folder, exist_ok=True)
    made = []
    for picture in pictures():
        if only and not any(name in picture.name for name in only):
            continue
        picture.render(folder)
        made.append(picture)
    write_page(folder, made)
    print(f"{len(made)} pictures: {folder}/index.html")


main()
