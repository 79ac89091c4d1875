/* layoutcompositor.c: what is drawn: pixels of fill modes, order, edges, alpha
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "mixharness.h"

#include <math.h>

#define BIG GST_PUBLISH_STREAM_TYPE_BIG

/* One layout over the whole of a 160x120 canvas with a known background. */
#define ONE_LAYOUT(mode) \
  "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[{\"x\":0,\"y\":0," \
  "\"width\":160,\"height\":120,\"zOrder\":0,\"backgroundColor\":\"#7f7f7f\"," \
  "\"fillMode\":\"" mode "\"}]}"

#define CANVAS "format=I420,width=160,height=120,framerate=25/1"

/* BT.709, 16..235: R'G'B' 127 is Y 16 + 219 * 127 / 255 */
static const Yuv BARS = { 125, 128, 128 };

static Mix *
draw_one (const gchar * canvas, const gchar * config, const gchar * caps,
    GstBuffer * buffer)
{
  Mix *m = mix_new (canvas, config);

  mix_add (m, "jerry", "", BIG, caps);
  mix_push (m, 0, 0, buffer);
  mix_pull (m);

  return m;
}

/* bt709 in the inputs' caps: the canvas's matrix, so that no converter runs */
#define WIDE "format=I420,width=320,height=120,colorimetry=bt709"

/* 320x120 into 160x120: the middle half of its width is shown. */
GST_START_TEST (test_fill_crops_to_cover)
{
  const Yuv bands[] = { RED, GREEN, BLUE, GREY };
  Mix *m = draw_one (CANVAS, ONE_LAYOUT ("fill"), WIDE,
      make_columns (WIDE, bands, 4));

  assert_at (m, 4, 60, GREEN, 0);
  assert_at (m, 70, 4, GREEN, 0);
  assert_at (m, 90, 116, BLUE, 0);
  assert_at (m, 155, 60, BLUE, 0);
  mix_free (m);
}

GST_END_TEST;

/* 320x120 into 160x120: 160x60 in the middle, bars in the layout's colour. */
GST_START_TEST (test_fit_shows_all)
{
  const Yuv bands[] = { RED, GREEN, BLUE, GREY };
  Mix *m = draw_one (CANVAS, ONE_LAYOUT ("fit"), WIDE,
      make_columns (WIDE, bands, 4));
  gint x;

  for (x = 0; x < 160; x++) {
    assert_at (m, x, 29, BARS, 0);
    assert_at (m, x, 90, BARS, 0);
  }
  for (x = 0; x < 4; x++) {
    assert_at (m, 40 * x + 20, 30, bands[x], 0);
    assert_at (m, 40 * x + 20, 89, bands[x], 0);
  }
  mix_free (m);
}

GST_END_TEST;

GST_START_TEST (test_stretch_fills_all)
{
  const Yuv bands[] = { RED, GREEN, BLUE, GREY };
  Mix *m = draw_one (CANVAS, ONE_LAYOUT ("stretch"), WIDE,
      make_columns (WIDE, bands, 4));
  gint x;

  for (x = 0; x < 4; x++) {
    assert_at (m, 40 * x + 20, 0, bands[x], 0);
    assert_at (m, 40 * x + 20, 119, bands[x], 0);
  }
  mix_free (m);
}

GST_END_TEST;

/* A pixel aspect ratio of 2/1 shows 160x120 as wide as 320x120. */
GST_START_TEST (test_pixel_aspect_ratio)
{
  const gchar *caps = "format=I420,width=160,height=120,colorimetry=bt709,"
      "pixel-aspect-ratio=2/1";
  const Yuv bands[] = { RED, GREEN, BLUE, GREY };
  Mix *m = draw_one (CANVAS, ONE_LAYOUT ("fit"), caps,
      make_columns (caps, bands, 4));

  assert_at (m, 80, 29, BARS, 0);
  assert_at (m, 20, 30, RED, 0);
  assert_at (m, 140, 89, GREY, 0);
  assert_at (m, 80, 90, BARS, 0);
  mix_free (m);

  m = draw_one (CANVAS, ONE_LAYOUT ("fill"), caps,
      make_columns (caps, bands, 4));
  assert_at (m, 20, 60, GREEN, 0);
  assert_at (m, 140, 60, BLUE, 0);
  mix_free (m);
}

GST_END_TEST;

#define SMALL "format=I420,width=64,height=64,colorimetry=bt709"

