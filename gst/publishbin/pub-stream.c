/* One sink pad of publishbin: pad ! tee, at which branches and the decoder begin;
 * and what is known of what comes there.
 *
 * Threads: the streaming thread comes through on_data(); the application makes
 * the stream; everything else is the worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-stream.h"

#include <stdio.h>
#include <string.h>

#include <gst/pbutils/pbutils.h>

#include "pub-decoder.h"
#include "pub-parts.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

/* How long a stream's first frame waits for the tasks that want it. */
#define HOLD_TIME (1 * G_TIME_SPAN_SECOND)

struct _PubStream
{
  gatomicrefcount refs;

  /* set once */
  GstBin *bin;                  /* outlives the streams in it */
  GstPublishBinPad *pad;
  GstElement *tee;
  guint serial;                 /* order of arrival */
  PubStreamFunc func;
  gpointer data;

  GMutex lock;
  GCond cond;
  gboolean settled;             /* lock: the worker has seen the caps */
  gboolean flushing;            /* lock */

  /* the streaming thread's */
  gboolean begins;              /* a STREAM_START whose caps are not known yet */
  gboolean at_end;              /* EOS, and no caps since */

  /* the worker's */
  GstCaps *caps;
  PubMedia media;
  guint generation;             /* another one: other media on the pad */
  gboolean ended, dismantled;
  PubDecoder *decoder;          /* NULL: no branch wants it decoded */
  gboolean undecodable;
  guint n_named;
  guint first_named;            /* of this generation */
};

static void
set_settled (PubStream * stream, gboolean settled)
{
  g_mutex_lock (&stream->lock);
  stream->settled = settled;
  g_cond_broadcast (&stream->cond);
  g_mutex_unlock (&stream->lock);
}

static void
wait_until_settled (PubStream * stream)
{
  gint64 until = g_get_monotonic_time () + HOLD_TIME;

  g_mutex_lock (&stream->lock);
  while (!stream->settled && !stream->flushing &&
      g_cond_wait_until (&stream->cond, &stream->lock, until));
  g_mutex_unlock (&stream->lock);
}

/* The streaming thread. What comes behind it waits until the worker is done. */
static void
tell_caps (PubStream * stream, GstCaps * caps)
{
  gboolean begins = stream->begins;

  stream->begins = stream->at_end = FALSE;
  set_settled (stream, FALSE);
  stream->func (stream, caps, begins, stream->data);
  wait_until_settled (stream);
}

/* In front of the tee. */
static GstPadProbeReturn
on_data (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  PubStream *stream = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      stream->begins = TRUE;
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      tell_caps (stream, caps);
      break;
    case GST_EVENT_SEGMENT:
      /* who has come to an end and seeks does not say again what it is */
      if (stream->at_end && (caps = gst_pad_get_current_caps (pad))) {
        tell_caps (stream, caps);
        gst_caps_unref (caps);
      }
      break;
    case GST_EVENT_EOS:
      stream->at_end = TRUE;
      stream->func (stream, NULL, FALSE, stream->data);
      break;
    default:
      break;
  }
  return GST_PAD_PROBE_OK;
}

/* The application; the caller adds the pad to the element. @func outlives the
 * stream. NULL: there is no tee. */
PubStream *
pub_stream_new (GstBin * bin, GstPadTemplate * templ,
    const gchar * name, guint serial, PubStreamFunc func, gpointer data)
{
  GstElement *tee = gst_element_factory_make ("tee", NULL);
  PubStream *stream;
  GstPad *pad;

  if (!tee)
    return NULL;
  stream = g_new0 (PubStream, 1);
  g_atomic_ref_count_init (&stream->refs);
  stream->bin = bin;
  stream->serial = serial;
  stream->func = func;
  stream->data = data;
  g_mutex_init (&stream->lock);
  g_cond_init (&stream->cond);
  g_object_set (tee, "allow-not-linked", TRUE, NULL);
  stream->tee = gst_object_ref (tee);
  gst_bin_add (bin, tee);
  gst_element_sync_state_with_parent (tee);

  pad = gst_element_get_static_pad (tee, "sink");
  stream->pad = g_object_new (GST_TYPE_PUBLISH_BIN_PAD, "name", name,
      "direction", GST_PAD_SINK, "template", templ, NULL);
  gst_object_ref_sink (stream->pad);
  gst_ghost_pad_set_target (GST_GHOST_PAD (stream->pad), pad);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
      stream, NULL);
  gst_object_unref (pad);
  gst_pad_set_active (GST_PAD (stream->pad), TRUE);
  return stream;
}

