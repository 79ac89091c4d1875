/* publishbin as its user sees it: properties, signals, pads, states.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-publishbin
 * @title: publishbin
 *
 * publishbin is a room: its pads are the streams of its users, and its tasks
 * publish them. A task either relays one user's stream as it comes or composes
 * everyone into one picture and one sound; what it makes goes to any number of
 * CDNs, each of which may fail and come back alone (see relaypublishsink).
 *
 * Request a pad for each stream, of whatever media, and say on it whose it is:
 * #GstPublishBinPad:user-id, #GstPublishBinPad:room-id,
 * #GstPublishBinPad:stream-type. Pads come and go while tasks run; stop or block
 * who sends before its pad is released, as with any element. A stream is
 * decoded only if a task needs that, and once for all tasks. Streams are
 * expected live, in their own time; put a clocksync in front for a file.
 *
 * |[
 * gst-launch-1.0 -e publishbin name=room job-location=job.json sink_0::user-id=jerry sink_1::user-id=jerry videotestsrc is-live=true pattern=ball ! room.sink_0 audiotestsrc is-live=true ! room.sink_1
 * ]| Publishes as the file says. From a launch line there is one task, that of
 * the properties; an application starts any number of them:
 *
 * |[<!-- language="C" -->
 * g_signal_emit_by_name (room, "start-publish", target, encoder, mixing, &id);
 * ]|
 *
 * The parts of a job are described with #GstPublishJob. A relay
 * (`big-to-cdn`, `sub-to-cdn`) sends the stream of `target.owner`: H.264 and AAC
 * are never touched, other audio is made AAC, other video is encoded only if
 * there are encoder parameters, and refused otherwise. A relay that has no
 * stream of its user, not yet or not any more while they send another, waits,
 * and tells `connecting`. A mix (`mix-to-cdn`)
 * flows whether anyone sends or not. With several encoder parameters there are
 * several renditions, and the urls get them in turn: the first url the first
 * one, and so on. The first with video gives the canvas its size. A url keeps its
 * rendition for as long as updates leave it in the list, wherever it stands
 * there; a new one gets that which the fewest urls have. One that no url has any
 * more goes on, for the next.
 *
 * A task ends when it is stopped, when `target.owner` has been there and leaves
 * (its last stream ends or its last pad is released), or when every pad has
 * ended; else it goes on. In PAUSED nothing is published, and afterwards all
 * tasks go on where they were: in the time of what is sent there was no pause.
 *
 * ## Messages
 *
 * Every signal is an element message of the same name too, with the fields
 * `task-id`, `url` (redacted), `state`, `code` and `message` as far as the
 * signal has them. `layout-applied` and `slots-changed`, of a mix, are those of
 * layoutcompositor with `task-id`; their running times count from the task's
 * begin. `congestion` has `task-id`, `url` and `queue` (ms).
 *
 * Threads: signals are emitted from the element's own worker thread, with no
 * lock held. A handler may call action signals, request and release pads, but
 * must not change the element's state.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstpublishbinpad.h"
#include "gstpublishbinprivate.h"

GST_DEBUG_CATEGORY (gst_publish_bin_debug);

enum
{
  SIGNAL_START_PUBLISH,
  SIGNAL_UPDATE_PUBLISH,
  SIGNAL_STOP_PUBLISH,
  SIGNAL_PUBLISH_STARTED,
  SIGNAL_PUBLISH_UPDATED,
  SIGNAL_PUBLISH_STOPPED,
  SIGNAL_CDN_STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate sink_template =
GST_STATIC_PAD_TEMPLATE ("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS_ANY);

static void child_proxy_init (gpointer iface, gpointer data);

G_DEFINE_TYPE_WITH_CODE (GstPublishBin, gst_publish_bin, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, child_proxy_init));
GST_ELEMENT_REGISTER_DEFINE (publishbin, "publishbin", GST_RANK_NONE,
    GST_TYPE_PUBLISH_BIN);

static GstChildProxyInterface *parent_proxy;

/* --- what the room tells; the worker, no lock --- */

void
publish_bin_post_element (GstPublishBin * self, GstStructure * s)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), s));
}

static void
tell (GstPublishBin * self, guint signal, const gchar * name,
    const gchar * task_id, GstPublishCode code, const gchar * message)
{
  publish_bin_post_element (self, gst_structure_new (name,
          "task-id", G_TYPE_STRING, task_id, "code", G_TYPE_INT, code,
          "message", G_TYPE_STRING, message, NULL));
  g_signal_emit (self, signals[signal], 0, task_id, (gint) code, message);
}

