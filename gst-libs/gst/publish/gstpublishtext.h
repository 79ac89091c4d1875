/* Texts on the canvas: name labels and text watermarks.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishenums.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _GstPublishText GstPublishText;

/**
 * GstPublishText:
 * @text: (nullable): what is written, for gst_publish_text_expand(); %NULL is
 *   no text
 * @font: (nullable): description of the font as Pango reads it, its size in
 *   pixels: "Sans Bold 18"; %NULL for a font and size that fit
 * @color: 0xAARRGGBB of the letters
 * @background_color: 0xAARRGGBB of what is behind them; an alpha of 0 is
 *   nothing
 * @alignment: where the text stands in its rectangle
 *
 * A text and how it is written. Read only when got from a
 * #GstPublishMixingConfig. Fields are only ever added at the end.
 */
struct _GstPublishText
{
  gchar *text;
  gchar *font;
  guint32 color;
  guint32 background_color;
  GstPublishAlignment alignment;

  /*< private > */
  gpointer _gst_reserved[4];
};

GST_PUBLISH_API
gchar *gst_publish_text_expand (const gchar * text, const gchar * user_id,
    const gchar * room_id, GDateTime * time);

GST_PUBLISH_API
gboolean gst_publish_text_tells_time (const gchar * text);

G_END_DECLS
/* *INDENT-ON* */
