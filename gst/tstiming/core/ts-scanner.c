/* ts-scanner.c: finds packets in bytes, however they are cut */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/*
 * In sync, a packet is taken where its sync byte is. A wrong sync byte is
 * judged by the one behind it: good = one sync byte error, bad = sync is lost
 * (TR 101 290 1.1 and 1.2), and the hunt begins one byte on, so that packets
 * moved by junk are not missed. Hunting ends where five sync bytes stand in
 * the distance of one packet size. Both look ahead only as far as bytes are
 * there; what is left waits in `carry`, so the cut of the bytes never matters.
 */

static const guint packet_sizes[] = { 188, 192, 204 };

static void
set_here (TsTimingChecker * c, guint64 offset)
{
  c->here.offset = offset;
  c->here.packet = c->packets;
  c->here.segment = c->segment ? (gint64) c->segment->index : -1;
}

/* Every PID's next continuity counter may be any. */
void
ts_timing_forget_continuity (TsTimingChecker * c)
{
  guint i;

  for (i = 0; i < c->n_active; i++) {
    c->fast[c->active[i]].expect |= TS_EXPECT_UNKNOWN;
    ts_timing_section_lost (c->pids[c->active[i]]);
  }
  c->breaks++;
}

static void
tell_loss (TsTimingChecker * c, guint64 offset, const gchar * detail)
{
  set_here (c, offset);
  c->loss_told = TRUE;
  ts_timing_emit (c, TS_TIMING_EVENT_SYNC_LOSS, TS_TIMING_NO_PID, NULL,
      TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED, detail);
}

/* TRUE if packets of @size begin at @p. At the end of the bytes three are
 * enough, or fewer if they fill the rest exactly. */
static gboolean
packets_begin (const guint8 * data, gsize n, gsize p, guint size,
    gboolean at_end)
{
  gsize q = p;
  guint count = 0;

  while (count < 5 && q < n) {
    if (data[q] != 0x47)
      return FALSE;
    count++;
    q += size;
  }
  if (count == 5)
    return TRUE;
  if (!at_end || p + TS_PACKET > n)
    return FALSE;
  return count >= 3 || q == n || q - size + TS_PACKET == n;
}

static guint
find_size (TsTimingChecker * c, const guint8 * data, gsize n, gsize p,
    gboolean at_end)
{
  guint i;

  if (c->packet_size && packets_begin (data, n, p, c->packet_size, at_end))
    return c->packet_size;
  for (i = 0; i < G_N_ELEMENTS (packet_sizes); i++) {
    if (packets_begin (data, n, p, packet_sizes[i], at_end))
      return packet_sizes[i];
  }
  return 0;
}

static void
gain_sync (TsTimingChecker * c, guint64 offset, guint size)
{
  guint64 junk = offset - c->hunt_start;

  /* the 4 bytes before a 192 byte packet's sync byte are its own */
  if (size == 192)
    junk -= MIN (junk, 4);
  c->skipped += junk;
  /* what is missing at a cut, the counters tell */
  if (c->cut && !c->loss_told)
    c->breaks++;
  else {
    if (c->ever_synced)
      c->resyncs++;
    ts_timing_forget_continuity (c);
  }
  c->synced = c->ever_synced = TRUE;
  c->packet_size = size;
  c->loss_told = c->cut = FALSE;
}

/* Hunts from @p on; returns where it stopped: at a packet (in sync) or where
 * more bytes are needed. */
static gsize
hunt (TsTimingChecker * c, const guint8 * data, gsize n, gsize p,
    gboolean at_end)
{
  while (p < n && (at_end || n - p >= TS_LOOK_AHEAD)) {
    gsize last = at_end ? n : n - TS_LOOK_AHEAD + 1;
    const guint8 *found = memchr (data + p, 0x47, last - p);
    guint size;

    p = found ? (gsize) (found - data) : last;
    /* before the first packet there may be the rest of one */
    if (!c->loss_told && c->base + p - c->hunt_start >= TS_LOOK_AHEAD + 204)
      tell_loss (c, c->hunt_start, c->ever_synced ? NULL :
          "no packets are found at the beginning");
    if (!found)
      continue;
    size = find_size (c, data, n, p, at_end);
    if (size) {
      gain_sync (c, c->base + p, size);
      return p;
    }
    p++;
  }
  return p;
}

static void
lose_sync (TsTimingChecker * c, guint64 offset)
{
  tell_loss (c, offset, NULL);
  c->synced = FALSE;
  c->hunt_start = offset;
}

/* A packet without its sync byte at @p. Returns FALSE if more bytes are needed
 * to judge it. */
static gboolean
bad_sync_byte (TsTimingChecker * c, const guint8 * data, gsize n, gsize p,
    gboolean at_end)
{
  if (p + c->packet_size >= n && (!at_end || p + TS_PACKET > n))
    return FALSE;
  if (p + c->packet_size < n && data[p + c->packet_size] != 0x47) {
    lose_sync (c, c->base + p);
    return TRUE;
  }
  set_here (c, c->base + p);
  ts_timing_emit (c, TS_TIMING_EVENT_SYNC_BYTE_ERROR, TS_TIMING_NO_PID, NULL,
      TS_TIMING_UNIT_NONE, 0, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED, NULL);
  ts_timing_damaged_packet (c, data + p);
  c->packets++;
  return TRUE;
}

