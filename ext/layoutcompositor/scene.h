/* scene.h: what is drawn where, bottom to top
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A scene is made from the layouts and the pictures in them whenever one of
 * these changes its shape. For every frame it tells what it looks like
 * (marks), and, by the marks of a canvas painted earlier, what of that canvas
 * is not right any more (damage); that much is painted.
 */

#ifndef __SCENE_H__
#define __SCENE_H__

#include "canvas.h"
#include "picture.h"

G_BEGIN_DECLS
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
  gint is_picture;
  gint opaque;

  guint64 content;              /* serial of the picture, or the colour */
} SceneMark;

/**
 * Scene:
 *
 * Used by one thread at a time; scene_paint() by any number, each with a
 * canvas of its own. It keeps pointers to the pictures that it was made with;
 * they must live until it is made again.
 */
typedef struct
{
  GArray *items;                /* SceneItem, bottom first */
  GArray *shapes;               /* of the pictures it was made with */
  guint drawn;                  /* pictures of which something is visible */
} Scene;

void scene_init (Scene * scene);

void scene_clear (Scene * scene);

gboolean scene_fits (const Scene * scene, Picture * const *pictures, guint n);

void scene_make (Scene * scene,
    const Canvas * canvas,
    guint32 background,
    const GstPublishLayout * layouts, Picture * const *pictures, guint n);

void scene_get_marks (const Scene * scene, GArray * marks);

void scene_find_damage (const Scene * scene,
    const Canvas * canvas, const GArray * marks, GArray * damage);

void scene_paint (const Scene * scene, Canvas * canvas, const Rect * clip);

G_END_DECLS
#endif /* __SCENE_H__ */
