/* One RTMP connection of our own: GIO finds, connects and secures the socket,
 * gstrelayrtmp.c speaks, the ring's cursor has the media. Nothing here waits:
 * what would, goes on when the socket is ready or the I/O thread's next round
 * comes.
 *
 * Threads: all of it is the I/O thread's, but for what is set once in
 * gst_relay_connection_new() and the counters.
 * Locks: GstRelayConnection.lock guards the counters; a leaf.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayconnection.h"

#include <gst/gst.h>

#include "gstrelayarrival.h"
#include "gstrelaybatch.h"
#include "gstrelayrtmp.h"
#include "gstrelaytcp.h"

/* Batches of one turn: then the others get theirs. */
#define TURN_BATCHES 8
/* Reads of one turn: a server that sends and sends. */
#define TURN_READS 16
#define READ_SIZE 4096
/* TLS takes one piece at a time, and makes records of at most 16 KiB. */
#define GATHER_SIZE (64 * 1024)
/* How often the kernel is asked what has arrived, in us. */
#define ASK_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)
/* A server whose kernel has all of it has this long to answer the farewell, in
 * us. It may not have read it yet, and a proxy between us (TLS has one as a rule)
 * closes both sides when we close ours: what was not read then is lost. */
#define ANSWER_TIME (2 * G_TIME_SPAN_SECOND)
/* Then we close our side; a server that does not close too is left, in us. */
#define CLOSE_TIME (300 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GstRelayConnection *connection;
  void (*closed) (gpointer data);
  gpointer data;
} CloseJob;

struct _GstRelayConnection
{
  gint refs;                    /* atomic */

  GstRelayConnectionConfig config;
  GstRelayRtmpUrl url;

  GCancellable *cancellable;
  gboolean connecting;          /* GIO is at it */
  GstPublishCdnPhase phase;
  GSocketConnection *stream;
  GSocket *socket;              /* of the stream */
  GPollableInputStream *in;     /* of the stream */
  GPollableOutputStream *out;   /* of the stream */
  GSource *in_source;
  GSource *out_source;          /* while the socket takes no more */
  GSource *timer;
  GstRelayRtmp *rtmp;

  GstRelayBatch *batch;
  GByteArray *gathered;         /* TLS: must be offered again as it was */
  gsize gathered_at;
  gboolean media_batch;         /* the batch at hand has media */
  gboolean started, accepted;
  gint64 farewell_time;         /* us; when it was written; 0: not yet */
  gint64 shut_time;             /* us; when our side was closed; 0: not yet */
  gint64 asked_time;            /* us */
  GstRelayArrival arrival;
  GstClockTime arrived;
  gboolean arrived_sure;
  gboolean over;                /* failed or ended, and told so */
  gboolean closed;
  CloseJob *close_job;          /* until GIO has let go */

  GMutex lock;
  /* bytes made into batches; written; acknowledged by the peer's TCP */
  guint64 queued, written, acknowledged;
};

static gint64 take_turn (gint64 now, gboolean * progressed, gpointer data);
static void ask_kernel (GstRelayConnection * self, gint64 now);

static GstRelayConnection *
connection_ref (GstRelayConnection * connection)
{
  g_atomic_int_inc (&connection->refs);
  return connection;
}

/* The url has been checked. */
GstRelayConnection *
gst_relay_connection_new (const GstRelayConnectionConfig * config)
{
  GstRelayConnection *self;
  GstRelayRtmpUrl url;

  if (!gst_relay_rtmp_url_parse (&url, config->url))
    return NULL;
  self = g_new0 (GstRelayConnection, 1);
  self->refs = 1;
  self->config = *config;
  self->config.url = NULL;
  self->config.io = gst_relay_io_ref (config->io);
  if (self->config.database)
    g_object_ref (self->config.database);
  self->url = url;
  self->cancellable = g_cancellable_new ();
  self->batch = gst_relay_batch_new ();
  if (url.tls)
    self->gathered = g_byte_array_new ();
  gst_relay_arrival_init (&self->arrival);
  self->arrived = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  return self;
}

