/* stage.c: the config that is shown, and the canvas that shows it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stage.h"

#include <string.h>

#define NO_CONFIG_BACKGROUND 0xff000000

/* What x264enc holds with its longest lookahead, at 1080p. */
#define RING_MAX_BYTES (256 * 1024 * 1024)

/* What one would paint sooner than this, one paints: a second thread costs a
 * fifth more of CPU (both wait for the same memory), for time that nobody
 * misses. */
#define MIN_SHARED_TIME (3 * GST_MSECOND)

/* Fewer pixels say nothing of how long one takes. */
#define MIN_TIMED_PIXELS (64 * 1024)

/* Parts of a shared job for each of the crew: the scenes are uneven. */
#define PARTS_PER_HAND 3

void
stage_init (Stage * stage)
{
  memset (stage, 0, sizeof (*stage));
  gst_video_info_init (&stage->info);
  scene_init (&stage->scene);
  stage->remake = TRUE;
  canvas_ring_init (&stage->ring, sizeof (SceneMark), RING_MAX_BYTES);
  stage->damage = g_array_new (FALSE, FALSE, sizeof (Rect));
  stage->clips = g_array_new (FALSE, FALSE, sizeof (Rect));
  stage->layers = g_array_new (FALSE, FALSE, sizeof (SceneLayer));
  stage->stall_timeout = GST_CLOCK_TIME_NONE;
  stage->looks = g_new (Looks, 1);
  looks_init (stage->looks);
  stage->motion = g_new0 (Motion, 1);
  stage->mirrored = g_new0 (Picture, GST_PUBLISH_MAX_LAYOUTS);
  stage_set_crew (stage, NULL, 1);
  stage->min_shared_time = MIN_SHARED_TIME;
}

void
stage_clear (Stage * stage)
{
  guint i;

  motion_clear (stage->motion);
  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++)
    picture_clear (&stage->mirrored[i]);
  g_clear_pointer (&stage->mirrored, g_free);
  g_clear_pointer (&stage->motion, g_free);
  looks_clear (stage->looks);
  g_clear_pointer (&stage->looks, g_free);
  g_clear_pointer (&stage->config, accepted_config_free);
  scene_clear (&stage->scene);
  g_clear_pointer (&stage->layers, g_array_unref);
  stage_set_crew (stage, NULL, 0);
  canvas_ring_clear (&stage->ring);
  g_clear_pointer (&stage->ring.canvases, g_ptr_array_unref);
  g_clear_pointer (&stage->damage, g_array_unref);
  g_clear_pointer (&stage->clips, g_array_unref);
}

/**
 * stage_set_crew:
 * @stage: the stage
 * @pool: (nullable): threads that help with large scenes
 * @n: how many may paint at a time, with the caller; 0 to free what they
 *     needed
 */
void
stage_set_crew (Stage * stage, GstTaskPool * pool, guint n)
{
  guint i;

  for (i = 0; i < stage->n_hands; i++)
    canvas_clear (&stage->hands[i]);
  g_clear_pointer (&stage->hands, g_free);

  stage->n_hands = n;
  if (n > 0)
    stage->hands = g_new0 (Canvas, n);
  crew_set (&stage->crew, pool, n);
}

static GstPublishMixingConfig *
mixing_of (const Stage * stage)
{
  return stage->config != NULL ?
      gst_publish_job_get_mixing (stage->config->job) : NULL;
}

/**
 * stage_get_wanted_canvas:
 * @stage: the stage
 * @video: (out caller-allocates): width, height and fps that the config's
 *     encoder asks for, else the defaults
 */
void
stage_get_wanted_canvas (const Stage * stage, GstPublishVideoParams * video)
{
  *video = (GstPublishVideoParams) {
  GST_PUBLISH_DEFAULT_WIDTH, GST_PUBLISH_DEFAULT_HEIGHT,
        GST_PUBLISH_DEFAULT_FPS, 0, 0};
  if (stage->config != NULL)
    config_get_canvas (stage->config->job, video);
}

/**
 * stage_set_config:
 * @stage: the stage
 * @config: (transfer full): what is shown from the next frame on
 *
 * Returns: %TRUE if the new config wants another canvas than the old one
 */
gboolean
stage_set_config (Stage * stage, AcceptedConfig * config)
{
  GstPublishVideoParams before, after;

  stage_get_wanted_canvas (stage, &before);
  g_clear_pointer (&stage->config, accepted_config_free);
  stage->config = config;
  /* the layouts pointed into the old config */
  stage->n_layouts = 0;
  stage->remake = TRUE;
  looks_set_config (stage->looks);
  stage_get_wanted_canvas (stage, &after);

  return before.width != after.width || before.height != after.height ||
      before.fps != after.fps;
}

