/* Which element of the registry does it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

gboolean pub_codecs_make_decoder (const GstCaps * caps, GstElement ** parser,
    GstElement ** decoder);
GstElement *pub_codecs_make_profile_encoder (const gchar * profile);

G_END_DECLS
/* *INDENT-ON* */
