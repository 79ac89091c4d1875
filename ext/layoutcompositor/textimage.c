/* textimage.c: text as pixels, by Pango
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "textimage.h"

/* What nobody could read is not laid out. */
#define MAX_CHARACTERS 4000
#define MAX_SIZE 1024

static gchar *
readable_text (const gchar * text)
{
  gchar *valid = g_utf8_make_valid (text, -1);
  gchar *end = valid;
  guint i;

  for (i = 0; *end != '\0' && i < MAX_CHARACTERS; i++)
    end = g_utf8_next_char (end);
  *end = '\0';

  return valid;
}

/* A size is one of pixels, as everything else on the canvas. */
static PangoFontDescription *
make_font (const TextSpec * spec)
{
  PangoFontDescription *font =
      pango_font_description_from_string (spec->font != NULL ?
      spec->font : "Sans");
  gint size = pango_font_description_get_size (font);

  if (size <= 0)
    size = spec->size * PANGO_SCALE;
  pango_font_description_set_absolute_size (font, CLAMP (size, PANGO_SCALE,
          MAX_SIZE * PANGO_SCALE));

  return font;
}

/* Pango turns left and right round for text that is read from the right. */
static PangoAlignment
pango_alignment (GstPublishAlignment alignment, PangoLayout * layout)
{
  gboolean rtl = pango_layout_get_direction (layout, 0) == PANGO_DIRECTION_RTL;

  switch (alignment) {
    case GST_PUBLISH_ALIGNMENT_CENTER:
      return PANGO_ALIGN_CENTER;
    case GST_PUBLISH_ALIGNMENT_RIGHT:
      return rtl ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT;
    default:
      return rtl ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
  }
}

static PangoLayout *
make_layout (PangoFontMap * fonts, const TextSpec * spec, gint width,
    gint height)
{
  PangoContext *context = pango_font_map_create_context (fonts);
  cairo_font_options_t *options = cairo_font_options_create ();
  PangoFontDescription *font = make_font (spec);
  gchar *text = readable_text (spec->text);
  PangoLayout *layout;

  /* the picture is scaled and coded: neither subpixels nor hints survive */
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_SLIGHT);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 72);
  cairo_font_options_destroy (options);

  layout = pango_layout_new (context);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_single_paragraph_mode (layout, spec->label);
  pango_layout_set_width (layout, MAX (width, 1) * PANGO_SCALE);
  pango_layout_set_height (layout, spec->label ? -1 :
      MAX (height, 1) * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_alignment (layout, pango_alignment (spec->alignment,
          layout));

  g_free (text);
  pango_font_description_free (font);
  g_object_unref (context);

  return layout;
}

static void
set_color (cairo_t * cr, guint32 argb)
{
  cairo_set_source_rgba (cr, ((argb >> 16) & 0xff) / 255.0,
      ((argb >> 8) & 0xff) / 255.0, (argb & 0xff) / 255.0,
      (argb >> 24) / 255.0);
}

static void
round_rectangle (cairo_t * cr, gdouble width, gdouble height, gdouble radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, width - radius, radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, width - radius, height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, radius, height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, radius, radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

/* How far a label stands off the edges of its box. */
static gint
label_gap (const TextSpec * spec)
{
  return MAX (spec->size / 3, 2);
}

/**
 * text_image_place:
 * @spec: what is drawn
 * @width: of its image, in pixels
 * @height: likewise
 * @x: (out): where in the box the image's left edge is
 * @y: (out): where its top edge is
 *
 * A label stands in its corner of the box, any other text fills it.
 */
void
text_image_place (const TextSpec * spec, gint width, gint height, gint * x,
    gint * y)
{
  gint gap = label_gap (spec);

  *x = *y = 0;
  if (!spec->label)
    return;
  *x = spec->alignment == GST_PUBLISH_ALIGNMENT_LEFT ? gap :
      spec->alignment == GST_PUBLISH_ALIGNMENT_RIGHT ?
      spec->width - gap - width : (spec->width - width) / 2;
  *y = spec->at_top ? gap : spec->height - gap - height;
}

/**
 * text_image_draw:
 * @fonts: where fonts come from
 * @spec: what to draw
 * @x: (out): where in the box the image's left edge is
 * @y: (out): where its top edge is
 *
 * What does not fit is cut with an ellipsis. A font that does not exist is
 * replaced by one that does.
 *
 * Returns: (transfer full) (nullable): an ARGB32 image surface, flushed, no
 *     larger than the box; %NULL if there is no room or nothing to be seen
 */
cairo_surface_t *
text_image_draw (PangoFontMap * fonts, const TextSpec * spec, gint * x,
    gint * y)
{
  gboolean filled = spec->background >> 24 != 0;
  /* a label stands off the edges of its box and of its background */
  gint gap = spec->label ? label_gap (spec) : 0;
  gint pad_x = spec->label || filled ? MAX (spec->size / 3, 2) : 0;
  gint pad_y = spec->label ? MAX (spec->size / 8, 1) :
      filled ? MIN (pad_x, spec->height / 8) : 0;
  PangoLayout *layout = make_layout (fonts, spec,
      spec->width - 2 * (gap + pad_x), spec->height - 2 * pad_y);
  cairo_surface_t *surface;
  PangoRectangle ink, text;
  gint width, height, left;
  cairo_t *cr;

  pango_layout_get_pixel_extents (layout, &ink, &text);
  if (spec->label) {
    width = MIN (text.width + 2 * pad_x, spec->width - 2 * gap);
    height = text.height + 2 * pad_y;
    left = pad_x - text.x;
  } else {
    width = spec->width;
    height = spec->height;
    left = pad_x;
    /* one line stands in the middle of its box, more begin at the top */
    if (pango_layout_get_line_count (layout) == 1)
      pad_y = MAX (height - text.height, 0) / 2 - text.y;
  }
  text_image_place (spec, width, height, x, y);
  if (width <= 0 || height <= 0 || *x < 0 || spec->height < height + gap ||
      (ink.width <= 0 && (spec->label || !filled))) {
    g_object_unref (layout);
    return NULL;
  }

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cr = cairo_create (surface);
  if (filled) {
    set_color (cr, spec->background);
    if (spec->label)
      round_rectangle (cr, width, height, MIN (width, height) / 4.0);
    else
      cairo_rectangle (cr, 0, 0, width, height);
    cairo_fill (cr);
  }
  set_color (cr, spec->color);
  cairo_move_to (cr, left, pad_y);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);
  g_object_unref (layout);

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS) {
    cairo_surface_destroy (surface);
    return NULL;
  }
  cairo_surface_flush (surface);

  return surface;
}
