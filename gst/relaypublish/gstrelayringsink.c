/* Where the muxer's output enters the relay ring: the one clock wait for all
 * targets, and one timeline that never goes back, whatever the muxer does.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayringsink.h"

#include "gstrelayflv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

/* A muxer that was flushed starts at 0 again: a step back of more than this is
 * a new beginning, not two streams out of step. */
#define RESTART_MS 2000
/* What a new beginning is put after the end of what was. */
#define RESTART_STEP_MS 40

struct _GstRelayRingSink
{
  GstBaseSink parent;

  GstRelayRing *ring;
  GstRelayRingSinkFunc func;
  gpointer data;

  gint sync;                    /* GstRelaySync, atomic */

  /* streaming thread only, but for begin_anew(); ms on the ring's timeline */
  gboolean decided, announced, paced;
  gboolean any;
  guint64 last, last_video, last_audio;
  guint64 written;              /* the muxer's own, unwrapped */
  guint64 offset;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-flv"));

G_DEFINE_TYPE (GstRelayRingSink, gst_relay_ring_sink, GST_TYPE_BASE_SINK);

GType
gst_relay_sync_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_RELAY_SYNC_AUTO, "Only when the pipeline is not live", "auto"},
    {GST_RELAY_SYNC_TRUE, "Wait for the clock", "true"},
    {GST_RELAY_SYNC_FALSE, "As fast as media comes", "false"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRelaySync", values));
  return type;
}

/* A new stream. Not in GstBaseSink's start(), which is for NULL to READY: the
 * muxer begins at 0 each time that it goes to PAUSED, and so do the targets. */
static void
begin_anew (GstRelayRingSink * self)
{
  self->decided = self->announced = self->any = FALSE;
  self->last = self->last_video = self->last_audio = 0;
  self->written = self->offset = 0;
  gst_relay_ring_clear (self->ring);
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  /* the pads are not active yet: no streaming thread is here */
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    begin_anew (GST_RELAY_RING_SINK (element));
  return GST_ELEMENT_CLASS (gst_relay_ring_sink_parent_class)->change_state
      (element, transition);
}

static gboolean
upstream_is_live (GstRelayRingSink * self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (GST_BASE_SINK_PAD (self), query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_query_unref (query);
  return live;
}

/* Before the wait of the first buffer: only now upstream is sure to know. */
static void
decide_sync (GstRelayRingSink * self)
{
  GstRelaySync sync = g_atomic_int_get (&self->sync);
  gboolean live;

  if (self->decided)
    return;
  self->decided = TRUE;
  live = upstream_is_live (self);
  if (sync == GST_RELAY_SYNC_AUTO)
    sync = live ? GST_RELAY_SYNC_FALSE : GST_RELAY_SYNC_TRUE;
  self->paced = live || sync == GST_RELAY_SYNC_TRUE;
  GST_INFO_OBJECT (self, "upstream is %slive, %s the clock",
      live ? "" : "not ", sync == GST_RELAY_SYNC_TRUE ? "waits for" :
      "does not wait for");
  gst_base_sink_set_sync (GST_BASE_SINK (self), sync == GST_RELAY_SYNC_TRUE);
}

/* Headers as they stand in caps: without them a stream cannot be started. */
static gboolean
set_caps (GstBaseSink * base, GstCaps * caps)
{
  GstRelayRingSink *self = GST_RELAY_RING_SINK (base);
  const GValue *value = gst_structure_get_value (gst_caps_get_structure (caps,
          0), "streamheader");
  GstBufferList *headers;
  gboolean has_video = FALSE;
  guint i;

  decide_sync (self);
  if (!value || !GST_VALUE_HOLDS_ARRAY (value))
    return TRUE;
  headers = gst_buffer_list_new ();
  for (i = 0; i < gst_value_array_get_size (value); i++) {
    GstBuffer *header =
        gst_value_get_buffer (gst_value_array_get_value (value, i));
    GstRelayFlvTag tag;

    if (!gst_relay_flv_parse (header, &tag))
      continue;
    has_video |= tag.is_video;
    gst_buffer_list_add (headers, gst_buffer_ref (header));
    /* connections that are up get the new description in band: the muxer
     * sends them the codec's setup, but not this */
    if (self->any && tag.kind == GST_RELAY_KIND_METADATA)
      gst_relay_ring_push (self->ring, GST_RELAY_KIND_METADATA,
          gst_relay_flv_restamp (header, (guint32) self->last),
          self->last * GST_MSECOND);
  }
  gst_relay_ring_set_headers (self->ring, headers, has_video);
  return TRUE;
}

/* The tag's place on the ring's timeline: not before any other tag, and after
 * the last one of its own stream. A description or a codec's setup belongs to
 * what comes next; its own timestamp may be 0 at any time, and says nothing. */
static guint64
place (GstRelayRingSink * self, const GstRelayFlvTag * tag)
{
  guint64 *stream = tag->is_video ? &self->last_video : &self->last_audio;
  guint64 ms;

  if (tag->kind == GST_RELAY_KIND_HEADER ||
      tag->kind == GST_RELAY_KIND_METADATA)
    return self->last;

  self->written = gst_relay_flv_unwrap (self->written, tag->timestamp);
  ms = self->written + self->offset;
  if (self->any && ms + RESTART_MS < self->last) {
    self->offset = self->last + RESTART_STEP_MS - self->written;
    ms = self->written + self->offset;
    GST_INFO_OBJECT (self, "the muxer started again: goes on at %"
        G_GUINT64_FORMAT " ms", ms);
  }
  ms = MAX (ms, self->last);
  if (self->any && ms <= *stream)
    ms = *stream + 1;
  *stream = self->last = ms;
  self->any = TRUE;
  return ms;
}

static GstFlowReturn
render (GstBaseSink * base, GstBuffer * buffer)
{
  GstRelayRingSink *self = GST_RELAY_RING_SINK (base);
  GstRelayFlvTag tag;
  guint64 ms;

  if (!gst_relay_flv_parse (buffer, &tag)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("The muxer wrote something that is no FLV tag"),
        ("%" G_GSIZE_FORMAT " bytes", gst_buffer_get_size (buffer)));
    return GST_FLOW_ERROR;
  }
  /* the first headers stand in the caps, and every connection sends those */
  if (tag.file_header || tag.empty || (!self->any && (tag.kind ==
              GST_RELAY_KIND_HEADER || tag.kind == GST_RELAY_KIND_METADATA)))
    return GST_FLOW_OK;

  ms = place (self, &tag);
  gst_relay_ring_push (self->ring, tag.kind,
      (guint32) ms == tag.timestamp ? gst_buffer_ref (buffer) :
      gst_relay_flv_restamp (buffer, (guint32) ms), ms * GST_MSECOND);
  if (!self->announced && gst_relay_ring_has_start (self->ring)) {
    self->announced = TRUE;
    self->func (self->paced, self->data);
  }
  return GST_FLOW_OK;
}

