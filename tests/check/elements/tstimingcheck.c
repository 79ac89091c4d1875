/* tstimingcheck.c: the element: nothing changed on the way, all of it told */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "tsgenerator.h"

#define SETTLE (10 * GST_SECOND)

static GByteArray *
make_stream (GenFault fault, guint length)
{
  GenConfig config;

  gen_config_init (&config, fault);
  config.length = length;
  if (length < 12000)
    config.at = length / 2;
  return gen_stream (&config);
}

static JsonObject *
get_report (GstElement * element)
{
  gchar *text;
  JsonNode *node;
  JsonObject *object;

  g_object_get (element, "report", &text, NULL);
  node = json_from_string (text, NULL);
  fail_unless (node != NULL);
  object = json_node_dup_object (node);
  json_node_unref (node);
  g_free (text);
  return object;
}

static guint64
get_count (GstElement * element, const gchar * nick)
{
  GstStructure *stats;
  guint64 count = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, nick, &count);
  gst_structure_free (stats);
  return count;
}

static void
push_bytes (GstHarness * h, const guint8 * data, gsize size, gsize cut)
{
  gsize at;

  for (at = 0; at < size; at += cut)
    fail_unless_equals_int (gst_harness_push (h,
            gst_buffer_new_memdup (data + at, MIN (cut, size - at))),
        GST_FLOW_OK);
}

