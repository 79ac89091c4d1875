/* ts-checker.c: life of a checker, its events and its tables */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

static void
free_pid (TsTimingPid * pid)
{
  if (pid->clock)
    g_free (pid->clock->pending);
  g_free (pid->clock);
  g_free (pid->stream);
  g_free (pid->section);
  g_free (pid);
}

static void
release (TsTimingChecker * c)
{
  guint i;

  for (i = 0; i < c->n_active; i++)
    free_pid (c->pids[c->active[i]]);
  for (i = 0; i < c->n_programs; i++)
    g_free (c->programs[i]);
  for (i = 0; i < c->n_series; i++)
    g_free (c->series[i]);
  for (i = 0; i < c->segments_size; i++)
    g_free (c->segments[i].name);
  g_free (c->segments);
  if (c->names)
    ts_segment_names_free (c->names);
}

static void
prepare (TsTimingChecker * c)
{
  c->pat_version = c->sdt_version = -1;
  c->now = TS_TIMING_NO_TIME;
  c->here.segment = -1;
  c->arrival.last_push = TS_TIMING_NO_TIME;
}

TsTimingChecker *
ts_timing_new (const TsTimingConfig * config)
{
  TsTimingChecker *c = g_new0 (TsTimingChecker, 1);
  guint i;

  c->config = *config;
  for (i = 0; i < TS_N_PIDS; i++)
    c->fast[i].expect = TS_EXPECT_UNKNOWN;
  prepare (c);
  return c;
}

void
ts_timing_free (TsTimingChecker * c)
{
  if (!c)
    return;
  release (c);
  g_free (c);
}

void
ts_timing_reset (TsTimingChecker * c)
{
  TsTimingConfig config = c->config;
  TsTimingCallback callback = c->callback;
  gpointer callback_data = c->callback_data;
  guint i;

  release (c);
  for (i = 0; i < c->n_active; i++) {
    TsTimingFast empty = { 0, NULL, TS_EXPECT_UNKNOWN };

    c->fast[c->active[i]] = empty;
    c->pids[c->active[i]] = NULL;
  }
  c->fast[TS_NULL_PID].packets = 0;
  memset (c, 0, G_STRUCT_OFFSET (TsTimingChecker, fast));
  c->config = config;
  c->callback = callback;
  c->callback_data = callback_data;
  prepare (c);
}

/* The ledger's size is fixed once its first segment is there. */
void
ts_timing_set_config (TsTimingChecker * c, const TsTimingConfig * config)
{
  guint max_segments = c->config.max_segments;

  c->config = *config;
  if (c->n_segments > 0)
    c->config.max_segments = max_segments;
}

const TsTimingConfig *
ts_timing_get_config (const TsTimingChecker * c)
{
  return &c->config;
}

void
ts_timing_set_callback (TsTimingChecker * c, TsTimingCallback callback,
    gpointer user_data)
{
  c->callback = callback;
  c->callback_data = user_data;
}

/* The state of @number, made when it is first needed. */
TsTimingPid *
ts_timing_pid (TsTimingChecker * c, guint16 number)
{
  TsTimingPid *pid = c->pids[number];
  guint i;

  if (pid)
    return pid;
  pid = g_new0 (TsTimingPid, 1);
  pid->pid = number;
  pid->duplicate_at = G_MAXUINT64;
  /* PIDs up to 0x1f belong to the standards */
  pid->reserved = pid->referenced = number < 0x20 || number == TS_NULL_PID ||
      number == TS_ATSC_PID;
  c->pids[number] = pid;
  for (i = c->n_active++; i > 0 && c->active[i - 1] > number; i--)
    c->active[i] = c->active[i - 1];
  c->active[i] = number;
  if (ts_timing_is_psi_pid (number) || number == TS_ATSC_PID)
    ts_timing_make_section (c, number);
  return pid;
}

void
ts_timing_push (TsTimingChecker * c, const guint8 * data, gsize size,
    gint64 arrival)
{
  if (c->finished || size == 0)
    return;
  c->now = arrival;
  if (arrival != TS_TIMING_NO_TIME)
    ts_timing_arrival_push (c, arrival);
  else if (c->arrival.last_push != TS_TIMING_NO_TIME)
    ts_timing_pause (c);
  ts_timing_scan (c, data, size);
  if (arrival != TS_TIMING_NO_TIME)
    ts_timing_flow (c);
}

void
ts_timing_cut (TsTimingChecker * c)
{
  if (c->finished)
    return;
  ts_timing_scan_end (c);
  ts_timing_scan_anew (c);
  c->cut = TRUE;
  c->discontinuities++;
}

