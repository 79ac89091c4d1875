/* gstlayoutcompositor.c: composes participants by a mixing config
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The element is thin: it decides which config is due, who is in which slot,
 * and hands the pictures to the scene, which draws. Configs live in
 * configqueue.c, drawing in scene.c and below.
 *
 * Locks: only self->lock is ours. It is taken with the base class's locks
 * held and never the other way round; no signal is emitted, no message posted
 * and no pad called while it is held. Messages that come up while a frame is
 * drawn (the base class's lock is held then) wait in self->messages until the
 * frame is pushed.
 */

/**
 * SECTION:element-layoutcompositor
 * @title: layoutcompositor
 *
 * layoutcompositor draws the pictures of many participants on one canvas, as
 * a mixing config says: which rectangle shows whom, over what background, how
 * a picture of another shape is put in.
 *
 * Every sink pad carries one stream of one user: #GstLayoutCompositorPad:user-id,
 * #GstLayoutCompositorPad:room-id, #GstLayoutCompositorPad:stream-type. A
 * layout with a fixed user shows that user and no one else; the others are
 * filled by the rest in order of arrival. Who has a slot keeps it; a freed
 * slot goes to the first who waits.
 *
 * The config is JSON, a mixing object or a whole job, given as
 * #GstLayoutCompositor:mixing-config or, from a launch line,
 * #GstLayoutCompositor:mixing-config-location. It may be changed at any time:
 * one frame shows the old config whole, the next the new one whole. A config
 * that cannot be accepted leaves the running one as it is. Without any config
 * the participants stand in a grid.
 *
 * The canvas is as large and as fast as downstream's caps say, else as the
 * encoder of the job, else 1280x720 at 15 frames a second. It is I420 or NV12,
 * and bt709 unless the caps say otherwise. Inputs may have any raw format,
 * size, rate, pixel aspect ratio and rotation tag, each pad its own, and may
 * change them; those with alpha are blended.
 *
 * ## Example launch lines
 *
 * |[
 * gst-launch-1.0 layoutcompositor name=mix sink_0::user-id=jerry sink_1::user-id=mike ! video/x-raw,width=640,height=360 ! videoconvert ! autovideosink videotestsrc pattern=ball ! mix.sink_0 videotestsrc pattern=smpte ! mix.sink_1
 * ]| Two participants in a grid.
 * |[
 * gst-launch-1.0 layoutcompositor name=mix force-live=true mixing-config-location=case-1-four-users.json sink_0::user-id=jerry sink_0::room-id=1234 ! videoconvert ! autovideosink videotestsrc is-live=true pattern=ball ! queue ! mix.sink_0
 * ]| A live canvas that flows whether anyone sends or not.
 *
 * ## Messages
 *
 * On the first frame that is drawn with a config the element posts an element
 * message `layout-applied` with the fields
 *
 * * `serial` (#guint): counted from 1 for every config that was accepted
 * * `running-time` (#guint64, nanoseconds): of that frame
 * * `slots` (#GstValueArray of #GstStructure): for each layout `layout`
 *   (#gint, its index) and, if a user is in it, `user-id`, `room-id`,
 *   `stream-type` and `pad`
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstlayoutcompositor.h"

#include <string.h>

#include "configqueue.h"
#include "gstlayoutcompositorpad.h"
#include "scene.h"

GST_DEBUG_CATEGORY_STATIC (layout_compositor_debug);
#define GST_CAT_DEFAULT layout_compositor_debug

#define DEFAULT_SLOT_POLICY GST_PUBLISH_SLOT_POLICY_JOIN_ORDER

/* A stream that may fill a slot, for the time of one frame. */
typedef struct
{
  GstLayoutCompositorPad *pad;
  PadIdentity identity;
} Member;

/* What is shown now, as stats and layout-applied tell it. */
typedef struct
{
  guint n_slots;
  guint64 arrival[GST_PUBLISH_MAX_LAYOUTS];     /* 0: nobody */
  PadIdentity identity[GST_PUBLISH_MAX_LAYOUTS];
  gchar *pad[GST_PUBLISH_MAX_LAYOUTS];
} Seating;

struct _GstLayoutCompositor
{
  GstVideoAggregator parent;

  GMutex lock;

  /* lock */
  GstPublishSlotPolicy slot_policy;
  gchar *mixing_config;         /* text of the last accepted config */
  gchar *mixing_config_location;
  GError *bad_config;           /* refused while in NULL */
  ConfigQueue queue;            /* accepted, waiting for their time */
  guint64 arrivals;             /* pads requested so far */
  Seating seating;
  guint64 frames;               /* drawn */
  guint64 draw_time;            /* ns of all of them */
  guint active_serial;
  gint canvas_width, canvas_height;

