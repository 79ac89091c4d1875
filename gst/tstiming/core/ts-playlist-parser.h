/* ts-playlist-parser: what the halves of the playlist parser share */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ts-playlist.h"

G_BEGIN_DECLS
/* so that sums of byte ranges and sequence numbers stay in 64 bit */
#define TS_PLAYLIST_MAX_INTEGER (G_MAXINT64 / 4)
    typedef struct
{
  TsPlaylist *playlist;
  guint line;
  guint first_media_line;       /* the first line only media playlists have */
  guint first_master_line;
  gboolean has_media_sequence;
  gboolean has_discontinuity_sequence;
  gboolean has_version;
  /* for the next segment */
  gboolean has_extinf;
  guint extinf_line;
  TsPlaylistSegment next;
  gboolean has_byte_range;
  gboolean has_byte_offset;
  /* for all segments from here on */
  TsPlaylistEncryption encryption;
  gint map;
  /* for the next variant */
  gboolean has_stream_inf;
  guint stream_inf_line;
  TsPlaylistVariant variant;
} TsPlaylistParser;

gboolean
ts_playlist_fail (const TsPlaylistParser * parser, GError ** error,
    const gchar * format, ...)
G_GNUC_PRINTF (3, 4);
     void ts_playlist_remark (TsPlaylistParser * parser, const gchar * format,
    ...) G_GNUC_PRINTF (2, 3);
     gboolean ts_playlist_read_tag (TsPlaylistParser * parser, gchar * line,
    GError ** error);

G_END_DECLS
