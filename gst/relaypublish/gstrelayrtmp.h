/* The client's side of an RTMP connection that publishes: bytes in, bytes out.
 * Pure: no sockets, no threads, no clocks.
 *
 * Sources: Adobe, "Adobe's Real Time Messaging Protocol" 1.0 (2012); for the
 * tags, Adobe Flash Video File Format Specification 10.1, annex E.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS
/**
 * GstRelayRtmpUrl:
 * @tls: rtmps
 * @host: without the brackets of an IPv6 address
 * @port: the scheme's own if the url has none
 * @app: between the host and the last slash before a query
 * @stream: behind that, query included; a secret
 * @tc_url: the url without the stream
 *
 * A url as the protocol uses it. Nothing is unescaped, as other clients do.
 */
    typedef struct
{
  gboolean tls;
  gchar *host;
  guint16 port;
  gchar *app;
  gchar *stream;
  gchar *tc_url;
} GstRelayRtmpUrl;

gboolean gst_relay_rtmp_url_parse (GstRelayRtmpUrl * parts, const gchar * url);
void gst_relay_rtmp_url_clear (GstRelayRtmpUrl * parts);
gboolean gst_relay_rtmp_url_has_user (const gchar * url);

/**
 * GstRelayRtmpState:
 * @GST_RELAY_RTMP_HANDSHAKE: until the server has shown that it is one
 * @GST_RELAY_RTMP_CONNECT: the application is asked for
 * @GST_RELAY_RTMP_CREATE: a stream is asked for
 * @GST_RELAY_RTMP_PUBLISH: the name is asked for
 * @GST_RELAY_RTMP_READY: media may be sent
 * @GST_RELAY_RTMP_ENDED: the farewell is written
 * @GST_RELAY_RTMP_FAILED: the server refused, or is none
 */
typedef enum
{
  GST_RELAY_RTMP_HANDSHAKE,
  GST_RELAY_RTMP_CONNECT,
  GST_RELAY_RTMP_CREATE,
  GST_RELAY_RTMP_PUBLISH,
  GST_RELAY_RTMP_READY,
  GST_RELAY_RTMP_ENDED,
  GST_RELAY_RTMP_FAILED,
} GstRelayRtmpState;

typedef struct _GstRelayRtmp GstRelayRtmp;

GstRelayRtmp *gst_relay_rtmp_new (const GstRelayRtmpUrl * url, guint32 seed);
void gst_relay_rtmp_free (GstRelayRtmp * rtmp);
gboolean gst_relay_rtmp_feed (GstRelayRtmp * rtmp, const guint8 * data,
    gsize size);
void gst_relay_rtmp_end (GstRelayRtmp * rtmp);
gboolean gst_relay_rtmp_is_heard (GstRelayRtmp * rtmp);
GstRelayRtmpState gst_relay_rtmp_get_state (GstRelayRtmp * rtmp);
GstRelayRtmpState gst_relay_rtmp_get_failed_state (GstRelayRtmp * rtmp);
const gchar *gst_relay_rtmp_get_fault (GstRelayRtmp * rtmp);
GByteArray *gst_relay_rtmp_get_output (GstRelayRtmp * rtmp);
gboolean gst_relay_rtmp_get_acknowledged (GstRelayRtmp * rtmp,
    guint64 sent, guint64 * bytes);

gsize gst_relay_rtmp_frame_room (gsize tag_size);
gsize gst_relay_rtmp_frame_tag (GstRelayRtmp * rtmp, const guint8 * tag,
    gsize size, guint8 * room, GArray * vectors);

G_END_DECLS
