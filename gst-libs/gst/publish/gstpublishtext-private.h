/* How a text is read. Private to the library.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstpublishreader-private.h"
#include "gstpublishtext.h"

#define GST_PUBLISH_TEXT_KEYS "text", "font", "color", "backgroundColor", \
    "alignment"

/* A string that gst_publish_text_expand() takes; the caller owns it. */
gboolean gst_publish_text_read_member (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gchar ** value);
