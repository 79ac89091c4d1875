/* The room: streams and tasks, brought together. Whatever happens, the worker
 * looks at everything again (look): who is there, what each task wants, and
 * takes or makes the branches that this needs.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-room.h"

#include <stdio.h>
#include <string.h>

#include "pub-loop.h"
#include "pub-table.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

/* How long the targets of a task may take to get the rest of it: after a stop
 * was asked, and after the streams have ended. */
#define STOP_MS 3000
#define DRAIN_MS 15000
/* A task without a stream tells that it waits, this often. */
#define WAITING_MS 5000
/* How long a state change waits for the last task. */
#define CLOSE_TIME (10 * G_TIME_SPAN_SECOND)

struct _PubRoom
{
  GstBin *bin;
  PubRoomFuncs funcs;
  gpointer data;
  PubLoop *loop;
  PubTable *table;

  GMutex lock;
  GCond cond;
  GPtrArray *requested;         /* lock: streams whose pads are there */
  guint n_serials;              /* lock */
  gboolean closing;             /* lock: somebody waits for the last task */
  gint latency_queued;          /* atomic */

  /* the worker's */
  GPtrArray *streams;           /* by arrival */
  GPtrArray *tasks;
  GQueue pending;               /* of Start: wait for a url to be free */
  gboolean all_ended;           /* every pad */
  gboolean told_to_end;         /* by the application */
  gboolean told_end;            /* to the application */
  gboolean gone;                /* the element is being disposed of */
  guint waiting_timer;
};

typedef struct
{
  gchar *id;
  GstPublishJob *job;
  PubSettings settings;
  gboolean from_properties;
} Start;

/* What is told of a task or of the inside. */
typedef struct
{
  gchar *id, *url, *message;
  gint state;
  GstPublishCode code;
  GstPublishJob *job;
  PubStream *stream;
  GstCaps *caps;
} Fact;

static void start_task (PubRoom * room, Start * start);
static void look (PubRoom * room);

static void
start_free (gpointer data)
{
  Start *start = data;

  g_free (start->id);
  gst_publish_job_unref (start->job);
  pub_settings_clear (&start->settings);
  g_free (start);
}

static void
fact_free (gpointer data)
{
  Fact *fact = data;

  g_free (fact->id);
  g_free (fact->url);
  g_free (fact->message);
  g_clear_pointer (&fact->job, gst_publish_job_unref);
  g_clear_pointer (&fact->stream, pub_stream_unref);
  gst_clear_caps (&fact->caps);
  g_free (fact);
}

static Fact *
fact_new (const gchar * id, GstPublishCode code, const gchar * message)
{
  Fact *fact = g_new0 (Fact, 1);

  fact->id = g_strdup (id);
  fact->code = code;
  fact->message = g_strdup (message);
  return fact;
}

static void
post (PubRoom * room, PubFunc func, Fact * fact)
{
  pub_loop_post (room->loop, func, room, fact, fact ? fact_free : NULL);
}

static PubTask *
find_task (PubRoom * room, const gchar * id)
{
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (g_str_equal (task->id, id))
      return task;
  }
  return NULL;
}

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
  Fact *fact = fact_new (task->id, code, message ? message : "");

  fact->url = g_strdup (url);
  fact->state = state;
  post (task->data, do_cdn_state, fact);
}

static void
do_look (gpointer data, gpointer unused)
{
  look (data);
}

static void
on_look_again (PubTask * task)
{
  post (task->data, do_look, NULL);
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
  post (task->data, do_warn, fact_new (NULL, GST_PUBLISH_CODE_OK, message));
}

static const PubTaskFuncs task_funcs = { on_cdn_state, on_look_again, on_warn };

/* --- the end of a task --- */

static gboolean
publishes_to_same (GstPublishJob * a, GstPublishJob * b)
{
  GstPublishTarget *x = gst_publish_job_get_target (a);
  GstPublishTarget *y = gst_publish_job_get_target (b);
  guint i, k;

  for (i = 0; i < gst_publish_target_get_n_urls (x); i++) {
    for (k = 0; k < gst_publish_target_get_n_urls (y); k++) {
      if (gst_publish_url_equal (gst_publish_target_get_url (x, i, NULL),
              gst_publish_target_get_url (y, k, NULL)))
        return TRUE;
    }
  }
  return FALSE;
}

