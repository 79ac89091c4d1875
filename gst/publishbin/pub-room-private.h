/* What the files of the room share: pub-room.c has streams and who is there,
 * pub-room-tasks.c how tasks begin and end, pub-room-asked.c what the
 * application and the inside ask of it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-loop.h"
#include "pub-room.h"
#include "pub-table.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

/* How long the targets of a task may take to get the rest of it: after a stop
 * was asked, and after the streams have ended. */
#define PUB_STOP_MS 3000
#define PUB_DRAIN_MS 15000

/* *INDENT-OFF* */
G_BEGIN_DECLS

struct _PubRoom
{
  GstBin *bin;
  PubRoomFuncs funcs;
  gpointer data;
  PubLoop *loop;
  PubTable *table;

  GMutex lock;
  GCond cond;
  GPtrArray *requested;         /* lock: streams whose pads are there */
  guint n_serials;              /* lock */
  gboolean closing;             /* lock: somebody waits for the last task */
  gint latency_queued;          /* atomic */

  /* the worker's */
  GPtrArray *streams;           /* by arrival */
  GPtrArray *tasks;
  GQueue pending;               /* of Start: wait for a url to be free */
  GQueue updates;               /* of Fact: likewise, by age */
  gboolean all_ended;           /* every pad */
  gboolean told_to_end;         /* by the application */
  gboolean told_end;            /* to the application */
  gboolean gone;                /* the element is being disposed of */
  guint waiting_timer;
};

typedef struct
{
  gchar *id;
  GstPublishJob *job;
  PubSettings settings;
  gboolean from_properties;
} Start;

/* What is told of a task or of the inside. */
typedef struct
{
  gchar *id, *url, *message;
  gint state;
  GstPublishCode code;
  gchar *target, *encoder, *mixing;     /* of an update; NULL: as it is */
  GstPublishJob *planned;       /* what the table knows of that */
  PubStream *stream;
  GstCaps *caps;
  gboolean begins, from_properties;
} Fact;

Fact *pub_fact_new (const gchar * id, GstPublishCode code, const gchar * message);
void pub_fact_free (gpointer fact);
void pub_room_start_free (gpointer start);

/* any thread: @func is called in the worker */
void pub_room_post (PubRoom * room, PubFunc func, Fact * fact);

/* the worker */
PubTask *pub_room_find_task (PubRoom * room, const gchar * id);
gboolean pub_room_has_to_wait (PubRoom * room, GstPublishJob * job);
void pub_room_update_waiting (PubRoom * room);
gboolean pub_room_is_free (PubRoom * room, const PubTask * own, GstPublishJob *
    job, GError ** error);
void pub_room_look (PubRoom * room);
GPtrArray *pub_room_present_streams (PubRoom * room);
void pub_room_do_start (gpointer room, gpointer start);
void pub_room_drop_pending (PubRoom * room, const gchar * message);
void pub_room_tell_waiting (PubTask * task);
void pub_room_end_task (PubRoom * room, PubTask * task, GstPublishCode code,
    const gchar * message, guint ms);
void pub_room_close_task (PubRoom * room, PubTask * task);
void pub_room_check_closed (PubRoom * room);

G_END_DECLS
/* *INDENT-ON* */