  /* streaming thread of the source pad */
  AcceptedConfig *active;       /* NULL: none, a grid */
  gboolean announce;            /* layout-applied is due */
  gboolean check_canvas;        /* layouts off the canvas to be warned of */
  GstClockTime position;        /* of the next frame, NONE before the first */
  GQueue messages;              /* to be posted when the frame is pushed */
  Canvas canvas;
  Scene scene;
  gboolean remake;              /* the scene is of another config or canvas */
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  guint n_layouts;
  guint template_users;         /* that layouts were made for */
};

enum
{
  PROP_MIXING_CONFIG = 1,
  PROP_MIXING_CONFIG_LOCATION,
  PROP_SLOT_POLICY,
  PROP_FORCE_LIVE,
  PROP_STATS,
  N_PROPS
};

enum
{
  SIGNAL_APPLY_CONFIG,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

#define SINK_FORMATS "{ I420, NV12, A420, RGBA, BGRA, ARGB, ABGR, AYUV }"

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (SINK_FORMATS) ";"
        GST_VIDEO_CAPS_MAKE (GST_VIDEO_FORMATS_ALL)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, format = (string) { I420, NV12 }, "
        "width = (int) [ 2, 8192 ], height = (int) [ 2, 8192 ], "
        "framerate = (fraction) [ 1/100, 240/1 ], "
        "pixel-aspect-ratio = (fraction) 1/1, "
        "interlace-mode = (string) progressive"));

static void gst_layout_compositor_child_proxy_init (gpointer iface,
    gpointer data);

G_DEFINE_TYPE_WITH_CODE (GstLayoutCompositor, gst_layout_compositor,
    GST_TYPE_VIDEO_AGGREGATOR,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
        gst_layout_compositor_child_proxy_init));

GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (layoutcompositor, "layoutcompositor",
    GST_RANK_NONE, GST_TYPE_LAYOUT_COMPOSITOR,
    GST_DEBUG_CATEGORY_INIT (layout_compositor_debug, "layoutcompositor", 0,
        "layoutcompositor element"));

/* Configs */

/* Returns what is wrong with @json, or NULL if it was accepted. */
static GError *
accept_config (GstLayoutCompositor * self, const gchar * json)
{
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  if (config_queue_push (&self->queue, json, &error)) {
    g_free (self->mixing_config);
    self->mixing_config = g_strdup (json);
    g_clear_error (&self->bad_config);
  }
  g_mutex_unlock (&self->lock);

  return error;
}

/* A config that came as a property: there is nobody to return an error to. */
static void
set_config (GstLayoutCompositor * self, const gchar * json, GError * error)
{
  if (error == NULL)
    error = accept_config (self, json);
  if (error == NULL)
    return;

  if (GST_STATE (self) > GST_STATE_NULL) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", error->message),
        ("the running config stays"));
    g_error_free (error);
    return;
  }

  g_mutex_lock (&self->lock);
  g_clear_error (&self->bad_config);
  self->bad_config = error;
  g_mutex_unlock (&self->lock);
}

static void
set_config_location (GstLayoutCompositor * self, const gchar * location)
{
  gchar *json = NULL;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  g_free (self->mixing_config_location);
  self->mixing_config_location = g_strdup (location);
  g_mutex_unlock (&self->lock);

  if (location == NULL || *location == '\0')
    return;
  config_load_file (location, &json, &error);
  set_config (self, json, error);
  g_free (json);
}

static gchar *
gst_layout_compositor_apply_config (GstLayoutCompositor * self,
    const gchar * json)
{
  GError *error;
  gchar *message = NULL;

  if (json == NULL)
    return g_strdup ("no config");

  error = accept_config (self, json);
  if (error != NULL) {
    message = g_strdup (error->message);
    g_error_free (error);
  }

  return message;
}

/* The size and rate that the active config asks for. */
static void
preferred_canvas (GstLayoutCompositor * self, GstPublishVideoParams * video)
{
  *video = (GstPublishVideoParams) {
  GST_PUBLISH_DEFAULT_WIDTH, GST_PUBLISH_DEFAULT_HEIGHT,
        GST_PUBLISH_DEFAULT_FPS, 0, 0};
  if (self->active != NULL)
    config_get_canvas (self->active->job, video);
}

/* Makes the newest config that is due at @running_time the active one.
 * Returns TRUE if it asks for another canvas. */
static gboolean
activate_config (GstLayoutCompositor * self, GstClockTime running_time)
{
  GstPublishVideoParams before, after;
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
  preferred_canvas (self, &before);
  g_clear_pointer (&self->active, accepted_config_free);
  self->active = due;
  self->announce = TRUE;
  self->check_canvas = TRUE;
  self->remake = TRUE;
  preferred_canvas (self, &after);

  return before.width != after.width || before.height != after.height ||
      before.fps != after.fps;
}

/* Messages */

/* Takes @message; it is posted once the base class has let go its lock. */
static void
post_later (GstLayoutCompositor * self, GstMessage * message)
{
  g_queue_push_tail (&self->messages, message);
}

