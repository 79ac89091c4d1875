/* publishbin: streams that end, begin again, change hands, cannot be decoded, or
 * are too many. Targets are files, read with ffprobe and ffmpeg.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishharness.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIX "mix-to-cdn"
#define BIG "big-to-cdn"
#define SUB "sub-to-cdn"

/* of the film: 3 s at 25 fps */
#define N_FRAMES 75

/* --- a film that is played twice --- */

typedef struct
{
  PublishHarness *h;
  gchar *path;                  /* the film */
  GMutex lock;
  GCond cond;
  guint n_ends;                 /* lock: EOS on the room's pad */
  GstClockTime begin;           /* lock: running time when it is played */
} Film;

/* Before it is paced. An offset of the pad would do, but is told with all
 * sticky events, CAPS too. */
static GstPadProbeReturn
on_segment (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Film *film = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstSegment segment;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT)
    return GST_PAD_PROBE_OK;
  gst_event_copy_segment (event, &segment);
  g_mutex_lock (&film->lock);
  segment.base += film->begin;
  g_mutex_unlock (&film->lock);
  GST_PAD_PROBE_INFO_DATA (info) = gst_event_new_segment (&segment);
  gst_event_unref (event);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Film *film = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS) {
    g_mutex_lock (&film->lock);
    film->n_ends++;
    g_cond_broadcast (&film->cond);
    g_mutex_unlock (&film->lock);
  }
  return GST_PAD_PROBE_OK;
}

/* jerry shows a film, which is bright, without sound. */
static Film *
film_new (const gchar * name)
{
  Film *film = g_new0 (Film, 1);
  gchar *launch;
  GstElement *queue;
  GstPad *pad;

  g_mutex_init (&film->lock);
  g_cond_init (&film->cond);
  film->path = g_strdup_printf ("%s/publish-%u-%s.mp4", g_get_tmp_dir (),
      (guint) getpid (), name);
  g_free (publish_run ("ffmpeg -v error -y -f lavfi -i"
          " testsrc=size=320x240:rate=25:duration=3 -c:v libx264 -bf 0 -g 25"
          " %s", film->path));
  launch = g_strdup_printf ("publishbin name=room sink_0::user-id=jerry "
      "filesrc location=%s ! qtdemux name=demux "
      "demux.video_0 ! queue max-size-time=0 max-size-bytes=0 "
      "max-size-buffers=0 name=queue ! clocksync ! room.sink_0", film->path);
  film->h = publish_harness_new (launch);
  g_free (launch);
  pad = gst_element_get_static_pad (film->h->room, "sink_0");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, film,
      NULL);
  gst_object_unref (pad);
  queue = gst_bin_get_by_name (GST_BIN (film->h->pipeline), "queue");
  pad = gst_element_get_static_pad (queue, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_segment,
      film, NULL);
  gst_object_unref (pad);
  gst_object_unref (queue);
  return film;
}

static void
film_wait_end (Film * film, guint n)
{
  gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&film->lock);
  while (film->n_ends < n)
    fail_unless (g_cond_wait_until (&film->cond, &film->lock, until),
        "the film does not end");
  g_mutex_unlock (&film->lock);
}

/* From its beginning, now: a flushing seek, which is told as such on the room's
 * pad, with times that go on. */
static void
film_play_again (Film * film)
{
  GstElement *queue = gst_bin_get_by_name (GST_BIN (film->h->pipeline),
      "queue");
  GstPad *pad = gst_element_get_static_pad (queue, "src");

  g_mutex_lock (&film->lock);
  film->begin = gst_element_get_current_running_time (film->h->pipeline);
  g_mutex_unlock (&film->lock);
  fail_unless (gst_pad_send_event (pad, gst_event_new_seek (1.0,
              GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0,
              GST_SEEK_TYPE_NONE, 0)));
  gst_object_unref (pad);
  gst_object_unref (queue);
}

