/* Reads members of JSON objects against their rules.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishreader-private.h"

#include <string.h>

/* longest key that is compared with known ones, in bytes */
#define MAX_COMPARED 32

/* keys of the vendor's API that are understood but not offered */
static const gchar *const not_offered[] = {
  "mixStreamIdentity", "videoSeiParams", NULL
};

/* what a whole job has at its root */
static const gchar *const job_keys[] = { "target", "encoder", "mixing", NULL };

/* Steps that turn @a into @b: a character added, dropped, replaced, or two
 * neighbours swapped. Case does not count. */
static guint
edit_distance (const gchar * a, const gchar * b)
{
  guint rows[3][MAX_COMPARED + 1];
  guint *before = rows[0], *last = rows[1], *row = rows[2], *spare;
  gsize a_len = MIN (strlen (a), MAX_COMPARED);
  gsize b_len = MIN (strlen (b), MAX_COMPARED);
  gsize i, j;

  for (j = 0; j <= b_len; j++)
    row[j] = j;
  for (i = 1; i <= a_len; i++) {
    spare = before;
    before = last;
    last = row;
    row = spare;
    row[0] = i;
    for (j = 1; j <= b_len; j++) {
      gboolean same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]);

      row[j] = MIN (MIN (last[j], row[j - 1]) + 1, last[j - 1] + !same);
      if (i > 1 && j > 1 &&
          g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 2]) &&
          g_ascii_tolower (a[i - 2]) == g_ascii_tolower (b[j - 1]))
        row[j] = MIN (row[j], before[j - 2] + 1);
    }
  }

  return row[b_len];
}

static void
find_nearest (const gchar * key, const gchar * const *known,
    const gchar ** nearest, guint * distance)
{
  for (; *known; known++) {
    guint steps = edit_distance (key, *known);

    if (!*nearest || steps < *distance) {
      *nearest = *known;
      *distance = steps;
    }
  }
}

static void
check_key (GstPublishReader * reader, const gchar * key,
    const gchar * const *known_keys)
{
  const gchar *nearest = NULL;
  guint distance = 0;
  gboolean at_root = reader->path->len == 0;
  gsize here;

  if (g_strv_contains (known_keys, key))
    return;

  here = gst_publish_reader_enter (reader, key);
  if (g_strv_contains (not_offered, key)) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "this key of the API is not offered yet, leave it out");
  } else if (reader->report->n_faults >= GST_PUBLISH_MAX_FAULTS) {
    /* only counted: a large document must not cost much time */
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG, "unknown");
  } else {
    find_nearest (key, known_keys, &nearest, &distance);
    if (at_root)
      find_nearest (key, job_keys, &nearest, &distance);
    if (2 * distance <= strlen (key)) {
      gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
          "unknown key, the nearest known one is \"%s\"", nearest);
    } else {
      gchar *all = g_strjoinv (", ", (gchar **) known_keys);

      gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
          "unknown key, known are %s", all);
      g_free (all);
    }
  }
  gst_publish_reader_leave (reader, here);
}

/* NULL for a member that is absent or null */
JsonNode *
gst_publish_member (JsonObject * object, const gchar * key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

void
gst_publish_fault_missing (GstPublishReader * reader, const gchar * key,
    const gchar * allowed)
{
  gsize here = gst_publish_reader_enter (reader, key);

  gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
      "missing, needed is %s", allowed);
  gst_publish_reader_leave (reader, here);
}

static void
fault_value (GstPublishReader * reader, JsonNode * node,
    gboolean secret, const gchar * allowed)
{
  gchar *value = gst_publish_describe (node, secret);

  gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
      "is %s, allowed is %s", value, allowed);
  g_free (value);
}

void
gst_publish_fault_value (GstPublishReader * reader, const gchar * key,
    JsonNode * node, const gchar * allowed)
{
  gsize here = gst_publish_reader_enter (reader, key);

  fault_value (reader, node, FALSE, allowed);
  gst_publish_reader_leave (reader, here);
}

/* The object in @node, every unknown key of which is a fault; NULL and a fault
 * if it is none. */
JsonObject *
gst_publish_read_object (GstPublishReader * reader,
    JsonNode * node, const gchar * const *known_keys)
{
  JsonObjectIter iter;
  const gchar *key;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    fault_value (reader, node, FALSE, "an object");
    return NULL;
  }

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, NULL))
    check_key (reader, key, known_keys);

  return json_node_get_object (node);
}