/* Whether a task that has not quite ended still publishes to a url of @job. */
static gboolean
has_to_wait (PubRoom * room, GstPublishJob * job)
{
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (task->state != PUB_TASK_RUNNING && publishes_to_same (task->job, job))
      return TRUE;
  }
  return FALSE;
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

static void
check_closed (PubRoom * room)
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
  PubTask *task = find_task (room, ((Fact *) fact)->id);
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
  start_pending (room);
  check_closed (room);
}

typedef struct
{
  PubRoom *room;
  gchar *id;
} Closing;

static void
closing_free (gpointer data)
{
  Closing *closing = data;

  g_free (closing->id);
  g_free (closing);
}

/* A thread of its own. */
static void
close_bin (GstElement * bin, gpointer data)
{
  Closing *closing = data;

  gst_element_set_locked_state (bin, TRUE);
  gst_element_set_state (bin, GST_STATE_NULL);
  post (closing->room, do_closed, fact_new (closing->id, GST_PUBLISH_CODE_OK,
          NULL));
}

static void
close_task (PubRoom * room, PubTask * task)
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
  closing->id = g_strdup (task->id);
  gst_element_call_async (task->bin, close_bin, closing, closing_free);
}

static gboolean
on_end_timeout (gpointer data)
{
  PubTask *task = data;
  PubRoom *room = task->data;

  GST_WARNING_OBJECT (room->bin, "the targets of %s do not end in time",
      task->id);
  task->timeout = 0;
  close_task (room, task);
  return G_SOURCE_REMOVE;
}

/* @ms: how long its targets may take, 0: they are not waited for */
static void
end_task (PubRoom * room, PubTask * task, GstPublishCode code,
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
  close_task (room, task);
}

/* --- the beginning of a task --- */

static GPtrArray *
present_streams (PubRoom * room)
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

static void
tell_waiting (PubTask * task)
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
      tell_waiting (task);
  }
  return G_SOURCE_CONTINUE;
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
    start_free (start);
    return;
  }
  if (has_to_wait (room, start->job)) {
    g_queue_push_tail (&room->pending, start);
    return;
  }
  task = pub_task_new (gst_publish_target_get_mode (target) ==
      GST_PUBLISH_MODE_MIX_TO_CDN ? &pub_mix_kind : &pub_relay_kind,
      &task_funcs, room, GST_ELEMENT (room->bin), start->id, start->job,
      &start->settings);
  memset (&start->settings, 0, sizeof (start->settings));
  task->from_properties = start->from_properties;
  present = present_streams (room);
  if (!task->kind->build (task, &error) ||
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
    pub_task_set_targets (task);
    gst_element_set_locked_state (task->bin, FALSE);
    gst_element_sync_state_with_parent (task->bin);
    look (room);
    if (task->state == PUB_TASK_RUNNING)
      tell_waiting (task);
    if (!room->waiting_timer)
      room->waiting_timer = pub_loop_add_timeout (room->loop, WAITING_MS,
          on_waiting, room);
  }
  g_ptr_array_unref (present);
  start_free (start);
  check_closed (room);
}

static void
do_start (gpointer data, gpointer start)
{
  start_task (data, start);
}

/* --- who is there --- */

/* Whether @task's owner has a stream that goes on; FALSE also without owner. */
static gboolean
has_owner (PubRoom * room, PubTask * task)
{
  const GstPublishUser *owner =
      gst_publish_target_get_owner (gst_publish_job_get_target (task->job));
  gboolean has = FALSE;
  guint i;

  for (i = 0; owner && i < room->streams->len && !has; i++) {
    PubStream *stream = g_ptr_array_index (room->streams, i);
    GstPublishBinPadValues values;

    gst_publish_bin_pad_get (pub_stream_get_pad (stream), &values);
    has = !pub_stream_has_ended (stream) &&
        gst_publish_user_matches (owner, values.user_id, values.room_id);
    gst_publish_bin_pad_values_clear (&values);
  }
  return has;
}

static void
check_owners (PubRoom * room)
{
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (task->state != PUB_TASK_RUNNING)
      continue;
    if (has_owner (room, task))
      task->owner_seen = TRUE;
    else if (task->owner_seen)
      end_task (room, task, GST_PUBLISH_CODE_OK, "target.owner has left",
          DRAIN_MS);
  }
}

