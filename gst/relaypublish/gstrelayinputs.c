/* The inputs of the muxer. Each is: entry (the template's caps) ! parser !
 * filter (what the muxer wants) ! muxer's pad. The parser is made when the caps
 * arrive, the muxer's pad is asked for when the parsed caps do: a pad that the
 * muxer knows nothing of yet would hold up a live muxer for good.
 *
 * An input may be silent, end or join while the other goes on:
 * - at the start the first input waits a little for the other, so that both
 *   stand in the first headers;
 * - an input that then falls silent is bridged with GAP events, each just after
 *   a buffer of the other, because the muxer waits for all its pads.
 *
 * Threads: one streaming thread per input, the worker (tick), the application
 * (request, release).
 * Locks: GstRelayInputs.lock guards every field of the inputs, except for what
 * is set in request(). Under it the muxer's pad is sent GAP events; that pad's
 * stream lock is only ever tried, because its own thread may hold it for as
 * long as the muxer is full.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayinputs.h"

#include <gst/video/video.h>

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

/* How long the first input waits for the other: encoders with a lookahead take
 * seconds for their first frame. */
#define START_TIME (5 * G_TIME_SPAN_SECOND)
/* No buffer for this long is silence. */
#define SILENCE_TIME (1 * G_TIME_SPAN_SECOND)
#define GAP_STEP GST_MSECOND
#define KEYFRAME_REQUEST_INTERVAL (1 * G_TIME_SPAN_SECOND)

typedef struct
{
  GstRelayInputs *inputs;
  gboolean video;
  GstPad *ghost;
  GstElement *entry, *parser, *filter;
  GstPad *mux_pad;
  gboolean any_input;           /* a buffer came in */
  gboolean ended;
  gboolean released;
  gboolean flushing;
  gboolean silent;
  gboolean active;              /* a buffer went to the muxer */
  GstSegment segment;
  GstClockTime position;        /* running time of the last buffer */
  gint64 active_at;             /* us, monotonic */
  GstTagList *tags;             /* streaming thread: the last, no bitrates */
} GstRelayInput;

struct _GstRelayInputs
{
  GstBin *bin;
  GstElement *mux;
  GstRelayInputsFunc all_ended;
  gpointer data;

  GMutex lock;
  GCond cond;
  GstRelayInput *input[2];      /* video, audio; NULL: not requested */
  gboolean flushing;
  gboolean going;               /* the wait at the start is over */
  gint64 hold_until;
  gint64 keyframe_at;
  guint keyframe_count;
};

/* @bin and @mux outlive the inputs. @all_ended is called in a streaming thread
 * when the last input ended and none ever reached the muxer. */
GstRelayInputs *
gst_relay_inputs_new (GstBin * bin, GstElement * mux,
    GstRelayInputsFunc all_ended, gpointer data)
{
  GstRelayInputs *inputs = g_new0 (GstRelayInputs, 1);

  inputs->bin = bin;
  inputs->mux = mux;
  inputs->all_ended = all_ended;
  inputs->data = data;
  inputs->flushing = TRUE;
  g_mutex_init (&inputs->lock);
  g_cond_init (&inputs->cond);
  return inputs;
}

static void
input_free (GstRelayInput * input)
{
  gst_clear_object (&input->mux_pad);
  gst_clear_tag_list (&input->tags);
  g_free (input);
}

void
gst_relay_inputs_free (GstRelayInputs * inputs)
{
  guint i;

  for (i = 0; i < 2; i++)
    g_clear_pointer (&inputs->input[i], input_free);
  g_mutex_clear (&inputs->lock);
  g_cond_clear (&inputs->cond);
  g_free (inputs);
}

static GstRelayInput *
other_input (GstRelayInput * input)
{
  return input->inputs->input[input->video ? 1 : 0];
}

