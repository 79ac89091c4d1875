/* A pipeline with a relaypublishsink, and all that it told. What must not be
 * aborts: a benchmark uses this too, and has no test to fail.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "relayharness.h"

#include <string.h>

static void
report_free (gpointer data)
{
  RelayReport *report = data;

  g_free (report->url);
  g_free (report->message);
  g_free (report);
}

static void
on_target (GstElement * pub, guint id, const gchar * url,
    GstPublishCdnState state, gint code, const gchar * message,
    RelayHarness * h)
{
  RelayReport *report = g_new0 (RelayReport, 1);

  report->id = id;
  report->state = state;
  report->code = code;
  report->url = g_strdup (url);
  report->message = g_strdup (message);
  report->at = g_get_monotonic_time ();
  g_mutex_lock (&h->lock);
  g_ptr_array_add (h->reports, report);
  g_cond_broadcast (&h->cond);
  g_mutex_unlock (&h->lock);
}

static void
on_task (GstElement * pub, GstPublishCdnState state, RelayHarness * h)
{
  g_mutex_lock (&h->lock);
  g_array_append_val (h->task_states, state);
  g_cond_broadcast (&h->cond);
  g_mutex_unlock (&h->lock);
}

/* @launch has a relaypublishsink with the name pub. */
RelayHarness *
relay_harness_new (const gchar * launch)
{
  RelayHarness *h = g_new0 (RelayHarness, 1);
  GError *error = NULL;

  g_mutex_init (&h->lock);
  g_cond_init (&h->cond);
  h->reports = g_ptr_array_new_with_free_func (report_free);
  h->task_states = g_array_new (FALSE, FALSE, sizeof (GstPublishCdnState));
  h->pipeline = gst_parse_launch (launch, &error);
  if (error)
    g_error ("%s: %s", launch, error->message);
  h->pub = gst_bin_get_by_name (GST_BIN (h->pipeline), "pub");
  if (!h->pub)
    g_error ("%s: no element \"pub\"", launch);
  h->bus = gst_element_get_bus (h->pipeline);
  g_signal_connect (h->pub, "target-state-changed", G_CALLBACK (on_target), h);
  g_signal_connect (h->pub, "task-state-changed", G_CALLBACK (on_task), h);
  return h;
}

void
relay_harness_free (RelayHarness * h)
{
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  gst_object_unref (h->bus);
  gst_object_unref (h->pub);
  gst_object_unref (h->pipeline);
  g_ptr_array_unref (h->reports);
  g_array_unref (h->task_states);
  g_mutex_clear (&h->lock);
  g_cond_clear (&h->cond);
  g_free (h);
}

