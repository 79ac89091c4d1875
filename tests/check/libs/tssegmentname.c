/* Names of segments: which of them tell the time, and which only seem to. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>

#include "ts-segment-name.h"

#define MS G_GINT64_CONSTANT (1000000)
#define S (1000 * MS)

/* Expected values by `date -u -d 2016-11-14T15:30:31Z +%s`. */
#define T0 (G_GINT64_CONSTANT (1479137431) * S)

typedef struct
{
  const gchar *name;
  TsNameForm form;
  gint64 utc;
  gint64 resolution;
} One;

static const One ones[] = {
  {"stream-1479137431123.ts", TS_NAME_FORM_MILLISECONDS, T0 + 123 * MS,
      MS},
  {"1479137431.ts", TS_NAME_FORM_SECONDS, T0, S},
  {"live_1479137431.250.ts", TS_NAME_FORM_SECONDS, T0 + 250 * MS, MS},
  {"seg1479137431000001.m4s", TS_NAME_FORM_MICROSECONDS, T0 + 1000, 1000},
  {"1479137431000000007-a.ts", TS_NAME_FORM_NANOSECONDS, T0 + 7, 1},
  {"http://h:8080/1/1479137431123.ts?t=1500000000", TS_NAME_FORM_MILLISECONDS,
      T0 + 123 * MS, MS},
  {"720_1479137431123.ts", TS_NAME_FORM_MILLISECONDS, T0 + 123 * MS, MS},
  {"1479137431123ms.ts", TS_NAME_FORM_MILLISECONDS, T0 + 123 * MS, MS},
  {"a-20161114T153031Z.ts", TS_NAME_FORM_ISO, T0, S},
  {"a-20161114T153031.123Z.ts", TS_NAME_FORM_ISO, T0 + 123 * MS, MS},
  {"a-20161114T233031+0800.ts", TS_NAME_FORM_ISO, T0, S},
  {"a-20161114T103031-0500.ts", TS_NAME_FORM_ISO, T0, S},
  {"2016-11-14T15:30:31Z.ts", TS_NAME_FORM_ISO, T0, S},
  {"2016-11-14T16:30:31.500+01:00.ts", TS_NAME_FORM_ISO, T0 + 500 * MS, MS},
  {"2016-11-14T15-30-31.ts", TS_NAME_FORM_ISO, T0, S},
  {"2016-11-14_15.30.31.ts", TS_NAME_FORM_ISO, T0, S},
  {"rec 2016-11-14 15.30.31.ts", TS_NAME_FORM_ISO, T0, S},
  {"20161114153031.ts", TS_NAME_FORM_ISO, T0, S},
  {"20161114153031123.ts", TS_NAME_FORM_ISO, T0 + 123 * MS, MS},
  {"20161114-153031-000017.ts", TS_NAME_FORM_ISO, T0, S},
  {"20161114-1479137431.ts", TS_NAME_FORM_SECONDS, T0, S},
};

static const gchar *const nones[] = {
  "", "0.ts", "video-069.ts", "seg-0000000024.ts", "fileSequence1234567.ts",
  "media_w123456789_12.ts",     /* nine digits */
  "1000000000.ts",              /* 2001 */
  "9999999999.ts",              /* 2286 */
  "0479137431.ts",
  "a3f1479137431123bc.ts",      /* part of a hash */
  "14791374311234.ts",          /* 14 digits and no date */
  "20161314T153031Z.ts", "20160230T153031Z.ts", "20161114T253031Z.ts",
  "14760404101010.ts", "99990404101010.ts",     /* no year of media */
  "20161114.ts", "2016-11-14.ts",
  "/1479137431123/a.ts",        /* a folder */
  "a.ts?u=1479137431123",
};

