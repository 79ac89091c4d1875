/* The table of tasks, which every thread may read and write: an action signal
 * answers at once whether a task is known and a job is good. What a task is made
 * of is the worker's; here are only the elements that can be asked for stats.
 *
 * Locks: the table's own, over no call out.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-table.h"

typedef struct
{
  gchar *id;
  GstPublishJob *job;           /* what the task is */
  GstPublishJob *planned;       /* was asked for last; NULL: the worker has
                                 * accepted or refused all */
  GPtrArray *sinks;             /* relaypublishsinks */
  GstElement *compositor;       /* NULL: none */
} Entry;

struct _PubTable
{
  GMutex lock;
  GPtrArray *entries;           /* lock */
  guint n;                      /* lock: ids so far */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  gst_publish_job_unref (entry->job);
  g_clear_pointer (&entry->planned, gst_publish_job_unref);
  g_ptr_array_unref (entry->sinks);
  gst_clear_object (&entry->compositor);
  g_free (entry);
}

PubTable *
pub_table_new (void)
{
  PubTable *table = g_new0 (PubTable, 1);

  g_mutex_init (&table->lock);
  table->entries = g_ptr_array_new_with_free_func (entry_free);
  return table;
}

void
pub_table_free (PubTable * table)
{
  g_ptr_array_unref (table->entries);
  g_mutex_clear (&table->lock);
  g_free (table);
}

/* Lock held. */
static Entry *
find (PubTable * table, const gchar * id)
{
  guint i;

  for (i = 0; i < table->entries->len; i++) {
    Entry *entry = g_ptr_array_index (table->entries, i);

    if (g_str_equal (entry->id, id))
      return entry;
  }
  return NULL;
}

static GstPublishJob *
get_planned (const Entry * entry)
{
  return entry->planned ? entry->planned : entry->job;
}

/* Lock held. Whether another task than @own publishes to a url of @job, or is
 * going to. */
static gboolean
check_urls (PubTable * table, const Entry * own, GstPublishJob * job,
    GError ** error)
{
  GstPublishTarget *target = gst_publish_job_get_target (job);
  guint i, k, l;

  for (k = 0; k < gst_publish_target_get_n_urls (target); k++) {
    const gchar *url = gst_publish_target_get_url (target, k, NULL);

    for (i = 0; i < table->entries->len; i++) {
      Entry *entry = g_ptr_array_index (table->entries, i);
      GstPublishTarget *other;

      if (entry == own)
        continue;
      other = gst_publish_job_get_target (get_planned (entry));
      for (l = 0; l < gst_publish_target_get_n_urls (other); l++) {
        gchar *shown;

        if (!gst_publish_url_equal (url, gst_publish_target_get_url (other, l,
                    NULL)))
          continue;
        shown = gst_publish_url_redact (url);
        g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_DUPLICATE_URL,
            "target.cdnUrlList[%u]: %s is published to by %s already", k,
            shown, entry->id);
        g_free (shown);
        return FALSE;
      }
    }
  }
  return TRUE;
}

static GstPublishJob *
parse (const gchar * target, const gchar * encoder, const gchar * mixing,
    GError ** error)
{
  GstPublishJob *job = gst_publish_job_new_from_parts (target, encoder,
      mixing, error);

  if (job && !gst_publish_job_get_target (job)) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "target: is missing; it says what is published and where to");
    g_clear_pointer (&job, gst_publish_job_unref);
  }
  return job;
}

/* (transfer full): the job, and in @id a new id for it; NULL: @error */
GstPublishJob *
pub_table_add (PubTable * table, const gchar * target,
    const gchar * encoder, const gchar * mixing, gchar ** id, GError ** error)
{
  GstPublishJob *job = parse (target, encoder, mixing, error);
  Entry *entry;

  if (!job)
    return NULL;
  g_mutex_lock (&table->lock);
  if (!check_urls (table, NULL, job, error)) {
    g_mutex_unlock (&table->lock);
    gst_publish_job_unref (job);
    return NULL;
  }
  entry = g_new0 (Entry, 1);
  entry->id = g_strdup_printf ("task-%u", ++table->n);
  entry->job = gst_publish_job_ref (job);
  entry->sinks = g_ptr_array_new_with_free_func (gst_object_unref);
  g_ptr_array_add (table->entries, entry);
  *id = g_strdup (entry->id);
  g_mutex_unlock (&table->lock);
  return job;
}

