/* All targets of one element, and the one thread that they live in.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelaytarget.h"

G_BEGIN_DECLS
/**
 * GstRelayWorkerFuncs:
 * @report: a target's state changed, or is told again
 * @task_state: the state of the whole changed
 * @congestion: a target's queue grows
 * @drained: the stream has ended and every target is done with it
 * @want_keyframe: a target waits for a keyframe that the ring does not have
 * @tick: several times a second while there is media
 *
 * What the worker tells. All are called in its thread, with no lock held.
 */
    typedef struct
{
  void (*report) (GstRelayTarget * target, GstPublishCdnState state,
      GstPublishCode code, const gchar * message, gpointer data);
  void (*task_state) (GstPublishCdnState state, gpointer data);
  void (*congestion) (GstRelayTarget * target, guint ms, gpointer data);
  void (*drained) (gpointer data);
  void (*want_keyframe) (gpointer data);
  void (*tick) (gpointer data);
} GstRelayWorkerFuncs;

typedef struct _GstRelayWorker GstRelayWorker;

GstRelayWorker *gst_relay_worker_new (GstRelayRing * ring,
    const GstRelayWorkerFuncs * funcs, gpointer data);
void gst_relay_worker_free (GstRelayWorker * worker);

void gst_relay_worker_start (GstRelayWorker * worker);
void gst_relay_worker_stop (GstRelayWorker * worker);

guint gst_relay_worker_add (GstRelayWorker * worker, const gchar * url,
    gboolean internal_line);
gboolean gst_relay_worker_remove (GstRelayWorker * worker, guint id);
gboolean gst_relay_worker_retry (GstRelayWorker * worker, guint id);
GPtrArray *gst_relay_worker_get_targets (GstRelayWorker * worker);
void gst_relay_worker_set_settings (GstRelayWorker * worker,
    const GstRelaySettings * settings);

void gst_relay_worker_media (GstRelayWorker * worker, gboolean paced);
void gst_relay_worker_end (GstRelayWorker * worker);
void gst_relay_worker_stop_targets (GstRelayWorker * worker,
    GstClockTime timeout);

G_END_DECLS
