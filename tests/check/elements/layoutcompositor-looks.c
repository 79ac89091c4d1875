/* layoutcompositor-looks.c: what a slot shows and how it looks, by its pixels
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "../httpserver.h"
#include "mixshow.h"

#define WAIT (30 * G_USEC_PER_SEC)

/* in bt709: RED of the harness is (255, 0, 0) */
#define RED_RGB 0xff0000ff
#define BLUE_RGB 0x0000ffff

static gchar *
make_image (const gchar * type, gint width, gint height, guint32 rgba)
{
  GdkPixbuf *image = gdk_pixbuf_new (GDK_COLORSPACE_RGB,
      (rgba & 0xff) != 0xff, 8, width, height);
  gchar *data, *text, *uri;
  gsize size;

  gdk_pixbuf_fill (image, rgba);
  fail_unless (gdk_pixbuf_save_to_buffer (image, &data, &size, type, NULL,
          NULL));
  text = g_base64_encode ((guchar *) data, size);
  uri = g_strconcat ("data:;base64,", text, NULL);
  g_free (text);
  g_free (data);
  g_object_unref (image);

  return uri;
}

/* Frames of @color until (x, y) shows @want. */
static void
show_until (Show * s, Yuv color, gint x, gint y, Yuv want)
{
  gint64 end = g_get_monotonic_time () + WAIT;
  Yuv got;

  do {
    show (s, color);
    got = mix_at (s->m, x, y);
    if (ABS (got.y - want.y) <= 2 && ABS (got.u - want.u) <= 2 &&
        ABS (got.v - want.v) <= 2)
      return;
    g_usleep (2000);
  } while (g_get_monotonic_time () < end);
  ck_abort_msg ("never %d,%d,%d, last %d,%d,%d", want.y, want.u, want.v,
      got.y, got.u, got.v);
}

static gchar *
shows (Mix * m, guint layout)
{
  GstStructure *stats;
  const GValue *slots;
  gchar *shows;

  g_object_get (m->mix, "stats", &stats, NULL);
  slots = gst_structure_get_value (stats, "slots");
  shows = g_strdup (gst_structure_get_string (gst_value_get_structure
          (gst_value_array_get_value (slots, layout)), "shows"));
  gst_structure_free (stats);

  return shows;
}

static void
expect_shows (Mix * m, const gchar * want)
{
  gchar *got = shows (m, 0);

  fail_unless_equals_string (got, want);
  g_free (got);
}

GST_START_TEST (test_alpha)
{
  /* half of red, half of the canvas's black */
  const Yuv half = { (63 + 16) / 2, (102 + 128) / 2, (240 + 128) / 2 };
  Show s;

  show_init (&s, LAYOUT (", \"alpha\": 0.5"), "a");
  show (&s, RED);
  assert_at (s.m, 80, 60, half, 2);
  assert_at (s.m, 20, 60, DARK, 0);
  assert_at (s.m, 40, 30, half, 2);
  mix_free (s.m);
}

GST_END_TEST;

GST_START_TEST (test_corners)
{
  Show s;

  show_init (&s, LAYOUT (", \"cornerRadius\": 20"), "a");
  show (&s, RED);
  /* the corners are gone, the rest is not */
  assert_at (s.m, 40, 30, DARK, 0);
  assert_at (s.m, 119, 30, DARK, 0);
  assert_at (s.m, 40, 89, DARK, 0);
  assert_at (s.m, 119, 89, DARK, 0);
  assert_at (s.m, 42, 32, DARK, 0);
  assert_at (s.m, 60, 30, RED, 2);
  assert_at (s.m, 40, 50, RED, 2);
  assert_at (s.m, 48, 38, RED, 2);
  assert_at (s.m, 80, 60, RED, 2);
  /* another picture there, by the same canvas */
  show (&s, BLUE);
  assert_at (s.m, 80, 60, BLUE, 2);
  assert_at (s.m, 48, 38, BLUE, 2);
  assert_at (s.m, 40, 30, DARK, 0);
  mix_free (s.m);
}

