/* publishbin: what an update changes and what it does not; the element's own
 * task. Targets are files.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#include <string.h>

#define MIX "mix-to-cdn"
#define BIG "big-to-cdn"

#define BALL "publishbin name=room sink_0::user-id=jerry " \
    PUBLISH_BALL "room.sink_0 "

static void
assert_told (PublishTold * told, GstPublishCode code, const gchar * message)
{
  fail_unless_equals_string (gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE,
          told->code), gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code));
  fail_unless (strstr (told->message, message) != NULL, "\"%s\" is not in: %s",
      message, told->message);
}

/* A mix to files of the harness's folder, @names separated by spaces. */
static gchar *
targets (PublishHarness * h, const gchar * names)
{
  gchar **words = g_strsplit (names, " ", -1);
  GString *json = g_string_new ("{\"mode\":\"mix-to-cdn\",\"cdnUrlList\":[");
  guint i;

  for (i = 0; words[i]; i++)
    g_string_append_printf (json, "%s{\"url\":\"file://%s/%s\"}", i ? "," : "",
        h->folder, words[i]);
  g_string_append (json, "]}");
  g_strfreev (words);
  return g_string_free (json, FALSE);
}

/* What is told of the update of @id to @names and @mixing (nullable). */
static PublishTold *
update (PublishHarness * h, const gchar * id, const gchar * names,
    const gchar * mixing)
{
  gchar *target = targets (h, names);
  guint mark = publish_harness_mark (h);
  gboolean accepted;

  g_signal_emit_by_name (h->room, "update-publish", id, target, NULL, mixing,
      &accepted);
  g_free (target);
  return publish_harness_wait (h, mark, PUBLISH_UPDATED, id);
}

/* Every picture of file @name is @size wide. */
static void
assert_width (PublishHarness * h, const gchar * name, const gchar * width)
{
  gchar *path = publish_harness_file (h, name);
  gchar *text = publish_run ("ffprobe -v error -select_streams v:0"
      " -show_entries frame=width -of csv=p=0 %s", path);
  gchar **lines = g_strsplit (text, "\n", -1);
  guint i, n = 0;

  for (i = 0; lines[i]; i++) {
    /* a frame with side data has a line more */
    if (!*lines[i])
      continue;
    fail_unless (g_str_has_prefix (lines[i], width), "%s: %s", name, lines[i]);
    n++;
  }
  fail_unless (n > 0, "%s is empty", name);
  g_strfreev (lines);
  g_free (text);
  g_free (path);
}

/* Until a url that ends in @name publishes. */
static void
wait_publishing (PublishHarness * h, const gchar * name, guint mark)
{
  while (!g_str_has_suffix (publish_harness_wait_state (h, mark, NULL,
              GST_PUBLISH_CDN_STATE_PUBLISHING)->url, name))
    mark++;
}

/* A url keeps the rendition that it was started with; a new one gets that which
 * the fewest have. */
GST_START_TEST (test_renditions_stay)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = targets (h, "a.flv b.flv c.flv"), *id = NULL;
  guint mark;

  publish_harness_play (h);
  g_signal_emit_by_name (h->room, "start-publish", target,
      "[{\"videoEncodedWidth\":320,\"videoEncodedHeight\":240,"
      "\"videoEncodedGOP\":1},{\"videoEncodedWidth\":160,"
      "\"videoEncodedHeight\":120,\"videoEncodedGOP\":1}]", NULL, &id);
  g_free (target);
  publish_harness_wait_frames (h, id, 20);
  mark = publish_harness_mark (h);
  assert_told (update (h, id, "b.flv c.flv", NULL), GST_PUBLISH_CODE_OK, "");
  publish_harness_wait_frames (h, id, 20);
  /* nobody gets the small one any more but the first of the new */
  assert_told (update (h, id, "d.flv e.flv c.flv", NULL),
      GST_PUBLISH_CODE_OK, "");
  wait_publishing (h, "d.flv", mark);
  wait_publishing (h, "e.flv", mark);
  publish_harness_wait_frames (h, id, 20);
  publish_harness_stop (h, id);
  assert_width (h, "a.flv", "320");
  assert_width (h, "b.flv", "160");
  assert_width (h, "c.flv", "320");
  assert_width (h, "d.flv", "160");
  assert_width (h, "e.flv", "320");
  publish_harness_assert_no_error (h);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* A config that is too large once it is written out is good for the element,
 * and not for the compositor: nothing of such an update happens. */
