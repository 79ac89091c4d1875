/* ts-core.c: speed of the timing checker in memory */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-timing.h"

/* Prints two rates in GB/s, the best of some rounds each: the checker over the
 * file in memory, 64 KiB at a time, and reading the same memory alone. */

#define ROUNDS 5
#define PIECE 65536

static gdouble
check_once (const guint8 * data, gsize size, guint64 * events)
{
  TsTimingConfig config;
  TsTimingChecker *checker;
  TsTimingTotals totals;
  gint64 start;
  gsize at;

  ts_timing_config_init (&config, TS_TIMING_PROFILE_AUTO);
  checker = ts_timing_new (&config);
  start = g_get_monotonic_time ();
  for (at = 0; at < size; at += PIECE)
    ts_timing_push (checker, data + at, MIN (PIECE, size - at),
        TS_TIMING_NO_TIME);
  ts_timing_finish (checker);
  start = g_get_monotonic_time () - start;
  ts_timing_get_totals (checker, &totals);
  *events = totals.events;
  ts_timing_free (checker);
  return size / 1e3 / start;
}

static gdouble
read_once (const guint8 * data, gsize size, guint64 * sum)
{
  const guint64 *words = (const guint64 *) data;
  gint64 start = g_get_monotonic_time ();
  guint64 a = 0, b = 0, c = 0, d = 0;
  gsize i, n = size / 8;

  for (i = 0; i + 4 <= n; i += 4) {
    a += words[i];
    b += words[i + 1];
    c += words[i + 2];
    d += words[i + 3];
  }
  *sum = a + b + c + d;
  return size / 1e3 / (g_get_monotonic_time () - start);
}

int
main (int argc, char **argv)
{
  gchar *data;
  gsize size;
  guint64 events = 0, sum = 0;
  gdouble check = 0, read = 0;
  guint i;
  GError *error = NULL;

  if (argc != 2 || !g_file_get_contents (argv[1], &data, &size, &error)) {
    g_printerr ("usage: ts-core FILE%s%s\n", error ? ": " : "",
        error ? error->message : "");
    return 2;
  }
  for (i = 0; i < ROUNDS; i++) {
    check = MAX (check, check_once ((guint8 *) data, size, &events));
    read = MAX (read, read_once ((guint8 *) data, size, &sum));
  }
  /* the sum is printed so that it must be made */
  g_print ("%.2f %.2f %" G_GUINT64_FORMAT " %x\n", check, read, events,
      (guint) sum);
  g_free (data);
  return 0;
}
