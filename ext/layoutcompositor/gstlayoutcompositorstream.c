/* gstlayoutcompositorstream.c: what layoutcompositor does with frames
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides which config is due, asks who is in which slot (slots.c) and hands
 * their pictures to the stage (stage.c), which draws. The rest is the base
 * class's business: negotiation, queries, and what it would get wrong.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "gstlayoutcompositorpad.h"
#include "gstlayoutcompositorprivate.h"

#define GST_CAT_DEFAULT layout_compositor_debug

/* More hands than this would wait for memory, not for each other. */
#define MAX_HANDS 8

/* How long a canvas that is not live waits for images, in microseconds. */
#define IMAGE_WAIT (5 * G_USEC_PER_SEC)

static gpointer parent_class;

/* Makes the newest config that is due at @running_time the one that is shown.
 * Returns TRUE if it wants another canvas. */
static gboolean
activate_config (GstLayoutCompositor * self, GstClockTime running_time)
{
  AcceptedConfig *due;

  g_mutex_lock (&self->lock);
  due = config_queue_take_due (&self->queue, running_time);
  if (due != NULL)
    self->active_serial = due->serial;
  g_mutex_unlock (&self->lock);

  if (due == NULL)
    return FALSE;

  GST_INFO_OBJECT (self, "config %u at %" GST_TIME_FORMAT, due->serial,
      GST_TIME_ARGS (running_time));
  self->announce = TRUE;
  self->check_config = TRUE;

  return stage_set_config (&self->stage, due);
}

/* Messages */

/* Takes @message; it is posted once the base class has let go its lock. */
static void
post_later (GstLayoutCompositor * self, GstMessage * message)
{
  g_queue_push_tail (&self->messages, message);
}

/* Takes @text; NULL is nothing to warn of. */
static void
warn_later (GstLayoutCompositor * self, gchar * text)
{
  GError *error;

  if (text == NULL)
    return;
  GST_WARNING_OBJECT (self, "%s", text);
  error = g_error_new_literal (GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, text);
  post_later (self, gst_message_new_warning (GST_OBJECT (self), error, NULL));
  g_error_free (error);
  g_free (text);
}

static void
post_messages (GstLayoutCompositor * self)
{
  GstMessage *message;

  while ((message = g_queue_pop_head (&self->messages)) != NULL)
    gst_element_post_message (GST_ELEMENT (self), message);
}

/* Drawing */

/* Lists the pads that have not ended, and their identities at the same index. */
static void
list_users (GstLayoutCompositor * self, GPtrArray * pads, GArray * users)
{
  GList *l;
  guint i;

  GST_OBJECT_LOCK (self);
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL; l = l->next)
    g_ptr_array_add (pads, gst_object_ref (l->data));
  GST_OBJECT_UNLOCK (self);

  for (i = 0; i < pads->len;) {
    GstLayoutCompositorPad *pad = g_ptr_array_index (pads, i);
    User user;

    if (gst_aggregator_pad_is_eos (GST_AGGREGATOR_PAD (pad)) &&
        !gst_video_aggregator_pad_has_current_buffer (GST_VIDEO_AGGREGATOR_PAD
            (pad))) {
      picture_clear (&pad->picture);
      g_ptr_array_remove_index (pads, i);
      continue;
    }
    gst_layout_compositor_pad_get_user (pad, &user);
    g_array_append_val (users, user);
    i++;
  }
}

/* What comes next is the first frame of a stream. */
static void
forget_seen (GstLayoutCompositorPad * pad)
{
  pad->seen = NULL;
  pad->goes_on = FALSE;
}

/* Brings the pad's picture up to date. A GAP, or a frame that cannot be read,
 * leaves the last one; so does the base class, as long as it holds a frame. */
