/* Jobs: whole documents, their parts, files, and every error at once.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#include <glib/gstdio.h>

GST_START_TEST (test_samples)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (samples); i++)
    expect_round_trip (samples[i]);
}

GST_END_TEST;

/* every character of the first planes, in the id of a user */
GST_START_TEST (test_every_character)
{
  gunichar first, c;

  for (first = 1; first < 0x11000; first += 256) {
    GString *json = g_string_new ("{ \"audioMixUserList\": [ { \"userId\": \"");
    GString *expected = g_string_new (NULL);
    GstPublishMixingConfig *config;
    gchar *written;

    for (c = first; c < first + 256; c++) {
      if (!g_unichar_validate (c))
        continue;
      g_string_append_unichar (expected, c);
      if (c > 0xffff)
        g_string_append_unichar (json, c);
      else
        g_string_append_printf (json, "\\u%04x", c);
    }
    g_string_append (json, "x\" } ] }");
    g_string_append_c (expected, 'x');

    config = gst_publish_mixing_config_new_from_json (json->str, NULL);
    fail_unless (config != NULL, "%s", json->str);
    written = gst_publish_mixing_config_to_json (config);
    gst_publish_mixing_config_unref (config);
    config = gst_publish_mixing_config_new_from_json (written, NULL);
    fail_unless (config != NULL, "%s", written);
    fail_unless_equals_string (gst_publish_mixing_config_get_audio_user (config,
            0)->user_id, expected->str);
    gst_publish_mixing_config_unref (config);
    g_free (written);
    g_string_free (json, TRUE);
    g_string_free (expected, TRUE);
  }
}

GST_END_TEST;

