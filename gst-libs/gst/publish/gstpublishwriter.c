/* JSON out: members of objects that json-glib's builder writes.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishwriter-private.h"

#include <string.h>

void
gst_publish_write_int (JsonBuilder * builder, const gchar * key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

/* nothing for a @value of NULL */
void
gst_publish_write_string (JsonBuilder * builder, const gchar * key,
    const gchar * value)
{
  if (!value)
    return;
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

/* "#RRGGBB" */
void
gst_publish_write_color (JsonBuilder * builder, const gchar * key,
    guint32 value)
{
  gchar text[8];

  g_snprintf (text, sizeof (text), "#%06x", value & 0xffffff);
  gst_publish_write_string (builder, key, text);
}

void
gst_publish_write_number (JsonBuilder * builder, const gchar * key,
    gdouble value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, value);
}

/* "#RRGGBBAA", or "#RRGGBB" of an opaque colour */
void
gst_publish_write_color_alpha (JsonBuilder * builder, const gchar * key,
    guint32 value)
{
  gchar text[10];

  if (value >> 24 == 0xff) {
    gst_publish_write_color (builder, key, value);
    return;
  }
  g_snprintf (text, sizeof (text), "#%06x%02x", value & 0xffffff, value >> 24);
  gst_publish_write_string (builder, key, text);
}

void
gst_publish_write_user (JsonBuilder * builder, const GstPublishUser * user)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "userId");
  json_builder_add_string_value (builder, user->user_id);
  if (user->room_is_number) {
    json_builder_set_member_name (builder, "intRoomId");
    json_builder_add_int_value (builder,
        g_ascii_strtoll (user->room_id, NULL, 10));
  } else if (user->room_id) {
    json_builder_set_member_name (builder, "strRoomId");
    json_builder_add_string_value (builder, user->room_id);
  }
  json_builder_end_object (builder);
}

/* Frees @builder. Returns the document on one line without spaces. */
gchar *
gst_publish_builder_finish (JsonBuilder * builder)
{
  JsonNode *root = json_builder_get_root (builder);
  gchar *json = json_to_string (root, FALSE);
  GString *strict = g_string_sized_new (strlen (json));
  const gchar *c;

  /* json-glib 1.6 leaves U+001F in a string as it is, which is not JSON */
  for (c = json; *c; c++) {
    if ((guchar) * c < 0x20)
      g_string_append_printf (strict, "\\u%04x", *c);
    else
      g_string_append_c (strict, *c);
  }
  g_free (json);
  json_node_unref (root);
  g_object_unref (builder);

  return g_string_free (strict, FALSE);
}
