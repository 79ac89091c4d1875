/* gstlayoutcompositorprivate.h: what the element's two files share
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * gstlayoutcompositor.c is the element as its user sees it,
 * gstlayoutcompositorstream.c what it does with frames.
 *
 * Locks: only self->lock is ours. It is taken with the base class's locks
 * held and never the other way round; no signal is emitted, no message posted
 * and no pad called while it is held. Messages that come up while a frame is
 * drawn (the base class's lock is held then) wait in self->messages until the
 * frame is pushed.
 */

#ifndef __GST_LAYOUT_COMPOSITOR_PRIVATE_H__
#define __GST_LAYOUT_COMPOSITOR_PRIVATE_H__

#include "configqueue.h"
#include "gstlayoutcompositor.h"
#include "slots.h"
#include "stage.h"

G_BEGIN_DECLS GST_DEBUG_CATEGORY_EXTERN (layout_compositor_debug);

struct _GstLayoutCompositor
{
  GstVideoAggregator parent;

  GMutex lock;

  /* lock */
  GstPublishSlotPolicy slot_policy;
  GstClockTime stall_timeout;
  GstClockTime transition_time;
  GstClockTime fade_time;
  gchar *image_schemes;
  gchar *mixing_config;         /* text of the last accepted config */
  gchar *mixing_config_location;
  GError *bad_config;           /* refused while in NULL */
  ConfigQueue queue;            /* accepted, waiting for their time */
  guint64 arrivals;             /* pads requested so far */
  Slots slots;
  guint64 frames;               /* drawn */
  guint64 draw_time;            /* ns of all of them */
  guint64 painted;              /* pixels of all of them */
  guint canvases;               /* that the ring has */
  guint active_serial;
  gint canvas_width, canvas_height;
  gboolean told_to_end;         /* EOS was sent to the element */

  /* streaming thread of the source pad; flush, start and stop use these too,
   * while that thread does not run */
  Stage stage;
  gboolean announce;            /* layout-applied is due */
  gboolean slots_changed;       /* since the last message of who is where */
  gboolean check_config;        /* what it leaves out is to be warned of */
  GstClockTime position;        /* of the next frame, NONE before the first */
  GQueue messages;              /* to be posted when the frame is pushed */
};

void gst_layout_compositor_stream_class_init (GstLayoutCompositorClass * klass);

void gst_layout_compositor_hurry (GstLayoutCompositor * self, gboolean hurry);

G_END_DECLS
#endif /* __GST_LAYOUT_COMPOSITOR_PRIVATE_H__ */