/* What a running task cannot become. */
static gboolean
check_change (GstPublishJob * old, GstPublishJob * job, GError ** error)
{
  GstPublishTarget *from = gst_publish_job_get_target (old);
  GstPublishTarget *to = gst_publish_job_get_target (job);
  const GstPublishUser *a = gst_publish_target_get_owner (from);
  const GstPublishUser *b = gst_publish_target_get_owner (to);
  gchar *before, *after;
  gboolean same;

  if (gst_publish_target_get_mode (from) != gst_publish_target_get_mode (to)) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "target.mode: a running task keeps its mode, %s",
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_MODE,
            gst_publish_target_get_mode (from)));
    return FALSE;
  }
  if (gst_publish_target_get_mode (from) != GST_PUBLISH_MODE_MIX_TO_CDN &&
      (g_strcmp0 (a->user_id, b->user_id) || g_strcmp0 (a->room_id,
              b->room_id))) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "target.owner: a running relay keeps its user, %s", a->user_id);
    return FALSE;
  }
  /* a rendition that nobody gets would be encoded for nothing */
  if (gst_publish_target_get_n_urls (to) < gst_publish_job_get_n_encoders (job)) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "target.cdnUrlList: %u urls for %u encoders",
        gst_publish_target_get_n_urls (to),
        gst_publish_job_get_n_encoders (job));
    return FALSE;
  }
  gst_publish_job_to_parts (old, NULL, &before, NULL);
  gst_publish_job_to_parts (job, NULL, &after, NULL);
  same = g_strcmp0 (before, after) == 0;
  g_free (before);
  g_free (after);
  if (same)
    return TRUE;
  if (gst_publish_target_get_mode (from) != GST_PUBLISH_MODE_MIX_TO_CDN &&
      gst_publish_job_get_n_encoders (job) > 0 &&
      (!gst_publish_encoder_params_has_video (gst_publish_job_get_encoder (job,
                  0)) || !gst_publish_encoder_params_has_audio
          (gst_publish_job_get_encoder (job, 0))))
    g_set_error (error, GST_PUBLISH_ERROR,
        GST_PUBLISH_CODE_REFUSED_BY_SEED_RULE,
        "encoder: a relay cannot become a stream of sound or picture alone");
  else
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "encoder: a running task keeps its encoder parameters");
  return FALSE;
}

/* What a task that is @old is with another @target, @encoder and @mixing, of
 * which those that are NULL stay. Any thread. (transfer full); NULL: @error */
GstPublishJob *
pub_table_change (GstPublishJob * old, const gchar * target,
    const gchar * encoder, const gchar * mixing, GError ** error)
{
  gchar *parts[3] = { NULL, };
  GstPublishJob *job;
  guint i;

  gst_publish_job_to_parts (old, &parts[0], &parts[1], &parts[2]);
  job = parse (target ? target : parts[0], encoder ? encoder : parts[1],
      mixing ? mixing : parts[2], error);
  for (i = 0; i < G_N_ELEMENTS (parts); i++)
    g_free (parts[i]);
  if (job && !check_change (old, job, error))
    g_clear_pointer (&job, gst_publish_job_unref);
  return job;
}

/* What the task is to be. It builds on what the task is, since the worker may
 * still refuse what was asked for before; only the urls of that count already.
 * (transfer full); NULL: @error */
GstPublishJob *
pub_table_update (PubTable * table, const gchar * id,
    const gchar * target, const gchar * encoder, const gchar * mixing,
    GError ** error)
{
  GstPublishJob *old = NULL, *job;
  gchar *planned = NULL;
  Entry *entry;

  g_mutex_lock (&table->lock);
  entry = find (table, id);
  if (entry) {
    old = gst_publish_job_ref (entry->job);
    if (!target)
      gst_publish_job_to_parts (get_planned (entry), &planned, NULL, NULL);
  }
  g_mutex_unlock (&table->lock);
  if (!old) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_UNKNOWN_TASK,
        "There is no task \"%s\"", id);
    return NULL;
  }
  job = pub_table_change (old, target ? target : planned, encoder, mixing,
      error);
  g_free (planned);
  gst_publish_job_unref (old);
  if (!job)
    return NULL;

  g_mutex_lock (&table->lock);
  entry = find (table, id);
  if (!entry || !check_urls (table, entry, job, error)) {
    if (!entry)
      g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_UNKNOWN_TASK,
          "There is no task \"%s\"", id);
    g_clear_pointer (&job, gst_publish_job_unref);
  } else {
    g_clear_pointer (&entry->planned, gst_publish_job_unref);
    entry->planned = gst_publish_job_ref (job);
  }
  g_mutex_unlock (&table->lock);
  return job;
}

/* The worker has accepted or refused @planned, which pub_table_update()
 * returned: the task is @job. An update that came since is the worker's next. */
void
pub_table_settle (PubTable * table, const gchar * id,
    GstPublishJob * planned, GstPublishJob * job)
{
  Entry *entry;

  g_mutex_lock (&table->lock);
  entry = find (table, id);
  if (entry) {
    gst_publish_job_ref (job);
    gst_publish_job_unref (entry->job);
    entry->job = job;
    if (entry->planned == planned)
      g_clear_pointer (&entry->planned, gst_publish_job_unref);
  }
  g_mutex_unlock (&table->lock);
}

/* What the task is, or is going to be, each (transfer full) (nullable). FALSE:
 * there is none */
