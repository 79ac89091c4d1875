/* gst-publish-1.0: publishes a room as a job file says
 *
 * Threads: the main loop's; the room tells states in a thread of its own.
 * Locks: App.lock guards them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>

#include "input.h"
#include "options.h"
#include "secrets.h"
#include "status.h"

/* how long the end may take, ms */
#define END_TIMEOUT 30000

typedef enum
{
  EXIT_GOOD = 0,
  EXIT_FAULTS = 1,
  EXIT_UNUSABLE = 2,
} Exit;

typedef struct
{
  PublishOptions *options;
  PublishStatus *status;
  GMainLoop *loop;
  GstElement *pipeline, *room;
  GPtrArray *inputs;
  GMutex lock;
  GHashTable *states;           /* lock: url -> its last state before the stop */
  GHashTable *urls;             /* those of the job; all of them normalized */
  gchar *task_id;
  gboolean started, stopping;
  gint64 began;
  Exit result;
} App;

static void
complain (const gchar * message)
{
  gchar *shown = publish_hide_secrets (message);

  fprintf (stderr, "gst-publish-1.0: %s\n", shown);
  g_free (shown);
}

static void
tell (App * app, const gchar * event, const gchar * message)
{
  gchar *shown = publish_hide_secrets (message);
  GstStructure *s = gst_structure_new (event, "message", G_TYPE_STRING, shown,
      NULL);

  publish_status_event (app->status, event, s);
  gst_structure_free (s);
  g_free (shown);
}

static gboolean
on_end_timeout (gpointer data)
{
  App *app = data;

  complain ("the task does not end in time");
  app->result = EXIT_FAULTS;
  g_main_loop_quit (app->loop);
  return G_SOURCE_REMOVE;
}

static void
stop (App * app, const gchar * why)
{
  gboolean found = FALSE;

  if (app->stopping)
    return;
  app->stopping = TRUE;
  tell (app, "stopping", why);
  g_signal_emit_by_name (app->room, "stop-publish", "", &found);
  /* what has ended of itself is told about too */
  if (!found && !app->task_id)
    g_main_loop_quit (app->loop);
  g_timeout_add (END_TIMEOUT, on_end_timeout, app);
}

/* --- the job --- */

static gboolean
read_job (App * app, gchar * parts[3], GError ** error)
{
  /* an error of this names the file */
  gchar *json = gst_publish_document_load (app->options->job, error);
  GstPublishJob *job;

  if (!json)
    return FALSE;
  job = gst_publish_job_new_from_json (json, error);
  g_free (json);
  if (job && !gst_publish_job_get_target (job)) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "target: is missing; it says what is published and where to");
    g_clear_pointer (&job, gst_publish_job_unref);
  }
  if (!job) {
    g_prefix_error (error, "%s: ", app->options->job);
    return FALSE;
  }
  gst_publish_job_to_parts (job, &parts[0], &parts[1], &parts[2]);
  gst_publish_job_unref (job);
  return TRUE;
}

static void
free_parts (gchar * parts[3])
{
  guint i;

  for (i = 0; i < 3; i++)
    g_free (parts[i]);
}

/* What was accepted is the job from now on; @target: its JSON. What no longer is
 * a target does not count at the end. Urls are told apart with their secrets,
 * without which many look the same. */
static void
take_target (App * app, const gchar * target_json)
{
  GstPublishTarget *target = gst_publish_target_new_from_json (target_json,
      NULL);
  guint i;

  g_hash_table_remove_all (app->urls);
  if (!target)
    return;
  for (i = 0; i < gst_publish_target_get_n_urls (target); i++)
    g_hash_table_add (app->urls, gst_publish_url_normalize
        (gst_publish_target_get_url (target, i, NULL)));
  for (i = 0; i < app->inputs->len; i++)
    publish_input_set_follows (g_ptr_array_index (app->inputs, i),
        gst_publish_target_get_mode (target) == GST_PUBLISH_MODE_MIX_TO_CDN);
  gst_publish_target_unref (target);
}

