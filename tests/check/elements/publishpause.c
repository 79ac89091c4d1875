/* publishbin: what a pause does to tasks, and from where one can leave it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#define BIG "big-to-cdn"

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
  tcase_add_test (tc, test_stop_behind_query);
  return suite;
}

GST_CHECK_MAIN (publishpause);