#define LAYOUT(x, y, w, h, z) "{\"x\":" #x ",\"y\":" #y ",\"width\":" #w \
  ",\"height\":" #h ",\"zOrder\":" #z ",\"fillMode\":\"stretch\"}"
#define CONFIG(layouts) "{\"backgroundColor\":\"#000000\"," \
  "\"videoLayoutList\":[" layouts "]}"

static Mix *
draw_solid (const gchar * canvas, const gchar * config, const Yuv * colors,
    guint n)
{
  Mix *m = mix_new (canvas, config);
  guint i;

  for (i = 0; i < n; i++)
    mix_add (m, "", "", BIG, SMALL);
  for (i = 0; i < n; i++)
    mix_push (m, i, 0, make_solid (SMALL, colors[i]));
  mix_pull (m);

  return m;
}

GST_START_TEST (test_z_order)
{
  const Yuv colors[] = { RED, GREEN, BLUE };
  Mix *m;

  /* the first layout is on top by its z-order */
  m = draw_solid (CANVAS, CONFIG (LAYOUT (20, 20, 80, 60, 2) ","
          LAYOUT (60, 40, 80, 60, 1) "," LAYOUT (0, 60, 160, 50, 0)), colors,
      3);
  assert_at (m, 30, 30, RED, 0);
  assert_at (m, 70, 50, RED, 0);
  assert_at (m, 110, 50, GREEN, 0);
  assert_at (m, 70, 90, GREEN, 0);
  assert_at (m, 10, 70, BLUE, 0);
  assert_at (m, 150, 105, BLUE, 0);
  assert_at (m, 5, 5, DARK, 0);
  mix_free (m);

  /* of equal ones the later is on top */
  m = draw_solid (CANVAS, CONFIG (LAYOUT (20, 20, 80, 60, 5) ","
          LAYOUT (60, 40, 80, 60, 5)), colors, 2);
  assert_at (m, 70, 50, GREEN, 0);
  assert_at (m, 30, 30, RED, 0);
  mix_free (m);
}

GST_END_TEST;

static void
assert_same_region (Mix * a, gint ax, gint ay, Mix * b, gint bx, gint by,
    gint width, gint height)
{
  gint x, y;

  for (y = 0; y < height; y++)
    for (x = 0; x < width; x++)
      assert_yuv (mix_at (a, ax + x, ay + y), mix_at (b, bx + x, by + y), 0,
          "a clipped picture differs");
}

/* A picture that is clipped shows the pixels that it would show anyway. */
GST_START_TEST (test_clipping_changes_no_pixel)
{
  const gchar *caps = "format=I420,width=150,height=90,colorimetry=bt709";
  Mix *whole = draw_one ("format=I420,width=320,height=240,framerate=25/1",
      CONFIG (LAYOUT (100, 80, 120, 80, 0)), caps, make_random (caps, 1));
  struct
  {
    const gchar *config;
    gint x, y, width, height;   /* what is seen of it on the small canvas */
  } cuts[] = {
    {CONFIG (LAYOUT (-40, -20, 120, 80, 0)), 0, 0, 80, 60},
    {CONFIG (LAYOUT (100, 80, 120, 80, 0)), 100, 80, 60, 40},
    {CONFIG (LAYOUT (-40, 80, 120, 80, 0)), 0, 80, 80, 40},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cuts); i++) {
    Mix *m = draw_one (CANVAS, cuts[i].config, caps, make_random (caps, 1));

    assert_same_region (m, cuts[i].x, cuts[i].y, whole,
        100 + (i == 1 ? 0 : 40), 80 + (i == 0 ? 20 : 0), cuts[i].width,
        cuts[i].height);
    mix_free (m);
  }
  mix_free (whole);
}

GST_END_TEST;

GST_START_TEST (test_layout_off_canvas_warns)
{
  Mix *m = draw_one (CANVAS, CONFIG (LAYOUT (0, 0, 10, 10, 0) ","
          LAYOUT (150, 0, 20, 10, 0) "," LAYOUT (0, 200, 20, 10, 0)), SMALL,
      make_solid (SMALL, RED));
  gchar *text = mix_error_text (mix_message (m, GST_MESSAGE_WARNING));

  fail_unless (strstr (text, "videoLayoutList[0]") == NULL, "%s", text);
  fail_unless (strstr (text, "videoLayoutList[1] (20x10 at 150,0) lies partly "
          "off the 160x120 canvas") != NULL, "%s", text);
  fail_unless (strstr (text, "videoLayoutList[2] (20x10 at 0,200) lies wholly "
          "off the 160x120 canvas") != NULL, "%s", text);
  fail_unless (mix_message (m, GST_MESSAGE_WARNING) == NULL);
  g_free (text);
  mix_free (m);
}

