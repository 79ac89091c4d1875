/* What gstrelayring.c and gstrelaycursor.c share; nobody else includes it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayring.h"

G_BEGIN_DECLS typedef struct
{
  GstBuffer *buffer;
  /* what a reader that starts here has to send first; may be NULL */
  GstBufferList *headers;
  GstRelayKind kind;
  GstClockTime dts;
  gsize size;
  /* frames of each sort before this entry since the ring was made */
  guint64 videos;
  guint64 audios;
} GstRelayEntry;

struct _GstRelayRing
{
  gint refs;                    /* atomic */
  GMutex lock;

  GstClockTime max_time;
  gsize max_bytes;

  /* entry number n is slots[n & mask], tail <= n < head */
  GstRelayEntry *slots;
  guint64 mask;
  guint64 tail, head;
  gsize bytes;

  /* numbers of the video keyframes in the ring, oldest first; the ones
   * before keys_first have left */
  GArray *keys;
  guint keys_first;

  GstBufferList *headers;
  gboolean has_video;
  /* a video frame came since the headers first named a video */
  gboolean video_seen;
  guint64 videos, audios;
  gboolean ended;

  GPtrArray *cursors;
  /* cursors that wait for an entry without a deadline */
  guint idle;

  /* set once, before anything is pushed */
  GstRelayRingFunc notify;
  gpointer notify_data;
};

typedef enum
{
  START_LIVE,
  START_HOLD,
  START_REWIND,
} GstRelayStart;

/* How far a cursor is. */
typedef struct
{
  guint64 next;
  gboolean started;
  guint64 frames_sent;
  /* frames before `next`, counted as the entries count them */
  guint64 videos, audios;
  GstClockTime position;
} GstRelayPlace;

struct _GstRelayCursor
{
  GstRelayRing *ring;
  GCond cond;

  GstRelayStart mode;
  /* START_HOLD: no start before this entry */
  guint64 hold;
  /* START_REWIND: how far before the last entry that was handed on, in ns */
  GstClockTime rewind;

  GstRelayPlace place;
  /* the place when the reader last came back for more: all before it was
   * handed on */
  GstRelayPlace handed;
  /* DTS of a start before which all has arrived, NONE while that is not known;
   * `sure`: at the other side's application */
  GstClockTime arrived;
  gboolean arrived_sure;
  /* a connection before this one took entries */
  gboolean resumed;
  gboolean idle;
  /* the last try to start found nothing */
  gboolean waits;
  gboolean interrupted, finished;
  guint64 frames_dropped;

  /* us of the monotonic clock */
  gint64 delay, next_take;
  gdouble rate;
  gboolean pacing;
  gint64 pace_time;
  GstClockTime pace_dts;
};

static inline GstRelayEntry *
gst_relay_ring_entry (GstRelayRing * ring, guint64 n)
{
  return &ring->slots[n & ring->mask];
}

gboolean gst_relay_ring_newest_start (GstRelayRing * ring, guint64 * start);
gboolean gst_relay_ring_oldest_start (GstRelayRing * ring, guint64 from,
    guint64 * start);
gboolean gst_relay_ring_start_before (GstRelayRing * ring, GstClockTime dts,
    guint64 * start);

G_END_DECLS
