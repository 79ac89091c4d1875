/* ts-playlist.c: libFuzzer target on the playlist reader, its rules, and the
 * readers of segment names and URIs */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include "ts-playlist-rules.h"
#include "ts-segment-name.h"

/*
 * The input is cut at bytes of 0xff, which no text holds: each piece is one
 * load of the same playlist. The first byte says how much time goes by between
 * loads, and whether the first piece is a pattern for names.
 */
#define CUT 0xff

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

static void
must (gboolean condition)
{
  if (!condition)
    abort ();
}

static void
on_finding (TsTimingEventType type, gint64 segment, TsTimingUnit unit,
    gint64 value, gint64 low, gint64 high, const gchar * detail,
    gpointer user_data)
{
  must (detail && *detail && ts_timing_event_info (type) != NULL);
  must (low == TS_TIMING_NO_TIME || high == TS_TIMING_UNLIMITED || low <= high);
}

/* An error names a line that there is, in one line. */
static void
check_error (const GError * error, const gchar * text, gsize size)
{
  guint64 line, lines = 1;
  gchar *end;
  gsize i;

  for (i = 0; i < size; i++)
    lines += text[i] == '\n';
  must (error && error->domain == TS_PLAYLIST_ERROR);
  must (g_str_has_prefix (error->message, "line "));
  line = g_ascii_strtoull (error->message + 5, &end, 10);
  must (line >= 1 && line <= lines && *end == ':');
}

static void
check_uri (const gchar * base, const gchar * uri)
{
  GError *error = NULL;
  gchar *full = ts_playlist_resolve (base, uri, &error);

  must ((full == NULL) == (error != NULL));
  if (full && g_str_has_prefix (base, "http"))
    must (g_ascii_strncasecmp (full, "http", 4) == 0);
  g_clear_error (&error);
  g_free (full);
}

static void
check_media (TsPlaylistRules * rules, const TsPlaylist * playlist,
    TsSegmentNames * names)
{
  guint before = 0, i;

  for (i = 0; i < playlist->segments->len; i++) {
    const TsPlaylistSegment *segment = ts_playlist_segment (playlist, i);
    TsTimingSegmentInfo info = { 0 };
    TsNameTime time;

    must (segment->line > before && segment->duration >= 0);
    must (segment->byte_offset >= 0 && segment->byte_length >= -1);
    must (segment->map >= -1 && segment->map < (gint) playlist->maps->len);
    must (segment->sequence == playlist->media_sequence + i);
    before = segment->line;

    /* media that depends on the text, of all sizes */
    info.index = i;
    info.video_units = segment->line % 3;
    info.audio_units = segment->line % 2;
    info.video_first_dts = (gint64) i *180000 + strlen (segment->uri);
    info.audio_first_dts = -info.video_first_dts;
    info.media_duration = i % 5 == 4 ? TS_TIMING_NO_TIME :
        segment->duration + (i % 3) * 300 * TS_TIMING_MSEC;
    info.frame_duration = i % 7 == 6 ? TS_TIMING_NO_TIME : 40 * TS_TIMING_MSEC;
    info.unmarked_discontinuity = i % 11 == 10;
    ts_playlist_rules_segment (rules, segment, &info);

    ts_segment_names_push (names, segment->uri,
        i % 2 ? segment->duration : TS_TIMING_NO_TIME, &time);
    must ((time.reason != NULL) == (time.verdict == TS_NAME_REFUSED));
    if (time.verdict == TS_NAME_UTC || time.verdict == TS_NAME_UNDECIDED)
      must (time.utc >= TS_SEGMENT_NAME_EARLIEST * TS_TIMING_SECOND -
          24 * 3600 * TS_TIMING_SECOND);
    if (i < 4) {
      check_uri ("http://host:81/a/b.m3u8?c=d", segment->uri);
      check_uri ("file:///a/b.m3u8", segment->uri);
    }
  }
}

static void
read_one (const gchar * text, gsize size, TsPlaylistRules * rules,
    TsSegmentNames * names, gint64 now)
{
  GError *error = NULL;
  TsPlaylist *playlist = ts_playlist_parse (text, size, &error);

  if (!playlist) {
    check_error (error, text, size);
    g_error_free (error);
    return;
  }
  must (error == NULL);
  if (playlist->master) {
    gchar *wish = g_strndup (text, MIN (size, 8));

    must (playlist->segments->len == 0);
    ts_playlist_choose_variant (playlist, NULL, NULL);
    ts_playlist_choose_variant (playlist, "lowest", NULL);
    ts_playlist_choose_variant (playlist, wish, NULL);
    g_free (wish);
    ts_playlist_free (playlist);
    return;
  }
  must (playlist->variants->len == 0);
  check_media (rules, ts_playlist_rules_load (rules, playlist, now), names);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  TsPlaylistRules *rules;
  TsSegmentNames *names = NULL;
  const guint8 *end = data + size, *cut;
  gint64 now = 0;
  guint8 control;

  if (size < 2)
    return 0;
  control = *data++;
  if (control & 1) {
    gchar *pattern;

    cut = memchr (data, CUT, end - data);
    cut = cut ? cut : end;
    /* regular expressions are GLib's */
    pattern = g_strndup ((const gchar *) data, cut - data);
    if (!strchr (pattern, '('))
      names = ts_segment_names_new (pattern, NULL);
    g_free (pattern);
    data = MIN (cut + 1, end);
  }
  if (!names)
    names = ts_segment_names_new (NULL, NULL);
  rules = ts_playlist_rules_new (NULL, on_finding, NULL);
  while (data < end) {
    gchar *piece;

    cut = memchr (data, CUT, end - data);
    cut = cut ? cut : end;
    /* a block of its own: a byte read too much is seen */
    piece = g_memdup2 (data, cut - data);
    ts_playlist_recognise ((const guint8 *) piece, cut - data);
    read_one (piece, cut - data, rules, names,
        control & 2 ? now : TS_TIMING_NO_TIME);
    g_free (piece);
    now += (control >> 2) * 250 * TS_TIMING_MSEC;
    data = MIN (cut + 1, end);
  }
  ts_playlist_rules_free (rules);
  ts_segment_names_free (names);
  return 0;
}
