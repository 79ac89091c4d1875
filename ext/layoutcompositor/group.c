/* group.c: what a layout shows, drawn as a whole with less than full strength
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "group.h"
#include "overlay-rows.h"

#include <string.h>

/* What is painted aside: an area of the canvas, in its coordinates. */
typedef struct
{
  Rect area;                    /* no chroma sample is cut */
  guint8 *data[3];
  gssize stride[3];
  guint8 *mask[2];              /* of a pair of rows, for columns of area */
  guint8 *chroma_mask;          /* by bytes */
} Aside;

static Rect
grow_to_chroma (const Canvas * canvas, const Rect * r)
{
  return (Rect) {
  r->x0 & ~1, r->y0 & ~1, MIN ((r->x1 + 1) & ~1, canvas->width),
        MIN ((r->y1 + 1) & ~1, canvas->height)};
}

/* Masks */

/* Writes how much of the pixels of row @y, from @x0 on, lies inside of @rect
 * and its corners. */
static void
fill_mask (guint8 * mask, gint x0, gint x1, gint y, const Rect * rect,
    const CornerMask * corners)
{
  gint from = MAX (rect->x0, x0), to = MIN (rect->x1, x1);
  gint radius = corners != NULL ? corners->radius : 0;
  const guint8 *row;
  gint i;

  memset (mask, 0, x1 - x0);
  if (y < rect->y0 || y >= rect->y1 || from >= to)
    return;
  memset (mask + from - x0, 255, to - from);

  if (y < rect->y0 + radius)
    row = corners->coverage + (gsize) (y - rect->y0) * radius;
  else if (y >= rect->y1 - radius)
    row = corners->coverage + (gsize) (rect->y1 - 1 - y) * radius;
  else
    return;
  for (i = 0; i < radius; i++) {
    gint left = rect->x0 + i, right = rect->x1 - 1 - i;

    if (left >= x0 && left < x1)
      mask[left - x0] = row[i];
    if (right >= x0 && right < x1)
      mask[right - x0] = row[i];
  }
}

/* value * factor / 255 */
static void
weaken (guint8 * mask, gint n, guint factor)
{
  gint i;

  if (factor == 255)
    return;
  for (i = 0; i < n; i++)
    mask[i] = (guint8) ((mask[i] * factor + 127) / 255);
}

static void
cut_mask (guint8 * mask, gint x0, gint x1, gint y, const Rect * holes,
    guint n_holes)
{
  guint i;

  for (i = 0; i < n_holes; i++) {
    gint from = MAX (holes[i].x0, x0), to = MIN (holes[i].x1, x1);

    if (y >= holes[i].y0 && y < holes[i].y1 && from < to)
      memset (mask + from - x0, 0, to - from);
  }
}

/* Each chroma sample by the mean of its pixels. The last column of an odd
 * canvas has its samples for itself. */
static void
make_chroma_mask (const Aside * aside, gint step)
{
  gint width = aside->area.x1 - aside->area.x0;
  const guint8 *a = aside->mask[0], *b = aside->mask[1];
  gint x, i;

  for (x = 0; x < width; x += 2) {
    gint next = MIN (x + 1, width - 1);
    guint8 mean = (guint8) ((a[x] + a[next] + b[x] + b[next] + 2) / 4);

    for (i = 0; i < step; i++)
      aside->chroma_mask[x / 2 * step + i] = mean;
  }
}

/* dst becomes a colour where the mask is 0. */
static void
mix_color (guint8 * dst, const guint8 * mask, gint n, gint step, guint8 color)
{
  gint i;

  for (i = 0; i < n; i++)
    dst[i * step] = (guint8) ((dst[i * step] * mask[i * step] +
            color * (255 - mask[i * step]) + 127) / 255);
}

/* Painting aside */

static guint8 *
get_memory (Canvas * canvas, gsize size)
{
  if (canvas->aside_size < size) {
    g_free (canvas->aside);
    canvas->aside = g_malloc (size);
    canvas->aside_size = size;
  }
  return canvas->aside;
}

static void
aside_init (Aside * aside, Canvas * canvas, const Rect * rect)
{
  Rect area = grow_to_chroma (canvas, rect);
  gint width = area.x1 - area.x0, height = area.y1 - area.y0;
  gint chroma_width = (width + 1) / 2 * canvas->chroma_step;
  gint chroma_height = (height + 1) / 2;
  gsize luma_size = (gsize) width * height;
  gsize chroma_size = (gsize) chroma_width * chroma_height;
  guint planes = canvas->chroma_step == 1 ? 2 : 1;
  guint8 *memory = get_memory (canvas, luma_size + planes * chroma_size +
      2 * (gsize) width + chroma_width);
  gint y;
  guint i;

  aside->area = area;
  aside->data[0] = memory;
  aside->stride[0] = width;
  aside->data[1] = memory + luma_size;
  aside->stride[1] = aside->stride[2] = chroma_width;
  aside->data[2] = planes == 2 ? aside->data[1] + chroma_size :
      aside->data[1] + 1;
  memory += luma_size + planes * chroma_size;
  aside->mask[0] = memory;
  aside->mask[1] = memory + width;
  aside->chroma_mask = memory + 2 * (gsize) width;

  for (y = 0; y < height; y++)
    memcpy (aside->data[0] + y * aside->stride[0],
        canvas->data[0] + (area.y0 + y) * canvas->stride[0] + area.x0, width);
  for (i = 1; i <= planes; i++)
    for (y = 0; y < chroma_height; y++)
      memcpy (aside->data[i] + y * aside->stride[i],
          canvas->data[i] + (area.y0 / 2 + y) * canvas->stride[i] +
          area.x0 / 2 * canvas->chroma_step, chroma_width);
}

