/* walk: a playlist's segments through the checker, and its reloads */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session.h"

#include <string.h>

#include "ts-playlist-rules.h"
#include "ts-playlist.h"

/* reload time of a live playlist without a target duration, and the least */
#define DEFAULT_TARGET (2 * TS_TIMING_SECOND)
#define LEAST_INTERVAL (100 * TS_TIMING_MSEC)

typedef struct
{
  TsSession *session;
  TsPlaylistRules *rules;
  const TsPlaylist *playlist;   /* of the rules */
  gchar *uri;                   /* to load it again */
  guint64 next_sequence;
  gboolean hole;                /* bytes before the next segment are missing */
  gboolean discontinuity;       /* one was marked on a segment not read */
  gboolean read_failed;         /* the last reload; told once */
  gint64 begun;                 /* segments */
  gchar *map;                   /* what is pushed of EXT-X-MAP, absolute URI */
  TsPlaylistSegment pending;    /* read, and not judged yet */
  guint64 pending_index;        /* in the checker */
} Walk;

static void
on_finding (TsTimingEventType type, gint64 segment, TsTimingUnit unit,
    gint64 value, gint64 low, gint64 high, const gchar * detail,
    gpointer user_data)
{
  TsSession *session = user_data;

  ts_timing_add_event (session->checker, type, segment, unit, value, low, high,
      detail);
}

static void
tell (Walk * walk, TsTimingEventType type, gint64 segment,
    const gchar * format, ...)
G_GNUC_PRINTF (4, 5);

     static void
         tell (Walk * walk, TsTimingEventType type, gint64 segment,
    const gchar * format, ...)
{
  va_list args;
  gchar *detail;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);
  ts_timing_add_event (walk->session->checker, type, segment,
      TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED, detail);
  g_free (detail);
}

/* Judges the segment that was read to its end, now that the next one was read,
 * which tells how long its last frame is, or that there is none. */
static void
judge_pending (Walk * walk)
{
  TsTimingChecker *checker = walk->session->checker;
  guint i;

  if (!walk->pending.uri)
    return;
  for (i = ts_timing_get_n_segments (checker); i-- > 0;) {
    const TsTimingSegmentInfo *info = ts_timing_get_segment (checker, i);

    if (info && info->index == walk->pending_index) {
      ts_playlist_rules_segment (walk->rules, &walk->pending, info);
      break;
    }
  }
  g_clear_pointer (&walk->pending.uri, g_free);
}

typedef struct
{
  Walk *walk;
  const TsTimingSegment *segment;
  gboolean begun;
} Reading;

static void
begin_segment (Walk * walk, const TsTimingSegment * segment)
{
  ts_timing_begin_segment (walk->session->checker, segment);
  walk->begun++;
  if (walk->hole)
    ts_timing_discontinuity (walk->session->checker);
  walk->hole = FALSE;
}

static gboolean
on_segment_bytes (const guint8 * data, gsize size, gint64 arrival,
    gpointer user_data)
{
  Reading *reading = user_data;

  if (size == 0)
    return TRUE;
  if (!reading->begun) {
    reading->begun = TRUE;
    begin_segment (reading->walk, reading->segment);
  }
  /* when a segment is fetched tells nothing of the stream's own pace */
  ts_session_push (reading->walk->session, data, size, TS_TIMING_NO_TIME);
  return TRUE;
}

static gboolean
on_map_bytes (const guint8 * data, gsize size, gint64 arrival,
    gpointer user_data)
{
  GByteArray *bytes = user_data;

  if (size)
    g_byte_array_append (bytes, data, MIN (size, 65536 - (gsize) bytes->len));
  return bytes->len < 65536;
}

/*
 * EXT-X-MAP: of a transport stream it is PAT and PMT, of fragmented MP4 it
 * begins otherwise than with a sync byte. Returns what is to be pushed before
 * the segment (empty if it was already), NULL with @error set.
 */
static GByteArray *
read_map (Walk * walk, const TsPlaylistSegment * segment, GError ** error)
{
  GByteArray *bytes = g_byte_array_new ();
  const TsPlaylistMap *map;
  gchar *uri;

  if (segment->map < 0)
    return bytes;
  map = &g_array_index (walk->playlist->maps, TsPlaylistMap, segment->map);
  uri = ts_playlist_resolve (walk->uri, map->uri, error);
  if (uri && g_strcmp0 (uri, walk->map) == 0) {
    g_free (uri);
    return bytes;
  }
  if (!uri
      || !ts_session_read (walk->session, uri, map->byte_offset,
          map->byte_length, on_map_bytes, bytes, error)) {
    g_free (uri);
    g_byte_array_unref (bytes);
    return NULL;
  }
  g_free (walk->map);
  walk->map = uri;
  if (bytes->len && bytes->data[0] != 0x47) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_UNSUPPORTED,
        "line %u: the segments are not MPEG-TS (#EXT-X-MAP holds something "
        "else, say fragmented MP4)", map->line);
    g_byte_array_unref (bytes);
    return NULL;
  }
  return bytes;
}

