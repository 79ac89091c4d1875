/* The fence: the beginning of a branch. Whatever happens behind it, upstream is
 * told that all is well: a branch that fails or is taken away stops no other.
 *
 * No serialized query passes. A queue behind the fence would let it wait for all
 * that is in front of it, in a pause as long as that lasts, and the EOS of the
 * worker would wait with it.
 *
 * Threads: chain and events are the streaming thread's; close and end the
 * worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-fence.h"

#include <gst/video/video.h>

#define GST_CAT_DEFAULT gst_publish_bin_debug

struct _PubFence
{
  GstElement parent;

  GstPad *sinkpad, *srcpad;
  gint closed;                  /* atomic: nothing passes any more */
  gboolean tells;               /* set before it is linked */
  gboolean told;                /* streaming thread */
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

/* What cannot take the stream may have said nothing: who is before the fence
 * would not know, and nothing would come out of it any more. */
static void
note_flow (PubFence * self, GstFlowReturn ret)
{
  if (ret == GST_FLOW_OK)
    return;
  GST_LOG_OBJECT (self, "behind it: %s", gst_flow_get_name (ret));
  if (!self->tells || self->told || g_atomic_int_get (&self->closed) ||
      ret > GST_FLOW_NOT_NEGOTIATED)
    return;
  self->told = TRUE;
  GST_ELEMENT_ERROR (self, STREAM, FAILED, ("what takes the stream has stopped:"
          " %s", gst_flow_get_name (ret)), (NULL));
}

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  PubFence *self = PUB_FENCE (parent);

  if (g_atomic_int_get (&self->closed) || is_early (self, buffer))
    gst_buffer_unref (buffer);
  else
    note_flow (self, gst_pad_push (self->srcpad, buffer));
  return GST_FLOW_OK;
}

static gboolean
drop_early (GstBuffer ** buffer, guint index, gpointer self)
{
  if (is_early (self, *buffer))
    gst_clear_buffer (buffer);
  return TRUE;
}

static GstFlowReturn
chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  PubFence *self = PUB_FENCE (parent);

  if (!g_atomic_int_get (&self->closed)) {
    list = gst_buffer_list_make_writable (list);
    gst_buffer_list_foreach (list, drop_early, self);
    if (gst_buffer_list_length (list) > 0) {
      note_flow (self, gst_pad_push_list (self->srcpad, list));
      return GST_FLOW_OK;
    }
  }
  gst_buffer_list_unref (list);
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

/* Whoever takes raw video behind a fence can use this, and a tee offers what all
 * its branches can. */
static gboolean
answer_allocation (GstQuery * query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

/* Closed it takes everything, for it throws everything away. */
static gboolean
sink_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstCaps *filter, *any;

  if (GST_QUERY_IS_SERIALIZED (query))
    return GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION &&
        answer_allocation (query);
  if (!g_atomic_int_get (&PUB_FENCE (parent)->closed))
    return gst_pad_query_default (pad, parent, query);
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      gst_query_parse_caps (query, &filter);
      any = filter ? gst_caps_ref (filter) : gst_caps_new_any ();
      gst_query_set_caps_result (query, any);
      gst_caps_unref (any);
      return TRUE;
    case GST_QUERY_ACCEPT_CAPS:
      gst_query_set_accept_caps_result (query, TRUE);
      return TRUE;
    default:
      return FALSE;
  }
}

static void
pub_fence_init (PubFence * self)
{
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, chain);
  gst_pad_set_chain_list_function (self->sinkpad, chain_list);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  gst_pad_set_query_function (self->sinkpad, sink_query);
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
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

/* Before it is linked: when what is behind cannot go on, it posts an ERROR. */
void
pub_fence_set_telling (GstElement * fence)
{
  PUB_FENCE (fence)->tells = TRUE;
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