/* the configs that users of the API would bring */
GST_START_TEST (test_shared_configs)
{
  const gchar *root = g_getenv ("PUBLISH_SOURCE_ROOT");
  gchar *folder = g_build_filename (root ? root : ".", "..", "shared",
      "configs", NULL);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;
  guint n = 0;

  if (!dir) {
    g_print ("skipped: no folder %s\n", folder);
    g_free (folder);
    return;
  }
  while ((name = g_dir_read_name (dir))) {
    gchar *path = g_build_filename (folder, name, NULL);
    GError *error = NULL;
    gchar *json = gst_publish_document_load (path, &error);

    fail_unless (json != NULL, "%s", error ? error->message : "");
    expect_round_trip (json);
    g_free (json);
    g_free (path);
    n++;
  }
  fail_unless (n > 0);
  g_dir_close (dir);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (test_parts)
{
  GstPublishJob *job = gst_publish_job_new_from_json (samples[2], NULL);
  GValue value = G_VALUE_INIT;

  fail_unless (job != NULL);
  fail_unless (gst_publish_job_get_target (job) != NULL);
  fail_unless_equals_int (gst_publish_job_get_n_encoders (job), 2);
  fail_unless (gst_publish_job_get_encoder (job, 0) != NULL);
  fail_unless (gst_publish_job_get_encoder (job, 1) != NULL);
  fail_unless (gst_publish_job_get_encoder (job, 2) == NULL);
  fail_unless_equals_int (gst_publish_mixing_config_get_template
      (gst_publish_job_get_mixing (job)), GST_PUBLISH_TEMPLATE_SCREEN_SHARE);
  g_value_init (&value, GST_TYPE_PUBLISH_JOB);
  g_value_take_boxed (&value, job);
  g_value_unset (&value);

  /* null is absent */
  job = gst_publish_job_new_from_json (samples[3], NULL);
  fail_unless (gst_publish_job_get_target (job) != NULL);
  fail_unless_equals_int (gst_publish_job_get_n_encoders (job), 0);
  fail_unless (gst_publish_job_get_mixing (job) == NULL);
  gst_publish_job_unref (job);

  /* a mixing object alone */
  job = gst_publish_job_new_from_json (samples[4], NULL);
  fail_unless (gst_publish_job_get_target (job) == NULL);
  fail_unless (gst_publish_job_get_mixing (job) != NULL);
  gst_publish_job_unref (job);
}

GST_END_TEST;

GST_START_TEST (test_part_that_a_job_lacks)
{
  GError *error = NULL;

  fail_unless (gst_publish_mixing_config_new_from_json (samples[3],
          &error) == NULL);
  fail_unless_equals_string (error->message,
      "mixing: missing, needed is this part");
  g_clear_error (&error);
  fail_unless (gst_publish_target_new_from_json (samples[0], &error) == NULL);
  fail_unless_equals_string (error->message,
      "target: missing, needed is this part");
  g_clear_error (&error);
  fail_unless (gst_publish_encoder_params_new_from_json (samples[0],
          &error) == NULL);
  fail_unless_equals_string (error->message,
      "encoder: missing, needed is this part");
  g_clear_error (&error);
}

GST_END_TEST;

GST_START_TEST (test_new_from_parts)
{
  GError *error = NULL;
  GstPublishJob *job = gst_publish_job_new_from_parts ("{ \"mode\": 3,"
      " \"cdnUrlList\": [ { \"url\": \"rtmp://h/live/a\" } ] }",
      "[ {}, {} ]", NULL, &error);

  fail_unless (job != NULL, "%s", error ? error->message : "");
  fail_unless (gst_publish_job_get_target (job) != NULL);
  fail_unless_equals_int (gst_publish_job_get_n_encoders (job), 2);
  fail_unless (gst_publish_job_get_mixing (job) == NULL);
  gst_publish_job_unref (job);

  job = gst_publish_job_new_from_parts (NULL, NULL, NULL, &error);
  fail_unless (job != NULL);
  gst_publish_job_unref (job);

  /* the faults of all three, the names of the parts before them */
  fail_unless (gst_publish_job_new_from_parts ("{", "7",
          "{ \"at\": -1, \"template\": 9 }", &error) == NULL);
  fail_unless_equals_string (error->message,
      "target: not JSON: line 1, column 2: expected a key in double quotes\n"
      "encoder: is 7, allowed is an object\n"
      "mixing.template: is 9, allowed is \"none\" or 0, \"grid\" or 1,"
      " \"float\" or 2, \"screen-share\" or 3, \"pip\" or 4\n"
      "mixing.at: is -1, allowed is a whole number 0..9223372036854775807");
  g_clear_error (&error);
}

GST_END_TEST;

GST_START_TEST (test_renditions)
{
  GString *json = g_string_new ("{ \"encoder\": [ {}");
  guint i;

  for (i = 1; i < 8; i++)
    g_string_append (json, ", {}");
  g_string_append (json, " ] }");
  expect_good (json->str);
  g_string_truncate (json, json->len - 4);
  g_string_append (json, ", {} ] }");
  expect_fault (json->str, "encoder: has 9 entries, allowed are 1..8");
  g_string_free (json, TRUE);

  expect_fault ("{ \"encoder\": [] }",
      "encoder: has 0 entries, allowed are 1..8");
  expect_fault ("{ \"encoder\": [ {}, { \"videoEncodedFPS\": 61 } ] }",
      "encoder[1].videoEncodedFPS: is 61, allowed is 0 or a whole number"
      " 1..60");
}

GST_END_TEST;

GST_START_TEST (test_every_fault_at_once)
{
  expect_fault ("{ \"target\": { \"mode\": 9, \"cdnUrlList\": [ {},"
      " { \"url\": \"http://h/live/bestnews\" } ] },"
      " \"encoder\": { \"videoEncodedGop\": 3, \"videoEncodedGOP\": 9 },"
      " \"mixing\": { \"videoLayoutList\": [ { \"width\": 2, \"height\": 2 },"
      " 5, { \"width\": 9000, \"height\": 2, \"x\": \"a\" } ] },"
      " \"mixing2\": 1 }",
      "mixing2: unknown key, the nearest known one is \"mixing\"\n"
      "target.mode: is 9, allowed is \"big-to-cdn\" or 1, \"sub-to-cdn\" or 2,"
      " \"mix-to-cdn\" or 3\n"
      "target.cdnUrlList[0]: has neither url nor rtmpUrl, needed is one of"
      " them\n"
      "target.cdnUrlList[1].url: is \"http://h/live/***ws\", allowed is a url"
      " of the scheme rtmp, rtmps, srt or file\n"
      "encoder.videoEncodedGop: unknown key, the nearest known one is"
      " \"videoEncodedGOP\"\n"
      "encoder.videoEncodedGOP: is 9, allowed is 0 or a whole number 1..8\n"
      "mixing.videoLayoutList[1]: is 5, allowed is an object\n"
      "mixing.videoLayoutList[2].x: is \"a\", allowed is a whole number"
      " -16384..16384\n"
      "mixing.videoLayoutList[2].width: is 9000, allowed is a whole number"
      " 2..8192");
}

GST_END_TEST;

GST_START_TEST (test_many_faults_are_counted)
{
  GString *json = g_string_new ("{");
  gchar *faults;
  guint i;

  for (i = 0; i < 1000; i++)
    g_string_append_printf (json, "%s\"a%u\": 0", i ? "," : "", i);
  g_string_append (json, "}");
  faults = get_faults (json->str, NULL);
  fail_unless (g_str_has_prefix (faults, "a0: unknown key"));
  fail_unless (strstr (faults, "\na49: unknown key") != NULL);
  fail_unless (strstr (faults, "\na50: unknown key") == NULL);
  fail_unless (g_str_has_suffix (faults, "\nand 950 more"), "%s", faults);
  g_free (faults);
  g_string_free (json, TRUE);
}

GST_END_TEST;

GST_START_TEST (test_redacted)
{
  GstPublishJob *job = gst_publish_job_new_from_json (samples[2], NULL);
  gchar *whole = gst_publish_job_to_json (job);
  gchar *redacted = gst_publish_job_to_json_redacted (job);

  fail_unless (strstr (whole, "bestnews") != NULL);
  fail_unless (strstr (redacted, "bestnews") == NULL);
  fail_unless (strstr (redacted, "rtmp://127.0.0.1/live/***ws") != NULL);
  g_free (whole);
  g_free (redacted);
  gst_publish_job_unref (job);
}

GST_END_TEST;

static void
expect_load (const gchar * path, const gchar * text, gsize length,
    const gchar * fault)
{
  GError *error = NULL;
  gchar *loaded;

  fail_unless (g_file_set_contents (path, text, length, NULL));
  loaded = gst_publish_document_load (path, &error);
  if (fault) {
    gchar *message = g_strdup_printf ("%s: %s", path, fault);

    fail_unless (loaded == NULL);
    fail_unless_equals_string (error->message, message);
    g_clear_error (&error);
    g_free (message);
  } else {
    fail_unless (loaded != NULL, "%s", error ? error->message : "");
    fail_unless_equals_string (loaded, text);
    g_free (loaded);
  }
}

GST_START_TEST (test_load)
{
  gchar *folder = g_dir_make_tmp ("publish-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "job.json", NULL);
  gchar *large = g_strnfill (1024 * 1024 + 1, ' ');
  gchar *message;
  GError *error = NULL;

  fail_unless (gst_publish_document_load (path, &error) == NULL);
  fail_unless (g_error_matches (error, GST_PUBLISH_ERROR,
          GST_PUBLISH_CODE_BAD_CONFIG));
  message = g_strdup_printf ("%s: cannot be opened: No such file or directory",
      path);
  fail_unless_equals_string (error->message, message);
  g_free (message);
  g_clear_error (&error);

  fail_unless (gst_publish_document_load (folder, &error) == NULL);
  fail_unless (strstr (error->message, folder) != NULL);
  g_clear_error (&error);

  expect_load (path, "", 0, NULL);
  expect_load (path, "{ }\n", 4, NULL);
  expect_load (path, "{ }\0{", 5, "has a NUL byte at offset 3, which JSON does"
      " not allow");
  expect_load (path, large, 1024 * 1024 + 1, "is larger than the 1048576 bytes"
      " that are allowed");
  large[1024 * 1024] = '\0';
  expect_load (path, large, 1024 * 1024, NULL);

  g_unlink (path);
  g_rmdir (folder);
  g_free (large);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

static Suite *
job_suite (void)
{
  Suite *suite = suite_create ("job");
  TCase *tcase = tcase_create ("job");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_samples);
  tcase_add_test (tcase, test_every_character);
  tcase_add_test (tcase, test_shared_configs);
  tcase_add_test (tcase, test_parts);
  tcase_add_test (tcase, test_part_that_a_job_lacks);
  tcase_add_test (tcase, test_new_from_parts);
  tcase_add_test (tcase, test_renditions);
  tcase_add_test (tcase, test_every_fault_at_once);
  tcase_add_test (tcase, test_many_faults_are_counted);
  tcase_add_test (tcase, test_redacted);
  tcase_add_test (tcase, test_load);

  return suite;
}

GST_CHECK_MAIN (job);
