/* scaler-avx2.c: the two passes for AVX2
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Weights of a reducing axis are signed bytes that sum to 128 and none below
 * 0, so a sum of products of bytes never leaves 15 bits: vpmaddubsw does not
 * saturate. Enlarging axes have lobes. Their vertical pass takes samples less
 * 128, which brings its sums back into 16 bits, and weights without their
 * sign; their horizontal pass takes words.
 */

#include "scaler-kernels.h"

#include <immintrin.h>
#include <string.h>

#define ROUND (1 << (SCALER_SHIFT - 1))
/* of a vertical pass: more go to the portable kernel */
#define MAX_TAPS 64
/* of one with weights below 0 */
#define MAX_LOBE_TAPS 8

static inline __m256i
load (const void *p)
{
  return _mm256_loadu_si256 ((const __m256i *) p);
}

static inline void
store (guint8 * p, __m256i v)
{
  _mm256_storeu_si256 ((__m256i *) p, v);
}

/* Two weights side by side, as often as a register holds them. */
static inline __m256i
pair (gint a, gint b)
{
  return _mm256_set1_epi16 ((gint16) ((a & 0xff) | (b & 0xff) << 8));
}

/* (@sums + ROUND) >> SCALER_SHIFT in one step, of sums below 32768 */
static inline __m256i
rounded (__m256i sums)
{
  return _mm256_mulhrs_epi16 (sums, _mm256_set1_epi16 (1 << (15 -
              SCALER_SHIFT)));
}

/* 32 bytes of the vertical pass, at @x. */
G_ALWAYS_INLINE static inline void
blend_32 (const guint8 * const *in, const __m256i * weights,
    gint taps, gint x, guint8 * out)
{
  __m256i low = _mm256_setzero_si256 (), high = low;
  gint k;

  for (k = 0; k < taps; k += 2) {
    __m256i a = load (in[k] + x);
    __m256i b = k + 1 < taps ? load (in[k + 1] + x) : _mm256_setzero_si256 ();

    low = _mm256_add_epi16 (low,
        _mm256_maddubs_epi16 (_mm256_unpacklo_epi8 (a, b), weights[k / 2]));
    high = _mm256_add_epi16 (high,
        _mm256_maddubs_epi16 (_mm256_unpackhi_epi8 (a, b), weights[k / 2]));
  }

  /* unpacking and packing mix the lanes in the same way */
  store (out + x, _mm256_packus_epi16 (rounded (low), rounded (high)));
}

/* @taps is a constant where it matters: then the loop is a straight line with
 * everything in registers. */
G_ALWAYS_INLINE static inline void
blend_row (const guint8 * const *rows, const gint16 * w, gint taps,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const guint8 *in[MAX_TAPS];
  __m256i weights[MAX_TAPS / 2];
  const ScalerFetch f = *fetch;
  gint x, k;

  for (k = 0; k < taps; k++)
    in[k] = rows[k];
  for (k = 0; k < taps; k += 2)
    weights[k / 2] = pair (w[k], k + 1 < taps ? w[k + 1] : 0);

  for (x = 0; x + 32 <= n; x += 32) {
    if (x % SCALER_LINE == 0)
      scaler_fetch (&f, x, SCALER_FETCHED);
    blend_32 (in, weights, taps, x, out);
  }
  /* the last step overlaps the one before */
  if (x < n)
    blend_32 (in, weights, taps, n - 32, out);
}

static inline __m256i
mean (__m256i a, __m256i b)
{
  return _mm256_avg_epu8 (a, b);
}

/* 32 bytes of ScalerKernels.means, at @x. What rounds half up is one
 * instruction; so that (p + 3 q) / 4 does, the mean within it rounds down. */
G_ALWAYS_INLINE static inline void
means_32 (const guint8 * const *rows, gboolean quarters, gint x, guint8 * out)
{
  __m256i q = mean (load (rows[0] + x), load (rows[1] + x));

  if (quarters) {
    __m256i p = mean (load (rows[2] + x), load (rows[3] + x));
    __m256i odd = _mm256_and_si256 (_mm256_xor_si256 (p, q),
        _mm256_set1_epi8 (1));

    q = mean (q, _mm256_sub_epi8 (mean (p, q), odd));
  }
  store (out + x, q);
}

