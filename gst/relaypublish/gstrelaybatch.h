/* What one connection is writing: pieces of tags that stay where they are.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstrelayrtmp.h"

G_BEGIN_DECLS typedef struct _GstRelayBatch GstRelayBatch;

GstRelayBatch *gst_relay_batch_new (void);
void gst_relay_batch_free (GstRelayBatch * batch);
void gst_relay_batch_clear (GstRelayBatch * batch);
void gst_relay_batch_set_bytes (GstRelayBatch * batch, GByteArray * bytes);
void gst_relay_batch_set_tags (GstRelayBatch * batch, GstRelayRtmp * rtmp,
    GstBufferList * tags);
gsize gst_relay_batch_get_left (GstRelayBatch * batch);
const GOutputVector *gst_relay_batch_get_vectors (GstRelayBatch * batch,
    guint * n);
gsize gst_relay_batch_gather (GstRelayBatch * batch, guint8 * out, gsize size);
void gst_relay_batch_advance (GstRelayBatch * batch, gsize bytes);

G_END_DECLS
