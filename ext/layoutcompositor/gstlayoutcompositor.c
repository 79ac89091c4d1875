/* gstlayoutcompositor.c: composes participants by a mixing config
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The element as its user sees it: properties, signals, pads, states. What it
 * does with frames is in gstlayoutcompositorstream.c.
 */

/**
 * SECTION:element-layoutcompositor
 * @title: layoutcompositor
 *
 * layoutcompositor draws the pictures of many participants on one canvas, as
 * a mixing config says: which rectangle shows whom, over what background, how
 * a picture of another shape is put in.
 *
 * Every sink pad carries one stream of one user: #GstLayoutCompositorPad:user-id,
 * #GstLayoutCompositorPad:room-id, #GstLayoutCompositorPad:stream-type. A
 * layout with a fixed user shows that user and no one else; the others are
 * filled by the rest in order of arrival. Who has a slot keeps it; a freed
 * slot goes to the first who waits.
 *
 * The config is JSON, a mixing object or a whole job, given as
 * #GstLayoutCompositor:mixing-config or, from a launch line,
 * #GstLayoutCompositor:mixing-config-location. It may be changed at any time:
 * one frame shows the layouts of the old config, the next those of the new one;
 * of images and texts see below. A config that cannot be accepted leaves the
 * running one as it is. Without any config the participants stand in a grid.
 * The z-order is the config's; the pads' property `zorder`, which every video
 * aggregator has, is not used.
 *
 * A layout always shows something: the user's picture; when no more comes the
 * last one, for #GstLayoutCompositor:stall-timeout; then the placeholder
 * image; or else the layout's colour. Images and texts (name labels,
 * watermarks) are made ready in a thread of their own, so that no frame of a
 * live canvas is late for them: what a new config only moves is at its new place
 * at once, what it has in another size is shown as it was until that is ready,
 * and what it adds appears when it is ready. A canvas that is not live waits for
 * them, five seconds at most for each config, but not while a pad is released or
 * a seek flushes.
 *
 * The canvas is as large and as fast as downstream's caps say, else as the
 * encoder of the job, else 1280x720 at 15 frames a second. It is I420 or NV12,
 * and bt709 unless the caps say otherwise. Inputs may have any raw format,
 * size, rate, pixel aspect ratio and rotation tag, each pad its own, and may
 * change them; those with alpha are blended.
 *
 * ## Example launch lines
 *
 * |[
 * gst-launch-1.0 layoutcompositor name=mix sink_0::user-id=jerry sink_1::user-id=mike ! video/x-raw,width=640,height=360 ! videoconvert ! autovideosink videotestsrc pattern=ball ! mix.sink_0 videotestsrc pattern=smpte ! mix.sink_1
 * ]| Two participants in a grid.
 * |[
 * gst-launch-1.0 layoutcompositor name=mix force-live=true mixing-config-location=case-1-four-users.json sink_0::user-id=jerry sink_0::room-id=1234 ! videoconvert ! autovideosink videotestsrc is-live=true pattern=ball ! queue ! mix.sink_0
 * ]| A live canvas that flows whether anyone sends or not; the config is one of
 * those in tests/examples.
 *
 * ## Messages
 *
 * On the first frame that is drawn with a config the element posts an element
 * message `layout-applied` with the fields
 *
 * * `serial` (#guint): counted from 1 for every config that was accepted
 * * `running-time` (#guint64, nanoseconds): of that frame
 * * `slot-policy` (#GstPublishSlotPolicy): by which free layouts were filled
 * * `speaker` (#GstStructure, only with the policy `speaker` and once somebody
 *   spoke): `user-id`, `room-id`, `stream-type` and `pad`
 * * `slots` (#GstValueArray of #GstStructure): for each layout `layout`
 *   (#gint, its index), `shows` (#gchararray: `live`, `held`, `placeholder` or
 *   `color`) and, if a user is in it, `user-id`, `room-id`, `stream-type` and
 *   `pad`
 *
 * When who is in which slot, or who the speaker is, changes without a new
 * config (somebody came or left, spoke, or has another priority), the first
 * frame that shows it is told by an element message `slots-changed`, with the
 * fields of `layout-applied`; its `serial` is that of the config that is
 * shown, 0 without one. A frame has at most one of the two messages.
 *
 * An image that cannot be shown is a WARNING that names its place in the
 * config, once; the picture goes on without it.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstlayoutcompositorpad.h"
#include "gstlayoutcompositorprivate.h"

GST_DEBUG_CATEGORY (layout_compositor_debug);
#define GST_CAT_DEFAULT layout_compositor_debug

/* What setting mixing-config to NULL means: what is shown without a config. */
#define NO_CONFIG "{\"template\":\"grid\"}"