GST_START_TEST (test_all_or_nothing)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = targets (h, "a.flv"), *id = NULL, *user, *bad;
  gboolean accepted = FALSE;
  GstMessage *message;
  guint mark;

  publish_harness_play (h);
  g_signal_emit_by_name (h->room, "start-publish", target,
      PUBLISH_SMALL_ENCODER, "{\"template\":\"grid\"}", &id);
  publish_harness_wait_frames (h, id, 5);
  user = g_strnfill (200 * 1000, '\x7f');
  bad = g_strdup_printf ("{\"videoLayoutList\":[{\"width\":160,"
      "\"height\":120,\"fixedVideoUser\":{\"userId\":\"%s\"}}]}", user);

  mark = publish_harness_mark (h);
  assert_told (update (h, id, "a.flv b.flv", bad), GST_PUBLISH_CODE_BAD_CONFIG,
      "mixing");
  publish_harness_wait_frames (h, id, 20);
  /* no target came, no layout, and b.flv is free for others */
  fail_unless_equals_int (publish_harness_count (h, mark, PUBLISH_CDN_STATE),
      0);
  while ((message = gst_bus_pop_filtered (h->bus, GST_MESSAGE_WARNING |
              GST_MESSAGE_ERROR)))
    fail ("a message beside the answer");
  g_free (publish_harness_start (h, MIX, NULL, "b.flv", PUBLISH_SMALL_ENCODER,
          NULL));
  wait_publishing (h, "b.flv", mark);

  /* what comes next builds on what runs */
  mark = publish_harness_mark (h);
  assert_told (update (h, id, "a.flv c.flv", NULL), GST_PUBLISH_CODE_OK, "");
  wait_publishing (h, "c.flv", mark);
  assert_told (update (h, id, "a.flv c.flv", "{\"template\":\"pip\"}"),
      GST_PUBLISH_CODE_OK, "");

  /* also if it is asked for before anyone knows what is refused */
  mark = publish_harness_mark (h);
  g_free (target);
  target = targets (h, "a.flv d.flv");
  g_signal_emit_by_name (h->room, "update-publish", id, NULL, NULL, bad,
      &accepted);
  fail_unless (accepted);
  g_signal_emit_by_name (h->room, "update-publish", id, target, NULL, NULL,
      &accepted);
  fail_unless (accepted);
  wait_publishing (h, "d.flv", mark);
  publish_harness_assert_no_error (h);
  g_free (bad);
  g_free (user);
  g_free (target);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* A url goes from one task to another as soon as the first has closed it. */
