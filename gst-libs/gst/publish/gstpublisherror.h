/* The error domain of publishing.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishenums.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/**
 * GST_PUBLISH_ERROR:
 *
 * The domain of this library's #GError; the codes are #GstPublishCode.
 *
 * A document that is refused gives one #GError with
 * %GST_PUBLISH_CODE_BAD_CONFIG (%GST_PUBLISH_CODE_DUPLICATE_URL when nothing
 * is wrong but urls that repeat). Its message holds every fault of the
 * document, one per line; each line names the JSON path, the value and what
 * is allowed. Urls in it are redacted. After the first 50 faults a last line
 * counts the rest.
 */
#define GST_PUBLISH_ERROR (gst_publish_error_quark ())

GST_PUBLISH_API
GQuark gst_publish_error_quark (void);

G_END_DECLS
/* *INDENT-ON* */
