/* ts-absence.c: what never comes, told without the clock that it would need */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

/*
 * Presence counts by the PCRs of the reference clock, and that is known only
 * with a PAT, a PMT and a PCR. Where one of them is missing, time is told by
 * - PCRs that no PMT names (for PAT and PMT),
 * - the timestamps of the program (for its PCR: ts_timing_clock_late()),
 * - the clocks of other programs (likewise),
 * - in live input the time in which bytes come,
 * - the end of the stream: what was not there until then never came.
 */

/* Another PCR's PID is taken when the first one stayed away for so many. */
#define FOREIGN_TICKS 200
/* 27 MHz; a longer step is a jump */
#define STRAY_STEP_MAX (G_GINT64_CONSTANT (27000000))
/* how often the flow of bytes is looked at */
#define LOOK_TIME (100 * TS_TIMING_MSEC)
/* More than timestamps run ahead of the PCR, and more than a live input needs
 * to come into step. */
#define GRACE TS_TIMING_SECOND
/* At the end of the stream: shorter ones are a piece of something, and nothing
 * needs to be in them (TR 101 290 1.3 and 1.5 say 0.5 s). */
#define SHORT (500 * TS_TIMING_MSEC)
#define HANDFUL 50

/* Time for what belongs to no program, 27 MHz. */
gint64
ts_timing_reference_time (const TsTimingChecker * c)
{
  return c->clock ? c->clock->smooth : c->stray.elapsed;
}

/* A PCR on @pid while there is no reference clock. */
void
ts_timing_stray_pcr (TsTimingChecker * c, guint16 pid, guint64 pcr)
{
  TsTimingStray *s = &c->stray;
  gint64 step;

  pcr %= TS_PCR_RANGE;
  if (!s->valid || (s->pid != pid && ++s->foreign_ticks >= FOREIGN_TICKS)) {
    s->valid = TRUE;
    s->pid = pid;
    s->last_raw = pcr;
    s->foreign_ticks = 0;
    return;
  }
  if (s->pid != pid)
    return;
  s->foreign_ticks = 0;
  step = ts_timing_difference (pcr, s->last_raw, TS_PCR_RANGE);
  s->last_raw = pcr;
  if (step <= 0 || step > STRAY_STEP_MAX)
    return;
  s->elapsed += step;
  ts_timing_psi_late (c, s->elapsed);
}

/* Media of @program since the last PCR: the most that one of its streams went
 * on, 90 kHz. */
static gint64
program_progress (TsTimingChecker * c, const TsTimingProgram * program)
{
  gint64 most = 0;
  guint i;

  for (i = 0; i < program->n_streams; i++) {
    const TsTimingStream *s = c->pids[program->streams[i]]->stream;

    if (s)
      most = MAX (most, s->smooth - s->steady_at_pcr);
  }
  return most;
}

static gboolean
is_over (gint64 time, gint64 patience)
{
  return patience <= TS_TIMING_UNLIMITED - GRACE && time > patience + GRACE;
}

static void
flow_without_table (TsTimingChecker * c, TsTimingPendingKind kind,
    TsTimingProgram * program)
{
  TsTimingRepetition *r = program ? &program->pmt : &c->pat;
  gint64 flow = c->arrival.flow - (program ? program->listed_flow : 0);
  gint64 most = ts_timing_patience (c, program ?
      ts_timing_bound (c, PMT_INTERVAL_MAX) :
      ts_timing_bound (c, PAT_INTERVAL_MAX), &r->learned);

  if (r->seen || r->late || !is_over (flow, most))
    return;
  r->late = TRUE;
  ts_timing_tell_table (c, &c->here, kind, program, 0, flow, most, FALSE);
}

/* A service of data alone often has no PCR, and needs none. */
static gboolean
is_without_pcr (const TsTimingProgram * program, const TsTimingClock * clock)
{
  return clock && !clock->overdue && program->active &&
      (program->video != TS_TIMING_NO_PID ||
      program->audio != TS_TIMING_NO_PID);
}

static void
tell_pcr (TsTimingChecker * c, TsTimingClock * clock, gint64 time)
{
  gint64 most = ts_timing_patience (c, ts_timing_bound (c, PCR_INTERVAL_MAX),
      &clock->learned);

  if (!is_over (time, most))
    return;
  clock->overdue = TRUE;
  ts_timing_tell_interval (c, clock, time, most);
}

