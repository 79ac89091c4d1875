/* ts-tables-psi.c: PAT, PMT, CAT and the tables of DVB and ATSC: which PID is
 * what */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

typedef struct
{
  guint8 type;
  TsTimingKind kind;
  const gchar *codec;
  /* the buffer delay of the newer video codecs may be 10 s
   * (ISO/IEC 13818-1 2.4.2.7) */
  gboolean long_delay;
  /* Blu-ray's meaning of a user private type; ANSI/SCTE has subtitles on 0x82
   * and cues (SCTE 35) on 0x86, both in sections */
  gboolean hdmv;
} StreamType;

static const StreamType stream_types[] = {
  {0x01, TS_TIMING_KIND_VIDEO, "MPEG-1 video", FALSE, FALSE},
  {0x02, TS_TIMING_KIND_VIDEO, "MPEG-2 video", FALSE, FALSE},
  {0x03, TS_TIMING_KIND_AUDIO, "MPEG-1 audio", FALSE, FALSE},
  {0x04, TS_TIMING_KIND_AUDIO, "MPEG-2 audio", FALSE, FALSE},
  {0x0f, TS_TIMING_KIND_AUDIO, "AAC", FALSE, FALSE},
  {0x10, TS_TIMING_KIND_VIDEO, "MPEG-4 video", TRUE, FALSE},
  {0x11, TS_TIMING_KIND_AUDIO, "AAC LATM", FALSE, FALSE},
  {0x1b, TS_TIMING_KIND_VIDEO, "H.264", TRUE, FALSE},
  {0x1c, TS_TIMING_KIND_AUDIO, "MPEG-4 audio", FALSE, FALSE},
  {0x20, TS_TIMING_KIND_VIDEO, "H.264 MVC", TRUE, FALSE},
  {0x21, TS_TIMING_KIND_VIDEO, "JPEG 2000", FALSE, FALSE},
  {0x24, TS_TIMING_KIND_VIDEO, "H.265", TRUE, FALSE},
  {0x33, TS_TIMING_KIND_VIDEO, "H.266", TRUE, FALSE},
  {0x42, TS_TIMING_KIND_VIDEO, "AVS", TRUE, FALSE},
  {0x80, TS_TIMING_KIND_VIDEO, "MPEG-2 video", FALSE, FALSE},
  {0x80, TS_TIMING_KIND_AUDIO, "LPCM", FALSE, TRUE},
  {0x81, TS_TIMING_KIND_AUDIO, "AC-3", FALSE, FALSE},
  {0x82, TS_TIMING_KIND_AUDIO, "DTS", FALSE, TRUE},
  {0x83, TS_TIMING_KIND_AUDIO, "TrueHD", FALSE, TRUE},
  {0x84, TS_TIMING_KIND_AUDIO, "E-AC-3", FALSE, FALSE},
  {0x85, TS_TIMING_KIND_AUDIO, "DTS", FALSE, TRUE},
  {0x86, TS_TIMING_KIND_AUDIO, "DTS", FALSE, TRUE},
  {0x87, TS_TIMING_KIND_AUDIO, "E-AC-3", FALSE, FALSE},
  {0xcf, TS_TIMING_KIND_AUDIO, "AAC (sample encrypted)", FALSE, FALSE},
  {0xd1, TS_TIMING_KIND_VIDEO, "Dirac", TRUE, FALSE},
  {0xdb, TS_TIMING_KIND_VIDEO, "H.264 (sample encrypted)", TRUE, FALSE},
  {0xea, TS_TIMING_KIND_VIDEO, "VC-1", TRUE, FALSE},
};

