/* relaypublishsink's own writer against servers that others wrote, and what
 * they say of its stream. nginx is in the other tests; here is ffmpeg as a
 * listening server, over IPv4 and IPv6.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include <signal.h>
#include <sys/wait.h>

#include "relayharness.h"
#include "rtmpserver.h"

/* Accepts one publisher, stores what comes, and ends with it. */
static GPid
start_ffmpeg (const gchar * url, const gchar * path)
{
  const gchar *argv[] = { "ffmpeg", "-v", "error", "-y", "-listen", "1", "-i",
    url, "-c", "copy", path, NULL
  };
  GError *error = NULL;
  GPid pid;

  fail_unless (g_spawn_async (NULL, (gchar **) argv, NULL,
          G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
          G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid, &error), "%s",
      error ? error->message : "");
  return pid;
}

static gint
wait_for_exit (GPid pid, guint seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  gint status = 0;

  while (waitpid (pid, &status, WNOHANG) == 0) {
    if (g_get_monotonic_time () > until) {
      kill (pid, SIGKILL);
      waitpid (pid, &status, 0);
      return -1;
    }
    g_poll (NULL, 0, 20);
  }
  return status;
}

static gboolean
has_ipv6 (void)
{
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  GInetAddress *loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  GSocketAddress *address = g_inet_socket_address_new (loopback, 0);
  gboolean ok = socket && g_socket_bind (socket, address, FALSE, NULL);

  g_clear_object (&socket);
  g_object_unref (loopback);
  g_object_unref (address);
  return ok;
}

static void
publish_to_ffmpeg (const gchar * host)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "relaypublishsink name=pub rtmp-sink=direct retry-interval=100000000 "
      RELAY_AUDIO "pub.audio");
  gchar *folder = g_dir_make_tmp ("relaypeers-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "out.flv", NULL), *text;
  gchar *url = g_strdup_printf ("rtmp://%s:%u/live/key", host,
      rtmp_server_free_port ());
  const gchar *argv[] = { "rm", "-rf", folder, NULL };
  GPid pid = start_ffmpeg (url, path);
  GArray *times;
  gboolean found;
  guint id, i;

  id = relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          30) != NULL);
  fail_unless (relay_harness_wait_frames (h, id, 100, 30));
  g_signal_emit_by_name (h->pub, "remove-target", id, &found);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_IDLE,
          10) != NULL);
  /* the farewell ends it: nothing was killed */
  fail_unless_equals_int (wait_for_exit (pid, 20), 0);
  relay_harness_free (h);

  times = relay_packet_times (path, "video");
  fail_unless (times->len >= 100, "%u", times->len);
  for (i = 1; i < times->len; i++)
    fail_unless (g_array_index (times, gint, i) >
        g_array_index (times, gint, i - 1));
  g_array_unref (times);
  times = relay_packet_times (path, "audio");
  fail_unless (times->len >= 100, "%u", times->len);
  g_array_unref (times);
  /* metadata arrived as such */
  text = relay_probe ("-show_entries stream=codec_name,width,height "
      "-of csv=p=0", path);
  fail_unless (strstr (text, "h264,160,120") && strstr (text, "aac"), "%s",
      text);
  g_free (text);
  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      NULL, NULL, NULL, NULL);
  g_free (url);
  g_free (path);
  g_free (folder);
}

GST_START_TEST (test_ffmpeg)
{
  publish_to_ffmpeg ("127.0.0.1");
}

GST_END_TEST;

GST_START_TEST (test_ffmpeg_ipv6)
{
  if (has_ipv6 ())
    publish_to_ffmpeg ("[::1]");
}

GST_END_TEST;

/* What a lying server does at each step of the conversation. */
typedef struct
{
  const gchar *name;
  /* sent behind the handshake, and how much of it */
  const guint8 *bytes;
  gsize n;
  gboolean handshake;           /* a proper one comes first */
  gboolean close;               /* and then it goes */
  GstPublishCode code;
} Lie;

typedef struct
{
  const Lie *lie;
  GSocketListener *listener;
  GCancellable *cancellable;
  GThread *thread;
  guint port;
} Liar;

#define LIE(text) (const guint8 *) text, sizeof (text) - 1