static void
warn_later (GstLayoutCompositor * self, GQuark domain, gint code,
    gchar * text)
{
  GError *error = g_error_new_literal (domain, code, text);

  GST_WARNING_OBJECT (self, "%s", text);
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

/* Seating */

static void
seating_clear (Seating * seating)
{
  guint i;

  for (i = 0; i < seating->n_slots; i++) {
    if (seating->arrival[i] != 0)
      pad_identity_clear (&seating->identity[i]);
    g_clear_pointer (&seating->pad[i], g_free);
    seating->arrival[i] = 0;
  }
  seating->n_slots = 0;
}

static void
seating_to_value (const Seating * seating, GValue * slots)
{
  guint i;

  g_value_init (slots, GST_TYPE_ARRAY);
  for (i = 0; i < seating->n_slots; i++) {
    GstStructure *s = gst_structure_new ("slot", "layout", G_TYPE_INT, (gint) i,
        NULL);
    GValue value = G_VALUE_INIT;

    if (seating->arrival[i] != 0) {
      const PadIdentity *who = &seating->identity[i];

      gst_structure_set (s, "user-id", G_TYPE_STRING, who->user_id,
          "room-id", G_TYPE_STRING, who->room_id,
          "stream-type", GST_TYPE_PUBLISH_STREAM_TYPE, who->stream_type,
          "pad", G_TYPE_STRING, seating->pad[i], NULL);
    }
    g_value_init (&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&value, s);
    gst_value_array_append_and_take_value (slots, &value);
  }
}

static void
member_clear (gpointer data)
{
  Member *member = data;

  pad_identity_clear (&member->identity);
  gst_object_unref (member->pad);
}

/* Everyone who is there: pads that have not ended. */
static GArray *
list_members (GstLayoutCompositor * self)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (Member));
  GList *l;
  guint i = 0;

  g_array_set_clear_func (members, member_clear);

  GST_OBJECT_LOCK (self);
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL; l = l->next) {
    Member member = { gst_object_ref (l->data), };

    g_array_append_val (members, member);
  }
  GST_OBJECT_UNLOCK (self);

  while (i < members->len) {
    Member *member = &g_array_index (members, Member, i);

    if (gst_aggregator_pad_is_eos (GST_AGGREGATOR_PAD (member->pad)) &&
        !gst_video_aggregator_pad_has_current_buffer (GST_VIDEO_AGGREGATOR_PAD
            (member->pad))) {
      picture_clear (&member->pad->picture);
      g_array_remove_index_fast (members, i);
      continue;
    }
    gst_layout_compositor_pad_get_identity (member->pad, &member->identity);
    i++;
  }

  return members;
}

/* The layouts of the active config, or of its template for who is there. */
static void
update_layouts (GstLayoutCompositor * self, const GArray * members)
{
  GstPublishMixingConfig *mixing = self->active != NULL ?
      gst_publish_job_get_mixing (self->active->job) : NULL;
  GstPublishTemplate rule = mixing != NULL ?
      gst_publish_mixing_config_get_template (mixing) :
      GST_PUBLISH_TEMPLATE_GRID;
  guint users = 0;
  guint i;

  if (rule == GST_PUBLISH_TEMPLATE_NONE) {
    if (self->remake) {
      const GstPublishLayout *layouts =
          gst_publish_mixing_config_get_layouts (mixing, &self->n_layouts);

      /* borrowed strings: the active config lives as long as they are used */
      if (self->n_layouts > 0)
        memcpy (self->layouts, layouts,
            self->n_layouts * sizeof (GstPublishLayout));
    }
    return;
  }

  for (i = 0; i < members->len; i++)
    users += g_array_index (members, Member, i).identity.stream_type !=
        GST_PUBLISH_STREAM_TYPE_SUB;
  if (!self->remake && users == self->template_users)
    return;

  self->template_users = users;
  self->n_layouts = gst_publish_template_make_layouts (rule,
      self->canvas.width, self->canvas.height, users, self->layouts);
  self->remake = TRUE;
}

