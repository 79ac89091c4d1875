/* layoutcompositor-waiting.c: who waits for an image server, and who does not
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "../httpserver.h"
#include "mixshow.h"

/* An image server that takes its time costs no frame. */
GST_START_TEST (test_slow_server)
{
  HttpServer *server = http_server_new ();
  gchar *silent = http_server_uri (server, "/silent");
  gchar *late = http_server_uri (server, "/late.png");
  gchar *config = g_strdup_printf ("{\"backgroundImage\":\"%s\","
      "\"template\":\"grid\",\"watermarkList\":[{\"watermarkUrl\":\"%s\","
      "\"width\":10,\"height\":10},{\"text\":\"{time}\",\"width\":100,"
      "\"height\":20}]}", silent, late);
  Mix *m;
  gint64 last = 0, longest = 0;
  guint i;

  http_server_add (server, "/silent", HTTP_SERVER_SILENT, NULL, NULL, 0);
  http_server_add (server, "/late.png", 404, NULL, NULL, 0);
  http_server_set_delay (server, 3000);
  m = mix_new_real_time (CANVAS, config);
  for (i = 0; i < 50; i++) {
    gint64 now;

    mix_pull (m);
    now = g_get_monotonic_time ();
    if (i > 0)
      longest = MAX (longest, now - last);
    last = now;
  }
  /* A frame every 40 ms. On a machine that is busy with other things one may
   * be late, but not by what the server takes. */
  g_print ("longest output interval %.1f ms of 40 ms\n", longest / 1000.0);
  fail_unless (longest < 1500 * 1000, "%" G_GINT64_FORMAT " us", longest);
  fail_unless (http_server_count (server, "/silent") > 0);
  mix_free (m);
  http_server_free (server);
  g_free (config);
  g_free (late);
  g_free (silent);
}

GST_END_TEST;

/* A frame that is not live waits for its images, but a stop does not wait for
 * the frame. */
GST_START_TEST (test_stop_while_waiting)
{
  HttpServer *server = http_server_new ();
  gchar *uri = http_server_uri (server, "/silent");
  gchar *config = g_strdup_printf ("{\"backgroundImage\":\"%s\","
      "\"template\":\"grid\"}", uri);
  GstElement *pipeline = gst_parse_launch ("videotestsrc ! "
      "layoutcompositor name=mix ! fakesink", NULL);
  GstElement *mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");
  gint64 begin;
  guint i;

  http_server_add (server, "/silent", HTTP_SERVER_SILENT, NULL, NULL, 0);
  g_object_set (mix, "mixing-config", config, NULL);
  /* the second time too */
  for (i = 0; i < 2; i++) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    while (http_server_count (server, "/silent") <= i)
      g_usleep (1000);
    begin = g_get_monotonic_time ();
    gst_element_set_state (pipeline, GST_STATE_NULL);
    fail_unless (g_get_monotonic_time () - begin < 3 * G_USEC_PER_SEC);
  }
  gst_object_unref (mix);
  gst_object_unref (pipeline);
  http_server_free (server);
  g_free (config);
  g_free (uri);
}

GST_END_TEST;

static void
release (GstElement * pipeline, GstElement * mix)
{
  GstPad *pad = gst_element_get_static_pad (mix, "sink_1");

  gst_element_release_request_pad (mix, pad);
  gst_object_unref (pad);
}

static void
seek (GstElement * pipeline, GstElement * mix)
{
  fail_unless (gst_element_seek_simple (pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, 0));
}

/* As a seek in something upstream does: one event on every pad. */
static void
flush (GstElement * pipeline, GstElement * mix)
{
  GstEvent *events[] = { gst_event_new_flush_start (),
    gst_event_new_flush_stop (TRUE)
  };
  GList *l;
  guint i;

  gst_event_set_seqnum (events[1], gst_event_get_seqnum (events[0]));
  for (i = 0; i < 2; i++) {
    for (l = mix->sinkpads; l != NULL; l = l->next)
      gst_pad_send_event (l->data, gst_event_ref (events[i]));
    gst_event_unref (events[i]);
  }
}

/* Nor does an application that has something to do with the pads wait. */
static void
expect_at_once (void (*act) (GstElement * pipeline, GstElement * mix))
{
  HttpServer *server = http_server_new ();
  gchar *uri = http_server_uri (server, "/silent");
  gchar *config = g_strdup_printf ("{\"backgroundImage\":\"%s\","
      "\"template\":\"grid\"}", uri);
  GstElement *pipeline = gst_parse_launch ("layoutcompositor name=mix ! "
      "fakesink sync=true videotestsrc ! mix.sink_0 videotestsrc ! mix.sink_1",
      NULL);
  GstElement *mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");
  gint64 begin;

  http_server_add (server, "/silent", HTTP_SERVER_SILENT, NULL, NULL, 0);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          GST_CLOCK_TIME_NONE), GST_STATE_CHANGE_SUCCESS);
  g_object_set (mix, "mixing-config", config, NULL);
  while (http_server_count (server, "/silent") == 0)
    g_usleep (1000);
  begin = g_get_monotonic_time ();
  act (pipeline, mix);
  fail_unless (g_get_monotonic_time () - begin < 2 * G_USEC_PER_SEC);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (mix);
  gst_object_unref (pipeline);
  http_server_free (server);
  g_free (config);
  g_free (uri);
}

GST_START_TEST (test_release_while_waiting)
{
  expect_at_once (release);
}

GST_END_TEST;

GST_START_TEST (test_seek_while_waiting)
{
  expect_at_once (seek);
}

GST_END_TEST;

GST_START_TEST (test_flush_while_waiting)
{
  expect_at_once (flush);
}

GST_END_TEST;

static Suite *
layoutcompositor_waiting_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-waiting");
  TCase *tc = tcase_create ("waiting");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_slow_server);
  tcase_add_test (tc, test_stop_while_waiting);
  tcase_add_test (tc, test_release_while_waiting);
  tcase_add_test (tc, test_seek_while_waiting);
  tcase_add_test (tc, test_flush_while_waiting);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_waiting);
