/* layoutscaler.c: the scaling kernels of layoutcompositor
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>
#include <math.h>

#include "scaler-kernels.h"

typedef struct
{
  gint width, height, components, stride;
  guint8 *data;
} Plane;

static Plane
plane_new (gint width, gint height, gint components, GRand * rand)
{
  Plane p = { width, height, components, };
  gint i;

  /* exactly as large as it is said to be, for AddressSanitizer */
  p.stride = width * components;
  p.data = g_malloc (p.stride * height);
  for (i = 0; i < p.stride * height; i++)
    /* half the range: nothing that enlarging overshoots is cut off between
     * the passes, which the reference knows nothing of */
    p.data[i] = rand != NULL ? g_rand_int_range (rand, 64, 192) : 0;

  return p;
}

static void
plane_draw (const Plane * in, const Plane * out, const ScalerAxis * h,
    const ScalerAxis * v, gint x, gint y, gint width, gint height)
{
  ScalerScratch scratch = { NULL, };
  ScalerPlane src = { in->data, in->stride, in->components };
  guint8 *at = out->data + y * out->stride + x * out->components;
  ScalerTarget dst = { {at, at + out->components - 1},
  {out->stride, out->stride}, out->components
  };

  scaler_draw (&src, h, v, x, y, width, height, &dst, &scratch);
  scaler_scratch_clear (&scratch);
}

static gdouble
sinc (gdouble x)
{
  return x == 0 ? 1 : sin (G_PI * x) / (G_PI * x);
}

/* Reducing by @step of up to 2: sinc (x) sinc (x / 1.2) of output samples up to
 * 1; by more: what an output sample covers of each; enlarging: Catmull-Rom
 * (a = -1/2, Keys 1981, equation 4 and 15) */
static gdouble
kernel (gdouble distance, gdouble step)
{
  gdouble x = fabs (distance) / MAX (step, 1);

  if (step > 2)
    return CLAMP (step / 2 - fabs (distance) + 0.5, 0, 1);
  if (step > 1)
    return x < 1 ? sinc (x) * sinc (x / 1.2) : 0;
  return x < 1 ? 1.5 * pow (x, 3) - 2.5 * x * x + 1 :
      x < 2 ? -0.5 * pow (x, 3) + 2.5 * x * x - 4 * x + 2 : 0;
}

/* What each input sample, edges drawn out, weighs in each output sample:
 * @n rows of @size, each summing to 1. */
static gdouble *
plain_weights (gint size, gint n)
{
  gdouble step = (gdouble) size / n;
  gdouble *weights = g_new0 (gdouble, size * n);
  gint o, i;

  for (o = 0; o < n; o++) {
    gdouble centre = (o + 0.5) * step, sum = 0;
    gint reach = (gint) ceil (MAX (step, 2)) + 1;

    for (i = (gint) centre - reach; i <= centre + reach; i++) {
      gdouble w = kernel (i + 0.5 - centre, step);

      weights[o * size + CLAMP (i, 0, size - 1)] += w;
      sum += w;
    }
    for (i = 0; i < size; i++)
      weights[o * size + i] /= sum;
  }

  return weights;
}

/* One output sample the plain way: every input sample, in doubles. */
static gdouble
reference (const Plane * in, gint c, const gdouble * across,
    const gdouble * down)
{
  gdouble sum = 0;
  gint i, j;

  for (j = 0; j < in->height; j++)
    for (i = 0; down[j] != 0 && i < in->width; i++)
      if (across[i] != 0)
        sum += across[i] * down[j] *
            in->data[j * in->stride + i * in->components + c];

  return sum;
}

