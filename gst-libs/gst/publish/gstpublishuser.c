/* A user as a job names one, against a user as a pad names one.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishuser.h"

/**
 * gst_publish_user_matches:
 * @user: a user of a job
 * @user_id: (nullable): the `user-id` of a pad
 * @room_id: (nullable): its `room-id`
 *
 * Whether a job means this sender. Ids are compared byte by byte. A room that
 * either side leaves out (%NULL or "") matches any; a user never does. Any
 * thread may call this.
 *
 * Returns: %TRUE if @user names the sender
 */
gboolean
gst_publish_user_matches (const GstPublishUser * user, const gchar * user_id,
    const gchar * room_id)
{
  g_return_val_if_fail (user != NULL, FALSE);

  if (!user->user_id || !user_id || *user_id == '\0')
    return FALSE;
  if (!g_str_equal (user->user_id, user_id))
    return FALSE;
  if (!user->room_id || !room_id || *room_id == '\0')
    return TRUE;

  return g_str_equal (user->room_id, room_id);
}
