/* scene.c: what is drawn where, bottom to top
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "scene.h"

#include <string.h>

/* A rectangle of colour, or a picture. */
typedef struct
{
  const Picture *picture;       /* NULL: a colour */
  CanvasColor color;
  Sprite sprite;                /* of picture */
  Rect rect;                    /* on the canvas, not empty */
  gboolean opaque;
  GArray *visible;              /* Rect: what nothing opaque covers */
} SceneItem;

/* What of a picture decides how it is placed. */
typedef struct
{
  const Picture *picture;       /* NULL: the layout has none */
  gint width, height, par_n, par_d;
  gboolean has_alpha;
} Shape;

static Shape
shape_of (const Picture * picture)
{
  Shape shape;

  memset (&shape, 0, sizeof (shape));
  if (picture == NULL || !picture_is_set (picture))
    return shape;

  shape.picture = picture;
  shape.width = GST_VIDEO_FRAME_WIDTH (&picture->frame);
  shape.height = GST_VIDEO_FRAME_HEIGHT (&picture->frame);
  shape.par_n = picture->par_n;
  shape.par_d = picture->par_d;
  shape.has_alpha = picture->has_alpha;

  return shape;
}

static void
item_clear (gpointer data)
{
  SceneItem *item = data;

  sprite_clear (&item->sprite);
  g_clear_pointer (&item->visible, g_array_unref);
}

void
scene_init (Scene * scene)
{
  scene->items = g_array_new (FALSE, TRUE, sizeof (SceneItem));
  g_array_set_clear_func (scene->items, item_clear);
  scene->shapes = g_array_new (FALSE, TRUE, sizeof (Shape));
}

void
scene_clear (Scene * scene)
{
  g_clear_pointer (&scene->items, g_array_unref);
  g_clear_pointer (&scene->shapes, g_array_unref);
}

/**
 * scene_fits:
 * @scene: the scene
 * @pictures: (array length=n): the picture of each layout, or %NULL
 * @n: number of layouts
 *
 * Returns: %FALSE if a picture came, went or changed its shape since the
 *     scene was made
 */
gboolean
scene_fits (const Scene * scene, Picture * const *pictures, guint n)
{
  guint i;

  if (scene->shapes->len != n)
    return FALSE;
  for (i = 0; i < n; i++) {
    Shape shape = shape_of (pictures[i]);

    if (memcmp (&shape, &g_array_index (scene->shapes, Shape, i),
            sizeof (shape)) != 0)
      return FALSE;
  }
  return TRUE;
}

static void
add_color (Scene * scene, const Canvas * canvas, const Rect * rect,
    guint32 argb)
{
  const Rect all = { 0, 0, canvas->width, canvas->height };
  SceneItem item = { NULL, };

  item.rect = rect_intersect (rect, &all);
  if (rect_is_empty (&item.rect))
    return;
  item.color = canvas_color (canvas, argb);
  item.opaque = TRUE;
  g_array_append_val (scene->items, item);
}

static void
add_picture (Scene * scene, const Canvas * canvas,
    const GstPublishLayout * layout, const Rect * rect, const Shape * shape)
{
  Placement place = placement_make (layout->fill_mode, rect, shape->width,
      shape->height, shape->par_n, shape->par_d);
  SceneItem item = { shape->picture, };

  if (!sprite_init (&item.sprite, &place, shape->width, shape->height,
          canvas->width, canvas->height))
    return;
  item.rect = item.sprite.visible;
  item.opaque = !shape->has_alpha;
  g_array_append_val (scene->items, item);
}

/* The layouts' indices, bottom first; of one z-order the later is above. */
static void
sort_by_z_order (const GstPublishLayout * layouts, guint n, guint * order)
{
  guint i, k;

  for (i = 0; i < n; i++) {
    for (k = i; k > 0 &&
        layouts[order[k - 1]].z_order > layouts[i].z_order; k--)
      order[k] = order[k - 1];
    order[k] = i;
  }
}

