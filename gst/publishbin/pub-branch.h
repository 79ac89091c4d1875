/* A way from a stream to a task.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-stream.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubBranch PubBranch;

PubBranch *pub_branch_new (PubStream * stream, gboolean decoded, GstClockTime
    begin, GstElement * tail, GstPad * sink, GError ** error);
PubStream *pub_branch_get_stream (PubBranch * branch);
gboolean pub_branch_is_current (PubBranch * branch);
GstPad *pub_branch_get_pad (PubBranch * branch);
void pub_branch_close (PubBranch * branch);
void pub_branch_end (PubBranch * branch);
void pub_branch_free (PubBranch * branch);

G_END_DECLS
/* *INDENT-ON* */