/* What comes out, as bytes; the harness gives its buffers away. */
static GByteArray *
pull_all (GstHarness * h)
{
  GByteArray *array = g_byte_array_new ();
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (h))) {
    GstMapInfo map;

    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_byte_array_append (array, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  return array;
}

static const gsize cuts[] = { 7, 188, 1316, 4096, 65536 };

GST_START_TEST (test_bytes_pass)
{
  GByteArray *stream = make_stream (GEN_FAULT_JUNK, 1000), *out;
  GstHarness *h = gst_harness_new ("tstimingcheck");

  gst_harness_set_src_caps_str (h, "video/mpegts, systemstream=(boolean)true, "
      "packetsize=(int)188");
  push_bytes (h, stream->data, stream->len, cuts[__i__]);
  out = pull_all (h);
  fail_unless_equals_int (out->len, stream->len);
  fail_unless (memcmp (out->data, stream->data, out->len) == 0);
  fail_unless_equals_uint64 (get_count (h->element, "sync-loss"), 1);
  g_byte_array_unref (out);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* The same buffer comes out that went in: zero copy, also of one with several
 * memories; the lists stay lists. */
GST_START_TEST (test_same_buffers)
{
  GByteArray *stream = make_stream (GEN_FAULT_NONE, 500);
  GstHarness *h = gst_harness_new ("tstimingcheck");
  GstBuffer *buffer = gst_buffer_new (), *out;
  GstBufferList *list = gst_buffer_list_new ();
  GstBuffer *first, *second;
  gsize at;

  gst_harness_set_src_caps_str (h, "video/mpegts");
  for (at = 0; at < 5 * 100; at += 100)
    gst_buffer_append_memory (buffer, gst_memory_new_wrapped
        (GST_MEMORY_FLAG_READONLY, stream->data, stream->len, at, 100, NULL,
            NULL));
  GST_BUFFER_PTS (buffer) = 7;
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  out = gst_harness_pull (h);
  fail_unless (out == buffer);
  fail_unless_equals_int (gst_buffer_n_memory (out), 5);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 7);
  gst_buffer_unref (out);

  first = gst_buffer_new_memdup (stream->data + 500, 700);
  second = gst_buffer_new_memdup (stream->data + 1200, stream->len - 1200);
  gst_buffer_list_add (list, first);
  gst_buffer_list_add (list, second);
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = gst_harness_pull (h);
  fail_unless (out == first);
  gst_buffer_unref (out);
  out = gst_harness_pull (h);
  fail_unless (out == second);
  gst_buffer_unref (out);
  fail_unless_equals_uint64 (get_count (h->element, "packets"),
      stream->len / 188);
  fail_unless_equals_uint64 (get_count (h->element, "events"), 0);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* Bytes that are no stream under caps that are a lie pass as well. */
GST_START_TEST (test_garbage_passes)
{
  GstHarness *h = gst_harness_new ("tstimingcheck");
  guint8 data[5000];
  GByteArray *out;
  JsonObject *report;
  guint i;

  for (i = 0; i < sizeof (data); i++)
    data[i] = i * 7919 >> 3;
  gst_harness_set_src_caps_str (h, "audio/x-raw, rate=(int)1");
  push_bytes (h, data, sizeof (data), 333);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = pull_all (h);
  fail_unless (out->len == sizeof (data) &&
      memcmp (out->data, data, out->len) == 0);
  report = get_report (h->element);
  fail_unless_equals_string (json_object_get_string_member (report,
          "verdict"), "unusable");
  fail_unless_equals_uint64 (get_count (h->element, "sync-loss"), 1);
  json_object_unref (report);
  g_byte_array_unref (out);
  gst_harness_teardown (h);
}

GST_END_TEST;

typedef struct
{
  guint signals;
  guint64 last_count;
  gint type;
  gchar *text;
} Told;

static void
on_timing_event (GstElement * element, const GstStructure * event,
    gpointer user_data)
{
  Told *told = user_data;

  told->signals++;
  fail_unless (gst_structure_has_name (event, "timing-event"));
  fail_unless (gst_structure_get_uint64 (event, "count", &told->last_count));
  fail_unless (gst_structure_get (event, "type",
          g_type_from_name ("GstTsTimingEventType"), &told->type, NULL));
  g_free (told->text);
  told->text = g_strdup (gst_structure_get_string (event, "text"));
}

/* Each event by signal and message with interval 0; one of each type with a
 * long one; all are counted. */
GST_START_TEST (test_told)
{
  GByteArray *stream = make_stream (GEN_FAULT_SWAPPED, 2000);
  GstHarness *h = gst_harness_new ("tstimingcheck");
  GstBus *bus = gst_bus_new ();
  Told told = { 0, };
  GstMessage *message;
  const GstStructure *s;
  guint messages = 0;
  guint64 offset;

  gst_element_set_bus (h->element, bus);
  g_object_set (h->element, "message-interval",
      __i__ ? GST_SECOND * 3600 : (guint64) 0, NULL);
  gst_util_set_object_arg (G_OBJECT (h->element), "profile", "broadcast");
  g_signal_connect (h->element, "timing-event", G_CALLBACK (on_timing_event),
      &told);
  gst_harness_set_src_caps_str (h, "video/mpegts");
  push_bytes (h, stream->data, stream->len, 1316);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));

  fail_unless_equals_uint64 (get_count (h->element, "continuity-count-error"),
      3);
  fail_unless_equals_int (told.signals, __i__ ? 1 : 3);
  fail_unless_equals_uint64 (told.last_count, __i__ ? 1 : 3);
  fail_unless (g_str_has_prefix (told.text, "continuity-count-error: PID "
          "0x0100 packet "), "%s", told.text);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    s = gst_message_get_structure (message);
    if (gst_structure_has_name (s, "timing-event")) {
      messages++;
      fail_unless (gst_structure_get_uint64 (s, "offset", &offset));
      fail_unless_equals_uint64 (offset % 188, 0);
    } else {
      /* the last one, after all others */
      fail_unless (gst_structure_has_name (s, "timing-report"));
      fail_unless_equals_string (gst_structure_get_string (s, "verdict"),
          "error");
      fail_unless_equals_int (messages, told.signals);
    }
    gst_message_unref (message);
  }
  fail_unless_equals_int (messages, told.signals);
  g_free (told.text);
  g_byte_array_unref (stream);
  gst_element_set_bus (h->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (h);
}

GST_END_TEST;

static void
push_segment (GstHarness * h, GstFormat format, guint64 start)
{
  GstSegment segment;

  gst_segment_init (&segment, format);
  segment.start = segment.time = start;
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
}

static void
push_discont (GstHarness * h, const guint8 * data, gsize size, guint64 offset)
{
  GstBuffer *buffer = gst_buffer_new_memdup (data, size);

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_OFFSET (buffer) = offset;
  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
}

/* Another place, after a flush, by a segment, by another stream id, or by the
 * offset of a buffer that goes back, is no fault of the stream; the same bytes
 * without a word are. */
