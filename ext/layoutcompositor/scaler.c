/* scaler.c: separable scaling of 8 bit planes, any rectangle of the result
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Vertical first: the input rows that make an output row are blended into one
 * 8 bit row, which stays in the cache while the horizontal pass reads it.
 * Where both axes halve exactly, both passes are one.
 */

#include "scaler.h"
#include "scaler-kernels.h"

#include <string.h>

/* A frame that has just come is not in the cache, and reading it is what costs
 * most. Processors fetch ahead by themselves, but not far, and on some virtual
 * machines not at all: asked for in time, memory is up to three times faster.
 * So while one output row is made, what an output row so many rows further
 * down will need first is fetched. */
#define AHEAD 4

/* Returns @size bytes whose content is not kept between calls. */
guint8 *
scaler_scratch_get (ScalerScratch * scratch, gsize size)
{
  if (scratch->size < size) {
    g_free (scratch->rows);
    scratch->rows = g_malloc (size);
    scratch->size = size;
  }
  return scratch->rows;
}

void
scaler_scratch_clear (ScalerScratch * scratch)
{
  g_clear_pointer (&scratch->rows, g_free);
  scratch->size = 0;
}

/* Those that this processor runs, the fastest first. */
static gpointer
find_kernels (gpointer unused)
{
  static const ScalerKernels *found[4];
  guint n = 0;

  (void) unused;
#ifdef HAVE_AVX512
  if (__builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512vl") &&
      __builtin_cpu_supports ("avx512vbmi") &&
      __builtin_cpu_supports ("avx512vnni"))
    found[n++] = scaler_kernels_avx512 ();
#endif
#ifdef HAVE_AVX2
  if (__builtin_cpu_supports ("avx2"))
    found[n++] = scaler_kernels_avx2 ();
#endif
  found[n] = scaler_kernels_c ();

  return found;
}

/**
 * scaler_kernels_list:
 *
 * Returns: the kernels that this processor runs, the fastest first, the
 *     portable ones last; then %NULL
 */
const ScalerKernels *const *
scaler_kernels_list (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, find_kernels, NULL);
}

static const ScalerKernels *
best_kernels (void)
{
  return scaler_kernels_list ()[0];
}

/* The vertical pass for output row @y, v->taps > 1. */
static void
blend (const ScalerKernels * kernels, const guint8 * const *rows,
    const ScalerAxis * v, gint y, guint8 * out, gint n,
    const ScalerFetch * fetch)
{
  if (v->means != NULL && v->means[y][0] >= 0) {
    const gint8 *m = v->means[y];
    const guint8 *const of[] =
        { rows[m[0]], rows[m[1]], rows[m[2]], rows[m[3]] };

    kernels->means (of, out, n, fetch);
  } else {
    kernels->blend (rows, v, y, out, n, fetch);
  }
}

/**
 * scaler_blend_rows:
 * @rows: v->taps input rows of @n bytes
 * @v: the vertical axis
 * @y: which output row
 * @out: where the sum goes, @n bytes, no input row
 * @n: bytes
 *
 * The vertical pass for one output row.
 */
void
scaler_blend_rows (const guint8 * const *rows, const ScalerAxis * v, gint y,
    guint8 * out, gint n)
{
  const ScalerFetch nothing = {
    {rows[0], rows[0], rows[0], rows[0]}, rows[0], 0
  };

  if (v->taps == 1)
    memcpy (out, rows[0], n);
  else
    blend (best_kernels (), rows, v, y, out, n, &nothing);
}

/**
 * scaler_filter_row:
 * @row: the input row from its sample @from on; %SCALER_SLACK more bytes than
 *     the row has must be readable, unless h->copy
 * @from: at most h->offset[x0]
 * @h: the horizontal axis
 * @x0: first output wanted
 * @width: outputs wanted
 * @out: where they go
 *
 * The horizontal pass for one row of one component.
 */
void
scaler_filter_row (const guint8 * row, gint from, const ScalerAxis * h,
    gint x0, gint width, guint8 * out)
{
  const ScalerFetch nothing = { {row, row, row, row}, row, 0 };

  if (h->copy)
    memcpy (out, row + h->offset[x0] - from, width);
  else
    best_kernels ()->filter (row, from, h, x0, width, out, &nothing);
}

