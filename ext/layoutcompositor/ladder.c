/* ladder.c: what a slot shows, whatever happens to its user; how it moves
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ladder.h"

#include <math.h>

/**
 * ladder_find_step:
 * @input: what there is
 *
 * The highest step of the ladder that can be shown now. A picture that comes
 * is live at once, whatever was shown before.
 */
LadderStep
ladder_find_step (const LadderInput * input)
{
  if (input->has_picture) {
    GstClockTime age = input->now > input->picture_time ?
        input->now - input->picture_time : 0;

    if (input->is_still || age == 0 || (age <= LADDER_LIVE_TIME &&
            age < input->stall_timeout))
      return LADDER_LIVE;
    if (age < input->stall_timeout)
      return LADDER_HELD;
  }

  return input->has_placeholder ? LADDER_PLACEHOLDER : LADDER_COLOR;
}

const gchar *
ladder_step_get_nick (LadderStep step)
{
  static const gchar *const nicks[] = { "live", "held", "placeholder",
    "color"
  };

  return nicks[step];
}

/**
 * motion_ease:
 * @elapsed: since a change began
 * @duration: that it takes, 0 for at once
 *
 * Returns: how far it is, 0.0 .. 1.0: slow at both ends, half way at half time
 */
gdouble
motion_ease (GstClockTime elapsed, GstClockTime duration)
{
  gdouble t;

  if (elapsed >= duration)
    return 1.0;
  t = (gdouble) elapsed / (gdouble) duration;

  return t * t * (3.0 - 2.0 * t);
}

static gint
between (gint from, gint to, gdouble t)
{
  return (gint) floor (from + (to - from) * t + 0.5);
}

/**
 * motion_rect:
 * @from: where it was, not empty
 * @to: where it will be, not empty
 * @t: how far it is, 0.0 .. 1.0
 *
 * Returns: where it is, not empty. Place and size are moved rather than
 *     edges, so that what only moves keeps its size.
 */
Rect
motion_rect (const Rect * from, const Rect * to, gdouble t)
{
  Rect r;

  r.x0 = between (from->x0, to->x0, t);
  r.y0 = between (from->y0, to->y0, t);
  r.x1 = r.x0 + between (from->x1 - from->x0, to->x1 - to->x0, t);
  r.y1 = r.y0 + between (from->y1 - from->y0, to->y1 - to->y0, t);

  return r;
}
