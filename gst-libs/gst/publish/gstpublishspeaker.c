/* Who speaks: from volumes to one user, without flicker.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishspeaker.h"
#include "gstpublishslots-private.h"

static gint
find_by_arrival (const GstPublishSlotUser * users, guint n_users,
    const gboolean * may, guint64 arrival)
{
  guint i;

  for (i = 0; i < n_users; i++) {
    if (may[i] && users[i].arrival == arrival)
      return (gint) i;
  }

  return -1;
}

/* of equally loud ones the earliest; silent ones do not count */
static gint
find_loudest (const GstPublishSlotUser * users, guint n_users,
    const gboolean * may)
{
  gint loudest = -1;
  guint i;

  for (i = 0; i < n_users; i++) {
    /* written so that a NAN is silent */
    if (!may[i] || !(users[i].volume_level >= GST_PUBLISH_SPEAKER_SILENCE))
      continue;
    if (loudest < 0 ||
        users[i].volume_level > users[loudest].volume_level ||
        (users[i].volume_level == users[loudest].volume_level &&
            users[i].arrival < users[loudest].arrival))
      loudest = (gint) i;
  }

  return loudest;
}

static gint
choose (GstPublishSpeaker * speaker, const GstPublishSlotUser * users,
    gint index, GstClockTime now)
{
  speaker->is_set = index >= 0;
  speaker->is_challenged = FALSE;
  if (index >= 0) {
    speaker->arrival = users[index].arrival;
    speaker->since = now;
  }

  return index;
}

/**
 * gst_publish_speaker_update:
 * @speaker: what is remembered, all zero before the first call
 * @users: (array length=n_users): every stream that there is; `arrival` tells
 *   them apart
 * @n_users: how many
 * @layouts: (array length=n_layouts): the layouts
 * @n_layouts: how many
 * @now: a time that does not run backwards, in nanoseconds
 *
 * Says who speaks, for %GST_PUBLISH_SLOT_POLICY_SPEAKER: of the users that a
 * free layout may show the loudest. Who speaks stays the speaker, silent or
 * not, until someone else has been louder by %GST_PUBLISH_SPEAKER_MARGIN for
 * %GST_PUBLISH_SPEAKER_ATTACK, and for %GST_PUBLISH_SPEAKER_HOLD at least; one
 * who leaves is followed at once by the loudest. The result depends on nothing
 * but the arguments. One @speaker is used by one thread at a time.
 *
 * Returns: index of the speaker in @users; -1 while nobody has spoken
 */
gint
gst_publish_speaker_update (GstPublishSpeaker * speaker,
    const GstPublishSlotUser * users, guint n_users,
    const GstPublishLayout * layouts, guint n_layouts, GstClockTime now)
{
  gboolean few[64];
  gboolean *may = few;
  gint current = -1, loudest;
  guint i;

  g_return_val_if_fail (speaker != NULL, -1);
  g_return_val_if_fail (users != NULL || n_users == 0, -1);
  g_return_val_if_fail (layouts != NULL || n_layouts == 0, -1);

  if (n_users > G_N_ELEMENTS (few))
    may = g_new (gboolean, n_users);
  for (i = 0; i < n_users; i++)
    may[i] = gst_publish_slots_may_speak (layouts, n_layouts, &users[i]);

  if (speaker->is_set)
    current = find_by_arrival (users, n_users, may, speaker->arrival);
  loudest = find_loudest (users, n_users, may);

  if (current < 0) {
    current = choose (speaker, users, loudest, now);
  } else if (loudest < 0 || loudest == current ||
      !(users[loudest].volume_level >=
          MAX (users[current].volume_level, 0.0) +
          GST_PUBLISH_SPEAKER_MARGIN)) {
    speaker->is_challenged = FALSE;
  } else {
    if (!speaker->is_challenged ||
        speaker->challenger != users[loudest].arrival) {
      speaker->is_challenged = TRUE;
      speaker->challenger = users[loudest].arrival;
      speaker->challenged_since = now;
    }
    if (now - speaker->challenged_since >= GST_PUBLISH_SPEAKER_ATTACK &&
        now - speaker->since >= GST_PUBLISH_SPEAKER_HOLD)
      current = choose (speaker, users, loudest, now);
  }

  if (may != few)
    g_free (may);

  return current;
}
