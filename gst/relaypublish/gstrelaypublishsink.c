/* relaypublishsink: inputs ! muxer ! ring, and the worker with the targets.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-relaypublishsink
 * @title: relaypublishsink
 *
 * Publishes one encoded stream to any number of CDNs over RTMP, RTMPS and into
 * .flv files, whatever the network does. Request the pads `video` (H.264) and
 * `audio` (AAC or MP3), one of each at most; either alone is fine, and either
 * may come, fall silent or end while the other goes on.
 *
 * |[
 * gst-launch-1.0 videotestsrc is-live=true num-buffers=300 ! x264enc tune=zerolatency key-int-max=60 ! relaypublishsink name=pub urls="rtmp://127.0.0.1/live/one rtmp://127.0.0.1/live/two" audiotestsrc is-live=true num-buffers=430 ! avenc_aac ! pub.audio
 * gst-launch-1.0 filesrc location=in.mp4 ! qtdemux name=d d.video_0 ! queue ! relaypublishsink name=pub urls=file:///tmp/out.flv d.audio_0 ! queue ! pub.audio
 * ]|
 *
 * What is muxed goes into a bounded ring, once; every target reads it with a
 * cursor of its own, has a connection of its own, and falls behind, fails and
 * comes back alone. No target's fault reaches the application as an ERROR or
 * stops the pipeline: states are told with the signal and the element message
 * `target-state-changed`. A target is idle (0) until there is a keyframe to
 * send. Each time that the element leaves READY a new stream begins, from 0: the
 * targets and their ids are the same, connections and files are new ones. A
 * pause is no end.
 *
 * After a lost connection a target goes on from the ring:
 * #GstRelayPublishSink:resume-policy. With `live` that is the newest keyframe:
 * what came while the server was away is left out by policy, and of what came
 * while it was there at most the group of pictures at hand is lost. With
 * `lossless` the union of what was recorded holds every frame, some of them
 * twice. How far back that has to begin is known where the server acknowledges
 * what it has read (the writer asks for it; nginx does); where it does not,
 * what the peer's kernel has acknowledged is not known to have been read, and
 * a target goes back by #GstRelayPublishSink:rewind-time from there. With
 * rtmp2sink and rtmpsink nothing is known, and it goes back from the last byte
 * handed to the socket. An acknowledgement is the first server's: what a relay
 * behind it lost nobody tells.
 *
 * A target is stalled when nothing more is accepted for
 * #GstRelayPublishSink:stall-timeout. Accepted is what the peer's kernel has
 * acknowledged: one that is frozen still swallows what fits its buffers, which
 * may be several megabytes, before anyone can notice.
 *
 * A connection is retried after #GstRelayPublishSink:retry-interval: always for
 * an internal line, doubling up to 30 s with jitter for any other. A server that
 * closes while the application or the stream is being asked for counts as having
 * refused it, and is not asked again soon: many servers refuse without a word.
 *
 * RTMP and RTMPS are spoken by the element itself: one thread serves the sockets
 * of all targets and writes what has gathered about 30 times a second, straight
 * from the ring. #GstRelayPublishSink:rtmp-sink chooses rtmp2sink or rtmpsink
 * instead. A url with a user and a password goes to rtmp2sink in any case, which
 * knows how to log in (authmod adobe and llnw). Neither user and password nor
 * anything else of a url is unescaped or changed on the way.
 *
 * At EOS every target is sent what it has not got yet, then EOS goes up. One
 * that takes nothing for 5 s is left behind, and so is one that still takes some
 * 10 s after twice the time that the ring holds. An RTMP server is asked, with a
 * ping behind the last command, whether it has read all, because a proxy before
 * it would drop what it has not; one that does not answer is given 2 s after its
 * kernel has acknowledged the last byte.
 *
 * Stream keys and passwords appear nowhere but in the argument `url` of the
 * signal. For that the element also keeps the debug categories of the RTMP
 * elements that print stream names at WARNING. (With
 * #GstRelayPublishSink:rtmp-sink=rtmpsink an error is logged by that element
 * with its url; prefer the default.)
 *
 * With `sync=false` and a source that is not live media passes as fast as it
 * comes: the ring then bounds how far targets may be behind, so give
 * #GstRelayPublishSink:backlog-time and #GstRelayPublishSink:backlog-bytes room
 * for all of it.
 *
 * Threads: signals are emitted from the element's own worker thread, with no
 * lock held; a handler may call the action signals, but must not change the
 * element's state.
 */

