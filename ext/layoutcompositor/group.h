/* group.h: what a layout shows, drawn as a whole with less than full strength
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Rounded corners, borders that one can see through, and layouts that are
 * themselves seen through: colour, picture and border are painted aside, and
 * what comes of it is mixed with the canvas by one mask.
 */

#ifndef __GROUP_H__
#define __GROUP_H__

#include "canvas.h"
#include "cornermask.h"

G_BEGIN_DECLS
/**
 * Group:
 * @rect: the layout, not empty; it may lie partly off the canvas
 * @has_color: whether it has a colour of its own
 * @color: that colour
 * @sprite: (nullable): how the picture is scaled
 * @frame: (nullable): the picture; of one with alpha only what it covers
 * @picture_has_alpha: whether it has
 * @border_width: in pixels, 0 for none; at most half the shorter side
 * @border: its colour
 * @border_alpha: 0..255
 * @outer: (nullable): the corners of @rect
 * @inner: (nullable): the corners inside of the border
 * @opacity: 0..255 of all of it
 */
    typedef struct
{
  Rect rect;
  gboolean has_color;
  CanvasColor color;
  const Sprite *sprite;
  const GstVideoFrame *frame;
  gboolean picture_has_alpha;
  gint border_width;
  CanvasColor border;
  guint border_alpha;
  const CornerMask *outer, *inner;
  guint opacity;
} Group;

void group_blend (const Group * group,
    Canvas * canvas, const Rect * rect, const Rect * holes, guint n_holes);

G_END_DECLS
#endif /* __GROUP_H__ */
