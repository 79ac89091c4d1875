/* relaypublishsink against a real nginx: what goes wrong with one target, and
 * that its sibling does not notice.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "relayharness.h"
#include "rtmpserver.h"

#define LIVE RELAY_VIDEO "relaypublishsink name=pub " RELAY_AUDIO "pub.audio"
#define PLAYING_SECONDS 20

/* One server for the target under test, one for its sibling: a fault of the
 * first is none of the second's. */
static RtmpServer *server, *other;
static RelayHarness *h;
static gchar *url, *sibling_url;
static guint sibling;
/* of the element */
static const gchar *rtmp_sink;

/* The pipeline of a test, with the writer under test. */
static void
launch (const gchar * line)
{
  g_clear_pointer (&h, relay_harness_free);
  h = relay_harness_new (line);
  gst_util_set_object_arg (G_OBJECT (h->pub), "rtmp-sink", rtmp_sink);
}

static void
setup (void)
{
  rtmp_sink = "auto";
  server = rtmp_server_new (FALSE);
  other = rtmp_server_new (FALSE);
  rtmp_server_start (other);
  url = rtmp_server_url (server, "rec", "streamkey");
  sibling_url = rtmp_server_url (other, "rec", "sibling");
  launch (LIVE);
}

static void
setup_rtmp2sink (void)
{
  setup ();
  rtmp_sink = "rtmp2sink";
  launch (LIVE);
}

/* Plays, with the sibling publishing. */
static void
play (void)
{
  sibling = relay_harness_add (h, sibling_url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, sibling,
          GST_PUBLISH_CDN_STATE_PUBLISHING, PLAYING_SECONDS) != NULL);
}

/* The sibling got everything, on time, on one connection. (At the end of each
 * test and not in a fixture: GstCheck waits for all tasks before those.) */
static void
finish (void)
{
  GPtrArray *files;
  GArray *times;
  guint i;

  if (sibling) {
    if (GST_STATE (h->pipeline) == GST_STATE_PLAYING)
      fail_unless (relay_harness_wait_frames (h, sibling, 25, 20));
    fail_unless_equals_int (relay_harness_count (h, 0, sibling,
            GST_PUBLISH_CDN_STATE_RECONNECTING), 0);
    relay_harness_assert_no_error (h);
  }
  g_clear_pointer (&h, relay_harness_free);
  if (sibling) {
    files = rtmp_server_recordings (other, "sibling");
    fail_unless_equals_int (files->len, 1);
    times = relay_packet_times (g_ptr_array_index (files, 0), "video");
    /* 25 fps, every frame: a step is more only where a busy machine made one
     * late, and then the next is less */
    for (i = 1; i < times->len; i++)
      fail_unless (g_array_index (times, gint, i) -
          g_array_index (times, gint, i - 1) < 400);
    fail_unless (times->len > 10);
    i = g_array_index (times, gint, times->len - 1) -
        g_array_index (times, gint, 0);
    fail_unless (times->len >= i / 40 - 2, "%u frames in %u ms", times->len, i);
    g_array_unref (times);
    g_ptr_array_unref (files);
  }
  sibling = 0;
  rtmp_server_free (server);
  rtmp_server_free (other);
  g_free (url);
  g_free (sibling_url);
}

static guint
add_publishing (void)
{
  guint id = relay_harness_add (h, url, TRUE);

  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          PLAYING_SECONDS) != NULL);
  return id;
}

static gboolean
remove_target (guint id)
{
  gboolean found = FALSE;

  g_signal_emit_by_name (h->pub, "remove-target", id, &found);
  return found;
}

static guint
get_last_error (guint id)
{
  GstStructure *s = relay_harness_stats (h, id);
  gint code = 0;

  gst_structure_get_int (s, "last-error", &code);
  gst_structure_free (s);
  return code;
}

/* until the cause of the failure is known */
static gboolean
wait_error (guint id, GstPublishCode code, guint seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;

  while (get_last_error (id) != code) {
    if (g_get_monotonic_time () > until)
      return FALSE;
    g_poll (NULL, 0, 20);
  }
  return TRUE;
}

