/* publishbin: what arrives, read with ffprobe and ffmpeg. Targets are files.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIX "mix-to-cdn"
#define BIG "big-to-cdn"

/* The MD5 of each packet. (A packet with side data has more than one line.) */
static gchar **
packet_hashes (const gchar * path, gchar type)
{
  gchar *text = publish_run ("ffprobe -v error -select_streams %c:0"
      " -show_entries packet=data_hash -show_data_hash md5 -of csv=p=0 %s",
      type, path);
  gchar **lines = g_strsplit (text, "\n", -1);
  GPtrArray *hashes = g_ptr_array_new ();
  guint i;

  for (i = 0; lines[i]; i++) {
    gchar *hash = strstr (lines[i], "MD5:");

    if (hash)
      g_ptr_array_add (hashes, g_strdup (g_strchomp (hash)));
  }
  g_ptr_array_add (hashes, NULL);
  g_strfreev (lines);
  g_free (text);
  return (gchar **) g_ptr_array_free (hashes, FALSE);
}

/* Whether every packet that was received was sent, in that order and without
 * one left out between the first and the last. */
static void
assert_same_packets (const gchar * sent_path, const gchar * path, gchar type,
    guint least)
{
  gchar **sent = packet_hashes (sent_path, type);
  gchar **received = packet_hashes (path, type);
  guint i, at = 0;

  fail_unless (g_strv_length (received) >= least, "%c: %u of %u packets", type,
      g_strv_length (received), g_strv_length (sent));
  while (sent[at] && !g_str_equal (sent[at], received[0]))
    at++;
  fail_unless (sent[at] != NULL, "the first packet was never sent");
  for (i = 0; received[i]; i++) {
    fail_unless (sent[at + i] != NULL, "%u packets more than sent", i);
    fail_unless_equals_string (received[i], sent[at + i]);
  }
  g_strfreev (sent);
  g_strfreev (received);
}

static gchar *
stream_value (const gchar * path, gchar type, const gchar * key)
{
  return g_strstrip (publish_run ("ffprobe -v error -select_streams %c:0"
          " -show_entries stream=%s -of csv=p=0 %s", type, key, path));
}

static void
assert_stream (const gchar * path, gchar type, const gchar * key,
    const gchar * value)
{
  gchar *found = stream_value (path, type, key);

  fail_unless_equals_string (found, value);
  g_free (found);
}

/* Measured: what ffprobe calls the rate is a guess that one late picture, which
 * a muxer writes with the time of the sound before it, turns over. */
static void
assert_rate (const gchar * path, gdouble rate)
{
  gchar *text = publish_run ("ffprobe -v error -select_streams v:0"
      " -show_entries packet=pts -of csv=p=0 %s", path);
  gchar **lines = g_strsplit (text, "\n", -1);
  gdouble begin = 0, last = 0, found;
  guint i, n = 0;

  for (i = 0; lines[i]; i++) {
    /* a packet with side data has a line more */
    if (!*lines[i])
      continue;
    last = g_ascii_strtod (lines[i], NULL);
    begin = n++ ? begin : last;
  }
  found = (n - 1) * 1000 / (last - begin);
  fail_unless (ABS (found - rate) < rate / 10, "%f frames a second", found);
  g_strfreev (lines);
  g_free (text);
}

/* A harness whose jerry sends a file of 3 s, made with ffmpeg: pictures, and a
 * tone. @path: that file; (transfer full) */
static PublishHarness *
new_with_file (const gchar * demuxer, const gchar * name,
    const gchar * coding, gchar ** path)
{
  gchar *launch;
  PublishHarness *h;

  *path = g_strdup_printf ("%s/publish-%u-%s", g_get_tmp_dir (),
      (guint) getpid (), name);
  g_free (publish_run ("ffmpeg -v error -y -f lavfi -i"
          " testsrc=size=320x240:rate=25:duration=3 -f lavfi -i"
          " sine=440:duration=3:sample_rate=48000 %s %s", coding, *path));
  launch = g_strdup_printf ("publishbin name=room sink_0::user-id=jerry "
      "sink_1::user-id=jerry filesrc location=%s ! %s name=demux "
      "demux.video_0 ! queue max-size-time=0 max-size-bytes=0 "
      "max-size-buffers=0 ! clocksync ! room.sink_0 "
      "demux.audio_0 ! queue max-size-time=0 max-size-bytes=0 "
      "max-size-buffers=0 ! clocksync ! room.sink_1", *path, demuxer);
  h = publish_harness_new (launch);
  g_free (launch);
  return h;
}

