/* ts-psi.c: puts sections together and checks their CRC */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

#define TABLE_MGT 0xc7

/* CRC-32 of ISO/IEC 13818-1 annex A: 0 over a whole section. */
static guint32
crc32_mpeg (const guint8 * data, gsize size)
{
  static guint32 table[256];
  static gsize ready;
  guint32 crc = 0xffffffffu;
  gsize i;

  if (g_once_init_enter (&ready)) {
    guint n, bit;

    for (n = 0; n < 256; n++) {
      guint32 value = (guint32) n << 24;

      for (bit = 0; bit < 8; bit++)
        value = (value & 0x80000000u) ? value << 1 ^ 0x04c11db7u : value << 1;
      table[n] = value;
    }
    g_once_init_leave (&ready, 1);
  }
  for (i = 0; i < size; i++)
    crc = crc << 8 ^ table[(crc >> 24) ^ data[i]];
  return crc;
}

static gboolean
crc_is_wrong (const guint8 * data, gsize size)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  /* a fuzzer does not guess CRCs, and behind them is the most to find: two in
   * three are let through */
  return crc32_mpeg (data, size) % 3 == 2;
#else
  return crc32_mpeg (data, size) != 0;
#endif
}

void
ts_timing_section_lost (TsTimingPid * pid)
{
  if (pid->section)
    pid->section->open = FALSE;
}

/* Does a standard give @number to tables that are read here? */
gboolean
ts_timing_is_psi_pid (guint16 number)
{
  return number <= 0x01 || (number >= 0x10 && number <= 0x12) || number == 0x14;
}

/* From now on every packet of @pid is read for sections. */
void
ts_timing_make_section (TsTimingChecker * c, guint16 number)
{
  TsTimingPid *pid = c->pids[number];

  if (pid->section)
    return;
  pid->section = g_new0 (TsTimingSection, 1);
  pid->kind = TS_TIMING_KIND_PSI;
  pid->stream_type = 0;
  pid->codec = NULL;
  c->fast[number].expect |= TS_EXPECT_LOOK;
}

/* The PID of a PMT no more: its packets may carry anything now. */
void
ts_timing_drop_section (TsTimingChecker * c, guint16 number)
{
  TsTimingPid *pid = c->pids[number];

  if (!pid->section || ts_timing_is_psi_pid (number))
    return;
  g_clear_pointer (&pid->section, g_free);
  c->fast[number].expect &= ~TS_EXPECT_LOOK;
}

static gboolean
has_crc (guint16 pid, guint8 table)
{
  if (pid == TS_ATSC_PID && table == TABLE_MGT)
    return TRUE;
  return table <= 0x02 || table == 0x40 || table == 0x41 || table == 0x42 ||
      table == 0x46 || table == 0x4a || (table >= 0x4e && table <= 0x6f) ||
      table == 0x73;
}

static TsTimingProgram *
find_program (TsTimingChecker * c, guint16 pmt_pid, guint16 number)
{
  guint i;

  for (i = 0; i < c->n_programs; i++) {
    TsTimingProgram *program = c->programs[i];

    if (program->active && program->pmt_pid == pmt_pid &&
        program->number == number)
      return program;
  }
  return NULL;
}

static void
wrong_table (TsTimingChecker * c, TsTimingPid * pid, TsTimingEventType type,
    guint8 table)
{
  ts_timing_emit (c, type, pid->pid, NULL, TS_TIMING_UNIT_COUNT, table,
      TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
      "a section with another table_id");
}

static void
whole_section (TsTimingChecker * c, TsTimingPid * pid, const guint8 * data,
    gsize size)
{
  guint8 table = data[0];
  TsTimingProgram *program;

  if (has_crc (pid->pid, table) && (size < 12 || crc_is_wrong (data, size))) {
    /* a TOT is shorter, but has no less than 14 bytes */
    ts_timing_emit (c, TS_TIMING_EVENT_CRC_ERROR, pid->pid, pid->pmt_of,
        TS_TIMING_UNIT_COUNT, table, TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
        "wrong CRC in table_id");
    return;
  }
  if (pid->pid == 0) {
    if (table == 0)
      ts_timing_pat (c, data, size);
    else
      wrong_table (c, pid, TS_TIMING_EVENT_PAT_ERROR, table);
  } else if (pid->pid == 1) {
    if (table == 1)
      ts_timing_cat (c, data, size);
    else
      wrong_table (c, pid, TS_TIMING_EVENT_CAT_ERROR, table);
  } else if (pid->pid < 0x20) {
    ts_timing_si (c, pid, data, size);
  } else if (pid->pid == TS_ATSC_PID && table == TABLE_MGT) {
    ts_timing_mgt (c, data, size);
  } else if (table == 2) {
    program = find_program (c, pid->pid, data[3] << 8 | data[4]);
    if (program)
      ts_timing_pmt (c, program, data, size);
  }
}

/* Takes bytes of the section that is open; returns how many. */
static gsize
take (TsTimingChecker * c, TsTimingPid * pid, const guint8 * data, gsize size)
{
  TsTimingSection *s = pid->section;
  gsize used = 0;

  while (s->open && used < size) {
    gsize n = MIN (size - used, s->need - s->have);

    memcpy (s->data + s->have, data + used, n);
    s->have += n;
    used += n;
    if (s->have < s->need)
      break;
    if (s->need == 3)
      s->need += (s->data[1] & 0x0f) << 8 | s->data[2];
    if (s->have == s->need) {
      s->open = FALSE;
      if (s->need > 3)
        whole_section (c, pid, s->data, s->need);
    }
  }
  return used;
}

/* ISO/IEC 13818-1 2.4.4: pointer_field, several sections in a packet, a
 * section over several packets, stuffing. */
void
ts_timing_section_payload (TsTimingChecker * c, TsTimingPid * pid,
    const guint8 * payload, gsize size, gboolean start)
{
  TsTimingSection *s = pid->section;
  gsize pointer;

  if (!start) {
    take (c, pid, payload, size);
    return;
  }
  pointer = payload[0];
  payload++;
  size--;
  if (pointer > size) {
    s->open = FALSE;
    return;
  }
  take (c, pid, payload, pointer);
  s->open = FALSE;
  payload += pointer;
  size -= pointer;
  while (size > 0 && payload[0] != 0xff) {
    gsize used;

    s->open = TRUE;
    s->have = 0;
    s->need = 3;
    used = take (c, pid, payload, size);
    payload += used;
    size -= used;
  }
}
