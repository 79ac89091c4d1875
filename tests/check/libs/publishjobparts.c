/* A job taken apart into its documents.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>
#include <gst/publish/publish.h>

/* every key, as the library writes it */
#define E(width) "{\"videoEncodedWidth\":" width ",\"videoEncodedHeight\":48," \
    "\"videoEncodedFPS\":15,\"videoEncodedGOP\":3,\"videoEncodedKbps\":100}"
#define E64 E ("64")
#define E32 E ("32")

static void
check (const gchar * json, const gchar * target, const gchar * encoder,
    const gchar * mixing)
{
  GstPublishJob *job = gst_publish_job_new_from_json (json, NULL), *again;
  gchar *parts[3] = { NULL, }, *before, *after;
  guint i;

  fail_unless (job != NULL);
  gst_publish_job_to_parts (job, &parts[0], &parts[1], &parts[2]);
  fail_unless_equals_string (parts[0], target);
  fail_unless_equals_string (parts[1], encoder);
  fail_unless_equals_string (parts[2], mixing);
  again = gst_publish_job_new_from_parts (parts[0], parts[1], parts[2], NULL);
  fail_unless (again != NULL);
  before = gst_publish_job_to_json (job);
  after = gst_publish_job_to_json (again);
  fail_unless_equals_string (before, after);
  g_free (before);
  g_free (after);
  for (i = 0; i < 3; i++)
    g_free (parts[i]);
  gst_publish_job_unref (job);
  gst_publish_job_unref (again);
}

GST_START_TEST (test_parts)
{
  check ("{\"mixing\":{\"template\":\"grid\"}}", NULL, NULL,
      "{\"template\":\"grid\"}");
  check ("{\"target\":{\"mode\":\"mix-to-cdn\",\"cdnUrlList\":"
      "[{\"url\":\"rtmp://h/a/key\",\"isInternalLine\":true}]},"
      "\"encoder\":" E64 "}",
      "{\"mode\":\"mix-to-cdn\",\"cdnUrlList\":"
      "[{\"url\":\"rtmp://h/a/key\",\"isInternalLine\":true}]}", E64, NULL);
  check ("{\"encoder\":[" E64 "," "" E32 "]}", NULL, "[" E64 "," E32 "]", NULL);
}

GST_END_TEST;

static Suite *
publishjobparts_suite (void)
{
  Suite *suite = suite_create ("publishjobparts");
  TCase *tc = tcase_create ("parts");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_parts);
  return suite;
}

GST_CHECK_MAIN (publishjobparts);
