/* ts-segment.c: the ledger of segments, and UTC in their names */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/* PIDs change over at the boundary, give or take what they are interleaved by
 * (90 kHz). */
#define PERMIT (2 * 90000)

/* How names write their time: %NULL finds it out, else a pattern of
 * ts_segment_names_new(). Before the first segment. */
gboolean
ts_timing_set_name_pattern (TsTimingChecker * c, const gchar * pattern,
    GError ** error)
{
  TsSegmentNames *names = ts_segment_names_new (pattern, error);

  if (!names)
    return FALSE;
  if (c->names)
    ts_segment_names_free (c->names);
  c->names = names;
  return TRUE;
}

static TsTimingStream *
main_stream (TsTimingChecker * c, TsTimingKind kind)
{
  guint16 number = TS_TIMING_NO_PID;

  if (c->ledger)
    number = kind == TS_TIMING_KIND_VIDEO ? c->ledger->video : c->ledger->audio;
  return number == TS_TIMING_NO_PID ? NULL : c->pids[number]->stream;
}

static TsTimingSegmentInfo *
next_slot (TsTimingChecker * c)
{
  guint most = MAX (c->config.max_segments, 1);
  TsTimingSegmentInfo *info;

  if (c->segments_size < most && c->n_segments == c->segments_size) {
    guint size = CLAMP (c->segments_size * 2, 16, most);

    c->segments = g_renew (TsTimingSegmentInfo, c->segments, size);
    memset (c->segments + c->segments_size, 0,
        (size - c->segments_size) * sizeof (*c->segments));
    c->segments_size = size;
  }
  info = &c->segments[c->n_segments % c->segments_size];
  g_free (info->name);
  memset (info, 0, sizeof (*info));
  return info;
}

static void
mark_boundary (TsTimingChecker * c)
{
  guint i;

  ts_timing_forget_continuity (c);
  for (i = 0; i < c->n_programs; i++) {
    if (c->programs[i]->active)
      ts_timing_mark (c, c->programs[i], PERMIT);
  }
  for (i = 0; i < c->n_active; i++) {
    TsTimingClock *clock = c->pids[c->active[i]]->clock;

    if (clock && clock->valid)
      clock->marked = TRUE;
  }
}

void
ts_timing_begin_segment (TsTimingChecker * c, const TsTimingSegment * segment)
{
  TsTimingSegmentInfo *info;
  guint i;

  ts_timing_scan_boundary (c);
  ts_timing_segment_close (c);

  info = next_slot (c);
  info->index = c->n_segments++;
  info->name = g_strdup (segment->name);
  info->utc = segment->utc;
  info->announced_duration = segment->duration;
  info->marked_discontinuity = segment->discontinuity;
  info->first_packet = c->packets;
  info->offset = c->bytes;
  info->media_duration = info->frame_duration = info->dts_step_at_start =
      info->first_pcr = info->last_pcr = info->lag = TS_TIMING_NO_TIME;
  c->previous_pts_min = c->segment_pts_min;
  c->segment = info;
  c->name_pending = segment->utc != TS_TIMING_NO_TIME || segment->name;
  c->name_cut |= segment->discontinuity;
  if (segment->discontinuity)
    mark_boundary (c);
  /* the first packet of each PID tells whether continuity is kept */
  for (i = 0; i < c->n_active; i++) {
    TsTimingFast *f = &c->fast[c->active[i]];

    f->expect |= TS_EXPECT_ONCE;
    if (c->config.psi_restarts && c->pids[c->active[i]]->section)
      f->expect |= TS_EXPECT_UNKNOWN;
  }
}

static void
refuse_names (TsTimingChecker * c, const gchar * reason)
{
  c->names_slow = FALSE;
  c->segment->lag = TS_TIMING_NO_TIME;
  if (c->names_told)
    return;
  c->names_told = TRUE;
  ts_timing_emit (c, TS_TIMING_EVENT_NAME_TIME_REFUSED, TS_TIMING_NO_PID,
      NULL, TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
      reason);
}

/* The time was given by the caller, who vouches for its form; whether it
 * advances is judged here. */
