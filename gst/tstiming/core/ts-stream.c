/* ts-stream.c: the timestamps of a video or audio PID */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/* The skew is a moving average, judged once it has this many samples. */
#define SKEW_SAMPLES 16
/* 27 MHz: a gap beyond these tells that two timelines are compared */
#define PLAUSIBLE_LATE (G_GINT64_CONSTANT (27000000))
#define PLAUSIBLE_EARLY (10 * G_GINT64_CONSTANT (27000000))
/* An excursion of the gap is over when the gap stayed inside for this long. */
#define GAP_CLEAR TS_TIMING_SECOND

TsTimingStream *
ts_timing_stream_new (TsTimingChecker * c, const TsTimingPid * pid)
{
  TsTimingStream *s = g_new0 (TsTimingStream, 1);

  s->series = ts_timing_series_new (c, TS_TIMING_SERIES_GAP, pid->pid,
      pid->program ? pid->program->number : 0);
  return s;
}

/* From here on the PID carries another stream, or the same one comes back after
 * the PMT had dropped it: it is not measured by what was before. Counts stay. */
void
ts_timing_stream_begin (TsTimingChecker * c, TsTimingStream * s)
{
  s->begun = c->here.packet;
  s->has_dts = FALSE;
  s->last_step = 0;
  s->steady_at_pcr = s->smooth;
  s->gap_out = s->delay_out = FALSE;
  memset (&s->gap_range, 0, sizeof (s->gap_range));
  memset (&s->interval, 0, sizeof (s->interval));
  s->alive_at = TS_TIMING_NO_TIME;
}

static void
emit_ns (TsTimingChecker * c, TsTimingEventType type, TsTimingPid * pid,
    gint64 ticks, gint64 low, gint64 high, const gchar * detail)
{
  ts_timing_emit (c, type, pid->pid, pid->program, TS_TIMING_UNIT_NS,
      TS_NS_FROM_DTS (ticks), low, high, detail);
}

/* Takes @step of @pid as part of a break of the timeline that no mark
 * announced: one event for all PIDs of the program that jump alike. */
static void
unmarked_break (TsTimingChecker * c, TsTimingPid * pid, gint64 step)
{
  TsTimingStream *s = pid->stream;
  TsTimingProgram *program = pid->program;
  gint64 apart = step - program->break_step;

  program->skew_count = 0;
  if (c->segment)
    c->segment->unmarked_discontinuity = TRUE;
  if (s->break_id != program->break_id && TS_NS_FROM_DTS (ABS (apart)) <=
      ts_timing_bound (c, DISCONTINUITY_MIN)) {
    s->break_id = program->break_id;
    return;
  }
  program->break_step = step;
  program->unmarked++;
  s->break_id = ++program->break_id;
  emit_ns (c, TS_TIMING_EVENT_UNMARKED_DISCONTINUITY, pid, step,
      TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
      step < 0 ? "the DTS went back" : "the DTS went forward");
}

/* What the clock says that the time since the stream's last unit may be, at
 * most: the PCRs since then, and one more that has not come yet. 27 MHz */
static gint64
clock_progress (TsTimingChecker * c, TsTimingPid * pid)
{
  TsTimingClock *clock = ts_timing_program_clock (c, pid->program);

  if (!clock)
    return 0;
  return clock->smooth - pid->stream->clock_smooth + clock->longest;
}

/* Judges the step from the last DTS; returns what of it is time going on. */
static gint64
judge_step (TsTimingChecker * c, TsTimingPid * pid, gint64 step)
{
  TsTimingStream *s = pid->stream;
  gint64 ns = TS_NS_FROM_DTS (step);
  gint64 break_min = ts_timing_bound (c, DISCONTINUITY_MIN);
  gint64 most = ts_timing_longest (c, ts_timing_bound (c, PTS_INTERVAL_MAX),
      &s->interval);
  gboolean back = step <= 0, far = ABS (ns) > break_min;

  if (s->permit > 0) {
    if (back || far) {
      s->permit = 0;
      pid->program->skew_count = 0;
      return s->last_step;
    }
    s->permit -= step;
  }
  if (back && !far) {
    emit_ns (c, TS_TIMING_EVENT_DTS_NOT_INCREASING, pid, step, 1,
        TS_TIMING_UNLIMITED, step == 0 ? "the DTS is repeated" :
        "the DTS went back");
    return 0;
  }
  if (back || (far && 2 * clock_progress (c, pid) < step * 300)) {
    unmarked_break (c, pid, step);
    return s->last_step;
  }
  if (ns > most)
    emit_ns (c, TS_TIMING_EVENT_PTS_ERROR, pid, step, TS_TIMING_NO_TIME, most,
        NULL);
  ts_timing_learn (&s->interval, ns, TS_NS_FROM_DTS (s->smooth),
      ts_timing_bound (c, LEARN_TIME), 16, 4);
  ts_timing_tally (&s->step, ns);
  s->last_step = step;
  return step;
}

