/* canvasring.c: canvases that downstream may still be reading
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "canvasring.h"

/* For how many frames the ring stays as large as it had to be. */
#define PEAK_FRAMES 300

static void
ring_canvas_free (gpointer data)
{
  RingCanvas *canvas = data;

  gst_buffer_unref (canvas->buffer);
  g_array_unref (canvas->marks);
  g_free (canvas);
}

/**
 * canvas_ring_init:
 * @ring: the ring
 * @mark_size: bytes of an element of #RingCanvas.marks
 * @max_bytes: how much memory the canvases may have together. What downstream
 *     holds beyond that is its own.
 */
void
canvas_ring_init (CanvasRing * ring, gsize mark_size, gsize max_bytes)
{
  *ring = (CanvasRing) {
  .mark_size = mark_size,.max_bytes = max_bytes,};
  ring->canvases = g_ptr_array_new_with_free_func (ring_canvas_free);
}

/**
 * canvas_ring_clear:
 * @ring: the ring
 *
 * Lets go of all canvases and of the pool; the ring is as it was at first.
 */
void
canvas_ring_clear (CanvasRing * ring)
{
  ring->last = NULL;
  g_ptr_array_set_size (ring->canvases, 0);
  gst_clear_object (&ring->pool);
}

/**
 * canvas_ring_set_pool:
 * @ring: the ring
 * @pool: an active pool of canvases; a reference is kept
 *
 * Where new canvases come from. The canvases of another pool are let go.
 */
void
canvas_ring_set_pool (CanvasRing * ring, GstBufferPool * pool)
{
  if (ring->pool == pool)
    return;
  canvas_ring_clear (ring);
  ring->pool = gst_object_ref (pool);
}

static void
drop_oldest (CanvasRing * ring)
{
  guint i, oldest = 0;

  for (i = 1; i < ring->canvases->len; i++) {
    RingCanvas *a = g_ptr_array_index (ring->canvases, i);
    RingCanvas *b = g_ptr_array_index (ring->canvases, oldest);

    if (a->shown < b->shown)
      oldest = i;
  }
  if (g_ptr_array_index (ring->canvases, oldest) == ring->last)
    ring->last = NULL;
  g_ptr_array_remove_index_fast (ring->canvases, oldest);
}

/* Lets go of canvases that were not needed for a while. */
static void
shrink (CanvasRing * ring, guint busy)
{
  ring->busy_peak = MAX (ring->busy_peak, busy);
  if (ring->frames - ring->peak_since < PEAK_FRAMES)
    return;

  /* one more, for the frame that is painted */
  while (ring->canvases->len > ring->busy_peak + 1)
    drop_oldest (ring);
  ring->busy_peak = busy;
  ring->peak_since = ring->frames;
}

/**
 * canvas_ring_take:
 * @ring: a ring with a pool
 * @canvas: (out) (transfer none): a canvas that nobody else holds: of those
 *     that there are, the one that was shown last; else a new one
 *
 * Returns: #GST_FLOW_OK, or why the pool gave none
 */
GstFlowReturn
canvas_ring_take (CanvasRing * ring, RingCanvas ** canvas)
{
  RingCanvas *best = NULL;
  GstBuffer *buffer;
  GstFlowReturn ret;
  guint i, busy = 0;

  for (i = 0; i < ring->canvases->len; i++) {
    RingCanvas *c = g_ptr_array_index (ring->canvases, i);

    if (!gst_buffer_is_all_memory_writable (c->buffer))
      busy++;
    else if (best == NULL || c->shown > best->shown)
      best = c;
  }

  if (best == NULL) {
    gsize size;

    ret = gst_buffer_pool_acquire_buffer (ring->pool, &buffer, NULL);
    if (ret != GST_FLOW_OK)
      return ret;

    size = gst_buffer_get_size (buffer);
    if (ring->canvases->len > 0 &&
        size * (ring->canvases->len + 1) > ring->max_bytes)
      drop_oldest (ring);

    best = g_new0 (RingCanvas, 1);
    best->buffer = buffer;
    best->marks = g_array_new (FALSE, FALSE, ring->mark_size);
    g_ptr_array_add (ring->canvases, best);
  }
  *canvas = best;

  return GST_FLOW_OK;
}

/**
 * canvas_ring_show:
 * @ring: the ring
 * @canvas: one of its canvases
 * @buffer: an empty buffer
 *
 * Gives @buffer the memory of @canvas, which is not painted again while
 * anyone holds that.
 */
void
canvas_ring_show (CanvasRing * ring, RingCanvas * canvas, GstBuffer * buffer)
{
  guint i, busy = 0;

  gst_buffer_copy_into (buffer, canvas->buffer,
      GST_BUFFER_COPY_META | GST_BUFFER_COPY_MEMORY, 0, -1);
  canvas->shown = ++ring->frames;
  ring->last = canvas;

  for (i = 0; i < ring->canvases->len; i++) {
    RingCanvas *c = g_ptr_array_index (ring->canvases, i);

    if (!gst_buffer_is_all_memory_writable (c->buffer))
      busy++;
  }
  shrink (ring, busy);
}
