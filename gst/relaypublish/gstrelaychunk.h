/* RTMP's chunk stream: takes messages out of a server's bytes, and frames ours.
 * Pure: no sockets, no clocks.
 *
 * Source: Adobe, "Adobe's Real Time Messaging Protocol" 1.0 (2012), clause 5.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS
/* 5.4 and 7.1: message types */
    typedef enum
{
  GST_RELAY_MESSAGE_SET_CHUNK_SIZE = 1,
  GST_RELAY_MESSAGE_ABORT = 2,
  GST_RELAY_MESSAGE_ACKNOWLEDGEMENT = 3,
  GST_RELAY_MESSAGE_USER_CONTROL = 4,
  GST_RELAY_MESSAGE_WINDOW_SIZE = 5,
  GST_RELAY_MESSAGE_PEER_BANDWIDTH = 6,
  GST_RELAY_MESSAGE_COMMAND_AMF3 = 17,
  GST_RELAY_MESSAGE_DATA = 18,
  GST_RELAY_MESSAGE_COMMAND = 20,
} GstRelayMessageType;

/* what a side assumes of the other before it is told (5.4.1) */
#define GST_RELAY_CHUNK_SIZE_DEFAULT 128
/* a chunk's header at most: 3 of basic header, 11 of message header, 4 of
 * extended timestamp */
#define GST_RELAY_CHUNK_HEADER_MAX 18

/**
 * GstRelayMessage:
 *
 * A message whose payload is the reader's until the next call.
 */
typedef struct
{
  guint type;
  const guint8 *payload;
  gsize size;
} GstRelayMessage;

typedef struct _GstRelayChunkReader GstRelayChunkReader;

GstRelayChunkReader *gst_relay_chunk_reader_new (void);
void gst_relay_chunk_reader_free (GstRelayChunkReader * reader);
gsize gst_relay_chunk_reader_feed (GstRelayChunkReader * reader,
    const guint8 * data, gsize size, GstRelayMessage * message);
const gchar *gst_relay_chunk_reader_get_fault (GstRelayChunkReader * reader);
gboolean gst_relay_chunk_reader_set_size (GstRelayChunkReader * reader,
    guint32 size);
void gst_relay_chunk_reader_abort (GstRelayChunkReader * reader, guint32 id);

/**
 * GstRelayChunkHead:
 * @id: of the chunk stream, 2 to 63
 * @type: of the message
 * @stream: message stream id
 * @timestamp: in ms
 * @size: of the payload
 *
 * What a message's chunks say of it.
 */
typedef struct
{
  guint id;
  guint type;
  guint32 stream;
  guint32 timestamp;
  guint32 size;
} GstRelayChunkHead;

guint gst_relay_chunk_put_head (guint8 * out, const GstRelayChunkHead * head);
guint gst_relay_chunk_put_next (guint8 * out, const GstRelayChunkHead * head);
void gst_relay_chunk_put_message (GByteArray * out,
    const GstRelayChunkHead * head, const guint8 * payload, guint chunk_size);

G_END_DECLS
