/* Urls of targets: which are allowed, which are the same, and how they are
 * shown without giving a stream key away.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

GST_PUBLISH_API
gchar *gst_publish_url_redact (const gchar * url);

GST_PUBLISH_API
gchar *gst_publish_url_normalize (const gchar * url);

GST_PUBLISH_API
gboolean gst_publish_url_equal (const gchar * a, const gchar * b);

GST_PUBLISH_API
gboolean gst_publish_url_check (const gchar * url, GError ** error);

G_END_DECLS
/* *INDENT-ON* */
