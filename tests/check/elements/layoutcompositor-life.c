/* layoutcompositor-life.c: how long a picture is shown, and states and seeks
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "mixharness.h"

#define BIG GST_PUBLISH_STREAM_TYPE_BIG

#define CANVAS "format=I420,width=160,height=120,framerate=25/1"
#define SMALL "format=I420,width=64,height=64,colorimetry=bt709"

/* One user on half of a black canvas. */
#define HALF "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[" \
  "{\"x\":0,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0," \
  "\"fillMode\":\"stretch\"}]}"

static GstHarness *
input (Mix * m, guint i)
{
  return g_ptr_array_index (m->ins, i);
}

/* Pulls until EOS; returns the number of frames that came before it. */
static guint
pull_to_end (Mix * m)
{
  guint before = gst_harness_buffers_received (m->out);
  gboolean eos = FALSE;

  while (!eos) {
    GstEvent *event = gst_harness_pull_event (m->out);

    fail_unless (event != NULL, "no EOS");
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }

  return gst_harness_buffers_received (m->out) - before;
}

static void
push_for (Mix * m, guint n, guint frames, Yuv color)
{
  GstBuffer *buffer = make_solid (SMALL, color);

  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = frames * FRAME;
  fail_unless_equals_int (gst_harness_push (input (m, 0), buffer), GST_FLOW_OK);
}

/* The last picture is shown for as long as it lasts, live or not, and nothing
 * comes after it. */
static void
check_last_picture (gboolean live)
{
  Mix *m = live ? mix_new_live (CANVAS, HALF) : mix_new (CANVAS, HALF);
  guint n;

  /* the clock stands still: every frame is made because everyone has sent */
  mix_add (m, "jerry", "", BIG, SMALL);
  push_for (m, 0, 3, RED);
  push_for (m, 3, 7, GREEN);
  gst_harness_push_event (input (m, 0), gst_event_new_eos ());
  pull_to_end (m);
  for (n = 0; n < 10; n++) {
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    assert_at (m, 40, 60, n < 3 ? RED : GREEN, 0);
  }
  fail_unless_equals_int (gst_harness_buffers_received (m->out), 10);
  mix_free (m);
}

GST_START_TEST (test_last_picture)
{
  check_last_picture (FALSE);
  check_last_picture (TRUE);
}

GST_END_TEST;

/* EOS that the application sends to a live canvas ends it. */
GST_START_TEST (test_told_to_end)
{
  Mix *m = mix_new_live (CANVAS, HALF);

  gst_harness_play (m->out);
  gst_harness_crank_single_clock_wait (m->out);
  mix_pull (m);
  fail_unless (gst_element_send_event (m->mix, gst_event_new_eos ()));
  gst_harness_crank_single_clock_wait (m->out);
  pull_to_end (m);
  mix_free (m);
}

GST_END_TEST;

/* A tag turns the pictures after it, not the one that is on screen. */
GST_START_TEST (test_tag_turns_what_follows)
{
  const Yuv bands[] = { RED, GREEN };
  Mix *m = mix_new (CANVAS, HALF);
  GstBuffer *buffer;
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  buffer = make_rows (SMALL, bands, 2);
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = 5 * FRAME;
  gst_harness_push (input (m, 0), buffer);
  gst_harness_push_event (input (m, 0),
      gst_event_new_tag (gst_tag_list_new (GST_TAG_IMAGE_ORIENTATION,
              "rotate-180", NULL)));
  buffer = make_rows (SMALL, bands, 2);
  GST_BUFFER_PTS (buffer) = 5 * FRAME;
  GST_BUFFER_DURATION (buffer) = 3 * FRAME;
  gst_harness_push (input (m, 0), buffer);
  gst_harness_push_event (input (m, 0), gst_event_new_eos ());
  for (n = 0; n < 8; n++) {
    mix_pull (m);
    assert_at (m, 40, 10, n < 5 ? RED : GREEN, 0);
    assert_at (m, 40, 110, n < 5 ? GREEN : RED, 0);
  }
  mix_free (m);
}

GST_END_TEST;

