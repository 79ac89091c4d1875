/* round: one time that an input's source runs, and what leaves it
 *
 * All streams of a round are moved in time so that the first frame is now, and
 * moved again when a sender's clock is not ours (pace.c).
 *
 * Threads: pads are the source's, the functions of the input are called in the
 * main loop.
 * Lock: PublishRound.lock; nothing of the input is called with it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "round.h"

#include "pace.h"
#include "turn.h"

/* what takes the place of EOS on the way */
#define STREAM_END "publish-stream-end"

struct _PublishRound
{
  gint refs;                    /* atomic */

  /* set once */
  guint serial;
  GstElement *pipeline;
  const gint *follows;
  const PublishRoundFuncs *funcs;
  gpointer data;

  gint n_open;                  /* atomic: streams without an end; a parser
                                 * shows all of them before the first one
                                 * flows */
  GMutex lock;
  gboolean placed;              /* lock */
  gint64 offset;                /* lock: ns, of the pads of all its streams */
  PublishPace pace;             /* lock */
  gint64 moved;                 /* lock: ns, all its buffers since then */
};

/* One of a round. */
typedef struct
{
  PublishRound *round;
  guint i;                      /* PUBLISH_ROUND_VIDEO or _AUDIO */
  gint64 moved;                 /* streaming thread: its last buffer was, ns */
} Stream;

/* The @serial one of an input, whose @pipeline and @data outlive it.
 * @follows: atomic, whether the sender's clock is followed; NULL: it has none.
 * @tolerance, @pushed: as for publish_pace_init() */
PublishRound *
publish_round_new (guint serial, GstElement * pipeline, const gint * follows,
    gint64 tolerance, gboolean pushed, const PublishRoundFuncs * funcs,
    gpointer data)
{
  PublishRound *round = g_new0 (PublishRound, 1);

  round->refs = 1;
  round->serial = serial;
  round->pipeline = pipeline;
  round->follows = follows;
  round->funcs = funcs;
  round->data = data;
  g_mutex_init (&round->lock);
  publish_pace_init (&round->pace, tolerance, pushed);
  return round;
}

/* Any thread. */
PublishRound *
publish_round_ref (PublishRound * round)
{
  g_atomic_int_inc (&round->refs);
  return round;
}

/* Any thread. */
void
publish_round_unref (gpointer data)
{
  PublishRound *round = data;

  if (!g_atomic_int_dec_and_test (&round->refs))
    return;
  g_mutex_clear (&round->lock);
  g_free (round);
}

gpointer
publish_round_get_data (PublishRound * round)
{
  return round->data;
}

static void
stream_free (gpointer data)
{
  Stream *stream = data;

  publish_round_unref (stream->round);
  g_free (stream);
}

/* The first frame of all is now. Lock of the round held. */
static void
place (PublishRound * round, GstClockTime now, GstClockTime time)
{
  if (round->placed)
    return;
  round->placed = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT, round->funcs->flows,
      publish_round_ref (round), publish_round_unref);
  round->offset = GST_CLOCK_TIME_IS_VALID (now) ? (gint64) (now - time) : 0;
}

static GstClockTime
add_time (GstClockTime time, gint64 move)
{
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return time;
  return move < 0 && time < (GstClockTime) - move ? 0 : time + move;
}

/* Timestamps are changed and not the pad's offset, which sends all events anew:
 * a decoder then begins anew too, and shows nothing until a keyframe. */
static void
move_buffer (Stream * stream, GstPadProbeInfo * info, gint64 moved)
{
  GstBuffer *buffer;

  if (moved == 0 && stream->moved == 0)
    return;
  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_BUFFER_PTS (buffer) = add_time (GST_BUFFER_PTS (buffer), moved);
  GST_BUFFER_DTS (buffer) = add_time (GST_BUFFER_DTS (buffer), moved);
  /* sound that does not say so would be taken for a small error of its
   * timestamps, and go on where it was */
  if (moved != stream->moved && stream->i == PUBLISH_ROUND_AUDIO)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  stream->moved = moved;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
}

static void
on_stream_buffer (GstPad * pad, GstPadProbeInfo * info, Stream * stream)
{
  PublishRound *round = stream->round;
  GstClockTime now, time =
      publish_time_of (pad, GST_PAD_PROBE_INFO_BUFFER (info));
  gint64 moved;

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;
  now = gst_element_get_current_running_time (round->pipeline);
  g_mutex_lock (&round->lock);
  place (round, now, time);
  gst_pad_set_offset (pad, round->offset);
  if (round->follows && g_atomic_int_get (round->follows) &&
      GST_CLOCK_TIME_IS_VALID (now))
    round->moved += publish_pace_see (&round->pace, stream->i, now,
        (gint64) now - (gint64) time - round->offset - round->moved);
  moved = round->moved;
  g_mutex_unlock (&round->lock);
  move_buffer (stream, info, moved);
}

/* A GAP has a time too. */
static void
on_stream_gap (GstPadProbeInfo * info, Stream * stream)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info), *moved;
  GstClockTime time, duration;

  if (stream->moved == 0)
    return;
  gst_event_parse_gap (event, &time, &duration);
  moved = gst_event_new_gap (add_time (time, stream->moved), duration);
  gst_event_set_seqnum (moved, gst_event_get_seqnum (event));
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = moved;
}

/* The end of a stream is the round's, not the user's: it is not an EOS. */
static void
on_stream_end (GstPadProbeInfo * info, Stream * stream)
{
  GstEvent *end = gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new (STREAM_END, "round", G_TYPE_UINT,
          stream->round->serial, NULL));

  gst_event_unref (GST_PAD_PROBE_INFO_EVENT (info));
  GST_PAD_PROBE_INFO_DATA (info) = end;
}

/* Where a stream leaves the source, and nothing waits yet. */
static GstPadProbeReturn
on_stream (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    on_stream_buffer (pad, info, data);
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_GAP)
    on_stream_gap (info, data);
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    on_stream_end (info, data);
  return GST_PAD_PROBE_OK;
}

/* Any thread. @pad is where stream @i of the round leaves the source. */
void
publish_round_add (PublishRound * round, GstPad * pad, guint i)
{
  Stream *stream = g_new0 (Stream, 1);

  stream->round = publish_round_ref (round);
  stream->i = i;
  g_atomic_int_inc (&round->n_open);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_stream, stream, stream_free);
}

/* Any thread. Whether @event says that a stream of @round ends. */
gboolean
publish_round_is_end (PublishRound * round, GstEvent * event)
{
  guint serial = 0;

  return gst_event_has_name (event, STREAM_END) &&
      gst_structure_get_uint (gst_event_get_structure (event), "round",
      &serial) && serial == round->serial;
}

/* Any thread. One of its streams is over; with the last one it is. */
void
publish_round_close_one (PublishRound * round)
{
  if (g_atomic_int_dec_and_test (&round->n_open))
    g_idle_add_full (G_PRIORITY_DEFAULT, round->funcs->ended,
        publish_round_ref (round), publish_round_unref);
}