static void
check_all_ended (PubRoom * room)
{
  gboolean all = room->streams->len > 0;
  guint i;

  for (i = 0; i < room->streams->len; i++)
    all &= pub_stream_has_ended (g_ptr_array_index (room->streams, i));
  if (all && !room->all_ended) {
    for (i = 0; i < room->tasks->len; i++)
      end_task (room, g_ptr_array_index (room->tasks, i), GST_PUBLISH_CODE_OK,
          "All streams have ended", DRAIN_MS);
  }
  if (!all && room->all_ended)
    room->told_end = FALSE;
  room->all_ended = all;
}

static gboolean
same_kind (PubStream * a, PubStream * b)
{
  GstPublishBinPadValues v, w;
  gboolean same;

  gst_publish_bin_pad_get (pub_stream_get_pad (a), &v);
  gst_publish_bin_pad_get (pub_stream_get_pad (b), &w);
  same = v.user_id && *v.user_id && g_strcmp0 (v.user_id, w.user_id) == 0 &&
      g_strcmp0 (v.room_id, w.room_id) == 0 &&
      v.stream_type == w.stream_type &&
      pub_stream_get_media (a) == pub_stream_get_media (b);
  gst_publish_bin_pad_values_clear (&v);
  gst_publish_bin_pad_values_clear (&w);
  return same;
}

/* A user has one stream of each kind: a second waits until the first goes. */
static GPtrArray *
usable_streams (PubRoom * room)
{
  GPtrArray *usable = present_streams (room);
  guint i, k;

  for (i = 0; i < usable->len; i++) {
    PubStream *stream = g_ptr_array_index (usable, i);
    gboolean second_one = FALSE;

    for (k = 0; k < i && !second_one; k++) {
      PubStream *before = g_ptr_array_index (usable, k);

      second_one = !pub_stream_has_ended (before) && same_kind (before, stream);
    }
    if (second_one) {
      gchar *text = pub_stream_describe (stream);

      GST_WARNING_OBJECT (pub_stream_get_pad (stream), "%s is there already",
          text);
      g_free (text);
      g_ptr_array_remove_index (usable, i--);
    }
  }
  return usable;
}

static void
look (PubRoom * room)
{
  GPtrArray *streams;
  guint i;

  if (room->gone)
    return;
  check_owners (room);
  check_all_ended (room);
  streams = usable_streams (room);
  /* all first let go: a decoder of what a pad no longer carries goes with its
   * last branch */
  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (task->state == PUB_TASK_RUNNING)
      task->kind->drop (task, streams);
  }
  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);
    GError *error = NULL;

    if (task->state == PUB_TASK_RUNNING &&
        !task->kind->connect (task, streams, &error)) {
      pub_task_tell_all (task, GST_PUBLISH_CDN_STATE_FAILED, error->code,
          error->message);
      end_task (room, task, error->code, error->message, 0);
      g_error_free (error);
    }
  }
  g_ptr_array_unref (streams);
  check_closed (room);
}

/* --- streams --- */

static void
do_add_stream (gpointer data, gpointer fact)
{
  PubRoom *room = data;

  g_ptr_array_add (room->streams, pub_stream_ref (((Fact *) fact)->stream));
  look (room);
}

static void
do_remove_stream (gpointer data, gpointer fact)
{
  PubRoom *room = data;
  PubStream *stream = ((Fact *) fact)->stream;

  g_ptr_array_remove (room->streams, stream);
  look (room);
  pub_stream_dismantle (stream);
}

static void
do_caps (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;

  pub_stream_set_caps (fact->stream, fact->caps);
  fact->caps = NULL;
  look (room);
  pub_stream_let_go (fact->stream);
}

static void
do_ended (gpointer data, gpointer fact)
{
  pub_stream_set_ended (((Fact *) fact)->stream);
  look (data);
}

/* A streaming thread. */
static void
on_stream (PubStream * stream, GstCaps * caps, gpointer data)
{
  Fact *fact = g_new0 (Fact, 1);

  fact->stream = pub_stream_ref (stream);
  if (caps)
    fact->caps = gst_caps_ref (caps);
  post (data, caps ? do_caps : do_ended, fact);
}

