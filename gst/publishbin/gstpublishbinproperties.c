/* publishbin's properties, and the task that they make.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstpublishbinprivate.h"

#define DEFAULT_LATENCY (200 * GST_MSECOND)

enum
{
  PROP_TARGET = 1,
  PROP_ENCODER,
  PROP_MIXING,
  PROP_JOB_LOCATION,
  PROP_VIDEO_ENCODER,
  PROP_SINK_PROPERTIES,
  PROP_LATENCY,
  PROP_STATS,
  N_PROPERTIES
};

void
publish_bin_copy_settings (GstPublishBin * self, PubSettings * settings)
{
  GST_OBJECT_LOCK (self);
  settings->video_encoder = g_strdup (self->video_encoder);
  settings->sink_properties = self->sink_properties ?
      gst_structure_copy (self->sink_properties) : NULL;
  settings->latency = self->latency;
  GST_OBJECT_UNLOCK (self);
}

/* --- the task of the properties --- */

static void
parts_clear (PublishParts * parts)
{
  g_clear_pointer (&parts->target, g_free);
  g_clear_pointer (&parts->encoder, g_free);
  g_clear_pointer (&parts->mixing, g_free);
}

static void
parts_copy (PublishParts * to, const PublishParts * from)
{
  to->target = g_strdup (from->target);
  to->encoder = g_strdup (from->encoder);
  to->mixing = g_strdup (from->mixing);
}

/* own_lock held, so that the worker can tell of the task's end only when its id
 * is known. */
static void
start_own_task (GstPublishBin * self, const PublishParts * parts)
{
  PubSettings settings;

  publish_bin_copy_settings (self, &settings);
  self->own_task = pub_room_start (self->room, parts->target, parts->encoder,
      parts->mixing, &settings, TRUE);
}

/* own_lock held. The properties are what the task is. */
static void
reload_parts (GstPublishBin * self)
{
  PublishParts parts = { NULL, };

  if (!pub_room_get_parts (self->room, self->own_task, &parts.target,
          &parts.encoder, &parts.mixing))
    return;
  GST_OBJECT_LOCK (self);
  parts_clear (&self->parts);
  self->parts = parts;
  GST_OBJECT_UNLOCK (self);
}

/* Starts the task, or updates it, if the element runs. */
void
publish_bin_use_parts (GstPublishBin * self)
{
  PublishParts parts;

  g_mutex_lock (&self->own_lock);
  GST_OBJECT_LOCK (self);
  parts_copy (&parts, &self->parts);
  GST_OBJECT_UNLOCK (self);
  if (!self->own_task && parts.target)
    start_own_task (self, &parts);
  else if (self->own_task && (!pub_room_update (self->room, self->own_task,
              parts.target, parts.encoder, parts.mixing) || !parts.target
          || !parts.encoder || !parts.mixing))
    /* it is refused, or some of it stays as it was */
    reload_parts (self);
  g_mutex_unlock (&self->own_lock);
  parts_clear (&parts);
}

/* The worker: an update of @task_id was refused. FALSE: it is not that of the
 * properties. */
gboolean
publish_bin_take_back_parts (GstPublishBin * self, const gchar * task_id)
{
  gboolean own;

  g_mutex_lock (&self->own_lock);
  own = g_strcmp0 (self->own_task, task_id) == 0;
  if (own)
    reload_parts (self);
  g_mutex_unlock (&self->own_lock);
  return own;
}

/* The worker: @task_id has ended. */
void
publish_bin_forget_own_task (GstPublishBin * self, const gchar * task_id)
{
  g_mutex_lock (&self->own_lock);
  if (g_strcmp0 (self->own_task, task_id) == 0)
    g_clear_pointer (&self->own_task, g_free);
  g_mutex_unlock (&self->own_lock);
}

/* Object lock held. What was set by @way is good: what was refused of that is
 * forgotten, and with a whole job all that was. */
static void
forget_refused (GstPublishBin * self, PublishWay way)
{
  guint i;

  for (i = 0; i < PUBLISH_N_WAYS; i++) {
    if (i == way || way == PUBLISH_BY_JOB)
      g_clear_error (&self->refused[i]);
  }
}

/* Takes @parts and @error. What is refused makes the next state change from
 * NULL fail, unless something good has been set by the same @way; while running
 * it is a warning, and nothing changes. */
