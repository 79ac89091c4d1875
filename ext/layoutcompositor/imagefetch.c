/* imagefetch.c: the bytes of file, data, http and https URIs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * http is libcurl's: two versions of libsoup cannot live in one process, and
 * which one a source element of GStreamer brings is not ours to say.
 */

#include "imagefetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_REDIRECTS 5
#define MAX_WAIT 1000           /* ms, while something is on its way */
#define IDLE_WAIT 60000         /* ms, while nothing is */

static const gchar *const known_schemes[] = { "file", "data", "http", "https",
  NULL
};

/* One image on its way. */
typedef struct
{
  ImageFetcher *fetcher;
  gpointer source;
  gchar *uri;
  gchar *schemes;
  CURL *easy;                   /* NULL between two tries */
  GByteArray *body;
  gboolean too_large;
  guint tries;
  gint64 next_try;              /* monotonic time in us, if easy is NULL */
} Transfer;

struct _ImageFetcher
{
  ImageLimits limits;
  ImageFetchedFunc func;
  gpointer user_data;
  CURLM *multi;
  GPtrArray *transfers;
};

static gpointer
init_curl (gpointer data)
{
  curl_global_init (CURL_GLOBAL_DEFAULT);

  return NULL;
}

static void
transfer_free (gpointer data)
{
  Transfer *t = data;

  if (t->easy != NULL) {
    curl_multi_remove_handle (t->fetcher->multi, t->easy);
    curl_easy_cleanup (t->easy);
  }
  g_byte_array_unref (t->body);
  g_free (t->schemes);
  g_free (t->uri);
  g_free (t);
}

ImageFetcher *
image_fetcher_new (const ImageLimits * limits, ImageFetchedFunc func,
    gpointer user_data)
{
  static GOnce once = G_ONCE_INIT;
  ImageFetcher *fetcher = g_new0 (ImageFetcher, 1);

  g_once (&once, init_curl, NULL);
  fetcher->limits = *limits;
  fetcher->func = func;
  fetcher->user_data = user_data;
  fetcher->multi = curl_multi_init ();
  fetcher->transfers = g_ptr_array_new_with_free_func (transfer_free);

  return fetcher;
}

/* What is on its way is given up; its sources hear nothing. */
void
image_fetcher_free (ImageFetcher * fetcher)
{
  g_ptr_array_unref (fetcher->transfers);
  curl_multi_cleanup (fetcher->multi);
  g_free (fetcher);
}

void
image_fetcher_wake (ImageFetcher * fetcher)
{
  curl_multi_wakeup (fetcher->multi);
}

static gboolean
allows (const gchar * schemes, const gchar * scheme)
{
  gchar **list = g_strsplit_set (schemes, ", ", -1);
  gboolean found = g_strv_contains ((const gchar * const *) list, scheme);

  g_strfreev (list);
  return found;
}

/**
 * image_schemes_check:
 * @schemes: a list of schemes with commas or spaces between them
 *
 * Returns: (transfer full) (nullable): what is wrong with it, %NULL if nothing
 */
gchar *
image_schemes_check (const gchar * schemes)
{
  gchar **list = g_strsplit_set (schemes, ", ", -1);
  gchar *wrong = NULL;
  guint i;

  for (i = 0; list[i] != NULL && wrong == NULL; i++)
    if (*list[i] != '\0' && !g_strv_contains (known_schemes, list[i]))
      wrong = g_strdup_printf ("\"%s\" is no scheme that images come from, "
          "these are file, data, http and https", list[i]);
  g_strfreev (list);

  return wrong;
}

static void
fail (ImageFetcher * fetcher, gpointer source, gint code,
    const gchar * format, ...)
G_GNUC_PRINTF (4, 5);

     static void
         fail (ImageFetcher * fetcher, gpointer source, gint code,
    const gchar * format, ...)
{
  va_list args;

  va_start (args, format);
  fetcher->func (source, NULL, g_error_new_valist (G_IO_ERROR, code, format,
          args), fetcher->user_data);
  va_end (args);
}

