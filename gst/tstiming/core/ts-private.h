/* ts-private.h: what the rooms of the timing checker share */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way of a byte:
 *   scanner (finds packets) -> packet (header, continuity, adaptation field)
 *     -> psi (sections: which PID is what)
 *     -> clock (PCR) -> arrival (PCR against time of arrival)
 *     -> stream (PTS and DTS of a PID) -> segment (ledger, names)
 * What should come and does not is looked for by presence (at each PCR) and,
 * where that has no clock, by absence.
 * Every one of them tells what it finds through ts_timing_emit().
 *
 * Whatever needs the time at a place between two PCRs waits in the clock's
 * ring until the second PCR is there: then the time is known by byte position
 * and not guessed.
 *
 * Units here: a PCR counts 27 MHz ticks, a timestamp 90 kHz ticks, an interval
 * of the configuration ns. "Smooth" times go on evenly over jumps.
 */

#ifndef TS_PRIVATE_H
#define TS_PRIVATE_H

#include "ts-segment-name.h"
#include "ts-timing.h"

G_BEGIN_DECLS
#define TS_PACKET 188
#define TS_N_PIDS 8192
#define TS_NULL_PID 0x1fff
/* the PID of ATSC's tables (A/65 4.2) */
#define TS_ATSC_PID 0x1ffb
/* stream_type of PES packets with private data (ISO/IEC 13818-1 table 2-34) */
#define TS_PRIVATE_PES 0x06
/* timestamps are 33 bits wide, and a PCR is 300 times finer */
#define TS_DTS_RANGE (G_GINT64_CONSTANT (1) << 33)
#define TS_PCR_RANGE (TS_DTS_RANGE * 300)
/* bounds of the tables: what a hostile stream can make us keep */
#define TS_MAX_PROGRAMS 256
#define TS_MAX_STREAMS 64
#define TS_MAX_SERIES 128
#define TS_MAX_UNKNOWN 64
#define TS_PENDING_MAX 1024
#define TS_SECTION_MAX 4096
/* pictures that may be decoded before one that is presented earlier (H.264 A.3:
 * max_num_reorder_frames) */
#define TS_REORDER 16
/* 4 further packets of the longest kind behind a first sync byte */
#define TS_LOOK_AHEAD (4 * 204 + 1)
#define TS_CARRY 2048
/* TEI, PUSI, scrambling, adaptation_field_control, continuity_counter */
#define TS_HEADER_MASK 0x00c000ffu
#define TS_EXPECT_LOOK 0x80000000u      /* every packet needs a look */
#define TS_EXPECT_UNKNOWN 0x40000000u   /* any continuity counter is fine */
#define TS_EXPECT_ONCE 0x20000000u      /* only the next packet needs a look */
#define TS_NS_FROM_PCR(ticks) ts_timing_scale (ticks, 1000, 27)
#define TS_NS_FROM_DTS(ticks) ts_timing_scale (ticks, 100000, 9)
typedef struct _TsTimingPid TsTimingPid;
typedef struct _TsTimingClock TsTimingClock;
typedef struct _TsTimingProgram TsTimingProgram;

typedef struct
{
  guint64 packet;
  guint64 offset;
  gint64 segment;
} TsTimingPlace;

/* All that a packet without surprises needs: 24 bytes for each PID. */
typedef struct
{
  guint64 packets;
  /* last packet of the PID within the bytes now being read, or NULL */
  const guint8 *last;
  /* header bits (TS_HEADER_MASK) of the next packet if nothing about it is
   * remarkable; its low 4 bits are the next continuity counter */
  guint32 expect;
} TsTimingFast;

typedef struct
{
  guint64 count;
  gint64 min, max;
  gdouble sum;
} TsTimingTally;

/* What is normal here, learned from the first samples (profile auto). */
typedef struct
{
  guint count;
  gint64 min, max;
  gint64 until;
  gboolean done;
} TsTimingLearned;

/* A section that is being put together. */
typedef struct
{
  guint have;
  guint need;
  gboolean open;
  guint8 data[TS_SECTION_MAX + 3];
} TsTimingSection;

