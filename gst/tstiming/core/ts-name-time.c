/* ts-name-time: times written as text, as they stand in names and playlists */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-name-time.h"

#include <string.h>

guint
ts_cursor_digits_ahead (const TsCursor * cursor)
{
  const gchar *p = cursor->at;

  while (p < cursor->end && g_ascii_isdigit (*p))
    p++;
  return p - cursor->at;
}

/* exactly @count digits */
gboolean
ts_cursor_read_digits (TsCursor * cursor, guint count, gint64 * value)
{
  guint i;

  if ((gsize) (cursor->end - cursor->at) < count)
    return FALSE;
  *value = 0;
  for (i = 0; i < count; i++) {
    if (!g_ascii_isdigit (cursor->at[i]))
      return FALSE;
    *value = *value * 10 + (cursor->at[i] - '0');
  }
  cursor->at += count;
  return TRUE;
}

/* one of @set, which is then skipped */
gchar
ts_cursor_read_one_of (TsCursor * cursor, const gchar * set)
{
  if (cursor->at < cursor->end && *cursor->at && strchr (set, *cursor->at))
    return *cursor->at++;
  return 0;
}

gint64
ts_power_of_ten (guint exponent)
{
  gint64 value = 1;

  while (exponent--)
    value *= 10;
  return value;
}

/**
 * ts_time_from_civil:
 * @year: 1 to 9999
 * @month: 1 to 12
 * @day: 1 to 31; counted on from the first, so 32 is the day after the 31st
 * @hour: of the day
 * @minute: of the hour
 * @second: of the minute
 *
 * Returns: seconds since 1970-01-01T00:00:00Z in the proleptic Gregorian
 *   calendar
 */
gint64
ts_time_from_civil (gint year, gint month, gint day, gint hour,
    gint minute, gint second)
{
  static const gint before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273,
    304, 334
  };
  gint64 years = year - 1, days;

  days = years * 365 + years / 4 - years / 100 + years / 400;
  days += before[month - 1] + day - 1;
  if (month > 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    days++;
  days -= 719162;               /* 0001-01-01 to 1970-01-01 */
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

gboolean
ts_time_civil_is_valid (gint64 year, gint64 month, gint64 day, gint64 hour,
    gint64 minute, gint64 second)
{
  static const gint length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
    31
  };

  /* 24:00:00 is ISO 8601's end of a day, second 60 a leap second */
  return year >= 1 && month >= 1 && month <= 12 && day >= 1
      && day <= length[month - 1] && minute <= 59 && second <= 60
      && (hour <= 23 || (hour == 24 && minute == 0 && second == 0));
}

gboolean
ts_name_is_plausible (gint64 utc)
{
  return utc >= TS_SEGMENT_NAME_EARLIEST * TS_TIMING_SECOND
      && utc < TS_SEGMENT_NAME_LATEST * TS_TIMING_SECOND;
}

/* A fraction's digits; those past the ninth are read and dropped. */
void
ts_cursor_read_fraction (TsCursor * cursor, gint64 * fraction,
    gint64 * resolution)
{
  guint count = ts_cursor_digits_ahead (cursor);
  guint kept = MIN (count, 9);
  gint64 value = 0;

  ts_cursor_read_digits (cursor, kept, &value);
  cursor->at += count - kept;
  *resolution = ts_power_of_ten (9 - kept);
  *fraction = value * *resolution;
}

/*
 * Z, +hh, +hhmm, +hh:mm or the same with a minus. In a name (@strict unset) a
 * dash more often begins a counter, so -hh is none and -hhmm must be an offset
 * that some place on Earth has.
 */
