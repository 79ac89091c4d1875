/* The slot rule: which user fills which layout, as a pure function.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishslots-private.h"

typedef struct
{
  GstPublishSlotPolicy policy;
  const GstPublishSlotUser *users;
  guint n_users;
  const GstPublishLayout *layouts;
  guint n_layouts;
  gint *slots;
} Assignment;

static inline gboolean
is_fixed (const GstPublishLayout * layout)
{
  return layout->fixed_user.user_id != NULL;
}

static inline gboolean
is_empty (const gchar * string)
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

/* Whether the waiting @user comes before @other. */
static gboolean
precedes (const Assignment * a, const GstPublishSlotUser * user,
    const GstPublishSlotUser * other)
{
  if (a->policy == GST_PUBLISH_SLOT_POLICY_PRIORITY &&
      user->priority != other->priority)
    return user->priority > other->priority;

  return user->arrival < other->arrival;
}

/* The first user that @layout takes, of a fixed layout the earliest; of @source alone if that is given;
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
    if (first >= 0 && (is_fixed (layout) ?
            user->arrival >= a->users[first].arrival :
            !precedes (a, user, &a->users[first])))
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

/* The layout that the speaker has: the first free one for cameras. */
static gint
find_stage (const GstPublishLayout * layouts, guint n_layouts)
{
  guint i;

  for (i = 0; i < n_layouts; i++) {
    if (!is_fixed (&layouts[i]) && !(layouts[i].has_stream_type &&
            layouts[i].stream_type == GST_PUBLISH_STREAM_TYPE_SUB))
      return (gint) i;
  }

  return -1;
}

gboolean
gst_publish_slots_may_speak (const GstPublishLayout * layouts,
    guint n_layouts, const GstPublishSlotUser * user)
{
  const Assignment a = {.layouts = layouts,.n_layouts = n_layouts };
  gint stage = find_stage (layouts, n_layouts);

  return stage >= 0 && takes (&layouts[stage], user) && !is_claimed (&a, user);
}

/* Gives the speaker the first free layout. Who had it goes where the speaker
 * was, or waits. */
static void
put_speaker (Assignment * a)
{
  gint stage = find_stage (a->layouts, a->n_layouts);
  gint displaced, speaker = -1;
  guint i;

  if (stage < 0)
    return;
  for (i = 0; i < a->n_users && speaker < 0; i++) {
    if (a->users[i].speaks)
      speaker = (gint) i;
  }
  if (speaker < 0 || !gst_publish_slots_may_speak (a->layouts, a->n_layouts,
          &a->users[speaker]) || is_shown (a, &a->users[speaker], 0))
    return;

  displaced = a->slots[stage];
  if (displaced >= 0 && same_source (&a->users[displaced], &a->users[speaker]))
    return;

  a->slots[stage] = -1;
  for (i = 0; i < a->n_layouts; i++) {
    if (is_fixed (&a->layouts[i]) || a->slots[i] < 0 ||
        !same_source (&a->users[a->slots[i]], &a->users[speaker]))
      continue;
    if (displaced >= 0 && takes (&a->layouts[i], &a->users[displaced]))
      a->slots[i] = prefer_big (a, &a->layouts[i], displaced);
    else
      a->slots[i] = -1;
  }
  a->slots[stage] = prefer_big (a, &a->layouts[stage], speaker);
}

/* The free layout whose user gives way to @user: the one with the lowest
 * priority, of equal ones the latest; -1 if none is lower. */
static gint
find_lower (const Assignment * a, const GstPublishSlotUser * user)
{
  gint lowest = -1;
  guint i;

  for (i = 0; i < a->n_layouts; i++) {
    const GstPublishSlotUser *shown;

    if (is_fixed (&a->layouts[i]) || a->slots[i] < 0 ||
        !takes (&a->layouts[i], user))
      continue;
    shown = &a->users[a->slots[i]];
    if (shown->priority < user->priority && (lowest < 0 ||
            !precedes (a, shown, &a->users[a->slots[lowest]])))
      lowest = (gint) i;
  }

  return lowest;
}

/* Every round raises the priority of a slot, so there is a last one. */
static void
put_priorities (Assignment * a)
{
  for (;;) {
    gint best = -1, layout = -1;
    guint i;

    for (i = 0; i < a->n_users; i++) {
      const GstPublishSlotUser *user = &a->users[i];
      gint lower;

      if ((best >= 0 && !precedes (a, user, &a->users[best])) ||
          is_claimed (a, user) || is_shown (a, user, a->n_layouts))
        continue;
      lower = find_lower (a, user);
      if (lower >= 0) {
        best = (gint) i;
        layout = lower;
      }
    }
    if (best < 0)
      return;
    a->slots[layout] = best;
    a->slots[layout] = prefer_big (a, &a->layouts[layout], best);
  }
}

static void
fill_free (Assignment * a)
{
  guint i;

  for (i = 0; i < a->n_layouts; i++) {
    if (!is_fixed (&a->layouts[i]) && a->slots[i] < 0)
      a->slots[i] = prefer_big (a, &a->layouts[i],
          find_first (a, &a->layouts[i], NULL, -1));
  }
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
 *
 * %GST_PUBLISH_SLOT_POLICY_SPEAKER: the user who `speaks` has the first free
 * layout that takes cameras, unless a fixed layout shows that source. Who had
 * it before changes places with the speaker, or waits if the speaker did.
 *
 * %GST_PUBLISH_SLOT_POLICY_PRIORITY: users who wait come in order of their
 * priority, of equal ones by arrival; who waits takes the place of a user of
 * lower priority: of the lowest, of equal ones of the latest. Nobody gives way
 * to an equal, and whoever stays keeps the slot.
 */
void
gst_publish_slots_assign (GstPublishSlotPolicy policy,
    const GstPublishSlotUser * users, guint n_users,
    const GstPublishLayout * layouts, guint n_layouts,
    const gint * previous, gint * slots)
{
  Assignment a = { policy, users, n_users, layouts, n_layouts, slots };
  guint i;

  g_return_if_fail (policy >= GST_PUBLISH_SLOT_POLICY_JOIN_ORDER &&
      policy <= GST_PUBLISH_SLOT_POLICY_PRIORITY);
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

  if (policy == GST_PUBLISH_SLOT_POLICY_SPEAKER)
    put_speaker (&a);
  fill_free (&a);
  if (policy == GST_PUBLISH_SLOT_POLICY_PRIORITY) {
    put_priorities (&a);
    /* where a layout's type let nobody else in */
    fill_free (&a);
  }
}

/**
 * gst_publish_slots_count_cameras:
 * @users: (array length=n_users): every stream that there is
 * @n_users: how many
 *
 * How many cameras there are: streams that are no screen share, a user's big
 * and small stream counted as one. That is the number of users for which
 * gst_publish_template_make_layouts() is to be asked. Any thread may call
 * this.
 *
 * Returns: the number of cameras
 */
guint
gst_publish_slots_count_cameras (const GstPublishSlotUser * users,
    guint n_users)
{
  guint i, j, n = 0;

  g_return_val_if_fail (users != NULL || n_users == 0, 0);

  for (i = 0; i < n_users; i++) {
    if (users[i].stream_type == GST_PUBLISH_STREAM_TYPE_SUB)
      continue;
    for (j = 0; j < i && !same_source (&users[i], &users[j]); j++);
    if (j == i)
      n++;
  }

  return n;
}
