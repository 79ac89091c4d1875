/* Encoder parameters from and to JSON, and the values that stand in for zeros.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishjob-private.h"

struct _GstPublishEncoderParams
{
  gboolean video_given;
  gboolean audio_given;
  GstPublishVideoParams video;
  GstPublishAudioParams audio;
};

/* *INDENT-OFF* */
G_DEFINE_BOXED_TYPE (GstPublishEncoderParams, gst_publish_encoder_params,
    gst_publish_encoder_params_ref, gst_publish_encoder_params_unref)
/* *INDENT-ON* */

const gchar *const gst_publish_encoder_keys[] = {
  "videoEncodedWidth", "videoEncodedHeight", "videoEncodedFPS",
  "videoEncodedGOP", "videoEncodedKbps", "audioEncodedSampleRate",
  "audioEncodedChannelNum", "audioEncodedKbps", "audioEncodedCodecType", NULL
};

static const gint sample_rates[] = {
  8000, 12000, 16000, 24000, 32000, 44100, 48000
};

/* The API's table of recommended bitrates, at 15 frames per second. */
static const struct
{
  gint64 pixels;
  gint64 kbps;
} recommended[] = {
  {640 * 360, 800}, {960 * 540, 1200}, {1280 * 720, 1500},
  {1920 * 1080, 2500}
};

/* Whether @key was there and not null, good or bad. */
static gboolean
read_member (GstPublishReader * reader, JsonObject * object,
    const gchar * key, gint min, gint max, gint * value)
{
  gint64 read;

  if (gst_publish_read_int (reader, object, key, min, max, TRUE, &read))
    *value = (gint) read;

  return gst_publish_member (object, key) != NULL;
}

/* Encoders take 4:2:0, and with it only even sides. */
static gboolean
read_side (GstPublishReader * reader, JsonObject * object, const gchar * key,
    gint * value)
{
  gboolean given = read_member (reader, object, key, GST_PUBLISH_MIN_SIDE,
      GST_PUBLISH_MAX_SIDE, value);

  if (*value % 2 != 0)
    gst_publish_fault_value (reader, key, gst_publish_member (object, key),
        "0 or an even number "
        G_STRINGIFY (GST_PUBLISH_MIN_SIDE) ".."
        G_STRINGIFY (GST_PUBLISH_MAX_SIDE));

  return given;
}

static gboolean
read_sample_rate (GstPublishReader * reader, JsonObject * object, gint * value)
{
  static const gchar key[] = "audioEncodedSampleRate";
  JsonNode *node = gst_publish_member (object, key);
  gint64 read = -1;
  guint i;

  if (!node)
    return FALSE;

  if (JSON_NODE_HOLDS_VALUE (node) &&
      (json_node_get_value_type (node) == G_TYPE_INT64 ||
          json_node_get_value_type (node) == G_TYPE_DOUBLE) &&
      json_node_get_double (node) >= 0 && json_node_get_double (node) <= 48000)
    read = (gint64) json_node_get_double (node);
  if (read >= 0 && json_node_get_double (node) != (gdouble) read)
    read = -1;
  for (i = 0; i < G_N_ELEMENTS (sample_rates) && read != 0; i++) {
    if (sample_rates[i] == read)
      break;
  }
  if (i < G_N_ELEMENTS (sample_rates))
    *value = (gint) read;
  else
    gst_publish_fault_value (reader, key, node,
        "0, 8000, 12000, 16000, 24000, 32000, 44100 or 48000");

  return TRUE;
}

GstPublishEncoderParams *
gst_publish_encoder_params_read (GstPublishReader * reader, JsonNode * node)
{
  JsonObject *o = gst_publish_read_object (reader, node,
      gst_publish_encoder_keys);
  GstPublishEncoderParams *params;
  GstPublishVideoParams *video;
  GstPublishAudioParams *audio;
  gint codec = GST_PUBLISH_AUDIO_CODEC_AAC_LC;

  if (!o)
    return NULL;

  params = g_atomic_rc_box_new0 (GstPublishEncoderParams);
  video = &params->video;
  audio = &params->audio;
  params->video_given =
      read_side (reader, o, "videoEncodedWidth", &video->width) |
      read_side (reader, o, "videoEncodedHeight", &video->height) |
      read_member (reader, o, "videoEncodedFPS", 1, GST_PUBLISH_MAX_FPS,
      &video->fps) |
      read_member (reader, o, "videoEncodedGOP", 1, GST_PUBLISH_MAX_GOP,
      &video->gop) |
      read_member (reader, o, "videoEncodedKbps", 0,
      GST_PUBLISH_MAX_VIDEO_KBPS, &video->kbps);
  params->audio_given = read_sample_rate (reader, o, &audio->sample_rate) |
      read_member (reader, o, "audioEncodedChannelNum", 1, 2,
      &audio->channels) |
      read_member (reader, o, "audioEncodedKbps", GST_PUBLISH_MIN_AUDIO_KBPS,
      GST_PUBLISH_MAX_AUDIO_KBPS, &audio->kbps) |
      (gst_publish_member (o, "audioEncodedCodecType") != NULL);
  gst_publish_read_enum (reader, o, "audioEncodedCodecType",
      GST_TYPE_PUBLISH_AUDIO_CODEC, &codec);
  audio->codec = codec;

  if (codec == GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2 && audio->channels == 1)
    gst_publish_fault_value (reader, "audioEncodedChannelNum",
        gst_publish_member (o, "audioEncodedChannelNum"),
        "2 with audioEncodedCodecType 2 (HE-AAC v2 is parametric stereo)");

  return params;
}

