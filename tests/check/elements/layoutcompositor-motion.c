/* layoutcompositor-motion.c: transitions, fades and what they keep, by pixels
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "mixshow.h"

/* Half way between two layouts is half way between them. */
GST_START_TEST (test_transition)
{
  gchar *wrong = NULL;
  Show s;
  guint i;

  show_init (&s, "{\"videoLayoutList\":[{\"x\":0,\"y\":0,\"width\":80,"
      "\"height\":60}]}", "a");
  g_object_set (s.m->mix, "transition-time", (guint64) (20 * FRAME), NULL);
  show (&s, RED);
  assert_at (s.m, 1, 1, RED, 2);
  g_signal_emit_by_name (s.m->mix, "apply-config", "{\"videoLayoutList\":["
      "{\"x\":80,\"y\":60,\"width\":80,\"height\":60}]}", &wrong);
  fail_unless (wrong == NULL, "%s", wrong);
  /* the first frame of the new config is where the old one was */
  show (&s, RED);
  assert_at (s.m, 1, 1, RED, 2);
  for (i = 0; i < 10; i++)
    show (&s, RED);
  assert_at (s.m, 38, 60, DARK, 1);
  assert_at (s.m, 42, 32, RED, 2);
  assert_at (s.m, 117, 87, RED, 2);
  assert_at (s.m, 122, 60, DARK, 1);
  for (i = 0; i < 10; i++)
    show (&s, RED);
  assert_at (s.m, 1, 1, DARK, 0);
  assert_at (s.m, 80, 60, RED, 2);
  assert_at (s.m, 159, 119, RED, 2);
  mix_free (s.m);
}

GST_END_TEST;

GST_START_TEST (test_fade)
{
  const Yuv half = { (63 + 32) / 2, (102 + 240) / 2, (240 + 118) / 2 };
  gchar *wrong = NULL;
  Mix *m = mix_new (CANVAS, LAYOUT (", \"fixedVideoUser\":"
          "{\"userId\":\"a\"}"));
  guint i;

  mix_add (m, "a", "", BIG, INPUT);
  mix_add (m, "b", "", BIG, INPUT);
  g_object_set (m->mix, "fade-time", (guint64) (20 * FRAME), NULL);
  for (i = 0; i < 40; i++) {
    if (i == 2) {
      g_signal_emit_by_name (m->mix, "apply-config",
          LAYOUT (", \"fixedVideoUser\":{\"userId\":\"b\"}"), &wrong);
      fail_unless (wrong == NULL, "%s", wrong);
    }
    mix_push (m, 0, i, make_solid (INPUT, RED));
    mix_push (m, 1, i, make_solid (INPUT, BLUE));
    mix_pull (m);
    if (i <= 2)
      assert_at (m, 80, 60, RED, 2);
    else if (i == 12)
      assert_at (m, 80, 60, half, 3);
    else if (i >= 22)
      assert_at (m, 80, 60, BLUE, 2);
  }
  mix_free (m);
}

GST_END_TEST;

/* A seek back to the beginning does not leave a layout on its way until the
 * time comes again at which it set out. */