GST_START_TEST (test_one_name)
{
  TsSegmentNames *names = ts_segment_names_new (NULL, NULL);
  TsNameTime time;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (ones); i++) {
    ts_segment_names_reset (names);
    fail_unless_equals_int (ts_segment_names_push (names, ones[i].name,
            TS_TIMING_NO_TIME, &time), TS_NAME_UNDECIDED);
    GST_INFO ("%s", ones[i].name);
    fail_unless (time.form == ones[i].form, "%s: form %s", ones[i].name,
        ts_name_form_nick (time.form));
    fail_unless (time.utc == ones[i].utc, "%s: %" G_GINT64_FORMAT,
        ones[i].name, time.utc);
    fail_unless (time.resolution == ones[i].resolution, "%s: %"
        G_GINT64_FORMAT, ones[i].name, time.resolution);
  }
  for (i = 0; i < G_N_ELEMENTS (nones); i++) {
    ts_segment_names_reset (names);
    fail_unless (ts_segment_names_push (names, nones[i], TS_TIMING_NO_TIME,
            &time) == TS_NAME_NO_TIME, "%s: %" G_GINT64_FORMAT, nones[i],
        time.utc);
    fail_unless (time.utc == TS_TIMING_NO_TIME);
  }
  ts_segment_names_free (names);
}

GST_END_TEST;

typedef struct
{
  const gchar *what;
  const gchar *names[6];
  gint64 media_step;
  TsNameVerdict last;
  gint64 lag;                   /* of the last, where it is a time */
} Run;

static const Run runs[] = {
  {"in time", {"s-1479137431123.ts", "s-1479137433123.ts",
          "s-1479137435120.ts"}, 2 * S, TS_NAME_UTC, -3 * MS},
  {"slow: 2 s of media in 3 s", {"s-1479137431123.ts", "s-1479137434123.ts",
          "s-1479137437123.ts"}, 2 * S, TS_NAME_UTC, 2 * S},
  {"stands still", {"s-1479137431123.ts", "s-1479137431123.ts"}, 2 * S,
      TS_NAME_REFUSED, 0},
  {"goes back", {"s-1479137431123.ts", "s-1479137433123.ts",
          "s-1479137432123.ts", "s-1479137439123.ts"}, 2 * S,
      TS_NAME_REFUSED, 0},
  {"leaps", {"s-1479137431123.ts", "s-1579137433123.ts"}, 2 * S,
      TS_NAME_REFUSED, 0},
  /* ffmpeg -hls_start_number_source epoch, half-second segments */
  {"a counter from the epoch", {"s-1479137431.ts", "s-1479137432.ts",
          "s-1479137433.ts", "s-1479137434.ts"}, S / 2, TS_NAME_REFUSED,
      0},
  {"a counter from the epoch, in us", {"s-1479137431000000.ts",
          "s-1479137431000001.ts"}, 2 * S, TS_NAME_REFUSED, 0},
  {"a counter, media unknown", {"s-1479137431.ts", "s-1479137432.ts",
          "s-1479137433.ts"}, TS_TIMING_NO_TIME, TS_NAME_REFUSED, 0},
  {"one-second segments", {"s-1479137431.ts", "s-1479137432.ts",
          "s-1479137433.ts", "s-1479137434.ts"}, S, TS_NAME_UTC, 0},
  {"several in one second", {"s-1479137431.ts", "s-1479137431.ts",
          "s-1479137432.ts", "s-1479137432.ts", "s-1479137433.ts"}, S / 2,
      TS_NAME_UTC, 0},
  {"constant, short segments", {"1479137431-1.ts", "1479137431-2.ts",
              "1479137431-3.ts", "1479137431-4.ts", "1479137431-5.ts",
          "1479137431-6.ts"}, S * 3 / 4, TS_NAME_REFUSED, 0},
  {"begin of the publication, then the time", {"1479137431-1479137431999.ts",
          "1479137431-1479137434999.ts"}, 2 * S, TS_NAME_UTC, S},
  {"the time, then an ID", {"1479137431999-1567891234.ts",
          "1479137433999-1367891234.ts"}, 2 * S, TS_NAME_UTC, 0},
  {"epoch seconds and a counter", {"1479137431.001.ts", "1479137433.002.ts",
          "1479137435.003.ts"}, 2 * S, TS_NAME_UTC, 2 * MS},
  {"a session and a counter", {"1479137431.001.ts", "1479137431.002.ts",
          "1479137431.003.ts"}, 2 * S, TS_NAME_REFUSED, 0},
  {"a counter that looks like an offset", {"20161114T153031-0059.ts",
          "20161114T153033-0100.ts", "20161114T153035-0101.ts"}, 2 * S,
      TS_NAME_UTC, 0},
  {"the same, begun on one", {"20161114T153031-0100.ts",
          "20161114T153033-0101.ts"}, 2 * S, TS_NAME_UTC, 0},
  {"the end of summer time", {"20161030T025958+0200.ts",
          "20161030T020000+0100.ts"}, 2 * S, TS_NAME_UTC, 0},
  {"a change of form", {"1479137431999.ts", "1479137434.ts"}, 2 * S,
      TS_NAME_REFUSED, 0},
  {"an advertisement in between", {"1479137431999.ts", "ad.ts",
          "1479137436999.ts"}, 2 * S, TS_NAME_UTC, S},
  {"a first name without", {"init.ts", "1479137431999.ts", "1479137434999.ts"},
      2 * S, TS_NAME_UTC, S},
};

