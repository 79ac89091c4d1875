/* ts-name-time: times written as text, as they stand in names and playlists */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ts-segment-name.h"

G_BEGIN_DECLS
/**
 * TsNameCandidate:
 * @utc: ns since the Unix epoch
 * @utc_no_zone: the same as if no offset were written
 * @resolution: unit of the last digit, ns
 * @form: how it is written
 * @index: which run of digits of the name it begins with, from 0
 * @zone: an offset other than Z is written
 */
    typedef struct
{
  gint64 utc;
  gint64 utc_no_zone;
  gint64 resolution;
  TsNameForm form;
  guint index;
  gboolean zone;
} TsNameCandidate;

/* Bytes still to read; a function that returns FALSE or 0 leaves @at alone. */
typedef struct
{
  const gchar *at;
  const gchar *end;
} TsCursor;

guint ts_cursor_digits_ahead (const TsCursor * cursor);
gboolean ts_cursor_read_digits (TsCursor * cursor, guint count, gint64 * value);
gchar ts_cursor_read_one_of (TsCursor * cursor, const gchar * set);
void ts_cursor_read_fraction (TsCursor * cursor, gint64 * fraction,
    gint64 * resolution);
gboolean ts_cursor_read_zone (TsCursor * cursor, gboolean strict,
    gint64 * minutes);
gboolean ts_cursor_read_iso (TsCursor * cursor, gboolean strict,
    TsNameCandidate * found);
gboolean ts_cursor_read_epoch (TsCursor * cursor, TsNameCandidate * found);

gint64 ts_power_of_ten (guint exponent);
gboolean ts_name_is_plausible (gint64 utc);
gboolean ts_time_civil_is_valid (gint64 year, gint64 month, gint64 day,
    gint64 hour, gint64 minute, gint64 second);

typedef struct _TsNamePattern TsNamePattern;

TsNamePattern *ts_name_pattern_new (const gchar * text, GError ** error);
void ts_name_pattern_free (TsNamePattern * pattern);
gboolean ts_name_pattern_match (const TsNamePattern * pattern,
    const gchar * uri, TsNameCandidate * found);

guint ts_name_search (const gchar * uri, TsNameCandidate * found, guint max);

G_END_DECLS