static const Lie lies[] = {
  {"closes at once", NULL, 0, FALSE, TRUE, GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"speaks HTTP", LIE ("HTTP/1.1 400 Bad Request\r\n\r\n"), FALSE, FALSE,
      GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"closes behind the handshake", NULL, 0, TRUE, TRUE,
      GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"a chunk that continues nothing", LIE ("\xc3\xc3\xc3\xc3"), TRUE, FALSE,
      GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"a chunk size of 0", LIE ("\2\0\0\0\0\0\4\1\0\0\0\0\0\0\0\0"), TRUE, FALSE,
      GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"a command that is no AMF0", LIE ("\3\0\0\0\0\0\4\x14\0\0\0\0xxxx"), TRUE,
      FALSE, GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"refuses, and repeats the key",
        LIE ("\3\0\0\0\0\0\x38\x14\0\0\0\0\2\0\6_error\0\x3f\xf0\0\0\0\0\0\0\5"
            "\3\0\xb" "description\2\0\x11" "no secretkey here\0\0\x9"), TRUE,
      FALSE, GST_PUBLISH_CODE_CONNECT_REJECTED},
  {"creates a stream and closes",
        LIE ("\3\0\0\0\0\0\x14\x14\0\0\0\0\2\0\7_result\0\x3f\xf0\0\0\0\0\0\0"
            "\5\3\0\0\0\0\0\x1d\x14\0\0\0\0\2\0\7_result\0\x40\x10\0\0\0\0\0\0"
            "\5\0\x3f\xf0\0\0\0\0\0\0"), TRUE, TRUE,
      GST_PUBLISH_CODE_PUBLISH_REJECTED},
};

static gpointer
run_liar (gpointer data)
{
  static const guint8 handshake[1 + 2 * 1536] = { 3, };
  Liar *liar = data;
  GSocketConnection *connection;
  guint8 bytes[4096];

  while ((connection = g_socket_listener_accept (liar->listener, NULL,
              liar->cancellable, NULL))) {
    GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM
        (connection));
    GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));

    if (liar->lie->handshake) {
      g_output_stream_write_all (out, handshake, sizeof (handshake), NULL,
          NULL, NULL);
      /* C0 to C2 */
      g_input_stream_read_all (in, bytes, 1 + 1536, NULL, liar->cancellable,
          NULL);
      g_input_stream_read_all (in, bytes, 1536, NULL, liar->cancellable, NULL);
    }
    if (liar->lie->n)
      g_output_stream_write_all (out, liar->lie->bytes, liar->lie->n, NULL,
          NULL, NULL);
    if (liar->lie->close) {
      GSocket *socket = g_socket_connection_get_socket (connection);

      g_socket_shutdown (socket, FALSE, TRUE, NULL);
    }
    /* until the client goes */
    while (g_input_stream_read (in, bytes, sizeof (bytes), liar->cancellable,
            NULL) > 0);
    g_object_unref (connection);
  }
  return NULL;
}

GST_START_TEST (test_lies)
{
  Liar liar = {.lie = &lies[__i__] };
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "relaypublishsink name=pub connect-timeout=2000000000");
  RelayReport *report;
  gchar *url;
  guint id;

  liar.listener = g_socket_listener_new ();
  liar.port = g_socket_listener_add_any_inet_port (liar.listener, NULL, NULL);
  liar.cancellable = g_cancellable_new ();
  liar.thread = g_thread_new ("liar", run_liar, &liar);
  url = g_strdup_printf ("rtmp://127.0.0.1:%u/live/secretkey", liar.port);
  id = relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  report = relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED, 30);
  fail_unless (report != NULL, "%s", liar.lie->name);
  fail_unless_equals_int (report->code, liar.lie->code);
  fail_unless (*report->message != '\0');
  fail_if (strstr (report->message, "secretkey"), "%s", report->message);
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING), 0);
  relay_harness_assert_no_error (h);
  relay_harness_free (h);
  g_cancellable_cancel (liar.cancellable);
  g_thread_join (liar.thread);
  g_socket_listener_close (liar.listener);
  g_object_unref (liar.listener);
  g_object_unref (liar.cancellable);
  g_free (url);
}

GST_END_TEST;

static Suite *
relaypeers_suite (void)
{
  Suite *s = suite_create ("relaypeers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 90);
  tcase_add_test (tc, test_ffmpeg);
  tcase_add_test (tc, test_ffmpeg_ipv6);
  tcase_add_loop_test (tc, test_lies, 0, G_N_ELEMENTS (lies));
  return s;
}

GST_CHECK_MAIN (relaypeers);
