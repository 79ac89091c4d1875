/* Makes encoders from encoder parameters.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

GstElement *pub_encoder_new_video (GstElement * owner, const gchar *
    description, const GstPublishVideoParams * video, const GstCaps * carried,
    GError ** error);
GstElement *pub_encoder_new_audio (GstElement * owner, const
    GstPublishAudioParams * audio, GError ** error);
GstCaps *pub_encoder_video_caps (const GstPublishVideoParams * video);
GstCaps *pub_encoder_audio_caps (const GstPublishAudioParams * audio);

G_END_DECLS
/* *INDENT-ON* */
