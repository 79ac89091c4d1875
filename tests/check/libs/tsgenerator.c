/* tsgenerator.c: transport streams with known times and one known fault */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tsgenerator.h"
#include "tsgeneratortables.h"

#include <string.h>

#define PACKET 188
#define MS(n) ((gint64) (n) * 27000)
#define DTS_RANGE (G_GINT64_CONSTANT (1) << 33)
#define VIDEO_GAP MS (800)
#define AUDIO_GAP MS (400)
#define VIDEO_STEP MS (40)
/* how far sound that is marked goes back */
#define AUDIO_BACK MS (100)

#define CHANGE_TIME 6000

typedef struct
{
  const GenConfig *config;
  GenSink sink;
  gpointer data;
  guint8 counters[8192];
  GenTables tables;
  /* 27 MHz since the first packet */
  gint64 now;
  /* the next of each kind is due at; DTS of the next unit */
  gint64 table_due[GEN_N_TABLES];
  gint64 splice_due, pcr_due, video_due, audio_due, video_dts, audio_dts,
      last_dts;
  guint video_left, audio_left, pictures;
  /* what the fault adds to clocks and timestamps from now on */
  gint64 pcr_shift, dts_shift;
  gboolean done, mark_next;
  guint pcrs_left_out;
  guint8 held[PACKET];
  gboolean holding;
} Gen;

static const struct
{
  guint16 pid;
  guint interval;
} tables[GEN_N_TABLES] = {
  [GEN_TABLE_PAT] = {0, 100},
  [GEN_TABLE_PMT] = {0, 100},
  [GEN_TABLE_NIT] = {0x10, 4000},
  [GEN_TABLE_SDT] = {0x11, 1000},
  [GEN_TABLE_EIT] = {0x12, 1000},
  [GEN_TABLE_TDT] = {0x14, 8000},
  [GEN_TABLE_MGT] = {0x1ffb, 150},
  [GEN_TABLE_ATSC_EIT] = {GEN_ATSC_EIT_PID, 500},
};

static const gchar *const names[GEN_N_FAULTS] = {
  "none", "lost", "duplicate", "triple", "false-duplicate", "swapped",
  "marked-counter", "count-without-payload", "transport-error", "sync-byte",
  "two-sync-bytes", "junk", "crc", "no-pat", "wrong-table", "no-pmt",
  "no-audio", "one-pcr-missing", "pcr-missing", "pcr-jump", "pcr-back",
  "pcr-accuracy", "marked-splice", "splice", "dts-repeated", "dts-back",
  "pts-before-dts", "video-missing", "video-late", "audio-early",
  "unreferenced", "scrambled", "no-nit", "no-sdt", "no-eit", "no-tdt",
  "sdt-too-soon", "never-pat", "never-pmt", "never-pcr", "never-eit",
  "eit-not-announced", "video-stops", "scrambled-pcr-stops"
};

const gchar *
gen_fault_name (GenFault fault)
{
  return fault < GEN_N_FAULTS ? names[fault] : NULL;
}

void
gen_config_init (GenConfig * config, GenFault fault)
{
  config->fault = fault;
  config->change = GEN_CHANGE_NONE;
  config->at = 12000;
  config->length = 24000;
  config->ahead = 0;
  config->private_type = 0;
  config->atsc = FALSE;
  config->private_pes = config->hdmv = FALSE;
  config->ticks = 20000;
  config->picture = 8;
  config->key_picture = 0;
  config->audio_step = 24;
  config->pcr_jump = 5000;
  config->splice_interval = 0;
  config->start = 90000;
}

/* Is it time for @fault, and was it not done yet? */
static gboolean
now_is (Gen * g, GenFault fault)
{
  if (g->done || g->config->fault != fault || g->now < MS (g->config->at))
    return FALSE;
  g->done = TRUE;
  return TRUE;
}

/* Is @fault going on, for @length ms? */
static gboolean
during (Gen * g, GenFault fault, guint length)
{
  return g->config->fault == fault && g->now >= MS (g->config->at) &&
      g->now < MS (g->config->at + length);
}

static void
put_packet (Gen * g, guint8 * p)
{
  guint pid = (p[1] & 0x1f) << 8 | p[2];

  if (g->config->fault == GEN_FAULT_SCRAMBLED_PCR_STOPS && (p[3] & 0x10) &&
      (pid == GEN_VIDEO_PID || pid == GEN_AUDIO_PID))
    p[3] |= 0x80;
  g->sink (p, PACKET, g->data);
  g->now += g->config->ticks;
}