GST_START_TEST (test_transition_and_seek)
{
  gchar *wrong = NULL;
  GstSegment segment;
  GstHarness *in;
  Show s;

  show_init (&s, "{\"videoLayoutList\":[{\"x\":0,\"y\":0,\"width\":80,"
      "\"height\":60}]}", "a");
  g_object_set (s.m->mix, "transition-time", (guint64) (20 * FRAME), NULL);
  while (s.n < 10)
    show (&s, RED);
  g_signal_emit_by_name (s.m->mix, "apply-config", "{\"videoLayoutList\":["
      "{\"x\":80,\"y\":60,\"width\":80,\"height\":60}]}", &wrong);
  fail_unless (wrong == NULL, "%s", wrong);
  show (&s, RED);
  assert_at (s.m, 1, 1, RED, 2);

  in = g_ptr_array_index (s.m->ins, 0);
  gst_harness_push_event (in, gst_event_new_flush_start ());
  gst_harness_push_event (in, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (in, gst_event_new_segment (&segment));
  s.n = 0;
  show (&s, RED);
  assert_at (s.m, 1, 1, DARK, 0);
  assert_at (s.m, 159, 119, RED, 2);
  mix_free (s.m);
}

GST_END_TEST;

/* To nothing, without a colour of its own: it does not stay and then vanish. */
GST_START_TEST (test_fade_to_nothing)
{
  const Yuv half = { (63 + 16) / 2, (102 + 128) / 2, (240 + 128) / 2 };
  gchar *wrong = NULL;
  Show s;
  guint i;

  show_init (&s, "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":["
      "{\"width\":160,\"height\":120,\"fixedVideoUser\":{\"userId\":"
      "\"a\"}}]}", "a");
  g_object_set (s.m->mix, "fade-time", (guint64) (20 * FRAME), NULL);
  show (&s, RED);
  assert_all (s.m, RED, 2);
  g_signal_emit_by_name (s.m->mix, "apply-config", "{\"backgroundColor\":"
      "\"#000000\",\"videoLayoutList\":[{\"width\":160,\"height\":120,"
      "\"fixedVideoUser\":{\"userId\":\"b\"}}]}", &wrong);
  fail_unless (wrong == NULL, "%s", wrong);
  for (i = 0; i <= 10; i++)
    show (&s, RED);
  assert_all (s.m, half, 3);
  for (i = 0; i < 10; i++)
    show (&s, RED);
  assert_all (s.m, (Yuv) {
      16, 128, 128}
      , 1);
  mix_free (s.m);
}

GST_END_TEST;

/* How high @color is in the middle column. */
static gint
height_of (Mix * m, Yuv color)
{
  gint y, height = 0;

  for (y = 0; y < 120; y++) {
    Yuv here = mix_at (m, 80, y);

    height += ABS (here.y - color.y) <= 2 && ABS (here.v - color.v) <= 2;
  }
  return height;
}

/* Who comes is faded in, and who stays is given the place of who goes: not in one
 * frame, however they come and go. */
GST_START_TEST (test_transition_of_users)
{
  Mix *m = mix_new (CANVAS, "{\"template\":\"grid\"}");
  gint seen = 0, height = 0;
  GstPad *pad;
  guint n;

  g_object_set (m->mix, "transition-time", (guint64) (20 * FRAME), NULL);
  mix_add (m, "a", "", BIG, INPUT);
  for (n = 0; n < 80; n++) {
    gint last_seen = seen, last_height = height;

    if (n == 10)
      mix_add (m, "b", "", BIG, INPUT);
    if (n >= 10 && n < 50)
      mix_push (m, 1, n, make_solid (INPUT, BLUE));
    if (n == 50) {
      pad = mix_pad (m, 1);
      gst_element_release_request_pad (m->mix, pad);
      gst_object_unref (pad);
    }
    mix_push (m, 0, n, make_solid (INPUT, RED));
    mix_pull (m);
    /* at the upper edge of the lower one of two places */
    seen = mix_at (m, 80, 64).v;
    height = height_of (m, RED);
    if (n == 9 || n == 79)
      fail_unless_equals_int (height, 120);
    if (n == 40 || n == 50)
      fail_unless_equals_int (height, 60);
    if (n > 0 && n < 50)
      fail_unless (ABS (seen - last_seen) <= 12, "frame %u: %d, then %d", n,
          last_seen, seen);
    if (n > 50)
      fail_unless (ABS (height - last_height) <= 8, "frame %u: %d, then %d",
          n, last_height, height);
  }
  mix_free (m);
}

GST_END_TEST;

/* What is kept for a fade has been converted once. */
GST_START_TEST (test_fade_of_full_range)
{
#define FULL "format=Y42B,width=80,height=60,colorimetry=1:3:5:1"
  gchar *wrong = NULL;
  Mix *m = mix_new (CANVAS, LAYOUT (", \"fixedVideoUser\":"
          "{\"userId\":\"a\"}"));
  /* ITU-T H.273, 8.3: 50 of 255 in 16 .. 235 */
  const Yuv before = { 16 + 50 * 219 / 255, 128, 128 };
  guint i;

  mix_add (m, "a", "", BIG, FULL);
  mix_add (m, "b", "", BIG, INPUT);
  g_object_set (m->mix, "fade-time", (guint64) (100 * FRAME), NULL);
  for (i = 0; i < 6; i++) {
    if (i == 3) {
      g_signal_emit_by_name (m->mix, "apply-config",
          LAYOUT (", \"fixedVideoUser\":{\"userId\":\"b\"}"), &wrong);
      fail_unless (wrong == NULL, "%s", wrong);
    }
    mix_push (m, 0, i, make_solid (FULL, (Yuv) {
            50, 128, 128}
        ));
    mix_push (m, 1, i, make_solid (INPUT, before));
    mix_pull (m);
    assert_at (m, 80, 60, before, 1);
  }
  mix_free (m);
}

GST_END_TEST;

static void
note_freed (gpointer data, GstMiniObject * object)
{
  g_atomic_int_set ((gint *) data, TRUE);
}

/* A buffer that is not to be seen any more is given back: it may be one of the
 * few that a camera has. */
static void
expect_given_back (Show * s, const gchar * next)
{
  GstBuffer *buffer = make_solid (INPUT, RED);
  gchar *wrong = NULL;
  gint freed = FALSE;

  gst_mini_object_weak_ref (GST_MINI_OBJECT (buffer), note_freed, &freed);
  mix_push (s->m, 0, s->n++, buffer);
  mix_pull (s->m);
  g_object_set (s->m->mix, "fade-time", G_GUINT64_CONSTANT (0), NULL);
  g_signal_emit_by_name (s->m->mix, "apply-config", next, &wrong);
  fail_unless (wrong == NULL, "%s", wrong);
  show (s, BLUE);
  show (s, BLUE);
  fail_unless (g_atomic_int_get (&freed));
  mix_free (s->m);
}

GST_START_TEST (test_buffers_given_back)
{
  Show s;

  show_init (&s, LAYOUT (", \"mirror\":true"), "a");
  expect_given_back (&s, LAYOUT (""));
  show_init (&s, LAYOUT (", \"mirror\":true"), "a");
  expect_given_back (&s, LAYOUT (", \"mirror\":true,"
          "\"fixedVideoUser\":{\"userId\":\"b\"}"));
  show_init (&s, LAYOUT (""), "a");
  g_object_set (s.m->mix, "fade-time", (guint64) (20 * FRAME), NULL);
  expect_given_back (&s, LAYOUT (""));
}

GST_END_TEST;

static Suite *
layoutcompositor_motion_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-motion");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_transition);
  tcase_add_test (tc, test_fade);
  tcase_add_test (tc, test_transition_and_seek);
  tcase_add_test (tc, test_fade_to_nothing);
  tcase_add_test (tc, test_buffers_given_back);
  tcase_add_test (tc, test_transition_of_users);
  tcase_add_test (tc, test_fade_of_full_range);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_motion);