static gboolean
given_lag (TsTimingChecker * c, gint64 smooth)
{
  TsTimingSegmentInfo *info = c->segment;

  if (c->n_names == 0) {
    c->first_utc = info->utc;
    c->first_name_smooth = smooth;
  } else if (info->utc <= c->previous_utc) {
    refuse_names (c, "the time given for a segment does not advance");
    return FALSE;
  } else if (c->name_cut) {
    /* the lag stays what it was */
    c->first_utc += info->utc - c->previous_utc -
        TS_NS_FROM_DTS (smooth - c->name_smooth);
  }
  c->previous_utc = info->utc;
  info->lag = (info->utc - c->first_utc) -
      TS_NS_FROM_DTS (smooth - c->first_name_smooth);
  return TRUE;
}

static gboolean
read_lag (TsTimingChecker * c, gint64 smooth)
{
  TsTimingSegmentInfo *info = c->segment;
  gint64 step = TS_TIMING_NO_TIME;
  TsNameTime time;

  if (!c->names)
    c->names = ts_segment_names_new (NULL, NULL);
  if (c->n_names > 0 && !c->name_cut)
    step = TS_NS_FROM_DTS (smooth - c->name_smooth);
  switch (ts_segment_names_push (c->names, info->name, step, &time)) {
    case TS_NAME_NO_TIME:
      return FALSE;
    case TS_NAME_REFUSED:
      refuse_names (c, time.reason);
      return FALSE;
    case TS_NAME_UNDECIDED:
    case TS_NAME_UTC:
      break;
  }
  info->utc = time.utc;
  info->lag = time.lag;
  return TRUE;
}

/* The first unit of a segment with a name is at @smooth (90 kHz): how far did
 * UTC run ahead of the media by now? Counted from the smallest lag there was,
 * for a stream may start with what its sender had in store. */
static void
judge_name (TsTimingChecker * c, gint64 smooth)
{
  TsTimingSegmentInfo *info = c->segment;
  gint64 most = ts_timing_bound (c, SLOW_NETWORK_MIN), behind;
  gboolean known;

  c->name_pending = FALSE;
  known = info->utc != TS_TIMING_NO_TIME ? given_lag (c, smooth) :
      read_lag (c, smooth);
  c->name_smooth = smooth;
  c->name_cut = FALSE;
  if (c->n_names++ == 0)
    c->names_lag_min = 0;
  if (!known)
    return;
  c->names_lag_min = MIN (c->names_lag_min, info->lag);

  behind = info->lag - c->names_lag_min;
  if (behind > most && !c->names_slow) {
    c->names_slow = TRUE;
    if (ts_timing_checks (c, NAME))
      ts_timing_emit (c, TS_TIMING_EVENT_SLOW_NETWORK, TS_TIMING_NO_PID,
          c->ledger, TS_TIMING_UNIT_NS, behind, TS_TIMING_NO_TIME, most,
          "UTC in segment names runs ahead of the DTS");
  } else if (behind < ts_timing_bound (c, SLOW_NETWORK_CLEAR))
    c->names_slow = FALSE;
  info->slow = c->names_slow;
}

static void
first_units (TsTimingChecker * c, TsTimingStream * s)
{
  TsTimingSegmentInfo *info = c->segment;

  if (s->units > 1)
    info->dts_step_at_start = TS_NS_FROM_DTS (s->smooth - c->previous_smooth);
  if (c->name_pending)
    judge_name (c, s->smooth);
}

static TsTimingSegmentInfo *
previous_segment (TsTimingChecker * c)
{
  if (c->n_segments < 2 || c->segments_size < 2)
    return NULL;
  return &c->segments[(c->n_segments - 2) % c->segments_size];
}

/* Does the running segment, whose first unit of @s was read, go on from the
 * last one? Then the last frame of that one is presented until this one begins,
 * however long it is. */
static gboolean
goes_on (TsTimingChecker * c, const TsTimingStream * s)
{
  const TsTimingSegmentInfo *info = c->segment, *last = previous_segment (c);
  gint64 last_dts;

  if (!last || info->marked_discontinuity || info->unmarked_discontinuity)
    return FALSE;
  if (info->video_units > 0 ? last->video_units == 0 :
      last->video_units > 0 || last->audio_units == 0)
    return FALSE;
  last_dts = last->video_units ? last->video_last_dts : last->audio_last_dts;
  /* a step over a break is no time going on */
  return s->dts - last_dts == s->smooth - c->previous_smooth;
}

/* The earliest of the PTS that wait is the next one to be presented. */
static void
present_next (TsTimingChecker * c)
{
  gint64 pts = c->reordered[0];

  if (c->presented != TS_TIMING_NO_TIME)
    c->segment_step_max = MAX (c->segment_step_max, pts - c->presented);
  c->presented = pts;
  c->n_reordered--;
  memmove (c->reordered, c->reordered + 1,
      c->n_reordered * sizeof (*c->reordered));
}

