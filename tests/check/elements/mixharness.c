/* mixharness.c: a layoutcompositor between pads that a test holds
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "mixharness.h"

#include <string.h>

const Yuv RED = { 63, 102, 240 };
const Yuv GREEN = { 173, 42, 26 };
const Yuv BLUE = { 32, 240, 118 };
const Yuv GREY = { 126, 128, 128 };
const Yuv DARK = { 16, 128, 128 };

static Mix *
make (const gchar * canvas, const gchar * config, gboolean live)
{
  Mix *m = g_new0 (Mix, 1);
  gchar *caps = g_strdup_printf ("video/x-raw%s%s", *canvas ? "," : "", canvas);

  m->mix = gst_element_factory_make_full ("layoutcompositor",
      "force-live", live, NULL);
  fail_unless (m->mix != NULL, "layoutcompositor is not on the plugin path");
  gst_object_ref_sink (m->mix);
  m->bus = gst_bus_new ();
  gst_element_set_bus (m->mix, m->bus);
  if (config != NULL)
    g_object_set (m->mix, "mixing-config", config, NULL);

  m->ins = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_harness_teardown);
  m->out = gst_harness_new_with_element (m->mix, NULL, "src");
  gst_harness_set_sink_caps_str (m->out, caps);
  g_free (caps);

  return m;
}

Mix *
mix_new (const gchar * canvas, const gchar * config)
{
  return make (canvas, config, FALSE);
}

Mix *
mix_new_live (const gchar * canvas, const gchar * config)
{
  return make (canvas, config, TRUE);
}

/* A harness starts its element at once, on a clock that stands still, and a
 * wait on that clock would never end: so the element starts once more. Its
 * base time is 0, from which a canvas would have years to catch up with. */
Mix *
mix_new_real_time (const gchar * canvas, const gchar * config)
{
  Mix *m = make (canvas, config, TRUE);
  GstBuffer *early;
  GstClock *clock;

  gst_element_set_state (m->mix, GST_STATE_NULL);
  while ((early = gst_harness_try_pull (m->out)) != NULL)
    gst_buffer_unref (early);
  gst_harness_use_systemclock (m->out);
  clock = gst_element_get_clock (m->mix);
  gst_element_set_base_time (m->mix, gst_clock_get_time (clock));
  gst_object_unref (clock);
  gst_harness_play (m->out);

  return m;
}

void
mix_free (Mix * m)
{
  if (m->frame.buffer != NULL) {
    GstBuffer *buffer = m->frame.buffer;

    gst_video_frame_unmap (&m->frame);
    gst_buffer_unref (buffer);
  }
  /* the harnesses of a shared element release its pads, the last one of them
   * stops it */
  g_ptr_array_unref (m->ins);
  gst_harness_teardown (m->out);
  gst_element_set_bus (m->mix, NULL);
  gst_object_unref (m->bus);
  gst_object_unref (m->mix);
  g_free (m);
}

guint
mix_add (Mix * m, const gchar * user, const gchar * room,
    GstPublishStreamType type, const gchar * caps)
{
  GstHarness *h = gst_harness_new_with_element (m->mix, "sink_%u", NULL);
  gchar *full = g_strdup_printf ("video/x-raw,framerate=25/1,%s", caps);
  GstPad *pad;

  g_ptr_array_add (m->ins, h);
  pad = mix_pad (m, m->ins->len - 1);
  g_object_set (pad, "user-id", user, "room-id", room, "stream-type", type,
      NULL);
  gst_object_unref (pad);
  gst_harness_set_src_caps_str (h, full);
  g_free (full);

  return m->ins->len - 1;
}

GstPad *
mix_pad (Mix * m, guint input)
{
  GstHarness *h = g_ptr_array_index (m->ins, input);

  return gst_pad_get_peer (h->srcpad);
}

void
mix_push (Mix * m, guint input, guint n, GstBuffer * buffer)
{
  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  fail_unless_equals_int (gst_harness_push (g_ptr_array_index (m->ins, input),
          buffer), GST_FLOW_OK);
}

void
mix_pull (Mix * m)
{
  GstBuffer *buffer = gst_harness_pull (m->out);
  GstCaps *caps = gst_pad_get_current_caps (m->out->sinkpad);

  fail_unless (buffer != NULL, "no frame came");
  if (m->frame.buffer != NULL) {
    GstBuffer *last = m->frame.buffer;

    gst_video_frame_unmap (&m->frame);
    gst_buffer_unref (last);
  }
  fail_unless (gst_video_info_from_caps (&m->info, caps));
  gst_caps_unref (caps);
  fail_unless (gst_video_frame_map (&m->frame, &m->info, buffer, GST_MAP_READ));
}

static GstVideoInfo
info_of (const gchar * caps)
{
  gchar *full = g_strdup_printf ("video/x-raw,framerate=25/1,%s", caps);
  GstCaps *c = gst_caps_from_string (full);
  GstVideoInfo info;

  fail_unless (c != NULL && gst_video_info_from_caps (&info, c), "%s", full);
  gst_caps_unref (c);
  g_free (full);

  return info;
}

