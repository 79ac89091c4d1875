/* overlay-rows.c: the inner loops of overlay.c and group.c
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compiled once for each kind of CPU, under the name that OVERLAY_ROWS says.
 * The loops are written for the compiler's vectoriser: in 16 bits, so that
 * twice as many fit a vector.
 */

#include "overlay-rows.h"

/* t / 255, rounded, of a @t that 128 was added to */
static inline guint8
by_255 (guint16 t)
{
  return (guint8) ((guint16) (t + (t >> 8)) >> 8);
}

static void
blend (guint8 * restrict dst, const guint8 * restrict color,
    const guint8 * restrict keep, gint n)
{
  gint i;

  for (i = 0; i < n; i++)
    dst[i] = (guint8) (color[i] + by_255 ((guint16) (dst[i] * keep[i] + 128)));
}

static void
mix (guint8 * restrict dst, const guint8 * restrict src,
    const guint8 * restrict mask, gint n)
{
  gint i;

  for (i = 0; i < n; i++)
    dst[i] = by_255 ((guint16) (src[i] * mask[i] + dst[i] * (255 - mask[i]) +
            128));
}

const OverlayRows OVERLAY_ROWS = { blend, mix };
