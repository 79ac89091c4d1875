/* report-html: the report as one page that needs nothing but itself */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Words and tables are written here, charts are drawn by the page's own script
 * from JSON. Page, style and script are files of their own in html/. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report.h"

#include <string.h>

#include <gio/gio.h>

#include "report-charts.h"

/* rows of the segments' table; the JSON report has all */
#define SEGMENT_ROWS 200

/* Text from outside: names may hold anything. */
static void
add_text (GString * html, const gchar * text)
{
  gchar *valid = g_utf8_make_valid (text, -1);
  gchar *escaped = g_markup_escape_text (valid, -1);

  g_string_append (html, escaped);
  g_free (escaped);
  g_free (valid);
}

static void
add_cell (GString * html, const gchar * class_name, const gchar * text)
{
  g_string_append_printf (html, "<td%s%s%s>", class_name ? " class=\"" : "",
      class_name ? class_name : "", class_name ? "\"" : "");
  add_text (html, text);
  g_string_append (html, "</td>");
}

static void
add_number (GString * html, const gchar * format, ...)
G_GNUC_PRINTF (2, 3);

     static void add_number (GString * html, const gchar * format, ...)
{
  va_list args;

  g_string_append (html, "<td>");
  va_start (args, format);
  g_string_append_vprintf (html, format, args);
  va_end (args);
  g_string_append (html, "</td>");
}

static void
add_ms (GString * html, gint64 ns)
{
  if (ns == TS_TIMING_NO_TIME)
    g_string_append (html, "<td>-</td>");
  else
    add_number (html, "%.1f", ns / 1e6);
}

static void
add_range (GString * html, const TsTimingRange * range)
{
  if (range->count == 0)
    g_string_append (html, "<td>-</td><td>-</td><td>-</td>");
  else
    g_string_append_printf (html, "<td>%.1f</td><td>%.1f</td><td>%.1f</td>",
        range->min / 1e6, range->mean / 1e6, range->max / 1e6);
}

/* @columns: words by comma, those that begin with a dot hold text */
static void
begin_table (GString * html, const gchar * caption, const gchar * columns)
{
  gchar **words = g_strsplit (columns, ",", -1);
  guint i;

  g_string_append_printf (html, "<div class=\"wide\"><table><caption>%s"
      "</caption><thead><tr>", caption);
  for (i = 0; words[i]; i++)
    g_string_append_printf (html, "<th scope=\"col\"%s>%s</th>",
        words[i][0] == '.' ? " class=\"text\"" : "",
        words[i] + (words[i][0] == '.'));
  g_string_append (html, "</tr></thead><tbody>\n");
  g_strfreev (words);
}

static void
end_table (GString * html)
{
  g_string_append (html, "</tbody></table></div>\n");
}

static void
add_findings (GString * html, const TsSession * session)
{
  GArray *types = ts_report_sorted_events (session);
  guint i;

  if (types->len == 0)
    g_string_append (html, "<p>None.</p>\n");
  for (i = 0; i < types->len; i++) {
    TsTimingEventType type = g_array_index (types, TsTimingEventType, i);
    const TsTimingEventInfo *info = ts_timing_event_info (type);
    const TsTimingEvent *first = ts_timing_get_first (session->checker, type);
    const gchar *severity = ts_timing_severity_nick (info->severity);

    g_string_append_printf (html, "<article class=\"finding %s\"><h3>%s "
        "&times; %" G_GUINT64_FORMAT " <span class=\"severity\">%s</span>"
        "</h3><p>", severity, info->nick,
        ts_timing_get_count (session->checker, type), severity);
    add_text (html, info->explanation);
    g_string_append (html, " <span class=\"about\">(");
    add_text (html, info->clause);
    g_string_append (html, ")</span></p>");
    if (first) {
      gchar *place = ts_report_format_place (session, first);
      gchar *value = ts_report_format_value (first->value, first->unit);
      gchar *limits = ts_report_format_limits (first);

      g_string_append (html, "<p class=\"first\">First: ");
      add_text (html, place);
      if (first->detail) {
        g_string_append (html, ": ");
        add_text (html, first->detail);
      }
      if (first->unit != TS_TIMING_UNIT_NONE)
        g_string_append_printf (html, ": <b>%s</b>%s%s", value,
            *limits ? ", " : "", limits);
      g_string_append (html, "</p>");
      g_free (place);
      g_free (value);
      g_free (limits);
    }
    g_string_append (html, "</article>\n");
  }
  g_array_unref (types);
}

static void
add_programs (GString * html, const TsSession * session)
{
  TsTimingProgramInfo info;
  guint i;

  begin_table (html, "Programs", "program,PMT PID,PCR PID,duration s,PCR "
      "interval least ms,mean,most,A/V skew least ms,mean,most,breaks marked,"
      "breaks unmarked");
  for (i = 0; ts_timing_get_program (session->checker, i, &info); i++) {
    g_string_append (html, "<tr>");
    add_number (html, "%u", info.program);
    add_number (html, "0x%04x", info.pmt_pid);
    add_number (html, "0x%04x", info.pcr_pid);
    add_number (html, "%.3f", info.duration == TS_TIMING_NO_TIME ? 0 :
        info.duration / 1e9);
    add_range (html, &info.pcr_interval);
    add_range (html, &info.av_skew);
    add_number (html, "%" G_GUINT64_FORMAT, info.discontinuities_marked);
    add_number (html, "%" G_GUINT64_FORMAT, info.discontinuities_unmarked);
    g_string_append (html, "</tr>\n");
  }
  end_table (html);
}

