/* Text as pixels: bounded, literal, in every direction.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <gst/check/gstcheck.h>

#include "textimage.h"

#define WHITE 0xffffffff

typedef struct
{
  cairo_surface_t *surface;
  gint x, y, width, height;
} Image;

static TextSpec
make_spec (const gchar * text, gboolean label)
{
  return (TextSpec) {
  .text = text,.size = 20,.color = WHITE,.width = 300,.height = 100,.label =
        label};
}

static gboolean
draw (const TextSpec * spec, Image * image)
{
  PangoFontMap *fonts = pango_cairo_font_map_new ();

  image->surface = text_image_draw (fonts, spec, &image->x, &image->y);
  g_object_unref (fonts);
  if (image->surface == NULL)
    return FALSE;
  image->width = cairo_image_surface_get_width (image->surface);
  image->height = cairo_image_surface_get_height (image->surface);
  /* never out of its box */
  fail_unless (image->x >= 0 && image->y >= 0);
  fail_unless (image->x + image->width <= spec->width);
  fail_unless (image->y + image->height <= spec->height);

  return TRUE;
}

static guint
alpha_at (const Image * image, gint x, gint y)
{
  return cairo_image_surface_get_data (image->surface)[y *
      cairo_image_surface_get_stride (image->surface) + x * 4 + 3];
}

/* Where letters are: the first and the last column with any. */
static gboolean
find_ink (const Image * image, gint * first, gint * last)
{
  gint x, y;

  *first = -1;
  for (x = 0; x < image->width; x++) {
    for (y = 0; y < image->height; y++) {
      if (alpha_at (image, x, y) > 128) {
        if (*first < 0)
          *first = x;
        *last = x;
      }
    }
  }

  return *first >= 0;
}

static gboolean
is_same (const Image * a, const Image * b)
{
  return a->width == b->width && a->height == b->height &&
      memcmp (cairo_image_surface_get_data (a->surface),
      cairo_image_surface_get_data (b->surface),
      (gsize) cairo_image_surface_get_stride (a->surface) * a->height) == 0;
}

static gint
ink_of (const gchar * text)
{
  TextSpec spec = make_spec (text, FALSE);
  gint first, last;
  Image image;

  fail_unless (draw (&spec, &image));
  fail_unless (find_ink (&image, &first, &last), "%s", text);
  cairo_surface_destroy (image.surface);

  return last - first;
}

GST_START_TEST (test_alignment)
{
  static const gchar *const texts[] = { "name",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" /* Hebrew */ ,
    "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7"  /* Arabic */
  };
  guint i;

  /* left is left, whichever way it is read */
  for (i = 0; i < G_N_ELEMENTS (texts); i++) {
    TextSpec spec = make_spec (texts[i], FALSE);
    gint first, last;
    Image image;

    spec.alignment = GST_PUBLISH_ALIGNMENT_LEFT;
    fail_unless (draw (&spec, &image));
    fail_unless (find_ink (&image, &first, &last));
    fail_unless (first < 20 && last < 150, "%u: %d %d", i, first, last);
    cairo_surface_destroy (image.surface);

    spec.alignment = GST_PUBLISH_ALIGNMENT_RIGHT;
    fail_unless (draw (&spec, &image));
    fail_unless (find_ink (&image, &first, &last));
    fail_unless (first > 150 && last > 280, "%u: %d %d", i, first, last);
    cairo_surface_destroy (image.surface);

    spec.alignment = GST_PUBLISH_ALIGNMENT_CENTER;
    fail_unless (draw (&spec, &image));
    fail_unless (find_ink (&image, &first, &last));
    fail_unless (ABS (first + last - 300) < 8, "%u: %d %d", i, first, last);
    cairo_surface_destroy (image.surface);
  }
}

GST_END_TEST;

GST_START_TEST (test_literal)
{
  /* markup is letters: it takes their room */
  fail_unless (ink_of ("<b>bold</b>") > ink_of ("bold") + 40);
  fail_unless (ink_of ("&amp;") > ink_of ("&") + 20);
  fail_unless (ink_of ("<unclosed & wrong") > 0);
}

GST_END_TEST;