static void
skip_segment (Walk * walk, const TsPlaylistSegment * segment)
{
  walk->hole = TRUE;
  walk->discontinuity |= segment->discontinuity;
}

static void
keep_pending (Walk * walk, const TsPlaylistSegment * segment)
{
  judge_pending (walk);
  walk->pending = *segment;
  walk->pending.uri = g_strdup (segment->uri);
  walk->pending_index = walk->begun - 1;
}

/* FALSE: the whole walk makes no sense. */
static gboolean
read_segment (Walk * walk, const TsPlaylistSegment * segment, GError ** error)
{
  TsSession *session = walk->session;
  TsSessionPlaylist *told = &session->playlist;
  TsTimingSegment next = { 0 };
  Reading reading = { walk, &next, FALSE };
  GByteArray *map = NULL;
  GError *fault = NULL;
  gchar *uri;

  next.name = segment->uri;
  next.duration = segment->duration;
  next.discontinuity = segment->discontinuity || walk->discontinuity;
  next.utc = TS_TIMING_NO_TIME;

  told->listed++;
  /* one picture each: what lies between is not meant to be there */
  walk->hole |= walk->playlist->i_frames_only && walk->begun > 0;
  if (segment->gap || segment->encryption == TS_PLAYLIST_ENCRYPTED) {
    if (segment->gap)
      told->gaps++;
    else
      told->encrypted++;
    skip_segment (walk, segment);
    return TRUE;
  }

  uri = ts_playlist_resolve (walk->uri, segment->uri, &fault);
  if (uri)
    map = read_map (walk, segment, &fault);
  if (map && map->len)
    on_segment_bytes (map->data, map->len, TS_TIMING_NO_TIME, &reading);
  if (map)
    ts_session_read (session, uri, segment->byte_offset, segment->byte_length,
        on_segment_bytes, &reading, &fault);
  g_free (uri);
  if (map)
    g_byte_array_unref (map);

  if (!fault && !reading.begun && !ts_session_is_over (session))
    g_set_error (&fault, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "empty");
  if (reading.begun)
    walk->discontinuity = FALSE;
  if (g_error_matches (fault, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_UNSUPPORTED)) {
    g_propagate_error (error, fault);
    return FALSE;
  }
  if (fault) {
    told->unavailable++;
    tell (walk, TS_TIMING_EVENT_SEGMENT_UNAVAILABLE,
        reading.begun ? walk->begun - 1 : -1, "line %u: \"%s\": %s",
        segment->line, segment->uri, fault->message);
    g_error_free (fault);
    if (reading.begun)
      walk->hole = TRUE;
    else
      skip_segment (walk, segment);
    return TRUE;
  }
  /* what was cut by the deadline is not judged */
  if (reading.begun && !ts_session_is_over (session)) {
    told->read++;
    keep_pending (walk, segment);
  }
  return TRUE;
}

static gboolean
read_new_segments (Walk * walk, GError ** error)
{
  guint i;

  for (i = 0; i < walk->playlist->segments->len; i++) {
    const TsPlaylistSegment *segment = ts_playlist_segment (walk->playlist, i);

    if (segment->sequence < walk->next_sequence)
      continue;
    if (ts_session_is_over (walk->session))
      break;
    if (segment->sequence > walk->next_sequence)
      walk->hole = TRUE;
    walk->next_sequence = segment->sequence + 1;
    if (!read_segment (walk, segment, error))
      return FALSE;
  }
  return TRUE;
}

/* Takes a loaded playlist over; returns whether it has news. */
static gboolean
load (Walk * walk, TsPlaylist * playlist, gint64 now)
{
  TsSessionPlaylist *told = &walk->session->playlist;
  gboolean first = walk->playlist == NULL;
  guint64 end = playlist->media_sequence + playlist->segments->len;

  if (first) {
    walk->next_sequence = playlist->media_sequence;
    told->media_sequence = playlist->media_sequence;
  } else if (end < walk->next_sequence) {
    /* another publication under the same name */
    walk->next_sequence = playlist->media_sequence;
    walk->hole = TRUE;
    walk->discontinuity = TRUE;
  }
  walk->playlist = ts_playlist_rules_load (walk->rules, playlist, now);
  told->loads++;
  told->live = !playlist->end_list;
  told->low_latency |= playlist->low_latency;
  told->target_duration = playlist->target_duration;
  if (!told->key_method)
    told->key_method = g_strdup (playlist->key_method);
  return end > walk->next_sequence;
}

static TsPlaylist *
fetch (Walk * walk, GError ** error)
{
  TsPlaylist *playlist = NULL;
  gsize length;
  gchar *text = ts_session_fetch_playlist (walk->session, walk->uri, &length,
      NULL, error);

  if (text)
    playlist = ts_playlist_parse (text, length, error);
  g_free (text);
  if (playlist && playlist->master) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_SYNTAX,
        "it has become a master playlist");
    g_clear_pointer (&playlist, ts_playlist_free);
  }
  return playlist;
}

