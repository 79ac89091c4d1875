/* gstlayoutcompositorpad.h: a sink pad that knows whose stream it carries
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __GST_LAYOUT_COMPOSITOR_PAD_H__
#define __GST_LAYOUT_COMPOSITOR_PAD_H__

#include <gst/publish/publish.h>
#include <gst/video/gstvideoaggregator.h>

#include "picture.h"
#include "slots.h"

G_BEGIN_DECLS
#define GST_TYPE_LAYOUT_COMPOSITOR_PAD (gst_layout_compositor_pad_get_type ())
G_DECLARE_FINAL_TYPE (GstLayoutCompositorPad, gst_layout_compositor_pad, GST,
    LAYOUT_COMPOSITOR_PAD, GstVideoAggregatorPad)
     struct _GstLayoutCompositorPad
     {
       GstVideoAggregatorPad parent;

       /* set before the pad is added, then constant */
       guint64 arrival;

       /* object lock */
       StreamIdentity identity;
       gint priority;
       gdouble volume_level;

       /* streaming thread of the source pad */
       GstVideoOrientationMethod orientation;
       Picture picture;
       gchar *warned;           /* what was last warned of, NULL = nothing */
       const GstBuffer *seen;   /* the last one; not held, only compared */
       GstClockTime seen_pts;   /* of that */
       gboolean goes_on;        /* another came before it in its stream */
       GstClockTime picture_time;       /* running time at which it came */

       /* streaming thread of this pad */
       GstSegment segment;
       GstClockTime frame_duration;
       GstClockTime next_pts;   /* where the last buffer ended */
     };

     void gst_layout_compositor_pad_get_user (GstLayoutCompositorPad * pad,
    User * user);

G_END_DECLS
#endif /* __GST_LAYOUT_COMPOSITOR_PAD_H__ */
