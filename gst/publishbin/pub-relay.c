/* A relay task: one user's stream as it comes. Video and audio each are
 *
 *   branch (queue, and what converts it if it must be) -> relaypublishsink
 *
 * Video that the container carries is never touched. Other video is encoded
 * only if the job has encoder parameters; other audio always becomes AAC.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/video/video.h>

#include "pub-encoder.h"
#include "pub-task.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

typedef struct
{
  PubBranch *branch;            /* NULL: none */
  GstPad *ghost;
  gulong eos_probe;             /* of the ghost: the task has not ended */
} Input;

/* What may pass into an input: what comes of a pad that is still one of
 * @target's owner's. Nothing of it changes. */
typedef struct
{
  GstPublishBinPad *pad;
  GstPublishTarget *target;
  PubMedia media;
} Gate;

typedef struct
{
  Input input[2];               /* video, audio */
} Relay;

static const PubMedia media[] = { PUB_MEDIA_VIDEO, PUB_MEDIA_AUDIO };
static const gchar *const pads[] = { "video", "audio" };

static gboolean
build (PubTask * task, GError ** error)
{
  task->kind_data = g_new0 (Relay, 1);
  return pub_task_add_output (task, error) != NULL;
}

static gboolean
is_owners (const GstPublishTarget * target,
    const GstPublishBinPadValues * values, GstPublishStreamType type)
{
  return values->stream_type == type &&
      gst_publish_user_matches (gst_publish_target_get_owner (target),
      values->user_id, values->room_id);
}

static PubStream *
find_of_type (PubTask * task, GPtrArray * streams, PubMedia kind,
    GstPublishStreamType type)
{
  GstPublishTarget *target = gst_publish_job_get_target (task->job);
  PubStream *found = NULL;
  guint i;

  for (i = 0; i < streams->len && !found; i++) {
    PubStream *stream = g_ptr_array_index (streams, i);
    GstPublishBinPadValues values;

    if (pub_stream_get_media (stream) != kind || pub_stream_has_ended (stream))
      continue;
    gst_publish_bin_pad_get (pub_stream_get_pad (stream), &values);
    if (is_owners (target, &values, type))
      found = stream;
    gst_publish_bin_pad_values_clear (&values);
  }
  return found;
}

/* The stream that the task wants. A screen share's sound is its own, or else
 * the user's microphone. */
static PubStream *
find_wanted (PubTask * task, GPtrArray * streams, PubMedia kind)
{
  GstPublishTarget *target = gst_publish_job_get_target (task->job);
  PubStream *stream;

  if (gst_publish_target_get_mode (target) != GST_PUBLISH_MODE_SUB_TO_CDN)
    return find_of_type (task, streams, kind, GST_PUBLISH_STREAM_TYPE_BIG);
  stream = find_of_type (task, streams, kind, GST_PUBLISH_STREAM_TYPE_SUB);
  if (!stream && kind == PUB_MEDIA_AUDIO)
    stream = find_of_type (task, streams, kind, GST_PUBLISH_STREAM_TYPE_BIG);
  return stream;
}

static gboolean
is_carried (PubTask * task, PubStream * stream)
{
  GstCaps *caps = pub_stream_get_caps (stream), *carried;
  gboolean is;

  if (pub_stream_get_media (stream) == PUB_MEDIA_AUDIO) {
    /* MP3 is left to those containers where every player knows it */
    carried = gst_caps_from_string ("audio/mpeg, mpegversion = (int) { 2, 4 }");
  } else {
    carried = pub_output_carried_caps (g_ptr_array_index (task->outputs, 0),
        "video");
  }
  is = gst_caps_can_intersect (caps, carried);
  gst_caps_unref (carried);
  return is;
}

static gboolean
may_transcode (PubTask * task)
{
  return gst_publish_job_get_n_encoders (task->job) > 0 &&
      gst_publish_encoder_params_has_video (gst_publish_job_get_encoder
      (task->job, 0));
}

