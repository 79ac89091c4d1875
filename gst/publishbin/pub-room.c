/* The room: streams and tasks, brought together. Whatever happens, the worker
 * looks at everything again (look): who is there, what each task wants, and
 * takes or makes the branches that this needs.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-room-private.h"

#include <stdio.h>
#include <string.h>

/* How long a state change waits for the last task. */
#define CLOSE_TIME (10 * G_TIME_SPAN_SECOND)

void
pub_room_start_free (gpointer data)
{
  Start *start = data;

  g_free (start->id);
  gst_publish_job_unref (start->job);
  pub_settings_clear (&start->settings);
  g_free (start);
}

void
pub_fact_free (gpointer data)
{
  Fact *fact = data;

  g_free (fact->id);
  g_free (fact->url);
  g_free (fact->message);
  g_free (fact->target);
  g_free (fact->encoder);
  g_free (fact->mixing);
  g_clear_pointer (&fact->planned, gst_publish_job_unref);
  g_clear_pointer (&fact->stream, pub_stream_unref);
  gst_clear_caps (&fact->caps);
  g_free (fact);
}

Fact *
pub_fact_new (const gchar * id, GstPublishCode code, const gchar * message)
{
  Fact *fact = g_new0 (Fact, 1);

  fact->id = g_strdup (id);
  fact->code = code;
  fact->message = g_strdup (message);
  return fact;
}

void
pub_room_post (PubRoom * room, PubFunc func, Fact * fact)
{
  pub_loop_post (room->loop, func, room, fact, fact ? pub_fact_free : NULL);
}

PubTask *
pub_room_find_task (PubRoom * room, const gchar * id)
{
  guint i;

  for (i = 0; i < room->tasks->len; i++) {
    PubTask *task = g_ptr_array_index (room->tasks, i);

    if (g_str_equal (task->id, id))
      return task;
  }
  return NULL;
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
      pub_room_end_task (room, task, GST_PUBLISH_CODE_OK,
          "target.owner has left", PUB_DRAIN_MS);
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
    pub_room_drop_pending (room, "All streams have ended");
    for (i = 0; i < room->tasks->len; i++)
      pub_room_end_task (room, g_ptr_array_index (room->tasks, i),
          GST_PUBLISH_CODE_OK, "All streams have ended", PUB_DRAIN_MS);
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
  GPtrArray *usable = pub_room_present_streams (room);
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

void
pub_room_look (PubRoom * room)
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
      pub_room_end_task (room, task, error->code, error->message, 0);
      g_error_free (error);
    }
  }
  g_ptr_array_unref (streams);
  pub_room_check_closed (room);
}

/* --- streams --- */

static void
do_add_stream (gpointer data, gpointer fact)
{
  PubRoom *room = data;

  g_ptr_array_add (room->streams, pub_stream_ref (((Fact *) fact)->stream));
  pub_room_look (room);
}

static void
do_remove_stream (gpointer data, gpointer fact)
{
  PubRoom *room = data;
  PubStream *stream = ((Fact *) fact)->stream;

  g_ptr_array_remove (room->streams, stream);
  pub_room_look (room);
  pub_stream_dismantle (stream);
}

static void
do_caps (gpointer data, gpointer fact_data)
{
  PubRoom *room = data;
  Fact *fact = fact_data;

  pub_stream_set_caps (fact->stream, fact->caps, fact->begins);
  fact->caps = NULL;
  pub_room_look (room);
  pub_stream_let_go (fact->stream);
}

static void
do_ended (gpointer data, gpointer fact)
{
  pub_stream_set_ended (((Fact *) fact)->stream);
  pub_room_look (data);
}

/* A streaming thread. */
static void
on_stream (PubStream * stream, GstCaps * caps, gboolean begins, gpointer data)
{
  Fact *fact = g_new0 (Fact, 1);

  fact->begins = begins;
  fact->stream = pub_stream_ref (stream);
  if (caps)
    fact->caps = gst_caps_ref (caps);
  pub_room_post (data, caps ? do_caps : do_ended, fact);
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
  pub_room_look (room);
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
    pub_room_post (room, do_pad_changed, fact);
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
  pub_room_post (room, do_add_stream, fact);
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
  pub_room_post (room, do_remove_stream, fact);
  return TRUE;
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
  g_queue_init (&room->updates);
  return room;
}

/* --- nobody is told any more --- */

static void
drop_told (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message, gboolean from_properties)
{
}

static void
drop_updated (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message)
{
}

static void
drop_cdn_state (gpointer data, const gchar * task_id, const gchar * url,
    GstPublishCdnState state, GstPublishCode code, const gchar * message)
{
}

static void
drop_warning (gpointer data, const gchar * message)
{
}

static void
drop_ended (gpointer data)
{
}

static const PubRoomFuncs no_funcs = {
  drop_told, drop_updated, drop_told, drop_cdn_state, drop_warning, drop_ended
};

/* The element is in NULL, and all its pads were released. */
void
pub_room_free (PubRoom * room)
{
  room->gone = TRUE;
  room->funcs = no_funcs;
  pub_loop_free (room->loop);
  g_queue_clear_full (&room->pending, pub_room_start_free);
  g_queue_clear_full (&room->updates, pub_fact_free);
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
  guint i;

  pub_room_drop_pending (room, "The element stops");
  for (i = 0; i < room->tasks->len; i++)
    pub_room_end_task (room, g_ptr_array_index (room->tasks, i),
        GST_PUBLISH_CODE_OK, "The element stops", 0);
  for (i = 0; i < room->streams->len; i++)
    pub_stream_reset (g_ptr_array_index (room->streams, i));
  if (room->waiting_timer)
    pub_loop_remove_timeout (room->loop, room->waiting_timer);
  room->waiting_timer = 0;
  room->all_ended = room->told_to_end = room->told_end = FALSE;
  pub_room_check_closed (room);
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
  pub_room_post (room, do_stop_all, NULL);
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
