/* Makes encoders from encoder parameters. Every encoder is a bin with the pads
 * `sink` (raw media of exactly the wanted size and rate) and `src`.
 *
 * Keyframes stand exactly every GOP seconds, by the media's own time and with
 * any encoder: a force-key-unit event goes before the frame that has to be one.
 * The encoder is told not to make others, and nobody downstream is heard who
 * asks for more.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-encoder.h"

#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

#include "pub-codecs.h"
#include "pub-parts.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

#define DEFAULT_VIDEO_ENCODER "x264enc"

typedef struct
{
  GstClockTime gop;
  /* streaming thread */
  GstClockTime next;            /* PTS of the next keyframe */
  GstClockTime half_frame;
  guint count;
} Keyframes;

/* Encoders whose `bitrate` is in bit/s; all others count in kbit/s. */
static const gchar *const in_bits[] = { "openh264enc", "v4l2", "avenc_",
  "omx", "svthevcenc", "kvazaar"
};

/* What an encoder calls the longest way between keyframes, in frames. */
static const gchar *const gop_properties[] = { "key-int-max", "gop-size",
  "keyframe-period", "keyframe-max-dist", "iframeinterval", "gop-length"
};

GstCaps *
pub_encoder_video_caps (const GstPublishVideoParams * video)
{
  return gst_caps_new_simple ("video/x-raw",
      "width", G_TYPE_INT, video->width, "height", G_TYPE_INT, video->height,
      "framerate", GST_TYPE_FRACTION, video->fps, 1,
      "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
}

GstCaps *
pub_encoder_audio_caps (const GstPublishAudioParams * audio)
{
  return gst_caps_new_simple ("audio/x-raw",
      "rate", G_TYPE_INT, audio->sample_rate,
      "channels", G_TYPE_INT, audio->channels, NULL);
}

/* In front of the encoder. */
static GstPadProbeReturn
on_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Keyframes *keyframes = data;
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  GstPad *peer;

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return GST_PAD_PROBE_OK;
  if (!GST_CLOCK_TIME_IS_VALID (keyframes->next))
    keyframes->next = pts;
  if (pts + keyframes->half_frame < keyframes->next)
    return GST_PAD_PROBE_OK;
  while (keyframes->next <= pts + keyframes->half_frame)
    keyframes->next += keyframes->gop;
  if ((peer = gst_pad_get_peer (pad))) {
    gst_pad_send_event (peer,
        gst_video_event_new_downstream_force_key_unit (pts,
            GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, TRUE,
            keyframes->count++));
    gst_object_unref (peer);
  }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_upstream_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)) ?
      GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static void
watch_keyframes (GstElement * before, GstElement * encoder,
    const GstPublishVideoParams * video)
{
  Keyframes *keyframes = g_new0 (Keyframes, 1);
  GstPad *pad = gst_element_get_static_pad (before, "src");

  keyframes->gop = video->gop * GST_SECOND;
  keyframes->next = GST_CLOCK_TIME_NONE;
  keyframes->half_frame = GST_SECOND / video->fps / 2;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, keyframes,
      g_free);
  gst_object_unref (pad);
  pad = gst_element_get_static_pad (encoder, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      on_upstream_event, NULL, NULL);
  gst_object_unref (pad);
}

static gboolean
set_number (GstElement * element, const gchar * name, gint64 number)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS
      (element), name);
  GValue from = G_VALUE_INIT, value = G_VALUE_INIT;
  gboolean done = FALSE;

  if (!spec || !(spec->flags & G_PARAM_WRITABLE))
    return FALSE;
  g_value_init (&from, G_TYPE_INT64);
  g_value_set_int64 (&from, number);
  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (spec));
  if (g_value_transform (&from, &value)) {
    g_param_value_validate (spec, &value);
    g_object_set_property (G_OBJECT (element), name, &value);
    done = TRUE;
  }
  g_value_unset (&from);
  g_value_unset (&value);
  return done;
}

/* Those of the job come last: they count. */
static void
add_options (GstElement * encoder, const gchar * options)
{
  gchar *given = NULL, *all;

  g_object_get (encoder, "option-string", &given, NULL);
  all = given && *given ? g_strconcat (given, ":", options, NULL) :
      g_strdup (options);
  g_object_set (encoder, "option-string", all, NULL);
  g_free (all);
  g_free (given);
}