/* Descriptors that tell what private PES data is (EN 300 468 6.1). */
static void
private_kind (TsTimingContent * content, const guint8 * d, gsize size)
{
  while (size >= 2 && (gsize) d[1] + 2 <= size) {
    switch (d[0]) {
      case 0x05:
        if (d[1] >= 4 && memcmp (d + 2, "AC-3", 4) == 0) {
          content->kind = TS_TIMING_KIND_AUDIO;
          content->codec = "AC-3";
        } else if (d[1] >= 4 && memcmp (d + 2, "EAC3", 4) == 0) {
          content->kind = TS_TIMING_KIND_AUDIO;
          content->codec = "E-AC-3";
        } else if (d[1] >= 4 && memcmp (d + 2, "Opus", 4) == 0) {
          content->kind = TS_TIMING_KIND_AUDIO;
          content->codec = "Opus";
        } else if (d[1] >= 4 && memcmp (d + 2, "HEVC", 4) == 0) {
          content->kind = TS_TIMING_KIND_VIDEO;
          content->codec = "H.265";
        }
        break;
      case 0x56:
        content->kind = TS_TIMING_KIND_SUBTITLE;
        content->codec = "teletext";
        break;
      case 0x59:
        content->kind = TS_TIMING_KIND_SUBTITLE;
        content->codec = "DVB subtitle";
        break;
      case 0x6a:
        content->kind = TS_TIMING_KIND_AUDIO;
        content->codec = "AC-3";
        break;
      case 0x7a:
        content->kind = TS_TIMING_KIND_AUDIO;
        content->codec = "E-AC-3";
        break;
      case 0x7b:
        content->kind = TS_TIMING_KIND_AUDIO;
        content->codec = "DTS";
        break;
      default:
        break;
    }
    size -= d[1] + 2;
    d += d[1] + 2;
  }
}

/* A Blu-ray program says so by a registration_descriptor and has its own
 * meanings of user private types. */
static gboolean
is_hdmv (const guint8 * d, gsize size)
{
  while (size >= 2 && (gsize) d[1] + 2 <= size) {
    if (d[0] == 0x05 && d[1] >= 4 && memcmp (d + 2, "HDMV", 4) == 0)
      return TRUE;
    size -= d[1] + 2;
    d += d[1] + 2;
  }
  return FALSE;
}

static void
describe (TsTimingContent * content, guint8 type, const guint8 * descriptors,
    gsize size, gboolean hdmv)
{
  guint i;

  content->stream_type = type;
  content->kind = TS_TIMING_KIND_DATA;
  content->codec = content->pes_codec = NULL;
  content->long_delay = FALSE;
  for (i = 0; i < G_N_ELEMENTS (stream_types); i++) {
    if (stream_types[i].type != type)
      continue;
    if (stream_types[i].hdmv && !hdmv) {
      content->pes_codec = stream_types[i].codec;
      continue;
    }
    content->kind = stream_types[i].kind;
    content->codec = stream_types[i].codec;
    content->long_delay = stream_types[i].long_delay;
  }
  if (type == TS_PRIVATE_PES)
    private_kind (content, descriptors, size);
}

/* CA_descriptor: the PID of its ECM or EMM is announced by it. */
static void
reference_ca (TsTimingChecker * c, const guint8 * d, gsize size)
{
  while (size >= 2 && (gsize) d[1] + 2 <= size) {
    if (d[0] == 0x09 && d[1] >= 4)
      ts_timing_reserve_pid (c, (d[4] & 0x1f) << 8 | d[5]);
    size -= d[1] + 2;
    d += d[1] + 2;
  }
}

/* No PID belongs to @program any more, but entries that wait for a PCR still
 * point at it, and for those the place stays. */
static void
forget_program (TsTimingChecker * c, TsTimingProgram * program)
{
  guint i;

  for (i = 0; i < c->n_active; i++) {
    TsTimingClock *clock = c->pids[c->active[i]]->clock;

    if (clock && clock->program == program)
      clock->program = NULL;
  }
  if (c->ledger == program)
    c->ledger = NULL;
  memset (program, 0, sizeof (*program));
}

/* A place for a new program: a free one, or that of a program that is gone. */
static TsTimingProgram *
new_program (TsTimingChecker * c)
{
  TsTimingProgram *program;
  guint i;

  if (c->n_programs < TS_MAX_PROGRAMS) {
    program = g_new0 (TsTimingProgram, 1);
    c->programs[c->n_programs++] = program;
    return program;
  }
  for (i = 0; i < c->n_programs; i++) {
    program = c->programs[i];
    if (!program->active) {
      forget_program (c, program);
      return program;
    }
  }
  c->programs_ignored++;
  return NULL;
}