/* Locks: the object lock guards the settings. Under it nothing is called that
 * takes another lock. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaypublishsink.h"

#include <gst/publish/publish.h>

#include "gstrelayinputs.h"
#include "gstrelayproperties.h"
#include "gstrelayprotocol.h"
#include "gstrelayringsink.h"
#include "gstrelaysocket.h"
#include "gstrelaystats.h"
#include "gstrelayurls.h"
#include "gstrelayworker.h"

GST_DEBUG_CATEGORY (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

/* The bound of a stop: a farewell takes 1 s at most. */
#define STOP_TIME (1500 * GST_MSECOND)

struct _GstRelayPublishSink
{
  GstBin parent;

  GstRelayRing *ring;
  GstElement *mux, *ring_sink;
  GstRelayInputs *inputs;
  GstRelayWorker *worker;
  GstRelayUrls *urls;

  /* the object lock guards these */
  GstRelayValues values;
  /* the ring sink's EOS, held until the targets are done */
  GstMessage *eos;
};

enum
{
  SIGNAL_ADD_TARGET,
  SIGNAL_REMOVE_TARGET,
  SIGNAL_RETRY_TARGET,
  SIGNAL_TARGET_STATE_CHANGED,
  SIGNAL_TASK_STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate video_template =
GST_STATIC_PAD_TEMPLATE ("video", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_RELAY_VIDEO_CAPS));

static GstStaticPadTemplate audio_template =
GST_STATIC_PAD_TEMPLATE ("audio", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_RELAY_AUDIO_CAPS));

#define gst_relay_publish_sink_parent_class parent_class
G_DEFINE_TYPE (GstRelayPublishSink, gst_relay_publish_sink, GST_TYPE_BIN);
GST_ELEMENT_REGISTER_DEFINE (relaypublishsink, "relaypublishsink",
    GST_RANK_NONE, GST_TYPE_RELAY_PUBLISH_SINK);

/* --- the action signals --- */

static guint
add_target (GstRelayPublishSink * self, const gchar * url,
    gboolean internal_line)
{
  return gst_relay_urls_add (self->urls, url, internal_line);
}

static gboolean
remove_target (GstRelayPublishSink * self, guint id)
{
  return gst_relay_worker_remove (self->worker, id);
}

static gboolean
retry_target (GstRelayPublishSink * self, guint id)
{
  return gst_relay_worker_retry (self->worker, id);
}

/* --- what the worker tells; its thread, no lock --- */

static void
on_report (GstRelayTarget * target, GstPublishCdnState state,
    GstPublishCode code, const gchar * message, gpointer data)
{
  GstRelayPublishSink *self = data;
  guint id = gst_relay_target_get_id (target);
  const gchar *shown = gst_relay_target_get_shown_url (target);

  GST_INFO_OBJECT (self, "target %u %s: %s, %s %s", id, shown,
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CDN_STATE, state),
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code), message);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("target-state-changed",
              "id", G_TYPE_UINT, id, "url", G_TYPE_STRING, shown,
              "state", GST_TYPE_PUBLISH_CDN_STATE, state,
              "code", G_TYPE_INT, code, "message", G_TYPE_STRING, message,
              NULL)));
  g_signal_emit (self, signals[SIGNAL_TARGET_STATE_CHANGED], 0, id,
      gst_relay_target_get_url (target), state, (gint) code, message);
}

