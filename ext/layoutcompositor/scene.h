/* scene.h: what is drawn where, bottom to top
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A scene is made from the layouts and the pictures in them whenever one of
 * these changes its shape, and then painted for every frame.
 */

#ifndef __SCENE_H__
#define __SCENE_H__

#include "canvas.h"
#include "picture.h"

G_BEGIN_DECLS
/**
 * Scene:
 *
 * Used by one thread at a time. It keeps pointers to the pictures that it was
 * made with; they must live until it is made again.
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

void scene_paint (const Scene * scene, Canvas * canvas);

G_END_DECLS
#endif /* __SCENE_H__ */
