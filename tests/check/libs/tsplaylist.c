/* Playlists: what is read from them, what is refused, which rules they break. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gst/check/gstcheck.h>

#include "ts-playlist-rules.h"

#define S TS_TIMING_SECOND
#define MS TS_TIMING_MSEC

static TsPlaylist *
parse (const gchar * text)
{
  GError *error = NULL;
  TsPlaylist *playlist = ts_playlist_parse (text, strlen (text), &error);

  fail_unless (playlist != NULL, "%s", error ? error->message : "");
  return playlist;
}

GST_START_TEST (test_media_playlist)
{
  TsPlaylist *playlist = parse ("#EXTM3U\r\n" "#EXT-X-VERSION:7\r\n"
      "# a comment\r\n" "#EXT-X-TARGETDURATION:4\r\n"
      "#EXT-X-MEDIA-SEQUENCE:100\r\n" "#EXT-X-DISCONTINUITY-SEQUENCE:3\r\n"
      "#EXT-X-PLAYLIST-TYPE:EVENT\r\n" "#EXT-X-START:TIME-OFFSET=-12.5\r\n"
      "#EXT-X-UNKNOWN:whatever\r\n"
      "#EXT-X-PROGRAM-DATE-TIME:2016-11-14T16:30:31.5+01:00\r\n"
      "#EXTINF:3.966667,Title, with a comma\r\n" "a b.ts?x=1\r\n"
      "#EXT-X-DISCONTINUITY\r\n" "#EXTINF:4\r\n" "#EXT-X-BYTERANGE:1000@50\r\n"
      "big.ts\r\n" "#EXTINF:.5,\r\n" "#EXT-X-BYTERANGE:10\r\n" "big.ts\r\n"
      "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x00\r\n" "#EXT-X-GAP\r\n"
      "#EXTINF:4.0,\r\n" "c.ts\r\n" "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\r\n"
      "#EXT-X-MAP:URI=\"init.ts\",BYTERANGE=\"564@0\"\r\n" "#EXTINF:4.0,\r\n"
      "d.ts\r\n" "#EXT-X-KEY:METHOD=NONE\r\n" "#EXTINF:4.0,\r\n" "e.ts\r\n"
      "#EXT-X-ENDLIST\r\n");
  const TsPlaylistSegment *segment;

  fail_if (playlist->master);
  fail_unless_equals_int (playlist->version, 7);
  fail_unless_equals_int (playlist->type, TS_PLAYLIST_EVENT);
  fail_unless (playlist->end_list);
  fail_unless_equals_int64 (playlist->target_duration, 4 * S);
  fail_unless_equals_int64 (playlist->start_offset, -12500 * MS);
  fail_unless_equals_int (playlist->segments->len, 6);
  fail_unless_equals_int (playlist->remarks->len, 0);
  fail_unless_equals_string (playlist->key_method, "AES-128");
  fail_unless_equals_int64 (playlist->duration, 20466667000);

  segment = ts_playlist_segment (playlist, 0);
  fail_unless_equals_string (segment->uri, "a b.ts?x=1");
  fail_unless_equals_int (segment->line, 12);
  fail_unless_equals_int64 (segment->duration, 3966667000);
  fail_unless_equals_uint64 (segment->sequence, 100);
  fail_unless_equals_uint64 (segment->discontinuity_sequence, 3);
  /* date -u -d 2016-11-14T15:30:31Z +%s */
  fail_unless_equals_int64 (segment->program_date_time,
      1479137431 * S + 500 * MS);
  fail_unless_equals_int64 (segment->byte_length, -1);

  segment = ts_playlist_segment (playlist, 1);
  fail_unless (segment->discontinuity);
  fail_unless_equals_uint64 (segment->discontinuity_sequence, 4);
  fail_unless_equals_int64 (segment->byte_offset, 50);
  fail_unless_equals_int64 (segment->byte_length, 1000);
  fail_unless (segment->program_date_time == TS_TIMING_NO_TIME);

  segment = ts_playlist_segment (playlist, 2);
  fail_if (segment->discontinuity);
  fail_unless_equals_int64 (segment->byte_offset, 1050);
  fail_unless_equals_int64 (segment->byte_length, 10);
  fail_unless_equals_int64 (segment->duration, 500 * MS);

  segment = ts_playlist_segment (playlist, 3);
  fail_unless (segment->gap);
  fail_unless_equals_int (segment->encryption, TS_PLAYLIST_ENCRYPTED);
  fail_unless_equals_int (segment->map, -1);
  segment = ts_playlist_segment (playlist, 4);
  fail_unless_equals_int (segment->encryption, TS_PLAYLIST_SAMPLE_ENCRYPTED);
  fail_unless_equals_int (segment->map, 0);
  segment = ts_playlist_segment (playlist, 5);
  fail_unless_equals_int (segment->encryption, TS_PLAYLIST_CLEAR);
  fail_unless_equals_uint64 (segment->sequence, 105);
  ts_playlist_free (playlist);
}

