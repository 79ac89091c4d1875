/* The slot rule: the guide's two cases, each sentence of the rule by itself,
 * and what must hold for thousands of random joins and leaves.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#define BIG GST_PUBLISH_STREAM_TYPE_BIG
#define SMALL GST_PUBLISH_STREAM_TYPE_SMALL
#define SUB GST_PUBLISH_STREAM_TYPE_SUB
#define MAX_USERS 40
#define SEED 2002
#define ROOMS 400
#define STEPS 120

typedef struct
{
  GstPublishSlotUser users[MAX_USERS];
  guint n_users;
  GstPublishLayout layouts[GST_PUBLISH_MAX_LAYOUTS];
  guint n_layouts;
  gint slots[GST_PUBLISH_MAX_LAYOUTS];
  guint64 clock;
} Room;

static void
room_init (Room * room)
{
  guint i;

  memset (room, 0, sizeof (*room));
  for (i = 0; i < GST_PUBLISH_MAX_LAYOUTS; i++)
    room->slots[i] = -1;
}

static void
add_fixed (Room * room, const gchar * user, const gchar * id,
    GstPublishStreamType type)
{
  GstPublishLayout *layout = &room->layouts[room->n_layouts++];

  layout->fixed_user.user_id = (gchar *) user;
  layout->fixed_user.room_id = (gchar *) id;
  layout->has_stream_type = TRUE;
  layout->stream_type = type;
}

static void
add_free (Room * room)
{
  room->n_layouts++;
}

static void
add_typed (Room * room, GstPublishStreamType type)
{
  GstPublishLayout *layout = &room->layouts[room->n_layouts++];

  layout->has_stream_type = TRUE;
  layout->stream_type = type;
}

static void
assign (Room * room)
{
  gint previous[GST_PUBLISH_MAX_LAYOUTS];
  gint in_place[GST_PUBLISH_MAX_LAYOUTS];

  memcpy (previous, room->slots, sizeof (previous));
  memcpy (in_place, room->slots, sizeof (in_place));
  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, room->users,
      room->n_users, room->layouts, room->n_layouts, previous, room->slots);
  /* one array for both gives the same */
  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, room->users,
      room->n_users, room->layouts, room->n_layouts, in_place, in_place);
  fail_unless (memcmp (in_place, room->slots, room->n_layouts *
          sizeof (*in_place)) == 0);
}

static void
join (Room * room, const gchar * user, const gchar * id,
    GstPublishStreamType type)
{
  GstPublishSlotUser *joined = &room->users[room->n_users++];

  joined->user_id = user;
  joined->room_id = id;
  joined->stream_type = type;
  joined->arrival = room->clock++;
  assign (room);
}

/* takes the user out of the middle, as a pad that is released */
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
leave (Room * room, const gchar * user, GstPublishStreamType type)
{
  guint i;

  for (i = 0; i < room->n_users; i++) {
    if (g_strcmp0 (room->users[i].user_id, user) == 0 &&
        room->users[i].stream_type == type)
      break;
  }
  fail_unless (i < room->n_users);
  drop (room, i);
  assign (room);
}

/* @expected: who fills each layout, "jerry" for a camera's big stream,
 * "jerry/sub", or "-" */
static void
expect_slots (const Room * room, const gchar * expected)
{
  GString *now = g_string_new (NULL);
  guint i;

  for (i = 0; i < room->n_layouts; i++) {
    if (i > 0)
      g_string_append_c (now, ' ');
    if (room->slots[i] < 0) {
      g_string_append_c (now, '-');
    } else {
      const GstPublishSlotUser *user = &room->users[room->slots[i]];

      g_string_append (now, user->user_id ? user->user_id : "?");
      if (user->stream_type != BIG)
        g_string_append_printf (now, "/%s", user->stream_type == SUB ? "sub" :
            "small");
    }
  }
  fail_unless_equals_string (now->str, expected);
  g_string_free (now, TRUE);
}

