/* The client's side of an RTMP connection that publishes. The bytes of a server
 * are fed in; what is to be sent gathers in the output. Media does not pass
 * through here: a tag is framed in place, as a list of pieces of which only the
 * small headers are new.
 *
 * Nothing a server sends is trusted: what is kept is bounded, and what makes no
 * sense ends the connection with a reason.
 *
 * Sources: Adobe, "Adobe's Real Time Messaging Protocol" 1.0 (2012), clauses
 * named as 5.x to 7.x; releaseStream, FCPublish and FCUnpublish are not in it,
 * but every encoder sends them and some servers want them.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayrtmp.h"

#include <string.h>

#include "gstrelayamf.h"
#include "gstrelaychunk.h"
#include "gstrelayflv.h"

#define DEFAULT_PORT_RTMP 1935
#define DEFAULT_PORT_RTMPS 443

/* 5.2.1 */
#define VERSION 3
#define HANDSHAKE_SIZE 1536

/* One chunk for all but the largest keyframes; servers allocate what a client
 * announces, so that a much larger one costs theirs. */
#define CHUNK_SIZE 65536
/* What the server is asked to acknowledge at least: often enough to know well
 * what has arrived, seldom enough to cost nothing. */
#define WINDOW_SIZE (128 * 1024)
/* From one acknowledgement to the next nobody reads more than this: windows are
 * some megabytes. */
#define MAX_ACKNOWLEDGED_STEP (128 * 1024 * 1024)
/* Answers that wait to be sent: a server that asks more than it reads. */
#define MAX_OUTPUT (64 * 1024)

/* chunk streams; 2 is the protocol's own (5.4) */
enum
{
  CHUNK_CONTROL = 2,
  CHUNK_COMMAND = 3,
  CHUNK_AUDIO = 4,
  CHUNK_DATA = 5,
  CHUNK_VIDEO = 6,
  CHUNK_STREAM_COMMAND = 8,
};

/* 7.1.7 */
enum
{
  EVENT_PING_REQUEST = 6,
  EVENT_PING_RESPONSE = 7,
};

/* transactions */
enum
{
  REQUEST_CONNECT = 1,
  REQUEST_RELEASE,
  REQUEST_FC_PUBLISH,
  REQUEST_CREATE,
  REQUEST_PUBLISH,
  REQUEST_FC_UNPUBLISH,
  REQUEST_DELETE,
};

/* FLV E.4.1 */
enum
{
  TAG_AUDIO = 8,
  TAG_VIDEO = 9,
  TAG_SCRIPT = 18,
};

#define PREVIOUS_TAG_SIZE 4

/* what makes a script tag's metadata the stream's (as other encoders send
 * it): an AMF0 string */
static const guint8 set_data_frame[] = {
  0x02, 0x00, 0x0d, '@', 's', 'e', 't', 'D', 'a', 't', 'a', 'F', 'r', 'a',
  'm', 'e'
};

struct _GstRelayRtmp
{
  gchar *app, *tc_url, *stream;

  GstRelayRtmpState state, failed_state;
  gchar *fault;
  GByteArray *output;

  GByteArray *handshake;        /* S0 and S1, then S2 */
  gboolean answered;            /* C2 is sent */
  GstRelayChunkReader *reader;
  guint chunk_size;
  guint32 stream_id;

  /* what we read, and what the server wants to be told of it (5.4.4) */
  guint64 received, told;
  guint32 window;
  guint32 own_window;
  gboolean heard;               /* the server answered the farewell */
  /* what the server says it has read; all of it, unwrapped */
  gboolean any_acknowledged;
  guint32 last_acknowledged;
  guint64 acknowledged;
};

static const gchar *
find_authority (const gchar * url)
{
  const gchar *sep = strstr (url, "://");

  return sep ? sep + 3 : NULL;
}

static const gchar *
find_last (const gchar * from, const gchar * to, gchar c)
{
  while (to > from) {
    if (*--to == c)
      return to;
  }
  return NULL;
}

