/* gsttstimingsettings.h: what the properties of tstimingcheck are set to */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef GST_TS_TIMING_SETTINGS_H
#define GST_TS_TIMING_SETTINGS_H

#include <gst/gst.h>

#include "gsttstimingtypes.h"

G_BEGIN_DECLS
/* What was set by name stays when the profile changes, the rest follows it. */
    typedef struct
{
  TsTimingProfile profile;
  GstTsTimingArrivalMode arrival_mode;
  guint checks;
  gboolean checks_set;
  gboolean interpolate, interpolate_set;
  gboolean psi_restarts, psi_restarts_set;
  gint64 bounds[TS_TIMING_N_BOUNDS];
  gboolean bounds_set[TS_TIMING_N_BOUNDS];
  guint max_segments;
  gchar *name_pattern;
  guint64 message_interval;
} GstTsTimingSettings;

void gst_ts_timing_settings_init (GstTsTimingSettings * settings);
void gst_ts_timing_settings_clear (GstTsTimingSettings * settings);
/* FALSE if @id is not one of them. */
gboolean gst_ts_timing_settings_set (GstTsTimingSettings * settings, guint id,
    const GValue * value);
gboolean gst_ts_timing_settings_get (const GstTsTimingSettings * settings,
    guint id, GValue * value);
/* Fills @config, and those settings that follow the profile. */
void gst_ts_timing_settings_resolve (GstTsTimingSettings * settings,
    TsTimingConfig * config);

G_END_DECLS
#endif /* GST_TS_TIMING_SETTINGS_H */
