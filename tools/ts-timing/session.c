/* session: one run of the tool, from input to what the reports need */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "ts-playlist.h"

/* as many bytes as tell a playlist from a stream */
#define SNIFF 10

typedef enum
{
  INPUT_UNKNOWN,
  INPUT_STREAM,
  INPUT_PLAYLIST,
} InputKind;

typedef struct
{
  TsSession *session;
  InputKind kind;
  gboolean stream_only;
  GByteArray *head;             /* bytes of a playlist, or of what is unknown */
  gboolean too_large;
  GError *error;
} Input;

static void
clear_event (gpointer data)
{
  g_free (((TsSessionEvent *) data)->detail);
}

/**
 * ts_session_new:
 * @options: what to do; kept, not owned
 * @cancellable: ends the run early; it still reports
 *
 * Returns: (transfer full): a run
 */
TsSession *
ts_session_new (TsOptions * options, GCancellable * cancellable)
{
  TsSession *session = g_new0 (TsSession, 1);

  session->options = options;
  session->cancellable = g_object_ref (cancellable);
  session->source = ts_source_new ();
  session->started = ts_source_now ();
  session->deadline = options->duration == TS_TIMING_UNLIMITED ?
      TS_TIMING_NO_TIME : session->started + options->duration;
  session->events = g_array_new (FALSE, FALSE, sizeof (TsSessionEvent));
  g_array_set_clear_func (session->events, clear_event);
  return session;
}

/**
 * ts_session_free:
 * @session: (nullable): what to free
 */
void
ts_session_free (TsSession * session)
{
  if (!session)
    return;
  ts_timing_free (session->checker);
  ts_source_free (session->source);
  g_object_unref (session->cancellable);
  g_array_unref (session->events);
  g_free (session->input);
  g_free (session->playlist.uri);
  g_free (session->playlist.variant);
  g_free (session->playlist.key_method);
  g_free (session);
}

static void
on_event (const TsTimingEvent * event, gpointer user_data)
{
  TsSession *session = user_data;
  TsSessionEvent kept = { *event, g_strdup (event->detail) };

  if (session->options->verbose) {
    gchar line[512];

    ts_progress_clear ();
    fprintf (stderr, "%s\n", ts_timing_event_describe (event, line,
            sizeof line));
  }
  if (session->events_of[event->type]++ < TS_SESSION_EVENTS_PER_TYPE) {
    kept.event.detail = kept.detail;
    g_array_append_val (session->events, kept);
  } else {
    g_free (kept.detail);
  }
}

/* Makes the checker, now that it is known whether the input is in segments,
 * which are judged as hls if the user names no profile. */
gboolean
ts_session_begin (TsSession * session, gboolean segments, GError ** error)
{
  TsOptions *options = session->options;

  if (segments && !options->profile_given
      && !ts_options_apply_profile (options, TS_TIMING_PROFILE_HLS, error))
    return FALSE;
  session->checker = ts_timing_new (&options->config);
  ts_timing_set_callback (session->checker, on_event, session);
  return !options->name_pattern
      || ts_timing_set_name_pattern (session->checker, options->name_pattern,
      error);
}

void
ts_session_push (TsSession * session, const guint8 * data, gsize size,
    gint64 arrival)
{
  if (size)
    ts_timing_push (session->checker, data, size, arrival);
  else
    ts_timing_tick (session->checker, arrival);
  session->bytes += size;
  ts_progress_update (session);
}

gboolean
ts_session_is_over (const TsSession * session)
{
  return g_cancellable_is_cancelled (session->cancellable)
      || (session->deadline != TS_TIMING_NO_TIME
      && ts_source_now () >= session->deadline);
}

/* Waits until a time of the monotonic clock; FALSE: the run is over before. */
gboolean
ts_session_wait (const TsSession * session, gint64 until)
{
  gint64 left;

  while (!ts_session_is_over (session)
      && (left = until - ts_source_now ()) > 0) {
    struct pollfd fd = { g_cancellable_get_fd (session->cancellable), POLLIN,
      0
    };

    if (session->deadline != TS_TIMING_NO_TIME)
      left = MIN (left, session->deadline - ts_source_now ());
    ts_progress_update (session);
    (void) poll (&fd, 1, CLAMP (left / TS_TIMING_MSEC + 1, 1, 200));
    g_cancellable_release_fd (session->cancellable);
  }
  return !ts_session_is_over (session);
}

static void
fill_request (TsSession * session, TsSourceRequest * request,
    const gchar * uri, TsSourceFunc func, gpointer user_data)
{
  memset (request, 0, sizeof *request);
  request->uri = uri;
  request->byte_length = -1;
  request->idle = session->options->idle;
  request->ca_file = session->options->ca_file;
  request->deadline = session->deadline;
  request->cancellable = session->cancellable;
  request->func = func;
  request->user_data = user_data;
}

/* Reads @length bytes from @offset on, -1 for all there are. */
gboolean
ts_session_read (TsSession * session, const gchar * uri, gint64 offset,
    gint64 length, TsSourceFunc func, gpointer user_data, GError ** error)
{
  TsSourceRequest request;

  fill_request (session, &request, uri, func, user_data);
  request.byte_offset = offset;
  request.byte_length = length;
  return ts_source_read (session->source, &request, error);
}