/* case one of the guide: jerry's place is kept for him */
GST_START_TEST (test_case_1)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "jerry", "1234", BIG);
  add_free (&room);
  add_free (&room);
  add_free (&room);

  assign (&room);
  expect_slots (&room, "- - - -");
  join (&room, "mike", "1234", BIG);
  join (&room, "ann", "1234", BIG);
  expect_slots (&room, "- mike ann -");
  join (&room, "jerry", "1234", BIG);
  join (&room, "bob", "1234", BIG);
  join (&room, "eve", "1234", BIG);
  join (&room, "kim", "1234", BIG);
  expect_slots (&room, "jerry mike ann bob");
  /* a freed slot: the first who waits; the others stay */
  leave (&room, "mike", BIG);
  expect_slots (&room, "jerry eve ann bob");
  leave (&room, "jerry", BIG);
  expect_slots (&room, "- eve ann bob");
  leave (&room, "bob", BIG);
  expect_slots (&room, "- eve ann kim");
  join (&room, "jerry", "1234", BIG);
  expect_slots (&room, "jerry eve ann kim");
}

GST_END_TEST;

/* case two: the screen share and the camera of one user, three others */
GST_START_TEST (test_case_2)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "jerry", "1234", SUB);
  add_fixed (&room, "jerry", "1234", BIG);
  add_free (&room);
  add_free (&room);
  add_free (&room);

  join (&room, "ann", "1234", BIG);
  join (&room, "jerry", "1234", BIG);
  join (&room, "jerry", "1234", SUB);
  /* nobody asked for ann's screen */
  join (&room, "ann", "1234", SUB);
  join (&room, "bob", "1234", BIG);
  expect_slots (&room, "jerry/sub jerry ann bob -");
  /* jerry's camera is there already, at its other size */
  join (&room, "jerry", "1234", SMALL);
  expect_slots (&room, "jerry/sub jerry ann bob -");
  join (&room, "kim", "1234", BIG);
  expect_slots (&room, "jerry/sub jerry ann bob kim");
}

GST_END_TEST;

/* the guide's third layout: no user, but the stream type sub */
GST_START_TEST (test_typed_free_layout)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "mike", "1234", SUB);
  add_fixed (&room, "mike", "1234", BIG);
  add_typed (&room, SUB);
  add_typed (&room, SMALL);

  join (&room, "ann", "1234", BIG);
  join (&room, "mike", "1234", SUB);
  expect_slots (&room, "mike/sub - - -");
  join (&room, "bob", "1234", SUB);
  join (&room, "ann", "1234", SUB);
  join (&room, "ann", "1234", SMALL);
  expect_slots (&room, "mike/sub - bob/sub ann/small");
}

GST_END_TEST;

GST_START_TEST (test_one_camera_once)
{
  Room room;

  room_init (&room);
  add_free (&room);
  add_free (&room);

  /* the small stream comes first, the big one takes over in the same slot */
  join (&room, "ann", NULL, SMALL);
  expect_slots (&room, "ann/small -");
  join (&room, "ann", NULL, BIG);
  expect_slots (&room, "ann -");
  join (&room, "bob", NULL, BIG);
  expect_slots (&room, "ann bob");
  leave (&room, "ann", SMALL);
  expect_slots (&room, "ann bob");
  /* the same user in another room is another camera */
  leave (&room, "bob", BIG);
  room.users[0].room_id = "1";
  join (&room, "ann", "2", BIG);
  expect_slots (&room, "ann ann");
  fail_unless (room.slots[0] != room.slots[1]);
}

GST_END_TEST;

GST_START_TEST (test_unnamed_streams)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "ann", NULL, BIG);
  add_free (&room);
  add_free (&room);
  add_free (&room);

  join (&room, NULL, NULL, BIG);
  join (&room, "", "1", BIG);
  join (&room, NULL, NULL, SMALL);
  fail_unless_equals_int (room.slots[0], -1);
  fail_unless_equals_int (room.slots[1], 0);
  fail_unless_equals_int (room.slots[2], 1);
  fail_unless_equals_int (room.slots[3], 2);
}

