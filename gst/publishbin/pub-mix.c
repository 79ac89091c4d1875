/* A mix task: everyone, composed and mixed, then encoded once per rendition.
 *
 *   branches -> layoutcompositor ! fence ! (tee) -+-> queue ! (scale) ! encoder
 *                                                 |        ! relaypublishsink
 *   branches -> audiomixer ------- fence ! (tee) -+-> queue ! encoder !
 *
 * Both mixers are live of themselves (force-live): the task flows whether
 * anyone sends or not, until EOS is sent from the fences on. The queues behind
 * them are leaky: on a machine that is too slow frames are lost, not time. So it
 * is in front of the fences that a pause stops the mixers.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gst/audio/audio.h>

#include "pub-encoder.h"
#include "pub-fence.h"
#include "pub-parts.h"
#include "pub-task.h"
#include "pub-taskbin.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

/* Of all, as many as the guide says (seed 000, question 6). */
#define MAX_AUDIO_USERS 16
/* What may wait for an encoder, ns. */
#define ENCODER_QUEUE_TIME (500 * GST_MSECOND)

typedef struct
{
  PubTask *task;
  PubBranch *branch;
  GstElement *mixer;            /* compositor or audio mixer; not owned */
  GstPad *ghost;
  gint ended;                   /* atomic: EOS has come to the mixer */
} Input;

typedef struct
{
  GstElement *compositor, *sound;       /* NULL: without video, audio */
  GstElement *video_fence, *audio_fence;
  GPtrArray *inputs;
} Mix;

/* --- from the mixers to the targets --- */

static GstElement *
add_filter (PubTask * task, GstElement * from, GstCaps * caps, GError ** error)
{
  GstElement *filter = pub_make (GST_BIN (task->bin), "capsfilter", error);

  if (filter) {
    g_object_set (filter, "caps", caps, NULL);
    gst_element_link (from, filter);
  }
  gst_caps_unref (caps);
  return filter;
}

/* from ! fence ! (tee, when there are several renditions) */
static GstElement *
add_fence (PubTask * task, GstElement * from, guint n,
    GstElement ** fence, GError ** error)
{
  GstElement *tee;
  GstPad *pad;

  *fence = pub_fence_new (0);
  gst_bin_add (GST_BIN (task->bin), *fence);
  gst_element_link (from, *fence);
  pad = gst_element_get_static_pad (*fence, "sink");
  pub_task_bin_hold_pad (task->bin, pad);
  gst_object_unref (pad);
  if (n == 1)
    return *fence;
  tee = pub_make (GST_BIN (task->bin), "tee", error);
  if (tee)
    gst_element_link (*fence, tee);
  return tee;
}

/* The first buffer leaves the queue. */
static GstPadProbeReturn
on_first (GstPad * pad, GstPadProbeInfo * info, gpointer queue)
{
  g_object_set (queue, "max-size-time", (guint64) ENCODER_QUEUE_TIME, NULL);
  return GST_PAD_PROBE_REMOVE;
}

/* A queue that is full before its thread has run for the first time would leak
 * the events that begin the stream, and disorder them: it has no limits until its
 * first buffer follows them.
 * @name: threads are named after queues */
static GstElement *
add_queue (PubTask * task, GstElement * from, const gchar * name,
    GError ** error)
{
  GstElement *other = gst_bin_get_by_name (GST_BIN (task->bin), name);
  /* with several renditions the first one has it */
  GstElement *queue = gst_element_factory_make ("queue", other ? NULL : name);
  GstPad *pad;

  gst_clear_object (&other);
  if (!queue) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
        "No element \"queue\" is installed");
    return NULL;
  }
  gst_bin_add (GST_BIN (task->bin), queue);
  g_object_set (queue, "max-size-buffers", 0, "max-size-bytes", 0,
      "max-size-time", G_GUINT64_CONSTANT (0), "silent", TRUE, NULL);
  gst_util_set_object_arg (G_OBJECT (queue), "leaky", "downstream");
  pad = gst_element_get_static_pad (queue, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_first, queue, NULL);
  gst_object_unref (pad);
  gst_element_link (from, queue);
  return queue;
}