/* What of each item no opaque item above it hides. */
static void
find_visible (Scene * scene)
{
  guint i, k;

  scene->drawn = 0;
  for (i = 0; i < scene->items->len; i++) {
    SceneItem *item = &g_array_index (scene->items, SceneItem, i);

    item->visible = g_array_new (FALSE, FALSE, sizeof (Rect));
    g_array_append_val (item->visible, item->rect);
    for (k = i + 1; k < scene->items->len; k++) {
      const SceneItem *above = &g_array_index (scene->items, SceneItem, k);

      if (above->opaque)
        region_subtract (item->visible, &above->rect);
    }
    if (item->picture != NULL && item->visible->len > 0)
      scene->drawn++;
  }
}

/**
 * scene_make:
 * @scene: the scene
 * @canvas: the canvas that it will be painted on
 * @background: 0xAARRGGBB of the canvas
 * @layouts: (array length=n): the layouts
 * @pictures: (array length=n): the picture of each layout; %NULL or an unset
 *     picture for a layout that has none
 * @n: number of layouts
 *
 * Places everything and finds out what is hidden. A layout without a colour
 * of its own shows what lies below it where it has no picture, and through
 * the alpha of the one it has.
 */
void
scene_make (Scene * scene, const Canvas * canvas, guint32 background,
    const GstPublishLayout * layouts, Picture * const *pictures, guint n)
{
  const Rect all = { 0, 0, canvas->width, canvas->height };
  guint order[GST_PUBLISH_MAX_LAYOUTS];
  guint i;

  g_array_set_size (scene->items, 0);
  g_array_set_size (scene->shapes, 0);

  for (i = 0; i < n; i++) {
    Shape shape = shape_of (pictures[i]);

    g_array_append_val (scene->shapes, shape);
  }
  sort_by_z_order (layouts, n, order);

  add_color (scene, canvas, &all, background);
  for (i = 0; i < n; i++) {
    const GstPublishLayout *layout = &layouts[order[i]];
    const Shape *shape = &g_array_index (scene->shapes, Shape, order[i]);
    const Rect rect = { layout->x, layout->y, layout->x + layout->width,
      layout->y + layout->height
    };

    if (layout->has_background_color)
      add_color (scene, canvas, &rect, layout->background_color);
    if (shape->picture != NULL)
      add_picture (scene, canvas, layout, &rect, shape);
  }

  find_visible (scene);
}

typedef void (*ItemFunc) (Canvas * canvas, const Rect * rect,
    const SceneItem * item);

static void
open_edges (Canvas * canvas, const Rect * rect, const SceneItem * item)
{
  if (item->opaque)
    canvas_open_edges (canvas, rect);
}

static void
paint_opaque (Canvas * canvas, const Rect * rect, const SceneItem * item)
{
  if (!item->opaque)
    return;
  if (item->picture != NULL)
    canvas_draw (canvas, rect, &item->sprite, &item->picture->frame);
  else
    canvas_fill (canvas, rect, item->color);
}

static void
blend_alpha (Canvas * canvas, const Rect * rect, const SceneItem * item)
{
  if (!item->opaque)
    canvas_blend (canvas, rect, &item->sprite, &item->picture->frame);
}

/**
 * scene_paint:
 * @scene: the scene
 * @canvas: the canvas, with a frame
 *
 * Paints the whole frame. No sample of what is opaque is painted twice.
 */
void
scene_paint (const Scene * scene, Canvas * canvas)
{
  /* each for all rectangles, before the next: shared chroma is opened before
   * anyone adds to it, and complete before anything is blended over it */
  const ItemFunc steps[] = { open_edges, paint_opaque, blend_alpha };
  guint s, i, k;

  for (s = 0; s < G_N_ELEMENTS (steps); s++) {
    for (i = 0; i < scene->items->len; i++) {
      const SceneItem *item = &g_array_index (scene->items, SceneItem, i);

      for (k = 0; k < item->visible->len; k++)
        steps[s] (canvas, &g_array_index (item->visible, Rect, k), item);
    }
  }
}
