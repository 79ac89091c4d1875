/* publishbin: pads, tasks, codes, and what is told of them. Targets are files.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#include <string.h>

#define MIX "mix-to-cdn"
#define BIG "big-to-cdn"

/* jerry with picture and sound, all encoded */
#define JERRY "publishbin name=room sink_0::user-id=jerry " \
    "sink_1::user-id=jerry " \
    PUBLISH_H264 "room.sink_0 " PUBLISH_AAC "room.sink_1 "

static void
assert_told (PublishTold * told, GstPublishCode code, const gchar * message)
{
  fail_unless_equals_string (gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE,
          told->code), gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code));
  fail_unless (strstr (told->message, message) != NULL, "\"%s\" is not in: %s",
      message, told->message);
}

static gint latency_told;       /* atomic */

GST_START_TEST (test_pads)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_4::user-id=jerry sink_4::room-id=12 sink_4::stream-type=sub "
      "sink_4::volume=0.5 sink_4::mute=true fakesrc ! room.sink_4");
  GstPad *pad = gst_element_get_static_pad (h->room, "sink_4"), *other;
  gchar *user = NULL, *room = NULL;
  gdouble volume = 0;
  gboolean mute = FALSE;
  gint type = 0;

  fail_unless (pad != NULL);
  g_object_get (pad, "user-id", &user, "room-id", &room, "volume", &volume,
      "mute", &mute, "stream-type", &type, NULL);
  fail_unless_equals_string (user, "jerry");
  fail_unless_equals_string (room, "12");
  fail_unless_equals_float (volume, 0.5);
  fail_unless (mute);
  fail_unless_equals_int (type, GST_PUBLISH_STREAM_TYPE_SUB);
  g_free (user);
  g_free (room);
  gst_object_unref (pad);

  /* names of our own evade those that are taken */
  pad = gst_element_request_pad_simple (h->room, "sink_1");
  fail_unless_equals_string (GST_OBJECT_NAME (pad), "sink_1");
  other = gst_element_request_pad_simple (h->room, "sink_%u");
  fail_unless (g_str_has_prefix (GST_OBJECT_NAME (other), "sink_"));
  fail_if (g_str_equal (GST_OBJECT_NAME (other), "sink_1"));
  gst_element_release_request_pad (h->room, pad);
  gst_element_release_request_pad (h->room, other);
  fail_unless_equals_int (h->room->numsinkpads, 1);
  gst_object_unref (pad);
  gst_object_unref (other);
  publish_harness_free (h);
}

GST_END_TEST;

