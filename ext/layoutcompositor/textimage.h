/* textimage.h: text as pixels, by Pango
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __TEXT_IMAGE_H__
#define __TEXT_IMAGE_H__

#include <gst/publish/publish.h>
#include <pango/pangocairo.h>

G_BEGIN_DECLS
/**
 * TextSpec:
 * @text: what is written, as it is: no markup
 * @font: (nullable): as pango_font_description_from_string() reads it, but
 *     sizes in pixels; %NULL for "Sans"
 * @size: of the letters in pixels, if the font says none
 * @color: 0xAARRGGBB
 * @background: 0xAARRGGBB
 * @alignment: of the text in its box
 * @width: of the box, in pixels
 * @height: of the box
 * @label: %TRUE: one line at the bottom of the box, with a background no
 *     larger than the text; %FALSE: lines from the top, the background fills
 *     the box
 * @at_top: whether a label stands at the top instead
 */
    typedef struct
{
  const gchar *text;
  const gchar *font;
  gint size;
  guint32 color;
  guint32 background;
  GstPublishAlignment alignment;
  gint width, height;
  gboolean label;
  gboolean at_top;
} TextSpec;

cairo_surface_t *text_image_draw (PangoFontMap * fonts,
    const TextSpec * spec, gint * x, gint * y);

void text_image_place (const TextSpec * spec,
    gint width, gint height, gint * x, gint * y);

G_END_DECLS
#endif /* __TEXT_IMAGE_H__ */
