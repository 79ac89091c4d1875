/* crew.h: several hands for one job
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the parts of a job on the threads of a pool and on the caller's, and
 * comes back when all are done. Nobody waits for a thread that has not begun.
 */

#ifndef __CREW_H__
#define __CREW_H__

#include <gst/gst.h>

G_BEGIN_DECLS
/**
 * CrewFunc:
 * @data: what crew_run() was given
 * @part: which part of the job, from 0
 * @hand: who does it, from 0; no two do something at the same time under one
 *     number
 */
typedef void (*CrewFunc) (gpointer data, guint part, guint hand);

typedef struct
{
  GstTaskPool *pool;            /* NULL: the caller alone */
  guint hands;                  /* with the caller's */
} Crew;

void crew_set (Crew * crew, GstTaskPool * pool, guint hands);

void crew_run (const Crew * crew, guint parts, CrewFunc func, gpointer data);

G_END_DECLS
#endif /* __CREW_H__ */
