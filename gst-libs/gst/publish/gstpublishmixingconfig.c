/* The mixing config from and to JSON.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"

#include <string.h>

#define BLACK 0xff000000

struct _GstPublishMixingConfig
{
  gboolean has_background_color;
  guint32 background_color;
  gchar *background_image;
  GstClockTime at;
  GstPublishTemplate template_;
  guint n_layouts;
  guint n_watermarks;
  guint n_audio_users;
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  GstPublishWatermark watermarks[GST_PUBLISH_MAX_WATERMARKS];
  GstPublishUser audio_users[GST_PUBLISH_MAX_AUDIO_USERS];
};

/* *INDENT-OFF* */
G_DEFINE_BOXED_TYPE (GstPublishMixingConfig, gst_publish_mixing_config,
    gst_publish_mixing_config_ref, gst_publish_mixing_config_unref)
/* *INDENT-ON* */

static const gchar *const mixing_keys[] = {
  "backgroundColor", "backgroundImage", "videoLayoutList", "template",
  "audioMixUserList", "watermarkList", "at", NULL
};

static const gchar *const layout_keys[] = {
  "x", "y", "width", "height", "zOrder", "fillMode", "backgroundColor",
  "placeHolderImage", "fixedVideoUser", "fixedVideoStreamType", NULL
};

static const gchar *const watermark_keys[] = {
  "watermarkUrl", "x", "y", "width", "height", "zOrder", NULL
};

static void read_side (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gint * value)
{
  if (!gst_publish_member (object, key))
    gst_publish_fault_missing (reader, key, "a whole number "
        G_STRINGIFY (GST_PUBLISH_MIN_SIDE) ".."
        G_STRINGIFY (GST_PUBLISH_MAX_SIDE));
  gst_publish_read_int32 (reader, object, key, GST_PUBLISH_MIN_SIDE,
      GST_PUBLISH_MAX_SIDE, value);
}

static void read_rectangle (GstPublishReader * reader, JsonObject * object,
    gint * x, gint * y, gint * width, gint * height, gint * z_order)
{
  gst_publish_read_int32 (reader, object, "x", -GST_PUBLISH_MAX_OFFSET,
      GST_PUBLISH_MAX_OFFSET, x);
  gst_publish_read_int32 (reader, object, "y", -GST_PUBLISH_MAX_OFFSET,
      GST_PUBLISH_MAX_OFFSET, y);
  read_side (reader, object, "width", width);
  read_side (reader, object, "height", height);
  gst_publish_read_int32 (reader, object, "zOrder", 0,
      GST_PUBLISH_MAX_Z_ORDER, z_order);
}

static void read_layout (GstPublishReader * reader, JsonNode * node,
    GstPublishLayout * layout)
{
  JsonObject *o = gst_publish_read_object (reader, node, layout_keys);
  gint fill_mode = GST_PUBLISH_FILL_MODE_FILL;
  gint stream_type = GST_PUBLISH_STREAM_TYPE_BIG;
  JsonNode *user;

  if (!o)
    return;

  read_rectangle (reader, o, &layout->x, &layout->y, &layout->width,
      &layout->height, &layout->z_order);
  gst_publish_read_enum (reader, o, "fillMode", GST_TYPE_PUBLISH_FILL_MODE,
      &fill_mode);
  layout->fill_mode = fill_mode;
  layout->has_background_color = gst_publish_read_color (reader, o,
      "backgroundColor", &layout->background_color);
  gst_publish_read_uri (reader, o, "placeHolderImage",
      &layout->placeholder_image);
  layout->has_stream_type = gst_publish_read_enum (reader, o,
      "fixedVideoStreamType", GST_TYPE_PUBLISH_STREAM_TYPE, &stream_type);
  layout->stream_type = stream_type;

  user = gst_publish_member (o, "fixedVideoUser");
  if (user) {
    gsize here = gst_publish_reader_enter (reader, "fixedVideoUser");

    gst_publish_read_user (reader, user, &layout->fixed_user);
    gst_publish_reader_leave (reader, here);
  }
}