void
gst_relay_connection_unref (GstRelayConnection * connection)
{
  if (!g_atomic_int_dec_and_test (&connection->refs))
    return;
  gst_relay_io_unref (connection->config.io);
  g_clear_object (&connection->config.database);
  gst_relay_rtmp_url_clear (&connection->url);
  g_object_unref (connection->cancellable);
  g_clear_pointer (&connection->rtmp, gst_relay_rtmp_free);
  gst_relay_batch_free (connection->batch);
  g_clear_pointer (&connection->gathered, g_byte_array_unref);
  gst_relay_arrival_clear (&connection->arrival);
  g_mutex_clear (&connection->lock);
  g_free (connection);
}

static void
drop_source (GSource ** source)
{
  if (*source) {
    g_source_destroy (*source);
    g_clear_pointer (source, g_source_unref);
  }
}

/* Lets go of the socket, at once and without a word: what is sent in order is
 * sent before. */
static void
drop_stream (GstRelayConnection * self)
{
  drop_source (&self->in_source);
  drop_source (&self->out_source);
  drop_source (&self->timer);
  if (self->stream) {
    /* TLS would wait to say good-bye to a peer that may not listen */
    g_socket_close (self->socket, NULL);
    g_clear_object (&self->stream);
    self->socket = NULL;
    self->in = NULL;
    self->out = NULL;
  }
  gst_relay_batch_clear (self->batch);
}

static void
tell (GstRelayConnection * self, GstRelayConnectionEvent event,
    GstPublishCode code, const gchar * text)
{
  self->config.func (event, self->phase, code, text, self->config.data);
}

/* It is over: what has arrived since the kernel was last asked counts. */
static void
finish_stream (GstRelayConnection * self)
{
  self->over = TRUE;
  if (self->stream)
    ask_kernel (self, g_get_monotonic_time ());
  drop_stream (self);
}

static void
end (GstRelayConnection * self)
{
  if (self->over)
    return;
  finish_stream (self);
  tell (self, GST_RELAY_CONNECTION_ENDED, GST_PUBLISH_CODE_OK, NULL);
}

/* The farewell is written, and all that was before it. */
static gboolean
said_farewell (GstRelayConnection * self)
{
  return self->rtmp &&
      gst_relay_rtmp_get_state (self->rtmp) == GST_RELAY_RTMP_ENDED &&
      gst_relay_rtmp_get_output (self->rtmp)->len == 0 &&
      gst_relay_batch_get_left (self->batch) == 0;
}

static void
fail (GstRelayConnection * self, GstPublishCode code, const gchar * text)
{
  if (self->over)
    return;
  /* all that is left is to go; the server may be faster */
  if (said_farewell (self)) {
    end (self);
    return;
  }
  finish_stream (self);
  tell (self, GST_RELAY_CONNECTION_FAILED, code, text);
}

static void
fail_phase (GstRelayConnection * self, const gchar * text)
{
  fail (self, gst_publish_cdn_phase_to_code (self->phase), text);
}

/* The server said no, or what it says makes no sense. */
static void
fail_protocol (GstRelayConnection * self)
{
  switch (gst_relay_rtmp_get_failed_state (self->rtmp)) {
    case GST_RELAY_RTMP_HANDSHAKE:
    case GST_RELAY_RTMP_CONNECT:
      self->phase = GST_PUBLISH_CDN_PHASE_APPLICATION;
      break;
    case GST_RELAY_RTMP_CREATE:
    case GST_RELAY_RTMP_PUBLISH:
      self->phase = GST_PUBLISH_CDN_PHASE_PUBLISH;
      break;
    default:
      self->phase = GST_PUBLISH_CDN_PHASE_MEDIA;
      break;
  }
  fail_phase (self, gst_relay_rtmp_get_fault (self->rtmp));
}

/* --- what has arrived --- */

static void
note_arrival (GstRelayConnection * self)
{
  guint64 bytes = self->acknowledged;
  gboolean sure = gst_relay_rtmp_get_acknowledged (self->rtmp, self->written,
      &bytes);
  GstClockTime dts = gst_relay_arrival_find (&self->arrival, bytes, sure);

  if (!GST_CLOCK_TIME_IS_VALID (dts))
    return;
  sure |= gst_relay_arrival_is_first (&self->arrival, dts);
  if (dts == self->arrived && sure == self->arrived_sure)
    return;
  self->arrived = dts;
  self->arrived_sure = sure;
  gst_relay_cursor_set_arrived (self->config.cursor, dts, sure);
}

/* With TLS the kernel counts more bytes than we do: what it has not got rid of
 * is then no less than it says, and what has arrived is no more. */
