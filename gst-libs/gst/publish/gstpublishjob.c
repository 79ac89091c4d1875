/* The job from and to JSON.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstpublishjob
 * @title: GstPublishJob
 * @short_description: a publishing job and its JSON
 *
 * |[
 * {
 *   "target": {
 *     "mode": "mix-to-cdn",
 *     "owner": { "userId": "jerry", "intRoomId": 1234 },
 *     "cdnUrlList": [ { "url": "rtmp://host/live/key", "isInternalLine": true } ]
 *   },
 *   "encoder": { "videoEncodedWidth": 1280, "videoEncodedHeight": 720 },
 *   "mixing": { "template": "grid" }
 * }
 * ]|
 *
 * Each of the three parts may be missing or null, and so may every key that is
 * not said to be needed. Enumerations take the nick or the number.
 *
 * `target`:
 *
 * - `mode` (needed): "big-to-cdn" 1, "sub-to-cdn" 2, "mix-to-cdn" 3
 * - `owner` (needed by the first two modes): a user
 * - `cdnUrlList` (needed): 1..10 of `url` or `rtmpUrl` (see
 *   gst_publish_url_check()) with `isInternalLine` (false)
 *
 * `encoder`, one or an array of 1..8; 0 stands for "choose by size"; a part
 * that speaks only of video or only of audio makes a stream of that alone:
 *
 * - `videoEncodedWidth`, `videoEncodedHeight`: 2..8192 pixels, even
 * - `videoEncodedFPS`: 1..60; `videoEncodedGOP`: 1..8 seconds
 * - `videoEncodedKbps`: 0..50000 kbit/s
 * - `audioEncodedSampleRate`: 8000, 12000, 16000, 24000, 32000, 44100, 48000
 * - `audioEncodedChannelNum`: 1, 2; `audioEncodedKbps`: 32..320 kbit/s
 * - `audioEncodedCodecType`: "aac-lc" 0, "he-aac" 1, "he-aac-v2" 2
 *
 * `mixing`:
 *
 * - `backgroundColor`: "#RRGGBB" or a number; `backgroundImage`: a URI
 * - `template`: "grid" 1, "float" 2, "screen-share" 3, "pip" 4; or else
 * - `videoLayoutList`: up to 16 of `width` and `height` (both needed, 2..8192),
 *   `x` and `y` (-16384..16384), `zOrder` (0..15), `fillMode` ("fill" 0,
 *   "fit" 1, "stretch" 2), `backgroundColor`, `placeHolderImage` (a URI),
 *   `fixedVideoUser` (a user), `fixedVideoStreamType` ("big" 0, "small" 1,
 *   "sub" 2)
 * - `audioMixUserList`: up to 16 users; empty for everyone
 * - `watermarkList`: up to 16 of `watermarkUrl`, `width`, `height` (all needed),
 *   `x`, `y`, `zOrder` (15)
 * - `at`: running time in nanoseconds, a whole number
 *
 * A user is `userId` (needed) and one of `intRoomId` (1..4294967295) and
 * `strRoomId`; without either the room does not count.
 *
 * An unknown key is an error, as is a key that comes twice.
 */
#include "gstpublishjob-private.h"

struct _GstPublishJob
{
  GstPublishTarget *target;
  guint n_encoders;
  GstPublishEncoderParams *encoders[GST_PUBLISH_MAX_RENDITIONS];
  GstPublishMixingConfig *mixing;
};

/* *INDENT-OFF* */
G_DEFINE_BOXED_TYPE (GstPublishJob, gst_publish_job, gst_publish_job_ref,
    gst_publish_job_unref)
/* *INDENT-ON* */

static const gchar *const part_names[] = { "target", "encoder", "mixing" };

static const gchar *const job_keys[] = { "target", "encoder", "mixing", NULL };

static void
read_encoders (GstPublishReader * reader, JsonNode * node, GstPublishJob * job)
{
  JsonArray *array;
  guint i, n;
  gsize here;

  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    job->encoders[0] = gst_publish_encoder_params_read (reader, node);
    job->n_encoders = job->encoders[0] ? 1 : 0;
    return;
  }

  array = json_node_get_array (node);
  n = json_array_get_length (array);
  if (n < 1 || n > GST_PUBLISH_MAX_RENDITIONS) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "has %u entries, allowed are 1..%d", n, GST_PUBLISH_MAX_RENDITIONS);
    return;
  }
  for (i = 0; i < n; i++) {
    GstPublishEncoderParams *params;

    here = gst_publish_reader_enter_index (reader, i);
    params = gst_publish_encoder_params_read (reader,
        json_array_get_element (array, i));
    gst_publish_reader_leave (reader, here);
    if (params)
      job->encoders[job->n_encoders++] = params;
  }
}

