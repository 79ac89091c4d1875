/* Who speaks: from volumes to one user, without flicker.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishslots.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/* Below this a user is silent, volume 0.0..1.0. */
#define GST_PUBLISH_SPEAKER_SILENCE 0.05
/* By how much another must be louder than the speaker is. */
#define GST_PUBLISH_SPEAKER_MARGIN 0.1
/* For how long without a break: a cough is no speech. */
#define GST_PUBLISH_SPEAKER_ATTACK (300 * GST_MSECOND)
/* For how long a speaker stays at least. */
#define GST_PUBLISH_SPEAKER_HOLD (2 * GST_SECOND)

typedef struct _GstPublishSpeaker GstPublishSpeaker;

/**
 * GstPublishSpeaker:
 *
 * What gst_publish_speaker_update() remembers from one call to the next. All
 * zero before the first.
 */
struct _GstPublishSpeaker
{
  /*< private > */
  gboolean is_set;
  guint64 arrival;
  GstClockTime since;
  gboolean is_challenged;
  guint64 challenger;
  GstClockTime challenged_since;

  gpointer _gst_reserved[4];
};

GST_PUBLISH_API
gint gst_publish_speaker_update (GstPublishSpeaker * speaker, const
    GstPublishSlotUser * users, guint n_users, const GstPublishLayout *
    layouts, guint n_layouts, GstClockTime now);

G_END_DECLS
/* *INDENT-ON* */
