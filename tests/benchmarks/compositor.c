/* compositor.c: what one compositor costs for one frame of one scene
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One process, one pipeline: sources that push frames which were in memory
 * before the clock started, a compositor, a sink that only counts. Prints CPU
 * milliseconds and bytes of large memory for one output frame, both from the
 * frame after the warm-up on. compositor.py says what to run.
 */

#include <gst/base/gstpushsrc.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "alloccount.h"

#define MAX_FRAMES 16
/* canvas frames that peer `none` pushes the inputs of */
#define PUSHES 3000

/* One input and its place. */
typedef struct
{
  gchar *file;                  /* raw frames, all of them are shown in turn */
  gint width, height, fps;
  gint x, y, out_width, out_height;
  gint crop_x, crop_y;          /* on each side, for who cannot crop itself */
  gchar *colorimetry;
} Slot;

static gchar *peer = NULL, *format = NULL, *dump = NULL, *config = NULL;
static gint canvas_width, canvas_height, canvas_fps = 30;
static gint warm_up = 12, least = 20, most = 6000;
static gdouble seconds = 0.3;
static gboolean draw_time = FALSE;

/* --- a source that pushes preloaded frames ------------------------------ */

typedef struct
{
  GstPushSrc parent;
  GstBuffer *frames[MAX_FRAMES];
  guint n_frames;
  guint64 next;
  gint fps;
  gint64 limit;                 /* frames until EOS, -1 = none */
} PreloadedSrc;

typedef struct
{
  GstPushSrcClass parent_class;
} PreloadedSrcClass;

static GType preloaded_src_get_type (void);
G_DEFINE_TYPE (PreloadedSrc, preloaded_src, GST_TYPE_PUSH_SRC)
     static GstStaticPadTemplate src_template =
         GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw"));

/* A new buffer with the memory of the frame: what a decoder's pool does, at
 * no cost for pixels. */
     static GstFlowReturn
         preloaded_src_create (GstPushSrc * src, GstBuffer ** out)
{
  PreloadedSrc *self = (PreloadedSrc *) src;
  GstBuffer *frame = self->frames[self->next % self->n_frames];

  if (self->limit >= 0 && self->next >= (guint64) self->limit)
    return GST_FLOW_EOS;

  *out = gst_buffer_copy_region (frame, GST_BUFFER_COPY_MEMORY |
      GST_BUFFER_COPY_META, 0, -1);
  GST_BUFFER_PTS (*out) = gst_util_uint64_scale (self->next, GST_SECOND,
      self->fps);
  self->next++;
  GST_BUFFER_DURATION (*out) = gst_util_uint64_scale (self->next, GST_SECOND,
      self->fps) - GST_BUFFER_PTS (*out);

  return GST_FLOW_OK;
}

static void
preloaded_src_finalize (GObject * object)
{
  PreloadedSrc *self = (PreloadedSrc *) object;
  guint i;

  for (i = 0; i < self->n_frames; i++)
    gst_buffer_unref (self->frames[i]);
  G_OBJECT_CLASS (preloaded_src_parent_class)->finalize (object);
}

static void
preloaded_src_class_init (PreloadedSrcClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = preloaded_src_finalize;
  GST_PUSH_SRC_CLASS (klass)->create = preloaded_src_create;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass),
      &src_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "Preloaded frames", "Source/Video", "Pushes frames from memory",
      "gst-plugins-publish");
}

static void
preloaded_src_init (PreloadedSrc * self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  self->limit = -1;
}

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

static GstElement *
make_source (const Slot * slot)
{
  PreloadedSrc *src = g_object_new (preloaded_src_get_type (), NULL);
  GstVideoInfo info;
  GstCaps *caps;
  gchar *data;
  gsize size, frame;
  guint i;

  src->fps = slot->fps;
  caps = caps_of (slot->width, slot->height, slot->fps, slot->colorimetry);
  gst_video_info_from_caps (&info, caps);
  gst_caps_unref (caps);

  if (!g_file_get_contents (slot->file, &data, &size, NULL))
    die ("cannot be read", slot->file);
  /* packed as ffmpeg writes it; all sizes here are even */
  frame = (gsize) slot->width * slot->height * 3 / 2;
  src->n_frames = MIN (size / frame, MAX_FRAMES);
  if (src->n_frames == 0)
    die ("holds no frame", slot->file);
  for (i = 0; i < src->n_frames; i++) {
    src->frames[i] = gst_buffer_new_allocate (NULL, info.size, NULL);
    if (info.size == frame)
      gst_buffer_fill (src->frames[i], 0, data + i * frame, frame);
    else
      die ("has rows that are padded", slot->file);
  }
  g_free (data);

  return GST_ELEMENT (src);
}

