/* A pipeline with a publishbin named "room", and all that it told. What must
 * not be aborts: a benchmark uses this too, and has no test to fail.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* the longest that anything may take on a machine with too much to do, s;
 * instrumented programs are many times slower */
#define PATIENCE (g_getenv ("PUBLISH_INSTRUMENTED") ? 600 : 60)

static void
told_free (gpointer data)
{
  PublishTold *told = data;

  g_free (told->task_id);
  g_free (told->url);
  g_free (told->message);
  g_free (told);
}

static void
add_told (PublishHarness * h, PublishWhat what, const gchar * task_id,
    const gchar * url, GstPublishCdnState state, gint code,
    const gchar * message)
{
  PublishTold *told = g_new0 (PublishTold, 1);

  told->what = what;
  told->task_id = g_strdup (task_id);
  told->url = g_strdup (url);
  told->state = state;
  told->code = code;
  told->message = g_strdup (message);
  g_mutex_lock (&h->lock);
  g_ptr_array_add (h->told, told);
  g_cond_broadcast (&h->cond);
  g_mutex_unlock (&h->lock);
}

static void
on_started (GstElement * room, const gchar * id, gint code,
    const gchar * message, PublishHarness * h)
{
  add_told (h, PUBLISH_STARTED, id, NULL, 0, code, message);
}

static void
on_updated (GstElement * room, const gchar * id, gint code,
    const gchar * message, PublishHarness * h)
{
  add_told (h, PUBLISH_UPDATED, id, NULL, 0, code, message);
}

static void
on_stopped (GstElement * room, const gchar * id, gint code,
    const gchar * message, PublishHarness * h)
{
  add_told (h, PUBLISH_STOPPED, id, NULL, 0, code, message);
}

static void
on_state (GstElement * room, const gchar * id, const gchar * url,
    GstPublishCdnState state, gint code, const gchar * message,
    PublishHarness * h)
{
  add_told (h, PUBLISH_CDN_STATE, id, url, state, code, message);
}

PublishHarness *
publish_harness_new (const gchar * launch)
{
  PublishHarness *h = g_new0 (PublishHarness, 1);
  GError *error = NULL;

  g_mutex_init (&h->lock);
  g_cond_init (&h->cond);
  h->told = g_ptr_array_new_with_free_func (told_free);
  h->folder = g_dir_make_tmp ("publishbin-XXXXXX", &error);
  if (!h->folder)
    g_error ("%s", error->message);
  h->pipeline = gst_parse_launch (launch, &error);
  if (error)
    g_error ("%s: %s", launch, error->message);
  if (!GST_IS_PIPELINE (h->pipeline)) {
    GstElement *pipeline = gst_pipeline_new (NULL);

    gst_bin_add (GST_BIN (pipeline), h->pipeline);
    h->pipeline = pipeline;
  }
  h->room = gst_bin_get_by_name (GST_BIN (h->pipeline), "room");
  if (!h->room)
    g_error ("%s: no element \"room\"", launch);
  h->bus = gst_element_get_bus (h->pipeline);
  g_signal_connect (h->room, "publish-started", G_CALLBACK (on_started), h);
  g_signal_connect (h->room, "publish-updated", G_CALLBACK (on_updated), h);
  g_signal_connect (h->room, "publish-stopped", G_CALLBACK (on_stopped), h);
  g_signal_connect (h->room, "cdn-state-changed", G_CALLBACK (on_state), h);
  return h;
}

static void
remove_folder (const gchar * folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir && (name = g_dir_read_name (dir))) {
    gchar *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
    g_free (path);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (folder);
}

void
publish_harness_free (PublishHarness * h)
{
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  gst_object_unref (h->bus);
  gst_object_unref (h->room);
  gst_object_unref (h->pipeline);
  remove_folder (h->folder);
  g_free (h->folder);
  g_ptr_array_unref (h->told);
  g_mutex_clear (&h->lock);
  g_cond_clear (&h->cond);
  g_free (h);
}