static void
update_picture (GstLayoutCompositor * self, GstLayoutCompositorPad * pad,
    GstClockTime running_time)
{
  GstVideoAggregatorPad *vpad = GST_VIDEO_AGGREGATOR_PAD (pad);
  GstBuffer *buffer = gst_video_aggregator_pad_get_current_buffer (vpad);
  GError *error = NULL;

  if (buffer == NULL) {
    picture_drop (&pad->picture);
    return;
  }
  if (gst_buffer_get_size (buffer) == 0 &&
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    return;

  /* a tag turns the frames that follow it, not the one that is shown */
  if (picture_set (&pad->picture, buffer, &vpad->info,
          pad->picture.shown == buffer ? pad->picture.orientation :
          pad->orientation, &GST_VIDEO_AGGREGATOR (self)->info, &error)) {
    g_clear_pointer (&pad->warned, g_free);
    /* the same picture in a new buffer is a sign of life too */
    if (pad->seen != buffer || pad->seen_pts != GST_BUFFER_PTS (buffer)) {
      pad->picture_time = running_time;
      pad->goes_on = pad->seen != NULL;
    }
    pad->seen = buffer;
    pad->seen_pts = GST_BUFFER_PTS (buffer);
    return;
  }

  /* once, not for every frame */
  if (g_strcmp0 (pad->warned, error->message) != 0) {
    g_free (pad->warned);
    pad->warned = g_strdup (error->message);
    warn_later (self, g_strdup_printf ("%s:%s: %s", GST_DEBUG_PAD_NAME (pad),
            error->message));
  }
  g_error_free (error);
}

/* Says who is in which slot now, in a message of that name. */
static void
announce (GstLayoutCompositor * self, const gchar * name,
    GstClockTime running_time)
{
  GstStructure *s = gst_structure_new (name, "serial", G_TYPE_UINT,
      self->stage.config != NULL ? self->stage.config->serial : 0,
      "running-time", G_TYPE_UINT64, running_time, NULL);

  g_mutex_lock (&self->lock);
  slots_describe (&self->slots, s);
  g_mutex_unlock (&self->lock);
  post_later (self, gst_message_new_element (GST_OBJECT (self), s));
}

/* A rate of 0/1 is an image's if nothing follows it. It is a video's too, as
 * some decoders have no other; of a screen that is sent when it changes every
 * frame stands as an image does. */
static gboolean
is_still (GstLayoutCompositorPad * pad, const User * user)
{
  return GST_VIDEO_AGGREGATOR_PAD (pad)->info.fps_n == 0 &&
      (!pad->goes_on || user->identity.stream_type ==
      GST_PUBLISH_STREAM_TYPE_SUB);
}

/* Who is in slot @i, and what of that user there is to be seen. */
static SlotView
view_slot (GstLayoutCompositorPad * pad, const User * user)
{
  return (SlotView) {
  .arrival = user->arrival,.user_id = user->identity.user_id,.room_id =
        user->identity.room_id,.picture = &pad->picture,.picture_time =
        pad->picture_time,.is_still = is_still (pad, user)};
}

/* How long a frame may wait for images: one of a live canvas has its time. */
static gint64
image_wait (GstLayoutCompositor * self)
{
  GstAggregator *agg = GST_AGGREGATOR (self);

  return gst_aggregator_get_force_live (agg) ||
      gst_aggregator_get_latency (agg) != GST_CLOCK_TIME_NONE ? 0 : IMAGE_WAIT;
}

/* A frame waits for its images with the base class's lock held: whoever asks
 * the base class for what takes that lock, or ends the frame's thread, is in a
 * hurry meanwhile. */
void
gst_layout_compositor_hurry (GstLayoutCompositor * self, gboolean hurry)
{
  image_store_hurry (self->stage.looks->store, hurry);
}

static void
warn_of_images (GstLayoutCompositor * self)
{
  gchar *warning;

  while ((warning = image_store_pop_warning (self->stage.looks->store)) != NULL)
    warn_later (self, warning);
}

static GstFlowReturn
draw (GstLayoutCompositor * self, GstBuffer * buffer, GstClockTime running_time)
{
  Stage *stage = &self->stage;
  GPtrArray *pads = g_ptr_array_new_with_free_func (gst_object_unref);
  GArray *users = g_array_new (FALSE, FALSE, sizeof (User));
  SlotView views[GST_PUBLISH_MAX_LAYOUTS] = { {0,}, };
  gint slots[GST_PUBLISH_MAX_LAYOUTS];
  GstFlowReturn ret;
  guint i, k;

  g_array_set_clear_func (users, (GDestroyNotify) user_clear);
  list_users (self, pads, users);
  stage_arrange (stage, slots_count_cameras (users));

  g_mutex_lock (&self->lock);
  self->slots_changed |= slots_update (&self->slots, self->slot_policy, users,
      stage->layouts, stage->n_layouts, running_time, slots);
  stage->stall_timeout = self->stall_timeout;
  stage->motion->transition_time = self->transition_time;
  stage->motion->fade_time = self->fade_time;
  g_mutex_unlock (&self->lock);

  for (k = 0; k < pads->len; k++) {
    GstLayoutCompositorPad *pad = g_ptr_array_index (pads, k);
    gboolean shown = FALSE;

    for (i = 0; i < stage->n_layouts; i++)
      shown |= slots[i] == (gint) k;
    /* who waits holds no buffer, and comes back with a new picture */
    if (shown)
      update_picture (self, pad, running_time);
    else
      picture_drop (&pad->picture);
    for (i = 0; i < stage->n_layouts; i++)
      if (slots[i] == (gint) k)
        views[i] = view_slot (pad, &g_array_index (users, User, k));
  }
  stage_compose (stage, views, running_time, image_wait (self));
  warn_of_images (self);

  g_mutex_lock (&self->lock);
  memcpy (self->slots.step, stage->step, sizeof (stage->step));
  g_mutex_unlock (&self->lock);

  /* an empty one is a frame of the ring */
  if (gst_buffer_n_memory (buffer) == 0)
    ret = stage_show (stage, buffer);
  else
    ret = stage_paint (stage, buffer);

  g_array_unref (users);
  g_ptr_array_unref (pads);

  return ret;
}

static GstFlowReturn
gst_layout_compositor_aggregate_frames (GstVideoAggregator * vagg,
    GstBuffer * buffer)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (vagg);
  GstClockTime running_time =
      gst_segment_to_running_time (&GST_AGGREGATOR_PAD (GST_AGGREGATOR
          (vagg)->srcpad)->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  gint64 started = g_get_monotonic_time ();
  GstFlowReturn ret = draw (self, buffer, running_time);

  if (ret == GST_FLOW_ERROR)
    GST_ELEMENT_ERROR (self, RESOURCE, WRITE,
        ("The output frame cannot be written"), (NULL));
  if (ret != GST_FLOW_OK)
    return ret;

  g_mutex_lock (&self->lock);
  self->frames++;
  self->draw_time += (g_get_monotonic_time () - started) * GST_USECOND;
  self->painted = self->stage.painted;
  self->canvases = self->stage.ring.canvases->len;
  g_mutex_unlock (&self->lock);

  if (self->check_config) {
    self->check_config = FALSE;
    warn_later (self, stage_describe_clipping (&self->stage));
  }
  if (self->announce)
    announce (self, "layout-applied", running_time);
  else if (self->slots_changed)
    announce (self, "slots-changed", running_time);
  self->announce = FALSE;
  self->slots_changed = FALSE;

  return GST_FLOW_OK;
}

static GstFlowReturn
gst_layout_compositor_finish_buffer (GstAggregator * agg, GstBuffer * buffer)
{
  /* the base class holds no lock here, and the frame's neighbours on the bus
   * come in order with it */
  post_messages (GST_LAYOUT_COMPOSITOR (agg));

  return GST_AGGREGATOR_CLASS (parent_class)
      ->finish_buffer (agg, buffer);
}

/* Of the next frame, as far as it is known. */
static GstClockTime
next_position (const GstSegment * segment)
{
  GstClockTime begin = segment->rate < 0 ? segment->stop : segment->start;

  if (!GST_CLOCK_TIME_IS_VALID (segment->position))
    return begin;
  return segment->rate < 0 ? MIN (segment->position, begin) :
      MAX (segment->position, begin);
}

/* A pad that has ended is shown until its last frame is over. The base class
 * lets go of that before it asks for a frame; but not for a pad that repeats it
 * until all others have ended. */
static gboolean
has_ended (GstAggregatorPad * pad, GstClockTime running_time)
{
  const GstBuffer *last = gst_video_aggregator_pad_get_current_buffer
      (GST_VIDEO_AGGREGATOR_PAD (pad));
  gboolean repeats = FALSE;

  if (!gst_aggregator_pad_is_eos (pad))
    return FALSE;
  if (last == NULL)
    return TRUE;
  g_object_get (pad, "repeat-after-eos", &repeats, NULL);
  return repeats && (!GST_BUFFER_DURATION_IS_VALID (last) ||
      gst_segment_to_running_time (&pad->segment, GST_FORMAT_TIME,
          GST_BUFFER_PTS (last) + GST_BUFFER_DURATION (last)) <= running_time);
}

/* TRUE if someone was there and everyone has ended, or the application said
 * that it is the end. */
static gboolean
is_at_end (GstLayoutCompositor * self)
{
  const GstSegment *segment =
      &GST_AGGREGATOR_PAD (GST_AGGREGATOR (self)->srcpad)->segment;
  GstClockTime running_time = gst_segment_to_running_time (segment,
      GST_FORMAT_TIME, next_position (segment));
  gboolean ended;
  GList *l;

  g_mutex_lock (&self->lock);
  ended = self->told_to_end;
  g_mutex_unlock (&self->lock);
  if (ended)
    return TRUE;

  GST_OBJECT_LOCK (self);
  ended = GST_ELEMENT (self)->sinkpads != NULL;
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL && ended; l = l->next)
    ended = has_ended (l->data, running_time);
  GST_OBJECT_UNLOCK (self);

  return ended;
}