/* Loads again and again (RFC 8216 6.3.4) until the end or nothing comes. */
static gboolean
follow (Walk * walk, GError ** error)
{
  TsSession *session = walk->session;
  gint64 loaded = ts_source_now (), news = loaded;
  gboolean changed = TRUE;

  while (!walk->playlist->end_list) {
    gint64 interval = walk->playlist->target_duration;
    TsPlaylist *playlist;
    GError *fault = NULL;

    if (interval == TS_TIMING_NO_TIME)
      interval = DEFAULT_TARGET;
    if (!changed)
      interval /= 2;
    if (!ts_session_wait (session, loaded + MAX (interval, LEAST_INTERVAL)))
      break;
    loaded = ts_source_now ();
    playlist = fetch (walk, &fault);
    if (ts_session_is_over (session)) {
      ts_playlist_free (playlist);
      g_clear_error (&fault);
      break;
    }
    changed = FALSE;
    if (playlist) {
      walk->read_failed = FALSE;
      changed = load (walk, playlist, loaded);
    } else {
      if (!walk->read_failed)
        tell (walk, TS_TIMING_EVENT_PLAYLIST_ERROR, -1,
            "it cannot be loaded again: %s", fault->message);
      walk->read_failed = TRUE;
      g_error_free (fault);
    }
    if (changed)
      news = loaded;
    else if (loaded - news > session->options->idle)
      break;
    if (changed && !read_new_segments (walk, error))
      return FALSE;
  }
  return TRUE;
}

/* From a master playlist to the media playlist of one variant. */
static TsPlaylist *
open_variant (TsSession * session, const TsPlaylist * master,
    gchar ** uri, GError ** error)
{
  const TsPlaylistVariant *variant =
      ts_playlist_choose_variant (master, session->options->variant, error);
  TsPlaylist *playlist = NULL;
  gchar *media_uri, *text = NULL, *effective = NULL, *size = NULL;
  gsize length;

  if (!variant)
    return NULL;
  media_uri = ts_playlist_resolve (*uri, variant->uri, error);
  if (media_uri)
    text = ts_session_fetch_playlist (session, media_uri, &length, &effective,
        error);
  if (text)
    playlist = ts_playlist_parse (text, length, error);
  if (playlist && playlist->master) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_UNSUPPORTED,
        "\"%s\" is a master playlist too", variant->uri);
    g_clear_pointer (&playlist, ts_playlist_free);
  }
  if (playlist) {
    if (variant->width)
      size = g_strdup_printf (", %ux%u", variant->width, variant->height);
    session->playlist.n_variants = master->variants->len;
    session->playlist.variant = g_strdup_printf ("%s (%" G_GUINT64_FORMAT
        " kbit/s%s)", variant->uri, variant->bandwidth / 1000,
        size ? size : "");
    g_free (*uri);
    *uri = g_steal_pointer (&effective);
  }
  g_free (size);
  g_free (effective);
  g_free (media_uri);
  g_free (text);
  return playlist;
}

static gboolean
is_unreadable (Walk * walk, GError ** error)
{
  const TsSessionPlaylist *told = &walk->session->playlist;

  if (walk->begun > 0 || ts_session_is_over (walk->session))
    return FALSE;
  if (told->encrypted)
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_UNSUPPORTED,
        "the segments are encrypted (#EXT-X-KEY METHOD=%s): their times cannot "
        "be read", told->key_method);
  else if (told->unavailable)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "none of the %u segments can be read", told->unavailable);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "the playlist lists no segment that can be read");
  return TRUE;
}

/**
 * ts_walk_playlist:
 * @session: the run
 * @uri: absolute URI of the playlist
 * @text: the playlist
 * @length: its bytes
 * @error: why nothing can be judged
 *
 * Reads what the playlist lists, and with --follow what it will list.
 *
 * Returns: %FALSE with @error set
 */
gboolean
ts_walk_playlist (TsSession * session, const gchar * uri, const gchar * text,
    gsize length, GError ** error)
{
  Walk walk = { session };
  gint64 now = session->options->follow ? ts_source_now () : TS_TIMING_NO_TIME;
  TsPlaylist *playlist;
  gboolean good;

  walk.uri = g_strdup (uri);
  playlist = ts_playlist_parse (text, length, error);
  if (playlist && playlist->master) {
    TsPlaylist *master = playlist;

    playlist = open_variant (session, master, &walk.uri, error);
    ts_playlist_free (master);
  }
  good = playlist && ts_session_begin (session, TRUE, error);
  if (!good) {
    ts_playlist_free (playlist);
    g_free (walk.uri);
    return FALSE;
  }
  session->playlist.uri = g_strdup (walk.uri);
  walk.rules = ts_playlist_rules_new (session->options->playlist_bounds,
      on_finding, session);
  load (&walk, playlist, now);
  good = read_new_segments (&walk, error);
  if (good && session->options->follow)
    good = follow (&walk, error);
  if (good) {
    /* closes the last segment */
    ts_timing_finish (session->checker);
    judge_pending (&walk);
    good = !is_unreadable (&walk, error);
  }
  ts_playlist_rules_free (walk.rules);
  g_free (walk.pending.uri);
  g_free (walk.uri);
  g_free (walk.map);
  return good;
}
