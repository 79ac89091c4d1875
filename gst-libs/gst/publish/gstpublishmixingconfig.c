/* The mixing config from and to JSON.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"

#define BLACK 0xff000000

struct _GstPublishMixingConfig
{
  gboolean has_background_color;
  guint32 background_color;
  gchar *background_image;
  GstClockTime at;
  GstPublishTemplate template_;
  gboolean has_template_layout;
  GstPublishLayout template_layout;
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
  "templateLayout", "audioMixUserList", "watermarkList", "at", NULL
};

static void
read_layouts (GstPublishReader * reader, JsonObject * object,
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
    gst_publish_layout_read (reader, json_array_get_element (array, i), layout);
    gst_publish_reader_leave (reader, here);
  }
  gst_publish_reader_leave (reader, list);
}

static void
read_template_layout (GstPublishReader * reader, JsonObject * object,
    GstPublishMixingConfig * config)
{
  JsonNode *node = gst_publish_member (object, "templateLayout");
  gsize here;

  if (!node)
    return;

  here = gst_publish_reader_enter (reader, "templateLayout");
  config->has_template_layout = TRUE;
  config->template_layout.background_color = config->background_color;
  gst_publish_layout_read_look (reader, node, &config->template_layout);
  if (config->template_ == GST_PUBLISH_TEMPLATE_NONE)
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "stands without \"template\", whose layouts it is for");
  gst_publish_reader_leave (reader, here);
}

static void
read_watermarks (GstPublishReader * reader, JsonObject * object,
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
    here = gst_publish_reader_enter_index (reader, i);
    gst_publish_watermark_read (reader, json_array_get_element (array, i),
        &config->watermarks[config->n_watermarks++]);
    gst_publish_reader_leave (reader, here);
  }
  gst_publish_reader_leave (reader, list);
}

static void
read_audio_users (GstPublishReader * reader, JsonObject * object,
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

GstPublishMixingConfig *
gst_publish_mixing_config_read (GstPublishReader * reader, JsonNode * node)
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
  read_template_layout (reader, o, config);
  read_layouts (reader, o, config);
  read_audio_users (reader, o, config);
  read_watermarks (reader, o, config);
  if (gst_publish_read_int (reader, o, "at", 0, G_MAXINT64, FALSE, &at))
    config->at = (GstClockTime) at;

  return config;
}

void
gst_publish_mixing_config_write (const GstPublishMixingConfig * config,
    JsonBuilder * builder)
{
  guint i;

  json_builder_begin_object (builder);
  if (config->has_background_color)
    gst_publish_write_color (builder, "backgroundColor",
        config->background_color);
  gst_publish_write_string (builder, "backgroundImage",
      config->background_image);
  if (config->template_ != GST_PUBLISH_TEMPLATE_NONE) {
    gst_publish_write_string (builder, "template",
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_TEMPLATE,
            config->template_));
    if (config->has_template_layout) {
      json_builder_set_member_name (builder, "templateLayout");
      gst_publish_layout_write_look (&config->template_layout, builder);
    }
  } else {
    json_builder_set_member_name (builder, "videoLayoutList");
    json_builder_begin_array (builder);
    for (i = 0; i < config->n_layouts; i++)
      gst_publish_layout_write (&config->layouts[i], builder);
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
      gst_publish_watermark_write (&config->watermarks[i], builder);
    json_builder_end_array (builder);
  }
  if (GST_CLOCK_TIME_IS_VALID (config->at))
    gst_publish_write_int (builder, "at", (gint64) config->at);
  json_builder_end_object (builder);
}

/**
 * gst_publish_mixing_config_new_from_json:
 * @json: a mixing object, or a whole job of which the mixing part is taken
 * @error: where to say what is wrong, see %GST_PUBLISH_ERROR
 *
 * The keys are those of the API that seed 000 describes, and
 *
 * - `template`, with `templateLayout`: the looks (see below) of the layouts
 *   that it makes
 * - `at`: a whole number of nanoseconds of running time at which the config is
 *   to be shown (a number, since seconds as a decimal fraction cannot name
 *   every frame's time exactly)
 * - looks of a layout, beside `fillMode`, `backgroundColor` and
 *   `placeHolderImage`: `alpha` 0..1, `cornerRadius` in pixels, `border` with
 *   `width` in pixels and `color`, `mirror`, and `label`: a text, or an object
 *   with `text` and what a text has
 * - a text has `text` (see gst_publish_text_expand()), `font` ("Sans Bold 18",
 *   the size in pixels), `color`, `backgroundColor` and `alignment`; a
 *   watermark may have these instead of `watermarkUrl`
 *
 * Colours are "#RRGGBB", or a number as the vendor's clients have it; those of
 * borders and texts may be "#RRGGBBAA". A layout must have `width` and
 * `height`; all else has a default. Any thread may call this.
 *
 * Returns: (transfer full) (nullable): the config, or %NULL and @error
 */
