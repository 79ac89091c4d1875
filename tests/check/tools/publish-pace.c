/* pace: what is moved, and what is not, by simulated senders
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstcheck.h>

#include "pace.h"

#define MS G_GINT64_CONSTANT (1000000)
#define TOLERANCE (50 * MS)
#define VIDEO 0
#define AUDIO 1

typedef struct
{
  PublishPace pace;
  gint64 moved;                 /* ns, so far */
  guint n_moves;
} Sim;

static void
sim_init (Sim * sim, gboolean pushed)
{
  memset (sim, 0, sizeof (*sim));
  publish_pace_init (&sim->pace, TOLERANCE, pushed);
}

/* A buffer comes at @now (ms) that is of @time (ms); its lateness as it is used
 * then, in ms. */
static gint64
sim_see (Sim * sim, guint stream, gdouble now, gdouble time)
{
  gint64 lateness = (gint64) ((now - time) * MS) - sim->moved;
  gint64 move = publish_pace_see (&sim->pace, stream, (gint64) (now * MS),
      lateness);

  sim->moved += move;
  sim->n_moves += move != 0;
  return (lateness - move) / MS;
}

/* Both streams from @begin to @end (ms of our clock), where the sender's clock
 * shows @shift + @rate * ours; the latest of all, ms. */
static gint64
sim_send (Sim * sim, gdouble begin, gdouble end, gdouble rate, gdouble shift)
{
  gint64 most = G_MININT64;
  gdouble now;

  for (now = begin; now < end; now += 20) {
    most = MAX (most, sim_see (sim, AUDIO, now, shift + now * rate));
    most = MAX (most, sim_see (sim, VIDEO, now, shift + now * rate));
  }
  return most;
}

GST_START_TEST (test_same_clock)
{
  Sim sim;
  guint i;

  sim_init (&sim, TRUE);
  /* frames of another size come a little later */
  for (i = 0; i < 10000; i++) {
    sim_see (&sim, VIDEO, i * 40 + (i % 25 ? 0 : 45), i * 40);
    sim_see (&sim, AUDIO, i * 40, i * 40);
  }
  fail_unless_equals_int (sim.n_moves, 0);
}

GST_END_TEST;

/* What it keeps within is what a mix with a latency of 200 ms still takes. */
GST_START_TEST (test_slow_clock)
{
  static const gdouble rates[] = { 0.999, 0.97, 0.95 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    gdouble lost = (1 - rates[i]) * 600000;
    Sim sim;

    sim_init (&sim, TRUE);
    fail_unless (sim_send (&sim, 0, 600000, rates[i], 0) < 200);
    /* all that was lost, but for what is left to grow */
    fail_unless (ABS (sim.moved / MS - (gint64) lost) < 200);
  }
}

GST_END_TEST;

GST_START_TEST (test_fast_clock)
{
  Sim sim;

  sim_init (&sim, TRUE);
  sim_send (&sim, 0, 600000, 1.01, 0);
  fail_unless (sim.moved < -4500 * MS && sim.moved >= -6000 * MS);
  fail_unless (sim_see (&sim, VIDEO, 600000, 606000) > -1200);
}

GST_END_TEST;

/* A file that a web server sends as fast as we take it. */
GST_START_TEST (test_file_ahead)
{
  Sim sim;

  sim_init (&sim, FALSE);
  sim_send (&sim, 0, 60000, 1, 3500);
  fail_unless_equals_int (sim.n_moves, 0);
}

GST_END_TEST;

/* It sends what it has missed at once. */
GST_START_TEST (test_pause_made_up_for)
{
  Sim sim;
  gint i;

  sim_init (&sim, TRUE);
  sim_send (&sim, 0, 10000, 1, 0);
  for (i = 0; i < 50; i++) {
    sim_see (&sim, VIDEO, 11000 + i, 10000 + i * 20);
    sim_see (&sim, AUDIO, 11000 + i, 10000 + i * 20);
  }
  sim_send (&sim, 11050, 20000, 1, 0);
  fail_unless_equals_int (sim.n_moves, 0);
}

GST_END_TEST;

/* It needs its time for that. */
GST_START_TEST (test_delay_made_up_for)
{
  Sim sim;
  gint now;

  sim_init (&sim, TRUE);
  sim_send (&sim, 0, 10000, 1, 0);
  for (now = 10400; now < 11300; now += 10) {
    gdouble late = 400 * (11300 - now) / 900.0;

    sim_see (&sim, VIDEO, now, now - late);
    sim_see (&sim, AUDIO, now, now - late);
  }
  sim_send (&sim, 11300, 20000, 1, 0);
  fail_unless_equals_int (sim.n_moves, 0);
}

GST_END_TEST;

/* It goes on where it was: heard again after the window, and not later. */
GST_START_TEST (test_pause_not_made_up_for)
{
  Sim sim;

  sim_init (&sim, TRUE);
  sim_send (&sim, 0, 10000, 1, 0);
  sim_send (&sim, 11000, 13500, 1, -1000);
  fail_unless_equals_int (sim.n_moves, 1);
  fail_unless_equals_int (sim.moved / MS, 1000);
  sim_send (&sim, 13500, 60000, 1, -1000);
  fail_unless_equals_int (sim.n_moves, 1);
}

GST_END_TEST;

/* Sound in pieces of a third of a second, pictures in time. */
GST_START_TEST (test_pieces)
{
  gint64 latest = 0;
  Sim sim;
  guint i, k;

  sim_init (&sim, TRUE);
  for (i = 0; i < 100; i++) {
    gint64 piece = i * 325;

    for (k = 0; k < 8; k++)
      sim_see (&sim, VIDEO, piece + k * 40, piece + k * 40);
    for (k = 0; k < 15; k++) {
      gint64 late = sim_see (&sim, AUDIO, piece + 325, piece + k * 21.67);

      if (i > 10)
        latest = MAX (latest, late);
    }
  }
  fail_unless (latest <= 50);
  fail_unless_equals_int (sim.n_moves, 1);
}

GST_END_TEST;

/* The sender's timestamps begin anew, and jump ahead. */
GST_START_TEST (test_jumps)
{
  Sim sim;

  sim_init (&sim, TRUE);
  sim_send (&sim, 0, 10000, 1, 0);
  sim_send (&sim, 10000, 12500, 1, -10000);
  fail_unless_equals_int (sim.moved / MS, 10000);
  fail_unless_equals_int (sim_see (&sim, AUDIO, 12500, 1e6), 0);
  fail_unless (sim_send (&sim, 12520, 20000, 1, 1e6 - 12500) <= 0);
}

GST_END_TEST;

/* A picture now and then tells nothing about a clock. */
GST_START_TEST (test_sparse)
{
  Sim sim;
  guint i;

  sim_init (&sim, TRUE);
  for (i = 0; i < 100; i++)
    sim_see (&sim, VIDEO, i * 3000 + 400, i * 3000);
  fail_unless_equals_int (sim.n_moves, 0);
}

GST_END_TEST;

static Suite *
publish_pace_suite (void)
{
  Suite *s = suite_create ("publish-pace");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_same_clock);
  tcase_add_test (tc, test_slow_clock);
  tcase_add_test (tc, test_fast_clock);
  tcase_add_test (tc, test_file_ahead);
  tcase_add_test (tc, test_pause_made_up_for);
  tcase_add_test (tc, test_delay_made_up_for);
  tcase_add_test (tc, test_pause_not_made_up_for);
  tcase_add_test (tc, test_pieces);
  tcase_add_test (tc, test_jumps);
  tcase_add_test (tc, test_sparse);
  return s;
}

GST_CHECK_MAIN (publish_pace);