static void
check_size (gint width, gint height, gint out_width, gint out_height,
    gint components, guint32 seed)
{
  GRand *rand = g_rand_new_with_seed (seed);
  Plane in = plane_new (width, height, components, rand);
  Plane out = plane_new (out_width, out_height, components, NULL);
  Plane part = plane_new (out_width, out_height, components, NULL);
  gdouble step_x = (gdouble) width / out_width;
  gdouble step_y = (gdouble) height / out_height;
  ScalerAxis *h = scaler_axis_new (width, 0, step_x, out_width);
  ScalerAxis *v = scaler_axis_new (height, 0, step_y, out_height);
  gdouble *across = plain_weights (width, out_width);
  gdouble *down = plain_weights (height, out_height);
  gint cut_x = out_width / 3, cut_y = out_height / 2;
  gdouble error = 0;
  gint x, y, c;

  plane_draw (&in, &out, h, v, 0, 0, out_width, out_height);
  for (y = 0; y < out_height; y++) {
    for (x = 0; x < out_width; x++) {
      for (c = 0; c < components; c++) {
        gdouble want = reference (&in, c, across + x * width,
            down + y * height);
        gdouble got = out.data[y * out.stride + x * components + c];

        /* a weight is off by less than 1/128, up to four of them in each
         * pass: 128 * 4 / 128 * 2 on the worst noise. The mean error tells
         * more: a wrong tap makes it 25. */
        if (fabs (got - want) > 9)
          fail ("%dx%d to %dx%d at %d,%d: got %g, want %g", width, height,
              out_width, out_height, x, y, got, want);
        error += fabs (got - want);
      }
    }
  }
  fail_unless (error / (out_width * out_height * components) < 1.6,
      "%dx%d to %dx%d: mean error %g", width, height, out_width, out_height,
      error / (out_width * out_height * components));

  /* drawn in parts it is the same to the bit */
  if (cut_x > 0)
    plane_draw (&in, &part, h, v, 0, 0, cut_x, out_height);
  if (cut_y > 0)
    plane_draw (&in, &part, h, v, cut_x, 0, out_width - cut_x, cut_y);
  plane_draw (&in, &part, h, v, cut_x, cut_y, out_width - cut_x,
      out_height - cut_y);
  fail_unless (memcmp (out.data, part.data, out.stride * out_height) == 0,
      "%dx%d to %dx%d has a seam", width, height, out_width, out_height);

  g_free (across);
  g_free (down);
  scaler_axis_free (h);
  scaler_axis_free (v);
  g_free (in.data);
  g_free (out.data);
  g_free (part.data);
  g_rand_free (rand);
}

GST_START_TEST (test_small_sizes)
{
  gint from, to;

  for (from = 1; from <= 64; from++)
    for (to = 1; to <= 64; to++)
      check_size (from, 65 - from, to, 65 - to, 1 + (from + to) % 2,
          from * 64 + to);
}

GST_END_TEST;

GST_START_TEST (test_random_sizes)
{
  GRand *rand = g_rand_new_with_seed (2);
  gint i;

  for (i = 0; i < 20; i++)
    check_size (g_rand_int_range (rand, 2, 600), g_rand_int_range (rand, 2,
            400), g_rand_int_range (rand, 2, 300), g_rand_int_range (rand, 2,
            200), 1 + i % 2, i);
  g_rand_free (rand);
}

GST_END_TEST;

/* The weights of every output sum to one: flat stays flat, at any ratio. */
GST_START_TEST (test_flat_stays_flat)
{
  const gdouble steps[] = { 0.01, 0.3, 0.999, 1, 1.001, 1.5, 2.7, 17, 900 };
  guint i;
  gint k, o, first;

  for (i = 0; i < G_N_ELEMENTS (steps); i++) {
    for (first = -40; first < 1000; first += 93) {
      ScalerAxis *a = scaler_axis_new (960, first, steps[i], 33);

      for (o = 0; o < a->n; o++) {
        gint sum = 0;

        for (k = 0; k < a->taps; k++)
          sum += a->weight[o * a->taps + k];
        fail_unless_equals_int (sum, 1 << SCALER_SHIFT);
        fail_unless (a->offset[o] >= 0 && a->offset[o] + a->taps <= 960);
        fail_unless (o == 0 || a->offset[o] >= a->offset[o - 1]);
      }
      scaler_axis_free (a);
    }
  }
}

GST_END_TEST;

/* At its own size, and from any whole place, a picture is only copied. */
GST_START_TEST (test_same_size_is_a_copy)
{
  GRand *rand = g_rand_new_with_seed (3);
  Plane in = plane_new (50, 40, 1, rand), out = plane_new (31, 22, 1, NULL);
  ScalerAxis *h = scaler_axis_new (50, 7, 1, 31);
  ScalerAxis *v = scaler_axis_new (40, 11, 1, 22);
  gint y;

  fail_unless (h->copy && v->copy);
  plane_draw (&in, &out, h, v, 0, 0, 31, 22);
  for (y = 0; y < 22; y++)
    fail_unless (memcmp (out.data + y * 31, in.data + (y + 11) * 50 + 7, 31)
        == 0);
  scaler_axis_free (h);
  scaler_axis_free (v);
  g_free (in.data);
  g_free (out.data);
  g_rand_free (rand);
}