gboolean
pub_table_get_parts (PubTable * table, const gchar * id, gchar ** target,
    gchar ** encoder, gchar ** mixing)
{
  GstPublishJob *job = NULL;
  Entry *entry;

  g_mutex_lock (&table->lock);
  entry = find (table, id);
  if (entry)
    job = gst_publish_job_ref (get_planned (entry));
  g_mutex_unlock (&table->lock);
  if (!job)
    return FALSE;
  gst_publish_job_to_parts (job, target, encoder, mixing);
  gst_publish_job_unref (job);
  return TRUE;
}

/* FALSE: there is none */
gboolean
pub_table_remove (PubTable * table, const gchar * id)
{
  Entry *entry;
  gboolean found;

  g_mutex_lock (&table->lock);
  entry = find (table, id);
  /* elements may be unreffed for the last time: not under the lock */
  found = entry && g_ptr_array_find (table->entries, entry, NULL);
  if (found) {
    g_ptr_array_set_free_func (table->entries, NULL);
    g_ptr_array_remove (table->entries, entry);
    g_ptr_array_set_free_func (table->entries, entry_free);
  }
  g_mutex_unlock (&table->lock);
  if (found)
    entry_free (entry);
  return found;
}

/* (transfer full): of all tasks, by age */
gchar **
pub_table_ids (PubTable * table)
{
  GPtrArray *ids = g_ptr_array_new ();
  guint i;

  g_mutex_lock (&table->lock);
  for (i = 0; i < table->entries->len; i++)
    g_ptr_array_add (ids, g_strdup (((Entry *)
                g_ptr_array_index (table->entries, i))->id));
  g_mutex_unlock (&table->lock);
  g_ptr_array_add (ids, NULL);
  return (gchar **) g_ptr_array_free (ids, FALSE);
}

/* What @id is made of, for stats. */
void
pub_table_set_elements (PubTable * table, const gchar * id,
    GPtrArray * outputs, GstElement * compositor)
{
  Entry *entry;
  guint i;

  g_mutex_lock (&table->lock);
  entry = find (table, id);
  if (entry) {
    for (i = 0; i < outputs->len; i++)
      g_ptr_array_add (entry->sinks, gst_object_ref (pub_output_get_sink
              (g_ptr_array_index (outputs, i))));
    if (compositor)
      entry->compositor = gst_object_ref (compositor);
  }
  g_mutex_unlock (&table->lock);
}

static void
append_targets (GValue * list, GstElement * sink)
{
  GstStructure *stats = NULL;
  const GValue *targets;
  guint i;

  g_object_get (sink, "stats", &stats, NULL);
  targets = gst_structure_get_value (stats, "targets");
  for (i = 0; i < gst_value_list_get_size (targets); i++)
    gst_value_list_append_value (list, gst_value_list_get_value (targets, i));
  gst_structure_free (stats);
}

static void
append_entry (GValue * list, Entry * entry)
{
  GstPublishTarget *target = gst_publish_job_get_target (entry->job);
  GstStructure *s, *canvas = NULL;
  GValue targets = G_VALUE_INIT, value = G_VALUE_INIT;
  guint i;

  g_value_init (&targets, GST_TYPE_LIST);
  for (i = 0; i < entry->sinks->len; i++)
    append_targets (&targets, g_ptr_array_index (entry->sinks, i));
  s = gst_structure_new ("task", "task-id", G_TYPE_STRING, entry->id,
      "mode", GST_TYPE_PUBLISH_MODE, gst_publish_target_get_mode (target),
      NULL);
  gst_structure_take_value (s, "targets", &targets);
  if (entry->compositor) {
    g_object_get (entry->compositor, "stats", &canvas, NULL);
    gst_structure_set (s, "canvas", GST_TYPE_STRUCTURE, canvas, NULL);
    gst_structure_free (canvas);
  }
  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, s);
  gst_value_list_append_and_take_value (list, &value);
}

/* (transfer full) */
GstStructure *
pub_table_stats (PubTable * table)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func (entry_free);
  GstStructure *stats = gst_structure_new_empty ("stats");
  GValue list = G_VALUE_INIT;
  guint i, k;

  /* elements are asked without the lock */
  g_mutex_lock (&table->lock);
  for (i = 0; i < table->entries->len; i++) {
    Entry *entry = g_ptr_array_index (table->entries, i);
    Entry *copy = g_new0 (Entry, 1);

    copy->id = g_strdup (entry->id);
    copy->job = gst_publish_job_ref (entry->job);
    copy->sinks = g_ptr_array_new_with_free_func (gst_object_unref);
    for (k = 0; k < entry->sinks->len; k++)
      g_ptr_array_add (copy->sinks,
          gst_object_ref (g_ptr_array_index (entry->sinks, k)));
    if (entry->compositor)
      copy->compositor = gst_object_ref (entry->compositor);
    g_ptr_array_add (copies, copy);
  }
  g_mutex_unlock (&table->lock);

  g_value_init (&list, GST_TYPE_LIST);
  for (i = 0; i < copies->len; i++)
    append_entry (&list, g_ptr_array_index (copies, i));
  gst_structure_take_value (stats, "tasks", &list);
  g_ptr_array_unref (copies);
  return stats;
}
