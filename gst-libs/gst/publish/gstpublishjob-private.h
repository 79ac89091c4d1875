/* How the parts of a job read and write themselves. Private to the library.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstpublishjob.h"
#include "gstpublishlimits.h"
#include "gstpublishreader-private.h"
#include "gstpublishwriter-private.h"

typedef enum
{
  GST_PUBLISH_PART_TARGET,
  GST_PUBLISH_PART_ENCODER,
  GST_PUBLISH_PART_MIXING,
} GstPublishPart;

/* Each returns an object of its own, also beside faults; NULL only if @node is
 * no object. */
GstPublishTarget *gst_publish_target_read (GstPublishReader * reader,
    JsonNode * node);
GstPublishEncoderParams *gst_publish_encoder_params_read (GstPublishReader *
    reader, JsonNode * node);
GstPublishMixingConfig *gst_publish_mixing_config_read (GstPublishReader *
    reader, JsonNode * node);

void gst_publish_target_write (const GstPublishTarget * target,
    gboolean redacted, JsonBuilder * builder);
void gst_publish_encoder_params_write (const GstPublishEncoderParams * params,
    JsonBuilder * builder);
void gst_publish_mixing_config_write (const GstPublishMixingConfig * config,
    JsonBuilder * builder);

/* @layout or @mark is zero before, but for defaults of its own */
void gst_publish_layout_read (GstPublishReader * reader, JsonNode * node,
    GstPublishLayout * layout);
/* only the keys that say how a layout looks */
void gst_publish_layout_read_look (GstPublishReader * reader, JsonNode * node,
    GstPublishLayout * layout);
void gst_publish_layout_write_look (const GstPublishLayout * layout,
    JsonBuilder * builder);
void gst_publish_text_read (GstPublishReader * reader, JsonObject * object,
    GstPublishText * text);
void gst_publish_text_write (const GstPublishText * text,
    JsonBuilder * builder);
void gst_publish_text_clear (GstPublishText * text);
void gst_publish_layout_write (const GstPublishLayout * layout,
    JsonBuilder * builder);
void gst_publish_layout_clear (GstPublishLayout * layout);
void gst_publish_watermark_read (GstPublishReader * reader, JsonNode * node,
    GstPublishWatermark * mark);
void gst_publish_watermark_write (const GstPublishWatermark * mark,
    JsonBuilder * builder);
void gst_publish_watermark_clear (GstPublishWatermark * mark);

/* A document that is a whole job, or one part alone; a job must have that
 * part. */
GstPublishJob *gst_publish_job_parse (const gchar * json, GstPublishPart part,
    GError ** error);
