/* seating.h: who is in which slot, from one frame to the next
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Remembers what the slot rule of libgstpublish needs to be sticky, and tells
 * it to applications. Knows nothing of pads; whoever owns a seating guards it.
 */

#ifndef __SEATING_H__
#define __SEATING_H__

#include <gst/publish/publish.h>

G_BEGIN_DECLS
/* Whose stream it is; the strings are never NULL. */
    typedef struct
{
  GRefString *user_id;
  GRefString *room_id;
  GstPublishStreamType stream_type;
} StreamIdentity;

/**
 * Guest:
 * @arrival: when the stream came, from 1; no two have the same
 * @identity: whose stream it is
 * @pad: name of the pad that carries it
 *
 * A stream that may be given a slot.
 */
typedef struct
{
  guint64 arrival;
  StreamIdentity identity;
  gchar *pad;
} Guest;

typedef struct
{
  guint n_slots;
  Guest slots[GST_PUBLISH_MAX_LAYOUTS]; /* arrival 0: nobody */
} Seating;

void stream_identity_clear (StreamIdentity * identity);

void guest_clear (Guest * guest);

void seating_update (Seating * seating,
    GstPublishSlotPolicy policy,
    const GArray * guests,
    const GstPublishLayout * layouts, guint n_layouts, gint * slots);

guint seating_count_cameras (const GArray * guests);

void seating_clear (Seating * seating);

void seating_to_value (const Seating * seating, GValue * value);

G_END_DECLS
#endif /* __SEATING_H__ */