static void
configure_video (GstElement * encoder, const GstPublishVideoParams * video,
    gboolean by_default)
{
  GstElementFactory *factory = gst_element_get_factory (encoder);
  const gchar *name = factory ? GST_OBJECT_NAME (factory) : "";
  gint64 bitrate = video->kbps;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (in_bits); i++) {
    if (g_str_has_prefix (name, in_bits[i])) {
      bitrate *= 1000;
      break;
    }
  }
  set_number (encoder, "bitrate", bitrate);
  for (i = 0; i < G_N_ELEMENTS (gop_properties); i++) {
    if (set_number (encoder, gop_properties[i], video->fps * video->gop))
      break;
  }
  if (g_str_equal (name, "x264enc"))
    add_options (encoder, "scenecut=0");
  else if (g_str_equal (name, "x265enc"))
    add_options (encoder, "scenecut=0:open-gop=0");
  /* as little delay as a call needs; with it a muxer does not wait either */
  if (by_default) {
    gst_util_set_object_arg (G_OBJECT (encoder), "tune", "zerolatency");
    gst_util_set_object_arg (G_OBJECT (encoder), "speed-preset", "veryfast");
  }
}

/* Of an element that is in no bin yet; (transfer full) */
static GstCaps *
template_caps (GstElement * element)
{
  GstPadTemplate *templ = gst_element_get_pad_template (element, "src");

  return templ ? gst_pad_template_get_caps (templ) : gst_caps_new_any ();
}

static GstElement *
finish_bin (GstBin * bin, GstElement * begin, GstElement * end)
{
  GstPad *pad = gst_element_get_static_pad (begin, "sink");

  gst_element_add_pad (GST_ELEMENT (bin), gst_ghost_pad_new ("sink", pad));
  gst_object_unref (pad);
  pad = gst_element_get_static_pad (end, "src");
  gst_element_add_pad (GST_ELEMENT (bin), gst_ghost_pad_new ("src", pad));
  gst_object_unref (pad);
  return GST_ELEMENT (bin);
}

static void
missing_encoder (GstElement * owner, GstCaps * caps, const gchar * what,
    GError ** error)
{
  gst_element_post_message (owner, gst_missing_encoder_message_new (owner,
          caps));
  g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MISSING_ENCODER,
      "No installed element encodes %s", what);
}

static gboolean
has_pad (GstElement * element, const gchar * name)
{
  GstPad *pad = gst_element_get_static_pad (element, name);
  gboolean has = pad != NULL;

  gst_clear_object (&pad);
  return has;
}

/* NULL: it may be an encoder */
static const gchar *
why_no_encoder (GstElement * element)
{
  GstCaps *raw, *taken;
  gboolean takes_video;

  if (GST_IS_BIN (element))
    return "it is not one element";
  if (!has_pad (element, "sink") || !has_pad (element, "src"))
    return "it is no encoder";
  raw = gst_caps_new_empty_simple ("video/x-raw");
  taken = gst_pad_template_get_caps (gst_element_get_pad_template (element,
          "sink"));
  takes_video = gst_caps_can_intersect (taken, raw);
  gst_caps_unref (taken);
  gst_caps_unref (raw);
  return takes_video ? NULL : "it takes no raw video";
}

static GstElement *
make_video_encoder (GstElement * owner, const gchar * description,
    GError ** error)
{
  GError *fault = NULL;
  GstElement *encoder;
  const gchar *why;
  GstCaps *caps;

  if (!description || !*description) {
    encoder = gst_element_factory_make (DEFAULT_VIDEO_ENCODER, NULL);
    if (!encoder) {
      caps = gst_caps_new_empty_simple ("video/x-h264");
      missing_encoder (owner, caps, "H.264 (\"" DEFAULT_VIDEO_ENCODER "\")",
          error);
      gst_caps_unref (caps);
    }
    return encoder;
  }
  encoder = gst_parse_launch_full (description, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_NO_SINGLE_ELEMENT_BINS,
      &fault);
  why = encoder ? why_no_encoder (encoder) : fault ? fault->message :
      "it is not one element";
  if (why) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MISSING_ENCODER,
        "The video encoder \"%s\" is not usable: %s", description, why);
    if (encoder)
      gst_object_unref (gst_object_ref_sink (encoder));
    encoder = NULL;
  }
  g_clear_error (&fault);
  return encoder;
}