/* file */

static void
fetch_file (ImageFetcher * fetcher, const gchar * uri, gpointer source)
{
  GError *error = NULL;
  gchar *path = g_filename_from_uri (uri, NULL, &error);
  guint8 *data = NULL;
  gsize size = 0;
  struct stat info;
  gint fd;

  if (path == NULL) {
    fetcher->func (source, NULL, error, fetcher->user_data);
    return;
  }

  /* a named pipe would never answer */
  fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_free (path);
  if (fd < 0 || fstat (fd, &info) < 0) {
    fail (fetcher, source, G_IO_ERROR_NOT_FOUND, "%s", g_strerror (errno));
  } else if (!S_ISREG (info.st_mode)) {
    fail (fetcher, source, G_IO_ERROR_NOT_REGULAR_FILE, "is no regular file");
  } else if ((guint64) info.st_size > fetcher->limits.max_bytes) {
    fail (fetcher, source, G_IO_ERROR_MESSAGE_TOO_LARGE,
        "has %" G_GINT64_FORMAT " bytes, allowed are %" G_GSIZE_FORMAT,
        (gint64) info.st_size, fetcher->limits.max_bytes);
  } else {
    gsize room = (gsize) info.st_size;
    gssize n = 1;

    data = g_malloc (MAX (room, 1));
    while (size < room && n > 0) {
      n = read (fd, data + size, room - size);
      if (n > 0)
        size += (gsize) n;
      else if (n < 0 && errno == EINTR)
        n = 1;
    }
    if (n < 0) {
      fail (fetcher, source, G_IO_ERROR_FAILED, "%s", g_strerror (errno));
      g_free (data);
    } else {
      fetcher->func (source, g_bytes_new_take (data, size), NULL,
          fetcher->user_data);
    }
  }
  if (fd >= 0)
    close (fd);
}

/* data: RFC 2397 */

static void
fetch_data (ImageFetcher * fetcher, const gchar * uri, gpointer source)
{
  const gchar *comma = strchr (uri, ',');
  gboolean base64 = comma != NULL && comma - uri >= 7 + 5 &&
      g_ascii_strncasecmp (comma - 7, ";base64", 7) == 0;
  GBytes *bytes = NULL;

  if (comma != NULL) {
    bytes = g_uri_unescape_bytes (comma + 1, -1, NULL, NULL);
    if (bytes != NULL && base64) {
      gchar *text = g_strndup (g_bytes_get_data (bytes, NULL),
          g_bytes_get_size (bytes));
      gsize size;
      guchar *data = g_base64_decode (text, &size);

      g_bytes_unref (bytes);
      bytes = g_bytes_new_take (data, size);
      g_free (text);
    }
  }

  if (bytes == NULL || g_bytes_get_size (bytes) == 0) {
    fail (fetcher, source, G_IO_ERROR_INVALID_DATA, "has no data");
  } else if (g_bytes_get_size (bytes) > fetcher->limits.max_bytes) {
    fail (fetcher, source, G_IO_ERROR_MESSAGE_TOO_LARGE,
        "has %" G_GSIZE_FORMAT " bytes, allowed are %" G_GSIZE_FORMAT,
        g_bytes_get_size (bytes), fetcher->limits.max_bytes);
  } else {
    fetcher->func (source, bytes, NULL, fetcher->user_data);
    return;
  }
  g_clear_pointer (&bytes, g_bytes_unref);
}

/* http and https */

static size_t
on_body (char *data, size_t size, size_t n, void *user_data)
{
  Transfer *t = user_data;

  if (t->body->len + n > t->fetcher->limits.max_bytes) {
    t->too_large = TRUE;
    return 0;
  }
  g_byte_array_append (t->body, (const guint8 *) data, (guint) n);

  return n;
}

