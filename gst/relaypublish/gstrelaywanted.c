/* The targets that properties ask for, as a set that can change.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaywanted.h"

typedef struct
{
  gchar *url;
  gboolean internal_line;
} Wanted;

static void
wanted_clear (gpointer data)
{
  g_free (((Wanted *) data)->url);
}

GArray *
gst_relay_wanted_new (void)
{
  GArray *wanted = g_array_new (FALSE, TRUE, sizeof (Wanted));

  g_array_set_clear_func (wanted, wanted_clear);
  return wanted;
}

void
gst_relay_wanted_append (GArray * wanted, const gchar * url,
    gboolean internal_line)
{
  Wanted one = { g_strdup (url), internal_line };

  g_array_append_val (wanted, one);
}

static gboolean
is_wanted (GArray * wanted, GstRelayTarget * target)
{
  guint i;

  for (i = 0; i < wanted->len; i++) {
    const Wanted *one = &g_array_index (wanted, Wanted, i);

    if (one->internal_line == gst_relay_target_get_internal_line (target) &&
        gst_publish_url_equal (one->url, gst_relay_target_get_url (target)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
contains_id (GArray * ids, guint id)
{
  guint i;

  for (i = 0; ids && i < ids->len; i++) {
    if (g_array_index (ids, guint, i) == id)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_kept (GPtrArray * targets, GArray * ids, const gchar * url)
{
  guint i;

  for (i = 0; i < targets->len; i++) {
    GstRelayTarget *target = g_ptr_array_index (targets, i);

    if (contains_id (ids, gst_relay_target_get_id (target)) &&
        gst_publish_url_equal (gst_relay_target_get_url (target), url))
      return TRUE;
  }
  return FALSE;
}

/* Of the targets @ids (may be NULL), what is not in @wanted goes, what is stays
 * as it is, or is tried at once if it does not publish; what is new is given to
 * @add.
 * Returns: (transfer full): the ids of now. */
GArray *
gst_relay_wanted_apply (GArray * wanted, GstRelayWorker * worker,
    GArray * ids, GstRelayWantedAdd add, gpointer data)
{
  GPtrArray *targets = gst_relay_worker_get_targets (worker);
  GArray *result = g_array_new (FALSE, FALSE, sizeof (guint));
  guint i;

  for (i = 0; i < targets->len; i++) {
    GstRelayTarget *target = g_ptr_array_index (targets, i);
    guint id = gst_relay_target_get_id (target);

    if (!contains_id (ids, id))
      continue;
    if (is_wanted (wanted, target)) {
      gst_relay_worker_retry (worker, id);
      g_array_append_val (result, id);
    } else {
      gst_relay_worker_remove (worker, id);
    }
  }
  for (i = 0; i < wanted->len; i++) {
    const Wanted *one = &g_array_index (wanted, Wanted, i);
    guint id;

    if (is_kept (targets, result, one->url))
      continue;
    id = add (data, one->url, one->internal_line);
    if (id)
      g_array_append_val (result, id);
  }
  g_ptr_array_unref (targets);
  return result;
}
