/* The bin of a task, with a time of its own: in it running time 0 is when the
 * task began. Aggregators with force-live count from 0 on; in a task that
 * begins an hour after its pipeline they would make up for that hour first.
 *
 * They count on in a pause too, by the clock of before it, and would be ahead
 * by as much afterwards. So nothing passes the pads that are held while the bin
 * does not play: one buffer waits at each, and who pushes it stands still.
 *
 * Threads: whoever changes the state; pads are added before the first change.
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
  GArray *held;                 /* of Held: set before it leaves NULL */
};

typedef struct
{
  GstPad *pad;
  gulong probe;                 /* state lock; 0: it is not held */
} Held;

G_DEFINE_TYPE (PubTaskBin, pub_task_bin, GST_TYPE_BIN);

static GstPadProbeReturn
wait (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_PAD_PROBE_OK;
}

/* A pad that stops lets go of who waits there, so that nobody need do it on the
 * way to NULL. */
static void
hold (Held * held)
{
  if (!held->probe)
    held->probe = gst_pad_add_probe (held->pad, GST_PAD_PROBE_TYPE_BLOCK |
        GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, wait, NULL,
        NULL);
}

static void
let_go (Held * held)
{
  if (held->probe)
    gst_pad_remove_probe (held->pad, held->probe);
  held->probe = 0;
}

static void
for_all (PubTaskBin * self, void (*func) (Held * held))
{
  guint i;

  for (i = 0; i < self->held->len; i++)
    func (&g_array_index (self->held, Held, i));
}

/* The parent's base time changes with every pause. */
static void
update_base_time (PubTaskBin * self)
{
  GstObject *parent = gst_object_get_parent (GST_OBJECT (self));

  if (!parent)
    return;
  gst_element_set_base_time (GST_ELEMENT (self),
      gst_element_get_base_time (GST_ELEMENT (parent)) + self->begin);
  gst_object_unref (parent);
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  PubTaskBin *self = PUB_TASK_BIN (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    for_all (self, hold);
  else if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    update_base_time (self);

  ret = GST_ELEMENT_CLASS (pub_task_bin_parent_class)->change_state (element,
      transition);

  /* not before all inside know the new base time */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    for_all (self, let_go);
  return ret;
}

static void
held_clear (gpointer held)
{
  gst_object_unref (((Held *) held)->pad);
}

static void
finalize (GObject * object)
{
  g_array_unref (PUB_TASK_BIN (object)->held);
  G_OBJECT_CLASS (pub_task_bin_parent_class)->finalize (object);
}

static void
pub_task_bin_init (PubTaskBin * self)
{
  self->held = g_array_new (FALSE, FALSE, sizeof (Held));
  g_array_set_clear_func (self->held, held_clear);
}

static void
pub_task_bin_class_init (PubTaskBinClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
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

/* In NULL: no buffer passes @pad, of an element in the bin, unless it plays. */
void
pub_task_bin_hold_pad (GstElement * bin, GstPad * pad)
{
  Held held = { gst_object_ref (pad), 0 };

  hold (&held);
  g_array_append_val (PUB_TASK_BIN (bin)->held, held);
}
