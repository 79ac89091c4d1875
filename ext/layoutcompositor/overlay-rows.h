/* overlay-rows.h: the inner loops of overlay.c and group.c
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __OVERLAY_ROWS_H__
#define __OVERLAY_ROWS_H__

#include <glib.h>

G_BEGIN_DECLS
/**
 * OverlayRows:
 * @blend: dst = color + dst * keep / 255
 * @mix: dst becomes src where mask is 255
 *
 * Loops over @n bytes. All kinds of CPU give the same bytes.
 */
    typedef struct
{
  void (*blend) (guint8 * dst,
      const guint8 * color, const guint8 * keep, gint n);
  void (*mix) (guint8 * dst, const guint8 * src, const guint8 * mask, gint n);
} OverlayRows;

extern const OverlayRows overlay_rows_c;
extern const OverlayRows overlay_rows_avx2;

const OverlayRows *overlay_rows_get (void);

G_END_DECLS
#endif /* __OVERLAY_ROWS_H__ */
