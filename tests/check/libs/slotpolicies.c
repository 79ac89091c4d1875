/* The policies of free layouts: who speaks, and who is more important.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "publishtest.h"

#define SPEAKER GST_PUBLISH_SLOT_POLICY_SPEAKER
#define PRIORITY GST_PUBLISH_SLOT_POLICY_PRIORITY
#define MAX_USERS 24
#define SEED 5005
#define ROOMS 300
#define STEPS 150

typedef struct
{
  GstPublishSlotPolicy policy;
  GstPublishSlotUser users[MAX_USERS];
  guint n_users;
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  guint n_layouts;
  gint slots[GST_PUBLISH_MAX_LAYOUTS];
  guint64 clock;
} Room;

static void
room_init (Room * room, GstPublishSlotPolicy policy, guint n_layouts)
{
  guint i;

  memset (room, 0, sizeof (*room));
  room->policy = policy;
  room->n_layouts = n_layouts;
  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++)
    room->slots[i] = -1;
}

static void
assign (Room * room)
{
  gst_publish_slots_assign (room->policy, room->users, room->n_users,
      room->layouts, room->n_layouts, room->slots, room->slots);
}

static void
join (Room * room, const gchar * user, gint priority)
{
  GstPublishSlotUser *joined = &room->users[room->n_users++];

  memset (joined, 0, sizeof (*joined));
  joined->user_id = user;
  joined->priority = priority;
  joined->arrival = room->clock++;
  assign (room);
}

static void
drop (Room * room, guint index)
{
  guint i;

  room->n_users--;
  memmove (&room->users[index], &room->users[index + 1],
      (room->n_users - index) * sizeof (*room->users));
  for (i = 0; i < room->n_layouts; i++) {
    if (room->slots[i] == (gint) index)
      room->slots[i] = -1;
    else if (room->slots[i] > (gint) index)
      room->slots[i]--;
  }
}

static void
let_speak (Room * room, gint index)
{
  guint i;

  for (i = 0; i < room->n_users; i++)
    room->users[i].speaks = (gint) i == index;
  assign (room);
}

/* @want: a letter for each layout, the user's id, '-' for nobody */
static void
expect_slots (const Room * room, const gchar * want)
{
  gchar got[GST_PUBLISH_MAX_LAYOUTS + 1] = { 0 };
  guint i;

  for (i = 0; i < room->n_layouts; i++)
    got[i] = room->slots[i] < 0 ? '-' : room->users[room->slots[i]].user_id[0];
  fail_unless_equals_string (got, want);
}

GST_START_TEST (test_speaker_slot)
{
  Room room;

  room_init (&room, SPEAKER, 3);
  join (&room, "a", 0);
  join (&room, "b", 0);
  join (&room, "c", 0);
  join (&room, "d", 0);
  expect_slots (&room, "abc");
  /* who is shown changes places with the first */
  let_speak (&room, 2);
  expect_slots (&room, "cba");
  /* who waits takes the place, and the other waits */
  let_speak (&room, 3);
  expect_slots (&room, "dba");
  /* sticky when nobody speaks */
  let_speak (&room, -1);
  expect_slots (&room, "dba");
  /* a freed slot goes to who waits */
  drop (&room, 1);
  assign (&room);
  expect_slots (&room, "dca");
}

GST_END_TEST;

GST_START_TEST (test_speaker_and_kinds)
{
  Room room;

  /* a stage for screens first, then a fixed one, then the speaker's */
  room_init (&room, SPEAKER, 4);
  room.layouts[0].has_stream_type = TRUE;
  room.layouts[0].stream_type = GST_PUBLISH_STREAM_TYPE_SUB;
  room.layouts[1].fixed_user.user_id = (gchar *) "b";
  join (&room, "a", 0);
  join (&room, "b", 0);
  join (&room, "c", 0);
  expect_slots (&room, "-bac");
  let_speak (&room, 2);
  expect_slots (&room, "-bca");
  /* who has a fixed layout stays there alone */
  let_speak (&room, 1);
  expect_slots (&room, "-bca");
}

