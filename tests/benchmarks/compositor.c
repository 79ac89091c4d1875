/* compositor.c: what one compositor costs for one frame of one scene
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One process, one pipeline: frames that were in memory before the clock
 * started, a compositor, a sink that only counts. Prints CPU milliseconds and
 * bytes of large memory for one output frame, both from the frame after the
 * warm-up on. compositor.py says what to run.
 *
 * The sink pushes the next frames, in the thread that composes: so nothing is
 * measured but composing, and all happens in one thread as in ffmpeg's filter
 * graph. With --threads each input is pushed by a thread of its own, and what
 * the kernel does to let them take turns is part of the figure.
 */

#include <gst/base/gstaggregator.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "alloccount.h"

#define MAX_FRAMES 16
/* canvas frames that peer `none` pushes the inputs of */
#define PUSHES 3000
/* canvases that peer `floor` writes in turn, as a compositor and an encoder
 * that holds one have them */
#define CANVASES 3

/* One input and its place. */
typedef struct
{
  gchar *file;                  /* raw frames, all of them are shown in turn */
  gint width, height, fps;
  gint x, y, out_width, out_height;
  gint crop_x, crop_y;          /* on each side, for who cannot crop itself */
  gchar *colorimetry;
  gchar *pushes;                /* "frames"; "gaps": after the first one GAP
                                   events; "once": one that lasts an hour */
} Slot;

static gchar *peer = NULL, *format = NULL, *dump = NULL, *config = NULL;
static gint canvas_width, canvas_height, canvas_fps = 30;
static gint warm_up = 12, least = 20, most = 6000;
static gdouble seconds = 0.3;
static gboolean draw_time = FALSE, threads = FALSE;

static void
die (const gchar * text, const gchar * name)
{
  g_printerr ("bench-compositor: %s: %s\n", name, text);
  exit (1);
}

static GstCaps *
caps_of (gint width, gint height, gint fps, const gchar * colorimetry)
{
  return gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, format,
      "width", G_TYPE_INT, width, "height", G_TYPE_INT, height,
      "framerate", GST_TYPE_FRACTION, fps, 1,
      "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1,
      "colorimetry", G_TYPE_STRING, colorimetry, NULL);
}

/* --- inputs --------------------------------------------------------------- */

typedef struct
{
  const Slot *slot;
  GstBuffer *frames[MAX_FRAMES];
  guint n_frames;
  guint64 next;
  GstPad *pad;                  /* that pushes, of no element */
  GstAggregatorPad *to;         /* the compositor's */
} Input;

/* Not all of the pipeline can be asked, and does not have to be. */
static gboolean
answer_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, FALSE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static void
input_init (Input * self, const Slot * slot)
{
  GstCaps *caps = caps_of (slot->width, slot->height, slot->fps,
      slot->colorimetry);
  GstVideoInfo info;
  gchar *data;
  gsize size, frame;
  guint i;

  gst_video_info_from_caps (&info, caps);
  gst_caps_unref (caps);
  if (!g_file_get_contents (slot->file, &data, &size, NULL))
    die ("cannot be read", slot->file);
  /* packed as ffmpeg writes it; all sizes here are even */
  frame = (gsize) slot->width * slot->height * 3 / 2;
  if (info.size != frame)
    die ("has rows that are padded", slot->file);

  self->slot = slot;
  self->n_frames = MIN (size / frame, MAX_FRAMES);
  if (self->n_frames == 0)
    die ("holds no frame", slot->file);
  for (i = 0; i < self->n_frames; i++) {
    self->frames[i] = gst_buffer_new_allocate (NULL, frame, NULL);
    gst_buffer_fill (self->frames[i], 0, data + i * frame, frame);
  }
  g_free (data);

  self->pad = gst_pad_new (NULL, GST_PAD_SRC);
  gst_pad_set_query_function (self->pad, answer_query);
}

static void
input_start (Input * self)
{
  const Slot *slot = self->slot;
  GstCaps *caps = caps_of (slot->width, slot->height, slot->fps,
      slot->colorimetry);
  gchar *id = g_strdup_printf ("%p", (gpointer) self);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (self->pad, TRUE);
  gst_pad_push_event (self->pad, gst_event_new_stream_start (id));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
  gst_caps_unref (caps);
  g_free (id);
}

