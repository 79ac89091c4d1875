/* Encoder parameters, and the values that stand in for zeros.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishenums.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define GST_TYPE_PUBLISH_ENCODER_PARAMS (gst_publish_encoder_params_get_type ())

/**
 * GstPublishEncoderParams:
 *
 * What one rendition of a mix is encoded to. Immutable and reference counted.
 */
typedef struct _GstPublishEncoderParams GstPublishEncoderParams;

typedef struct _GstPublishVideoParams GstPublishVideoParams;
typedef struct _GstPublishAudioParams GstPublishAudioParams;

/**
 * GstPublishVideoParams:
 * @width: pixels, 2..8192, even, 0 = choose
 * @height: pixels, 2..8192, even, 0 = choose
 * @fps: frames per second, 1..60, 0 = choose
 * @gop: seconds between keyframes, 1..8, 0 = choose
 * @kbps: 1000 bit per second, up to 50000, 0 = choose
 *
 * The video half of encoder parameters.
 */
struct _GstPublishVideoParams
{
  gint width;
  gint height;
  gint fps;
  gint gop;
  gint kbps;
};

/**
 * GstPublishAudioParams:
 * @sample_rate: Hz: 8000, 12000, 16000, 24000, 32000, 44100 or 48000,
 *   0 = choose
 * @channels: 1 or 2, 0 = choose
 * @kbps: 1000 bit per second, 32..320, 0 = choose
 * @codec: the AAC profile
 *
 * The audio half of encoder parameters.
 */
struct _GstPublishAudioParams
{
  gint sample_rate;
  gint channels;
  gint kbps;
  GstPublishAudioCodec codec;
};

GST_PUBLISH_API
GType gst_publish_encoder_params_get_type (void);

GST_PUBLISH_API
GstPublishEncoderParams *gst_publish_encoder_params_new_from_json (const gchar
    * json, GError ** error);

GST_PUBLISH_API
GstPublishEncoderParams *gst_publish_encoder_params_ref
    (GstPublishEncoderParams * params);

GST_PUBLISH_API
void gst_publish_encoder_params_unref (GstPublishEncoderParams * params);

GST_PUBLISH_API
gchar *gst_publish_encoder_params_to_json (const GstPublishEncoderParams *
    params);

GST_PUBLISH_API
gboolean gst_publish_encoder_params_has_video (const GstPublishEncoderParams *
    params);

GST_PUBLISH_API
gboolean gst_publish_encoder_params_has_audio (const GstPublishEncoderParams *
    params);

GST_PUBLISH_API
void gst_publish_encoder_params_get_video (const GstPublishEncoderParams *
    params, GstPublishVideoParams * video);

GST_PUBLISH_API
void gst_publish_encoder_params_get_audio (const GstPublishEncoderParams *
    params, GstPublishAudioParams * audio);

GST_PUBLISH_API
void gst_publish_video_params_resolve (GstPublishVideoParams * video);

GST_PUBLISH_API
void gst_publish_audio_params_resolve (GstPublishAudioParams * audio);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstPublishEncoderParams,
    gst_publish_encoder_params_unref)

G_END_DECLS
/* *INDENT-ON* */