GST_END_TEST;

/* One output sample of what is halved: means of two rows, then weights. */
static gint
halved (const Plane * in, const ScalerAxis * h, gint x, gint y, gint c)
{
  gint sum = 1 << (SCALER_SHIFT - 1), k;

  for (k = 0; k < h->taps; k++) {
    const guint8 *above = in->data + 2 * y * in->stride +
        (h->offset[x] + k) * in->components + c;

    sum +=
        h->weight[x * h->taps + k] * ((above[0] + above[in->stride] + 1) / 2);
  }

  return sum >> SCALER_SHIFT;
}

/* Halving by one pass is what two passes make, whichever part is drawn. */
static void
check_halved (gint components, gint begin, GRand * rand)
{
  Plane in = plane_new (700, 8, components, rand);
  Plane out = plane_new (300, 4, components, NULL);
  ScalerAxis *h = scaler_axis_new (700, begin, 2, 300);
  ScalerAxis *v = scaler_axis_new_rows (8, 0, 2, 4);
  gint cut = g_rand_int_range (rand, 1, 299);
  gint x, y, c;

  plane_draw (&in, &out, h, v, 0, 0, cut, 4);
  plane_draw (&in, &out, h, v, cut, 0, 300 - cut, 4);
  for (y = 0; y < 4; y++)
    for (x = 0; x < 300; x++)
      for (c = 0; c < components; c++)
        if (out.data[y * out.stride + x * components + c] !=
            halved (&in, h, x, y, c))
          fail ("%d components from %d on, in parts of %d: wrong at %d,%d",
              components, begin, cut, x, y);
  scaler_axis_free (h);
  scaler_axis_free (v);
  g_free (in.data);
  g_free (out.data);
}

GST_START_TEST (test_halved)
{
  GRand *rand = g_rand_new_with_seed (8);
  gint i;

  for (i = 0; i < 200; i++)
    check_halved (1 + i % 2, i * 2, rand);
  g_rand_free (rand);
}

GST_END_TEST;

/* Rows that are halved exactly are means of two; all else is as for columns. */
GST_START_TEST (test_rows)
{
  const gdouble steps[] = { 1.5, 0.5, 1, 2, 8.0 / 3 };
  const gdouble starts[] = { 0, 0, 0, 0.5, 0 };
  GRand *rand = g_rand_new_with_seed (7);
  Plane in = plane_new (300, 80, 1, rand), out = plane_new (300, 40, 1, NULL);
  ScalerAxis *h = scaler_axis_new (300, 0, 1, 300);
  ScalerAxis *v = scaler_axis_new_rows (80, 0, 2, 40);
  guint i;
  gint x, y;

  plane_draw (&in, &out, h, v, 0, 0, 300, 40);
  for (y = 0; y < 40; y++) {
    for (x = 0; x < 300; x++) {
      const guint8 *above = in.data + 2 * y * 300 + x;

      if (out.data[y * 300 + x] != (above[0] + above[300] + 1) / 2)
        fail ("no mean at %d,%d", x, y);
    }
  }
  scaler_axis_free (h);
  scaler_axis_free (v);

  for (i = 0; i < G_N_ELEMENTS (steps); i++) {
    h = scaler_axis_new (80, starts[i], steps[i], 15);
    v = scaler_axis_new_rows (80, starts[i], steps[i], 15);
    fail_unless_equals_int (h->taps, v->taps);
    fail_unless (memcmp (h->weight, v->weight,
            h->n * h->taps * sizeof (*h->weight)) == 0);
    scaler_axis_free (h);
    scaler_axis_free (v);
  }
  g_free (in.data);
  g_free (out.data);
  g_rand_free (rand);
}

GST_END_TEST;

/* How much of [@from, @to) lies in the sample from @j to @j + 1. */
static gdouble
overlap (gdouble from, gdouble to, gint j)
{
  return MAX (MIN (to, j + 1) - MAX (from, j), 0.0);
}

/* Reduced by more than two, outputs are means of what they cover; and where
 * weights allow it, the kernels are told how to do without them. */
