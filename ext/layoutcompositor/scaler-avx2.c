/* scaler-avx2.c: the two passes for AVX2
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Weights of a reducing axis are signed bytes that sum to 128 and none below
 * 0, so a sum of products of bytes never leaves 15 bits: vpmaddubsw does not
 * saturate. Enlarging axes have lobes and are wider: they take 16 bit weights.
 */

#include "scaler-kernels.h"

#include <immintrin.h>
#include <string.h>

#define ROUND (1 << (SCALER_SHIFT - 1))

static inline __m256i
load (const guint8 * p)
{
  return _mm256_loadu_si256 ((const __m256i *) p);
}

/* 32 bytes of the vertical pass, at @x. */
static inline void
blend_32 (const guint8 * const *rows, const gint16 * w, gint taps,
    guint8 * out, gint x)
{
  __m256i low = _mm256_set1_epi16 (ROUND), high = low;
  gint k;

  for (k = 0; k < taps; k += 2) {
    gboolean pair = k + 1 < taps;
    __m256i a = load (rows[k] + x);
    __m256i b = pair ? load (rows[k + 1] + x) : _mm256_setzero_si256 ();
    __m256i weights = _mm256_set1_epi16 ((gint16) ((w[k] & 0xff) |
            (pair ? (w[k + 1] & 0xff) << 8 : 0)));

    low = _mm256_add_epi16 (low,
        _mm256_maddubs_epi16 (_mm256_unpacklo_epi8 (a, b), weights));
    high = _mm256_add_epi16 (high,
        _mm256_maddubs_epi16 (_mm256_unpackhi_epi8 (a, b), weights));
  }

  /* unpacking and packing mix the lanes in the same way */
  _mm256_storeu_si256 ((__m256i *) (out + x),
      _mm256_packus_epi16 (_mm256_srli_epi16 (low, SCALER_SHIFT),
          _mm256_srli_epi16 (high, SCALER_SHIFT)));
}

/* Rounds eight 32 bit sums to bytes and stores them. */
static inline void
store_8 (__m256i sums, guint8 * out)
{
  __m256i words, bytes;
  gint32 low, high;

  sums = _mm256_srai_epi32 (_mm256_add_epi32 (sums,
          _mm256_set1_epi32 (ROUND)), SCALER_SHIFT);
  words = _mm256_packs_epi32 (sums, sums);
  bytes = _mm256_packus_epi16 (words, words);
  /* four bytes at the bottom of each lane */
  low = _mm256_extract_epi32 (bytes, 0);
  high = _mm256_extract_epi32 (bytes, 4);
  memcpy (out, &low, 4);
  memcpy (out + 4, &high, 4);
}

static inline __m128i
load_8 (const guint8 * p)
{
  return _mm_loadl_epi64 ((const __m128i *) p);
}

/* 8 bytes of the vertical pass, at @x, with weights that are words. */
static inline void
blend_8_words (const guint8 * const *rows, const gint16 * w, gint taps,
    guint8 * out, gint x)
{
  __m256i sums = _mm256_setzero_si256 ();
  gint k;

  for (k = 0; k < taps; k += 2) {
    gboolean pair = k + 1 < taps;
    __m128i a = load_8 (rows[k] + x);
    __m128i b = pair ? load_8 (rows[k + 1] + x) : _mm_setzero_si128 ();
    __m256i weights = _mm256_set1_epi32 ((gint32) ((guint16) w[k] |
            (pair ? (guint32) (guint16) w[k + 1] << 16 : 0)));

    sums = _mm256_add_epi32 (sums,
        _mm256_madd_epi16 (_mm256_cvtepu8_epi16 (_mm_unpacklo_epi8 (a, b)),
            weights));
  }
  store_8 (sums, out + x);
}

static void
blend_avx2 (const guint8 * const *rows, const ScalerAxis * v, gint y,
    guint8 * out, gint n)
{
  const gint16 *w = v->weight + (gsize) y * v->taps;
  gint x;

  if (n < 32) {
    scaler_kernels_c ()->blend (rows, v, y, out, n);
    return;
  }

  /* the last step overlaps the one before */
  if (v->packed != NULL) {
    for (x = 0; x + 32 <= n; x += 32)
      blend_32 (rows, w, v->taps, out, x);
    if (x < n)
      blend_32 (rows, w, v->taps, out, n - 32);
  } else {
    for (x = 0; x + 8 <= n; x += 8)
      blend_8_words (rows, w, v->taps, out, x);
    if (x < n)
      blend_8_words (rows, w, v->taps, out, n - 8);
  }
}

/* Eight outputs with weights that are bytes. */
static inline void
filter_8 (const guint8 * row, __m256i offsets, const gint8 * packed,
    gint quads, guint8 * out)
{
  const __m256i ones = _mm256_set1_epi16 (1);
  __m256i sums = _mm256_setzero_si256 ();
  gint q;

  for (q = 0; q < quads; q++) {
    __m256i taps = _mm256_i32gather_epi32 ((const gint *) (row + 4 * q),
        offsets, 1);
    __m256i weights = load ((const guint8 *) packed + 32 * q);

    sums = _mm256_add_epi32 (sums,
        _mm256_madd_epi16 (_mm256_maddubs_epi16 (taps, weights), ones));
  }
  store_8 (sums, out);
}

/* Eight outputs of four taps with weights that are words. */
static inline void
filter_8_words (const guint8 * row, __m256i offsets, const gint16 * w,
    guint8 * out)
{
  __m256i taps = _mm256_i32gather_epi32 ((const gint *) row, offsets, 1);
  __m256i a = _mm256_madd_epi16 (_mm256_cvtepu8_epi16
      (_mm256_castsi256_si128 (taps)), load ((const guint8 *) w));
  __m256i b = _mm256_madd_epi16 (_mm256_cvtepu8_epi16
      (_mm256_extracti128_si256 (taps, 1)), load ((const guint8 *) (w + 16)));

  store_8 (_mm256_permute4x64_epi64 (_mm256_hadd_epi32 (a, b),
          _MM_SHUFFLE (3, 1, 2, 0)), out);
}

static void
filter_avx2 (const guint8 * row, gint from, const ScalerAxis * h, gint x0,
    gint width, guint8 * out)
{
  const ScalerKernels *c = scaler_kernels_c ();
  gint end = x0 + width;
  gint x = MIN ((x0 + 7) & ~7, end);
  gint last = x + ((end - x) & ~7);

  if (h->packed == NULL && h->taps != 4) {
    c->filter (row, from, h, x0, width, out);
    return;
  }

  /* what lies before the first and after the last whole eight */
  if (x > x0)
    c->filter (row, from, h, x0, x - x0, out);
  if (last < end)
    c->filter (row, from, h, last, end - last, out + (last - x0));

  for (; x < last; x += 8) {
    __m256i offsets = _mm256_sub_epi32 (load ((const guint8 *) (h->offset +
                x)), _mm256_set1_epi32 (from));

    if (h->packed != NULL)
      filter_8 (row, offsets, h->packed + (gsize) x / 8 * h->quads * 32,
          h->quads, out + (x - x0));
    else
      filter_8_words (row, offsets, h->weight + (gsize) x * 4, out + (x - x0));
  }
}

static const ScalerKernels kernels_avx2 = { "avx2", blend_avx2, filter_avx2 };

const ScalerKernels *
scaler_kernels_avx2 (void)
{
  return &kernels_avx2;
}
