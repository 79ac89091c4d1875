/* ts-playlist-rules: what a playlist must keep to, by itself and by its media */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-playlist-rules.h"

#include <string.h>

#define S TS_TIMING_SECOND
#define MS TS_TIMING_MSEC

struct _TsPlaylistRules
{
  gint64 bounds[TS_PLAYLIST_N_BOUNDS];
  TsPlaylistFindingFunc func;
  gpointer user_data;

  TsPlaylist *playlist;         /* of the last load */
  gint64 loaded;                /* when, or no time */
  gint64 changed;               /* when it last had new segments */
  gboolean stalled;             /* told since then */
  guint64 next_sequence;        /* first one whose EXTINF was not looked at */

  /* PROGRAM-DATE-TIME against DTS */
  gboolean has_date_base;
  guint64 date_sequence;        /* the segment looked at last, */
  guint64 date_discontinuity;   /* and its discontinuity sequence */
  gint64 date_base;             /* ns, UTC */
  gint64 media_base;            /* 90 kHz */
  gboolean drifted;
};

static const TsTimingBoundInfo bound_table[TS_PLAYLIST_N_BOUNDS] = {
  [TS_PLAYLIST_BOUND_EXTINF_TOLERANCE] = {"extinf-tolerance",
        TS_TIMING_UNIT_NS, 0, TS_TIMING_UNLIMITED,
        {5 * MS, 5 * MS, 5 * MS, 5 * MS},
      "How much more than one frame (the average of the segment) EXTINF and the "
        "duration of the media may differ, for rounding. The media lasts from "
        "the segment's earliest PTS to that of the next; where that does not go "
        "on from it, the last frame may be as long as the longest"},
  [TS_PLAYLIST_BOUND_SEGMENT_OVERRUN_MAX] = {"segment-overrun-max",
        TS_TIMING_UNIT_NS, 0, TS_TIMING_UNLIMITED,
        {500 * MS, 500 * MS, 500 * MS, 500 * MS},
      "How much longer than the target duration the media of a segment may be "
        "(Apple's authoring rules: half a second)"},
  [TS_PLAYLIST_BOUND_DATE_DRIFT_MAX] = {"program-date-time-drift-max",
        TS_TIMING_UNIT_NS, MS, TS_TIMING_UNLIMITED,
        {500 * MS, 500 * MS, 500 * MS, 500 * MS},
      "How far PROGRAM-DATE-TIME and DTS may run away from each other since "
        "the last discontinuity"},
  [TS_PLAYLIST_BOUND_DATE_DRIFT_CLEAR] = {"program-date-time-drift-clear",
        TS_TIMING_UNIT_NS, 0, TS_TIMING_UNLIMITED,
        {250 * MS, 250 * MS, 250 * MS, 250 * MS},
      "They must come back below this before it is told once more"},
  [TS_PLAYLIST_BOUND_RELOAD_GRACE] = {"playlist-stall-grace",
        TS_TIMING_UNIT_NS, 0, TS_TIMING_UNLIMITED,
        {S, S, S, S},
      "Live: a new segment must be listed 1.5 target durations after the one "
        "before; so much later it is told"},
};

/**
 * ts_playlist_bound_info:
 * @bound: a #TsPlaylistBound
 *
 * Returns: its row in the table, or %NULL past the end
 */
const TsTimingBoundInfo *
ts_playlist_bound_info (guint bound)
{
  return bound < TS_PLAYLIST_N_BOUNDS ? &bound_table[bound] : NULL;
}

/**
 * ts_playlist_rules_new:
 * @bounds: (nullable) (array fixed-size=5): by #TsPlaylistBound, or %NULL for
 *   the table's values
 * @func: told of every broken rule, from within the calls below
 * @user_data: for @func
 *
 * Returns: (transfer full): rules for one media playlist and its reloads
 */
TsPlaylistRules *
ts_playlist_rules_new (const gint64 * bounds,
    TsPlaylistFindingFunc func, gpointer user_data)
{
  TsPlaylistRules *rules = g_new0 (TsPlaylistRules, 1);
  guint i;

  for (i = 0; i < TS_PLAYLIST_N_BOUNDS; i++)
    rules->bounds[i] = bounds ? bounds[i] : bound_table[i].values[0];
  rules->func = func;
  rules->user_data = user_data;
  rules->loaded = rules->changed = TS_TIMING_NO_TIME;
  return rules;
}

/**
 * ts_playlist_rules_free:
 * @rules: (nullable): what to free
 */