GST_END_TEST;

GST_START_TEST (test_border)
{
  /* red and blue, one half of each */
  const Yuv mixed = { 47, 171, 179 };
  Show s;

  show_init (&s,
      LAYOUT (", \"border\": {\"width\": 4, \"color\": \"#0000ff\"}"), "a");
  show (&s, RED);
  assert_at (s.m, 40, 30, BLUE, 1);
  assert_at (s.m, 42, 60, BLUE, 1);
  assert_at (s.m, 80, 88, BLUE, 1);
  assert_at (s.m, 80, 60, RED, 2);
  assert_at (s.m, 44, 34, RED, 2);
  assert_at (s.m, 38, 60, DARK, 0);
  mix_free (s.m);

  /* half clear, and round */
  show_init (&s, LAYOUT (", \"cornerRadius\": 16, \"border\": {\"width\": 4,"
          " \"color\": \"#0000ff80\"}"), "a");
  show (&s, RED);
  assert_at (s.m, 40, 30, DARK, 0);
  assert_at (s.m, 41, 60, mixed, 3);
  assert_at (s.m, 80, 60, RED, 2);
  mix_free (s.m);
}

GST_END_TEST;

GST_START_TEST (test_mirror)
{
  const Yuv halves[] = { RED, BLUE };
  Mix *m = mix_new (CANVAS, "{\"videoLayoutList\":["
      "{\"x\":0,\"y\":0,\"width\":80,\"height\":60,\"mirror\":true,"
      "\"fixedVideoUser\":{\"userId\":\"a\"}},"
      "{\"x\":80,\"y\":0,\"width\":80,\"height\":60,"
      "\"fixedVideoUser\":{\"userId\":\"a\"}}]}");

  mix_add (m, "a", "", BIG, INPUT);
  mix_push (m, 0, 0, make_columns (INPUT, halves, 2));
  mix_pull (m);
  assert_at (m, 10, 30, BLUE, 2);
  assert_at (m, 70, 30, RED, 2);
  assert_at (m, 90, 30, RED, 2);
  assert_at (m, 150, 30, BLUE, 2);
  mix_free (m);
}

GST_END_TEST;

GST_START_TEST (test_background)
{
  gchar *image = make_image ("jpeg", 32, 32, RED_RGB);
  gchar *config = g_strdup_printf ("{\"backgroundImage\": \"%s\","
      "\"videoLayoutList\":[{\"x\":40,\"y\":30,\"width\":80,\"height\":60}]}",
      image);
  Show s;

  show_init (&s, config, "a");
  show_until (&s, BLUE, 10, 10, RED);
  assert_at (s.m, 80, 60, BLUE, 2);
  assert_at (s.m, 158, 118, RED, 3);
  mix_free (s.m);
  g_free (config);
  g_free (image);
}

GST_END_TEST;

GST_START_TEST (test_watermark)
{
  const Yuv half = { 40, 115, 184 };
  gchar *image = make_image ("png", 8, 8, 0xff000080);
  gchar *under = make_image ("bmp", 8, 8, RED_RGB);
  gchar *config = g_strdup_printf ("{\"videoLayoutList\":["
      "{\"x\":0,\"y\":0,\"width\":80,\"height\":120},"
      "{\"x\":80,\"y\":0,\"width\":80,\"height\":120,\"zOrder\":3,"
      "\"fixedVideoUser\":{\"userId\":\"a\"}}],\"watermarkList\":["
      "{\"watermarkUrl\":\"%s\",\"x\":10,\"y\":10,\"width\":20,"
      "\"height\":20},"
      "{\"watermarkUrl\":\"%s\",\"x\":60,\"y\":60,\"width\":40,"
      "\"height\":20,\"zOrder\":2}]}", image, under);
  Mix *m = mix_new (CANVAS, config);
  Show s = { m, 0 };

  mix_add (m, "a", "", BIG, INPUT);
  /* (0, 0) is a layout that nobody has */
  show_until (&s, BLUE, 70, 70, RED);
  show_until (&s, BLUE, 20, 20, half);
  /* below the layout of z-order 3 */
  assert_at (m, 90, 70, BLUE, 2);
  assert_at (m, 8, 20, DARK, 1);
  mix_free (m);
  g_free (config);
  g_free (under);
  g_free (image);
}

