/* Overlays: what is blended against what arithmetic says, any part and hole.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#include "cornermask.h"
#include "overlay-rows.h"
#include "overlay.h"

#define SEED 77

typedef struct
{
  GstVideoInfo info;
  GstBuffer *buffer;
  GstVideoFrame frame;
  Canvas canvas;
} Board;

static void
board_init (Board * b, GstVideoFormat format, gint width, gint height,
    GRand * rand)
{
  GstMapInfo map;
  gsize i;

  memset (b, 0, sizeof (*b));
  gst_video_info_set_format (&b->info, format, width, height);
  gst_video_colorimetry_from_string (&b->info.colorimetry, "bt709");
  b->buffer = gst_buffer_new_allocate (NULL, b->info.size, NULL);
  gst_buffer_map (b->buffer, &map, GST_MAP_WRITE);
  for (i = 0; i < map.size; i++)
    map.data[i] = rand != NULL ? 16 + g_rand_int_range (rand, 0, 220) : 128;
  gst_buffer_unmap (b->buffer, &map);
  gst_video_frame_map (&b->frame, &b->info, b->buffer, GST_MAP_READWRITE);
  canvas_set_info (&b->canvas, &b->info);
  canvas_set_frame (&b->canvas, &b->frame);
}

static void
board_clear (Board * b)
{
  canvas_clear (&b->canvas);
  gst_video_frame_unmap (&b->frame);
  gst_buffer_unref (b->buffer);
}

static void
board_copy (Board * to, const Board * from)
{
  guint i;

  for (i = 0; i < GST_VIDEO_FRAME_N_PLANES (&from->frame); i++)
    memcpy (to->frame.data[i], from->frame.data[i],
        (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&from->frame, i) *
        GST_VIDEO_FRAME_COMP_HEIGHT (&from->frame, i));
}

static guint8
at (const Board * b, gint c, gint x, gint y)
{
  if (c > 0) {
    x /= 2;
    y /= 2;
  }
  return b->canvas.data[c][y * b->canvas.stride[c] +
      x * (c > 0 ? b->canvas.chroma_step : 1)];
}

/* Rows of the matrix of ITU-R BT.709-6, 3.2 to 3.5, 8 bit */
static gdouble
convert (gint c, const gdouble * bgr)
{
  gdouble y = 0.2126 * bgr[2] + 0.7152 * bgr[1] + 0.0722 * bgr[0];

  if (c == 0)
    return 16 + 219 * y;
  return 128 + 224 * (c == 1 ? (bgr[0] - y) / 1.8556 : (bgr[2] - y) / 1.5748);
}

/* An image with clear, solid and half clear parts. */
static guint8 *
make_image (gint width, gint height, GRand * rand)
{
  guint8 *pixels = g_malloc ((gsize) width * height * 4);
  gint x, y, c;

  for (y = 0; y < height; y++) {
    for (x = 0; x < width; x++) {
      guint8 *p = pixels + ((gsize) y * width + x) * 4;
      gint kind = x * 3 / width + y / 7;

      p[3] = kind % 3 == 0 ? 0 : kind % 3 == 1 ? 255 :
          g_rand_int_range (rand, 0, 256);
      for (c = 0; c < 3; c++)
        p[c] = g_rand_int_range (rand, 0, p[3] + 1);
    }
  }

  return pixels;
}

static gboolean
is_hidden (gint x, gint y, const Rect * holes, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    if (x >= holes[i].x0 && x < holes[i].x1 && y >= holes[i].y0 &&
        y < holes[i].y1)
      return TRUE;
  return FALSE;
}

/* What a sample ought to be: the mean over its pixels of what each is with
 * the image over the @before. */
static gdouble
expected (const Board * before, gint c, gint px, gint py, gint x, gint y,
    const guint8 * pixels, gint width, gint height, guint opacity,
    const Rect * holes, guint n_holes)
{
  gint step = c == 0 ? 1 : 2;
  gdouble sum = 0;
  gint dx, dy, k;

  for (dy = 0; dy < step; dy++) {
    for (dx = 0; dx < step; dx++) {
      gint cx = MIN (px + dx, before->info.width - 1);
      gint cy = MIN (py + dy, before->info.height - 1);
      gint ix = cx - x, iy = cy - y;
      gdouble value = at (before, c, px, py);

      if (ix >= 0 && iy >= 0 && ix < width && iy < height &&
          !is_hidden (cx, cy, holes, n_holes)) {
        const guint8 *p = pixels + ((gsize) iy * width + ix) * 4;
        gdouble alpha = p[3] / 255.0 * opacity / 255.0;
        gdouble bgr[3];

        for (k = 0; k < 3; k++)
          bgr[k] = p[3] > 0 ? p[k] / (gdouble) p[3] : 0;
        value = value * (1 - alpha) + convert (c, bgr) * alpha;
      }
      sum += value;
    }
  }

  return sum / (step * step);
}

