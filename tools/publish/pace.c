/* pace: how much later or earlier a sender's media is than our clock
 *
 * A mix goes by our clock, and goes on without what is later than its latency.
 * A sender whose clock is slow, or that stood still and goes on as if it had
 * not, becomes later for ever; one whose clock is fast is kept for longer and
 * longer; and what a muxer sends in pieces (ffmpeg's TS: a third of a second of
 * sound at a time) is late by a piece each time. So the media is moved in time,
 * both streams of a sender by the same. Of each slot of 0.5 s the latest buffer
 * is looked at, and the window is four slots:
 *
 * - later, when that one was late by more than the tolerance in every slot: by
 *   what it was in both of the newest two. What a connection makes up for within
 *   the window, after a pause, moves nothing;
 * - earlier, when everything in the window was more than 1 s early: by what the
 *   latest of it was;
 * - to now at once, what comes more than 3 s before its time: the sender's
 *   timestamps have jumped, and nothing would be seen of it until then.
 *
 * Only a stream that came in at least three of the slots has a say (a picture a
 * minute tells nothing about a clock), and the later one of two decides, because
 * late is lost and early is only kept. Nothing is moved earlier of who sends as
 * fast as we take it, as web servers do with files: that is always as early as
 * the queues are long.
 *
 * Pure: the caller has the lock and the clock.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pace.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000000)
#define SLOT_TIME (SECOND / 2)
#define NEEDED_SLOTS 3
#define MOST_EARLY (1 * SECOND)
#define JUMP (3 * SECOND)

static void
forget (PublishPace * pace)
{
  memset (pace->slots, 0, sizeof (pace->slots));
}

/* @tolerance: ns, how late a stream may be for good; @pushed: whether the
 * sender's clock and not our appetite says when media comes */
void
publish_pace_init (PublishPace * pace, gint64 tolerance, gboolean pushed)
{
  pace->tolerance = tolerance;
  pace->pushed = pushed;
  pace->slot = -1;
  forget (pace);
}

static const PublishPaceSlot *
slot_before (PublishPace * pace, guint stream, guint ago)
{
  return &pace->slots[stream][(pace->slot + PUBLISH_PACE_SLOTS - ago) %
      PUBLISH_PACE_SLOTS];
}

/* What @stream was late by: in every slot, in both of the newest two, and at
 * most. FALSE: it has no say. */
static gboolean
look_at (PublishPace * pace, guint stream, gint64 * every, gint64 * newest,
    gint64 * most)
{
  guint i, n = 0;

  *every = *newest = G_MAXINT64;
  *most = G_MININT64;
  for (i = 0; i < PUBLISH_PACE_SLOTS; i++) {
    const PublishPaceSlot *slot = slot_before (pace, stream, i);

    if (!slot->any)
      continue;
    *every = MIN (*every, slot->most);
    if (n < 2)
      *newest = MIN (*newest, slot->most);
    *most = MAX (*most, slot->most);
    n++;
  }
  return n >= NEEDED_SLOTS;
}

/* What the window says; ns */
static gint64
judge (PublishPace * pace)
{
  gint64 every, newest, most, late = G_MININT64, move = 0, early = G_MININT64;
  guint i;

  for (i = 0; i < PUBLISH_PACE_STREAMS; i++) {
    if (!look_at (pace, i, &every, &newest, &most))
      continue;
    if (every > late) {
      late = every;
      move = newest;
    }
    early = MAX (early, most);
  }
  if (late > pace->tolerance)
    return move;
  /* without any that has a say it is the least there is */
  if (pace->pushed && early != G_MININT64 && early < -MOST_EARLY)
    return early;
  return 0;
}

static void
move_all (PublishPace * pace, gint64 move)
{
  guint i, k;

  for (i = 0; i < PUBLISH_PACE_STREAMS; i++) {
    for (k = 0; k < PUBLISH_PACE_SLOTS; k++)
      pace->slots[i][k].most -= move;
  }
}

/* Slots between the last one and this one were empty. */
static void
go_to_slot (PublishPace * pace, gint64 number)
{
  guint i, k;

  for (k = 0; k < PUBLISH_PACE_SLOTS && pace->slot < number; k++) {
    pace->slot = MAX (pace->slot + 1, number - PUBLISH_PACE_SLOTS + 1);
    for (i = 0; i < PUBLISH_PACE_STREAMS; i++)
      memset (&pace->slots[i][pace->slot % PUBLISH_PACE_SLOTS], 0,
          sizeof (PublishPaceSlot));
  }
}

/* A buffer of @stream has come at @now (ns, running time), later by @lateness
 * (ns) than its time, as moved so far. What to move this one and all that
 * follow by, in ns: > 0 is later */
gint64
publish_pace_see (PublishPace * pace, guint stream, gint64 now, gint64 lateness)
{
  gint64 number = now / SLOT_TIME, move = 0;
  PublishPaceSlot *slot;

  if (pace->pushed && lateness < -JUMP) {
    forget (pace);
    pace->slot = number;
    return lateness;
  }
  if (number > pace->slot) {
    if (pace->slot >= 0)
      move = judge (pace);
    move_all (pace, move);
    lateness -= move;
    go_to_slot (pace, number);
  }
  slot = &pace->slots[stream][pace->slot % PUBLISH_PACE_SLOTS];
  slot->most = slot->any ? MAX (slot->most, lateness) : lateness;
  slot->any = TRUE;
  return move;
}
