/* tstimingreal.c: the checker on streams that others made */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "ts-timing-report.h"

/* Real samples are not part of the project: TS_SAMPLES_DIR, or beside it. */
static gchar *
sample_path (const gchar * name)
{
  const gchar *dir = g_getenv ("TS_SAMPLES_DIR");
  gchar *path;

  if (dir)
    path = g_build_filename (dir, name, NULL);
  else
    path = g_build_filename (g_getenv ("PUBLISH_SOURCE_ROOT"), "..", "shared",
        "ts-samples", name, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_print ("%s: skipped, no such sample\n", path);
  g_free (path);
  return NULL;
}

static TsTimingChecker *
new_checker (TsTimingProfile profile)
{
  TsTimingConfig config;

  ts_timing_config_init (&config, profile);
  return ts_timing_new (&config);
}

/* One segment per file if @segments; '+' before a name marks a discontinuity.
 * NULL if a sample is missing. */
static TsTimingChecker *
check_files (TsTimingProfile profile, gboolean segments,
    const gchar * const *names)
{
  TsTimingChecker *checker = new_checker (profile);
  guint i;

  for (i = 0; names[i]; i++) {
    gboolean marked = names[i][0] == '+';
    gchar *path = sample_path (names[i] + marked), *data = NULL;
    TsTimingSegment segment = { names[i] + marked, TS_TIMING_NO_TIME,
      TS_TIMING_NO_TIME, marked
    };
    gsize size;

    if (!path || !g_file_get_contents (path, &data, &size, NULL)) {
      g_free (path);
      ts_timing_free (checker);
      return NULL;
    }
    if (segments)
      ts_timing_begin_segment (checker, &segment);
    ts_timing_push (checker, (guint8 *) data, size, TS_TIMING_NO_TIME);
    g_free (data);
    g_free (path);
  }
  ts_timing_finish (checker);
  return checker;
}

static TsTimingChecker *
check_file (TsTimingProfile profile, const gchar * name)
{
  const gchar *names[] = { name, NULL };

  return check_files (profile, FALSE, names);
}

#define assert_count(checker, type, n) \
    fail_unless_equals_uint64 (ts_timing_get_count (checker, \
            TS_TIMING_EVENT_##type), n)

static gint64
to_ms (gint64 ns)
{
  return (ns + TS_TIMING_MSEC / 2) / TS_TIMING_MSEC;
}

static guint64
all_events (const TsTimingChecker * checker)
{
  TsTimingTotals totals;
  guint type;

  ts_timing_get_totals (checker, &totals);
  for (type = 0; type < TS_TIMING_N_EVENTS; type++) {
    const TsTimingEvent *first = ts_timing_get_first (checker, type);
    gchar text[400];

    if (first)
      g_print ("%s\n", ts_timing_event_describe (first, text, sizeof (text)));
  }
  return totals.events;
}

#define ROLLOVER(n) \
  "shaka/hls-ts-rollover/360p30_h264_48k_160_aac_ts-00000000" n ".ts"

/* The 33 bit wrap of PCR, PTS and DTS lies inside segment 28. */
GST_START_TEST (test_rollover)
{
  static const gchar *names[] = { ROLLOVER ("24"), ROLLOVER ("25"),
    ROLLOVER ("26"), ROLLOVER ("27"), ROLLOVER ("28"), ROLLOVER ("29"),
    ROLLOVER ("30"), ROLLOVER ("31"), ROLLOVER ("32"), ROLLOVER ("33"), NULL
  };
  TsTimingChecker *checker = check_files (TS_TIMING_PROFILE_HLS, TRUE, names);
  guint i;

  if (!checker)
    return;
  fail_unless_equals_uint64 (all_events (checker), 0);
  fail_unless_equals_int (ts_timing_get_n_segments (checker), 10);
  for (i = 0; i < 10; i++) {
    const TsTimingSegmentInfo *info = ts_timing_get_segment (checker, i);

    /* EXTINF of all of them is 2 s, of the last too (playlist.m3u8) */
    fail_unless (ABS (info->media_duration - 2 * TS_TIMING_SECOND) <=
        40 * TS_TIMING_MSEC);
    fail_unless (!info->unmarked_discontinuity && info->has_pat &&
        info->has_pmt);
  }
  ts_timing_free (checker);
}

GST_END_TEST;

GST_START_TEST (test_unmarked_discontinuity)
{
  static const gchar *names[] = { "shaka/hls-text-no-discontinuity/0.ts",
    "shaka/hls-text-no-discontinuity/1.ts", NULL
  };
  static const TsTimingProfile profiles[] = { TS_TIMING_PROFILE_HLS,
    TS_TIMING_PROFILE_AUTO
  };
  TsTimingChecker *checker = check_files (profiles[__i__], TRUE, names);

  if (!checker)
    return;
  all_events (checker);
  assert_count (checker, UNMARKED_DISCONTINUITY, 1);
  fail_unless (ts_timing_get_segment (checker, 1)->unmarked_discontinuity);
  fail_unless (!ts_timing_get_segment (checker, 0)->unmarked_discontinuity);
  ts_timing_free (checker);
}

GST_END_TEST;

/* 144 s -> 3 s between 071 and 072: fine if marked, one event if not. */
GST_START_TEST (test_marked_discontinuity)
{
  const gchar *names[] = { "shaka/hls-text-offset/video-069.ts",
    "shaka/hls-text-offset/video-070.ts", "shaka/hls-text-offset/video-071.ts",
    "+shaka/hls-text-offset/video-072.ts",
    "shaka/hls-text-offset/video-073.ts", NULL
  };
  TsTimingChecker *checker = check_files (TS_TIMING_PROFILE_HLS, TRUE, names);

  if (!checker)
    return;
  fail_unless_equals_uint64 (all_events (checker), 0);
  ts_timing_free (checker);
  names[3]++;
  checker = check_files (TS_TIMING_PROFILE_HLS, TRUE, names);
  assert_count (checker, UNMARKED_DISCONTINUITY, 1);
  ts_timing_free (checker);
}

GST_END_TEST;

/* tsduck's own test says of this file: 155 duplicates; the independent count
 * (ts-count.py) agrees on the rest. */
GST_START_TEST (test_duplicates)
{
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_AUTO,
      "tsduck/test-049.ts");
  TsTimingTotals totals;

  if (!checker)
    return;
  ts_timing_get_totals (checker, &totals);
  fail_unless_equals_uint64 (totals.packets, 350);
  fail_unless_equals_uint64 (totals.duplicate_packets, 155);
  assert_count (checker, CONTINUITY_COUNT_ERROR, 194);
  ts_timing_free (checker);
}

GST_END_TEST;

GST_START_TEST (test_transport_errors)
{
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_AUTO,
      "tsduck/test-030.ts");

  if (!checker)
    return;
  /* od -An -v -tx1 -w188 test-030.ts | awk '$2 ~ /^[89a-f]/' | wc -l */
  assert_count (checker, TRANSPORT_ERROR, 9);
  assert_count (checker, CONTINUITY_COUNT_ERROR, 5);
  ts_timing_free (checker);
}

GST_END_TEST;

/* H.264 of a DVB multiplex: gaps as INDEX.md tells them, held. */
GST_START_TEST (test_dvb)
{
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_AUTO,
      "tsduck/test-026.ts");
  TsTimingPidInfo pid;
  guint i, audio = 0;

  if (!checker)
    return;
  fail_unless_equals_uint64 (all_events (checker), 0);
  for (i = 0; ts_timing_get_pid (checker, i, &pid); i++) {
    if (pid.kind == TS_TIMING_KIND_VIDEO) {
      fail_unless_equals_int64 (to_ms (pid.gap_held.min), 583);
      fail_unless_equals_int64 (to_ms (pid.gap_held.max), 753);
    } else if (pid.kind == TS_TIMING_KIND_AUDIO) {
      audio++;
      fail_unless (pid.gap_held.min >= 60 * TS_TIMING_MSEC);
      fail_unless (pid.gap_held.max <= 96 * TS_TIMING_MSEC);
    }
  }
  fail_unless_equals_int (audio, 3);
  ts_timing_free (checker);
}

