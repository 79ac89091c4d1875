/* The fault harness: real servers on loopback, one fault after the other, and a
 * table of what each cost. Run by `./dev bench faults`.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "relayharness.h"
#include "rtmpserver.h"

/* 4 Mbit/s, 25 fps, a keyframe every second; every frame is another */
#define SOURCE \
    "videotestsrc is-live=true pattern=snow ! " \
    "video/x-raw,width=320,height=180,framerate=25/1 ! " \
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 " \
    "pass=cbr bitrate=4000 vbv-buf-capacity=500 ! " \
    "relaypublishsink name=pub retry-interval=1000000000 " \
    "stall-timeout=5000000000 rewind-time=10000000000 backlog-time=30000000000 " \
    RELAY_AUDIO "pub.audio"

/* parts of the names of the rows to print, then NULL */
static gchar **wanted_rows;

/* Watches the sibling as its viewers see it: when each frame arrives. */
typedef struct
{
  GstElement *pipeline;
  GMutex lock;
  gint64 last, worst;           /* us; lock */
} Viewer;

typedef struct
{
  const gchar *name;
  RtmpServer *server, *other;
  RelayHarness *h;
  Viewer viewer;
  gchar *url, *file;
  guint id, sibling;
  guint fds;
  guint rss;
  /* ms, -1: does not apply */
  gint detection, gap, lost;
  const gchar *code;
} Run;

static gint64
now (void)
{
  return g_get_monotonic_time ();
}

static gint
ms_since (gint64 then)
{
  return (now () - then) / 1000;
}

static guint
get_rss_kib (void)
{
  gchar *text = NULL, *at;
  guint rss = 0;

  malloc_trim (0);
  g_file_get_contents ("/proc/self/status", &text, NULL, NULL);
  if ((at = strstr (text, "VmRSS:")))
    rss = atoi (at + 6);
  g_free (text);
  return rss;
}

static void
on_frame (GstElement * sink, GstBuffer * buffer, GstPad * pad, Viewer * viewer)
{
  g_mutex_lock (&viewer->lock);
  if (viewer->last)
    viewer->worst = MAX (viewer->worst, now () - viewer->last);
  viewer->last = now ();
  g_mutex_unlock (&viewer->lock);
}

static void
viewer_start (Viewer * viewer, const gchar * url)
{
  gchar *launch = g_strdup_printf ("rtmp2src location=%s ! flvdemux name=d "
      "d.video ! fakesink name=s signal-handoffs=true sync=false async=false "
      "d.audio ! fakesink sync=false async=false",
      url);
  GstElement *sink;

  g_mutex_init (&viewer->lock);
  viewer->pipeline = gst_parse_launch (launch, NULL);
  sink = gst_bin_get_by_name (GST_BIN (viewer->pipeline), "s");
  g_signal_connect (sink, "handoff", G_CALLBACK (on_frame), viewer);
  gst_object_unref (sink);
  gst_element_set_state (viewer->pipeline, GST_STATE_PLAYING);
  g_free (launch);
}

/* the worst wait for a frame since the last call, ms */
static gint
viewer_worst (Viewer * viewer)
{
  gint64 worst;

  g_mutex_lock (&viewer->lock);
  worst = viewer->worst;
  viewer->worst = 0;
  g_mutex_unlock (&viewer->lock);
  return worst / 1000;
}

static gboolean
viewer_sees (Viewer * viewer)
{
  gboolean any;

  g_mutex_lock (&viewer->lock);
  any = viewer->last != 0;
  g_mutex_unlock (&viewer->lock);
  return any;
}

static void
wait_ms (gint ms)
{
  gint64 begin = now ();

  while (ms_since (begin) < ms)
    g_poll (NULL, 0, 10);
}

static void
must (gboolean ok, Run * run, const gchar * what)
{
  if (!ok)
    g_error ("%s: %s", run->name, what);
}

static RelayReport *
wait_state (Run * run, guint mark, GstPublishCdnState state, guint seconds)
{
  RelayReport *report =
      relay_harness_wait (run->h, mark, run->id, state, seconds);

  must (report != NULL, run, "a state did not come");
  return report;
}