JsonArray *
gst_publish_read_array (GstPublishReader * reader,
    JsonObject * object, const gchar * key, guint max_length)
{
  JsonNode *node = gst_publish_member (object, key);
  JsonArray *array = NULL;
  gsize here;

  if (!node)
    return NULL;

  here = gst_publish_reader_enter (reader, key);
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    fault_value (reader, node, FALSE, "an array");
  } else if (json_array_get_length (json_node_get_array (node)) > max_length) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "has %u entries, allowed are %u",
        json_array_get_length (json_node_get_array (node)), max_length);
  } else {
    array = json_node_get_array (node);
  }
  gst_publish_reader_leave (reader, here);

  return array;
}

/* A number without a fraction, however it is written: 640, 640.0, 6.4e2. */
static gboolean
get_whole (JsonNode * node, gint64 * value)
{
  gdouble number;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_INT64) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return FALSE;

  number = json_node_get_double (node);
  /* beyond 2^53 not every whole number is a double */
  if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0))
    return FALSE;
  *value = (gint64) number;

  return (gdouble) * value == number;
}

gboolean
gst_publish_read_int (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gint64 min, gint64 max, gboolean or_zero, gint64 * value)
{
  JsonNode *node = gst_publish_member (object, key);
  gint64 read;
  gchar *allowed;

  if (!node)
    return FALSE;
  if (get_whole (node, &read) && ((read >= min && read <= max) ||
          (or_zero && read == 0))) {
    *value = read;
    return TRUE;
  }

  allowed = g_strdup_printf ("%sa whole number %" G_GINT64_FORMAT "..%"
      G_GINT64_FORMAT, or_zero && min > 0 ? "0 or " : "", min, max);
  gst_publish_fault_value (reader, key, node, allowed);
  g_free (allowed);

  return FALSE;
}

gboolean
gst_publish_read_int32 (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gint min, gint max, gint * value)
{
  gint64 read;

  if (!gst_publish_read_int (reader, object, key, min, max, FALSE, &read))
    return FALSE;
  *value = (gint) read;

  return TRUE;
}

gboolean
gst_publish_read_boolean (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gboolean * value)
{
  JsonNode *node = gst_publish_member (object, key);

  if (!node)
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    gst_publish_fault_value (reader, key, node, "true or false");
    return FALSE;
  }
  *value = json_node_get_boolean (node);

  return TRUE;
}

/* The nick or the number of a value of @type. */
gboolean
gst_publish_read_enum (GstPublishReader * reader,
    JsonObject * object, const gchar * key, GType type, gint * value)
{
  JsonNode *node = gst_publish_member (object, key);
  GEnumClass *klass;
  GEnumValue *found = NULL;
  gint64 number;

  if (!node)
    return FALSE;

  klass = g_type_class_ref (type);
  if (get_whole (node, &number)) {
    if (number >= klass->minimum && number <= klass->maximum)
      found = g_enum_get_value (klass, (gint) number);
  } else if (JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING) {
    found = g_enum_get_value_by_nick (klass, json_node_get_string (node));
  }

  if (found) {
    *value = found->value;
  } else {
    GString *allowed = g_string_new (NULL);
    guint i;

    for (i = 0; i < klass->n_values; i++)
      g_string_append_printf (allowed, "%s\"%s\" or %d", i ? ", " : "",
          klass->values[i].value_nick, klass->values[i].value);
    gst_publish_fault_value (reader, key, node, allowed->str);
    g_string_free (allowed, TRUE);
  }
  g_type_class_unref (klass);

  return found != NULL;
}

/* A string that is not empty; the caller owns it. */
gboolean
gst_publish_read_string (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gboolean secret, gchar ** value)
{
  JsonNode *node = gst_publish_member (object, key);
  gsize here;

  if (!node)
    return FALSE;
  if (JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING &&
      *json_node_get_string (node) != '\0') {
    *value = json_node_dup_string (node);
    return TRUE;
  }

  here = gst_publish_reader_enter (reader, key);
  fault_value (reader, node, secret, "a string that is not empty");
  gst_publish_reader_leave (reader, here);

  return FALSE;
}

