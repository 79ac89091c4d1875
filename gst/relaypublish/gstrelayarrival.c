/* What of a connection's media has arrived: maps the bytes that a peer has
 * acknowledged to the start from which a later connection has to go on.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayarrival.h"

/* Starts that are remembered: a quarter of an hour of keyframes, two seconds
 * apart. A server that acknowledges that late is taken for one that does not. */
#define MAX_MARKS 512
/* Without video any audio frame is a start: some are remembered. */
#define AUDIO_STEP (500 * GST_MSECOND)

typedef struct
{
  guint64 offset;
  GstClockTime dts;
} Mark;

void
gst_relay_arrival_init (GstRelayArrival * arrival)
{
  arrival->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  arrival->dts_ms = 0;
  arrival->any_video = FALSE;
  arrival->first_dts = GST_CLOCK_TIME_NONE;
}

void
gst_relay_arrival_clear (GstRelayArrival * arrival)
{
  g_clear_pointer (&arrival->marks, g_array_unref);
}

static void
add_mark (GstRelayArrival * arrival, guint64 offset, GstClockTime dts)
{
  const Mark mark = { offset, dts };

  if (arrival->marks->len == MAX_MARKS)
    g_array_remove_index (arrival->marks, 0);
  g_array_append_val (arrival->marks, mark);
}

/* The connection begins, or jumps forward: what follows byte @offset starts at
 * @dts. */
void
gst_relay_arrival_start (GstRelayArrival * arrival, guint64 offset,
    GstClockTime dts)
{
  arrival->dts_ms = dts / GST_MSECOND;
  if (arrival->marks->len == 0)
    arrival->first_dts = dts;
  add_mark (arrival, offset, dts);
}

/* After a start: @tag is sent, and it begins no later than at byte @offset. */
void
gst_relay_arrival_add (GstRelayArrival * arrival, const GstRelayFlvTag * tag,
    guint64 offset)
{
  GstClockTime dts;
  Mark *last;

  arrival->dts_ms = gst_relay_flv_unwrap (arrival->dts_ms, tag->timestamp);
  dts = arrival->dts_ms * GST_MSECOND;
  arrival->any_video |= tag->kind == GST_RELAY_KIND_VIDEO_KEY ||
      tag->kind == GST_RELAY_KIND_VIDEO;
  last = &g_array_index (arrival->marks, Mark, arrival->marks->len - 1);
  if (dts > last->dts && (tag->kind == GST_RELAY_KIND_VIDEO_KEY ||
          (tag->kind == GST_RELAY_KIND_AUDIO && !arrival->any_video &&
              dts >= last->dts + AUDIO_STEP)))
    add_mark (arrival, offset, dts);
}

/* The DTS of the newest start such that all before it has arrived, if the
 * first @arrived bytes have; NONE if nothing is known. @forget: older ones are
 * not asked for any more. */
GstClockTime
gst_relay_arrival_find (GstRelayArrival * arrival, guint64 arrived,
    gboolean forget)
{
  GstClockTime dts = GST_CLOCK_TIME_NONE;
  guint i;

  for (i = 0; i < arrival->marks->len; i++) {
    Mark *mark = &g_array_index (arrival->marks, Mark, i);

    if (mark->offset > arrived)
      break;
    dts = mark->dts;
  }
  if (forget && i > 1)
    g_array_remove_range (arrival->marks, 0, i - 1);
  return dts;
}

/* Whether @dts is where the connection began: nothing before it was sent. */
gboolean
gst_relay_arrival_is_first (GstRelayArrival * arrival, GstClockTime dts)
{
  return dts == arrival->first_dts;
}
