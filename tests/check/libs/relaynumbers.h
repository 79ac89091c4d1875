/* Rings of buffers that carry their numbers, for tests: the frame of number n
 * has the DTS n * FRAME.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayring.h"

G_BEGIN_DECLS
#define FRAME (40 * GST_MSECOND)
    GstBuffer * numbered (guint32 number, gsize size);
guint32 number_of (GstBuffer * buffer);
void push_video (GstRelayRing * ring, guint first, guint n, guint gop,
    gsize size);
GstBufferList *header_list (guint32 number);
GstRelayRing *video_ring (GstClockTime max_time, gsize max_bytes);
void assert_start (GstRelayCursor * cursor, guint expected);
void assert_takes (GstRelayCursor * cursor, guint first, guint last);
void come_back (GstRelayCursor * cursor);

G_END_DECLS