GST_END_TEST;

static const gchar master[] = "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a,b\",NAME=\"x\",URI=\"a.m3u8\"\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,"
    "CODECS=\"avc1.4d001e,mp4a.40.2\"\n" "low/x.m3u8\n"
    "#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=1,BANDWIDTH=5000000,"
    "RESOLUTION=1920x1080\n" "high.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1280x720\n" "mid.m3u8\n"
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n";

GST_START_TEST (test_master_playlist)
{
  static const gchar *const wishes[][2] = {
    {NULL, "high.m3u8"}, {"highest", "high.m3u8"}, {"lowest", "low/x.m3u8"},
    {"first", "low/x.m3u8"}, {"1", "low/x.m3u8"}, {"3", "mid.m3u8"},
    {"1280x720", "mid.m3u8"}, {"mid", "mid.m3u8"}, {"4", NULL}, {"0", NULL},
    {"1x1", NULL},
  };
  TsPlaylist *playlist = parse (master);
  GError *error = NULL;
  guint i;

  fail_unless (playlist->master);
  fail_unless_equals_int (playlist->variants->len, 3);
  fail_unless_equals_string (g_array_index (playlist->variants,
          TsPlaylistVariant, 0).codecs, "avc1.4d001e,mp4a.40.2");
  for (i = 0; i < G_N_ELEMENTS (wishes); i++) {
    const TsPlaylistVariant *variant =
        ts_playlist_choose_variant (playlist, wishes[i][0], &error);

    fail_unless ((variant != NULL) == (wishes[i][1] != NULL), "%s",
        wishes[i][0]);
    if (variant) {
      fail_unless_equals_string (variant->uri, wishes[i][1]);
    } else {
      fail_unless (g_error_matches (error, TS_PLAYLIST_ERROR,
              TS_PLAYLIST_ERROR_NO_VARIANT));
    }
    g_clear_error (&error);
  }
  ts_playlist_free (playlist);
}

GST_END_TEST;