static void
read_part (GstPublishReader * reader, GstPublishPart part,
    JsonNode * node, GstPublishJob * job)
{
  switch (part) {
    case GST_PUBLISH_PART_TARGET:
      job->target = gst_publish_target_read (reader, node);
      break;
    case GST_PUBLISH_PART_ENCODER:
      read_encoders (reader, node, job);
      break;
    case GST_PUBLISH_PART_MIXING:
      job->mixing = gst_publish_mixing_config_read (reader, node);
      break;
  }
}

static gboolean
is_whole_job (JsonNode * node)
{
  guint i;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  for (i = 0; i < G_N_ELEMENTS (part_names); i++) {
    if (json_object_has_member (json_node_get_object (node), part_names[i]))
      return TRUE;
  }

  return FALSE;
}

static void
read_whole_job (GstPublishReader * reader, JsonNode * node, GstPublishJob * job)
{
  JsonObject *object = gst_publish_read_object (reader, node, job_keys);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (part_names); i++) {
    JsonNode *part = gst_publish_member (object, part_names[i]);
    gsize here;

    if (!part)
      continue;
    here = gst_publish_reader_enter (reader, part_names[i]);
    read_part (reader, i, part, job);
    gst_publish_reader_leave (reader, here);
  }
}

static gboolean
has_part (const GstPublishJob * job, GstPublishPart part)
{
  switch (part) {
    case GST_PUBLISH_PART_TARGET:
      return job->target != NULL;
    case GST_PUBLISH_PART_ENCODER:
      return job->n_encoders > 0;
    case GST_PUBLISH_PART_MIXING:
      return job->mixing != NULL;
  }

  return FALSE;
}

/* @job if @report has no fault, else NULL and @error */
static GstPublishJob *
finish (GstPublishJob * job, GstPublishReport * report, GError ** error)
{
  if (!gst_publish_report_finish (report, error)) {
    gst_publish_job_unref (job);
    return NULL;
  }

  return job;
}

static GstPublishJob *
parse (const gchar * json, GstPublishPart part,
    gboolean needed, GError ** error)
{
  GstPublishJob *job = g_atomic_rc_box_new0 (GstPublishJob);
  GstPublishReport report;
  GstPublishReader reader;
  JsonNode *node;

  gst_publish_report_init (&report);
  gst_publish_reader_init (&reader, &report, NULL);
  node = gst_publish_json_parse (json, &reader);
  if (node && is_whole_job (node)) {
    read_whole_job (&reader, node, job);
    if (needed && report.n_faults == 0 && !has_part (job, part))
      gst_publish_fault_missing (&reader, part_names[part], "this part");
  } else if (node) {
    read_part (&reader, part, node, job);
  }
  g_clear_pointer (&node, json_node_unref);
  gst_publish_reader_clear (&reader);

  return finish (job, &report, error);
}

GstPublishJob *
gst_publish_job_parse (const gchar * json, GstPublishPart part, GError ** error)
{
  return parse (json, part, TRUE, error);
}

/**
 * gst_publish_job_new_from_json:
 * @json: a whole job, an object with `target`, `encoder` and `mixing`, each of
 *   which may be missing or null; or a mixing object alone
 * @error: where to say what is wrong, see %GST_PUBLISH_ERROR
 *
 * A document is a whole job if its root has one of those three keys. Numbers
 * may be written in any way that has no fraction (640, 640.0, 6.4e2). Any
 * thread may call this.
 *
 * Returns: (transfer full) (nullable): the job, or %NULL and @error
 */
GstPublishJob *
gst_publish_job_new_from_json (const gchar * json, GError ** error)
{
  g_return_val_if_fail (json != NULL, NULL);

  return parse (json, GST_PUBLISH_PART_MIXING, FALSE, error);
}

/**
 * gst_publish_job_new_from_parts:
 * @target: (nullable): a target object
 * @encoder: (nullable): an encoder object or an array of them
 * @mixing: (nullable): a mixing object
 * @error: where to say what is wrong in all of them, see %GST_PUBLISH_ERROR;
 *   paths begin with the part's name
 *
 * Makes a job of documents of its parts. Any thread may call this.
 *
 * Returns: (transfer full) (nullable): the job, or %NULL and @error
 */
GstPublishJob *
gst_publish_job_new_from_parts (const gchar * target,
    const gchar * encoder, const gchar * mixing, GError ** error)
{
  const gchar *documents[] = { target, encoder, mixing };
  GstPublishJob *job = g_atomic_rc_box_new0 (GstPublishJob);
  GstPublishReport report;
  guint i;

  gst_publish_report_init (&report);
  for (i = 0; i < G_N_ELEMENTS (documents); i++) {
    GstPublishReader reader;
    JsonNode *node;

    if (!documents[i])
      continue;
    gst_publish_reader_init (&reader, &report, part_names[i]);
    node = gst_publish_json_parse (documents[i], &reader);
    if (node)
      read_part (&reader, i, node, job);
    g_clear_pointer (&node, json_node_unref);
    gst_publish_reader_clear (&reader);
  }

  return finish (job, &report, error);
}

/**
 * gst_publish_job_ref:
 * @job: a job
 *
 * Returns: (transfer full): @job
 */