/* The time of frame @n. */
static GstClockTime
input_time (const Input * self, guint64 n)
{
  if (g_strcmp0 (self->slot->pushes, "once") == 0)
    return n * 3600 * GST_SECOND;
  return gst_util_uint64_scale (n, GST_SECOND, self->slot->fps);
}

/* A new buffer with the memory of the frame: what a decoder's pool does, at
 * no cost for pixels. Or a GAP event. */
static gboolean
input_push (Input * self)
{
  GstClockTime pts = input_time (self, self->next);
  GstClockTime duration = input_time (self, self->next + 1) - pts;
  GstBuffer *buffer;

  if (self->next++ > 0 && g_strcmp0 (self->slot->pushes, "gaps") == 0)
    return gst_pad_push_event (self->pad, gst_event_new_gap (pts, duration));

  buffer = gst_buffer_copy_region (self->frames[(self->next - 1) %
          self->n_frames], GST_BUFFER_COPY_MEMORY | GST_BUFFER_COPY_META, 0,
      -1);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return gst_pad_push (self->pad, buffer) == GST_FLOW_OK;
}

static gpointer
input_thread (gpointer data)
{
  Input *self = data;

  input_start (self);
  while (input_push (self));
  return NULL;
}

/* --- the pipeline -------------------------------------------------------- */

typedef struct
{
  GMainLoop *loop;
  Input *inputs;
  guint n_inputs;
  gint frames;
  gdouble start;
  unsigned long long start_bytes;
  FILE *dump;
  GstVideoInfo info;
} Count;

static gdouble
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
      (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
write_frame (Count * count, GstBuffer * buffer)
{
  GstVideoFrame frame;
  guint p;
  gint y;

  if (!gst_video_frame_map (&frame, &count->info, buffer, GST_MAP_READ))
    die ("cannot be mapped", "an output frame");
  for (p = 0; p < GST_VIDEO_FRAME_N_PLANES (&frame); p++) {
    gint height = GST_VIDEO_FRAME_COMP_HEIGHT (&frame, p);
    gint width = GST_VIDEO_FRAME_COMP_WIDTH (&frame, p) *
        GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, p);

    for (y = 0; y < height; y++)
      fwrite ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, p) +
          (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, p), 1, width,
          count->dump);
  }
  gst_video_frame_unmap (&frame);
}

/* The mean time of drawing a frame, from its begin to its end, by the element's
 * own clock. */
static void
print_draw_time (GstBin * bin)
{
  GstElement *mix = gst_bin_get_by_name (bin, "mix");
  GstStructure *stats = NULL;
  guint64 time = 0;

  g_object_get (mix, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "average-draw-time", &time);
  g_print ("%g\n", time / 1e6);
  gst_structure_free (stats);
  gst_object_unref (mix);
}

static void
push_inputs (Count * count)
{
  guint i;

  for (i = 0; i < count->n_inputs; i++)
    if (!gst_aggregator_pad_has_buffer (count->inputs[i].to))
      input_push (&count->inputs[i]);
}

static void
on_frame (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  Count *count = user_data;
  gint measured = count->frames - warm_up;

  (void) sink;
  (void) pad;
  count->frames++;
  if (!threads)
    push_inputs (count);
  if (count->dump != NULL) {
    if (count->frames <= least)
      write_frame (count, buffer);
    else
      g_main_loop_quit (count->loop);
    return;
  }

  if (measured == 0) {
    count->start_bytes = alloccount_get ();
    count->start = cpu_seconds ();
  } else if (measured == most ||
      (measured >= least && cpu_seconds () - count->start >= seconds)) {
    if (draw_time)
      print_draw_time (GST_BIN (GST_OBJECT_PARENT (sink)));
    else
      g_print ("%g %g\n", (cpu_seconds () - count->start) * 1e3 / measured,
          (gdouble) (alloccount_get () - count->start_bytes) / measured);
    /* nothing after this is of interest */
    exit (0);
  }
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer unused)
{
  (void) bus;
  (void) unused;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    GError *error = NULL;

    gst_message_parse_error (message, &error, NULL);
    die (error->message, GST_OBJECT_NAME (message->src));
  }
  return G_SOURCE_CONTINUE;
}

