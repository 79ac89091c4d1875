/* source-http: HTTP and HTTPS by libcurl */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libsoup 2 and 3 cannot live in one process, and the plugins that a GStreamer
 * source may load bring one of them; so our own HTTP does without it. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "source-private.h"

#include <string.h>

#include <curl/curl.h>

#include "ts-timing.h"

struct _TsHttp
{
  CURL *curl;
  gchar *uri;
  const TsSourceRequest *request;       /* in a read */
  gint64 left;                  /* bytes still wanted, -1: all */
  gint64 skip;                  /* bytes before them */
  gint64 last;                  /* when the last byte came */
  gboolean begun;
  gboolean stopped;             /* by us, which is no error */
  gboolean timed_out;
};

TsHttp *
ts_http_new (void)
{
  TsHttp *http;

  /* counted by libcurl; this process has one thread that reads */
  curl_global_init (CURL_GLOBAL_DEFAULT);
  http = g_new0 (TsHttp, 1);
  http->curl = curl_easy_init ();
  return http;
}

void
ts_http_free (TsHttp * http)
{
  if (!http)
    return;
  curl_easy_cleanup (http->curl);
  curl_global_cleanup ();
  g_free (http->uri);
  g_free (http);
}

const gchar *
ts_http_get_uri (TsHttp * http)
{
  return http->uri;
}

static size_t
on_data (char *data, size_t size, size_t count, void *user_data)
{
  TsHttp *http = user_data;
  const TsSourceRequest *request = http->request;
  gsize length = size * count;

  http->last = ts_source_now ();
  if (!http->begun) {
    long status = 0;

    /* a server that knows no ranges sends all */
    http->begun = TRUE;
    curl_easy_getinfo (http->curl, CURLINFO_RESPONSE_CODE, &status);
    http->skip = status == 206 ? 0 : request->byte_offset;
  }
  if (http->skip > 0) {
    gsize drop = MIN ((guint64) http->skip, length);

    http->skip -= drop;
    data += drop;
    length -= drop;
  }
  if (http->left >= 0 && (guint64) http->left < length)
    length = http->left;
  if (length > 0) {
    if (http->left > 0)
      http->left -= length;
    if (!request->func ((const guint8 *) data, length,
            request->live ? http->last : TS_TIMING_NO_TIME, request->user_data))
      http->stopped = TRUE;
  }
  if (http->left == 0)
    http->stopped = TRUE;
  return http->stopped ? 0 : size * count;
}

static int
on_progress (void *user_data, curl_off_t total, curl_off_t now,
    curl_off_t up_total, curl_off_t up_now)
{
  TsHttp *http = user_data;
  const TsSourceRequest *request = http->request;

  if (ts_source_is_over (request)) {
    http->stopped = TRUE;
  } else if (ts_source_now () - http->last > request->idle) {
    http->timed_out = TRUE;
  } else if (request->live && http->begun) {
    http->stopped =
        !request->func (NULL, 0, ts_source_now (), request->user_data);
  }
  return http->stopped || http->timed_out;
}

static GIOErrorEnum
io_error_of (CURLcode code, long status)
{
  switch (code) {
    case CURLE_HTTP_RETURNED_ERROR:
      return status == 404 || status == 410 ? G_IO_ERROR_NOT_FOUND :
          G_IO_ERROR_FAILED;
    case CURLE_COULDNT_RESOLVE_HOST:
      return G_IO_ERROR_HOST_NOT_FOUND;
    case CURLE_COULDNT_CONNECT:
      return G_IO_ERROR_CONNECTION_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
      return G_IO_ERROR_TIMED_OUT;
    default:
      return G_IO_ERROR_FAILED;
  }
}

gboolean
ts_http_read (TsHttp * http, const TsSourceRequest * request, GError ** error)
{
  CURL *curl = http->curl;
  gchar range[64], text[CURL_ERROR_SIZE] = "";
  const gchar *effective = NULL;
  CURLcode code;
  long status = 0;

  http->request = request;
  http->left = request->byte_length;
  http->skip = 0;
  http->begun = http->stopped = http->timed_out = FALSE;
  http->last = ts_source_now ();

  /* options go, connections stay */
  curl_easy_reset (curl);
  curl_easy_setopt (curl, CURLOPT_URL, request->uri);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (curl, CURLOPT_MAXREDIRS, 8L);
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS,
      CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  if (request->ca_file) {
    /* these and no others */
    curl_easy_setopt (curl, CURLOPT_CAINFO, request->ca_file);
    curl_easy_setopt (curl, CURLOPT_CAPATH, NULL);
  }
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, 15L);
  curl_easy_setopt (curl, CURLOPT_USERAGENT, "gst-ts-timing/" PACKAGE_VERSION);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, text);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, http);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, http);
  if (request->byte_length >= 0) {
    g_snprintf (range, sizeof range, "%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
        request->byte_offset, request->byte_offset + request->byte_length - 1);
    if (request->byte_length > 0)
      curl_easy_setopt (curl, CURLOPT_RANGE, range);
  }

  code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_EFFECTIVE_URL, &effective);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  g_free (http->uri);
  http->uri = g_strdup (effective ? effective : request->uri);
  http->request = NULL;

  if (code == CURLE_OK || http->stopped)
    return TRUE;
  /* a live stream that stops sending has ended; before its begin it failed */
  if (http->timed_out && http->begun && request->live)
    return TRUE;
  if (code == CURLE_HTTP_RETURNED_ERROR)
    g_set_error (error, G_IO_ERROR, io_error_of (code, status),
        "%s: the server answers %ld", request->uri, status);
  else
    g_set_error (error, G_IO_ERROR, http->timed_out ? G_IO_ERROR_TIMED_OUT :
        io_error_of (code, status), "%s: %s", request->uri,
        http->timed_out ? "nothing arrives" : *text ? text :
        curl_easy_strerror (code));
  return FALSE;
}
