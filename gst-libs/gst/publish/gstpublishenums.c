/* Registers the enumerations of publishing with GObject.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishenums.h"

#define VALUE(name, nick) { name, G_STRINGIFY (name), nick }

GType
gst_publish_stream_type_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_STREAM_TYPE_BIG, "big"),
    VALUE (GST_PUBLISH_STREAM_TYPE_SMALL, "small"),
    VALUE (GST_PUBLISH_STREAM_TYPE_SUB, "sub"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishStreamType", values));

  return type;
}

GType
gst_publish_fill_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_FILL_MODE_FILL, "fill"),
    VALUE (GST_PUBLISH_FILL_MODE_FIT, "fit"),
    VALUE (GST_PUBLISH_FILL_MODE_STRETCH, "stretch"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishFillMode", values));

  return type;
}

GType
gst_publish_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_MODE_BIG_TO_CDN, "big-to-cdn"),
    VALUE (GST_PUBLISH_MODE_SUB_TO_CDN, "sub-to-cdn"),
    VALUE (GST_PUBLISH_MODE_MIX_TO_CDN, "mix-to-cdn"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishMode", values));

  return type;
}

GType
gst_publish_template_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_TEMPLATE_NONE, "none"),
    VALUE (GST_PUBLISH_TEMPLATE_GRID, "grid"),
    VALUE (GST_PUBLISH_TEMPLATE_FLOAT, "float"),
    VALUE (GST_PUBLISH_TEMPLATE_SCREEN_SHARE, "screen-share"),
    VALUE (GST_PUBLISH_TEMPLATE_PIP, "pip"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishTemplate", values));

  return type;
}

GType
gst_publish_slot_policy_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, "join-order"),
    VALUE (GST_PUBLISH_SLOT_POLICY_SPEAKER, "speaker"),
    VALUE (GST_PUBLISH_SLOT_POLICY_PRIORITY, "priority"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishSlotPolicy", values));

  return type;
}

GType
gst_publish_alignment_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_ALIGNMENT_LEFT, "left"),
    VALUE (GST_PUBLISH_ALIGNMENT_CENTER, "center"),
    VALUE (GST_PUBLISH_ALIGNMENT_RIGHT, "right"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishAlignment", values));

  return type;
}

GType
gst_publish_audio_codec_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_AUDIO_CODEC_AAC_LC, "aac-lc"),
    VALUE (GST_PUBLISH_AUDIO_CODEC_HE_AAC, "he-aac"),
    VALUE (GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2, "he-aac-v2"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishAudioCodec", values));

  return type;
}

GType
gst_publish_cdn_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_CDN_STATE_IDLE, "idle"),
    VALUE (GST_PUBLISH_CDN_STATE_CONNECTING, "connecting"),
    VALUE (GST_PUBLISH_CDN_STATE_PUBLISHING, "publishing"),
    VALUE (GST_PUBLISH_CDN_STATE_RECONNECTING, "reconnecting"),
    VALUE (GST_PUBLISH_CDN_STATE_FAILED, "failed"),
    VALUE (GST_PUBLISH_CDN_STATE_DISCONNECTING, "disconnecting"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishCdnState", values));

  return type;
}

GType
gst_publish_code_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    VALUE (GST_PUBLISH_CODE_OK, "ok"),
    VALUE (GST_PUBLISH_CODE_BAD_CONFIG, "bad-config"),
    VALUE (GST_PUBLISH_CODE_UNKNOWN_TASK, "unknown-task"),
    VALUE (GST_PUBLISH_CODE_DUPLICATE_URL, "duplicate-url"),
    VALUE (GST_PUBLISH_CODE_MISSING_ENCODER, "missing-encoder"),
    VALUE (GST_PUBLISH_CODE_REFUSED_BY_SEED_RULE, "refused-by-seed-rule"),
    VALUE (GST_PUBLISH_CODE_RESOLVE_FAILED, "resolve-failed"),
    VALUE (GST_PUBLISH_CODE_CONNECT_REFUSED, "connect-refused"),
    VALUE (GST_PUBLISH_CODE_CONNECT_REJECTED, "connect-rejected"),
    VALUE (GST_PUBLISH_CODE_PUBLISH_REJECTED, "publish-rejected"),
    VALUE (GST_PUBLISH_CODE_TLS_FAILED, "tls-failed"),
    VALUE (GST_PUBLISH_CODE_STALLED, "stalled"),
    VALUE (GST_PUBLISH_CODE_MEDIA_ERROR, "media-error"),
    VALUE (GST_PUBLISH_CODE_TIMED_OUT, "timed-out"),
    VALUE (GST_PUBLISH_CODE_INTERNAL, "internal"),
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstPublishCode", values));

  return type;
}

/**
 * gst_publish_enum_get_nick:
 * @type: an enumeration of this library
 * @value: a value of it
 *
 * The name of @value as JSON, launch lines and messages write it. Any thread
 * may call this.
 *
 * Returns: (nullable): the nick, which lives for ever, or %NULL for a number
 *   that @type does not have
 */
const gchar *
gst_publish_enum_get_nick (GType type, gint value)
{
  GEnumClass *klass;
  const GEnumValue *entry;
  const gchar *nick;

  g_return_val_if_fail (G_TYPE_IS_ENUM (type), NULL);

  klass = g_type_class_ref (type);
  entry = g_enum_get_value (klass, value);
  nick = entry ? entry->value_nick : NULL;
  g_type_class_unref (klass);

  return nick;
}

/**
 * gst_publish_enum_from_nick:
 * @type: an enumeration of this library
 * @nick: a nick, in lower case
 * @value: (out): where the value goes; untouched when there is none
 *
 * The opposite of gst_publish_enum_get_nick(). Any thread may call this.
 *
 * Returns: whether @type has a value named @nick
 */
gboolean
gst_publish_enum_from_nick (GType type, const gchar * nick, gint * value)
{
  GEnumClass *klass;
  const GEnumValue *entry;

  g_return_val_if_fail (G_TYPE_IS_ENUM (type), FALSE);
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  klass = g_type_class_ref (type);
  entry = g_enum_get_value_by_nick (klass, nick);
  if (entry)
    *value = entry->value;
  g_type_class_unref (klass);

  return entry != NULL;
}
