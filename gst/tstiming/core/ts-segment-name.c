/* ts-segment-name: the UTC that a segment's name tells, if it tells one */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A server that puts the wall clock into its segments' names tells when it
 * cut them; the segments' DTS tell how much media lies between two cuts. But
 * a name is only a name: it also holds counters, sizes, the time at which the
 * publication began. So every number of a name that could be a time is
 * followed as a field of its own, and a field is believed only while it goes
 * on as a clock does.
 */

#include "ts-segment-name.h"
#include "ts-name-time.h"

#include <string.h>

/* numbers of one name that can be times; a name with more has no time */
#define MAX_FIELDS 8
/* A clock does not go on by more than this between two segments. */
#define MAX_STEP (24 * 3600 * TS_TIMING_SECOND)

typedef struct
{
  gboolean used;
  guint index;                  /* which number of the name it is */
  TsNameForm form;
  gint64 previous;              /* ns, of the name before */
  gint64 previous_no_zone;      /* the same without the offset from UTC */
  gboolean zone;                /* that name ended in an offset */
  gboolean ignore_zone;         /* what looked like one is a counter */
  gint64 media_since;           /* media since that name, ns */
  gboolean media_unknown;       /* or not known */
  gint64 lag;                   /* ns */
  guint steps;
  guint unit_steps;             /* of those, exactly one unit long */
  guint media_steps;            /* of those, media time known */
  const gchar *refused;
} Field;

struct _TsSegmentNames
{
  TsNamePattern *pattern;       /* NULL: look for a time */
  Field fields[MAX_FIELDS];
};

G_DEFINE_QUARK (ts - segment - name - error - quark, ts_segment_name_error);

/**
 * ts_segment_names_new:
 * @pattern: (nullable): where the time stands in the name, or %NULL to look
 *   for it
 * @error: %TS_SEGMENT_NAME_ERROR_BAD_PATTERN
 *
 * Without a pattern the last component of the path is searched for numbers of
 * 10, 13, 16 or 19 digits (seconds, ms, us, ns of the Unix epoch within
 * %TS_SEGMENT_NAME_EARLIEST and %TS_SEGMENT_NAME_LATEST) and for ISO
 * 8601 times, basic or extended, with or without fraction and offset; no
 * offset means UTC. In a file name `-`, `_` and `.` may stand for `:`.
 *
 * A pattern is searched in the whole URI. One with a `(` is a regular
 * expression with exactly one group, and the group holds a time in one of the
 * forms above. Any other is in the manner of strftime: `%Y %m %d %j %H %M %S`,
 * `%s` (seconds of the epoch), `%1` to `%9` (so many digits of fraction), `%f`
 * (all digits of fraction), `%z` (Z, +hhmm or +hh:mm), `%?` (any character),
 * `%*` (any characters) and `%%`; so nginx-rtmp's names are `%s%3.ts`.
 *
 * Returns: (transfer full): the reader, or %NULL with @error set
 */
TsSegmentNames *
ts_segment_names_new (const gchar * pattern, GError ** error)
{
  TsSegmentNames *names;
  TsNamePattern *compiled = NULL;

  if (pattern && *pattern) {
    compiled = ts_name_pattern_new (pattern, error);
    if (!compiled)
      return NULL;
  }
  names = g_new0 (TsSegmentNames, 1);
  names->pattern = compiled;
  return names;
}

/**
 * ts_segment_names_free:
 * @names: (nullable): what to free
 */
void
ts_segment_names_free (TsSegmentNames * names)
{
  if (!names)
    return;
  ts_name_pattern_free (names->pattern);
  g_free (names);
}

/**
 * ts_segment_names_reset:
 * @names: the reader
 *
 * Forgets all names: another stream follows.
 */
void
ts_segment_names_reset (TsSegmentNames * names)
{
  memset (names->fields, 0, sizeof names->fields);
}

/**
 * ts_name_form_nick:
 * @form: a form
 *
 * Returns: a short word for reports
 */
const gchar *
ts_name_form_nick (TsNameForm form)
{
  static const gchar *const nicks[] = { "none", "seconds", "milliseconds",
    "microseconds", "nanoseconds", "iso"
  };

  g_return_val_if_fail ((guint) form < G_N_ELEMENTS (nicks), "none");
  return nicks[form];
}

static Field *
field_of (TsSegmentNames * names, const TsNameCandidate * candidate)
{
  Field *free_field = NULL;
  guint i;

  for (i = 0; i < MAX_FIELDS; i++) {
    Field *field = &names->fields[i];

    if (!field->used) {
      if (!free_field)
        free_field = field;
    } else if (field->index == candidate->index) {
      return field;
    }
  }
  return free_field;
}

static void
field_begin (Field * field, const TsNameCandidate * candidate)
{
  memset (field, 0, sizeof *field);
  field->used = TRUE;
  field->index = candidate->index;
  field->form = candidate->form;
  field->previous = candidate->utc;
  field->previous_no_zone = candidate->utc_no_zone;
  field->zone = candidate->zone;
}

