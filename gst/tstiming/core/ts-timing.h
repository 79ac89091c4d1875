/* ts-timing.h: the public face of the MPEG-TS timing checker */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A TsTimingChecker reads the bytes of a transport stream in pieces of any
 * size and tells, by events and by a report, whether the stream is in time.
 * It knows GLib and nothing of GStreamer: element, tool, fuzzer and benchmark
 * call it the same way:
 *
 *   TsTimingConfig config;
 *   ts_timing_config_init (&config, TS_TIMING_PROFILE_AUTO);
 *   checker = ts_timing_new (&config);
 *   ts_timing_set_callback (checker, on_event, data);
 *   while (read)
 *     ts_timing_push (checker, bytes, size, TS_TIMING_NO_TIME);
 *   ts_timing_finish (checker);
 *   ... accessors, or ts-timing-report.h for the JSON ...
 *   ts_timing_free (checker);
 *
 * A checker belongs to one thread at a time; callers lock around it. Events
 * are called back from within the call that found them. No byte is changed or
 * kept, nothing is allocated per packet, and memory is bounded however long
 * the stream is.
 *
 * Times in this interface are nanoseconds (signed), unless a name says else.
 */

#ifndef TS_TIMING_H
#define TS_TIMING_H

#include <glib.h>

G_BEGIN_DECLS
/* "No such time", for every gint64 time of this interface. */
#define TS_TIMING_NO_TIME G_MININT64
/* "No PID" in an event or a table. */
#define TS_TIMING_NO_PID 0xffff
/* A bound with this value is never broken. */
#define TS_TIMING_UNLIMITED G_MAXINT64
#define TS_TIMING_MSEC G_GINT64_CONSTANT (1000000)
#define TS_TIMING_SECOND G_GINT64_CONSTANT (1000000000)
typedef struct _TsTimingChecker TsTimingChecker;

typedef enum
{
  TS_TIMING_SEVERITY_INFO,
  TS_TIMING_SEVERITY_WARNING,
  TS_TIMING_SEVERITY_ERROR
} TsTimingSeverity;

/* What the stream is judged by. */
typedef enum
{
  /* a learned baseline, and drift away from it */
  TS_TIMING_PROFILE_AUTO,
  /* the windows of a CDN engineer's article: DTS-PCR gap of video 700..1200 ms
   * and of audio 200..700 ms, DTS strictly increasing, continuity, names */
  TS_TIMING_PROFILE_SEED,
  /* ETSI TR 101 290 V1.4.1, all priorities */
  TS_TIMING_PROFILE_BROADCAST,
  /* RFC 8216 segments: one PCR per keyframe and PSI per segment are fine */
  TS_TIMING_PROFILE_HLS
} TsTimingProfile;
#define TS_TIMING_N_PROFILES 4

/* Groups of rules that can be switched off. An event belongs to one group. */
typedef enum
{
  TS_TIMING_CHECK_SYNC = 1 << 0,
  TS_TIMING_CHECK_TRANSPORT = 1 << 1,
  TS_TIMING_CHECK_CONTINUITY = 1 << 2,
  TS_TIMING_CHECK_PSI = 1 << 3,
  TS_TIMING_CHECK_SI = 1 << 4,
  TS_TIMING_CHECK_PID = 1 << 5,
  TS_TIMING_CHECK_PCR = 1 << 6,
  TS_TIMING_CHECK_PCR_ACCURACY = 1 << 7,
  TS_TIMING_CHECK_PTS = 1 << 8,
  TS_TIMING_CHECK_DTS = 1 << 9,
  TS_TIMING_CHECK_GAP = 1 << 10,
  TS_TIMING_CHECK_DELAY = 1 << 11,
  TS_TIMING_CHECK_SKEW = 1 << 12,
  TS_TIMING_CHECK_DISCONTINUITY = 1 << 13,
  TS_TIMING_CHECK_SEGMENT = 1 << 14,
  TS_TIMING_CHECK_NAME = 1 << 15,
  TS_TIMING_CHECK_ARRIVAL = 1 << 16,
  TS_TIMING_CHECK_PLAYLIST = 1 << 17
} TsTimingCheck;
#define TS_TIMING_N_CHECKS 18
#define TS_TIMING_CHECK_ALL ((1 << TS_TIMING_N_CHECKS) - 1)