/* The packets from @p on while all of them are in sync. This loop is what the
 * speed of the checker is: most packets end in its first branch. */
static gsize
read_packets (TsTimingChecker * c, const guint8 * data, gsize n, gsize p)
{
  const gsize size = c->packet_size;
  TsTimingFast *const fast = c->fast;
  guint64 packets = c->packets;

  while (p + TS_PACKET <= n && data[p] == 0x47) {
    const guint8 *packet = data + p;
    guint32 header = (guint32) packet[1] << 16 | (guint32) packet[2] << 8 |
        packet[3];
    guint pid = (header >> 8) & 0x1fff;
    TsTimingFast *f = &fast[pid];

    /* the processor fetches ahead within a page only */
    __builtin_prefetch (packet + 16 * TS_PACKET);
    if (G_LIKELY ((header & TS_HEADER_MASK) == f->expect)) {
      f->expect = (f->expect & ~0xfu) | ((f->expect + 1) & 0xf);
      f->packets++;
    } else if (pid == TS_NULL_PID && !(header & 0x800000)) {
      f->packets++;
      packets++;
      p += size;
      continue;
    } else {
      c->packets = packets;
      set_here (c, c->base + p);
      ts_timing_packet (c, packet, header);
    }
    if (G_UNLIKELY (!f->last))
      c->touched[c->n_touched++] = pid;
    f->last = packet;
    packets++;
    p += size;
  }
  c->packets = packets;
  return p;
}

/* The bytes go away: keep each PID's last packet for the duplicate rule. */
static void
keep_last_packets (TsTimingChecker * c)
{
  guint i;

  for (i = 0; i < c->n_touched; i++) {
    TsTimingFast *f = &c->fast[c->touched[i]];
    TsTimingPid *pid = c->pids[c->touched[i]];

    if (pid) {
      memcpy (pid->copy, f->last, TS_PACKET);
      pid->has_copy = TRUE;
    }
    f->last = NULL;
  }
  c->n_touched = 0;
}

/* Reads what can be judged of @data and returns how much that was; bytes of
 * the last packet that are still to come are left in c->skip. */
static gsize
read_bytes (TsTimingChecker * c, const guint8 * data, gsize n, gboolean at_end)
{
  gsize p = 0;

  while (p < n) {
    if (!c->synced) {
      p = hunt (c, data, n, p, at_end);
      if (!c->synced)
        break;
    }
    p = read_packets (c, data, n, p);
    if (p >= n || data[p] == 0x47)
      break;
    if (!bad_sync_byte (c, data, n, p, at_end))
      break;
    p += c->synced ? c->packet_size : 1;
  }
  keep_last_packets (c);
  if (p > n) {
    c->skip = p - n;
    p = n;
  }
  c->base += p;
  return p;
}

void
ts_timing_scan (TsTimingChecker * c, const guint8 * data, gsize size)
{
  c->bytes += size;
  while (size > 0) {
    gsize taken, done, old = c->carry_size;

    if (c->skip > 0) {
      taken = MIN (c->skip, size);
      c->skip -= taken;
      c->base += taken;
      data += taken;
      size -= taken;
      continue;
    }
    if (old == 0) {
      done = read_bytes (c, data, size, FALSE);
      c->carry_size = size - done;
      memcpy (c->carry, data + done, size - done);
      return;
    }
    /* enough to finish what waits; then on within the caller's bytes */
    taken = MIN (size, TS_LOOK_AHEAD);
    memcpy (c->carry + old, data, taken);
    done = read_bytes (c, c->carry, old + taken, FALSE);
    if (done >= old) {
      c->carry_size = 0;
      data += done - old;
      size -= done - old;
    } else {
      c->carry_size = old + taken - done;
      memmove (c->carry, c->carry + done, c->carry_size);
      data += taken;
      size -= taken;
    }
  }
}

/* After ts_timing_scan_end(): the next bytes may begin anywhere in a packet. */
void
ts_timing_scan_anew (TsTimingChecker * c)
{
  c->synced = c->loss_told = FALSE;
  c->skip = 0;
  c->hunt_start = c->base;
}

/* No more bytes follow these: what waits is judged as it is. */
void
ts_timing_scan_end (TsTimingChecker * c)
{
  gsize size = c->carry_size;

  c->carry_size = 0;
  if (size > 0) {
    gsize done = read_bytes (c, c->carry, size, TRUE);

    if (c->synced) {
      /* the beginning of a packet whose rest never comes */
      c->skipped += size - done;
      c->base += size - done;
      if (size > done)
        c->skip = c->packet_size - (size - done);
    }
  }
  if (!c->synced && c->base > c->hunt_start) {
    if (!c->loss_told && !c->ever_synced)
      tell_loss (c, c->hunt_start, "no packets are found at all");
    c->skipped += c->base - c->hunt_start;
    c->hunt_start = c->base;
  }
}

/* A segment ends here, and the next one begins with a packet. */
void
ts_timing_scan_boundary (TsTimingChecker * c)
{
  gsize whole;

  ts_timing_scan_end (c);
  /* a packet of 192 bytes ends with those before the next sync byte */
  whole = c->packet_size == 192 ? 4 : 0;
  if (c->synced && c->skip != whole) {
    ts_timing_scan_anew (c);
    c->cut = TRUE;
  }
}
