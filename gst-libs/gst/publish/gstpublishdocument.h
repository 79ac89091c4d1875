/* JSON documents in files.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

GST_PUBLISH_API
gchar *gst_publish_document_load (const gchar * filename, GError ** error);

G_END_DECLS
/* *INDENT-ON* */
