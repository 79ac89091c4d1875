"""The scenes of compositor.sh, and who draws them how.

Every peer gets the same frames, which are in memory before its clock starts:
bench-compositor pushes them and measures itself between two output frames;
ffmpeg loops them inside of its filter graph and is measured twice, the short
run subtracted from the long one. From both is subtracted what the inputs alone
cost: the same, each into a sink of its own. Both do all in one thread; what a
thread for each input makes of it is measured beside (in threads). Peer `floor`
is no compositor but a plain loop that reads every byte of the new frames once
and writes every byte of a canvas.
"""
import json, os, re, resource, subprocess, sys

BINARIES, DIR, WANTED = sys.argv[1], sys.argv[2], sys.argv[3:]
ROUNDS = int(os.environ.get("ROUNDS", "3"))
# Different frames of a moving input. What a decoder has just made is in the
# cache that processors share; so are two frames of each of 16 inputs (44 MB), and
# with more it is other guests of the same host that are measured.
FRAMES = 2
FILMS = {"mandelbrot": "mandelbrot=s={0}x{1}:start_scale=0.3:r=30",
         "testsrc2": "testsrc2=s={0}x{1}:r=30"}
PEERS = ["ours", "stock", "stock-linear", "ffmpeg"]
IDLE = (10, 310)    # frames, of ffmpeg's inputs alone
FLOOR = "floor"     # of scenes in which all that is pushed is new


class Slot:
    def __init__(self, width, height, x, y, out_width, out_height, frames=FRAMES,
                 fps=30, colorimetry="bt709", pushes="frames"):
        self.width, self.height, self.x, self.y = width, height, x, y
        self.out_width, self.out_height = out_width, out_height
        self.frames, self.fps, self.colorimetry = frames, fps, colorimetry
        self.pushes = pushes
        # layoutcompositor fills by itself; the others crop the same
        scale = max(out_width / width, out_height / height)
        self.crop_x = round((width - out_width / scale) / 4) * 2
        self.crop_y = round((height - out_height / scale) / 4) * 2


def grid(n, width, height, canvas_width, canvas_height, **kwargs):
    w, h = canvas_width // n, canvas_height // n
    return [Slot(width, height, i % n * w, i // n * h, w, h, **kwargs)
            for i in range(n * n)]


def scenes():
    """name, canvas, slots, formats; those without moving inputs have no picture
    of their own to compare"""
    hd, full = (1280, 720), (1920, 1080)
    both, one = ["I420", "NV12"], ["I420"]
    yield "4 x 720p -> 720p", hd, grid(2, *hd, *hd), both
    yield "9 x 720p -> 1080p", full, grid(3, *hd, *full), both
    yield "16 x 720p -> 1080p", full, grid(4, *hd, *full), both
    yield "16 x 360p -> 1080p", full, grid(4, 640, 360, *full), both
    yield "1 x 1080p -> 1080p", full, grid(1, *full, *full), both
    yield "case 1", hd, [Slot(*hd, 320, 20, 640, 480)] + [
        Slot(*hd, x, 520, 320, 180) for x in (120, 480, 840)], both
    cameras = [Slot(*hd, 1300, y, 300, 200) for y in (0, 220, 440, 660)]
    yield "case 2", (1600, 900), [Slot(*hd, 0, 90, 1280, 720)] + cameras, both
    yield "4 x 360p bt601 -> 720p", hd, grid(
        2, 640, 360, *hd, colorimetry="bt601"), one
    yield "nothing moves: same memory", full, grid(4, *hd, *full, frames=1), one
    yield "nothing moves: gaps", full, grid(4, *hd, *full, frames=1, pushes="gaps"), one
    yield "nothing moves: no buffer", full, grid(4, *hd, *full, frames=1, pushes="once"), one
    moving = grid(4, *hd, *full, frames=1)
    moving[5].frames = FRAMES
    yield "one of 16 moves", full, moving, one
    yield "static screen share", (1600, 900), [
        Slot(*full, 0, 90, 1280, 720, frames=1)] + cameras, one
    yield "15 fps on 30 fps", full, grid(4, *hd, *full, fps=15), one


def run(command, **kwargs):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **kwargs)


def ffmpeg(*arguments, **kwargs):
    return run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], **kwargs)