/* Every wrong question has its code; none disturbs what runs. */
GST_START_TEST (test_codes)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *id, *refused = NULL, *target;
  gboolean done = TRUE;
  PublishTold *told;
  guint mark;

  publish_harness_play (h);
  id = publish_harness_start (h, MIX, NULL, "one.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  fail_unless (id != NULL && *id);
  assert_told (publish_harness_wait (h, 0, PUBLISH_STARTED, id),
      GST_PUBLISH_CODE_OK, "");
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);

  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "start-publish", "{\"mode\":\"mix\"}", NULL,
      NULL, &refused);
  fail_unless (refused == NULL);
  told = publish_harness_wait (h, mark, PUBLISH_STARTED, "");
  assert_told (told, GST_PUBLISH_CODE_BAD_CONFIG, "target.mode");

  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "start-publish", NULL, NULL, NULL, &refused);
  fail_unless (refused == NULL);
  told = publish_harness_wait (h, mark, PUBLISH_STARTED, "");
  assert_told (told, GST_PUBLISH_CODE_BAD_CONFIG, "target");

  /* the same url, of another task and of itself */
  mark = publish_harness_mark (h);
  fail_unless (publish_harness_start (h, MIX, NULL, "one.flv", NULL, NULL)
      == NULL);
  told = publish_harness_wait (h, mark, PUBLISH_STARTED, "");
  assert_told (told, GST_PUBLISH_CODE_DUPLICATE_URL, id);
  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "start-publish", "{\"mode\":3,\"cdnUrlList\":"
      "[{\"url\":\"rtmp://h/a/b\"},{\"url\":\"rtmp://H:1935/a/b\"}]}", NULL,
      NULL, &refused);
  fail_unless (refused == NULL);
  told = publish_harness_wait (h, mark, PUBLISH_STARTED, "");
  assert_told (told, GST_PUBLISH_CODE_DUPLICATE_URL, "cdnUrlList[1]");

  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "update-publish", "task-99", NULL, NULL,
      NULL, &done);
  fail_if (done);
  told = publish_harness_wait (h, mark, PUBLISH_UPDATED, "task-99");
  assert_told (told, GST_PUBLISH_CODE_UNKNOWN_TASK, "task-99");
  g_signal_emit_by_name (h->room, "stop-publish", "task-99", &done);
  fail_if (done);
  told = publish_harness_wait (h, mark, PUBLISH_STOPPED, "task-99");
  assert_told (told, GST_PUBLISH_CODE_UNKNOWN_TASK, "task-99");

  mark = publish_harness_mark (h);
  target = publish_harness_target (h, BIG, "jerry", "one.flv");
  g_signal_emit_by_name (h->room, "update-publish", id, target, NULL, NULL,
      &done);
  fail_if (done);
  told = publish_harness_wait (h, mark, PUBLISH_UPDATED, id);
  assert_told (told, GST_PUBLISH_CODE_BAD_CONFIG, "target.mode");
  g_free (target);

  publish_harness_wait_frames (h, id, 5);
  publish_harness_stop (h, id);
  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "update-publish", id, NULL, NULL, NULL,
      &done);
  fail_if (done);
  told = publish_harness_wait (h, mark, PUBLISH_UPDATED, id);
  assert_told (told, GST_PUBLISH_CODE_UNKNOWN_TASK, id);
  /* nothing is left to stop */
  g_signal_emit_by_name (h->room, "stop-publish", "", &done);
  fail_if (done);
  publish_harness_assert_no_error (h);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* "" stops all; each is told of. Messages say what signals say. */
GST_START_TEST (test_stop_all)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *one, *two;
  gboolean found = FALSE;
  GstMessage *message;
  const GstStructure *s;
  gint code = -1;
  guint mark;

  publish_harness_play (h);
  one = publish_harness_start (h, MIX, NULL, "one.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  two = publish_harness_start (h, BIG, "jerry", "two.flv", NULL, NULL);
  publish_harness_wait_state (h, 0, one, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_wait_state (h, 0, two, GST_PUBLISH_CDN_STATE_PUBLISHING);
  message = publish_harness_wait_message (h, GST_MESSAGE_ELEMENT,
      "cdn-state-changed");
  s = gst_message_get_structure (message);
  fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (h->room));
  fail_unless (gst_structure_get_int (s, "code", &code));
  fail_unless (gst_structure_has_field_typed (s, "state",
          GST_TYPE_PUBLISH_CDN_STATE));
  fail_unless (gst_structure_get_string (s, "task-id") != NULL);
  gst_message_unref (message);

  mark = publish_harness_mark (h);
  g_signal_emit_by_name (h->room, "stop-publish", "", &found);
  fail_unless (found);
  publish_harness_wait (h, mark, PUBLISH_STOPPED, one);
  publish_harness_wait (h, mark, PUBLISH_STOPPED, two);
  publish_harness_wait_state (h, mark, one, GST_PUBLISH_CDN_STATE_IDLE);
  publish_harness_wait_state (h, mark, two, GST_PUBLISH_CDN_STATE_IDLE);
  fail_unless_equals_int (publish_harness_count_elements (h,
          "relaypublishsink"), 0);
  fail_unless_equals_int (publish_harness_count_elements (h, "avdec_h264"), 0);
  g_free (one);
  g_free (two);
  publish_harness_free (h);
}

