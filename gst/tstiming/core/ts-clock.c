/* ts-clock.c: the PCR of a program: unrolling, intervals, jumps, and the time
 * of every place between two PCRs */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/* A stream may go on for this long on its old timeline after a marked break,
 * for PIDs do not change over at the same place (90 kHz). */
#define PERMIT (2 * 90000)
/* The reference clock is given up when another one ticked this often alone. */
#define FOREIGN_TICKS 200
/* Up to this step the rate of the last bytes tells the time of the next ones
 * (27 MHz): 200 ms. */
#define GUESS_MAX (27000000 / 5)

TsTimingClock *
ts_timing_clock_new (TsTimingChecker * c, guint16 pid)
{
  TsTimingClock *clock = g_new0 (TsTimingClock, 1);

  clock->pid = pid;
  clock->arrival = TS_TIMING_NO_TIME;
  clock->flow = c->arrival.flow;
  clock->reference = ts_timing_reference_time (c);
  return clock;
}

/* The clock that @program's PMT names, whether its PCRs come or not, or NULL. */
TsTimingClock *
ts_timing_announced_clock (TsTimingChecker * c, const TsTimingProgram * program)
{
  TsTimingPid *pid = program->pcr_pid < TS_NULL_PID ?
      c->pids[program->pcr_pid] : NULL;

  return pid ? pid->clock : NULL;
}

/* The clock that @program's timestamps are read by, or NULL. */
TsTimingClock *
ts_timing_program_clock (TsTimingChecker * c, const TsTimingProgram * program)
{
  TsTimingClock *clock = ts_timing_announced_clock (c, program);

  return clock && clock->valid ? clock : NULL;
}

/* What part of @step lies before @offset, by bytes. */
static gint64
part (gint64 step, guint64 bytes, guint64 all_bytes)
{
  if (all_bytes == 0)
    return 0;
  if (ABS (step) < (1 << 30) && bytes < ((guint64) 1 << 32) &&
      all_bytes < ((guint64) 1 << 32))
    return step * (gint64) bytes / (gint64) all_bytes;
  return (gint64) ((gdouble) step * bytes / all_bytes);
}

static void
settle (TsTimingChecker * c, TsTimingClock * clock,
    const TsTimingPending * pending, gint64 t, gboolean certain)
{
  if (pending->kind == TS_PENDING_UNIT)
    ts_timing_unit_gap (c, pending, t, clock->smooth + t, certain);
  else if (pending->kind != TS_PENDING_SECTION)
    ts_timing_table_at (c, pending, clock->smooth + t);
  else if (certain)
    ts_timing_section_at (c, pending, clock->smooth + t);
}

static void
resolve (TsTimingChecker * c, TsTimingClock * clock, gint64 step, guint64 bytes)
{
  guint i, n = clock->n_pending;

  clock->n_pending = 0;
  for (i = 0; i < n; i++) {
    const TsTimingPending *p = &clock->pending[i];

    settle (c, clock, p, part (step, p->place.offset - clock->place.offset,
            bytes), TRUE);
  }
}

/* Judges what waits by the rate before the last PCR: the next PCR does not
 * come, or does not continue the time. With a rate that varies that is a guess:
 * it is not believed beyond one step, nor within one that is long. */
void
ts_timing_clock_flush (TsTimingChecker * c, TsTimingClock * clock)
{
  guint i, n = clock->n_pending;

  clock->n_pending = 0;
  for (i = 0; i < n; i++) {
    const TsTimingPending *p = &clock->pending[i];
    gint64 t = part (clock->step, p->place.offset - clock->place.offset,
        clock->step_bytes);

    settle (c, clock, p, MIN (t, clock->step), clock->step_bytes > 0 &&
        t <= clock->step && clock->step <= GUESS_MAX);
  }
}

/* The next PCR of @clock does not continue its time, and need not. */
void
ts_timing_clock_restart (TsTimingChecker * c, TsTimingClock * clock)
{
  ts_timing_clock_flush (c, clock);
  ts_timing_cbr_restart (clock);
  clock->valid = FALSE;
  clock->marked = FALSE;
  clock->arrival = TS_TIMING_NO_TIME;
}

