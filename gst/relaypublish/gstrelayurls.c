/* What the application asks to be published to: the properties `urls`,
 * `publish-target` and `publish-target-location`, and the targets that are added
 * one by one. A url is checked here; what it means is the worker's.
 *
 * Any thread may call all of this.
 * Locks: GstRelayUrls.lock guards what properties have set; under it nothing is
 * called that takes another lock.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayurls.h"

#include <gst/publish/publish.h>

#include "gstrelayprotocol.h"
#include "gstrelaywanted.h"

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

struct _GstRelayUrls
{
  GstElement *element;          /* whose part this is: no reference */
  GstRelayWorker *worker;       /* the element's */

  GMutex lock;
  /* ids of the targets that `urls` or `publish-target` made */
  GArray *own_ids;
  gchar *target_json;           /* redacted */
  gchar *target_location;
  GError *target_error;         /* why the JSON was refused, in NULL */
  GPtrArray *url_faults;        /* of the property, not told yet; strings */
};

/* For warnings and for what the properties mean, of @element and its @worker,
 * which live longer. */
GstRelayUrls *
gst_relay_urls_new (GstElement * element, GstRelayWorker * worker)
{
  GstRelayUrls *self = g_new0 (GstRelayUrls, 1);

  self->element = element;
  self->worker = worker;
  self->url_faults = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->lock);
  return self;
}

void
gst_relay_urls_free (GstRelayUrls * self)
{
  g_clear_pointer (&self->own_ids, g_array_unref);
  g_free (self->target_json);
  g_free (self->target_location);
  g_clear_error (&self->target_error);
  g_ptr_array_unref (self->url_faults);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Any thread. 0 with @error: the url is not one that this element serves, or it
 * is there already. */
static guint
try_add_target (GstRelayUrls * self, const gchar * url,
    gboolean internal_line, GError ** error)
{
  const GstRelayProtocol *protocol;
  GstPublishCode code = GST_PUBLISH_CODE_BAD_CONFIG;
  gchar *shown, *fault = NULL;
  guint id = 0;

  if (!url) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "A target has no url");
    return 0;
  }
  if (!gst_publish_url_check (url, error)) {
    g_prefix_error (error, "The url of a target ");
    return 0;
  }
  shown = gst_publish_url_redact (url);
  protocol = gst_relay_protocol_find (url, GST_RELAY_RTMP_SINK_AUTO);
  if (!protocol) {
    fault = g_strdup_printf ("%s: this element serves rtmp, rtmps and .flv "
        "files", shown);
  } else if (!gst_relay_protocol_check (protocol, url)) {
    /* a slash at the end, brackets that do not close */
    fault = g_strdup_printf ("%s: allowed is scheme://host/app/stream", shown);
  } else if (!(id = gst_relay_worker_add (self->worker, url, internal_line))) {
    code = GST_PUBLISH_CODE_DUPLICATE_URL;
    fault = g_strdup_printf ("%s is published to already", shown);
  }
  if (fault)
    g_set_error_literal (error, GST_PUBLISH_ERROR, code, fault);
  else
    GST_INFO_OBJECT (self->element, "target %u is %s", id, shown);
  g_free (fault);
  g_free (shown);
  return id;
}

/* Adds a target, apart from those of the properties. 0: it is refused, and a
 * warning says why. */
guint
gst_relay_urls_add (GstRelayUrls * self, const gchar * url,
    gboolean internal_line)
{
  GError *error = NULL;
  guint id = try_add_target (self, url, internal_line, &error);

  if (error) {
    GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS, ("%s",
            error->message), (NULL));
    g_error_free (error);
  }
  return id;
}

static guint
add_wanted (gpointer data, const gchar * url, gboolean internal_line)
{
  GstRelayUrls *self = data;
  GError *error = NULL;
  guint id = try_add_target (self, url, internal_line, &error);

  if (!error)
    return id;
  /* in NULL there may be no bus yet to tell anyone */
  if (GST_STATE (self->element) == GST_STATE_NULL) {
    g_mutex_lock (&self->lock);
    g_ptr_array_add (self->url_faults, g_strdup (error->message));
    g_mutex_unlock (&self->lock);
  } else {
    GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS, ("%s",
            error->message), (NULL));
  }
  g_error_free (error);
  return 0;
}

/* Takes @wanted. What was wrong with what was wanted before is of no interest
 * any more. */
static void
update_targets (GstRelayUrls * self, GArray * wanted)
{
  GArray *old, *ids;

  g_mutex_lock (&self->lock);
  g_clear_error (&self->target_error);
  g_ptr_array_set_size (self->url_faults, 0);
  old = self->own_ids;
  self->own_ids = NULL;
  g_mutex_unlock (&self->lock);

  ids = gst_relay_wanted_apply (wanted, self->worker, old, add_wanted, self);
  g_clear_pointer (&old, g_array_unref);
  g_array_unref (wanted);

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->own_ids, g_array_unref);
  self->own_ids = ids;
  g_mutex_unlock (&self->lock);
}

