/* The fence of publishbin's branches: who is before it knows nothing of what is
 * behind, least of all when that is being taken away.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

#include "pub-fence.h"

GST_DEBUG_CATEGORY (gst_publish_bin_debug);

#define CAPS "video/x-raw, format = (string) I420, width = (int) 32," \
    " height = (int) 32, framerate = (fraction) 25/1"
#define OTHER "video/x-raw, format = (string) NV12, width = (int) 64," \
    " height = (int) 64, framerate = (fraction) 25/1"

static gboolean
takes (GstHarness * h, const gchar * text)
{
  GstCaps *caps = gst_caps_from_string (text), *offered;
  gboolean accepted = gst_pad_peer_query_accept_caps (h->srcpad, caps);

  offered = gst_pad_peer_query_caps (h->srcpad, caps);
  fail_unless_equals_int (accepted, gst_caps_is_equal (offered, caps));
  gst_caps_unref (offered);
  gst_caps_unref (caps);
  return accepted;
}

static gint n_asked;            /* atomic: of who is behind */

static GstPadProbeReturn
on_query (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  g_atomic_int_inc (&n_asked);
  return GST_PAD_PROBE_OK;
}

static gboolean
ask_allocation (GstHarness * h)
{
  GstCaps *caps = gst_caps_from_string (CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  gboolean answered = gst_pad_peer_query (h->srcpad, query) &&
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);

  gst_query_unref (query);
  gst_caps_unref (caps);
  return answered;
}

static gboolean
ask_drain (GstHarness * h)
{
  GstQuery *query = gst_query_new_drain ();
  gboolean answered = gst_pad_peer_query (h->srcpad, query);

  gst_query_unref (query);
  return answered;
}

/* Open it says what who is behind says; closed it takes all. What would have to
 * wait behind it, it answers itself. */
GST_START_TEST (test_queries)
{
  GstElement *fence = pub_fence_new (0);
  GstHarness *h = gst_harness_new_with_element (fence, "sink", "src");

  gst_harness_set_sink_caps_str (h, CAPS);
  fail_unless (takes (h, CAPS));
  fail_if (takes (h, OTHER));
  gst_pad_add_probe (h->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      on_query, NULL, NULL);
  g_atomic_int_set (&n_asked, 0);
  /* a tee forgets all answers when one has none */
  fail_unless (ask_allocation (h));
  fail_if (ask_drain (h));
  fail_unless_equals_int (g_atomic_int_get (&n_asked), 0);

  pub_fence_close (fence);
  g_atomic_int_set (&n_asked, 0);
  fail_unless (takes (h, OTHER));
  fail_unless (ask_allocation (h));
  fail_unless_equals_int (g_atomic_int_get (&n_asked), 0);
  gst_harness_teardown (h);
  gst_object_unref (fence);
}

GST_END_TEST;

static GstBuffer *
new_buffer (GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 8, NULL);

  GST_BUFFER_PTS (buffer) = pts;
  return buffer;
}

/* What was before its begin does not pass, nor in a list. */
GST_START_TEST (test_begin)
{
  GstElement *fence = pub_fence_new (2 * GST_SECOND);
  GstHarness *h = gst_harness_new_with_element (fence, "sink", "src");
  GstBufferList *list = gst_buffer_list_new ();
  GstBuffer *buffer;

  gst_harness_set_src_caps_str (h, CAPS);
  fail_unless_equals_int (gst_harness_push (h, new_buffer (GST_SECOND)),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (h), 0);
  gst_buffer_list_add (list, new_buffer (GST_SECOND));
  gst_buffer_list_add (list, new_buffer (3 * GST_SECOND));
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (h), 1);
  buffer = gst_harness_pull (h);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 3 * GST_SECOND);
  gst_buffer_unref (buffer);
  gst_harness_teardown (h);
  gst_object_unref (fence);
}

GST_END_TEST;

static Suite *
publishfence_suite (void)
{
  Suite *suite = suite_create ("publishfence");
  TCase *tc = tcase_create ("fence");

  GST_DEBUG_CATEGORY_INIT (gst_publish_bin_debug, "publishbin", 0, "test");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_queries);
  tcase_add_test (tc, test_begin);
  return suite;
}

GST_CHECK_MAIN (publishfence);
