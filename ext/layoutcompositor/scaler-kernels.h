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
/**
 * ScalerFetch:
 * @at: the next line to fetch
 * @end: the end of the row that it is in
 * @stride: bytes between rows
 * @bytes: of each row
 * @rows: still to fetch, that one too; 0 = nothing to fetch
 * @pace: for each byte that a kernel makes
 * @credit: what that came to; a line costs %SCALER_LINE_CREDIT
 *
 * Input that is wanted soon. Kernels ask for a cache line of it now and then
 * while they work.
 */
    typedef struct
{
  const guint8 *at;
  const guint8 *end;
  gssize stride;
  gint bytes;
  gint rows;
  gint pace;
  gint credit;
} ScalerFetch;

#define SCALER_LINE 64
#define SCALER_LINE_CREDIT 4096

/* A kernel has made @made bytes, or input of so many. */
static inline void
scaler_fetch (ScalerFetch * f, gint made)
{
  if (f->rows == 0)
    return;
  for (f->credit += f->pace * made; f->credit >= SCALER_LINE_CREDIT;
      f->credit -= SCALER_LINE_CREDIT) {
    __builtin_prefetch (f->at);
    f->at += SCALER_LINE;
    if (f->at >= f->end) {
      f->end += f->stride;
      f->at = f->end - f->bytes;
      if (--f->rows == 0)
        return;
    }
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

const ScalerKernels *const *scaler_kernels_list (void);

const ScalerKernels *scaler_kernels_c (void);

const ScalerKernels *scaler_kernels_avx2 (void);

const ScalerKernels *scaler_kernels_avx512 (void);

G_END_DECLS
#endif /* __SCALER_KERNELS_H__ */