static GstElement *
make_sink (Count * count)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample",
      FALSE, "signal-handoffs", count != NULL, NULL);
  if (count != NULL)
    g_signal_connect (sink, "handoff", G_CALLBACK (on_frame), count);
  return sink;
}

typedef guint64 Part __attribute__((vector_size (16), aligned (1)));

/* Reads @n bytes; returns what depends on all of them. */
static Part
read_bytes (const guint8 * in, gsize n)
{
  Part a = { 0, 0 }, b = a, c = a, d = a;
  gsize i;

  for (i = 0; i + 4 * sizeof (Part) <= n; i += 4 * sizeof (Part)) {
    const Part *line = (const Part *) (in + i);

    a += line[0];
    b += line[1];
    c += line[2];
    d += line[3];
  }
  return a + b + c + d;
}

/* Reads a frame and writes @size bytes, in turns. */
static void
read_and_write (GstBuffer * frame, guint8 * out, gsize size)
{
  const gsize turns = 256;
  GstMapInfo map;
  gsize i;

  if (!gst_buffer_map (frame, &map, GST_MAP_READ))
    die ("cannot be mapped", "an input frame");
  for (i = 0; i < turns; i++) {
    gsize begin = size * i / turns, end = size * (i + 1) / turns;
    Part seen = read_bytes (map.data + map.size / turns * i, map.size / turns);

    memset (out + begin, (gint) seen[0], end - begin);
  }
  gst_buffer_unmap (frame, &map);
}

/* Every byte of each new frame is read, every byte of a canvas is written, and
 * nothing else is done, without a pipeline: what a compositor on one processor
 * is near to, at best. (Stores around the caches would be cheaper here, and
 * dearer for who encodes the canvas.) */
static void
measure_floor (Input * inputs, guint n)
{
  const gsize canvas = (gsize) canvas_width * canvas_height * 3 / 2;
  guint8 *canvases[CANVASES];
  gdouble start = 0;
  gint frame;
  guint i;

  for (i = 0; i < CANVASES; i++)
    canvases[i] = g_malloc0 (canvas);
  for (frame = 0; frame < warm_up + least || cpu_seconds () - start < seconds;
      frame++) {
    if (frame == warm_up)
      start = cpu_seconds ();
    for (i = 0; i < n; i++) {
      const Slot *slot = inputs[i].slot;
      gint now = frame * slot->fps / canvas_fps;

      if (frame == 0 || now != (frame - 1) * slot->fps / canvas_fps)
        read_and_write (inputs[i].frames[now % inputs[i].n_frames],
            canvases[frame % CANVASES] + canvas / n * i, canvas / n);
    }
  }
  g_print ("%g 0\n", (cpu_seconds () - start) * 1e3 / (frame - warm_up));
  for (i = 0; i < CANVASES; i++)
    g_free (canvases[i]);
}

/* The inputs alone, each into a sink of its own: what is subtracted. */
static void
measure_none (GstBin * bin, Input * inputs, guint n)
{
  gdouble start;
  gint frame;
  guint i;

  for (i = 0; i < n; i++) {
    GstElement *sink = make_sink (NULL);
    GstPad *to = gst_element_get_static_pad (sink, "sink");

    gst_bin_add (bin, sink);
    if (gst_pad_link (inputs[i].pad, to) != GST_PAD_LINK_OK)
      die ("cannot be linked", inputs[i].slot->file);
    gst_object_unref (to);
  }
  gst_element_set_state (GST_ELEMENT (bin), GST_STATE_PLAYING);
  for (i = 0; i < n; i++)
    input_start (&inputs[i]);
  start = cpu_seconds ();
  for (frame = 0; frame < PUSHES; frame++)
    for (i = 0; i < n; i++)
      if (inputs[i].next <= (guint64) frame * inputs[i].slot->fps / canvas_fps)
        input_push (&inputs[i]);
  g_print ("%g 0\n", (cpu_seconds () - start) * 1e3 / PUSHES);
}

