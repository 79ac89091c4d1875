/* How layouts look: every key of it with its range, texts and what they say.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#define LAYOUT(rest) "{ \"mixing\": { \"videoLayoutList\": " \
    "[ { \"width\": 4, \"height\": 4" rest " } ] } }"
#define MARK(rest) "{ \"mixing\": { \"watermarkList\": " \
    "[ { \"width\": 4, \"height\": 4" rest " } ] } }"
#define L0 "mixing.videoLayoutList[0]"
#define W0 "mixing.watermarkList[0]"
#define COLOR_ALPHA ", allowed is \"#RRGGBB\", \"#RRGGBBAA\" or a whole " \
    "number 0..16777215"

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
  GstPublishMixingConfig *config = parse (LAYOUT (""));
  const GstPublishLayout *l = gst_publish_mixing_config_get_layout (config, 0);

  fail_if (l->has_alpha);
  fail_unless (l->alpha == 1.0);
  fail_unless_equals_int (l->corner_radius, 0);
  fail_unless_equals_int (l->border_width, 0);
  fail_if (l->mirror);
  fail_unless (l->label.text == NULL);
  fail_unless (gst_publish_mixing_config_get_template_layout (config) == NULL);
  gst_publish_mixing_config_unref (config);

  config = parse (LAYOUT (", \"border\": {}, \"label\": \"{userId}\""));
  l = gst_publish_mixing_config_get_layout (config, 0);
  fail_unless_equals_int (l->border_width, 2);
  fail_unless_equals_uint64 (l->border_color, 0xffffffff);
  fail_unless_equals_string (l->label.text, "{userId}");
  fail_unless (l->label.font == NULL);
  fail_unless_equals_uint64 (l->label.color, 0xffffffff);
  fail_unless_equals_int (l->label.alignment, GST_PUBLISH_ALIGNMENT_LEFT);
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

GST_START_TEST (test_layout)
{
  GstPublishMixingConfig *config = parse (LAYOUT (", \"alpha\": 0.25,"
          " \"cornerRadius\": 12, \"border\": { \"width\": 3,"
          " \"color\": \"#11223380\" }, \"mirror\": true, \"label\": {"
          " \"text\": \"hi {userId}\", \"font\": \"Serif 20\","
          " \"color\": \"#010203\", \"backgroundColor\": \"#04050600\","
          " \"alignment\": \"right\" }"));
  const GstPublishLayout *l = gst_publish_mixing_config_get_layout (config, 0);

  fail_unless (l->has_alpha);
  fail_unless (l->alpha == 0.25);
  fail_unless_equals_int (l->corner_radius, 12);
  fail_unless_equals_int (l->border_width, 3);
  fail_unless_equals_uint64 (l->border_color, 0x80112233);
  fail_unless (l->mirror);
  fail_unless_equals_string (l->label.text, "hi {userId}");
  fail_unless_equals_string (l->label.font, "Serif 20");
  fail_unless_equals_uint64 (l->label.color, 0xff010203);
  fail_unless_equals_uint64 (l->label.background_color, 0x00040506);
  fail_unless_equals_int (l->label.alignment, GST_PUBLISH_ALIGNMENT_RIGHT);
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

GST_START_TEST (test_template_layout)
{
  GstPublishMixingConfig *config = parse ("{ \"template\": \"grid\","
      " \"templateLayout\": { \"fillMode\": \"fit\", \"alpha\": 1,"
      " \"label\": \"{userId}\", \"placeHolderImage\": \"file:///p.png\" } }");
  const GstPublishLayout *l =
      gst_publish_mixing_config_get_template_layout (config);

  fail_unless (l != NULL);
  fail_unless_equals_int (l->fill_mode, GST_PUBLISH_FILL_MODE_FIT);
  fail_unless (l->has_alpha);
  fail_unless_equals_string (l->placeholder_image, "file:///p.png");
  fail_unless_equals_string (l->label.text, "{userId}");
  gst_publish_mixing_config_unref (config);

  expect_fault ("{ \"templateLayout\": {} }", "templateLayout: stands without"
      " \"template\", whose layouts it is for");
  expect_fault ("{ \"template\": 1, \"templateLayout\": { \"x\": 1 } }",
      "templateLayout.x: unknown key, known are fillMode, backgroundColor,"
      " placeHolderImage, alpha, cornerRadius, border, mirror, label");
  expect_fault ("{ \"template\": 1, \"templateLayout\": 1 }",
      "templateLayout: is 1, allowed is an object");
}

GST_END_TEST;

GST_START_TEST (test_ranges)
{
  expect_range (LAYOUT (", \"cornerRadius\": %s"), L0 ".cornerRadius", 0, 4096);
  expect_range (LAYOUT (", \"border\": { \"width\": %s }"),
      L0 ".border.width", 0, 256);
  expect_range (LAYOUT (", \"border\": { \"color\": %s }"),
      L0 ".border.color", 0, 0xffffff);
  expect_range (LAYOUT (", \"alpha\": %s"), L0 ".alpha", 0, 1);
  expect_range (MARK (", \"text\": \"a\", \"alignment\": %s"),
      W0 ".alignment", 0, 2);

  expect_good (LAYOUT (", \"alpha\": 0.5"));
  expect_good (LAYOUT (", \"alpha\": 1e-3"));
  expect_fault (LAYOUT (", \"alpha\": 1.0001"),
      L0 ".alpha: is 1.0001, allowed is a number 0..1");
  expect_fault (LAYOUT (", \"alpha\": \"half\""),
      L0 ".alpha: is \"half\", allowed is a number 0..1");
  expect_fault (LAYOUT (", \"cornerRadius\": 1.5"),
      L0 ".cornerRadius: is 1.5, allowed is a whole number 0..4096");
  expect_fault (LAYOUT (", \"mirror\": 1"),
      L0 ".mirror: is 1, allowed is true or false");
  expect_fault (LAYOUT (", \"border\": 3"),
      L0 ".border: is 3, allowed is an object");
  expect_fault (LAYOUT (", \"border\": { \"widht\": 3 }"),
      L0 ".border.widht: unknown key, the nearest known one is \"width\"");
  expect_fault (LAYOUT (", \"border\": { \"color\": \"#1234567\" }"),
      L0 ".border.color: is \"#1234567\"" COLOR_ALPHA);
  expect_fault (LAYOUT (", \"border\": { \"color\": \"\" }"),
      L0 ".border.color: is \"\"" COLOR_ALPHA);
  /* only what is drawn over something else has an alpha */
  expect_fault (LAYOUT (", \"backgroundColor\": \"#12345678\""),
      L0 ".backgroundColor: is \"#12345678\", allowed is \"#RRGGBB\" or a"
      " whole number 0..16777215");
}