GST_START_TEST (test_area)
{
  const gdouble steps[] = { 2.1, 8.0 / 3, 4, 5.3 };
  guint i;
  gint k, y;

  for (i = 0; i < G_N_ELEMENTS (steps); i++) {
    gdouble start = steps[i] * 3 == 8 ? 0 : 0.25;
    ScalerAxis *a = scaler_axis_new (80, start, steps[i], 14);

    fail_unless_equals_int (a->means != NULL, steps[i] * 3 == 8);
    for (y = 0; y < 14; y++) {
      const gint16 *weight = a->weight + y * a->taps;
      gdouble by_means[8] = { 0, };

      for (k = 0; k < a->taps; k++) {
        gdouble from = start + y * steps[i], to = from + steps[i];
        gdouble want = overlap (from, to, a->offset[y] + k) / steps[i] *
            (1 << SCALER_SHIFT);

        fail_unless (fabs (weight[k] - want) <= 1.0,
            "reduced by %g, tap %d of output %d: %d, not %g", steps[i], k, y,
            weight[k], want);
      }
      if (a->means == NULL)
        continue;
      for (k = 0; k < 4; k++)
        by_means[a->means[y][k]] += k < 2 ? 48 : 16;
      for (k = 0; k < a->taps; k++)
        fail_unless (by_means[k] == weight[k], "output %d, tap %d: %g, not %d",
            y, k, by_means[k], weight[k]);
    }
    scaler_axis_free (a);
  }
}

GST_END_TEST;

/* Noise with many samples at both ends of the range. */
static void
fill_noise (guint8 * data, gint n, GRand * rand)
{
  guint32 state = g_rand_int (rand);
  gint i;

  for (i = 0; i < n; i++) {
    state = state * 1664525 + 1013904223;
    data[i] = (guint8) CLAMP ((gint) (state >> 23) - 128, 0, 255);
  }
}

/* One axis through both passes: any length of rows, any part of the outputs,
 * and not one byte more to read than was promised. */
static void
check_axis (const ScalerKernels * kernels, const ScalerAxis * a, GRand * rand,
    gint size)
{
  const ScalerKernels *c = scaler_kernels_c ();
  gint x = g_rand_int_range (rand, 0, a->n);
  gint width = g_rand_int_range (rand, 1, a->n - x + 1);
  gint bytes = g_rand_int_range (rand, 1, 400);
  /* the row begins where the group of x does, or at its own first sample */
  gint from = a->offset[g_rand_boolean (rand) ? x : x - x % SCALER_GROUP];
  gint needed = a->offset[x + width - 1] + a->taps - from + SCALER_SLACK;
  const guint8 **rows = g_new (const guint8 *, a->taps);
  guint8 *row = g_malloc (needed), *got = g_malloc (width);
  guint8 *want = g_malloc (width);
  guint8 *input = g_malloc (bytes + a->taps), *got_rows = g_malloc (bytes);
  guint8 *want_rows = g_malloc (bytes);
  const ScalerFetch fetch = { {input, input, input, input}, input, 1 };
  gint k;

  fill_noise (row, needed, rand);
  fill_noise (input, bytes + a->taps, rand);
  for (k = 0; k < a->taps; k++)
    rows[k] = input + k;

  if (a->taps > 1) {
    kernels->blend (rows, a, x, got_rows, bytes, &fetch);
    c->blend (rows, a, x, want_rows, bytes, &fetch);
    fail_unless (memcmp (got_rows, want_rows, bytes) == 0,
        "%s: blend of %d bytes, %d to %d", kernels->name, bytes, size, a->n);
  }
  if (!a->copy) {
    kernels->filter (row, from, a, x, width, got, &fetch);
    c->filter (row, from, a, x, width, want, &fetch);
    fail_unless (memcmp (got, want, width) == 0,
        "%s: filter of outputs %d to %d, %d to %d", kernels->name, x,
        x + width, size, a->n);
  }

  g_free (rows);
  g_free (row);
  g_free (got);
  g_free (want);
  g_free (input);
  g_free (got_rows);
  g_free (want_rows);
}