static gboolean
split_authority (GstRelayRtmpUrl * parts, const gchar * from, const gchar * to)
{
  const gchar *at = find_last (from, to, '@'), *colon, *end = to;
  guint64 port;

  if (at)
    from = at + 1;
  if (from < to && *from == '[') {
    /* RFC 3986, 3.2.2 */
    end = memchr (from, ']', to - from);
    if (!end)
      return FALSE;
    parts->host = g_strndup (from + 1, end - from - 1);
    colon = end + 1;
  } else {
    colon = memchr (from, ':', to - from);
    end = colon ? colon : to;
    colon = end;
    parts->host = g_strndup (from, end - from);
  }
  if (colon == to)
    return *parts->host != '\0';
  port = *colon == ':' ? g_ascii_strtoull (colon + 1, NULL, 10) : 0;
  if (port < 1 || port > G_MAXUINT16)
    return FALSE;
  parts->port = port;
  return *parts->host != '\0';
}

/* The slash before the stream: the last one of the path, whose query is the
 * stream's then; or, with nothing but the application in the path, the last one
 * of the query, which is the application's. */
static const gchar *
find_stream (const gchar * path)
{
  const gchar *end = path + strcspn (path, "?#");
  const gchar *slash = find_last (path, end, '/');

  if (slash == path && end > path + 1 && *end == '?') {
    const gchar *query = end;

    end += strcspn (end, "#");
    slash = find_last (query, end, '/');
  }
  return slash && slash != path && slash + 1 < end ? slash : NULL;
}

/* The parts of an rtmp or rtmps url that has passed gst_publish_url_check().
 * FALSE, with nothing to be cleared: it is none. */
gboolean
gst_relay_rtmp_url_parse (GstRelayRtmpUrl * parts, const gchar * url)
{
  const gchar *authority = find_authority (url), *path, *slash, *at;

  memset (parts, 0, sizeof (*parts));
  if (!authority)
    return FALSE;
  parts->tls = g_ascii_strncasecmp (url, "rtmps:", 6) == 0;
  if (!parts->tls && g_ascii_strncasecmp (url, "rtmp:", 5) != 0)
    return FALSE;
  parts->port = parts->tls ? DEFAULT_PORT_RTMPS : DEFAULT_PORT_RTMP;
  path = strchr (authority, '/');
  slash = path ? find_stream (path) : NULL;
  if (!slash || !split_authority (parts, authority, path)) {
    gst_relay_rtmp_url_clear (parts);
    return FALSE;
  }
  parts->app = g_strndup (path + 1, slash - path - 1);
  parts->stream = g_strdup (slash + 1);
  /* a user and password are no part of what the server is shown */
  at = find_last (authority, path, '@');
  at = at ? at + 1 : authority;
  parts->tc_url = g_strdup_printf ("%s://%.*s", parts->tls ? "rtmps" : "rtmp",
      (gint) (slash - at), at);
  return TRUE;
}

void
gst_relay_rtmp_url_clear (GstRelayRtmpUrl * parts)
{
  g_clear_pointer (&parts->host, g_free);
  g_clear_pointer (&parts->app, g_free);
  g_clear_pointer (&parts->stream, g_free);
  g_clear_pointer (&parts->tc_url, g_free);
}

/* Whether @url has a user or a password. */
gboolean
gst_relay_rtmp_url_has_user (const gchar * url)
{
  const gchar *authority = find_authority (url);

  return authority && memchr (authority, '@', strcspn (authority, "/?#"));
}

/* 5.2: C0 and C1. The random bytes need not be good ones. */
static void
put_handshake (GstRelayRtmp * rtmp, guint32 seed)
{
  GRand *rand = g_rand_new_with_seed (seed);
  guint8 bytes[1 + HANDSHAKE_SIZE] = { VERSION, };
  guint i;

  /* 5.2.3: a time, here 0; four zeroes; noise */
  for (i = 1 + 8; i < sizeof (bytes); i++)
    bytes[i] = g_rand_int (rand) & 0xff;
  g_byte_array_append (rtmp->output, bytes, sizeof (bytes));
  g_rand_free (rand);
}