/* The sibling publishes and is watched; the target is added later. */
static void
run_begin (Run * run, const gchar * name, gboolean tls)
{
  gchar *file_url, *sibling_url;

  memset (run, 0, sizeof (*run));
  run->name = name;
  run->detection = run->gap = run->lost = -1;
  run->code = "";
  run->fds = relay_count_fds ();
  run->rss = get_rss_kib ();
  run->server = rtmp_server_new (tls);
  run->other = rtmp_server_new (FALSE);
  rtmp_server_start (run->other);
  run->url = rtmp_server_url (run->server, "rec", "streamkey");
  sibling_url = rtmp_server_url (run->other, "live", "sibling");
  run->file = g_build_filename (run->other->folder, "all.flv", NULL);
  file_url = g_strdup_printf ("file://%s", run->file);
  run->h = relay_harness_new (SOURCE);
  relay_harness_add (run->h, file_url, FALSE);
  run->sibling = relay_harness_add (run->h, sibling_url, TRUE);
  relay_harness_play (run->h);
  must (relay_harness_wait (run->h, 0, run->sibling,
          GST_PUBLISH_CDN_STATE_PUBLISHING, 30) != NULL, run, "no sibling");
  viewer_start (&run->viewer, sibling_url);
  must (relay_harness_wait_frames (run->h, run->sibling, 75, 30), run,
      "no media");
  must (viewer_sees (&run->viewer), run, "the viewer sees nothing");
  viewer_worst (&run->viewer);
  g_free (sibling_url);
  g_free (file_url);
}

static void
add_target (Run * run, const gchar * url)
{
  run->id = relay_harness_add (run->h, url, TRUE);
}

static void
add_publishing (Run * run)
{
  rtmp_server_start (run->server);
  add_target (run, run->url);
  wait_state (run, 0, GST_PUBLISH_CDN_STATE_PUBLISHING, 30);
  must (relay_harness_wait_frames (run->h, run->id, 50, 30), run, "no media");
}

/* how many frames between the first and the last that any recording has are in
 * none */
static void
count_lost (Run * run)
{
  GHashTable *got = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  GPtrArray *files = rtmp_server_recordings (run->server, "streamkey");
  GPtrArray *all = relay_packet_hashes (run->file, "video");
  gint first = -1, last = -1;
  guint i, k, have = 0;

  for (i = 0; i < files->len; i++) {
    GPtrArray *hashes =
        relay_packet_hashes (g_ptr_array_index (files, i), "video");

    for (k = 0; k < hashes->len; k++)
      g_hash_table_add (got, g_strdup (g_ptr_array_index (hashes, k)));
    g_ptr_array_unref (hashes);
  }
  for (i = 0; i < all->len; i++) {
    if (!g_hash_table_contains (got, g_ptr_array_index (all, i)))
      continue;
    if (first < 0)
      first = i;
    last = i;
    have++;
  }
  run->lost = first < 0 ? -1 : last - first + 1 - (gint) have;
  g_ptr_array_unref (all);
  g_ptr_array_unref (files);
  g_hash_table_unref (got);
}

static void
print_ms (gint value)
{
  if (value < 0)
    g_print (" %9s", "-");
  else
    g_print (" %9d", value);
}

static void
run_end (Run * run)
{
  gint worst = viewer_worst (&run->viewer);
  gint64 begin = now ();
  gint stop;

  relay_harness_assert_no_error (run->h);
  gst_element_set_state (run->h->pipeline, GST_STATE_NULL);
  stop = ms_since (begin);
  /* one that is frozen ends its recording, too */
  if (run->server->pid)
    rtmp_server_freeze (run->server, FALSE);
  count_lost (run);
  gst_element_set_state (run->viewer.pipeline, GST_STATE_NULL);
  gst_object_unref (run->viewer.pipeline);
  g_mutex_clear (&run->viewer.lock);
  relay_harness_free (run->h);
  rtmp_server_free (run->server);
  rtmp_server_free (run->other);
  g_free (run->url);
  g_free (run->file);

  g_print ("%-32s %-17s", run->name, run->code);
  print_ms (run->detection);
  print_ms (run->gap);
  print_ms (run->lost);
  print_ms (worst);
  print_ms (stop);
  g_print ("   %2u -> %2u   %5.1f -> %5.1f\n", run->fds, relay_count_fds (),
      run->rss / 1024.0, get_rss_kib () / 1024.0);
}

static const gchar *
code_nick (gint code)
{
  return gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code);
}

/* until the target's cause of failure is known */
static void
detect_failure (Run * run, gint64 since)
{
  while (TRUE) {
    GstStructure *s = relay_harness_stats (run->h, run->id);
    gint code = 0;

    gst_structure_get_int (s, "last-error", &code);
    gst_structure_free (s);
    if (code) {
      run->detection = ms_since (since);
      run->code = code_nick (code);
      return;
    }
    must (ms_since (since) < 40000, run, "no failure was seen");
    g_poll (NULL, 0, 10);
  }
}