static void
header (Gen * g, guint8 * p, guint16 pid, gboolean start, guint control)
{
  if (control & 1)
    g->counters[pid] = (g->counters[pid] + 1) & 0xf;
  p[0] = 0x47;
  p[1] = (start ? 0x40 : 0) | pid >> 8;
  p[2] = pid & 0xff;
  p[3] = control << 4 | g->counters[pid];
}

static void
null_packet (Gen * g)
{
  guint8 p[PACKET];

  memset (p, 0xff, sizeof (p));
  p[0] = 0x47;
  p[1] = 0x1f;
  p[2] = 0xff;
  p[3] = 0x10;
  put_packet (g, p);
}

/* New versions of PAT and PMT come at once. */
static void
change_tables (Gen * g)
{
  static const guint times[] = { 0, CHANGE_TIME };

  if (g->config->change == GEN_CHANGE_NONE ||
      g->tables.version == G_N_ELEMENTS (times) ||
      g->now < MS (g->config->at + times[g->tables.version]))
    return;
  g->tables.version++;
  if (g->tables.silent)
    g->audio_dts += MS (g->config->ahead);
  gen_tables_set (&g->tables, g->config, g->tables.version == 1);
  g->table_due[GEN_TABLE_PAT] = g->table_due[GEN_TABLE_PMT] = g->now;
}

static void
pmt_packets (Gen * g)
{
  guint8 p[PACKET];
  gsize size;
  guint i;

  for (i = 0; i < g->tables.n_programs; i++) {
    memset (p, 0xff, sizeof (p));
    header (g, p, g->tables.programs[i].pmt_pid, TRUE, 1);
    p[4] = 0;
    size = gen_tables_pmt (&g->tables, i, p + 5);
    if (now_is (g, GEN_FAULT_CRC))
      p[5 + size - 1] ^= 0x55;
    put_packet (g, p);
  }
}

static void
table_packet (Gen * g, guint table)
{
  guint8 p[PACKET];
  gsize size;

  memset (p, 0xff, sizeof (p));
  header (g, p, tables[table].pid, TRUE, 1);
  p[4] = 0;
  size = gen_tables_section (&g->tables, table, p + 5);
  if (table == GEN_TABLE_SDT && g->config->fault == GEN_FAULT_EIT_NOT_ANNOUNCED) {
    p[5 + 13] &= ~1;
    gen_close_section (p + 5, size - 4, TRUE);
  }
  if (table == GEN_TABLE_PAT && now_is (g, GEN_FAULT_WRONG_TABLE)) {
    p[5] = 0x03;
    gen_close_section (p + 5, size - 4, TRUE);
  }
  put_packet (g, p);
}

static void
put_timestamp (guint8 * p, guint prefix, guint64 value)
{
  value &= DTS_RANGE - 1;
  p[0] = prefix << 4 | (value >> 29 & 0x0e) | 1;
  p[1] = value >> 22;
  p[2] = (value >> 14 & 0xfe) | 1;
  p[3] = value >> 7;
  p[4] = (value << 1 & 0xfe) | 1;
}

static void
put_pcr (Gen * g, guint8 * field)
{
  gint64 pcr = g->config->start * 300 + g->now + g->pcr_shift;
  guint64 base;

  if (now_is (g, GEN_FAULT_PCR_ACCURACY))
    pcr += 54;                  /* 2 us */
  base = (pcr / 300) & (DTS_RANGE - 1);
  field[0] |= 0x10;
  field[1] = base >> 25;
  field[2] = base >> 17;
  field[3] = base >> 9;
  field[4] = base >> 1;
  field[5] = (base & 1) << 7 | 0x7e | (pcr % 300) >> 8;
  field[6] = pcr % 300;
}

/* A PES header at @p for a unit that is decoded at @dts (27 MHz); returns its
 * size. */
