/* The room: what the application asks of it, and what the inside tells it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/publish/gstpublishcompat-private.h>

#include "pub-room-private.h"

/* --- what the application asks; any thread --- */

static void
do_refused (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;

  room->funcs.started (room->data, "", fact->code, fact->message,
      fact->from_properties);
}

/* (transfer full): the task's id; NULL: refused, which `started` tells.
 * @settings: taken */
gchar *
pub_room_start (PubRoom * room, const gchar * target, const gchar * encoder,
    const gchar * mixing, const PubSettings * settings,
    gboolean from_properties)
{
  PubSettings taken = *settings;
  GError *error = NULL;
  gchar *id = NULL;
  GstPublishJob *job = pub_table_add (room->table, target, encoder, mixing,
      &id, &error);
  Start *start;
  Fact *fact;

  if (!job) {
    fact = pub_fact_new (NULL, error->code, error->message);
    fact->from_properties = from_properties;
    pub_room_post (room, do_refused, fact);
    g_error_free (error);
    pub_settings_clear (&taken);
    return NULL;
  }
  start = g_new0 (Start, 1);
  start->id = g_strdup (id);
  start->job = job;
  start->settings = taken;
  start->from_properties = from_properties;
  pub_loop_post (room->loop, pub_room_do_start, room, start, NULL);
  return id;
}

static gboolean
same_owner (GstPublishJob * a, GstPublishJob * b)
{
  const GstPublishUser *x =
      gst_publish_target_get_owner (gst_publish_job_get_target (a));
  const GstPublishUser *y =
      gst_publish_target_get_owner (gst_publish_job_get_target (b));

  return x && y && g_strcmp0 (x->user_id, y->user_id) == 0 &&
      g_strcmp0 (x->room_id, y->room_id) == 0;
}

/* NULL: no task of that id waits for its url to be free. */
static Start *
find_pending (PubRoom * room, const gchar * id)
{
  GList *l;

  for (l = room->pending.head; l; l = l->next) {
    Start *start = l->data;

    if (g_str_equal (start->id, id))
      return start;
  }
  return NULL;
}

/* What becomes of a task that is @now. The table may have planned otherwise: it
 * did not know what would come of older updates. */
static GstPublishJob *
change_job (Fact * fact, GstPublishJob * now, GError ** error)
{
  return pub_table_change (now, fact->target, fact->encoder, fact->mixing,
      error);
}

/* All of it or nothing. */
static gboolean
update_task (PubRoom * room, PubTask * task, Fact * fact, GError ** error)
{
  GstPublishJob *job = change_job (fact, task->job, error);
  gboolean done = job && pub_room_is_free (room, task, job, error) &&
      task->kind->update (task, job, error);

  if (done) {
    /* who has not been there cannot have left */
    if (!same_owner (task->job, job))
      task->owner_seen = FALSE;
    gst_publish_job_unref (task->job);
    task->job = gst_publish_job_ref (job);
    pub_task_set_targets (task);
  }
  g_clear_pointer (&job, gst_publish_job_unref);
  pub_table_settle (room->table, task->id, fact->planned, task->job);
  return done;
}

/* Likewise of a task that has not begun. */
static void
update_pending (PubRoom * room, Start * start, Fact * fact, GError ** error)
{
  GstPublishJob *job = change_job (fact, start->job, error);

  if (job) {
    gst_publish_job_unref (start->job);
    start->job = job;
  }
  pub_table_settle (room->table, start->id, fact->planned, start->job);
}

/* Takes @error. */
static void
set_refused (Fact * fact, GError * error)
{
  fact->code = error->code;
  g_free (fact->message);
  fact->message = g_strdup (error->message);
  g_error_free (error);
}

static gboolean
has_waiting_update (PubRoom * room, const gchar * id)
{
  GList *l;

  for (l = room->updates.head; l; l = l->next) {
    if (g_str_equal (((Fact *) l->data)->id, id))
      return TRUE;
  }
  return FALSE;
}

/* A task that still closes one of its urls, or an older update, comes first. */
static gboolean
update_has_to_wait (PubRoom * room, Fact * fact)
{
  PubTask *task = fact->planned ? pub_room_find_task (room, fact->id) : NULL;
  GstPublishJob *job;
  gboolean has_to;

  if (!task || task->state != PUB_TASK_RUNNING)
    return FALSE;
  if (has_waiting_update (room, fact->id))
    return TRUE;
  job = change_job (fact, task->job, NULL);
  has_to = job && pub_room_has_to_wait (room, job);
  g_clear_pointer (&job, gst_publish_job_unref);
  return has_to;
}