void
gst_publish_encoder_params_write (const GstPublishEncoderParams * params,
    JsonBuilder * builder)
{
  json_builder_begin_object (builder);
  if (params->video_given) {
    gst_publish_write_int (builder, "videoEncodedWidth", params->video.width);
    gst_publish_write_int (builder, "videoEncodedHeight", params->video.height);
    gst_publish_write_int (builder, "videoEncodedFPS", params->video.fps);
    gst_publish_write_int (builder, "videoEncodedGOP", params->video.gop);
    gst_publish_write_int (builder, "videoEncodedKbps", params->video.kbps);
  }
  if (params->audio_given) {
    gst_publish_write_int (builder, "audioEncodedSampleRate",
        params->audio.sample_rate);
    gst_publish_write_int (builder, "audioEncodedChannelNum",
        params->audio.channels);
    gst_publish_write_int (builder, "audioEncodedKbps", params->audio.kbps);
    gst_publish_write_int (builder, "audioEncodedCodecType",
        params->audio.codec);
  }
  json_builder_end_object (builder);
}

/**
 * gst_publish_encoder_params_new_from_json:
 * @json: an encoder object, or a whole job of which the first encoder is taken
 * @error: where to say what is wrong, see %GST_PUBLISH_ERROR
 *
 * Any thread may call this.
 *
 * Returns: (transfer full) (nullable): the parameters, or %NULL and @error
 */
GstPublishEncoderParams *
gst_publish_encoder_params_new_from_json (const gchar * json, GError ** error)
{
  GstPublishEncoderParams *params = NULL;
  GstPublishJob *job;

  g_return_val_if_fail (json != NULL, NULL);

  job = gst_publish_job_parse (json, GST_PUBLISH_PART_ENCODER, error);
  if (!job)
    return NULL;
  params = gst_publish_encoder_params_ref (gst_publish_job_get_encoder (job,
          0));
  gst_publish_job_unref (job);

  return params;
}

/**
 * gst_publish_encoder_params_ref:
 * @params: encoder parameters
 *
 * Returns: (transfer full): @params
 */
GstPublishEncoderParams *
gst_publish_encoder_params_ref (GstPublishEncoderParams * params)
{
  g_return_val_if_fail (params != NULL, NULL);

  return g_atomic_rc_box_acquire (params);
}

/**
 * gst_publish_encoder_params_unref:
 * @params: (transfer full): encoder parameters
 */
void
gst_publish_encoder_params_unref (GstPublishEncoderParams * params)
{
  g_return_if_fail (params != NULL);

  g_atomic_rc_box_release (params);
}

/**
 * gst_publish_encoder_params_to_json:
 * @params: encoder parameters
 *
 * Returns: (transfer full): an encoder object on one line without spaces;
 *   gst_publish_encoder_params_new_from_json() makes the same parameters of it
 */
gchar *
gst_publish_encoder_params_to_json (const GstPublishEncoderParams * params)
{
  JsonBuilder *builder;

  g_return_val_if_fail (params != NULL, NULL);

  builder = json_builder_new ();
  gst_publish_encoder_params_write (params, builder);

  return gst_publish_builder_finish (builder);
}

/**
 * gst_publish_encoder_params_has_video:
 * @params: encoder parameters
 *
 * A stream has video unless the parameters only speak of audio.
 *
 * Returns: whether the stream has video
 */
gboolean
gst_publish_encoder_params_has_video (const GstPublishEncoderParams * params)
{
  g_return_val_if_fail (params != NULL, FALSE);

  return params->video_given || !params->audio_given;
}

/**
 * gst_publish_encoder_params_has_audio:
 * @params: encoder parameters
 *
 * A stream has audio unless the parameters only speak of video (the API's
 * guide, seed 000, question 3).
 *
 * Returns: whether the stream has audio
 */
