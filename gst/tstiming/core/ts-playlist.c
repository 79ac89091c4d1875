/* ts-playlist: what an HLS playlist says */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RFC 8216, and of its successor (draft-pantos-hls-rfc8216bis) what is in
 * common use: EXT-X-GAP is honoured, the tags of low-latency HLS are accepted
 * and the whole segments read. Unknown tags are ignored as the RFC demands
 * (6.3.1).
 *
 * A line that cannot be understood is an error that names it. What can be
 * read although the RFC forbids it is a remark, because a checker that stops
 * at a missing tag finds nothing.
 */

#include "ts-playlist-parser.h"

#include <string.h>

G_DEFINE_QUARK (ts - playlist - error - quark, ts_playlist_error);

/* Always FALSE, with @error set. */
gboolean
ts_playlist_fail (const TsPlaylistParser * parser, GError ** error,
    const gchar * format, ...)
{
  va_list args;
  gchar *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_SYNTAX,
      "line %u: %s", parser->line, text);
  g_free (text);
  return FALSE;
}

void
ts_playlist_remark (TsPlaylistParser * parser, const gchar * format, ...)
{
  TsPlaylistRemark note;
  va_list args;

  if (parser->playlist->remarks->len >= TS_PLAYLIST_MAX_REMARKS)
    return;
  va_start (args, format);
  note.line = parser->line;
  note.text = g_strdup_vprintf (format, args);
  va_end (args);
  g_array_append_val (parser->playlist->remarks, note);
}

static void
clear_next (TsPlaylistParser * parser)
{
  memset (&parser->next, 0, sizeof parser->next);
  parser->next.program_date_time = TS_TIMING_NO_TIME;
  parser->has_extinf = FALSE;
  parser->has_byte_range = FALSE;
  parser->has_byte_offset = FALSE;
}

/* A range without an offset goes on where the segment before ended (4.3.2.2). */
static gboolean
place_byte_range (TsPlaylistParser * parser, const gchar * uri, GError ** error)
{
  TsPlaylistSegment *next = &parser->next;
  const TsPlaylistSegment *before;
  guint n = parser->playlist->segments->len;

  if (!parser->has_byte_range) {
    next->byte_offset = 0;
    next->byte_length = -1;
    return TRUE;
  }
  if (parser->has_byte_offset)
    return TRUE;
  before = n ? ts_playlist_segment (parser->playlist, n - 1) : NULL;
  if (!before || before->byte_length < 0 || strcmp (before->uri, uri) != 0)
    return ts_playlist_fail (parser, error,
        "a byte range without an offset, and the "
        "segment before is not a range of the same resource");
  next->byte_offset = before->byte_offset + before->byte_length;
  if (next->byte_offset > TS_PLAYLIST_MAX_INTEGER)
    return ts_playlist_fail (parser, error, "a byte range past all sizes");
  return TRUE;
}

static gboolean
read_uri (TsPlaylistParser * parser, const gchar * line, GError ** error)
{
  TsPlaylist *playlist = parser->playlist;

  if (parser->has_stream_inf) {
    if (playlist->variants->len >= TS_PLAYLIST_MAX_VARIANTS) {
      g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_TOO_LARGE,
          "line %u: more than %d variants", parser->line,
          TS_PLAYLIST_MAX_VARIANTS);
      return FALSE;
    }
    parser->variant.uri = g_strdup (line);
    parser->variant.line = parser->line;
    g_array_append_val (playlist->variants, parser->variant);
    memset (&parser->variant, 0, sizeof parser->variant);
    parser->has_stream_inf = FALSE;
    return TRUE;
  }
  if (!parser->has_extinf)
    return ts_playlist_fail (parser, error, "a URI without %s before it",
        parser->first_master_line ? "#EXT-X-STREAM-INF" : "#EXTINF");
  if (playlist->segments->len >= TS_PLAYLIST_MAX_SEGMENTS) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_TOO_LARGE,
        "line %u: more than %d segments", parser->line,
        TS_PLAYLIST_MAX_SEGMENTS);
    return FALSE;
  }
  if (!place_byte_range (parser, line, error))
    return FALSE;
  parser->next.uri = g_strdup (line);
  parser->next.line = parser->line;
  parser->next.encryption = parser->encryption;
  parser->next.map = parser->map;
  g_array_append_val (playlist->segments, parser->next);
  clear_next (parser);
  return TRUE;
}

static gboolean
read_line (TsPlaylistParser * parser, gchar * line, GError ** error)
{
  if (parser->line == 1) {
    if (strcmp (line, "#EXTM3U") != 0)
      return ts_playlist_fail (parser, error,
          "not a playlist: it does not begin with " "#EXTM3U");
    return TRUE;
  }
  if (line[0] == 0)
    return TRUE;
  if (line[0] != '#')
    return read_uri (parser, line, error);
  if (strncmp (line, "#EXT", 4) == 0)
    return ts_playlist_read_tag (parser, line, error);
  return TRUE;                  /* a comment */
}