static gboolean
refuse (PubStream * stream, GError ** error)
{
  gchar *text = pub_stream_describe (stream);

  g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MEDIA_ERROR,
      "%s cannot be carried to the targets as it is; give encoder parameters"
      " to have it encoded anew", text);
  g_free (text);
  return FALSE;
}

static gboolean
check (PubTask * task, GPtrArray * streams, GError ** error)
{
  PubStream *video = find_wanted (task, streams, PUB_MEDIA_VIDEO);

  return !video || is_carried (task, video) || may_transcode (task) ||
      refuse (video, error);
}

/* --- what converts --- */

static void
resolve_by_source (GstPublishVideoParams * video, const GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint width = 0, height = 0, fps_n = 0, fps_d = 1;

  gst_structure_get_int (s, "width", &width);
  gst_structure_get_int (s, "height", &height);
  if (video->width == 0 && video->height == 0 && width > 1 && height > 1) {
    video->width = width & ~1;
    video->height = height & ~1;
  }
  if (video->fps == 0 && gst_structure_get_fraction (s, "framerate", &fps_n,
          &fps_d) && fps_n > 0)
    video->fps = CLAMP ((fps_n + fps_d / 2) / fps_d, 1, 60);
  gst_publish_video_params_resolve (video);
}

/* "a ! b ! c" with @encoder at its end, as one bin; takes @encoder. */
static GstElement *
with_encoder (const gchar * description, GstElement * encoder, GError ** error)
{
  GstElement *converter = gst_parse_bin_from_description (description, TRUE,
      error);
  GstBin *bin;
  GstPad *pad;

  if (!converter) {
    gst_object_unref (gst_object_ref_sink (encoder));
    return NULL;
  }
  bin = GST_BIN (gst_bin_new (NULL));
  gst_bin_add_many (bin, converter, encoder, NULL);
  gst_element_link (converter, encoder);
  pad = gst_element_get_static_pad (converter, "sink");
  gst_element_add_pad (GST_ELEMENT (bin), gst_ghost_pad_new ("sink", pad));
  gst_object_unref (pad);
  pad = gst_element_get_static_pad (encoder, "src");
  gst_element_add_pad (GST_ELEMENT (bin), gst_ghost_pad_new ("src", pad));
  gst_object_unref (pad);
  return GST_ELEMENT (bin);
}

static GstElement *
new_video_converter (PubTask * task, PubStream * stream, GError ** error)
{
  GstPublishVideoParams video;
  GstElement *encoder;
  GstCaps *carried;

  gst_publish_encoder_params_get_video (gst_publish_job_get_encoder (task->job,
          0), &video);
  resolve_by_source (&video, pub_stream_get_caps (stream));
  carried = pub_output_carried_caps (g_ptr_array_index (task->outputs, 0),
      "video");
  encoder = pub_encoder_new_video (task->owner, task->settings.video_encoder,
      &video, carried, error);
  gst_caps_unref (carried);
  return encoder ? with_encoder ("videoconvert ! videoscale ! videorate",
      encoder, error) : NULL;
}

static GstElement *
new_audio_converter (PubTask * task, PubStream * stream, GError ** error)
{
  const GstStructure *s =
      gst_caps_get_structure (pub_stream_get_caps (stream), 0);
  GstPublishAudioParams audio = { 0, };
  GstElement *encoder, *converter;
  gint channels = 0;
  gchar *text;

  if (gst_publish_job_get_n_encoders (task->job) > 0)
    gst_publish_encoder_params_get_audio (gst_publish_job_get_encoder
        (task->job, 0), &audio);
  gst_structure_get_int (s, "channels", &channels);
  if (audio.channels == 0 && channels > 1)
    audio.channels = 2;
  gst_publish_audio_params_resolve (&audio);
  encoder = pub_encoder_new_audio (task->owner, &audio, error);
  if (!encoder)
    return NULL;
  text = g_strdup_printf ("audioconvert ! audioresample !"
      " capsfilter caps=audio/x-raw,rate=%d,channels=%d", audio.sample_rate,
      audio.channels);
  converter = with_encoder (text, encoder, error);
  g_free (text);
  return converter;
}