static void
check (GstVideoFormat format, gint canvas_width, gint canvas_height, gint x,
    gint y, gint width, gint height, guint opacity, const Rect * holes,
    guint n_holes, GRand * rand)
{
  guint8 *pixels = make_image (width, height, rand);
  Board before, after, parts;
  Rect all = { 0, 0, canvas_width, canvas_height };
  Overlay *overlay;
  gint px, py, c;
  guint i;

  board_init (&before, format, canvas_width, canvas_height, rand);
  board_init (&after, format, canvas_width, canvas_height, NULL);
  board_init (&parts, format, canvas_width, canvas_height, NULL);
  board_copy (&after, &before);
  board_copy (&parts, &before);

  overlay = overlay_new (&after.canvas, x, y, pixels, width * 4, width, height);
  fail_unless (overlay != NULL);
  overlay_blend (overlay, &after.canvas, &all, opacity, holes, n_holes);

  for (c = 0; c < 3; c++) {
    gint step = c == 0 ? 1 : 2;

    for (py = 0; py < canvas_height; py += step) {
      for (px = 0; px < canvas_width; px += step) {
        gdouble want = expected (&before, c, px, py, x, y, pixels, width,
            height, opacity, holes, n_holes);
        gdouble got = at (&after, c, px, py);
        /* a sample that a hole cuts knows only the mean of its pixels, not
         * which of them is hidden */
        gdouble tolerance = c > 0 && n_holes > 0 && (is_hidden (px, py, holes,
                n_holes) != is_hidden (px + 1, py, holes, n_holes) ||
            is_hidden (px, py, holes, n_holes) != is_hidden (px, py + 1, holes,
                n_holes)) ? 110 : 2.01;

        fail_unless (fabs (want - got) <= tolerance,
            "%d at %d,%d: got %g, want %g", c, px, py, got, want);
      }
    }
  }

  /* in parts as of threads and damage, the same */
  for (i = 0; i < 3; i++) {
    Rect part = { 0, canvas_height * (gint) i / 3 & ~1, canvas_width,
      i == 2 ? canvas_height : canvas_height * (gint) (i + 1) / 3 & ~1
    };
    Rect left = part, right = part;

    left.x1 = right.x0 = canvas_width / 2 & ~1;
    overlay_blend (overlay, &parts.canvas, &right, opacity, holes, n_holes);
    overlay_blend (overlay, &parts.canvas, &left, opacity, holes, n_holes);
  }
  for (i = 0; i < GST_VIDEO_FRAME_N_PLANES (&after.frame); i++)
    fail_unless (memcmp (after.frame.data[i], parts.frame.data[i],
            (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&after.frame, i) *
            GST_VIDEO_FRAME_COMP_HEIGHT (&after.frame, i)) == 0);

  overlay_unref (overlay);
  g_free (pixels);
  board_clear (&before);
  board_clear (&after);
  board_clear (&parts);
}

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12
};

GST_START_TEST (test_blend)
{
  GstVideoFormat format = formats[__i__];
  GRand *rand = g_rand_new_with_seed (SEED);
  guint i;

  /* even and odd places, off the canvas on every side, an odd canvas */
  check (format, 160, 90, 16, 8, 96, 32, 255, NULL, 0, rand);
  check (format, 160, 90, 17, 9, 97, 33, 255, NULL, 0, rand);
  check (format, 160, 90, -5, -3, 60, 40, 255, NULL, 0, rand);
  check (format, 160, 90, 131, 71, 60, 40, 255, NULL, 0, rand);
  check (format, 161, 91, 101, 51, 60, 40, 255, NULL, 0, rand);
  check (format, 160, 90, 16, 8, 96, 32, 100, NULL, 0, rand);
  for (i = 0; i < 30; i++)
    check (format, g_rand_int_range (rand, 2, 120), g_rand_int_range (rand, 2,
            120), g_rand_int_range (rand, -9, 2), g_rand_int_range (rand, -9,
            2), g_rand_int_range (rand, 10, 150), g_rand_int_range (rand, 10,
            150), g_rand_int_range (rand, 1, 256), NULL, 0, rand);
  g_rand_free (rand);
}

