/* Mixing configs: every key with its range, defaults, getters, round trips.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#define LAYOUT(rest) "{ \"mixing\": { \"videoLayoutList\": " \
    "[ { \"width\": 4, \"height\": 4" rest " } ] } }"
#define MARK(rest) "{ \"mixing\": { \"watermarkList\": " \
    "[ { \"watermarkUrl\": \"file:///a.png\"" rest " } ] } }"
#define L0 "mixing.videoLayoutList[0]"
#define W0 "mixing.watermarkList[0]"

static GstPublishMixingConfig *
parse (const gchar * json)
{
  GError *error = NULL;
  GstPublishMixingConfig *config =
      gst_publish_mixing_config_new_from_json (json, &error);

  fail_unless (config != NULL, "%s", error ? error->message : "");

  return config;
}

GST_START_TEST (test_defaults)
{
  GstPublishMixingConfig *config = parse ("{}");
  const GstPublishLayout *layout;
  guint n = 99;

  fail_unless_equals_uint64 (gst_publish_mixing_config_get_background_color
      (config), 0xff000000);
  fail_unless (gst_publish_mixing_config_get_background_image (config) == NULL);
  fail_unless (gst_publish_mixing_config_get_at (config) ==
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (gst_publish_mixing_config_get_template (config),
      GST_PUBLISH_TEMPLATE_NONE);
  gst_publish_mixing_config_get_layouts (config, &n);
  fail_unless_equals_int (n, 0);
  fail_unless_equals_int (gst_publish_mixing_config_get_n_watermarks (config),
      0);
  fail_unless_equals_int (gst_publish_mixing_config_get_n_audio_users (config),
      0);
  gst_publish_mixing_config_unref (config);

  config = parse ("{ \"backgroundColor\": \"#102030\","
      " \"videoLayoutList\": [ { \"width\": 4, \"height\": 6 } ] }");
  layout = gst_publish_mixing_config_get_layout (config, 0);
  fail_unless (layout != NULL);
  fail_unless_equals_int (layout->x, 0);
  fail_unless_equals_int (layout->y, 0);
  fail_unless_equals_int (layout->width, 4);
  fail_unless_equals_int (layout->height, 6);
  fail_unless_equals_int (layout->z_order, 0);
  fail_unless_equals_int (layout->fill_mode, GST_PUBLISH_FILL_MODE_FILL);
  fail_if (layout->has_background_color);
  fail_unless_equals_uint64 (layout->background_color, 0xff102030);
  fail_unless (layout->placeholder_image == NULL);
  fail_unless (layout->fixed_user.user_id == NULL);
  fail_if (layout->has_stream_type);
  fail_unless_equals_int (layout->stream_type, GST_PUBLISH_STREAM_TYPE_BIG);
  fail_unless (gst_publish_mixing_config_get_layout (config, 1) == NULL);
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

GST_START_TEST (test_getters)
{
  GstPublishMixingConfig *config = parse ("{ \"backgroundColor\": \"#1D3557\","
      " \"backgroundImage\": \"https://h/b.jpg\", \"videoLayoutList\": ["
      " { \"x\": -3, \"y\": 5, \"width\": 7, \"height\": 9, \"zOrder\": 2,"
      " \"fillMode\": \"stretch\", \"backgroundColor\": 255,"
      " \"placeHolderImage\": \"file:///p.png\", \"fixedVideoUser\":"
      " { \"userId\": \"jerry\", \"intRoomId\": 1234 },"
      " \"fixedVideoStreamType\": \"sub\" }, { \"width\": 2, \"height\": 2 } ],"
      " \"audioMixUserList\": [ { \"userId\": \"a\", \"strRoomId\": \"r\" } ],"
      " \"watermarkList\": [ { \"watermarkUrl\": \"file:///w.png\", \"x\": 16,"
      " \"y\": -17, \"width\": 96, \"height\": 32 } ],"
      " \"at\": 40000000000 }");
  const GstPublishLayout *layout =
      gst_publish_mixing_config_get_layout (config, 0);
  const GstPublishWatermark *mark =
      gst_publish_mixing_config_get_watermark (config, 0);
  const GstPublishUser *user =
      gst_publish_mixing_config_get_audio_user (config, 0);
  GValue value = G_VALUE_INIT;
  guint n;

  fail_unless_equals_uint64 (gst_publish_mixing_config_get_background_color
      (config), 0xff1d3557);
  fail_unless_equals_string (gst_publish_mixing_config_get_background_image
      (config), "https://h/b.jpg");
  fail_unless_equals_uint64 (gst_publish_mixing_config_get_at (config),
      40 * GST_SECOND);
  fail_unless_equals_int (gst_publish_mixing_config_get_n_layouts (config), 2);
  fail_unless (gst_publish_mixing_config_get_layouts (config, &n) == layout);
  fail_unless_equals_int (n, 2);
  fail_unless (gst_publish_mixing_config_get_layout (config, 1) == layout + 1);

  fail_unless_equals_int (layout->x, -3);
  fail_unless_equals_int (layout->y, 5);
  fail_unless_equals_int (layout->width, 7);
  fail_unless_equals_int (layout->height, 9);
  fail_unless_equals_int (layout->z_order, 2);
  fail_unless_equals_int (layout->fill_mode, GST_PUBLISH_FILL_MODE_STRETCH);
  fail_unless (layout->has_background_color);
  fail_unless_equals_uint64 (layout->background_color, 0xff0000ff);
  fail_unless_equals_string (layout->placeholder_image, "file:///p.png");
  fail_unless_equals_string (layout->fixed_user.user_id, "jerry");
  fail_unless_equals_string (layout->fixed_user.room_id, "1234");
  fail_unless (layout->has_stream_type);
  fail_unless_equals_int (layout->stream_type, GST_PUBLISH_STREAM_TYPE_SUB);

  fail_unless_equals_int (gst_publish_mixing_config_get_n_watermarks (config),
      1);
  fail_unless_equals_string (mark->uri, "file:///w.png");
  fail_unless_equals_int (mark->x, 16);
  fail_unless_equals_int (mark->y, -17);
  fail_unless_equals_int (mark->width, 96);
  fail_unless_equals_int (mark->height, 32);
  fail_unless_equals_int (mark->z_order, 15);
  fail_unless (gst_publish_mixing_config_get_watermark (config, 1) == NULL);

  fail_unless_equals_int (gst_publish_mixing_config_get_n_audio_users (config),
      1);
  fail_unless_equals_string (user->user_id, "a");
  fail_unless_equals_string (user->room_id, "r");
  fail_if (user->room_is_number);
  fail_unless (gst_publish_mixing_config_get_audio_user (config, 1) == NULL);

  g_value_init (&value, GST_TYPE_PUBLISH_MIXING_CONFIG);
  g_value_take_boxed (&value, config);
  g_value_unset (&value);
}

GST_END_TEST;

GST_START_TEST (test_ranges)
{
  expect_range (LAYOUT (", \"x\": %s"), L0 ".x", -16384, 16384);
  expect_range (LAYOUT (", \"y\": %s"), L0 ".y", -16384, 16384);
  expect_range (LAYOUT (", \"zOrder\": %s"), L0 ".zOrder", 0, 15);
  expect_range (LAYOUT (", \"fillMode\": %s"), L0 ".fillMode", 0, 2);
  expect_range (LAYOUT (", \"fixedVideoStreamType\": %s"),
      L0 ".fixedVideoStreamType", 0, 2);
  expect_range (LAYOUT (", \"backgroundColor\": %s"), L0 ".backgroundColor", 0,
      0xffffff);
  expect_range ("{ \"mixing\": { \"videoLayoutList\": [ { \"width\": %s,"
      " \"height\": 2 } ] } }", L0 ".width", 2, 8192);
  expect_range ("{ \"mixing\": { \"videoLayoutList\": [ { \"width\": 2,"
      " \"height\": %s } ] } }", L0 ".height", 2, 8192);
  expect_range (MARK (", \"width\": %s, \"height\": 2"), W0 ".width", 2, 8192);
  expect_range (MARK (", \"width\": 2, \"height\": %s"), W0 ".height", 2, 8192);
  expect_range (MARK (", \"width\": 2, \"height\": 2, \"x\": %s"), W0 ".x",
      -16384, 16384);
  expect_range (MARK (", \"width\": 2, \"height\": 2, \"y\": %s"), W0 ".y",
      -16384, 16384);
  expect_range (MARK (", \"width\": 2, \"height\": 2, \"zOrder\": %s"),
      W0 ".zOrder", 0, 15);
  expect_range ("{ \"mixing\": { \"template\": %s } }", "mixing.template", 0,
      4);

  expect_good ("{ \"at\": 0 }");
  expect_good ("{ \"at\": 9223372036854775807 }");
  /* written as a fraction or a power, only what every reader has exactly */
  expect_good ("{ \"at\": 9007199254740992.0 }");
  expect_fault ("{ \"at\": 1e18 }", "at: is 1e+18, allowed is a whole number"
      " 0..9223372036854775807");
  expect_fault ("{ \"at\": -1 }",
      "at: is -1, allowed is a whole number 0..9223372036854775807");
  expect_fault ("{ \"at\": 9223372036854775808 }", "at: is"
      " 9.2233720368547758e+18, allowed is a whole number"
      " 0..9223372036854775807");
  expect_fault ("{ \"at\": \"12.5s\" }",
      "at: is \"12.5s\", allowed is a whole number 0..9223372036854775807");
}