GST_START_TEST (test_another_place)
{
  GByteArray *stream = make_stream (GEN_FAULT_NONE, 4000);
  GstHarness *h = gst_harness_new ("tstimingcheck");
  static const gchar *const profiles[] = { "hls", "auto", "broadcast" };
  gsize half = stream->len / 2 + 77;
  gint how = __i__ % 7;

  gst_util_set_object_arg (G_OBJECT (h->element), "profile",
      profiles[__i__ / 7]);
  gst_harness_set_src_caps_str (h, "video/mpegts");
  if (how < 3)
    push_segment (h, GST_FORMAT_BYTES, 0);
  push_bytes (h, stream->data, half, 1000);
  /* back to the beginning */
  if (how == 0) {
    gst_harness_push_event (h, gst_event_new_flush_start ());
    gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
    push_segment (h, GST_FORMAT_BYTES, 0);
  } else if (how == 2)
    push_segment (h, GST_FORMAT_BYTES, 0);
  else if (how == 3)
    push_segment (h, GST_FORMAT_TIME, GST_SECOND);
  else if (how == 5)
    gst_harness_push_event (h, gst_event_new_stream_start ("another"));
  if (how == 1 || how == 4)
    push_discont (h, stream->data, 1000, 0);
  else
    push_bytes (h, stream->data, 1000, 1000);
  push_bytes (h, stream->data + 1000, stream->len - 1000, 1000);
  fail_unless_equals_uint64 (get_count (h->element, "discontinuities"),
      how < 6);
  if (how < 6) {
    fail_unless_equals_uint64 (get_count (h->element, "events"), 0);
  } else
    fail_unless (get_count (h->element, "events") > 0);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* What a source lost it marks so (udpsrc, rtpmp2tdepay, identity): that is told,
 * and where it marks without a loss nothing is. */
GST_START_TEST (test_marked_loss)
{
  GByteArray *stream = make_stream (GEN_FAULT_NONE, 4000);
  GstHarness *h = gst_harness_new ("tstimingcheck");
  gboolean lossy = __i__ % 2, in_bytes = __i__ / 2;
  guint marked = 0, lost = 0, errors = 0, missing[8192] = { 0 }, i, k;
  gsize at;

  gst_util_set_object_arg (G_OBJECT (h->element), "profile", "broadcast");
  gst_harness_set_src_caps_str (h, "video/mpegts");
  if (in_bytes)
    push_segment (h, GST_FORMAT_BYTES, 0);
  for (at = 0, i = 0; at + 1316 <= stream->len; at += 1316, i++) {
    gboolean gone = lossy && i % 40 == 20;

    /* the next packet of a PID that misses some has another count */
    for (k = 0; k < 7; k++) {
      const guint8 *p = stream->data + at + k * 188;
      guint pid = (p[1] & 0x1f) << 8 | p[2];

      if (gone)
        missing[pid] += pid != 0x1fff && (p[3] & 0x10);
      else {
        errors += missing[pid] % 16 != 0;
        missing[pid] = 0;
      }
    }
    if (gone) {
      lost++;
      continue;
    }
    if (lossy ? i % 40 == 21 : i % 40 == 20) {
      marked++;
      push_discont (h, stream->data + at, 1316, in_bytes ? at :
          GST_BUFFER_OFFSET_NONE);
    } else
      push_bytes (h, stream->data + at, 1316, 1316);
  }
  /* the same segment once more moves nothing */
  if (!in_bytes)
    push_segment (h, GST_FORMAT_TIME, 0);
  fail_unless (marked > 8);
  /* by its offset a buffer goes on where the last one ended */
  fail_unless_equals_uint64 (get_count (h->element, "discontinuities"),
      in_bytes && !lossy ? 0 : marked);
  fail_unless_equals_uint64 (get_count (h->element, "packets"), i * 7 -
      lost * 7);
  fail_unless_equals_uint64 (get_count (h->element, "sync-loss"), 0);
  fail_unless_equals_uint64 (get_count (h->element, "continuity-count-error"),
      errors);
  fail_unless (lossy ? errors > 8 : get_count (h->element, "events") == 0);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* The documented event begins segments, and passes. */
GST_START_TEST (test_segment_event)
{
  GByteArray *stream = make_stream (GEN_FAULT_NONE, 6000);
  GstHarness *h = gst_harness_new ("tstimingcheck");
  gsize third = stream->len / 188 / 3 * 188, at;
  guint i, seen = 0;
  JsonObject *report, *one;
  JsonArray *segments;
  GstEvent *event;

  gst_util_set_object_arg (G_OBJECT (h->element), "profile", "hls");
  gst_harness_set_src_caps_str (h, "video/mpegts");
  for (i = 0, at = 0; i < 3; i++, at += third) {
    gchar *name = g_strdup_printf ("seg-%u.ts", i);

    gst_harness_push_event (h, gst_event_new_custom
        (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new ("timing-segment",
                "name", G_TYPE_STRING, name, "duration", G_TYPE_INT64,
                2 * GST_SECOND, "utc", G_TYPE_INT64,
                (gint64) (1700000000 + 2 * i) * GST_SECOND, "discontinuity",
                G_TYPE_BOOLEAN, i == 1, NULL)));
    push_bytes (h, stream->data + at, third, 4096);
    g_free (name);
  }
  gst_harness_push_event (h, gst_event_new_eos ());
  while ((event = gst_harness_try_pull_event (h))) {
    seen += gst_event_has_name (event, "timing-segment");
    gst_event_unref (event);
  }
  fail_unless_equals_int (seen, 3);

  report = get_report (h->element);
  segments = json_object_get_array_member (report, "segments");
  fail_unless_equals_int (json_array_get_length (segments), 3);
  for (i = 0; i < 3; i++) {
    one = json_array_get_object_element (segments, i);
    fail_unless_equals_int (json_object_get_int_member (one, "packets"),
        third / 188);
    fail_unless_equals_int (json_object_get_boolean_member (one,
            "marked-discontinuity"), i == 1);
    fail_unless (ABS (json_object_get_double_member (one,
                "media-duration-ms") - 2000) <= 40);
    fail_unless (ABS (json_object_get_double_member (one, "lag-ms")) <= 40);
  }
  one = json_array_get_object_element (segments, 2);
  fail_unless_equals_string (json_object_get_string_member (one, "name"),
      "seg-2.ts");
  fail_unless_equals_uint64 (get_count (h->element, "events"), 0);
  json_object_unref (report);
  g_byte_array_unref (stream);
  gst_harness_teardown (h);
}

GST_END_TEST;

static void
play_to_end (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
}

static void
stop (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static GstElement *
launch (const gchar * line)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);

  fail_unless (pipeline != NULL && error == NULL, "%s", line);
  return pipeline;
}

/* From multifilesrc each file is a segment with its own name; from filesrc the
 * file is one. */
GST_START_TEST (test_sources_name_segments)
{
  GByteArray *stream = make_stream (GEN_FAULT_NONE, 6000);
  gchar *dir = g_dir_make_tmp ("tstimingcheck-XXXXXX", NULL), *line;
  gsize third = stream->len / 188 / 3 * 188;
  GstElement *pipeline, *element;
  JsonObject *report;
  JsonArray *segments;
  guint i;

  for (i = 0; i < 3; i++) {
    gchar *path = g_strdup_printf ("%s/s%03u.ts", dir, i + 5);

    fail_unless (g_file_set_contents (path, (gchar *) stream->data + i * third,
            third, NULL));
    g_free (path);
  }
  line = __i__ == 0 ? g_strdup_printf ("multifilesrc location=%s/s%%03d.ts "
      "start-index=5 stop-index=7 ! tstimingcheck name=t profile=hls ! "
      "fakesink", dir) : g_strdup_printf ("filesrc location=%s/s006.ts ! "
      "tstimingcheck name=t profile=hls ! fakesink", dir);
  pipeline = launch (line);
  play_to_end (pipeline);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  report = get_report (element);
  segments = json_object_get_array_member (report, "segments");
  fail_unless_equals_int (json_array_get_length (segments), __i__ ? 1 : 3);
  for (i = 0; i < json_array_get_length (segments); i++) {
    gchar *end = g_strdup_printf ("/s%03u.ts", __i__ ? 6 : i + 5);
    JsonObject *one = json_array_get_object_element (segments, i);
    const gchar *name = json_object_get_string_member (one, "name");

    fail_unless (g_str_has_suffix (name, end), "%s", name);
    fail_unless_equals_int (json_object_get_int_member (one, "packets"),
        third / 188);
    g_free (end);
  }
  fail_unless_equals_uint64 (get_count (element, "events"), 0);
  json_object_unref (report);
  gst_object_unref (element);
  stop (pipeline);
  for (i = 0; i < 3; i++) {
    gchar *path = g_strdup_printf ("%s/s%03u.ts", dir, i + 5);

    g_unlink (path);
    g_free (path);
  }
  g_rmdir (dir);
  g_free (line);
  g_free (dir);
  g_byte_array_unref (stream);
}

GST_END_TEST;

/* GStreamer's own muxer makes a stream without a finding. */
GST_START_TEST (test_mpegtsmux)
{
  static const gchar *profiles[] = { "auto", "hls", "broadcast" };
  /* it writes no DVB tables, which profile broadcast would tell */
  gchar *line = g_strdup_printf ("mpegtsmux name=m ! tstimingcheck name=t "
      "profile=%s nit-interval-max=%" G_GINT64_FORMAT " sdt-interval-max=%"
      G_GINT64_FORMAT " eit-interval-max=%" G_GINT64_FORMAT " ! fakesink "
      "videotestsrc num-buffers=300 ! video/x-raw,width=160,height=90,"
      "framerate=25/1 ! x264enc speed-preset=ultrafast bframes=2 "
      "key-int-max=25 ! h264parse ! m. "
      "audiotestsrc num-buffers=520 samplesperbuffer=1024 ! avenc_aac ! "
      "aacparse ! m.", profiles[__i__], G_MAXINT64, G_MAXINT64, G_MAXINT64);
  GstElement *pipeline = launch (line), *element;

  play_to_end (pipeline);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  fail_unless (get_count (element, "packets") > 1000);
  fail_unless_equals_uint64 (get_count (element, "events"), 0);
  gst_object_unref (element);
  stop (pipeline);
  g_free (line);
}

GST_END_TEST;

/* The launch lines of the documentation, with an end. */
GST_START_TEST (test_documented_line)
{
  GstElement *pipeline = launch ("videotestsrc num-buffers=100 ! x264enc ! "
      "mpegtsmux ! tstimingcheck name=t ! fakesink");

  play_to_end (pipeline);
  stop (pipeline);
}

GST_END_TEST;

static void
wait_for_packets (GstElement * check)
{
  gint64 end = g_get_monotonic_time () + SETTLE / 1000;

  while (get_count (check, "packets") == 0) {
    fail_unless (g_get_monotonic_time () < end);
    g_usleep (1000);
  }
}

/* Live: the source goes silent, and the clock alone tells. Unless the arrival is
 * not judged from then on: 1.5 s are three turns of the timer. */
GST_START_TEST (test_dead_input)
{
  GByteArray *stream = make_stream (GEN_FAULT_NONE, 500);
  GstElement *pipeline = launch ("appsrc name=s is-live=true format=time ! "
      "tstimingcheck name=t dead-input-timeout=300000000 ! "
      "fakesink sync=false async=false");
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GstFlowReturn ret;
  GstBuffer *buffer = gst_buffer_new_memdup (stream->data, stream->len);
  GstClockTime wait = __i__ ? 1500 * GST_MSECOND : SETTLE;
  gboolean dead = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (gst_element_get_state (pipeline, NULL, NULL, SETTLE) !=
      GST_STATE_CHANGE_FAILURE);
  g_signal_emit_by_name (source, "push-buffer", buffer, &ret);
  fail_unless_equals_int (ret, GST_FLOW_OK);
  if (__i__) {
    GstElement *check = gst_bin_get_by_name (GST_BIN (pipeline), "t");

    wait_for_packets (check);
    gst_util_set_object_arg (G_OBJECT (check), "arrival", "never");
    gst_object_unref (check);
  }
  while (!dead && (message = gst_bus_timed_pop_filtered (bus, wait,
              GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR))) {
    const GstStructure *s = gst_message_get_structure (message);
    gchar *text = gst_structure_to_string (s);

    dead = strstr (text, "dead-input") != NULL;
    g_free (text);
    gst_message_unref (message);
  }
  fail_unless_equals_int (dead, __i__ == 0);
  gst_buffer_unref (buffer);
  gst_object_unref (bus);
  gst_object_unref (source);
  stop (pipeline);
  g_byte_array_unref (stream);
}

GST_END_TEST;

typedef struct
{
  GMutex lock;
  GCond more;
  guint buffers;                /* lock */
} Arrivals;

static void
on_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  Arrivals *arrivals = user_data;

  g_mutex_lock (&arrivals->lock);
  arrivals->buffers++;
  g_cond_signal (&arrivals->more);
  g_mutex_unlock (&arrivals->lock);
}