G_ALWAYS_INLINE static inline void
means_row (const guint8 * const *rows, gboolean quarters, guint8 * out, gint n,
    const ScalerFetch * fetch)
{
  const guint8 *const in[] = { rows[0], rows[1], rows[2], rows[3] };
  const ScalerFetch f = *fetch;
  gint x;

  for (x = 0; x + 32 <= n; x += 32) {
    if (x % SCALER_LINE == 0)
      scaler_fetch (&f, x, 3);
    means_32 (in, quarters, x, out);
  }
  /* the last step overlaps the one before */
  if (x < n)
    means_32 (in, quarters, n - 32, out);
}

static void
means_avx2 (const guint8 * const *rows, guint8 * out, gint n,
    const ScalerFetch * fetch)
{
  if (n < 32)
    scaler_kernels_c ()->means (rows, out, n, fetch);
  else if (rows[0] == rows[2])
    means_row (rows, FALSE, out, n, fetch);
  else
    means_row (rows, TRUE, out, n, fetch);
}

/* The rows whose weights have one sign, two by two. */
typedef struct
{
  const guint8 *row[MAX_LOBE_TAPS];
  guint8 weight[MAX_LOBE_TAPS]; /* without its sign */
  gint n;                       /* even: the last may weigh nothing */
} Side;

static void
sides_make (Side * side, const guint8 * const *rows, const gint16 * w,
    gint taps)
{
  gint k, s;

  side[0].n = side[1].n = 0;
  for (k = 0; k < taps; k++) {
    Side *to = &side[w[k] < 0];

    if (w[k] == 0)
      continue;
    to->row[to->n] = rows[k];
    to->weight[to->n++] = (guint8) ABS (w[k]);
  }
  for (s = 0; s < 2; s++) {
    if (side[s].n % 2 == 1) {
      side[s].row[side[s].n] = side[s].row[side[s].n - 1];
      side[s].weight[side[s].n++] = 0;
    }
  }
}

static inline void
blend_32_lobes (const Side * side, gint x, guint8 * out)
{
  const __m256i half = _mm256_set1_epi8 ((gchar) 0x80);
  __m256i low = _mm256_set1_epi16 (ROUND), high = low;
  gint k, s;

  for (s = 0; s < 2; s++) {
    for (k = 0; k < side[s].n; k += 2) {
      __m256i a = _mm256_xor_si256 (load (side[s].row[k] + x), half);
      __m256i b = _mm256_xor_si256 (load (side[s].row[k + 1] + x), half);
      __m256i weights = pair (side[s].weight[k], side[s].weight[k + 1]);
      __m256i l = _mm256_maddubs_epi16 (weights, _mm256_unpacklo_epi8 (a, b));
      __m256i h = _mm256_maddubs_epi16 (weights, _mm256_unpackhi_epi8 (a, b));

      low = s == 0 ? _mm256_add_epi16 (low, l) : _mm256_sub_epi16 (low, l);
      high = s == 0 ? _mm256_add_epi16 (high, h) : _mm256_sub_epi16 (high, h);
    }
  }

  /* saturating around 128 clamps to a byte */
  store (out + x, _mm256_xor_si256 (half,
          _mm256_packs_epi16 (_mm256_srai_epi16 (low, SCALER_SHIFT),
              _mm256_srai_epi16 (high, SCALER_SHIFT))));
}

static void
blend_avx2 (const guint8 * const *rows, const ScalerAxis * v, gint y,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const gint16 *w = v->weight + (gsize) y * v->taps;
  gint x;

  if (n < 32 || v->taps > (v->lobes ? MAX_LOBE_TAPS : MAX_TAPS)) {
    scaler_kernels_c ()->blend (rows, v, y, out, n, fetch);
    return;
  }

  if (v->lobes) {
    Side side[2];

    sides_make (side, rows, w, v->taps);
    for (x = 0; x + 32 <= n; x += 32) {
      if (x % SCALER_LINE == 0)
        scaler_fetch (fetch, x, SCALER_FETCHED);
      blend_32_lobes (side, x, out);
    }
    if (x < n)
      blend_32_lobes (side, n - 32, out);
    return;
  }

  switch (v->taps) {
    case 2:
      blend_row (rows, w, 2, out, n, fetch);
      break;
    case 3:
      blend_row (rows, w, 3, out, n, fetch);
      break;
    case 4:
      blend_row (rows, w, 4, out, n, fetch);
      break;
    case 5:
      blend_row (rows, w, 5, out, n, fetch);
      break;
    case 6:
      blend_row (rows, w, 6, out, n, fetch);
      break;
    case 8:
      blend_row (rows, w, 8, out, n, fetch);
      break;
    default:
      blend_row (rows, w, v->taps, out, n, fetch);
      break;
  }
}

