/* tstiming.c: the checker on generated streams, by an independent count */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>
#include <malloc.h>
#include <string.h>

#include "ts-timing-report.h"
#include "tsexpect.h"
#include "tsgenerator.h"

/* What each fault is, and nothing else, by TR 101 290 (profile broadcast). */
static const struct
{
  GenFault fault;
  Expected events[3];
  guint length;
} faults[] = {
  {GEN_FAULT_NONE, {{0, 0}}, 0},
  {GEN_FAULT_LOST, {{E (CONTINUITY_COUNT_ERROR), 1}}, 0},
  {GEN_FAULT_DUPLICATE, {{0, 0}}, 0},
  {GEN_FAULT_TRIPLE, {{E (CONTINUITY_COUNT_ERROR), 1}}, 0},
  {GEN_FAULT_FALSE_DUPLICATE, {{E (CONTINUITY_COUNT_ERROR), 1}}, 0},
  {GEN_FAULT_SWAPPED, {{E (CONTINUITY_COUNT_ERROR), 3}}, 0},
  {GEN_FAULT_MARKED_COUNTER, {{0, 0}}, 0},
  {GEN_FAULT_COUNT_WITHOUT_PAYLOAD, {{E (CONTINUITY_COUNT_ERROR), 1}}, 0},
  {GEN_FAULT_TRANSPORT_ERROR, {{E (TRANSPORT_ERROR), 1}}, 0},
  {GEN_FAULT_SYNC_BYTE, {{E (SYNC_BYTE_ERROR), 1}}, 0},
  {GEN_FAULT_TWO_SYNC_BYTES, {{E (SYNC_LOSS), 1}}, 0},
  {GEN_FAULT_JUNK, {{E (SYNC_LOSS), 1}}, 0},
  {GEN_FAULT_CRC, {{E (CRC_ERROR), 1}}, 0},
  {GEN_FAULT_NO_PAT, {{E (PAT_ERROR), 1}}, 0},
  {GEN_FAULT_WRONG_TABLE, {{E (PAT_ERROR), 1}}, 0},
  {GEN_FAULT_NO_PMT, {{E (PMT_ERROR), 1}}, 0},
  /* sound is missed, and when it comes back its timestamps made a leap */
  {GEN_FAULT_NO_AUDIO, {{E (PID_ERROR), 1}, {E (PTS_ERROR), 1}}, 0},
  {GEN_FAULT_ONE_PCR_MISSING, {{0, 0}}, 0},
  {GEN_FAULT_PCR_MISSING, {{E (PCR_REPETITION_ERROR), 1}}, 0},
  /* a clock 5 s ahead: the DTS of both PIDs are too late for it */
  {GEN_FAULT_PCR_JUMP, {{E (PCR_DISCONTINUITY_ERROR), 1},
          {E (DTS_PCR_GAP), 2}}, 0},
  /* a clock 5 s behind: audio would wait longer than the 1 s of its buffer,
   * and H.264 may wait 10 s */
  {GEN_FAULT_PCR_BACK, {{E (PCR_DISCONTINUITY_ERROR), 1},
          {E (DATA_DELAY_ERROR), 1}}, 0},
  {GEN_FAULT_PCR_ACCURACY, {{E (PCR_ACCURACY_ERROR), 1}}, 0},
  {GEN_FAULT_MARKED_SPLICE, {{0, 0}}, 0},
  {GEN_FAULT_SPLICE, {{E (PCR_DISCONTINUITY_ERROR), 1},
          {E (UNMARKED_DISCONTINUITY), 1}}, 0},
  {GEN_FAULT_DTS_REPEATED, {{E (DTS_NOT_INCREASING), 1}}, 0},
  {GEN_FAULT_DTS_BACK, {{E (DTS_NOT_INCREASING), 1}}, 0},
  {GEN_FAULT_PTS_BEFORE_DTS, {{E (PTS_BEFORE_DTS), 1}}, 0},
  {GEN_FAULT_VIDEO_MISSING, {{E (PTS_ERROR), 1}}, 0},
  {GEN_FAULT_VIDEO_LATE, {{E (DTS_PCR_GAP), 1}}, 0},
  {GEN_FAULT_AUDIO_EARLY, {{E (DATA_DELAY_ERROR), 1}}, 0},
  {GEN_FAULT_UNREFERENCED, {{E (UNREFERENCED_PID), 1}}, 0},
  {GEN_FAULT_SCRAMBLED, {{E (CAT_ERROR), 1}}, 0},
  {GEN_FAULT_NO_NIT, {{E (NIT_ERROR), 1}}, 0},
  {GEN_FAULT_NO_SDT, {{E (SDT_ERROR), 1}}, 0},
  {GEN_FAULT_NO_EIT, {{E (EIT_ERROR), 1}}, 0},
  {GEN_FAULT_NO_TDT, {{E (TDT_ERROR), 1}}, 55000},
  {GEN_FAULT_SDT_TOO_SOON, {{E (SI_REPETITION_ERROR), 1}}, 0},
  /* nothing is judged by a clock or a table that is not there */
  {GEN_FAULT_NEVER_PAT, {{E (PAT_ERROR), 1}}, 0},
  {GEN_FAULT_NEVER_PMT, {{E (PMT_ERROR), 1}}, 0},
  {GEN_FAULT_NEVER_PCR, {{E (PCR_REPETITION_ERROR), 1}}, 0},
  {GEN_FAULT_NEVER_EIT, {{E (EIT_ERROR), 1}}, 0},
  {GEN_FAULT_EIT_NOT_ANNOUNCED, {{0, 0}}, 0},
  {GEN_FAULT_VIDEO_STOPS, {{E (PCR_REPETITION_ERROR), 1},
          {E (PID_ERROR), 1}}, 0},
  {GEN_FAULT_SCRAMBLED_PCR_STOPS, {{E (CAT_ERROR), 1},
          {E (PCR_REPETITION_ERROR), 1}}, 0},
};

