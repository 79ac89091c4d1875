/* ts-playlist-rules: what a playlist must keep to, by itself and by its media */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ts-playlist.h"

G_BEGIN_DECLS
/**
 * TsPlaylistBound:
 *
 * Numbers that the rules compare with; names, units and defaults (the same in
 * all profiles) by ts_playlist_bound_info().
 */
    typedef enum
{
  TS_PLAYLIST_BOUND_EXTINF_TOLERANCE,
  TS_PLAYLIST_BOUND_SEGMENT_OVERRUN_MAX,
  TS_PLAYLIST_BOUND_DATE_DRIFT_MAX,
  TS_PLAYLIST_BOUND_DATE_DRIFT_CLEAR,
  TS_PLAYLIST_BOUND_RELOAD_GRACE,
} TsPlaylistBound;
#define TS_PLAYLIST_N_BOUNDS (TS_PLAYLIST_BOUND_RELOAD_GRACE + 1)

/**
 * TsPlaylistFindingFunc:
 * @type: which rule is broken
 * @segment: the segment's index in the checker, -1 for the playlist itself
 * @unit: of the values
 * @value: what was measured
 * @low: smallest value allowed, or no time
 * @high: largest value allowed, or %TS_TIMING_UNLIMITED
 * @detail: half a sentence, valid in the call
 * @user_data: of ts_playlist_rules_new()
 *
 * As ts_timing_add_event() takes it.
 */
typedef void (*TsPlaylistFindingFunc) (TsTimingEventType type, gint64 segment,
    TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * detail, gpointer user_data);

typedef struct _TsPlaylistRules TsPlaylistRules;

const TsTimingBoundInfo *ts_playlist_bound_info (guint bound);

TsPlaylistRules *ts_playlist_rules_new (const gint64 * bounds,
    TsPlaylistFindingFunc func, gpointer user_data);
void ts_playlist_rules_free (TsPlaylistRules * rules);
const TsPlaylist *ts_playlist_rules_load (TsPlaylistRules * rules,
    TsPlaylist * playlist, gint64 now);
void ts_playlist_rules_segment (TsPlaylistRules * rules,
    const TsPlaylistSegment * segment, const TsTimingSegmentInfo * info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsPlaylistRules, ts_playlist_rules_free)
    G_END_DECLS
