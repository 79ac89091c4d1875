/* source: the bytes of a file, a pipe, an HTTP resource or a GStreamer source */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "source-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ts-timing.h"

#define BLOCK (256 * 1024)
/* how often a followed file is looked at, ms */
#define LOOK 50

struct _TsSource
{
  TsHttp *http;                 /* made when first needed; keeps connections */
  gchar *uri;                   /* what was read last */
};

/**
 * ts_source_new:
 *
 * Returns: (transfer full): a reader of all kinds of input; for one thread
 */
TsSource *
ts_source_new (void)
{
  return g_new0 (TsSource, 1);
}

/**
 * ts_source_free:
 * @source: (nullable): what to free
 */
void
ts_source_free (TsSource * source)
{
  if (!source)
    return;
  ts_http_free (source->http);
  g_free (source->uri);
  g_free (source);
}

/**
 * ts_source_now:
 *
 * Returns: the monotonic clock, ns
 */
gint64
ts_source_now (void)
{
  return g_get_monotonic_time () * 1000;
}

gboolean
ts_source_is_over (const TsSourceRequest * request)
{
  return g_cancellable_is_cancelled (request->cancellable)
      || (request->deadline != TS_TIMING_NO_TIME
      && ts_source_now () >= request->deadline);
}

static gboolean
set_error_from_errno (GError ** error, const gchar * what, gint number)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "%s: %s",
      what, g_strerror (number));
  return FALSE;
}

/* Waits until there may be something to read; bounded, so that a deadline and
 * a cancellation are seen. */
static void
wait_readable (const TsSourceRequest * request, gint fd, gboolean is_file)
{
  struct pollfd fds[2] = { {fd, POLLIN, 0}, {-1, POLLIN, 0} };

  /* a regular file is always readable, also at its end */
  if (is_file)
    fds[0].fd = -1;
  if (request->cancellable)
    fds[1].fd = g_cancellable_get_fd (request->cancellable);
  (void) poll (fds, 2, is_file ? LOOK : 200);
  if (fds[1].fd >= 0)
    g_cancellable_release_fd (request->cancellable);
}

static gboolean
read_fd (const TsSourceRequest * request, gint fd, const gchar * name,
    gboolean is_file, GError ** error)
{
  guint8 *block = g_malloc (BLOCK);
  gint64 left = request->byte_length, last = ts_source_now ();
  gboolean good = TRUE;

  while (left != 0 && !ts_source_is_over (request)) {
    gsize want = left > 0 && left < BLOCK ? (gsize) left : BLOCK;
    gint64 arrival = TS_TIMING_NO_TIME;
    gssize got;

    if (!is_file) {
      struct pollfd ready = { fd, POLLIN, 0 };

      if (poll (&ready, 1, 0) == 0) {
        wait_readable (request, fd, FALSE);
        if (request->live && !request->func (NULL, 0, ts_source_now (),
                request->user_data))
          break;
        continue;
      }
    }
    got = read (fd, block, want);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      good = set_error_from_errno (error, name, errno);
      break;
    }
    if (got == 0) {
      if (!request->follow || !is_file
          || ts_source_now () - last > request->idle)
        break;
      wait_readable (request, fd, TRUE);
      if (!request->func (NULL, 0, ts_source_now (), request->user_data))
        break;
      continue;
    }
    last = ts_source_now ();
    if (request->live)
      arrival = last;
    if (left > 0)
      left -= got;
    if (!request->func (block, got, arrival, request->user_data))
      break;
  }
  g_free (block);
  return good;
}

static gboolean
read_file (const TsSourceRequest * request, GError ** error)
{
  gchar *path = g_filename_from_uri (request->uri, NULL, error), *name;
  gboolean good = FALSE;
  gint fd;

  if (!path)
    return FALSE;
  name = g_filename_display_name (path);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    set_error_from_errno (error, name, errno);
  } else {
    if (request->byte_offset && lseek (fd, request->byte_offset, SEEK_SET) < 0)
      set_error_from_errno (error, name, errno);
    else
      good = read_fd (request, fd, name, lseek (fd, 0, SEEK_CUR) >= 0, error);
    close (fd);
  }
  g_free (name);
  g_free (path);
  return good;
}

/**
 * ts_source_read:
 * @source: the reader
 * @request: what to read and who takes it
 * @error: an error of #G_IO_ERROR, or of the GStreamer element
 *
 * Reads until the end, an error, a deadline or a cancellation.
 *
 * Returns: %FALSE if @error is set
 */
gboolean
ts_source_read (TsSource * source, const TsSourceRequest * request,
    GError ** error)
{
  gchar *scheme;
  gboolean good;

  g_free (source->uri);
  source->uri = g_strdup (request->uri);
  if (strcmp (request->uri, "-") == 0)
    return read_fd (request, STDIN_FILENO, "standard input", FALSE, error);

  scheme = g_uri_parse_scheme (request->uri);
  if (scheme && g_ascii_strcasecmp (scheme, "file") == 0) {
    good = read_file (request, error);
  } else if (scheme && (g_ascii_strcasecmp (scheme, "http") == 0
          || g_ascii_strcasecmp (scheme, "https") == 0)) {
    if (!source->http)
      source->http = ts_http_new ();
    good = ts_http_read (source->http, request, error);
    if (good) {
      g_free (source->uri);
      source->uri = g_strdup (ts_http_get_uri (source->http));
    }
  } else {
    good = ts_gst_source_read (request, error);
  }
  g_free (scheme);
  return good;
}

/**
 * ts_source_get_uri:
 * @source: the reader
 *
 * Returns: the URI of what was read last, after redirects
 */
const gchar *
ts_source_get_uri (TsSource * source)
{
  return source->uri;
}

/**
 * ts_source_uri_from_argument:
 * @argument: a path, a URI or `-`
 * @error: %G_IO_ERROR_NOT_FOUND
 *
 * A name that exists as a file is a file, whatever it looks like.
 *
 * Returns: (transfer full): an absolute URI or `-`
 */
gchar *
ts_source_uri_from_argument (const gchar * argument, GError ** error)
{
  gchar *scheme = NULL, *path, *uri = NULL;

  if (strcmp (argument, "-") == 0)
    return g_strdup (argument);
  if (!g_file_test (argument, G_FILE_TEST_EXISTS)
      && g_utf8_validate (argument, -1, NULL))
    scheme = g_uri_parse_scheme (argument);
  if (scheme) {
    g_free (scheme);
    return g_strdup (argument);
  }
  if (!g_file_test (argument, G_FILE_TEST_EXISTS)) {
    gchar *name = g_filename_display_name (argument);

    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "%s: no such file, and not a URI", name);
    g_free (name);
    return NULL;
  }
  if (g_file_test (argument, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
        "%s: a folder", argument);
    return NULL;
  }
  path = g_canonicalize_filename (argument, NULL);
  uri = g_filename_to_uri (path, NULL, error);
  g_free (path);
  return uri;
}
