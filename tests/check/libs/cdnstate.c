/* The CDN state machine: every path of design section 4, on a clock and with
 * dice of the test's own.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>
#include <gst/publish/gstpublishcdnstate.h>

#define CLOSE GST_PUBLISH_CDN_ACTION_CLOSE
#define CONNECT GST_PUBLISH_CDN_ACTION_CONNECT
#define FINISH GST_PUBLISH_CDN_ACTION_FINISH
#define REPORT GST_PUBLISH_CDN_ACTION_REPORT

/* the middle of the jitter: factor 1 */
#define MIDDLE 0.5

static const GstPublishCdnPolicy internal_line = {
  .internal_line = TRUE,
  .retry_interval = GST_SECOND,
  .retry_max = 30 * GST_SECOND,
  .connect_timeout = 60 * GST_SECOND,
  .reconnect_timeout = 60 * GST_SECOND,
  .attempt_timeout = 10 * GST_SECOND,
};

static const GstPublishCdnPolicy polite = {
  .internal_line = FALSE,
  .retry_interval = GST_SECOND,
  .retry_max = 30 * GST_SECOND,
  .connect_timeout = 0,
  .reconnect_timeout = 0,
  .attempt_timeout = 10 * GST_SECOND,
};

static void
assert_state (GstPublishCdnMachine * machine, GstPublishCdnState state,
    GstPublishCode code)
{
  fail_unless_equals_int (gst_publish_cdn_machine_get_state (machine), state);
  fail_unless_equals_int (gst_publish_cdn_machine_get_code (machine), code);
}

static guint
refuse (GstPublishCdnMachine * machine, GstClockTime now)
{
  return gst_publish_cdn_machine_failed (machine, now,
      GST_PUBLISH_CODE_CONNECT_REFUSED, "refused", FALSE, MIDDLE);
}

GST_START_TEST (test_connect_publish_stop)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&internal_line);

  assert_state (m, GST_PUBLISH_CDN_STATE_IDLE, GST_PUBLISH_CODE_OK);
  fail_unless_equals_uint64 (gst_publish_cdn_machine_next_deadline (m),
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (gst_publish_cdn_machine_start (m, 0),
      CONNECT | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_CONNECTING, GST_PUBLISH_CODE_OK);
  fail_unless_equals_int (gst_publish_cdn_machine_accepted (m, GST_SECOND),
      REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_PUBLISHING, GST_PUBLISH_CODE_OK);
  /* a publishing target asks for nothing, however long it lasts */
  fail_unless_equals_uint64 (gst_publish_cdn_machine_next_deadline (m),
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, GST_SECOND * 3600,
          MIDDLE), 0);
  fail_unless_equals_int (gst_publish_cdn_machine_stop (m, GST_SECOND * 3601),
      FINISH | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_DISCONNECTING, GST_PUBLISH_CODE_OK);
  fail_unless_equals_int (gst_publish_cdn_machine_stopped (m), REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_IDLE, GST_PUBLISH_CODE_OK);
  fail_unless_equals_int (gst_publish_cdn_machine_stopped (m), 0);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_reports_every_5_s_then_gives_up)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&internal_line);
  GstClockTime now = 0;
  guint reports = 0, attempts = 1, i;

  gst_publish_cdn_machine_start (m, now);
  refuse (m, now);
  /* 60 s in steps of the machine's own deadlines */
  for (i = 0; i < 1000; i++) {
    guint actions;

    now = gst_publish_cdn_machine_next_deadline (m);
    if (now == GST_CLOCK_TIME_NONE)
      break;
    actions = gst_publish_cdn_machine_tick (m, now, MIDDLE);
    if (gst_publish_cdn_machine_get_state (m) == GST_PUBLISH_CDN_STATE_FAILED)
      break;
    if (actions & REPORT)
      reports++;
    if (actions & CONNECT) {
      attempts++;
      fail_unless_equals_int (refuse (m, now), CLOSE);
    }
  }
  fail_unless_equals_uint64 (now, 60 * GST_SECOND);
  /* at 5, 10, ... 55 s; at 60 s state 4 is reported instead */
  fail_unless_equals_int (reports, 11);
  /* at 0, 1, 2, ... 59 s */
  fail_unless_equals_int (attempts, 60);
  /* the cause stays: the server refused, it did not time out */
  assert_state (m, GST_PUBLISH_CDN_STATE_FAILED,
      GST_PUBLISH_CODE_CONNECT_REFUSED);
  fail_unless_equals_string (gst_publish_cdn_machine_get_message (m),
      "refused");
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_late_tick_reports_once)
{
  GstPublishCdnPolicy policy = internal_line;
  GstPublishCdnMachine *m;

  policy.attempt_timeout = 0;
  policy.connect_timeout = 0;
  m = gst_publish_cdn_machine_new (&policy);
  gst_publish_cdn_machine_start (m, 0);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 17 * GST_SECOND,
          MIDDLE), REPORT);
  fail_unless_equals_uint64 (gst_publish_cdn_machine_next_deadline (m),
      20 * GST_SECOND);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_silent_server)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&internal_line);

  /* it takes the connection and never answers: the attempt is given up, the
   * target goes on trying, and at last state 4 says timed-out */
  gst_publish_cdn_machine_start (m, 0);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 10 * GST_SECOND,
          MIDDLE), CLOSE | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_CONNECTING,
      GST_PUBLISH_CODE_TIMED_OUT);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 11 * GST_SECOND,
          MIDDLE), CONNECT);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 60 * GST_SECOND,
          MIDDLE), CLOSE | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_FAILED, GST_PUBLISH_CODE_TIMED_OUT);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

