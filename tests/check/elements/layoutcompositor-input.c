/* layoutcompositor-input.c: pads that come, go, change and misbehave
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "mixharness.h"

#define BIG GST_PUBLISH_STREAM_TYPE_BIG

#define CANVAS "format=I420,width=160,height=120,framerate=25/1"
#define SMALL "format=I420,width=64,height=64,colorimetry=bt709"

/* Two halves, on black. */
#define HALVES "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[" \
  "{\"x\":0,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0}," \
  "{\"x\":80,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0}]}"
#define JERRY_LEFT "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[" \
  "{\"x\":0,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0," \
  "\"fixedVideoUser\":{\"userId\":\"jerry\",\"intRoomId\":12}}," \
  "{\"x\":80,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0}]}"

static void
push_all (Mix * m, guint n, const Yuv * colors, guint pads)
{
  guint i;

  for (i = 0; i < pads; i++)
    mix_push (m, i, n, make_solid (SMALL, colors[i]));
}

static GstHarness *
input (Mix * m, guint i)
{
  return g_ptr_array_index (m->ins, i);
}

/* Pushes what it is given from a thread, as sources do: without a live input
 * the element takes a buffer when it needs one. */
typedef struct
{
  GstHarness *harness;
  GQueue items;                 /* GstBuffer or GstEvent */
  GThread *thread;
} Feeder;

static gpointer
feed (gpointer data)
{
  Feeder *f = data;
  gpointer item;

  while ((item = g_queue_pop_head (&f->items)) != NULL) {
    if (GST_IS_EVENT (item))
      gst_harness_push_event (f->harness, item);
    else
      gst_harness_push (f->harness, item);
  }
  gst_harness_push_event (f->harness, gst_event_new_eos ());

  return NULL;
}

static void
feeder_add (Feeder * f, GstClockTime pts, GstClockTime duration,
    GstBuffer * buffer)
{
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  g_queue_push_tail (&f->items, buffer);
}

static void
feeder_add_caps (Feeder * f, const gchar * rate, const gchar * caps)
{
  gchar *full = g_strdup_printf ("video/x-raw,framerate=%s,%s", rate, caps);
  GstCaps *c = gst_caps_from_string (full);

  g_queue_push_tail (&f->items, gst_event_new_caps (c));
  gst_caps_unref (c);
  g_free (full);
}

static void
feeder_start (Feeder * f, GstHarness * harness)
{
  f->harness = harness;
  f->thread = g_thread_new ("feeder", feed, f);
}

/* The pad's caps change in mid-stream: size, format and shape. */
GST_START_TEST (test_caps_change)
{
  const gchar *caps[] = { SMALL,
    "format=NV12,width=320,height=40,colorimetry=bt709",
    "format=UYVY,width=33,height=77,colorimetry=bt709",
    "format=AYUV,width=20,height=20,colorimetry=bt709", SMALL
  };
  const Yuv colors[] = { RED, GREEN, BLUE, GREY, RED };
  Mix *m = mix_new (CANVAS, HALVES);
  Feeder f = { NULL, G_QUEUE_INIT, };
  guint n;

  mix_add (m, "jerry", "", BIG, caps[0]);
  for (n = 0; n < 10; n++) {
    if (n % 2 == 0)
      feeder_add_caps (&f, "25/1", caps[n / 2]);
    feeder_add (&f, n * FRAME, FRAME, make_solid (caps[n / 2], colors[n / 2]));
  }
  feeder_start (&f, input (m, 0));
  for (n = 0; n < 10; n++) {
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    assert_at (m, 40, 60, colors[n / 2], 1);
    assert_at (m, 120, 60, DARK, 0);
  }
  g_thread_join (f.thread);
  mix_free (m);
}

GST_END_TEST;

/* Who ends leaves the slot to the first who waits; the others keep theirs. */
GST_START_TEST (test_pad_ends)
{
  const Yuv colors[] = { RED, GREEN, BLUE };
  Mix *m = mix_new (CANVAS, HALVES);
  guint n;

  for (n = 0; n < 3; n++)
    mix_add (m, "", "", BIG, SMALL);
  push_all (m, 0, colors, 3);
  mix_pull (m);
  assert_at (m, 40, 60, RED, 0);
  assert_at (m, 120, 60, GREEN, 0);

  gst_harness_push_event (input (m, 0), gst_event_new_eos ());
  mix_push (m, 1, 1, make_solid (SMALL, GREEN));
  mix_push (m, 2, 1, make_solid (SMALL, BLUE));
  mix_pull (m);
  assert_at (m, 40, 60, BLUE, 0);
  assert_at (m, 120, 60, GREEN, 0);
  mix_free (m);
}

