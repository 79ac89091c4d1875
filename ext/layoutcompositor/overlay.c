/* overlay.c: a still image with alpha, made ready for its place on the canvas
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "overlay.h"
#include "overlay-rows.h"

#include <math.h>
#include <string.h>

/* A shorter gap is not worth a span of its own. */
#define MIN_RUN 32

#define MATRIX_SHIFT 16

typedef struct
{
  gint x0, x1;                  /* bytes of a row */
  gboolean opaque;
} OverlaySpan;

/* a * b / 255, rounded */
static inline guint
mul_255 (guint a, guint b)
{
  guint t = a * b + 128;

  return (t + (t >> 8)) >> 8;
}

static inline gint
clamp_byte (gint value)
{
  return CLAMP (value, 0, 255);
}

/* Only ever compared for being equal. */
static guint64
next_serial (void)
{
  static gsize last = 0;

  return (guint64) g_atomic_pointer_add (&last, 1) + 1;
}

/* Making */

typedef struct
{
  gint matrix[3][3];
  gint offset[3];
} Colors;

static void
colors_init (Colors * colors, const Canvas * canvas)
{
  gint i, k;

  for (i = 0; i < 3; i++) {
    colors->offset[i] = canvas->offset[i];
    for (k = 0; k < 3; k++)
      colors->matrix[i][k] = (gint) floor (canvas->rgb_to_yuv[i][k] *
          (1 << MATRIX_SHIFT) + 0.5);
  }
}

/* Of sums of pixels that are multiplied by alpha: B, G, R, A, of @n pixels
 * together (1 or 4). */
static inline guint8
convert (const Colors * colors, gint component, const gint sum[4], gint n)
{
  const gint *m = colors->matrix[component];
  gint value = m[0] * sum[2] + m[1] * sum[1] + m[2] * sum[0] +
      colors->offset[component] * ((sum[3] << MATRIX_SHIFT) / 255);

  return (guint8) clamp_byte ((value + n * (1 << (MATRIX_SHIFT - 1))) /
      (n << MATRIX_SHIFT));
}

static void
plane_init (OverlayPlane * plane, gint x, gint y, gint width, gint height)
{
  plane->x = x;
  plane->y = y;
  plane->width = width;
  plane->height = height;
  plane->stride = ((gsize) width + 31) & ~(gsize) 31;
  plane->color = g_malloc0 (plane->stride * height);
  plane->keep = g_malloc (plane->stride * height);
  memset (plane->keep, 255, plane->stride * height);
}

static void
plane_clear (OverlayPlane * plane)
{
  g_free (plane->color);
  g_free (plane->keep);
  g_clear_pointer (&plane->spans, g_array_unref);
  g_free (plane->row);
}

static gboolean
has_run (const guint8 * keep, gint x, gint end, guint8 value)
{
  gint i;

  if (end - x < MIN_RUN)
    return FALSE;
  for (i = 0; i < MIN_RUN; i++)
    if (keep[x + i] != value)
      return FALSE;

  return TRUE;
}

/* Invisible parts are passed over, opaque ones are copied. */
static void
find_row_spans (OverlayPlane * plane, const guint8 * keep)
{
  gint end = plane->width;
  gint x = 0;

  while (end > 0 && keep[end - 1] == 255)
    end--;
  while (x < end) {
    OverlaySpan span;

    while (x < end && keep[x] == 255)
      x++;
    if (x == end)
      break;
    span.x0 = x;
    span.opaque = has_run (keep, x, end, 0);
    if (span.opaque)
      while (x < end && keep[x] == 0)
        x++;
    else
      while (x < end && !has_run (keep, x, end, 0) &&
          !has_run (keep, x, end, 255))
        x++;
    span.x1 = x;
    g_array_append_val (plane->spans, span);
  }
}

static void
plane_find_spans (OverlayPlane * plane)
{
  gint y;

  plane->spans = g_array_new (FALSE, FALSE, sizeof (OverlaySpan));
  plane->row = g_new (gint, plane->height + 1);
  for (y = 0; y < plane->height; y++) {
    plane->row[y] = (gint) plane->spans->len;
    find_row_spans (plane, plane->keep + y * plane->stride);
  }
  plane->row[y] = (gint) plane->spans->len;
}

