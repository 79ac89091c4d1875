/* The thread that serves all sockets of one element.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelayring.h"

G_BEGIN_DECLS typedef struct _GstRelayIo GstRelayIo;

/**
 * GstRelayIoFunc:
 * @now: us of the monotonic clock
 * @progressed: (inout): set if media was taken from the ring
 * @data: of gst_relay_io_add()
 *
 * Lets one member of the thread send what it can, without waiting.
 *
 * Returns: when it wants its next turn at the latest, in us; -1 for when the
 *   ring has more
 */
typedef gint64 (*GstRelayIoFunc) (gint64 now, gboolean * progressed,
    gpointer data);

GstRelayIo *gst_relay_io_new (GstRelayRing * ring);
GstRelayIo *gst_relay_io_ref (GstRelayIo * io);
void gst_relay_io_unref (GstRelayIo * io);
void gst_relay_io_start (GstRelayIo * io);
void gst_relay_io_stop (GstRelayIo * io);

GMainContext *gst_relay_io_get_context (GstRelayIo * io);
void gst_relay_io_invoke (GstRelayIo * io, GSourceFunc func, gpointer data,
    GDestroyNotify free_data);
void gst_relay_io_wake (GstRelayIo * io);
void gst_relay_io_wake_at (GstRelayIo * io, gint64 when);
void gst_relay_io_add (GstRelayIo * io, GstRelayIoFunc func, gpointer data);
void gst_relay_io_remove (GstRelayIo * io, gpointer data);

G_END_DECLS
