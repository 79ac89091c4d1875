/* scaler-kernels.h: the inner loops of scaler.c, one set for each kind of CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __SCALER_KERNELS_H__
#define __SCALER_KERNELS_H__

#include "scaler.h"

#ifndef G_ALWAYS_INLINE         /* GLib before 2.74 */
#define G_ALWAYS_INLINE __attribute__ ((always_inline))
#endif

G_BEGIN_DECLS
/* Rows that are fetched side by side. */
#define SCALER_FETCHED 4
/**
 * ScalerFetch:
 * @row: rows, from the column on that a kernel begins with; any row that is at
 *     hand anyway where there is nothing to fetch
 * @beside: a row for the horizontal pass to fetch
 * @pace: cache lines of @beside for each 64 outputs; 0 where there is nothing
 *
 * Input that is wanted soon. Kernels of the vertical pass ask for its cache
 * lines while they go along the same columns of other rows, those of the
 * horizontal pass while they compute: memory has something to do all the time.
 */
    typedef struct
{
  const guint8 *row[SCALER_FETCHED];
  const guint8 *beside;
  gint pace;
} ScalerFetch;

#define SCALER_LINE 64

/* A kernel is at byte @x; to be called once for each cache line. @rows is a
 * constant, how many of them to fetch: a loop would cost more than it saves.
 * The second cache takes more requests at a time than the first one. */
G_ALWAYS_INLINE static inline void
scaler_fetch (const ScalerFetch * f, gint x, gint rows)
{
  gint k;

  for (k = 0; k < rows; k++)
    __builtin_prefetch (f->row[k] + x, 0, 2);
}

/* The same for kernels that are as fast as the second cache. */
G_ALWAYS_INLINE static inline void
scaler_fetch_near (const ScalerFetch * f, gint x, gint rows)
{
  gint k;

  for (k = 0; k < rows; k++)
    __builtin_prefetch (f->row[k] + x, 0, 3);
}

/* To be called once for 64 outputs; @at: of @beside. Returns where it goes on. */
G_ALWAYS_INLINE static inline const guint8 *
scaler_fetch_beside (const guint8 * at, gint pace)
{
  for (; pace > 0; pace--, at += SCALER_LINE)
    __builtin_prefetch (at, 0, 2);
  return at;
}

typedef void (*ScalerHalve) (const guint8 * a, const guint8 * b,
    const gint8 * w, guint8 * out, gint n, const ScalerFetch * fetch);

/**
 * ScalerKernels:
 * @name: for benchmarks and tests
 * @blend: the vertical pass by weights, see scaler_blend_rows(); v->taps > 1
 * @means: the vertical pass of v->means: q, the mean of rows[0] and rows[1], to
 *     three quarters and p, that of rows[2] and rows[3], to one, which is
 *     (p + 3 q + 2) / 4; q alone if rows[0] is rows[2]
 * @halve: both passes where they halve: the means of rows @a and @b, and of
 *     these, from the first on, @n outputs of four each with the weights @w;
 *     two rows are to be fetched, and nothing beside them;
 *     @n is at least %SCALER_LINE, and 2 @n + 2 bytes of each row are read;
 *     %NULL if two passes are as fast
 * @halve_pairs: the same for rows of pairs: @n bytes, an even number, and
 *     2 @n + 4 bytes of each row
 * @filter: the horizontal pass, see scaler_filter_row(); not for h->copy
 * @fetches_beside: whether @filter fetches; if it does not, the vertical pass
 *     has to fetch all
 * @split: @n pairs of bytes to two rows
 * @spread: @n bytes to every second byte of @out; those between them stay
 *
 * All sets give the same bytes.
 */
typedef struct
{
  const gchar *name;
  void (*blend) (const guint8 * const *rows, const ScalerAxis * v, gint y,
      guint8 * out, gint n, const ScalerFetch * fetch);
  void (*means) (const guint8 * const *rows, guint8 * out, gint n,
      const ScalerFetch * fetch);
  ScalerHalve halve, halve_pairs;
  void (*filter) (const guint8 * row, gint from, const ScalerAxis * h, gint x0,
      gint width, guint8 * out, const ScalerFetch * fetch);
  gboolean fetches_beside;
  void (*split) (const guint8 * pairs, gint n, guint8 * a, guint8 * b);
  void (*spread) (const guint8 * in, gint n, guint8 * out);
} ScalerKernels;

/* @x or the first of the next group */
static inline gint
scaler_group_up (gint x)
{
  return (x + SCALER_GROUP - 1) / SCALER_GROUP * SCALER_GROUP;
}

gint scaler_filter_ends (const guint8 * row, gint from, const ScalerAxis * h,
    gint * x0, gint width, guint8 * out);

const ScalerKernels *const *scaler_kernels_list (void);

const ScalerKernels *scaler_kernels_c (void);

const ScalerKernels *scaler_kernels_avx2 (void);

const ScalerKernels *scaler_kernels_avx512 (void);

G_END_DECLS
#endif /* __SCALER_KERNELS_H__ */
