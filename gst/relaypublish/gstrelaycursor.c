/* A reader of the relay ring: where it starts, how fast it goes, what it lost.
 * The rules of the lock stand in gstrelayring.c.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayring-private.h"

/* What one take hands out at most: enough to make a wake-up worth it, little
 * enough that a stop is seen soon. */
#define MAX_TAKE_ENTRIES 64
#define MAX_TAKE_BYTES (256 * 1024)

/* Lock held. */
static void
hold_newest (GstRelayCursor * cursor)
{
  if (!gst_relay_ring_newest_start (cursor->ring, &cursor->hold))
    cursor->hold = cursor->ring->head;
}

/**
 * gst_relay_cursor_new:
 * @ring: what to read
 * @previous: (nullable): the cursor of the connection before, whose counts
 *   are taken over, and its place: behind the last entry that its reader came
 *   back from; it may still be in use. How it starts is not taken over
 *
 * Returns: (transfer full): a cursor that starts at the newest keyframe. One
 *   thread reads with it; any thread may interrupt it and ask for its stats
 */
GstRelayCursor *
gst_relay_cursor_new (GstRelayRing * ring, GstRelayCursor * previous)
{
  GstRelayCursor *cursor = g_new0 (GstRelayCursor, 1);

  cursor->ring = gst_relay_ring_ref (ring);
  g_cond_init (&cursor->cond);
  cursor->place.position = cursor->handed.position = GST_CLOCK_TIME_NONE;
  cursor->arrived = GST_CLOCK_TIME_NONE;

  g_mutex_lock (&ring->lock);
  if (previous) {
    cursor->place = previous->handed;
    cursor->place.started = FALSE;
    cursor->arrived = previous->arrived;
    cursor->arrived_sure = previous->arrived_sure;
    cursor->handed = cursor->place;
    cursor->resumed = previous->handed.started || previous->resumed;
    cursor->frames_dropped = previous->frames_dropped;
    cursor->hold = previous->hold;
  } else {
    hold_newest (cursor);
  }
  g_ptr_array_add (ring->cursors, cursor);
  g_mutex_unlock (&ring->lock);
  return cursor;
}

/* Lock held. */
static void
leave_idle (GstRelayCursor * cursor)
{
  if (cursor->idle) {
    cursor->idle = FALSE;
    cursor->ring->idle--;
  }
}

/**
 * gst_relay_cursor_free:
 * @cursor: (transfer full): a cursor that no thread reads with any more
 */
void
gst_relay_cursor_free (GstRelayCursor * cursor)
{
  GstRelayRing *ring = cursor->ring;

  g_mutex_lock (&ring->lock);
  leave_idle (cursor);
  g_ptr_array_remove_fast (ring->cursors, cursor);
  g_mutex_unlock (&ring->lock);
  gst_relay_ring_unref (ring);
  g_cond_clear (&cursor->cond);
  g_free (cursor);
}

/**
 * gst_relay_cursor_set_delay:
 * @cursor: a cursor
 * @delay: the least time between two takes at the live edge, in ns: what
 *   comes in between is handed out together, so that its reader wakes seldom
 */
void
gst_relay_cursor_set_delay (GstRelayCursor * cursor, GstClockTime delay)
{
  g_mutex_lock (&cursor->ring->lock);
  cursor->delay = delay / GST_USECOND;
  g_mutex_unlock (&cursor->ring->lock);
}

/**
 * gst_relay_cursor_set_pace:
 * @cursor: a cursor
 * @rate: how many times faster than its own pace what is behind the live edge
 *   may be taken, until the edge is reached; 0 for no limit
 */
void
gst_relay_cursor_set_pace (GstRelayCursor * cursor, gdouble rate)
{
  g_mutex_lock (&cursor->ring->lock);
  cursor->rate = rate;
  g_mutex_unlock (&cursor->ring->lock);
}

/**
 * gst_relay_cursor_hold:
 * @cursor: a cursor
 * @oldest: the oldest that the ring holds, not the newest
 *
 * The first start is not the newest keyframe of then but the newest, or the
 * oldest, of now, or the first to come.
 */
void
gst_relay_cursor_hold (GstRelayCursor * cursor, gboolean oldest)
{
  GstRelayRing *ring = cursor->ring;

  g_mutex_lock (&ring->lock);
  cursor->mode = START_HOLD;
  if (oldest)
    cursor->hold = ring->tail;
  else
    hold_newest (cursor);
  g_mutex_unlock (&ring->lock);
}

