/* recolor.h: 4:2:0 frames of another matrix or range
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What cameras of small sizes send is BT.601, what a canvas has is BT.709. Both
 * are linear in R'G'B', so one 3x3 matrix leads from one to the other; grey
 * stays grey, so new chroma needs no luma.
 */

#ifndef __RECOLOR_H__
#define __RECOLOR_H__

#include <gst/video/video.h>

G_BEGIN_DECLS
/**
 * Recolor:
 *
 * The matrix, in fixed point, and rows between its steps. Zero-initialised
 * before recolor_init(); used by one thread at a time.
 */
    typedef struct
{
  gint16 luma[3];               /* of Y: 14 bits; of U, of V: 13 bits */
  gint16 luma_offset;           /* 6 bits, with what rounds */
  gint16 chroma[2][2];          /* U from U, V; V from U, V: 13 bits */

  /*< private > */
  gint16 *added;                /* to luma, one row */
  guint8 *split[2];             /* a row of interleaved chroma */
  gint width;                   /* chroma samples that they hold */
} Recolor;

gboolean recolor_init (Recolor * recolor,
    const GstVideoInfo * from, const GstVideoInfo * to);

void recolor_frame (Recolor * recolor,
    const GstVideoFrame * in, GstVideoFrame * out);

void recolor_clear (Recolor * recolor);

G_END_DECLS
#endif /* __RECOLOR_H__ */
