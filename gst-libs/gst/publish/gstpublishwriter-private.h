/* JSON out: members of objects that json-glib's builder writes. Private to the
 * library.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "gstpublishuser.h"

void gst_publish_write_int (JsonBuilder * builder, const gchar * key,
    gint64 value);
void gst_publish_write_string (JsonBuilder * builder, const gchar * key,
    const gchar * value);
void gst_publish_write_color (JsonBuilder * builder, const gchar * key,
    guint32 value);
void gst_publish_write_number (JsonBuilder * builder, const gchar * key,
    gdouble value);
void gst_publish_write_color_alpha (JsonBuilder * builder, const gchar * key,
    guint32 value);
void gst_publish_write_user (JsonBuilder * builder,
    const GstPublishUser * user);
gchar *gst_publish_builder_finish (JsonBuilder * builder);