static void
set_protocols (CURL * easy, const gchar * schemes)
{
  gboolean http = allows (schemes, "http"), https = allows (schemes, "https");

#if LIBCURL_VERSION_NUM >= 0x075500
  const gchar *list = http && https ? "http,https" : http ? "http" : "https";

  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, list);
  curl_easy_setopt (easy, CURLOPT_REDIR_PROTOCOLS_STR, list);
#else
  long bits = (http ? CURLPROTO_HTTP : 0) | (https ? CURLPROTO_HTTPS : 0);

  curl_easy_setopt (easy, CURLOPT_PROTOCOLS, bits);
  curl_easy_setopt (easy, CURLOPT_REDIR_PROTOCOLS, bits);
#endif
}

static void
begin_try (Transfer * t)
{
  const ImageLimits *limits = &t->fetcher->limits;

  t->easy = curl_easy_init ();
  t->tries++;
  t->too_large = FALSE;
  g_byte_array_set_size (t->body, 0);
  curl_easy_setopt (t->easy, CURLOPT_URL, t->uri);
  curl_easy_setopt (t->easy, CURLOPT_PRIVATE, t);
  curl_easy_setopt (t->easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (t->easy, CURLOPT_WRITEDATA, t);
  curl_easy_setopt (t->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (t->easy, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt (t->easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (t->easy, CURLOPT_MAXREDIRS, (long) MAX_REDIRECTS);
  curl_easy_setopt (t->easy, CURLOPT_TIMEOUT_MS, (long) limits->timeout);
  curl_easy_setopt (t->easy, CURLOPT_MAXFILESIZE_LARGE,
      (curl_off_t) limits->max_bytes);
#if LIBCURL_VERSION_NUM >= 0x075700
  /* a name server that does not answer holds up nobody who gives up: the
   * thread that asks it ends by itself */
  curl_easy_setopt (t->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
  curl_easy_setopt (t->easy, CURLOPT_USERAGENT, "gst-plugins-publish");
  set_protocols (t->easy, t->schemes);
  curl_multi_add_handle (t->fetcher->multi, t->easy);
}

static gboolean
may_get_better (CURLcode result, long status)
{
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return TRUE;
    case CURLE_HTTP_RETURNED_ERROR:
      return status >= 500 || status == 408 || status == 429;
    default:
      return FALSE;
  }
}

static void
report_failure (Transfer * t, CURLcode result, long status)
{
  ImageFetcher *fetcher = t->fetcher;

  if (t->too_large || result == CURLE_FILESIZE_EXCEEDED)
    fail (fetcher, t->source, G_IO_ERROR_MESSAGE_TOO_LARGE,
        "has more than %" G_GSIZE_FORMAT " bytes", fetcher->limits.max_bytes);
  else if (result == CURLE_HTTP_RETURNED_ERROR)
    fail (fetcher, t->source, G_IO_ERROR_NOT_FOUND,
        "the server answers %ld", status);
  else if (result == CURLE_UNSUPPORTED_PROTOCOL)
    fail (fetcher, t->source, G_IO_ERROR_PERMISSION_DENIED,
        "leads to a scheme that image-schemes does not allow");
  else if (result == CURLE_OPERATION_TIMEDOUT)
    fail (fetcher, t->source, G_IO_ERROR_TIMED_OUT,
        "no answer within %u ms, tried %u times", fetcher->limits.timeout,
        t->tries);
  else
    fail (fetcher, t->source, G_IO_ERROR_FAILED, "%s",
        curl_easy_strerror (result));
}

static void
end_try (Transfer * t, CURLcode result)
{
  ImageFetcher *fetcher = t->fetcher;
  long status = 0;

  curl_easy_getinfo (t->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_multi_remove_handle (fetcher->multi, t->easy);
  curl_easy_cleanup (t->easy);
  t->easy = NULL;

  if (result == CURLE_OK) {
    fetcher->func (t->source, g_bytes_new (t->body->data, t->body->len), NULL,
        fetcher->user_data);
  } else if (!t->too_large && may_get_better (result, status) &&
      t->tries < fetcher->limits.tries) {
    t->next_try = g_get_monotonic_time () +
        ((gint64) fetcher->limits.retry_delay << (t->tries - 1)) * 1000;
    return;
  } else {
    report_failure (t, result, status);
  }
  g_ptr_array_remove_fast (fetcher->transfers, t);
}

/**
 * image_fetcher_start:
 * @fetcher: the fetcher
 * @uri: what to get
 * @schemes: from which schemes it may come, redirects too
 * @source: handed to the fetcher's function with what came of it, maybe
 *     before this returns
 */
void
image_fetcher_start (ImageFetcher * fetcher, const gchar * uri,
    const gchar * schemes, gpointer source)
{
  gchar *scheme = g_uri_parse_scheme (uri);
  gchar *lower = g_ascii_strdown (scheme != NULL ? scheme : "", -1);

  if (!g_strv_contains (known_schemes, lower)) {
    fail (fetcher, source, G_IO_ERROR_NOT_SUPPORTED,
        "images do not come from the scheme \"%s\"", lower);
  } else if (!allows (schemes, lower)) {
    fail (fetcher, source, G_IO_ERROR_PERMISSION_DENIED,
        "image-schemes does not allow the scheme \"%s\"", lower);
  } else if (g_str_equal (lower, "file")) {
    fetch_file (fetcher, uri, source);
  } else if (g_str_equal (lower, "data")) {
    fetch_data (fetcher, uri, source);
  } else {
    Transfer *t = g_new0 (Transfer, 1);

    t->fetcher = fetcher;
    t->source = source;
    t->uri = g_strdup (uri);
    t->schemes = g_strdup (schemes);
    t->body = g_byte_array_new ();
    g_ptr_array_add (fetcher->transfers, t);
    begin_try (t);
  }
  g_free (lower);
  g_free (scheme);
}

/**
 * image_fetcher_cancel:
 * @fetcher: the fetcher
 * @source: what image_fetcher_start() was given
 *
 * Gives up what is on its way for @source, which hears nothing of it.
 */
void
image_fetcher_cancel (ImageFetcher * fetcher, gpointer source)
{
  guint i;

  for (i = 0; i < fetcher->transfers->len; i++) {
    Transfer *t = g_ptr_array_index (fetcher->transfers, i);

    if (t->source == source) {
      g_ptr_array_remove_index_fast (fetcher->transfers, i);
      return;
    }
  }
}

/* Returns after how many ms something is to be done. */
static gint
begin_due_tries (ImageFetcher * fetcher)
{
  gint64 now = g_get_monotonic_time ();
  gint64 wait = fetcher->transfers->len > 0 ? MAX_WAIT : IDLE_WAIT;
  guint i;

  for (i = 0; i < fetcher->transfers->len; i++) {
    Transfer *t = g_ptr_array_index (fetcher->transfers, i);

    if (t->easy != NULL)
      continue;
    if (t->next_try <= now)
      begin_try (t);
    else
      wait = MIN (wait, (t->next_try - now) / 1000 + 1);
  }

  return (gint) wait;
}

/**
 * image_fetcher_run:
 * @fetcher: the fetcher
 *
 * Moves what is on its way, and waits until there is more to be done, or
 * image_fetcher_wake() is called or was called since, or some time is over.
 */
void
image_fetcher_run (ImageFetcher * fetcher)
{
  CURLMsg *message;
  int running, left;
  gint wait = begin_due_tries (fetcher);

  curl_multi_perform (fetcher->multi, &running);
  while ((message = curl_multi_info_read (fetcher->multi, &left)) != NULL) {
    Transfer *t = NULL;

    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, (char **) &t);
    end_try (t, message->data.result);
    wait = 0;
  }
  curl_multi_poll (fetcher->multi, NULL, 0, wait, NULL);
}