static void
on_started (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message, gboolean from_properties)
{
  GstPublishBin *self = data;

  if (from_properties && code != GST_PUBLISH_CODE_OK) {
    publish_bin_forget_own_task (self, task_id);
    /* from a launch line nobody else would notice */
    GST_ELEMENT_ERROR (self, STREAM, FAILED, ("Nothing is published: %s",
            message), (NULL));
  }
  tell (self, SIGNAL_PUBLISH_STARTED, "publish-started", task_id, code,
      message);
}

static void
on_updated (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message)
{
  /* who sets a property hears nothing else */
  if (code != GST_PUBLISH_CODE_OK &&
      publish_bin_take_back_parts (data, task_id))
    GST_ELEMENT_WARNING (data, RESOURCE, SETTINGS, ("%s", message),
        ("what runs goes on"));
  tell (data, SIGNAL_PUBLISH_UPDATED, "publish-updated", task_id, code,
      message);
}

static void
on_stopped (gpointer data, const gchar * task_id, GstPublishCode code,
    const gchar * message, gboolean from_properties)
{
  GstPublishBin *self = data;
  gboolean failed = code != GST_PUBLISH_CODE_OK &&
      code != GST_PUBLISH_CODE_UNKNOWN_TASK;

  if (from_properties)
    publish_bin_forget_own_task (self, task_id);
  if (failed && from_properties)
    GST_ELEMENT_ERROR (self, STREAM, FAILED, ("Nothing is published any more:"
            " %s", message), (NULL));
  else if (failed)
    GST_ELEMENT_WARNING (self, STREAM, FAILED, ("%s has stopped: %s", task_id,
            message), (NULL));
  tell (self, SIGNAL_PUBLISH_STOPPED, "publish-stopped", task_id, code,
      message);
}

static void
on_cdn_state (gpointer data, const gchar * task_id, const gchar * url,
    GstPublishCdnState state, GstPublishCode code, const gchar * message)
{
  GstPublishBin *self = data;
  gchar *shown = gst_publish_url_redact (url);

  GST_INFO_OBJECT (self, "%s, %s: %s, %s %s", task_id, shown,
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CDN_STATE, state),
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code), message);
  publish_bin_post_element (self, gst_structure_new ("cdn-state-changed",
          "task-id", G_TYPE_STRING, task_id, "url", G_TYPE_STRING, shown,
          "state", GST_TYPE_PUBLISH_CDN_STATE, state,
          "code", G_TYPE_INT, code, "message", G_TYPE_STRING, message, NULL));
  g_free (shown);
  g_signal_emit (self, signals[SIGNAL_CDN_STATE_CHANGED], 0, task_id, url,
      state, (gint) code, message);
}

static void
on_warning (gpointer data, const gchar * message)
{
  GST_ELEMENT_WARNING (data, STREAM, FAILED, ("%s", message), (NULL));
}

static void
on_ended (gpointer data)
{
  gst_element_post_message (data, gst_message_new_eos (data));
}

static const PubRoomFuncs room_funcs = {
  on_started, on_updated, on_stopped, on_cdn_state, on_warning, on_ended
};

/* --- action signals --- */

static gchar *
start_publish (GstPublishBin * self, const gchar * target,
    const gchar * encoder, const gchar * mixing)
{
  PubSettings settings;

  publish_bin_copy_settings (self, &settings);
  return pub_room_start (self->room, target, encoder, mixing, &settings, FALSE);
}

static gboolean
update_publish (GstPublishBin * self, const gchar * task_id,
    const gchar * target, const gchar * encoder, const gchar * mixing)
{
  return pub_room_update (self->room, task_id ? task_id : "", target, encoder,
      mixing);
}

static gboolean
stop_publish (GstPublishBin * self, const gchar * task_id)
{
  return pub_room_stop (self->room, task_id ? task_id : "");
}

/* --- pads and states --- */

static GstPad *
request_new_pad (GstElement * element, GstPadTemplate * templ,
    const gchar * name, const GstCaps * caps)
{
  GstPublishBin *self = GST_PUBLISH_BIN (element);
  GstPad *other = name ? gst_element_get_static_pad (element, name) : NULL;
  GstPad *pad;

  if (other) {
    GST_WARNING_OBJECT (self, "there is a pad \"%s\" already", name);
    gst_object_unref (other);
    return NULL;
  }
  pad = pub_room_request (self->room, templ, name);
  if (!pad)
    return NULL;
  gst_element_add_pad (element, pad);
  gst_child_proxy_child_added (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  return pad;
}

static void
release_pad (GstElement * element, GstPad * pad)
{
  gst_object_ref (pad);
  if (pub_room_release (GST_PUBLISH_BIN (element)->room, pad)) {
    gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
        GST_OBJECT_NAME (pad));
    gst_element_remove_pad (element, pad);
  }
  gst_object_unref (pad);
}

