/* What decodes a stream, for all branches that want it decoded:
 *
 *   the stream's tee -> fence -> queue -> (parser) -> decoder -> tee -> branches
 *
 * The stream makes it for the first branch and knows it as long as it is of use;
 * it is gone with the last branch. The worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-decoder.h"

#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

#include "pub-codecs.h"
#include "pub-fence.h"
#include "pub-parts.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

struct _PubDecoder
{
  guint refs;                   /* branches */
  PubStream *stream;
  GstElement *fence, *queue, *parser, *decoder, *tee;
  GstPad *tee_pad;              /* of the stream's tee */
};

/* Someone comes in the middle of it, and decoding begins at a keyframe. */
static void
ask_for_keyframe (PubStream * stream)
{
  GstPad *pad = gst_element_get_static_pad (pub_stream_get_tee (stream),
      "sink");

  gst_pad_push_event (pad, gst_video_event_new_upstream_force_key_unit
      (GST_CLOCK_TIME_NONE, TRUE, 0));
  gst_object_unref (pad);
}

static gboolean
make_codec (PubDecoder * decoder, GError ** error)
{
  GstCaps *caps = pub_stream_get_caps (decoder->stream);
  GstElement *bin = GST_ELEMENT (pub_stream_get_bin (decoder->stream));
  gchar *text;

  if (pub_codecs_make_decoder (caps, &decoder->parser, &decoder->decoder))
    return TRUE;
  text = pub_stream_describe (decoder->stream);
  gst_element_post_message (bin, gst_missing_decoder_message_new (bin, caps));
  g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MEDIA_ERROR,
      "No installed element decodes %s", text);
  g_free (text);
  return FALSE;
}

static void
put_together (PubDecoder * decoder)
{
  GstBin *bin = pub_stream_get_bin (decoder->stream);
  GstElement *made[] = { decoder->tee, decoder->decoder, decoder->parser,
    decoder->queue, decoder->fence
  };
  GstElement *next = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (made); i++) {
    if (!made[i])
      continue;
    gst_bin_add (bin, made[i]);
    if (next)
      pub_link (made[i], next);
    next = made[i];
  }
  /* first who takes, then who gives */
  for (i = 0; i < G_N_ELEMENTS (made); i++) {
    if (made[i])
      gst_element_sync_state_with_parent (made[i]);
  }
}

/* With one reference. NULL: no element decodes the stream. */
PubDecoder *
pub_decoder_new (PubStream * stream, GError ** error)
{
  PubDecoder *decoder = g_new0 (PubDecoder, 1);

  decoder->refs = 1;
  decoder->stream = stream;
  if (!make_codec (decoder, error)) {
    g_free (decoder);
    return NULL;
  }
  pub_stream_ref (stream);
  decoder->fence = pub_fence_new (0);
  pub_fence_set_telling (decoder->fence);
  decoder->queue = pub_queue_new (FALSE);
  decoder->tee = gst_element_factory_make ("tee", NULL);
  g_object_set (decoder->tee, "allow-not-linked", TRUE, NULL);
  pub_stream_name_part (stream, decoder->fence, "fence");
  pub_stream_name_part (stream, decoder->decoder, "decoder");
  /* threads are named after queues */
  pub_stream_name_part (stream, decoder->queue, "decode");
  if (decoder->parser)
    pub_stream_name_part (stream, decoder->parser, "parser");
  put_together (decoder);
  /* the bin has its own references */
  gst_object_unref (decoder->decoder);
  if (decoder->parser)
    gst_object_unref (decoder->parser);
  decoder->tee_pad = pub_tee_open (pub_stream_get_tee (stream), decoder->fence);
  if (pub_stream_get_media (stream) == PUB_MEDIA_VIDEO)
    ask_for_keyframe (stream);
  GST_INFO_OBJECT (pub_stream_get_pad (stream), "is decoded by %s",
      GST_OBJECT_NAME (gst_element_get_factory (decoder->decoder)));
  return decoder;
}

PubDecoder *
pub_decoder_ref (PubDecoder * decoder)
{
  decoder->refs++;
  return decoder;
}

/* The last one takes it away: nobody may wait behind it. */
void
pub_decoder_unref (PubDecoder * decoder)
{
  PubStream *stream = decoder->stream;
  GstBin *bin = pub_stream_get_bin (stream);

  if (--decoder->refs > 0)
    return;
  pub_stream_forget_decoder (stream, decoder);
  pub_fence_close (decoder->fence);
  pub_queue_open (decoder->queue);
  pub_tee_release (pub_stream_get_tee (stream), &decoder->tee_pad);
  pub_take_away (bin, decoder->tee);
  pub_take_away (bin, decoder->decoder);
  pub_take_away (bin, decoder->parser);
  pub_take_away (bin, decoder->queue);
  pub_take_away (bin, decoder->fence);
  pub_stream_unref (stream);
  g_free (decoder);
}

/* Nothing more comes into it. */
void
pub_decoder_close (PubDecoder * decoder)
{
  pub_fence_close (decoder->fence);
}

/* Where branches begin. */
GstElement *
pub_decoder_get_tee (PubDecoder * decoder)
{
  return decoder->tee;
}