GST_END_TEST;

/* A relay whose user is not there yet waits, and tells so. */
GST_START_TEST (test_start_before_any_stream)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=mike " PUBLISH_H264 "room.sink_0");
  gchar *id, *path = publish_harness_file (h, "one.flv"), *text;
  GstElement *source;
  PublishTold *told;
  GstPad *pad;

  publish_harness_play (h);
  id = publish_harness_start (h, BIG, "jerry", "one.flv", NULL, NULL);
  assert_told (publish_harness_wait (h, 0, PUBLISH_STARTED, id),
      GST_PUBLISH_CODE_OK, "");
  told = publish_harness_wait_state (h, 0, id,
      GST_PUBLISH_CDN_STATE_CONNECTING);
  assert_told (told, GST_PUBLISH_CODE_OK, "jerry");
  pad = publish_harness_add (h, PUBLISH_H264 "queue", "jerry", "big", &source);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_wait_frames (h, id, 10);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 0);

  /* and ends when the user leaves */
  publish_harness_remove (h, source, pad);
  told = publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
  assert_told (told, GST_PUBLISH_CODE_OK, "left");
  text = publish_run ("ffprobe -v error -show_entries stream=codec_name -of"
      " csv=p=0 %s", path);
  fail_unless_equals_string (g_strstrip (text), "h264");
  publish_harness_assert_no_error (h);
  g_free (text);
  g_free (path);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* The owner of a mix leaves with the last of their streams, not before. */