static gsize
put_pes (Gen * g, guint8 * p, guint8 id, gint64 dts, gint64 ahead,
    gboolean has_dts)
{
  guint64 d = g->config->start + (dts + g->dts_shift) / 300;

  memset (p, 0, 9);
  p[2] = 1;
  p[3] = id;
  p[6] = 0x80;
  p[7] = has_dts ? 0xc0 : 0x80;
  p[8] = has_dts ? 10 : 5;
  put_timestamp (p + 9, has_dts ? 3 : 2, d + ahead / 300);
  if (has_dts)
    put_timestamp (p + 14, 1, d);
  return 9 + p[8];
}

static void
start_splice (Gen * g)
{
  if (now_is (g, GEN_FAULT_PCR_JUMP))
    g->pcr_shift = MS (g->config->pcr_jump);
  else if (now_is (g, GEN_FAULT_PCR_BACK))
    g->pcr_shift = -MS (5000);
  else if (now_is (g, GEN_FAULT_SPLICE))
    g->pcr_shift = g->dts_shift = MS (100000);
  else if (now_is (g, GEN_FAULT_MARKED_SPLICE)) {
    g->pcr_shift = g->dts_shift = MS (100000);
    g->mark_next = TRUE;
  }
  if (g->config->splice_interval && g->now >= g->splice_due) {
    g->splice_due += MS (g->config->splice_interval);
    g->pcr_shift += MS (100000);
    g->dts_shift += MS (100000);
    g->mark_next = TRUE;
  }
}

/* PCR, picture, or both in one packet. */
static void
video_packet (Gen * g, gboolean pcr, gboolean start)
{
  guint8 p[PACKET];
  gsize at = 4;
  gint64 dts = g->video_dts, ahead;

  memset (p, 0x5a, sizeof (p));
  header (g, p, g->tables.video_pid, start, start || !pcr ? (pcr ? 3 : 1) : 2);
  if (pcr) {
    p[4] = start ? 7 : 183;
    p[5] = 0;
    memset (p + 6, 0xff, 182);
    if (g->mark_next) {
      p[5] |= 0x80;
      g->mark_next = FALSE;
    }
    put_pcr (g, p + 5);
    at += p[4] + 1;
  }
  if (start) {
    ahead = VIDEO_STEP * (g->pictures % 3);
    if (now_is (g, GEN_FAULT_DTS_REPEATED))
      dts -= VIDEO_STEP;
    else if (now_is (g, GEN_FAULT_DTS_BACK))
      dts -= 2 * VIDEO_STEP;
    else if (g->pictures % 3 == 1 && now_is (g, GEN_FAULT_PTS_BEFORE_DTS))
      ahead = -MS (20);
    put_pes (g, p + at, 0xe0, dts, ahead, ahead != 0);
    g->pictures++;
    g->video_dts += VIDEO_STEP;
  }
  put_packet (g, p);
}

static void
pcr_packet (Gen * g)
{
  guint8 p[PACKET];

  memset (p, 0xff, sizeof (p));
  header (g, p, g->tables.pcr_pid, FALSE, 2);
  p[4] = 183;
  p[5] = 0;
  put_pcr (g, p + 5);
  put_packet (g, p);
}

/* In the middle of the change the timestamps of the sound go back once, and a
 * discontinuity_indicator says so. */
static gboolean
audio_goes_back (Gen * g)
{
  if (g->config->change != GEN_CHANGE_KINDS || g->done ||
      g->now < MS (g->config->at + CHANGE_TIME / 2))
    return FALSE;
  g->done = TRUE;
  g->audio_dts -= AUDIO_BACK;
  return TRUE;
}

static void
audio_packet (Gen * g, gboolean start)
{
  gboolean marked = start && audio_goes_back (g);
  guint8 p[PACKET];

  memset (p, 0xa5, sizeof (p));
  header (g, p, g->tables.audio_pid, start, marked ? 3 : 1);
  if (marked) {
    p[4] = 1;
    p[5] = 0x80;
  }
  if (start) {
    put_pes (g, p + (marked ? 6 : 4), 0xc0, g->audio_dts, 0, FALSE);
    g->audio_dts += MS (g->config->audio_step);
  } else if (during (g, GEN_FAULT_SCRAMBLED, 1000))
    p[3] |= 0x80;
  put_packet (g, p);
}

/* With the timestamps of the sound. */
static void
private_packet (Gen * g)
{
  guint8 p[PACKET];

  memset (p, 0xa5, sizeof (p));
  header (g, p, GEN_PRIVATE_PID, TRUE, 1);
  put_pes (g, p + 4, 0xbd, g->audio_dts, 0, FALSE);
  put_packet (g, p);
}

