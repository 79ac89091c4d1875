/* stage.c: the config that is shown, and the canvas that shows it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stage.h"

#include <string.h>

#define NO_CONFIG_BACKGROUND 0xff000000

void
stage_init (Stage * stage)
{
  memset (stage, 0, sizeof (*stage));
  scene_init (&stage->scene);
  stage->remake = TRUE;
}

void
stage_clear (Stage * stage)
{
  g_clear_pointer (&stage->config, accepted_config_free);
  scene_clear (&stage->scene);
  canvas_clear (&stage->canvas);
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
  stage_get_wanted_canvas (stage, &after);

  return before.width != after.width || before.height != after.height ||
      before.fps != after.fps;
}

/**
 * stage_set_canvas:
 * @stage: the stage
 * @info: the output's format
 *
 * Returns: %TRUE if the canvas has another size now
 */
gboolean
stage_set_canvas (Stage * stage, const GstVideoInfo * info)
{
  gboolean resized = stage->canvas.width != info->width ||
      stage->canvas.height != info->height;

  canvas_set_info (&stage->canvas, info);
  stage->remake = TRUE;

  return resized;
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

  if (rule == GST_PUBLISH_TEMPLATE_NONE) {
    const GstPublishLayout *layouts;

    if (!stage->remake)
      return;
    layouts = gst_publish_mixing_config_get_layouts (mixing, &stage->n_layouts);
    if (stage->n_layouts > 0)
      memcpy (stage->layouts, layouts,
          stage->n_layouts * sizeof (GstPublishLayout));
  } else if (stage->remake || cameras != stage->template_cameras) {
    stage->template_cameras = cameras;
    stage->n_layouts = gst_publish_template_make_layouts (rule,
        stage->canvas.width, stage->canvas.height, cameras, stage->layouts);
    stage->remake = TRUE;
  }
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

/**
 * stage_describe_undrawn:
 * @stage: the stage
 *
 * Returns: (nullable) (transfer full): which images of the config are not
 *     drawn, as this version draws none; %NULL if it has none
 */
gchar *
stage_describe_undrawn (const Stage * stage)
{
  GstPublishMixingConfig *mixing = mixing_of (stage);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  gchar *list, *text = NULL;
  guint i;

  if (mixing != NULL) {
    guint n = gst_publish_mixing_config_get_n_layouts (mixing);

    if (gst_publish_mixing_config_get_background_image (mixing) != NULL)
      g_ptr_array_add (names, g_strdup ("mixing.backgroundImage"));
    for (i = 0; i < n; i++)
      if (gst_publish_mixing_config_get_layout (mixing, i)->placeholder_image)
        g_ptr_array_add (names, g_strdup_printf
            ("mixing.videoLayoutList[%u].placeHolderImage", i));
    if (gst_publish_mixing_config_get_n_watermarks (mixing) > 0)
      g_ptr_array_add (names, g_strdup ("mixing.watermarkList"));
  }

  if (names->len > 0) {
    g_ptr_array_add (names, NULL);
    list = g_strjoinv (", ", (gchar **) names->pdata);
    text = g_strdup_printf ("%s: images are not drawn", list);
    g_free (list);
  }
  g_ptr_array_unref (names);

  return text;
}

/**
 * stage_paint:
 * @stage: an arranged stage
 * @pictures: (array length=n_layouts): the picture of each layout, or %NULL
 * @frame: a frame of the canvas's format, mapped for writing
 *
 * Paints the whole frame.
 */
void
stage_paint (Stage * stage, Picture * const *pictures, GstVideoFrame * frame)
{
  if (stage->remake || !scene_fits (&stage->scene, pictures, stage->n_layouts)) {
    GstPublishMixingConfig *mixing = mixing_of (stage);

    scene_make (&stage->scene, &stage->canvas, mixing != NULL ?
        gst_publish_mixing_config_get_background_color (mixing) :
        NO_CONFIG_BACKGROUND, stage->layouts, pictures, stage->n_layouts);
    stage->remake = FALSE;
  }

  canvas_set_frame (&stage->canvas, frame);
  scene_paint (&stage->scene, &stage->canvas);
}
