/* ts-tables.c: event types, bounds, profiles and checks as tables */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-timing.h"

#include <string.h>

#define EVENT(id, nick, severity, check, clause, explanation) \
  [TS_TIMING_EVENT_##id] = { TS_TIMING_EVENT_##id, "TS_TIMING_EVENT_" #id, \
      nick, TS_TIMING_SEVERITY_##severity, TS_TIMING_CHECK_##check, clause, \
      explanation }

/* told by two rules: switched off when both are */
#define TS_TIMING_CHECK_NAME_OR_ARRIVAL \
  (TS_TIMING_CHECK_NAME | TS_TIMING_CHECK_ARRIVAL)

static const TsTimingEventInfo event_table[TS_TIMING_N_EVENTS] = {
  EVENT (SYNC_LOSS, "sync-loss", ERROR, SYNC, "TR 101 290 1.1",
      "two or more packets in a row do not begin with 0x47"),
  EVENT (SYNC_BYTE_ERROR, "sync-byte-error", ERROR, SYNC, "TR 101 290 1.2",
      "one packet does not begin with 0x47 while its neighbours do"),
  EVENT (PAT_ERROR, "pat-error", ERROR, PSI, "TR 101 290 1.3.a",
      "the PAT is missing for too long, scrambled, or PID 0 has another table"),
  EVENT (CONTINUITY_COUNT_ERROR, "continuity-count-error", ERROR, CONTINUITY,
      "TR 101 290 1.4, ISO/IEC 13818-1 2.4.3.3",
      "packets of a PID are lost, out of order, or sent more than twice"),
  EVENT (PMT_ERROR, "pmt-error", ERROR, PSI, "TR 101 290 1.5.a",
      "a program's PMT is missing for too long or scrambled"),
  EVENT (PID_ERROR, "pid-error", ERROR, PID, "TR 101 290 1.6",
      "a video or audio PID that a PMT announces does not come"),
  EVENT (TRANSPORT_ERROR, "transport-error", ERROR, TRANSPORT, "TR 101 290 2.1",
      "transport_error_indicator: whoever passed the packet on knew it broken"),
  EVENT (CRC_ERROR, "crc-error", ERROR, PSI, "TR 101 290 2.2",
      "a section's CRC is wrong"),
  EVENT (PCR_REPETITION_ERROR, "pcr-repetition-error", ERROR, PCR,
      "TR 101 290 2.3a", "too long from one PCR to the next"),
  EVENT (PCR_DISCONTINUITY_ERROR, "pcr-discontinuity-error", ERROR, PCR,
      "TR 101 290 2.3b",
      "the PCR jumps, and no discontinuity_indicator says that it may"),
  EVENT (PCR_ACCURACY_ERROR, "pcr-accuracy-error", ERROR, PCR_ACCURACY,
      "TR 101 290 2.4",
      "in a constant bitrate stream a PCR does not fit its byte position"),
  EVENT (PTS_ERROR, "pts-error", ERROR, PTS,
      "TR 101 290 2.5, ISO/IEC 13818-1 2.7.4",
      "too long from one timestamp to the next while the clock goes on"),
  EVENT (CAT_ERROR, "cat-error", ERROR, PSI, "TR 101 290 2.6",
      "packets are scrambled and there is no CAT, or PID 1 has another table"),
  EVENT (NIT_ERROR, "nit-error", WARNING, SI, "TR 101 290 3.1.a",
      "the NIT is missing for too long, or PID 0x10 has another table"),
  EVENT (SI_REPETITION_ERROR, "si-repetition-error", WARNING, SI,
      "TR 101 290 3.2, EN 300 468 5.1.4",
      "sections of one SI table follow each other too fast"),
  EVENT (UNREFERENCED_PID, "unreferenced-pid", WARNING, PID,
      "TR 101 290 3.4.a", "a PID comes that no PMT and no CAT announces"),
  EVENT (SDT_ERROR, "sdt-error", WARNING, SI, "TR 101 290 3.5.a",
      "the SDT is missing for too long, or PID 0x11 has another table"),
  EVENT (EIT_ERROR, "eit-error", WARNING, SI, "TR 101 290 3.6.a",
      "the EIT present/following is missing for too long, or PID 0x12 has "
      "another table"),
  EVENT (TDT_ERROR, "tdt-error", WARNING, SI, "TR 101 290 3.8",
      "the TDT is missing for too long, or PID 0x14 has another table"),
  EVENT (DATA_DELAY_ERROR, "data-delay-error", WARNING, DELAY,
      "TR 101 290 3.10, ISO/IEC 13818-1 2.4.2.7",
      "data would stay in the decoder's buffer for too long"),
  EVENT (DTS_NOT_INCREASING, "dts-not-increasing", ERROR, DTS,
      "ISO/IEC 13818-1 2.4.3.7, seed 004",
      "a DTS is not later than the one before it on its PID"),
  EVENT (PTS_BEFORE_DTS, "pts-before-dts", ERROR, DTS,
      "ISO/IEC 13818-1 2.4.3.7, seed 004",
      "a picture is to be shown before it is decoded"),
  EVENT (DTS_PCR_GAP, "dts-pcr-gap", WARNING, GAP,
      "seed 004, ISO/IEC 13818-1 2.4.2",
      "DTS minus clock left its window: the decoder's buffer runs empty or "
      "full"),
  EVENT (AV_SKEW, "av-skew", WARNING, SKEW, "house rule",
      "video and audio of the same time lie too far apart in the stream"),
  EVENT (UNMARKED_DISCONTINUITY, "unmarked-discontinuity", ERROR,
      DISCONTINUITY, "ISO/IEC 13818-1 2.4.3.5, RFC 8216 4.3.2.3",
      "the timestamps of a program jump and nothing announces it"),
  EVENT (SEGMENT_WITHOUT_PSI, "segment-without-psi", WARNING, SEGMENT,
      "RFC 8216 3.2", "a segment has no PAT or no PMT of its own"),
  EVENT (SLOW_NETWORK, "slow-network", WARNING, NAME_OR_ARRIVAL, "seed 004",
      "time goes on faster than the media: the stream arrives late and later"),
  EVENT (NAME_TIME_REFUSED, "name-time-refused", INFO, NAME, "house rule",
      "the times in segment names do not advance, so they are not believed"),
  EVENT (DEAD_INPUT, "dead-input", ERROR, ARRIVAL, "house rule",
      "nothing arrives any more"),
  EVENT (ARRIVAL_JITTER, "arrival-jitter", WARNING, ARRIVAL,
      "TR 101 290 annex I (PCR_OJ)",
      "packets come too unevenly against the PCR"),
  EVENT (SLOW_ENCODER, "slow-encoder", WARNING, ARRIVAL, "house rule",
      "the encoder makes less than a second of media in a second"),
  EVENT (CLOCK_DRIFT, "clock-drift", WARNING, ARRIVAL,
      "ISO/IEC 13818-1 2.4.2.1",
      "the PCR runs steadily faster or slower than the receiver's clock"),
  EVENT (PLAYLIST_ERROR, "playlist-error", ERROR, PLAYLIST, "RFC 8216 4",
      "a playlist has a line that is not allowed there"),
  EVENT (EXTINF_MISMATCH, "extinf-mismatch", WARNING, PLAYLIST,
      "RFC 8216 4.3.2.1",
      "EXTINF and the duration of the media differ by more than a frame"),
  EVENT (TARGET_DURATION_EXCEEDED, "target-duration-exceeded", ERROR, PLAYLIST,
      "RFC 8216 4.3.3.1", "a segment is longer than the target duration"),
  EVENT (PROGRAM_DATE_TIME_DRIFT, "program-date-time-drift", WARNING, PLAYLIST,
      "RFC 8216 4.3.2.6",
      "PROGRAM-DATE-TIME and the media run away from each other"),
  EVENT (MEDIA_SEQUENCE_ERROR, "media-sequence-error", ERROR, PLAYLIST,
      "RFC 8216 4.3.3.2, 6.2.2",
      "a reloaded playlist does not continue the one before"),
  EVENT (SEGMENT_UNAVAILABLE, "segment-unavailable", ERROR, PLAYLIST,
      "RFC 8216 6.2.1", "a segment of the playlist cannot be read"),
};