GST_END_TEST;

GST_START_TEST (test_holes)
{
  const Rect holes[] = { {20, 10, 40, 20}, {33, 15, 61, 31}, {70, 0, 75, 90} };
  GRand *rand = g_rand_new_with_seed (SEED);

  check (formats[__i__], 160, 90, 16, 8, 96, 32, 255, holes, 1, rand);
  check (formats[__i__], 160, 90, 16, 8, 96, 32, 255, holes, 3, rand);
  check (formats[__i__], 160, 90, 16, 8, 96, 32, 90, holes, 3, rand);
  g_rand_free (rand);
}

GST_END_TEST;

GST_START_TEST (test_nothing)
{
  guint8 pixels[4 * 4 * 4] = { 0 };
  GRand *rand = g_rand_new_with_seed (SEED);
  Board board, same;
  Overlay *overlay, *other;
  Rect all = { 0, 0, 32, 32 };

  board_init (&board, GST_VIDEO_FORMAT_I420, 32, 32, rand);
  board_init (&same, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  board_copy (&same, &board);
  fail_unless (overlay_new (&board.canvas, 32, 0, pixels, 16, 4, 4) == NULL);
  fail_unless (overlay_new (&board.canvas, 0, -4, pixels, 16, 4, 4) == NULL);
  /* an image that is clear all over changes nothing */
  overlay = overlay_new (&board.canvas, 3, 3, pixels, 16, 4, 4);
  other = overlay_new (&board.canvas, 3, 3, pixels, 16, 4, 4);
  fail_if (overlay->serial == other->serial);
  overlay_blend (overlay, &board.canvas, &all, 255, NULL, 0);
  fail_unless (memcmp (board.frame.data[0], same.frame.data[0], 32 * 32) == 0);
  fail_unless (memcmp (board.frame.data[1], same.frame.data[1], 16 * 16) == 0);
  overlay_unref (overlay);
  overlay_unref (other);
  board_clear (&board);
  board_clear (&same);
  g_rand_free (rand);
}

GST_END_TEST;

/* Whatever this CPU has gives what plain C gives, for every pair of bytes. */
GST_START_TEST (test_rows)
{
  const OverlayRows *here = overlay_rows_get ();
  guint8 dst[2][256], a[256], b[256];
  gint n, i, value;

  for (value = 0; value < 256; value++) {
    for (i = 0; i < 256; i++) {
      dst[0][i] = dst[1][i] = (guint8) i;
      b[i] = (guint8) value;
      a[i] = (guint8) (i * 7 % (256 - value));
    }
    n = 256 - value % 33;
    here->blend (dst[0], a, b, n);
    overlay_rows_c.blend (dst[1], a, b, n);
    fail_unless (memcmp (dst[0], dst[1], 256) == 0);
    here->mix (dst[0], a, b, n);
    overlay_rows_c.mix (dst[1], a, b, n);
    fail_unless (memcmp (dst[0], dst[1], 256) == 0);
  }
}

GST_END_TEST;

GST_START_TEST (test_corner)
{
  gint radius;

  for (radius = 1; radius < 60; radius += 7) {
    CornerMask *mask = corner_mask_new (radius);
    gdouble sum = 0;
    gint x, y;

    for (y = 0; y < radius; y++) {
      for (x = 0; x < radius; x++) {
        guint8 here = mask->coverage[y * radius + x];

        sum += here / 255.0;
        /* the same seen along the other axis, and growing to the centre */
        fail_unless_equals_int (here, mask->coverage[x * radius + y]);
        if (x > 0)
          fail_unless (here >= mask->coverage[y * radius + x - 1]);
      }
    }
    /* a quarter of a circle */
    fail_unless (fabs (sum - G_PI * radius * radius / 4) < 0.02 * radius +
        0.05, "%d: %g", radius, sum);
    corner_mask_free (mask);
  }
}

GST_END_TEST;

static Suite *
layoutoverlay_suite (void)
{
  Suite *suite = suite_create ("layoutoverlay");
  TCase *tcase = tcase_create ("layoutoverlay");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_blend, 0, 2);
  tcase_add_loop_test (tcase, test_holes, 0, 2);
  tcase_add_test (tcase, test_nothing);
  tcase_add_test (tcase, test_rows);
  tcase_add_test (tcase, test_corner);

  return suite;
}

GST_CHECK_MAIN (layoutoverlay);