PubStream *
pub_stream_ref (PubStream * stream)
{
  g_atomic_ref_count_inc (&stream->refs);
  return stream;
}

/* Any thread; the last one only after pub_stream_dismantle(). */
void
pub_stream_unref (PubStream * stream)
{
  if (!g_atomic_ref_count_dec (&stream->refs))
    return;
  gst_object_unref (stream->pad);
  gst_object_unref (stream->tee);
  gst_clear_caps (&stream->caps);
  g_mutex_clear (&stream->lock);
  g_cond_clear (&stream->cond);
  g_free (stream);
}

GstPublishBinPad *
pub_stream_get_pad (PubStream * stream)
{
  return stream->pad;
}

/* Any thread: the worker is done with the caps, or never will be. */
void
pub_stream_let_go (PubStream * stream)
{
  set_settled (stream, TRUE);
}

/* Any thread: a streaming thread does not wait. */
void
pub_stream_set_flushing (PubStream * stream, gboolean flushing)
{
  g_mutex_lock (&stream->lock);
  stream->flushing = flushing;
  g_cond_broadcast (&stream->cond);
  g_mutex_unlock (&stream->lock);
}

/* --- what is known of it; the worker --- */

static PubMedia
media_of (const GstCaps * caps)
{
  const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));

  if (g_str_has_prefix (name, "video/") || g_str_has_prefix (name, "image/"))
    return PUB_MEDIA_VIDEO;
  return g_str_has_prefix (name, "audio/") ? PUB_MEDIA_AUDIO : PUB_MEDIA_OTHER;
}

static gboolean
same_coding (const GstCaps * a, const GstCaps * b)
{
  const GstStructure *s = gst_caps_get_structure (a, 0);
  const GstStructure *t = gst_caps_get_structure (b, 0);
  gint v = 0, w = 0;

  gst_structure_get_int (s, "mpegversion", &v);
  gst_structure_get_int (t, "mpegversion", &w);
  return g_str_equal (gst_structure_get_name (s), gst_structure_get_name (t))
      && v == w;
}

/* What has been made of the stream is of no use for what comes now: branches let
 * go of the decoder when they are freed. */
static void
begin_generation (PubStream * stream)
{
  stream->generation++;
  stream->undecodable = FALSE;
  stream->first_named = stream->n_named;
  if (stream->decoder)
    pub_decoder_close (stream->decoder);
  stream->decoder = NULL;
}

/* Takes @caps, which are not empty. @begins: it is another stream than before.
 * (While all is well, a decoder of the same coding need not know that.) */
void
pub_stream_set_caps (PubStream * stream, GstCaps * caps, gboolean begins)
{
  if (stream->caps && (!same_coding (stream->caps, caps) || stream->ended ||
          (begins && stream->undecodable)))
    begin_generation (stream);
  gst_clear_caps (&stream->caps);
  stream->caps = caps;
  stream->media = media_of (caps);
  stream->ended = FALSE;
}

void
pub_stream_set_ended (PubStream * stream)
{
  stream->ended = TRUE;
}

/* The element stopped: what comes next is a new beginning. */
void
pub_stream_reset (PubStream * stream)
{
  gst_clear_caps (&stream->caps);
  stream->media = PUB_MEDIA_UNKNOWN;
  stream->ended = FALSE;
  begin_generation (stream);
}

