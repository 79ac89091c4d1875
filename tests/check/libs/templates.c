/* Templates: what holds for every number of users on every canvas, and what
 * well-known canvases look like.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

static const struct
{
  gint width, height;
} canvases[] = {
  /* usual ones first */
  {1280, 720}, {1920, 1080}, {640, 360}, {1600, 900}, {640, 480}, {1080, 1080},
  {720, 1280}, {1080, 1920}, {360, 640}, {768, 1024},
  /* odd, tiny, extreme */
  {1281, 721}, {1279, 719}, {719, 1279}, {321, 181}, {64, 36}, {36, 64},
  {20, 20}, {3, 3}, {2, 2}, {2, 8192}, {8192, 2}, {8192, 8192}, {8191, 3},
  {17, 8191}, {100, 7},
};

#define N_USUAL 10

static const GstPublishTemplate templates[] = {
  GST_PUBLISH_TEMPLATE_GRID, GST_PUBLISH_TEMPLATE_FLOAT,
  GST_PUBLISH_TEMPLATE_SCREEN_SHARE, GST_PUBLISH_TEMPLATE_PIP
};

static gboolean
overlap (const GstPublishLayout * a, const GstPublishLayout * b)
{
  return a->x < b->x + b->width && b->x < a->x + a->width &&
      a->y < b->y + b->height && b->y < a->y + a->height;
}

static gboolean
covers (const GstPublishLayout * layout, gint width, gint height)
{
  return layout->x == 0 && layout->y == 0 && layout->width == width &&
      layout->height == height;
}

static void
expect_sound (const GstPublishLayout * layout, gint width,
    gint height, const gchar * what)
{
  fail_unless (layout->x >= 0 && layout->y >= 0, "%s", what);
  fail_unless (layout->width >= 2 && layout->height >= 2, "%s", what);
  fail_unless (layout->x + layout->width <= width, "%s", what);
  fail_unless (layout->y + layout->height <= height, "%s", what);
  fail_unless (layout->x % 2 == 0 && layout->y % 2 == 0, "%s", what);
  /* odd only where the canvas ends */
  fail_unless (layout->width % 2 == 0 || layout->x + layout->width == width,
      "%s", what);
  fail_unless (layout->height % 2 == 0 || layout->y + layout->height == height,
      "%s", what);
  fail_unless (layout->z_order >= 0 && layout->z_order <= 15, "%s", what);
  fail_unless (layout->fixed_user.user_id == NULL, "%s", what);
  fail_unless (layout->placeholder_image == NULL, "%s", what);
}

GST_START_TEST (test_invariants)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  GstPublishLayout again[GST_PUBLISH_MAX_LAYOUTS];
  guint c, t, n, i, j, count;

  for (c = 0; c < G_N_ELEMENTS (canvases); c++) {
    for (t = 0; t < G_N_ELEMENTS (templates); t++) {
      for (n = 0; n <= 17; n++) {
        gboolean stage = templates[t] == GST_PUBLISH_TEMPLATE_SCREEN_SHARE;
        gboolean flat = stage || templates[t] == GST_PUBLISH_TEMPLATE_GRID;
        gint width = canvases[c].width, height = canvases[c].height;
        guint wanted = MIN (n + (stage ? 1 : 0), 16);
        gchar *what = g_strdup_printf ("%s of %u on %dx%d",
            gst_publish_enum_get_nick (GST_TYPE_PUBLISH_TEMPLATE,
                templates[t]), n, width, height);

        memset (layouts, 0xa5, sizeof (layouts));
        count = gst_publish_template_make_layouts (templates[t], width,
            height, n, layouts);
        if (c < N_USUAL)
          fail_unless (count == wanted, "%s: %u layouts", what, count);
        fail_unless (count <= wanted, "%s: %u layouts", what, count);
        fail_unless (wanted == 0 || count >= 1, "%s", what);

        for (i = 0; i < count; i++) {
          expect_sound (&layouts[i], width, height, what);
          fail_unless (layouts[i].z_order == (flat || i == 0 ? 0 : 1), "%s",
              what);
          for (j = flat ? 0 : 1; j < i; j++)
            fail_if (overlap (&layouts[i], &layouts[j]), "%s: %u, %u", what, i,
                j);
          /* but for the first, all are of one size */
          if (i > (templates[t] == GST_PUBLISH_TEMPLATE_GRID ? 0 : 1))
            fail_unless (layouts[i].width == layouts[i - 1].width &&
                layouts[i].height == layouts[i - 1].height, "%s", what);
          fail_unless (layouts[i].has_stream_type == (stage && i == 0), "%s",
              what);
        }
        if (count > 0 && stage) {
          fail_unless_equals_int (layouts[0].stream_type,
              GST_PUBLISH_STREAM_TYPE_SUB);
          fail_unless_equals_int (layouts[0].fill_mode,
              GST_PUBLISH_FILL_MODE_FIT);
        } else if (count > 0 && !flat) {
          fail_unless (covers (&layouts[0], width, height), "%s", what);
        }

        /* nothing but the arguments decides */
        memset (again, 0x5a, sizeof (again));
        fail_unless_equals_int (gst_publish_template_make_layouts
            (templates[t], width, height, n, again), count);
        fail_unless (memcmp (layouts, again, count * sizeof (*layouts)) == 0,
            "%s", what);
        g_free (what);
      }
    }
  }
}