GST_END_TEST;

/* Whether anything but @plain is in the rectangle. */
static gboolean
has_marks (Mix * m, gint x0, gint y0, gint x1, gint y1, Yuv plain)
{
  gint x, y;

  for (y = y0; y < y1; y++)
    for (x = x0; x < x1; x++)
      if (ABS (mix_at (m, x, y).y - plain.y) > 20)
        return TRUE;

  return FALSE;
}

GST_START_TEST (test_label_and_text)
{
  gint64 end = g_get_monotonic_time () + WAIT;
  gchar *wrong = NULL;
  Show s;

  show_init (&s, "{\"videoLayoutList\":[{\"x\":0,\"y\":0,\"width\":160,"
      "\"height\":100,\"label\":\"{userId}\"},{\"x\":0,\"y\":100,\"width\":60,"
      "\"height\":20,\"label\":\"{userId}\"}],"
      "\"watermarkList\":[{\"text\":\"{time}\",\"x\":80,"
      "\"y\":4,\"width\":76,\"height\":20,\"font\":\"Sans 14\"}]}", "jerry");
  do {
    show (&s, BLUE);
  } while (!(has_marks (s.m, 0, 70, 80, 100, BLUE) &&
          has_marks (s.m, 80, 4, 156, 24, BLUE)) &&
      g_get_monotonic_time () < end);
  fail_unless (has_marks (s.m, 0, 70, 80, 100, BLUE));
  fail_unless (has_marks (s.m, 80, 4, 156, 24, BLUE));
  fail_if (has_marks (s.m, 0, 0, 78, 60, BLUE));
  /* nobody is in the second layout: it says nobody's name */
  fail_if (has_marks (s.m, 0, 100, 60, 120, DARK));

  /* another config with the same label: it is there in the first frame */
  g_signal_emit_by_name (s.m->mix, "apply-config", "{\"videoLayoutList\":["
      "{\"x\":0,\"y\":0,\"width\":160,\"height\":100,"
      "\"label\":\"{userId}\"}]}", &wrong);
  fail_unless (wrong == NULL, "%s", wrong);
  show (&s, BLUE);
  fail_unless (has_marks (s.m, 0, 70, 80, 100, BLUE));
  fail_if (has_marks (s.m, 80, 4, 156, 24, BLUE));
  mix_free (s.m);
}

GST_END_TEST;

/* Frame @n of a canvas on which the second user goes on, and the first sends
 * a picture or only a gap. */
static void
ladder_frame (Mix * m, guint n, gboolean picture)
{
  mix_push (m, 1, n, make_solid (INPUT, BLUE));
  if (picture)
    mix_push (m, 0, n, make_solid (INPUT, GREEN));
  else
    fail_unless (gst_harness_push_event (g_ptr_array_index (m->ins, 0),
            gst_event_new_gap (n * FRAME, FRAME)));
  mix_pull (m);
}

