/* ts-report.c: the report as JSON */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-timing-report.h"

static void
set_ms (JsonObject * object, const gchar * name, gint64 ns)
{
  if (ns == TS_TIMING_NO_TIME)
    json_object_set_null_member (object, name);
  else
    json_object_set_double_member (object, name, ns / 1e6);
}

static void
set_range (JsonObject * object, const gchar * name, const TsTimingRange * range)
{
  JsonObject *o;

  if (range->count == 0) {
    json_object_set_null_member (object, name);
    return;
  }
  o = json_object_new ();
  json_object_set_int_member (o, "count", range->count);
  set_ms (o, "min-ms", range->min);
  set_ms (o, "max-ms", range->max);
  json_object_set_double_member (o, "mean-ms", range->mean / 1e6);
  json_object_set_object_member (object, name, o);
}

static JsonArray *
build_programs (const TsTimingChecker * c)
{
  JsonArray *array = json_array_new ();
  TsTimingProgramInfo info;
  guint i;

  for (i = 0; ts_timing_get_program (c, i, &info); i++) {
    JsonObject *o = json_object_new ();

    json_object_set_int_member (o, "program", info.program);
    json_object_set_int_member (o, "pmt-pid", info.pmt_pid);
    json_object_set_int_member (o, "pcr-pid", info.pcr_pid);
    json_object_set_int_member (o, "pmt-version", info.pmt_version);
    json_object_set_int_member (o, "streams", info.n_streams);
    json_object_set_double_member (o, "duration", info.duration / 1e9);
    json_object_set_int_member (o, "pcrs", info.pcrs);
    set_range (o, "pcr-interval", &info.pcr_interval);
    set_range (o, "av-skew", &info.av_skew);
    json_object_set_int_member (o, "discontinuities-marked",
        info.discontinuities_marked);
    json_object_set_int_member (o, "discontinuities-unmarked",
        info.discontinuities_unmarked);
    json_array_add_object_element (array, o);
  }
  return array;
}

static JsonArray *
build_pids (const TsTimingChecker * c)
{
  JsonArray *array = json_array_new ();
  TsTimingPidInfo info;
  guint i;

  for (i = 0; ts_timing_get_pid (c, i, &info); i++) {
    JsonObject *o = json_object_new ();

    json_object_set_int_member (o, "pid", info.pid);
    json_object_set_int_member (o, "program", info.program);
    json_object_set_string_member (o, "kind", ts_timing_kind_nick (info.kind));
    if (info.codec)
      json_object_set_string_member (o, "codec", info.codec);
    json_object_set_int_member (o, "stream-type", info.stream_type);
    json_object_set_int_member (o, "packets", info.packets);
    json_object_set_int_member (o, "scrambled", info.scrambled_packets);
    json_object_set_int_member (o, "duplicates", info.duplicates);
    json_object_set_int_member (o, "continuity-errors", info.continuity_errors);
    json_object_set_int_member (o, "transport-errors", info.transport_errors);
    if (info.units) {
      json_object_set_int_member (o, "units", info.units);
      json_object_set_int_member (o, "first-dts", info.first_dts);
      json_object_set_int_member (o, "last-dts", info.last_dts);
      set_range (o, "gap", &info.gap);
      set_range (o, "gap-held", &info.gap_held);
      json_object_set_int_member (o, "gap-outside", info.gap_outside);
      set_range (o, "dts-step", &info.dts_step);
    }
    json_array_add_object_element (array, o);
  }
  return array;
}

