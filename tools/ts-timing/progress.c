/* progress: one line on a terminal that is overwritten */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session.h"

#include <stdio.h>
#include <unistd.h>

/* redrawn at most so often, ns */
#define PERIOD (200 * TS_TIMING_MSEC)

static gint64 drawn;            /* when; 0: nothing is on the line */

/* Draws the line if standard error is a terminal and it is time. */
void
ts_progress_update (const TsSession * session)
{
  gint64 now = ts_source_now ();
  TsTimingTotals totals;
  gdouble stream;

  if (session->options->quiet || now - session->started < PERIOD
      || now - drawn < PERIOD || !session->checker || !isatty (STDERR_FILENO))
    return;
  drawn = now;
  ts_timing_get_totals (session->checker, &totals);
  stream = totals.duration == TS_TIMING_NO_TIME ? 0 : totals.duration / 1e9;
  fprintf (stderr, "\r\033[K%.1f MB, %.1f s of stream", session->bytes / 1e6,
      stream);
  if (totals.segments)
    fprintf (stderr, ", segment %" G_GUINT64_FORMAT, totals.segments);
  fprintf (stderr, ", %" G_GUINT64_FORMAT " events", totals.events);
  fflush (stderr);
}

/* Frees the line for other text. */
void
ts_progress_clear (void)
{
  if (drawn)
    fputs ("\r\033[K", stderr);
  drawn = 0;
}
