/* layoutkept.c: what two configs have does not vanish between them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include <gst/check/gstcheck.h>

#include "imagedecode.h"
#include "stage.h"

#define WAIT (60 * G_USEC_PER_SEC)

/* While a test holds this no text is written and no image is decoded. */
static GMutex gate;

static void
pass_gate (void)
{
  g_mutex_lock (&gate);
  g_mutex_unlock (&gate);
}

/* The ones that the stage's worker finds. */
PangoLayout *
pango_layout_new (PangoContext * context)
{
  PangoLayout *(*next) (PangoContext *);

  pass_gate ();
  *(void **) &next = dlsym (RTLD_NEXT, "pango_layout_new");

  return next (context);
}

GdkPixbufLoader *
gdk_pixbuf_loader_new_with_type (const gchar * type, GError ** error)
{
  GdkPixbufLoader *(*next) (const gchar *, GError **);

  pass_gate ();
  *(void **) &next = dlsym (RTLD_NEXT, "gdk_pixbuf_loader_new_with_type");

  return next (type, error);
}

/* A white image. */
#define IMAGE "data:;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACk" \
    "lEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
#define LABELLED(x, y, width, height) "{\"label\": \"{userId}\", \"x\": " #x \
    ", \"y\": " #y ", \"width\": " #width ", \"height\": " #height "}"
#define MARK(what, x, y, width, height) "{" what ", \"x\": " #x ", \"y\": " #y \
    ", \"width\": " #width ", \"height\": " #height ", \"zOrder\": 15}"
#define CONFIG(layouts, marks) "{\"videoLayoutList\": [" layouts "], " \
    "\"watermarkList\": [" marks "]}"
#define IMAGE_MARK(x, y, width, height) \
    MARK ("\"watermarkUrl\": \"" IMAGE "\"", x, y, width, height)
#define TEXT_MARK(text, x, y, width, height) \
    MARK ("\"text\": \"" text "\"", x, y, width, height)

/* A black canvas, shown twice. */
typedef struct
{
  Stage stage;                  /* paints what changed */
  Stage plain;                  /* paints everything, every time */
  GstVideoInfo info;
  GstBufferPool *pool;
  GstClockTime now;
} Room;

static void
room_set_canvas (Room * room, GstVideoFormat format, gint width, gint height)
{
  GstStructure *config;
  GstCaps *caps;

  gst_video_info_set_format (&room->info, format, width, height);
  gst_video_colorimetry_from_string (&room->info.colorimetry,
      GST_VIDEO_COLORIMETRY_BT709);
  if (room->pool != NULL) {
    gst_buffer_pool_set_active (room->pool, FALSE);
    gst_object_unref (room->pool);
  }
  room->pool = gst_video_buffer_pool_new ();
  caps = gst_video_info_to_caps (&room->info);
  config = gst_buffer_pool_get_config (room->pool);
  gst_buffer_pool_config_set_params (config, caps, room->info.size, 0, 0);
  fail_unless (gst_buffer_pool_set_config (room->pool, config));
  fail_unless (gst_buffer_pool_set_active (room->pool, TRUE));
  gst_caps_unref (caps);

  stage_set_canvas (&room->stage, &room->info);
  stage_set_canvas (&room->plain, &room->info);
  canvas_ring_set_pool (&room->stage.ring, room->pool);
}

static void
room_init (Room * room, GstVideoFormat format)
{
  memset (room, 0, sizeof (*room));
  stage_init (&room->stage);
  stage_init (&room->plain);
  room_set_canvas (room, format, 320, 180);
}

static void
room_clear (Room * room)
{
  stage_clear (&room->stage);
  stage_clear (&room->plain);
  gst_buffer_pool_set_active (room->pool, FALSE);
  gst_object_unref (room->pool);
}