GST_END_TEST;

/* The canvas ends when everyone has. */
GST_START_TEST (test_all_end)
{
  Mix *m = mix_new (CANVAS, HALVES);
  GstEvent *event;

  mix_add (m, "", "", BIG, SMALL);
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_pull (m);
  gst_harness_push_event (input (m, 0), gst_event_new_eos ());
  do {
    event = gst_harness_pull_event (m->out);
    fail_unless (event != NULL, "no EOS");
    if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
      break;
    gst_event_unref (event);
  } while (TRUE);
  gst_event_unref (event);
  mix_free (m);
}

GST_END_TEST;

/* A released pad frees its slot; the last one released stops nothing, and
 * time goes on where it was. */
GST_START_TEST (test_release_of_last_pad)
{
  Mix *m = mix_new (CANVAS, HALVES);
  GstClockTime last;
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  for (n = 0; n < 5; n++) {
    mix_push (m, 0, n, make_solid (SMALL, RED));
    mix_pull (m);
  }
  last = GST_BUFFER_PTS (m->frame.buffer);
  fail_unless_equals_uint64 (last, 4 * FRAME);

  /* tearing a harness down releases its request pad */
  g_ptr_array_remove_index (m->ins, 0);
  fail_unless_equals_int (GST_ELEMENT (m->mix)->numsinkpads, 0);

  mix_add (m, "ann", "", BIG, SMALL);
  /* what is older than the canvas is passed over */
  for (n = 0; n < 12; n++)
    mix_push (m, 0, n, make_solid (SMALL, n < 5 ? GREY : GREEN));
  for (n = 5; n < 11; n++) {
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    assert_at (m, 40, 60, GREEN, 0);
  }
  mix_free (m);
}

GST_END_TEST;

static void
crank (Mix * m)
{
  fail_unless (gst_harness_crank_single_clock_wait (m->out));
}

/* Live without anyone: the canvas flows in time on its background. */
GST_START_TEST (test_live_without_input)
{
  Mix *m = mix_new_live (CANVAS, "{\"backgroundColor\":\"#7f7f7f\","
      "\"videoLayoutList\":[]}");
  guint n;

  gst_harness_play (m->out);
  for (n = 0; n < 50; n++) {
    crank (m);
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    fail_unless_equals_uint64 (GST_BUFFER_DURATION (m->frame.buffer), FRAME);
    assert_at (m, 0, 0, ((Yuv) {
            125, 128, 128}
        ), 0);
  }
  mix_free (m);
}

GST_END_TEST;

/* Pulls frames, of which none may be missing, until the left half is @want. On
 * a loaded machine many frames may wait already; the suite's timeout ends a
 * search for what never comes. */
static void
pull_until (Mix * m, guint * n, Yuv want)
{
  do {
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer),
        (*n)++ * FRAME);
  } while (mix_at (m, 40, 60).y != want.y);
}

/* Live: someone comes, stops sending, and is released; no frame is missing. */
GST_START_TEST (test_live_joins_and_leaves)
{
  Mix *m = mix_new_real_time (CANVAS, HALVES);
  GstBuffer *buffer;
  guint n = 0, i;

  for (i = 0; i < 3; i++)
    pull_until (m, &n, DARK);

  mix_add (m, "jerry", "", BIG, SMALL);
  /* long enough not to be late on any machine */
  buffer = make_solid (SMALL, RED);
  GST_BUFFER_PTS (buffer) = n * FRAME;
  GST_BUFFER_DURATION (buffer) = 1000 * FRAME;
  fail_unless_equals_int (gst_harness_push (input (m, 0), buffer), GST_FLOW_OK);
  pull_until (m, &n, RED);

  /* who stops sending is held */
  for (i = 0; i < 10; i++) {
    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n++ * FRAME);
    assert_at (m, 40, 60, RED, 0);
  }

  g_ptr_array_remove_index (m->ins, 0);
  pull_until (m, &n, DARK);
  mix_free (m);
}

GST_END_TEST;

