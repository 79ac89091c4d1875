/* gst-ts-timing-1.0: command line, verdicts, real streams and playlists. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../ts-timing-run.h"

/* made once, by two independent muxers */
static gchar *folder;

static void
make_streams (void)
{
  folder = make_folder ();
  run_in_parent ("ffmpeg -nostdin -loglevel error -f lavfi -i "
      "testsrc2=size=160x120:rate=25 -f lavfi -i sine=frequency=440:"
      "sample_rate=48000 -t 6 -c:v libx264 -preset ultrafast -bf 2 -g 50 "
      "-sc_threshold 0 -c:a aac '%s/ffmpeg.ts' -t 6 -c:v libx264 -preset "
      "ultrafast -g 50 -sc_threshold 0 -c:a aac -hls_time 2 -hls_list_size 0 "
      "'%s/ffmpeg.m3u8'", folder, folder);
  run_in_parent ("gst-launch-1.0 -q videotestsrc num-buffers=150 ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! x264enc "
      "tune=zerolatency key-int-max=50 ! h264parse ! mpegtsmux name=m ! "
      "filesink location='%s/mpegtsmux.ts' audiotestsrc num-buffers=281 "
      "samplesperbuffer=1024 ! audio/x-raw,rate=48000 ! avenc_aac ! "
      "aacparse ! m.", folder);
}

static void
remove_streams (void)
{
  run_in_parent ("rm -rf '%s'", folder);
  g_free (folder);
}

static void
write_playlist (const gchar * name, const gchar * text)
{
  gchar *path = g_build_filename (folder, name, NULL);

  fail_unless (g_file_set_contents (path, text, -1, NULL));
  g_free (path);
}

/* Runs the tool on a file of the folder; the events must be exactly @nicks. */
static void
expect_events (const gchar * arguments, const gchar * file,
    const gchar * nicks, gint status)
{
  Run run = run_tool ("--json %s '%s/%s'", arguments, folder, file);
  JsonParser *parser;
  gchar *got = event_nicks (parse_report (&run, &parser));

  fail_unless (strcmp (got, nicks) == 0, "%s %s: \"%s\", not \"%s\"",
      arguments, file, got, nicks);
  fail_unless (run.status == status, "%s %s: exit %d", arguments, file,
      run.status);
  g_free (got);
  g_object_unref (parser);
  run_clear (&run);
}

GST_START_TEST (test_streams_of_muxers_are_clean)
{
  expect_events ("", "ffmpeg.ts", "", 0);
  expect_events ("", "mpegtsmux.ts", "", 0);
  expect_events ("--profile hls", "ffmpeg.ts", "", 0);
  expect_events ("--profile hls", "mpegtsmux.ts", "", 0);
  /* the seed's window is 700 to 1200 ms for video; ffmpeg writes 700, and
   * mpegtsmux 125 */
  expect_events ("--profile seed", "ffmpeg.ts", "", 0);
  expect_events ("--profile seed", "mpegtsmux.ts", "dts-pcr-gap", 1);
  expect_events ("", "ffmpeg.m3u8", "", 0);
}

GST_END_TEST;

/* ffmpeg packs a third of a second of audio into one PES, with one PCR. */
GST_START_TEST (test_audio_alone)
{
  run_in_parent ("ffmpeg -nostdin -loglevel error -i '%s/ffmpeg.ts' -c copy "
      "-vn -hls_time 2 -hls_list_size 0 '%s/audio.m3u8'", folder, folder);
  expect_events ("", "audio.m3u8", "", 0);
}

GST_END_TEST;

