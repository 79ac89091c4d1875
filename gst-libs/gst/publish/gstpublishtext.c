/* Texts: from and to JSON, and what they say at a time.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"
#include "gstpublishtext-private.h"

#include <string.h>

/* What may stand in braces. */
typedef enum
{
  FIELD_USER_ID,
  FIELD_ROOM_ID,
  FIELD_UTC,
  FIELD_TIME,
  FIELD_DATE,
  N_FIELDS
} Field;

static const gchar *const field_names[N_FIELDS] = {
  "userId", "roomId", "utc", "time", "date"
};

static const gchar *const field_formats[N_FIELDS] = {
  NULL, NULL, "%Y-%m-%d %H:%M:%S UTC", "%H:%M:%S", "%Y-%m-%d"
};

/* Whether @text begins with a name in braces; @length is that of both. Braces
 * around anything else are letters like others. */
static gboolean
is_field (const gchar * text, gsize * length)
{
  gsize n = 1;

  if (text[0] != '{')
    return FALSE;
  while (g_ascii_isalpha (text[n]))
    n++;
  *length = n + 1;

  return n > 1 && text[n] == '}';
}

static Field
find_field (const gchar * text, gsize length)
{
  guint i;

  for (i = 0; i < N_FIELDS; i++) {
    if (strlen (field_names[i]) == length - 2 &&
        strncmp (text + 1, field_names[i], length - 2) == 0)
      break;
  }

  return i;
}

/* NULL if @text has a percent sign that means nothing */
static gchar *
format_time (GDateTime * time, const gchar * text)
{
  gsize n = strlen (text);
  gsize percents = 0;

  if (!strchr (text, '%'))
    return g_strdup (text);
  /* GLib drops a single one at the end */
  while (percents < n && text[n - 1 - percents] == '%')
    percents++;
  if (percents % 2 == 1)
    return NULL;

  return g_date_time_format (time, text);
}

static void
append_field (GString * out, Field field, const gchar * user_id,
    const gchar * room_id, GDateTime * time)
{
  GDateTime *utc;
  gchar *text;

  switch (field) {
    case FIELD_USER_ID:
      g_string_append (out, user_id ? user_id : "");
      break;
    case FIELD_ROOM_ID:
      g_string_append (out, room_id ? room_id : "");
      break;
    case FIELD_UTC:
      utc = g_date_time_to_utc (time);
      text = g_date_time_format (utc, field_formats[field]);
      g_string_append (out, text);
      g_free (text);
      g_date_time_unref (utc);
      break;
    default:
      text = g_date_time_format (time, field_formats[field]);
      g_string_append (out, text);
      g_free (text);
      break;
  }
}

/**
 * gst_publish_text_expand:
 * @text: a text of a config
 * @user_id: (nullable): whose slot it is in
 * @room_id: (nullable): that user's room
 * @time: the time that it tells, in the time zone that it is told in
 *
 * What @text says now: `{userId}` and `{roomId}`; `{utc}`, `{time}` and
 * `{date}`, which are "2026-01-31 23:59:59 UTC", "23:59:59" and "2026-01-31";
 * and every form of strftime() that g_date_time_format() knows: "%H:%M". A
 * percent sign is written "%%". What a user's id contains is never expanded.
 * Any thread may call this.
 *
 * Returns: (transfer full): the text to be written
 */
gchar *
gst_publish_text_expand (const gchar * text, const gchar * user_id,
    const gchar * room_id, GDateTime * time)
{
  GString *out;
  gchar *formatted;
  const gchar *c;
  gsize length;

  g_return_val_if_fail (text != NULL && time != NULL, NULL);

  formatted = format_time (time, text);
  if (!formatted)
    formatted = g_strdup (text);

  out = g_string_new (NULL);
  for (c = formatted; *c; c++) {
    Field field = is_field (c, &length) ? find_field (c, length) : N_FIELDS;

    if (field == N_FIELDS) {
      g_string_append_c (out, *c);
    } else {
      append_field (out, field, user_id, room_id, time);
      c += length - 1;
    }
  }
  g_free (formatted);

  return g_string_free (out, FALSE);
}

/**
 * gst_publish_text_tells_time:
 * @text: a text of a config
 *
 * Returns: %TRUE if what gst_publish_text_expand() makes of it changes with
 *   the time
 */
gboolean
gst_publish_text_tells_time (const gchar * text)
{
  const gchar *c;
  gsize length;

  g_return_val_if_fail (text != NULL, FALSE);

  for (c = text; *c; c++) {
    if (*c == '%')
      return TRUE;
    if (is_field (c, &length)) {
      Field field = find_field (c, length);

      if (field < N_FIELDS && field_formats[field])
        return TRUE;
    }
  }

  return FALSE;
}

static void
check_fields (GstPublishReader * reader, const gchar * text)
{
  const gchar *c;
  gsize length;

  for (c = text; *c; c++) {
    if (is_field (c, &length) && find_field (c, length) == N_FIELDS) {
      gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
          "has %.*s, known are {userId}, {roomId}, {utc}, {time} and {date}",
          (int) MIN (length, 40), c);
      return;
    }
  }
}

gboolean
gst_publish_text_read_member (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gchar ** value)
{
  GDateTime *epoch;
  gchar *said;
  gsize here;

  if (!gst_publish_read_string (reader, object, key, FALSE, value))
    return FALSE;

  here = gst_publish_reader_enter (reader, key);
  epoch = g_date_time_new_from_unix_utc (0);
  said = format_time (epoch, *value);
  if (!said)
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "has a %% that is no form of strftime(), a percent sign is \"%%%%\"");
  check_fields (reader, *value);
  gst_publish_reader_leave (reader, here);
  g_free (said);
  g_date_time_unref (epoch);

  return TRUE;
}

/* @text has its default colours before */
void
gst_publish_text_read (GstPublishReader * reader, JsonObject * object,
    GstPublishText * text)
{
  gint alignment = text->alignment;

  gst_publish_text_read_member (reader, object, "text", &text->text);
  gst_publish_read_string (reader, object, "font", FALSE, &text->font);
  gst_publish_read_color_alpha (reader, object, "color", &text->color);
  gst_publish_read_color_alpha (reader, object, "backgroundColor",
      &text->background_color);
  gst_publish_read_enum (reader, object, "alignment",
      GST_TYPE_PUBLISH_ALIGNMENT, &alignment);
  text->alignment = alignment;
}

void
gst_publish_text_write (const GstPublishText * text, JsonBuilder * builder)
{
  gst_publish_write_string (builder, "text", text->text);
  gst_publish_write_string (builder, "font", text->font);
  gst_publish_write_color_alpha (builder, "color", text->color);
  gst_publish_write_color_alpha (builder, "backgroundColor",
      text->background_color);
  gst_publish_write_string (builder, "alignment",
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_ALIGNMENT, text->alignment));
}

void
gst_publish_text_clear (GstPublishText * text)
{
  g_clear_pointer (&text->text, g_free);
  g_clear_pointer (&text->font, g_free);
}
