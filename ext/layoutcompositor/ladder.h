/* ladder.h: what a slot shows, whatever happens to its user; how it moves
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pure functions of their arguments.
 */

#ifndef __LADDER_H__
#define __LADDER_H__

#include <gst/gst.h>

#include "geometry.h"

G_BEGIN_DECLS
/* How long after a frame a user counts as live at any frame rate. */
#define LADDER_LIVE_TIME GST_SECOND
/**
 * LadderStep:
 * @LADDER_LIVE: the user's picture
 * @LADDER_HELD: the last one, no other came for a while
 * @LADDER_PLACEHOLDER: the layout's placeholder image
 * @LADDER_COLOR: the layout's colour, or what is below a layout without one
 */
    typedef enum
{
  LADDER_LIVE,
  LADDER_HELD,
  LADDER_PLACEHOLDER,
  LADDER_COLOR,
} LadderStep;

/**
 * LadderInput:
 * @has_picture: whether the user's last picture is there; %FALSE without a
 *     user, and of one who never sent any (only gaps)
 * @is_still: whether it is a picture that stands for all time
 * @picture_time: running time at which it came
 * @now: running time of the canvas's frame
 * @stall_timeout: how long a picture is held, %GST_CLOCK_TIME_NONE for ever
 * @has_placeholder: whether a placeholder image is there to be shown
 */
typedef struct
{
  gboolean has_picture;
  gboolean is_still;
  GstClockTime picture_time;
  GstClockTime now;
  GstClockTime stall_timeout;
  gboolean has_placeholder;
} LadderInput;

LadderStep ladder_find_step (const LadderInput * input);

const gchar *ladder_step_get_nick (LadderStep step);

gdouble motion_ease (GstClockTime elapsed, GstClockTime duration);

Rect motion_rect (const Rect * from, const Rect * to, gdouble t);

G_END_DECLS
#endif /* __LADDER_H__ */
