/* The properties of relaypublishsink: their numbers and defaults.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayringsink.h"
#include "gstrelaytarget.h"

G_BEGIN_DECLS
#define DEFAULT_BACKLOG_TIME (20 * GST_SECOND)
#define DEFAULT_BACKLOG_BYTES (32 * 1024 * 1024)
#define DEFAULT_REWIND_TIME (10 * GST_SECOND)
#define DEFAULT_CATCH_UP_RATE 2.0
#define DEFAULT_CONNECT_TIMEOUT (60 * GST_SECOND)
#define DEFAULT_RECONNECT_TIMEOUT (60 * GST_SECOND)
#define DEFAULT_RETRY_INTERVAL (1 * GST_SECOND)
#define DEFAULT_STALL_TIMEOUT (10 * GST_SECOND)
#define DEFAULT_LATENCY (300 * GST_MSECOND)
#define MIN_RETRY_INTERVAL (100 * GST_MSECOND)
#define MIN_STALL_TIMEOUT (500 * GST_MSECOND)
    enum
{
  PROP_0,
  PROP_URLS,
  PROP_PUBLISH_TARGET,
  PROP_PUBLISH_TARGET_LOCATION,
  PROP_RTMP_SINK,
  PROP_SYNC,
  PROP_LATENCY,
  PROP_BACKLOG_TIME,
  PROP_BACKLOG_BYTES,
  PROP_RESUME_POLICY,
  PROP_REWIND_TIME,
  PROP_CATCH_UP_RATE,
  PROP_CONNECT_TIMEOUT,
  PROP_RECONNECT_TIMEOUT,
  PROP_RETRY_INTERVAL,
  PROP_STALL_TIMEOUT,
  PROP_TLS_CA_FILE,
  PROP_STATS,
  N_PROPERTIES
};

/**
 * GstRelayValues:
 *
 * The properties that are plain values.
 */
typedef struct
{
  GstRelaySettings settings;
  GstRelaySync sync;
  GstClockTime latency;
  GstClockTime backlog_time;
  guint64 backlog_bytes;
} GstRelayValues;

void gst_relay_values_init (GstRelayValues * values);
void gst_relay_values_copy (GstRelayValues * to, const GstRelayValues * from);
void gst_relay_values_clear (GstRelayValues * values);
gboolean gst_relay_values_set (GstRelayValues * values, guint id,
    const GValue * value);
gboolean gst_relay_values_get (const GstRelayValues * values, guint id,
    GValue * value);

void gst_relay_publish_sink_install_properties (GObjectClass * klass);

G_END_DECLS
