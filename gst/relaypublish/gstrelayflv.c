/* Reads what an FLV tag is from its bytes. The muxer's buffer flags cannot be
 * trusted for that: audio and metadata are not marked as delta units, metadata
 * sent in band is not marked as a header, and a GAP arrives as an empty tag that
 * claims to be a keyframe.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayflv.h"

/* Adobe Flash Video File Format Specification 10.1, annex E.4 */
enum
{
  TAG_AUDIO = 8,
  TAG_VIDEO = 9,
  TAG_SCRIPT = 18,
};

enum
{
  AUDIO_AAC = 10,
  VIDEO_AVC = 7,
};

/* AACPacketType and AVCPacketType */
enum
{
  PACKET_SEQUENCE_HEADER = 0,
  PACKET_END_OF_SEQUENCE = 2,
};

#define FRAME_TYPE_KEY 1
#define PREVIOUS_TAG_SIZE 4
#define LONGEST_HEAD (GST_RELAY_FLV_TAG_HEADER_SIZE + 5)

/* @size is that of the tag's data: what follows the 11 bytes */
static void
parse_audio (const guint8 * data, gsize size, GstRelayFlvTag * tag)
{
  tag->kind = GST_RELAY_KIND_AUDIO;
  tag->empty = size <= 1;
  if (size >= 2 && data[0] >> 4 == AUDIO_AAC) {
    if (data[1] == PACKET_SEQUENCE_HEADER)
      tag->kind = GST_RELAY_KIND_HEADER;
    else
      tag->empty = size == 2;
  }
}

static void
parse_video (const guint8 * data, gsize size, GstRelayFlvTag * tag)
{
  tag->is_video = TRUE;
  tag->kind = GST_RELAY_KIND_VIDEO;
  tag->empty = size <= 1;
  if (size == 0)
    return;
  if (data[0] >> 4 == FRAME_TYPE_KEY)
    tag->kind = GST_RELAY_KIND_VIDEO_KEY;
  if (size >= 2 && (data[0] & 0x0f) == VIDEO_AVC) {
    if (data[1] == PACKET_SEQUENCE_HEADER)
      tag->kind = GST_RELAY_KIND_HEADER;
    else
      tag->empty = data[1] == PACKET_END_OF_SEQUENCE || size <= 5;
  }
}

/* Reads the one tag, or the file header, that @buffer holds. FALSE: neither,
 * or cut short. */
gboolean
gst_relay_flv_parse (GstBuffer * buffer, GstRelayFlvTag * tag)
{
  guint8 head[LONGEST_HEAD];
  gsize total = gst_buffer_get_size (buffer);
  gsize n = gst_buffer_extract (buffer, 0, head, sizeof (head));
  gsize size;

  memset (tag, 0, sizeof (*tag));
  if (n >= 9 && memcmp (head, "FLV", 3) == 0) {
    tag->file_header = TRUE;
    tag->kind = GST_RELAY_KIND_HEADER;
    return TRUE;
  }
  if (n < GST_RELAY_FLV_TAG_HEADER_SIZE)
    return FALSE;
  size = GST_READ_UINT24_BE (head + 1);
  if (total != GST_RELAY_FLV_TAG_HEADER_SIZE + size + PREVIOUS_TAG_SIZE)
    return FALSE;
  tag->timestamp = GST_READ_UINT24_BE (head + 4) | (guint32) head[7] << 24;
  switch (head[0] & 0x1f) {
    case TAG_AUDIO:
      parse_audio (head + GST_RELAY_FLV_TAG_HEADER_SIZE, size, tag);
      return TRUE;
    case TAG_VIDEO:
      parse_video (head + GST_RELAY_FLV_TAG_HEADER_SIZE, size, tag);
      return TRUE;
    case TAG_SCRIPT:
      tag->kind = GST_RELAY_KIND_METADATA;
      return TRUE;
    default:
      return FALSE;
  }
}

/* The same tag at @timestamp ms: a new buffer whose payload is @buffer's
 * memory. */
GstBuffer *
gst_relay_flv_restamp (GstBuffer * buffer, guint32 timestamp)
{
  GstBuffer *result =
      gst_buffer_new_allocate (NULL, GST_RELAY_FLV_TAG_HEADER_SIZE, NULL);
  guint8 head[GST_RELAY_FLV_TAG_HEADER_SIZE];

  gst_buffer_extract (buffer, 0, head, sizeof (head));
  GST_WRITE_UINT24_BE (head + 4, timestamp & 0xffffff);
  head[7] = timestamp >> 24;
  gst_buffer_fill (result, 0, head, sizeof (head));
  gst_buffer_copy_into (result, buffer, GST_BUFFER_COPY_METADATA, 0, -1);
  gst_buffer_copy_into (result, buffer, GST_BUFFER_COPY_MEMORY,
      GST_RELAY_FLV_TAG_HEADER_SIZE, -1);
  return result;
}

/* The 64-bit ms nearest to @previous whose low 32 bits are @timestamp. */
guint64
gst_relay_flv_unwrap (guint64 previous, guint32 timestamp)
{
  gint32 step = (gint32) (timestamp - (guint32) previous);

  if (step < 0 && previous < (guint64) - (gint64) step)
    return timestamp;
  return previous + step;
}
