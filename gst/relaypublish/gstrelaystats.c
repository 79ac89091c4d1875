/* How the ring and its targets are doing, as one structure.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaystats.h"

static void
append_target_stats (GValue * list, GstRelayTarget * target)
{
  GstRelayTargetStats stats = { 0, };
  GValue value = G_VALUE_INIT;

  gst_relay_target_get_stats (target, &stats);
  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, gst_structure_new ("target",
          "id", G_TYPE_UINT, gst_relay_target_get_id (target),
          "url", G_TYPE_STRING, gst_relay_target_get_shown_url (target),
          "state", GST_TYPE_PUBLISH_CDN_STATE, stats.state,
          "bytes-accepted", G_TYPE_UINT64, stats.bytes_accepted,
          "bitrate", G_TYPE_UINT, stats.bitrate,
          "frames-sent", G_TYPE_UINT64, stats.frames_sent,
          "frames-dropped", G_TYPE_UINT64, stats.frames_dropped,
          "reconnects", G_TYPE_UINT, stats.reconnects,
          "queue", G_TYPE_UINT, stats.queue,
          "last-error", G_TYPE_INT, stats.last_error,
          "last-message", G_TYPE_STRING,
          stats.last_message ? stats.last_message : "", NULL));
  gst_value_list_append_and_take_value (list, &value);
  gst_relay_target_stats_clear (&stats);
}

/* The structure that the element's `stats` documents; any thread. */
GstStructure *
gst_relay_stats_new (GstRelayWorker * worker, GstRelayRing * ring)
{
  GPtrArray *targets = gst_relay_worker_get_targets (worker);
  GValue list = G_VALUE_INIT;
  GstRelayRingLevel level;
  GstStructure *stats;
  guint i;

  gst_relay_ring_get_level (ring, &level);
  stats = gst_structure_new ("relaypublishsink-stats",
      "backlog-time", G_TYPE_UINT64, level.time,
      "backlog-bytes", G_TYPE_UINT64, (guint64) level.bytes,
      "backlog-entries", G_TYPE_UINT, level.entries,
      "backlog-keyframes", G_TYPE_UINT, level.keyframes, NULL);
  g_value_init (&list, GST_TYPE_LIST);
  for (i = 0; i < targets->len; i++)
    append_target_stats (&list, g_ptr_array_index (targets, i));
  gst_structure_take_value (stats, "targets", &list);
  g_ptr_array_unref (targets);
  return stats;
}