/* Live ends only when someone was there and all have ended. */
GST_START_TEST (test_live_ends)
{
  Mix *m = mix_new_live (CANVAS, HALVES);
  GstEvent *event;
  gboolean eos = FALSE;

  gst_harness_play (m->out);
  crank (m);
  mix_pull (m);
  mix_add (m, "jerry", "", BIG, SMALL);
  gst_harness_push_event (input (m, 0), gst_event_new_eos ());
  while (!eos) {
    event = gst_harness_pull_event (m->out);
    fail_unless (event != NULL, "no EOS");
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
  mix_free (m);
}

GST_END_TEST;

/* A fixed layout shows its user of its room and nobody else, who may come
 * late, and names may change while running. */
GST_START_TEST (test_identity)
{
  const Yuv colors[] = { RED, GREEN, BLUE };
  Mix *m = mix_new (CANVAS, JERRY_LEFT);
  GstPad *pad;

  mix_add (m, "ann", "12", BIG, SMALL);
  mix_add (m, "jerry", "13", BIG, SMALL);
  mix_add (m, "jerry", "12", GST_PUBLISH_STREAM_TYPE_SUB, SMALL);
  push_all (m, 0, colors, 3);
  mix_pull (m);
  assert_at (m, 40, 60, DARK, 0);
  assert_at (m, 120, 60, RED, 0);

  pad = mix_pad (m, 1);
  g_object_set (pad, "room-id", "12", NULL);
  gst_object_unref (pad);
  push_all (m, 1, colors, 3);
  mix_pull (m);
  assert_at (m, 40, 60, GREEN, 0);
  assert_at (m, 120, 60, RED, 0);

  pad = mix_pad (m, 1);
  g_object_set (pad, "user-id", "bob", NULL);
  gst_object_unref (pad);
  push_all (m, 2, colors, 3);
  mix_pull (m);
  assert_at (m, 40, 60, DARK, 0);
  assert_at (m, 120, 60, RED, 0);
  mix_free (m);
}

GST_END_TEST;

/* Unchanged input comes as a GAP: the picture stays. */
GST_START_TEST (test_gap_holds)
{
  Mix *m = mix_new (CANVAS, HALVES);

  mix_add (m, "jerry", "", BIG, SMALL);
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_pull (m);
  assert_at (m, 40, 60, RED, 0);
  gst_harness_push_event (input (m, 0), gst_event_new_gap (FRAME, FRAME));
  mix_pull (m);
  assert_at (m, 40, 60, RED, 0);
  mix_push (m, 0, 2, make_solid (SMALL, GREEN));
  mix_pull (m);
  assert_at (m, 40, 60, GREEN, 0);
  mix_free (m);
}

GST_END_TEST;

/* A pad that has only GAPs has a slot and no picture. */
GST_START_TEST (test_only_gaps)
{
  Mix *m = mix_new (CANVAS, HALVES);

  mix_add (m, "jerry", "", BIG, SMALL);
  mix_add (m, "ann", "", BIG, SMALL);
  gst_harness_push_event (input (m, 0), gst_event_new_gap (0, FRAME));
  mix_push (m, 1, 0, make_solid (SMALL, GREEN));
  mix_pull (m);
  assert_at (m, 40, 60, DARK, 0);
  assert_at (m, 120, 60, GREEN, 0);
  mix_free (m);
}

GST_END_TEST;

/* Buffers without a PTS follow one another at the caps' rate. */
GST_START_TEST (test_no_pts)
{
  const Yuv colors[] = { RED, GREEN, BLUE };
  Mix *m = mix_new (CANVAS, HALVES);
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  for (n = 0; n < 3; n++) {
    GstBuffer *buffer = make_solid (SMALL, colors[n]);

    GST_BUFFER_DURATION (buffer) = FRAME;
    fail_unless_equals_int (gst_harness_push (input (m, 0), buffer),
        GST_FLOW_OK);
    mix_pull (m);
    assert_at (m, 40, 60, colors[n], 0);
  }
  mix_free (m);
}

GST_END_TEST;

/* A segment in bytes is taken as time. */
GST_START_TEST (test_segment_in_bytes)
{
  Mix *m = mix_new (CANVAS, HALVES);
  GstSegment segment;
  gchar *text;

  mix_add (m, "jerry", "", BIG, SMALL);
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_harness_push_event (input (m, 0), gst_event_new_segment (&segment));
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_pull (m);
  assert_at (m, 40, 60, RED, 0);
  text = mix_error_text (mix_message (m, GST_MESSAGE_WARNING));
  fail_unless (strstr (text, "sink_0") != NULL, "%s", text);
  g_free (text);
  mix_free (m);
}

GST_END_TEST;

/* A buffer too small for its caps: one warning that names the pad, and the
 * last picture stays. */
GST_START_TEST (test_short_buffer)
{
  Mix *m = mix_new (CANVAS, HALVES);
  gchar *text;
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_pull (m);
  for (n = 1; n < 4; n++) {
    mix_push (m, 0, n, gst_buffer_new_allocate (NULL, 100, NULL));
    mix_pull (m);
    assert_at (m, 40, 60, RED, 0);
  }
  text = mix_error_text (mix_message (m, GST_MESSAGE_WARNING));
  fail_unless (strstr (text, "sink_0") && strstr (text, "100 bytes"), "%s",
      text);
  g_free (text);
  fail_unless (mix_message (m, GST_MESSAGE_WARNING) == NULL);
  mix_push (m, 0, 4, make_solid (SMALL, GREEN));
  mix_pull (m);
  assert_at (m, 40, 60, GREEN, 0);
  mix_free (m);
}

GST_END_TEST;

/* A buffer's own layout may not lead out of it. */
GST_START_TEST (test_layout_out_of_buffer)
{
  static const struct
  {
    gsize offset[3];
    gint stride[3];
    gboolean fits;
  } rows[] = {
    {{0, 4096, 5120}, {64, 32, 32}, TRUE},
    {{4032, 4096, 5120}, {-64, 32, 32}, TRUE},
    {{0, 4096, 5121}, {64, 32, 32}, FALSE},
    {{0, 4096, 5120}, {64, 32, 33}, FALSE},
    {{0, 6144, 5120}, {64, 32, 32}, FALSE},
    {{0, G_MAXSIZE, 5120}, {64, 32, 32}, FALSE},
    {{0, 4096, 5120}, {G_MAXINT, 32, 32}, FALSE},
    {{4031, 4096, 5120}, {-64, 32, 32}, FALSE},
    {{0, 4096, 5120}, {G_MININT, 32, 32}, FALSE},
  };
  gsize offset[] = { 0, 4096, 5120, 0 };
  gint stride[] = { 64, 32, 32, 0 };
  Mix *m = mix_new (CANVAS, HALVES);
  guint i, k;

  mix_add (m, "jerry", "", BIG, SMALL);
  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstBuffer *buffer = make_solid (SMALL, GREEN);
    GstVideoMeta *meta = gst_buffer_add_video_meta_full (buffer,
        GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_I420, 64, 64, 3, offset,
        stride);

    for (k = 0; k < 3; k++) {
      meta->offset[k] = rows[i].offset[k];
      meta->stride[k] = rows[i].stride[k];
    }
    mix_push (m, 0, 2 * i, make_solid (SMALL, RED));
    mix_pull (m);
    assert_at (m, 40, 60, RED, 0);
    mix_push (m, 0, 2 * i + 1, buffer);
    mix_pull (m);
    assert_at (m, 40, 60, rows[i].fits ? GREEN : RED, 0);
  }
  mix_free (m);
}

