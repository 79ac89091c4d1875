/* A user as a job names one.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _GstPublishUser GstPublishUser;

/**
 * GstPublishUser:
 * @user_id: (nullable): who; %NULL where a job names nobody
 * @room_id: (nullable): the room as text, whichever of `intRoomId` and
 *   `strRoomId` the job used; %NULL for any room
 * @room_is_number: whether the job used `intRoomId`
 *
 * A user in a layout, a target or a list of audio users. Read only: it
 * belongs to the object that it was got from.
 */
struct _GstPublishUser
{
  gchar *user_id;
  gchar *room_id;
  gboolean room_is_number;
};

GST_PUBLISH_API
gboolean gst_publish_user_matches (const GstPublishUser * user, const gchar *
    user_id, const gchar * room_id);

G_END_DECLS
/* *INDENT-ON* */
