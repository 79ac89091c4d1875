/* The RTMP client without a network: the conversation, framing.
 * Expected bytes are written out from the specifications.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "gstrelayrtmp.h"
#include "relaybytes.h"

#define HANDSHAKE 1536

GST_START_TEST (test_url)
{
  static const struct
  {
    const gchar *url;
    gboolean tls;
    const gchar *host;
    guint port;
    const gchar *app, *stream, *tc_url;
  } rows[] = {
    {"rtmp://h/a/s", FALSE, "h", 1935, "a", "s", "rtmp://h/a"},
    {"RTMPS://h.example:444/a/b/s?k=v/w", TRUE, "h.example", 444, "a/b",
        "s?k=v/w", "rtmps://h.example:444/a/b"},
    {"rtmps://[::1]/a/s", TRUE, "::1", 443, "a", "s", "rtmps://[::1]/a"},
    {"rtmp://[fe80::1]:19/a/s", FALSE, "fe80::1", 19, "a", "s",
        "rtmp://[fe80::1]:19/a"},
    /* as YouTube's second entry point and virtual hosts have it */
    {"rtmp://h/a?backup=1/s", FALSE, "h", 1935, "a?backup=1", "s",
        "rtmp://h/a?backup=1"},
    {"rtmp://h/a?v=x/y/s", FALSE, "h", 1935, "a?v=x/y", "s",
        "rtmp://h/a?v=x/y"},
    {"rtmp://h/a/s?k=v#x/y", FALSE, "h", 1935, "a", "s?k=v#x/y", "rtmp://h/a"},
    {"rtmp://me:pw@h:1/a/s%20t", FALSE, "h", 1, "a", "s%20t",
        "rtmp://h:1/a"},
  };
  static const gchar *const bad[] = {
    "", "rtmp", "rtmp://", "rtmp://h", "rtmp://h/a", "rtmp://h/a/",
    "rtmp:///a/s", "rtmp://h:0/a/s", "rtmp://h:65536/a/s", "rtmp://[::1/a/s",
    "rtmp://[::1]x/a/s", "http://h/a/s", "rtmp://h/?a/s",
    "rtmp://h/a?b", "rtmp://h/a?b/", "rtmp://h/a?b/#c", "rtmp://h/a?b#/c",
    "rtmp://h/a/?b/c", "rtmp://h/a#b/c",
  };
  GstRelayRtmpUrl parts;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    fail_unless (gst_relay_rtmp_url_parse (&parts, rows[i].url));
    fail_unless_equals_int (parts.tls, rows[i].tls);
    fail_unless_equals_string (parts.host, rows[i].host);
    fail_unless_equals_int (parts.port, rows[i].port);
    fail_unless_equals_string (parts.app, rows[i].app);
    fail_unless_equals_string (parts.stream, rows[i].stream);
    fail_unless_equals_string (parts.tc_url, rows[i].tc_url);
    gst_relay_rtmp_url_clear (&parts);
  }
  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    fail_if (gst_relay_rtmp_url_parse (&parts, bad[i]), "%s", bad[i]);
  fail_unless (gst_relay_rtmp_url_has_user ("rtmp://me:pw@h/a/s"));
  fail_if (gst_relay_rtmp_url_has_user ("rtmp://h/a/s@x"));
}

GST_END_TEST;

static GstRelayRtmp *
new_client (void)
{
  GstRelayRtmpUrl url;
  GstRelayRtmp *rtmp;

  fail_unless (gst_relay_rtmp_url_parse (&url, "rtmp://h/app/key"));
  rtmp = gst_relay_rtmp_new (&url, 7);
  gst_relay_rtmp_url_clear (&url);
  return rtmp;
}

static gboolean
feed (GstRelayRtmp * rtmp, const guint8 * data, gsize size, gsize piece)
{
  gboolean ok = TRUE;

  for (; size > 0 && ok; data += piece, size -= piece) {
    piece = MIN (piece, size);
    ok = gst_relay_rtmp_feed (rtmp, data, piece);
  }
  return ok;
}