GST_END_TEST;

/* a list of @n times @entry */
static gchar *
repeat (const gchar * key, const gchar * entry, guint n)
{
  GString *json = g_string_new (NULL);
  guint i;

  g_string_printf (json, "{ \"mixing\": { \"%s\": [", key);
  for (i = 0; i < n; i++)
    g_string_append_printf (json, "%s%s", i ? ", " : "", entry);
  g_string_append (json, "] } }");

  return g_string_free (json, FALSE);
}

GST_START_TEST (test_list_lengths)
{
  static const struct
  {
    const gchar *key, *entry;
  } lists[] = {
    {"videoLayoutList", "{ \"width\": 2, \"height\": 2 }"},
    {"audioMixUserList", "{ \"userId\": \"a\" }"},
    {"watermarkList", "{ \"watermarkUrl\": \"file:///a\", \"width\": 2,"
          " \"height\": 2 }"},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (lists); i++) {
    gchar *none = repeat (lists[i].key, lists[i].entry, 0);
    gchar *full = repeat (lists[i].key, lists[i].entry, 16);
    gchar *over = repeat (lists[i].key, lists[i].entry, 17);
    gchar *fault = g_strdup_printf ("mixing.%s: has 17 entries, allowed are 16",
        lists[i].key);

    expect_good (none);
    expect_good (full);
    expect_fault (over, fault);
    g_free (none);
    g_free (full);
    g_free (over);
    g_free (fault);
  }
}

