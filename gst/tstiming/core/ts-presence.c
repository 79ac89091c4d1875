/* ts-presence.c: tables and PIDs that must keep coming, and PIDs that nobody
 * announced */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

static TsTimingRepetition *
repetition (TsTimingChecker * c,
    TsTimingPendingKind kind, TsTimingProgram * program, guint16 table)
{
  if (kind == TS_PENDING_PAT)
    return &c->pat;
  if (kind == TS_PENDING_PMT)
    return &program->pmt;
  return &c->si[table];
}

static gint64
repetition_bound (TsTimingChecker * c, TsTimingPendingKind kind, guint16 table)
{
  static const TsTimingBound si_bounds[TS_N_SI] = {
    TS_TIMING_BOUND_NIT_INTERVAL_MAX, TS_TIMING_BOUND_SDT_INTERVAL_MAX,
    TS_TIMING_BOUND_EIT_INTERVAL_MAX, TS_TIMING_BOUND_TDT_INTERVAL_MAX
  };

  if (kind == TS_PENDING_PAT)
    return ts_timing_bound (c, PAT_INTERVAL_MAX);
  if (kind == TS_PENDING_PMT)
    return ts_timing_bound (c, PMT_INTERVAL_MAX);
  /* EN 300 468 5.2.3: the SDT says whether there is one */
  if (table == TS_SI_EIT && !c->eit_announced)
    return TS_TIMING_UNLIMITED;
  return c->config.bounds[si_bounds[table]];
}

/* @interval is 0 where no time is known. */
void
ts_timing_tell_table (TsTimingChecker * c, const TsTimingPlace * place,
    TsTimingPendingKind kind, const TsTimingProgram * program, guint16 table,
    gint64 interval, gint64 most, gboolean seen)
{
  static const struct
  {
    TsTimingEventType type;
    guint16 pid;
  } si[TS_N_SI] = {
    {TS_TIMING_EVENT_NIT_ERROR, 0x10}, {TS_TIMING_EVENT_SDT_ERROR, 0x11},
    {TS_TIMING_EVENT_EIT_ERROR, 0x12}, {TS_TIMING_EVENT_TDT_ERROR, 0x14}
  };
  TsTimingEventType type = TS_TIMING_EVENT_PAT_ERROR;
  guint16 pid = 0;

  if (kind == TS_PENDING_PMT) {
    type = TS_TIMING_EVENT_PMT_ERROR;
    pid = program->pmt_pid;
  } else if (kind == TS_PENDING_SI) {
    type = si[table].type;
    pid = si[table].pid;
  }
  ts_timing_emit_at (c, place, type, pid, program,
      interval > 0 ? TS_TIMING_UNIT_NS : TS_TIMING_UNIT_NONE, interval,
      TS_TIMING_NO_TIME, most,
      seen ? "too long since the last one" : "it did not come at all");
}

/* A whole section of a table is there; when, the next PCR will tell. */
void
ts_timing_table_arrived (TsTimingChecker * c, TsTimingPendingKind kind,
    TsTimingProgram * program, guint16 table)
{
  TsTimingPending pending = { kind, 0, table, c->here, 0, FALSE, program };

  if (c->clock && c->clock->valid)
    ts_timing_defer (c, c->clock, &pending);
  else {
    TsTimingRepetition *r = repetition (c, kind, program, table);

    /* before the first PCR there is no time, nor after a break until the next
     * one: counted from that PCR on */
    r->seen = TRUE;
    r->late = FALSE;
    r->last = ts_timing_reference_time (c);
  }
}

/* @smooth: when it was there, 27 MHz on the reference clock. */
void
ts_timing_table_at (TsTimingChecker * c, const TsTimingPending * pending,
    gint64 smooth)
{
  TsTimingRepetition *r = repetition (c, pending->kind, pending->program,
      pending->table);
  gint64 bound = repetition_bound (c, pending->kind, pending->table);
  gint64 most = ts_timing_longest (c, bound, &r->learned);
  gint64 interval = TS_NS_FROM_PCR (smooth - r->last);

  if (r->seen) {
    if (interval > most && !r->late)
      ts_timing_tell_table (c, &pending->place, pending->kind, pending->program,
          pending->table, interval, most, TRUE);
    ts_timing_learn (&r->learned, interval, TS_NS_FROM_PCR (smooth),
        ts_timing_bound (c, LEARN_TIME), 4, 1);
  }
  r->seen = TRUE;
  r->late = FALSE;
  r->last = smooth;
}

static void
check_late (TsTimingChecker * c, TsTimingPendingKind kind,
    TsTimingProgram * program, guint16 table, gint64 now)
{
  TsTimingRepetition *r = repetition (c, kind, program, table);
  gint64 bound = repetition_bound (c, kind, table);
  gint64 most = ts_timing_patience (c, bound, &r->learned);
  gint64 interval = TS_NS_FROM_PCR (now - r->last);

  if (r->late || interval <= most)
    return;
  r->late = TRUE;
  ts_timing_tell_table (c, &c->here, kind, program, table, interval, most,
      r->seen);
}

