/* layoutdamage.c: what a stage shows is what a full repaint would show
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>
#include <string.h>

#include "stage.h"

#define MAX_PICTURES GST_PUBLISH_MAX_LAYOUTS

/* A room in which anything may happen, and what downstream holds of it. */
typedef struct
{
  GRand *rand;
  Stage stage;                  /* shows what changed */
  Stage plain;                  /* paints everything, every time */
  GstVideoInfo info;
  GstBufferPool *pool;
  Picture pictures[MAX_PICTURES];
  gboolean has_picture[MAX_PICTURES];

  GstClockTime now;
  GQueue held;                  /* Held: frames that downstream holds */
  guint max_held;
} Room;

typedef struct
{
  GstBuffer *buffer;
  GstBuffer *want;              /* what it showed when it was pushed */
  GstVideoInfo info;
} Held;

/* Compares every sample, not what pads the rows. */
static void
assert_same (GstBuffer * got, GstBuffer * want, const GstVideoInfo * info,
    const gchar * when, guint64 seed)
{
  GstVideoFrame a, b;
  gint c, x, y;

  fail_unless (gst_video_frame_map (&a, info, got, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&b, info, want, GST_MAP_READ));
  for (c = 0; c < 3; c++) {
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (&a, c);

    for (y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&a, c); y++) {
      const guint8 *p = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (&a, c) +
          (gssize) y * GST_VIDEO_FRAME_COMP_STRIDE (&a, c);
      const guint8 *q = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (&b, c) +
          (gssize) y * GST_VIDEO_FRAME_COMP_STRIDE (&b, c);

      x = 0;
      while (x < GST_VIDEO_FRAME_COMP_WIDTH (&a, c)
          && p[x * step] == q[x * step])
        x++;
      if (x < GST_VIDEO_FRAME_COMP_WIDTH (&a, c))
        fail ("%s, seed %" G_GUINT64_FORMAT ": component %d at (%d, %d) of a "
            "%dx%d %s is %u, not %u", when, seed, c, x, y, info->width,
            info->height, GST_VIDEO_INFO_NAME (info), p[x * step], q[x * step]);
    }
  }
  gst_video_frame_unmap (&a);
  gst_video_frame_unmap (&b);
}

static GstVideoInfo
make_info (GstVideoFormat format, gint width, gint height)
{
  GstVideoInfo info;

  fail_unless (gst_video_info_set_format (&info, format, width, height));
  fail_unless (gst_video_colorimetry_from_string (&info.colorimetry,
          GST_VIDEO_COLORIMETRY_BT709));

  return info;
}

static GstBuffer *
random_buffer (const GstVideoInfo * info, GRand * rand)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  guint32 state = g_rand_int (rand);
  GstMapInfo map;
  gsize i;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (i = 0; i < map.size; i++) {
    state = state * 1664525 + 1013904223;
    map.data[i] = state >> 24;
  }
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

static gint
random_side (Room * room, gint full)
{
  return g_rand_int_range (room->rand, 2, full + full / 4);
}

static void
random_look (Room * room, GString * json)
{
  switch (g_rand_int_range (room->rand, 0, 8)) {
    case 0:
      g_string_append_printf (json, ", \"alpha\": 0.%d",
          g_rand_int_range (room->rand, 0, 10));
      break;
    case 1:
      g_string_append_printf (json, ", \"cornerRadius\": %d",
          g_rand_int_range (room->rand, 1, 30));
      break;
    case 2:
      g_string_append_printf (json, ", \"cornerRadius\": %d, \"border\":"
          " {\"width\": %d, \"color\": \"#80ff40%s\"}",
          g_rand_int_range (room->rand, 0, 20), g_rand_int_range (room->rand,
              1, 12), g_rand_boolean (room->rand) ? "90" : "");
      break;
    case 3:
      g_string_append (json, ", \"mirror\": true");
      break;
    case 4:
      g_string_append (json, ", \"label\": \"{userId}\"");
      break;
    default:
      break;
  }
}

