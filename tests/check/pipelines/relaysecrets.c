/* relaypublishsink: certificates, and that stream keys stay secret.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>

#include "relayharness.h"
#include "rtmpserver.h"

#define KEY "veryprivatestreamkey"
#define PASSWORD "hushhushpassword"

static RtmpServer *server;

static void
assert_hidden (const gchar * where, const gchar * text)
{
  fail_if (text && (strstr (text, KEY) || strstr (text, PASSWORD)),
      "%s shows a secret: %s", where, text);
}

GST_START_TEST (test_tls_verified)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  gchar *url;
  RelayReport *report;
  GPtrArray *files;
  gchar *text;
  guint id;

  server = rtmp_server_new (TRUE);
  rtmp_server_start (server);
  url = rtmp_server_tls_url (server, KEY);
  g_object_set (h->pub, "tls-ca-file", server->ca_file, NULL);
  id = relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  report = relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING, 20);
  fail_unless (report != NULL);
  fail_unless (relay_harness_wait_frames (h, id, 25, 20));
  relay_harness_free (h);
  files = rtmp_server_recordings (server, KEY);
  fail_unless_equals_int (files->len, 1);
  text = relay_probe ("-count_frames -show_entries stream=nb_read_frames "
      "-of csv=p=0", g_ptr_array_index (files, 0));
  fail_unless (atoi (text) >= 25, "%s", text);
  g_free (text);
  g_ptr_array_unref (files);
  rtmp_server_free (server);
  g_free (url);
}

GST_END_TEST;

/* More than any buffer takes at once: writes stop in the middle and go on, and
 * the last byte is out before EOS. */
GST_START_TEST (test_tls_all_of_it)
{
  RelayHarness *h = relay_harness_new ("videotestsrc num-buffers=250 "
      "pattern=snow ! video/x-raw,width=640,height=360,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 bitrate=30000 ! "
      "relaypublishsink name=pub sync=false resume-policy=lossless "
      "backlog-bytes=200000000");
  GPtrArray *files;
  GStatBuf info;
  gchar *url, *text;

  server = rtmp_server_new (TRUE);
  rtmp_server_start (server);
  url = rtmp_server_tls_url (server, "large");
  g_object_set (h->pub, "tls-ca-file", server->ca_file, NULL);
  relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 60));
  fail_unless_equals_int (relay_harness_count (h, 0, 1,
          GST_PUBLISH_CDN_STATE_RECONNECTING), 0);
  relay_harness_free (h);
  files = rtmp_server_recordings (server, "large");
  fail_unless_equals_int (files->len, 1);
  fail_unless_equals_int (g_stat (g_ptr_array_index (files, 0), &info), 0);
  fail_unless (info.st_size > 10000000, "%d bytes", (gint) info.st_size);
  text = relay_probe ("-count_frames -show_entries stream=nb_read_frames "
      "-of csv=p=0", g_ptr_array_index (files, 0));
  fail_unless_equals_int (atoi (text), 250);
  g_free (text);
  g_ptr_array_unref (files);
  rtmp_server_free (server);
  g_free (url);
}

GST_END_TEST;

static void
not_trusted (gboolean own_ca, gboolean by_address)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "relaypublishsink name=pub connect-timeout=3000000000");
  gchar *url;
  RelayReport *report;
  guint id;

  server = rtmp_server_new (TRUE);
  rtmp_server_start (server);
  /* the certificate is for "localhost" */
  url = by_address ? g_strdup_printf ("rtmps://127.0.0.1:%u/rec/x",
      server->tls_port) : rtmp_server_tls_url (server, "x");
  if (own_ca || by_address)
    g_object_set (h->pub, "tls-ca-file", by_address ? server->ca_file :
        server->other_ca_file, NULL);
  id = relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  report = relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED, 20);
  fail_unless (report != NULL);
  fail_unless_equals_int (report->code, GST_PUBLISH_CODE_TLS_FAILED);
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING), 0);
  relay_harness_free (h);
  rtmp_server_free (server);
  g_free (url);
}

GST_START_TEST (test_tls_unknown_authority)
{
  not_trusted (FALSE, FALSE);
}

GST_END_TEST;

GST_START_TEST (test_tls_other_authority)
{
  not_trusted (TRUE, FALSE);
}

GST_END_TEST;

GST_START_TEST (test_tls_other_name)
{
  not_trusted (FALSE, TRUE);
}

GST_END_TEST;

GST_START_TEST (test_tls_missing_file)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "relaypublishsink name=pub tls-ca-file=/nowhere/ca.pem");
  guint id = relay_harness_add (h, "rtmps://localhost:1/live/x", FALSE);
  RelayReport *report;

  relay_harness_play (h);
  report = relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED, 20);
  fail_unless (report != NULL);
  fail_unless_equals_int (report->code, GST_PUBLISH_CODE_TLS_FAILED);
  fail_unless (strstr (report->message, "/nowhere/ca.pem") ||
      strstr (report->message, "file"), "%s", report->message);
  relay_harness_free (h);
}

GST_END_TEST;

static GMutex leak_lock;
static gchar *leak;

static void
look_at_log (GstDebugCategory * category, GstDebugLevel level,
    const gchar * file, const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer data)
{
  const gchar *text = gst_debug_message_get (message);

  if (!text || (!strstr (text, KEY) && !strstr (text, PASSWORD)))
    return;
  g_mutex_lock (&leak_lock);
  if (!leak)
    leak = g_strdup_printf ("%s %s: %s",
        gst_debug_category_get_name (category), function, text);
  g_mutex_unlock (&leak_lock);
}

