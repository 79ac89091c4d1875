/* The room: how a task begins and ends, and what it tells.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/publish/gstpublishcompat-private.h>

#include "pub-room-private.h"

/* A task without a stream tells that it waits, this often. */
#define WAITING_MS 5000

static void start_task (PubRoom * room, Start * start);

/* --- what tasks tell; any thread --- */

static void
do_cdn_state (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;

  room->funcs.cdn_state (room->data, fact->id, fact->url, fact->state,
      fact->code, fact->message);
}

static void
on_cdn_state (PubTask * task, const gchar * url, GstPublishCdnState state,
    GstPublishCode code, const gchar * message)
{
  Fact *fact = pub_fact_new (task->id, code, message ? message : "");

  fact->url = g_strdup (url);
  fact->state = state;
  pub_room_post (task->data, do_cdn_state, fact);
}

static void
do_look (gpointer data, gpointer unused)
{
  pub_room_look (data);
}

static void
on_look_again (PubTask * task)
{
  pub_room_post (task->data, do_look, NULL);
}

static void
do_warn (gpointer data, gpointer fact)
{
  PubRoom *room = data;

  room->funcs.warning (room->data, ((Fact *) fact)->message);
}

static void
on_warn (PubTask * task, const gchar * message)
{
  pub_room_post (task->data, do_warn, pub_fact_new (NULL, GST_PUBLISH_CODE_OK,
          message));
}

static const PubTaskFuncs task_funcs = { on_cdn_state, on_look_again, on_warn };

/* --- the end of a task --- */

/* The first url of @a that @b publishes to as well; (transfer none) (nullable) */
static const gchar *
find_same_url (GstPublishJob * a, GstPublishJob * b)
{
  GstPublishTarget *x = gst_publish_job_get_target (a);
  GstPublishTarget *y = gst_publish_job_get_target (b);
  guint i, k;

  for (i = 0; i < gst_publish_target_get_n_urls (x); i++) {
    for (k = 0; k < gst_publish_target_get_n_urls (y); k++) {
      if (gst_publish_url_equal (gst_publish_target_get_url (x, i, NULL),
              gst_publish_target_get_url (y, k, NULL)))
        return gst_publish_target_get_url (x, i, NULL);
    }
  }
  return NULL;
}

/* Whether a task that has not quite ended still publishes to a url of @job. */
gboolean
pub_room_has_to_wait (PubRoom * room, GstPublishJob * job)
{
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (task->state != PUB_TASK_RUNNING && find_same_url (job, task->job))
      return TRUE;
  }
  return FALSE;
}

/* FALSE: a task publishes to a url of @job that had given it up, in an update
 * that was refused since. @own: (nullable) */
gboolean
pub_room_is_free (PubRoom * room, const PubTask * own, GstPublishJob * job,
    GError ** error)
{
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);
    const gchar *url;
    gchar *shown;

    if (task == own || task->state != PUB_TASK_RUNNING ||
        !(url = find_same_url (job, task->job)))
      continue;
    shown = gst_publish_url_redact (url);
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_DUPLICATE_URL,
        "target.cdnUrlList: %s is published to by %s still", shown, task->id);
    g_free (shown);
    return FALSE;
  }
  return TRUE;
}

static void
start_pending (PubRoom * room)
{
  GQueue pending = room->pending;
  Start *start;

  g_queue_init (&room->pending);
  while ((start = g_queue_pop_head (&pending)))
    start_task (room, start);
}

/* What waits for its url ends as what runs does, without ever having begun. */
void
pub_room_drop_pending (PubRoom * room, const gchar * message)
{
  Start *start;

  while ((start = g_queue_pop_head (&room->pending))) {
    pub_table_remove (room->table, start->id);
    room->funcs.stopped (room->data, start->id, GST_PUBLISH_CODE_OK, message,
        start->from_properties);
    pub_room_start_free (start);
  }
}

