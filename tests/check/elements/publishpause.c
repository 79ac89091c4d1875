/* publishbin: what a pause does to tasks, and from where one can leave it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#include <stdlib.h>

#define MIX "mix-to-cdn"
#define BIG "big-to-cdn"

#define JERRY "publishbin name=room sink_0::user-id=jerry " \
    "sink_1::user-id=jerry " PUBLISH_BALL "room.sink_0 " \
    PUBLISH_TONE_440 "room.sink_1 "

/* How long a pause lasts, and what of it a mix may lose on a machine with too
 * much to do, ms. */
#define PAUSE 4000
#define LOST 1500
/* In a pause of this length all would be full that mixers can fill, ms. */
#define FILL 1500

static void
set_state (PublishHarness * h, GstState state)
{
  fail_unless (gst_element_set_state (h->pipeline, state) !=
      GST_STATE_CHANGE_FAILURE);
  fail_unless (gst_element_get_state (h->pipeline, NULL, NULL,
          GST_CLOCK_TIME_NONE) != GST_STATE_CHANGE_FAILURE);
}

static gboolean
stop (PublishHarness * h, const gchar * id)
{
  gboolean found;

  g_signal_emit_by_name (h->room, "stop-publish", id, &found);
  return found;
}

/* Who asks in a pause is answered, whatever the tasks do. */
static void
assert_answers (PublishHarness * h)
{
  guint mark = publish_harness_mark (h);

  fail_if (stop (h, "nobody"));
  publish_harness_wait (h, mark, PUBLISH_STOPPED, "nobody");
}

/* --- a pause, and on --- */

typedef struct
{
  gint last, hole;              /* DTS and the longest step of it, ms */
} Flow;

/* What ffprobe reads of a stream, whose DTS grow. */
static Flow
read_flow (const gchar * path, const gchar * stream)
{
  Flow flow = { -1, 0 };
  gchar *output = publish_run ("ffprobe -v error -select_streams %s"
      " -show_entries packet=dts -of csv=p=0 %s", stream, path);
  gchar **lines = g_strsplit (output, "\n", -1);
  guint i;

  for (i = 0; lines[i] && *lines[i]; i++) {
    gint dts = atoi (lines[i]);

    if (i > 0) {
      fail_unless (dts > flow.last, "%s: %d after %d", stream, dts, flow.last);
      flow.hole = MAX (flow.hole, dts - flow.last);
    }
    flow.last = dts;
  }
  fail_unless (i > 0);
  g_strfreev (lines);
  g_free (output);
  return flow;
}

static gint
running_ms (PublishHarness * h)
{
  return gst_element_get_current_running_time (h->pipeline) / GST_MSECOND;
}

/* A mix goes on at once, as a relay does: with picture and sound of the time
 * that it is, and nothing left out but the pause. */
GST_START_TEST (test_go_on)
{
  static const gchar *const streams[] = { "v:0", "a:0" };
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *ids[2], *mix = publish_harness_file (h, "mix.flv");
  gchar *relay = publish_harness_file (h, "relay.flv");
  gint begun, length;
  guint i;

  publish_harness_play (h);
  ids[0] = publish_harness_start (h, MIX, NULL, "mix.flv",
      PUBLISH_SMALL_AV_ENCODER, NULL);
  publish_harness_wait (h, 0, PUBLISH_STARTED, ids[0]);
  begun = running_ms (h);
  ids[1] = publish_harness_start (h, BIG, "jerry", "relay.flv",
      PUBLISH_SMALL_AV_ENCODER, NULL);
  for (i = 0; i < 2; i++)
    publish_harness_wait_frames (h, ids[i], 10);
  set_state (h, GST_STATE_PAUSED);
  g_usleep (PAUSE * 1000);
  set_state (h, GST_STATE_PLAYING);
  for (i = 0; i < 2; i++)
    publish_harness_wait_frames (h, ids[i], 20);
  length = running_ms (h) - begun;
  for (i = 0; i < 2; i++) {
    publish_harness_stop (h, ids[i]);
    g_free (ids[i]);
  }
  for (i = 0; i < 2; i++) {
    Flow mixed = read_flow (mix, streams[i]);
    Flow relayed = read_flow (relay, streams[i]);

    fail_unless (mixed.hole < relayed.hole + LOST, "%s: %d ms are missing",
        streams[i], mixed.hole);
    fail_unless (mixed.last > length - LOST, "%s: %d of %d ms", streams[i],
        mixed.last, length);
  }
  publish_harness_assert_no_error (h);
  g_free (mix);
  g_free (relay);
  publish_harness_free (h);
}