/* What scaler_draw() works with. */
typedef struct
{
  const ScalerKernels *kernels;
  const ScalerPlane *src;
  const ScalerAxis *h, *v;
  const ScalerTarget *dst;
  gint x0, y0, width, height;   /* what is drawn */
  gint from, columns;           /* input columns that it needs */
  guint8 *blended;              /* an input row after the vertical pass;
                                   SCALER_LINE more than a row and its slack */
  guint8 *component[2];         /* of it */
  guint8 *scaled;               /* an output row of one component */
  const guint8 **rows;          /* of the input, v->taps */
  ScalerFetch fetch;
  gint pace;                    /* of what the horizontal pass fetches, if it
                                   does */
  gint halved_begin, halved_end;        /* output columns that are halved */
} Draw;

/* The first input row behind those that output row @y needs. */
static gint
rows_end (const Draw * d, gint y)
{
  y = MIN (y, d->y0 + d->height - 1);
  return d->v->offset[y] + d->v->taps;
}

/* Input row @row, from the first column on that is needed. */
static const guint8 *
input_row (const Draw * d, gint row)
{
  return d->src->data + (gssize) row *d->src->stride +
      (gssize) d->from * d->src->components;
}

static const guint8 *
first_row (const Draw * d, gint y)
{
  return input_row (d, d->v->offset[y]);
}

/* What is fetched while output row @y is made: as many rows as are new at the
 * row far down, but for some of large ratios; the last one of several by the
 * horizontal pass. */
static void
set_fetch (Draw * d, gint y)
{
  gint end = rows_end (d, y + AHEAD);
  gint row = MIN (rows_end (d, y + AHEAD - 1), end - 1);
  gint k;

  d->fetch.beside = first_row (d, y);
  d->fetch.pace = 0;
  if (d->pace > 0 && end - row > 1) {
    d->fetch.beside = input_row (d, --end);
    d->fetch.pace = d->pace;
  }
  for (k = 0; k < SCALER_FETCHED; k++)
    d->fetch.row[k] = row + k < end ? input_row (d, row + k) : first_row (d, y);
}

/* The vertical pass for output row @y, to @out; or the input row itself if
 * there is nothing to do and the caller can take it @as_is. */
static const guint8 *
blend_row (Draw * d, gint y, gboolean as_is, guint8 * out)
{
  gint components = d->src->components;
  gint bytes = d->columns * components;
  const guint8 *first = first_row (d, y);
  gint k;

  /* so that kernels can have their loads and their stores aligned at once */
  if (out == d->blended)
    out += ((guintptr) first - (guintptr) out) % SCALER_LINE;

  set_fetch (d, y);
  if (d->v->taps == 1) {
    for (k = 0; k < bytes; k += SCALER_LINE)
      scaler_fetch (&d->fetch, k, 1);
    if (as_is)
      return first;
    memcpy (out, first, bytes);
    return out;
  }

  for (k = 0; k < d->v->taps; k++)
    d->rows[k] = first + k * d->src->stride;
  blend (d->kernels, d->rows, d->v, y, out, bytes, &d->fetch);
  return out;
}

/* Whether output row @y is halved in both directions, most of it. */
static gboolean
is_halved (const Draw * d, gint y)
{
  return d->halved_end > d->halved_begin && d->v->taps == 2 &&
      d->v->means != NULL && d->v->means[y][0] >= 0;
}

/* One output of rows @a and @b, from four samples @step bytes apart. */
static inline guint8
halve_one (const guint8 * a, const guint8 * b, gint step, const gint16 * w)
{
  gint sum = 1 << (SCALER_SHIFT - 1);

  sum += w[0] * ((a[0] + b[0] + 1) >> 1);
  sum += w[1] * ((a[step] + b[step] + 1) >> 1);
  sum += w[2] * ((a[2 * step] + b[2 * step] + 1) >> 1);
  sum += w[3] * ((a[3 * step] + b[3 * step] + 1) >> 1);
  return (guint8) (sum >> SCALER_SHIFT);
}

/* Outputs @x to @end - 1 of a row that is halved: those at the edges of the
 * input, one as a rule. */
