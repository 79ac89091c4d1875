/* pattern: a picture and a tone that are made here
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

GstElement *publish_pattern_new (const gchar * uri, GError ** error);

G_END_DECLS
/* *INDENT-ON* */