/* A packet in the middle of a picture: what can happen to it on its way. */
static void
middle_packet (Gen * g)
{
  guint8 p[PACKET], q[PACKET];

  memset (p, 0x5a, sizeof (p));
  header (g, p, g->tables.video_pid, FALSE, 1);
  /* no two packets look alike */
  p[10] = g->now / g->config->ticks;
  p[11] = g->now / g->config->ticks / 256;
  memcpy (q, p, PACKET);
  if (now_is (g, GEN_FAULT_LOST)) {
    null_packet (g);
    return;
  }
  if (now_is (g, GEN_FAULT_DUPLICATE)) {
    put_packet (g, p);
  } else if (now_is (g, GEN_FAULT_TRIPLE)) {
    put_packet (g, p);
    put_packet (g, p);
  } else if (now_is (g, GEN_FAULT_FALSE_DUPLICATE)) {
    q[100] ^= 1;
    put_packet (g, q);
  } else if (now_is (g, GEN_FAULT_MARKED_COUNTER)) {
    g->counters[g->tables.video_pid] =
        (g->counters[g->tables.video_pid] + 5) & 0xf;
    p[3] = 0x30 | g->counters[g->tables.video_pid];
    p[4] = 1;
    p[5] = 0x80;
  } else if (now_is (g, GEN_FAULT_COUNT_WITHOUT_PAYLOAD)) {
    g->counters[g->tables.video_pid] =
        (g->counters[g->tables.video_pid] + 1) & 0xf;
    memset (q + 4, 0xff, PACKET - 4);
    q[3] = 0x20 | g->counters[g->tables.video_pid];
    q[4] = 183;
    q[5] = 0;
    put_packet (g, p);
    put_packet (g, q);
    return;
  } else if (now_is (g, GEN_FAULT_TRANSPORT_ERROR)) {
    p[1] |= 0x80;
  } else if (now_is (g, GEN_FAULT_SYNC_BYTE)) {
    p[0] = 0x46;
  } else if (now_is (g, GEN_FAULT_JUNK)) {
    memset (q, 0x11, 100);
    g->sink (q, 100, g->data);
  } else if (now_is (g, GEN_FAULT_TWO_SYNC_BYTES)) {
    header (g, q, g->tables.video_pid, FALSE, 1);
    p[0] = q[0] = 0x46;
    put_packet (g, q);
  } else if (g->holding) {
    g->holding = FALSE;
    put_packet (g, p);
    put_packet (g, g->held);
    return;
  } else if (g->video_left > 2 && now_is (g, GEN_FAULT_SWAPPED)) {
    memcpy (g->held, p, PACKET);
    g->holding = TRUE;
    null_packet (g);
    return;
  }
  put_packet (g, p);
}

static void
foreign_packet (Gen * g)
{
  guint8 p[PACKET];

  memset (p, 0x33, sizeof (p));
  header (g, p, 0x300, FALSE, 1);
  put_packet (g, p);
}

static gboolean
left_out (Gen * g, guint table)
{
  GenFault fault = g->config->fault;

  switch (table) {
    case GEN_TABLE_PAT:
      return fault == GEN_FAULT_NEVER_PAT || during (g, GEN_FAULT_NO_PAT, 600);
    case GEN_TABLE_PMT:
      return fault == GEN_FAULT_NEVER_PMT || during (g, GEN_FAULT_NO_PMT, 600);
    case GEN_TABLE_NIT:
      return during (g, GEN_FAULT_NO_NIT, 12000);
    case GEN_TABLE_SDT:
      return during (g, GEN_FAULT_NO_SDT, 3000);
    case GEN_TABLE_EIT:
      return fault == GEN_FAULT_NEVER_EIT ||
          fault == GEN_FAULT_EIT_NOT_ANNOUNCED ||
          during (g, GEN_FAULT_NO_EIT, 3000);
    case GEN_TABLE_TDT:
      return during (g, GEN_FAULT_NO_TDT, 40000);
    default:
      return !g->config->atsc;
  }
}

