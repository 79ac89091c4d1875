/* layoutrecolor.c: frames of another matrix or range
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>
#include <math.h>

#include "recolor.h"

/* Kr and Kb of ITU-R BT.601-7, BT.709-6 and BT.2020-2 */
typedef struct
{
  const gchar *colorimetry;
  gdouble kr, kb;
  gboolean full;                /* range */
} Coding;

static const Coding codings[] = {
  {"bt601", 0.299, 0.114, FALSE},
  {"bt709", 0.2126, 0.0722, FALSE},
  {"1:4:7:1", 0.299, 0.114, TRUE},      /* JPEG's */
  {"1:3:5:1", 0.2126, 0.0722, TRUE},
  {"bt2020", 0.2627, 0.0593, FALSE},
};

static GstVideoFrame
frame_new (GstVideoFormat format, gint width, gint height,
    const gchar * colorimetry)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer;

  gst_video_info_set_format (&info, format, width, height);
  fail_unless (gst_video_colorimetry_from_string (&info.colorimetry,
          colorimetry));
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READWRITE));
  gst_buffer_unref (buffer);

  return frame;
}

static guint8 *
sample (const GstVideoFrame * f, gint c, gint x, gint y)
{
  return (guint8 *) GST_VIDEO_FRAME_COMP_DATA (f, c) +
      y * GST_VIDEO_FRAME_COMP_STRIDE (f, c) +
      x * GST_VIDEO_FRAME_COMP_PSTRIDE (f, c);
}

/* Through R'G'B', in doubles, not clamped. */
static void
plain (const Coding * from, const Coding * to, const guint8 in[3],
    gdouble out[3])
{
  gdouble y = from->full ? in[0] / 255.0 : (in[0] - 16) / 219.0;
  gdouble cb = (in[1] - 128) / (from->full ? 255.0 : 224.0);
  gdouble cr = (in[2] - 128) / (from->full ? 255.0 : 224.0);
  gdouble r = y + cr * 2 * (1 - from->kr);
  gdouble b = y + cb * 2 * (1 - from->kb);
  gdouble g = (y - from->kr * r - from->kb * b) / (1 - from->kr - from->kb);

  y = to->kr * r + (1 - to->kr - to->kb) * g + to->kb * b;
  out[0] = to->full ? y * 255 : 16 + y * 219;
  out[1] = 128 + (b - y) / (2 * (1 - to->kb)) * (to->full ? 255 : 224);
  out[2] = 128 + (r - y) / (2 * (1 - to->kr)) * (to->full ? 255 : 224);
}

static void
check_pair (const Coding * from, const Coding * to, GstVideoFormat format,
    gint width, gint height, GRand * rand)
{
  GstVideoFrame in = frame_new (format, width, height, from->colorimetry);
  GstVideoFrame out = frame_new (GST_VIDEO_FORMAT_I420, width, height,
      to->colorimetry);
  Recolor recolor = { {0,}, };
  gint x, y, c;

  for (c = 0; c < 3; c++)
    for (y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&in, c); y++)
      for (x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&in, c); x++)
        *sample (&in, c, x, y) = g_rand_int_range (rand, 0, 256);

  fail_unless (recolor_init (&recolor, &in.info, &out.info));
  recolor_frame (&recolor, &in, &out);

  for (y = 0; y < height; y++) {
    for (x = 0; x < width; x++) {
      guint8 yuv[3] = { *sample (&in, 0, x, y), *sample (&in, 1, x / 2, y / 2),
        *sample (&in, 2, x / 2, y / 2)
      };
      gdouble want[3];

      plain (from, to, yuv, want);
      for (c = 0; c < 3; c++) {
        gint got = *sample (&out, c, c == 0 ? x : x / 2, c == 0 ? y : y / 2);

        /* half for rounding, a little for 13 bits of matrix */
        if (fabs (got - CLAMP (want[c], 0, 255)) > 0.6)
          fail ("%s to %s, %dx%d, component %d at %d,%d: %d, want %g",
              from->colorimetry, to->colorimetry, width, height, c, x, y, got,
              want[c]);
      }
    }
  }

  recolor_clear (&recolor);
  gst_video_frame_unmap (&in);
  gst_video_frame_unmap (&out);
}

