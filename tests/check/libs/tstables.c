/* tstables.c: tables that change, and what they say of a PID
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "tsexpect.h"
#include "tsgenerator.h"

/* What each change of the tables is, in every profile, and how many units are
 * listed by a PMT while they come: 600 of video and 1000 of audio at most. */
static const struct
{
  GenChange change;
  Expected event;
  guint units;
} changes[] = {
  {GEN_CHANGE_NONE, {0, 0}, 1600},
  {GEN_CHANGE_PMT_PID, {0, 0}, 1600},
  {GEN_CHANGE_SHARED, {0, 0}, 1450},
  {GEN_CHANGE_MOVED, {0, 0}, 1600},
  {GEN_CHANGE_NO_VIDEO, {0, 0}, 1450},
  {GEN_CHANGE_UNLISTED, {E (UNREFERENCED_PID), 1}, 1350},
  {GEN_CHANGE_PAUSE, {0, 0}, 1350},
  {GEN_CHANGE_KINDS, {0, 0}, 1600},
  {GEN_CHANGE_PCR_PID, {0, 0}, 1600},
};

G_STATIC_ASSERT (G_N_ELEMENTS (changes) == GEN_N_CHANGES);

static guint64
all_units (const TsTimingChecker * checker)
{
  guint64 units = 0;
  TsTimingPidInfo pid;
  guint i;

  for (i = 0; ts_timing_get_pid (checker, i, &pid); i++)
    units += pid.units;
  return units;
}

GST_START_TEST (test_change)
{
  guint change = __i__ / TS_TIMING_N_PROFILES;
  TsTimingProfile profile = __i__ % TS_TIMING_N_PROFILES;
  gchar *what = g_strdup_printf ("change %u, profile %s", change,
      ts_timing_profile_nick (profile));
  Expected event = changes[change].event;
  TsTimingChecker *checker;
  TsTimingConfig rules;
  GByteArray *stream;
  GenConfig config;

  gen_config_init (&config, GEN_FAULT_NONE);
  config.change = changes[change].change;
  stream = gen_stream (&config);
  checker = check_bytes (profile, stream->data, stream->len, 65536);
  ts_timing_config_init (&rules, profile);
  if (!(rules.checks & ts_timing_event_info (event.type)->check))
    event.count = 0;
  assert_events (checker, what, &event, 1);
  fail_unless_equals_uint64 (all_units (checker), changes[change].units);
  ts_timing_free (checker);
  g_byte_array_unref (stream);
  g_free (what);
}

GST_END_TEST;

/* Sound that comes back after a pause may be of another encoder: what was learned
 * of the gap and the skew before is not held against it. */
GST_START_TEST (test_other_sound_after_pause)
{
  TsTimingChecker *checker;
  GByteArray *stream;
  GenConfig config;

  gen_config_init (&config, GEN_FAULT_NONE);
  config.change = GEN_CHANGE_PAUSE;
  config.ahead = 550;
  stream = gen_stream (&config);
  checker = check_bytes (TS_TIMING_PROFILE_AUTO, stream->data, stream->len,
      65536);
  assert_clean (checker, "other sound");
  ts_timing_free (checker);
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* A user private stream_type is Blu-ray's audio only where the PMT or the PES
 * packets say so; SCTE 35 cues are on 0x86 too, and may never come. */
static const struct
{
  guint8 type;
  gboolean pes, hdmv;
  Expected event;
} private_types[] = {
  {0x86, FALSE, FALSE, {0, 0}},
  {0x86, FALSE, TRUE, {E (PID_ERROR), 1}},
  {0x86, TRUE, TRUE, {0, 0}},
  {0x82, FALSE, FALSE, {0, 0}},
  /* what ffmpeg makes of DTS and TrueHD outside of Blu-ray */
  {0x82, TRUE, FALSE, {0, 0}},
  {0x83, TRUE, FALSE, {0, 0}},
};

GST_START_TEST (test_private_type)
{
  gchar *what = g_strdup_printf ("private type %u", __i__);
  gboolean audio = private_types[__i__].pes || private_types[__i__].hdmv;
  TsTimingProgramInfo program;
  TsTimingChecker *checker;
  GByteArray *stream;
  GenConfig config;

  gen_config_init (&config, GEN_FAULT_NONE);
  config.private_type = private_types[__i__].type;
  config.private_pes = private_types[__i__].pes;
  config.hdmv = private_types[__i__].hdmv;
  stream = gen_stream (&config);
  checker = check_bytes (TS_TIMING_PROFILE_BROADCAST, stream->data,
      stream->len, 65536);
  assert_events (checker, what, &private_types[__i__].event, 1);
  fail_unless_equals_uint64 (all_units (checker),
      private_types[__i__].pes ? 2600 : 1600);
  /* the first sound that is listed, if it comes */
  fail_unless (ts_timing_get_program (checker, 0, &program));
  fail_unless ((program.av_skew.count > 0) ==
      (!audio || private_types[__i__].pes));
  ts_timing_free (checker);
  g_byte_array_unref (stream);
  g_free (what);
}

GST_END_TEST;

/* What the MGT of ATSC announces is no unreferenced PID, any other is. */
GST_START_TEST (test_atsc)
{
  Expected event = { E (UNREFERENCED_PID), __i__ };
  TsTimingChecker *checker;
  GByteArray *stream;
  GenConfig config;

  gen_config_init (&config, __i__ ? GEN_FAULT_UNREFERENCED : GEN_FAULT_NONE);
  config.atsc = TRUE;
  stream = gen_stream (&config);
  checker = check_bytes (TS_TIMING_PROFILE_BROADCAST, stream->data,
      stream->len, 65536);
  assert_events (checker, "ATSC", &event, 1);
  ts_timing_free (checker);
  g_byte_array_unref (stream);
}

GST_END_TEST;

static Suite *
tstables_suite (void)
{
  Suite *s = suite_create ("tstables");
  TCase *tc = tcase_create ("tables");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_change, 0,
      GEN_N_CHANGES * TS_TIMING_N_PROFILES);
  tcase_add_test (tc, test_other_sound_after_pause);
  tcase_add_loop_test (tc, test_private_type, 0, G_N_ELEMENTS (private_types));
  tcase_add_loop_test (tc, test_atsc, 0, 2);
  return s;
}

GST_CHECK_MAIN (tstables);
