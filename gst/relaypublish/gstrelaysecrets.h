/* Keeps what is secret of a url out of texts that are shown.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS gchar *gst_relay_hide_secrets (const gchar * text,
    const gchar * url);

G_END_DECLS
