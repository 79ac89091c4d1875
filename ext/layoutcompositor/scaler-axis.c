/* scaler-axis.c: which input samples make an output sample, and how much of each
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "scaler.h"

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
reduce_filter (gdouble x, gdouble step)
{
  return fabs (x) >= 1.0 ? 0.0 : sinc (x) * sinc (x / 1.2);
}

/* Reducing, @x in output samples of @step input samples: the mean of what the
 * output sample covers. */
static gdouble
area_filter (gdouble x, gdouble step)
{
  return CLAMP ((step + 1.0) / 2.0 - fabs (x) * step, 0.0, 1.0);
}

/* Enlarging, @x in input samples: the Catmull-Rom spline, which passes through
 * the input's samples. */
static gdouble
enlarge_filter (gdouble x, gdouble step)
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
limit_weights (ScalerAxis * axis)
{
  gint i, k;

  for (i = 0; i < axis->n; i++) {
    gint16 *w = axis->weight + (gsize) i * axis->taps;

    for (k = 0; k < axis->taps; k++) {
      if (w[k] == UNIT) {
        w[k]--;
        w[k > 0 ? k - 1 : k + 1]++;
        break;
      }
    }
  }
}

/* Enlarging, an edge of the input that goes on can weigh more than 128: finds
 * what lies between such outputs. */
static void
find_light (ScalerAxis * axis)
{
  gint i, k;

  axis->light_begin = 0;
  axis->light_end = axis->n;
  for (i = 0; i < axis->n; i++) {
    for (k = 0; k < axis->taps; k++) {
      if (axis->weight[(gsize) i * axis->taps + k] <= G_MAXINT8)
        continue;
      if (i < axis->n / 2)
        axis->light_begin = i + 1;
      else
        axis->light_end = MIN (axis->light_end, i);
    }
  }
}

/* Whether output @i is made like the one before, two input samples on. */
static gboolean
follows_by_two (const ScalerAxis * axis, gint i)
{
  const gint16 *w = axis->weight + (gsize) i * axis->taps;

  return axis->offset[i] == axis->offset[i - 1] + 2 &&
      memcmp (w, w - axis->taps, axis->taps * sizeof (*w)) == 0;
}

/* Halving, all outputs but those at the ends are made alike. */
static void
find_halved (ScalerAxis * axis)
{
  gint begin, end;

  if (axis->taps > 4 || axis->lobes)
    return;
  for (begin = axis->n / 2; begin > 0 && follows_by_two (axis, begin); begin--);
  for (end = MIN (axis->n / 2 + 1, axis->n); end < axis->n &&
      follows_by_two (axis, end); end++);
  axis->halved_begin = begin;
  axis->halved_end = end;
}

/* Whether the taps of weights @w are those of ScalerAxis.means, and which. */
static gboolean
find_means (const gint16 * w, gint taps, gint8 means[4])
{
  const gint quarters = 3 * UNIT / 8;
  gint k;

  if (taps == 2 && w[0] == w[1]) {
    means[0] = means[2] = 0;
    means[1] = means[3] = 1;
    return TRUE;
  }
  for (k = 0; k + 1 < taps; k++) {
    if (w[k] != quarters || w[k + 1] != quarters)
      continue;
    means[0] = (gint8) k;
    means[1] = (gint8) (k + 1);
    if (k > 0 && w[k - 1] == UNIT / 4)
      means[2] = means[3] = (gint8) (k - 1);
    else if (k + 2 < taps && w[k + 2] == UNIT / 4)
      means[2] = means[3] = (gint8) (k + 2);
    else if (k > 0 && k + 2 < taps && w[k - 1] == UNIT / 8 &&
        w[k + 2] == UNIT / 8) {
      means[2] = (gint8) (k - 1);
      means[3] = (gint8) (k + 2);
    } else
      return FALSE;
    return TRUE;
  }

  return FALSE;
}

static void
axis_find_means (ScalerAxis * axis)
{
  gint8 (*means)[4] = g_malloc (axis->n * sizeof (*means));
  gint found = 0;
  gint i;

  for (i = 0; i < axis->n; i++) {
    if (find_means (axis->weight + (gsize) i * axis->taps, axis->taps,
            means[i]))
      found++;
    else
      means[i][0] = -1;
  }
  if (found == 0)
    g_clear_pointer (&means, g_free);
  axis->means = means;
}

/* The largest distance between the first input samples of the outputs of one
 * group of @size. */