static void read_layouts (GstPublishReader * reader, JsonObject * object,
    GstPublishMixingConfig * config)
{
  JsonArray *array = gst_publish_read_array (reader, object, "videoLayoutList",
      GST_PUBLISH_MAX_LAYOUTS);
  gsize list, here;
  guint i;

  if (!array)
    return;

  list = gst_publish_reader_enter (reader, "videoLayoutList");
  if (config->template_ != GST_PUBLISH_TEMPLATE_NONE)
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "stands beside \"template\", allowed is one of them");
  for (i = 0; i < json_array_get_length (array); i++) {
    GstPublishLayout *layout = &config->layouts[config->n_layouts++];

    layout->background_color = config->background_color;
    here = gst_publish_reader_enter_index (reader, i);
    read_layout (reader, json_array_get_element (array, i), layout);
    gst_publish_reader_leave (reader, here);
  }
  gst_publish_reader_leave (reader, list);
}

static void read_watermarks (GstPublishReader * reader, JsonObject * object,
    GstPublishMixingConfig * config)
{
  JsonArray *array = gst_publish_read_array (reader, object, "watermarkList",
      GST_PUBLISH_MAX_WATERMARKS);
  gsize list, here;
  guint i;

  if (!array)
    return;

  list = gst_publish_reader_enter (reader, "watermarkList");
  for (i = 0; i < json_array_get_length (array); i++) {
    GstPublishWatermark *mark = &config->watermarks[config->n_watermarks++];
    JsonObject *o;

    mark->z_order = GST_PUBLISH_MAX_Z_ORDER;
    here = gst_publish_reader_enter_index (reader, i);
    o = gst_publish_read_object (reader, json_array_get_element (array, i),
        watermark_keys);
    if (o) {
      if (!gst_publish_member (o, "watermarkUrl"))
        gst_publish_fault_missing (reader, "watermarkUrl",
            "the URI of an image");
      gst_publish_read_uri (reader, o, "watermarkUrl", &mark->uri);
      read_rectangle (reader, o, &mark->x, &mark->y, &mark->width,
          &mark->height, &mark->z_order);
    }
    gst_publish_reader_leave (reader, here);
  }
  gst_publish_reader_leave (reader, list);
}

static void read_audio_users (GstPublishReader * reader, JsonObject * object,
    GstPublishMixingConfig * config)
{
  JsonArray *array = gst_publish_read_array (reader, object,
      "audioMixUserList", GST_PUBLISH_MAX_AUDIO_USERS);
  gsize list, here;
  guint i;

  if (!array)
    return;

  list = gst_publish_reader_enter (reader, "audioMixUserList");
  for (i = 0; i < json_array_get_length (array); i++) {
    here = gst_publish_reader_enter_index (reader, i);
    gst_publish_read_user (reader, json_array_get_element (array, i),
        &config->audio_users[config->n_audio_users++]);
    gst_publish_reader_leave (reader, here);
  }
  gst_publish_reader_leave (reader, list);
}

GstPublishMixingConfig *gst_publish_mixing_config_read (GstPublishReader *
    reader, JsonNode * node)
{
  JsonObject *o = gst_publish_read_object (reader, node, mixing_keys);
  GstPublishMixingConfig *config;
  gint template_ = GST_PUBLISH_TEMPLATE_NONE;
  gint64 at;

  if (!o)
    return NULL;

  config = g_atomic_rc_box_new0 (GstPublishMixingConfig);
  config->at = GST_CLOCK_TIME_NONE;
  config->background_color = BLACK;

  config->has_background_color = gst_publish_read_color (reader, o,
      "backgroundColor", &config->background_color);
  gst_publish_read_uri (reader, o, "backgroundImage",
      &config->background_image);
  gst_publish_read_enum (reader, o, "template", GST_TYPE_PUBLISH_TEMPLATE,
      &template_);
  config->template_ = template_;
  read_layouts (reader, o, config);
  read_audio_users (reader, o, config);
  read_watermarks (reader, o, config);
  if (gst_publish_read_int (reader, o, "at", 0, G_MAXINT64, FALSE, &at))
    config->at = (GstClockTime) at;

  return config;
}