static void
add_pids (GString * html, const TsSession * session)
{
  guint n = ts_timing_get_n_pids (session->checker), i;
  TsTimingPidInfo info;

  begin_table (html, "PIDs", "PID,program,.kind,.codec,packets,timestamps,"
      "DTS-PCR least ms,mean,most,lost,duplicates");
  for (i = 0; i < n; i++) {
    if (!ts_timing_get_pid (session->checker, i, &info))
      continue;
    g_string_append (html, "<tr>");
    add_number (html, "0x%04x", info.pid);
    add_number (html, "%u", info.program);
    add_cell (html, "text", ts_timing_kind_nick (info.kind));
    add_cell (html, "text", info.codec ? info.codec : "-");
    add_number (html, "%" G_GUINT64_FORMAT, info.packets);
    add_number (html, "%" G_GUINT64_FORMAT, info.units);
    add_range (html, &info.gap);
    add_number (html, "%" G_GUINT64_FORMAT, info.continuity_errors);
    add_number (html, "%" G_GUINT64_FORMAT, info.duplicates);
    g_string_append (html, "</tr>\n");
  }
  end_table (html);
}

static void
add_segments (GString * html, const TsSession * session)
{
  guint n = ts_timing_get_n_segments (session->checker), i;

  if (n == 0)
    return;
  begin_table (html, "Segments", "segment,EXTINF ms,media ms,UTC lag ms,.break,"
      "events,.name");
  for (i = n > SEGMENT_ROWS ? n - SEGMENT_ROWS : 0; i < n; i++) {
    const TsTimingSegmentInfo *info =
        ts_timing_get_segment (session->checker, i);

    if (!info)
      continue;
    g_string_append (html, "<tr>");
    add_number (html, "%" G_GUINT64_FORMAT, info->index);
    add_ms (html, info->announced_duration);
    add_ms (html, info->media_duration);
    add_ms (html, info->lag);
    add_cell (html, info->unmarked_discontinuity ? "text bad" : "text",
        info->unmarked_discontinuity ? "not marked" :
        info->marked_discontinuity ? "marked" : "");
    add_number (html, "%" G_GUINT64_FORMAT, info->events);
    add_cell (html, "text", info->name ? info->name : "");
    g_string_append (html, "</tr>\n");
  }
  end_table (html);
  if (n > SEGMENT_ROWS)
    g_string_append_printf (html, "<p class=\"about\">The last %d of %u kept "
        "segments.</p>\n", SEGMENT_ROWS, n);
}

static void
add_resource (GString * html, const gchar * path)
{
  GBytes *bytes = g_resources_lookup_data (path, 0, NULL);
  gsize size;
  const gchar *data;

  /* linked into the program: it cannot be missing */
  g_return_if_fail (bytes != NULL);
  data = g_bytes_get_data (bytes, &size);
  g_string_append_len (html, data, size);
  g_bytes_unref (bytes);
}

static void
add_words (GString * html, const TsSession * session)
{
  gchar *about = ts_report_describe_input (session);
  gchar *names = ts_report_describe_names (session);

  add_text (html, about);
  if (names) {
    g_string_append (html, "<br>Segment names: ");
    add_text (html, names);
  }
  g_free (about);
  g_free (names);
}

/* What stands for @name@ in the page. */
static void
fill (GString * html, const TsSession * session, const gchar * name)
{
  TsTimingVerdict verdict = ts_timing_get_verdict (session->checker);
  gchar *text;

  if (strcmp (name, "TITLE") == 0) {
    add_text (html, session->input);
    g_string_append (html, ": timing");
  } else if (strcmp (name, "CSS") == 0) {
    add_resource (html, "/ts-timing/page.css");
  } else if (strcmp (name, "JS") == 0) {
    add_resource (html, "/ts-timing/page.js");
  } else if (strcmp (name, "VERDICT") == 0) {
    g_string_append (html, ts_timing_verdict_nick (verdict));
  } else if (strcmp (name, "WORD") == 0) {
    text = g_ascii_strup (ts_timing_verdict_nick (verdict), -1);
    g_string_append (html, text);
    g_free (text);
  } else if (strcmp (name, "INPUT") == 0) {
    add_text (html, session->input);
  } else if (strcmp (name, "HEADLINE") == 0) {
    text = ts_report_headline (session);
    add_text (html, text);
    g_free (text);
  } else if (strcmp (name, "ABOUT") == 0) {
    add_words (html, session);
  } else if (strcmp (name, "FINDINGS") == 0) {
    add_findings (html, session);
  } else if (strcmp (name, "TABLES") == 0) {
    add_programs (html, session);
    add_pids (html, session);
    add_segments (html, session);
  } else if (strcmp (name, "DATA") == 0) {
    text = ts_report_charts (session);
    g_string_append (html, text);
    g_free (text);
  } else if (strcmp (name, "VERSION") == 0) {
    g_string_append (html, PACKAGE_VERSION);
  } else if (strcmp (name, "PROFILE") == 0) {
    g_string_append (html,
        ts_timing_profile_nick (session->options->config.profile));
  }
}

/* The whole page. */
gchar *
ts_report_html (const TsSession * session)
{
  GBytes *page = g_resources_lookup_data ("/ts-timing/page.html", 0, NULL);
  GString *html = g_string_new (NULL);
  gchar **parts;
  gchar *text;
  guint i;

  g_return_val_if_fail (page != NULL, g_string_free (html, FALSE));
  text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
  /* the page has no other use for @ */
  parts = g_strsplit (text, "@", -1);
  for (i = 0; parts[i]; i++) {
    if (i % 2 == 0)
      g_string_append (html, parts[i]);
    else
      fill (html, session, parts[i]);
  }
  g_strfreev (parts);
  g_free (text);
  g_bytes_unref (page);
  return g_string_free (html, FALSE);
}