void
ts_timing_discontinuity (TsTimingChecker * c)
{
  guint i;

  if (c->finished)
    return;
  ts_timing_scan_end (c);
  ts_timing_scan_anew (c);
  ts_timing_forget_continuity (c);
  c->discontinuities++;
  for (i = 0; i < c->n_active; i++) {
    TsTimingPid *pid = c->pids[c->active[i]];

    if (pid->clock)
      ts_timing_clock_restart (c, pid->clock);
    if (pid->stream) {
      pid->stream->has_dts = FALSE;
      pid->stream->steady_at_pcr = pid->stream->smooth;
    }
  }
  for (i = 0; i < c->n_programs; i++) {
    c->programs[i]->has_reference = c->programs[i]->has_clock = FALSE;
    c->programs[i]->skew_count = 0;
    c->programs[i]->pmt.late = FALSE;
  }
  c->pat.late = FALSE;
  c->arrival.started = FALSE;
  c->name_cut = TRUE;
}

void
ts_timing_finish (TsTimingChecker * c)
{
  guint i;

  if (c->finished)
    return;
  ts_timing_scan_end (c);
  for (i = 0; i < c->n_active; i++) {
    TsTimingClock *clock = c->pids[c->active[i]]->clock;

    if (clock && clock->valid)
      ts_timing_clock_flush (c, clock);
  }
  ts_timing_never_came (c);
  ts_timing_segment_close (c);
  c->segment = NULL;
  c->finished = TRUE;
}

/* ---- events ---- */

static gint64
event_time (TsTimingChecker * c, const TsTimingProgram * program)
{
  TsTimingClock *clock = program ? ts_timing_program_clock (c, program) : NULL;

  if (!clock)
    clock = c->clock;
  return clock && clock->valid ? TS_NS_FROM_PCR (clock->smooth) :
      TS_TIMING_NO_TIME;
}

static void
publish (TsTimingChecker * c, TsTimingEvent * event)
{
  TsTimingEventType type = event->type;

  c->events++;
  c->by_severity[event->severity]++;
  event->count = ++c->counts[type];
  if (c->segment && event->segment == (gint64) c->segment->index)
    c->segment->events++;
  if (event->count == 1) {
    c->first[type] = *event;
    if (event->detail) {
      gchar *kept = c->first_detail[type];
      gsize size = sizeof (c->first_detail[type]);

      /* the last character may be in it by half */
      if (g_strlcpy (kept, event->detail, size) >= size)
        *g_utf8_find_prev_char (kept, kept + size - 1) = 0;
      c->first[type].detail = kept;
    }
  }
  if (c->callback)
    c->callback (event, c->callback_data);
}

void
ts_timing_emit_at (TsTimingChecker * c, const TsTimingPlace * place,
    TsTimingEventType type, guint16 pid, const TsTimingProgram * program,
    TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * detail)
{
  const TsTimingEventInfo *info = ts_timing_event_info (type);
  TsTimingEvent event;

  if (!(c->config.checks & info->check))
    return;
  event.type = type;
  event.severity = info->severity;
  event.pid = pid;
  event.program = program ? program->number : 0;
  event.packet = place->packet;
  event.offset = place->offset;
  event.segment = place->segment;
  event.time = event_time (c, program);
  event.value = value;
  event.low = low;
  event.high = high;
  event.unit = unit;
  event.detail = detail;
  publish (c, &event);
}

void
ts_timing_emit (TsTimingChecker * c, TsTimingEventType type, guint16 pid,
    const TsTimingProgram * program, TsTimingUnit unit, gint64 value,
    gint64 low, gint64 high, const gchar * detail)
{
  ts_timing_emit_at (c, &c->here, type, pid, program, unit, value, low, high,
      detail);
}

void
ts_timing_add_event (TsTimingChecker * c, TsTimingEventType type,
    gint64 segment, TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * detail)
{
  TsTimingPlace place = c->here;

  place.segment = segment;
  ts_timing_emit_at (c, &place, type, TS_TIMING_NO_PID, NULL, unit, value,
      low, high, detail);
}

/* ---- tables ---- */

guint64
ts_timing_get_count (const TsTimingChecker * c, TsTimingEventType type)
{
  return (guint) type < TS_TIMING_N_EVENTS ? c->counts[type] : 0;
}

const TsTimingEvent *
ts_timing_get_first (const TsTimingChecker * c, TsTimingEventType type)
{
  return ts_timing_get_count (c, type) ? &c->first[type] : NULL;
}

TsTimingVerdict
ts_timing_get_verdict (const TsTimingChecker * c)
{
  /* without a PAT nothing is known of what the packets carry, and these alone
   * do not ask */
  if (!c->ever_synced || (c->finished && !c->pat_seen &&
          (c->config.checks & ~(TS_TIMING_CHECK_SYNC |
                  TS_TIMING_CHECK_TRANSPORT | TS_TIMING_CHECK_CONTINUITY))))
    return TS_TIMING_VERDICT_UNUSABLE;
  if (c->by_severity[TS_TIMING_SEVERITY_ERROR])
    return TS_TIMING_VERDICT_ERROR;
  if (c->by_severity[TS_TIMING_SEVERITY_WARNING])
    return TS_TIMING_VERDICT_WARNING;
  return TS_TIMING_VERDICT_CLEAN;
}

