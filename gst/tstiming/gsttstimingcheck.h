/* gsttstimingcheck.h: tells whether a passing MPEG-TS is still in time */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef GST_TS_TIMING_CHECK_H
#define GST_TS_TIMING_CHECK_H

#include <gst/gst.h>

G_BEGIN_DECLS
#define GST_TYPE_TS_TIMING_CHECK (gst_ts_timing_check_get_type ())
G_DECLARE_FINAL_TYPE (GstTsTimingCheck, gst_ts_timing_check, GST,
    TS_TIMING_CHECK, GstElement)
GST_ELEMENT_REGISTER_DECLARE (tstimingcheck);

G_END_DECLS
#endif /* GST_TS_TIMING_CHECK_H */
