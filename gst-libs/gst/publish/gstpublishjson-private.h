/* JSON in: a strict parser, and a report that gathers every fault of a
 * document. Private to the library.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "gstpublisherror.h"

/* Every fault of a document, one line each. */
typedef struct
{
  GString *lines;
  guint n_faults;
  guint n_duplicate_urls;
} GstPublishReport;

/* Where in a document a reader is, such as "mixing.videoLayoutList[2]". */
typedef struct
{
  GString *path;
  GstPublishReport *report;
} GstPublishReader;

void gst_publish_report_init (GstPublishReport * report);
gboolean gst_publish_report_finish (GstPublishReport * report, GError ** error);

void gst_publish_reader_init (GstPublishReader * reader,
    GstPublishReport * report, const gchar * path);
void gst_publish_reader_clear (GstPublishReader * reader);
gsize gst_publish_reader_enter (GstPublishReader * reader, const gchar * key);
gsize gst_publish_reader_enter_index (GstPublishReader * reader, guint index);
void gst_publish_reader_leave (GstPublishReader * reader, gsize where);
/* *INDENT-OFF* */
void gst_publish_reader_fault (GstPublishReader * reader, GstPublishCode code,
    const gchar * format, ...) G_GNUC_PRINTF (3, 4);
/* *INDENT-ON* */

gchar *gst_publish_quote (const gchar * text, gboolean secret);
gchar *gst_publish_describe (JsonNode * node, gboolean secret);

JsonNode *gst_publish_json_parse (const gchar * json,
    GstPublishReader * reader);
