/* The slot rule: which user fills which layout, as a pure function.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishslots.h"

typedef struct
{
  const GstPublishSlotUser *users;
  guint n_users;
  const GstPublishLayout *layouts;
  guint n_layouts;
  gint *slots;
} Assignment;

static inline gboolean is_fixed (const GstPublishLayout * layout)
{
  return layout->fixed_user.user_id != NULL;
}

static inline gboolean is_empty (const gchar * string)
{
  return string == NULL || *string == '\0';
}

/* Big and small are one camera; a user without a name is only itself. */
static gboolean
same_source (const GstPublishSlotUser * a, const GstPublishSlotUser * b)
{
  if (a == b)
    return TRUE;
  if ((a->stream_type == GST_PUBLISH_STREAM_TYPE_SUB) !=
      (b->stream_type == GST_PUBLISH_STREAM_TYPE_SUB))
    return FALSE;
  if (is_empty (a->user_id) || is_empty (b->user_id) ||
      !g_str_equal (a->user_id, b->user_id))
    return FALSE;

  return is_empty (a->room_id) || is_empty (b->room_id) ||
      g_str_equal (a->room_id, b->room_id);
}

static gboolean
takes (const GstPublishLayout * layout, const GstPublishSlotUser * user)
{
  if (is_fixed (layout))
    return user->stream_type == layout->stream_type &&
        gst_publish_user_matches (&layout->fixed_user, user->user_id,
        user->room_id);
  if (layout->has_stream_type)
    return user->stream_type == layout->stream_type;

  return user->stream_type != GST_PUBLISH_STREAM_TYPE_SUB;
}

static gboolean
is_claimed (const Assignment * a, const GstPublishSlotUser * user)
{
  guint i;

  for (i = 0; i < a->n_layouts; i++) {
    if (is_fixed (&a->layouts[i]) && takes (&a->layouts[i], user))
      return TRUE;
  }

  return FALSE;
}

/* Whether a fixed layout, or one of the first @n_free layouts, shows the
 * source of @user. */
static gboolean
is_shown (const Assignment * a, const GstPublishSlotUser * user, guint n_free)
{
  guint i;

  for (i = 0; i < a->n_layouts; i++) {
    if (i >= n_free && !is_fixed (&a->layouts[i]))
      continue;
    if (a->slots[i] >= 0 && same_source (user, &a->users[a->slots[i]]))
      return TRUE;
  }

  return FALSE;
}

/* The earliest user that @layout takes; of @source alone if that is given;
 * of @type alone if that is not negative. */
static gint
find_first (const Assignment * a, const GstPublishLayout * layout,
    const GstPublishSlotUser * source, gint type)
{
  gint first = -1;
  guint i;

  for (i = 0; i < a->n_users; i++) {
    const GstPublishSlotUser *user = &a->users[i];

    if (!takes (layout, user))
      continue;
    if (type >= 0 && (gint) user->stream_type != type)
      continue;
    if (first >= 0 && user->arrival >= a->users[first].arrival)
      continue;
    if (source && !same_source (source, user))
      continue;
    if (!is_fixed (layout) && (is_claimed (a, user) ||
            (!source && is_shown (a, user, a->n_layouts))))
      continue;
    first = i;
  }

  return first;
}

/* A free layout that takes either size shows the big one when there is one. */
static gint
prefer_big (const Assignment * a, const GstPublishLayout * layout, gint index)
{
  gint big;

  if (index < 0 || layout->has_stream_type ||
      a->users[index].stream_type != GST_PUBLISH_STREAM_TYPE_SMALL)
    return index;

  big = find_first (a, layout, &a->users[index], GST_PUBLISH_STREAM_TYPE_BIG);

  return big >= 0 ? big : index;
}

/**
 * gst_publish_slots_assign:
 * @policy: which waiting user fills a free layout
 * @users: (array length=n_users): every stream that there is
 * @n_users: how many
 * @layouts: (array length=n_layouts): the layouts of the config
 * @n_layouts: how many
 * @previous: (array length=n_layouts) (nullable): which user filled each
 *   layout before, as an index into @users; -1 for none or for one that has
 *   left; %NULL for none at all. May be @slots.
 * @slots: (out caller-allocates) (array length=n_layouts): which user fills
 *   each layout now, as an index into @users, or -1
 *
 * The slot rule. The result depends on nothing but the arguments, and nothing
 * is allocated. Any thread may call this.
 *
 * - A fixed layout takes exactly its user and its stream type (big unless it
 *   says otherwise) and never anyone else. Of several streams with that
 *   identity the one that arrived first fills it. Two layouts fixed to one
 *   stream both show it.
 * - A stream that a fixed layout takes never fills a free layout.
 * - A free layout that says a stream type takes only that type. One that does
 *   not takes cameras, big or small: a screen share is only ever shown where
 *   a layout asks for `sub`, as the API's guide says (seed 000, question 5).
 * - Free layouts show a source once: a user's big and small stream are the
 *   same camera, so if one is shown, anywhere, the other does not fill a free
 *   layout; of the two, a layout that takes either shows the big one. (A
 *   stream without a user id is its own source.)
 * - Free layouts fill in array order by order of arrival.
 * - A slot is sticky: whoever fills a layout stays while the layout may still
 *   show that source, whoever comes. Across a change of config that holds by
 *   the layout's index.
 * - A freed slot goes to the first user who waits.
 */
void
gst_publish_slots_assign (GstPublishSlotPolicy policy,
    const GstPublishSlotUser * users, guint n_users,
    const GstPublishLayout * layouts, guint n_layouts,
    const gint * previous, gint * slots)
{
  Assignment a = { users, n_users, layouts, n_layouts, slots };
  guint i;

  g_return_if_fail (policy == GST_PUBLISH_SLOT_POLICY_JOIN_ORDER);
  g_return_if_fail (users != NULL || n_users == 0);
  g_return_if_fail (layouts != NULL || n_layouts == 0);
  g_return_if_fail (slots != NULL || n_layouts == 0);

  for (i = 0; i < n_layouts; i++) {
    if (is_fixed (&layouts[i]))
      slots[i] = find_first (&a, &layouts[i], NULL, -1);
  }

  /* Reads previous[i] before it writes slots[i], and no slot of a free layout
   * from i on: the two may be one array. */
  for (i = 0; i < n_layouts; i++) {
    gint kept = previous ? previous[i] : -1;

    if (is_fixed (&layouts[i]))
      continue;
    if (kept < 0 || (guint) kept >= n_users || !takes (&layouts[i],
            &users[kept]) || is_claimed (&a, &users[kept])
        || is_shown (&a, &users[kept], i))
      kept = -1;
    slots[i] = prefer_big (&a, &layouts[i], kept);
  }

  for (i = 0; i < n_layouts; i++) {
    if (!is_fixed (&layouts[i]) && slots[i] < 0)
      slots[i] = prefer_big (&a, &layouts[i],
          find_first (&a, &layouts[i], NULL, -1));
  }
}