static void
on_task_state (GstPublishCdnState state, gpointer data)
{
  GstRelayPublishSink *self = data;

  if (state == GST_PUBLISH_CDN_STATE_FAILED)
    GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
        ("No target can be published to any more"), (NULL));
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("task-state-changed",
              "state", GST_TYPE_PUBLISH_CDN_STATE, state, NULL)));
  g_signal_emit (self, signals[SIGNAL_TASK_STATE_CHANGED], 0, state);
}

static void
on_congestion (GstRelayTarget * target, guint ms, gpointer data)
{
  GstRelayPublishSink *self = data;

  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("congestion",
              "id", G_TYPE_UINT, gst_relay_target_get_id (target),
              "queue", G_TYPE_UINT, ms, NULL)));
}

static void
on_drained (gpointer data)
{
  GstRelayPublishSink *self = data;
  GstMessage *eos;

  GST_OBJECT_LOCK (self);
  eos = self->eos;
  self->eos = NULL;
  GST_OBJECT_UNLOCK (self);
  if (eos)
    GST_BIN_CLASS (parent_class)->handle_message (GST_BIN (self), eos);
}

static void
on_want_keyframe (gpointer data)
{
  gst_relay_inputs_request_keyframe (GST_RELAY_PUBLISH_SINK (data)->inputs);
}

static void
on_tick (gpointer data)
{
  GstRelayPublishSink *self = data;

  if (GST_STATE (self) == GST_STATE_PLAYING)
    gst_relay_inputs_tick (self->inputs);
}

static const GstRelayWorkerFuncs worker_funcs = {
  on_report, on_task_state, on_congestion, on_drained, on_want_keyframe,
  on_tick
};

/* --- what the inside tells --- */

/* The ring sink's streaming thread. */
static void
on_media (gboolean paced, gpointer data)
{
  gst_relay_worker_media (GST_RELAY_PUBLISH_SINK (data)->worker, paced);
}

/* A streaming thread of an input: nothing will ever come out of the muxer. */
static void
on_all_ended (gpointer data)
{
  GstRelayPublishSink *self = data;
  GstPad *pad = gst_element_get_static_pad (self->ring_sink, "sink");

  gst_pad_send_event (pad, gst_event_new_stream_start ("relaypublishsink"));
  gst_pad_send_event (pad, gst_event_new_eos ());
  gst_object_unref (pad);
}

static void
handle_message (GstBin * bin, GstMessage * message)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (bin);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS &&
      GST_MESSAGE_SRC (message) == GST_OBJECT_CAST (self->ring_sink)) {
    GstMessage *old;

    GST_OBJECT_LOCK (self);
    old = self->eos;
    self->eos = message;
    GST_OBJECT_UNLOCK (self);
    g_clear_pointer (&old, gst_message_unref);
    /* the worker is told first: a reader at the end is what it waits for then,
     * and no stream that broke off */
    gst_relay_worker_end (self->worker);
    gst_relay_ring_end (self->ring);
    return;
  }
  GST_BIN_CLASS (parent_class)->handle_message (bin, message);
}

static GstPad *
request_new_pad (GstElement * element, GstPadTemplate * templ,
    const gchar * name, const GstCaps * caps)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (element);
  GstPad *pad = gst_relay_inputs_request (self->inputs, templ,
      g_str_equal (GST_PAD_TEMPLATE_NAME_TEMPLATE (templ), "video"));

  if (!pad) {
    GST_WARNING_OBJECT (self, "there is a pad %s already",
        GST_PAD_TEMPLATE_NAME_TEMPLATE (templ));
    return NULL;
  }
  gst_element_add_pad (element, pad);
  return pad;
}