/* The connection's client, with its first bytes in the output. */
GstRelayRtmp *
gst_relay_rtmp_new (const GstRelayRtmpUrl * url, guint32 seed)
{
  GstRelayRtmp *rtmp = g_new0 (GstRelayRtmp, 1);

  rtmp->app = g_strdup (url->app);
  rtmp->tc_url = g_strdup (url->tc_url);
  rtmp->stream = g_strdup (url->stream);
  rtmp->output = g_byte_array_new ();
  rtmp->handshake = g_byte_array_new ();
  rtmp->reader = gst_relay_chunk_reader_new ();
  rtmp->chunk_size = GST_RELAY_CHUNK_SIZE_DEFAULT;
  put_handshake (rtmp, seed);
  return rtmp;
}

void
gst_relay_rtmp_free (GstRelayRtmp * rtmp)
{
  g_free (rtmp->app);
  g_free (rtmp->tc_url);
  g_free (rtmp->stream);
  g_free (rtmp->fault);
  g_byte_array_unref (rtmp->output);
  g_byte_array_unref (rtmp->handshake);
  gst_relay_chunk_reader_free (rtmp->reader);
  g_free (rtmp);
}

GstRelayRtmpState
gst_relay_rtmp_get_state (GstRelayRtmp * rtmp)
{
  return rtmp->state;
}

/* The server has answered the farewell: it has read all that was before. No
 * answer says nothing. */
gboolean
gst_relay_rtmp_is_heard (GstRelayRtmp * rtmp)
{
  return rtmp->heard;
}

/* Which state it failed in. */
GstRelayRtmpState
gst_relay_rtmp_get_failed_state (GstRelayRtmp * rtmp)
{
  return rtmp->failed_state;
}

/* Why it failed; may hold what the server repeats of the stream's name. */
const gchar *
gst_relay_rtmp_get_fault (GstRelayRtmp * rtmp)
{
  return rtmp->fault;
}

/* What is to be sent, in order, between messages. Its owner takes bytes from
 * it. */
GByteArray *
gst_relay_rtmp_get_output (GstRelayRtmp * rtmp)
{
  return rtmp->output;
}

/* How many of our bytes the server's application says it has read, of @sent.
 * FALSE: it has never said. */
gboolean
gst_relay_rtmp_get_acknowledged (GstRelayRtmp * rtmp, guint64 sent,
    guint64 * bytes)
{
  /* one that claims more than there was says nothing */
  if (!rtmp->any_acknowledged || rtmp->acknowledged > sent)
    return FALSE;
  *bytes = rtmp->acknowledged;
  return TRUE;
}

/* Takes the text: the first is the one that counts. */
static gboolean
fail (GstRelayRtmp * rtmp, gchar * text)
{
  if (rtmp->state == GST_RELAY_RTMP_FAILED) {
    g_free (text);
    return FALSE;
  }
  rtmp->fault = text;
  rtmp->failed_state = rtmp->state;
  rtmp->state = GST_RELAY_RTMP_FAILED;
  return FALSE;
}

static void
put_message (GstRelayRtmp * rtmp, guint id, guint type, guint32 stream,
    const guint8 * payload, gsize size)
{
  GstRelayChunkHead head = { id, type, stream, 0, (guint32) size };

  gst_relay_chunk_put_message (rtmp->output, &head, payload, rtmp->chunk_size);
}

static void
put_control (GstRelayRtmp * rtmp, guint type, guint32 value)
{
  guint32 payload = GUINT32_TO_BE (value);

  put_message (rtmp, CHUNK_CONTROL, type, 0, (const guint8 *) &payload,
      sizeof (payload));
}

/* A command without an object (7.2.1): the name, the transaction, null, and
 * the rest, which is taken. */
static void
put_command (GstRelayRtmp * rtmp, const gchar * name, guint transaction,
    guint id, guint32 stream, const gchar * text, const gchar * more)
{
  GByteArray *payload = g_byte_array_new ();

  gst_relay_amf_put_string (payload, name);
  gst_relay_amf_put_number (payload, transaction);
  gst_relay_amf_put_null (payload);
  if (text)
    gst_relay_amf_put_string (payload, text);
  if (more)
    gst_relay_amf_put_string (payload, more);
  put_message (rtmp, id, GST_RELAY_MESSAGE_COMMAND, stream, payload->data,
      payload->len);
  g_byte_array_unref (payload);
}