def pix_fmt(form):
    return {"I420": "yuv420p", "NV12": "nv12"}[form]


def film(kind, width, height, form):
    """Raw frames, made once; slots start at different ones."""
    path = f"{DIR}/{kind}-{width}x{height}-{form}.yuv"
    if not os.path.exists(path):
        ffmpeg("-f", "lavfi", "-i", FILMS[kind].format(width, height),
               "-frames:v", str(2 * FRAMES), "-pix_fmt", pix_fmt(form),
               "-f", "rawvideo", path)
    return path


def make_inputs(slots, form):
    paths = []
    for i, slot in enumerate(slots):
        kind = list(FILMS)[i % len(FILMS)]
        size = slot.width * slot.height * 3 // 2
        with open(film(kind, slot.width, slot.height, form), "rb") as f:
            f.seek(size * (i % FRAMES))
            data = f.read(size * slot.frames)
        paths.append(f"{DIR}/slot{i}.yuv")
        with open(paths[-1], "wb") as f:
            f.write(data)
    return paths


# --- GStreamer ------------------------------------------------------------

def config(slots):
    return json.dumps({"backgroundColor": "#000000", "videoLayoutList": [
        {"x": s.x, "y": s.y, "width": s.out_width, "height": s.out_height,
         "zOrder": 0, "fillMode": "fill", "fixedVideoUser": {"userId": f"user{i}"}}
        for i, s in enumerate(slots)]})


def gstreamer(peer, canvas, slots, paths, form, *more, wrapper=()):
    command = [*wrapper, f"{BINARIES}/bench-compositor", f"--peer={peer}", f"--format={form}",
               f"--canvas={canvas[0]},{canvas[1]},30", f"--config={config(slots)}", *more]
    for slot, path in zip(slots, paths):
        # a GAP event takes the picture from the stock compositor: what it does
        # to go on showing it is to draw the same memory
        pushes = "frames" if slot.pushes == "gaps" and peer != "ours" else slot.pushes
        command += ["--slot", ",".join(map(str, (
            path, slot.width, slot.height, slot.fps, slot.x, slot.y, slot.out_width,
            slot.out_height, slot.crop_x, slot.crop_y, slot.colorimetry, pushes)))]
    text = run(command, stdout=subprocess.PIPE, text=True).stdout
    return tuple(map(float, text.split()))


# --- ffmpeg ---------------------------------------------------------------

def inputs(slots, paths, form):
    arguments = []
    for slot, path in zip(slots, paths):
        arguments += ["-f", "rawvideo", "-pix_fmt", pix_fmt(form), "-s",
                      f"{slot.width}x{slot.height}", "-r", str(slot.fps), "-i", path]
    return arguments


def loop(i, slot):
    return f"[{i}:v]loop=loop=-1:size={slot.frames}"


def graph(canvas, slots, form, flags, repeat=True):
    """Filters from the inputs to [out]."""
    chains, labels, places = [], "", []
    for i, slot in enumerate(slots):
        chain = loop(i, slot) if repeat else f"[{i}:v]null"
        if slot.crop_x or slot.crop_y:
            chain += (f",crop={slot.width - 2 * slot.crop_x}:"
                      f"{slot.height - 2 * slot.crop_y}:{slot.crop_x}:{slot.crop_y}")
        if slot.colorimetry != "bt709":
            flags_here = flags + f":in_color_matrix={slot.colorimetry}:out_color_matrix=bt709"
        else:
            flags_here = flags
        chain += f",scale={slot.out_width}:{slot.out_height}:flags={flags_here}"
        if slot.fps != 30:
            chain += ",fps=30"
        chains.append(chain + f",setsar=1[v{i}]")
        labels += f"[v{i}]"
        places.append(f"{slot.x}_{slot.y}")
    right = max(s.x + s.out_width for s in slots)
    bottom = max(s.y + s.out_height for s in slots)
    if (right, bottom) != tuple(canvas):
        # a corner makes the stack as large as the canvas
        chains.append(f"color=black:s=2x2:r=30,format={pix_fmt(form)}[corner]")
        labels += "[corner]"
        places.append(f"{canvas[0] - 2}_{canvas[1] - 2}")
    if len(places) == 1:
        return f"{chains[0]};[v0]null[out]"
    covered = sum(s.out_width * s.out_height for s in slots)
    fill = "" if covered == canvas[0] * canvas[1] else ":fill=black"
    chains.append(f"{labels}xstack=inputs={len(places)}:layout={'|'.join(places)}{fill}[out]")
    return ";".join(chains)