static void
do_pad_changed (gpointer data, gpointer fact)
{
  PubRoom *room = data;
  PubStream *stream = ((Fact *) fact)->stream;
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (task->state == PUB_TASK_RUNNING)
      task->kind->pad_changed (task, stream);
  }
  look (room);
}

/* Any thread: of a property of a pad. */
static void
on_notify (GstPad * pad, GParamSpec * spec, gpointer data)
{
  PubRoom *room = data;
  Fact *fact = NULL;
  guint i;

  if (spec->owner_type != GST_TYPE_PUBLISH_BIN_PAD)
    return;
  g_mutex_lock (&room->lock);
  for (i = 0; i < room->requested->len && !fact; i++) {
    PubStream *stream = g_ptr_array_index (room->requested, i);

    if (GST_PAD (pub_stream_get_pad (stream)) == pad) {
      fact = g_new0 (Fact, 1);
      fact->stream = pub_stream_ref (stream);
    }
  }
  g_mutex_unlock (&room->lock);
  if (fact)
    post (room, do_pad_changed, fact);
}

/* The application. (transfer none): a pad for the element; NULL: there is one of
 * that name, or no tee. */
GstPad *
pub_room_request (PubRoom * room, GstPadTemplate * templ, const gchar * name)
{
  Fact *fact = g_new0 (Fact, 1);
  PubStream *stream;
  gchar *own = NULL;
  guint serial, index;

  g_mutex_lock (&room->lock);
  serial = room->n_serials++;
  g_mutex_unlock (&room->lock);
  if (!name || sscanf (name, "sink_%u", &index) != 1) {
    GstPad *other;

    index = serial;
    while ((other = gst_element_get_static_pad (GST_ELEMENT (room->bin),
                own = g_strdup_printf ("sink_%u", index)))) {
      gst_object_unref (other);
      g_free (own);
      index++;
    }
    name = own;
  }
  stream = pub_stream_new (room->bin, templ, name, serial, on_stream, room);
  g_free (own);
  if (!stream) {
    g_free (fact);
    return NULL;
  }
  g_mutex_lock (&room->lock);
  g_ptr_array_add (room->requested, stream);
  g_mutex_unlock (&room->lock);
  g_signal_connect (pub_stream_get_pad (stream), "notify",
      G_CALLBACK (on_notify), room);
  fact->stream = pub_stream_ref (stream);
  post (room, do_add_stream, fact);
  return GST_PAD (pub_stream_get_pad (stream));
}

/* The application, which then takes @pad from the element. What is behind it
 * goes in the worker: nobody waits. */
gboolean
pub_room_release (PubRoom * room, GstPad * pad)
{
  PubStream *stream = NULL;
  Fact *fact;
  guint i;

  g_mutex_lock (&room->lock);
  for (i = 0; i < room->requested->len && !stream; i++) {
    PubStream *one = g_ptr_array_index (room->requested, i);

    if (GST_PAD (pub_stream_get_pad (one)) == pad)
      stream = pub_stream_ref (one);
  }
  if (stream)
    g_ptr_array_remove (room->requested, stream);
  g_mutex_unlock (&room->lock);
  if (!stream)
    return FALSE;
  g_signal_handlers_disconnect_by_data (pad, room);
  pub_stream_set_flushing (stream, TRUE);
  fact = g_new0 (Fact, 1);
  fact->stream = stream;
  post (room, do_remove_stream, fact);
  return TRUE;
}

/* --- what the application asks; any thread --- */

static void
do_refused (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;

  room->funcs.started (room->data, "", fact->code, fact->message, FALSE);
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

  if (!job) {
    post (room, do_refused, fact_new (NULL, error->code, error->message));
    g_error_free (error);
    pub_settings_clear (&taken);
    return NULL;
  }
  start = g_new0 (Start, 1);
  start->id = g_strdup (id);
  start->job = job;
  start->settings = taken;
  start->from_properties = from_properties;
  pub_loop_post (room->loop, do_start, room, start, NULL);
  return id;
}

