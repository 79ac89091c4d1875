/* gstlayoutcompositorpad.c: a sink pad that knows whose stream it carries
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstlayoutcompositorpad.h"

enum
{
  PROP_USER_ID = 1,
  PROP_ROOM_ID,
  PROP_STREAM_TYPE,
  PROP_PRIORITY,
  PROP_VOLUME_LEVEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_TYPE (GstLayoutCompositorPad, gst_layout_compositor_pad,
    GST_TYPE_VIDEO_AGGREGATOR_PAD);

static void
replace_string (GRefString ** to, const gchar * text)
{
  g_ref_string_release (*to);
  *to = g_ref_string_new (text != NULL ? text : "");
}

static void
gst_layout_compositor_pad_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstLayoutCompositorPad *self = GST_LAYOUT_COMPOSITOR_PAD (object);

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_USER_ID:
      replace_string (&self->identity.user_id, g_value_get_string (value));
      break;
    case PROP_ROOM_ID:
      replace_string (&self->identity.room_id, g_value_get_string (value));
      break;
    case PROP_STREAM_TYPE:
      self->identity.stream_type = g_value_get_enum (value);
      break;
    case PROP_PRIORITY:
      self->priority = g_value_get_int (value);
      break;
    case PROP_VOLUME_LEVEL:
      self->volume_level = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_layout_compositor_pad_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstLayoutCompositorPad *self = GST_LAYOUT_COMPOSITOR_PAD (object);

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_USER_ID:
      g_value_set_string (value, self->identity.user_id);
      break;
    case PROP_ROOM_ID:
      g_value_set_string (value, self->identity.room_id);
      break;
    case PROP_STREAM_TYPE:
      g_value_set_enum (value, self->identity.stream_type);
      break;
    case PROP_PRIORITY:
      g_value_set_int (value, self->priority);
      break;
    case PROP_VOLUME_LEVEL:
      g_value_set_double (value, self->volume_level);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

/* The base class gives up on a buffer without a PTS: such a buffer follows the
 * one before it. */
static GstBuffer *
stamp_buffer (GstLayoutCompositorPad * self, GstBuffer * buffer)
{
  if (!GST_BUFFER_PTS_IS_VALID (buffer)) {
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS_IS_VALID (buffer) ?
        GST_BUFFER_DTS (buffer) : self->next_pts;
    GST_LOG_OBJECT (self, "no PTS, taking %" GST_TIME_FORMAT,
        GST_TIME_ARGS (GST_BUFFER_PTS (buffer)));
  }
  self->next_pts = GST_BUFFER_PTS (buffer) +
      (GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer) :
      self->frame_duration);

  return buffer;
}

/* The base class asserts on a segment that is not in time. */
static GstEvent *
time_segment (GstLayoutCompositorPad * self, GstEvent * event)
{
  gst_event_copy_segment (event, &self->segment);
  if (self->segment.format != GST_FORMAT_TIME) {
    GST_ELEMENT_WARNING (GST_PAD_PARENT (self), CORE, EVENT,
        ("%s:%s: segments in %s are taken as time from 0",
            GST_DEBUG_PAD_NAME (self),
            gst_format_get_name (self->segment.format)), (NULL));
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
    gst_event_unref (event);
    event = gst_event_new_segment (&self->segment);
  }
  self->next_pts = self->segment.start;

  return event;
}

/* The base class refuses a pad whose interlacing is not the canvas's. Fields
 * are shown as the frame that they are woven into. */
static GstEvent *
progressive_caps (GstLayoutCompositorPad * self, GstEvent * event)
{
  GstCaps *caps;
  GstVideoInfo info;

  gst_event_parse_caps (event, &caps);
  if (!gst_video_info_from_caps (&info, caps))
    return event;

  self->frame_duration = info.fps_n > 0 ?
      gst_util_uint64_scale (GST_SECOND, info.fps_d, info.fps_n) : 0;
  if (!GST_VIDEO_INFO_IS_INTERLACED (&info))
    return event;

  caps = gst_caps_copy (caps);
  gst_caps_set_simple (caps, "interlace-mode", G_TYPE_STRING, "progressive",
      NULL);
  gst_structure_remove_field (gst_caps_get_structure (caps, 0), "field-order");
  gst_event_unref (event);
  event = gst_event_new_caps (caps);
  gst_caps_unref (caps);

  return event;
}