static gboolean
start_job (App * app, GError ** error)
{
  gchar *parts[3] = { NULL, };

  if (!read_job (app, parts, error))
    return FALSE;
  take_target (app, parts[0]);
  /* what is refused is told with publish-started */
  g_signal_emit_by_name (app->room, "start-publish", parts[0], parts[1],
      parts[2], &app->task_id);
  free_parts (parts);
  return TRUE;
}

static gboolean
on_reload (gpointer data)
{
  App *app = data;
  gchar *parts[3] = { NULL, };
  GError *error = NULL;
  gboolean accepted = FALSE;

  if (app->stopping || !app->task_id)
    return G_SOURCE_CONTINUE;
  if (read_job (app, parts, &error)) {
    /* what is refused is told with publish-updated */
    g_signal_emit_by_name (app->room, "update-publish", app->task_id, parts[0],
        parts[1], parts[2], &accepted);
    if (accepted)
      take_target (app, parts[0]);
  } else {
    tell (app, "job-refused", error->message);
    g_error_free (error);
  }
  free_parts (parts);
  return G_SOURCE_CONTINUE;
}

/* The second one does not wait for anything. */
static gboolean
on_interrupt (gpointer data)
{
  App *app = data;

  if (app->stopping)
    _exit (EXIT_FAULTS);
  stop (app, "interrupted");
  return G_SOURCE_CONTINUE;
}

/* --- inputs --- */

static void
on_input (PublishInput * input, const gchar * event, const gchar * message,
    gpointer data)
{
  App *app = data;
  const PublishInputOptions *options = publish_input_get_options (input);
  gchar *uri = publish_input_show (input);
  gchar *shown = publish_hide_secrets (message);
  GstStructure *s = gst_structure_new (event, "user", G_TYPE_STRING,
      options->user_id ? options->user_id : "", "room", G_TYPE_STRING,
      options->room_id ? options->room_id : "", "type",
      GST_TYPE_PUBLISH_STREAM_TYPE, options->type, "uri", G_TYPE_STRING, uri,
      "message", G_TYPE_STRING, shown, NULL);

  g_free (uri);
  g_free (shown);
  publish_status_event (app->status, event, s);
  gst_structure_free (s);
  if (g_str_equal (event, "input-failed") && app->result == EXIT_GOOD)
    app->result = EXIT_FAULTS;
}

/* Who comes and leaves by the clock of the session. */
static gboolean
on_clock (gpointer data)
{
  App *app = data;
  gdouble now = (gdouble) (g_get_monotonic_time () - app->began) /
      G_TIME_SPAN_SECOND;
  gboolean any = FALSE;
  guint i;

  if (app->stopping)
    return G_SOURCE_CONTINUE;
  for (i = 0; i < app->inputs->len; i++) {
    PublishInput *input = g_ptr_array_index (app->inputs, i);
    const PublishInputOptions *options = publish_input_get_options (input);

    if (publish_input_is_over (input))
      continue;
    if (options->until > 0 && now >= options->until) {
      on_input (input, "input-left", "", app);
      publish_input_leave (input);
    } else if (now >= options->from && !publish_input_is_here (input)) {
      on_input (input, "input-came", "", app);
      publish_input_come (input);
    }
    publish_input_check (input);
    any |= !publish_input_is_over (input);
  }
  if (app->options->duration > 0 && now >= app->options->duration)
    stop (app, "the time is over");
  else if (!any && app->inputs->len > 0)
    stop (app, "all inputs have ended");
  return G_SOURCE_CONTINUE;
}

static gboolean
on_stats (gpointer data)
{
  App *app = data;
  GstStructure *stats = NULL;

  if (app->started) {
    g_object_get (app->room, "stats", &stats, NULL);
    publish_status_stats (app->status, stats);
    gst_structure_free (stats);
  }
  return G_SOURCE_CONTINUE;
}

/* --- messages --- */

static gint
code_of (const GstStructure * s)
{
  gint code = GST_PUBLISH_CODE_INTERNAL;

  gst_structure_get_int (s, "code", &code);
  return code;
}

/* The room's thread; what has ended is told after it. */
static void
on_cdn_state (GstElement * room, const gchar * task_id, const gchar * url,
    GstPublishCdnState state, gint code, const gchar * message, gpointer data)
{
  App *app = data;

  /* idle is what each of them is at last */
  if (state == GST_PUBLISH_CDN_STATE_IDLE ||
      state == GST_PUBLISH_CDN_STATE_DISCONNECTING)
    return;
  g_mutex_lock (&app->lock);
  g_hash_table_replace (app->states, gst_publish_url_normalize (url),
      GINT_TO_POINTER (state));
  g_mutex_unlock (&app->lock);
}