static gboolean
link_output (PubTask * task, GstElement * encoder, PubOutput * output,
    const gchar * name, GError ** error)
{
  if (gst_element_link_pads (encoder, "src", pub_output_get_sink (output),
          name))
    return TRUE;
  g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_MEDIA_ERROR,
      "The encoder's %s cannot be carried to the targets", name);
  return FALSE;
}

static gboolean
add_video_rendition (PubTask * task, GstElement * from,
    const GstPublishVideoParams * video, gboolean first, PubOutput * output,
    GError ** error)
{
  GstCaps *carried = pub_output_carried_caps (output, "video");
  GstElement *encoder = pub_encoder_new_video (task->owner,
      task->settings.video_encoder, video, carried, error);
  GstElement *last, *next;

  gst_caps_unref (carried);
  if (!encoder)
    return FALSE;
  gst_bin_add (GST_BIN (task->bin), encoder);
  last = add_queue (task, from, "encode-video", error);
  if (last && !first) {
    next = gst_parse_bin_from_description ("videoscale ! videorate", TRUE,
        error);
    if (next) {
      gst_bin_add (GST_BIN (task->bin), next);
      gst_element_link (last, next);
    }
    last = next;
  }
  return last && gst_element_link (last, encoder) &&
      link_output (task, encoder, output, "video", error);
}

static gboolean
add_audio_rendition (PubTask * task, GstElement * from,
    const GstPublishAudioParams * audio, gboolean first, PubOutput * output,
    GError ** error)
{
  GstElement *encoder = pub_encoder_new_audio (task->owner, audio, error);
  GstElement *last, *next;

  if (!encoder)
    return FALSE;
  gst_bin_add (GST_BIN (task->bin), encoder);
  last = add_queue (task, from, "encode-audio", error);
  if (last && !first) {
    next = gst_parse_bin_from_description ("audioconvert ! audioresample",
        TRUE, error);
    if (next) {
      gst_bin_add (GST_BIN (task->bin), next);
      gst_element_link (last, next);
      last = add_filter (task, next, pub_encoder_audio_caps (audio), error);
    } else {
      last = NULL;
    }
  }
  return last && gst_element_link (last, encoder) &&
      link_output (task, encoder, output, "audio", error);
}

/* The parameters of rendition @i, zeros resolved; FALSE: it has no video. */
static gboolean
get_video (PubTask * task, guint i, GstPublishVideoParams * video)
{
  GstPublishEncoderParams *params = gst_publish_job_get_encoder (task->job, i);

  memset (video, 0, sizeof (*video));
  if (params && !gst_publish_encoder_params_has_video (params))
    return FALSE;
  if (params)
    gst_publish_encoder_params_get_video (params, video);
  gst_publish_video_params_resolve (video);
  return TRUE;
}

static gboolean
get_audio (PubTask * task, guint i, GstPublishAudioParams * audio)
{
  GstPublishEncoderParams *params = gst_publish_job_get_encoder (task->job, i);

  memset (audio, 0, sizeof (*audio));
  if (params && !gst_publish_encoder_params_has_audio (params))
    return FALSE;
  if (params)
    gst_publish_encoder_params_get_audio (params, audio);
  gst_publish_audio_params_resolve (audio);
  return TRUE;
}

static gboolean
apply_config (PubTask * task, const gchar * json, GError ** error)
{
  Mix *mix = task->kind_data;
  gchar *wrong = NULL;

  if (!mix->compositor || !json)
    return TRUE;
  g_signal_emit_by_name (mix->compositor, "apply-config", json, &wrong);
  if (!wrong)
    return TRUE;
  g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
      "mixing: %s", wrong);
  g_free (wrong);
  return FALSE;
}

/* (transfer full) (nullable) */
static gchar *
get_config (GstPublishJob * job)
{
  GstPublishMixingConfig *config = gst_publish_job_get_mixing (job);

  return config ? gst_publish_mixing_config_to_json (config) : NULL;
}

