/* What newer versions of GStreamer call differently; not installed.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
/* Calls @func in a thread of its own, with a reference to @element held. */
    static inline void
gst_publish_call_async (GstElement * element,
    void (*func) (GstElement * element, gpointer data), gpointer data)
{
#if GST_CHECK_VERSION (1, 28, 0)
  gst_object_call_async (GST_OBJECT_CAST (element),
      (GstObjectCallAsyncFunc) func, data);
#else
  gst_element_call_async (element, func, data, NULL);
#endif
}

G_END_DECLS