/* When a table was last seen, on the smooth time of the reference clock. */
typedef struct
{
  gboolean seen;
  gboolean late;
  gint64 last;
  TsTimingLearned learned;
} TsTimingRepetition;

typedef struct
{
  /* packets before the PMT that made it what it is now */
  guint64 begun;
  gboolean has_dts;
  guint64 last_raw;
  /* unrolled, 90 kHz */
  gint64 dts;
  gint64 first_dts;
  /* DTS steps without jumps, 90 kHz, from 0 */
  gint64 smooth;
  gint64 smooth_at_pcr;
  /* the same, and outages are not counted as progress */
  gint64 steady_at_pcr;
  /* smooth time of the clock at the last unit */
  gint64 clock_smooth;
  gint64 last_step;
  guint64 units;
  /* after a marked break: 90 kHz that this stream may still go on on the old
   * timeline */
  gint64 permit;
  guint break_id;
  gboolean gap_out;
  gint64 gap_out_since, gap_out_last;
  gboolean delay_out;
  guint64 gap_outside;
  gint64 last_gap;
  TsTimingTally held, gap, step;
  TsTimingLearned gap_range;
  TsTimingLearned interval;
  TsTimingSeries *series;
  /* packets of the PID and smooth time when it last came */
  guint64 alive_packets;
  gint64 alive_at;
  gboolean missing;
} TsTimingStream;

/* What a PMT says of an elementary stream. */
typedef struct
{
  guint8 stream_type;
  TsTimingKind kind;
  const gchar *codec;
  /* the decoder's buffer may hold 10 s of it */
  gboolean long_delay;
  /* what it is if PES packets come, where the stream_type has two meanings */
  const gchar *pes_codec;
} TsTimingContent;

struct _TsTimingPid
{
  guint16 pid;
  guint8 stream_type;
  TsTimingKind kind;
  const gchar *codec;
  gboolean long_delay;
  /* what the tables that apply make of it, written by ts-pids.c alone: one of
   * the programs that list it, and what that one's PMT says of it; a program
   * whose PMT it carries; whether anything announces it */
  TsTimingProgram *program, *program_before;
  const TsTimingContent *content;
  TsTimingProgram *pmt_of;
  gboolean referenced;
  /* announced for good: by a standard, a CA_descriptor, the network's entry of
   * the PAT, the MGT of ATSC */
  gboolean reserved;
  gboolean told_unreferenced;
  gboolean has_copy;
  /* value of TsTimingFast.packets right after a legal duplicate */
  guint64 duplicate_at;
  guint64 scrambled;
  guint64 duplicates;
  guint64 continuity_errors;
  guint64 transport_errors;
  TsTimingStream *stream;
  TsTimingClock *clock;
  TsTimingSection *section;
  /* last packet of earlier bytes */
  guint8 copy[TS_PACKET];
};

typedef enum
{
  TS_PENDING_UNIT,
  TS_PENDING_PAT,
  TS_PENDING_PMT,
  TS_PENDING_SI,
  TS_PENDING_SECTION
} TsTimingPendingKind;

typedef struct
{
  TsTimingPendingKind kind;
  guint16 pid;
  /* SI: table index; SECTION: table_id */
  guint16 table;
  TsTimingPlace place;
  /* UNIT: DTS minus last PCR, 27 MHz, and whether the stream was still on the
   * far side of a marked break; SECTION: table_id_extension */
  gint64 held;
  gboolean permitted;
  TsTimingProgram *program;
} TsTimingPending;

#define TS_CBR_POINTS 16

