/* ts-name-pattern: where a user says that the time stands in a name */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-name-time.h"

#include <string.h>

struct _TsNamePattern
{
  GRegex *regex;                /* or */
  gchar *text;                  /* in the manner of strftime */
};

typedef struct
{
  gint64 year, month, day, year_day, hour, minute, second, epoch;
  gint64 fraction, resolution, zone;
  gboolean has_zone;
} PatternTime;

static gboolean
pattern_has (const gchar * text, gchar directive)
{
  const gchar *p;

  for (p = text; *p; p++) {
    if (*p == '%' && *++p == directive)
      return TRUE;
  }
  return FALSE;
}

static gboolean
pattern_check (const gchar * text, GError ** error)
{
  const gchar *p;

  for (p = text; *p; p++) {
    if (*p != '%')
      continue;
    p++;
    if (*p == 0 || !strchr ("YmdjHMSsfz?*%123456789", *p)) {
      g_set_error (error, TS_SEGMENT_NAME_ERROR,
          TS_SEGMENT_NAME_ERROR_BAD_PATTERN,
          "segment name pattern \"%s\": %%%c at character %u is not known",
          text, *p ? *p : ' ', (guint) (p - text));
      return FALSE;
    }
  }
  if (pattern_has (text, 's'))
    return TRUE;
  if (pattern_has (text, 'Y') && pattern_has (text, 'H')
      && (pattern_has (text, 'j') || (pattern_has (text, 'm')
              && pattern_has (text, 'd'))))
    return TRUE;
  g_set_error (error, TS_SEGMENT_NAME_ERROR,
      TS_SEGMENT_NAME_ERROR_BAD_PATTERN,
      "segment name pattern \"%s\" has neither a group (...) nor %%s nor "
      "%%Y %%m %%d %%H", text);
  return FALSE;
}

/* Compiles what ts_segment_names_new() describes. */
TsNamePattern *
ts_name_pattern_new (const gchar * text, GError ** error)
{
  TsNamePattern *pattern;
  GRegex *regex = NULL;
  GError *fault = NULL;

  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, TS_SEGMENT_NAME_ERROR,
        TS_SEGMENT_NAME_ERROR_BAD_PATTERN, "segment name pattern is not UTF-8");
    return NULL;
  }
  if (strchr (text, '(')) {
    regex = g_regex_new (text, G_REGEX_OPTIMIZE, 0, &fault);
    if (!regex) {
      g_set_error (error, TS_SEGMENT_NAME_ERROR,
          TS_SEGMENT_NAME_ERROR_BAD_PATTERN,
          "segment name pattern \"%s\": %s", text, fault->message);
      g_error_free (fault);
      return NULL;
    }
    if (g_regex_get_capture_count (regex) != 1) {
      g_set_error (error, TS_SEGMENT_NAME_ERROR,
          TS_SEGMENT_NAME_ERROR_BAD_PATTERN,
          "segment name pattern \"%s\" has %d groups, it needs exactly one",
          text, g_regex_get_capture_count (regex));
      g_regex_unref (regex);
      return NULL;
    }
  } else if (!pattern_check (text, error)) {
    return NULL;
  }
  pattern = g_new0 (TsNamePattern, 1);
  pattern->regex = regex;
  pattern->text = g_strdup (text);
  return pattern;
}

void
ts_name_pattern_free (TsNamePattern * pattern)
{
  if (!pattern)
    return;
  if (pattern->regex)
    g_regex_unref (pattern->regex);
  g_free (pattern->text);
  g_free (pattern);
}

/* Reads one directive's value; FALSE if the name has something else here. */
static gboolean
pattern_read (gchar directive, TsCursor * c, PatternTime * time)
{
  switch (directive) {
    case 'Y':
      return ts_cursor_read_digits (c, 4, &time->year);
    case 'm':
      return ts_cursor_read_digits (c, 2, &time->month);
    case 'd':
      return ts_cursor_read_digits (c, 2, &time->day);
    case 'j':
      return ts_cursor_read_digits (c, 3, &time->year_day);
    case 'H':
      return ts_cursor_read_digits (c, 2, &time->hour);
    case 'M':
      time->resolution = MIN (time->resolution, 60 * TS_TIMING_SECOND);
      return ts_cursor_read_digits (c, 2, &time->minute);
    case 'S':
      time->resolution = MIN (time->resolution, TS_TIMING_SECOND);
      return ts_cursor_read_digits (c, 2, &time->second);
    case 's':
      time->resolution = MIN (time->resolution, TS_TIMING_SECOND);
      return ts_cursor_read_digits (c, 10, &time->epoch);
    case 'f':
      if (ts_cursor_digits_ahead (c) == 0)
        return FALSE;
      ts_cursor_read_fraction (c, &time->fraction, &time->resolution);
      return TRUE;
    case 'z':
      if (c->at < c->end && (*c->at == 'Z' || *c->at == 'z')) {
        c->at++;
        return TRUE;
      }
      time->has_zone = ts_cursor_read_zone (c, TRUE, &time->zone);
      return time->has_zone;
    case '?':
      return c->at < c->end && (c->at++, TRUE);
    case '%':
      return ts_cursor_read_one_of (c, "%") != 0;
    default:
      /* %1 to %9 */
      time->resolution = ts_power_of_ten (9 - (directive - '0'));
      if (!ts_cursor_read_digits (c, directive - '0', &time->fraction))
        return FALSE;
      time->fraction *= time->resolution;
      return TRUE;
  }
}