static GstPublishJob *
random_job (Room * room)
{
  GString *json = g_string_new (NULL);
  gint width = room->info.width, height = room->info.height;
  guint n = g_rand_int_range (room->rand, 1, 8), i;
  GstPublishJob *job;
  GError *error = NULL;

  g_string_printf (json, "{\"backgroundColor\": \"#%06x\", "
      "\"videoLayoutList\": [", g_rand_int (room->rand) & 0xffffff);
  for (i = 0; i < n; i++) {
    g_string_append_printf (json,
        "%s{\"x\": %d, \"y\": %d, \"width\": %d, \"height\": %d, "
        "\"zOrder\": %d, \"fillMode\": %d", i > 0 ? ", " : "",
        g_rand_int_range (room->rand, -20, width),
        g_rand_int_range (room->rand, -20, height),
        random_side (room, width), random_side (room, height),
        g_rand_int_range (room->rand, 0, 4),
        g_rand_int_range (room->rand, 0, 3));
    if (g_rand_boolean (room->rand))
      g_string_append_printf (json, ", \"backgroundColor\": \"#%06x\"",
          g_rand_int (room->rand) & 0xffffff);
    random_look (room, json);
    g_string_append (json, "}");
  }
  g_string_append (json, "]");
  if (g_rand_int_range (room->rand, 0, 4) == 0)
    g_string_append_printf (json, ", \"watermarkList\": [{ \"text\": \"mark\","
        " \"x\": %d, \"y\": %d, \"width\": %d, \"height\": %d,"
        " \"backgroundColor\": \"#80402080\", \"zOrder\": %d}]",
        g_rand_int_range (room->rand, -20, width),
        g_rand_int_range (room->rand, -20, height),
        random_side (room, width), random_side (room, height),
        g_rand_int_range (room->rand, 0, 4));
  g_string_append (json, "}");

  job = config_parse (json->str, &error);
  fail_unless (job != NULL, "%s: %s", json->str,
      error != NULL ? error->message : "");
  g_string_free (json, TRUE);

  return job;
}

static void
set_config (Stage * stage, GstPublishJob * job)
{
  AcceptedConfig *config = g_new0 (AcceptedConfig, 1);

  config->job = gst_publish_job_ref (job);
  stage_set_config (stage, config);
}

static void
room_set_config (Room * room)
{
  GstPublishJob *job = random_job (room);

  set_config (&room->stage, job);
  set_config (&room->plain, job);
  gst_publish_job_unref (job);
}

static void
room_set_canvas (Room * room, gint width, gint height)
{
  GstVideoInfo info = make_info (g_rand_boolean (room->rand) ?
      GST_VIDEO_FORMAT_I420 : GST_VIDEO_FORMAT_NV12, width, height);
  GstCaps *caps = gst_video_info_to_caps (&info);
  GstStructure *config;

  if (room->pool != NULL) {
    gst_buffer_pool_set_active (room->pool, FALSE);
    gst_object_unref (room->pool);
  }
  room->pool = gst_video_buffer_pool_new ();
  config = gst_buffer_pool_get_config (room->pool);
  gst_buffer_pool_config_set_params (config, caps, info.size, 0, 0);
  fail_unless (gst_buffer_pool_set_config (room->pool, config));
  fail_unless (gst_buffer_pool_set_active (room->pool, TRUE));
  gst_caps_unref (caps);

  room->info = info;
  stage_set_canvas (&room->stage, &info);
  stage_set_canvas (&room->plain, &info);
  canvas_ring_set_pool (&room->stage.ring, room->pool);
}

static void
room_set_picture (Room * room, guint i)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_RGBA,
    GST_VIDEO_FORMAT_A420
  };
  Picture *picture = &room->pictures[i];
  GstVideoInfo info = picture->input;
  GstBuffer *buffer;

  /* mostly the next frame of what it was */
  if (!picture_is_set (picture) || g_rand_int_range (room->rand, 0, 8) == 0)
    info = make_info (formats[g_rand_int_range (room->rand, 0, 4)],
        g_rand_int_range (room->rand, 2, room->info.width),
        g_rand_int_range (room->rand, 2, room->info.height));
  buffer = random_buffer (&info, room->rand);
  fail_unless (picture_set (picture, buffer, &info,
          GST_VIDEO_ORIENTATION_IDENTITY, &room->info, NULL));
  room->has_picture[i] = TRUE;
  gst_buffer_unref (buffer);
}

static void
change_something (Room * room)
{
  guint i = g_rand_int_range (room->rand, 0, MAX_PICTURES);

  switch (g_rand_int_range (room->rand, 0, 40)) {
    case 0:
      room_set_config (room);
      break;
    case 1:
      room_set_canvas (room, g_rand_int_range (room->rand, 16, 160),
          g_rand_int_range (room->rand, 16, 120));
      break;
    case 2:
      picture_drop (&room->pictures[i]);
      break;
    case 3:
      room->has_picture[i] = FALSE;
      break;
    case 4:
      /* the same memory in a buffer of its own */
      if (picture_is_set (&room->pictures[i])) {
        Picture *picture = &room->pictures[i];
        GstBuffer *copy = gst_buffer_copy (picture->shown);
        guint64 serial = picture->serial;

        fail_unless (picture_set (picture, copy, &picture->input,
                GST_VIDEO_ORIENTATION_IDENTITY, &room->info, NULL));
        fail_unless (picture->serial == serial);
        gst_buffer_unref (copy);
      }
      break;
    default:
      /* few of the layouts exist: mostly of those */
      room_set_picture (room, i % 8);
      break;
  }
}

