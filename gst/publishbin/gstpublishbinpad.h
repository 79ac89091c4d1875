/* A sink pad of publishbin: whose stream it carries.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <gst/publish/publish.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define GST_TYPE_PUBLISH_BIN_PAD (gst_publish_bin_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstPublishBinPad, gst_publish_bin_pad, GST,
    PUBLISH_BIN_PAD, GstGhostPad)

/* Strings are owned by who asked. */
typedef struct
{
  gchar *user_id, *room_id;
  GstPublishStreamType stream_type;
  gdouble volume;
  gboolean mute;
} GstPublishBinPadValues;

void gst_publish_bin_pad_get (GstPublishBinPad * pad, GstPublishBinPadValues *
    values);
void gst_publish_bin_pad_values_clear (GstPublishBinPadValues * values);

G_END_DECLS
/* *INDENT-ON* */