gboolean
ts_cursor_read_zone (TsCursor * cursor, gboolean strict, gint64 * minutes)
{
  TsCursor ahead = *cursor;
  gint64 hour, minute = 0;
  gchar sign;

  *minutes = 0;
  if (ts_cursor_read_one_of (&ahead, "Zz")) {
    /* "zebra" is a word */
    if (!strict && ahead.at < ahead.end && g_ascii_isalpha (*ahead.at))
      return FALSE;
    *cursor = ahead;
    return FALSE;
  }
  sign = ts_cursor_read_one_of (&ahead, "+-");
  if (!sign || !ts_cursor_read_digits (&ahead, 2, &hour))
    return FALSE;
  if (ts_cursor_read_one_of (&ahead, ":")) {
    if (!ts_cursor_read_digits (&ahead, 2, &minute))
      return FALSE;
  } else if (ts_cursor_digits_ahead (&ahead) >= 2) {
    ts_cursor_read_digits (&ahead, 2, &minute);
  } else if (!strict && sign == '-') {
    return FALSE;
  }
  if (ts_cursor_digits_ahead (&ahead) > 0 || hour > 14 || minute > 59)
    return FALSE;
  if (!strict && minute % 15 != 0)
    return FALSE;
  *minutes = (hour * 60 + minute) * (sign == '-' ? -1 : 1);
  *cursor = ahead;
  return TRUE;
}

/*
 * ISO 8601, both dates and times calendar ones: 2016-11-14T15:30:31.123Z,
 * 20161114T153031.123+0800. In a name the T and the colons may be other marks
 * or, with the basic form, missing.
 */
gboolean
ts_cursor_read_iso (TsCursor * cursor, gboolean strict, TsNameCandidate * found)
{
  TsCursor c = *cursor;
  gint64 year, month, day, hour, minute, second, fraction = 0, zone;
  gint64 resolution = TS_TIMING_SECOND, utc;
  gchar mark;

  /* other years are no times of media, and too many ns */
  if (!ts_cursor_read_digits (&c, 4, &year) || year < 1970 || year > 2199)
    return FALSE;
  mark = ts_cursor_read_one_of (&c, strict ? "-" : "-_.");
  if (!ts_cursor_read_digits (&c, 2, &month))
    return FALSE;
  if (mark && ts_cursor_read_one_of (&c, strict ? "-" : "-_.") != mark)
    return FALSE;
  if (!ts_cursor_read_digits (&c, 2, &day))
    return FALSE;
  if (!ts_cursor_read_one_of (&c, strict ? "Tt " : "Tt-_. +") && (strict
          || mark))
    return FALSE;
  if (!ts_cursor_read_digits (&c, 2, &hour))
    return FALSE;
  mark = ts_cursor_read_one_of (&c, strict ? ":" : ":-_.h");
  if (!ts_cursor_read_digits (&c, 2, &minute))
    return FALSE;
  if (mark && !ts_cursor_read_one_of (&c, strict ? ":" : ":-_.m"))
    return FALSE;
  if (!ts_cursor_read_digits (&c, 2, &second))
    return FALSE;
  if (!ts_time_civil_is_valid (year, month, day, hour, minute, second))
    return FALSE;

  if (ts_cursor_digits_ahead (&c) > 0) {
    /* 20161114153031123: digits that go on are the fraction in a name */
    if (strict || (ts_cursor_digits_ahead (&c) % 3) != 0
        || ts_cursor_digits_ahead (&c) > 9)
      return FALSE;
    ts_cursor_read_fraction (&c, &fraction, &resolution);
  } else {
    TsCursor ahead = c;
    guint digits;

    if (ts_cursor_read_one_of (&ahead, ".,")) {
      digits = ts_cursor_digits_ahead (&ahead);
      /* in a name three, six or nine digits, or they are something else */
      if (strict ? digits > 0 : digits > 0 && digits <= 9 && digits % 3 == 0) {
        ts_cursor_read_fraction (&ahead, &fraction, &resolution);
        c = ahead;
      }
    }
  }

  utc = ts_time_from_civil (year, month, day, hour, minute, second);
  utc = utc * TS_TIMING_SECOND + fraction;
  found->zone = ts_cursor_read_zone (&c, strict, &zone);
  found->utc_no_zone = utc;
  found->utc = utc - zone * 60 * TS_TIMING_SECOND;
  found->resolution = resolution;
  found->form = TS_NAME_FORM_ISO;
  *cursor = c;
  return TRUE;
}

/**
 * ts_time_parse_iso:
 * @text: where the time begins
 * @length: bytes of @text
 * @utc: (out): ns since the Unix epoch
 * @used: (out) (optional): how many bytes the time is long
 *
 * Reads a date and time of ISO 8601 as EXT-X-PROGRAM-DATE-TIME has it (RFC
 * 8216, 4.3.2.6). No offset means UTC.
 *
 * Returns: %FALSE if there is none, or one outside the years 1970 to 2199,
 *   whose differences 64 bit of ns can hold
 */