GST_END_TEST;

GST_START_TEST (test_rooms)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "ann", "1", BIG);
  add_fixed (&room, "bob", NULL, BIG);
  join (&room, "ann", "2", BIG);
  join (&room, "bob", "2", BIG);
  expect_slots (&room, "- bob");
  join (&room, "ann", "1", BIG);
  expect_slots (&room, "ann bob");
  fail_unless_equals_int (room.slots[0], 2);

  /* a pad that names no room is in any */
  room_init (&room);
  add_fixed (&room, "ann", "1", BIG);
  join (&room, "ann", NULL, BIG);
  expect_slots (&room, "ann");
}

GST_END_TEST;

/* several streams with a fixed identity: the first; nor do the others get a
 * free layout */
GST_START_TEST (test_fixed_twice)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "ann", NULL, BIG);
  add_free (&room);
  join (&room, "ann", NULL, BIG);
  join (&room, "ann", NULL, BIG);
  fail_unless_equals_int (room.slots[0], 0);
  fail_unless_equals_int (room.slots[1], -1);
  drop (&room, 0);
  assign (&room);
  fail_unless_equals_int (room.slots[0], 0);
  fail_unless_equals_int (room.slots[1], -1);

  /* two layouts that ask for one stream both show it */
  room_init (&room);
  add_fixed (&room, "ann", NULL, BIG);
  add_fixed (&room, "ann", NULL, BIG);
  join (&room, "ann", NULL, BIG);
  expect_slots (&room, "ann ann");
}

GST_END_TEST;

/* a layout for ann in any room shows one of them; the other is asked for too,
 * so no free layout takes her, nor keeps her once the layout is there */
GST_START_TEST (test_fixed_in_any_room)
{
  Room room;

  room_init (&room);
  add_fixed (&room, "ann", NULL, BIG);
  add_free (&room);
  join (&room, "ann", "1", BIG);
  join (&room, "ann", "2", BIG);
  expect_slots (&room, "ann -");

  room_init (&room);
  add_free (&room);
  add_free (&room);
  join (&room, "ann", "1", BIG);
  join (&room, "ann", "2", BIG);
  expect_slots (&room, "ann ann");
  room.layouts[0].fixed_user.user_id = (gchar *) "ann";
  assign (&room);
  expect_slots (&room, "ann -");
}

GST_END_TEST;

/* who came at the same time: by place in the array */
GST_START_TEST (test_ties)
{
  GstPublishSlotUser users[3] = {
    {"ann", NULL, BIG, 7}, {"bob", NULL, BIG, 5}, {"kim", NULL, BIG, 5}
  };
  GstPublishLayout layouts[3] = { {0}
  };
  gint slots[3];

  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, users, 3,
      layouts, 3, NULL, slots);
  fail_unless_equals_int (slots[0], 1);
  fail_unless_equals_int (slots[1], 2);
  fail_unless_equals_int (slots[2], 0);
}

GST_END_TEST;

/* an update: whoever may stay in a layout stays, by its index */
GST_START_TEST (test_config_change)
{
  Room room;

  room_init (&room);
  add_free (&room);
  add_free (&room);
  add_free (&room);
  join (&room, "ann", NULL, BIG);
  join (&room, "bob", NULL, BIG);
  join (&room, "kim", NULL, BIG);
  expect_slots (&room, "ann bob kim");

  /* bob becomes fixed in the first: ann must go, kim stays */
  room.n_layouts = 0;
  add_fixed (&room, "bob", NULL, BIG);
  memset (&room.layouts[1], 0, 2 * sizeof (*room.layouts));
  add_free (&room);
  add_free (&room);
  assign (&room);
  expect_slots (&room, "bob ann kim");

  /* fewer layouts: kim waits, and comes back */
  room.n_layouts = 2;
  assign (&room);
  expect_slots (&room, "bob ann");
  room.slots[2] = -1;
  room.n_layouts = 3;
  assign (&room);
  expect_slots (&room, "bob ann kim");

  /* a layout that turns to screens lets its camera go */
  room.layouts[1].has_stream_type = TRUE;
  room.layouts[1].stream_type = SUB;
  assign (&room);
  expect_slots (&room, "bob - kim");
}

