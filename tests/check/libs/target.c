/* Publish targets: modes, owners, urls, and that stream keys never show.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#define URLS "\"cdnUrlList\": [ { \"url\": \"rtmp://h/live/bestnews\" } ]"
#define MIX(urls) \
  "{ \"target\": { \"mode\": 3, \"cdnUrlList\": [ " urls " ] } }"

GST_START_TEST (test_getters)
{
  GError *error = NULL;
  GstPublishTarget *target = gst_publish_target_new_from_json
      ("{ \"mode\": \"big-to-cdn\","
      " \"owner\": { \"userId\": \"mike\", \"intRoomId\": 1234 },"
      " \"cdnUrlList\": [ { \"rtmpUrl\": \"rtmp://h/live/bestnews\","
      " \"isInternalLine\": true }, { \"url\": \"srt://h:9000\" } ] }", &error);
  gboolean internal_line = FALSE;
  GValue value = G_VALUE_INIT;

  fail_unless (target != NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (gst_publish_target_get_mode (target),
      GST_PUBLISH_MODE_BIG_TO_CDN);
  fail_unless_equals_string (gst_publish_target_get_owner (target)->user_id,
      "mike");
  fail_unless_equals_string (gst_publish_target_get_owner (target)->room_id,
      "1234");
  fail_unless (gst_publish_target_get_owner (target)->room_is_number);
  fail_unless_equals_int (gst_publish_target_get_n_urls (target), 2);
  fail_unless_equals_string (gst_publish_target_get_url (target, 0,
          &internal_line), "rtmp://h/live/bestnews");
  fail_unless (internal_line);
  fail_unless_equals_string (gst_publish_target_get_url (target, 1,
          &internal_line), "srt://h:9000");
  fail_if (internal_line);
  fail_unless (gst_publish_target_get_url (target, 1, NULL) != NULL);
  fail_unless (gst_publish_target_get_url (target, 2, NULL) == NULL);

  g_value_init (&value, GST_TYPE_PUBLISH_TARGET);
  g_value_take_boxed (&value, target);
  g_value_unset (&value);
}

GST_END_TEST;

GST_START_TEST (test_modes)
{
  static const struct
  {
    const gchar *text;
    gint mode;
    gboolean needs_owner;
  } modes[] = {
    {"\"big-to-cdn\"", 1, TRUE}, {"1", 1, TRUE},
    {"\"sub-to-cdn\"", 2, TRUE}, {"2", 2, TRUE},
    {"\"mix-to-cdn\"", 3, FALSE}, {"3", 3, FALSE},
  };
  guint i, owner;

  for (i = 0; i < G_N_ELEMENTS (modes); i++) {
    for (owner = 0; owner < 2; owner++) {
      gchar *json = g_strdup_printf ("{ \"mode\": %s,%s" URLS " }",
          modes[i].text, owner ? "\"owner\": { \"userId\": \"mike\" }," : "");
      GError *error = NULL;
      GstPublishTarget *target = gst_publish_target_new_from_json (json,
          &error);

      if (owner || !modes[i].needs_owner) {
        fail_unless (target != NULL, "%s", error ? error->message : "");
        fail_unless_equals_int (gst_publish_target_get_mode (target),
            modes[i].mode);
        fail_unless ((gst_publish_target_get_owner (target) != NULL) == owner);
        gst_publish_target_unref (target);
      } else {
        fail_unless (target == NULL);
        fail_unless_equals_string (error->message, "owner: missing, needed is"
            " the user whose stream is relayed, an object with userId");
        g_error_free (error);
      }
      g_free (json);
    }
  }

  expect_fault ("{ \"target\": { " URLS " } }", "target.mode: missing, needed"
      " is \"big-to-cdn\" or 1, \"sub-to-cdn\" or 2, \"mix-to-cdn\" or 3");
  expect_fault ("{ \"target\": { \"mode\": \"mix\", " URLS " } }",
      "target.mode: is \"mix\", allowed is \"big-to-cdn\" or 1,"
      " \"sub-to-cdn\" or 2, \"mix-to-cdn\" or 3");
  expect_fault ("{ \"target\": { \"mode\": 0, " URLS " } }",
      "target.mode: is 0, allowed is \"big-to-cdn\" or 1,"
      " \"sub-to-cdn\" or 2, \"mix-to-cdn\" or 3");
  expect_fault ("{ \"target\": { \"mode\": 4, " URLS " } }",
      "target.mode: is 4, allowed is \"big-to-cdn\" or 1,"
      " \"sub-to-cdn\" or 2, \"mix-to-cdn\" or 3");
}

GST_END_TEST;

GST_START_TEST (test_owner)
{
  expect_good ("{ \"target\": { \"mode\": 1, \"owner\": { \"userId\": \"m\","
      " \"strRoomId\": \"room\" }, " URLS " } }");
  expect_fault ("{ \"target\": { \"mode\": 1, \"owner\": {}, " URLS " } }",
      "target.owner.userId: missing, needed is the user's id, a string");
  expect_fault ("{ \"target\": { \"mode\": 1, \"owner\": \"mike\", " URLS
      " } }", "target.owner: is \"mike\", allowed is an object");
  expect_fault ("{ \"target\": { \"mode\": 1, \"owner\": { \"userId\": 7 }, "
      URLS " } }",
      "target.owner.userId: is 7, allowed is a string that is not empty");
  expect_fault ("{ \"target\": { \"mode\": 1, \"owner\": { \"userId\": \"m\","
      " \"intRoomId\": 1, \"strRoomId\": \"1\" }, " URLS " } }",
      "target.owner: has intRoomId and strRoomId, allowed is one of them");
  expect_fault ("{ \"target\": { \"mode\": 1, \"owner\": { \"userId\": \"m\","
      " \"intRoomId\": \"1\" }, " URLS " } }",
      "target.owner.intRoomId: is \"1\", allowed is a whole number"
      " 1..4294967295");
  expect_range ("{ \"target\": { \"mode\": 1, \"owner\": { \"userId\": \"m\","
      " \"intRoomId\": %s }, " URLS " } }", "target.owner.intRoomId", 1,
      G_MAXUINT32);
}

GST_END_TEST;

static gchar *
make_urls (guint n)
{
  GString *json = g_string_new ("{ \"target\": { \"mode\": 3,"
      " \"cdnUrlList\": [");
  guint i;

  for (i = 0; i < n; i++)
    g_string_append_printf (json, "%s{ \"url\": \"rtmp://h/live/%u\" }",
        i ? "," : "", i);
  g_string_append (json, "] } }");

  return g_string_free (json, FALSE);
}

GST_START_TEST (test_url_list)
{
  gchar *json;

  json = make_urls (1);
  expect_good (json);
  g_free (json);
  json = make_urls (10);
  expect_good (json);
  g_free (json);
  json = make_urls (11);
  expect_fault (json, "target.cdnUrlList: has 11 entries, allowed are 10");
  g_free (json);

  expect_fault (MIX (""),
      "target.cdnUrlList: missing, needed is an array of 1..10 urls");
  expect_fault ("{ \"target\": { \"mode\": 3 } }",
      "target.cdnUrlList: missing, needed is an array of 1..10 urls");
  expect_fault ("{ \"target\": { \"mode\": 3, \"cdnUrlList\": {} } }",
      "target.cdnUrlList: is an object, allowed is an array");
  expect_fault (MIX ("null"),
      "target.cdnUrlList[0]: is null, allowed is an object");
  expect_fault (MIX ("{}"), "target.cdnUrlList[0]: has neither url nor"
      " rtmpUrl, needed is one of them");
  expect_fault (MIX ("{ \"url\": \"rtmp://h/live/a\","
          " \"rtmpUrl\": \"rtmp://h/live/b\" }"),
      "target.cdnUrlList[0]: has url and rtmpUrl, allowed is one of them");
  expect_good (MIX ("{ \"url\": null, \"rtmpUrl\": \"rtmp://h/live/b\" }"));
  expect_fault (MIX ("{ \"url\": \"rtmp://h/live/a\","
          " \"isInternalLine\": 1 }"),
      "target.cdnUrlList[0].isInternalLine: is 1, allowed is true or false");
}

GST_END_TEST;

GST_START_TEST (test_duplicate_urls)
{
  gchar *faults;
  gint code;

  faults = get_faults (MIX ("{ \"url\": \"rtmp://h/live/bestnews\" },"
          " { \"url\": \"rtmp://i/live/bestnews\" },"
          " { \"rtmpUrl\": \"RTMP://H:1935/live/bestnews\" }"), &code);
  fail_unless_equals_int (code, GST_PUBLISH_CODE_DUPLICATE_URL);
  fail_unless_equals_string (faults, "target.cdnUrlList[2].rtmpUrl: is"
      " \"RTMP://H:1935/live/***ws\", the url of cdnUrlList[0] again, allowed"
      " is once");
  g_free (faults);

  /* beside another fault it is a bad config */
  faults = get_faults (MIX ("{ \"url\": \"rtmp://h/live/bestnews\" },"
          " { \"url\": \"rtmp://h/live/bestnews\", \"x\": 1 }"), &code);
  fail_unless_equals_int (code, GST_PUBLISH_CODE_BAD_CONFIG);
  g_free (faults);
}

