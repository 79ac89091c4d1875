/* scaler-avx512.c: the two passes for AVX-512 with BW, VL, VBMI and VNNI
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The same arithmetic as for AVX2, with three gains: one vpermb finds the taps
 * of sixteen outputs, vpdpbusd multiplies and adds them in 32 bits whatever
 * their signs, and masks make the ends of rows like the rest.
 */

#include "scaler-kernels.h"

#include <immintrin.h>
#include <string.h>

#define ROUND (1 << (SCALER_SHIFT - 1))
/* of a vertical pass: more go to the portable kernel */
#define MAX_TAPS 64
/* by a vertical pass: one of several rows is left to the horizontal one */
#define FETCHED (SCALER_FETCHED - 1)

static inline __m512i
load (const void *p)
{
  return _mm512_loadu_si512 (p);
}

/* The lowest @n bits, @n from 1 to 64. */
static inline __mmask64
first_bits (gint n)
{
  return ~G_GUINT64_CONSTANT (0) >> (64 - n);
}

/* The first @n bytes, all if @n is the constant 64: that needs no mask, which
 * the compiler does not see by itself. */
G_ALWAYS_INLINE static inline __m512i
load_first (const guint8 * p, gint n)
{
  return n == 64 ? load (p) : _mm512_maskz_loadu_epi8 (first_bits (n), p);
}

G_ALWAYS_INLINE static inline void
store_first (guint8 * p, gint n, __m512i v)
{
  if (n == 64)
    _mm512_storeu_si512 (p, v);
  else
    _mm512_mask_storeu_epi8 (p, first_bits (n), v);
}

/* How many of @n bytes at @p lie before a cache line begins: a load that crosses
 * two costs two, so one short step leads to where none does. */
static inline gint
to_line (const guint8 * p, gint n)
{
  return MIN (n, (gint) (-(guintptr) p % 64));
}

/* Two weights side by side, as often as a register holds them. */
static inline __m512i
pair (gint a, gint b)
{
  return _mm512_set1_epi16 ((gint16) ((a & 0xff) | (b & 0xff) << 8));
}

/* (@sums + ROUND) >> SCALER_SHIFT in one step, of sums below 32768 */
static inline __m512i
rounded (__m512i sums)
{
  return _mm512_mulhrs_epi16 (sums, _mm512_set1_epi16 (1 << (15 -
              SCALER_SHIFT)));
}

/* @n bytes of the vertical pass, at @x. */
G_ALWAYS_INLINE static inline void
blend_64 (const guint8 * const *in, const __m512i * weights,
    gint taps, gint x, guint8 * out, gint n)
{
  __m512i low = _mm512_setzero_si512 (), high = low;
  gint k;

  for (k = 0; k < taps; k += 2) {
    __m512i a = load_first (in[k] + x, n);
    __m512i b = k + 1 < taps ? load_first (in[k + 1] + x, n) :
        _mm512_setzero_si512 ();

    low = _mm512_add_epi16 (low,
        _mm512_maddubs_epi16 (_mm512_unpacklo_epi8 (a, b), weights[k / 2]));
    high = _mm512_add_epi16 (high,
        _mm512_maddubs_epi16 (_mm512_unpackhi_epi8 (a, b), weights[k / 2]));
  }

  /* unpacking and packing mix the lanes in the same way */
  store_first (out + x, n, _mm512_packus_epi16 (rounded (low), rounded (high)));
}

/* @taps is a constant where it matters: then the loop is a straight line with
 * everything in registers. */
