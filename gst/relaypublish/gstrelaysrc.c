/* The source of one connection: reads a cursor of the relay ring and pushes
 * what it takes as buffer lists, in a thread of its own. A sink that blocks
 * holds up this thread and nothing else.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaysrc.h"

#include "gstrelayflv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

struct _GstRelaySrc
{
  GstElement parent;

  GstPad *srcpad;
  GstRelaySrcConfig config;

  /* streaming thread only */
  gboolean begun, probed, started, media;
  GstBuffer *probe;             /* the header that was sent as such */

  /* bytes given to the sink, and those of them that it has returned from;
   * LOCK: the object lock */
  guint64 offered, taken;
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-flv"));

G_DEFINE_TYPE (GstRelaySrc, gst_relay_src, GST_TYPE_ELEMENT);

static void
count (GstRelaySrc * self, guint64 * counter, gsize bytes)
{
  GST_OBJECT_LOCK (self);
  *counter += bytes;
  GST_OBJECT_UNLOCK (self);
}

static GstFlowReturn
push_buffer (GstRelaySrc * self, GstBuffer * buffer)
{
  gsize size = gst_buffer_get_size (buffer);
  GstFlowReturn ret;

  count (self, &self->offered, size);
  ret = gst_pad_push (self->srcpad, buffer);
  if (ret == GST_FLOW_OK)
    count (self, &self->taken, size);
  return ret;
}

static GstFlowReturn
push_list (GstRelaySrc * self, GstBufferList * list)
{
  gsize size = gst_buffer_list_calculate_size (list);
  GstFlowReturn ret;

  if (size == 0) {
    gst_buffer_list_unref (list);
    return GST_FLOW_OK;
  }
  count (self, &self->offered, size);
  ret = gst_pad_push_list (self->srcpad, list);
  if (ret == GST_FLOW_OK)
    count (self, &self->taken, size);
  return ret;
}

/* Takes the list; returns it, or one without metadata. */
static GstBufferList *
leave_out_metadata (GstBufferList * list)
{
  GstRelayFlvTag tag;
  guint i = 0;

  while (i < gst_buffer_list_length (list)) {
    if (gst_relay_flv_parse (gst_buffer_list_get (list, i), &tag) &&
        tag.kind == GST_RELAY_KIND_METADATA) {
      list = gst_buffer_list_make_writable (list);
      gst_buffer_list_remove (list, i, 1);
    } else {
      i++;
    }
  }
  return list;
}

static void
push_sticky_events (GstRelaySrc * self)
{
  gchar *id = gst_pad_create_stream_id (self->srcpad, GST_ELEMENT (self),
      NULL);
  GstCaps *caps = gst_caps_new_empty_simple ("video/x-flv");
  GstSegment segment;

  gst_pad_push_event (self->srcpad, gst_event_new_stream_start (id));
  /* no streamheader in the caps: headers are sent in band, stamped for where
   * the connection starts */
  gst_pad_push_event (self->srcpad, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->srcpad, gst_event_new_segment (&segment));
  gst_caps_unref (caps);
  g_free (id);
}

/* A header as it is sent: at @ms, and no sink is to take it for one that
 * stands in the caps and can be left out. */
static GstBuffer *
make_header (GstBuffer * header, guint32 ms)
{
  GstBuffer *buffer = gst_relay_flv_restamp (header, ms);

  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_HEADER);
  return buffer;
}

static GstFlowReturn
push_file_header (GstRelaySrc * self, GstBuffer * header)
{
  GstBuffer *buffer = gst_buffer_copy (header);

  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_HEADER);
  return push_buffer (self, buffer);
}

/* The first tag of a connection always says 0: rtmp2sink of 1.24.9 and later
 * adds the first tag's time to all that follow. */
static GstFlowReturn
push_probe (GstRelaySrc * self, GstBufferList * headers)
{
  guint i, n = headers ? gst_buffer_list_length (headers) : 0;

  self->probed = TRUE;
  if (!self->config.probe)
    return GST_FLOW_OK;
  for (i = 0; i < n; i++) {
    GstBuffer *header = gst_buffer_list_get (headers, i);
    GstRelayFlvTag tag;

    if (gst_relay_flv_parse (header, &tag) && !tag.file_header) {
      self->probe = gst_buffer_ref (header);
      return push_buffer (self, make_header (header, 0));
    }
  }
  return GST_FLOW_OK;
}

static GstFlowReturn
push_headers (GstRelaySrc * self, GstBufferList * headers, GstClockTime dts)
{
  guint32 ms = (guint32) (dts / GST_MSECOND);
  guint i, n = headers ? gst_buffer_list_length (headers) : 0;
  GstFlowReturn ret = GST_FLOW_OK;

  for (i = 0; i < n && ret == GST_FLOW_OK; i++) {
    GstBuffer *header = gst_buffer_list_get (headers, i);
    GstRelayFlvTag tag;

    if (header == self->probe || !gst_relay_flv_parse (header, &tag))
      continue;
    if (tag.file_header) {
      if (self->config.file_header && !self->started)
        ret = push_file_header (self, header);
    } else if (tag.kind != GST_RELAY_KIND_METADATA ||
        !self->config.metadata_first) {
      ret = push_buffer (self, make_header (header, ms));
    } else if (self->config.file_header && !self->started) {
      ret = push_buffer (self, make_header (header, 0));
    }
  }
  /* from now on every header counts: a jump may repeat the same one */
  gst_clear_buffer (&self->probe);
  return ret;
}

