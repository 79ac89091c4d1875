/* One sink pad of publishbin and what comes in there.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"
#include "gstpublishbinpad.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubStream PubStream;
typedef struct _PubBranch PubBranch;

/* What a stream tells; a streaming thread. @caps: what comes from now on, NULL:
 * it has ended. */
typedef void (*PubStreamFunc) (PubStream * stream, GstCaps * caps,
    gpointer data);

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
guint pub_stream_get_serial (PubStream * stream);
void pub_stream_let_go (PubStream * stream);
void pub_stream_set_flushing (PubStream * stream, gboolean flushing);

/* the worker */
void pub_stream_set_caps (PubStream * stream, GstCaps * caps);
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

PubBranch *pub_branch_new (PubStream * stream, gboolean decoded, GstClockTime
    begin, GstElement * tail, GstPad * sink, GError ** error);
PubStream *pub_branch_get_stream (PubBranch * branch);
gboolean pub_branch_is_current (PubBranch * branch);
GstPad *pub_branch_get_pad (PubBranch * branch);
void pub_branch_close (PubBranch * branch);
void pub_branch_end (PubBranch * branch);
void pub_branch_free (PubBranch * branch);

G_END_DECLS
/* *INDENT-ON* */