static void write_int (JsonBuilder * builder, const gchar * key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void write_string (JsonBuilder * builder, const gchar * key,
    const gchar * value)
{
  if (!value)
    return;
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

static void write_color (JsonBuilder * builder, const gchar * key,
    guint32 value)
{
  gchar text[8];

  g_snprintf (text, sizeof (text), "#%06x", value & 0xffffff);
  write_string (builder, key, text);
}

static void write_layout (JsonBuilder * builder,
    const GstPublishLayout * layout)
{
  json_builder_begin_object (builder);
  write_int (builder, "x", layout->x);
  write_int (builder, "y", layout->y);
  write_int (builder, "width", layout->width);
  write_int (builder, "height", layout->height);
  write_int (builder, "zOrder", layout->z_order);
  write_string (builder, "fillMode",
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_FILL_MODE,
          layout->fill_mode));
  if (layout->has_background_color)
    write_color (builder, "backgroundColor", layout->background_color);
  write_string (builder, "placeHolderImage", layout->placeholder_image);
  if (layout->fixed_user.user_id) {
    json_builder_set_member_name (builder, "fixedVideoUser");
    gst_publish_write_user (builder, &layout->fixed_user);
  }
  if (layout->has_stream_type)
    write_string (builder, "fixedVideoStreamType",
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_STREAM_TYPE,
            layout->stream_type));
  json_builder_end_object (builder);
}

static void write_watermark (JsonBuilder * builder,
    const GstPublishWatermark * mark)
{
  json_builder_begin_object (builder);
  write_string (builder, "watermarkUrl", mark->uri);
  write_int (builder, "x", mark->x);
  write_int (builder, "y", mark->y);
  write_int (builder, "width", mark->width);
  write_int (builder, "height", mark->height);
  write_int (builder, "zOrder", mark->z_order);
  json_builder_end_object (builder);
}

void gst_publish_mixing_config_write (const GstPublishMixingConfig * config,
    JsonBuilder * builder)
{
  guint i;

  json_builder_begin_object (builder);
  if (config->has_background_color)
    write_color (builder, "backgroundColor", config->background_color);
  write_string (builder, "backgroundImage", config->background_image);
  if (config->template_ != GST_PUBLISH_TEMPLATE_NONE) {
    write_string (builder, "template",
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_TEMPLATE,
            config->template_));
  } else {
    json_builder_set_member_name (builder, "videoLayoutList");
    json_builder_begin_array (builder);
    for (i = 0; i < config->n_layouts; i++)
      write_layout (builder, &config->layouts[i]);
    json_builder_end_array (builder);
  }
  if (config->n_audio_users > 0) {
    json_builder_set_member_name (builder, "audioMixUserList");
    json_builder_begin_array (builder);
    for (i = 0; i < config->n_audio_users; i++)
      gst_publish_write_user (builder, &config->audio_users[i]);
    json_builder_end_array (builder);
  }
  if (config->n_watermarks > 0) {
    json_builder_set_member_name (builder, "watermarkList");
    json_builder_begin_array (builder);
    for (i = 0; i < config->n_watermarks; i++)
      write_watermark (builder, &config->watermarks[i]);
    json_builder_end_array (builder);
  }
  if (GST_CLOCK_TIME_IS_VALID (config->at))
    write_int (builder, "at", (gint64) config->at);
  json_builder_end_object (builder);
}

/**
 * gst_publish_mixing_config_new_from_json:
 * @json: a mixing object, or a whole job of which the mixing part is taken
 * @error: where to say what is wrong, see %GST_PUBLISH_ERROR
 *
 * The keys are those of the API that seed 000 describes, and `template` and
 * `at`: a whole number of nanoseconds of running time at which the config is
 * to be shown (a number, since seconds as a decimal fraction cannot name every
 * frame's time exactly). Colours are "#RRGGBB", or a number as the vendor's
 * clients have it. A layout must have `width` and `height`; all else has a
 * default. Any thread may call this.
 *
 * Returns: (transfer full) (nullable): the config, or %NULL and @error
 */