GST_END_TEST;

GST_START_TEST (test_bad_previous)
{
  GstPublishSlotUser user = { "ann" };
  GstPublishLayout layouts[3] = { {0}
  };
  gint previous[3] = { 7, G_MAXINT, G_MININT };
  gint slots[3] = { 5, 5, 5 };

  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, &user, 1,
      layouts, 3, previous, slots);
  fail_unless_equals_int (slots[0], 0);
  fail_unless_equals_int (slots[1], -1);
  fail_unless_equals_int (slots[2], -1);
  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, NULL, 0,
      layouts, 3, NULL, slots);
  fail_unless_equals_int (slots[0], -1);
  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, NULL, 0, NULL,
      0, NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (test_count_cameras)
{
  Room room;

  room_init (&room);
  fail_unless_equals_int (gst_publish_slots_count_cameras (NULL, 0), 0);
  join (&room, "ann", "1", BIG);
  join (&room, "ann", "1", SMALL);
  join (&room, "ann", "1", SUB);
  fail_unless_equals_int (gst_publish_slots_count_cameras (room.users, 3), 1);
  join (&room, "ann", "2", SMALL);
  join (&room, "bob", "1", BIG);
  fail_unless_equals_int (gst_publish_slots_count_cameras (room.users, 5), 3);
  join (&room, NULL, NULL, BIG);
  join (&room, NULL, NULL, BIG);
  fail_unless_equals_int (gst_publish_slots_count_cameras (room.users, 7), 5);
}

GST_END_TEST;

/* What follows states the rule once more, by what must hold of any result.
 * Rooms are always named in the random rooms, so a source is its id, its room
 * and whether it is a screen. */

static gboolean
one_source (const GstPublishSlotUser * a, const GstPublishSlotUser * b)
{
  return a == b || (a->user_id && b->user_id &&
      strcmp (a->user_id, b->user_id) == 0 &&
      strcmp (a->room_id, b->room_id) == 0 &&
      (a->stream_type == SUB) == (b->stream_type == SUB));
}

static gboolean
may_show (const GstPublishLayout * layout, const GstPublishSlotUser * user)
{
  const gchar *id = layout->fixed_user.user_id;

  if (id)
    return user->user_id && strcmp (id, user->user_id) == 0 &&
        (!layout->fixed_user.room_id ||
        strcmp (layout->fixed_user.room_id, user->room_id) == 0) &&
        layout->stream_type == user->stream_type;
  if (layout->has_stream_type)
    return layout->stream_type == user->stream_type;
  return user->stream_type == BIG || user->stream_type == SMALL;
}

static gboolean
is_wanted_by_fixed (const Room * room, const GstPublishSlotUser * user)
{
  guint i;

  for (i = 0; i < room->n_layouts; i++) {
    if (room->layouts[i].fixed_user.user_id &&
        may_show (&room->layouts[i], user))
      return TRUE;
  }

  return FALSE;
}

static guint
times_shown (const Room * room, const GstPublishSlotUser * user, gboolean fixed)
{
  guint i, n = 0;

  for (i = 0; i < room->n_layouts; i++) {
    if ((room->layouts[i].fixed_user.user_id != NULL) == fixed &&
        room->slots[i] >= 0 && one_source (&room->users[room->slots[i]], user))
      n++;
  }

  return n;
}