GST_START_TEST (test_url_changes_hands)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *one, *two, *target;
  gboolean accepted = FALSE;
  PublishTold *stopped, *updated;
  guint mark, i, at_stop = 0, at_update = 0;

  publish_harness_play (h);
  one = publish_harness_start (h, MIX, NULL, "a.flv",
      "{\"videoEncodedWidth\":320,\"videoEncodedHeight\":240}", NULL);
  two = publish_harness_start (h, MIX, NULL, "b.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_wait_frames (h, one, 10);
  publish_harness_wait_frames (h, two, 10);
  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "stop-publish", one, &accepted);
  fail_unless (accepted);
  target = targets (h, "b.flv a.flv");
  g_signal_emit_by_name (h->room, "update-publish", two, target, NULL, NULL,
      &accepted);
  fail_unless (accepted);
  g_free (target);
  /* one that follows does not come before it */
  target = targets (h, "b.flv a.flv c.flv");
  g_signal_emit_by_name (h->room, "update-publish", two, target, NULL, NULL,
      &accepted);
  fail_unless (accepted);
  wait_publishing (h, "c.flv", mark);
  wait_publishing (h, "a.flv", mark);
  fail_unless_equals_int (publish_harness_count (h, mark, PUBLISH_UPDATED), 2);
  stopped = publish_harness_wait (h, mark, PUBLISH_STOPPED, one);
  updated = publish_harness_wait (h, mark, PUBLISH_UPDATED, two);
  assert_told (updated, GST_PUBLISH_CODE_OK, "");
  g_mutex_lock (&h->lock);
  for (i = 0; i < h->told->len; i++) {
    if (g_ptr_array_index (h->told, i) == stopped)
      at_stop = i;
    if (g_ptr_array_index (h->told, i) == updated)
      at_update = i;
  }
  g_mutex_unlock (&h->lock);
  fail_unless (at_stop < at_update);
  publish_harness_wait_frames (h, two, 20);
  publish_harness_stop (h, two);
  assert_width (h, "a.flv", "160");
  publish_harness_assert_no_error (h);
  g_free (target);
  g_free (one);
  g_free (two);
  publish_harness_free (h);
}

GST_END_TEST;

/* Layouts that an update does not speak of are not applied again. */
GST_START_TEST (test_layouts_stay)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = targets (h, "a.flv"), *id = NULL;
  GstMessage *message;
  guint serial = 0;

  publish_harness_play (h);
  g_signal_emit_by_name (h->room, "start-publish", target,
      PUBLISH_SMALL_ENCODER, "{\"template\":\"grid\"}", &id);
  publish_harness_wait_frames (h, id, 5);
  update (h, id, "a.flv b.flv", NULL);
  update (h, id, "a.flv b.flv", "{\"template\":\"grid\"}");
  update (h, id, "a.flv b.flv", "{\"template\":\"pip\"}");
  do {
    message = publish_harness_wait_message (h, GST_MESSAGE_ELEMENT,
        "layout-applied");
    gst_structure_get_uint (gst_message_get_structure (message), "serial",
        &serial);
    gst_message_unref (message);
  } while (serial < 2);
  publish_harness_wait_frames (h, id, 10);
  while ((message = gst_bus_pop_filtered (h->bus, GST_MESSAGE_ELEMENT))) {
    if (gst_message_has_name (message, "layout-applied"))
      gst_structure_get_uint (gst_message_get_structure (message), "serial",
          &serial);
    gst_message_unref (message);
  }
  fail_unless_equals_int (serial, 2);
  g_free (target);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* --- the element's own task --- */

static gchar *
wait_text (PublishHarness * h, GstMessageType type)
{
  GstMessage *message = publish_harness_wait_message (h, type, NULL);
  GError *error = NULL;
  gchar *text;

  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  text = g_strdup (error->message);
  g_error_free (error);
  gst_message_unref (message);
  return text;
}

/* One message says why nothing is published. */
GST_START_TEST (test_own_task_is_refused)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = targets (h, "a.flv"), *text;

  /* its url belongs to another task */
  g_free (publish_harness_start (h, MIX, NULL, "a.flv", PUBLISH_SMALL_ENCODER,
          NULL));
  g_object_set (h->room, "target", target, NULL);
  publish_harness_play (h);
  text = wait_text (h, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, "Nothing is published") && strstr (text,
          "cdnUrlList[0]"), "%s", text);
  g_free (text);
  fail_unless (gst_bus_pop_filtered (h->bus, GST_MESSAGE_ERROR |
          GST_MESSAGE_WARNING) == NULL);
  /* another one is started as if there had been none */
  g_free (target);
  target = targets (h, "b.flv");
  g_object_set (h->room, "target", target, NULL);
  wait_publishing (h, "b.flv", 0);
  g_free (target);
  publish_harness_free (h);
}

