/* Encoder parameters: ranges, both halves, and what stands in for zeros.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#define ENCODER(key) "{ \"encoder\": { \"" key "\": %s } }"

GST_START_TEST (test_ranges)
{
  static const struct
  {
    const gchar *json, *path;
    gint64 min, max;
  } ranges[] = {
    {ENCODER ("videoEncodedWidth"), "encoder.videoEncodedWidth", 2, 8192},
    {ENCODER ("videoEncodedHeight"), "encoder.videoEncodedHeight", 2, 8192},
    {ENCODER ("audioEncodedKbps"), "encoder.audioEncodedKbps", 32, 320},
    /* zero, choose, is one below the range */
    {ENCODER ("videoEncodedFPS"), "encoder.videoEncodedFPS", 0, 60},
    {ENCODER ("videoEncodedGOP"), "encoder.videoEncodedGOP", 0, 8},
    {ENCODER ("videoEncodedKbps"), "encoder.videoEncodedKbps", 0, 50000},
    {ENCODER ("audioEncodedChannelNum"), "encoder.audioEncodedChannelNum", 0,
        2},
    {ENCODER ("audioEncodedCodecType"), "encoder.audioEncodedCodecType", 0, 2},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (ranges); i++)
    expect_range (ranges[i].json, ranges[i].path, ranges[i].min, ranges[i].max);

  /* zero stands apart from these ranges */
  expect_good ("{ \"encoder\": { \"videoEncodedWidth\": 0,"
      " \"videoEncodedHeight\": 0, \"audioEncodedKbps\": 0 } }");
  expect_fault ("{ \"encoder\": { \"audioEncodedKbps\": -1 } }",
      "encoder.audioEncodedKbps: is -1, allowed is 0 or a whole number"
      " 32..320");
}

GST_END_TEST;

/* What no encoder takes is refused before anything starts. */
GST_START_TEST (test_sides_are_even)
{
  expect_good ("{ \"encoder\": { \"videoEncodedWidth\": 642,"
      " \"videoEncodedHeight\": 362 } }");
  expect_fault ("{ \"encoder\": { \"videoEncodedWidth\": 641 } }",
      "encoder.videoEncodedWidth: is 641, allowed is 0 or an even number"
      " 2..8192");
  expect_fault ("{ \"encoder\": [ { \"videoEncodedWidth\": 640 },"
      " { \"videoEncodedHeight\": 361 } ] }",
      "encoder[1].videoEncodedHeight: is 361, allowed is 0 or an even number"
      " 2..8192");
}

GST_END_TEST;

GST_START_TEST (test_sample_rates)
{
  static const gchar *const good[] = {
    "0", "8000", "12000", "16000", "24000", "32000", "44100", "48000", "48e3"
  };
  static const gchar *const bad[] = {
    "-0.5", "1", "7999", "8001", "11025", "22050", "44099", "44100.5",
    "48001", "96000", "1e400", "\"48000\"", "true", "[]"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++) {
    gchar *json = g_strdup_printf ("{ \"encoder\":"
        " { \"audioEncodedSampleRate\": %s } }", good[i]);

    expect_good (json);
    g_free (json);
  }
  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    gchar *json = g_strdup_printf ("{ \"encoder\":"
        " { \"audioEncodedSampleRate\": %s } }", bad[i]);
    gchar *faults = get_faults (json, NULL);

    fail_unless (g_str_has_prefix (faults,
            "encoder.audioEncodedSampleRate: is "), "%s", faults);
    fail_unless (g_str_has_suffix (faults, "allowed is 0, 8000, 12000, 16000,"
            " 24000, 32000, 44100 or 48000"), "%s", faults);
    g_free (faults);
    g_free (json);
  }
}

GST_END_TEST;

GST_START_TEST (test_he_aac_v2_is_stereo)
{
  expect_good ("{ \"encoder\": { \"audioEncodedCodecType\": 2,"
      " \"audioEncodedChannelNum\": 2 } }");
  expect_good ("{ \"encoder\": { \"audioEncodedCodecType\": \"he-aac-v2\" } }");
  expect_good ("{ \"encoder\": { \"audioEncodedCodecType\": 1,"
      " \"audioEncodedChannelNum\": 1 } }");
  expect_fault ("{ \"encoder\": { \"audioEncodedCodecType\": 2,"
      " \"audioEncodedChannelNum\": 1 } }",
      "encoder.audioEncodedChannelNum: is 1, allowed is 2 with"
      " audioEncodedCodecType 2 (HE-AAC v2 is parametric stereo)");
}