static void
ask_kernel (GstRelayConnection * self, gint64 now)
{
  guint64 pending = 0, arrived;

  self->asked_time = now;
  if (!gst_relay_tcp_get_unacknowledged (self->socket, &pending))
    pending = 0;
  g_mutex_lock (&self->lock);
  arrived = self->written - MIN (pending, self->written);
  self->acknowledged = MAX (self->acknowledged, arrived);
  g_mutex_unlock (&self->lock);
  if (self->started)
    note_arrival (self);
}

/* --- reading --- */

static void
update_phase (GstRelayConnection * self)
{
  switch (gst_relay_rtmp_get_state (self->rtmp)) {
    case GST_RELAY_RTMP_CREATE:
    case GST_RELAY_RTMP_PUBLISH:
      self->phase = GST_PUBLISH_CDN_PHASE_PUBLISH;
      break;
    case GST_RELAY_RTMP_READY:
      if (self->phase != GST_PUBLISH_CDN_PHASE_MEDIA) {
        self->phase = GST_PUBLISH_CDN_PHASE_MEDIA;
        drop_source (&self->timer);
      }
      break;
    default:
      break;
  }
}

/* Takes what the server has sent. FALSE: it is over. */
static gboolean
read_all (GstRelayConnection * self)
{
  guint8 bytes[READ_SIZE];
  GError *error = NULL;
  gssize n;
  guint i;

  for (i = 0; i < TURN_READS && !self->over; i++) {
    n = g_pollable_input_stream_read_nonblocking (self->in, bytes,
        sizeof (bytes), NULL, &error);
    if (n > 0) {
      if (!gst_relay_rtmp_feed (self->rtmp, bytes, n))
        fail_protocol (self);
      else
        update_phase (self);
      continue;
    }
    if (n == 0) {
      fail_phase (self, "the server closed the connection");
    } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      fail_phase (self, error->message);
    }
    g_clear_error (&error);
    break;
  }
  return !self->over;
}

/* Out of order, for this connection alone: the others keep to their rounds. */
static void
take_extra_turn (GstRelayConnection * self)
{
  gboolean progressed = FALSE;
  gint64 when = take_turn (g_get_monotonic_time (), &progressed, self);

  if (when >= 0)
    gst_relay_io_wake_at (self->config.io, when);
}

static gboolean
on_readable (GObject * stream, gpointer data)
{
  GstRelayConnection *self = data;
  GByteArray *output = gst_relay_rtmp_get_output (self->rtmp);
  gboolean was_ready = self->phase == GST_PUBLISH_CDN_PHASE_MEDIA;

  if (!read_all (self))
    return G_SOURCE_REMOVE;
  /* a mere acknowledgement is no reason to write */
  if (output->len > 0 || !was_ready || gst_relay_rtmp_is_heard (self->rtmp))
    take_extra_turn (self);
  return self->over ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* --- writing --- */

static GPollableReturn
write_plain (GstRelayConnection * self, gsize * written, GError ** error)
{
  guint n;
  const GOutputVector *vectors = gst_relay_batch_get_vectors (self->batch, &n);

  return g_pollable_output_stream_writev_nonblocking (self->out, vectors, n,
      written, NULL, error);
}

static GPollableReturn
write_tls (GstRelayConnection * self, gsize * written, GError ** error)
{
  GByteArray *gathered = self->gathered;
  GError *why = NULL;
  gssize n;

  if (self->gathered_at == gathered->len) {
    g_byte_array_set_size (gathered, GATHER_SIZE);
    g_byte_array_set_size (gathered, (guint)
        gst_relay_batch_gather (self->batch, gathered->data, GATHER_SIZE));
    self->gathered_at = 0;
  }
  n = g_pollable_output_stream_write_nonblocking (self->out,
      gathered->data + self->gathered_at, gathered->len - self->gathered_at,
      NULL, &why);
  if (n >= 0) {
    self->gathered_at += n;
    *written = n;
    return G_POLLABLE_RETURN_OK;
  }
  *written = 0;
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    g_error_free (why);
    return G_POLLABLE_RETURN_WOULD_BLOCK;
  }
  g_propagate_error (error, why);
  return G_POLLABLE_RETURN_FAILED;
}

