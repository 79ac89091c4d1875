/* layoutcompositor-config.c: configs live: atomic, timed, refused, announced
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "mixharness.h"

#include <glib/gstdio.h>

#define BIG GST_PUBLISH_STREAM_TYPE_BIG

#define CANVAS "format=I420,width=160,height=120,framerate=25/1"
#define SMALL "format=I420,width=64,height=64,colorimetry=bt709"

/* Two configs that differ everywhere: where one shows its background the
 * other shows the picture. */
#define LEFT "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[{\"x\":0," \
  "\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0,\"fillMode\":\"fill\"}]}"
#define RIGHT "{\"backgroundColor\":\"#ffffff\",\"videoLayoutList\":[{" \
  "\"x\":80,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0}]}"

/* "#ffffff" in limited range */
static const Yuv WHITE = { 235, 128, 128 };

/* Valgrind and the sanitizers look at memory: a few of the many will do. */
static guint
times (guint many)
{
  return g_getenv ("PUBLISH_INSTRUMENTED") ? 10 : many;
}

typedef enum
{
  SHOWS_LEFT,
  SHOWS_RIGHT,
  SHOWS_BOTH
} Shown;

static gboolean
is (Yuv a, Yuv b)
{
  return a.y == b.y && a.u == b.u && a.v == b.v;
}

/* Looks at every sample: a frame that is not wholly one config is mixed. */
static Shown
which_config (Mix * m)
{
  gboolean left = TRUE, right = TRUE;
  gint x, y;

  for (y = 0; y < 120; y++) {
    for (x = 0; x < 160; x++) {
      Yuv got = mix_at (m, x, y);

      left &= is (got, x < 80 ? RED : DARK);
      right &= is (got, x < 80 ? WHITE : RED);
    }
  }
  fail_if (left && right);

  return left ? SHOWS_LEFT : right ? SHOWS_RIGHT : SHOWS_BOTH;
}

static gchar *
apply (Mix * m, const gchar * json)
{
  gchar *error = NULL;

  g_signal_emit_by_name (m->mix, "apply-config", json, &error);
  return error;
}

static void
next_frame (Mix * m, guint n)
{
  mix_push (m, 0, n, make_solid (SMALL, RED));
  mix_pull (m);
}

/* One frame old, the next frame new, a thousand times. */
GST_START_TEST (test_update_is_atomic)
{
  Mix *m = mix_new (CANVAS, LEFT);
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  for (n = 0; n < times (1000); n++) {
    if (n > 0)
      fail_unless (apply (m, n % 2 ? RIGHT : LEFT) == NULL);
    next_frame (m, n);
    fail_unless_equals_int (which_config (m), n % 2 ? SHOWS_RIGHT : SHOWS_LEFT);
  }
  mix_free (m);
}

GST_END_TEST;

typedef struct
{
  Mix *m;
  gint updates;                 /* atomic */
} Updater;

static gpointer
update_for_ever (gpointer data)
{
  Updater *u = data;
  gint n;

  while ((n = g_atomic_int_get (&u->updates)) < (gint) times (1000)) {
    gchar *error = apply (u->m, n % 2 ? RIGHT : LEFT);

    g_assert_null (error);
    g_atomic_int_inc (&u->updates);
  }
  return NULL;
}

/* Updates from another thread at any moment: no frame shows two configs. */
GST_START_TEST (test_update_at_any_moment)
{
  Updater u = { mix_new (CANVAS, LEFT), 0 };
  GThread *thread;
  guint n;

  mix_add (u.m, "jerry", "", BIG, SMALL);
  next_frame (u.m, 0);
  thread = g_thread_new ("updater", update_for_ever, &u);
  for (n = 1; g_atomic_int_get (&u.updates) < (gint) times (1000) ||
      n < times (100); n++) {
    next_frame (u.m, n);
    fail_if (which_config (u.m) == SHOWS_BOTH, "frame %u is mixed", n);
  }
  g_thread_join (thread);
  /* the last of the updates has an odd number, and is what stays */
  next_frame (u.m, n);
  fail_unless_equals_int (which_config (u.m), SHOWS_RIGHT);
  mix_free (u.m);
}

GST_END_TEST;

