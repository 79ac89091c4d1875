/* A pipeline with a relaypublishsink, and all that it told.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/publish/publish.h>

G_BEGIN_DECLS typedef struct
{
  guint id;
  GstPublishCdnState state;
  gint code;
  gchar *url;
  gchar *message;
  gint64 at;                    /* us, monotonic */
} RelayReport;

typedef struct
{
  GstElement *pipeline, *pub;
  GstBus *bus;
  GMutex lock;
  GCond cond;
  /* lock */
  GPtrArray *reports;
  GArray *task_states;
  gboolean stopping;
} RelayHarness;

/* a live source of small moving pictures, a keyframe every second, 25 fps */
#define RELAY_VIDEO \
    "videotestsrc is-live=true pattern=ball animation-mode=frames ! " \
    "video/x-raw,width=160,height=120,framerate=25/1 ! " \
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 " \
    "bitrate=300 ! "
#define RELAY_AUDIO "audiotestsrc is-live=true samplesperbuffer=1024 ! " \
    "audio/x-raw,rate=44100,channels=1 ! avenc_aac ! "

RelayHarness *relay_harness_new (const gchar * launch);
void relay_harness_free (RelayHarness * h);
void relay_harness_play (RelayHarness * h);
guint relay_harness_add (RelayHarness * h, const gchar * url,
    gboolean internal_line);
guint relay_harness_mark (RelayHarness * h);
RelayReport *relay_harness_wait (RelayHarness * h, guint from, guint id,
    GstPublishCdnState state, guint seconds);
guint relay_harness_count (RelayHarness * h, guint from, guint id,
    GstPublishCdnState state);
GstStructure *relay_harness_stats (RelayHarness * h, guint id);
gboolean relay_harness_wait_frames (RelayHarness * h, guint id,
    guint64 frames, guint seconds);
gboolean relay_harness_wait_eos (RelayHarness * h, guint seconds);
void relay_harness_assert_no_error (RelayHarness * h);

/* what an independent reader finds in a file: one line for each packet, in
 * order, of "video" or "audio" */
GPtrArray *relay_packet_hashes (const gchar * path, const gchar * type);
GArray *relay_packet_times (const gchar * path, const gchar * type);
gchar *relay_probe (const gchar * options, const gchar * path);

/* file descriptors of this process */
guint relay_count_fds (void);

G_END_DECLS