static void
fill_luma (Overlay * o, const Colors * colors, const guint8 * pixels,
    gssize stride)
{
  OverlayPlane *plane = &o->plane[0];
  gint x, y;

  for (y = 0; y < plane->height; y++) {
    const guint8 *in = pixels + y * stride;

    for (x = 0; x < plane->width; x++, in += 4) {
      const gint sum[4] = { in[0], in[1], in[2], in[3] };

      plane->color[y * plane->stride + x] = convert (colors, 0, sum, 1);
      plane->keep[y * plane->stride + x] = 255 - in[3];
    }
  }
}

/* The sum over the pixels of chroma sample (@cx, @cy); nothing is outside of
 * the image. The last column and row of an odd canvas count twice: they have
 * their samples for themselves. */
static void
sum_pixels (const Overlay * o, const Canvas * canvas, const guint8 * pixels,
    gssize stride, gint cx, gint cy, gint sum[4])
{
  gint dx, dy, c;

  sum[0] = sum[1] = sum[2] = sum[3] = 0;
  for (dy = 0; dy < 2; dy++) {
    for (dx = 0; dx < 2; dx++) {
      gint x = MIN (2 * cx + dx, canvas->width - 1);
      gint y = MIN (2 * cy + dy, canvas->height - 1);
      const guint8 *in;

      if (x < o->rect.x0 || x >= o->rect.x1 || y < o->rect.y0 ||
          y >= o->rect.y1)
        continue;
      in = pixels + (y - o->rect.y0) * stride + (gssize) (x - o->rect.x0) * 4;
      for (c = 0; c < 4; c++)
        sum[c] += in[c];
    }
  }
}

static void
fill_chroma (Overlay * o, const Canvas * canvas, const Colors * colors,
    const guint8 * pixels, gssize stride)
{
  gint cx0 = o->rect.x0 / 2, cx1 = (o->rect.x1 + 1) / 2;
  gint cy0 = o->rect.y0 / 2, cy1 = (o->rect.y1 + 1) / 2;
  gint x, y, c;

  for (y = cy0; y < cy1; y++) {
    for (x = cx0; x < cx1; x++) {
      gint sum[4];

      sum_pixels (o, canvas, pixels, stride, x, y, sum);
      for (c = 1; c < 3; c++) {
        OverlayPlane *plane = &o->plane[o->n_planes == 3 ? c : 1];
        gsize at = (gsize) (y - cy0) * plane->stride +
            (gsize) (x - cx0) * o->chroma_step + (o->n_planes == 3 ? 0 : c - 1);

        plane->color[at] = convert (colors, c, sum, 4);
        plane->keep[at] = (guint8) (255 - (sum[3] + 2) / 4);
        /* no colour is stronger than its alpha */
        plane->color[at] = MIN (plane->color[at], 255 - plane->keep[at]);
      }
    }
  }
}

/**
 * overlay_new:
 * @canvas: the canvas that it will be blended over
 * @x: where the image's left edge goes
 * @y: where its top edge goes
 * @pixels: B, G, R, A, multiplied by A: cairo's ARGB32 on little endian
 * @stride: bytes between rows
 * @width: pixels
 * @height: pixels
 *
 * Makes an image ready. What lies off the canvas is left out.
 *
 * Returns: (transfer full) (nullable): %NULL if nothing lies on the canvas
 */
Overlay *
overlay_new (const Canvas * canvas, gint x, gint y, const guint8 * pixels,
    gssize stride, gint width, gint height)
{
  const Rect all = { 0, 0, canvas->width, canvas->height };
  const Rect image = { x, y, x + width, y + height };
  Rect rect = rect_intersect (&image, &all);
  gint chroma_width, chroma_height;
  Colors colors;
  Overlay *o;
  guint i;

  if (rect_is_empty (&rect))
    return NULL;

  o = g_new0 (Overlay, 1);
  g_atomic_ref_count_init (&o->refs);
  o->serial = next_serial ();
  o->rect = rect;
  o->chroma_step = canvas->chroma_step;
  o->n_planes = o->chroma_step == 1 ? 3 : 2;

  chroma_width = ((rect.x1 + 1) / 2 - rect.x0 / 2) * o->chroma_step;
  chroma_height = (rect.y1 + 1) / 2 - rect.y0 / 2;
  plane_init (&o->plane[0], rect.x0, rect.y0, rect.x1 - rect.x0,
      rect.y1 - rect.y0);
  for (i = 1; i < o->n_planes; i++)
    plane_init (&o->plane[i], rect.x0 / 2 * o->chroma_step, rect.y0 / 2,
        chroma_width, chroma_height);

  pixels += (rect.y0 - y) * stride + (gssize) (rect.x0 - x) * 4;
  colors_init (&colors, canvas);
  fill_luma (o, &colors, pixels, stride);
  fill_chroma (o, canvas, &colors, pixels, stride);
  for (i = 0; i < o->n_planes; i++)
    plane_find_spans (&o->plane[i]);

  return o;
}

