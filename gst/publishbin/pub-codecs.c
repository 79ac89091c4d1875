/* Which element of the registry does it: by what it takes and by rank.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-codecs.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

/* A factory's pad template that takes @caps: all of them, or some. */
static gboolean
takes (GstElementFactory * factory, const GstCaps * caps, gboolean all)
{
  return all ? gst_element_factory_can_sink_all_caps (factory, caps) :
      gst_element_factory_can_sink_any_caps (factory, caps);
}

/* The best element of @type that takes @caps and works here, in READY: a
 * decoder of hardware that is not there does not. NULL: none. */
static GstElement *
make_best (GstElementFactoryListType type, const GstCaps * caps, gboolean all)
{
  GList *list = gst_element_factory_list_get_elements (type, GST_RANK_MARGINAL);
  GstElement *element = NULL;
  GList *l;

  list = g_list_sort (list, gst_plugin_feature_rank_compare_func);
  for (l = list; l && !element; l = l->next) {
    if (!takes (l->data, caps, all))
      continue;
    element = gst_element_factory_create (l->data, NULL);
    if (!element)
      continue;
    gst_object_ref_sink (element);
    if (gst_element_set_state (element, GST_STATE_READY) ==
        GST_STATE_CHANGE_FAILURE) {
      GST_INFO ("%s does not work here", GST_OBJECT_NAME (element));
      gst_element_set_state (element, GST_STATE_NULL);
      gst_clear_object (&element);
    }
  }
  gst_plugin_feature_list_free (list);
  return element;
}

/* @caps as a parser may change them. */
static GstCaps *
parsed_caps (const GstCaps * caps)
{
  static const gchar *const changed[] = { "stream-format", "alignment",
    "codec_data", "streamheader", "framed", "parsed"
  };
  GstCaps *parsed = gst_caps_copy (caps);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (changed); i++)
    gst_structure_remove_field (gst_caps_get_structure (parsed, 0), changed[i]);
  return parsed;
}

/* What decodes @caps, which are fixed: @parser may be NULL. Both with a
 * reference, not floating. FALSE: nothing does. */
gboolean
pub_codecs_make_decoder (const GstCaps * caps, GstElement ** parser,
    GstElement ** decoder)
{
  const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  GstElementFactoryListType type = GST_ELEMENT_FACTORY_TYPE_DECODER |
      (g_str_has_prefix (name, "audio/") ?
      GST_ELEMENT_FACTORY_TYPE_MEDIA_AUDIO :
      GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO |
      GST_ELEMENT_FACTORY_TYPE_MEDIA_IMAGE);
  GstCaps *parsed;

  *parser = NULL;
  *decoder = make_best (type, caps, TRUE);
  if (*decoder)
    return TRUE;
  *parser = make_best (GST_ELEMENT_FACTORY_TYPE_PARSER, caps, TRUE);
  if (!*parser)
    return FALSE;
  parsed = parsed_caps (caps);
  *decoder = make_best (type, parsed, FALSE);
  gst_caps_unref (parsed);
  if (!*decoder) {
    gst_element_set_state (*parser, GST_STATE_NULL);
    gst_clear_object (parser);
  }
  return *decoder != NULL;
}

/* An encoder that says of itself that it makes AAC of @profile; floating. NULL:
 * none. (Many encoders' templates say nothing about profiles: those make LC.) */
GstElement *
pub_codecs_make_profile_encoder (const gchar * profile)
{
  GList *list = gst_element_factory_list_get_elements
      (GST_ELEMENT_FACTORY_TYPE_AUDIO_ENCODER, GST_RANK_NONE);
  GstCaps *wanted = gst_caps_new_simple ("audio/mpeg", "mpegversion",
      G_TYPE_INT, 4, "profile", G_TYPE_STRING, profile, NULL);
  GstElement *element = NULL;
  GList *l;

  list = g_list_sort (list, gst_plugin_feature_rank_compare_func);
  for (l = list; l && !element; l = l->next) {
    const GList *t = gst_element_factory_get_static_pad_templates (l->data);

    for (; t && !element; t = t->next) {
      GstStaticPadTemplate *templ = t->data;
      GstCaps *caps;
      guint i;

      if (templ->direction != GST_PAD_SRC)
        continue;
      caps = gst_static_pad_template_get_caps (templ);
      for (i = 0; i < gst_caps_get_size (caps) && !gst_caps_is_any (caps); i++) {
        GstCaps *one = gst_caps_copy_nth (caps, i);

        if (gst_structure_has_field (gst_caps_get_structure (one, 0),
                "profile") && gst_caps_can_intersect (one, wanted) && !element)
          element = gst_element_factory_create (l->data, NULL);
        gst_caps_unref (one);
      }
      gst_caps_unref (caps);
    }
  }
  gst_caps_unref (wanted);
  gst_plugin_feature_list_free (list);
  return element;
}
