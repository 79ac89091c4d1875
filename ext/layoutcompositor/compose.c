/* compose.c: from slots and images to the layers of a scene
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The part of a stage that decides what is shown; stage.c paints it.
 */

#include "stage.h"

#include <string.h>

#define NEXT_Z_ORDER (GST_PUBLISH_MAX_Z_ORDER + 1)

/* What a turned picture is with left and right exchanged. */
static GstVideoOrientationMethod
mirror (GstVideoOrientationMethod method)
{
  switch (method) {
    case GST_VIDEO_ORIENTATION_IDENTITY:
      return GST_VIDEO_ORIENTATION_HORIZ;
    case GST_VIDEO_ORIENTATION_HORIZ:
      return GST_VIDEO_ORIENTATION_IDENTITY;
    case GST_VIDEO_ORIENTATION_180:
      return GST_VIDEO_ORIENTATION_VERT;
    case GST_VIDEO_ORIENTATION_VERT:
      return GST_VIDEO_ORIENTATION_180;
    case GST_VIDEO_ORIENTATION_90R:
      return GST_VIDEO_ORIENTATION_UL_LR;
    case GST_VIDEO_ORIENTATION_UL_LR:
      return GST_VIDEO_ORIENTATION_90R;
    case GST_VIDEO_ORIENTATION_90L:
      return GST_VIDEO_ORIENTATION_UR_LL;
    case GST_VIDEO_ORIENTATION_UR_LL:
      return GST_VIDEO_ORIENTATION_90L;
    default:
      return GST_VIDEO_ORIENTATION_HORIZ;
  }
}

/* The user's picture as layout @i shows it; NULL if there is none. */
static const Picture *
get_user_picture (Stage * stage, guint i, const Picture * picture)
{
  Picture *mirrored = &stage->mirrored[i];

  if (picture == NULL || !picture_is_set (picture) || !stage->layouts[i].mirror) {
    /* it holds a buffer of the input's */
    picture_drop (mirrored);
    return picture != NULL && picture_is_set (picture) ? picture : NULL;
  }

  if (!picture_set (mirrored, picture->shown, &picture->input,
          mirror (picture->orientation), &picture->canvas, NULL))
    return NULL;
  return mirrored;
}

/* Another key for every content of a slot that is not the next frame of the
 * same. */
static guint64
content_key (LadderStep step, guint64 user)
{
  switch (step) {
    case LADDER_LIVE:
    case LADDER_HELD:
      return 2 + user;
    case LADDER_PLACEHOLDER:
      return 1;
    default:
      return 0;
  }
}

/* Finds what slot @i shows. */
static MotionView
view_slot (Stage * stage, guint i, const SlotView * view, GstClockTime now)
{
  const GstPublishLayout *l = &stage->layouts[i];
  const Picture *user = get_user_picture (stage, i, view->picture);
  const Picture *placeholder = look_picture_get (&stage->looks->placeholder[i]);
  LadderInput input = {.has_picture = user != NULL,
    .is_still = view->is_still,.picture_time = view->picture_time,.now = now,
    .stall_timeout = stage->stall_timeout,
    .has_placeholder = placeholder != NULL
  };
  LadderStep step = ladder_find_step (&input);
  MotionView shown = {.user = view->arrival,
    .rect = {l->x, l->y, l->x + l->width, l->y + l->height}
  };

  stage->step[i] = step;
  shown.content = content_key (step, view->arrival);
  if (step == LADDER_LIVE || step == LADDER_HELD)
    shown.picture = user;
  else if (step == LADDER_PLACEHOLDER)
    shown.picture = placeholder;

  return shown;
}

/* Appends a layer with nothing in it; valid until the next one. */
static SceneLayer *
add_layer (Stage * stage, gint opacity)
{
  SceneLayer *layer;

  g_array_set_size (stage->layers, stage->layers->len + 1);
  layer = &g_array_index (stage->layers, SceneLayer, stage->layers->len - 1);
  memset (layer, 0, sizeof (*layer));
  layer->opacity = opacity;

  return layer;
}

static void
add_overlay (Stage * stage, const Overlay * overlay, gint opacity)
{
  SceneLayer *layer;

  if (overlay == NULL)
    return;
  layer = add_layer (stage, opacity);
  layer->overlay = overlay;
  layer->overlay_serial = overlay->serial;
}

static void
add_content (Stage * stage, guint i, const Rect * rect,
    const Picture * picture, gint opacity)
{
  const GstPublishLayout *l = &stage->layouts[i];
  SceneLayer *layer = add_layer (stage, opacity);

  layer->rect = *rect;
  layer->fill_mode = l->fill_mode;
  layer->has_color = l->has_background_color;
  layer->color = l->background_color;
  layer->corner_radius = l->corner_radius;
  layer->border_width = l->border_width;
  layer->border_color = l->border_color;
  layer->picture = picture;
}

