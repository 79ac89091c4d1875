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
        " live."},
  {NULL, "It ends when it is interrupted, when the user that target.owner names"
        " leaves, or when all inputs have ended."},
  {"OPTIONS", NULL},
  {"-i, --input KEY=VALUE,...", "A user's stream, in order of arrival."
        " Keys: uri (needed), user, room, type (big, small or sub; big by"
        " default), loop=1 (a file begins again at its end), volume (1),"
        " mute=1, from and until (seconds of the session: comes later, leaves"
        " earlier)."},
  {"-j, --json-lines", "Write one JSON object for each event to standard"
        " output, and \"stats\" every second."},
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
        " break off; the user stays meanwhile, with the last picture."},
  {"test:PATTERN?size=WxH&fps=N&speed=PX&tone=HZ", "A test picture (as"
        " videotestsrc knows them: ball, smpte, snow, ...) that moves sideways"
        " by speed pixels a frame (-100 to 100), and a tone; tone=0 is no sound,"
        " size=0 no picture."},
  {"v4l2:///dev/video0", "A camera, and any other device whose GStreamer"
        " element has a URI."},
  {"SIGNALS", NULL},
  {"SIGHUP", "Reads the job file again and updates the task: what stays is not"
        " interrupted. A job that is refused changes nothing."},
  {"SIGINT, SIGTERM", "Stops in good order; the second one at once."},
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
