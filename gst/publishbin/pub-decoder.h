/* What decodes a stream, for all branches that want it decoded.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-stream.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

PubDecoder *pub_decoder_new (PubStream * stream, GError ** error);
PubDecoder *pub_decoder_ref (PubDecoder * decoder);
void pub_decoder_unref (PubDecoder * decoder);
void pub_decoder_close (PubDecoder * decoder);
GstElement *pub_decoder_get_tee (PubDecoder * decoder);

G_END_DECLS
/* *INDENT-ON* */