G_ALWAYS_INLINE static inline void
blend_row (const guint8 * const *rows, const gint16 * w, gint taps,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const guint8 *in[MAX_TAPS];
  __m512i weights[MAX_TAPS / 2];
  const ScalerFetch f = *fetch;
  gint x, k;

  for (k = 0; k < taps; k++)
    in[k] = rows[k];
  for (k = 0; k < taps; k += 2)
    weights[k / 2] = pair (w[k], k + 1 < taps ? w[k + 1] : 0);

  x = to_line (rows[0], n);
  if (x > 0)
    blend_64 (in, weights, taps, 0, out, x);
  for (; x + 64 <= n; x += 64) {
    scaler_fetch (&f, x, FETCHED);
    blend_64 (in, weights, taps, x, out, 64);
  }
  if (x < n) {
    scaler_fetch (&f, x, FETCHED);
    blend_64 (in, weights, taps, x, out, n - x);
  }
}

static inline __m512i
mean (__m512i a, __m512i b)
{
  return _mm512_avg_epu8 (a, b);
}

/* The means of @n bytes. */
G_ALWAYS_INLINE static inline __m512i
mean_first (const guint8 * a, const guint8 * b, gint n)
{
  return mean (load_first (a, n), load_first (b, n));
}

/* @n bytes of ScalerKernels.means, at @x. What rounds half up is one
 * instruction; so that (p + 3 q) / 4 does, the mean within it rounds down. */
G_ALWAYS_INLINE static inline void
means_64 (const guint8 * const *rows, gboolean quarters, gint x, guint8 * out,
    gint n)
{
  __m512i q = mean_first (rows[0] + x, rows[1] + x, n);

  if (quarters) {
    __m512i p = mean_first (rows[2] + x, rows[3] + x, n);
    __m512i odd = _mm512_and_si512 (_mm512_xor_si512 (p, q),
        _mm512_set1_epi8 (1));

    q = mean (q, _mm512_sub_epi8 (mean (p, q), odd));
  }
  store_first (out + x, n, q);
}

G_ALWAYS_INLINE static inline void
means_row (const guint8 * const *rows, gboolean quarters, guint8 * out, gint n,
    const ScalerFetch * fetch)
{
  const guint8 *const in[] = { rows[0], rows[1], rows[2], rows[3] };
  const ScalerFetch f = *fetch;
  gint x = to_line (rows[0], n);

  if (x > 0)
    means_64 (in, quarters, 0, out, x);
  for (; x + 64 <= n; x += 64) {
    scaler_fetch (&f, x, 2);
    means_64 (in, quarters, x, out, 64);
  }
  if (x < n) {
    scaler_fetch (&f, x, 2);
    means_64 (in, quarters, x, out, n - x);
  }
}

static void
means_avx512 (const guint8 * const *rows, guint8 * out, gint n,
    const ScalerFetch * fetch)
{
  if (rows[0] == rows[2])
    means_row (rows, FALSE, out, n, fetch);
  else
    means_row (rows, TRUE, out, n, fetch);
}

/* 64 bytes with weights below 0: four rows are brought side by side. */
static inline void
blend_64_lobes (const guint8 * const *rows, const gint16 * w, gint taps,
    gint x, guint8 * out, __mmask64 mask)
{
  __m512i sums[4];
  __m512i words[2];
  gint k, i;

  for (i = 0; i < 4; i++)
    sums[i] = _mm512_set1_epi32 (ROUND);

  for (k = 0; k < taps; k += 4) {
    __m512i in[4], ab[2], cd[2], weights;
    guint32 four = 0;

    for (i = 0; i < 4; i++) {
      in[i] = k + i < taps ?
          _mm512_maskz_loadu_epi8 (mask, rows[k + i] + x) :
          _mm512_setzero_si512 ();
      if (k + i < taps)
        four |= (guint32) (guint8) w[k + i] << (8 * i);
    }
    weights = _mm512_set1_epi32 ((gint32) four);
    ab[0] = _mm512_unpacklo_epi8 (in[0], in[1]);
    ab[1] = _mm512_unpackhi_epi8 (in[0], in[1]);
    cd[0] = _mm512_unpacklo_epi8 (in[2], in[3]);
    cd[1] = _mm512_unpackhi_epi8 (in[2], in[3]);
    for (i = 0; i < 2; i++) {
      sums[2 * i] = _mm512_dpbusd_epi32 (sums[2 * i],
          _mm512_unpacklo_epi16 (ab[i], cd[i]), weights);
      sums[2 * i + 1] = _mm512_dpbusd_epi32 (sums[2 * i + 1],
          _mm512_unpackhi_epi16 (ab[i], cd[i]), weights);
    }
  }

  for (i = 0; i < 2; i++)
    words[i] = _mm512_packs_epi32 (_mm512_srai_epi32 (sums[2 * i],
            SCALER_SHIFT), _mm512_srai_epi32 (sums[2 * i + 1], SCALER_SHIFT));
  _mm512_mask_storeu_epi8 (out + x, mask, _mm512_packus_epi16 (words[0],
          words[1]));
}