GST_END_TEST;

static void
expect_halves (const gchar * json, gboolean video, gboolean audio)
{
  GError *error = NULL;
  GstPublishEncoderParams *params =
      gst_publish_encoder_params_new_from_json (json, &error);
  gint i;

  fail_unless (params != NULL, "%s", error ? error->message : "");
  /* and again after a round trip */
  for (i = 0; i < 2; i++) {
    gchar *written = gst_publish_encoder_params_to_json (params);

    fail_unless (gst_publish_encoder_params_has_video (params) == video,
        "%s", written);
    fail_unless (gst_publish_encoder_params_has_audio (params) == audio,
        "%s", written);
    gst_publish_encoder_params_unref (params);
    params = gst_publish_encoder_params_new_from_json (written, NULL);
    fail_unless (params != NULL);
    g_free (written);
  }
  gst_publish_encoder_params_unref (params);
}

GST_START_TEST (test_halves)
{
  expect_halves ("{}", TRUE, TRUE);
  expect_halves ("{ \"videoEncodedFPS\": 15 }", TRUE, FALSE);
  expect_halves ("{ \"videoEncodedFPS\": 0 }", TRUE, FALSE);
  expect_halves ("{ \"audioEncodedCodecType\": 0 }", FALSE, TRUE);
  expect_halves ("{ \"videoEncodedFPS\": 15, \"audioEncodedKbps\": 32 }",
      TRUE, TRUE);
  /* null says nothing */
  expect_halves ("{ \"videoEncodedFPS\": 15, \"audioEncodedKbps\": null }",
      TRUE, FALSE);
  /* the first rendition of a job */
  expect_halves ("{ \"encoder\": [ { \"videoEncodedFPS\": 15 }, {} ] }", TRUE,
      FALSE);
}

GST_END_TEST;

GST_START_TEST (test_getters)
{
  GstPublishEncoderParams *params = gst_publish_encoder_params_new_from_json
      ("{ \"videoEncodedWidth\": 1280, \"videoEncodedHeight\": 720,"
      " \"videoEncodedFPS\": 15, \"videoEncodedGOP\": 3,"
      " \"videoEncodedKbps\": 1500, \"audioEncodedSampleRate\": 44100,"
      " \"audioEncodedChannelNum\": 2, \"audioEncodedKbps\": 128,"
      " \"audioEncodedCodecType\": 1 }", NULL);
  GstPublishVideoParams video;
  GstPublishAudioParams audio;
  GValue value = G_VALUE_INIT;

  fail_unless (params != NULL);
  gst_publish_encoder_params_get_video (params, &video);
  fail_unless_equals_int (video.width, 1280);
  fail_unless_equals_int (video.height, 720);
  fail_unless_equals_int (video.fps, 15);
  fail_unless_equals_int (video.gop, 3);
  fail_unless_equals_int (video.kbps, 1500);
  gst_publish_encoder_params_get_audio (params, &audio);
  fail_unless_equals_int (audio.sample_rate, 44100);
  fail_unless_equals_int (audio.channels, 2);
  fail_unless_equals_int (audio.kbps, 128);
  fail_unless_equals_int (audio.codec, GST_PUBLISH_AUDIO_CODEC_HE_AAC);

  g_value_init (&value, GST_TYPE_PUBLISH_ENCODER_PARAMS);
  g_value_take_boxed (&value, params);
  g_value_unset (&value);
}

GST_END_TEST;

/* the tables of the API's guide */
GST_START_TEST (test_resolve_video_table)
{
  static const GstPublishVideoParams rows[] = {
    {640, 360, 15, 3, 800}, {960, 540, 15, 3, 1200},
    {1280, 720, 15, 3, 1500}, {1920, 1080, 15, 3, 2500},
    /* the guide's own example of a standing canvas at 30 */
    {1080, 1920, 30, 3, 5000},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstPublishVideoParams video = { rows[i].width, rows[i].height };

    video.fps = rows[i].fps == 15 ? 0 : rows[i].fps;
    gst_publish_video_params_resolve (&video);
    fail_unless (memcmp (&video, &rows[i], sizeof (video)) == 0,
        "row %u: %dx%d %d %d %d", i, video.width, video.height, video.fps,
        video.gop, video.kbps);
  }
}