/* The reference clock ticks: does each program's? */
void
ts_timing_other_clocks (TsTimingChecker * c)
{
  guint i;

  for (i = 0; i < c->n_programs; i++) {
    TsTimingClock *clock = ts_timing_announced_clock (c, c->programs[i]);

    if (clock != c->clock && is_without_pcr (c->programs[i], clock))
      tell_pcr (c, clock, TS_NS_FROM_PCR (c->clock->smooth - clock->reference));
  }
}

/* Scrambled media has no timestamps that could tell. */
static void
flow_without_pcr (TsTimingChecker * c, TsTimingProgram * program)
{
  TsTimingClock *clock = ts_timing_announced_clock (c, program);

  if (is_without_pcr (program, clock) && program_progress (c, program) == 0)
    tell_pcr (c, clock, c->arrival.flow - clock->flow);
}

/* Live bytes were read: did they bring by now what they must? */
void
ts_timing_flow (TsTimingChecker * c)
{
  TsTimingArrival *a = &c->arrival;
  guint i;

  if (a->flow - a->flow_looked < LOOK_TIME)
    return;
  a->flow_looked = a->flow;
  if (!c->clock)
    flow_without_table (c, TS_PENDING_PAT, NULL);
  for (i = 0; i < c->n_programs; i++) {
    if (!c->programs[i]->active)
      continue;
    if (!c->clock)
      flow_without_table (c, TS_PENDING_PMT, c->programs[i]);
    flow_without_pcr (c, c->programs[i]);
  }
}

static void
never_table (TsTimingChecker * c, TsTimingPendingKind kind,
    TsTimingProgram * program)
{
  TsTimingRepetition *r = program ? &program->pmt : &c->pat;
  gint64 bound = program ? ts_timing_bound (c, PMT_INTERVAL_MAX) :
      ts_timing_bound (c, PAT_INTERVAL_MAX);
  gint64 time = TS_NS_FROM_PCR (ts_timing_reference_time (c) - r->last);

  if (r->seen || r->late || (time > 0 ? time <= MIN (bound, SHORT) :
          c->packets <= HANDFUL))
    return;
  r->late = TRUE;
  ts_timing_tell_table (c, &c->here, kind, program, 0, time,
      time > bound ? bound : TS_TIMING_UNLIMITED, FALSE);
}

static void
never_pcr (TsTimingChecker * c, TsTimingProgram * program)
{
  TsTimingClock *clock = ts_timing_announced_clock (c, program);
  gint64 bound = ts_timing_bound (c, PCR_INTERVAL_MAX);
  gint64 time = TS_NS_FROM_DTS (program_progress (c, program));

  if (!clock || clock->count > 0 || clock->overdue ||
      bound == TS_TIMING_UNLIMITED || time <= MIN (bound, SHORT) + GRACE)
    return;
  clock->overdue = TRUE;
  ts_timing_tell_interval (c, clock, time,
      time > bound ? bound : TS_TIMING_UNLIMITED);
}

/* In scrambled media the bytes behind the last PCR tell what time it was, by the
 * mean rate before it; half of that, for a rate may vary. */
static void
stopped_pcr (TsTimingChecker * c, TsTimingProgram * program)
{
  TsTimingClock *clock = ts_timing_announced_clock (c, program);
  gdouble time;

  if (!is_without_pcr (program, clock) || clock != c->clock ||
      clock->smooth == 0 || program_progress (c, program) > 0)
    return;
  time = TS_NS_FROM_PCR (clock->smooth) / 2.0 *
      (c->here.offset - clock->place.offset) / MAX (clock->place.offset, 1);
  tell_pcr (c, clock, (gint64) MIN (time, 1e18));
}

/* The stream ends here. What it never had is told also where an interval would
 * not be (profile hls asks no repetition of the PAT, but it needs one). */
void
ts_timing_never_came (TsTimingChecker * c)
{
  guint i;

  if (!c->ever_synced)
    return;
  never_table (c, TS_PENDING_PAT, NULL);
  for (i = 0; i < c->n_programs; i++) {
    if (!c->programs[i]->active)
      continue;
    never_table (c, TS_PENDING_PMT, c->programs[i]);
    never_pcr (c, c->programs[i]);
    stopped_pcr (c, c->programs[i]);
  }
}