GST_START_TEST (test_run_of_names)
{
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (runs); i++) {
    const Run *run = &runs[i];
    TsSegmentNames *names = ts_segment_names_new (NULL, NULL);
    TsNameTime time = { 0 };

    for (k = 0; k < G_N_ELEMENTS (run->names) && run->names[k]; k++)
      ts_segment_names_push (names, run->names[k],
          k ? run->media_step : TS_TIMING_NO_TIME, &time);
    fail_unless (time.verdict == run->last, "%s: verdict %d (%s)", run->what,
        time.verdict, time.reason ? time.reason : "");
    fail_unless ((time.reason != NULL) == (run->last == TS_NAME_REFUSED),
        "%s", run->what);
    fail_unless (time.lag == run->lag, "%s: lag %" G_GINT64_FORMAT, run->what,
        time.lag);
    ts_segment_names_free (names);
  }
}

GST_END_TEST;

GST_START_TEST (test_refused_for_good_until_reset)
{
  TsSegmentNames *names = ts_segment_names_new (NULL, NULL);
  TsNameTime time;

  ts_segment_names_push (names, "1479137431123.ts", TS_TIMING_NO_TIME, &time);
  ts_segment_names_push (names, "1479137430123.ts", S, &time);
  ts_segment_names_push (names, "1479137432123.ts", S, &time);
  ts_segment_names_push (names, "1479137433123.ts", S, &time);
  fail_unless_equals_int (time.verdict, TS_NAME_REFUSED);
  ts_segment_names_reset (names);
  ts_segment_names_push (names, "1479137433123.ts", S, &time);
  fail_unless_equals_int (time.verdict, TS_NAME_UNDECIDED);
  ts_segment_names_free (names);
}

GST_END_TEST;

/* One-second segments named in seconds, with a break of unknown length. */
GST_START_TEST (test_unit_steps_across_discontinuity)
{
  TsSegmentNames *names = ts_segment_names_new (NULL, NULL);
  TsNameTime time;
  guint i;

  for (i = 0; i < 9; i++) {
    gchar *name = g_strdup_printf ("%u.ts", 1479137430 + i);

    ts_segment_names_push (names, name, i % 4 ? S : TS_TIMING_NO_TIME, &time);
    g_free (name);
  }
  fail_unless_equals_int (time.verdict, TS_NAME_UTC);
  fail_unless_equals_int64 (time.lag, 0);
  ts_segment_names_free (names);
}

GST_END_TEST;

/* The media jumps while the clock goes on: the lag so far stays. */
GST_START_TEST (test_lag_across_discontinuity)
{
  TsSegmentNames *names = ts_segment_names_new (NULL, NULL);
  TsNameTime time;

  ts_segment_names_push (names, "1479137430000.ts", TS_TIMING_NO_TIME, &time);
  ts_segment_names_push (names, "1479137433000.ts", 2 * S, &time);
  ts_segment_names_push (names, "1479137443000.ts", TS_TIMING_NO_TIME, &time);
  fail_unless_equals_int64 (time.lag, 1 * S);
  ts_segment_names_push (names, "1479137446000.ts", 2 * S, &time);
  fail_unless_equals_int64 (time.lag, 2 * S);
  ts_segment_names_free (names);
}

GST_END_TEST;

typedef struct
{
  const gchar *pattern;
  const gchar *name;
  gint64 utc;                   /* TS_TIMING_NO_TIME: does not fit */
} Fit;

