/* ts-pids.c: what each PID is by the tables that apply */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-private.h"

#include <string.h>

/*
 * A new version of a table may give any PID another use, and several programs
 * may use one PID. So nothing is taken back step by step: after each change the
 * use of every PID, and whether it is referenced, is derived anew from all
 * programs of the PAT that applies (ISO/IEC 13818-1 2.4.4).
 *
 * The PID of a PMT carries sections and nothing else. An elementary stream that
 * several programs list belongs to one of them, as long as that one lists it.
 */

/* @number is announced for good: by a standard, or by a table whose later
 * versions take nothing back here. */
void
ts_timing_reserve_pid (TsTimingChecker * c, guint16 number)
{
  TsTimingPid *pid = ts_timing_pid (c, number);

  pid->reserved = pid->referenced = TRUE;
}

gboolean
ts_timing_lists (const TsTimingProgram * program, guint16 number)
{
  guint i;

  for (i = 0; i < program->n_streams; i++) {
    if (program->streams[i] == number)
      return TRUE;
  }
  return FALSE;
}

/* Video and audio have a timeline to follow. */
gboolean
ts_timing_is_timed (const TsTimingPid * pid)
{
  return pid->program && (pid->kind == TS_TIMING_KIND_VIDEO ||
      pid->kind == TS_TIMING_KIND_AUDIO);
}

static void
begin_skew (TsTimingProgram * program)
{
  program->skew_count = 0;
  program->skew_out = FALSE;
  memset (&program->skew_range, 0, sizeof (program->skew_range));
}

static void
follow (TsTimingChecker * c, TsTimingPid * pid)
{
  if (!ts_timing_is_timed (pid))
    return;
  if (!pid->stream)
    pid->stream = ts_timing_stream_new (c, pid);
  ts_timing_stream_begin (c, pid->stream);
  if (pid->pid == pid->program->video || pid->pid == pid->program->audio)
    begin_skew (pid->program);
}

static guint16
first_of_kind (TsTimingChecker * c, const TsTimingProgram * program,
    TsTimingKind kind)
{
  guint i;

  for (i = 0; i < program->n_streams; i++) {
    const TsTimingPid *pid = c->pids[program->streams[i]];

    if (pid->program == program && pid->kind == kind)
      return pid->pid;
  }
  return TS_TIMING_NO_PID;
}

/* The streams that the skew of @program is measured of, and its segments. */
static void
choose_streams (TsTimingChecker * c, TsTimingProgram * program)
{
  guint16 video = first_of_kind (c, program, TS_TIMING_KIND_VIDEO);
  guint16 audio = first_of_kind (c, program, TS_TIMING_KIND_AUDIO);

  if (video != program->video || audio != program->audio)
    begin_skew (program);
  program->video = video;
  program->audio = audio;
}

/* The PMT does not tell what @pid is, its PES packets do: 0xc0..0xdf are audio
 * and 0xe0..0xef video (ISO/IEC 13818-1 table 2-22). Blu-ray's audio comes as
 * private_stream_1 or extended_stream_id, and not every muxer says that it is
 * Blu-ray's. */
void
ts_timing_kind_by_pes (TsTimingChecker * c, TsTimingPid * pid, guint8 stream_id)
{
  if (!pid->program)
    return;
  if (pid->content->pes_codec && (stream_id == 0xbd || stream_id == 0xfd)) {
    pid->kind = TS_TIMING_KIND_AUDIO;
    pid->codec = pid->content->pes_codec;
  } else if (pid->stream_type != TS_PRIVATE_PES)
    return;
  else if (stream_id >= 0xc0 && stream_id <= 0xdf)
    pid->kind = TS_TIMING_KIND_AUDIO;
  else if (stream_id >= 0xe0 && stream_id <= 0xef)
    pid->kind = TS_TIMING_KIND_VIDEO;
  else
    return;
  follow (c, pid);
  choose_streams (c, pid->program);
}

static gboolean
runs_by (const TsTimingProgram * program, const TsTimingClock * clock)
{
  return program && program->active && program->pcr_pid == clock->pid;
}

static void
begin (TsTimingPid * pid)
{
  pid->referenced = pid->reserved;
  pid->program_before = pid->program;
  pid->program = NULL;
  if (pid->pmt_of && (!pid->pmt_of->active || pid->pmt_of->pmt_pid != pid->pid))
    pid->pmt_of = NULL;
  if (pid->clock)
    pid->clock->used = pid->clock->shared = FALSE;
}

static void
use_pmt_pid (TsTimingChecker * c, TsTimingProgram * program)
{
  TsTimingPid *pid = ts_timing_pid (c, program->pmt_pid);

  pid->referenced = TRUE;
  if (!pid->pmt_of)
    pid->pmt_of = program;
}

static void
use_pcr_pid (TsTimingChecker * c, TsTimingProgram * program)
{
  TsTimingClock *clock = ts_timing_announced_clock (c, program);

  if (!clock)
    return;
  c->pids[clock->pid]->referenced = TRUE;
  clock->shared = clock->used;
  clock->used = TRUE;
  if (!runs_by (clock->program, clock))
    clock->program = program;
}

static void
use_streams (TsTimingChecker * c, TsTimingProgram * program)
{
  guint i;

  for (i = 0; i < program->n_streams; i++) {
    TsTimingPid *pid = ts_timing_pid (c, program->streams[i]);

    pid->referenced = TRUE;
    if (pid->program && program != pid->program_before)
      continue;
    pid->program = program;
    pid->content = &program->contents[i];
  }
}

/* What the PMT leaves open, the PES packets may have told. */
static gboolean
is_unchanged (const TsTimingPid * pid)
{
  const TsTimingContent *content = pid->content;

  if (pid->program != pid->program_before ||
      pid->stream_type != content->stream_type)
    return FALSE;
  return pid->kind == content->kind ||
      (content->kind == TS_TIMING_KIND_DATA && ts_timing_is_timed (pid));
}

static void
settle (TsTimingChecker * c, TsTimingPid * pid)
{
  /* outside of ATSC its PID is one like others */
  if (pid->pmt_of || (pid->pid == TS_ATSC_PID && !pid->program))
    ts_timing_make_section (c, pid->pid);
  else
    ts_timing_drop_section (c, pid->pid);
  if (pid->section)
    pid->program = NULL;
  /* if it goes on coming, that is told */
  if (!pid->referenced && !pid->told_unreferenced)
    c->fast[pid->pid].expect |= TS_EXPECT_ONCE;
  if (!pid->program)
    return;
  if (!is_unchanged (pid)) {
    pid->stream_type = pid->content->stream_type;
    pid->kind = pid->content->kind;
    follow (c, pid);
  }
  if (pid->kind == pid->content->kind)
    pid->codec = pid->content->codec;
  pid->long_delay = pid->content->long_delay;
}

/* After every change of PAT or PMT. */
void
ts_timing_assign_pids (TsTimingChecker * c)
{
  guint i;

  for (i = 0; i < c->n_active; i++)
    begin (c->pids[c->active[i]]);
  for (i = 0; i < c->n_programs; i++) {
    if (!c->programs[i]->active)
      continue;
    use_pmt_pid (c, c->programs[i]);
    use_pcr_pid (c, c->programs[i]);
    use_streams (c, c->programs[i]);
  }
  for (i = 0; i < c->n_active; i++)
    settle (c, c->pids[c->active[i]]);
  for (i = 0; i < c->n_programs; i++) {
    if (c->programs[i]->active)
      choose_streams (c, c->programs[i]);
  }
}
