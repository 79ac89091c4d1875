/* canvas.h: drawing rectangles of colour and pictures on a 4:2:0 frame
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A canvas is painted in two ways. Opaque things are cut beforehand into
 * rectangles that do not overlap and together cover what is repainted; each
 * is drawn once, straight from its input (canvas_fill(), canvas_draw()).
 * Things with alpha are then blended over them (canvas_blend()).
 *
 * A rectangle with an odd edge shares chroma samples with its neighbours.
 * Each of them adds the quarters of the sample that it covers, so that the
 * sample ends as the mean of what is visible there and no colour leaks.
 */

#ifndef __CANVAS_H__
#define __CANVAS_H__

#include <gst/video/video.h>

#include "geometry.h"
#include "scaler.h"

G_BEGIN_DECLS
/**
 * Canvas:
 *
 * The frame that is being painted, I420 or NV12, and what painting needs.
 * Used by one thread at a time.
 */
    typedef struct
{
  gint width, height;           /* luma samples */
  guint8 *data[3];              /* Y, U, V: first sample */
  gssize stride[3];
  gint chroma_step;             /* bytes between chroma samples of a row */

  /* RGB in 0..255 to the canvas's matrix and range, rows Y, U, V */
  gdouble rgb_to_yuv[3][3];
  gint offset[3];

  ScalerScratch scratch;
  guint8 *edge;                 /* one row or column of shared chroma */
  gsize edge_size;
  guint8 *aside;                /* what a group is painted on */
  gsize aside_size;
} Canvas;

typedef struct
{
  guint8 y, u, v;
} CanvasColor;

/**
 * Sprite:
 *
 * How one input picture is scaled to its place. It stays valid while the
 * input's size and the placement stay.
 */
typedef struct
{
  Rect visible;                 /* on the canvas, not empty */
  ScalerAxis *luma_h, *luma_v;  /* of the columns and rows of visible */
  ScalerAxis *chroma_h, *chroma_v;
  Rect chroma;                  /* the chroma samples that visible touches */
} Sprite;

void canvas_set_info (Canvas * canvas, const GstVideoInfo * info);

void canvas_borrow (Canvas * canvas, const Canvas * from);

void canvas_set_frame (Canvas * canvas, GstVideoFrame * frame);

void canvas_clear (Canvas * canvas);

CanvasColor canvas_color (const Canvas * canvas, guint32 argb);

gboolean sprite_init (Sprite * sprite,
    const Placement * placement,
    gint src_width, gint src_height, gint canvas_width, gint canvas_height);

void sprite_clear (Sprite * sprite);

void canvas_open_edges (Canvas * canvas, const Rect * rect);

void canvas_fill (Canvas * canvas, const Rect * rect, CanvasColor color);

void canvas_draw (Canvas * canvas,
    const Rect * rect, const Sprite * sprite, const GstVideoFrame * picture);

void canvas_draw_whole (Canvas * canvas,
    const Rect * rect, const Sprite * sprite, const GstVideoFrame * picture);

void canvas_blend (Canvas * canvas,
    const Rect * rect,
    const Sprite * sprite,
    const GstVideoFrame * picture, const Rect * holes, guint n_holes);

G_END_DECLS
#endif /* __CANVAS_H__ */
