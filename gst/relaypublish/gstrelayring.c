/* The relay ring: a bounded queue of access units that one thread writes and
 * any number of cursors read, each at its own speed. A payload exists once; an
 * entry is a reference to it. The writer never waits for a reader: who falls
 * behind what the ring holds goes on from a keyframe that is still there.
 *
 * Locks: GstRelayRing.lock guards every field of the ring and of its cursors.
 * It is a leaf: nothing is called under it that takes another lock, except for
 * the references of buffers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayring-private.h"

#define FIRST_SLOTS 1024

static inline guint
n_keys (GstRelayRing * ring)
{
  return ring->keys->len - ring->keys_first;
}

static inline guint64
key_at (GstRelayRing * ring, guint i)
{
  return g_array_index (ring->keys, guint64, ring->keys_first + i);
}

/**
 * gst_relay_ring_new:
 * @max_time: the longest time to hold, from DTS to DTS, in ns
 * @max_bytes: the most bytes to hold; the newest entry stays whatever its size
 *
 * Returns: (transfer full): an empty ring
 */
GstRelayRing *
gst_relay_ring_new (GstClockTime max_time, gsize max_bytes)
{
  GstRelayRing *ring = g_new0 (GstRelayRing, 1);

  ring->refs = 1;
  g_mutex_init (&ring->lock);
  ring->max_time = max_time;
  ring->max_bytes = max_bytes;
  ring->slots = g_new0 (GstRelayEntry, FIRST_SLOTS);
  ring->mask = FIRST_SLOTS - 1;
  ring->keys = g_array_new (FALSE, FALSE, sizeof (guint64));
  ring->cursors = g_ptr_array_new ();
  return ring;
}

GstRelayRing *
gst_relay_ring_ref (GstRelayRing * ring)
{
  g_atomic_int_inc (&ring->refs);
  return ring;
}

static void
evict_oldest (GstRelayRing * ring)
{
  GstRelayEntry *entry = gst_relay_ring_entry (ring, ring->tail);

  if (n_keys (ring) > 0 && key_at (ring, 0) == ring->tail) {
    ring->keys_first++;
    if (ring->keys_first >= 64 && ring->keys_first * 2 > ring->keys->len) {
      g_array_remove_range (ring->keys, 0, ring->keys_first);
      ring->keys_first = 0;
    }
  }
  ring->bytes -= entry->size;
  gst_clear_buffer (&entry->buffer);
  gst_clear_buffer_list (&entry->headers);
  ring->tail++;
}

void
gst_relay_ring_unref (GstRelayRing * ring)
{
  if (!g_atomic_int_dec_and_test (&ring->refs))
    return;
  while (ring->tail != ring->head)
    evict_oldest (ring);
  gst_clear_buffer_list (&ring->headers);
  g_array_unref (ring->keys);
  g_ptr_array_unref (ring->cursors);
  g_free (ring->slots);
  g_mutex_clear (&ring->lock);
  g_free (ring);
}

static GstClockTime
held_time (GstRelayRing * ring)
{
  if (ring->head == ring->tail)
    return 0;
  return gst_relay_ring_entry (ring, ring->head - 1)->dts -
      gst_relay_ring_entry (ring, ring->tail)->dts;
}

static void
trim (GstRelayRing * ring)
{
  while (ring->head - ring->tail > 1 && (ring->bytes > ring->max_bytes ||
          held_time (ring) > ring->max_time))
    evict_oldest (ring);
}

/**
 * gst_relay_ring_set_notify:
 * @ring: a ring that nobody uses yet
 * @func: called after each push and the end, in the pushing thread, with no
 *   lock held
 * @data: for @func
 *
 * For readers that must not wait.
 */
void
gst_relay_ring_set_notify (GstRelayRing * ring, GstRelayRingFunc func,
    gpointer data)
{
  ring->notify = func;
  ring->notify_data = data;
}

/**
 * gst_relay_ring_set_limits:
 * @ring: a ring
 * @max_time: as for gst_relay_ring_new()
 * @max_bytes: as for gst_relay_ring_new()
 *
 * Takes effect at once.
 */
void
gst_relay_ring_set_limits (GstRelayRing * ring, GstClockTime max_time,
    gsize max_bytes)
{
  g_mutex_lock (&ring->lock);
  ring->max_time = max_time;
  ring->max_bytes = max_bytes;
  trim (ring);
  g_mutex_unlock (&ring->lock);
}

