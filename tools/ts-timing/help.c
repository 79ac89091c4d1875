/* help: the manual, as text and as a page for man(1) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "options.h"

#include <string.h>

typedef struct
{
  const gchar *term;            /* NULL: a paragraph */
  const gchar *text;
} Entry;

static const Entry description[] = {
  {NULL, "Reads an MPEG transport stream and tells whether it is in time: "
        "packets, continuity, PCR, DTS and PTS, and of HLS what the playlist "
        "and the names of the segments promise. INPUT is a file, a URI, or - "
        "for standard input; whether it is a playlist is seen from its "
        "content. Several INPUTs are the segments of one stream, in order."},
  {NULL, "Files and http(s) are read directly, any other URI (udp, srt, ...) "
        "by the GStreamer element for it; RTP around the packets is taken off. "
        "Of a live source the time of arrival is judged too."},
  {NULL, "The report begins with the verdict; then each kind of finding with "
        "its count and the place of the first; then tables. DTS-PCR is how "
        "long before its decoding a picture arrives."},
  {NULL, NULL}
};

static const Entry option_list[] = {
  {"-p, --profile PROFILE", "What the stream is judged by: auto (learns what "
        "is usual in the stream and tells what leaves it), seed (DTS minus PCR "
        "700 to 1200 ms for video and 200 to 700 ms for audio), broadcast "
        "(ETSI TR 101 290) or hls (RFC 8216). Default: hls for a playlist and "
        "for segments, else auto."},
  {"-j, --json", "Write the report as JSON to standard output. The keys of "
        "\"events\" and \"first\" are the names under EVENTS."},
  {"--html FILE", "Write a page with charts to FILE; it needs no network."},
  {"--fail-on SEVERITY", "Exit with 1 for findings of this severity and "
        "worse: info, warning (default), error, or never."},
  {"-f, --follow", "Go on at the end: load a live playlist again, wait for a "
        "file to grow. Ends by itself when a playlist ends, or after --idle."},
  {"--live", "Judge the time of arrival also of a file, pipe or HTTP stream."},
  {"--duration TIME", "Stop after so much time (10s, 5min) and report."},
  {"--idle TIME", "How long nothing may come from a live or followed input "
        "before it counts as ended. Default: 60s."},
  {"--ca-file FILE", "Trust the certificate authorities of this PEM file, and "
        "no others, for https. Default: the system's."},
  {"--variant WISH", "Which variant of a master playlist: highest (default) or "
        "lowest bandwidth, first, a number from 1, WIDTHxHEIGHT, or a part of "
        "its URI."},
  {"--name-pattern PATTERN", "Where the segments' names tell the UTC. Without "
        "it a number of 10, 13, 16 or 19 digits (seconds, ms, us, ns since "
        "1970) or a time in an ISO 8601 form is looked for. Either as of "
        "strftime: %Y %m %d %j %H %M %S, %s (seconds since 1970), %1 to %9 (so "
        "many digits of fraction), %f (any), %z (Z, +hhmm), %? (any "
        "character), %* (any characters): %s%3.ts is what nginx-rtmp writes. "
        "Or a regular expression with one group that holds the time."},
  {"--disable CHECK,...", "Switch checks off (see CHECKS; all)."},
  {"--enable CHECK,...", "Switch checks on that the profile leaves out; after "
        "--disable, so --disable all --enable gap is the gap alone."},
  {"--set BOUND=VALUE", "Set a bound (see BOUNDS) with its unit: 700ms, 1.5s, "
        "500ns, 40ppm; off: never broken. The last three are on or off. May be "
        "given several times."},
  {"-q, --quiet", "No tables and no progress."},
  {"-v, --verbose", "Tell each event on standard error as it happens."},
  {"-h, --help", "Print this text."},
  {"--version", "Print the version."},
  {NULL, NULL}
};

