/* One task: what both kinds have. The worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-task.h"

#include "pub-taskbin.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

void
pub_settings_clear (PubSettings * settings)
{
  g_clear_pointer (&settings->video_encoder, g_free);
  g_clear_pointer (&settings->sink_properties, gst_structure_free);
}

typedef struct
{
  gchar *url;
  guint output;
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->url);
  g_free (place);
}

static GstClockTime
running_time (GstElement * element)
{
  GstClockTime time = gst_element_get_current_running_time (element);

  if (GST_STATE (element) != GST_STATE_PLAYING)
    time = gst_element_get_start_time (element);
  return GST_CLOCK_TIME_IS_VALID (time) ? time : 0;
}

/* @settings: taken. The task's bin is in @owner from here on, but does not
 * follow its state until it is told to. */
PubTask *
pub_task_new (const PubTaskKind * kind, const PubTaskFuncs * funcs,
    gpointer data, GstElement * owner, const gchar * id, GstPublishJob * job,
    const PubSettings * settings)
{
  PubTask *task = g_new0 (PubTask, 1);

  task->kind = kind;
  task->funcs = funcs;
  task->data = data;
  task->id = g_strdup (id);
  task->job = gst_publish_job_ref (job);
  task->settings = *settings;
  task->owner = owner;
  task->outputs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) pub_output_free);
  task->places = g_ptr_array_new_with_free_func (place_free);
  /* a relay has the time of who sends */
  task->begin = kind == &pub_mix_kind ? running_time (owner) : 0;
  task->bin = gst_object_ref_sink (pub_task_bin_new (id, task->begin));
  gst_element_set_locked_state (task->bin, TRUE);
  gst_bin_add (GST_BIN (owner), task->bin);
  return task;
}

/* The bin is in NULL. */
void
pub_task_free (PubTask * task)
{
  task->kind->clear (task);
  g_ptr_array_unref (task->outputs);
  g_ptr_array_unref (task->places);
  gst_bin_remove (GST_BIN (task->owner), task->bin);
  gst_object_unref (task->bin);
  gst_publish_job_unref (task->job);
  pub_settings_clear (&task->settings);
  g_free (task->message);
  g_free (task->id);
  g_free (task);
}

static void
on_state (const gchar * url, GstPublishCdnState state, GstPublishCode code,
    const gchar * message, gpointer data)
{
  PubTask *task = data;

  task->funcs->cdn_state (task, url, state, code, message);
}

PubOutput *
pub_task_add_output (PubTask * task, GError ** error)
{
  PubOutput *output = pub_output_new (GST_BIN (task->bin),
      task->settings.sink_properties, on_state, task, error);

  if (output)
    g_ptr_array_add (task->outputs, output);
  return output;
}

/* A new pad of @element, seen from outside the bin; owned by the bin. NULL: the
 * element gives none. */
GstPad *
pub_task_add_pad (PubTask * task, GstElement * element, const gchar * name)
{
  GstPad *pad = gst_element_request_pad_simple (element, name);
  GstPad *ghost;

  if (!pad)
    return NULL;
  ghost = gst_ghost_pad_new (NULL, pad);
  gst_object_unref (pad);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (task->bin, ghost);
  return ghost;
}

/* Whoever waits in it is let go. */
void
pub_task_remove_pad (PubTask * task, GstPad * ghost, GstElement * element)
{
  GstPad *pad = gst_ghost_pad_get_target (GST_GHOST_PAD (ghost));
  GstPad *peer = gst_pad_get_peer (ghost);

  if (peer) {
    gst_pad_unlink (peer, ghost);
    gst_object_unref (peer);
  }
  /* first the end: what waits there comes back through the ghost */
  if (pad) {
    gst_element_release_request_pad (element, pad);
    gst_object_unref (pad);
  }
  gst_pad_set_active (ghost, FALSE);
  gst_element_remove_pad (task->bin, ghost);
}

static gboolean
has_url (GstPublishTarget * target, const gchar * url)
{
  guint i;

  for (i = 0; i < gst_publish_target_get_n_urls (target); i++) {
    if (gst_publish_url_equal (gst_publish_target_get_url (target, i, NULL),
            url))
      return TRUE;
  }
  return FALSE;
}

/* The output that the fewest urls have, the first of several. */
static guint
find_free_output (PubTask * task)
{
  guint i, k, free_one = 0, least = G_MAXUINT;

  for (i = 0; i < task->outputs->len; i++) {
    guint n = 0;

    for (k = 0; k < task->places->len; k++)
      n += ((Place *) g_ptr_array_index (task->places, k))->output == i;
    if (n < least) {
      least = n;
      free_one = i;
    }
  }
  return free_one;
}

static guint
find_output (PubTask * task, const gchar * url)
{
  Place *place;
  guint i;

  for (i = 0; i < task->places->len; i++) {
    place = g_ptr_array_index (task->places, i);
    if (gst_publish_url_equal (place->url, url))
      return place->output;
  }
  place = g_new0 (Place, 1);
  place->output = find_free_output (task);
  place->url = g_strdup (url);
  g_ptr_array_add (task->places, place);
  return place->output;
}

/* A url keeps the rendition that it has for as long as it is in the list: who
 * watches it shall not see another because other urls come and go. A new one
 * gets that which the fewest have, so that at the start they are had in turn. */
void
pub_task_set_targets (PubTask * task)
{
  GstPublishTarget *target = gst_publish_job_get_target (task->job);
  guint outputs[GST_PUBLISH_MAX_URLS];
  guint i = 0;

  while (i < task->places->len) {
    Place *place = g_ptr_array_index (task->places, i);

    if (has_url (target, place->url))
      i++;
    else
      g_ptr_array_remove_index (task->places, i);
  }
  for (i = 0; i < gst_publish_target_get_n_urls (target); i++)
    outputs[i] = find_output (task, gst_publish_target_get_url (target, i,
            NULL));
  for (i = 0; i < task->outputs->len; i++)
    pub_output_set_targets (g_ptr_array_index (task->outputs, i), target,
        outputs, i);
}

/* The same of every url. */
void
pub_task_tell_all (PubTask * task, GstPublishCdnState state,
    GstPublishCode code, const gchar * message)
{
  GstPublishTarget *target = gst_publish_job_get_target (task->job);
  guint i;

  for (i = 0; i < gst_publish_target_get_n_urls (target); i++)
    task->funcs->cdn_state (task, gst_publish_target_get_url (target, i, NULL),
        state, code, message);
}