/**
 * gst_relay_ring_set_headers:
 * @ring: a ring
 * @headers: (transfer full): what a reader that starts at an entry from here
 *   on has to send before it
 * @has_video: whether the stream has a video, so that starts are keyframes
 */
void
gst_relay_ring_set_headers (GstRelayRing * ring, GstBufferList * headers,
    gboolean has_video)
{
  GstBufferList *old;

  g_mutex_lock (&ring->lock);
  old = ring->headers;
  ring->headers = headers;
  if (has_video && !ring->has_video)
    ring->video_seen = FALSE;
  ring->has_video = has_video;
  g_mutex_unlock (&ring->lock);
  gst_clear_buffer_list (&old);
}

static void
grow (GstRelayRing * ring)
{
  guint64 n, slots = (ring->mask + 1) * 2;
  GstRelayEntry *bigger = g_new0 (GstRelayEntry, slots);

  for (n = ring->tail; n != ring->head; n++)
    bigger[n & (slots - 1)] = *gst_relay_ring_entry (ring, n);
  g_free (ring->slots);
  ring->slots = bigger;
  ring->mask = slots - 1;
}

static void
wake_idle (GstRelayRing * ring)
{
  guint i;

  for (i = 0; ring->idle > 0 && i < ring->cursors->len; i++) {
    GstRelayCursor *cursor = g_ptr_array_index (ring->cursors, i);

    if (cursor->idle) {
      cursor->idle = FALSE;
      ring->idle--;
      g_cond_signal (&cursor->cond);
    }
  }
}

/**
 * gst_relay_ring_push:
 * @ring: a ring
 * @kind: what @buffer is
 * @buffer: (transfer full): all bytes of one access unit
 * @dts: its decoding time, in ns; one that goes back is taken as the last
 *
 * Adds an entry and lets the oldest go until the limits are kept. Never waits
 * for a reader.
 */
void
gst_relay_ring_push (GstRelayRing * ring, GstRelayKind kind,
    GstBuffer * buffer, GstClockTime dts)
{
  GstRelayEntry *entry;

  g_mutex_lock (&ring->lock);
  if (ring->head - ring->tail > ring->mask)
    grow (ring);
  if (ring->head != ring->tail)
    dts = MAX (dts, gst_relay_ring_entry (ring, ring->head - 1)->dts);

  entry = gst_relay_ring_entry (ring, ring->head);
  entry->buffer = buffer;
  entry->headers = ring->headers ? gst_buffer_list_ref (ring->headers) : NULL;
  entry->kind = kind;
  entry->dts = dts;
  entry->size = gst_buffer_get_size (buffer);
  entry->videos = ring->videos;
  entry->audios = ring->audios;

  if (kind == GST_RELAY_KIND_VIDEO_KEY)
    g_array_append_val (ring->keys, ring->head);
  if (kind == GST_RELAY_KIND_VIDEO_KEY || kind == GST_RELAY_KIND_VIDEO) {
    ring->videos++;
    ring->video_seen = TRUE;
  } else if (kind == GST_RELAY_KIND_AUDIO) {
    ring->audios++;
  }
  ring->bytes += entry->size;
  ring->head++;
  trim (ring);
  wake_idle (ring);
  g_mutex_unlock (&ring->lock);
  if (ring->notify)
    ring->notify (ring->notify_data);
}

/**
 * gst_relay_ring_end:
 * @ring: a ring
 *
 * Nothing more comes: readers get what is left, then EOS.
 */
void
gst_relay_ring_end (GstRelayRing * ring)
{
  guint i;

  g_mutex_lock (&ring->lock);
  ring->ended = TRUE;
  wake_idle (ring);
  for (i = 0; i < ring->cursors->len; i++) {
    GstRelayCursor *cursor = g_ptr_array_index (ring->cursors, i);

    /* what waits for its delay need not wait any more */
    g_cond_signal (&cursor->cond);
  }
  g_mutex_unlock (&ring->lock);
  if (ring->notify)
    ring->notify (ring->notify_data);
}

/**
 * gst_relay_ring_go_on:
 * @ring: a ring
 *
 * Takes gst_relay_ring_end() back: something else comes after all, and what was
 * there before it is flushed.
 *
 * Returns: whether it had ended
 */
gboolean
gst_relay_ring_go_on (GstRelayRing * ring)
{
  gboolean ended;

  g_mutex_lock (&ring->lock);
  ended = ring->ended;
  while (ended && ring->tail != ring->head)
    evict_oldest (ring);
  ring->ended = FALSE;
  g_mutex_unlock (&ring->lock);
  return ended;
}