static void
check_fixed (const Room * room, guint i)
{
  gint first = -1;
  guint u;

  for (u = 0; u < room->n_users; u++) {
    if (may_show (&room->layouts[i], &room->users[u]) && (first < 0 ||
            room->users[u].arrival < room->users[first].arrival))
      first = u;
  }
  fail_unless_equals_int (room->slots[i], first);
}

static void
check_free (const Room * room, guint i, gint before)
{
  const GstPublishLayout *layout = &room->layouts[i];
  const GstPublishSlotUser *shown = NULL;
  gboolean stays = FALSE;
  guint64 arrival = 0;
  guint u;

  if (room->slots[i] >= 0) {
    shown = &room->users[room->slots[i]];
    fail_unless (may_show (layout, shown));
    fail_if (is_wanted_by_fixed (room, shown));
    fail_unless_equals_int (times_shown (room, shown, FALSE), 1);
    fail_unless_equals_int (times_shown (room, shown, TRUE), 0);
    arrival = shown->arrival;
  }

  /* sticky */
  if (before >= 0 && !is_wanted_by_fixed (room, &room->users[before]) &&
      times_shown (room, &room->users[before], TRUE) == 0) {
    stays = TRUE;
    fail_unless (shown != NULL && one_source (shown, &room->users[before]));
  }

  for (u = 0; u < room->n_users; u++) {
    const GstPublishSlotUser *user = &room->users[u];

    if (!may_show (layout, user) || is_wanted_by_fixed (room, user))
      continue;
    if (shown && one_source (user, shown)) {
      arrival = MIN (arrival, user->arrival);
      /* never the small picture where the big one may be had */
      fail_if (shown->stream_type == SMALL && user->stream_type == BIG);
    }
  }
  for (u = 0; u < room->n_users; u++) {
    const GstPublishSlotUser *user = &room->users[u];

    if (!may_show (layout, user) || is_wanted_by_fixed (room, user) ||
        times_shown (room, user, TRUE) || times_shown (room, user, FALSE))
      continue;
    /* someone waits who might be here: then it is full, and unless its user
     * stayed, with one who came before */
    fail_unless (shown != NULL);
    fail_unless (stays || arrival < user->arrival);
  }
}

static void
check_room (Room * room, const gint * before)
{
  guint i;

  for (i = 0; i < room->n_layouts; i++) {
    if (room->layouts[i].fixed_user.user_id)
      check_fixed (room, i);
    else
      check_free (room, i, before[i]);
  }
}

/* Users in another order give the same slots. */
static void
check_order (const Room * room, const gint * before, GRand * rand)
{
  GstPublishSlotUser users[MAX_USERS];
  gint place[MAX_USERS], was[GST_PUBLISH_MAX_LAYOUTS];
  gint slots[GST_PUBLISH_MAX_LAYOUTS];
  guint i;

  for (i = 0; i < room->n_users; i++)
    place[i] = i;
  for (i = room->n_users; i > 1; i--) {
    guint j = g_rand_int_range (rand, 0, i);
    gint swap = place[i - 1];

    place[i - 1] = place[j];
    place[j] = swap;
  }
  for (i = 0; i < room->n_users; i++)
    users[place[i]] = room->users[i];
  for (i = 0; i < room->n_layouts; i++)
    was[i] = before[i] < 0 ? -1 : place[before[i]];

  gst_publish_slots_assign (GST_PUBLISH_SLOT_POLICY_JOIN_ORDER, users,
      room->n_users, room->layouts, room->n_layouts, was, slots);
  for (i = 0; i < room->n_layouts; i++)
    fail_unless_equals_int (slots[i], room->slots[i] < 0 ? -1 :
        place[room->slots[i]]);
}

static const gchar *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
static const gchar *const rooms[] = { "1", "2", NULL };