static void
look_at_bus (RelayHarness * h)
{
  GstMessage *message;

  while ((message = gst_bus_pop (h->bus))) {
    const GstStructure *s = gst_message_get_structure (message);
    gchar *text = s ? gst_structure_to_string (s) : NULL;

    assert_hidden ("the bus", text);
    g_free (text);
    gst_message_unref (message);
  }
}

/* Everything that GStreamer logs at its highest level, all messages, all stats
 * and a dump of the pipeline: through success, refusals and failures. */
GST_START_TEST (test_nothing_shows_secrets)
{
  RelayHarness *h;
  GstStructure *stats = NULL;
  gchar *url, *text, *dot;
  guint id, direct, denied, unknown;

  server = rtmp_server_new (FALSE);
  rtmp_server_start (server);
  h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (look_at_log, NULL, NULL);
  gst_debug_set_threshold_from_string ("*:9", FALSE);

  url = g_strdup_printf ("rtmp://me:" PASSWORD "@127.0.0.1:%u/live/" KEY
      "?token=" KEY, server->port);
  id = relay_harness_add (h, url, TRUE);
  g_free (url);
  /* the first logs in, through rtmp2sink; this is the own writer's */
  url = rtmp_server_url (server, "live", KEY "/" PASSWORD "?token=" KEY);
  direct = relay_harness_add (h, url, TRUE);
  g_free (url);
  url = rtmp_server_url (server, "deny", KEY);
  denied = relay_harness_add (h, url, TRUE);
  g_free (url);
  url = rtmp_server_url (server, "nosuchapp", KEY);
  unknown = relay_harness_add (h, url, TRUE);
  relay_harness_add (h, url, TRUE);
  g_free (url);
  relay_harness_add (h, "rtmp://me:" PASSWORD "@no.invalid/live/" KEY, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          30) != NULL);
  fail_unless (relay_harness_wait_frames (h, id, 25, 30));
  fail_unless (relay_harness_wait (h, 0, direct,
          GST_PUBLISH_CDN_STATE_CONNECTING, 30) != NULL);
  fail_unless (relay_harness_wait (h, 0, denied,
          GST_PUBLISH_CDN_STATE_CONNECTING, 10) != NULL);
  rtmp_server_kill (server);
  fail_unless (relay_harness_wait (h, 0, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING, 30) != NULL);

  g_object_get (h->pub, "stats", &stats, NULL);
  text = gst_structure_to_string (stats);
  assert_hidden ("stats", text);
  g_free (text);
  gst_structure_free (stats);
  g_object_get (h->pub, "urls", &text, NULL);
  assert_hidden ("urls", text);
  g_free (text);
  dot = gst_debug_bin_to_dot_data (GST_BIN (h->pipeline),
      GST_DEBUG_GRAPH_SHOW_ALL);
  assert_hidden ("the dump", dot);
  g_free (dot);
  look_at_bus (h);
  g_mutex_lock (&h->lock);
  for (unknown = 0; unknown < h->reports->len; unknown++)
    assert_hidden ("a message",
        ((RelayReport *) g_ptr_array_index (h->reports, unknown))->message);
  g_mutex_unlock (&h->lock);
  relay_harness_free (h);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  g_mutex_lock (&leak_lock);
  fail_unless (leak == NULL, "the log shows a secret: %s", leak);
  g_mutex_unlock (&leak_lock);
  rtmp_server_free (server);
}

GST_END_TEST;

/* librtmp, for servers that want it: it publishes, and comes back. */
GST_START_TEST (test_rtmpsink)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "relaypublishsink name=pub rtmp-sink=rtmpsink " RELAY_AUDIO "pub.audio");
  GPtrArray *files;
  gchar *url, *text;
  guint id, mark;

  server = rtmp_server_new (FALSE);
  rtmp_server_start (server);
  url = rtmp_server_url (server, "rec", "old");
  id = relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  fail_unless (relay_harness_wait_frames (h, id, 50, 20));
  mark = relay_harness_mark (h);
  rtmp_server_kill (server);
  fail_unless (relay_harness_wait (h, mark, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING, 20) != NULL);
  rtmp_server_start (server);
  fail_unless (relay_harness_wait (h, mark, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 20) != NULL);
  fail_unless (relay_harness_wait_frames (h, id, 50, 20));
  relay_harness_free (h);
  files = rtmp_server_recordings (server, "old");
  fail_unless_equals_int (files->len, 2);
  text = relay_probe ("-count_frames -select_streams v -show_entries "
      "stream=nb_read_frames -of csv=p=0", g_ptr_array_index (files, 1));
  fail_unless (atoi (text) >= 25, "%s", text);
  g_free (text);
  g_ptr_array_unref (files);
  rtmp_server_free (server);
  g_free (url);
}

GST_END_TEST;

static Suite *
relaysecrets_suite (void)
{
  Suite *s = suite_create ("relaysecrets");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 90);
  tcase_add_test (tc, test_tls_verified);
  tcase_add_test (tc, test_tls_all_of_it);
  tcase_add_test (tc, test_tls_unknown_authority);
  tcase_add_test (tc, test_tls_other_authority);
  tcase_add_test (tc, test_tls_other_name);
  tcase_add_test (tc, test_tls_missing_file);
  tcase_add_test (tc, test_nothing_shows_secrets);
  tcase_add_test (tc, test_rtmpsink);
  return s;
}

GST_CHECK_MAIN (relaysecrets);
