/* ts-segment-name: the UTC that a segment's name tells, if it tells one */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ts-timing.h"

G_BEGIN_DECLS
/**
 * TS_SEGMENT_NAME_EARLIEST:
 * TS_SEGMENT_NAME_LATEST:
 *
 * The window in which a number is taken for a date, in seconds of the Unix
 * epoch: 2005-01-01 to 2100-01-01. HLS is of 2009, and every epoch number in
 * the window has exactly 10, 13, 16 or 19 digits by its unit, so the count of
 * digits alone names the unit.
 */
#define TS_SEGMENT_NAME_EARLIEST G_GINT64_CONSTANT (1104537600)
#define TS_SEGMENT_NAME_LATEST G_GINT64_CONSTANT (4102444800)
#define TS_SEGMENT_NAME_ERROR (ts_segment_name_error_quark ())
    typedef enum
{
  TS_SEGMENT_NAME_ERROR_BAD_PATTERN,
} TsSegmentNameError;

/**
 * TsNameForm:
 *
 * How a name writes its time.
 */
typedef enum
{
  TS_NAME_FORM_NONE,
  TS_NAME_FORM_SECONDS,
  TS_NAME_FORM_MILLISECONDS,
  TS_NAME_FORM_MICROSECONDS,
  TS_NAME_FORM_NANOSECONDS,
  TS_NAME_FORM_ISO,
} TsNameForm;

/**
 * TsNameVerdict:
 * @TS_NAME_NO_TIME: no plausible time in the name
 * @TS_NAME_UNDECIDED: a plausible time, nothing to compare it with yet
 * @TS_NAME_UTC: a time that advances as a clock does
 * @TS_NAME_REFUSED: looks like a time and is none (constant, going back,
 *   leaping, or a plain counter)
 */
typedef enum
{
  TS_NAME_NO_TIME,
  TS_NAME_UNDECIDED,
  TS_NAME_UTC,
  TS_NAME_REFUSED,
} TsNameVerdict;

/**
 * TsNameTime:
 * @utc: the time that this name tells, ns since 1970-01-01T00:00:00Z, or
 *   %TS_TIMING_NO_TIME
 * @lag: how much more UTC than media went by since the first name, ns, over
 *   the steps whose media time is known: what a slow network adds up to
 * @resolution: the unit of the name's last digit, ns
 * @form: how it is written
 * @verdict: whether it is to be believed
 * @reason: for %TS_NAME_REFUSED, one static sentence; else %NULL
 *
 * @lag is counted for each number in the name by itself, because a later name
 * may show that the one believed first (say, the time the publication began)
 * was the wrong one.
 */
typedef struct
{
  gint64 utc;
  gint64 lag;
  gint64 resolution;
  TsNameForm form;
  TsNameVerdict verdict;
  const gchar *reason;
} TsNameTime;

/**
 * TsSegmentNames:
 *
 * Reads the names of one stream's segments in order. Not for two threads at
 * once.
 */
typedef struct _TsSegmentNames TsSegmentNames;

GQuark ts_segment_name_error_quark (void);

TsSegmentNames *ts_segment_names_new (const gchar * pattern, GError ** error);
void ts_segment_names_free (TsSegmentNames * names);
void ts_segment_names_reset (TsSegmentNames * names);
TsNameVerdict ts_segment_names_push (TsSegmentNames * names,
    const gchar * uri, gint64 media_step, TsNameTime * time);

const gchar *ts_name_form_nick (TsNameForm form);

gboolean ts_time_parse_iso (const gchar * text, gsize length,
    gint64 * utc, gsize * used);
gint64 ts_time_from_civil (gint year, gint month, gint day, gint hour,
    gint minute, gint second);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSegmentNames, ts_segment_names_free)
    G_END_DECLS
