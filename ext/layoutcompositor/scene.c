/* scene.c: what is drawn where, bottom to top
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "scene.h"

#include <string.h>

typedef enum
{
  ITEM_COLOR,
  ITEM_PICTURE,
  ITEM_OVERLAY,
  ITEM_GROUP,
} ItemKind;

typedef struct
{
  SceneMark mark;
  const Picture *picture;       /* of a picture or group, else NULL */
  const Overlay *overlay;       /* of an overlay */
  CanvasColor color;            /* of a colour */
  const Sprite *sprite;         /* of a picture */
  Group group;                  /* of a group */
  guint layer;                  /* which one it belongs to */
  GArray *visible;              /* Rect: what nothing opaque covers */
  Rect bounds;                  /* around visible */
  GArray *holes;                /* Rect: opaque and above; NULL if opaque */
} SceneItem;

/* What of a picture decides how it is placed. */
typedef struct
{
  const Picture *picture;       /* NULL: the layer has none */
  gint width, height, par_n, par_d;
  gboolean has_alpha;
} Shape;

/* What the items of one layer are made from. */
typedef struct
{
  Scene *scene;
  const Canvas *canvas;
  const SceneLayer *layer;
  Shape shape;
  Sprite *sprite;               /* NULL: nothing of a picture is to be seen */
  Placement place;
  gint radius, border;          /* as they are drawn */
  guint index;
} Maker;

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

  g_clear_pointer (&item->visible, g_array_unref);
  g_clear_pointer (&item->holes, g_array_unref);
}

static void
sprite_free (gpointer data)
{
  sprite_clear (data);
  g_free (data);
}

void
scene_init (Scene * scene)
{
  scene->items = g_array_new (FALSE, TRUE, sizeof (SceneItem));
  g_array_set_clear_func (scene->items, item_clear);
  scene->layers = g_array_new (FALSE, TRUE, sizeof (SceneLayer));
  scene->shapes = g_array_new (FALSE, TRUE, sizeof (Shape));
  scene->sprites = g_ptr_array_new_with_free_func (sprite_free);
  scene->corners =
      g_ptr_array_new_with_free_func ((GDestroyNotify) corner_mask_free);
}

void
scene_clear (Scene * scene)
{
  g_clear_pointer (&scene->items, g_array_unref);
  g_clear_pointer (&scene->layers, g_array_unref);
  g_clear_pointer (&scene->shapes, g_array_unref);
  g_clear_pointer (&scene->sprites, g_ptr_array_unref);
  g_clear_pointer (&scene->corners, g_ptr_array_unref);
}

/**
 * scene_fits:
 * @scene: the scene
 * @layers: (element-type SceneLayer): what it ought to show
 *
 * Returns: %FALSE if a layer or the shape of a picture in it is another one
 *     than when the scene was made
 */