GST_END_TEST;

GST_START_TEST (test_priority)
{
  Room room;

  room_init (&room, PRIORITY, 2);
  join (&room, "a", 0);
  join (&room, "b", 0);
  join (&room, "c", 0);
  expect_slots (&room, "ab");
  /* takes the place of the latest of the lowest */
  join (&room, "d", 5);
  expect_slots (&room, "ad");
  /* equal is not higher */
  join (&room, "e", 5);
  expect_slots (&room, "ed");
  join (&room, "f", 5);
  expect_slots (&room, "ed");
  /* the next by priority, not by arrival */
  drop (&room, 3);
  assign (&room);
  expect_slots (&room, "ef");
  drop (&room, 4);
  assign (&room);
  expect_slots (&room, "ea");
}

GST_END_TEST;

/* Users who may be shown, in order of their claim to a slot. */
static gint
compare_claims (gconstpointer a, gconstpointer b)
{
  const gint *x = a, *y = b;

  return *x > *y ? -1 : *x < *y;
}

static void
check_priorities (const Room * room, const gint * before)
{
  gint all[MAX_USERS] = { 0 }, shown[GST_PUBLISH_MAX_LAYOUTS] = { 0 };
  guint i, k, n_shown = 0;

  for (i = 0; i < room->n_users; i++)
    all[i] = room->users[i].priority;
  qsort (all, room->n_users, sizeof (gint), compare_claims);
  for (i = 0; i < room->n_layouts; i++) {
    for (k = 0; k < i; k++)
      fail_if (room->slots[i] >= 0 && room->slots[i] == room->slots[k]);
    if (room->slots[i] >= 0)
      shown[n_shown++] = room->users[room->slots[i]].priority;
  }
  /* the highest priorities that there are are shown */
  fail_unless_equals_int (n_shown, MIN (room->n_users, room->n_layouts));
  qsort (shown, n_shown, sizeof (gint), compare_claims);
  for (i = 0; i < n_shown; i++)
    fail_unless_equals_int (shown[i], all[i]);

  for (i = 0; i < room->n_layouts; i++) {
    gint was = before[i], is = room->slots[i];

    /* nobody moves from slot to slot; who goes goes for someone higher */
    for (k = 0; k < room->n_layouts && is >= 0; k++)
      fail_unless (k == i || before[k] != is);
    if (was >= 0 && was != is)
      fail_unless (room->users[is].priority > room->users[was].priority);
  }
  /* fair: of equals that came into a slot now, none waits who came before */
  for (i = 0; i < room->n_layouts; i++) {
    gint is = room->slots[i];

    if (is < 0 || is == before[i])
      continue;
    for (k = 0; k < room->n_users; k++) {
      guint s;

      for (s = 0; s < room->n_layouts && room->slots[s] != (gint) k; s++);
      if (s == room->n_layouts && room->users[k].priority ==
          room->users[is].priority)
        fail_unless (room->users[k].arrival > room->users[is].arrival);
    }
  }
}

static void
check_speaker (const Room * room, const gint * before)
{
  gint speaker = -1, was_at = -1;
  guint i;

  for (i = 0; i < room->n_users; i++)
    if (room->users[i].speaks)
      speaker = (gint) i;
  for (i = 0; i < room->n_layouts; i++)
    if (speaker >= 0 && before[i] == speaker)
      was_at = (gint) i;
  if (room->n_layouts == 0)
    return;
  if (speaker >= 0)
    fail_unless_equals_int (room->slots[0], speaker);
  /* everyone else stays, but for the one who changed places */
  for (i = 1; i < room->n_layouts; i++) {
    if ((gint) i == was_at)
      fail_unless (before[0] < 0 || room->slots[i] == before[0]);
    else if (before[i] >= 0)
      fail_unless_equals_int (room->slots[i], before[i]);
  }
}

