/* The long run of publishbin: tasks are started and stopped, a mix and a relay
 * in turn, and fail if file descriptors, threads or memory grow. Run by
 * `./dev soak publish`; an argument is another number than 200. With
 * GST_TRACERS=leaks it also fails if an object is left at the end.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "publishharness.h"
#include "rtmpserver.h"

/* what an allocator may keep for itself, KiB */
#define MEMORY_SLACK 12288

typedef struct
{
  guint fds, threads, rss;
} Usage;

static guint
count_entries (const gchar * path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  g_dir_close (dir);
  return n;
}

static Usage
get_usage (void)
{
  Usage usage;
  gchar *text = NULL, *at;

  malloc_trim (0);
  usage.fds = count_entries ("/proc/self/fd");
  usage.threads = count_entries ("/proc/self/task");
  usage.rss = 0;
  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  if ((at = strstr (text, "VmRSS:")))
    usage.rss = atoi (at + 6);
  g_free (text);
  return usage;
}

static void
print_usage (const gchar * what, Usage usage)
{
  g_print ("%-28s fds %3u  threads %3u  MiB %6.1f\n", what, usage.fds,
      usage.threads, usage.rss / 1024.0);
}

static void
start_and_stop (PublishHarness * h, RtmpServer * server, guint n)
{
  guint i;

  for (i = 0; i < n; i++) {
    gchar *url = rtmp_server_url (server, "live", i % 2 ? "mix" : "relay");
    guint mark = publish_harness_mark (h);
    GstMessage *message;
    gchar *id = publish_harness_start (h, i % 2 ? "mix-to-cdn" : "big-to-cdn",
        "jerry", url, i % 2 ? PUBLISH_SMALL_AV_ENCODER : NULL, NULL);

    publish_harness_wait_state (h, mark, id, GST_PUBLISH_CDN_STATE_PUBLISHING);
    publish_harness_stop (h, id);
    g_free (id);
    g_free (url);
    /* a message keeps who posted it */
    while ((message = gst_bus_pop (h->bus))) {
      if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        g_error ("an error reached the application");
      gst_message_unref (message);
    }
  }
}

int
main (int argc, char **argv)
{
  RtmpServer *server;
  PublishHarness *h;
  Usage before, after;
  gboolean grown;
  guint n;

  gst_init (&argc, &argv);
  n = argc > 1 ? atoi (argv[1]) : 200;
  server = rtmp_server_new (FALSE);
  rtmp_server_start (server);
  h = publish_harness_new ("publishbin name=room sink_0::user-id=jerry "
      "sink_1::user-id=jerry " PUBLISH_H264 "room.sink_0 "
      PUBLISH_AAC "room.sink_1");
  publish_harness_play (h);

  /* what is loaded and pooled once is there after a few rounds */
  start_and_stop (h, server, 10);
  before = get_usage ();
  print_usage ("after 10 tasks", before);
  start_and_stop (h, server, n);
  after = get_usage ();
  print_usage ("after that many more", after);
  grown = after.fds > before.fds + 2 || after.threads > before.threads + 3 ||
      after.rss > before.rss + MEMORY_SLACK;

  publish_harness_free (h);
  rtmp_server_free (server);
  g_print ("%u tasks: %s\n", n, grown ? "GROWN" : "no growth");
  gst_deinit ();
  return grown;
}
