/* report: words that the reports share */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report.h"

#include <string.h>

gboolean
ts_report_has_findings (const TsSession * session)
{
  TsTimingTotals totals;
  guint severity;

  ts_timing_get_totals (session->checker, &totals);
  for (severity = session->options->fail_on;
      severity <= TS_TIMING_SEVERITY_ERROR; severity++) {
    if (totals.by_severity[severity])
      return TRUE;
  }
  return FALSE;
}

/* 850 ns, 12.5 us, 40.0 ms, 12.345 s, and other units as the core writes them */
gchar *
ts_report_format_value (gint64 value, TsTimingUnit unit)
{
  gdouble size = value < 0 ? -(gdouble) value : value;
  gchar text[64];

  if (unit == TS_TIMING_UNIT_NS) {
    if (size < 1e3)
      return g_strdup_printf ("%d ns", (gint) value);
    if (size < 1e6)
      return g_strdup_printf ("%.1f us", value / 1e3);
    if (size < 10e9)
      return g_strdup_printf ("%.1f ms", value / 1e6);
    return g_strdup_printf ("%.3f s", value / 1e9);
  }
  return g_strdup (ts_timing_format_value (value, unit, text, sizeof text));
}

/* "", "at most 100.0 ms", "allowed 700.0 ms to 1200.0 ms" */
gchar *
ts_report_format_limits (const TsTimingEvent * event)
{
  gboolean low = event->low != TS_TIMING_NO_TIME;
  gboolean high = event->high != TS_TIMING_UNLIMITED;
  gchar *least = ts_report_format_value (event->low, event->unit);
  gchar *most = ts_report_format_value (event->high, event->unit);
  gchar *text;

  if (event->unit == TS_TIMING_UNIT_NONE || (!low && !high))
    text = g_strdup ("");
  else if (event->low == event->high)
    text = g_strdup_printf ("expected %s", least);
  else if (low && high)
    text = g_strdup_printf ("allowed %s to %s", least, most);
  else
    text = g_strdup_printf ("%s %s", low ? "at least" : "at most",
        low ? least : most);
  g_free (least);
  g_free (most);
  return text;
}

/* hours:minutes:seconds of the program clock */
gchar *
ts_report_format_time (gint64 time)
{
  gint64 ms = (time < 0 ? -time : time) / TS_TIMING_MSEC;

  return g_strdup_printf ("%s%02d:%02d:%02d.%03d", time < 0 ? "-" : "",
      (gint) (ms / 3600000), (gint) (ms / 60000 % 60), (gint) (ms / 1000 % 60),
      (gint) (ms % 1000));
}

static const TsTimingSegmentInfo *
segment_info (const TsSession * session, gint64 index)
{
  guint n = ts_timing_get_n_segments (session->checker), i;

  for (i = 0; i < n; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);

    if (info && (gint64) info->index == index)
      return info;
  }
  return NULL;
}

/* segment, PID, packet, byte and time of an event, as far as it has them */
gchar *
ts_report_format_place (const TsSession * session, const TsTimingEvent * event)
{
  const TsTimingEventInfo *info = ts_timing_event_info (event->type);
  GString *text = g_string_new (NULL);

  if (event->segment >= 0) {
    const TsTimingSegmentInfo *segment = segment_info (session,
        event->segment);

    g_string_append_printf (text, "segment %" G_GINT64_FORMAT, event->segment);
    if (segment && segment->name)
      g_string_append_printf (text, " \"%s\"", segment->name);
  }
  if (info->check == TS_TIMING_CHECK_PLAYLIST) {
    /* packet and byte would be those of whatever was read last */
    if (!text->len)
      g_string_append (text, "the playlist");
    return g_string_free (text, FALSE);
  }
  if (event->pid != TS_TIMING_NO_PID)
    g_string_append_printf (text, "%sPID 0x%04x", text->len ? ", " : "",
        event->pid);
  g_string_append_printf (text, "%spacket %" G_GUINT64_FORMAT ", byte %"
      G_GUINT64_FORMAT, text->len ? ", " : "", event->packet, event->offset);
  if (event->time != TS_TIMING_NO_TIME) {
    gchar *time = ts_report_format_time (event->time);

    g_string_append_printf (text, ", at %s", time);
    g_free (time);
  }
  return g_string_free (text, FALSE);
}

static gint
compare_events (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const TsSession *session = user_data;
  const TsTimingEventInfo *x =
      ts_timing_event_info (*(const TsTimingEventType *) a);
  const TsTimingEventInfo *y =
      ts_timing_event_info (*(const TsTimingEventType *) b);
  guint64 nx = ts_timing_get_count (session->checker, x->type);
  guint64 ny = ts_timing_get_count (session->checker, y->type);

  if (x->severity != y->severity)
    return x->severity > y->severity ? -1 : 1;
  if (nx != ny)
    return nx > ny ? -1 : 1;
  return (gint) x->type - (gint) y->type;
}