gboolean
scene_fits (const Scene * scene, const GArray * layers)
{
  guint i;

  if (scene->layers->len != layers->len)
    return FALSE;
  if (layers->len > 0 && memcmp (scene->layers->data, layers->data,
          layers->len * sizeof (SceneLayer)) != 0)
    return FALSE;
  for (i = 0; i < layers->len; i++) {
    Shape shape = shape_of (g_array_index (layers, SceneLayer, i).picture);

    if (memcmp (&shape, &g_array_index (scene->shapes, Shape, i),
            sizeof (shape)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* Returns an item of @rect that has nothing in it yet; NULL if none of @rect
 * is on the canvas. It stays valid until the next one is added. */
static SceneItem *
add_item (Maker * m, ItemKind kind, const Rect * rect)
{
  const Rect all = { 0, 0, m->canvas->width, m->canvas->height };
  Rect inside = rect_intersect (rect, &all);
  SceneItem *item;

  if (rect_is_empty (&inside))
    return NULL;

  g_array_set_size (m->scene->items, m->scene->items->len + 1);
  item = &g_array_index (m->scene->items, SceneItem, m->scene->items->len - 1);
  memset (item, 0, sizeof (*item));
  item->mark.rect = inside;
  item->mark.kind = kind;
  item->mark.opacity = 255;
  item->layer = m->index;

  return item;
}

static void
add_color (Maker * m, const Rect * rect, guint32 argb)
{
  SceneItem *item = add_item (m, ITEM_COLOR, rect);

  if (item == NULL)
    return;
  item->mark.opaque = TRUE;
  item->mark.content = argb;
  item->color = canvas_color (m->canvas, argb);
}

static void
set_picture (const Maker * m, SceneItem * item)
{
  item->picture = m->shape.picture;
  item->sprite = m->sprite;
  item->mark.place = m->place;
  item->mark.src_width = m->shape.width;
  item->mark.src_height = m->shape.height;
}

/* What of the picture lies in @rect. */
static void
add_picture (Maker * m, const Rect * rect)
{
  SceneItem *item;
  Rect part;

  if (m->sprite == NULL)
    return;
  part = rect_intersect (rect, &m->sprite->visible);
  if (rect_is_empty (&part))
    return;
  item = add_item (m, ITEM_PICTURE, &part);
  item->mark.opaque = !m->shape.has_alpha;
  set_picture (m, item);
}

static void
add_overlay (Maker * m)
{
  SceneItem *item = add_item (m, ITEM_OVERLAY, &m->layer->overlay->rect);

  if (item == NULL)
    return;
  item->overlay = m->layer->overlay;
  item->mark.opacity = m->layer->opacity;
  item->mark.content = m->layer->overlay->serial;
}

static const CornerMask *
get_corners (Scene * scene, gint radius)
{
  CornerMask *mask;
  guint i;

  if (radius <= 0)
    return NULL;
  for (i = 0; i < scene->corners->len; i++) {
    mask = g_ptr_array_index (scene->corners, i);
    if (mask->radius == radius)
      return mask;
  }
  mask = corner_mask_new (radius);
  g_ptr_array_add (scene->corners, mask);

  return mask;
}

/* What of the layer lies in @rect, mixed with what is below. */
static void
add_group (Maker * m, const Rect * rect)
{
  const SceneLayer *layer = m->layer;
  SceneItem *item = add_item (m, ITEM_GROUP, rect);
  Group *group;

  if (item == NULL)
    return;

  item->mark.opacity = layer->opacity;
  item->mark.layer = layer->rect;
  item->mark.has_color = layer->has_color;
  item->mark.color = layer->color;
  item->mark.corner_radius = m->radius;
  item->mark.border_width = m->border;
  item->mark.border_color = layer->border_color;

  group = &item->group;
  group->rect = layer->rect;
  group->has_color = layer->has_color;
  group->color = canvas_color (m->canvas, layer->color);
  group->border_width = m->border;
  group->border = canvas_color (m->canvas, layer->border_color);
  group->border_alpha = layer->border_color >> 24;
  group->outer = get_corners (m->scene, m->radius);
  group->inner = get_corners (m->scene, m->radius - m->border);
  group->opacity = layer->opacity;
  if (m->sprite != NULL) {
    set_picture (m, item);
    group->sprite = m->sprite;
    group->frame = &m->shape.picture->frame;
    group->picture_has_alpha = m->shape.has_alpha;
  }
}

/* Rounded corners and a border at full strength: mixed is only what lies in
 * the squares of the corners. */
static void
add_framed (Maker * m)
{
  const Rect *r = &m->layer->rect;
  gint border = m->border;
  gint corner = m->radius > 0 ? MAX (m->radius, border) : 0;
  /* sides that are shorter than two corners are all corner */
  gint cx = MIN (corner, (r->x1 - r->x0) / 2);
  gint cy = MIN (corner, (r->y1 - r->y0) / 2);
  const Rect corners[4] = {
    {r->x0, r->y0, r->x0 + cx, r->y0 + cy},
    {r->x1 - cx, r->y0, r->x1, r->y0 + cy},
    {r->x0, r->y1 - cy, r->x0 + cx, r->y1},
    {r->x1 - cx, r->y1 - cy, r->x1, r->y1},
  };
  gint side = MAX (cy, border);
  const Rect bars[4] = {
    {r->x0 + cx, r->y0, r->x1 - cx, r->y0 + border},
    {r->x0 + cx, r->y1 - border, r->x1 - cx, r->y1},
    {r->x0, r->y0 + side, r->x0 + border, r->y1 - side},
    {r->x1 - border, r->y0 + side, r->x1, r->y1 - side},
  };
  GArray *body = g_array_new (FALSE, FALSE, sizeof (Rect));
  guint i;

  g_array_append_val (body, *r);
  for (i = 0; i < 4; i++) {
    if (!rect_is_empty (&corners[i]))
      region_subtract (body, &corners[i]);
    if (!rect_is_empty (&bars[i]))
      region_subtract (body, &bars[i]);
  }
  for (i = 0; i < body->len; i++) {
    const Rect *part = &g_array_index (body, Rect, i);

    if (m->layer->has_color)
      add_color (m, part, m->layer->color);
    add_picture (m, part);
  }
  g_array_unref (body);

  for (i = 0; i < 4; i++) {
    if (rect_is_empty (&bars[i]))
      continue;
    if (m->layer->border_color >> 24 == 255)
      add_color (m, &bars[i], m->layer->border_color);
    else
      add_group (m, &bars[i]);
  }
  for (i = 0; i < 4; i++)
    if (!rect_is_empty (&corners[i]))
      add_group (m, &corners[i]);
}

static void
add_layer (Maker * m)
{
  const SceneLayer *layer = m->layer;
  gint half = MIN (layer->rect.x1 - layer->rect.x0,
      layer->rect.y1 - layer->rect.y0) / 2;

  if (layer->opacity == 0)
    return;
  if (layer->overlay != NULL) {
    add_overlay (m);
    return;
  }

  if (m->shape.picture != NULL) {
    m->place = placement_make (layer->fill_mode, &layer->rect, m->shape.width,
        m->shape.height, m->shape.par_n, m->shape.par_d);
    m->sprite = g_new0 (Sprite, 1);
    if (sprite_init (m->sprite, &m->place, m->shape.width, m->shape.height,
            m->canvas->width, m->canvas->height))
      g_ptr_array_add (m->scene->sprites, m->sprite);
    else
      g_clear_pointer (&m->sprite, g_free);
  }
  m->radius = MIN (layer->corner_radius, half);
  m->border = layer->border_color >> 24 == 0 ? 0 :
      MIN (layer->border_width, half);

  if (layer->opacity < 255 || (m->shape.has_alpha && m->radius + m->border)) {
    add_group (m, &layer->rect);
  } else if (m->radius > 0 || m->border > 0) {
    add_framed (m);
  } else {
    if (layer->has_color)
      add_color (m, &layer->rect, layer->color);
    add_picture (m, &layer->rect);
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
 * @layers: (element-type SceneLayer): what is above it, bottom first
 *
 * Places everything and finds out what is hidden. A layer without a colour of
 * its own shows what lies below it where it has no picture, and through the
 * alpha of the one it has.
 */
void
scene_make (Scene * scene, const Canvas * canvas, guint32 background,
    const GArray * layers)
{
  const Rect all = { 0, 0, canvas->width, canvas->height };
  Maker ground = {.scene = scene,.canvas = canvas,.index = G_MAXUINT };
  guint last = G_MAXUINT;
  guint i;

  g_array_set_size (scene->items, 0);
  g_array_set_size (scene->shapes, 0);
  g_array_set_size (scene->layers, 0);
  g_ptr_array_set_size (scene->sprites, 0);
  /* a few sizes come again and again; all that a motion goes through do not */
  if (scene->corners->len > 2 * GST_PUBLISH_MAX_LAYOUTS)
    g_ptr_array_set_size (scene->corners, 0);

  g_array_append_vals (scene->layers, layers->data, layers->len);
  add_color (&ground, &all, background);
  for (i = 0; i < layers->len; i++) {
    Maker maker = {.scene = scene,.canvas = canvas,.index = i };

    maker.layer = &g_array_index (layers, SceneLayer, i);
    maker.shape = shape_of (maker.layer->picture);
    g_array_append_val (scene->shapes, maker.shape);
    add_layer (&maker);
  }

  scene->drawn = 0;
  for (i = 0; i < scene->items->len; i++) {
    SceneItem *item = &g_array_index (scene->items, SceneItem, i);

    find_visible (scene, item, i + 1);
    if (item->picture != NULL && item->visible->len > 0 && item->layer != last) {
      last = item->layer;
      scene->drawn++;
    }
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
  if (item->mark.kind == ITEM_PICTURE)
    canvas_draw (canvas, rect, item->sprite, &item->picture->frame);
  else
    canvas_fill (canvas, rect, item->color);
}

static void
blend (Canvas * canvas, const SceneItem * item, const Rect * rect)
{
  const Rect *holes = (const Rect *) item->holes->data;
  guint n_holes = item->holes->len;

  switch (item->mark.kind) {
    case ITEM_PICTURE:
      canvas_blend (canvas, rect, item->sprite, &item->picture->frame, holes,
          n_holes);
      break;
    case ITEM_OVERLAY:
      overlay_blend (item->overlay, canvas, rect, item->mark.opacity, holes,
          n_holes);
      break;
    default:
      group_blend (&item->group, canvas, rect, holes, n_holes);
      break;
  }
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
      blend (canvas, item, &rect);
  }
}