struct _TsTimingClock
{
  guint16 pid;
  /* one of the programs that run by it, or the last one that did */
  TsTimingProgram *program;
  gboolean valid;
  /* the next PCR may have any value; if it fits the last one it is none */
  gboolean marked;
  guint64 last_raw;
  gint64 first, last;
  gint64 smooth;
  TsTimingPlace place;
  /* last normal step and the bytes it took */
  gint64 step;
  guint64 step_bytes;
  gint64 longest;
  gint64 arrival;
  guint64 count;
  TsTimingTally interval;
  TsTimingLearned learned;
  TsTimingSeries *series;
  /* constant bitrate: the last good PCRs and where they lay */
  guint cbr_count;
  gboolean cbr;
  gint64 cbr_pcr[TS_CBR_POINTS];
  guint64 cbr_offset[TS_CBR_POINTS];
  guint64 cbr_nulls;
  guint64 cbr_breaks;
  gint64 outlier_pcr;
  guint64 outlier_offset;
  gboolean overdue;
  /* at the last PCR: TsTimingArrival.flow, and the reference time (27 MHz) */
  gint64 flow;
  gint64 reference;
  /* a program runs by this clock, and more than one does */
  gboolean used, shared;
  guint outliers;
  guint n_pending, pending_size;
  TsTimingPending *pending;
};

struct _TsTimingProgram
{
  guint16 number;
  guint16 pmt_pid;
  guint16 pcr_pid;
  /* listed by the current PAT */
  gboolean active;
  guint pat_round;
  gint pmt_version;
  guint32 pmt_crc;
  guint n_streams;
  guint16 streams[TS_MAX_STREAMS];
  TsTimingContent contents[TS_MAX_STREAMS];
  guint16 video, audio;
  TsTimingRepetition pmt;
  /* TsTimingArrival.flow when the PAT listed it */
  gint64 listed_flow;
  /* last known point of the timeline, 90 kHz, unrolled */
  gboolean has_reference;
  gint64 reference;
  /* that point is of a PCR, and whether the next one may be any */
  gboolean has_clock, clock_marked;
  /* unmarked breaks: a stream that has not gone along yet may follow */
  guint break_id;
  gint64 break_step;
  guint64 marked, unmarked;
  guint skew_count;
  gdouble skew;
  gboolean skew_out;
  TsTimingTally skew_tally;
  TsTimingLearned skew_range;
  TsTimingSeries *skew_series;
};

enum
{
  TS_SI_NIT,
  TS_SI_SDT,
  TS_SI_EIT,
  TS_SI_TDT,
  TS_N_SI
};

#define TS_SUB_TABLES 32
typedef struct
{
  guint8 table_id;
  guint16 pid;
  guint16 extension;
  gboolean seen;
  gint64 last;
} TsTimingSubTable;

/* A PCR that no PMT names (yet). It tells time as long as no other one does. */
typedef struct
{
  gboolean valid;
  guint16 pid;
  guint64 last_raw;
  /* 27 MHz since the first one, jumps left out */
  gint64 elapsed;
  guint foreign_ticks;
} TsTimingStray;

typedef struct
{
  gint64 time, lag;
} TsTimingLag;

/* Sums for a line through points, in seconds. */
typedef struct
{
  gdouble n, sx, sy, sxx, sxy, syy;
} TsTimingFit;

#define TS_DRIFT_POINTS 64
typedef struct
{
  /* the last clock-drift-time: the smallest lag of each slot of it */
  guint n_points;
  TsTimingLag points[TS_DRIFT_POINTS];
  gint64 slot_since;
  /* all since the rate last changed, seconds since origin */
  gint64 origin;
  TsTimingFit all;
  /* when it was last not seen */
  gint64 out_since;
  gboolean out;
} TsTimingDrift;

/* Arrival against PCR. Times in ns. */
typedef struct
{
  gint64 last_push;
  /* time in which bytes came, silence left out; and when that was last looked
   * at */
  gint64 flow, flow_looked;
  gint64 longest_silence;
  gboolean dead;
  gboolean started;
  gint64 arrival_start, smooth_start;
  /* jitter: spread of lag within the running second */
  gint64 window_start;
  gint64 window_min, window_max;
  gboolean jitter_out;
  /* lag: smallest of each eighth of the drift time */
  gint64 floors[8];
  guint n_floors, floor_slot;
  gint64 floor_since;
  gboolean slow;
  /* rates since the lag was last small: sums of x and x*x */
  gint64 rate_arrival, rate_smooth;
  guint64 rate_bytes;
  guint rates;
  gdouble bytes_sum, bytes_square, media_sum, media_square;
  gint64 gap_at_floor;
  TsTimingDrift drift;
  TsTimingSeries *series;
} TsTimingArrival;