/* The base class's property decides how long a silent pad is shown. */
GST_START_TEST (test_max_last_buffer_repeat)
{
  Mix *m = mix_new_real_time (CANVAS, HALF);
  GstPad *pad;
  GstClockTime last_shown = GST_CLOCK_TIME_NONE;

  mix_add (m, "jerry", "", BIG, SMALL);
  pad = mix_pad (m, 0);
  g_object_set (pad, "max-last-buffer-repeat", (guint64) 5 * FRAME, NULL);
  gst_object_unref (pad);

  /* long enough to be seen on any machine, then held for 5 more frames and
   * the one that begins when these are over */
  push_for (m, 0, 50, RED);
  do {
    mix_pull (m);
    if (mix_at (m, 40, 60).y == RED.y)
      last_shown = GST_BUFFER_PTS (m->frame.buffer);
  } while (last_shown == GST_CLOCK_TIME_NONE || mix_at (m, 40, 60).y != DARK.y);
  fail_unless_equals_uint64 (last_shown, 55 * FRAME);
  mix_free (m);
}

GST_END_TEST;

static GstBuffer *
with_meta (gint width, gint height)
{
  gchar *caps = g_strdup_printf ("format=I420,width=%d,height=%d,"
      "colorimetry=bt709", width, height);
  /* what is inside of 64x64 is red, the rest green */
  const Yuv bands[] = { RED, RED, GREEN, GREEN };
  GstBuffer *buffer = width > 64 ? make_columns (caps, bands, 4) :
      make_solid (caps, GREEN);

  gst_buffer_add_video_meta (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_I420, width, height);
  g_free (caps);

  return buffer;
}

/* Buffers with a layout of their own: what a larger one holds beside the
 * picture is not shown, and a smaller one is refused. */
GST_START_TEST (test_video_meta)
{
  Mix *m = mix_new (CANVAS, HALF);
  gchar *text;

  mix_add (m, "jerry", "", BIG, SMALL);
  mix_push (m, 0, 0, with_meta (128, 96));
  mix_pull (m);
  assert_at (m, 0, 0, RED, 0);
  assert_at (m, 79, 119, RED, 0);
  assert_at (m, 80, 60, DARK, 0);

  mix_push (m, 0, 1, with_meta (32, 32));
  mix_pull (m);
  assert_at (m, 40, 60, RED, 0);
  text = mix_error_text (mix_message (m, GST_MESSAGE_WARNING));
  fail_unless (strstr (text, "64x64") != NULL, "%s", text);
  g_free (text);
  mix_free (m);
}

GST_END_TEST;

/* Through the states again and again: time, serial and picture start anew. */
GST_START_TEST (test_states_again)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc name=src "
      "num-buffers=5 ! video/x-raw,framerate=25/1 ! layoutcompositor name=mix "
      "! " "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "fakesink name=sink", NULL);
  GstElement *mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");
  GstBus *bus = gst_element_get_bus (pipeline);
  guint round;

  for (round = 0; round < 4; round++) {
    GstMessage *message;
    GstStructure *stats;
    guint64 frames;

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
    gst_message_unref (message);
    g_object_get (mix, "stats", &stats, NULL);
    fail_unless (gst_structure_get_uint64 (stats, "frames", &frames));
    fail_unless_equals_uint64 (frames, 5 * (round + 1));
    gst_structure_free (stats);
    gst_element_set_state (pipeline, round % 2 ? GST_STATE_NULL :
        GST_STATE_READY);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (mix);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* Notes the first PTS after a segment. */
static GstPadProbeReturn
note_pts (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstClockTime *first = data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (!GST_CLOCK_TIME_IS_VALID (*first))
      *first = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) ==
      GST_EVENT_SEGMENT) {
    *first = GST_CLOCK_TIME_NONE;
  }
  return GST_PAD_PROBE_OK;
}

static void
wait_for_preroll (GstBus * bus)
{
  GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR);

  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ASYNC_DONE);
  gst_message_unref (message);
}

/* A flushing seek, back as well as forth, is followed. */
GST_START_TEST (test_flushing_seek)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc ! "
      "video/x-raw,framerate=25/1 ! layoutcompositor ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "fakesink name=sink", NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  GstBus *bus = gst_element_get_bus (pipeline);
  const GstClockTime to[] = { 5 * GST_SECOND, GST_SECOND, 0 };
  GstClockTime shown = GST_CLOCK_TIME_NONE;
  guint i;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_pts, &shown, NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  wait_for_preroll (bus);
  for (i = 0; i < G_N_ELEMENTS (to); i++) {
    fail_unless (gst_element_seek_simple (pipeline, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH, to[i]));
    wait_for_preroll (bus);
    fail_unless_equals_uint64 (shown, to[i]);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pad);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* Played backwards it comes to its end, frame by frame. */
