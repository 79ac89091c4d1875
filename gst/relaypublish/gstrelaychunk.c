/* RTMP's chunk stream. The reader takes bytes as they come, cut anywhere, and
 * trusts nothing: how many chunk streams there are, how long a message is and
 * how much is kept of unfinished ones is bounded. Messages that a publisher has
 * no use for are passed over without being kept.
 *
 * Source: Adobe, "Adobe's Real Time Messaging Protocol" 1.0 (2012); clauses are
 * named.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaychunk.h"

#include <string.h>

/* Servers use a handful. */
#define MAX_STREAMS 32
/* The longest message that is kept, and all that is kept at a time. */
#define MAX_KEPT (64 * 1024)
#define EXTENDED 0xffffff

typedef struct
{
  guint32 id;
  gboolean begun;               /* a header of type 0 or 1 named the length */
  gboolean extended;            /* the last timestamp did not fit its field */
  guint32 size;
  guint type;
  gboolean keep;
  guint32 got;
  GByteArray *payload;
} ChunkStream;

struct _GstRelayChunkReader
{
  guint32 chunk_size;
  ChunkStream streams[MAX_STREAMS];
  guint n_streams;
  gsize kept;                   /* bytes of unfinished messages */
  /* the stream whose message was handed out last */
  ChunkStream *done;

  guint8 head[GST_RELAY_CHUNK_HEADER_MAX];
  guint n_head;
  /* of the chunk at hand; NULL while its header is read */
  ChunkStream *stream;
  guint32 chunk_left;
  const gchar *fault;
};

static guint32
get_uint24 (const guint8 * data)
{
  return (guint32) data[0] << 16 | data[1] << 8 | data[2];
}

GstRelayChunkReader *
gst_relay_chunk_reader_new (void)
{
  GstRelayChunkReader *reader = g_new0 (GstRelayChunkReader, 1);

  reader->chunk_size = GST_RELAY_CHUNK_SIZE_DEFAULT;
  return reader;
}

void
gst_relay_chunk_reader_free (GstRelayChunkReader * reader)
{
  guint i;

  for (i = 0; i < reader->n_streams; i++)
    g_clear_pointer (&reader->streams[i].payload, g_byte_array_unref);
  g_free (reader);
}

/* What is wrong with the bytes, once they cannot be read any further. */
const gchar *
gst_relay_chunk_reader_get_fault (GstRelayChunkReader * reader)
{
  return reader->fault;
}

/* 5.4.1: 1 to 2^31 - 1. FALSE: it is not, and the rest cannot be read. */
gboolean
gst_relay_chunk_reader_set_size (GstRelayChunkReader * reader, guint32 size)
{
  if (size < 1 || size > G_MAXINT32) {
    reader->fault = "a chunk size that is not allowed";
    return FALSE;
  }
  reader->chunk_size = size;
  return TRUE;
}

static void
forget_message (GstRelayChunkReader * reader, ChunkStream * stream)
{
  if (stream->payload) {
    reader->kept -= stream->payload->len;
    g_clear_pointer (&stream->payload, g_byte_array_unref);
  }
  stream->got = 0;
}

static ChunkStream *
find_stream (GstRelayChunkReader * reader, guint32 id)
{
  guint i;

  for (i = 0; i < reader->n_streams; i++) {
    if (reader->streams[i].id == id)
      return &reader->streams[i];
  }
  return NULL;
}

/* 5.4.2: the rest of a message will not come. */
void
gst_relay_chunk_reader_abort (GstRelayChunkReader * reader, guint32 id)
{
  ChunkStream *stream = find_stream (reader, id);

  if (stream)
    forget_message (reader, stream);
}

/* 5.3.1.1: the chunk stream's id, from the basic header. */
static guint32
get_id (const guint8 * head)
{
  switch (head[0] & 0x3f) {
    case 0:
      return 64 + head[1];
    case 1:
      return 64 + head[1] + head[2] * 256;
    default:
      return head[0] & 0x3f;
  }
}

static guint
basic_size (const guint8 * head)
{
  return (head[0] & 0x3f) == 0 ? 2 : (head[0] & 0x3f) == 1 ? 3 : 1;
}

/* How many bytes the header at hand has, as far as those that are there can
 * tell: more than there are, or all. */
static guint
head_size (GstRelayChunkReader * reader)
{
  /* 5.3.1.2, by the format in the first two bits */
  static const guint message_sizes[] = { 11, 7, 3, 0 };
  const guint8 *head = reader->head;
  guint basic, size, format;
  ChunkStream *stream;

  if (reader->n_head < 1)
    return 1;
  format = head[0] >> 6;
  basic = basic_size (head);
  size = basic + message_sizes[format];
  if (reader->n_head < size || reader->n_head < basic)
    return size;
  if (format == 3) {
    /* an extended timestamp comes with each chunk (5.3.1.3) */
    stream = find_stream (reader, get_id (head));
    return size + (stream && stream->extended ? 4 : 0);
  }
  return size + (get_uint24 (head + basic) == EXTENDED ? 4 : 0);
}

static gboolean
is_wanted (guint type, guint32 size)
{
  return size <= MAX_KEPT && (type <= GST_RELAY_MESSAGE_PEER_BANDWIDTH ||
      type == GST_RELAY_MESSAGE_COMMAND ||
      type == GST_RELAY_MESSAGE_COMMAND_AMF3);
}

