/* What the kernel can be asked and told of a TCP connection.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS void gst_relay_tcp_set_up (GSocket * socket);
gboolean gst_relay_tcp_get_unacknowledged (GSocket * socket, guint64 * bytes);

G_END_DECLS