/* Lock held. Sends what tells the muxer that nothing comes up to @position. */
static void
send_gap (GstRelayInput * input, GstClockTime position)
{
  GstClockTime time = position;

  /* somebody pushes: then it is not silent */
  if (!GST_PAD_STREAM_TRYLOCK (input->mux_pad))
    return;
  if (input->segment.format != GST_FORMAT_TIME) {
    gst_segment_init (&input->segment, GST_FORMAT_TIME);
    gst_pad_send_event (input->mux_pad, gst_event_new_segment
        (&input->segment));
  }
  time = gst_segment_position_from_running_time (&input->segment,
      GST_FORMAT_TIME, position);
  if (GST_CLOCK_TIME_IS_VALID (time)) {
    GST_LOG ("%s is silent: GAP at %" GST_TIME_FORMAT,
        input->video ? "video" : "audio", GST_TIME_ARGS (position));
    gst_pad_send_event (input->mux_pad, gst_event_new_gap (time,
            GST_CLOCK_TIME_NONE));
  }
  GST_PAD_STREAM_UNLOCK (input->mux_pad);
}

/* Lock held. An input that was requested but has nothing to show yet. */
static gboolean
is_awaited (GstRelayInput * input)
{
  return input && !input->mux_pad && !input->ended && !input->released;
}

/* At the start: lets the other input come up too. */
static void
wait_for_other (GstRelayInput * input)
{
  GstRelayInputs *inputs = input->inputs;

  g_mutex_lock (&inputs->lock);
  if (!inputs->going && inputs->hold_until == 0)
    inputs->hold_until = g_get_monotonic_time () + START_TIME;
  while (!inputs->going && !inputs->flushing && !input->flushing &&
      !input->released && is_awaited (other_input (input))) {
    if (!g_cond_wait_until (&inputs->cond, &inputs->lock, inputs->hold_until)) {
      GST_INFO_OBJECT (inputs->bin, "starts without %s",
          input->video ? "audio" : "video");
      break;
    }
  }
  if (!inputs->flushing && !input->flushing && !input->released)
    inputs->going = TRUE;
  g_mutex_unlock (&inputs->lock);
}

static void
note_buffer (GstRelayInput * input, GstBuffer * buffer)
{
  GstRelayInputs *inputs = input->inputs;
  GstClockTime time = GST_BUFFER_DTS_OR_PTS (buffer);
  GstRelayInput *other;

  g_mutex_lock (&inputs->lock);
  if (GST_CLOCK_TIME_IS_VALID (time) &&
      input->segment.format == GST_FORMAT_TIME) {
    /* a DTS may lie before the segment: then it is its beginning */
    GstClockTime running = time < input->segment.start ? 0 :
        gst_segment_to_running_time (&input->segment, GST_FORMAT_TIME, time);

    if (GST_CLOCK_TIME_IS_VALID (running))
      input->position = running;
  }
  input->active = TRUE;
  input->silent = FALSE;
  input->active_at = g_get_monotonic_time ();
  other = other_input (input);
  if (other && other->silent && other->mux_pad && !other->ended)
    send_gap (other, input->position + GAP_STEP);
  g_mutex_unlock (&inputs->lock);
}

/* Takes @mux_pad, which may be NULL. A streaming thread that waits in it comes
 * back. */
static void
release_mux_pad (GstRelayInputs * inputs, GstPad * mux_pad)
{
  GstPad *peer;

  if (!mux_pad)
    return;
  peer = gst_pad_get_peer (mux_pad);
  if (peer) {
    gst_pad_unlink (peer, mux_pad);
    gst_object_unref (peer);
  }
  gst_element_release_request_pad (inputs->mux, mux_pad);
  gst_object_unref (mux_pad);
}

/* The parsed caps are here: now the muxer can know the input. */
static void
link_to_mux (GstRelayInput * input, GstPad * pad)
{
  GstRelayInputs *inputs = input->inputs;
  GstPad *mux_pad = gst_element_request_pad_simple (inputs->mux,
      input->video ? "video" : "audio");
  gboolean linked;

  linked = mux_pad && gst_pad_link (pad, mux_pad) == GST_PAD_LINK_OK;
  g_mutex_lock (&inputs->lock);
  /* who releases the input has looked for the muxer's pad before it was here */
  if (linked && !input->released) {
    input->mux_pad = g_steal_pointer (&mux_pad);
    input->active_at = g_get_monotonic_time ();
    g_cond_broadcast (&inputs->cond);
  }
  g_mutex_unlock (&inputs->lock);
  release_mux_pad (inputs, mux_pad);
  if (!linked)
    GST_ELEMENT_ERROR (inputs->bin, CORE, PAD, (NULL),
        ("the muxer takes no %s", input->video ? "video" : "audio"));
}