static void
reorder (TsTimingChecker * c, gint64 pts)
{
  guint i;

  for (i = c->n_reordered++; i > 0 && c->reordered[i - 1] > pts; i--)
    c->reordered[i] = c->reordered[i - 1];
  c->reordered[i] = pts;
  if (c->n_reordered > TS_REORDER)
    present_next (c);
}

/* A unit of the stream that the segment's duration is measured by. */
static void
leading_unit (TsTimingChecker * c, TsTimingStream * s, gint64 pts,
    gboolean first)
{
  if (first) {
    c->goes_on = goes_on (c, s);
    c->segment_pts_min = c->segment_pts_max = pts;
    c->presented = TS_TIMING_NO_TIME;
    c->segment_step_max = c->n_reordered = 0;
  }
  c->segment_pts_min = MIN (c->segment_pts_min, pts);
  c->segment_pts_max = MAX (c->segment_pts_max, pts);
  reorder (c, pts);
  /* pictures that are decoded after the first may be presented before it */
  if (c->goes_on && pts == c->segment_pts_min && pts > c->previous_pts_min) {
    TsTimingSegmentInfo *last = previous_segment (c);

    last->media_duration = TS_NS_FROM_DTS (pts - c->previous_pts_min);
    last->duration_slack = 0;
  }
  c->previous_smooth = s->smooth;
}

/* After the timestamps of a unit of @pid were read; @pts is unrolled. */
void
ts_timing_segment_unit (TsTimingChecker * c, TsTimingPid * pid, gint64 pts)
{
  TsTimingSegmentInfo *info = c->segment;
  TsTimingStream *s = pid->stream;
  gboolean leads;

  if (!info)
    return;
  if (!c->ledger)
    c->ledger = pid->program;
  if (pid->program != c->ledger)
    return;
  leads = s == main_stream (c, TS_TIMING_KIND_VIDEO);
  if (leads) {
    if (info->video_units++ == 0) {
      info->video_first_dts = s->dts;
      first_units (c, s);
    }
    info->video_last_dts = s->dts;
  } else if (s == main_stream (c, TS_TIMING_KIND_AUDIO)) {
    leads = main_stream (c, TS_TIMING_KIND_VIDEO) == NULL;
    if (info->audio_units++ == 0) {
      info->audio_first_dts = s->dts;
      if (leads)
        first_units (c, s);
    }
    info->audio_last_dts = s->dts;
  }
  if (leads)
    leading_unit (c, s, pts, (info->video_units ? info->video_units :
            info->audio_units) == 1);
}

/* As far as the segment itself tells. */
static void
durations (TsTimingChecker * c, TsTimingSegmentInfo * info)
{
  gboolean video = info->video_units > 0;
  guint64 units = video ? info->video_units : info->audio_units;
  gint64 ticks = video ? info->video_last_dts - info->video_first_dts :
      info->audio_last_dts - info->audio_first_dts;
  TsTimingStream *s = main_stream (c, video ? TS_TIMING_KIND_VIDEO :
      TS_TIMING_KIND_AUDIO);

  if (units == 0)
    return;
  if (units > 1)
    info->frame_duration = TS_NS_FROM_DTS (ticks) / (gint64) (units - 1);
  else if (s && s->last_step > 0)
    info->frame_duration = TS_NS_FROM_DTS (s->last_step);
  if (info->frame_duration == TS_TIMING_NO_TIME)
    return;
  info->media_duration = TS_NS_FROM_DTS (c->segment_pts_max -
      c->segment_pts_min) + info->frame_duration;
  while (c->n_reordered > 0)
    present_next (c);
  info->duration_slack = MAX (TS_NS_FROM_DTS (c->segment_step_max) -
      info->frame_duration, 0);
}

/* The running segment, if any, is over. */
void
ts_timing_segment_close (TsTimingChecker * c)
{
  TsTimingSegmentInfo *info = c->segment;

  if (!info)
    return;
  info->packets = c->packets - info->first_packet;
  info->bytes = c->bytes - info->offset;
  durations (c, info);
  if (info->packets > 0 && (!info->has_pat || !info->has_pmt))
    ts_timing_emit (c, TS_TIMING_EVENT_SEGMENT_WITHOUT_PSI, TS_TIMING_NO_PID,
        NULL, TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
        info->has_pat ? "no PMT" : "no PAT");
}