static void
forget (PublishHarness * h, gchar * path)
{
  publish_harness_free (h);
  g_unlink (path);
  g_free (path);
}

static void
run_to_the_end (PublishHarness * h)
{
  publish_harness_play (h);
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_EOS |
          GST_MESSAGE_ERROR, NULL));
  publish_harness_assert_no_error (h);
}

/* H.264 with B-frames and AAC, from an mp4 to the receiver, bit by bit. */
GST_START_TEST (test_relay_is_untouched)
{
  gchar *sent, *id, *path;
  PublishHarness *h = new_with_file ("qtdemux", "untouched.mp4",
      "-c:v libx264 -bf 2 -g 25 -c:a aac", &sent);

  path = publish_harness_file (h, "relay.flv");
  id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  run_to_the_end (h);
  assert_same_packets (sent, path, 'v', 75);
  assert_same_packets (sent, path, 'a', 139);
  fail_unless_equals_int (publish_harness_count_elements (h, "avdec_h264"), 0);
  g_free (id);
  g_free (path);
  forget (h, sent);
}

GST_END_TEST;

/* What FLV has no room for becomes AAC, the picture is not touched. */
static void
check_converted_audio (const gchar * demuxer, const gchar * name,
    const gchar * coding)
{
  gchar *sent, *id, *path;
  PublishHarness *h = new_with_file (demuxer, name, coding, &sent);

  path = publish_harness_file (h, "relay.flv");
  id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  run_to_the_end (h);
  assert_same_packets (sent, path, 'v', 75);
  assert_stream (path, 'a', "codec_name", "aac");
  /* ffmpeg's tone has an eighth of full scale */
  fail_unless (publish_tone_level (path, 440, 0.5, 2) > 0.1);
  fail_unless (publish_tone_level (path, 1000, 0.5, 2) < 0.01);
  g_free (id);
  g_free (path);
  forget (h, sent);
}

GST_START_TEST (test_relay_of_opus)
{
  check_converted_audio ("matroskademux", "opus.mkv",
      "-c:v libx264 -g 25 -c:a libopus");
}

GST_END_TEST;

GST_START_TEST (test_relay_of_mp3)
{
  check_converted_audio ("matroskademux", "mp3.mkv",
      "-c:v libx264 -g 25 -c:a libmp3lame");
}

GST_END_TEST;

GST_START_TEST (test_relay_of_raw_audio)
{
  check_converted_audio ("matroskademux", "pcm.mkv",
      "-c:v libx264 -g 25 -c:a pcm_s16le");
}

GST_END_TEST;

/* VP8 is refused, before and after its stream is known; with encoder parameters
 * it is encoded. */
GST_START_TEST (test_relay_of_vp8)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry " PUBLISH_BALL
      "vp8enc deadline=1 keyframe-max-dist=25 ! room.sink_0");
  gchar *path = publish_harness_file (h, "vp8.flv");
  gchar *id = publish_harness_start (h, BIG, "jerry", "early.flv", NULL, NULL);
  PublishTold *told;
  guint mark;

  publish_harness_play (h);
  told = publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
  fail_unless_equals_int (told->code, GST_PUBLISH_CODE_MEDIA_ERROR);
  fail_unless (strstr (told->message, "jerry") && strstr (told->message,
          "encoder"), "%s", told->message);
  publish_harness_wait_state (h, 0, id, GST_PUBLISH_CDN_STATE_FAILED);
  g_free (id);

  mark = publish_harness_mark (h);
  id = publish_harness_start (h, BIG, "jerry", "late.flv", NULL, NULL);
  told = publish_harness_wait (h, mark, PUBLISH_STARTED, id);
  fail_unless_equals_int (told->code, GST_PUBLISH_CODE_MEDIA_ERROR);
  g_free (id);

  id = publish_harness_start (h, BIG, "jerry", "vp8.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  publish_harness_wait_frames (h, id, 25);
  publish_harness_stop (h, id);
  assert_stream (path, 'v', "codec_name,width,height", "h264,160,120");
  publish_harness_assert_no_error (h);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

static GstPadProbeReturn
push_as_list (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_ref (GST_PAD_PROBE_INFO_BUFFER (info)));
  gst_pad_push_list (pad, list);
  return GST_PAD_PROBE_DROP;
}

