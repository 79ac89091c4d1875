/* The slot rule: which user fills which layout.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishlayout.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _GstPublishSlotUser GstPublishSlotUser;

/**
 * GstPublishSlotUser:
 * @user_id: (nullable): who sends the stream; %NULL or "" for a stream that
 *   nobody has named, which only free layouts take
 * @room_id: (nullable): the room; %NULL or "" matches any
 * @stream_type: which of the user's streams
 * @arrival: when it came: lower is earlier, ties go by place in the array
 * @priority: for %GST_PUBLISH_SLOT_POLICY_PRIORITY: higher is more important
 * @volume_level: how loud the user is, 0.0 (silent) .. 1.0, for
 *   gst_publish_speaker_update()
 * @speaks: for %GST_PUBLISH_SLOT_POLICY_SPEAKER: whether this is the speaker;
 *   of several the first in the array is
 *
 * One stream that may fill a layout (a sink pad of layoutcompositor). The
 * strings belong to the caller.
 */
struct _GstPublishSlotUser
{
  const gchar *user_id;
  const gchar *room_id;
  GstPublishStreamType stream_type;
  guint64 arrival;
  gint priority;
  gdouble volume_level;
  gboolean speaks;

  /*< private > */
  gpointer _gst_reserved[5];
};

GST_PUBLISH_API
void gst_publish_slots_assign (GstPublishSlotPolicy policy, const
    GstPublishSlotUser * users, guint n_users, const GstPublishLayout *
    layouts, guint n_layouts, const gint * previous, gint * slots);

GST_PUBLISH_API
guint gst_publish_slots_count_cameras (const GstPublishSlotUser * users,
    guint n_users);

G_END_DECLS
/* *INDENT-ON* */