/* Weights of the vertical pass that two means are enough for. */
static void
check_means (const ScalerKernels * kernels, GRand * rand)
{
  gint n = g_rand_int_range (rand, 1, 400), k;
  guint8 *row[4], *got = g_malloc (n);
  const guint8 *rows[4];
  /* two rows, three or four */
  guint same = g_rand_int_range (rand, 0, 3);
  const ScalerFetch fetch = { {got, got, got, got}, got, 0 };

  for (k = 0; k < 4; k++) {
    row[k] = g_malloc (n);
    fill_noise (row[k], n, rand);
    rows[k] = row[k];
  }
  if (same < 2)
    rows[3] = rows[same == 0 ? 1 : 2];
  if (same == 0)
    rows[2] = rows[0];
  kernels->means (rows, got, n, &fetch);
  for (k = 0; k < n; k++) {
    gint q = (rows[0][k] + rows[1][k] + 1) / 2;
    gint p = (rows[2][k] + rows[3][k] + 1) / 2;

    if (got[k] != (p + 3 * q + 2) / 4)
      fail ("%s: means of %d, at %d: %d", kernels->name, n, k, got[k]);
  }
  for (k = 0; k < 4; k++)
    g_free (row[k]);
  g_free (got);
}

/* Both passes at once are as one after the other; @step is 2 for pairs. */
static void
check_halve (const ScalerKernels * kernels, gint step, GRand * rand)
{
  gint n = g_rand_int_range (rand, SCALER_LINE / step, 400 / step) * step, k;
  gint size = 2 * n + 2 * step;
  guint8 *a = g_malloc (size), *b = g_malloc (size), *got = g_malloc (n);
  gint outer = g_rand_int_range (rand, 0, 64);
  const gint8 w[] = { (gint8) outer, (gint8) (64 - outer),
    (gint8) (64 - outer), (gint8) outer
  };
  const ScalerFetch fetch = { {a, b, a, b}, a, 0 };

  fill_noise (a, size, rand);
  fill_noise (b, size, rand);
  (step == 2 ? kernels->halve_pairs : kernels->halve) (a, b, w, got, n, &fetch);
  for (k = 0; k < n; k++) {
    gint sum = 1 << (SCALER_SHIFT - 1), i;

    for (i = 0; i < 4; i++) {
      gint at = (2 * (k / step) + i) * step + k % step;

      sum += w[i] * ((a[at] + b[at] + 1) / 2);
    }
    if (got[k] != sum >> SCALER_SHIFT)
      fail ("%s: halving to %d by %d, at %d: %d", kernels->name, n, step, k,
          got[k]);
  }
  g_free (a);
  g_free (b);
  g_free (got);
}

static void
check_pairs (const ScalerKernels * kernels, GRand * rand)
{
  gint n = g_rand_int_range (rand, 1, 300), k;
  guint8 *pairs = g_malloc (2 * n), *spread = g_malloc (2 * n - 1);
  guint8 *a = g_malloc (n), *b = g_malloc (n);

  fill_noise (pairs, 2 * n, rand);
  memset (spread, 0x11, 2 * n - 1);
  kernels->split (pairs, n, a, b);
  kernels->spread (b, n, spread);
  for (k = 0; k < n; k++) {
    if (a[k] != pairs[2 * k] || b[k] != pairs[2 * k + 1])
      fail ("%s: split of %d, at %d", kernels->name, n, k);
    if (spread[2 * k] != b[k] || (k + 1 < n && spread[2 * k + 1] != 0x11))
      fail ("%s: spread of %d, at %d", kernels->name, n, k);
  }
  g_free (pairs);
  g_free (spread);
  g_free (a);
  g_free (b);
}

/* All kernels that this processor runs give the same bytes as the portable
 * ones, which test_small_sizes compares with a plain reference. */
static void
check_kernels (const ScalerKernels * kernels)
{
  GRand *rand = g_rand_new_with_seed (4);
  gint round, from, to;

  for (from = 2; from <= 64; from++) {
    for (to = 2; to <= 64; to++) {
      ScalerAxis *a = scaler_axis_new_rows (from, 0, (gdouble) from / to, to);

      check_axis (kernels, a, rand, from);
      scaler_axis_free (a);
    }
  }
  for (round = 0; round < 3000; round++) {
    gint size = g_rand_int_range (rand, 1, 900);
    /* the ratios of real layouts, and any other */
    const gdouble steps[] = { 2, 4, 1.5, 8.0 / 3, 0.75, 3.6, 3 };
    gdouble step = round % 2 ? steps[round / 2 % G_N_ELEMENTS (steps)] :
        g_rand_double_range (rand, 0.1, 20);
    gdouble start = round % 3 == 0 ? g_rand_double_range (rand, -9, 9) : 0;
    gint n = g_rand_int_range (rand, 1, 400);
    ScalerAxis *a = round % 4 < 2 ? scaler_axis_new (size, start, step, n) :
        scaler_axis_new_rows (size, start, step, n);

    check_axis (kernels, a, rand, size);
    check_pairs (kernels, rand);
    check_means (kernels, rand);
    if (kernels->halve != NULL) {
      check_halve (kernels, 1, rand);
      check_halve (kernels, 2, rand);
    }
    scaler_axis_free (a);
  }
  g_rand_free (rand);
}

