/* geometry.h: rectangles, what of them is visible, and fill modes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pure functions over numbers: nothing here knows a frame or an element.
 */

#ifndef __GEOMETRY_H__
#define __GEOMETRY_H__

#include <glib.h>
#include <gst/publish/publish.h>

G_BEGIN_DECLS
/* Half open: covers columns x0 to x1 - 1 and rows y0 to y1 - 1. */
    typedef struct
{
  gint x0, y0, x1, y1;
} Rect;

/**
 * Placement:
 * @rect: where the whole picture goes, in canvas pixels; it may lie partly or
 *     wholly off the canvas
 * @crop_x: left edge of the part of the input that is shown, in input pixels
 * @crop_y: top edge, likewise
 * @step_x: input pixels per canvas pixel, horizontally
 * @step_y: likewise, vertically
 *
 * How a fill mode puts a picture into a layout.
 */
typedef struct
{
  Rect rect;
  gdouble crop_x, crop_y;
  gdouble step_x, step_y;
} Placement;

static inline gboolean
rect_is_empty (const Rect * r)
{
  return r->x0 >= r->x1 || r->y0 >= r->y1;
}

static inline Rect
rect_intersect (const Rect * a, const Rect * b)
{
  Rect r = { MAX (a->x0, b->x0), MAX (a->y0, b->y0),
    MIN (a->x1, b->x1), MIN (a->y1, b->y1)
  };

  return r;
}

/* The smallest rectangle around both; an empty one adds nothing. */
static inline Rect
rect_union (const Rect * a, const Rect * b)
{
  Rect r = { MIN (a->x0, b->x0), MIN (a->y0, b->y0),
    MAX (a->x1, b->x1), MAX (a->y1, b->y1)
  };

  return rect_is_empty (a) ? *b : rect_is_empty (b) ? *a : r;
}

gboolean rect_contains (const Rect * outer, const Rect * inner);

void region_subtract (GArray * region, const Rect * hole);

void region_add (GArray * region, const Rect * rect);

guint64 region_area (const GArray * region);

Placement placement_make (GstPublishFillMode mode,
    const Rect * layout, gint width, gint height, gint par_n, gint par_d);

G_END_DECLS
#endif /* __GEOMETRY_H__ */