GST_END_TEST;

/* --- a pause at every moment --- */

typedef enum
{
  RUNS,
  STOPS,
  STARTS,
  STARTS_IN_PAUSE,
  STOPS_IN_PAUSE,
  STARTS_AND_STOPS_IN_PAUSE,
  N_MOMENTS,
} Moment;

static gchar *
start_mix (PublishHarness * h)
{
  return publish_harness_start (h, MIX, NULL, "a.flv",
      PUBLISH_SMALL_AV_ENCODER, NULL);
}

/* (transfer full): the id of a task that does as @moment says while the pipeline
 * pauses */
static gchar *
pause_at (PublishHarness * h, Moment moment)
{
  gboolean in_pause = moment == STARTS_IN_PAUSE ||
      moment == STARTS_AND_STOPS_IN_PAUSE;
  guint mark = publish_harness_mark (h);
  gchar *id = NULL;

  publish_harness_play (h);
  if (!in_pause)
    id = start_mix (h);
  if (moment == RUNS || moment == STOPS || moment == STOPS_IN_PAUSE)
    publish_harness_wait_frames (h, id, 5);
  if (moment == STOPS)
    fail_unless (stop (h, id));
  set_state (h, GST_STATE_PAUSED);
  if (in_pause) {
    id = start_mix (h);
    publish_harness_wait (h, mark, PUBLISH_STARTED, id);
  }
  if (moment == STOPS_IN_PAUSE || moment == STARTS_AND_STOPS_IN_PAUSE)
    fail_unless (stop (h, id));
  return id;
}

static gboolean
goes_on (Moment moment)
{
  return moment == RUNS || moment == STARTS || moment == STARTS_IN_PAUSE;
}

GST_START_TEST (test_stop_in_pause)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *id = pause_at (h, (Moment) __i__);

  assert_answers (h);
  if (goes_on (__i__)) {
    /* nothing tells what would fill up meanwhile if the mixers went on */
    g_usleep (FILL * 1000);
    fail_unless (stop (h, id));
  }
  assert_answers (h);
  publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
  publish_harness_assert_no_error (h);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* A pause that ends in any state, with another one right after it. */
GST_START_TEST (test_leave_pause)
{
  static const GstState states[] = { GST_STATE_PLAYING, GST_STATE_READY,
    GST_STATE_NULL
  };
  PublishHarness *h = publish_harness_new (JERRY);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (states); i++) {
    gchar *id = pause_at (h, (Moment) __i__);

    set_state (h, states[i]);
    publish_harness_play (h);
    if (states[i] == GST_STATE_PLAYING && goes_on (__i__)) {
      publish_harness_wait_frames (h, id, 5);
      fail_unless (stop (h, id));
    }
    publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
    set_state (h, GST_STATE_PAUSED);
    g_free (id);
  }
  publish_harness_assert_no_error (h);
  publish_harness_free (h);
}

GST_END_TEST;

/* --- what is behind stands still, as in a pause --- */

#define FRAME (160 * 120 * 3 / 2)

