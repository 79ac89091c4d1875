/* canvasring.h: canvases that downstream may still be reading
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A frame that goes downstream is a shallow copy: a buffer of its own with the
 * memory of a canvas. The canvas stays here with the marks of what it shows,
 * and may be painted again, only where that changed, once nobody else holds
 * its memory. The ring grows to as many canvases as downstream holds at a
 * time, and shrinks again.
 */

#ifndef __CANVAS_RING_H__
#define __CANVAS_RING_H__

#include <gst/gst.h>

G_BEGIN_DECLS
/**
 * RingCanvas:
 * @buffer: the canvas; its memory is shared with what downstream holds
 * @marks: (element-type SceneMark): what it shows; empty: nothing yet
 * @shown: when it was shown last, counted in frames
 */
    typedef struct
{
  GstBuffer *buffer;
  GArray *marks;
  guint64 shown;
} RingCanvas;

/* Used by one thread at a time. */
typedef struct
{
  GstBufferPool *pool;
  gsize mark_size;
  gsize max_bytes;
  GPtrArray *canvases;          /* RingCanvas */
  RingCanvas *last;             /* shown last, NULL if none was */
  guint64 frames;
  guint busy_peak;              /* most that were held since ... */
  guint64 peak_since;
} CanvasRing;

void canvas_ring_init (CanvasRing * ring, gsize mark_size, gsize max_bytes);

void canvas_ring_clear (CanvasRing * ring);

void canvas_ring_set_pool (CanvasRing * ring, GstBufferPool * pool);

GstFlowReturn canvas_ring_take (CanvasRing * ring, RingCanvas ** canvas);

void canvas_ring_show (CanvasRing * ring,
    RingCanvas * canvas, GstBuffer * buffer);

G_END_DECLS
#endif /* __CANVAS_RING_H__ */
