/* imagedecode.h: encoded images to pixels, within limits
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __IMAGE_DECODE_H__
#define __IMAGE_DECODE_H__

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "geometry.h"

G_BEGIN_DECLS GdkPixbuf *image_decode (GBytes * bytes, GError ** error);

GdkPixbuf *image_scale (const GdkPixbuf * image,
    GstPublishFillMode mode, gint width, gint height, const Rect * part);

gboolean image_is_opaque (const GdkPixbuf * image);

G_END_DECLS
#endif /* __IMAGE_DECODE_H__ */