GST_END_TEST;

GST_START_TEST (test_texts)
{
  GstPublishMixingConfig *config = parse (MARK (", \"text\": \"{utc}\""));
  const GstPublishWatermark *mark =
      gst_publish_mixing_config_get_watermark (config, 0);

  fail_unless (mark->uri == NULL);
  fail_unless_equals_string (mark->text.text, "{utc}");
  fail_unless_equals_uint64 (mark->text.color, 0xffffffff);
  fail_unless_equals_uint64 (mark->text.background_color, 0);
  fail_unless_equals_int (mark->z_order, 15);
  gst_publish_mixing_config_unref (config);

  expect_good (MARK (", \"text\": \"100%% of {nothing here} {}\""));
  expect_good (MARK (", \"text\": \"%A %d. %B %H:%M\""));
  expect_good (MARK (", \"text\": \"<b>no markup</b> & so on\""));
  expect_fault (MARK (", \"text\": \"100%\""), W0 ".text: has a % that is no"
      " form of strftime(), a percent sign is \"%%\"");
  expect_fault (MARK (", \"text\": \"%Q\""), W0 ".text: has a % that is no"
      " form of strftime(), a percent sign is \"%%\"");
  expect_fault (LAYOUT (", \"label\": \"{usrId}\""), L0 ".label: has {usrId},"
      " known are {userId}, {roomId}, {utc}, {time} and {date}");
  expect_fault (LAYOUT (", \"label\": \"\""),
      L0 ".label: is \"\", allowed is a string that is not empty");
  expect_fault (LAYOUT (", \"label\": 7"),
      L0 ".label: is 7, allowed is a string that is not empty");
  expect_fault (LAYOUT (", \"label\": { \"font\": \"Sans\" }"),
      L0 ".label.text: missing, needed is what to write, a string");
  expect_fault (LAYOUT (", \"label\": { \"text\": \"a\", \"size\": 1 }"),
      L0 ".label.size: unknown key, known are text, font, color,"
      " backgroundColor, alignment");
  expect_fault (MARK (", \"text\": \"a\", \"watermarkUrl\": \"file:///a\""),
      W0 ".text: stands beside \"watermarkUrl\", a watermark is an image or a"
      " text");
  expect_fault (MARK (", \"font\": \"a\", \"watermarkUrl\": \"file:///a\""),
      W0 ".font: stands beside \"watermarkUrl\", a watermark is an image or a"
      " text");
}