static TsTimingProgram *
program_by_number (TsTimingChecker * c, guint16 number)
{
  guint i;

  for (i = 0; i < c->n_programs; i++) {
    if (c->programs[i]->number == number)
      return c->programs[i];
  }
  return NULL;
}

static void
list_program (TsTimingChecker * c, guint16 number, guint16 pmt_pid)
{
  TsTimingProgram *program = program_by_number (c, number);

  if (!program) {
    program = new_program (c);
    if (!program)
      return;
    program->number = number;
    program->pmt_version = -1;
    program->pcr_pid = TS_NULL_PID;
    program->video = program->audio = TS_TIMING_NO_PID;
  } else if (!program->active) {
    program->pmt_version = -1;
    program->pmt.seen = program->pmt.late = FALSE;
  }
  if (!program->active) {
    program->pmt.last = ts_timing_reference_time (c);
    program->listed_flow = c->arrival.flow;
  }
  program->active = TRUE;
  program->pat_round = c->pat_round;
  if (program->pmt_pid != pmt_pid)
    program->pmt_version = -1;
  program->pmt_pid = pmt_pid;
}

static gboolean
pat_complete (TsTimingChecker * c, guint last)
{
  guint i;

  for (i = 0; i <= last; i++) {
    if (!(c->pat_sections[i / 8] & (1 << (i % 8))))
      return FALSE;
  }
  return TRUE;
}

/* Those that the whole PAT does not list any more. */
static void
drop_programs (TsTimingChecker * c)
{
  guint i;

  for (i = 0; i < c->n_programs; i++) {
    TsTimingProgram *program = c->programs[i];

    if (program->active && program->pat_round != c->pat_round) {
      program->n_streams = 0;
      program->active = FALSE;
    }
  }
}

static guint32
read_crc (const guint8 * section, gsize size)
{
  return (guint32) section[size - 4] << 24 | section[size - 3] << 16 |
      section[size - 2] << 8 | section[size - 1];
}

/* ISO/IEC 13818-1 2.4.4.3 */
void
ts_timing_pat (TsTimingChecker * c, const guint8 * section, gsize size)
{
  gint version = (section[5] >> 1) & 0x1f;
  guint number = section[6], last = section[7];
  guint32 crc = read_crc (section, size);
  gboolean known = c->pat_sections[number / 8] & (1 << (number % 8));
  gsize at;

  c->pat_seen = TRUE;
  if (c->segment)
    c->segment->has_pat = TRUE;
  ts_timing_table_arrived (c, TS_PENDING_PAT, NULL, 0);
  if (!(section[5] & 1) || number > last)
    return;
  /* spliced streams may have the same version of another table */
  if (version != c->pat_version || (known && c->pat_crcs[number] != crc)) {
    c->pat_version = version;
    c->pat_round++;
    memset (c->pat_sections, 0, sizeof (c->pat_sections));
  }
  if (c->pat_sections[number / 8] & (1 << (number % 8)))
    return;
  c->pat_sections[number / 8] |= 1 << (number % 8);
  c->pat_crcs[number] = crc;

  for (at = 8; at + 4 <= size - 4; at += 4) {
    guint16 program = section[at] << 8 | section[at + 1];
    guint16 pid = (section[at + 2] & 0x1f) << 8 | section[at + 3];

    /* 0 is the network's, and PSI has no business below 0x10 or in 0x1fff */
    if (program != 0 && pid >= 0x10 && pid != TS_NULL_PID)
      list_program (c, program, pid);
    else if (program == 0)
      ts_timing_reserve_pid (c, pid);
  }
  if (pat_complete (c, last))
    drop_programs (c);
  ts_timing_assign_pids (c);
}

static void
list_stream (TsTimingChecker * c, TsTimingProgram * program, guint8 type,
    guint16 number, const guint8 * descriptors, gsize size, gboolean hdmv)
{
  reference_ca (c, descriptors, size);
  if (number == TS_NULL_PID || program->n_streams == TS_MAX_STREAMS ||
      ts_timing_lists (program, number))
    return;
  program->streams[program->n_streams] = number;
  describe (&program->contents[program->n_streams], type, descriptors, size,
      hdmv);
  program->n_streams++;
}

