/* The bin of a task, with a time of its own.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define PUB_TYPE_TASK_BIN (pub_task_bin_get_type ())
G_DECLARE_FINAL_TYPE (PubTaskBin, pub_task_bin, PUB, TASK_BIN, GstBin)

GstElement *pub_task_bin_new (const gchar * name, GstClockTime begin);
void pub_task_bin_hold_pad (GstElement * bin, GstPad * pad);

G_END_DECLS
/* *INDENT-ON* */