/* The canvas's rows of what is aside, so that it can be painted on. */
static void
exchange (Aside * aside, Canvas * canvas)
{
  guint i;

  for (i = 0; i < 3; i++) {
    guint8 *data = canvas->data[i];
    gssize stride = canvas->stride[i];

    canvas->data[i] = aside->data[i];
    canvas->stride[i] = aside->stride[i];
    aside->data[i] = data;
    aside->stride[i] = stride;
  }
}

/* Moves the first sample of what is aside to that of the canvas, or back. */
static void
shift (Aside * aside, const Canvas * canvas, gint sign)
{
  const Rect *r = &aside->area;
  guint i;

  aside->data[0] -= sign * (r->y0 * aside->stride[0] + r->x0);
  for (i = 1; i < 3; i++)
    aside->data[i] -= sign * (r->y0 / 2 * aside->stride[i] +
        (gssize) (r->x0 / 2) * canvas->chroma_step);
}

static void
paint_content (const Group * g, Canvas * canvas, const Rect * rect)
{
  if (g->has_color) {
    Rect all = grow_to_chroma (canvas, rect);

    canvas_fill (canvas, &all, g->color);
  }
  if (g->sprite != NULL) {
    Rect part = rect_intersect (rect, &g->sprite->visible);

    if (rect_is_empty (&part))
      return;
    if (g->picture_has_alpha)
      canvas_blend (canvas, &part, g->sprite, g->frame, NULL, 0);
    else
      canvas_draw_whole (canvas, &part, g->sprite, g->frame);
  }
}

static Rect
inner_rect (const Group * g)
{
  return (Rect) {
  g->rect.x0 + g->border_width, g->rect.y0 + g->border_width,
        g->rect.x1 - g->border_width, g->rect.y1 - g->border_width};
}

static void
paint_border (const Group * g, const Aside * aside, const Canvas * canvas,
    gint y)
{
  const Rect *area = &aside->area;
  const Rect inside = inner_rect (g);
  const guint8 color[3] = { 0, g->border.u, g->border.v };
  gint width = area->x1 - area->x0;
  gint c, i, x;

  for (i = 0; i < 2; i++) {
    gint row = MIN (y + i, area->y1 - 1);

    fill_mask (aside->mask[i], area->x0, area->x1, row, &inside, g->inner);
    if (g->border_alpha < 255)
      for (x = 0; x < width; x++)
        aside->mask[i][x] = (guint8) (255 - ((255 - aside->mask[i][x]) *
                g->border_alpha + 127) / 255);
    if (y + i < area->y1)
      mix_color (aside->data[0] + (row - area->y0) * aside->stride[0],
          aside->mask[i], width, 1, g->border.y);
  }
  make_chroma_mask (aside, canvas->chroma_step);
  for (c = 1; c < 3; c++)
    mix_color (aside->data[c] + (y - area->y0) / 2 * aside->stride[c],
        aside->chroma_mask, (width + 1) / 2, canvas->chroma_step, color[c]);
}

static void
mix_rows (const Group * g, const Aside * aside, Canvas * canvas,
    const Rect * rect, gint y, const Rect * holes, guint n_holes)
{
  const Rect *area = &aside->area;
  const OverlayRows *rows = overlay_rows_get ();
  Rect shown = rect_intersect (rect, &g->rect);
  gint width = area->x1 - area->x0;
  gint planes = canvas->chroma_step == 1 ? 2 : 1;
  gint i;

  for (i = 0; i < 2; i++) {
    gint row = MIN (y + i, area->y1 - 1);

    fill_mask (aside->mask[i], area->x0, area->x1, row, &g->rect, g->outer);
    /* what of the layout is to be painted now */
    memset (aside->mask[i], 0, shown.x0 - area->x0);
    memset (aside->mask[i] + shown.x1 - area->x0, 0, area->x1 - shown.x1);
    if (row < shown.y0 || row >= shown.y1)
      memset (aside->mask[i], 0, width);
    weaken (aside->mask[i], width, g->opacity);
    cut_mask (aside->mask[i], area->x0, area->x1, row, holes, n_holes);
    if (y + i < area->y1)
      rows->mix (canvas->data[0] + row * canvas->stride[0] + area->x0,
          aside->data[0] + (row - area->y0) * aside->stride[0],
          aside->mask[i], width);
  }
  make_chroma_mask (aside, canvas->chroma_step);
  for (i = 1; i <= planes; i++)
    rows->mix (canvas->data[i] + y / 2 * canvas->stride[i] +
        area->x0 / 2 * canvas->chroma_step,
        aside->data[i] + (y - area->y0) / 2 * aside->stride[i],
        aside->chroma_mask, (width + 1) / 2 * canvas->chroma_step);
}

/**
 * group_blend:
 * @group: the group
 * @canvas: the canvas
 * @rect: what of it to blend, not empty, inside of the canvas and of the
 *     group: it cuts no chroma sample, but where it ends with the item that is
 *     painted
 * @holes: (array length=n_holes): what something opaque above hides
 * @n_holes: how many
 *
 * Blends a part of a group over what was painted there before.
 */
void
group_blend (const Group * group, Canvas * canvas, const Rect * rect,
    const Rect * holes, guint n_holes)
{
  Aside aside;
  gint y;

  aside_init (&aside, canvas, rect);
  shift (&aside, canvas, 1);
  exchange (&aside, canvas);
  paint_content (group, canvas, rect);
  exchange (&aside, canvas);
  shift (&aside, canvas, -1);

  if (group->border_width > 0)
    for (y = aside.area.y0; y < aside.area.y1; y += 2)
      paint_border (group, &aside, canvas, y);
  for (y = aside.area.y0; y < aside.area.y1; y += 2)
    mix_rows (group, &aside, canvas, rect, y, holes, n_holes);
}
