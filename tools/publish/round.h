/* round: one time that an input's source runs, and what leaves it
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/* the streams of a round */
#define PUBLISH_ROUND_VIDEO 0
#define PUBLISH_ROUND_AUDIO 1

typedef struct _PublishRound PublishRound;

/* Main loop, with the round as data: its first frame has come; its last stream
 * has ended. */
typedef struct
{
  GSourceFunc flows, ended;
} PublishRoundFuncs;

PublishRound *publish_round_new (guint serial, GstElement * pipeline,
    const gint * follows, gint64 tolerance, gboolean pushed,
    const PublishRoundFuncs * funcs, gpointer data);
PublishRound *publish_round_ref (PublishRound * round);
void publish_round_unref (gpointer data);
gpointer publish_round_get_data (PublishRound * round);
void publish_round_add (PublishRound * round, GstPad * pad, guint i);
gboolean publish_round_is_end (PublishRound * round, GstEvent * event);
void publish_round_close_one (PublishRound * round);

G_END_DECLS
/* *INDENT-ON* */
