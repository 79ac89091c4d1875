/* What of a connection's media has arrived, as far as anyone can know.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayflv.h"

G_BEGIN_DECLS
/**
 * GstRelayArrival:
 *
 * Remembers at which byte of a connection each start lies. Not thread safe.
 */
    typedef struct
{
  GArray *marks;
  guint64 dts_ms;
  gboolean any_video;
  GstClockTime first_dts;
} GstRelayArrival;

void gst_relay_arrival_init (GstRelayArrival * arrival);
void gst_relay_arrival_clear (GstRelayArrival * arrival);
void gst_relay_arrival_start (GstRelayArrival * arrival, guint64 offset,
    GstClockTime dts);
void gst_relay_arrival_add (GstRelayArrival * arrival,
    const GstRelayFlvTag * tag, guint64 offset);
GstClockTime gst_relay_arrival_find (GstRelayArrival * arrival,
    guint64 arrived, gboolean forget);
gboolean gst_relay_arrival_is_first (GstRelayArrival * arrival,
    GstClockTime dts);

G_END_DECLS