gboolean
gst_publish_read_uri (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gchar ** value)
{
  gchar *read;

  if (!gst_publish_read_string (reader, object, key, FALSE, &read))
    return FALSE;
  if (!gst_uri_is_valid (read)) {
    gst_publish_fault_value (reader, key, gst_publish_member (object, key),
        "a URI such as \"file:///path/image.png\"");
    g_free (read);
    return FALSE;
  }
  *value = read;

  return TRUE;
}

/* "#RRGGBB", or the vendor's number 0xRRGGBB; with @alpha also "#RRGGBBAA" */
static gboolean
get_color (JsonNode * node, gboolean alpha, guint32 * value)
{
  const gchar *text;
  gsize digits;
  gint64 number;

  if (get_whole (node, &number) && number >= 0 && number <= 0xffffff) {
    *value = 0xff000000 | (guint32) number;
    return TRUE;
  }
  if (!JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;

  text = json_node_get_string (node);
  digits = strlen (text) - 1;
  if (text[0] != '#' || (digits != 6 && !(alpha && digits == 8)) ||
      strspn (text + 1, "0123456789abcdefABCDEF") != digits)
    return FALSE;
  number = (gint64) g_ascii_strtoull (text + 1, NULL, 16);
  if (digits == 6)
    *value = 0xff000000 | (guint32) number;
  else
    *value = (guint32) ((number & 0xff) << 24 | number >> 8);

  return TRUE;
}

gboolean
gst_publish_read_color (GstPublishReader * reader,
    JsonObject * object, const gchar * key, guint32 * value)
{
  JsonNode *node = gst_publish_member (object, key);

  if (!node)
    return FALSE;
  if (get_color (node, FALSE, value))
    return TRUE;
  gst_publish_fault_value (reader, key, node,
      "\"#RRGGBB\" or a whole number 0..16777215");

  return FALSE;
}

gboolean
gst_publish_read_color_alpha (GstPublishReader * reader,
    JsonObject * object, const gchar * key, guint32 * value)
{
  JsonNode *node = gst_publish_member (object, key);

  if (!node)
    return FALSE;
  if (get_color (node, TRUE, value))
    return TRUE;
  gst_publish_fault_value (reader, key, node,
      "\"#RRGGBB\", \"#RRGGBBAA\" or a whole number 0..16777215");

  return FALSE;
}

/* A number that may have a fraction. */
gboolean
gst_publish_read_number (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gdouble min, gdouble max, gdouble * value)
{
  JsonNode *node = gst_publish_member (object, key);
  gdouble number = min - 1;
  gchar *allowed;

  if (!node)
    return FALSE;
  if (JSON_NODE_HOLDS_VALUE (node) &&
      (json_node_get_value_type (node) == G_TYPE_DOUBLE ||
          json_node_get_value_type (node) == G_TYPE_INT64))
    number = json_node_get_double (node);
  if (number >= min && number <= max) {
    *value = number;
    return TRUE;
  }

  allowed = g_strdup_printf ("a number %g..%g", min, max);
  gst_publish_fault_value (reader, key, node, allowed);
  g_free (allowed);

  return FALSE;
}

/* @node is not null; @user is zero before */
void
gst_publish_read_user (GstPublishReader * reader, JsonNode * node,
    GstPublishUser * user)
{
  static const gchar *const keys[] = {
    "userId", "intRoomId", "strRoomId", NULL
  };
  JsonObject *object = gst_publish_read_object (reader, node, keys);
  gint64 room;

  if (!object)
    return;

  if (!gst_publish_member (object, "userId"))
    gst_publish_fault_missing (reader, "userId", "the user's id, a string");
  gst_publish_read_string (reader, object, "userId", FALSE, &user->user_id);

  if (gst_publish_member (object, "intRoomId") &&
      gst_publish_member (object, "strRoomId")) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "has intRoomId and strRoomId, allowed is one of them");
    return;
  }
  if (gst_publish_read_string (reader, object, "strRoomId", FALSE,
          &user->room_id))
    return;
  if (gst_publish_read_int (reader, object, "intRoomId", 1, G_MAXUINT32, FALSE,
          &room)) {
    user->room_id = g_strdup_printf ("%" G_GINT64_FORMAT, room);
    user->room_is_number = TRUE;
  }
}

void
gst_publish_user_clear (GstPublishUser * user)
{
  g_clear_pointer (&user->user_id, g_free);
  g_clear_pointer (&user->room_id, g_free);
  user->room_is_number = FALSE;
}