/* "at": the first frame at or after that running time is the first new one. */
GST_START_TEST (test_scheduled)
{
  Mix *m = mix_new (CANVAS, LEFT);
  const gchar *right = RIGHT;
  gchar *later = g_strdup_printf ("{\"at\":%" G_GUINT64_FORMAT ",%s",
      (guint64) 3 * FRAME, right + 1);
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  next_frame (m, 0);
  fail_unless (apply (m, later) == NULL);
  for (n = 1; n < 6; n++) {
    next_frame (m, n);
    fail_unless_equals_int (which_config (m), n < 3 ? SHOWS_LEFT : SHOWS_RIGHT);
  }
  /* a time that has passed means now */
  fail_unless (apply (m, LEFT) == NULL);
  next_frame (m, 6);
  fail_unless_equals_int (which_config (m), SHOWS_LEFT);
  fail_unless (apply (m, later) == NULL);
  next_frame (m, 7);
  fail_unless_equals_int (which_config (m), SHOWS_RIGHT);
  g_free (later);
  mix_free (m);
}

GST_END_TEST;

/* Running time of the first frame with a config; runs @pipeline to its end. */
static guint64
run_and_note (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  guint64 time = GST_CLOCK_TIME_NONE;
  GstMessage *message;
  gboolean ended = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!ended) {
    message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    fail_unless (message != NULL);
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    ended = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (gst_message_has_name (message, "layout-applied"))
      gst_structure_get_uint64 (gst_message_get_structure (message),
          "running-time", &time);
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);

  return time;
}

/* A time that is yet to come in the next run has not passed in the last. */
GST_START_TEST (test_scheduled_for_next_run)
{
  GstElement *pipeline = gst_parse_launch ("videotestsrc num-buffers=25 ! "
      "video/x-raw,width=32,height=32,framerate=25/1 ! layoutcompositor "
      "name=mix ! video/x-raw,framerate=25/1,width=160,height=120 ! fakesink",
      NULL);
  GstElement *mix = gst_bin_get_by_name (GST_BIN (pipeline), "mix");

  fail_unless (run_and_note (pipeline) == GST_CLOCK_TIME_NONE);
  g_object_set (mix, "mixing-config",
      "{\"template\":\"grid\",\"at\":400000000}", NULL);
  fail_unless_equals_uint64 (run_and_note (pipeline), 400 * GST_MSECOND);
  gst_object_unref (mix);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static const GstStructure *
next_applied (Mix * m, GstMessage ** message)
{
  const GstStructure *s;

  *message = mix_message (m, GST_MESSAGE_ELEMENT);
  fail_unless (*message != NULL, "no layout-applied");
  s = gst_message_get_structure (*message);
  fail_unless_equals_string (gst_structure_get_name (s), "layout-applied");

  return s;
}

static const GstStructure *
slot (const GstStructure * s, guint i)
{
  const GValue *slots = gst_structure_get_value (s, "slots");

  fail_unless (i < gst_value_array_get_size (slots));
  return gst_value_get_structure (gst_value_array_get_value (slots, i));
}

#define TWO "{\"videoLayoutList\":[" \
  "{\"x\":0,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0," \
  "\"fixedVideoUser\":{\"userId\":\"jerry\",\"intRoomId\":12}}," \
  "{\"x\":80,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":0}]}"

GST_START_TEST (test_layout_applied)
{
  Mix *m = mix_new (CANVAS, LEFT);
  GstMessage *message;
  const GstStructure *s;
  guint64 time;
  guint serial;
  gint type;

  mix_add (m, "ann", "12", GST_PUBLISH_STREAM_TYPE_SMALL, SMALL);
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_pull (m);

  s = next_applied (m, &message);
  fail_unless (gst_structure_get (s, "serial", G_TYPE_UINT, &serial,
          "running-time", G_TYPE_UINT64, &time, NULL));
  fail_unless_equals_int (serial, 1);
  fail_unless_equals_uint64 (time, 0);
  fail_unless_equals_int (gst_value_array_get_size (gst_structure_get_value (s,
              "slots")), 1);
  fail_unless_equals_string (gst_structure_get_string (slot (s, 0), "user-id"),
      "ann");
  fail_unless_equals_string (gst_structure_get_string (slot (s, 0), "room-id"),
      "12");
  fail_unless_equals_string (gst_structure_get_string (slot (s, 0), "pad"),
      "sink_0");
  fail_unless (gst_structure_get_enum (slot (s, 0), "stream-type",
          GST_TYPE_PUBLISH_STREAM_TYPE, &type));
  fail_unless_equals_int (type, GST_PUBLISH_STREAM_TYPE_SMALL);
  gst_message_unref (message);

  /* a refused config has no serial; of two before one frame the last counts */
  g_free (apply (m, "{"));
  fail_unless (apply (m, RIGHT) == NULL);
  fail_unless (apply (m, TWO) == NULL);
  mix_push (m, 0, 1, make_solid (SMALL, RED));
  mix_pull (m);
  s = next_applied (m, &message);
  fail_unless (gst_structure_get (s, "serial", G_TYPE_UINT, &serial,
          "running-time", G_TYPE_UINT64, &time, NULL));
  fail_unless_equals_int (serial, 3);
  fail_unless_equals_uint64 (time, FRAME);
  /* the layout that is fixed to jerry stays empty, ann takes the free one */
  fail_if (gst_structure_has_field (slot (s, 0), "user-id"));
  fail_unless_equals_string (gst_structure_get_string (slot (s, 1), "user-id"),
      "ann");
  gst_message_unref (message);
  fail_unless (mix_message (m, GST_MESSAGE_ELEMENT) == NULL);
  mix_free (m);
}

