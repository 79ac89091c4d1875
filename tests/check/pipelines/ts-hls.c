/* HLS of a real server: two publishers at nginx-rtmp, which names segments by
 * the UTC; one at its own pace, one at 0.6 of it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../ts-timing-run.h"

/* media of each publisher, seconds */
#define NORMAL_LENGTH 9
#define SLOW_LENGTH 7

static gchar *folder;
static gchar *nginx_script;

static gint
server_port (const gchar * name)
{
  gchar *path = g_build_filename (folder, "env", NULL), *text, *place;
  gint port;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  place = strstr (text, name);
  fail_unless (place != NULL);
  port = atoi (place + strlen (name) + 1);
  g_free (text);
  g_free (path);
  return port;
}

static GSubprocess *
publish (gint port, const gchar * name, const gchar * rate, gint seconds)
{
  return start_line ("timeout 60 ffmpeg -nostdin -loglevel error -readrate %s "
      "-f lavfi -i testsrc2=size=160x120:rate=25 -readrate %s -f lavfi -i "
      "sine=frequency=440:sample_rate=44100 -t %d -c:v libx264 -preset "
      "ultrafast -tune zerolatency -g 25 -sc_threshold 0 -b:v 200k -c:a aac "
      "-f flv rtmp://127.0.0.1:%d/hls/%s", rate, rate, seconds, port, name);
}

static void
wait_for_file (const gchar * name)
{
  gchar *path = g_build_filename (folder, "hls", name, NULL);
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    fail_unless (g_get_monotonic_time () < end, "%s never came", path);
    g_usleep (20000);
  }
  g_free (path);
}

/* First DTS of the video by ffprobe, in seconds. */
static gdouble
first_dts (const gchar * segment)
{
  Run run = finish (start_line ("ffprobe -v error -select_streams v "
          "-read_intervals %%+#1 -show_entries packet=dts_time -of "
          "default=nw=1:nk=1 '%s/hls/%s'", folder, segment));
  gdouble dts;

  fail_unless (run.status == 0 && *run.out, "%s: %s", segment, run.err);
  dts = g_ascii_strtod (run.out, NULL);
  run_clear (&run);
  return dts;
}

/*
 * The lag by an independent reading: the milliseconds after the last dash of
 * the name, and ffprobe's DTS. Returns the last segment's.
 */
static gdouble
check_lag (JsonObject * report)
{
  JsonArray *segments = json_object_get_array_member (report, "segments");
  guint n = json_array_get_length (segments), i;
  gdouble utc0 = 0, dts0 = 0, lag = 0;

  fail_unless (n >= 5, "%u segments", n);
  for (i = 0; i < n; i++) {
    JsonObject *segment = json_array_get_object_element (segments, i);
    const gchar *name = json_object_get_string_member (segment, "name");
    gdouble utc = g_ascii_strtod (strrchr (name, '-') + 1, NULL) / 1e3;
    gdouble dts = first_dts (name), told;

    if (i == 0) {
      utc0 = utc;
      dts0 = dts;
    }
    lag = (utc - utc0) - (dts - dts0);
    told = json_object_get_double_member (segment, "lag-ms") / 1e3;
    fail_unless (ABS (told - lag) < 0.5, "segment %u: told %f, is %f", i, told,
        lag);
  }
  return lag;
}