/* Numbers that need the whole playlist. */
static gboolean
complete (TsPlaylistParser * parser, GError ** error)
{
  TsPlaylist *playlist = parser->playlist;
  guint64 discontinuity = playlist->discontinuity_sequence;
  guint i;

  if (parser->line == 0) {
    parser->line = 1;
    return ts_playlist_fail (parser, error, "empty");
  }
  if (parser->has_extinf) {
    parser->line = parser->extinf_line;
    return ts_playlist_fail (parser, error, "#EXTINF without a URI after it");
  }
  if (parser->has_stream_inf) {
    parser->line = parser->stream_inf_line;
    return ts_playlist_fail (parser, error,
        "#EXT-X-STREAM-INF without a URI after it");
  }
  playlist->master = parser->first_master_line > 0;
  if (playlist->master)
    return TRUE;

  if (playlist->target_duration == TS_TIMING_NO_TIME)
    ts_playlist_remark (parser, "no #EXT-X-TARGETDURATION");
  for (i = 0; i < playlist->segments->len; i++) {
    TsPlaylistSegment *segment =
        &g_array_index (playlist->segments, TsPlaylistSegment, i);

    if (segment->discontinuity)
      discontinuity++;
    segment->sequence = playlist->media_sequence + i;
    segment->discontinuity_sequence = discontinuity;
    playlist->duration += segment->duration;
  }
  return TRUE;
}

static gboolean
read_lines (TsPlaylistParser * parser, const gchar * text, gsize length,
    GError ** error)
{
  const gchar *p = length ? text : "", *end = p + length;

  while (p < end) {
    const gchar *stop = memchr (p, '\n', end - p);
    const gchar *next = stop ? stop + 1 : end;
    gchar *line;
    gboolean good;

    parser->line++;
    if (!stop)
      stop = end;
    if (stop - p > TS_PLAYLIST_MAX_LINE) {
      g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_TOO_LARGE,
          "line %u: longer than %d bytes", parser->line, TS_PLAYLIST_MAX_LINE);
      return FALSE;
    }
    if (!g_utf8_validate (p, stop - p, NULL))
      return ts_playlist_fail (parser, error, "not a playlist: not UTF-8 text");
    line = g_strchomp (g_strndup (p, stop - p));
    good = read_line (parser, line, error);
    g_free (line);
    if (!good)
      return FALSE;
    p = next;
  }
  return complete (parser, error);
}

static void
clear_segment (gpointer data)
{
  g_free (((TsPlaylistSegment *) data)->uri);
}

static void
clear_map (gpointer data)
{
  g_free (((TsPlaylistMap *) data)->uri);
}

static void
clear_variant (gpointer data)
{
  g_free (((TsPlaylistVariant *) data)->uri);
  g_free (((TsPlaylistVariant *) data)->codecs);
}

static void
clear_remark (gpointer data)
{
  g_free (((TsPlaylistRemark *) data)->text);
}

static GArray *
array_of (guint size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, FALSE, size);

  g_array_set_clear_func (array, clear);
  return array;
}

#define BOM "\xef\xbb\xbf"

/**
 * ts_playlist_recognise:
 * @data: the first bytes of a resource
 * @size: how many, 10 are enough
 *
 * Returns: whether they begin a playlist
 */
gboolean
ts_playlist_recognise (const guint8 * data, gsize size)
{
  if (size >= 3 && memcmp (data, BOM, 3) == 0) {
    data += 3;
    size -= 3;
  }
  return size >= 7 && memcmp (data, "#EXTM3U", 7) == 0;
}

/**
 * ts_playlist_parse:
 * @text: (nullable): the playlist; no final NUL is needed, and nothing may be
 *   %NULL
 * @length: its bytes
 * @error: a #TsPlaylistError that names the line
 *
 * Returns: (transfer full): the playlist, or %NULL with @error set
 */
TsPlaylist *
ts_playlist_parse (const gchar * text, gsize length, GError ** error)
{
  TsPlaylist *playlist = g_new0 (TsPlaylist, 1);
  TsPlaylistParser parser = { playlist };
  gboolean good;

  playlist->version = 1;
  playlist->target_duration = TS_TIMING_NO_TIME;
  playlist->start_offset = TS_TIMING_NO_TIME;
  playlist->segments = array_of (sizeof (TsPlaylistSegment), clear_segment);
  playlist->maps = array_of (sizeof (TsPlaylistMap), clear_map);
  playlist->variants = array_of (sizeof (TsPlaylistVariant), clear_variant);
  playlist->remarks = array_of (sizeof (TsPlaylistRemark), clear_remark);
  parser.map = -1;
  clear_next (&parser);

  if (length > TS_PLAYLIST_MAX_SIZE) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_TOO_LARGE,
        "line 1: the playlist is larger than %d bytes", TS_PLAYLIST_MAX_SIZE);
    good = FALSE;
  } else {
    if (length >= 3 && memcmp (text, BOM, 3) == 0) {
      parser.line = 1;
      ts_playlist_remark (&parser, "begins with a byte order mark");
      parser.line = 0;
      text += 3;
      length -= 3;
    }
    good = read_lines (&parser, text, length, error);
  }
  g_free (parser.variant.codecs);
  if (!good)
    g_clear_pointer (&playlist, ts_playlist_free);
  return playlist;
}

/**
 * ts_playlist_free:
 * @playlist: (nullable): what to free
 */
void
ts_playlist_free (TsPlaylist * playlist)
{
  if (!playlist)
    return;
  g_array_unref (playlist->segments);
  g_array_unref (playlist->maps);
  g_array_unref (playlist->variants);
  g_array_unref (playlist->remarks);
  g_free (playlist->key_method);
  g_free (playlist);
}
