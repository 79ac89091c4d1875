/* cornermask.c: rounded corners
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "cornermask.h"

#include <math.h>

/* Points in which a pixel is looked at, along each side. */
#define POINTS 8

CornerMask *
corner_mask_new (gint radius)
{
  CornerMask *mask = g_new (CornerMask, 1);
  gint x, y, i, k;

  mask->radius = radius;
  mask->coverage = g_malloc ((gsize) radius * radius);
  for (y = 0; y < radius; y++) {
    for (x = 0; x < radius; x++) {
      /* of the pixel's corners those nearest and farthest to the centre */
      gdouble near = hypot (radius - x - 1, radius - y - 1);
      gdouble far = hypot (radius - x, radius - y);
      gint inside = 0;

      if (far <= radius) {
        inside = POINTS * POINTS;
      } else if (near < radius) {
        for (i = 0; i < POINTS; i++)
          for (k = 0; k < POINTS; k++)
            inside += hypot (radius - x - (k + 0.5) / POINTS,
                radius - y - (i + 0.5) / POINTS) <= radius;
      }
      mask->coverage[y * radius + x] =
          (guint8) (inside * 255 / (POINTS * POINTS));
    }
  }

  return mask;
}

void
corner_mask_free (CornerMask * mask)
{
  g_free (mask->coverage);
  g_free (mask);
}