static void
update_now (PubRoom * room, Fact * fact)
{
  PubTask *task = fact->planned ? pub_room_find_task (room, fact->id) : NULL;
  Start *pending = fact->planned && !task ? find_pending (room, fact->id) :
      NULL;
  gboolean updated = FALSE;
  GError *error = NULL;

  if (task && task->state == PUB_TASK_RUNNING) {
    updated = update_task (room, task, fact, &error);
  } else if (pending) {
    update_pending (room, pending, fact, &error);
  } else if (fact->planned) {
    /* it ended between the question and now */
    g_set_error (&error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_UNKNOWN_TASK,
        "There is no task \"%s\"", fact->id);
  }
  if (error)
    set_refused (fact, error);
  room->funcs.updated (room->data, fact->id, fact->code, fact->message);
  if (updated) {
    pub_room_tell_waiting (task);
    pub_room_look (room);
  }
}

static void
do_update (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data, *waiting;

  if (!update_has_to_wait (room, fact)) {
    update_now (room, fact);
    return;
  }
  waiting = pub_fact_new (fact->id, fact->code, fact->message);
  waiting->target = g_steal_pointer (&fact->target);
  waiting->encoder = g_steal_pointer (&fact->encoder);
  waiting->mixing = g_steal_pointer (&fact->mixing);
  waiting->planned = g_steal_pointer (&fact->planned);
  g_queue_push_tail (&room->updates, waiting);
}

/* A task has closed its urls. */
void
pub_room_update_waiting (PubRoom * room)
{
  GQueue updates = room->updates;
  Fact *fact;

  g_queue_init (&room->updates);
  while ((fact = g_queue_pop_head (&updates))) {
    if (update_has_to_wait (room, fact)) {
      g_queue_push_tail (&room->updates, fact);
    } else {
      update_now (room, fact);
      pub_fact_free (fact);
    }
  }
}

/* FALSE: refused; `updated` tells either, and what the compositor refuses, which
 * is asked in the worker. */
gboolean
pub_room_update (PubRoom * room, const gchar * task_id, const gchar * target,
    const gchar * encoder, const gchar * mixing)
{
  GError *error = NULL;
  GstPublishJob *planned = pub_table_update (room->table, task_id, target,
      encoder, mixing, &error);
  Fact *fact = pub_fact_new (task_id, error ? error->code : GST_PUBLISH_CODE_OK,
      error ? error->message : "");
  gboolean accepted = planned != NULL;

  fact->planned = planned;
  fact->target = g_strdup (target);
  fact->encoder = g_strdup (encoder);
  fact->mixing = g_strdup (mixing);
  g_clear_error (&error);
  pub_room_post (room, do_update, fact);
  return accepted;
}

/* What the task is made of now. FALSE: there is none */
gboolean
pub_room_get_parts (PubRoom * room, const gchar * task_id, gchar ** target,
    gchar ** encoder, gchar ** mixing)
{
  return pub_table_get_parts (room->table, task_id, target, encoder, mixing);
}

static void
do_stop (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;
  PubTask *task = pub_room_find_task (room, fact->id);
  GList *l;

  if (fact->code != GST_PUBLISH_CODE_OK) {
    room->funcs.stopped (room->data, fact->id, fact->code, fact->message,
        FALSE);
    return;
  }
  if (task) {
    pub_room_end_task (room, task, GST_PUBLISH_CODE_OK, fact->message,
        PUB_STOP_MS);
    return;
  }
  for (l = room->pending.head; l; l = l->next) {
    Start *start = l->data;

    if (g_str_equal (start->id, fact->id)) {
      g_queue_delete_link (&room->pending, l);
      room->funcs.stopped (room->data, fact->id, fact->code, fact->message,
          start->from_properties);
      pub_room_start_free (start);
      return;
    }
  }
}