GST_END_TEST;

/* Junk bytes between packets: after each run of junk the packets are found
 * again, and the junk alone is left out. */
GST_START_TEST (test_junk)
{
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_AUTO,
      "androidx/sample_with_junk");
  TsTimingChecker *plain;
  TsTimingTotals totals;

  if (!checker)
    return;
  ts_timing_get_totals (checker, &totals);
  fail_unless_equals_int (totals.packet_size, 188);
  fail_unless (totals.resyncs > 0);
  assert_count (checker, SYNC_LOSS, totals.resyncs);
  fail_unless_equals_uint64 (totals.packets * 188 + totals.skipped_bytes,
      totals.bytes);
  fail_unless (totals.packets * 188 > totals.bytes * 9 / 10);
  ts_timing_free (checker);

  plain = check_file (TS_TIMING_PROFILE_AUTO, "androidx/sample_h264.ts");
  fail_unless_equals_uint64 (all_events (plain), 0);
  ts_timing_free (plain);
}

GST_END_TEST;

/* No sync byte anywhere: one message, not thousands. */
GST_START_TEST (test_encrypted)
{
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_AUTO,
      "vhs/encrypted.ts");

  if (!checker)
    return;
  assert_count (checker, SYNC_LOSS, 1);
  fail_unless_equals_uint64 (all_events (checker), 1);
  fail_unless (ts_timing_get_verdict (checker) == TS_TIMING_VERDICT_UNUSABLE);
  ts_timing_free (checker);
}