GST_START_TEST (test_owner_of_a_mix)
{
  PublishHarness *h = publish_harness_new (JERRY);
  GstElement *camera, *microphone;
  GstPad *picture, *sound;
  gchar *id;

  publish_harness_play (h);
  picture = publish_harness_add (h, PUBLISH_SNOW "queue", "mike",
      "big", &camera);
  sound = publish_harness_add (h, PUBLISH_TONE_880 "queue", "mike", "big",
      &microphone);
  id = publish_harness_start (h, MIX, "mike", "one.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_remove (h, camera, picture);
  publish_harness_wait_frames (h, id, 10);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 0);
  publish_harness_remove (h, microphone, sound);
  assert_told (publish_harness_wait (h, 0, PUBLISH_STOPPED, id),
      GST_PUBLISH_CODE_OK, "left");
  publish_harness_assert_no_error (h);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* Another owner who is not there yet has not left. */
GST_START_TEST (test_update_owner)
{
  PublishHarness *h = publish_harness_new (JERRY);
  GstElement *camera;
  gboolean done = FALSE;
  gchar *id, *target;
  GstPad *picture;
  guint mark;

  publish_harness_play (h);
  id = publish_harness_start (h, MIX, "jerry", "one.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  mark = publish_harness_mark (h);
  target = publish_harness_target (h, MIX, "mike", "one.flv");
  g_signal_emit_by_name (h->room, "update-publish", id, target, NULL, NULL,
      &done);
  fail_unless (done);
  publish_harness_wait (h, mark, PUBLISH_UPDATED, id);
  publish_harness_wait_frames (h, id, 10);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 0);
  picture = publish_harness_add (h, PUBLISH_SNOW "queue", "mike", "big",
      &camera);
  publish_harness_wait_frames (h, id, 10);
  publish_harness_remove (h, camera, picture);
  assert_told (publish_harness_wait (h, 0, PUBLISH_STOPPED, id),
      GST_PUBLISH_CODE_OK, "left");
  g_free (target);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* A task that was started in READY ends with NULL. */
GST_START_TEST (test_ready_and_back)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *id;

  fail_unless (gst_element_set_state (h->pipeline, GST_STATE_READY) !=
      GST_STATE_CHANGE_FAILURE);
  id = publish_harness_start (h, MIX, "jerry", "one.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  publish_harness_wait (h, 0, PUBLISH_STARTED, id);
  fail_unless (gst_element_set_state (h->pipeline, GST_STATE_NULL) !=
      GST_STATE_CHANGE_FAILURE);
  assert_told (publish_harness_wait (h, 0, PUBLISH_STOPPED, id),
      GST_PUBLISH_CODE_OK, "stops");
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

static guint
count_aac_decoders (PublishHarness * h)
{
  return publish_harness_count_elements (h, "avdec_aac") +
      publish_harness_count_elements (h, "faad") +
      publish_harness_count_elements (h, "fdkaacdec");
}

/* Two mixes: one decoder for each stream. */
GST_START_TEST (test_tasks_share_a_decoder)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *one, *two;
  guint i;

  publish_harness_play (h);
  fail_unless_equals_int (publish_harness_count_elements (h, "avdec_h264"), 0);
  one =
      publish_harness_start (h, MIX, NULL, "one.flv", PUBLISH_SMALL_AV_ENCODER,
      NULL);
  two =
      publish_harness_start (h, MIX, NULL, "two.flv", PUBLISH_SMALL_AV_ENCODER,
      NULL);
  publish_harness_wait_state (h, 0, one, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_wait_state (h, 0, two, GST_PUBLISH_CDN_STATE_PUBLISHING);
  /* the sound comes a little later */
  for (i = 0; i < 1000 && count_aac_decoders (h) == 0; i++)
    g_poll (NULL, 0, 20);
  fail_unless_equals_int (publish_harness_count_elements (h, "avdec_h264"), 1);
  fail_unless_equals_int (count_aac_decoders (h), 1);
  fail_unless_equals_int (publish_harness_count_elements (h,
          "layoutcompositor"), 2);
  publish_harness_stop (h, one);
  publish_harness_wait_frames (h, two, 10);
  fail_unless_equals_int (publish_harness_count_elements (h, "avdec_h264"), 1);
  publish_harness_stop (h, two);
  fail_unless_equals_int (publish_harness_count_elements (h, "avdec_h264"), 0);
  fail_unless_equals_int (count_aac_decoders (h), 0);
  publish_harness_assert_no_error (h);
  g_free (one);
  g_free (two);
  publish_harness_free (h);
}

GST_END_TEST;

/* People come and go while a mix and a relay run; neither is disturbed. */
GST_START_TEST (test_come_and_go)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *mix, *relay;
  guint i;

  publish_harness_play (h);
  mix =
      publish_harness_start (h, MIX, NULL, "mix.flv", PUBLISH_SMALL_AV_ENCODER,
      NULL);
  relay = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  publish_harness_wait_state (h, 0, mix, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_wait_state (h, 0, relay, GST_PUBLISH_CDN_STATE_PUBLISHING);
  for (i = 0; i < 10; i++) {
    GstElement *camera, *microphone;
    GstPad *picture = publish_harness_add (h, i % 2 ? PUBLISH_H264 "queue" :
        PUBLISH_SNOW "queue", "mike", "big", &camera);
    GstPad *sound = publish_harness_add (h, PUBLISH_AAC "queue", "mike", "big",
        &microphone);

    /* some leave before anything of them is seen */
    if (i % 3)
      publish_harness_wait_frames (h, mix, 4);
    publish_harness_remove (h, camera, picture);
    publish_harness_remove (h, microphone, sound);
  }
  publish_harness_wait_frames (h, mix, 5);
  publish_harness_wait_frames (h, relay, 5);
  fail_unless_equals_int (h->room->numsinkpads, 2);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 0);
  publish_harness_stop (h, mix);
  publish_harness_stop (h, relay);
  publish_harness_assert_no_error (h);
  g_free (mix);
  g_free (relay);
  publish_harness_free (h);
}

GST_END_TEST;

/* The end of all inputs is the end of the pipeline, once, after all of it has
 * been written. */
GST_START_TEST (test_eos)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_1::user-id=jerry "
      "videotestsrc is-live=true num-buffers=50 ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc tune=zerolatency key-int-max=25 ! room.sink_0 "
      "audiotestsrc is-live=true num-buffers=86 ! avenc_aac ! room.sink_1");
  gchar *path = publish_harness_file (h, "relay.flv"), *relay, *mix, *text;

  relay = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  mix = publish_harness_start (h, MIX, NULL, "mix.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_play (h);
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_EOS |
          GST_MESSAGE_ERROR, NULL));
  publish_harness_assert_no_error (h);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 2);
  assert_told (publish_harness_wait (h, 0, PUBLISH_STOPPED, relay),
      GST_PUBLISH_CODE_OK, "");
  text = publish_run ("ffprobe -v error -select_streams v -count_packets"
      " -show_entries stream=nb_read_packets -of csv=p=0 %s", path);
  fail_unless_equals_string (g_strstrip (text), "50");
  g_free (text);
  g_free (path);
  g_free (relay);
  g_free (mix);
  publish_harness_free (h);
}

