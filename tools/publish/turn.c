/* turn: what has its own pace waits until its time has come
 *
 * As clocksync does, but for what follows at once.
 *
 * Locks: PublishTurn.lock; nothing is called with it but the clock.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "turn.h"

/* FALSE: it is not known */
static gboolean
get_segment (GstPad * pad, GstSegment * segment)
{
  GstEvent *event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);

  if (!event)
    return FALSE;
  gst_event_copy_segment (event, segment);
  gst_event_unref (event);
  return segment->format == GST_FORMAT_TIME;
}

/* Streaming thread of @pad. Running time of when @buffer is to be used; not valid: it is not known */
GstClockTime
publish_time_of (GstPad * pad, GstBuffer * buffer)
{
  GstClockTime time = GST_BUFFER_DTS_OR_PTS (buffer);
  GstSegment segment;

  if (!GST_CLOCK_TIME_IS_VALID (time) || !get_segment (pad, &segment))
    return GST_CLOCK_TIME_NONE;
  /* a DTS may lie before the segment: then it is its beginning */
  return gst_segment_to_running_time (&segment, GST_FORMAT_TIME,
      MAX (time, segment.start));
}

void
publish_turn_init (PublishTurn * turn)
{
  g_mutex_init (&turn->lock);
}

/* Nobody waits in it any more. */
void
publish_turn_clear (PublishTurn * turn)
{
  g_mutex_clear (&turn->lock);
}

/* Streaming thread. Waits until @time, a running time of @pipeline, has come, or
 * the end. What is of the next @batch ns follows at once then: a mixer has a pace
 * of its own, and to wake up for each buffer costs more than to pass it on. */
void
publish_turn_wait (PublishTurn * turn, GstElement * pipeline,
    GstClockTime time, GstClockTime batch)
{
  GstClock *clock;
  GstClockID id;
  gboolean over;

  if (!GST_CLOCK_TIME_IS_VALID (time) || (time >= turn->from &&
          time < turn->until) || !(clock = gst_element_get_clock (pipeline)))
    return;
  id = gst_clock_new_single_shot_id (clock, time +
      gst_element_get_base_time (pipeline));
  g_mutex_lock (&turn->lock);
  turn->id = id;
  over = turn->over;
  g_mutex_unlock (&turn->lock);
  if (!over)
    gst_clock_id_wait (id, NULL);
  g_mutex_lock (&turn->lock);
  turn->id = NULL;
  g_mutex_unlock (&turn->lock);
  gst_clock_id_unref (id);
  gst_object_unref (clock);
  turn->from = time;
  turn->until = time + batch;
}

/* Any thread: whoever waits does not any longer, nor does who comes. */
void
publish_turn_end (PublishTurn * turn)
{
  g_mutex_lock (&turn->lock);
  turn->over = TRUE;
  if (turn->id)
    gst_clock_id_unschedule (turn->id);
  g_mutex_unlock (&turn->lock);
}