/* A flush takes EOS back, as everywhere: an application that seeks when the
 * stream has ended publishes again. */
static gboolean
event (GstBaseSink * base, GstEvent * event)
{
  GstRelayRingSink *self = GST_RELAY_RING_SINK (base);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP &&
      gst_relay_ring_go_on (self->ring))
    self->announced = FALSE;
  return GST_BASE_SINK_CLASS (gst_relay_ring_sink_parent_class)->event (base,
      event);
}

/* What is not synchronised needs no latency of the pipeline: the time that the
 * muxer may wait for its pads is no other sink's business. */
static gboolean
query (GstBaseSink * base, GstQuery * query)
{
  gboolean live = FALSE;

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY ||
      gst_base_sink_get_sync (base))
    return GST_BASE_SINK_CLASS (gst_relay_ring_sink_parent_class)->query
        (base, query);
  if (gst_pad_peer_query (GST_BASE_SINK_PAD (base), query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_query_set_latency (query, live, 0, GST_CLOCK_TIME_NONE);

  return TRUE;
}

static void
finalize (GObject * object)
{
  gst_relay_ring_unref (GST_RELAY_RING_SINK (object)->ring);
  G_OBJECT_CLASS (gst_relay_ring_sink_parent_class)->finalize (object);
}

static void
gst_relay_ring_sink_class_init (GstRelayRingSinkClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *base_class = GST_BASE_SINK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  element_class->change_state = change_state;
  base_class->set_caps = set_caps;
  base_class->render = render;
  base_class->event = event;
  base_class->query = query;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Relay ring sink",
      "Sink", "Writes a relay ring", "gst-plugins-publish");
}

static void
gst_relay_ring_sink_init (GstRelayRingSink * self)
{
  /* inputs may come long after the pipeline runs: do not wait for them */
  gst_base_sink_set_async_enabled (GST_BASE_SINK (self), FALSE);
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}

GstElement *
gst_relay_ring_sink_new (GstRelayRing * ring,
    GstRelayRingSinkFunc func, gpointer data)
{
  GstRelayRingSink *self = g_object_new (GST_TYPE_RELAY_RING_SINK, "name",
      "ringsink", NULL);

  self->ring = gst_relay_ring_ref (ring);
  self->func = func;
  self->data = data;
  return GST_ELEMENT (self);
}

/* Counts from the next READY to PAUSED on. */
void
gst_relay_ring_sink_set_sync (GstRelayRingSink * sink, GstRelaySync sync)
{
  g_atomic_int_set (&sink->sync, sync);
}
