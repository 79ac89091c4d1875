/* ts-arrival.c: time of arrival against the PCR, and whose fault it is */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <math.h>
#include <string.h>

/*
 * lag = time of arrival - PCR, both from the same packet on. A stream in time
 * has a lag that stays near its smallest value (the floor).
 *
 * - Its spread within a second is jitter.
 * - A straight rise or fall is the difference of two clocks (ts-drift.c).
 * - A lag that leaves the floor by arrival-lag-max is somebody's slowness:
 *     the names' UTC run away from the DTS as well       -> the network
 *     DTS minus PCR has shrunk by half of the lag or more -> the encoder
 *     one silence makes up half of the lag or more        -> the network
 *     bytes come more evenly in time than media           -> the network
 *       (a full line has a steady rate, whatever a picture weighs)
 *     media comes more evenly in time than bytes          -> the encoder
 *       (a slow encoder needs about as long for each picture)
 */

#define WINDOW TS_TIMING_SECOND
#define RATE_WINDOW (200 * TS_TIMING_MSEC)
/* a longer pause between two pushes is silence */
#define FLOW_GAP_MAX (100 * TS_TIMING_MSEC)

/* Bytes came, or a timer says that time goes on. */
static void
check_dead (TsTimingChecker * c, gint64 now)
{
  TsTimingArrival *a = &c->arrival;
  gint64 most = ts_timing_bound (c, DEAD_INPUT_TIMEOUT);
  gint64 silence;

  if (a->last_push == TS_TIMING_NO_TIME)
    return;
  silence = now - a->last_push;
  a->longest_silence = MAX (a->longest_silence, silence);
  if (a->dead || silence <= most)
    return;
  a->dead = TRUE;
  ts_timing_emit (c, TS_TIMING_EVENT_DEAD_INPUT, TS_TIMING_NO_PID, NULL,
      TS_TIMING_UNIT_NS, silence, TS_TIMING_NO_TIME, most, NULL);
}

void
ts_timing_arrival_push (TsTimingChecker * c, gint64 now)
{
  TsTimingArrival *a = &c->arrival;

  check_dead (c, now);
  if (a->last_push != TS_TIMING_NO_TIME && now > a->last_push && c->ever_synced)
    a->flow += MIN (now - a->last_push, FLOW_GAP_MAX);
  a->last_push = now;
  a->dead = FALSE;
}

void
ts_timing_tick (TsTimingChecker * c, gint64 now)
{
  check_dead (c, now);
}

void
ts_timing_pause (TsTimingChecker * c)
{
  c->arrival.last_push = TS_TIMING_NO_TIME;
  c->arrival.dead = FALSE;
  c->arrival.started = FALSE;
}

static void
restart_rates (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingArrival *a = &c->arrival;

  a->rate_arrival = c->now;
  a->rate_smooth = clock->smooth;
  a->rate_bytes = c->here.offset;
  a->rates = 0;
  a->bytes_sum = a->bytes_square = a->media_sum = a->media_square = 0;
  a->longest_silence = 0;
  a->gap_at_floor = TS_TIMING_NO_TIME;
}

static void
start (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingArrival *a = &c->arrival;

  a->started = TRUE;
  a->arrival_start = c->now;
  a->smooth_start = clock->smooth;
  a->window_start = c->now;
  a->window_min = a->window_max = 0;
  a->n_floors = a->floor_slot = 0;
  a->floor_since = c->now;
  a->slow = FALSE;
  ts_timing_drift_restart (&a->drift);
  restart_rates (c, clock);
}

/* DTS minus PCR of the first stream of the clock's program that has one. */
static gint64
program_gap (TsTimingChecker * c, TsTimingClock * clock)
{
  guint i;

  for (i = 0; clock->program && i < clock->program->n_streams; i++) {
    TsTimingStream *s = c->pids[clock->program->streams[i]]->stream;

    if (s && s->gap.count)
      return s->last_gap;
  }
  return TS_TIMING_NO_TIME;
}

static gdouble
variation (gdouble sum, gdouble square, guint n)
{
  gdouble mean = sum / n, variance = square / n - mean * mean;

  return mean > 0 ? sqrt (MAX (variance, 0)) / mean : 0;
}

static void
name_the_culprit (TsTimingChecker * c, TsTimingClock * clock, gint64 behind)
{
  TsTimingArrival *a = &c->arrival;
  TsTimingEventType type = TS_TIMING_EVENT_SLOW_NETWORK;
  const gchar *detail;
  gint64 gap = program_gap (c, clock);

  if (c->names_slow)
    detail = "arrival falls behind the PCR, and UTC in names runs ahead";
  else if (gap != TS_TIMING_NO_TIME && a->gap_at_floor != TS_TIMING_NO_TIME
      && 2 * (a->gap_at_floor - gap) >= behind) {
    type = TS_TIMING_EVENT_SLOW_ENCODER;
    detail = "arrival falls behind the PCR, and the DTS behind both";
  } else if (2 * a->longest_silence >= behind)
    detail = "arrival falls behind the PCR after a silence";
  else if (a->rates >= 4 &&
      variation (a->media_sum, a->media_square, a->rates) <
      variation (a->bytes_sum, a->bytes_square, a->rates)) {
    type = TS_TIMING_EVENT_SLOW_ENCODER;
    detail = "arrival falls behind the PCR at an even pace of the media";
  } else
    detail = "arrival falls behind the PCR at an even pace of the bytes";

  ts_timing_emit (c, type, clock->pid, clock->program, TS_TIMING_UNIT_NS,
      behind, TS_TIMING_NO_TIME, ts_timing_bound (c, ARRIVAL_LAG_MAX), detail);
}