static gboolean
check_job (GstPublishBin * self)
{
  GError *error = NULL;
  guint i;

  GST_OBJECT_LOCK (self);
  for (i = 0; i < PUBLISH_N_WAYS && !error; i++) {
    if (self->refused[i])
      error = g_error_copy (self->refused[i]);
  }
  GST_OBJECT_UNLOCK (self);
  if (!error)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("%s", error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  GstPublishBin *self = GST_PUBLISH_BIN (element);
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!check_job (self))
        return GST_STATE_CHANGE_FAILURE;
      pub_room_open (self->room);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      pub_room_set_flushing (self->room, FALSE);
      publish_bin_use_parts (self);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      pub_room_set_flushing (self->room, TRUE);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      /* tasks that were started in READY */
      pub_room_stop_all (self->room);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_publish_bin_parent_class)->change_state
      (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_FAILURE)
        pub_room_stop_all (self->room);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      pub_room_stop_all (self->room);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      pub_room_close (self->room);
      break;
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        pub_room_close (self->room);
      break;
    default:
      break;
  }
  return ret;
}

/* A mix is a source, so the end of the pipeline is told to the element too. */
static gboolean
send_event (GstElement * element, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS (gst_publish_bin_parent_class)->send_event
        (element, event);
  gst_event_unref (event);
  pub_room_end (GST_PUBLISH_BIN (element)->room);
  return TRUE;
}

static void
handle_message (GstBin * bin, GstMessage * message)
{
  if (publish_bin_keeps_message (GST_PUBLISH_BIN (bin), message))
    gst_message_unref (message);
  else
    GST_BIN_CLASS (gst_publish_bin_parent_class)->handle_message (bin, message);
}

/* --- pads as children: sink_0::user-id=jerry in a launch line --- */

static GObject *
get_child_by_name (GstChildProxy * proxy, const gchar * name)
{
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (proxy), name);

  return pad ? G_OBJECT (pad) : parent_proxy->get_child_by_name (proxy, name);
}

static GObject *
get_child_by_index (GstChildProxy * proxy, guint index)
{
  GObject *child;
  guint n;

  GST_OBJECT_LOCK (proxy);
  n = GST_ELEMENT (proxy)->numsinkpads;
  child = g_list_nth_data (GST_ELEMENT (proxy)->sinkpads, index);
  if (child)
    gst_object_ref (child);
  GST_OBJECT_UNLOCK (proxy);
  return child ? child : parent_proxy->get_child_by_index (proxy, index - n);
}

static guint
get_children_count (GstChildProxy * proxy)
{
  guint n;

  GST_OBJECT_LOCK (proxy);
  n = GST_ELEMENT (proxy)->numsinkpads;
  GST_OBJECT_UNLOCK (proxy);
  return n + parent_proxy->get_children_count (proxy);
}

static void
child_proxy_init (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  parent_proxy = g_type_interface_peek_parent (iface);
  proxy->get_child_by_name = get_child_by_name;
  proxy->get_child_by_index = get_child_by_index;
  proxy->get_children_count = get_children_count;
}

static void
dispose (GObject * object)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);
  GstElement *element = GST_ELEMENT (object);

  /* while what is behind them is still there */
  while (element->sinkpads)
    gst_element_release_request_pad (element, element->sinkpads->data);
  g_clear_pointer (&self->room, pub_room_free);
  G_OBJECT_CLASS (gst_publish_bin_parent_class)->dispose (object);
}

static void
finalize (GObject * object)
{
  GstPublishBin *self = GST_PUBLISH_BIN (object);

  publish_bin_clear_properties (self);
  G_OBJECT_CLASS (gst_publish_bin_parent_class)->finalize (object);
}