static void
set_parts (GstPublishBin * self, PublishWay way, PublishParts * parts,
    GError * error)
{
  gboolean running = GST_STATE (self) > GST_STATE_READY;
  GstPublishJob *job = NULL;

  if (!error)
    job = gst_publish_job_new_from_parts (parts->target, parts->encoder,
        parts->mixing, &error);
  g_clear_pointer (&job, gst_publish_job_unref);
  GST_OBJECT_LOCK (self);
  if (!error) {
    forget_refused (self, way);
    parts_clear (&self->parts);
    self->parts = *parts;
  } else {
    parts_clear (parts);
    g_clear_error (&self->refused[way]);
    if (GST_STATE (self) == GST_STATE_NULL)
      self->refused[way] = g_error_copy (error);
  }
  GST_OBJECT_UNLOCK (self);
  if (!error && running)
    publish_bin_use_parts (self);
  else if (error && GST_STATE (self) != GST_STATE_NULL)
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", error->message),
        ("what runs goes on"));
  g_clear_error (&error);
}

static void
set_part (GstPublishBin * self, PublishWay way, const gchar * json)
{
  gchar **part;
  PublishParts parts;

  GST_OBJECT_LOCK (self);
  parts_copy (&parts, &self->parts);
  GST_OBJECT_UNLOCK (self);
  part = way == PUBLISH_BY_TARGET ? &parts.target : way == PUBLISH_BY_ENCODER ?
      &parts.encoder : &parts.mixing;
  g_free (*part);
  *part = g_strdup (json);
  set_parts (self, way, &parts, NULL);
}

static void
set_job_location (GstPublishBin * self, const gchar * location)
{
  PublishParts parts = { NULL, };
  GError *error = NULL;
  GstPublishJob *job = NULL;
  gchar *json = NULL;

  GST_OBJECT_LOCK (self);
  g_free (self->job_location);
  self->job_location = g_strdup (location);
  if (!location || !*location)
    g_clear_error (&self->refused[PUBLISH_BY_JOB]);
  GST_OBJECT_UNLOCK (self);
  if (!location || !*location)
    return;
  json = gst_publish_document_load (location, &error);
  if (json)
    job = gst_publish_job_new_from_json (json, &error);
  g_free (json);
  if (job && !gst_publish_job_get_target (job))
    g_set_error (&error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "target: is missing; it says what is published and where to");
  else if (job)
    gst_publish_job_to_parts (job, &parts.target, &parts.encoder,
        &parts.mixing);
  g_clear_pointer (&job, gst_publish_job_unref);
  set_parts (self, PUBLISH_BY_JOB, &parts, error);
}