GST_START_TEST (test_kernels_agree)
{
  const ScalerKernels *const *k = scaler_kernels_list ();

  if (k[0] == scaler_kernels_c ())
    GST_WARNING ("skipped: this processor runs the portable kernels");
  for (; *k != NULL; k++)
    check_kernels (*k);
}

GST_END_TEST;

/* scaler_draw() itself: from pairs to pairs, from pairs to planes and from
 * planes to every second byte, all of it alike. */
static void
check_layouts (gint width, gint height, gint out_width, gint out_height,
    GRand * rand)
{
  Plane pairs = plane_new (width, height, 2, rand);
  Plane one = plane_new (width, height, 1, NULL);
  Plane both = plane_new (out_width, out_height, 2, NULL);
  Plane u = plane_new (out_width, out_height, 1, NULL);
  Plane v = plane_new (out_width, out_height, 1, NULL);
  Plane spread = plane_new (2 * out_width, out_height, 1, NULL);
  ScalerAxis *across = scaler_axis_new (width, 0,
      (gdouble) width / out_width, out_width);
  ScalerAxis *down = scaler_axis_new_rows (height, 0,
      (gdouble) height / out_height, out_height);
  ScalerScratch scratch = { NULL, };
  ScalerPlane from_pairs = { pairs.data, pairs.stride, 2 };
  ScalerPlane from_one = { one.data, one.stride, 1 };
  ScalerTarget to_planes = { {u.data, v.data}, {u.stride, v.stride}, 1 };
  ScalerTarget to_spread = { {spread.data}, {spread.stride}, 2 };
  gint c, i;

  plane_draw (&pairs, &both, across, down, 0, 0, out_width, out_height);
  scaler_draw (&from_pairs, across, down, 0, 0, out_width, out_height,
      &to_planes, &scratch);
  for (c = 0; c < 2; c++) {
    const guint8 *apart = c == 0 ? u.data : v.data;

    for (i = 0; i < width * height; i++)
      one.data[i] = pairs.data[2 * i + c];
    scaler_draw (&from_one, across, down, 0, 0, out_width, out_height,
        &to_spread, &scratch);
    for (i = 0; i < out_width * out_height; i++)
      if (apart[i] != both.data[2 * i + c] ||
          spread.data[2 * i] != both.data[2 * i + c] ||
          spread.data[2 * i + 1] != 0)
        fail ("%dx%d to %dx%d, component %d, sample %d", width, height,
            out_width, out_height, c, i);
  }

  scaler_axis_free (across);
  scaler_axis_free (down);
  scaler_scratch_clear (&scratch);
  g_free (pairs.data);
  g_free (one.data);
  g_free (both.data);
  g_free (u.data);
  g_free (v.data);
  g_free (spread.data);
}

GST_START_TEST (test_layouts_agree)
{
  GRand *rand = g_rand_new_with_seed (5);

  check_layouts (264, 48, 132, 24, rand);
  check_layouts (90, 50, 90, 50, rand);
  check_layouts (90, 50, 90, 25, rand);
  check_layouts (90, 50, 45, 50, rand);
  check_layouts (200, 90, 75, 50, rand);
  check_layouts (33, 20, 75, 50, rand);
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
layoutscaler_suite (void)
{
  Suite *s = suite_create ("layoutscaler");
  TCase *tc = tcase_create ("scaler");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_small_sizes);
  tcase_add_test (tc, test_random_sizes);
  tcase_add_test (tc, test_flat_stays_flat);
  tcase_add_test (tc, test_same_size_is_a_copy);
  tcase_add_test (tc, test_halved);
  tcase_add_test (tc, test_rows);
  tcase_add_test (tc, test_area);
  tcase_add_test (tc, test_kernels_agree);
  tcase_add_test (tc, test_layouts_agree);

  return s;
}

GST_CHECK_MAIN (layoutscaler);