GST_END_TEST;

GST_START_TEST (test_resolve_video)
{
  GstPublishVideoParams video = { 0 }, last = { 0 };
  gint side;

  gst_publish_video_params_resolve (&video);
  fail_unless_equals_int (video.width, 1280);
  fail_unless_equals_int (video.height, 720);
  fail_unless_equals_int (video.kbps, 1500);

  /* what is given stays */
  video = (GstPublishVideoParams) {
  320, 240, 7, 8, 9};
  gst_publish_video_params_resolve (&video);
  fail_unless_equals_int (video.width, 320);
  fail_unless_equals_int (video.height, 240);
  fail_unless_equals_int (video.fps, 7);
  fail_unless_equals_int (video.gop, 8);
  fail_unless_equals_int (video.kbps, 9);

  /* one side gives the other, 16:9 */
  video = (GstPublishVideoParams) {
  .width = 1920};
  gst_publish_video_params_resolve (&video);
  fail_unless_equals_int (video.height, 1080);
  video = (GstPublishVideoParams) {
  .height = 360};
  gst_publish_video_params_resolve (&video);
  fail_unless_equals_int (video.width, 640);

  /* every size and rate: inside the ranges, and more pixels never fewer bits */
  for (side = 2; side <= 8192; side += side < 64 ? 1 : 61) {
    video = (GstPublishVideoParams) {
    .width = side,.height = side,.fps = 60};
    gst_publish_video_params_resolve (&video);
    fail_unless (video.kbps >= 64 && video.kbps <= 50000);
    fail_unless (video.kbps >= last.kbps, "%d", side);
    last = video;

    video = (GstPublishVideoParams) {
    .height = side};
    gst_publish_video_params_resolve (&video);
    fail_unless (video.width >= 2 && video.width <= 8192);
    video = (GstPublishVideoParams) {
    .width = side};
    gst_publish_video_params_resolve (&video);
    fail_unless (video.height >= 2 && video.height <= 8192);
  }
}

GST_END_TEST;

GST_START_TEST (test_resolve_audio)
{
  static const struct
  {
    GstPublishAudioParams given, chosen;
  } rows[] = {
    /* speech and default, then music of the guide's table */
    {{0, 0, 0, GST_PUBLISH_AUDIO_CODEC_AAC_LC},
        {48000, 1, 50, GST_PUBLISH_AUDIO_CODEC_AAC_LC}},
    {{0, 0, 0, GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2},
        {48000, 2, 60, GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2}},
    {{8000, 2, 0, GST_PUBLISH_AUDIO_CODEC_AAC_LC},
        {8000, 2, 100, GST_PUBLISH_AUDIO_CODEC_AAC_LC}},
    {{0, 0, 0, GST_PUBLISH_AUDIO_CODEC_HE_AAC},
        {48000, 1, 32, GST_PUBLISH_AUDIO_CODEC_HE_AAC}},
    {{44100, 2, 320, GST_PUBLISH_AUDIO_CODEC_HE_AAC},
        {44100, 2, 320, GST_PUBLISH_AUDIO_CODEC_HE_AAC}},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstPublishAudioParams audio = rows[i].given;

    gst_publish_audio_params_resolve (&audio);
    fail_unless (memcmp (&audio, &rows[i].chosen, sizeof (audio)) == 0,
        "row %u: %d %d %d", i, audio.sample_rate, audio.channels, audio.kbps);
  }
}

GST_END_TEST;

static Suite *
encoderparams_suite (void)
{
  Suite *suite = suite_create ("encoderparams");
  TCase *tcase = tcase_create ("encoderparams");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_ranges);
  tcase_add_test (tcase, test_sides_are_even);
  tcase_add_test (tcase, test_sample_rates);
  tcase_add_test (tcase, test_he_aac_v2_is_stereo);
  tcase_add_test (tcase, test_halves);
  tcase_add_test (tcase, test_getters);
  tcase_add_test (tcase, test_resolve_video_table);
  tcase_add_test (tcase, test_resolve_video);
  tcase_add_test (tcase, test_resolve_audio);

  return suite;
}

GST_CHECK_MAIN (encoderparams);
