/* Templates: layouts for n users, made from a rule.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishlayout.h>
#include <gst/publish/gstpublishlimits.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

GST_PUBLISH_API
guint gst_publish_template_make_layouts (GstPublishTemplate template_, gint
    canvas_width, gint canvas_height, guint n_users, GstPublishLayout
    layouts[GST_PUBLISH_MAX_LAYOUTS]);

G_END_DECLS
/* *INDENT-ON* */
