/* scaler-kernels.h: the inner loops of scaler.c, one set for each kind of CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __SCALER_KERNELS_H__
#define __SCALER_KERNELS_H__

#include "scaler.h"

G_BEGIN_DECLS
/**
 * ScalerKernels:
 * @name: for benchmarks and tests
 * @blend: the vertical pass, see scaler_blend_rows(); v->taps > 1
 * @filter: the horizontal pass, see scaler_filter_row(); not for h->copy
 *
 * All sets give the same bytes.
 */
    typedef struct
{
  const gchar *name;
  void (*blend) (const guint8 * const *rows, const ScalerAxis * v, gint y,
      guint8 * out, gint n);
  void (*filter) (const guint8 * row, gint from, const ScalerAxis * h, gint x0,
      gint width, guint8 * out);
} ScalerKernels;

const ScalerKernels *scaler_kernels (void);

const ScalerKernels *scaler_kernels_c (void);

const ScalerKernels *scaler_kernels_avx2 (void);

G_END_DECLS
#endif /* __SCALER_KERNELS_H__ */