/* Where the outputs of a group find their samples. */
typedef struct
{
  const guint8 *row;            /* from sample 0 on */
  const gint *offset;
  const guint8 *shuffle;        /* NULL: each output gathers */
} Taps;

/* The taps @q * 4 to @q * 4 + 3 of outputs @i to @i + 7. */
static inline __m256i
taps_of_8 (const Taps * t, gint i, gint q)
{
  __m256i both;

  if (t->shuffle == NULL)
    return _mm256_i32gather_epi32 ((const gint *) (t->row + 4 * q),
        load (t->offset + i), 1);

  both = _mm256_inserti128_si256 (_mm256_castsi128_si256 (_mm_loadu_si128 (
              (const __m128i *) (t->row + t->offset[i] + 4 * q))),
      _mm_loadu_si128 ((const __m128i *) (t->row + t->offset[i + 4] + 4 * q)),
      1);
  return _mm256_shuffle_epi8 (both, load (t->shuffle + i * 4));
}

/* A group of sixteen outputs with no weight below 0. */
static inline void
filter_16 (const Taps * t, const gint8 * packed, gint quads, guint8 * out)
{
  const __m256i ones = _mm256_set1_epi16 (1);
  __m256i a = _mm256_setzero_si256 (), b = a, words;
  gint q;

  for (q = 0; q < quads; q++, packed += SCALER_GROUP * 4) {
    a = _mm256_add_epi16 (a,
        _mm256_maddubs_epi16 (taps_of_8 (t, 0, q), load (packed)));
    b = _mm256_add_epi16 (b,
        _mm256_maddubs_epi16 (taps_of_8 (t, 8, q), load (packed + 32)));
  }
  words = _mm256_permute4x64_epi64 (_mm256_packs_epi32 (_mm256_madd_epi16 (a,
              ones), _mm256_madd_epi16 (b, ones)), _MM_SHUFFLE (3, 1, 2, 0));
  words = rounded (words);
  _mm_storeu_si128 ((__m128i *) out,
      _mm_packus_epi16 (_mm256_castsi256_si128 (words),
          _mm256_extracti128_si256 (words, 1)));
}

/* The sums of eight outputs whose weights have signs. */
static inline __m256i
sums_of_8 (const Taps * t, const gint8 * packed, gint quads, gint i)
{
  __m256i sums = _mm256_set1_epi32 (ROUND);
  gint q;

  for (q = 0; q < quads; q++, packed += SCALER_GROUP * 4) {
    __m256i taps = taps_of_8 (t, i, q);
    __m256i weights = load (packed + i * 4);
    __m256i a = _mm256_madd_epi16 (_mm256_cvtepu8_epi16
        (_mm256_castsi256_si128 (taps)),
        _mm256_cvtepi8_epi16 (_mm256_castsi256_si128 (weights)));
    __m256i b = _mm256_madd_epi16 (_mm256_cvtepu8_epi16
        (_mm256_extracti128_si256 (taps, 1)),
        _mm256_cvtepi8_epi16 (_mm256_extracti128_si256 (weights, 1)));

    sums = _mm256_add_epi32 (sums,
        _mm256_permute4x64_epi64 (_mm256_hadd_epi32 (a, b), _MM_SHUFFLE (3, 1,
                2, 0)));
  }
  return _mm256_srai_epi32 (sums, SCALER_SHIFT);
}

static inline void
filter_16_lobes (const Taps * t, const gint8 * packed, gint quads, guint8 * out)
{
  __m256i words = _mm256_permute4x64_epi64 (_mm256_packs_epi32 (sums_of_8 (t,
              packed, quads, 0), sums_of_8 (t, packed, quads, 8)),
      _MM_SHUFFLE (3, 1, 2, 0));

  _mm_storeu_si128 ((__m128i *) out,
      _mm_packus_epi16 (_mm256_castsi256_si128 (words),
          _mm256_extracti128_si256 (words, 1)));
}

