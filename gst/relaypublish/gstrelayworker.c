/* All targets of one element, and the one thread that they live in. Everyone
 * else only posts facts to it: a pad thread that the ring has media, the
 * application that a target is to come or go, a sink's thread that its
 * connection broke. State machines run here and nowhere else, and everything
 * that the application is told is told from here, with no lock held.
 *
 * Locks: GstRelayWorker.lock guards the table of targets, the settings and
 * `busy`. Under it only a target's own lock is taken. Fields that say so are
 * the worker's alone.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelayworker.h"

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

#define TICK (200 * GST_MSECOND)
/* while a target is on its way out */
#define SHORT_TICK (50 * GST_MSECOND)
/* What a wake-up of a source costs is paid for each target: with more of them
 * each wakes less often, and hands on longer lists. */
#define WAKE_INTERVAL_PER_TARGET (20 * GST_MSECOND)
#define MIN_WAKE_INTERVAL (40 * GST_MSECOND)
#define MAX_WAKE_INTERVAL (200 * GST_MSECOND)
/* how long the end of the thread waits for sinks that are slow to stop; they
 * end by themselves later. With the second of a farewell before it, less than
 * the 2 s that a stop may take. */
#define CLOSING_TIME (800 * GST_MSECOND)

typedef struct
{
  GstRelayTarget *target;
  gboolean removed;
} Entry;

struct _GstRelayWorker
{
  GstRelayWorkerFuncs funcs;
  gpointer data;
  GstRelayTargetOwner owner;
  GThread *thread;
  GMainLoop *loop;
  GSource *ticker;

  GMutex lock;
  GCond cond;
  GPtrArray *entries;           /* of Entry */
  guint last_id;
  GstRelaySettings settings;
  guint busy;                   /* stops that are waited for */

  /* worker's thread only */
  gboolean media;
  gboolean ended, drained;
  gboolean stopping;
  GstPublishCdnState task_state;
};

typedef void (*WorkerFunc) (GstRelayWorker * worker, guint argument);

typedef struct
{
  GstRelayWorker *worker;
  WorkerFunc func;
  guint argument;
} Fact;

static GstClockTime
get_now (void)
{
  return g_get_monotonic_time () * GST_USECOND;
}

static gboolean
deliver (gpointer data)
{
  Fact *fact = data;

  fact->func (fact->worker, fact->argument);
  return G_SOURCE_REMOVE;
}

static void
post (GstRelayWorker * worker, WorkerFunc func, guint argument)
{
  Fact *fact = g_new0 (Fact, 1);
  GSource *source = g_idle_source_new ();

  fact->worker = worker;
  fact->func = func;
  fact->argument = argument;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, fact, g_free);
  g_source_attach (source, worker->owner.context);
  g_source_unref (source);
}

static gboolean
in_worker (GstRelayWorker * worker)
{
  return worker->thread == g_thread_self ();
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  gst_relay_target_unref (entry->target);
  g_free (entry);
}

/* Lock held. */
static Entry *
find_entry (GstRelayWorker * worker, guint id)
{
  guint i;

  for (i = 0; i < worker->entries->len; i++) {
    Entry *entry = g_ptr_array_index (worker->entries, i);

    if (gst_relay_target_get_id (entry->target) == id)
      return entry;
  }
  return NULL;
}

/* A reference of each, those on their way out too: what the callbacks do to
 * the table meanwhile does not matter to who walks through it. */
static GPtrArray *
all_targets (GstRelayWorker * worker, gboolean removed)
{
  GPtrArray *targets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_relay_target_unref);
  guint i;

  g_mutex_lock (&worker->lock);
  for (i = 0; i < worker->entries->len; i++) {
    Entry *entry = g_ptr_array_index (worker->entries, i);

    if (removed || !entry->removed)
      g_ptr_array_add (targets, gst_relay_target_ref (entry->target));
  }
  g_mutex_unlock (&worker->lock);
  return targets;
}

static void
copy_settings (GstRelayWorker * worker, GstRelaySettings * settings)
{
  g_mutex_lock (&worker->lock);
  gst_relay_settings_copy (settings, &worker->settings);
  settings->wake_interval = CLAMP (worker->entries->len *
      WAKE_INTERVAL_PER_TARGET, MIN_WAKE_INTERVAL, MAX_WAKE_INTERVAL);
  g_mutex_unlock (&worker->lock);
}

