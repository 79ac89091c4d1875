/* tstiminglive.c: time of arrival, and UTC in segment names */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <string.h>

#include "ts-timing-report.h"
#include "tsgenerator.h"

#define MS TS_TIMING_MSEC
#define S TS_TIMING_SECOND
#define BLOCK 188

/* A stream without stuffing, and the media time of each of its packets. */
typedef struct
{
  GByteArray *bytes;
  GArray *times;
  guint64 packets;
} Stream;

static void
take_packet (const guint8 * data, gsize size, gpointer user_data)
{
  Stream *stream = user_data;
  /* 20000 ticks of 27 MHz each */
  gint64 time = stream->packets++ * 20000000 / 27;

  if ((data[1] & 0x1f) == 0x1f && data[2] == 0xff)
    return;
  g_byte_array_append (stream->bytes, data, size);
  g_array_append_val (stream->times, time);
}

/* mean rate of the stream made last */
static gdouble bytes_per_ns;

static Stream
make_faulty_stream (guint seconds, GenFault fault, guint splice_interval)
{
  Stream stream = { g_byte_array_new (),
    g_array_new (FALSE, FALSE, sizeof (gint64)), 0
  };
  GenConfig config;

  gen_config_init (&config, fault);
  config.length = seconds * 1000;
  config.key_picture = 100;
  config.splice_interval = splice_interval;
  gen_run (&config, take_packet, &stream);
  bytes_per_ns = stream.bytes->len / (seconds * 1e9);
  return stream;
}

static Stream
make_stream (guint seconds)
{
  return make_faulty_stream (seconds, GEN_FAULT_NONE, 0);
}

static void
free_stream (Stream * stream)
{
  g_byte_array_unref (stream->bytes);
  g_array_unref (stream->times);
}

/* When the block that begins at @byte, with media of @media, arrives. */
typedef gint64 (*Arrival) (gint64 media, gsize byte);

typedef struct
{
  TsTimingChecker *checker;
  /* of the last event of each type */
  gint64 values[TS_TIMING_N_EVENTS];
} Live;

static void
on_event (const TsTimingEvent * event, gpointer user_data)
{
  Live *live = user_data;

  live->values[event->type] = event->value;
}

static void
start (Live * live, TsTimingProfile profile)
{
  TsTimingConfig config;

  ts_timing_config_init (&config, profile);
  live->checker = ts_timing_new (&config);
  ts_timing_set_callback (live->checker, on_event, live);
}

static void
push_stream (Live * live, const Stream * stream, Arrival arrival)
{
  gint64 now = 0;
  gsize at;

  for (at = 0; at < stream->bytes->len; at += BLOCK) {
    gint64 media = g_array_index (stream->times, gint64, at / 188);

    now = MAX (now, 1000 * S + arrival (media, at));
    ts_timing_push (live->checker, stream->bytes->data + at, BLOCK, now);
  }
}

static void
receive (Live * live, TsTimingProfile profile, guint seconds, Arrival arrival)
{
  Stream stream = make_stream (seconds);

  start (live, profile);
  push_stream (live, &stream, arrival);
  free_stream (&stream);
}

/* Only @type came, @count times. */
static void
assert_only (Live * live, TsTimingEventType type, guint64 count)
{
  guint i;

  for (i = 0; i < TS_TIMING_N_EVENTS; i++) {
    const TsTimingEvent *first = ts_timing_get_first (live->checker, i);
    guint64 expected = i == type ? count : 0;
    gchar text[400] = "";

    if (first)
      ts_timing_event_describe (first, text, sizeof (text));
    fail_unless (ts_timing_get_count (live->checker, i) == expected,
        "%s: %" G_GUINT64_FORMAT " times (%s)", ts_timing_event_info (i)->nick,
        ts_timing_get_count (live->checker, i), text);
  }
}

static gint64
in_time (gint64 media, gsize byte)
{
  /* up to 20 ms late, evenly spread */
  return media + (byte / BLOCK * 7919 % 21) * MS;
}

GST_START_TEST (test_in_time)
{
  Live live;

  receive (&live, __i__, 100, in_time);
  /* the stripped stream has all that broadcast wants but its NIT rate */
  assert_only (&live, 0, 0);
  ts_timing_free (live.checker);
}

GST_END_TEST;

static gint64
slow_clock (gint64 media, gsize byte)
{
  return in_time (media, byte) + media / 1000000 * 300;
}

