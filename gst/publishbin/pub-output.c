/* One relaypublishsink and its targets: those urls of a job that get this
 * rendition. The worker's, but for the states, which come from the sink's own
 * thread.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-output.h"

#include "pub-parts.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

typedef struct
{
  gchar *url;
  guint id;
} Target;

struct _PubOutput
{
  GstElement *sink;
  PubOutputFunc func;
  gpointer data;
  GPtrArray *targets;
};

static void
target_free (gpointer data)
{
  Target *target = data;

  g_free (target->url);
  g_free (target);
}

static void
on_state (GstElement * sink, guint id, const gchar * url,
    GstPublishCdnState state, gint code, const gchar * message,
    PubOutput * output)
{
  output->func (url, state, code, message, output->data);
}

static gboolean
set_property (GQuark name, const GValue * value, gpointer data)
{
  const gchar *property = g_quark_to_string (name);
  GObject *sink = data;

  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (sink), property)) {
    GST_WARNING_OBJECT (sink, "has no property \"%s\"", property);
  } else if (G_VALUE_HOLDS_STRING (value)) {
    gst_util_set_object_arg (sink, property, g_value_get_string (value));
  } else {
    g_object_set_property (sink, property, value);
  }
  return TRUE;
}

/* In @bin, which owns the sink. @func outlives the output. */
PubOutput *
pub_output_new (GstBin * bin, const GstStructure * properties,
    PubOutputFunc func, gpointer data, GError ** error)
{
  GstElement *sink = pub_make (bin, "relaypublishsink", error);
  PubOutput *output;

  if (!sink)
    return NULL;
  output = g_new0 (PubOutput, 1);
  output->sink = gst_object_ref (sink);
  output->func = func;
  output->data = data;
  output->targets = g_ptr_array_new_with_free_func (target_free);
  if (properties)
    gst_structure_foreach (properties, set_property, sink);
  g_signal_connect (sink, "target-state-changed", G_CALLBACK (on_state),
      output);
  return output;
}

/* The sink is in NULL: it tells nothing any more. */
void
pub_output_free (PubOutput * output)
{
  g_signal_handlers_disconnect_by_data (output->sink, output);
  gst_object_unref (output->sink);
  g_ptr_array_unref (output->targets);
  g_free (output);
}

GstElement *
pub_output_get_sink (PubOutput * output)
{
  return output->sink;
}

/* What the pad "video" or "audio" takes; (transfer full) */
GstCaps *
pub_output_carried_caps (PubOutput * output, const gchar * pad)
{
  GstPadTemplate *templ = gst_element_get_pad_template (output->sink, pad);

  return templ ? gst_pad_template_get_caps (templ) : gst_caps_new_empty ();
}

static gboolean
is_wanted (const GstPublishTarget * target, const guint * outputs, guint index,
    const gchar * url)
{
  guint i;

  for (i = 0; i < gst_publish_target_get_n_urls (target); i++) {
    if (outputs[i] == index &&
        gst_publish_url_equal (gst_publish_target_get_url (target, i, NULL),
            url))
      return TRUE;
  }
  return FALSE;
}

/* One that is wanted still: had it failed, it is tried again. */
static gboolean
keep (PubOutput * output, const gchar * url)
{
  gboolean retried;
  guint i;

  for (i = 0; i < output->targets->len; i++) {
    Target *target = g_ptr_array_index (output->targets, i);

    if (gst_publish_url_equal (target->url, url)) {
      g_signal_emit_by_name (output->sink, "retry-target", target->id,
          &retried);
      return TRUE;
    }
  }
  return FALSE;
}

/* Those urls of @target whose place in @outputs says @index, and no others. */
void
pub_output_set_targets (PubOutput * output, const GstPublishTarget * target,
    const guint * outputs, guint index)
{
  guint i = 0;

  while (i < output->targets->len) {
    Target *old = g_ptr_array_index (output->targets, i);
    gboolean removed;

    if (is_wanted (target, outputs, index, old->url)) {
      i++;
      continue;
    }
    g_signal_emit_by_name (output->sink, "remove-target", old->id, &removed);
    g_ptr_array_remove_index (output->targets, i);
  }
  for (i = 0; i < gst_publish_target_get_n_urls (target); i++) {
    gboolean internal_line = FALSE;
    const gchar *url = gst_publish_target_get_url (target, i, &internal_line);
    Target *added;

    if (outputs[i] != index || keep (output, url))
      continue;
    added = g_new0 (Target, 1);
    added->url = g_strdup (url);
    g_signal_emit_by_name (output->sink, "add-target", url, internal_line,
        &added->id);
    if (added->id) {
      g_ptr_array_add (output->targets, added);
    } else {
      target_free (added);
      output->func (url, GST_PUBLISH_CDN_STATE_FAILED,
          GST_PUBLISH_CODE_BAD_CONFIG, "No installed element publishes to"
          " urls like this", output->data);
    }
  }
}
