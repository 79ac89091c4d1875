/* A sink pad of publishbin: whose stream it carries. The properties are only
 * kept here; who wants to know of a change listens to `notify`.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstpublishbinpad.h"

struct _GstPublishBinPad
{
  GstGhostPad parent;

  GstPublishBinPadValues values;        /* object lock */
};

enum
{
  PROP_USER_ID = 1,
  PROP_ROOM_ID,
  PROP_STREAM_TYPE,
  PROP_VOLUME,
  PROP_MUTE,
  N_PROPERTIES
};

G_DEFINE_TYPE (GstPublishBinPad, gst_publish_bin_pad, GST_TYPE_GHOST_PAD);

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstPublishBinPadValues *values = &GST_PUBLISH_BIN_PAD (object)->values;

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_USER_ID:
      g_free (values->user_id);
      values->user_id = g_value_dup_string (value);
      break;
    case PROP_ROOM_ID:
      g_free (values->room_id);
      values->room_id = g_value_dup_string (value);
      break;
    case PROP_STREAM_TYPE:
      values->stream_type = g_value_get_enum (value);
      break;
    case PROP_VOLUME:
      values->volume = g_value_get_double (value);
      break;
    case PROP_MUTE:
      values->mute = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec)
{
  GstPublishBinPadValues *values = &GST_PUBLISH_BIN_PAD (object)->values;

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_USER_ID:
      g_value_set_string (value, values->user_id ? values->user_id : "");
      break;
    case PROP_ROOM_ID:
      g_value_set_string (value, values->room_id ? values->room_id : "");
      break;
    case PROP_STREAM_TYPE:
      g_value_set_enum (value, values->stream_type);
      break;
    case PROP_VOLUME:
      g_value_set_double (value, values->volume);
      break;
    case PROP_MUTE:
      g_value_set_boolean (value, values->mute);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
}

static void
finalize (GObject * object)
{
  gst_publish_bin_pad_values_clear (&GST_PUBLISH_BIN_PAD (object)->values);
  G_OBJECT_CLASS (gst_publish_bin_pad_parent_class)->finalize (object);
}

static void
gst_publish_bin_pad_class_init (GstPublishBinPadClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_PLAYING;
  GParamSpec *properties[N_PROPERTIES] = { NULL, };

  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;

  /**
   * GstPublishBinPad:user-id:
   *
   * Who sends this stream. Tasks name users by it; a stream of nobody is part
   * of mixes in which everyone is. From when it is set, whoever's it was before,
   * their relays let nothing more in of it; so for the other two.
   */
  properties[PROP_USER_ID] = g_param_spec_string ("user-id", "User id",
      "Who sends this stream; empty: nobody in particular", "", flags);

  /**
   * GstPublishBinPad:room-id:
   *
   * The room that the user is in, a number or a text; empty matches any.
   */
  properties[PROP_ROOM_ID] = g_param_spec_string ("room-id", "Room id",
      "The user's room, a number or a text; empty: matches any room", "",
      flags);

  /**
   * GstPublishBinPad:stream-type:
   *
   * Which of the user's streams this is. The sound that belongs to the camera
   * is `big`, that of a screen share `sub`.
   */
  properties[PROP_STREAM_TYPE] = g_param_spec_enum ("stream-type",
      "Stream type", "Which of the user's streams this is",
      GST_TYPE_PUBLISH_STREAM_TYPE, GST_PUBLISH_STREAM_TYPE_BIG, flags);

  /**
   * GstPublishBinPad:volume:
   *
   * Of this stream's sound in mixes, 1 as it comes.
   */
  properties[PROP_VOLUME] = g_param_spec_double ("volume", "Volume",
      "Of this stream's sound in mixes, 1.0 as it comes", 0.0, 10.0, 1.0,
      flags);

  /**
   * GstPublishBinPad:mute:
   *
   * A muted stream is silence in mixes, and a gap in relays.
   */
  properties[PROP_MUTE] = g_param_spec_boolean ("mute", "Mute",
      "Silence in mixes, a gap in relays", FALSE, flags);

  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPERTIES,
      properties);
  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_STREAM_TYPE, 0);
}

static void
gst_publish_bin_pad_init (GstPublishBinPad * self)
{
  self->values.volume = 1.0;
}

/* Any thread. @values: free with gst_publish_bin_pad_values_clear() */
void
gst_publish_bin_pad_get (GstPublishBinPad * pad,
    GstPublishBinPadValues * values)
{
  GST_OBJECT_LOCK (pad);
  *values = pad->values;
  values->user_id = g_strdup (values->user_id);
  values->room_id = g_strdup (values->room_id);
  GST_OBJECT_UNLOCK (pad);
}

void
gst_publish_bin_pad_values_clear (GstPublishBinPadValues * values)
{
  g_clear_pointer (&values->user_id, g_free);
  g_clear_pointer (&values->room_id, g_free);
}