/* A server is not blamed for what we have not got to send. */
GST_START_TEST (test_nothing_to_send)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&polite);

  gst_publish_cdn_machine_start (m, 0);
  gst_publish_cdn_machine_wait (m, 9 * GST_SECOND);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 18 * GST_SECOND,
          MIDDLE), REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_CONNECTING, GST_PUBLISH_CODE_OK);
  fail_unless_equals_uint64 (gst_publish_cdn_machine_next_deadline (m),
      19 * GST_SECOND);
  /* from there on it has as long as any other */
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 19 * GST_SECOND,
          MIDDLE), CLOSE);
  assert_state (m, GST_PUBLISH_CDN_STATE_CONNECTING,
      GST_PUBLISH_CODE_TIMED_OUT);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_reconnect)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&internal_line);
  GstClockTime lost = 100 * GST_SECOND;

  gst_publish_cdn_machine_start (m, 0);
  gst_publish_cdn_machine_accepted (m, 0);
  fail_unless_equals_int (gst_publish_cdn_machine_failed (m, lost,
          GST_PUBLISH_CODE_STALLED, "stalled", FALSE, MIDDLE), CLOSE | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_RECONNECTING,
      GST_PUBLISH_CODE_STALLED);
  fail_unless_equals_uint64 (gst_publish_cdn_machine_next_deadline (m),
      lost + GST_SECOND);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, lost + GST_SECOND,
          MIDDLE), CONNECT);
  /* the connection under way is the only one that may fail */
  fail_unless_equals_int (gst_publish_cdn_machine_get_reconnects (m), 0);
  fail_unless_equals_int (gst_publish_cdn_machine_accepted (m,
          lost + 2 * GST_SECOND), REPORT);
  fail_unless_equals_int (gst_publish_cdn_machine_get_reconnects (m), 1);
  assert_state (m, GST_PUBLISH_CDN_STATE_PUBLISHING, GST_PUBLISH_CODE_OK);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_reconnect_timeout)
{
  GstPublishCdnPolicy policy = internal_line;
  GstPublishCdnMachine *m;
  GstClockTime lost = 100 * GST_SECOND;
  guint i;

  policy.reconnect_timeout = 20 * GST_SECOND;
  m = gst_publish_cdn_machine_new (&policy);
  gst_publish_cdn_machine_start (m, 0);
  gst_publish_cdn_machine_accepted (m, 0);
  refuse (m, lost);
  gst_publish_cdn_machine_tick (m, lost + 20 * GST_SECOND - 1, MIDDLE);
  fail_unless_equals_int (gst_publish_cdn_machine_get_state (m),
      GST_PUBLISH_CDN_STATE_RECONNECTING);
  gst_publish_cdn_machine_tick (m, lost + 20 * GST_SECOND, MIDDLE);
  assert_state (m, GST_PUBLISH_CDN_STATE_FAILED,
      GST_PUBLISH_CODE_CONNECT_REFUSED);
  /* retry-target: state 1 again, with a whole connect timeout */
  fail_unless_equals_int (gst_publish_cdn_machine_start (m, 500 * GST_SECOND),
      CONNECT | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_CONNECTING, GST_PUBLISH_CODE_OK);

  /* 0 is forever */
  policy.reconnect_timeout = 0;
  gst_publish_cdn_machine_set_policy (m, &policy);
  gst_publish_cdn_machine_accepted (m, 500 * GST_SECOND);
  refuse (m, 501 * GST_SECOND);
  for (i = 0; i < 20000; i++) {
    GstClockTime now = gst_publish_cdn_machine_next_deadline (m);

    if (gst_publish_cdn_machine_tick (m, now, MIDDLE) & CONNECT)
      refuse (m, now);
    fail_unless_equals_int (gst_publish_cdn_machine_get_state (m),
        GST_PUBLISH_CDN_STATE_RECONNECTING);
  }
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

static GstClockTime
next_wait (GstPublishCdnMachine * m, GstClockTime * now, GstPublishCode code,
    gdouble random)
{
  GstClockTime lost = *now;

  gst_publish_cdn_machine_failed (m, lost, code, "no", FALSE, random);
  while (TRUE) {
    *now = gst_publish_cdn_machine_next_deadline (m);
    if (gst_publish_cdn_machine_tick (m, *now, random) & CONNECT)
      return *now - lost;
  }
}

GST_START_TEST (test_backoff)
{
  static const guint expected[] = { 1, 2, 4, 8, 16, 30, 30, 30 };
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&polite);
  GstClockTime now = 0;
  guint i;

  gst_publish_cdn_machine_start (m, now);
  for (i = 0; i < G_N_ELEMENTS (expected); i++)
    fail_unless_equals_uint64 (next_wait (m, &now,
            GST_PUBLISH_CODE_CONNECT_REFUSED, MIDDLE),
        expected[i] * GST_SECOND);

  /* a connection that broke again at once does not make it impatient */
  gst_publish_cdn_machine_accepted (m, now);
  now += GST_SECOND;
  fail_unless_equals_uint64 (next_wait (m, &now, GST_PUBLISH_CODE_MEDIA_ERROR,
          MIDDLE), 30 * GST_SECOND);
  /* one that held does */
  gst_publish_cdn_machine_accepted (m, now);
  now += 30 * GST_SECOND;
  fail_unless_equals_uint64 (next_wait (m, &now, GST_PUBLISH_CODE_MEDIA_ERROR,
          MIDDLE), GST_SECOND);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_jitter_bounds)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&polite);
  GstClockTime now = 0;

  gst_publish_cdn_machine_start (m, now);
  fail_unless_equals_uint64 (next_wait (m, &now,
          GST_PUBLISH_CODE_CONNECT_REFUSED, 0.0), 750 * GST_MSECOND);
  fail_unless_equals_uint64 (next_wait (m, &now,
          GST_PUBLISH_CODE_CONNECT_REFUSED, 1.0), 2500 * GST_MSECOND);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_rejection_is_not_hammered)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&polite);
  GstClockTime now = 0;

  gst_publish_cdn_machine_start (m, now);
  fail_unless_equals_uint64 (next_wait (m, &now,
          GST_PUBLISH_CODE_PUBLISH_REJECTED, MIDDLE), 8 * GST_SECOND);
  fail_unless_equals_uint64 (next_wait (m, &now,
          GST_PUBLISH_CODE_CONNECT_REJECTED, MIDDLE), 30 * GST_SECOND);
  gst_publish_cdn_machine_free (m);

  /* an internal line is ours to ask */
  m = gst_publish_cdn_machine_new (&internal_line);
  now = 0;
  gst_publish_cdn_machine_start (m, now);
  fail_unless_equals_uint64 (next_wait (m, &now,
          GST_PUBLISH_CODE_PUBLISH_REJECTED, 0.0), GST_SECOND);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_stop_in_every_state)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&internal_line);

  fail_unless_equals_int (gst_publish_cdn_machine_stop (m, 0), 0);

  /* while connecting */
  gst_publish_cdn_machine_start (m, 0);
  fail_unless_equals_int (gst_publish_cdn_machine_stop (m, 1),
      CLOSE | FINISH | REPORT);
  /* what the dying connection says is no longer of interest */
  fail_unless_equals_int (refuse (m, 2), 0);
  fail_unless_equals_int (gst_publish_cdn_machine_stopped (m), REPORT);

  /* between two attempts: nothing to close, and nothing more is tried */
  gst_publish_cdn_machine_start (m, 0);
  refuse (m, 0);
  fail_unless_equals_int (gst_publish_cdn_machine_stop (m, 1), FINISH | REPORT);
  fail_unless_equals_uint64 (gst_publish_cdn_machine_next_deadline (m),
      GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (gst_publish_cdn_machine_tick (m, 100 * GST_SECOND,
          MIDDLE), 0);
  gst_publish_cdn_machine_stopped (m);

  /* while publishing, and the connection breaks before it is finished */
  gst_publish_cdn_machine_start (m, 0);
  gst_publish_cdn_machine_accepted (m, 0);
  gst_publish_cdn_machine_stop (m, 1);
  fail_unless_equals_int (refuse (m, 2), CLOSE | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_IDLE, GST_PUBLISH_CODE_OK);

  /* failed */
  gst_publish_cdn_machine_start (m, 0);
  fail_unless_equals_int (gst_publish_cdn_machine_failed (m, 0,
          GST_PUBLISH_CODE_MEDIA_ERROR, "disk full", TRUE, MIDDLE),
      CLOSE | REPORT);
  assert_state (m, GST_PUBLISH_CDN_STATE_FAILED, GST_PUBLISH_CODE_MEDIA_ERROR);
  fail_unless_equals_int (gst_publish_cdn_machine_stop (m, 1), FINISH | REPORT);
  gst_publish_cdn_machine_stopped (m);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_retry_now)
{
  GstPublishCdnMachine *m = gst_publish_cdn_machine_new (&polite);

  gst_publish_cdn_machine_start (m, 0);
  /* one attempt at a time */
  fail_unless_equals_int (gst_publish_cdn_machine_start (m, 1), 0);
  gst_publish_cdn_machine_failed (m, 2, GST_PUBLISH_CODE_PUBLISH_REJECTED,
      "no", FALSE, MIDDLE);
  /* asked while it waits: at once, and the state was reported already */
  fail_unless_equals_int (gst_publish_cdn_machine_start (m, 3), CONNECT);
  gst_publish_cdn_machine_accepted (m, 4);
  fail_unless_equals_int (gst_publish_cdn_machine_start (m, 5), 0);
  gst_publish_cdn_machine_free (m);
}