static GstRelayTake
start (GstRelaySrc * self, GstFlowReturn * ret)
{
  GstBufferList *headers = NULL;
  GstClockTime dts = 0;
  GstRelayTake take;

  take = gst_relay_cursor_start (self->config.cursor, &headers, &dts);
  if (take == GST_RELAY_TAKE_OK) {
    if (!self->probed) {
      *ret = push_probe (self, headers);
    } else {
      *ret = push_headers (self, headers, dts);
      self->started = TRUE;
    }
  }
  gst_clear_buffer_list (&headers);
  return take;
}

static void
end (GstRelaySrc * self, GstFlowReturn ret)
{
  gst_pad_pause_task (self->srcpad);
  if (ret == GST_FLOW_EOS)
    gst_pad_push_event (self->srcpad, gst_event_new_eos ());
  if (ret != GST_FLOW_FLUSHING)
    self->config.func (GST_RELAY_SRC_EVENT_ENDED, ret, self->config.data);
}

static void
loop (gpointer data)
{
  GstRelaySrc *self = data;
  GstBufferList *list = NULL;
  GstFlowReturn ret = GST_FLOW_OK;
  GstRelayTake take;

  if (!self->begun) {
    push_sticky_events (self);
    self->begun = TRUE;
  }
  /* the place is chosen again after the probe: by now the server has answered,
   * and the newest keyframe may be another */
  if (!self->started) {
    take = start (self, &ret);
  } else {
    take = gst_relay_cursor_take (self->config.cursor, &list);
    if (take == GST_RELAY_TAKE_OK) {
      if (self->config.metadata_first)
        list = leave_out_metadata (list);
      ret = push_list (self, list);
      if (ret == GST_FLOW_OK && !self->media) {
        self->media = TRUE;
        self->config.func (GST_RELAY_SRC_EVENT_MEDIA, ret, self->config.data);
      }
    } else if (take == GST_RELAY_TAKE_OVERRUN) {
      GST_INFO_OBJECT (self, "fell behind what the ring holds");
      take = start (self, &ret);
    }
  }
  if (take == GST_RELAY_TAKE_EOS)
    ret = GST_FLOW_EOS;
  else if (take == GST_RELAY_TAKE_INTERRUPTED)
    ret = GST_FLOW_FLUSHING;
  if (ret != GST_FLOW_OK)
    end (self, ret);
}

static gboolean
activate_mode (GstPad * pad, GstObject * parent, GstPadMode mode,
    gboolean active)
{
  GstRelaySrc *self = GST_RELAY_SRC (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (active)
    return TRUE;
  /* for good: a branch that is closed while its sink still opens reads no more */
  gst_relay_cursor_interrupt (self->config.cursor, TRUE);
  return gst_pad_stop_task (pad);
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  GstRelaySrc *self = GST_RELAY_SRC (element);
  GstStateChangeReturn ret =
      GST_ELEMENT_CLASS (gst_relay_src_parent_class)->change_state (element,
      transition);

  if (ret != GST_STATE_CHANGE_FAILURE &&
      transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    gst_pad_start_task (self->srcpad, loop, self, NULL);
  return ret;
}

static void
finalize (GObject * object)
{
  gst_clear_buffer (&GST_RELAY_SRC (object)->probe);
  G_OBJECT_CLASS (gst_relay_src_parent_class)->finalize (object);
}

static void
gst_relay_src_class_init (GstRelaySrcClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Relay source",
      "Source", "Reads a relay ring", "gst-plugins-publish");
}

static void
gst_relay_src_init (GstRelaySrc * self)
{
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (self->srcpad, activate_mode);
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}

/* The config is copied; its cursor and its data must live as long as the
 * source is above READY. */
GstElement *
gst_relay_src_new (const GstRelaySrcConfig * config)
{
  GstRelaySrc *self = g_object_new (GST_TYPE_RELAY_SRC, "name", "relaysrc",
      NULL);

  self->config = *config;
  return GST_ELEMENT (self);
}

/* Bytes that the sink was given so far, taken or not; any thread. */
guint64
gst_relay_src_get_offered (GstRelaySrc * src)
{
  guint64 offered;

  GST_OBJECT_LOCK (src);
  offered = src->offered;
  GST_OBJECT_UNLOCK (src);
  return offered;
}

/* Bytes that the sink has returned from; any thread. */
guint64
gst_relay_src_get_taken (GstRelaySrc * src)
{
  guint64 taken;

  GST_OBJECT_LOCK (src);
  taken = src->taken;
  GST_OBJECT_UNLOCK (src);
  return taken;
}
