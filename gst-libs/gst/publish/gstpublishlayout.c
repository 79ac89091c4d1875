/* Layouts and watermarks from and to JSON.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"
#include "gstpublishtext-private.h"

/* 0xAARRGGBB: what can be read on any picture */
#define LABEL_COLOR 0xffffffff
#define LABEL_BACKGROUND 0x99000000
#define BORDER_COLOR 0xffffffff

#define LOOK_KEYS "fillMode", "backgroundColor", "placeHolderImage", \
    "alpha", "cornerRadius", "border", "mirror", "label"

static const gchar *const look_keys[] = { LOOK_KEYS, NULL };

static const gchar *const layout_keys[] = {
  "x", "y", "width", "height", "zOrder", LOOK_KEYS, "fixedVideoUser",
  "fixedVideoStreamType", NULL
};

static const gchar *const border_keys[] = { "width", "color", NULL };

static const gchar *const label_keys[] = { GST_PUBLISH_TEXT_KEYS, NULL };

static const gchar *const watermark_keys[] = {
  "watermarkUrl", "x", "y", "width", "height", "zOrder",
  GST_PUBLISH_TEXT_KEYS, NULL
};

static void
read_side (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gint * value)
{
  if (!gst_publish_member (object, key))
    gst_publish_fault_missing (reader, key, "a whole number "
        G_STRINGIFY (GST_PUBLISH_MIN_SIDE) ".."
        G_STRINGIFY (GST_PUBLISH_MAX_SIDE));
  gst_publish_read_int32 (reader, object, key, GST_PUBLISH_MIN_SIDE,
      GST_PUBLISH_MAX_SIDE, value);
}

static void
read_rectangle (GstPublishReader * reader, JsonObject * object,
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

static void
read_border (GstPublishReader * reader, JsonObject * object,
    GstPublishLayout * layout)
{
  JsonNode *node = gst_publish_member (object, "border");
  JsonObject *border;
  gsize here;

  if (!node)
    return;

  here = gst_publish_reader_enter (reader, "border");
  border = gst_publish_read_object (reader, node, border_keys);
  if (border) {
    layout->border_width = 2;
    gst_publish_read_int32 (reader, border, "width", 0,
        GST_PUBLISH_MAX_BORDER_WIDTH, &layout->border_width);
    gst_publish_read_color_alpha (reader, border, "color",
        &layout->border_color);
  }
  gst_publish_reader_leave (reader, here);
}

/* A text, or an object that also says how it is written. */
static void
read_label (GstPublishReader * reader, JsonObject * object,
    GstPublishLayout * layout)
{
  JsonNode *node = gst_publish_member (object, "label");
  JsonObject *label;
  gsize here;

  layout->label.color = LABEL_COLOR;
  layout->label.background_color = LABEL_BACKGROUND;
  if (!node)
    return;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    gst_publish_text_read_member (reader, object, "label", &layout->label.text);
    return;
  }
  here = gst_publish_reader_enter (reader, "label");
  label = gst_publish_read_object (reader, node, label_keys);
  if (!gst_publish_member (label, "text"))
    gst_publish_fault_missing (reader, "text", "what to write, a string");
  gst_publish_text_read (reader, label, &layout->label);
  gst_publish_reader_leave (reader, here);
}

static void
read_look (GstPublishReader * reader, JsonObject * o, GstPublishLayout * layout)
{
  gint fill_mode = GST_PUBLISH_FILL_MODE_FILL;

  gst_publish_read_enum (reader, o, "fillMode", GST_TYPE_PUBLISH_FILL_MODE,
      &fill_mode);
  layout->fill_mode = fill_mode;
  layout->has_background_color = gst_publish_read_color (reader, o,
      "backgroundColor", &layout->background_color);
  gst_publish_read_uri (reader, o, "placeHolderImage",
      &layout->placeholder_image);
  layout->alpha = 1.0;
  layout->has_alpha = gst_publish_read_number (reader, o, "alpha", 0.0, 1.0,
      &layout->alpha);
  gst_publish_read_int32 (reader, o, "cornerRadius", 0,
      GST_PUBLISH_MAX_CORNER_RADIUS, &layout->corner_radius);
  layout->border_color = BORDER_COLOR;
  read_border (reader, o, layout);
  gst_publish_read_boolean (reader, o, "mirror", &layout->mirror);
  read_label (reader, o, layout);
}

void
gst_publish_layout_read_look (GstPublishReader * reader, JsonNode * node,
    GstPublishLayout * layout)
{
  JsonObject *o = gst_publish_read_object (reader, node, look_keys);

  if (o)
    read_look (reader, o, layout);
}