static void
assign_slots (GstLayoutCompositor * self, const GArray * members,
    gint slots[GST_PUBLISH_MAX_LAYOUTS])
{
  GstPublishSlotUser *users = g_new0 (GstPublishSlotUser, members->len + 1);
  gint previous[GST_PUBLISH_MAX_LAYOUTS];
  gboolean changed;
  guint i, k;

  for (i = 0; i < self->n_layouts; i++)
    previous[i] = -1;
  for (k = 0; k < members->len; k++) {
    const Member *member = &g_array_index (members, Member, k);

    users[k].user_id = member->identity.user_id;
    users[k].room_id = member->identity.room_id;
    users[k].stream_type = member->identity.stream_type;
    users[k].arrival = member->pad->arrival;
    for (i = 0; i < MIN (self->n_layouts, self->seating.n_slots); i++)
      if (self->seating.arrival[i] == member->pad->arrival)
        previous[i] = (gint) k;
  }

  gst_publish_slots_assign (self->slot_policy, users, members->len,
      self->layouts, self->n_layouts, previous, slots);
  g_free (users);

  changed = self->seating.n_slots != self->n_layouts;
  for (i = 0; i < self->n_layouts && !changed; i++) {
    const Member *member = slots[i] >= 0 ?
        &g_array_index (members, Member, slots[i]) : NULL;

    /* interned by reference: another string is another identity */
    changed = self->seating.arrival[i] !=
        (member != NULL ? member->pad->arrival : 0) || (member != NULL &&
        (self->seating.identity[i].user_id != member->identity.user_id ||
            self->seating.identity[i].room_id != member->identity.room_id ||
            self->seating.identity[i].stream_type !=
            member->identity.stream_type));
  }
  if (!changed)
    return;

  seating_clear (&self->seating);
  self->seating.n_slots = self->n_layouts;
  for (i = 0; i < self->n_layouts; i++) {
    const Member *member;

    if (slots[i] < 0)
      continue;
    member = &g_array_index (members, Member, slots[i]);
    self->seating.arrival[i] = member->pad->arrival;
    self->seating.identity[i].user_id =
        g_ref_string_acquire (member->identity.user_id);
    self->seating.identity[i].room_id =
        g_ref_string_acquire (member->identity.room_id);
    self->seating.identity[i].stream_type = member->identity.stream_type;
    self->seating.pad[i] = gst_object_get_name (GST_OBJECT (member->pad));
  }
}

/* Drawing */

/* Brings the pad's picture up to date; a GAP, or a frame that cannot be read,
 * leaves the last one. */
static void
update_picture (GstLayoutCompositor * self, GstLayoutCompositorPad * pad)
{
  GstVideoAggregatorPad *vpad = GST_VIDEO_AGGREGATOR_PAD (pad);
  GstBuffer *buffer = gst_video_aggregator_pad_get_current_buffer (vpad);
  GError *error = NULL;

  if (buffer == NULL || (gst_buffer_get_size (buffer) == 0 &&
          GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)))
    return;

  if (picture_set (&pad->picture, buffer, &vpad->info, pad->orientation,
          &GST_VIDEO_AGGREGATOR (self)->info, &error)) {
    g_clear_pointer (&pad->warned, g_free);
    return;
  }

  /* once, not for every frame */
  if (g_strcmp0 (pad->warned, error->message) != 0) {
    g_free (pad->warned);
    pad->warned = g_strdup (error->message);
    warn_later (self, error->domain, error->code,
        g_strdup_printf ("%s:%s: %s", GST_DEBUG_PAD_NAME (pad),
            error->message));
  }
  g_error_free (error);
}

static void
warn_of_layouts_off_canvas (GstLayoutCompositor * self)
{
  const Rect canvas = { 0, 0, self->canvas.width, self->canvas.height };
  GString *text = NULL;
  guint i;

  for (i = 0; i < self->n_layouts; i++) {
    const GstPublishLayout *l = &self->layouts[i];
    const Rect rect = { l->x, l->y, l->x + l->width, l->y + l->height };
    Rect inside = rect_intersect (&rect, &canvas);

    if (rect_contains (&canvas, &rect))
      continue;
    if (text == NULL)
      text = g_string_new (NULL);
    else
      g_string_append_c (text, '\n');
    g_string_append_printf (text, "mixing.videoLayoutList[%u] (%dx%d at %d,%d) "
        "lies %s the %dx%d canvas%s", i, l->width, l->height, l->x, l->y,
        rect_is_empty (&inside) ? "wholly off" : "partly off",
        canvas.x1, canvas.y1,
        rect_is_empty (&inside) ? "" : " and is clipped");
  }
  if (text != NULL)
    warn_later (self, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        g_string_free (text, FALSE));
}

static void
announce_config (GstLayoutCompositor * self, GstClockTime running_time)
{
  GstStructure *s = gst_structure_new ("layout-applied",
      "serial", G_TYPE_UINT, self->active->serial,
      "running-time", G_TYPE_UINT64, running_time, NULL);
  GValue slots = G_VALUE_INIT;

  seating_to_value (&self->seating, &slots);
  gst_structure_take_value (s, "slots", &slots);
  post_later (self, gst_message_new_element (GST_OBJECT (self), s));
}