static void
release_pad (GstElement * element, GstPad * pad)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (element);

  gst_object_ref (pad);
  if (gst_relay_inputs_release (self->inputs, pad))
    gst_element_remove_pad (element, pad);
  gst_object_unref (pad);
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (element);
  GstStateChangeReturn ret;
  GstMessage *eos;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!self->mux) {
        GST_ELEMENT_ERROR (self, CORE, MISSING_PLUGIN, (NULL),
            ("no element \"flvmux\""));
        return GST_STATE_CHANGE_FAILURE;
      }
      if (!gst_relay_urls_check (self->urls))
        return GST_STATE_CHANGE_FAILURE;
      gst_relay_worker_start (self->worker);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      gst_relay_inputs_set_flushing (self->inputs, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      gst_relay_inputs_set_flushing (self->inputs, TRUE);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* by now nothing comes in any more */
      gst_relay_worker_stop_targets (self->worker, STOP_TIME);
      GST_OBJECT_LOCK (self);
      eos = self->eos;
      self->eos = NULL;
      GST_OBJECT_UNLOCK (self);
      g_clear_pointer (&eos, gst_message_unref);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      gst_relay_worker_stop (self->worker);
      break;
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        gst_relay_worker_stop (self->worker);
      break;
    default:
      break;
  }
  return ret;
}

/* --- properties --- */

