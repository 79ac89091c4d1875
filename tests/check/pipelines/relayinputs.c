/* relaypublishsink with inputs that fall silent, end, or come later.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include <gst/video/video.h>

#include "relayharness.h"
#include "rtmpserver.h"

#define FPS 25
/* 40 ms between frames; on a busy machine a live muxer is late now and then */
#define MAX_STEP 200

static gchar *folder, *url, *path;

static void
setup (void)
{
  folder = g_dir_make_tmp ("relayinputs-XXXXXX", NULL);
  path = g_build_filename (folder, "out.flv", NULL);
  url = g_strdup_printf ("file://%s", path);
}

static void
teardown (void)
{
  const gchar *argv[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      NULL, NULL, NULL, NULL);
  g_free (folder);
  g_free (url);
  g_free (path);
}

static void
set_valve (RelayHarness * h, const gchar * name, gboolean drop)
{
  GstElement *valve = gst_bin_get_by_name (GST_BIN (h->pipeline), name);

  g_object_set (valve, "drop", drop, NULL);
  gst_object_unref (valve);
}

/* the largest step between two packets, in ms; nothing may go back */
static gint
largest_step (const gchar * type, guint at_least)
{
  GArray *times = relay_packet_times (path, type);
  gint step = 0;
  guint i;

  fail_unless (times->len >= at_least, "%u %s packets", times->len, type);
  for (i = 1; i < times->len; i++) {
    gint this_step = g_array_index (times, gint, i) -
        g_array_index (times, gint, i - 1);

    fail_unless (this_step > 0);
    step = MAX (step, this_step);
  }
  g_array_unref (times);
  return step;
}

static void
end (RelayHarness * h)
{
  gst_element_send_event (h->pipeline, gst_event_new_eos ());
  fail_unless (relay_harness_wait_eos (h, 15));
  relay_harness_free (h);
}

/* Both fall silent in turn; the other one's media flows on. The latency is more
 * than any machine is late, so that nothing has to be moved, and the muxer's
 * own patience is not what lets the other through. */
static void
silence (const gchar * silent, const gchar * other)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "valve name=video drop-mode=forward-sticky-events ! "
      "relaypublishsink name=pub latency=2500000000 " RELAY_AUDIO
      "valve name=audio drop-mode=forward-sticky-events ! pub.audio");
  guint id = relay_harness_add (h, url, FALSE);
  GstClockTime before, after;

  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, FPS, 20));
  set_valve (h, silent, TRUE);
  /* 3 s of the stream's own time */
  gst_element_query_position (h->pipeline, GST_FORMAT_TIME,
      (gint64 *) & before);
  before = gst_clock_get_time (GST_ELEMENT_CLOCK (h->pipeline));
  do {
    after = gst_clock_get_time (GST_ELEMENT_CLOCK (h->pipeline));
    g_poll (NULL, 0, 50);
  } while (after < before + 3 * GST_SECOND);
  set_valve (h, silent, FALSE);
  before = after;
  do {
    after = gst_clock_get_time (GST_ELEMENT_CLOCK (h->pipeline));
    g_poll (NULL, 0, 50);
  } while (after < before + 2 * GST_SECOND);
  end (h);
  /* the one that fell silent came back */
  fail_unless (largest_step (silent, 2 * FPS) > 2500);
  /* the other flowed on */
  fail_unless (largest_step (other, 5 * FPS) < MAX_STEP);
}

GST_START_TEST (test_silent_audio)
{
  silence ("audio", "video");
}

GST_END_TEST;

GST_START_TEST (test_silent_video)
{
  silence ("video", "audio");
}

GST_END_TEST;

/* The same when upstream is not live: there the muxer waits for all its pads,
 * and only GAP events keep it going. */
GST_START_TEST (test_silent_audio_not_live)
{
  RelayHarness *h = relay_harness_new ("videotestsrc num-buffers=150 ! "
      "video/x-raw,width=64,height=64,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 tune=zerolatency ! "
      "relaypublishsink name=pub "
      "audiotestsrc num-buffers=20 samplesperbuffer=1024 ! avenc_aac ! "
      "identity eos-after=-1 name=i ! valve name=audio ! pub.audio");
  GstElement *valve = gst_bin_get_by_name (GST_BIN (h->pipeline), "audio");

  /* its EOS is lost too: it just stops */
  g_object_set (valve, "drop-mode", 0, NULL);
  gst_object_unref (valve);
  relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, 1, 5, 20));
  set_valve (h, "audio", TRUE);
  fail_unless (relay_harness_wait_frames (h, 1, 100, 20));
  relay_harness_free (h);
  fail_unless (largest_step ("video", 100) < MAX_STEP);
}

