/* The ladder of a slot and its motion, as functions of time.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "ladder.h"

static LadderStep
step_at (GstClockTime now, GstClockTime timeout, gboolean placeholder)
{
  LadderInput input = {.has_picture = TRUE,.picture_time = 10 * GST_SECOND,
    .now = now,.stall_timeout = timeout,.has_placeholder = placeholder
  };

  return ladder_find_step (&input);
}

GST_START_TEST (test_steps)
{
  LadderInput nobody = {.now = GST_SECOND,.stall_timeout = GST_SECOND };

  fail_unless_equals_int (step_at (10 * GST_SECOND, 5 * GST_SECOND, TRUE),
      LADDER_LIVE);
  fail_unless_equals_int (step_at (11 * GST_SECOND, 5 * GST_SECOND, TRUE),
      LADDER_LIVE);
  fail_unless_equals_int (step_at (11 * GST_SECOND + 1, 5 * GST_SECOND, TRUE),
      LADDER_HELD);
  fail_unless_equals_int (step_at (15 * GST_SECOND - 1, 5 * GST_SECOND, TRUE),
      LADDER_HELD);
  fail_unless_equals_int (step_at (15 * GST_SECOND, 5 * GST_SECOND, TRUE),
      LADDER_PLACEHOLDER);
  fail_unless_equals_int (step_at (15 * GST_SECOND, 5 * GST_SECOND, FALSE),
      LADDER_COLOR);
  /* never held; held for ever; time that jumped back */
  fail_unless_equals_int (step_at (10 * GST_SECOND, 0, TRUE), LADDER_LIVE);
  fail_unless_equals_int (step_at (10 * GST_SECOND + 1, 0, TRUE),
      LADDER_PLACEHOLDER);
  fail_unless_equals_int (step_at (99999 * GST_SECOND, GST_CLOCK_TIME_NONE,
          TRUE), LADDER_HELD);
  fail_unless_equals_int (step_at (GST_SECOND, GST_SECOND, TRUE), LADDER_LIVE);

  fail_unless_equals_int (ladder_find_step (&nobody), LADDER_COLOR);
  nobody.has_placeholder = TRUE;
  fail_unless_equals_int (ladder_find_step (&nobody), LADDER_PLACEHOLDER);
}

GST_END_TEST;

GST_START_TEST (test_still)
{
  LadderInput input = {.has_picture = TRUE,.is_still = TRUE,
    .now = 1000 * GST_SECOND,.stall_timeout = GST_SECOND
  };

  fail_unless_equals_int (ladder_find_step (&input), LADDER_LIVE);
  input.has_picture = FALSE;
  fail_unless_equals_int (ladder_find_step (&input), LADDER_COLOR);
}

GST_END_TEST;

GST_START_TEST (test_ease)
{
  gdouble last = 0;
  guint i;

  fail_unless (motion_ease (0, 100) == 0.0);
  fail_unless (motion_ease (50, 100) == 0.5);
  fail_unless (motion_ease (100, 100) == 1.0);
  fail_unless (motion_ease (0, 0) == 1.0);
  fail_unless (motion_ease (GST_CLOCK_TIME_NONE, 100) == 1.0);
  for (i = 1; i <= 100; i++) {
    gdouble now = motion_ease (i, 100);

    fail_unless (now > last);
    fail_unless (ABS (now + motion_ease (100 - i, 100) - 1.0) < 1e-9);
    last = now;
  }
  /* slow at both ends */
  fail_unless (motion_ease (1, 100) < 0.001);
}

GST_END_TEST;

GST_START_TEST (test_rect)
{
  const Rect from = { -7, 3, 93, 53 }, to = { 100, -30, 103, 500 };
  const Rect moved = { 20, 30, 120, 80 };
  Rect r = motion_rect (&from, &to, 0.0);
  guint i;

  fail_unless (memcmp (&r, &from, sizeof (r)) == 0);
  r = motion_rect (&from, &to, 1.0);
  fail_unless (memcmp (&r, &to, sizeof (r)) == 0);
  for (i = 0; i <= 1000; i++) {
    r = motion_rect (&from, &to, i / 1000.0);
    fail_if (rect_is_empty (&r));
    r = motion_rect (&from, &moved, i / 1000.0);
    fail_unless_equals_int (r.x1 - r.x0, 100);
    fail_unless_equals_int (r.y1 - r.y0, 50);
  }
}

GST_END_TEST;

static Suite *
layoutladder_suite (void)
{
  Suite *suite = suite_create ("layoutladder");
  TCase *tcase = tcase_create ("layoutladder");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_steps);
  tcase_add_test (tcase, test_still);
  tcase_add_test (tcase, test_ease);
  tcase_add_test (tcase, test_rect);

  return suite;
}

GST_CHECK_MAIN (layoutladder);