static void
detect_loss (Run * run, guint mark, gint64 since, guint seconds)
{
  RelayReport *report = wait_state (run, mark,
      GST_PUBLISH_CDN_STATE_RECONNECTING, seconds);

  run->detection = (report->at - since) / 1000;
  run->code = code_nick (report->code);
}

static void
comes_back (Run * run, guint mark, gint64 back)
{
  RelayReport *report = wait_state (run, mark,
      GST_PUBLISH_CDN_STATE_PUBLISHING, 40);

  run->gap = (report->at - back) / 1000;
  must (relay_harness_wait_frames (run->h, run->id, 125, 40), run, "no media");
}

/* Whether a row was asked for: by a part of its name, and all if by none. */
static gboolean
wanted (const gchar * name)
{
  gchar **part = wanted_rows;

  if (*part == NULL)
    return TRUE;
  while (*part != NULL && strstr (name, *part) == NULL)
    part++;
  return *part != NULL;
}

/* Always: it is what the siblings of all other rows are compared with. As long
 * as the longest of them: the worst of more frames is worse. */
static void
bench_none (void)
{
  Run run;

  run_begin (&run, "no fault", FALSE);
  add_publishing (&run);
  wait_ms (45000);
  run_end (&run);
}

static void
bench_refused (void)
{
  const gchar *name = "refused, server comes 5 s later";
  Run run;
  gint64 begin;

  if (!wanted (name))
    return;
  run_begin (&run, name, FALSE);
  begin = now ();
  add_target (&run, run.url);
  detect_failure (&run, begin);
  wait_ms (5000);
  rtmp_server_start (run.server);
  comes_back (&run, 0, now ());
  run_end (&run);
}

static void
bench_kill (const gchar * name, gint outage, const gchar * policy)
{
  Run run;
  gint64 begin;
  guint mark;

  if (!wanted (name))
    return;
  run_begin (&run, name, FALSE);
  gst_util_set_object_arg (G_OBJECT (run.h->pub), "resume-policy", policy);
  add_publishing (&run);
  /* more than one keyframe of the connection */
  must (relay_harness_wait_frames (run.h, run.id, 75, 30), &run, "no media");
  mark = relay_harness_mark (run.h);
  begin = now ();
  rtmp_server_kill (run.server);
  detect_loss (&run, mark, begin, 20);
  while (ms_since (begin) < outage)
    g_poll (NULL, 0, 5);
  rtmp_server_start (run.server);
  comes_back (&run, mark, now ());
  if (g_str_equal (policy, "lossless"))
    must (relay_harness_wait_frames (run.h, run.id, 400, 60), &run,
        "did not catch up");
  run_end (&run);
}

static void
bench_freeze (void)
{
  const gchar *name = "SIGSTOP 40 s, then SIGCONT";
  Run run;
  gint64 begin;
  guint mark;

  if (!wanted (name))
    return;
  run_begin (&run, name, FALSE);
  add_publishing (&run);
  mark = relay_harness_mark (run.h);
  begin = now ();
  rtmp_server_freeze (run.server, TRUE);
  /* what the kernels swallow first depends on the machine: it may be all */
  if (relay_harness_wait (run.h, mark, run.id,
          GST_PUBLISH_CDN_STATE_RECONNECTING, 38))
    detect_loss (&run, mark, begin, 1);
  else
    run.code = "swallowed";
  while (ms_since (begin) < 40000)
    g_poll (NULL, 0, 10);
  rtmp_server_freeze (run.server, FALSE);
  if (run.detection < 0) {
    must (relay_harness_wait_frames (run.h, run.id, 125, 40), &run, "no media");
    run_end (&run);
    return;
  }
  comes_back (&run, mark, now ());
  run_end (&run);
}

static void
bench_cut (gint ms)
{
  gchar *name = g_strdup_printf ("frozen for %d ms", ms);
  Run run;
  guint mark;

  if (!wanted (name)) {
    g_free (name);
    return;
  }
  run_begin (&run, name, FALSE);
  add_publishing (&run);
  mark = relay_harness_mark (run.h);
  rtmp_server_freeze (run.server, TRUE);
  wait_ms (ms);
  rtmp_server_freeze (run.server, FALSE);
  must (relay_harness_wait_frames (run.h, run.id, 75, 30), &run, "no media");
  run.code = relay_harness_count (run.h, mark, run.id,
      GST_PUBLISH_CDN_STATE_RECONNECTING) ? "reconnected" : "kept";
  run_end (&run);
  g_free (name);
}