GST_START_TEST (test_refused_then_comes_up)
{
  guint id;

  play ();
  id = relay_harness_add (h, url, TRUE);
  fail_unless (wait_error (id, GST_PUBLISH_CODE_CONNECT_REFUSED, 10));
  fail_unless (relay_harness_wait_frames (h, sibling, 25, 10));
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING), 0);
  rtmp_server_start (server);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          10) != NULL);
  fail_unless (relay_harness_wait_frames (h, id, 25, 10));
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_gives_up_and_is_tried_again)
{
  RelayReport *report;
  guint id, mark;
  gboolean found = FALSE;

  g_object_set (h->pub, "connect-timeout", 2 * GST_SECOND, NULL);
  play ();
  id = relay_harness_add (h, url, TRUE);
  report = relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED, 10);
  fail_unless (report != NULL);
  fail_unless_equals_int (report->code, GST_PUBLISH_CODE_CONNECT_REFUSED);
  fail_unless_equals_string (report->url, url);
  mark = relay_harness_mark (h);
  rtmp_server_start (server);
  g_signal_emit_by_name (h->pub, "retry-target", id, &found);
  fail_unless (relay_harness_wait (h, mark, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 10) != NULL);
  finish ();
}

GST_END_TEST;

static guint
get_queue (guint id)
{
  GstStructure *stats = relay_harness_stats (h, id);
  guint queue = 0;

  fail_unless (gst_structure_get_uint (stats, "queue", &queue));
  gst_structure_free (stats);
  return queue;
}

GST_START_TEST (test_kill_and_restart)
{
  RelayReport *report;
  GPtrArray *files;
  gint64 back;
  guint id, mark, i;

  rtmp_server_start (server);
  play ();
  id = add_publishing ();
  fail_unless (relay_harness_wait_frames (h, id, 50, 10));
  mark = relay_harness_mark (h);
  rtmp_server_kill (server);
  report = relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_RECONNECTING,
      10);
  fail_unless (report != NULL);
  fail_unless_equals_int (report->code, GST_PUBLISH_CODE_MEDIA_ERROR);
  /* it is seen how far behind it is while it is away */
  while (get_queue (id) < 500)
    g_poll (NULL, 0, 20);
  rtmp_server_start (server);
  back = g_get_monotonic_time ();
  report = relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
      10);
  fail_unless (report != NULL);
  /* an internal line: the interval of 1 s, and less than another */
  fail_unless (report->at - back < 2 * G_TIME_SPAN_SECOND, "%d ms",
      (gint) ((report->at - back) / 1000));
  fail_unless (relay_harness_wait_frames (h, id, 50, 10));
  fail_unless (remove_target (id));
  fail_unless (relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_IDLE,
          5) != NULL);

  /* each connection begins with what a decoder needs, and its DTS only grow */
  files = rtmp_server_recordings (server, "streamkey");
  fail_unless_equals_int (files->len, 2);
  for (i = 0; i < files->len; i++) {
    const gchar *path = g_ptr_array_index (files, i);
    gchar *text = relay_probe ("-select_streams v -show_entries "
        "packet=flags -read_intervals %+#1 -of csv=p=0", path);
    GArray *times = relay_packet_times (path, "video");
    guint k;

    fail_unless (g_str_has_prefix (text, "K"), "%s: %s", path, text);
    g_free (text);
    fail_unless (times->len >= 25);
    for (k = 1; k < times->len; k++)
      fail_unless (g_array_index (times, gint, k) >
          g_array_index (times, gint, k - 1));
    g_array_unref (times);
  }
  g_ptr_array_unref (files);
  finish ();
}

GST_END_TEST;

static void
add_hashes (GHashTable * set, const gchar * path)
{
  GPtrArray *hashes = relay_packet_hashes (path, "video");
  guint i;

  for (i = 0; i < hashes->len; i++)
    g_hash_table_add (set, g_strdup (g_ptr_array_index (hashes, i)));
  g_ptr_array_unref (hashes);
}

/* The union of the recordings holds every frame of the file that was written
 * beside them. */