static gboolean
table_due (Gen * g)
{
  guint i;

  for (i = 0; i < GEN_N_TABLES; i++) {
    if (g->now < g->table_due[i])
      continue;
    g->table_due[i] += MS (tables[i].interval);
    if (left_out (g, i))
      continue;
    if (i == GEN_TABLE_PMT)
      pmt_packets (g);
    else
      table_packet (g, i);
    if (i == GEN_TABLE_SDT && now_is (g, GEN_FAULT_SDT_TOO_SOON))
      table_packet (g, i);
    return TRUE;
  }
  return FALSE;
}

/* Whether the PCR that is due now stays away. */
static gboolean
pcr_left_out (Gen * g)
{
  if (g->config->fault == GEN_FAULT_NEVER_PCR ||
      during (g, GEN_FAULT_SCRAMBLED_PCR_STOPS, G_MAXINT / 2) ||
      now_is (g, GEN_FAULT_ONE_PCR_MISSING))
    return TRUE;
  if (now_is (g, GEN_FAULT_PCR_MISSING))
    g->pcrs_left_out = 3;
  if (g->pcrs_left_out == 0)
    return FALSE;
  g->pcrs_left_out--;
  return TRUE;
}

static void
picture_due (Gen * g)
{
  gboolean pcr = g->now >= g->pcr_due;
  gboolean start = g->now >= g->video_due;

  if (during (g, GEN_FAULT_VIDEO_STOPS, G_MAXINT / 2)) {
    g->pcr_due = g->video_due = G_MAXINT64;
    g->video_left = 0;
    return;
  }
  if (pcr) {
    g->pcr_due += MS (40);
    start_splice (g);
    pcr = !pcr_left_out (g);
    if (pcr && g->tables.pcr_pid != g->tables.video_pid) {
      pcr_packet (g);
      pcr = FALSE;
    }
  }
  if (start) {
    g->video_due += VIDEO_STEP;
    if (now_is (g, GEN_FAULT_VIDEO_LATE))
      g->video_due += MS (1000);
    if (during (g, GEN_FAULT_VIDEO_MISSING, 800)) {
      g->video_dts += VIDEO_STEP;
      g->pictures++;
      start = FALSE;
    }
  }
  if (pcr || start) {
    video_packet (g, pcr, start);
    if (start)
      g->video_left = g->config->picture - 1;
    if (start && g->config->key_picture && g->pictures % 12 == 1)
      g->video_left = g->config->key_picture - 1;
  }
}

static void
sound_due (Gen * g)
{
  gint64 step = MS (g->config->audio_step);

  g->audio_due += step;
  /* sent twice as fast as it plays */
  if (during (g, GEN_FAULT_AUDIO_EARLY, 1500))
    g->audio_due -= step / 2;
  if (g->tables.silent || during (g, GEN_FAULT_NO_AUDIO, 5100)) {
    g->audio_dts += step;
    return;
  }
  if (g->config->private_pes)
    private_packet (g);
  audio_packet (g, TRUE);
  g->audio_left = 1;
}

void
gen_run (const GenConfig * config, GenSink sink, gpointer user_data)
{
  Gen *g = g_new0 (Gen, 1);
  gint64 end = MS (config->length);

  g->config = config;
  g->sink = sink;
  g->data = user_data;
  memset (g->counters, 0xf, sizeof (g->counters));
  g->splice_due = MS (config->splice_interval);
  g->video_dts = VIDEO_GAP;
  g->audio_dts = AUDIO_GAP;
  gen_tables_set (&g->tables, config, FALSE);
  while (g->now < end) {
    change_tables (g);
    if (table_due (g))
      continue;
    if (g->now >= g->pcr_due || g->now >= g->video_due)
      picture_due (g);
    else if (g->now >= g->audio_due)
      sound_due (g);
    else if (g->audio_left > 0 && config->picture > 1) {
      g->audio_left--;
      audio_packet (g, FALSE);
    } else if (g->video_left > 0) {
      g->video_left--;
      middle_packet (g);
    } else if (config->fault == GEN_FAULT_UNREFERENCED &&
        g->now >= MS (config->at) && g->pictures % 5 == 0)
      foreign_packet (g);
    else
      null_packet (g);
  }
  g_free (g);
}

static void
append (const guint8 * data, gsize size, gpointer array)
{
  g_byte_array_append (array, data, size);
}

GByteArray *
gen_stream (const GenConfig * config)
{
  GByteArray *array = g_byte_array_new ();

  gen_run (config, append, array);
  return array;
}
