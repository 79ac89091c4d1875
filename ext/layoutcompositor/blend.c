/* blend.c: pictures with alpha over a 4:2:0 frame
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Colours are multiplied by their alpha before they are scaled: else the
 * colour of invisible pixels would bleed into the visible ones at an edge.
 * Input rows are multiplied once each and kept while an output row needs them.
 */

#include "canvas.h"

#include <string.h>

/* alpha, then the format's three colour components */
#define PLANES 4

#define MATRIX_SHIFT 16

/* What one call of canvas_blend() works with. */
typedef struct
{
  const GstVideoFrame *picture;
  gboolean rgb;
  gint from, columns;           /* input columns that are needed */
  gint taps;                    /* input rows that make an output row */
  guint8 *ring;                 /* taps rows of PLANES x columns */
  gint *ring_row;               /* which input row a place holds, -1 = none */
  guint8 *blended;              /* columns, and SCALER_SLACK */
  guint8 *scaled[PLANES];       /* one output row, width each */
  gint *sums;                   /* PLANES for each chroma sample */
  gint matrix[3][3];
  gint offset[3];
} Blend;

/* a * b / 255, rounded */
static inline guint
mul_255 (guint a, guint b)
{
  guint t = a * b + 128;

  return (t + (t >> 8)) >> 8;
}

static const guint8 *
ring_fetch (Blend * b, gint row)
{
  gint place = row % b->taps;
  gsize size = (gsize) PLANES * b->columns;
  guint8 *out = b->ring + place * size;
  const GstVideoFormatInfo *finfo = b->picture->info.finfo;
  const guint8 *alpha;
  gint alpha_step, c, x;

  if (b->ring_row[place] == row)
    return out;
  b->ring_row[place] = row;

  alpha = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (b->picture, 3) +
      (gssize) row *GST_VIDEO_FRAME_COMP_STRIDE (b->picture, 3);
  alpha_step = GST_VIDEO_FRAME_COMP_PSTRIDE (b->picture, 3);
  for (x = 0; x < b->columns; x++)
    out[x] = alpha[(b->from + x) * alpha_step];

  for (c = 0; c < 3; c++) {
    gint x_shift = GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c);
    gint y_shift = GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (b->picture, c);
    const guint8 *in =
        (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (b->picture, c) +
        (gssize) (row >> y_shift) * GST_VIDEO_FRAME_COMP_STRIDE (b->picture,
        c);
    guint8 *to = out + (gsize) (c + 1) * b->columns;

    for (x = 0; x < b->columns; x++)
      to[x] = (guint8) mul_255 (in[((b->from + x) >> x_shift) * step], out[x]);
  }

  return out;
}

/* Scales output row @y of the sprite into b->scaled. */
static void
scale_row (Blend * b, const Sprite * sprite, gint x0, gint y, gint width)
{
  const ScalerAxis *v = sprite->luma_v;
  const guint8 *many[64];
  const guint8 **rows = many;
  gint c, k, x;

  if (v->taps > (gint) G_N_ELEMENTS (many))
    rows = g_new (const guint8 *, v->taps);

  for (c = 0; c < PLANES; c++) {
    for (k = 0; k < v->taps; k++)
      rows[k] = ring_fetch (b, v->offset[y] + k) + (gsize) c *b->columns;
    scaler_blend_rows (rows, v, y, b->blended, b->columns);
    scaler_filter_row (b->blended, b->from, sprite->luma_h, x0, width,
        b->scaled[c]);
  }

  /* enlarging can overshoot, but no colour is stronger than its alpha */
  for (c = 1; c < PLANES; c++)
    for (x = 0; x < width; x++)
      b->scaled[c][x] = MIN (b->scaled[c][x], b->scaled[0][x]);

  if (rows != many)
    g_free (rows);
}

/* Makes the part of row @y that something opaque covers invisible. */
static void
cut_holes (Blend * b, const Rect * rect, gint y, const Rect * holes,
    guint n_holes)
{
  guint i;
  gint c;

  for (i = 0; i < n_holes; i++) {
    gint x0 = MAX (holes[i].x0, rect->x0);
    gint x1 = MIN (holes[i].x1, rect->x1);

    if (x0 >= x1 || y < holes[i].y0 || y >= holes[i].y1)
      continue;
    for (c = 0; c < PLANES; c++)
      memset (b->scaled[c] + x0 - rect->x0, 0, x1 - x0);
  }
}

static inline gint
matrix_row (const Blend * b, gint row, gint r, gint g, gint bl)
{
  const gint *m = b->matrix[row];

  return m[0] * r + m[1] * g + m[2] * bl;
}

static void
blend_luma (const Blend * b, guint8 * dst, gint width)
{
  const guint8 *a = b->scaled[0];
  gint x;

  for (x = 0; x < width; x++) {
    gint y = b->scaled[1][x];

    if (b->rgb)
      y = (matrix_row (b, 0, y, b->scaled[2][x], b->scaled[3][x])
          + (1 << (MATRIX_SHIFT - 1))) >> MATRIX_SHIFT;
    if (b->rgb)
      y += (gint) mul_255 (b->offset[0], a[x]);
    dst[x] = (guint8) MIN (y + (gint) mul_255 (dst[x], 255 - a[x]), 255);
  }
}

/* Adds a row of pixels to the sums of the chroma samples they lie in; @twice
 * for the last row of an odd canvas, which has its samples for itself. */
