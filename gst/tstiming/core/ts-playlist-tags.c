/* ts-playlist-tags: what each tag of a playlist means */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-playlist-parser.h"
#include "ts-segment-name.h"

#include <string.h>

/* a segment is not longer than a day */
#define MAX_SECONDS 86400

typedef gboolean (*TagFunc) (TsPlaylistParser * parser, const gchar * value,
    GError ** error);

/* decimal-integer; @value is left alone where there is none */
static gboolean
parse_integer (const gchar ** text, gint64 * value)
{
  const gchar *p = *text;
  gint64 number = 0;

  if (!g_ascii_isdigit (*p))
    return FALSE;
  for (; g_ascii_isdigit (*p); p++) {
    if (number > TS_PLAYLIST_MAX_INTEGER / 10)
      return FALSE;
    number = number * 10 + (*p - '0');
  }
  *text = p;
  *value = number;
  return TRUE;
}

/* [-]digits[.digits] in seconds to ns, by hand: strtod() asks the locale */
static gboolean
parse_seconds (const gchar ** text, gint64 * ns)
{
  const gchar *p = *text;
  gboolean negative = *p == '-';
  gint64 whole = 0, unit = TS_TIMING_SECOND, fraction = 0;

  if (negative)
    p++;
  if (*p != '.' && !parse_integer (&p, &whole))
    return FALSE;
  if (*p == '.') {
    p++;
    if (!g_ascii_isdigit (*p))
      return FALSE;
    for (; g_ascii_isdigit (*p); p++) {
      unit /= 10;
      fraction += (*p - '0') * unit;
    }
  }
  if (whole > MAX_SECONDS)
    return FALSE;
  *ns = whole * TS_TIMING_SECOND + fraction;
  if (negative)
    *ns = -*ns;
  *text = p;
  return TRUE;
}

/*
 * The next NAME=VALUE of an attribute list (4.2). @text moves on; a quoted
 * string comes without its quotes. FALSE with no error set at the end.
 */
static gboolean
next_attribute (const TsPlaylistParser * parser, const gchar ** text,
    gchar ** name, gchar ** value, GError ** error)
{
  const gchar *p = *text, *begin;

  while (*p == ',' || *p == ' ' || *p == '\t')
    p++;
  if (*p == 0)
    return FALSE;
  begin = p;
  while (g_ascii_isalnum (*p) || *p == '-' || *p == '_')
    p++;
  if (p == begin || *p != '=')
    return ts_playlist_fail (parser, error,
        "attribute list is broken at \"%.20s\"", begin);
  *name = g_strndup (begin, p - begin);
  p++;
  if (*p == '"') {
    begin = ++p;
    while (*p && *p != '"')
      p++;
    if (*p == 0) {
      g_clear_pointer (name, g_free);
      return ts_playlist_fail (parser, error, "a quoted string has no end");
    }
    *value = g_strndup (begin, p - begin);
    p++;
  } else {
    begin = p;
    while (*p && *p != ',')
      p++;
    *value = g_strndup (begin, p - begin);
    g_strchomp (*value);
  }
  *text = p;
  return TRUE;
}

/* Fills @values, in the order of @names, each NULL if it is missing. */
static gboolean
read_attributes (const TsPlaylistParser * parser, const gchar * text,
    const gchar * const *names, gchar ** values, GError ** error)
{
  GError *fault = NULL;
  gchar *name = NULL, *value = NULL;
  guint i;

  while (next_attribute (parser, &text, &name, &value, &fault)) {
    for (i = 0; names[i]; i++) {
      if (!values[i] && strcmp (names[i], name) == 0) {
        values[i] = g_steal_pointer (&value);
        break;
      }
    }
    g_free (name);
    g_free (value);
  }
  if (!fault)
    return TRUE;
  for (i = 0; names[i]; i++)
    g_clear_pointer (&values[i], g_free);
  g_propagate_error (error, fault);
  return FALSE;
}

/* n[@o] */
static gboolean
parse_byte_range (const gchar * text, gint64 * length, gint64 * offset,
    gboolean * has_offset)
{
  if (!parse_integer (&text, length))
    return FALSE;
  *has_offset = *text == '@';
  if (*has_offset) {
    text++;
    if (!parse_integer (&text, offset))
      return FALSE;
  }
  return *text == 0;
}

/* tags of both kinds */