static gboolean
on_playlist_bytes (const guint8 * data, gsize size, gint64 arrival,
    gpointer user_data)
{
  GByteArray *bytes = user_data;

  /* one more than allowed: the parser then says that it is too large */
  g_byte_array_append (bytes, data,
      MIN (size, TS_PLAYLIST_MAX_SIZE + 1 - (gsize) bytes->len));
  return bytes->len <= TS_PLAYLIST_MAX_SIZE;
}

/* Reads a playlist whole, bounded; @effective is its URI after redirects. */
gchar *
ts_session_fetch_playlist (TsSession * session, const gchar * uri,
    gsize * length, gchar ** effective, GError ** error)
{
  GByteArray *bytes = g_byte_array_new ();

  if (!ts_session_read (session, uri, 0, -1, on_playlist_bytes, bytes, error)) {
    g_byte_array_unref (bytes);
    return NULL;
  }
  if (effective)
    *effective = g_strdup (ts_source_get_uri (session->source));
  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return (gchar *) g_byte_array_free (bytes, FALSE);
}

static gboolean
decide (Input * input)
{
  if (!input->stream_only
      && ts_playlist_recognise (input->head->data, input->head->len)) {
    input->kind = INPUT_PLAYLIST;
    return TRUE;
  }
  input->kind = INPUT_STREAM;
  return input->session->checker
      || ts_session_begin (input->session, FALSE, &input->error);
}

static gboolean
on_input (const guint8 * data, gsize size, gint64 arrival, gpointer user_data)
{
  Input *input = user_data;

  if (input->kind == INPUT_STREAM) {
    ts_session_push (input->session, data, size, arrival);
    return TRUE;
  }
  if (size == 0)                /* the end of a playlist that is a file */
    return input->kind == INPUT_UNKNOWN;
  if (!on_playlist_bytes (data, size, arrival, input->head))
    return FALSE;
  if (input->kind == INPUT_UNKNOWN && input->head->len >= SNIFF) {
    if (!decide (input))
      return FALSE;
    if (input->kind == INPUT_STREAM) {
      ts_session_push (input->session, input->head->data, input->head->len,
          arrival);
      g_byte_array_set_size (input->head, 0);
    }
  }
  return TRUE;
}

/* A pipe has no folder: names in its playlist are looked up in ours. */
static gchar *
base_of_pipe (void)
{
  gchar *folder = g_get_current_dir ();
  gchar *path = g_build_filename (folder, "stdin.m3u8", NULL);
  gchar *uri = g_filename_to_uri (path, NULL, NULL);

  g_free (folder);
  g_free (path);
  return uri;
}

static gboolean
run_one (TsSession * session, const gchar * argument, gboolean segment,
    GError ** error)
{
  Input input = { session, INPUT_UNKNOWN };
  TsSourceRequest request;
  gboolean good;
  gchar *uri = ts_source_uri_from_argument (argument, error), *base;

  if (!uri)
    return FALSE;
  input.head = g_byte_array_new ();
  input.stream_only = segment;
  fill_request (session, &request, uri, on_input, &input);
  request.follow = session->options->follow && !segment;
  request.live = session->options->live;
  good = ts_source_read (session->source, &request, error);
  if (good && input.kind == INPUT_UNKNOWN && input.head->len == 0
      && !segment && !ts_session_is_over (session)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: empty",
        argument);
    good = FALSE;
  } else if (good && input.kind == INPUT_UNKNOWN) {
    good = decide (&input);
    if (good && input.kind == INPUT_STREAM && input.head->len)
      ts_session_push (session, input.head->data, input.head->len,
          TS_TIMING_NO_TIME);
  }
  if (input.error) {
    g_propagate_error (error, input.error);
    good = FALSE;
  }
  if (good && input.kind == INPUT_PLAYLIST) {
    base = strcmp (uri, "-") == 0 ? base_of_pipe () :
        g_strdup (ts_source_get_uri (session->source));
    good = ts_walk_playlist (session, base, (const gchar *) input.head->data,
        input.head->len, error);
    g_free (base);
  }
  g_byte_array_unref (input.head);
  g_free (uri);
  return good;
}

/**
 * ts_session_run:
 * @session: the run
 * @error: why the input cannot be judged
 *
 * Reads the inputs to their end. Several inputs are segments of one stream.
 *
 * Returns: %FALSE with @error set
 */
gboolean
ts_session_run (TsSession * session, GError ** error)
{
  gchar **inputs = session->options->inputs;
  guint n = g_strv_length (inputs), i;

  if (n > 1)
    session->input = g_strdup_printf ("%u segments", n);
  else if (strcmp (inputs[0], "-") == 0)
    session->input = g_strdup ("standard input");
  else
    session->input = g_filename_display_name (inputs[0]);
  if (n == 1) {
    if (!run_one (session, inputs[0], FALSE, error))
      return FALSE;
  } else {
    if (!ts_session_begin (session, TRUE, error))
      return FALSE;
    for (i = 0; i < n && !ts_session_is_over (session); i++) {
      gchar *name = g_filename_display_basename (inputs[i]);
      TsTimingSegment segment = { name, TS_TIMING_NO_TIME, TS_TIMING_NO_TIME,
        FALSE
      };
      gboolean good;

      ts_timing_begin_segment (session->checker, &segment);
      good = run_one (session, inputs[i], TRUE, error);
      g_free (name);
      if (!good)
        return FALSE;
    }
  }
  /* a playlist's walk has done so already, to judge the last segment */
  if (!session->playlist.uri)
    ts_timing_finish (session->checker);
  ts_progress_clear ();
  return TRUE;
}