static gint64
fast_clock (gint64 media, gsize byte)
{
  return in_time (media, byte) - media / 1000000 * 300;
}

GST_START_TEST (test_drift)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_AUTO, 120, __i__ ? fast_clock : slow_clock);
  assert_only (&live, TS_TIMING_EVENT_CLOCK_DRIFT, 1);
  fail_unless (ABS (live.values[TS_TIMING_EVENT_CLOCK_DRIFT] -
          (__i__ ? -300 : 300)) <= 30, "%" G_GINT64_FORMAT " ppm",
      live.values[TS_TIMING_EVENT_CLOCK_DRIFT]);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* The clocks part after five minutes. */
static gint64
slow_clock_late (gint64 media, gsize byte)
{
  return in_time (media, byte) + MAX (0, media - 300 * S) / 1000000 * 400;
}

/* Found within a minute and a half, not when the drift outweighs the minutes
 * before it. */
GST_START_TEST (test_drift_that_begins_late)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_AUTO, 390, slow_clock_late);
  assert_only (&live, TS_TIMING_EVENT_CLOCK_DRIFT, 1);
  fail_unless (live.values[TS_TIMING_EVENT_CLOCK_DRIFT] >= 200 &&
      live.values[TS_TIMING_EVENT_CLOCK_DRIFT] <= 440, "%" G_GINT64_FORMAT
      " ppm", live.values[TS_TIMING_EVENT_CLOCK_DRIFT]);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* 45 ppm, more than an encoder may have, and hidden in the jitter of a minute:
 * each second another 0..29 ms. */
static gint64
slightly_slow_clock (gint64 media, gsize byte)
{
  guint32 noise = (guint32) (media / S) * 2654435761u;

  return in_time (media, byte) + media / 1000000 * 45 +
      ((noise ^ noise >> 15) * 2246822519u >> 16) % 30 * MS;
}

GST_START_TEST (test_small_drift)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_BROADCAST, 1500, slightly_slow_clock);
  fail_unless_equals_uint64 (ts_timing_get_count (live.checker,
          TS_TIMING_EVENT_CLOCK_DRIFT), 1);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* Another way through the net: 80 ms longer from some second on. */
static gint step_at;

static gint64
latency_step (gint64 media, gsize byte)
{
  return in_time (media, byte) + (media > step_at * S ? 80 * MS : 0);
}

