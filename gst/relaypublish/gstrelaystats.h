/* How the ring and its targets are doing, as one structure.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayworker.h"

G_BEGIN_DECLS
    GstStructure * gst_relay_stats_new (GstRelayWorker * worker,
    GstRelayRing * ring);

G_END_DECLS
