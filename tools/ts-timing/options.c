/* options: the command line */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checks and bounds are not named here: their tables are the core's, which
 * also make the element's properties. */

#include "options.h"

#include <string.h>

#include "ts-segment-name.h"

#define DEFAULT_IDLE (60 * TS_TIMING_SECOND)

static gboolean
bad (GError ** error, const gchar * format, ...)
G_GNUC_PRINTF (2, 3);

     static gboolean bad (GError ** error, const gchar * format, ...)
{
  va_list args;
  gchar *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  g_free (text);
  return FALSE;
}

/* Letters that two words share at their begin: good enough for a hint. */
static guint
likeness (const gchar * a, const gchar * b)
{
  guint n = 0;

  while (a[n] && a[n] == b[n])
    n++;
  return n;
}

/* "700ms", "1.5s", "500ns", "40ppm", "off" */
static gboolean
parse_value (const gchar * text, const TsTimingBoundInfo * info,
    gint64 * value, GError ** error)
{
  static const struct
  {
    const gchar *suffix;
    TsTimingUnit unit;
    gdouble factor;
  } units[] = {
    {"ns", TS_TIMING_UNIT_NS, 1}, {"us", TS_TIMING_UNIT_NS, 1e3},
    {"ms", TS_TIMING_UNIT_NS, 1e6}, {"s", TS_TIMING_UNIT_NS, 1e9},
    {"min", TS_TIMING_UNIT_NS, 60e9}, {"ppm", TS_TIMING_UNIT_PPM, 1},
    {"", TS_TIMING_UNIT_PPM, 1}, {"", TS_TIMING_UNIT_COUNT, 1},
    {"", TS_TIMING_UNIT_PACKETS, 1}, {"", TS_TIMING_UNIT_NONE, 1},
  };
  gdouble number;
  gchar *end;
  guint i;

  if (strcmp (text, "off") == 0) {
    *value = TS_TIMING_UNLIMITED;
    return info->max == TS_TIMING_UNLIMITED
        || bad (error, "%s cannot be off", info->nick);
  }
  number = g_ascii_strtod (text, &end);
  for (i = 0; end != text && i < G_N_ELEMENTS (units); i++) {
    if (units[i].unit != info->unit || strcmp (end, units[i].suffix) != 0)
      continue;
    number *= units[i].factor;
    /* not (a < b): that also refuses NaN */
    if (!(number >= (gdouble) info->min && number <= (gdouble) info->max
            && number < 9e18))
      break;
    *value = (gint64) (number + (number < 0 ? -0.5 : 0.5));
    return TRUE;
  }
  if (info->unit == TS_TIMING_UNIT_NS)
    return bad (error, "\"%s\" is not a time for %s: a number with its unit "
        "(700ms, 1.5s)", text, info->nick);
  return bad (error, "\"%s\" is not a value for %s", text, info->nick);
}

static const TsOptionSwitch switches[] = {
  {"learn", "Widen intervals and windows to what the first learn-time of the "
        "stream shows. On in profile auto.",
      G_STRUCT_OFFSET (TsTimingConfig, learn)},
  {"interpolate", "Judge DTS minus PCR by the clock between two PCRs, not by "
        "the last PCR. Off in profile seed.",
      G_STRUCT_OFFSET (TsTimingConfig, interpolate)},
  {"psi-restarts", "PAT and PMT may count anew in each segment, as servers "
        "write them from a template. On in profiles auto and hls.",
      G_STRUCT_OFFSET (TsTimingConfig, psi_restarts)},
};

/**
 * ts_options_switch:
 * @index: from 0
 *
 * Returns: (nullable): a switch of --set, or %NULL past the end
 */
const TsOptionSwitch *
ts_options_switch (guint index)
{
  return index < G_N_ELEMENTS (switches) ? &switches[index] : NULL;
}

/* TRUE and *@good set if @name is a switch. */
static gboolean
apply_switch (TsOptions * options, const gchar * name, const gchar * value,
    gboolean * good, GError ** error)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (switches); i++) {
    gboolean on = strcmp (value, "on") == 0;

    if (strcmp (switches[i].nick, name) != 0)
      continue;
    *good = on || strcmp (value, "off") == 0
        || bad (error, "--set %s=%s: it is on or off", name, value);
    if (*good)
      G_STRUCT_MEMBER (gboolean, &options->config, switches[i].offset) = on;
    return TRUE;
  }
  return FALSE;
}