/* --- inputs --- */

static Input *
get_input (PubTask * task, guint i)
{
  return &((Relay *) task->kind_data)->input[i];
}

static Gate *
gate_new (PubTask * task, PubStream * stream)
{
  Gate *gate = g_new0 (Gate, 1);

  gate->pad = gst_object_ref (pub_stream_get_pad (stream));
  gate->target =
      gst_publish_target_ref (gst_publish_job_get_target (task->job));
  gate->media = pub_stream_get_media (stream);
  return gate;
}

static void
gate_free (gpointer data)
{
  Gate *gate = data;

  gst_object_unref (gate->pad);
  gst_publish_target_unref (gate->target);
  g_free (gate);
}

static gboolean
gate_is_open (Gate * gate)
{
  gboolean sound = gate->media == PUB_MEDIA_AUDIO, open;
  GstPublishBinPadValues values;

  gst_publish_bin_pad_get (gate->pad, &values);
  if (gst_publish_target_get_mode (gate->target) != GST_PUBLISH_MODE_SUB_TO_CDN)
    open = is_owners (gate->target, &values, GST_PUBLISH_STREAM_TYPE_BIG);
  else
    open = is_owners (gate->target, &values, GST_PUBLISH_STREAM_TYPE_SUB) ||
        (sound && is_owners (gate->target, &values,
            GST_PUBLISH_STREAM_TYPE_BIG));
  open &= !(sound && values.mute);
  gst_publish_bin_pad_values_clear (&values);
  return open;
}

static gboolean
send_gap (GstBuffer ** buffer, guint index, gpointer pad)
{
  if (GST_BUFFER_PTS_IS_VALID (*buffer))
    gst_pad_send_event (pad, gst_event_new_gap (GST_BUFFER_PTS (*buffer),
            GST_BUFFER_DURATION (*buffer)));
  return TRUE;
}

/* Streaming threads. The pad itself is asked, so that what its user says counts
 * from then on, whatever keeps the worker. What does not pass is a gap, so that
 * the targets' muxer waits for nothing. */
static GstPadProbeReturn
on_media (GstPad * pad, GstPadProbeInfo * info, gpointer gate)
{
  GstBuffer *buffer;

  if (gate_is_open (gate))
    return GST_PAD_PROBE_OK;
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), send_gap,
        pad);
  } else {
    buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    send_gap (&buffer, 0, pad);
  }
  return GST_PAD_PROBE_DROP;
}

/* A streaming thread, which waits with EOS. The end of a stream is not that of
 * the task: after EOS the targets would take nothing of whoever comes next. An
 * input that goes on meanwhile is not held up, but for a moment: for the targets
 * the one that has ended is silent. */
static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS ?
      GST_PAD_PROBE_OK : GST_PAD_PROBE_PASS;
}

static void
remove_input (PubTask * task, guint i)
{
  Input *input = get_input (task, i);
  GstElement *sink = pub_output_get_sink (g_ptr_array_index (task->outputs, 0));

  if (!input->branch)
    return;
  pub_branch_close (input->branch);
  pub_task_remove_pad (task, input->ghost, sink);
  pub_branch_free (input->branch);
  input->branch = NULL;
}

