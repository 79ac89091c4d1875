/* scaler-c.c: the two passes in portable C
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "scaler-kernels.h"

#include <string.h>

#define ROUND (1 << (SCALER_SHIFT - 1))

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

static void
fetch_all (const ScalerFetch * fetch, gint n)
{
  gint x;

  for (x = 0; x < n; x += SCALER_LINE)
    scaler_fetch (fetch, x, SCALER_FETCHED);
}

/* The vertical pass. */
static void
blend_c (const guint8 * const *rows, const ScalerAxis * v, gint y,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const gint16 *weight = v->weight + (gsize) y * v->taps;
  gint taps = v->taps;

  fetch_all (fetch, n);

  if (v->lobes) {
    blend_lobes (rows, weight, taps, out, n);
    return;
  }

  switch (taps) {
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

/* The vertical pass of what means are enough for. */
static void
means_c (const guint8 * const *rows, guint8 * restrict out, gint n,
    const ScalerFetch * fetch)
{
  const guint8 *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
  gint x;

  fetch_all (fetch, n);
  if (a == c) {
    for (x = 0; x < n; x++)
      out[x] = (guint8) ((a[x] + b[x] + 1) >> 1);
    return;
  }
  for (x = 0; x < n; x++) {
    guint16 q = (guint16) (a[x] + b[x] + 1) >> 1;
    guint16 p = (guint16) (c[x] + d[x] + 1) >> 1;

    out[x] = (guint8) ((p + 3 * q + 2) >> 2);
  }
}

/* The horizontal pass. */
static void
filter_c (const guint8 * row, gint from, const ScalerAxis * h,
    gint x0, gint width, guint8 * out, const ScalerFetch * fetch)
{
  const gint *offset = h->offset + x0;
  const gint16 *w = h->weight + (gsize) x0 * h->taps;
  gint taps = h->taps;
  gint x, k;

  (void) fetch;
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

static void
split_c (const guint8 * restrict pairs, gint n, guint8 * restrict a,
    guint8 * restrict b)
{
  gint x;

  for (x = 0; x < n; x++) {
    a[x] = pairs[2 * x];
    b[x] = pairs[2 * x + 1];
  }
}

static void
spread_c (const guint8 * restrict in, gint n, guint8 * restrict out)
{
  gint x;

  for (x = 0; x < n; x++)
    out[2 * x] = in[x];
}

static const ScalerKernels kernels_c = {
  "c", blend_c, means_c, NULL, NULL, filter_c, FALSE,
  split_c, spread_c
};

/**
 * scaler_kernels_c:
 *
 * Returns: the portable kernels, which every other gives the same bytes as
 */
const ScalerKernels *
scaler_kernels_c (void)
{
  return &kernels_c;
}

/**
 * scaler_filter_ends:
 * @row: see scaler_filter_row()
 * @from: see there
 * @h: an axis with packed weights
 * @x0: (inout): first output wanted; then first output that is left, the first
 *     of a group
 * @width: outputs wanted
 * @out: where they go
 *
 * The outputs at the ends of a row that kernels for groups cannot make: those
 * that begin in the middle of a group, and those whose weights are too large.
 *
 * Returns: the end of what is left, at least @x0
 */
gint
scaler_filter_ends (const guint8 * row, gint from, const ScalerAxis * h,
    gint * x0, gint width, guint8 * out)
{
  gint end = *x0 + width;
  gint first = MIN (scaler_group_up (MAX (*x0, h->light_begin)), end);
  gint last;

  last = CLAMP (h->light_end, first, end);
  if (first > *x0)
    filter_c (row, from, h, *x0, first - *x0, out, NULL);
  if (last < end)
    filter_c (row, from, h, last, end - last, out + (last - *x0), NULL);
  *x0 = first;

  return last;
}
