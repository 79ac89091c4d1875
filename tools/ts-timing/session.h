/* session: one run of the tool, from input to what the reports need */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "options.h"
#include "source.h"

G_BEGIN_DECLS
/* events kept for the charts: so many of each type */
#define TS_SESSION_EVENTS_PER_TYPE 100
    typedef struct
{
  TsTimingEvent event;          /* its detail is owned here */
  gchar *detail;
} TsSessionEvent;

/* What is known of the playlist, if the input was one. */
typedef struct
{
  gchar *uri;                   /* of the media playlist; NULL: no playlist */
  gchar *variant;               /* which one of the master, or NULL */
  guint n_variants;
  gboolean live;                /* no EXT-X-ENDLIST when last loaded */
  gboolean low_latency;
  gint64 target_duration;
  guint64 media_sequence;       /* of the first load */
  guint loads;
  guint listed;                 /* segments, over all loads */
  guint read;
  guint gaps;
  guint encrypted;              /* not read for that */
  guint unavailable;
  gchar *key_method;
} TsSessionPlaylist;

typedef struct
{
  TsOptions *options;
  TsSource *source;
  TsTimingChecker *checker;     /* NULL until the kind of input is known */
  GCancellable *cancellable;
  gint64 deadline;
  gint64 started;

  gchar *input;                 /* for display */
  TsSessionPlaylist playlist;
  GArray *events;               /* TsSessionEvent */
  guint events_of[TS_TIMING_N_EVENTS];
  guint64 bytes;
} TsSession;

TsSession *ts_session_new (TsOptions * options, GCancellable * cancellable);
void ts_session_free (TsSession * session);
gboolean ts_session_run (TsSession * session, GError ** error);

/* for the playlist walker */
gboolean ts_session_begin (TsSession * session, gboolean segments,
    GError ** error);
void ts_session_push (TsSession * session, const guint8 * data, gsize size,
    gint64 arrival);
gboolean ts_session_read (TsSession * session, const gchar * uri,
    gint64 offset, gint64 length, TsSourceFunc func, gpointer user_data,
    GError ** error);
gchar *ts_session_fetch_playlist (TsSession * session, const gchar * uri,
    gsize * length, gchar ** effective, GError ** error);
gboolean ts_session_is_over (const TsSession * session);
gboolean ts_session_wait (const TsSession * session, gint64 until);

gboolean ts_walk_playlist (TsSession * session, const gchar * uri,
    const gchar * text, gsize length, GError ** error);

/* progress on a terminal */
void ts_progress_update (const TsSession * session);
void ts_progress_clear (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSession, ts_session_free)
    G_END_DECLS