gboolean
gst_publish_encoder_params_has_audio (const GstPublishEncoderParams * params)
{
  g_return_val_if_fail (params != NULL, FALSE);

  return params->audio_given || !params->video_given;
}

/**
 * gst_publish_encoder_params_get_video:
 * @params: encoder parameters
 * @video: (out caller-allocates): the video half, zeros as given
 */
void
gst_publish_encoder_params_get_video (const GstPublishEncoderParams *
    params, GstPublishVideoParams * video)
{
  g_return_if_fail (params != NULL && video != NULL);

  *video = params->video;
}

/**
 * gst_publish_encoder_params_get_audio:
 * @params: encoder parameters
 * @audio: (out caller-allocates): the audio half, zeros as given
 */
void
gst_publish_encoder_params_get_audio (const GstPublishEncoderParams *
    params, GstPublishAudioParams * audio)
{
  g_return_if_fail (params != NULL && audio != NULL);

  *audio = params->audio;
}

/* Between the rows of the table, and on beyond its ends, along straight lines
 * through pixels per frame. */
static gint64
choose_kbps (gint64 pixels, gint64 fps)
{
  gint64 kbps;
  guint i = 1;

  if (pixels <= recommended[0].pixels) {
    kbps = recommended[0].kbps * pixels / recommended[0].pixels;
  } else {
    while (i + 1 < G_N_ELEMENTS (recommended) && pixels > recommended[i].pixels)
      i++;
    kbps = recommended[i - 1].kbps +
        (recommended[i].kbps - recommended[i - 1].kbps) *
        (pixels - recommended[i - 1].pixels) /
        (recommended[i].pixels - recommended[i - 1].pixels);
  }

  return kbps * fps / GST_PUBLISH_DEFAULT_FPS;
}

/**
 * gst_publish_video_params_resolve:
 * @video: (inout): the video half of encoder parameters
 *
 * Puts a value in place of each zero:
 *
 * - width and height: 1280x720; if one is given, the other at 16:9, even
 * - frame rate: 15 frames per second
 * - GOP: 3 seconds
 * - bitrate: the API's table (640x360 800, 960x540 1200, 1280x720 1500,
 *   1920x1080 2500 kbit/s) by pixels per frame, sizes between and beyond
 *   along straight lines, times the frame rate over 15 (the guide's own
 *   1080x1920 at 30 has 5000); within 64..50000
 *
 * To choose for the size of a canvas, set @video's size to it first. Any
 * thread may call this.
 */
void
gst_publish_video_params_resolve (GstPublishVideoParams * video)
{
  g_return_if_fail (video != NULL);

  if (video->width == 0 && video->height == 0) {
    video->width = GST_PUBLISH_DEFAULT_WIDTH;
    video->height = GST_PUBLISH_DEFAULT_HEIGHT;
  } else if (video->width == 0) {
    video->width = CLAMP (video->height * 16 / 9 & ~1, GST_PUBLISH_MIN_SIDE,
        GST_PUBLISH_MAX_SIDE);
  } else if (video->height == 0) {
    video->height = MAX (video->width * 9 / 16 & ~1, GST_PUBLISH_MIN_SIDE);
  }
  if (video->fps == 0)
    video->fps = GST_PUBLISH_DEFAULT_FPS;
  if (video->gop == 0)
    video->gop = 3;
  if (video->kbps == 0)
    video->kbps = (gint) CLAMP (choose_kbps ((gint64) video->width *
            video->height, video->fps), 64, GST_PUBLISH_MAX_VIDEO_KBPS);
}

/**
 * gst_publish_audio_params_resolve:
 * @audio: (inout): the audio half of encoder parameters
 *
 * Puts a value in place of each zero:
 *
 * - sample rate: 48000 Hz
 * - channels: 1, but 2 for HE-AAC v2
 * - bitrate: 50 kbit/s for each channel of AAC-LC and 60 for HE-AAC v2 (the
 *   API's table), 32 for each channel of HE-AAC
 *
 * Any thread may call this.
 */
void
gst_publish_audio_params_resolve (GstPublishAudioParams * audio)
{
  g_return_if_fail (audio != NULL);

  if (audio->sample_rate == 0)
    audio->sample_rate = 48000;
  if (audio->channels == 0)
    audio->channels = audio->codec == GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2 ? 2 : 1;
  if (audio->kbps == 0) {
    switch (audio->codec) {
      case GST_PUBLISH_AUDIO_CODEC_AAC_LC:
        audio->kbps = 50 * audio->channels;
        break;
      case GST_PUBLISH_AUDIO_CODEC_HE_AAC:
        audio->kbps = 32 * audio->channels;
        break;
      case GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2:
        audio->kbps = 60;
        break;
    }
  }
}