static void
draw (GstLayoutCompositor * self, GstVideoFrame * frame)
{
  Picture *pictures[GST_PUBLISH_MAX_LAYOUTS];
  gint slots[GST_PUBLISH_MAX_LAYOUTS];
  GArray *members = list_members (self);
  guint i;

  update_layouts (self, members);

  g_mutex_lock (&self->lock);
  assign_slots (self, members, slots);
  g_mutex_unlock (&self->lock);

  for (i = 0; i < self->n_layouts; i++) {
    pictures[i] = NULL;
    if (slots[i] >= 0) {
      GstLayoutCompositorPad *pad =
          g_array_index (members, Member, slots[i]).pad;

      update_picture (self, pad);
      pictures[i] = &pad->picture;
    }
  }

  if (self->remake || !scene_fits (&self->scene, pictures, self->n_layouts)) {
    guint32 background = self->active != NULL ?
        gst_publish_mixing_config_get_background_color
        (gst_publish_job_get_mixing (self->active->job)) : 0xff000000;

    scene_make (&self->scene, &self->canvas, background, self->layouts,
        pictures, self->n_layouts);
    self->remake = FALSE;
  }

  canvas_set_frame (&self->canvas, frame);
  scene_paint (&self->scene, &self->canvas);
  g_array_unref (members);
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
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, &vagg->info, buffer, GST_MAP_WRITE)) {
    GST_ELEMENT_ERROR (self, RESOURCE, WRITE,
        ("The output frame cannot be written"), (NULL));
    return GST_FLOW_ERROR;
  }
  draw (self, &frame);
  gst_video_frame_unmap (&frame);

  g_mutex_lock (&self->lock);
  self->frames++;
  self->draw_time += (g_get_monotonic_time () - started) * GST_USECOND;
  g_mutex_unlock (&self->lock);

  if (self->check_canvas) {
    self->check_canvas = FALSE;
    warn_of_layouts_off_canvas (self);
  }
  if (self->announce) {
    self->announce = FALSE;
    announce_config (self, running_time);
  }

  return GST_FLOW_OK;
}

static GstFlowReturn
gst_layout_compositor_finish_buffer (GstAggregator * agg, GstBuffer * buffer)
{
  /* the base class holds no lock here, and the frame's neighbours on the bus
   * come in order with it */
  post_messages (GST_LAYOUT_COMPOSITOR (agg));

  return GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)
      ->finish_buffer (agg, buffer);
}

/* TRUE if someone was there and everyone has ended. */
static gboolean
all_ended (GstLayoutCompositor * self)
{
  gboolean ended;
  GList *l;

  GST_OBJECT_LOCK (self);
  ended = GST_ELEMENT (self)->sinkpads != NULL;
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL && ended; l = l->next)
    ended = gst_aggregator_pad_is_eos (l->data);
  GST_OBJECT_UNLOCK (self);

  return ended;
}

static GstFlowReturn
gst_layout_compositor_aggregate (GstAggregator * agg, gboolean timeout)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstSegment *segment = &GST_AGGREGATOR_PAD (agg->srcpad)->segment;
  GstClockTime position;
  GstFlowReturn ret;

  /* When its last pad is released the base class starts again from 0. The
   * canvas goes on where it was; what time it is must be waited for anew. */
  if (GST_CLOCK_TIME_IS_VALID (self->position) &&
      (!GST_CLOCK_TIME_IS_VALID (segment->position) ||
          segment->position < self->position)) {
    GST_DEBUG_OBJECT (self, "going on at %" GST_TIME_FORMAT,
        GST_TIME_ARGS (self->position));
    segment->position = self->position;
    return GST_AGGREGATOR_FLOW_NEED_DATA;
  }

  /* The base class never ends a forced live canvas. */
  if (gst_aggregator_get_force_live (agg) && all_ended (self))
    return GST_FLOW_EOS;

  position = GST_CLOCK_TIME_IS_VALID (segment->position) ?
      MAX (segment->position, segment->start) : segment->start;
  if (activate_config (self, gst_segment_to_running_time (segment,
              GST_FORMAT_TIME, position))) {
    gst_pad_mark_reconfigure (agg->srcpad);
    return GST_AGGREGATOR_FLOW_NEED_DATA;
  }

  ret = GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)->aggregate
      (agg, timeout);
  self->position = segment->position;

  return ret;
}

/* Negotiation */

static GstCaps *
gst_layout_compositor_update_caps (GstVideoAggregator * vagg, GstCaps * caps)
{
  /* the canvas does not take its format from an input */
  return gst_caps_ref (caps);
}

static GstCaps *
gst_layout_compositor_fixate_src_caps (GstAggregator * agg, GstCaps * caps)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstPublishVideoParams video;
  GstStructure *s;

  preferred_canvas (self, &video);

  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  s = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_nearest_int (s, "width", video.width);
  gst_structure_fixate_field_nearest_int (s, "height", video.height);
  gst_structure_fixate_field_nearest_fraction (s, "framerate", video.fps, 1);
  if (gst_structure_has_field (s, "colorimetry"))
    gst_structure_fixate_field_string (s, "colorimetry",
        GST_VIDEO_COLORIMETRY_BT709);
  else
    gst_structure_set (s, "colorimetry", G_TYPE_STRING,
        GST_VIDEO_COLORIMETRY_BT709, NULL);

  return gst_caps_fixate (caps);
}

/* The base class refuses inputs with alpha on a canvas without: it is shown
 * opaque ones while it looks. */