static void
put_field (GByteArray * out, const gchar * key, const gchar * value)
{
  gst_relay_amf_put_key (out, key);
  gst_relay_amf_put_string (out, value);
}

/* 7.2.1.1 */
static void
put_connect (GstRelayRtmp * rtmp)
{
  GByteArray *payload = g_byte_array_new ();

  gst_relay_amf_put_string (payload, "connect");
  gst_relay_amf_put_number (payload, REQUEST_CONNECT);
  gst_relay_amf_begin_object (payload);
  put_field (payload, "app", rtmp->app);
  put_field (payload, "type", "nonprivate");
  put_field (payload, "flashVer", "FMLE/3.0 (compatible; relaypublishsink)");
  put_field (payload, "tcUrl", rtmp->tc_url);
  gst_relay_amf_end_object (payload);
  put_message (rtmp, CHUNK_COMMAND, GST_RELAY_MESSAGE_COMMAND, 0,
      payload->data, payload->len);
  g_byte_array_unref (payload);
}

/* The application is open: how we shall send, and a stream to send on. */
static void
put_create (GstRelayRtmp * rtmp)
{
  put_control (rtmp, GST_RELAY_MESSAGE_WINDOW_SIZE, WINDOW_SIZE);
  rtmp->own_window = WINDOW_SIZE;
  put_control (rtmp, GST_RELAY_MESSAGE_SET_CHUNK_SIZE, CHUNK_SIZE);
  rtmp->chunk_size = CHUNK_SIZE;
  put_command (rtmp, "releaseStream", REQUEST_RELEASE, CHUNK_COMMAND, 0,
      rtmp->stream, NULL);
  put_command (rtmp, "FCPublish", REQUEST_FC_PUBLISH, CHUNK_COMMAND, 0,
      rtmp->stream, NULL);
  /* 7.2.1.3 */
  put_command (rtmp, "createStream", REQUEST_CREATE, CHUNK_COMMAND, 0, NULL,
      NULL);
}

static void
put_event (GstRelayRtmp * rtmp, guint8 event, const guint8 * value)
{
  guint8 payload[6] = { 0, event, };

  memcpy (payload + 2, value, 4);
  put_message (rtmp, CHUNK_CONTROL, GST_RELAY_MESSAGE_USER_CONTROL, 0, payload,
      sizeof (payload));
}

/* The stream ends in good order (7.2.2.3); nothing may follow. Servers need not
 * answer to that, but most do to a ping, and they read in order: see
 * gst_relay_rtmp_is_heard(). */
void
gst_relay_rtmp_end (GstRelayRtmp * rtmp)
{
  static const guint8 no_time[4];
  GByteArray *payload;

  if (rtmp->state != GST_RELAY_RTMP_READY)
    return;
  put_command (rtmp, "FCUnpublish", REQUEST_FC_UNPUBLISH, CHUNK_COMMAND, 0,
      rtmp->stream, NULL);
  payload = g_byte_array_new ();
  gst_relay_amf_put_string (payload, "deleteStream");
  gst_relay_amf_put_number (payload, REQUEST_DELETE);
  gst_relay_amf_put_null (payload);
  gst_relay_amf_put_number (payload, rtmp->stream_id);
  put_message (rtmp, CHUNK_COMMAND, GST_RELAY_MESSAGE_COMMAND, 0,
      payload->data, payload->len);
  g_byte_array_unref (payload);
  put_event (rtmp, EVENT_PING_REQUEST, no_time);
  rtmp->state = GST_RELAY_RTMP_ENDED;
}

/* What a server says when it says no: its description, or its code. */
static gboolean
refuse (GstRelayRtmp * rtmp, const GstRelayCommand * command)
{
  return fail (rtmp, g_strconcat (command->code,
          *command->code && *command->description ? ": " : "",
          *command->description ? command->description :
          *command->code ? "" : command->name, NULL));
}

