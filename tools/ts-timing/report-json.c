/* report-json: the core's JSON, and what only the tool knows */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report.h"

#include <string.h>

#include "ts-timing-report.h"

static JsonObject *
playlist_object (const TsSessionPlaylist * playlist)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "uri", playlist->uri);
  if (playlist->variant)
    json_object_set_string_member (object, "variant", playlist->variant);
  json_object_set_boolean_member (object, "live", playlist->live);
  json_object_set_boolean_member (object, "low-latency", playlist->low_latency);
  if (playlist->target_duration != TS_TIMING_NO_TIME)
    json_object_set_double_member (object, "target-duration-ms",
        playlist->target_duration / 1e6);
  json_object_set_int_member (object, "media-sequence",
      playlist->media_sequence);
  json_object_set_int_member (object, "loads", playlist->loads);
  json_object_set_int_member (object, "listed", playlist->listed);
  json_object_set_int_member (object, "read", playlist->read);
  json_object_set_int_member (object, "gaps", playlist->gaps);
  json_object_set_int_member (object, "encrypted", playlist->encrypted);
  json_object_set_int_member (object, "unavailable", playlist->unavailable);
  if (playlist->key_method)
    json_object_set_string_member (object, "key-method", playlist->key_method);
  return object;
}

/* The report of ts-timing-report.h with `input` and `playlist`. */
gchar *
ts_report_json (const TsSession * session)
{
  JsonObject *object = ts_timing_report_build (session->checker, TRUE);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  gchar *text, *result;

  json_object_set_string_member (object, "input", session->input);
  if (session->playlist.uri)
    json_object_set_object_member (object, "playlist",
        playlist_object (&session->playlist));
  json_node_take_object (node, object);
  text = json_to_string (node, TRUE);
  json_node_unref (node);
  result = g_strconcat (text, "\n", NULL);
  g_free (text);
  return result;
}
