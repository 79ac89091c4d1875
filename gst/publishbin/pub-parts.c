/* What streams, decoders and branches are put together of. The worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-parts.h"

/* Made and added to @bin, which owns it; NULL: the element is missing. */
GstElement *
pub_make (GstBin * bin, const gchar * factory, GError ** error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element)
    gst_bin_add (bin, element);
  else
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
        "No element \"%s\" is installed", factory);
  return element;
}

/* Elements that take each other, whatever their caps will be. */
void
pub_link (GstElement * from, GstElement * to)
{
  gst_element_link_pads_full (from, "src", to, "sink",
      GST_PAD_LINK_CHECK_NOTHING);
}

/* Floating. @raw: what is decoded is large, and late sooner. */
GstElement *
pub_queue_new (gboolean raw)
{
  GstElement *queue = gst_element_factory_make ("queue", NULL);

  if (queue)
    g_object_set (queue, "max-size-buffers", 0, "max-size-bytes", 0,
        "max-size-time", (guint64) (raw ? PUB_DECODED_QUEUE_TIME :
            PUB_ENCODED_QUEUE_TIME), "silent", TRUE, NULL);
  return queue;
}

/* Nobody waits in it any more. */
void
pub_queue_open (GstElement * queue)
{
  g_object_set (queue, "max-size-time", (guint64) 0, NULL);
}

/* @element: (nullable) */
void
pub_take_away (GstBin * bin, GstElement * element)
{
  if (!element)
    return;
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (bin, element);
}

/* Links a new pad of @tee to @fence: from here on media comes. */
GstPad *
pub_tee_open (GstElement * tee, GstElement * fence)
{
  GstPad *pad = gst_element_request_pad_simple (tee, "src_%u");
  GstPad *sink = gst_element_get_static_pad (fence, "sink");

  gst_pad_link_full (pad, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_object_unref (sink);
  return pad;
}

/* What pub_tee_open() returned; NULL afterwards. */
void
pub_tee_release (GstElement * tee, GstPad ** pad)
{
  GstPad *peer;

  if (!*pad)
    return;
  if ((peer = gst_pad_get_peer (*pad))) {
    gst_pad_unlink (*pad, peer);
    gst_object_unref (peer);
  }
  gst_element_release_request_pad (tee, *pad);
  gst_clear_object (pad);
}
