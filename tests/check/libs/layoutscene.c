/* layoutscene.c: rectangles, placement, and what a scene leaves out
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>
#include <math.h>
#include <string.h>

#include "scene.h"

static Rect
random_rect (GRand * rand, gint width, gint height)
{
  Rect r;

  r.x0 = g_rand_int_range (rand, -10, width);
  r.y0 = g_rand_int_range (rand, -10, height);
  r.x1 = r.x0 + g_rand_int_range (rand, 2, width);
  r.y1 = r.y0 + g_rand_int_range (rand, 2, height);

  return r;
}

static void
mark (guint8 * map, const Rect * r, guint8 value)
{
  gint x, y;

  for (y = MAX (r->y0, 0); y < MIN (r->y1, 50); y++)
    for (x = MAX (r->x0, 0); x < MIN (r->x1, 60); x++)
      map[y * 60 + x] = value;
}

/* Against a map of dots: nothing lost, nothing kept, nothing twice. */
GST_START_TEST (test_subtract)
{
  GRand *rand = g_rand_new_with_seed (1);
  gint round, i;
  guint k;
  gint x, y;

  for (round = 0; round < 500; round++) {
    const Rect all = { 0, 0, 60, 50 };
    GArray *region = g_array_new (FALSE, FALSE, sizeof (Rect));
    guint8 want[60 * 50], got[60 * 50] = { 0, };

    g_array_append_val (region, all);
    memset (want, 1, sizeof (want));
    for (i = 0; i < 8; i++) {
      Rect hole = random_rect (rand, 60, 50);

      region_subtract (region, &hole);
      mark (want, &hole, 0);
    }
    for (k = 0; k < region->len; k++) {
      const Rect *r = &g_array_index (region, Rect, k);

      for (y = r->y0; y < r->y1; y++)
        for (x = r->x0; x < r->x1; x++)
          got[y * 60 + x]++;
    }
    fail_unless (memcmp (got, want, sizeof (got)) == 0, "round %d", round);
    g_array_unref (region);
  }
  g_rand_free (rand);
}

GST_END_TEST;

/* What each fill mode promises, for any shapes. */
GST_START_TEST (test_placement)
{
  GRand *rand = g_rand_new_with_seed (2);
  gint round;

  for (round = 0; round < 5000; round++) {
    Rect layout = random_rect (rand, 2000, 2000);
    gint width = g_rand_int_range (rand, 2, 4000);
    gint height = g_rand_int_range (rand, 2, 4000);
    gint par_n = g_rand_int_range (rand, 1, 20);
    gint par_d = g_rand_int_range (rand, 1, 20);
    gdouble lw = layout.x1 - layout.x0, lh = layout.y1 - layout.y0;
    GstPublishFillMode mode = g_rand_int_range (rand, 0, 3);
    Placement p = placement_make (mode, &layout, width, height, par_n, par_d);
    gdouble pw = p.rect.x1 - p.rect.x0, ph = p.rect.y1 - p.rect.y0;
    gdouble crop_w = pw * p.step_x, crop_h = ph * p.step_y;

    fail_unless (pw >= 1 && ph >= 1);
    fail_unless (rect_contains (&layout, &p.rect));
    fail_unless (p.crop_x > -1e-6 && p.crop_y > -1e-6);
    fail_unless (p.crop_x + crop_w < width + 1e-6);
    fail_unless (p.crop_y + crop_h < height + 1e-6);
    /* what is shown is the middle */
    fail_unless (fabs (p.crop_x + crop_w / 2 - width / 2.0) < 1e-6);
    fail_unless (fabs (p.crop_y + crop_h / 2 - height / 2.0) < 1e-6);

    if (mode == GST_PUBLISH_FILL_MODE_FIT) {
      /* all of it, touching two sides, its shape kept to a pixel */
      gdouble shape = (gdouble) width * par_n / par_d / height;

      fail_unless (fabs (crop_w - width) < 1e-6 &&
          fabs (crop_h - height) < 1e-6);
      fail_unless (pw == lw || ph == lh);
      fail_unless (fabs (pw - ph * shape) <= 0.5 + 0.5 * shape + 1e-6 ||
          pw == 1 || ph == 1, "%gx%g for %g", pw, ph, shape);
    } else {
      fail_unless (pw == lw && ph == lh);
    }
    if (mode == GST_PUBLISH_FILL_MODE_FILL) {
      /* the same scale both ways, once pixels are square, and nothing of the
       * smaller side is lost */
      fail_unless (fabs (p.step_x * par_n / par_d / p.step_y - 1) < 1e-6);
      fail_unless (fabs (crop_w - width) < 1e-6 ||
          fabs (crop_h - height) < 1e-6);
    }
    if (mode == GST_PUBLISH_FILL_MODE_STRETCH)
      fail_unless (fabs (crop_w - width) < 1e-6 &&
          fabs (crop_h - height) < 1e-6);
  }
  g_rand_free (rand);
}

