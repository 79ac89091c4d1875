/* relaypublishsink on its own: files as targets, no network. What comes out
 * is read by ffprobe.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "relayharness.h"

#define FRAMES 50
/* 1024 samples at 44100 Hz: 2 s */
#define AUDIO_FRAMES 86

#define FILE_VIDEO "videotestsrc num-buffers=50 pattern=ball " \
    "animation-mode=frames ! " \
    "video/x-raw,width=160,height=120,framerate=25/1 ! " \
    "x264enc speed-preset=ultrafast key-int-max=25 bframes=2 ! "
#define FILE_AUDIO "audiotestsrc num-buffers=86 samplesperbuffer=1024 ! " \
    "audio/x-raw,rate=44100,channels=1 ! avenc_aac ! "

static gchar *folder;

static void
setup (void)
{
  folder = g_dir_make_tmp ("relaypublishsink-XXXXXX", NULL);
}

static void
teardown (void)
{
  const gchar *argv[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      NULL, NULL, NULL, NULL);
  g_free (folder);
}

static gchar *
path_of (const gchar * name)
{
  return g_build_filename (folder, name, NULL);
}

static gchar *
url_of (const gchar * name)
{
  return g_strdup_printf ("file://%s/%s", folder, name);
}

static void
assert_increasing (const gchar * path, const gchar * type, guint n, guint more)
{
  GArray *times = relay_packet_times (path, type);
  guint i;

  fail_unless (times->len >= n && times->len <= n + more, "%u %s packets",
      times->len, type);
  for (i = 1; i < times->len; i++)
    fail_unless (g_array_index (times, gint, i) >
        g_array_index (times, gint, i - 1), "%s %u: %d after %d", type, i,
        g_array_index (times, gint, i), g_array_index (times, gint, i - 1));
  g_array_unref (times);
}