static gboolean
apply_set (TsOptions * options, const gchar * text, GError ** error)
{
  const gchar *equals = strchr (text, '='), *nearest = NULL;
  gchar *name;
  guint i, best = 0;
  gboolean good = FALSE;

  if (!equals)
    return bad (error, "--set %s: NAME=VALUE is needed", text);
  name = g_strndup (text, equals - text);
  if (apply_switch (options, name, equals + 1, &good, error)) {
    g_free (name);
    return good;
  }
  for (i = 0; i < TS_TIMING_N_BOUNDS + TS_PLAYLIST_N_BOUNDS; i++) {
    gboolean core = i < TS_TIMING_N_BOUNDS;
    const TsTimingBoundInfo *info = core ? ts_timing_bound_info (i) :
        ts_playlist_bound_info (i - TS_TIMING_N_BOUNDS);

    if (strcmp (info->nick, name) == 0) {
      good = parse_value (equals + 1, info, core ? &options->config.bounds[i] :
          &options->playlist_bounds[i - TS_TIMING_N_BOUNDS], error);
      g_free (name);
      return good;
    }
    if (likeness (info->nick, name) > best) {
      best = likeness (info->nick, name);
      nearest = info->nick;
    }
  }
  bad (error, "--set %s: no such bound%s%s%s", name,
      nearest ? " (did you mean " : "", nearest ? nearest : "",
      nearest ? "?)" : "; --help lists them");
  g_free (name);
  return FALSE;
}

/**
 * ts_options_check_names:
 * @checks: #TsTimingCheck flags
 *
 * Returns: (transfer full): their names, with "or" in between
 */
gchar *
ts_options_check_names (guint checks)
{
  GString *text = g_string_new (NULL);
  guint bit;

  for (bit = 0; bit < TS_TIMING_N_CHECKS; bit++) {
    const TsTimingCheckInfo *info = ts_timing_check_info (bit);

    if (checks & info->check)
      g_string_append_printf (text, "%s%s", text->len ? " or " : "",
          info->nick);
  }
  return g_string_free (text, FALSE);
}

static gboolean
apply_checks (TsOptions * options, const gchar * text, gboolean enable,
    GError ** error)
{
  gchar **nicks = g_strsplit (text, ",", -1);
  gboolean good = TRUE;
  guint i, k;

  for (i = 0; nicks[i] && good; i++) {
    const gchar *nick = g_strstrip (nicks[i]);
    guint found = 0;

    if (*nick == 0)
      continue;
    if (strcmp (nick, "all") == 0)
      found = TS_TIMING_CHECK_ALL;
    for (k = 0; k < TS_TIMING_N_CHECKS; k++) {
      if (strcmp (ts_timing_check_info (k)->nick, nick) == 0)
        found = ts_timing_check_info (k)->check;
    }
    for (k = 0; k < TS_TIMING_N_EVENTS && !found && good; k++) {
      const TsTimingEventInfo *event = ts_timing_event_info (k);
      gchar *checks;

      if (strcmp (event->nick, nick) != 0)
        continue;
      checks = ts_options_check_names (event->check);
      good = bad (error, "%s is an event of the check %s; checks are switched, "
          "and bounds are set (--set)", nick, checks);
      g_free (checks);
    }
    if (good && !found)
      good = bad (error, "%s %s: no such check; --help lists them",
          enable ? "--enable" : "--disable", nick);
    if (enable)
      options->config.checks |= found;
    else
      options->config.checks &= ~found;
  }
  g_strfreev (nicks);
  return good;
}

/**
 * ts_options_apply_profile:
 * @options: the options
 * @profile: which profile's values hold where the command line sets none
 * @error: a value that cannot be
 *
 * Returns: %FALSE with @error set
 */
gboolean
ts_options_apply_profile (TsOptions * options, TsTimingProfile profile,
    GError ** error)
{
  guint i;

  ts_timing_config_init (&options->config, profile);
  for (i = 0; i < TS_PLAYLIST_N_BOUNDS; i++)
    options->playlist_bounds[i] = ts_playlist_bound_info (i)->values[profile];
  for (i = 0; options->disables && options->disables[i]; i++) {
    if (!apply_checks (options, options->disables[i], FALSE, error))
      return FALSE;
  }
  for (i = 0; options->enables && options->enables[i]; i++) {
    if (!apply_checks (options, options->enables[i], TRUE, error))
      return FALSE;
  }
  for (i = 0; options->sets && options->sets[i]; i++) {
    if (!apply_set (options, options->sets[i], error))
      return FALSE;
  }
  return TRUE;
}

static const TsTimingBoundInfo seconds_info = {
  "a duration", TS_TIMING_UNIT_NS, 0, TS_TIMING_UNLIMITED, {0},
  ""
};