static inline void
halve_some (const Draw * d, const guint8 * a, const guint8 * b, gint x,
    gint end, guint8 * out)
{
  gint step = d->src->components;

  for (; x < end; x++, out += step) {
    gint at = (d->h->offset[x] - d->from) * step;
    const gint16 *w = d->h->weight + (gsize) x * 4;

    out[0] = halve_one (a + at, b + at, step, w);
    if (step == 2)
      out[1] = halve_one (a + at + 1, b + at + 1, step, w);
  }
}

/* Where output row @y of a component goes. */
static guint8 *
target_row (const Draw * d, gint c, gint y)
{
  return d->dst->data[c] + (gssize) (y - d->y0) * d->dst->stride[c];
}

/* The target has pairs as the input has. */
static gboolean
to_pairs (const Draw * d)
{
  return d->src->components == 2 && d->dst->step == 2 &&
      d->dst->data[1] == d->dst->data[0] + 1;
}

/* Both passes for the output rows @y to @y + @n - 1, which are halved; each is
 * made of the next two rows of the input. @stride: of @out. */
static void
halve_rows (const Draw * d, gint y, gint n, guint8 * out, gssize stride)
{
  const ScalerAxis *h = d->h;
  const gssize src_stride = d->src->stride;
  const gint components = d->src->components;
  const gint begin = d->halved_begin, end = d->halved_end;
  const gint skipped = (h->offset[begin] - d->from) * components;
  const gint8 *w = h->packed + (gsize) begin * 4;
  const ScalerHalve halve = components == 2 ? d->kernels->halve_pairs :
      d->kernels->halve;
  const guint8 *a = first_row (d, y);
  /* input rows of the rectangle behind @a */
  gint left = rows_end (d, d->y0 + d->height - 1) - d->v->offset[y] - 2;

  for (; n > 0; n--, a += 2 * src_stride, left -= 2, out += stride) {
    const guint8 *b = a + src_stride;
    /* as in set_fetch() */
    const guint8 *next = a + MIN (2 * AHEAD, left) * src_stride;
    const ScalerFetch fetch = { {next, next + src_stride} };

    halve_some (d, a, b, d->x0, begin, out);
    halve (a + skipped, b + skipped, w, out + (begin - d->x0) * components,
        (end - begin) * components, &fetch);
    halve_some (d, a, b, end, d->x0 + d->width,
        out + (end - d->x0) * components);
  }
}

/* Output rows @y to @end - 1 of those that are halved. */
static void
draw_halved (const Draw * d, gint y, gint end)
{
  if (to_pairs (d) || (d->src->components == 1 && d->dst->step == 1)) {
    halve_rows (d, y, end - y, target_row (d, 0, y), d->dst->stride[0]);
    return;
  }
  for (; y < end; y++) {
    halve_rows (d, y, 1, d->blended, 0);
    if (d->src->components == 1)
      d->kernels->spread (d->blended, d->width, target_row (d, 0, y));
    else
      d->kernels->split (d->blended, d->width, target_row (d, 0, y),
          target_row (d, 1, y));
  }
}

/* Rows of one component to rows of one component. */
static void
draw_plain (Draw * d, gint y, gint end)
{
  gboolean direct = d->dst->step == 1;

  for (; y < end; y++) {
    guint8 *out = target_row (d, 0, y);
    guint8 *scaled = direct ? out : d->scaled;
    const guint8 *row = blend_row (d, y, d->h->copy && !direct,
        d->h->copy ? scaled : d->blended);

    if (!d->h->copy) {
      d->kernels->filter (row, d->from, d->h, d->x0, d->width, scaled,
          &d->fetch);
      row = scaled;
    }
    if (!direct)
      d->kernels->spread (row, d->width, out);
  }
}

/* Interleaved rows, scaled vertically as they are, horizontally one component
 * at a time. */