#define DEFAULT_SLOT_POLICY GST_PUBLISH_SLOT_POLICY_JOIN_ORDER
#define DEFAULT_STALL_TIMEOUT (5 * GST_SECOND)
#define DEFAULT_IMAGE_SCHEMES "file,data,http,https"
#define MAX_CHANGE_TIME (10 * GST_SECOND)

enum
{
  PROP_MIXING_CONFIG = 1,
  PROP_MIXING_CONFIG_LOCATION,
  PROP_SLOT_POLICY,
  PROP_STALL_TIMEOUT,
  PROP_TRANSITION_TIME,
  PROP_FADE_TIME,
  PROP_IMAGE_SCHEMES,
  PROP_FORCE_LIVE,
  PROP_STATS,
  N_PROPS
};

enum
{
  SIGNAL_APPLY_CONFIG,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

#define SINK_FORMATS "{ I420, NV12, A420, RGBA, BGRA, ARGB, ABGR, AYUV }"

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (SINK_FORMATS) ";"
        GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, format = (string) { I420, NV12 }, "
        "width = (int) [ 2, 8192 ], height = (int) [ 2, 8192 ], "
        "framerate = (fraction) [ 1/100, 240/1 ], "
        "pixel-aspect-ratio = (fraction) 1/1, "
        "interlace-mode = (string) progressive"));

static void gst_layout_compositor_child_proxy_init (gpointer iface,
    gpointer data);

G_DEFINE_TYPE_WITH_CODE (GstLayoutCompositor, gst_layout_compositor,
    GST_TYPE_VIDEO_AGGREGATOR,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
        gst_layout_compositor_child_proxy_init));

GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (layoutcompositor, "layoutcompositor",
    GST_RANK_NONE, GST_TYPE_LAYOUT_COMPOSITOR,
    GST_DEBUG_CATEGORY_INIT (layout_compositor_debug, "layoutcompositor", 0,
        "layoutcompositor element"));

/* Configs */

/* What #GstLayoutCompositor:mixing-config reads back: @json, unless it has
 * urls, whose stream keys must not be read. */
static gchar *
readable_config (const gchar * json, const GstPublishJob * job)
{
  return gst_publish_job_get_target (job) != NULL ?
      gst_publish_job_to_json_redacted (job) : g_strdup (json);
}

/* Returns what is wrong with @json, or NULL if it was accepted. */
static GError *
accept_config (GstLayoutCompositor * self, const gchar * json)
{
  GError *error = NULL;
  GstPublishJob *job = config_parse (json, &error);

  if (job == NULL)
    return error;

  g_mutex_lock (&self->lock);
  g_free (self->mixing_config);
  self->mixing_config = readable_config (json, job);
  g_clear_error (&self->bad_config);
  config_queue_push (&self->queue, job);
  g_mutex_unlock (&self->lock);

  return NULL;
}