/* Narrows a window to what was normal at first plus @drift on both sides, once
 * that was learned. */
static void
learned_window (TsTimingChecker * c, TsTimingLearned * learned, gint64 value,
    gint64 now, gint64 drift, gint64 * low, gint64 * high)
{
  if (!c->config.learn || drift == TS_TIMING_UNLIMITED)
    return;
  if (!ts_timing_learn (learned, value, now, ts_timing_bound (c, LEARN_TIME),
          G_MAXUINT, 8))
    return;
  if (*low < learned->min - drift)
    *low = learned->min - drift;
  if (*high > learned->max + drift)
    *high = learned->max + drift;
}

static void
judge_skew (TsTimingChecker * c, TsTimingPid * pid)
{
  TsTimingProgram *program = pid->program;
  TsTimingStream *video = pid->stream, *audio;
  gint64 skew, value, low, high, most = ts_timing_bound (c, AV_SKEW_MAX);
  gint64 now = TS_NS_FROM_DTS (video->smooth);

  if (pid->pid != program->video || program->audio == TS_TIMING_NO_PID)
    return;
  audio = c->pids[program->audio]->stream;
  if (!audio || !audio->has_dts)
    return;
  skew = TS_NS_FROM_DTS (ts_timing_difference (video->last_raw,
          audio->last_raw, TS_DTS_RANGE));
  if (program->skew_count++ == 0)
    program->skew = skew;
  program->skew += (skew - program->skew) / SKEW_SAMPLES;
  if (program->skew_count < SKEW_SAMPLES)
    return;
  value = program->skew;
  ts_timing_tally (&program->skew_tally, value);
  if (!program->skew_series && program->skew_tally.count == 1)
    program->skew_series = ts_timing_series_new (c, TS_TIMING_SERIES_AV_SKEW,
        pid->pid, program->number);
  ts_timing_series_add (program->skew_series, now, value);

  low = -most;
  high = most;
  learned_window (c, &program->skew_range, value, now,
      ts_timing_bound (c, AV_SKEW_DRIFT_MAX), &low, &high);
  if (value >= low && value <= high)
    program->skew_out = FALSE;
  else if (!program->skew_out) {
    program->skew_out = TRUE;
    ts_timing_emit (c, TS_TIMING_EVENT_AV_SKEW, pid->pid, program,
        TS_TIMING_UNIT_NS, value, low, high, NULL);
  }
}

static void
defer_gap (TsTimingChecker * c, TsTimingPid * pid)
{
  TsTimingStream *s = pid->stream;
  TsTimingClock *clock = ts_timing_announced_clock (c, pid->program);
  TsTimingPending pending = { TS_PENDING_UNIT, pid->pid, 0, c->here, 0,
    s->permit > 0, pid->program
  };

  if (!clock)
    return;
  ts_timing_clock_late (c, clock, s->smooth - s->steady_at_pcr);
  /* the PCR may be gone with another PID: this one's time goes on */
  if (clock->overdue)
    ts_timing_streams_late (c, pid->program, clock->smooth +
        300 * (s->smooth - s->steady_at_pcr));
  if (!clock->valid)
    return;
  pending.held = ts_timing_difference (s->last_raw * 300, clock->last_raw,
      TS_PCR_RANGE);
  s->clock_smooth = clock->smooth;
  ts_timing_defer (c, clock, &pending);
}

/* A PES header with timestamps in the packet at c->here. @pts and @dts are
 * 33 bits of 90 kHz; @dts is @pts where the stream has no DTS. */
void
ts_timing_unit (TsTimingChecker * c, TsTimingPid * pid, gboolean has_dts,
    guint64 pts, guint64 dts)
{
  TsTimingStream *s = pid->stream;
  TsTimingProgram *program = pid->program;
  gint64 ahead = ts_timing_difference (pts, dts, TS_DTS_RANGE);

  if (!program)
    return;
  if (has_dts && ahead < 0)
    emit_ns (c, TS_TIMING_EVENT_PTS_BEFORE_DTS, pid, ahead, 0,
        TS_TIMING_UNLIMITED, NULL);

  if (!s->has_dts) {
    s->dts = dts;
    if (program->has_reference)
      s->dts = program->reference +
          ts_timing_difference (dts, program->reference, TS_DTS_RANGE);
    s->has_dts = TRUE;
    s->break_id = program->break_id;
    if (s->units == 0)
      s->first_dts = s->dts;
    s->permit = 0;
  } else {
    gint64 step = ts_timing_difference (dts, s->last_raw, TS_DTS_RANGE);

    gint64 progress = judge_step (c, pid, step);

    s->smooth += progress;
    if (TS_NS_FROM_DTS (progress) > ts_timing_bound (c, DISCONTINUITY_MIN))
      s->steady_at_pcr += progress;
    s->dts += step;
  }
  s->last_raw = dts;
  s->units++;
  if (!ts_timing_program_clock (c, program)) {
    program->has_reference = TRUE;
    program->reference = s->dts;
  }
  defer_gap (c, pid);
  judge_skew (c, pid);
  ts_timing_segment_unit (c, pid, s->dts + ahead);
}

