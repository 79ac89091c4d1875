/* Layouts and watermarks from and to JSON.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"

static const gchar *const layout_keys[] = {
  "x", "y", "width", "height", "zOrder", "fillMode", "backgroundColor",
  "placeHolderImage", "fixedVideoUser", "fixedVideoStreamType", NULL
};

static const gchar *const watermark_keys[] = {
  "watermarkUrl", "x", "y", "width", "height", "zOrder", NULL
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

void
gst_publish_layout_read (GstPublishReader * reader, JsonNode * node,
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

void
gst_publish_watermark_read (GstPublishReader * reader, JsonNode * node,
    GstPublishWatermark * mark)
{
  JsonObject *o = gst_publish_read_object (reader, node, watermark_keys);

  if (!o)
    return;

  mark->z_order = GST_PUBLISH_MAX_Z_ORDER;
  if (!gst_publish_member (o, "watermarkUrl"))
    gst_publish_fault_missing (reader, "watermarkUrl", "the URI of an image");
  gst_publish_read_uri (reader, o, "watermarkUrl", &mark->uri);
  read_rectangle (reader, o, &mark->x, &mark->y, &mark->width, &mark->height,
      &mark->z_order);
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
  gst_publish_write_string (builder, "fillMode",
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_FILL_MODE,
          layout->fill_mode));
  if (layout->has_background_color)
    gst_publish_write_color (builder, "backgroundColor",
        layout->background_color);
  gst_publish_write_string (builder, "placeHolderImage",
      layout->placeholder_image);
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
  json_builder_end_object (builder);
}

void
gst_publish_layout_clear (GstPublishLayout * layout)
{
  g_clear_pointer (&layout->placeholder_image, g_free);
  gst_publish_user_clear (&layout->fixed_user);
}

void
gst_publish_watermark_clear (GstPublishWatermark * mark)
{
  g_clear_pointer (&mark->uri, g_free);
}