static void
install_action_signals (GType type)
{
  /**
   * GstPublishBin::start-publish:
   * @target: the `target` of a job in JSON
   * @encoder: (nullable): the `encoder`, an object or an array
   * @mixing: (nullable): the `mixing`
   *
   * Starts a task. #GstPublishBin::publish-started tells what came of it. From
   * any thread; in NULL the task waits until the element starts.
   *
   * Returns: (transfer full) (nullable): the task's id; %NULL if the job is
   *   refused
   */
  signals[SIGNAL_START_PUBLISH] = g_signal_new_class_handler ("start-publish",
      type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (start_publish),
      NULL, NULL, NULL, G_TYPE_STRING, 3, G_TYPE_STRING, G_TYPE_STRING,
      G_TYPE_STRING);

  /**
   * GstPublishBin::update-publish:
   * @task_id: of the task
   * @target: (nullable): the new `target`, %NULL leaves it as it is
   * @encoder: (nullable): likewise; a running task keeps its encoders
   * @mixing: (nullable): likewise
   *
   * Changes the targets and the mixing config of a task: all that is asked for,
   * or nothing. What stays is not interrupted. A url that another task still
   * closes is waited for.
   * #GstPublishBin::publish-updated tells what came of it.
   *
   * Returns: %FALSE if it is refused at once. (What only the compositor can
   *   refuse, and a url that is not free after all, are told with
   *   #GstPublishBin::publish-updated alone.)
   */
  signals[SIGNAL_UPDATE_PUBLISH] =
      g_signal_new_class_handler ("update-publish", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (update_publish), NULL,
      NULL, NULL, G_TYPE_BOOLEAN, 4, G_TYPE_STRING, G_TYPE_STRING,
      G_TYPE_STRING, G_TYPE_STRING);

  /**
   * GstPublishBin::stop-publish:
   * @task_id: of the task; "" is all of them
   *
   * Ends a task in good order. #GstPublishBin::publish-stopped tells when that
   * is done. What the targets have not taken after 3 s is not waited for, which
   * in PAUSED is all that is left.
   *
   * Returns: %FALSE if there is none
   */
  signals[SIGNAL_STOP_PUBLISH] = g_signal_new_class_handler ("stop-publish",
      type, G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (stop_publish),
      NULL, NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

static guint
new_signal (GType type, const gchar * name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_INT, G_TYPE_STRING);
}

static void
install_signals (GType type)
{
  /**
   * GstPublishBin::publish-started:
   * @task_id: of the task; "" if the job was refused
   * @code: a #GstPublishCode, 0 if it runs
   * @message: why not, in words
   */
  signals[SIGNAL_PUBLISH_STARTED] = new_signal (type, "publish-started");

  /**
   * GstPublishBin::publish-updated:
   * @task_id: as it was given
   * @code: a #GstPublishCode, 0 if all of the update was done; else the task
   *   is as it was
   * @message: why not, in words
   */
  signals[SIGNAL_PUBLISH_UPDATED] = new_signal (type, "publish-updated");

  /**
   * GstPublishBin::publish-stopped:
   * @task_id: as it was given
   * @code: a #GstPublishCode, 0 if it ended in good order
   * @message: why it ended, in words
   *
   * A task has ended, of whatever reason, or is not known.
   */
  signals[SIGNAL_PUBLISH_STOPPED] = new_signal (type, "publish-stopped");

  /**
   * GstPublishBin::cdn-state-changed:
   * @task_id: of the task
   * @url: of the target, with its secrets
   * @state: the state
   * @code: why, a #GstPublishCode
   * @message: why, in words, without secrets
   *
   * For every change, and every 5 s while connecting or reconnecting.
   */
  signals[SIGNAL_CDN_STATE_CHANGED] = g_signal_new ("cdn-state-changed", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5, G_TYPE_STRING,
      G_TYPE_STRING, GST_TYPE_PUBLISH_CDN_STATE, G_TYPE_INT, G_TYPE_STRING);
}

static void
gst_publish_bin_class_init (GstPublishBinClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_publish_bin_debug, "publishbin", 0,
      "publishes a room");

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  GST_BIN_CLASS (klass)->handle_message = handle_message;

  publish_bin_install_properties (object_class);
  install_action_signals (G_TYPE_FROM_CLASS (klass));
  install_signals (G_TYPE_FROM_CLASS (klass));

  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &sink_template, GST_TYPE_PUBLISH_BIN_PAD);
  gst_element_class_set_static_metadata (element_class, "Publish bin",
      "Sink/Network", "Relays or mixes the streams of a room and publishes"
      " them to CDNs", "gst-plugins-publish");
  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_BIN_PAD, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_CDN_STATE, 0);
}

static void
gst_publish_bin_init (GstPublishBin * self)
{
  publish_bin_init_properties (self);
  /* it stays both, whatever tasks there are */
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SOURCE |
      GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  self->room = pub_room_new (GST_BIN (self), &room_funcs, self);
}