GST_END_TEST;

/* Interlaced frames are shown as they are woven. */
GST_START_TEST (test_interlaced)
{
  Mix *m = mix_new (CANVAS, HALVES);

  mix_add (m, "ann", "", BIG, SMALL);
  mix_add (m, "jerry", "", BIG, SMALL ",interlace-mode=interleaved,"
      "field-order=top-field-first");
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_push (m, 1, 0, make_solid (SMALL, GREEN));
  mix_pull (m);
  assert_at (m, 40, 60, RED, 0);
  assert_at (m, 120, 60, GREEN, 0);
  mix_free (m);
}

GST_END_TEST;

/* Inputs at their own rates: 50 and 10 frames a second on a canvas of 25. */
GST_START_TEST (test_other_rates)
{
  Mix *m = mix_new (CANVAS, HALVES);
  Feeder fast = { NULL, G_QUEUE_INIT, }, slow = fast;
  guint n;

  mix_add (m, "fast", "", BIG, SMALL);
  mix_add (m, "slow", "", BIG, SMALL);
  feeder_add_caps (&fast, "50/1", SMALL);
  feeder_add_caps (&slow, "10/1", SMALL);
  for (n = 0; n < 40; n++)
    feeder_add (&fast, n * GST_SECOND / 50, GST_SECOND / 50,
        make_solid (SMALL, n % 2 ? RED : GREEN));
  for (n = 0; n < 8; n++)
    feeder_add (&slow, n * GST_SECOND / 10, GST_SECOND / 10,
        make_solid (SMALL, n % 2 ? BLUE : GREY));
  feeder_start (&fast, input (m, 0));
  feeder_start (&slow, input (m, 1));

  for (n = 0; n < 18; n++) {
    /* the slow frame that is there while the whole output frame lasts */
    guint first = n * 40 / 100, last = (n * 40 + 39) / 100;

    mix_pull (m);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    if (first == last)
      assert_at (m, 120, 60, first % 2 ? BLUE : GREY, 0);
    /* one of the two fast frames, not a mixture */
    assert_at (m, 40, 60, mix_at (m, 40, 60).y == RED.y ? RED : GREEN, 0);
  }
  gst_element_set_state (m->mix, GST_STATE_NULL);
  g_thread_join (fast.thread);
  g_thread_join (slow.thread);
  mix_free (m);
}

