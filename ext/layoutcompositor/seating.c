/* seating.c: who is in which slot, from one frame to the next
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "seating.h"

void
stream_identity_clear (StreamIdentity * identity)
{
  g_clear_pointer (&identity->user_id, g_ref_string_release);
  g_clear_pointer (&identity->room_id, g_ref_string_release);
}

void
guest_clear (Guest * guest)
{
  stream_identity_clear (&guest->identity);
  g_clear_pointer (&guest->pad, g_free);
  guest->arrival = 0;
}

static void
guest_copy (Guest * to, const Guest * from)
{
  to->arrival = from->arrival;
  to->identity.user_id = g_ref_string_acquire (from->identity.user_id);
  to->identity.room_id = g_ref_string_acquire (from->identity.room_id);
  to->identity.stream_type = from->identity.stream_type;
  to->pad = g_strdup (from->pad);
}

static gboolean
guest_is (const Guest * a, const Guest * b)
{
  return a->arrival == b->arrival &&
      a->identity.stream_type == b->identity.stream_type &&
      g_str_equal (a->identity.user_id, b->identity.user_id) &&
      g_str_equal (a->identity.room_id, b->identity.room_id);
}

/* Remembers the outcome; most frames change nothing. */
static void
seat (Seating * seating, const GArray * guests, const gint * slots, guint n)
{
  guint i;

  for (i = n; i < seating->n_slots; i++)
    guest_clear (&seating->slots[i]);
  seating->n_slots = n;

  for (i = 0; i < n; i++) {
    Guest *seated = &seating->slots[i];
    const Guest *guest;

    if (slots[i] < 0) {
      guest_clear (seated);
      continue;
    }
    guest = &g_array_index (guests, Guest, slots[i]);
    if (seated->arrival == 0 || !guest_is (seated, guest)) {
      guest_clear (seated);
      guest_copy (seated, guest);
    }
  }
}

/* The guests as the slot rule sees them; their strings are borrowed. */
static GstPublishSlotUser *
make_users (const GArray * guests)
{
  GstPublishSlotUser *users = g_new0 (GstPublishSlotUser, guests->len + 1);
  guint k;

  for (k = 0; k < guests->len; k++) {
    const Guest *guest = &g_array_index (guests, Guest, k);

    users[k].user_id = guest->identity.user_id;
    users[k].room_id = guest->identity.room_id;
    users[k].stream_type = guest->identity.stream_type;
    users[k].arrival = guest->arrival;
  }

  return users;
}

/**
 * seating_count_cameras:
 * @guests: (element-type Guest): who is there
 *
 * Returns: how many cameras there are, for a template: screen shares do not
 *     count, and a user's big and small stream are one
 */
guint
seating_count_cameras (const GArray * guests)
{
  GstPublishSlotUser *users = make_users (guests);
  guint count = gst_publish_slots_count_cameras (users, guests->len);

  g_free (users);
  return count;
}

/**
 * seating_update:
 * @seating: who was in which slot
 * @policy: who fills the free layouts
 * @guests: (element-type Guest): who is there now
 * @layouts: (array length=n_layouts): the layouts now
 * @n_layouts: how many
 * @slots: (out caller-allocates) (array length=n_layouts): for each layout
 *     the index of its guest, or -1
 *
 * Applies the slot rule, gst_publish_slots_assign(), and remembers what came
 * of it. A slot keeps its index when the layouts change.
 */
void
seating_update (Seating * seating, GstPublishSlotPolicy policy,
    const GArray * guests, const GstPublishLayout * layouts, guint n_layouts,
    gint * slots)
{
  GstPublishSlotUser *users = make_users (guests);
  gint previous[GST_PUBLISH_MAX_LAYOUTS];
  guint i, k;

  for (i = 0; i < n_layouts; i++)
    previous[i] = -1;
  for (k = 0; k < guests->len; k++) {
    const Guest *guest = &g_array_index (guests, Guest, k);

    for (i = 0; i < MIN (n_layouts, seating->n_slots); i++)
      if (seating->slots[i].arrival == guest->arrival)
        previous[i] = (gint) k;
  }

  gst_publish_slots_assign (policy, users, guests->len, layouts, n_layouts,
      previous, slots);
  g_free (users);

  seat (seating, guests, slots, n_layouts);
}

void
seating_clear (Seating * seating)
{
  guint i;

  for (i = 0; i < seating->n_slots; i++)
    guest_clear (&seating->slots[i]);
  seating->n_slots = 0;
}

/**
 * seating_to_value:
 * @seating: the seating
 * @value: (out caller-allocates): a #GstValueArray with one #GstStructure for
 *     each layout: `layout` (#gint) and, if someone is in it, `user-id`,
 *     `room-id`, `stream-type` and `pad`
 */
void
seating_to_value (const Seating * seating, GValue * value)
{
  guint i;

  g_value_init (value, GST_TYPE_ARRAY);
  for (i = 0; i < seating->n_slots; i++) {
    const Guest *guest = &seating->slots[i];
    GstStructure *s = gst_structure_new ("slot", "layout", G_TYPE_INT, (gint) i,
        NULL);
    GValue slot = G_VALUE_INIT;

    if (guest->arrival != 0)
      gst_structure_set (s, "user-id", G_TYPE_STRING, guest->identity.user_id,
          "room-id", G_TYPE_STRING, guest->identity.room_id,
          "stream-type", GST_TYPE_PUBLISH_STREAM_TYPE,
          guest->identity.stream_type, "pad", G_TYPE_STRING, guest->pad, NULL);

    g_value_init (&slot, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&slot, s);
    gst_value_array_append_and_take_value (value, &slot);
  }
}