GST_END_TEST;

GST_START_TEST (test_phases)
{
  static const struct
  {
    GstPublishCdnPhase phase;
    GstPublishCode code;
    gboolean rejection;
  } rows[] = {
    {GST_PUBLISH_CDN_PHASE_RESOLVE, GST_PUBLISH_CODE_RESOLVE_FAILED, FALSE},
    {GST_PUBLISH_CDN_PHASE_CONNECT, GST_PUBLISH_CODE_CONNECT_REFUSED, FALSE},
    {GST_PUBLISH_CDN_PHASE_TLS, GST_PUBLISH_CODE_TLS_FAILED, TRUE},
    {GST_PUBLISH_CDN_PHASE_APPLICATION, GST_PUBLISH_CODE_CONNECT_REJECTED,
        TRUE},
    {GST_PUBLISH_CDN_PHASE_PUBLISH, GST_PUBLISH_CODE_PUBLISH_REJECTED, TRUE},
    {GST_PUBLISH_CDN_PHASE_MEDIA, GST_PUBLISH_CODE_MEDIA_ERROR, FALSE},
    {GST_PUBLISH_CDN_PHASE_NONE, GST_PUBLISH_CODE_INTERNAL, FALSE},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstPublishCode code = gst_publish_cdn_phase_to_code (rows[i].phase);

    fail_unless_equals_int (code, rows[i].code);
    fail_unless_equals_int (gst_publish_code_is_rejection (code),
        rows[i].rejection);
  }
}

