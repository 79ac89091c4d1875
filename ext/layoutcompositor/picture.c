/* picture.c: the current picture of one input, in a format that can be drawn
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "picture.h"

#include <string.h>

/* Formats that canvas_draw() and canvas_blend() read themselves. */
static gboolean
format_is_drawn (GstVideoFormat format)
{
  switch (format) {
    case GST_VIDEO_FORMAT_I420:
    case GST_VIDEO_FORMAT_NV12:
    case GST_VIDEO_FORMAT_A420:
    case GST_VIDEO_FORMAT_AYUV:
    case GST_VIDEO_FORMAT_RGBA:
    case GST_VIDEO_FORMAT_BGRA:
    case GST_VIDEO_FORMAT_ARGB:
    case GST_VIDEO_FORMAT_ABGR:
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
needs_conversion (const GstVideoInfo * info, const GstVideoInfo * canvas)
{
  if (!format_is_drawn (GST_VIDEO_INFO_FORMAT (info)))
    return TRUE;
  /* canvas_blend() has the matrix from RGB itself, full range RGB */
  if (GST_VIDEO_INFO_IS_RGB (info))
    return info->colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235;

  return info->colorimetry.matrix != canvas->colorimetry.matrix ||
      info->colorimetry.range != canvas->colorimetry.range;
}

static gboolean
colorimetry_matters_equal (const GstVideoInfo * a, const GstVideoInfo * b)
{
  return GST_VIDEO_INFO_FORMAT (a) == GST_VIDEO_INFO_FORMAT (b) &&
      a->width == b->width && a->height == b->height &&
      gst_video_colorimetry_is_equal (&a->colorimetry, &b->colorimetry) &&
      a->chroma_site == b->chroma_site;
}

/* The converter passes over a difference of range between equal matrices
 * (1.22 and later): that is left to a table. */
static gboolean
only_range_differs (const GstVideoInfo * info, const GstVideoInfo * canvas)
{
  return GST_VIDEO_INFO_IS_YUV (info) &&
      info->colorimetry.matrix == canvas->colorimetry.matrix &&
      info->colorimetry.range != canvas->colorimetry.range;
}

static void
make_range_table (Picture * p, const GstVideoInfo * info,
    const GstVideoInfo * canvas)
{
  const GstVideoFormatInfo *finfo = p->converted_info.finfo;
  gint from_offset[GST_VIDEO_MAX_COMPONENTS];
  gint from_scale[GST_VIDEO_MAX_COMPONENTS];
  gint to_offset[GST_VIDEO_MAX_COMPONENTS], to_scale[GST_VIDEO_MAX_COMPONENTS];
  gint c, i;

  gst_video_color_range_offsets (info->colorimetry.range, finfo, from_offset,
      from_scale);
  gst_video_color_range_offsets (canvas->colorimetry.range, finfo, to_offset,
      to_scale);
  for (c = 0; c < 2; c++) {
    for (i = 0; i < 256; i++) {
      gdouble value = to_offset[c] +
          (gdouble) (i - from_offset[c]) * to_scale[c] / from_scale[c];

      p->range_table[c][i] = (guint8) CLAMP (value + 0.5, 0, 255);
    }
  }
}

static void
change_range (Picture * p, GstVideoFrame * frame)
{
  gint c, x, y;

  for (c = 0; c < 3; c++) {
    const guint8 *table = p->range_table[c == 0 ? 0 : 1];
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);

    for (y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, c); y++) {
      guint8 *row = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, c) +
          (gssize) y * GST_VIDEO_FRAME_COMP_STRIDE (frame, c);

      for (x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (frame, c); x++)
        row[x * step] = table[row[x * step]];
    }
  }
}

static void
drop_conversion (Picture * p)
{
  g_clear_pointer (&p->converter, gst_video_converter_free);
  gst_clear_buffer (&p->converted);
  p->recolors = FALSE;
}

