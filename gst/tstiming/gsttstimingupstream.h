/* gsttstimingupstream.h: what upstream says of where its bytes come from */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef GST_TS_TIMING_UPSTREAM_H
#define GST_TS_TIMING_UPSTREAM_H

#include <gst/gst.h>

G_BEGIN_DECLS gchar *gst_ts_timing_upstream_file (GstPad * sinkpad);
gchar *gst_ts_timing_upstream_uri (GstPad * sinkpad);

G_END_DECLS
#endif /* GST_TS_TIMING_UPSTREAM_H */