/* A pool that gives as many buffers as it likes can spare those of the ring. */
static gboolean
is_unbounded (GstBufferPool * pool)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint max = 0;

  gst_buffer_pool_config_get_params (config, NULL, NULL, NULL, &max);
  gst_structure_free (config);

  return max == 0;
}

/* The base class never ends a forced live canvas. It asks for a frame with its
 * lock held, once it knows what every pad shows. */
static GstFlowReturn
gst_layout_compositor_create_output_buffer (GstVideoAggregator * vagg,
    GstBuffer ** buffer)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (vagg);
  GstBufferPool *pool;

  if (gst_aggregator_get_force_live (GST_AGGREGATOR (vagg)) && is_at_end (self))
    return GST_FLOW_EOS;

  pool = gst_aggregator_get_buffer_pool (GST_AGGREGATOR (vagg));
  if (pool != NULL && is_unbounded (pool) &&
      gst_buffer_pool_set_active (pool, TRUE)) {
    /* filled when it is known which canvas can be shown */
    canvas_ring_set_pool (&self->stage.ring, pool);
    gst_object_unref (pool);
    *buffer = gst_buffer_new ();
    return GST_FLOW_OK;
  }
  gst_clear_object (&pool);

  return GST_VIDEO_AGGREGATOR_CLASS (parent_class)->create_output_buffer (vagg,
      buffer);
}