static gboolean
tag_version (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  gint64 version;

  if (!parse_integer (&value, &version) || *value || version < 1
      || version > 1000)
    return ts_playlist_fail (parser, error, "#EXT-X-VERSION is not a version");
  if (parser->has_version)
    ts_playlist_remark (parser, "a second #EXT-X-VERSION");
  parser->has_version = TRUE;
  parser->playlist->version = version;
  return TRUE;
}

static gboolean
tag_start (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  static const gchar *const names[] = { "TIME-OFFSET", NULL };
  gchar *values[1] = { NULL };
  const gchar *text;
  gboolean good;

  if (!read_attributes (parser, value, names, values, error))
    return FALSE;
  text = values[0];
  good = text && parse_seconds (&text, &parser->playlist->start_offset)
      && *text == 0;
  g_free (values[0]);
  return good
      || ts_playlist_fail (parser, error, "#EXT-X-START has no TIME-OFFSET");
}

static gboolean
tag_define (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_UNSUPPORTED,
      "line %u: variables (#EXT-X-DEFINE) are not supported", parser->line);
  return FALSE;
}

static gboolean
tag_ignored (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  return TRUE;
}

/* tags of media playlists */

static gboolean
tag_extinf (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  const gchar *text = value;

  if (!parse_seconds (&text, &parser->next.duration)
      || parser->next.duration < 0 || (*text && *text != ','))
    return ts_playlist_fail (parser, error,
        "#EXTINF: \"%.20s\" is not a duration of 0 to " "%d seconds", value,
        MAX_SECONDS);
  if (parser->has_extinf)
    ts_playlist_remark (parser, "a second #EXTINF for one segment");
  parser->has_extinf = TRUE;
  parser->extinf_line = parser->line;
  return TRUE;
}

static gboolean
tag_byte_range (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  if (!parse_byte_range (value, &parser->next.byte_length,
          &parser->next.byte_offset, &parser->has_byte_offset))
    return ts_playlist_fail (parser, error,
        "#EXT-X-BYTERANGE: \"%.40s\" is not " "length[@offset]", value);
  parser->has_byte_range = TRUE;
  return TRUE;
}

static gboolean
tag_discontinuity (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  parser->next.discontinuity = TRUE;
  return TRUE;
}

static gboolean
tag_gap (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  parser->next.gap = TRUE;
  return TRUE;
}

static gboolean
tag_key (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  static const gchar *const names[] = { "METHOD", "URI", NULL };
  gchar *values[2] = { NULL, NULL };

  if (!read_attributes (parser, value, names, values, error))
    return FALSE;
  if (!values[0]) {
    g_free (values[1]);
    return ts_playlist_fail (parser, error, "#EXT-X-KEY has no METHOD");
  }
  if (strcmp (values[0], "NONE") == 0) {
    parser->encryption = TS_PLAYLIST_CLEAR;
  } else {
    /* several keys for one stretch are choices for the player */
    parser->encryption = g_str_has_prefix (values[0], "SAMPLE-AES") ?
        TS_PLAYLIST_SAMPLE_ENCRYPTED : TS_PLAYLIST_ENCRYPTED;
    if (!values[1])
      ts_playlist_remark (parser, "#EXT-X-KEY with METHOD=%.30s has no URI",
          values[0]);
    if (!parser->playlist->key_method)
      parser->playlist->key_method = g_steal_pointer (&values[0]);
  }
  g_free (values[0]);
  g_free (values[1]);
  return TRUE;
}

static gboolean
tag_map (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  static const gchar *const names[] = { "URI", "BYTERANGE", NULL };
  gchar *values[2] = { NULL, NULL };
  TsPlaylistMap map = { NULL, 0, -1, parser->line };
  gboolean has_offset;

  if (!read_attributes (parser, value, names, values, error))
    return FALSE;
  if (!values[0]) {
    g_free (values[1]);
    return ts_playlist_fail (parser, error, "#EXT-X-MAP has no URI");
  }
  if (values[1] && !parse_byte_range (values[1], &map.byte_length,
          &map.byte_offset, &has_offset)) {
    ts_playlist_fail (parser, error, "#EXT-X-MAP: BYTERANGE \"%.40s\" is not "
        "length[@offset]", values[1]);
    g_free (values[0]);
    g_free (values[1]);
    return FALSE;
  }
  g_free (values[1]);
  map.uri = values[0];
  parser->map = parser->playlist->maps->len;
  g_array_append_val (parser->playlist->maps, map);
  return TRUE;
}

