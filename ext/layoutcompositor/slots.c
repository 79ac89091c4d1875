/* slots.c: who is in which slot, from one frame to the next
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "slots.h"

void
stream_identity_clear (StreamIdentity * identity)
{
  g_clear_pointer (&identity->user_id, g_ref_string_release);
  g_clear_pointer (&identity->room_id, g_ref_string_release);
}

void
user_clear (User * user)
{
  stream_identity_clear (&user->identity);
  g_clear_pointer (&user->pad, g_free);
  user->arrival = 0;
}

static void
user_copy (User * to, const User * from)
{
  to->arrival = from->arrival;
  to->identity.user_id = g_ref_string_acquire (from->identity.user_id);
  to->identity.room_id = g_ref_string_acquire (from->identity.room_id);
  to->identity.stream_type = from->identity.stream_type;
  to->pad = g_strdup (from->pad);
}

static gboolean
user_is (const User * a, const User * b)
{
  return a->arrival == b->arrival &&
      a->identity.stream_type == b->identity.stream_type &&
      g_str_equal (a->identity.user_id, b->identity.user_id) &&
      g_str_equal (a->identity.room_id, b->identity.room_id);
}

/* Remembers the outcome; most frames change nothing. */
static void
remember (Slots * slots, const GArray * users, const gint * assigned, guint n)
{
  guint i;

  for (i = n; i < slots->n; i++)
    user_clear (&slots->user[i]);
  slots->n = n;

  for (i = 0; i < n; i++) {
    User *known = &slots->user[i];
    const User *user;

    if (assigned[i] < 0) {
      user_clear (known);
      continue;
    }
    user = &g_array_index (users, User, assigned[i]);
    if (known->arrival == 0 || !user_is (known, user)) {
      user_clear (known);
      user_copy (known, user);
    }
  }
}

/* The users as the slot rule sees them; their strings are borrowed. */
static GstPublishSlotUser *
make_rule_users (const GArray * users)
{
  GstPublishSlotUser *rule_users = g_new0 (GstPublishSlotUser, users->len + 1);
  guint k;

  for (k = 0; k < users->len; k++) {
    const User *user = &g_array_index (users, User, k);

    rule_users[k].user_id = user->identity.user_id;
    rule_users[k].room_id = user->identity.room_id;
    rule_users[k].stream_type = user->identity.stream_type;
    rule_users[k].arrival = user->arrival;
  }

  return rule_users;
}

/**
 * slots_count_cameras:
 * @users: (element-type User): who is there
 *
 * Returns: how many cameras there are, for a template: screen shares do not
 *     count, and a user's big and small stream are one
 */
guint
slots_count_cameras (const GArray * users)
{
  GstPublishSlotUser *rule_users = make_rule_users (users);
  guint count = gst_publish_slots_count_cameras (rule_users, users->len);

  g_free (rule_users);
  return count;
}

/**
 * slots_update:
 * @slots: who was in which slot
 * @policy: who fills the free layouts
 * @users: (element-type User): who is there now
 * @layouts: (array length=n_layouts): the layouts now
 * @n_layouts: how many
 * @assigned: (out caller-allocates) (array length=n_layouts): for each layout
 *     the index of its user, or -1
 *
 * Applies the slot rule, gst_publish_slots_assign(), and remembers what came
 * of it. A slot keeps its index when the layouts change.
 */
void
slots_update (Slots * slots, GstPublishSlotPolicy policy, const GArray * users,
    const GstPublishLayout * layouts, guint n_layouts, gint * assigned)
{
  GstPublishSlotUser *rule_users = make_rule_users (users);
  gint previous[GST_PUBLISH_MAX_LAYOUTS];
  guint i, k;

  for (i = 0; i < n_layouts; i++) {
    previous[i] = -1;
    for (k = 0; i < slots->n && k < users->len; k++)
      if (slots->user[i].arrival == g_array_index (users, User, k).arrival)
        previous[i] = (gint) k;
  }

  gst_publish_slots_assign (policy, rule_users, users->len, layouts, n_layouts,
      previous, assigned);
  g_free (rule_users);

  remember (slots, users, assigned, n_layouts);
}

void
slots_clear (Slots * slots)
{
  guint i;

  for (i = 0; i < slots->n; i++)
    user_clear (&slots->user[i]);
  slots->n = 0;
}

/**
 * slots_to_value:
 * @slots: the slots
 * @value: (out caller-allocates): a #GstValueArray with one #GstStructure for
 *     each layout: `layout` (#gint) and, if a user is in it, `user-id`,
 *     `room-id`, `stream-type` and `pad`
 */
void
slots_to_value (const Slots * slots, GValue * value)
{
  guint i;

  g_value_init (value, GST_TYPE_ARRAY);
  for (i = 0; i < slots->n; i++) {
    const User *user = &slots->user[i];
    GstStructure *s = gst_structure_new ("slot", "layout", G_TYPE_INT, (gint) i,
        NULL);
    GValue slot = G_VALUE_INIT;

    if (user->arrival != 0)
      gst_structure_set (s, "user-id", G_TYPE_STRING, user->identity.user_id,
          "room-id", G_TYPE_STRING, user->identity.room_id,
          "stream-type", GST_TYPE_PUBLISH_STREAM_TYPE,
          user->identity.stream_type, "pad", G_TYPE_STRING, user->pad, NULL);

    g_value_init (&slot, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&slot, s);
    gst_value_array_append_and_take_value (value, &slot);
  }
}