GST_START_TEST (test_lossless)
{
  GHashTable *got = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  gchar *path = g_build_filename (server->folder, "all.flv", NULL);
  gchar *file_url = g_strdup_printf ("file://%s", path);
  GPtrArray *files, *all;
  guint id, mark, i, first, last, missing = 0;

  rtmp_server_start (server);
  g_object_set (h->pub, "rewind-time", 3 * GST_SECOND, "catch-up-rate", 4.0,
      NULL);
  gst_util_set_object_arg (G_OBJECT (h->pub), "resume-policy", "lossless");
  relay_harness_add (h, file_url, FALSE);
  play ();
  id = add_publishing ();
  for (i = 0; i < 2; i++) {
    fail_unless (relay_harness_wait_frames (h, id, 60, 10));
    mark = relay_harness_mark (h);
    rtmp_server_kill (server);
    fail_unless (relay_harness_wait (h, mark, id,
            GST_PUBLISH_CDN_STATE_RECONNECTING, 10) != NULL);
    /* an outage of two seconds of media */
    fail_unless (relay_harness_wait_frames (h, sibling, 50, 10));
    rtmp_server_start (server);
    fail_unless (relay_harness_wait (h, mark, id,
            GST_PUBLISH_CDN_STATE_PUBLISHING, 10) != NULL);
  }
  fail_unless (relay_harness_wait_frames (h, id, 200, 20));
  gst_element_set_state (h->pipeline, GST_STATE_NULL);

  files = rtmp_server_recordings (server, "streamkey");
  fail_unless_equals_int (files->len, 3);
  for (i = 0; i < files->len; i++)
    add_hashes (got, g_ptr_array_index (files, i));
  all = relay_packet_hashes (path, "video");
  /* from the first frame that was received to the last one */
  for (first = 0; first < all->len && !g_hash_table_contains (got,
          g_ptr_array_index (all, first)); first++);
  for (last = all->len; last > first && !g_hash_table_contains (got,
          g_ptr_array_index (all, last - 1)); last--);
  fail_unless (last - first > 100, "%u to %u", first, last);
  for (i = first; i < last; i++)
    missing += !g_hash_table_contains (got, g_ptr_array_index (all, i));
  fail_unless_equals_int (missing, 0);
  g_ptr_array_unref (all);
  g_ptr_array_unref (files);
  g_hash_table_unref (got);
  g_free (file_url);
  g_free (path);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_rejections)
{
  gchar *unknown = rtmp_server_url (server, "nosuchapp", "streamkey");
  gchar *denied = rtmp_server_url (server, "deny", "streamkey");
  gchar *first = rtmp_server_url (server, "live", "taken");
  gchar *taken = rtmp_server_url (server, "live", "taken?x=1");
  guint id;

  rtmp_server_start (server);
  play ();
  id = relay_harness_add (h, unknown, TRUE);
  fail_unless (wait_error (id, GST_PUBLISH_CODE_CONNECT_REJECTED, 10));
  remove_target (id);
  id = relay_harness_add (h, denied, TRUE);
  fail_unless (wait_error (id, GST_PUBLISH_CODE_PUBLISH_REJECTED, 10));
  remove_target (id);
  /* somebody publishes under that name already */
  id = relay_harness_add (h, first, TRUE);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          10) != NULL);
  id = relay_harness_add (h, taken, TRUE);
  fail_unless (wait_error (id, GST_PUBLISH_CODE_PUBLISH_REJECTED, 10));
  remove_target (id);
  g_free (unknown);
  g_free (denied);
  g_free (first);
  g_free (taken);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_unknown_host)
{
  guint id;

  play ();
  /* RFC 6761: .invalid never resolves */
  id = relay_harness_add (h, "rtmp://no-such-host.invalid/live/streamkey",
      TRUE);
  fail_unless (wait_error (id, GST_PUBLISH_CODE_RESOLVE_FAILED, 20));
  finish ();
}

GST_END_TEST;

static void
with_fake_server (gboolean garbage, GstPublishCode code)
{
  FakeServer *fake = fake_server_new (garbage);
  guint id;

  play ();
  id = relay_harness_add (h, fake->url, TRUE);
  fail_unless (wait_error (id, code, 20));
  fail_unless (relay_harness_wait_frames (h, sibling, 25, 10));
  fail_unless (remove_target (id));
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_IDLE,
          2) != NULL);
  fake_server_free (fake);
}

GST_START_TEST (test_silent_server)
{
  with_fake_server (FALSE, GST_PUBLISH_CODE_TIMED_OUT);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_garbage)
{
  /* rtmp2sink takes any bytes for a handshake and waits for an answer */
  with_fake_server (TRUE, g_str_equal (rtmp_sink, "rtmp2sink") ?
      GST_PUBLISH_CODE_TIMED_OUT : GST_PUBLISH_CODE_CONNECT_REJECTED);
  finish ();
}

