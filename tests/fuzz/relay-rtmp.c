/* libFuzzer: what a server may send to the RTMP client. The input is a server's
 * bytes behind the handshake; they are fed whole and in pieces, and both must
 * come to the same end.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "gstrelayamf.h"
#include "gstrelayrtmp.h"

#define HANDSHAKE_ANSWER (1 + 2 * 1536)
/* what the client keeps to send, one answer beyond the bound */
#define MOST_OUTPUT (80 * 1024)

int LLVMFuzzerTestOneInput (const guint8 * data, gsize size);

static void
must (gboolean ok)
{
  if (!ok)
    __builtin_trap ();
}

static GstRelayRtmp *
run (const guint8 * data, gsize size, gsize piece)
{
  static const guint8 answer[HANDSHAKE_ANSWER] = { 3, };
  GstRelayRtmpUrl url;
  GstRelayRtmp *rtmp;

  must (gst_relay_rtmp_url_parse (&url, "rtmp://host/app/stream"));
  rtmp = gst_relay_rtmp_new (&url, 1);
  gst_relay_rtmp_url_clear (&url);
  must (gst_relay_rtmp_feed (rtmp, answer, sizeof (answer)));
  while (size > 0) {
    gsize n = MIN (piece, size);
    /* a copy of its own: one byte too far is seen */
    guint8 *copy = g_memdup2 (data, n);
    gboolean ok = gst_relay_rtmp_feed (rtmp, copy, n);

    g_free (copy);
    must (ok == (gst_relay_rtmp_get_fault (rtmp) == NULL));
    must (gst_relay_rtmp_get_output (rtmp)->len < MOST_OUTPUT);
    if (!ok)
      break;
    data += n;
    size -= n;
  }
  return rtmp;
}

static void
check_end (GstRelayRtmp * rtmp)
{
  guint8 tag[] = { 9, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x17, 0, 0, 0, 12 };
  guint8 room[256];
  GArray *vectors = g_array_new (FALSE, FALSE, sizeof (GOutputVector));
  guint64 bytes;

  must (gst_relay_rtmp_frame_room (sizeof (tag)) <= sizeof (room));
  must (gst_relay_rtmp_frame_tag (rtmp, tag, sizeof (tag), room,
          vectors) == 12);
  if (gst_relay_rtmp_get_acknowledged (rtmp, 1000, &bytes))
    must (bytes <= 1000);
  gst_relay_rtmp_end (rtmp);
  g_array_unref (vectors);
}

static void
check_command (const guint8 * data, gsize size)
{
  GstRelayCommand command;

  gst_relay_amf_read_command (data, size, &command);
  must (g_utf8_validate (command.name, -1, NULL));
  must (g_utf8_validate (command.code, -1, NULL));
  must (g_utf8_validate (command.level, -1, NULL));
  must (g_utf8_validate (command.description, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  GstRelayRtmp *whole, *pieces;

  check_command (data, size);
  whole = run (data, size, MAX (size, 1));
  pieces = run (data, size, 1 + size % 7);
  must (gst_relay_rtmp_get_state (whole) == gst_relay_rtmp_get_state (pieces));
  must (g_strcmp0 (gst_relay_rtmp_get_fault (whole),
          gst_relay_rtmp_get_fault (pieces)) == 0);
  check_end (whole);
  check_end (pieces);
  gst_relay_rtmp_free (whole);
  gst_relay_rtmp_free (pieces);
  return 0;
}