static GstFlowReturn
gst_layout_compositor_aggregate (GstAggregator * agg, gboolean timeout)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstSegment *segment = &GST_AGGREGATOR_PAD (agg->srcpad)->segment;
  GstFlowReturn ret;

  /* When its last pad is released the base class starts again from 0. The
   * canvas goes on where it was; what time it is must be waited for anew. */
  if (segment->rate > 0 && GST_CLOCK_TIME_IS_VALID (self->position) &&
      (!GST_CLOCK_TIME_IS_VALID (segment->position) ||
          segment->position < self->position)) {
    GST_DEBUG_OBJECT (self, "going on at %" GST_TIME_FORMAT,
        GST_TIME_ARGS (self->position));
    segment->position = self->position;
    return GST_AGGREGATOR_FLOW_NEED_DATA;
  }

  if (activate_config (self, gst_segment_to_running_time (segment,
              GST_FORMAT_TIME, next_position (segment)))) {
    gst_pad_mark_reconfigure (agg->srcpad);
    return GST_AGGREGATOR_FLOW_NEED_DATA;
  }

  ret = GST_AGGREGATOR_CLASS (parent_class)->aggregate (agg, timeout);
  /* a frame was pushed or dropped; anything else may be the reset */
  if (ret == GST_FLOW_OK && GST_CLOCK_TIME_IS_VALID (segment->position) &&
      (!GST_CLOCK_TIME_IS_VALID (self->position) ||
          segment->position > self->position))
    self->position = segment->position;

  return ret;
}