static gboolean
sent_bytes (GstRelayRtmp * rtmp, const guint8 * bytes, gsize n)
{
  GByteArray *out = gst_relay_rtmp_get_output (rtmp);
  gsize i;

  for (i = 0; i + n <= out->len; i++) {
    if (memcmp (out->data + i, bytes, n) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
sent (GstRelayRtmp * rtmp, const gchar * text)
{
  return sent_bytes (rtmp, (const guint8 *) text, strlen (text));
}

static void
clear_output (GstRelayRtmp * rtmp)
{
  g_byte_array_set_size (gst_relay_rtmp_get_output (rtmp), 0);
}

static void
shake_hands (GstRelayRtmp * rtmp, gsize piece)
{
  GByteArray *out = gst_relay_rtmp_get_output (rtmp);
  guint8 answer[1 + 2 * HANDSHAKE];
  guint i;

  /* C0, and C1 with four zeroes in the middle */
  fail_unless_equals_int (out->len, 1 + HANDSHAKE);
  fail_unless_equals_int (out->data[0], 3);
  fail_unless (memcmp (out->data + 5, "\0\0\0\0", 4) == 0);
  clear_output (rtmp);
  answer[0] = 3;
  for (i = 1; i < sizeof (answer); i++)
    answer[i] = i * 7;
  fail_unless (feed (rtmp, answer, sizeof (answer), piece));
  /* C2 is S1 */
  fail_unless (memcmp (out->data, answer + 1, HANDSHAKE) == 0);
  fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
      GST_RELAY_RTMP_CONNECT);
  fail_unless (sent_bytes (rtmp, BYTES ("\2\0\7connect\0\x3f\xf0\0\0\0\0\0"
              "\0\3\0\3app\2\0\3app")));
  fail_unless (sent (rtmp, "rtmp://h/app"));
  fail_if (sent (rtmp, "key"));
  clear_output (rtmp);
}

/* a command message of a server, in one chunk */
static void
serve (GByteArray * out, guint type, const guint8 * payload, gsize n)
{
  guint8 head[] = { 3, 0, 0, 0, 0, 0, n, type, 0, 0, 0, 0 };

  g_assert (n <= 128);
  g_byte_array_append (out, head, sizeof (head));
  g_byte_array_append (out, payload, n);
}

#define CONNECT_OK "\2\0\7_result\0\x3f\xf0\0\0\0\0\0\0\5\3\0\4code\2\0\x1d" \
    "NetConnection.Connect.Success\0\0\x9"
#define CREATE_OK "\2\0\7_result\0\x40\x10\0\0\0\0\0\0\5\0\x40\x14\0\0\0\0\0\0"
#define PUBLISH_OK "\2\0\x8onStatus\0\0\0\0\0\0\0\0\0\5\3\0\4code\2\0\x17" \
    "NetStream.Publish.Start\0\0\x9"

/* as far as @state */
static GstRelayRtmp *
client_in (GstRelayRtmpState state, gsize piece)
{
  GstRelayRtmp *rtmp = new_client ();
  GByteArray *out = gst_relay_rtmp_get_output (rtmp);
  GByteArray *bytes = g_byte_array_new ();

  shake_hands (rtmp, piece);
  if (state > GST_RELAY_RTMP_CONNECT) {
    serve (bytes, 20, BYTES (CONNECT_OK));
    fail_unless (feed (rtmp, bytes->data, bytes->len, piece));
    fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
        GST_RELAY_RTMP_CREATE);
    /* 65536 as the chunk size, on chunk stream 2 */
    fail_unless (sent_bytes (rtmp, BYTES ("\2\0\0\0\0\0\4\1\0\0\0\0"
                "\0\1\0\0")));
    fail_unless (sent (rtmp, "releaseStream") && sent (rtmp, "FCPublish") &&
        sent (rtmp, "createStream"));
    clear_output (rtmp);
    g_byte_array_set_size (bytes, 0);
  }
  if (state > GST_RELAY_RTMP_CREATE) {
    serve (bytes, 20, BYTES (CREATE_OK));
    fail_unless (feed (rtmp, bytes->data, bytes->len, piece));
    fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
        GST_RELAY_RTMP_PUBLISH);
    /* on chunk stream 8, of message stream 5: publish, 5, null, key, live */
    ASSERT_BYTES (out, "\x8\0\0\0\0\0\x21\x14\5\0\0\0" "\2\0\7publish"
        "\0\x40\x14\0\0\0\0\0\0\5\2\0\3key\2\0\4live");
    clear_output (rtmp);
    g_byte_array_set_size (bytes, 0);
  }
  if (state > GST_RELAY_RTMP_PUBLISH) {
    serve (bytes, 20, BYTES (PUBLISH_OK));
    fail_unless (feed (rtmp, bytes->data, bytes->len, piece));
    fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
        GST_RELAY_RTMP_READY);
    fail_unless_equals_int (out->len, 0);
  }
  g_byte_array_unref (bytes);
  return rtmp;
}

