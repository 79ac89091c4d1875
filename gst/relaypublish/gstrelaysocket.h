/* What GIO's socket client tells about a connection that another element
 * makes: how far it came, and the authorities that it trusts.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/publish/publish.h>

G_BEGIN_DECLS typedef struct _GstRelayTrust GstRelayTrust;

void gst_relay_socket_watch (void);
GstPublishCdnPhase gst_relay_socket_get_phase (void);
GTlsDatabase *gst_relay_socket_load_authorities (const gchar * ca_file,
    GError ** error);
GstRelayTrust *gst_relay_trust_new (const gchar * url, const gchar * ca_file,
    GError ** error);
void gst_relay_trust_free (GstRelayTrust * trust);

G_END_DECLS