void
ts_playlist_rules_free (TsPlaylistRules * rules)
{
  if (!rules)
    return;
  ts_playlist_free (rules->playlist);
  g_free (rules);
}

static void
tell (TsPlaylistRules * rules, TsTimingEventType type, gint64 segment,
    TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * format, ...)
G_GNUC_PRINTF (8, 9);

     static void
         tell (TsPlaylistRules * rules, TsTimingEventType type, gint64 segment,
    TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * format, ...)
{
  va_list args;
  gchar *detail;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  rules->func (type, segment, unit, value, low, high, detail, rules->user_data);
  g_free (detail);
}

#define tell_plain(rules, type, ...) \
  tell (rules, type, -1, TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, \
      TS_TIMING_UNLIMITED, __VA_ARGS__)

/* EXTINF rounded to whole seconds <= target duration (RFC 8216 4.3.3.1). */
static gboolean
extinf_above_target (const TsPlaylist * playlist,
    const TsPlaylistSegment * segment)
{
  return playlist->target_duration != TS_TIMING_NO_TIME
      && (segment->duration + S / 2) / S * S > playlist->target_duration;
}

static void
check_new_segments (TsPlaylistRules * rules, const TsPlaylist * playlist)
{
  guint i;

  for (i = 0; i < playlist->segments->len; i++) {
    const TsPlaylistSegment *segment = ts_playlist_segment (playlist, i);

    if (segment->sequence < rules->next_sequence)
      continue;
    rules->next_sequence = segment->sequence + 1;
    if (extinf_above_target (playlist, segment))
      tell (rules, TS_TIMING_EVENT_TARGET_DURATION_EXCEEDED, -1,
          TS_TIMING_UNIT_NS, segment->duration, TS_TIMING_NO_TIME,
          playlist->target_duration + S / 2 - 1, "line %u: EXTINF of \"%.80s\""
          " rounds to more than the target duration", segment->line,
          segment->uri);
  }
}

static gboolean
same_segment (const TsPlaylistSegment * a, const TsPlaylistSegment * b)
{
  return strcmp (a->uri, b->uri) == 0 && a->byte_offset == b->byte_offset
      && a->byte_length == b->byte_length;
}

/* Segments that both loads list must be the same (RFC 8216 6.2.2). */
static void
check_common_segments (TsPlaylistRules * rules, const TsPlaylist * old,
    const TsPlaylist * now)
{
  guint64 last = old->media_sequence + old->segments->len;
  guint i;

  for (i = 0; i < now->segments->len; i++) {
    const TsPlaylistSegment *segment = ts_playlist_segment (now, i), *before;

    if (segment->sequence < old->media_sequence)
      continue;
    if (segment->sequence >= last)
      break;
    before = ts_playlist_segment (old, segment->sequence - old->media_sequence);
    if (!same_segment (segment, before)) {
      /* the rest is shifted by the same mistake: told once */
      tell_plain (rules, TS_TIMING_EVENT_MEDIA_SEQUENCE_ERROR,
          "line %u: media sequence %" G_GUINT64_FORMAT " is \"%.80s\" and was "
          "\"%.80s\"", segment->line, segment->sequence, segment->uri,
          before->uri);
      return;
    }
    if (segment->duration != before->duration) {
      tell_plain (rules, TS_TIMING_EVENT_PLAYLIST_ERROR,
          "line %u: the EXTINF of \"%.80s\" has changed", segment->line,
          segment->uri);
      return;
    }
    if (segment->discontinuity_sequence != before->discontinuity_sequence) {
      tell_plain (rules, TS_TIMING_EVENT_MEDIA_SEQUENCE_ERROR,
          "line %u: the discontinuity sequence of \"%.80s\" is %"
          G_GUINT64_FORMAT " and was %" G_GUINT64_FORMAT, segment->line,
          segment->uri, segment->discontinuity_sequence,
          before->discontinuity_sequence);
      return;
    }
  }
}