GST_END_TEST;

/* One frame of everyone in @m; what it posted, which must be @name or, if that
 * is NULL, nothing. */
static GstMessage *
step (Mix * m, guint n_users, guint * n, const gchar * name)
{
  GstMessage *message;
  guint i;

  for (i = 0; i < n_users; i++)
    mix_push (m, i, *n, make_solid (SMALL, RED));
  mix_pull (m);
  ++*n;
  message = mix_message (m, GST_MESSAGE_ELEMENT);
  if (name == NULL) {
    fail_unless (message == NULL);
    return NULL;
  }
  fail_unless (message != NULL, "no %s", name);
  fail_unless (gst_message_has_name (message, name), "not %s", name);
  fail_unless (mix_message (m, GST_MESSAGE_ELEMENT) == NULL);

  return message;
}

/* The message is of frame @n, config @serial, and has @users in its slots, "-"
 * for nobody; @message is freed. */
static void
expect_slots (GstMessage * message, guint serial, guint n, const gchar * users)
{
  const GstStructure *s = gst_message_get_structure (message);
  GString *got = g_string_new (NULL);
  guint64 time;
  guint i, got_serial;

  fail_unless (gst_structure_get (s, "serial", G_TYPE_UINT, &got_serial,
          "running-time", G_TYPE_UINT64, &time, NULL));
  fail_unless_equals_int (got_serial, serial);
  fail_unless_equals_uint64 (time, n * FRAME);
  for (i = 0; i < gst_value_array_get_size (gst_structure_get_value (s,
              "slots")); i++) {
    const gchar *user = gst_structure_get_string (slot (s, i), "user-id");

    g_string_append (got, user != NULL ? user : "-");
  }
  fail_unless_equals_string (got->str, users);
  g_string_free (got, TRUE);
  gst_message_unref (message);
}

static const gchar *
speaker (GstMessage * message)
{
  const GValue *value =
      gst_structure_get_value (gst_message_get_structure (message), "speaker");

  return value != NULL ?
      gst_structure_get_string (gst_value_get_structure (value), "user-id") :
      NULL;
}

/* Whoever comes, speaks or leaves is told once, without a new serial. */
GST_START_TEST (test_slots_changed)
{
  Mix *m = mix_new (CANVAS, LEFT);
  GstMessage *message;
  GstPad *pad;
  guint n = 0;

  mix_add (m, "a", "", GST_PUBLISH_STREAM_TYPE_BIG, SMALL);
  expect_slots (step (m, 1, &n, "layout-applied"), 1, 0, "a");
  step (m, 1, &n, NULL);
  /* who waits is nowhere */
  mix_add (m, "b", "", GST_PUBLISH_STREAM_TYPE_BIG, SMALL);
  step (m, 2, &n, NULL);

  gst_util_set_object_arg (G_OBJECT (m->mix), "slot-policy", "speaker");
  step (m, 2, &n, NULL);
  pad = mix_pad (m, 1);
  g_object_set (pad, "volume-level", 0.5, NULL);
  message = step (m, 2, &n, "slots-changed");
  fail_unless_equals_string (speaker (message), "b");
  expect_slots (message, 1, 4, "b");
  step (m, 2, &n, NULL);

  g_object_set (pad, "user-id", "c", NULL);
  expect_slots (step (m, 2, &n, "slots-changed"), 1, 6, "c");
  gst_object_unref (pad);

  /* a new config tells it all: once */
  gst_util_set_object_arg (G_OBJECT (m->mix), "slot-policy", "priority");
  pad = mix_pad (m, 0);
  g_object_set (pad, "priority", 1, NULL);
  fail_unless (apply (m, RIGHT) == NULL);
  message = step (m, 2, &n, "layout-applied");
  fail_unless (speaker (message) == NULL);
  expect_slots (message, 2, 7, "a");
  step (m, 2, &n, NULL);
  gst_object_unref (pad);
  mix_free (m);
}