static gboolean
tag_program_date_time (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  gsize length = strlen (value), used;
  gint64 utc;

  if (!ts_time_parse_iso (value, length, &utc, &used) || used != length)
    return ts_playlist_fail (parser, error,
        "#EXT-X-PROGRAM-DATE-TIME: \"%.40s\" is not a "
        "date and time of ISO 8601", value);
  parser->next.program_date_time = utc;
  return TRUE;
}

static gboolean
tag_target_duration (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  const gchar *text = value;
  gint64 duration;

  if (!parse_seconds (&text, &duration) || *text || duration < 0)
    return ts_playlist_fail (parser, error,
        "#EXT-X-TARGETDURATION: \"%.20s\" is not a "
        "number of seconds up to %d", value, MAX_SECONDS);
  if (parser->playlist->target_duration != TS_TIMING_NO_TIME)
    ts_playlist_remark (parser, "a second #EXT-X-TARGETDURATION");
  if (duration % TS_TIMING_SECOND)
    ts_playlist_remark (parser, "#EXT-X-TARGETDURATION is not an integer");
  parser->playlist->target_duration = duration;
  return TRUE;
}

static gboolean
tag_media_sequence (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  gint64 number;

  if (!parse_integer (&value, &number) || *value)
    return ts_playlist_fail (parser, error,
        "#EXT-X-MEDIA-SEQUENCE is not a number");
  if (parser->playlist->segments->len || parser->has_media_sequence)
    ts_playlist_remark (parser,
        "#EXT-X-MEDIA-SEQUENCE must stand once, before the first " "segment");
  parser->has_media_sequence = TRUE;
  parser->playlist->media_sequence = number;
  return TRUE;
}

static gboolean
tag_discontinuity_sequence (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  gint64 number;

  if (!parse_integer (&value, &number) || *value)
    return ts_playlist_fail (parser, error,
        "#EXT-X-DISCONTINUITY-SEQUENCE is not a number");
  if (parser->playlist->segments->len || parser->next.discontinuity
      || parser->has_discontinuity_sequence)
    ts_playlist_remark (parser,
        "#EXT-X-DISCONTINUITY-SEQUENCE must stand once, before "
        "the first segment and discontinuity");
  parser->has_discontinuity_sequence = TRUE;
  parser->playlist->discontinuity_sequence = number;
  return TRUE;
}

static gboolean
tag_end_list (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  parser->playlist->end_list = TRUE;
  return TRUE;
}

static gboolean
tag_playlist_type (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  if (strcmp (value, "VOD") == 0)
    parser->playlist->type = TS_PLAYLIST_VOD;
  else if (strcmp (value, "EVENT") == 0)
    parser->playlist->type = TS_PLAYLIST_EVENT;
  else
    return ts_playlist_fail (parser, error,
        "#EXT-X-PLAYLIST-TYPE is neither VOD nor " "EVENT");
  return TRUE;
}

static gboolean
tag_i_frames_only (TsPlaylistParser * parser, const gchar * value,
    GError ** error)
{
  parser->playlist->i_frames_only = TRUE;
  return TRUE;
}

static gboolean
tag_part (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  parser->playlist->low_latency = TRUE;
  return TRUE;
}

static gboolean
tag_skip (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_UNSUPPORTED,
      "line %u: a delta update (#EXT-X-SKIP) that was not asked for",
      parser->line);
  return FALSE;
}

/* tags of master playlists */

static gboolean
tag_stream_inf (TsPlaylistParser * parser, const gchar * value, GError ** error)
{
  static const gchar *const names[] = { "BANDWIDTH", "RESOLUTION", "CODECS",
    NULL
  };
  gchar *values[3] = { NULL, NULL, NULL };
  TsPlaylistVariant *variant = &parser->variant;
  const gchar *text;
  gint64 number, width, height;
  gboolean good = TRUE;

  if (!read_attributes (parser, value, names, values, error))
    return FALSE;
  g_free (variant->codecs);
  memset (variant, 0, sizeof *variant);
  if (!values[0]) {
    ts_playlist_remark (parser, "#EXT-X-STREAM-INF has no BANDWIDTH");
  } else {
    text = values[0];
    good = parse_integer (&text, &number) && *text == 0;
    if (good)
      variant->bandwidth = number;
    else
      ts_playlist_fail (parser, error, "BANDWIDTH=%.20s is not a number",
          values[0]);
  }
  if (good && values[1]) {
    text = values[1];
    good = parse_integer (&text, &width) && (*text == 'x' || *text == 'X')
        && (text++, parse_integer (&text, &height)) && *text == 0
        && width <= 65535 && height <= 65535;
    if (good) {
      variant->width = width;
      variant->height = height;
    } else {
      ts_playlist_fail (parser, error, "RESOLUTION=%.20s is not WIDTHxHEIGHT",
          values[1]);
    }
  }
  g_free (values[0]);
  g_free (values[1]);
  variant->codecs = values[2];
  if (good && parser->has_stream_inf)
    ts_playlist_remark (parser, "an #EXT-X-STREAM-INF without a URI");
  parser->has_stream_inf = TRUE;
  parser->stream_inf_line = parser->line;
  return good;
}

