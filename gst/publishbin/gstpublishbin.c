/* publishbin as its user sees it: properties, signals, pads, states.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-publishbin
 * @title: publishbin
 *
 * publishbin is a room: its pads are the streams of its users, and its tasks
 * publish them. A task either relays one user's stream as it comes or composes
 * everyone into one picture and one sound; what it makes goes to any number of
 * CDNs, each of which may fail and come back alone (see relaypublishsink).
 *
 * Request a pad for each stream, of whatever media, and say on it whose it is:
 * #GstPublishBinPad:user-id, #GstPublishBinPad:room-id,
 * #GstPublishBinPad:stream-type. Pads come and go while tasks run; stop or block
 * who sends before its pad is released, as with any element. A stream is
 * decoded only if a task needs that, and once for all tasks. Streams are
 * expected live, in their own time; put a clocksync in front for a file.
 *
 * |[
 * gst-launch-1.0 -e publishbin name=room job-location=job.json sink_0::user-id=jerry sink_1::user-id=jerry videotestsrc is-live=true pattern=ball ! room.sink_0 audiotestsrc is-live=true ! room.sink_1
 * ]| Publishes as the file says. From a launch line there is one task, that of
 * the properties; an application starts any number of them:
 *
 * |[<!-- language="C" -->
 * g_signal_emit_by_name (room, "start-publish", target, encoder, mixing, &id);
 * ]|
 *
 * The parts of a job are described with #GstPublishJob. A relay
 * (`big-to-cdn`, `sub-to-cdn`) sends the stream of `target.owner`: H.264 and AAC
 * are never touched, other audio is made AAC, other video is encoded only if
 * there are encoder parameters, and refused otherwise. A relay that has no
 * stream of its user yet waits, and tells `connecting`. A mix (`mix-to-cdn`)
 * flows whether anyone sends or not. With several encoder parameters there are
 * several renditions, and the urls get them in turn: the first url the first
 * one, and so on. The first with video gives the canvas its size.
 *
 * A task ends when it is stopped, when `target.owner` has been there and leaves
 * (its last stream ends or its last pad is released), or when every pad has
 * ended; else it goes on.
 *
 * ## Messages
 *
 * Every signal is an element message of the same name too, with the fields
 * `task-id`, `url` (redacted), `state`, `code` and `message` as far as the
 * signal has them. `layout-applied`, of a mix, is that of layoutcompositor with
 * `task-id`; its running times count from the task's begin. `congestion` has
 * `task-id`, `url` and `queue` (ms).
 *
 * Threads: signals are emitted from the element's own worker thread, with no
 * lock held. A handler may call action signals, request and release pads, but
 * must not change the element's state.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstpublishbin.h"

#include "gstpublishbinpad.h"
#include "pub-private.h"
#include "pub-room.h"

GST_DEBUG_CATEGORY (gst_publish_bin_debug);
#define GST_CAT_DEFAULT gst_publish_bin_debug

#define DEFAULT_LATENCY (200 * GST_MSECOND)

typedef struct
{
  gchar *target, *encoder, *mixing;
} Parts;

struct _GstPublishBin
{
  GstBin parent;

  PubRoom *room;

  /* the object lock guards these */
  Parts parts;                  /* of the task of the properties */
  gchar *job_location;
  GError *job_error;            /* why they were refused */
  gchar *task_id;               /* of that task while it runs */
  gchar *video_encoder;
  GstStructure *sink_properties;
  GstClockTime latency;
};

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

enum
{
  SIGNAL_START_PUBLISH,
  SIGNAL_UPDATE_PUBLISH,
  SIGNAL_STOP_PUBLISH,
  SIGNAL_PUBLISH_STARTED,
  SIGNAL_PUBLISH_UPDATED,
  SIGNAL_PUBLISH_STOPPED,
  SIGNAL_CDN_STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate sink_template =
GST_STATIC_PAD_TEMPLATE ("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS_ANY);

static void child_proxy_init (gpointer iface, gpointer data);

G_DEFINE_TYPE_WITH_CODE (GstPublishBin, gst_publish_bin, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, child_proxy_init));
GST_ELEMENT_REGISTER_DEFINE (publishbin, "publishbin", GST_RANK_NONE,
    GST_TYPE_PUBLISH_BIN);

static GstChildProxyInterface *parent_proxy;

/* --- what the room tells; the worker, no lock --- */

static void
post_element (GstPublishBin * self, GstStructure * s)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), s));
}

