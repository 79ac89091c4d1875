/* scene.h: what is drawn where, bottom to top
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A scene is made from layers, which are layouts and overlays, whenever one of
 * these changes its shape. For every frame it tells what it looks like
 * (marks), and, by the marks of a canvas painted earlier, what of that canvas
 * is not right any more (damage); that much is painted.
 */

#ifndef __SCENE_H__
#define __SCENE_H__

#include "group.h"
#include "overlay.h"
#include "picture.h"

G_BEGIN_DECLS
/**
 * SceneLayer:
 * @rect: where it is, not empty; it may lie off the canvas
 * @fill_mode: how the picture is put in
 * @has_color: whether it has a colour of its own
 * @color: 0xAARRGGBB of that, alpha is not used
 * @picture: (nullable): what it shows
 * @corner_radius: in pixels
 * @border_width: in pixels
 * @border_color: 0xAARRGGBB
 * @opacity: 0..255 of all of it
 * @overlay: (nullable): then this is all that it is, and only @opacity counts
 *     beside it
 *
 * One layout's content, or an overlay. Zero-initialise it: layers are compared
 * byte by byte.
 */
    typedef struct
{
  Rect rect;
  gint fill_mode;
  gint has_color;
  guint32 color;
  gint corner_radius;
  gint border_width;
  guint32 border_color;
  gint opacity;
  const Picture *picture;
  const Overlay *overlay;
  guint64 overlay_serial;       /* of overlay */
} SceneLayer;

/**
 * SceneMark:
 *
 * What one item looked like. Two canvases are equal where the items that touch
 * a pixel have equal marks in equal order.
 */
typedef struct
{
  /* the shape: compared byte by byte */
  Rect rect;                    /* on the canvas, not empty */
  Placement place;              /* of a picture, else zero */
  gint src_width, src_height;   /* likewise */
  gint kind;
  gint opaque;
  gint opacity;
  /* of a group, else zero */
  Rect layer;
  gint has_color;
  guint32 color;
  gint corner_radius, border_width;
  guint32 border_color;
  guint64 content;              /* serial of what is shown, or the colour */
} SceneMark;

/**
 * Scene:
 *
 * Used by one thread at a time; scene_paint() by any number, each with a
 * canvas of its own. It keeps pointers to the pictures and overlays that it
 * was made with; they must live until it is made again.
 */
typedef struct
{
  GArray *items;                /* SceneItem, bottom first */
  GArray *layers;               /* SceneLayer: what it was made with */
  GArray *shapes;               /* of the pictures it was made with */
  GPtrArray *sprites;           /* Sprite */
  GPtrArray *corners;           /* CornerMask */
  guint drawn;                  /* pictures of which something is visible */
} Scene;

void scene_init (Scene * scene);

void scene_clear (Scene * scene);

gboolean scene_fits (const Scene * scene, const GArray * layers);

void scene_make (Scene * scene,
    const Canvas * canvas, guint32 background, const GArray * layers);

void scene_get_marks (const Scene * scene, GArray * marks);

void scene_find_damage (const Scene * scene,
    const Canvas * canvas, const GArray * marks, GArray * damage);

void scene_paint (const Scene * scene, Canvas * canvas, const Rect * clip);

G_END_DECLS
#endif /* __SCENE_H__ */
