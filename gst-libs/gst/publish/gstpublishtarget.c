/* The publish target from and to JSON.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"

#include "gstpublishurl.h"

struct _GstPublishTarget
{
  GstPublishMode mode;
  GstPublishUser owner;
  guint n_urls;
  gchar *urls[GST_PUBLISH_MAX_URLS];
  gboolean internal_line[GST_PUBLISH_MAX_URLS];
};

/* *INDENT-OFF* */
G_DEFINE_BOXED_TYPE (GstPublishTarget, gst_publish_target,
    gst_publish_target_ref, gst_publish_target_unref)
/* *INDENT-ON* */

static const gchar *const target_keys[] = {
  "mode", "owner", "cdnUrlList", NULL
};

static const gchar *const cdn_url_keys[] = {
  "url", "rtmpUrl", "isInternalLine", NULL
};

/* The url of an entry of cdnUrlList; NULL and a fault if it is not good. */
static gchar *read_url (GstPublishReader * reader, JsonObject * object,
    const GstPublishTarget * target)
{
  const gchar *key = gst_publish_member (object, "url") ? "url" : "rtmpUrl";
  GError *error = NULL;
  gchar *url = NULL;
  gsize here;
  guint i;

  if (!gst_publish_member (object, key)) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "has neither url nor rtmpUrl, needed is one of them");
    return NULL;
  }
  if (gst_publish_member (object, "url") &&
      gst_publish_member (object, "rtmpUrl"))
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "has url and rtmpUrl, allowed is one of them");
  if (!gst_publish_read_string (reader, object, key, TRUE, &url))
    return NULL;

  here = gst_publish_reader_enter (reader, key);
  if (!gst_publish_url_check (url, &error)) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG, "%s",
        error->message);
    g_clear_error (&error);
    g_clear_pointer (&url, g_free);
  }
  for (i = 0; url && i < target->n_urls; i++) {
    if (target->urls[i] && gst_publish_url_equal (url, target->urls[i])) {
      gchar *shown = gst_publish_url_redact (url);

      gst_publish_reader_fault (reader, GST_PUBLISH_CODE_DUPLICATE_URL,
          "is \"%s\", the url of cdnUrlList[%u] again, allowed is once", shown,
          i);
      g_free (shown);
      g_clear_pointer (&url, g_free);
    }
  }
  gst_publish_reader_leave (reader, here);

  return url;
}

static void read_urls (GstPublishReader * reader, JsonObject * object,
    GstPublishTarget * target)
{
  JsonArray *array = gst_publish_read_array (reader, object, "cdnUrlList",
      GST_PUBLISH_MAX_URLS);
  gsize list, here;
  guint i;

  if (!gst_publish_member (object, "cdnUrlList") ||
      (array && json_array_get_length (array) == 0)) {
    gst_publish_fault_missing (reader, "cdnUrlList", "an array of 1.."
        G_STRINGIFY (GST_PUBLISH_MAX_URLS) " urls");
    return;
  }
  if (!array)
    return;

  list = gst_publish_reader_enter (reader, "cdnUrlList");
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonObject *o;

    here = gst_publish_reader_enter_index (reader, i);
    o = gst_publish_read_object (reader, json_array_get_element (array, i),
        cdn_url_keys);
    if (o) {
      target->urls[i] = read_url (reader, o, target);
      gst_publish_read_boolean (reader, o, "isInternalLine",
          &target->internal_line[i]);
    }
    gst_publish_reader_leave (reader, here);
    target->n_urls++;
  }
  gst_publish_reader_leave (reader, list);
}

GstPublishTarget *gst_publish_target_read (GstPublishReader * reader,
    JsonNode * node)
{
  JsonObject *o = gst_publish_read_object (reader, node, target_keys);
  GstPublishTarget *target;
  JsonNode *owner;
  gint mode = 0;

  if (!o)
    return NULL;

  target = g_atomic_rc_box_new0 (GstPublishTarget);
  if (!gst_publish_member (o, "mode"))
    gst_publish_fault_missing (reader, "mode",
        "\"big-to-cdn\" or 1, \"sub-to-cdn\" or 2, \"mix-to-cdn\" or 3");
  gst_publish_read_enum (reader, o, "mode", GST_TYPE_PUBLISH_MODE, &mode);
  target->mode = mode;

  owner = gst_publish_member (o, "owner");
  if (owner) {
    gsize here = gst_publish_reader_enter (reader, "owner");

    gst_publish_read_user (reader, owner, &target->owner);
    gst_publish_reader_leave (reader, here);
  } else if (mode == GST_PUBLISH_MODE_BIG_TO_CDN ||
      mode == GST_PUBLISH_MODE_SUB_TO_CDN) {
    gst_publish_fault_missing (reader, "owner",
        "the user whose stream is relayed, an object with userId");
  }
  read_urls (reader, o, target);

  return target;
}

