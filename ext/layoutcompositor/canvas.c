/* canvas.c: drawing rectangles of colour and pictures on a 4:2:0 frame
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "canvas.h"

#include <math.h>
#include <string.h>

/* The quarters of a chroma sample, and the remainder that each adds: since
 * floor (v / 4) + floor ((v + 1) / 4) + floor ((v + 2) / 4)
 * + floor ((v + 3) / 4) = v, four quarters of one value make it again. */
enum
{
  TOP_LEFT = 1 << 0,
  TOP_RIGHT = 1 << 1,
  BOTTOM_LEFT = 1 << 2,
  BOTTOM_RIGHT = 1 << 3,
  TOP = TOP_LEFT | TOP_RIGHT,
  BOTTOM = BOTTOM_LEFT | BOTTOM_RIGHT,
  LEFT = TOP_LEFT | BOTTOM_LEFT,
  RIGHT = TOP_RIGHT | BOTTOM_RIGHT,
  WHOLE = TOP | BOTTOM,
};

static guint8
quarters_of (guint8 value, guint covered)
{
  guint sum = 0;
  guint i;

  for (i = 0; i < 4; i++)
    if (covered & (1 << i))
      sum += (value + i) / 4;

  return (guint8) sum;
}

/* The chroma samples of a rectangle. */
typedef struct
{
  Rect all;                     /* every sample that it touches */
  Rect whole;                   /* those that are its own */
} ChromaCover;

/* The last sample of an odd canvas has no neighbour: it belongs to the
 * rectangle that covers its one column or row. */
static ChromaCover
chroma_cover (const Canvas * canvas, const Rect * r)
{
  ChromaCover c;

  c.all.x0 = r->x0 / 2;
  c.all.y0 = r->y0 / 2;
  c.all.x1 = (r->x1 + 1) / 2;
  c.all.y1 = (r->y1 + 1) / 2;
  c.whole.x0 = (r->x0 + 1) / 2;
  c.whole.y0 = (r->y0 + 1) / 2;
  c.whole.x1 = r->x1 == canvas->width ? c.all.x1 : r->x1 / 2;
  c.whole.y1 = r->y1 == canvas->height ? c.all.y1 : r->y1 / 2;

  /* one odd column of luma, inside of one sample */
  c.whole.x1 = MAX (c.whole.x1, c.whole.x0);
  c.whole.y1 = MAX (c.whole.y1, c.whole.y0);

  return c;
}

/* Which quarters of chroma sample (@x, @y) @r covers. */
static guint
covered_quarters (const Canvas * canvas, const Rect * r, gint x, gint y)
{
  guint covered = WHOLE;

  if (2 * x < r->x0)
    covered &= ~LEFT;
  if (2 * x + 1 >= r->x1 && 2 * x + 1 < canvas->width)
    covered &= ~RIGHT;
  if (2 * y < r->y0)
    covered &= ~TOP;
  if (2 * y + 1 >= r->y1 && 2 * y + 1 < canvas->height)
    covered &= ~BOTTOM;

  return covered;
}

/* The rectangles of the shared samples of @r: at most two rows and, between
 * them, two columns. Returns how many. */
static guint
shared_chroma (const ChromaCover * c, Rect shared[4])
{
  Rect parts[4] = {
    {c->all.x0, c->all.y0, c->all.x1, MIN (c->whole.y0, c->all.y1)},
    {c->all.x0, MAX (c->whole.y1, c->whole.y0), c->all.x1, c->all.y1},
    {c->all.x0, c->whole.y0, MIN (c->whole.x0, c->all.x1), c->whole.y1},
    {MAX (c->whole.x1, c->whole.x0), c->whole.y0, c->all.x1, c->whole.y1},
  };
  guint n = 0;
  guint i;

  for (i = 0; i < 4; i++)
    if (!rect_is_empty (&parts[i]))
      shared[n++] = parts[i];

  return n;
}

static guint8 *
chroma_at (const Canvas * canvas, gint component, gint x, gint y)
{
  return canvas->data[component] + y * canvas->stride[component] +
      (gssize) x *canvas->chroma_step;
}

static guint8 *
canvas_edge (Canvas * canvas, gsize size)
{
  if (canvas->edge_size < size) {
    g_free (canvas->edge);
    canvas->edge = g_malloc (size);
    canvas->edge_size = size;
  }
  return canvas->edge;
}

/**
 * canvas_set_info:
 * @canvas: a zero-initialised or used canvas
 * @info: the output's format, I420 or NV12
 *
 * Prepares for frames of this size, format and colorimetry.
 */