/* Each breaks one thing; the message must name that line. */
static const struct
{
  const gchar *text;
  guint line;
} bad[] = {
  {"", 1},
  {"\n#EXTM3U\n", 1},
  {"#EXTM3U8\n", 1},
  {"\x47\x40\x11\x10", 1},
  {"#EXTM3U\n#EXTINF:4,\n\xff.ts\n", 3},
  {"#EXTM3U\n#EXTINF:abc,\na.ts\n", 2},
  {"#EXTM3U\n#EXTINF:-1,\na.ts\n", 2},
  {"#EXTM3U\n#EXTINF:4.x,\na.ts\n", 2},
  {"#EXTM3U\n#EXTINF:99999999999999999999,\na.ts\n", 2},
  {"#EXTM3U\n#EXTINF:nan,\na.ts\n", 2},
  {"#EXTM3U\n#EXTINF:4 s,\na.ts\n", 2},
  {"#EXTM3U\n\na.ts\n", 3},
  {"#EXTM3U\n#EXTINF:4,\na.ts\n#EXTINF:4,\n#EXT-X-ENDLIST\n", 4},
  {"#EXTM3U\n#EXT-X-TARGETDURATION:-4\n", 2},
  {"#EXTM3U\n#EXT-X-TARGETDURATION:\n", 2},
  {"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:x\n", 2},
  {"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:99999999999999999999\n", 2},
  {"#EXTM3U\n#EXT-X-DISCONTINUITY-SEQUENCE:\n", 2},
  {"#EXTM3U\n#EXT-X-PLAYLIST-TYPE:LIVE\n", 2},
  {"#EXTM3U\n#EXT-X-VERSION:0\n", 2},
  {"#EXTM3U\n#EXT-X-BYTERANGE:5@\n", 2},
  {"#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:5\na.ts\n", 4},
  {"#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2016-11-14\n", 2},
  {"#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2016-13-14T00:00:00Z\n", 2},
  {"#EXTM3U\n#EXT-X-KEY:URI=\"k\"\n", 2},
  {"#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\n", 2},
  {"#EXTM3U\n#EXT-X-KEY:=,\n", 2},
  {"#EXTM3U\n#EXT-X-MAP:BYTERANGE=\"5@0\"\n", 2},
  {"#EXTM3U\n#EXT-X-MAP:URI=\"i\",BYTERANGE=\"@\"\n", 2},
  {"#EXTM3U\n#EXT-X-START:PRECISE=YES\n", 2},
  {"#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n", 2},
  {"#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b\"\n", 2},
  {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=x\na.m3u8\n", 2},
  {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640\na.m3u8\n", 2},
  {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", 2},
  {"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXTINF:4,\nb.ts\n", 4},
  {"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA:TYPE=AUDIO\n", 3},
};

GST_START_TEST (test_bad_playlists)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    GError *error = NULL;
    gchar *prefix = g_strdup_printf ("line %u: ", bad[i].line);

    fail_unless (ts_playlist_parse (bad[i].text, strlen (bad[i].text),
            &error) == NULL, "%s", bad[i].text);
    fail_unless (error && error->domain == TS_PLAYLIST_ERROR);
    fail_unless (g_str_has_prefix (error->message, prefix), "%s: %s",
        bad[i].text, error->message);
    fail_unless (strchr (error->message, '\n') == NULL);
    g_error_free (error);
    g_free (prefix);
  }
}

GST_END_TEST;

GST_START_TEST (test_bounds)
{
  GString *text = g_string_new ("#EXTM3U\n");
  GError *error = NULL;
  guint i;

  for (i = 0; i <= TS_PLAYLIST_MAX_SEGMENTS; i++)
    g_string_append (text, "#EXTINF:1,\na\n");
  fail_unless (ts_playlist_parse (text->str, text->len, &error) == NULL);
  fail_unless (g_error_matches (error, TS_PLAYLIST_ERROR,
          TS_PLAYLIST_ERROR_TOO_LARGE));
  g_clear_error (&error);

  g_string_assign (text, "#EXTM3U\n#");
  for (i = 0; i < TS_PLAYLIST_MAX_LINE; i++)
    g_string_append_c (text, 'x');
  fail_unless (ts_playlist_parse (text->str, text->len, &error) == NULL);
  fail_unless (g_error_matches (error, TS_PLAYLIST_ERROR,
          TS_PLAYLIST_ERROR_TOO_LARGE));
  g_clear_error (&error);
  g_string_free (text, TRUE);
}

GST_END_TEST;

GST_START_TEST (test_resolve)
{
  static const gchar *const good[][3] = {
    {"http://h:81/a/b.m3u8?k=1", "c.ts", "http://h:81/a/c.ts"},
    {"http://h/a/b.m3u8", "../c.ts?x=y", "http://h/c.ts?x=y"},
    {"http://h/a/b.m3u8", "/c.ts", "http://h/c.ts"},
    {"https://h/a/b.m3u8", "//o/c.ts", "https://o/c.ts"},
    {"http://h/a/b.m3u8", "https://o:444/c.ts", "https://o:444/c.ts"},
    {"file:///a/b/c.m3u8", "d.ts", "file:///a/b/d.ts"},
    {"file:///a/b/c.m3u8", "http://h/d.ts", "http://h/d.ts"},
    {"file:///a/b/c.m3u8", "d%20e.ts", "file:///a/b/d%20e.ts"},
    {"file:///a/b/c.m3u8", "d e.ts", "file:///a/b/d%20e.ts"},
  };
  static const gchar *const refused[][2] = {
    {"http://h/a.m3u8", "file:///etc/passwd"},
    {"http://h/a.m3u8", "FILE:///etc/passwd"},
    {"http://h/a.m3u8", "gopher://h/x"},
    {"file:///a.m3u8", "data:,x"},
    {"http://h/a.m3u8", "http://[::1/x"},
    {"http://h/a.m3u8", "http://host;/x"},
    {"file:///a.m3u8", "http://host;/x"},
    {"not a uri", "x"},
  };
  GError *error = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++) {
    gchar *uri = ts_playlist_resolve (good[i][0], good[i][1], &error);

    fail_unless (uri != NULL, "%s", error ? error->message : "");
    fail_unless_equals_string (uri, good[i][2]);
    g_free (uri);
  }
  for (i = 0; i < G_N_ELEMENTS (refused); i++) {
    fail_unless (ts_playlist_resolve (refused[i][0], refused[i][1],
            &error) == NULL, "%s", refused[i][1]);
    fail_unless (g_error_matches (error, TS_PLAYLIST_ERROR,
            TS_PLAYLIST_ERROR_URI));
    g_clear_error (&error);
  }
}