GST_END_TEST;

static GstBuffer *
random_buffer (const GstVideoInfo * info, GRand * rand)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  GstMapInfo map;
  gsize i;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (i = 0; i < map.size; i++)
    map.data[i] = g_rand_int_range (rand, 0, 256);
  gst_buffer_unmap (buffer, &map);

  return buffer;
}

static GstVideoInfo
make_info (GstVideoFormat format, gint width, gint height)
{
  GstVideoInfo info;

  fail_unless (gst_video_info_set_format (&info, format, width, height));
  fail_unless (gst_video_colorimetry_from_string (&info.colorimetry,
          GST_VIDEO_COLORIMETRY_BT709));

  return info;
}

/* The painter's way: everything whole, bottom first, each in a scene alone
 * over what is there. Slow, and with nothing left out. */
static void
paint_all (Canvas * canvas, const GstPublishLayout * layouts,
    Picture * const *pictures, guint n)
{
  const Rect all = { 0, 0, canvas->width, canvas->height };
  gint z;
  guint i;

  canvas_fill (canvas, &all, canvas_color (canvas, 0xff204060));
  for (z = 0; z <= GST_PUBLISH_MAX_Z_ORDER; z++) {
    for (i = 0; i < n; i++) {
      const GstPublishLayout *l = &layouts[i];
      const Rect rect = { l->x, l->y, l->x + l->width, l->y + l->height };
      Rect visible = rect_intersect (&rect, &all);
      const GstVideoFrame *frame = &pictures[i]->frame;
      Placement place = placement_make (l->fill_mode, &rect,
          GST_VIDEO_FRAME_WIDTH (frame), GST_VIDEO_FRAME_HEIGHT (frame), 1, 1);
      Sprite sprite = { {0,}, };

      if (l->z_order != z || rect_is_empty (&visible))
        continue;
      if (l->has_background_color)
        canvas_fill (canvas, &visible, canvas_color (canvas,
                l->background_color));
      if (!sprite_init (&sprite, &place, GST_VIDEO_FRAME_WIDTH (frame),
              GST_VIDEO_FRAME_HEIGHT (frame), canvas->width, canvas->height))
        continue;
      if (pictures[i]->has_alpha)
        canvas_blend (canvas, &sprite.visible, &sprite, frame, NULL, 0);
      else
        canvas_draw (canvas, &sprite.visible, &sprite, frame);
      sprite_clear (&sprite);
    }
  }
}

static const GstVideoFormat in_formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_RGBA,
  GST_VIDEO_FORMAT_A420
};

/* Layers as a stage makes them of layouts. */
static GArray *
make_layers (const GstPublishLayout * layouts, Picture * const *pictures,
    guint n)
{
  GArray *layers = g_array_new (FALSE, TRUE, sizeof (SceneLayer));
  guint i;
  gint z;

  for (z = 0; z <= GST_PUBLISH_MAX_Z_ORDER; z++) {
    for (i = 0; i < n; i++) {
      const GstPublishLayout *l = &layouts[i];
      SceneLayer layer;

      if (l->z_order != z)
        continue;
      memset (&layer, 0, sizeof (layer));
      layer.rect = (Rect) {
      l->x, l->y, l->x + l->width, l->y + l->height};
      layer.fill_mode = l->fill_mode;
      layer.has_color = l->has_background_color;
      layer.color = l->background_color;
      layer.picture = pictures[i];
      layer.opacity = 255;
      g_array_append_val (layers, layer);
    }
  }

  return layers;
}