void gst_publish_target_write (const GstPublishTarget * target,
    gboolean redacted, JsonBuilder * builder)
{
  guint i;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "mode");
  json_builder_add_string_value (builder,
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_MODE, target->mode));
  if (target->owner.user_id) {
    json_builder_set_member_name (builder, "owner");
    gst_publish_write_user (builder, &target->owner);
  }
  json_builder_set_member_name (builder, "cdnUrlList");
  json_builder_begin_array (builder);
  for (i = 0; i < target->n_urls; i++) {
    gchar *shown = redacted ? gst_publish_url_redact (target->urls[i]) : NULL;

    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "url");
    json_builder_add_string_value (builder, shown ? shown : target->urls[i]);
    json_builder_set_member_name (builder, "isInternalLine");
    json_builder_add_boolean_value (builder, target->internal_line[i]);
    json_builder_end_object (builder);
    g_free (shown);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/**
 * gst_publish_target_new_from_json:
 * @json: a target object, or a whole job of which the target is taken
 * @error: where to say what is wrong, see %GST_PUBLISH_ERROR
 *
 * A target needs `mode` and 1..10 urls that gst_publish_url_check() takes and
 * no two of which are the same; the relay modes need an `owner` too. Any
 * thread may call this.
 *
 * Returns: (transfer full) (nullable): the target, or %NULL and @error
 */
GstPublishTarget *gst_publish_target_new_from_json (const gchar * json,
    GError ** error)
{
  GstPublishTarget *target;
  GstPublishJob *job;

  g_return_val_if_fail (json != NULL, NULL);

  job = gst_publish_job_parse (json, GST_PUBLISH_PART_TARGET, error);
  if (!job)
    return NULL;
  target = gst_publish_target_ref (gst_publish_job_get_target (job));
  gst_publish_job_unref (job);

  return target;
}

/**
 * gst_publish_target_ref:
 * @target: a target
 *
 * Returns: (transfer full): @target
 */
GstPublishTarget *gst_publish_target_ref (GstPublishTarget * target)
{
  g_return_val_if_fail (target != NULL, NULL);

  return g_atomic_rc_box_acquire (target);
}

static void clear (gpointer data)
{
  GstPublishTarget *target = data;
  guint i;

  for (i = 0; i < target->n_urls; i++)
    g_free (target->urls[i]);
  gst_publish_user_clear (&target->owner);
}

/**
 * gst_publish_target_unref:
 * @target: (transfer full): a target
 */
void gst_publish_target_unref (GstPublishTarget * target)
{
  g_return_if_fail (target != NULL);

  g_atomic_rc_box_release_full (target, clear);
}

static gchar *to_json (const GstPublishTarget * target, gboolean redacted)
{
  JsonBuilder *builder = json_builder_new ();

  gst_publish_target_write (target, redacted, builder);

  return gst_publish_builder_finish (builder);
}

/**
 * gst_publish_target_to_json:
 * @target: a target
 *
 * The urls are whole, with their stream keys: not for logs or messages.
 *
 * Returns: (transfer full): a target object on one line without spaces;
 *   gst_publish_target_new_from_json() makes the same target of it
 */
gchar *gst_publish_target_to_json (const GstPublishTarget * target)
{
  g_return_val_if_fail (target != NULL, NULL);

  return to_json (target, FALSE);
}

/**
 * gst_publish_target_to_json_redacted:
 * @target: a target
 *
 * As gst_publish_target_to_json(), with redacted urls: for logs and for
 * properties that are read back.
 *
 * Returns: (transfer full): a target object on one line
 */
gchar *gst_publish_target_to_json_redacted (const GstPublishTarget * target)
{
  g_return_val_if_fail (target != NULL, NULL);

  return to_json (target, TRUE);
}

/**
 * gst_publish_target_get_mode:
 * @target: a target
 *
 * Returns: what is published
 */
GstPublishMode gst_publish_target_get_mode (const GstPublishTarget * target)
{
  g_return_val_if_fail (target != NULL, GST_PUBLISH_MODE_MIX_TO_CDN);

  return target->mode;
}

/**
 * gst_publish_target_get_owner:
 * @target: a target
 *
 * Returns: (transfer none) (nullable): whose stream is relayed, or whose
 *   leaving ends a mix; %NULL for a mix that nobody's leaving ends
 */
const GstPublishUser *gst_publish_target_get_owner (const GstPublishTarget *
    target)
{
  g_return_val_if_fail (target != NULL, NULL);

  return target->owner.user_id ? &target->owner : NULL;
}

/**
 * gst_publish_target_get_n_urls:
 * @target: a target
 *
 * Returns: how many urls there are, 1..10
 */
guint gst_publish_target_get_n_urls (const GstPublishTarget * target)
{
  g_return_val_if_fail (target != NULL, 0);

  return target->n_urls;
}

/**
 * gst_publish_target_get_url:
 * @target: a target
 * @index: place in the list
 * @internal_line: (out) (optional): whether the server is on an internal line
 *
 * Returns: (transfer none) (nullable): the url with its stream key; %NULL
 *   beyond the list
 */
const gchar *gst_publish_target_get_url (const GstPublishTarget * target,
    guint index, gboolean * internal_line)
{
  g_return_val_if_fail (target != NULL, NULL);

  if (index >= target->n_urls)
    return NULL;
  if (internal_line)
    *internal_line = target->internal_line[index];

  return target->urls[index];
}
