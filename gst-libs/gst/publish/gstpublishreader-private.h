/* Reads members of JSON objects against their rules. Private to the library.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstpublishjson-private.h"
#include "gstpublishuser.h"

/* A member that is absent or null leaves the value as it is and is no fault;
 * a wrong one is a fault and leaves the value as it is. Each returns whether
 * there was a good value. */
JsonNode *gst_publish_member (JsonObject * object, const gchar * key);
JsonObject *gst_publish_read_object (GstPublishReader * reader,
    JsonNode * node, const gchar * const *known_keys);
JsonArray *gst_publish_read_array (GstPublishReader * reader,
    JsonObject * object, const gchar * key, guint max_length);
gboolean gst_publish_read_int (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gint64 min, gint64 max, gboolean or_zero,
    gint64 * value);
gboolean gst_publish_read_int32 (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gint min, gint max, gint * value);
gboolean gst_publish_read_boolean (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gboolean * value);
gboolean gst_publish_read_enum (GstPublishReader * reader,
    JsonObject * object, const gchar * key, GType type, gint * value);
gboolean gst_publish_read_string (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gboolean secret, gchar ** value);
gboolean gst_publish_read_uri (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gchar ** value);
gboolean gst_publish_read_color (GstPublishReader * reader,
    JsonObject * object, const gchar * key, guint32 * value);
/* 0xAARRGGBB, of which the colour may say the alpha too */
gboolean gst_publish_read_color_alpha (GstPublishReader * reader,
    JsonObject * object, const gchar * key, guint32 * value);
gboolean gst_publish_read_number (GstPublishReader * reader,
    JsonObject * object, const gchar * key, gdouble min, gdouble max,
    gdouble * value);
void gst_publish_read_user (GstPublishReader * reader, JsonNode * node,
    GstPublishUser * user);

/* faults about a member */
void gst_publish_fault_missing (GstPublishReader * reader, const gchar * key,
    const gchar * allowed);
void gst_publish_fault_value (GstPublishReader * reader, const gchar * key,
    JsonNode * node, const gchar * allowed);

void gst_publish_user_clear (GstPublishUser * user);