static GstPublishCdnState
compute_task_state (GstRelayWorker * worker, gboolean * any_live)
{
  static const GstPublishCdnState order[] = {
    GST_PUBLISH_CDN_STATE_PUBLISHING, GST_PUBLISH_CDN_STATE_RECONNECTING,
    GST_PUBLISH_CDN_STATE_CONNECTING, GST_PUBLISH_CDN_STATE_FAILED,
    GST_PUBLISH_CDN_STATE_DISCONNECTING
  };
  GPtrArray *targets = all_targets (worker, TRUE);
  guint count[GST_PUBLISH_CDN_STATE_DISCONNECTING + 1] = { 0, };
  GstPublishCdnState result = GST_PUBLISH_CDN_STATE_IDLE;
  guint i;

  for (i = 0; i < targets->len; i++)
    count[gst_relay_target_get_state (g_ptr_array_index (targets, i))]++;
  for (i = 0; i < G_N_ELEMENTS (order); i++) {
    if (count[order[i]] > 0) {
      result = order[i];
      break;
    }
  }
  *any_live = count[GST_PUBLISH_CDN_STATE_IDLE] +
      count[GST_PUBLISH_CDN_STATE_FAILED] < targets->len;
  g_ptr_array_unref (targets);
  return result;
}

static void
forget_removed (GstRelayWorker * worker)
{
  guint i = 0;

  g_mutex_lock (&worker->lock);
  while (i < worker->entries->len) {
    Entry *entry = g_ptr_array_index (worker->entries, i);

    if (entry->removed && gst_relay_target_get_state (entry->target) ==
        GST_PUBLISH_CDN_STATE_IDLE)
      g_ptr_array_remove_index (worker->entries, i);
    else
      i++;
  }
  g_mutex_unlock (&worker->lock);
}

/* After anything that may have changed a state. */
static void
settle (GstRelayWorker * worker)
{
  gboolean any_live;
  GstPublishCdnState state;

  forget_removed (worker);
  state = compute_task_state (worker, &any_live);
  if (state != worker->task_state) {
    worker->task_state = state;
    worker->funcs.task_state (state, worker->data);
  }
  if (worker->ended && !worker->drained && !any_live) {
    worker->drained = TRUE;
    worker->funcs.drained (worker->data);
  }
  if (!any_live && worker->stopping) {
    worker->stopping = FALSE;
    g_mutex_lock (&worker->lock);
    worker->busy = 0;
    g_cond_broadcast (&worker->cond);
    g_mutex_unlock (&worker->lock);
  }
}

static void
set_next_tick (GstRelayWorker * worker)
{
  GPtrArray *targets = all_targets (worker, TRUE);
  GstClockTime now = get_now (), next = now + TICK;
  gboolean any = worker->media;
  guint i;

  for (i = 0; i < targets->len; i++) {
    GstRelayTarget *target = g_ptr_array_index (targets, i);
    GstPublishCdnState state = gst_relay_target_get_state (target);

    if (state == GST_PUBLISH_CDN_STATE_DISCONNECTING)
      next = MIN (next, now + SHORT_TICK);
    next = MIN (next, gst_relay_target_get_deadline (target));
    any |= state != GST_PUBLISH_CDN_STATE_IDLE &&
        state != GST_PUBLISH_CDN_STATE_FAILED;
  }
  g_ptr_array_unref (targets);
  g_source_set_ready_time (worker->ticker,
      any ? (gint64) (next / GST_USECOND) : -1);
}

