/* What the tests of libgstpublish share: documents, and what is expected of
 * good and bad ones.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/publish/publish.h>

/* *INDENT-OFF* */
/* One document of each kind that the guide shows, with every key in use. */
static const gchar *const samples[] = {
  /* four users on a background image */
  "{ \"mixing\": { \"backgroundColor\": \"#1d3557\","
  " \"backgroundImage\": \"file:///srv/stage.png\", \"videoLayoutList\": ["
  " { \"x\": 320, \"y\": 20, \"width\": 640, \"height\": 480, \"zOrder\": 0,"
  " \"fixedVideoStreamType\": \"big\","
  " \"fixedVideoUser\": { \"userId\": \"jerry\", \"intRoomId\": 1234 } },"
  " { \"x\": 120, \"y\": 520, \"width\": 320, \"height\": 180,"
  " \"fixedVideoUser\": null, \"placeHolderImage\": \"data:,x\" },"
  " { \"x\": 480, \"y\": 520, \"width\": 320, \"height\": 180 },"
  " { \"x\": 840, \"y\": 520, \"width\": 320, \"height\": 180 } ] } }",
  /* a screen share */
  "{ \"encoder\": { \"videoEncodedWidth\": 1600, \"videoEncodedHeight\": 900,"
  " \"videoEncodedFPS\": 15, \"videoEncodedGOP\": 3,"
  " \"videoEncodedKbps\": 2000 }, \"mixing\": { \"videoLayoutList\": ["
  " { \"x\": 0, \"y\": 90, \"width\": 1280, \"height\": 720,"
  " \"fillMode\": \"fit\", \"backgroundColor\": \"#000000\","
  " \"fixedVideoStreamType\": 2,"
  " \"fixedVideoUser\": { \"userId\": \"jerry\", \"strRoomId\": \"r\" } },"
  " { \"x\": 1300, \"y\": -20, \"width\": 300, \"height\": 200,"
  " \"fillMode\": 2, \"zOrder\": 15 } ],"
  " \"audioMixUserList\": [ { \"userId\": \"a\" },"
  " { \"userId\": \"\\u00e9\\ud83d\\ude00\", \"intRoomId\": 4294967295 } ],"
  " \"watermarkList\": [ { \"watermarkUrl\": \"https://h/i.png\", \"x\": 16,"
  " \"y\": 16, \"width\": 96, \"height\": 32, \"zOrder\": 3 } ],"
  " \"at\": 9223372036854775807 } }",
  /* a mix with everything about encoding, to two servers */
  "{ \"target\": { \"mode\": 3, \"owner\": { \"userId\": \"jerry\" },"
  " \"cdnUrlList\": [ { \"rtmpUrl\": \"rtmp://127.0.0.1/live/bestnews\","
  " \"isInternalLine\": true }, { \"url\": \"srt://h:9000?streamid=k\" } ] },"
  " \"encoder\": [ { \"videoEncodedWidth\": 0,"
  " \"audioEncodedSampleRate\": 48000, \"audioEncodedChannelNum\": 2,"
  " \"audioEncodedKbps\": 60, \"audioEncodedCodecType\": 2 }, {} ],"
  " \"mixing\": { \"template\": \"screen-share\", \"videoLayoutList\": null,"
  " \"audioMixUserList\": [] } }",
  /* a relay */
  "{ \"target\": { \"mode\": \"sub-to-cdn\", \"owner\":"
  " { \"userId\": \"mike\", \"intRoomId\": 1234 }, \"cdnUrlList\":"
  " [ { \"url\": \"rtmps://h:8443/live/a?b=c\" } ] },"
  " \"encoder\": null, \"mixing\": null }",
  /* looks and texts */
  "{ \"mixing\": { \"videoLayoutList\": [ { \"width\": 320, \"height\": 180,"
  " \"alpha\": 0.5, \"cornerRadius\": 12, \"mirror\": true,"
  " \"border\": { \"width\": 3, \"color\": \"#ffffff80\" },"
  " \"label\": \"{userId}\" }, { \"width\": 2, \"height\": 2, \"label\":"
  " { \"text\": \"%H:%M {roomId}\", \"alignment\": \"right\" } } ],"
  " \"watermarkList\": [ { \"text\": \"{utc}\", \"font\": \"Mono 12\","
  " \"color\": \"#ffee00\", \"backgroundColor\": \"#00000080\","
  " \"alignment\": 1, \"width\": 300, \"height\": 40 } ] } }",
  "{ \"template\": \"grid\", \"templateLayout\": { \"label\": \"{userId}\","
  " \"alpha\": 1 } }",
  /* a mixing object alone */
  "{ \"template\": \"grid\" }",
};
/* *INDENT-ON* */

static inline void
expect_good (const gchar * json)
{
  GError *error = NULL;
  GstPublishJob *job = gst_publish_job_new_from_json (json, &error);

  fail_unless (error == NULL, "%s\nrefused: %s", json,
      error ? error->message : "");
  fail_unless (job != NULL);
  gst_publish_job_unref (job);
}

/* every error of a document, which must have one */
static inline gchar *
get_faults (const gchar * json, gint * code)
{
  GError *error = NULL;
  GstPublishJob *job = gst_publish_job_new_from_json (json, &error);
  gchar *message;

  fail_unless (job == NULL, "accepted: %s", json);
  fail_unless (error != NULL);
  fail_unless (error->domain == GST_PUBLISH_ERROR);
  if (code)
    *code = error->code;
  message = g_strdup (error->message);
  g_error_free (error);

  return message;
}

/* The document is refused with exactly this message. */
static inline void
expect_fault (const gchar * json, const gchar * message)
{
  gchar *faults = get_faults (json, NULL);

  fail_unless_equals_string (faults, message);
  g_free (faults);
}

/* @format has one %s: just inside both ends is good, just outside is refused
 * with @path. */
static inline void
expect_range (const gchar * format, const gchar * path, gint64 min, gint64 max)
{
  const gint64 values[] = { min - 1, min, max, max + 1 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (values); i++) {
    gchar *number = g_strdup_printf ("%" G_GINT64_FORMAT, values[i]);
    GString *json = g_string_new (format);

    g_string_replace (json, "%s", number, 0);
    if (values[i] >= min && values[i] <= max) {
      expect_good (json->str);
    } else {
      gchar *faults = get_faults (json->str, NULL);
      gchar *start = g_strdup_printf ("%s: is %s, allowed is ", path, number);

      fail_unless (g_str_has_prefix (faults, start), "%s\nfor %s", faults,
          json->str);
      fail_unless (strchr (faults, '\n') == NULL);
      g_free (faults);
      g_free (start);
    }
    g_free (number);
    g_string_free (json, TRUE);
  }
}

/* what is written is read again, and written the same */
static inline void
expect_round_trip (const gchar * json)
{
  GError *error = NULL;
  GstPublishJob *job = gst_publish_job_new_from_json (json, &error);
  GstPublishJob *again;
  gchar *first, *second;

  fail_unless (job != NULL, "%s", error ? error->message : "");
  first = gst_publish_job_to_json (job);
  again = gst_publish_job_new_from_json (first, &error);
  fail_unless (again != NULL, "%s\nof %s", error ? error->message : "", first);
  second = gst_publish_job_to_json (again);
  fail_unless_equals_string (first, second);
  gst_publish_job_unref (job);
  gst_publish_job_unref (again);
  g_free (first);
  g_free (second);
}