void
pub_room_check_closed (PubRoom * room)
{
  if (room->tasks->len > 0)
    return;
  g_mutex_lock (&room->lock);
  room->closing = FALSE;
  g_cond_broadcast (&room->cond);
  g_mutex_unlock (&room->lock);
  if ((room->all_ended || room->told_to_end) && !room->told_end && !room->gone) {
    room->told_end = TRUE;
    room->funcs.ended (room->data);
  }
}

static void
do_closed (gpointer data, gpointer fact)
{
  PubRoom *room = data;
  PubTask *task = pub_room_find_task (room, ((Fact *) fact)->id);
  gchar *id, *message;
  GstPublishCode code;
  gboolean from_properties;

  if (!task)
    return;
  id = g_strdup (task->id);
  message = g_strdup (task->message);
  code = task->code;
  from_properties = task->from_properties;
  g_ptr_array_remove (room->tasks, task);
  pub_task_free (task);
  GST_INFO_OBJECT (room->bin, "%s has stopped: %s", id, message);
  room->funcs.stopped (room->data, id, code, message, from_properties);
  g_free (id);
  g_free (message);
  pub_room_update_waiting (room);
  start_pending (room);
  pub_room_check_closed (room);
}

typedef struct
{
  PubRoom *room;
  GstElement *owner;            /* may be given up while its task closes */
  gchar *id;
} Closing;

/* A thread of its own. */
static void
close_bin (GstElement * bin, gpointer data)
{
  Closing *closing = data;

  gst_element_set_locked_state (bin, TRUE);
  gst_element_set_state (bin, GST_STATE_NULL);
  pub_room_post (closing->room, do_closed, pub_fact_new (closing->id,
          GST_PUBLISH_CODE_OK, NULL));
  g_free (closing->id);
  gst_object_unref (closing->owner);
  g_free (closing);
}

void
pub_room_close_task (PubRoom * room, PubTask * task)
{
  Closing *closing;

  if (task->state == PUB_TASK_CLOSING)
    return;
  task->state = PUB_TASK_CLOSING;
  if (task->timeout)
    pub_loop_remove_timeout (room->loop, task->timeout);
  task->timeout = 0;
  task->kind->close (task);
  closing = g_new0 (Closing, 1);
  closing->room = room;
  closing->owner = gst_object_ref (task->owner);
  closing->id = g_strdup (task->id);
  gst_publish_call_async (task->bin, close_bin, closing);
}

static gboolean
on_end_timeout (gpointer data)
{
  PubTask *task = data;
  PubRoom *room = task->data;

  GST_WARNING_OBJECT (room->bin, "the targets of %s do not end in time",
      task->id);
  task->timeout = 0;
  pub_room_close_task (room, task);
  return G_SOURCE_REMOVE;
}

/* @ms: how long its targets may take, 0: they are not waited for */
void
pub_room_end_task (PubRoom * room, PubTask * task, GstPublishCode code,
    const gchar * message, guint ms)
{
  if (task->state == PUB_TASK_RUNNING) {
    task->state = PUB_TASK_ENDING;
    task->code = code;
    task->message = g_strdup (message);
    pub_table_remove (room->table, task->id);
    if (ms > 0 && !task->outputs_ended && task->kind->end (task)) {
      task->timeout = pub_loop_add_timeout (room->loop, ms, on_end_timeout,
          task);
      return;
    }
  } else if (ms > 0) {
    return;
  }
  pub_room_close_task (room, task);
}

/* --- the beginning of a task --- */

GPtrArray *
pub_room_present_streams (PubRoom * room)
{
  GPtrArray *present = g_ptr_array_new ();
  guint i;

  for (i = 0; i < room->streams->len; i++) {
    PubStream *stream = g_ptr_array_index (room->streams, i);

    if (pub_stream_get_media (stream) != PUB_MEDIA_UNKNOWN)
      g_ptr_array_add (present, stream);
  }
  return present;
}

