/* gst-ts-timing-1.0: is a transport stream still in time? */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib-unix.h>

#include "options.h"
#include "report.h"
#include "session.h"

typedef enum
{
  EXIT_CLEAN = 0,
  EXIT_FINDINGS = 1,
  EXIT_UNUSABLE = 2,
} Exit;

static GCancellable *cancellable;

/* A thread of its own waits for signals, so that the handler may lock. */
static gpointer
wait_for_signals (gpointer data)
{
  GMainContext *context = data;

  g_main_context_push_thread_default (context);
  for (;;)
    g_main_context_iteration (context, TRUE);
  return NULL;
}

/* The first one ends the run with a report, the next one ends it. */
static gboolean
on_signal (gpointer data)
{
  if (g_cancellable_is_cancelled (cancellable))
    _exit (EXIT_UNUSABLE);
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

static void
catch_signals (void)
{
  GMainContext *context = g_main_context_new ();
  static const gint signals[] = { SIGINT, SIGTERM };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (signals); i++) {
    GSource *source = g_unix_signal_source_new (signals[i]);

    g_source_set_callback (source, on_signal, NULL, NULL);
    g_source_attach (source, context);
    g_source_unref (source);
  }
  g_thread_unref (g_thread_new ("signals", wait_for_signals, context));
}

static gboolean
write_reports (const TsSession * session, GError ** error)
{
  gboolean good = TRUE;
  gchar *text;

  if (session->options->html) {
    text = ts_report_html (session);
    good = g_file_set_contents (session->options->html, text, -1, error);
    g_free (text);
  }
  if (session->options->json)
    text = ts_report_json (session);
  else
    text = ts_report_text (session);
  if (fputs (text, stdout) == EOF || fflush (stdout) == EOF) {
    if (good)
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_IO,
          "the report cannot be written to standard output");
    good = FALSE;
  }
  g_free (text);
  return good;
}

static Exit
run (TsOptions * options, GError ** error)
{
  TsSession *session = ts_session_new (options, cancellable);
  Exit result = EXIT_UNUSABLE;

  if (ts_session_run (session, error) && write_reports (session, error)) {
    TsTimingTotals totals;

    ts_timing_get_totals (session->checker, &totals);
    if (ts_timing_get_verdict (session->checker) == TS_TIMING_VERDICT_UNUSABLE)
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s",
          session->input, totals.packets ? "a transport stream without a PAT" :
          "no MPEG transport stream");
    else
      result = ts_report_has_findings (session) ? EXIT_FINDINGS : EXIT_CLEAN;
  }
  ts_session_free (session);
  return result;
}

int
main (int argc, char **argv)
{
  Exit result = EXIT_CLEAN;
  GError *error = NULL;
  TsOptions *options;

  setlocale (LC_CTYPE, "");
  options = ts_options_parse (argc, argv, &error);
  if (!options) {
    result = EXIT_UNUSABLE;
  } else if (options->help) {
    ts_help_print (stdout);
  } else if (options->manual) {
    ts_help_print_manual (stdout);
  } else if (options->version) {
    printf ("gst-ts-timing-1.0 (%s) %s\n", PACKAGE, PACKAGE_VERSION);
  } else {
    cancellable = g_cancellable_new ();
    catch_signals ();
    result = run (options, &error);
  }
  if (error) {
    ts_progress_clear ();
    fprintf (stderr, "gst-ts-timing-1.0: %s\n", error->message);
    g_error_free (error);
  }
  ts_options_free (options);
  return result;
}
