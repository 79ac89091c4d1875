/* secrets: what is told does not tell them
 *
 * Messages come from everywhere, with urls in them: from the command line as it
 * was typed, from GLib, from elements. Those that are shown come through here.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "secrets.h"

#include <string.h>

#include <gst/publish/publish.h>

#define ENDS " \t\r\n\v\f\"'"

static gboolean
is_of_scheme (gchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("+-.", c));
}

/* (transfer full): @text with each url in it redacted, up to a space or a quote.
 * One that was redacted before stays as it is. */
gchar *
publish_hide_secrets (const gchar * text)
{
  GString *out = g_string_new (NULL);
  const gchar *mark;

  while ((mark = strstr (text, "://"))) {
    gsize length = strcspn (mark, ENDS);
    const gchar *begin = mark;
    gchar *url, *shown;

    while (begin > text && is_of_scheme (begin[-1]))
      begin--;
    url = g_strndup (begin, mark - begin + length);
    shown = strstr (url, "***") ? g_strdup (url) : gst_publish_url_redact (url);
    g_string_append_len (out, text, begin - text);
    g_string_append (out, shown);
    g_free (url);
    g_free (shown);
    text = mark + length;
  }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}
