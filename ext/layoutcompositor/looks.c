/* looks.c: the images and texts that a config asks for
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "looks.h"

#include <string.h>

/* Of a label or text whose font says no size, in pixels. */
#define LABEL_SIZE(height) CLAMP ((height) / 12, 12, 36)
#define TEXT_SIZE(height) CLAMP ((height) * 6 / 10, 8, 200)

/* Written texts that are kept before those of the past are forgotten. */
#define MAX_PAST_TEXTS 64

static void
picture_look_clear (LookPicture * look)
{
  picture_clear (&look->picture);
  g_clear_pointer (&look->still, still_unref);
  g_clear_pointer (&look->next, still_unref);
  g_clear_pointer (&look->uri, g_free);
}

static void
overlay_look_clear (LookOverlay * look)
{
  g_clear_pointer (&look->still, still_unref);
  g_clear_pointer (&look->next, still_unref);
  g_clear_pointer (&look->moved, overlay_unref);
  g_clear_pointer (&look->source, g_free);
  g_clear_pointer (&look->text, g_free);
}

void
looks_init (Looks * looks)
{
  memset (looks, 0, sizeof (*looks));
  looks->store = image_store_new (NULL);
  looks->past = g_array_new (FALSE, FALSE, sizeof (LookOverlay));
  g_array_set_clear_func (looks->past, (GDestroyNotify) overlay_look_clear);
}

static void
drop_all (Looks * looks)
{
  guint i;

  picture_look_clear (&looks->background);
  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++) {
    picture_look_clear (&looks->placeholder[i]);
    overlay_look_clear (&looks->label[i]);
  }
  for (i = 0; i < GST_PUBLISH_MAX_WATERMARKS; i++)
    overlay_look_clear (&looks->watermark[i]);
  looks->n_watermarks = 0;
  g_array_set_size (looks->past, 0);
}

void
looks_clear (Looks * looks)
{
  drop_all (looks);
  g_clear_pointer (&looks->past, g_array_unref);
  g_clear_pointer (&looks->store, image_store_free);
}

/**
 * looks_stop:
 * @looks: the looks
 *
 * Gives up what is being loaded: no thread and no connection is left. What is
 * asked for afterwards is loaded anew.
 */
void
looks_stop (Looks * looks)
{
  drop_all (looks);
  image_store_stop (looks->store);
  looks->waited = 0;
}

/**
 * looks_set_canvas:
 * @looks: the looks
 * @info: the canvas's format
 *
 * It is to be arranged again. What there is does not fit a canvas of other
 * samples; one of another size shows it until there is what fits better.
 */
void
looks_set_canvas (Looks * looks, const GstVideoInfo * info)
{
  if (looks->canvas.finfo != info->finfo ||
      !gst_video_colorimetry_is_equal (&looks->canvas.colorimetry,
          &info->colorimetry))
    drop_all (looks);
  looks->canvas = *info;
  image_store_set_canvas (looks->store, info);
}

/**
 * looks_set_config:
 * @looks: the looks
 *
 * A new config: images that failed are tried again.
 */
void
looks_set_config (Looks * looks)
{
  image_store_forget (looks->store, TRUE);
  looks->waited = 0;
}

static void
want_picture (Looks * looks, LookPicture * look, const gchar * uri,
    const Rect * rect, GstPublishFillMode mode, const gchar * path)
{
  StillSpec spec = {.uri = uri,.path = path,.rect = *rect,.fill_mode = mode };

  if (uri == NULL) {
    picture_look_clear (look);
    return;
  }
  /* another size of what is shown: that stays until the new one is there */
  if (look->uri == NULL || !g_str_equal (look->uri, uri)) {
    picture_look_clear (look);
    look->uri = g_strdup (uri);
  }
  g_clear_pointer (&look->next, still_unref);
  look->next = image_store_get (looks->store, &spec);
}

static void
finish_overlay (LookOverlay * look)
{
  if (look->next == NULL || still_get_state (look->next) == STILL_LOADING)
    return;
  g_clear_pointer (&look->moved, overlay_unref);
  g_clear_pointer (&look->still, still_unref);
  look->still = g_steal_pointer (&look->next);
  look->dx = look->dy = 0;
}

/* @look is to show something else. What it showed is kept for this frame: who
 * shows the same from now on takes it over. */
static void
set_aside (Looks * looks, LookOverlay * look)
{
  LookOverlay past;

  finish_overlay (look);
  past = *look;
  memset (look, 0, sizeof (*look));
  look->at_top = past.at_top;
  g_clear_pointer (&past.next, still_unref);
  g_clear_pointer (&past.moved, overlay_unref);
  g_array_append_val (looks->past, past);
}

