/* publishbin: states and pads at odd moments, from odd threads.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#define MIX "mix-to-cdn"

#define BALL "publishbin name=room sink_0::user-id=jerry " \
    PUBLISH_BALL "room.sink_0 "

static void
stop_here (GstElement * room, const gchar * id, gint code,
    const gchar * message, gpointer data)
{
  gst_element_set_state (room, GST_STATE_NULL);
  g_atomic_int_inc ((gint *) data);
}

/* A handler that stops the element, against all advice, hurts no one. */
GST_START_TEST (test_stop_in_a_handler)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room");
  gchar *id;
  gulong handler;
  gint stopped = 0;             /* atomic */
  guint i;

  handler = g_signal_connect (h->room, "publish-started",
      G_CALLBACK (stop_here), &stopped);
  publish_harness_play (h);
  g_free (publish_harness_start (h, MIX, NULL, "a.flv", PUBLISH_SMALL_ENCODER,
          NULL));
  for (i = 0; i < 1500 && !g_atomic_int_get (&stopped); i++)
    g_poll (NULL, 0, 20);
  fail_unless (g_atomic_int_get (&stopped));
  g_signal_handler_disconnect (h->room, handler);
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  publish_harness_play (h);
  id = publish_harness_start (h, MIX, NULL, "b.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_wait_frames (h, id, 5);
  publish_harness_stop (h, id);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

static gint n_threads;          /* atomic */

static gpointer
request_and_release (gpointer data)
{
  PublishHarness *h = data;
  guint number = 1000 * (1 + g_atomic_int_add (&n_threads, 1));
  guint i;

  for (i = 0; i < 50; i++) {
    GstPad *any = gst_element_request_pad_simple (h->room, "sink_%u");
    gchar *name = g_strdup_printf ("sink_%u", number + i);
    GstPad *named = gst_element_request_pad_simple (h->room, name);

    fail_unless (any != NULL && named != NULL);
    gst_element_release_request_pad (h->room, any);
    gst_object_unref (any);
    gst_element_release_request_pad (h->room, named);
    gst_object_unref (named);
    g_free (name);
  }
  return NULL;
}

/* Pads are asked for in several threads while the element comes and goes. */
GST_START_TEST (test_pads_and_states)
{
  PublishHarness *h = publish_harness_new (BALL);
  GThread *threads[2];
  guint i, k;

  for (i = 0; i < 3; i++) {
    for (k = 0; k < G_N_ELEMENTS (threads); k++)
      threads[k] = g_thread_new ("pads", request_and_release, h);
    publish_harness_play (h);
    g_free (publish_harness_start (h, MIX, NULL, "a.flv",
            PUBLISH_SMALL_ENCODER, NULL));
    gst_element_set_state (h->pipeline, GST_STATE_NULL);
    for (k = 0; k < G_N_ELEMENTS (threads); k++)
      g_thread_join (threads[k]);
  }
  fail_unless_equals_int (h->room->numsinkpads, 1);
  publish_harness_free (h);
}

GST_END_TEST;

/* A task that starts while its pipeline goes on to PLAYING goes with it. */
GST_START_TEST (test_start_on_the_way)
{
  PublishHarness *h = publish_harness_new (BALL);
  guint i;

  for (i = 0; i < 100; i++) {
    gchar *id;

    gst_element_set_state (h->pipeline, GST_STATE_PAUSED);
    id = publish_harness_start (h, MIX, NULL, "a.flv", PUBLISH_SMALL_ENCODER,
        NULL);
    /* the task starts in a thread of the element; meet it at every step */
    g_usleep (i * 20);
    publish_harness_play (h);
    publish_harness_wait_frames (h, id, 1);
    publish_harness_stop (h, id);
    gst_element_set_state (h->pipeline, GST_STATE_READY);
    g_free (id);
  }
  publish_harness_assert_no_error (h);
  publish_harness_free (h);
}

GST_END_TEST;

typedef struct
{
  PublishHarness *h;
  gboolean of_streams;          /* which end */
  gchar *second;                /* the worker, until EOS */
} TheEnd;

/* The worker: what is asked for here is done afterwards, in this order, long
 * before the first task has closed its url. */
static void
start_and_end (GstElement * room, const gchar * id, const gchar * url,
    GstPublishCdnState state, gint code, const gchar * message, TheEnd * end)
{
  gboolean found = FALSE;
  GstPad *pad;

  if (state != GST_PUBLISH_CDN_STATE_PUBLISHING || end->second)
    return;
  g_signal_emit_by_name (room, "stop-publish", id, &found);
  fail_unless (found);
  end->second = publish_harness_start (end->h, MIX, NULL, "a.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  if (end->of_streams) {
    pad = gst_element_get_static_pad (room, "sink_0");
    gst_pad_send_event (pad, gst_event_new_eos ());
    gst_object_unref (pad);
  } else {
    gst_element_send_event (room, gst_event_new_eos ());
  }
}

static void
check_end (gboolean of_streams)
{
  PublishHarness *h = publish_harness_new (BALL);
  TheEnd end = { h, of_streams, NULL };
  gulong handler = g_signal_connect (h->room, "cdn-state-changed",
      G_CALLBACK (start_and_end), &end);
  gchar *first;

  publish_harness_play (h);
  first = publish_harness_start (h, MIX, NULL, "a.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_EOS |
          GST_MESSAGE_ERROR, NULL));
  publish_harness_assert_no_error (h);
  g_signal_handler_disconnect (h->room, handler);
  publish_harness_wait (h, 0, PUBLISH_STOPPED, first);
  publish_harness_wait (h, 0, PUBLISH_STOPPED, end.second);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STARTED), 1);
  g_free (first);
  g_free (end.second);
  publish_harness_free (h);
}

/* With the end of all, a task ends too that waits for a url to be free. */
GST_START_TEST (test_end_while_one_waits)
{
  check_end (FALSE);
  check_end (TRUE);
}

GST_END_TEST;

static Suite *
publishlife_suite (void)
{
  Suite *suite = suite_create ("publishlife");
  TCase *tc = tcase_create ("life");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_stop_in_a_handler);
  tcase_add_test (tc, test_pads_and_states);
  tcase_add_test (tc, test_start_on_the_way);
  tcase_add_test (tc, test_end_while_one_waits);
  return suite;
}

GST_CHECK_MAIN (publishlife);
