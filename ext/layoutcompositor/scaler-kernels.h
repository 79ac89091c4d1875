/* scaler-kernels.h: the inner loops of scaler.c, one set for each kind of CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __SCALER_KERNELS_H__
#define __SCALER_KERNELS_H__

#include "scaler.h"

G_BEGIN_DECLS
/**
 * ScalerFetch:
 *
 * Input that is wanted soon. Kernels ask for a cache line of it now and then
 * while they work.
 */
    typedef struct
{
  const guint8 *at;             /* the next line */
  const guint8 *end;            /* of the row that it is in */
  gssize stride;
  gint bytes;                   /* of each row */
  gint rows;                    /* still to fetch, that one too */
} ScalerFetch;

#define SCALER_LINE 64

static inline void
scaler_fetch_line (ScalerFetch * f)
{
  if (f->rows == 0)
    return;
  __builtin_prefetch (f->at);
  f->at += SCALER_LINE;
  if (f->at >= f->end) {
    f->end += f->stride;
    f->at = f->end - f->bytes;
    f->rows--;
  }
}

/**
 * ScalerKernels:
 * @name: for benchmarks and tests
 * @blend: the vertical pass, see scaler_blend_rows(); v->taps > 1
 * @filter: the horizontal pass, see scaler_filter_row(); not for h->copy
 * @split: @n pairs of bytes to two rows
 * @spread: @n bytes to every second byte of @out; those between them stay
 *
 * All sets give the same bytes.
 */
    typedef struct
{
  const gchar *name;
  void (*blend) (const guint8 * const *rows, const ScalerAxis * v, gint y,
      guint8 * out, gint n, ScalerFetch * fetch);
  void (*filter) (const guint8 * row, gint from, const ScalerAxis * h, gint x0,
      gint width, guint8 * out, ScalerFetch * fetch);
  void (*split) (const guint8 * pairs, gint n, guint8 * a, guint8 * b);
  void (*spread) (const guint8 * in, gint n, guint8 * out);
} ScalerKernels;

gint scaler_filter_ends (const guint8 * row, gint from, const ScalerAxis * h,
    gint * x0, gint width, guint8 * out, ScalerFetch * fetch);

const ScalerKernels *scaler_kernels (void);

const ScalerKernels *scaler_kernels_c (void);

const ScalerKernels *scaler_kernels_avx2 (void);

const ScalerKernels *scaler_kernels_avx512 (void);

G_END_DECLS
#endif /* __SCALER_KERNELS_H__ */
