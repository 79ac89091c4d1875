/* secrets: what is told does not tell them
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

gchar *publish_hide_secrets (const gchar * text);

G_END_DECLS
/* *INDENT-ON* */
