/* One sink pad of publishbin: pad ! tee, the branches that tasks have taken
 * there, and the decoder, which is made for the first that wants decoded media
 * and serves all of them.
 *
 * Threads: the streaming thread comes through on_data(); the application makes
 * the stream; everything else is the worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-stream.h"

#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

#include "pub-codecs.h"
#include "pub-fence.h"

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

  /* the worker's */
  GstCaps *caps;
  PubMedia media;
  guint generation;             /* another one: other media on the pad */
  gboolean ended, dismantled;
  GstElement *fence, *queue, *parser, *decoder, *decoded_tee;
  GstPad *decoder_pad;          /* of the tee */
  guint decoder_users;
  guint n_named;
  gboolean decoder_failed;
};

struct _PubBranch
{
  PubStream *stream;
  guint generation;
  gboolean decoded;
  GstElement *tee, *fence, *queue, *tail;
  GstPad *tee_pad;
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

/* In front of the tee. */
static GstPadProbeReturn
on_data (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  PubStream *stream = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      set_settled (stream, FALSE);
      stream->func (stream, caps, stream->data);
      wait_until_settled (stream);
      break;
    case GST_EVENT_EOS:
      stream->func (stream, NULL, stream->data);
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

guint
pub_stream_get_serial (PubStream * stream)
{
  return stream->serial;
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

/* Takes @caps, which are not empty. */
void
pub_stream_set_caps (PubStream * stream, GstCaps * caps)
{
  if (stream->caps && (!same_coding (stream->caps, caps) || stream->ended)) {
    stream->generation++;
    stream->decoder_failed = FALSE;
  }
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
  stream->generation++;
  stream->ended = stream->decoder_failed = FALSE;
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

/* --- branches; the worker --- */

static GstPadLinkReturn
link_elements (GstElement * from, GstElement * to)
{
  return gst_element_link_pads_full (from, "src", to, "sink",
      GST_PAD_LINK_CHECK_NOTHING) ? GST_PAD_LINK_OK : GST_PAD_LINK_REFUSED;
}

static GstElement *
make_queue (gboolean raw)
{
  GstElement *queue = gst_element_factory_make ("queue", NULL);

  if (queue)
    g_object_set (queue, "max-size-buffers", 0, "max-size-bytes", 0,
        "max-size-time", (guint64) (raw ? PUB_DECODED_QUEUE_TIME :
            PUB_ENCODED_QUEUE_TIME), "silent", TRUE, NULL);
  return queue;
}

/* Nobody waits in it any more. */
static void
open_queue (GstElement * queue)
{
  g_object_set (queue, "max-size-time", (guint64) 0, NULL);
}

static void
take_away (GstBin * bin, GstElement * element)
{
  if (!element)
    return;
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (bin, element);
}

static void
release_tee_pad (GstElement * tee, GstPad ** pad)
{
  GstPad *peer;

  if (!*pad)
    return;
  if ((peer = gst_pad_get_peer (*pad))) {
    gst_pad_unlink (*pad, peer);
    gst_object_unref (peer);
  }
  gst_element_release_request_pad (tee, *pad);
  gst_clear_object (pad);
}

/* Links a new pad of @tee to @fence: from here on media comes. */
static GstPad *
open_tee (GstElement * tee, GstElement * fence)
{
  GstPad *pad = gst_element_request_pad_simple (tee, "src_%u");
  GstPad *sink = gst_element_get_static_pad (fence, "sink");

  gst_pad_link_full (pad, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_object_unref (sink);
  return pad;
}

static void
remove_decoder (PubStream * stream)
{
  if (!stream->fence)
    return;
  pub_fence_close (stream->fence);
  open_queue (stream->queue);
  release_tee_pad (stream->tee, &stream->decoder_pad);
  take_away (stream->bin, stream->decoded_tee);
  take_away (stream->bin, stream->decoder);
  take_away (stream->bin, stream->parser);
  take_away (stream->bin, stream->queue);
  take_away (stream->bin, stream->fence);
  stream->decoded_tee = stream->decoder = stream->parser = NULL;
  stream->queue = stream->fence = NULL;
}

/* Someone comes in the middle of it, and decoding begins at a keyframe. */
static void
ask_for_keyframe (PubStream * stream)
{
  GstPad *pad = gst_element_get_static_pad (stream->tee, "sink");

  gst_pad_push_event (pad, gst_video_event_new_upstream_force_key_unit
      (GST_CLOCK_TIME_NONE, TRUE, 0));
  gst_object_unref (pad);
}

/* An ERROR of a child of the element is the stream's that its name says. */
static void
name_by_stream (GstElement * element, const gchar * what, PubStream * stream)
{
  gchar *name = g_strdup_printf ("%s-%u-%u", what, stream->serial,
      stream->n_named++);

  gst_object_set_name (GST_OBJECT (element), name);
  g_free (name);
}

static gboolean
make_decoder (PubStream * stream, GError ** error)
{
  gchar *text;
  GList *made = NULL, *l;

  if (!pub_codecs_make_decoder (stream->caps, &stream->parser,
          &stream->decoder)) {
    text = pub_stream_describe (stream);
    gst_element_post_message (GST_ELEMENT (stream->bin),
        gst_missing_decoder_message_new (GST_ELEMENT (stream->bin),
            stream->caps));
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MEDIA_ERROR,
        "No installed element decodes %s", text);
    g_free (text);
    return FALSE;
  }
  stream->fence = pub_fence_new (0);
  stream->queue = make_queue (FALSE);
  stream->decoded_tee = gst_element_factory_make ("tee", NULL);
  g_object_set (stream->decoded_tee, "allow-not-linked", TRUE, NULL);
  name_by_stream (stream->decoder, "decoder", stream);
  /* threads are named after queues */
  name_by_stream (stream->queue, "decode", stream);
  if (stream->parser)
    name_by_stream (stream->parser, "parser", stream);

  gst_bin_add_many (stream->bin, stream->fence, stream->queue,
      stream->decoded_tee, stream->decoder, NULL);
  link_elements (stream->fence, stream->queue);
  made = g_list_prepend (made, stream->fence);
  made = g_list_prepend (made, stream->queue);
  if (stream->parser) {
    gst_bin_add (stream->bin, stream->parser);
    link_elements (stream->queue, stream->parser);
    link_elements (stream->parser, stream->decoder);
    made = g_list_prepend (made, stream->parser);
  } else {
    link_elements (stream->queue, stream->decoder);
  }
  link_elements (stream->decoder, stream->decoded_tee);
  made = g_list_prepend (made, stream->decoder);
  made = g_list_prepend (made, stream->decoded_tee);
  for (l = made; l; l = l->next)
    gst_element_sync_state_with_parent (l->data);
  g_list_free (made);
  /* the bin has its own references */
  gst_object_unref (stream->decoder);
  if (stream->parser)
    gst_object_unref (stream->parser);
  stream->decoder_pad = open_tee (stream->tee, stream->fence);
  if (stream->media == PUB_MEDIA_VIDEO)
    ask_for_keyframe (stream);
  GST_INFO_OBJECT (stream->pad, "is decoded by %s",
      GST_OBJECT_NAME (gst_element_get_factory (stream->decoder)));
  return TRUE;
}

gboolean
pub_stream_get_undecodable (PubStream * stream)
{
  return stream->decoder_failed;
}

/* There is no decoder, or it told an ERROR: no more is tried until other media
 * comes. FALSE: that is known. */
gboolean
pub_stream_set_undecodable (PubStream * stream)
{
  gboolean first = !stream->decoder_failed;

  stream->decoder_failed = TRUE;
  if (stream->fence)
    pub_fence_close (stream->fence);
  return first;
}

/* A way from the stream to @sink, through @tail (floating, may be NULL) and, if
 * @decoded, from where it is decoded. In it running times are counted from
 * @begin. NULL: no element decodes it; @tail is gone then too. */
PubBranch *
pub_branch_new (PubStream * stream, gboolean decoded,
    GstClockTime begin, GstElement * tail, GstPad * sink, GError ** error)
{
  gboolean raw = pub_stream_is_raw (stream);
  PubBranch *branch;
  GstPad *pad;

  decoded &= !raw;
  if (decoded && !stream->fence && !make_decoder (stream, error)) {
    if (tail)
      gst_object_unref (gst_object_ref_sink (tail));
    return NULL;
  }
  if (decoded)
    stream->decoder_users++;
  branch = g_new0 (PubBranch, 1);
  branch->stream = pub_stream_ref (stream);
  branch->generation = stream->generation;
  branch->decoded = decoded;
  branch->tee = decoded ? stream->decoded_tee : stream->tee;
  branch->fence = pub_fence_new (begin);
  branch->queue = make_queue (raw || decoded);
  name_by_stream (branch->queue, "branch", stream);
  branch->tail = tail;

  gst_bin_add_many (stream->bin, branch->fence, branch->queue, NULL);
  link_elements (branch->fence, branch->queue);
  if (tail) {
    name_by_stream (tail, "convert", stream);
    gst_bin_add (stream->bin, tail);
    link_elements (branch->queue, tail);
  }
  pad = pub_branch_get_pad (branch);
  gst_pad_link_full (pad, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_object_unref (pad);
  if (tail)
    gst_element_sync_state_with_parent (tail);
  gst_element_sync_state_with_parent (branch->queue);
  gst_element_sync_state_with_parent (branch->fence);
  branch->tee_pad = open_tee (branch->tee, branch->fence);
  return branch;
}

PubStream *
pub_branch_get_stream (PubBranch * branch)
{
  return branch->stream;
}

/* FALSE: other media comes on its stream's pad now */
gboolean
pub_branch_is_current (PubBranch * branch)
{
  return branch->generation == branch->stream->generation;
}

/* Where it leaves; (transfer full) */
GstPad *
pub_branch_get_pad (PubBranch * branch)
{
  return gst_element_get_static_pad (branch->tail ? branch->tail :
      branch->queue, "src");
}

/* Nothing more comes, and nobody waits in it. */
void
pub_branch_close (PubBranch * branch)
{
  pub_fence_close (branch->fence);
  open_queue (branch->queue);
}

/* Nothing more comes but EOS after what is in it. */
void
pub_branch_end (PubBranch * branch)
{
  open_queue (branch->queue);
  pub_fence_end (branch->fence);
}

/* Its sink must be flushing or gone: a thread that waits there would be waited
 * for. */
void
pub_branch_free (PubBranch * branch)
{
  PubStream *stream = branch->stream;

  pub_branch_close (branch);
  /* the decoder may have gone with the pad's old media */
  if (!branch->decoded || branch->tee == stream->decoded_tee)
    release_tee_pad (branch->tee, &branch->tee_pad);
  gst_clear_object (&branch->tee_pad);
  take_away (stream->bin, branch->tail);
  take_away (stream->bin, branch->queue);
  take_away (stream->bin, branch->fence);
  if (branch->decoded && --stream->decoder_users == 0)
    remove_decoder (stream);
  pub_stream_unref (stream);
  g_free (branch);
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
  take_away (stream->bin, stream->tee);
}