/* All event types. The nicks (ts_timing_event_info()) are the JSON keys. */
typedef enum
{
  /* ETSI TR 101 290, first priority */
  TS_TIMING_EVENT_SYNC_LOSS,
  TS_TIMING_EVENT_SYNC_BYTE_ERROR,
  TS_TIMING_EVENT_PAT_ERROR,
  TS_TIMING_EVENT_CONTINUITY_COUNT_ERROR,
  TS_TIMING_EVENT_PMT_ERROR,
  TS_TIMING_EVENT_PID_ERROR,
  /* second priority */
  TS_TIMING_EVENT_TRANSPORT_ERROR,
  TS_TIMING_EVENT_CRC_ERROR,
  TS_TIMING_EVENT_PCR_REPETITION_ERROR,
  TS_TIMING_EVENT_PCR_DISCONTINUITY_ERROR,
  TS_TIMING_EVENT_PCR_ACCURACY_ERROR,
  TS_TIMING_EVENT_PTS_ERROR,
  TS_TIMING_EVENT_CAT_ERROR,
  /* third priority */
  TS_TIMING_EVENT_NIT_ERROR,
  TS_TIMING_EVENT_SI_REPETITION_ERROR,
  TS_TIMING_EVENT_UNREFERENCED_PID,
  TS_TIMING_EVENT_SDT_ERROR,
  TS_TIMING_EVENT_EIT_ERROR,
  TS_TIMING_EVENT_TDT_ERROR,
  TS_TIMING_EVENT_DATA_DELAY_ERROR,
  /* timestamps */
  TS_TIMING_EVENT_DTS_NOT_INCREASING,
  TS_TIMING_EVENT_PTS_BEFORE_DTS,
  TS_TIMING_EVENT_DTS_PCR_GAP,
  TS_TIMING_EVENT_AV_SKEW,
  TS_TIMING_EVENT_UNMARKED_DISCONTINUITY,
  /* segments and their names */
  TS_TIMING_EVENT_SEGMENT_WITHOUT_PSI,
  TS_TIMING_EVENT_SLOW_NETWORK,
  TS_TIMING_EVENT_NAME_TIME_REFUSED,
  /* time of arrival */
  TS_TIMING_EVENT_DEAD_INPUT,
  TS_TIMING_EVENT_ARRIVAL_JITTER,
  TS_TIMING_EVENT_SLOW_ENCODER,
  TS_TIMING_EVENT_CLOCK_DRIFT,
  /* playlists: found by the playlist rules, not by the scanner */
  TS_TIMING_EVENT_PLAYLIST_ERROR,
  TS_TIMING_EVENT_EXTINF_MISMATCH,
  TS_TIMING_EVENT_TARGET_DURATION_EXCEEDED,
  TS_TIMING_EVENT_PROGRAM_DATE_TIME_DRIFT,
  TS_TIMING_EVENT_MEDIA_SEQUENCE_ERROR,
  TS_TIMING_EVENT_SEGMENT_UNAVAILABLE
} TsTimingEventType;
#define TS_TIMING_N_EVENTS (TS_TIMING_EVENT_SEGMENT_UNAVAILABLE + 1)

/* What is known of an event type before any stream is read. */
typedef struct
{
  TsTimingEventType type;
  /* C name of the enum value, for a GEnum */
  const gchar *name;
  const gchar *nick;
  TsTimingSeverity severity;
  /* the group that it belongs to; slow-network has two, and is told while
   * either is on */
  TsTimingCheck check;
  /* standard and clause, or where else the rule comes from */
  const gchar *clause;
  /* one line for a reader */
  const gchar *explanation;
} TsTimingEventInfo;

/* Unit of an event's values. */
typedef enum
{
  TS_TIMING_UNIT_NONE,
  TS_TIMING_UNIT_NS,
  TS_TIMING_UNIT_PPM,
  TS_TIMING_UNIT_PACKETS,
  TS_TIMING_UNIT_COUNT
} TsTimingUnit;