/* Negotiation */

/* The canvas does not take its format from an input, and is bt709 unless the
 * caps say otherwise. (Fixed caps are never fixated: here is the place.) */
static GstCaps *
gst_layout_compositor_update_caps (GstVideoAggregator * vagg, GstCaps * caps)
{
  guint i;

  caps = gst_caps_copy (caps);
  for (i = 0; i < gst_caps_get_size (caps); i++) {
    GstStructure *s = gst_caps_get_structure (caps, i);

    if (!gst_structure_has_field (s, "colorimetry"))
      gst_structure_set (s, "colorimetry", G_TYPE_STRING,
          GST_VIDEO_COLORIMETRY_BT709, NULL);
  }

  return caps;
}

static GstCaps *
gst_layout_compositor_fixate_src_caps (GstAggregator * agg, GstCaps * caps)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstPublishVideoParams video;
  GstStructure *s;

  stage_get_wanted_canvas (&self->stage, &video);

  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  s = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_nearest_int (s, "width", video.width);
  gst_structure_fixate_field_nearest_int (s, "height", video.height);
  gst_structure_fixate_field_nearest_fraction (s, "framerate", video.fps, 1);
  gst_structure_fixate_field_string (s, "colorimetry",
      GST_VIDEO_COLORIMETRY_BT709);

  return gst_caps_fixate (caps);
}

static gboolean
gst_layout_compositor_negotiated_src_caps (GstAggregator * agg, GstCaps * caps)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstVideoInfo info;

  /* not the base class's info: releasing the last pad resets that, at any
   * moment and in another thread */
  if (!gst_video_info_from_caps (&info, caps) ||
      !GST_AGGREGATOR_CLASS (parent_class)->negotiated_src_caps (agg, caps))
    return FALSE;

  if (stage_set_canvas (&self->stage, &info))
    self->check_config = self->stage.config != NULL;

  g_mutex_lock (&self->lock);
  self->canvas_width = info.width;
  self->canvas_height = info.height;
  g_mutex_unlock (&self->lock);

  return TRUE;
}

/* The base class sizes the pool by its info, which may be reset meanwhile (see
 * above): a pool of empty buffers is an error. The caps do not change. */
static gboolean
gst_layout_compositor_decide_allocation (GstAggregator * agg, GstQuery * query)
{
  GstAllocationParams params = { 0, 31, 0, 0 };
  GstAllocator *allocator = NULL;
  GstBufferPool *pool = NULL;
  GstStructure *config;
  GstVideoInfo info;
  GstCaps *caps;
  guint size = 0, min = 0, max = 0;
  gboolean update, ok;

  gst_query_parse_allocation (query, &caps, NULL);
  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return FALSE;

  if (gst_query_get_n_allocation_params (query) > 0) {
    gst_query_parse_nth_allocation_param (query, 0, &allocator, &params);
    params.align = MAX (params.align, 31);
    gst_query_set_nth_allocation_param (query, 0, allocator, &params);
  } else {
    gst_query_add_allocation_param (query, NULL, &params);
  }

  update = gst_query_get_n_allocation_pools (query) > 0;
  if (update)
    gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  size = MAX (size, (guint) info.size);

  do {
    gboolean own = pool == NULL;

    if (own)
      pool = gst_video_buffer_pool_new ();
    config = gst_buffer_pool_get_config (pool);
    gst_buffer_pool_config_set_params (config, caps, size, min, max);
    gst_buffer_pool_config_set_allocator (config, allocator, &params);
    if (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL))
      gst_buffer_pool_config_add_option (config,
          GST_BUFFER_POOL_OPTION_VIDEO_META);
    ok = gst_buffer_pool_set_config (pool, config);
    /* a pool of downstream's that will not: one of our own */
    if (!ok)
      gst_clear_object (&pool);
    if (own)
      break;
  } while (!ok);

  if (ok && update)
    gst_query_set_nth_allocation_pool (query, 0, pool, size, min, max);
  else if (ok)
    gst_query_add_allocation_pool (query, pool, size, min, max);
  gst_clear_object (&pool);
  gst_clear_object (&allocator);

  return ok;
}