void
canvas_set_info (Canvas * canvas, const GstVideoInfo * info)
{
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];
  gdouble kr = 0.2126, kb = 0.0722;
  gdouble y_scale, c_scale;

  canvas->width = GST_VIDEO_INFO_WIDTH (info);
  canvas->height = GST_VIDEO_INFO_HEIGHT (info);
  canvas->chroma_step = GST_VIDEO_INFO_COMP_PSTRIDE (info, 1);

  gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb);
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo,
      offset, scale);
  y_scale = scale[0] / 255.0;
  c_scale = scale[1] / 255.0;
  canvas->offset[0] = offset[0];
  canvas->offset[1] = offset[1];
  canvas->offset[2] = offset[2];

  /* Y = Kr R + Kg G + Kb B, U = (B - Y) / (2 (1 - Kb)),
   * V = (R - Y) / (2 (1 - Kr)): ITU-R BT.709-6, 3.2 to 3.4 */
  canvas->rgb_to_yuv[0][0] = kr * y_scale;
  canvas->rgb_to_yuv[0][1] = (1 - kr - kb) * y_scale;
  canvas->rgb_to_yuv[0][2] = kb * y_scale;
  canvas->rgb_to_yuv[1][0] = -kr / (2 * (1 - kb)) * c_scale;
  canvas->rgb_to_yuv[1][1] = -(1 - kr - kb) / (2 * (1 - kb)) * c_scale;
  canvas->rgb_to_yuv[1][2] = 0.5 * c_scale;
  canvas->rgb_to_yuv[2][0] = 0.5 * c_scale;
  canvas->rgb_to_yuv[2][1] = -(1 - kr - kb) / (2 * (1 - kr)) * c_scale;
  canvas->rgb_to_yuv[2][2] = -kb / (2 * (1 - kr)) * c_scale;
}

/**
 * canvas_borrow:
 * @canvas: a zero-initialised or used canvas
 * @from: a canvas that was prepared
 *
 * Prepares for the same frames as @from does.
 */
void
canvas_borrow (Canvas * canvas, const Canvas * from)
{
  ScalerScratch scratch = canvas->scratch;
  guint8 *edge = canvas->edge;
  gsize edge_size = canvas->edge_size;
  guint8 *aside = canvas->aside;
  gsize aside_size = canvas->aside_size;

  *canvas = *from;
  canvas->scratch = scratch;
  canvas->edge = edge;
  canvas->edge_size = edge_size;
  canvas->aside = aside;
  canvas->aside_size = aside_size;
}

/**
 * canvas_set_frame:
 * @canvas: the canvas
 * @frame: a frame of the canvas's format, mapped for writing
 *
 * The frame that is painted from now on.
 */
void
canvas_set_frame (Canvas * canvas, GstVideoFrame * frame)
{
  gint i;

  for (i = 0; i < 3; i++) {
    canvas->data[i] = GST_VIDEO_FRAME_COMP_DATA (frame, i);
    canvas->stride[i] = GST_VIDEO_FRAME_COMP_STRIDE (frame, i);
  }
}

/**
 * canvas_clear:
 * @canvas: the canvas
 *
 * Frees what painting needed.
 */
void
canvas_clear (Canvas * canvas)
{
  scaler_scratch_clear (&canvas->scratch);
  g_clear_pointer (&canvas->edge, g_free);
  canvas->edge_size = 0;
  g_clear_pointer (&canvas->aside, g_free);
  canvas->aside_size = 0;
}

/**
 * canvas_color:
 * @canvas: the canvas
 * @argb: 0xAARRGGBB; alpha is not used
 *
 * Returns: the colour in the canvas's matrix and range
 */
CanvasColor
canvas_color (const Canvas * canvas, guint32 argb)
{
  gdouble rgb[3] = { (argb >> 16) & 0xff, (argb >> 8) & 0xff, argb & 0xff };
  guint8 yuv[3];
  gint i;

  for (i = 0; i < 3; i++) {
    const gdouble *m = canvas->rgb_to_yuv[i];
    gdouble value = canvas->offset[i] + m[0] * rgb[0] + m[1] * rgb[1] +
        m[2] * rgb[2];

    yuv[i] = (guint8) CLAMP (floor (value + 0.5), 0, 255);
  }

  return (CanvasColor) {
  yuv[0], yuv[1], yuv[2]};
}

/**
 * sprite_init:
 * @sprite: the sprite
 * @placement: where the picture goes
 * @src_width: the input's width, in luma samples
 * @src_height: the input's height
 * @canvas_width: the canvas's width
 * @canvas_height: the canvas's height
 *
 * Makes the tables that scale a 4:2:0 input to its place.
 *
 * Returns: %FALSE if nothing of it lies on the canvas: then there is nothing
 *     to clear either
 */