GST_END_TEST;

/* 640 however it is written; nothing that is no whole number */
GST_START_TEST (test_numbers)
{
  static const gchar *const good[] = { "640", "640.0", "6.4e2", "64E+1",
    "6400e-1"
  };
  static const struct
  {
    const gchar *text, *shown;
  } bad[] = {
    {"640.5", "640.5"}, {"-0", "0"}, {"1e400", "a number above any limit"},
    {"-1e400", "a number below any limit"}, {"4294967936", "4294967936"},
    {"18446744073709552256", "1.8446744073709552e+19"},
    {"-18446744073709550976", "-1.8446744073709552e+19"},
    {"\"640\"", "\"640\""}, {"true", "true"}, {"{}", "an object"},
    {"[640]", "an array"},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++) {
    gchar *json = g_strdup_printf ("{ \"videoLayoutList\":"
        " [ { \"width\": %s, \"height\": 2 } ] }", good[i]);
    GstPublishMixingConfig *config = parse (json);

    fail_unless_equals_int (gst_publish_mixing_config_get_layout (config,
            0)->width, 640);
    gst_publish_mixing_config_unref (config);
    g_free (json);
  }
  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    gchar *json = g_strdup_printf ("{ \"videoLayoutList\":"
        " [ { \"width\": %s, \"height\": 2 } ] }", bad[i].text);
    gchar *fault = g_strdup_printf ("videoLayoutList[0].width: is %s,"
        " allowed is a whole number 2..8192", bad[i].shown);

    expect_fault (json, fault);
    g_free (json);
    g_free (fault);
  }
  expect_good (LAYOUT (", \"x\": -0, \"y\": -0.0"));
}

GST_END_TEST;