/* Any raw video can be drawn on any canvas. */
static gboolean
gst_layout_compositor_sink_query (GstAggregator * agg, GstAggregatorPad * pad,
    GstQuery * query)
{
  GstCaps *template_caps, *caps, *filter;

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      gst_query_parse_caps (query, &filter);
      caps = gst_pad_get_pad_template_caps (GST_PAD (pad));
      if (filter != NULL) {
        /* our order: what is drawn as it comes is best */
        GstCaps *common = gst_caps_intersect_full (caps, filter,
            GST_CAPS_INTERSECT_FIRST);

        gst_caps_unref (caps);
        caps = common;
      }
      gst_query_set_caps_result (query, caps);
      gst_caps_unref (caps);
      return TRUE;
    case GST_QUERY_ACCEPT_CAPS:
      gst_query_parse_accept_caps (query, &caps);
      template_caps = gst_pad_get_pad_template_caps (GST_PAD (pad));
      gst_query_set_accept_caps_result (query, gst_caps_is_subset (caps,
              template_caps));
      gst_caps_unref (template_caps);
      return TRUE;
    default:
      return GST_AGGREGATOR_CLASS (parent_class)
          ->sink_query (agg, pad, query);
  }
}

static gboolean
gst_layout_compositor_sink_event (GstAggregator * agg, GstAggregatorPad * pad,
    GstEvent * event)
{
  gboolean hurry = GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START;
  gboolean ret;

  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    GST_LAYOUT_COMPOSITOR_PAD (pad)->orientation =
        GST_VIDEO_ORIENTATION_IDENTITY;
    forget_seen (GST_LAYOUT_COMPOSITOR_PAD (pad));
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
    GstTagList *tags;
    GstVideoOrientationMethod method;

    gst_event_parse_tag (event, &tags);
    if (gst_video_orientation_from_tag (tags, &method))
      GST_LAYOUT_COMPOSITOR_PAD (pad)->orientation = method;
  }

  if (hurry)
    gst_layout_compositor_hurry (GST_LAYOUT_COMPOSITOR (agg), TRUE);
  ret = GST_AGGREGATOR_CLASS (parent_class)->sink_event (agg, pad, event);
  if (hurry)
    gst_layout_compositor_hurry (GST_LAYOUT_COMPOSITOR (agg), FALSE);

  return ret;
}

static gboolean
gst_layout_compositor_src_event (GstAggregator * agg, GstEvent * event)
{
  GstSeekFlags flags = GST_SEEK_FLAG_NONE;
  gboolean hurry, ret;

  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK)
    gst_event_parse_seek (event, NULL, NULL, &flags, NULL, NULL, NULL, NULL);
  hurry = (flags & GST_SEEK_FLAG_FLUSH) != 0;

  if (hurry)
    gst_layout_compositor_hurry (GST_LAYOUT_COMPOSITOR (agg), TRUE);
  ret = GST_AGGREGATOR_CLASS (parent_class)->src_event (agg, event);
  if (hurry)
    gst_layout_compositor_hurry (GST_LAYOUT_COMPOSITOR (agg), FALSE);

  return ret;
}

/* Life */

/* Running time may begin again: nothing that was noted by it holds. */
static GstFlowReturn
gst_layout_compositor_flush (GstAggregator * agg)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GList *l;

  self->position = GST_CLOCK_TIME_NONE;
  motion_clear (self->stage.motion);
  GST_OBJECT_LOCK (self);
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL; l = l->next)
    forget_seen (l->data);
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->lock);
  self->queue.now = 0;
  self->slots.speaker.is_challenged = FALSE;
  self->slots.speaker.since = 0;
  g_mutex_unlock (&self->lock);

  return GST_AGGREGATOR_CLASS (parent_class)->flush (agg);
}