static gboolean
add_compositor (PubTask * task, GError ** error)
{
  Mix *mix = task->kind_data;
  gchar *json = get_config (task->job);
  gboolean done = FALSE;

  mix->compositor = gst_element_factory_make_full ("layoutcompositor",
      "force-live", TRUE, "latency", task->settings.latency, NULL);
  if (mix->compositor) {
    gst_bin_add (GST_BIN (task->bin), mix->compositor);
    gst_util_set_object_arg (G_OBJECT (mix->compositor),
        "start-time-selection", "zero");
    done = apply_config (task, json, error);
  } else {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
        "No element \"layoutcompositor\" is installed");
  }
  g_free (json);
  return done;
}

static gboolean
build_video (PubTask * task, guint n, GError ** error)
{
  Mix *mix = task->kind_data;
  GstPublishVideoParams video;
  GstElement *last = NULL;
  GstCaps *caps;
  guint i;

  for (i = 0; i < n; i++) {
    if (!get_video (task, i, &video))
      continue;
    if (!mix->compositor) {
      if (!add_compositor (task, error))
        return FALSE;
      caps = pub_encoder_video_caps (&video);
      last = add_filter (task, mix->compositor, caps, error);
      last = last ? add_fence (task, last, n, &mix->video_fence, error) : NULL;
      if (!last || !add_video_rendition (task, last, &video, TRUE,
              g_ptr_array_index (task->outputs, i), error))
        return FALSE;
    } else if (!add_video_rendition (task, last, &video, FALSE,
            g_ptr_array_index (task->outputs, i), error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
build_audio (PubTask * task, guint n, GError ** error)
{
  Mix *mix = task->kind_data;
  GstPublishAudioParams audio;
  GstElement *last = NULL;
  GstCaps *caps;
  guint i;

  for (i = 0; i < n; i++) {
    if (!get_audio (task, i, &audio))
      continue;
    if (!mix->sound) {
      mix->sound = gst_element_factory_make_full ("audiomixer", "force-live",
          TRUE, "latency", task->settings.latency, NULL);
      if (!mix->sound) {
        g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
            "No element \"audiomixer\" is installed");
        return FALSE;
      }
      gst_bin_add (GST_BIN (task->bin), mix->sound);
      /* as large as what an AAC encoder takes at once, about */
      g_object_set (mix->sound, "output-buffer-duration", 20 * GST_MSECOND,
          NULL);
      gst_util_set_object_arg (G_OBJECT (mix->sound), "start-time-selection",
          "zero");
      caps = pub_encoder_audio_caps (&audio);
      gst_caps_set_simple (caps, "format", G_TYPE_STRING,
          GST_AUDIO_NE (F32), NULL);
      last = add_filter (task, mix->sound, caps, error);
      last = last ? add_fence (task, last, n, &mix->audio_fence, error) : NULL;
      if (!last || !add_audio_rendition (task, last, &audio, TRUE,
              g_ptr_array_index (task->outputs, i), error))
        return FALSE;
    } else if (!add_audio_rendition (task, last, &audio, FALSE,
            g_ptr_array_index (task->outputs, i), error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static void
input_free (gpointer data)
{
  Input *input = data;

  pub_branch_close (input->branch);
  pub_task_remove_pad (input->task, input->ghost, input->mixer);
  pub_branch_free (input->branch);
  g_free (input);
}

static gboolean
build (PubTask * task, GError ** error)
{
  guint n = MAX (gst_publish_job_get_n_encoders (task->job), 1);
  guint n_urls =
      gst_publish_target_get_n_urls (gst_publish_job_get_target (task->job));
  Mix *mix = g_new0 (Mix, 1);
  guint i;

  task->kind_data = mix;
  mix->inputs = g_ptr_array_new_with_free_func (input_free);
  if (n > n_urls) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "There are %u encoders for %u urls; each needs one of its own", n,
        n_urls);
    return FALSE;
  }
  for (i = 0; i < n; i++) {
    if (!pub_task_add_output (task, error))
      return FALSE;
  }
  return build_video (task, n, error) && build_audio (task, n, error);
}

static gboolean
check (PubTask * task, GPtrArray * streams, GError ** error)
{
  return TRUE;
}

/* --- who is in it --- */

/* The low size of a camera is decoded only for who asks for it. */
static gboolean
wants_small (GstPublishMixingConfig * config)
{
  guint i;

  for (i = 0; config && i < gst_publish_mixing_config_get_n_layouts (config);
      i++) {
    const GstPublishLayout *layout =
        gst_publish_mixing_config_get_layout (config, i);

    if (layout->has_stream_type &&
        layout->stream_type == GST_PUBLISH_STREAM_TYPE_SMALL)
      return TRUE;
  }
  return FALSE;
}

static Input *
find_input (Mix * mix, PubStream * stream)
{
  guint i;

  for (i = 0; i < mix->inputs->len; i++) {
    Input *input = g_ptr_array_index (mix->inputs, i);

    if (pub_branch_get_stream (input->branch) == stream)
      return input;
  }
  return NULL;
}

/* Whether the job speaks of it, and it can be shown or heard. */
static gboolean
is_wanted (PubTask * task, PubStream * stream)
{
  Mix *mix = task->kind_data;
  GstPublishMixingConfig *config = gst_publish_job_get_mixing (task->job);
  GstPublishBinPadValues values;
  gboolean wanted = FALSE;

  if (pub_stream_get_undecodable (stream))
    return FALSE;
  gst_publish_bin_pad_get (pub_stream_get_pad (stream), &values);
  if (pub_stream_get_media (stream) == PUB_MEDIA_VIDEO)
    wanted = mix->compositor &&
        (values.stream_type != GST_PUBLISH_STREAM_TYPE_SMALL ||
        wants_small (config));
  else if (pub_stream_get_media (stream) == PUB_MEDIA_AUDIO)
    wanted = mix->sound && (!config ||
        gst_publish_mixing_config_hears (config, values.user_id,
            values.room_id));
  gst_publish_bin_pad_values_clear (&values);
  return wanted;
}

/* (transfer container): the streams that are to be in it. One that has ended
 * stays until the last of it is mixed, but takes nobody's place. */
static GPtrArray *
find_wanted (PubTask * task, GPtrArray * streams)
{
  GPtrArray *wanted = g_ptr_array_new ();
  guint i, n_heard = 0;

  for (i = 0; i < streams->len; i++) {
    PubStream *stream = g_ptr_array_index (streams, i);

    if (!is_wanted (task, stream))
      continue;
    if (pub_stream_has_ended (stream)) {
      if (!find_input (task->kind_data, stream))
        continue;
    } else if (pub_stream_get_media (stream) == PUB_MEDIA_AUDIO &&
        ++n_heard > MAX_AUDIO_USERS) {
      continue;
    }
    g_ptr_array_add (wanted, stream);
  }
  return wanted;
}

static void
drop (PubTask * task, GPtrArray * streams)
{
  Mix *mix = task->kind_data;
  GPtrArray *wanted = find_wanted (task, streams);
  guint i = 0;

  while (i < mix->inputs->len) {
    Input *input = g_ptr_array_index (mix->inputs, i);

    if (!pub_branch_is_current (input->branch) ||
        g_atomic_int_get (&input->ended) ||
        !g_ptr_array_find (wanted, pub_branch_get_stream (input->branch), NULL))
      g_ptr_array_remove_index (mix->inputs, i);
    else
      i++;
  }
  g_ptr_array_unref (wanted);
}

static void
set_identity (Input * input)
{
  GstPad *pad = gst_ghost_pad_get_target (GST_GHOST_PAD (input->ghost));
  PubStream *stream = pub_branch_get_stream (input->branch);
  GstPublishBinPadValues values;

  gst_publish_bin_pad_get (pub_stream_get_pad (stream), &values);
  if (pub_stream_get_media (stream) == PUB_MEDIA_VIDEO)
    g_object_set (pad, "user-id", values.user_id ? values.user_id : "",
        "room-id", values.room_id ? values.room_id : "",
        "stream-type", values.stream_type, NULL);
  else
    g_object_set (pad, "volume", values.volume, "mute", values.mute, NULL);
  gst_publish_bin_pad_values_clear (&values);
  gst_object_unref (pad);
}

/* In front of a mixer's pad, whose end would be the mixer's end. What is in
 * front of it has been mixed in a moment. */
static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Input *input = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  g_atomic_int_set (&input->ended, TRUE);
  input->task->funcs->look_again (input->task);
  return GST_PAD_PROBE_DROP;
}

/* An audio mixer takes any format but only its own rate. */
static GstElement *
new_resampler (PubTask * task, GError ** error)
{
  GstPublishAudioParams audio;
  GstElement *bin;
  gchar *text;
  guint i = 0;

  while (!get_audio (task, i, &audio))
    i++;
  text = g_strdup_printf ("audioconvert ! audioresample ! "
      "capsfilter caps=audio/x-raw,rate=%d,"
      "channels=%d,format=" GST_AUDIO_NE (F32), audio.sample_rate,
      audio.channels);
  bin = gst_parse_bin_from_description (text, TRUE, error);
  g_free (text);
  return bin;
}

static gboolean
add_input (PubTask * task, PubStream * stream, GError ** error)
{
  Mix *mix = task->kind_data;
  gboolean video = pub_stream_get_media (stream) == PUB_MEDIA_VIDEO;
  GstElement *tail = NULL;
  Input *input;

  if (!video && !(tail = new_resampler (task, error)))
    return FALSE;
  input = g_new0 (Input, 1);
  input->task = task;
  input->mixer = video ? mix->compositor : mix->sound;
  input->ghost = pub_task_add_pad (task, input->mixer, "sink_%u");
  if (!input->ghost) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
        "The mixer takes no more streams");
    if (tail)
      gst_object_unref (gst_object_ref_sink (tail));
    g_free (input);
    return FALSE;
  }
  input->branch = pub_branch_new (stream, TRUE, task->begin, tail,
      input->ghost, error);
  if (!input->branch) {
    pub_task_remove_pad (task, input->ghost, input->mixer);
    g_free (input);
    return FALSE;
  }
  set_identity (input);
  gst_pad_add_probe (input->ghost, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      on_event, input, NULL);
  g_ptr_array_add (mix->inputs, input);
  return TRUE;
}

static gboolean
connect_streams (PubTask * task, GPtrArray * streams, GError ** error)
{
  Mix *mix = task->kind_data;
  GPtrArray *wanted = find_wanted (task, streams);
  guint i;

  for (i = 0; i < wanted->len; i++) {
    PubStream *stream = g_ptr_array_index (wanted, i);
    GError *fault = NULL;

    if (pub_stream_has_ended (stream) || find_input (mix, stream))
      continue;
    /* one that cannot be shown hinders no other */
    if (!add_input (task, stream, &fault)) {
      pub_stream_set_undecodable (stream);
      task->funcs->warn (task, fault->message);
      g_error_free (fault);
    }
  }
  g_ptr_array_unref (wanted);
  return TRUE;
}

static gchar *
waits_for (PubTask * task)
{
  return NULL;
}

static void
pad_changed (PubTask * task, PubStream * stream)
{
  Input *input = find_input (task->kind_data, stream);

  if (input)
    set_identity (input);
}

/* A config that has not changed is not applied again. */
static gboolean
update (PubTask * task, GstPublishJob * job, GError ** error)
{
  gchar *before = get_config (task->job), *after = get_config (job);
  gboolean done = g_strcmp0 (before, after) == 0 ||
      apply_config (task, after, error);

  g_free (before);
  g_free (after);
  return done;
}

/* --- the end --- */

static gboolean
end (PubTask * task)
{
  Mix *mix = task->kind_data;

  if (mix->video_fence)
    pub_fence_end (mix->video_fence);
  if (mix->audio_fence)
    pub_fence_end (mix->audio_fence);
  return TRUE;
}

static void
close_inputs (PubTask * task)
{
  Mix *mix = task->kind_data;
  guint i;

  for (i = 0; i < mix->inputs->len; i++) {
    Input *input = g_ptr_array_index (mix->inputs, i);

    pub_branch_close (input->branch);
  }
}

static GstElement *
get_compositor (PubTask * task)
{
  return ((Mix *) task->kind_data)->compositor;
}

static void
clear (PubTask * task)
{
  Mix *mix = task->kind_data;

  if (!mix)
    return;
  g_ptr_array_unref (mix->inputs);
  g_clear_pointer (&task->kind_data, g_free);
}

const PubTaskKind pub_mix_kind = {
  build, check, drop, connect_streams, waits_for, pad_changed, update, end,
  close_inputs, get_compositor, clear
};