/* The place in @pending lies behind the last PCR of @clock. */
void
ts_timing_defer (TsTimingChecker * c, TsTimingClock * clock,
    const TsTimingPending * pending)
{
  if (clock->n_pending == TS_PENDING_MAX)
    ts_timing_clock_flush (c, clock);
  if (clock->n_pending == clock->pending_size) {
    clock->pending_size = MAX (32, clock->pending_size * 2);
    clock->pending = g_renew (TsTimingPending, clock->pending,
        clock->pending_size);
  }
  clock->pending[clock->n_pending++] = *pending;
}

/* The clock makes a @step that is no time going on. What waits and fits the
 * clock behind the step, but not the one before it, went ahead of the clock and
 * is not measured; the rest is judged by the clock before. */
static void
flush_before_jump (TsTimingChecker * c, TsTimingClock * clock, gint64 step)
{
  guint i, n = 0;

  for (i = 0; i < clock->n_pending; i++) {
    const TsTimingPending *p = &clock->pending[i];

    if (p->kind == TS_PENDING_UNIT && !ts_timing_plausible_gap (p->held) &&
        ts_timing_plausible_gap (p->held - step))
      continue;
    clock->pending[n++] = *p;
  }
  clock->n_pending = n;
  ts_timing_clock_flush (c, clock);
}

/* Calls for each program of the clock; mostly that is one. */
static TsTimingProgram *
next_program (TsTimingChecker * c, const TsTimingClock * clock, guint * i)
{
  if (!clock->shared)
    return (*i)++ == 0 && clock->program &&
        clock->program->pcr_pid == clock->pid ? clock->program : NULL;
  while (*i < c->n_programs) {
    TsTimingProgram *program = c->programs[(*i)++];

    if (program->active && program->pcr_pid == clock->pid)
      return program;
  }
  return NULL;
}

/* A break of @program's timeline is announced here: for @permit (90 kHz) each
 * of its streams may jump. */
void
ts_timing_mark (TsTimingChecker * c, TsTimingProgram * program, gint64 permit)
{
  guint i;

  program->marked++;
  program->clock_marked = TRUE;
  program->skew_count = 0;
  for (i = 0; i < program->n_streams; i++) {
    TsTimingPid *pid = c->pids[program->streams[i]];

    if (pid->stream && pid->program == program)
      pid->stream->permit = permit;
  }
}

/* How far @s went on since the last PCR, 90 kHz. */
static gint64
stream_progress (TsTimingChecker * c, const TsTimingStream * s)
{
  gint64 progress = s->smooth - s->smooth_at_pcr, next;

  if (s != c->starting || !s->has_dts)
    return progress;
  next = ts_timing_difference (c->starting_dts, s->dts, TS_DTS_RANGE);
  /* a long one is a splice, where all times jump together */
  if (TS_NS_FROM_DTS (next) > ts_timing_bound (c, DISCONTINUITY_MIN))
    return progress;
  return MAX (progress, next);
}

/* Did media or arrival go on while the PCR made this step? Then PCRs are
 * missing, and the clock did not jump. A unit that began may be of a time that
 * is still to come, so a stream is believed less its last step, lest a PES of
 * much audio hides a jump that every picture contradicts. Two are believed in
 * full: the finest stream, for there is none better, and a unit that begins
 * with this PCR. */
static gboolean
went_along (TsTimingChecker * c, TsTimingClock * clock, gint64 step)
{
  TsTimingProgram *program;
  TsTimingStream *finest = NULL;
  gint64 progress = 0;
  guint i = 0, k;

  if (step < 0)
    return FALSE;
  if (c->now != TS_TIMING_NO_TIME && clock->arrival != TS_TIMING_NO_TIME &&
      2 * (c->now - clock->arrival) >= TS_NS_FROM_PCR (step))
    return TRUE;
  while ((program = next_program (c, clock, &i))) {
    for (k = 0; k < program->n_streams; k++) {
      TsTimingStream *s = c->pids[program->streams[k]]->stream;
      gint64 ahead;

      if (!s)
        continue;
      ahead = s == c->starting ? 0 : s->last_step;
      progress = MAX (progress, stream_progress (c, s) - ahead);
      if (s->last_step > 0 && (!finest || s->last_step < finest->last_step))
        finest = s;
    }
  }
  if (finest)
    progress = MAX (progress, stream_progress (c, finest));
  return 2 * 300 * progress >= step;
}