GST_END_TEST;

/* A job file that names no target would be published nowhere. */
GST_START_TEST (test_own_task_without_target)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *path = publish_harness_file (h, "job.json"), *text;

  fail_unless (g_file_set_contents (path, "{\"mixing\":{\"template\":"
          "\"grid\"}}", -1, NULL));
  g_object_set (h->room, "job-location", path, NULL);
  fail_unless_equals_int (gst_element_set_state (h->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  text = wait_text (h, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, "target: ") != NULL, "%s", text);
  g_free (text);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

static void
assert_does_not_start (PublishHarness * h, const gchar * reason)
{
  gchar *text;

  fail_unless_equals_int (gst_element_set_state (h->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  text = wait_text (h, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, reason) != NULL, "%s", text);
  g_free (text);
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
}

/* A good part does not make up for another that was refused before it. */
GST_START_TEST (test_own_task_with_a_bad_part)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = targets (h, "a.flv"), *job, *path;
  guint mark;

  g_object_set (h->room, "target", "{\"mode\":\"bogus\"}", "mixing",
      "{\"template\":\"grid\"}", NULL);
  assert_does_not_start (h, "target.mode");
  g_object_set (h->room, "encoder", "{\"videoEncodedWidth\":-1}", "target",
      target, NULL);
  assert_does_not_start (h, "videoEncodedWidth");
  g_object_set (h->room, "encoder", PUBLISH_SMALL_ENCODER, "job-location",
      "/nowhere/job.json", "mixing", NULL, NULL);
  assert_does_not_start (h, "/nowhere/job.json");
  g_object_set (h->room, "job-location", NULL, NULL);
  publish_harness_play (h);
  wait_publishing (h, "a.flv", 0);
  gst_element_set_state (h->pipeline, GST_STATE_NULL);

  /* a whole job does */
  path = publish_harness_file (h, "job.json");
  job = g_strdup_printf ("{\"target\":%s}", target);
  fail_unless (g_file_set_contents (path, job, -1, NULL));
  g_object_set (h->room, "mixing", "{\"template\":\"bogus\"}", "job-location",
      path, NULL);
  mark = publish_harness_mark (h);
  publish_harness_play (h);
  wait_publishing (h, "a.flv", mark);
  publish_harness_assert_no_error (h);
  g_free (path);
  g_free (job);
  g_free (target);
  publish_harness_free (h);
}

GST_END_TEST;

/* What is refused is told once, and does not stay in the properties. */
GST_START_TEST (test_own_task_keeps_its_parts)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = targets (h, "a.flv"), *other, *text;
  gchar *mixing = NULL, *encoder = NULL;
  PublishTold *told;
  guint mark;

  g_object_set (h->room, "target", target, "encoder", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_play (h);
  wait_publishing (h, "a.flv", 0);
  mark = publish_harness_mark (h);
  other = publish_harness_target (h, BIG, "jerry", "a.flv");
  g_object_set (h->room, "target", other, NULL);
  assert_told (publish_harness_wait (h, mark, PUBLISH_UPDATED, NULL),
      GST_PUBLISH_CODE_BAD_CONFIG, "target.mode");
  text = wait_text (h, GST_MESSAGE_WARNING);
  fail_unless (strstr (text, "target.mode") != NULL, "%s", text);
  g_free (text);
  mark = publish_harness_mark (h);
  g_object_set (h->room, "mixing", "{\"template\":\"pip\"}", NULL);
  told = publish_harness_wait (h, mark, PUBLISH_UPDATED, NULL);
  assert_told (told, GST_PUBLISH_CODE_OK, "");
  fail_unless (gst_bus_pop_filtered (h->bus, GST_MESSAGE_ERROR |
          GST_MESSAGE_WARNING) == NULL);

  /* nor does NULL, which changes nothing of a task that runs */
  g_object_set (h->room, "mixing", NULL, "encoder", NULL, NULL);
  g_object_get (h->room, "mixing", &mixing, "encoder", &encoder, NULL);
  fail_unless (mixing && strstr (mixing, "pip"), "%s", mixing);
  fail_unless (encoder && strstr (encoder, "160"), "%s", encoder);
  g_free (mixing);
  g_free (encoder);
  g_free (other);
  g_free (target);
  publish_harness_free (h);
}

GST_END_TEST;

/* A picture that cannot be relayed ends the only task there is. */
GST_START_TEST (test_own_task_ends_in_error)
{
  PublishHarness *h = publish_harness_new (BALL);
  gchar *target = publish_harness_target (h, BIG, "jerry", "a.flv"), *text;

  g_object_set (h->room, "target", target, NULL);
  publish_harness_play (h);
  text = wait_text (h, GST_MESSAGE_ERROR);
  fail_unless (strstr (text, "jerry") && strstr (text, "encoder"), "%s", text);
  g_free (text);
  g_free (target);
  publish_harness_free (h);
}

GST_END_TEST;

/* --- the encoder --- */

static gboolean
contains (const gchar * data, gsize size, const gchar * text)
{
  gsize i, length = strlen (text);

  for (i = 0; i + length <= size; i++) {
    if (memcmp (data + i, text, length) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Options of the user's stay; those that keep the GOP are the job's. x264 writes
 * all of them into what it makes. */
GST_START_TEST (test_encoder_options)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "video-encoder=\"x264enc speed-preset=ultrafast "
      "option-string=\\\"ref=3:scenecut=40:keyint=3\\\"\" "
      "sink_0::user-id=jerry " PUBLISH_BALL "room.sink_0 ");
  gchar *path = publish_harness_file (h, "a.flv"), *id, *data = NULL;
  gsize size = 0;

  publish_harness_play (h);
  id = publish_harness_start (h, MIX, NULL, "a.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_wait_frames (h, id, 15);
  publish_harness_stop (h, id);
  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  fail_unless (contains (data, size, " ref=3 "));
  fail_unless (contains (data, size, " scenecut=0 "));
  fail_unless (contains (data, size, " keyint=10 "));
  g_free (data);
  g_free (path);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* What is no encoder is refused in words. */
GST_START_TEST (test_no_encoder)
{
  static const gchar *const wrong[] =
      { "fakesink", "videotestsrc", "tee", "h264parse",
    "x264enc ! h264parse", "x264enc nosuch=1"
  };
  PublishHarness *h = publish_harness_new (BALL);
  guint i;

  publish_harness_play (h);
  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    guint mark = publish_harness_mark (h);

    g_object_set (h->room, "video-encoder", wrong[i], NULL);
    g_free (publish_harness_start (h, MIX, NULL, "a.flv",
            PUBLISH_SMALL_ENCODER, NULL));
    assert_told (publish_harness_wait (h, mark, PUBLISH_STARTED, NULL),
        GST_PUBLISH_CODE_MISSING_ENCODER, wrong[i]);
  }
  publish_harness_assert_no_error (h);
  publish_harness_free (h);
}

GST_END_TEST;

static Suite *
publishupdate_suite (void)
{
  Suite *suite = suite_create ("publishupdate");
  TCase *tc = tcase_create ("update");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_renditions_stay);
  tcase_add_test (tc, test_all_or_nothing);
  tcase_add_test (tc, test_url_changes_hands);
  tcase_add_test (tc, test_layouts_stay);
  tcase_add_test (tc, test_own_task_is_refused);
  tcase_add_test (tc, test_own_task_without_target);
  tcase_add_test (tc, test_own_task_with_a_bad_part);
  tcase_add_test (tc, test_own_task_keeps_its_parts);
  tcase_add_test (tc, test_own_task_ends_in_error);
  tcase_add_test (tc, test_encoder_options);
  tcase_add_test (tc, test_no_encoder);
  return suite;
}

GST_CHECK_MAIN (publishupdate);
