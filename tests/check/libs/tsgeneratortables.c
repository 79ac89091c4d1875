/* tsgeneratortables.c: the tables of generated transport streams */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tsgeneratortables.h"

#include <string.h>

/* where a change has a PCR_PID without media */
#define PCR_PID 0x1ff

static guint32
crc32_mpeg (const guint8 * data, gsize size)
{
  guint32 crc = 0xffffffffu;
  gsize i;
  guint bit;

  for (i = 0; i < size; i++) {
    crc ^= (guint32) data[i] << 24;
    for (bit = 0; bit < 8; bit++)
      crc = crc & 0x80000000u ? crc << 1 ^ 0x04c11db7u : crc << 1;
  }
  return crc;
}

gsize
gen_close_section (guint8 * s, gsize size, gboolean crc)
{
  gsize length = size + (crc ? 4 : 0) - 3;

  s[1] = (s[1] & 0xf0) | length >> 8;
  s[2] = length & 0xff;
  if (crc) {
    guint32 value = crc32_mpeg (s, size);

    s[size] = value >> 24;
    s[size + 1] = value >> 16;
    s[size + 2] = value >> 8;
    s[size + 3] = value;
    size += 4;
  }
  return size;
}

static void
add_program (GenTables * t, guint16 pmt_pid, gboolean video, gboolean audio)
{
  GenProgram *p = &t->programs[t->n_programs++];

  p->number = pmt_pid == GEN_OTHER_PMT_PID ? 2 : 1;
  p->pmt_pid = pmt_pid;
  p->n_streams = 0;
  if (t->config->private_type) {
    p->streams[p->n_streams].type = t->config->private_type;
    p->streams[p->n_streams++].pid = GEN_PRIVATE_PID;
  }
  if (video) {
    p->streams[p->n_streams].type = 0x1b;
    p->streams[p->n_streams++].pid = t->video_pid;
  }
  if (audio) {
    p->streams[p->n_streams].type = 0x03;
    p->streams[p->n_streams++].pid = t->audio_pid;
  }
}

void
gen_tables_set (GenTables * t, const GenConfig * config, gboolean changed)
{
  guint16 pmt_pid = GEN_PMT_PID;

  t->config = config;
  t->n_programs = 0;
  t->video_pid = t->pcr_pid = GEN_VIDEO_PID;
  t->audio_pid = GEN_AUDIO_PID;
  t->silent = changed && config->change == GEN_CHANGE_PAUSE;
  switch (config->change) {
    case GEN_CHANGE_PMT_PID:
      if (changed) {
        pmt_pid = GEN_VIDEO_PID;
        t->video_pid = t->pcr_pid = GEN_PMT_PID;
      }
      add_program (t, pmt_pid, TRUE, TRUE);
      break;
    case GEN_CHANGE_SHARED:
      if (!changed)
        add_program (t, GEN_PMT_PID, TRUE, TRUE);
      add_program (t, GEN_OTHER_PMT_PID, FALSE, TRUE);
      break;
    case GEN_CHANGE_MOVED:
      add_program (t, GEN_OTHER_PMT_PID, FALSE, changed);
      add_program (t, GEN_PMT_PID, TRUE, !changed);
      break;
    case GEN_CHANGE_KINDS:
      if (changed) {
        t->video_pid = t->pcr_pid = GEN_AUDIO_PID;
        t->audio_pid = GEN_VIDEO_PID;
      }
      add_program (t, GEN_PMT_PID, TRUE, TRUE);
      break;
    case GEN_CHANGE_PCR_PID:
      if (changed)
        t->pcr_pid = PCR_PID;
      add_program (t, GEN_PMT_PID, TRUE, TRUE);
      break;
    default:
      add_program (t, GEN_PMT_PID,
          !changed || config->change != GEN_CHANGE_NO_VIDEO,
          !changed || (config->change != GEN_CHANGE_UNLISTED && !t->silent));
      break;
  }
}

static void
put_pid (guint8 * p, guint16 pid)
{
  p[0] = 0xe0 | pid >> 8;
  p[1] = pid & 0xff;
}