GST_START_TEST (test_file_not_live)
{
  gchar *url = url_of ("a.flv"), *path = path_of ("a.flv");
  RelayHarness *h = relay_harness_new (FILE_VIDEO
      "relaypublishsink name=pub " FILE_AUDIO "pub.audio");
  gint64 begin, took;
  GstMessage *message;

  fail_unless (relay_harness_add (h, url, FALSE) > 0);
  begin = g_get_monotonic_time ();
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  took = g_get_monotonic_time () - begin;
  /* not live: at its own pace, 2 s less the last frame */
  fail_unless (took >= 1900 * G_TIME_SPAN_MILLISECOND, "%d ms",
      (gint) (took / 1000));
  /* once */
  message = gst_bus_pop_filtered (h->bus, GST_MESSAGE_EOS);
  fail_unless (message == NULL);
  fail_unless (relay_harness_wait (h, 0, 0, GST_PUBLISH_CDN_STATE_IDLE, 0) !=
      NULL);
  relay_harness_free (h);

  /* every frame, once, in order; an AAC encoder's priming frame may come just
   * before the first keyframe or just after it */
  assert_increasing (path, "video", FRAMES, 0);
  assert_increasing (path, "audio", AUDIO_FRAMES, 1);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (test_as_fast_as_it_goes)
{
  gchar *url = url_of ("a.flv"), *path = path_of ("a.flv");
  RelayHarness *h = relay_harness_new ("videotestsrc num-buffers=1500 ! "
      "video/x-raw,width=16,height=16,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! "
      "relaypublishsink name=pub sync=false backlog-time=70000000000");
  gint64 begin = g_get_monotonic_time ();

  relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 50));
  /* 60 s of media */
  fail_unless (g_get_monotonic_time () - begin < 50 * G_TIME_SPAN_SECOND);
  relay_harness_free (h);
  assert_increasing (path, "video", 1500, 0);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (test_either_alone)
{
  gchar *url = url_of ("v.flv"), *path = path_of ("v.flv");
  RelayHarness *h = relay_harness_new (FILE_VIDEO
      "relaypublishsink name=pub sync=false");

  relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  relay_harness_free (h);
  assert_increasing (path, "video", FRAMES, 0);
  g_free (url);
  g_free (path);

  url = url_of ("a.flv");
  path = path_of ("a.flv");
  h = relay_harness_new (FILE_AUDIO "pub.audio relaypublishsink name=pub "
      "sync=false");
  relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  relay_harness_free (h);
  assert_increasing (path, "audio", AUDIO_FRAMES, 1);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (test_formats_in)
{
  static const gchar *const launches[] = {
    "videotestsrc num-buffers=25 ! video/x-raw,width=64,height=64 ! "
        "x264enc ! video/x-h264,stream-format=byte-stream ! "
        "relaypublishsink name=pub sync=false",
    "videotestsrc num-buffers=25 ! video/x-raw,width=64,height=64 ! "
        "x264enc ! video/x-h264,stream-format=avc ! "
        "relaypublishsink name=pub sync=false",
    "audiotestsrc num-buffers=25 samplesperbuffer=1024 ! avenc_aac ! "
        "aacparse ! audio/mpeg,stream-format=adts ! pub.audio "
        "relaypublishsink name=pub sync=false",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (launches); i++) {
    gchar *url = url_of ("f.flv"), *path = path_of ("f.flv"), *text;
    RelayHarness *h = relay_harness_new (launches[i]);

    relay_harness_add (h, url, FALSE);
    relay_harness_play (h);
    fail_unless (relay_harness_wait_eos (h, 30), "%s", launches[i]);
    relay_harness_free (h);
    text = relay_probe ("-count_frames -show_entries stream=nb_read_frames "
        "-of csv=p=0", path);
    fail_unless (atoi (text) >= 25, "%s: %s", launches[i], text);
    g_free (text);
    g_free (url);
    g_free (path);
  }
}

GST_END_TEST;

/* how many script tags a file has (FLV E.4.1), and the time of the last */
static guint
count_metadata (const gchar * path, guint32 * time)
{
  gchar *bytes = NULL;
  gsize size = 0, at = 13;
  guint n = 0;

  fail_unless (g_file_get_contents (path, &bytes, &size, NULL));
  while (at + 15 <= size) {
    const guint8 *tag = (const guint8 *) bytes + at;

    if (tag[0] == 18) {
      n++;
      *time = GST_READ_UINT24_BE (tag + 4) | (guint32) tag[7] << 24;
    }
    at += 11 + GST_READ_UINT24_BE (tag + 1) + 4;
  }
  fail_unless_equals_int (at, size);
  g_free (bytes);
  return n;
}

/* The picture changes its size: the file's metadata stays where a file has it,
 * and nothing takes it for a stream. */
GST_START_TEST (test_file_has_metadata_once)
{
  gchar *url = url_of ("m.flv"), *path = path_of ("m.flv"), *text;
  RelayHarness *h = relay_harness_new ("concat name=c ! relaypublishsink "
      "name=pub sync=false videotestsrc num-buffers=25 ! "
      "video/x-raw,width=64,height=64,framerate=25/1 ! x264enc ! c. "
      "videotestsrc num-buffers=25 ! "
      "video/x-raw,width=128,height=96,framerate=25/1 ! x264enc ! c.");
  guint32 time = 1;

  relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  relay_harness_free (h);
  fail_unless_equals_int (count_metadata (path, &time), 1);
  fail_unless_equals_int (time, 0);
  text = relay_probe ("-count_frames -show_entries "
      "stream=codec_type,nb_read_frames -of csv=p=0", path);
  fail_unless_equals_string (g_strstrip (text), "video,50");
  g_free (text);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (test_bad_urls)
{
  static const gchar *const urls[] = {
    "", "nonsense", "http://127.0.0.1/live/x", "rtmp://127.0.0.1", "file:x.flv",
    "file:///tmp/x.mp4", "srt://127.0.0.1:9000", "file:///tmp/x.ts",
    "rtmp://u:secretpass@127.0.0.1:bad/live/secretkey",
    "rtmp://127.0.0.1/live/secretkey/", "rtmp://[::1/live/secretkey",
    "rtmp://::1/live/secretkey",
  };
  GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  guint i, id;

  gst_element_set_bus (pub, bus);
  for (i = 0; i < G_N_ELEMENTS (urls); i++) {
    GError *error = NULL;
    gchar *debug = NULL;

    g_signal_emit_by_name (pub, "add-target", urls[i], FALSE, &id);
    fail_unless_equals_int (id, 0);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
    fail_unless (message != NULL, "%s", urls[i]);
    gst_message_parse_warning (message, &error, &debug);
    fail_if (strstr (error->message, "secret") || strstr (debug, "secret"),
        "%s %s", error->message, debug);
    g_error_free (error);
    g_free (debug);
    gst_message_unref (message);
  }
  g_signal_emit_by_name (pub, "add-target", NULL, FALSE, &id);
  fail_unless_equals_int (id, 0);
  /* the same, written in another way */
  g_signal_emit_by_name (pub, "add-target", "rtmp://h/live/x", FALSE, &id);
  fail_unless (id > 0);
  g_signal_emit_by_name (pub, "add-target", "rtmp://H:1935/live/x", FALSE, &id);
  fail_unless_equals_int (id, 0);
  g_signal_emit_by_name (pub, "add-target", "RTMPS://h/live/x", FALSE, &id);
  fail_unless (id > 0);
  gst_element_set_bus (pub, NULL);
  gst_object_unref (bus);
  gst_object_unref (pub);
}

GST_END_TEST;

GST_START_TEST (test_urls_property)
{
  GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
  gchar *text = NULL;
  gboolean removed = FALSE;
  guint id;

  g_object_set (pub, "urls",
      "rtmp://me:hush@one/live/firstkey  rtmp://two/live/secondkey", NULL);
  g_object_get (pub, "urls", &text, NULL);
  fail_unless (strstr (text, "one/live/") && strstr (text, "two/live/"));
  fail_if (strstr (text, "hush") || strstr (text, "firstkey") ||
      strstr (text, "secondkey"), "%s", text);
  g_free (text);

  /* one added by hand stays when the property changes */
  g_signal_emit_by_name (pub, "add-target", "rtmp://three/live/thirdkey",
      FALSE, &id);
  g_object_set (pub, "urls", "rtmp://two/live/secondkey", NULL);
  g_object_get (pub, "urls", &text, NULL);
  fail_if (strstr (text, "one/"), "%s", text);
  fail_unless (strstr (text, "two/") && strstr (text, "three/"), "%s", text);
  g_free (text);
  g_signal_emit_by_name (pub, "remove-target", id, &removed);
  fail_unless (removed);
  g_signal_emit_by_name (pub, "remove-target", id, &removed);
  fail_if (removed);
  g_signal_emit_by_name (pub, "retry-target", id, &removed);
  fail_if (removed);
  g_object_set (pub, "urls", NULL, NULL);
  g_object_get (pub, "urls", &text, NULL);
  fail_unless_equals_string (text, "");
  g_free (text);
  gst_object_unref (pub);
}

GST_END_TEST;

/* A bad one among the urls is told when there is somebody to tell, and does not
 * stop the others. */
GST_START_TEST (test_bad_url_in_property)
{
  GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  gchar *text = NULL;

  g_object_set (pub, "urls", "rtmp://good/live/x bad://u:secret@y/z/w", NULL);
  gst_element_set_bus (pub, bus);
  fail_unless_equals_int (gst_element_set_state (pub, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_unref (message);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message == NULL);
  g_object_get (pub, "urls", &text, NULL);
  fail_unless (g_str_has_prefix (text, "rtmp://good/"), "%s", text);
  g_free (text);
  gst_element_set_state (pub, GST_STATE_NULL);
  gst_element_set_bus (pub, NULL);
  gst_object_unref (bus);
  gst_object_unref (pub);
}

GST_END_TEST;

GST_START_TEST (test_publish_target_property)
{
  static const gchar good[] = "{ \"mode\": \"big-to-cdn\","
      " \"owner\": { \"userId\": \"mike\" }, \"cdnUrlList\": ["
      " { \"rtmpUrl\": \"rtmp://one/live/firstkey\", \"isInternalLine\": true"
      " }, { \"url\": \"rtmp://two/live/secondkey\" } ] }";
  GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  gchar *text = NULL, *path = path_of ("target.json");

  gst_element_set_bus (pub, bus);
  g_object_set (pub, "publish-target", good, NULL);
  g_object_get (pub, "urls", &text, NULL);
  fail_unless (strstr (text, "one/") && strstr (text, "two/"), "%s", text);
  g_free (text);
  g_object_get (pub, "publish-target", &text, NULL);
  fail_if (strstr (text, "firstkey"), "%s", text);
  g_free (text);

  /* a bad one in NULL: the next state change fails and says why, and the
   * targets are as they were */
  g_object_set (pub, "publish-target", "{ \"mode\": 7 }", NULL);
  fail_unless_equals_int (gst_element_set_state (pub, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  g_object_get (pub, "urls", &text, NULL);
  fail_unless (strstr (text, "one/") != NULL);
  g_free (text);

  /* from a file */
  g_file_set_contents (path, good, -1, NULL);
  g_object_set (pub, "publish-target-location", path, NULL);
  fail_unless_equals_int (gst_element_set_state (pub, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (pub, GST_STATE_NULL);
  gst_element_set_bus (pub, NULL);
  gst_object_unref (bus);
  gst_object_unref (pub);
  g_free (path);
}

GST_END_TEST;

static void
assert_starts (GstElement * pub, gboolean starts)
{
  fail_unless_equals_int (gst_element_set_state (pub, GST_STATE_READY),
      starts ? GST_STATE_CHANGE_SUCCESS : GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (pub, GST_STATE_NULL);
}

/* A document that is refused while running is a warning and nothing more; what
 * is refused in NULL is mended by whatever property says what to do instead. */
GST_START_TEST (test_refused_target_is_forgotten)
{
  static const gchar *const properties[] =
      { "publish-target", "publish-target-location" };
  static const gchar *const values[] = { "{ nonsense", "/nowhere/at/all" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (properties); i++) {
    GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
    GstBus *bus = gst_bus_new ();
    GstMessage *message;
    gchar *urls;

    gst_element_set_bus (pub, bus);
    g_object_set (pub, "urls", "rtmp://one/live/key", NULL);
    gst_element_set_state (pub, GST_STATE_READY);
    g_object_set (pub, properties[i], values[i], NULL);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
    fail_unless (message != NULL);
    gst_message_unref (message);
    gst_element_set_state (pub, GST_STATE_NULL);
    assert_starts (pub, TRUE);
    g_object_get (pub, "urls", &urls, NULL);
    fail_unless (g_str_has_prefix (urls, "rtmp://one/"), "%s", urls);
    g_free (urls);

    g_object_set (pub, properties[i], values[i], NULL);
    assert_starts (pub, FALSE);
    assert_starts (pub, FALSE);
    g_object_set (pub, "urls", "rtmp://two/live/key", NULL);
    assert_starts (pub, TRUE);
    gst_element_set_bus (pub, NULL);
    gst_object_unref (bus);
    gst_object_unref (pub);
  }
}

GST_END_TEST;

GST_START_TEST (test_pads)
{
  GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
  GstPadTemplate *templ = gst_element_get_pad_template (pub, "video");
  GstPad *video, *audio, *again;

  video = gst_element_request_pad_simple (pub, "video");
  audio = gst_element_request_pad_simple (pub, "audio");
  fail_unless (video && audio);
  again = gst_element_request_pad (pub, templ, NULL, NULL);
  fail_unless (again == NULL);
  gst_element_release_request_pad (pub, video);
  gst_object_unref (video);
  again = gst_element_request_pad_simple (pub, "video");
  fail_unless (again != NULL);
  gst_object_unref (again);
  gst_object_unref (audio);
  fail_unless (GST_OBJECT_FLAG_IS_SET (pub, GST_ELEMENT_FLAG_SINK));
  /* pads that are still there go with the element */
  gst_object_unref (pub);
}

GST_END_TEST;

GST_START_TEST (test_states_without_media)
{
  GstElement *pub = gst_element_factory_make ("relaypublishsink", NULL);
  guint i;

  g_object_set (pub, "urls", "rtmp://127.0.0.1:1/live/x", NULL);
  for (i = 0; i < 20; i++) {
    fail_unless_equals_int (gst_element_set_state (pub, GST_STATE_PLAYING),
        GST_STATE_CHANGE_SUCCESS);
    fail_unless_equals_int (gst_element_set_state (pub, GST_STATE_NULL),
        GST_STATE_CHANGE_SUCCESS);
  }
  gst_object_unref (pub);
}

GST_END_TEST;

/* Inputs that end without having brought anything: EOS all the same. */
GST_START_TEST (test_eos_without_media)
{
  RelayHarness *h = relay_harness_new ("appsrc name=v ! "
      "video/x-h264,stream-format=byte-stream,alignment=au ! "
      "relaypublishsink name=pub appsrc name=a ! "
      "audio/mpeg,mpegversion=4,stream-format=adts ! pub.audio");
  GstElement *v = gst_bin_get_by_name (GST_BIN (h->pipeline), "v");
  GstElement *a = gst_bin_get_by_name (GST_BIN (h->pipeline), "a");
  GstFlowReturn ret;

  relay_harness_play (h);
  g_signal_emit_by_name (v, "end-of-stream", &ret);
  g_signal_emit_by_name (a, "end-of-stream", &ret);
  fail_unless (relay_harness_wait_eos (h, 10));
  gst_object_unref (v);
  gst_object_unref (a);
  relay_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_file_that_cannot_be_written)
{
  gchar *good = url_of ("a.flv"), *path = path_of ("a.flv");
  RelayHarness *h = relay_harness_new (FILE_VIDEO "relaypublishsink name=pub");
  RelayReport *report;
  guint bad_id = relay_harness_add (h, "file:///nowhere/at/all.flv", FALSE);
  gboolean found = FALSE;

  relay_harness_add (h, good, FALSE);
  relay_harness_play (h);
  report = relay_harness_wait (h, 0, bad_id, GST_PUBLISH_CDN_STATE_FAILED, 20);
  fail_unless (report != NULL);
  fail_unless_equals_int (report->code, GST_PUBLISH_CODE_MEDIA_ERROR);
  fail_unless (report->message[0] != 0);
  /* an update tries it again */
  g_signal_emit_by_name (h->pub, "retry-target", bad_id, &found);
  fail_unless (found);
  fail_unless (relay_harness_wait_eos (h, 30));
  fail_unless_equals_int (relay_harness_count (h, 0, bad_id,
          GST_PUBLISH_CDN_STATE_FAILED), 2);
  relay_harness_assert_no_error (h);
  relay_harness_free (h);
  assert_increasing (path, "video", FRAMES, 0);
  g_free (good);
  g_free (path);
}

GST_END_TEST;

/* What could not be opened has not been written to: the file that a retry makes
 * begins as a file does. */
GST_START_TEST (test_file_that_is_opened_late)
{
  gchar *url = url_of ("late/a.flv"), *path = path_of ("late/a.flv");
  gchar *parent = path_of ("late");
  RelayHarness *h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  guint id = relay_harness_add (h, url, FALSE);
  gboolean found = FALSE;
  guint32 time = 1;

  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED,
          20) != NULL);
  fail_unless_equals_int (g_mkdir (parent, 0755), 0);
  g_signal_emit_by_name (h->pub, "retry-target", id, &found);
  fail_unless (found);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  gst_element_send_event (h->pipeline, gst_event_new_eos ());
  fail_unless (relay_harness_wait_eos (h, 30));
  relay_harness_free (h);
  fail_unless_equals_int (count_metadata (path, &time), 1);
  fail_unless_equals_int (time, 0);
  assert_increasing (path, "video", 1, G_MAXUINT - 1);
  g_free (parent);
  g_free (path);
  g_free (url);
}

GST_END_TEST;

/* The application's element is played again: a new stream, a new file. */
GST_START_TEST (test_play_twice)
{
  gchar *url = url_of ("a.flv"), *path = path_of ("a.flv");
  RelayHarness *h = relay_harness_new (FILE_VIDEO
      "relaypublishsink name=pub sync=false");
  guint i;

  relay_harness_add (h, url, FALSE);
  for (i = 0; i < 2; i++) {
    relay_harness_play (h);
    fail_unless (relay_harness_wait_eos (h, 30));
    gst_element_set_state (h->pipeline, GST_STATE_NULL);
    assert_increasing (path, "video", FRAMES, 0);
  }
  relay_harness_free (h);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

/* What fails while it is being stopped is stopped all the same: the next run is
 * a new stream in a new file. */
GST_START_TEST (test_fails_while_stopping)
{
  gchar *url = url_of ("a.flv"), *path = path_of ("a.flv");
  RelayHarness *h = relay_harness_new (FILE_VIDEO "relaypublishsink name=pub");
  guint id = relay_harness_add (h, url, FALSE);
  guint32 time = 1;

  /* the sink gathers what it writes, so that the disk is full at its end */
  fail_unless_equals_int (symlink ("/dev/full", path), 0);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  gst_element_set_state (h->pipeline, GST_STATE_NULL);
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_FAILED), 0);
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_IDLE), 1);

  fail_unless_equals_int (g_unlink (path), 0);
  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, 30));
  relay_harness_free (h);
  fail_unless_equals_int (count_metadata (path, &time), 1);
  assert_increasing (path, "video", FRAMES, 0);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

static void
seek_two_seconds (RelayHarness * h)
{
  fail_unless (gst_element_seek (h->pipeline, 1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET,
          2 * GST_SECOND));
}

/* An application that seeks when the stream has ended publishes again. */
GST_START_TEST (test_seek_after_eos)
{
  gchar *url = url_of ("a.flv"), *path = path_of ("a.flv");
  RelayHarness *h = relay_harness_new ("videotestsrc ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast key-int-max=25 ! "
      "relaypublishsink name=pub");
  guint id, i, mark;

  id = relay_harness_add (h, url, FALSE);
  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  for (i = 0; i < 3; i++) {
    mark = relay_harness_mark (h);
    seek_two_seconds (h);
    fail_unless (relay_harness_wait_eos (h, 30));
    fail_unless_equals_int (relay_harness_count (h, mark, id,
            GST_PUBLISH_CDN_STATE_PUBLISHING), i > 0);
    fail_unless_equals_int (relay_harness_count (h, mark, id,
            GST_PUBLISH_CDN_STATE_IDLE), 1);
  }
  relay_harness_assert_no_error (h);
  relay_harness_free (h);
  /* each time goes on behind the last, in a file too; what came before the
   * first seek is there as well */
  assert_increasing (path, "video", 150, 50);
  g_free (url);
  g_free (path);
}

GST_END_TEST;

static Suite *
relaypublishsink_suite (void)
{
  Suite *s = suite_create ("relaypublishsink");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_file_not_live);
  tcase_add_test (tc, test_as_fast_as_it_goes);
  tcase_add_test (tc, test_either_alone);
  tcase_add_test (tc, test_formats_in);
  tcase_add_test (tc, test_file_has_metadata_once);
  tcase_add_test (tc, test_bad_urls);
  tcase_add_test (tc, test_urls_property);
  tcase_add_test (tc, test_bad_url_in_property);
  tcase_add_test (tc, test_publish_target_property);
  tcase_add_test (tc, test_refused_target_is_forgotten);
  tcase_add_test (tc, test_pads);
  tcase_add_test (tc, test_states_without_media);
  tcase_add_test (tc, test_eos_without_media);
  tcase_add_test (tc, test_file_that_cannot_be_written);
  tcase_add_test (tc, test_file_that_is_opened_late);
  tcase_add_test (tc, test_play_twice);
  tcase_add_test (tc, test_fails_while_stopping);
  tcase_add_test (tc, test_seek_after_eos);
  return s;
}

GST_CHECK_MAIN (relaypublishsink);