struct _TsTimingChecker
{
  TsTimingConfig config;
  TsTimingCallback callback;
  gpointer callback_data;

  /* scanner */
  guint packet_size;
  gboolean synced;
  gboolean ever_synced;
  gboolean loss_told;
  /* bytes may be missing before the packet that is hunted for */
  gboolean cut;
  gsize skip;
  guint64 base;
  guint64 hunt_start;
  gsize carry_size;
  guint8 carry[TS_CARRY];
  TsTimingPlace here;
  gint64 now;
  gboolean finished;

  guint n_touched;
  guint n_active;

  guint64 packets;
  guint64 bytes;
  guint64 skipped;
  guint64 resyncs;
  guint64 discontinuities;
  guint64 scrambled;
  guint64 duplicates;
  /* lost packets, lost sync: byte positions do not tell time across */
  guint64 breaks;

  /* psi */
  TsTimingProgram *programs[TS_MAX_PROGRAMS];
  guint n_programs;
  guint64 programs_ignored;
  gint pat_version;
  guint pat_round;
  guint8 pat_sections[32];
  guint32 pat_crcs[256];
  gboolean pat_seen, cat_seen, cat_told;
  gboolean scrambling_seen;
  gint64 scrambling_since;
  TsTimingRepetition pat;
  TsTimingRepetition si[TS_N_SI];
  /* the SDT says that a service has an EIT present/following */
  gboolean eit_announced;
  gint sdt_version;
  TsTimingSubTable sub_tables[TS_SUB_TABLES];
  guint next_sub_table;
  guint n_unknown;
  guint16 unknown[TS_MAX_UNKNOWN];
  gint64 unknown_since[TS_MAX_UNKNOWN];

  /* the clock that measures what belongs to no program */
  TsTimingClock *clock;
  guint foreign_ticks;
  TsTimingStray stray;

  TsTimingArrival arrival;

  /* segments: a ring by index, `segment` is the running one */
  TsTimingSegmentInfo *segments;
  guint segments_size;
  guint64 n_segments;
  TsTimingSegmentInfo *segment;
  TsTimingProgram *ledger;
  gint64 segment_pts_min, segment_pts_max;
  /* its last PTS in the order of presentation; the last one before them, and
   * the longest step between two so far */
  gint64 reordered[TS_REORDER + 1];
  guint n_reordered;
  gint64 presented, segment_step_max;
  gint64 previous_smooth;
  /* of the segment before; and whether the running one goes on from it */
  gint64 previous_pts_min;
  gboolean goes_on;
  /* stream and DTS of the PES that begins in the packet of the PCR now read,
   * or NULL */
  TsTimingStream *starting;
  guint64 starting_dts;
  gboolean name_pending;
  /* media is missing, or jumped as announced, since the last name */
  gboolean name_cut;
  /* times of names: read from the name, or given by the caller */
  TsSegmentNames *names;
  gboolean names_told;
  guint n_names;
  gint64 previous_utc, first_utc;
  gint64 name_smooth, first_name_smooth;
  gint64 names_lag_min;
  gboolean names_slow;

  guint64 counts[TS_TIMING_N_EVENTS];
  guint64 by_severity[TS_TIMING_SEVERITY_ERROR + 1];
  guint64 events;
  TsTimingEvent first[TS_TIMING_N_EVENTS];
  gchar first_detail[TS_TIMING_N_EVENTS][160];

  guint n_series;
  TsTimingSeries *series[TS_MAX_SERIES];
  TsTimingSeries *bitrate_series;

  /* large tables, emptied entry by entry */
  TsTimingFast fast[TS_N_PIDS];
  TsTimingPid *pids[TS_N_PIDS];
  /* the PIDs that have a state, in rising order */
  guint16 active[TS_N_PIDS];
  /* those with a packet in the bytes now being read */
  guint16 touched[TS_N_PIDS];
};