GST_END_TEST;

/* A stalled peer while the kernels' buffers are small: a proxy that stops
 * reading stands for the network. */
GST_START_TEST (test_stall)
{
  RelayReport *report;
  GstMessage *message;
  GstStructure *s;
  guint64 bytes = 0, before = 0;
  gint64 still_since = 0;
  guint id, mark;

  /* 8 Mbit/s of noise, so that the kernel is soon full */
  launch ("videotestsrc is-live=true pattern=snow ! "
      "video/x-raw,width=640,height=360,framerate=25/1 ! "
      "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 "
      "bitrate=16000 ! relaypublishsink name=pub stall-timeout=4000000000");
  rtmp_server_start (server);
  play ();
  id = add_publishing ();
  fail_unless (relay_harness_wait_frames (h, id, 25, 10));
  mark = relay_harness_mark (h);
  rtmp_server_freeze (server, TRUE);
  /* watch the bytes that the socket takes until it takes no more */
  while (relay_harness_count (h, mark, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING) == 0) {
    s = relay_harness_stats (h, id);
    gst_structure_get_uint64 (s, "bytes-accepted", &bytes);
    gst_structure_free (s);
    if (bytes != before || still_since == 0)
      still_since = g_get_monotonic_time ();
    before = bytes;
    g_poll (NULL, 0, 20);
  }
  report = relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_RECONNECTING,
      1);
  fail_unless_equals_int (report->code, GST_PUBLISH_CODE_STALLED);
  /* within the timeout and half a second of the last byte it took; what the
   * stats say is up to a tick old */
  fail_unless (report->at - still_since <= 4700 * G_TIME_SPAN_MILLISECOND,
      "%d ms", (gint) ((report->at - still_since) / 1000));
  fail_unless (report->at - still_since >= 3500 * G_TIME_SPAN_MILLISECOND);
  /* and it was told before that the queue grew: by a second of media, for which
   * a busy machine has the four seconds of the stall */
  do {
    message = gst_bus_pop_filtered (h->bus, GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    s = (GstStructure *) gst_message_get_structure (message);
    before = gst_structure_has_name (s, "congestion");
    gst_message_unref (message);
  } while (!before);

  rtmp_server_freeze (server, FALSE);
  fail_unless (relay_harness_wait (h, mark, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 15) != NULL);
  finish ();
}

GST_END_TEST;

/* A short cut is none of our business: the connection is kept. */
GST_START_TEST (test_short_cuts)
{
  static const guint cuts[] = { 100, 300, 500 };
  guint id, mark, i;

  rtmp_server_start (server);
  play ();
  id = add_publishing ();
  mark = relay_harness_mark (h);
  for (i = 0; i < G_N_ELEMENTS (cuts); i++) {
    rtmp_server_freeze (server, TRUE);
    g_poll (NULL, 0, cuts[i]);
    rtmp_server_freeze (server, FALSE);
    fail_unless (relay_harness_wait_frames (h, id, 25, 10));
  }
  fail_unless_equals_int (relay_harness_count (h, mark, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING), 0);
  finish ();
}

GST_END_TEST;

static void
assert_stops_soon (void)
{
  gint64 begin = g_get_monotonic_time ();

  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  fail_unless (g_get_monotonic_time () - begin < 2 * G_TIME_SPAN_SECOND,
      "%d ms", (gint) ((g_get_monotonic_time () - begin) / 1000));
}

GST_START_TEST (test_stop_while_stalled)
{
  guint id, mark;

  rtmp_server_start (server);
  play ();
  id = add_publishing ();
  rtmp_server_freeze (server, TRUE);
  mark = relay_harness_mark (h);
  fail_unless (relay_harness_wait_frames (h, sibling, 25, 10));
  /* one that is stalled goes when it is told to */
  fail_unless (remove_target (id));
  fail_unless (relay_harness_wait (h, mark, id,
          GST_PUBLISH_CDN_STATE_DISCONNECTING, 2) != NULL);
  fail_unless (relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_IDLE,
          2) != NULL);
  /* and one that has just begun to connect to a frozen server */
  relay_harness_add (h, url, TRUE);
  fail_unless (relay_harness_wait_frames (h, sibling, 10, 10));
  assert_stops_soon ();
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_stop_while_reconnecting)
{
  guint id, mark;

  rtmp_server_start (server);
  play ();
  id = add_publishing ();
  mark = relay_harness_mark (h);
  rtmp_server_kill (server);
  fail_unless (relay_harness_wait (h, mark, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING, 10) != NULL);
  /* told again after 5 s */
  fail_unless (relay_harness_wait_frames (h, sibling, 140, 10));
  fail_unless (relay_harness_count (h, mark, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING) >= 2);
  fail_unless (remove_target (id));
  fail_unless (relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_IDLE,
          2) != NULL);
  relay_harness_add (h, url, FALSE);
  assert_stops_soon ();
  finish ();
}

