/* Urls: what a target may have, which are the same, and that no secret shows.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

static void
expect_shown (const gchar * url, const gchar * shown)
{
  gchar *redacted = gst_publish_url_redact (url);

  fail_unless_equals_string (redacted, shown);
  g_free (redacted);
}

GST_START_TEST (test_redact)
{
  /* host, port, application and a tail of at most a quarter of the key */
  expect_shown ("rtmp://127.0.0.1/live/bestnews",
      "rtmp://127.0.0.1/live/***ws");
  expect_shown ("rtmps://a.example:443/rtmp/FB-1234567890-0-AbCdEfGh",
      "rtmps://a.example:443/rtmp/***EfGh");
  expect_shown ("rtmp://h/live/abc", "rtmp://h/live/***");
  expect_shown ("rtmp://h/live/abcd", "rtmp://h/live/***d");
  expect_shown ("RTMP://[::1]:1935/live/bestnews",
      "RTMP://[::1]:1935/live/***ws");
  /* between application and key */
  expect_shown ("rtmp://h/live/_definst_/bestnews", "rtmp://h/live/***/***ws");
  /* a single segment may be a key; a slash at the end changes nothing */
  expect_shown ("rtmp://h/bestnews", "rtmp://h/***ws");
  expect_shown ("rtmp://h/bestnews/", "rtmp://h/***ws/");
  expect_shown ("rtmp://h", "rtmp://h");
  expect_shown ("rtmp://h/", "rtmp://h/");
  /* user and password */
  expect_shown ("rtmp://user:word@h/live/bestnews", "rtmp://***@h/live/***ws");
  expect_shown ("rtmp://user@h/live/bestnews", "rtmp://***@h/live/***ws");
  expect_shown ("rtmp://user:w/rd@h:1/live/bestnews",
      "rtmp://***@h:1/live/***ws");
  expect_shown ("rtmp://user:12/34@h/live/bestnews", "rtmp://***@h/live/***ws");
  expect_shown ("rtmp://user:w@rd@h/live/bestnews", "rtmp://***@h/live/***ws");
  expect_shown ("rtmp://user:w?rd@h/live/bestnews", "rtmp://***?***");
  expect_shown ("rtmp://user:w#rd@h/live/bestnews", "rtmp://***#***");
  expect_shown ("rtmp://user:w rd@h/live/bestnews", "rtmp://*** ***");
  /* an '@' in a key is not a password's end */
  expect_shown ("rtmp://h/live/best@news", "rtmp://h/live/***ws");
  /* the query, and what librtmp takes after a space */
  expect_shown ("rtmp://h/live/bestnews?auth=1&t&v=a=b",
      "rtmp://h/live/***ws?auth=***&***&v=***");
  expect_shown ("rtmp://h/live?vhost=a/bestnews", "rtmp://h/***e?vhost=***");
  expect_shown ("srt://h:9000?streamid=#!::r=live/k&passphrase=secret",
      "srt://h:9000?streamid=***&passphrase=***");
  expect_shown ("rtmp://h/live/bestnews#frag", "rtmp://h/live/***ws#***");
  expect_shown ("rtmp://h/live/bestnews pubUser=x pubPasswd=y",
      "rtmp://h/live/***ws ***");
  /* no url at all */
  expect_shown ("bestnews", "***ws");
  expect_shown ("", "***");
  expect_shown ("://h/live/bestnews", "***news");
  /* files have no secrets */
  expect_shown ("file:///tmp/out.flv", "file:///tmp/out.flv");
  /* characters are not cut */
  expect_shown ("rtmp://h/live/\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
      "rtmp://h/live/***\xc3\xa9");
}

GST_END_TEST;

/* Wherever a secret of letters that occur nowhere else stands, no more than
 * four of them show. */
GST_START_TEST (test_redact_never_shows_secrets)
{
  static const gchar *const formats[] = {
    "rtmp://host:1935/app/%s", "rtmp://host/app/x/%s/y", "rtmp://host/%s",
    "rtmp://u:%s@host/app/s", "rtmp://%s@host/app/s", "rtmp://%s:w@host/app/s",
    "rtmp://u:a/%s@host/app/s", "rtmp://u:1/%s@host/app/s",
    "rtmp://u:a/b/%s@host/app/s", "rtmp://u:1?%s@host/app/s",
    "rtmp://host/app/s?k=%s", "rtmp://host/app/s?k=1&%s", "rtmp://host/app#%s",
    "rtmp://host/app/s %s", "rtmp://u:x %s@host/app", "srt://host:1?a=%s&b=%s",
    "%s", "live/%s", "rtmp:/host/app/%s", "rtmp://host//%s",
    "rtmp://host/app//%s", "rtmp://host/app/%s/", "rtmp://host/app/%s?",
    "rtmp://host/app?a=b/%s", "rtmp://host/app?a=%s/b", "rtmp://host/%s?a/b",
    "rtmp://u:%s@host:12x/app/s", "\xff%s", "rtmp://h/a/\xff%s\xff",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    GString *url = g_string_new (formats[i]);
    gchar *shown, *c;
    guint leaked = 0;

    g_string_replace (url, "%s", "QQQQQQQQQQQQQQQQQQQQ", 0);
    shown = gst_publish_url_redact (url->str);
    fail_unless (g_utf8_validate (shown, -1, NULL));
    for (c = shown; *c; c++)
      leaked += *c == 'Q';
    fail_unless (leaked <= 4, "%s shows as %s", formats[i], shown);
    g_free (shown);
    g_string_free (url, TRUE);
  }
}