GST_START_TEST (test_slow_network)
{
  GSubprocess *normal, *slow, *follower;
  JsonParser *parser;
  JsonObject *report, *playlist;
  gint rtmp, http;
  gdouble lag;
  gchar *tool = tool_path (), *nicks;
  Run run;

  rtmp = server_port ("RTMP_PORT");
  http = server_port ("HTTP_PORT");
  normal = publish (rtmp, "normal", "1", NORMAL_LENGTH);
  slow = publish (rtmp, "slow", "0.6", SLOW_LENGTH);

  /* a viewer of the live playlist, over HTTP */
  wait_for_file ("normal.m3u8");
  follower = start_line ("'%s' --json --follow --duration 6s "
      "http://127.0.0.1:%d/hls/normal.m3u8", tool, http);

  run = finish (follower);
  report = parse_report (&run, &parser);
  playlist = json_object_get_object_member (report, "playlist");
  fail_unless (json_object_get_boolean_member (playlist, "live"));
  fail_unless (json_object_get_int_member (playlist, "loads") >= 4);
  fail_unless (json_object_get_int_member (playlist, "read") >= 4);
  fail_unless_equals_int (json_object_get_int_member (playlist, "unavailable"),
      0);
  fail_unless_equals_int (event_count (report, "slow-network"), 0);
  fail_unless_equals_int (event_count (report, "media-sequence-error"), 0);
  fail_unless_equals_int (event_count (report, "extinf-mismatch"), 0);
  fail_unless_equals_int (event_count (report, "unmarked-discontinuity"), 0);
  g_object_unref (parser);
  run_clear (&run);

  run = finish (normal);
  fail_unless (run.status == 0, "%s", run.err);
  run_clear (&run);
  run = finish (slow);
  fail_unless (run.status == 0, "%s", run.err);
  run_clear (&run);

  run = run_tool ("--json '%s/hls/normal.m3u8'", folder);
  report = parse_report (&run, &parser);
  /* not even that nginx writes the same PAT and PMT, counters too, at each
   * segment's begin */
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "");
  g_free (nicks);
  fail_unless_equals_int (run.status, 0);
  lag = check_lag (report);
  fail_unless (ABS (lag) < 1, "lag %f", lag);
  g_object_unref (parser);
  run_clear (&run);

  run = run_tool ("--json '%s/hls/slow.m3u8'", folder);
  fail_unless_equals_int (run.status, 1);
  report = parse_report (&run, &parser);
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "slow-network");
  g_free (nicks);
  fail_unless_equals_int (event_count (report, "slow-network"), 1);
  lag = check_lag (report);
  /* a second of media takes 1 / 0.6 s; the last segment begins one GOP before
   * the end at the latest */
  fail_unless (lag > (SLOW_LENGTH - 2) * (1 / 0.6 - 1) - 0.5, "lag %f", lag);
  g_object_unref (parser);
  run_clear (&run);
  g_free (tool);
}

GST_END_TEST;

static gboolean
have_nginx (void)
{
  gchar *line;
  gint status = -1;

  nginx_script = g_build_filename (g_getenv ("PUBLISH_SOURCE_ROOT"), "tests",
      "servers", "nginx-rtmp.sh", NULL);
  line = g_strdup_printf ("'%s' available .", nginx_script);
  if (!g_spawn_command_line_sync (line, NULL, NULL, &status, NULL) || status)
    g_print ("skipped: nginx or its RTMP module is missing\n");
  g_free (line);
  return status == 0;
}

static void
start_server (void)
{
  Run run;

  /* should this test be killed, the server still ends */
  g_setenv ("NGINX_LIFE", "120", TRUE);
  folder = make_folder ();
  run = finish (start_line ("'%s' start '%s'", nginx_script, folder));
  fail_unless (run.status == 0, "nginx: %s", run.err);
  run_clear (&run);
}

static void
stop_server (void)
{
  Run run = finish (start_line ("'%s' stop '%s'", nginx_script, folder));

  run_clear (&run);
  remove_folder (folder);
}

static Suite *
ts_hls_suite (void)
{
  Suite *s = suite_create ("ts-hls");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 100);
  /* in the child: GSubprocess has a thread, which a fork would lose */
  tcase_add_checked_fixture (tc, start_server, stop_server);
  tcase_add_test (tc, test_slow_network);
  return s;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!have_programs ("ffmpeg", "ffprobe", "python3", NULL) || !have_nginx ())
    return 77;
  return gst_check_run_suite (ts_hls_suite (), "ts_hls", __FILE__);
}
