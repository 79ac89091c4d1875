/* scene.c: what is drawn where, bottom to top
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "scene.h"

#include <string.h>

/* A rectangle of colour, or a picture. */
typedef struct
{
  SceneMark mark;
  const Picture *picture;       /* NULL: a colour */
  CanvasColor color;
  Sprite sprite;                /* of picture */
  GArray *visible;              /* Rect: what nothing opaque covers */
  Rect bounds;                  /* around visible */
  GArray *holes;                /* Rect: opaque and above; NULL if opaque */
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
  g_clear_pointer (&item->holes, g_array_unref);
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
  SceneItem item;

  memset (&item, 0, sizeof (item));
  item.mark.rect = rect_intersect (rect, &all);
  if (rect_is_empty (&item.mark.rect))
    return;
  item.mark.opaque = TRUE;
  item.mark.content = argb;
  item.color = canvas_color (canvas, argb);
  g_array_append_val (scene->items, item);
}

static void
add_picture (Scene * scene, const Canvas * canvas,
    const GstPublishLayout * layout, const Rect * rect, const Shape * shape)
{
  SceneItem item;

  memset (&item, 0, sizeof (item));
  item.mark.place = placement_make (layout->fill_mode, rect, shape->width,
      shape->height, shape->par_n, shape->par_d);
  if (!sprite_init (&item.sprite, &item.mark.place, shape->width,
          shape->height, canvas->width, canvas->height))
    return;
  item.mark.rect = item.sprite.visible;
  item.mark.src_width = shape->width;
  item.mark.src_height = shape->height;
  item.mark.is_picture = TRUE;
  item.mark.opaque = !shape->has_alpha;
  item.picture = shape->picture;
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

/* What of @item no opaque item from @above on hides. */
static void
find_visible (const Scene * scene, SceneItem * item, guint above)
{
  guint i;

  item->visible = g_array_new (FALSE, FALSE, sizeof (Rect));
  g_array_append_val (item->visible, item->mark.rect);
  if (!item->mark.opaque)
    item->holes = g_array_new (FALSE, FALSE, sizeof (Rect));

  for (i = above; i < scene->items->len; i++) {
    const SceneMark *mark = &g_array_index (scene->items, SceneItem, i).mark;
    Rect common = rect_intersect (&mark->rect, &item->mark.rect);

    if (!mark->opaque || rect_is_empty (&common))
      continue;
    region_subtract (item->visible, &mark->rect);
    if (item->holes != NULL)
      g_array_append_val (item->holes, mark->rect);
  }

  item->bounds = (Rect) {
  0, 0, 0, 0};
  for (i = 0; i < item->visible->len; i++)
    item->bounds = rect_union (&item->bounds,
        &g_array_index (item->visible, Rect, i));
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

  scene->drawn = 0;
  for (i = 0; i < scene->items->len; i++) {
    SceneItem *item = &g_array_index (scene->items, SceneItem, i);

    find_visible (scene, item, i + 1);
    if (item->picture != NULL && item->visible->len > 0)
      scene->drawn++;
  }
}

static SceneMark
mark_of (const SceneItem * item)
{
  SceneMark mark = item->mark;

  if (item->picture != NULL)
    mark.content = item->picture->serial;

  return mark;
}

/**
 * scene_get_marks:
 * @scene: the scene
 * @marks: (element-type SceneMark): set to what it looks like now
 */
void
scene_get_marks (const Scene * scene, GArray * marks)
{
  guint i;

  g_array_set_size (marks, 0);
  for (i = 0; i < scene->items->len; i++) {
    SceneMark mark = mark_of (&g_array_index (scene->items, SceneItem, i));

    g_array_append_val (marks, mark);
  }
}

static gboolean
has_shape (const SceneMark * a, const SceneMark * b)
{
  return memcmp (a, b, G_STRUCT_OFFSET (SceneMark, content)) == 0;
}

static gboolean
is_same (const SceneMark * a, const SceneMark * b)
{
  return a->content == b->content && has_shape (a, b);
}

/* Chroma samples are painted whole: with all that shares them. */
static void
add_damage (GArray * damage, const Canvas * canvas, const Rect * rect)
{
  const Rect grown = { rect->x0 & ~1, rect->y0 & ~1,
    MIN ((rect->x1 + 1) & ~1, canvas->width),
    MIN ((rect->y1 + 1) & ~1, canvas->height)
  };

  region_add (damage, &grown);
}

/**
 * scene_find_damage:
 * @scene: the scene
 * @canvas: the canvas that it was made for
 * @marks: (element-type SceneMark): of what was painted, empty if nothing was
 * @damage: (element-type Rect): set to what is to be painted now, in
 *     rectangles that do not overlap and cut no chroma sample
 */
void
scene_find_damage (const Scene * scene, const Canvas * canvas,
    const GArray * marks, GArray * damage)
{
  const Rect all = { 0, 0, canvas->width, canvas->height };
  guint old_end = marks->len, new_end = scene->items->len;
  guint begin = 0, i, k;

  g_array_set_size (damage, 0);
  if (old_end == 0) {
    g_array_append_val (damage, all);
    return;
  }

  /* Items came or went: those before and behind the place are compared one by
   * one, those in between are all taken for changed. */
  if (old_end != new_end) {
    guint least = MIN (old_end, new_end);

    while (begin < least &&
        has_shape (&g_array_index (marks, SceneMark, begin),
            &g_array_index (scene->items, SceneItem, begin).mark))
      begin++;
    while (old_end > begin && new_end > begin &&
        has_shape (&g_array_index (marks, SceneMark, old_end - 1),
            &g_array_index (scene->items, SceneItem, new_end - 1).mark)) {
      old_end--;
      new_end--;
    }
    for (i = begin; i < old_end; i++)
      add_damage (damage, canvas, &g_array_index (marks, SceneMark, i).rect);
    for (i = begin; i < new_end; i++)
      add_damage (damage, canvas,
          &g_array_index (scene->items, SceneItem, i).mark.rect);
  } else {
    begin = new_end;
  }

  for (i = 0; i < scene->items->len; i++) {
    const SceneItem *item = &g_array_index (scene->items, SceneItem, i);
    const SceneMark now = mark_of (item);
    const SceneMark *old;

    if (i >= begin && i < new_end)
      continue;
    old = &g_array_index (marks, SceneMark, i < begin ? i :
        i - new_end + old_end);
    if (is_same (old, &now))
      continue;
    if (has_shape (old, &now)) {
      for (k = 0; k < item->visible->len; k++)
        add_damage (damage, canvas, &g_array_index (item->visible, Rect, k));
    } else {
      add_damage (damage, canvas, &old->rect);
      add_damage (damage, canvas, &now.rect);
    }
  }
}

static void
open_edges (Canvas * canvas, const SceneItem * item, const Rect * rect)
{
  canvas_open_edges (canvas, rect);
}

static void
paint_opaque (Canvas * canvas, const SceneItem * item, const Rect * rect)
{
  if (item->picture != NULL)
    canvas_draw (canvas, rect, &item->sprite, &item->picture->frame);
  else
    canvas_fill (canvas, rect, item->color);
}

static void
for_each_opaque (const Scene * scene, Canvas * canvas, const Rect * clip,
    void (*func) (Canvas * canvas, const SceneItem * item, const Rect * rect))
{
  guint i, k;

  for (i = 0; i < scene->items->len; i++) {
    const SceneItem *item = &g_array_index (scene->items, SceneItem, i);

    if (!item->mark.opaque)
      continue;
    for (k = 0; k < item->visible->len; k++) {
      Rect rect = rect_intersect (clip,
          &g_array_index (item->visible, Rect, k));

      if (!rect_is_empty (&rect))
        func (canvas, item, &rect);
    }
  }
}

/**
 * scene_paint:
 * @scene: the scene
 * @canvas: the canvas, with a frame
 * @clip: what to paint: inside of the canvas, cutting no chroma sample
 *
 * Paints all that is inside of @clip. No sample of what is opaque is painted
 * twice. What is painted there does not depend on @clip.
 */
void
scene_paint (const Scene * scene, Canvas * canvas, const Rect * clip)
{
  guint i;

  /* shared chroma is opened before anyone adds to it, and complete before
   * anything is blended over it */
  for_each_opaque (scene, canvas, clip, open_edges);
  for_each_opaque (scene, canvas, clip, paint_opaque);

  for (i = 0; i < scene->items->len; i++) {
    const SceneItem *item = &g_array_index (scene->items, SceneItem, i);
    Rect rect = rect_intersect (clip, &item->bounds);

    if (!item->mark.opaque && !rect_is_empty (&rect))
      canvas_blend (canvas, &rect, &item->sprite, &item->picture->frame,
          (const Rect *) item->holes->data, item->holes->len);
  }
}
