/* ts-drift.c: do the PCR and the receiver's clock run at the same rate? */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <math.h>
#include <string.h>

/*
 * A line through the lag over time, by least squares; its slope is the
 * difference of the two rates. Two lines are kept: through the last
 * clock-drift-time, which sees a drift soon that begins late, and through all
 * since the rate last changed, which sees a small one through much jitter. When
 * the first departs from the second for good, the second begins anew with it.
 *
 * A step of the lag (another route, a longer queue) also tilts a line, but not
 * on both sides of the step: each half of the window must show the drift. A
 * marked jump of the PCR ends the line, for nobody knows how much time is in it.
 */

/* ppm; real clocks are far better than this, slow senders far worse */
#define DRIFT_CEILING 5000
/* what stands out: this many times its own uncertainty */
#define CERTAIN 5
#define POINTS_LEAST 8
#define SLOTS 60

void
ts_timing_drift_restart (TsTimingDrift * d)
{
  gboolean out = d->out;

  memset (d, 0, sizeof (*d));
  d->out = out;
}

static void
fit_add (TsTimingFit * f, gdouble x, gdouble y)
{
  f->n += 1;
  f->sx += x;
  f->sy += y;
  f->sxx += x * x;
  f->sxy += x * y;
  f->syy += y * y;
}

/* Slope of the line through the points, and how far it may be off. What a
 * second's lag is, the next one's is as well: queues fill and empty. So there are
 * no more independent samples than two in each clock-drift-time (@time, s). */
static gboolean
fit_line (const TsTimingFit * f, gdouble time, gdouble * slope, gdouble * error)
{
  gdouble spread = f->n > 0 ? f->sxx - f->sx * f->sx / f->n : 0, rest, span;

  if (f->n < 3 || spread <= 0)
    return FALSE;
  *slope = (f->sxy - f->sx * f->sy / f->n) / spread;
  rest = f->syy - f->sy * f->sy / f->n - *slope * *slope * spread;
  span = sqrt (12 * spread / f->n);
  *error = sqrt (MAX (rest, 0) / (f->n - 2) / spread *
      f->n / MAX (2 * span / time, 2));
  return TRUE;
}

static TsTimingFit
fit_points (const TsTimingDrift * d, guint from, guint to)
{
  TsTimingFit fit = { 0 };
  guint i;

  for (i = from; i < to; i++)
    fit_add (&fit, (d->points[i].time - d->points[0].time) / 1e9,
        d->points[i].lag / 1e9);
  return fit;
}

static void
drop_oldest (TsTimingDrift * d)
{
  d->n_points--;
  memmove (d->points, d->points + 1, d->n_points * sizeof (d->points[0]));
}

static void
add_point (TsTimingDrift * d, gint64 now, gint64 lag, gint64 time)
{
  TsTimingLag *last = d->n_points ? &d->points[d->n_points - 1] : NULL;

  if (last && now - d->slot_since < time / SLOTS) {
    if (lag < last->lag) {
      last->lag = lag;
      last->time = now;
    }
    return;
  }
  if (d->n_points == TS_DRIFT_POINTS)
    drop_oldest (d);
  d->points[d->n_points].time = now;
  d->points[d->n_points].lag = lag;
  d->n_points++;
  d->slot_since = now;
  while (d->n_points > POINTS_LEAST && d->points[1].time <= now - time)
    drop_oldest (d);
}

/* Is each half of the window nearer to @slope than to @other? */
static gboolean
halves_agree (const TsTimingDrift * d, gdouble slope, gdouble other)
{
  TsTimingFit halves[2] = { fit_points (d, 0, d->n_points / 2),
    fit_points (d, d->n_points / 2, d->n_points)
  };
  gdouble one, error;
  guint i;

  for (i = 0; i < 2; i++) {
    if (!fit_line (&halves[i], 1, &one, &error) ||
        ABS (one - slope) > ABS (one - other))
      return FALSE;
  }
  return TRUE;
}

/* @lag: the smallest of the last second, which ends now. */
void
ts_timing_drift (TsTimingChecker * c, TsTimingClock * clock, gint64 lag)
{
  TsTimingDrift *d = &c->arrival.drift;
  gint64 time = ts_timing_bound (c, CLOCK_DRIFT_TIME);
  gint64 most = ts_timing_bound (c, CLOCK_DRIFT_MAX);
  gdouble slope, error, recent, recent_error, ppm;
  TsTimingFit window;

  if (d->all.n == 0)
    d->origin = c->now;
  fit_add (&d->all, (c->now - d->origin) / 1e9, lag / 1e9);
  add_point (d, c->now, lag, time);
  if (c->arrival.slow || d->n_points < POINTS_LEAST ||
      c->now - d->points[0].time < time) {
    d->out_since = c->now;
    return;
  }

  window = fit_points (d, 0, d->n_points);
  if (!fit_line (&d->all, time / 1e9, &slope, &error) ||
      !fit_line (&window, time / 1e9, &recent, &recent_error))
    return;
  if (ABS (recent - slope) > CERTAIN * recent_error &&
      halves_agree (d, recent, slope)) {
    d->all = window;
    d->origin = d->points[0].time;
    slope = recent;
    error = recent_error;
  }
  ppm = slope * 1e6;
  if (ABS (ppm) <= most)
    d->out = FALSE;
  /* told when it is seen for a while */
  if (ABS (ppm) <= most || ABS (ppm) >= DRIFT_CEILING ||
      ABS (slope) <= CERTAIN * error || !halves_agree (d, slope, 0)) {
    d->out_since = c->now;
    return;
  }
  if (!d->out && c->now - d->out_since >= time / 4) {
    d->out = TRUE;
    ts_timing_emit (c, TS_TIMING_EVENT_CLOCK_DRIFT, clock->pid,
        clock->program, TS_TIMING_UNIT_PPM, (gint64) ppm, -most, most,
        ppm > 0 ? "the PCR is slower than the receiver's clock" :
        "the PCR is faster than the receiver's clock");
  }
}