GST_START_TEST (test_latency_step_is_no_drift)
{
  static const gint seconds[] = { 5, 15, 30, 45, 58, 80, 100 };
  Live live;

  step_at = seconds[__i__];
  receive (&live, TS_TIMING_PROFILE_AUTO, 180, latency_step);
  assert_only (&live, 0, 0);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* The sender's line carries 80 % of what the stream needs. */
static gint64
thin_line (gint64 media, gsize byte)
{
  return (gint64) (byte / (0.8 * bytes_per_ns));
}

/* Queues on the way fill and empty: the lag wanders by some 100 ms within some
 * seconds. That goes up for a minute now and then, but stays where it is. */
static GRand *wandering;
static gdouble wander_lag;
static gint64 wander_media;

static gint64
wander (gint64 media, gsize byte)
{
  for (; wander_media < media; wander_media += 10 * MS) {
    gdouble push = 0;
    guint i;

    for (i = 0; i < 12; i++)
      push += g_rand_double (wandering) - 0.5;
    /* back within 5 s; the pushes make a spread of 100 ms */
    wander_lag += -wander_lag * 0.01 / 5 + 100e6 * 0.0632 * push;
  }
  return media + 500 * MS + (gint64) wander_lag;
}

GST_START_TEST (test_wandering_lag_is_no_drift)
{
  Live live;

  wandering = g_rand_new_with_seed (__i__);
  wander_lag = wander_media = 0;
  receive (&live, TS_TIMING_PROFILE_AUTO, 900, wander);
  assert_only (&live, 0, 0);
  ts_timing_free (live.checker);
  g_rand_free (wandering);
}

GST_END_TEST;

/* Marked splices, each of which takes away the interval of one PCR: nobody is
 * late, no clock is slow. */
GST_START_TEST (test_many_splices)
{
  Stream stream = make_faulty_stream (120, GEN_FAULT_NONE, 2000);
  Live live;

  start (&live, __i__);
  push_stream (&live, &stream, in_time);
  ts_timing_finish (live.checker);
  assert_only (&live, 0, 0);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* But a line that is too thin is told all the same. */
GST_START_TEST (test_slow_network_with_splices)
{
  Stream stream = make_faulty_stream (20, GEN_FAULT_NONE, 2000);
  Live live;

  start (&live, TS_TIMING_PROFILE_AUTO);
  push_stream (&live, &stream, thin_line);
  fail_unless_equals_uint64 (ts_timing_get_count (live.checker,
          TS_TIMING_EVENT_SLOW_NETWORK), 1);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* What never comes is told while the stream goes on, not at its end only, in
 * each profile that asks for it. */
static const struct
{
  GenFault fault;
  TsTimingEventType type;
} absences[] = {
  {GEN_FAULT_NEVER_PAT, TS_TIMING_EVENT_PAT_ERROR},
  {GEN_FAULT_NEVER_PMT, TS_TIMING_EVENT_PMT_ERROR},
  {GEN_FAULT_NEVER_PCR, TS_TIMING_EVENT_PCR_REPETITION_ERROR},
};

GST_START_TEST (test_absence_is_told_live)
{
  Stream stream = make_faulty_stream (30, absences[__i__ / 2].fault, 0);
  Live live;

  start (&live, __i__ % 2 ? TS_TIMING_PROFILE_BROADCAST :
      TS_TIMING_PROFILE_AUTO);
  push_stream (&live, &stream, in_time);
  assert_only (&live, absences[__i__ / 2].type, 1);
  ts_timing_finish (live.checker);
  assert_only (&live, absences[__i__ / 2].type, 1);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* Nothing that tells a time is in these packets, of a PID that nobody knows:
 * the time of arrival alone tells that there is no PAT. */
GST_START_TEST (test_no_pat_no_clock)
{
  guint8 packet[188] = { 0x47, 0x01, 0x23, 0x10 };
  Live live;
  guint i;

  start (&live, TS_TIMING_PROFILE_BROADCAST);
  for (i = 0; i < 100; i++) {
    packet[3] = 0x10 | (i & 0xf);
    ts_timing_push (live.checker, packet, sizeof (packet), i * 14 * MS);
  }
  assert_only (&live, 0, 0);
  /* silence is not the PAT's fault */
  ts_timing_tick (live.checker, i * 14 * MS + 1500 * MS);
  assert_only (&live, 0, 0);
  for (; i < 200; i++) {
    packet[3] = 0x10 | (i & 0xf);
    ts_timing_push (live.checker, packet, sizeof (packet),
        1500 * MS + i * 14 * MS);
  }
  assert_only (&live, TS_TIMING_EVENT_PAT_ERROR, 1);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* A file that is shorter than any patience: at its end it is known. */
GST_START_TEST (test_absence_at_the_end)
{
  Stream stream = make_faulty_stream (5, absences[__i__ / 4].fault, 0);
  TsTimingProfile profile = __i__ % 4;
  Live live;

  start (&live, profile);
  ts_timing_push (live.checker, stream.bytes->data, stream.bytes->len,
      TS_TIMING_NO_TIME);
  ts_timing_finish (live.checker);
  /* the seed's rules know no tables and no PCR */
  assert_only (&live, absences[__i__ / 4].type,
      profile == TS_TIMING_PROFILE_SEED ? 0 : 1);
  if (absences[__i__ / 4].fault == GEN_FAULT_NEVER_PAT)
    fail_unless_equals_int (ts_timing_get_verdict (live.checker),
        TS_TIMING_VERDICT_UNUSABLE);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* A piece of a stream, too short to have a PAT in it: nothing is wrong with it,
 * and nothing can be said of it. */
GST_START_TEST (test_piece_without_pat)
{
  Stream stream = make_faulty_stream (5, GEN_FAULT_NEVER_PAT, 0);
  Live live;

  start (&live, TS_TIMING_PROFILE_BROADCAST);
  ts_timing_push (live.checker, stream.bytes->data, 60 * 188,
      TS_TIMING_NO_TIME);
  ts_timing_finish (live.checker);
  assert_only (&live, 0, 0);
  fail_unless_equals_int (ts_timing_get_verdict (live.checker),
      TS_TIMING_VERDICT_UNUSABLE);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* 0.3 s of media at once */
static gint64
in_bursts (gint64 media, gsize byte)
{
  return (media / (300 * MS) + 1) * 300 * MS;
}

GST_START_TEST (test_jitter)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_BROADCAST, 30, in_bursts);
  assert_only (&live, TS_TIMING_EVENT_ARRIVAL_JITTER, 1);
  fail_unless (live.values[TS_TIMING_EVENT_ARRIVAL_JITTER] >= 200 * MS &&
      live.values[TS_TIMING_EVENT_ARRIVAL_JITTER] <= 310 * MS);
  ts_timing_free (live.checker);
}

GST_END_TEST;

GST_START_TEST (test_slow_network)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_AUTO, 20, thin_line);
  fail_unless_equals_uint64 (ts_timing_get_count (live.checker,
          TS_TIMING_EVENT_SLOW_NETWORK), 1);
  fail_unless_equals_uint64 (ts_timing_get_count (live.checker,
          TS_TIMING_EVENT_SLOW_ENCODER), 0);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* 0.9 s of media in a second, whatever it weighs */
static gint64
lame_encoder (gint64 media, gsize byte)
{
  return media / 9 * 10;
}

GST_START_TEST (test_slow_encoder)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_AUTO, 30, lame_encoder);
  assert_only (&live, TS_TIMING_EVENT_SLOW_ENCODER, 1);
  ts_timing_free (live.checker);
}

GST_END_TEST;

static gint64
stall (gint64 media, gsize byte)
{
  return media < 20 * S ? media : media + 1600 * MS;
}

GST_START_TEST (test_stall)
{
  Live live;

  receive (&live, TS_TIMING_PROFILE_AUTO, 30, stall);
  assert_only (&live, TS_TIMING_EVENT_SLOW_NETWORK, 1);
  fail_unless (ABS (live.values[TS_TIMING_EVENT_SLOW_NETWORK] - 1600 * MS) <
      60 * MS);
  ts_timing_free (live.checker);
}

GST_END_TEST;

GST_START_TEST (test_dead_input)
{
  Live live;
  gint64 end = 1010 * S;
  guint i;

  receive (&live, TS_TIMING_PROFILE_AUTO, 10, in_time);
  for (i = 0; i < 3; i++)
    ts_timing_tick (live.checker, end + i * 500 * MS);
  assert_only (&live, 0, 0);
  for (i = 0; i < 10; i++)
    ts_timing_tick (live.checker, end + 2100 * MS + i * 500 * MS);
  assert_only (&live, TS_TIMING_EVENT_DEAD_INPUT, 1);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* A pause of the pipeline is no dead input and no lag. */
GST_START_TEST (test_pause)
{
  Live live;
  Stream stream = make_stream (20);
  gsize at;

  start (&live, TS_TIMING_PROFILE_AUTO);
  for (at = 0; at < stream.bytes->len; at += BLOCK) {
    gint64 media = g_array_index (stream.times, gint64, at / 188);

    if (media >= 10 * S) {
      if (at > 0 && g_array_index (stream.times, gint64, at / 188 - 1) < 10 * S)
        ts_timing_pause (live.checker);
      media += 30 * S;
    }
    ts_timing_push (live.checker, stream.bytes->data + at, BLOCK, media);
  }
  ts_timing_finish (live.checker);
  assert_only (&live, 0, 0);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* From the middle on nobody knows when bytes arrive: that is no silence. */
GST_START_TEST (test_arrival_no_longer_known)
{
  Live live;
  Stream stream = make_stream (20);
  gint64 media = 0;
  gsize at;

  start (&live, TS_TIMING_PROFILE_AUTO);
  for (at = 0; at < stream.bytes->len; at += BLOCK) {
    media = g_array_index (stream.times, gint64, at / 188);
    ts_timing_push (live.checker, stream.bytes->data + at, BLOCK,
        media < 10 * S ? media : TS_TIMING_NO_TIME);
    ts_timing_tick (live.checker, media);
  }
  ts_timing_finish (live.checker);
  assert_only (&live, 0, 0);
  free_stream (&stream);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* ---- names ---- */

#define EPOCH G_GINT64_CONSTANT (1700000000000)
#define SEGMENTS 12

/* Segments of 2 s; @delays: by how much UTC ran ahead of the media so far */
static void
publish (Live * live, const gint64 * delays, gboolean given)
{
  Stream stream = make_stream (SEGMENTS * 2);
  gsize at = 0;
  guint i;

  start (live, TS_TIMING_PROFILE_HLS);
  for (i = 0; i < SEGMENTS; i++) {
    gint64 utc = EPOCH + i * 2000 + delays[i];
    gchar *name = given ? NULL :
        g_strdup_printf ("live-%" G_GINT64_FORMAT ".ts", utc);
    TsTimingSegment segment = { name, given ? utc * MS : TS_TIMING_NO_TIME,
      2 * S, FALSE
    };

    ts_timing_begin_segment (live->checker, &segment);
    while (at < stream.bytes->len && g_array_index (stream.times, gint64,
            at / 188) < (i + 1) * 2 * S) {
      ts_timing_push (live->checker, stream.bytes->data + at, 188,
          TS_TIMING_NO_TIME);
      at += 188;
    }
    g_free (name);
  }
  ts_timing_finish (live->checker);
  free_stream (&stream);
}

GST_START_TEST (test_names_in_time)
{
  static const gint64 delays[SEGMENTS] = { 0, 30, -20, 15, 0, 60, 10, -30, 0,
    5, 12, 20
  };
  Live live;

  publish (&live, delays, __i__);
  assert_only (&live, 0, 0);
  fail_unless_equals_int (ts_timing_get_n_segments (live.checker), SEGMENTS);
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* Slow by 3 s, back in time, slow once more: two events, and the lag of each
 * segment. 700 ms is between the two bounds and changes nothing. */
GST_START_TEST (test_names_slow)
{
  static const gint64 delays[SEGMENTS] = { 0, 0, 500, 1500, 3000, 3000, 1500,
    700, 200, 0, 1800, 1800
  };
  static const gboolean slow[SEGMENTS] = { FALSE, FALSE, FALSE, TRUE, TRUE,
    TRUE, TRUE, TRUE, FALSE, FALSE, TRUE, TRUE
  };
  Live live;
  guint i;

  publish (&live, delays, __i__);
  assert_only (&live, TS_TIMING_EVENT_SLOW_NETWORK, 2);
  for (i = 0; i < SEGMENTS; i++) {
    const TsTimingSegmentInfo *info = ts_timing_get_segment (live.checker, i);

    fail_unless (ABS (info->lag - delays[i] * MS) <= 100 * MS,
        "segment %u: %" G_GINT64_FORMAT, i, info->lag);
    fail_unless_equals_int (info->slow, slow[i]);
    fail_unless (ABS (info->media_duration - 2 * S) <= 41 * MS);
  }
  ts_timing_free (live.checker);
}

GST_END_TEST;

/* Always the same time: refused, once. */
GST_START_TEST (test_names_refused)
{
  static const gint64 delays[SEGMENTS] = { 0, -2000, -4000, -6000, -8000,
    -10000, -12000, -14000, -16000, -18000, -20000, -22000
  };
  Live live;

  publish (&live, delays, __i__);
  assert_only (&live, TS_TIMING_EVENT_NAME_TIME_REFUSED, 1);
  ts_timing_free (live.checker);
}

GST_END_TEST;

static Suite *
tstiminglive_suite (void)
{
  Suite *s = suite_create ("tstiminglive");
  TCase *tc = tcase_create ("arrival");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_in_time, 0, TS_TIMING_N_PROFILES);
  tcase_add_loop_test (tc, test_drift, 0, 2);
  tcase_add_test (tc, test_drift_that_begins_late);
  tcase_add_test (tc, test_small_drift);
  tcase_add_loop_test (tc, test_latency_step_is_no_drift, 0, 7);
  tcase_add_loop_test (tc, test_wandering_lag_is_no_drift, 0, 3);
  tcase_add_loop_test (tc, test_many_splices, 0, TS_TIMING_N_PROFILES);
  tcase_add_test (tc, test_slow_network_with_splices);
  tcase_add_test (tc, test_jitter);
  tcase_add_test (tc, test_slow_network);
  tcase_add_test (tc, test_slow_encoder);
  tcase_add_test (tc, test_stall);
  tcase_add_test (tc, test_dead_input);
  tcase_add_test (tc, test_pause);
  tcase_add_test (tc, test_arrival_no_longer_known);

  tc = tcase_create ("absence");
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_absence_is_told_live, 0,
      2 * G_N_ELEMENTS (absences));
  tcase_add_test (tc, test_no_pat_no_clock);
  tcase_add_loop_test (tc, test_absence_at_the_end, 0,
      4 * G_N_ELEMENTS (absences));
  tcase_add_test (tc, test_piece_without_pat);

  tc = tcase_create ("names");
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_names_in_time, 0, 2);
  tcase_add_loop_test (tc, test_names_slow, 0, 2);
  tcase_add_loop_test (tc, test_names_refused, 0, 2);
  return s;
}

GST_CHECK_MAIN (tstiminglive);
