/* The protocols of targets: which element sends, and how to ask it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
/**
 * GstRelayRtmpSink:
 * @GST_RELAY_RTMP_SINK_AUTO: the element's own writer; rtmp2sink for a url
 *   with a user and a password, which that one can log in with
 * @GST_RELAY_RTMP_SINK_RTMP2SINK: rtmp2sink
 * @GST_RELAY_RTMP_SINK_RTMPSINK: rtmpsink, for servers that want it
 * @GST_RELAY_RTMP_SINK_DIRECT: the element's own writer
 *
 * What speaks RTMP.
 */
    typedef enum
{
  GST_RELAY_RTMP_SINK_AUTO,
  GST_RELAY_RTMP_SINK_RTMP2SINK,
  GST_RELAY_RTMP_SINK_RTMPSINK,
  GST_RELAY_RTMP_SINK_DIRECT,
} GstRelayRtmpSink;

#define GST_TYPE_RELAY_RTMP_SINK (gst_relay_rtmp_sink_get_type ())
GType gst_relay_rtmp_sink_get_type (void);

/**
 * GstRelayProtocol:
 * @name: for messages
 * @element: (nullable): the factory that sends; %NULL for our own writer,
 *   which needs none of what follows but the flags
 * @network: a server answers; its sink connects on the first buffer and
 *   blocks until then
 * @tls: with certificates
 * @says_bye: it tells EOS when the last byte is out, farewell included
 * @set_up: gives a new @element its url; @resume says that a target of
 *   before goes on
 * @get_accepted: (nullable): bytes that the socket has taken so far, %FALSE
 *   while there is no connection; any thread but the sink's own
 *
 * How one kind of target is served.
 */
typedef struct
{
  const gchar *name;
  const gchar *element;
  gboolean network;
  gboolean tls;
  gboolean says_bye;
  void (*set_up) (GstElement * sink, const gchar * url, gboolean resume);
    gboolean (*get_accepted) (GstElement * sink, guint64 * bytes);
} GstRelayProtocol;

const GstRelayProtocol *gst_relay_protocol_find (const gchar * url,
    GstRelayRtmpSink rtmp_sink);
gboolean gst_relay_protocol_check (const GstRelayProtocol * protocol,
    const gchar * url);
void gst_relay_protocol_quiet (void);

G_END_DECLS