GST_END_TEST;

/* What the manual promises for launch lines. */
GST_START_TEST (test_launch_line)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch ("layoutcompositor name=mix "
      "sink_0::user-id=jerry sink_0::room-id=12 sink_1::stream-type=sub ! "
      "fakesink videotestsrc num-buffers=3 ! mix.sink_0 "
      "videotestsrc num-buffers=3 ! mix.sink_1", &error);
  GstElement *mix;
  GstPad *pad;
  gchar *user, *room;
  gint type;

  fail_unless (pipeline != NULL && error == NULL);
  mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");
  pad = gst_element_get_static_pad (mix, "sink_0");
  g_object_get (pad, "user-id", &user, "room-id", &room, NULL);
  fail_unless_equals_string (user, "jerry");
  fail_unless_equals_string (room, "12");
  g_free (user);
  g_free (room);
  gst_object_unref (pad);
  pad = gst_element_get_static_pad (mix, "sink_1");
  g_object_get (pad, "stream-type", &type, NULL);
  fail_unless_equals_int (type, GST_PUBLISH_STREAM_TYPE_SUB);
  gst_object_unref (pad);
  gst_object_unref (mix);
  gst_object_unref (pipeline);
}

GST_END_TEST;

typedef struct
{
  GMutex lock;
  GCond more;
  guint frames;                 /* lock */
  GstClockTime last;            /* streaming thread: PTS of the last frame */
  gboolean went_back;           /* lock */
} Counter;

static GstPadProbeReturn
count_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Counter *counter = data;
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  gboolean back = counter->frames > 0 && pts <= counter->last;

  counter->last = pts;
  g_mutex_lock (&counter->lock);
  counter->frames++;
  counter->went_back |= back;
  g_cond_signal (&counter->more);
  g_mutex_unlock (&counter->lock);

  return GST_PAD_PROBE_OK;
}

static void
wait_for_frames (Counter * counter, guint n)
{
  guint until;

  g_mutex_lock (&counter->lock);
  until = counter->frames + n;
  while (counter->frames < until)
    g_cond_wait (&counter->more, &counter->lock);
  g_mutex_unlock (&counter->lock);
}