/* A config that came as a property: there is nobody to return an error to. */
static void
set_config (GstLayoutCompositor * self, const gchar * json, GError * error)
{
  if (error == NULL)
    error = accept_config (self, json);
  if (error == NULL)
    return;

  if (GST_STATE (self) > GST_STATE_NULL) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", error->message),
        ("the running config stays"));
    g_error_free (error);
    return;
  }

  g_mutex_lock (&self->lock);
  g_clear_error (&self->bad_config);
  self->bad_config = error;
  g_mutex_unlock (&self->lock);
}

static void
set_config_location (GstLayoutCompositor * self, const gchar * location)
{
  gchar *json = NULL;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  g_free (self->mixing_config_location);
  self->mixing_config_location = g_strdup (location);
  g_mutex_unlock (&self->lock);

  if (location == NULL || *location == '\0')
    return;
  json = gst_publish_document_load (location, &error);
  set_config (self, json, error);
  g_free (json);
}

/* A list with an unknown scheme changes nothing: nobody is to believe that
 * something is allowed, or not, that is otherwise. */
static void
set_image_schemes (GstLayoutCompositor * self, const gchar * schemes)
{
  gchar *wrong = image_schemes_check (schemes != NULL ? schemes : "");

  if (wrong != NULL) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("image-schemes: %s",
            wrong), ("image-schemes stays as it was"));
    g_free (wrong);
    return;
  }

  g_mutex_lock (&self->lock);
  g_free (self->image_schemes);
  self->image_schemes = g_strdup (schemes != NULL ? schemes : "");
  image_store_set_schemes (self->stage.looks->store, self->image_schemes);
  g_mutex_unlock (&self->lock);
}

static gchar *
gst_layout_compositor_apply_config (GstLayoutCompositor * self,
    const gchar * json)
{
  GError *error;
  gchar *message = NULL;

  if (json == NULL)
    return g_strdup ("no config");

  error = accept_config (self, json);
  if (error != NULL) {
    message = g_strdup (error->message);
    g_error_free (error);
  }

  return message;
}

/* States and pads */

static GstStateChangeReturn
gst_layout_compositor_change_state (GstElement * element,
    GstStateChange transition)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (element);
  GstStateChangeReturn ret;
  GError *error = NULL;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    g_mutex_lock (&self->lock);
    if (self->bad_config != NULL)
      error = g_error_copy (self->bad_config);
    g_mutex_unlock (&self->lock);
  }
  if (error != NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("%s", error->message),
        (NULL));
    g_error_free (error);
    return GST_STATE_CHANGE_FAILURE;
  }
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_layout_compositor_hurry (self, TRUE);
  ret = GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_layout_compositor_hurry (self, FALSE);

  return ret;
}

/* A forced live canvas is a source, so the end of the pipeline is sent to it
 * too. The base class ends then, but also sends the event on to an input: that
 * waits for a stream that waits for the canvas, which will never come. */
static gboolean
gst_layout_compositor_send_event (GstElement * element, GstEvent * event)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (element);

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS ||
      !gst_aggregator_get_force_live (GST_AGGREGATOR (self)))
    return GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)->send_event
        (element, event);

  g_mutex_lock (&self->lock);
  self->told_to_end = TRUE;
  g_mutex_unlock (&self->lock);
  gst_event_unref (event);

  return TRUE;
}

static GstPad *
gst_layout_compositor_request_new_pad (GstElement * element,
    GstPadTemplate * templ, const gchar * name, const GstCaps * caps)
{
  GstPad *pad = GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)
      ->request_new_pad (element, templ, name, caps);

  if (pad != NULL)
    gst_child_proxy_child_added (GST_CHILD_PROXY (element), G_OBJECT (pad),
        GST_OBJECT_NAME (pad));

  return pad;
}

static void
gst_layout_compositor_release_pad (GstElement * element, GstPad * pad)
{
  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));

  gst_layout_compositor_hurry (GST_LAYOUT_COMPOSITOR (element), TRUE);
  GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)->release_pad (element,
      pad);
  gst_layout_compositor_hurry (GST_LAYOUT_COMPOSITOR (element), FALSE);
}