GST_END_TEST;

static guint8
mean (guint a, guint b, guint weight_a)
{
  return (guint8) ((a * weight_a + b * (4 - weight_a) + 2) / 4);
}

/* Odd edges: luma is exact, shared chroma is the mean of what is seen. */
static void
check_odd_edges (const gchar * format)
{
  gchar *canvas = g_strdup_printf
      ("format=%s,width=160,height=120,framerate=25/1", format);
  const Yuv colors[] = { RED, RED };
  Mix *m = draw_solid (canvas, CONFIG (LAYOUT (21, 33, 51, 41, 0)), colors, 1);
  gint x, y;

  for (y = 30; y < 80; y++) {
    for (x = 18; x < 78; x++) {
      gboolean inside = x >= 21 && x < 72 && y >= 33 && y < 74;
      /* columns 21 and rows 33 are the second halves of their samples */
      gint columns = x / 2 == 10 ? 1 : x / 2 > 10 && x / 2 < 36 ? 2 : 0;
      gint rows = y / 2 == 16 ? 1 : y / 2 > 16 && y / 2 < 37 ? 2 : 0;
      guint weight = columns * rows;
      Yuv want = { inside ? RED.y : DARK.y, mean (RED.u, DARK.u, weight),
        mean (RED.v, DARK.v, weight)
      };

      assert_yuv (mix_at (m, x, y), want, 1, "odd edge");
      fail_unless_equals_int (mix_at (m, x, y).y, want.y);
    }
  }
  mix_free (m);

  /* neighbours of one colour that meet at odd places show no seam at all */
  m = draw_solid (canvas, CONFIG (LAYOUT (0, 0, 61, 120, 0) ","
          LAYOUT (61, 0, 99, 120, 0)), colors, 2);
  assert_all (m, RED, 0);
  mix_free (m);
  g_free (canvas);
}

GST_START_TEST (test_odd_edges)
{
  check_odd_edges ("I420");
  check_odd_edges ("NV12");
}

GST_END_TEST;

/* The last column and row of an odd canvas are painted, and nothing beyond. */
GST_START_TEST (test_odd_canvas)
{
  const Yuv colors[] = { GREEN };
  const gchar *formats[] = { "I420", "NV12" };
  guint i;

  for (i = 0; i < 2; i++) {
    gchar *canvas = g_strdup_printf
        ("format=%s,width=161,height=121,framerate=25/1", formats[i]);
    Mix *m = draw_solid (canvas, CONFIG (LAYOUT (0, 0, 161, 121, 0)), colors,
        1);

    assert_all (m, GREEN, 0);
    mix_free (m);
    m = draw_solid (canvas, CONFIG (LAYOUT (159, 119, 50, 50, 0)), colors, 1);
    assert_at (m, 160, 120, GREEN, 0);
    assert_at (m, 158, 118, ((Yuv) {
            DARK.y, mean (GREEN.u, DARK.u, 1), mean (GREEN.v, DARK.v, 1)}
        ), 1);
    mix_free (m);
    g_free (canvas);
  }
}

GST_END_TEST;

/* NV12 and I420, in and out, give the same picture. */
GST_START_TEST (test_nv12_is_i420)
{
  const gchar *in[] = {
    "format=I420,width=99,height=77,colorimetry=bt709",
    "format=NV12,width=99,height=77,colorimetry=bt709"
  };
  const gchar *out[] = { CANVAS,
    "format=NV12,width=160,height=120,framerate=25/1"
  };
  Mix *first = NULL;
  guint i;

  for (i = 0; i < 4; i++) {
    Mix *m = draw_one (out[i / 2], CONFIG (LAYOUT (7, 5, 61, 43, 0)), in[i % 2],
        make_random (in[i % 2], 7));

    /* make_random() walks the components in one order for both formats */
    if (first == NULL) {
      first = m;
      continue;
    }
    assert_same_region (m, 0, 0, first, 0, 0, 160, 120);
    mix_free (m);
  }
  mix_free (first);
}