/* Behind udpsrc, which is live, the lag of arrival is part of the report. How
 * long this machine takes for it is not judged here. */
GST_START_TEST (test_udp)
{
  GstElement *receiver = launch ("udpsrc name=u address=127.0.0.1 port=0 ! "
      "tstimingcheck name=t checks=continuity+sync+arrival ! "
      "fakesink name=k signal-handoffs=true sync=false async=false");
  GstElement *source = gst_bin_get_by_name (GST_BIN (receiver), "u");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (receiver), "k");
  GstElement *element = gst_bin_get_by_name (GST_BIN (receiver), "t");
  Arrivals arrivals = {.buffers = 0 };
  GstElement *sender;
  JsonObject *report;
  JsonArray *series;
  gboolean lag = FALSE;
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  gint port;
  gchar *line;
  guint i;

  g_mutex_init (&arrivals.lock);
  g_cond_init (&arrivals.more);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), &arrivals);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
  fail_unless (gst_element_get_state (receiver, NULL, NULL, SETTLE) !=
      GST_STATE_CHANGE_FAILURE);
  g_object_get (source, "port", &port, NULL);
  line = g_strdup_printf ("audiotestsrc is-live=true ! avenc_aac ! aacparse ! "
      "mpegtsmux alignment=7 ! udpsink host=127.0.0.1 port=%d sync=false",
      port);
  sender = launch (line);
  gst_element_set_state (sender, GST_STATE_PLAYING);
  g_mutex_lock (&arrivals.lock);
  while (arrivals.buffers < 20 &&
      g_cond_wait_until (&arrivals.more, &arrivals.lock, end));
  fail_unless (arrivals.buffers >= 20);
  g_mutex_unlock (&arrivals.lock);
  gst_element_set_state (sender, GST_STATE_NULL);

  fail_unless (get_count (element, "packets") >= 19 * 7);
  fail_unless_equals_uint64 (get_count (element, "continuity-count-error"), 0);
  report = get_report (element);
  series = json_object_get_array_member (report, "series");
  for (i = 0; i < json_array_get_length (series); i++)
    lag |= g_str_equal (json_object_get_string_member
        (json_array_get_object_element (series, i), "kind"), "arrival-lag");
  fail_unless (lag);
  json_object_unref (report);
  gst_object_unref (source);
  gst_object_unref (sink);
  gst_object_unref (element);
  stop (receiver);
  gst_object_unref (sender);
  g_mutex_clear (&arrivals.lock);
  g_cond_clear (&arrivals.more);
  g_free (line);
}

