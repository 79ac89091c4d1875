/* What GIO's socket client tells about a connection that another element
 * makes. rtmp2sink reports a name that does not resolve, a refused application
 * and a refused stream with one and the same error, and has no property for
 * certificate authorities. But its GSocketClient emits "event" for each step in
 * the thread that later posts the error, and an emission hook sees them all:
 * the hook keeps the last step per thread, and hands the TLS connection the
 * GTlsDatabase of its target before the handshake.
 *
 * Locks: trust_lock guards the list of trusts; a leaf.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaysocket.h"

#include <gst/gst.h>

#define DEFAULT_PORT_RTMPS 443

struct _GstRelayTrust
{
  gchar *host;
  guint port;
  GTlsDatabase *database;
};

static GMutex trust_lock;
static GList *trusts;

/* GstPublishCdnPhase of the thread's last connection */
static GPrivate thread_phase;

static GTlsDatabase *
find_database (GSocketConnectable * connectable)
{
  GTlsDatabase *database = NULL;
  GNetworkAddress *address;
  GList *l;

  if (!G_IS_NETWORK_ADDRESS (connectable))
    return NULL;
  address = G_NETWORK_ADDRESS (connectable);
  g_mutex_lock (&trust_lock);
  for (l = trusts; l && !database; l = l->next) {
    GstRelayTrust *trust = l->data;

    if (trust->port == g_network_address_get_port (address) &&
        g_ascii_strcasecmp (trust->host,
            g_network_address_get_hostname (address)) == 0)
      database = g_object_ref (trust->database);
  }
  g_mutex_unlock (&trust_lock);
  return database;
}

static gboolean
on_socket_event (GSignalInvocationHint * hint, guint n_values,
    const GValue * values, gpointer data)
{
  GstPublishCdnPhase phase = GST_PUBLISH_CDN_PHASE_CONNECT;
  GObject *stream = g_value_get_object (&values[3]);

  switch (g_value_get_enum (&values[1])) {
    case G_SOCKET_CLIENT_RESOLVING:
      phase = GST_PUBLISH_CDN_PHASE_RESOLVE;
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKING:
      phase = GST_PUBLISH_CDN_PHASE_TLS;
      if (stream && G_IS_TLS_CONNECTION (stream)) {
        GTlsDatabase *database =
            find_database (g_value_get_object (&values[2]));

        if (database) {
          g_tls_connection_set_database (G_TLS_CONNECTION (stream), database);
          g_object_unref (database);
        }
      }
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKED:
      phase = GST_PUBLISH_CDN_PHASE_APPLICATION;
      break;
    case G_SOCKET_CLIENT_COMPLETE:
      /* also emitted for a failure, without a stream: the step before it is
       * the one that failed */
      if (!stream)
        return TRUE;
      phase = GST_PUBLISH_CDN_PHASE_APPLICATION;
      break;
    default:
      break;
  }
  g_private_set (&thread_phase, GINT_TO_POINTER (phase));
  return TRUE;
}

/* Starts to watch; once for the process, any thread. */
void
gst_relay_socket_watch (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    /* the class has to exist for the signal to be found; that of the socket
     * makes the process ignore SIGPIPE, which librtmp would die of */
    g_type_class_ref (G_TYPE_SOCKET_CLIENT);
    g_type_class_ref (G_TYPE_SOCKET);
    g_signal_add_emission_hook (g_signal_lookup ("event",
            G_TYPE_SOCKET_CLIENT), 0, on_socket_event, NULL, NULL);
    g_once_init_leave (&once, 1);
  }
}

/* How far the last connection came that was made in the calling thread. */
GstPublishCdnPhase
gst_relay_socket_get_phase (void)
{
  return GPOINTER_TO_INT (g_private_get (&thread_phase));
}

/* (transfer full): what the authorities in the PEM file @ca_file signed. NULL
 * with @error: the file cannot be read. */
GTlsDatabase *
gst_relay_socket_load_authorities (const gchar * ca_file, GError ** error)
{
  /* the database wants an absolute path */
  gchar *path = g_canonicalize_filename (ca_file, NULL);
  GTlsDatabase *database = g_tls_file_database_new (path, error);

  g_free (path);
  return database;
}

/* Connections of this process to the host and port of @url accept what the
 * authorities in the PEM file @ca_file signed, and nothing else, until the
 * trust is freed. NULL with @error: the file cannot be read. */
GstRelayTrust *
gst_relay_trust_new (const gchar * url, const gchar * ca_file, GError ** error)
{
  GstRelayTrust *trust;
  GstUri *uri = gst_uri_from_string (url);
  GTlsDatabase *database;

  if (!uri || !gst_uri_get_host (uri)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "the url has no host");
    g_clear_pointer (&uri, gst_uri_unref);
    return NULL;
  }
  database = gst_relay_socket_load_authorities (ca_file, error);
  if (!database) {
    gst_uri_unref (uri);
    return NULL;
  }
  trust = g_new0 (GstRelayTrust, 1);
  trust->host = g_strdup (gst_uri_get_host (uri));
  trust->port = gst_uri_get_port (uri);
  if (trust->port == GST_URI_NO_PORT)
    trust->port = DEFAULT_PORT_RTMPS;
  trust->database = database;
  gst_uri_unref (uri);

  g_mutex_lock (&trust_lock);
  trusts = g_list_prepend (trusts, trust);
  g_mutex_unlock (&trust_lock);
  return trust;
}

void
gst_relay_trust_free (GstRelayTrust * trust)
{
  g_mutex_lock (&trust_lock);
  trusts = g_list_remove (trusts, trust);
  g_mutex_unlock (&trust_lock);
  g_object_unref (trust->database);
  g_free (trust->host);
  g_free (trust);
}