GST_END_TEST;

/* R'G'B' to BT.709 limited range, ITU-R BT.709-6 items 3.2 to 3.5 */
static Yuv
yuv709 (gdouble r, gdouble g, gdouble b)
{
  gdouble y = 0.2126 * r + 0.7152 * g + 0.0722 * b;

  return (Yuv) {
  (guint8) floor (16 + 219 * y / 255 + 0.5),
        (guint8) floor (128 + 224 * (b - y) / 1.8556 / 255 + 0.5),
        (guint8) floor (128 + 224 * (r - y) / 1.5748 / 255 + 0.5)};
}

static GstBuffer *
make_rgb (const gchar * caps, guint8 r, guint8 g, guint8 b, guint8 a)
{
  gchar *full = g_strdup_printf ("video/x-raw,framerate=25/1,%s", caps);
  GstCaps *c = gst_caps_from_string (full);
  const guint8 value[4] = { r, g, b, a };
  GstBuffer *buffer;
  GstVideoInfo info;
  GstVideoFrame frame;
  gint comp, x, y;

  fail_unless (gst_video_info_from_caps (&info, c));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_WRITE));
  for (comp = 0; comp < (gint) GST_VIDEO_INFO_N_COMPONENTS (&info); comp++)
    for (y = 0; y < info.height; y++)
      for (x = 0; x < info.width; x++)
        *((guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, comp) +
            y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, comp) +
            x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, comp)) = value[comp];
  gst_video_frame_unmap (&frame);
  gst_caps_unref (c);
  g_free (full);

  return buffer;
}

static guint8
over (guint8 above, guint8 below, gdouble alpha)
{
  return (guint8) floor (above * alpha + below * (1 - alpha) + 0.5);
}

/* RGB with alpha over red, at even and at odd places, on both canvases. */
GST_START_TEST (test_alpha)
{
  const gchar *formats[] = { "RGBA", "BGRA", "ARGB", "ABGR" };
  const guint8 alphas[] = { 0, 64, 128, 255 };
  const gchar *canvases[] = { CANVAS,
    "format=NV12,width=160,height=120,framerate=25/1"
  };
  Yuv color = yuv709 (20, 200, 240);
  guint f, a, c;

  for (c = 0; c < 2; c++) {
    for (f = 0; f < G_N_ELEMENTS (formats); f++) {
      for (a = 0; a < G_N_ELEMENTS (alphas); a++) {
        gchar *caps = g_strdup_printf ("format=%s,width=30,height=20",
            formats[f]);
        gdouble alpha = alphas[a] / 255.0;
        Yuv want = { over (color.y, RED.y, alpha), over (color.u, RED.u, alpha),
          over (color.v, RED.v, alpha)
        };
        Mix *m = mix_new (canvases[c], CONFIG (LAYOUT (0, 0, 160, 120, 0) ","
                LAYOUT (41, 31, 60, 40, 1)));

        mix_add (m, "", "", BIG, SMALL);
        mix_add (m, "", "", BIG, caps);
        mix_push (m, 0, 0, make_solid (SMALL, RED));
        mix_push (m, 1, 0, make_rgb (caps, 20, 200, 240, alphas[a]));
        mix_pull (m);
        assert_at (m, 42, 32, want, 2);
        assert_at (m, 70, 50, want, 2);
        assert_at (m, 99, 69, want, 2);
        assert_at (m, 39, 30, RED, 0);
        assert_at (m, 103, 72, RED, 0);
        mix_free (m);
        g_free (caps);
      }
    }
  }
}

GST_END_TEST;

/* A420: opaque left half, transparent right half, nothing in between bleeds. */
GST_START_TEST (test_a420)
{
  const gchar *caps = "format=A420,width=64,height=64,colorimetry=bt709";
  Mix *m = mix_new (CANVAS, CONFIG (LAYOUT (0, 0, 160, 120, 0) ","
          LAYOUT (40, 30, 64, 64, 1)));
  GstBuffer *buffer = make_solid (caps, BLUE);
  GstVideoMeta *meta;
  GstMapInfo map;
  gint y;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless (meta == NULL);
  for (y = 0; y < 64; y++)
    memset (map.data + map.size - 64 * 64 + y * 64 + 32, 0, 32);
  gst_buffer_unmap (buffer, &map);

  mix_add (m, "", "", BIG, SMALL);
  mix_add (m, "", "", BIG, caps);
  mix_push (m, 0, 0, make_solid (SMALL, GREEN));
  mix_push (m, 1, 0, buffer);
  mix_pull (m);
  assert_at (m, 41, 31, BLUE, 1);
  assert_at (m, 71, 60, BLUE, 1);
  assert_at (m, 72, 60, GREEN, 1);
  assert_at (m, 103, 93, GREEN, 1);
  mix_free (m);
}