static GObject *
get_child_by_index (GstChildProxy * proxy, guint index)
{
  GObject *child;

  GST_OBJECT_LOCK (proxy);
  child = g_list_nth_data (GST_ELEMENT (proxy)->sinkpads, index);
  if (child != NULL)
    gst_object_ref (child);
  GST_OBJECT_UNLOCK (proxy);

  return child;
}

static guint
get_children_count (GstChildProxy * proxy)
{
  guint count;

  GST_OBJECT_LOCK (proxy);
  count = GST_ELEMENT (proxy)->numsinkpads;
  GST_OBJECT_UNLOCK (proxy);

  return count;
}

static void
gst_layout_compositor_child_proxy_init (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  proxy->get_child_by_index = get_child_by_index;
  proxy->get_children_count = get_children_count;
}

static GstStructure *
make_stats (GstLayoutCompositor * self)
{
  GstStructure *s;

  g_mutex_lock (&self->lock);
  s = gst_structure_new ("stats",
      "serial", G_TYPE_UINT, self->active_serial,
      "pending", G_TYPE_UINT, config_queue_length (&self->queue),
      "canvas-width", G_TYPE_INT, self->canvas_width,
      "canvas-height", G_TYPE_INT, self->canvas_height,
      "frames", G_TYPE_UINT64, self->frames,
      "average-draw-time", G_TYPE_UINT64,
      self->frames > 0 ? self->draw_time / self->frames : 0,
      "painted-pixels", G_TYPE_UINT64, self->painted,
      "canvases", G_TYPE_UINT, self->canvases, NULL);
  slots_describe (&self->slots, s);
  g_mutex_unlock (&self->lock);

  return s;
}