GstPublishJob *
gst_publish_job_ref (GstPublishJob * job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return g_atomic_rc_box_acquire (job);
}

static void
clear (gpointer data)
{
  GstPublishJob *job = data;
  guint i;

  g_clear_pointer (&job->target, gst_publish_target_unref);
  for (i = 0; i < job->n_encoders; i++)
    gst_publish_encoder_params_unref (job->encoders[i]);
  g_clear_pointer (&job->mixing, gst_publish_mixing_config_unref);
}

/**
 * gst_publish_job_unref:
 * @job: (transfer full): a job
 */
void
gst_publish_job_unref (GstPublishJob * job)
{
  g_return_if_fail (job != NULL);

  g_atomic_rc_box_release_full (job, clear);
}

static void
write_encoders (const GstPublishJob * job, JsonBuilder * builder)
{
  guint i;

  if (job->n_encoders > 1)
    json_builder_begin_array (builder);
  for (i = 0; i < job->n_encoders; i++)
    gst_publish_encoder_params_write (job->encoders[i], builder);
  if (job->n_encoders > 1)
    json_builder_end_array (builder);
}

static gchar *
to_json (const GstPublishJob * job, gboolean redacted)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  if (job->target) {
    json_builder_set_member_name (builder, "target");
    gst_publish_target_write (job->target, redacted, builder);
  }
  if (job->n_encoders > 0) {
    json_builder_set_member_name (builder, "encoder");
    write_encoders (job, builder);
  }
  if (job->mixing) {
    json_builder_set_member_name (builder, "mixing");
    gst_publish_mixing_config_write (job->mixing, builder);
  }
  json_builder_end_object (builder);

  return gst_publish_builder_finish (builder);
}

/**
 * gst_publish_job_to_json:
 * @job: a job
 *
 * The urls are whole, with their stream keys: not for logs or messages.
 *
 * Returns: (transfer full): a job on one line without spaces;
 *   gst_publish_job_new_from_json() makes the same job of it
 */
gchar *
gst_publish_job_to_json (const GstPublishJob * job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return to_json (job, FALSE);
}

/**
 * gst_publish_job_to_json_redacted:
 * @job: a job
 *
 * As gst_publish_job_to_json(), with redacted urls.
 *
 * Returns: (transfer full): a job on one line
 */
gchar *
gst_publish_job_to_json_redacted (const GstPublishJob * job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return to_json (job, TRUE);
}

/**
 * gst_publish_job_to_parts:
 * @job: a job
 * @target: (out) (optional) (nullable) (transfer full): the target object, the
 *   urls whole
 * @encoder: (out) (optional) (nullable) (transfer full): the encoder object, or
 *   an array of several
 * @mixing: (out) (optional) (nullable) (transfer full): the mixing object
 *
 * The documents of the parts, %NULL for one that the job does not have:
 * gst_publish_job_new_from_parts() makes the same job of them. Any thread may
 * call this.
 */
void
gst_publish_job_to_parts (const GstPublishJob * job, gchar ** target,
    gchar ** encoder, gchar ** mixing)
{
  g_return_if_fail (job != NULL);

  if (target)
    *target = job->target ? gst_publish_target_to_json (job->target) : NULL;
  if (encoder) {
    *encoder = NULL;
    if (job->n_encoders > 0) {
      JsonBuilder *builder = json_builder_new ();

      write_encoders (job, builder);
      *encoder = gst_publish_builder_finish (builder);
    }
  }
  if (mixing)
    *mixing = job->mixing ? gst_publish_mixing_config_to_json (job->mixing) :
        NULL;
}

/**
 * gst_publish_job_get_target:
 * @job: a job
 *
 * Returns: (transfer none) (nullable): the target
 */
GstPublishTarget *
gst_publish_job_get_target (const GstPublishJob * job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return job->target;
}

/**
 * gst_publish_job_get_n_encoders:
 * @job: a job
 *
 * Returns: how many renditions there are; 0 if the job says nothing about
 *   encoding
 */
guint
gst_publish_job_get_n_encoders (const GstPublishJob * job)
{
  g_return_val_if_fail (job != NULL, 0);

  return job->n_encoders;
}

/**
 * gst_publish_job_get_encoder:
 * @job: a job
 * @index: which rendition; 0 is the one that gives the canvas its size
 *
 * Returns: (transfer none) (nullable): its encoder parameters; %NULL beyond
 *   the list
 */
GstPublishEncoderParams *
gst_publish_job_get_encoder (const GstPublishJob * job, guint index)
{
  g_return_val_if_fail (job != NULL, NULL);

  return index < job->n_encoders ? job->encoders[index] : NULL;
}

/**
 * gst_publish_job_get_mixing:
 * @job: a job
 *
 * Returns: (transfer none) (nullable): the mixing config
 */
GstPublishMixingConfig *
gst_publish_job_get_mixing (const GstPublishJob * job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return job->mixing;
}