GST_END_TEST;

static const struct
{
  const gchar *user;
  const gchar *format;
} others[] = {
  {"a", "YUY2"}, {"b", "UYVY"}, {"c", "Y42B"}, {"d", "Y444"}, {"e", "YV12"},
  {"f", "NV21"}, {"g", "AYUV"},
};

/* Formats that the converter brings into shape, all at once. */
GST_START_TEST (test_other_formats)
{
  Mix *m = mix_new (CANVAS, "{\"template\":\"grid\"}");
  guint i;
  gint x, y, seen = 0;

  /* all are there before the first sends: else it has the canvas alone */
  for (i = 0; i < 2 * G_N_ELEMENTS (others); i++) {
    guint k = i % G_N_ELEMENTS (others);
    gchar *caps = g_strdup_printf
        ("format=%s,width=64,height=48,colorimetry=bt709", others[k].format);

    if (i < G_N_ELEMENTS (others))
      mix_add (m, others[k].user, "", BIG, caps);
    else
      mix_push (m, k, 0, make_solid (caps, GREEN));
    g_free (caps);
  }
  mix_pull (m);

  /* nothing but green and the black between the cells */
  for (y = 0; y < 120; y += 2) {
    for (x = 0; x < 160; x += 2) {
      Yuv got = mix_at (m, x, y);

      if (ABS (got.y - GREEN.y) <= 1)
        seen++;
      if (got.y > 20 && got.u < 60)
        assert_yuv (got, GREEN, 1, "converted");
    }
  }
  /* seven cells of nine, and the gaps between them: more than a third of what
   * was looked at, but not all */
  fail_unless (seen > 60 * 80 / 3 && seen < 60 * 80, "%d green", seen);
  mix_free (m);
}

GST_END_TEST;

/* Another matrix, another range, and RGB without alpha end as the same blue. */
GST_START_TEST (test_colorimetry)
{
  const gchar *rgb[] = { "BGRx", "RGBx", "RGB" };
  /* R'G'B' 30 90 220 in BT.601 limited and BT.709 full range: BT.601-7
   * 2.5.1, BT.709-6 with the full range of H.273 */
  const Yuv bt601 = { 16 + 219 * 86.88 / 255, 128 + 224 * 133.12 / 1.772 / 255,
    128 + 224 * -56.88 / 1.402 / 255
  };
  const Yuv full = { 86.6, 128 + 133.37 / 1.8556, 128 - 56.63 / 1.5748 };
  const Yuv want = yuv709 (30, 90, 220);
  const gchar *sd = "format=I420,width=64,height=64,colorimetry=bt601";
  const gchar *pc = "format=I420,width=64,height=64,colorimetry=1:3:5:1";
  guint i;
  Mix *m;

  for (i = 0; i < G_N_ELEMENTS (rgb); i++) {
    gchar *caps = g_strdup_printf ("format=%s,width=64,height=64", rgb[i]);

    m = draw_one (CANVAS, ONE_LAYOUT ("stretch"), caps,
        make_rgb (caps, 30, 90, 220, 255));
    assert_all (m, want, 2);
    mix_free (m);
    g_free (caps);
  }

  m = draw_one (CANVAS, ONE_LAYOUT ("stretch"), sd, make_solid (sd, bt601));
  assert_all (m, want, 2);
  mix_free (m);
  m = draw_one (CANVAS, ONE_LAYOUT ("stretch"), pc, make_solid (pc, full));
  assert_all (m, want, 2);
  mix_free (m);
}

GST_END_TEST;

/* 10 bit: 4 times the values, little endian words. */
GST_START_TEST (test_ten_bit)
{
  const gchar *caps = "format=I420_10LE,width=64,height=64,colorimetry=bt709";
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 64 * 3, NULL);
  GstMapInfo map;
  Mix *m;
  guint i;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (i = 0; i < 64 * 64 * 3 / 2; i++)
    GST_WRITE_UINT16_LE (map.data + 2 * i, 4 * (i < 64 * 64 ? RED.y :
            i < 64 * 64 * 5 / 4 ? RED.u : RED.v));
  gst_buffer_unmap (buffer, &map);
  m = draw_one (CANVAS, ONE_LAYOUT ("stretch"), caps, buffer);
  assert_all (m, RED, 1);
  mix_free (m);
}

