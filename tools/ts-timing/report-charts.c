/* report-charts: the numbers that the HTML report draws */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report.h"
#include "report-charts.h"

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

typedef struct
{
  const gchar *id;
  TsTimingSeriesKind kind;
  const gchar *title;
  const gchar *about;
  const gchar *unit;
  gdouble factor;               /* from the series' unit */
  gboolean zero;                /* the axis begins at 0 */
} ChartKind;

static const ChartKind kinds[] = {
  {"gap", TS_TIMING_SERIES_GAP, "DTS minus PCR",
        "How long before its decoding a frame arrives: what the decoder's "
        "buffer holds. Level is good; falling towards 0 starves the decoder.",
      "ms", 1e-6, FALSE},
  {"pcr-interval", TS_TIMING_SERIES_PCR_INTERVAL, "PCR interval",
      "Time from one clock reference to the next.", "ms", 1e-6, TRUE},
  {"bitrate", TS_TIMING_SERIES_BITRATE, "Bitrate",
        "Of the whole stream, between clock references.", "kbit/s", 1e-3,
      TRUE},
  {"av-skew", TS_TIMING_SERIES_AV_SKEW, "A/V skew",
        "Video DTS minus audio DTS where they lie side by side in the stream.",
      "ms", 1e-6, FALSE},
  {"arrival-lag", TS_TIMING_SERIES_ARRIVAL_LAG, "Arrival behind PCR",
      "How much later than its clock says the stream arrived. Rising: "
        "somebody is slow.", "ms", 1e-6, TRUE},
};

/* Where the axis begins: the first point of all series, ns. */
static gint64
time_origin (const TsSession * session)
{
  const TsTimingSeries *series;
  gint64 origin = G_MAXINT64;
  guint i;

  for (i = 0; (series = ts_timing_get_series (session->checker, i)); i++) {
    if (series->n_points)
      origin = MIN (origin, series->points[0].time);
  }
  return origin == G_MAXINT64 ? 0 : origin;
}

static gchar *
series_name (const TsSession * session, const TsTimingSeries * series)
{
  guint n = ts_timing_get_n_pids (session->checker), i;
  TsTimingPidInfo info;

  if (series->kind == TS_TIMING_SERIES_AV_SKEW)
    return g_strdup_printf ("program %u, video minus audio", series->program);
  if (series->pid == TS_TIMING_NO_PID)
    return series->program ? g_strdup_printf ("program %u", series->program) :
        g_strdup ("stream");
  for (i = 0; i < n; i++) {
    if (ts_timing_get_pid (session->checker, i, &info)
        && info.pid == series->pid)
      return g_strdup_printf ("PID 0x%04x %s%s%s", series->pid,
          ts_timing_kind_nick (info.kind), info.codec ? " " : "",
          info.codec ? info.codec : "");
  }
  return g_strdup_printf ("PID 0x%04x", series->pid);
}

static JsonArray *
point_of (gdouble at, gdouble least, gdouble mean, gdouble most)
{
  JsonArray *point = json_array_new ();

  /* three digits more than a reader sees */
  json_array_add_double_element (point, round (at * 1e6) / 1e6);
  json_array_add_double_element (point, round (least * 1e4) / 1e4);
  json_array_add_double_element (point, round (mean * 1e4) / 1e4);
  json_array_add_double_element (point, round (most * 1e4) / 1e4);
  return point;
}

static JsonObject *
series_object (const TsSession * session,
    const TsTimingSeries * series, const ChartKind * kind, gint64 origin)
{
  JsonObject *object = json_object_new ();
  JsonArray *points = json_array_new ();
  gchar *name = series_name (session, series);
  guint i;

  for (i = 0; i < series->n_points; i++) {
    const TsTimingPoint *point = &series->points[i];

    json_array_add_array_element (points, point_of ((point->time -
                origin) / 1e9, point->min * kind->factor,
            point->sum / point->count * kind->factor,
            point->max * kind->factor));
  }
  json_object_set_string_member (object, "name", name);
  json_object_set_array_member (object, "points", points);
  g_free (name);
  return object;
}