static void
film_free (Film * film)
{
  publish_harness_free (film->h);
  g_unlink (film->path);
  g_free (film->path);
  g_mutex_clear (&film->lock);
  g_cond_clear (&film->cond);
  g_free (film);
}

/* 0..255, of each picture of @path */
static GByteArray *
read_brightness (const gchar * path)
{
  gchar *raw = g_strconcat (path, ".gray", NULL), *data = NULL;
  GError *error = NULL;
  gsize size = 0;

  g_free (publish_run ("ffmpeg -v error -y -i %s -an -vf scale=1:1:flags=area"
          " -pix_fmt gray -f rawvideo %s", path, raw));
  fail_unless (g_file_get_contents (raw, &data, &size, &error), "%s",
      error ? error->message : "");
  g_unlink (raw);
  g_free (raw);
  return g_byte_array_new_take ((guint8 *) data, size);
}

/* A film that has ended and is played again is in the mix again. */
GST_START_TEST (test_seek_after_the_end_in_a_mix)
{
  Film *film = film_new ("mix");
  PublishHarness *h = film->h;
  gchar *path = publish_harness_file (h, "mix.flv"), *id;
  guint i, n_changes = 0;
  gboolean bright = FALSE;
  GByteArray *pictures;
  GstElement *camera;

  id = publish_harness_start (h, MIX, NULL, "mix.flv", PUBLISH_SMALL_ENCODER,
      "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[{\"width\":160,"
      "\"height\":120,\"fixedVideoUser\":{\"userId\":\"jerry\"}}]}");
  publish_harness_play (h);
  /* with the last stream all would end */
  gst_object_unref (publish_harness_add (h, PUBLISH_BALL "queue", "mike", "big",
          &camera));
  film_wait_end (film, 1);
  /* nobody is in the layout now */
  publish_harness_wait_frames (h, id, 40);
  film_play_again (film);
  film_wait_end (film, 2);
  publish_harness_stop (h, id);
  publish_harness_assert_no_error (h);

  pictures = read_brightness (path);
  for (i = 0; i < pictures->len; i++) {
    if ((pictures->data[i] > 60) != bright) {
      bright = !bright;
      n_changes++;
    }
  }
  /* the film, black, the film */
  fail_unless (n_changes >= 3, "%u pictures change %u times", pictures->len,
      n_changes);
  g_byte_array_unref (pictures);
  g_free (id);
  g_free (path);
  film_free (film);
}

GST_END_TEST;

/* Until @n pictures of it have been relayed. */
static void
film_wait_sent (Film * film, const gchar * task_id, guint64 n)
{
  guint i;

  for (i = 0; i < 3000 && publish_harness_get_frames (film->h, task_id) < n;
      i++)
    g_poll (NULL, 0, 20);
  fail_unless (publish_harness_get_frames (film->h, task_id) >= n);
}

/* In a relay every picture arrives twice, and time never goes back. The user is
 * there as long as the film is, whoever else goes. */
GST_START_TEST (test_seek_after_the_end_in_a_relay)
{
  Film *film = film_new ("relay");
  PublishHarness *h = film->h;
  gchar *path = publish_harness_file (h, "relay.flv"), *id, *text, **lines;
  GstElement *microphone;
  gint last = -1;
  guint i, n = 0;
  GstPad *pad;

  id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  publish_harness_play (h);
  pad = publish_harness_add (h, PUBLISH_AAC "queue", "jerry", "big",
      &microphone);
  film_wait_end (film, 1);
  film_wait_sent (film, id, N_FRAMES);
  film_play_again (film);
  film_wait_sent (film, id, N_FRAMES + 5);
  publish_harness_remove (h, microphone, pad);
  fail_unless_equals_int (publish_harness_wait (h, 0, PUBLISH_STOPPED,
          id)->code, GST_PUBLISH_CODE_OK);
  publish_harness_assert_no_error (h);

  text = publish_run ("ffprobe -v error -select_streams v:0 -show_entries"
      " packet=dts -of csv=p=0 %s", path);
  lines = g_strsplit (text, "\n", -1);
  for (i = 0; lines[i]; i++) {
    gint dts = (gint) g_ascii_strtoll (lines[i], NULL, 10);

    /* a packet with side data has a line more */
    if (!*lines[i])
      continue;
    fail_unless (dts > last, "%d ms after %d ms", dts, last);
    last = dts;
    n++;
  }
  fail_unless_equals_int (n, 2 * N_FRAMES);
  g_strfreev (lines);
  g_free (text);
  g_free (id);
  g_free (path);
  film_free (film);
}

