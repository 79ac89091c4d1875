/* The thread that serves all sockets of one element. What many targets cost is
 * mostly their wake-ups; here one wake-up serves all: a round lets every
 * member send what has gathered in the ring since the round before. While media
 * flows the rounds follow a timer, so that nobody has to wake the thread; when
 * a round finds nothing the ring's next push does.
 *
 * Locks: GstRelayIo.lock guards `watching`, `notified` and the ticker's time; a
 * leaf but for the main context's own.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayio.h"

/* From round to round, in us: what comes in between goes out together. A video
 * frame and the audio around it share a round; a viewer does not notice it. */
#define ROUND_INTERVAL (30 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GstRelayIoFunc func;
  gpointer data;
} Member;

struct _GstRelayIo
{
  gint refs;                    /* atomic */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GSource *ticker;

  /* its thread only */
  GArray *members;

  GMutex lock;
  gint64 last_round;            /* us */
  gboolean watching;            /* a push is to wake the thread */
  gboolean notified;            /* the ticker is set by another thread */
};

/* The pushing thread. */
static void
on_push (gpointer data)
{
  GstRelayIo *io = data;

  g_mutex_lock (&io->lock);
  if (io->watching) {
    io->watching = FALSE;
    io->notified = TRUE;
    g_source_set_ready_time (io->ticker, io->last_round + ROUND_INTERVAL);
  }
  g_mutex_unlock (&io->lock);
}

/* Any thread: a round now. */
void
gst_relay_io_wake (GstRelayIo * io)
{
  g_mutex_lock (&io->lock);
  io->notified = TRUE;
  g_source_set_ready_time (io->ticker, 0);
  g_mutex_unlock (&io->lock);
}

/* The thread itself: a round at @when, us, if there is none before. */
void
gst_relay_io_wake_at (GstRelayIo * io, gint64 when)
{
  gint64 next;

  g_mutex_lock (&io->lock);
  next = g_source_get_ready_time (io->ticker);
  if (next < 0 || when < next)
    g_source_set_ready_time (io->ticker, when);
  g_mutex_unlock (&io->lock);
}

static gint64
scan (GstRelayIo * io, gint64 now, gboolean * progressed)
{
  gint64 next = -1;
  guint i;

  for (i = 0; i < io->members->len; i++) {
    Member *member = &g_array_index (io->members, Member, i);
    gint64 when = member->func (now, progressed, member->data);

    if (when >= 0 && (next < 0 || when < next))
      next = when;
  }
  return next;
}

static gboolean
on_round (gpointer data)
{
  GstRelayIo *io = data;
  gint64 now = g_get_monotonic_time (), next;
  gboolean progressed = FALSE;

  g_mutex_lock (&io->lock);
  io->last_round = now;
  io->notified = io->watching = FALSE;
  g_source_set_ready_time (io->ticker, -1);
  g_mutex_unlock (&io->lock);

  next = scan (io, now, &progressed);
  if (!progressed) {
    /* from here on a push is seen; what came just before is by this scan */
    g_mutex_lock (&io->lock);
    io->watching = TRUE;
    g_mutex_unlock (&io->lock);
    next = scan (io, now, &progressed);
  }
  if (progressed && (next < 0 || next > now + ROUND_INTERVAL))
    next = now + ROUND_INTERVAL;

  g_mutex_lock (&io->lock);
  if (progressed)
    io->watching = FALSE;
  if (!io->notified)
    g_source_set_ready_time (io->ticker, next);
  g_mutex_unlock (&io->lock);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs ticker_funcs = {.dispatch = dispatch };

/* The one reader of @ring that is woken by its pushes. No thread yet. */
GstRelayIo *
gst_relay_io_new (GstRelayRing * ring)
{
  GstRelayIo *io = g_new0 (GstRelayIo, 1);

  io->refs = 1;
  io->context = g_main_context_new ();
  io->members = g_array_new (FALSE, FALSE, sizeof (Member));
  io->ticker = g_source_new (&ticker_funcs, sizeof (GSource));
  g_source_set_callback (io->ticker, on_round, io, NULL);
  g_source_attach (io->ticker, io->context);
  g_mutex_init (&io->lock);
  gst_relay_ring_set_notify (ring, on_push, io);
  return io;
}

GstRelayIo *
gst_relay_io_ref (GstRelayIo * io)
{
  g_atomic_int_inc (&io->refs);
  return io;
}

/* The last reference goes when nobody pushes to the ring any more. */
void
gst_relay_io_unref (GstRelayIo * io)
{
  if (!g_atomic_int_dec_and_test (&io->refs))
    return;
  g_source_destroy (io->ticker);
  g_source_unref (io->ticker);
  g_main_context_unref (io->context);
  g_array_unref (io->members);
  g_mutex_clear (&io->lock);
  g_free (io);
}

static gpointer
run (gpointer data)
{
  GstRelayIo *io = data;

  g_main_context_push_thread_default (io->context);
  g_main_loop_run (io->loop);
  g_main_context_pop_thread_default (io->context);
  return NULL;
}

void
gst_relay_io_start (GstRelayIo * io)
{
  io->loop = g_main_loop_new (io->context, FALSE);
  io->thread = g_thread_new ("relay-io", run, io);
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* Ends the thread; its members have been removed. */
void
gst_relay_io_stop (GstRelayIo * io)
{
  if (!io->thread)
    return;
  gst_relay_io_invoke (io, quit, io->loop, NULL);
  g_thread_join (io->thread);
  io->thread = NULL;
  g_clear_pointer (&io->loop, g_main_loop_unref);
}

/* The thread's context, for its members' sources. */
GMainContext *
gst_relay_io_get_context (GstRelayIo * io)
{
  return io->context;
}

/* Calls @func in the thread, after what was asked for before. */
void
gst_relay_io_invoke (GstRelayIo * io, GSourceFunc func, gpointer data,
    GDestroyNotify free_data)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, free_data);
  g_source_attach (source, io->context);
  g_source_unref (source);
}

/* The thread itself. @func gets turns from now on. */
void
gst_relay_io_add (GstRelayIo * io, GstRelayIoFunc func, gpointer data)
{
  const Member member = { func, data };

  g_array_append_val (io->members, member);
}

/* The thread itself, but not from within a turn. */
void
gst_relay_io_remove (GstRelayIo * io, gpointer data)
{
  guint i;

  for (i = 0; i < io->members->len; i++) {
    if (g_array_index (io->members, Member, i).data == data) {
      g_array_remove_index_fast (io->members, i);
      return;
    }
  }
}
