/* Urls of targets: checked, compared, and shown without their secrets.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishurl.h"

#include <string.h>

#include "gstpublisherror.h"

#define HIDDEN "***"

/* most of a secret's end that is shown, in characters; never more than a
 * quarter of it */
#define MAX_TAIL 4

/* Parts of a url as written, each within the url that was split. */
typedef struct
{
  const gchar *scheme, *scheme_end;
  const gchar *user, *user_end; /* equal if there is none */
  const gchar *host, *host_end;
  const gchar *port, *port_end; /* behind the colon; equal if there is none */
  const gchar *path, *path_end; /* from the first slash on */
  const gchar *rest;            /* from '?' or '#' on, to the end */
} Parts;

static const gchar *const schemes[] = { "rtmp", "rtmps", "srt", "file", NULL };

static const gchar *const file_suffixes[] = { ".flv", ".ts", ".m3u8", NULL };

static const struct
{
  const gchar *scheme;
  const gchar *port;
} default_ports[] = {
  {"rtmp", "1935"}, {"rtmps", "443"}, {"http", "80"}, {"https", "443"}
};

static gboolean
all_digits (const gchar * from, const gchar * to)
{
  while (from < to && g_ascii_isdigit (*from))
    from++;

  return from == to;
}

static const gchar *
find_last (const gchar * from, const gchar * to, gchar c)
{
  while (to > from) {
    if (*--to == c)
      return to;
  }

  return NULL;
}

static void
split_host (Parts * parts, const gchar * from, const gchar * to)
{
  const gchar *colon = find_last (from, to, ':');

  /* the colons of an IPv6 address stand in brackets (RFC 3986, 3.2.2) */
  if (colon && memchr (colon, ']', to - colon))
    colon = NULL;
  parts->host = from;
  parts->host_end = colon ? colon : to;
  parts->port = colon ? colon + 1 : to;
  parts->port_end = to;
}

/* The last '@' between @from and @to that may end a user and password: with a
 * port that is no number any, else one that is not in the last segment. */
static const gchar *
find_late_at (const Parts * parts, const gchar * from, const gchar * to)
{
  const gchar *at = find_last (from, to, '@');

  if (at && all_digits (parts->port, parts->port_end) &&
      !memchr (at, '/', to - at))
    return NULL;

  return at;
}

/* RFC 3986, section 3; but a password with a slash in it, which ought to have
 * been escaped, still counts as a password. */
static gboolean
split (const gchar * url, Parts * parts)
{
  const gchar *authority, *end, *at, *late;

  parts->scheme = url;
  parts->scheme_end = strstr (url, "://");
  if (!parts->scheme_end || parts->scheme_end == url)
    return FALSE;

  authority = parts->scheme_end + 3;
  parts->rest = authority + strcspn (authority, "?#");
  end = authority + strcspn (authority, "/?#");
  at = find_last (authority, end, '@');
  split_host (parts, at ? at + 1 : authority, end);
  late = find_late_at (parts, end, parts->rest);
  if (late) {
    at = late;
    end = at + strcspn (at, "/?#");
    split_host (parts, at + 1, end);
  }
  parts->user = authority;
  parts->user_end = at ? at : authority;
  parts->path = end;
  parts->path_end = parts->rest;

  return TRUE;
}

static gboolean
has_scheme (const Parts * parts, const gchar * scheme)
{
  gsize length = parts->scheme_end - parts->scheme;

  return strlen (scheme) == length &&
      g_ascii_strncasecmp (parts->scheme, scheme, length) == 0;
}

static void
append (GString * out, const gchar * from, const gchar * to)
{
  g_string_append_len (out, from, to - from);
}

static void
append_hidden (GString * out, const gchar * from, const gchar * to)
{
  glong length = g_utf8_strlen (from, to - from);
  glong tail = MIN (length / 4, MAX_TAIL);

  g_string_append (out, HIDDEN);
  append (out, g_utf8_offset_to_pointer (from, length - tail), to);
}

/* Keeps the application, hides what is between it and the key, and most of
 * the key. A single segment may well be a key. */
static void
append_path (GString * out, const gchar * from, const gchar * to)
{
  const gchar *end = to, *segment, *next;
  gboolean first = TRUE;

  while (end > from && end[-1] == '/')
    end--;

  for (segment = from; segment < end; segment = next) {
    if (*segment == '/') {
      next = segment + 1;
      g_string_append_c (out, '/');
      continue;
    }
    next = memchr (segment, '/', end - segment);
    if (!next)
      append_hidden (out, segment, next = end);
    else if (first)
      append (out, segment, next);
    else
      g_string_append (out, HIDDEN);
    first = FALSE;
  }
  append (out, end, to);
}

