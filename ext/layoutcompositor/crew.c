/* crew.c: several hands for one job
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "crew.h"

/* Outlives crew_run() if a thread begins only when all is done. */
typedef struct
{
  gint refs;                    /* atomic */
  gint next_hand, next_part;    /* atomic */
  gint parts;

  /* only touched for a part that is not done, so the caller still waits */
  CrewFunc func;
  gpointer data;

  GMutex lock;
  GCond all_done;
  gint done;                    /* lock */
} Job;

static void
job_unref (Job * job)
{
  if (!g_atomic_int_dec_and_test (&job->refs))
    return;
  g_mutex_clear (&job->lock);
  g_cond_clear (&job->all_done);
  g_free (job);
}

static void
job_work (Job * job)
{
  gint hand = g_atomic_int_add (&job->next_hand, 1);
  gint part, done = 0;

  while ((part = g_atomic_int_add (&job->next_part, 1)) < job->parts) {
    job->func (job->data, part, hand);
    done++;
  }
  if (done == 0)
    return;

  g_mutex_lock (&job->lock);
  job->done += done;
  if (job->done == job->parts)
    g_cond_signal (&job->all_done);
  g_mutex_unlock (&job->lock);
}

static void
job_thread (gpointer data)
{
  job_work (data);
  job_unref (data);
}

/**
 * crew_set:
 * @crew: a zero-initialised or used crew
 * @pool: (nullable): a prepared pool; a reference is kept
 * @hands: how many may work at a time, with the caller of crew_run()
 */
void
crew_set (Crew * crew, GstTaskPool * pool, guint hands)
{
  gst_object_replace ((GstObject **) & crew->pool, (GstObject *) pool);
  crew->hands = pool != NULL ? MAX (hands, 1) : 1;
}

/**
 * crew_run:
 * @crew: the crew
 * @parts: how many parts the job has
 * @func: does one of them
 * @data: for @func
 *
 * Returns when all parts are done. The parts must not depend on each other.
 */
void
crew_run (const Crew * crew, guint parts, CrewFunc func, gpointer data)
{
  guint helpers = MIN (crew->hands, parts);
  guint i;
  Job *job;

  if (helpers <= 1) {
    for (i = 0; i < parts; i++)
      func (data, i, 0);
    return;
  }

  job = g_new0 (Job, 1);
  job->refs = 1;
  job->parts = parts;
  job->func = func;
  job->data = data;
  g_mutex_init (&job->lock);
  g_cond_init (&job->all_done);

  for (i = 1; i < helpers; i++) {
    GError *error = NULL;
    gpointer id;

    g_atomic_int_inc (&job->refs);
    id = gst_task_pool_push (crew->pool, job_thread, job, &error);
    if (error != NULL) {
      /* fewer hands then */
      g_clear_error (&error);
      job_unref (job);
      break;
    }
    if (id != NULL)
      gst_task_pool_dispose_handle (crew->pool, id);
  }
  job_work (job);

  g_mutex_lock (&job->lock);
  while (job->done < job->parts)
    g_cond_wait (&job->all_done, &job->lock);
  g_mutex_unlock (&job->lock);
  job_unref (job);
}