/**
 * gst_relay_cursor_rewind:
 * @cursor: a cursor
 * @time: in ns
 *
 * The next start is a keyframe at least @time before the last entry that was
 * handed on, or before what gst_relay_cursor_set_arrived() said. If nothing was
 * handed on yet it is as gst_relay_cursor_hold() said last, to this cursor or to
 * one before it; or as it would have said when the first was made.
 */
void
gst_relay_cursor_rewind (GstRelayCursor * cursor, GstClockTime time)
{
  g_mutex_lock (&cursor->ring->lock);
  cursor->mode = GST_CLOCK_TIME_IS_VALID (cursor->place.position) ?
      START_REWIND : START_HOLD;
  cursor->rewind = time;
  g_mutex_unlock (&cursor->ring->lock);
}

/**
 * gst_relay_cursor_set_arrived:
 * @cursor: a cursor
 * @dts: of a start such that all that was handed on before it has arrived, in
 *   ns
 * @sure: at the application of the other side, and not just at its kernel
 *
 * What is known of where a cursor that comes after this one has to go on, so
 * that nothing is lost. If @sure, it need not go back any further.
 */
void
gst_relay_cursor_set_arrived (GstRelayCursor * cursor, GstClockTime dts,
    gboolean sure)
{
  g_mutex_lock (&cursor->ring->lock);
  cursor->arrived = dts;
  cursor->arrived_sure = sure;
  g_mutex_unlock (&cursor->ring->lock);
}

/* Lock held. The DTS before which nothing has to be sent again. */
static GstClockTime
rewind_to (GstRelayCursor * cursor)
{
  GstClockTime position = cursor->place.position;

  if (GST_CLOCK_TIME_IS_VALID (cursor->arrived)) {
    position = MIN (position, cursor->arrived);
    if (cursor->arrived_sure)
      return position;
  }
  return position > cursor->rewind ? position - cursor->rewind : 0;
}

/* Lock held. */
static gboolean
find_start (GstRelayCursor * cursor, guint64 * start)
{
  GstRelayRing *ring = cursor->ring;

  switch (cursor->mode) {
    case START_HOLD:
      return gst_relay_ring_oldest_start (ring, cursor->hold, start);
    case START_REWIND:
      /* overrun: nothing of what was taken is there to go back to */
      if (cursor->place.started)
        return gst_relay_ring_oldest_start (ring, cursor->place.next, start);
      return gst_relay_ring_start_before (ring, rewind_to (cursor), start);
    case START_LIVE:
      break;
  }
  return gst_relay_ring_newest_start (ring, start) &&
      (!cursor->place.started || *start >= cursor->place.next);
}

/* Lock held; @until us of the monotonic clock, -1 for until woken. */
static void
wait (GstRelayCursor * cursor, gint64 until)
{
  GstRelayRing *ring = cursor->ring;

  if (until >= 0) {
    g_cond_wait_until (&cursor->cond, &ring->lock, until);
    return;
  }
  if (!cursor->idle) {
    cursor->idle = TRUE;
    ring->idle++;
  }
  g_cond_wait (&cursor->cond, &ring->lock);
  leave_idle (cursor);
}

/* Lock held. LATER: the ring has no entry to start from. */
static GstRelayTake
try_start (GstRelayCursor * cursor, GstBufferList ** headers,
    GstClockTime * dts)
{
  GstRelayRing *ring = cursor->ring;
  GstRelayEntry *entry;
  guint64 start = 0;

  if (cursor->interrupted)
    return GST_RELAY_TAKE_INTERRUPTED;
  if (cursor->finished)
    return GST_RELAY_TAKE_EOS;
  cursor->waits = !find_start (cursor, &start);
  if (cursor->waits)
    return ring->ended ? GST_RELAY_TAKE_EOS : GST_RELAY_TAKE_LATER;

  entry = gst_relay_ring_entry (ring, start);
  /* a jump forward loses what lies between; one back repeats, no loss */
  if ((cursor->place.started || cursor->resumed)
      && start > cursor->place.next)
    cursor->frames_dropped +=
        ring->has_video ? entry->videos -
        cursor->place.videos : entry->audios - cursor->place.audios;
  cursor->place.next = start;
  cursor->place.started = TRUE;
  cursor->place.videos = entry->videos;
  cursor->place.audios = entry->audios;
  cursor->pacing = cursor->rate > 0;
  cursor->pace_dts = entry->dts;
  cursor->pace_time = g_get_monotonic_time ();
  cursor->next_take = 0;
  *dts = entry->dts;
  *headers = entry->headers ? gst_buffer_list_ref (entry->headers) : NULL;
  return GST_RELAY_TAKE_OK;
}