/* ts-checker.c */
void ts_timing_emit_at (TsTimingChecker * c, const TsTimingPlace * place,
    TsTimingEventType type, guint16 pid, const TsTimingProgram * program,
    TsTimingUnit unit, gint64 value, gint64 low, gint64 high,
    const gchar * detail);
void ts_timing_emit (TsTimingChecker * c, TsTimingEventType type, guint16 pid,
    const TsTimingProgram * program, TsTimingUnit unit, gint64 value,
    gint64 low, gint64 high, const gchar * detail);
#define ts_timing_checks(c, check) \
    (((c)->config.checks & TS_TIMING_CHECK_##check) != 0)
#define ts_timing_bound(c, bound) ((c)->config.bounds[TS_TIMING_BOUND_##bound])
TsTimingPid *ts_timing_pid (TsTimingChecker * c, guint16 pid);

/* ts-measure.c */
gint64 ts_timing_scale (gint64 value, gint64 numerator, gint64 denominator);
gint64 ts_timing_difference (gint64 a, gint64 b, gint64 range);
void ts_timing_tally (TsTimingTally * tally, gint64 value);
void ts_timing_tally_get (const TsTimingTally * tally, TsTimingRange * range);
gboolean ts_timing_learn (TsTimingLearned * learned, gint64 value, gint64 now,
    gint64 time, guint enough, guint least);
gint64 ts_timing_longest (const TsTimingChecker * c, gint64 bound,
    const TsTimingLearned * learned);
gint64 ts_timing_patience (const TsTimingChecker * c, gint64 bound,
    const TsTimingLearned * learned);
TsTimingSeries *ts_timing_series_new (TsTimingChecker * c,
    TsTimingSeriesKind kind, guint16 pid, guint16 program);
void ts_timing_series_add (TsTimingSeries * series, gint64 time, gdouble value);

/* ts-scanner.c */
void ts_timing_scan (TsTimingChecker * c, const guint8 * data, gsize size);
void ts_timing_scan_end (TsTimingChecker * c);
void ts_timing_scan_anew (TsTimingChecker * c);
void ts_timing_scan_boundary (TsTimingChecker * c);
void ts_timing_forget_continuity (TsTimingChecker * c);

/* ts-packet.c */
void ts_timing_packet (TsTimingChecker * c, const guint8 * packet,
    guint32 header);
void ts_timing_damaged_packet (TsTimingChecker * c, const guint8 * packet);

/* ts-psi.c */
gboolean ts_timing_is_psi_pid (guint16 pid);
void ts_timing_make_section (TsTimingChecker * c, guint16 pid);
void ts_timing_drop_section (TsTimingChecker * c, guint16 pid);
void ts_timing_section_payload (TsTimingChecker * c, TsTimingPid * pid,
    const guint8 * payload, gsize size, gboolean start);
void ts_timing_section_lost (TsTimingPid * pid);
/* ts-tables-psi.c */
void ts_timing_pat (TsTimingChecker * c, const guint8 * section, gsize size);
void ts_timing_pmt (TsTimingChecker * c, TsTimingProgram * program,
    const guint8 * section, gsize size);
void ts_timing_cat (TsTimingChecker * c, const guint8 * section, gsize size);
void ts_timing_mgt (TsTimingChecker * c, const guint8 * section, gsize size);
void ts_timing_si (TsTimingChecker * c, TsTimingPid * pid,
    const guint8 * section, gsize size);
void ts_timing_section_at (TsTimingChecker * c,
    const TsTimingPending * pending, gint64 smooth);
/* ts-pids.c */
void ts_timing_reserve_pid (TsTimingChecker * c, guint16 pid);
gboolean ts_timing_lists (const TsTimingProgram * program, guint16 pid);
gboolean ts_timing_is_timed (const TsTimingPid * pid);
void ts_timing_kind_by_pes (TsTimingChecker * c, TsTimingPid * pid,
    guint8 stream_id);
void ts_timing_assign_pids (TsTimingChecker * c);

/* ts-presence.c */
void ts_timing_table_arrived (TsTimingChecker * c, TsTimingPendingKind kind,
    TsTimingProgram * program, guint16 table);
void ts_timing_table_at (TsTimingChecker * c, const TsTimingPending * pending,
    gint64 smooth);
void ts_timing_presence (TsTimingChecker * c, TsTimingClock * clock);
void ts_timing_psi_late (TsTimingChecker * c, gint64 now);
void ts_timing_streams_late (TsTimingChecker * c, TsTimingProgram * program,
    gint64 now);
void ts_timing_tell_table (TsTimingChecker * c, const TsTimingPlace * place,
    TsTimingPendingKind kind, const TsTimingProgram * program, guint16 table,
    gint64 interval, gint64 most, gboolean seen);
void ts_timing_unknown_pid (TsTimingChecker * c, TsTimingPid * pid);

/* ts-absence.c */
gint64 ts_timing_reference_time (const TsTimingChecker * c);
void ts_timing_stray_pcr (TsTimingChecker * c, guint16 pid, guint64 pcr);
void ts_timing_flow (TsTimingChecker * c);
void ts_timing_other_clocks (TsTimingChecker * c);
void ts_timing_never_came (TsTimingChecker * c);

/* ts-clock.c */
void ts_timing_pcr (TsTimingChecker * c, TsTimingClock * clock, guint64 pcr);
void ts_timing_defer (TsTimingChecker * c, TsTimingClock * clock,
    const TsTimingPending * pending);
void ts_timing_clock_flush (TsTimingChecker * c, TsTimingClock * clock);
TsTimingClock *ts_timing_clock_new (TsTimingChecker * c, guint16 pid);
void ts_timing_clock_restart (TsTimingChecker * c, TsTimingClock * clock);
void ts_timing_mark (TsTimingChecker * c, TsTimingProgram * program,
    gint64 permit);
TsTimingClock *ts_timing_program_clock (TsTimingChecker * c,
    const TsTimingProgram * program);
TsTimingClock *ts_timing_announced_clock (TsTimingChecker * c,
    const TsTimingProgram * program);
void ts_timing_clock_late (TsTimingChecker * c, TsTimingClock * clock,
    gint64 progress);
void ts_timing_tell_interval (TsTimingChecker * c, TsTimingClock * clock,
    gint64 interval, gint64 most);
/* ts-cbr.c */
void ts_timing_cbr_restart (TsTimingClock * clock);
void ts_timing_cbr (TsTimingChecker * c, TsTimingClock * clock);

/* ts-stream.c */
void ts_timing_unit (TsTimingChecker * c, TsTimingPid * pid, gboolean has_dts,
    guint64 pts, guint64 dts);
gboolean ts_timing_plausible_gap (gint64 gap);
void ts_timing_unit_gap (TsTimingChecker * c, const TsTimingPending * pending,
    gint64 since_pcr, gint64 smooth, gboolean certain);
TsTimingStream *ts_timing_stream_new (TsTimingChecker * c,
    const TsTimingPid * pid);
void ts_timing_stream_begin (TsTimingChecker * c, TsTimingStream * stream);

/* ts-segment.c */
void ts_timing_segment_unit (TsTimingChecker * c, TsTimingPid * pid,
    gint64 pts);
void ts_timing_segment_close (TsTimingChecker * c);

/* ts-arrival.c */
void ts_timing_arrival_push (TsTimingChecker * c, gint64 now);
void ts_timing_arrival_pcr (TsTimingChecker * c, TsTimingClock * clock);
void ts_timing_arrival_jump (TsTimingChecker * c, TsTimingClock * clock);
/* ts-drift.c */
void ts_timing_drift (TsTimingChecker * c, TsTimingClock * clock, gint64 lag);
void ts_timing_drift_restart (TsTimingDrift * drift);

G_END_DECLS
#endif /* TS_PRIVATE_H */