static void
do_update (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;
  PubTask *task = fact->job ? find_task (room, fact->id) : NULL;
  gboolean running = task && task->state == PUB_TASK_RUNNING;

  if (running) {
    gst_publish_job_unref (task->job);
    task->job = gst_publish_job_ref (fact->job);
    task->kind->update (task);
    pub_task_set_targets (task);
  } else if (fact->job) {
    /* it ended between the question and now */
    fact->code = GST_PUBLISH_CODE_UNKNOWN_TASK;
    g_free (fact->message);
    fact->message = g_strdup_printf ("There is no task \"%s\"", fact->id);
  }
  room->funcs.updated (room->data, fact->id, fact->code, fact->message);
  if (running) {
    tell_waiting (task);
    look (room);
  }
}

/* FALSE: refused; `updated` tells either. */
gboolean
pub_room_update (PubRoom * room, const gchar * task_id, const gchar * target,
    const gchar * encoder, const gchar * mixing)
{
  GError *error = NULL;
  GstPublishJob *job = pub_table_update (room->table, task_id, target, encoder,
      mixing, &error);
  Fact *fact = fact_new (task_id, error ? error->code : GST_PUBLISH_CODE_OK,
      error ? error->message : "");
  gboolean accepted = job != NULL;

  fact->job = job;
  g_clear_error (&error);
  post (room, do_update, fact);
  return accepted;
}

static void
do_stop (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;
  PubTask *task = find_task (room, fact->id);
  GList *l;

  if (fact->code != GST_PUBLISH_CODE_OK) {
    room->funcs.stopped (room->data, fact->id, fact->code, fact->message,
        FALSE);
    return;
  }
  if (task) {
    end_task (room, task, GST_PUBLISH_CODE_OK, fact->message, STOP_MS);
    return;
  }
  for (l = room->pending.head; l; l = l->next) {
    Start *start = l->data;

    if (g_str_equal (start->id, fact->id)) {
      g_queue_delete_link (&room->pending, l);
      room->funcs.stopped (room->data, fact->id, fact->code, fact->message,
          start->from_properties);
      start_free (start);
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
    post (room, do_stop, fact_new (task_id, found ? GST_PUBLISH_CODE_OK :
            GST_PUBLISH_CODE_UNKNOWN_TASK, text));
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

  for (i = 0; i < room->tasks->len; i++)
    end_task (room, g_ptr_array_index (room->tasks, i), GST_PUBLISH_CODE_OK,
        "The pipeline ends", DRAIN_MS);
  room->told_to_end = TRUE;
  check_closed (room);
}

/* EOS was sent to the element itself. */
void
pub_room_end (PubRoom * room)
{
  post (room, do_end, NULL);
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
  PubTask *task = find_task (room, fact->id);
  const gchar *number = strchr (fact->id, '-');
  guint i, serial;

  if (task) {
    if (task->state == PUB_TASK_RUNNING)
      pub_task_tell_all (task, GST_PUBLISH_CDN_STATE_FAILED,
          GST_PUBLISH_CODE_MEDIA_ERROR, fact->message);
    end_task (room, task, GST_PUBLISH_CODE_MEDIA_ERROR, fact->message, 0);
    return;
  }
  if (!number || sscanf (number, "-%u-", &serial) != 1)
    return;
  for (i = 0; i < room->streams->len; i++) {
    PubStream *stream = g_ptr_array_index (room->streams, i);

    if (pub_stream_get_serial (stream) == serial &&
        pub_stream_set_undecodable (stream)) {
      gchar *who = pub_stream_describe (stream);
      gchar *text = g_strdup_printf ("%s is left out: %s", who, fact->message);

      room->funcs.warning (room->data, text);
      g_free (text);
      g_free (who);
    }
  }
  look (room);
}

void
pub_room_inside_error (PubRoom * room, const gchar * child,
    const gchar * message)
{
  post (room, do_inside_error, fact_new (child, GST_PUBLISH_CODE_MEDIA_ERROR,
          message));
}

static void
do_inside_eos (gpointer data, gpointer fact)
{
  PubRoom *room = data;
  PubTask *task = find_task (room, ((Fact *) fact)->id);

  if (!task)
    return;
  task->outputs_ended = TRUE;
  if (task->state == PUB_TASK_RUNNING)
    end_task (room, task, GST_PUBLISH_CODE_OK, "The stream has ended", 0);
  else
    close_task (room, task);
}

void
pub_room_inside_eos (PubRoom * room, const gchar * child)
{
  post (room, do_inside_eos, fact_new (child, GST_PUBLISH_CODE_OK, NULL));
}

static void
do_latency (gpointer data, gpointer unused)
{
  PubRoom *room = data;

  g_atomic_int_set (&room->latency_queued, FALSE);
  if (!room->gone && GST_STATE (room->bin) == GST_STATE_PLAYING)
    gst_bin_recalculate_latency (room->bin);
}

/* Something inside has another latency: an application that does not care about
 * LATENCY messages shall not have late frames. */
void
pub_room_inside_latency (PubRoom * room)
{
  if (g_atomic_int_compare_and_exchange (&room->latency_queued, FALSE, TRUE))
    post (room, do_latency, NULL);
}

/* --- life --- */

PubRoom *
pub_room_new (GstBin * bin, const PubRoomFuncs * funcs, gpointer data)
{
  PubRoom *room = g_new0 (PubRoom, 1);

  room->bin = bin;
  room->funcs = *funcs;
  room->data = data;
  room->loop = pub_loop_new ();
  room->table = pub_table_new ();
  g_mutex_init (&room->lock);
  g_cond_init (&room->cond);
  room->requested =
      g_ptr_array_new_with_free_func ((GDestroyNotify) pub_stream_unref);
  room->streams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) pub_stream_unref);
  room->tasks = g_ptr_array_new ();
  g_queue_init (&room->pending);
  return room;
}