static gboolean
on_writable (GObject * stream, gpointer data)
{
  GstRelayConnection *self = data;

  drop_source (&self->out_source);
  take_extra_turn (self);
  return G_SOURCE_REMOVE;
}

static void
wait_until_writable (GstRelayConnection * self)
{
  self->out_source = g_pollable_output_stream_create_source (self->out, NULL);
  g_source_set_callback (self->out_source, G_SOURCE_FUNC (on_writable), self,
      NULL);
  g_source_attach (self->out_source,
      gst_relay_io_get_context (self->config.io));
}

/* Writes of the batch what the socket takes. FALSE: not all of it. */
static gboolean
write_batch (GstRelayConnection * self)
{
  GError *error = NULL;
  gsize written = 0;
  GPollableReturn result;

  while (gst_relay_batch_get_left (self->batch) > 0) {
    result = self->gathered ? write_tls (self, &written, &error) :
        write_plain (self, &written, &error);
    if (result == G_POLLABLE_RETURN_WOULD_BLOCK) {
      wait_until_writable (self);
      return FALSE;
    }
    if (result == G_POLLABLE_RETURN_FAILED) {
      /* what the server said before it closed says more */
      if (read_all (self))
        fail_phase (self, error->message);
      g_error_free (error);
      return FALSE;
    }
    gst_relay_batch_advance (self->batch, written);
    g_mutex_lock (&self->lock);
    self->written += written;
    g_mutex_unlock (&self->lock);
    /* the first of it: all may take long, or for ever */
    if (self->media_batch && !self->accepted) {
      self->accepted = TRUE;
      tell (self, GST_RELAY_CONNECTION_ACCEPTED, GST_PUBLISH_CODE_OK, NULL);
    }
  }
  return TRUE;
}

static void
count_queued (GstRelayConnection * self)
{
  g_mutex_lock (&self->lock);
  self->queued += gst_relay_batch_get_left (self->batch);
  g_mutex_unlock (&self->lock);
}

static void
queue_tags (GstRelayConnection * self, GstBufferList * tags)
{
  GstRelayFlvTag tag;
  guint i, n = gst_buffer_list_length (tags);

  gst_relay_batch_set_tags (self->batch, self->rtmp, tags);
  count_queued (self);
  for (i = 0; i < n; i++) {
    if (gst_relay_flv_parse (gst_buffer_list_get (tags, i), &tag))
      gst_relay_arrival_add (&self->arrival, &tag, self->queued);
  }
}

/* Headers say the time of what follows. */
static void
queue_headers (GstRelayConnection * self, GstBufferList * headers,
    GstClockTime dts)
{
  GstBufferList *tags = gst_buffer_list_new ();
  guint i, n = headers ? gst_buffer_list_length (headers) : 0;

  for (i = 0; i < n; i++) {
    GstBuffer *header = gst_buffer_list_get (headers, i);
    GstRelayFlvTag tag;

    if (gst_relay_flv_parse (header, &tag) && !tag.file_header)
      gst_buffer_list_add (tags, gst_relay_flv_restamp (header,
              (guint32) (dts / GST_MSECOND)));
  }
  gst_relay_batch_set_tags (self->batch, self->rtmp, tags);
  count_queued (self);
  gst_buffer_list_unref (tags);
}

/* What the cursor has, as the next batch. */
static GstRelayTake
queue_media (GstRelayConnection * self, gint64 * when)
{
  GstRelayCursor *cursor = self->config.cursor;
  GstBufferList *list = NULL;
  GstClockTime dts = 0;
  GstRelayTake take = GST_RELAY_TAKE_OVERRUN;

  *when = -1;
  self->media_batch = FALSE;
  if (self->started)
    take = gst_relay_cursor_try_take (cursor, &list, when);
  if (take == GST_RELAY_TAKE_OK) {
    queue_tags (self, list);
    self->media_batch = TRUE;
  } else if (take == GST_RELAY_TAKE_OVERRUN) {
    /* at the beginning, and when it fell behind what the ring holds */
    self->started = FALSE;
    take = gst_relay_cursor_try_start (cursor, &list, &dts);
    if (take == GST_RELAY_TAKE_OK) {
      self->started = TRUE;
      gst_relay_arrival_start (&self->arrival, self->queued, dts);
      queue_headers (self, list, dts);
    }
  }
  gst_clear_buffer_list (&list);
  return take;
}