#undef EVENT

#define CHECK(id, nick, explanation) \
  { TS_TIMING_CHECK_##id, "TS_TIMING_CHECK_" #id, nick, explanation }

static const TsTimingCheckInfo check_table[TS_TIMING_N_CHECKS] = {
  CHECK (SYNC, "sync", "packet synchronisation"),
  CHECK (TRANSPORT, "transport", "transport_error_indicator"),
  CHECK (CONTINUITY, "continuity", "continuity counters"),
  CHECK (PSI, "psi", "PAT, PMT and CAT: presence, repetition, CRC"),
  CHECK (SI, "si", "NIT, SDT, EIT and TDT of DVB"),
  CHECK (PID, "pid", "missing and unreferenced PIDs"),
  CHECK (PCR, "pcr", "PCR repetition and jumps"),
  CHECK (PCR_ACCURACY, "pcr-accuracy", "PCR against byte position"),
  CHECK (PTS, "pts", "timestamp repetition"),
  CHECK (DTS, "dts", "DTS strictly increasing, PTS not before DTS"),
  CHECK (GAP, "gap", "DTS minus clock"),
  CHECK (DELAY, "delay", "buffer delay"),
  CHECK (SKEW, "skew", "video against audio"),
  CHECK (DISCONTINUITY, "discontinuity", "unmarked timeline breaks"),
  CHECK (SEGMENT, "segment", "what each segment must have"),
  CHECK (NAME, "name", "UTC in segment names"),
  CHECK (ARRIVAL, "arrival", "time of arrival of live input"),
  CHECK (PLAYLIST, "playlist", "HLS playlists"),
};

#undef CHECK

#define MS(n) ((n) * TS_TIMING_MSEC)
#define S(n) ((n) * TS_TIMING_SECOND)
#define OFF TS_TIMING_UNLIMITED

/* values: auto, seed, broadcast, hls */
#define BOUND(id, nick, unit, min, max, a, s, b, h, blurb) \
  [TS_TIMING_BOUND_##id] = { nick, TS_TIMING_UNIT_##unit, min, max, \
      { a, s, b, h }, blurb }

static const TsTimingBoundInfo bound_table[TS_TIMING_N_BOUNDS] = {
  BOUND (GAP_VIDEO_MIN, "gap-video-min", NS, -S (3600), S (3600),
      MS (-1000), MS (700), 0, MS (-1000),
      "Smallest DTS minus PCR of a video PID"),
  BOUND (GAP_VIDEO_MAX, "gap-video-max", NS, -S (3600), OFF,
      S (10), MS (1200), S (10), S (10),
      "Largest DTS minus PCR of a video PID"),
  BOUND (GAP_AUDIO_MIN, "gap-audio-min", NS, -S (3600), S (3600),
      MS (-1000), MS (200), 0, MS (-1000),
      "Smallest DTS minus PCR of an audio PID"),
  BOUND (GAP_AUDIO_MAX, "gap-audio-max", NS, -S (3600), OFF,
      S (10), MS (700), S (10), S (10),
      "Largest DTS minus PCR of an audio PID"),
  BOUND (GAP_DRIFT_MAX, "gap-drift-max", NS, 0, OFF,
      MS (500), OFF, OFF, OFF,
      "How far DTS minus PCR may leave the range that it had at first "
      "(learn-time)"),
  BOUND (AV_SKEW_MAX, "av-skew-max", NS, 0, OFF, S (10), S (1), S (5), S (10),
      "Largest distance of video DTS and audio DTS that lie side by side, "
      "either way, averaged over about 16 pictures"),
  BOUND (AV_SKEW_DRIFT_MAX, "av-skew-drift-max", NS, 0, OFF,
      MS (500), OFF, OFF, OFF,
      "How far that distance may leave the range that it had at first "
      "(learn-time)"),
  BOUND (PCR_INTERVAL_MAX, "pcr-interval-max", NS, MS (1), OFF,
      MS (100), MS (100), MS (100), S (10),
      "Longest time from one PCR to the next; DVB recommends 40 ms "
      "(TS 101 154), TR 101 290 V1.4.1 allows 100"),
  BOUND (PCR_STEP_MAX, "pcr-step-max", NS, MS (1), OFF,
      MS (100), MS (100), MS (100), MS (100),
      "Largest step from one PCR to the next that needs no "
      "discontinuity_indicator; a larger step that the DTS or the arrival "
      "times went along with is a matter of pcr-interval-max only"),
  BOUND (PCR_ACCURACY_MAX, "pcr-accuracy-max", NS, 1, OFF, 500, 500, 500, 500,
      "Largest difference of a PCR from what its byte position says in a "
      "constant bitrate stream, either way"),
  BOUND (CBR_TOLERANCE, "cbr-tolerance", PPM, 0, 100000, 100, 100, 1000, 100,
      "The bitrate counts as constant while it strays by no more than this "
      "from PCR to PCR"),
  BOUND (PTS_INTERVAL_MAX, "pts-interval-max", NS, MS (1), OFF,
      MS (700), MS (700), MS (700), S (2),
      "Longest time from one timestamp to the next of a video or audio PID"),
  BOUND (DISCONTINUITY_MIN, "discontinuity-min", NS, MS (1), OFF,
      S (1), S (1), S (1), S (1),
      "A DTS that goes back, or forward and the clock does not, by more than "
      "this is a break of the timeline"),
  BOUND (PAT_INTERVAL_MAX, "pat-interval-max", NS, MS (1), OFF,
      MS (500), MS (500), MS (500), OFF,
      "Longest time from one PAT to the next"),
  BOUND (PMT_INTERVAL_MAX, "pmt-interval-max", NS, MS (1), OFF,
      MS (500), MS (500), MS (500), OFF,
      "Longest time from one PMT of a program to the next"),
  BOUND (PID_TIMEOUT, "pid-timeout", NS, MS (1), OFF, S (5), S (5), S (5),
      S (5),
      "A video or audio PID of the PMT must come within this time"),
  BOUND (REFERENCE_DELAY_MAX, "reference-delay-max", NS, MS (1), OFF,
      MS (500), MS (500), MS (500), MS (500),
      "A PID must be announced by a PMT or CAT, and scrambling by a CAT, "
      "within this time"),
  BOUND (NIT_INTERVAL_MAX, "nit-interval-max", NS, MS (1), OFF,
      OFF, OFF, S (10), OFF, "Longest time from one NIT to the next"),
  BOUND (SDT_INTERVAL_MAX, "sdt-interval-max", NS, MS (1), OFF,
      OFF, OFF, S (2), OFF, "Longest time from one SDT to the next"),
  BOUND (EIT_INTERVAL_MAX, "eit-interval-max", NS, MS (1), OFF,
      OFF, OFF, S (2), OFF,
      "Longest time from one EIT present/following to the next"),
  BOUND (TDT_INTERVAL_MAX, "tdt-interval-max", NS, MS (1), OFF,
      OFF, OFF, S (30), OFF, "Longest time from one TDT to the next"),
  BOUND (SI_INTERVAL_MIN, "si-interval-min", NS, 0, S (1),
      0, 0, MS (25), 0,
      "Shortest time between two sections of the same SI table"),
  BOUND (DATA_DELAY_MAX, "data-delay-max", NS, MS (1), OFF,
      OFF, OFF, S (1), OFF,
      "Longest stay of data in the decoder's buffer"),
  BOUND (DATA_DELAY_AVC_MAX, "data-delay-avc-max", NS, MS (1), OFF,
      S (10), OFF, S (10), S (10),
      "The same for MPEG-4, AVC, HEVC and VVC video"),
  BOUND (LEARN_TIME, "learn-time", NS, 0, S (3600), S (10), 0, 0, 0,
      "Profile auto: stream time from which ranges and intervals are learned"),
  BOUND (SLOW_NETWORK_MIN, "slow-network-min", NS, MS (1), OFF,
      S (1), S (1), S (1), S (1),
      "By names: UTC minus DTS may grow by this much before the network counts "
      "as slow"),
  BOUND (SLOW_NETWORK_CLEAR, "slow-network-clear", NS, 0, OFF,
      MS (500), MS (500), MS (500), MS (500),
      "UTC minus DTS must come back below this before the network can count as "
      "slow once more"),
  BOUND (DEAD_INPUT_TIMEOUT, "dead-input-timeout", NS, MS (1), OFF,
      S (2), S (2), S (2), S (15),
      "Live: longest time without a byte"),
  BOUND (ARRIVAL_JITTER_MAX, "arrival-jitter-max", NS, MS (1), OFF,
      S (1), S (1), MS (50), OFF,
      "Live: largest spread of arrival against PCR within about a second"),
  BOUND (ARRIVAL_LAG_MAX, "arrival-lag-max", NS, MS (1), OFF,
      S (1), S (1), S (1), S (10),
      "Live: how far arrival may fall behind the PCR before somebody counts "
      "as slow; comes back below half of it before that can happen again"),
  BOUND (CLOCK_DRIFT_MAX, "clock-drift-max", PPM, 1, 1000000,
      200, 200, 30, 200,
      "Live: largest steady difference of PCR and receiver's clock; 30 ppm is "
      "what ISO/IEC 13818-1 allows an encoder"),
  BOUND (CLOCK_DRIFT_TIME, "clock-drift-time", NS, S (1), S (86400),
      S (60), S (60), S (60), S (60),
      "Live: shortest time over which that difference is judged"),
};

#undef BOUND
#undef OFF
#undef MS
#undef S

static const gchar *const profile_nicks[TS_TIMING_N_PROFILES] =
    { "auto", "seed", "broadcast", "hls" };
static const gchar *const severity_nicks[] = { "info", "warning", "error" };
static const gchar *const verdict_nicks[] =
    { "clean", "warning", "error", "unusable" };

static const gchar *const kind_nicks[] =
    { "unknown", "psi", "video", "audio", "subtitle", "data", "null" };

static const gchar *const series_nicks[] =
    { "gap", "pcr-interval", "av-skew", "bitrate", "arrival-lag" };

#define LOOK_UP(table, index) \
  ((guint) (index) < G_N_ELEMENTS (table) ? table[index] : NULL)

const TsTimingEventInfo *
ts_timing_event_info (TsTimingEventType type)
{
  return (guint) type < TS_TIMING_N_EVENTS ? &event_table[type] : NULL;
}

const TsTimingBoundInfo *
ts_timing_bound_info (TsTimingBound bound)
{
  return (guint) bound < TS_TIMING_N_BOUNDS ? &bound_table[bound] : NULL;
}

const TsTimingCheckInfo *
ts_timing_check_info (guint bit)
{
  return bit < TS_TIMING_N_CHECKS ? &check_table[bit] : NULL;
}

const gchar *
ts_timing_profile_nick (TsTimingProfile profile)
{
  return LOOK_UP (profile_nicks, profile);
}

const gchar *
ts_timing_severity_nick (TsTimingSeverity severity)
{
  return LOOK_UP (severity_nicks, severity);
}

const gchar *
ts_timing_verdict_nick (TsTimingVerdict verdict)
{
  return LOOK_UP (verdict_nicks, verdict);
}

const gchar *
ts_timing_kind_nick (TsTimingKind kind)
{
  return LOOK_UP (kind_nicks, kind);
}

const gchar *
ts_timing_series_nick (TsTimingSeriesKind kind)
{
  return LOOK_UP (series_nicks, kind);
}

gboolean
ts_timing_profile_from_nick (const gchar * nick, TsTimingProfile * profile)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (profile_nicks); i++) {
    if (strcmp (nick, profile_nicks[i]) == 0) {
      *profile = i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
ts_timing_severity_from_nick (const gchar * nick, TsTimingSeverity * severity)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (severity_nicks); i++) {
    if (strcmp (nick, severity_nicks[i]) == 0) {
      *severity = i;
      return TRUE;
    }
  }
  return FALSE;
}