/* Participants come and go on a running pipeline, in threads of their own. */
GST_START_TEST (test_coming_and_going)
{
  GstElement *pipeline = gst_parse_launch ("layoutcompositor name=mix "
      "force-live=true ! video/x-raw,width=160,height=120,framerate=240/1 ! "
      "fakesink name=sink sync=true", NULL);
  GstElement *mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstPad *probed = gst_element_get_static_pad (sink, "sink");
  Counter counter = { 0, };
  GstMessage *message;
  GstBus *bus = gst_element_get_bus (pipeline);
  guint round, i;

  g_mutex_init (&counter.lock);
  g_cond_init (&counter.more);
  gst_pad_add_probe (probed, GST_PAD_PROBE_TYPE_BUFFER, count_frame, &counter,
      NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  /* while it is on its way there, the pipeline would also start a source that
   * is not linked yet */
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          60 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);

  for (round = 0; round < 10; round++) {
    GstElement *sources[5];
    GstPad *pads[5];

    for (i = 0; i < 5; i++) {
      GstPad *src;

      sources[i] = gst_element_factory_make ("videotestsrc", NULL);
      g_object_set (sources[i], "is-live", TRUE, NULL);
      gst_bin_add (GST_BIN (pipeline), sources[i]);
      pads[i] = gst_element_request_pad_simple (mix, "sink_%u");
      src = gst_element_get_static_pad (sources[i], "src");
      fail_unless_equals_int (gst_pad_link (src, pads[i]), GST_PAD_LINK_OK);
      gst_object_unref (src);
      gst_element_sync_state_with_parent (sources[i]);
    }
    wait_for_frames (&counter, 5);
    for (i = 0; i < 5; i++) {
      gst_element_set_state (sources[i], GST_STATE_NULL);
      gst_element_release_request_pad (mix, pads[i]);
      gst_object_unref (pads[i]);
      gst_bin_remove (GST_BIN (pipeline), sources[i]);
    }
  }

  /* the last pad is released at any moment of a frame */
  for (round = 0; round < 500; round++) {
    GstPad *pad = gst_element_request_pad_simple (mix, "sink_%u");

    gst_element_release_request_pad (mix, pad);
    gst_object_unref (pad);
    if (round % 50 == 0)
      wait_for_frames (&counter, 2);
  }
  wait_for_frames (&counter, 2);

  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  if (message != NULL)
    fail ("%s: %s", GST_MESSAGE_SRC_NAME (message),
        GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR ?
        mix_error_text (message) : "EOS");
  fail_if (counter.went_back, "the canvas's time went back");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_mutex_clear (&counter.lock);
  g_cond_clear (&counter.more);
  gst_object_unref (bus);
  gst_object_unref (probed);
  gst_object_unref (sink);
  gst_object_unref (mix);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* The leaks tracer looks at a pipeline with every kind of input. */
GST_START_TEST (test_leaks_tracer)
{
  const gchar *argv[] = { "gst-launch-1.0", "-q", "layoutcompositor",
    "name=mix", "sink_0::user-id=jerry", "!", "fakesink",
    "videotestsrc", "num-buffers=20", "!", "video/x-raw,format=RGBA", "!",
    "mix.", "videotestsrc", "num-buffers=10", "!", "video/x-raw,format=YUY2",
    "!", "taginject", "tags=image-orientation=rotate-90", "!", "mix.",
    "videotestsrc", "num-buffers=30", "!", "video/x-raw,format=NV12", "!",
    "mix.", NULL
  };
  gchar **env = g_get_environ ();
  gchar *output = NULL;
  gint status = -1;
  GError *error = NULL;

  env = g_environ_setenv (env, "GST_TRACERS", "leaks", TRUE);
  env = g_environ_setenv (env, "GST_DEBUG", "GST_TRACER:7", TRUE);
  env = g_environ_setenv (env, "GST_DEBUG_NO_COLOR", "1", TRUE);
  fail_unless (g_spawn_sync (NULL, (gchar **) argv, env, G_SPAWN_SEARCH_PATH,
          NULL, NULL, NULL, &output, &status, &error));
  fail_unless_equals_int (status, 0);
  fail_unless (strstr (output, "object-alive, type-name=(string)Gst") == NULL,
      "%s", output);
  /* the tracer was there at all */
  fail_unless (strstr (output, "object-alive.class") != NULL, "%s", output);
  g_free (output);
  g_strfreev (env);
}

GST_END_TEST;

static Suite *
layoutcompositor_input_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-input");
  TCase *tc = tcase_create ("input");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_caps_change);
  tcase_add_test (tc, test_pad_ends);
  tcase_add_test (tc, test_all_end);
  tcase_add_test (tc, test_release_of_last_pad);
  tcase_add_test (tc, test_live_without_input);
  tcase_add_test (tc, test_live_joins_and_leaves);
  tcase_add_test (tc, test_live_ends);
  tcase_add_test (tc, test_identity);
  tcase_add_test (tc, test_gap_holds);
  tcase_add_test (tc, test_only_gaps);
  tcase_add_test (tc, test_no_pts);
  tcase_add_test (tc, test_segment_in_bytes);
  tcase_add_test (tc, test_short_buffer);
  tcase_add_test (tc, test_layout_out_of_buffer);
  tcase_add_test (tc, test_interlaced);
  tcase_add_test (tc, test_other_rates);
  tcase_add_test (tc, test_launch_line);
  tcase_add_test (tc, test_coming_and_going);
  if (!g_getenv ("PUBLISH_INSTRUMENTED"))
    tcase_add_test (tc, test_leaks_tracer);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_input);
