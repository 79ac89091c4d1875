/* status: what the program tells, live on a terminal or as JSON lines
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PublishStatus PublishStatus;

PublishStatus *publish_status_new (gboolean json_lines);
void publish_status_free (PublishStatus * status);
void publish_status_event (PublishStatus * status, const gchar * name, const
    GstStructure * fields);
void publish_status_stats (PublishStatus * status, const GstStructure *
    stats);

G_END_DECLS
/* *INDENT-ON* */
