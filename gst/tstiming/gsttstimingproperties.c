/* gsttstimingproperties.c: the properties of tstimingcheck, most from a table */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gsttstimingproperties.h"
#include "gsttstimingtypes.h"

static GParamSpec *properties[N_PROPERTIES];

static void
append_value (GString * text, const TsTimingBoundInfo * info, guint profile)
{
  g_string_append_printf (text, "%s%s ", profile ? ", " : "",
      ts_timing_profile_nick (profile));
  if (info->values[profile] == TS_TIMING_UNLIMITED)
    g_string_append (text, "off");
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT, info->values[profile]);
}

/* Every bound is a property; its blurb tells unit and profiles. */
static void
install_bounds (GObjectClass * object_class)
{
  guint i, profile;

  for (i = 0; i < TS_TIMING_N_BOUNDS; i++) {
    const TsTimingBoundInfo *info = ts_timing_bound_info (i);
    GString *blurb = g_string_new (info->blurb);

    g_string_append_printf (blurb, " [%s; by profile: ",
        info->unit == TS_TIMING_UNIT_PPM ? "ppm" : "ns");
    for (profile = 0; profile < TS_TIMING_N_PROFILES; profile++)
      append_value (blurb, info, profile);
    if (info->max == TS_TIMING_UNLIMITED)
      g_string_append (blurb, "; largest value = off");
    g_string_append (blurb, "]");
    properties[PROP_FIRST_BOUND + i] = g_param_spec_int64 (info->nick,
        info->nick, blurb->str, info->min, info->max,
        info->values[TS_TIMING_PROFILE_AUTO],
        G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_NAME |
        G_PARAM_STATIC_NICK);
    g_string_free (blurb, TRUE);
  }
}

/* Every property of the element, with its unit and its default. */
void
gst_ts_timing_install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_PLAYING;
  TsTimingConfig config;

  ts_timing_config_init (&config, TS_TIMING_PROFILE_AUTO);
  properties[PROP_PROFILE] = g_param_spec_enum ("profile", "Profile",
      "What the stream is judged by; sets every bound that is not set by "
      "itself", GST_TYPE_TS_TIMING_PROFILE, TS_TIMING_PROFILE_AUTO, flags);
  properties[PROP_CHECKS] = g_param_spec_flags ("checks", "Checks",
      "Groups of rules that are on; a rule that is off is neither told nor "
      "counted (default: by profile)", GST_TYPE_TS_TIMING_CHECKS,
      config.checks, flags);
  properties[PROP_ARRIVAL] = g_param_spec_enum ("arrival", "Arrival",
      "Whether the time of arrival is judged, by the pipeline's clock",
      GST_TYPE_TS_TIMING_ARRIVAL_MODE, GST_TS_TIMING_ARRIVAL_AUTO, flags);
  properties[PROP_INTERPOLATE] = g_param_spec_boolean ("interpolate",
      "Interpolate", "Judge DTS minus PCR by the clock between two PCRs "
      "instead of by the last PCR (default: by profile, FALSE in seed)", TRUE,
      flags);
  properties[PROP_PSI_RESTARTS] = g_param_spec_boolean ("psi-restarts",
      "PSI restarts", "PAT and PMT may count anew in each segment (default: "
      "by profile, FALSE in seed and broadcast)", TRUE, flags);
  properties[PROP_MAX_SEGMENTS] = g_param_spec_uint ("max-segments",
      "Max segments", "Segments kept for the report; older ones stay in the "
      "totals only. Taken until the first segment begins", 1, 1 << 20,
      GST_TS_TIMING_MAX_SEGMENTS, flags);
  properties[PROP_NAME_PATTERN] = g_param_spec_string ("name-pattern",
      "Name pattern", "How segment names write their UTC; NULL = found out. "
      "A regular expression with one group around the time, or strftime-like: "
      "%s (an epoch in s, ms, us or ns), %Y %m %d %j %H %M %S %f %z, * and ?. "
      "Taken in READY", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  properties[PROP_MESSAGE_INTERVAL] = g_param_spec_uint64 ("message-interval",
      "Message interval", "Shortest time between two signals or messages of "
      "one type of event (ns, 0 = all); their count field counts all", 0,
      G_MAXUINT64, GST_TS_TIMING_MESSAGE_INTERVAL, flags);
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "Totals, the count of each type of event under its nick, and the "
      "verdict so far", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REPORT] = g_param_spec_string ("report", "Report",
      "All tables as JSON, up to now", NULL,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  install_bounds (object_class);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}
