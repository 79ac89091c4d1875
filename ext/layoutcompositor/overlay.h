/* overlay.h: a still image with alpha, made ready for its place on the canvas
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Watermarks, labels and borders change seldom and are painted often. So they
 * are converted once to the canvas's planes, matrix and range, multiplied by
 * their alpha, at the place where they go, and then blended sample by sample.
 */

#ifndef __OVERLAY_H__
#define __OVERLAY_H__

#include "canvas.h"

G_BEGIN_DECLS
/**
 * OverlayPlane:
 *
 * One plane of an overlay, in the canvas's layout of bytes.
 */
    typedef struct
{
  gint x, y;                    /* of its first byte, in the canvas's plane */
  gint width, height;           /* bytes, rows */
  gsize stride;
  guint8 *color;                /* multiplied by alpha */
  guint8 *keep;                 /* 255 - alpha, for each byte */
  GArray *spans;                /* OverlaySpan: what of it is to be seen */
  gint *row;                    /* height + 1 indices into spans */
} OverlayPlane;

/**
 * Overlay:
 *
 * Immutable once made; any thread may read it.
 */
typedef struct _Overlay Overlay;

struct _Overlay
{
  gatomicrefcount refs;
  guint64 serial;               /* no two overlays have the same */
  Rect rect;                    /* on the canvas, not empty */
  gint chroma_step;             /* the canvas's */
  guint n_planes;               /* 3: I420, 2: NV12 */
  OverlayPlane plane[3];
  Overlay *origin;              /* whose planes these are, NULL: its own */
};

Overlay *overlay_new (const Canvas * canvas,
    gint x, gint y,
    const guint8 * pixels, gssize stride, gint width, gint height);

Overlay *overlay_new_moved (Overlay * overlay, gint dx, gint dy);

Overlay *overlay_ref (Overlay * overlay);

void overlay_unref (Overlay * overlay);

void overlay_blend (const Overlay * overlay,
    Canvas * canvas,
    const Rect * rect, guint opacity, const Rect * holes, guint n_holes);

G_END_DECLS
#endif /* __OVERLAY_H__ */