/* Live, held, placeholder, and live again with the next frame. */
GST_START_TEST (test_ladder)
{
  gchar *image = make_image ("png", 8, 8, RED_RGB);
  gchar *config = g_strdup_printf (LAYOUT (", \"placeHolderImage\": \"%s\""),
      image);
  Mix *m = mix_new (CANVAS, config);
  gint64 end = g_get_monotonic_time () + WAIT;
  guint n;

  g_object_set (m->mix, "stall-timeout", (guint64) (2 * GST_SECOND), NULL);
  mix_add (m, "a", "", BIG, INPUT);
  mix_add (m, "b", "", BIG, INPUT);
  for (n = 0; n < 50; n++) {
    ladder_frame (m, n, n == 0);
    assert_at (m, 80, 60, GREEN, 2);
    expect_shows (m, n <= 25 ? "live" : "held");
  }
  /* two seconds after its last picture, as soon as the image is loaded */
  do {
    ladder_frame (m, n++, FALSE);
  } while (mix_at (m, 80, 60).v < 200 && g_get_monotonic_time () < end);
  assert_at (m, 80, 60, RED, 2);
  expect_shows (m, "placeholder");
  ladder_frame (m, n, TRUE);
  assert_at (m, 80, 60, GREEN, 2);
  expect_shows (m, "live");
  mix_free (m);
  g_free (config);
  g_free (image);
}

GST_END_TEST;

/* What a rate of 0/1 is of: an image stands, a video stalls, a screen may be
 * sent only when it changes. */
GST_START_TEST (test_ladder_without_rate)
{
  static const struct
  {
    GstPublishStreamType type;
    guint frames;
    const gchar *shows;
  } rows[] = {
    {GST_PUBLISH_STREAM_TYPE_BIG, 1, "live"},
    {GST_PUBLISH_STREAM_TYPE_BIG, 2, "color"},
    {GST_PUBLISH_STREAM_TYPE_SUB, 2, "live"},
  };
  guint i, n;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    Mix *m = mix_new (CANVAS, rows[i].type == BIG ? LAYOUT ("") :
        LAYOUT (", \"fixedVideoUser\":{\"userId\":\"a\"},"
            "\"fixedVideoStreamType\":\"sub\""));
    GstHarness *in;

    g_object_set (m->mix, "stall-timeout", (guint64) GST_SECOND, NULL);
    /* the last rate counts */
    mix_add (m, "a", "", rows[i].type, "framerate=0/1," INPUT);
    in = g_ptr_array_index (m->ins, 0);
    mix_add (m, "b", "", BIG, INPUT);
    for (n = 0; n < 50; n++) {
      mix_push (m, 1, n, make_solid (INPUT, BLUE));
      if (n < rows[i].frames)
        mix_push (m, 0, n, make_solid (INPUT, GREEN));
      else
        fail_unless (gst_harness_push_event (in,
                gst_event_new_gap (n * FRAME, FRAME)));
      mix_pull (m);
      if (n < 20)
        assert_at (m, 80, 60, GREEN, 2);
    }
    expect_shows (m, rows[i].shows);
    mix_free (m);
  }
}

GST_END_TEST;

/* Downstream asks what it is sent, and is sent the same: on a live canvas, which
 * waits for nothing, nothing is missing meanwhile. */
GST_START_TEST (test_reconfigure)
{
  gchar *image = make_image ("png", 8, 8, RED_RGB);
  gchar *config = g_strdup_printf ("{\"watermarkList\":[{\"watermarkUrl\":"
      "\"%s\",\"width\":20,\"height\":20}]}", image);
  gint64 end = g_get_monotonic_time () + WAIT;
  Mix *m = mix_new_real_time (CANVAS, config);
  guint i, k;

  do {
    mix_pull (m);
  } while (mix_at (m, 10, 10).v < 200 && g_get_monotonic_time () < end);
  for (i = 0; i < 5; i++) {
    gst_harness_push_upstream_event (m->out, gst_event_new_reconfigure ());
    for (k = 0; k < 3; k++) {
      mix_pull (m);
      assert_at (m, 10, 10, RED, 2);
    }
  }
  mix_free (m);
  g_free (config);
  g_free (image);
}

GST_END_TEST;