static void
add_bound (JsonArray * bounds, const TsSession * session, TsTimingBound bound,
    gdouble factor)
{
  gint64 value = session->options->config.bounds[bound];
  JsonObject *object;

  if (value == TS_TIMING_UNLIMITED)
    return;
  object = json_object_new ();
  json_object_set_double_member (object, "value", value * factor);
  json_object_set_string_member (object, "label",
      ts_timing_bound_info (bound)->nick);
  json_array_add_object_element (bounds, object);
}

static JsonArray *
bounds_of (const TsSession * session, const ChartKind * kind)
{
  JsonArray *bounds = json_array_new ();

  switch (kind->kind) {
    case TS_TIMING_SERIES_GAP:
      add_bound (bounds, session, TS_TIMING_BOUND_GAP_VIDEO_MIN, 1e-6);
      add_bound (bounds, session, TS_TIMING_BOUND_GAP_VIDEO_MAX, 1e-6);
      add_bound (bounds, session, TS_TIMING_BOUND_GAP_AUDIO_MIN, 1e-6);
      add_bound (bounds, session, TS_TIMING_BOUND_GAP_AUDIO_MAX, 1e-6);
      break;
    case TS_TIMING_SERIES_PCR_INTERVAL:
      add_bound (bounds, session, TS_TIMING_BOUND_PCR_INTERVAL_MAX, 1e-6);
      break;
    case TS_TIMING_SERIES_AV_SKEW:
      add_bound (bounds, session, TS_TIMING_BOUND_AV_SKEW_MAX, 1e-6);
      add_bound (bounds, session, TS_TIMING_BOUND_AV_SKEW_MAX, -1e-6);
      break;
    case TS_TIMING_SERIES_ARRIVAL_LAG:
      add_bound (bounds, session, TS_TIMING_BOUND_ARRIVAL_LAG_MAX, 1e-6);
      break;
    case TS_TIMING_SERIES_BITRATE:
      break;
  }
  return bounds;
}

static JsonObject *
chart_object (const gchar * id, const gchar * title,
    const gchar * about, const gchar * unit, gboolean zero, gboolean discrete,
    JsonArray * series, JsonArray * bounds)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "title", title);
  json_object_set_string_member (object, "about", about);
  json_object_set_string_member (object, "unit", unit);
  json_object_set_boolean_member (object, "zero", zero);
  json_object_set_boolean_member (object, "discrete", discrete);
  json_object_set_array_member (object, "series", series);
  json_object_set_array_member (object, "bounds", bounds);
  return object;
}

static void
add_chart (JsonArray * charts, const TsSession * session,
    const ChartKind * kind, gint64 origin)
{
  JsonArray *list = json_array_new ();
  const TsTimingSeries *series;
  guint i;

  for (i = 0; (series = ts_timing_get_series (session->checker, i)); i++) {
    if (series->kind == kind->kind && series->n_points)
      json_array_add_object_element (list, series_object (session, series,
              kind, origin));
  }
  if (json_array_get_length (list) == 0) {
    json_array_unref (list);
    return;
  }
  json_array_add_object_element (charts, chart_object (kind->id, kind->title,
          kind->about, kind->unit, kind->zero, FALSE, list,
          bounds_of (session, kind)));
}

/* UTC of the names against DTS, by segment. */
static void
add_lag_chart (JsonArray * charts, const TsSession * session)
{
  guint n = ts_timing_get_n_segments (session->checker), i;
  JsonArray *points = json_array_new (), *list, *bounds;
  JsonObject *series;

  for (i = 0; i < n; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);

    if (info && info->lag != TS_TIMING_NO_TIME)
      json_array_add_array_element (points, point_of (info->index,
              info->lag / 1e6, info->lag / 1e6, info->lag / 1e6));
  }
  if (json_array_get_length (points) == 0) {
    json_array_unref (points);
    return;
  }
  series = json_object_new ();
  json_object_set_string_member (series, "name", "UTC in names minus DTS");
  json_object_set_array_member (series, "points", points);
  list = json_array_new ();
  json_array_add_object_element (list, series);
  bounds = json_array_new ();
  add_bound (bounds, session, TS_TIMING_BOUND_SLOW_NETWORK_MIN, 1e-6);
  json_array_add_object_element (charts, chart_object ("lag",
          "Lag by segment", "How much more time than media went by since the "
          "first segment, by the UTC in the segments' names. Rising: the "
          "network on the way to the server is slow.", "ms", TRUE, TRUE, list,
          bounds));
}