GstPublishMixingConfig *gst_publish_mixing_config_new_from_json (const gchar *
    json, GError ** error)
{
  GstPublishMixingConfig *config;
  GstPublishJob *job;

  g_return_val_if_fail (json != NULL, NULL);

  job = gst_publish_job_parse (json, GST_PUBLISH_PART_MIXING, error);
  if (!job)
    return NULL;
  config = gst_publish_mixing_config_ref (gst_publish_job_get_mixing (job));
  gst_publish_job_unref (job);

  return config;
}

/**
 * gst_publish_mixing_config_ref:
 * @config: a config
 *
 * Returns: (transfer full): @config
 */
GstPublishMixingConfig *gst_publish_mixing_config_ref (GstPublishMixingConfig *
    config)
{
  g_return_val_if_fail (config != NULL, NULL);

  return g_atomic_rc_box_acquire (config);
}

static void clear (gpointer data)
{
  GstPublishMixingConfig *config = data;
  guint i;

  for (i = 0; i < config->n_layouts; i++) {
    g_free (config->layouts[i].placeholder_image);
    gst_publish_user_clear (&config->layouts[i].fixed_user);
  }
  for (i = 0; i < config->n_watermarks; i++)
    g_free (config->watermarks[i].uri);
  for (i = 0; i < config->n_audio_users; i++)
    gst_publish_user_clear (&config->audio_users[i]);
  g_free (config->background_image);
}

/**
 * gst_publish_mixing_config_unref:
 * @config: (transfer full): a config
 */
void gst_publish_mixing_config_unref (GstPublishMixingConfig * config)
{
  g_return_if_fail (config != NULL);

  g_atomic_rc_box_release_full (config, clear);
}

/**
 * gst_publish_mixing_config_to_json:
 * @config: a config
 *
 * Returns: (transfer full): a mixing object on one line without spaces;
 *   gst_publish_mixing_config_new_from_json() makes the same config of it
 */
gchar *gst_publish_mixing_config_to_json (const GstPublishMixingConfig * config)
{
  JsonBuilder *builder;

  g_return_val_if_fail (config != NULL, NULL);

  builder = json_builder_new ();
  gst_publish_mixing_config_write (config, builder);

  return gst_publish_builder_finish (builder);
}

/**
 * gst_publish_mixing_config_get_background_color:
 * @config: a config
 *
 * Returns: the canvas's colour, 0xAARRGGBB with alpha 0xff; black by default
 */
guint32 gst_publish_mixing_config_get_background_color (const
    GstPublishMixingConfig * config)
{
  g_return_val_if_fail (config != NULL, BLACK);

  return config->background_color;
}

/**
 * gst_publish_mixing_config_get_background_image:
 * @config: a config
 *
 * Returns: (nullable): URI of the image that covers the canvas under all
 *   layouts
 */
const gchar *gst_publish_mixing_config_get_background_image (const
    GstPublishMixingConfig * config)
{
  g_return_val_if_fail (config != NULL, NULL);

  return config->background_image;
}

/**
 * gst_publish_mixing_config_get_at:
 * @config: a config
 *
 * Returns: running time in nanoseconds of the first frame to be drawn with
 *   @config; %GST_CLOCK_TIME_NONE for the next frame
 */
GstClockTime gst_publish_mixing_config_get_at (const GstPublishMixingConfig *
    config)
{
  g_return_val_if_fail (config != NULL, GST_CLOCK_TIME_NONE);

  return config->at;
}

/**
 * gst_publish_mixing_config_get_template:
 * @config: a config
 *
 * Returns: the template that makes the layouts, for which
 *   gst_publish_template_make_layouts() is to be asked;
 *   %GST_PUBLISH_TEMPLATE_NONE if @config lists them
 */
GstPublishTemplate gst_publish_mixing_config_get_template (const
    GstPublishMixingConfig * config)
{
  g_return_val_if_fail (config != NULL, GST_PUBLISH_TEMPLATE_NONE);

  return config->template_;
}