/* A whole header is there. FALSE: it makes no sense. */
static gboolean
begin_chunk (GstRelayChunkReader * reader)
{
  const guint8 *message = reader->head + basic_size (reader->head);
  guint32 id = get_id (reader->head);
  guint format = reader->head[0] >> 6;
  ChunkStream *stream = find_stream (reader, id);

  if (!stream) {
    if (reader->n_streams == MAX_STREAMS) {
      reader->fault = "too many chunk streams";
      return FALSE;
    }
    stream = &reader->streams[reader->n_streams++];
    stream->id = id;
  }
  if (format > 1 && !stream->begun) {
    reader->fault = "a chunk that continues nothing";
    return FALSE;
  }
  /* a new header inside a message: the old one was given up */
  if (format != 3) {
    forget_message (reader, stream);
    stream->extended = get_uint24 (message) == EXTENDED;
  }
  if (format <= 1) {
    stream->size = get_uint24 (message + 3);
    stream->type = message[6];
    stream->begun = TRUE;
  }
  stream->keep = is_wanted (stream->type, stream->size);
  reader->stream = stream;
  reader->chunk_left = MIN (reader->chunk_size, stream->size - stream->got);
  return TRUE;
}

static gboolean
keep (GstRelayChunkReader * reader, ChunkStream * stream, const guint8 * data,
    gsize n)
{
  if (!stream->keep || n == 0)
    return TRUE;
  if (reader->kept + n > MAX_KEPT) {
    reader->fault = "too many unfinished messages";
    return FALSE;
  }
  if (!stream->payload)
    stream->payload = g_byte_array_new ();
  g_byte_array_append (stream->payload, data, (guint) n);
  reader->kept += n;
  return TRUE;
}

/* Takes bytes up to the end of the next message, and hands that out: @message
 * has the type 0 if there was none yet. A message that is not kept has no
 * payload. Returns how many were taken; fewer than @size without a message:
 * see gst_relay_chunk_reader_get_fault(). */
gsize
gst_relay_chunk_reader_feed (GstRelayChunkReader * reader,
    const guint8 * data, gsize size, GstRelayMessage * message)
{
  gsize used = 0, n;

  memset (message, 0, sizeof (*message));
  if (reader->done)
    forget_message (reader, reader->done);
  reader->done = NULL;
  while (!reader->fault) {
    ChunkStream *stream = reader->stream;

    if (!stream) {
      if (reader->n_head < head_size (reader)) {
        if (used == size)
          break;
        reader->head[reader->n_head++] = data[used++];
        continue;
      }
      if (!begin_chunk (reader))
        break;
      reader->n_head = 0;
      continue;
    }
    n = MIN (size - used, reader->chunk_left);
    if (!keep (reader, stream, data + used, n))
      break;
    used += n;
    stream->got += n;
    reader->chunk_left -= n;
    if (reader->chunk_left > 0)
      break;
    reader->stream = NULL;
    if (stream->got < stream->size)
      continue;
    message->type = stream->type;
    message->payload = stream->payload ? stream->payload->data : NULL;
    message->size = stream->payload ? stream->payload->len : 0;
    stream->got = 0;
    reader->done = stream;
    break;
  }
  return used;
}

static void
put_timestamp (guint8 * out, guint32 value)
{
  out[0] = value >> 24;
  out[1] = value >> 16 & 0xff;
  out[2] = value >> 8 & 0xff;
  out[3] = value & 0xff;
}

/* 5.3.1.2.1: the whole header, type 0, so that nothing depends on what came
 * before. @out has room for #GST_RELAY_CHUNK_HEADER_MAX. Returns its size. */
guint
gst_relay_chunk_put_head (guint8 * out, const GstRelayChunkHead * head)
{
  guint32 field = MIN (head->timestamp, EXTENDED);

  out[0] = head->id;
  out[1] = field >> 16;
  out[2] = field >> 8 & 0xff;
  out[3] = field & 0xff;
  out[4] = head->size >> 16 & 0xff;
  out[5] = head->size >> 8 & 0xff;
  out[6] = head->size & 0xff;
  out[7] = head->type;
  /* the one field in little endian */
  out[8] = head->stream & 0xff;
  out[9] = head->stream >> 8 & 0xff;
  out[10] = head->stream >> 16 & 0xff;
  out[11] = head->stream >> 24;
  if (field < EXTENDED)
    return 12;
  put_timestamp (out + 12, head->timestamp);
  return 16;
}

/* 5.3.1.2.4: what stands before each further chunk of the message. */
guint
gst_relay_chunk_put_next (guint8 * out, const GstRelayChunkHead * head)
{
  out[0] = 0xc0 | head->id;
  if (head->timestamp < EXTENDED)
    return 1;
  put_timestamp (out + 1, head->timestamp);
  return 5;
}

/* A whole message in chunks of @chunk_size. */
void
gst_relay_chunk_put_message (GByteArray * out, const GstRelayChunkHead * head,
    const guint8 * payload, guint chunk_size)
{
  guint8 bytes[GST_RELAY_CHUNK_HEADER_MAX];
  guint32 at = 0, n;

  g_byte_array_append (out, bytes, gst_relay_chunk_put_head (bytes, head));
  while (TRUE) {
    n = MIN (chunk_size, head->size - at);
    if (n > 0)
      g_byte_array_append (out, payload + at, n);
    at += n;
    if (at >= head->size)
      break;
    g_byte_array_append (out, bytes, gst_relay_chunk_put_next (bytes, head));
  }
}