/* A muted relay has a gap and goes on afterwards. */
static void
check_muted (gboolean as_lists)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_1::user-id=jerry "
      PUBLISH_H264 "room.sink_0 " PUBLISH_AAC "room.sink_1");
  gchar *path = publish_harness_file (h, "relay.flv"), *id, *text;
  GstPad *pad = gst_element_get_static_pad (h->room, "sink_1");
  GstPad *peer = gst_pad_get_peer (pad);
  gdouble longest = 0, last = 0;
  gchar **lines;
  guint i;

  if (as_lists)
    gst_pad_add_probe (peer, GST_PAD_PROBE_TYPE_BUFFER, push_as_list, NULL,
        NULL);
  publish_harness_play (h);
  id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  publish_harness_wait_frames (h, id, 50);
  g_object_set (pad, "mute", TRUE, NULL);
  publish_harness_wait_frames (h, id, 75);
  g_object_set (pad, "mute", FALSE, NULL);
  publish_harness_wait_frames (h, id, 50);
  publish_harness_stop (h, id);
  text = publish_run ("ffprobe -v error -select_streams a:0 -show_entries"
      " packet=pts_time -of csv=p=0 %s", path);
  lines = g_strsplit (g_strstrip (text), "\n", -1);
  for (i = 0; lines[i]; i++) {
    gdouble time = g_ascii_strtod (lines[i], NULL);

    longest = i ? MAX (longest, time - last) : 0;
    last = time;
  }
  /* 75 frames are 3 s; none of them waited for the sound */
  fail_unless (longest > 2 && longest < 10, "the longest gap is %f s", longest);
  fail_unless (publish_tone_level (path, 440, last - 1, 0.9) > 0.1);
  g_strfreev (lines);
  g_free (text);
  gst_object_unref (peer);
  gst_object_unref (pad);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_START_TEST (test_relay_muted)
{
  check_muted (FALSE);
}

GST_END_TEST;

GST_START_TEST (test_relay_of_lists_muted)
{
  check_muted (TRUE);
}

GST_END_TEST;

/* What the encoder parameters say is what arrives; keyframes stand every GOP
 * seconds, in a task that begins when the pipeline is 3 s old too. */
GST_START_TEST (test_mix_as_asked)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_1::user-id=jerry "
      PUBLISH_H264 "room.sink_0 " PUBLISH_AAC "room.sink_1");
  gchar *path = publish_harness_file (h, "mix.flv"), *id;
  GArray *times;
  guint i;

  publish_harness_play (h);
  id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  publish_harness_wait_frames (h, id, 75);
  g_free (id);
  id = publish_harness_start (h, MIX, NULL, "mix.flv",
      "{\"videoEncodedWidth\":320,\"videoEncodedHeight\":180,"
      "\"videoEncodedFPS\":20,\"videoEncodedGOP\":2,"
      "\"videoEncodedKbps\":300,\"audioEncodedSampleRate\":44100,"
      "\"audioEncodedChannelNum\":2,\"audioEncodedKbps\":96}", NULL);
  publish_harness_wait_frames (h, id, 130);
  publish_harness_stop (h, id);
  assert_stream (path, 'v', "codec_name,width,height", "h264,320,180");
  assert_rate (path, 20);
  assert_stream (path, 'a', "codec_name,sample_rate,channels", "aac,44100,2");
  times = publish_keyframe_times (path);
  fail_unless (times->len >= 3);
  for (i = 1; i < times->len; i++) {
    gint ms = g_array_index (times, gint, i) - g_array_index (times, gint,
        i - 1);

    /* a picture that is late is written with the time of the sound before it;
     * half a frame is less than another frame */
    fail_unless (ABS (ms - 2000) < 25, "%d ms", ms);
  }
  fail_unless (publish_tone_level (path, 440, 1, 3) > 0.1);
  g_array_unref (times);
  publish_harness_assert_no_error (h);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