GST_END_TEST;

/* Whatever happens in whatever order: no second connection while one is open,
 * the deadline is never behind, no attempt outside states 1 and 3, no wait
 * longer than the limit plus its jitter. */
GST_START_TEST (test_random_walk)
{
  guint seed;

  for (seed = 0; seed < 300; seed++) {
    GRand *dice = g_rand_new_with_seed (seed);
    GstPublishCdnPolicy policy = seed % 2 ? polite : internal_line;
    GstPublishCdnMachine *m;
    GstClockTime now = 0;
    gboolean open = FALSE;
    guint step;

    policy.connect_timeout = g_rand_int_range (dice, 0, 50) * GST_SECOND;
    policy.reconnect_timeout = g_rand_int_range (dice, 0, 50) * GST_SECOND;
    m = gst_publish_cdn_machine_new (&policy);
    for (step = 0; step < 400; step++) {
      gdouble random = g_rand_double (dice);
      GstPublishCdnState state;
      GstClockTime next;
      guint actions = 0;

      switch (g_rand_int_range (dice, 0, 8)) {
        case 0:
          actions = gst_publish_cdn_machine_start (m, now);
          break;
        case 1:
          actions = gst_publish_cdn_machine_accepted (m, now);
          break;
        case 2:
          actions = gst_publish_cdn_machine_failed (m, now,
              g_rand_int_range (dice, GST_PUBLISH_CODE_RESOLVE_FAILED,
                  GST_PUBLISH_CODE_INTERNAL), "x", FALSE, random);
          break;
        case 3:
          if (g_rand_int_range (dice, 0, 5) == 0)
            actions = gst_publish_cdn_machine_stop (m, now);
          break;
        case 4:
          actions = gst_publish_cdn_machine_stopped (m);
          if (actions)
            open = FALSE;
          break;
        default:
          next = gst_publish_cdn_machine_next_deadline (m);
          if (next != GST_CLOCK_TIME_NONE)
            now = MAX (now, next);
          actions = gst_publish_cdn_machine_tick (m, now, random);
          break;
      }
      if (actions & CLOSE) {
        fail_unless (open);
        open = FALSE;
      }
      if (actions & CONNECT) {
        fail_if (open);
        open = TRUE;
      }
      state = gst_publish_cdn_machine_get_state (m);
      fail_unless_equals_int (open, gst_publish_cdn_machine_is_attempting (m));
      if (state == GST_PUBLISH_CDN_STATE_PUBLISHING)
        fail_unless (open);
      if (state == GST_PUBLISH_CDN_STATE_IDLE ||
          state == GST_PUBLISH_CDN_STATE_FAILED)
        fail_if (open);
      next = gst_publish_cdn_machine_next_deadline (m);
      if (state == GST_PUBLISH_CDN_STATE_CONNECTING ||
          state == GST_PUBLISH_CDN_STATE_RECONNECTING)
        fail_unless (next <= now + GST_PUBLISH_CDN_REPORT_INTERVAL);
      else
        fail_unless_equals_uint64 (next, GST_CLOCK_TIME_NONE);
      now += g_rand_int_range (dice, 0, 1000) * GST_MSECOND;
    }
    gst_publish_cdn_machine_free (m);
    g_rand_free (dice);
  }
}

GST_END_TEST;

static Suite *
cdnstate_suite (void)
{
  Suite *s = suite_create ("cdnstate");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_connect_publish_stop);
  tcase_add_test (tc, test_reports_every_5_s_then_gives_up);
  tcase_add_test (tc, test_late_tick_reports_once);
  tcase_add_test (tc, test_silent_server);
  tcase_add_test (tc, test_nothing_to_send);
  tcase_add_test (tc, test_reconnect);
  tcase_add_test (tc, test_reconnect_timeout);
  tcase_add_test (tc, test_backoff);
  tcase_add_test (tc, test_jitter_bounds);
  tcase_add_test (tc, test_rejection_is_not_hammered);
  tcase_add_test (tc, test_stop_in_every_state);
  tcase_add_test (tc, test_retry_now);
  tcase_add_test (tc, test_phases);
  tcase_add_test (tc, test_random_walk);
  return s;
}

GST_CHECK_MAIN (cdnstate);