/* Makes what converts the input if it needs that and nothing fits yet. */
static gboolean
prepare_conversion (Picture * p, const GstVideoInfo * info,
    const GstVideoInfo * canvas, GError ** error)
{
  GstVideoFormat format;

  if (!needs_conversion (info, canvas)) {
    drop_conversion (p);
    return TRUE;
  }

  if (p->converted != NULL && colorimetry_matters_equal (&p->input, info) &&
      gst_video_colorimetry_is_equal (&p->canvas.colorimetry,
          &canvas->colorimetry))
    return TRUE;

  drop_conversion (p);

  format = GST_VIDEO_INFO_HAS_ALPHA (info) ?
      GST_VIDEO_FORMAT_A420 : GST_VIDEO_FORMAT_I420;
  if (!gst_video_info_set_format (&p->converted_info, format, info->width,
          info->height))
    goto refused;
  p->converted_info.colorimetry = canvas->colorimetry;
  p->recolors = recolor_init (&p->recolor, info, canvas);
  p->changes_range = !p->recolors && only_range_differs (info, canvas);
  if (p->changes_range) {
    p->converted_info.colorimetry.range = info->colorimetry.range;
    make_range_table (p, info, canvas);
  }
  p->converted_info.chroma_site = info->chroma_site;
  p->converted_info.par_n = info->par_n;
  p->converted_info.par_d = info->par_d;
  p->converted_info.fps_n = info->fps_n;
  p->converted_info.fps_d = info->fps_d;
  p->converted_info.interlace_mode = info->interlace_mode;

  if (!p->recolors) {
    p->converter = gst_video_converter_new (info, &p->converted_info,
        gst_structure_new ("options",
            GST_VIDEO_CONVERTER_OPT_DITHER_METHOD,
            GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE, NULL));
    if (p->converter == NULL)
      goto refused;
    /* it was told of what it makes; change_range() does the rest */
    p->converted_info.colorimetry = canvas->colorimetry;
  }

  p->input = *info;
  p->canvas = *canvas;
  p->converted = gst_buffer_new_allocate (NULL, p->converted_info.size, NULL);
  return TRUE;

refused:
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
      "cannot convert %s to %s",
      gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)),
      gst_video_format_to_string (format));
  return FALSE;
}

/* Replaces the mapped frame @p->frame by @buffer. */
static gboolean
show_instead (Picture * p, const GstVideoInfo * info, GstBuffer * buffer)
{
  gst_video_frame_unmap (&p->frame);
  if (gst_video_frame_map (&p->frame, info, buffer, GST_MAP_READ))
    return TRUE;

  memset (&p->frame, 0, sizeof (p->frame));
  return FALSE;
}

/* A buffer to write to: one that someone else still holds is left to them. */
static void
make_room (GstBuffer ** buffer, gsize size)
{
  if (*buffer != NULL && !gst_buffer_is_writable (*buffer))
    gst_clear_buffer (buffer);
  if (*buffer == NULL)
    *buffer = gst_buffer_new_allocate (NULL, size, NULL);
}

/* Replaces the mapped frame @p->frame by its conversion. */
static gboolean
convert (Picture * p)
{
  GstVideoFrame out;

  make_room (&p->converted, p->converted_info.size);
  if (!gst_video_frame_map (&out, &p->converted_info, p->converted,
          GST_MAP_READWRITE))
    return FALSE;
  if (p->recolors)
    recolor_frame (&p->recolor, &p->frame, &out);
  else
    gst_video_converter_frame (p->converter, &p->frame, &out);
  if (p->changes_range)
    change_range (p, &out);
  gst_video_frame_unmap (&out);

  return show_instead (p, &p->converted_info, p->converted);
}

static gboolean
swaps_axes (GstVideoOrientationMethod method)
{
  return method == GST_VIDEO_ORIENTATION_90R ||
      method == GST_VIDEO_ORIENTATION_90L ||
      method == GST_VIDEO_ORIENTATION_UL_LR ||
      method == GST_VIDEO_ORIENTATION_UR_LL;
}

/* Turns one plane of @width x @height samples of @size bytes. */
static void
turn_plane (const guint8 * in, gssize in_stride, guint8 * out,
    gssize out_stride, gint width, gint height, gint size,
    GstVideoOrientationMethod method)
{
  /* where the output's first sample is in the input, and how far a step
   * right or down in the output goes there */
  gssize right = size, down = in_stride;
  const guint8 *last_column = in + (gssize) (width - 1) * size;
  const guint8 *last_row = in + (gssize) (height - 1) * in_stride;
  gint out_width = width, out_height = height;
  gint x, y;

  switch (method) {
    case GST_VIDEO_ORIENTATION_90R:
      in = last_row;
      right = -in_stride;
      down = size;
      break;
    case GST_VIDEO_ORIENTATION_180:
      in = last_row + (last_column - in);
      right = -size;
      down = -in_stride;
      break;
    case GST_VIDEO_ORIENTATION_90L:
      in = last_column;
      right = in_stride;
      down = -size;
      break;
    case GST_VIDEO_ORIENTATION_HORIZ:
      in = last_column;
      right = -size;
      break;
    case GST_VIDEO_ORIENTATION_VERT:
      in = last_row;
      down = -in_stride;
      break;
    case GST_VIDEO_ORIENTATION_UL_LR:
      right = in_stride;
      down = size;
      break;
    case GST_VIDEO_ORIENTATION_UR_LL:
      in = last_row + (last_column - in);
      right = -in_stride;
      down = -size;
      break;
    default:
      break;
  }
  if (swaps_axes (method)) {
    out_width = height;
    out_height = width;
  }

  for (y = 0; y < out_height; y++) {
    const guint8 *from = in + y * down;
    guint8 *to = out + y * out_stride;

    for (x = 0; x < out_width; x++, from += right, to += size) {
      if (size == 1)
        *to = *from;
      else
        memcpy (to, from, size);
    }
  }
}