static const Entry json_keys[] = {
  {"verdict", "clean, warning, error or unusable."},
  {"events", "How often each kind of event occurred, by its name (see EVENTS); "
        "what did not occur is missing."},
  {"first", "Where each kind occurred first, by the same names: pid, program, "
        "packet, offset (bytes), segment, time (s), the value and its rule."},
  {"packets, packet-size, bytes, duration, bitrate", "Of the whole; duration "
        "in seconds, bitrate in bit/s."},
  {"programs, pids", "Counts and ranges of each program and PID."},
  {"segments", "The ledger: name, media and announced duration, breaks, and "
        "lag-ms where names tell the time."},
  {"series", "What the charts show: points of time (s), smallest, mean, "
        "largest."},
  {"playlist", "Only of a playlist: uri, variant, live, loads, and how many "
        "segments were listed, read, encrypted, unavailable."},
  {NULL, NULL}
};

static const Entry exit_status[] = {
  {"0", "The stream is clean (or --fail-on excuses what was found)."},
  {"1", "There are findings."},
  {"2", "The input or the command line is unusable: not found, no transport "
        "stream or one without a PAT, an encrypted or broken playlist."},
  {NULL, NULL}
};

static const Entry examples[] = {
  {"gst-ts-timing-1.0 recording.ts", "Judge a recording."},
  {"gst-ts-timing-1.0 --follow --duration 60s https://cdn.example/live.m3u8",
      "Watch a live stream for a minute."},
  {"gst-ts-timing-1.0 --profile broadcast --html r.html udp://239.1.1.1:5000",
      "Judge a multicast by TR 101 290, with charts, until interrupted."},
  {"gst-ts-timing-1.0 --disable all --enable continuity --json - < x.ts",
      "Count continuity errors."},
  {NULL, NULL}
};

/* roff or plain */
typedef struct
{
  FILE *file;
  gboolean roff;
} Page;

static void
put_roff (const Page * page, const gchar * text)
{
  const gchar *p;

  for (p = text; *p; p++) {
    if (*p == '-')
      fputs ("\\-", page->file);
    else if (*p == '\\')
      fputs ("\\e", page->file);
    else if ((*p == '.' || *p == '\'') && p == text)
      fprintf (page->file, "\\&%c", *p);
    else
      fputc (*p, page->file);
  }
}

/* Plain text, filled to 78 columns. */
static void
put_filled (const Page * page, guint indent, const gchar * text)
{
  gchar **words = g_strsplit (text, " ", -1);
  guint column = 0, i;

  for (i = 0; words[i]; i++) {
    guint length = strlen (words[i]);

    if (column && column + 1 + length > 78) {
      fputc ('\n', page->file);
      column = 0;
    }
    if (column == 0) {
      fprintf (page->file, "%*s", (gint) indent, "");
      column = indent;
    } else {
      fputc (' ', page->file);
      column++;
    }
    fputs (words[i], page->file);
    column += length;
  }
  fputc ('\n', page->file);
  g_strfreev (words);
}

static void
put_section (const Page * page, const gchar * title)
{
  fprintf (page->file, page->roff ? ".SH \"%s\"\n" : "\n%s\n", title);
}

static void
put_entry (const Page * page, const gchar * term, const gchar * text)
{
  if (page->roff) {
    fputs (term ? ".TP\n.B " : ".PP\n", page->file);
    if (term) {
      put_roff (page, term);
      fputc ('\n', page->file);
    }
    put_roff (page, text);
    fputc ('\n', page->file);
    return;
  }
  if (term)
    fprintf (page->file, "  %s\n", term);
  put_filled (page, term ? 8 : 2, text);
}

static void
put_entries (const Page * page, const gchar * title, const Entry * entries)
{
  put_section (page, title);
  for (; entries->text; entries++)
    put_entry (page, entries->term, entries->text);
}