/* Users in another order give the same slots. */
static void
check_order (const Room * room, const gint * before)
{
  GstPublishSlotUser users[MAX_USERS];
  gint was[GST_PUBLISH_MAX_LAYOUTS], slots[GST_PUBLISH_MAX_LAYOUTS];
  guint i, n = room->n_users;

  for (i = 0; i < n; i++)
    users[n - 1 - i] = room->users[i];
  for (i = 0; i < room->n_layouts; i++)
    was[i] = before[i] < 0 ? -1 : (gint) n - 1 - before[i];
  gst_publish_slots_assign (room->policy, users, n, room->layouts,
      room->n_layouts, was, slots);
  for (i = 0; i < room->n_layouts; i++)
    fail_unless_equals_int (slots[i], room->slots[i] < 0 ? -1 :
        (gint) n - 1 - room->slots[i]);
}

static void
run_random (GstPublishSlotPolicy policy)
{
  static const gchar *const ids[] = { "a", "b", "c", "d", "e", "f", "g", "h",
    "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
    "x"
  };
  GRand *rand = g_rand_new_with_seed (SEED + policy);
  guint i, step;

  for (i = 0; i < ROOMS; i++) {
    guint next = 0;
    Room room;

    room_init (&room, policy,
        g_rand_int_range (rand, 0, GST_PUBLISH_MAX_LAYOUTS + 1));
    for (step = 0; step < STEPS; step++) {
      gint before[GST_PUBLISH_MAX_LAYOUTS];
      guint u;

      if (g_rand_boolean (rand) && room.n_users < MAX_USERS) {
        GstPublishSlotUser *user = &room.users[room.n_users];
        guint tries;

        for (tries = 0; tries < MAX_USERS; tries++, next++) {
          for (u = 0; u < room.n_users &&
              room.users[u].user_id != ids[next % MAX_USERS]; u++);
          if (u == room.n_users)
            break;
        }
        memset (user, 0, sizeof (*user));
        user->user_id = ids[next % MAX_USERS];
        user->priority = g_rand_int_range (rand, -2, 3);
        user->arrival = room.clock++;
        room.n_users++;
      } else if (room.n_users > 0) {
        drop (&room, g_rand_int_range (rand, 0, room.n_users));
      }
      if (policy == SPEAKER && room.n_users > 0) {
        gint speaker = g_rand_int_range (rand, -1, room.n_users);

        for (u = 0; u < room.n_users; u++)
          room.users[u].speaks = (gint) u == speaker;
      }

      memcpy (before, room.slots, sizeof (before));
      assign (&room);
      if (policy == PRIORITY)
        check_priorities (&room, before);
      else
        check_speaker (&room, before);
      check_order (&room, before);

      memcpy (before, room.slots, sizeof (before));
      assign (&room);
      fail_unless (memcmp (before, room.slots, sizeof (before)) == 0);
    }
  }
  g_rand_free (rand);
}

GST_START_TEST (test_random_priorities)
{
  run_random (PRIORITY);
}

GST_END_TEST;

GST_START_TEST (test_random_speakers)
{
  run_random (SPEAKER);
}

GST_END_TEST;

/* The speaker, from volumes */

typedef struct
{
  GstPublishSpeaker speaker;
  Room room;
  GstClockTime now;
} Talk;

static void
talk_init (Talk * talk)
{
  memset (talk, 0, sizeof (*talk));
  room_init (&talk->room, SPEAKER, 2);
  join (&talk->room, "a", 0);
  join (&talk->room, "b", 0);
  join (&talk->room, "c", 0);
}

static gint
talk_for (Talk * talk, GstClockTime time, gdouble a, gdouble b, gdouble c)
{
  GstClockTime end = talk->now + time;
  gint speaker = -1;

  talk->room.users[0].volume_level = a;
  talk->room.users[1].volume_level = b;
  talk->room.users[2].volume_level = c;
  for (; talk->now < end; talk->now += 20 * GST_MSECOND)
    speaker = gst_publish_speaker_update (&talk->speaker, talk->room.users,
        talk->room.n_users, talk->room.layouts, talk->room.n_layouts,
        talk->now);

  return speaker;
}