static void
tell (GstPublishBin * self, guint signal, const gchar * name,
    const gchar * task_id, GstPublishCode code, const gchar * message)
{
  post_element (self, gst_structure_new (name,
          "task-id", G_TYPE_STRING, task_id, "code", G_TYPE_INT, code,
          "message", G_TYPE_STRING, message, NULL));
  g_signal_emit (self, signals[signal], 0, task_id, (gint) code, message);
}

static void
on_started (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message, gboolean from_properties)
{
  GstPublishBin *self = data;

  if (from_properties && code != GST_PUBLISH_CODE_OK) {
    GST_OBJECT_LOCK (self);
    g_clear_pointer (&self->task_id, g_free);
    GST_OBJECT_UNLOCK (self);
    /* from a launch line nobody else would notice */
    GST_ELEMENT_ERROR (self, STREAM, FAILED, ("Nothing is published: %s",
            message), (NULL));
  }
  tell (self, SIGNAL_PUBLISH_STARTED, "publish-started", task_id, code,
      message);
}

static void
on_updated (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message)
{
  tell (data, SIGNAL_PUBLISH_UPDATED, "publish-updated", task_id, code,
      message);
}

static void
on_stopped (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message, gboolean from_properties)
{
  GstPublishBin *self = data;

  if (from_properties) {
    GST_OBJECT_LOCK (self);
    g_clear_pointer (&self->task_id, g_free);
    GST_OBJECT_UNLOCK (self);
  }
  if (code != GST_PUBLISH_CODE_OK && code != GST_PUBLISH_CODE_UNKNOWN_TASK)
    GST_ELEMENT_WARNING (self, STREAM, FAILED, ("%s has stopped: %s", task_id,
            message), (NULL));
  tell (self, SIGNAL_PUBLISH_STOPPED, "publish-stopped", task_id, code,
      message);
}

static void
on_cdn_state (gpointer data, const gchar * task_id, const gchar * url,
    GstPublishCdnState state, GstPublishCode code, const gchar * message)
{
  GstPublishBin *self = data;
  gchar *shown = gst_publish_url_redact (url);

  GST_INFO_OBJECT (self, "%s, %s: %s, %s %s", task_id, shown,
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CDN_STATE, state),
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code), message);
  post_element (self, gst_structure_new ("cdn-state-changed",
          "task-id", G_TYPE_STRING, task_id, "url", G_TYPE_STRING, shown,
          "state", GST_TYPE_PUBLISH_CDN_STATE, state,
          "code", G_TYPE_INT, code, "message", G_TYPE_STRING, message, NULL));
  g_free (shown);
  g_signal_emit (self, signals[SIGNAL_CDN_STATE_CHANGED], 0, task_id, url,
      state, (gint) code, message);
}

static void
on_warning (gpointer data, const gchar * message)
{
  GST_ELEMENT_WARNING (data, STREAM, FAILED, ("%s", message), (NULL));
}

static void
on_ended (gpointer data)
{
  gst_element_post_message (data, gst_message_new_eos (data));
}

static const PubRoomFuncs room_funcs = {
  on_started, on_updated, on_stopped, on_cdn_state, on_warning, on_ended
};

/* --- action signals --- */

static void
copy_settings (GstPublishBin * self, PubSettings * settings)
{
  GST_OBJECT_LOCK (self);
  settings->video_encoder = g_strdup (self->video_encoder);
  settings->sink_properties = self->sink_properties ?
      gst_structure_copy (self->sink_properties) : NULL;
  settings->latency = self->latency;
  GST_OBJECT_UNLOCK (self);
}

static gchar *
start_publish (GstPublishBin * self, const gchar * target,
    const gchar * encoder, const gchar * mixing)
{
  PubSettings settings;

  copy_settings (self, &settings);
  return pub_room_start (self->room, target, encoder, mixing, &settings, FALSE);
}

static gboolean
update_publish (GstPublishBin * self, const gchar * task_id,
    const gchar * target, const gchar * encoder, const gchar * mixing)
{
  return pub_room_update (self->room, task_id ? task_id : "", target, encoder,
      mixing);
}

static gboolean
stop_publish (GstPublishBin * self, const gchar * task_id)
{
  return pub_room_stop (self->room, task_id ? task_id : "");
}

/* --- the task of the properties --- */

static void
parts_clear (Parts * parts)
{
  g_clear_pointer (&parts->target, g_free);
  g_clear_pointer (&parts->encoder, g_free);
  g_clear_pointer (&parts->mixing, g_free);
}

