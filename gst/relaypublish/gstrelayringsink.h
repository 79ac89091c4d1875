/* Where the muxer's output enters the relay ring.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

#include "gstrelayring.h"

G_BEGIN_DECLS
/**
 * GstRelaySync:
 * @GST_RELAY_SYNC_AUTO: wait only when the pipeline is not live
 * @GST_RELAY_SYNC_TRUE: wait for the clock
 * @GST_RELAY_SYNC_FALSE: take media as fast as it comes
 *
 * Whether media waits for its time before it enters the ring.
 */
    typedef enum
{
  GST_RELAY_SYNC_AUTO,
  GST_RELAY_SYNC_TRUE,
  GST_RELAY_SYNC_FALSE,
} GstRelaySync;

#define GST_TYPE_RELAY_SYNC (gst_relay_sync_get_type ())
GType gst_relay_sync_get_type (void);

#define GST_TYPE_RELAY_RING_SINK (gst_relay_ring_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRelayRingSink, gst_relay_ring_sink, GST,
    RELAY_RING_SINK, GstBaseSink)
/* Called in the streaming thread when the ring can be started from for the
 * first time since READY; @paced: media comes at its own pace. */
     typedef void (*GstRelayRingSinkFunc) (gboolean paced, gpointer data);

     GstElement *gst_relay_ring_sink_new (GstRelayRing * ring,
    GstRelayRingSinkFunc func, gpointer data);
     void gst_relay_ring_sink_set_sync (GstRelayRingSink * sink,
    GstRelaySync sync);

G_END_DECLS
