/* AMF0: writes values, reads what a server answers. The reader trusts nothing:
 * every length is checked against what is there, nesting is bounded, and no
 * memory is allocated for what a length claims.
 *
 * Source: Adobe, "Action Message Format - AMF 0" (2007); clauses are named.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayamf.h"

#include <string.h>

/* 2.1, type markers */
enum
{
  AMF_NUMBER = 0x00,
  AMF_BOOLEAN = 0x01,
  AMF_STRING = 0x02,
  AMF_OBJECT = 0x03,
  AMF_NULL = 0x05,
  AMF_UNDEFINED = 0x06,
  AMF_REFERENCE = 0x07,
  AMF_ECMA_ARRAY = 0x08,
  AMF_OBJECT_END = 0x09,
  AMF_STRICT_ARRAY = 0x0a,
  AMF_DATE = 0x0b,
  AMF_LONG_STRING = 0x0c,
  AMF_UNSUPPORTED = 0x0d,
  AMF_XML_DOCUMENT = 0x0f,
  AMF_TYPED_OBJECT = 0x10,
};

/* deeper than any answer is, shallow enough for any stack */
#define MAX_DEPTH 16

typedef struct
{
  const guint8 *data;
  gsize left;
} Reader;

typedef enum
{
  READ_OK,
  /* a type that is not AMF0: where it ends nobody knows */
  READ_UNKNOWN,
  READ_BAD,
} ReadResult;

static guint16
get_uint16 (const guint8 * data)
{
  return (guint16) (data[0] << 8 | data[1]);
}

static guint32
get_uint32 (const guint8 * data)
{
  return (guint32) get_uint16 (data) << 16 | get_uint16 (data + 2);
}

static void
put_uint16 (GByteArray * out, guint value)
{
  const guint8 bytes[] = { value >> 8, value & 0xff };

  g_byte_array_append (out, bytes, sizeof (bytes));
}

static void
put_marker (GByteArray * out, guint8 marker)
{
  g_byte_array_append (out, &marker, 1);
}

/* 2.2: an IEEE double, network byte order (1.3.1) */
void
gst_relay_amf_put_number (GByteArray * out, gdouble value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof (bits));
  bits = GUINT64_TO_BE (bits);
  put_marker (out, AMF_NUMBER);
  g_byte_array_append (out, (const guint8 *) &bits, sizeof (bits));
}

/* 2.4; one that does not fit a string's 16 bits of length is a long string
 * (2.14) */
void
gst_relay_amf_put_string (GByteArray * out, const gchar * text)
{
  gsize length = strlen (text);

  if (length > G_MAXUINT16) {
    put_marker (out, AMF_LONG_STRING);
    put_uint16 (out, (guint) (length >> 16));
  } else {
    put_marker (out, AMF_STRING);
  }
  put_uint16 (out, (guint) (length & 0xffff));
  g_byte_array_append (out, (const guint8 *) text, (guint) length);
}

/* 2.7 */
void
gst_relay_amf_put_null (GByteArray * out)
{
  put_marker (out, AMF_NULL);
}

/* 2.5: keys and values until the end */
void
gst_relay_amf_begin_object (GByteArray * out)
{
  put_marker (out, AMF_OBJECT);
}

/* 1.3.2: a string without a marker; at most 65535 bytes */
void
gst_relay_amf_put_key (GByteArray * out, const gchar * key)
{
  gsize length = strlen (key);

  g_return_if_fail (length <= G_MAXUINT16);
  put_uint16 (out, (guint) length);
  g_byte_array_append (out, (const guint8 *) key, (guint) length);
}

/* 2.11: an empty key and the end's marker */
void
gst_relay_amf_end_object (GByteArray * out)
{
  put_uint16 (out, 0);
  put_marker (out, AMF_OBJECT_END);
}

static const guint8 *
take (Reader * reader, gsize n)
{
  const guint8 *data = reader->data;

  if (reader->left < n)
    return NULL;
  reader->data += n;
  reader->left -= n;
  return data;
}

/* @length_size: 2 or 4 bytes */
static const guint8 *
take_text (Reader * reader, guint length_size, gsize * length)
{
  const guint8 *head = take (reader, length_size);

  if (!head)
    return NULL;
  *length = length_size == 2 ? get_uint16 (head) : get_uint32 (head);
  return take (reader, *length);
}

static gdouble
to_double (const guint8 * data)
{
  guint64 bits;
  gdouble value;

  memcpy (&bits, data, sizeof (bits));
  bits = GUINT64_FROM_BE (bits);
  memcpy (&value, &bits, sizeof (value));
  return value;
}

/* What is cut ends with a whole word: half of a secret would not be known for
 * one by who looks for it. */
static void
copy_text (const guint8 * text, gsize length, gchar * to, gsize size)
{
  gchar *valid = g_utf8_make_valid ((const gchar *) text,
      (gssize) MIN (length, size - 1));
  gboolean cut;
  gchar *end;

  for (end = valid; *end; end++) {
    if ((guchar) * end < ' ' || *end == 0x7f)
      *end = ' ';
  }
  /* what stands for bad bytes is longer than they were */
  cut = g_strlcpy (to, valid, size) >= size || length > size - 1;
  if (!g_utf8_validate (to, -1, (const gchar **) &end))
    *end = '\0';
  if (cut) {
    end = strrchr (to, ' ');
    *(end ? end : to) = '\0';
  }
  g_free (valid);
}