/**
 * overlay_new_moved:
 * @overlay: an overlay
 * @dx: how far to the right, an even number of pixels
 * @dy: how far down, likewise
 *
 * Returns: (transfer full): the same at another place, which may lie off the
 *     canvas; it shares what it is made of with @overlay
 */
Overlay *
overlay_new_moved (Overlay * overlay, gint dx, gint dy)
{
  Overlay *moved = g_new (Overlay, 1);
  guint i;

  *moved = *overlay;
  g_atomic_ref_count_init (&moved->refs);
  moved->serial = next_serial ();
  moved->origin = overlay_ref (overlay);
  moved->rect.x0 += dx;
  moved->rect.x1 += dx;
  moved->rect.y0 += dy;
  moved->rect.y1 += dy;
  moved->plane[0].x += dx;
  moved->plane[0].y += dy;
  for (i = 1; i < moved->n_planes; i++) {
    moved->plane[i].x += dx / 2 * moved->chroma_step;
    moved->plane[i].y += dy / 2;
  }

  return moved;
}

Overlay *
overlay_ref (Overlay * overlay)
{
  g_atomic_ref_count_inc (&overlay->refs);

  return overlay;
}

void
overlay_unref (Overlay * overlay)
{
  guint i;

  if (!g_atomic_ref_count_dec (&overlay->refs))
    return;
  if (overlay->origin != NULL)
    overlay_unref (overlay->origin);
  else
    for (i = 0; i < overlay->n_planes; i++)
      plane_clear (&overlay->plane[i]);
  g_free (overlay);
}

/* Blending */

/* The loops that are right for this CPU. */
const OverlayRows *
overlay_rows_get (void)
{
#ifdef HAVE_AVX2
  if (__builtin_cpu_supports ("avx2"))
    return &overlay_rows_avx2;
#endif
  return &overlay_rows_c;
}

/* dst = color + dst * keep / 255, with all of it @opacity / 255 as strong */
static void
blend_bytes_weaker (guint8 * dst, const guint8 * color, const guint8 * keep,
    gint n, guint opacity)
{
  gint i;

  for (i = 0; i < n; i++)
    dst[i] = (guint8) (mul_255 (color[i], opacity) +
        mul_255 (dst[i], 255 - mul_255 (255 - keep[i], opacity)));
}

/* @part: in bytes and rows of the canvas's plane, inside of @plane. */
static void
blend_plane (const OverlayPlane * plane, guint8 * data, gssize stride,
    const Rect * part, guint opacity)
{
  const OverlayRows *rows = overlay_rows_get ();
  gint x0 = part->x0 - plane->x, x1 = part->x1 - plane->x;
  gint y, i;

  for (y = part->y0; y < part->y1; y++) {
    gint row = y - plane->y;
    guint8 *dst = data + y * stride + plane->x;
    const guint8 *color = plane->color + row * plane->stride;
    const guint8 *keep = plane->keep + row * plane->stride;

    for (i = plane->row[row]; i < plane->row[row + 1]; i++) {
      const OverlaySpan *span = &g_array_index (plane->spans, OverlaySpan, i);
      gint from = MAX (span->x0, x0), n = MIN (span->x1, x1) - from;

      if (n <= 0)
        continue;
      if (opacity < 255)
        blend_bytes_weaker (dst + from, color + from, keep + from, n, opacity);
      else if (span->opaque)
        memcpy (dst + from, color + from, n);
      else
        rows->blend (dst + from, color + from, keep + from, n);
    }
  }
}

static void
blend_luma (const Overlay * o, const Canvas * canvas, const Rect * rect,
    guint opacity, const Rect * holes, guint n_holes)
{
  GArray *region;
  guint i;

  if (n_holes == 0) {
    blend_plane (&o->plane[0], canvas->data[0], canvas->stride[0], rect,
        opacity);
    return;
  }

  region = g_array_new (FALSE, FALSE, sizeof (Rect));
  g_array_append_val (region, *rect);
  for (i = 0; i < n_holes; i++)
    region_subtract (region, &holes[i]);
  for (i = 0; i < region->len; i++)
    blend_plane (&o->plane[0], canvas->data[0], canvas->stride[0],
        &g_array_index (region, Rect, i), opacity);
  g_array_unref (region);
}