GST_START_TEST (test_conversation)
{
  static const gsize pieces[] = { 1, 2, 3, 7, 100, 1537, 5000 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (pieces); i++) {
    GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_READY, pieces[i]);

    gst_relay_rtmp_end (rtmp);
    fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
        GST_RELAY_RTMP_ENDED);
    fail_unless (sent (rtmp, "FCUnpublish") && sent (rtmp, "deleteStream"));
    gst_relay_rtmp_free (rtmp);
  }
}

GST_END_TEST;

/* What shows that the server has read the farewell, and what does not. */
GST_START_TEST (test_heard)
{
  static const struct
  {
    guint type;
    const guint8 *payload;
    gsize size;
    gboolean heard;
  } cases[] = {
    {4, BYTES ("\0\7\0\0\0\0"), TRUE},
    {20, BYTES ("\2\0\x8onStatus\0\0\0\0\0\0\0\0\0\5\3\0\4code\2\0\x1b"
              "NetStream.Unpublish.Success\0\0\x9"), TRUE},
    {4, BYTES ("\0\7\0"), FALSE},
    {4, BYTES ("\0\6\0\0\0\0"), FALSE},
    {3, BYTES ("\0\0\1\0"), FALSE},
    {20, BYTES (PUBLISH_OK), FALSE},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_READY, 4096);
    GByteArray *bytes = g_byte_array_new ();

    /* an answer to nothing */
    serve (bytes, 4, BYTES ("\0\7\0\0\0\0"));
    fail_unless (feed (rtmp, bytes->data, bytes->len, 7));
    gst_relay_rtmp_end (rtmp);
    /* the last of it is a ping (7.1.7) */
    fail_unless (sent_bytes (rtmp, BYTES ("\2\0\0\0\0\0\6\4\0\0\0\0"
                "\0\6\0\0\0\0")));
    fail_if (gst_relay_rtmp_is_heard (rtmp));
    g_byte_array_set_size (bytes, 0);
    serve (bytes, cases[i].type, cases[i].payload, cases[i].size);
    fail_unless (feed (rtmp, bytes->data, bytes->len, 7));
    fail_unless_equals_int (gst_relay_rtmp_is_heard (rtmp), cases[i].heard);
    g_byte_array_unref (bytes);
    gst_relay_rtmp_free (rtmp);
  }
}

GST_END_TEST;

static void
assert_refused (GstRelayRtmpState state, guint type, const guint8 * payload,
    gsize n, const gchar * words)
{
  GstRelayRtmp *rtmp = client_in (state, 4096);
  GByteArray *bytes = g_byte_array_new ();

  serve (bytes, type, payload, n);
  fail_if (feed (rtmp, bytes->data, bytes->len, 5));
  fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
      GST_RELAY_RTMP_FAILED);
  fail_unless_equals_int (gst_relay_rtmp_get_failed_state (rtmp), state);
  fail_unless (strstr (gst_relay_rtmp_get_fault (rtmp), words) != NULL, "%s",
      gst_relay_rtmp_get_fault (rtmp));
  /* and stays so */
  fail_if (feed (rtmp, BYTES ("more"), 4));
  g_byte_array_unref (bytes);
  gst_relay_rtmp_free (rtmp);
}

