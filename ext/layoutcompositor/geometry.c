/* geometry.c: rectangles, what of them is visible, and fill modes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "geometry.h"

#include <math.h>

gboolean
rect_contains (const Rect * outer, const Rect * inner)
{
  return outer->x0 <= inner->x0 && outer->y0 <= inner->y0 &&
      outer->x1 >= inner->x1 && outer->y1 >= inner->y1;
}

/**
 * region_subtract:
 * @region: (element-type Rect): rectangles that do not overlap
 * @hole: what to take out of them
 *
 * Takes @hole out of @region. The rectangles that stay do not overlap either.
 */
void
region_subtract (GArray * region, const Rect * hole)
{
  guint i = 0;

  while (i < region->len) {
    Rect r = g_array_index (region, Rect, i);
    Rect cut = rect_intersect (&r, hole);
    /* above, below, and what is left and right between those two */
    Rect parts[4] = {
      {r.x0, r.y0, r.x1, cut.y0},
      {r.x0, cut.y1, r.x1, r.y1},
      {r.x0, cut.y0, cut.x0, cut.y1},
      {cut.x1, cut.y0, r.x1, cut.y1},
    };
    guint k;

    if (rect_is_empty (&cut)) {
      i++;
      continue;
    }

    g_array_remove_index_fast (region, i);
    for (k = 0; k < G_N_ELEMENTS (parts); k++)
      if (!rect_is_empty (&parts[k]))
        g_array_append_val (region, parts[k]);
    /* no part overlaps the hole, so looking at one again changes nothing */
  }
}

/**
 * region_add:
 * @region: (element-type Rect): rectangles that do not overlap
 * @rect: what to add to them
 *
 * Makes @region cover @rect too. Its rectangles still do not overlap.
 */
void
region_add (GArray * region, const Rect * rect)
{
  if (rect_is_empty (rect))
    return;
  region_subtract (region, rect);
  g_array_append_val (region, *rect);
}

/**
 * region_area:
 * @region: (element-type Rect): rectangles that do not overlap
 *
 * Returns: how many pixels it covers
 */
guint64
region_area (const GArray * region)
{
  guint64 area = 0;
  guint i;

  for (i = 0; i < region->len; i++) {
    const Rect *r = &g_array_index (region, Rect, i);

    area += (guint64) (r->x1 - r->x0) * (r->y1 - r->y0);
  }
  return area;
}

/**
 * placement_make:
 * @mode: the layout's fill mode
 * @layout: the layout's rectangle, not empty
 * @width: of the input, in pixels
 * @height: of the input, in pixels
 * @par_n: the input's pixel aspect ratio, numerator, above 0
 * @par_d: the input's pixel aspect ratio, denominator, above 0
 *
 * Where and how large a picture is drawn. The canvas has square pixels. `fit`
 * rounds the picture's place to whole canvas pixels; the part of the input
 * that `fill` shows is exact, and centred.
 */
Placement
placement_make (GstPublishFillMode mode, const Rect * layout, gint width,
    gint height, gint par_n, gint par_d)
{
  Placement p = {.rect = *layout };
  gdouble lw = layout->x1 - layout->x0;
  gdouble lh = layout->y1 - layout->y0;
  /* the picture's shape as it should be seen, and its scale factors */
  gdouble shown_width = (gdouble) width * par_n / par_d;
  gdouble scale_x = lw / shown_width;
  gdouble scale_y = lh / height;
  gdouble crop_width = width, crop_height = height;

  switch (mode) {
    case GST_PUBLISH_FILL_MODE_FIT:{
      gdouble scale = MIN (scale_x, scale_y);
      gint w = (gint) CLAMP (floor (shown_width * scale + 0.5), 1.0, lw);
      gint h = (gint) CLAMP (floor (height * scale + 0.5), 1.0, lh);

      p.rect.x0 += ((gint) lw - w) / 2;
      p.rect.y0 += ((gint) lh - h) / 2;
      p.rect.x1 = p.rect.x0 + w;
      p.rect.y1 = p.rect.y0 + h;
      break;
    }
    case GST_PUBLISH_FILL_MODE_STRETCH:
      break;
    case GST_PUBLISH_FILL_MODE_FILL:
    default:
      if (scale_x > scale_y)
        crop_height = lh / scale_x;
      else
        crop_width = lw / scale_y * par_d / par_n;
      break;
  }

  p.crop_x = (width - crop_width) / 2;
  p.crop_y = (height - crop_height) / 2;
  p.step_x = crop_width / (p.rect.x1 - p.rect.x0);
  p.step_y = crop_height / (p.rect.y1 - p.rect.y0);

  return p;
}