/* Every colour that there is comes out as a plain computation has it. */
GST_START_TEST (test_matrix)
{
  GRand *rand = g_rand_new_with_seed (6);
  guint a, b;

  for (a = 0; a < G_N_ELEMENTS (codings); a++) {
    for (b = 0; b < G_N_ELEMENTS (codings); b++) {
      if (a == b)
        continue;
      check_pair (&codings[a], &codings[b], GST_VIDEO_FORMAT_I420, 130, 64,
          rand);
      check_pair (&codings[a], &codings[b], GST_VIDEO_FORMAT_NV12, 35, 17,
          rand);
    }
  }
  g_rand_free (rand);
}

GST_END_TEST;

/* What it does not know it leaves to others. */
GST_START_TEST (test_refuses)
{
  GstVideoInfo from, to;
  Recolor recolor = { {0,}, };

  gst_video_info_set_format (&to, GST_VIDEO_FORMAT_I420, 64, 64);
  gst_video_info_set_format (&from, GST_VIDEO_FORMAT_I420, 64, 64);
  fail_unless (recolor_init (&recolor, &from, &to));
  from.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_UNKNOWN;
  fail_if (recolor_init (&recolor, &from, &to));
  gst_video_info_set_format (&from, GST_VIDEO_FORMAT_YUY2, 64, 64);
  fail_if (recolor_init (&recolor, &from, &to));
}

GST_END_TEST;

/* A picture as cameras make it, chroma that changes slowly, is what GStreamer's
 * own converter makes of it. That one goes through bytes of R'G'B' and rounds
 * twice: 1 off here and there, and never a whole colour. */
GST_START_TEST (test_like_the_converter)
{
  gint width = 640, height = 360;
  GstVideoFrame in = frame_new (GST_VIDEO_FORMAT_I420, width, height, "bt601");
  GstVideoFrame out = frame_new (GST_VIDEO_FORMAT_I420, width, height,
      "bt709");
  GstVideoFrame want = frame_new (GST_VIDEO_FORMAT_I420, width, height,
      "bt709");
  GstVideoConverter *converter = gst_video_converter_new (&in.info,
      &want.info, gst_structure_new ("options",
          GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD,
          GST_VIDEO_DITHER_NONE, NULL));
  Recolor recolor = { {0,}, };
  gint x, y, c;

  for (c = 0; c < 3; c++)
    for (y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&in, c); y++)
      for (x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&in, c); x++)
        *sample (&in, c, x, y) = (guint8) (128 + 60 * sin (x * 0.02 + c) *
            cos (y * 0.03) + (c == 0 ? 20 * sin (x * y * 0.01) : 0));

  gst_video_converter_frame (converter, &in, &want);
  fail_unless (recolor_init (&recolor, &in.info, &out.info));
  recolor_frame (&recolor, &in, &out);

  for (c = 0; c < 3; c++) {
    gdouble error = 0;
    gint w = GST_VIDEO_FRAME_COMP_WIDTH (&in, c);
    gint h = GST_VIDEO_FRAME_COMP_HEIGHT (&in, c);

    for (y = 0; y < h; y++) {
      for (x = 0; x < w; x++) {
        gint off = *sample (&out, c, x, y) - *sample (&want, c, x, y);

        if (ABS (off) > 3)
          fail ("component %d at %d,%d: %d off", c, x, y, off);
        error += off * off;
      }
    }
    fail_unless (error / (w * h) < 2, "component %d: mean square error %g",
        c, error / (w * h));
  }

  recolor_clear (&recolor);
  gst_video_converter_free (converter);
  gst_video_frame_unmap (&in);
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&want);
}

GST_END_TEST;

static Suite *
layoutrecolor_suite (void)
{
  Suite *s = suite_create ("layoutrecolor");
  TCase *tc = tcase_create ("recolor");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_matrix);
  tcase_add_test (tc, test_refuses);
  tcase_add_test (tc, test_like_the_converter);

  return s;
}

GST_CHECK_MAIN (layoutrecolor);