void
ts_timing_get_totals (const TsTimingChecker * c, TsTimingTotals * totals)
{
  guint i;

  memset (totals, 0, sizeof (*totals));
  totals->packet_size = c->packet_size;
  totals->bytes = c->bytes;
  totals->packets = c->packets;
  totals->null_packets = c->fast[TS_NULL_PID].packets;
  totals->scrambled_packets = c->scrambled;
  totals->duplicate_packets = c->duplicates;
  totals->skipped_bytes = c->skipped;
  totals->resyncs = c->resyncs;
  totals->discontinuities = c->discontinuities;
  totals->segments = c->n_segments;
  totals->events = c->events;
  memcpy (totals->by_severity, c->by_severity, sizeof (c->by_severity));
  totals->programs_ignored = c->programs_ignored;
  for (i = 0; i < c->n_active; i++) {
    const TsTimingPid *pid = c->pids[c->active[i]];

    if (pid->clock)
      totals->duration = MAX (totals->duration,
          TS_NS_FROM_PCR (pid->clock->smooth));
  }
  /* without a PCR the timestamps must do */
  for (i = 0; i < c->n_active && totals->duration == 0; i++) {
    const TsTimingPid *pid = c->pids[c->active[i]];

    if (pid->stream)
      totals->duration = TS_NS_FROM_DTS (pid->stream->smooth);
  }
  if (totals->duration > 0)
    totals->bitrate = (guint64) (c->packets * (gdouble) TS_PACKET * 8e9 /
        totals->duration);
}

gboolean
ts_timing_get_program (const TsTimingChecker * c, guint index,
    TsTimingProgramInfo * info)
{
  const TsTimingProgram *program;
  const TsTimingPid *pid;

  if (index >= c->n_programs)
    return FALSE;
  program = c->programs[index];
  memset (info, 0, sizeof (*info));
  info->program = program->number;
  info->pmt_pid = program->pmt_pid;
  info->pcr_pid = program->pcr_pid;
  info->pmt_version = program->pmt_version;
  info->n_streams = program->n_streams;
  ts_timing_tally_get (&program->skew_tally, &info->av_skew);
  info->discontinuities_marked = program->marked;
  info->discontinuities_unmarked = program->unmarked;
  pid = program->pcr_pid < TS_NULL_PID ? c->pids[program->pcr_pid] : NULL;
  if (pid && pid->clock) {
    info->duration = TS_NS_FROM_PCR (pid->clock->smooth);
    info->pcrs = pid->clock->count;
    ts_timing_tally_get (&pid->clock->interval, &info->pcr_interval);
  }
  return TRUE;
}

guint
ts_timing_get_n_pids (const TsTimingChecker * c)
{
  guint i, n = c->fast[TS_NULL_PID].packets > 0;

  for (i = 0; i < c->n_active; i++)
    n += c->active[i] != TS_NULL_PID && c->fast[c->active[i]].packets > 0;
  return n;
}

gboolean
ts_timing_get_pid (const TsTimingChecker * c, guint index,
    TsTimingPidInfo * info)
{
  const TsTimingPid *pid = NULL;
  const TsTimingStream *s;
  guint i;

  for (i = 0; i < c->n_active && !pid; i++) {
    if (c->active[i] != TS_NULL_PID && c->fast[c->active[i]].packets > 0 &&
        index-- == 0)
      pid = c->pids[c->active[i]];
  }
  memset (info, 0, sizeof (*info));
  if (!pid) {
    info->pid = TS_NULL_PID;
    info->kind = TS_TIMING_KIND_NULL;
    info->packets = c->fast[TS_NULL_PID].packets;
    return index == 0 && info->packets > 0;
  }
  info->pid = pid->pid;
  info->packets = c->fast[pid->pid].packets;
  info->program = pid->program ? pid->program->number : 0;
  info->stream_type = pid->stream_type;
  info->kind = pid->kind;
  info->codec = pid->codec;
  info->scrambled_packets = pid->scrambled;
  info->duplicates = pid->duplicates;
  info->continuity_errors = pid->continuity_errors;
  info->transport_errors = pid->transport_errors;
  s = pid->stream;
  if (s) {
    info->units = s->units;
    info->first_dts = s->first_dts;
    info->last_dts = s->dts;
    info->gap_outside = s->gap_outside;
    ts_timing_tally_get (&s->held, &info->gap_held);
    ts_timing_tally_get (&s->gap, &info->gap);
    ts_timing_tally_get (&s->step, &info->dts_step);
  }
  return TRUE;
}

guint
ts_timing_get_n_segments (const TsTimingChecker * c)
{
  return MIN (c->n_segments, c->segments_size);
}

const TsTimingSegmentInfo *
ts_timing_get_segment (const TsTimingChecker * c, guint index)
{
  guint n = ts_timing_get_n_segments (c);

  if (index >= n)
    return NULL;
  return &c->segments[(c->n_segments - n + index) % c->segments_size];
}

const TsTimingSeries *
ts_timing_get_series (const TsTimingChecker * c, guint index)
{
  return index < c->n_series ? c->series[index] : NULL;
}