/* Whether what @old shows is, to the eye, what @look is to show as @spec. */
static gboolean
shows_same (const LookOverlay * old, const LookOverlay * look,
    const StillSpec * spec)
{
  if (old->still == NULL || old->still->overlay == NULL ||
      old->still->spec.text.label != spec->text.label)
    return FALSE;
  if (old->text == NULL || look->text == NULL)
    return old->text == look->text && g_str_equal (old->source, look->source);

  /* it may say another time, but not another name */
  return g_str_equal (old->text, look->text) ||
      (old->user == look->user && g_str_equal (old->source, look->source));
}

static gboolean
has_size (const Rect * a, const Rect * b)
{
  return a->x1 - a->x0 == b->x1 - b->x0 && a->y1 - a->y0 == b->y1 - b->y0;
}

/* Brings what was made for another place to where @spec has it, in steps of a
 * chroma sample. What is to have another size stays where it is; but not a
 * label: there may be someone else now. */
static void
place (const Looks * looks, LookOverlay * look, const StillSpec * spec)
{
  const Rect canvas = { 0, 0, looks->canvas.width, looks->canvas.height };
  const StillSpec *was = &look->still->spec;
  const Rect *made = &look->still->overlay->rect;
  gint dx, dy;
  Rect rect;

  if (has_size (&was->rect, &spec->rect) &&
      was->text.alignment == spec->text.alignment &&
      was->text.at_top == spec->text.at_top) {
    dx = spec->rect.x0 - was->rect.x0;
    dy = spec->rect.y0 - was->rect.y0;
  } else if (spec->text.label) {
    TextSpec text = spec->text;
    gint x, y;

    text.width = spec->rect.x1 - spec->rect.x0;
    text.height = spec->rect.y1 - spec->rect.y0;
    text_image_place (&text, made->x1 - made->x0, made->y1 - made->y0, &x, &y);
    dx = spec->rect.x0 + x - made->x0;
    dy = spec->rect.y0 + y - made->y0;
  } else {
    return;
  }
  dx &= ~1;
  dy &= ~1;
  rect = (Rect) {
  made->x0 + dx, made->y0 + dy, made->x1 + dx, made->y1 + dy};
  rect = rect_intersect (&rect, &canvas);
  /* of what was partly off the canvas this may be the part that was not made */
  if (rect_is_empty (&rect))
    return;
  look->dx = dx;
  look->dy = dy;
}

/* Until it has its own, @look shows what somebody showed who does no more. */
static void
take_over (Looks * looks, LookOverlay * look, const StillSpec * spec)
{
  LookOverlay *best = NULL;
  guint i;

  for (i = 0; i < looks->past->len; i++) {
    LookOverlay *old = &g_array_index (looks->past, LookOverlay, i);

    /* of several, one that has its size already */
    if (shows_same (old, look, spec) && (best == NULL ||
            (has_size (&old->still->spec.rect, &spec->rect) &&
                !has_size (&best->still->spec.rect, &spec->rect))))
      best = old;
  }
  if (best == NULL)
    return;

  look->still = g_steal_pointer (&best->still);
  look->dx = best->dx;
  look->dy = best->dy;
  place (looks, look, spec);
}

static void
want_overlay (Looks * looks, LookOverlay * look, const StillSpec * spec)
{
  g_clear_pointer (&look->next, still_unref);
  look->next = image_store_get (looks->store, spec);
}

static void
arrange_watermark (Looks * looks, const GstPublishWatermark * mark, guint i)
{
  LookOverlay *look = &looks->watermark[i];
  StillSpec spec = {.uri = mark->uri,.overlay = TRUE,
    .rect = {mark->x, mark->y, mark->x + mark->width, mark->y + mark->height},
    .fill_mode = GST_PUBLISH_FILL_MODE_STRETCH
  };
  gchar *path;

  look->rect = spec.rect;
  /* looks_update() writes texts */
  if (mark->uri == NULL)
    return;
  look->source = g_strdup (mark->uri);
  take_over (looks, look, &spec);
  path = g_strdup_printf ("mixing.watermarkList[%u].watermarkUrl", i);
  spec.path = path;
  want_overlay (looks, look, &spec);
  g_free (path);
}

/* A label stands inside of the border and of the corners' arcs. */
static Rect
label_box (const GstPublishLayout * l)
{
  gint inset = l->border_width + MIN (l->corner_radius, MIN (l->width,
          l->height) / 2) / 4;

  return (Rect) {
  l->x + inset, l->y + inset, l->x + l->width - inset,
        l->y + l->height - inset};
}