/* The PMT of @program names another PCR_PID. */
static void
take_clock (TsTimingChecker * c, TsTimingProgram * program, guint16 number)
{
  TsTimingClock *before = ts_timing_program_clock (c, program);
  TsTimingPid *pid;
  guint i;

  program->pcr_pid = number;
  /* how long a stream stays away is counted by the clock from now on */
  for (i = 0; i < program->n_streams; i++) {
    TsTimingStream *s = c->pids[program->streams[i]]->stream;

    if (s)
      s->alive_at = TS_TIMING_NO_TIME;
  }
  if (number == TS_NULL_PID)
    return;
  pid = ts_timing_pid (c, number);
  if (!pid->clock)
    pid->clock = ts_timing_clock_new (c, number);
  if (!before)
    return;
  /* the program's time goes on where its last clock was, not where this one
   * was when it was in use before */
  if (!pid->clock->used)
    ts_timing_clock_restart (c, pid->clock);
  pid->clock->smooth = MAX (pid->clock->smooth, before->smooth);
}

/* ISO/IEC 13818-1 2.4.4.8 */
void
ts_timing_pmt (TsTimingChecker * c, TsTimingProgram * program,
    const guint8 * section, gsize size)
{
  guint32 crc = read_crc (section, size);
  guint16 pcr_pid;
  gsize at, end = size - 4, length;
  gboolean hdmv = FALSE;

  if (c->segment)
    c->segment->has_pmt = TRUE;
  ts_timing_table_arrived (c, TS_PENDING_PMT, program, 0);
  if (!(section[5] & 1) || size < 16 ||
      (program->pmt_version >= 0 && program->pmt_crc == crc))
    return;

  program->pmt_version = (section[5] >> 1) & 0x1f;
  program->pmt_crc = crc;
  pcr_pid = (section[8] & 0x1f) << 8 | section[9];
  if (pcr_pid != program->pcr_pid)
    take_clock (c, program, pcr_pid);
  program->n_streams = 0;

  length = (section[10] & 0x0f) << 8 | section[11];
  at = 12;
  if (length <= end - at) {
    reference_ca (c, section + at, length);
    hdmv = is_hdmv (section + at, length);
    at += length;
  } else
    at = end;
  while (at + 5 <= end) {
    length = (section[at + 3] & 0x0f) << 8 | section[at + 4];
    length = MIN (length, end - at - 5);
    list_stream (c, program, section[at],
        (section[at + 1] & 0x1f) << 8 | section[at + 2], section + at + 5,
        length, hdmv);
    at += 5 + length;
  }
  ts_timing_assign_pids (c);
}

/* ISO/IEC 13818-1 2.4.4.6 */
void
ts_timing_cat (TsTimingChecker * c, const guint8 * section, gsize size)
{
  c->cat_seen = TRUE;
  reference_ca (c, section + 8, size - 12);
}

/* ATSC A/65 6.2: the PIDs of EIT, ETT and other tables */
void
ts_timing_mgt (TsTimingChecker * c, const guint8 * section, gsize size)
{
  guint left = section[9] << 8 | section[10];
  gsize at = 11, end = size - 4;

  while (left-- > 0 && at + 11 <= end) {
    ts_timing_reserve_pid (c, (section[at + 2] & 0x1f) << 8 | section[at + 3]);
    at += 11 + ((section[at + 9] & 0x0f) << 8 | section[at + 10]);
  }
}

/* Notes a section of a table whose sections must not come too fast. */
static void
note_section (TsTimingChecker * c, TsTimingPid * pid, guint8 table,
    guint16 extension)
{
  TsTimingPending pending = { TS_PENDING_SECTION, pid->pid, table, c->here,
    extension, FALSE, NULL
  };

  if (c->clock && c->clock->valid && ts_timing_checks (c, SI) &&
      ts_timing_bound (c, SI_INTERVAL_MIN) > 0)
    ts_timing_defer (c, c->clock, &pending);
}

