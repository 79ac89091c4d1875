/* Where a cursor of the relay ring starts, first and after a lost connection.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "relaynumbers.h"

GST_START_TEST (test_live_starts_at_newest_keyframe)
{
  GstRelayRing *ring = video_ring (GST_SECOND, 100000);
  GstRelayCursor *cursor = gst_relay_cursor_new (ring, NULL);
  GstRelayCursor *next;
  GstRelayCursorStats stats;

  push_video (ring, 0, 13, 5, 100);
  assert_start (cursor, 10);
  assert_takes (cursor, 10, 12);
  come_back (cursor);

  /* the next connection: what came in between is lost, and counted */
  push_video (ring, 13, 10, 5, 100);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_free (cursor);
  gst_relay_cursor_get_stats (next, &stats);
  fail_unless_equals_uint64 (stats.queue, 10 * FRAME);
  push_video (ring, 23, 1, 5, 100);
  gst_relay_cursor_get_stats (next, &stats);
  fail_unless_equals_uint64 (stats.queue, 11 * FRAME);
  assert_start (next, 20);
  gst_relay_cursor_get_stats (next, &stats);
  fail_unless_equals_uint64 (stats.frames_dropped, 7);
  fail_unless_equals_uint64 (stats.queue, 11 * FRAME);
  assert_takes (next, 20, 23);
  gst_relay_cursor_get_stats (next, &stats);
  fail_unless_equals_uint64 (stats.frames_sent, 7);
  fail_unless_equals_uint64 (stats.queue, 0);
  fail_unless_equals_uint64 (stats.position, 23 * FRAME);
  gst_relay_cursor_free (next);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_hold_loses_nothing)
{
  GstRelayRing *ring = video_ring (10 * GST_SECOND, 100000);
  GstRelayCursor *cursor, *next;

  /* asked before there is anything: the first keyframe to come */
  cursor = gst_relay_cursor_new (ring, NULL);
  gst_relay_cursor_hold (cursor, FALSE);
  push_video (ring, 3, 40, 5, 100);
  assert_start (cursor, 5);
  gst_relay_cursor_free (cursor);

  /* or the oldest there is */
  cursor = gst_relay_cursor_new (ring, NULL);
  gst_relay_cursor_hold (cursor, TRUE);
  assert_start (cursor, 5);
  gst_relay_cursor_free (cursor);

  /* asked at 42: the newest of then, whenever the server is ready; also after
   * an attempt that never got to send */
  cursor = gst_relay_cursor_new (ring, NULL);
  gst_relay_cursor_hold (cursor, FALSE);
  push_video (ring, 43, 20, 5, 100);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_rewind (next, 20 * FRAME);
  gst_relay_cursor_free (cursor);
  assert_start (next, 40);
  assert_takes (next, 40, 62);
  gst_relay_cursor_free (next);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_rewind)
{
  GstRelayRing *ring = video_ring (10 * GST_SECOND, 100000);
  GstRelayCursor *cursor, *next;
  GstRelayCursorStats stats;

  cursor = gst_relay_cursor_new (ring, NULL);
  push_video (ring, 0, 51, 5, 100);
  assert_start (cursor, 50);
  push_video (ring, 51, 12, 5, 100);
  assert_takes (cursor, 50, 62);
  come_back (cursor);
  push_video (ring, 63, 20, 5, 100);

  /* 62 - 20 = 42: the keyframe at or before it is 40, and nothing is lost */
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_rewind (next, 20 * FRAME);
  gst_relay_cursor_free (cursor);
  assert_start (next, 40);
  assert_takes (next, 40, 82);
  gst_relay_cursor_get_stats (next, &stats);
  fail_unless_equals_uint64 (stats.frames_dropped, 0);

  /* further back than the ring holds: its oldest keyframe */
  come_back (next);
  cursor = gst_relay_cursor_new (ring, next);
  gst_relay_cursor_free (next);
  gst_relay_cursor_rewind (cursor, 100 * GST_SECOND);
  assert_start (cursor, 0);
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_rewind_counts_from_what_was_handed_on)
{
  GstRelayRing *ring = video_ring (10 * GST_SECOND, 100000);
  GstRelayCursor *cursor, *next;
  GstRelayCursorStats stats;

  cursor = gst_relay_cursor_new (ring, NULL);
  push_video (ring, 0, 21, 5, 100);
  assert_start (cursor, 20);
  assert_takes (cursor, 20, 20);
  push_video (ring, 21, 20, 5, 100);
  /* 21 .. 40 are taken, and the connection breaks while they are sent */
  assert_takes (cursor, 21, 40);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_rewind (next, 2 * FRAME);
  assert_start (next, 15);
  gst_relay_cursor_get_stats (next, &stats);
  fail_unless_equals_uint64 (stats.frames_sent, 1);
  fail_unless_equals_uint64 (stats.frames_dropped, 0);
  gst_relay_cursor_free (next);
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_rewind_to_what_has_arrived)
{
  GstRelayRing *ring = video_ring (10 * GST_SECOND, 100000);
  GstRelayCursor *cursor = gst_relay_cursor_new (ring, NULL), *next;

  push_video (ring, 0, 21, 5, 100);
  assert_start (cursor, 20);
  push_video (ring, 21, 20, 5, 100);
  assert_takes (cursor, 20, 40);
  come_back (cursor);

  /* 20 .. 29 are at the other side's kernel: from there back */
  gst_relay_cursor_set_arrived (cursor, 30 * FRAME, FALSE);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_rewind (next, 10 * FRAME);
  assert_start (next, 20);
  gst_relay_cursor_free (next);
  /* at its application: no further */
  gst_relay_cursor_set_arrived (cursor, 30 * FRAME, TRUE);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_rewind (next, 10 * FRAME);
  gst_relay_cursor_free (cursor);
  cursor = gst_relay_cursor_new (ring, next);
  gst_relay_cursor_free (next);
  gst_relay_cursor_rewind (cursor, 10 * FRAME);
  assert_start (cursor, 30);
  assert_takes (cursor, 30, 40);
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

/* Who has something to read does not wait for a keyframe, even if the ring has
 * none any more. */
GST_START_TEST (test_waits_for_a_start)
{
  GstRelayRing *ring = video_ring (20 * FRAME, 100000);
  GstRelayCursor *reader = gst_relay_cursor_new (ring, NULL), *late;
  GstBufferList *headers = NULL;
  GstRelayCursorStats stats;
  GstClockTime dts;

  fail_unless_equals_int (gst_relay_cursor_try_start (reader, &headers, &dts),
      GST_RELAY_TAKE_LATER);
  gst_relay_cursor_get_stats (reader, &stats);
  fail_unless (stats.waits);
  push_video (ring, 0, 21, 1000, 100);
  assert_start (reader, 0);
  assert_takes (reader, 0, 20);
  push_video (ring, 21, 20, 1000, 100);
  fail_if (gst_relay_ring_has_start (ring));
  assert_takes (reader, 21, 40);
  gst_relay_cursor_get_stats (reader, &stats);
  fail_if (stats.waits);

  late = gst_relay_cursor_new (ring, NULL);
  gst_relay_cursor_get_stats (late, &stats);
  fail_if (stats.waits);
  fail_unless_equals_int (gst_relay_cursor_try_start (late, &headers, &dts),
      GST_RELAY_TAKE_LATER);
  gst_relay_cursor_get_stats (late, &stats);
  fail_unless (stats.waits);
  gst_relay_cursor_free (late);
  gst_relay_cursor_free (reader);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

/* Each connection starts as it is told, not as the one before was. */
GST_START_TEST (test_policy_changes)
{
  GstRelayRing *ring = video_ring (10 * GST_SECOND, 100000);
  GstRelayCursor *cursor, *next;

  push_video (ring, 0, 8, 5, 100);
  /* nothing was sent: lossless goes on from what was the newest at first */
  cursor = gst_relay_cursor_new (ring, NULL);
  push_video (ring, 8, 20, 5, 100);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_free (cursor);
  gst_relay_cursor_rewind (next, 10 * FRAME);
  assert_start (next, 5);
  gst_relay_cursor_free (next);

  /* lossless, then live before the first start */
  cursor = gst_relay_cursor_new (ring, NULL);
  gst_relay_cursor_hold (cursor, TRUE);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_free (cursor);
  assert_start (next, 25);
  assert_takes (next, 25, 27);
  come_back (next);

  /* live, then lossless, then live */
  cursor = gst_relay_cursor_new (ring, next);
  gst_relay_cursor_free (next);
  gst_relay_cursor_rewind (cursor, 10 * FRAME);
  push_video (ring, 28, 10, 5, 100);
  assert_start (cursor, 15);
  assert_takes (cursor, 15, 37);
  come_back (cursor);
  push_video (ring, 38, 20, 5, 100);
  next = gst_relay_cursor_new (ring, cursor);
  gst_relay_cursor_free (cursor);
  assert_start (next, 55);
  gst_relay_cursor_free (next);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

static Suite *
relayresume_suite (void)
{
  Suite *s = suite_create ("relayresume");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_live_starts_at_newest_keyframe);
  tcase_add_test (tc, test_hold_loses_nothing);
  tcase_add_test (tc, test_rewind);
  tcase_add_test (tc, test_rewind_counts_from_what_was_handed_on);
  tcase_add_test (tc, test_rewind_to_what_has_arrived);
  tcase_add_test (tc, test_waits_for_a_start);
  tcase_add_test (tc, test_policy_changes);
  return s;
}

GST_CHECK_MAIN (relayresume);