/* --- properties --- */

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);

  switch (id) {
    case PROP_TARGET:
      set_part (self, PUBLISH_BY_TARGET, g_value_get_string (value));
      return;
    case PROP_ENCODER:
      set_part (self, PUBLISH_BY_ENCODER, g_value_get_string (value));
      return;
    case PROP_MIXING:
      set_part (self, PUBLISH_BY_MIXING, g_value_get_string (value));
      return;
    case PROP_JOB_LOCATION:
      set_job_location (self, g_value_get_string (value));
      return;
    default:
      break;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_VIDEO_ENCODER:
      g_free (self->video_encoder);
      self->video_encoder = g_value_dup_string (value);
      break;
    case PROP_SINK_PROPERTIES:
      g_clear_pointer (&self->sink_properties, gst_structure_free);
      if (gst_value_get_structure (value))
        self->sink_properties =
            gst_structure_copy (gst_value_get_structure (value));
      break;
    case PROP_LATENCY:
      self->latency = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

/* (transfer full) (nullable) */
static gchar *
redacted_target (GstPublishBin * self)
{
  GstPublishTarget *target = NULL;
  gchar *json, *shown = NULL;

  GST_OBJECT_LOCK (self);
  json = g_strdup (self->parts.target);
  GST_OBJECT_UNLOCK (self);
  if (json)
    target = gst_publish_target_new_from_json (json, NULL);
  if (target)
    shown = gst_publish_target_to_json_redacted (target);
  g_clear_pointer (&target, gst_publish_target_unref);
  g_free (json);
  return shown;
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);

  if (id == PROP_TARGET) {
    g_value_take_string (value, redacted_target (self));
    return;
  }
  if (id == PROP_STATS) {
    g_value_take_boxed (value, pub_room_stats (self->room));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ENCODER:
      g_value_set_string (value, self->parts.encoder);
      break;
    case PROP_MIXING:
      g_value_set_string (value, self->parts.mixing);
      break;
    case PROP_JOB_LOCATION:
      g_value_set_string (value, self->job_location);
      break;
    case PROP_VIDEO_ENCODER:
      g_value_set_string (value, self->video_encoder);
      break;
    case PROP_SINK_PROPERTIES:
      gst_value_set_structure (value, self->sink_properties);
      break;
    case PROP_LATENCY:
      g_value_set_uint64 (value, self->latency);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

void
publish_bin_init_properties (GstPublishBin * self)
{
  g_mutex_init (&self->own_lock);
  self->latency = DEFAULT_LATENCY;
}

void
publish_bin_clear_properties (GstPublishBin * self)
{
  parts_clear (&self->parts);
  g_free (self->job_location);
  forget_refused (self, PUBLISH_BY_JOB);
  g_free (self->own_task);
  g_mutex_clear (&self->own_lock);
  g_free (self->video_encoder);
  g_clear_pointer (&self->sink_properties, gst_structure_free);
}

void
publish_bin_install_properties (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_PLAYING;
  GParamSpec *properties[N_PROPERTIES] = { NULL, };

  klass->set_property = set_property;
  klass->get_property = get_property;

  /**
   * GstPublishBin:target:
   *
   * The `target` of a job in JSON. With it the element has a task of its own,
   * which is started with the element and updated when a part is set. When it
   * cannot start, or ends in failure, the element posts an ERROR; an update that
   * is refused is a WARNING, and the properties are what runs. What is refused in
   * NULL keeps the element from starting until something good is set in its
   * place. %NULL leaves a part of a task that runs as it is. Reads back
   * redacted.
   */
  properties[PROP_TARGET] = g_param_spec_string ("target", "Target",
      "The target of the element's own task as JSON (reads back redacted)",
      NULL, flags);

  /**
   * GstPublishBin:encoder:
   *
   * The `encoder` of that job, an object or an array.
   */
  properties[PROP_ENCODER] = g_param_spec_string ("encoder", "Encoder",
      "The encoder parameters of the element's own task as JSON", NULL, flags);

  /**
   * GstPublishBin:mixing:
   *
   * The `mixing` of that job.
   */
  properties[PROP_MIXING] = g_param_spec_string ("mixing", "Mixing",
      "The mixing config of the element's own task as JSON", NULL, flags);

  /**
   * GstPublishBin:job-location:
   *
   * A file with the whole job, read when this is set: instead of the other
   * three, and what a launch line wants.
   */
  properties[PROP_JOB_LOCATION] = g_param_spec_string ("job-location",
      "Job location", "File with the job of the element's own task, read when"
      " this is set", NULL, flags);

  /**
   * GstPublishBin:video-encoder:
   *
   * The element that encodes video, with properties as in a launch line
   * ("x264enc speed-preset=fast"). Size, rate, GOP and bitrate are set by the
   * job, also where an `option-string` says otherwise. By default x264enc for live streams, veryfast. Counts for tasks started
   * from now on.
   */
  properties[PROP_VIDEO_ENCODER] = g_param_spec_string ("video-encoder",
      "Video encoder", "Element that encodes video, with properties as in a"
      " launch line (default: x264enc for live streams, veryfast)", NULL,
      flags);

  /**
   * GstPublishBin:sink-properties:
   *
   * Properties for each relaypublishsink, such as
   * "properties,retry-interval=(guint64)500000000". Counts for tasks started
   * from now on.
   */
  properties[PROP_SINK_PROPERTIES] = g_param_spec_boxed ("sink-properties",
      "Sink properties", "Properties for the relaypublishsink of each task",
      GST_TYPE_STRUCTURE, flags);

  /**
   * GstPublishBin:latency:
   *
   * How late a stream may be, in ns, before a mix goes on without. Counts for
   * tasks started from now on.
   */
  properties[PROP_LATENCY] = g_param_spec_uint64 ("latency", "Latency",
      "How late a stream may be before a mix goes on without, in ns", 0,
      10 * GST_SECOND, DEFAULT_LATENCY, flags);

  /**
   * GstPublishBin:stats:
   *
   * A structure with `tasks`, a list of structures with `task-id`, `mode`,
   * `targets` (as in the stats of relaypublishsink) and, for a mix with video,
   * `canvas` (the stats of layoutcompositor).
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "How each task is doing", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (klass, N_PROPERTIES, properties);
}