GST_START_TEST (test_refusals)
{
  GstRelayRtmp *rtmp;

  assert_refused (GST_RELAY_RTMP_CONNECT, 20, BYTES ("\2\0\6_error\0\x3f\xf0"
          "\0\0\0\0\0\0\5\3\0\4code\2\0\x1e" "NetConnection.Connect.Rejected"
          "\0\xb" "description\2\0\4gone\0\0\x9"), "Rejected: gone");
  /* as a result, with AMF3's type and its 0 in front */
  assert_refused (GST_RELAY_RTMP_CONNECT, 17, BYTES ("\0\2\0\7_result\0\x3f\xf0"
          "\0\0\0\0\0\0\5\3\0\5level\2\0\5error\0\0\x9"), "_result");
  assert_refused (GST_RELAY_RTMP_CREATE, 20, BYTES ("\2\0\6_error\0\x40\x10"
          "\0\0\0\0\0\0\5"), "_error");
  assert_refused (GST_RELAY_RTMP_CREATE, 20, BYTES ("\2\0\7_result\0\x40\x10"
          "\0\0\0\0\0\0\5\5"), "without a number");
  assert_refused (GST_RELAY_RTMP_CREATE, 20, BYTES ("\2\0\7_result\0\x40\x10"
          "\0\0\0\0\0\0\5\0\x7f\xf8\0\0\0\0\0\0"), "without a number");
  assert_refused (GST_RELAY_RTMP_PUBLISH, 20, BYTES ("\2\0\x8onStatus\0\0\0\0"
          "\0\0\0\0\0\5\3\0\4code\2\0\x19NetStream.Publish.BadName\0\0\x9"),
      "BadName");
  assert_refused (GST_RELAY_RTMP_READY, 20, BYTES ("\2\0\x8onStatus\0\0\0\0\0"
          "\0\0\0\0\5\3\0\4code\2\0\x1b" "NetStream.Unpublish.Success\0\0\x9"),
      "Unpublish");
  assert_refused (GST_RELAY_RTMP_READY, 20, BYTES ("\2\0\5close\0\0\0\0\0\0\0"
          "\0\0\5"), "closed");
  assert_refused (GST_RELAY_RTMP_READY, 20, BYTES ("no AMF"), "not AMF0");
  assert_refused (GST_RELAY_RTMP_READY, 20, BYTES ("\2\0\x8onStatus"),
      "not AMF0");
  assert_refused (GST_RELAY_RTMP_READY, 17, BYTES (""), "empty");
  assert_refused (GST_RELAY_RTMP_READY, 1, BYTES ("\0\0\0\0"), "chunk size");

  /* what is no RTMP server is seen by its first byte */
  rtmp = new_client ();
  fail_if (feed (rtmp, BYTES ("HTTP/1.1 400 Bad Request"), 1));
  fail_unless_equals_int (gst_relay_rtmp_get_failed_state (rtmp),
      GST_RELAY_RTMP_HANDSHAKE);
  gst_relay_rtmp_free (rtmp);
}

GST_END_TEST;

/* What some servers do not know is no reason to go. */
GST_START_TEST (test_errors_that_do_not_matter)
{
  GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_CREATE, 4096);
  GByteArray *bytes = g_byte_array_new ();

  /* releaseStream and FCPublish */
  serve (bytes, 20, BYTES ("\2\0\6_error\0\x40\0\0\0\0\0\0\0\5"));
  serve (bytes, 20, BYTES ("\2\0\6_error\0\x40\x8\0\0\0\0\0\0\5"));
  serve (bytes, 20, BYTES ("\2\0\xb" "onFCPublish\0\0\0\0\0\0\0\0\0\5"));
  serve (bytes, 20, BYTES ("\2\0\xb" "onFCPublish"));
  serve (bytes, 20, BYTES (CREATE_OK));
  fail_unless (feed (rtmp, bytes->data, bytes->len, 11));
  fail_unless_equals_int (gst_relay_rtmp_get_state (rtmp),
      GST_RELAY_RTMP_PUBLISH);
  g_byte_array_unref (bytes);
  gst_relay_rtmp_free (rtmp);
}

GST_END_TEST;

static void
acknowledge (GstRelayRtmp * rtmp, guint32 value)
{
  GByteArray *bytes = g_byte_array_new ();

  value = GUINT32_TO_BE (value);
  serve (bytes, 3, (const guint8 *) &value, 4);
  fail_unless (feed (rtmp, bytes->data, bytes->len, 64));
  g_byte_array_unref (bytes);
}