/* What the base class would not survive is mended where it comes in. */
static GstPadProbeReturn
on_data (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstLayoutCompositorPad *self = GST_LAYOUT_COMPOSITOR_PAD (pad);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    info->data = stamp_buffer (self, GST_PAD_PROBE_INFO_BUFFER (info));
  } else {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

    if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
      info->data = time_segment (self, event);
    else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
      info->data = progressive_caps (self, event);
  }

  return GST_PAD_PROBE_OK;
}

static void
gst_layout_compositor_pad_finalize (GObject * object)
{
  GstLayoutCompositorPad *self = GST_LAYOUT_COMPOSITOR_PAD (object);

  stream_identity_clear (&self->identity);
  picture_clear (&self->picture);
  g_free (self->warned);

  G_OBJECT_CLASS (gst_layout_compositor_pad_parent_class)->finalize (object);
}

static void
gst_layout_compositor_pad_class_init (GstLayoutCompositorPadClass * klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstVideoAggregatorPadClass *pad_class =
      GST_VIDEO_AGGREGATOR_PAD_CLASS (klass);

  gobject_class->set_property = gst_layout_compositor_pad_set_property;
  gobject_class->get_property = gst_layout_compositor_pad_get_property;
  gobject_class->finalize = gst_layout_compositor_pad_finalize;

  /**
   * GstLayoutCompositorPad:user-id:
   *
   * Who sends this stream. A pad without one fills any free layout.
   */
  properties[PROP_USER_ID] = g_param_spec_string ("user-id", "User id",
      "Who sends this stream; empty: nobody in particular, who fills any free "
      "layout but no fixed one", "",
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositorPad:room-id:
   *
   * The room that the user is in, a number or a text.
   */
  properties[PROP_ROOM_ID] = g_param_spec_string ("room-id", "Room id",
      "The user's room, a number or a text; empty: matches any room", "",
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositorPad:stream-type:
   *
   * Which of the user's streams this is.
   */
  properties[PROP_STREAM_TYPE] = g_param_spec_enum ("stream-type",
      "Stream type", "Which of the user's streams this is",
      GST_TYPE_PUBLISH_STREAM_TYPE, GST_PUBLISH_STREAM_TYPE_BIG,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositorPad:priority:
   *
   * How important the user is, for the slot policy `priority`: who waits takes
   * the place of a user of lower priority.
   */
  properties[PROP_PRIORITY] = g_param_spec_int ("priority", "Priority",
      "How important the user is, for slot-policy=priority: higher is more",
      G_MININT, G_MAXINT, 0,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositorPad:volume-level:
   *
   * How loud the user is now, for the slot policy `speaker`: what a meter in
   * the application says, 0.0 for silence, 1.0 for full scale, set as often as
   * it changes (every 100 ms will do).
   */
  properties[PROP_VOLUME_LEVEL] = g_param_spec_double ("volume-level",
      "Volume level", "How loud the user is now, for slot-policy=speaker: 0.0 "
      "is silence, 1.0 full scale", 0.0, 1.0, 0.0,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  g_object_class_install_properties (gobject_class, N_PROPS, properties);

  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_STREAM_TYPE, 0);

  /* the element maps the frames of those pads that are in a layout, itself */
  pad_class->prepare_frame = NULL;
  pad_class->clean_frame = NULL;
}

static void
gst_layout_compositor_pad_init (GstLayoutCompositorPad * self)
{
  /* not interned: GLib (2.74) may hand out an interned string while another
   * thread lets go of its last reference */
  self->identity.user_id = g_ref_string_new ("");
  self->identity.room_id = g_ref_string_new ("");
  self->identity.stream_type = GST_PUBLISH_STREAM_TYPE_BIG;
  self->orientation = GST_VIDEO_ORIENTATION_IDENTITY;

  gst_pad_add_probe (GST_PAD (self), GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data, NULL, NULL);
}

/**
 * gst_layout_compositor_pad_get_user:
 * @pad: the pad
 * @user: (out caller-allocates): whose stream it carries now; free with
 *     user_clear()
 *
 * Any thread.
 */
void
gst_layout_compositor_pad_get_user (GstLayoutCompositorPad * pad, User * user)
{
  GST_OBJECT_LOCK (pad);
  user->arrival = pad->arrival;
  user->identity.user_id = g_ref_string_acquire (pad->identity.user_id);
  user->identity.room_id = g_ref_string_acquire (pad->identity.room_id);
  user->identity.stream_type = pad->identity.stream_type;
  user->priority = pad->priority;
  user->volume_level = pad->volume_level;
  user->pad = g_strdup (GST_OBJECT_NAME (pad));
  GST_OBJECT_UNLOCK (pad);
}
