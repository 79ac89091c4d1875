/* relaypublishsink with a file whose open blocks.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#define GST_USE_UNSTABLE_API    /* the tracer's hooks */
#include <gst/check/gstcheck.h>
#include <gst/gsttracer.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relayharness.h"

/* Lets the open of the FIFO's writer return. */
static gint
open_fifo (const gchar * path)
{
  gint fd = g_open (path, O_RDONLY, 0);

  fail_unless (fd >= 0);
  return fd;
}

/* Until the last writer closes. Returns how much came, and what it began
 * with. */
static gsize
read_fifo (gint fd, gchar begin[3])
{
  gchar bytes[4096];
  gsize length = 0;
  gssize n;

  while ((n = read (fd, bytes, sizeof (bytes))) > 0) {
    if (length == 0)
      memcpy (begin, bytes, MIN (n, 3));
    length += n;
  }
  close (fd);
  return length;
}

static GMutex opening_lock;
static GCond opening_cond;
static guint opening;           /* opening_lock */

/* A target's sink is about to open, and nothing keeps it from that any more. */
static void
on_change_state (GObject * tracer, GstClockTime time, GstElement * element,
    GstStateChange transition)
{
  if (transition != GST_STATE_CHANGE_NULL_TO_READY ||
      !g_str_equal (GST_OBJECT_NAME (element), "relaysink"))
    return;
  g_mutex_lock (&opening_lock);
  opening++;
  g_cond_broadcast (&opening_cond);
  g_mutex_unlock (&opening_lock);
}

typedef GstTracer Watch;
typedef GstTracerClass WatchClass;

static GType watch_get_type (void);
G_DEFINE_TYPE (Watch, watch, GST_TYPE_TRACER);

static void
watch_class_init (WatchClass * klass)
{
}

static void
watch_init (Watch * self)
{
  gst_tracing_register_hook (self, "element-change-state-pre",
      G_CALLBACK (on_change_state));
}

static guint
add_blocked (RelayHarness * h, const gchar * url)
{
  guint id;

  g_mutex_lock (&opening_lock);
  opening = 0;
  id = relay_harness_add (h, url, FALSE);
  while (!opening)
    g_cond_wait (&opening_cond, &opening_lock);
  g_mutex_unlock (&opening_lock);
  return id;
}

/* A file whose open blocks is nobody else's concern, and can be left at any
 * time. Once closed nothing is written to it. */
GST_START_TEST (test_file_that_nobody_reads)
{
  gchar *folder = g_dir_make_tmp ("relayfifo-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "fifo.flv", NULL);
  gchar *good_path = g_build_filename (folder, "a.flv", NULL);
  gchar *url = g_strconcat ("file://", path, NULL);
  gchar *good = g_strconcat ("file://", good_path, NULL), begin[3];
  RelayHarness *h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  GstTracer *watch = g_object_new (watch_get_type (), NULL);
  gboolean found = FALSE;
  gint64 stopped;
  guint id;
  gint fd;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  relay_harness_play (h);
  id = add_blocked (h, url);
  fail_unless (relay_harness_wait (h, 0, relay_harness_add (h, good, FALSE),
          GST_PUBLISH_CDN_STATE_PUBLISHING, 20) != NULL);
  g_signal_emit_by_name (h->pub, "remove-target", id, &found);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_IDLE,
          20) != NULL);
  fail_unless_equals_uint64 (read_fifo (open_fifo (path), begin), 0);

  /* a reader that comes late gets a file */
  id = add_blocked (h, url);
  fd = open_fifo (path);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  g_signal_emit_by_name (h->pub, "remove-target", id, &found);
  fail_unless (read_fifo (fd, begin) > 3 && memcmp (begin, "FLV", 3) == 0);

  add_blocked (h, url);
  stopped = g_get_monotonic_time ();
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  stopped = g_get_monotonic_time () - stopped;
  fail_unless (stopped < 2 * G_TIME_SPAN_SECOND, "%d ms",
      (gint) (stopped / 1000));
  relay_harness_free (h);
  fail_unless_equals_uint64 (read_fifo (open_fifo (path), begin), 0);
  gst_object_unref (watch);
  g_unlink (path);
  g_unlink (good_path);
  g_rmdir (folder);
  g_free (good);
  g_free (url);
  g_free (good_path);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

static Suite *
relayfifo_suite (void)
{
  Suite *s = suite_create ("relayfifo");
  TCase *tc = tcase_create ("fifo");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_file_that_nobody_reads);
  return s;
}

GST_CHECK_MAIN (relayfifo);
