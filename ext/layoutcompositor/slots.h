/* slots.h: who is in which slot, from one frame to the next
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Remembers what the slot rule of libgstpublish needs to be sticky, and tells
 * it to applications. Knows nothing of pads; whoever owns the
 * slots guards them.
 */

#ifndef __SLOTS_H__
#define __SLOTS_H__

#include <gst/publish/publish.h>

#include "ladder.h"

G_BEGIN_DECLS
/* Whose stream it is; the strings are never NULL. */
    typedef struct
{
  GRefString *user_id;
  GRefString *room_id;
  GstPublishStreamType stream_type;
} StreamIdentity;

/**
 * User:
 * @arrival: when the stream came, from 1; no two have the same
 * @identity: whose stream it is
 * @pad: name of the pad that carries it
 * @priority: for the policy `priority`
 * @volume_level: for the policy `speaker`
 *
 * A user's stream that may fill a slot.
 */
typedef struct
{
  guint64 arrival;
  StreamIdentity identity;
  gchar *pad;
  gint priority;
  gdouble volume_level;
} User;

typedef struct
{
  guint n;
  User user[GST_PUBLISH_MAX_LAYOUTS];   /* arrival 0: nobody */
  LadderStep step[GST_PUBLISH_MAX_LAYOUTS];     /* what is shown */
  GstPublishSlotPolicy policy;  /* that was applied last */
  GstPublishSpeaker speaker;
  User speaking;                /* arrival 0: nobody, or another policy */
} Slots;

void stream_identity_clear (StreamIdentity * identity);

void user_clear (User * user);

guint slots_count_cameras (const GArray * users);

gboolean slots_update (Slots * slots,
    GstPublishSlotPolicy policy,
    const GArray * users,
    const GstPublishLayout * layouts,
    guint n_layouts, GstClockTime now, gint * assigned);

void slots_clear (Slots * slots);

void slots_describe (const Slots * slots, GstStructure * s);

G_END_DECLS
#endif /* __SLOTS_H__ */