/* Parsers tell measured bitrates all the time, and the muxer would write a new
 * description for each. Whether there is anything else in these. */
static gboolean
has_new_tags (GstRelayInput * input, GstEvent * event)
{
  static const gchar *const ignored[] = { GST_TAG_BITRATE,
    GST_TAG_MINIMUM_BITRATE, GST_TAG_MAXIMUM_BITRATE, GST_TAG_NOMINAL_BITRATE
  };
  GstTagList *tags;
  gboolean new_tags;
  guint i;

  gst_event_parse_tag (event, &tags);
  tags = gst_tag_list_copy (tags);
  for (i = 0; i < G_N_ELEMENTS (ignored); i++)
    gst_tag_list_remove_tag (tags, ignored[i]);
  new_tags = !input->tags || !gst_tag_list_is_equal (input->tags, tags);
  gst_clear_tag_list (&input->tags);
  input->tags = tags;
  return new_tags;
}

static void
note_event (GstRelayInput * input, GstPad * pad, GstEvent * event)
{
  GstRelayInputs *inputs = input->inputs;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      if (!input->mux_pad)
        link_to_mux (input, pad);
      break;
    case GST_EVENT_SEGMENT:
      g_mutex_lock (&inputs->lock);
      gst_event_copy_segment (event, &input->segment);
      g_mutex_unlock (&inputs->lock);
      break;
    case GST_EVENT_EOS:
      g_mutex_lock (&inputs->lock);
      input->ended = TRUE;
      input->silent = FALSE;
      g_cond_broadcast (&inputs->cond);
      g_mutex_unlock (&inputs->lock);
      break;
    default:
      break;
  }
}

/* Between the filter and the muxer. */
static GstPadProbeReturn
on_parsed (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstRelayInput *input = data;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

    if (GST_EVENT_TYPE (event) == GST_EVENT_TAG && !has_new_tags (input, event))
      return GST_PAD_PROBE_DROP;
    note_event (input, pad, event);
  } else if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    wait_for_other (input);
    note_buffer (input, GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);
    guint n = gst_buffer_list_length (list);

    wait_for_other (input);
    if (n > 0)
      note_buffer (input, gst_buffer_list_get (list, n - 1));
  }
  return GST_PAD_PROBE_OK;
}

static const gchar *
parser_for (const GstCaps * caps, const gchar ** output)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint version = 0;

  if (gst_structure_has_name (s, "video/x-h264")) {
    *output = "video/x-h264, stream-format = (string) avc, "
        "alignment = (string) au";
    return "h264parse";
  }
  gst_structure_get_int (s, "mpegversion", &version);
  if (version == 1) {
    *output = "audio/mpeg, mpegversion = (int) 1, layer = (int) 3";
    return "mpegaudioparse";
  }
  *output = "audio/mpeg, mpegversion = (int) 4, stream-format = (string) raw";
  return "aacparse";
}

/* In the streaming thread, before the caps go on. */
static void
make_parser (GstRelayInput * input, GstPad * pad, const GstCaps * caps)
{
  GstRelayInputs *inputs = input->inputs;
  const gchar *output = NULL, *factory = parser_for (caps, &output);
  GstElement *parser = gst_element_factory_make (factory, NULL);
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  GstCaps *output_caps;
  GstPad *sinkpad, *srcpad;

  if (!parser || !filter) {
    GST_ELEMENT_ERROR (inputs->bin, CORE, MISSING_PLUGIN, (NULL),
        ("no element \"%s\"", parser ? "capsfilter" : factory));
    gst_clear_object (&parser);
    gst_clear_object (&filter);
    return;
  }
  output_caps = gst_caps_from_string (output);
  g_object_set (filter, "caps", output_caps, NULL);
  gst_caps_unref (output_caps);

  gst_bin_add_many (inputs->bin, parser, filter, NULL);
  gst_element_link (parser, filter);
  srcpad = gst_element_get_static_pad (filter, "src");
  gst_pad_add_probe (srcpad, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM, on_parsed,
      input, NULL);
  gst_object_unref (srcpad);
  gst_element_sync_state_with_parent (filter);
  gst_element_sync_state_with_parent (parser);
  sinkpad = gst_element_get_static_pad (parser, "sink");
  gst_pad_link (pad, sinkpad);
  gst_object_unref (sinkpad);

  g_mutex_lock (&inputs->lock);
  input->parser = parser;
  input->filter = filter;
  g_mutex_unlock (&inputs->lock);
}