typedef struct
{
  TsTimingEventType type;
  TsTimingSeverity severity;
  /* TS_TIMING_NO_PID if it concerns none */
  guint16 pid;
  /* program_number, 0 if it concerns none */
  guint16 program;
  /* packets before the one that shows it */
  guint64 packet;
  /* bytes before that packet's sync byte */
  guint64 offset;
  /* index of the segment, -1 while no segment was begun */
  gint64 segment;
  /* program clock at that place, from the first PCR on, or no time */
  gint64 time;
  /* what was measured and what was allowed; a missing limit is
   * TS_TIMING_NO_TIME (low) or TS_TIMING_UNLIMITED (high) */
  gint64 value, low, high;
  TsTimingUnit unit;
  /* events of this type up to here, this one included */
  guint64 count;
  /* half a sentence on what exactly happened, or NULL; valid in the callback,
   * and in ts_timing_get_first() as long as the checker */
  const gchar *detail;
} TsTimingEvent;

typedef void (*TsTimingCallback) (const TsTimingEvent * event,
    gpointer user_data);

/* Bounds: every number that a rule compares with. */
typedef enum
{
  TS_TIMING_BOUND_GAP_VIDEO_MIN,
  TS_TIMING_BOUND_GAP_VIDEO_MAX,
  TS_TIMING_BOUND_GAP_AUDIO_MIN,
  TS_TIMING_BOUND_GAP_AUDIO_MAX,
  TS_TIMING_BOUND_GAP_DRIFT_MAX,
  TS_TIMING_BOUND_AV_SKEW_MAX,
  TS_TIMING_BOUND_AV_SKEW_DRIFT_MAX,
  TS_TIMING_BOUND_PCR_INTERVAL_MAX,
  TS_TIMING_BOUND_PCR_STEP_MAX,
  TS_TIMING_BOUND_PCR_ACCURACY_MAX,
  TS_TIMING_BOUND_CBR_TOLERANCE,
  TS_TIMING_BOUND_PTS_INTERVAL_MAX,
  TS_TIMING_BOUND_DISCONTINUITY_MIN,
  TS_TIMING_BOUND_PAT_INTERVAL_MAX,
  TS_TIMING_BOUND_PMT_INTERVAL_MAX,
  TS_TIMING_BOUND_PID_TIMEOUT,
  TS_TIMING_BOUND_REFERENCE_DELAY_MAX,
  TS_TIMING_BOUND_NIT_INTERVAL_MAX,
  TS_TIMING_BOUND_SDT_INTERVAL_MAX,
  TS_TIMING_BOUND_EIT_INTERVAL_MAX,
  TS_TIMING_BOUND_TDT_INTERVAL_MAX,
  TS_TIMING_BOUND_SI_INTERVAL_MIN,
  TS_TIMING_BOUND_DATA_DELAY_MAX,
  TS_TIMING_BOUND_DATA_DELAY_AVC_MAX,
  TS_TIMING_BOUND_LEARN_TIME,
  TS_TIMING_BOUND_SLOW_NETWORK_MIN,
  TS_TIMING_BOUND_SLOW_NETWORK_CLEAR,
  TS_TIMING_BOUND_DEAD_INPUT_TIMEOUT,
  TS_TIMING_BOUND_ARRIVAL_JITTER_MAX,
  TS_TIMING_BOUND_ARRIVAL_LAG_MAX,
  TS_TIMING_BOUND_CLOCK_DRIFT_MAX,
  TS_TIMING_BOUND_CLOCK_DRIFT_TIME
} TsTimingBound;
#define TS_TIMING_N_BOUNDS (TS_TIMING_BOUND_CLOCK_DRIFT_TIME + 1)

typedef struct
{
  const gchar *nick;
  TsTimingUnit unit;
  /* range of sensible values, in the unit; 0 or less than min is not special:
   * TS_TIMING_UNLIMITED switches a bound off */
  gint64 min, max;
  /* the value in each profile, by TsTimingProfile */
  gint64 values[TS_TIMING_N_PROFILES];
  const gchar *blurb;
} TsTimingBoundInfo;

typedef struct
{
  TsTimingProfile profile;
  /* TsTimingCheck flags */
  guint checks;
  /* widen intervals and gaps to what the first LEARN_TIME of stream shows */
  gboolean learn;
  /* judge the gap by the interpolated clock (else by the last PCR) */
  gboolean interpolate;
  /* PAT and PMT may count anew in each announced segment: servers write them
   * from a template */
  gboolean psi_restarts;
  gint64 bounds[TS_TIMING_N_BOUNDS];
  /* segments kept in the ledger; older ones stay only in the totals */
  guint max_segments;
} TsTimingConfig;

