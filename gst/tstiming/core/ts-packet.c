/* ts-packet.c: one packet: header, continuity, adaptation field, PES header */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/* A stream may go on for this long on its old timeline after a break was
 * marked, for PIDs do not change over at the same place (90 kHz). */
#define PERMIT (2 * 90000)

/* A duplicate is the packet once more, but its PCR may be a new one
 * (ISO/IEC 13818-1 2.4.3.3). */
static gboolean
is_duplicate (const guint8 * a, const guint8 * b)
{
  gboolean pcr = (a[3] & 0x20) && a[4] >= 7 && (a[5] & 0x10);

  if (!pcr)
    return memcmp (a, b, TS_PACKET) == 0;
  return memcmp (a, b, 6) == 0 && memcmp (a + 12, b + 12, TS_PACKET - 12) == 0;
}

static void
continuity_error (TsTimingChecker * c, TsTimingPid * pid, guint got,
    guint wanted, const gchar * detail)
{
  pid->continuity_errors++;
  c->breaks++;
  ts_timing_section_lost (pid);
  if (c->segment && (c->fast[pid->pid].expect & TS_EXPECT_ONCE)) {
    c->segment->continuity_errors_at_start++;
    /* tables that count anew do not break the media */
    if (!pid->section)
      c->segment->unmarked_discontinuity = TRUE;
  }
  ts_timing_emit (c, TS_TIMING_EVENT_CONTINUITY_COUNT_ERROR, pid->pid,
      pid->program, TS_TIMING_UNIT_COUNT, got, wanted, wanted, detail);
}

/* ISO/IEC 13818-1 2.4.3.3. Returns FALSE if the packet is a legal duplicate,
 * whose content was read already. */
static gboolean
continuity (TsTimingChecker * c, TsTimingPid * pid, const guint8 * packet,
    gboolean payload, gboolean excused)
{
  TsTimingFast *f = &c->fast[pid->pid];
  guint got = packet[3] & 0xf, next = f->expect & 0xf;
  guint same = (next - 1) & 0xf;

  if (excused || (f->expect & TS_EXPECT_UNKNOWN))
    return TRUE;
  if (!payload) {
    if (got != same)
      continuity_error (c, pid, got, same, "counted on without payload");
    return TRUE;
  }
  if (got == next)
    return TRUE;
  if (got == same) {
    const guint8 *before = f->last ? f->last : pid->has_copy ? pid->copy : NULL;

    if (before && pid->duplicate_at == f->packets - 1)
      continuity_error (c, pid, got, next, "more than one duplicate");
    else if (before && is_duplicate (before, packet)) {
      pid->duplicate_at = f->packets;
      pid->duplicates++;
      c->duplicates++;
      /* a server that writes each segment's PSI anew, counters too, gives a
       * segment no other than this copy */
      return pid->section && (f->expect & TS_EXPECT_ONCE);
    } else
      continuity_error (c, pid, got, next,
          "counter repeated with other content");
    return TRUE;
  }
  continuity_error (c, pid, got, next, NULL);
  return TRUE;
}

/* A packet that is known to be broken. Its header is believed as far as it
 * fits what was to come: then it was this packet, and the next one of its PID
 * is no continuity error. */
void
ts_timing_damaged_packet (TsTimingChecker * c, const guint8 * packet)
{
  guint pid = (packet[1] & 0x1f) << 8 | packet[2];
  TsTimingFast *f = &c->fast[pid];

  if (pid == TS_NULL_PID) {
    f->packets++;
    return;
  }
  if (!c->pids[pid] || (f->expect & TS_EXPECT_UNKNOWN))
    return;
  if ((packet[3] & 0x10) && (packet[3] & 0xf) == (f->expect & 0xf)) {
    f->packets++;
    f->expect = (f->expect & ~0xfu) | ((f->expect + 1) & 0xf);
    ts_timing_section_lost (c->pids[pid]);
  }
}

static gboolean
read_timestamp (const guint8 * p, guint64 * value)
{
  if (!(p[0] & 1) || !(p[2] & 1) || !(p[4] & 1))
    return FALSE;
  *value = (guint64) (p[0] & 0x0e) << 29 | (guint64) p[1] << 22 |
      (guint64) (p[2] & 0xfe) << 14 | (guint64) p[3] << 7 | p[4] >> 1;
  return TRUE;
}

/* The timestamps of a PES header: how many there are. With one, @dts is the PTS.
 * A header that does not fit into its first packet tells no time: no muxer is
 * known to cut it. */
static guint
read_timestamps (const guint8 * p, gsize size, guint64 * pts, guint64 * dts)
{
  guint flags;

  if (size < 14 || p[0] != 0 || p[1] != 0 || p[2] != 1)
    return 0;
  flags = p[7] >> 6;
  if ((p[6] & 0xc0) != 0x80 || flags < 2 || !read_timestamp (p + 9, pts))
    return 0;
  *dts = *pts;
  if (flags == 2)
    return 1;
  return size >= 19 && read_timestamp (p + 14, dts) ? 2 : 0;
}

