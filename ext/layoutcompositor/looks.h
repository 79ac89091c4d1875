/* looks.h: the images and texts that a config asks for
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks the image store for what the layouts need, in time, and has it when it
 * is ready. Nothing here waits. Used by one thread at a time.
 */

#ifndef __LOOKS_H__
#define __LOOKS_H__

#include "imagestore.h"
#include "picture.h"

G_BEGIN_DECLS
/* An image as a picture: the background, a placeholder. */
    typedef struct
{
  gchar *uri;                   /* NULL: none is wanted */
  Still *still;                 /* what picture shows, NULL: nothing yet */
  Still *next;                  /* what will stand for it, or NULL */
  Picture picture;
} LookPicture;

/* An image or a text at its place: a watermark, a label. */
typedef struct
{
  gchar *source;                /* of an image its uri, of a text the config's */
  gchar *text;                  /* as it was written last, NULL: an image */
  gint64 second;                /* for which it was written */
  guint64 user;                 /* for whom, 0: nobody */
  Rect rect;                    /* the box that it is in */
  gboolean at_top;              /* of a label: below, others cover it */
  Still *still;                 /* what is shown, NULL: nothing yet */
  Still *next;                  /* what will stand for it, or NULL */
  gint dx, dy;                  /* from where still was made for; even */
  Overlay *moved;               /* of still, as it was shown last, or NULL */
} LookOverlay;

/**
 * LookUser:
 * @user_id: (nullable): who is in the slot, %NULL for nobody
 * @room_id: (nullable): in which room
 * @key: another one for every user, 0 for nobody
 *
 * What a label says of its slot's user.
 */
typedef struct
{
  const gchar *user_id;
  const gchar *room_id;
  guint64 key;
} LookUser;

typedef struct
{
  ImageStore *store;
  GstVideoInfo canvas;
  gint64 waited;                /* in vain, for this config; microseconds */
  guint n_texts;                /* written since the store forgot any */
  LookPicture background;
  LookPicture placeholder[GST_PUBLISH_MAX_LAYOUTS];
  LookOverlay label[GST_PUBLISH_MAX_LAYOUTS];
  LookOverlay watermark[GST_PUBLISH_MAX_WATERMARKS];
  guint n_watermarks;
  GArray *past;                 /* LookOverlay: shown before this frame, and
                                 * by nobody since */
} Looks;

void looks_init (Looks * looks);

void looks_clear (Looks * looks);

void looks_stop (Looks * looks);

void looks_set_canvas (Looks * looks, const GstVideoInfo * info);

void looks_set_config (Looks * looks);

void looks_arrange (Looks * looks,
    const GstPublishMixingConfig * mixing,
    const GstPublishLayout * layouts, guint n_layouts);

void looks_update (Looks * looks,
    const GstPublishMixingConfig * mixing,
    const GstPublishLayout * layouts,
    const LookUser * users, guint n_layouts, gint64 wait);

const Picture *look_picture_get (const LookPicture * look);

const Overlay *look_overlay_get (LookOverlay * look, gint dx, gint dy);

G_END_DECLS
#endif /* __LOOKS_H__ */