static void
release (Room * room, guint n)
{
  Held *held = g_queue_pop_nth (&room->held, n);

  assert_same (held->buffer, held->want, &held->info, "held", 0);
  gst_buffer_unref (held->want);
  gst_buffer_unref (held->buffer);
  g_free (held);
}

/* Arranges and composes for pictures that are in the slots of their index. */
static void
compose (Stage * stage, Picture * const *pictures, guint cameras,
    GstClockTime now)
{
  SlotView views[MAX_PICTURES] = { {0,}, };
  guint i;

  stage_arrange (stage, cameras);
  for (i = 0; i < stage->n_layouts; i++) {
    if (pictures[i] == NULL)
      continue;
    views[i].arrival = i + 1;
    views[i].user_id = "somebody";
    views[i].picture = pictures[i];
  }
  stage_compose (stage, views, now, 60 * G_USEC_PER_SEC);
}

/* Shows one frame both ways and lets downstream hold it. */
static void
room_show (Room * room, guint64 seed)
{
  Picture *pictures[MAX_PICTURES];
  GstBuffer *shown = gst_buffer_new ();
  GstBuffer *plain = random_buffer (&room->info, room->rand);
  Held *held = g_new0 (Held, 1);
  guint i;

  for (i = 0; i < MAX_PICTURES; i++)
    pictures[i] = room->has_picture[i] ? &room->pictures[i] : NULL;

  /* some rooms move and fade from one config and picture to the next */
  room->now += 40 * GST_MSECOND;
  compose (&room->stage, pictures, 0, room->now);
  compose (&room->plain, pictures, 0, room->now);
  fail_unless_equals_int (stage_show (&room->stage, shown), GST_FLOW_OK);
  fail_unless_equals_int (stage_paint (&room->plain, plain), GST_FLOW_OK);

  held->buffer = shown;
  held->want = plain;
  held->info = room->info;
  assert_same (shown, plain, &room->info, "shown", seed);

  g_queue_push_tail (&room->held, held);
  while (g_queue_get_length (&room->held) > room->max_held)
    release (room, g_rand_int_range (room->rand, 0,
            g_queue_get_length (&room->held)));
}

static void
room_init (Room * room, guint32 seed)
{
  memset (room, 0, sizeof (*room));
  room->rand = g_rand_new_with_seed (seed);
  stage_init (&room->stage);
  stage_init (&room->plain);
  if (seed % 3 == 0) {
    room->stage.motion->transition_time = 200 * GST_MSECOND;
    room->stage.motion->fade_time = 120 * GST_MSECOND;
    *room->plain.motion = *room->stage.motion;
  }
  g_queue_init (&room->held);
  room->max_held = g_rand_int_range (room->rand, 0, 5);
  room_set_canvas (room, g_rand_int_range (room->rand, 16, 160),
      g_rand_int_range (room->rand, 16, 120));
  room_set_config (room);
}

static void
room_clear (Room * room)
{
  guint i;

  while (room->held.length > 0)
    release (room, 0);
  stage_clear (&room->stage);
  stage_clear (&room->plain);
  for (i = 0; i < MAX_PICTURES; i++)
    picture_clear (&room->pictures[i]);
  gst_buffer_pool_set_active (room->pool, FALSE);
  gst_object_unref (room->pool);
  g_rand_free (room->rand);
}

/* 200 rooms of 25 frames: 5000 scenes. */
GST_START_TEST (test_damage)
{
  guint32 seed;
  gint frame, change;

  for (seed = 1; seed <= 200; seed++) {
    Room room;

    room_init (&room, seed);
    for (frame = 0; frame < 25; frame++) {
      for (change = g_rand_int_range (room.rand, 0, 4); change > 0; change--)
        change_something (&room);
      room_show (&room, seed);
    }
    room_clear (&room);
  }
}

GST_END_TEST;

/* The same with several hands, however small the scene. */
GST_START_TEST (test_crew)
{
  GstTaskPool *pool = gst_shared_task_pool_new ();
  guint32 seed;
  gint frame;

  gst_shared_task_pool_set_max_threads (GST_SHARED_TASK_POOL (pool), 3);
  gst_task_pool_prepare (pool, NULL);

  for (seed = 1000; seed < 1040; seed++) {
    Room room;

    room_init (&room, seed);
    stage_set_crew (&room.stage, pool, 3);
    room.stage.min_shared_time = 0;
    for (frame = 0; frame < 25; frame++) {
      change_something (&room);
      change_something (&room);
      room_show (&room, seed);
    }
    room_clear (&room);
  }

  gst_task_pool_cleanup (pool);
  gst_object_unref (pool);
}

GST_END_TEST;