/**
 * gst_relay_ring_clear:
 * @ring: a ring
 *
 * Forgets entries, headers and the end; limits stay. Cursors of before are
 * overrun.
 */
void
gst_relay_ring_clear (GstRelayRing * ring)
{
  g_mutex_lock (&ring->lock);
  while (ring->tail != ring->head)
    evict_oldest (ring);
  /* a gap in the numbers: a cursor that had read everything is behind too */
  ring->head++;
  ring->tail = ring->head;
  gst_clear_buffer_list (&ring->headers);
  ring->has_video = ring->video_seen = FALSE;
  ring->ended = FALSE;
  g_mutex_unlock (&ring->lock);
}

/* Lock held. Whether readers may start at audio: the stream has no video, or
 * its video stopped so long ago that none of it is left. */
static gboolean
starts_at_audio (GstRelayRing * ring)
{
  guint64 held;

  if (!ring->has_video)
    return TRUE;
  if (!ring->video_seen || ring->head == ring->tail)
    return FALSE;
  held = ring->videos - gst_relay_ring_entry (ring, ring->tail)->videos;
  return held == 0;
}

/* Lock held. The newest entry that a reader can start from. */
gboolean
gst_relay_ring_newest_start (GstRelayRing * ring, guint64 * start)
{
  guint64 n;

  if (n_keys (ring) > 0) {
    *start = key_at (ring, n_keys (ring) - 1);
    return TRUE;
  }
  if (!starts_at_audio (ring))
    return FALSE;
  for (n = ring->head; n > ring->tail; n--) {
    if (gst_relay_ring_entry (ring, n - 1)->kind == GST_RELAY_KIND_AUDIO) {
      *start = n - 1;
      return TRUE;
    }
  }
  return FALSE;
}

/* Lock held. The oldest start at or after entry @from. */
gboolean
gst_relay_ring_oldest_start (GstRelayRing * ring, guint64 from, guint64 * start)
{
  guint64 n;
  guint i;

  for (i = 0; i < n_keys (ring); i++) {
    if (key_at (ring, i) >= from) {
      *start = key_at (ring, i);
      return TRUE;
    }
  }
  if (n_keys (ring) > 0 || !starts_at_audio (ring))
    return FALSE;
  for (n = MAX (from, ring->tail); n < ring->head; n++) {
    if (gst_relay_ring_entry (ring, n)->kind == GST_RELAY_KIND_AUDIO) {
      *start = n;
      return TRUE;
    }
  }
  return FALSE;
}

/* Lock held. The newest start at or before @dts, else the oldest there is. */
gboolean
gst_relay_ring_start_before (GstRelayRing * ring, GstClockTime dts,
    guint64 * start)
{
  guint64 n;
  guint i;

  for (i = n_keys (ring); i > 0; i--) {
    if (gst_relay_ring_entry (ring, key_at (ring, i - 1))->dts <= dts) {
      *start = key_at (ring, i - 1);
      return TRUE;
    }
  }
  if (n_keys (ring) == 0 && starts_at_audio (ring)) {
    for (n = ring->head; n > ring->tail; n--) {
      GstRelayEntry *entry = gst_relay_ring_entry (ring, n - 1);

      if (entry->kind == GST_RELAY_KIND_AUDIO && entry->dts <= dts) {
        *start = n - 1;
        return TRUE;
      }
    }
  }
  return gst_relay_ring_oldest_start (ring, ring->tail, start);
}

/**
 * gst_relay_ring_has_start:
 * @ring: a ring
 *
 * Returns: whether a reader could start now
 */
gboolean
gst_relay_ring_has_start (GstRelayRing * ring)
{
  guint64 start;
  gboolean result;

  g_mutex_lock (&ring->lock);
  result = gst_relay_ring_newest_start (ring, &start);
  g_mutex_unlock (&ring->lock);
  return result;
}

/**
 * gst_relay_ring_get_level:
 * @ring: a ring
 * @level: (out): how full it is
 */
void
gst_relay_ring_get_level (GstRelayRing * ring, GstRelayRingLevel * level)
{
  g_mutex_lock (&ring->lock);
  level->entries = ring->head - ring->tail;
  level->bytes = ring->bytes;
  level->time = held_time (ring);
  level->keyframes = n_keys (ring);
  level->edge =
      level->entries ? gst_relay_ring_entry (ring,
      ring->head - 1)->dts : GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&ring->lock);
}