GST_END_TEST;

/* One input ends long before the other. */
GST_START_TEST (test_audio_ends)
{
  RelayHarness *h = relay_harness_new ("videotestsrc num-buffers=75 ! "
      "video/x-raw,width=64,height=64,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! "
      "relaypublishsink name=pub "
      "audiotestsrc num-buffers=20 samplesperbuffer=1024 ! avenc_aac ! "
      "pub.audio");

  relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  relay_harness_free (h);
  fail_unless (largest_step ("video", 75) < MAX_STEP);
  fail_unless (largest_step ("audio", 19) < MAX_STEP);
}

GST_END_TEST;

/* Requested, but nothing ever comes: the other one starts without it. */
GST_START_TEST (test_audio_never_comes)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO
      "relaypublishsink name=pub appsrc name=never is-live=true "
      "format=time ! audio/mpeg,mpegversion=4,stream-format=adts ! pub.audio");
  guint id = relay_harness_add (h, url, FALSE);

  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, 2 * FPS, 30));
  relay_harness_free (h);
  fail_unless (largest_step ("video", FPS) < MAX_STEP);
}

GST_END_TEST;

static GstPadProbeReturn
stay_blocked (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

/* The same when it came at first, and the pipeline was in READY since: nobody
 * waits for ever for what belongs to the stream before. */
GST_START_TEST (test_audio_never_comes_again)
{
  RelayHarness *h = relay_harness_new ("videotestsrc ! "
      "video/x-raw,width=64,height=64,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 tune=zerolatency ! "
      "relaypublishsink name=pub "
      "audiotestsrc samplesperbuffer=1024 ! avenc_aac name=a ! pub.audio");
  GstElement *encoder = gst_bin_get_by_name (GST_BIN (h->pipeline), "a");
  GstPad *pad = gst_element_get_static_pad (encoder, "src");
  guint id = relay_harness_add (h, url, FALSE);

  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, FPS, 20));
  gst_element_set_state (h->pipeline, GST_STATE_READY);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, stay_blocked,
      NULL, NULL);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, 2 * FPS, 20));
  gst_object_unref (pad);
  gst_object_unref (encoder);
  relay_harness_free (h);
  fail_unless (largest_step ("video", FPS) < MAX_STEP);
}

GST_END_TEST;

/* (transfer full): the pad of the element that @launch's stream goes into */
static GstPad *
join (RelayHarness * h, const gchar * launch, const gchar * pad_name)
{
  GError *error = NULL;
  GstElement *bin = gst_parse_bin_from_description (launch, TRUE, &error);
  GstPad *src, *sink;

  fail_unless (error == NULL);
  gst_bin_add (GST_BIN (h->pipeline), bin);
  src = gst_element_get_static_pad (bin, "src");
  sink = gst_element_request_pad_simple (h->pub, pad_name);
  fail_unless_equals_int (gst_pad_link (src, sink), GST_PAD_LINK_OK);
  gst_object_unref (src);
  gst_element_sync_state_with_parent (bin);
  return sink;
}

/* Takes @sink, which join() returned. */
static void
leave (RelayHarness * h, GstPad * sink)
{
  GstPad *src = gst_pad_get_peer (sink);
  GstElement *bin = gst_pad_get_parent_element (src);

  gst_element_release_request_pad (h->pub, sink);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (h->pipeline), bin);
  gst_object_unref (sink);
  gst_object_unref (src);
  gst_object_unref (bin);
}

/* The joined stream is there, decodes, and is in time with the other: both are
 * live, so each packet's time is when it was made. */