/* Whether another layout lies over where the label of layout @i begins. */
static gboolean
is_covered (const GstPublishLayout * layouts, guint n, guint i, gboolean top)
{
  const GstPublishLayout *l = &layouts[i];
  Rect box = label_box (l);
  gint width = (box.x1 - box.x0) / 6, height = 2 * LABEL_SIZE (l->height);
  guint k;

  if (l->label.alignment == GST_PUBLISH_ALIGNMENT_CENTER)
    box.x0 = (box.x0 + box.x1 - width) / 2;
  else if (l->label.alignment == GST_PUBLISH_ALIGNMENT_RIGHT)
    box.x0 = box.x1 - width;
  box.x1 = box.x0 + width;
  if (top)
    box.y1 = box.y0 + height;
  else
    box.y0 = box.y1 - height;

  for (k = 0; k < n; k++) {
    const GstPublishLayout *o = &layouts[k];
    const Rect other = { o->x, o->y, o->x + o->width, o->y + o->height };
    Rect common = rect_intersect (&box, &other);

    if (k != i && (o->z_order > l->z_order || (o->z_order == l->z_order &&
                k > i)) && !rect_is_empty (&common))
      return TRUE;
  }

  return FALSE;
}

/**
 * looks_arrange:
 * @looks: looks with a canvas
 * @mixing: (nullable): the config
 * @layouts: (array length=n_layouts): its layouts, or those of its template
 * @n_layouts: how many
 *
 * Asks for what these layouts need.
 */
void
looks_arrange (Looks * looks, const GstPublishMixingConfig * mixing,
    const GstPublishLayout * layouts, guint n_layouts)
{
  const Rect canvas = { 0, 0, looks->canvas.width, looks->canvas.height };
  gboolean is_template = mixing != NULL &&
      gst_publish_mixing_config_get_template (mixing) !=
      GST_PUBLISH_TEMPLATE_NONE;
  guint i;

  want_picture (looks, &looks->background, mixing != NULL ?
      gst_publish_mixing_config_get_background_image (mixing) : NULL, &canvas,
      GST_PUBLISH_FILL_MODE_FILL, "mixing.backgroundImage");

  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++) {
    const GstPublishLayout *l = &layouts[i];
    const gchar *uri = i < n_layouts ? l->placeholder_image : NULL;
    Rect rect = { 0, };
    gchar *path;

    if (uri != NULL)
      rect = (Rect) {
      0, 0, l->width, l->height};
    path = is_template ?
        g_strdup ("mixing.templateLayout.placeHolderImage") :
        g_strdup_printf ("mixing.videoLayoutList[%u].placeHolderImage", i);
    want_picture (looks, &looks->placeholder[i], uri, &rect, uri != NULL ?
        l->fill_mode : GST_PUBLISH_FILL_MODE_FILL, path);
    g_free (path);
    /* looks_update() writes it: at the bottom, if it can be read there */
    set_aside (looks, &looks->label[i]);
    looks->label[i].at_top = i < n_layouts && l->label.text != NULL &&
        is_covered (layouts, n_layouts, i, FALSE) &&
        !is_covered (layouts, n_layouts, i, TRUE);
  }

  for (i = 0; i < GST_PUBLISH_MAX_WATERMARKS; i++)
    set_aside (looks, &looks->watermark[i]);
  looks->n_watermarks = mixing != NULL ?
      gst_publish_mixing_config_get_n_watermarks (mixing) : 0;
  for (i = 0; i < looks->n_watermarks; i++)
    arrange_watermark (looks,
        gst_publish_mixing_config_get_watermark (mixing, i), i);

  /* the past is forgotten once the texts are asked for again */
  looks->n_texts = MAX_PAST_TEXTS + 1;
}

/* Writes what @text says now, if that is not what it said before. */
static void
update_text (Looks * looks, LookOverlay * look, const GstPublishText * text,
    const LookUser * user, const StillSpec * box, gint64 second)
{
  gboolean is_new = look->text == NULL;
  StillSpec spec = *box;
  GDateTime *now;
  gchar *said;

  if (!is_new && (look->second == second ||
          !gst_publish_text_tells_time (text->text)))
    return;
  now = g_date_time_new_now_local ();
  said = gst_publish_text_expand (text->text, user != NULL ?
      user->user_id : NULL, user != NULL ? user->room_id : NULL, now);
  g_date_time_unref (now);
  look->second = second;

  if (g_strcmp0 (look->text, said) == 0) {
    g_free (said);
    return;
  }
  /* the last second is shown until this one is written */
  g_free (look->text);
  look->text = said;

  spec.text.text = said;
  spec.text.font = text->font;
  spec.text.color = text->color;
  spec.text.background = text->background_color;
  spec.text.alignment = text->alignment;
  spec.overlay = TRUE;
  if (is_new) {
    look->source = g_strdup (text->text);
    look->user = user != NULL ? user->key : 0;
    take_over (looks, look, &spec);
  }
  want_overlay (looks, look, &spec);
  looks->n_texts++;
}