static gsize
make_pat (const GenTables * t, guint8 * s)
{
  static const guint8 start[] = { 0x00, 0xb0, 0, 0, 1, 0xc1, 0, 0,
    0, 0, 0xe0, 0x10
  };
  gsize size = sizeof (start);
  guint i;

  memcpy (s, start, size);
  s[5] |= t->version << 1;
  for (i = 0; i < t->n_programs; i++) {
    s[size] = 0;
    s[size + 1] = t->programs[i].number;
    put_pid (s + size + 2, t->programs[i].pmt_pid);
    size += 4;
  }
  return gen_close_section (s, size, TRUE);
}

gsize
gen_tables_pmt (const GenTables * t, guint index, guint8 * s)
{
  const GenProgram *program = &t->programs[index];
  static const guint8 hdmv[] = { 0x05, 4, 'H', 'D', 'M', 'V' };
  static const guint8 start[] = { 0x02, 0xb0, 0, 0, 0, 0xc1, 0, 0, 0, 0, 0xf0,
    0
  };
  gsize size = sizeof (start);
  guint i;

  memcpy (s, start, size);
  s[4] = program->number;
  /* what is shared stays in the PMT as it was */
  if (t->config->change != GEN_CHANGE_SHARED)
    s[5] |= t->version << 1;
  put_pid (s + 8, t->pcr_pid);
  if (t->config->hdmv) {
    memcpy (s + size, hdmv, sizeof (hdmv));
    s[11] = sizeof (hdmv);
    size += sizeof (hdmv);
  }
  for (i = 0; i < program->n_streams; i++) {
    s[size] = program->streams[i].type;
    put_pid (s + size + 1, program->streams[i].pid);
    s[size + 3] = 0xf0;
    s[size + 4] = 0;
    size += 5;
  }
  return gen_close_section (s, size, TRUE);
}

gsize
gen_tables_section (const GenTables * t, GenTable table, guint8 * s)
{
  static const guint8 nit[] = { 0x40, 0xf0, 0, 0, 1, 0xc1, 0, 0, 0xf0, 0,
    0xf0, 0
  };
  /* service 1, running, with EIT present/following */
  static const guint8 sdt[] = { 0x42, 0xf0, 0, 0, 1, 0xc1, 0, 0, 0, 1, 0xff,
    0, 1, 0xfd, 0x80, 0
  };
  static const guint8 eit[] = { 0x4e, 0xf0, 0, 0, 1, 0xc1, 0, 0, 0, 1, 0, 1,
    0, 0x4e
  };
  static const guint8 tdt[] = { 0x70, 0x70, 0, 0xee, 0x00, 0x12, 0x00, 0x00 };
  /* ETT-0 with a descriptor, and EIT-0 */
  static const guint8 mgt[] = { 0xc7, 0xf0, 0, 0, 0, 0xc1, 0, 0, 0, 0, 2,
    0x02, 0x00, 0xfe, 0x00, 0xe0, 0, 0, 0, 0, 0xf0, 2, 0xa8, 0,
    0x01, 0x00, 0xe0 | GEN_ATSC_EIT_PID >> 8, GEN_ATSC_EIT_PID & 0xff, 0xe0,
    0, 0, 0, 14, 0xf0, 0, 0xf0, 0
  };
  /* no event */
  static const guint8 atsc_eit[] = { 0xcb, 0xf0, 0, 0, 1, 0xc1, 0, 0, 0, 0 };
  static const struct
  {
    const guint8 *data;
    gsize size;
  } content[GEN_N_TABLES] = {
    [GEN_TABLE_NIT] = {nit, sizeof (nit)},
    [GEN_TABLE_SDT] = {sdt, sizeof (sdt)},
    [GEN_TABLE_EIT] = {eit, sizeof (eit)},
    [GEN_TABLE_TDT] = {tdt, sizeof (tdt)},
    [GEN_TABLE_MGT] = {mgt, sizeof (mgt)},
    [GEN_TABLE_ATSC_EIT] = {atsc_eit, sizeof (atsc_eit)},
  };

  if (table == GEN_TABLE_PAT)
    return make_pat (t, s);
  memcpy (s, content[table].data, content[table].size);
  return gen_close_section (s, content[table].size, table != GEN_TABLE_TDT);
}