G_STATIC_ASSERT (G_N_ELEMENTS (faults) == GEN_N_FAULTS);

static GByteArray *
fault_stream (guint i)
{
  GenConfig config;

  gen_config_init (&config, faults[i].fault);
  if (faults[i].length)
    config.length = faults[i].length;
  return gen_stream (&config);
}

/* ---- against the independent count ---- */

static void
assert_inside (JsonNode * expected, JsonNode * found, const gchar * where)
{
  gchar *path;

  fail_unless (found != NULL, "%s is missing", where);
  if (JSON_NODE_HOLDS_OBJECT (expected)) {
    JsonObject *object = json_node_get_object (expected);
    GList *names = json_object_get_members (object), *l;

    fail_unless (JSON_NODE_HOLDS_OBJECT (found), "%s is no object", where);
    for (l = names; l; l = l->next) {
      path = g_strdup_printf ("%s/%s", where, (gchar *) l->data);
      assert_inside (json_object_get_member (object, l->data),
          json_object_get_member (json_node_get_object (found), l->data), path);
      g_free (path);
    }
    g_list_free (names);
  } else if (JSON_NODE_HOLDS_ARRAY (expected)) {
    JsonArray *a = json_node_get_array (expected);
    JsonArray *b = json_node_get_array (found);
    guint i;

    fail_unless (json_array_get_length (a) == json_array_get_length (b),
        "%s has %u entries, expected %u", where, json_array_get_length (b),
        json_array_get_length (a));
    for (i = 0; i < json_array_get_length (a); i++) {
      path = g_strdup_printf ("%s/%u", where, i);
      assert_inside (json_array_get_element (a, i),
          json_array_get_element (b, i), path);
      g_free (path);
    }
  } else if (!JSON_NODE_HOLDS_NULL (expected)) {
    gdouble a = json_node_get_double (expected);
    gdouble b = json_node_get_double (found);

    /* a millionth of a millisecond is a nanosecond */
    fail_unless (ABS (a - b) < 1e-6, "%s is %f, expected %f", where, b, a);
  }
}

static JsonNode *
count_independently (const guint8 * data, gsize size)
{
  gchar *script = g_build_filename (g_getenv ("PUBLISH_SOURCE_ROOT"), "tests",
      "check", "ts-count.py", NULL);
  gchar *path = NULL, *out = NULL;
  gint fd = g_file_open_tmp ("ts-count-XXXXXX", &path, NULL), status = 0;
  gchar *argv[] = { (gchar *) "python3", script, path, NULL };
  GError *error = NULL;
  JsonNode *node;

  fail_unless (fd >= 0);
  close (fd);
  fail_unless (g_file_set_contents (path, (const gchar *) data, size, NULL));
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL,
      &status, &error);
  fail_unless (error == NULL && status == 0, "%s does not run", script);
  g_unlink (path);
  node = json_from_string (out, &error);
  fail_unless (node != NULL, "%s", error ? error->message : "no JSON");
  g_free (out);
  g_free (path);
  g_free (script);
  return node;
}

