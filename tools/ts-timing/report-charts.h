/* report-charts: the numbers that the HTML report draws */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session.h"

G_BEGIN_DECLS
/* JSON (transfer full) that may stand inside a <script> element. */
    gchar * ts_report_charts (const TsSession * session);

G_END_DECLS
