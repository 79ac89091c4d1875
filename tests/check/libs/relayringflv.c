/* What goes into the relay ring: the reader of FLV tags, and the timeline that
 * they are put on.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include "gstrelayflv.h"
#include "gstrelayringsink.h"

#define DAY_MS (24 * 3600 * 1000u)

GST_DEBUG_CATEGORY (gst_relay_publish_debug);

/* an FLV tag of @n bytes of data that begin with @head */
static GstBuffer *
flv_tag (guint8 type, guint32 timestamp, const guint8 * head,
    gsize n_head, gsize n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 11 + n + 4, NULL);
  guint32 previous = GUINT32_TO_BE (11 + n);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  memset (map.data, 0xaa, map.size);
  map.data[0] = type;
  GST_WRITE_UINT24_BE (map.data + 1, n);
  GST_WRITE_UINT24_BE (map.data + 4, timestamp & 0xffffff);
  map.data[7] = timestamp >> 24;
  memset (map.data + 8, 0, 3);
  memcpy (map.data + 11, head, n_head);
  memcpy (map.data + 11 + n, &previous, 4);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

GST_START_TEST (test_flv_kinds)
{
  static const struct
  {
    guint8 type;
    guint8 head[5];
    guint n_head, n;
    GstRelayKind kind;
    gboolean empty, is_video;
  } rows[] = {
    /* AVC: sequence header, key, inter, end of sequence, a GAP written out */
    {9, {0x17, 0}, 5, 40, GST_RELAY_KIND_HEADER, FALSE, TRUE},
    {9, {0x17, 1}, 5, 40, GST_RELAY_KIND_VIDEO_KEY, FALSE, TRUE},
    {9, {0x27, 1}, 5, 40, GST_RELAY_KIND_VIDEO, FALSE, TRUE},
    {9, {0x17, 2}, 5, 5, GST_RELAY_KIND_VIDEO_KEY, TRUE, TRUE},
    {9, {0x17, 1}, 5, 5, GST_RELAY_KIND_VIDEO_KEY, TRUE, TRUE},
    /* Sorenson H.263 has no packet type */
    {9, {0x12}, 1, 40, GST_RELAY_KIND_VIDEO_KEY, FALSE, TRUE},
    {9, {0x22}, 1, 40, GST_RELAY_KIND_VIDEO, FALSE, TRUE},
    {9, {0}, 0, 0, GST_RELAY_KIND_VIDEO, TRUE, TRUE},
    /* AAC: sequence header, raw, a GAP; MP3 */
    {8, {0xaf, 0}, 2, 4, GST_RELAY_KIND_HEADER, FALSE, FALSE},
    {8, {0xaf, 1}, 2, 40, GST_RELAY_KIND_AUDIO, FALSE, FALSE},
    {8, {0xaf, 1}, 2, 2, GST_RELAY_KIND_AUDIO, TRUE, FALSE},
    {8, {0x2f}, 1, 400, GST_RELAY_KIND_AUDIO, FALSE, FALSE},
    {8, {0}, 0, 0, GST_RELAY_KIND_AUDIO, TRUE, FALSE},
    {18, {2, 0, 10}, 3, 60, GST_RELAY_KIND_METADATA, FALSE, FALSE},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstBuffer *buffer = flv_tag (rows[i].type, 0x12345678, rows[i].head,
        rows[i].n_head, rows[i].n);
    GstRelayFlvTag tag;
    GstBuffer *part;

    fail_unless (gst_relay_flv_parse (buffer, &tag), "row %u", i);
    fail_unless (tag.kind == rows[i].kind, "row %u", i);
    fail_unless (tag.empty == rows[i].empty, "row %u", i);
    fail_unless (tag.is_video == rows[i].is_video, "row %u", i);
    fail_if (tag.file_header);
    fail_unless_equals_int (tag.timestamp, 0x12345678);

    /* cut short anywhere: refused, never read past the end */
    part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL, 0,
        gst_buffer_get_size (buffer) - 1);
    fail_if (gst_relay_flv_parse (part, &tag));
    gst_buffer_unref (part);
    part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL, 0, 10);
    fail_if (gst_relay_flv_parse (part, &tag));
    gst_buffer_unref (part);
    gst_buffer_unref (buffer);
  }
}

GST_END_TEST;

GST_START_TEST (test_flv_file_header)
{
  static const guint8 bytes[13] = { 'F', 'L', 'V', 1, 5, 0, 0, 0, 9, };
  GstBuffer *buffer = gst_buffer_new_memdup (bytes, sizeof (bytes));
  GstBuffer *other = flv_tag (42, 0, bytes, 0, 4);
  GstRelayFlvTag tag;

  fail_unless (gst_relay_flv_parse (buffer, &tag));
  fail_unless (tag.file_header);
  fail_if (gst_relay_flv_parse (other, &tag));
  gst_buffer_unref (buffer);
  gst_buffer_unref (other);
}