def ffmpeg_cost(arguments, frames):
    """CPU seconds and bytes of a run of so many frames."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = dict(os.environ, ALLOCCOUNT=f"{DIR}/bytes",
                       LD_PRELOAD=os.path.abspath(f"{BINARIES}/liballoccount.so"))
    ffmpeg("-filter_complex_threads", "1",
           *[str(frames) if a == "FRAMES" else a for a in arguments], env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(f"{DIR}/bytes") as f:
        return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime,
                int(f.read()))


def ffmpeg_costs(arguments, few, many):
    """Of a short and of a long run; see slope()."""
    return ffmpeg_cost(arguments, few) + ffmpeg_cost(arguments, many)


def slope(costs, few, many):
    """Milliseconds of CPU and bytes for one frame. Of runs of each kind the
    best are compared: a difference of two that were disturbed is anything."""
    return (max(costs[2] - costs[0], 0) * 1e3 / (many - few),
            max(costs[3] - costs[1], 0) / (many - few))


def mix_ffmpeg(canvas, slots, paths, form):
    return [*inputs(slots, paths, form), "-filter_complex",
            graph(canvas, slots, form, "bilinear"), "-map", "[out]",
            "-frames:v", "FRAMES", "-f", "null", "-"]


def inputs_ffmpeg(slots, paths, form):
    arguments = [*inputs(slots, paths, form), "-filter_complex", ";".join(
        loop(i, s) + (",fps=30" if s.fps != 30 else "") + f"[v{i}]"
        for i, s in enumerate(slots))]
    for i in range(len(slots)):
        arguments += ["-map", f"[v{i}]", "-frames:v", "FRAMES", "-f", "null", "-"]
    return arguments


# --- quality --------------------------------------------------------------

def compare(path, reference, canvas, form):
    raw = ["-f", "rawvideo", "-s", f"{canvas[0]}x{canvas[1]}", "-pix_fmt"]
    result = {}
    for name, pattern in (("psnr", r"average:([0-9.inf]+)"), ("ssim", r"All:([0-9.]+)")):
        text = run(["ffmpeg", "-v", "info", "-nostdin", *raw, pix_fmt(form), "-i", path,
                    *raw, "yuv420p", "-i", reference, "-lavfi",
                    f"[0]format=yuv420p[a];[a][1]{name}", "-f", "null", "-"],
                   stderr=subprocess.PIPE, text=True).stderr
        result[name] = float(re.findall(pattern, text)[-1])
    return result


def quality(canvas, slots, paths, form):
    reference, out = f"{DIR}/reference.yuv", f"{DIR}/out.yuv"
    n = FRAMES
    ffmpeg(*inputs(slots, paths, form), "-filter_complex",
           graph(canvas, slots, form, "lanczos+accurate_rnd+full_chroma_int", False),
           "-map", "[out]", "-frames:v", str(n), "-pix_fmt", "yuv420p",
           "-f", "rawvideo", reference)
    results = {}
    for peer in PEERS:
        if peer == "ffmpeg":
            ffmpeg(*inputs(slots, paths, form), "-filter_complex",
                   graph(canvas, slots, form, "bilinear"), "-map", "[out]",
                   "-frames:v", str(n), "-pix_fmt", pix_fmt(form), "-f", "rawvideo", out)
        else:
            gstreamer(peer, canvas, slots, paths, form, f"--dump={out}", f"--frames={n}")
        results[peer] = compare(out, reference, canvas, form)
    return results


# --- one scene ------------------------------------------------------------

def measure(canvas, slots, form):
    paths = make_inputs(slots, form)
    best = {}
    # ffmpeg's xstack takes two pictures or more, and frames
    peers = [p for p in PEERS if p != "ffmpeg" or
             (len(slots) > 1 and slots[0].pushes == "frames")]
    if min(s.frames for s in slots) > 1:
        peers.append(FLOOR)

    # about half a second, by what its inputs are; frames
    pixels = sum(s.width * s.height for s in slots)
    run_of = (10, 10 + min(max(int(1e9 / pixels), 30), 400))

    def keep(name, value):
        best[name] = tuple(map(min, best.get(name, value), value))

    # in turns, so that whatever else this machine does hits all of them
    for _ in range(ROUNDS):
        keep("none", gstreamer("none", canvas, slots, paths, form))
        for peer in peers:
            if peer != "ffmpeg":
                keep(peer, gstreamer(peer, canvas, slots, paths, form))
                # a GAP event is no work, and no thread is made to wait for it
                if peer != FLOOR and slots[0].pushes != "gaps":
                    keep(f"{peer} in threads", gstreamer(
                        peer, canvas, slots, paths, form, "--threads"))
                continue
            keep("none-ffmpeg", ffmpeg_costs(inputs_ffmpeg(slots, paths, form), *IDLE))
            keep(peer, ffmpeg_costs(mix_ffmpeg(canvas, slots, paths, form), *run_of))

    judged = quality(canvas, slots, paths, form) if min(
        s.frames for s in slots) > 1 and min(s.fps for s in slots) == 30 else {}
    if "ffmpeg" in peers:
        best["ffmpeg"] = slope(best["ffmpeg"], *run_of)
        best["none-ffmpeg"] = slope(best["none-ffmpeg"], *IDLE)
    rows = {}
    for peer in peers:
        none = best["none-ffmpeg" if peer == "ffmpeg" else "none"][0]
        if peer == FLOOR:
            none = 0    # no pipeline
        rows[peer] = {"ms": max(best[peer][0] - none, 1e-4), "inputs-ms": none,
                      "bytes": round(best[peer][1]), **judged.get(peer, {})}
        if f"{peer} in threads" in best:
            rows[peer]["threads-ms"] = max(best[f"{peer} in threads"][0] - none, 1e-4)
    return rows


def beside(rows, peer, key):
    """A figure, and how many times ours it is."""
    if key not in rows[peer]:
        return " " * 20
    return f"{rows[peer][key]:12.3f}{rows[peer][key] / rows['ours'][key]:8.1f}"


def threads(name, canvas, slots, form):
    """How long a frame is drawn, on one processor and on all."""
    paths = make_inputs(slots, form)
    options = ("--draw-time", "--seconds=1")
    alone, shared = [], []
    for _ in range(ROUNDS):
        alone += gstreamer("ours", canvas, slots, paths, form, *options,
                           wrapper=["taskset", "-c", "0"])
        shared += gstreamer("ours", canvas, slots, paths, form, *options)
    print(f"{name:28}{form:7}{min(alone):9.3f}{min(shared):9.3f}"
          f"{min(alone) / min(shared):8.2f}", flush=True)


def main():
    results = []
    print(f"CPU ms per output frame, the inputs' own cost subtracted; best of {ROUNDS} "
          "interleaved rounds")
    print(f"{'scene':28}{'format':7}{'peer':14}{'ms':>12}{'x ours':>8}{'in threads':>12}"
          f"{'x ours':>8}{'PSNR':>8}{'SSIM':>8}{'bytes/frame':>13}")
    for name, canvas, slots, formats in scenes():
        if WANTED and not any(w in f"{name} {f}" for w in WANTED for f in formats):
            continue
        for form in formats:
            if WANTED and not any(w in f"{name} {form}" for w in WANTED):
                continue
            rows = measure(canvas, slots, form)
            results.append({"scene": name, "format": form, "peers": rows})
            for peer, row in rows.items():
                print(f"{name:28}{form:7}{peer:14}{beside(rows, peer, 'ms')}"
                      f"{beside(rows, peer, 'threads-ms')}"
                      f"{row['psnr'] if 'psnr' in row else '':>8.4}"
                      f"{row['ssim'] if 'ssim' in row else '':>8.5}{row['bytes']:13d}",
                      flush=True)
    if not results:
        sys.exit("no such scene")
    print(f"\nms from the begin of drawing a frame to its end, on one processor and on "
          f"{os.cpu_count()}")
    large = (3840, 2160)
    for name, canvas, slots, formats in [*scenes(), (
            "16 x 1440p -> 2160p", large, grid(4, 2560, 1440, *large), ["I420"])]:
        if " -> " in name and (not WANTED or any(w in name for w in WANTED)):
            threads(name, canvas, slots, formats[0])
    print(json.dumps(results))


main()
