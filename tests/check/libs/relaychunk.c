/* Chunks of a server, cut anywhere, and hostile ones.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "gstrelaychunk.h"
#include "relaybytes.h"

/* Reads all of @data in pieces of @piece bytes; messages as "type:payload " */
static gchar *
read_chunks (GstRelayChunkReader * reader, const guint8 * data, gsize size,
    gsize piece)
{
  GString *text = g_string_new (NULL);
  GstRelayMessage message;

  while (size > 0) {
    gsize n = MIN (piece, size), used = 0;

    while (used < n) {
      used += gst_relay_chunk_reader_feed (reader, data + used, n - used,
          &message);
      if (message.type)
        g_string_append_printf (text, "%u:%.*s ", message.type,
            (gint) message.size, message.payload ?
            (const gchar *) message.payload : "");
      if (gst_relay_chunk_reader_get_fault (reader))
        return g_string_free (text, FALSE);
    }
    data += n;
    size -= n;
  }
  return g_string_free (text, FALSE);
}

static void
assert_chunks (const guint8 * data, gsize size, guint32 chunk_size,
    const gchar * expected)
{
  gsize piece;

  for (piece = 1; piece <= size; piece++) {
    GstRelayChunkReader *reader = gst_relay_chunk_reader_new ();
    gchar *text;

    fail_unless (gst_relay_chunk_reader_set_size (reader, chunk_size));
    text = read_chunks (reader, data, size, piece);
    fail_unless_equals_string (text, expected);
    g_free (text);
    gst_relay_chunk_reader_free (reader);
  }
}

GST_START_TEST (test_chunks)
{
  /* type 0, id 3, length 3, type 20, stream 1 */
  assert_chunks (BYTES ("\3\0\0\0\0\0\3\x14\1\0\0\0abc"), 128, "20:abc ");
  /* again with types 1, 2 and 3 */
  assert_chunks (BYTES ("\3\0\0\0\0\0\3\x14\1\0\0\0abc"
          "\x43\0\0\1\0\0\2\x11" "de" "\x83\0\0\2" "fg" "\xc3" "hi"), 128,
      "20:abc 17:de 17:fg 17:hi ");
  /* in chunks of 2, with another stream between them */
  assert_chunks (BYTES ("\3\0\0\0\0\0\5\x14\1\0\0\0ab" "\2\0\0\0\0\0\4\3\0\0\0"
          "\0" "wx" "\xc3" "cd" "\xc2yz" "\xc3" "e"), 2, "3:wxyz 20:abcde ");
  /* ids of two and three bytes: 64 + 6, 64 + 6 + 256 */
  assert_chunks (BYTES ("\0\6\0\0\0\0\0\1\x14\0\0\0\0a" "\1\6\1\0\0\0\0\0\1\x14"
          "\0\0\0\0b" "\xc0\6" "c"), 128, "20:a 20:b 20:c ");
  /* an extended timestamp comes with each chunk */
  assert_chunks (BYTES ("\3\xff\xff\xff\0\0\4\x14\0\0\0\0\1\0\0\0ab"
          "\xc3\1\0\0\0" "cd"), 2, "20:abcd ");
  /* video, and what is longer than anything we want, is passed over */
  assert_chunks (BYTES ("\4\0\0\0\0\0\3\x9\1\0\0\0abc"
          "\3\0\0\0\0\0\1\x14\0\0\0\0d"), 128, "9: 20:d ");
  /* no payload at all */
  assert_chunks (BYTES
      ("\3\0\0\0\0\0\0\x14\0\0\0\0\3\0\0\0\0\0\1\x14\0\0\0\0d"), 128,
      "20: 20:d ");
  /* a new header gives up what was begun */
  assert_chunks (BYTES ("\3\0\0\0\0\0\4\x14\0\0\0\0ab"
          "\3\0\0\0\0\0\2\x14\0\0\0\0cd"), 2, "20:cd ");
}

GST_END_TEST;

GST_START_TEST (test_chunks_hostile)
{
  GstRelayChunkReader *reader = gst_relay_chunk_reader_new ();
  GByteArray *bytes = g_byte_array_new ();
  gchar *text;
  guint i;

  /* continues nothing */
  text = read_chunks (reader, BYTES ("\xc3" "abc"), 4);
  fail_unless (gst_relay_chunk_reader_get_fault (reader) != NULL);
  g_free (text);
  gst_relay_chunk_reader_free (reader);

  /* more streams than anybody has */
  reader = gst_relay_chunk_reader_new ();
  for (i = 2; i < 64; i++) {
    guint8 head[] = { i, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 'x' };

    g_byte_array_append (bytes, head, sizeof (head));
  }
  text = read_chunks (reader, bytes->data, bytes->len, 7);
  fail_unless (gst_relay_chunk_reader_get_fault (reader) != NULL);
  g_free (text);
  gst_relay_chunk_reader_free (reader);

  /* unfinished messages of 60000 bytes, a chunk of each at a time */
  reader = gst_relay_chunk_reader_new ();
  gst_relay_chunk_reader_set_size (reader, 50000);
  g_byte_array_set_size (bytes, 0);
  for (i = 0; i < 2; i++) {
    guint8 head[] = { 3 + i, 0, 0, 0, 0, 0xea, 0x60, 20, 0, 0, 0, 0 };
    guint at = bytes->len + sizeof (head);

    g_byte_array_append (bytes, head, sizeof (head));
    g_byte_array_set_size (bytes, at + 50000);
    memset (bytes->data + at, 'x', 50000);
  }
  text = read_chunks (reader, bytes->data, bytes->len, 4096);
  fail_unless (gst_relay_chunk_reader_get_fault (reader) != NULL);
  g_free (text);
  gst_relay_chunk_reader_free (reader);
  g_byte_array_unref (bytes);

  reader = gst_relay_chunk_reader_new ();
  fail_if (gst_relay_chunk_reader_set_size (reader, 0));
  gst_relay_chunk_reader_free (reader);
}

GST_END_TEST;

static Suite *
relaychunk_suite (void)
{
  Suite *s = suite_create ("relaychunk");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_chunks);
  tcase_add_test (tc, test_chunks_hostile);
  return s;
}

GST_CHECK_MAIN (relaychunk);
