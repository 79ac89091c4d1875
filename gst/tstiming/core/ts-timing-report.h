/* ts-timing-report.h: the report of a timing checker as JSON */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef TS_TIMING_REPORT_H
#define TS_TIMING_REPORT_H

#include <json-glib/json-glib.h>

#include "ts-timing.h"

G_BEGIN_DECLS
/* Times in the JSON are milliseconds (numbers with fractions) and say so by
 * the suffix "-ms"; `duration` is in seconds. Event counts under `events` and
 * places under `first` have the event nicks as keys. Top level: `packets`,
 * `packet-size`, `bytes`, `duration`, `bitrate`, `profile`, `programs`, `pids`,
 * `events`, `first`, `segments`, `series` (if asked for), `verdict`. */
/* Returns a new object (transfer full) to which the caller may add members. */
    JsonObject * ts_timing_report_build (const TsTimingChecker * checker,
    gboolean with_series);
/* The same as text (transfer full). */
gchar *ts_timing_report_to_string (const TsTimingChecker * checker,
    gboolean with_series, gboolean pretty);

G_END_DECLS
#endif /* TS_TIMING_REPORT_H */