GST_END_TEST;

/* One PCR in the segment: the held gap grows from 700 to 1668 ms. */
GST_START_TEST (test_one_pcr)
{
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_HLS,
      "vhs/oneSecond.ts");
  TsTimingPidInfo pid;
  gint64 least = G_MAXINT64, most = 0;
  guint i;

  if (!checker)
    return;
  fail_unless_equals_uint64 (all_events (checker), 0);
  for (i = 0; ts_timing_get_pid (checker, i, &pid); i++) {
    if (pid.gap_held.count) {
      least = MIN (least, pid.gap_held.min);
      most = MAX (most, pid.gap_held.max);
    }
  }
  fail_unless_equals_int64 (to_ms (least), 700);
  fail_unless_equals_int64 (to_ms (most), 1668);
  ts_timing_free (checker);
}

GST_END_TEST;

/* PCR_PID 0x1fff, and the last ticks before the wrap and the first after it. */
GST_START_TEST (test_edges)
{
  static const gchar *wrap[] = { "vhs/audioMaxOffset.ts",
    "vhs/audioMinOffset.ts", NULL
  };
  TsTimingChecker *checker = check_file (TS_TIMING_PROFILE_HLS,
      "vhs/zeroLength.ts");

  if (!checker)
    return;
  fail_unless_equals_uint64 (all_events (checker), 0);
  ts_timing_free (checker);

  /* each file counts from 0 by itself, so continuity breaks, time does not */
  checker = check_files (TS_TIMING_PROFILE_HLS, TRUE, wrap);
  assert_count (checker, UNMARKED_DISCONTINUITY, 0);
  assert_count (checker, PCR_DISCONTINUITY_ERROR, 0);
  assert_count (checker, DTS_NOT_INCREASING, 0);
  ts_timing_free (checker);
}

GST_END_TEST;

/* The n-th video or audio PID. */
static gboolean
get_timed (const TsTimingChecker * checker, guint n, TsTimingPidInfo * info)
{
  guint i;

  for (i = 0; ts_timing_get_pid (checker, i, info); i++) {
    if (info->units > 0 && n-- == 0)
      return TRUE;
  }
  return FALSE;
}

/* The first 656 packets of both files are of the same kinds in the same order
 * (of other PIDs, and one file ends sooner): read so far they must agree. */
GST_START_TEST (test_twins)
{
  static const guint sizes[] = { 188, 192 };
  TsTimingChecker *checkers[2];
  TsTimingTotals totals;
  TsTimingPidInfo a, b;
  guint i;

  for (i = 0; i < 2; i++) {
    gchar *name = g_strdup_printf ("small-teton/sample_%ubyte_"
        "video_mpeg2_320x240_25fps_audio_mp2_48000Hz.ts", sizes[i]);
    gchar *path = sample_path (name), *data;

    g_free (name);
    if (!path)
      return;
    fail_unless (g_file_get_contents (path, &data, NULL, NULL));
    checkers[i] = new_checker (TS_TIMING_PROFILE_AUTO);
    ts_timing_push (checkers[i], (guint8 *) data, 656 * sizes[i],
        TS_TIMING_NO_TIME);
    ts_timing_finish (checkers[i]);
    ts_timing_get_totals (checkers[i], &totals);
    fail_unless_equals_int (totals.packet_size, sizes[i]);
    fail_unless_equals_uint64 (totals.packets, 656);
    fail_unless_equals_uint64 (all_events (checkers[i]), 0);
    g_free (data);
    g_free (path);
  }
  for (i = 0; get_timed (checkers[0], i, &a); i++) {
    fail_unless (get_timed (checkers[1], i, &b));
    fail_unless_equals_int (a.kind, b.kind);
    fail_unless_equals_uint64 (a.packets, b.packets);
    fail_unless_equals_uint64 (a.units, b.units);
    fail_unless_equals_int64 (a.first_dts, b.first_dts);
    fail_unless_equals_int64 (a.last_dts, b.last_dts);
    fail_unless_equals_int64 (a.gap_held.min, b.gap_held.min);
    fail_unless_equals_int64 (a.gap_held.max, b.gap_held.max);
  }
  fail_unless_equals_int (i, 2);
  ts_timing_free (checkers[0]);
  ts_timing_free (checkers[1]);
}