void
pub_room_tell_waiting (PubTask * task)
{
  gchar *who = task->kind->waits_for (task), *text;

  if (!who)
    return;
  text = g_strdup_printf ("waits for a stream of %s", who);
  pub_task_tell_all (task, GST_PUBLISH_CDN_STATE_CONNECTING,
      GST_PUBLISH_CODE_OK, text);
  g_free (text);
  g_free (who);
}

static gboolean
on_waiting (gpointer data)
{
  PubRoom *room = data;
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (task->state == PUB_TASK_RUNNING)
      pub_room_tell_waiting (task);
  }
  return G_SOURCE_CONTINUE;
}

/* What gst_element_sync_state_with_parent() goes by. */
static GstState
get_state_to_be (GstElement * element)
{
  GstState state;

  GST_OBJECT_LOCK (element);
  state = GST_STATE_PENDING (element) != GST_STATE_VOID_PENDING ?
      GST_STATE_PENDING (element) : GST_STATE (element);
  GST_OBJECT_UNLOCK (element);
  return state;
}

/* The owner may go on meanwhile, and take the task's bin with it: what we do
 * then would bring the bin back, for good. */
static void
follow_owner (PubTask * task)
{
  GstState state;

  gst_element_set_locked_state (task->bin, FALSE);
  do {
    state = get_state_to_be (task->owner);
    gst_element_sync_state_with_parent (task->bin);
  } while (get_state_to_be (task->owner) != state);
}

static void
run_task (PubRoom * room, PubTask * task)
{
  pub_task_set_targets (task);
  follow_owner (task);
  pub_room_look (room);
  if (task->state == PUB_TASK_RUNNING)
    pub_room_tell_waiting (task);
  if (!room->waiting_timer)
    room->waiting_timer = pub_loop_add_timeout (room->loop, WAITING_MS,
        on_waiting, room);
}

/* Takes @start. */
static void
start_task (PubRoom * room, Start * start)
{
  GstPublishTarget *target = gst_publish_job_get_target (start->job);
  GPtrArray *present;
  GError *error = NULL;
  PubTask *task;

  if (room->gone) {
    pub_room_start_free (start);
    return;
  }
  if (pub_room_has_to_wait (room, start->job)) {
    g_queue_push_tail (&room->pending, start);
    return;
  }
  task = pub_task_new (gst_publish_target_get_mode (target) ==
      GST_PUBLISH_MODE_MIX_TO_CDN ? &pub_mix_kind : &pub_relay_kind,
      &task_funcs, room, GST_ELEMENT (room->bin), start->id, start->job,
      &start->settings);
  memset (&start->settings, 0, sizeof (start->settings));
  task->from_properties = start->from_properties;
  present = pub_room_present_streams (room);
  if (!pub_room_is_free (room, NULL, start->job, &error) ||
      !task->kind->build (task, &error) ||
      !task->kind->check (task, present, &error)) {
    pub_table_remove (room->table, start->id);
    pub_task_free (task);
    room->funcs.started (room->data, start->id, error ? error->code :
        GST_PUBLISH_CODE_INTERNAL, error ? error->message : "cannot start",
        start->from_properties);
    g_clear_error (&error);
  } else {
    g_ptr_array_add (room->tasks, task);
    pub_table_set_elements (room->table, start->id, task->outputs,
        task->kind->get_compositor (task));
    GST_INFO_OBJECT (room->bin, "%s starts", task->id);
    room->funcs.started (room->data, start->id, GST_PUBLISH_CODE_OK, "",
        start->from_properties);
    /* a handler may have stopped the element */
    if (task->state == PUB_TASK_RUNNING)
      run_task (room, task);
  }
  g_ptr_array_unref (present);
  pub_room_start_free (start);
  pub_room_check_closed (room);
}

void
pub_room_do_start (gpointer data, gpointer start)
{
  start_task (data, start);
}