/* After the farewell is written: waits for its answer, closes our side, waits
 * for the server to close its own. With TLS too: its good-bye says no more than
 * the protocol's, and would have to be waited for. */
static void
take_leave (GstRelayConnection * self, gint64 now)
{
  gboolean taken = self->acknowledged >= self->written;

  if (!self->shut_time) {
    if (gst_relay_rtmp_is_heard (self->rtmp) ||
        (taken && now >= self->farewell_time + ANSWER_TIME)) {
      self->shut_time = now;
      g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
    }
  } else if (taken && now >= self->shut_time + CLOSE_TIME) {
    end (self);
  }
}

/* Makes the next batch. FALSE: there is nothing to send now. */
static gboolean
queue_next (GstRelayConnection * self, gint64 now, gint64 * when,
    gboolean * progressed)
{
  GByteArray *output = gst_relay_rtmp_get_output (self->rtmp);
  GstRelayTake take;

  *when = -1;
  if (output->len == 0 &&
      gst_relay_rtmp_get_state (self->rtmp) == GST_RELAY_RTMP_READY) {
    take = queue_media (self, when);
    if (take == GST_RELAY_TAKE_OK) {
      *progressed = TRUE;
      return TRUE;
    }
    if (take == GST_RELAY_TAKE_EOS)
      gst_relay_rtmp_end (self->rtmp);
  }
  if (output->len > 0 && !self->shut_time) {
    self->media_batch = FALSE;
    gst_relay_batch_set_bytes (self->batch, output);
    count_queued (self);
    return TRUE;
  }
  if (!self->farewell_time && said_farewell (self))
    self->farewell_time = now;
  return FALSE;
}

/* Keeps an eye on what has arrived while something is under way. */
static gint64
watch (GstRelayConnection * self, gint64 now)
{
  if (now >= self->asked_time + ASK_INTERVAL)
    ask_kernel (self, now);
  if (self->farewell_time)
    take_leave (self, now);
  if (self->over)
    return -1;
  return self->acknowledged < self->written || self->farewell_time ?
      self->asked_time + ASK_INTERVAL : -1;
}

/* The I/O thread's round, or a socket that is ready. */
static gint64
take_turn (gint64 now, gboolean * progressed, gpointer data)
{
  GstRelayConnection *self = data;
  gint64 when = -1, again;
  guint i;

  if (!self->stream || self->over)
    return -1;
  for (i = 0; i < TURN_BATCHES && !self->out_source; i++) {
    if (gst_relay_batch_get_left (self->batch) == 0 &&
        !queue_next (self, now, &when, progressed))
      break;
    if (!write_batch (self))
      break;
  }
  if (self->over)
    return -1;
  if (i == TURN_BATCHES)
    return now;
  again = watch (self, now);
  return when < 0 || (again >= 0 && again < when) ? again : when;
}

/* --- connecting --- */

static void
on_client_event (GSocketClient * client, GSocketClientEvent event,
    GSocketConnectable * connectable, GIOStream * stream, gpointer data)
{
  GstRelayConnection *self = data;

  if (self->over || self->closed)
    return;
  switch (event) {
    case G_SOCKET_CLIENT_RESOLVING:
      self->phase = GST_PUBLISH_CDN_PHASE_RESOLVE;
      break;
    case G_SOCKET_CLIENT_RESOLVED:
    case G_SOCKET_CLIENT_CONNECTING:
      self->phase = GST_PUBLISH_CDN_PHASE_CONNECT;
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKING:
      self->phase = GST_PUBLISH_CDN_PHASE_TLS;
      if (self->config.database)
        g_tls_connection_set_database (G_TLS_CONNECTION (stream),
            self->config.database);
      break;
    default:
      break;
  }
}

static void
use_stream (GstRelayConnection * self, GSocketConnection * stream)
{
  self->phase = GST_PUBLISH_CDN_PHASE_APPLICATION;
  self->stream = stream;
  self->socket = g_socket_connection_get_socket (stream);
  self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream
      (G_IO_STREAM (stream)));
  self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream
      (G_IO_STREAM (stream)));
  gst_relay_tcp_set_up (self->socket);
  self->rtmp = gst_relay_rtmp_new (&self->url, g_random_int ());
  self->in_source = g_pollable_input_stream_create_source (self->in, NULL);
  g_source_set_callback (self->in_source, G_SOURCE_FUNC (on_readable), self,
      NULL);
  g_source_attach (self->in_source, gst_relay_io_get_context (self->config.io));
  take_extra_turn (self);
}

