/* scaler.c: separable scaling of 8 bit planes, any rectangle of the result
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Vertical first: the input rows that make an output row are blended into one
 * 8 bit row, which stays in the cache while the horizontal pass reads it.
 */

#include "scaler.h"
#include "scaler-kernels.h"

#include <math.h>
#include <string.h>

#define UNIT (1 << SCALER_SHIFT)

static gdouble
sinc (gdouble x)
{
  return fabs (x) < 1e-9 ? 1.0 : sin (G_PI * x) / (G_PI * x);
}

/* Reducing, @x in output samples: a windowed sinc cut at its first zero. It
 * has no negative lobes, so sums fit 16 bits and nothing rings, and takes half
 * the samples of a cubic filter; the window's 1.2 is where its PSNR against
 * Lanczos is best (`./dev bench quality` compares with the stock
 * compositor's filters). */
static gdouble
reduce_filter (gdouble x)
{
  return fabs (x) >= 1.0 ? 0.0 : sinc (x) * sinc (x / 1.2);
}

/* Enlarging, @x in input samples: the Catmull-Rom spline, which passes through
 * the input's samples. */
static gdouble
enlarge_filter (gdouble x)
{
  x = fabs (x);
  if (x < 1.0)
    return (1.5 * x - 2.5) * x * x + 1.0;
  if (x < 2.0)
    return ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
  return 0.0;
}

/* Rounds @n weights to integers that sum to UNIT exactly, so that a flat area
 * stays what it is: what rounding down lost goes to the largest remainders. */
static void
quantize (const gdouble * exact, gint16 * weight, gint n)
{
  gdouble sum = 0.0;
  gint left = UNIT;
  gint i;

  for (i = 0; i < n; i++)
    sum += exact[i];

  for (i = 0; i < n; i++) {
    weight[i] = (gint16) floor (exact[i] / sum * UNIT);
    left -= weight[i];
  }

  while (left-- > 0) {
    gdouble most = -1.0;
    gint best = 0;

    for (i = 0; i < n; i++) {
      gdouble remainder = exact[i] / sum * UNIT - weight[i];

      if (remainder > most) {
        most = remainder;
        best = i;
      }
    }
    weight[best]++;
  }
}

/* Kernels hold weights in signed bytes: one that is all there is gives a
 * 128th to a neighbour. */
static void
limit_weights (gint16 * weight, gint taps)
{
  gint k;

  for (k = 0; k < taps && taps > 1; k++) {
    if (weight[k] == UNIT) {
      weight[k]--;
      weight[k > 0 ? k - 1 : k + 1]++;
    }
  }
}

/* The weights of eight outputs at a time, four taps of each side by side. */
static void
axis_pack (ScalerAxis * axis)
{
  gint i, k;

  axis->quads = (axis->taps + 3) / 4;
  axis->packed = g_new0 (gint8, (gsize) (axis->n + 7) / 8 * axis->quads * 32);
  for (i = 0; i < axis->n; i++)
    for (k = 0; k < axis->taps; k++)
      axis->packed[(((gsize) (i / 8) * axis->quads + k / 4) * 8 + i % 8) * 4 +
          k % 4] = (gint8) axis->weight[(gsize) i * axis->taps + k];
}

static gboolean
axis_is_copy (const ScalerAxis * axis)
{
  gint i;

  if (axis->taps != 1)
    return FALSE;
  for (i = 1; i < axis->n; i++)
    if (axis->offset[i] != axis->offset[0] + i)
      return FALSE;
  return TRUE;
}

/* Takes out the zero weights around every output's taps: they cost time and
 * say nothing. Offsets never go back from one output to the next, so that the
 * first output of a row says where its input begins. */
static void
axis_trim (ScalerAxis * axis, gint src_size)
{
  gint taps = axis->taps;
  gint *first = g_new (gint, MAX (axis->n, 1));
  gint16 *weight;
  gint used = 1;
  gint i, k;

  for (i = axis->n - 1; i >= 0; i--) {
    const gint16 *w = axis->weight + (gsize) i * taps;
    gint begin = 0, end = taps;

    while (w[begin] == 0)
      begin++;
    while (w[end - 1] == 0)
      end--;
    first[i] = axis->offset[i] + begin;
    if (i + 1 < axis->n)
      first[i] = MIN (first[i], first[i + 1]);
    used = MAX (used, axis->offset[i] + end - first[i]);
  }

  weight = g_new0 (gint16, (gsize) MAX (axis->n, 1) * MAX (used, 1));
  for (i = 0; i < axis->n; i++) {
    gint offset = MIN (first[i], src_size - used);

    for (k = 0; k < used; k++) {
      gint from = offset + k - axis->offset[i];

      if (from >= 0 && from < taps)
        weight[(gsize) i * used + k] = axis->weight[(gsize) i * taps + from];
    }
    axis->offset[i] = offset;
  }

  g_free (axis->weight);
  g_free (first);
  axis->weight = weight;
  axis->taps = used;
}

