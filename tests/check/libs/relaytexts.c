/* What servers say, as it is shown: no part of a url that is secret, and no
 * half of one.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include <string.h>

#include "gstrelayamf.h"
#include "gstrelaysecrets.h"

#define URL "rtmp://me:pass%21word@host/live/dir/se%2Bcret?tok=va%2Flue&x=1"

static void
assert_shown (const gchar * url, const gchar * text, const gchar * shown)
{
  gchar *result = gst_relay_hide_secrets (text, url);

  fail_unless_equals_string (result, shown);
  g_free (result);
}

GST_START_TEST (test_as_sent)
{
  assert_shown (URL, "no " URL " here", "no *** here");
  assert_shown (URL, "no live/dir/se%2Bcret?tok=va%2Flue&x=1",
      "no live/***/***?***");
  assert_shown (URL, "me:pass%21word may not", "*** may not");
  assert_shown (URL, "pass%21word is wrong", "*** is wrong");
}

GST_END_TEST;

GST_START_TEST (test_unescaped)
{
  assert_shown (URL, "the stream se+cret is taken", "the stream *** is taken");
  assert_shown (URL, "pass!word is wrong", "*** is wrong");
  assert_shown (URL, "va/lue has expired", "*** has expired");
  assert_shown ("rtmp://host/live/a+b/c", "a%2Bb is taken", "*** is taken");
}

GST_END_TEST;

GST_START_TEST (test_value_alone)
{
  assert_shown (URL, "va%2Flue has expired", "*** has expired");
  assert_shown (URL, "1 more try", "1 more try");
  assert_shown ("rtmp://host/live/k?justatoken", "justatoken?", "***?");
  assert_shown ("rtmp://host/live/k?a=secret#mark", "secret mark", "*** ***");
}

GST_END_TEST;

/* The query may be the application's. */
GST_START_TEST (test_stream_behind_query)
{
  const gchar *url = "rtmp://host/live?backup=1&tok=secret/key#mark";

  assert_shown (url, "live: key is taken", "live: *** is taken");
  assert_shown (url, "secret has expired", "*** has expired");
  assert_shown (url, "live?backup=1&tok=secret", "live?backup=1&tok=***");
  assert_shown (url, "a mark", "a ***");
  assert_shown ("rtmp://host/live/key?tok=va/lue", "lue va", "lue va");
}

GST_END_TEST;

/* One that begins another must not leave the other's end. */
GST_START_TEST (test_longest_first)
{
  assert_shown ("rtmp://host/live/ab/abcdef", "abcdef", "***");
  assert_shown ("rtmp://host/live/key?key=keykey", "keykey", "***");
}

GST_END_TEST;

GST_START_TEST (test_no_secret)
{
  assert_shown ("rtmp://host/live/key", "live on host", "live on host");
  assert_shown ("file:///tmp/out.flv", "/tmp/out.flv is full",
      "/tmp/out.flv is full");
  assert_shown ("rtmp://host", "host", "host");
  assert_shown ("rtmp://host/%zz/%zz", "%zz", "***");
  assert_shown ("nothing", "nothing at all", "nothing at all");
}

GST_END_TEST;

/* A status whose description is @text. */
static void
read_description (const gchar * text, GstRelayCommand * command)
{
  GByteArray *bytes = g_byte_array_new ();

  gst_relay_amf_put_string (bytes, "onStatus");
  gst_relay_amf_put_number (bytes, 0);
  gst_relay_amf_put_null (bytes);
  gst_relay_amf_begin_object (bytes);
  gst_relay_amf_put_key (bytes, "description");
  gst_relay_amf_put_string (bytes, text);
  gst_relay_amf_end_object (bytes);
  fail_unless (gst_relay_amf_read_command (bytes->data, bytes->len, command));
  g_byte_array_unref (bytes);
}

/* Tokens may be longer than what is kept of a text: no half of one is. */
GST_START_TEST (test_cut_text)
{
  GstRelayCommand command;
  gchar *token = g_strnfill (400, 'T');
  gchar *text = g_strconcat ("bad token: ", token, NULL);
  gchar *whole = g_strnfill (sizeof (command.description) - 1, 'w');

  read_description (text, &command);
  fail_unless_equals_string (command.description, "bad token:");
  read_description (token, &command);
  fail_unless_equals_string (command.description, "");
  /* what fits is not cut */
  read_description (whole, &command);
  fail_unless_equals_string (command.description, whole);
  g_free (token);
  g_free (text);
  g_free (whole);
}

GST_END_TEST;

static Suite *
relaytexts_suite (void)
{
  Suite *s = suite_create ("relaytexts");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_as_sent);
  tcase_add_test (tc, test_unescaped);
  tcase_add_test (tc, test_value_alone);
  tcase_add_test (tc, test_stream_behind_query);
  tcase_add_test (tc, test_longest_first);
  tcase_add_test (tc, test_no_secret);
  tcase_add_test (tc, test_cut_text);
  return s;
}

GST_CHECK_MAIN (relaytexts);
