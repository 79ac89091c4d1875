/* AMF0, as far as a publisher needs it: writes values, reads what a server
 * answers. Pure functions over bytes.
 *
 * Source: Adobe, "Action Message Format - AMF 0" (2007).
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS
/**
 * GstRelayCommand:
 * @name: of the command
 * @transaction: which request it belongs to, 0 for none
 * @number: the first number behind the command object, if @has_number
 * @code: of the information object, "" without one
 * @level: as @code
 * @description: as @code; may hold what the client sent, so also secrets
 *
 * A command of a server (RTMP 7.2). Texts are cut to their field, at a word's
 * end, UTF-8, and without control characters.
 */
    typedef struct
{
  gchar name[64];
  gdouble transaction;
  gboolean has_number;
  gdouble number;
  gchar code[128];
  gchar level[32];
  gchar description[256];
} GstRelayCommand;

void gst_relay_amf_put_number (GByteArray * out, gdouble value);
void gst_relay_amf_put_string (GByteArray * out, const gchar * text);
void gst_relay_amf_put_null (GByteArray * out);
void gst_relay_amf_begin_object (GByteArray * out);
void gst_relay_amf_put_key (GByteArray * out, const gchar * key);
void gst_relay_amf_end_object (GByteArray * out);

gboolean gst_relay_amf_read_command (const guint8 * data, gsize size,
    GstRelayCommand * command);

G_END_DECLS
