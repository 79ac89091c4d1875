/* One RTMP connection of our own, from the host's name to the farewell.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/publish/publish.h>

#include "gstrelayio.h"
#include "gstrelayring.h"

G_BEGIN_DECLS typedef struct _GstRelayConnection GstRelayConnection;

/**
 * GstRelayConnectionEvent:
 * @GST_RELAY_CONNECTION_ACCEPTED: the server takes media
 * @GST_RELAY_CONNECTION_FAILED: it is over
 * @GST_RELAY_CONNECTION_ENDED: all media was sent, and the farewell
 *
 * What happened to a connection; the last two are told once at most, and end
 * it.
 */
typedef enum
{
  GST_RELAY_CONNECTION_ACCEPTED,
  GST_RELAY_CONNECTION_FAILED,
  GST_RELAY_CONNECTION_ENDED,
} GstRelayConnectionEvent;

/* @code and @text for FAILED only; the text may hold what a server repeats of
 * the url. From the I/O thread, with no lock held. */
typedef void (*GstRelayConnectionFunc) (GstRelayConnectionEvent event,
    GstPublishCdnPhase phase, GstPublishCode code, const gchar * text,
    gpointer data);

typedef struct
{
  GstRelayIo *io;
  /* must outlive the connection */
  GstRelayCursor *cursor;
  const gchar *url;
  /* (nullable): the authorities that are trusted, instead of the system's */
  GTlsDatabase *database;
  /* until media may be sent, in ns */
  GstClockTime timeout;
  GstRelayConnectionFunc func;
  gpointer data;
} GstRelayConnectionConfig;

GstRelayConnection *gst_relay_connection_new (const GstRelayConnectionConfig *
    config);
void gst_relay_connection_unref (GstRelayConnection * connection);
void gst_relay_connection_start (GstRelayConnection * connection);
void gst_relay_connection_close (GstRelayConnection * connection,
    void (*closed) (gpointer data), gpointer data);
void gst_relay_connection_get_bytes (GstRelayConnection * connection,
    guint64 * offered, guint64 * accepted);

G_END_DECLS