static void
room_set_config (Room * room, const gchar * json)
{
  Stage *stages[] = { &room->stage, &room->plain };
  guint k;

  for (k = 0; k < 2; k++) {
    AcceptedConfig *config = g_new0 (AcceptedConfig, 1);
    GError *error = NULL;

    config->job = config_parse (json, &error);
    fail_unless (config->job != NULL, "%s", error != NULL ?
        error->message : "");
    stage_set_config (stages[k], config);
  }
}

/* The luma sample at (x, y). */
static guint8
luma (const GstVideoFrame * frame, gint x, gint y)
{
  return ((const guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, 0))
      [y * GST_VIDEO_FRAME_COMP_STRIDE (frame, 0) + x];
}

/* How many pixels in a rectangle of @a are not what @b has (@dx, @dy) further;
 * without @b, not black. */
static guint
count_other (Room * room, GstBuffer * a, Rect rect, GstBuffer * b, gint dx,
    gint dy)
{
  GstVideoFrame frames[2];
  guint n = 0;
  gint x, y;

  fail_unless (gst_video_frame_map (&frames[0], &room->info, a, GST_MAP_READ));
  fail_unless (b == NULL || gst_video_frame_map (&frames[1], &room->info, b,
          GST_MAP_READ));
  for (y = rect.y0; y < rect.y1; y++)
    for (x = rect.x0; x < rect.x1; x++)
      n += luma (&frames[0], x, y) != (b != NULL ?
          luma (&frames[1], x + dx, y + dy) : 16);
  gst_video_frame_unmap (&frames[0]);
  if (b != NULL)
    gst_video_frame_unmap (&frames[1]);

  return n;
}

#define RECT(...) ((Rect) {__VA_ARGS__})
#define assert_seen(room, buffer, ...) \
    fail_unless (count_other (room, buffer, RECT (__VA_ARGS__), NULL, 0, 0))
#define assert_black(room, buffer, ...) \
    fail_if (count_other (room, buffer, RECT (__VA_ARGS__), NULL, 0, 0))
#define assert_like(room, a, b, dx, dy, ...) \
    fail_if (count_other (room, a, RECT (__VA_ARGS__), b, dx, dy))

/* Shows one frame both ways, with nobody's picture but two names. */
static GstBuffer *
room_show (Room * room, const gchar * first, const gchar * second, gint64 wait)
{
  const gchar *const names[] = { first, second };
  Stage *stages[] = { &room->stage, &room->plain };
  GstBuffer *shown = gst_buffer_new ();
  GstBuffer *plain = gst_buffer_new_allocate (NULL, room->info.size, NULL);
  guint i, k;

  room->now += 40 * GST_MSECOND;
  for (k = 0; k < 2; k++) {
    SlotView views[GST_PUBLISH_MAX_LAYOUTS] = { {0,}, };

    for (i = 0; i < 2; i++) {
      views[i].arrival = names[i][0];
      views[i].user_id = names[i];
    }
    stage_arrange (stages[k], 2);
    stage_compose (stages[k], views, room->now, wait);
  }
  fail_unless_equals_int (stage_show (&room->stage, shown), GST_FLOW_OK);
  fail_unless_equals_int (stage_paint (&room->plain, plain), GST_FLOW_OK);
  assert_like (room, shown, plain, 0, 0, 0, 0, room->info.width,
      room->info.height);
  gst_buffer_unref (plain);

  return shown;
}

