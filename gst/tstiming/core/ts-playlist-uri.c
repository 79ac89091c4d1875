/* ts-playlist-uri: from what a playlist names to what is to be read */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ts-playlist.h"

#include <string.h>

/* GLib parses "http://host;/path" to a URI that it then refuses, by an
 * assertion, to write as text. */
static gboolean
can_be_text (GUri * uri)
{
  const gchar *path = g_uri_get_path (uri);

  if (g_uri_get_host (uri))
    return path[0] == 0 || path[0] == '/';
  return path[0] != '/' || path[1] != '/';
}

/**
 * ts_playlist_resolve:
 * @base: absolute URI of the playlist
 * @uri: as the playlist writes it (RFC 3986 reference)
 * @error: %TS_PLAYLIST_ERROR_URI
 *
 * Returns: (transfer full): an absolute URI, or %NULL: a playlist from the
 *   network must not make us read local files, and only http, https and file
 *   are followed at all.
 */
gchar *
ts_playlist_resolve (const gchar * base, const gchar * uri, GError ** error)
{
  GUriFlags flags = G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED;
  GUri *base_uri, *full = NULL;
  GError *fault = NULL;
  const gchar *scheme;
  gchar *text = NULL;

  base_uri = g_uri_parse (base, flags, &fault);
  if (base_uri)
    full = g_uri_parse_relative (base_uri, uri, flags, &fault);
  if (!full) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_URI,
        "\"%.200s\" is not a URI: %s", base_uri ? uri : base, fault->message);
    g_error_free (fault);
    goto done;
  }
  if (!can_be_text (full)) {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_URI,
        "\"%.200s\" is not a URI", uri);
    goto done;
  }
  scheme = g_uri_get_scheme (full);
  if (g_ascii_strcasecmp (scheme, "http") == 0
      || g_ascii_strcasecmp (scheme, "https") == 0) {
    text = g_uri_to_string (full);
  } else if (g_ascii_strcasecmp (scheme, "file") == 0) {
    if (g_ascii_strcasecmp (g_uri_get_scheme (base_uri), "file") == 0)
      text = g_uri_to_string (full);
    else
      g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_URI,
          "\"%.200s\" is a local file, and the playlist came from elsewhere",
          uri);
  } else {
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_URI,
        "\"%.200s\": scheme %s is not read from playlists", uri, scheme);
  }

done:
  g_clear_pointer (&full, g_uri_unref);
  g_clear_pointer (&base_uri, g_uri_unref);
  return text;
}

static gboolean
variant_fits (const TsPlaylistVariant * variant, const gchar * wish)
{
  gchar size[32];

  g_snprintf (size, sizeof size, "%ux%u", variant->width, variant->height);
  return g_ascii_strcasecmp (size, wish) == 0
      || strstr (variant->uri, wish) != NULL;
}

/**
 * ts_playlist_choose_variant:
 * @playlist: a master playlist
 * @wish: (nullable): `highest` (as %NULL) or `lowest` bandwidth, `first`, a
 *   number counted from 1, WIDTHxHEIGHT, or a part of the URI
 * @error: %TS_PLAYLIST_ERROR_NO_VARIANT
 *
 * Returns: (transfer none): the variant, or %NULL with @error set
 */
const TsPlaylistVariant *
ts_playlist_choose_variant (const TsPlaylist *
    playlist, const gchar * wish, GError ** error)
{
  const TsPlaylistVariant *chosen = NULL;
  gboolean lowest = wish && strcmp (wish, "lowest") == 0;
  gboolean by_rate = !wish || lowest || strcmp (wish, "highest") == 0;
  guint64 number = 0;
  guint i;

  if (wish && strcmp (wish, "first") == 0)
    number = 1;
  else if (wish && !by_rate)
    g_ascii_string_to_unsigned (wish, 10, 1, TS_PLAYLIST_MAX_VARIANTS, &number,
        NULL);

  for (i = 0; i < playlist->variants->len; i++) {
    const TsPlaylistVariant *variant =
        &g_array_index (playlist->variants, TsPlaylistVariant, i);

    if (by_rate) {
      if (!chosen || (lowest ? variant->bandwidth < chosen->bandwidth
              : variant->bandwidth > chosen->bandwidth))
        chosen = variant;
    } else if (number ? number == i + 1 : variant_fits (variant, wish)) {
      chosen = variant;
      break;
    }
  }
  if (!chosen)
    g_set_error (error, TS_PLAYLIST_ERROR, TS_PLAYLIST_ERROR_NO_VARIANT,
        "none of the %u variants of the master playlist is \"%.100s\"",
        playlist->variants->len, wish ? wish : "highest");
  return chosen;
}
