/* gsttstimingproperties.h: the properties of tstimingcheck */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef GST_TS_TIMING_PROPERTIES_H
#define GST_TS_TIMING_PROPERTIES_H

#include <gst/gst.h>

#include "ts-timing.h"

G_BEGIN_DECLS
#define GST_TS_TIMING_MESSAGE_INTERVAL GST_SECOND
#define GST_TS_TIMING_MAX_SEGMENTS 2048
    enum
{
  PROP_0,
  PROP_PROFILE,
  PROP_CHECKS,
  PROP_ARRIVAL,
  PROP_INTERPOLATE,
  PROP_PSI_RESTARTS,
  PROP_MAX_SEGMENTS,
  PROP_NAME_PATTERN,
  PROP_MESSAGE_INTERVAL,
  PROP_STATS,
  PROP_REPORT,
  /* one for each TsTimingBound */
  PROP_FIRST_BOUND,
  N_PROPERTIES = PROP_FIRST_BOUND + TS_TIMING_N_BOUNDS
};

void gst_ts_timing_install_properties (GObjectClass * object_class);

G_END_DECLS
#endif /* GST_TS_TIMING_PROPERTIES_H */