GST_START_TEST (test_speaker)
{
  Talk talk;

  talk_init (&talk);
  /* noise is nobody */
  fail_unless_equals_int (talk_for (&talk, GST_SECOND, 0.04, 0.01, 0), -1);
  /* the first is heard at once */
  fail_unless_equals_int (talk_for (&talk, 20 * GST_MSECOND, 0, 0.3, 0), 1);
  /* and held, however loud another is */
  fail_unless_equals_int (talk_for (&talk, 1900 * GST_MSECOND, 0, 0.3, 0.9), 1);
  fail_unless_equals_int (talk_for (&talk, 200 * GST_MSECOND, 0, 0.3, 0.9), 2);
  /* silence changes nothing */
  fail_unless_equals_int (talk_for (&talk, 10 * GST_SECOND, 0, 0, 0), 2);
  /* a cough is no speech, and two coughs are two */
  fail_unless_equals_int (talk_for (&talk, 280 * GST_MSECOND, 0.9, 0, 0), 2);
  fail_unless_equals_int (talk_for (&talk, 20 * GST_MSECOND, 0, 0, 0), 2);
  fail_unless_equals_int (talk_for (&talk, 280 * GST_MSECOND, 0.9, 0, 0), 2);
  fail_unless_equals_int (talk_for (&talk, 60 * GST_MSECOND, 0.9, 0, 0), 0);
  /* a little louder is not louder */
  fail_unless_equals_int (talk_for (&talk, 10 * GST_SECOND, 0.5, 0.59, 0), 0);
  fail_unless_equals_int (talk_for (&talk, GST_SECOND, 0.5, 0.61, 0), 1);
  /* nonsense is silence */
  fail_unless_equals_int (talk_for (&talk, 9 * GST_SECOND, NAN, 0.2, -3), 1);
}

GST_END_TEST;

GST_START_TEST (test_speaker_leaves)
{
  Talk talk;

  talk_init (&talk);
  fail_unless_equals_int (talk_for (&talk, 20 * GST_MSECOND, 0, 0.9, 0.3), 1);
  drop (&talk.room, 1);
  /* who was third is second */
  fail_unless_equals_int (gst_publish_speaker_update (&talk.speaker,
          talk.room.users, 2, talk.room.layouts, 2, talk.now), 1);
  fail_unless_equals_string (talk.room.users[1].user_id, "c");
  fail_unless_equals_int (gst_publish_speaker_update (&talk.speaker, NULL, 0,
          talk.room.layouts, 2, talk.now), -1);
  /* and one who has a layout of their own is not asked */
  talk_init (&talk);
  talk.room.layouts[0].fixed_user.user_id = (gchar *) "b";
  fail_unless_equals_int (talk_for (&talk, GST_SECOND, 0.1, 0.9, 0.3), 2);
}

GST_END_TEST;

GST_START_TEST (test_speaker_flicker)
{
  GRand *rand = g_rand_new_with_seed (SEED);
  GstClockTime changed = 0;
  gint last = -1;
  guint i;
  Talk talk;

  /* whatever the volumes do, no two changes within the hold */
  talk_init (&talk);
  for (i = 0; i < 50000; i++) {
    gint speaker = talk_for (&talk, 20 * GST_MSECOND,
        g_rand_double (rand), g_rand_double (rand), g_rand_double (rand));

    if (speaker != last && last >= 0)
      fail_unless (talk.now - changed >= GST_PUBLISH_SPEAKER_HOLD);
    if (speaker != last)
      changed = talk.now;
    last = speaker;
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
slotpolicies_suite (void)
{
  Suite *suite = suite_create ("slotpolicies");
  TCase *tcase = tcase_create ("slotpolicies");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_speaker_slot);
  tcase_add_test (tcase, test_speaker_and_kinds);
  tcase_add_test (tcase, test_priority);
  tcase_add_test (tcase, test_random_priorities);
  tcase_add_test (tcase, test_random_speakers);
  tcase_add_test (tcase, test_speaker);
  tcase_add_test (tcase, test_speaker_leaves);
  tcase_add_test (tcase, test_speaker_flicker);

  return suite;
}

GST_CHECK_MAIN (slotpolicies);