/* A user who never sends a picture has the slot and the placeholder. */
GST_START_TEST (test_audio_only)
{
  gchar *image = make_image ("png", 8, 8, RED_RGB);
  gchar *config = g_strdup_printf ("{\"videoLayoutList\":["
      "{\"x\":0,\"y\":0,\"width\":80,\"height\":120,"
      "\"placeHolderImage\":\"%s\"},"
      "{\"x\":80,\"y\":0,\"width\":80,\"height\":120,"
      "\"backgroundColor\":\"#0000ff\"}]}", image);
  Mix *m = mix_new (CANVAS, config);
  gint64 end = g_get_monotonic_time () + WAIT;
  guint n = 0;

  mix_add (m, "silent", "", BIG, INPUT);
  mix_add (m, "loud", "", BIG, INPUT);
  do {
    fail_unless (gst_harness_push_event (g_ptr_array_index (m->ins, 0),
            gst_event_new_gap (n * FRAME, FRAME)));
    mix_push (m, 1, n++, make_solid (INPUT, GREEN));
    mix_pull (m);
  } while (mix_at (m, 40, 60).v < 200 && g_get_monotonic_time () < end);
  assert_at (m, 40, 60, RED, 2);
  assert_at (m, 120, 60, GREEN, 2);
  expect_shows (m, "placeholder");
  mix_free (m);
  g_free (config);
  g_free (image);
}

GST_END_TEST;

static void
expect_one_warning (const gchar * config, const gchar * text)
{
  GstMessage *message;
  Show s;
  gchar *warning;
  guint i;

  show_init (&s, config, "a");
  message = mix_run_until (s.m, 0, INPUT, &s.n, GST_MESSAGE_WARNING);
  warning = mix_error_text (message);
  fail_unless (strstr (warning, text) != NULL, "%s", warning);
  g_free (warning);
  /* and the picture goes on, and nothing is said again */
  for (i = 0; i < 10; i++)
    show (&s, BLUE);
  assert_at (s.m, 80, 60, BLUE, 2);
  fail_unless (mix_message (s.m, GST_MESSAGE_WARNING) == NULL);
  mix_free (s.m);
}

GST_START_TEST (test_bad_images)
{
  expect_one_warning (LAYOUT (", \"placeHolderImage\": \"file:///no/x.png\""),
      "mixing.videoLayoutList[0].placeHolderImage: No such file");
  expect_one_warning ("{\"backgroundImage\":\"data:,text\","
      "\"videoLayoutList\":[{\"width\":160,\"height\":120}]}",
      "mixing.backgroundImage: is no PNG");
  expect_one_warning ("{\"watermarkList\":[{\"watermarkUrl\":"
      "\"data:;base64,iVBORw0KGgoAAAANSUhEUgAAAAE=\",\"width\":9,\"height\":9}"
      "],\"template\":\"grid\"}",
      "mixing.watermarkList[0].watermarkUrl: the png has no header");
  /* a font that does not exist is no reason to say anything */
}

GST_END_TEST;

GST_START_TEST (test_schemes)
{
  Mix *m = mix_new (CANVAS, NULL);
  gchar *schemes, *warning;
  guint n = 0;

  g_object_set (m->mix, "image-schemes", "https", NULL);
  g_object_set (m->mix, "image-schemes", "gopher", NULL);
  warning = mix_error_text (mix_message (m, GST_MESSAGE_WARNING));
  fail_unless (strstr (warning, "\"gopher\" is no scheme") != NULL, "%s",
      warning);
  g_free (warning);
  g_object_get (m->mix, "image-schemes", &schemes, NULL);
  fail_unless_equals_string (schemes, "https");
  g_free (schemes);

  g_object_set (m->mix, "mixing-config", "{\"template\":\"grid\","
      "\"backgroundImage\":\"file:///etc/hostname\"}", NULL);
  mix_add (m, "a", "", BIG, INPUT);
  warning = mix_error_text (mix_run_until (m, 0, INPUT, &n,
          GST_MESSAGE_WARNING));
  fail_unless (strstr (warning, "image-schemes does not allow the scheme "
          "\"file\"") != NULL, "%s", warning);
  g_free (warning);
  mix_free (m);
}