static gboolean
add_input (PubTask * task, guint i, PubStream * stream, GError ** error)
{
  Input *input = get_input (task, i);
  GstElement *sink = pub_output_get_sink (g_ptr_array_index (task->outputs, 0));
  GstElement *tail = NULL;
  gboolean carried = is_carried (task, stream);

  if (!carried) {
    if (pub_stream_get_undecodable (stream)) {
      gchar *text = pub_stream_describe (stream);

      g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MEDIA_ERROR,
          "%s cannot be decoded", text);
      g_free (text);
      return FALSE;
    }
    if (media[i] == PUB_MEDIA_VIDEO && !may_transcode (task))
      return refuse (stream, error);
    tail = media[i] == PUB_MEDIA_VIDEO ?
        new_video_converter (task, stream, error) :
        new_audio_converter (task, stream, error);
    if (!tail)
      return FALSE;
  }
  input->ghost = pub_task_add_pad (task, sink, pads[i]);
  if (!input->ghost) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
        "The sink takes no %s", pads[i]);
    if (tail)
      gst_object_unref (gst_object_ref_sink (tail));
    return FALSE;
  }
  /* before anything can come */
  gst_pad_add_probe (input->ghost, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_media, gate_new (task, stream),
      gate_free);
  input->eos_probe = gst_pad_add_probe (input->ghost, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, NULL, NULL);
  input->branch = pub_branch_new (stream, !carried, 0, tail, input->ghost,
      error);
  if (!input->branch) {
    pub_task_remove_pad (task, input->ghost, sink);
    return FALSE;
  }
  return TRUE;
}

/* Whoever's pad it has become, or whatever better has come, a stream that is not
 * the one that is wanted goes. One that has ended stays until another takes its
 * place: what is left of it is on its way to the targets. */
static void
drop (PubTask * task, GPtrArray * streams)
{
  guint i;

  for (i = 0; i < 2; i++) {
    Input *input = get_input (task, i);
    PubStream *stream, *wanted;

    if (!input->branch)
      continue;
    stream = pub_branch_get_stream (input->branch);
    wanted = find_wanted (task, streams, media[i]);
    if (!pub_branch_is_current (input->branch) ||
        !g_ptr_array_find (streams, stream, NULL) ||
        pub_stream_get_undecodable (stream) ||
        (wanted != stream && (wanted || !pub_stream_has_ended (stream))))
      remove_input (task, i);
  }
}

static gboolean
connect_streams (PubTask * task, GPtrArray * streams, GError ** error)
{
  guint i;

  for (i = 0; i < 2; i++) {
    PubStream *stream = find_wanted (task, streams, media[i]);

    if (stream && !get_input (task, i)->branch &&
        !add_input (task, i, stream, error))
      return FALSE;
  }
  return TRUE;
}

static gchar *
waits_for (PubTask * task)
{
  GstPublishTarget *target = gst_publish_job_get_target (task->job);
  guint i;

  for (i = 0; i < 2; i++) {
    PubBranch *branch = get_input (task, i)->branch;

    if (branch && !pub_stream_has_ended (pub_branch_get_stream (branch)))
      return NULL;
  }
  return g_strdup (gst_publish_target_get_owner (target)->user_id);
}

/* Who asks its pad needs not be told. */
static void
pad_changed (PubTask * task, PubStream * stream)
{
}

static gboolean
update (PubTask * task, GstPublishJob * job, GError ** error)
{
  return TRUE;
}

static gboolean
end (PubTask * task)
{
  gboolean any = FALSE;
  guint i;

  for (i = 0; i < 2; i++) {
    Input *input = get_input (task, i);

    if (input->branch) {
      gst_pad_remove_probe (input->ghost, input->eos_probe);
      pub_branch_end (input->branch);
      any = TRUE;
    }
  }
  return any;
}

static void
close_inputs (PubTask * task)
{
  guint i;

  for (i = 0; i < 2; i++) {
    if (get_input (task, i)->branch)
      pub_branch_close (get_input (task, i)->branch);
  }
}

static GstElement *
get_compositor (PubTask * task)
{
  return NULL;
}

static void
clear (PubTask * task)
{
  guint i;

  if (!task->kind_data)
    return;
  for (i = 0; i < 2; i++)
    remove_input (task, i);
  g_clear_pointer (&task->kind_data, g_free);
}

const PubTaskKind pub_relay_kind = {
  build, check, drop, connect_streams, waits_for, pad_changed, update, end,
  close_inputs, get_compositor, clear
};
