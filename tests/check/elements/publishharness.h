/* A pipeline with a publishbin named "room", and all that it told.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/publish/publish.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef enum
{
  PUBLISH_STARTED,
  PUBLISH_UPDATED,
  PUBLISH_STOPPED,
  PUBLISH_CDN_STATE,
} PublishWhat;

typedef struct
{
  PublishWhat what;
  gchar *task_id, *url, *message;
  GstPublishCdnState state;
  gint code;
} PublishTold;

typedef struct
{
  GstElement *pipeline, *room;
  GstBus *bus;
  gchar *folder;                /* for files; removed at the end */
  GMutex lock;
  GCond cond;
  GPtrArray *told;              /* lock */
} PublishHarness;

/* small moving pictures, a keyframe every second, 25 fps */
#define PUBLISH_H264 "videotestsrc is-live=true pattern=ball " \
    "animation-mode=frames ! " \
    "video/x-raw,width=160,height=120,framerate=25/1 ! " \
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 " \
    "bitrate=300 ! "
#define PUBLISH_RAW(pattern) "videotestsrc is-live=true pattern=" pattern \
    " ! video/x-raw,width=160,height=120,framerate=25/1 ! "
#define PUBLISH_TONE(freq) "audiotestsrc is-live=true volume=0.2 freq=" freq \
    " samplesperbuffer=1024 ! audio/x-raw,rate=48000,channels=1 ! "
#define PUBLISH_BALL PUBLISH_RAW("ball")
#define PUBLISH_SNOW PUBLISH_RAW("snow")
#define PUBLISH_TONE_440 PUBLISH_TONE("440")
#define PUBLISH_TONE_880 PUBLISH_TONE("880")
#define PUBLISH_TONE_1000 PUBLISH_TONE("1000")
#define PUBLISH_TONE_2000 PUBLISH_TONE("2000")
#define PUBLISH_AAC PUBLISH_TONE_440 "avenc_aac ! "
#define PUBLISH_SMALL_ENCODER "{\"videoEncodedWidth\":160," \
    "\"videoEncodedHeight\":120,\"videoEncodedFPS\":10,\"videoEncodedGOP\":1," \
    "\"videoEncodedKbps\":200}"
/* the same with sound: AAC-LC, 48000 Hz */
#define PUBLISH_SMALL_AV_ENCODER "{\"videoEncodedWidth\":160," \
    "\"videoEncodedHeight\":120,\"videoEncodedFPS\":10,\"videoEncodedGOP\":1," \
    "\"videoEncodedKbps\":200,\"audioEncodedSampleRate\":48000}"

PublishHarness *publish_harness_new (const gchar * launch);
void publish_harness_free (PublishHarness * h);
void publish_harness_play (PublishHarness * h);
gchar *publish_harness_file (PublishHarness * h, const gchar * name);
gchar *publish_harness_target (PublishHarness * h, const gchar * mode,
    const gchar * owner, const gchar * name);
gchar *publish_harness_start (PublishHarness * h, const gchar * mode,
    const gchar * owner, const gchar * name, const gchar * encoder,
    const gchar * mixing);
guint publish_harness_mark (PublishHarness * h);
PublishTold *publish_harness_wait (PublishHarness * h, guint from,
    PublishWhat what, const gchar * task_id);
PublishTold *publish_harness_wait_state (PublishHarness * h, guint from,
    const gchar * task_id, GstPublishCdnState state);
guint publish_harness_count (PublishHarness * h, guint from, PublishWhat what);
guint64 publish_harness_get_frames (PublishHarness * h, const gchar *
    task_id);
void publish_harness_wait_frames (PublishHarness * h, const gchar * task_id,
    guint64 frames);
void publish_harness_stop (PublishHarness * h, const gchar * task_id);
GstMessage *publish_harness_wait_message (PublishHarness * h,
    GstMessageType types, const gchar * name);
void publish_harness_assert_no_error (PublishHarness * h);
GstPad *publish_harness_add (PublishHarness * h, const gchar * launch,
    const gchar * user_id, const gchar * type, GstElement ** source);
void publish_harness_remove (PublishHarness * h, GstElement * source, GstPad *
    pad);
guint publish_harness_count_elements (PublishHarness * h, const gchar *
    factory);

/* what an independent reader finds in a file */
gchar *publish_run (const gchar * format, ...) G_GNUC_PRINTF (1, 2);
GArray *publish_keyframe_times (const gchar * path);
gdouble publish_tone_level (const gchar * path, guint frequency, gdouble from,
    gdouble duration);

G_END_DECLS
/* *INDENT-ON* */