static void
disguise_alpha (GstLayoutCompositor * self, GHashTable * disguised)
{
  const GstVideoFormatInfo *opaque =
      gst_video_format_get_info (GST_VIDEO_FORMAT_I420);
  GList *l;

  GST_OBJECT_LOCK (self);
  for (l = GST_ELEMENT (self)->sinkpads; l != NULL; l = l->next) {
    GstVideoInfo *info = &GST_VIDEO_AGGREGATOR_PAD (l->data)->info;

    if (info->finfo != NULL && GST_VIDEO_INFO_HAS_ALPHA (info)) {
      g_hash_table_insert (disguised, gst_object_ref (l->data),
          (gpointer) info->finfo);
      info->finfo = opaque;
    }
  }
  GST_OBJECT_UNLOCK (self);
}

static void
undisguise_alpha (GstLayoutCompositor * self, GHashTable * disguised)
{
  const GstVideoFormatInfo *opaque =
      gst_video_format_get_info (GST_VIDEO_FORMAT_I420);
  GHashTableIter iter;
  gpointer pad, finfo;

  GST_OBJECT_LOCK (self);
  g_hash_table_iter_init (&iter, disguised);
  while (g_hash_table_iter_next (&iter, &pad, &finfo)) {
    GstVideoInfo *info = &GST_VIDEO_AGGREGATOR_PAD (pad)->info;

    if (info->finfo == opaque)
      info->finfo = finfo;
  }
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_layout_compositor_negotiated_src_caps (GstAggregator * agg, GstCaps * caps)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GHashTable *disguised = g_hash_table_new_full (NULL, NULL, gst_object_unref,
      NULL);
  gboolean ret;

  disguise_alpha (self, disguised);
  ret = GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)
      ->negotiated_src_caps (agg, caps);
  undisguise_alpha (self, disguised);
  g_hash_table_unref (disguised);

  if (ret) {
    const GstVideoInfo *info = &GST_VIDEO_AGGREGATOR (self)->info;

    if (info->width != self->canvas.width ||
        info->height != self->canvas.height)
      self->check_canvas = self->active != NULL;
    canvas_set_info (&self->canvas, info);
    self->remake = TRUE;

    g_mutex_lock (&self->lock);
    self->canvas_width = info->width;
    self->canvas_height = info->height;
    g_mutex_unlock (&self->lock);
  }

  return ret;
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
        GstCaps *common = gst_caps_intersect_full (filter, caps,
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
      return GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)
          ->sink_query (agg, pad, query);
  }
}

static gboolean
gst_layout_compositor_sink_event (GstAggregator * agg, GstAggregatorPad * pad,
    GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
    GstTagList *tags;
    GstVideoOrientationMethod method;

    gst_event_parse_tag (event, &tags);
    if (gst_video_orientation_from_tag (tags, &method))
      GST_LAYOUT_COMPOSITOR_PAD (pad)->orientation = method;
  }

  return GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)->sink_event
      (agg, pad, event);
}

/* Life */

static GstFlowReturn
gst_layout_compositor_flush (GstAggregator * agg)
{
  GST_LAYOUT_COMPOSITOR (agg)->position = GST_CLOCK_TIME_NONE;

  return GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)->flush (agg);
}

static gboolean
gst_layout_compositor_start (GstAggregator * agg)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);

  self->position = GST_CLOCK_TIME_NONE;
  self->remake = TRUE;
  /* the canvas is negotiated before the first frame is asked for */
  activate_config (self, 0);

  return GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)->start (agg);
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
    pad->orientation = GST_VIDEO_ORIENTATION_IDENTITY;
  }
  GST_OBJECT_UNLOCK (self);

  g_mutex_lock (&self->lock);
  seating_clear (&self->seating);
  g_mutex_unlock (&self->lock);
  g_queue_clear_full (&self->messages, (GDestroyNotify) gst_message_unref);
  /* a config that was shown is announced again when it is shown again */
  self->announce = self->active != NULL;
  self->canvas.width = self->canvas.height = 0;

  return GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)->stop (agg);
}

static GstStateChangeReturn
gst_layout_compositor_change_state (GstElement * element,
    GstStateChange transition)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (element);
  GError *error = NULL;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    g_mutex_lock (&self->lock);
    if (self->bad_config != NULL)
      error = g_error_copy (self->bad_config);
    g_mutex_unlock (&self->lock);
  }
  if (error != NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("%s", error->message),
        (NULL));
    g_error_free (error);
    return GST_STATE_CHANGE_FAILURE;
  }

  return GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)->change_state
      (element, transition);
}

static GstPad *
gst_layout_compositor_request_new_pad (GstElement * element,
    GstPadTemplate * templ, const gchar * name, const GstCaps * caps)
{
  GstPad *pad = GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)
      ->request_new_pad (element, templ, name, caps);

  if (pad != NULL)
    gst_child_proxy_child_added (GST_CHILD_PROXY (element), G_OBJECT (pad),
        GST_OBJECT_NAME (pad));

  return pad;
}