static void
draw_pairs (Draw * d, gint y, gint end)
{
  const ScalerTarget *dst = d->dst;
  /* without a horizontal pass bytes stay where they are */
  gboolean pairs = d->h->copy && to_pairs (d);
  gint c;

  for (; y < end; y++) {
    guint8 *out[2] = { target_row (d, 0, y), target_row (d, 1, y) };
    const guint8 *row = blend_row (d, y, !pairs, pairs ? out[0] : d->blended);

    if (pairs)
      continue;

    if (d->h->copy && dst->step == 1) {
      d->kernels->split (row, d->width, out[0], out[1]);
      continue;
    }

    d->kernels->split (row, d->columns, d->component[0], d->component[1]);
    for (c = 0; c < 2; c++) {
      const guint8 *in = d->component[c];

      if (!d->h->copy) {
        guint8 *to = dst->step == 1 ? out[c] : d->scaled;

        d->kernels->filter (in, d->from, d->h, d->x0, d->width, to, &d->fetch);
        /* each component fetches half of the pairs */
        d->fetch.beside += d->columns;
        in = to;
      }
      if (dst->step != 1)
        d->kernels->spread (in, d->width, out[c]);
    }
  }
}

/* Rows that are halved, and those between them. */
static void
draw_rows (Draw * d)
{
  const gint *offset = d->v->offset;
  gint end = d->y0 + d->height, y, next;

  for (y = d->y0; y < end; y = next) {
    gboolean halved = is_halved (d, y);

    for (next = y + 1; next < end && is_halved (d, next) == halved &&
        (!halved || offset[next] == offset[next - 1] + 2); next++);
    if (halved)
      draw_halved (d, y, next);
    else if (d->src->components == 1)
      draw_plain (d, y, next);
    else
      draw_pairs (d, y, next);
  }
}

/**
 * scaler_draw:
 * @src: the input plane
 * @h: how its columns are scaled
 * @v: how its rows are scaled
 * @x0: first output column
 * @y0: first output row
 * @width: columns to draw, x0 + width <= h->n
 * @height: rows to draw, y0 + height <= v->n
 * @dst: where they go; must not overlap the input
 * @scratch: rows between the passes
 *
 * Draws one rectangle of the scaled plane.
 */
void
scaler_draw (const ScalerPlane * src, const ScalerAxis * h,
    const ScalerAxis * v, gint x0, gint y0, gint width, gint height,
    const ScalerTarget * dst, ScalerScratch * scratch)
{
  Draw d = { best_kernels (), src, h, v, dst, x0, y0, width, height, };
  const guint8 *many[64];
  gsize bytes, columns;
  gint begin, end;

  if (width <= 0 || height <= 0)
    return;

  /* kernels make whole groups of outputs faster than parts of one */
  begin = h->copy ? x0 : x0 - x0 % SCALER_GROUP;
  end = x0 + width;
  if (!h->copy)
    end = MIN (h->n, end + SCALER_GROUP - 1 - (end - 1) % SCALER_GROUP);
  d.from = h->offset[begin];
  d.columns = h->offset[end - 1] + h->taps - d.from;

  if (!h->copy && d.kernels->fetches_beside && width >= 64)
    d.pace = (d.columns / SCALER_LINE + width / 64) / (width / 64);

  d.halved_begin = MAX (h->halved_begin, x0);
  d.halved_end = MIN (h->halved_end, x0 + width);
  /* pairs are halved as pairs, and that is no way to two apart */
  if (d.kernels->halve == NULL || h->taps != 4 ||
      (d.halved_end - d.halved_begin) * src->components < SCALER_LINE ||
      (src->components == 2 && dst->step == 2 && !to_pairs (&d)))
    d.halved_end = d.halved_begin;

  columns = (gsize) d.columns + SCALER_SLACK;
  bytes = (gsize) d.columns * src->components + SCALER_SLACK;
  d.blended = scaler_scratch_get (scratch, bytes + SCALER_LINE + 2 * columns
      + width);
  d.component[0] = d.blended + bytes + SCALER_LINE;
  d.component[1] = d.component[0] + columns;
  d.scaled = d.component[1] + columns;
  /* what is read behind a row weighs nothing, but is something */
  memset (d.blended + bytes - SCALER_SLACK, 0, SCALER_SLACK + SCALER_LINE);
  memset (d.component[0] + d.columns, 0, SCALER_SLACK);
  memset (d.component[1] + d.columns, 0, SCALER_SLACK);
  d.rows = v->taps <= (gint) G_N_ELEMENTS (many) ? many :
      g_new (const guint8 *, v->taps);

  draw_rows (&d);

  if (d.rows != many)
    g_free (d.rows);
}