/* What nobody sees change costs nothing, and one of many only its share. */
GST_START_TEST (test_cost)
{
  Room room;
  Stage *stage = &room.stage;
  GstPublishJob *job;
  GstBuffer *first_frame, *frame;
  Picture *pictures[MAX_PICTURES] = { NULL, };
  guint i;

  room_init (&room, 1);
  room_set_canvas (&room, 64, 64);
  job = config_parse ("{\"videoLayoutList\": ["
      "{\"width\": 32, \"height\": 32},"
      "{\"x\": 32, \"width\": 32, \"height\": 32},"
      "{\"y\": 32, \"width\": 64, \"height\": 32},"
      "{\"x\": 8, \"y\": 40, \"width\": 16, \"height\": 16, \"zOrder\": 1}]}",
      NULL);
  set_config (stage, job);
  gst_publish_job_unref (job);
  for (i = 0; i < 4; i++) {
    room_set_picture (&room, i);
    pictures[i] = &room.pictures[i];
    /* opaque ones */
    while (pictures[i]->has_alpha) {
      picture_drop (pictures[i]);
      room_set_picture (&room, i);
    }
  }
  first_frame = gst_buffer_new ();
  compose (stage, pictures, 4, 0);
  fail_unless_equals_int (stage_show (stage, first_frame), GST_FLOW_OK);
  fail_unless_equals_uint64 (stage->painted, 64 * 64);

  /* the same: the same memory again, though it is held */
  frame = gst_buffer_new ();
  compose (stage, pictures, 4, 0);
  fail_unless_equals_int (stage_show (stage, frame), GST_FLOW_OK);
  fail_unless_equals_uint64 (stage->painted, 64 * 64);
  fail_unless (gst_buffer_peek_memory (frame, 0) ==
      gst_buffer_peek_memory (first_frame, 0));
  gst_buffer_unref (frame);
  gst_buffer_unref (first_frame);

  /* one slot, on the canvas that nobody holds any more */
  room_set_picture (&room, 1);
  while (pictures[1]->has_alpha)
    room_set_picture (&room, 1);
  stage->painted = 0;
  frame = gst_buffer_new ();
  compose (stage, pictures, 4, 0);
  fail_unless_equals_int (stage_show (stage, frame), GST_FLOW_OK);
  fail_unless_equals_uint64 (stage->painted, 32 * 32);
  fail_unless_equals_int (stage->ring.canvases->len, 1);
  gst_buffer_unref (frame);

  /* the lower of two: not what the upper hides */
  {
    GstVideoInfo info = pictures[2]->input;
    GstBuffer *next = random_buffer (&info, room.rand);

    fail_unless (picture_set (pictures[2], next, &info,
            GST_VIDEO_ORIENTATION_IDENTITY, &room.info, NULL));
    gst_buffer_unref (next);
  }
  stage->painted = 0;
  frame = gst_buffer_new ();
  compose (stage, pictures, 4, 0);
  fail_unless_equals_int (stage_show (stage, frame), GST_FLOW_OK);
  fail_unless_equals_uint64 (stage->painted, 64 * 32 - 16 * 16);
  gst_buffer_unref (frame);

  room_clear (&room);
}

GST_END_TEST;

/* The ring has what downstream holds and one more, and becomes small again. */
GST_START_TEST (test_ring)
{
  Room room;
  guint i;

  room_init (&room, 1);
  room.max_held = 20;
  for (i = 0; i < 40; i++) {
    room_set_picture (&room, 0);
    room.has_picture[0] = TRUE;
    room_show (&room, 1);
    fail_unless (room.stage.ring.canvases->len <= 21);
  }
  while (room.held.length > 0)
    release (&room, 0);
  room.max_held = 1;
  for (i = 0; i < 700; i++) {
    /* every other frame: a still canvas must not grow either */
    if (i % 2 == 0)
      room_set_picture (&room, 0);
    room_show (&room, 1);
  }
  fail_unless (room.stage.ring.canvases->len <= 3, "%u",
      room.stage.ring.canvases->len);

  /* and above its bound what is held is forgotten, not waited for */
  room.stage.ring.max_bytes = 4 * room.info.size;
  room.max_held = 20;
  for (i = 0; i < 40; i++) {
    room_set_picture (&room, 0);
    room_show (&room, 1);
    fail_unless (room.stage.ring.canvases->len <= 4);
  }
  room_clear (&room);
}

GST_END_TEST;

static Suite *
layoutdamage_suite (void)
{
  Suite *s = suite_create ("layoutdamage");
  TCase *tc = tcase_create ("damage");

  tcase_set_timeout (tc, 240);
  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_damage);
  tcase_add_test (tc, test_crew);
  tcase_add_test (tc, test_cost);
  tcase_add_test (tc, test_ring);

  return s;
}

GST_CHECK_MAIN (layoutdamage);