GST_END_TEST;

/* EOS to the pipeline ends a mix that nobody sends to. */
GST_START_TEST (test_eos_without_pads)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room");
  gchar *id = publish_harness_start (h, MIX, NULL, "mix.flv",
      PUBLISH_SMALL_ENCODER, NULL);

  publish_harness_play (h);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_wait_frames (h, id, 5);
  gst_element_send_event (h->pipeline, gst_event_new_eos ());
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_EOS, NULL));
  publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* The element stops and starts: tasks end, a new one goes on. */
GST_START_TEST (test_restart)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *one, *two;

  publish_harness_play (h);
  one = publish_harness_start (h, MIX, NULL, "one.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_wait_state (h, 0, one, GST_PUBLISH_CDN_STATE_PUBLISHING);
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  publish_harness_wait (h, 0, PUBLISH_STOPPED, one);

  two = publish_harness_start (h, BIG, "jerry", "one.flv", NULL, NULL);
  publish_harness_play (h);
  publish_harness_wait_state (h, 0, two, GST_PUBLISH_CDN_STATE_PUBLISHING);
  publish_harness_wait_frames (h, two, 5);
  publish_harness_stop (h, two);
  publish_harness_assert_no_error (h);
  g_free (one);
  g_free (two);
  publish_harness_free (h);
}

GST_END_TEST;

static gpointer
tell_latency (gpointer data)
{
  PublishHarness *h = data;
  GstElement *child = GST_BIN (h->room)->children->data;

  while (!g_atomic_int_get (&latency_told))
    gst_element_post_message (child, gst_message_new_latency (GST_OBJECT
            (child)));
  return NULL;
}

/* The application has the state lock of the element while it waits for the
 * worker: the worker must not want it. */
GST_START_TEST (test_latency_while_stopping)
{
  PublishHarness *h = publish_harness_new (JERRY);
  guint i;

  publish_harness_play (h);
  for (i = 0; i < 8; i++) {
    GThread *thread;

    g_atomic_int_set (&latency_told, FALSE);
    thread = g_thread_new ("latency", tell_latency, h);
    gst_element_set_state (h->room, GST_STATE_NULL);
    g_atomic_int_set (&latency_told, TRUE);
    g_thread_join (thread);
    fail_if (gst_element_set_state (h->room, GST_STATE_PLAYING) ==
        GST_STATE_CHANGE_FAILURE);
  }
  publish_harness_free (h);
}

GST_END_TEST;

/* A file publishes when the element plays, is updated while it does, and one
 * that is wrong is told at once. */
