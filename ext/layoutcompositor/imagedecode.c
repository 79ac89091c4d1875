/* imagedecode.c: encoded images to pixels, within limits
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "imagedecode.h"

#include <math.h>
#include <string.h>

#define MAX_SIDE GST_PUBLISH_MAX_IMAGE_SIDE

/* What a file's header says of it. */
typedef struct
{
  const gchar *type;            /* the decoder's name of it */
  guint32 width, height;
} Header;

static guint32
be16 (const guint8 * p)
{
  return (guint32) p[0] << 8 | p[1];
}

static guint32
be32 (const guint8 * p)
{
  return be16 (p) << 16 | be16 (p + 2);
}

static guint32
le16 (const guint8 * p)
{
  return (guint32) p[1] << 8 | p[0];
}

static guint32
le32 (const guint8 * p)
{
  return le16 (p + 2) << 16 | le16 (p);
}

/* ISO/IEC 15948, 11.2.2: IHDR is the first chunk */
static gboolean
read_png (const guint8 * data, gsize size, Header * header)
{
  header->type = "png";
  if (size < 24 || memcmp (data + 12, "IHDR", 4) != 0)
    return FALSE;
  header->width = be32 (data + 16);
  header->height = be32 (data + 20);

  return TRUE;
}

/* ISO/IEC 10918-1, B.2.2: the first SOF segment */
static gboolean
read_jpeg (const guint8 * data, gsize size, Header * header)
{
  gsize at = 2;

  header->type = "jpeg";
  while (at + 9 <= size && data[at] == 0xff) {
    guint8 marker = data[at + 1];

    if (marker == 0xff) {
      at++;
    } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
        marker != 0xc8 && marker != 0xcc) {
      header->height = be16 (data + at + 5);
      header->width = be16 (data + at + 7);
      return TRUE;
    } else {
      at += 2 + be16 (data + at + 2);
    }
  }

  return FALSE;
}

/* BITMAPCOREHEADER has 16 bit sides, all later ones 32; a height below 0 is
 * that of a picture that is stored from the top */
static gboolean
read_bmp (const guint8 * data, gsize size, Header * header)
{
  header->type = "bmp";
  if (size < 26)
    return FALSE;
  if (le32 (data + 14) == 12) {
    header->width = le16 (data + 18);
    header->height = le16 (data + 20);
  } else {
    gint64 height = (gint32) le32 (data + 22);

    header->width = le32 (data + 18);
    header->height = (guint32) ABS (height);
  }

  return TRUE;
}

static gboolean
read_gif (const guint8 * data, gsize size, Header * header)
{
  header->type = "gif";
  if (size < 10)
    return FALSE;
  header->width = le16 (data + 6);
  header->height = le16 (data + 8);

  return TRUE;
}