/* What speaks against this step being a clock's; NULL for nothing. */
static const gchar *
field_step_fault (const Field * field, gint64 step,
    gint64 resolution, gint64 media_step)
{
  gboolean media = media_step != TS_TIMING_NO_TIME;

  if (step < 0)
    return "goes back: not a clock";
  if (step > MAX_STEP)
    return "leaps by more than a day: not a clock";
  /* several short segments may share a second */
  if (step == 0 && (!media || media_step >= resolution))
    return "does not advance";
  if (field->steps == 0)
    return NULL;
  if (step == 0 && field->lag < -2 * resolution)
    return "does not advance";
  return NULL;
}

/*
 * ffmpeg's -hls_start_number_source epoch begins a plain counter at the time
 * of day. Steps of exactly one unit are a clock's only where the media says
 * the same.
 */
static gboolean
field_is_counter (const Field * field, gint64 resolution)
{
  if (field->unit_steps < field->steps)
    return FALSE;
  if (field->media_steps)
    return ABS (field->lag) > resolution;
  return field->steps > 1;
}

static void
field_push (Field * field, const TsNameCandidate * candidate, gint64 media_step)
{
  gint64 utc, step;

  if (candidate->form != field->form) {
    field->refused = "changes its form";
    return;
  }
  if (candidate->zone != field->zone && !field->ignore_zone) {
    field->ignore_zone = TRUE;
    field->previous = field->previous_no_zone;
  }
  utc = field->ignore_zone ? candidate->utc_no_zone : candidate->utc;
  step = utc - field->previous;
  field->refused =
      field_step_fault (field, step, candidate->resolution, media_step);
  if (field->refused)
    return;

  field->steps++;
  if (step == candidate->resolution)
    field->unit_steps++;
  if (media_step != TS_TIMING_NO_TIME) {
    field->media_steps++;
    field->lag += step - media_step;
  }
  field->previous = utc;
  field->previous_no_zone = candidate->utc_no_zone;
  if (field_is_counter (field, candidate->resolution))
    field->refused = "counts by one: a counter, not a clock";
}

static TsNameVerdict
field_verdict (const Field * field)
{
  if (field->refused)
    return TS_NAME_REFUSED;
  if (field->steps == 0)
    return TS_NAME_UNDECIDED;
  if (!field->media_steps && field->unit_steps == field->steps)
    return TS_NAME_UNDECIDED;
  return TS_NAME_UTC;
}

/* UTC before undecided before refused, then the finer clock */
static gboolean
field_better (TsNameVerdict verdict, gint64 resolution, const TsNameTime * than)
{
  static const guint rank[] = {
    [TS_NAME_NO_TIME] = 0,
    [TS_NAME_REFUSED] = 1,
    [TS_NAME_UNDECIDED] = 2,
    [TS_NAME_UTC] = 3,
  };

  if (rank[verdict] != rank[than->verdict])
    return rank[verdict] > rank[than->verdict];
  return resolution < than->resolution;
}

/**
 * ts_segment_names_push:
 * @names: the reader
 * @uri: the next segment's URI or path
 * @media_step: media time from the segment before to this one (first DTS to
 *   first DTS), ns; %TS_TIMING_NO_TIME when unknown or after a discontinuity
 * @time: (out caller-allocates): what the name tells
 *
 * A field that went back, stood still, leapt or counted by one is refused
 * until ts_segment_names_reset(): it is not a clock, however well it
 * behaves later.
 *
 * Returns: the verdict, also in @time
 */
TsNameVerdict
ts_segment_names_push (TsSegmentNames * names, const gchar * uri,
    gint64 media_step, TsNameTime * time)
{
  TsNameCandidate found[MAX_FIELDS];
  guint n, i;

  memset (time, 0, sizeof *time);
  time->utc = TS_TIMING_NO_TIME;
  time->verdict = TS_NAME_NO_TIME;

  if (names->pattern)
    n = ts_name_pattern_match (names->pattern, uri, &found[0]) ? 1 : 0;
  else
    n = ts_name_search (uri, found, MAX_FIELDS);

  /* names without the field may come in between */
  for (i = 0; i < MAX_FIELDS; i++) {
    Field *field = &names->fields[i];

    if (media_step == TS_TIMING_NO_TIME)
      field->media_unknown = TRUE;
    else
      field->media_since = CLAMP (field->media_since +
          CLAMP (media_step, -MAX_STEP, MAX_STEP), -MAX_STEP, MAX_STEP);
  }
  for (i = 0; i < n; i++) {
    Field *field = field_of (names, &found[i]);
    TsNameVerdict verdict;

    if (!field)
      continue;
    if (!field->used)
      field_begin (field, &found[i]);
    else if (!field->refused)
      field_push (field, &found[i], field->media_unknown ?
          TS_TIMING_NO_TIME : field->media_since);
    field->media_since = 0;
    field->media_unknown = FALSE;

    verdict = field_verdict (field);
    if (!field_better (verdict, found[i].resolution, time))
      continue;
    time->verdict = verdict;
    time->resolution = found[i].resolution;
    time->form = field->form;
    time->reason = field->refused;
    time->lag = field->refused ? 0 : field->lag;
    time->utc = field->refused ? TS_TIMING_NO_TIME : field->previous;
  }
  return time->verdict;
}