/* The base class numbers and makes the pad; this is when it arrives. */
static GstAggregatorPad *
gst_layout_compositor_create_new_pad (GstAggregator * agg,
    GstPadTemplate * templ, const gchar * name, const GstCaps * caps)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (agg);
  GstAggregatorPad *pad =
      GST_AGGREGATOR_CLASS (gst_layout_compositor_parent_class)->create_new_pad
      (agg, templ, name, caps);

  if (pad != NULL) {
    g_mutex_lock (&self->lock);
    GST_LAYOUT_COMPOSITOR_PAD (pad)->arrival = ++self->arrivals;
    g_mutex_unlock (&self->lock);
  }

  return pad;
}

static void
gst_layout_compositor_release_pad (GstElement * element, GstPad * pad)
{
  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));

  GST_ELEMENT_CLASS (gst_layout_compositor_parent_class)->release_pad (element,
      pad);
}

static GObject *
get_child_by_index (GstChildProxy * proxy, guint index)
{
  GObject *child;

  GST_OBJECT_LOCK (proxy);
  child = g_list_nth_data (GST_ELEMENT (proxy)->sinkpads, index);
  if (child != NULL)
    gst_object_ref (child);
  GST_OBJECT_UNLOCK (proxy);

  return child;
}

static guint
get_children_count (GstChildProxy * proxy)
{
  guint count;

  GST_OBJECT_LOCK (proxy);
  count = GST_ELEMENT (proxy)->numsinkpads;
  GST_OBJECT_UNLOCK (proxy);

  return count;
}

static void
gst_layout_compositor_child_proxy_init (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  proxy->get_child_by_index = get_child_by_index;
  proxy->get_children_count = get_children_count;
}

static GstStructure *
make_stats (GstLayoutCompositor * self)
{
  GstStructure *s;
  GValue slots = G_VALUE_INIT;

  g_mutex_lock (&self->lock);
  s = gst_structure_new ("stats",
      "serial", G_TYPE_UINT, self->active_serial,
      "pending", G_TYPE_UINT, config_queue_length (&self->queue),
      "canvas-width", G_TYPE_INT, self->canvas_width,
      "canvas-height", G_TYPE_INT, self->canvas_height,
      "frames", G_TYPE_UINT64, self->frames,
      "average-draw-time", G_TYPE_UINT64,
      self->frames > 0 ? self->draw_time / self->frames : 0, NULL);
  seating_to_value (&self->seating, &slots);
  g_mutex_unlock (&self->lock);

  gst_structure_take_value (s, "slots", &slots);
  return s;
}