GST_START_TEST (test_report_has_what_it_must)
{
  static const gchar *const keys[] = { "packets", "duration", "programs",
    "events", "first", "segments", "verdict", "input", "playlist", "series"
  };
  Run run = run_tool ("--json --profile seed '%s/mpegtsmux.ts'", folder);
  JsonParser *parser;
  JsonObject *report = parse_report (&run, &parser), *first;
  gchar *path = g_build_filename (folder, "mpegtsmux.ts", NULL);
  gsize size;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (keys); i++)
    fail_unless (json_object_has_member (report, keys[i]) ==
        (strcmp (keys[i], "playlist") != 0), "%s", keys[i]);
  fail_unless (g_file_get_contents (path, &run.err, &size, NULL));
  fail_unless_equals_int (json_object_get_int_member (report, "packets"),
      size / 188);
  /* 150 frames at 25 a second; the clock begins with the first frame and ends
   * with the last PCR */
  fail_unless (ABS (json_object_get_double_member (report, "duration") -
          5.96) < 0.05);
  fail_unless_equals_string (json_object_get_string_member (report,
          "verdict"), "warning");
  first = json_object_get_object_member (json_object_get_object_member (report,
          "first"), "dts-pcr-gap");
  /* mpegtsmux writes PCR = DTS - 125 ms */
  fail_unless (ABS (json_object_get_double_member (first, "value-ms") -
          125) < 1);
  g_free (path);
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (test_rules_are_settable)
{
  expect_events ("--profile seed --disable gap", "mpegtsmux.ts", "", 0);
  expect_events ("--profile seed --disable all", "mpegtsmux.ts", "", 0);
  expect_events ("--profile seed --disable all --enable gap,dts",
      "mpegtsmux.ts", "dts-pcr-gap", 1);
  expect_events ("--profile seed --set gap-video-min=100ms "
      "--set gap-audio-min=0.1s", "mpegtsmux.ts", "", 0);
  expect_events ("--set gap-video-max=699ms", "ffmpeg.ts", "dts-pcr-gap", 1);
  /* nothing is judged while it is being learned */
  expect_events ("--set pcr-interval-max=30ms --set learn-time=60s",
      "mpegtsmux.ts", "", 0);
  expect_events ("--set pcr-interval-max=30ms --set learn=off",
      "mpegtsmux.ts", "pcr-repetition-error", 1);
  expect_events ("--profile hls --set pcr-interval-max=30ms", "mpegtsmux.ts",
      "pcr-repetition-error", 1);
  expect_events ("--profile hls --set pcr-interval-max=30ms --set "
      "pcr-interval-max=off", "mpegtsmux.ts", "", 0);
  /* nothing of HLS is in a plain file, so its bounds change nothing */
  expect_events ("--set extinf-tolerance=0ms", "ffmpeg.ts", "", 0);
}

GST_END_TEST;

GST_START_TEST (test_exit_codes)
{
  expect_events ("--profile seed --fail-on error", "mpegtsmux.ts",
      "dts-pcr-gap", 0);
  expect_events ("--profile seed --fail-on warning", "mpegtsmux.ts",
      "dts-pcr-gap", 1);
  expect_events ("--profile seed --fail-on never", "mpegtsmux.ts",
      "dts-pcr-gap", 0);
}

GST_END_TEST;