GST_END_TEST;

/* As many targets as are asked for fail: a warning and state 4, and the
 * pipeline runs on. */
GST_START_TEST (test_all_failed)
{
  GstMessage *message;
  guint id;

  g_object_set (h->pub, "connect-timeout", GST_SECOND, NULL);
  id = relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED,
          20) != NULL);
  message = gst_bus_timed_pop_filtered (h->bus, 5 * GST_SECOND,
      GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_unref (message);
  relay_harness_assert_no_error (h);
  fail_unless_equals_int (GST_STATE (h->pipeline), GST_STATE_PLAYING);
  finish ();
}

GST_END_TEST;

static guint
count_frames (const gchar * path)
{
  gchar *text = relay_probe ("-count_frames -select_streams v -show_entries "
      "stream=nb_read_frames -of csv=p=0", path);
  guint n = atoi (text);

  g_free (text);

  return n;
}

/* how often the server was asked for the stream */
static guint
count_publishes (RtmpServer * s)
{
  gchar *path = g_build_filename (s->folder, "error.log", NULL);
  gchar *text = NULL, *at;
  guint n = 0;

  g_file_get_contents (path, &text, NULL, NULL);
  for (at = text; at && (at = strstr (at, "publish: name='again'")); at++)
    n++;
  g_free (text);
  g_free (path);

  return n;
}

/* A server that says no again and again costs nothing that stays. */
GST_START_TEST (test_refusals_do_not_leak)
{
  gchar *denied = rtmp_server_url (server, "deny", "again");
  guint after_few = 0, n;

  rtmp_server_start (server);
  g_object_set (h->pub, "retry-interval", 100 * GST_MSECOND, NULL);
  play ();
  relay_harness_add (h, denied, TRUE);
  while ((n = count_publishes (server)) < 25) {
    if (n >= 5 && after_few == 0)
      after_few = relay_count_fds ();
    g_poll (NULL, 0, 20);
  }
  /* one attempt may be under way at either count */
  fail_unless (relay_count_fds () <= after_few + 6, "%u, then %u", after_few,
      relay_count_fds ());
  g_free (denied);
  finish ();
}

GST_END_TEST;

/* Nor do one that answers garbage, and one that never answers and is given up
 * again and again. */
GST_START_TEST (test_fake_servers_do_not_leak)
{
  FakeServer *silent = fake_server_new (FALSE);
  FakeServer *garbage = fake_server_new (TRUE);
  guint mark, id, i, after_few = 0, fds = 0;

  g_object_set (h->pub, "retry-interval", 100 * GST_MSECOND, NULL);
  play ();
  relay_harness_add (h, garbage->url, TRUE);
  for (i = 0; i < 30; i++) {
    guint accepted = g_atomic_int_get (&silent->accepted);

    mark = relay_harness_mark (h);
    id = relay_harness_add (h, silent->url, TRUE);
    while ((guint) g_atomic_int_get (&silent->accepted) == accepted)
      g_poll (NULL, 0, 5);
    fail_unless (remove_target (id));
    fail_unless (relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_IDLE,
            10) != NULL);
    if (i == 5)
      after_few = relay_count_fds () - g_atomic_int_get (&silent->accepted) -
          g_atomic_int_get (&garbage->accepted);
  }
  while (g_atomic_int_get (&garbage->accepted) < 20)
    g_poll (NULL, 0, 20);
  /* the servers' own ends stay open; one attempt may be under way */
  fds = relay_count_fds () - g_atomic_int_get (&silent->accepted) -
      g_atomic_int_get (&garbage->accepted);
  fail_unless (fds <= after_few + 4, "%u, then %u", after_few, fds);
  fake_server_free (silent);
  fake_server_free (garbage);
  finish ();
}

