/* cornermask.h: rounded corners
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __CORNER_MASK_H__
#define __CORNER_MASK_H__

#include <glib.h>

G_BEGIN_DECLS
/**
 * CornerMask:
 * @radius: pixels
 * @coverage: @radius rows of @radius bytes: how much of each pixel of the top
 *     left corner lies inside of the arc, 0..255
 *
 * Immutable once made.
 */
    typedef struct
{
  gint radius;
  guint8 *coverage;
} CornerMask;

CornerMask *corner_mask_new (gint radius);

void corner_mask_free (CornerMask * mask);

G_END_DECLS
#endif /* __CORNER_MASK_H__ */