static void
judge (App * app, const GstStructure * s)
{
  GHashTableIter iter;
  gpointer url;
  gboolean all = TRUE;

  g_mutex_lock (&app->lock);
  g_hash_table_iter_init (&iter, app->urls);
  while (g_hash_table_iter_next (&iter, &url, NULL))
    all &= GPOINTER_TO_INT (g_hash_table_lookup (app->states, url)) ==
        GST_PUBLISH_CDN_STATE_PUBLISHING;
  g_mutex_unlock (&app->lock);
  if ((!all || code_of (s) != GST_PUBLISH_CODE_OK) && app->result == EXIT_GOOD)
    app->result = EXIT_FAULTS;
}

static void
on_element_message (App * app, const GstStructure * s)
{
  const gchar *name = gst_structure_get_name (s);

  if (g_str_equal (name, "publish-started")) {
    publish_status_event (app->status, name, s);
    app->started = code_of (s) == GST_PUBLISH_CODE_OK;
    if (!app->started) {
      complain (gst_structure_get_string (s, "message"));
      app->result = EXIT_UNUSABLE;
      g_main_loop_quit (app->loop);
    }
  } else if (g_str_equal (name, "publish-stopped")) {
    publish_status_event (app->status, name, s);
    judge (app, s);
    g_main_loop_quit (app->loop);
  } else if (g_str_equal (name, "cdn-state-changed") ||
      g_str_equal (name, "publish-updated") ||
      g_str_equal (name, "layout-applied") ||
      g_str_equal (name, "slots-changed") || g_str_equal (name, "congestion")) {
    publish_status_event (app->status, name, s);
  }
}

static void
on_error (App * app, GstMessage * message)
{
  GError *error = NULL;
  gchar *debug = NULL;
  guint i;

  gst_message_parse_error (message, &error, &debug);
  for (i = 0; i < app->inputs->len; i++) {
    PublishInput *input = g_ptr_array_index (app->inputs, i);

    if (publish_input_owns (input, GST_MESSAGE_SRC (message))) {
      publish_input_failed (input, error->message);
      break;
    }
  }
  /* not of a source that is gone already */
  if (i == app->inputs->len && (GST_MESSAGE_SRC (message) ==
          GST_OBJECT (app->room) || GST_MESSAGE_SRC (message) ==
          GST_OBJECT (app->pipeline))) {
    complain (error->message);
    app->result = app->started ? EXIT_FAULTS : EXIT_UNUSABLE;
    g_main_loop_quit (app->loop);
  }
  g_error_free (error);
  g_free (debug);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  App *app = data;
  GError *error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      if (GST_MESSAGE_SRC (message) == GST_OBJECT (app->room))
        on_element_message (app, gst_message_get_structure (message));
      break;
    case GST_MESSAGE_ERROR:
      on_error (app, message);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      tell (app, "warning", error->message);
      g_error_free (error);
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (app->pipeline));
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* --- the session --- */

typedef struct
{
  GObjectClass *class;
  GError **error;
} SinkCheck;

static gboolean
check_sink_property (GQuark name, const GValue * value, gpointer data)
{
  SinkCheck *check = data;
  const gchar *key = g_quark_to_string (name);
  GParamSpec *spec = g_object_class_find_property (check->class, key);
  GValue read = G_VALUE_INIT;
  gboolean good;

  if (!spec || !(spec->flags & G_PARAM_WRITABLE)) {
    g_set_error (check->error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--sink-property: relaypublishsink has no \"%s\" that can be set", key);
    return FALSE;
  }
  g_value_init (&read, spec->value_type);
  good = gst_value_deserialize_with_pspec (&read, g_value_get_string (value),
      spec) && !g_param_value_validate (spec, &read);
  g_value_unset (&read);
  if (!good)
    g_set_error (check->error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--sink-property: %s cannot have that value (gst-inspect-1.0 "
        "relaypublishsink tells which)", key);
  return good;
}

static gboolean
check_sink_properties (const GstStructure * properties, GError ** error)
{
  GstElement *sink = gst_element_factory_make ("relaypublishsink", NULL);
  SinkCheck check = { NULL, error };
  gboolean good;

  if (!sink) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "No element \"relaypublishsink\" is installed");
    return FALSE;
  }
  check.class = G_OBJECT_GET_CLASS (sink);
  good = !properties || gst_structure_foreach (properties, check_sink_property,
      &check);
  gst_object_unref (gst_object_ref_sink (sink));
  return good;
}

