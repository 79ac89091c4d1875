/* The room: streams and tasks, brought together.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-task.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubRoom PubRoom;

/* All are called in the worker, with no lock held. */
typedef struct
{
  void (*started) (gpointer data, const gchar * task_id, GstPublishCode code,
      const gchar * message, gboolean from_properties);
  void (*updated) (gpointer data, const gchar * task_id, GstPublishCode code,
      const gchar * message);
  void (*stopped) (gpointer data, const gchar * task_id, GstPublishCode code,
      const gchar * message, gboolean from_properties);
  void (*cdn_state) (gpointer data, const gchar * task_id, const gchar * url,
      GstPublishCdnState state, GstPublishCode code, const gchar * message);
  void (*warning) (gpointer data, const gchar * message);
  /* Every pad has ended, and every task with them. */
  void (*ended) (gpointer data);
} PubRoomFuncs;

PubRoom *pub_room_new (GstBin * bin, const PubRoomFuncs * funcs, gpointer
    data);
void pub_room_free (PubRoom * room);

/* any thread */
gchar *pub_room_start (PubRoom * room, const gchar * target, const gchar *
    encoder, const gchar * mixing, const PubSettings * settings, gboolean
    from_properties);
gboolean pub_room_update (PubRoom * room, const gchar * task_id, const gchar *
    target, const gchar * encoder, const gchar * mixing);
gboolean pub_room_get_parts (PubRoom * room, const gchar * task_id, gchar **
    target, gchar ** encoder, gchar ** mixing);
gboolean pub_room_stop (PubRoom * room, const gchar * task_id);
void pub_room_end (PubRoom * room);
GstPad *pub_room_request (PubRoom * room, GstPadTemplate * templ, const gchar *
    name);
gboolean pub_room_release (PubRoom * room, GstPad * pad);
void pub_room_inside_error (PubRoom * room, const gchar * child, const gchar *
    message);
void pub_room_inside_eos (PubRoom * room, const gchar * child);
void pub_room_inside_latency (PubRoom * room);
GstStructure *pub_room_stats (PubRoom * room);

/* state changes */
void pub_room_open (PubRoom * room);
void pub_room_set_flushing (PubRoom * room, gboolean flushing);
void pub_room_stop_all (PubRoom * room);
void pub_room_close (PubRoom * room);

G_END_DECLS
/* *INDENT-ON* */