/* "?name=value&..." with the values hidden, "#..." hidden whole */
static void
append_rest (GString * out, const gchar * rest)
{
  const gchar *end;

  if (*rest == '\0')
    return;
  g_string_append_c (out, *rest);
  if (*rest++ == '#') {
    g_string_append (out, HIDDEN);
    return;
  }

  while (TRUE) {
    const gchar *value;

    end = rest + strcspn (rest, "&");
    value = memchr (rest, '=', end - rest);
    if (value)
      append (out, rest, value + 1);
    if (end > rest)
      g_string_append (out, HIDDEN);
    if (*end == '\0')
      break;
    g_string_append_c (out, '&');
    rest = end + 1;
  }
}

/**
 * gst_publish_url_redact:
 * @url: any text, a url or not
 *
 * Shows a url without its secrets, for logs, messages and statistics: scheme,
 * host, port and application (the first of several path segments) stay, and
 * of the stream key the last characters, at most four and at most a quarter
 * of it. User and password, what stands between application and key, the
 * values of a query, a fragment and whatever follows a space become "***".
 * The path of a `file` url is not secret and stays. Text that is no url is
 * hidden but for its end. Any thread may call this.
 *
 * For example the url rtmp://me:pw@host/live/bestnews?auth=1 shows the host,
 * "live", "ws" and "auth".
 *
 * Returns: (transfer full): valid UTF-8
 */
gchar *
gst_publish_url_redact (const gchar * url)
{
  GString *out;
  gchar *valid;
  Parts parts;
  gsize space;

  g_return_val_if_fail (url != NULL, NULL);

  valid = g_utf8_make_valid (url, -1);
  space = strcspn (valid, " \t\r\n\v\f");
  out = g_string_new (NULL);

  if (!split (valid, &parts)) {
    append_hidden (out, valid, valid + strlen (valid));
  } else if (has_scheme (&parts, "file") && parts.user == parts.user_end) {
    g_string_append (out, valid);
  } else {
    gboolean cut = valid[space] != '\0';

    valid[space] = '\0';
    /* the parts may have ended behind the space */
    if (split (valid, &parts)) {
      append (out, parts.scheme, parts.scheme_end);
      g_string_append (out, "://");
      if (parts.user != parts.user_end)
        g_string_append (out, HIDDEN "@");
      /* no port: a password whose end is not to be seen */
      if (all_digits (parts.port, parts.port_end))
        append (out, parts.host, parts.port_end);
      else
        g_string_append (out, HIDDEN);
      append_path (out, parts.path, parts.path_end);
      append_rest (out, parts.rest);
    }
    if (cut)
      g_string_append (out, " " HIDDEN);
  }
  g_free (valid);

  return g_string_free (out, FALSE);
}

/**
 * gst_publish_url_normalize:
 * @url: a url
 *
 * The one way to write @url among those that mean the same: scheme and host
 * in lower case, no port that is the scheme's default (RFC 3986, section
 * 6.2.3; 1935 for rtmp, 443 for rtmps). It keeps every secret, so it is for
 * comparing, not for showing. Any thread may call this.
 *
 * Returns: (transfer full): the normalized url; a copy of what is no url
 */
gchar *
gst_publish_url_normalize (const gchar * url)
{
  GString *out;
  Parts parts;
  gchar *scheme, *host, *port;
  guint i;

  g_return_val_if_fail (url != NULL, NULL);

  if (!split (url, &parts))
    return g_strdup (url);

  scheme = g_ascii_strdown (parts.scheme, parts.scheme_end - parts.scheme);
  host = g_ascii_strdown (parts.host, parts.host_end - parts.host);
  port = g_strndup (parts.port, parts.port_end - parts.port);
  for (i = 0; i < G_N_ELEMENTS (default_ports); i++) {
    if (g_str_equal (scheme, default_ports[i].scheme) &&
        g_str_equal (port, default_ports[i].port))
      *port = '\0';
  }

  out = g_string_new (scheme);
  g_string_append (out, "://");
  if (parts.user != parts.user_end) {
    append (out, parts.user, parts.user_end);
    g_string_append_c (out, '@');
  }
  g_string_append (out, host);
  if (*port)
    g_string_append_printf (out, ":%s", port);
  g_string_append (out, parts.path);
  g_free (scheme);
  g_free (host);
  g_free (port);

  return g_string_free (out, FALSE);
}

