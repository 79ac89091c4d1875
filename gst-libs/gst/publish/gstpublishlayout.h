/* Layouts and watermarks: what a mixing config puts on the canvas.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishenums.h>
#include <gst/publish/gstpublishtext.h>
#include <gst/publish/gstpublishuser.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _GstPublishLayout GstPublishLayout;
typedef struct _GstPublishWatermark GstPublishWatermark;

/**
 * GstPublishLayout:
 * @x: left edge on the canvas in pixels, -16384..16384; it may lie off the
 *   canvas
 * @y: top edge, likewise
 * @width: in pixels, 2..8192
 * @height: in pixels, 2..8192
 * @z_order: 0 (bottom) .. 15; of two equal ones the later in the list is
 *   above
 * @fill_mode: how a picture of another shape is put in
 * @has_background_color: whether the layout gives a colour of its own
 * @background_color: 0xAARRGGBB, alpha always 0xff; the canvas's colour when
 *   the layout gives none
 * @placeholder_image: (nullable): URI of the picture shown without a user
 * @fixed_user: the only user that this layout shows; a `user_id` of %NULL
 *   makes a free layout, which anyone may fill
 * @has_stream_type: whether the layout says which stream type it takes
 * @stream_type: that stream type; %GST_PUBLISH_STREAM_TYPE_BIG when the
 *   layout does not say (see gst_publish_slots_assign() for what a free
 *   layout takes then)
 * @has_alpha: whether the layout says how opaque it is
 * @alpha: 0.0 (invisible) .. 1.0 (opaque) of all that the layout shows; 1.0
 *   when it does not say
 * @corner_radius: of its rounded corners in pixels, 0 (none) .. 4096; drawn
 *   as half its shorter side at most
 * @border_width: of a border inside its edges in pixels, 0 (none) .. 256
 * @border_color: 0xAARRGGBB of that border
 * @mirror: whether the user's picture is shown with left and right swapped
 * @label: a text along the bottom edge, above the picture; a `text` of %NULL
 *   is none. It is shown while a user has the slot
 *
 * One rectangle of the canvas. Read only when got from a
 * #GstPublishMixingConfig. Fields are only ever added at the end.
 */
struct _GstPublishLayout
{
  gint x;
  gint y;
  gint width;
  gint height;
  gint z_order;
  GstPublishFillMode fill_mode;
  gboolean has_background_color;
  guint32 background_color;
  gchar *placeholder_image;
  GstPublishUser fixed_user;
  gboolean has_stream_type;
  GstPublishStreamType stream_type;
  gboolean has_alpha;
  gdouble alpha;
  gint corner_radius;
  gint border_width;
  guint32 border_color;
  gboolean mirror;
  GstPublishText label;

  /*< private > */
  gpointer _gst_reserved[4];
};

/**
 * GstPublishWatermark:
 * @uri: (nullable): URI of the image; %NULL for a text
 * @x: left edge on the canvas in pixels, -16384..16384
 * @y: top edge, likewise
 * @width: in pixels, 2..8192
 * @height: in pixels, 2..8192
 * @z_order: 0..15 (default 15); above the layouts of the same z-order
 * @text: the text that is drawn if there is no image; its `text` is %NULL for
 *   an image
 *
 * An image or a text drawn over the layouts. Read only. Fields are only ever added at
 * the end.
 */
struct _GstPublishWatermark
{
  gchar *uri;
  gint x;
  gint y;
  gint width;
  gint height;
  gint z_order;
  GstPublishText text;

  /*< private > */
  gpointer _gst_reserved[8];
};

G_END_DECLS
/* *INDENT-ON* */
