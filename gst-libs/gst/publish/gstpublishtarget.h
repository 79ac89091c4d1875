/* The publish target: what is published and where to.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishenums.h>
#include <gst/publish/gstpublishuser.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define GST_TYPE_PUBLISH_TARGET (gst_publish_target_get_type ())

/**
 * GstPublishTarget:
 *
 * The `target` of a job: a mode, an owner and CDN urls. Immutable and
 * reference counted.
 */
typedef struct _GstPublishTarget GstPublishTarget;

GST_PUBLISH_API
GType gst_publish_target_get_type (void);

GST_PUBLISH_API
GstPublishTarget *gst_publish_target_new_from_json (const gchar * json, GError
    ** error);

GST_PUBLISH_API
GstPublishTarget *gst_publish_target_ref (GstPublishTarget * target);

GST_PUBLISH_API
void gst_publish_target_unref (GstPublishTarget * target);

GST_PUBLISH_API
gchar *gst_publish_target_to_json (const GstPublishTarget * target);

GST_PUBLISH_API
gchar *gst_publish_target_to_json_redacted (const GstPublishTarget * target);

GST_PUBLISH_API
GstPublishMode gst_publish_target_get_mode (const GstPublishTarget * target);

GST_PUBLISH_API
const GstPublishUser *gst_publish_target_get_owner (const GstPublishTarget *
    target);

GST_PUBLISH_API
guint gst_publish_target_get_n_urls (const GstPublishTarget * target);

GST_PUBLISH_API
const gchar *gst_publish_target_get_url (const GstPublishTarget * target, guint
    index, gboolean * internal_line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstPublishTarget, gst_publish_target_unref)

G_END_DECLS
/* *INDENT-ON* */