static void
remember_streams (TsTimingChecker * c, TsTimingClock * clock)
{
  TsTimingProgram *program;
  guint i = 0, k;

  while ((program = next_program (c, clock, &i))) {
    program->has_reference = program->has_clock = TRUE;
    program->reference = clock->last / 300;
    program->clock_marked = FALSE;
    for (k = 0; k < program->n_streams; k++) {
      TsTimingStream *s = c->pids[program->streams[k]]->stream;

      if (s)
        s->smooth_at_pcr = s->steady_at_pcr = s->smooth;
    }
  }
}

static void
choose_reference (TsTimingChecker * c, TsTimingClock * clock)
{
  guint i;

  if (c->clock == clock) {
    c->foreign_ticks = 0;
    return;
  }
  if (c->clock && c->clock->valid && c->clock->program != clock->program &&
      ++c->foreign_ticks < FOREIGN_TICKS)
    return;
  /* another clock, another zero: intervals are counted from here on */
  if (c->clock)
    ts_timing_clock_flush (c, c->clock);
  c->clock = clock;
  c->foreign_ticks = 0;
  c->pat.last = clock->smooth;
  for (i = 0; i < c->n_programs; i++)
    c->programs[i]->pmt.last = clock->smooth;
  for (i = 0; i < c->n_active; i++) {
    if (c->pids[c->active[i]]->clock)
      c->pids[c->active[i]]->clock->reference = clock->smooth;
  }
  for (i = 0; i < TS_N_SI; i++)
    c->si[i].last = clock->smooth;
  for (i = 0; i < TS_SUB_TABLES; i++)
    c->sub_tables[i].seen = FALSE;
  for (i = 0; i < c->n_unknown; i++)
    c->unknown_since[i] = clock->smooth;
  c->scrambling_since = clock->smooth;
  c->arrival.started = FALSE;
}

void
ts_timing_tell_interval (TsTimingChecker * c, TsTimingClock * clock,
    gint64 interval, gint64 most)
{
  ts_timing_emit (c, TS_TIMING_EVENT_PCR_REPETITION_ERROR, clock->pid,
      clock->program, TS_TIMING_UNIT_NS, interval, TS_TIMING_NO_TIME, most,
      clock->count == 0 ? "it did not come at all" : NULL);
}

/* Media of the clock's program went on by @progress (90 kHz) since the last
 * PCR: does the PCR come at all? The bound plus a second is more than any
 * muxer lets timestamps run ahead of the PCR. */
void
ts_timing_clock_late (TsTimingChecker * c, TsTimingClock * clock,
    gint64 progress)
{
  gint64 most = ts_timing_patience (c, ts_timing_bound (c, PCR_INTERVAL_MAX),
      &clock->learned);
  gint64 ns = TS_NS_FROM_DTS (progress);

  if (clock->overdue || most > TS_TIMING_UNLIMITED - TS_TIMING_SECOND ||
      ns <= most + TS_TIMING_SECOND)
    return;
  clock->overdue = TRUE;
  ts_timing_tell_interval (c, clock, ns, most);
}

/* A program got another clock, with another PMT: it must go on where the last
 * one was, unless a break is marked. */
static void
judge_new_clock (TsTimingChecker * c, TsTimingClock * clock, gint64 step)
{
  TsTimingProgram *program = clock->program;
  gint64 ns = TS_NS_FROM_PCR (step);

  if (program->clock_marked || ABS (ns) <= ts_timing_bound (c,
          DISCONTINUITY_MIN))
    return;
  program->unmarked++;
  program->skew_count = 0;
  if (c->segment)
    c->segment->unmarked_discontinuity = TRUE;
  ts_timing_emit (c, TS_TIMING_EVENT_UNMARKED_DISCONTINUITY, clock->pid,
      program, TS_TIMING_UNIT_NS, ns, TS_TIMING_NO_TIME,
      TS_TIMING_UNLIMITED, "the program's new clock is far from its last one");
}

static void
first_pcr (TsTimingChecker * c, TsTimingClock * clock, guint64 pcr)
{
  TsTimingProgram *program = clock->program;

  clock->last = pcr;
  if (program && program->has_reference) {
    gint64 step = ts_timing_difference (pcr, program->reference * 300,
        TS_PCR_RANGE);

    clock->last = program->reference * 300 + step;
    if (program->has_clock)
      judge_new_clock (c, clock, step);
  }
  if (clock->count == 0)
    clock->first = clock->last;
  clock->valid = TRUE;
  clock->step_bytes = 0;
}