GST_START_TEST (test_control)
{
  GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_READY, 4096);
  GByteArray *bytes = g_byte_array_new ();
  GByteArray *out = gst_relay_rtmp_get_output (rtmp);
  guint64 n;
  guint i;

  /* a ping, and its answer */
  serve (bytes, 4, BYTES ("\0\6\1\2\3\4"));
  fail_unless (feed (rtmp, bytes->data, bytes->len, 1));
  ASSERT_BYTES (out, "\2\0\0\0\0\0\6\4\0\0\0\0\0\7\1\2\3\4");
  clear_output (rtmp);

  /* no acknowledgement yet; then one; one that wraps; one that lies */
  fail_if (gst_relay_rtmp_get_acknowledged (rtmp, 1000000, &n));
  acknowledge (rtmp, 0xffffff00);
  fail_if (gst_relay_rtmp_get_acknowledged (rtmp, 1000, &n));
  fail_unless (gst_relay_rtmp_get_acknowledged (rtmp, G_MAXUINT32, &n));
  fail_unless_equals_uint64 (n, 0xffffff00);
  acknowledge (rtmp, 0x100);
  fail_unless (gst_relay_rtmp_get_acknowledged (rtmp, G_MAXUINT64, &n));
  fail_unless_equals_uint64 (n, 0x100000100);

  /* a window of 4000 bytes: told of half of them, in order */
  g_byte_array_set_size (bytes, 0);
  serve (bytes, 5, BYTES ("\0\0\xf\xa0"));
  fail_unless (feed (rtmp, bytes->data, bytes->len, 64));
  clear_output (rtmp);
  g_byte_array_set_size (bytes, 0);
  serve (bytes, 9,
      BYTES ("12345678901234567890123456789012345678901234567890"));
  for (i = 0; i < 40; i++)
    fail_unless (feed (rtmp, bytes->data, bytes->len, 64));
  /* 40 * 62 bytes came: one acknowledgement */
  fail_unless_equals_int (out->len, 16);
  fail_unless (memcmp (out->data, "\2\0\0\0\0\0\4\3\0\0\0\0", 12) == 0);
  g_byte_array_unref (bytes);
  gst_relay_rtmp_free (rtmp);
}

GST_END_TEST;

/* nginx counts from 0 again at 0xf0000000: what it says stays of use, and is
 * never more than it has read. */
GST_START_TEST (test_acknowledged_from_0_again)
{
  static const struct
  {
    guint32 value;
    guint64 known, read;
  } says[] = {
    {0xeffe0000, 0xeffe0000, 0xeffe0000},
    {0x20000, 0xf0000000, 0xf0020000},
    {0x40000, 0xf0020000, 0xf0040000},
    {0x8000000, 0xf7fe0000, 0xf8000000},
    {0x10000000, 0xfffe0000, G_GUINT64_CONSTANT (0x100000000)},
    {0x18000000, G_GUINT64_CONSTANT (0x107fe0000),
        G_GUINT64_CONSTANT (0x108000000)},
  };
  GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_READY, 4096);
  guint64 n;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (says); i++) {
    acknowledge (rtmp, says[i].value);
    fail_unless (gst_relay_rtmp_get_acknowledged (rtmp, says[i].read, &n),
        "row %u", i);
    fail_unless_equals_uint64 (n, says[i].known);
  }
  gst_relay_rtmp_free (rtmp);
}

GST_END_TEST;

/* A server that asks and asks while nothing leaves. */
GST_START_TEST (test_flood)
{
  GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_READY, 4096);
  GByteArray *bytes = g_byte_array_new ();
  gboolean ok = TRUE;
  guint i;

  serve (bytes, 4, BYTES ("\0\6\1\2\3\4"));
  for (i = 0; i < 100000 && ok; i++)
    ok = feed (rtmp, bytes->data, bytes->len, 64);
  fail_if (ok);
  fail_unless (gst_relay_rtmp_get_output (rtmp)->len < 100000);
  g_byte_array_unref (bytes);
  gst_relay_rtmp_free (rtmp);
}

GST_END_TEST;

/* an FLV tag with @n bytes of data */
static GByteArray *
make_tag (guint8 type, guint32 timestamp, guint32 n)
{
  GByteArray *tag = g_byte_array_new ();
  guint8 head[] = { type, n >> 16, n >> 8 & 0xff, n & 0xff,
    timestamp >> 16 & 0xff, timestamp >> 8 & 0xff, timestamp & 0xff,
    timestamp >> 24, 0, 0, 0
  };
  guint32 i, previous = GUINT32_TO_BE (11 + n);

  g_byte_array_append (tag, head, sizeof (head));
  for (i = 0; i < n; i++) {
    guint8 byte = i % 251;

    g_byte_array_append (tag, &byte, 1);
  }
  g_byte_array_append (tag, (guint8 *) & previous, 4);
  return tag;
}

