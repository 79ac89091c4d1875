/* tsexpect.h: what is wrong with a stream, exactly
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __TS_EXPECT_H__
#define __TS_EXPECT_H__

#include <gst/check/gstcheck.h>

#include "ts-timing.h"

#define E(type) TS_TIMING_EVENT_##type

typedef struct
{
  TsTimingEventType type;
  guint count;
} Expected;

static inline void
push_pieces (TsTimingChecker * checker, const guint8 * data, gsize size,
    gsize cut)
{
  gsize at;

  for (at = 0; at < size; at += cut)
    ts_timing_push (checker, data + at, MIN (cut, size - at),
        TS_TIMING_NO_TIME);
}

static inline TsTimingChecker *
check_bytes (TsTimingProfile profile,
    const guint8 * data, gsize size, gsize cut)
{
  TsTimingConfig config;
  TsTimingChecker *checker;

  ts_timing_config_init (&config, profile);
  checker = ts_timing_new (&config);
  push_pieces (checker, data, size, cut);
  ts_timing_finish (checker);
  return checker;
}

static inline guint
expected_count (const Expected * events, guint n, TsTimingEventType type)
{
  guint i, count = 0;

  for (i = 0; i < n; i++) {
    if (events[i].count && events[i].type == type)
      count = events[i].count;
  }
  return count;
}

/* Exactly these events, and no other. */
static inline void
assert_events (const TsTimingChecker * checker, const gchar * what,
    const Expected * events, guint n)
{
  guint type;

  for (type = 0; type < TS_TIMING_N_EVENTS; type++) {
    const TsTimingEvent *first = ts_timing_get_first (checker, type);
    gchar text[400] = "";

    if (first)
      ts_timing_event_describe (first, text, sizeof (text));
    fail_unless (ts_timing_get_count (checker, type) ==
        expected_count (events, n, type),
        "%s: %" G_GUINT64_FORMAT " times %s, expected %u (%s)", what,
        ts_timing_get_count (checker, type), ts_timing_event_info (type)->nick,
        expected_count (events, n, type), text);
  }
}

static inline void
assert_clean (const TsTimingChecker * checker, const gchar * what)
{
  assert_events (checker, what, NULL, 0);
}

#endif /* __TS_EXPECT_H__ */