/* Samples of both rates since the lag was last at its floor. */
static void
sample_rates (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingArrival *a = &c->arrival;
  gint64 elapsed = c->now - a->rate_arrival;
  gdouble bytes, media;

  if (elapsed < RATE_WINDOW)
    return;
  bytes = (gdouble) (c->here.offset - a->rate_bytes) / elapsed;
  media = (gdouble) TS_NS_FROM_PCR (clock->smooth - a->rate_smooth) / elapsed;
  a->bytes_sum += bytes;
  a->bytes_square += bytes * bytes;
  a->media_sum += media;
  a->media_square += media * media;
  a->rates++;
  a->rate_arrival = c->now;
  a->rate_smooth = clock->smooth;
  a->rate_bytes = c->here.offset;
}

static gint64
lag_floor (const TsTimingArrival * a)
{
  gint64 least = a->floors[0];
  guint i;

  for (i = 1; i < a->n_floors; i++)
    least = MIN (least, a->floors[i]);
  return least;
}

static void
judge_lag (TsTimingChecker * c, TsTimingClock * clock, gint64 lag)
{
  TsTimingArrival *a = &c->arrival;
  gint64 most = ts_timing_bound (c, ARRIVAL_LAG_MAX);
  gint64 slot_time = ts_timing_bound (c, CLOCK_DRIFT_TIME) / 8;
  gint64 behind;

  if (a->n_floors == 0 || c->now - a->floor_since >= slot_time) {
    a->floor_slot = a->n_floors == 0 ? 0 : (a->floor_slot + 1) % 8;
    a->n_floors = MAX (a->n_floors, a->floor_slot + 1);
    a->floors[a->floor_slot] = lag;
    a->floor_since = c->now;
  }
  a->floors[a->floor_slot] = MIN (a->floors[a->floor_slot], lag);
  behind = lag - lag_floor (a);

  sample_rates (c, clock);
  if (most == TS_TIMING_UNLIMITED)
    return;
  if (behind > most && !a->slow) {
    a->slow = TRUE;
    name_the_culprit (c, clock, behind);
    ts_timing_drift_restart (&a->drift);
  } else if (behind < most / 2)
    a->slow = FALSE;
  if (behind < most / 8 || a->gap_at_floor == TS_TIMING_NO_TIME) {
    if (behind < most / 8)
      restart_rates (c, clock);
    a->gap_at_floor = program_gap (c, clock);
  }
}

static void
judge_jitter (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingArrival *a = &c->arrival;
  gint64 spread = a->window_max - a->window_min;
  gint64 most = ts_timing_bound (c, ARRIVAL_JITTER_MAX);

  if (spread <= most)
    a->jitter_out = FALSE;
  else if (!a->jitter_out) {
    a->jitter_out = TRUE;
    ts_timing_emit (c, TS_TIMING_EVENT_ARRIVAL_JITTER, clock->pid,
        clock->program, TS_TIMING_UNIT_NS, spread, TS_TIMING_NO_TIME, most,
        NULL);
  }
}

/* Before a PCR that jumps: how much media came since the last one nobody knows,
 * so the lag stays what it was. */
void
ts_timing_arrival_jump (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingArrival *a = &c->arrival;

  if (clock != c->clock || !a->started || c->now == TS_TIMING_NO_TIME ||
      clock->arrival == TS_TIMING_NO_TIME)
    return;
  a->arrival_start += c->now - clock->arrival;
  ts_timing_drift_restart (&a->drift);
  a->gap_at_floor = TS_TIMING_NO_TIME;
  a->rate_arrival = c->now;
  a->rate_smooth = clock->smooth;
  a->rate_bytes = c->here.offset;
}

/* After a PCR of the reference clock in bytes whose time of arrival is known
 * (c->now). */
void
ts_timing_arrival_pcr (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingArrival *a = &c->arrival;
  gint64 lag;

  if (!ts_timing_checks (c, ARRIVAL))
    return;
  if (!a->started) {
    start (c, clock);
    return;
  }
  lag = (c->now - a->arrival_start) -
      TS_NS_FROM_PCR (clock->smooth - a->smooth_start);
  if (!a->series)
    a->series = ts_timing_series_new (c, TS_TIMING_SERIES_ARRIVAL_LAG,
        clock->pid, clock->program ? clock->program->number : 0);
  ts_timing_series_add (a->series, TS_NS_FROM_PCR (clock->smooth), lag);

  judge_lag (c, clock, lag);
  if (c->now - a->window_start >= WINDOW) {
    judge_jitter (c, clock);
    ts_timing_drift (c, clock, a->window_min);
    a->window_start = c->now;
    a->window_min = a->window_max = lag;
  } else {
    a->window_min = MIN (a->window_min, lag);
    a->window_max = MAX (a->window_max, lag);
  }
}