static gboolean
on_result (GstRelayRtmp * rtmp, const GstRelayCommand * command)
{
  if (command->transaction == REQUEST_CONNECT &&
      rtmp->state == GST_RELAY_RTMP_CONNECT) {
    /* 7.2.1.1: some servers refuse with a result that is an error */
    if (g_str_equal (command->level, "error") ||
        (*command->code && !g_str_equal (command->code,
                "NetConnection.Connect.Success")))
      return refuse (rtmp, command);
    rtmp->state = GST_RELAY_RTMP_CREATE;
    put_create (rtmp);
  } else if (command->transaction == REQUEST_CREATE &&
      rtmp->state == GST_RELAY_RTMP_CREATE) {
    if (!command->has_number || !(command->number >= 0 &&
            command->number <= G_MAXUINT32))
      return fail (rtmp,
          g_strdup ("the server created a stream without a number"));
    rtmp->stream_id = (guint32) command->number;
    rtmp->state = GST_RELAY_RTMP_PUBLISH;
    /* 7.2.2.6 */
    put_command (rtmp, "publish", REQUEST_PUBLISH, CHUNK_STREAM_COMMAND,
        rtmp->stream_id, rtmp->stream, "live");
  }
  return TRUE;
}

/* Requests that some servers do not know may fail (7.2.1.1). */
static gboolean
on_error (GstRelayRtmp * rtmp, const GstRelayCommand * command)
{
  if (command->transaction == REQUEST_CONNECT ||
      command->transaction == REQUEST_CREATE ||
      command->transaction == REQUEST_PUBLISH)
    return refuse (rtmp, command);
  return TRUE;
}

/* 7.2.2 */
static gboolean
on_status (GstRelayRtmp * rtmp, const GstRelayCommand * command)
{
  if (rtmp->state == GST_RELAY_RTMP_ENDED) {
    rtmp->heard |= g_str_equal (command->code, "NetStream.Unpublish.Success");
    return TRUE;
  }
  if (g_str_equal (command->level, "error") ||
      g_str_has_prefix (command->code, "NetConnection.Connect.") ||
      g_str_equal (command->code, "NetStream.Publish.BadName") ||
      g_str_equal (command->code, "NetStream.Unpublish.Success"))
    return refuse (rtmp, command);
  if (rtmp->state == GST_RELAY_RTMP_PUBLISH &&
      g_str_equal (command->code, "NetStream.Publish.Start"))
    rtmp->state = GST_RELAY_RTMP_READY;
  return TRUE;
}

static gboolean
is_needed (const gchar * name)
{
  return g_str_equal (name, "_result") || g_str_equal (name, "_error") ||
      g_str_equal (name, "onStatus") || g_str_equal (name, "close");
}

static gboolean
on_command (GstRelayRtmp * rtmp, const guint8 * payload, gsize size)
{
  GstRelayCommand command;

  if (!gst_relay_amf_read_command (payload, size, &command)) {
    /* ffmpeg says onFCPublish without a transaction: what nobody asks for may
     * be as it likes */
    if (*command.name && !is_needed (command.name))
      return TRUE;
    return fail (rtmp, g_strdup ("the server sent a command that is not AMF0"));
  }
  if (g_str_equal (command.name, "_result"))
    return on_result (rtmp, &command);
  if (g_str_equal (command.name, "_error"))
    return on_error (rtmp, &command);
  if (g_str_equal (command.name, "onStatus"))
    return on_status (rtmp, &command);
  /* the server goes away */
  if (g_str_equal (command.name, "close") &&
      rtmp->state != GST_RELAY_RTMP_ENDED)
    return fail (rtmp, g_strdup ("the server closed the connection"));
  return TRUE;
}

/* 5.4.3: bytes received so far, of which the low 32 bits are sent. Not by all:
 * nginx counts from 0 again when it has read 0xf0000000 bytes. What such a
 * server has read between its last word and its new beginning is not known, so
 * that too little is counted, never too much. */
static void
on_acknowledgement (GstRelayRtmp * rtmp, guint32 value)
{
  guint32 step = value - rtmp->last_acknowledged;

  if (rtmp->any_acknowledged && step > MAX_ACKNOWLEDGED_STEP)
    step = value;
  rtmp->acknowledged += step;
  rtmp->any_acknowledged = TRUE;
  rtmp->last_acknowledged = value;
}

