/* ts-cbr.c: PCR accuracy: does a PCR fit its byte position? */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/*
 * TR 101 290 2.4 allows 500 ns between the PCR and the constant rate of the
 * multiplex. In a stream of variable rate the byte position tells nothing, so
 * the rule waits until the stream has shown to be of constant rate: 16 PCRs in
 * a row whose rates agree, and stuffing (null packets) among them. Lost bytes
 * and jumps start this anew. A PCR that does not fit is reported once; when the
 * next one fits it, the byte positions have shifted (somebody inserted or took
 * out packets), and the line goes on from there.
 */

#define MAX_OUTLIERS 4

void
ts_timing_cbr_restart (TsTimingClock * clock)
{
  clock->cbr_count = 0;
  clock->cbr = FALSE;
  clock->outliers = 0;
}

static void
add_point (TsTimingClock * clock, gint64 pcr, guint64 offset)
{
  if (clock->cbr_count == TS_CBR_POINTS) {
    memmove (clock->cbr_pcr, clock->cbr_pcr + 1,
        (TS_CBR_POINTS - 1) * sizeof (clock->cbr_pcr[0]));
    memmove (clock->cbr_offset, clock->cbr_offset + 1,
        (TS_CBR_POINTS - 1) * sizeof (clock->cbr_offset[0]));
    clock->cbr_count--;
  }
  clock->cbr_pcr[clock->cbr_count] = pcr;
  clock->cbr_offset[clock->cbr_count] = offset;
  clock->cbr_count++;
}

/* Ticks per byte over all points. */
static gdouble
line_rate (const TsTimingClock * clock)
{
  guint last = clock->cbr_count - 1;

  return (gdouble) (clock->cbr_pcr[last] - clock->cbr_pcr[0]) /
      (clock->cbr_offset[last] - clock->cbr_offset[0]);
}

/* ns from where the line through @from says that the PCR should be */
static gdouble
deviation (const TsTimingClock * clock, gint64 from_pcr, guint64 from_offset,
    guint64 offset)
{
  gdouble ticks = (clock->last - from_pcr) -
      line_rate (clock) * (offset - from_offset);

  return ticks * 1000 / 27;
}

static void
learn_rate (TsTimingChecker * c, TsTimingClock * clock, guint64 offset)
{
  guint n = clock->cbr_count;

  if (n >= 2) {
    gdouble ns = deviation (clock, clock->cbr_pcr[n - 1],
        clock->cbr_offset[n - 1], offset);
    gdouble step = (clock->last - clock->cbr_pcr[n - 1]) * 1000.0 / 27;

    if (ABS (ns) * 1e6 > step * ts_timing_bound (c, CBR_TOLERANCE)) {
      ts_timing_cbr_restart (clock);
      n = 0;
    }
  }
  if (n == 0)
    clock->cbr_nulls = c->fast[TS_NULL_PID].packets;
  add_point (clock, clock->last, offset);
  clock->cbr = clock->cbr_count == TS_CBR_POINTS &&
      c->fast[TS_NULL_PID].packets > clock->cbr_nulls;
}

/* After a normal step of @clock to the PCR at c->here. */
void
ts_timing_cbr (TsTimingChecker * c, TsTimingClock * clock)
{
  guint64 offset = c->here.offset;
  guint last;
  gdouble ns;
  gint64 most = ts_timing_bound (c, PCR_ACCURACY_MAX);

  if (!ts_timing_checks (c, PCR_ACCURACY))
    return;
  if (clock->cbr_breaks != c->breaks) {
    clock->cbr_breaks = c->breaks;
    ts_timing_cbr_restart (clock);
  }
  if (clock->cbr_count && clock->cbr_offset[clock->cbr_count - 1] == offset)
    return;
  if (!clock->cbr) {
    learn_rate (c, clock, offset);
    return;
  }

  last = clock->cbr_count - 1;
  ns = deviation (clock, clock->cbr_pcr[last], clock->cbr_offset[last], offset);
  if (ABS (ns) <= most) {
    clock->outliers = 0;
    add_point (clock, clock->last, offset);
    return;
  }
  if (clock->outliers > 0 && ABS (deviation (clock, clock->outlier_pcr,
              clock->outlier_offset, offset)) <= most) {
    ts_timing_cbr_restart (clock);
    return;
  }
  ts_timing_emit (c, TS_TIMING_EVENT_PCR_ACCURACY_ERROR, clock->pid,
      clock->program, TS_TIMING_UNIT_NS, (gint64) ns, -most, most, NULL);
  clock->outlier_pcr = clock->last;
  clock->outlier_offset = offset;
  if (++clock->outliers == MAX_OUTLIERS)
    ts_timing_cbr_restart (clock);
}