GST_END_TEST;

/* ---- what ffmpeg makes, and what ffprobe reads in it ---- */

static gchar *
run (const gchar * command)
{
  gchar *out = NULL, *text = NULL;
  gint status;

  fail_unless (g_spawn_command_line_sync (command, &out, &text, &status,
          NULL), "%s does not run", command);
  fail_unless (status == 0, "%s: %s", command, text);
  g_free (text);
  return out;
}

static const gchar *const muxers[] = {
  "-f mpegts", "-muxrate 3M -f mpegts",
  "-mpegts_flags resend_headers -pat_period 0.4 -f mpegts",
  "-f mpegts -mpegts_m2ts_mode 1"
};

GST_START_TEST (test_ffmpeg)
{
  static const TsTimingProfile profiles[] = { TS_TIMING_PROFILE_AUTO,
    TS_TIMING_PROFILE_HLS, TS_TIMING_PROFILE_BROADCAST
  };
  gchar *dir = g_dir_make_tmp ("tstiming-XXXXXX", NULL);
  gchar *path = g_build_filename (dir, "x.ts", NULL);
  gchar *command, *data, *text;
  gchar **lines;
  gsize size;
  guint i, k, n, units;
  gint64 earliest = 0, latest = 0;

  command = g_strdup_printf ("ffmpeg -v error -f lavfi -i "
      "testsrc2=s=320x180:r=25:d=14 -f lavfi -i sine=d=14 -c:v libx264 "
      "-preset ultrafast -bf 2 -g 50 -c:a aac %s %s", muxers[__i__], path);
  g_free (run (command));
  g_free (command);
  fail_unless (g_file_get_contents (path, &data, &size, NULL));

  for (i = 0; i < G_N_ELEMENTS (profiles); i++) {
    TsTimingChecker *checker = new_checker (profiles[i]);
    TsTimingConfig config = *ts_timing_get_config (checker);

    /* it writes no NIT and no EIT, and that is told in profile broadcast */
    config.checks &= ~TS_TIMING_CHECK_SI;
    ts_timing_set_config (checker, &config);
    ts_timing_push (checker, (guint8 *) data, size, TS_TIMING_NO_TIME);
    ts_timing_finish (checker);
    fail_unless_equals_uint64 (all_events (checker), 0);
    if (i > 0) {
      ts_timing_free (checker);
      continue;
    }
    /* every video DTS, as an independent reader sees them */
    command = g_strdup_printf ("ffprobe -v error -select_streams v "
        "-show_entries packet=dts -of default=nw=1:nk=1 %s", path);
    text = run (command);
    lines = g_strsplit (text, "\n", -1);
    /* lines are empty where a packet has side data */
    for (n = units = 0; lines[n]; n++) {
      if (!*lines[n])
        continue;
      latest = g_ascii_strtoll (lines[n], NULL, 10);
      if (units++ == 0)
        earliest = latest;
    }
    for (k = 0;; k++) {
      TsTimingPidInfo pid;

      fail_unless (ts_timing_get_pid (checker, k, &pid));
      if (pid.kind != TS_TIMING_KIND_VIDEO)
        continue;
      fail_unless_equals_uint64 (pid.units, units);
      fail_unless_equals_int64 (pid.first_dts, earliest);
      fail_unless_equals_int64 (pid.last_dts, latest);
      break;
    }
    g_strfreev (lines);
    g_free (text);
    g_free (command);
    ts_timing_free (checker);
  }
  g_free (data);
  g_unlink (path);
  g_rmdir (dir);
  g_free (path);
  g_free (dir);
}

GST_END_TEST;