GST_END_TEST;

GST_START_TEST (test_flv_restamp)
{
  static const guint8 head[] = { 0x17, 1, 0, 0, 0 };
  GstBuffer *buffer = flv_tag (9, 7, head, sizeof (head), 100);
  GstBuffer *moved = gst_relay_flv_restamp (buffer, 0xfedcba98);
  GstRelayFlvTag tag;
  GstMapInfo map;

  fail_unless (gst_relay_flv_parse (moved, &tag));
  fail_unless_equals_int (tag.timestamp, 0xfedcba98);
  fail_unless_equals_int (tag.kind, GST_RELAY_KIND_VIDEO_KEY);
  gst_buffer_map (buffer, &map, GST_MAP_READ);
  fail_unless_equals_int (gst_buffer_memcmp (moved, 8, map.data + 8,
          map.size - 8), 0);
  fail_unless_equals_int (gst_buffer_memcmp (moved, 0, map.data, 4), 0);
  gst_buffer_unmap (buffer, &map);
  /* the original is as it was, and the payload was not copied */
  fail_unless (gst_relay_flv_parse (buffer, &tag));
  fail_unless_equals_int (tag.timestamp, 7);
  fail_unless (gst_buffer_peek_memory (moved, 1)->parent ==
      gst_buffer_peek_memory (buffer, 0));
  gst_buffer_unref (moved);
  gst_buffer_unref (buffer);
}

GST_END_TEST;

GST_START_TEST (test_flv_wrap)
{
  guint64 round = G_GUINT64_CONSTANT (1) << 32;

  fail_unless_equals_uint64 (gst_relay_flv_unwrap (0, 40), 40);
  fail_unless_equals_uint64 (gst_relay_flv_unwrap (40, 20), 20);
  /* after 49.7 days the 32 bits start over */
  fail_unless_equals_uint64 (gst_relay_flv_unwrap (round - 10, 30), round + 30);
  fail_unless_equals_uint64 (gst_relay_flv_unwrap (round + 30,
          (guint32) (round - 10)), round - 10);
  fail_unless_equals_uint64 (gst_relay_flv_unwrap (3 * round + 5, 45),
      3 * round + 45);
  /* nothing lies before the beginning */
  fail_unless_equals_uint64 (gst_relay_flv_unwrap (5, 0xfffffff0), 0xfffffff0);
}

GST_END_TEST;

static void
on_media (gboolean paced, gpointer data)
{
}

static void
push_key (GstHarness * h, guint32 timestamp)
{
  static const guint8 head[] = { 0x17, 1, 0, 0, 0 };

  fail_unless_equals_int (gst_harness_push (h, flv_tag (9, timestamp, head,
              sizeof (head), 40)), GST_FLOW_OK);
}

/* A description at 0, when that is more than half of the 32 bits ago. */
GST_START_TEST (test_late_description)
{
  static const guint8 head[] = { 2, 0, 10 };
  GstRelayRing *ring = gst_relay_ring_new (20 * GST_SECOND, 1 << 20);
  GstElement *sink = gst_relay_ring_sink_new (ring, on_media, NULL);
  GstHarness *h = gst_harness_new_with_element (sink, "sink", NULL);
  GstRelayRingLevel level;

  gst_relay_ring_sink_set_sync (GST_RELAY_RING_SINK (sink),
      GST_RELAY_SYNC_FALSE);
  gst_harness_set_src_caps_str (h, "video/x-flv");
  push_key (h, 0);
  push_key (h, 20 * DAY_MS);
  push_key (h, 26 * DAY_MS);
  fail_unless_equals_int (gst_harness_push (h, flv_tag (18, 0, head,
              sizeof (head), 40)), GST_FLOW_OK);
  push_key (h, 26 * DAY_MS + 40);
  gst_relay_ring_get_level (ring, &level);
  fail_unless_equals_uint64 (level.edge,
      (26 * (guint64) DAY_MS + 40) * GST_MSECOND);
  fail_unless_equals_int (level.entries, 3);
  gst_harness_teardown (h);
  gst_object_unref (sink);
  gst_relay_ring_unref (ring);
}

GST_END_TEST;

static Suite *
relayringflv_suite (void)
{
  Suite *s = suite_create ("relayringflv");
  TCase *tc = tcase_create ("general");

  GST_DEBUG_CATEGORY_INIT (gst_relay_publish_debug, "relaypublishsink", 0, "");
  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_flv_kinds);
  tcase_add_test (tc, test_flv_file_header);
  tcase_add_test (tc, test_flv_restamp);
  tcase_add_test (tc, test_flv_wrap);
  tcase_add_test (tc, test_late_description);
  return s;
}

GST_CHECK_MAIN (relayringflv);