GST_END_TEST;

/* rules: the types found, in order, as nicks with spaces */
static GString *found;
static gint64 found_value;

static void
note (TsTimingEventType type, gint64 segment, TsTimingUnit unit, gint64 value,
    gint64 low, gint64 high, const gchar * detail, gpointer user_data)
{
  g_string_append_printf (found, "%s%s", found->len ? " " : "",
      ts_timing_event_info (type)->nick);
  found_value = value;
  GST_INFO ("%s", detail);
}

static void
expect (const gchar * what, const gchar * nicks)
{
  fail_unless (strcmp (found->str, nicks) == 0, "%s: \"%s\", not \"%s\"", what,
      found->str, nicks);
  g_string_truncate (found, 0);
}

#define HEAD "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"

GST_START_TEST (test_rules_of_one)
{
  static const gchar *const cases[][2] = {
    {HEAD "#EXTINF:4.499,\na.ts\n", ""},
    {HEAD "#EXTINF:4.5,\na.ts\n#EXTINF:5,\nb.ts\n",
        "target-duration-exceeded target-duration-exceeded"},
    {"#EXTM3U\n#EXTINF:4,\na.ts\n", "playlist-error"},
    {HEAD "#EXTINF:4,\na.ts\n#EXT-X-MEDIA-SEQUENCE:1\n", "playlist-error"},
    {"\xef\xbb\xbf" HEAD, "playlist-error"},
    {HEAD "#EXT-X-TARGETDURATION:5\n", "playlist-error"},
  };
  guint i;

  found = g_string_new (NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    TsPlaylistRules *rules = ts_playlist_rules_new (NULL, note, NULL);

    ts_playlist_rules_load (rules, parse (cases[i][0]), TS_TIMING_NO_TIME);
    expect (cases[i][0], cases[i][1]);
    ts_playlist_rules_free (rules);
  }
  g_string_free (found, TRUE);
}

