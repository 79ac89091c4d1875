/* A strict JSON parser (RFC 8259) that builds json-glib's tree.
 *
 * json-glib's own parser takes more than JSON (comments, assignments), loses
 * a key that comes twice, wraps large integers, and follows nesting as deep as
 * the stack goes. A job is written by hand and may come from anywhere, so here
 * each of these is an error that says where.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjson-private.h"

#include <errno.h>
#include <string.h>

#include "gstpublishlimits.h"

typedef struct
{
  const gchar *at;
  const gchar *begin;
  const gchar *end;
  guint depth;
  GstPublishReader *reader;
} Parser;

static JsonNode *parse_value (Parser * parser);

/* Columns count characters, both count from 1, as editors show them. */
static JsonNode *fail_at (Parser * parser, const gchar * where,
    const gchar * what)
{
  guint line = 1;
  const gchar *line_start = parser->begin;
  const gchar *c;

  for (c = parser->begin; c < where; c++) {
    if (*c == '\n') {
      line++;
      line_start = c + 1;
    }
  }
  gst_publish_reader_fault (parser->reader, GST_PUBLISH_CODE_BAD_CONFIG,
      "not JSON: line %u, column %ld: %s", line,
      g_utf8_pointer_to_offset (line_start, where) + 1, what);

  return NULL;
}

static JsonNode *fail (Parser * parser, const gchar * what)
{
  return fail_at (parser, parser->at, what);
}

static void skip_space (Parser * parser)
{
  while (parser->at < parser->end && strchr (" \t\r\n", *parser->at))
    parser->at++;
}

/* the next character that is not space, or NUL at the end */
static gchar peek (Parser * parser)
{
  skip_space (parser);

  return parser->at < parser->end ? *parser->at : '\0';
}

static gint parse_hex4 (const Parser * parser, const gchar * c)
{
  gint i, value = 0;

  if (parser->end - c < 4)
    return -1;
  for (i = 0; i < 4; i++) {
    gint digit = g_ascii_xdigit_value (c[i]);

    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }

  return value;
}

/* @parser is behind "\u" */
static gboolean parse_unicode (Parser * parser, GString * string)
{
  const gchar *start = parser->at - 2;
  gint value = parse_hex4 (parser, parser->at);
  gunichar character = value;

  if (value < 0) {
    fail_at (parser, start, "\\u needs four hexadecimal digits");
    return FALSE;
  }
  parser->at += 4;

  if (value >= 0xd800 && value <= 0xdbff && parser->end - parser->at >= 6 &&
      parser->at[0] == '\\' && parser->at[1] == 'u') {
    gint low = parse_hex4 (parser, parser->at + 2);

    if (low >= 0xdc00 && low <= 0xdfff) {
      character = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
      parser->at += 6;
    }
  }

  if (character == 0) {
    fail_at (parser, start, "a NUL character is not allowed");
    return FALSE;
  }
  if (!g_unichar_validate (character)) {
    fail_at (parser, start, "half of a surrogate pair is not a character");
    return FALSE;
  }
  g_string_append_unichar (string, character);

  return TRUE;
}

/* @parser is at the opening quote */
static gchar *parse_string (Parser * parser)
{
  static const gchar escapes[] = "\"\\/bfnrt";
  static const gchar escaped[] = "\"\\/\b\f\n\r\t";
  const gchar *start = parser->at++;
  GString *string = g_string_new (NULL);

  while (parser->at < parser->end && *parser->at != '"') {
    gchar c = *parser->at;

    if ((guchar) c < 0x20) {
      fail (parser, "a control character in a string must be escaped");
      goto failed;
    }
    if (c != '\\') {
      g_string_append_c (string, c);
      parser->at++;
      continue;
    }

    if (parser->end - parser->at < 2)
      break;
    c = parser->at[1];
    if (c == 'u') {
      parser->at += 2;
      if (!parse_unicode (parser, string))
        goto failed;
    } else if (strchr (escapes, c)) {
      g_string_append_c (string, escaped[strchr (escapes, c) - escapes]);
      parser->at += 2;
    } else {
      fail (parser, "unknown escape in a string");
      goto failed;
    }
  }

  if (parser->at >= parser->end || *parser->at != '"') {
    fail_at (parser, start, "the string that starts here does not end");
    goto failed;
  }
  parser->at++;

  return g_string_free (string, FALSE);

failed:
  g_string_free (string, TRUE);
  return NULL;
}

