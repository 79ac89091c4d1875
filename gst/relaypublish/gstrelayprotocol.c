/* The protocols of targets: rtmp and rtmps through our own writer, rtmp2sink or
 * rtmpsink, and .flv files.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayprotocol.h"

#include "gstrelayrtmp.h"

/* One chunk for all but the largest keyframes. The sink's default of 128 bytes
 * costs several times the CPU; and servers allocate what the client announces,
 * so that a much larger one costs theirs. */
#define CHUNK_SIZE 65536

GType
gst_relay_rtmp_sink_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_RELAY_RTMP_SINK_AUTO, "direct; rtmp2sink to log in", "auto"},
    {GST_RELAY_RTMP_SINK_RTMP2SINK, "rtmp2sink", "rtmp2sink"},
    {GST_RELAY_RTMP_SINK_RTMPSINK, "rtmpsink (compatibility only)",
        "rtmpsink"},
    {GST_RELAY_RTMP_SINK_DIRECT, "The element's own writer", "direct"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRelayRtmpSink",
            values));
  return type;
}

static void
set_up_rtmp2 (GstElement * sink, const gchar * url, gboolean resume)
{
  /* The connection is made on the first buffer, not in READY, where it would
   * end for want of media. The target does its own timing: some versions give
   * up on a socket after a timeout of theirs, some do not. */
  g_object_set (sink, "location", url, "async-connect", FALSE, "chunk-size",
      CHUNK_SIZE, "timeout", 0, NULL);
}

static gboolean
get_accepted_rtmp2 (GstElement * sink, guint64 * bytes)
{
  GstStructure *stats = NULL;
  gboolean known;

  g_object_get (sink, "stats", &stats, NULL);
  known = stats && gst_structure_get_uint64 (stats, "out-bytes-total", bytes);
  g_clear_pointer (&stats, gst_structure_free);
  return known;
}

static void
set_up_rtmp (GstElement * sink, const gchar * url, gboolean resume)
{
  g_object_set (sink, "location", url, NULL);
}

static void
set_up_file (GstElement * sink, const gchar * url, gboolean resume)
{
  gchar *path = g_filename_from_uri (url, NULL, NULL);

  /* what a retry finds is not thrown away: tags go on behind tags */
  g_object_set (sink, "location", path, "append", resume, NULL);
  g_free (path);
}

static const GstRelayProtocol direct = {
  "rtmp", NULL, TRUE, FALSE, TRUE, NULL, NULL
};

static const GstRelayProtocol direct_tls = {
  "rtmps", NULL, TRUE, TRUE, TRUE, NULL, NULL
};

static const GstRelayProtocol rtmp2 = {
  "rtmp", "rtmp2sink", TRUE, FALSE, FALSE, set_up_rtmp2, get_accepted_rtmp2
};

static const GstRelayProtocol rtmps2 = {
  "rtmps", "rtmp2sink", TRUE, TRUE, FALSE, set_up_rtmp2, get_accepted_rtmp2
};

static const GstRelayProtocol rtmp = {
  "rtmp", "rtmpsink", TRUE, FALSE, FALSE, set_up_rtmp, NULL
};

static const GstRelayProtocol file = {
  "file", "filesink", FALSE, FALSE, TRUE, set_up_file, NULL
};

static const GstRelayProtocol *
find_rtmp (const gchar * url, gboolean tls, GstRelayRtmpSink rtmp_sink)
{
  /* the own writer knows no way to log in */
  if ((rtmp_sink == GST_RELAY_RTMP_SINK_AUTO ||
          rtmp_sink == GST_RELAY_RTMP_SINK_DIRECT) &&
      !gst_relay_rtmp_url_has_user (url))
    return tls ? &direct_tls : &direct;
  /* librtmp checks no certificate */
  if (tls)
    return &rtmps2;
  return rtmp_sink == GST_RELAY_RTMP_SINK_RTMPSINK ? &rtmp : &rtmp2;
}

/* NULL: no protocol of this element serves @url. */
const GstRelayProtocol *
gst_relay_protocol_find (const gchar * url, GstRelayRtmpSink rtmp_sink)
{
  gchar *lower = g_ascii_strdown (url, -1);
  /* schemes have no case (RFC 3986, 3.1) */
  gchar *scheme = g_uri_parse_scheme (lower);
  const GstRelayProtocol *protocol = NULL;

  if (g_strcmp0 (scheme, "rtmp") == 0 || g_strcmp0 (scheme, "rtmps") == 0)
    protocol = find_rtmp (url, g_str_equal (scheme, "rtmps"), rtmp_sink);
  else if (g_strcmp0 (scheme, "file") == 0 && g_str_has_suffix (lower, ".flv"))
    protocol = &file;
  g_free (lower);
  g_free (scheme);
  return protocol;
}

/* Whether @url has all that its protocol needs. */
gboolean
gst_relay_protocol_check (const GstRelayProtocol * protocol, const gchar * url)
{
  GstRelayRtmpUrl parts;

  if (!protocol->network)
    return TRUE;
  if (!gst_relay_rtmp_url_parse (&parts, url))
    return FALSE;
  gst_relay_rtmp_url_clear (&parts);
  return TRUE;
}

/* Keeps the debug categories that print stream names, or the bytes that hold
 * them, below the level at which they do; before each connection, because
 * levels may have been set in between. */
void
gst_relay_protocol_quiet (void)
{
  /* two patterns that say the same, in turn: the new rule is there before the
   * old one goes, so that no thread logs in between, and rules do not gather */
  static const gchar *const names[][2] = {
    {"rtmpclient", "rtmpclient*"}, {"rtmpamf", "rtmpamf*"},
    {"rtmp2locationhandler", "rtmp2locationhandler*"},
    {"rtmpconnection", "rtmpconnection*"}, {"rtmpmessage", "rtmpmessage*"},
    {"rtmpchunkstream", "rtmpchunkstream*"},
    {"rtmphandshake", "rtmphandshake*"}, {"rtmpsink", "rtmpsink*"},
    {"rtmp", "rtm?"}
  };
  static GMutex lock;
  static guint turn;
  /* not more than is logged of others either */
  GstDebugLevel level = MIN (gst_debug_get_default_threshold (),
      GST_LEVEL_WARNING);
  guint i;

  g_mutex_lock (&lock);
  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    /* the last one set counts, also for categories that are made later */
    gst_debug_set_threshold_for_name (names[i][turn], level);
    gst_debug_unset_threshold_for_name (names[i][!turn]);
  }
  turn = !turn;
  g_mutex_unlock (&lock);
}
