/* Reads what an FLV tag is from its bytes.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayring.h"

G_BEGIN_DECLS
#define GST_RELAY_FLV_TAG_HEADER_SIZE 11
/* the file header and the first, empty, PreviousTagSize */
#define GST_RELAY_FLV_FILE_HEADER_SIZE 13
    typedef struct
{
  GstRelayKind kind;
  /* a file header, not a tag */
  gboolean file_header;
  /* carries no media: a GAP that the muxer wrote out, or an end of sequence */
  gboolean empty;
  gboolean is_video;
  /* ms, as written: wraps after 49 days */
  guint32 timestamp;
} GstRelayFlvTag;

gboolean gst_relay_flv_parse (GstBuffer * buffer, GstRelayFlvTag * tag);
GstBuffer *gst_relay_flv_restamp (GstBuffer * buffer, guint32 timestamp);
guint64 gst_relay_flv_unwrap (guint64 previous, guint32 timestamp);

G_END_DECLS
