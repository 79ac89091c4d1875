/* motion.h: how slots come from what was shown to what is to be shown
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Remembers where each user was and what each slot showed, so that a change
 * of layouts can be a movement and a change of content a fade. With times of 0
 * it does nothing. Used by one thread at a time.
 */

#ifndef __MOTION_H__
#define __MOTION_H__

#include "ladder.h"
#include "picture.h"

G_BEGIN_DECLS
/* What one slot showed last, and where it comes from. */
    typedef struct
{
  guint64 user;                 /* arrival, 0: nobody */
  Rect rect;                    /* as it was drawn */

  gboolean moves;
  gboolean appears;             /* it was nowhere before */
  Rect from;
  GstClockTime moving_since;

  guint64 content;              /* what was shown; other content, other key */
  gboolean fades;
  GstClockTime fading_since;
  GstBuffer *last;              /* picture as it was drawn, NULL: none */
  GstVideoInfo last_info;
  Picture before;               /* what fades out, unset: only the colour */
} MotionSlot;

typedef struct
{
  GstClockTime transition_time;
  GstClockTime fade_time;
  guint n;
  gboolean has_shown;           /* a frame, since the canvas changed */
  MotionSlot slot[GST_PUBLISH_MAX_LAYOUTS];
} Motion;

/**
 * MotionView:
 * @user: whose slot it is, 0 for nobody
 * @rect: where it is to be
 * @content: of what is shown in it, 0 for its colour only
 * @picture: (nullable): that
 */
typedef struct
{
  guint64 user;
  Rect rect;
  guint64 content;
  const Picture *picture;
} MotionView;

/**
 * MotionLook:
 * @rect: where it is now
 * @opacity: 0.0..1.0: of all of it
 * @fade: 0.0..1.0: how much of the new content is to be seen
 * @before: (nullable): the old content
 */
typedef struct
{
  Rect rect;
  gdouble opacity;
  gdouble fade;
  const Picture *before;
} MotionLook;

void motion_update (Motion * motion,
    gboolean arranged,
    const MotionView * views,
    guint n, const GstVideoInfo * canvas, GstClockTime now, MotionLook * looks);

void motion_clear (Motion * motion);

G_END_DECLS
#endif /* __MOTION_H__ */