GST_END_TEST;

/* A tag that turns the picture: top red, bottom green. */
GST_START_TEST (test_rotation)
{
  const struct
  {
    const gchar *tag;
    Yuv top_left, top_right, bottom_left;
  } turns[] = {
    {"rotate-0", RED, RED, GREEN},
    {"rotate-90", GREEN, RED, GREEN},
    {"rotate-180", GREEN, GREEN, RED},
    {"rotate-270", RED, GREEN, RED},
    {"flip-rotate-0", RED, RED, GREEN},
    {"flip-rotate-90", GREEN, RED, GREEN},
    {"flip-rotate-270", RED, GREEN, RED},
    {"flip-rotate-180", GREEN, GREEN, RED},
  };
  const gchar *formats[] = { "I420", "NV12" };
  const Yuv bands[] = { RED, GREEN };
  guint i, f;

  for (i = 0; i < G_N_ELEMENTS (turns); i++) {
    for (f = 0; f < G_N_ELEMENTS (formats); f++) {
      gchar *caps = g_strdup_printf
          ("format=%s,width=80,height=60,colorimetry=bt709", formats[f]);
      Mix *m = mix_new (CANVAS, ONE_LAYOUT ("stretch"));

      mix_add (m, "", "", BIG, caps);
      fail_unless (gst_harness_push_event (g_ptr_array_index (m->ins, 0),
              gst_event_new_tag (gst_tag_list_new (GST_TAG_IMAGE_ORIENTATION,
                      turns[i].tag, NULL))));
      mix_push (m, 0, 0, make_rows (caps, bands, 2));
      mix_pull (m);
      assert_at (m, 10, 10, turns[i].top_left, 0);
      assert_at (m, 150, 10, turns[i].top_right, 0);
      assert_at (m, 10, 110, turns[i].bottom_left, 0);
      mix_free (m);
      g_free (caps);
    }
  }
}

GST_END_TEST;

/* A quarter turn swaps the shape: 80x40 stands as 40x80 in `fit`. */
GST_START_TEST (test_rotation_swaps_shape)
{
  const gchar *caps = "format=I420,width=80,height=40,colorimetry=bt709";
  Mix *m = mix_new (CANVAS, ONE_LAYOUT ("fit"));

  mix_add (m, "", "", BIG, caps);
  fail_unless (gst_harness_push_event (g_ptr_array_index (m->ins, 0),
          gst_event_new_tag (gst_tag_list_new (GST_TAG_IMAGE_ORIENTATION,
                  "rotate-90", NULL))));
  mix_push (m, 0, 0, make_solid (caps, RED));
  mix_pull (m);
  assert_at (m, 49, 60, BARS, 0);
  assert_at (m, 50, 0, RED, 0);
  assert_at (m, 109, 119, RED, 0);
  assert_at (m, 110, 60, BARS, 0);
  mix_free (m);
}

GST_END_TEST;

static Suite *
layoutcompositor_suite (void)
{
  Suite *s = suite_create ("layoutcompositor");
  TCase *tc = tcase_create ("pixels");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_fill_crops_to_cover);
  tcase_add_test (tc, test_fit_shows_all);
  tcase_add_test (tc, test_stretch_fills_all);
  tcase_add_test (tc, test_pixel_aspect_ratio);
  tcase_add_test (tc, test_z_order);
  tcase_add_test (tc, test_clipping_changes_no_pixel);
  tcase_add_test (tc, test_layout_off_canvas_warns);
  tcase_add_test (tc, test_odd_edges);
  tcase_add_test (tc, test_odd_canvas);
  tcase_add_test (tc, test_nv12_is_i420);
  tcase_add_test (tc, test_alpha);
  tcase_add_test (tc, test_a420);
  tcase_add_test (tc, test_other_formats);
  tcase_add_test (tc, test_colorimetry);
  tcase_add_test (tc, test_ten_bit);
  tcase_add_test (tc, test_rotation);
  tcase_add_test (tc, test_rotation_swaps_shape);

  return s;
}

GST_CHECK_MAIN (layoutcompositor);
