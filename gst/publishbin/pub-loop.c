/* The worker: one thread to which everyone else posts facts.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-loop.h"

struct _PubLoop
{
  gatomicrefcount refs;         /* the owner and threads */
  GMainContext *context;

  /* the owner's */
  GMainLoop *loop;
  GThread *thread;              /* NULL: does not run */

  GMutex lock;
  GCond cond;
  gboolean busy;                /* lock: a thread has the context */
};

typedef struct
{
  PubLoop *loop;
  GMainLoop *main_loop;
} Run;

typedef struct
{
  PubFunc func;
  gpointer data, fact;
  GDestroyNotify free_fact;
} Post;

static void
unref (PubLoop * loop)
{
  if (!g_atomic_ref_count_dec (&loop->refs))
    return;
  g_main_context_unref (loop->context);
  g_mutex_clear (&loop->lock);
  g_cond_clear (&loop->cond);
  g_free (loop);
}

/* The context is there without the thread too: facts of that time wait. */
PubLoop *
pub_loop_new (void)
{
  PubLoop *loop = g_new0 (PubLoop, 1);

  g_atomic_ref_count_init (&loop->refs);
  g_mutex_init (&loop->lock);
  g_cond_init (&loop->cond);
  loop->context = g_main_context_new ();
  return loop;
}

static void
wait_until_idle (PubLoop * loop)
{
  g_mutex_lock (&loop->lock);
  while (loop->busy)
    g_cond_wait (&loop->cond, &loop->lock);
  g_mutex_unlock (&loop->lock);
}

/* What was posted and not delivered is delivered here, in this thread. */
void
pub_loop_free (PubLoop * loop)
{
  pub_loop_stop (loop);
  if (!g_main_context_is_owner (loop->context))
    wait_until_idle (loop);
  while (g_main_context_iteration (loop->context, FALSE));
  unref (loop);
}

static void
set_busy (PubLoop * loop, gboolean busy)
{
  g_mutex_lock (&loop->lock);
  while (busy && loop->busy)
    g_cond_wait (&loop->cond, &loop->lock);
  loop->busy = busy;
  g_cond_broadcast (&loop->cond);
  g_mutex_unlock (&loop->lock);
}

static gpointer
run (gpointer data)
{
  Run *run = data;
  GMainContext *context = run->loop->context;

  set_busy (run->loop, TRUE);
  g_main_context_push_thread_default (context);
  g_main_loop_run (run->main_loop);
  g_main_context_pop_thread_default (context);
  set_busy (run->loop, FALSE);
  g_main_loop_unref (run->main_loop);
  unref (run->loop);
  g_free (run);
  return NULL;
}

void
pub_loop_start (PubLoop * loop)
{
  Run *data = g_new0 (Run, 1);

  loop->loop = g_main_loop_new (loop->context, FALSE);
  g_atomic_ref_count_inc (&loop->refs);
  data->loop = loop;
  data->main_loop = g_main_loop_ref (loop->loop);
  loop->thread = g_thread_new ("publish-worker", run, data);
}

static void
do_quit (gpointer data, gpointer main_loop)
{
  g_main_loop_quit (main_loop);
}

/* Delivers what was posted before, and ends the thread. In the thread itself: it
 * ends when it comes back, and what was posted waits for the next one. */
void
pub_loop_stop (PubLoop * loop)
{
  if (!loop->thread)
    return;
  if (pub_loop_is_current (loop)) {
    g_main_loop_quit (loop->loop);
    g_thread_unref (loop->thread);
  } else {
    pub_loop_post (loop, do_quit, loop, g_main_loop_ref (loop->loop),
        (GDestroyNotify) g_main_loop_unref);
    g_thread_join (loop->thread);
  }
  loop->thread = NULL;
  g_clear_pointer (&loop->loop, g_main_loop_unref);
}

static gboolean
deliver (gpointer data)
{
  Post *post = data;

  post->func (post->data, post->fact);
  return G_SOURCE_REMOVE;
}

static void
post_free (gpointer data)
{
  Post *post = data;

  if (post->free_fact)
    post->free_fact (post->fact);
  g_free (post);
}

/* Any thread; in order. Takes @fact. */
void
pub_loop_post (PubLoop * loop, PubFunc func, gpointer data,
    gpointer fact, GDestroyNotify free_fact)
{
  Post *post = g_new0 (Post, 1);
  GSource *source = g_idle_source_new ();

  post->func = func;
  post->data = data;
  post->fact = fact;
  post->free_fact = free_fact;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, post, post_free);
  g_source_attach (source, loop->context);
  g_source_unref (source);
}

/* @func runs in the worker. */
guint
pub_loop_add_timeout (PubLoop * loop, guint ms, GSourceFunc func, gpointer data)
{
  GSource *source = g_timeout_source_new (ms);
  guint id;

  g_source_set_callback (source, func, data, NULL);
  id = g_source_attach (source, loop->context);
  g_source_unref (source);
  return id;
}

void
pub_loop_remove_timeout (PubLoop * loop, guint id)
{
  GSource *source = g_main_context_find_source_by_id (loop->context, id);

  if (source)
    g_source_destroy (source);
}

gboolean
pub_loop_is_current (PubLoop * loop)
{
  return loop->thread == g_thread_self ();
}