GST_START_TEST (test_properties)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *target = publish_harness_target (h, MIX, NULL, "one.flv"), *shown;
  gchar *job = g_strdup_printf ("{\"target\":%s,\"encoder\":%s}", target,
      PUBLISH_SMALL_ENCODER);
  gchar *path = publish_harness_file (h, "job.json");
  PublishTold *told;
  guint mark;

  fail_unless (g_file_set_contents (path, "{\"target\":{\"modus\":1}}", -1,
          NULL));
  g_object_set (h->room, "job-location", path, NULL);
  fail_unless_equals_int (gst_element_set_state (h->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_ERROR, NULL));
  gst_element_set_state (h->pipeline, GST_STATE_NULL);

  fail_unless (g_file_set_contents (path, job, -1, NULL));
  g_object_set (h->room, "job-location", path, NULL);
  publish_harness_play (h);
  told = publish_harness_wait (h, 0, PUBLISH_STARTED, NULL);
  assert_told (told, GST_PUBLISH_CODE_OK, "");
  publish_harness_wait_state (h, 0, told->task_id,
      GST_PUBLISH_CDN_STATE_PUBLISHING);

  mark = publish_harness_mark (h);
  g_object_set (h->room, "mixing", "{\"template\":\"pip\"}", NULL);
  assert_told (publish_harness_wait (h, mark, PUBLISH_UPDATED, told->task_id),
      GST_PUBLISH_CODE_OK, "");
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_ELEMENT,
          "layout-applied"));
  g_object_set (h->room, "mixing", "{\"template\":\"pi\"}", NULL);
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_WARNING,
          NULL));
  publish_harness_wait_frames (h, told->task_id, 5);

  /* the key of an rtmp url is not read back */
  g_free (target);
  target = publish_harness_target (h, MIX, NULL, "rtmp://127.0.0.1/a/secret");
  g_object_set (h->room, "target", target, NULL);
  g_object_get (h->room, "target", &shown, NULL);
  fail_unless (strstr (shown, "127.0.0.1") != NULL);
  fail_if (strstr (shown, "secret") != NULL);
  g_free (shown);
  g_free (target);
  g_free (job);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

