/* One target: its state, its connection, what it has sent.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <gst/publish/publish.h>

#include "gstrelaybranch.h"
#include "gstrelayring.h"

G_BEGIN_DECLS
/**
 * GstRelayResumePolicy:
 * @GST_RELAY_RESUME_LIVE: from the newest keyframe
 * @GST_RELAY_RESUME_LOSSLESS: from a keyframe at least the rewind time before
 *   the last byte handed to the socket
 *
 * Where a connection that was lost goes on.
 */
    typedef enum
{
  GST_RELAY_RESUME_LIVE,
  GST_RELAY_RESUME_LOSSLESS,
} GstRelayResumePolicy;

#define GST_TYPE_RELAY_RESUME_POLICY (gst_relay_resume_policy_get_type ())
GType gst_relay_resume_policy_get_type (void);

/**
 * GstRelaySettings:
 *
 * What the element's properties and its number of targets say. Times in ns.
 */
typedef struct
{
  GstRelayRtmpSink rtmp_sink;
  GstRelayResumePolicy resume_policy;
  GstClockTime rewind_time;
  gdouble catch_up_rate;
  GstClockTime connect_timeout;
  GstClockTime reconnect_timeout;
  GstClockTime retry_interval;
  GstClockTime stall_timeout;
  gchar *tls_ca_file;
  /* how often a source at the live edge wakes at most */
  GstClockTime wake_interval;
  /* media comes at its own pace, so that catching up has a meaning */
  gboolean paced;
} GstRelaySettings;

void gst_relay_settings_copy (GstRelaySettings * to,
    const GstRelaySettings * from);
void gst_relay_settings_clear (GstRelaySettings * settings);

/**
 * GstRelayTargetStats:
 *
 * A target as others may see it. @queue in ms, @bitrate in bit/s.
 */
typedef struct
{
  GstPublishCdnState state;
  GstPublishCode code;
  guint64 bytes_accepted;
  guint bitrate;
  guint64 frames_sent;
  guint64 frames_dropped;
  guint reconnects;
  guint queue;
  GstPublishCode last_error;
  gchar *last_message;
} GstRelayTargetStats;

void gst_relay_target_stats_clear (GstRelayTargetStats * stats);

typedef struct _GstRelayTarget GstRelayTarget;

/**
 * GstRelayTargetOwner:
 * @ring: what targets read
 * @context: where they live: all functions but those that say so are called
 *   in its thread, and so are the callbacks
 * @io: the thread for sockets
 * @closing: counts their connections on the way out
 * @report: the state changed, or is told again
 * @congestion: the queue is this many ms long and grows
 * @data: for the callbacks
 *
 * What the targets of one element share.
 */
typedef struct
{
  GstRelayRing *ring;
  GMainContext *context;
  GstRelayIo *io;
  GstRelayClosing *closing;
  void (*report) (GstRelayTarget * target, GstPublishCdnState state,
      GstPublishCode code, const gchar * message, gpointer data);
  void (*congestion) (GstRelayTarget * target, guint ms, gpointer data);
  gpointer data;
} GstRelayTargetOwner;

GstRelayTarget *gst_relay_target_new (guint id, const gchar * url,
    gboolean internal_line);
GstRelayTarget *gst_relay_target_ref (GstRelayTarget * target);
void gst_relay_target_unref (GstRelayTarget * target);

guint gst_relay_target_get_id (GstRelayTarget * target);
const gchar *gst_relay_target_get_url (GstRelayTarget * target);
const gchar *gst_relay_target_get_shown_url (GstRelayTarget * target);
gboolean gst_relay_target_get_internal_line (GstRelayTarget * target);
void gst_relay_target_get_stats (GstRelayTarget * target,
    GstRelayTargetStats * stats);

GstPublishCdnState gst_relay_target_get_state (GstRelayTarget * target);
GstClockTime gst_relay_target_get_deadline (GstRelayTarget * target);
gboolean gst_relay_target_waits (GstRelayTarget * target);
void gst_relay_target_start (GstRelayTarget * target,
    const GstRelayTargetOwner * owner, const GstRelaySettings * settings,
    gboolean from_begin, GstClockTime now);
void gst_relay_target_stop (GstRelayTarget * target, GstClockTime now);
void gst_relay_target_drain (GstRelayTarget * target, GstClockTime held,
    GstClockTime now);
void gst_relay_target_tick (GstRelayTarget * target,
    const GstRelaySettings * settings, GstClockTime now);

G_END_DECLS
