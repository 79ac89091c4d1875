/* scaler.c: separable scaling of 8 bit planes, any rectangle of the result
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Vertical first: the input rows that make an output row are blended into one
 * 8 bit row, which stays in the cache while the horizontal pass reads it.
 */

#include "scaler.h"

#include <math.h>
#include <string.h>

#define UNIT (1 << SCALER_SHIFT)
#define ROUND (1 << (SCALER_SHIFT - 1))

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
  }
  g_free (exact);

  axis_trim (axis, src_size);
  axis->copy = axis_is_copy (axis);
  for (i = 0; i < n * axis->taps; i++)
    axis->lobes |= axis->weight[i] < 0;

  return axis;
}

void
scaler_axis_free (ScalerAxis * axis)
{
  if (axis == NULL)
    return;
  g_free (axis->offset);
  g_free (axis->weight);
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

/* The loops below are written for the compiler's vectoriser: unsigned 16 bit
 * sums, one pass per number of taps that occurs often. */

static void
blend_2 (const guint8 * a, const guint8 * b, guint16 wa, guint16 wb,
    guint8 * restrict out, gint n)
{
  gint x;

  for (x = 0; x < n; x++)
    out[x] = (guint16) (a[x] * wa + b[x] * wb + ROUND) >> SCALER_SHIFT;
}

static void
blend_3 (const guint8 * const *rows, const gint16 * w,
    guint8 * restrict out, gint n)
{
  const guint8 *a = rows[0], *b = rows[1], *c = rows[2];
  guint16 wa = w[0], wb = w[1], wc = w[2];
  gint x;

  for (x = 0; x < n; x++)
    out[x] = (guint16) (a[x] * wa + b[x] * wb + c[x] * wc + ROUND)
        >> SCALER_SHIFT;
}

static void
blend_4 (const guint8 * const *rows, const gint16 * w,
    guint8 * restrict out, gint n)
{
  const guint8 *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  guint16 wa = w[0], wb = w[1], wc = w[2], wd = w[3];
  gint x;

  for (x = 0; x < n; x++)
    out[x] = (guint16) (a[x] * wa + b[x] * wb + c[x] * wc + d[x] * wd
        + ROUND) >> SCALER_SHIFT;
}

/* Weights below 0: signed sums, clamped. */
static void
blend_lobes (const guint8 * const *rows, const gint16 * w, gint taps,
    guint8 * restrict out, gint n)
{
  gint sum[512];
  gint start, x, k;

  for (start = 0; start < n; start += (gint) G_N_ELEMENTS (sum)) {
    gint count = MIN (n - start, (gint) G_N_ELEMENTS (sum));

    for (x = 0; x < count; x++)
      sum[x] = ROUND;
    for (k = 0; k < taps; k++) {
      const guint8 *row = rows[k] + start;
      gint weight = w[k];

      for (x = 0; x < count; x++)
        sum[x] += row[x] * weight;
    }
    for (x = 0; x < count; x++)
      out[start + x] = (guint8) CLAMP (sum[x] >> SCALER_SHIFT, 0, 255);
  }
}

/* Any number of taps, in strips so that the sums stay in the cache. */
static void
blend_many (const guint8 * const *rows, const gint16 * w, gint taps,
    guint8 * restrict out, gint n)
{
  guint16 sum[512];
  gint start, x, k;

  for (start = 0; start < n; start += (gint) G_N_ELEMENTS (sum)) {
    gint count = MIN (n - start, (gint) G_N_ELEMENTS (sum));

    for (x = 0; x < count; x++)
      sum[x] = ROUND;
    for (k = 0; k < taps; k++) {
      const guint8 *row = rows[k] + start;
      guint16 weight = w[k];

      if (weight == 0)
        continue;
      for (x = 0; x < count; x++)
        sum[x] += row[x] * weight;
    }
    for (x = 0; x < count; x++)
      out[start + x] = sum[x] >> SCALER_SHIFT;
  }
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
  const gint16 *weight = v->weight + (gsize) y * v->taps;
  gint taps = v->taps;

  if (v->lobes) {
    blend_lobes (rows, weight, taps, out, n);
    return;
  }

  switch (taps) {
    case 1:
      memcpy (out, rows[0], n);
      break;
    case 2:
      blend_2 (rows[0], rows[1], weight[0], weight[1], out, n);
      break;
    case 3:
      blend_3 (rows, weight, out, n);
      break;
    case 4:
      blend_4 (rows, weight, out, n);
      break;
    default:
      blend_many (rows, weight, taps, out, n);
      break;
  }
}

/**
 * scaler_filter_row:
 * @row: the input row from its sample @from on
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
  const gint *offset = h->offset + x0;
  const gint16 *w = h->weight + (gsize) x0 * h->taps;
  gint taps = h->taps;
  gint x, k;

  if (h->copy) {
    memcpy (out, row + offset[0] - from, width);
    return;
  }

  switch (taps) {
    case 2:
      for (x = 0; x < width; x++, w += 2) {
        const guint8 *p = row + (offset[x] - from);

        gint sum = p[0] * w[0] + p[1] * w[1] + ROUND;

        out[x] = (guint8) CLAMP (sum >> SCALER_SHIFT, 0, 255);
      }
      break;
    case 3:
      for (x = 0; x < width; x++, w += 3) {
        const guint8 *p = row + (offset[x] - from);

        gint sum = p[0] * w[0] + p[1] * w[1] + p[2] * w[2] + ROUND;

        out[x] = (guint8) CLAMP (sum >> SCALER_SHIFT, 0, 255);
      }
      break;
    case 4:
      for (x = 0; x < width; x++, w += 4) {
        const guint8 *p = row + (offset[x] - from);

        gint sum = p[0] * w[0] + p[1] * w[1] + p[2] * w[2] + p[3] * w[3]
            + ROUND;

        out[x] = (guint8) CLAMP (sum >> SCALER_SHIFT, 0, 255);
      }
      break;
    default:
      for (x = 0; x < width; x++, w += taps) {
        const guint8 *p = row + (offset[x] - from);
        gint sum = ROUND;

        for (k = 0; k < taps; k++)
          sum += p[k] * w[k];
        out[x] = (guint8) CLAMP (sum >> SCALER_SHIFT, 0, 255);
      }
      break;
  }
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

  blended = scaler_scratch_get (scratch, bytes + (gsize) columns * 2 + width);
  split[0] = blended + bytes;
  split[1] = split[0] + columns;
  filtered = split[1] + columns;
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
