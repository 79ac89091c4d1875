/* One sink pad of publishbin and what comes in there.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"
#include "gstpublishbinpad.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubStream PubStream;
typedef struct _PubDecoder PubDecoder;

/* What a stream tells; a streaming thread. @caps: what comes from now on, NULL:
 * it has ended. @begins: it is not the stream that was there before. */
typedef void (*PubStreamFunc) (PubStream * stream, GstCaps * caps,
    gboolean begins, gpointer data);

typedef enum
{
  PUB_MEDIA_UNKNOWN,            /* no caps yet */
  PUB_MEDIA_VIDEO,
  PUB_MEDIA_AUDIO,
  PUB_MEDIA_OTHER,
} PubMedia;

PubStream *pub_stream_new (GstBin * bin, GstPadTemplate * templ, const gchar *
    name, guint serial, PubStreamFunc func, gpointer data);
PubStream *pub_stream_ref (PubStream * stream);
void pub_stream_unref (PubStream * stream);
GstPublishBinPad *pub_stream_get_pad (PubStream * stream);
void pub_stream_let_go (PubStream * stream);
void pub_stream_set_flushing (PubStream * stream, gboolean flushing);

/* the worker */
void pub_stream_set_caps (PubStream * stream, GstCaps * caps, gboolean begins);
void pub_stream_set_ended (PubStream * stream);
void pub_stream_reset (PubStream * stream);
void pub_stream_dismantle (PubStream * stream);
gboolean pub_stream_get_undecodable (PubStream * stream);
gboolean pub_stream_set_undecodable (PubStream * stream);
PubMedia pub_stream_get_media (PubStream * stream);
GstCaps *pub_stream_get_caps (PubStream * stream);
guint pub_stream_get_generation (PubStream * stream);
gboolean pub_stream_has_ended (PubStream * stream);
gboolean pub_stream_is_raw (PubStream * stream);
gchar *pub_stream_describe (PubStream * stream);

/* the worker: for branches and the decoder */
GstBin *pub_stream_get_bin (PubStream * stream);
GstElement *pub_stream_get_tee (PubStream * stream);
void pub_stream_name_part (PubStream * stream, GstElement * element, const
    gchar * what);
gboolean pub_stream_has_part (PubStream * stream, const gchar * name);
PubDecoder *pub_stream_decode (PubStream * stream, GError ** error);
void pub_stream_forget_decoder (PubStream * stream, PubDecoder * decoder);

G_END_DECLS
/* *INDENT-ON* */
