/* The relay ring: bounds, headers, overrun, one payload for all, a model, and
 * many threads.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "relaynumbers.h"

GST_START_TEST (test_bounds)
{
  GstRelayRing *ring = video_ring (10 * FRAME, 100000);
  GstRelayRingLevel level;

  push_video (ring, 0, 100, 5, 100);
  gst_relay_ring_get_level (ring, &level);
  fail_unless_equals_int (level.entries, 11);
  fail_unless_equals_uint64 (level.time, 10 * FRAME);
  fail_unless_equals_uint64 (level.edge, 99 * FRAME);
  /* 89 .. 99 has 90 and 95 */
  fail_unless_equals_int (level.keyframes, 2);
  fail_unless_equals_int (level.bytes, 1100);

  gst_relay_ring_set_limits (ring, 10 * FRAME, 350);
  gst_relay_ring_get_level (ring, &level);
  fail_unless_equals_int (level.entries, 3);

  /* one that is larger than everything allowed is held all the same */
  gst_relay_ring_push (ring, GST_RELAY_KIND_VIDEO_KEY, numbered (100, 5000),
      100 * FRAME);
  gst_relay_ring_get_level (ring, &level);
  fail_unless_equals_int (level.entries, 1);
  fail_unless_equals_int (level.keyframes, 1);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_one_payload_for_all)
{
  GstRelayRing *ring = video_ring (GST_SECOND, 100000);
  GstBuffer *buffer = numbered (0, 1000);
  GstBufferList *headers = NULL;
  GstClockTime dts;
  guint i;

  gst_relay_ring_push (ring, GST_RELAY_KIND_VIDEO_KEY, gst_buffer_ref (buffer),
      0);
  for (i = 0; i < 5; i++) {
    GstRelayCursor *cursor = gst_relay_cursor_new (ring, NULL);
    GstBufferList *list;

    gst_relay_cursor_start (cursor, &headers, &dts);
    fail_unless_equals_int (number_of (gst_buffer_list_get (headers, 0)), 1000);
    gst_buffer_list_unref (headers);
    fail_unless_equals_int (gst_relay_cursor_take (cursor, &list),
        GST_RELAY_TAKE_OK);
    fail_unless (gst_buffer_list_get (list, 0) == buffer);
    gst_buffer_list_unref (list);
    gst_relay_cursor_free (cursor);
  }
  gst_relay_ring_unref (ring);
  ASSERT_BUFFER_REFCOUNT (buffer, "buffer", 1);
  gst_buffer_unref (buffer);
}

GST_END_TEST;

static void
count_call (gpointer data)
{
  (*(guint *) data)++;
}