void
publish_harness_play (PublishHarness * h)
{
  if (gst_element_set_state (h->pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
    g_error ("the pipeline does not play");
}

/* (transfer full): a path in the harness's folder */
gchar *
publish_harness_file (PublishHarness * h, const gchar * name)
{
  return g_build_filename (h->folder, name, NULL);
}

/* JSON of a target that is file @name in the harness's folder, or a url;
 * @owner: (nullable) */
gchar *
publish_harness_target (PublishHarness * h, const gchar * mode,
    const gchar * owner, const gchar * name)
{
  gchar *user = owner ?
      g_strdup_printf ("\"owner\":{\"userId\":\"%s\"},", owner) : g_strdup ("");
  gchar *url = strstr (name, "://") ? g_strdup (name) :
      g_strdup_printf ("file://%s/%s", h->folder, name);
  gchar *json = g_strdup_printf ("{\"mode\":\"%s\",%s\"cdnUrlList\":["
      "{\"url\":\"%s\",\"isInternalLine\":true}]}", mode, user, url);

  g_free (user);
  g_free (url);
  return json;
}

/* (transfer full) (nullable): the task's id */
gchar *
publish_harness_start (PublishHarness * h, const gchar * mode,
    const gchar * owner, const gchar * name, const gchar * encoder,
    const gchar * mixing)
{
  gchar *target = publish_harness_target (h, mode, owner, name), *id = NULL;

  g_signal_emit_by_name (h->room, "start-publish", target, encoder, mixing,
      &id);
  g_free (target);
  return id;
}

/* What is told from now on is after it. */
guint
publish_harness_mark (PublishHarness * h)
{
  guint n;

  g_mutex_lock (&h->lock);
  n = h->told->len;
  g_mutex_unlock (&h->lock);
  return n;
}

static gboolean
is_it (const PublishTold * told, PublishWhat what, const gchar * task_id,
    gint state)
{
  return told->what == what && (!task_id ||
      g_str_equal (told->task_id, task_id)) && (state < 0 ||
      (gint) told->state == state);
}

static PublishTold *
wait_for (PublishHarness * h, guint from, PublishWhat what,
    const gchar * task_id, gint state)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  PublishTold *found = NULL;
  guint i = from;

  g_mutex_lock (&h->lock);
  while (!found) {
    for (; i < h->told->len && !found; i++) {
      PublishTold *told = g_ptr_array_index (h->told, i);

      if (is_it (told, what, task_id, state))
        found = told;
    }
    if (!found && !g_cond_wait_until (&h->cond, &h->lock, until)) {
      for (i = 0; i < h->told->len; i++) {
        PublishTold *told = g_ptr_array_index (h->told, i);

        g_printerr ("told %d: %s state %d code %d %s\n", told->what,
            told->task_id, told->state, told->code, told->message);
      }
      g_error ("not told: %d of %s, state %d", what, task_id, state);
    }
  }
  g_mutex_unlock (&h->lock);
  return found;
}

/* The first that is told after @from; owned by the harness. @task_id:
 * (nullable): anyone's */
PublishTold *
publish_harness_wait (PublishHarness * h, guint from, PublishWhat what,
    const gchar * task_id)
{
  return wait_for (h, from, what, task_id, -1);
}

PublishTold *
publish_harness_wait_state (PublishHarness * h, guint from,
    const gchar * task_id, GstPublishCdnState state)
{
  return wait_for (h, from, PUBLISH_CDN_STATE, task_id, state);
}

guint
publish_harness_count (PublishHarness * h, guint from, PublishWhat what)
{
  guint i, n = 0;

  g_mutex_lock (&h->lock);
  for (i = from; i < h->told->len; i++)
    n += is_it (g_ptr_array_index (h->told, i), what, NULL, -1);
  g_mutex_unlock (&h->lock);
  return n;
}

/* What the task's first target has sent: pictures, or without video sounds. */
guint64
publish_harness_get_frames (PublishHarness * h, const gchar * task_id)
{
  GstStructure *stats = NULL;
  const GValue *tasks;
  guint64 frames = 0;
  guint i;

  g_object_get (h->room, "stats", &stats, NULL);
  tasks = gst_structure_get_value (stats, "tasks");
  for (i = 0; i < gst_value_list_get_size (tasks); i++) {
    const GstStructure *task =
        gst_value_get_structure (gst_value_list_get_value (tasks, i));
    const GValue *targets = gst_structure_get_value (task, "targets");

    if (g_strcmp0 (gst_structure_get_string (task, "task-id"), task_id) == 0 &&
        gst_value_list_get_size (targets) > 0)
      gst_structure_get_uint64 (gst_value_get_structure
          (gst_value_list_get_value (targets, 0)), "frames-sent", &frames);
  }
  gst_structure_free (stats);
  return frames;
}

/* Until the task's first target has sent @frames more than at the call. */
void
publish_harness_wait_frames (PublishHarness * h, const gchar * task_id,
    guint64 frames)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint64 first_count = publish_harness_get_frames (h, task_id);

  while (publish_harness_get_frames (h, task_id) < first_count + frames) {
    if (g_get_monotonic_time () > until)
      g_error ("%s sends no frames", task_id);
    g_poll (NULL, 0, 20);
  }
}

/* Stops the task and waits until it has ended. */
void
publish_harness_stop (PublishHarness * h, const gchar * task_id)
{
  guint mark = publish_harness_mark (h);
  gboolean found = FALSE;

  g_signal_emit_by_name (h->room, "stop-publish", task_id, &found);
  if (!found)
    g_error ("%s is not known", task_id);
  publish_harness_wait (h, mark, PUBLISH_STOPPED, task_id);
}