static void
gst_layout_compositor_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (object);

  switch (prop_id) {
    case PROP_MIXING_CONFIG:
      if (g_value_get_string (value) != NULL)
        set_config (self, g_value_get_string (value), NULL);
      break;
    case PROP_MIXING_CONFIG_LOCATION:
      set_config_location (self, g_value_get_string (value));
      break;
    case PROP_SLOT_POLICY:
      g_mutex_lock (&self->lock);
      self->slot_policy = g_value_get_enum (value);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_FORCE_LIVE:
      gst_aggregator_set_force_live (GST_AGGREGATOR (self),
          g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_layout_compositor_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (object);

  switch (prop_id) {
    case PROP_MIXING_CONFIG:
      g_mutex_lock (&self->lock);
      g_value_set_string (value, self->mixing_config);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_MIXING_CONFIG_LOCATION:
      g_mutex_lock (&self->lock);
      g_value_set_string (value, self->mixing_config_location);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_SLOT_POLICY:
      g_mutex_lock (&self->lock);
      g_value_set_enum (value, self->slot_policy);
      g_mutex_unlock (&self->lock);
      break;
    case PROP_FORCE_LIVE:
      g_value_set_boolean (value,
          gst_aggregator_get_force_live (GST_AGGREGATOR (self)));
      break;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
}

static void
gst_layout_compositor_finalize (GObject * object)
{
  GstLayoutCompositor *self = GST_LAYOUT_COMPOSITOR (object);

  g_clear_pointer (&self->active, accepted_config_free);
  config_queue_clear (&self->queue);
  g_clear_error (&self->bad_config);
  g_free (self->mixing_config);
  g_free (self->mixing_config_location);
  seating_clear (&self->seating);
  g_queue_clear_full (&self->messages, (GDestroyNotify) gst_message_unref);
  scene_clear (&self->scene);
  canvas_clear (&self->canvas);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_layout_compositor_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * gobject_class)
{
  /**
   * GstLayoutCompositor:mixing-config:
   *
   * The mixing config as JSON: a mixing object, or a whole job. Reads back as
   * the last one that was accepted. A config that is refused makes the next
   * state change from NULL fail with an ERROR; in other states it is a
   * WARNING and the running config stays.
   */
  properties[PROP_MIXING_CONFIG] = g_param_spec_string ("mixing-config",
      "Mixing config", "The mixing config, JSON: a mixing object or a whole job "
      "(in a launch line use mixing-config-location)", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:mixing-config-location:
   *
   * A file that holds the mixing config, read when the property is set.
   */
  properties[PROP_MIXING_CONFIG_LOCATION] =
      g_param_spec_string ("mixing-config-location", "Mixing config location",
      "Path of a JSON file with the mixing config, read when this is set", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:slot-policy:
   *
   * Who fills the layouts without a fixed user.
   */
  properties[PROP_SLOT_POLICY] = g_param_spec_enum ("slot-policy",
      "Slot policy", "Who fills the layouts without a fixed user",
      GST_TYPE_PUBLISH_SLOT_POLICY, DEFAULT_SLOT_POLICY,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

  /**
   * GstLayoutCompositor:force-live:
   *
   * Makes the canvas flow in time whether or not there are inputs. It ends
   * when there are pads and all of them have ended.
   */
  properties[PROP_FORCE_LIVE] = g_param_spec_boolean ("force-live",
      "Force live", "The canvas flows in time whether or not there are inputs",
      FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      G_PARAM_CONSTRUCT_ONLY);

  /**
   * GstLayoutCompositor:stats:
   *
   * A #GstStructure with `serial` (#guint, of the config that is shown, 0 =
   * none), `pending` (#guint, configs that wait for their time),
   * `canvas-width`, `canvas-height` (#gint, pixels), `frames` (#guint64, drawn
   * so far), `average-draw-time` (#guint64, nanoseconds) and `slots`, as in
   * the message `layout-applied`.
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", "Statistics",
      "What is shown and what it costs", GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (gobject_class, N_PROPS, properties);
}

static void
gst_layout_compositor_class_init (GstLayoutCompositorClass * klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAggregatorClass *agg_class = GST_AGGREGATOR_CLASS (klass);
  GstVideoAggregatorClass *vagg_class = GST_VIDEO_AGGREGATOR_CLASS (klass);

  gobject_class->set_property = gst_layout_compositor_set_property;
  gobject_class->get_property = gst_layout_compositor_get_property;
  gobject_class->finalize = gst_layout_compositor_finalize;
  install_properties (gobject_class);

  /**
   * GstLayoutCompositor::apply-config:
   * @compositor: the element
   * @json: a mixing object or a whole job
   *
   * Applies a config like #GstLayoutCompositor:mixing-config, and tells what
   * came of it. May be emitted from any thread.
   *
   * Returns: (nullable) (transfer full): %NULL if the config was accepted,
   *     else what is wrong with it, one line for each mistake
   */
  signals[SIGNAL_APPLY_CONFIG] = g_signal_new_class_handler ("apply-config",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_layout_compositor_apply_config), NULL, NULL, NULL,
      G_TYPE_STRING, 1, G_TYPE_STRING);

  element_class->change_state = gst_layout_compositor_change_state;
  element_class->request_new_pad = gst_layout_compositor_request_new_pad;
  element_class->release_pad = gst_layout_compositor_release_pad;

  agg_class->start = gst_layout_compositor_start;
  agg_class->stop = gst_layout_compositor_stop;
  agg_class->flush = gst_layout_compositor_flush;
  agg_class->create_new_pad = gst_layout_compositor_create_new_pad;
  agg_class->sink_query = gst_layout_compositor_sink_query;
  agg_class->sink_event = gst_layout_compositor_sink_event;
  agg_class->fixate_src_caps = gst_layout_compositor_fixate_src_caps;
  agg_class->negotiated_src_caps = gst_layout_compositor_negotiated_src_caps;
  agg_class->aggregate = gst_layout_compositor_aggregate;
  agg_class->finish_buffer = gst_layout_compositor_finish_buffer;

  vagg_class->update_caps = gst_layout_compositor_update_caps;
  vagg_class->aggregate_frames = gst_layout_compositor_aggregate_frames;

  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &src_template, GST_TYPE_AGGREGATOR_PAD);
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &sink_template, GST_TYPE_LAYOUT_COMPOSITOR_PAD);
  gst_element_class_set_static_metadata (element_class, "Layout compositor",
      "Filter/Editor/Video/Compositor",
      "Composes many participants into one picture by a mixing config",
      "The gst-plugins-publish developers");

  gst_type_mark_as_plugin_api (GST_TYPE_PUBLISH_SLOT_POLICY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_LAYOUT_COMPOSITOR_PAD, 0);
}

static void
gst_layout_compositor_init (GstLayoutCompositor * self)
{
  g_mutex_init (&self->lock);
  self->slot_policy = DEFAULT_SLOT_POLICY;
  self->position = GST_CLOCK_TIME_NONE;
  config_queue_init (&self->queue);
  g_queue_init (&self->messages);
  scene_init (&self->scene);
}