/* Floating. @video: nothing in it is 0. @description: (nullable): an element
 * as gst-launch writes it. What it makes has to be in @carried. */
GstElement *
pub_encoder_new_video (GstElement * owner, const gchar * description,
    const GstPublishVideoParams * video, const GstCaps * carried,
    GError ** error)
{
  GstElement *encoder = make_video_encoder (owner, description, error);
  GstElement *filter;
  GstCaps *caps;
  GstBin *bin;

  if (!encoder)
    return NULL;
  caps = template_caps (encoder);
  if (!gst_caps_can_intersect (caps, carried)) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MEDIA_ERROR,
        "What %s makes cannot be carried to the targets",
        description && *description ? description : DEFAULT_VIDEO_ENCODER);
    gst_caps_unref (caps);
    gst_object_unref (gst_object_ref_sink (encoder));
    return NULL;
  }
  gst_caps_unref (caps);
  configure_video (encoder, video, !description || !*description);
  bin = GST_BIN (gst_bin_new (NULL));
  gst_bin_add (bin, encoder);
  filter = pub_make (bin, "capsfilter", error);
  if (!filter) {
    gst_object_unref (gst_object_ref_sink (bin));
    return NULL;
  }
  caps = pub_encoder_video_caps (video);
  g_object_set (filter, "caps", caps, NULL);
  gst_caps_unref (caps);
  gst_element_link (filter, encoder);
  watch_keyframes (filter, encoder, video);
  return finish_bin (bin, filter, encoder);
}

static GstElement *
make_audio_encoder (GstElement * owner, const GstPublishAudioParams * audio,
    const gchar * profile, GError ** error)
{
  GstElement *encoder = profile ? pub_codecs_make_profile_encoder (profile) :
      gst_element_factory_make ("avenc_aac", NULL);
  GstCaps *caps;

  if (!encoder && !profile)
    encoder = pub_codecs_make_profile_encoder ("lc");
  if (encoder)
    return encoder;
  caps = gst_caps_new_simple ("audio/mpeg", "mpegversion", G_TYPE_INT, 4, NULL);
  if (profile)
    gst_caps_set_simple (caps, "profile", G_TYPE_STRING, profile, NULL);
  missing_encoder (owner, caps, audio->codec ==
      GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2 ? "HE-AAC v2" : profile ? "HE-AAC" :
      "AAC", error);
  gst_caps_unref (caps);
  return NULL;
}

/* Floating. @audio: nothing in it is 0. It takes any raw audio of the wanted
 * rate and channels. */
GstElement *
pub_encoder_new_audio (GstElement * owner,
    const GstPublishAudioParams * audio, GError ** error)
{
  static const gchar *const profiles[] = { NULL, "he-aac-v1", "he-aac-v2" };
  const gchar *profile = profiles[audio->codec];
  GstElement *encoder, *convert, *filter;
  GstCaps *caps;
  GstBin *bin;

  encoder = make_audio_encoder (owner, audio, profile, error);
  if (!encoder)
    return NULL;
  set_number (encoder, "bitrate", audio->kbps * 1000);
  bin = GST_BIN (gst_bin_new (NULL));
  gst_bin_add (bin, encoder);
  convert = pub_make (bin, "audioconvert", error);
  filter = pub_make (bin, "capsfilter", error);
  if (!convert || !filter) {
    gst_object_unref (gst_object_ref_sink (bin));
    return NULL;
  }
  caps = gst_caps_new_simple ("audio/mpeg", "mpegversion", G_TYPE_INT, 4, NULL);
  if (profile)
    gst_caps_set_simple (caps, "profile", G_TYPE_STRING, profile, NULL);
  g_object_set (filter, "caps", caps, NULL);
  gst_caps_unref (caps);
  gst_element_link_many (convert, encoder, filter, NULL);
  return finish_bin (bin, convert, filter);
}