static void
finish_close (GstRelayConnection * self)
{
  CloseJob *job = self->close_job;

  self->close_job = NULL;
  if (job->closed)
    job->closed (job->data);
  g_free (job);
  gst_relay_connection_unref (self);
}

static void
on_connected (GObject * object, GAsyncResult * result, gpointer data)
{
  GstRelayConnection *self = data;
  GError *error = NULL;
  GSocketConnection *stream =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);

  self->connecting = FALSE;
  if (self->closed || self->over) {
    if (stream)
      g_socket_close (g_socket_connection_get_socket (stream), NULL);
    g_clear_object (&stream);
  } else if (stream) {
    use_stream (self, stream);
  } else {
    /* a server that is there, and not in time */
    fail (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ?
        GST_PUBLISH_CODE_TIMED_OUT :
        gst_publish_cdn_phase_to_code (self->phase), error->message);
  }
  g_clear_error (&error);
  if (self->close_job)
    finish_close (self);
  gst_relay_connection_unref (self);
}

static gboolean
on_timeout (gpointer data)
{
  GstRelayConnection *self = data;

  drop_source (&self->timer);
  g_cancellable_cancel (self->cancellable);
  fail (self, GST_PUBLISH_CODE_TIMED_OUT, "no answer in time");
  return G_SOURCE_REMOVE;
}

static gboolean
do_start (gpointer data)
{
  GstRelayConnection *self = data;
  GSocketConnectable *address;
  GSocketClient *client;

  if (self->closed)
    return G_SOURCE_REMOVE;
  gst_relay_io_add (self->config.io, take_turn, self);
  self->phase = GST_PUBLISH_CDN_PHASE_RESOLVE;
  self->timer = g_timeout_source_new ((guint) (self->config.timeout /
          GST_MSECOND));
  g_source_set_callback (self->timer, on_timeout, self, NULL);
  g_source_attach (self->timer, gst_relay_io_get_context (self->config.io));

  client = g_socket_client_new ();
  g_socket_client_set_tls (client, self->url.tls);
  g_signal_connect (client, "event", G_CALLBACK (on_client_event), self);
  address = g_network_address_new (self->url.host, self->url.port);
  self->connecting = TRUE;
  g_socket_client_connect_async (client, address, self->cancellable,
      on_connected, connection_ref (self));
  g_object_unref (address);
  g_object_unref (client);
  return G_SOURCE_REMOVE;
}

static void
unref_connection (gpointer data)
{
  gst_relay_connection_unref (data);
}

/* Any thread; once. */
void
gst_relay_connection_start (GstRelayConnection * connection)
{
  gst_relay_io_invoke (connection->config.io, do_start,
      connection_ref (connection), unref_connection);
}

static gboolean
do_close (gpointer data)
{
  CloseJob *job = data;
  GstRelayConnection *self = job->connection;

  self->closed = self->over = TRUE;
  self->close_job = job;
  gst_relay_io_remove (self->config.io, self);
  g_cancellable_cancel (self->cancellable);
  drop_stream (self);
  if (!self->connecting)
    finish_close (self);
  return G_SOURCE_REMOVE;
}

/* Any thread; once. What is not sent is dropped, no event is told that was not
 * under way. @closed is called in the I/O thread when the connection and its
 * cursor have nothing to do with each other any more. */
void
gst_relay_connection_close (GstRelayConnection * connection,
    void (*closed) (gpointer data), gpointer data)
{
  CloseJob *job = g_new0 (CloseJob, 1);

  job->connection = connection_ref (connection);
  job->closed = closed;
  job->data = data;
  gst_relay_io_invoke (connection->config.io, do_close, job, NULL);
}

/* Any thread. Bytes that were to be written so far, and those of them that the
 * peer's TCP has acknowledged, or that the socket took where the kernel does
 * not tell. */
void
gst_relay_connection_get_bytes (GstRelayConnection * connection,
    guint64 * offered, guint64 * accepted)
{
  g_mutex_lock (&connection->lock);
  *offered = connection->queued;
  *accepted = connection->acknowledged;
  g_mutex_unlock (&connection->lock);
}