static const Fit fits[] = {
  {"%s%3.ts", "live/stream-1479137431123.ts", T0 + 123 * MS},
  {"%s.%6", "x-1479137431.000250.ts", T0 + 250000},
  {"%Y/%m/%d/%H/%M-%S-", "2016/11/14/15/30-31-a.ts", T0},
  {"%Y%j-%H%M%S.%f", "2016319-153031.5.ts", T0 + 500 * MS},
  {"%Y-%m-%dT%H:%M:%S%z", "2016-11-14T16:30:31+01:00.ts", T0},
  {"%Y-%m-%dT%H:%M:%S%z", "2016-11-14T15:30:31Z.ts", T0},
  {"%d.%m.%Y_%H%M", "14.11.2016_1530.ts", T0 - 31 * S},
  {"id%*_%s", "http://h/1479000000/id77_9_1479137431_3.ts", T0},
  {"a%?%s", "ab1479137431", T0},
  {"100%%-%s", "100%-1479137431", T0},
  {"%s%3.ts", "stream-14791374311.ts", TS_TIMING_NO_TIME},
  {"%s", "9999999999.ts", TS_TIMING_NO_TIME},
  {"%Y%m%d%H", "2016131415", TS_TIMING_NO_TIME},
  {"/(\\d{13})/", "http://h/1479137431123/a.ts", T0 + 123 * MS},
  {"t=([0-9T]+)", "a.ts?t=20161114T153031&x=1", T0},
  {"-(.*)\\.ts", "a-1479137431x.ts", TS_TIMING_NO_TIME},
  {"-(.*)\\.ts", "a-.ts", TS_TIMING_NO_TIME},
};

static const gchar *const bad_patterns[] =
    { "%", "%Q", "%Y%m", "abc", "(", "(a)(b)",
  "\xff%s", "%Y%d%H", "(?:a)"
};

GST_START_TEST (test_patterns)
{
  GError *error = NULL;
  TsNameTime time;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (fits); i++) {
    TsSegmentNames *names = ts_segment_names_new (fits[i].pattern,
        &error);

    fail_unless (names != NULL, "%s: %s", fits[i].pattern,
        error ? error->message : "");
    ts_segment_names_push (names, fits[i].name, TS_TIMING_NO_TIME, &time);
    fail_unless (time.utc == fits[i].utc, "%s in %s: %" G_GINT64_FORMAT,
        fits[i].pattern, fits[i].name, time.utc);
    ts_segment_names_free (names);
  }
  for (i = 0; i < G_N_ELEMENTS (bad_patterns); i++) {
    fail_unless (ts_segment_names_new (bad_patterns[i], &error) == NULL,
        "%s", bad_patterns[i]);
    fail_unless (g_error_matches (error, TS_SEGMENT_NAME_ERROR,
            TS_SEGMENT_NAME_ERROR_BAD_PATTERN));
    g_clear_error (&error);
  }
}

GST_END_TEST;

/* Against GLib's calendar, on days around every kind of month's end. */
GST_START_TEST (test_calendar)
{
  gint year, month, day;

  for (year = 1999; year <= 2101; year++) {
    for (month = 1; month <= 12; month++) {
      for (day = 1; day <= 31; day += 6) {
        GDateTime *date;

        if (!g_date_valid_dmy (day, month, year))
          continue;
        date = g_date_time_new_utc (year, month, day, 23, 59, 58);
        fail_unless_equals_int64 (ts_time_from_civil (year, month, day,
                23, 59, 58), g_date_time_to_unix (date));
        g_date_time_unref (date);
      }
    }
  }
}

GST_END_TEST;

static Suite *
tssegmentname_suite (void)
{
  Suite *s = suite_create ("tssegmentname");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_one_name);
  tcase_add_test (tc, test_run_of_names);
  tcase_add_test (tc, test_refused_for_good_until_reset);
  tcase_add_test (tc, test_unit_steps_across_discontinuity);
  tcase_add_test (tc, test_lag_across_discontinuity);
  tcase_add_test (tc, test_patterns);
  tcase_add_test (tc, test_calendar);
  return s;
}

GST_CHECK_MAIN (tssegmentname);