static void
gst_layout_compositor_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (object);

  switch (prop_id) {
    case PROP_MIXING_CONFIG:
      set_config (self, g_value_get_string (value) != NULL ?
          g_value_get_string (value) : NO_CONFIG, NULL);
      break;
    case PROP_MIXING_CONFIG_LOCATION:
      set_config_location (self, g_value_get_string (value));
      break;
    case PROP_SLOT_POLICY:
      g_mutex_lock (&self->lock);
      self->slot_policy = g_value_get_enum (value);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_STALL_TIMEOUT:
      g_mutex_lock (&self->lock);
      self->stall_timeout = g_value_get_uint64 (value);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_TRANSITION_TIME:
      g_mutex_lock (&self->lock);
      self->transition_time = g_value_get_uint64 (value);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_FADE_TIME:
      g_mutex_lock (&self->lock);
      self->fade_time = g_value_get_uint64 (value);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_IMAGE_SCHEMES:
      set_image_schemes (self, g_value_get_string (value));
      break;
    case PROP_FORCE_LIVE:
      gst_aggregator_set_force_live (GST_AGGREGATOR (self),
          g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_layout_compositor_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (object);

  switch (prop_id) {
    case PROP_MIXING_CONFIG:
      g_mutex_lock (&self->lock);
      g_value_set_string (value, self->mixing_config);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_MIXING_CONFIG_LOCATION:
      g_mutex_lock (&self->lock);
      g_value_set_string (value, self->mixing_config_location);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_SLOT_POLICY:
      g_mutex_lock (&self->lock);
      g_value_set_enum (value, self->slot_policy);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_STALL_TIMEOUT:
      g_mutex_lock (&self->lock);
      g_value_set_uint64 (value, self->stall_timeout);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_TRANSITION_TIME:
      g_mutex_lock (&self->lock);
      g_value_set_uint64 (value, self->transition_time);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_FADE_TIME:
      g_mutex_lock (&self->lock);
      g_value_set_uint64 (value, self->fade_time);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_IMAGE_SCHEMES:
      g_mutex_lock (&self->lock);
      g_value_set_string (value, self->image_schemes);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_FORCE_LIVE:
      g_value_set_boolean (value,
          gst_aggregator_get_force_live (GST_AGGREGATOR (self)));
      break;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_layout_compositor_finalize (GObject * object)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (object);

  stage_clear (&self->stage);
  config_queue_clear (&self->queue);
  g_clear_error (&self->bad_config);
  g_free (self->mixing_config);
  g_free (self->mixing_config_location);
  g_free (self->image_schemes);
  slots_clear (&self->slots);
  g_queue_clear_full (&self->messages, (GDestroyNotify) gst_message_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_layout_compositor_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * gobject_class)
{
  /**
   * GstLayoutCompositor:mixing-config:
   *
   * The mixing config as JSON: a mixing object, or a whole job. Reads back as
   * the last one that was accepted, urls redacted; %NULL goes back to the grid
   * that is shown without a config. A config that is refused makes the next
   * state change from NULL fail with an ERROR; in other states it is a
   * WARNING and the running config stays.
   */
  properties[PROP_MIXING_CONFIG] = g_param_spec_string ("mixing-config",
      "Mixing config", "The mixing config as JSON, a mixing object or a whole "
      "job; reads back as the last one accepted, urls redacted. One frame shows the old "
      "config, the next the new one. A config that is refused posts a WARNING "
      "and the running one stays; in NULL the next state change fails. In a "
      "launch line use mixing-config-location", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:mixing-config-location:
   *
   * A file that holds the mixing config, read when the property is set.
   */
  properties[PROP_MIXING_CONFIG_LOCATION] =
      g_param_spec_string ("mixing-config-location", "Mixing config location",
      "Path of a JSON file with the mixing config, read when this is set", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:slot-policy:
   *
   * Who fills the layouts without a fixed user.
   */
  properties[PROP_SLOT_POLICY] = g_param_spec_enum ("slot-policy",
      "Slot policy",
      "Who fills the layouts without a fixed user; a slot is kept "
      "by who has it, a freed one goes to the first who waits",
      GST_TYPE_PUBLISH_SLOT_POLICY, DEFAULT_SLOT_POLICY,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:stall-timeout:
   *
   * How long the last picture of a user who sends no more is shown; then the
   * layout's placeholder image, or its colour. Nanoseconds; the maximum is for
   * ever. The only frame of a stream whose caps say 0/1 frames a second is an
   * image, and stands; so does the last one of a screen share (stream type
   * sub) with such caps, which may be sent only when it changes.
   */
  properties[PROP_STALL_TIMEOUT] = g_param_spec_uint64 ("stall-timeout",
      "Stall timeout", "How long the last picture of a user who sends no more "
      "is shown before the placeholder is, in ns; the maximum is for ever",
      0, G_MAXUINT64, DEFAULT_STALL_TIMEOUT,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:transition-time:
   *
   * How long layouts take to move, slowly at both ends, to where a new config
   * or a template has them; 0 shows one frame with all of the old and the next
   * with all of the new. Nanoseconds, up to ten seconds.
   */
  properties[PROP_TRANSITION_TIME] = g_param_spec_uint64 ("transition-time",
      "Transition time", "How long layouts take to move to where a new config "
      "or a template has them, in ns; 0 is at once",
      0, MAX_CHANGE_TIME, 0,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:fade-time:
   *
   * How long a slot takes to change from one content to another: another user,
   * the placeholder. Nanoseconds, up to ten seconds; 0 is at once.
   */
  properties[PROP_FADE_TIME] = g_param_spec_uint64 ("fade-time", "Fade time",
      "How long a slot takes to change from one content to another (another "
      "user, the placeholder), in ns; 0 is at once",
      0, MAX_CHANGE_TIME, 0,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:image-schemes:
   *
   * From where images are loaded: a list of `file`, `data`, `http` and
   * `https`, with commas or spaces between them. It holds for redirects too,
   * and for every image that is asked for after it was set.
   */
  properties[PROP_IMAGE_SCHEMES] = g_param_spec_string ("image-schemes",
      "Image schemes", "From where images are loaded: a list of file, data, "
      "http and https; it holds for redirects too", DEFAULT_IMAGE_SCHEMES,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:force-live:
   *
   * Makes the canvas flow in time whether or not there are inputs. It ends
   * when there are pads and all of them have ended.
   */
  properties[PROP_FORCE_LIVE] = g_param_spec_boolean ("force-live",
      "Force live", "The canvas flows in time whether or not there are inputs, "
      "and ends when there are pads and all have ended (set when made)", FALSE,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_CONSTRUCT_ONLY);

  /**
   * GstLayoutCompositor:stats:
   *
   * A #GstStructure with `serial` (#guint, of the config that is shown, 0 =
   * none), `pending` (#guint, configs that wait for their time),
   * `canvas-width`, `canvas-height` (#gint, pixels), `frames` (#guint64, drawn
   * so far), `average-draw-time` (#guint64, nanoseconds), `painted-pixels`
   * (#guint64, of all frames: what did not change is not painted),
   * `canvases` (#guint, kept in memory, as many as downstream held at a time
   * and one more) and `slot-policy`, `speaker` and `slots`, as in the message
   * `layout-applied`.
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What is shown and what it costs: serial of the config, pending configs, "
      "canvas-width and canvas-height in pixels, frames drawn, "
      "average-draw-time in ns, painted-pixels of all frames, canvases in "
      "memory, and in slots who is where", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (gobject_class, N_PROPS, properties);
}

static void
gst_layout_compositor_class_init (GstLayoutCompositorClass * klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->set_property = gst_layout_compositor_set_property;
  gobject_class->get_property = gst_layout_compositor_get_property;
  gobject_class->finalize = gst_layout_compositor_finalize;
  install_properties (gobject_class);

  /**
   * GstLayoutCompositor::apply-config:
   * @compositor: the element
   * @json: a mixing object or a whole job
   *
   * Applies a config like #GstLayoutCompositor:mixing-config, and tells what
   * came of it. May be emitted from any thread.
   *
   * Returns: (nullable) (transfer full): %NULL if the config was accepted,
   *     else what is wrong with it, one line for each mistake
   */
  signals[SIGNAL_APPLY_CONFIG] = g_signal_new_class_handler ("apply-config",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_layout_compositor_apply_config), NULL, NULL, NULL,
      G_TYPE_STRING, 1, G_TYPE_STRING);

  element_class->change_state = gst_layout_compositor_change_state;
  element_class->send_event = gst_layout_compositor_send_event;
  element_class->request_new_pad = gst_layout_compositor_request_new_pad;
  element_class->release_pad = gst_layout_compositor_release_pad;

  gst_layout_compositor_stream_class_init (klass);

  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &src_template, GST_TYPE_AGGREGATOR_PAD);
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &sink_template, GST_TYPE_LAYOUT_COMPOSITOR_PAD);
  gst_element_class_set_static_metadata (element_class, "Layout compositor",
      "Filter/Editor/Video/Compositor",
      "Composes many participants into one picture by a mixing config",
      "The gst-plugins-publish developers");

  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_SLOT_POLICY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_LAYOUT_COMPOSITOR_PAD, 0);
}

static void
gst_layout_compositor_init (GstLayoutCompositor * self)
{
  g_mutex_init (&self->lock);
  self->slot_policy = DEFAULT_SLOT_POLICY;
  self->stall_timeout = DEFAULT_STALL_TIMEOUT;
  self->image_schemes = g_strdup (DEFAULT_IMAGE_SCHEMES);
  self->position = GST_CLOCK_TIME_NONE;
  config_queue_init (&self->queue);
  g_queue_init (&self->messages);
  stage_init (&self->stage);
}