gboolean
sprite_init (Sprite * sprite, const Placement * placement, gint src_width,
    gint src_height, gint canvas_width, gint canvas_height)
{
  const Rect canvas = { 0, 0, canvas_width, canvas_height };
  const Rect *r = &placement->rect;
  Rect v = rect_intersect (r, &canvas);
  gdouble chroma_x, chroma_y;

  if (rect_is_empty (&v))
    return FALSE;

  sprite->visible = v;
  sprite->chroma = (Rect) {
  v.x0 / 2, v.y0 / 2, (v.x1 + 1) / 2, (v.y1 + 1) / 2};

  sprite->luma_h = scaler_axis_new (src_width,
      placement->crop_x + (v.x0 - r->x0) * placement->step_x,
      placement->step_x, v.x1 - v.x0);
  sprite->luma_v = scaler_axis_new_rows (src_height,
      placement->crop_y + (v.y0 - r->y0) * placement->step_y,
      placement->step_y, v.y1 - v.y0);

  /* chroma sample k covers luma 2k and 2k + 1, on both sides */
  chroma_x = placement->crop_x +
      (2 * sprite->chroma.x0 - r->x0) * placement->step_x;
  chroma_y = placement->crop_y +
      (2 * sprite->chroma.y0 - r->y0) * placement->step_y;
  sprite->chroma_h = scaler_axis_new ((src_width + 1) / 2, chroma_x / 2,
      placement->step_x, sprite->chroma.x1 - sprite->chroma.x0);
  sprite->chroma_v = scaler_axis_new_rows ((src_height + 1) / 2, chroma_y / 2,
      placement->step_y, sprite->chroma.y1 - sprite->chroma.y0);

  return TRUE;
}

void
sprite_clear (Sprite * sprite)
{
  g_clear_pointer (&sprite->luma_h, scaler_axis_free);
  g_clear_pointer (&sprite->luma_v, scaler_axis_free);
  g_clear_pointer (&sprite->chroma_h, scaler_axis_free);
  g_clear_pointer (&sprite->chroma_v, scaler_axis_free);
}

/**
 * canvas_open_edges:
 * @canvas: the canvas
 * @rect: a rectangle that will be filled or drawn
 *
 * Zeroes the chroma samples that @rect shares with its neighbours, to which
 * each of them then adds. Every rectangle of a repaint is opened before the
 * first is painted.
 */
void
canvas_open_edges (Canvas * canvas, const Rect * rect)
{
  ChromaCover cover = chroma_cover (canvas, rect);
  Rect shared[4];
  guint n = shared_chroma (&cover, shared);
  guint i;
  gint x, y, c;

  for (i = 0; i < n; i++)
    for (c = 1; c < 3; c++)
      for (y = shared[i].y0; y < shared[i].y1; y++)
        for (x = shared[i].x0; x < shared[i].x1; x++)
          *chroma_at (canvas, c, x, y) = 0;
}

static void
fill_row (guint8 * out, gint step, gint n, guint8 value)
{
  gint i;

  if (step == 1)
    memset (out, value, n);
  else
    for (i = 0; i < n; i++)
      out[i * step] = value;
}

/**
 * canvas_fill:
 * @canvas: the canvas
 * @rect: inside of the canvas, not empty
 * @color: what it is filled with
 */
void
canvas_fill (Canvas * canvas, const Rect * rect, CanvasColor color)
{
  const guint8 chroma[3] = { 0, color.u, color.v };
  ChromaCover cover = chroma_cover (canvas, rect);
  Rect shared[4];
  guint n = shared_chroma (&cover, shared);
  guint i;
  gint x, y, c;

  for (y = rect->y0; y < rect->y1; y++)
    memset (canvas->data[0] + y * canvas->stride[0] + rect->x0, color.y,
        rect->x1 - rect->x0);

  for (c = 1; c < 3; c++) {
    for (y = cover.whole.y0; y < cover.whole.y1; y++)
      fill_row (chroma_at (canvas, c, cover.whole.x0, y),
          canvas->chroma_step, cover.whole.x1 - cover.whole.x0, chroma[c]);

    for (i = 0; i < n; i++)
      for (y = shared[i].y0; y < shared[i].y1; y++)
        for (x = shared[i].x0; x < shared[i].x1; x++)
          *chroma_at (canvas, c, x, y) += quarters_of (chroma[c],
              covered_quarters (canvas, rect, x, y));
  }
}

