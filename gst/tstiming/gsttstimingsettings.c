/* gsttstimingsettings.c: what the properties of tstimingcheck are set to */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "gsttstimingproperties.h"
#include "gsttstimingsettings.h"

void
gst_ts_timing_settings_init (GstTsTimingSettings * settings)
{
  memset (settings, 0, sizeof (*settings));
  settings->message_interval = GST_TS_TIMING_MESSAGE_INTERVAL;
  settings->max_segments = GST_TS_TIMING_MAX_SEGMENTS;
}

void
gst_ts_timing_settings_clear (GstTsTimingSettings * settings)
{
  g_clear_pointer (&settings->name_pattern, g_free);
}

gboolean
gst_ts_timing_settings_set (GstTsTimingSettings * settings, guint id,
    const GValue * value)
{
  switch (id) {
    case PROP_PROFILE:
      settings->profile = g_value_get_enum (value);
      break;
    case PROP_CHECKS:
      settings->checks = g_value_get_flags (value);
      settings->checks_set = TRUE;
      break;
    case PROP_ARRIVAL:
      settings->arrival_mode = g_value_get_enum (value);
      break;
    case PROP_INTERPOLATE:
      settings->interpolate = g_value_get_boolean (value);
      settings->interpolate_set = TRUE;
      break;
    case PROP_PSI_RESTARTS:
      settings->psi_restarts = g_value_get_boolean (value);
      settings->psi_restarts_set = TRUE;
      break;
    case PROP_MAX_SEGMENTS:
      settings->max_segments = g_value_get_uint (value);
      break;
    case PROP_NAME_PATTERN:
      g_free (settings->name_pattern);
      settings->name_pattern = g_value_dup_string (value);
      break;
    case PROP_MESSAGE_INTERVAL:
      settings->message_interval = g_value_get_uint64 (value);
      break;
    default:
      if (id >= PROP_FIRST_BOUND && id < N_PROPERTIES) {
        settings->bounds[id - PROP_FIRST_BOUND] = g_value_get_int64 (value);
        settings->bounds_set[id - PROP_FIRST_BOUND] = TRUE;
        break;
      }
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ts_timing_settings_get (const GstTsTimingSettings * settings, guint id,
    GValue * value)
{
  switch (id) {
    case PROP_PROFILE:
      g_value_set_enum (value, settings->profile);
      break;
    case PROP_CHECKS:
      g_value_set_flags (value, settings->checks);
      break;
    case PROP_ARRIVAL:
      g_value_set_enum (value, settings->arrival_mode);
      break;
    case PROP_INTERPOLATE:
      g_value_set_boolean (value, settings->interpolate);
      break;
    case PROP_PSI_RESTARTS:
      g_value_set_boolean (value, settings->psi_restarts);
      break;
    case PROP_MAX_SEGMENTS:
      g_value_set_uint (value, settings->max_segments);
      break;
    case PROP_NAME_PATTERN:
      g_value_set_string (value, settings->name_pattern);
      break;
    case PROP_MESSAGE_INTERVAL:
      g_value_set_uint64 (value, settings->message_interval);
      break;
    default:
      if (id < PROP_FIRST_BOUND || id >= N_PROPERTIES)
        return FALSE;
      g_value_set_int64 (value, settings->bounds[id - PROP_FIRST_BOUND]);
      break;
  }
  return TRUE;
}

void
gst_ts_timing_settings_resolve (GstTsTimingSettings * settings,
    TsTimingConfig * config)
{
  guint i;

  ts_timing_config_init (config, settings->profile);
  for (i = 0; i < TS_TIMING_N_BOUNDS; i++) {
    if (settings->bounds_set[i])
      config->bounds[i] = settings->bounds[i];
    else
      settings->bounds[i] = config->bounds[i];
  }
  if (settings->checks_set)
    config->checks = settings->checks;
  else
    settings->checks = config->checks;
  if (settings->interpolate_set)
    config->interpolate = settings->interpolate;
  else
    settings->interpolate = config->interpolate;
  if (settings->psi_restarts_set)
    config->psi_restarts = settings->psi_restarts;
  else
    settings->psi_restarts = config->psi_restarts;
  config->max_segments = settings->max_segments;
}