/* @task_id: "" is all. FALSE: there is none; `stopped` tells either. */
gboolean
pub_room_stop (PubRoom * room, const gchar * task_id)
{
  gchar **ids, *text;
  gboolean found = FALSE;
  guint i;

  if (*task_id) {
    found = pub_table_remove (room->table, task_id);
    text = found ? g_strdup ("stop was asked") :
        g_strdup_printf ("There is no task \"%s\"", task_id);
    pub_room_post (room, do_stop, pub_fact_new (task_id,
            found ? GST_PUBLISH_CODE_OK : GST_PUBLISH_CODE_UNKNOWN_TASK, text));
    g_free (text);
    return found;
  }
  ids = pub_table_ids (room->table);
  for (i = 0; ids[i]; i++)
    found |= pub_room_stop (room, ids[i]);
  g_strfreev (ids);
  return found;
}

static void
do_end (gpointer data, gpointer unused)
{
  PubRoom *room = data;
  guint i;

  pub_room_drop_pending (room, "The pipeline ends");
  for (i = 0; i < room->tasks->len; i++)
    pub_room_end_task (room, g_ptr_array_index (room->tasks, i),
        GST_PUBLISH_CODE_OK, "The pipeline ends", PUB_DRAIN_MS);
  room->told_to_end = TRUE;
  pub_room_check_closed (room);
}

/* EOS was sent to the element itself. */
void
pub_room_end (PubRoom * room)
{
  pub_room_post (room, do_end, NULL);
}

GstStructure *
pub_room_stats (PubRoom * room)
{
  return pub_table_stats (room->table);
}

/* --- what the inside tells; any thread. @child: a child of the element --- */

static void
do_inside_error (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;
  PubTask *task = pub_room_find_task (room, fact->id);
  guint i;

  if (task) {
    if (task->state == PUB_TASK_RUNNING)
      pub_task_tell_all (task, GST_PUBLISH_CDN_STATE_FAILED,
          GST_PUBLISH_CODE_MEDIA_ERROR, fact->message);
    pub_room_end_task (room, task, GST_PUBLISH_CODE_MEDIA_ERROR, fact->message,
        0);
    return;
  }
  for (i = 0; i < room->streams->len; i++) {
    PubStream *stream = g_ptr_array_index (room->streams, i);

    if (pub_stream_has_part (stream, fact->id) &&
        pub_stream_set_undecodable (stream)) {
      gchar *who = pub_stream_describe (stream);
      gchar *text = g_strdup_printf ("%s is left out: %s", who, fact->message);

      room->funcs.warning (room->data, text);
      g_free (text);
      g_free (who);
    }
  }
  pub_room_look (room);
}

void
pub_room_inside_error (PubRoom * room, const gchar * child,
    const gchar * message)
{
  pub_room_post (room, do_inside_error, pub_fact_new (child,
          GST_PUBLISH_CODE_MEDIA_ERROR, message));
}

static void
do_inside_eos (gpointer data, gpointer fact)
{
  PubRoom *room = data;
  PubTask *task = pub_room_find_task (room, ((Fact *) fact)->id);

  if (!task)
    return;
  task->outputs_ended = TRUE;
  if (task->state == PUB_TASK_RUNNING)
    pub_room_end_task (room, task, GST_PUBLISH_CODE_OK, "The stream has ended",
        0);
  else
    pub_room_close_task (room, task);
}

void
pub_room_inside_eos (PubRoom * room, const gchar * child)
{
  pub_room_post (room, do_inside_eos, pub_fact_new (child, GST_PUBLISH_CODE_OK,
          NULL));
}

/* A thread of its own: the LATENCY event takes the element's state lock, and who
 * holds that, in a state change, waits for the worker. */
static void
recalculate_latency (GstElement * bin, gpointer unused)
{
  gst_bin_recalculate_latency (GST_BIN (bin));
}

static void
do_latency (gpointer data, gpointer unused)
{
  PubRoom *room = data;

  g_atomic_int_set (&room->latency_queued, FALSE);
  if (!room->gone && GST_STATE (room->bin) == GST_STATE_PLAYING)
    gst_publish_call_async (GST_ELEMENT (room->bin), recalculate_latency, NULL);
}

/* Something inside has another latency: an application that does not care about
 * LATENCY messages shall not have late frames. */
void
pub_room_inside_latency (PubRoom * room)
{
  if (g_atomic_int_compare_and_exchange (&room->latency_queued, FALSE, TRUE))
    pub_room_post (room, do_latency, NULL);
}
