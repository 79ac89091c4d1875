/* recolor-rows.h: the inner loops of recolor.c, one set for each kind of CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __RECOLOR_ROWS_H__
#define __RECOLOR_ROWS_H__

#include "recolor.h"

G_BEGIN_DECLS
/**
 * RecolorRows:
 * @chroma: @n samples of U and V to new ones, and to what they add to two luma
 *     samples each
 * @luma: @n samples of luma
 *
 * Both sets come from the same source, so they give the same bytes.
 */
    typedef struct
{
  void (*chroma) (const Recolor * recolor, const guint8 * u, const guint8 * v,
      gint n, guint8 * out_u, guint8 * out_v, gint16 * added);
  void (*luma) (const Recolor * recolor, const guint8 * in,
      const gint16 * added, gint n, guint8 * out);
} RecolorRows;

extern const RecolorRows recolor_rows_c;
extern const RecolorRows recolor_rows_avx2;

G_END_DECLS
#endif /* __RECOLOR_ROWS_H__ */