/**
 * gst_relay_cursor_start:
 * @cursor: a cursor
 * @headers: (out) (transfer full) (nullable): what to send first
 * @dts: (out): DTS of the entry that comes next, in ns
 *
 * Goes to the entry that the cursor's mode says, and waits for one if the ring
 * has none. Called at the beginning of a connection and after an overrun.
 *
 * Returns: OK, INTERRUPTED or EOS
 */
GstRelayTake
gst_relay_cursor_start (GstRelayCursor * cursor, GstBufferList ** headers,
    GstClockTime * dts)
{
  GstRelayTake result;

  g_mutex_lock (&cursor->ring->lock);
  while ((result = try_start (cursor, headers, dts)) == GST_RELAY_TAKE_LATER)
    wait (cursor, -1);
  g_mutex_unlock (&cursor->ring->lock);
  return result;
}

/**
 * gst_relay_cursor_try_start:
 * @cursor: a cursor
 * @headers: (out) (transfer full) (nullable): as gst_relay_cursor_start()
 * @dts: (out): as gst_relay_cursor_start()
 *
 * The same for a reader that must not wait.
 *
 * Returns: OK, LATER, INTERRUPTED or EOS
 */
GstRelayTake
gst_relay_cursor_try_start (GstRelayCursor * cursor, GstBufferList ** headers,
    GstClockTime * dts)
{
  GstRelayTake result;

  g_mutex_lock (&cursor->ring->lock);
  result = try_start (cursor, headers, dts);
  g_mutex_unlock (&cursor->ring->lock);
  return result;
}

/* Lock held. When the next entry may be taken, us; 0 for now. */
static gint64
not_before (GstRelayCursor * cursor, gint64 now)
{
  GstRelayRing *ring = cursor->ring;
  gint64 when = 0;

  if (ring->ended)
    return 0;
  if (now < cursor->next_take
      && ring->head - cursor->place.next < MAX_TAKE_ENTRIES)
    when = cursor->next_take;
  if (cursor->pacing) {
    GstClockTime ahead =
        gst_relay_ring_entry (ring, cursor->place.next)->dts - cursor->pace_dts;
    gint64 due =
        cursor->pace_time + (gint64) (ahead / GST_USECOND / cursor->rate);

    when = MAX (when, MAX (due, cursor->next_take));
  }
  return when > now ? when : 0;
}

/* Lock held. */
static GstBufferList *
take_entries (GstRelayCursor * cursor, gint64 now)
{
  GstRelayRing *ring = cursor->ring;
  GstClockTime limit = GST_CLOCK_TIME_NONE;
  GstBufferList *list;
  guint n = MIN (ring->head - cursor->place.next, MAX_TAKE_ENTRIES);
  gsize bytes = 0;

  if (cursor->pacing && !ring->ended)
    limit = cursor->pace_dts + (GstClockTime) ((now - cursor->pace_time) *
        cursor->rate) * GST_USECOND;
  list = gst_buffer_list_new_sized (n);
  for (; n > 0 && bytes < MAX_TAKE_BYTES; n--) {
    GstRelayEntry *entry = gst_relay_ring_entry (ring, cursor->place.next);

    /* the first is always due: not_before() said so */
    if (bytes > 0 && entry->dts > limit)
      break;
    gst_buffer_list_add (list, gst_buffer_ref (entry->buffer));
    bytes += entry->size;
    if (entry->kind == GST_RELAY_KIND_VIDEO_KEY ||
        entry->kind == GST_RELAY_KIND_VIDEO) {
      cursor->place.videos++;
      cursor->place.frames_sent++;
    } else if (entry->kind == GST_RELAY_KIND_AUDIO) {
      cursor->place.audios++;
      cursor->place.frames_sent += !ring->has_video;
    }
    cursor->place.position = entry->dts;
    cursor->place.next++;
  }
  if (cursor->place.next == ring->head)
    cursor->pacing = FALSE;
  cursor->next_take = now + cursor->delay;
  return list;
}

