/* The relay ring: what was muxed lately, once, for however many readers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
/**
 * GstRelayKind:
 * @GST_RELAY_KIND_HEADER: codec setup, sent in band
 * @GST_RELAY_KIND_METADATA: a description of the stream
 * @GST_RELAY_KIND_VIDEO_KEY: a video frame that a decoder can start from
 * @GST_RELAY_KIND_VIDEO: any other video frame
 * @GST_RELAY_KIND_AUDIO: an audio frame
 *
 * What an entry of the ring is.
 */
    typedef enum
{
  GST_RELAY_KIND_HEADER,
  GST_RELAY_KIND_METADATA,
  GST_RELAY_KIND_VIDEO_KEY,
  GST_RELAY_KIND_VIDEO,
  GST_RELAY_KIND_AUDIO,
} GstRelayKind;

/**
 * GstRelayTake:
 * @GST_RELAY_TAKE_OK: something was taken
 * @GST_RELAY_TAKE_INTERRUPTED: gst_relay_cursor_interrupt() is in force
 * @GST_RELAY_TAKE_OVERRUN: what came next has left the ring;
 *   gst_relay_cursor_start() goes on from what it still holds
 * @GST_RELAY_TAKE_EOS: nothing will come any more
 * @GST_RELAY_TAKE_LATER: nothing yet; only for those that do not wait
 *
 * How a reading call ended.
 */
typedef enum
{
  GST_RELAY_TAKE_OK,
  GST_RELAY_TAKE_INTERRUPTED,
  GST_RELAY_TAKE_OVERRUN,
  GST_RELAY_TAKE_EOS,
  GST_RELAY_TAKE_LATER,
} GstRelayTake;

typedef struct _GstRelayRing GstRelayRing;
typedef struct _GstRelayCursor GstRelayCursor;

typedef void (*GstRelayRingFunc) (gpointer data);

/**
 * GstRelayRingLevel:
 * @entries: access units held
 * @bytes: their size
 * @time: from the oldest to the newest, in ns
 * @keyframes: places to start from
 * @edge: DTS of the newest, in ns, NONE when empty
 *
 * How full a ring is.
 */
typedef struct
{
  guint entries;
  gsize bytes;
  GstClockTime time;
  guint keyframes;
  GstClockTime edge;
} GstRelayRingLevel;

/**
 * GstRelayCursorStats:
 * @frames_sent: video frames taken, or audio frames of a stream without video
 * @frames_dropped: those that left the ring before they were taken, or that
 *   a resume jumped over
 * @queue: how far the cursor is behind the live edge, in ns; before it starts,
 *   how far the one before it is
 * @position: DTS of the last entry taken, in ns, NONE before the first
 * @waits: its reader wants to start, and the ring had nothing to start from
 *
 * How a reader is doing.
 */
typedef struct
{
  guint64 frames_sent;
  guint64 frames_dropped;
  GstClockTime queue;
  GstClockTime position;
  gboolean waits;
} GstRelayCursorStats;

GstRelayRing *gst_relay_ring_new (GstClockTime max_time, gsize max_bytes);
GstRelayRing *gst_relay_ring_ref (GstRelayRing * ring);
void gst_relay_ring_unref (GstRelayRing * ring);
void gst_relay_ring_set_notify (GstRelayRing * ring, GstRelayRingFunc func,
    gpointer data);
void gst_relay_ring_set_limits (GstRelayRing * ring, GstClockTime max_time,
    gsize max_bytes);
void gst_relay_ring_set_headers (GstRelayRing * ring, GstBufferList * headers,
    gboolean has_video);
void gst_relay_ring_push (GstRelayRing * ring, GstRelayKind kind,
    GstBuffer * buffer, GstClockTime dts);
void gst_relay_ring_end (GstRelayRing * ring);
gboolean gst_relay_ring_go_on (GstRelayRing * ring);
void gst_relay_ring_clear (GstRelayRing * ring);
gboolean gst_relay_ring_has_start (GstRelayRing * ring);
void gst_relay_ring_get_level (GstRelayRing * ring, GstRelayRingLevel * level);

GstRelayCursor *gst_relay_cursor_new (GstRelayRing * ring,
    GstRelayCursor * previous);
void gst_relay_cursor_free (GstRelayCursor * cursor);
void gst_relay_cursor_set_delay (GstRelayCursor * cursor, GstClockTime delay);
void gst_relay_cursor_set_pace (GstRelayCursor * cursor, gdouble rate);
void gst_relay_cursor_hold (GstRelayCursor * cursor, gboolean oldest);
void gst_relay_cursor_set_arrived (GstRelayCursor * cursor, GstClockTime dts,
    gboolean sure);
void gst_relay_cursor_rewind (GstRelayCursor * cursor, GstClockTime time);
GstRelayTake gst_relay_cursor_start (GstRelayCursor * cursor,
    GstBufferList ** headers, GstClockTime * dts);
GstRelayTake gst_relay_cursor_try_start (GstRelayCursor * cursor,
    GstBufferList ** headers, GstClockTime * dts);
GstRelayTake gst_relay_cursor_take (GstRelayCursor * cursor,
    GstBufferList ** list);
GstRelayTake gst_relay_cursor_try_take (GstRelayCursor * cursor,
    GstBufferList ** list, gint64 * when);
void gst_relay_cursor_interrupt (GstRelayCursor * cursor, gboolean interrupt);
void gst_relay_cursor_finish (GstRelayCursor * cursor);
void gst_relay_cursor_get_stats (GstRelayCursor * cursor,
    GstRelayCursorStats * stats);

G_END_DECLS