GST_END_TEST;

/* Nor does it need a config at all. */
GST_START_TEST (test_slots_changed_without_config)
{
  Mix *m = mix_new (CANVAS, NULL);
  guint n = 0;

  mix_add (m, "a", "", GST_PUBLISH_STREAM_TYPE_BIG, SMALL);
  expect_slots (step (m, 1, &n, "slots-changed"), 0, 0, "a");
  mix_add (m, "b", "", GST_PUBLISH_STREAM_TYPE_BIG, SMALL);
  expect_slots (step (m, 2, &n, "slots-changed"), 0, 1, "ab");
  step (m, 2, &n, NULL);
  mix_free (m);
}

GST_END_TEST;

GST_START_TEST (test_stats)
{
  Mix *m = mix_new (CANVAS, TWO);
  GstStructure *s;
  guint serial, pending;
  gint width, height;
  guint64 frames;

  mix_add (m, "jerry", "12", BIG, SMALL);
  next_frame (m, 0);
  next_frame (m, 1);
  fail_unless (apply (m, "{\"at\":3600000000000,\"template\":\"pip\"}")
      == NULL);
  g_object_get (m->mix, "stats", &s, NULL);
  fail_unless (gst_structure_get (s, "serial", G_TYPE_UINT, &serial,
          "pending", G_TYPE_UINT, &pending, "frames", G_TYPE_UINT64, &frames,
          "canvas-width", G_TYPE_INT, &width, "canvas-height", G_TYPE_INT,
          &height, NULL));
  fail_unless_equals_int (serial, 1);
  fail_unless_equals_int (pending, 1);
  fail_unless_equals_uint64 (frames, 2);
  fail_unless_equals_int (width, 160);
  fail_unless_equals_int (height, 120);
  fail_unless_equals_string (gst_structure_get_string (slot (s, 0), "user-id"),
      "jerry");
  gst_structure_free (s);
  mix_free (m);
}

GST_END_TEST;

static gchar *
seventeen_layouts (void)
{
  GString *json = g_string_new ("{\"videoLayoutList\":[");
  guint i;

  for (i = 0; i < 17; i++)
    g_string_append_printf (json, "%s{\"x\":0,\"y\":0,\"width\":8,"
        "\"height\":8,\"zOrder\":0}", i ? "," : "");
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}

/* Each is refused, says where it is wrong, and leaves the picture alone. */
GST_START_TEST (test_refused_configs)
{
  gchar *seventeen = seventeen_layouts ();
  const struct
  {
    const gchar *json;
    const gchar *place;
  } bad[] = {
    {"", ""},
    {"{\"videoLayoutList\":[", ""},
    {"[]", ""},
    {"{\"videoLayoutList\":{}}", "videoLayoutList"},
    {"{\"videoLayoutList\":[{\"x\":\"left\",\"y\":0,\"width\":8,\"height\":8,"
          "\"zOrder\":0}]}", "videoLayoutList[0].x"},
    {"{\"videoLayoutList\":[{\"x\":0,\"y\":0,\"width\":1,\"height\":8,"
          "\"zOrder\":0}]}", "videoLayoutList[0].width"},
    {"{\"videoLayoutList\":[{\"x\":0,\"y\":0,\"width\":8,\"height\":8,"
          "\"zOrder\":16}]}", "videoLayoutList[0].zOrder"},
    {"{\"videoLayoutLst\":[]}", "videoLayoutList"},
    {seventeen, "videoLayoutList"},
    {"{\"template\":\"mosaic\"}", "template"},
  };
  Mix *m = mix_new (CANVAS, LEFT);
  guint i, n = 0;

  mix_add (m, "jerry", "", BIG, SMALL);
  next_frame (m, n++);
  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    gchar *error = apply (m, bad[i].json);
    gchar *text, *current;

    fail_unless (error != NULL && *error != '\0', "%s accepted", bad[i].json);
    fail_unless (strstr (error, bad[i].place) != NULL, "%s: %s", bad[i].json,
        error);

    /* the same as a property: a warning with the same text, and no error */
    g_object_set (m->mix, "mixing-config", bad[i].json, NULL);
    text = mix_error_text (mix_message (m, GST_MESSAGE_WARNING));
    fail_unless_equals_string (text, error);
    fail_unless (mix_message (m, GST_MESSAGE_ERROR) == NULL);
    g_object_get (m->mix, "mixing-config", &current, NULL);
    fail_unless_equals_string (current, LEFT);
    g_free (current);
    g_free (text);
    g_free (error);

    next_frame (m, n++);
    fail_unless_equals_int (which_config (m), SHOWS_LEFT);
  }
  g_free (seventeen);
  mix_free (m);
}