static void
use_values (GstRelayPublishSink * self)
{
  GstRelayValues values;

  GST_OBJECT_LOCK (self);
  gst_relay_values_copy (&values, &self->values);
  GST_OBJECT_UNLOCK (self);
  gst_relay_worker_set_settings (self->worker, &values.settings);
  gst_relay_ring_set_limits (self->ring, values.backlog_time,
      values.backlog_bytes);
  if (self->mux)
    g_object_set (self->mux, "latency", values.latency, NULL);
  gst_relay_ring_sink_set_sync (GST_RELAY_RING_SINK (self->ring_sink),
      values.sync);
  gst_relay_values_clear (&values);
}

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (object);
  gboolean known;

  switch (id) {
    case PROP_URLS:
      gst_relay_urls_set (self->urls, g_value_get_string (value));
      return;
    case PROP_PUBLISH_TARGET:
      gst_relay_urls_set_json (self->urls, g_value_get_string (value));
      return;
    case PROP_PUBLISH_TARGET_LOCATION:
      gst_relay_urls_set_location (self->urls, g_value_get_string (value));
      return;
    default:
      break;
  }

  GST_OBJECT_LOCK (self);
  known = gst_relay_values_set (&self->values, id, value);
  GST_OBJECT_UNLOCK (self);
  if (known)
    use_values (self);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (object);
  gboolean known;

  switch (id) {
    case PROP_URLS:
      g_value_take_string (value, gst_relay_urls_get (self->urls));
      return;
    case PROP_STATS:
      g_value_take_boxed (value, gst_relay_stats_new (self->worker,
              self->ring));
      return;
    case PROP_PUBLISH_TARGET:
      g_value_take_string (value, gst_relay_urls_get_json (self->urls));
      return;
    case PROP_PUBLISH_TARGET_LOCATION:
      g_value_take_string (value, gst_relay_urls_get_location (self->urls));
      return;
    default:
      break;
  }

  GST_OBJECT_LOCK (self);
  known = gst_relay_values_get (&self->values, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
dispose (GObject * object)
{
  GstElement *element = GST_ELEMENT (object);

  /* while the elements that the inputs consist of are still there */
  while (element->sinkpads)
    gst_element_release_request_pad (element, element->sinkpads->data);
  G_OBJECT_CLASS (parent_class)->dispose (object);
}

static void
finalize (GObject * object)
{
  GstRelayPublishSink *self = GST_RELAY_PUBLISH_SINK (object);

  gst_relay_inputs_free (self->inputs);
  gst_relay_urls_free (self->urls);
  gst_relay_worker_free (self->worker);
  gst_relay_ring_unref (self->ring);
  gst_relay_values_clear (&self->values);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
install_action_signals (GObjectClass * klass)
{
  /**
   * GstRelayPublishSink::add-target:
   * @url: rtmp, rtmps, or file with an absolute path that ends in .flv
   * @internal_line: retry without growing waits
   *
   * In any state, from any thread.
   *
   * Returns: the target's id, 0 if it is refused (a warning says why)
   */
  signals[SIGNAL_ADD_TARGET] = g_signal_new_class_handler ("add-target",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (add_target), NULL, NULL, NULL, G_TYPE_UINT, 2,
      G_TYPE_STRING, G_TYPE_BOOLEAN);

  /**
   * GstRelayPublishSink::remove-target:
   * @id: of the target
   *
   * The target says good-bye to its server and goes: states 5, then 0.
   *
   * Returns: %FALSE if there is none
   */
  signals[SIGNAL_REMOVE_TARGET] = g_signal_new_class_handler ("remove-target",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (remove_target), NULL, NULL, NULL, G_TYPE_BOOLEAN, 1,
      G_TYPE_UINT);

  /**
   * GstRelayPublishSink::retry-target:
   * @id: of the target
   *
   * Starts one that has failed again, and one that waits at once.
   *
   * Returns: %FALSE if there is none
   */
  signals[SIGNAL_RETRY_TARGET] = g_signal_new_class_handler ("retry-target",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (retry_target), NULL, NULL, NULL, G_TYPE_BOOLEAN, 1,
      G_TYPE_UINT);
}

static void
install_signals (GObjectClass * klass)
{
  /**
   * GstRelayPublishSink::target-state-changed:
   * @id: of the target
   * @url: of the target, with its secrets
   * @state: the state
   * @code: why, a #GstPublishCode
   * @message: why, in words, without secrets
   *
   * For every change, and every 5 s while connecting or reconnecting; from the
   * worker thread. An element message of the same name has the same fields,
   * the url redacted.
   */
  signals[SIGNAL_TARGET_STATE_CHANGED] =
      g_signal_new ("target-state-changed", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5, G_TYPE_UINT,
      G_TYPE_STRING, GST_TYPE_PUBLISH_CDN_STATE, G_TYPE_INT, G_TYPE_STRING);

  /**
   * GstRelayPublishSink::task-state-changed:
   * @state: publishing if any target is, else reconnecting, else connecting,
   *   else failed if any has, else idle
   *
   * The state of the whole; from the worker thread, and as an element message
   * of the same name.
   */
  signals[SIGNAL_TASK_STATE_CHANGED] =
      g_signal_new ("task-state-changed", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
      GST_TYPE_PUBLISH_CDN_STATE);
}

static void
gst_relay_publish_sink_class_init (GstRelayPublishSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_relay_publish_debug, "relaypublishsink", 0,
      "publishes one stream to many CDNs");
  gst_relay_socket_watch ();

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;
  element_class->change_state = change_state;
  GST_BIN_CLASS (klass)->handle_message = handle_message;

  gst_relay_publish_sink_install_properties (object_class);
  install_action_signals (object_class);
  install_signals (object_class);

  gst_element_class_add_static_pad_template (element_class, &video_template);
  gst_element_class_add_static_pad_template (element_class, &audio_template);
  gst_element_class_set_static_metadata (element_class, "Relay publish sink",
      "Sink/Network", "Publishes one encoded stream to many CDNs",
      "gst-plugins-publish");
  gst_type_mark_as_plugin_api (GST_TYPE_RELAY_RTMP_SINK, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_RELAY_RESUME_POLICY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_RELAY_SYNC, 0);
}

static void
gst_relay_publish_sink_init (GstRelayPublishSink * self)
{
  gst_relay_values_init (&self->values);
  self->ring = gst_relay_ring_new (self->values.backlog_time,
      self->values.backlog_bytes);
  self->worker = gst_relay_worker_new (self->ring, &worker_funcs, self);
  self->urls = gst_relay_urls_new (GST_ELEMENT (self), self->worker);
  self->ring_sink = gst_relay_ring_sink_new (self->ring, on_media, self);
  gst_bin_add (GST_BIN (self), self->ring_sink);
  self->mux = gst_element_factory_make ("flvmux", "mux");
  if (self->mux) {
    g_object_set (self->mux, "streamable", TRUE, NULL);
    gst_bin_add (GST_BIN (self), self->mux);
    gst_element_link (self->mux, self->ring_sink);
  }
  self->inputs = gst_relay_inputs_new (GST_BIN (self), self->mux,
      on_all_ended, self);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
  use_values (self);
}