/* What halving works with: weights for the first and for the last two of four
 * samples. */
typedef struct
{
  __m256i first, second;
} Halves;

static inline Halves
halves_of (const gint8 * w)
{
  const Halves h = { pair (w[0], w[1]), pair (w[2], w[3]) };

  return h;
}

/* 32 outputs from the sums of 16 each. */
static inline __m256i
pack_halved (__m256i a, __m256i b)
{
  return _mm256_permute4x64_epi64 (_mm256_packus_epi16 (rounded (a),
          rounded (b)), _MM_SHUFFLE (3, 1, 2, 0));
}

/* 32 outputs that are made alike, each from four samples. */
static inline void
filter_32_halved (const guint8 * row, Halves h, guint8 * out)
{
  __m256i a = _mm256_add_epi16 (_mm256_maddubs_epi16 (load (row), h.first),
      _mm256_maddubs_epi16 (load (row + 2), h.second));
  __m256i b = _mm256_add_epi16 (_mm256_maddubs_epi16 (load (row + 32), h.first),
      _mm256_maddubs_epi16 (load (row + 34), h.second));

  store (out, pack_halved (a, b));
}

/* Outputs @x to @end - 1 of those that are made alike, 32 or more. */
static void
filter_halved (const guint8 * row, const ScalerAxis * h, gint x, gint end,
    guint8 * out)
{
  const Halves halves = halves_of (h->packed + (gsize) x * 4);
  gint n = end - x, i;

  row += h->offset[x];
  for (i = 0; i + 32 <= n; i += 32)
    filter_32_halved (row + 2 * i, halves, out + i);
  /* the last step overlaps the one before */
  if (i < n)
    filter_32_halved (row + 2 * (n - 32), halves, out + n - 32);
}

/* The words of @a from the second on, then the first of @b; of @pairs, from the
 * third on and two. */
G_ALWAYS_INLINE static inline __m256i
next_words (__m256i a, __m256i b, gboolean pairs)
{
  __m256i middle = _mm256_permute2x128_si256 (a, b, 0x21);

  return pairs ? _mm256_alignr_epi8 (middle, a, 4) :
      _mm256_alignr_epi8 (middle, a, 2);
}

/* The means @m of pairs, so that what is added lies side by side. */
static inline __m256i
apart (__m256i m)
{
  return _mm256_shuffle_epi8 (m, _mm256_set_epi32 (0x0f0d0e0c, 0x0b090a08,
          0x07050604, 0x03010200, 0x0f0d0e0c, 0x0b090a08, 0x07050604,
          0x03010200));
}

/* The mean of the first two bytes of @a and @b, or of four. */
static inline __m256i
mean_of_step (const guint8 * a, const guint8 * b, gboolean pairs)
{
  guint32 in[2] = { 0, 0 };

  memcpy (&in[0], a, pairs ? 4 : 2);
  memcpy (&in[1], b, pairs ? 4 : 2);
  return mean (_mm256_set1_epi32 ((gint) in[0]), _mm256_set1_epi32 ((gint)
          in[1]));
}

/* 32 bytes, their first sample @x, nothing kept between the passes: the sums
 * of the last two samples come from one step further on, and there may be no
 * more to read than that. */
G_ALWAYS_INLINE static inline void
halve_32 (const guint8 * a, const guint8 * b, gint x, Halves h,
    gboolean pairs, guint8 * out)
{
  __m256i m0 = mean (load (a + x), load (b + x));
  __m256i m1 = mean (load (a + x + 32), load (b + x + 32));
  __m256i m2 = mean_of_step (a + x + 64, b + x + 64, pairs);
  __m256i s0, s1, s2;

  if (pairs) {
    m0 = apart (m0);
    m1 = apart (m1);
    m2 = apart (m2);
  }
  s0 = _mm256_maddubs_epi16 (m0, h.second);
  s1 = _mm256_maddubs_epi16 (m1, h.second);
  s2 = _mm256_maddubs_epi16 (m2, h.second);
  store (out, pack_halved (_mm256_add_epi16 (_mm256_maddubs_epi16 (m0,
                  h.first), next_words (s0, s1, pairs)),
          _mm256_add_epi16 (_mm256_maddubs_epi16 (m1, h.first),
              next_words (s1, s2, pairs))));
}