GST_START_TEST (test_long)
{
  GString *text = g_string_new (NULL);
  TextSpec spec = make_spec (NULL, FALSE);
  gint64 begin = g_get_monotonic_time ();
  Image image, shorter;
  guint i;

  for (i = 0; i < 10000; i++)
    g_string_append (text, i % 7 ? "\xc3\xa9" : " ");
  spec.text = text->str;
  fail_unless (draw (&spec, &image));
  fail_unless_equals_int (image.width, 300);
  fail_unless_equals_int (image.height, 100);
  /* no line reaches below the box, and what is left out is left out */
  spec.text = g_strndup (text->str, 6001);
  fail_unless (draw (&spec, &shorter));
  fail_unless (is_same (&image, &shorter));
  cairo_surface_destroy (shorter.surface);
  cairo_surface_destroy (image.surface);
  g_free ((gchar *) spec.text);

  spec = make_spec (text->str, TRUE);
  fail_unless (draw (&spec, &image));
  /* one line */
  fail_unless (image.height < 40, "%d", image.height);
  cairo_surface_destroy (image.surface);
  fail_unless (g_get_monotonic_time () - begin < 10 * G_USEC_PER_SEC);
  g_string_free (text, TRUE);
}

GST_END_TEST;

GST_START_TEST (test_fonts)
{
  TextSpec spec = make_spec ("Hamburg", FALSE);
  Image plain, missing, large, broken;

  fail_unless (draw (&spec, &plain));
  /* a font that is not there is another one */
  spec.font = "No Such Font At All";
  fail_unless (draw (&spec, &missing));
  fail_unless (ink_of ("Hamburg") > 0);
  /* sizes are pixels */
  spec.font = "Sans 40";
  fail_unless (draw (&spec, &large));
  fail_if (is_same (&plain, &large));
  /* absurd sizes and bytes that are no text */
  spec.font = "Sans 99999999";
  spec.text = "a\xff\xfe\x80z";
  if (draw (&spec, &broken))
    cairo_surface_destroy (broken.surface);
  spec.font = "";
  fail_unless (draw (&spec, &broken));
  cairo_surface_destroy (broken.surface);
  cairo_surface_destroy (plain.surface);
  cairo_surface_destroy (missing.surface);
  cairo_surface_destroy (large.surface);
}

GST_END_TEST;

GST_START_TEST (test_cjk)
{
  /* three ideographs are about three letters wide, and no two boxes with
   * numbers are alike, but ideographs are not boxes either */
  fail_unless (ink_of ("\xe4\xbd\xa0\xe5\xa5\xbd\xe5\x90\x97") > 40);
  fail_unless (ink_of ("\xe4\xbd\xa0\xe5\xa5\xbd\xe5\x90\x97") < 90);
}

GST_END_TEST;

GST_START_TEST (test_label)
{
  TextSpec spec = make_spec ("jerry", TRUE);
  Image image;

  spec.background = 0x80000000;
  fail_unless (draw (&spec, &image));
  /* the background is about the text, at the bottom left */
  fail_unless (image.width < 120);
  fail_unless (image.x < 20);
  fail_unless (image.y + image.height > 85);
  fail_unless (alpha_at (&image, image.width / 2, 0) == 0x80);
  /* with round corners */
  fail_unless (alpha_at (&image, 0, 0) < 0x40);
  cairo_surface_destroy (image.surface);

  spec.alignment = GST_PUBLISH_ALIGNMENT_RIGHT;
  fail_unless (draw (&spec, &image));
  fail_unless (image.x + image.width > 280);
  cairo_surface_destroy (image.surface);

  /* no room, nothing to say */
  spec.height = 8;
  fail_if (draw (&spec, &image));
  spec.height = 100;
  spec.background = 0;
  spec.text = "";
  fail_if (draw (&spec, &image));
}

GST_END_TEST;

GST_START_TEST (test_watermark)
{
  TextSpec spec = make_spec ("a", FALSE);
  Image image;

  spec.background = 0xff102030;
  fail_unless (draw (&spec, &image));
  fail_unless_equals_int (image.width, 300);
  fail_unless_equals_int (image.height, 100);
  fail_unless_equals_int (alpha_at (&image, 299, 99), 255);
  cairo_surface_destroy (image.surface);
}

GST_END_TEST;

static Suite *
layouttext_suite (void)
{
  Suite *suite = suite_create ("layouttext");
  TCase *tcase = tcase_create ("layouttext");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_alignment);
  tcase_add_test (tcase, test_literal);
  tcase_add_test (tcase, test_long);
  tcase_add_test (tcase, test_fonts);
  tcase_add_test (tcase, test_cjk);
  tcase_add_test (tcase, test_label);
  tcase_add_test (tcase, test_watermark);

  return suite;
}

GST_CHECK_MAIN (layouttext);