static void
blend_avx512 (const guint8 * const *rows, const ScalerAxis * v, gint y,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const gint16 *w = v->weight + (gsize) y * v->taps;
  gint x;

  /* too much for registers, or weights that are no signed bytes */
  if (v->taps > MAX_TAPS ||
      (v->lobes && (y < v->light_begin || y >= v->light_end))) {
    scaler_kernels_avx2 ()->blend (rows, v, y, out, n, fetch);
    return;
  }

  if (v->lobes) {
    for (x = 0; x < n; x += 64) {
      scaler_fetch (fetch, x, FETCHED);
      blend_64_lobes (rows, w, v->taps, x, out, first_bits (MIN (n - x, 64)));
    }
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

/* The sums of a group of sixteen outputs. @far: the taps of a quad lie in two
 * registers. */
G_ALWAYS_INLINE static inline __m512i
sums_of_16 (const guint8 * row, const ScalerAxis * h, gint x,
    gint quads, gboolean far)
{
  const __m512i places = load (h->wide + (gsize) x * 4);
  const gint8 *packed = h->packed + (gsize) x * quads * 4;
  __m512i sums = _mm512_set1_epi32 (ROUND);
  gint q;

  row += h->offset[x];
  for (q = 0; q < quads; q++, row += 4, packed += SCALER_GROUP * 4) {
    __m512i taps = far ?
        _mm512_permutex2var_epi8 (load (row), places, load (row + 64)) :
        _mm512_permutexvar_epi8 (places, load (row));

    sums = _mm512_dpbusd_epi32 (sums, taps, load (packed));
  }

  return _mm512_srai_epi32 (sums, SCALER_SHIFT);
}

/* Outputs @x to @end - 1, @x the first of a group. */
G_ALWAYS_INLINE static inline void
filter_row (const guint8 * row, const ScalerAxis * h, gint x,
    gint end, gint quads, gboolean far, guint8 * out, const ScalerFetch * fetch)
{
  /* what packing four groups leaves in this order */
  const __m512i order = _mm512_set_epi32 (15, 11, 7, 3, 14, 10, 6, 2, 13, 9,
      5, 1, 12, 8, 4, 0);
  const guint8 *beside = fetch->beside;

  for (; x + 64 <= end; x += 64, out += 64) {
    __m512i a = sums_of_16 (row, h, x, quads, far);
    __m512i b = sums_of_16 (row, h, x + 16, quads, far);
    __m512i c = sums_of_16 (row, h, x + 32, quads, far);
    __m512i d = sums_of_16 (row, h, x + 48, quads, far);

    beside = scaler_fetch_beside (beside, fetch->pace);
    _mm512_storeu_si512 (out, _mm512_permutexvar_epi32 (order,
            _mm512_packus_epi16 (_mm512_packs_epi32 (a, b),
                _mm512_packs_epi32 (c, d))));
  }
  for (; x < end; x += SCALER_GROUP, out += SCALER_GROUP) {
    __m512i sums = _mm512_max_epi32 (sums_of_16 (row, h, x, quads, far),
        _mm512_setzero_si512 ());

    _mm512_mask_cvtusepi32_storeu_epi8 (out, 0xffff >> (SCALER_GROUP -
            MIN (end - x, SCALER_GROUP)), sums);
  }
}

/* What halving works with: weights for the first and for the last two of four
 * samples. */
typedef struct
{
  __m512i first, second;
} Halves;

static inline Halves
halves_of (const gint8 * w)
{
  const Halves h = { pair (w[0], w[1]), pair (w[2], w[3]) };

  return h;
}

/* 64 outputs from the sums of 32 each. */
static inline __m512i
pack_halved (__m512i a, __m512i b)
{
  const __m512i order = _mm512_set_epi64 (7, 5, 3, 1, 6, 4, 2, 0);

  return _mm512_permutexvar_epi64 (order, _mm512_packus_epi16 (rounded (a),
          rounded (b)));
}

/* 64 outputs that are made alike, each from four samples. */
static inline void
filter_64_halved (const guint8 * row, Halves h, guint8 * out)
{
  __m512i a = _mm512_add_epi16 (_mm512_maddubs_epi16 (load (row), h.first),
      _mm512_maddubs_epi16 (load (row + 2), h.second));
  __m512i b = _mm512_add_epi16 (_mm512_maddubs_epi16 (load (row + 64), h.first),
      _mm512_maddubs_epi16 (load (row + 66), h.second));

  _mm512_storeu_si512 (out, pack_halved (a, b));
}

/* Outputs @x to @end - 1 of those that are made alike, 64 or more. */
static void
filter_halved (const guint8 * row, const ScalerAxis * h, gint x, gint end,
    guint8 * out, const ScalerFetch * fetch)
{
  const Halves halves = halves_of (h->packed + (gsize) x * 4);
  const guint8 *beside = fetch->beside;
  gint n = end - x, i;

  row += h->offset[x];
  for (i = 0; i + 64 <= n; i += 64) {
    beside = scaler_fetch_beside (beside, fetch->pace);
    filter_64_halved (row + 2 * i, halves, out + i);
  }
  /* the last step overlaps the one before */
  if (i < n)
    filter_64_halved (row + 2 * (n - 64), halves, out + n - 64);
}

/* The means of 64 bytes; of @pairs, so that what is added lies side by side. */
G_ALWAYS_INLINE static inline __m512i
means_to_halve (const guint8 * a, const guint8 * b, gboolean pairs)
{
  const __m512i apart = _mm512_set4_epi32 (0x0f0d0e0c, 0x0b090a08, 0x07050604,
      0x03010200);
  __m512i m = mean (load (a), load (b));

  return pairs ? _mm512_shuffle_epi8 (m, apart) : m;
}

/* 32 sums of four means: the last two of each are the first two of the next,
 * and to read them again is cheaper than to move them. */
G_ALWAYS_INLINE static inline __m512i
halve_32 (const guint8 * a, const guint8 * b, Halves h, gboolean pairs)
{
  const gint step = pairs ? 4 : 2;

  return _mm512_add_epi16 (_mm512_maddubs_epi16 (means_to_halve (a, b, pairs),
          h.first), _mm512_maddubs_epi16 (means_to_halve (a + step, b + step,
              pairs), h.second));
}

G_ALWAYS_INLINE static inline void
halve_64 (const guint8 * a, const guint8 * b, Halves h, gboolean pairs,
    guint8 * out)
{
  _mm512_storeu_si512 (out, pack_halved (halve_32 (a, b, h, pairs),
          halve_32 (a + 64, b + 64, h, pairs)));
}

G_ALWAYS_INLINE static inline void
halve_row (const guint8 * a, const guint8 * b, Halves h, gboolean pairs,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  const ScalerFetch f = *fetch;
  gint i;

  for (i = 0; i + 64 <= n; i += 64) {
    scaler_fetch_near (&f, 2 * i, 2);
    scaler_fetch_near (&f, 2 * i + 64, 2);
    halve_64 (a + 2 * i, b + 2 * i, h, pairs, out + i);
  }
  /* the last step overlaps the one before */
  if (i < n) {
    scaler_fetch_near (&f, 2 * i, 2);
    scaler_fetch_near (&f, 2 * i + 64, 2);
    halve_64 (a + 2 * (n - 64), b + 2 * (n - 64), h, pairs, out + n - 64);
  }
}

static void
halve_avx512 (const guint8 * a, const guint8 * b, const gint8 * w,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  halve_row (a, b, halves_of (w), FALSE, out, n, fetch);
}

static void
halve_pairs_avx512 (const guint8 * a, const guint8 * b, const gint8 * w,
    guint8 * out, gint n, const ScalerFetch * fetch)
{
  halve_row (a, b, halves_of (w), TRUE, out, n, fetch);
}

static void
filter_avx512 (const guint8 * row, gint from, const ScalerAxis * h, gint x0,
    gint width, guint8 * out, const ScalerFetch * fetch)
{
  gint x = x0, end, halved;

  if (h->wide == NULL) {
    scaler_kernels_avx2 ()->filter (row, from, h, x0, width, out, fetch);
    return;
  }

  end = scaler_filter_ends (row, from, h, &x, width, out);
  out += x - x0;
  row -= from;
  halved = MAX (scaler_group_up (h->halved_begin), x);
  if (MIN (h->halved_end, end) >= halved + 64) {
    gint stop = MIN (h->halved_end, end);
    gint after = stop - stop % SCALER_GROUP;

    filter_row (row, h, x, halved, 1, FALSE, out, fetch);
    filter_halved (row, h, halved, stop, out + (halved - x), fetch);
    filter_row (row, h, after, end, 1, FALSE, out + (after - x), fetch);
  } else if (h->span > 64) {
    filter_row (row, h, x, end, h->quads, TRUE, out, fetch);
  } else if (h->quads == 1) {
    filter_row (row, h, x, end, 1, FALSE, out, fetch);
  } else if (h->quads == 2) {
    filter_row (row, h, x, end, 2, FALSE, out, fetch);
  } else {
    filter_row (row, h, x, end, h->quads, FALSE, out, fetch);
  }
}

/* Two registers of pairs to one of their first or of their second bytes. */
static void
split_avx512 (const guint8 * pairs, gint n, guint8 * a, guint8 * b)
{
  const __m512i order = _mm512_set_epi64 (7, 5, 3, 1, 6, 4, 2, 0);
  const __m512i low = _mm512_set1_epi16 (0xff);
  gint x;

  for (x = 0; x + 64 <= n; x += 64) {
    __m512i p = load (pairs + 2 * x), q = load (pairs + 2 * x + 64);

    _mm512_storeu_si512 (a + x, _mm512_permutexvar_epi64 (order,
            _mm512_packus_epi16 (_mm512_and_si512 (p, low),
                _mm512_and_si512 (q, low))));
    _mm512_storeu_si512 (b + x, _mm512_permutexvar_epi64 (order,
            _mm512_packus_epi16 (_mm512_srli_epi16 (p, 8),
                _mm512_srli_epi16 (q, 8))));
  }
  scaler_kernels_avx2 ()->split (pairs + 2 * x, n - x, a + x, b + x);
}

static const guint64 every_second = G_GUINT64_CONSTANT (0x5555555555555555);

static void
spread_avx512 (const guint8 * in, gint n, guint8 * out)
{
  gint x;

  for (x = 0; x < n; x += 32) {
    gint count = MIN (n - x, 32);
    __mmask32 mask = (__mmask32) first_bits (count);

    _mm512_mask_storeu_epi8 (out + 2 * x,
        every_second & first_bits (2 * count),
        _mm512_cvtepu8_epi16 (_mm256_maskz_loadu_epi8 (mask, in + x)));
  }
}

static const ScalerKernels kernels_avx512 = {
  "avx512", blend_avx512, means_avx512, halve_avx512,
  halve_pairs_avx512, filter_avx512, TRUE, split_avx512, spread_avx512
};

const ScalerKernels *
scaler_kernels_avx512 (void)
{
  return &kernels_avx512;
}