/* --- the pipeline -------------------------------------------------------- */

typedef struct
{
  GMainLoop *loop;
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
count_frame (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  Count *count = user_data;
  gint measured = count->frames - warm_up;

  (void) sink;
  (void) pad;
  count->frames++;
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
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  (void) bus;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    GError *error = NULL;

    gst_message_parse_error (message, &error, NULL);
    die (error->message, GST_OBJECT_NAME (message->src));
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    const Count *count = user_data;

    g_print ("%g 0\n", (cpu_seconds () - count->start) * 1e3 / PUSHES);
    exit (0);
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
    g_signal_connect (sink, "handoff", G_CALLBACK (count_frame), count);
  return sink;
}

static GstElement *
add_filter (GstBin * bin, GstElement * from, const gchar * colorimetry,
    const Slot * slot)
{
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  GstCaps *caps = caps_of (slot->width, slot->height, slot->fps, colorimetry);

  g_object_set (filter, "caps", caps, NULL);
  gst_caps_unref (caps);
  gst_bin_add (bin, filter);
  gst_element_link (from, filter);
  return filter;
}

static void
read_frame (GstBuffer * buffer)
{
  typedef guint64 Part __attribute__((vector_size (16), aligned (1)));
  static gint is_zero;
  Part a = { 0, 0 }, b = a, c = a, d = a;
  GstMapInfo map;
  gsize i;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    die ("cannot be mapped", "an input frame");
  for (i = 0; i + 4 * sizeof (Part) <= map.size; i += 4 * sizeof (Part)) {
    const Part *line = (const Part *) (map.data + i);

    a += line[0];
    b += line[1];
    c += line[2];
    d += line[3];
  }
  /* the compiler must not see that nobody wants it */
  is_zero += (a + b + c + d)[0] == 0;
  gst_buffer_unmap (buffer, &map);
}

/* Every byte of each new frame once, and nothing else, no pipeline either: what
 * a compositor on one processor is near to, at best. */
static void
measure_reading (const Slot * slots, guint n)
{
  PreloadedSrc **sources = g_new (PreloadedSrc *, n);
  gdouble start = 0;
  gint frame;
  guint i;

  for (i = 0; i < n; i++)
    sources[i] = (PreloadedSrc *) make_source (&slots[i]);
  for (frame = 0; frame < warm_up + least || cpu_seconds () - start < seconds;
      frame++) {
    if (frame == warm_up)
      start = cpu_seconds ();
    for (i = 0; i < n; i++) {
      gint now = frame * slots[i].fps / canvas_fps;

      if (frame == 0 || now != (frame - 1) * slots[i].fps / canvas_fps)
        read_frame (sources[i]->frames[now % sources[i]->n_frames]);
    }
  }
  g_print ("%g 0\n", (cpu_seconds () - start) * 1e3 / (frame - warm_up));
  for (i = 0; i < n; i++)
    gst_object_unref (sources[i]);
  g_free (sources);
}

/* The inputs alone, each into a sink of its own: what is subtracted. */
static void
build_none (GstBin * bin, const Slot * slots, guint n)
{
  guint i;

  for (i = 0; i < n; i++) {
    GstElement *src = make_source (&slots[i]), *filter;
    GstElement *sink = make_sink (NULL);

    ((PreloadedSrc *) src)->limit = (gint64) PUSHES *slots[i].fps / canvas_fps;
    gst_bin_add_many (bin, src, sink, NULL);
    filter = add_filter (bin, src, slots[i].colorimetry, &slots[i]);
    gst_element_link (filter, sink);
  }
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
build_mix (GstBin * bin, const Slot * slots, guint n, Count * count)
{
  gboolean ours = g_strcmp0 (peer, "ours") == 0;
  GstElement *mix = gst_element_factory_make (ours ? "layoutcompositor" :
      "compositor", "mix");
  GstElement *sink = make_sink (count), *out;
  const Slot canvas = { NULL, canvas_width, canvas_height, canvas_fps, };
  GstCaps *caps;
  guint i;

  if (mix == NULL)
    die ("no such element", ours ? "layoutcompositor" : "compositor");
  if (ours)
    g_object_set (mix, "mixing-config", config, NULL);
  else
    /* black, as the canvases of the others */
    gst_util_set_object_arg (G_OBJECT (mix), "background", "black");
  gst_bin_add_many (bin, mix, sink, NULL);
  out = add_filter (bin, mix, "bt709", &canvas);
  gst_element_link (out, sink);
  caps = caps_of (canvas_width, canvas_height, canvas_fps, "bt709");
  gst_video_info_from_caps (&count->info, caps);
  gst_caps_unref (caps);

  for (i = 0; i < n; i++) {
    GstElement *src = make_source (&slots[i]), *last;
    GstPad *pad, *from;

    gst_bin_add (bin, src);
    last = add_filter (bin, src, slots[i].colorimetry, &slots[i]);
    if (!ours && (slots[i].crop_x > 0 || slots[i].crop_y > 0)) {
      GstElement *crop = gst_element_factory_make ("videocrop", NULL);

      g_object_set (crop, "left", slots[i].crop_x, "right", slots[i].crop_x,
          "top", slots[i].crop_y, "bottom", slots[i].crop_y, NULL);
      gst_bin_add (bin, crop);
      gst_element_link (last, crop);
      last = crop;
    }
    if (ours) {
      gchar *user = g_strdup_printf ("user%u", i);

      pad = gst_element_request_pad_simple (mix, "sink_%u");
      g_object_set (pad, "user-id", user, NULL);
      g_free (user);
    } else {
      pad = request_stock_pad (mix, &slots[i]);
    }
    from = gst_element_get_static_pad (last, "src");
    if (gst_pad_link (from, pad) != GST_PAD_LINK_OK)
      die ("cannot be linked", slots[i].file);
    gst_object_unref (from);
    gst_object_unref (pad);
  }
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

  if (g_strv_length (parts) != G_N_ELEMENTS (fields) + 2)
    die ("is no slot", text);
  slot.file = g_strdup (parts[0]);
  for (i = 0; i < G_N_ELEMENTS (fields); i++)
    *fields[i] = atoi (parts[i + 1]);
  slot.colorimetry = g_strdup (parts[G_N_ELEMENTS (fields) + 1]);
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
        "none, read, ours, stock, stock-linear", "PEER"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format, "I420 or NV12", "FORMAT"},
    {"config", 0, 0, G_OPTION_ARG_STRING, &config, "of ours", "JSON"},
    {"canvas", 0, 0, G_OPTION_ARG_STRING, &canvas, "size and rate", "W,H,FPS"},
    {"slot", 0, 0, G_OPTION_ARG_STRING_ARRAY, &texts,
        "FILE,W,H,FPS,X,Y,OUT_W,OUT_H,CROP_X,CROP_Y,COLORIMETRY", "SLOT"},
    {"dump", 0, 0, G_OPTION_ARG_STRING, &dump,
        "write frames instead of measuring", "FILE"},
    {"frames", 0, 0, G_OPTION_ARG_INT, &least, "at least so many", "N"},
    {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "CPU to spend", "S"},
    {"draw-time", 0, 0, G_OPTION_ARG_NONE, &draw_time,
        "print how long ours draws a frame, instead", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);
  Count count = { NULL, };
  GError *error = NULL;
  GstElement *pipeline;
  GstBus *bus;
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
  for (i = 0; i < n; i++)
    slots[i] = parse_slot (texts[i]);
  if (g_strcmp0 (peer, "read") == 0) {
    measure_reading (slots, n);
    return 0;
  }
  if (dump != NULL && (count.dump = fopen (dump, "w")) == NULL)
    die ("cannot be written", dump);

  count.loop = g_main_loop_new (NULL, FALSE);
  pipeline = gst_pipeline_new (NULL);
  if (g_strcmp0 (peer, "none") == 0)
    build_none (GST_BIN (pipeline), slots, n);
  else
    build_mix (GST_BIN (pipeline), slots, n, &count);

  bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_message, &count);
  count.start = cpu_seconds ();
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (count.loop);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_main_loop_unref (count.loop);
  if (count.dump != NULL)
    fclose (count.dump);

  return 0;
}