/* Replaces the mapped frame @p->frame by a turned copy. */
static gboolean
turn (Picture * p, GstVideoOrientationMethod method)
{
  const GstVideoInfo *info = &p->frame.info;
  GstVideoInfo turned = *info;
  gint width = swaps_axes (method) ? info->height : info->width;
  gint height = swaps_axes (method) ? info->width : info->height;
  GstVideoFrame out;
  guint i;

  if (p->turned == NULL || p->turned_info.width != width ||
      p->turned_info.height != height || p->turned_info.finfo != info->finfo) {
    gst_clear_buffer (&p->turned);
    if (!gst_video_info_set_format (&turned, GST_VIDEO_INFO_FORMAT (info),
            width, height))
      return FALSE;
    turned.colorimetry = info->colorimetry;
    p->turned_info = turned;
  }
  make_room (&p->turned, p->turned_info.size);

  if (!gst_video_frame_map (&out, &p->turned_info, p->turned, GST_MAP_WRITE))
    return FALSE;
  for (i = 0; i < GST_VIDEO_FRAME_N_PLANES (&p->frame); i++) {
    gint comp[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (info->finfo, i, comp);
    turn_plane (GST_VIDEO_FRAME_PLANE_DATA (&p->frame, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (&p->frame, i),
        GST_VIDEO_FRAME_PLANE_DATA (&out, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (&out, i),
        GST_VIDEO_FRAME_COMP_WIDTH (&p->frame, comp[0]),
        GST_VIDEO_FRAME_COMP_HEIGHT (&p->frame, comp[0]),
        GST_VIDEO_FRAME_COMP_PSTRIDE (&p->frame, comp[0]), method);
  }
  gst_video_frame_unmap (&out);

  return show_instead (p, &p->turned_info, p->turned);
}

/* The bytes that @rows rows of a plane reach over. */
static gboolean
plane_fits (gsize offset, gint stride, gint rows, gsize row, gsize size)
{
  gssize down = (gssize) stride * (rows - 1);

  if (down < 0)
    return offset >= (gsize) - down && offset + row <= size;
  return offset <= size && (gsize) down <= size - offset &&
      row <= size - offset - (gsize) down;
}

/* A buffer may be laid out in its own way, but it must hold the frame that its
 * caps speak of. */
static gboolean
meta_fits (GstBuffer * buffer, const GstVideoInfo * info)
{
  const GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  const GstVideoFormatInfo *finfo = info->finfo;
  gsize size = gst_buffer_get_size (buffer);
  guint i;

  if (meta == NULL)
    return TRUE;
  if (meta->format != GST_VIDEO_INFO_FORMAT (info) ||
      meta->n_planes != GST_VIDEO_INFO_N_PLANES (info) ||
      meta->width < (guint) info->width || meta->height < (guint) info->height)
    return FALSE;
  /* a stride of tiles is no number of bytes */
  if (GST_VIDEO_FORMAT_INFO_IS_TILED (finfo))
    return TRUE;

  for (i = 0; i < meta->n_planes; i++) {
    gint comp[GST_VIDEO_MAX_COMPONENTS];
    gsize row;

    gst_video_format_info_component (finfo, i, comp);
    if (comp[0] < 0)
      continue;                 /* a palette */
    /* 0 of packed bits */
    row = (gsize) GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, comp[0],
        info->width) * GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, comp[0]);
    if (!plane_fits (meta->offset[i], meta->stride[i],
            GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, comp[0],
                GST_VIDEO_INFO_FIELD_HEIGHT (info)), row, size))
      return FALSE;
  }
  return TRUE;
}

/* The same bytes in the same places: as we hold them, nobody may have written
 * to them since. */