GST_END_TEST;

static gboolean
has_all_marks (Mix * m)
{
  return has_marks (m, 0, 0, 40, 30, DARK) &&
      has_marks (m, 60, 0, 160, 30, DARK) &&
      has_marks (m, 0, 60, 160, 120, DARK);
}

/* A config that moves an image, a text and a label, or makes them larger, and
 * has them in another order. */
static gchar *
marks_config (guint n, const gchar * image)
{
  gchar *mark = g_strdup_printf ("{\"watermarkUrl\":\"%s\",\"x\":%u,\"y\":%u,"
      "\"width\":%u,\"height\":20}", image, n % 7, n % 5, 20 + n % 3);
  gchar *text = g_strdup_printf ("{\"text\":\"hello\",\"x\":%u,\"y\":%u,"
      "\"width\":80,\"height\":%u}", 60 + n % 5, n % 3, 20 + n % 2);
  gchar *config = g_strdup_printf ("{\"backgroundColor\":\"#000000\","
      "\"videoLayoutList\":[{\"width\":%u,\"height\":120,"
      "\"label\":\"{userId}\"}],\"watermarkList\":[%s,%s]}", 150 + n % 4,
      n & 1 ? mark : text, n & 1 ? text : mark);

  g_free (text);
  g_free (mark);

  return config;
}

/* What the old config has and the new one too does not vanish between them,
 * though a live canvas waits for nothing. */
GST_START_TEST (test_live_update)
{
  gchar *image = make_image ("png", 64, 32, 0xffffffff);
  gchar *config = marks_config (0, image);
  Mix *m = mix_new_real_time (CANVAS, config);
  gint64 end = g_get_monotonic_time () + WAIT;
  guint n, i;

  mix_add (m, "jerry", "", BIG, INPUT);
  do {
    mix_pull (m);
  } while (!has_all_marks (m) && g_get_monotonic_time () < end);
  for (n = 1; n <= 20; n++) {
    gchar *wrong = NULL;

    g_free (config);
    config = marks_config (n, image);
    g_signal_emit_by_name (m->mix, "apply-config", config, &wrong);
    fail_unless (wrong == NULL, "%s", wrong);
    for (i = 0; i < 3; i++) {
      mix_pull (m);
      fail_unless (has_all_marks (m), "config %u, frame %u", n, i);
    }
  }
  mix_free (m);
  g_free (config);
  g_free (image);
}

GST_END_TEST;

/* Nor does a name when somebody else comes or leaves. */
GST_START_TEST (test_live_join)
{
  Mix *m = mix_new_real_time (CANVAS, "{\"backgroundColor\":\"#000000\","
      "\"template\":\"grid\",\"templateLayout\":{\"label\":\"{userId}\"}}");
  gint64 end = g_get_monotonic_time () + WAIT;
  guint n, i;

  mix_add (m, "jerry", "", BIG, INPUT);
  do {
    mix_pull (m);
  } while (!has_marks (m, 0, 0, 160, 120, DARK) &&
      g_get_monotonic_time () < end);
  for (n = 0; n < 10; n++) {
    if (n & 1)
      g_ptr_array_remove_index (m->ins, 1);
    else
      mix_add (m, "ann", "", BIG, INPUT);
    for (i = 0; i < 3; i++) {
      mix_pull (m);
      fail_unless (has_marks (m, 0, 0, 160, 120, DARK), "%u, frame %u", n, i);
    }
  }
  mix_free (m);
}

GST_END_TEST;