/**
 * stage_set_canvas:
 * @stage: the stage
 * @info: the output's format
 *
 * The base class says the same again whenever a pad comes or goes: then what is
 * shown, and on its way, stays.
 *
 * Returns: %TRUE if the canvas has another size now
 */
gboolean
stage_set_canvas (Stage * stage, const GstVideoInfo * info)
{
  gboolean resized = stage->canvas.width != info->width ||
      stage->canvas.height != info->height;

  if (gst_video_info_is_equal (&stage->info, info))
    return FALSE;

  canvas_set_info (&stage->canvas, info);
  stage->info = *info;
  canvas_ring_clear (&stage->ring);
  stage->remake = TRUE;
  looks_set_canvas (stage->looks, info);
  motion_clear (stage->motion);

  return resized;
}

/* How the config wants the layouts of its template to look. */
static void
apply_look (GstPublishLayout * layout, const GstPublishLayout * look)
{
  /* a stage for screens shows whole pictures, whatever cameras do */
  if (!layout->has_stream_type) {
    layout->fill_mode = look->fill_mode;
    layout->mirror = look->mirror;
  }
  if (look->has_background_color) {
    layout->has_background_color = TRUE;
    layout->background_color = look->background_color;
  }
  layout->placeholder_image = look->placeholder_image;
  layout->has_alpha = look->has_alpha;
  layout->alpha = look->alpha;
  layout->corner_radius = look->corner_radius;
  layout->border_width = look->border_width;
  layout->border_color = look->border_color;
  layout->label = look->label;
}

static void
arrange_template (Stage * stage, const GstPublishMixingConfig * mixing,
    GstPublishTemplate rule, guint cameras)
{
  const GstPublishLayout *look = mixing != NULL ?
      gst_publish_mixing_config_get_template_layout (mixing) : NULL;
  guint i;

  stage->template_cameras = cameras;
  stage->n_layouts = gst_publish_template_make_layouts (rule,
      stage->canvas.width, stage->canvas.height, cameras, stage->layouts);
  for (i = 0; i < stage->n_layouts && look != NULL; i++)
    apply_look (&stage->layouts[i], look);
}

/**
 * stage_arrange:
 * @stage: the stage
 * @cameras: how many there are, as slots_count_cameras() counts them
 *
 * Brings stage->layouts up to date: those of the config, or what its template
 * makes for so many.
 */
void
stage_arrange (Stage * stage, guint cameras)
{
  GstPublishMixingConfig *mixing = mixing_of (stage);
  GstPublishTemplate rule = mixing != NULL ?
      gst_publish_mixing_config_get_template (mixing) :
      GST_PUBLISH_TEMPLATE_GRID;

  if (!stage->remake && (rule == GST_PUBLISH_TEMPLATE_NONE ||
          cameras == stage->template_cameras))
    return;

  if (rule == GST_PUBLISH_TEMPLATE_NONE) {
    const GstPublishLayout *layouts =
        gst_publish_mixing_config_get_layouts (mixing, &stage->n_layouts);

    if (stage->n_layouts > 0)
      memcpy (stage->layouts, layouts,
          stage->n_layouts * sizeof (GstPublishLayout));
  } else {
    arrange_template (stage, mixing, rule, cameras);
  }
  stage->remake = TRUE;
  stage->arranged = TRUE;
  if (stage->canvas.width > 0)
    looks_arrange (stage->looks, mixing, stage->layouts, stage->n_layouts);
}

/**
 * stage_describe_clipping:
 * @stage: an arranged stage
 *
 * Returns: (nullable) (transfer full): a line for each layout that lies partly
 *     or wholly off the canvas, %NULL if there is none
 */