/**
 * gst_publish_url_equal:
 * @a: a url
 * @b: another
 *
 * Whether two urls are the same target, as gst_publish_url_normalize() sees
 * it. Any thread may call this.
 *
 * Returns: %TRUE if they are
 */
gboolean
gst_publish_url_equal (const gchar * a, const gchar * b)
{
  gchar *na, *nb;
  gboolean equal;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  na = gst_publish_url_normalize (a);
  nb = gst_publish_url_normalize (b);
  equal = g_str_equal (na, nb);
  g_free (na);
  g_free (nb);

  return equal;
}

static const gchar *
check_port (const Parts * parts)
{
  gsize length = parts->port_end - parts->port;
  gint64 port = g_ascii_strtoll (parts->port, NULL, 10);

  if (parts->port == parts->host_end)
    return NULL;
  if (length == 0 || length > 5 || !all_digits (parts->port, parts->port_end)
      || port < 1 || port > 65535)
    return "a port that is a number 1..65535";

  return NULL;
}

/* "/app/stream": at least two segments that are not empty; or "/app?query/stream"
 * with one in the path */
static gboolean
has_stream_name (const Parts * parts)
{
  const gchar *query_end = parts->rest + strcspn (parts->rest, "#");
  const gchar *c;
  guint segments = 0;

  for (c = parts->path; c < parts->path_end; c++) {
    if (*c == '/' && c + 1 < parts->path_end && c[1] != '/')
      segments++;
  }
  if (segments != 1 || parts->path_end[-1] == '/')
    return segments >= 2;
  c = find_last (parts->rest, query_end, '/');

  return c && c + 1 < query_end;
}

static gboolean
has_file_suffix (const Parts * parts)
{
  const gchar *const *suffix;
  gboolean found = FALSE;
  gchar *path = g_strndup (parts->path, parts->path_end - parts->path);

  for (suffix = file_suffixes; *suffix; suffix++)
    found = found || g_str_has_suffix (path, *suffix);
  g_free (path);

  return found;
}

/* What is allowed where @url is not, or NULL if it is good. */
static const gchar *
find_fault (const gchar * url)
{
  const gchar *const *scheme;
  const gchar *c;
  Parts parts;

  if (!g_utf8_validate (url, -1, NULL))
    return "UTF-8";
  for (c = url; *c; c++) {
    if ((guchar) * c <= ' ' || *c == 0x7f)
      return "a url without spaces and control characters";
  }
  if (!split (url, &parts))
    return "a url such as rtmp://host/app/stream";
  for (scheme = schemes; *scheme && !has_scheme (&parts, *scheme); scheme++);
  if (!*scheme)
    return "a url of the scheme rtmp, rtmps, srt or file";

  if (has_scheme (&parts, "file")) {
    if (parts.host != parts.host_end || !has_file_suffix (&parts))
      return "file:///path that ends in .flv, .ts or .m3u8";
    return NULL;
  }
  if (check_port (&parts))
    return check_port (&parts);
  if (has_scheme (&parts, "srt")) {
    /* srt://:port waits for a caller */
    if (parts.port == parts.port_end)
      return "srt://host:port";
    return NULL;
  }
  if (parts.host == parts.host_end || !has_stream_name (&parts))
    return "scheme://host/app/stream";

  return NULL;
}

/**
 * gst_publish_url_check:
 * @url: a url
 * @error: where to say what is wrong; the url in it is redacted
 *
 * Whether a target may have this url: rtmp and rtmps with host, application
 * and stream name, which may follow the application's query as in
 * rtmp://host/app?backup=1/stream; srt with a port; file with an absolute path that ends in
 * .flv, .ts or .m3u8. Whether an element offers that scheme is another
 * question. Any thread may call this.
 *
 * Returns: %TRUE if it may
 */
gboolean
gst_publish_url_check (const gchar * url, GError ** error)
{
  const gchar *allowed;
  gchar *shown;

  g_return_val_if_fail (url != NULL, FALSE);

  allowed = find_fault (url);
  if (!allowed)
    return TRUE;

  shown = gst_publish_url_redact (url);
  g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
      "is \"%s\", allowed is %s", shown, allowed);
  g_free (shown);

  return FALSE;
}
