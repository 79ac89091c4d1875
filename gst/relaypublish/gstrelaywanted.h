/* The targets that properties ask for, as a set that can change.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayworker.h"

G_BEGIN_DECLS
    typedef guint (*GstRelayWantedAdd) (gpointer data, const gchar * url,
    gboolean internal_line);

GArray *gst_relay_wanted_new (void);
void gst_relay_wanted_append (GArray * wanted, const gchar * url,
    gboolean internal_line);
GArray *gst_relay_wanted_apply (GArray * wanted, GstRelayWorker * worker,
    GArray * ids, GstRelayWantedAdd add, gpointer data);

G_END_DECLS