GST_END_TEST;

/* on usual canvases little is wasted and no cell is a stripe */
GST_START_TEST (test_usual_canvases)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  guint c, n, i, count;

  for (c = 0; c < N_USUAL; c++) {
    gint64 canvas = (gint64) canvases[c].width * canvases[c].height;

    for (n = 1; n <= 16; n++) {
      gint64 used = 0;
      gdouble shape;

      count = gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID,
          canvases[c].width, canvases[c].height, n, layouts);
      for (i = 0; i < count; i++)
        used += (gint64) layouts[i].width * layouts[i].height;
      fail_unless (used * 100 >= canvas * 65, "grid of %u on %dx%d: %d %%", n,
          canvases[c].width, canvases[c].height, (gint) (used * 100 / canvas));
      shape = (gdouble) layouts[0].width / layouts[0].height;
      fail_unless (shape >= 0.4 && shape <= 3.0, "grid of %u on %dx%d: %g", n,
          canvases[c].width, canvases[c].height, shape);

      gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_SCREEN_SHARE,
          canvases[c].width, canvases[c].height, n, layouts);
      used = (gint64) layouts[0].width * layouts[0].height;
      fail_unless (used * 100 >= canvas * 30, "screen-share of %u on %dx%d", n,
          canvases[c].width, canvases[c].height);
      if (canvases[c].width >= canvases[c].height)
        fail_unless (layouts[1].x >= layouts[0].width);
      else
        fail_unless (layouts[1].y >= layouts[0].height);

      count = gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_FLOAT,
          canvases[c].width, canvases[c].height, n, layouts);
      for (i = 1; i < count; i++)
        fail_unless (layouts[i].y >= canvases[c].height / 3);
      /* a face can be made out */
      count = gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_PIP,
          canvases[c].width, canvases[c].height, n, layouts);
      for (i = 1; i < count; i++)
        fail_unless (layouts[i].height * 7 >= canvases[c].height);
    }
  }
}

GST_END_TEST;

static void
expect_layout (const GstPublishLayout * layout, gint x, gint y,
    gint width, gint height)
{
  fail_unless (layout->x == x && layout->y == y && layout->width == width &&
      layout->height == height, "%d,%d %dx%d instead of %d,%d %dx%d",
      layout->x, layout->y, layout->width, layout->height, x, y, width, height);
}