void
gst_publish_layout_read (GstPublishReader * reader, JsonNode * node,
    GstPublishLayout * layout)
{
  JsonObject *o = gst_publish_read_object (reader, node, layout_keys);
  gint stream_type = GST_PUBLISH_STREAM_TYPE_BIG;
  JsonNode *user;

  if (!o)
    return;

  read_rectangle (reader, o, &layout->x, &layout->y, &layout->width,
      &layout->height, &layout->z_order);
  read_look (reader, o, layout);
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

/* What is about a text is wrong beside an image. */
static void
read_no_text (GstPublishReader * reader, JsonObject * object)
{
  static const gchar *const keys[] = { GST_PUBLISH_TEXT_KEYS, NULL };
  guint i;

  for (i = 0; keys[i]; i++) {
    gsize here;

    if (!gst_publish_member (object, keys[i]))
      continue;
    here = gst_publish_reader_enter (reader, keys[i]);
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "stands beside \"watermarkUrl\", a watermark is an image or a text");
    gst_publish_reader_leave (reader, here);
  }
}

void
gst_publish_watermark_read (GstPublishReader * reader, JsonNode * node,
    GstPublishWatermark * mark)
{
  JsonObject *o = gst_publish_read_object (reader, node, watermark_keys);

  if (!o)
    return;

  mark->z_order = GST_PUBLISH_MAX_Z_ORDER;
  mark->text.color = LABEL_COLOR;
  if (!gst_publish_member (o, "watermarkUrl") &&
      !gst_publish_member (o, "text"))
    gst_publish_fault_missing (reader, "watermarkUrl",
        "the URI of an image, or \"text\"");
  gst_publish_read_uri (reader, o, "watermarkUrl", &mark->uri);
  if (mark->uri)
    read_no_text (reader, o);
  else
    gst_publish_text_read (reader, o, &mark->text);
  read_rectangle (reader, o, &mark->x, &mark->y, &mark->width, &mark->height,
      &mark->z_order);
}

static void
write_look (const GstPublishLayout * layout, JsonBuilder * builder)
{
  gst_publish_write_string (builder, "fillMode",
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_FILL_MODE,
          layout->fill_mode));
  if (layout->has_background_color)
    gst_publish_write_color (builder, "backgroundColor",
        layout->background_color);
  gst_publish_write_string (builder, "placeHolderImage",
      layout->placeholder_image);
  if (layout->has_alpha)
    gst_publish_write_number (builder, "alpha", layout->alpha);
  if (layout->corner_radius > 0)
    gst_publish_write_int (builder, "cornerRadius", layout->corner_radius);
  if (layout->border_width > 0) {
    json_builder_set_member_name (builder, "border");
    json_builder_begin_object (builder);
    gst_publish_write_int (builder, "width", layout->border_width);
    gst_publish_write_color_alpha (builder, "color", layout->border_color);
    json_builder_end_object (builder);
  }
  if (layout->mirror) {
    json_builder_set_member_name (builder, "mirror");
    json_builder_add_boolean_value (builder, TRUE);
  }
  if (layout->label.text) {
    json_builder_set_member_name (builder, "label");
    json_builder_begin_object (builder);
    gst_publish_text_write (&layout->label, builder);
    json_builder_end_object (builder);
  }
}

void
gst_publish_layout_write_look (const GstPublishLayout * layout,
    JsonBuilder * builder)
{
  json_builder_begin_object (builder);
  write_look (layout, builder);
  json_builder_end_object (builder);
}

void
gst_publish_layout_write (const GstPublishLayout * layout,
    JsonBuilder * builder)
{
  json_builder_begin_object (builder);
  gst_publish_write_int (builder, "x", layout->x);
  gst_publish_write_int (builder, "y", layout->y);
  gst_publish_write_int (builder, "width", layout->width);
  gst_publish_write_int (builder, "height", layout->height);
  gst_publish_write_int (builder, "zOrder", layout->z_order);
  write_look (layout, builder);
  if (layout->fixed_user.user_id) {
    json_builder_set_member_name (builder, "fixedVideoUser");
    gst_publish_write_user (builder, &layout->fixed_user);
  }
  if (layout->has_stream_type)
    gst_publish_write_string (builder, "fixedVideoStreamType",
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_STREAM_TYPE,
            layout->stream_type));
  json_builder_end_object (builder);
}

void
gst_publish_watermark_write (const GstPublishWatermark * mark,
    JsonBuilder * builder)
{
  json_builder_begin_object (builder);
  gst_publish_write_string (builder, "watermarkUrl", mark->uri);
  gst_publish_write_int (builder, "x", mark->x);
  gst_publish_write_int (builder, "y", mark->y);
  gst_publish_write_int (builder, "width", mark->width);
  gst_publish_write_int (builder, "height", mark->height);
  gst_publish_write_int (builder, "zOrder", mark->z_order);
  if (mark->text.text)
    gst_publish_text_write (&mark->text, builder);
  json_builder_end_object (builder);
}

void
gst_publish_layout_clear (GstPublishLayout * layout)
{
  g_clear_pointer (&layout->placeholder_image, g_free);
  gst_publish_text_clear (&layout->label);
  gst_publish_user_clear (&layout->fixed_user);
}

void
gst_publish_watermark_clear (GstPublishWatermark * mark)
{
  g_clear_pointer (&mark->uri, g_free);
  gst_publish_text_clear (&mark->text);
}
