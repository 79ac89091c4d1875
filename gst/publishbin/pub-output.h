/* One relaypublishsink and its targets.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubOutput PubOutput;

/* What a target tells; any thread. @url is the target's, with its secrets. */
typedef void (*PubOutputFunc) (const gchar * url, GstPublishCdnState state,
    GstPublishCode code, const gchar * message, gpointer data);

PubOutput *pub_output_new (GstBin * bin, const GstStructure * properties,
    PubOutputFunc func, gpointer data, GError ** error);
void pub_output_free (PubOutput * output);
GstElement *pub_output_get_sink (PubOutput * output);
GstCaps *pub_output_carried_caps (PubOutput * output, const gchar * pad);
void pub_output_set_targets (PubOutput * output, const GstPublishTarget *
    target, const guint * outputs, guint index);

G_END_DECLS
/* *INDENT-ON* */
