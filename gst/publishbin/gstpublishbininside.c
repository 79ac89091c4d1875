/* What happens to messages of what is inside of a publishbin.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstpublishbinprivate.h"

/* --- messages of the inside; any thread --- */

/* The name of the child of @self that @object is, or is in; (transfer full) */
static gchar *
child_name (GstPublishBin * self, GstObject * object)
{
  GstObject *parent;
  gchar *name = NULL;

  gst_object_ref (object);
  while ((parent = gst_object_get_parent (object)) &&
      parent != GST_OBJECT (self)) {
    gst_object_unref (object);
    object = parent;
  }
  if (parent) {
    name = gst_object_get_name (object);
    gst_object_unref (parent);
  }
  gst_object_unref (object);
  return name;
}

/* The url of target @id of @sink, redacted; (transfer full) (nullable) */
static gchar *
target_url (GstElement * sink, guint id)
{
  GstStructure *stats = NULL;
  const GValue *targets;
  gchar *url = NULL;
  guint i;

  g_object_get (sink, "stats", &stats, NULL);
  targets = gst_structure_get_value (stats, "targets");
  for (i = 0; i < gst_value_list_get_size (targets) && !url; i++) {
    const GstStructure *s =
        gst_value_get_structure (gst_value_list_get_value (targets, i));
    guint this_id = 0;

    if (gst_structure_get_uint (s, "id", &this_id) && this_id == id)
      url = g_strdup (gst_structure_get_string (s, "url"));
  }
  gst_structure_free (stats);
  return url;
}

/* TRUE: it is not for the application, at least not as it is. */
static gboolean
translate_element_message (GstPublishBin * self, GstMessage * message,
    const gchar * child)
{
  const GstStructure *s = gst_message_get_structure (message);
  GstStructure *told;
  guint id = 0;
  gchar *url;

  if (gst_structure_has_name (s, "target-state-changed") ||
      gst_structure_has_name (s, "task-state-changed"))
    return TRUE;
  if (gst_structure_has_name (s, "layout-applied") ||
      gst_structure_has_name (s, "slots-changed")) {
    told = gst_structure_copy (s);
    gst_structure_set (told, "task-id", G_TYPE_STRING, child, NULL);
    publish_bin_post_element (self, told);
    return TRUE;
  }
  if (!gst_structure_has_name (s, "congestion"))
    return FALSE;
  gst_structure_get_uint (s, "id", &id);
  url = target_url (GST_ELEMENT (GST_MESSAGE_SRC (message)), id);
  told = gst_structure_copy (s);
  gst_structure_remove_field (told, "id");
  gst_structure_set (told, "task-id", G_TYPE_STRING, child,
      "url", G_TYPE_STRING, url, NULL);
  g_free (url);
  publish_bin_post_element (self, told);
  return TRUE;
}

static void
take_error (GstPublishBin * self, GstMessage * message, const gchar * child)
{
  GError *error = NULL;
  gchar *debug = NULL, *text;

  gst_message_parse_error (message, &error, &debug);
  GST_WARNING_OBJECT (self, "%s: %s (%s)", GST_MESSAGE_SRC_NAME (message),
      error->message, debug);
  text = g_strdup_printf ("%s: %s", GST_MESSAGE_SRC_NAME (message),
      error->message);
  pub_room_inside_error (self->room, child, text);
  g_free (text);
  g_free (debug);
  g_error_free (error);
}

/* TRUE: @message is the inside's own affair; FALSE: it goes on as it is */
gboolean
publish_bin_keeps_message (GstPublishBin * self, GstMessage * message)
{
  gchar *child = child_name (self, GST_MESSAGE_SRC (message));
  gboolean taken = FALSE;

  switch (child ? GST_MESSAGE_TYPE (message) : GST_MESSAGE_UNKNOWN) {
    case GST_MESSAGE_ERROR:
      take_error (self, message, child);
      taken = TRUE;
      break;
    case GST_MESSAGE_EOS:
      /* a task's bin, of all its outputs */
      pub_room_inside_eos (self->room, child);
      taken = TRUE;
      break;
    case GST_MESSAGE_ELEMENT:
      taken = translate_element_message (self, message, child);
      break;
    case GST_MESSAGE_LATENCY:
      pub_room_inside_latency (self->room);
      break;
    default:
      break;
  }
  g_free (child);
  return taken;
}
