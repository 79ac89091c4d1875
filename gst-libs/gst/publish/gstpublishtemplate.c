/* Templates: layouts for n users, as functions of the canvas size.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishtemplate.h"

#include <string.h>

/* of the screen share template's side column: 300 of 1600 pixels wide and
 * cells of 300x200, as in the second case of the API's guide (seed 000) */
#define SIDE_WIDTH(width) ((width) * 3 / 16)
#define SIDE_CELL_HEIGHT(width) ((width) * 2 / 3)

#define FLOATS_PER_ROW 5
#define INSETS_PER_COLUMN 5

typedef struct
{
  gint x;
  gint y;
  gint width;
  gint height;
} Area;

typedef struct
{
  GstPublishLayout *layouts;
  guint n_layouts;
} Layouts;

/* Even numbers put the edges of a layout on chroma samples too. */
static inline gint even (gint64 value)
{
  return (gint) (value & ~(gint64) 1);
}

static gint gap_of (gint width, gint height)
{
  return even (MIN (width, height) / 90);
}

static GstPublishLayout *add (Layouts * to, gint x, gint y, gint width,
    gint height, gint z_order)
{
  GstPublishLayout *layout = &to->layouts[to->n_layouts++];

  memset (layout, 0, sizeof (*layout));
  layout->x = x;
  layout->y = y;
  layout->width = width;
  layout->height = height;
  layout->z_order = z_order;
  layout->fill_mode = GST_PUBLISH_FILL_MODE_FILL;
  layout->background_color = 0xff000000;

  return layout;
}

/* How large a picture of the usual shape shows in a cell: 16:9 on a lying or
 * square canvas, 3:4 on a standing one (phones). */
static gint64 visible_area (gint width, gint height, gboolean portrait)
{
  gint64 shape_w = portrait ? 3 : 16;
  gint64 shape_h = portrait ? 4 : 9;

  if ((gint64) width * shape_h < (gint64) height * shape_w)
    return (gint64) width *width * shape_h / shape_w;

  return (gint64) height *height * shape_w / shape_h;
}

/* The number of columns whose cells show the most, the squarer cells of two
 * that show alike; 0 if @n cells do not fit. */
static guint
choose_columns (const Area * area, guint n, gint gap, gboolean portrait)
{
  gint64 best_area = 0;
  gdouble best_shape = 0.0;
  guint columns, best = 0;

  for (columns = 1; columns <= n; columns++) {
    guint rows = (n + columns - 1) / columns;
    gint width = even ((area->width - gap * ((gint) columns - 1)) /
        (gint) columns);
    gint height = even ((area->height - gap * ((gint) rows - 1)) / (gint) rows);
    gint64 visible;
    gdouble shape;

    if (width < GST_PUBLISH_MIN_SIDE || height < GST_PUBLISH_MIN_SIDE)
      continue;

    visible = visible_area (width, height, portrait);
    shape = (gdouble) MIN (width, height) / MAX (width, height);
    if (best == 0 || visible > best_area ||
        (visible == best_area && shape > best_shape)) {
      best = columns;
      best_area = visible;
      best_shape = shape;
    }
  }

  return best;
}

/* Equal cells in the middle of @area; a last row that is not full stands in
 * the middle of its row. */
static void add_grid (Layouts * to, const Area * area, guint n, gint gap)
{
  gboolean portrait = area->height > area->width;
  guint columns = 0, rows, i;
  gint width, height, top;

  while (n > 0 && !(columns = choose_columns (area, n, gap, portrait))) {
    if (gap > 0)
      gap = 0;
    else
      n--;
  }
  if (n == 0)
    return;

  rows = (n + columns - 1) / columns;
  width = even ((area->width - gap * ((gint) columns - 1)) / (gint) columns);
  height = even ((area->height - gap * ((gint) rows - 1)) / (gint) rows);
  top = area->y + even ((area->height - height * (gint) rows -
          gap * ((gint) rows - 1)) / 2);

  for (i = 0; i < n; i++) {
    gint row = i / columns;
    gint column = i % columns;
    gint in_row = MIN (columns, n - row * columns);
    gint left = area->x + even ((area->width - width * in_row -
            gap * (in_row - 1)) / 2);

    add (to, left + column * (width + gap), top + row * (height + gap),
        width, height, 0);
  }
}

