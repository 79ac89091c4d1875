/* pace: how much later or earlier a sender's media is than our clock
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define PUBLISH_PACE_STREAMS 2
#define PUBLISH_PACE_SLOTS 4

/* What came in a slot of time, of one stream. */
typedef struct
{
  gboolean any;
  gint64 most;                  /* ns, lateness of the latest; < 0: early */
} PublishPaceSlot;

typedef struct
{
  gint64 tolerance;             /* ns */
  gboolean pushed;              /* the sender sends when it wants to */
  gint64 slot;                  /* number of the newest one, -1: none yet */
  PublishPaceSlot slots[PUBLISH_PACE_STREAMS][PUBLISH_PACE_SLOTS];
} PublishPace;

void publish_pace_init (PublishPace * pace, gint64 tolerance, gboolean pushed);
gint64 publish_pace_see (PublishPace * pace, guint stream, gint64 now, gint64
    lateness);

G_END_DECLS
/* *INDENT-ON* */
