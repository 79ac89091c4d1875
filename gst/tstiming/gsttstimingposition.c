/* gsttstimingposition.c: does what comes go on where the last bytes ended? */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gsttstimingposition.h"

void
gst_ts_timing_position_reset (GstTsTimingPosition * position)
{
  position->next = GST_BUFFER_OFFSET_NONE;
  g_clear_pointer (&position->stream_id, g_free);
  gst_segment_init (&position->segment, GST_FORMAT_UNDEFINED);
  position->flushed = FALSE;
}

void
gst_ts_timing_position_flush (GstTsTimingPosition * position)
{
  position->next = GST_BUFFER_OFFSET_NONE;
  position->flushed = TRUE;
}

gboolean
gst_ts_timing_position_take_stream (GstTsTimingPosition * position,
    const gchar * stream_id)
{
  gboolean other = position->stream_id &&
      g_strcmp0 (position->stream_id, stream_id) != 0;

  g_free (position->stream_id);
  position->stream_id = g_strdup (stream_id);
  return other;
}

static gboolean
goes_on (const GstTsTimingPosition * position, const GstSegment * segment)
{
  const GstSegment *last = &position->segment;

  if (segment->format == GST_FORMAT_BYTES &&
      position->next != GST_BUFFER_OFFSET_NONE)
    return segment->start == position->next;
  return segment->format == last->format && segment->rate == last->rate &&
      segment->start == last->start && segment->time == last->time &&
      segment->base == last->base && segment->offset == last->offset;
}

gboolean
gst_ts_timing_position_take_segment (GstTsTimingPosition * position,
    const GstSegment * segment)
{
  gboolean moved = !position->flushed && !goes_on (position, segment);

  position->flushed = FALSE;
  position->next = segment->format == GST_FORMAT_BYTES ? segment->start :
      GST_BUFFER_OFFSET_NONE;
  gst_segment_copy_into (segment, &position->segment);
  return moved;
}

gboolean
gst_ts_timing_position_goes_back (const GstTsTimingPosition * position,
    GstBuffer * buffer)
{
  if (!GST_BUFFER_OFFSET_IS_VALID (buffer))
    return FALSE;
  /* hlsdemux counts each fragment from 0, in a segment of time */
  return GST_BUFFER_OFFSET (buffer) == 0 ||
      (position->next != GST_BUFFER_OFFSET_NONE &&
      GST_BUFFER_OFFSET (buffer) < position->next);
}

gboolean
gst_ts_timing_position_goes_on (const GstTsTimingPosition * position,
    GstBuffer * buffer)
{
  return GST_BUFFER_OFFSET_IS_VALID (buffer) &&
      GST_BUFFER_OFFSET (buffer) == position->next;
}

void
gst_ts_timing_position_take_buffer (GstTsTimingPosition * position,
    GstBuffer * buffer)
{
  if (position->next == GST_BUFFER_OFFSET_NONE)
    return;
  if (GST_BUFFER_OFFSET_IS_VALID (buffer))
    position->next = GST_BUFFER_OFFSET (buffer);
  position->next += gst_buffer_get_size (buffer);
}
