/* The worker: one thread to which everyone else posts facts.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubLoop PubLoop;
typedef void (*PubFunc) (gpointer data, gpointer fact);

PubLoop *pub_loop_new (void);
void pub_loop_free (PubLoop * loop);
void pub_loop_start (PubLoop * loop);
void pub_loop_stop (PubLoop * loop);
void pub_loop_post (PubLoop * loop, PubFunc func, gpointer data, gpointer fact,
    GDestroyNotify free_fact);
guint pub_loop_add_timeout (PubLoop * loop, guint ms, GSourceFunc func,
    gpointer data);
void pub_loop_remove_timeout (PubLoop * loop, guint id);
gboolean pub_loop_is_current (PubLoop * loop);

G_END_DECLS
/* *INDENT-ON* */
