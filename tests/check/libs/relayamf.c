/* AMF0 as commands use it. Expected bytes are written out from the specification.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include "gstrelayamf.h"
#include "relaybytes.h"

GST_START_TEST (test_amf_written)
{
  GByteArray *out = g_byte_array_new ();
  gchar *text;

  gst_relay_amf_put_string (out, "ab");
  gst_relay_amf_put_number (out, 1);
  gst_relay_amf_put_null (out);
  gst_relay_amf_begin_object (out);
  gst_relay_amf_put_key (out, "k");
  gst_relay_amf_put_number (out, -2.5);
  gst_relay_amf_end_object (out);
  ASSERT_BYTES (out, "\2\0\2ab" "\0\x3f\xf0\0\0\0\0\0\0" "\5"
      "\3\0\1k\0\xc0\4\0\0\0\0\0\0\0\0\x9");

  /* too long for a string's length */
  g_byte_array_set_size (out, 0);
  text = g_strnfill (65536, 'x');
  gst_relay_amf_put_string (out, text);
  fail_unless_equals_int (out->len, 5 + 65536);
  fail_unless (memcmp (out->data, "\xc\0\1\0\0x", 6) == 0);
  g_free (text);
  g_byte_array_unref (out);
}

GST_END_TEST;

/* onStatus, 0, null, { level, nested { code: "no" }, code, description } and a
 * number of each sort of value around */
static const gchar status[] = "\2\0\x8onStatus\0\0\0\0\0\0\0\0\0\5"
    "\3\0\5level\2\0\6status"
    "\0\6nested\3\0\4code\2\0\2no\0\0\x9"
    "\0\1a\x8\0\0\0\1\0\1b\1\1\0\0\x9"
    "\0\1c\xa\0\0\0\2\5\6"
    "\0\1d\xb\0\0\0\0\0\0\0\0\0\0"
    "\0\1e\xc\0\0\0\3xyz"
    "\0\1f\x10\0\1T\0\0\x9"
    "\0\1g\7\0\1"
    "\0\4code\2\0\x17NetStream.Publish.Start"
    "\0\xb" "description\2\0\5a\x01" "b\xff" "c"
    "\0\0\x9" "\0\x40\x45\0\0\0\0\0\0";

GST_START_TEST (test_amf_read)
{
  GstRelayCommand command;
  gsize n;

  fail_unless (gst_relay_amf_read_command (BYTES (status), &command));
  fail_unless_equals_string (command.name, "onStatus");
  fail_unless (command.transaction == 0);
  fail_unless_equals_string (command.level, "status");
  fail_unless_equals_string (command.code, "NetStream.Publish.Start");
  /* no control characters, and valid */
  fail_unless (g_str_has_prefix (command.description, "a b"));
  fail_unless (g_utf8_validate (command.description, -1, NULL));
  fail_unless (command.has_number);
  fail_unless (command.number == 42);

  /* cut short anywhere: refused, unless between values */
  for (n = 0; n < sizeof (status) - 1; n++) {
    guint8 *copy = g_memdup2 (status, n);
    gboolean whole = n == 20 || n == 21 || n == sizeof (status) - 1 - 9;

    fail_unless_equals_int (gst_relay_amf_read_command (copy, n, &command),
        whole);
    g_free (copy);
  }
}

GST_END_TEST;

GST_START_TEST (test_amf_hostile)
{
  GstRelayCommand command;
  GByteArray *bomb = g_byte_array_new ();
  guint i;

  /* nested a hundred thousand deep */
  g_byte_array_append (bomb, BYTES ("\2\0\1x\0\0\0\0\0\0\0\0\0"));
  for (i = 0; i < 100000; i++)
    g_byte_array_append (bomb, BYTES ("\3\0\1k"));
  fail_if (gst_relay_amf_read_command (bomb->data, bomb->len, &command));
  g_byte_array_unref (bomb);
  /* arrays that claim four thousand million values */
  fail_if (gst_relay_amf_read_command (BYTES ("\2\0\1x\0\0\0\0\0\0\0\0\0"
              "\xa\xff\xff\xff\xff\5\5"), &command));
  /* a string that claims four gigabytes */
  fail_if (gst_relay_amf_read_command (BYTES ("\2\0\1x\0\0\0\0\0\0\0\0\0"
              "\xc\xff\xff\xff\xff" "ab"), &command));
  /* AMF3 from here on: what came before counts */
  fail_unless (gst_relay_amf_read_command (BYTES ("\2\0\7_result\0\x40\x10\0\0"
              "\0\0\0\0\0\x3f\xf0\0\0\0\0\0\0\x11\4\1"), &command));
  fail_unless (command.transaction == 4 && command.number == 1);
  /* no name; a transaction that is no number */
  fail_if (gst_relay_amf_read_command (BYTES ("\0\0\0\0\0\0\0\0\0"), &command));
  fail_if (gst_relay_amf_read_command (BYTES ("\2\0\1x\2\0\1y"), &command));
  fail_if (gst_relay_amf_read_command (NULL, 0, &command));
}

GST_END_TEST;

static Suite *
relayamf_suite (void)
{
  Suite *s = suite_create ("relayamf");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_amf_written);
  tcase_add_test (tc, test_amf_read);
  tcase_add_test (tc, test_amf_hostile);
  return s;
}

GST_CHECK_MAIN (relayamf);
