/* ts-core.c: libFuzzer target on the timing checker */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>

#include "ts-timing-report.h"

/*
 * Four bytes say how the rest is read: profile and what is switched on, cut of
 * the bytes, distance of segments, step of the arrival clock. Without arrival
 * times everything is read a second time in one piece, and the two reports must
 * be the same.
 */

#define CONTROL 4

int LLVMFuzzerTestOneInput (const guint8 * data, size_t size);

typedef struct
{
  TsTimingConfig config;
  gsize cut;
  gsize segment;
  gint64 step;
} Way;

static void
on_event (const TsTimingEvent * event, gpointer user_data)
{
  gchar text[300];
  guint64 *sum = user_data;

  if (event->count % 16 == 1)
    ts_timing_event_describe (event, text, sizeof (text));
  *sum = *sum * 31 + event->type;
  *sum = *sum * 31 + event->pid;
  *sum = *sum * 31 + event->packet;
  *sum = *sum * 31 + event->offset;
  *sum = *sum * 31 + (guint64) event->value;
  *sum = *sum * 31 + (guint64) event->segment;
}

static void
begin (TsTimingChecker * checker, gsize offset)
{
  gchar name[64];
  TsTimingSegment segment = { name, TS_TIMING_NO_TIME, TS_TIMING_SECOND,
    (offset / 188) % 3 == 0
  };

  g_snprintf (name, sizeof (name), "live-%" G_GUINT64_FORMAT ".ts",
      (guint64) 1700000000000u + offset);
  if (offset % 5 == 0)
    segment.utc = (gint64) offset *TS_TIMING_MSEC;
  ts_timing_begin_segment (checker, &segment);
}

/* What came out, as a number: all events, and the tables. */
static guint64
digest (const TsTimingChecker * checker, guint64 sum)
{
  TsTimingTotals totals;
  TsTimingPidInfo pid;
  guint i;

  ts_timing_get_totals (checker, &totals);
  sum = sum * 31 + totals.packets;
  sum = sum * 31 + totals.skipped_bytes;
  sum = sum * 31 + (guint64) totals.duration;
  for (i = 0; ts_timing_get_pid (checker, i, &pid); i++) {
    sum = sum * 31 + pid.packets;
    sum = sum * 31 + pid.duplicates;
    sum = sum * 31 + (guint64) pid.gap.max;
    sum = sum * 31 + (guint64) pid.last_dts;
  }
  return sum;
}

static guint64
read_all (const Way * way, const guint8 * data, gsize size)
{
  /* one checker for all runs: a reset must leave nothing behind */
  static TsTimingChecker *checker;
  gint64 now = way->step ? 0 : TS_TIMING_NO_TIME;
  guint64 sum = 0;
  gsize at = 0;

  if (!checker)
    checker = ts_timing_new (&way->config);
  ts_timing_reset (checker);
  ts_timing_set_config (checker, &way->config);
  ts_timing_set_callback (checker, on_event, &sum);
  while (at < size) {
    gsize n = MIN (way->cut, size - at);

    if (way->segment) {
      if (at % way->segment == 0)
        begin (checker, at);
      n = MIN (n, way->segment - at % way->segment);
    }
    ts_timing_push (checker, data + at, n, now);
    if (way->step) {
      now += way->step;
      if (at % 7 == 0)
        ts_timing_tick (checker, now);
      if (at % 11 == 3)
        ts_timing_discontinuity (checker);
      if (at % 13 == 5)
        ts_timing_cut (checker);
    }
    at += n;
  }
  ts_timing_finish (checker);
  if (size % 32 == 0)
    g_free (ts_timing_report_to_string (checker, TRUE, FALSE));
  return digest (checker, sum);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  static const gint64 steps[] = { 0, 0, 1, TS_TIMING_MSEC,
    40 * TS_TIMING_MSEC, TS_TIMING_SECOND, 3 * TS_TIMING_SECOND, -1000
  };
  Way way;
  guint64 sum;

  if (size < CONTROL)
    return 0;
  ts_timing_config_init (&way.config, data[0] & 3);
  way.config.max_segments = 1 + (data[0] >> 2) % 8;
  if (data[0] & 0x80)
    way.config.checks = TS_TIMING_CHECK_ALL;
  way.cut = 1 + data[1] * (data[1] & 1 ? 1 : 61);
  way.segment = data[2] & 1 ? 188 * (1 + data[2]) + data[2] % 3 : 0;
  way.step = steps[data[3] % G_N_ELEMENTS (steps)];

  sum = read_all (&way, data + CONTROL, size - CONTROL);
  if (way.step == 0) {
    way.cut = size;
    if (read_all (&way, data + CONTROL, size - CONTROL) != sum)
      abort ();
  }
  return 0;
}
