/* ts-playlist: what an HLS playlist says */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ts-timing.h"

G_BEGIN_DECLS
#define TS_PLAYLIST_ERROR (ts_playlist_error_quark ())
/**
 * TsPlaylistError:
 * @TS_PLAYLIST_ERROR_SYNTAX: a line cannot be understood
 * @TS_PLAYLIST_ERROR_TOO_LARGE: more than the limits below
 * @TS_PLAYLIST_ERROR_UNSUPPORTED: understood, and not supported
 * @TS_PLAYLIST_ERROR_URI: a URI that cannot be resolved or must not be
 *   followed
 * @TS_PLAYLIST_ERROR_NO_VARIANT: no variant is as wished
 *
 * Messages of the first three begin with "line N: ".
 */
    typedef enum
{
  TS_PLAYLIST_ERROR_SYNTAX,
  TS_PLAYLIST_ERROR_TOO_LARGE,
  TS_PLAYLIST_ERROR_UNSUPPORTED,
  TS_PLAYLIST_ERROR_URI,
  TS_PLAYLIST_ERROR_NO_VARIANT,
} TsPlaylistError;

/* a day of one-second segments is 8 MB and 86400 segments */
#define TS_PLAYLIST_MAX_SIZE (16 * 1024 * 1024)
#define TS_PLAYLIST_MAX_LINE (64 * 1024)
#define TS_PLAYLIST_MAX_SEGMENTS 200000
#define TS_PLAYLIST_MAX_VARIANTS 1000
#define TS_PLAYLIST_MAX_REMARKS 20

typedef enum
{
  TS_PLAYLIST_LIVE,             /* no EXT-X-PLAYLIST-TYPE */
  TS_PLAYLIST_EVENT,
  TS_PLAYLIST_VOD,
} TsPlaylistType;

/**
 * TsPlaylistEncryption:
 * @TS_PLAYLIST_CLEAR: none
 * @TS_PLAYLIST_SAMPLE_ENCRYPTED: only the samples are: packets, PES headers
 *   and clocks can be read
 * @TS_PLAYLIST_ENCRYPTED: every byte is (AES-128, or a method not known)
 */
typedef enum
{
  TS_PLAYLIST_CLEAR,
  TS_PLAYLIST_SAMPLE_ENCRYPTED,
  TS_PLAYLIST_ENCRYPTED,
} TsPlaylistEncryption;

/* EXT-X-MAP: bytes that precede each segment after it */
typedef struct
{
  gchar *uri;                   /* as written */
  gint64 byte_offset;           /* 0 and -1: the whole resource */
  gint64 byte_length;
  guint line;
} TsPlaylistMap;

typedef struct
{
  gchar *uri;                   /* as written */
  guint line;                   /* of the URI, from 1 */
  guint64 sequence;             /* Media Sequence Number */
  guint64 discontinuity_sequence;
  gint64 duration;              /* EXTINF, ns */
  gint64 byte_offset;           /* 0 and -1: the whole resource */
  gint64 byte_length;
  gint64 program_date_time;     /* ns since the Unix epoch, or no time */
  gint map;                     /* index, -1: none */
  TsPlaylistEncryption encryption;
  gboolean discontinuity;       /* marked before this segment */
  gboolean gap;                 /* not to be loaded */
} TsPlaylistSegment;

/* EXT-X-STREAM-INF */
typedef struct
{
  gchar *uri;                   /* as written */
  gchar *codecs;                /* or NULL */
  guint line;
  guint64 bandwidth;            /* bit/s */
  guint width;                  /* 0: not told */
  guint height;
} TsPlaylistVariant;

/* What the standard forbids but can be read all the same. */
typedef struct
{
  guint line;
  gchar *text;
} TsPlaylistRemark;

typedef struct
{
  gboolean master;
  guint version;
  TsPlaylistType type;
  gboolean end_list;
  gboolean i_frames_only;
  gboolean low_latency;         /* has parts */
  gint64 target_duration;       /* ns, or no time */
  gint64 start_offset;          /* ns from the begin or (< 0) from the end,
                                 * or no time */
  guint64 media_sequence;
  guint64 discontinuity_sequence;
  gint64 duration;              /* of all segments, ns */
  gchar *key_method;            /* of the first EXT-X-KEY but NONE, or NULL */
  GArray *segments;             /* TsPlaylistSegment */
  GArray *maps;                 /* TsPlaylistMap */
  GArray *variants;             /* TsPlaylistVariant */
  GArray *remarks;              /* TsPlaylistRemark */
} TsPlaylist;

GQuark ts_playlist_error_quark (void);

gboolean ts_playlist_recognise (const guint8 * data, gsize size);
TsPlaylist *ts_playlist_parse (const gchar * text, gsize length,
    GError ** error);
void ts_playlist_free (TsPlaylist * playlist);

static inline const TsPlaylistSegment *
ts_playlist_segment (const TsPlaylist * playlist, guint index)
{
  return &g_array_index (playlist->segments, TsPlaylistSegment, index);
}

const TsPlaylistVariant *ts_playlist_choose_variant (const TsPlaylist *
    playlist, const gchar * wish, GError ** error);
gchar *ts_playlist_resolve (const gchar * base, const gchar * uri,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsPlaylist, ts_playlist_free)
    G_END_DECLS