static void
parts_copy (Parts * to, const Parts * from)
{
  to->target = g_strdup (from->target);
  to->encoder = g_strdup (from->encoder);
  to->mixing = g_strdup (from->mixing);
}

/* Starts the task, or updates it, if the element runs. */
static void
use_parts (GstPublishBin * self)
{
  PubSettings settings;
  Parts parts;
  gchar *id;

  GST_OBJECT_LOCK (self);
  parts_copy (&parts, &self->parts);
  id = g_strdup (self->task_id);
  GST_OBJECT_UNLOCK (self);
  if (id) {
    pub_room_update (self->room, id, parts.target, parts.encoder, parts.mixing);
  } else if (parts.target) {
    copy_settings (self, &settings);
    id = pub_room_start (self->room, parts.target, parts.encoder,
        parts.mixing, &settings, TRUE);
    GST_OBJECT_LOCK (self);
    g_free (self->task_id);
    self->task_id = g_strdup (id);
    GST_OBJECT_UNLOCK (self);
  }
  g_free (id);
  parts_clear (&parts);
}

/* Takes @parts and @error. What is refused makes the next state change from
 * NULL fail; while running it is a warning, and nothing changes. */
static void
set_parts (GstPublishBin * self, Parts * parts, GError * error)
{
  gboolean running = GST_STATE (self) > GST_STATE_READY;
  GstPublishJob *job = NULL;

  if (!error)
    job = gst_publish_job_new_from_parts (parts->target, parts->encoder,
        parts->mixing, &error);
  g_clear_pointer (&job, gst_publish_job_unref);
  GST_OBJECT_LOCK (self);
  g_clear_error (&self->job_error);
  if (!error) {
    parts_clear (&self->parts);
    self->parts = *parts;
  } else {
    parts_clear (parts);
    if (GST_STATE (self) == GST_STATE_NULL)
      self->job_error = g_error_copy (error);
  }
  GST_OBJECT_UNLOCK (self);
  if (!error && running)
    use_parts (self);
  else if (error && GST_STATE (self) != GST_STATE_NULL)
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", error->message),
        ("what runs goes on"));
  g_clear_error (&error);
}

static void
set_part (GstPublishBin * self, guint id, const gchar * json)
{
  gchar **part;
  Parts parts;

  GST_OBJECT_LOCK (self);
  parts_copy (&parts, &self->parts);
  GST_OBJECT_UNLOCK (self);
  part = id == PROP_TARGET ? &parts.target : id == PROP_ENCODER ?
      &parts.encoder : &parts.mixing;
  g_free (*part);
  *part = g_strdup (json);
  set_parts (self, &parts, NULL);
}

static void
set_job_location (GstPublishBin * self, const gchar * location)
{
  Parts parts = { NULL, };
  GError *error = NULL;
  GstPublishJob *job = NULL;
  gchar *json = NULL;

  GST_OBJECT_LOCK (self);
  g_free (self->job_location);
  self->job_location = g_strdup (location);
  GST_OBJECT_UNLOCK (self);
  if (!location || !*location)
    return;
  json = gst_publish_document_load (location, &error);
  if (json)
    job = gst_publish_job_new_from_json (json, &error);
  g_free (json);
  if (job)
    gst_publish_job_to_parts (job, &parts.target, &parts.encoder,
        &parts.mixing);
  g_clear_pointer (&job, gst_publish_job_unref);
  set_parts (self, &parts, error);
}

/* --- pads and states --- */

static GstPad *
request_new_pad (GstElement * element, GstPadTemplate * templ,
    const gchar * name, const GstCaps * caps)
{
  GstPublishBin *self = GST_PUBLISH_BIN (element);
  GstPad *other = name ? gst_element_get_static_pad (element, name) : NULL;
  GstPad *pad;

  if (other) {
    GST_WARNING_OBJECT (self, "there is a pad \"%s\" already", name);
    gst_object_unref (other);
    return NULL;
  }
  pad = pub_room_request (self->room, templ, name);
  if (!pad)
    return NULL;
  gst_element_add_pad (element, pad);
  gst_child_proxy_child_added (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  return pad;
}

static void
release_pad (GstElement * element, GstPad * pad)
{
  gst_object_ref (pad);
  if (pub_room_release (GST_PUBLISH_BIN (element)->room, pad)) {
    gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
        GST_OBJECT_NAME (pad));
    gst_element_remove_pad (element, pad);
  }
  gst_object_unref (pad);
}