static void
update_label (Looks * looks, LookOverlay * look, const GstPublishLayout * l,
    const LookUser * user, gint64 second)
{
  StillSpec box = {.rect = label_box (l),.text = {.label = TRUE,
      .size = LABEL_SIZE (l->height),.at_top = look->at_top}
  };

  if (l->label.text == NULL || user->user_id == NULL ||
      rect_is_empty (&box.rect)) {
    overlay_look_clear (look);
    return;
  }
  update_text (looks, look, &l->label, user, &box, second);
}

static void
finish_picture (const Looks * looks, LookPicture * look)
{
  if (look->next == NULL || still_get_state (look->next) == STILL_LOADING)
    return;
  if (still_get_state (look->next) == STILL_READY) {
    if (look->still != look->next)
      picture_set (&look->picture, look->next->buffer, &look->next->info,
          GST_VIDEO_ORIENTATION_IDENTITY, &looks->canvas, NULL);
    g_clear_pointer (&look->still, still_unref);
    look->still = g_steal_pointer (&look->next);
  }
  g_clear_pointer (&look->next, still_unref);
}

static void
write_texts (Looks * looks, const GstPublishMixingConfig * mixing,
    const GstPublishLayout * layouts, const LookUser * users, guint n_layouts)
{
  gint64 second = g_get_real_time () / G_USEC_PER_SEC;
  guint i;

  for (i = 0; i < looks->n_watermarks; i++) {
    const GstPublishWatermark *mark =
        gst_publish_mixing_config_get_watermark (mixing, i);
    StillSpec box = {.rect = looks->watermark[i].rect,
      .text = {.size = TEXT_SIZE (mark->height)}
    };

    if (mark->uri == NULL)
      update_text (looks, &looks->watermark[i], &mark->text, NULL, &box,
          second);
  }

  /* nobody stands under another's name, but names go with whom they are of */
  for (i = 0; i < n_layouts; i++)
    if (looks->label[i].text != NULL && looks->label[i].user != users[i].key)
      set_aside (looks, &looks->label[i]);
  for (i = 0; i < n_layouts; i++)
    update_label (looks, &looks->label[i], &layouts[i], &users[i], second);
}

/* A wait that someone in a hurry ended goes on with the next frame. */
static void
wait_for_images (Looks * looks, gint64 time)
{
  gint64 begin = g_get_monotonic_time ();

  if (!image_store_wait (looks->store, time))
    looks->waited += g_get_monotonic_time () - begin;
}

/**
 * looks_update:
 * @looks: arranged looks
 * @mixing: (nullable): the config that they were arranged for
 * @layouts: (array length=n_layouts): likewise
 * @users: (array length=n_layouts): who is in which slot now
 * @n_layouts: how many
 * @wait: how long to wait for what is not ready yet, in microseconds; all
 *     frames of one config together
 *
 * Writes texts that say something new, and takes what is ready.
 */
void
looks_update (Looks * looks, const GstPublishMixingConfig * mixing,
    const GstPublishLayout * layouts, const LookUser * users,
    guint n_layouts, gint64 wait)
{
  guint i;

  if (mixing != NULL)
    write_texts (looks, mixing, layouts, users, n_layouts);
  /* what nobody took over is gone */
  g_array_set_size (looks->past, 0);
  if (mixing == NULL)
    return;

  /* what nobody wants any more is not waited for */
  if (looks->n_texts > MAX_PAST_TEXTS)
    image_store_forget (looks->store, FALSE);
  if (wait > looks->waited)
    wait_for_images (looks, wait - looks->waited);

  finish_picture (looks, &looks->background);
  for (i = 0; i < n_layouts; i++) {
    finish_picture (looks, &looks->placeholder[i]);
    finish_overlay (&looks->label[i]);
  }
  for (i = 0; i < looks->n_watermarks; i++)
    finish_overlay (&looks->watermark[i]);

  if (looks->n_texts > MAX_PAST_TEXTS) {
    looks->n_texts = 0;
    image_store_forget (looks->store, FALSE);
  }
}

/* NULL while there is none */
const Picture *
look_picture_get (const LookPicture * look)
{
  return picture_is_set (&look->picture) ? &look->picture : NULL;
}

/**
 * look_overlay_get:
 * @look: the look
 * @dx: how far to the right of its place, an even number of pixels
 * @dy: how far below it, likewise
 *
 * Returns: (nullable): valid until the look is asked again or changes; %NULL
 *     while there is none
 */
const Overlay *
look_overlay_get (LookOverlay * look, gint dx, gint dy)
{
  Overlay *made = look->still != NULL ? look->still->overlay : NULL;

  dx += look->dx;
  dy += look->dy;
  if (made == NULL || (dx == 0 && dy == 0))
    return made;

  if (look->moved == NULL || look->moved->rect.x0 != made->rect.x0 + dx ||
      look->moved->rect.y0 != made->rect.y0 + dy) {
    g_clear_pointer (&look->moved, overlay_unref);
    look->moved = overlay_new_moved (made, dx, dy);
  }
  return look->moved;
}