GST_END_TEST;

#define LIVE(seq, body) HEAD "#EXT-X-MEDIA-SEQUENCE:" #seq "\n" body
#define SEG(name) "#EXTINF:4,\n" name "\n"

GST_START_TEST (test_rules_of_reloads)
{
  static const struct
  {
    const gchar *what, *first, *second;
    gint64 step;                /* ns from load to load */
    const gchar *nicks;
  } cases[] = {
    {"grows and slides", LIVE (1, SEG ("a") SEG ("b") SEG ("c")),
        LIVE (2, SEG ("b") SEG ("c") SEG ("d")), 4 * S, ""},
    {"unchanged", LIVE (1, SEG ("a") SEG ("b")), LIVE (1, SEG ("a")
            SEG ("b")), 4 * S, ""},
    {"ends", LIVE (1, SEG ("a")), LIVE (1, SEG ("a") "#EXT-X-ENDLIST\n"),
        4 * S, ""},
    {"next of all", LIVE (1, SEG ("a")), LIVE (2, SEG ("b")), 4 * S, ""},
    {"goes back", LIVE (5, SEG ("a") SEG ("b")), LIVE (4, SEG ("x") SEG ("a")),
        4 * S, "media-sequence-error"},
    {"loses its end", LIVE (5, SEG ("a") SEG ("b")), LIVE (5, SEG ("a")),
        4 * S, "media-sequence-error"},
    {"begins again", LIVE (5, SEG ("a") SEG ("b")), LIVE (0, SEG ("a")),
        4 * S, "media-sequence-error"},
    {"another segment by the same number", LIVE (5, SEG ("a") SEG ("b")
              SEG ("c")), LIVE (6, SEG ("c") SEG ("d")), 4 * S,
        "media-sequence-error"},
    {"EXTINF changes", LIVE (5, SEG ("a")), LIVE (5, "#EXTINF:3,\na\n"),
        4 * S, "playlist-error"},
    {"a hole", LIVE (5, SEG ("a") SEG ("b")), LIVE (9, SEG ("e") SEG ("f")),
        4 * S, "media-sequence-error"},
    {"a hole because we came late", LIVE (5, SEG ("a") SEG ("b")), LIVE (9,
            SEG ("e") SEG ("f")), 16 * S, ""},
    {"discontinuity sequence kept", LIVE (5,
              "#EXT-X-DISCONTINUITY-SEQUENCE:7\n" SEG ("a")
              "#EXT-X-DISCONTINUITY\n" SEG ("b") SEG ("c")), LIVE (7,
            "#EXT-X-DISCONTINUITY-SEQUENCE:8\n" SEG ("c")), 4 * S, ""},
    {"discontinuity sequence forgotten", LIVE (5,
              "#EXT-X-DISCONTINUITY-SEQUENCE:7\n" SEG ("a")
              "#EXT-X-DISCONTINUITY\n" SEG ("b") SEG ("c")), LIVE (7,
              "#EXT-X-DISCONTINUITY-SEQUENCE:7\n" SEG ("c")), 4 * S,
        "media-sequence-error"},
    {"target duration changes", LIVE (1, SEG ("a")),
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:1\n"
          SEG ("a"), 4 * S, "playlist-error"},
    {"goes on after its end", LIVE (1, SEG ("a") "#EXT-X-ENDLIST\n"),
        LIVE (1, SEG ("a") SEG ("b")), 4 * S, "playlist-error"},
    {"an event forgets", LIVE (1, "#EXT-X-PLAYLIST-TYPE:EVENT\n" SEG ("a")
              SEG ("b")), LIVE (2, "#EXT-X-PLAYLIST-TYPE:EVENT\n" SEG ("b")
            SEG ("c")), 4 * S, "playlist-error"},
    {"stands still", LIVE (1, SEG ("a")), LIVE (1, SEG ("a")), 8 * S,
        "playlist-error"},
  };
  guint i;

  found = g_string_new (NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    TsPlaylistRules *rules = ts_playlist_rules_new (NULL, note, NULL);

    ts_playlist_rules_load (rules, parse (cases[i].first), S);
    expect (cases[i].what, "");
    ts_playlist_rules_load (rules, parse (cases[i].second), S + cases[i].step);
    expect (cases[i].what, cases[i].nicks);
    ts_playlist_rules_free (rules);
  }
  g_string_free (found, TRUE);
}