static gboolean
on_tick (gpointer data)
{
  GstRelayWorker *worker = data;
  GPtrArray *targets = all_targets (worker, TRUE);
  GstRelaySettings settings;
  gboolean want_keyframe = FALSE;
  guint i;

  copy_settings (worker, &settings);
  for (i = 0; i < targets->len; i++) {
    GstRelayTarget *target = g_ptr_array_index (targets, i);

    want_keyframe |= gst_relay_target_waits (target);
    gst_relay_target_tick (target, &settings, get_now ());
  }
  /* one may have come since it looked */
  want_keyframe &= !gst_relay_ring_has_start (worker->owner.ring);
  gst_relay_settings_clear (&settings);
  g_ptr_array_unref (targets);
  settle (worker);
  if (worker->media) {
    worker->funcs.tick (worker->data);
    if (want_keyframe)
      worker->funcs.want_keyframe (worker->data);
  }
  set_next_tick (worker);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_ticker (GSource * source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static GSourceFuncs ticker_funcs = {.dispatch = dispatch_ticker };

static void
start_target (GstRelayWorker * worker, GstRelayTarget * target,
    gboolean from_begin)
{
  GstRelaySettings settings;

  copy_settings (worker, &settings);
  gst_relay_target_start (target, &worker->owner, &settings, from_begin,
      get_now ());
  gst_relay_settings_clear (&settings);
}

static GstRelayTarget *
ref_target (GstRelayWorker * worker, guint id, gboolean * removed)
{
  GstRelayTarget *target = NULL;
  Entry *entry;

  g_mutex_lock (&worker->lock);
  entry = find_entry (worker, id);
  if (entry) {
    target = gst_relay_target_ref (entry->target);
    *removed = entry->removed;
  }
  g_mutex_unlock (&worker->lock);
  return target;
}

static void
do_start (GstRelayWorker * worker, guint id)
{
  gboolean removed;
  GstRelayTarget *target = ref_target (worker, id, &removed);

  if (!target)
    return;
  if (worker->media && !removed)
    start_target (worker, target, FALSE);
  gst_relay_target_unref (target);
  settle (worker);
  set_next_tick (worker);
}

static void
do_remove (GstRelayWorker * worker, guint id)
{
  gboolean removed;
  GstRelayTarget *target = ref_target (worker, id, &removed);

  if (!target)
    return;
  gst_relay_target_stop (target, get_now ());
  gst_relay_target_unref (target);
  settle (worker);
  set_next_tick (worker);
}

static void
do_media (GstRelayWorker * worker, guint paced)
{
  GPtrArray *targets = all_targets (worker, FALSE);
  guint i;

  worker->media = TRUE;
  worker->ended = worker->drained = FALSE;
  g_mutex_lock (&worker->lock);
  worker->settings.paced = paced;
  g_mutex_unlock (&worker->lock);
  for (i = 0; i < targets->len; i++)
    start_target (worker, g_ptr_array_index (targets, i), TRUE);
  g_ptr_array_unref (targets);
  settle (worker);
  set_next_tick (worker);
}

static void
do_end (GstRelayWorker * worker, guint unused)
{
  GPtrArray *targets = all_targets (worker, TRUE);
  GstRelayRingLevel level;
  guint i;

  worker->ended = TRUE;
  worker->media = FALSE;
  gst_relay_ring_get_level (worker->owner.ring, &level);
  for (i = 0; i < targets->len; i++)
    gst_relay_target_drain (g_ptr_array_index (targets, i), level.time,
        get_now ());
  g_ptr_array_unref (targets);
  settle (worker);
  set_next_tick (worker);
}

static void
do_stop_targets (GstRelayWorker * worker, guint unused)
{
  GPtrArray *targets = all_targets (worker, TRUE);
  guint i;

  worker->media = FALSE;
  worker->ended = FALSE;
  worker->stopping = TRUE;
  for (i = 0; i < targets->len; i++)
    gst_relay_target_stop (g_ptr_array_index (targets, i), get_now ());
  g_ptr_array_unref (targets);
  settle (worker);
  set_next_tick (worker);
}

static void
on_report (GstRelayTarget * target, GstPublishCdnState state,
    GstPublishCode code, const gchar * message, gpointer data)
{
  GstRelayWorker *worker = data;

  worker->funcs.report (target, state, code, message, worker->data);
  /* after all targets had their turn, and from a clean stack */
  g_source_set_ready_time (worker->ticker, 0);
}

static void
on_congestion (GstRelayTarget * target, guint ms, gpointer data)
{
  GstRelayWorker *worker = data;

  worker->funcs.congestion (target, ms, worker->data);
}

/* @data is for the funcs. The worker has no thread yet. */
GstRelayWorker *
gst_relay_worker_new (GstRelayRing * ring,
    const GstRelayWorkerFuncs * funcs, gpointer data)
{
  GstRelayWorker *worker = g_new0 (GstRelayWorker, 1);

  worker->funcs = *funcs;
  worker->data = data;
  worker->entries = g_ptr_array_new_with_free_func (entry_free);
  worker->owner.ring = gst_relay_ring_ref (ring);
  worker->owner.report = on_report;
  worker->owner.congestion = on_congestion;
  worker->owner.data = worker;
  worker->owner.io = gst_relay_io_new (ring);
  worker->owner.closing = gst_relay_closing_new ();
  /* the context is there without the thread too: facts of that time wait */
  worker->owner.context = g_main_context_new ();
  worker->ticker = g_source_new (&ticker_funcs, sizeof (GSource));
  g_source_set_callback (worker->ticker, on_tick, worker, NULL);
  g_source_attach (worker->ticker, worker->owner.context);
  g_mutex_init (&worker->lock);
  g_cond_init (&worker->cond);
  return worker;
}

void
gst_relay_worker_free (GstRelayWorker * worker)
{
  g_source_destroy (worker->ticker);
  g_source_unref (worker->ticker);
  g_main_context_unref (worker->owner.context);
  g_ptr_array_unref (worker->entries);
  gst_relay_settings_clear (&worker->settings);
  gst_relay_closing_unref (worker->owner.closing);
  gst_relay_io_unref (worker->owner.io);
  gst_relay_ring_unref (worker->owner.ring);
  g_mutex_clear (&worker->lock);
  g_cond_clear (&worker->cond);
  g_free (worker);
}

static gpointer
run (gpointer data)
{
  GstRelayWorker *worker = data;

  g_main_context_push_thread_default (worker->owner.context);
  g_main_loop_run (worker->loop);
  g_main_context_pop_thread_default (worker->owner.context);
  return NULL;
}

/* Starts the thread; the application's state change, NULL to READY. */
void
gst_relay_worker_start (GstRelayWorker * worker)
{
  worker->loop = g_main_loop_new (worker->owner.context, FALSE);
  gst_relay_io_start (worker->owner.io);
  worker->thread = g_thread_new ("relay-worker", run, worker);
}

static void
do_quit (GstRelayWorker * worker, guint unused)
{
  g_main_loop_quit (worker->loop);
}

/* Ends the thread; READY to NULL, after gst_relay_worker_stop_targets(). */
void
gst_relay_worker_stop (GstRelayWorker * worker)
{
  if (!worker->thread)
    return;
  post (worker, do_quit, 0);
  g_thread_join (worker->thread);
  worker->thread = NULL;
  if (!gst_relay_closing_wait (worker->owner.closing, CLOSING_TIME))
    GST_WARNING ("a sink takes its time to stop; it is left to itself");
  gst_relay_io_stop (worker->owner.io);
  g_clear_pointer (&worker->loop, g_main_loop_unref);
}

/* Any thread. 0: the url is there already. */
guint
gst_relay_worker_add (GstRelayWorker * worker, const gchar * url,
    gboolean internal_line)
{
  Entry *entry;
  guint i, id = 0;

  g_mutex_lock (&worker->lock);
  for (i = 0; i < worker->entries->len; i++) {
    entry = g_ptr_array_index (worker->entries, i);
    if (!entry->removed &&
        gst_publish_url_equal (gst_relay_target_get_url (entry->target), url))
      break;
  }
  if (i == worker->entries->len) {
    entry = g_new0 (Entry, 1);
    id = ++worker->last_id;
    entry->target = gst_relay_target_new (id, url, internal_line);
    g_ptr_array_add (worker->entries, entry);
  }
  g_mutex_unlock (&worker->lock);
  if (id)
    post (worker, do_start, id);
  return id;
}

/* Any thread; the target ends in good order later. FALSE: no such target. */
gboolean
gst_relay_worker_remove (GstRelayWorker * worker, guint id)
{
  Entry *entry;

  g_mutex_lock (&worker->lock);
  entry = find_entry (worker, id);
  if (entry && entry->removed)
    entry = NULL;
  if (entry)
    entry->removed = TRUE;
  g_mutex_unlock (&worker->lock);
  if (entry)
    post (worker, do_remove, id);
  return entry != NULL;
}

/* Any thread. FALSE: no such target. */
gboolean
gst_relay_worker_retry (GstRelayWorker * worker, guint id)
{
  gboolean found;
  Entry *entry;

  g_mutex_lock (&worker->lock);
  entry = find_entry (worker, id);
  found = entry && !entry->removed;
  g_mutex_unlock (&worker->lock);
  if (found)
    post (worker, do_start, id);
  return found;
}

/* Any thread. Returns: (transfer full): those that are not removed, in the
 * order in which they were added. */
GPtrArray *
gst_relay_worker_get_targets (GstRelayWorker * worker)
{
  return all_targets (worker, FALSE);
}

/* Any thread; targets that run take them at their next tick. */
void
gst_relay_worker_set_settings (GstRelayWorker * worker,
    const GstRelaySettings * settings)
{
  gboolean paced;

  g_mutex_lock (&worker->lock);
  paced = worker->settings.paced;
  gst_relay_settings_clear (&worker->settings);
  gst_relay_settings_copy (&worker->settings, settings);
  worker->settings.paced = paced;
  g_mutex_unlock (&worker->lock);
}

/* The ring can be started from: targets may connect. */
void
gst_relay_worker_media (GstRelayWorker * worker, gboolean paced)
{
  post (worker, do_media, paced);
}

/* The ring has ended: `drained` is called when all targets are done. */
void
gst_relay_worker_end (GstRelayWorker * worker)
{
  post (worker, do_end, 0);
}

/* Ends all targets and waits for it, for @timeout ns at most. */
void
gst_relay_worker_stop_targets (GstRelayWorker * worker, GstClockTime timeout)
{
  gint64 until = g_get_monotonic_time () + timeout / GST_USECOND;

  if (in_worker (worker)) {
    GST_WARNING ("the element's state is changed from one of its own signals:"
        " targets end without waiting");
    do_stop_targets (worker, 0);
    return;
  }
  g_mutex_lock (&worker->lock);
  worker->busy = 1;
  g_mutex_unlock (&worker->lock);
  post (worker, do_stop_targets, 0);
  g_mutex_lock (&worker->lock);
  while (worker->busy) {
    if (!g_cond_wait_until (&worker->cond, &worker->lock, until)) {
      GST_WARNING ("targets did not end in time");
      break;
    }
  }
  g_mutex_unlock (&worker->lock);
}