static gboolean
check_job (GstPublishBin * self)
{
  GError *error = NULL;

  GST_OBJECT_LOCK (self);
  if (self->job_error)
    error = g_error_copy (self->job_error);
  GST_OBJECT_UNLOCK (self);
  if (!error)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("%s", error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  GstPublishBin *self = GST_PUBLISH_BIN (element);
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!check_job (self))
        return GST_STATE_CHANGE_FAILURE;
      pub_room_open (self->room);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      pub_room_set_flushing (self->room, FALSE);
      use_parts (self);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      pub_room_set_flushing (self->room, TRUE);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_publish_bin_parent_class)->change_state
      (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_FAILURE)
        pub_room_stop_all (self->room);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      pub_room_stop_all (self->room);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      pub_room_close (self->room);
      break;
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        pub_room_close (self->room);
      break;
    default:
      break;
  }
  return ret;
}

/* A mix is a source, so the end of the pipeline is told to the element too. */
static gboolean
send_event (GstElement * element, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS (gst_publish_bin_parent_class)->send_event
        (element, event);
  gst_event_unref (event);
  pub_room_end (GST_PUBLISH_BIN (element)->room);
  return TRUE;
}

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
  if (gst_structure_has_name (s, "layout-applied")) {
    told = gst_structure_copy (s);
    gst_structure_set (told, "task-id", G_TYPE_STRING, child, NULL);
    post_element (self, told);
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
  post_element (self, told);
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

static void
handle_message (GstBin * bin, GstMessage * message)
{
  GstPublishBin *self = GST_PUBLISH_BIN (bin);
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
  if (taken)
    gst_message_unref (message);
  else
    GST_BIN_CLASS (gst_publish_bin_parent_class)->handle_message (bin, message);
}

/* --- pads as children: sink_0::user-id=jerry in a launch line --- */

static GObject *
get_child_by_name (GstChildProxy * proxy, const gchar * name)
{
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (proxy), name);

  return pad ? G_OBJECT (pad) : parent_proxy->get_child_by_name (proxy, name);
}

static GObject *
get_child_by_index (GstChildProxy * proxy, guint index)
{
  GObject *child;
  guint n;

  GST_OBJECT_LOCK (proxy);
  n = GST_ELEMENT (proxy)->numsinkpads;
  child = g_list_nth_data (GST_ELEMENT (proxy)->sinkpads, index);
  if (child)
    gst_object_ref (child);
  GST_OBJECT_UNLOCK (proxy);
  return child ? child : parent_proxy->get_child_by_index (proxy, index - n);
}

static guint
get_children_count (GstChildProxy * proxy)
{
  guint n;

  GST_OBJECT_LOCK (proxy);
  n = GST_ELEMENT (proxy)->numsinkpads;
  GST_OBJECT_UNLOCK (proxy);
  return n + parent_proxy->get_children_count (proxy);
}

static void
child_proxy_init (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  parent_proxy = g_type_interface_peek_parent (iface);
  proxy->get_child_by_name = get_child_by_name;
  proxy->get_child_by_index = get_child_by_index;
  proxy->get_children_count = get_children_count;
}

/* --- properties --- */

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);

  switch (id) {
    case PROP_TARGET:
    case PROP_ENCODER:
    case PROP_MIXING:
      set_part (self, id, g_value_get_string (value));
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

static void
dispose (GObject * object)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);
  GstElement *element = GST_ELEMENT (object);

  /* while what is behind them is still there */
  while (element->sinkpads)
    gst_element_release_request_pad (element, element->sinkpads->data);
  g_clear_pointer (&self->room, pub_room_free);
  G_OBJECT_CLASS (gst_publish_bin_parent_class)->dispose (object);
}

