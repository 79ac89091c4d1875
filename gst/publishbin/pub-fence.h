/* The fence: the beginning of a branch.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-private.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

#define PUB_TYPE_FENCE (pub_fence_get_type ())
G_DECLARE_FINAL_TYPE (PubFence, pub_fence, PUB, FENCE, GstElement)

GstElement *pub_fence_new (GstClockTime begin);
void pub_fence_set_telling (GstElement * fence);
void pub_fence_close (GstElement * fence);
void pub_fence_end (GstElement * fence);

G_END_DECLS
/* *INDENT-ON* */