static void
push_frames (PublishHarness * h, guint n, GstClockTime * next)
{
  GstElement *source = gst_bin_get_by_name (GST_BIN (h->pipeline), "source");
  guint i;

  for (i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, FRAME, NULL);
    GstFlowReturn ret;

    gst_buffer_memset (buffer, 0, 128, FRAME);
    GST_BUFFER_PTS (buffer) = *next;
    GST_BUFFER_DURATION (buffer) = 40 * GST_MSECOND;
    *next += 40 * GST_MSECOND;
    g_signal_emit_by_name (source, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (ret, GST_FLOW_OK);
  }
  gst_object_unref (source);
}

static GstPadProbeReturn
on_query (GstPad * pad, GstPadProbeInfo * info, gpointer asked)
{
  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) == GST_QUERY_ALLOCATION)
    g_atomic_int_set ((gint *) asked, TRUE);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_frame (GstPad * pad, GstPadProbeInfo * info, gpointer waits)
{
  g_atomic_int_set ((gint *) waits, TRUE);
  return GST_PAD_PROBE_OK;
}

static void
wait_for (const gint * flag)
{
  guint i;

  for (i = 0; i < 1500 && !g_atomic_int_get (flag); i++)
    g_poll (NULL, 0, 20);
  fail_unless (g_atomic_int_get (flag));
}

/* (transfer full): where the task's video comes to its relaypublishsink */
static GstPad *
find_video_pad (PublishHarness * h)
{
  GstIterator *it = gst_bin_iterate_all_by_element_factory_name
      (GST_BIN (h->room), "relaypublishsink");
  GValue value = G_VALUE_INIT;
  GstPad *pad;

  fail_unless_equals_int (gst_iterator_next (it, &value), GST_ITERATOR_OK);
  pad = gst_element_get_static_pad (g_value_get_object (&value), "video");
  fail_unless (pad != NULL);
  g_value_unset (&value);
  gst_iterator_free (it);
  return pad;
}

/* A source asks behind frames that nobody takes: the end overtakes it. */
GST_START_TEST (test_stop_behind_query)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry appsrc name=source format=time max-bytes=0 "
      "caps=video/x-raw,format=I420,width=160,height=120,framerate=25/1 ! "
      "videoconvert ! capsfilter name=filter caps=video/x-raw,format=I420 ! "
      "room.sink_0");
  GstElement *filter = gst_bin_get_by_name (GST_BIN (h->pipeline), "filter");
  GstPad *pad = gst_element_get_static_pad (h->room, "sink_0"), *video;
  gchar *id = publish_harness_start (h, BIG, "jerry", "a.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  GstClockTime next = 0;
  GstCaps *caps = gst_caps_from_string ("video/x-raw,format=NV12");
  gint waits = FALSE, asked = FALSE;    /* atomic */

  publish_harness_play (h);
  push_frames (h, 5, &next);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  video = find_video_pad (h);
  gst_pad_add_probe (video, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, on_frame, &waits, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query,
      &asked, NULL);
  push_frames (h, 5, &next);
  wait_for (&waits);
  push_frames (h, 5, &next);
  g_object_set (filter, "caps", caps, NULL);
  push_frames (h, 1, &next);
  wait_for (&asked);
  assert_answers (h);
  fail_unless (stop (h, id));
  assert_answers (h);
  publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
  publish_harness_assert_no_error (h);
  gst_caps_unref (caps);
  gst_object_unref (video);
  gst_object_unref (pad);
  gst_object_unref (filter);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

static Suite *
publishpause_suite (void)
{
  Suite *suite = suite_create ("publishpause");
  TCase *tc = tcase_create ("pause");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  /* what it measures is time */
  if (!g_getenv ("PUBLISH_INSTRUMENTED"))
    tcase_add_test (tc, test_go_on);
  tcase_add_loop_test (tc, test_stop_in_pause, 0, N_MOMENTS);
  tcase_add_test (tc, test_stop_behind_query);
  tcase_add_loop_test (tc, test_leave_pause, 0, N_MOMENTS);
  return suite;
}

GST_CHECK_MAIN (publishpause);
