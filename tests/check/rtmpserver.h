/* A real RTMP server for a test: nginx with its own config, in a temporary
 * folder, on loopback, on a free port.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS
/* Applications: `live` (not recorded), `rec` (recorded, a file for each
 * connection), `deny` (on_publish answers 403). */
    typedef struct
{
  gchar *folder;                /* its recordings are in folder/rec */
  guint port;
  guint tls_port;               /* 0 without TLS */
  guint http_port;
  gchar *ca_file;               /* signed the certificate for "localhost" */
  gchar *other_ca_file;         /* did not */
  GPid pid;                     /* 0 while it is down */
} RtmpServer;

RtmpServer *rtmp_server_new (gboolean tls);
void rtmp_server_free (RtmpServer * server);
void rtmp_server_start (RtmpServer * server);
void rtmp_server_kill (RtmpServer * server);
void rtmp_server_freeze (RtmpServer * server, gboolean freeze);
gchar *rtmp_server_url (RtmpServer * server, const gchar * app,
    const gchar * name);
gchar *rtmp_server_tls_url (RtmpServer * server, const gchar * name);
GPtrArray *rtmp_server_recordings (RtmpServer * server, const gchar * name);
guint rtmp_server_free_port (void);

/* Takes connections and never answers, or answers garbage. */
typedef struct
{
  gchar *url;
  gboolean garbage;
  GSocketListener *listener;
  GCancellable *cancellable;
  GThread *thread;
  GPtrArray *connections;       /* its thread only */
  gint accepted;                /* how many; atomic */
} FakeServer;

FakeServer *fake_server_new (gboolean garbage);
void fake_server_free (FakeServer * fake);

G_END_DECLS
