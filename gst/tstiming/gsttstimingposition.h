/* gsttstimingposition.h: does what comes go on where the last bytes ended? */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef GST_TS_TIMING_POSITION_H
#define GST_TS_TIMING_POSITION_H

#include <gst/gst.h>

G_BEGIN_DECLS typedef struct
{
  /* where the next buffer begins, in bytes; GST_BUFFER_OFFSET_NONE unless the
   * segment is one of bytes, for elsewhere offsets count other things */
  guint64 next;
  /* the last ones */
  gchar *stream_id;
  GstSegment segment;
  /* since that segment */
  gboolean flushed;
} GstTsTimingPosition;

/* Leaves nothing to free; @position is all 0 before the first time. */
void gst_ts_timing_position_reset (GstTsTimingPosition * position);
void gst_ts_timing_position_flush (GstTsTimingPosition * position);
/* TRUE if it is another stream than the one before. */
gboolean gst_ts_timing_position_take_stream (GstTsTimingPosition * position,
    const gchar * stream_id);
/* TRUE if the bytes behind @segment are of another place than the next ones of
 * those before, and no flush has said so already. */
gboolean gst_ts_timing_position_take_segment (GstTsTimingPosition * position,
    const GstSegment * segment);
/* TRUE if @buffer begins before the end of the last one, or with the first byte
 * of anything. */
gboolean gst_ts_timing_position_goes_back (const GstTsTimingPosition * position,
    GstBuffer * buffer);
/* TRUE if @buffer is known to begin where the last one ended. */
gboolean gst_ts_timing_position_goes_on (const GstTsTimingPosition * position,
    GstBuffer * buffer);
void gst_ts_timing_position_take_buffer (GstTsTimingPosition * position,
    GstBuffer * buffer);

G_END_DECLS
#endif /* GST_TS_TIMING_POSITION_H */