GST_END_TEST;

GST_START_TEST (test_not_offered)
{
  expect_fault ("{ \"target\": { \"mode\": 3, \"mixStreamIdentity\": {}, "
      URLS " } }", "target.mixStreamIdentity: this key of the API is not"
      " offered yet, leave it out");
  expect_fault ("{ \"encoder\": { \"videoSeiParams\": {} } }",
      "encoder.videoSeiParams: this key of the API is not offered yet, leave"
      " it out");
}

GST_END_TEST;

/* A stream key, wherever it is put and whatever is wrong, is not repeated. */
GST_START_TEST (test_keys_stay_secret)
{
  static const gchar *const documents[] = {
    MIX ("{ \"url\": \"ftp://h/live/QQQQQQQQQQQQQQQQQQQQ\" }"),
    MIX ("{ \"url\": \"h/live/QQQQQQQQQQQQQQQQQQQQ\" }"),
    MIX ("{ \"url\": \"rtmp://h/QQQQQQQQQQQQQQQQQQQQ\" }"),
    MIX ("{ \"url\": \"rtmp://u:QQQQQQQQQQ@h/a\" }"),
    MIX ("{ \"url\": \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ x\" }"),
    MIX ("{ \"url\": [ \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\" ] }"),
    MIX ("\"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\""),
    MIX ("{ \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\": true }"),
    MIX ("{ \"urll\": \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\" }"),
    MIX ("{ \"url\": \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\" ]"),
    "{ \"target\": { \"mode\": \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\" } }",
    "{ \"target\": \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\" }",
    "{ \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\": 1,"
        " \"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\": tru }",
    "\"rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ\"",
    "rtmp://h/live/QQQQQQQQQQQQQQQQQQQQ",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (documents); i++) {
    gchar *faults = get_faults (documents[i], NULL);

    fail_unless (strstr (faults, "QQQQQ") == NULL, "%s", faults);
    g_free (faults);
  }
}