GST_END_TEST;

/* EOS goes up when the last byte is out: rtmp2sink alone does not wait. */
GST_START_TEST (test_eos_drains)
{
  GPtrArray *files;

  launch ("videotestsrc num-buffers=250 pattern=snow ! "
      "video/x-raw,width=320,height=240,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! "
      "relaypublishsink name=pub sync=false resume-policy=lossless");
  rtmp_server_start (server);
  relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  files = rtmp_server_recordings (server, "streamkey");
  fail_unless_equals_int (files->len, 1);
  fail_unless_equals_int (count_frames (g_ptr_array_index (files, 0)), 250);
  g_ptr_array_unref (files);
  finish ();
}

GST_END_TEST;

/* The stream changes its size: the same connection goes on, with new headers,
 * and what was recorded decodes. */
GST_START_TEST (test_new_codec_data)
{
  GPtrArray *files;
  gchar *text;

  launch ("concat name=c ! relaypublishsink name=pub "
      "sync=false resume-policy=lossless "
      "videotestsrc num-buffers=50 ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! c. "
      "videotestsrc num-buffers=50 ! "
      "video/x-raw,width=320,height=240,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! c.");
  rtmp_server_start (server);
  relay_harness_add (h, url, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  files = rtmp_server_recordings (server, "streamkey");
  fail_unless_equals_int (files->len, 1);
  fail_unless_equals_int (count_frames (g_ptr_array_index (files, 0)), 100);
  text = relay_probe ("-select_streams v -show_entries frame=width "
      "-of csv=p=0", g_ptr_array_index (files, 0));
  fail_unless (g_str_has_prefix (text, "160") && strstr (text, "320"), "%s",
      text);
  g_free (text);
  g_ptr_array_unref (files);
  finish ();
}

GST_END_TEST;

/* An application with a query, as some entry points want it: a server that has
 * "rec" and no other takes it. */
GST_START_TEST (test_stream_behind_query)
{
  gchar *behind = rtmp_server_url (server, "rec?backup=1", "streamkey");
  GPtrArray *files;

  launch ("videotestsrc num-buffers=50 ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! "
      "relaypublishsink name=pub sync=false resume-policy=lossless");
  rtmp_server_start (server);
  relay_harness_add (h, behind, TRUE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  files = rtmp_server_recordings (server, "streamkey");
  fail_unless_equals_int (files->len, 1);
  fail_unless_equals_int (count_frames (g_ptr_array_index (files, 0)), 50);
  g_ptr_array_unref (files);
  g_free (behind);
  finish ();
}

GST_END_TEST;

static Suite *
relayfaults_suite (void)
{
  Suite *s = suite_create ("relayfaults");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 90);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, test_refused_then_comes_up);
  tcase_add_test (tc, test_gives_up_and_is_tried_again);
  tcase_add_test (tc, test_kill_and_restart);
  tcase_add_test (tc, test_lossless);
  tcase_add_test (tc, test_rejections);
  tcase_add_test (tc, test_unknown_host);
  tcase_add_test (tc, test_silent_server);
  tcase_add_test (tc, test_garbage);
  tcase_add_test (tc, test_stall);
  tcase_add_test (tc, test_short_cuts);
  tcase_add_test (tc, test_stop_while_stalled);
  tcase_add_test (tc, test_stop_while_reconnecting);
  tcase_add_test (tc, test_all_failed);
  tcase_add_test (tc, test_refusals_do_not_leak);
  tcase_add_test (tc, test_fake_servers_do_not_leak);
  tcase_add_test (tc, test_eos_drains);
  tcase_add_test (tc, test_new_codec_data);
  tcase_add_test (tc, test_stream_behind_query);

  tc = tcase_create ("rtmp2sink");
  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 90);
  tcase_add_checked_fixture (tc, setup_rtmp2sink, NULL);
  tcase_add_test (tc, test_kill_and_restart);
  tcase_add_test (tc, test_lossless);
  tcase_add_test (tc, test_rejections);
  tcase_add_test (tc, test_garbage);
  tcase_add_test (tc, test_stall);
  tcase_add_test (tc, test_stop_while_stalled);
  tcase_add_test (tc, test_refusals_do_not_leak);
  tcase_add_test (tc, test_eos_drains);
  return s;
}

GST_CHECK_MAIN (relayfaults);