G_ALWAYS_INLINE static inline void
halve_row (const guint8 * a, const guint8 * b, Halves h, gboolean pairs,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const ScalerFetch f = *fetch;
  gint i;

  for (i = 0; i + 32 <= n; i += 32) {
    scaler_fetch_near (&f, 2 * i, 2);
    halve_32 (a, b, 2 * i, h, pairs, out + i);
  }
  /* the last step overlaps the one before */
  if (i < n)
    halve_32 (a, b, 2 * (n - 32), h, pairs, out + n - 32);
}

static void
halve_avx2 (const guint8 * a, const guint8 * b, const gint8 * w,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  halve_row (a, b, halves_of (w), FALSE, out, n, fetch);
}

static void
halve_pairs_avx2 (const guint8 * a, const guint8 * b, const gint8 * w,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  halve_row (a, b, halves_of (w), TRUE, out, n, fetch);
}

static void
filter_groups (const guint8 * row, const ScalerAxis * h, gint x, gint end,
    guint8 * out)
{
  for (; x + SCALER_GROUP <= end; x += SCALER_GROUP, out += SCALER_GROUP) {
    const Taps t = { row, h->offset + x,
      h->narrow != NULL ? h->narrow + (gsize) x * 4 : NULL
    };
    const gint8 *packed = h->packed + (gsize) x * h->quads * 4;

    if (h->lobes)
      filter_16_lobes (&t, packed, h->quads, out);
    else
      filter_16 (&t, packed, h->quads, out);
  }
  if (x < end)
    scaler_kernels_c ()->filter (row, 0, h, x, end - x, out, NULL);
}

static void
filter_avx2 (const guint8 * row, gint from, const ScalerAxis * h, gint x0,
    gint width, guint8 * out, const ScalerFetch * fetch)
{
  gint x = x0, end, halved;

  if (h->packed == NULL) {
    scaler_kernels_c ()->filter (row, from, h, x0, width, out, fetch);
    return;
  }

  end = scaler_filter_ends (row, from, h, &x, width, out);
  out += x - x0;
  row -= from;
  halved = MAX (scaler_group_up (h->halved_begin), x);
  if (MIN (h->halved_end, end) >= halved + 32) {
    gint stop = MIN (h->halved_end, end);
    gint after = stop - stop % SCALER_GROUP;

    filter_groups (row, h, x, halved, out);
    filter_halved (row, h, halved, stop, out + (halved - x));
    filter_groups (row, h, after, end, out + (after - x));
  } else {
    filter_groups (row, h, x, end, out);
  }
}

static void
split_avx2 (const guint8 * pairs, gint n, guint8 * a, guint8 * b)
{
  const __m256i low = _mm256_set1_epi16 (0xff);
  gint x;

  for (x = 0; x + 32 <= n; x += 32) {
    __m256i p = load (pairs + 2 * x), q = load (pairs + 2 * x + 32);

    store (a + x, _mm256_permute4x64_epi64 (_mm256_packus_epi16
            (_mm256_and_si256 (p, low), _mm256_and_si256 (q, low)),
            _MM_SHUFFLE (3, 1, 2, 0)));
    store (b + x, _mm256_permute4x64_epi64 (_mm256_packus_epi16
            (_mm256_srli_epi16 (p, 8), _mm256_srli_epi16 (q, 8)),
            _MM_SHUFFLE (3, 1, 2, 0)));
  }
  scaler_kernels_c ()->split (pairs + 2 * x, n - x, a + x, b + x);
}

static void
spread_avx2 (const guint8 * in, gint n, guint8 * out)
{
  const __m256i low = _mm256_set1_epi16 (0xff);
  gint x;

  /* never the byte behind the last */
  for (x = 0; x + 16 < n; x += 16) {
    __m256i words = _mm256_cvtepu8_epi16 (_mm_loadu_si128 ((const __m128i *)
            (in + x)));

    store (out + 2 * x, _mm256_blendv_epi8 (load (out + 2 * x), words, low));
  }
  scaler_kernels_c ()->spread (in + x, n - x, out + 2 * x);
}

static const ScalerKernels kernels_avx2 = {
  "avx2", blend_avx2, means_avx2, halve_avx2, halve_pairs_avx2, filter_avx2,
  FALSE, split_avx2, spread_avx2
};

const ScalerKernels *
scaler_kernels_avx2 (void)
{
  return &kernels_avx2;
}