GST_END_TEST;

GST_START_TEST (test_to_json)
{
  GstPublishTarget *target = gst_publish_target_new_from_json (MIX
      ("{ \"rtmpUrl\": \"rtmp://h/live/bestnews\" }"), NULL);
  gchar *json;

  fail_unless (target != NULL);
  json = gst_publish_target_to_json (target);
  fail_unless_equals_string (json, "{\"mode\":\"mix-to-cdn\",\"cdnUrlList\":"
      "[{\"url\":\"rtmp://h/live/bestnews\",\"isInternalLine\":false}]}");
  g_free (json);
  json = gst_publish_target_to_json_redacted (target);
  fail_unless_equals_string (json, "{\"mode\":\"mix-to-cdn\",\"cdnUrlList\":"
      "[{\"url\":\"rtmp://h/live/***ws\",\"isInternalLine\":false}]}");
  g_free (json);
  gst_publish_target_unref (target);
}

GST_END_TEST;

static Suite *
target_suite (void)
{
  Suite *suite = suite_create ("target");
  TCase *tcase = tcase_create ("target");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_getters);
  tcase_add_test (tcase, test_modes);
  tcase_add_test (tcase, test_owner);
  tcase_add_test (tcase, test_url_list);
  tcase_add_test (tcase, test_duplicate_urls);
  tcase_add_test (tcase, test_not_offered);
  tcase_add_test (tcase, test_keys_stay_secret);
  tcase_add_test (tcase, test_to_json);

  return suite;
}

GST_CHECK_MAIN (target);
