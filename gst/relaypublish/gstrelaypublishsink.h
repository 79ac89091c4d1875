/* relaypublishsink: one stream to many CDNs.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
#define GST_TYPE_RELAY_PUBLISH_SINK (gst_relay_publish_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRelayPublishSink, gst_relay_publish_sink, GST,
    RELAY_PUBLISH_SINK, GstBin)
GST_ELEMENT_REGISTER_DECLARE (relaypublishsink);

G_END_DECLS