/* Segments lie one after the other by the duration of their media. */
static JsonArray *
segment_list (const TsSession * session)
{
  guint n = ts_timing_get_n_segments (session->checker), i;
  JsonArray *list = json_array_new ();
  TsTimingTotals totals;
  gint64 start = 0, sum = 0;

  for (i = 0; i < n; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);

    if (info && info->media_duration != TS_TIMING_NO_TIME)
      sum += info->media_duration;
  }
  ts_timing_get_totals (session->checker, &totals);
  /* the first ones are not kept of a long run */
  if (totals.segments > n && totals.duration != TS_TIMING_NO_TIME)
    start = MAX (totals.duration - sum, 0);
  for (i = 0; i < n; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);
    JsonObject *object;

    if (!info)
      continue;
    object = json_object_new ();
    json_object_set_int_member (object, "index", info->index);
    json_object_set_double_member (object, "start", start / 1e9);
    json_array_add_object_element (list, object);
    if (info->media_duration != TS_TIMING_NO_TIME)
      start += info->media_duration;
  }
  return list;
}

static JsonArray *
event_list (const TsSession * session, gint64 origin)
{
  JsonArray *list = json_array_new ();
  guint i;

  for (i = 0; i < session->events->len; i++) {
    const TsTimingEvent *event =
        &g_array_index (session->events, TsSessionEvent, i).event;
    const TsTimingEventInfo *info = ts_timing_event_info (event->type);
    JsonObject *object = json_object_new ();
    gchar line[512];

    ts_timing_event_describe (event, line, sizeof line);
    json_object_set_string_member (object, "nick", info->nick);
    json_object_set_string_member (object, "severity",
        ts_timing_severity_nick (info->severity));
    json_object_set_string_member (object, "text", line);
    if (event->time == TS_TIMING_NO_TIME)
      json_object_set_null_member (object, "time");
    else
      json_object_set_double_member (object, "time",
          (event->time - origin) / 1e9);
    if (event->segment < 0)
      json_object_set_null_member (object, "segment");
    else
      json_object_set_int_member (object, "segment", event->segment);
    json_array_add_object_element (list, object);
  }
  return list;
}

/* "</script" and "<!--" would end or confuse the element around the JSON. */
static gchar *
escape_for_script (const gchar * json)
{
  GString *text = g_string_sized_new (strlen (json) + 64);
  const gchar *p;

  for (p = json; *p; p++) {
    if (*p == '<' || *p == '>' || *p == '&')
      g_string_append_printf (text, "\\u%04x", *p);
    else
      g_string_append_c (text, *p);
  }
  return g_string_free (text, FALSE);
}

gchar *
ts_report_charts (const TsSession * session)
{
  JsonObject *object = json_object_new ();
  JsonArray *charts = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  gint64 origin = time_origin (session);
  gchar *json, *text;
  gboolean slow;
  guint i;

  /* what was found wrong comes first */
  slow = ts_timing_get_count (session->checker,
      TS_TIMING_EVENT_SLOW_NETWORK) > 0;
  if (slow)
    add_lag_chart (charts, session);
  for (i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_chart (charts, session, &kinds[i], origin);
  if (!slow)
    add_lag_chart (charts, session);
  json_object_set_array_member (object, "charts", charts);
  json_object_set_array_member (object, "segments", segment_list (session));
  json_object_set_array_member (object, "events", event_list (session, origin));
  json_node_take_object (node, object);
  json = json_to_string (node, FALSE);
  json_node_unref (node);
  text = escape_for_script (json);
  g_free (json);
  return text;
}