GST_END_TEST;

GST_START_TEST (test_equal)
{
  fail_unless (gst_publish_url_equal ("rtmp://h/live/a", "RTMP://H/live/a"));
  fail_unless (gst_publish_url_equal ("rtmp://h:1935/live/a",
          "rtmp://h/live/a"));
  fail_unless (gst_publish_url_equal ("rtmps://h:443/live/a",
          "rtmps://h/live/a"));
  fail_unless (gst_publish_url_equal ("rtmp://[::1]:1935/a/b",
          "rtmp://[::1]/a/b"));
  fail_unless (gst_publish_url_equal ("none", "none"));
  fail_if (gst_publish_url_equal ("none", "other"));
  fail_if (gst_publish_url_equal ("rtmp://h:443/live/a", "rtmp://h/live/a"));
  fail_if (gst_publish_url_equal ("rtmp://h/live/a", "rtmps://h/live/a"));
  fail_if (gst_publish_url_equal ("rtmp://h/live/a", "rtmp://h/Live/a"));
  fail_if (gst_publish_url_equal ("rtmp://h/live/a", "rtmp://h/live/a?b=c"));
  fail_if (gst_publish_url_equal ("rtmp://u@h/live/a", "rtmp://h/live/a"));
}

GST_END_TEST;

GST_START_TEST (test_check)
{
  static const gchar *const good[] = {
    "rtmp://h/live/a", "rtmps://h:1/live/a", "rtmp://h:65535/live/x/a?b=c",
    "rtmp://h/live2?backup=1/a", "rtmp://h/live?a=b/c#d",
    "RTMP://h/live/a", "rtmp://u:p@h/live/a", "rtmp://[::1]:1935/live/a",
    "srt://h:9000", "srt://:9000?mode=listener", "file:///a/b.flv",
    "file:///b.ts", "file:///b.m3u8",
  };
  static const struct
  {
    const gchar *url, *allowed;
  } bad[] = {
    {"", "a url such as"}, {"h/live/a", "a url such as"},
    {"http://h/live/a", "of the scheme"}, {"rtmpx://h/live/a", "of the scheme"},
    {"rtmp://h/live", "scheme://host/app/stream"},
    {"rtmp://h/live/", "scheme://host/app/stream"},
    {"rtmp://h/live?a", "scheme://host/app/stream"},
    {"rtmp://h/live?a/", "scheme://host/app/stream"},
    {"rtmp://h/live?a/#b", "scheme://host/app/stream"},
    {"rtmp://h/live?a#/b", "scheme://host/app/stream"},
    {"rtmp://h/live#a/b", "scheme://host/app/stream"},
    {"rtmp://h/live/?a/b", "scheme://host/app/stream"},
    {"rtmp://h/?a/b", "scheme://host/app/stream"},
    {"rtmp://h//a", "scheme://host/app/stream"},
    {"rtmp:///live/a", "scheme://host/app/stream"},
    {"rtmp://h:0/live/a", "1..65535"}, {"rtmp://h:65536/live/a", "1..65535"},
    {"rtmp://h:/live/a", "1..65535"}, {"rtmp://h:x/live/a", "1..65535"},
    {"rtmp://h:000001/live/a", "1..65535"},
    {"rtmp://h/live/a b", "without spaces"},
    {"rtmp://h/live/a\n", "without spaces"}, {"srt://h", "srt://host:port"},
    {"file://h/b.ts", "file:///path"}, {"file:///b.mp4", "file:///path"},
    {"rtmp://h/live/\xff", "UTF-8"},
  };
  GError *error = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++)
    fail_unless (gst_publish_url_check (good[i], NULL), "%s", good[i]);
  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    fail_if (gst_publish_url_check (bad[i].url, &error), "%s", bad[i].url);
    fail_unless (g_error_matches (error, GST_PUBLISH_ERROR,
            GST_PUBLISH_CODE_BAD_CONFIG));
    fail_unless (strstr (error->message, bad[i].allowed) != NULL, "%s: %s",
        bad[i].url, error->message);
    g_clear_error (&error);
  }
}

GST_END_TEST;

static Suite *
url_suite (void)
{
  Suite *suite = suite_create ("url");
  TCase *tcase = tcase_create ("url");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_redact);
  tcase_add_test (tcase, test_redact_never_shows_secrets);
  tcase_add_test (tcase, test_equal);
  tcase_add_test (tcase, test_check);

  return suite;
}

GST_CHECK_MAIN (url);
