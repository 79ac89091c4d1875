/* Which start of the stream all that was sent before has arrived for.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "gstrelayarrival.h"

static void
arrive (GstRelayArrival * arrival, GstRelayKind kind, guint ms, guint64 offset)
{
  GstRelayFlvTag tag = {.kind = kind,.timestamp = ms };

  gst_relay_arrival_add (arrival, &tag, offset);
}

GST_START_TEST (test_arrival)
{
  GstRelayArrival arrival;
  guint i;

  gst_relay_arrival_init (&arrival);
  fail_unless (gst_relay_arrival_find (&arrival, 1000, FALSE) ==
      GST_CLOCK_TIME_NONE);
  gst_relay_arrival_start (&arrival, 100, 2 * GST_SECOND);
  arrive (&arrival, GST_RELAY_KIND_VIDEO_KEY, 2000, 200);
  arrive (&arrival, GST_RELAY_KIND_AUDIO, 2700, 250);
  arrive (&arrival, GST_RELAY_KIND_VIDEO, 2800, 300);
  arrive (&arrival, GST_RELAY_KIND_VIDEO_KEY, 3000, 400);
  arrive (&arrival, GST_RELAY_KIND_VIDEO_KEY, 4000, 500);
  fail_unless (gst_relay_arrival_find (&arrival, 99, FALSE) ==
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (gst_relay_arrival_find (&arrival, 399, FALSE),
      2 * GST_SECOND);
  fail_unless (gst_relay_arrival_is_first (&arrival, 2 * GST_SECOND));
  fail_unless_equals_uint64 (gst_relay_arrival_find (&arrival, 400, TRUE),
      3 * GST_SECOND);
  fail_if (gst_relay_arrival_is_first (&arrival, 3 * GST_SECOND));
  /* older ones are forgotten, the one at hand is not */
  fail_unless (gst_relay_arrival_find (&arrival, 399, FALSE) ==
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64 (gst_relay_arrival_find (&arrival, 499, TRUE),
      3 * GST_SECOND);
  fail_unless_equals_uint64 (gst_relay_arrival_find (&arrival, 9999, TRUE),
      4 * GST_SECOND);
  gst_relay_arrival_clear (&arrival);

  /* audio alone: some of its frames; and no end of them is remembered */
  gst_relay_arrival_init (&arrival);
  gst_relay_arrival_start (&arrival, 0, 0);
  for (i = 0; i < 100000; i++)
    arrive (&arrival, GST_RELAY_KIND_AUDIO, i * 20, i);
  fail_unless (arrival.marks->len <= 512);
  fail_unless (gst_relay_arrival_find (&arrival, 100000, FALSE) >
      99000 * 20 * GST_MSECOND);
  gst_relay_arrival_clear (&arrival);
}

GST_END_TEST;

static Suite *
relayarrival_suite (void)
{
  Suite *s = suite_create ("relayarrival");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_arrival);
  return s;
}

GST_CHECK_MAIN (relayarrival);