/* Seconds where no unit is given. */
static gboolean
parse_time (const gchar * option, const gchar * text, gint64 * value,
    GError ** error)
{
  gchar *with_unit = NULL;
  gboolean good;

  if (*text && strspn (text, "0123456789.") == strlen (text))
    with_unit = g_strconcat (text, "s", NULL);
  good = parse_value (with_unit ? with_unit : text, &seconds_info, value, NULL);
  g_free (with_unit);
  return good || bad (error, "%s \"%s\": not a time (10s, 500ms)", option,
      text);
}

/**
 * ts_options_parse:
 * @argc: of main()
 * @argv: of main(), left as it is
 * @error: what is wrong with them
 *
 * Returns: (transfer full): the options, or %NULL with @error set
 */
TsOptions *
ts_options_parse (gint argc, gchar ** argv, GError ** error)
{
  TsOptions *options = g_new0 (TsOptions, 1);
  gchar *profile = NULL, *fail_on = NULL, *duration = NULL, *idle = NULL;
  TsTimingProfile chosen = TS_TIMING_PROFILE_AUTO;
  const GOptionEntry entries[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json},
    {"html", 0, 0, G_OPTION_ARG_FILENAME, &options->html},
    {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file},
    {"profile", 'p', 0, G_OPTION_ARG_STRING, &profile},
    {"fail-on", 0, 0, G_OPTION_ARG_STRING, &fail_on},
    {"follow", 'f', 0, G_OPTION_ARG_NONE, &options->follow},
    {"live", 0, 0, G_OPTION_ARG_NONE, &options->live},
    {"duration", 0, 0, G_OPTION_ARG_STRING, &duration},
    {"idle", 0, 0, G_OPTION_ARG_STRING, &idle},
    {"variant", 0, 0, G_OPTION_ARG_STRING, &options->variant},
    {"name-pattern", 0, 0, G_OPTION_ARG_STRING, &options->name_pattern},
    {"disable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->disables},
    {"enable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->enables},
    {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sets},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose},
    {"help", 'h', 0, G_OPTION_ARG_NONE, &options->help},
    {"manual", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->manual},
    {"version", 0, 0, G_OPTION_ARG_NONE, &options->version},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->inputs},
    {NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);
  gchar **copy = g_new0 (gchar *, argc + 1);
  gboolean good;

  /* a copy: GOption takes what it knows out of the list */
  memcpy (copy, argv, argc * sizeof *copy);
  options->fail_on = TS_TIMING_SEVERITY_WARNING;
  options->duration = TS_TIMING_UNLIMITED;
  options->idle = DEFAULT_IDLE;
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  good = g_option_context_parse (context, &argc, &copy, error);
  g_option_context_free (context);
  g_free (copy);

  if (good && profile && !ts_timing_profile_from_nick (profile, &chosen))
    good = bad (error, "--profile %s: there are auto, seed, broadcast and hls",
        profile);
  if (good && fail_on && strcmp (fail_on, "never") == 0)
    options->fail_on = TS_TIMING_SEVERITY_ERROR + 1;
  else if (good && fail_on
      && !ts_timing_severity_from_nick (fail_on, &options->fail_on))
    good = bad (error, "--fail-on %s: there are info, warning, error and "
        "never", fail_on);
  if (good && duration)
    good = parse_time ("--duration", duration, &options->duration, error);
  if (good && idle)
    good = parse_time ("--idle", idle, &options->idle, error);
  if (good && options->name_pattern) {
    /* told before anything is read */
    TsSegmentNames *names = ts_segment_names_new (options->name_pattern, error);

    good = names != NULL;
    ts_segment_names_free (names);
  }
  options->profile_given = profile != NULL;
  if (good)
    good = ts_options_apply_profile (options, chosen, error);
  if (good && !options->inputs && !options->help && !options->manual
      && !options->version)
    good = bad (error, "a FILE, URI or PLAYLIST is missing; --help tells more");

  g_free (profile);
  g_free (fail_on);
  g_free (duration);
  g_free (idle);
  if (!good)
    g_clear_pointer (&options, ts_options_free);
  return options;
}

/**
 * ts_options_free:
 * @options: (nullable): what to free
 */
void
ts_options_free (TsOptions * options)
{
  if (!options)
    return;
  g_strfreev (options->inputs);
  g_strfreev (options->sets);
  g_strfreev (options->disables);
  g_strfreev (options->enables);
  g_free (options->html);
  g_free (options->ca_file);
  g_free (options->variant);
  g_free (options->name_pattern);
  g_free (options);
}
