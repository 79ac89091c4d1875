/* The properties of relaypublishsink, as gst-inspect-1.0 shows them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayproperties.h"

#include "gstrelayprotocol.h"
#include "gstrelayringsink.h"
#include "gstrelaytarget.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define FLAGS_PLAYING (FLAGS | GST_PARAM_MUTABLE_PLAYING)
#define FLAGS_READY (FLAGS | GST_PARAM_MUTABLE_READY)

static void
add_target_properties (GParamSpec ** properties)
{
  /**
   * GstRelayPublishSink:urls:
   *
   * The urls to publish to, separated by spaces. Setting it again takes away
   * those that are no longer in it, leaves those that publish as they are, and
   * tries the others at once, whether they had failed or wait for their next
   * try. To be set from one thread at a time. Reads back redacted, with the
   * targets of #GstRelayPublishSink::add-target.
   */
  properties[PROP_URLS] = g_param_spec_string ("urls", "Urls",
      "Urls to publish to, separated by spaces (reads back redacted)", NULL,
      FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:publish-target:
   *
   * The `target` object of a job in JSON: instead of
   * #GstRelayPublishSink:urls, with internal lines. Reads back redacted.
   */
  properties[PROP_PUBLISH_TARGET] = g_param_spec_string ("publish-target",
      "Publish target", "Targets as JSON (reads back redacted)", NULL,
      FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:publish-target-location:
   *
   * A file with what #GstRelayPublishSink:publish-target takes.
   */
  properties[PROP_PUBLISH_TARGET_LOCATION] =
      g_param_spec_string ("publish-target-location",
      "Publish target location", "File with targets as JSON", NULL,
      FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:rtmp-sink:
   *
   * Counts for connections made from now on. `auto` is `direct`, the element's
   * own writer; a url with a user and a password goes to rtmp2sink with both,
   * which can log in. rtmp2sink costs several times the CPU for each target,
   * and a thread. rtmpsink tells less about failures, checks no certificates
   * (rtmps uses rtmp2sink then) and may take half a minute to stop.
   */
  properties[PROP_RTMP_SINK] = g_param_spec_enum ("rtmp-sink", "RTMP sink",
      "What speaks RTMP", GST_TYPE_RELAY_RTMP_SINK,
      GST_RELAY_RTMP_SINK_AUTO, FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:tls-ca-file:
   *
   * A PEM file with certificate authorities. Connections of the process to the
   * host and port of an rtmps target then trust these and no others (those of
   * other elements too, if rtmp2sink is used); without it those of the system.
   * Certificates are always checked.
   */
  properties[PROP_TLS_CA_FILE] = g_param_spec_string ("tls-ca-file",
      "TLS CA file", "PEM file with the certificate authorities of rtmps"
      " targets (default: the system's)", NULL, FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:stats:
   *
   * A structure with `backlog-time` (ns), `backlog-bytes`, `backlog-entries`,
   * `backlog-keyframes` and `targets`, a list of structures with `id`, `url`
   * (redacted), `state`, `bytes-accepted` (by the peer's TCP where the kernel
   * tells, else by the socket; headers included), `bitrate` (bit/s),
   * `frames-sent`, `frames-dropped`, `reconnects`, `queue` (ms behind the live
   * edge; it grows while the target reconnects), `last-error` (a
   * #GstPublishCode) and `last-message`.
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "How full the ring is and how each target is doing",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
time_property (const gchar * name, const gchar * nick,
    const gchar * blurb, GstClockTime minimum, GstClockTime value)
{
  return g_param_spec_uint64 (name, nick, blurb, minimum, G_MAXINT64, value,
      FLAGS_PLAYING);
}

static void
add_flow_properties (GParamSpec ** properties)
{
  /**
   * GstRelayPublishSink:sync:
   *
   * Whether media waits for the pipeline's clock, once, before it enters the
   * ring. `auto` waits only when the pipeline is not live, so that a file is
   * sent at its own pace.
   */
  properties[PROP_SYNC] = g_param_spec_enum ("sync", "Sync",
      "Wait for the clock before the ring", GST_TYPE_RELAY_SYNC,
      GST_RELAY_SYNC_AUTO, FLAGS_READY);

  /**
   * GstRelayPublishSink:latency:
   *
   * With live media and both inputs: how long the one that is ahead waits for
   * the one that is behind, before it goes on and what comes late is moved. An
   * encoder that is slow at times wants more; media that is there is never
   * held back by it.
   */
  properties[PROP_LATENCY] = time_property ("latency", "Latency",
      "How long a live input waits for the other, in ns", 0, DEFAULT_LATENCY);

  /**
   * GstRelayPublishSink:backlog-time:
   *
   * How much media the ring holds: how far a target may fall behind, and how
   * long an outage may be that `lossless` bridges without loss.
   */
  properties[PROP_BACKLOG_TIME] = time_property ("backlog-time",
      "Backlog time", "Most media time to hold, in ns", 0,
      DEFAULT_BACKLOG_TIME);

  /**
   * GstRelayPublishSink:backlog-bytes:
   *
   * The bound of the ring's memory. Payload is held once for all targets.
   */
  properties[PROP_BACKLOG_BYTES] = g_param_spec_uint64 ("backlog-bytes",
      "Backlog bytes", "Most bytes to hold", 0, G_MAXSSIZE,
      DEFAULT_BACKLOG_BYTES, FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:resume-policy:
   *
   * Where a connection that comes back goes on, and what the first connection
   * begins with: `live` with the newest keyframe, `lossless` with what was
   * there when the target was started.
   */
  properties[PROP_RESUME_POLICY] = g_param_spec_enum ("resume-policy",
      "Resume policy", "Where a connection goes on",
      GST_TYPE_RELAY_RESUME_POLICY, GST_RELAY_RESUME_LIVE, FLAGS_PLAYING);

  /**
   * GstRelayPublishSink:rewind-time:
   *
   * With `lossless`: a resumed connection starts at a keyframe at least this
   * long before what the peer's TCP has acknowledged, or the last byte that was
   * handed to the socket where that is not known. It has to cover what kernels
   * hold, and the ring has to hold it besides the outage. Where the server
   * acknowledges what it has read it is not needed, and not used.
   */
  properties[PROP_REWIND_TIME] = time_property ("rewind-time", "Rewind time",
      "How far lossless goes back, in ns", 0, DEFAULT_REWIND_TIME);

  /**
   * GstRelayPublishSink:catch-up-rate:
   *
   * With `lossless`: a resumed connection catches up with the live edge at no
   * more than this many times the media's own pace.
   */
  properties[PROP_CATCH_UP_RATE] = g_param_spec_double ("catch-up-rate",
      "Catch-up rate", "Speed of catching up, times real time", 1.1, 100.0,
      DEFAULT_CATCH_UP_RATE, FLAGS_PLAYING);

  properties[PROP_CONNECT_TIMEOUT] = time_property ("connect-timeout",
      "Connect timeout",
      "How long the first connection is tried, in ns (0 = forever)", 0,
      DEFAULT_CONNECT_TIMEOUT);
  properties[PROP_RECONNECT_TIMEOUT] = time_property ("reconnect-timeout",
      "Reconnect timeout",
      "How long a lost connection is tried, in ns (0 = forever)", 0,
      DEFAULT_RECONNECT_TIMEOUT);
  properties[PROP_RETRY_INTERVAL] = time_property ("retry-interval",
      "Retry interval", "Wait before the next attempt, in ns; grows for"
      " targets that are not internal lines", MIN_RETRY_INTERVAL,
      DEFAULT_RETRY_INTERVAL);
  properties[PROP_STALL_TIMEOUT] = time_property ("stall-timeout",
      "Stall timeout", "A connection that accepts nothing for this long, in"
      " ns, is dropped and made again", MIN_STALL_TIMEOUT,
      DEFAULT_STALL_TIMEOUT);
}

void
gst_relay_publish_sink_install_properties (GObjectClass * klass)
{
  GParamSpec *properties[N_PROPERTIES] = { NULL, };

  add_target_properties (properties);
  add_flow_properties (properties);
  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}

/* The defaults. */
void
gst_relay_values_init (GstRelayValues * values)
{
  values->settings.resume_policy = GST_RELAY_RESUME_LIVE;
  values->settings.rewind_time = DEFAULT_REWIND_TIME;
  values->settings.catch_up_rate = DEFAULT_CATCH_UP_RATE;
  values->settings.connect_timeout = DEFAULT_CONNECT_TIMEOUT;
  values->settings.reconnect_timeout = DEFAULT_RECONNECT_TIMEOUT;
  values->settings.retry_interval = DEFAULT_RETRY_INTERVAL;
  values->settings.stall_timeout = DEFAULT_STALL_TIMEOUT;
  values->sync = GST_RELAY_SYNC_AUTO;
  values->latency = DEFAULT_LATENCY;
  values->backlog_time = DEFAULT_BACKLOG_TIME;
  values->backlog_bytes = DEFAULT_BACKLOG_BYTES;
}

/* @to holds nothing that has to be freed. */
void
gst_relay_values_copy (GstRelayValues * to, const GstRelayValues * from)
{
  *to = *from;
  gst_relay_settings_copy (&to->settings, &from->settings);
}

void
gst_relay_values_clear (GstRelayValues * values)
{
  gst_relay_settings_clear (&values->settings);
}

/* FALSE: the property is not one of the values. */
gboolean
gst_relay_values_set (GstRelayValues * values, guint id, const GValue * value)
{
  switch (id) {
    case PROP_RTMP_SINK:
      values->settings.rtmp_sink = g_value_get_enum (value);
      break;
    case PROP_SYNC:
      values->sync = g_value_get_enum (value);
      break;
    case PROP_LATENCY:
      values->latency = g_value_get_uint64 (value);
      break;
    case PROP_BACKLOG_TIME:
      values->backlog_time = g_value_get_uint64 (value);
      break;
    case PROP_BACKLOG_BYTES:
      values->backlog_bytes = g_value_get_uint64 (value);
      break;
    case PROP_RESUME_POLICY:
      values->settings.resume_policy = g_value_get_enum (value);
      break;
    case PROP_REWIND_TIME:
      values->settings.rewind_time = g_value_get_uint64 (value);
      break;
    case PROP_CATCH_UP_RATE:
      values->settings.catch_up_rate = g_value_get_double (value);
      break;
    case PROP_CONNECT_TIMEOUT:
      values->settings.connect_timeout = g_value_get_uint64 (value);
      break;
    case PROP_RECONNECT_TIMEOUT:
      values->settings.reconnect_timeout = g_value_get_uint64 (value);
      break;
    case PROP_RETRY_INTERVAL:
      values->settings.retry_interval = g_value_get_uint64 (value);
      break;
    case PROP_STALL_TIMEOUT:
      values->settings.stall_timeout = g_value_get_uint64 (value);
      break;
    case PROP_TLS_CA_FILE:
      g_free (values->settings.tls_ca_file);
      values->settings.tls_ca_file = g_value_dup_string (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

/* FALSE: the property is not one of the values. */
gboolean
gst_relay_values_get (const GstRelayValues * values, guint id, GValue * value)
{
  switch (id) {
    case PROP_RTMP_SINK:
      g_value_set_enum (value, values->settings.rtmp_sink);
      break;
    case PROP_SYNC:
      g_value_set_enum (value, values->sync);
      break;
    case PROP_LATENCY:
      g_value_set_uint64 (value, values->latency);
      break;
    case PROP_BACKLOG_TIME:
      g_value_set_uint64 (value, values->backlog_time);
      break;
    case PROP_BACKLOG_BYTES:
      g_value_set_uint64 (value, values->backlog_bytes);
      break;
    case PROP_RESUME_POLICY:
      g_value_set_enum (value, values->settings.resume_policy);
      break;
    case PROP_REWIND_TIME:
      g_value_set_uint64 (value, values->settings.rewind_time);
      break;
    case PROP_CATCH_UP_RATE:
      g_value_set_double (value, values->settings.catch_up_rate);
      break;
    case PROP_CONNECT_TIMEOUT:
      g_value_set_uint64 (value, values->settings.connect_timeout);
      break;
    case PROP_RECONNECT_TIMEOUT:
      g_value_set_uint64 (value, values->settings.reconnect_timeout);
      break;
    case PROP_RETRY_INTERVAL:
      g_value_set_uint64 (value, values->settings.retry_interval);
      break;
    case PROP_STALL_TIMEOUT:
      g_value_set_uint64 (value, values->settings.stall_timeout);
      break;
    case PROP_TLS_CA_FILE:
      g_value_set_string (value, values->settings.tls_ca_file);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}