static void
marked_step (TsTimingChecker * c, TsTimingClock * clock, gint64 step)
{
  TsTimingProgram *program;
  guint i = 0;

  flush_before_jump (c, clock, step);
  ts_timing_arrival_jump (c, clock);
  clock->last += step;
  while ((program = next_program (c, clock, &i)))
    ts_timing_mark (c, program, PERMIT);
  ts_timing_cbr_restart (clock);
}

static void
jump (TsTimingChecker * c, TsTimingClock * clock, gint64 step)
{
  flush_before_jump (c, clock, step);
  ts_timing_arrival_jump (c, clock);
  ts_timing_emit (c, TS_TIMING_EVENT_PCR_DISCONTINUITY_ERROR, clock->pid,
      clock->program, TS_TIMING_UNIT_NS, TS_NS_FROM_PCR (step), 0,
      ts_timing_bound (c, PCR_STEP_MAX), step < 0 ? "the PCR went back" : NULL);
  clock->last += step;
  ts_timing_cbr_restart (clock);
}

static void
normal_step (TsTimingChecker * c, TsTimingClock * clock, gint64 step)
{
  guint64 bytes = c->here.offset - clock->place.offset;
  gint64 ns = TS_NS_FROM_PCR (step);
  gint64 most = ts_timing_longest (c, ts_timing_bound (c, PCR_INTERVAL_MAX),
      &clock->learned);

  resolve (c, clock, step, bytes);
  clock->smooth += step;
  clock->last += step;
  clock->step = step;
  clock->step_bytes = bytes;
  /* forgets an outage after some hundred PCRs */
  clock->longest = MAX (clock->longest - clock->longest / 16, step);
  ts_timing_tally (&clock->interval, ns);
  ts_timing_series_add (clock->series, TS_NS_FROM_PCR (clock->smooth), ns);
  if (ns > most && !clock->overdue)
    ts_timing_tell_interval (c, clock, ns, most);
  ts_timing_learn (&clock->learned, ns, TS_NS_FROM_PCR (clock->smooth),
      ts_timing_bound (c, LEARN_TIME), 16, 4);
  if (clock == c->clock && step > 0) {
    if (!c->bitrate_series)
      c->bitrate_series = ts_timing_series_new (c, TS_TIMING_SERIES_BITRATE,
          TS_TIMING_NO_PID, 0);
    ts_timing_series_add (c->bitrate_series, TS_NS_FROM_PCR (clock->smooth),
        bytes * 8.0 * 27e6 / step);
  }
  ts_timing_cbr (c, clock);
}

/* A program clock reference, 27 MHz, of the packet at c->here. */
void
ts_timing_pcr (TsTimingChecker * c, TsTimingClock * clock, guint64 pcr)
{
  gint64 step;
  gboolean in_step;

  /* the extension counts to 299; more is noise of a broken packet */
  pcr %= TS_PCR_RANGE;
  if (!clock->series && clock->count == 1)
    clock->series = ts_timing_series_new (c, TS_TIMING_SERIES_PCR_INTERVAL,
        clock->pid, clock->program ? clock->program->number : 0);
  step = ts_timing_difference (pcr, clock->last_raw, TS_PCR_RANGE);
  in_step = step >= 0 &&
      TS_NS_FROM_PCR (step) <= ts_timing_bound (c, PCR_STEP_MAX);
  if (!clock->valid)
    first_pcr (c, clock, pcr);
  else if (in_step || (!clock->marked && went_along (c, clock, step)))
    normal_step (c, clock, step);
  else if (clock->marked)
    marked_step (c, clock, step);
  else
    jump (c, clock, step);

  clock->marked = FALSE;
  clock->overdue = FALSE;
  clock->last_raw = pcr;
  clock->place = c->here;
  clock->arrival = c->now;
  clock->flow = c->arrival.flow;
  clock->count++;
  remember_streams (c, clock);
  if (c->segment && clock->program == c->ledger) {
    if (c->segment->first_pcr == TS_TIMING_NO_TIME)
      c->segment->first_pcr = TS_NS_FROM_PCR (clock->last);
    c->segment->last_pcr = TS_NS_FROM_PCR (clock->last);
  }
  choose_reference (c, clock);
  clock->reference = c->clock->smooth;
  ts_timing_presence (c, clock);
  if (clock == c->clock && c->now != TS_TIMING_NO_TIME)
    ts_timing_arrival_pcr (c, clock);
}