/* The section of @pending was there at @smooth (27 MHz). */
void
ts_timing_section_at (TsTimingChecker * c, const TsTimingPending * pending,
    gint64 smooth)
{
  gint64 least = ts_timing_bound (c, SI_INTERVAL_MIN), interval;
  TsTimingSubTable *sub = NULL;
  guint i;

  for (i = 0; i < TS_SUB_TABLES; i++) {
    if (c->sub_tables[i].seen &&
        c->sub_tables[i].table_id == pending->table &&
        c->sub_tables[i].extension == pending->held &&
        c->sub_tables[i].pid == pending->pid)
      sub = &c->sub_tables[i];
  }
  if (!sub) {
    sub = &c->sub_tables[c->next_sub_table++ % TS_SUB_TABLES];
    sub->seen = TRUE;
    sub->table_id = pending->table;
    sub->extension = pending->held;
    sub->pid = pending->pid;
  } else {
    interval = TS_NS_FROM_PCR (smooth - sub->last);
    if (interval < least)
      ts_timing_emit_at (c, &pending->place,
          TS_TIMING_EVENT_SI_REPETITION_ERROR, pending->pid, NULL,
          TS_TIMING_UNIT_NS, interval, least, TS_TIMING_UNLIMITED, NULL);
  }
  sub->last = smooth;
}

/* EN 300 468 5.2.3: does a service of this SDT say that there is an EIT
 * present/following? */
static void
read_sdt (TsTimingChecker * c, const guint8 * section, gsize size)
{
  gint version = (section[5] >> 1) & 0x1f;
  gsize at;

  if (!(section[5] & 1))
    return;
  if (version != c->sdt_version) {
    c->sdt_version = version;
    c->eit_announced = FALSE;
  }
  for (at = 11; at + 5 <= size - 4; at += 5 + ((section[at + 3] & 0x0f) << 8 |
          section[at + 4])) {
    if (!(section[at + 2] & 1) || c->eit_announced)
      continue;
    c->eit_announced = TRUE;
    c->si[TS_SI_EIT].last = ts_timing_reference_time (c);
  }
}

/* EN 300 468 5.1.3: what may come on the PIDs of SI */
void
ts_timing_si (TsTimingChecker * c, TsTimingPid * pid, const guint8 * section,
    gsize size)
{
  guint8 table = section[0];
  TsTimingEventType wrong;
  gboolean right;
  gint arrived = -1;

  if (table == 0x72)            /* stuffing table: anywhere */
    return;
  switch (pid->pid) {
    case 0x10:
      right = table == 0x40 || table == 0x41;
      arrived = table == 0x40 ? TS_SI_NIT : -1;
      wrong = TS_TIMING_EVENT_NIT_ERROR;
      break;
    case 0x11:
      right = table == 0x42 || table == 0x46 || table == 0x4a;
      arrived = table == 0x42 ? TS_SI_SDT : -1;
      wrong = TS_TIMING_EVENT_SDT_ERROR;
      break;
    case 0x12:
      right = table >= 0x4e && table <= 0x6f;
      arrived = table == 0x4e ? TS_SI_EIT : -1;
      wrong = TS_TIMING_EVENT_EIT_ERROR;
      break;
    case 0x14:
      right = table == 0x70 || table == 0x73;
      arrived = table == 0x70 ? TS_SI_TDT : -1;
      wrong = TS_TIMING_EVENT_TDT_ERROR;
      break;
    default:
      return;
  }
  if (!right) {
    ts_timing_emit (c, wrong, pid->pid, NULL, TS_TIMING_UNIT_COUNT, table,
        TS_TIMING_NO_TIME, TS_TIMING_UNLIMITED,
        "a section with another table_id");
    return;
  }
  if (table != 0x70 && table != 0x73 && size >= 12)
    note_section (c, pid, table, section[3] << 8 | section[4]);
  if (arrived == TS_SI_SDT && size >= 15)
    read_sdt (c, section, size);
  if (arrived >= 0)
    ts_timing_table_arrived (c, TS_PENDING_SI, NULL, arrived);
}