/* A scene that leaves out what is hidden is the picture with nothing left
 * out: random layouts at even places, on I420 and NV12, to the bit. */
GST_START_TEST (test_hidden_parts)
{
  GRand *rand = g_rand_new_with_seed (3);
  gint round;
  guint i;

  for (round = 0; round < 200; round++) {
    GstVideoInfo info = make_info (round % 2 ? GST_VIDEO_FORMAT_NV12 :
        GST_VIDEO_FORMAT_I420, 128, 96);
    GstBuffer *plain = random_buffer (&info, rand);
    GstBuffer *made = random_buffer (&info, rand);
    GstPublishLayout layouts[6];
    Picture pictures[6], *pointers[6];
    const Rect all = { 0, 0, 128, 96 };
    GstVideoFrame frame;
    GArray *layers;
    Canvas canvas;
    Scene scene;
    GstMapInfo a, b;

    memset (layouts, 0, sizeof (layouts));
    memset (pictures, 0, sizeof (pictures));
    memset (&canvas, 0, sizeof (canvas));
    canvas_set_info (&canvas, &info);

    for (i = 0; i < 6; i++) {
      Rect r = random_rect (rand, 128, 96);
      GstVideoInfo in = make_info (in_formats[g_rand_int_range (rand, 0, 4)],
          g_rand_int_range (rand, 2, 100), g_rand_int_range (rand, 2, 100));
      GstBuffer *buffer = random_buffer (&in, rand);

      /* even edges, and no `fit`: its place inside of the layout may be odd */
      layouts[i].x = r.x0 & ~1;
      layouts[i].y = r.y0 & ~1;
      layouts[i].width = (r.x1 - r.x0 + 1) & ~1;
      layouts[i].height = (r.y1 - r.y0 + 1) & ~1;
      layouts[i].z_order = g_rand_int_range (rand, 0, 3);
      layouts[i].has_background_color = g_rand_boolean (rand);
      layouts[i].background_color = g_rand_int (rand);
      layouts[i].fill_mode = g_rand_boolean (rand) ?
          GST_PUBLISH_FILL_MODE_FILL : GST_PUBLISH_FILL_MODE_STRETCH;
      fail_unless (picture_set (&pictures[i], buffer, &in,
              GST_VIDEO_ORIENTATION_IDENTITY, &info, NULL));
      pointers[i] = &pictures[i];
      gst_buffer_unref (buffer);
    }

    fail_unless (gst_video_frame_map (&frame, &info, plain, GST_MAP_WRITE));
    canvas_set_frame (&canvas, &frame);
    paint_all (&canvas, layouts, pointers, 6);
    gst_video_frame_unmap (&frame);

    scene_init (&scene);
    layers = make_layers (layouts, pointers, 6);
    scene_make (&scene, &canvas, 0xff204060, layers);
    fail_unless (scene_fits (&scene, layers));
    g_array_unref (layers);
    fail_unless (gst_video_frame_map (&frame, &info, made, GST_MAP_WRITE));
    canvas_set_frame (&canvas, &frame);
    scene_paint (&scene, &canvas, &all);
    gst_video_frame_unmap (&frame);

    gst_buffer_map (plain, &a, GST_MAP_READ);
    gst_buffer_map (made, &b, GST_MAP_READ);
    fail_unless (memcmp (a.data, b.data, a.size) == 0, "round %d", round);
    gst_buffer_unmap (plain, &a);
    gst_buffer_unmap (made, &b);

    scene_clear (&scene);
    canvas_clear (&canvas);
    for (i = 0; i < 6; i++)
      picture_clear (&pictures[i]);
    gst_buffer_unref (plain);
    gst_buffer_unref (made);
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
layoutscene_suite (void)
{
  Suite *s = suite_create ("layoutscene");
  TCase *tc = tcase_create ("scene");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_subtract);
  tcase_add_test (tc, test_placement);
  tcase_add_test (tc, test_hidden_parts);

  return s;
}

GST_CHECK_MAIN (layoutscene);
