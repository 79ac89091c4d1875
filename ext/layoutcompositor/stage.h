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
#include "ladder.h"
#include "looks.h"
#include "motion.h"
#include "scene.h"

G_BEGIN_DECLS
/**
 * SlotView:
 * @arrival: of the user in the slot, 0 for nobody
 * @user_id: (nullable): who that is
 * @room_id: (nullable): in which room
 * @picture: (nullable): the user's last picture; %NULL or unset for none
 * @picture_time: running time at which it came
 * @is_still: whether it stands for all time, as an image does
 *
 * What there is for one slot.
 */
    typedef struct
{
  guint64 arrival;
  const gchar *user_id;
  const gchar *room_id;
  const Picture *picture;
  GstClockTime picture_time;
  gboolean is_still;
} SlotView;

typedef struct
{
  AcceptedConfig *config;       /* NULL: none, everyone in a grid */
  Canvas canvas;
  Scene scene;
  gboolean remake;              /* the scene is of another config or canvas */
  gboolean arranged;            /* the layouts are new since the last frame */
  GArray *layers;               /* SceneLayer: what is to be shown */
  GstClockTime stall_timeout;
  LadderStep step[GST_PUBLISH_MAX_LAYOUTS];
  /* not in the struct: an object's instance has 64 KiB */
  Looks *looks;
  Motion *motion;
  Picture *mirrored;            /* one for each layout */

  CanvasRing ring;
  GstVideoInfo info;            /* of its canvases */
  GArray *damage;               /* Rect: what is to be painted */
  GArray *clips;                /* Rect: the same, cut for the crew */
  Crew crew;
  Canvas *hands;                /* one for each of the crew */
  guint n_hands;
  GstClockTime min_shared_time; /* what takes one less is painted by one */
  gdouble pixel_time;           /* ns for each, by one, of late; 0: not known */
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

void stage_set_crew (Stage * stage, GstTaskPool * pool, guint n);

void stage_compose (Stage * stage,
    const SlotView * views, GstClockTime now, gint64 wait);

void stage_stop (Stage * stage);

GstFlowReturn stage_show (Stage * stage, GstBuffer * buffer);

GstFlowReturn stage_paint (Stage * stage, GstBuffer * buffer);

G_END_DECLS
#endif /* __STAGE_H__ */