static void make_grid (Layouts * to, const Area * canvas, guint n)
{
  if (n == 1)
    add (to, 0, 0, canvas->width, canvas->height, 0);
  else
    add_grid (to, canvas, n, gap_of (canvas->width, canvas->height));
}

/* Small ones keep their places when others join: from the bottom left corner
 * to the right, then the row above. */
static void make_float (Layouts * to, const Area * canvas, guint n)
{
  gint gap = gap_of (canvas->width, canvas->height);
  gint width = even ((canvas->width - gap * (FLOATS_PER_ROW + 1)) /
      FLOATS_PER_ROW);
  gint height = even ((gint64) width * canvas->height / canvas->width);
  guint i;

  if (n == 0)
    return;
  add (to, 0, 0, canvas->width, canvas->height, 0);

  for (i = 0; i + 1 < n; i++) {
    gint row = i / FLOATS_PER_ROW;
    gint column = i % FLOATS_PER_ROW;
    gint x = gap + column * (width + gap);
    gint y = even (canvas->height) - (row + 1) * (height + gap);

    if (width < GST_PUBLISH_MIN_SIDE || height < GST_PUBLISH_MIN_SIDE || y < 0)
      return;
    add (to, x, y, width, height, 1);
  }
}

/* The usual picture in picture has one inset in the bottom right corner, a
 * quarter of the canvas wide; more insets stand on it, then left of it. */
static void make_pip (Layouts * to, const Area * canvas, guint n)
{
  gint gap = gap_of (canvas->width, canvas->height);
  gint insets = (gint) n - 1;
  gint columns = (insets + INSETS_PER_COLUMN - 1) / INSETS_PER_COLUMN;
  gint rows, width, height, i;

  if (n == 0)
    return;
  add (to, 0, 0, canvas->width, canvas->height, 0);
  if (insets == 0)
    return;

  rows = (insets + columns - 1) / columns;
  height = even (MIN (canvas->height / 4,
          (canvas->height - gap * (rows + 1)) / rows));
  width = even ((gint64) height * canvas->width / canvas->height);

  for (i = 0; i < insets; i++) {
    gint row = i % rows;
    gint column = i / rows;
    gint x = even (canvas->width) - (column + 1) * (width + gap);
    gint y = even (canvas->height) - (row + 1) * (height + gap);

    if (width < GST_PUBLISH_MIN_SIDE || height < GST_PUBLISH_MIN_SIDE ||
        x < 0 || y < 0)
      return;
    add (to, x, y, width, height, 1);
  }
}

static void add_stage (Layouts * to, gint width, gint height)
{
  GstPublishLayout *stage = add (to, 0, 0, width, height, 0);

  /* text at the edge of a shared screen must not be cut off */
  stage->fill_mode = GST_PUBLISH_FILL_MODE_FIT;
  stage->has_background_color = TRUE;
  stage->has_stream_type = TRUE;
  stage->stream_type = GST_PUBLISH_STREAM_TYPE_SUB;
}

static void
make_screen_share_landscape (Layouts * to, const Area * canvas, gint n)
{
  gint gap = gap_of (canvas->width, canvas->height);
  gint columns = n <= 5 ? 1 : n <= 10 ? 2 : 3;
  gint rows = (n + columns - 1) / columns;
  gint side = SIDE_WIDTH (canvas->width) * (columns + 2) / 3;
  gint width = even ((side - gap * (columns - 1)) / columns);
  gint height = even (MIN (SIDE_CELL_HEIGHT (width),
          (canvas->height - gap * (rows - 1)) / rows));
  gint left = even (canvas->width) - columns * width - (columns - 1) * gap;
  gint i;

  if (width < GST_PUBLISH_MIN_SIDE || height < GST_PUBLISH_MIN_SIDE) {
    add_stage (to, canvas->width, canvas->height);
    return;
  }

  add_stage (to, left - gap, canvas->height);
  for (i = 0; i < n; i++)
    add (to, left + i / rows * (width + gap), i % rows * (height + gap),
        width, height, 0);
}

