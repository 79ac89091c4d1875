/* recolor-rows.c: the inner loops of recolor.c
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compiled once for each kind of CPU, under the name that RECOLOR_ROWS says.
 * The loops are written for the compiler's vectoriser: 16 bit products that
 * are rounded to their upper half, which is one instruction from SSSE3 on.
 */

#include "recolor-rows.h"

/* a * b / 32768, rounded */
static inline gint16
multiply (gint16 a, gint16 b)
{
  return (gint16) ((((gint32) a * b >> 14) + 1) >> 1);
}

/* 6 bits of fraction, what rounds already added, to a byte */
static inline guint8
to_byte (gint16 value)
{
  gint16 v = value >> 6;

  v = v < 0 ? 0 : v;
  return (guint8) (v > 255 ? 255 : v);
}

static void
chroma_row (const Recolor * recolor, const guint8 * restrict u,
    const guint8 * restrict v, gint n, guint8 * restrict out_u,
    guint8 * restrict out_v, gint16 * restrict added)
{
  const gint16 uu = recolor->chroma[0][0], uv = recolor->chroma[0][1];
  const gint16 vu = recolor->chroma[1][0], vv = recolor->chroma[1][1];
  const gint16 yu = recolor->luma[1], yv = recolor->luma[2];
  const gint16 offset = recolor->luma_offset;
  gint x;

  for (x = 0; x < n; x++) {
    gint16 a = (gint16) ((u[x] - 128) * 256);
    gint16 b = (gint16) ((v[x] - 128) * 256);

    out_u[x] = to_byte (multiply (a, uu) + multiply (b, uv) + 128 * 64 + 32);
    out_v[x] = to_byte (multiply (a, vu) + multiply (b, vv) + 128 * 64 + 32);
    added[2 * x] = added[2 * x + 1] =
        (gint16) (multiply (a, yu) + multiply (b, yv) + offset);
  }
}

static void
luma_row (const Recolor * recolor, const guint8 * restrict in,
    const gint16 * restrict added, gint n, guint8 * restrict out)
{
  const gint16 factor = recolor->luma[0];
  gint x;

  for (x = 0; x < n; x++)
    out[x] = to_byte (multiply ((gint16) (in[x] * 128), factor) + added[x]);
}

const RecolorRows RECOLOR_ROWS = { chroma_row, luma_row };
