/* What one connection is writing: the pieces of some tags, payloads mapped where
 * the ring has them, and the small headers between them. It lives until its last
 * byte is written, however many calls that takes.
 *
 * Not thread safe.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaybatch.h"

#include <string.h>

/* POSIX says that a call takes 1024 on all that matter */
#define MAX_VECTORS 1000

typedef struct
{
  GstBuffer *buffer;
  GstMapInfo map;
} Held;

struct _GstRelayBatch
{
  GArray *held;                 /* of Held */
  GByteArray *room;             /* headers, or bytes of one's own */
  GArray *vectors;              /* of GOutputVector */
  guint at;                     /* the first that is not written */
  gsize left;
};

GstRelayBatch *
gst_relay_batch_new (void)
{
  GstRelayBatch *batch = g_new0 (GstRelayBatch, 1);

  batch->held = g_array_new (FALSE, FALSE, sizeof (Held));
  batch->room = g_byte_array_new ();
  batch->vectors = g_array_new (FALSE, FALSE, sizeof (GOutputVector));
  return batch;
}

void
gst_relay_batch_free (GstRelayBatch * batch)
{
  gst_relay_batch_clear (batch);
  g_array_unref (batch->held);
  g_byte_array_unref (batch->room);
  g_array_unref (batch->vectors);
  g_free (batch);
}

/* Lets go of what is written, and of what is not. */
void
gst_relay_batch_clear (GstRelayBatch * batch)
{
  guint i;

  for (i = 0; i < batch->held->len; i++) {
    Held *held = &g_array_index (batch->held, Held, i);

    gst_buffer_unmap (held->buffer, &held->map);
    gst_buffer_unref (held->buffer);
  }
  g_array_set_size (batch->held, 0);
  g_array_set_size (batch->vectors, 0);
  batch->at = 0;
  batch->left = 0;
}

static void
count (GstRelayBatch * batch)
{
  guint i;

  for (i = 0; i < batch->vectors->len; i++)
    batch->left += g_array_index (batch->vectors, GOutputVector, i).size;
}

/* An empty batch takes the bytes; @bytes is empty then. */
void
gst_relay_batch_set_bytes (GstRelayBatch * batch, GByteArray * bytes)
{
  GOutputVector vector;

  g_byte_array_set_size (batch->room, 0);
  g_byte_array_append (batch->room, bytes->data, bytes->len);
  g_byte_array_set_size (bytes, 0);
  vector.buffer = batch->room->data;
  vector.size = batch->room->len;
  g_array_append_val (batch->vectors, vector);
  count (batch);
}

/* An empty batch takes the tags, and refers to their memory. What is no tag is
 * left out. */
void
gst_relay_batch_set_tags (GstRelayBatch * batch, GstRelayRtmp * rtmp,
    GstBufferList * tags)
{
  gsize room = 0, used = 0;
  guint i, n = gst_buffer_list_length (tags);

  for (i = 0; i < n; i++) {
    Held held;

    held.buffer = gst_buffer_ref (gst_buffer_list_get (tags, i));
    if (!gst_buffer_map (held.buffer, &held.map, GST_MAP_READ)) {
      gst_buffer_unref (held.buffer);
      continue;
    }
    room += gst_relay_rtmp_frame_room (held.map.size);
    g_array_append_val (batch->held, held);
  }
  /* it must not move from here on */
  if (batch->room->len < room)
    g_byte_array_set_size (batch->room, (guint) room);
  for (i = 0; i < batch->held->len; i++) {
    Held *held = &g_array_index (batch->held, Held, i);

    used += gst_relay_rtmp_frame_tag (rtmp, held->map.data, held->map.size,
        batch->room->data + used, batch->vectors);
  }
  count (batch);
}

/* Bytes that are not written. */
gsize
gst_relay_batch_get_left (GstRelayBatch * batch)
{
  return batch->left;
}

/* What is to be written next, as far as one call takes it. */
const GOutputVector *
gst_relay_batch_get_vectors (GstRelayBatch * batch, guint * n)
{
  *n = MIN (batch->vectors->len - batch->at, MAX_VECTORS);
  return &g_array_index (batch->vectors, GOutputVector, batch->at);
}

/* Copies what is to be written next, for a stream that takes one piece at a
 * time; returns how much that is. */
gsize
gst_relay_batch_gather (GstRelayBatch * batch, guint8 * out, gsize size)
{
  gsize used = 0, n;
  guint i;

  for (i = batch->at; i < batch->vectors->len && used < size; i++) {
    GOutputVector *vector = &g_array_index (batch->vectors, GOutputVector, i);

    n = MIN (vector->size, size - used);
    memcpy (out + used, vector->buffer, n);
    used += n;
  }
  return used;
}

/* So many of the left bytes are written. */
void
gst_relay_batch_advance (GstRelayBatch * batch, gsize bytes)
{
  batch->left -= bytes;
  while (bytes > 0) {
    GOutputVector *vector = &g_array_index (batch->vectors, GOutputVector,
        batch->at);

    if (bytes < vector->size) {
      vector->buffer = (const guint8 *) vector->buffer + bytes;
      vector->size -= bytes;
      return;
    }
    bytes -= vector->size;
    batch->at++;
  }
  if (batch->left == 0)
    gst_relay_batch_clear (batch);
}