/* (transfer full): the next message of @types, and of @name if that is given */
GstMessage *
publish_harness_wait_message (PublishHarness * h, GstMessageType types,
    const gchar * name)
{
  GstMessage *message;

  while ((message = gst_bus_timed_pop_filtered (h->bus, PATIENCE * GST_SECOND,
              types))) {
    if (!name || gst_message_has_name (message, name))
      return message;
    gst_message_unref (message);
  }
  g_error ("no message %s", name ? name : gst_message_type_get_name (types));
}

void
publish_harness_assert_no_error (PublishHarness * h)
{
  GstMessage *message = gst_bus_pop_filtered (h->bus, GST_MESSAGE_ERROR);

  if (message) {
    GError *error = NULL;

    gst_message_parse_error (message, &error, NULL);
    g_error ("an error reached the application: %s", error->message);
  }
}

/* Someone comes: @launch ends without "!". (transfer full) the room's pad. */
GstPad *
publish_harness_add (PublishHarness * h, const gchar * launch,
    const gchar * user_id, const gchar * type, GstElement ** source)
{
  GError *error = NULL;
  GstPad *pad = gst_element_request_pad_simple (h->room, "sink_%u");
  GstPad *src;

  *source = gst_parse_bin_from_description (launch, TRUE, &error);
  if (error)
    g_error ("%s: %s", launch, error->message);
  g_object_set (pad, "user-id", user_id, NULL);
  gst_util_set_object_arg (G_OBJECT (pad), "stream-type", type);
  gst_bin_add (GST_BIN (h->pipeline), *source);
  src = gst_element_get_static_pad (*source, "src");
  if (gst_pad_link (src, pad) != GST_PAD_LINK_OK)
    g_error ("%s: does not link", launch);
  gst_object_unref (src);
  gst_element_sync_state_with_parent (*source);
  return pad;
}

/* Someone leaves; takes @pad. */
void
publish_harness_remove (PublishHarness * h, GstElement * source, GstPad * pad)
{
  /* who pushes into a pad that is gone is told that it is not linked */
  gst_element_set_locked_state (source, TRUE);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_element_release_request_pad (h->room, pad);
  gst_object_unref (pad);
  gst_bin_remove (GST_BIN (h->pipeline), source);
}

/* How many of an element there are in the room. */
guint
publish_harness_count_elements (PublishHarness * h, const gchar * factory)
{
  GstIterator *it = gst_bin_iterate_all_by_element_factory_name
      (GST_BIN (h->room), factory);
  GValue value = G_VALUE_INIT;
  guint n = 0;

  while (gst_iterator_next (it, &value) == GST_ITERATOR_OK) {
    n++;
    g_value_reset (&value);
  }
  gst_iterator_free (it);
  return n;
}

/* What a command says; it must succeed. (transfer full) */
gchar *
publish_run (const gchar * format, ...)
{
  gchar *line, *output = NULL;
  GError *error = NULL;
  gint status = 0;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  if (!g_spawn_command_line_sync (line, &output, NULL, &status, &error))
    g_error ("%s: %s", line, error->message);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", line, error->message);
  g_free (line);
  return output;
}

/* PTS in ms, as ffprobe reads them */
GArray *
publish_keyframe_times (const gchar * path)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint));
  gchar *output = publish_run ("ffprobe -v error -select_streams v:0"
      " -show_entries packet=pts,flags -of csv=p=0 %s", path);
  gchar **lines = g_strsplit (output, "\n", -1);
  guint i;

  for (i = 0; lines[i]; i++) {
    gint ms = atoi (lines[i]);

    if (strstr (lines[i], "K"))
      g_array_append_val (times, ms);
  }
  g_strfreev (lines);
  g_free (output);
  return times;
}

/* The amplitude of @frequency Hz, 1.0 = full scale, in what ffmpeg decodes of
 * @duration seconds. */
gdouble
publish_tone_level (const gchar * path, guint frequency, gdouble from,
    gdouble duration)
{
  gchar *raw = g_strconcat (path, ".raw", NULL), *data = NULL;
  gdouble re = 0, im = 0;
  gsize size = 0, i, n;
  const gint16 *samples;

  g_free (publish_run ("ffmpeg -v error -y -ss %.3f -t %.3f -i %s -vn -ac 1"
          " -ar 16000 -f s16le %s", from, duration, path, raw));
  if (!g_file_get_contents (raw, &data, &size, NULL) || size < 2)
    g_error ("%s: no sound", path);
  samples = (const gint16 *) data;
  n = size / 2;
  for (i = 0; i < n; i++) {
    gdouble angle = 2 * G_PI * frequency * i / 16000;

    re += samples[i] / 32768.0 * cos (angle);
    im += samples[i] / 32768.0 * sin (angle);
  }
  g_unlink (raw);
  g_free (raw);
  g_free (data);
  return 2 * sqrt (re * re + im * im) / n;
}
