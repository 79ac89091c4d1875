/* help: the manual, as text and as a page for man(1)
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "options.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 78

/* A term with its text; without a text: a heading; without a term: a
 * paragraph. */
typedef struct
{
  const gchar *term, *text;
} Entry;

static const Entry entries[] = {
  {"NAME", NULL},
  {NULL, "gst-publish-1.0 - publishes a room as a job file says"},
  {"SYNOPSIS", NULL},
  {NULL, "gst-publish-1.0 [OPTION...] JOB.json --input KEY=VALUE,... [--input"
        " ...]"},
  {"DESCRIPTION", NULL},
  {NULL, "Relays one user's stream untouched, or composes all of them into one"
        " picture and one sound, and sends it to every url of the job,"
        " whatever the network does. JOB.json has the parts target, encoder"
        " and mixing. On a terminal the state of every target is shown"
        " live, with the queue in ms that the target is behind."},
  {NULL, "It ends when it is interrupted, when the user that target.owner names"
        " leaves, or when all inputs have ended."},
  {"OPTIONS", NULL},
  {"-i, --input KEY=VALUE,...", "A user's stream, in order of arrival."
        " Keys: uri (needed), user, room, type (big, small or sub; big by"
        " default), loop=1 (a file begins again at its end), volume (1),"
        " mute=1, from and until (seconds of the session: comes later, leaves"
        " earlier)."},
  {"-j, --json-lines", "Write one JSON object for each event to standard"
        " output, see EVENTS."},
  {"--duration SECONDS", "Stop in good order after that time."},
  {"--video-encoder ELEMENT", "The element that encodes video, with"
        " properties as in a launch line. Default: x264enc, veryfast."},
  {"--sink-property NAME=VALUE", "A property for each relaypublishsink, such as"
        " retry-interval=500000000."},
  {"-h, --help", "This text."},
  {"--version", "The version."},
  {"INPUTS", NULL},
  {"file:///PATH, PATH", "Played in real time."},
  {"rtmp, rtmps, srt, rtsp, http, https urls", "Connected again when they"
        " break off or end, after 1 to 10 s; the user stays meanwhile, with the"
        " last picture. Into a mix a sender whose clock is not ours comes"
        " without what is too much, or with short gaps where something is"
        " missing. What a web server sends is played in real time."},
  {"test:PATTERN?size=WxH&fps=N&speed=PX&color=AARRGGBB&tone=HZ", "A test"
        " picture (as videotestsrc knows them: ball, smpte, snow, ...) that"
        " moves sideways by speed pixels a frame (-100 to 100), with a color"
        " behind it, and a tone; tone=0 is no sound, size=0 no picture."},
  {"v4l2:///dev/video0", "A camera, and any other device whose GStreamer"
        " element has a URI."},
  {"SIGNALS", NULL},
  {"SIGHUP", "Reads the job file again and updates the task: what stays is not"
        " interrupted, and a part that the file does not have stays as it was."
        " A job that is refused changes nothing."},
  {"SIGINT, SIGTERM", "Stops in good order; the second one at once."},
  {"EVENTS", NULL},
  {NULL, "Each is a line of JSON with event (its name), time (seconds since the"
        " start), and the fields that are named here. More may be added; none"
        " goes, or changes its meaning. Urls are without their secrets."},
  {"publish-started, publish-updated, publish-stopped",
      "task-id, code (\"ok\", or"
        " what is wrong), message. The last of them is the end."},
  {"cdn-state-changed",
      "task-id, url, state (connecting, publishing,"
        " reconnecting, failed, disconnecting, idle), code, message; every 5 s"
        " again while it is connecting or reconnecting."},
  {"congestion", "task-id, url, queue (ms that the target is behind)."},
  {"layout-applied, slots-changed", "by a config, or who is in it without one:"
        " task-id, serial, running-time (ns), slots: a list of"
        " layout, user-id, room-id, stream-type."},
  {"input-came, input-left, input-lost, input-back, input-ended, input-failed",
      "user, room, type, uri, message: who came or left as from and until"
        " say; who is lost is connected again, who has ended or failed is"
        " not."},
  {"job-refused, warning, stopping", "message."},
  {"stats", "Every second. tasks: a list of task-id, mode, targets (a list of"
        " id, url, state, bytes-accepted, bitrate in bit/s, frames-sent,"
        " frames-dropped, reconnects, queue in ms, last-error, last-message)"
        " and, of a mix, canvas (canvas-width, canvas-height, frames, slots and"
        " more)."},
  {"EXIT STATUS", NULL},
  {"0", "The task ended in good order, and every target was publishing when"
        " it did."},
  {"1", "The task ended with a fault, or a target had failed or never"
        " published."},
  {"2", "Nothing could be published: options, job or input are not usable."},
  {"EXAMPLES", NULL},
  {NULL, "gst-publish-1.0 job.json --input user=jerry,uri=talk.mp4,loop=1"
        " --input user=jerry,type=sub,uri=test:smpte --input"
        " user=mike,uri=rtmp://127.0.0.1/live/mike"},
};

static void
print_filled (const gchar * text, guint margin)
{
  gchar **words = g_strsplit (text, " ", -1);
  guint column = 0, i;

  for (i = 0; words[i]; i++) {
    guint length = (guint) strlen (words[i]);

    if (column > 0 && margin + column + 1 + length > WIDTH) {
      printf ("\n");
      column = 0;
    }
    if (column == 0)
      printf ("%*s", margin, "");
    else
      printf (" ");
    printf ("%s", words[i]);
    column += length + (column > 0);
  }
  printf ("\n");
  g_strfreev (words);
}

static void
print_roff (const gchar * text)
{
  if (*text == '.' || *text == '\'')
    printf ("\\&");
  for (; *text; text++) {
    if (*text == '-')
      printf ("\\-");
    else if (*text == '\\')
      printf ("\\e");
    else
      putchar (*text);
  }
  printf ("\n");
}

static void
print_entry (const Entry * entry, gboolean as_manual)
{
  if (!entry->text) {
    printf (as_manual ? ".SH %s\n" : "%s\n", entry->term);
  } else if (as_manual) {
    printf (entry->term ? ".TP\n.B " : ".PP\n");
    if (entry->term)
      print_roff (entry->term);
    print_roff (entry->text);
  } else {
    if (entry->term)
      print_filled (entry->term, 7);
    print_filled (entry->text, entry->term ? 14 : 7);
    printf ("\n");
  }
}

void
publish_help_print (gboolean as_manual)
{
  guint i;

  if (as_manual)
    printf (".TH GST-PUBLISH-1.0 1 \"\" \"%s %s\" \"User Commands\"\n", PACKAGE,
        PACKAGE_VERSION);
  for (i = 0; i < G_N_ELEMENTS (entries); i++)
    print_entry (&entries[i], as_manual);
}