GST_END_TEST;

static void
expect_text (const gchar * text, const gchar * user, const gchar * room,
    gboolean tells_time, const gchar * want)
{
  GTimeZone *zone = g_time_zone_new_offset (3600);
  GDateTime *time = g_date_time_new (zone, 2026, 2, 3, 0, 5, 6);
  gchar *got = gst_publish_text_expand (text, user, room, time);

  fail_unless_equals_string (got, want);
  fail_unless_equals_int (gst_publish_text_tells_time (text), tells_time);
  g_free (got);
  g_date_time_unref (time);
  g_time_zone_unref (zone);
}

GST_START_TEST (test_expand)
{
  expect_text ("plain", "u", "r", FALSE, "plain");
  expect_text ("{userId}@{roomId}", "jerry", "12", FALSE, "jerry@12");
  expect_text ("{userId}", NULL, NULL, FALSE, "");
  /* an hour east of Greenwich it is tomorrow already */
  expect_text ("{utc}", NULL, NULL, TRUE, "2026-02-02 23:05:06 UTC");
  expect_text ("{time}", NULL, NULL, TRUE, "00:05:06");
  expect_text ("{date}", NULL, NULL, TRUE, "2026-02-03");
  expect_text ("%H:%M {userId}", "a", NULL, TRUE, "00:05 a");
  expect_text ("100%%", NULL, NULL, TRUE, "100%");
  expect_text ("{ {} {x {userid} {userId", "a", NULL, FALSE,
      "{ {} {x {userid} {userId");
  /* what comes from a user is text and nothing else */
  expect_text ("{userId}", "%H {time} {userId}", NULL, FALSE,
      "%H {time} {userId}");
  /* never refused, though a config would be */
  expect_text ("100%", "a", NULL, TRUE, "100%");
}

GST_END_TEST;

GST_START_TEST (test_round_trips)
{
  expect_round_trip (LAYOUT (", \"alpha\": 0.1, \"cornerRadius\": 1,"
          " \"border\": { \"color\": \"#12345678\" }, \"mirror\": true,"
          " \"label\": \"{userId} \\u4f60 <b>\""));
  expect_round_trip (LAYOUT (", \"alpha\": 1.0, \"mirror\": false,"
          " \"border\": { \"width\": 0 }"));
  expect_round_trip (MARK (", \"text\": \"{utc}\", \"font\": \"Mono 12\","
          " \"color\": 255, \"backgroundColor\": \"#00000080\","
          " \"alignment\": 1"));
  expect_round_trip ("{ \"mixing\": { \"template\": \"grid\","
      " \"templateLayout\": { \"cornerRadius\": 8, \"label\": \"a\" } } }");
}

GST_END_TEST;

GST_START_TEST (test_to_json)
{
  GstPublishMixingConfig *config = parse (LAYOUT (", \"alpha\": 0.5,"
          " \"border\": { \"width\": 3, \"color\": \"#11223344\" },"
          " \"label\": \"a\""));
  gchar *json = gst_publish_mixing_config_to_json (config);

  fail_unless_equals_string (json, "{\"videoLayoutList\":[{\"x\":0,\"y\":0,"
      "\"width\":4,\"height\":4,\"zOrder\":0,\"fillMode\":\"fill\","
      "\"alpha\":0.5,\"border\":{\"width\":3,\"color\":\"#11223344\"},"
      "\"label\":{\"text\":\"a\",\"color\":\"#ffffff\","
      "\"backgroundColor\":\"#00000099\",\"alignment\":\"left\"}}]}");
  g_free (json);
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

static Suite *
layoutlooks_suite (void)
{
  Suite *suite = suite_create ("layoutlooks");
  TCase *tcase = tcase_create ("layoutlooks");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_defaults);
  tcase_add_test (tcase, test_layout);
  tcase_add_test (tcase, test_template_layout);
  tcase_add_test (tcase, test_ranges);
  tcase_add_test (tcase, test_texts);
  tcase_add_test (tcase, test_expand);
  tcase_add_test (tcase, test_round_trips);
  tcase_add_test (tcase, test_to_json);

  return suite;
}

GST_CHECK_MAIN (layoutlooks);