/* An input ended that brought nothing. */
static void
end_without_media (GstRelayInput * input)
{
  GstRelayInputs *inputs = input->inputs;
  GstRelayInput *other;
  gboolean all;

  g_mutex_lock (&inputs->lock);
  input->ended = TRUE;
  other = other_input (input);
  all = !other || (other->ended && !other->mux_pad);
  g_cond_broadcast (&inputs->cond);
  g_mutex_unlock (&inputs->lock);
  if (all)
    inputs->all_ended (inputs->data);
}

static void
set_input_flushing (GstRelayInput * input, gboolean flushing)
{
  g_mutex_lock (&input->inputs->lock);
  input->flushing = flushing;
  if (!flushing) {
    input->ended = input->silent = FALSE;
    gst_segment_init (&input->segment, GST_FORMAT_UNDEFINED);
  }
  g_cond_broadcast (&input->inputs->cond);
  g_mutex_unlock (&input->inputs->lock);
}

/* Behind the entry. */
static GstPadProbeReturn
on_entry (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstRelayInput *input = data;
  GstEvent *event;
  GstCaps *caps;

  if (!(info->type & (GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
              GST_PAD_PROBE_TYPE_EVENT_FLUSH))) {
    input->any_input = TRUE;
    return GST_PAD_PROBE_OK;
  }
  event = GST_PAD_PROBE_INFO_EVENT (info);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      if (!input->parser)
        make_parser (input, pad, caps);
      break;
    case GST_EVENT_EOS:
      if (!input->any_input) {
        /* a parser would call it an error */
        end_without_media (input);
        return GST_PAD_PROBE_DROP;
      }
      break;
    case GST_EVENT_FLUSH_START:
    case GST_EVENT_FLUSH_STOP:
      set_input_flushing (input,
          GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START);
      break;
    default:
      break;
  }
  return GST_PAD_PROBE_OK;
}

/* Application thread. NULL: there is one of that kind already. */
GstPad *
gst_relay_inputs_request (GstRelayInputs * inputs,
    GstPadTemplate * templ, gboolean video)
{
  GstRelayInput *input;
  GstCaps *caps;
  GstPad *pad;

  g_mutex_lock (&inputs->lock);
  if (inputs->input[video ? 0 : 1]) {
    g_mutex_unlock (&inputs->lock);
    return NULL;
  }
  input = g_new0 (GstRelayInput, 1);
  input->inputs = inputs;
  input->video = video;
  gst_segment_init (&input->segment, GST_FORMAT_UNDEFINED);
  input->entry = gst_element_factory_make ("capsfilter", NULL);
  inputs->input[video ? 0 : 1] = input;
  g_mutex_unlock (&inputs->lock);

  caps = gst_pad_template_get_caps (templ);
  g_object_set (input->entry, "caps", caps, NULL);
  gst_caps_unref (caps);
  gst_bin_add (inputs->bin, input->entry);
  pad = gst_element_get_static_pad (input->entry, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM |
      GST_PAD_PROBE_TYPE_EVENT_FLUSH, on_entry, input, NULL);
  gst_object_unref (pad);
  gst_element_sync_state_with_parent (input->entry);

  pad = gst_element_get_static_pad (input->entry, "sink");
  input->ghost = gst_ghost_pad_new_from_template (video ? "video" : "audio",
      pad, templ);
  gst_object_unref (pad);
  gst_pad_set_active (input->ghost, TRUE);
  return input->ghost;
}

static void
remove_element (GstRelayInputs * inputs, GstElement * element)
{
  if (!element)
    return;
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (inputs->bin, element);
}