static GstPad *
request_stock_pad (GstElement * mix, const Slot * slot)
{
  GstPad *pad = gst_element_request_pad_simple (mix, "sink_%u");

  g_object_set (pad, "xpos", slot->x, "ypos", slot->y, "width",
      slot->out_width, "height", slot->out_height, NULL);
  if (g_strcmp0 (peer, "stock-linear") == 0) {
    GstStructure *options = gst_structure_new ("GstVideoConverter",
        GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD,
        GST_TYPE_VIDEO_RESAMPLER_METHOD, GST_VIDEO_RESAMPLER_METHOD_LINEAR,
        GST_VIDEO_CONVERTER_OPT_CHROMA_RESAMPLER_METHOD,
        GST_TYPE_VIDEO_RESAMPLER_METHOD, GST_VIDEO_RESAMPLER_METHOD_LINEAR,
        NULL);

    g_object_set (pad, "converter-config", options, NULL);
    gst_structure_free (options);
  }
  return pad;
}

static void
build_mix (GstBin * bin, Count * count)
{
  gboolean ours = g_strcmp0 (peer, "ours") == 0;
  GstElement *mix = gst_element_factory_make (ours ? "layoutcompositor" :
      "compositor", "mix");
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  GstElement *sink = make_sink (count);
  GstCaps *caps = caps_of (canvas_width, canvas_height, canvas_fps, "bt709");
  guint i;

  if (mix == NULL)
    die ("no such element", ours ? "layoutcompositor" : "compositor");
  if (ours)
    g_object_set (mix, "mixing-config", config, NULL);
  else
    /* black, as the canvases of the others */
    gst_util_set_object_arg (G_OBJECT (mix), "background", "black");
  g_object_set (filter, "caps", caps, NULL);
  gst_video_info_from_caps (&count->info, caps);
  gst_caps_unref (caps);
  gst_bin_add_many (bin, mix, filter, sink, NULL);
  gst_element_link_many (mix, filter, sink, NULL);

  for (i = 0; i < count->n_inputs; i++) {
    Input *input = &count->inputs[i];
    const Slot *slot = input->slot;
    GstPad *from = gst_object_ref (input->pad), *pad;

    if (!ours && (slot->crop_x > 0 || slot->crop_y > 0)) {
      GstElement *crop = gst_element_factory_make ("videocrop", NULL);
      GstPad *in = gst_element_get_static_pad (crop, "sink");

      g_object_set (crop, "left", slot->crop_x, "right", slot->crop_x,
          "top", slot->crop_y, "bottom", slot->crop_y, NULL);
      gst_bin_add (bin, crop);
      gst_pad_link (from, in);
      gst_object_unref (in);
      gst_object_unref (from);
      from = gst_element_get_static_pad (crop, "src");
    }
    if (ours) {
      gchar *user = g_strdup_printf ("user%u", i);

      pad = gst_element_request_pad_simple (mix, "sink_%u");
      g_object_set (pad, "user-id", user, NULL);
      g_free (user);
    } else {
      pad = request_stock_pad (mix, slot);
    }
    if (gst_pad_link (from, pad) != GST_PAD_LINK_OK)
      die ("cannot be linked", slot->file);
    input->to = GST_AGGREGATOR_PAD (pad);
    gst_object_unref (pad);
    gst_object_unref (from);
  }
}