GST_END_TEST;

static TsTimingSegmentInfo
media (gint64 first_dts, gint64 duration)
{
  TsTimingSegmentInfo info = { 0 };

  info.index = 3;
  info.video_units = 100;
  info.video_first_dts = first_dts;
  info.media_duration = duration;
  info.frame_duration = 40 * MS;
  return info;
}

GST_START_TEST (test_rules_of_media)
{
  static const struct
  {
    gint64 duration;
    const gchar *nicks;
    gint64 slack;
  } cases[] = {
    /* EXTINF 4: one frame of 40 ms and 5 ms for rounding, either way */
    {4000 * MS, ""},
    {4045 * MS, ""},
    {4046 * MS, "extinf-mismatch"},
    {3955 * MS, ""},
    {3954 * MS, "extinf-mismatch"},
    /* target 4 and half a second */
    {4500 * MS, "extinf-mismatch"},
    {4501 * MS, "target-duration-exceeded extinf-mismatch"},
    {TS_TIMING_NO_TIME, ""},
    /* and 300 ms that the last frame may be longer by */
    {4345 * MS, "", 300 * MS},
    {4346 * MS, "extinf-mismatch", 300 * MS},
    {3655 * MS, "", 300 * MS},
    {3654 * MS, "extinf-mismatch", 300 * MS},
    {4800 * MS, "extinf-mismatch", 300 * MS},
    {4801 * MS, "target-duration-exceeded extinf-mismatch", 300 * MS},
  };
  TsPlaylistRules *rules = ts_playlist_rules_new (NULL, note, NULL);
  const TsPlaylist *playlist =
      ts_playlist_rules_load (rules, parse (HEAD SEG ("a")),
      TS_TIMING_NO_TIME);
  guint i;

  found = g_string_new (NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    TsTimingSegmentInfo info = media (0, cases[i].duration);

    info.duration_slack = cases[i].slack;
    ts_playlist_rules_segment (rules, ts_playlist_segment (playlist, 0), &info);
    expect (cases[i].nicks, cases[i].nicks);
  }
  ts_playlist_rules_free (rules);
  g_string_free (found, TRUE);
}

GST_END_TEST;

/* PROGRAM-DATE-TIME steps by 4.2 s, the media by 4 s: 200 ms a segment. */
GST_START_TEST (test_date_drift)
{
  GString *text = g_string_new (HEAD);
  TsPlaylistRules *rules = ts_playlist_rules_new (NULL, note, NULL);
  const TsPlaylist *playlist;
  guint i;

  for (i = 0; i < 8; i++) {
    if (i == 6)
      g_string_append (text, "#EXT-X-DISCONTINUITY\n");
    g_string_append_printf (text, "#EXT-X-PROGRAM-DATE-TIME:2016-11-14T15:30:"
        "%02u.%uZ\n#EXTINF:4,\n%u.ts\n", 42 * i / 10, 42 * i % 10, i);
  }
  found = g_string_new (NULL);
  playlist = ts_playlist_rules_load (rules, parse (text->str),
      TS_TIMING_NO_TIME);
  for (i = 0; i < 8; i++) {
    TsTimingSegmentInfo info = media (i * 4 * 90000, 4 * S);

    ts_playlist_rules_segment (rules, ts_playlist_segment (playlist, i), &info);
    if (i == 3) {
      /* 600 ms is the first above 500 */
      expect ("third step", "program-date-time-drift");
      fail_unless_equals_int64 (found_value, 600 * MS);
    } else {
      /* told once, and a discontinuity begins anew */
      expect ("other steps", "");
    }
  }
  ts_playlist_rules_free (rules);
  g_string_free (text, TRUE);
  g_string_free (found, TRUE);
}

