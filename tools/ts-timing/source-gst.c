/* source-gst: every other URI, by the GStreamer element that reads it */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "source-private.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include "ts-timing.h"

/* how long to wait for a buffer before the bus and the clock are looked at */
#define WAIT (100 * GST_MSECOND)

static gboolean
take_bus_error (GstElement * pipeline, const gchar * uri, GError ** error)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *fault = NULL;

  gst_object_unref (bus);
  if (!message)
    return FALSE;
  gst_message_parse_error (message, &fault, NULL);
  g_propagate_prefixed_error (error, fault, "%s: ", uri);
  gst_message_unref (message);
  return TRUE;
}

/*
 * A datagram may be RTP (RFC 3550) with MPEG-TS in it (RFC 2250, payload type
 * 33). No TS packet begins with 0x80, so the header cannot be mistaken. Order
 * is not restored: what arrives out of order is a finding.
 */
static void
skip_rtp (const guint8 ** data, gsize * size)
{
  const guint8 *p = *data;
  gsize header;

  if (*size < 12 || (p[0] & 0xc0) != 0x80 || (p[1] & 0x7f) != 33)
    return;
  header = 12 + 4 * (p[0] & 0x0f);
  if (p[0] & 0x10) {
    if (*size < header + 4)
      return;
    header += 4 + 4 * (p[header + 2] << 8 | p[header + 3]);
  }
  if (*size <= header || p[header] != 0x47)
    return;
  *data += header;
  *size -= header;
}

static gboolean
push_sample (const TsSourceRequest * request, GstSample * sample,
    gboolean live, gint64 * left, gint64 * skip)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gboolean more = TRUE;
  GstMapInfo map;

  if (!buffer || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return TRUE;
  {
    const guint8 *data = map.data;
    gsize size = map.size;

    skip_rtp (&data, &size);
    if (*skip > 0) {
      gsize drop = MIN ((guint64) * skip, size);

      *skip -= drop;
      data += drop;
      size -= drop;
    }
    if (*left >= 0 && (guint64) * left < size)
      size = *left;
    if (*left > 0)
      *left -= size;
    if (size > 0)
      more = request->func (data, size, live ? ts_source_now () :
          TS_TIMING_NO_TIME, request->user_data);
  }
  gst_buffer_unmap (buffer, &map);
  return more && *left != 0;
}

static gboolean
run (GstElement * pipeline, GstAppSink * sink, const TsSourceRequest * request,
    GError ** error)
{
  GstStateChangeReturn change;
  gint64 left = request->byte_length, skip = request->byte_offset;
  gint64 last = ts_source_now ();
  gboolean live;

  change = gst_element_set_state (pipeline, GST_STATE_PLAYING);
  if (change == GST_STATE_CHANGE_FAILURE) {
    if (!take_bus_error (pipeline, request->uri, error))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: cannot be opened",
          request->uri);
    return FALSE;
  }
  live = change == GST_STATE_CHANGE_NO_PREROLL || request->live;

  while (!ts_source_is_over (request)) {
    GstSample *sample = gst_app_sink_try_pull_sample (sink, WAIT);

    if (sample) {
      gboolean more = push_sample (request, sample, live, &left, &skip);

      gst_sample_unref (sample);
      last = ts_source_now ();
      if (!more)
        return TRUE;
      continue;
    }
    if (take_bus_error (pipeline, request->uri, error))
      return FALSE;
    if (gst_app_sink_is_eos (sink))
      return TRUE;
    if (ts_source_now () - last > request->idle)
      return TRUE;
    if (live && !request->func (NULL, 0, ts_source_now (), request->user_data))
      return TRUE;
  }
  return TRUE;
}

gboolean
ts_gst_source_read (const TsSourceRequest * request, GError ** error)
{
  GstElement *pipeline, *source, *sink;
  GError *fault = NULL;
  gboolean good = FALSE;

  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  source = gst_element_make_from_uri (GST_URI_SRC, request->uri, NULL, &fault);
  if (!source) {
    g_propagate_prefixed_error (error, fault, "%s: ", request->uri);
    return FALSE;
  }
  /* each unref'd with the pipeline */
  pipeline = gst_pipeline_new (NULL);
  sink = gst_element_factory_make ("appsink", NULL);
  if (!sink) {
    gst_object_unref (gst_object_ref_sink (source));
    gst_object_unref (pipeline);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
        "%s: the GStreamer element appsink is missing", request->uri);
    return FALSE;
  }
  /* arrival times are taken at the pull: nothing may wait long in between, and
   * nothing may be dropped */
  g_object_set (sink, "sync", FALSE, "max-buffers", 1000, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  if (!gst_element_link (source, sink))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
        "%s: %s gives no plain bytes", request->uri,
        GST_OBJECT_NAME (gst_element_get_factory (source)));
  else
    good = run (pipeline, GST_APP_SINK (sink), request, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return good;
}