static void
finalize (GObject * object)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);

  parts_clear (&self->parts);
  g_free (self->job_location);
  g_clear_error (&self->job_error);
  g_free (self->task_id);
  g_free (self->video_encoder);
  g_clear_pointer (&self->sink_properties, gst_structure_free);
  G_OBJECT_CLASS (gst_publish_bin_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_PLAYING;
  GParamSpec *properties[N_PROPERTIES] = { NULL, };

  /**
   * GstPublishBin:target:
   *
   * The `target` of a job in JSON. With it the element has a task of its own,
   * which is started with the element and updated when a part is set. Reads back
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
   * job. By default x264enc for live streams, veryfast. Counts for tasks started
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

static void
install_action_signals (GType type)
{
  /**
   * GstPublishBin::start-publish:
   * @target: the `target` of a job in JSON
   * @encoder: (nullable): the `encoder`, an object or an array
   * @mixing: (nullable): the `mixing`
   *
   * Starts a task. #GstPublishBin::publish-started tells what came of it. From
   * any thread; in NULL the task waits until the element starts.
   *
   * Returns: (transfer full) (nullable): the task's id; %NULL if the job is
   *   refused
   */
  signals[SIGNAL_START_PUBLISH] = g_signal_new_class_handler ("start-publish",
      type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (start_publish),
      NULL, NULL, NULL, G_TYPE_STRING, 3, G_TYPE_STRING, G_TYPE_STRING,
      G_TYPE_STRING);

  /**
   * GstPublishBin::update-publish:
   * @task_id: of the task
   * @target: (nullable): the new `target`, %NULL leaves it as it is
   * @encoder: (nullable): likewise; a running task keeps its encoders
   * @mixing: (nullable): likewise
   *
   * Changes the targets and the mixing config of a task. What stays is not
   * interrupted. #GstPublishBin::publish-updated tells what came of it.
   *
   * Returns: %FALSE if it is refused
   */
  signals[SIGNAL_UPDATE_PUBLISH] =
      g_signal_new_class_handler ("update-publish", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (update_publish), NULL,
      NULL, NULL, G_TYPE_BOOLEAN, 4, G_TYPE_STRING, G_TYPE_STRING,
      G_TYPE_STRING, G_TYPE_STRING);

  /**
   * GstPublishBin::stop-publish:
   * @task_id: of the task; "" is all of them
   *
   * Ends a task in good order. #GstPublishBin::publish-stopped tells when that
   * is done.
   *
   * Returns: %FALSE if there is none
   */
  signals[SIGNAL_STOP_PUBLISH] = g_signal_new_class_handler ("stop-publish",
      type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (stop_publish),
      NULL, NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

static guint
new_signal (GType type, const gchar * name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_INT, G_TYPE_STRING);
}

static void
install_signals (GType type)
{
  /**
   * GstPublishBin::publish-started:
   * @task_id: of the task; "" if the job was refused
   * @code: a #GstPublishCode, 0 if it runs
   * @message: why not, in words
   */
  signals[SIGNAL_PUBLISH_STARTED] = new_signal (type, "publish-started");

  /**
   * GstPublishBin::publish-updated:
   * @task_id: as it was given
   * @code: a #GstPublishCode, 0 if the update was accepted
   * @message: why not, in words
   */
  signals[SIGNAL_PUBLISH_UPDATED] = new_signal (type, "publish-updated");

  /**
   * GstPublishBin::publish-stopped:
   * @task_id: as it was given
   * @code: a #GstPublishCode, 0 if it ended in good order
   * @message: why it ended, in words
   *
   * A task has ended, of whatever reason, or is not known.
   */
  signals[SIGNAL_PUBLISH_STOPPED] = new_signal (type, "publish-stopped");

  /**
   * GstPublishBin::cdn-state-changed:
   * @task_id: of the task
   * @url: of the target, with its secrets
   * @state: the state
   * @code: why, a #GstPublishCode
   * @message: why, in words, without secrets
   *
   * For every change, and every 5 s while connecting or reconnecting.
   */
  signals[SIGNAL_CDN_STATE_CHANGED] = g_signal_new ("cdn-state-changed", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5, G_TYPE_STRING,
      G_TYPE_STRING, GST_TYPE_PUBLISH_CDN_STATE, G_TYPE_INT, G_TYPE_STRING);
}

static void
gst_publish_bin_class_init (GstPublishBinClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_publish_bin_debug, "publishbin", 0,
      "publishes a room");

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  GST_BIN_CLASS (klass)->handle_message = handle_message;

  install_properties (object_class);
  install_action_signals (G_TYPE_FROM_CLASS (klass));
  install_signals (G_TYPE_FROM_CLASS (klass));

  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &sink_template, GST_TYPE_PUBLISH_BIN_PAD);
  gst_element_class_set_static_metadata (element_class, "Publish bin",
      "Sink/Network", "Relays or mixes the streams of a room and publishes"
      " them to CDNs", "gst-plugins-publish");
  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_BIN_PAD, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_CDN_STATE, 0);
}

static void
gst_publish_bin_init (GstPublishBin * self)
{
  self->latency = DEFAULT_LATENCY;
  /* it stays both, whatever tasks there are */
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SOURCE |
      GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  self->room = pub_room_new (GST_BIN (self), &room_funcs, self);
}
