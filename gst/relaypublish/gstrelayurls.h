/* What the application asks to be published to.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayworker.h"

G_BEGIN_DECLS typedef struct _GstRelayUrls GstRelayUrls;

GstRelayUrls *gst_relay_urls_new (GstElement * element,
    GstRelayWorker * worker);
void gst_relay_urls_free (GstRelayUrls * urls);
guint gst_relay_urls_add (GstRelayUrls * urls, const gchar * url,
    gboolean internal_line);
void gst_relay_urls_set (GstRelayUrls * urls, const gchar * list);
gchar *gst_relay_urls_get (GstRelayUrls * urls);
void gst_relay_urls_set_json (GstRelayUrls * urls, const gchar * json);
gchar *gst_relay_urls_get_json (GstRelayUrls * urls);
void gst_relay_urls_set_location (GstRelayUrls * urls, const gchar * path);
gchar *gst_relay_urls_get_location (GstRelayUrls * urls);
gboolean gst_relay_urls_check (GstRelayUrls * urls);

G_END_DECLS
