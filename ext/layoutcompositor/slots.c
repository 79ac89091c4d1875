/* slots.c: who is in which slot, from one frame to the next
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "slots.h"

#include <string.h>

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

/* Most frames change nothing. Returns TRUE if this one did. */
static gboolean
user_replace (User * known, const User * user)
{
  if (user == NULL ? known->arrival == 0 :
      known->arrival != 0 && user_is (known, user))
    return FALSE;

  user_clear (known);
  if (user != NULL)
    user_copy (known, user);

  return TRUE;
}

/* Remembers the outcome. Returns TRUE if it is another one. */
static gboolean
remember (Slots * slots, const GArray * users, const gint * assigned, guint n)
{
  gboolean changed = slots->n != n;
  guint i;

  for (i = n; i < slots->n; i++)
    user_clear (&slots->user[i]);
  slots->n = n;

  for (i = 0; i < n; i++)
    changed |= user_replace (&slots->user[i], assigned[i] < 0 ? NULL :
        &g_array_index (users, User, assigned[i]));

  return changed;
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
    rule_users[k].priority = user->priority;
    rule_users[k].volume_level = user->volume_level;
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
 * @now: running time, by which speakers are told from noise
 * @assigned: (out caller-allocates) (array length=n_layouts): for each layout
 *     the index of its user, or -1
 *
 * Applies the slot rule, gst_publish_slots_assign(), and remembers what came
 * of it. A slot keeps its index when the layouts change.
 *
 * Returns: %TRUE if who is in which slot, or who speaks, is not what it was
 */
gboolean
slots_update (Slots * slots, GstPublishSlotPolicy policy, const GArray * users,
    const GstPublishLayout * layouts, guint n_layouts, GstClockTime now,
    gint * assigned)
{
  GstPublishSlotUser *rule_users = make_rule_users (users);
  gint previous[GST_PUBLISH_MAX_LAYOUTS];
  gboolean changed;
  gint speaker = -1;
  guint i, k;

  for (i = 0; i < n_layouts; i++) {
    previous[i] = -1;
    for (k = 0; i < slots->n && k < users->len; k++)
      if (slots->user[i].arrival == g_array_index (users, User, k).arrival)
        previous[i] = (gint) k;
  }

  if (policy == GST_PUBLISH_SLOT_POLICY_SPEAKER)
    speaker = gst_publish_speaker_update (&slots->speaker, rule_users,
        users->len, layouts, n_layouts, now);
  if (speaker >= 0)
    rule_users[speaker].speaks = TRUE;
  changed = user_replace (&slots->speaking, speaker < 0 ? NULL :
      &g_array_index (users, User, speaker));
  slots->policy = policy;

  gst_publish_slots_assign (policy, rule_users, users->len, layouts, n_layouts,
      previous, assigned);
  g_free (rule_users);

  return remember (slots, users, assigned, n_layouts) || changed;
}

void
slots_clear (Slots * slots)
{
  guint i;

  for (i = 0; i < slots->n; i++)
    user_clear (&slots->user[i]);
  slots->n = 0;
  user_clear (&slots->speaking);
  memset (&slots->speaker, 0, sizeof (slots->speaker));
}

static void
describe_user (const User * user, GstStructure * s)
{
  gst_structure_set (s, "user-id", G_TYPE_STRING, user->identity.user_id,
      "room-id", G_TYPE_STRING, user->identity.room_id,
      "stream-type", GST_TYPE_PUBLISH_STREAM_TYPE,
      user->identity.stream_type, "pad", G_TYPE_STRING, user->pad, NULL);
}

/**
 * slots_describe:
 * @slots: the slots
 * @s: gets the fields `slot-policy` (#GstPublishSlotPolicy), `speaker`
 *     (#GstStructure, only while somebody is) and `slots`: a #GstValueArray
 *     with one #GstStructure for each layout: `layout` (#gint), `shows`
 *     (#gchararray) and, if a user is in it, as of the speaker, `user-id`,
 *     `room-id`, `stream-type` and `pad`
 */
void
slots_describe (const Slots * slots, GstStructure * s)
{
  GValue array = G_VALUE_INIT;
  guint i;

  gst_structure_set (s, "slot-policy", GST_TYPE_PUBLISH_SLOT_POLICY,
      slots->policy, NULL);
  if (slots->speaking.arrival != 0) {
    GstStructure *speaker = gst_structure_new_empty ("speaker");

    describe_user (&slots->speaking, speaker);
    gst_structure_set (s, "speaker", GST_TYPE_STRUCTURE, speaker, NULL);
    gst_structure_free (speaker);
  }

  g_value_init (&array, GST_TYPE_ARRAY);
  for (i = 0; i < slots->n; i++) {
    GstStructure *one = gst_structure_new ("slot", "layout", G_TYPE_INT,
        (gint) i, "shows", G_TYPE_STRING,
        ladder_step_get_nick (slots->step[i]), NULL);
    GValue slot = G_VALUE_INIT;

    if (slots->user[i].arrival != 0)
      describe_user (&slots->user[i], one);
    g_value_init (&slot, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&slot, one);
    gst_value_array_append_and_take_value (&array, &slot);
  }
  gst_structure_take_value (s, "slots", &array);
}