GST_START_TEST (test_colors)
{
  static const struct
  {
    const gchar *text;
    guint32 color;
  } good[] = {
    {"\"#000000\"", 0xff000000}, {"\"#ffffff\"", 0xffffffff},
    {"\"#ABcdEF\"", 0xffabcdef}, {"0", 0xff000000}, {"16777215", 0xffffffff},
    {"6404593", 0xff61b9f1},
  };
  static const gchar *const bad[] = {
    "\"\"", "\"#\"", "\"#fff\"", "\"ffffff\"", "\"#fffffff\"", "\"#ggffff\"",
    "\"#ffff g\"", "\"# fffff\"", "\"#-fffff\"", "\"#0xffff\"", "\"#+12345\"",
    "\"black\"", "-1", "16777216", "0.5", "[]", "true"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++) {
    gchar *json = g_strdup_printf ("{ \"backgroundColor\": %s }", good[i].text);
    GstPublishMixingConfig *config = parse (json);

    fail_unless_equals_uint64 (gst_publish_mixing_config_get_background_color
        (config), good[i].color);
    gst_publish_mixing_config_unref (config);
    g_free (json);
  }
  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    gchar *json = g_strdup_printf ("{ \"backgroundColor\": %s }", bad[i]);
    gchar *fault = get_faults (json, NULL);

    fail_unless (g_str_has_prefix (fault, "backgroundColor: is "), "%s", fault);
    fail_unless (g_str_has_suffix (fault, ", allowed is \"#RRGGBB\" or a whole"
            " number 0..16777215"), "%s", fault);
    g_free (fault);
    g_free (json);
  }
}

GST_END_TEST;

GST_START_TEST (test_missing_and_wrong)
{
  expect_fault ("{ \"videoLayoutList\": [ {} ] }",
      "videoLayoutList[0].width: missing, needed is a whole number 2..8192\n"
      "videoLayoutList[0].height: missing, needed is a whole number 2..8192");
  expect_fault ("{ \"watermarkList\": [ { \"width\": 2, \"height\": 2 } ] }",
      "watermarkList[0].watermarkUrl: missing, needed is the URI of an image,"
      " or \"text\"");
  expect_fault ("{ \"watermarkList\": [ 1 ] }",
      "watermarkList[0]: is 1, allowed is an object");
  expect_fault ("{ \"videoLayoutList\": [ null ] }",
      "videoLayoutList[0]: is null, allowed is an object");
  expect_fault ("{ \"backgroundImage\": \"/srv/stage.png\" }",
      "backgroundImage: is \"/srv/stage.png\", allowed is a URI such as"
      " \"file:///path/image.png\"");
  expect_fault ("{ \"backgroundImage\": \"\" }",
      "backgroundImage: is \"\", allowed is a string that is not empty");
  expect_fault (LAYOUT (", \"placeHolderImage\": 3"),
      L0 ".placeHolderImage: is 3, allowed is a string that is not empty");
  expect_fault (LAYOUT (", \"fillMode\": \"Fit\""), L0 ".fillMode: is \"Fit\","
      " allowed is \"fill\" or 0, \"fit\" or 1, \"stretch\" or 2");
  /* 2^32 is not 0 */
  expect_fault (LAYOUT (", \"fillMode\": 4294967296"),
      L0 ".fillMode: is 4294967296, allowed is \"fill\" or 0, \"fit\" or 1,"
      " \"stretch\" or 2");
  expect_fault (LAYOUT (", \"fixedVideoStreamType\": \"camera\""),
      L0 ".fixedVideoStreamType: is \"camera\", allowed is \"big\" or 0,"
      " \"small\" or 1, \"sub\" or 2");
  expect_fault (LAYOUT (", \"fixedVideoUser\": { \"userId\": null }"),
      L0 ".fixedVideoUser.userId: missing, needed is the user's id, a string");
  expect_fault ("{ \"audioMixUserList\": [ \"a\" ] }",
      "audioMixUserList[0]: is \"a\", allowed is an object");
  expect_fault ("{ \"audioMixUserList\": {} }",
      "audioMixUserList: is an object, allowed is an array");
}

GST_END_TEST;

GST_START_TEST (test_template)
{
  GstPublishMixingConfig *config = parse ("{ \"template\": \"pip\","
      " \"videoLayoutList\": null }");

  fail_unless_equals_int (gst_publish_mixing_config_get_template (config),
      GST_PUBLISH_TEMPLATE_PIP);
  gst_publish_mixing_config_unref (config);

  expect_good ("{ \"template\": null, \"videoLayoutList\": [] }");
  expect_good ("{ \"template\": \"none\", \"videoLayoutList\": [] }");
  expect_fault ("{ \"template\": \"grid\", \"videoLayoutList\": [] }",
      "videoLayoutList: stands beside \"template\", allowed is one of them");
  expect_fault ("{ \"template\": \"mosaic\" }", "template: is \"mosaic\","
      " allowed is \"none\" or 0, \"grid\" or 1, \"float\" or 2,"
      " \"screen-share\" or 3, \"pip\" or 4");
}