/**
 * scaler_axis_new:
 * @src_size: samples of the input along this axis, at least 1
 * @start: where the first output begins, in input samples (0 = the edge of
 *     the first sample); may lie outside of the input
 * @step: input samples per output sample, above 0
 * @n: number of outputs, at least 1
 *
 * Makes the table for outputs whose centres lie at start + (i + 0.5) * step of
 * the input. Beyond its edges the input's last sample goes on.
 *
 * Returns: (transfer full): the axis
 */
ScalerAxis *
scaler_axis_new (gint src_size, gdouble start, gdouble step, gint n)
{
  ScalerAxis *axis;
  gdouble (*filter) (gdouble) = step > 1.0 ? reduce_filter : enlarge_filter;
  /* a filter's x is in output samples or in input samples */
  gdouble scale = MAX (step, 1.0);
  gdouble radius = step > 1.0 ? step : 2.0;
  gint reach = (gint) ceil (2 * radius) + 1;
  gdouble *exact;
  gint i, k;

  g_return_val_if_fail (src_size > 0 && n > 0 && step > 0.0, NULL);

  axis = g_new0 (ScalerAxis, 1);
  axis->n = n;
  axis->taps = MIN (reach, src_size);
  axis->offset = g_new0 (gint, n);
  axis->weight = g_new0 (gint16, (gsize) n * axis->taps);
  exact = g_new (gdouble, axis->taps);

  for (i = 0; i < n; i++) {
    gdouble centre = start + (i + 0.5) * step;
    gint first = (gint) floor (centre - radius + 1e-9);
    gint offset = CLAMP (first, 0, src_size - axis->taps);

    memset (exact, 0, axis->taps * sizeof (gdouble));
    for (k = 0; k < reach; k++) {
      /* beyond an edge the edge's sample goes on */
      gint j = CLAMP (first + k, 0, src_size - 1) - offset;

      exact[CLAMP (j, 0, axis->taps - 1)] +=
          filter ((first + k + 0.5 - centre) / scale);
    }
    axis->offset[i] = offset;
    quantize (exact, axis->weight + (gsize) i * axis->taps, axis->taps);
    if (step > 1.0)
      limit_weights (axis->weight + (gsize) i * axis->taps, axis->taps);
  }
  g_free (exact);

  axis_trim (axis, src_size);
  axis->copy = axis_is_copy (axis);
  for (i = 0; i < n * axis->taps; i++)
    axis->lobes |= axis->weight[i] < 0;
  if (step > 1.0)
    axis_pack (axis);

  return axis;
}

void
scaler_axis_free (ScalerAxis * axis)
{
  if (axis == NULL)
    return;
  g_free (axis->offset);
  g_free (axis->weight);
  g_free (axis->packed);
  g_free (axis);
}

/* Returns @size bytes whose content is not kept between calls. */
guint8 *
scaler_scratch_get (ScalerScratch * scratch, gsize size)
{
  if (scratch->size < size) {
    g_free (scratch->rows);
    scratch->rows = g_malloc (size);
    scratch->size = size;
  }
  return scratch->rows;
}

void
scaler_scratch_clear (ScalerScratch * scratch)
{
  g_clear_pointer (&scratch->rows, g_free);
  scratch->size = 0;
}

/**
 * scaler_kernels:
 *
 * Returns: the fastest kernels that this processor runs
 */
const ScalerKernels *
scaler_kernels (void)
{
  static gsize chosen = 0;

  if (g_once_init_enter (&chosen)) {
    const ScalerKernels *best = scaler_kernels_c ();

#ifdef HAVE_AVX2
    if (__builtin_cpu_supports ("avx2"))
      best = scaler_kernels_avx2 ();
#endif
    g_once_init_leave (&chosen, (gsize) best);
  }

  return (const ScalerKernels *) chosen;
}