/* worked out by hand: a gap is a 90th of the short side */
GST_START_TEST (test_grid)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];

  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID, 1280, 720, 1,
      layouts);
  expect_layout (&layouts[0], 0, 0, 1280, 720);
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID, 1281, 721, 1,
      layouts);
  expect_layout (&layouts[0], 0, 0, 1281, 721);
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID, 1280, 720, 2,
      layouts);
  expect_layout (&layouts[0], 0, 0, 636, 720);
  expect_layout (&layouts[1], 644, 0, 636, 720);
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID, 1280, 720, 4,
      layouts);
  expect_layout (&layouts[0], 0, 0, 636, 356);
  expect_layout (&layouts[1], 644, 0, 636, 356);
  expect_layout (&layouts[2], 0, 364, 636, 356);
  expect_layout (&layouts[3], 644, 364, 636, 356);
  /* two above, the third in the middle below */
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID, 1280, 720, 3,
      layouts);
  expect_layout (&layouts[2], 322, 364, 636, 356);
  /* a standing canvas stacks two */
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_GRID, 720, 1280, 2,
      layouts);
  expect_layout (&layouts[0], 0, 0, 720, 636);
  expect_layout (&layouts[1], 0, 644, 720, 636);
}

GST_END_TEST;

GST_START_TEST (test_float)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  GstPublishLayout more[GST_PUBLISH_MAX_LAYOUTS];

  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_FLOAT, 1280, 720, 2,
      layouts);
  expect_layout (&layouts[0], 0, 0, 1280, 720);
  /* a fifth of what six gaps of 8 leave, at the canvas's shape */
  expect_layout (&layouts[1], 8, 720 - 138 - 8, 246, 138);
  /* who joins moves nobody */
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_FLOAT, 1280, 720, 16,
      more);
  fail_unless (memcmp (layouts, more, 2 * sizeof (*layouts)) == 0);
  /* the sixth small one stands on the first */
  expect_layout (&more[6], 8, 720 - 2 * (138 + 8), 246, 138);
}

GST_END_TEST;

GST_START_TEST (test_pip)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];

  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_PIP, 1280, 720, 3,
      layouts);
  expect_layout (&layouts[0], 0, 0, 1280, 720);
  expect_layout (&layouts[1], 1280 - 320 - 8, 720 - 180 - 8, 320, 180);
  expect_layout (&layouts[2], 1280 - 320 - 8, 720 - 2 * (180 + 8), 320, 180);
}

GST_END_TEST;

GST_START_TEST (test_screen_share)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];

  /* the second case of the guide: a column 300 wide of 300x200 on 1600x900 */
  fail_unless_equals_int (gst_publish_template_make_layouts
      (GST_PUBLISH_TEMPLATE_SCREEN_SHARE, 1600, 900, 4, layouts), 5);
  expect_layout (&layouts[0], 0, 0, 1290, 900);
  expect_layout (&layouts[1], 1300, 0, 300, 200);
  expect_layout (&layouts[4], 1300, 630, 300, 200);
  fail_unless_equals_int (gst_publish_template_make_layouts
      (GST_PUBLISH_TEMPLATE_SCREEN_SHARE, 1600, 900, 0, layouts), 1);
  expect_layout (&layouts[0], 0, 0, 1600, 900);
  /* standing: the stage above */
  gst_publish_template_make_layouts (GST_PUBLISH_TEMPLATE_SCREEN_SHARE, 1080,
      1920, 1, layouts);
  expect_layout (&layouts[0], 0, 0, 1080, 640);
  expect_layout (&layouts[1], 0, 652, 1080, 1268);
}

GST_END_TEST;

GST_START_TEST (test_none)
{
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];

  fail_unless_equals_int (gst_publish_template_make_layouts
      (GST_PUBLISH_TEMPLATE_NONE, 1280, 720, 4, layouts), 0);
}

GST_END_TEST;

static Suite *
templates_suite (void)
{
  Suite *suite = suite_create ("templates");
  TCase *tcase = tcase_create ("templates");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_invariants);
  tcase_add_test (tcase, test_usual_canvases);
  tcase_add_test (tcase, test_grid);
  tcase_add_test (tcase, test_float);
  tcase_add_test (tcase, test_pip);
  tcase_add_test (tcase, test_screen_share);
  tcase_add_test (tcase, test_none);

  return suite;
}

GST_CHECK_MAIN (templates);