GST_END_TEST;

/* Of 16 who are heard none is one who has ended or cannot be decoded. */
GST_START_TEST (test_the_ended_are_not_of_the_16)
{
  PublishHarness *h;
  gchar *path, *id;
  GString *launch = g_string_new ("publishbin name=room "
      "audiotestsrc is-live=true num-buffers=5 ! room.sink_0 "
      "audiotestsrc is-live=true ! capssetter join=false replace=true "
      "caps=audio/x-nobody-knows ! room.sink_1 ");
  guint i;

  for (i = 0; i < 15; i++)
    g_string_append_printf (launch, "audiotestsrc is-live=true wave=silence ! "
        "room.sink_%u ", i + 2);
  g_string_append (launch, PUBLISH_TONE_2000 "room.sink_17");
  h = publish_harness_new (launch->str);
  g_string_free (launch, TRUE);
  path = publish_harness_file (h, "mix.flv");
  id = publish_harness_start (h, MIX, NULL, "mix.flv",
      "{\"audioEncodedKbps\":128}", NULL);
  publish_harness_play (h);
  publish_harness_wait_frames (h, id, 150);
  publish_harness_stop (h, id);
  fail_unless (publish_tone_level (path, 2000, 2, 1) > 0.1);
  publish_harness_assert_no_error (h);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

static GstElement *
feed (PublishHarness * h, GstPad * pad, const gchar * launch)
{
  GError *error = NULL;
  GstElement *source = gst_parse_bin_from_description (launch, TRUE, &error);
  GstPad *src;

  fail_unless (error == NULL);
  gst_bin_add (GST_BIN (h->pipeline), source);
  src = gst_element_get_static_pad (source, "src");
  fail_unless_equals_int (gst_pad_link (src, pad), GST_PAD_LINK_OK);
  gst_object_unref (src);
  gst_element_sync_state_with_parent (source);
  return source;
}

/* Who sent what nobody decodes is shown once they send something better. */
GST_START_TEST (test_a_better_stream)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=mike " PUBLISH_BALL "room.sink_0");
  gchar *path = publish_harness_file (h, "mix.flv"), *id;
  GstPad *pad = gst_element_request_pad_simple (h->room, "sink_%u");
  GstElement *source;
  GByteArray *pictures;

  g_object_set (pad, "user-id", "jerry", NULL);
  id = publish_harness_start (h, MIX, NULL, "mix.flv", PUBLISH_SMALL_ENCODER,
      "{\"backgroundColor\":\"#000000\",\"videoLayoutList\":[{\"width\":160,"
      "\"height\":120,\"fixedVideoUser\":{\"userId\":\"jerry\"}}]}");
  publish_harness_play (h);
  source = feed (h, pad, PUBLISH_SNOW "capssetter join=false replace=true "
      "caps=image/png,width=160,height=120,framerate=25/1");
  gst_message_unref (publish_harness_wait_message (h, GST_MESSAGE_WARNING,
          NULL));
  publish_harness_wait_frames (h, id, 5);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (h->pipeline), source);
  feed (h, pad, PUBLISH_RAW ("white") "pngenc");
  publish_harness_wait_frames (h, id, 30);
  publish_harness_stop (h, id);
  publish_harness_assert_no_error (h);
  pictures = read_brightness (path);
  fail_unless (pictures->data[0] < 60);
  fail_unless (pictures->data[pictures->len - 1] > 200);
  g_byte_array_unref (pictures);
  gst_object_unref (pad);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

