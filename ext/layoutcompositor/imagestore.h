/* imagestore.h: still images and texts, made ready in a thread of their own
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whoever paints asks for a still and gets it at once, but empty; a worker
 * loads, decodes, scales and converts, and then the still is ready. Each
 * image is fetched once, and made ready once for each place and size.
 */

#ifndef __IMAGE_STORE_H__
#define __IMAGE_STORE_H__

#include "imagefetch.h"
#include "overlay.h"
#include "textimage.h"

G_BEGIN_DECLS
/**
 * StillSpec:
 * @uri: (nullable): of an image; %NULL for a text
 * @path: where in the config it stands, for a warning
 * @text: what is written, if there is no uri; its box is that of @rect
 * @overlay: %TRUE: it is blended at @rect as it is; %FALSE: it becomes a
 *     picture of that size, which is then placed like any other
 * @rect: in canvas pixels, not empty; of a picture only its size counts
 * @fill_mode: how an image is put into @rect
 *
 * What a still is to be. The strings are copied.
 */
    typedef struct
{
  const gchar *uri;
  const gchar *path;
  TextSpec text;
  gboolean overlay;
  Rect rect;
  GstPublishFillMode fill_mode;
} StillSpec;

typedef enum
{
  STILL_LOADING,
  STILL_READY,
  STILL_FAILED,
} StillState;

/**
 * Still:
 * @state: #StillState; atomic. What follows is set before it is
 *     %STILL_READY and constant then
 * @overlay: (nullable): if one was asked for and there is something to be seen
 * @buffer: (nullable): else an I420 frame with the canvas's matrix and range,
 *     or a BGRA one
 * @info: of @buffer
 * @spec: what was asked for; but for the path, which is the store's
 */
typedef struct
{
  gint state;
  Overlay *overlay;
  GstBuffer *buffer;
  GstVideoInfo info;
  StillSpec spec;

  /*< private > */
  gatomicrefcount refs;
  gchar *key;
} Still;

typedef struct _ImageStore ImageStore;

ImageStore *image_store_new (const ImageLimits * limits);

void image_store_stop (ImageStore * store);

void image_store_hurry (ImageStore * store, gboolean hurry);

void image_store_free (ImageStore * store);

void image_store_set_schemes (ImageStore * store, const gchar * schemes);

void image_store_set_canvas (ImageStore * store, const GstVideoInfo * info);

Still *image_store_get (ImageStore * store, const StillSpec * spec);

void image_store_forget (ImageStore * store, gboolean failures);

gboolean image_store_wait (ImageStore * store, gint64 timeout);

gchar *image_store_pop_warning (ImageStore * store);

void still_unref (Still * still);

static inline StillState
still_get_state (Still * still)
{
  return (StillState) g_atomic_int_get (&still->state);
}

G_END_DECLS
#endif /* __IMAGE_STORE_H__ */