static void
joins (const gchar * first, const gchar * launch, const gchar * pad_name)
{
  RelayHarness *h = relay_harness_new (first);
  guint id = relay_harness_add (h, url, FALSE);
  GArray *joined, *other;
  gchar *text;
  gint begin, last, other_last;

  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, 75, 20));
  gst_object_unref (join (h, launch, pad_name));
  fail_unless (relay_harness_wait_frames (h, id, 100, 20));
  end (h);

  /* the muxer may wait a moment for its new pad; what was late is put right
   * behind, so a step, but no more than that */
  fail_unless (largest_step (g_str_equal (pad_name, "audio") ? "video" :
          "audio", 100) < 500);
  joined = relay_packet_times (path, pad_name);
  other = relay_packet_times (path, g_str_equal (pad_name, "audio") ?
      "video" : "audio");
  fail_unless (joined->len > 25, "%u", joined->len);
  begin = g_array_index (joined, gint, 0);
  last = g_array_index (joined, gint, joined->len - 1);
  other_last = g_array_index (other, gint, other->len - 1);
  fail_unless (begin > 1500, "%d", begin);
  fail_unless (ABS (last - other_last) < 500, "%d %d", last, other_last);
  g_array_unref (joined);
  g_array_unref (other);
  text = relay_probe (g_str_equal (pad_name, "audio") ?
      "-count_frames -select_streams a -show_entries stream=nb_read_frames "
      "-of csv=p=0" : "-count_frames -select_streams v -show_entries "
      "stream=nb_read_frames -of csv=p=0", path);
  fail_unless (atoi (text) > 25, "%s", text);
  g_free (text);
}

GST_START_TEST (test_audio_joins)
{
  joins (RELAY_VIDEO "relaypublishsink name=pub",
      "audiotestsrc is-live=true samplesperbuffer=1024 ! "
      "audio/x-raw,rate=44100,channels=1 ! avenc_aac", "audio");
}

GST_END_TEST;

GST_START_TEST (test_video_joins)
{
  joins (RELAY_AUDIO "pub.audio relaypublishsink name=pub",
      "videotestsrc is-live=true ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25",
      "video");
}

GST_END_TEST;

/* A pad that is released while its streaming thread is busy. */
GST_START_TEST (test_audio_leaves_and_comes_back)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  guint id = relay_harness_add (h, url, FALSE), i;

  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, FPS, 20));
  for (i = 0; i < 3; i++) {
    GstPad *sink = join (h, "audiotestsrc is-live=true samplesperbuffer=1024 ! "
        "avenc_aac", "audio");

    fail_unless (relay_harness_wait_frames (h, id, FPS, 20));
    leave (h, sink);
    fail_unless (relay_harness_wait_frames (h, id, FPS, 20));
  }
  relay_harness_assert_no_error (h);
  relay_harness_free (h);
  fail_unless (largest_step ("video", 7 * FPS) < MAX_STEP);
}

GST_END_TEST;

/* A streaming thread that makes its parser goes on when its pad is being
 * released. */
static void
wait_for_release (GstElement * pub, GstElement * added, gint * waits)
{
  const gchar *name = gst_plugin_feature_get_name (GST_PLUGIN_FEATURE
      (gst_element_get_factory (added)));
  GstPad *sink;

  if (!g_str_equal (name, "aacparse"))
    return;
  sink = gst_element_get_static_pad (pub, "audio");
  g_atomic_int_set (waits, TRUE);
  while (!GST_PAD_IS_FLUSHING (sink))
    g_poll (NULL, 0, 5);
  gst_object_unref (sink);
}

/* A pad that is released while its first caps go through: the muxer neither
 * waits for what will not come, nor refuses who comes next. */
GST_START_TEST (test_audio_leaves_as_it_comes)
{
  RelayHarness *h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  guint id = relay_harness_add (h, url, FALSE);
  gint waits = FALSE;
  gulong handler;
  GstPad *sink;

  relay_harness_play (h);
  fail_unless (relay_harness_wait_frames (h, id, FPS, 20));
  handler = g_signal_connect (h->pub, "element-added",
      G_CALLBACK (wait_for_release), &waits);
  sink = join (h, "audiotestsrc is-live=true samplesperbuffer=1024 ! "
      "avenc_aac", "audio");
  while (!g_atomic_int_get (&waits))
    g_poll (NULL, 0, 5);
  leave (h, sink);
  g_signal_handler_disconnect (h->pub, handler);
  fail_unless (relay_harness_wait_frames (h, id, FPS, 20));

  gst_object_unref (join (h, "audiotestsrc is-live=true samplesperbuffer=1024 "
          "! avenc_aac", "audio"));
  fail_unless (relay_harness_wait_frames (h, id, 2 * FPS, 20));
  relay_harness_assert_no_error (h);
  end (h);
  fail_unless (largest_step ("audio", FPS) < MAX_STEP);
}

