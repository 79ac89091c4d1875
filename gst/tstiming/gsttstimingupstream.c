/* gsttstimingupstream.c: what upstream says of where its bytes come from */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdlib.h>
#include <string.h>

#include "gsttstimingupstream.h"

/* @pattern with one integer conversion, as multifilesrc takes it; NULL if it
 * has another form. */
static gchar *
file_name (const gchar * pattern, gint index)
{
  const gchar *percent = strchr (pattern, '%'), *end;
  gchar *digits, *name;
  gint width;

  if (!percent)
    return NULL;
  end = percent + 1 + strspn (percent + 1, "0123456789");
  if ((*end != 'd' && *end != 'u' && *end != 'i') || strchr (end, '%'))
    return NULL;
  width = CLAMP (atoi (percent + 1), 0, 32);
  digits = percent[1] == '0' ? g_strdup_printf ("%0*d", width, index) :
      g_strdup_printf ("%*d", width, index);
  name = g_strdup_printf ("%.*s%s%s", (gint) (percent - pattern), pattern,
      digits, end + 1);
  g_free (digits);
  return name;
}

/* The file that multifilesrc read last, which is the buffer now pushed: it tells
 * by its properties, for it answers no URI query with a file's name. NULL if
 * upstream of @sinkpad is something else. (transfer full) */
gchar *
gst_ts_timing_upstream_file (GstPad * sinkpad)
{
  GstPad *peer = gst_pad_get_peer (sinkpad);
  GstElement *source = peer ? gst_pad_get_parent_element (peer) : NULL;
  GObjectClass *klass = source ? G_OBJECT_GET_CLASS (source) : NULL;
  gchar *pattern = NULL, *name = NULL;
  gint index = 0, start = 0, stop = -1;

  if (klass && g_object_class_find_property (klass, "start-index") &&
      g_object_class_find_property (klass, "stop-index") &&
      g_object_class_find_property (klass, "index") &&
      g_object_class_find_property (klass, "location")) {
    g_object_get (source, "location", &pattern, "index", &index,
        "start-index", &start, "stop-index", &stop, NULL);
    /* it tells the next one; in a loop that is the first after the last */
    index = index > start || stop < 0 ? index - 1 : stop;
    name = pattern ? file_name (pattern, index) : NULL;
  }
  g_free (pattern);
  gst_clear_object (&source);
  gst_clear_object (&peer);
  return name;
}

/* The answer to a URI query, or NULL. multifilesrc behind another element tells
 * its pattern, which names no file. (transfer full) */
gchar *
gst_ts_timing_upstream_uri (GstPad * sinkpad)
{
  GstQuery *query = gst_query_new_uri ();
  gchar *uri = NULL;

  if (gst_pad_peer_query (sinkpad, query))
    gst_query_parse_uri (query, &uri);
  /* 1.22 cannot spell it */
  if (uri && (gst_uri_has_protocol (uri, "multifile") ||
          gst_uri_has_protocol (uri, "multifle")))
    g_clear_pointer (&uri, g_free);
  gst_query_unref (query);
  return uri;
}