/* A reader that must not wait. */
GST_START_TEST (test_without_waiting)
{
  GstRelayRing *ring = gst_relay_ring_new (10 * GST_SECOND, 100000);
  GstRelayCursor *cursor;
  GstBufferList *list = NULL;
  GstClockTime dts = 0;
  gint64 when = 0, before;
  guint calls = 0;

  gst_relay_ring_set_notify (ring, count_call, &calls);
  gst_relay_ring_set_headers (ring, header_list (1000), TRUE);
  cursor = gst_relay_cursor_new (ring, NULL);
  fail_unless_equals_int (gst_relay_cursor_try_start (cursor, &list, &dts),
      GST_RELAY_TAKE_LATER);
  push_video (ring, 5, 2, 5, 100);
  fail_unless_equals_int (calls, 2);
  gst_relay_cursor_set_delay (cursor, GST_SECOND);
  fail_unless_equals_int (gst_relay_cursor_try_start (cursor, &list, &dts),
      GST_RELAY_TAKE_OK);
  fail_unless_equals_uint64 (dts, 5 * FRAME);
  gst_clear_buffer_list (&list);
  fail_unless_equals_int (gst_relay_cursor_try_take (cursor, &list, &when),
      GST_RELAY_TAKE_OK);
  fail_unless_equals_int (gst_buffer_list_length (list), 2);
  gst_clear_buffer_list (&list);
  fail_unless_equals_int (gst_relay_cursor_try_take (cursor, &list, &when),
      GST_RELAY_TAKE_LATER);
  fail_unless (when == -1);
  /* there is something, but it is not due */
  before = g_get_monotonic_time ();
  push_video (ring, 7, 1, 5, 100);
  fail_unless_equals_int (gst_relay_cursor_try_take (cursor, &list, &when),
      GST_RELAY_TAKE_LATER);
  fail_unless (when > before && when <= before + G_TIME_SPAN_SECOND);
  gst_relay_ring_end (ring);
  fail_unless_equals_int (calls, 4);
  fail_unless_equals_int (gst_relay_cursor_try_take (cursor, &list, &when),
      GST_RELAY_TAKE_OK);
  gst_clear_buffer_list (&list);
  fail_unless_equals_int (gst_relay_cursor_try_take (cursor, &list, &when),
      GST_RELAY_TAKE_EOS);
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_overrun)
{
  GstRelayRing *ring = video_ring (20 * FRAME, 100000);
  GstRelayCursor *live = gst_relay_cursor_new (ring, NULL);
  GstRelayCursor *lossless = gst_relay_cursor_new (ring, NULL);
  GstBufferList *list = NULL;
  GstRelayCursorStats stats;

  push_video (ring, 0, 3, 5, 100);
  assert_start (live, 0);
  assert_takes (live, 0, 2);
  gst_relay_cursor_hold (lossless, FALSE);
  assert_start (lossless, 0);
  assert_takes (lossless, 0, 2);
  gst_relay_cursor_rewind (lossless, 5 * FRAME);

  push_video (ring, 3, 100, 5, 100);
  fail_unless_equals_int (gst_relay_cursor_take (live, &list),
      GST_RELAY_TAKE_OVERRUN);
  fail_unless_equals_int (gst_relay_cursor_take (lossless, &list),
      GST_RELAY_TAKE_OVERRUN);
  /* 82 .. 102 is held */
  assert_start (live, 100);
  assert_start (lossless, 85);
  gst_relay_cursor_get_stats (live, &stats);
  fail_unless_equals_uint64 (stats.frames_dropped, 97);
  gst_relay_cursor_get_stats (lossless, &stats);
  fail_unless_equals_uint64 (stats.frames_dropped, 82);
  gst_relay_cursor_free (live);
  gst_relay_cursor_free (lossless);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_headers_of_the_time)
{
  GstRelayRing *ring = video_ring (GST_SECOND * 10, 100000);
  GstRelayCursor *cursor;
  GstBufferList *headers = NULL;
  GstClockTime dts;

  push_video (ring, 0, 10, 10, 100);
  gst_relay_ring_set_headers (ring, header_list (2000), TRUE);
  push_video (ring, 10, 1, 10, 100);

  cursor = gst_relay_cursor_new (ring, NULL);
  gst_relay_cursor_start (cursor, &headers, &dts);
  fail_unless_equals_int (number_of (gst_buffer_list_get (headers, 0)), 2000);
  gst_clear_buffer_list (&headers);
  assert_takes (cursor, 10, 10);
  come_back (cursor);

  /* who goes back before the change gets the headers of before */
  {
    GstRelayCursor *next = gst_relay_cursor_new (ring, cursor);

    gst_relay_cursor_rewind (next, GST_SECOND);
    gst_relay_cursor_start (next, &headers, &dts);
    fail_unless_equals_uint64 (dts, 0);
    fail_unless_equals_int (number_of (gst_buffer_list_get (headers, 0)), 1000);
    gst_clear_buffer_list (&headers);
    gst_relay_cursor_free (next);
  }
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_starts_without_video)
{
  GstRelayRing *ring = gst_relay_ring_new (20 * FRAME, 100000);
  GstRelayCursor *cursor;
  guint i;

  /* audio alone: any frame will do */
  gst_relay_ring_set_headers (ring, header_list (1), FALSE);
  fail_if (gst_relay_ring_has_start (ring));
  for (i = 0; i < 10; i++)
    gst_relay_ring_push (ring, GST_RELAY_KIND_AUDIO, numbered (i, 10),
        i * FRAME);
  fail_unless (gst_relay_ring_has_start (ring));
  cursor = gst_relay_cursor_new (ring, NULL);
  assert_start (cursor, 9);
  gst_relay_cursor_free (cursor);

  /* a video joins: wait for its keyframe */
  gst_relay_ring_set_headers (ring, header_list (2), TRUE);
  gst_relay_ring_push (ring, GST_RELAY_KIND_AUDIO, numbered (10, 10),
      10 * FRAME);
  fail_if (gst_relay_ring_has_start (ring));
  gst_relay_ring_push (ring, GST_RELAY_KIND_VIDEO, numbered (11, 10),
      11 * FRAME);
  fail_if (gst_relay_ring_has_start (ring));
  gst_relay_ring_push (ring, GST_RELAY_KIND_VIDEO_KEY, numbered (12, 10),
      12 * FRAME);
  fail_unless (gst_relay_ring_has_start (ring));

  /* it stops, and the last of it leaves: audio again */
  for (i = 13; i < 40; i++)
    gst_relay_ring_push (ring, GST_RELAY_KIND_AUDIO, numbered (i, 10),
        i * FRAME);
  cursor = gst_relay_cursor_new (ring, NULL);
  assert_start (cursor, 39);
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_end_finish_interrupt_clear)
{
  GstRelayRing *ring = video_ring (GST_SECOND * 10, 100000);
  GstRelayCursor *a = gst_relay_cursor_new (ring, NULL);
  GstRelayCursor *b = gst_relay_cursor_new (ring, NULL);
  GstBufferList *list = NULL;
  GstClockTime dts;

  push_video (ring, 0, 10, 5, 100);
  assert_start (a, 5);
  assert_start (b, 5);
  gst_relay_cursor_set_delay (a, 3600 * GST_SECOND);
  assert_takes (a, 5, 9);
  push_video (ring, 10, 3, 5, 100);

  gst_relay_cursor_interrupt (a, TRUE);
  fail_unless_equals_int (gst_relay_cursor_take (a, &list),
      GST_RELAY_TAKE_INTERRUPTED);
  gst_relay_cursor_interrupt (a, FALSE);

  /* at the end what is left comes out, delay or not */
  gst_relay_ring_end (ring);
  assert_takes (a, 10, 12);
  fail_unless_equals_int (gst_relay_cursor_take (a, &list), GST_RELAY_TAKE_EOS);
  /* a finished cursor leaves the rest */
  gst_relay_cursor_finish (b);
  fail_unless_equals_int (gst_relay_cursor_take (b, &list), GST_RELAY_TAKE_EOS);

  gst_relay_ring_clear (ring);
  fail_unless_equals_int (gst_relay_cursor_take (a, &list),
      GST_RELAY_TAKE_OVERRUN);
  fail_if (gst_relay_ring_has_start (ring));
  gst_relay_cursor_interrupt (a, TRUE);
  fail_unless_equals_int (gst_relay_cursor_start (a, &list, &dts),
      GST_RELAY_TAKE_INTERRUPTED);
  gst_relay_cursor_interrupt (a, FALSE);
  gst_relay_ring_set_headers (ring, header_list (1), TRUE);
  push_video (ring, 100, 2, 5, 100);
  assert_start (a, 100);
  gst_relay_cursor_free (a);
  gst_relay_cursor_free (b);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

GST_START_TEST (test_pace)
{
  GstRelayRing *ring = video_ring (GST_SECOND * 10, 1000000);
  GstRelayCursor *cursor = gst_relay_cursor_new (ring, NULL);
  gint64 begin, took;

  gst_relay_cursor_hold (cursor, FALSE);
  gst_relay_cursor_set_pace (cursor, 4.0);
  push_video (ring, 0, 51, 5, 100);
  assert_start (cursor, 0);
  begin = g_get_monotonic_time ();
  assert_takes (cursor, 0, 50);
  took = g_get_monotonic_time () - begin;
  /* 2 s at four times their speed; an upper bound would test the machine */
  fail_unless (took >= 490 * G_TIME_SPAN_MILLISECOND);

  /* at the edge the brake is off: entries far apart come at once */
  begin = g_get_monotonic_time ();
  push_video (ring, 100, 1, 5, 100);
  assert_takes (cursor, 100, 100);
  fail_unless (g_get_monotonic_time () - begin < 5 * G_TIME_SPAN_SECOND);
  gst_relay_cursor_free (cursor);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

/* a plain model: arrays that are never trimmed, and the rules said again */
typedef struct
{
  gboolean key;
  gsize size;
} ModelEntry;

GST_START_TEST (test_against_model)
{
  guint seed;

  for (seed = 0; seed < 200; seed++) {
    GRand *dice = g_rand_new_with_seed (seed);
    guint max_frames = g_rand_int_range (dice, 1, 60);
    gsize max_bytes = g_rand_int_range (dice, 100, 20000);
    GstRelayRing *ring = video_ring (max_frames * FRAME, max_bytes);
    GstRelayCursor *cursor = gst_relay_cursor_new (ring, NULL);
    GArray *model = g_array_new (FALSE, FALSE, sizeof (ModelEntry));
    gboolean started = FALSE;
    guint next = 0, step;

    for (step = 0; step < 300; step++) {
      GstRelayRingLevel level;
      gsize bytes = 0;
      guint tail, newest_key = G_MAXUINT, keys = 0, i;
      ModelEntry entry;

      entry.key = g_rand_int_range (dice, 0, 8) == 0;
      entry.size = g_rand_int_range (dice, 4, 2000);
      gst_relay_ring_push (ring, entry.key ? GST_RELAY_KIND_VIDEO_KEY :
          GST_RELAY_KIND_VIDEO, numbered (model->len, entry.size),
          model->len * FRAME);
      g_array_append_val (model, entry);

      for (tail = model->len; tail > 0; tail--) {
        ModelEntry *older = &g_array_index (model, ModelEntry, tail - 1);

        if (tail < model->len && (bytes + older->size > max_bytes ||
                model->len - tail > max_frames))
          break;
        bytes += older->size;
      }
      for (i = tail; i < model->len; i++) {
        if (g_array_index (model, ModelEntry, i).key) {
          newest_key = i;
          keys++;
        }
      }
      gst_relay_ring_get_level (ring, &level);
      fail_unless_equals_int (level.entries, model->len - tail);
      fail_unless_equals_int (level.bytes, bytes);
      fail_unless_equals_int (level.keyframes, keys);
      fail_unless_equals_int (gst_relay_ring_has_start (ring), keys > 0);

      if (g_rand_int_range (dice, 0, 10) > 0)
        continue;
      if (!started) {
        if (keys == 0)
          continue;
        assert_start (cursor, newest_key);
        next = newest_key;
        started = TRUE;
      } else if (next < tail) {
        GstBufferList *list;

        fail_unless_equals_int (gst_relay_cursor_take (cursor, &list),
            GST_RELAY_TAKE_OVERRUN);
        if (keys == 0)
          continue;
        assert_start (cursor, newest_key);
        next = newest_key;
      }
      if (next < model->len) {
        GstBufferList *list = NULL;

        fail_unless_equals_int (gst_relay_cursor_take (cursor, &list),
            GST_RELAY_TAKE_OK);
        for (i = 0; i < gst_buffer_list_length (list); i++)
          fail_unless_equals_int (number_of (gst_buffer_list_get (list, i)),
              next++);
        gst_buffer_list_unref (list);
      }
    }
    g_array_unref (model);
    gst_relay_cursor_free (cursor);
    gst_relay_ring_unref (ring);
    g_rand_free (dice);
  }
}

GST_END_TEST;

#define N_READERS 8
#define N_FRAMES 20000
#define THREAD_GOP 25

typedef struct
{
  GstRelayRing *ring;
  guint index;
  guint last, taken, starts;
} Reader;

static gpointer
read_all (gpointer data)
{
  Reader *reader = data;
  GstRelayCursor *cursor = gst_relay_cursor_new (reader->ring, NULL);
  GRand *dice = g_rand_new_with_seed (reader->index);
  GstRelayTake result = GST_RELAY_TAKE_OVERRUN;
  gboolean first = TRUE;
  gint64 last = -1;

  /* every other one is slow */
  gst_relay_cursor_set_delay (cursor, reader->index % 2 * GST_MSECOND);
  while (TRUE) {
    GstBufferList *list = NULL;
    guint i;

    if (result == GST_RELAY_TAKE_OVERRUN) {
      GstClockTime dts;

      result = gst_relay_cursor_start (cursor, &list, &dts);
      gst_clear_buffer_list (&list);
      reader->starts++;
      first = TRUE;
    } else {
      result = gst_relay_cursor_take (cursor, &list);
    }
    if (result == GST_RELAY_TAKE_EOS)
      break;
    if (!list)
      continue;
    for (i = 0; i < gst_buffer_list_length (list); i++) {
      guint32 number = number_of (gst_buffer_list_get (list, i));

      if (first)
        g_assert_true (number % THREAD_GOP == 0);
      else
        g_assert_true (number == last + 1);
      g_assert_true (number > last);
      last = number;
      first = FALSE;
      reader->taken++;
    }
    gst_buffer_list_unref (list);
    if (reader->index % 3 == 0)
      g_thread_yield ();
  }
  reader->last = last;
  gst_relay_cursor_free (cursor);
  g_rand_free (dice);
  return NULL;
}

GST_START_TEST (test_threads)
{
  GstRelayRing *ring = video_ring (100 * FRAME, 1 << 20);
  Reader readers[N_READERS] = { {0}, };
  GThread *threads[N_READERS];
  guint i;

  for (i = 0; i < N_READERS; i++) {
    readers[i].ring = ring;
    readers[i].index = i;
    threads[i] = g_thread_new ("reader", read_all, &readers[i]);
  }
  push_video (ring, 0, N_FRAMES, THREAD_GOP, 64);
  gst_relay_ring_end (ring);
  for (i = 0; i < N_READERS; i++) {
    g_thread_join (threads[i]);
    /* whatever was lost on the way, the end is reached */
    fail_unless_equals_int (readers[i].last, N_FRAMES - 1);
    fail_unless (readers[i].taken <= N_FRAMES);
    fail_unless (readers[i].starts >= 1);
  }
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

static gpointer
start_in_thread (gpointer data)
{
  GstBufferList *headers = NULL;
  GstClockTime dts;
  GstRelayTake result = gst_relay_cursor_start (data, &headers, &dts);

  gst_clear_buffer_list (&headers);
  return GINT_TO_POINTER (result);
}

GST_START_TEST (test_interrupt_wakes_a_waiter)
{
  guint i;

  /* no matter which of the two comes first */
  for (i = 0; i < 200; i++) {
    GstRelayRing *ring = video_ring (GST_SECOND, 1000);
    GstRelayCursor *cursor = gst_relay_cursor_new (ring, NULL);
    GThread *thread = g_thread_new ("waiter", start_in_thread, cursor);

    if (i % 2)
      g_thread_yield ();
    gst_relay_cursor_interrupt (cursor, TRUE);
    fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
        GST_RELAY_TAKE_INTERRUPTED);
    gst_relay_cursor_free (cursor);
    gst_relay_ring_unref (ring);
  }
}

GST_END_TEST;

static Suite *
relayring_suite (void)
{
  Suite *s = suite_create ("relayring");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_bounds);
  tcase_add_test (tc, test_one_payload_for_all);
  tcase_add_test (tc, test_without_waiting);
  tcase_add_test (tc, test_overrun);
  tcase_add_test (tc, test_headers_of_the_time);
  tcase_add_test (tc, test_starts_without_video);
  tcase_add_test (tc, test_end_finish_interrupt_clear);
  tcase_add_test (tc, test_pace);
  tcase_add_test (tc, test_against_model);
  tcase_add_test (tc, test_threads);
  tcase_add_test (tc, test_interrupt_wakes_a_waiter);
  return s;
}

GST_CHECK_MAIN (relayring);
