/* recolor.c: 4:2:0 frames of another matrix or range
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "recolor.h"
#include "recolor-rows.h"
#include "scaler-kernels.h"

#include <math.h>

/* How Y'CbCr codes R'G'B': ITU-R BT.709-6, 3.2 to 3.4. */
typedef struct
{
  gdouble kr, kb;
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];
} Coding;

static gboolean
coding_of (const GstVideoInfo * info, Coding * coding)
{
  if (!gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &coding->kr,
          &coding->kb))
    return FALSE;
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo,
      coding->offset, coding->scale);
  return TRUE;
}

/* Colour differences of no luma, coded anew: luma and colour differences. */
static void
code_anew (const Coding * from, const Coding * to, gdouble cb, gdouble cr,
    gdouble out[3])
{
  gdouble r = 2 * (1 - from->kr) * cr;
  gdouble b = 2 * (1 - from->kb) * cb;
  gdouble g = -(from->kr * r + from->kb * b) / (1 - from->kr - from->kb);

  out[0] = to->kr * r + (1 - to->kr - to->kb) * g + to->kb * b;
  out[1] = (b - out[0]) / (2 * (1 - to->kb));
  out[2] = (r - out[0]) / (2 * (1 - to->kr));
}

static gint16
fixed (gdouble value, gint bits)
{
  return (gint16) floor (value * (1 << bits) + 0.5);
}

/**
 * recolor_init:
 * @recolor: a zero-initialised or used recolor
 * @from: the input's format
 * @to: the colorimetry that it shall have
 *
 * Makes the matrix.
 *
 * Returns: %FALSE if the input is neither I420 nor NV12, or if a matrix is
 *     unknown
 */
gboolean
recolor_init (Recolor * recolor, const GstVideoInfo * from,
    const GstVideoInfo * to)
{
  Coding a, b;
  gdouble by_cb[3], by_cr[3];
  gint i;

  if ((GST_VIDEO_INFO_FORMAT (from) != GST_VIDEO_FORMAT_I420 &&
          GST_VIDEO_INFO_FORMAT (from) != GST_VIDEO_FORMAT_NV12) ||
      !coding_of (from, &a) || !coding_of (to, &b))
    return FALSE;

  code_anew (&a, &b, 1, 0, by_cb);
  code_anew (&a, &b, 0, 1, by_cr);
  recolor->luma[0] = fixed ((gdouble) b.scale[0] / a.scale[0], 14);
  recolor->luma[1] = fixed (by_cb[0] * b.scale[0] / a.scale[1], 13);
  recolor->luma[2] = fixed (by_cr[0] * b.scale[0] / a.scale[2], 13);
  recolor->luma_offset = fixed (b.offset[0] -
      (gdouble) a.offset[0] * b.scale[0] / a.scale[0] + 0.5, 6);
  for (i = 0; i < 2; i++) {
    recolor->chroma[i][0] = fixed (by_cb[i + 1] * b.scale[i + 1] / a.scale[1],
        13);
    recolor->chroma[i][1] = fixed (by_cr[i + 1] * b.scale[i + 1] / a.scale[2],
        13);
  }

  return TRUE;
}

static const RecolorRows *
best_rows (void)
{
#ifdef HAVE_AVX2
  if (__builtin_cpu_supports ("avx2"))
    return &recolor_rows_avx2;
#endif
  return &recolor_rows_c;
}

static const guint8 *
row_of (const GstVideoFrame * frame, gint component, gint y)
{
  return (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, component) +
      (gssize) y *GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
}

/**
 * recolor_frame:
 * @recolor: the matrix
 * @in: a frame of the format that the matrix was made for
 * @out: an I420 frame of the same size, mapped for writing
 *
 * Each chroma sample colours the four luma samples that it lies on.
 */
void
recolor_frame (Recolor * recolor, const GstVideoFrame * in, GstVideoFrame * out)
{
  const RecolorRows *rows = best_rows ();
  gboolean pairs = GST_VIDEO_FRAME_N_PLANES (in) == 2;
  gint width = GST_VIDEO_FRAME_WIDTH (in);
  gint height = GST_VIDEO_FRAME_HEIGHT (in);
  gint n = (width + 1) / 2;
  gint y, i;

  if (recolor->width < n) {
    recolor_clear (recolor);
    recolor->width = n;
    recolor->added = g_new (gint16, 2 * n);
    recolor->split[0] = g_malloc (n);
    recolor->split[1] = g_malloc (n);
  }

  for (y = 0; y < height; y += 2) {
    const guint8 *u = row_of (in, 1, y / 2), *v = row_of (in, 2, y / 2);

    if (pairs) {
      scaler_kernels_list ()[0]->split (u, n, recolor->split[0],
          recolor->split[1]);
      u = recolor->split[0];
      v = recolor->split[1];
    }
    rows->chroma (recolor, u, v, n, (guint8 *) row_of (out, 1, y / 2),
        (guint8 *) row_of (out, 2, y / 2), recolor->added);
    for (i = y; i < MIN (y + 2, height); i++)
      rows->luma (recolor, row_of (in, 0, i), recolor->added, width,
          (guint8 *) row_of (out, 0, i));
  }
}

/**
 * recolor_clear:
 * @recolor: the recolor
 *
 * Frees what recolor_frame() needed; the matrix stays.
 */
void
recolor_clear (Recolor * recolor)
{
  g_clear_pointer (&recolor->added, g_free);
  g_clear_pointer (&recolor->split[0], g_free);
  g_clear_pointer (&recolor->split[1], g_free);
  recolor->width = 0;
}