GST_END_TEST;

GST_START_TEST (test_unknown_keys)
{
  expect_fault (LAYOUT (", \"zorder\": 1"),
      L0 ".zorder: unknown key, the nearest known one is \"zOrder\"");
  expect_fault (LAYOUT (", \"placeholderImage\": \"file:///a\""),
      L0 ".placeholderImage: unknown key, the nearest known one is"
      " \"placeHolderImage\"");
  expect_fault ("{ \"mixing\": { \"wtaermarkList\": [] } }",
      "mixing.wtaermarkList: unknown key, the nearest known one is"
      " \"watermarkList\"");
  expect_fault (LAYOUT (", \"fixedVideoUser\": { \"userid\": \"a\","
          " \"userId\": \"a\" }"), L0 ".fixedVideoUser.userid: unknown key,"
      " the nearest known one is \"userId\"");
  /* two letters swapped are one step */
  expect_fault ("{ \"ta\": 1 }",
      "ta: unknown key, the nearest known one is \"at\"");
  /* a job's key at the root of a mixing object */
  expect_fault ("{ \"mixin\": {} }",
      "mixin: unknown key, the nearest known one is \"mixing\"");
  /* nothing is near */
  expect_fault (LAYOUT (", \"opacity\": 1"),
      L0 ".opacity: unknown key, known are x, y, width, height, zOrder,"
      " fillMode, backgroundColor, placeHolderImage, alpha, cornerRadius,"
      " border, mirror, label, fixedVideoUser, fixedVideoStreamType");
}

GST_END_TEST;

GST_START_TEST (test_hears)
{
  GstPublishMixingConfig *config = parse ("{ \"audioMixUserList\": null }");

  fail_unless (gst_publish_mixing_config_hears (config, "anyone", "1"));
  fail_unless (gst_publish_mixing_config_hears (config, NULL, NULL));
  gst_publish_mixing_config_unref (config);

  config = parse ("{ \"audioMixUserList\": [ { \"userId\": \"a\","
      " \"intRoomId\": 12 }, { \"userId\": \"b\" } ] }");
  fail_unless (gst_publish_mixing_config_hears (config, "a", "12"));
  fail_unless (gst_publish_mixing_config_hears (config, "a", NULL));
  fail_unless (gst_publish_mixing_config_hears (config, "a", ""));
  fail_if (gst_publish_mixing_config_hears (config, "a", "13"));
  fail_unless (gst_publish_mixing_config_hears (config, "b", "13"));
  fail_if (gst_publish_mixing_config_hears (config, "c", "12"));
  fail_if (gst_publish_mixing_config_hears (config, "A", "12"));
  fail_if (gst_publish_mixing_config_hears (config, NULL, "12"));
  fail_if (gst_publish_mixing_config_hears (config, "", "12"));
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

GST_START_TEST (test_to_json)
{
  GstPublishMixingConfig *config = parse ("{ \"backgroundColor\": 255,"
      " \"videoLayoutList\": [ { \"width\": 2, \"height\": 4, \"fillMode\": 1,"
      " \"fixedVideoUser\": { \"userId\": \"a\", \"intRoomId\": 7 } } ],"
      " \"at\": 5 }");
  gchar *json = gst_publish_mixing_config_to_json (config);

  fail_unless_equals_string (json, "{\"backgroundColor\":\"#0000ff\","
      "\"videoLayoutList\":[{\"x\":0,\"y\":0,\"width\":2,\"height\":4,"
      "\"zOrder\":0,\"fillMode\":\"fit\",\"fixedVideoUser\":{\"userId\":\"a\","
      "\"intRoomId\":7}}],\"at\":5}");
  g_free (json);
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

static Suite *
mixingconfig_suite (void)
{
  Suite *suite = suite_create ("mixingconfig");
  TCase *tcase = tcase_create ("mixingconfig");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_defaults);
  tcase_add_test (tcase, test_getters);
  tcase_add_test (tcase, test_ranges);
  tcase_add_test (tcase, test_list_lengths);
  tcase_add_test (tcase, test_numbers);
  tcase_add_test (tcase, test_colors);
  tcase_add_test (tcase, test_missing_and_wrong);
  tcase_add_test (tcase, test_template);
  tcase_add_test (tcase, test_unknown_keys);
  tcase_add_test (tcase, test_hears);
  tcase_add_test (tcase, test_to_json);

  return suite;
}

GST_CHECK_MAIN (mixingconfig);