static void
pes_header (TsTimingChecker * c, TsTimingPid * pid, const guint8 * p,
    gsize size)
{
  guint64 pts, dts;
  guint n;

  if (size < 14 || p[0] != 0 || p[1] != 0 || p[2] != 1)
    return;
  switch (p[3]) {
    case 0xbc:                 /* program_stream_map */
    case 0xbe:                 /* padding_stream */
    case 0xbf:                 /* private_stream_2 */
    case 0xf0:                 /* ECM */
    case 0xf1:                 /* EMM */
    case 0xf2:                 /* DSMCC */
    case 0xf8:                 /* H.222.1 type E */
    case 0xff:                 /* program_stream_directory */
      return;
    default:
      break;
  }
  if (pid->kind == TS_TIMING_KIND_DATA)
    ts_timing_kind_by_pes (c, pid, p[3]);
  if (!ts_timing_is_timed (pid))
    return;
  n = read_timestamps (p, size, &pts, &dts);
  if (n)
    ts_timing_unit (c, pid, n == 2, pts, dts);
}

static void
transport_error (TsTimingChecker * c, guint16 pid, const guint8 * packet)
{
  if (c->pids[pid])
    c->pids[pid]->transport_errors++;
  ts_timing_emit (c, TS_TIMING_EVENT_TRANSPORT_ERROR, pid,
      c->pids[pid] ? c->pids[pid]->program : NULL, TS_TIMING_UNIT_NONE, 0,
      TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED, NULL);
  ts_timing_damaged_packet (c, packet);
}

static void
scrambled_packet (TsTimingChecker * c, TsTimingPid * pid)
{
  c->scrambled++;
  pid->scrambled++;
  if (!c->scrambling_seen) {
    c->scrambling_seen = TRUE;
    c->scrambling_since = c->clock ? c->clock->smooth : 0;
  }
  if (pid->pid == 0)
    ts_timing_emit (c, TS_TIMING_EVENT_PAT_ERROR, 0, NULL,
        TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
        "the PAT is scrambled");
  else if (pid->pmt_of)
    ts_timing_emit (c, TS_TIMING_EVENT_PMT_ERROR, pid->pid, pid->pmt_of,
        TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
        "the PMT is scrambled");
}

/* discontinuity_indicator: on the PCR_PID of a program the next PCR may be any,
 * on another PID the timestamps may be any. */
static void
marked_discontinuity (TsTimingPid * pid)
{
  if (pid->clock && pid->clock->used)
    pid->clock->marked = TRUE;
  else if (pid->stream)
    pid->stream->permit = PERMIT;
}

static void
adaptation_field (TsTimingChecker * c, TsTimingPid * pid, const guint8 * field,
    guint length)
{
  guint64 base, pcr;

  if ((!pid->clock && c->clock) || !(field[1] & 0x10) || length < 7)
    return;
  base = (guint64) field[2] << 25 | (guint64) field[3] << 17 |
      (guint64) field[4] << 9 | (guint64) field[5] << 1 | field[6] >> 7;
  pcr = base * 300 + ((guint) (field[6] & 1) << 8 | field[7]);
  if (pid->clock)
    ts_timing_pcr (c, pid->clock, pcr);
  else
    ts_timing_stray_pcr (c, pid->pid, pcr);
}

static TsTimingPid *
look_up (TsTimingChecker * c, guint16 number)
{
  TsTimingPid *pid = c->pids[number];

  if (!pid)
    pid = ts_timing_pid (c, number);
  if (G_UNLIKELY (!pid->referenced && !pid->told_unreferenced &&
          number >= 0x20))
    ts_timing_unknown_pid (c, pid);
  return pid;
}

/* A packet that the fast loop does not wave through. */
void
ts_timing_packet (TsTimingChecker * c, const guint8 * packet, guint32 header)
{
  guint16 number = (header >> 8) & 0x1fff;
  TsTimingFast *f = &c->fast[number];
  gboolean payload = (header & 0x10) != 0, field = (header & 0x20) != 0;
  gboolean start = (header & 0x400000) != 0, marked = FALSE;
  guint length = field ? packet[4] : 0, begin = 4;
  guint64 pts, dts;
  TsTimingPid *pid;

  if (header & 0x800000) {
    transport_error (c, number, packet);
    return;
  }
  pid = look_up (c, number);
  f->packets++;
  if (!payload && !field)
    return;                     /* reserved: decoders discard it */
  if (field) {
    begin = 5 + length;
    if (begin > TS_PACKET)
      length = 0, payload = FALSE;
    marked = length > 0 && (packet[5] & 0x80);
  }

  if (!continuity (c, pid, packet, (header & 0x10) != 0, marked)) {
    f->expect &= ~TS_EXPECT_ONCE;
    return;
  }
  f->expect = (f->expect & TS_EXPECT_LOOK) | 0x10 | ((header + 1) & 0xf);

  if (marked)
    marked_discontinuity (pid);
  if (length > 0) {
    /* a PCR comes before the timestamp that tells whether media went along */
    if (start && payload && pid->clock && pid->stream &&
        read_timestamps (packet + begin, TS_PACKET - begin, &pts, &dts)) {
      c->starting = pid->stream;
      c->starting_dts = dts;
    }
    adaptation_field (c, pid, packet + 4, length);
    c->starting = NULL;
  }
  if (header & 0xc0) {
    scrambled_packet (c, pid);
    return;
  }
  if (!payload || begin >= TS_PACKET)
    return;
  if (pid->section)
    ts_timing_section_payload (c, pid, packet + begin, TS_PACKET - begin,
        start);
  else if (start && pid->program)
    pes_header (c, pid, packet + begin, TS_PACKET - begin);
}