/**
 * scaler_blend_rows:
 * @rows: v->taps input rows of @n bytes
 * @v: the vertical axis
 * @y: which output row
 * @out: where the sum goes, @n bytes, no input row
 * @n: bytes
 *
 * The vertical pass for one output row.
 */
void
scaler_blend_rows (const guint8 * const *rows, const ScalerAxis * v, gint y,
    guint8 * out, gint n)
{
  if (v->taps == 1)
    memcpy (out, rows[0], n);
  else
    scaler_kernels ()->blend (rows, v, y, out, n);
}

/**
 * scaler_filter_row:
 * @row: the input row from its sample @from on; %SCALER_SLACK more bytes than
 *     the row has must be readable, unless h->copy
 * @from: at most h->offset[x0]
 * @h: the horizontal axis
 * @x0: first output wanted
 * @width: outputs wanted
 * @out: where they go
 *
 * The horizontal pass for one row of one component.
 */
void
scaler_filter_row (const guint8 * row, gint from, const ScalerAxis * h,
    gint x0, gint width, guint8 * out)
{
  if (h->copy)
    memcpy (out, row + h->offset[x0] - from, width);
  else
    scaler_kernels ()->filter (row, from, h, x0, width, out);
}

/**
 * scaler_draw:
 * @src: the input plane
 * @h: how its columns are scaled
 * @v: how its rows are scaled
 * @x0: first output column
 * @y0: first output row
 * @width: columns to draw, x0 + width <= h->n
 * @height: rows to draw, y0 + height <= v->n
 * @dst: where they go; must not overlap the input
 * @scratch: rows between the passes
 *
 * Draws one rectangle of the scaled plane.
 */
void
scaler_draw (const ScalerPlane * src, const ScalerAxis * h,
    const ScalerAxis * v, gint x0, gint y0, gint width, gint height,
    const ScalerTarget * dst, ScalerScratch * scratch)
{
  gint components = src->components;
  /* the input columns that this rectangle reads */
  gint from = h->offset[x0];
  gint columns = h->offset[x0 + width - 1] + h->taps - from;
  gsize bytes = (gsize) columns * components;
  guint8 *blended, *split[2], *filtered;
  const guint8 *many[64];
  const guint8 **rows = many;
  gint x, y, k, c;

  if (width <= 0 || height <= 0)
    return;

  blended = scaler_scratch_get (scratch,
      bytes + (gsize) columns * 2 + width + 3 * SCALER_SLACK);
  split[0] = blended + bytes + SCALER_SLACK;
  split[1] = split[0] + columns + SCALER_SLACK;
  filtered = split[1] + columns + SCALER_SLACK;
  /* what is read behind a row weighs nothing, but is something */
  memset (blended + bytes, 0, SCALER_SLACK);
  memset (split[0] + columns, 0, SCALER_SLACK);
  memset (split[1] + columns, 0, SCALER_SLACK);
  if (v->taps > (gint) G_N_ELEMENTS (many))
    rows = g_new (const guint8 *, v->taps);

  for (y = 0; y < height; y++) {
    const guint8 *first = src->data +
        (gssize) v->offset[y0 + y] * src->stride + (gssize) from * components;
    const guint8 *row = first;

    if (v->taps > 1) {
      for (k = 0; k < v->taps; k++)
        rows[k] = first + k * src->stride;
      scaler_blend_rows (rows, v, y0 + y, blended, (gint) bytes);
      row = blended;
    } else if (components == 1 && !h->copy) {
      /* nothing may be read behind the input's last row */
      memcpy (blended, first, bytes);
      row = blended;
    }

    if (components == 2) {
      for (x = 0; x < columns; x++) {
        split[0][x] = row[2 * x];
        split[1][x] = row[2 * x + 1];
      }
    }

    for (c = 0; c < components; c++) {
      const guint8 *in = components == 2 ? split[c] : row;
      guint8 *out = dst->data[c] + y * dst->stride[c];

      if (dst->step == 1) {
        scaler_filter_row (in, from, h, x0, width, out);
      } else {
        scaler_filter_row (in, from, h, x0, width, filtered);
        for (x = 0; x < width; x++)
          out[x * dst->step] = filtered[x];
      }
    }
  }

  if (rows != many)
    g_free (rows);
}