typedef Yuv (*Painter) (gint x, gint y, const GstVideoInfo * info,
    gconstpointer data);

typedef struct
{
  const Yuv *colors;
  gint n;
} Stripes;

/* Paints component by component, so that any 8 bit YUV format will do. */
static GstBuffer *
make_painted (const gchar * caps, Painter painter, gconstpointer data)
{
  GstVideoInfo info = info_of (caps);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  GstVideoFrame frame;
  gint c, x, y;

  fail_unless (GST_VIDEO_INFO_IS_YUV (&info));
  gst_buffer_memset (buffer, 0, 0xff, info.size);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (c = 0; c < 3; c++) {
    gint w_sub = GST_VIDEO_FORMAT_INFO_W_SUB (info.finfo, c);
    gint h_sub = GST_VIDEO_FORMAT_INFO_H_SUB (info.finfo, c);

    for (y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&frame, c); y++) {
      guint8 *row = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, c) +
          y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c);

      for (x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&frame, c); x++) {
        Yuv color = painter (x << w_sub, y << h_sub, &info, data);

        row[x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c)] =
            c == 0 ? color.y : c == 1 ? color.u : color.v;
      }
    }
  }
  gst_video_frame_unmap (&frame);

  return buffer;
}

static Yuv
paint_columns (gint x, gint y, const GstVideoInfo * info, gconstpointer data)
{
  const Stripes *s = data;

  return s->colors[x * s->n / info->width];
}

static Yuv
paint_rows (gint x, gint y, const GstVideoInfo * info, gconstpointer data)
{
  const Stripes *s = data;

  return s->colors[y * s->n / info->height];
}

static Yuv
paint_random (gint x, gint y, const GstVideoInfo * info, gconstpointer data)
{
  GRand *rand = (GRand *) data;
  guint32 bits = g_rand_int (rand);

  return (Yuv) {
  16 + bits % 220, 16 + (bits >> 8) % 220, 16 + (bits >> 16) % 220};
}

GstBuffer *
make_columns (const gchar * caps, const Yuv * colors, guint n)
{
  Stripes stripes = { colors, (gint) n };

  return make_painted (caps, paint_columns, &stripes);
}

GstBuffer *
make_rows (const gchar * caps, const Yuv * colors, guint n)
{
  Stripes stripes = { colors, (gint) n };

  return make_painted (caps, paint_rows, &stripes);
}

GstBuffer *
make_solid (const gchar * caps, Yuv color)
{
  return make_columns (caps, &color, 1);
}

GstBuffer *
make_random (const gchar * caps, guint32 seed)
{
  GRand *rand = g_rand_new_with_seed (seed);
  GstBuffer *buffer = make_painted (caps, paint_random, rand);

  g_rand_free (rand);
  return buffer;
}

static guint8
sample (const GstVideoFrame * frame, gint c, gint x, gint y)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;

  x >>= GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c);
  y >>= GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
  return *((const guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, c) +
      y * GST_VIDEO_FRAME_COMP_STRIDE (frame, c) +
      x * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c));
}

Yuv
mix_at (Mix * m, gint x, gint y)
{
  fail_unless (x >= 0 && y >= 0 && x < m->info.width && y < m->info.height);

  return (Yuv) {
  sample (&m->frame, 0, x, y), sample (&m->frame, 1, x, y),
        sample (&m->frame, 2, x, y)};
}

void
assert_yuv (Yuv got, Yuv want, gint tolerance, const gchar * where)
{
  if (ABS (got.y - want.y) > tolerance || ABS (got.u - want.u) > tolerance ||
      ABS (got.v - want.v) > tolerance)
    ck_abort_msg ("%s: got %d,%d,%d, want %d,%d,%d", where, got.y, got.u,
        got.v, want.y, want.u, want.v);
}

void
assert_all (Mix * m, Yuv want, gint tolerance)
{
  gint x, y;

  for (y = 0; y < m->info.height; y++)
    for (x = 0; x < m->info.width; x++)
      assert_yuv (mix_at (m, x, y), want, tolerance, "somewhere");
}

GstMessage *
mix_run_until (Mix * m, guint input, const gchar * caps, guint * n,
    GstMessageType type)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  GstMessage *message = NULL;

  while (message == NULL && g_get_monotonic_time () < end) {
    mix_push (m, input, (*n)++, make_solid (caps, GREY));
    mix_pull (m);
    message = gst_bus_timed_pop_filtered (m->bus, 5 * GST_MSECOND, type);
  }

  return message;
}

GstMessage *
mix_message (Mix * m, GstMessageType type)
{
  return gst_bus_pop_filtered (m->bus, type);
}

/* Takes @message; returns its error's text. */
gchar *
mix_error_text (GstMessage * message)
{
  GError *error = NULL;
  gchar *text;

  fail_unless (message != NULL, "no message");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else
    gst_message_parse_error (message, &error, NULL);
  text = g_strdup (error->message);
  g_error_free (error);
  gst_message_unref (message);

  return text;
}
