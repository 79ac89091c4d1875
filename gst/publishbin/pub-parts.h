/* What streams, decoders and branches are put together of.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

GstElement *pub_make (GstBin * bin, const gchar * factory, GError ** error);
void pub_link (GstElement * from, GstElement * to);
GstElement *pub_queue_new (gboolean raw);
void pub_queue_open (GstElement * queue);
void pub_take_away (GstBin * bin, GstElement * element);
GstPad *pub_tee_open (GstElement * tee, GstElement * fence);
void pub_tee_release (GstElement * tee, GstPad ** pad);

G_END_DECLS
/* *INDENT-ON* */
