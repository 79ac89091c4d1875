/* The worker: one thread to which everyone else posts facts.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-loop.h"

struct _PubLoop
{
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;              /* NULL: does not run */
};

typedef struct
{
  PubFunc func;
  gpointer data, fact;
  GDestroyNotify free_fact;
} Post;

/* The context is there without the thread too: facts of that time wait. */
PubLoop *
pub_loop_new (void)
{
  PubLoop *loop = g_new0 (PubLoop, 1);

  loop->context = g_main_context_new ();
  return loop;
}

/* What was posted and not delivered is delivered here, in this thread. */
void
pub_loop_free (PubLoop * loop)
{
  pub_loop_stop (loop);
  while (g_main_context_iteration (loop->context, FALSE));
  g_main_context_unref (loop->context);
  g_free (loop);
}

static gpointer
run (gpointer data)
{
  PubLoop *loop = data;

  g_main_context_push_thread_default (loop->context);
  g_main_loop_run (loop->loop);
  g_main_context_pop_thread_default (loop->context);
  return NULL;
}

void
pub_loop_start (PubLoop * loop)
{
  loop->loop = g_main_loop_new (loop->context, FALSE);
  loop->thread = g_thread_new ("publish-worker", run, loop);
}

static void
do_quit (gpointer data, gpointer fact)
{
  g_main_loop_quit (((PubLoop *) data)->loop);
}

/* Delivers what was posted before, and ends the thread. */
void
pub_loop_stop (PubLoop * loop)
{
  if (!loop->thread)
    return;
  pub_loop_post (loop, do_quit, loop, NULL, NULL);
  g_thread_join (loop->thread);
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