static void
random_layouts (Room * room, GRand * rand)
{
  guint n = g_rand_int_range (rand, 0, GST_PUBLISH_MAX_LAYOUTS + 1);

  memset (room->layouts, 0, sizeof (room->layouts));
  for (room->n_layouts = 0; room->n_layouts < n;) {
    GstPublishStreamType type = g_rand_int_range (rand, 0, 3);

    switch (g_rand_int_range (rand, 0, 4)) {
      case 0:
        add_fixed (room, names[g_rand_int_range (rand, 0, 8)],
            rooms[g_rand_int_range (rand, 0, 3)], type);
        break;
      case 1:
        add_typed (room, type);
        break;
      default:
        add_free (room);
        break;
    }
  }
}

static void
random_step (Room * room, GRand * rand)
{
  gint before[GST_PUBLISH_MAX_LAYOUTS];
  gint choice = g_rand_int_range (rand, 0, 20);

  if (choice == 0) {
    guint n = room->n_layouts, i, j;

    random_layouts (room, rand);
    for (i = n; i < GST_PUBLISH_MAX_LAYOUTS; i++)
      room->slots[i] = -1;
    /* what check_free() calls sticky holds for a layout that may still show
     * its user, and for the first of two that were fixed to one user */
    for (i = 0; i < room->n_layouts; i++) {
      if (room->slots[i] >= 0 && !may_show (&room->layouts[i],
              &room->users[room->slots[i]]))
        room->slots[i] = -1;
      for (j = 0; j < i && room->slots[i] >= 0; j++) {
        if (!room->layouts[i].fixed_user.user_id &&
            !room->layouts[j].fixed_user.user_id && room->slots[j] >= 0 &&
            one_source (&room->users[room->slots[i]],
                &room->users[room->slots[j]]))
          room->slots[i] = -1;
      }
    }
  } else if (choice < 11 && room->n_users < MAX_USERS) {
    gboolean unnamed = g_rand_int_range (rand, 0, 8) == 0;
    GstPublishSlotUser *user = &room->users[room->n_users++];

    user->user_id = unnamed ? NULL : names[g_rand_int_range (rand, 0, 8)];
    user->room_id = rooms[g_rand_int_range (rand, 0, 2)];
    user->stream_type = g_rand_int_range (rand, 0, 3);
    user->arrival = room->clock++;
  } else if (room->n_users > 0) {
    drop (room, g_rand_int_range (rand, 0, room->n_users));
  }

  memcpy (before, room->slots, sizeof (before));
  assign (room);
  check_room (room, before);
  check_order (room, before, rand);

  /* nothing new: nothing moves */
  memcpy (before, room->slots, sizeof (before));
  assign (room);
  fail_unless (memcmp (before, room->slots, sizeof (before)) == 0);
}

GST_START_TEST (test_random_rooms)
{
  GRand *rand = g_rand_new_with_seed (SEED);
  guint i, step;

  for (i = 0; i < ROOMS; i++) {
    Room room;

    room_init (&room);
    random_layouts (&room, rand);
    for (step = 0; step < STEPS; step++)
      random_step (&room, rand);
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
slots_suite (void)
{
  Suite *suite = suite_create ("slots");
  TCase *tcase = tcase_create ("slots");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_case_1);
  tcase_add_test (tcase, test_case_2);
  tcase_add_test (tcase, test_typed_free_layout);
  tcase_add_test (tcase, test_one_camera_once);
  tcase_add_test (tcase, test_unnamed_streams);
  tcase_add_test (tcase, test_rooms);
  tcase_add_test (tcase, test_fixed_twice);
  tcase_add_test (tcase, test_fixed_in_any_room);
  tcase_add_test (tcase, test_ties);
  tcase_add_test (tcase, test_config_change);
  tcase_add_test (tcase, test_bad_previous);
  tcase_add_test (tcase, test_count_cameras);
  tcase_add_test (tcase, test_random_rooms);

  return suite;
}

GST_CHECK_MAIN (slots);
