/* ts-timing-run: runs gst-ts-timing-1.0 and others from a test */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <string.h>

#include <gio/gio.h>
#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>

typedef struct
{
  gint status;
  gchar *out;
  gchar *err;
} Run;

G_GNUC_UNUSED static void
run_clear (Run * run)
{
  g_clear_pointer (&run->out, g_free);
  g_clear_pointer (&run->err, g_free);
}

G_GNUC_UNUSED static gchar *
tool_path (void)
{
  return g_build_filename (g_getenv ("PUBLISH_BUILD_ROOT"), "tools",
      "ts-timing", "gst-ts-timing-1.0", NULL);
}

G_GNUC_UNUSED static GSubprocess *
start_argv (const gchar * const *argv)
{
  GError *error = NULL;
  GSubprocess *process = g_subprocess_newv (argv,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);

  fail_unless (process != NULL, "%s: %s", argv[0], error ? error->message : "");
  return process;
}

/* Waits for its end; @process is freed. */
G_GNUC_UNUSED static Run
finish (GSubprocess * process)
{
  Run run = { 0 };
  GBytes *out = NULL, *err = NULL;
  GError *error = NULL;

  fail_unless (g_subprocess_communicate (process, NULL, NULL, &out, &err,
          &error), "%s", error ? error->message : "");
  run.status = g_subprocess_get_if_exited (process) ?
      g_subprocess_get_exit_status (process) :
      -g_subprocess_get_term_sig (process);
  /* no bytes are a NULL */
  run.out = g_strdup_printf ("%.*s", (gint) g_bytes_get_size (out),
      (const gchar *) g_bytes_get_data (out, NULL));
  run.err = g_strdup_printf ("%.*s", (gint) g_bytes_get_size (err),
      (const gchar *) g_bytes_get_data (err, NULL));
  g_bytes_unref (out);
  g_bytes_unref (err);
  g_object_unref (process);
  return run;
}

/* @line: the program and its arguments, split as a shell does */
G_GNUC_UNUSED static GSubprocess *
start_line (const gchar * format, ...)
G_GNUC_PRINTF (1, 2);

     G_GNUC_UNUSED static GSubprocess *start_line (const gchar * format, ...)
{
  GSubprocess *process;
  GError *error = NULL;
  gchar **argv, *line;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  fail_unless (g_shell_parse_argv (line, NULL, &argv, &error), "%s",
      error ? error->message : "");
  process = start_argv ((const gchar * const *) argv);
  g_strfreev (argv);
  g_free (line);
  return process;
}

/* Runs the tool with arguments as of a shell. */
#define run_tool(...) run_tool_line (g_strdup_printf (__VA_ARGS__))

G_GNUC_UNUSED static Run
run_tool_line (gchar * arguments)
{
  gchar *path = tool_path ();
  Run run = finish (start_line ("'%s' %s", path, arguments));

  GST_INFO ("%s: %d, %s", arguments, run.status, run.err);
  g_free (path);
  g_free (arguments);
  return run;
}

/* The report of a run with --json; unref the parser when done with it. */
G_GNUC_UNUSED static JsonObject *
parse_report (const Run * run, JsonParser ** parser)
{
  GError *error = NULL;

  *parser = json_parser_new ();
  fail_unless (json_parser_load_from_data (*parser, run->out, -1, &error),
      "%s in \"%.200s\" (%s)", error ? error->message : "", run->out, run->err);
  return json_node_get_object (json_parser_get_root (*parser));
}

/* How often an event occurred, 0 if it is not in the report. */
G_GNUC_UNUSED static gint64
event_count (JsonObject * report, const gchar * nick)
{
  JsonObject *events = json_object_get_object_member (report, "events");

  return json_object_has_member (events, nick) ?
      json_object_get_int_member (events, nick) : 0;
}

/* "nick nick ...", sorted as in the report */
G_GNUC_UNUSED static gchar *
event_nicks (JsonObject * report)
{
  GList *names = json_object_get_members (json_object_get_object_member (report,
          "events")), *item;
  GString *text = g_string_new (NULL);

  for (item = names; item; item = item->next)
    g_string_append_printf (text, "%s%s", text->len ? " " : "",
        (const gchar *) item->data);
  g_list_free (names);
  return g_string_free (text, FALSE);
}

/* A new folder that remove_folder() takes away again. */
G_GNUC_UNUSED static gchar *
make_folder (void)
{
  GError *error = NULL;
  gchar *folder = g_dir_make_tmp ("ts-timing-XXXXXX", &error);

  fail_unless (folder != NULL, "%s", error ? error->message : "");
  return folder;
}

G_GNUC_UNUSED static void
remove_folder (gchar * folder)
{
  Run run = finish (start_line ("rm -rf '%s'", folder));

  run_clear (&run);
  g_free (folder);
}

/* For what runs before the test's fork, which GSubprocess's thread would not
 * survive. */
G_GNUC_UNUSED static void
run_in_parent (const gchar * format, ...)
G_GNUC_PRINTF (1, 2);

     G_GNUC_UNUSED static void run_in_parent (const gchar * format, ...)
{
  gchar *line, *err = NULL;
  GError *error = NULL;
  gint status = -1;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  if (!g_spawn_command_line_sync (line, NULL, &err, &status, &error))
    g_error ("%s: %s", line, error->message);
  if (status != 0)
    g_error ("%s: %s", line, err);
  g_free (err);
  g_free (line);
}

/* What a test is run with, NULL at the end; FALSE after telling what is missing.
 * A main() then returns 77, which is "skipped". */
G_GNUC_UNUSED static gboolean
have_programs (const gchar * name, ...)
    G_GNUC_NULL_TERMINATED;

     G_GNUC_UNUSED static gboolean have_programs (const gchar * name, ...)
{
  gboolean have = TRUE;
  va_list args;

  va_start (args, name);
  for (; name; name = va_arg (args, const gchar *))
  {
    gchar *path = g_find_program_in_path (name);

    if (!path) {
      g_print ("skipped: %s is missing\n", name);
      have = FALSE;
    }
    g_free (path);
  }
  va_end (args);
  return have;
}

/* Third-party samples, which not everybody has; NULL: not here. */
G_GNUC_UNUSED static gchar *
samples_folder (void)
{
  const gchar *folder = g_getenv ("TS_SAMPLES_DIR");
  gchar *path = folder ? g_strdup (folder) :
      g_build_filename (g_getenv ("PUBLISH_SOURCE_ROOT"), "..", "shared",
      "ts-samples", NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    g_clear_pointer (&path, g_free);
  return path;
}
