/* Rings of buffers that carry their numbers, for tests.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "relaynumbers.h"

#include <gst/check/gstcheck.h>

/* a buffer that carries its own number, padded to @size */
GstBuffer *
numbered (guint32 number, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, MAX (size, 4), NULL);

  gst_buffer_memset (buffer, 0, 0, -1);
  gst_buffer_fill (buffer, 0, &number, 4);
  return buffer;
}

guint32
number_of (GstBuffer * buffer)
{
  guint32 number = G_MAXUINT32;

  gst_buffer_extract (buffer, 0, &number, 4);
  return number;
}

/* @n video frames from @first, a keyframe where the number divides by @gop */
void
push_video (GstRelayRing * ring, guint first, guint n, guint gop, gsize size)
{
  guint i;

  for (i = first; i < first + n; i++)
    gst_relay_ring_push (ring, i % gop ? GST_RELAY_KIND_VIDEO :
        GST_RELAY_KIND_VIDEO_KEY, numbered (i, size), i * FRAME);
}

GstBufferList *
header_list (guint32 number)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, numbered (number, 4));
  return list;
}

GstRelayRing *
video_ring (GstClockTime max_time, gsize max_bytes)
{
  GstRelayRing *ring = gst_relay_ring_new (max_time, max_bytes);

  gst_relay_ring_set_headers (ring, header_list (1000), TRUE);
  return ring;
}

void
assert_start (GstRelayCursor * cursor, guint expected)
{
  GstBufferList *headers = NULL;
  GstClockTime dts = 0;

  fail_unless_equals_int (gst_relay_cursor_start (cursor, &headers, &dts),
      GST_RELAY_TAKE_OK);
  fail_unless_equals_uint64 (dts, expected * FRAME);
  gst_clear_buffer_list (&headers);
}

/* takes until @last was taken; asserts that the numbers follow each other */
void
assert_takes (GstRelayCursor * cursor, guint first, guint last)
{
  guint expected = first;

  while (expected <= last) {
    GstBufferList *list = NULL;
    guint i;

    fail_unless_equals_int (gst_relay_cursor_take (cursor, &list),
        GST_RELAY_TAKE_OK);
    for (i = 0; i < gst_buffer_list_length (list); i++)
      fail_unless_equals_int (number_of (gst_buffer_list_get (list, i)),
          expected++);
    gst_buffer_list_unref (list);
  }
  fail_unless_equals_int (expected, last + 1);
}

/* what the reader does after it handed on all that it took */
void
come_back (GstRelayCursor * cursor)
{
  GstBufferList *list = NULL;

  gst_relay_cursor_interrupt (cursor, TRUE);
  fail_unless_equals_int (gst_relay_cursor_take (cursor, &list),
      GST_RELAY_TAKE_INTERRUPTED);
  gst_relay_cursor_interrupt (cursor, FALSE);
}