static void
put_bound (const Page * page, const TsTimingBoundInfo * info)
{
  GString *text = g_string_new (info->blurb);
  gboolean same = TRUE;
  guint i;

  for (i = 1; i < TS_TIMING_N_PROFILES; i++)
    same &= info->values[i] == info->values[0];
  g_string_append (text, ". Default: ");
  for (i = 0; i < (same ? 1 : TS_TIMING_N_PROFILES); i++) {
    gchar value[64];

    if (!same)
      g_string_append_printf (text, "%s%s ", i ? ", " : "",
          ts_timing_profile_nick (i));
    if (info->values[i] == TS_TIMING_UNLIMITED)
      g_string_append (text, "off");
    else if (info->unit == TS_TIMING_UNIT_NS
        && info->values[i] % TS_TIMING_MSEC == 0)
      g_string_append_printf (text, "%" G_GINT64_FORMAT "ms",
          info->values[i] / TS_TIMING_MSEC);
    else if (info->unit == TS_TIMING_UNIT_NS)
      g_string_append_printf (text, "%" G_GINT64_FORMAT "ns", info->values[i]);
    else
      g_string_append (text, ts_timing_format_value (info->values[i],
              info->unit, value, sizeof value));
  }
  g_string_append_c (text, '.');
  put_entry (page, info->nick, text->str);
  g_string_free (text, TRUE);
}

static void
put_tables (const Page * page)
{
  guint i;

  put_section (page, "CHECKS");
  for (i = 0; i < TS_TIMING_N_CHECKS; i++) {
    const TsTimingCheckInfo *info = ts_timing_check_info (i);

    put_entry (page, info->nick, info->explanation);
  }
  put_section (page, "BOUNDS");
  for (i = 0; i < TS_TIMING_N_BOUNDS; i++)
    put_bound (page, ts_timing_bound_info (i));
  for (i = 0; i < TS_PLAYLIST_N_BOUNDS; i++)
    put_bound (page, ts_playlist_bound_info (i));
  for (i = 0; ts_options_switch (i); i++)
    put_entry (page, ts_options_switch (i)->nick, ts_options_switch (i)->blurb);
  put_section (page, "EVENTS");
  for (i = 0; i < TS_TIMING_N_EVENTS; i++) {
    const TsTimingEventInfo *info = ts_timing_event_info (i);
    gchar *checks = ts_options_check_names (info->check);
    gchar *text = g_strdup_printf ("%s; %s, check %s (%s).",
        info->explanation, ts_timing_severity_nick (info->severity), checks,
        info->clause);

    put_entry (page, info->nick, text);
    g_free (text);
    g_free (checks);
  }
}

static void
put_page (const Page * page)
{
  if (page->roff) {
    fprintf (page->file, ".TH GST\\-TS\\-TIMING\\-1.0 1 \"\" \"%s %s\"\n",
        PACKAGE, PACKAGE_VERSION);
    fputs (".SH NAME\ngst\\-ts\\-timing\\-1.0 \\- is a transport stream still "
        "in time?\n.SH SYNOPSIS\n.B gst\\-ts\\-timing\\-1.0\n[OPTION...] "
        "INPUT...\n", page->file);
  } else {
    fputs ("gst-ts-timing-1.0 - is a transport stream still in time?\n\n"
        "usage: gst-ts-timing-1.0 [OPTION...] INPUT...\n", page->file);
  }
  put_entries (page, "DESCRIPTION", description);
  put_entries (page, "OPTIONS", option_list);
  put_entries (page, "EXIT STATUS", exit_status);
  put_entries (page, "JSON", json_keys);
  put_entries (page, "EXAMPLES", examples);
  put_tables (page);
}

/* The manual as text. */
void
ts_help_print (FILE * file)
{
  const Page page = { file, FALSE };

  put_page (&page);
}

/* The same for man(1). */
void
ts_help_print_manual (FILE * file)
{
  const Page page = { file, TRUE };

  put_page (&page);
}
