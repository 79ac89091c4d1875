/* The job: target, encoder and mixing in one document.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishencoderparams.h>
#include <gst/publish/gstpublishmixingconfig.h>
#include <gst/publish/gstpublishtarget.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define GST_TYPE_PUBLISH_JOB (gst_publish_job_get_type ())

/**
 * GstPublishJob:
 *
 * All that a task is started with; each of the three parts may be missing.
 * Immutable and reference counted.
 */
typedef struct _GstPublishJob GstPublishJob;

GST_PUBLISH_API
GType gst_publish_job_get_type (void);

GST_PUBLISH_API
GstPublishJob *gst_publish_job_new_from_json (const gchar * json, GError **
    error);

GST_PUBLISH_API
GstPublishJob *gst_publish_job_new_from_parts (const gchar * target, const
    gchar * encoder, const gchar * mixing, GError ** error);

GST_PUBLISH_API
GstPublishJob *gst_publish_job_ref (GstPublishJob * job);

GST_PUBLISH_API
void gst_publish_job_unref (GstPublishJob * job);

GST_PUBLISH_API
gchar *gst_publish_job_to_json (const GstPublishJob * job);

GST_PUBLISH_API
gchar *gst_publish_job_to_json_redacted (const GstPublishJob * job);

GST_PUBLISH_API
void gst_publish_job_to_parts (const GstPublishJob * job, gchar ** target,
    gchar ** encoder, gchar ** mixing);

GST_PUBLISH_API
GstPublishTarget *gst_publish_job_get_target (const GstPublishJob * job);

GST_PUBLISH_API
guint gst_publish_job_get_n_encoders (const GstPublishJob * job);

GST_PUBLISH_API
GstPublishEncoderParams *gst_publish_job_get_encoder (const GstPublishJob *
    job, guint index);

GST_PUBLISH_API
GstPublishMixingConfig *gst_publish_job_get_mixing (const GstPublishJob * job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstPublishJob, gst_publish_job_unref)

G_END_DECLS
/* *INDENT-ON* */
