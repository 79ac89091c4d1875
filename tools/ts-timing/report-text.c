/* report-text: the report on one screen */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report.h"

#include <string.h>

/* segments shown at the most; the JSON has all of them */
#define SEGMENT_ROWS 12

static void
append_findings (GString * text, const TsSession * session)
{
  GArray *types = ts_report_sorted_events (session);
  guint i;

  for (i = 0; i < types->len; i++) {
    TsTimingEventType type = g_array_index (types, TsTimingEventType, i);
    const TsTimingEventInfo *info = ts_timing_event_info (type);
    const TsTimingEvent *first = ts_timing_get_first (session->checker, type);

    g_string_append_printf (text, "\n%7s  %s x %" G_GUINT64_FORMAT "  (%s)\n",
        ts_timing_severity_nick (info->severity), info->nick,
        ts_timing_get_count (session->checker, type), info->clause);
    g_string_append_printf (text, "         %s\n", info->explanation);
    if (first) {
      gchar *place = ts_report_format_place (session, first);
      gchar *value = ts_report_format_value (first->value, first->unit);
      gchar *limits = ts_report_format_limits (first);

      g_string_append_printf (text, "         first: %s\n", place);
      if (first->detail)
        g_string_append_printf (text, "         %s\n", first->detail);
      if (first->unit != TS_TIMING_UNIT_NONE)
        g_string_append_printf (text, "         %s%s%s\n", value,
            *limits ? ", " : "", limits);
      g_free (place);
      g_free (value);
      g_free (limits);
    }
  }
  g_array_unref (types);
}

static void
append_range (GString * text, const TsTimingRange * range)
{
  if (range->count == 0)
    g_string_append_printf (text, "%8s %8s %8s", "-", "-", "-");
  else
    g_string_append_printf (text, "%8.1f %8.1f %8.1f", range->min / 1e6,
        range->mean / 1e6, range->max / 1e6);
}

static void
append_programs (GString * text, const TsSession * session)
{
  TsTimingProgramInfo info;
  guint i;

  for (i = 0; ts_timing_get_program (session->checker, i, &info); i++) {
    gchar *duration = ts_report_format_time (info.duration ==
        TS_TIMING_NO_TIME ? 0 : info.duration);

    if (i == 0)
      g_string_append (text, "\nprogram   PMT     PCR     duration      "
          "PCR interval, ms            breaks\n"
          "                                            min     mean"
          "      max    marked/not\n");
    g_string_append_printf (text, "%7u   0x%04x  0x%04x  %s ", info.program,
        info.pmt_pid, info.pcr_pid, duration);
    append_range (text, &info.pcr_interval);
    g_string_append_printf (text, "    %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
        "\n", info.discontinuities_marked, info.discontinuities_unmarked);
    g_free (duration);
  }
}

static void
append_pids (GString * text, const TsSession * session)
{
  guint n = ts_timing_get_n_pids (session->checker), i;
  TsTimingPidInfo info;

  if (n)
    g_string_append (text, "\nPID      kind      codec        packets  "
        "DTS-PCR, ms                 lost\n"
        "                                          min     mean      max\n");
  for (i = 0; i < n; i++) {
    if (!ts_timing_get_pid (session->checker, i, &info))
      continue;
    g_string_append_printf (text, "0x%04x   %-8s  %-10s %9" G_GUINT64_FORMAT
        " ", info.pid, ts_timing_kind_nick (info.kind),
        info.codec ? info.codec : "-", info.packets);
    append_range (text, &info.gap);
    g_string_append_printf (text, " %6" G_GUINT64_FORMAT "\n",
        info.continuity_errors);
  }
}

static void
append_segment (GString * text, const TsTimingSegmentInfo * info)
{
  g_string_append_printf (text, "%7" G_GUINT64_FORMAT " ", info->index);
  if (info->announced_duration == TS_TIMING_NO_TIME)
    g_string_append_printf (text, "%9s ", "-");
  else
    g_string_append_printf (text, "%9.3f ", info->announced_duration / 1e9);
  if (info->media_duration == TS_TIMING_NO_TIME)
    g_string_append_printf (text, "%9s ", "-");
  else
    g_string_append_printf (text, "%9.3f ", info->media_duration / 1e9);
  if (info->lag == TS_TIMING_NO_TIME)
    g_string_append_printf (text, "%9s ", "-");
  else
    g_string_append_printf (text, "%9.3f ", info->lag / 1e9);
  g_string_append_printf (text, "%-6s %6" G_GUINT64_FORMAT "  %s\n",
      info->unmarked_discontinuity ? "BREAK" :
      info->marked_discontinuity ? "marked" : "", info->events,
      info->name ? info->name : "");
}

static void
append_segments (GString * text, const TsSession * session)
{
  guint n = ts_timing_get_n_segments (session->checker), i, shown = 0;
  guint from = n > SEGMENT_ROWS ? n - SEGMENT_ROWS : 0;

  if (n == 0)
    return;
  g_string_append (text, "\nsegment  EXTINF s   media s     lag s  break "
      "events  name\n");
  /* those with events first seen, then the latest */
  for (i = 0; i < from && shown < SEGMENT_ROWS / 2; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);

    if (info && info->events) {
      append_segment (text, info);
      shown++;
    }
  }
  if (shown)
    from = n - (SEGMENT_ROWS - shown);
  if (from > 0)
    g_string_append (text, "    ...\n");
  for (i = from; i < n; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);

    if (info)
      append_segment (text, info);
  }
}

/* What comes from the stream must not steer the reader's terminal. */
static void
make_printable (GString * text)
{
  gchar *p;

  for (p = text->str; *p; p++) {
    if ((*p != '\n' && (guchar) * p < 0x20) || *p == 0x7f)
      *p = '?';
  }
}

/* The verdict, the findings, the tables. */
gchar *
ts_report_text (const TsSession * session)
{
  static const gchar *const words[] = { "CLEAN", "WARNING", "ERROR",
    "UNUSABLE"
  };
  GString *text = g_string_new (NULL);
  gchar *headline = ts_report_headline (session);
  gchar *input = ts_report_describe_input (session);
  gchar *names = ts_report_describe_names (session);

  g_string_append_printf (text, "%s  %s: %s\n",
      words[ts_timing_get_verdict (session->checker)], session->input,
      headline);
  g_string_append_printf (text, "%s\n", input);
  if (names)
    g_string_append_printf (text, "segment names: %s\n", names);
  append_findings (text, session);
  if (!session->options->quiet) {
    append_programs (text, session);
    append_pids (text, session);
    append_segments (text, session);
  }
  make_printable (text);
  g_free (headline);
  g_free (input);
  g_free (names);
  return g_string_free (text, FALSE);
}
