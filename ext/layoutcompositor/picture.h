/* picture.h: the current picture of one input, in a format that can be drawn
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Most inputs are drawn as they come. Formats that the canvas cannot draw,
 * another matrix or range than the canvas's, and rotated pictures are brought
 * into a form that it can, once for each new input frame.
 */

#ifndef __PICTURE_H__
#define __PICTURE_H__

#include <gst/video/video.h>

#include "recolor.h"

G_BEGIN_DECLS
/**
 * Picture:
 *
 * Used by one thread at a time; knows nothing of pads.
 */
    typedef struct
{
  /* what is drawn; frame.buffer is NULL if there is no picture */
  GstVideoFrame frame;
  gboolean has_alpha;
  gint par_n, par_d;            /* as shown, rotation applied */
  guint64 serial;               /* another one for every change of frame */

  /*< private > */
  GstBuffer *shown;             /* the input buffer of frame */
  GstVideoInfo input;           /* what is converted */
  GstVideoInfo canvas;          /* what it is made for */
  GstVideoOrientationMethod orientation;
  gboolean recolors;            /* with recolor instead of converter */
  Recolor recolor;
  GstVideoConverter *converter; /* NULL if it is not needed */
  GstVideoInfo converted_info;
  gboolean changes_range;       /* by range_table, after the converter */
  guint8 range_table[2][256];   /* luma, chroma */
  GstBuffer *converted;         /* NULL if the input is drawn as it comes */
  GstBuffer *turned;
  GstVideoInfo turned_info;
} Picture;

gboolean picture_set (Picture * picture,
    GstBuffer * buffer,
    const GstVideoInfo * info,
    GstVideoOrientationMethod orientation,
    const GstVideoInfo * canvas, GError ** error);

void picture_drop (Picture * picture);

void picture_clear (Picture * picture);

static inline gboolean
picture_is_set (const Picture * picture)
{
  return picture->frame.buffer != NULL;
}

G_END_DECLS
#endif /* __PICTURE_H__ */