/* The tables behind enums: index in range gives a static entry, else NULL. */
const TsTimingEventInfo *ts_timing_event_info (TsTimingEventType type);
const TsTimingBoundInfo *ts_timing_bound_info (TsTimingBound bound);
const gchar *ts_timing_profile_nick (TsTimingProfile profile);
const gchar *ts_timing_severity_nick (TsTimingSeverity severity);
/* TRUE and the value if @nick names a profile or a severity. */
gboolean ts_timing_profile_from_nick (const gchar * nick,
    TsTimingProfile * profile);
gboolean ts_timing_severity_from_nick (const gchar * nick,
    TsTimingSeverity * severity);

/* A check group by its bit number 0..TS_TIMING_N_CHECKS-1. */
typedef struct
{
  TsTimingCheck check;
  const gchar *name;
  const gchar *nick;
  const gchar *explanation;
} TsTimingCheckInfo;
const TsTimingCheckInfo *ts_timing_check_info (guint bit);

/* Fills @config with the values of @profile. */
void ts_timing_config_init (TsTimingConfig * config, TsTimingProfile profile);

/* @config is copied. Never fails; free with ts_timing_free(). */
TsTimingChecker *ts_timing_new (const TsTimingConfig * config);
void ts_timing_free (TsTimingChecker * checker);
/* Back to the first byte: all tables and counts are emptied. */
void ts_timing_reset (TsTimingChecker * checker);
/* Changes rules on the run; what was counted stays. */
void ts_timing_set_config (TsTimingChecker * checker,
    const TsTimingConfig * config);
const TsTimingConfig *ts_timing_get_config (const TsTimingChecker * checker);
void ts_timing_set_callback (TsTimingChecker * checker,
    TsTimingCallback callback, gpointer user_data);

/*
 * Reads @size bytes. @arrival: when they arrived on any steady clock, or
 * TS_TIMING_NO_TIME for a file. Without arrival times the report depends on
 * the bytes alone, not on how they are cut. Bytes without one behind others that
 * had it are a pause (below).
 */
void ts_timing_push (TsTimingChecker * checker, const guint8 * data,
    gsize size, gint64 arrival);

/* Tells the time while nothing arrives, on the clock of @arrival: this is what
 * finds a dead input. */
void ts_timing_tick (TsTimingChecker * checker, gint64 now);

/* Arrival times stop for a while (a pipeline pauses): what follows is judged
 * anew, and the silence counts for nothing. */
void ts_timing_pause (TsTimingChecker * checker);

/* The bytes that follow are of another place (a flush, a seek): sync, continuity
 * and clocks start anew without an event; programs and counts stay. */
void ts_timing_discontinuity (TsTimingChecker * checker);

/* Bytes may be missing before those that follow (a DISCONT buffer): what is left
 * of a packet is dropped and the next one looked for, without an event. That
 * packets are missing is then told by continuity and clocks. */
void ts_timing_cut (TsTimingChecker * checker);

typedef struct
{
  /* file name or URI, or NULL */
  const gchar *name;
  /* UTC since the epoch if the caller knows it better than the name;
   * TS_TIMING_NO_TIME = read it from the name, if it has one */
  gint64 utc;
  /* announced duration (EXTINF), or TS_TIMING_NO_TIME */
  gint64 duration;
  /* a discontinuity is marked before this segment (EXT-X-DISCONTINUITY) */
  gboolean discontinuity;
} TsTimingSegment;

/* The bytes pushed next belong to a new segment, which begins with a packet.
 * Bytes of one that the last segment left incomplete are dropped, without an
 * event; that it is lost is told by continuity. */
void ts_timing_begin_segment (TsTimingChecker * checker,
    const TsTimingSegment * segment);

/* How names write their UTC: NULL = found out, else a pattern as
 * ts_segment_names_new() takes it. Call it before the first segment and again
 * after a reset. FALSE and an error if the pattern is bad. */
gboolean ts_timing_set_name_pattern (TsTimingChecker * checker,
    const gchar * pattern, GError ** error);

/* The stream ends: closes the last segment and judges what waits. More bytes
 * may be pushed only after ts_timing_reset(). */
