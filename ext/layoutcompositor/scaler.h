/* scaler.h: separable scaling of 8 bit planes, any rectangle of the result
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The one interface behind which the scaling kernels live. It knows bytes and
 * weights, nothing of video formats. Every output sample has its own table of
 * taps, so any rectangle of a scaled plane can be drawn alone and meets its
 * neighbours without a seam.
 */

#ifndef __SCALER_H__
#define __SCALER_H__

#include <glib.h>

G_BEGIN_DECLS
/* Weights are integers that sum to 1 << SCALER_SHIFT for every output. */
#define SCALER_SHIFT 7
/* What scaler_filter_row() may read behind a row. */
#define SCALER_SLACK 128
/* How many outputs the tables of an axis hold side by side. */
#define SCALER_GROUP 16
/**
 * ScalerAxis:
 * @n: output samples along this axis
 * @taps: input samples that make one output sample
 * @copy: %TRUE if output i is exactly input i + offset[0]
 * @lobes: %TRUE if a weight is below 0, so that sums need clamping
 * @offset: for each output its first input sample; always
 *     offset + taps <= the input's size, and never less than the one before
 * @weight: @n rows of @taps weights
 * @quads: fours of taps that hold @taps
 * @packed: for each group of %SCALER_GROUP outputs and each of its @quads the
 *     four weights of each output, as bytes; %NULL if @taps is 1
 * @wide: for each group the four places of each output's first taps, counted
 *     from the group's first input sample; %NULL if a group needs more than
 *     128 samples
 * @span: how many samples a group needs for its first quad
 * @narrow: as @wide, but counted from the first sample of four outputs;
 *     %NULL if four need more than 16 samples
 * @light_begin: first of the outputs whose weights fit @packed
 * @light_end: the one behind the last of them
 * @halved_begin: first of the outputs that all have the same weights, up to
 *     four, each for samples two behind those of the one before
 * @halved_end: the one behind the last of them
 * @means: for each output four of its taps, if it is three quarters of the
 *     mean of the first two and one quarter of the mean of the last two, which
 *     the vertical pass makes of them much faster than of weights; the first
 *     is -1 if it is not. %NULL if none is.
 * @tables: the memory of what is kept for kernels
 *
 * How one axis is scaled. Immutable once made; any thread may read it.
 */
    typedef struct
{
  gint n;
  gint taps;
  gboolean copy;
  gboolean lobes;
  gint *offset;
  gint16 *weight;
  gint quads;
  gint8 *packed;
  guint8 *wide;
  gint span;
  guint8 *narrow;
  gint light_begin, light_end;
  gint halved_begin, halved_end;
    gint8 (*means)[4];
  gpointer tables;
} ScalerAxis;

/**
 * ScalerPlane:
 * @data: first sample
 * @stride: bytes between rows, may be negative
 * @components: 1, or 2 for interleaved chroma
 *
 * An input plane. Its size is the one that the axes were made for.
 */
typedef struct
{
  const guint8 *data;
  gssize stride;
  gint components;
} ScalerPlane;

/**
 * ScalerTarget:
 * @data: for each component of the input where output (x0, y0) goes
 * @stride: for each component, bytes between rows
 * @step: bytes between samples of a row: 1, or 2 into interleaved chroma
 */
typedef struct
{
  guint8 *data[2];
  gssize stride[2];
  gint step;
} ScalerTarget;

/* Rows between the passes. One per thread that draws; zero-initialised. */
typedef struct
{
  guint8 *rows;
  gsize size;
} ScalerScratch;

ScalerAxis *scaler_axis_new (gint src_size,
    gdouble start, gdouble step, gint n);

ScalerAxis *scaler_axis_new_rows (gint src_size,
    gdouble start, gdouble step, gint n);

void scaler_axis_free (ScalerAxis * axis);

void scaler_draw (const ScalerPlane * src,
    const ScalerAxis * h,
    const ScalerAxis * v,
    gint x0,
    gint y0,
    gint width, gint height, const ScalerTarget * dst, ScalerScratch * scratch);

guint8 *scaler_scratch_get (ScalerScratch * scratch, gsize size);

void scaler_scratch_clear (ScalerScratch * scratch);

/* The two passes, for callers that make rows themselves (alpha). */
void scaler_blend_rows (const guint8 * const *rows,
    const ScalerAxis * v, gint y, guint8 * out, gint n);

void scaler_filter_row (const guint8 * row,
    gint from, const ScalerAxis * h, gint x0, gint width, guint8 * out);

G_END_DECLS
#endif /* __SCALER_H__ */