static gboolean
gst_layout_compositor_start (GstAggregator * agg)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);

  GstTaskPool *pool =
      gst_video_aggregator_get_execution_task_pool (GST_VIDEO_AGGREGATOR (agg));

  self->position = GST_CLOCK_TIME_NONE;
  g_mutex_lock (&self->lock);
  self->told_to_end = FALSE;
  g_mutex_unlock (&self->lock);
  stage_set_crew (&self->stage, pool, MIN (g_get_num_processors (), MAX_HANDS));
  gst_object_unref (pool);
  /* the canvas is negotiated before the first frame is asked for */
  activate_config (self, 0);

  return GST_AGGREGATOR_CLASS (parent_class)->start (agg);
}

static gboolean
gst_layout_compositor_stop (GstAggregator * agg)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GList *l;

  GST_OBJECT_LOCK (self);
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL; l = l->next) {
    GstLayoutCompositorPad *pad = l->data;

    picture_clear (&pad->picture);
    forget_seen (pad);
    pad->orientation = GST_VIDEO_ORIENTATION_IDENTITY;
  }
  GST_OBJECT_UNLOCK (self);

  stage_stop (&self->stage);
  stage_set_crew (&self->stage, NULL, 0);
  canvas_ring_clear (&self->stage.ring);

  g_mutex_lock (&self->lock);
  slots_clear (&self->slots);
  self->queue.now = 0;
  g_mutex_unlock (&self->lock);
  g_queue_clear_full (&self->messages, (GDestroyNotify) gst_message_unref);
  self->slots_changed = FALSE;
  /* a config that was shown is announced again when it is shown again */
  self->announce = self->stage.config != NULL;
  self->check_config = self->announce;

  return GST_AGGREGATOR_CLASS (parent_class)->stop (agg);
}

/* The base class numbers and makes the pad; this is when it arrives. */
static GstAggregatorPad *
gst_layout_compositor_create_new_pad (GstAggregator *
    agg, GstPadTemplate * templ, const gchar * name, const GstCaps * caps)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstAggregatorPad *pad =
      GST_AGGREGATOR_CLASS (parent_class)->create_new_pad
      (agg, templ, name, caps);

  if (pad != NULL) {
    g_mutex_lock (&self->lock);
    GST_LAYOUT_COMPOSITOR_PAD (pad)->arrival = ++self->arrivals;
    g_mutex_unlock (&self->lock);
  }

  return pad;
}

void
gst_layout_compositor_stream_class_init (GstLayoutCompositorClass * klass)
{
  GstAggregatorClass *agg_class = GST_AGGREGATOR_CLASS (klass);
  GstVideoAggregatorClass *vagg_class = GST_VIDEO_AGGREGATOR_CLASS (klass);

  parent_class = g_type_class_peek_parent (klass);

  agg_class->start = gst_layout_compositor_start;
  agg_class->stop = gst_layout_compositor_stop;
  agg_class->flush = gst_layout_compositor_flush;
  agg_class->create_new_pad = gst_layout_compositor_create_new_pad;
  agg_class->sink_query = gst_layout_compositor_sink_query;
  agg_class->sink_event = gst_layout_compositor_sink_event;
  agg_class->src_event = gst_layout_compositor_src_event;
  agg_class->fixate_src_caps = gst_layout_compositor_fixate_src_caps;
  agg_class->negotiated_src_caps = gst_layout_compositor_negotiated_src_caps;
  agg_class->decide_allocation = gst_layout_compositor_decide_allocation;
  agg_class->aggregate = gst_layout_compositor_aggregate;
  agg_class->finish_buffer = gst_layout_compositor_finish_buffer;

  vagg_class->update_caps = gst_layout_compositor_update_caps;
  vagg_class->create_output_buffer = gst_layout_compositor_create_output_buffer;
  vagg_class->aggregate_frames = gst_layout_compositor_aggregate_frames;
}