/* Another encoder, with its own idea of everything. */
GST_START_TEST (test_another_encoder)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "video-encoder=\"openh264enc complexity=low\" "
      "sink_0::user-id=jerry " PUBLISH_BALL "room.sink_0");
  gchar *path = publish_harness_file (h, "mix.flv"), *id;
  GArray *times;
  guint i;

  publish_harness_play (h);
  id = publish_harness_start (h, MIX, NULL, "mix.flv", PUBLISH_SMALL_ENCODER,
      NULL);
  publish_harness_wait_frames (h, id, 35);
  publish_harness_stop (h, id);
  times = publish_keyframe_times (path);
  fail_unless (times->len >= 3);
  for (i = 1; i < times->len; i++)
    fail_unless_equals_int (g_array_index (times, gint, i) -
        g_array_index (times, gint, i - 1), 1000);
  g_array_unref (times);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

/* Sound alone, picture alone. */
GST_START_TEST (test_one_of_two)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_1::user-id=jerry "
      PUBLISH_BALL "room.sink_0 " PUBLISH_TONE_440 "room.sink_1");
  gchar *sound_path = publish_harness_file (h, "sound.flv");
  gchar *picture_path = publish_harness_file (h, "picture.flv");
  gchar *sound, *picture, *text;

  publish_harness_play (h);
  sound = publish_harness_start (h, MIX, NULL, "sound.flv",
      "{\"audioEncodedKbps\":64}", NULL);
  picture = publish_harness_start (h, MIX, NULL, "picture.flv",
      PUBLISH_SMALL_ENCODER, NULL);
  publish_harness_wait_frames (h, sound, 100);
  publish_harness_wait_frames (h, picture, 20);
  publish_harness_stop (h, sound);
  publish_harness_stop (h, picture);
  text = publish_run ("ffprobe -v error -show_entries stream=codec_name -of"
      " csv=p=0 %s", sound_path);
  fail_unless_equals_string (g_strstrip (text), "aac");
  g_free (text);
  text = publish_run ("ffprobe -v error -show_entries stream=codec_name -of"
      " csv=p=0 %s", picture_path);
  fail_unless_equals_string (g_strstrip (text), "h264");
  g_free (text);
  fail_unless (publish_tone_level (sound_path, 440, 0.5, 1) > 0.1);
  g_free (sound);
  g_free (picture);
  g_free (sound_path);
  g_free (picture_path);
  publish_harness_free (h);
}

GST_END_TEST;

#define TONES "publishbin name=room sink_0::user-id=jerry " \
    "sink_1::user-id=mike sink_1::volume=0.5 sink_2::user-id=anna " \
    "sink_2::mute=true " PUBLISH_TONE_440 "room.sink_0 " \
    PUBLISH_TONE_1000 "room.sink_1 " PUBLISH_TONE_2000 "room.sink_2"

#define AUDIO "{\"audioEncodedKbps\":128}"