GArray *
ts_report_sorted_events (const TsSession * session)
{
  GArray *types = g_array_new (FALSE, FALSE, sizeof (TsTimingEventType));
  TsTimingEventType type;

  for (type = 0; type < TS_TIMING_N_EVENTS; type++) {
    if (ts_timing_get_count (session->checker, type))
      g_array_append_val (types, type);
  }
  g_array_sort_with_data (types, compare_events, (gpointer) session);
  return types;
}

/* The verdict in half a line. */
gchar *
ts_report_headline (const TsSession * session)
{
  TsTimingTotals totals;
  GArray *types;
  GString *text;
  guint64 errors, warnings;

  ts_timing_get_totals (session->checker, &totals);
  errors = totals.by_severity[TS_TIMING_SEVERITY_ERROR];
  warnings = totals.by_severity[TS_TIMING_SEVERITY_WARNING];
  switch (ts_timing_get_verdict (session->checker)) {
    case TS_TIMING_VERDICT_CLEAN:
      return g_strdup ("the stream is in time");
    case TS_TIMING_VERDICT_UNUSABLE:
      return g_strdup ("no transport stream was found in it");
    default:
      break;
  }
  types = ts_report_sorted_events (session);
  text = g_string_new (NULL);
  if (errors)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " error%s", errors,
        errors == 1 ? "" : "s");
  if (warnings)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT " warning%s",
        errors ? " and " : "", warnings, warnings == 1 ? "" : "s");
  g_string_append_printf (text, " of %u kind%s", types->len,
      types->len == 1 ? "" : "s");
  g_array_unref (types);
  return g_string_free (text, FALSE);
}

/* Size of what was read, in one line. */
gchar *
ts_report_describe_input (const TsSession * session)
{
  const TsSessionPlaylist *playlist = &session->playlist;
  GString *text = g_string_new (NULL);
  TsTimingTotals totals;
  gchar *duration;

  ts_timing_get_totals (session->checker, &totals);
  duration = ts_report_format_time (totals.duration ==
      TS_TIMING_NO_TIME ? 0 : totals.duration);
  g_string_append_printf (text, "%s of stream, %" G_GUINT64_FORMAT
      " packets", duration, totals.packets);
  g_free (duration);
  if (totals.packet_size)
    g_string_append_printf (text, " of %u bytes", totals.packet_size);
  if (totals.bitrate)
    g_string_append_printf (text, ", %.0f kbit/s", totals.bitrate / 1e3);
  if (totals.segments)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " segment%s",
        totals.segments, totals.segments == 1 ? "" : "s");
  g_string_append_printf (text, ", profile %s",
      ts_timing_profile_nick (session->options->config.profile));
  if (playlist->variant)
    g_string_append_printf (text, "; the variant read: %s, of %u",
        playlist->variant, playlist->n_variants);
  if (playlist->uri && playlist->live)
    g_string_append_printf (text, "; live playlist, loaded %u time%s",
        playlist->loads, playlist->loads == 1 ? "" : "s");
  if (playlist->encrypted)
    g_string_append_printf (text, "; %u segments are encrypted (%s) and were "
        "not read", playlist->encrypted, playlist->key_method);
  if (playlist->gaps)
    g_string_append_printf (text, "; %u gaps", playlist->gaps);
  if (playlist->low_latency)
    g_string_append (text, "; parts of low-latency HLS are not checked by "
        "themselves");
  return g_string_free (text, FALSE);
}

/* What the names of the segments told, or NULL if there is nothing to say. */
gchar *
ts_report_describe_names (const TsSession * session)
{
  guint n = ts_timing_get_n_segments (session->checker);
  const TsTimingSegmentInfo *last = NULL;
  const TsTimingEvent *refused = ts_timing_get_first (session->checker,
      TS_TIMING_EVENT_NAME_TIME_REFUSED);
  GDateTime *date;
  gchar *stamp, *text;

  if (refused)
    return g_strdup_printf ("they do not tell the time%s%s",
        refused->detail ? ": a number that looks like it " : "",
        refused->detail ? refused->detail : "");
  while (n > 0 && (!last || last->lag == TS_TIMING_NO_TIME))
    last = ts_timing_get_segment (session->checker, --n);
  if (!last || last->lag == TS_TIMING_NO_TIME || last->utc == TS_TIMING_NO_TIME)
    return NULL;
  date = g_date_time_new_from_unix_utc (last->utc / TS_TIMING_SECOND);
  stamp = g_date_time_format (date, "%Y-%m-%d %H:%M:%S UTC");
  text = g_strdup_printf ("they tell the time (last %s), %.3f s %s than the "
      "media since the first", stamp, ABS (last->lag) / 1e9,
      last->lag < 0 ? "less" : "more");
  g_free (stamp);
  g_date_time_unref (date);
  return text;
}