static void
judge_gap (TsTimingChecker * c, const TsTimingPending * pending, gint64 value,
    gint64 now)
{
  TsTimingPid *pid = c->pids[pending->pid];
  TsTimingStream *s = pid->stream;
  gboolean video = pid->kind == TS_TIMING_KIND_VIDEO;
  gint64 low = video ? ts_timing_bound (c, GAP_VIDEO_MIN) :
      ts_timing_bound (c, GAP_AUDIO_MIN);
  gint64 high = video ? ts_timing_bound (c, GAP_VIDEO_MAX) :
      ts_timing_bound (c, GAP_AUDIO_MAX);

  learned_window (c, &s->gap_range, value, now,
      ts_timing_bound (c, GAP_DRIFT_MAX), &low, &high);
  if (value >= low && value <= high) {
    if (now - s->gap_out_last > GAP_CLEAR)
      s->gap_out = FALSE;
    return;
  }
  s->gap_outside++;
  s->gap_out_last = now;
  if (!s->gap_out) {
    s->gap_out = TRUE;
    s->gap_out_since = now;
    ts_timing_emit_at (c, &pending->place, TS_TIMING_EVENT_DTS_PCR_GAP,
        pid->pid, pending->program, TS_TIMING_UNIT_NS, value, low, high,
        value < low ? "the DTS is too close to the clock" :
        "the DTS is too far ahead of the clock");
  } else if (now - s->gap_out_since > ts_timing_bound (c, LEARN_TIME) &&
      s->gap_range.done) {
    /* told, and it stays like this: that is the new normal */
    s->gap_range.count = 0;
    s->gap_range.done = FALSE;
  }
}

static void
judge_delay (TsTimingChecker * c, const TsTimingPending * pending, gint64 value)
{
  TsTimingPid *pid = c->pids[pending->pid];
  TsTimingStream *s = pid->stream;
  gint64 most = pid->long_delay ? ts_timing_bound (c, DATA_DELAY_AVC_MAX) :
      ts_timing_bound (c, DATA_DELAY_MAX);

  if (value <= most)
    s->delay_out = FALSE;
  else if (!s->delay_out) {
    s->delay_out = TRUE;
    ts_timing_emit_at (c, &pending->place, TS_TIMING_EVENT_DATA_DELAY_ERROR,
        pid->pid, pending->program, TS_TIMING_UNIT_NS, value,
        TS_TIMING_NO_TIME, most, NULL);
  }
}

/* Is @gap (27 MHz) one that timestamps and clock of one timeline can have? */
gboolean
ts_timing_plausible_gap (gint64 gap)
{
  return gap > -PLAUSIBLE_LATE && gap < PLAUSIBLE_EARLY;
}

/* The unit of @pending lay @since_pcr (27 MHz) behind the last PCR, at @smooth
 * of its clock: now its gap is known, if that place is @certain. */
void
ts_timing_unit_gap (TsTimingChecker * c, const TsTimingPending * pending,
    gint64 since_pcr, gint64 smooth, gboolean certain)
{
  TsTimingPid *pid = c->pids[pending->pid];
  TsTimingStream *s = pid->stream;
  gint64 held = TS_NS_FROM_PCR (pending->held);
  gint64 gap = TS_NS_FROM_PCR (pending->held - since_pcr);
  gint64 now = TS_NS_FROM_PCR (smooth);

  /* the PID may be something else by now */
  if (!ts_timing_is_timed (pid) || pending->place.packet < s->begun)
    return;
  /* on its way over a marked break it is measured by the wrong clock */
  if (pending->permitted && !ts_timing_plausible_gap (pending->held))
    return;
  ts_timing_tally (&s->held, held);
  if (!certain) {
    if (!c->config.interpolate)
      judge_gap (c, pending, held, now);
    return;
  }
  ts_timing_tally (&s->gap, gap);
  ts_timing_series_add (s->series, now, gap);
  s->last_gap = gap;
  judge_gap (c, pending, c->config.interpolate ? gap : held, now);
  judge_delay (c, pending, gap);
}