GstPublishMixingConfig *
gst_publish_mixing_config_new_from_json (const gchar * json, GError ** error)
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
GstPublishMixingConfig *
gst_publish_mixing_config_ref (GstPublishMixingConfig * config)
{
  g_return_val_if_fail (config != NULL, NULL);

  return g_atomic_rc_box_acquire (config);
}

static void
clear (gpointer data)
{
  GstPublishMixingConfig *config = data;
  guint i;

  for (i = 0; i < config->n_layouts; i++)
    gst_publish_layout_clear (&config->layouts[i]);
  gst_publish_layout_clear (&config->template_layout);
  for (i = 0; i < config->n_watermarks; i++)
    gst_publish_watermark_clear (&config->watermarks[i]);
  for (i = 0; i < config->n_audio_users; i++)
    gst_publish_user_clear (&config->audio_users[i]);
  g_free (config->background_image);
}

/**
 * gst_publish_mixing_config_unref:
 * @config: (transfer full): a config
 */
void
gst_publish_mixing_config_unref (GstPublishMixingConfig * config)
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
gchar *
gst_publish_mixing_config_to_json (const GstPublishMixingConfig * config)
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
guint32
gst_publish_mixing_config_get_background_color (const
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
const gchar *
gst_publish_mixing_config_get_background_image (const
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
GstClockTime
gst_publish_mixing_config_get_at (const GstPublishMixingConfig * config)
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
GstPublishTemplate
gst_publish_mixing_config_get_template (const GstPublishMixingConfig * config)
{
  g_return_val_if_fail (config != NULL, GST_PUBLISH_TEMPLATE_NONE);

  return config->template_;
}

/**
 * gst_publish_mixing_config_get_template_layout:
 * @config: a config
 *
 * How the layouts of a template are to look: `templateLayout`. Of the layout
 * that is returned only these fields say something: `fill_mode`,
 * `background_color`, `placeholder_image`, `alpha`, `corner_radius`,
 * `border_width`, `border_color`, `mirror` and `label`.
 *
 * Returns: (transfer none) (nullable): the look, which lives as long as
 *   @config; %NULL if the template's own is to stay
 */
const GstPublishLayout *
gst_publish_mixing_config_get_template_layout (const
    GstPublishMixingConfig * config)
{
  g_return_val_if_fail (config != NULL, NULL);

  return config->has_template_layout ? &config->template_layout : NULL;
}

/**
 * gst_publish_mixing_config_get_n_layouts:
 * @config: a config
 *
 * Returns: how many layouts @config lists, 0..16; 0 with a template
 */
guint
gst_publish_mixing_config_get_n_layouts (const GstPublishMixingConfig * config)
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
const GstPublishLayout *
gst_publish_mixing_config_get_layout (const
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
const GstPublishLayout *
gst_publish_mixing_config_get_layouts (const
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
guint
gst_publish_mixing_config_get_n_watermarks (const GstPublishMixingConfig *
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
const GstPublishWatermark *
gst_publish_mixing_config_get_watermark (const
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
guint
gst_publish_mixing_config_get_n_audio_users (const GstPublishMixingConfig
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
const GstPublishUser *
gst_publish_mixing_config_get_audio_user (const
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
gboolean
gst_publish_mixing_config_hears (const GstPublishMixingConfig * config,
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