gboolean
ts_time_parse_iso (const gchar * text, gsize length, gint64 * utc, gsize * used)
{
  TsCursor cursor = { text, text + length };
  TsNameCandidate found;

  if (!ts_cursor_read_iso (&cursor, TRUE, &found))
    return FALSE;
  *utc = found.utc;
  if (used)
    *used = cursor.at - text;
  return TRUE;
}

/* A number of the Unix epoch; its count of digits is its unit. */
gboolean
ts_cursor_read_epoch (TsCursor * cursor, TsNameCandidate * found)
{
  guint count = ts_cursor_digits_ahead (cursor);
  TsCursor ahead;
  gint64 value, fraction;

  if (*cursor->at == '0')
    return FALSE;
  switch (count) {
    case 10:
      found->form = TS_NAME_FORM_SECONDS;
      break;
    case 13:
      found->form = TS_NAME_FORM_MILLISECONDS;
      break;
    case 16:
      found->form = TS_NAME_FORM_MICROSECONDS;
      break;
    case 19:
      found->form = TS_NAME_FORM_NANOSECONDS;
      break;
    default:
      return FALSE;
  }
  /* the first ten digits are the seconds in all of them */
  ahead = *cursor;
  if (!ts_cursor_read_digits (&ahead, 10, &value))
    return FALSE;
  ts_cursor_read_fraction (&ahead, &fraction, &found->resolution);
  if (count == 10) {
    TsCursor point = ahead;
    guint digits;

    fraction = 0;
    found->resolution = TS_TIMING_SECOND;
    if (ts_cursor_read_one_of (&point, ".,")) {
      digits = ts_cursor_digits_ahead (&point);
      if (digits == 3 || digits == 6 || digits == 9) {
        ts_cursor_read_fraction (&point, &fraction, &found->resolution);
        ahead = point;
      }
    }
  }
  if (value < TS_SEGMENT_NAME_EARLIEST || value >= TS_SEGMENT_NAME_LATEST)
    return FALSE;
  found->utc = found->utc_no_zone = value * TS_TIMING_SECOND + fraction;
  found->zone = FALSE;
  *cursor = ahead;
  return TRUE;
}

/* Letters right after a number: a unit, or it is part of a word or a hash. */
static gboolean
ends_as_number (const TsCursor * cursor)
{
  static const gchar *const units[] = { "s", "ms", "us", "ns", "z" };
  gsize length = 0;
  guint i;

  while (cursor->at + length < cursor->end
      && g_ascii_isalnum (cursor->at[length]))
    length++;
  if (length == 0)
    return TRUE;
  for (i = 0; i < G_N_ELEMENTS (units); i++) {
    if (strlen (units[i]) == length
        && !g_ascii_strncasecmp (cursor->at, units[i], length))
      return TRUE;
  }
  return FALSE;
}

/**
 * ts_name_search:
 * @uri: a URI or a path
 * @found: (out) (array length=max): the times
 * @max: room in @found
 *
 * Looks for plausible times in the last component of the path.
 *
 * Returns: how many there are
 */
guint
ts_name_search (const gchar * uri, TsNameCandidate * found, guint max)
{
  gsize length = strcspn (uri, "?#");
  const gchar *slash = uri + length;
  TsCursor cursor = { NULL, uri + length };
  guint n = 0, index = 0;

  while (slash > uri && slash[-1] != '/' && slash[-1] != '\\')
    slash--;
  cursor.at = slash;
  while (cursor.at < cursor.end && n < max) {
    TsCursor ahead = cursor;

    if (!g_ascii_isdigit (*cursor.at)) {
      cursor.at++;
      continue;
    }
    if ((ts_cursor_read_iso (&ahead, FALSE, &found[n])
            && ts_name_is_plausible (found[n].utc))
        || (ahead = cursor, ts_cursor_read_epoch (&ahead, &found[n]))) {
      if (ends_as_number (&ahead)) {
        found[n++].index = index++;
        cursor = ahead;
        continue;
      }
    }
    index++;
    cursor.at += ts_cursor_digits_ahead (&cursor);
  }
  return n;
}