/* A label goes with its layout, in steps of a chroma sample. */
static const Overlay *
get_label (Stage * stage, guint i, const Rect * rect)
{
  const GstPublishLayout *l = &stage->layouts[i];
  LookOverlay *look = &stage->looks->label[i];

  return look_overlay_get (look, (rect->x0 - l->x) & ~1,
      (look->at_top ? rect->y0 - l->y : rect->y1 - l->y - l->height) & ~1);
}

static void
add_slot (Stage * stage, guint i, const MotionView * view,
    const MotionLook * look)
{
  const GstPublishLayout *l = &stage->layouts[i];
  gdouble alpha = (l->has_alpha ? l->alpha : 1.0) * look->opacity;
  gint opacity = (gint) (alpha * 255 + 0.5);

  if (look->fade < 1.0) {
    /* what will not be covered goes as the other comes */
    gboolean is_covered = l->has_background_color ||
        (view->picture != NULL && !view->picture->has_alpha);

    add_content (stage, i, &look->rect, look->before, is_covered ? opacity :
        (gint) (alpha * (1.0 - look->fade) * 255 + 0.5));
    add_content (stage, i, &look->rect, view->picture,
        (gint) (alpha * look->fade * 255 + 0.5));
  } else {
    add_content (stage, i, &look->rect, view->picture, opacity);
  }
  add_overlay (stage, get_label (stage, i, &look->rect), opacity);
}

static void
add_background (Stage * stage)
{
  const Picture *picture = look_picture_get (&stage->looks->background);
  SceneLayer *layer;

  if (picture == NULL)
    return;
  layer = add_layer (stage, 255);
  layer->rect = (Rect) {
  0, 0, stage->canvas.width, stage->canvas.height};
  layer->fill_mode = GST_PUBLISH_FILL_MODE_FILL;
  layer->picture = picture;
}

/* What of z-order @z there is: of one z-order the later layout is above, and
 * watermarks are above layouts. */
static void
add_z_order (Stage * stage, gint z, const GstPublishMixingConfig * mixing,
    const MotionView * views, const MotionLook * looks)
{
  guint i;

  for (i = 0; i < stage->n_layouts; i++)
    if (stage->layouts[i].z_order == z)
      add_slot (stage, i, &views[i], &looks[i]);
  for (i = 0; i < stage->looks->n_watermarks; i++)
    if (gst_publish_mixing_config_get_watermark (mixing, i)->z_order == z)
      add_overlay (stage, look_overlay_get (&stage->looks->watermark[i], 0, 0),
          255);
}

static guint64
user_key (const SlotView * view)
{
  if (view->user_id == NULL)
    return 0;

  return view->arrival ^ (guint64) g_str_hash (view->user_id) << 32 ^
      (view->room_id != NULL ? g_str_hash (view->room_id) : 0);
}

/**
 * stage_compose:
 * @stage: an arranged stage
 * @views: (array length=n_layouts): what there is for each slot
 * @now: running time of the frame
 * @wait: how long to wait for images that are being loaded, in microseconds;
 *     0 if the frame is to be in time
 *
 * Decides what is shown.
 */
void
stage_compose (Stage * stage, const SlotView * views, GstClockTime now,
    gint64 wait)
{
  GstPublishMixingConfig *mixing = stage->config != NULL ?
      gst_publish_job_get_mixing (stage->config->job) : NULL;
  LookUser users[GST_PUBLISH_MAX_LAYOUTS] = { {NULL,}, };
  MotionView shown[GST_PUBLISH_MAX_LAYOUTS];
  MotionLook looks[GST_PUBLISH_MAX_LAYOUTS];
  guint i;
  gint z;

  for (i = 0; i < stage->n_layouts; i++) {
    if (stage->layouts[i].label.text == NULL)
      continue;
    users[i].user_id = views[i].user_id;
    users[i].room_id = views[i].room_id;
    users[i].key = user_key (&views[i]);
  }
  looks_update (stage->looks, mixing, stage->layouts, users,
      stage->n_layouts, wait);

  for (i = 0; i < stage->n_layouts; i++)
    shown[i] = view_slot (stage, i, &views[i], now);
  for (; i < GST_PUBLISH_MAX_LAYOUTS; i++)
    picture_drop (&stage->mirrored[i]);
  motion_update (stage->motion, stage->arranged, shown, stage->n_layouts,
      &stage->info, now, looks);
  stage->arranged = FALSE;

  g_array_set_size (stage->layers, 0);
  add_background (stage);
  for (z = 0; z < NEXT_Z_ORDER; z++)
    add_z_order (stage, z, mixing, shown, looks);
}

/**
 * stage_stop:
 * @stage: the stage
 *
 * Lets go of every picture and image, and of the thread that loads them. The
 * config stays.
 */
void
stage_stop (Stage * stage)
{
  guint i;

  motion_clear (stage->motion);
  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++)
    picture_clear (&stage->mirrored[i]);
  looks_stop (stage->looks);
  /* all of it is asked for again */
  stage->remake = TRUE;
  gst_video_info_init (&stage->info);
}
