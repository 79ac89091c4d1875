/* cornermask.c: rounded corners
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "cornermask.h"

#include <string.h>

/* Points in which a pixel is looked at, along each side. */
#define POINTS 8

/* Whether a point so far right and down of the corner's centre is outside of the
 * circle, in any unit. */
static inline gboolean
is_outside (gint64 x, gint64 y, gint64 radius)
{
  return x * x + y * y > radius * radius;
}

/* The pixel whose far corner is @x and @y from the centre, which the circle
 * cuts. */
static guint8
cover (gint x, gint y, gint radius)
{
  const gint unit = 2 * POINTS;
  gint inside = 0, i, k;

  for (i = 1; i < unit; i += 2)
    for (k = 1; k < unit; k += 2)
      inside += !is_outside (x * unit - k, y * unit - i,
          (gint64) radius * unit);
  return (guint8) (inside * 255 / (POINTS * POINTS));
}

CornerMask *
corner_mask_new (gint radius)
{
  CornerMask *mask = g_new (CornerMask, 1);
  /* of a row: pixels that are not touched, and all before those that are
   * covered whole; both fall from row to row */
  gint clear = radius, cut = radius;
  gint x, y;

  mask->radius = radius;
  mask->coverage = g_malloc ((gsize) radius * radius);
  for (y = 0; y < radius; y++) {
    guint8 *row = mask->coverage + (gsize) y * radius;

    while (clear > 0 && !is_outside (radius - clear, radius - y - 1, radius))
      clear--;
    while (cut > 0 && !is_outside (radius - cut + 1, radius - y, radius))
      cut--;
    memset (row, 0, clear);
    for (x = clear; x < cut; x++)
      row[x] = cover (radius - x, radius - y, radius);
    memset (row + cut, 255, radius - cut);
  }

  return mask;
}

void
corner_mask_free (CornerMask * mask)
{
  g_free (mask->coverage);
  g_free (mask);
}
