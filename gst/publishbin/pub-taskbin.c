/* The bin of a task, with a time of its own: in it running time 0 is when the
 * task began. Aggregators with force-live count from 0 on; in a task that
 * begins an hour after its pipeline they would make up for that hour first.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-taskbin.h"

struct _PubTaskBin
{
  GstBin parent;

  GstClockTime begin;           /* set once: the pipeline's running time */
};

G_DEFINE_TYPE (PubTaskBin, pub_task_bin, GST_TYPE_BIN);

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  PubTaskBin *self = PUB_TASK_BIN (element);
  GstObject *parent;

  /* the parent's base time changes with every pause */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING &&
      (parent = gst_object_get_parent (GST_OBJECT (self)))) {
    gst_element_set_base_time (element,
        gst_element_get_base_time (GST_ELEMENT (parent)) + self->begin);
    gst_object_unref (parent);
  }
  return GST_ELEMENT_CLASS (pub_task_bin_parent_class)->change_state (element,
      transition);
}

static void
pub_task_bin_init (PubTaskBin * self)
{
}

static void
pub_task_bin_class_init (PubTaskBinClass * klass)
{
  GST_ELEMENT_CLASS (klass)->change_state = change_state;
}

/* What comes in has to be moved by -@begin ns, see gst_pad_set_offset(). */
GstElement *
pub_task_bin_new (const gchar * name, GstClockTime begin)
{
  PubTaskBin *self = g_object_new (PUB_TYPE_TASK_BIN, "name", name, NULL);

  self->begin = begin;
  return GST_ELEMENT (self);
}