/* 7.1.7 */
static void
on_user_control (GstRelayRtmp * rtmp, const guint8 * payload, gsize size)
{
  if (size < 6 || payload[0] != 0)
    return;
  if (payload[1] == EVENT_PING_REQUEST)
    put_event (rtmp, EVENT_PING_RESPONSE, payload + 2);
  else if (payload[1] == EVENT_PING_RESPONSE)
    rtmp->heard |= rtmp->state == GST_RELAY_RTMP_ENDED;
}

static gboolean
on_message (GstRelayRtmp * rtmp, const GstRelayMessage * message)
{
  guint32 value = 0;

  if (message->size >= 4) {
    memcpy (&value, message->payload, 4);
    value = GUINT32_FROM_BE (value);
  }
  switch (message->type) {
    case GST_RELAY_MESSAGE_SET_CHUNK_SIZE:
      gst_relay_chunk_reader_set_size (rtmp->reader, value);
      break;
    case GST_RELAY_MESSAGE_ABORT:
      gst_relay_chunk_reader_abort (rtmp->reader, value);
      break;
    case GST_RELAY_MESSAGE_ACKNOWLEDGEMENT:
      if (message->size >= 4)
        on_acknowledgement (rtmp, value);
      break;
    case GST_RELAY_MESSAGE_USER_CONTROL:
      on_user_control (rtmp, message->payload, message->size);
      break;
    case GST_RELAY_MESSAGE_WINDOW_SIZE:
      rtmp->window = value;
      break;
    case GST_RELAY_MESSAGE_PEER_BANDWIDTH:
      /* 5.4.5: says back what it is from now on; but what is asked to be
       * acknowledged less often than we want is not */
      if (message->size >= 4 && value != rtmp->own_window &&
          value <= WINDOW_SIZE && value > 0) {
        rtmp->own_window = value;
        put_control (rtmp, GST_RELAY_MESSAGE_WINDOW_SIZE, value);
      }
      break;
    case GST_RELAY_MESSAGE_COMMAND:
      return on_command (rtmp, message->payload, message->size);
    case GST_RELAY_MESSAGE_COMMAND_AMF3:
      /* begins with a byte that is 0, then as AMF0 until a type says other */
      if (message->size < 1)
        return fail (rtmp, g_strdup ("the server sent an empty command"));
      return on_command (rtmp, message->payload + 1, message->size - 1);
    default:
      break;
  }
  return TRUE;
}

/* S0, S1 and S2 (5.2); how much of @data they took. What S2 repeats is not
 * compared: many servers do not repeat what they were sent. */
static gsize
feed_handshake (GstRelayRtmp * rtmp, const guint8 * data, gsize size)
{
  gsize have = rtmp->handshake->len;
  gsize n = MIN (size, 1 + 2 * HANDSHAKE_SIZE - have);

  g_byte_array_append (rtmp->handshake, data, (guint) n);
  /* 5.2.2: a server that does not know the version answers with 3 */
  if (rtmp->handshake->data[0] != VERSION) {
    fail (rtmp, g_strdup ("what answers is no RTMP server"));
    return n;
  }
  if (!rtmp->answered && rtmp->handshake->len >= 1 + HANDSHAKE_SIZE) {
    /* C2 repeats S1 (5.2.4) */
    g_byte_array_append (rtmp->output, rtmp->handshake->data + 1,
        HANDSHAKE_SIZE);
    rtmp->answered = TRUE;
  }
  if (rtmp->handshake->len == 1 + 2 * HANDSHAKE_SIZE) {
    g_byte_array_set_size (rtmp->handshake, 0);
    rtmp->state = GST_RELAY_RTMP_CONNECT;
    put_connect (rtmp);
  }
  return n;
}

/* 5.4.3: told before the window is full. A small window is not told more often
 * than every message. */
static void
tell_received (GstRelayRtmp * rtmp)
{
  if (rtmp->window == 0 || rtmp->state == GST_RELAY_RTMP_HANDSHAKE ||
      rtmp->received - rtmp->told < MAX (rtmp->window / 2, 1024))
    return;
  rtmp->told = rtmp->received;
  put_control (rtmp, GST_RELAY_MESSAGE_ACKNOWLEDGEMENT,
      (guint32) rtmp->received);
}

