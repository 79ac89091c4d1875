/* The report: every fault of a document, each with its JSON path.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjson-private.h"

#include <math.h>
#include <string.h>

#include "gstpublishurl.h"

#define MAX_FAULTS 50
#define MAX_SHOWN_CHARS 60

void gst_publish_report_init (GstPublishReport * report)
{
  report->lines = g_string_new (NULL);
  report->n_faults = 0;
  report->n_duplicate_urls = 0;
}

/* Frees the report. Returns whether the document is without fault; sets @error
 * if it is not. */
gboolean gst_publish_report_finish (GstPublishReport * report, GError ** error)
{
  gboolean clean = report->n_faults == 0;

  if (report->n_faults > MAX_FAULTS)
    g_string_append_printf (report->lines, "\nand %u more",
        report->n_faults - MAX_FAULTS);
  if (!clean)
    g_set_error_literal (error, GST_PUBLISH_ERROR,
        report->n_duplicate_urls == report->n_faults ?
        GST_PUBLISH_CODE_DUPLICATE_URL : GST_PUBLISH_CODE_BAD_CONFIG,
        report->lines->str);
  g_string_free (report->lines, TRUE);
  report->lines = NULL;

  return clean;
}

void gst_publish_reader_init (GstPublishReader * reader,
    GstPublishReport * report, const gchar * path)
{
  reader->path = g_string_new (path);
  reader->report = report;
}

void gst_publish_reader_clear (GstPublishReader * reader)
{
  g_string_free (reader->path, TRUE);
  reader->path = NULL;
}

/* Returns what gst_publish_reader_leave() takes to come back. */
gsize gst_publish_reader_enter (GstPublishReader * reader, const gchar * key)
{
  gsize where = reader->path->len;
  const gchar *c;
  gchar *quoted;

  for (c = key; g_ascii_isalnum (*c) || *c == '_' || *c == '-'; c++);
  if (*c == '\0' && c > key && c - key <= MAX_SHOWN_CHARS) {
    if (where > 0)
      g_string_append_c (reader->path, '.');
    g_string_append (reader->path, key);
  } else {
    quoted = gst_publish_quote (key, FALSE);
    g_string_append_printf (reader->path, "[%s]", quoted);
    g_free (quoted);
  }

  return where;
}

gsize gst_publish_reader_enter_index (GstPublishReader * reader, guint index)
{
  gsize where = reader->path->len;

  g_string_append_printf (reader->path, "[%u]", index);

  return where;
}

void gst_publish_reader_leave (GstPublishReader * reader, gsize where)
{
  g_string_truncate (reader->path, where);
}

void gst_publish_reader_fault (GstPublishReader * reader, GstPublishCode code,
    const gchar * format, ...)
{
  GstPublishReport *report = reader->report;
  va_list args;

  if (code == GST_PUBLISH_CODE_DUPLICATE_URL)
    report->n_duplicate_urls++;
  if (++report->n_faults > MAX_FAULTS)
    return;

  if (report->n_faults > 1)
    g_string_append_c (report->lines, '\n');
  g_string_append_printf (report->lines, "%s: ",
      reader->path->len > 0 ? reader->path->str : "document");
  va_start (args, format);
  g_string_append_vprintf (report->lines, format, args);
  va_end (args);
}

/* @text in quotes, on one line, cut if it is long, redacted if it is a url or
 * if @secret says that it may be one. */
gchar *gst_publish_quote (const gchar * text, gboolean secret)
{
  GString *quoted = g_string_new ("\"");
  gchar *redacted = NULL;
  const gchar *c;
  guint n = 0;

  if (secret || strstr (text, "://"))
    text = redacted = gst_publish_url_redact (text);

  for (c = text; *c && n < MAX_SHOWN_CHARS; c = g_utf8_next_char (c), n++) {
    if ((guchar) * c < 0x20 || *c == 0x7f)
      g_string_append_printf (quoted, "\\u%04x", *c);
    else if (*c == '"' || *c == '\\')
      g_string_append_printf (quoted, "\\%c", *c);
    else
      g_string_append_len (quoted, c, g_utf8_next_char (c) - c);
  }
  g_string_append (quoted, *c ? "...\"" : "\"");
  g_free (redacted);

  return g_string_free (quoted, FALSE);
}

/* A value as a message shows it. */
gchar *gst_publish_describe (JsonNode * node, gboolean secret)
{
  gdouble number;

  switch (json_node_get_node_type (node)) {
    case JSON_NODE_OBJECT:
      return g_strdup ("an object");
    case JSON_NODE_ARRAY:
      return g_strdup ("an array");
    case JSON_NODE_NULL:
      return g_strdup ("null");
    default:
      break;
  }

  switch (json_node_get_value_type (node)) {
    case G_TYPE_STRING:
      return gst_publish_quote (json_node_get_string (node), secret);
    case G_TYPE_BOOLEAN:
      return g_strdup (json_node_get_boolean (node) ? "true" : "false");
    case G_TYPE_INT64:
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    default:
      number = json_node_get_double (node);
      if (isinf (number))
        return g_strdup (number < 0 ? "a number below any limit" :
            "a number above any limit");
      return g_strdup_printf ("%.17g", number);
  }
}