/* Scales the chroma samples of @part to @to, one plane or both at once. */
static void
draw_chroma (Canvas * canvas, const Rect * part, const Sprite * sprite,
    const GstVideoFrame * picture, const ScalerTarget * to)
{
  gint x0 = part->x0 - sprite->chroma.x0;
  gint y0 = part->y0 - sprite->chroma.y0;
  gint width = part->x1 - part->x0;
  gint height = part->y1 - part->y0;

  if (GST_VIDEO_FRAME_N_PLANES (picture) == 2) {
    ScalerPlane uv = { GST_VIDEO_FRAME_PLANE_DATA (picture, 1),
      GST_VIDEO_FRAME_PLANE_STRIDE (picture, 1), 2
    };

    scaler_draw (&uv, sprite->chroma_h, sprite->chroma_v, x0, y0, width,
        height, to, &canvas->scratch);
  } else {
    gint c;

    for (c = 0; c < 2; c++) {
      ScalerPlane plane = { GST_VIDEO_FRAME_COMP_DATA (picture, c + 1),
        GST_VIDEO_FRAME_COMP_STRIDE (picture, c + 1), 1
      };
      ScalerTarget target = { {to->data[c]}, {to->stride[c]}, to->step };

      scaler_draw (&plane, sprite->chroma_h, sprite->chroma_v, x0, y0, width,
          height, &target, &canvas->scratch);
    }
  }
}

/* Adds what @rect covers of the shared samples of @part. */
static void
add_shared_chroma (Canvas * canvas, const Rect * rect, const Rect * part,
    const Sprite * sprite, const GstVideoFrame * picture)
{
  gint width = part->x1 - part->x0;
  gint height = part->y1 - part->y0;
  guint8 *edge = canvas_edge (canvas, (gsize) width * height * 2);
  ScalerTarget to = {
    {edge, edge + (gsize) width * height}, {width, width}, 1
  };
  gint x, y, c;

  draw_chroma (canvas, part, sprite, picture, &to);

  for (y = 0; y < height; y++) {
    for (x = 0; x < width; x++) {
      guint covered = covered_quarters (canvas, rect, part->x0 + x,
          part->y0 + y);

      for (c = 0; c < 2; c++)
        *chroma_at (canvas, c + 1, part->x0 + x, part->y0 + y) +=
            quarters_of (to.data[c][y * width + x], covered);
    }
  }
}

static void
draw_luma (Canvas * canvas, const Rect * rect, const Sprite * sprite,
    const GstVideoFrame * picture)
{
  ScalerPlane luma = { GST_VIDEO_FRAME_PLANE_DATA (picture, 0),
    GST_VIDEO_FRAME_PLANE_STRIDE (picture, 0), 1
  };
  ScalerTarget to = {
    {canvas->data[0] + rect->y0 * canvas->stride[0] + rect->x0},
    {canvas->stride[0]}, 1
  };

  scaler_draw (&luma, sprite->luma_h, sprite->luma_v,
      rect->x0 - sprite->visible.x0, rect->y0 - sprite->visible.y0,
      rect->x1 - rect->x0, rect->y1 - rect->y0, &to, &canvas->scratch);
}

/* Draws the chroma samples of @part over what was there. */
static void
overwrite_chroma (Canvas * canvas, const Rect * part, const Sprite * sprite,
    const GstVideoFrame * picture)
{
  ScalerTarget to = {
    {chroma_at (canvas, 1, part->x0, part->y0),
        chroma_at (canvas, 2, part->x0, part->y0)},
    {canvas->stride[1], canvas->stride[2]}, canvas->chroma_step
  };

  draw_chroma (canvas, part, sprite, picture, &to);
}

/**
 * canvas_draw:
 * @canvas: the canvas
 * @rect: what to draw of it, inside of sprite->visible, not empty
 * @sprite: how it is scaled
 * @picture: the input, I420 or NV12, mapped for reading, with the canvas's
 *     matrix and range
 *
 * Draws a part of an opaque picture.
 */
void
canvas_draw (Canvas * canvas, const Rect * rect, const Sprite * sprite,
    const GstVideoFrame * picture)
{
  ChromaCover cover = chroma_cover (canvas, rect);
  Rect shared[4];
  guint n = shared_chroma (&cover, shared);
  guint i;

  draw_luma (canvas, rect, sprite, picture);
  if (!rect_is_empty (&cover.whole))
    overwrite_chroma (canvas, &cover.whole, sprite, picture);
  for (i = 0; i < n; i++)
    add_shared_chroma (canvas, rect, &shared[i], sprite, picture);
}

/**
 * canvas_draw_whole:
 * @canvas: the canvas
 * @rect: what to draw of it, inside of sprite->visible, not empty
 * @sprite: how it is scaled
 * @picture: as for canvas_draw()
 *
 * Draws a part of an opaque picture, and every chroma sample that it touches
 * as if it were all its own. No edge is to be opened before.
 */
void
canvas_draw_whole (Canvas * canvas, const Rect * rect, const Sprite * sprite,
    const GstVideoFrame * picture)
{
  ChromaCover cover = chroma_cover (canvas, rect);

  draw_luma (canvas, rect, sprite, picture);
  overwrite_chroma (canvas, &cover.all, sprite, picture);
}
