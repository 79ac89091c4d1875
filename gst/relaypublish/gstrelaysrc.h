/* The source of one connection: reads a cursor, pushes buffer lists.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstrelayring.h"

G_BEGIN_DECLS
/**
 * GstRelaySrcEvent:
 * @GST_RELAY_SRC_EVENT_MEDIA: the sink took the first media
 * @GST_RELAY_SRC_EVENT_ENDED: the sink refused with a flow error, or the
 *   stream ended and EOS was sent
 *
 * What the source tells, from its streaming thread.
 */
    typedef enum
{
  GST_RELAY_SRC_EVENT_MEDIA,
  GST_RELAY_SRC_EVENT_ENDED,
} GstRelaySrcEvent;

typedef void (*GstRelaySrcFunc) (GstRelaySrcEvent event, GstFlowReturn flow,
    gpointer data);

typedef struct
{
  /* wait for the sink to take one header before choosing where to start: the
   * sink connects on its first buffer and blocks until the server answered */
  gboolean probe;
  /* begin with the file header; not when going on in an existing file */
  gboolean file_header;
  /* metadata only behind the file header, and at time 0: later it is taken for
   * another stream by some that read files */
  gboolean metadata_first;
  GstRelayCursor *cursor;
  GstRelaySrcFunc func;
  gpointer data;
} GstRelaySrcConfig;

#define GST_TYPE_RELAY_SRC (gst_relay_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRelaySrc, gst_relay_src, GST, RELAY_SRC, GstElement)
     GstElement *gst_relay_src_new (const GstRelaySrcConfig * config);
     guint64 gst_relay_src_get_offered (GstRelaySrc * src);
     guint64 gst_relay_src_get_taken (GstRelaySrc * src);

G_END_DECLS