GST_START_TEST (test_reverse)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc ! "
      "video/x-raw,framerate=25/1 ! layoutcompositor name=mix ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! fakesink", NULL);
  GstElement *mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstPad *pad = gst_element_get_static_pad (mix, "src");
  GstClockTime shown = GST_CLOCK_TIME_NONE;
  GstMessage *message;
  GstStructure *stats;
  guint64 before = 0, frames = 0;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  wait_for_preroll (bus);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_pts, &shown, NULL);
  fail_unless (gst_element_seek (pipeline, -1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, GST_SEEK_TYPE_SET, 0,
          GST_SEEK_TYPE_SET, 2 * GST_SECOND));
  wait_for_preroll (bus);
  fail_unless_equals_uint64 (shown, 2 * GST_SECOND - FRAME);
  g_object_get (mix, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "frames", &before));
  gst_structure_free (stats);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_message_unref (message);
  g_object_get (mix, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "frames", &frames));
  gst_structure_free (stats);
  /* those drawn ahead of the preroll are of the 50 */
  fail_unless (frames - before <= 50 && frames >= 50, "%" G_GUINT64_FORMAT
      " and %" G_GUINT64_FORMAT, before, frames);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pad);
  gst_object_unref (bus);
  gst_object_unref (mix);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* A pad that repeats its last frame while others go on does not keep a live
 * canvas when none does. */
GST_START_TEST (test_repeat_after_eos)
{
  Mix *m = mix_new_live (CANVAS, "{\"template\":\"grid\"}");
  GstBuffer *buffer = make_solid (SMALL, GREEN);
  GstPad *pad;
  guint n;

  mix_add (m, "short", "", BIG, SMALL);
  mix_add (m, "long", "", BIG, SMALL);
  pad = mix_pad (m, 0);
  g_object_set (pad, "repeat-after-eos", TRUE, NULL);
  gst_object_unref (pad);
  push_for (m, 0, 3, RED);
  gst_harness_push_event (input (m, 0), gst_event_new_eos ());
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = 10 * FRAME;
  gst_harness_push (input (m, 1), buffer);
  gst_harness_push_event (input (m, 1), gst_event_new_eos ());
  pull_to_end (m);
  for (n = 0; n < 10; n++) {
    mix_pull (m);
    assert_at (m, 80, 30, RED, 0);
    assert_at (m, 80, 90, GREEN, 0);
  }
  fail_unless_equals_int (gst_harness_buffers_received (m->out), 10);
  mix_free (m);
}

GST_END_TEST;

/* Downstream asks for another size while running. */
GST_START_TEST (test_downstream_caps_change)
{
  Mix *m = mix_new (CANVAS, HALF);
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_pull (m);
  gst_harness_set_sink_caps_str (m->out, "video/x-raw,format=NV12,width=320,"
      "height=200,framerate=25/1");
  for (n = 1; n < 6; n++) {
    mix_push (m, 0, n, make_solid (SMALL, RED));
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    assert_at (m, 40, 60, RED, 0);
  }
  fail_unless_equals_int (m->info.width, 320);
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&m->info),
      GST_VIDEO_FORMAT_NV12);
  assert_at (m, 319, 199, DARK, 0);
  mix_free (m);
}

GST_END_TEST;

static Suite *
layoutcompositor_life_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-life");
  TCase *tc = tcase_create ("life");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_last_picture);
  tcase_add_test (tc, test_told_to_end);
  tcase_add_test (tc, test_tag_turns_what_follows);
  tcase_add_test (tc, test_max_last_buffer_repeat);
  tcase_add_test (tc, test_video_meta);
  tcase_add_test (tc, test_states_again);
  tcase_add_test (tc, test_flushing_seek);
  tcase_add_test (tc, test_reverse);
  tcase_add_test (tc, test_repeat_after_eos);
  tcase_add_test (tc, test_downstream_caps_change);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_life);