GST_START_TEST (test_policies)
{
  const Yuv colors[] = { RED, GREEN, BLUE };
  Mix *m = mix_new (CANVAS, "{\"videoLayoutList\":["
      "{\"x\":0,\"y\":0,\"width\":80,\"height\":120}]}");
  GstStructure *stats, *speaker;
  GstPad *pad;
  guint i, k;

  gst_util_set_object_arg (G_OBJECT (m->mix), "slot-policy", "speaker");
  for (k = 0; k < 3; k++) {
    gchar id[] = { 'a' + (gchar) k, 0 };

    mix_add (m, id, "", BIG, INPUT);
  }
  for (i = 0; i < 120; i++) {
    if (i == 1 || i == 60) {
      pad = mix_pad (m, i == 1 ? 2 : 0);
      g_object_set (pad, "volume-level", i == 1 ? 0.5 : 0.9, NULL);
      gst_object_unref (pad);
    }
    if (i == 115) {
      gst_util_set_object_arg (G_OBJECT (m->mix), "slot-policy", "priority");
      pad = mix_pad (m, 1);
      g_object_set (pad, "priority", 7, NULL);
      gst_object_unref (pad);
    }
    for (k = 0; k < 3; k++)
      mix_push (m, k, i, make_solid (INPUT, colors[k]));
    mix_pull (m);
    if (i == 0)
      assert_at (m, 40, 60, RED, 2);
    /* c speaks at once; a is louder from 2.4 s on, 0.3 s later it shows */
    if (i == 30 || i == 60)
      assert_at (m, 40, 60, BLUE, 2);
    if (i == 80)
      assert_at (m, 40, 60, RED, 2);
    if (i == 119)
      assert_at (m, 40, 60, GREEN, 2);
    if (i == 80) {
      g_object_get (m->mix, "stats", &stats, NULL);
      fail_unless (gst_structure_get (stats, "speaker", GST_TYPE_STRUCTURE,
              &speaker, NULL));
      fail_unless_equals_string (gst_structure_get_string (speaker,
              "user-id"), "a");
      gst_structure_free (speaker);
      gst_structure_free (stats);
    }
  }
  mix_free (m);
}

GST_END_TEST;

/* A template follows who comes, and all its layouts look alike. */
GST_START_TEST (test_template)
{
  Mix *m = mix_new (CANVAS, "{\"template\":\"grid\",\"templateLayout\":"
      "{\"border\":{\"width\":4,\"color\":\"#0000ff\"}}}");

  mix_add (m, "a", "", BIG, INPUT);
  mix_push (m, 0, 0, make_solid (INPUT, RED));
  mix_pull (m);
  assert_at (m, 1, 60, BLUE, 1);
  assert_at (m, 80, 60, RED, 2);
  mix_add (m, "b", "", BIG, INPUT);
  mix_push (m, 0, 1, make_solid (INPUT, RED));
  mix_push (m, 1, 1, make_solid (INPUT, GREEN));
  mix_pull (m);
  /* one beside or above the other */
  fail_unless (has_marks (m, 60, 40, 100, 80, RED));
  mix_free (m);
}

GST_END_TEST;

static Suite *
layoutcompositor_looks_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-looks");
  TCase *tc = tcase_create ("looks");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_alpha);
  tcase_add_test (tc, test_corners);
  tcase_add_test (tc, test_border);
  tcase_add_test (tc, test_mirror);
  tcase_add_test (tc, test_background);
  tcase_add_test (tc, test_watermark);
  tcase_add_test (tc, test_label_and_text);
  tcase_add_test (tc, test_ladder);
  tcase_add_test (tc, test_ladder_without_rate);
  tcase_add_test (tc, test_reconfigure);
  tcase_add_test (tc, test_audio_only);
  tcase_add_test (tc, test_bad_images);
  tcase_add_test (tc, test_schemes);
  tcase_add_test (tc, test_live_update);
  tcase_add_test (tc, test_live_join);
  tcase_add_test (tc, test_policies);
  tcase_add_test (tc, test_template);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_looks);