static void
blend_chroma_rect (const Overlay * o, const Canvas * canvas,
    const Rect * samples, guint opacity)
{
  const Rect part = { samples->x0 * o->chroma_step, samples->y0,
    samples->x1 * o->chroma_step, samples->y1
  };
  guint i;

  for (i = 1; i < o->n_planes; i++)
    blend_plane (&o->plane[i], canvas->data[i], canvas->stride[i], &part,
        opacity);
}

static Rect
outer_chroma (const Rect * r)
{
  return (Rect) {
  r->x0 / 2, r->y0 / 2, (r->x1 + 1) / 2, (r->y1 + 1) / 2};
}

static Rect
inner_chroma (const Rect * r)
{
  return (Rect) {
  (r->x0 + 1) / 2, (r->y0 + 1) / 2, r->x1 / 2, r->y1 / 2};
}

/* How many of the four pixels of a sample no hole covers. */
static guint
count_open (gint cx, gint cy, const Rect * holes, guint n_holes)
{
  guint open = 0;
  guint i, k;

  for (k = 0; k < 4; k++) {
    gint x = 2 * cx + (gint) (k & 1), y = 2 * cy + (gint) (k >> 1);

    for (i = 0; i < n_holes; i++)
      if (x >= holes[i].x0 && x < holes[i].x1 && y >= holes[i].y0 &&
          y < holes[i].y1)
        break;
    open += i == n_holes;
  }

  return open;
}

/* A sample that a hole covers in part is blended for the rest. */
static void
blend_chroma (const Overlay * o, const Canvas * canvas, const Rect * rect,
    guint opacity, const Rect * holes, guint n_holes)
{
  Rect all = outer_chroma (rect);
  GArray *region;
  guint i, k;

  if (n_holes == 0) {
    blend_chroma_rect (o, canvas, &all, opacity);
    return;
  }

  region = g_array_new (FALSE, FALSE, sizeof (Rect));
  g_array_append_val (region, all);
  for (i = 0; i < n_holes; i++) {
    Rect hole = outer_chroma (&holes[i]);

    region_subtract (region, &hole);
  }
  for (i = 0; i < region->len; i++)
    blend_chroma_rect (o, canvas, &g_array_index (region, Rect, i), opacity);

  /* what is left is touched by a hole */
  for (i = 0; i < n_holes; i++) {
    Rect hole = outer_chroma (&holes[i]);
    Rect touched = rect_intersect (&all, &hole);

    g_array_set_size (region, 0);
    if (rect_is_empty (&touched))
      continue;
    g_array_append_val (region, touched);
    for (k = 0; k < n_holes; k++) {
      Rect other = k < i ? outer_chroma (&holes[k]) : inner_chroma (&holes[k]);

      if (!rect_is_empty (&other))
        region_subtract (region, &other);
    }
    for (k = 0; k < region->len; k++) {
      const Rect *part = &g_array_index (region, Rect, k);
      gint x, y;

      for (y = part->y0; y < part->y1; y++) {
        for (x = part->x0; x < part->x1; x++) {
          const Rect sample = { x, y, x + 1, y + 1 };
          guint open = count_open (x, y, holes, n_holes);

          if (open > 0)
            blend_chroma_rect (o, canvas, &sample, opacity * open / 4);
        }
      }
    }
  }
  g_array_unref (region);
}

/**
 * overlay_blend:
 * @overlay: the overlay
 * @canvas: a canvas of the format that it was made for
 * @rect: what to blend: it cuts no chroma sample, but where it ends with the
 *     overlay or the canvas
 * @opacity: 0..255: how strong all of it is
 * @holes: (array length=n_holes): what something opaque above hides
 * @n_holes: how many
 *
 * Blends a part of an overlay over what was painted there before. The result
 * does not depend on how many parts it is blended in.
 */
void
overlay_blend (const Overlay * overlay, Canvas * canvas, const Rect * rect,
    guint opacity, const Rect * holes, guint n_holes)
{
  Rect part = rect_intersect (rect, &overlay->rect);

  if (rect_is_empty (&part) || opacity == 0)
    return;
  blend_luma (overlay, canvas, &part, opacity, holes, n_holes);
  blend_chroma (overlay, canvas, &part, opacity, holes, n_holes);
}