void
relay_harness_play (RelayHarness * h)
{
  if (gst_element_set_state (h->pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
    g_error ("the pipeline does not play");
}

guint
relay_harness_add (RelayHarness * h, const gchar * url, gboolean internal_line)
{
  guint id = 0;

  g_signal_emit_by_name (h->pub, "add-target", url, internal_line, &id);
  return id;
}

/* A place in the reports: what is told from now on is after it. */
guint
relay_harness_mark (RelayHarness * h)
{
  guint n;

  g_mutex_lock (&h->lock);
  n = h->reports->len;
  g_mutex_unlock (&h->lock);
  return n;
}

/* The first report after @from that is @id's (0: anyone's) and says @state;
 * owned by the harness. NULL: it did not come. */
RelayReport *
relay_harness_wait (RelayHarness * h, guint from, guint id,
    GstPublishCdnState state, guint seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  RelayReport *found = NULL;
  guint i = from;

  g_mutex_lock (&h->lock);
  while (!found) {
    for (; i < h->reports->len && !found; i++) {
      RelayReport *report = g_ptr_array_index (h->reports, i);

      if ((id == 0 || report->id == id) && report->state == state)
        found = report;
    }
    if (!found && !g_cond_wait_until (&h->cond, &h->lock, until))
      break;
  }
  g_mutex_unlock (&h->lock);
  return found;
}

guint
relay_harness_count (RelayHarness * h, guint from, guint id,
    GstPublishCdnState state)
{
  guint i, n = 0;

  g_mutex_lock (&h->lock);
  for (i = from; i < h->reports->len; i++) {
    RelayReport *report = g_ptr_array_index (h->reports, i);

    n += (id == 0 || report->id == id) && report->state == state;
  }
  g_mutex_unlock (&h->lock);
  return n;
}

/* (transfer full) (nullable): the stats of target @id */
GstStructure *
relay_harness_stats (RelayHarness * h, guint id)
{
  GstStructure *stats = NULL, *found = NULL;
  const GValue *targets;
  guint i;

  g_object_get (h->pub, "stats", &stats, NULL);
  targets = gst_structure_get_value (stats, "targets");
  for (i = 0; i < gst_value_list_get_size (targets) && !found; i++) {
    const GstStructure *s =
        gst_value_get_structure (gst_value_list_get_value (targets, i));
    guint this_id = 0;

    gst_structure_get_uint (s, "id", &this_id);
    if (this_id == id)
      found = gst_structure_copy (s);
  }
  gst_structure_free (stats);
  return found;
}

/* Until target @id has sent @frames more than at the call. */
gboolean
relay_harness_wait_frames (RelayHarness * h, guint id, guint64 frames,
    guint seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint64 first = 0, sent = 0;
  gboolean any = FALSE;

  do {
    GstStructure *s = relay_harness_stats (h, id);

    if (s) {
      gst_structure_get_uint64 (s, "frames-sent", &sent);
      gst_structure_free (s);
      if (!any)
        first = sent;
      any = TRUE;
      if (sent >= first + frames)
        return TRUE;
    }
    g_poll (NULL, 0, 20);
  } while (g_get_monotonic_time () < until);
  return FALSE;
}

gboolean
relay_harness_wait_eos (RelayHarness * h, guint seconds)
{
  GstMessage *message = gst_bus_timed_pop_filtered (h->bus,
      seconds * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean eos = message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;

  g_clear_pointer (&message, gst_message_unref);
  return eos;
}

void
relay_harness_assert_no_error (RelayHarness * h)
{
  GstMessage *message = gst_bus_pop_filtered (h->bus, GST_MESSAGE_ERROR);

  if (message) {
    GError *error = NULL;

    gst_message_parse_error (message, &error, NULL);
    g_error ("an error reached the application: %s", error->message);
  }
}

/* What ffprobe says, as it says it. */
gchar *
relay_probe (const gchar * options, const gchar * path)
{
  gchar *quoted = g_shell_quote (path), *output = NULL;
  gchar *line = g_strdup_printf ("ffprobe -v error %s %s", options, quoted);
  gint status = 0;

  if (!g_spawn_command_line_sync (line, &output, NULL, &status, NULL))
    g_error ("no ffprobe");
  g_free (line);
  g_free (quoted);
  return output;
}

static gchar **
packet_lines (const gchar * path, const gchar * type,
    const gchar * fields, const gchar * more)
{
  gchar *options = g_strdup_printf ("-select_streams %c:0 %s -show_entries"
      " packet=%s -of csv=p=0", type[0], more, fields);
  gchar *output = relay_probe (options, path);
  gchar **lines = g_strsplit (output, "\n", -1);

  g_free (options);
  g_free (output);
  return lines;
}

GPtrArray *
relay_packet_hashes (const gchar * path, const gchar * type)
{
  GPtrArray *hashes = g_ptr_array_new_with_free_func (g_free);
  gchar **lines = packet_lines (path, type, "data_hash",
      "-show_data_hash md5");
  guint i;

  for (i = 0; lines[i]; i++) {
    if (lines[i][0])
      g_ptr_array_add (hashes, g_strdup (lines[i]));
  }
  g_strfreev (lines);
  return hashes;
}

/* DTS in ms */
GArray *
relay_packet_times (const gchar * path, const gchar * type)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint));
  gchar **lines = packet_lines (path, type, "dts", "");
  guint i;

  for (i = 0; lines[i]; i++) {
    gint ms = atoi (lines[i]);

    if (lines[i][0])
      g_array_append_val (times, ms);
  }
  g_strfreev (lines);
  return times;
}

guint
relay_count_fds (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  g_dir_close (dir);
  return n;
}