static gboolean
read_header (const guint8 * data, gsize size, Header * header)
{
  memset (header, 0, sizeof (*header));
  if (size >= 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return read_png (data, size, header);
  if (size >= 2 && data[0] == 0xff && data[1] == 0xd8)
    return read_jpeg (data, size, header);
  if (size >= 2 && memcmp (data, "BM", 2) == 0)
    return read_bmp (data, size, header);
  if (size >= 6 && (memcmp (data, "GIF87a", 6) == 0 ||
          memcmp (data, "GIF89a", 6) == 0))
    return read_gif (data, size, header);

  return FALSE;
}

/* Whether the file is there to its end: decoders show what they have. */
static gboolean
is_whole (const Header * header, const guint8 * data, gsize size)
{
  gsize at = 8;

  if (g_str_equal (header->type, "jpeg")) {
    /* anything may follow the end */
    for (at = size; at >= 4; at--)
      if (data[at - 2] == 0xff && data[at - 1] == 0xd9)
        return TRUE;
    return FALSE;
  }
  if (!g_str_equal (header->type, "png"))
    return TRUE;

  while (at + 12 <= size) {
    gsize length = be32 (data + at);

    if (length > size - at - 12)
      return FALSE;
    if (memcmp (data + at + 4, "IEND", 4) == 0)
      return TRUE;
    at += length + 12;
  }

  return FALSE;
}

/**
 * image_decode:
 * @bytes: a file
 * @error: what is wrong with it
 *
 * Decodes a PNG, JPEG, BMP or GIF of at most 8192x8192 pixels, which is known
 * before any memory is asked for. Of an animation the first frame.
 *
 * Returns: (transfer full) (nullable): the pixels, turned as the file says
 */
GdkPixbuf *
image_decode (GBytes * bytes, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GdkPixbufLoader *loader;
  GdkPixbuf *image = NULL;
  Header header;
  gboolean ok;

  if (!read_header (data, size, &header)) {
    g_set_error (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
        header.type != NULL ? "the %s has no header" :
        "is no PNG, JPEG, BMP or GIF", header.type);
    return NULL;
  }
  if (header.width == 0 || header.height == 0 || header.width > MAX_SIDE ||
      header.height > MAX_SIDE) {
    g_set_error (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY,
        "has %ux%u pixels, allowed are %dx%d", header.width, header.height,
        MAX_SIDE, MAX_SIDE);
    return NULL;
  }
  if (!is_whole (&header, data, size)) {
    g_set_error (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
        "the %s is cut off", header.type);
    return NULL;
  }

  loader = gdk_pixbuf_loader_new_with_type (header.type, error);
  if (loader == NULL)
    return NULL;
  ok = gdk_pixbuf_loader_write (loader, data, size, error);
  /* it must be closed either way; only the first error counts */
  ok = gdk_pixbuf_loader_close (loader, ok ? error : NULL) && ok;
  if (ok && gdk_pixbuf_loader_get_pixbuf (loader) != NULL)
    image = gdk_pixbuf_apply_embedded_orientation
        (gdk_pixbuf_loader_get_pixbuf (loader));
  else if (ok)
    g_set_error (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
        "the %s has no picture", header.type);
  g_object_unref (loader);

  return image;
}

/**
 * image_scale:
 * @image: the image
 * @mode: how it is put into the box
 * @width: of the box, in pixels
 * @height: of the box
 * @part: (nullable): what of the box is wanted, %NULL for all; not for `fit`
 *
 * Returns: (transfer full) (nullable): what the box shows, with `fit` only as
 *     large as the picture in it; %NULL if there is no memory for it
 */
GdkPixbuf *
image_scale (const GdkPixbuf * image, GstPublishFillMode mode, gint width,
    gint height, const Rect * part)
{
  const Rect box = { 0, 0, width, height };
  Placement place = placement_make (mode, &box, gdk_pixbuf_get_width (image),
      gdk_pixbuf_get_height (image), 1, 1);
  Rect want = part != NULL ? *part : place.rect;
  GdkPixbuf *out = gdk_pixbuf_new (GDK_COLORSPACE_RGB,
      gdk_pixbuf_get_has_alpha (image), 8, want.x1 - want.x0,
      want.y1 - want.y0);

  if (out == NULL)
    return NULL;
  gdk_pixbuf_scale (image, out, 0, 0, want.x1 - want.x0, want.y1 - want.y0,
      place.rect.x0 - want.x0 - place.crop_x / place.step_x,
      place.rect.y0 - want.y0 - place.crop_y / place.step_y,
      1 / place.step_x, 1 / place.step_y, GDK_INTERP_BILINEAR);

  return out;
}

gboolean
image_is_opaque (const GdkPixbuf * image)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (image);
  gint x, y;

  if (!gdk_pixbuf_get_has_alpha (image))
    return TRUE;
  for (y = 0; y < gdk_pixbuf_get_height (image); y++)
    for (x = 0; x < gdk_pixbuf_get_width (image); x++)
      if (pixels[y * gdk_pixbuf_get_rowstride (image) + x * 4 + 3] != 255)
        return FALSE;

  return TRUE;
}