/* Application thread; the caller removes @pad. FALSE: not an input's. */
gboolean
gst_relay_inputs_release (GstRelayInputs * inputs, GstPad * pad)
{
  GstRelayInput *input = NULL;
  GstPad *mux_pad = NULL;
  guint i;

  g_mutex_lock (&inputs->lock);
  for (i = 0; i < 2; i++) {
    if (inputs->input[i] && inputs->input[i]->ghost == pad) {
      input = inputs->input[i];
      input->released = TRUE;
      mux_pad = g_steal_pointer (&input->mux_pad);
      g_cond_broadcast (&inputs->cond);
      break;
    }
  }
  g_mutex_unlock (&inputs->lock);
  if (!input)
    return FALSE;

  /* first what a streaming thread may wait in, then what it comes through */
  release_mux_pad (inputs, mux_pad);
  gst_pad_set_active (pad, FALSE);
  remove_element (inputs, input->entry);
  remove_element (inputs, input->parser);
  remove_element (inputs, input->filter);

  g_mutex_lock (&inputs->lock);
  inputs->input[i] = NULL;
  g_mutex_unlock (&inputs->lock);
  input_free (input);
  return TRUE;
}

/* Lock held, and no streaming thread: what was there before is forgotten.
 * Returns: (transfer full) (nullable): the muxer's pad, which is asked for anew
 * when the caps arrive, as at the first start */
static GstPad *
begin_anew (GstRelayInput * input)
{
  input->any_input = input->ended = input->silent = input->active = FALSE;
  gst_segment_init (&input->segment, GST_FORMAT_UNDEFINED);
  input->position = 0;
  gst_clear_tag_list (&input->tags);
  return g_steal_pointer (&input->mux_pad);
}

/* Before the elements stop: nobody is to wait; and before they start. */
void
gst_relay_inputs_set_flushing (GstRelayInputs * inputs, gboolean flushing)
{
  GstPad *mux_pads[2] = { NULL, };
  guint i;

  g_mutex_lock (&inputs->lock);
  inputs->flushing = flushing;
  inputs->going = FALSE;
  inputs->hold_until = 0;
  for (i = 0; i < 2 && !flushing; i++) {
    if (inputs->input[i])
      mux_pads[i] = begin_anew (inputs->input[i]);
  }
  g_cond_broadcast (&inputs->cond);
  g_mutex_unlock (&inputs->lock);
  for (i = 0; i < 2; i++)
    release_mux_pad (inputs, mux_pads[i]);
}

/* The worker, several times a second while playing. */
void
gst_relay_inputs_tick (GstRelayInputs * inputs)
{
  gint64 now = g_get_monotonic_time ();
  guint i;

  g_mutex_lock (&inputs->lock);
  for (i = 0; i < 2 && inputs->going; i++) {
    GstRelayInput *input = inputs->input[i];
    GstRelayInput *other = inputs->input[1 - i];

    if (!input || !other || input->ended || input->released || input->silent
        || !input->mux_pad || !other->active)
      continue;
    if (now - input->active_at < (input->active ? SILENCE_TIME : START_TIME) ||
        other->position <= input->position)
      continue;
    GST_INFO_OBJECT (inputs->bin, "%s is silent",
        input->video ? "video" : "audio");
    input->silent = TRUE;
    send_gap (input, other->position + GAP_STEP);
  }
  g_mutex_unlock (&inputs->lock);
}

/* Asks upstream for a keyframe, at most once a second; any thread. */
void
gst_relay_inputs_request_keyframe (GstRelayInputs * inputs)
{
  gint64 now = g_get_monotonic_time ();
  GstPad *pad = NULL;
  guint count = 0;

  g_mutex_lock (&inputs->lock);
  if (inputs->input[0] && inputs->input[0]->filter &&
      now >= inputs->keyframe_at + KEYFRAME_REQUEST_INTERVAL) {
    pad = gst_element_get_static_pad (inputs->input[0]->filter, "src");
    inputs->keyframe_at = now;
    count = inputs->keyframe_count++;
  }
  g_mutex_unlock (&inputs->lock);
  if (!pad)
    return;
  GST_DEBUG_OBJECT (inputs->bin, "asks for a keyframe");
  gst_pad_send_event (pad,
      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE,
          count));
  gst_object_unref (pad);
}
