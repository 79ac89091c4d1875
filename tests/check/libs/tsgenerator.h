/* tsgenerator.h: transport streams with known times and one known fault */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef TS_GENERATOR_H
#define TS_GENERATOR_H

#include <glib.h>

/*
 * A stream of constant rate: packet n begins at n * ticks (27 MHz), so every
 * PCR is exact by its byte position. One program: H.264 video on 0x100 that
 * carries the PCR every 40 ms, MPEG audio on 0x101, PAT and PMT every 100 ms,
 * NIT, SDT, EIT and TDT of DVB, null packets. DTS minus PCR is 800 ms for
 * video and 400 ms for audio.
 */

#define GEN_VIDEO_PID 0x100
#define GEN_AUDIO_PID 0x101
#define GEN_PRIVATE_PID 0x102
#define GEN_ATSC_EIT_PID 0x1d00
#define GEN_PMT_PID 0x1000
/* where a change has two programs */
#define GEN_OTHER_PMT_PID 0x1001

typedef enum
{
  GEN_FAULT_NONE,
  GEN_FAULT_LOST,
  GEN_FAULT_DUPLICATE,
  GEN_FAULT_TRIPLE,
  GEN_FAULT_FALSE_DUPLICATE,
  GEN_FAULT_SWAPPED,
  GEN_FAULT_MARKED_COUNTER,
  GEN_FAULT_COUNT_WITHOUT_PAYLOAD,
  GEN_FAULT_TRANSPORT_ERROR,
  GEN_FAULT_SYNC_BYTE,
  GEN_FAULT_TWO_SYNC_BYTES,
  GEN_FAULT_JUNK,
  GEN_FAULT_CRC,
  GEN_FAULT_NO_PAT,
  GEN_FAULT_WRONG_TABLE,
  GEN_FAULT_NO_PMT,
  GEN_FAULT_NO_AUDIO,
  GEN_FAULT_ONE_PCR_MISSING,
  GEN_FAULT_PCR_MISSING,
  GEN_FAULT_PCR_JUMP,
  GEN_FAULT_PCR_BACK,
  GEN_FAULT_PCR_ACCURACY,
  GEN_FAULT_MARKED_SPLICE,
  GEN_FAULT_SPLICE,
  GEN_FAULT_DTS_REPEATED,
  GEN_FAULT_DTS_BACK,
  GEN_FAULT_PTS_BEFORE_DTS,
  GEN_FAULT_VIDEO_MISSING,
  GEN_FAULT_VIDEO_LATE,
  GEN_FAULT_AUDIO_EARLY,
  GEN_FAULT_UNREFERENCED,
  GEN_FAULT_SCRAMBLED,
  GEN_FAULT_NO_NIT,
  GEN_FAULT_NO_SDT,
  GEN_FAULT_NO_EIT,
  GEN_FAULT_NO_TDT,
  GEN_FAULT_SDT_TOO_SOON,
  /* from the first packet to the last */
  GEN_FAULT_NEVER_PAT,
  GEN_FAULT_NEVER_PMT,
  GEN_FAULT_NEVER_PCR,
  GEN_FAULT_NEVER_EIT,
  /* no EIT, and the SDT says so */
  GEN_FAULT_EIT_NOT_ANNOUNCED,
  /* and with it the PCR, until the end */
  GEN_FAULT_VIDEO_STOPS,
  /* all media is scrambled, and at half time the PCR stops */
  GEN_FAULT_SCRAMBLED_PCR_STOPS,
  GEN_N_FAULTS
} GenFault;

/* What the tables say from `at` on, for 6 s; then all is as before. */
typedef enum
{
  GEN_CHANGE_NONE,
  /* the PMT and the video have exchanged their PIDs */
  GEN_CHANGE_PMT_PID,
  /* of two programs that share sound and PCR the first is not listed */
  GEN_CHANGE_SHARED,
  /* the sound belongs to another program, whose PMT comes first */
  GEN_CHANGE_MOVED,
  /* there is no video, and the PCR is still on its PID */
  GEN_CHANGE_NO_VIDEO,
  /* the sound is not listed, and comes all the same */
  GEN_CHANGE_UNLISTED,
  /* the sound is not listed, and does not come */
  GEN_CHANGE_PAUSE,
  /* video and sound have exchanged their PIDs; after 3 s the sound goes back by
   * 100 ms, which is marked */
  GEN_CHANGE_KINDS,
  /* the PCR has a PID of its own */
  GEN_CHANGE_PCR_PID,
  GEN_N_CHANGES
} GenChange;

typedef struct
{
  GenFault fault;
  GenChange change;
  /* when it happens and how long the stream is, in ms */
  guint at, length;
  /* ms by which the sound is further ahead after GEN_CHANGE_PAUSE */
  guint ahead;
  /* stream_type of a further PID that the PMT lists first, 0 = none; whether PES
   * packets come on it, and whether the PMT says that it is Blu-ray's */
  guint8 private_type;
  gboolean private_pes, hdmv;
  /* the tables of ATSC come as well */
  gboolean atsc;
  /* 27 MHz ticks of a packet; 20000 = 2.03 Mbit/s */
  guint ticks;
  /* packets of a picture */
  guint picture;
  /* packets of every 12th picture, as far as they fit in before the next one;
   * 0 = like the others */
  guint key_picture;
  /* ms of an audio PES; muxers pack several frames into one */
  guint audio_step;
  /* ms that the PCR jumps by, with that fault */
  guint pcr_jump;
  /* ms from one marked splice to the next, each 100 s ahead; 0 = none */
  guint splice_interval;
  /* 33 bit value of the first PCR base */
  guint64 start;
} GenConfig;

/* Takes whole packets (and junk) as they come. */
typedef void (*GenSink) (const guint8 * data, gsize size, gpointer user_data);

void gen_config_init (GenConfig * config, GenFault fault);
void gen_run (const GenConfig * config, GenSink sink, gpointer user_data);
/* The whole stream (transfer full). */
GByteArray *gen_stream (const GenConfig * config);
/* Name of a fault, for messages and file names. */
const gchar *gen_fault_name (GenFault fault);

#endif /* TS_GENERATOR_H */