gchar *
stage_describe_clipping (const Stage * stage)
{
  const Rect canvas = { 0, 0, stage->canvas.width, stage->canvas.height };
  GString *text = NULL;
  guint i;

  for (i = 0; i < stage->n_layouts; i++) {
    const GstPublishLayout *l = &stage->layouts[i];
    const Rect rect = { l->x, l->y, l->x + l->width, l->y + l->height };
    Rect inside = rect_intersect (&rect, &canvas);

    if (rect_contains (&canvas, &rect))
      continue;
    if (text == NULL)
      text = g_string_new (NULL);
    else
      g_string_append_c (text, '\n');
    g_string_append_printf (text,
        "mixing.videoLayoutList[%u] (%dx%d at %d,%d) lies %s the %dx%d canvas",
        i, l->width, l->height, l->x, l->y,
        rect_is_empty (&inside) ? "wholly off" : "partly off",
        canvas.x1, canvas.y1);
  }

  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

static void
update_scene (Stage * stage)
{
  GstPublishMixingConfig *mixing = mixing_of (stage);

  if (!stage->remake && scene_fits (&stage->scene, stage->layers))
    return;

  scene_make (&stage->scene, &stage->canvas, mixing != NULL ?
      gst_publish_mixing_config_get_background_color (mixing) :
      NO_CONFIG_BACKGROUND, stage->layers);
  stage->remake = FALSE;
}

/* Cuts stage->damage into bands of about @area pixels. */
static void
cut_clips (Stage * stage, guint64 area)
{
  guint i;

  g_array_set_size (stage->clips, 0);
  for (i = 0; i < stage->damage->len; i++) {
    const Rect *r = &g_array_index (stage->damage, Rect, i);
    /* even: no band cuts a chroma sample */
    gint rows = MAX ((gint) (area / (r->x1 - r->x0)) & ~1, 2);
    gint y;

    for (y = r->y0; y < r->y1; y += rows) {
      Rect band = { r->x0, y, r->x1, MIN (y + rows, r->y1) };

      g_array_append_val (stage->clips, band);
    }
  }
}

static void
paint_clip (gpointer data, guint part, guint hand)
{
  Stage *stage = data;

  scene_paint (&stage->scene, &stage->hands[hand],
      &g_array_index (stage->clips, Rect, part));
}

/* Learns from @area pixels that took @time, by all hands if @shared. */
static void
note_time (Stage * stage, guint64 area, GstClockTime time, gboolean shared)
{
  gdouble each;

  if (area < MIN_TIMED_PIXELS)
    return;
  /* hands wait for each other and for memory: two do one and a half's work */
  each = (gdouble) time *(shared ? stage->n_hands * 0.75 : 1) / area;
  stage->pixel_time += stage->pixel_time == 0 ? each :
      (each - stage->pixel_time) / 8;
}

/* Paints stage->damage. */
static void
paint (Stage * stage, GstVideoFrame * frame)
{
  guint64 area = region_area (stage->damage);
  gboolean shared = stage->n_hands > 1 &&
      area * stage->pixel_time >= stage->min_shared_time;
  GstClockTime begin = gst_util_get_timestamp ();
  guint i;

  for (i = 0; i < stage->n_hands; i++) {
    canvas_borrow (&stage->hands[i], &stage->canvas);
    canvas_set_frame (&stage->hands[i], frame);
  }

  cut_clips (stage, shared ? area / (stage->n_hands * PARTS_PER_HAND) : area);
  if (shared)
    crew_run (&stage->crew, stage->clips->len, paint_clip, stage);
  else
    for (i = 0; i < stage->clips->len; i++)
      paint_clip (stage, i, 0);
  note_time (stage, area, gst_util_get_timestamp () - begin, shared);
  stage->painted += area;
}

/* Brings @buffer, which shows @marks, up to date. */
static GstFlowReturn
repaint (Stage * stage, GstBuffer * buffer, GArray * marks)
{
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, &stage->info, buffer, GST_MAP_READWRITE))
    return GST_FLOW_ERROR;

  scene_find_damage (&stage->scene, &stage->canvas, marks, stage->damage);
  paint (stage, &frame);
  gst_video_frame_unmap (&frame);
  scene_get_marks (&stage->scene, marks);

  return GST_FLOW_OK;
}

/**
 * stage_show:
 * @stage: a composed stage whose ring has a pool
 * @buffer: an empty buffer, which gets the memory of a canvas that nobody
 *     changes any more while it is held
 *
 * Paints what changed.
 *
 * Returns: #GST_FLOW_OK; #GST_FLOW_ERROR if a canvas cannot be written; else
 *     why there is none
 */
GstFlowReturn
stage_show (Stage * stage, GstBuffer * buffer)
{
  RingCanvas *canvas = stage->ring.last;
  GstFlowReturn ret;

  update_scene (stage);

  if (canvas != NULL)
    scene_find_damage (&stage->scene, &stage->canvas, canvas->marks,
        stage->damage);
  if (canvas == NULL || stage->damage->len > 0) {
    ret = canvas_ring_take (&stage->ring, &canvas);
    if (ret == GST_FLOW_OK)
      ret = repaint (stage, canvas->buffer, canvas->marks);
    if (ret != GST_FLOW_OK)
      return ret;
  }
  canvas_ring_show (&stage->ring, canvas, buffer);

  return GST_FLOW_OK;
}

/**
 * stage_paint:
 * @stage: a composed stage
 * @buffer: a writable frame of the canvas's format, of which nothing is known
 *
 * Paints all of @buffer.
 *
 * Returns: #GST_FLOW_OK; #GST_FLOW_ERROR if it cannot be written
 */
GstFlowReturn
stage_paint (Stage * stage, GstBuffer * buffer)
{
  GArray *nothing = g_array_new (FALSE, FALSE, sizeof (SceneMark));
  GstFlowReturn ret;

  update_scene (stage);
  ret = repaint (stage, buffer, nothing);
  g_array_unref (nothing);

  return ret;
}