static gint
widest_group (const ScalerAxis * axis, gint size)
{
  gint widest = 0;
  gint i;

  for (i = 0; i < axis->n; i++)
    widest = MAX (widest, axis->offset[i] - axis->offset[i - i % size]);
  return widest;
}

/* Where the first four taps of each output lie, counted from the first sample
 * of its group of @size. Returns @shuffle. */
static guint8 *
fill_shuffle (const ScalerAxis * axis, gint size, guint8 * shuffle)
{
  gint i, k;

  for (i = 0; i < axis->n; i++)
    for (k = 0; k < 4; k++)
      shuffle[(gsize) i * 4 + k] =
          axis->offset[i] - axis->offset[i - i % size] + k;
  return shuffle;
}

/* Makes the tables for kernels that shuffle bytes. A group's part of each is a
 * cache line: loads of them do not cross one. */
static void
axis_pack (ScalerAxis * axis)
{
  gsize size = (axis->n + SCALER_GROUP - 1) / SCALER_GROUP * SCALER_GROUP * 4;
  gsize line = SCALER_GROUP * 4;
  guint8 *at;
  gint i, k;

  axis->quads = (axis->taps + 3) / 4;
  axis->tables = g_malloc0 (size * (axis->quads + 2) + line - 1);
  at = (guint8 *) axis->tables + (-(guintptr) axis->tables % line);
  axis->packed = (gint8 *) at;
  at += size * axis->quads;
  for (i = 0; i < axis->n; i++)
    for (k = 0; k < axis->taps; k++)
      axis->packed[(((gsize) (i / SCALER_GROUP) * axis->quads + k / 4) *
              SCALER_GROUP + i % SCALER_GROUP) * 4 + k % 4] =
          (gint8) axis->weight[(gsize) i * axis->taps + k];

  axis->span = widest_group (axis, SCALER_GROUP) + 4;
  if (axis->span <= 128)
    axis->wide = fill_shuffle (axis, SCALER_GROUP, at);
  if (widest_group (axis, 4) + 4 <= 16)
    axis->narrow = fill_shuffle (axis, 4, at + size);
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

static ScalerAxis *
axis_new (gint src_size, gdouble start, gdouble step, gint n,
    gdouble (*filter) (gdouble, gdouble))
{
  ScalerAxis *axis;
  /* a filter's x is in output samples or in input samples */
  gdouble scale = MAX (step, 1.0);
  gdouble radius = step > 1.0 ? step : 2.0;
  gint reach = (gint) ceil (2 * radius) + 1;
  gdouble *exact;
  gint i, k;

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
          filter ((first + k + 0.5 - centre) / scale, step);
    }
    axis->offset[i] = offset;
    quantize (exact, axis->weight + (gsize) i * axis->taps, axis->taps);
  }
  g_free (exact);

  axis_trim (axis, src_size);
  axis->copy = axis_is_copy (axis);
  for (i = 0; i < n * axis->taps; i++)
    axis->lobes |= axis->weight[i] < 0;
  if (axis->taps > 1) {
    limit_weights (axis);
    find_light (axis);
    find_halved (axis);
    axis_find_means (axis);
    axis_pack (axis);
  }

  return axis;
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
  g_return_val_if_fail (src_size > 0 && n > 0 && step > 0.0, NULL);

  return axis_new (src_size, start, step, n, step > 2.0 ? area_filter :
      step > 1.0 ? reduce_filter : enlarge_filter);
}

/**
 * scaler_axis_new_rows:
 * @src_size: see scaler_axis_new()
 * @start: see there
 * @step: see there
 * @n: see there
 *
 * The same for an axis that only the vertical pass takes. Where it halves
 * exactly, the mean of two rows costs a third of four taps and 0.5 dB of what
 * these are above the stock compositor's default, as `./dev bench compositor`
 * shows; it is as cheap as reading the rows.
 *
 * Returns: (transfer full): the axis
 */
ScalerAxis *
scaler_axis_new_rows (gint src_size, gdouble start, gdouble step, gint n)
{
  g_return_val_if_fail (src_size > 0 && n > 0 && step > 0.0, NULL);

  if (step == 2.0 && start == floor (start))
    return axis_new (src_size, start, step, n, area_filter);
  return scaler_axis_new (src_size, start, step, n);
}

void
scaler_axis_free (ScalerAxis * axis)
{
  if (axis == NULL)
    return;
  g_free (axis->offset);
  g_free (axis->weight);
  g_free (axis->means);
  g_free (axis->tables);
  g_free (axis);
}