/* Returns when all frames are dumped; a measurement ends the process. */
static void
run_mix (GstBin * bin, Count * count)
{
  GstBus *bus = gst_element_get_bus (GST_ELEMENT (bin));
  guint i;

  build_mix (bin, count);
  count->loop = g_main_loop_new (NULL, FALSE);
  gst_bus_add_watch (bus, on_message, NULL);
  gst_element_set_state (GST_ELEMENT (bin), GST_STATE_PLAYING);
  for (i = 0; i < count->n_inputs; i++) {
    if (threads) {
      g_thread_unref (g_thread_new ("input", input_thread, &count->inputs[i]));
      continue;
    }
    input_start (&count->inputs[i]);
    input_push (&count->inputs[i]);
  }
  g_main_loop_run (count->loop);

  gst_element_set_state (GST_ELEMENT (bin), GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  g_main_loop_unref (count->loop);
}

static Slot
parse_slot (const gchar * text)
{
  Slot slot = { NULL, };
  gchar **parts = g_strsplit (text, ",", -1);
  gint *fields[] = { &slot.width, &slot.height, &slot.fps, &slot.x, &slot.y,
    &slot.out_width, &slot.out_height, &slot.crop_x, &slot.crop_y
  };
  guint i;

  if (g_strv_length (parts) != G_N_ELEMENTS (fields) + 3)
    die ("is no slot", text);
  slot.file = g_strdup (parts[0]);
  for (i = 0; i < G_N_ELEMENTS (fields); i++)
    *fields[i] = atoi (parts[i + 1]);
  slot.colorimetry = g_strdup (parts[G_N_ELEMENTS (fields) + 1]);
  slot.pushes = g_strdup (parts[G_N_ELEMENTS (fields) + 2]);
  g_strfreev (parts);

  if (slot.width < 2 || slot.height < 2 || slot.fps < 1)
    die ("is no slot", text);
  return slot;
}

int
main (int argc, char **argv)
{
  gchar **texts = NULL, *canvas = NULL;
  const GOptionEntry options[] = {
    {"peer", 0, 0, G_OPTION_ARG_STRING, &peer,
        "none, floor, ours, stock, stock-linear", "PEER"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format, "I420 or NV12", "FORMAT"},
    {"config", 0, 0, G_OPTION_ARG_STRING, &config, "of ours", "JSON"},
    {"canvas", 0, 0, G_OPTION_ARG_STRING, &canvas, "size and rate", "W,H,FPS"},
    {"slot", 0, 0, G_OPTION_ARG_STRING_ARRAY, &texts,
          "FILE,W,H,FPS,X,Y,OUT_W,OUT_H,CROP_X,CROP_Y,COLORIMETRY,PUSHES",
        "SLOT"},
    {"dump", 0, 0, G_OPTION_ARG_STRING, &dump,
        "write frames instead of measuring", "FILE"},
    {"frames", 0, 0, G_OPTION_ARG_INT, &least, "at least so many", "N"},
    {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "CPU to spend", "S"},
    {"draw-time", 0, 0, G_OPTION_ARG_NONE, &draw_time,
        "print how long ours draws a frame, instead", NULL},
    {"threads", 0, 0, G_OPTION_ARG_NONE, &threads,
        "a thread for each input", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);
  Count count = { NULL, };
  GError *error = NULL;
  GstElement *pipeline;
  Slot *slots;
  guint n, i;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error))
    die (error->message, "arguments");
  g_option_context_free (context);
  if (peer == NULL || format == NULL || canvas == NULL || texts == NULL ||
      sscanf (canvas, "%d,%d,%d", &canvas_width, &canvas_height,
          &canvas_fps) != 3)
    die ("peer, format, canvas and slots are needed", "arguments");

  n = g_strv_length (texts);
  slots = g_new0 (Slot, n);
  count.inputs = g_new0 (Input, n);
  count.n_inputs = n;
  for (i = 0; i < n; i++) {
    slots[i] = parse_slot (texts[i]);
    input_init (&count.inputs[i], &slots[i]);
  }
  if (dump != NULL && (count.dump = fopen (dump, "w")) == NULL)
    die ("cannot be written", dump);

  pipeline = gst_pipeline_new (NULL);
  if (g_strcmp0 (peer, "floor") == 0)
    measure_floor (count.inputs, n);
  else if (g_strcmp0 (peer, "none") == 0)
    measure_none (GST_BIN (pipeline), count.inputs, n);
  else
    run_mix (GST_BIN (pipeline), &count);
  if (count.dump != NULL)
    fclose (count.dump);

  return 0;
}
