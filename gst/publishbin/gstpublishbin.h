/* publishbin: a room and its tasks as one element.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
#define GST_TYPE_PUBLISH_BIN (gst_publish_bin_get_type ())
G_DECLARE_FINAL_TYPE (GstPublishBin, gst_publish_bin, GST, PUBLISH_BIN, GstBin)
GST_ELEMENT_REGISTER_DECLARE (publishbin);

G_END_DECLS