static void
make_screen_share_portrait (Layouts * to, const Area * canvas, guint n)
{
  gint gap = gap_of (canvas->width, canvas->height);
  gint stage = even (CLAMP (canvas->width * 9 / 16, canvas->height / 3,
          canvas->height / 2));
  Area rest = { 0, stage + gap, canvas->width, canvas->height - stage - gap };

  if (stage < GST_PUBLISH_MIN_SIDE || rest.height < GST_PUBLISH_MIN_SIDE) {
    add_stage (to, canvas->width, canvas->height);
    return;
  }

  add_stage (to, canvas->width, stage);
  add_grid (to, &rest, n, gap);
}

static void make_screen_share (Layouts * to, const Area * canvas, guint n)
{
  /* the stage is one of the sixteen */
  n = MIN (n, GST_PUBLISH_MAX_LAYOUTS - 1);

  if (n == 0)
    add_stage (to, canvas->width, canvas->height);
  else if (canvas->height > canvas->width)
    make_screen_share_portrait (to, canvas, n);
  else
    make_screen_share_landscape (to, canvas, n);
}

/**
 * gst_publish_template_make_layouts:
 * @template_: the rule
 * @canvas_width: pixels, 2..8192
 * @canvas_height: pixels, 2..8192
 * @n_users: how many cameras (not screen shares) there are; what is above the
 *   number of layouts waits
 * @layouts: (out caller-allocates): where the layouts go; they own nothing
 *
 * Makes the layouts of a template. All are free layouts, in the order in
 * which gst_publish_slots_assign() fills them, inside the canvas, with even
 * places and sizes (a layout that ends at the canvas's edge may have an odd
 * size on an odd canvas) and even gaps. The result depends on nothing but the
 * arguments. Any thread may call this.
 *
 * - `grid`: equal cells in as many columns as show the pictures largest;
 *   a single user has the whole canvas.
 * - `float`: the first user on the whole canvas; the others above it, five to
 *   a row, from the bottom left corner.
 * - `pip`: the first user on the whole canvas; the others above it from the
 *   bottom right corner up, a quarter of the canvas high or what fits.
 * - `screen-share`: first a stage that takes the stream type `sub`, whole
 *   picture on black, at the left and full height; then up to 15 cameras in
 *   one to three columns at its right. On a standing canvas the stage is at
 *   the top and the cameras are a grid below. Without users the stage has the
 *   whole canvas.
 *
 * Layouts of `grid` and `screen-share` do not overlap; in `float` and `pip`
 * only the first, z-order 0, lies below the others, z-order 1.
 *
 * On a canvas of a few pixels fewer layouts may fit than users.
 *
 * Returns: the number of layouts, at most %GST_PUBLISH_MAX_LAYOUTS; 0 for
 *   %GST_PUBLISH_TEMPLATE_NONE
 */
guint
gst_publish_template_make_layouts (GstPublishTemplate template_,
    gint canvas_width, gint canvas_height, guint n_users,
    GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS])
{
  Area canvas = { 0, 0, canvas_width, canvas_height };
  Layouts to = { layouts, 0 };

  g_return_val_if_fail (canvas_width >= GST_PUBLISH_MIN_SIDE &&
      canvas_width <= GST_PUBLISH_MAX_SIDE, 0);
  g_return_val_if_fail (canvas_height >= GST_PUBLISH_MIN_SIDE &&
      canvas_height <= GST_PUBLISH_MAX_SIDE, 0);
  g_return_val_if_fail (layouts != NULL, 0);

  n_users = MIN (n_users, GST_PUBLISH_MAX_LAYOUTS);

  switch (template_) {
    case GST_PUBLISH_TEMPLATE_GRID:
      make_grid (&to, &canvas, n_users);
      break;
    case GST_PUBLISH_TEMPLATE_FLOAT:
      make_float (&to, &canvas, n_users);
      break;
    case GST_PUBLISH_TEMPLATE_SCREEN_SHARE:
      make_screen_share (&to, &canvas, n_users);
      break;
    case GST_PUBLISH_TEMPLATE_PIP:
      make_pip (&to, &canvas, n_users);
      break;
    case GST_PUBLISH_TEMPLATE_NONE:
      break;
  }

  return to.n_layouts;
}
