/* The mixing config: what a mix looks and sounds like.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishlayout.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define GST_TYPE_PUBLISH_MIXING_CONFIG (gst_publish_mixing_config_get_type ())

/**
 * GstPublishMixingConfig:
 *
 * Canvas background, layouts or a template, audio users and watermarks.
 * Immutable and reference counted, so any number of threads may read one.
 */
typedef struct _GstPublishMixingConfig GstPublishMixingConfig;

GST_PUBLISH_API
GType gst_publish_mixing_config_get_type (void);

GST_PUBLISH_API
GstPublishMixingConfig *gst_publish_mixing_config_new_from_json (const gchar *
    json, GError ** error);

GST_PUBLISH_API
GstPublishMixingConfig *gst_publish_mixing_config_ref (GstPublishMixingConfig *
    config);

GST_PUBLISH_API
void gst_publish_mixing_config_unref (GstPublishMixingConfig * config);

GST_PUBLISH_API
gchar *gst_publish_mixing_config_to_json (const GstPublishMixingConfig *
    config);

GST_PUBLISH_API
guint32 gst_publish_mixing_config_get_background_color (const
    GstPublishMixingConfig * config);

GST_PUBLISH_API
const gchar *gst_publish_mixing_config_get_background_image (const
    GstPublishMixingConfig * config);

GST_PUBLISH_API
GstClockTime gst_publish_mixing_config_get_at (const GstPublishMixingConfig *
    config);

GST_PUBLISH_API
GstPublishTemplate gst_publish_mixing_config_get_template (const
    GstPublishMixingConfig * config);

GST_PUBLISH_API
const GstPublishLayout *gst_publish_mixing_config_get_template_layout (const
    GstPublishMixingConfig * config);

GST_PUBLISH_API
guint gst_publish_mixing_config_get_n_layouts (const GstPublishMixingConfig *
    config);

GST_PUBLISH_API
const GstPublishLayout *gst_publish_mixing_config_get_layout (const
    GstPublishMixingConfig * config, guint index);

GST_PUBLISH_API
const GstPublishLayout *gst_publish_mixing_config_get_layouts (const
    GstPublishMixingConfig * config, guint * n_layouts);

GST_PUBLISH_API
guint gst_publish_mixing_config_get_n_watermarks (const GstPublishMixingConfig
    * config);

GST_PUBLISH_API
const GstPublishWatermark *gst_publish_mixing_config_get_watermark (const
    GstPublishMixingConfig * config, guint index);

GST_PUBLISH_API
guint gst_publish_mixing_config_get_n_audio_users (const GstPublishMixingConfig
    * config);

GST_PUBLISH_API
const GstPublishUser *gst_publish_mixing_config_get_audio_user (const
    GstPublishMixingConfig * config, guint index);

GST_PUBLISH_API
gboolean gst_publish_mixing_config_hears (const GstPublishMixingConfig *
    config, const gchar * user_id, const gchar * room_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstPublishMixingConfig,
    gst_publish_mixing_config_unref)

G_END_DECLS
/* *INDENT-ON* */