/**
 * gst_publish_mixing_config_get_n_layouts:
 * @config: a config
 *
 * Returns: how many layouts @config lists, 0..16; 0 with a template
 */
guint gst_publish_mixing_config_get_n_layouts (const GstPublishMixingConfig *
    config)
{
  g_return_val_if_fail (config != NULL, 0);

  return config->n_layouts;
}

/**
 * gst_publish_mixing_config_get_layout:
 * @config: a config
 * @index: place in the list
 *
 * Returns: (transfer none) (nullable): the layout, which lives as long as
 *   @config; %NULL beyond the list
 */
const GstPublishLayout *gst_publish_mixing_config_get_layout (const
    GstPublishMixingConfig * config, guint index)
{
  g_return_val_if_fail (config != NULL, NULL);

  return index < config->n_layouts ? &config->layouts[index] : NULL;
}

/**
 * gst_publish_mixing_config_get_layouts:
 * @config: a config
 * @n_layouts: (out): how many
 *
 * Returns: (transfer none) (array length=n_layouts): all layouts in the order
 *   of the list, as gst_publish_slots_assign() takes them
 */
const GstPublishLayout *gst_publish_mixing_config_get_layouts (const
    GstPublishMixingConfig * config, guint * n_layouts)
{
  g_return_val_if_fail (config != NULL && n_layouts != NULL, NULL);

  *n_layouts = config->n_layouts;

  return config->layouts;
}

/**
 * gst_publish_mixing_config_get_n_watermarks:
 * @config: a config
 *
 * Returns: how many watermarks there are, 0..16
 */
guint gst_publish_mixing_config_get_n_watermarks (const GstPublishMixingConfig *
    config)
{
  g_return_val_if_fail (config != NULL, 0);

  return config->n_watermarks;
}

/**
 * gst_publish_mixing_config_get_watermark:
 * @config: a config
 * @index: place in the list
 *
 * Returns: (transfer none) (nullable): the watermark, which lives as long as
 *   @config; %NULL beyond the list
 */
const GstPublishWatermark *gst_publish_mixing_config_get_watermark (const
    GstPublishMixingConfig * config, guint index)
{
  g_return_val_if_fail (config != NULL, NULL);

  return index < config->n_watermarks ? &config->watermarks[index] : NULL;
}

/**
 * gst_publish_mixing_config_get_n_audio_users:
 * @config: a config
 *
 * Returns: how many users are named whose sound is mixed; 0 for everyone
 */
guint gst_publish_mixing_config_get_n_audio_users (const GstPublishMixingConfig
    * config)
{
  g_return_val_if_fail (config != NULL, 0);

  return config->n_audio_users;
}

/**
 * gst_publish_mixing_config_get_audio_user:
 * @config: a config
 * @index: place in the list
 *
 * Returns: (transfer none) (nullable): the user, which lives as long as
 *   @config; %NULL beyond the list
 */
const GstPublishUser *gst_publish_mixing_config_get_audio_user (const
    GstPublishMixingConfig * config, guint index)
{
  g_return_val_if_fail (config != NULL, NULL);

  return index < config->n_audio_users ? &config->audio_users[index] : NULL;
}

/**
 * gst_publish_mixing_config_hears:
 * @config: a config
 * @user_id: (nullable): who
 * @room_id: (nullable): in which room
 *
 * Whether the mix has this user's sound: everyone's when `audioMixUserList`
 * is empty or absent (the first 16 by arrival, which is the caller's count),
 * else exactly those that it names, as gst_publish_user_matches() sees it.
 *
 * Returns: %TRUE if it has
 */
gboolean gst_publish_mixing_config_hears (const GstPublishMixingConfig * config,
    const gchar * user_id, const gchar * room_id)
{
  guint i;

  g_return_val_if_fail (config != NULL, FALSE);

  for (i = 0; i < config->n_audio_users; i++) {
    if (gst_publish_user_matches (&config->audio_users[i], user_id, room_id))
      return TRUE;
  }

  return config->n_audio_users == 0;
}