static gboolean
build (App * app, GError ** error)
{
  guint i;

  app->pipeline = gst_pipeline_new (NULL);
  app->room = gst_element_factory_make ("publishbin", "room");
  if (!app->room) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "No element \"publishbin\" is installed");
    return FALSE;
  }
  gst_bin_add (GST_BIN (app->pipeline), app->room);
  if (!check_sink_properties (app->options->sink_properties, error))
    return FALSE;
  g_object_set (app->room, "video-encoder", app->options->video_encoder,
      "sink-properties", app->options->sink_properties, NULL);
  g_signal_connect (app->room, "cdn-state-changed", G_CALLBACK (on_cdn_state),
      app);
  for (i = 0; i < app->options->inputs->len; i++) {
    PublishInput *input = publish_input_new (app->pipeline, app->room,
        g_ptr_array_index (app->options->inputs, i), on_input, app, error);

    if (!input)
      return FALSE;
    g_ptr_array_add (app->inputs, input);
  }
  return TRUE;
}

static gboolean
run (App * app, GError ** error)
{
  GstBus *bus;

  if (!build (app, error))
    return FALSE;
  bus = gst_element_get_bus (app->pipeline);
  gst_bus_add_watch (bus, on_message, app);
  gst_object_unref (bus);
  g_unix_signal_add (SIGINT, on_interrupt, app);
  g_unix_signal_add (SIGTERM, on_interrupt, app);
  g_unix_signal_add (SIGHUP, on_reload, app);
  if (!start_job (app, error))
    return FALSE;
  app->began = g_get_monotonic_time ();
  gst_element_set_state (app->pipeline, GST_STATE_PLAYING);
  on_clock (app);
  g_timeout_add (50, on_clock, app);
  g_timeout_add (1000, on_stats, app);
  g_main_loop_run (app->loop);
  return TRUE;
}

static Exit
publish (PublishOptions * options, GError ** error)
{
  App app = { options, };
  guint i;

  app.status = publish_status_new (options->json_lines);
  app.loop = g_main_loop_new (NULL, FALSE);
  app.inputs = g_ptr_array_new ();
  g_mutex_init (&app.lock);
  app.states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  app.urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!run (&app, error))
    app.result = EXIT_UNUSABLE;
  for (i = 0; i < app.inputs->len; i++)
    publish_input_free (g_ptr_array_index (app.inputs, i));
  if (app.pipeline) {
    GstBus *bus = gst_element_get_bus (app.pipeline);

    gst_element_set_state (app.pipeline, GST_STATE_NULL);
    gst_bus_remove_watch (bus);
    gst_object_unref (bus);
    gst_object_unref (app.pipeline);
  }
  g_ptr_array_unref (app.inputs);
  g_hash_table_unref (app.states);
  g_hash_table_unref (app.urls);
  g_mutex_clear (&app.lock);
  g_main_loop_unref (app.loop);
  publish_status_free (app.status);
  g_free (app.task_id);
  return app.result;
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  PublishOptions *options;
  Exit result = EXIT_GOOD;

  setlocale (LC_CTYPE, "");
  gst_init (NULL, NULL);
  options = publish_options_parse (argc, argv, &error);
  if (!options)
    result = EXIT_UNUSABLE;
  else if (options->help || options->manual)
    publish_help_print (options->manual);
  else if (options->version)
    printf ("gst-publish-1.0 (%s) %s\n", PACKAGE, PACKAGE_VERSION);
  else
    result = publish (options, &error);
  if (error)
    complain (error->message);
  g_clear_error (&error);
  publish_options_free (options);
  gst_deinit ();
  return result;
}