void
ts_timing_config_init (TsTimingConfig * config, TsTimingProfile profile)
{
  guint i;

  memset (config, 0, sizeof (*config));
  config->profile = profile;
  config->checks = TS_TIMING_CHECK_ALL;
  config->learn = profile == TS_TIMING_PROFILE_AUTO;
  config->interpolate = profile != TS_TIMING_PROFILE_SEED;
  config->psi_restarts = profile == TS_TIMING_PROFILE_HLS ||
      profile == TS_TIMING_PROFILE_AUTO;
  config->max_segments = 2048;
  for (i = 0; i < TS_TIMING_N_BOUNDS; i++)
    config->bounds[i] = bound_table[i].values[profile];

  switch (profile) {
    case TS_TIMING_PROFILE_SEED:
      config->checks = TS_TIMING_CHECK_SYNC | TS_TIMING_CHECK_TRANSPORT |
          TS_TIMING_CHECK_CONTINUITY | TS_TIMING_CHECK_DTS |
          TS_TIMING_CHECK_GAP | TS_TIMING_CHECK_SKEW |
          TS_TIMING_CHECK_DISCONTINUITY | TS_TIMING_CHECK_NAME |
          TS_TIMING_CHECK_ARRIVAL | TS_TIMING_CHECK_PLAYLIST;
      break;
    case TS_TIMING_PROFILE_HLS:
      config->checks &= ~(TS_TIMING_CHECK_SI | TS_TIMING_CHECK_PCR_ACCURACY);
      break;
    case TS_TIMING_PROFILE_AUTO:
      config->checks &= ~TS_TIMING_CHECK_SI;
      break;
    case TS_TIMING_PROFILE_BROADCAST:
      break;
  }
}

