/* The error domain of publishing.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublisherror.h"

/**
 * gst_publish_error_quark:
 *
 * Returns: the quark of %GST_PUBLISH_ERROR
 */
/* *INDENT-OFF* */
G_DEFINE_QUARK (gst-publish-error-quark, gst_publish_error)
/* *INDENT-ON* */