typedef enum
{
  ANY,
  MEDIA,
  MASTER,
} Scope;

static const struct
{
  const gchar *name;
  Scope scope;
  TagFunc func;
} tags[] = {
  {"EXTINF", MEDIA, tag_extinf},
  {"EXT-X-PROGRAM-DATE-TIME", MEDIA, tag_program_date_time},
  {"EXT-X-BYTERANGE", MEDIA, tag_byte_range},
  {"EXT-X-DISCONTINUITY", MEDIA, tag_discontinuity},
  {"EXT-X-KEY", MEDIA, tag_key},
  {"EXT-X-MAP", MEDIA, tag_map},
  {"EXT-X-GAP", MEDIA, tag_gap},
  {"EXT-X-PART", MEDIA, tag_part},
  {"EXT-X-TARGETDURATION", MEDIA, tag_target_duration},
  {"EXT-X-MEDIA-SEQUENCE", MEDIA, tag_media_sequence},
  {"EXT-X-DISCONTINUITY-SEQUENCE", MEDIA, tag_discontinuity_sequence},
  {"EXT-X-ENDLIST", MEDIA, tag_end_list},
  {"EXT-X-PLAYLIST-TYPE", MEDIA, tag_playlist_type},
  {"EXT-X-I-FRAMES-ONLY", MEDIA, tag_i_frames_only},
  {"EXT-X-SKIP", MEDIA, tag_skip},
  {"EXT-X-DATERANGE", MEDIA, tag_ignored},
  {"EXT-X-PART-INF", MEDIA, tag_ignored},
  {"EXT-X-PRELOAD-HINT", MEDIA, tag_ignored},
  {"EXT-X-SERVER-CONTROL", MEDIA, tag_ignored},
  {"EXT-X-RENDITION-REPORT", MEDIA, tag_ignored},
  {"EXT-X-BITRATE", MEDIA, tag_ignored},
  {"EXT-X-STREAM-INF", MASTER, tag_stream_inf},
  {"EXT-X-MEDIA", MASTER, tag_ignored},
  {"EXT-X-I-FRAME-STREAM-INF", MASTER, tag_ignored},
  {"EXT-X-SESSION-DATA", MASTER, tag_ignored},
  {"EXT-X-SESSION-KEY", MASTER, tag_ignored},
  {"EXT-X-VERSION", ANY, tag_version},
  {"EXT-X-START", ANY, tag_start},
  {"EXT-X-DEFINE", ANY, tag_define},
};

/* One playlist has segments or variants, not both (4.1). */
static gboolean
note_scope (TsPlaylistParser * parser, Scope scope, const gchar * what,
    GError ** error)
{
  if (scope == MEDIA && !parser->first_media_line)
    parser->first_media_line = parser->line;
  if (scope == MASTER && !parser->first_master_line)
    parser->first_master_line = parser->line;
  if (scope == MEDIA && parser->first_master_line)
    return ts_playlist_fail (parser, error,
        "%s belongs to a media playlist, but line %u "
        "makes this a master playlist", what, parser->first_master_line);
  if (scope == MASTER && parser->first_media_line)
    return ts_playlist_fail (parser, error,
        "%s belongs to a master playlist, but line %u "
        "makes this a media playlist", what, parser->first_media_line);
  return TRUE;
}

/* A line that begins with #EXT. */
gboolean
ts_playlist_read_tag (TsPlaylistParser * parser, gchar * line, GError ** error)
{
  gchar *value = strchr (line, ':');
  gsize length = value ? (gsize) (value - line) : strlen (line);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (tags); i++) {
    if (strlen (tags[i].name) == length - 1
        && strncmp (tags[i].name, line + 1, length - 1) == 0) {
      if (!note_scope (parser, tags[i].scope, tags[i].name, error))
        return FALSE;
      return tags[i].func (parser, value ? value + 1 : "", error);
    }
  }
  return TRUE;
}
