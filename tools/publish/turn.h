/* turn: what has its own pace waits until its time has come
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct
{
  GMutex lock;
  gboolean over;                /* lock */
  GstClockID id;                /* lock; NULL: nobody waits */
  GstClockTime from, until;     /* streaming thread: what is of this time need
                                 * not wait */
} PublishTurn;

GstClockTime publish_time_of (GstPad * pad, GstBuffer * buffer);
void publish_turn_init (PublishTurn * turn);
void publish_turn_clear (PublishTurn * turn);
void publish_turn_wait (PublishTurn * turn, GstElement * pipeline,
    GstClockTime time, GstClockTime batch);
void publish_turn_end (PublishTurn * turn);

G_END_DECLS
/* *INDENT-ON* */