static gboolean
is_same_memory (GstBuffer * a, GstBuffer * b)
{
  const GstVideoMeta *a_meta = gst_buffer_get_video_meta (a);
  const GstVideoMeta *b_meta = gst_buffer_get_video_meta (b);
  guint n = gst_buffer_n_memory (a);
  guint i;

  if (n == 0 || gst_buffer_n_memory (b) != n ||
      (a_meta == NULL) != (b_meta == NULL))
    return FALSE;
  for (i = 0; i < n; i++)
    if (gst_buffer_peek_memory (a, i) != gst_buffer_peek_memory (b, i))
      return FALSE;

  return a_meta == NULL || (a_meta->format == b_meta->format &&
      a_meta->width == b_meta->width && a_meta->height == b_meta->height &&
      memcmp (a_meta->offset, b_meta->offset, sizeof (a_meta->offset)) == 0 &&
      memcmp (a_meta->stride, b_meta->stride, sizeof (a_meta->stride)) == 0);
}

/* No two contents of any pictures have the same. */
static guint64
next_serial (void)
{
  static gsize last;

  return (guint64) g_atomic_pointer_add (&last, 1) + 1;
}

/**
 * picture_set:
 * @picture: a zero-initialised or used picture
 * @buffer: the input frame; a reference is kept while it is shown
 * @info: its format
 * @orientation: how the input wants to be turned
 * @canvas: format of the canvas that it will be drawn on
 * @error: what went wrong
 *
 * Makes @buffer the picture. Nothing is done if it is the picture already, or
 * holds the same memory.
 *
 * Returns: %FALSE if the buffer is no frame of @info: then the picture stays
 *     as it was; or if its format cannot be converted: then there is none
 */
gboolean
picture_set (Picture * picture, GstBuffer * buffer, const GstVideoInfo * info,
    GstVideoOrientationMethod orientation, const GstVideoInfo * canvas,
    GError ** error)
{
  gboolean swap = swaps_axes (orientation);
  GstVideoFrame mapped;

  if (picture->shown != NULL && (picture->shown == buffer ||
          is_same_memory (picture->shown, buffer)) &&
      picture->orientation == orientation &&
      gst_video_info_is_equal (&picture->input, info) &&
      gst_video_colorimetry_is_equal (&picture->canvas.colorimetry,
          &canvas->colorimetry))
    return TRUE;

  if (!meta_fits (buffer, info) ||
      !gst_video_frame_map (&mapped, info, buffer, GST_MAP_READ)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "a buffer of %" G_GSIZE_FORMAT " bytes is no %s frame of %dx%d",
        gst_buffer_get_size (buffer),
        gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)),
        info->width, info->height);
    return FALSE;
  }

  picture_drop (picture);
  if (!prepare_conversion (picture, info, canvas, error)) {
    gst_video_frame_unmap (&mapped);
    return FALSE;
  }
  picture->frame = mapped;
  /* a larger meta is padding, which is not shown */
  picture->frame.info.width = info->width;
  picture->frame.info.height = info->height;

  if ((picture->converted != NULL && !convert (picture)) ||
      (orientation != GST_VIDEO_ORIENTATION_IDENTITY &&
          !turn (picture, orientation))) {
    picture_drop (picture);
    g_set_error_literal (error, GST_RESOURCE_ERROR,
        GST_RESOURCE_ERROR_NO_SPACE_LEFT, "no memory to convert a frame");
    return FALSE;
  }

  picture->serial = next_serial ();
  picture->shown = gst_buffer_ref (buffer);
  picture->input = *info;
  picture->canvas = *canvas;
  picture->orientation = orientation;
  picture->has_alpha = GST_VIDEO_INFO_HAS_ALPHA (info);
  picture->par_n = MAX (swap ? info->par_d : info->par_n, 1);
  picture->par_d = MAX (swap ? info->par_n : info->par_d, 1);

  return TRUE;
}

/**
 * picture_drop:
 * @picture: the picture
 *
 * Shows nothing any more; what is kept for the next frame stays.
 */
void
picture_drop (Picture * picture)
{
  if (picture_is_set (picture)) {
    gst_video_frame_unmap (&picture->frame);
    memset (&picture->frame, 0, sizeof (picture->frame));
  }
  gst_clear_buffer (&picture->shown);
}

/**
 * picture_clear:
 * @picture: the picture
 *
 * Frees everything; the picture can be used again.
 */
void
picture_clear (Picture * picture)
{
  picture_drop (picture);
  drop_conversion (picture);
  recolor_clear (&picture->recolor);
  gst_clear_buffer (&picture->turned);
}