/* Lock held. LATER: not before @when, us, or -1 for when something comes. */
static GstRelayTake
try_take (GstRelayCursor * cursor, GstBufferList ** list, gint64 * when)
{
  GstRelayRing *ring = cursor->ring;
  gint64 now;

  if (cursor->interrupted)
    return GST_RELAY_TAKE_INTERRUPTED;
  if (cursor->finished)
    return GST_RELAY_TAKE_EOS;
  if (cursor->place.next < ring->tail)
    return GST_RELAY_TAKE_OVERRUN;
  *when = -1;
  if (cursor->place.next == ring->head)
    return ring->ended ? GST_RELAY_TAKE_EOS : GST_RELAY_TAKE_LATER;
  now = g_get_monotonic_time ();
  *when = not_before (cursor, now);
  if (*when > 0)
    return GST_RELAY_TAKE_LATER;
  *list = take_entries (cursor, now);
  return GST_RELAY_TAKE_OK;
}

/**
 * gst_relay_cursor_take:
 * @cursor: a cursor that was started
 * @list: (out) (transfer full): what comes next, one buffer per access unit
 *
 * Takes what has gathered, waits for it if need be.
 *
 * Returns: how it ended, never LATER; @list is set for OK only
 */
GstRelayTake
gst_relay_cursor_take (GstRelayCursor * cursor, GstBufferList ** list)
{
  GstRelayTake result;
  gint64 when;

  g_mutex_lock (&cursor->ring->lock);
  cursor->handed = cursor->place;
  while ((result = try_take (cursor, list, &when)) == GST_RELAY_TAKE_LATER)
    wait (cursor, when);
  g_mutex_unlock (&cursor->ring->lock);
  return result;
}

/**
 * gst_relay_cursor_try_take:
 * @cursor: a cursor that was started
 * @list: (out) (transfer full): as gst_relay_cursor_take()
 * @when: (out): for LATER, when something may be taken, in us of the monotonic
 *   clock; -1 for when something is pushed
 *
 * The same for a reader that must not wait; gst_relay_ring_set_notify() tells
 * it when to try again.
 *
 * Returns: how it ended; @list is set for OK only
 */
GstRelayTake
gst_relay_cursor_try_take (GstRelayCursor * cursor, GstBufferList ** list,
    gint64 * when)
{
  GstRelayTake result;

  g_mutex_lock (&cursor->ring->lock);
  cursor->handed = cursor->place;
  result = try_take (cursor, list, when);
  g_mutex_unlock (&cursor->ring->lock);
  return result;
}

/**
 * gst_relay_cursor_interrupt:
 * @cursor: a cursor
 * @interrupt: %TRUE to make reading calls return at once, from now until the
 *   same with %FALSE
 */
void
gst_relay_cursor_interrupt (GstRelayCursor * cursor, gboolean interrupt)
{
  g_mutex_lock (&cursor->ring->lock);
  cursor->interrupted = interrupt;
  leave_idle (cursor);
  g_cond_signal (&cursor->cond);
  g_mutex_unlock (&cursor->ring->lock);
}

/**
 * gst_relay_cursor_finish:
 * @cursor: a cursor
 *
 * The next reading call returns EOS, whatever the ring still has.
 */
void
gst_relay_cursor_finish (GstRelayCursor * cursor)
{
  g_mutex_lock (&cursor->ring->lock);
  cursor->finished = TRUE;
  leave_idle (cursor);
  g_cond_signal (&cursor->cond);
  g_mutex_unlock (&cursor->ring->lock);
}

/**
 * gst_relay_cursor_get_stats:
 * @cursor: a cursor
 * @stats: (out): how it is doing
 */
void
gst_relay_cursor_get_stats (GstRelayCursor * cursor,
    GstRelayCursorStats * stats)
{
  GstRelayRing *ring = cursor->ring;

  g_mutex_lock (&ring->lock);
  stats->frames_sent = cursor->place.frames_sent;
  stats->frames_dropped = cursor->frames_dropped;
  stats->position = cursor->place.position;
  stats->waits = cursor->waits;
  stats->queue = 0;
  if ((cursor->place.started || cursor->resumed) && ring->head != ring->tail &&
      GST_CLOCK_TIME_IS_VALID (cursor->place.position)) {
    GstClockTime edge = gst_relay_ring_entry (ring, ring->head - 1)->dts;

    if (cursor->place.next < ring->head && edge > cursor->place.position)
      stats->queue = edge - cursor->place.position;
  }
  g_mutex_unlock (&ring->lock);
}
