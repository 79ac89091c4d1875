/* One task: what both kinds have.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-branch.h"
#include "pub-output.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubTask PubTask;
typedef struct _PubTaskKind PubTaskKind;

/* What the application set on the element, copied when a task is started. */
typedef struct
{
  gchar *video_encoder;
  GstStructure *sink_properties;
  GstClockTime latency;         /* of a mix, ns */
} PubSettings;

/* What a task tells; any thread. */
typedef struct
{
  void (*cdn_state) (PubTask * task, const gchar * url, GstPublishCdnState
      state, GstPublishCode code, const gchar * message);
  void (*look_again) (PubTask * task);
  void (*warn) (PubTask * task, const gchar * message);
} PubTaskFuncs;

/* All are the worker's. @streams: those that are there, by arrival. */
struct _PubTaskKind
{
  /* Puts elements into the task's bin; FALSE: @error */
  gboolean (*build) (PubTask * task, GError ** error);
  /* What is known already that forbids the task? */
  gboolean (*check) (PubTask * task, GPtrArray * streams, GError ** error);
  /* Takes branches away whose streams are gone or no longer wanted. */
  void (*drop) (PubTask * task, GPtrArray * streams);
  /* Takes branches of streams that are wanted. FALSE: the task cannot go on. */
  gboolean (*connect) (PubTask * task, GPtrArray * streams, GError ** error);
  /* Does it wait for a stream? (transfer full): for which; NULL: no */
  gchar *(*waits_for) (PubTask * task);
  /* A pad's properties changed. */
  void (*pad_changed) (PubTask * task, PubStream * stream);
  /* @job is to be the task's. FALSE: it cannot be, and nothing has changed. */
  gboolean (*update) (PubTask * task, GstPublishJob * job, GError ** error);
  /* Sends EOS to the outputs. FALSE: none will come. */
  gboolean (*end) (PubTask * task);
  /* The bin goes to NULL next: nothing is to wait. */
  void (*close) (PubTask * task);
  /* (transfer none) (nullable) */
  GstElement *(*get_compositor) (PubTask * task);
  /* The bin is in NULL. */
  void (*clear) (PubTask * task);
};

typedef enum
{
  PUB_TASK_RUNNING,
  PUB_TASK_ENDING,              /* EOS is on its way to the targets */
  PUB_TASK_CLOSING,             /* its bin goes to NULL */
} PubTaskState;

struct _PubTask
{
  const PubTaskKind *kind;
  const PubTaskFuncs *funcs;
  gpointer data;                /* the funcs' */

  gchar *id;
  gboolean from_properties;
  GstPublishJob *job;
  PubSettings settings;
  GstElement *owner;            /* the publishbin, not owned */
  GstElement *bin;
  GstClockTime begin;           /* running time */
  GPtrArray *outputs;
  GPtrArray *places;            /* which url has which output */

  PubTaskState state;
  gboolean owner_seen;          /* target.owner was there once */
  gboolean outputs_ended;       /* EOS has come out of all of them */
  GstPublishCode code;          /* why it ends */
  gchar *message;
  guint timeout;

  gpointer kind_data;
};

void pub_settings_clear (PubSettings * settings);

PubTask *pub_task_new (const PubTaskKind * kind, const PubTaskFuncs * funcs,
    gpointer data, GstElement * owner, const gchar * id, GstPublishJob * job,
    const PubSettings * settings);
void pub_task_free (PubTask * task);
PubOutput *pub_task_add_output (PubTask * task, GError ** error);
GstPad *pub_task_add_pad (PubTask * task, GstElement * element, const gchar *
    pad);
void pub_task_remove_pad (PubTask * task, GstPad * ghost, GstElement *
    element);
void pub_task_set_targets (PubTask * task);
void pub_task_tell_all (PubTask * task, GstPublishCdnState state,
    GstPublishCode code, const gchar * message);

extern const PubTaskKind pub_relay_kind;
extern const PubTaskKind pub_mix_kind;

G_END_DECLS
/* *INDENT-ON* */