PubMedia
pub_stream_get_media (PubStream * stream)
{
  return stream->media;
}

/* (transfer none) (nullable) */
GstCaps *
pub_stream_get_caps (PubStream * stream)
{
  return stream->caps;
}

guint
pub_stream_get_generation (PubStream * stream)
{
  return stream->generation;
}

gboolean
pub_stream_has_ended (PubStream * stream)
{
  return stream->ended;
}

gboolean
pub_stream_is_raw (PubStream * stream)
{
  const GstStructure *s = gst_caps_get_structure (stream->caps, 0);

  return gst_structure_has_name (s, "video/x-raw") ||
      gst_structure_has_name (s, "audio/x-raw");
}

/* "jerry's big video, H.264"; (transfer full) */
gchar *
pub_stream_describe (PubStream * stream)
{
  GstPublishBinPadValues values;
  gchar *codec = NULL, *text;

  gst_publish_bin_pad_get (stream->pad, &values);
  if (stream->caps)
    codec = gst_pb_utils_get_codec_description (stream->caps);
  text = g_strdup_printf ("%s%s%s stream (%s)",
      values.user_id && *values.user_id ? values.user_id : "a user",
      "'s ", gst_publish_enum_get_nick (GST_TYPE_PUBLISH_STREAM_TYPE,
          values.stream_type), codec ? codec : "nothing yet");
  g_free (codec);
  gst_publish_bin_pad_values_clear (&values);
  return text;
}

gboolean
pub_stream_get_undecodable (PubStream * stream)
{
  return stream->undecodable;
}

/* There is no decoder, or it told an ERROR: no more is tried until another
 * stream or other media comes. FALSE: that is known. */
gboolean
pub_stream_set_undecodable (PubStream * stream)
{
  gboolean first = !stream->undecodable;

  stream->undecodable = TRUE;
  if (stream->decoder)
    pub_decoder_close (stream->decoder);
  return first;
}

/* --- what branches and the decoder are put together with; the worker --- */

GstBin *
pub_stream_get_bin (PubStream * stream)
{
  return stream->bin;
}

GstElement *
pub_stream_get_tee (PubStream * stream)
{
  return stream->tee;
}

/* An ERROR of a child of the element is the stream's that its name says. */
void
pub_stream_name_part (PubStream * stream, GstElement * element,
    const gchar * what)
{
  gchar *name = g_strdup_printf ("%s-%u-%u", what, stream->serial,
      stream->n_named++);

  gst_object_set_name (GST_OBJECT (element), name);
  g_free (name);
}

/* Whether the child @name of the element has to do with what comes now. */
gboolean
pub_stream_has_part (PubStream * stream, const gchar * name)
{
  const gchar *numbers = strchr (name, '-');
  guint serial, number;

  return numbers && sscanf (numbers, "-%u-%u", &serial, &number) == 2 &&
      serial == stream->serial && number >= stream->first_named;
}

/* (transfer full): what decodes it; NULL: nothing does */
PubDecoder *
pub_stream_decode (PubStream * stream, GError ** error)
{
  if (stream->decoder)
    return pub_decoder_ref (stream->decoder);
  stream->decoder = pub_decoder_new (stream, error);
  return stream->decoder;
}

/* @decoder goes. */
void
pub_stream_forget_decoder (PubStream * stream, PubDecoder * decoder)
{
  if (stream->decoder == decoder)
    stream->decoder = NULL;
}

/* The pad was released, and all branches are gone. */
void
pub_stream_dismantle (PubStream * stream)
{
  if (stream->dismantled)
    return;
  stream->dismantled = TRUE;
  gst_pad_set_active (GST_PAD (stream->pad), FALSE);
  gst_ghost_pad_set_target (GST_GHOST_PAD (stream->pad), NULL);
  pub_take_away (stream->bin, stream->tee);
}
