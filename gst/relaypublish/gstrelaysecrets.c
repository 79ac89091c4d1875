/* Servers repeat in what they say whatever part of a url they are at: as it was
 * sent, unescaped, or escaped once more in their own way. All of these are
 * looked for, so the url is taken apart as it is written; what a parser makes
 * of it is unescaped already.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaysecrets.h"

#include <string.h>

/* A value of a query that is shorter is a flag or a number, and would only
 * black out others' words. */
#define SHORTEST_VALUE 4

static void
add_secret (GPtrArray * secrets, const gchar * from, const gchar * to)
{
  gchar *raw, *plain;

  if (to <= from)
    return;
  raw = g_strndup (from, to - from);
  plain = g_uri_unescape_string (raw, NULL);
  g_ptr_array_add (secrets, raw);
  if (plain) {
    g_ptr_array_add (secrets, g_uri_escape_string (plain, NULL, TRUE));
    g_ptr_array_add (secrets, plain);
  }
}

/* User and password as they stand together, and the password. */
static void
add_login (GPtrArray * secrets, const gchar * from, const gchar * to)
{
  const gchar *at = g_strrstr_len (from, to - from, "@"), *colon;

  if (!at)
    return;
  add_secret (secrets, from, at);
  colon = memchr (from, ':', at - from);
  if (colon)
    add_secret (secrets, colon + 1, at);
}

/* What follows the application. */
static void
add_path (GPtrArray * secrets, const gchar * from, const gchar * to)
{
  const gchar *end;
  guint n = 0;

  for (; from < to; from = end + 1) {
    end = memchr (from, '/', to - from);
    if (!end)
      end = to;
    if (n++ > 0)
      add_secret (secrets, from, end);
  }
}

static void
add_values (GPtrArray * secrets, const gchar * from, const gchar * to)
{
  const gchar *end, *value;

  for (; from < to; from = end + 1) {
    end = from + MIN (strcspn (from, "&#"), (gsize) (to - from));
    value = memchr (from, '=', end - from);
    value = value ? value + 1 : from;
    if (end - value >= SHORTEST_VALUE)
      add_secret (secrets, value, end);
  }
}

/* @has_stream: it is the application's, and the stream follows it. */
static void
add_query (GPtrArray * secrets, const gchar * from, gboolean has_stream)
{
  const gchar *to = from + strlen (from), *end = from + strcspn (from, "#");
  const gchar *slash = g_strrstr_len (from, end - from, "/");

  add_secret (secrets, from, to);
  add_values (secrets, from, to);
  if (has_stream && slash) {
    add_values (secrets, from, slash);
    add_secret (secrets, slash + 1, end);
  }
}

static gint
compare_lengths (gconstpointer a, gconstpointer b)
{
  gsize of_a = strlen (*(const gchar * const *) a);
  gsize of_b = strlen (*(const gchar * const *) b);

  return of_a < of_b ? 1 : of_a > of_b ? -1 : 0;
}

static void
replace_all (GString * text, const gchar * secret)
{
  const gchar *at;
  gsize n = strlen (secret), from = 0;

  while (n > 0 && (at = strstr (text->str + from, secret))) {
    from = at - text->str;
    g_string_erase (text, from, n);
    g_string_insert (text, from, "***");
    from += 3;
  }
}

/* Returns: (transfer full): @text without the parts of @url that are secret:
 * user and password, what follows the application, the query and its values. A
 * `file` url has none. */
gchar *
gst_relay_hide_secrets (const gchar * text, const gchar * url)
{
  GString *result = g_string_new (text);
  const gchar *authority = strstr (url, "://"), *path, *rest;
  GPtrArray *secrets;
  guint i;

  if (!authority || g_ascii_strncasecmp (url, "file:", 5) == 0)
    return g_string_free (result, FALSE);
  authority += 3;
  path = authority + strcspn (authority, "/?#");
  rest = authority + strcspn (authority, "?#");
  secrets = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (secrets, g_strdup (url));
  add_login (secrets, authority, path);
  if (*path == '/')
    add_path (secrets, path + 1, rest);
  if (*rest)
    add_query (secrets, rest + 1, *path == '/' &&
        !memchr (path + 1, '/', rest - path - 1));
  /* one that is part of another would leave the rest of that */
  g_ptr_array_sort (secrets, compare_lengths);
  for (i = 0; i < secrets->len; i++)
    replace_all (result, g_ptr_array_index (secrets, i));
  g_ptr_array_unref (secrets);
  return g_string_free (result, FALSE);
}