GST_END_TEST;

/* A bound that is set stays when the profile changes, the others follow. */
GST_START_TEST (test_properties)
{
  GstElement *element = gst_element_factory_make ("tstimingcheck", NULL);
  gint64 mine, other;
  GParamSpec **specs;
  guint n, i;

  g_object_set (element, "pcr-interval-max", (gint64) 40000000, NULL);
  gst_util_set_object_arg (G_OBJECT (element), "profile", "seed");
  g_object_get (element, "pcr-interval-max", &mine, "gap-video-min", &other,
      NULL);
  fail_unless_equals_int64 (mine, 40000000);
  fail_unless_equals_int64 (other, 700000000);
  gst_util_set_object_arg (G_OBJECT (element), "checks", "sync+continuity");

  /* every property says what it is */
  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
  for (i = 0; i < n; i++)
    fail_unless (strlen (g_param_spec_get_blurb (specs[i])) > 10);
  g_free (specs);
  gst_object_unref (element);
}

GST_END_TEST;

/* A bad pattern is told before anything flows. */
GST_START_TEST (test_bad_pattern)
{
  GstElement *pipeline = launch ("fakesrc num-buffers=1 ! "
      "tstimingcheck name-pattern=%q ! fakesink");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
  stop (pipeline);
}

GST_END_TEST;

static Suite *
tstimingcheck_suite (void)
{
  Suite *s = suite_create ("tstimingcheck");
  TCase *tc = tcase_create ("element");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_bytes_pass, 0, G_N_ELEMENTS (cuts));
  tcase_add_test (tc, test_same_buffers);
  tcase_add_test (tc, test_garbage_passes);
  tcase_add_loop_test (tc, test_told, 0, 2);
  tcase_add_loop_test (tc, test_another_place, 0, 21);
  tcase_add_loop_test (tc, test_marked_loss, 0, 4);
  tcase_add_test (tc, test_segment_event);
  tcase_add_loop_test (tc, test_sources_name_segments, 0, 2);
  tcase_add_test (tc, test_properties);
  tcase_add_test (tc, test_bad_pattern);
  tcase_add_loop_test (tc, test_dead_input, 0, 2);
  /* x264 and libav are not ours to check, and slow under valgrind */
  if (!g_getenv ("PUBLISH_INSTRUMENTED")) {
    tcase_add_loop_test (tc, test_mpegtsmux, 0, 3);
    tcase_add_test (tc, test_documented_line);
    tcase_add_test (tc, test_udp);
  }
  return s;
}

GST_CHECK_MAIN (tstimingcheck);