/* The property `urls`. */
void
gst_relay_urls_set (GstRelayUrls * self, const gchar * text)
{
  gchar **list = g_strsplit_set (text ? text : "", " \t\r\n", -1);
  GArray *wanted = gst_relay_wanted_new ();
  guint i;

  for (i = 0; list[i]; i++) {
    if (list[i][0])
      gst_relay_wanted_append (wanted, list[i], FALSE);
  }
  update_targets (self, wanted);
  g_strfreev (list);
}

/* All targets, redacted. */
gchar *
gst_relay_urls_get (GstRelayUrls * self)
{
  GPtrArray *targets = gst_relay_worker_get_targets (self->worker);
  GString *urls = g_string_new (NULL);
  guint i;

  for (i = 0; i < targets->len; i++)
    g_string_append_printf (urls, "%s%s", i ? " " : "",
        gst_relay_target_get_shown_url (g_ptr_array_index (targets, i)));
  g_ptr_array_unref (targets);
  return g_string_free (urls, FALSE);
}

/* Takes @error. A refused document leaves the targets as they are; in NULL it
 * makes the next state change fail, while running it is a warning and has no
 * consequences later. */
static void
refuse (GstRelayUrls * self, GError * error)
{
  if (GST_STATE (self->element) == GST_STATE_NULL) {
    g_mutex_lock (&self->lock);
    g_clear_error (&self->target_error);
    self->target_error = error;
    g_mutex_unlock (&self->lock);
    return;
  }
  GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS,
      ("The publish target is refused: %s", error->message), (NULL));
  g_error_free (error);
}

/* The property `publish-target`. */
void
gst_relay_urls_set_json (GstRelayUrls * self, const gchar * json)
{
  GError *error = NULL;
  GstPublishTarget *target = NULL;
  GArray *wanted;
  guint i;

  if (json)
    target = gst_publish_target_new_from_json (json, &error);
  if (error) {
    refuse (self, error);
    return;
  }
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->target_json, g_free);
  if (target)
    self->target_json = gst_publish_target_to_json_redacted (target);
  g_mutex_unlock (&self->lock);

  wanted = gst_relay_wanted_new ();
  for (i = 0; target && i < gst_publish_target_get_n_urls (target); i++) {
    gboolean internal_line = FALSE;
    const gchar *url = gst_publish_target_get_url (target, i, &internal_line);

    gst_relay_wanted_append (wanted, url, internal_line);
  }
  update_targets (self, wanted);
  g_clear_pointer (&target, gst_publish_target_unref);
}

/* The property `publish-target-location`. */
void
gst_relay_urls_set_location (GstRelayUrls * self, const gchar * path)
{
  GError *error = NULL;
  gchar *json = NULL;

  g_mutex_lock (&self->lock);
  g_free (self->target_location);
  self->target_location = g_strdup (path);
  g_mutex_unlock (&self->lock);
  if (path && !g_file_get_contents (path, &json, NULL, &error)) {
    refuse (self, error);
    return;
  }
  gst_relay_urls_set_json (self, json);
  g_free (json);
}

static gchar *
copy_locked (GstRelayUrls * self, gchar * const *text)
{
  gchar *copy;

  g_mutex_lock (&self->lock);
  copy = g_strdup (*text);
  g_mutex_unlock (&self->lock);
  return copy;
}

/* Redacted. */
gchar *
gst_relay_urls_get_json (GstRelayUrls * self)
{
  return copy_locked (self, &self->target_json);
}

gchar *
gst_relay_urls_get_location (GstRelayUrls * self)
{
  return copy_locked (self, &self->target_location);
}

/* Before the element starts: tells what was wrong while there was nobody to be
 * told. FALSE: it must not start. */
gboolean
gst_relay_urls_check (GstRelayUrls * self)
{
  gchar *fault = NULL;
  GPtrArray *url_faults;
  guint i;

  g_mutex_lock (&self->lock);
  if (self->target_error)
    fault = g_strdup (self->target_error->message);
  url_faults = self->url_faults;
  self->url_faults = g_ptr_array_new_with_free_func (g_free);
  g_mutex_unlock (&self->lock);
  /* one bad url does not stop the others */
  for (i = 0; i < url_faults->len; i++)
    GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS,
        ("%s", (gchar *) g_ptr_array_index (url_faults, i)), (NULL));
  g_ptr_array_unref (url_faults);
  if (!fault)
    return TRUE;
  GST_ELEMENT_ERROR (self->element, RESOURCE, SETTINGS,
      ("The publish target is refused: %s", fault), (NULL));
  g_free (fault);
  return FALSE;
}