GST_END_TEST;

typedef struct
{
  RelayHarness *h;
  GstPad *pad;
  gint asked;                   /* atomic; for how many keyframes */
  gint obeys;                   /* atomic */
} LongGop;

static GstPadProbeReturn
on_upstream_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  LongGop *gop = data;

  if (!gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&gop->asked);
  return g_atomic_int_get (&gop->obeys) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* A target publishes a stream whose next keyframe is far away, and the ring has
 * the last one no more. */
static void
long_gop_start (LongGop * gop)
{
  GstElement *encoder;
  guint id;

  gop->h = relay_harness_new ("videotestsrc is-live=true ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc name=enc tune=zerolatency speed-preset=ultrafast "
      "key-int-max=100000 ! relaypublishsink name=pub backlog-time=1000000000");
  encoder = gst_bin_get_by_name (GST_BIN (gop->h->pipeline), "enc");
  gop->pad = gst_element_get_static_pad (encoder, "src");
  gst_pad_add_probe (gop->pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      on_upstream_event, gop, NULL);
  gst_object_unref (encoder);
  id = relay_harness_add (gop->h, url, FALSE);
  relay_harness_play (gop->h);
  fail_unless (relay_harness_wait (gop->h, 0, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 20) != NULL);
  fail_unless (relay_harness_wait_frames (gop->h, id, 3 * FPS, 20));
}

static void
long_gop_end (LongGop * gop)
{
  gst_object_unref (gop->pad);
  end (gop->h);
}

/* A keyframe is asked for when a target has nothing to begin with, and not
 * before. */
GST_START_TEST (test_keyframe_on_demand)
{
  LongGop gop = { 0, };
  gchar *second = g_strdup_printf ("file://%s/second.flv", folder);
  guint id;

  gop.obeys = TRUE;
  long_gop_start (&gop);
  fail_unless_equals_int (g_atomic_int_get (&gop.asked), 0);
  id = relay_harness_add (gop.h, second, FALSE);
  fail_unless (relay_harness_wait (gop.h, 0, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 20) != NULL);
  fail_unless (g_atomic_int_get (&gop.asked) > 0);
  long_gop_end (&gop);
  g_free (second);
}

GST_END_TEST;

/* Nor is the server blamed that waits with us: it has said all that it had to
 * say. */
GST_START_TEST (test_keyframe_is_late)
{
  LongGop gop = { 0, };
  RtmpServer *server = rtmp_server_new (FALSE);
  gchar *remote = rtmp_server_url (server, "live", "late");
  GstStructure *stats;
  gint error = -1;
  guint id;

  rtmp_server_start (server);
  long_gop_start (&gop);
  id = relay_harness_add (gop.h, remote, TRUE);
  /* one at first and one every 5 s: longer than an attempt has */
  while (relay_harness_count (gop.h, 0, id,
          GST_PUBLISH_CDN_STATE_CONNECTING) < 4)
    g_poll (NULL, 0, 20);
  g_atomic_int_set (&gop.obeys, TRUE);
  fail_unless (relay_harness_wait (gop.h, 0, id,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 20) != NULL);
  stats = relay_harness_stats (gop.h, id);
  fail_unless (gst_structure_get_int (stats, "last-error", &error));
  fail_unless_equals_int (error, GST_PUBLISH_CODE_OK);
  gst_structure_free (stats);
  long_gop_end (&gop);
  rtmp_server_free (server);
  g_free (remote);
}

GST_END_TEST;

static Suite *
relayinputs_suite (void)
{
  Suite *s = suite_create ("relayinputs");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_silent_audio);
  tcase_add_test (tc, test_silent_video);
  tcase_add_test (tc, test_silent_audio_not_live);
  tcase_add_test (tc, test_audio_ends);
  tcase_add_test (tc, test_audio_never_comes);
  tcase_add_test (tc, test_audio_never_comes_again);
  tcase_add_test (tc, test_audio_joins);
  tcase_add_test (tc, test_video_joins);
  tcase_add_test (tc, test_audio_leaves_and_comes_back);
  tcase_add_test (tc, test_audio_leaves_as_it_comes);
  tcase_add_test (tc, test_keyframe_on_demand);
  tcase_add_test (tc, test_keyframe_is_late);
  return s;
}

GST_CHECK_MAIN (relayinputs);
