/* gsttstimingtypes.c: the checker's tables as GTypes and structures */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gsttstimingtypes.h"

GType
gst_ts_timing_profile_get_type (void)
{
  static const GEnumValue values[] = {
    {TS_TIMING_PROFILE_AUTO, "Learned baseline, and drift away from it",
        "auto"},
    {TS_TIMING_PROFILE_SEED, "A CDN's windows: DTS minus PCR of video "
          "700..1200 ms, of audio 200..700 ms", "seed"},
    {TS_TIMING_PROFILE_BROADCAST, "ETSI TR 101 290 V1.4.1, all priorities",
        "broadcast"},
    {TS_TIMING_PROFILE_HLS, "RFC 8216 segments: PSI per segment and a PCR per "
          "keyframe are fine", "hls"},
    {0, NULL, NULL}
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstTsTimingProfile",
            values));
  return type;
}

GType
gst_ts_timing_arrival_mode_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_TS_TIMING_ARRIVAL_AUTO, "If upstream says that it is live", "auto"},
    {GST_TS_TIMING_ARRIVAL_ALWAYS, "Always", "always"},
    {GST_TS_TIMING_ARRIVAL_NEVER, "Never", "never"},
    {0, NULL, NULL}
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstTsTimingArrivalMode", values));
  return type;
}

GType
gst_ts_timing_severity_get_type (void)
{
  static const GEnumValue values[] = {
    {TS_TIMING_SEVERITY_INFO, "Information", "info"},
    {TS_TIMING_SEVERITY_WARNING, "Warning", "warning"},
    {TS_TIMING_SEVERITY_ERROR, "Error", "error"},
    {0, NULL, NULL}
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstTsTimingSeverity",
            values));
  return type;
}

GType
gst_ts_timing_event_type_get_type (void)
{
  static GEnumValue values[TS_TIMING_N_EVENTS + 1];
  static gsize type;
  guint i;

  if (g_once_init_enter (&type)) {
    for (i = 0; i < TS_TIMING_N_EVENTS; i++) {
      const TsTimingEventInfo *info = ts_timing_event_info (i);

      values[i].value = i;
      values[i].value_name = info->explanation;
      values[i].value_nick = info->nick;
    }
    g_once_init_leave (&type, g_enum_register_static ("GstTsTimingEventType",
            values));
  }
  return type;
}

GType
gst_ts_timing_checks_get_type (void)
{
  static GFlagsValue values[TS_TIMING_N_CHECKS + 1];
  static gsize type;
  guint i;

  if (g_once_init_enter (&type)) {
    for (i = 0; i < TS_TIMING_N_CHECKS; i++) {
      const TsTimingCheckInfo *info = ts_timing_check_info (i);

      values[i].value = info->check;
      values[i].value_name = info->explanation;
      values[i].value_nick = info->nick;
    }
    g_once_init_leave (&type, g_flags_register_static ("GstTsTimingChecks",
            values));
  }
  return type;
}

static void
set_value (GstStructure * s, const gchar * name, gint64 value)
{
  if (value != TS_TIMING_NO_TIME && value != TS_TIMING_UNLIMITED)
    gst_structure_set (s, name, G_TYPE_INT64, value, NULL);
}

GstStructure *
gst_ts_timing_event_to_structure (const TsTimingEvent * event)
{
  static const gchar *const units[] = { "", "ns", "ppm", "packets", "count" };
  const TsTimingEventInfo *info = ts_timing_event_info (event->type);
  gchar text[400];
  GstStructure *s = gst_structure_new ("timing-event",
      "type", GST_TYPE_TS_TIMING_EVENT_TYPE, event->type,
      "severity", GST_TYPE_TS_TIMING_SEVERITY, event->severity,
      "rule", G_TYPE_STRING, info->clause,
      "packet", G_TYPE_UINT64, event->packet,
      "offset", G_TYPE_UINT64, event->offset,
      "count", G_TYPE_UINT64, event->count,
      "text", G_TYPE_STRING,
      ts_timing_event_describe (event, text, sizeof (text)), NULL);

  if (event->pid != TS_TIMING_NO_PID)
    gst_structure_set (s, "pid", G_TYPE_UINT, (guint) event->pid, NULL);
  if (event->program)
    gst_structure_set (s, "program", G_TYPE_UINT, (guint) event->program, NULL);
  if (event->segment >= 0)
    gst_structure_set (s, "segment", G_TYPE_INT64, event->segment, NULL);
  set_value (s, "stream-time", event->time);
  if (event->unit != TS_TIMING_UNIT_NONE) {
    gst_structure_set (s, "unit", G_TYPE_STRING, units[event->unit], NULL);
    set_value (s, "value", event->value);
    set_value (s, "low", event->low);
    set_value (s, "high", event->high);
  }
  return s;
}

GstStructure *
gst_ts_timing_stats (const TsTimingChecker * checker)
{
  TsTimingTotals t;
  GstStructure *s;
  guint i;

  ts_timing_get_totals (checker, &t);
  s = gst_structure_new ("timing-stats",
      "packet-size", G_TYPE_UINT, t.packet_size,
      "packets", G_TYPE_UINT64, t.packets,
      "bytes", G_TYPE_UINT64, t.bytes,
      "null-packets", G_TYPE_UINT64, t.null_packets,
      "scrambled-packets", G_TYPE_UINT64, t.scrambled_packets,
      "duplicate-packets", G_TYPE_UINT64, t.duplicate_packets,
      "skipped-bytes", G_TYPE_UINT64, t.skipped_bytes,
      "resyncs", G_TYPE_UINT64, t.resyncs,
      "discontinuities", G_TYPE_UINT64, t.discontinuities,
      "segments", G_TYPE_UINT64, t.segments,
      "duration", G_TYPE_INT64, t.duration,
      "bitrate", G_TYPE_UINT64, t.bitrate,
      "events", G_TYPE_UINT64, t.events,
      "verdict", G_TYPE_STRING,
      ts_timing_verdict_nick (ts_timing_get_verdict (checker)), NULL);
  for (i = 0; i < TS_TIMING_N_EVENTS; i++) {
    guint64 count = ts_timing_get_count (checker, i);

    if (count)
      gst_structure_set (s, ts_timing_event_info (i)->nick, G_TYPE_UINT64,
          count, NULL);
  }
  return s;
}