/* Two programs in one stream have two clocks. */
GST_START_TEST (test_programs)
{
  gchar *dir = g_dir_make_tmp ("tstiming-XXXXXX", NULL);
  gchar *path = g_build_filename (dir, "x.ts", NULL), *command, *data;
  TsTimingProgramInfo program;
  TsTimingChecker *checker;
  gsize size;
  guint i;

  command = g_strdup_printf ("ffmpeg -v error "
      "-f lavfi -i testsrc2=s=160x90:r=25:d=8 -f lavfi -i sine=d=8 "
      "-f lavfi -i testsrc2=s=160x90:r=30:d=8 -f lavfi -i sine=d=8 "
      "-map 0 -map 1 -map 2 -map 3 -c:v libx264 -preset ultrafast -g 50 "
      "-c:a aac -program title=a:st=0:st=1 -program title=b:st=2:st=3 "
      "-f mpegts %s", path);
  g_free (run (command));
  fail_unless (g_file_get_contents (path, &data, &size, NULL));
  checker = new_checker (TS_TIMING_PROFILE_AUTO);
  ts_timing_push (checker, (guint8 *) data, size, TS_TIMING_NO_TIME);
  ts_timing_finish (checker);
  fail_unless_equals_uint64 (all_events (checker), 0);
  for (i = 0; i < 2; i++) {
    fail_unless (ts_timing_get_program (checker, i, &program));
    fail_unless_equals_int (program.program, i + 1);
    fail_unless_equals_int (program.n_streams, 2);
    fail_unless (program.pcrs > 50);
    fail_unless (ABS (program.duration - 8 * TS_TIMING_SECOND) <
        TS_TIMING_SECOND / 4);
  }
  ts_timing_free (checker);
  g_unlink (path);
  g_rmdir (dir);
  g_free (command);
  g_free (data);
  g_free (path);
  g_free (dir);
}

GST_END_TEST;

/* A segment of another encoder follows, with the same table versions, other
 * PIDs and the same times once more: fine if marked, one event if not. */
GST_START_TEST (test_changed_programs)
{
  gchar *dir = g_dir_make_tmp ("tstiming-XXXXXX", NULL);
  gchar *path = g_build_filename (dir, "x.ts", NULL);
  static const gchar *pids[] = { "", "-mpegts_start_pid 0x200 "
        "-mpegts_pmt_start_pid 0x1100"
  };
  TsTimingChecker *checker = new_checker (TS_TIMING_PROFILE_HLS);
  TsTimingSegment segment = { NULL, TS_TIMING_NO_TIME, TS_TIMING_NO_TIME,
    FALSE
  };
  TsTimingProgramInfo program;
  TsTimingTotals totals;
  guint i;

  for (i = 0; i < 2; i++) {
    gchar *command = g_strdup_printf ("ffmpeg -v error -y "
        "-f lavfi -i testsrc2=s=160x90:r=25:d=8 -f lavfi -i sine=d=8 "
        "-c:v libx264 -preset ultrafast -g 50 -c:a aac %s -f mpegts %s",
        pids[i], path), *data;
    gsize size;

    g_free (run (command));
    g_free (command);
    fail_unless (g_file_get_contents (path, &data, &size, NULL));
    segment.discontinuity = i == 1 && __i__ == 0;
    ts_timing_begin_segment (checker, &segment);
    ts_timing_push (checker, (guint8 *) data, size, TS_TIMING_NO_TIME);
    g_free (data);
  }
  ts_timing_finish (checker);
  fail_unless_equals_uint64 (all_events (checker), __i__);
  assert_count (checker, UNMARKED_DISCONTINUITY, __i__);
  fail_unless (ts_timing_get_program (checker, 0, &program));
  fail_unless_equals_int (program.pmt_pid, 0x1100);
  fail_unless_equals_int (program.pcr_pid, 0x200);
  /* the time of both counts */
  ts_timing_get_totals (checker, &totals);
  fail_unless (ABS (totals.duration - 16 * TS_TIMING_SECOND) <
      TS_TIMING_SECOND / 2);
  ts_timing_free (checker);
  g_unlink (path);
  g_rmdir (dir);
  g_free (path);
  g_free (dir);
}

GST_END_TEST;

static Suite *
tstimingreal_suite (void)
{
  Suite *s = suite_create ("tstimingreal");
  TCase *tc = tcase_create ("samples");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_rollover);
  tcase_add_loop_test (tc, test_unmarked_discontinuity, 0, 2);
  tcase_add_test (tc, test_marked_discontinuity);
  tcase_add_test (tc, test_duplicates);
  tcase_add_test (tc, test_transport_errors);
  tcase_add_test (tc, test_dvb);
  tcase_add_test (tc, test_junk);
  tcase_add_test (tc, test_encrypted);
  tcase_add_test (tc, test_one_pcr);
  tcase_add_test (tc, test_edges);
  tcase_add_test (tc, test_twins);

  tc = tcase_create ("ffmpeg");
  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_loop_test (tc, test_ffmpeg, 0, G_N_ELEMENTS (muxers));
  tcase_add_test (tc, test_programs);
  tcase_add_loop_test (tc, test_changed_programs, 0, 2);
  return s;
}

GST_CHECK_MAIN (tstimingreal);
