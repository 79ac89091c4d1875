/* What the kernel can be asked and told of a TCP connection, where it is one
 * that can.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaytcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#ifdef __linux__
#include <linux/sockios.h>
#include <sys/ioctl.h>
#endif

/* Bytes that our kernel takes ahead of what may be sent now: half a second at
 * 4 Mbit/s. Without a bound it takes megabytes, and a peer that reads no more
 * is noticed seconds later, with that much more lost. */
#define UNSENT_MAX (256 * 1024)

/* For a stream that is written in batches: they leave at once. */
void
gst_relay_tcp_set_up (GSocket * socket)
{
  /* both only make it better: a kernel that cannot is no error */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
#ifdef TCP_NOTSENT_LOWAT
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_MAX,
      NULL);
#endif
}

/* How many bytes the peer's TCP has not acknowledged yet, of those that were
 * written. FALSE: the kernel does not tell. */
gboolean
gst_relay_tcp_get_unacknowledged (GSocket * socket, guint64 * bytes)
{
#ifdef SIOCOUTQ
  int queued = 0;

  if (ioctl (g_socket_get_fd (socket), SIOCOUTQ, &queued) == 0 && queued >= 0) {
    *bytes = queued;
    return TRUE;
  }
#endif
  return FALSE;
}