/*
 * Matches @text at the cursor. A %* takes as little as it can; only the last
 * one met needs to be gone back to, as with a shell's star, so the work is at
 * most the product of both lengths.
 */
static gboolean
pattern_match_here (const gchar * text, TsCursor c, PatternTime * time)
{
  const gchar *star = NULL;
  TsCursor star_cursor = c;
  PatternTime star_time = *time;

  while (*text) {
    gboolean good;

    if (text[0] == '%' && text[1] == '*') {
      text += 2;
      star = text;
      star_cursor = c;
      star_time = *time;
      continue;
    }
    if (text[0] == '%') {
      good = pattern_read (text[1], &c, time);
      text += 2;
    } else {
      good = c.at < c.end && *c.at == *text;
      if (good)
        c.at++;
      text++;
    }
    if (good)
      continue;
    if (!star || star_cursor.at >= star_cursor.end)
      return FALSE;
    star_cursor.at++;
    c = star_cursor;
    *time = star_time;
    text = star;
  }
  return TRUE;
}

static gboolean
pattern_time (const TsNamePattern * pattern, const PatternTime * time,
    TsNameCandidate * found)
{
  gint64 utc;

  if (time->epoch >= 0) {
    utc = time->epoch;
    found->form = TS_NAME_FORM_SECONDS;
  } else {
    gboolean by_day = time->year_day > 0;

    if (!ts_time_civil_is_valid (time->year, by_day ? 1 : time->month,
            by_day ? 1 : time->day, time->hour, time->minute, time->second)
        || time->year_day > 366)
      return FALSE;
    utc = ts_time_from_civil (time->year, by_day ? 1 : time->month,
        by_day ? time->year_day : time->day, time->hour, time->minute,
        time->second);
    found->form = TS_NAME_FORM_ISO;
  }
  /* bounded before it is multiplied */
  if (utc < TS_SEGMENT_NAME_EARLIEST - 86400
      || utc > TS_SEGMENT_NAME_LATEST + 86400)
    return FALSE;
  found->utc_no_zone = utc * TS_TIMING_SECOND + time->fraction;
  found->utc = found->utc_no_zone - time->zone * 60 * TS_TIMING_SECOND;
  found->zone = time->has_zone;
  found->resolution = time->resolution;
  found->index = 0;
  return ts_name_is_plausible (found->utc);
}

/* Whether @uri fits @pattern and holds a plausible time. */
gboolean
ts_name_pattern_match (const TsNamePattern * pattern,
    const gchar * uri, TsNameCandidate * found)
{
  TsCursor cursor = { uri, uri + strlen (uri) };

  if (pattern->regex) {
    GMatchInfo *info = NULL;
    gint begin, end;
    gboolean good;

    good = g_utf8_validate (uri, -1, NULL)
        && g_regex_match (pattern->regex, uri, 0, &info)
        && g_match_info_fetch_pos (info, 1, &begin, &end) && begin >= 0
        && end > begin;
    if (good) {
      TsCursor group = { uri + begin, uri + end };

      good = g_ascii_isdigit (*group.at)
          && (ts_cursor_read_iso (&group, FALSE, found)
          || (group.at = uri + begin, ts_cursor_read_epoch (&group, found)))
          && group.at == group.end && ts_name_is_plausible (found->utc);
    }
    if (info)
      g_match_info_free (info);
    found->index = 0;
    return good;
  }

  for (; cursor.at < cursor.end; cursor.at++) {
    PatternTime time = {.year = -1,.month = 1,.day = 1,.epoch = -1 };

    time.resolution = 3600 * TS_TIMING_SECOND;
    if (pattern_match_here (pattern->text, cursor, &time)
        && pattern_time (pattern, &time, found))
      return TRUE;
  }
  return FALSE;
}
