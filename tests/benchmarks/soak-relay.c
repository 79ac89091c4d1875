/* The long run of relaypublishsink: 200 reconnects, then 200 times add and
 * remove, then 200 targets that are given up on a server that never answers and
 * as many attempts at one that answers garbage; fails if file descriptors,
 * threads or memory grow. Run by `./dev soak relay`; an argument is another
 * number than 200.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "relayharness.h"
#include "rtmpserver.h"

/* memory that an allocator may keep for itself, KiB */
#define MEMORY_SLACK 8192

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

static gboolean
has_grown (Usage before, Usage after)
{
  return after.fds > before.fds + 2 || after.threads > before.threads + 2 ||
      after.rss > before.rss + MEMORY_SLACK;
}

/* One second of media in the ring: its memory is the same from early on. */
#define LAUNCH RELAY_VIDEO "relaypublishsink name=pub " \
    "retry-interval=100000000 backlog-time=2000000000"

static void
reconnect (RelayHarness * h, RtmpServer * server, guint id, guint n)
{
  guint i;

  for (i = 0; i < n; i++) {
    guint mark = relay_harness_mark (h);

    rtmp_server_kill (server);
    if (!relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_RECONNECTING,
            20))
      g_error ("reconnect %u: the loss was not seen", i);
    rtmp_server_start (server);
    if (!relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_PUBLISHING, 20))
      g_error ("reconnect %u: it did not come back", i);
  }
}

static void
add_and_remove (RelayHarness * h, RtmpServer * server, guint n)
{
  gchar *url = rtmp_server_url (server, "live", "again");
  guint i;

  for (i = 0; i < n; i++) {
    guint mark = relay_harness_mark (h);
    guint id = relay_harness_add (h, url, TRUE);
    gboolean found = FALSE;

    if (!id)
      g_error ("add %u: refused", i);
    if (!relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_PUBLISHING, 20))
      g_error ("add %u: does not publish", i);
    g_signal_emit_by_name (h->pub, "remove-target", id, &found);
    if (!found || !relay_harness_wait (h, mark, id,
            GST_PUBLISH_CDN_STATE_IDLE, 20))
      g_error ("remove %u: not idle", i);
  }
  g_free (url);
}

/* What is given up while nothing is answered, and what answers nonsense again
 * and again; the servers keep their own ends, so they are counted out. */
static Usage
give_up (RelayHarness * h, guint n)
{
  FakeServer *silent = fake_server_new (FALSE);
  FakeServer *garbage = fake_server_new (TRUE);
  guint i, retried = relay_harness_add (h, garbage->url, TRUE);
  gboolean found;
  Usage usage;

  for (i = 0; i < n; i++) {
    guint mark = relay_harness_mark (h), id;
    gint accepted = g_atomic_int_get (&silent->accepted);

    id = relay_harness_add (h, silent->url, TRUE);
    while (g_atomic_int_get (&silent->accepted) == accepted)
      g_poll (NULL, 0, 5);
    g_signal_emit_by_name (h->pub, "remove-target", id, &found);
    if (!relay_harness_wait (h, mark, id, GST_PUBLISH_CDN_STATE_IDLE, 20))
      g_error ("given up %u: not idle", i);
  }
  while ((guint) g_atomic_int_get (&garbage->accepted) < n)
    g_poll (NULL, 0, 20);
  i = relay_harness_mark (h);
  g_signal_emit_by_name (h->pub, "remove-target", retried, &found);
  if (!relay_harness_wait (h, i, retried, GST_PUBLISH_CDN_STATE_IDLE, 20))
    g_error ("given up: not idle");
  fake_server_free (silent);
  fake_server_free (garbage);
  usage = get_usage ();
  return usage;
}

int
main (int argc, char **argv)
{
  RtmpServer *server, *other;
  RelayHarness *h;
  Usage before, after;
  guint n, id;
  gboolean grown;

  gst_init (&argc, &argv);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  n = argc > 1 ? atoi (argv[1]) : 200;
  server = rtmp_server_new (FALSE);
  other = rtmp_server_new (FALSE);
  rtmp_server_start (server);
  rtmp_server_start (other);
  h = relay_harness_new (LAUNCH);
  {
    gchar *url = rtmp_server_url (server, "live", "soak");

    id = relay_harness_add (h, url, TRUE);
    g_free (url);
  }
  relay_harness_play (h);
  if (!relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING, 30))
    g_error ("does not publish");

  /* what is loaded and pooled once is there after a few rounds */
  reconnect (h, server, id, 10);
  before = get_usage ();
  print_usage ("after 10 reconnects", before);
  reconnect (h, server, id, n);
  after = get_usage ();
  grown = has_grown (before, after);
  print_usage ("after that many more", after);

  add_and_remove (h, other, 10);
  before = get_usage ();
  print_usage ("after 10 add and remove", before);
  add_and_remove (h, other, n);
  after = get_usage ();
  grown |= has_grown (before, after);
  print_usage ("after that many more", after);

  before = give_up (h, 10);
  print_usage ("after 10 given up", before);
  after = give_up (h, n);
  grown |= has_grown (before, after);
  print_usage ("after that many more", after);

  relay_harness_free (h);
  rtmp_server_free (server);
  rtmp_server_free (other);
  g_print ("%u rounds each: %s\n", n, grown ? "GROWN" : "no growth");
  return grown;
}
