/* motion.c: how slots come from what was shown to what is to be shown
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "motion.h"

#include <string.h>

static void
stop_fade (MotionSlot * slot)
{
  slot->fades = FALSE;
  picture_clear (&slot->before);
}

static void
slot_clear (MotionSlot * slot)
{
  stop_fade (slot);
  gst_clear_buffer (&slot->last);
  memset (slot, 0, sizeof (*slot));
}

/**
 * motion_clear:
 * @motion: the motion
 *
 * Forgets what was shown: the next frame stands still.
 */
void
motion_clear (Motion * motion)
{
  guint i;

  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++)
    slot_clear (&motion->slot[i]);
  motion->n = 0;
  motion->has_shown = FALSE;
}

static gboolean
rect_is_equal (const Rect * a, const Rect * b)
{
  return memcmp (a, b, sizeof (*a)) == 0;
}

/* Where slot @i of the new layouts comes from: from where its user was; one
 * that nobody is in from where it was itself. */
static void
start_moves (Motion * motion, const MotionView * views, guint n,
    GstClockTime now)
{
  MotionSlot old[GST_PUBLISH_MAX_LAYOUTS];
  guint i, k;

  memcpy (old, motion->slot, sizeof (old));
  for (i = 0; i < n; i++) {
    MotionSlot *slot = &motion->slot[i];
    const MotionSlot *from = NULL;

    for (k = 0; k < motion->n && from == NULL; k++)
      if (views[i].user != 0 ? old[k].user == views[i].user :
          k == i && old[k].user == 0)
        from = &old[k];

    slot->appears = from == NULL;
    slot->from = from != NULL ? from->rect : views[i].rect;
    slot->moves = from == NULL || !rect_is_equal (&slot->from, &views[i].rect);
    slot->moving_since = now;
    /* who moves into this slot brings what was shown along */
    if (from == NULL || from != &old[i] || views[i].user != old[i].user) {
      stop_fade (slot);
      slot->content = views[i].content;
    }
  }
}

static void
start_fade (MotionSlot * slot, const GstVideoInfo * canvas, GstClockTime now)
{
  stop_fade (slot);
  slot->fades = TRUE;
  slot->fading_since = now;
  if (slot->last != NULL)
    picture_set (&slot->before, slot->last, &slot->last_info,
        GST_VIDEO_ORIENTATION_IDENTITY, canvas, NULL);
}

/* Keeps what is drawn now, which may be gone when something else is. */
static void
keep_picture (MotionSlot * slot, const Picture * picture)
{
  if (picture == NULL) {
    gst_clear_buffer (&slot->last);
    return;
  }
  gst_buffer_replace (&slot->last, picture->frame.buffer);
  slot->last_info = picture->frame.info;
  slot->last_info.par_n = picture->par_n;
  slot->last_info.par_d = picture->par_d;
}

static void
update_slot (Motion * motion, MotionSlot * slot, const MotionView * view,
    const GstVideoInfo * canvas, GstClockTime now, MotionLook * look)
{
  GstClockTime elapsed;
  gdouble t;

  look->rect = view->rect;
  look->opacity = 1.0;
  look->fade = 1.0;
  look->before = NULL;

  if (slot->moves) {
    elapsed = now - MIN (slot->moving_since, now);
    t = motion_ease (elapsed, motion->transition_time);
    look->rect = motion_rect (&slot->from, &view->rect, t);
    if (slot->appears)
      look->opacity = t;
    slot->moves = t < 1.0;
  }

  if (slot->content != view->content && motion->has_shown &&
      motion->fade_time > 0)
    start_fade (slot, canvas, now);
  slot->content = view->content;
  if (slot->fades) {
    elapsed = now - MIN (slot->fading_since, now);
    look->fade = motion_ease (elapsed, motion->fade_time);
    if (look->fade < 1.0)
      look->before = picture_is_set (&slot->before) ? &slot->before : NULL;
    else
      stop_fade (slot);
  }
  keep_picture (slot, motion->fade_time > 0 ? view->picture : NULL);

  slot->user = view->user;
  slot->rect = look->rect;
}

/**
 * motion_update:
 * @motion: the motion
 * @arranged: whether the layouts are other ones than in the frame before
 * @views: (array length=n): what is to be shown
 * @n: how many layouts
 * @canvas: format of the canvas
 * @now: running time of the frame
 * @looks: (out caller-allocates) (array length=n): how it is to be shown now
 */
void
motion_update (Motion * motion, gboolean arranged, const MotionView * views,
    guint n, const GstVideoInfo * canvas, GstClockTime now, MotionLook * looks)
{
  guint i;

  if (arranged && motion->has_shown && motion->transition_time > 0)
    start_moves (motion, views, n, now);
  for (i = n; i < motion->n; i++)
    slot_clear (&motion->slot[i]);
  for (i = motion->n; i < n && motion->has_shown; i++)
    motion->slot[i].content = views[i].content;
  motion->n = n;

  for (i = 0; i < n; i++)
    update_slot (motion, &motion->slot[i], &views[i], canvas, now, &looks[i]);
  motion->has_shown = TRUE;
}
