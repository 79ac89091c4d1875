/* pattern: a picture and a tone that are made here
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gchar *
query_value (const gchar * query, const gchar * key, const gchar * standard)
{
  gchar **pairs = g_strsplit (query ? query : "", "&", -1);
  gchar *value = NULL;
  guint i;

  for (i = 0; pairs[i] && !value; i++) {
    if (g_str_has_prefix (pairs[i], key) && pairs[i][strlen (key)] == '=')
      value = g_strdup (pairs[i] + strlen (key) + 1);
  }
  g_strfreev (pairs);
  return value ? value : g_strdup (standard);
}

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

/* The parts of "test:ball?size=640x360&fps=25&speed=0&tone=440"; NULL: @error */
static gchar *
pattern_launch (const gchar * uri, GError ** error)
{
  const gchar *mark = strchr (uri, '?');
  gchar *pattern = mark ? g_strndup (uri + 5, mark - uri - 5) :
      g_strdup (uri + 5);
  gchar *size = query_value (mark ? mark + 1 : NULL, "size", "640x360");
  gchar *fps = query_value (mark ? mark + 1 : NULL, "fps", "25");
  gchar *speed = query_value (mark ? mark + 1 : NULL, "speed", "0");
  gchar *tone = query_value (mark ? mark + 1 : NULL, "tone", "440");
  gchar *color = query_value (mark ? mark + 1 : NULL, "color", "ff264653");
  GString *launch = g_string_new (NULL);
  guint width = 0, height = 0;

  if (!g_str_equal (size, "0") && (sscanf (size, "%ux%u", &width, &height) != 2
          || width < 2 || height < 2 || width > 8192 || height > 8192))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: size=%s, allowed is WIDTHxHEIGHT", uri, size);
  /* both stand in the line below as they are */
  else if (strspn (pattern, WORD) != strlen (pattern) ||
      strspn (color, WORD) != strlen (color))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: a pattern and a color are letters, digits and '-'", uri);
  if (width > 0)
    g_string_append_printf (launch, "videotestsrc is-live=true pattern=%s "
        "background-color=0x%s horizontal-speed=%d ! "
        "video/x-raw,width=%u,height=%u,framerate=%d/1 ! queue name=video ",
        *pattern ? pattern : "ball", color, CLAMP (atoi (speed), -100, 100),
        width, height, CLAMP (atoi (fps), 1, 120));
  if (!g_str_equal (tone, "0"))
    g_string_append_printf (launch, "audiotestsrc is-live=true volume=0.1 "
        "freq=%d samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1 ! "
        "queue name=audio", CLAMP (atoi (tone), 20, 20000));
  g_free (pattern);
  g_free (size);
  g_free (fps);
  g_free (speed);
  g_free (tone);
  g_free (color);
  return g_string_free (launch, FALSE);
}

/* A bin in which queues "video" and "audio" are what there is; NULL: @error */
GstElement *
publish_pattern_new (const gchar * uri, GError ** error)
{
  GError *fault = NULL;
  gchar *launch = pattern_launch (uri, &fault);
  GstElement *bin = fault ? NULL :
      gst_parse_bin_from_description (launch, FALSE, &fault);

  if (fault) {
    g_propagate_error (error, fault);
    if (bin)
      gst_object_unref (gst_object_ref_sink (bin));
    bin = NULL;
  }
  g_free (launch);
  return bin;
}
