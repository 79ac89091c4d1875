/* gstlayoutcompositor.h: composes participants by a mixing config
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __GST_LAYOUT_COMPOSITOR_H__
#define __GST_LAYOUT_COMPOSITOR_H__

#include <gst/video/gstvideoaggregator.h>

G_BEGIN_DECLS
#define GST_TYPE_LAYOUT_COMPOSITOR (gst_layout_compositor_get_type ())
G_DECLARE_FINAL_TYPE (GstLayoutCompositor, gst_layout_compositor, GST,
    LAYOUT_COMPOSITOR, GstVideoAggregator)
GST_ELEMENT_REGISTER_DECLARE (layoutcompositor)
    G_END_DECLS
#endif                          /* __GST_LAYOUT_COMPOSITOR_H__ */