/* The element is in NULL, and all its pads were released. */
void
pub_room_free (PubRoom * room)
{
  room->gone = TRUE;
  pub_loop_free (room->loop);
  g_queue_clear_full (&room->pending, start_free);
  pub_table_free (room->table);
  g_ptr_array_unref (room->requested);
  g_ptr_array_unref (room->streams);
  g_ptr_array_unref (room->tasks);
  g_mutex_clear (&room->lock);
  g_cond_clear (&room->cond);
  g_free (room);
}

/* NULL to READY */
void
pub_room_open (PubRoom * room)
{
  pub_loop_start (room->loop);
}

void
pub_room_set_flushing (PubRoom * room, gboolean flushing)
{
  guint i;

  g_mutex_lock (&room->lock);
  for (i = 0; i < room->requested->len; i++)
    pub_stream_set_flushing (g_ptr_array_index (room->requested, i), flushing);
  g_mutex_unlock (&room->lock);
}

static void
do_stop_all (gpointer data, gpointer unused)
{
  PubRoom *room = data;
  Start *start;
  guint i;

  while ((start = g_queue_pop_head (&room->pending))) {
    pub_table_remove (room->table, start->id);
    room->funcs.stopped (room->data, start->id, GST_PUBLISH_CODE_OK,
        "The element stops", start->from_properties);
    start_free (start);
  }
  for (i = 0; i < room->tasks->len; i++)
    end_task (room, g_ptr_array_index (room->tasks, i), GST_PUBLISH_CODE_OK,
        "The element stops", 0);
  for (i = 0; i < room->streams->len; i++)
    pub_stream_reset (g_ptr_array_index (room->streams, i));
  if (room->waiting_timer)
    pub_loop_remove_timeout (room->loop, room->waiting_timer);
  room->waiting_timer = 0;
  room->all_ended = room->told_to_end = room->told_end = FALSE;
  check_closed (room);
}

/* PAUSED to READY: all tasks end, and that is waited for. */
void
pub_room_stop_all (PubRoom * room)
{
  gint64 until = g_get_monotonic_time () + CLOSE_TIME;

  if (pub_loop_is_current (room->loop)) {
    GST_WARNING_OBJECT (room->bin, "the state is changed from one of the"
        " element's own signals: tasks end without waiting");
    do_stop_all (room, NULL);
    return;
  }
  g_mutex_lock (&room->lock);
  room->closing = TRUE;
  g_mutex_unlock (&room->lock);
  post (room, do_stop_all, NULL);
  g_mutex_lock (&room->lock);
  while (room->closing) {
    if (!g_cond_wait_until (&room->cond, &room->lock, until)) {
      GST_WARNING_OBJECT (room->bin, "tasks did not end in time");
      break;
    }
  }
  g_mutex_unlock (&room->lock);
}

/* READY to NULL */
void
pub_room_close (PubRoom * room)
{
  pub_loop_stop (room->loop);
}
