/* ts-measure.c: arithmetic of clocks that wrap, ranges, learned bounds and
 * series that never grow */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

/* value * numerator / denominator, rounded to nearest, without overflow for
 * any value that times of a stream can have */
gint64
ts_timing_scale (gint64 value, gint64 numerator, gint64 denominator)
{
  gint64 whole = value / denominator, rest = value % denominator;
  gint64 scaled = rest * numerator;

  scaled += scaled < 0 ? -denominator / 2 : denominator / 2;
  return whole * numerator + scaled / denominator;
}

/* a - b on a circle of @range: in [-range / 2, range / 2) */
gint64
ts_timing_difference (gint64 a, gint64 b, gint64 range)
{
  gint64 d = (a - b) % range;

  if (d >= range / 2)
    d -= range;
  else if (d < -range / 2)
    d += range;
  return d;
}

void
ts_timing_tally (TsTimingTally * tally, gint64 value)
{
  if (tally->count == 0 || value < tally->min)
    tally->min = value;
  if (tally->count == 0 || value > tally->max)
    tally->max = value;
  tally->sum += value;
  tally->count++;
}

void
ts_timing_tally_get (const TsTimingTally * tally, TsTimingRange * range)
{
  range->count = tally->count;
  range->min = tally->min;
  range->max = tally->max;
  range->mean = tally->count ? tally->sum / tally->count : 0;
}

/*
 * Takes @value as normal while learning, and says whether learning is over.
 * It is after @time (ns) of stream, or after @enough samples, whatever comes
 * first, but not with less than @least samples.
 */
gboolean
ts_timing_learn (TsTimingLearned * learned, gint64 value, gint64 now,
    gint64 time, guint enough, guint least)
{
  if (learned->done)
    return TRUE;
  if (learned->count == 0) {
    learned->min = learned->max = value;
    learned->until = now + time;
  } else {
    learned->min = MIN (learned->min, value);
    learned->max = MAX (learned->max, value);
  }
  learned->count++;
  learned->done = learned->count >= least &&
      (learned->count >= enough || now >= learned->until);
  return FALSE;
}

/* The longest that is allowed: in profile auto not less than twice what was
 * normal at first, and nothing is judged while that is being learned. */
gint64
ts_timing_longest (const TsTimingChecker * c, gint64 bound,
    const TsTimingLearned * learned)
{
  if (!c->config.learn || bound == TS_TIMING_UNLIMITED)
    return bound;
  return learned->done ? MAX (bound, 2 * learned->max) : TS_TIMING_UNLIMITED;
}

/* How long to wait for what does not come. In profile auto, as long as the pace
 * is not known, that is twice the time of learning: no pace is slower that can
 * be learned. */
gint64
ts_timing_patience (const TsTimingChecker * c, gint64 bound,
    const TsTimingLearned * learned)
{
  if (c->config.learn && bound != TS_TIMING_UNLIMITED && !learned->done)
    return MAX (bound, 2 * ts_timing_bound (c, LEARN_TIME));
  return ts_timing_longest (c, bound, learned);
}

/* NULL once the table is full: the series is then not drawn. */
TsTimingSeries *
ts_timing_series_new (TsTimingChecker * c,
    TsTimingSeriesKind kind, guint16 pid, guint16 program)
{
  TsTimingSeries *series;

  if (c->n_series == TS_MAX_SERIES)
    return NULL;
  series = g_new0 (TsTimingSeries, 1);
  series->kind = kind;
  series->pid = pid;
  series->program = program;
  series->per_point = 1;
  c->series[c->n_series++] = series;
  return series;
}

static void
series_halve (TsTimingSeries * series)
{
  guint i;

  for (i = 0; i < TS_TIMING_SERIES_POINTS / 2; i++) {
    TsTimingPoint a = series->points[2 * i];
    const TsTimingPoint *b = &series->points[2 * i + 1];

    a.min = MIN (a.min, b->min);
    a.max = MAX (a.max, b->max);
    a.sum += b->sum;
    a.count += b->count;
    series->points[i] = a;
  }
  series->n_points = TS_TIMING_SERIES_POINTS / 2;
  series->per_point *= 2;
}

void
ts_timing_series_add (TsTimingSeries * series, gint64 time, gdouble value)
{
  TsTimingPoint *point;

  if (!series)
    return;
  point = series->n_points ? &series->points[series->n_points - 1] : NULL;
  if (point && point->count < series->per_point) {
    point->min = MIN (point->min, value);
    point->max = MAX (point->max, value);
    point->sum += value;
    point->count++;
    return;
  }
  if (series->n_points == TS_TIMING_SERIES_POINTS)
    series_halve (series);
  point = &series->points[series->n_points++];
  point->time = time;
  point->min = point->max = point->sum = value;
  point->count = 1;
}
