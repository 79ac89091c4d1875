/* relaypublishsink goes from state to state while it publishes, to a real nginx
 * and to a file: what is a new beginning, and what goes on.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "relayharness.h"
#include "rtmpserver.h"

#define LIVE RELAY_VIDEO "relaypublishsink name=pub " RELAY_AUDIO "pub.audio"
#define FRAMES 25
/* 40 ms between frames; on a busy machine a live muxer is late now and then */
#define MAX_STEP 400

static RtmpServer *server;
static RelayHarness *h;
static gchar *path;
/* the targets: of the server, and a file */
static guint remote, local;

static void
begin (const gchar * launch)
{
  gchar *url, *file_url;

  server = rtmp_server_new (FALSE);
  rtmp_server_start (server);
  path = g_build_filename (server->folder, "local.flv", NULL);
  url = rtmp_server_url (server, "rec", "remote");
  file_url = g_strdup_printf ("file://%s", path);
  h = relay_harness_new (launch);
  remote = relay_harness_add (h, url, TRUE);
  local = relay_harness_add (h, file_url, TRUE);
  fail_unless (remote > 0 && local > 0);
  g_free (url);
  g_free (file_url);
}

/* (At the end of each test and not in a fixture: GstCheck waits for all tasks
 * before those.) */
static void
end (void)
{
  relay_harness_assert_no_error (h);
  g_clear_pointer (&h, relay_harness_free);
  rtmp_server_free (server);
  g_free (path);
}

static void
go_to (GstState state)
{
  fail_if (gst_element_set_state (h->pipeline, state) ==
      GST_STATE_CHANGE_FAILURE);
}

static void
assert_reported (guint mark, GstPublishCdnState state)
{
  fail_unless (relay_harness_wait (h, mark, remote, state, 20) != NULL);
  fail_unless (relay_harness_wait (h, mark, local, state, 20) != NULL);
}

static void
wait_frames (guint n)
{
  fail_unless (relay_harness_wait_frames (h, remote, n, 20));
  fail_unless (relay_harness_wait_frames (h, local, n, 20));
}

/* @type begins soon and lasts as long as it has frames: nothing is squeezed
 * together, and nothing is in front. */
static void
assert_times (const gchar * file, const gchar * type, gint frame_ms)
{
  GArray *times = relay_packet_times (file, type);
  gint first, last = 0, length;
  guint i;

  fail_unless (times->len >= FRAMES, "%s: %u %s packets", file, times->len,
      type);
  first = last = g_array_index (times, gint, 0);
  fail_unless (first < 1000, "%s: %s begins at %d ms", file, type, first);
  for (i = 1; i < times->len; i++) {
    gint ms = g_array_index (times, gint, i);

    fail_unless (ms > last && ms < last + MAX_STEP, "%s: %s %u: %d after %d",
        file, type, i, ms, last);
    last = ms;
  }
  length = (times->len - 1) * frame_ms;
  fail_unless (ABS (last - first - length) < MAX_STEP,
      "%s: %u %s packets in %d ms", file, times->len, type, last - first);
  g_array_unref (times);
}

static void
assert_stream (const gchar * file)
{
  gchar *text = relay_probe ("-count_frames -select_streams v "
      "-show_entries stream=nb_read_frames -of csv=p=0", file);

  /* it decodes */
  fail_unless (atoi (text) >= FRAMES, "%s: %s", file, text);
  g_free (text);
  assert_times (file, "video", 40);
  assert_times (file, "audio", 23);
}

/* Each time that the element leaves READY is a new beginning: a new connection
 * and a new file, for the targets that are there. */
GST_START_TEST (test_ready_and_back)
{
  GPtrArray *files;
  gchar *urls, *same_urls;
  guint i, mark;

  begin (LIVE);
  g_object_get (h->pub, "urls", &urls, NULL);
  for (i = 0; i < 2; i++) {
    mark = relay_harness_mark (h);
    go_to (GST_STATE_PLAYING);
    assert_reported (mark, GST_PUBLISH_CDN_STATE_PUBLISHING);
    wait_frames (FRAMES);
    go_to (GST_STATE_READY);
    assert_reported (mark, GST_PUBLISH_CDN_STATE_IDLE);
    assert_stream (path);
  }
  g_object_get (h->pub, "urls", &same_urls, NULL);
  fail_unless_equals_string (urls, same_urls);
  g_free (urls);
  g_free (same_urls);
  files = rtmp_server_recordings (server, "remote");
  fail_unless_equals_int (files->len, 2);
  for (i = 0; i < 2; i++)
    assert_stream (g_ptr_array_index (files, i));
  g_ptr_array_unref (files);
  end ();
}

GST_END_TEST;

/* A pause is none: the same connection goes on, and so does its time. */
GST_START_TEST (test_paused_and_back)
{
  GPtrArray *files;
  guint i;

  begin (LIVE);
  for (i = 0; i < 3; i++) {
    go_to (GST_STATE_PLAYING);
    assert_reported (0, GST_PUBLISH_CDN_STATE_PUBLISHING);
    wait_frames (FRAMES);
    go_to (GST_STATE_PAUSED);
  }
  fail_unless_equals_int (relay_harness_count (h, 0, remote,
          GST_PUBLISH_CDN_STATE_CONNECTING), 1);
  go_to (GST_STATE_READY);
  assert_reported (0, GST_PUBLISH_CDN_STATE_IDLE);
  assert_stream (path);
  files = rtmp_server_recordings (server, "remote");
  fail_unless_equals_int (files->len, 1);
  assert_stream (g_ptr_array_index (files, 0));
  g_ptr_array_unref (files);
  end ();
}

GST_END_TEST;

/* After EOS too, and what may be set in READY counts from there on. */
GST_START_TEST (test_ready_after_eos)
{
  GPtrArray *files;
  gint64 began;
  guint i;

  begin ("videotestsrc num-buffers=50 ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! "
      "relaypublishsink name=pub sync=false resume-policy=lossless "
      "audiotestsrc num-buffers=86 samplesperbuffer=1024 ! "
      "audio/x-raw,rate=44100,channels=1 ! avenc_aac ! pub.audio");
  for (i = 0; i < 3; i++) {
    if (i == 2)
      gst_util_set_object_arg (G_OBJECT (h->pub), "sync", "true");
    began = g_get_monotonic_time ();
    go_to (GST_STATE_PLAYING);
    fail_unless (relay_harness_wait_eos (h, 30));
    /* 2 s less the last frame */
    fail_unless (i < 2 || g_get_monotonic_time () - began >=
        1900 * G_TIME_SPAN_MILLISECOND);
    go_to (GST_STATE_READY);
    assert_stream (path);
  }
  files = rtmp_server_recordings (server, "remote");
  fail_unless (files->len > 0);
  for (i = 0; i < files->len; i++)
    assert_stream (g_ptr_array_index (files, i));
  g_ptr_array_unref (files);
  end ();
}

GST_END_TEST;

static Suite *
relaystates_suite (void)
{
  Suite *s = suite_create ("relaystates");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 90);
  tcase_add_test (tc, test_ready_and_back);
  tcase_add_test (tc, test_paused_and_back);
  tcase_add_test (tc, test_ready_after_eos);
  return s;
}

GST_CHECK_MAIN (relaystates);