/* Targets come and go while the others go on. */
GST_START_TEST (test_update_targets)
{
  PublishHarness *h = publish_harness_new (JERRY);
  gchar *id, *target, *path = publish_harness_file (h, "two.flv"), *text;
  gboolean done = FALSE;
  PublishTold *told;
  guint mark;

  publish_harness_play (h);
  id = publish_harness_start (h, BIG, "jerry", "one.flv", NULL, NULL);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  mark = publish_harness_mark (h);
  target = g_strdup_printf ("{\"mode\":1,\"owner\":{\"userId\":\"jerry\"},"
      "\"cdnUrlList\":[{\"url\":\"file://%s/one.flv\"},"
      "{\"url\":\"file://%s/two.flv\"}]}", h->folder, h->folder);
  g_signal_emit_by_name (h->room, "update-publish", id, target, NULL, NULL,
      &done);
  fail_unless (done);
  told = publish_harness_wait_state (h, mark, id,
      GST_PUBLISH_CDN_STATE_PUBLISHING);
  fail_unless (g_str_has_suffix (told->url, "two.flv"));
  publish_harness_wait_frames (h, id, 5);
  g_free (target);

  mark = publish_harness_mark (h);
  target = publish_harness_target (h, BIG, "jerry", "two.flv");
  g_signal_emit_by_name (h->room, "update-publish", id, target, NULL, NULL,
      &done);
  told = publish_harness_wait_state (h, mark, id, GST_PUBLISH_CDN_STATE_IDLE);
  fail_unless (g_str_has_suffix (told->url, "one.flv"));
  publish_harness_wait_frames (h, id, 5);
  publish_harness_stop (h, id);
  text = publish_run ("ffprobe -v error -show_entries stream=codec_name -of"
      " csv=p=0 %s", path);
  fail_unless (strstr (text, "h264") && strstr (text, "aac"), "%s", text);
  g_free (text);
  g_free (target);
  g_free (path);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* Nothing here encodes HE-AAC: the element says what is missing. */
GST_START_TEST (test_missing_encoder)
{
  PublishHarness *h = publish_harness_new (JERRY);
  GstElementFactory *factory = gst_element_factory_find ("fdkaacenc");
  GstMessage *message;
  gchar *detail;

  if (factory) {
    gst_object_unref (factory);
    publish_harness_free (h);
    return;
  }
  publish_harness_play (h);
  g_free (publish_harness_start (h, MIX, NULL, "one.flv",
          "{\"audioEncodedCodecType\":2}", NULL));
  assert_told (publish_harness_wait (h, 0, PUBLISH_STARTED, NULL),
      GST_PUBLISH_CODE_MISSING_ENCODER, "HE-AAC v2");
  message = publish_harness_wait_message (h, GST_MESSAGE_ELEMENT,
      "missing-plugin");
  detail = gst_structure_to_string (gst_message_get_structure (message));
  fail_unless (strstr (detail, "he-aac-v2") != NULL, "%s", detail);
  g_free (detail);
  gst_message_unref (message);
  fail_unless_equals_int (publish_harness_count_elements (h,
          "relaypublishsink"), 0);

  g_object_set (h->room, "video-encoder", "nosuchenc", NULL);
  g_free (publish_harness_start (h, MIX, NULL, "one.flv", NULL, NULL));
  assert_told (publish_harness_wait (h, publish_harness_mark (h) - 1,
          PUBLISH_STARTED, "task-2"), GST_PUBLISH_CODE_MISSING_ENCODER,
      "nosuchenc");
  /* what FLV does not carry */
  g_object_set (h->room, "video-encoder", "vp8enc", NULL);
  g_free (publish_harness_start (h, MIX, NULL, "one.flv", NULL, NULL));
  assert_told (publish_harness_wait (h, 0, PUBLISH_STARTED, "task-3"),
      GST_PUBLISH_CODE_MEDIA_ERROR, "vp8enc");
  publish_harness_free (h);
}

GST_END_TEST;

/* A stream that no one can decode is left out, and the mix goes on. */
GST_START_TEST (test_undecodable)
{
  PublishHarness *h = publish_harness_new (JERRY);
  GstElement *source;
  GstMessage *message;
  GError *error = NULL;
  GstPad *pad;
  gchar *id;

  publish_harness_play (h);
  id = publish_harness_start (h, MIX, NULL, "one.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
  pad = publish_harness_add (h, PUBLISH_SNOW
      "capssetter join=false replace=true caps=video/x-nobody-knows ! queue",
      "mike", "big", &source);
  fail_unless (pad != NULL);
  message = publish_harness_wait_message (h, GST_MESSAGE_WARNING, NULL);
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (strstr (error->message, "mike") != NULL, "%s", error->message);
  g_error_free (error);
  gst_message_unref (message);
  publish_harness_wait_frames (h, id, 5);
  publish_harness_remove (h, source, pad);
  publish_harness_wait_frames (h, id, 5);
  publish_harness_stop (h, id);
  publish_harness_assert_no_error (h);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

static Suite *
publishbin_suite (void)
{
  Suite *suite = suite_create ("publishbin");
  TCase *tc = tcase_create ("room");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_pads);
  tcase_add_test (tc, test_codes);
  tcase_add_test (tc, test_stop_all);
  tcase_add_test (tc, test_start_before_any_stream);
  tcase_add_test (tc, test_owner_of_a_mix);
  tcase_add_test (tc, test_update_owner);
  tcase_add_test (tc, test_ready_and_back);
  tcase_add_test (tc, test_tasks_share_a_decoder);
  tcase_add_test (tc, test_come_and_go);
  tcase_add_test (tc, test_eos);
  tcase_add_test (tc, test_eos_without_pads);
  tcase_add_test (tc, test_restart);
  tcase_add_test (tc, test_latency_while_stopping);
  tcase_add_test (tc, test_properties);
  tcase_add_test (tc, test_update_targets);
  tcase_add_test (tc, test_missing_encoder);
  tcase_add_test (tc, test_undecodable);
  return suite;
}

GST_CHECK_MAIN (publishbin);
