/* pattern: a picture and a tone that are made here
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pattern.h"

#include <string.h>

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
#define MAX_SIDE 8192

typedef struct
{
  gchar *name;                  /* as videotestsrc knows it */
  guint width, height;          /* 0: no picture */
  gint fps, speed;              /* speed in pixels a frame */
  gint tone;                    /* Hz, 0: no sound */
  gchar *color;                 /* of the background, AARRGGBB */
} Pattern;

/* All of @value must be a number. */
static gboolean
read_number (const gchar * value, gint least, gint most, gint * number)
{
  gint64 read;

  if (!g_ascii_string_to_signed (value, 10, least, most, &read, NULL))
    return FALSE;
  *number = (gint) read;
  return TRUE;
}

static gboolean
read_size (const gchar * value, Pattern * pattern)
{
  gchar **sides = g_strsplit (value, "x", 2);
  gint width = 0, height = 0;
  gboolean good = g_str_equal (value, "0") || (sides[0] && sides[1] &&
      read_number (sides[0], 2, MAX_SIDE, &width) &&
      read_number (sides[1], 2, MAX_SIDE, &height));

  g_strfreev (sides);
  pattern->width = width;
  pattern->height = height;
  return good;
}

/* NULL, or what is allowed where @key=@value is not */
static const gchar *
set_key (Pattern * pattern, const gchar * key, const gchar * value)
{
  if (g_str_equal (key, "size"))
    return read_size (value, pattern) ? NULL : "WIDTHxHEIGHT, 2 to 8192, or 0";
  if (g_str_equal (key, "fps"))
    return read_number (value, 1, 120, &pattern->fps) ? NULL : "1 to 120";
  if (g_str_equal (key, "speed"))
    return read_number (value, -100, 100, &pattern->speed) ? NULL :
        "-100 to 100";
  if (g_str_equal (key, "tone"))
    return read_number (value, 0, 20000, &pattern->tone) &&
        (pattern->tone == 0 || pattern->tone >= 20) ? NULL :
        "20 to 20000 Hz, or 0";
  if (!g_str_equal (key, "color"))
    return "size=, fps=, speed=, tone= and color=";
  /* it stands in a launch line as it is */
  if (strlen (value) != 8 || strspn (value, "0123456789abcdefABCDEF") != 8)
    return "AARRGGBB, eight hexadecimal digits";
  g_free (pattern->color);
  pattern->color = g_strdup (value);
  return NULL;
}

static gboolean
read_query (Pattern * pattern, const gchar * uri, const gchar * query,
    GError ** error)
{
  gchar **pairs = g_strsplit (query, "&", -1);
  const gchar *allowed = NULL;
  guint i;

  for (i = 0; pairs[i] && !allowed; i++) {
    gchar **pair = g_strsplit (pairs[i], "=", 2);

    if (pair[0])
      allowed = set_key (pattern, pair[0], pair[1] ? pair[1] : "");
    if (allowed)
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "%s: \"%s\", allowed is %s", uri, pairs[i], allowed);
    g_strfreev (pair);
  }
  g_strfreev (pairs);
  return !allowed;
}

/* "test:ball?size=640x360&fps=25&speed=0&tone=440"; FALSE: @error */
static gboolean
read_pattern (Pattern * pattern, const gchar * uri, GError ** error)
{
  const gchar *name = strchr (uri, ':') + 1, *mark = strchr (name, '?');

  pattern->width = 640;
  pattern->height = 360;
  pattern->fps = 25;
  pattern->tone = 440;
  pattern->color = g_strdup ("ff264653");
  pattern->name = mark ? g_strndup (name, mark - name) : g_strdup (name);
  /* it stands in a launch line as it is */
  if (strspn (pattern->name, WORD) != strlen (pattern->name)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: a pattern is letters, digits and '-'", uri);
    return FALSE;
  }
  if (mark && !read_query (pattern, uri, mark + 1, error))
    return FALSE;
  if (pattern->width == 0 && pattern->tone == 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: has neither picture nor sound", uri);
    return FALSE;
  }
  return TRUE;
}

static gchar *
pattern_launch (const Pattern * pattern)
{
  GString *launch = g_string_new (NULL);

  if (pattern->width > 0)
    g_string_append_printf (launch, "videotestsrc is-live=true pattern=%s "
        "background-color=0x%s horizontal-speed=%d ! "
        "video/x-raw,width=%u,height=%u,framerate=%d/1 ! queue name=video ",
        *pattern->name ? pattern->name : "ball", pattern->color,
        pattern->speed, pattern->width, pattern->height, pattern->fps);
  if (pattern->tone > 0)
    g_string_append_printf (launch, "audiotestsrc is-live=true volume=0.1 "
        "freq=%d samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1 ! "
        "queue name=audio", pattern->tone);
  return g_string_free (launch, FALSE);
}

/* A bin in which queues "video" and "audio" are what there is; NULL: @error */
GstElement *
publish_pattern_new (const gchar * uri, GError ** error)
{
  Pattern pattern = { NULL, };
  GstElement *bin = NULL;
  gchar *launch;

  if (read_pattern (&pattern, uri, error)) {
    GError *fault = NULL;

    launch = pattern_launch (&pattern);
    bin = gst_parse_bin_from_description (launch, FALSE, &fault);
    g_free (launch);
    /* one whose property is not known is made all the same */
    if (fault && bin)
      gst_object_unref (gst_object_ref_sink (bin));
    if (fault) {
      bin = NULL;
      g_propagate_prefixed_error (error, fault, "%s: ", uri);
    }
  }
  g_free (pattern.name);
  g_free (pattern.color);
  return bin;
}