static JsonObject *
build_place (const TsTimingEvent * event)
{
  JsonObject *o = json_object_new ();
  gchar text[400];

  if (event->pid != TS_TIMING_NO_PID)
    json_object_set_int_member (o, "pid", event->pid);
  if (event->program)
    json_object_set_int_member (o, "program", event->program);
  json_object_set_int_member (o, "packet", event->packet);
  json_object_set_int_member (o, "offset", event->offset);
  if (event->segment >= 0)
    json_object_set_int_member (o, "segment", event->segment);
  if (event->time != TS_TIMING_NO_TIME)
    json_object_set_double_member (o, "time", event->time / 1e9);
  switch (event->unit) {
    case TS_TIMING_UNIT_NS:
      set_ms (o, "value-ms", event->value);
      break;
    case TS_TIMING_UNIT_PPM:
      json_object_set_int_member (o, "value-ppm", event->value);
      break;
    case TS_TIMING_UNIT_PACKETS:
    case TS_TIMING_UNIT_COUNT:
      json_object_set_int_member (o, "value", event->value);
      break;
    case TS_TIMING_UNIT_NONE:
      break;
  }
  json_object_set_string_member (o, "rule",
      ts_timing_event_info (event->type)->clause);
  json_object_set_string_member (o, "text",
      ts_timing_event_describe (event, text, sizeof (text)));
  return o;
}

static JsonObject *
build_segment (const TsTimingSegmentInfo * info)
{
  JsonObject *o = json_object_new ();

  json_object_set_int_member (o, "index", info->index);
  if (info->name) {
    /* of a file system, which may write names in any encoding */
    gchar *name = g_utf8_make_valid (info->name, -1);

    json_object_set_string_member (o, "name", name);
    g_free (name);
  }
  json_object_set_int_member (o, "packets", info->packets);
  json_object_set_int_member (o, "bytes", info->bytes);
  json_object_set_boolean_member (o, "marked-discontinuity",
      info->marked_discontinuity);
  json_object_set_boolean_member (o, "unmarked-discontinuity",
      info->unmarked_discontinuity);
  json_object_set_int_member (o, "continuity-errors-at-start",
      info->continuity_errors_at_start);
  json_object_set_boolean_member (o, "pat", info->has_pat);
  json_object_set_boolean_member (o, "pmt", info->has_pmt);
  json_object_set_int_member (o, "events", info->events);
  json_object_set_int_member (o, "video-units", info->video_units);
  json_object_set_int_member (o, "audio-units", info->audio_units);
  if (info->video_units) {
    json_object_set_int_member (o, "video-first-dts", info->video_first_dts);
    json_object_set_int_member (o, "video-last-dts", info->video_last_dts);
  }
  if (info->audio_units) {
    json_object_set_int_member (o, "audio-first-dts", info->audio_first_dts);
    json_object_set_int_member (o, "audio-last-dts", info->audio_last_dts);
  }
  set_ms (o, "media-duration-ms", info->media_duration);
  set_ms (o, "announced-duration-ms", info->announced_duration);
  set_ms (o, "frame-duration-ms", info->frame_duration);
  set_ms (o, "dts-step-at-start-ms", info->dts_step_at_start);
  set_ms (o, "first-pcr-ms", info->first_pcr);
  set_ms (o, "last-pcr-ms", info->last_pcr);
  if (info->utc != TS_TIMING_NO_TIME)
    set_ms (o, "utc-ms", info->utc);
  if (info->lag != TS_TIMING_NO_TIME) {
    set_ms (o, "lag-ms", info->lag);
    json_object_set_boolean_member (o, "slow", info->slow);
  }
  return o;
}

/* A point is [time in s, min, mean, max]; times are in ms, rates in bit/s. */
static JsonObject *
build_series (const TsTimingSeries * series)
{
  JsonObject *o = json_object_new ();
  JsonArray *points = json_array_new ();
  gdouble unit = series->kind == TS_TIMING_SERIES_BITRATE ? 1 : 1e-6;
  guint i;

  json_object_set_string_member (o, "kind",
      ts_timing_series_nick (series->kind));
  if (series->pid != TS_TIMING_NO_PID)
    json_object_set_int_member (o, "pid", series->pid);
  json_object_set_int_member (o, "program", series->program);
  for (i = 0; i < series->n_points; i++) {
    const TsTimingPoint *p = &series->points[i];
    JsonArray *point = json_array_new ();

    json_array_add_double_element (point, p->time / 1e9);
    json_array_add_double_element (point, p->min * unit);
    json_array_add_double_element (point, p->sum / p->count * unit);
    json_array_add_double_element (point, p->max * unit);
    json_array_add_array_element (points, point);
  }
  json_object_set_array_member (o, "points", points);
  return o;
}

