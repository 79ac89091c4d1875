/* stage.h: the config that is shown, and the canvas that shows it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Puts the rooms below together: a config gives layouts, layouts and pictures
 * give a scene, the scene is painted. Knows nothing of pads or of the
 * element; used by one thread at a time.
 */

#ifndef __STAGE_H__
#define __STAGE_H__

#include "canvasring.h"
#include "configqueue.h"
#include "crew.h"
#include "scene.h"

G_BEGIN_DECLS typedef struct
{
  AcceptedConfig *config;       /* NULL: none, everyone in a grid */
  Canvas canvas;
  Scene scene;
  gboolean remake;              /* the scene is of another config or canvas */

  CanvasRing ring;
  GstVideoInfo info;            /* of its canvases */
  GArray *damage;               /* Rect: what is to be painted */
  GArray *clips;                /* Rect: the same, cut for the crew */
  Crew crew;
  Canvas *hands;                /* one for each of the crew */
  guint n_hands;
  guint64 min_shared_pixels;    /* below, a scene is painted by one */
  guint64 painted;              /* pixels, of all frames */
  guint template_cameras;       /* that the layouts were made for */

  /* borrowed from config: no string of it is freed */
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  guint n_layouts;
} Stage;

void stage_init (Stage * stage);

void stage_clear (Stage * stage);

gboolean stage_set_config (Stage * stage, AcceptedConfig * config);

void stage_get_wanted_canvas (const Stage * stage,
    GstPublishVideoParams * video);

gboolean stage_set_canvas (Stage * stage, const GstVideoInfo * info);

void stage_arrange (Stage * stage, guint cameras);

gchar *stage_describe_clipping (const Stage * stage);

gchar *stage_describe_undrawn (const Stage * stage);

void stage_set_crew (Stage * stage, GstTaskPool * pool, guint n);

GstFlowReturn stage_show (Stage * stage,
    Picture * const *pictures, GstBuffer * buffer);

GstFlowReturn stage_paint (Stage * stage,
    Picture * const *pictures, GstBuffer * buffer);

G_END_DECLS
#endif /* __STAGE_H__ */