GST_END_TEST;

/* In NULL there is no stream to warn beside: the next state change fails. */
GST_START_TEST (test_refused_in_null)
{
  GstElement *mix = gst_element_factory_make ("layoutcompositor", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  gchar *text;

  gst_object_ref_sink (mix);
  gst_element_set_bus (mix, bus);
  g_object_set (mix, "mixing-config", "{\"template\":\"grd\"}", NULL);
  fail_unless (gst_bus_pop (bus) == NULL);
  fail_unless_equals_int (gst_element_set_state (mix, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  text = mix_error_text (message);
  fail_unless (strstr (text, "template") && strstr (text, "grid"), "%s", text);
  g_free (text);

  /* a file that is not there likewise */
  g_object_set (mix, "mixing-config", LEFT, NULL);
  g_object_set (mix, "mixing-config-location", "/nowhere/job.json", NULL);
  fail_unless_equals_int (gst_element_set_state (mix, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  text = mix_error_text (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR));
  fail_unless (strstr (text, "/nowhere/job.json") != NULL, "%s", text);
  g_free (text);

  /* a good config mends it */
  g_object_set (mix, "mixing-config", LEFT, NULL);
  fail_unless_equals_int (gst_element_set_state (mix, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (mix, GST_STATE_NULL);
  gst_element_set_bus (mix, NULL);
  gst_object_unref (bus);
  gst_object_unref (mix);
}

GST_END_TEST;

/* Of two that are due for one frame the last accepted is shown, also when its
 * time had passed already when it was accepted. */
GST_START_TEST (test_last_accepted_wins)
{
  Mix *m = mix_new (CANVAS, LEFT);
  const gchar *right = RIGHT;
  gchar *passed = g_strdup_printf ("{\"at\":0,%s", right + 1);
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  for (n = 0; n < 5; n++)
    next_frame (m, n);
  fail_unless (apply (m, LEFT) == NULL);
  fail_unless (apply (m, passed) == NULL);
  next_frame (m, n++);
  fail_unless_equals_int (which_config (m), SHOWS_RIGHT);
  g_free (passed);
  mix_free (m);
}

GST_END_TEST;

/* A job's urls hold stream keys: they are not read back. */
GST_START_TEST (test_keys_are_not_read_back)
{
  Mix *m = mix_new (CANVAS, NULL);
  gchar *current;

  fail_unless (apply (m, "{\"target\":{\"mode\":\"mix-to-cdn\",\"cdnUrlList\":"
          "[{\"rtmpUrl\":\"rtmp://127.0.0.1/live/SECRETKEY1234567\"}]},"
          "\"mixing\":" LEFT "}") == NULL);
  g_object_get (m->mix, "mixing-config", &current, NULL);
  fail_unless (strstr (current, "videoLayoutList") != NULL, "%s", current);
  fail_unless (strstr (current, "SECRETKEY") == NULL, "%s", current);
  g_free (current);

  /* NULL goes back to the grid: the picture is all there is */
  g_object_set (m->mix, "mixing-config", NULL, NULL);
  mix_add (m, "jerry", "", BIG, SMALL);
  next_frame (m, 0);
  assert_all (m, RED, 0);
  mix_free (m);
}

GST_END_TEST;

GST_START_TEST (test_relay_job_has_no_layouts)
{
  Mix *m = mix_new (CANVAS, LEFT);
  gchar *error = apply (m, "{\"target\":{\"mode\":\"big-to-cdn\",\"owner\":"
      "{\"userId\":\"mike\",\"intRoomId\":1},\"cdnUrlList\":[{\"rtmpUrl\":"
      "\"rtmp://127.0.0.1/live/news\"}]}}");

  fail_unless (error != NULL && g_str_has_prefix (error, "mixing"), "%s",
      error);
  g_free (error);
  mix_free (m);
}

GST_END_TEST;

/* From a file, and the job's encoder sizes the canvas. */
GST_START_TEST (test_location_and_canvas_of_job)
{
  GError *error = NULL;
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("mix-XXXXXX.json", &path, &error);
  const gchar *job = "{\"encoder\":{\"videoEncodedWidth\":160,"
      "\"videoEncodedHeight\":120,\"videoEncodedFPS\":25,"
      "\"videoEncodedGOP\":3,\"videoEncodedKbps\":0},\"mixing\":" LEFT "}";
  Mix *m;

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  fail_unless (g_file_set_contents (path, job, -1, &error));

  m = mix_new ("", NULL);
  g_object_set (m->mix, "mixing-config-location", path, NULL);
  mix_add (m, "jerry", "", BIG, SMALL);
  next_frame (m, 0);
  fail_unless_equals_int (m->info.width, 160);
  fail_unless_equals_int (m->info.height, 120);
  fail_unless_equals_int (m->info.fps_n, 25);
  fail_unless_equals_int (m->info.colorimetry.matrix,
      GST_VIDEO_COLOR_MATRIX_BT709);
  fail_unless_equals_int (which_config (m), SHOWS_LEFT);
  mix_free (m);
  g_unlink (path);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (test_default_canvas)
{
  Mix *m = mix_new ("", NULL);

  mix_add (m, "jerry", "", BIG, SMALL);
  mix_push (m, 0, 0, make_solid (SMALL, RED));
  mix_push (m, 0, 1, make_solid (SMALL, RED));
  mix_pull (m);
  fail_unless_equals_int (m->info.width, 1280);
  fail_unless_equals_int (m->info.height, 720);
  fail_unless_equals_int (m->info.fps_n, 15);
  fail_unless_equals_int (m->info.fps_d, 1);
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&m->info),
      GST_VIDEO_FORMAT_I420);
  mix_free (m);
}

GST_END_TEST;

#define JOB(w, h) "{\"encoder\":{\"videoEncodedWidth\":" #w \
  ",\"videoEncodedHeight\":" #h ",\"videoEncodedFPS\":25," \
  "\"videoEncodedGOP\":3,\"videoEncodedKbps\":0}," \
  "\"mixing\":{\"template\":\"grid\"}}"

/* A job with another size: the first frame drawn with it has that size. */
GST_START_TEST (test_canvas_changes_with_job)
{
  Mix *m = mix_new ("", JOB (160, 120));
  guint n;

  mix_add (m, "jerry", "", BIG, SMALL);
  for (n = 0; n < 6; n++) {
    if (n == 3)
      fail_unless (apply (m, JOB (320, 200)) == NULL);
    next_frame (m, n);
    fail_unless_equals_int (m->info.width, n < 3 ? 160 : 320);
    fail_unless_equals_int (m->info.height, n < 3 ? 120 : 200);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (m->frame.buffer), n * FRAME);
    assert_at (m, m->info.width / 2, m->info.height / 2, RED, 0);
  }
  mix_free (m);
}

GST_END_TEST;

static Suite *
layoutcompositor_config_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-config");
  TCase *tc = tcase_create ("config");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_update_is_atomic);
  tcase_add_test (tc, test_update_at_any_moment);
  tcase_add_test (tc, test_scheduled);
  tcase_add_test (tc, test_scheduled_for_next_run);
  tcase_add_test (tc, test_layout_applied);
  tcase_add_test (tc, test_slots_changed);
  tcase_add_test (tc, test_slots_changed_without_config);
  tcase_add_test (tc, test_stats);
  tcase_add_test (tc, test_refused_configs);
  tcase_add_test (tc, test_refused_in_null);
  tcase_add_test (tc, test_last_accepted_wins);
  tcase_add_test (tc, test_keys_are_not_read_back);
  tcase_add_test (tc, test_relay_job_has_no_layouts);
  tcase_add_test (tc, test_location_and_canvas_of_job);
  tcase_add_test (tc, test_default_canvas);
  tcase_add_test (tc, test_canvas_changes_with_job);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_config);