static void
assert_independent (const TsTimingChecker * checker, const guint8 * data,
    gsize size, const gchar * what)
{
  JsonNode *expected = count_independently (data, size);
  JsonNode *found = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (found, ts_timing_report_build (checker, FALSE));
  assert_inside (expected, found, what);
  json_node_unref (expected);
  json_node_unref (found);
}

GST_START_TEST (test_fault)
{
  GByteArray *stream = fault_stream (__i__);
  const gchar *name = gen_fault_name (faults[__i__].fault);
  TsTimingChecker *checker;

  checker = check_bytes (TS_TIMING_PROFILE_BROADCAST, stream->data,
      stream->len, 65536);
  assert_events (checker, name, faults[__i__].events, 3);
  assert_independent (checker, stream->data, stream->len, name);
  ts_timing_free (checker);
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* A PCR jump is told wherever it lies, also where a PES of much audio begins
 * right before it: the pictures say that no such time went by. */
GST_START_TEST (test_pcr_jump_beside_long_audio)
{
  static const guint jumps[] = { 150, 300, 500 };
  const Expected one = { E (PCR_DISCONTINUITY_ERROR), 1 };
  GenConfig config;
  guint i;

  gen_config_init (&config, GEN_FAULT_PCR_JUMP);
  config.audio_step = 320;
  config.pcr_jump = jumps[__i__];
  config.length = 13000;
  /* at each PCR of the time of two such PES */
  for (i = 0; i < 16; i++) {
    GByteArray *stream;
    TsTimingChecker *checker;
    gchar *what;

    config.at = 12000 + 40 * i;
    stream = gen_stream (&config);
    checker = check_bytes (TS_TIMING_PROFILE_HLS, stream->data, stream->len,
        65536);
    what = g_strdup_printf ("%u ms at %u", config.pcr_jump, config.at);
    assert_events (checker, what, &one, 1);
    g_free (what);
    ts_timing_free (checker);
    g_byte_array_unref (stream);
  }
}

GST_END_TEST;

/* A rule that is off is not told and not counted. */
GST_START_TEST (test_checks_off)
{
  GByteArray *stream = fault_stream (__i__);
  const Expected *events = faults[__i__].events;
  TsTimingConfig config;
  TsTimingChecker *checker;
  guint i;

  ts_timing_config_init (&config, TS_TIMING_PROFILE_BROADCAST);
  for (i = 0; i < 3 && events[i].count; i++)
    config.checks &= ~ts_timing_event_info (events[i].type)->check;
  checker = ts_timing_new (&config);
  ts_timing_push (checker, stream->data, stream->len, TS_TIMING_NO_TIME);
  ts_timing_finish (checker);
  assert_clean (checker, gen_fault_name (faults[__i__].fault));
  ts_timing_free (checker);
  g_byte_array_unref (stream);
}

GST_END_TEST;

GST_START_TEST (test_clean_in_every_profile)
{
  GByteArray *stream = fault_stream (0);
  guint profile;

  for (profile = 0; profile < TS_TIMING_N_PROFILES; profile++) {
    TsTimingChecker *checker = check_bytes (profile, stream->data,
        stream->len, 4096);
    TsTimingTotals totals;

    assert_clean (checker, ts_timing_profile_nick (profile));
    ts_timing_get_totals (checker, &totals);
    fail_unless_equals_uint64 (totals.packets, stream->len / 188);
    fail_unless (ts_timing_get_verdict (checker) == TS_TIMING_VERDICT_CLEAN);
    /* 20000 ticks of 27 MHz for 188 bytes */
    fail_unless (ABS ((gint64) totals.bitrate - 2030400) < 2030400 / 100);
    ts_timing_free (checker);
  }
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* Every segment begins with the very same PAT and PMT packets, as nginx-rtmp
 * writes them: fine for HLS, more than one duplicate by TR 101 290. */
GST_START_TEST (test_psi_of_segments)
{
  GByteArray *stream = fault_stream (0);
  TsTimingProfile profile = __i__ ? TS_TIMING_PROFILE_BROADCAST :
      TS_TIMING_PROFILE_HLS;
  TsTimingSegment segment = { NULL, TS_TIMING_NO_TIME, TS_TIMING_NO_TIME,
    FALSE
  };
  TsTimingConfig config;
  TsTimingChecker *checker;
  gsize piece = stream->len / 188 / 4 * 188, at, i;

  ts_timing_config_init (&config, profile);
  checker = ts_timing_new (&config);
  for (at = 0; at + piece <= stream->len; at += piece) {
    ts_timing_begin_segment (checker, &segment);
    ts_timing_push (checker, stream->data, 2 * 188, TS_TIMING_NO_TIME);
    for (i = at; i < at + piece; i += 188) {
      /* no other tables than these */
      if ((stream->data[i + 1] & 0x1f) == 0 && stream->data[i + 2] == 0)
        continue;
      if ((stream->data[i + 1] & 0x1f) == 0x10 && stream->data[i + 2] == 0)
        continue;
      ts_timing_push (checker, stream->data + i, 188, TS_TIMING_NO_TIME);
    }
  }
  ts_timing_finish (checker);
  if (__i__ == 0)
    assert_clean (checker, "hls");
  else
    /* the third PAT and PMT; the fourth are duplicates of the third */
    fail_unless_equals_uint64 (ts_timing_get_count (checker,
            TS_TIMING_EVENT_CONTINUITY_COUNT_ERROR), 2);
  ts_timing_free (checker);
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* Without its null packets the stream has a rate that varies, and a large
 * picture stands at its end, with a PAT behind it and no PCR: how much time that
 * took nobody knows, so it was not too long. */
GST_START_TEST (test_large_picture_at_the_end)
{
  GByteArray *stream = fault_stream (0), *out = g_byte_array_new ();
  guint8 packet[188], pat[188] = { 0 };
  guint i, counter = 0;
  TsTimingChecker *checker;

  for (i = 0; i + 188 <= stream->len; i += 188) {
    const guint8 *p = stream->data + i;
    guint pid = (p[1] & 0x1f) << 8 | p[2];

    if (pid == 0x1fff)
      continue;
    if (pid == 0)
      memcpy (pat, p, 188);
    else if (pid == GEN_VIDEO_PID)
      counter = p[3];
    g_byte_array_append (out, p, 188);
  }
  memset (packet, 0x5a, sizeof (packet));
  packet[0] = 0x47;
  packet[1] = GEN_VIDEO_PID >> 8;
  packet[2] = GEN_VIDEO_PID & 0xff;
  for (i = 0; i < 500; i++) {
    packet[3] = 0x10 | ((++counter) & 0xf);
    g_byte_array_append (out, packet, 188);
  }
  pat[3] = (pat[3] & 0xf0) | ((pat[3] + 1) & 0xf);
  g_byte_array_append (out, pat, 188);
  checker = check_bytes (__i__, out->data, out->len, 4096);
  assert_clean (checker, ts_timing_profile_nick (__i__));
  ts_timing_free (checker);
  g_byte_array_unref (out);
  g_byte_array_unref (stream);
}

GST_END_TEST;

static gboolean
middle_of_picture (const guint8 * p)
{
  return p[1] == GEN_VIDEO_PID >> 8 && p[2] == (GEN_VIDEO_PID & 0xff) &&
      p[3] >> 4 == 1;
}

/* Bytes are missing before a piece, and the caller says so: the counters tell
 * how many, a piece that begins within a packet is no loss of sync, and where
 * nothing is missing nothing is told. */
GST_START_TEST (test_cut)
{
  GByteArray *stream = fault_stream (0);
  gsize lost = stream->len / 2 / 188 * 188, torn = 0;
  TsTimingConfig config;
  TsTimingChecker *checker;
  TsTimingTotals totals;
  static const guint missing[] = { 0, 1, 1, 2 };

  while (!middle_of_picture (stream->data + lost - 188) ||
      !middle_of_picture (stream->data + lost))
    lost += 188;
  ts_timing_config_init (&config, TS_TIMING_PROFILE_BROADCAST);
  checker = ts_timing_new (&config);
  /* 2: the rest of the lost packet comes; 3: half of the one before is missing
   * as well, so that two are lost */
  if (__i__ == 2)
    torn = 100;
  ts_timing_push (checker, stream->data, __i__ == 3 ? lost - 80 : lost,
      TS_TIMING_NO_TIME);
  if (__i__ > 0)
    lost += 188 - torn;
  ts_timing_cut (checker);
  ts_timing_push (checker, stream->data + lost, stream->len - lost,
      TS_TIMING_NO_TIME);
  ts_timing_finish (checker);
  ts_timing_get_totals (checker, &totals);
  fail_unless_equals_uint64 (totals.packets, stream->len / 188 -
      missing[__i__]);
  fail_unless_equals_uint64 (totals.discontinuities, 1);
  fail_unless_equals_uint64 (totals.resyncs, 0);
  if (missing[__i__] == 0)
    assert_clean (checker, "nothing missing");
  else {
    Expected one = { E (CONTINUITY_COUNT_ERROR), 1 };

    assert_events (checker, "cut", &one, 1);
  }
  ts_timing_free (checker);
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* Names of files and playlists are of any encoding and any length: what is
 * told of them is UTF-8. */
GST_START_TEST (test_names_of_any_encoding)
{
  const TsTimingSegment segment = { "caf\351.ts", TS_TIMING_NO_TIME,
    TS_TIMING_NO_TIME, FALSE
  };
  GString *detail = g_string_new (NULL);
  TsTimingConfig config;
  guint i;

  for (i = 0; i < (guint) __i__; i++)
    g_string_append_c (detail, 'a');
  for (i = 0; i < 100; i++)
    g_string_append (detail, "\320\264");
  ts_timing_config_init (&config, TS_TIMING_PROFILE_AUTO);
  /* whole, cut, and followed by what is no UTF-8 */
  for (i = 0; i < 3; i++) {
    TsTimingChecker *checker = ts_timing_new (&config);
    TsTimingEvent event;
    gchar *report, text[400];
    gsize size;

    if (i == 1)
      g_string_truncate (detail, 101 + __i__);
    else if (i == 2)
      g_string_append (detail, " \351");
    ts_timing_begin_segment (checker, &segment);
    ts_timing_add_event (checker, E (SEGMENT_UNAVAILABLE), 0,
        TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
        detail->str);
    ts_timing_finish (checker);
    report = ts_timing_report_to_string (checker, TRUE, FALSE);
    fail_unless (g_utf8_validate (report, -1, NULL), "%s", report);
    g_free (report);
    event = *ts_timing_get_first (checker, E (SEGMENT_UNAVAILABLE));
    fail_unless (i > 0 || g_utf8_validate (event.detail, -1, NULL), "%s",
        event.detail);
    event.detail = detail->str;
    for (size = 1; size < sizeof (text); size++) {
      ts_timing_event_describe (&event, text, size);
      fail_unless (strlen (text) < size && strlen (text) + 6 >= MIN (size,
              detail->len));
      fail_unless (g_utf8_validate (text, -1, NULL), "%s", text);
    }
    ts_timing_free (checker);
  }
  g_string_free (detail, TRUE);
}

GST_END_TEST;

/* ---- cuts ---- */

static GByteArray *
repack (const GByteArray * stream, guint size)
{
  static const guint8 filler[16];
  GByteArray *array = g_byte_array_new ();
  guint i;

  for (i = 0; i + 188 <= stream->len; i += 188) {
    if (size == 192)
      g_byte_array_append (array, filler, 4);
    g_byte_array_append (array, stream->data + i, 188);
    if (size == 204)
      g_byte_array_append (array, filler, 16);
  }
  return array;
}

static const guint cuts[] = { 1, 2, 3, 5, 7, 47, 187, 188, 189, 191, 192, 204,
  816, 817, 818, 1000, 1316, 4096, 12345, 65536
};

static void
assert_cuts (const guint8 * data, gsize size, const gchar * what)
{
  gchar *whole = NULL;
  guint i;

  for (i = 0; i <= G_N_ELEMENTS (cuts); i++) {
    gsize cut = i == 0 ? size : cuts[i - 1];
    TsTimingChecker *checker = check_bytes (TS_TIMING_PROFILE_BROADCAST, data,
        size, cut);
    gchar *report = ts_timing_report_to_string (checker, TRUE, FALSE);

    ts_timing_free (checker);
    if (whole == NULL) {
      whole = report;
      continue;
    }
    fail_unless (strcmp (whole, report) == 0,
        "%s: other report when cut into %u bytes", what, (guint) cut);
    g_free (report);
  }
  g_free (whole);
}

static const GenFault cut_faults[] = { GEN_FAULT_NONE, GEN_FAULT_TRIPLE,
  GEN_FAULT_FALSE_DUPLICATE, GEN_FAULT_SYNC_BYTE, GEN_FAULT_TWO_SYNC_BYTES,
  GEN_FAULT_JUNK, GEN_FAULT_CRC, GEN_FAULT_SPLICE
};

GST_START_TEST (test_cuts)
{
  GenConfig config;
  GByteArray *stream, *other;
  guint size;

  gen_config_init (&config, cut_faults[__i__]);
  config.at = 1000;
  config.length = 2000;
  stream = gen_stream (&config);
  assert_cuts (stream->data, stream->len, gen_fault_name (config.fault));
  /* begins and ends within a packet */
  assert_cuts (stream->data + 100, stream->len - 150, "torn");
  for (size = 192; size <= 204; size += 12) {
    TsTimingTotals totals;
    TsTimingChecker *checker;

    other = repack (stream, size);
    if (config.fault != GEN_FAULT_JUNK) {
      assert_cuts (other->data, other->len, gen_fault_name (config.fault));
      checker = check_bytes (TS_TIMING_PROFILE_BROADCAST, other->data,
          other->len, 1316);
      ts_timing_get_totals (checker, &totals);
      fail_unless_equals_int (totals.packet_size, size);
      ts_timing_free (checker);
    }
    g_byte_array_unref (other);
  }
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* A segment that ends within a packet takes nothing from the next one. */
GST_START_TEST (test_torn_segment)
{
  static const struct
  {
    guint size, missing, lost;
  } cases[] = {
    {188, 0, 0}, {188, 1, 1}, {188, 50, 1}, {188, 187, 1},
    {192, 0, 0}, {192, 1, 1}, {192, 50, 1}, {192, 187, 1}, {192, 190, 1},
    {204, 0, 0}, {204, 10, 0}, {204, 16, 0}, {204, 17, 1}, {204, 203, 1},
  };
  guint size = cases[__i__].size, lost = cases[__i__].lost;
  const Expected event = { E (CONTINUITY_COUNT_ERROR), lost };
  const TsTimingSegment segment = { NULL, TS_TIMING_NO_TIME,
    TS_TIMING_NO_TIME, FALSE
  };
  GByteArray *stream, *packets;
  GenConfig short_stream;
  TsTimingConfig config;
  gsize end;
  guint i;

  gen_config_init (&short_stream, GEN_FAULT_NONE);
  short_stream.length = 2000;
  stream = gen_stream (&short_stream);
  end = stream->len / 2 / 188;
  while (!middle_of_picture (stream->data + (end - 1) * 188) ||
      !middle_of_picture (stream->data + end * 188))
    end++;
  packets = repack (stream, size);
  end *= size;
  ts_timing_config_init (&config, TS_TIMING_PROFILE_BROADCAST);
  for (i = 0; i < G_N_ELEMENTS (cuts); i++) {
    TsTimingChecker *checker = ts_timing_new (&config);
    TsTimingTotals totals;

    ts_timing_begin_segment (checker, &segment);
    push_pieces (checker, packets->data, end - cases[__i__].missing, cuts[i]);
    ts_timing_begin_segment (checker, &segment);
    push_pieces (checker, packets->data + end, packets->len - end, cuts[i]);
    ts_timing_finish (checker);
    assert_events (checker, "torn", &event, 1);
    ts_timing_get_totals (checker, &totals);
    fail_unless_equals_uint64 (totals.packets, stream->len / 188 - lost);
    fail_unless_equals_uint64 (totals.resyncs, 0);
    fail_unless_equals_int (totals.packet_size, size);
    ts_timing_free (checker);
  }
  g_byte_array_unref (packets);
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* ---- 27 hours ---- */

#define HOURS 27
#define BLOCK (348 * 188)

typedef struct
{
  TsTimingChecker *checkers[TS_TIMING_N_PROFILES];
  guint8 block[BLOCK];
  gsize fill;
  guint64 bytes;
  gsize memory;
} Long;

static void
long_push (Long * l)
{
  guint i;

  for (i = 0; i < TS_TIMING_N_PROFILES; i++)
    ts_timing_push (l->checkers[i], l->block, l->fill, TS_TIMING_NO_TIME);
  l->bytes += l->fill;
  l->fill = 0;
  /* after an hour all is there that will ever be */
  if (l->memory == 0 && l->bytes > 3600u * 100 * 188)
    l->memory = mallinfo2 ().uordblks;
}

static void
long_sink (const guint8 * data, gsize size, gpointer user_data)
{
  Long *l = user_data;

  memcpy (l->block + l->fill, data, size);
  l->fill += size;
  if (l->fill == BLOCK)
    long_push (l);
}

GST_START_TEST (test_27_hours_over_two_wraps)
{
  Long *l = g_new0 (Long, 1);
  GenConfig config;
  TsTimingConfig rules;
  TsTimingTotals totals;
  TsTimingPidInfo pid;
  guint i;

  gen_config_init (&config, GEN_FAULT_NONE);
  config.ticks = 270000;
  config.picture = 1;
  config.length = HOURS * 3600 * 1000;
  /* a minute before the first wrap; the second is 26.5 h later */
  config.start = (G_GUINT64_CONSTANT (1) << 33) - 60 * 90000;
  for (i = 0; i < TS_TIMING_N_PROFILES; i++) {
    ts_timing_config_init (&rules, i);
    l->checkers[i] = ts_timing_new (&rules);
  }
  gen_run (&config, long_sink, l);
  long_push (l);
  fail_unless (mallinfo2 ().uordblks <= l->memory,
      "memory grew by %" G_GSIZE_FORMAT " bytes",
      (gsize) mallinfo2 ().uordblks - l->memory);

  for (i = 0; i < TS_TIMING_N_PROFILES; i++) {
    ts_timing_finish (l->checkers[i]);
    assert_clean (l->checkers[i], ts_timing_profile_nick (i));
    ts_timing_get_totals (l->checkers[i], &totals);
    fail_unless (ABS (totals.duration - HOURS * 3600 * TS_TIMING_SECOND) <
        TS_TIMING_SECOND);
    /* video is PID 0x100: the timeline went through both wraps */
    fail_unless (ts_timing_get_pid (l->checkers[i], 5, &pid));
    fail_unless_equals_int (pid.pid, GEN_VIDEO_PID);
    fail_unless (ABS (pid.last_dts - pid.first_dts -
            HOURS * G_GINT64_CONSTANT (3600) * 90000) < 90000);
    fail_unless (pid.last_dts > 2 * (G_GINT64_CONSTANT (1) << 33));
    ts_timing_free (l->checkers[i]);
  }
  g_free (l);
}

GST_END_TEST;

static Suite *
tstiming_suite (void)
{
  Suite *s = suite_create ("tstiming");
  TCase *tc = tcase_create ("faults");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_fault, 0, GEN_N_FAULTS);
  tcase_add_loop_test (tc, test_pcr_jump_beside_long_audio, 0, 3);
  tcase_add_loop_test (tc, test_checks_off, 1, GEN_N_FAULTS);
  tcase_add_test (tc, test_clean_in_every_profile);
  tcase_add_loop_test (tc, test_psi_of_segments, 0, 2);
  tcase_add_loop_test (tc, test_large_picture_at_the_end, 0,
      TS_TIMING_N_PROFILES);
  tcase_add_loop_test (tc, test_cut, 0, 4);
  tcase_add_loop_test (tc, test_names_of_any_encoding, 0, 2);
  tcase_add_loop_test (tc, test_cuts, 0, G_N_ELEMENTS (cut_faults));
  tcase_add_loop_test (tc, test_torn_segment, 0, 14);

  tc = tcase_create ("long");
  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 600);
  tcase_add_test (tc, test_27_hours_over_two_wraps);
  return s;
}

GST_CHECK_MAIN (tstiming);