/* A live playlist must grow within 1.5 target durations (RFC 8216 6.2.1). */
static void
check_stall (TsPlaylistRules * rules, const TsPlaylist * old, gint64 now,
    gboolean grown)
{
  gint64 limit, waited;

  if (now == TS_TIMING_NO_TIME || rules->changed == TS_TIMING_NO_TIME
      || old->end_list || old->target_duration == TS_TIMING_NO_TIME)
    return;
  limit = old->target_duration * 3 / 2 +
      rules->bounds[TS_PLAYLIST_BOUND_RELOAD_GRACE];
  waited = now - rules->changed;
  /* a change was made some time between two loads */
  if (grown && rules->loaded != TS_TIMING_NO_TIME)
    waited = rules->loaded - rules->changed;
  if (waited > limit && !rules->stalled) {
    rules->stalled = TRUE;
    tell (rules, TS_TIMING_EVENT_PLAYLIST_ERROR, -1, TS_TIMING_UNIT_NS, waited,
        TS_TIMING_NO_TIME, limit, "no new segment was listed in time after "
        "media sequence %" G_GUINT64_FORMAT,
        old->media_sequence + old->segments->len - 1);
  }
}

static void
check_reload (TsPlaylistRules * rules, const TsPlaylist * old,
    const TsPlaylist * playlist, gint64 now)
{
  guint64 old_end = old->media_sequence + old->segments->len;
  guint64 end = playlist->media_sequence + playlist->segments->len;

  if (playlist->media_sequence < old->media_sequence || end < old_end) {
    tell_plain (rules, TS_TIMING_EVENT_MEDIA_SEQUENCE_ERROR,
        "the media sequence went back: %" G_GUINT64_FORMAT " to %"
        G_GUINT64_FORMAT " were listed, now %" G_GUINT64_FORMAT " to %"
        G_GUINT64_FORMAT, old->media_sequence, old_end - 1,
        playlist->media_sequence, end - 1);
    /* another publication: nothing of the old one can be compared */
    rules->next_sequence = playlist->media_sequence;
    rules->has_date_base = FALSE;
    return;
  }
  if (playlist->media_sequence > old_end && old->segments->len) {
    /* only if we came back before the old list was played out */
    if (now != TS_TIMING_NO_TIME && rules->loaded != TS_TIMING_NO_TIME
        && now - rules->loaded < old->duration)
      tell_plain (rules, TS_TIMING_EVENT_MEDIA_SEQUENCE_ERROR,
          "media sequence %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
          " were never listed", old_end, playlist->media_sequence - 1);
  } else {
    check_common_segments (rules, old, playlist);
  }
  if (old->type != TS_PLAYLIST_LIVE
      && (playlist->media_sequence != old->media_sequence
          || (old->type == TS_PLAYLIST_VOD && end != old_end)))
    tell_plain (rules, TS_TIMING_EVENT_PLAYLIST_ERROR,
        "a playlist of type %s has changed otherwise than by its end",
        old->type == TS_PLAYLIST_VOD ? "VOD" : "EVENT");
  if (old->end_list && (end != old_end || !playlist->end_list))
    tell_plain (rules, TS_TIMING_EVENT_PLAYLIST_ERROR,
        "the playlist goes on after #EXT-X-ENDLIST");
  if (old->target_duration != playlist->target_duration)
    tell_plain (rules, TS_TIMING_EVENT_PLAYLIST_ERROR,
        "#EXT-X-TARGETDURATION has changed");
  check_stall (rules, old, now, end > old_end);
}

/**
 * ts_playlist_rules_load:
 * @rules: the rules
 * @playlist: (transfer full): a media playlist as it was just read
 * @now: when, ns of a steady clock; no time for one that is read only once
 *
 * Checks the playlist by itself and against the one of the last load.
 *
 * Returns: (transfer none): @playlist, until the next load
 */
const TsPlaylist *
ts_playlist_rules_load (TsPlaylistRules * rules,
    TsPlaylist * playlist, gint64 now)
{
  TsPlaylist *old = rules->playlist;
  gboolean grown = TRUE;
  guint i;

  if (!old) {
    for (i = 0; i < playlist->remarks->len; i++) {
      TsPlaylistRemark *remark =
          &g_array_index (playlist->remarks, TsPlaylistRemark, i);

      tell_plain (rules, TS_TIMING_EVENT_PLAYLIST_ERROR, "line %u: %s",
          remark->line, remark->text);
    }
    rules->next_sequence = playlist->media_sequence;
  } else {
    check_reload (rules, old, playlist, now);
    grown = playlist->media_sequence + playlist->segments->len !=
        old->media_sequence + old->segments->len;
  }
  check_new_segments (rules, playlist);
  if (grown) {
    rules->changed = now;
    rules->stalled = FALSE;
  }
  rules->loaded = now;
  rules->playlist = playlist;
  ts_playlist_free (old);
  return playlist;
}