GST_END_TEST;

#define DATED(second, name) \
    "#EXT-X-PROGRAM-DATE-TIME:2016-11-14T15:30:" second "Z\n" SEG (name)

/* The DTS leaps, and the dates do not. That is a drift, but for a discontinuity
 * or segments in between that were not read. */
GST_START_TEST (test_date_beyond_a_hole)
{
  static const struct
  {
    const gchar *what, *first, *second;
    const gchar *read;          /* segments of each load that are */
    const gchar *nicks;
  } cases[] = {
    {"no mark", LIVE (1, DATED ("00", "a") DATED ("04", "b")
            DATED ("08", "c")), NULL, "abc", "program-date-time-drift"},
    {"marked", LIVE (1, DATED ("00", "a") "#EXT-X-DISCONTINUITY\n"
              DATED ("04", "b") DATED ("08", "c")), NULL, "abc", ""},
    {"marked on one that is not read", LIVE (1, DATED ("00", "a")
              "#EXT-X-DISCONTINUITY\n" DATED ("04", "b") DATED ("08", "c")),
        NULL, "ac", ""},
    {"marked, slid out", LIVE (1, DATED ("00", "a")), LIVE (3,
              "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" DATED ("08", "c")), "ac",
        ""},
    {"marked on the next, by its sequence", LIVE (1, DATED ("00", "a")),
          LIVE (2, "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" DATED ("04", "b")), "ab",
        ""},
    {"not read", LIVE (1, DATED ("00", "a") DATED ("04", "b")
            DATED ("08", "c")), NULL, "ac", ""},
    {"behind one not read", LIVE (1, DATED ("00", "a") DATED ("04", "b")
              DATED ("08", "c") DATED ("14", "d")), NULL, "acd",
        "program-date-time-drift"},
  };
  guint i, k, load;

  found = g_string_new (NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    TsPlaylistRules *rules = ts_playlist_rules_new (NULL, note, NULL);

    for (load = 0; load < 2; load++) {
      const gchar *text = load ? cases[i].second : cases[i].first;
      const TsPlaylist *playlist;

      if (!text)
        break;
      playlist = ts_playlist_rules_load (rules, parse (text),
          TS_TIMING_NO_TIME);
      for (k = 0; k < playlist->segments->len; k++) {
        const TsPlaylistSegment *segment = ts_playlist_segment (playlist, k);
        guint place = segment->uri[0] - 'a';
        TsTimingSegmentInfo info = media (place * 4 * 90000, 4 * S);

        if (place > 0)
          info.video_first_dts += 1000 * 90000;
        if (strchr (cases[i].read, segment->uri[0]))
          ts_playlist_rules_segment (rules, segment, &info);
      }
    }
    expect (cases[i].what, cases[i].nicks);
    ts_playlist_rules_free (rules);
  }
  g_string_free (found, TRUE);
}

GST_END_TEST;

static Suite *
tsplaylist_suite (void)
{
  Suite *s = suite_create ("tsplaylist");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_media_playlist);
  tcase_add_test (tc, test_master_playlist);
  tcase_add_test (tc, test_bad_playlists);
  tcase_add_test (tc, test_bounds);
  tcase_add_test (tc, test_resolve);
  tcase_add_test (tc, test_rules_of_one);
  tcase_add_test (tc, test_rules_of_reloads);
  tcase_add_test (tc, test_rules_of_media);
  tcase_add_test (tc, test_date_drift);
  tcase_add_test (tc, test_date_beyond_a_hole);
  return s;
}

GST_CHECK_MAIN (tsplaylist);
