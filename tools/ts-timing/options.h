/* options: the command line */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <stdio.h>

#include "ts-playlist-rules.h"
#include "ts-timing.h"

G_BEGIN_DECLS
/**
 * TsOptions:
 *
 * What the command line asks for. Times are ns.
 */
    typedef struct
{
  TsTimingConfig config;
  gboolean profile_given;       /* else segments are judged as hls */
  gint64 playlist_bounds[TS_PLAYLIST_N_BOUNDS];
  gchar **inputs;
  gchar *html;
  gchar *ca_file;
  gchar *variant;
  gchar *name_pattern;
  TsTimingSeverity fail_on;
  gint64 duration;              /* TS_TIMING_UNLIMITED: until the end */
  gint64 idle;
  gboolean json;
  gboolean follow;
  gboolean live;
  gboolean quiet;
  gboolean verbose;
  gboolean help;
  gboolean manual;
  gboolean version;
  /* as given, for a profile that is known only later */
  gchar **sets;
  gchar **disables;
  gchar **enables;
} TsOptions;

TsOptions *ts_options_parse (gint argc, gchar ** argv, GError ** error);
void ts_options_free (TsOptions * options);
gboolean ts_options_apply_profile (TsOptions * options,
    TsTimingProfile profile, GError ** error);

gchar *ts_options_check_names (guint checks);

/* What --set switches on and off: name and meaning, NULL past the end. */
typedef struct
{
  const gchar *nick;
  const gchar *blurb;
  gsize offset;                 /* of the gboolean in TsTimingConfig */
} TsOptionSwitch;

const TsOptionSwitch *ts_options_switch (guint index);

void ts_help_print (FILE * file);
void ts_help_print_manual (FILE * file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsOptions, ts_options_free)
    G_END_DECLS