static void
check_duration (TsPlaylistRules * rules, const TsPlaylistSegment * segment,
    const TsTimingSegmentInfo * info)
{
  gint64 target = rules->playlist->target_duration;
  gint64 overrun = rules->bounds[TS_PLAYLIST_BOUND_SEGMENT_OVERRUN_MAX];
  gint64 tolerance = rules->bounds[TS_PLAYLIST_BOUND_EXTINF_TOLERANCE];

  /* a lone frame does not tell how long it is */
  if (info->media_duration == TS_TIMING_NO_TIME
      || info->frame_duration == TS_TIMING_NO_TIME)
    return;
  if (target != TS_TIMING_NO_TIME && overrun != TS_TIMING_UNLIMITED
      && info->media_duration > target + overrun + info->duration_slack
      && !extinf_above_target (rules->playlist, segment))
    tell (rules, TS_TIMING_EVENT_TARGET_DURATION_EXCEEDED, info->index,
        TS_TIMING_UNIT_NS, info->media_duration, TS_TIMING_NO_TIME,
        target + overrun + info->duration_slack,
        "the media of \"%.80s\" is longer than the target " "duration",
        segment->uri);
  if (tolerance == TS_TIMING_UNLIMITED)
    return;
  tolerance += info->frame_duration + info->duration_slack;
  if (ABS (segment->duration - info->media_duration) > tolerance)
    tell (rules, TS_TIMING_EVENT_EXTINF_MISMATCH, info->index,
        TS_TIMING_UNIT_NS, segment->duration, info->media_duration - tolerance,
        info->media_duration + tolerance, "line %u: EXTINF of \"%.80s\" is not "
        "what its media lasts", segment->line, segment->uri);
}

/* Does @segment follow the one whose date was looked at last, on the same
 * timeline? The one in between may not have been read (EXT-X-GAP, 404, slid out
 * of a live playlist), and a discontinuity was marked on it: its discontinuity
 * sequence tells, where the server writes one (RFC 8216 4.3.3.3). The checker
 * unrolls DTS anew behind such a hole. */
static gboolean
follows_dated (const TsPlaylistRules * rules, const TsPlaylistSegment * segment)
{
  return segment->sequence == rules->date_sequence + 1
      && segment->discontinuity_sequence == rules->date_discontinuity;
}

static void
check_date (TsPlaylistRules * rules, const TsPlaylistSegment * segment,
    const TsTimingSegmentInfo * info)
{
  gint64 limit = rules->bounds[TS_PLAYLIST_BOUND_DATE_DRIFT_MAX];
  gint64 media, drift;

  if (segment->discontinuity || info->unmarked_discontinuity
      || !follows_dated (rules, segment))
    rules->has_date_base = FALSE;
  rules->date_sequence = segment->sequence;
  rules->date_discontinuity = segment->discontinuity_sequence;
  if (segment->program_date_time == TS_TIMING_NO_TIME
      || limit == TS_TIMING_UNLIMITED)
    return;
  if (info->video_units)
    media = info->video_first_dts;
  else if (info->audio_units)
    media = info->audio_first_dts;
  else
    return;
  if (!rules->has_date_base) {
    rules->has_date_base = TRUE;
    rules->date_base = segment->program_date_time;
    rules->media_base = media;
    rules->drifted = FALSE;
    return;
  }
  /* 90 kHz is 100000/9 ns */
  drift = segment->program_date_time - rules->date_base -
      (media - rules->media_base) * 100000 / 9;
  if (ABS (drift) > limit && !rules->drifted) {
    rules->drifted = TRUE;
    tell (rules, TS_TIMING_EVENT_PROGRAM_DATE_TIME_DRIFT, info->index,
        TS_TIMING_UNIT_NS, drift, -limit, limit, "line %u: PROGRAM-DATE-TIME "
        "minus DTS at \"%.80s\"", segment->line, segment->uri);
  } else if (ABS (drift) < rules->bounds[TS_PLAYLIST_BOUND_DATE_DRIFT_CLEAR]) {
    rules->drifted = FALSE;
  }
}

/**
 * ts_playlist_rules_segment:
 * @rules: the rules
 * @segment: of the playlist of the last load
 * @info: what the checker found in its bytes
 *
 * Checks a segment that was read to its end.
 */
void
ts_playlist_rules_segment (TsPlaylistRules * rules,
    const TsPlaylistSegment * segment, const TsTimingSegmentInfo * info)
{
  if (!rules->playlist)
    return;
  if (!rules->playlist->i_frames_only)
    check_duration (rules, segment, info);
  check_date (rules, segment, info);
}