void ts_timing_finish (TsTimingChecker * checker);

/*
 * Adds an event that the scanner cannot see (playlist rules). @segment is the
 * segment's index or -1; @detail may be NULL and is copied where it is kept.
 * Ignored if the check of @type is switched off. Severity is the table's.
 */
void ts_timing_add_event (TsTimingChecker * checker, TsTimingEventType type,
    gint64 segment, TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * detail);

/* One line for a reader, UTF-8 and cut at a character, into @buffer; returns
 * @buffer. */
const gchar *ts_timing_event_describe (const TsTimingEvent * event,
    gchar * buffer, gsize size);
/* "12.5 ms", "40 ppm", "3 packets": a value in its unit. */
const gchar *ts_timing_format_value (gint64 value, TsTimingUnit unit,
    gchar * buffer, gsize size);

/* ---- the report ---- */

typedef struct
{
  /* 188, 192 or 204; 0 while no sync was found */
  guint packet_size;
  guint64 bytes;
  /* packets in sync, null packets included */
  guint64 packets;
  guint64 null_packets;
  guint64 scrambled_packets;
  guint64 duplicate_packets;
  /* bytes outside of packets: junk, and what a cut left incomplete */
  guint64 skipped_bytes;
  guint64 resyncs;
  /* calls of ts_timing_cut() and ts_timing_discontinuity() */
  guint64 discontinuities;
  guint64 segments;
  /* sum over all types, and by severity */
  guint64 events;
  guint64 by_severity[TS_TIMING_SEVERITY_ERROR + 1];
  /* stream time: of the longest program clock, without jumps */
  gint64 duration;
  /* over that time, in bits per second; 0 = unknown */
  guint64 bitrate;
  /* programs of PATs that were more than the table holds */
  guint64 programs_ignored;
} TsTimingTotals;

typedef enum
{
  TS_TIMING_KIND_UNKNOWN,
  TS_TIMING_KIND_PSI,
  TS_TIMING_KIND_VIDEO,
  TS_TIMING_KIND_AUDIO,
  TS_TIMING_KIND_SUBTITLE,
  TS_TIMING_KIND_DATA,
  TS_TIMING_KIND_NULL
} TsTimingKind;

/* Smallest, largest and mean of measured values, in ns; count 0 = none. */
typedef struct
{
  guint64 count;
  gint64 min, max;
  gdouble mean;
} TsTimingRange;

typedef struct
{
  guint16 program;
  guint16 pmt_pid;
  guint16 pcr_pid;
  /* -1 while no PMT was read */
  gint pmt_version;
  guint n_streams;
  gint64 duration;
  guint64 pcrs;
  TsTimingRange pcr_interval;
  /* video DTS minus audio DTS as they lie side by side */
  TsTimingRange av_skew;
  guint64 discontinuities_marked;
  guint64 discontinuities_unmarked;
} TsTimingProgramInfo;

typedef struct
{
  guint16 pid;
  /* program_number, 0 if none */
  guint16 program;
  guint8 stream_type;
  TsTimingKind kind;
  /* codec by its common name, or NULL */
  const gchar *codec;
  guint64 packets;
  guint64 scrambled_packets;
  guint64 duplicates;
  guint64 continuity_errors;
  guint64 transport_errors;
  /* PES headers with a timestamp */
  guint64 units;
  /* first and last DTS (PTS where that is all), unrolled, 90 kHz; valid if
   * units > 0 */
  gint64 first_dts, last_dts;
  /* DTS minus last PCR, and minus the clock between two PCRs */
  TsTimingRange gap_held, gap;
  /* units whose gap was outside of what is allowed */
  guint64 gap_outside;
  TsTimingRange dts_step;
} TsTimingPidInfo;