static void
sum_chroma (const Blend * b, const Canvas * canvas, const Rect * rect,
    gboolean twice)
{
  gint chroma_x0 = rect->x0 / 2;
  gint x, c;

  for (x = rect->x0; x < rect->x1; x++) {
    gint *sum = b->sums + (x / 2 - chroma_x0) * PLANES;
    gint times = (twice ? 2 : 1) *
        (x % 2 == 0 && x + 1 == canvas->width ? 2 : 1);

    for (c = 0; c < PLANES; c++)
      sum[c] += times * b->scaled[c][x - rect->x0];
  }
}

static void
blend_chroma (const Blend * b, Canvas * canvas, const Rect * rect, gint y)
{
  gint x0 = rect->x0 / 2, x1 = (rect->x1 + 1) / 2;
  gint x, c;

  for (x = x0; x < x1; x++) {
    const gint *sum = b->sums + (x - x0) * PLANES;
    gint clear = 4 * 255 - sum[0];

    if (sum[0] == 0)
      continue;

    for (c = 1; c < 3; c++) {
      guint8 *dst = canvas->data[c] + y * canvas->stride[c] +
          (gssize) x * canvas->chroma_step;
      /* four times the colour; rounded once, at the end */
      gint color = sum[c + 1];

      if (b->rgb)
        color = ((matrix_row (b, c, sum[1], sum[2], sum[3])
                + (1 << (MATRIX_SHIFT - 1))) >> MATRIX_SHIFT)
            + (b->offset[c] * sum[0] + 127) / 255;
      color = (color * 255 + *dst * clear + 510) / 1020;
      *dst = (guint8) CLAMP (color, 0, 255);
    }
  }
}

static void
blend_init (Blend * b, const Canvas * canvas, const Rect * rect,
    const Sprite * sprite, const GstVideoFrame * picture, guint8 * memory)
{
  const ScalerAxis *h = sprite->luma_h;
  gint width = rect->x1 - rect->x0;
  gint x0 = rect->x0 - sprite->visible.x0;
  gint i, c;

  b->picture = picture;
  b->rgb = GST_VIDEO_INFO_IS_RGB (&picture->info);
  b->from = h->offset[x0];
  b->columns = h->offset[x0 + width - 1] + h->taps - b->from;
  b->taps = sprite->luma_v->taps;

  b->ring = memory;
  memory += (gsize) b->taps * PLANES * b->columns;
  b->blended = memory;
  memory += b->columns;
  memset (memory, 0, SCALER_SLACK);
  memory += SCALER_SLACK;
  for (c = 0; c < PLANES; c++, memory += width)
    b->scaled[c] = memory;

  b->ring_row = g_new (gint, b->taps);
  for (i = 0; i < b->taps; i++)
    b->ring_row[i] = -1;
  b->sums = g_new0 (gint, ((gsize) width / 2 + 2) * PLANES);

  for (i = 0; i < 3; i++) {
    b->offset[i] = canvas->offset[i];
    for (c = 0; c < 3; c++)
      b->matrix[i][c] = (gint) (canvas->rgb_to_yuv[i][c] *
          (1 << MATRIX_SHIFT) + (canvas->rgb_to_yuv[i][c] < 0 ? -0.5 : 0.5));
  }
}

/**
 * canvas_blend:
 * @canvas: the canvas
 * @rect: what to draw of it, inside of sprite->visible, not empty
 * @sprite: how it is scaled
 * @picture: the input in an 8 bit format with alpha, mapped for reading: RGB,
 *     or YUV with the canvas's matrix and range
 * @holes: (array length=n_holes): what is opaque above it, may lie anywhere
 * @n_holes: number of holes
 *
 * Blends a part of a picture over what was painted there before. A chroma
 * sample that a hole shares with the picture takes what the picture covers of
 * it in one step: so the result does not depend on how a picture was cut, as
 * long as @rect's edges lie between chroma samples or are the picture's own.
 */
void
canvas_blend (Canvas * canvas, const Rect * rect, const Sprite * sprite,
    const GstVideoFrame * picture, const Rect * holes, guint n_holes)
{
  gint width = rect->x1 - rect->x0;
  gint x0 = rect->x0 - sprite->visible.x0;
  gsize columns = sprite->luma_h->offset[x0 + width - 1] +
      sprite->luma_h->taps - sprite->luma_h->offset[x0];
  gsize needed = (gsize) sprite->luma_v->taps * PLANES * columns + columns +
      SCALER_SLACK + (gsize) PLANES * width;
  Blend b;
  gint y;

  blend_init (&b, canvas, rect, sprite, picture,
      scaler_scratch_get (&canvas->scratch, needed));

  for (y = rect->y0; y < rect->y1; y++) {
    gboolean last_odd = y % 2 == 0 && y + 1 == canvas->height;

    scale_row (&b, sprite, x0, y - sprite->visible.y0, width);
    cut_holes (&b, rect, y, holes, n_holes);
    blend_luma (&b, canvas->data[0] + y * canvas->stride[0] + rect->x0, width);

    sum_chroma (&b, canvas, rect, last_odd);
    if (y % 2 == 1 || y + 1 == rect->y1) {
      blend_chroma (&b, canvas, rect, y / 2);
      memset (b.sums, 0, sizeof (gint) * PLANES * (width / 2 + 2));
    }
  }

  g_free (b.ring_row);
  g_free (b.sums);
}