/* What goes out for a tag; its payload is not copied. */
static GByteArray *
frame (GstRelayRtmp * rtmp, GByteArray * tag)
{
  GArray *vectors = g_array_new (FALSE, FALSE, sizeof (GOutputVector));
  gsize room_size = gst_relay_rtmp_frame_room (tag->len);
  guint8 *room = g_malloc (room_size);
  GByteArray *out = g_byte_array_new ();
  gsize used = gst_relay_rtmp_frame_tag (rtmp, tag->data, tag->len, room,
      vectors);
  guint i;

  fail_unless (used <= room_size);
  for (i = 0; i < vectors->len; i++) {
    GOutputVector *vector = &g_array_index (vectors, GOutputVector, i);
    const guint8 *at = vector->buffer;

    fail_unless ((at >= room && at + vector->size <= room + used) ||
        (at >= tag->data && at + vector->size <= tag->data + tag->len));
    g_byte_array_append (out, at, vector->size);
  }
  g_array_unref (vectors);
  g_free (room);
  return out;
}

GST_START_TEST (test_framing)
{
  GstRelayRtmp *rtmp = client_in (GST_RELAY_RTMP_READY, 4096);
  GByteArray *tag = make_tag (9, 0x010203, 3), *out = frame (rtmp, tag);

  ASSERT_BYTES (out, "\6\1\2\3\0\0\3\x9\5\0\0\0\0\1\2");
  g_byte_array_unref (out);
  g_byte_array_unref (tag);

  tag = make_tag (8, 40, 2);
  out = frame (rtmp, tag);
  ASSERT_BYTES (out, "\4\0\0\x28\0\0\2\x8\5\0\0\0\0\1");
  g_byte_array_unref (out);
  g_byte_array_unref (tag);

  tag = make_tag (18, 40, 1);
  out = frame (rtmp, tag);
  ASSERT_BYTES (out, "\5\0\0\x28\0\0\x11\x12\5\0\0\0" "\2\0\xd@setDataFrame\0");
  g_byte_array_unref (out);
  g_byte_array_unref (tag);

  /* more than a chunk, with a timestamp that needs 32 bits */
  tag = make_tag (9, 0x12345678, 65536 * 2 + 1);
  out = frame (rtmp, tag);
  fail_unless_equals_int (out->len, 16 + 65536 + 5 + 65536 + 5 + 1);
  fail_unless (memcmp (out->data, "\6\xff\xff\xff\2\0\1\x9\5\0\0\0"
          "\x12\x34\x56\x78", 16) == 0);
  fail_unless (memcmp (out->data + 16 + 65536, "\xc6\x12\x34\x56\x78", 5) == 0);
  fail_unless (memcmp (out->data + 21, tag->data + 16, 65536 - 5) == 0);
  fail_unless_equals_int (out->data[out->len - 1], 65536 * 2 % 251);
  g_byte_array_unref (out);
  /* exactly a chunk: no empty one behind it; with metadata's words, two */
  g_byte_array_unref (tag);
  tag = make_tag (9, 0, 65536);
  out = frame (rtmp, tag);
  fail_unless_equals_int (out->len, 12 + 65536);
  g_byte_array_unref (out);
  tag->data[0] = 18;
  out = frame (rtmp, tag);
  fail_unless_equals_int (out->len, 12 + 16 + 65536 + 1);
  g_byte_array_unref (out);

  /* a length that lies, a type that is none: nothing goes out */
  tag->data[3]++;
  out = frame (rtmp, tag);
  fail_unless_equals_int (out->len, 0);
  g_byte_array_unref (out);
  tag->data[3]--;
  tag->data[0] = 7;
  out = frame (rtmp, tag);
  fail_unless_equals_int (out->len, 0);
  g_byte_array_unref (out);
  g_byte_array_set_size (tag, 14);
  out = frame (rtmp, tag);
  fail_unless_equals_int (out->len, 0);
  g_byte_array_unref (out);
  g_byte_array_unref (tag);
  gst_relay_rtmp_free (rtmp);
}

GST_END_TEST;

static Suite *
relayrtmp_suite (void)
{
  Suite *s = suite_create ("relayrtmp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_url);
  tcase_add_test (tc, test_conversation);
  tcase_add_test (tc, test_heard);
  tcase_add_test (tc, test_refusals);
  tcase_add_test (tc, test_errors_that_do_not_matter);
  tcase_add_test (tc, test_control);
  tcase_add_test (tc, test_acknowledged_from_0_again);
  tcase_add_test (tc, test_flood);
  tcase_add_test (tc, test_framing);
  return s;
}

GST_CHECK_MAIN (relayrtmp);
