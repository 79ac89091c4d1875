/* source: the bytes of a file, a pipe, an HTTP resource or a GStreamer source */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS
/**
 * TsSourceFunc:
 * @data: bytes, valid in the call
 * @size: how many; 0: nothing arrived for a while, from a live source
 * @arrival: ns of the monotonic clock if the source is live, else
 *   %TS_TIMING_NO_TIME
 * @user_data: of the request
 *
 * Returns: %FALSE to read no more; that is no error
 */
typedef gboolean (*TsSourceFunc) (const guint8 * data, gsize size,
    gint64 arrival, gpointer user_data);

/**
 * TsSourceRequest:
 * @uri: absolute URI, or `-` for standard input
 * @byte_offset: where to begin
 * @byte_length: how much to read at most, -1 for all
 * @follow: at the end of a file wait for more
 * @live: tell arrival times also where the source is not live by itself
 * @idle: ns without a byte after which a followed or live source has ended
 * @ca_file: PEM file with the CAs to trust for https, or %NULL: the system's
 * @deadline: monotonic ns at which to stop, or %TS_TIMING_NO_TIME
 * @cancellable: stops at once, without an error
 * @func: takes the bytes
 * @user_data: for @func
 */
typedef struct
{
  const gchar *uri;
  gint64 byte_offset;
  gint64 byte_length;
  gboolean follow;
  gboolean live;
  gint64 idle;
  const gchar *ca_file;
  gint64 deadline;
  GCancellable *cancellable;
  TsSourceFunc func;
  gpointer user_data;
} TsSourceRequest;

typedef struct _TsSource TsSource;

TsSource *ts_source_new (void);
void ts_source_free (TsSource * source);
gboolean ts_source_read (TsSource * source, const TsSourceRequest * request,
    GError ** error);
const gchar *ts_source_get_uri (TsSource * source);
gchar *ts_source_uri_from_argument (const gchar * argument, GError ** error);

gint64 ts_source_now (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSource, ts_source_free)
    G_END_DECLS
