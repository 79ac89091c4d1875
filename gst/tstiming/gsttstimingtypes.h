/* gsttstimingtypes.h: the checker's enums as GTypes */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef GST_TS_TIMING_TYPES_H
#define GST_TS_TIMING_TYPES_H

#include <gst/gst.h>

#include "ts-timing.h"

G_BEGIN_DECLS
#define GST_TYPE_TS_TIMING_PROFILE (gst_ts_timing_profile_get_type ())
    GType gst_ts_timing_profile_get_type (void);

#define GST_TYPE_TS_TIMING_EVENT_TYPE (gst_ts_timing_event_type_get_type ())
GType gst_ts_timing_event_type_get_type (void);

#define GST_TYPE_TS_TIMING_SEVERITY (gst_ts_timing_severity_get_type ())
GType gst_ts_timing_severity_get_type (void);

#define GST_TYPE_TS_TIMING_CHECKS (gst_ts_timing_checks_get_type ())
GType gst_ts_timing_checks_get_type (void);

/* When the time of arrival is judged. */
typedef enum
{
  GST_TS_TIMING_ARRIVAL_AUTO,
  GST_TS_TIMING_ARRIVAL_ALWAYS,
  GST_TS_TIMING_ARRIVAL_NEVER
} GstTsTimingArrivalMode;

#define GST_TYPE_TS_TIMING_ARRIVAL_MODE \
    (gst_ts_timing_arrival_mode_get_type ())
GType gst_ts_timing_arrival_mode_get_type (void);

/* One structure per event, as signal and message carry it (transfer full). */
GstStructure *gst_ts_timing_event_to_structure (const TsTimingEvent * event);
/* Totals and event counts (transfer full). */
GstStructure *gst_ts_timing_stats (const TsTimingChecker * checker);

G_END_DECLS
#endif /* GST_TS_TIMING_TYPES_H */