GST_START_TEST (test_playlist_rules)
{
  /* the parts of 2 s that ffmpeg made, announced otherwise */
  write_playlist ("extinf.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:3\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXTINF:2.3,\nffmpeg1.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "extinf.m3u8", "extinf-mismatch", 1);
  expect_events ("--disable playlist", "extinf.m3u8", "", 0);
  expect_events ("--set extinf-tolerance=300ms", "extinf.m3u8", "", 0);
  write_playlist ("target.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXTINF:2.0,\nffmpeg1.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "target.m3u8", "target-duration-exceeded", 1);
  write_playlist ("date.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:03Z\n"
      "#EXTINF:2.0,\nffmpeg1.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "date.m3u8", "program-date-time-drift", 1);
  write_playlist ("gone.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXTINF:2.0,\nnosuch.ts\n"
      "#EXTINF:2.0,\nffmpeg2.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "gone.m3u8", "segment-unavailable", 1);
  write_playlist ("gap.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXT-X-GAP\n#EXTINF:2.0,\nnosuch.ts\n"
      "#EXTINF:2.0,\nffmpeg2.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "gap.m3u8", "", 0);
  /* the timeline changes on the segment that is not there */
  write_playlist ("gap-marked.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
      "#EXTINF:2.0,\nffmpeg1.ts\n#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n"
      "#EXTINF:2.0,\nnosuch.ts\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:04Z\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "gap-marked.m3u8", "", 0);
  write_playlist ("no-target.m3u8", "#EXTM3U\n#EXTINF:2.0,\nffmpeg0.ts\n"
      "#EXT-X-ENDLIST\n");
  expect_events ("", "no-target.m3u8", "playlist-error", 1);
  /* the times of the first segment once more */
  write_playlist ("marked.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:2.0,\nffmpeg1.ts\n#EXT-X-DISCONTINUITY\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXT-X-ENDLIST\n");
  expect_events ("", "marked.m3u8", "", 0);
}

GST_END_TEST;

/* Writes @name: the three parts of 2 s of vfrN.m3u8 with these EXTINF, the
 * second one from @second on, and the last part of 1 s. */
static void
write_variable (const gchar * name, gint n, const gchar * const *extinf,
    const gchar * second)
{
  gchar *text = g_strdup_printf ("#EXTM3U\n#EXT-X-TARGETDURATION:3\n"
      "#EXTINF:%s,\nvfr%d0.ts\n%s#EXTINF:%s,\nvfr%d1.ts\n#EXTINF:%s,\n"
      "vfr%d2.ts\n#EXTINF:%s,\nvfr%d3.ts\n#EXT-X-ENDLIST\n", extinf[0],
      n, second, extinf[1], n, extinf[2], n, extinf[3], n);

  write_playlist (name, text);
  g_free (text);
}

/* A screen share: a second at 25 pictures, one at 2.5, and so on, and segments
 * that end with a long picture. What EXTINF announces is until the next one. */
GST_START_TEST (test_variable_frame_rate)
{
  static const gchar *const good[] = { "2", "2", "2", "1" };
  static const struct
  {
    const gchar *extinf[4];
    const gchar *second, *nicks;
  } cases[] = {
    /* a frame is 62 or 68 ms in the average */
    {{"2", "2.06", "2", "1"}, "", ""},
    {{"2", "2.1", "2", "1"}, "", "extinf-mismatch"},
    {{"2", "1.9", "2", "1"}, "", "extinf-mismatch"},
    {{"2", "2", "2", "1.6"}, "", "extinf-mismatch"},
    /* the last frame before it may be as long as the longest, 400 ms */
    {{"2", "2", "2", "1"}, "#EXT-X-DISCONTINUITY\n", ""},
    {{"3", "2", "2", "1"}, "#EXT-X-DISCONTINUITY\n",
        "extinf-mismatch"},
  };
  JsonParser *parser;
  guint i;
  Run run;

  run_in_parent ("ffmpeg -nostdin -loglevel error -f lavfi -i "
      "testsrc2=size=160x120:rate=25 -f lavfi -i sine=frequency=440:"
      "sample_rate=48000 -t 7 -vf 'select=lt(mod(t\\,2)\\,1)+not(mod(n\\,10))' "
      "-vsync vfr -c:v libx264 -preset ultrafast -bf %d -g 250 -sc_threshold 0 "
      "-force_key_frames 'expr:gte(t,n_forced*2)' -c:a aac -hls_time 2 "
      "-hls_list_size 0 '%s/vfr%d.m3u8'", __i__, folder, __i__);
  write_variable ("vfr.m3u8", __i__, good, "");
  expect_events ("", "vfr.m3u8", "", 0);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    write_variable ("vfr-told.m3u8", __i__, cases[i].extinf, cases[i].second);
    expect_events ("", "vfr-told.m3u8", cases[i].nicks,
        cases[i].nicks[0] ? 1 : 0);
  }
  /* of one that ends too soon the next one tells nothing */
  run_in_parent ("sh -c \"head -c 18800 '%s/vfr%d1.ts' >'%s/torn.ts'; "
      "sed s/vfr%d1.ts/torn.ts/ '%s/vfr.m3u8' >'%s/torn.m3u8'\"", folder,
      __i__, folder, __i__, folder, folder);
  run = run_tool ("--json '%s/torn.m3u8'", folder);
  fail_unless_equals_int (event_count (parse_report (&run, &parser),
          "extinf-mismatch"), 1);
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

/* Segments of 2 s that their names' UTC says were made at other times. */
GST_START_TEST (test_lag_is_of_the_network_only)
{
  static const struct
  {
    const gchar *tag;           /* before the second one */
    guint part, later;          /* which part it is, how much later, ms */
    const gchar *nicks;
  } cases[] = {
    {"", 1, 2000, ""},
    {"", 1, 2900, ""},
    {"", 1, 3100, "slow-network"},
    {"", 1, 1000, ""},
    /* time goes by with what is missing or announced as a break */
    {"#EXTINF:2,\n#EXT-X-GAP\nnosuch.ts\n", 2, 4000, ""},
    {"#EXT-X-DISCONTINUITY\n", 2, 60000, ""},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 utc = G_GINT64_CONSTANT (1479137431000) + i * 100000;
    gchar *text = g_strdup_printf ("#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
        "#EXTINF:2,\nu-%" G_GINT64_FORMAT ".ts\n%s#EXTINF:2,\nu-%"
        G_GINT64_FORMAT ".ts\n#EXT-X-ENDLIST\n", utc, cases[i].tag,
        utc + cases[i].later);

    run_in_parent ("cp '%s/ffmpeg0.ts' '%s/u-%" G_GINT64_FORMAT ".ts'",
        folder, folder, utc);
    run_in_parent ("cp '%s/ffmpeg%u.ts' '%s/u-%" G_GINT64_FORMAT ".ts'",
        folder, cases[i].part, folder, utc + cases[i].later);
    write_playlist ("utc.m3u8", text);
    expect_events ("", "utc.m3u8", cases[i].nicks, *cases[i].nicks ? 1 : 0);
    g_free (text);
  }
}

GST_END_TEST;

/* ffmpeg -hls_start_number_source epoch: names that look like the time and
 * count by one. That is no fault of the stream. */
GST_START_TEST (test_names_that_only_count)
{
  Run run;

  run_in_parent ("ffmpeg -nostdin -loglevel error -i '%s/ffmpeg.ts' -c copy "
      "-hls_time 2 -hls_list_size 0 -hls_start_number_source epoch "
      "'%s/epoch.m3u8'", folder, folder);
  expect_events ("", "epoch.m3u8", "name-time-refused", 0);
  expect_events ("--fail-on info", "epoch.m3u8", "name-time-refused", 1);
  run = run_tool ("'%s/epoch.m3u8'", folder);
  fail_unless (g_str_has_prefix (run.out, "CLEAN  "));
  fail_unless (strstr (run.out, "they do not tell the time: a number that "
          "looks like it counts by one") != NULL, "%.300s", run.out);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (test_master_playlist)
{
  static const gchar *const wishes[][2] = {
    {"", "target.m3u8"}, {"--variant lowest", "ffmpeg.m3u8"},
    {"--variant 1", "ffmpeg.m3u8"}, {"--variant 320x240", "target.m3u8"},
  };
  JsonParser *parser;
  guint i;
  Run run;

  write_playlist ("target.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXT-X-ENDLIST\n");
  write_playlist ("master.m3u8", "#EXTM3U\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=100000\nffmpeg.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x240\ntarget.m3u8\n");
  for (i = 0; i < G_N_ELEMENTS (wishes); i++) {
    run = run_tool ("--json %s '%s/master.m3u8'", wishes[i][0], folder);
    fail_unless (strstr (json_object_get_string_member
            (json_object_get_object_member (parse_report (&run, &parser),
                    "playlist"), "variant"), wishes[i][1]) != NULL, "%s",
        wishes[i][0]);
    g_object_unref (parser);
    run_clear (&run);
  }
}

GST_END_TEST;

/* Each: exit 2, nothing on standard output, one line that says why. */
GST_START_TEST (test_unusable_input)
{
  static const struct
  {
    const gchar *arguments, *text;
  } cases[] = {
    {"", "is missing"},
    {"/nosuch/file.ts", "no such file"},
    {"/", "a folder"},
    {"--nosuch x", "--nosuch"},
    {"--profile best x", "auto, seed, broadcast and hls"},
    {"--fail-on sometimes x", "info, warning, error and never"},
    {"--set gap-vide=1ms x", "did you mean gap-video-min"},
    {"--set gap-video-min x", "NAME=VALUE"},
    {"--set learn=maybe x", "on or off"},
    {"--set gap-video-min=700 x", "a number with its unit"},
    {"--set gap-video-min=xms x", "a number with its unit"},
    {"--set gap-video-min=nanms x", "a number with its unit"},
    {"--set gap-video-min=1e99s x", "a number with its unit"},
    {"--disable slow-network x", "is an event of the check name"},
    {"--disable nosuch x", "no such check"},
    {"--duration soon x", "not a time"},
    {"--duration 1.2.3 x", "--duration \"1.2.3\": not a time"},
    {"--name-pattern '%%Q' x", "%Q"},
    {"nosuch://host/x", "nosuch"},
    {"http://127.0.0.1:1/x.m3u8", "127.0.0.1"},
    {"'%s/empty'", "empty"},
    {"'%s/text'", "no MPEG transport stream"},
    {"'%s/broken.m3u8'", "line 3: "},
    {"'%s/encrypted.m3u8'", "encrypted (#EXT-X-KEY METHOD=AES-128)"},
    {"'%s/mp4.m3u8'", "line 3: the segments are not MPEG-TS"},
    {"'%s/nothing.m3u8'", "lists no segment"},
    {"'%s/gone.m3u8'", "none of the 1 segments can be read"},
    {"'%s/deep.m3u8'", "is a master playlist too"},
    {"--variant 7 '%s/deep.m3u8'", "none of the 1 variants"},
  };
  guint i;

  write_playlist ("empty", "");
  write_playlist ("text", "Once upon a time there was a stream.\n");
  write_playlist ("broken.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:two,\nffmpeg0.ts\n");
  write_playlist ("encrypted.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n#EXTINF:2,\nffmpeg0.ts\n"
      "#EXT-X-ENDLIST\n");
  write_playlist ("mp4.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXT-X-MAP:URI=\"text\"\n#EXTINF:2,\nffmpeg0.ts\n#EXT-X-ENDLIST\n");
  write_playlist ("nothing.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n");
  write_playlist ("gone.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:2,\nnosuch.ts\n#EXT-X-ENDLIST\n");
  write_playlist ("deep.m3u8", "#EXTM3U\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=1\ndeep.m3u8\n");
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    gchar **parts = g_strsplit (cases[i].arguments, "%s", 2), *line;
    Run run;

    line = parts[0] && parts[1] ? g_strconcat (parts[0], folder, parts[1],
        NULL) : g_strdup (cases[i].arguments);
    run = run_tool ("%s", line);
    fail_unless (run.status == 2, "%s: exit %d", line, run.status);
    fail_unless (strstr (run.err, cases[i].text) != NULL, "%s: %s", line,
        run.err);
    fail_unless (g_str_has_prefix (run.err, "gst-ts-timing-1.0: "), "%s",
        run.err);
    /* one line, and no progress on what is no terminal */
    fail_unless (strchr (run.err, '\n') == run.err + strlen (run.err) - 1,
        "%s", run.err);
    run_clear (&run);
    g_free (line);
    g_strfreev (parts);
  }
}

GST_END_TEST;

GST_START_TEST (test_human_report)
{
  Run run = run_tool ("--profile seed '%s/mpegtsmux.ts'", folder);

  /* the verdict is the first word */
  fail_unless (g_str_has_prefix (run.out, "WARNING  "));
  fail_unless (strstr (run.out, "dts-pcr-gap x ") != NULL);
  fail_unless (strstr (run.out, "PID 0x0041, packet ") != NULL);
  fail_unless (strstr (run.out, "125.0 ms, allowed 700.0 ms to 1200.0 ms"));
  fail_unless_equals_string (run.err, "");
  run_clear (&run);
  run = run_tool ("'%s/ffmpeg.m3u8'", folder);
  fail_unless (g_str_has_prefix (run.out, "CLEAN  "));
  run_clear (&run);
}

GST_END_TEST;

/* Names in a playlist must not steer the reader's terminal. */
GST_START_TEST (test_report_is_printable)
{
  Run run;
  gchar *p;

  write_playlist ("escape.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
      "#EXTINF:2.0,\nffmpeg0.ts\n#EXTINF:2,\n\033[2J\a.ts\n#EXT-X-ENDLIST\n");
  run = run_tool ("'%s/escape.m3u8'", folder);
  fail_unless (strstr (run.out, "?[2J?.ts") != NULL, "%s", run.out);
  for (p = run.out; *p; p++)
    fail_unless (*p == '\n' || (guchar) * p >= 0x20);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (test_manual)
{
  Run help = run_tool ("--help"), page = run_tool ("--manual");
  Run version = run_tool ("--version");

  fail_unless_equals_int (help.status, 0);
  fail_unless (strstr (help.out, "slow-network") != NULL);
  fail_unless (strstr (help.out, "program-date-time-drift-max") != NULL);
  fail_unless (strstr (help.out, "EXIT STATUS") != NULL);
  fail_unless (g_str_has_prefix (page.out, ".TH GST"));
  fail_unless (strstr (page.out, "slow\\-network") != NULL);
  fail_unless (g_str_has_prefix (version.out, "gst-ts-timing-1.0 "));
  run_clear (&help);
  run_clear (&page);
  run_clear (&version);
}

GST_END_TEST;

static JsonObject *
sample_report (const gchar * samples,
    const gchar * arguments, const gchar * name, gint status,
    JsonParser ** parser)
{
  Run run = run_tool ("--json %s '%s/%s'", arguments, samples, name);
  JsonObject *report = parse_report (&run, parser);

  fail_unless (run.status == status, "%s: exit %d", name, run.status);
  run_clear (&run);
  return report;
}

GST_START_TEST (test_samples)
{
  gchar *samples = samples_folder (), *nicks;
  JsonParser *parser, *other;
  JsonObject *report, *segment;
  JsonArray *segments;

  if (!samples) {
    g_print ("skipped: no TS samples here\n");
    return;
  }
  /* the wrap of PCR, PTS and DTS is no event */
  report = sample_report (samples, "--profile hls",
      "shaka/hls-ts-rollover/playlist.m3u8", 0, &parser);
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "");
  g_free (nicks);
  fail_unless_equals_int (json_array_get_length (json_object_get_array_member
          (report, "segments")), 10);
  g_object_unref (parser);

  report = sample_report (samples, "",
      "shaka/hls-text-no-discontinuity/index.m3u8", 1, &parser);
  fail_unless_equals_int (event_count (report, "unmarked-discontinuity"), 1);
  fail_unless_equals_int (event_count (report, "extinf-mismatch"), 0);
  g_object_unref (parser);

  report = sample_report (samples, "", "shaka/hls-text-offset/index.m3u8", 0,
      &parser);
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "");
  g_free (nicks);
  segments = json_object_get_array_member (report, "segments");
  segment = json_array_get_object_element (segments, 3);
  fail_unless_equals_string (json_object_get_string_member (segment, "name"),
      "video-072.ts");
  fail_unless (json_object_get_boolean_member (segment,
          "marked-discontinuity"));
  fail_if (json_object_get_boolean_member (segment, "unmarked-discontinuity"));
  g_object_unref (parser);

  /* not an error per packet */
  report = sample_report (samples, "", "vhs/encrypted.ts", 2, &parser);
  fail_unless_equals_int (event_count (report, "sync-loss"), 1);
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "sync-loss");
  g_free (nicks);
  g_object_unref (parser);

  report = sample_report (samples, "", "androidx/sample_with_junk", 1, &parser);
  fail_unless (event_count (report, "sync-loss") > 0);
  fail_unless (json_object_get_int_member (report, "resyncs") > 0);
  g_object_unref (parser);

  /* the 192 twin is shorter */
  report = sample_report (samples, "", "small-teton/sample_188byte_video_"
      "mpeg2_320x240_25fps_audio_mp2_48000Hz.ts", 0, &parser);
  fail_unless_equals_int (json_object_get_int_member (report, "packet-size"),
      188);
  report = sample_report (samples, "", "small-teton/sample_192byte_video_"
      "mpeg2_320x240_25fps_audio_mp2_48000Hz.ts", 0, &other);
  fail_unless_equals_int (json_object_get_int_member (report, "packet-size"),
      192);
  g_object_unref (parser);
  g_object_unref (other);
  g_free (samples);
}

GST_END_TEST;

static Suite *
ts_timing_suite (void)
{
  Suite *s = suite_create ("ts-timing");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_unchecked_fixture (tc, make_streams, remove_streams);
  tcase_add_test (tc, test_streams_of_muxers_are_clean);
  tcase_add_test (tc, test_audio_alone);
  tcase_add_test (tc, test_report_has_what_it_must);
  tcase_add_test (tc, test_rules_are_settable);
  tcase_add_test (tc, test_exit_codes);
  tcase_add_test (tc, test_playlist_rules);
  tcase_add_loop_test (tc, test_variable_frame_rate, 0, 3);
  tcase_add_test (tc, test_lag_is_of_the_network_only);
  tcase_add_test (tc, test_names_that_only_count);
  tcase_add_test (tc, test_master_playlist);
  tcase_add_test (tc, test_unusable_input);
  tcase_add_test (tc, test_human_report);
  tcase_add_test (tc, test_report_is_printable);

  tc = tcase_create ("without streams");
  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_manual);
  tcase_add_test (tc, test_samples);
  return s;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!have_programs ("ffmpeg", "gst-launch-1.0", NULL))
    return 77;
  return gst_check_run_suite (ts_timing_suite (), "ts_timing", __FILE__);
}