static gboolean skip_digits (Parser * parser)
{
  const gchar *start = parser->at;

  while (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    parser->at++;

  return parser->at > start;
}

/* An integer beyond 64 bits becomes a double: every number that a job knows
 * has a range far inside, so it is refused where it stands. */
static JsonNode *parse_number (Parser * parser)
{
  const gchar *start = parser->at;
  gboolean whole = TRUE;
  gchar *text;
  gint64 value;
  JsonNode *node;

  if (*parser->at == '-')
    parser->at++;
  if (parser->at < parser->end && *parser->at == '0') {
    parser->at++;
    if (parser->at < parser->end && g_ascii_isdigit (*parser->at))
      return fail_at (parser, start, "a number must not start with 0");
  } else if (!skip_digits (parser)) {
    return fail_at (parser, start, "a digit must follow the minus sign");
  }
  if (parser->at < parser->end && *parser->at == '.') {
    whole = FALSE;
    parser->at++;
    if (!skip_digits (parser))
      return fail (parser, "a digit must follow the decimal point");
  }
  if (parser->at < parser->end && (*parser->at | 0x20) == 'e') {
    whole = FALSE;
    parser->at++;
    if (parser->at < parser->end && strchr ("+-", *parser->at))
      parser->at++;
    if (!skip_digits (parser))
      return fail (parser, "a digit must stand in the exponent");
  }

  text = g_strndup (start, parser->at - start);
  errno = 0;
  value = g_ascii_strtoll (text, NULL, 10);
  node = json_node_alloc ();
  if (whole && errno == 0)
    json_node_init_int (node, value);
  else
    json_node_init_double (node, g_ascii_strtod (text, NULL));
  g_free (text);

  return node;
}

static JsonNode *parse_literal (Parser * parser)
{
  gsize length = 0;
  JsonNode *node = NULL;

  while (parser->at + length < parser->end &&
      g_ascii_isalnum (parser->at[length]))
    length++;

  if (length == 4 && memcmp (parser->at, "null", 4) == 0)
    node = json_node_init_null (json_node_alloc ());
  else if (length == 4 && memcmp (parser->at, "true", 4) == 0)
    node = json_node_init_boolean (json_node_alloc (), TRUE);
  else if (length == 5 && memcmp (parser->at, "false", 5) == 0)
    node = json_node_init_boolean (json_node_alloc (), FALSE);
  else
    return fail (parser, "expected a value: an object, an array, a string, "
        "a number, true, false or null");
  parser->at += length;

  return node;
}

/* @parser is at the key; adds the member to @object */
static gboolean parse_member (Parser * parser, JsonObject * object)
{
  gchar *key = parse_string (parser);
  JsonNode *value = NULL;
  gsize here;

  if (!key)
    return FALSE;

  here = gst_publish_reader_enter (parser->reader, key);
  if (peek (parser) != ':') {
    fail (parser, "expected ':' after a key");
  } else {
    parser->at++;
    value = parse_value (parser);
  }
  if (value && json_object_has_member (object, key)) {
    gst_publish_reader_fault (parser->reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "the key stands here twice, allowed is once");
    json_node_unref (value);
  } else if (value) {
    json_object_set_member (object, key, value);
  }
  gst_publish_reader_leave (parser->reader, here);
  g_free (key);

  return value != NULL;
}

/* @parser is at the opening brace */
static JsonNode *parse_object (Parser * parser)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = NULL;

  do {
    parser->at++;
    if (peek (parser) == '}' && json_object_get_size (object) == 0)
      break;
    if (peek (parser) != '"') {
      fail (parser, "expected a key in double quotes");
      goto done;
    }
    if (!parse_member (parser, object))
      goto done;
  } while (peek (parser) == ',');

  if (peek (parser) != '}') {
    fail (parser, "expected ',' or '}' after a value");
    goto done;
  }
  parser->at++;
  node = json_node_init_object (json_node_alloc (), object);

done:
  json_object_unref (object);
  return node;
}

/* @parser is at the opening bracket */
static JsonNode *parse_array (Parser * parser)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = NULL;

  do {
    JsonNode *value;
    gsize here;

    parser->at++;
    if (peek (parser) == ']' && json_array_get_length (array) == 0)
      break;
    here = gst_publish_reader_enter_index (parser->reader,
        json_array_get_length (array));
    value = parse_value (parser);
    gst_publish_reader_leave (parser->reader, here);
    if (!value)
      goto done;
    json_array_add_element (array, value);
  } while (peek (parser) == ',');

  if (peek (parser) != ']') {
    fail (parser, "expected ',' or ']' after a value");
    goto done;
  }
  parser->at++;
  node = json_node_init_array (json_node_alloc (), array);

done:
  json_array_unref (array);
  return node;
}

static JsonNode *parse_value (Parser * parser)
{
  gchar next = peek (parser);
  JsonNode *node = NULL;

  if (parser->at >= parser->end)
    return fail (parser, "the document ends where a value is expected");

  if (next == '{' || next == '[') {
    if (parser->depth == GST_PUBLISH_MAX_DOCUMENT_DEPTH)
      return fail (parser, "more than "
          G_STRINGIFY (GST_PUBLISH_MAX_DOCUMENT_DEPTH)
          " objects and arrays inside each other");
    parser->depth++;
    node = next == '{' ? parse_object (parser) : parse_array (parser);
    parser->depth--;
    return node;
  }
  if (next == '"') {
    gchar *string = parse_string (parser);

    if (!string)
      return NULL;
    node = json_node_init_string (json_node_alloc (), string);
    g_free (string);
    return node;
  }
  if (next == '-' || g_ascii_isdigit (next))
    return parse_number (parser);

  return parse_literal (parser);
}

/* Parses @json, in which keys that come twice are faults that do not stop the
 * parser. Returns NULL, with one fault, if it is not JSON. */
JsonNode *gst_publish_json_parse (const gchar * json, GstPublishReader * reader)
{
  gsize length = strlen (json);
  Parser parser = { json, json, json + length, 0, reader };
  const gchar *bad;
  JsonNode *node;

  if (length > GST_PUBLISH_MAX_DOCUMENT_BYTES) {
    gst_publish_reader_fault (reader, GST_PUBLISH_CODE_BAD_CONFIG,
        "the document has %" G_GSIZE_FORMAT " bytes, allowed are %d", length,
        GST_PUBLISH_MAX_DOCUMENT_BYTES);
    return NULL;
  }
  if (!g_utf8_validate (json, length, &bad))
    return fail_at (&parser, bad, "the text is not UTF-8");

  /* a byte order mark may be ignored: RFC 8259, section 8.1 */
  if (g_str_has_prefix (json, "\xef\xbb\xbf"))
    parser.at += 3;

  node = parse_value (&parser);
  if (node && peek (&parser) != '\0') {
    json_node_unref (node);
    return fail (&parser, "nothing may follow the document");
  }

  return node;
}
