/* report: what a run found, for people, programs and browsers */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <stdio.h>

#include "session.h"

G_BEGIN_DECLS
/* Findings of a severity that --fail-on names. */
    gboolean ts_report_has_findings (const TsSession * session);

gchar *ts_report_text (const TsSession * session);
gchar *ts_report_json (const TsSession * session);
gchar *ts_report_html (const TsSession * session);

/* words that several reports share; all (transfer full) */
gchar *ts_report_headline (const TsSession * session);
gchar *ts_report_format_value (gint64 value, TsTimingUnit unit);
gchar *ts_report_format_limits (const TsTimingEvent * event);
gchar *ts_report_format_place (const TsSession * session,
    const TsTimingEvent * event);
gchar *ts_report_format_time (gint64 time);
gchar *ts_report_describe_input (const TsSession * session);
gchar *ts_report_describe_names (const TsSession * session);
/* the event types that occurred, worst first, then by count */
GArray *ts_report_sorted_events (const TsSession * session);

G_END_DECLS