/* Takes @size bytes of the server, cut anywhere. FALSE: it has failed, see
 * gst_relay_rtmp_get_fault(). */
gboolean
gst_relay_rtmp_feed (GstRelayRtmp * rtmp, const guint8 * data, gsize size)
{
  GstRelayMessage message;
  const gchar *fault;
  gsize used;

  rtmp->received += size;
  while (size > 0 && rtmp->state != GST_RELAY_RTMP_FAILED) {
    if (rtmp->state == GST_RELAY_RTMP_HANDSHAKE) {
      used = feed_handshake (rtmp, data, size);
    } else {
      used = gst_relay_chunk_reader_feed (rtmp->reader, data, size, &message);
      if (message.type)
        on_message (rtmp, &message);
      fault = gst_relay_chunk_reader_get_fault (rtmp->reader);
      if (fault)
        fail (rtmp, g_strconcat ("the server sent ", fault, NULL));
    }
    data += used;
    size -= used;
    /* the handshake is 3 KiB of it */
    if (rtmp->output->len > MAX_OUTPUT)
      fail (rtmp, g_strdup ("the server asks more than it reads"));
  }
  tell_received (rtmp);
  return rtmp->state != GST_RELAY_RTMP_FAILED;
}

/* Room for the headers of a tag of @tag_size bytes, in bytes; there are as
 * many vectors as that at most. */
gsize
gst_relay_rtmp_frame_room (gsize tag_size)
{
  return GST_RELAY_CHUNK_HEADER_MAX + sizeof (set_data_frame) +
      5 * (tag_size / CHUNK_SIZE + 1);
}

static void
add_vector (GArray * vectors, const guint8 * data, gsize size)
{
  const GOutputVector vector = { data, size };

  if (size > 0)
    g_array_append_val (vectors, vector);
}

/* Frames the FLV tag in @tag (E.4.1, with its PreviousTagSize) as a message:
 * adds #GOutputVector that point into @tag, and into @room for the headers;
 * both have to stay until they are sent. Returns how much of the room was
 * used; 0 if this is no tag. */
gsize
gst_relay_rtmp_frame_tag (GstRelayRtmp * rtmp, const guint8 * tag,
    gsize size, guint8 * room, GArray * vectors)
{
  GstRelayChunkHead head = { CHUNK_VIDEO, 0, rtmp->stream_id, 0, 0 };
  gsize used, left, n, prefix = 0;
  const guint8 *data = tag + GST_RELAY_FLV_TAG_HEADER_SIZE;

  if (size < GST_RELAY_FLV_TAG_HEADER_SIZE + PREVIOUS_TAG_SIZE)
    return 0;
  left = size - GST_RELAY_FLV_TAG_HEADER_SIZE - PREVIOUS_TAG_SIZE;
  head.type = tag[0] & 0x1f;
  head.size = (guint32) tag[1] << 16 | tag[2] << 8 | tag[3];
  head.timestamp = (guint32) tag[7] << 24 | (guint32) tag[4] << 16 |
      tag[5] << 8 | tag[6];
  if (head.size != left)
    return 0;
  switch (head.type) {
    case TAG_VIDEO:
      break;
    case TAG_AUDIO:
      head.id = CHUNK_AUDIO;
      break;
    case TAG_SCRIPT:
      head.id = CHUNK_DATA;
      prefix = sizeof (set_data_frame);
      head.size += prefix;
      break;
    default:
      return 0;
  }
  used = gst_relay_chunk_put_head (room, &head);
  memcpy (room + used, set_data_frame, prefix);
  used += prefix;
  add_vector (vectors, room, used);
  /* the first chunk holds the prefix too */
  n = MIN (left, CHUNK_SIZE - prefix);
  add_vector (vectors, data, n);
  for (left -= n, data += n; left > 0; left -= n, data += n) {
    gsize next = gst_relay_chunk_put_next (room + used, &head);

    add_vector (vectors, room + used, next);
    used += next;
    n = MIN (left, CHUNK_SIZE);
    add_vector (vectors, data, n);
  }
  return used;
}