typedef struct
{
  /* counted from 0 over the whole stream */
  guint64 index;
  gchar *name;
  /* NO_TIME if unknown */
  gint64 utc;
  gint64 announced_duration;
  guint64 first_packet, packets;
  guint64 offset, bytes;
  gboolean marked_discontinuity;
  /* a timeline break or a continuity break was found at its start */
  gboolean unmarked_discontinuity;
  guint64 continuity_errors_at_start;
  gboolean has_pat, has_pmt;
  guint64 events;
  /* unrolled 90 kHz DTS over the timeline of the first program with video
   * (or with audio if no video); units = 0 if none */
  guint64 video_units, audio_units;
  gint64 video_first_dts, video_last_dts;
  gint64 audio_first_dts, audio_last_dts;
  /* how long the media is presented, of video, else of audio, in ns or NO_TIME:
   * from the segment's earliest PTS to that of the next segment, once its first
   * unit was read. Where the next one does not go on from this one (the last of
   * all, a discontinuity, lost packets): earliest to latest PTS + one step */
  gint64 media_duration;
  /* average step (frame), in ns, or NO_TIME */
  gint64 frame_duration;
  /* where nothing tells how long the last frame is: how much longer than the
   * average the longest step is, else 0; at a constant rate always 0 */
  gint64 duration_slack;
  /* first DTS since the last boundary's last DTS, in ns, or NO_TIME */
  gint64 dts_step_at_start;
  gint64 first_pcr, last_pcr;
  /* by UTC in names: cumulative (UTC - DTS) since the first segment; NO_TIME
   * if the name has no time */
  gint64 lag;
  /* lag is beyond SLOW_NETWORK_MIN and has not come back */
  gboolean slow;
} TsTimingSegmentInfo;

typedef enum
{
  /* ns over program time */
  TS_TIMING_SERIES_GAP,
  TS_TIMING_SERIES_PCR_INTERVAL,
  TS_TIMING_SERIES_AV_SKEW,
  /* bits per second over program time, of the whole stream */
  TS_TIMING_SERIES_BITRATE,
  /* ns over program time: arrival behind PCR */
  TS_TIMING_SERIES_ARRIVAL_LAG
} TsTimingSeriesKind;

/* One drawn point: all values from time on until the next point. */
typedef struct
{
  gint64 time;
  gdouble min, max, sum;
  guint count;
} TsTimingPoint;

/* a fuzzer has less patience */
#ifndef TS_TIMING_SERIES_POINTS
#define TS_TIMING_SERIES_POINTS 512
#endif

/* Halves its resolution whenever it is full, so that it never grows. */
typedef struct
{
  TsTimingSeriesKind kind;
  guint16 pid;
  guint16 program;
  guint n_points;
  /* samples that make one point */
  guint per_point;
  TsTimingPoint points[TS_TIMING_SERIES_POINTS];
} TsTimingSeries;

typedef enum
{
  TS_TIMING_VERDICT_CLEAN,
  /* warnings at most */
  TS_TIMING_VERDICT_WARNING,
  TS_TIMING_VERDICT_ERROR,
  /* no transport stream was found in the bytes, or one that ended without a PAT,
   * so that nothing is known of what it carries */
  TS_TIMING_VERDICT_UNUSABLE
} TsTimingVerdict;

void ts_timing_get_totals (const TsTimingChecker * checker,
    TsTimingTotals * totals);
guint64 ts_timing_get_count (const TsTimingChecker * checker,
    TsTimingEventType type);
/* NULL if there was none. */
const TsTimingEvent *ts_timing_get_first (const TsTimingChecker * checker,
    TsTimingEventType type);
TsTimingVerdict ts_timing_get_verdict (const TsTimingChecker * checker);
const gchar *ts_timing_verdict_nick (TsTimingVerdict verdict);

/* Tables: @index counts from 0; FALSE or NULL past the end. PIDs come in
 * rising order. Segments: the kept ones, oldest first; they and series belong
 * to the checker and stay until the next call that changes it. */
gboolean ts_timing_get_program (const TsTimingChecker * checker, guint index,
    TsTimingProgramInfo * info);
guint ts_timing_get_n_pids (const TsTimingChecker * checker);
gboolean ts_timing_get_pid (const TsTimingChecker * checker, guint index,
    TsTimingPidInfo * info);
guint ts_timing_get_n_segments (const TsTimingChecker * checker);
const TsTimingSegmentInfo *ts_timing_get_segment (const TsTimingChecker *
    checker, guint index);
const TsTimingSeries *ts_timing_get_series (const TsTimingChecker * checker,
    guint index);
const gchar *ts_timing_kind_nick (TsTimingKind kind);
const gchar *ts_timing_series_nick (TsTimingSeriesKind kind);

G_END_DECLS
#endif /* TS_TIMING_H */