/* What two configs have is there while the new one's is not ready. */
GST_START_TEST (test_kept)
{
  Room room;
  GstBuffer *frame, *next;
  guint i;

  /* of both formats, with and without a transition */
  for (i = 0; i < 4; i++) {
    room_init (&room, i & 1 ? GST_VIDEO_FORMAT_NV12 : GST_VIDEO_FORMAT_I420);
    room.stage.motion->transition_time = room.plain.motion->transition_time =
        i & 2 ? GST_SECOND / 2 : 0;
    room_set_config (&room, CONFIG (LABELLED (0, 0, 160, 90) ","
            LABELLED (160, 0, 160, 90), IMAGE_MARK (20, 100, 40, 20) ","
            TEXT_MARK ("hello", 100, 100, 100, 26) ","
            TEXT_MARK ("gone", 220, 100, 90, 26)));
    frame = room_show (&room, "ann", "mike", WAIT);
    assert_seen (&room, frame, 220, 100, 310, 126);
    gst_buffer_unref (frame);

    g_mutex_lock (&gate);
    room_set_config (&room, CONFIG (LABELLED (0, 0, 120, 60) ","
            LABELLED (160, 10, 160, 90), TEXT_MARK ("new", 220, 140, 90, 26)
            "," TEXT_MARK ("hello", 106, 140, 100, 26) ","
            IMAGE_MARK (28, 140, 40, 20)));
    frame = room_show (&room, "ann", "mike", 0);
    /* a label where its layout is */
    assert_seen (&room, frame, 0, i & 2 ? 60 : 30, 120, i & 2 ? 90 : 60);
    assert_seen (&room, frame, 160, 50, 320, i & 2 ? 90 : 100);
    assert_seen (&room, frame, 106, 140, 206, 166);
    assert_seen (&room, frame, 28, 140, 68, 160);
    assert_black (&room, frame, 20, 102, 320, 140);
    assert_black (&room, frame, 220, 140, 310, 166);
    gst_buffer_unref (frame);
    /* and it stays */
    room.now += GST_SECOND;
    frame = room_show (&room, "ann", "mike", 0);
    assert_seen (&room, frame, 0, 30, 120, 60);
    g_mutex_unlock (&gate);

    /* what only moved is as it will be */
    next = room_show (&room, "ann", "mike", WAIT);
    assert_seen (&room, next, 220, 140, 310, 166);
    assert_like (&room, frame, next, 0, 0, 28, 140, 206, 166);
    assert_like (&room, frame, next, 0, 0, 160, 10, 320, 100);
    gst_buffer_unref (next);
    gst_buffer_unref (frame);
    room_clear (&room);
  }
}

GST_END_TEST;

/* Names go with whom they are of, and nobody stands under another's. */
GST_START_TEST (test_names)
{
  Room room;
  GstBuffer *before, *frame;

  room_init (&room, GST_VIDEO_FORMAT_I420);
  room_set_config (&room, CONFIG (LABELLED (0, 0, 160, 90) ","
          LABELLED (160, 0, 160, 90), ""));
  before = room_show (&room, "ann", "mike", WAIT);
  g_mutex_lock (&gate);
  frame = room_show (&room, "mike", "ann", 0);
  assert_like (&room, frame, before, 160, 0, 0, 0, 160, 90);
  assert_like (&room, frame, before, -160, 0, 160, 0, 320, 90);
  gst_buffer_unref (frame);
  frame = room_show (&room, "mike", "joe", 0);
  assert_like (&room, frame, before, 160, 0, 0, 0, 160, 90);
  assert_black (&room, frame, 160, 0, 320, 90);
  gst_buffer_unref (frame);

  /* one that would be covered at the bottom goes to the top */
  room_set_config (&room, CONFIG (LABELLED (0, 0, 160, 90) ",{\"y\": 60, "
          "\"backgroundColor\": 0, \"width\": 160, \"height\": 60}", ""));
  frame = room_show (&room, "mike", "joe", 0);
  assert_seen (&room, frame, 0, 0, 160, 40);
  gst_buffer_unref (frame);
  gst_buffer_unref (before);
  g_mutex_unlock (&gate);
  room_clear (&room);
}

GST_END_TEST;

/* Of several of one picture the right one stays; on a canvas of another size
 * too. */