/* Until @n pictures have been sent, and no more. */
static void
wait_all_sent (PublishHarness * h, const gchar * task_id, guint64 n)
{
  guint i;

  for (i = 0; i < 3000 && publish_harness_get_frames (h, task_id) < n; i++)
    g_poll (NULL, 0, 20);
  fail_unless_equals_int (publish_harness_get_frames (h, task_id), n);
}

/* Who ends their camera and still shares their screen is waited for, and comes
 * back to the same targets. */
GST_START_TEST (test_owner_without_camera)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_1::user-id=jerry sink_1::stream-type=sub "
      "videotestsrc is-live=true num-buffers=50 ! "
      "video/x-raw,width=160,height=120,framerate=25/1 ! "
      "x264enc tune=zerolatency key-int-max=25 ! room.sink_0 "
      PUBLISH_H264 "room.sink_1");
  gchar *id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  GstElement *camera;
  PublishTold *told;
  GstPad *pad;
  guint mark, i, n_begins = 0;

  publish_harness_play (h);
  wait_all_sent (h, id, 50);
  mark = publish_harness_mark (h);
  told = publish_harness_wait_state (h, mark, id,
      GST_PUBLISH_CDN_STATE_CONNECTING);
  fail_unless (strstr (told->message, "jerry") != NULL, "%s", told->message);
  pad = publish_harness_add (h, PUBLISH_H264 "queue", "jerry", "big", &camera);
  publish_harness_wait_frames (h, id, 30);
  publish_harness_remove (h, camera, pad);
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 0);

  /* the share is their last stream */
  pad = gst_element_get_static_pad (h->room, "sink_1");
  gst_pad_send_event (pad, gst_event_new_eos ());
  gst_object_unref (pad);
  told = publish_harness_wait (h, 0, PUBLISH_STOPPED, id);
  fail_unless (strstr (told->message, "left") != NULL, "%s", told->message);
  g_mutex_lock (&h->lock);
  for (i = 0; i < h->told->len; i++) {
    told = g_ptr_array_index (h->told, i);
    n_begins += told->what == PUBLISH_CDN_STATE &&
        told->state == GST_PUBLISH_CDN_STATE_PUBLISHING;
  }
  g_mutex_unlock (&h->lock);
  fail_unless_equals_int (n_begins, 1);
  publish_harness_assert_no_error (h);
  g_free (id);
  publish_harness_free (h);
}

GST_END_TEST;

/* --- pads that become another's --- */

/* so many pictures are the first user's */
#define N_OWN 30

typedef struct
{
  const gchar *property, *other, *own;
  guint n_passed;               /* streaming thread */
  gint n_others;                /* atomic */
} Change;

static GstPadProbeReturn
change_hands (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Change *change = data;

  if (change->n_passed++ == N_OWN)
    gst_util_set_object_arg (G_OBJECT (pad), change->property, change->other);
  if (change->n_passed > N_OWN)
    g_atomic_int_inc (&change->n_others);
  return GST_PAD_PROBE_OK;
}

/* How many pictures there are in @path before the longest time without any, which
 * is @gap s. */
static guint
count_before_gap (const gchar * path, gdouble * gap)
{
  gchar *text = publish_run ("ffprobe -v error -select_streams v:0"
      " -show_entries packet=dts_time -of csv=p=0 %s", path);
  gchar **lines = g_strsplit (text, "\n", -1);
  guint i, n = 0, before = 0;
  gdouble last = 0;

  *gap = 0;
  for (i = 0; lines[i]; i++) {
    gdouble time = g_ascii_strtod (lines[i], NULL);

    /* a packet with side data has a line more */
    if (!*lines[i])
      continue;
    if (n > 0 && time - last > *gap) {
      *gap = time - last;
      before = n;
    }
    last = time;
    n++;
  }
  g_strfreev (lines);
  g_free (text);
  return before;
}