static void
set_totals (JsonObject * root, const TsTimingChecker * c)
{
  TsTimingTotals totals;
  JsonObject *severity = json_object_new ();
  guint i;

  ts_timing_get_totals (c, &totals);
  json_object_set_int_member (root, "packets", totals.packets);
  json_object_set_int_member (root, "packet-size", totals.packet_size);
  json_object_set_int_member (root, "bytes", totals.bytes);
  json_object_set_double_member (root, "duration", totals.duration / 1e9);
  json_object_set_int_member (root, "bitrate", totals.bitrate);
  json_object_set_string_member (root, "profile",
      ts_timing_profile_nick (ts_timing_get_config (c)->profile));
  json_object_set_int_member (root, "null-packets", totals.null_packets);
  json_object_set_int_member (root, "scrambled-packets",
      totals.scrambled_packets);
  json_object_set_int_member (root, "duplicate-packets",
      totals.duplicate_packets);
  json_object_set_int_member (root, "skipped-bytes", totals.skipped_bytes);
  json_object_set_int_member (root, "resyncs", totals.resyncs);
  json_object_set_int_member (root, "discontinuities", totals.discontinuities);
  json_object_set_int_member (root, "programs-ignored",
      totals.programs_ignored);
  json_object_set_int_member (root, "segment-count", totals.segments);
  for (i = 0; i <= TS_TIMING_SEVERITY_ERROR; i++)
    json_object_set_int_member (severity, ts_timing_severity_nick (i),
        totals.by_severity[i]);
  json_object_set_object_member (root, "by-severity", severity);
}

JsonObject *
ts_timing_report_build (const TsTimingChecker * c, gboolean with_series)
{
  JsonObject *root = json_object_new ();
  JsonObject *events = json_object_new (), *first = json_object_new ();
  JsonArray *segments = json_array_new ();
  guint i, n = ts_timing_get_n_segments (c);

  set_totals (root, c);
  json_object_set_array_member (root, "programs", build_programs (c));
  json_object_set_array_member (root, "pids", build_pids (c));
  for (i = 0; i < TS_TIMING_N_EVENTS; i++) {
    const TsTimingEvent *event = ts_timing_get_first (c, i);

    if (!event)
      continue;
    json_object_set_int_member (events, ts_timing_event_info (i)->nick,
        ts_timing_get_count (c, i));
    json_object_set_object_member (first, ts_timing_event_info (i)->nick,
        build_place (event));
  }
  json_object_set_object_member (root, "events", events);
  json_object_set_object_member (root, "first", first);
  for (i = 0; i < n; i++)
    json_array_add_object_element (segments,
        build_segment (ts_timing_get_segment (c, i)));
  json_object_set_array_member (root, "segments", segments);
  if (with_series) {
    JsonArray *array = json_array_new ();
    const TsTimingSeries *series;

    for (i = 0; (series = ts_timing_get_series (c, i)); i++)
      json_array_add_object_element (array, build_series (series));
    json_object_set_array_member (root, "series", array);
  }
  json_object_set_string_member (root, "verdict",
      ts_timing_verdict_nick (ts_timing_get_verdict (c)));
  return root;
}

gchar *
ts_timing_report_to_string (const TsTimingChecker * c,
    gboolean with_series, gboolean pretty)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  gchar *text;

  json_node_take_object (node, ts_timing_report_build (c, with_series));
  text = json_to_string (node, pretty);
  json_node_unref (node);
  return text;
}