/* Everyone with their own volume; then only those whom the list names. */
GST_START_TEST (test_who_is_heard)
{
  PublishHarness *h = publish_harness_new (TONES);
  gchar *all_path = publish_harness_file (h, "all.flv");
  gchar *some_path = publish_harness_file (h, "some.flv"), *all, *some;
  gdouble jerry, mike;

  publish_harness_play (h);
  all = publish_harness_start (h, MIX, NULL, "all.flv", AUDIO, NULL);
  some = publish_harness_start (h, MIX, NULL, "some.flv", AUDIO,
      "{\"template\":\"grid\",\"audioMixUserList\":[{\"userId\":\"mike\"}]}");
  publish_harness_wait_frames (h, all, 150);
  publish_harness_wait_frames (h, some, 100);
  publish_harness_stop (h, all);
  publish_harness_stop (h, some);
  jerry = publish_tone_level (all_path, 440, 1, 1.5);
  mike = publish_tone_level (all_path, 1000, 1, 1.5);
  fail_unless (jerry > 0.15 && jerry < 0.25, "jerry at %f", jerry);
  fail_unless (mike > 0.07 && mike < 0.13, "mike at %f", mike);
  fail_unless (publish_tone_level (all_path, 2000, 1, 1.5) < 0.005);
  fail_unless (publish_tone_level (some_path, 440, 1, 1) < 0.005);
  fail_unless (publish_tone_level (some_path, 1000, 1, 1) > 0.07);
  g_free (all);
  g_free (some);
  g_free (all_path);
  g_free (some_path);
  publish_harness_free (h);
}

GST_END_TEST;

/* Two renditions of one canvas; the urls get them in turn. */
GST_START_TEST (test_renditions)
{
  PublishHarness *h = publish_harness_new (TONES " " PUBLISH_BALL
      "room.sink_3");
  gchar *large = publish_harness_file (h, "large.flv");
  gchar *small_path = publish_harness_file (h, "small.flv"), *target, *id;
  PublishTold *told;
  guint mark;

  publish_harness_play (h);
  target = g_strdup_printf ("{\"mode\":3,\"cdnUrlList\":["
      "{\"url\":\"file://%s\"},{\"url\":\"file://%s\"}]}", large, small_path);
  g_signal_emit_by_name (h->room, "start-publish", target,
      "[{\"videoEncodedWidth\":320,\"videoEncodedHeight\":240,"
      "\"audioEncodedSampleRate\":48000},{\"videoEncodedWidth\":160,"
      "\"videoEncodedHeight\":120,\"videoEncodedFPS\":5,"
      "\"audioEncodedSampleRate\":32000}]", NULL, &id);
  publish_harness_wait_frames (h, id, 40);
  fail_unless_equals_int (publish_harness_count_elements (h,
          "layoutcompositor"), 1);
  publish_harness_stop (h, id);
  assert_stream (large, 'v', "width,height", "320,240");
  assert_rate (large, 15);
  assert_stream (small_path, 'v', "width,height", "160,120");
  assert_rate (small_path, 5);
  assert_stream (large, 'a', "sample_rate", "48000");
  assert_stream (small_path, 'a', "sample_rate", "32000");
  g_free (id);

  /* a rendition without a url makes no sense */
  mark = publish_harness_mark (h);
  id = publish_harness_start (h, MIX, NULL, "one.flv",
      "[{\"videoEncodedWidth\":320},{\"videoEncodedWidth\":160}]", NULL);
  told = publish_harness_wait (h, mark, PUBLISH_STARTED, id);
  fail_unless_equals_int (told->code, GST_PUBLISH_CODE_BAD_CONFIG);
  g_free (id);
  g_free (target);
  g_free (large);
  g_free (small_path);
  publish_harness_free (h);
}

GST_END_TEST;

static Suite *
publishmedia_suite (void)
{
  Suite *suite = suite_create ("publishmedia");
  TCase *tc = tcase_create ("media");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_relay_is_untouched);
  tcase_add_test (tc, test_relay_of_opus);
  tcase_add_test (tc, test_relay_of_mp3);
  tcase_add_test (tc, test_relay_of_raw_audio);
  tcase_add_test (tc, test_relay_of_vp8);
  tcase_add_test (tc, test_relay_muted);
  tcase_add_test (tc, test_relay_of_lists_muted);
  tcase_add_test (tc, test_mix_as_asked);
  tcase_add_test (tc, test_another_encoder);
  tcase_add_test (tc, test_one_of_two);
  tcase_add_test (tc, test_who_is_heard);
  tcase_add_test (tc, test_renditions);
  return suite;
}

GST_CHECK_MAIN (publishmedia);