static ReadResult read_value (Reader * reader, GstRelayCommand * command,
    guint depth);

/* Fields of the information object (RTMP 7.2.2): texts with these names. Deeper
 * ones are others' business. */
static void
keep_field (GstRelayCommand * command, const guint8 * key, gsize key_length,
    Reader value)
{
  static const struct
  {
    const gchar *name;
    gsize offset, size;
  } fields[] = {
    {"code", G_STRUCT_OFFSET (GstRelayCommand, code), sizeof (command->code)},
    {"level", G_STRUCT_OFFSET (GstRelayCommand, level),
        sizeof (command->level)},
    {"description", G_STRUCT_OFFSET (GstRelayCommand, description),
        sizeof (command->description)},
  };
  const guint8 *marker = take (&value, 1), *text;
  gsize length;
  guint i;

  if (!marker || *marker != AMF_STRING ||
      !(text = take_text (&value, 2, &length)))
    return;
  for (i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (strlen (fields[i].name) == key_length &&
        memcmp (fields[i].name, key, key_length) == 0)
      copy_text (text, length, G_STRUCT_MEMBER_P (command, fields[i].offset),
          fields[i].size);
  }
}

static ReadResult
read_fields (Reader * reader, GstRelayCommand * command, guint depth)
{
  while (TRUE) {
    gsize length = 0;
    const guint8 *key = take_text (reader, 2, &length);
    ReadResult result;

    if (!key)
      return READ_BAD;
    if (length == 0 && reader->left > 0 && reader->data[0] == AMF_OBJECT_END) {
      take (reader, 1);
      return READ_OK;
    }
    if (depth == 1)
      keep_field (command, key, length, *reader);
    result = read_value (reader, command, depth);
    if (result != READ_OK)
      return result;
  }
}

static ReadResult
read_array (Reader * reader, GstRelayCommand * command, guint depth)
{
  const guint8 *count = take (reader, 4);
  guint32 n = count ? get_uint32 (count) : 0;
  ReadResult result = count ? READ_OK : READ_BAD;

  /* each value takes a byte at least: a count that lies ends soon */
  for (; n > 0 && result == READ_OK; n--)
    result = read_value (reader, command, depth);
  return result;
}

static ReadResult
skip (Reader * reader, gsize n)
{
  return take (reader, n) ? READ_OK : READ_BAD;
}

static ReadResult
skip_text (Reader * reader, guint length_size)
{
  gsize length;

  return take_text (reader, length_size, &length) ? READ_OK : READ_BAD;
}

static ReadResult
read_value (Reader * reader, GstRelayCommand * command, guint depth)
{
  const guint8 *marker = take (reader, 1), *number;

  if (!marker || depth >= MAX_DEPTH)
    return READ_BAD;
  switch (*marker) {
    case AMF_NUMBER:
      if (!(number = take (reader, 8)))
        return READ_BAD;
      if (depth == 0 && !command->has_number) {
        command->has_number = TRUE;
        command->number = to_double (number);
      }
      return READ_OK;
    case AMF_BOOLEAN:
      return skip (reader, 1);
    case AMF_STRING:
      return skip_text (reader, 2);
    case AMF_NULL:
    case AMF_UNDEFINED:
    case AMF_UNSUPPORTED:
      return READ_OK;
    case AMF_REFERENCE:
      return skip (reader, 2);
    case AMF_TYPED_OBJECT:
      if (skip_text (reader, 2) != READ_OK)
        return READ_BAD;
      return read_fields (reader, command, depth + 1);
    case AMF_ECMA_ARRAY:
      /* the count is a hint (2.10) */
      if (skip (reader, 4) != READ_OK)
        return READ_BAD;
      return read_fields (reader, command, depth + 1);
    case AMF_OBJECT:
      return read_fields (reader, command, depth + 1);
    case AMF_STRICT_ARRAY:
      return read_array (reader, command, depth + 1);
    case AMF_DATE:
      return skip (reader, 10);
    case AMF_LONG_STRING:
    case AMF_XML_DOCUMENT:
      return skip_text (reader, 4);
    default:
      return READ_UNKNOWN;
  }
}

/* Reads the payload of a command message. What follows a value that is not
 * AMF0 is left alone. FALSE: it has no name or no transaction, or is cut
 * short; the name is there if it could be read. */
gboolean
gst_relay_amf_read_command (const guint8 * data, gsize size,
    GstRelayCommand * command)
{
  Reader reader = { data, size };
  const guint8 *at;
  gsize length;
  ReadResult result = READ_OK;

  memset (command, 0, sizeof (*command));
  at = take (&reader, 1);
  if (!at || *at != AMF_STRING || !(at = take_text (&reader, 2, &length)))
    return FALSE;
  copy_text (at, length, command->name, sizeof (command->name));
  at = take (&reader, 1);
  if (!at || *at != AMF_NUMBER || !(at = take (&reader, 8)))
    return FALSE;
  command->transaction = to_double (at);
  while (reader.left > 0 && result == READ_OK)
    result = read_value (&reader, command, 0);
  return result != READ_BAD;
}