/* A PID without a program comes; it is judged when its time is over. */
void
ts_timing_unknown_pid (TsTimingChecker * c, TsTimingPid * pid)
{
  guint i;

  for (i = 0; i < c->n_unknown; i++) {
    if (c->unknown[i] == pid->pid)
      return;
  }
  if (c->n_unknown == TS_MAX_UNKNOWN) {
    c->fast[pid->pid].expect |= TS_EXPECT_ONCE;
    return;
  }
  c->unknown[c->n_unknown] = pid->pid;
  c->unknown_since[c->n_unknown] = c->clock ? c->clock->smooth : 0;
  c->n_unknown++;
}

static void
check_unknown (TsTimingChecker * c, gint64 now)
{
  gint64 most = ts_timing_bound (c, REFERENCE_DELAY_MAX);
  guint i = 0;

  while (i < c->n_unknown) {
    TsTimingPid *pid = c->pids[c->unknown[i]];
    gint64 since = TS_NS_FROM_PCR (now - c->unknown_since[i]);

    if (!pid->referenced && since <= most) {
      i++;
      continue;
    }
    if (!pid->referenced) {
      pid->told_unreferenced = TRUE;
      ts_timing_emit (c, TS_TIMING_EVENT_UNREFERENCED_PID, pid->pid, NULL,
          TS_TIMING_UNIT_NS, since, TS_TIMING_NO_TIME, most, NULL);
    }
    c->n_unknown--;
    c->unknown[i] = c->unknown[c->n_unknown];
    c->unknown_since[i] = c->unknown_since[c->n_unknown];
  }
}

static void
check_cat (TsTimingChecker * c, gint64 now)
{
  gint64 most = ts_timing_bound (c, REFERENCE_DELAY_MAX);
  gint64 since;

  if (!c->scrambling_seen || c->cat_seen || c->cat_told)
    return;
  since = TS_NS_FROM_PCR (now - c->scrambling_since);
  if (since <= most)
    return;
  c->cat_told = TRUE;
  ts_timing_emit (c, TS_TIMING_EVENT_CAT_ERROR, 1, NULL, TS_TIMING_UNIT_NS,
      since, TS_TIMING_NO_TIME, most, "packets are scrambled, no CAT comes");
}

/* Which streams of @program are overdue at @now, the smooth time of its clock
 * (27 MHz)? */
void
ts_timing_streams_late (TsTimingChecker * c, TsTimingProgram * program,
    gint64 now)
{
  gint64 most = ts_timing_bound (c, PID_TIMEOUT);
  guint i;

  for (i = 0; i < program->n_streams; i++) {
    TsTimingPid *pid = c->pids[program->streams[i]];
    TsTimingStream *s = pid->stream;
    guint64 packets = c->fast[pid->pid].packets;
    gint64 silent;

    if (!s || pid->program != program)
      continue;
    if (s->alive_at == TS_TIMING_NO_TIME || packets != s->alive_packets) {
      s->alive_packets = packets;
      s->alive_at = now;
      s->missing = FALSE;
      continue;
    }
    silent = TS_NS_FROM_PCR (now - s->alive_at);
    if (s->missing || silent <= most)
      continue;
    s->missing = TRUE;
    ts_timing_emit (c, TS_TIMING_EVENT_PID_ERROR, pid->pid, program,
        TS_TIMING_UNIT_NS, silent, TS_TIMING_NO_TIME, most,
        packets ? "it does not come any more" : "it never came");
  }
}

/* Which of PAT and PMT are overdue at @now (27 MHz, reference time)? */
void
ts_timing_psi_late (TsTimingChecker * c, gint64 now)
{
  guint i;

  check_late (c, TS_PENDING_PAT, NULL, 0, now);
  for (i = 0; i < c->n_programs; i++) {
    if (c->programs[i]->active)
      check_late (c, TS_PENDING_PMT, c->programs[i], 0, now);
  }
}

/* Called at each PCR of @clock: what is overdue by now? */
void
ts_timing_presence (TsTimingChecker * c, TsTimingClock * clock)
{
  guint i;

  for (i = 0; i < c->n_programs; i++) {
    TsTimingProgram *program = c->programs[i];

    if (program->active && program->pcr_pid == clock->pid)
      ts_timing_streams_late (c, program, clock->smooth);
  }
  if (clock != c->clock)
    return;
  ts_timing_psi_late (c, clock->smooth);
  ts_timing_other_clocks (c);
  for (i = 0; i < TS_N_SI; i++) {
    if (ts_timing_checks (c, SI))
      check_late (c, TS_PENDING_SI, NULL, i, clock->smooth);
  }
  check_unknown (c, clock->smooth);
  check_cat (c, clock->smooth);
}