static void
check_change (Change * change)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_1::user-id=jerry "
      PUBLISH_H264 "room.sink_0 " PUBLISH_AAC "room.sink_1 ");
  gchar *path = publish_harness_file (h, "relay.flv");
  gchar *id = publish_harness_start (h, BIG, "jerry", "relay.flv", NULL, NULL);
  GstPad *pad = gst_element_get_static_pad (h->room, "sink_0");
  gdouble gap;
  guint i, n;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, change_hands, change,
      NULL);
  publish_harness_play (h);
  for (i = 0; i < 3000 && g_atomic_int_get (&change->n_others) < 2 * N_OWN; i++)
    g_poll (NULL, 0, 20);
  fail_unless (g_atomic_int_get (&change->n_others) >= 2 * N_OWN);
  /* the sound goes on; and the picture when it is the user's again */
  fail_unless_equals_int (publish_harness_count (h, 0, PUBLISH_STOPPED), 0);
  gst_util_set_object_arg (G_OBJECT (pad), change->property, change->own);
  publish_harness_wait_frames (h, id, 10);
  publish_harness_stop (h, id);
  publish_harness_assert_no_error (h);
  n = count_before_gap (path, &gap);
  fail_unless (n > 0 && n <= N_OWN && gap > 2, "%s: %u of %u pictures, then"
      " none for %f s", change->property, n, N_OWN, gap);
  gst_object_unref (pad);
  g_free (path);
  g_free (id);
  publish_harness_free (h);
}

/* From the first picture on that is another's, or another stream's, none is
 * relayed. */
GST_START_TEST (test_another_user)
{
  Change user = { "user-id", "mike", "jerry", 0, 0 };
  Change type = { "stream-type", "sub", "big", 0, 0 };

  check_change (&user);
  check_change (&type);
}

GST_END_TEST;

/* A screen share is heard with the microphone until it has a sound. */
GST_START_TEST (test_own_sound_of_a_share)
{
  PublishHarness *h = publish_harness_new ("publishbin name=room "
      "sink_0::user-id=jerry sink_0::stream-type=sub sink_1::user-id=jerry "
      PUBLISH_H264 "room.sink_0 " PUBLISH_TONE_440 "room.sink_1 ");
  gchar *path = publish_harness_file (h, "relay.flv"), *text;
  gchar *id = publish_harness_start (h, SUB, "jerry", "relay.flv", NULL, NULL);
  GstElement *source;
  gdouble end;

  publish_harness_play (h);
  publish_harness_wait_frames (h, id, 50);
  gst_object_unref (publish_harness_add (h, PUBLISH_TONE_2000 "queue", "jerry",
          "sub", &source));
  publish_harness_wait_frames (h, id, 100);
  publish_harness_stop (h, id);
  publish_harness_assert_no_error (h);
  text = publish_run ("ffprobe -v error -show_entries format=duration -of"
      " csv=p=0 %s", path);
  end = g_ascii_strtod (text, NULL);
  fail_unless (publish_tone_level (path, 440, 0.5, 0.5) > 0.1);
  fail_unless (publish_tone_level (path, 2000, 0.5, 0.5) < 0.01);
  fail_unless (publish_tone_level (path, 440, end - 1, 0.5) < 0.01);
  fail_unless (publish_tone_level (path, 2000, end - 1, 0.5) > 0.1);
  g_free (text);
  g_free (id);
  g_free (path);
  publish_harness_free (h);
}

GST_END_TEST;

static Suite *
publishstreams_suite (void)
{
  Suite *suite = suite_create ("publishstreams");
  TCase *tc = tcase_create ("streams");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_seek_after_the_end_in_a_mix);
  tcase_add_test (tc, test_seek_after_the_end_in_a_relay);
  tcase_add_test (tc, test_the_ended_are_not_of_the_16);
  tcase_add_test (tc, test_a_better_stream);
  tcase_add_test (tc, test_owner_without_camera);
  tcase_add_test (tc, test_another_user);
  tcase_add_test (tc, test_own_sound_of_a_share);
  return suite;
}

GST_CHECK_MAIN (publishstreams);