const gchar *
ts_timing_format_value (gint64 value, TsTimingUnit unit,
    gchar * buffer, gsize size)
{
  switch (unit) {
    case TS_TIMING_UNIT_NS:
      if (ABS (value / 1000) < 1000)
        g_snprintf (buffer, size, "%" G_GINT64_FORMAT " ns", value);
      else
        g_snprintf (buffer, size, "%.3f ms", value / 1e6);
      break;
    case TS_TIMING_UNIT_PPM:
      g_snprintf (buffer, size, "%" G_GINT64_FORMAT " ppm", value);
      break;
    case TS_TIMING_UNIT_PACKETS:
      g_snprintf (buffer, size, "%" G_GINT64_FORMAT " packets", value);
      break;
    case TS_TIMING_UNIT_COUNT:
    case TS_TIMING_UNIT_NONE:
      g_snprintf (buffer, size, "%" G_GINT64_FORMAT, value);
      break;
  }
  return buffer;
}

const gchar *
ts_timing_event_describe (const TsTimingEvent * event,
    gchar * buffer, gsize size)
{
  const TsTimingEventInfo *info = ts_timing_event_info (event->type);
  gchar value[40], low[40], high[40], pid[16] = "", limits[100] = "";
  gchar *text, *valid;

  if (event->pid != TS_TIMING_NO_PID)
    g_snprintf (pid, sizeof (pid), " PID 0x%04x", event->pid);
  ts_timing_format_value (event->value, event->unit, value, sizeof (value));
  ts_timing_format_value (event->low, event->unit, low, sizeof (low));
  ts_timing_format_value (event->high, event->unit, high, sizeof (high));
  if (event->low != TS_TIMING_NO_TIME && event->high != TS_TIMING_UNLIMITED)
    g_snprintf (limits, sizeof (limits), " (allowed %s to %s)", low, high);
  else if (event->low != TS_TIMING_NO_TIME)
    g_snprintf (limits, sizeof (limits), " (at least %s)", low);
  else if (event->high != TS_TIMING_UNLIMITED)
    g_snprintf (limits, sizeof (limits), " (at most %s)", high);

  text = g_strdup_printf ("%s:%s packet %" G_GUINT64_FORMAT " byte %"
      G_GUINT64_FORMAT ": %s%s%s%s", info->nick, pid, event->packet,
      event->offset, event->detail ? event->detail : info->explanation,
      event->unit == TS_TIMING_UNIT_NONE ? "" : ": ",
      event->unit == TS_TIMING_UNIT_NONE ? "" : value,
      event->unit == TS_TIMING_UNIT_NONE ? "" : limits);
  /* a detail quotes names: they may be of any encoding, or cut */
  valid = g_utf8_make_valid (text, -1);
  if (strlen (valid) >= size)
    *g_utf8_find_prev_char (valid, valid + size) = 0;
  g_strlcpy (buffer, valid, size);
  g_free (valid);
  g_free (text);
  return buffer;
}