/* @which: 0 unknown application, 1 on_publish says 403, 2 the name is taken,
 * 3 no such host, 4 a certificate that is not trusted, 5 a silent server,
 * 6 garbage */
static void
bench_failure (const gchar * name, guint which)
{
  FakeServer *fake;
  gchar *url = NULL;
  gint64 begin;
  Run run;

  if (!wanted (name))
    return;
  fake = which >= 5 ? fake_server_new (which == 6) : NULL;
  run_begin (&run, name, which == 4);
  rtmp_server_start (run.server);
  switch (which) {
    case 0:
      url = rtmp_server_url (run.server, "nosuchapp", "x");
      break;
    case 1:
      url = rtmp_server_url (run.server, "deny", "x");
      break;
    case 2:
      url = rtmp_server_url (run.other, "live", "sibling?again=1");
      break;
    case 3:
      url = g_strdup ("rtmp://no-such-host.invalid/live/x");
      break;
    case 4:
      url = rtmp_server_tls_url (run.server, "x");
      break;
    default:
      url = g_strdup (fake->url);
      break;
  }
  begin = now ();
  add_target (&run, url);
  detect_failure (&run, begin);
  wait_ms (3000);
  run_end (&run);
  g_free (url);
  g_clear_pointer (&fake, fake_server_free);
}

/* @state: 0 while connecting, 1 while stalled, 2 while reconnecting. The gap
 * column has the time to idle; with @stop the pipeline is stopped instead, see
 * the stop column. */
static void
bench_leave (const gchar * name, guint state, gboolean stop)
{
  FakeServer *fake;
  gboolean found;
  gint64 begin;
  guint mark;
  Run run;

  if (!wanted (name))
    return;
  fake = state == 0 ? fake_server_new (FALSE) : NULL;
  run_begin (&run, name, FALSE);
  if (fake) {
    add_target (&run, fake->url);
    wait_state (&run, 0, GST_PUBLISH_CDN_STATE_CONNECTING, 10);
    wait_ms (500);
  } else {
    add_publishing (&run);
  }
  mark = relay_harness_mark (run.h);
  if (state == 1) {
    rtmp_server_freeze (run.server, TRUE);
    /* until the source is blocked: its queue grows */
    while (TRUE) {
      GstStructure *s = relay_harness_stats (run.h, run.id);
      guint queue = 0;

      gst_structure_get_uint (s, "queue", &queue);
      gst_structure_free (s);
      if (queue > 2000)
        break;
      g_poll (NULL, 0, 20);
    }
  } else if (state == 2) {
    rtmp_server_kill (run.server);
    wait_state (&run, mark, GST_PUBLISH_CDN_STATE_RECONNECTING, 10);
  }
  if (!stop) {
    begin = now ();
    g_signal_emit_by_name (run.h->pub, "remove-target", run.id, &found);
    wait_state (&run, mark, GST_PUBLISH_CDN_STATE_IDLE, 10);
    run.gap = ms_since (begin);
  }
  run_end (&run);
  g_clear_pointer (&fake, fake_server_free);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  wanted_rows = argv + 1;
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  g_print ("%-32s %-17s %9s %9s %9s %9s %9s   %s   %s\n", "fault", "seen as",
      "seen ms", "back ms", "lost", "sibling", "stop ms", "fds", "MiB");
  bench_none ();
  bench_refused ();
  bench_kill ("kill -9, back after 3 s, live", 3000, "live");
  bench_kill ("kill -9, back after 3 s, lossless", 3000, "lossless");
  bench_kill ("connection cut 100 ms, live", 100, "live");
  bench_kill ("connection cut 300 ms, live", 300, "live");
  bench_kill ("connection cut 500 ms, live", 500, "live");
  bench_cut (100);
  bench_cut (300);
  bench_cut (500);
  bench_freeze ();
  bench_failure ("unknown application", 0);
  bench_failure ("on_publish says 403", 1);
  bench_failure ("name is taken", 2);
  bench_failure ("no such host", 3);
  bench_failure ("certificate not trusted", 4);
  bench_failure ("silent server", 5);
  bench_failure ("server sends garbage", 6);
  bench_leave ("removed while connecting", 0, FALSE);
  bench_leave ("removed while stalled", 1, FALSE);
  bench_leave ("removed while reconnecting", 2, FALSE);
  bench_leave ("stopped while connecting", 0, TRUE);
  bench_leave ("stopped while stalled", 1, TRUE);
  bench_leave ("stopped while reconnecting", 2, TRUE);
  g_print ("seen: from the fault; back: from the server's return (or from the "
      "removal) to the state; sibling: its viewer's longest wait for a frame\n");
  return 0;
}
