/* The fence: the beginning of a branch. Whatever happens behind it, upstream is
 * told that all is well: a branch that fails or is taken away stops no other.
 *
 * Threads: chain and events are the streaming thread's; close and end the
 * worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-fence.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

struct _PubFence
{
  GstElement parent;

  GstPad *sinkpad, *srcpad;
  gint closed;                  /* atomic: nothing passes any more */
  GstClockTime begin;           /* set before it is linked */
  GstSegment segment;           /* streaming thread */
};

G_DEFINE_TYPE (PubFence, pub_fence, GST_TYPE_ELEMENT);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

/* Whether @buffer is of the time before the branch began. */
static gboolean
is_early (PubFence * self, GstBuffer * buffer)
{
  GstClockTime time;

  if (self->begin == 0 || !GST_BUFFER_PTS_IS_VALID (buffer) ||
      self->segment.format != GST_FORMAT_TIME)
    return FALSE;
  time = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
  return !GST_CLOCK_TIME_IS_VALID (time) || time < self->begin;
}

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  PubFence *self = PUB_FENCE (parent);
  GstFlowReturn ret;

  if (g_atomic_int_get (&self->closed) || is_early (self, buffer)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  ret = gst_pad_push (self->srcpad, buffer);
  if (ret != GST_FLOW_OK)
    GST_LOG_OBJECT (self, "behind it: %s", gst_flow_get_name (ret));
  return GST_FLOW_OK;
}

static GstFlowReturn
chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  PubFence *self = PUB_FENCE (parent);

  if (g_atomic_int_get (&self->closed))
    gst_buffer_list_unref (list);
  else
    gst_pad_push_list (self->srcpad, list);
  return GST_FLOW_OK;
}

static gboolean
sink_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  PubFence *self = PUB_FENCE (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    gst_event_copy_segment (event, &self->segment);
  if (g_atomic_int_get (&self->closed))
    gst_event_unref (event);
  else
    gst_pad_push_event (self->srcpad, event);
  return TRUE;
}

static void
pub_fence_init (PubFence * self)
{
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, chain);
  gst_pad_set_chain_list_function (self->sinkpad, chain_list);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
  GST_PAD_SET_PROXY_ALLOCATION (self->sinkpad);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

static void
pub_fence_class_init (PubFenceClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Fence", "Generic",
      "Keeps what happens behind it from what is before it",
      "gst-plugins-publish");
}

/* Running times behind it are counted from @begin on, and what was before that
 * is dropped. */
GstElement *
pub_fence_new (GstClockTime begin)
{
  PubFence *self = g_object_new (PUB_TYPE_FENCE, NULL);

  self->begin = begin;
  gst_pad_set_offset (self->srcpad, -(gint64) begin);
  return GST_ELEMENT (self);
}

/* Nothing passes any more. */
void
pub_fence_close (GstElement * fence)
{
  g_atomic_int_set (&PUB_FENCE (fence)->closed, TRUE);
}

/* Nothing passes any more but an EOS, which follows what has passed. What is
 * behind must take it at once: a queue without limits. */
void
pub_fence_end (GstElement * fence)
{
  PubFence *self = PUB_FENCE (fence);
  GstEvent *started;

  pub_fence_close (fence);
  started = gst_pad_get_sticky_event (self->srcpad, GST_EVENT_STREAM_START, 0);
  if (started)
    gst_event_unref (started);
  else
    gst_pad_push_event (self->srcpad, gst_event_new_stream_start ("none"));
  gst_pad_push_event (self->srcpad, gst_event_new_eos ());
}