GST_START_TEST (test_alike)
{
  Room room;
  GstBuffer *frame;

  room_init (&room, GST_VIDEO_FORMAT_I420);
  room_set_config (&room, CONFIG ("", IMAGE_MARK (0, 0, 40, 20) ","
          IMAGE_MARK (100, 100, 80, 40)));
  gst_buffer_unref (room_show (&room, "ann", "mike", WAIT));
  g_mutex_lock (&gate);
  room_set_config (&room, CONFIG ("", IMAGE_MARK (104, 102, 80, 40)));
  room_set_canvas (&room, GST_VIDEO_FORMAT_I420, 240, 160);
  frame = room_show (&room, "ann", "mike", 0);
  assert_black (&room, frame, 0, 0, 104, 160);
  fail_unless_equals_int (count_other (&room, frame, RECT (0, 0, 240,
              160), NULL, 0, 0), 80 * 40);
  gst_buffer_unref (frame);

  /* another size stays where it was */
  room_set_config (&room, CONFIG ("", IMAGE_MARK (0, 0, 10, 10)));
  frame = room_show (&room, "ann", "mike", 0);
  assert_seen (&room, frame, 104, 102, 184, 142);
  gst_buffer_unref (frame);
  g_mutex_unlock (&gate);
  room_clear (&room);
}

GST_END_TEST;

/* Only what is on the canvas was made: it stays if that is not to be seen at
 * the new place. */
GST_START_TEST (test_cut_off)
{
  Room room;
  GstBuffer *frame;

  room_init (&room, GST_VIDEO_FORMAT_I420);
  room_set_config (&room, CONFIG ("", IMAGE_MARK (-60, 100, 80, 40)));
  gst_buffer_unref (room_show (&room, "ann", "mike", WAIT));
  g_mutex_lock (&gate);
  room_set_config (&room, CONFIG ("", IMAGE_MARK (262, 100, 80, 40)));
  frame = room_show (&room, "ann", "mike", 0);
  assert_seen (&room, frame, 0, 100, 20, 140);
  gst_buffer_unref (frame);
  g_mutex_unlock (&gate);
  frame = room_show (&room, "ann", "mike", WAIT);
  assert_black (&room, frame, 0, 100, 20, 140);
  assert_seen (&room, frame, 262, 100, 320, 140);
  gst_buffer_unref (frame);
  room_clear (&room);
}

GST_END_TEST;

/* However often it moves, one is kept. */
GST_START_TEST (test_many_moves)
{
  Room room;
  LookOverlay *look;
  gint i;

  room_init (&room, GST_VIDEO_FORMAT_I420);
  room_set_config (&room, CONFIG ("", IMAGE_MARK (0, 0, 40, 20)));
  gst_buffer_unref (room_show (&room, "ann", "mike", WAIT));
  look = &room.stage.looks->watermark[0];
  g_mutex_lock (&gate);
  for (i = 2; i < 200; i += 2) {
    gchar *json = g_strdup_printf (CONFIG ("",
            "{\"watermarkUrl\": \"" IMAGE "\", \"x\": %d, \"y\": 10,"
            "\"width\": 40, \"height\": 20}"), i);
    GstBuffer *frame;

    room_set_config (&room, json);
    frame = room_show (&room, "ann", "mike", 0);
    fail_unless_equals_int (count_other (&room, frame, RECT (i, 10,
                i + 40, 30), NULL, 0, 0), 40 * 20);
    /* by its still and what is moved of it */
    fail_unless (g_atomic_ref_count_compare (&look->still->overlay->refs, 2));
    fail_unless_equals_int (room.stage.looks->past->len, 0);
    gst_buffer_unref (frame);
    g_free (json);
  }
  g_mutex_unlock (&gate);
  room_clear (&room);
}

GST_END_TEST;

static Suite *
layoutkept_suite (void)
{
  Suite *s = suite_create ("layoutkept");
  TCase *tc = tcase_create ("kept");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_kept);
  tcase_add_test (tc, test_names);
  tcase_add_test (tc, test_alike);
  tcase_add_test (tc, test_cut_off);
  tcase_add_test (tc, test_many_moves);

  return s;
}

GST_CHECK_MAIN (layoutkept);
