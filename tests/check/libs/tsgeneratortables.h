/* tsgeneratortables.h: the tables of generated transport streams */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifndef TS_GENERATOR_TABLES_H
#define TS_GENERATOR_TABLES_H

#include "tsgenerator.h"

typedef enum
{
  GEN_TABLE_PAT,
  GEN_TABLE_PMT,
  GEN_TABLE_NIT,
  GEN_TABLE_SDT,
  GEN_TABLE_EIT,
  GEN_TABLE_TDT,
  GEN_TABLE_MGT,
  GEN_TABLE_ATSC_EIT,
  GEN_N_TABLES
} GenTable;

#define GEN_MAX_PROGRAMS 2
#define GEN_MAX_STREAMS 3

typedef struct
{
  guint8 number;
  guint16 pmt_pid;
  guint n_streams;
  struct
  {
    guint8 type;
    guint16 pid;
  } streams[GEN_MAX_STREAMS];
} GenProgram;

/* What the tables say now, and where media goes by them. */
typedef struct
{
  const GenConfig *config;
  guint version, n_programs;
  GenProgram programs[GEN_MAX_PROGRAMS];
  guint16 video_pid, audio_pid, pcr_pid;
  /* no sound comes */
  gboolean silent;
} GenTables;

void gen_tables_set (GenTables * tables, const GenConfig * config,
    gboolean changed);
/* A PMT by its program's index, and any other table; return the size. */
gsize gen_tables_pmt (const GenTables * tables, guint index, guint8 * section);
gsize gen_tables_section (const GenTables * tables, GenTable table,
    guint8 * section);
/* Fills a section with its length and CRC; returns its size. */
gsize gen_close_section (guint8 * section, gsize size, gboolean crc);

#endif /* TS_GENERATOR_TABLES_H */
