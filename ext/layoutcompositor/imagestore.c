/* imagestore.c: still images and texts, made ready in a thread of their own
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Locks: store->lock, a leaf; nothing is loaded or drawn while it is held.
 */

#include "imagestore.h"
#include "imagedecode.h"

#include <string.h>

#define DEFAULT_SCHEMES "file,data,http,https"

/* A picture is not made larger than this many canvases: what is larger is
 * scaled up when it is painted. */
#define MAX_CANVASES 4

/* An image by its URI; the worker's own. */
typedef struct
{
  ImageStore *store;
  gchar *uri;
  gchar *schemes;               /* from which it was allowed to come */
  gboolean is_done;
  GBytes *bytes;                /* NULL: failed */
  GPtrArray *waiting;           /* Still */
} Source;

struct _ImageStore
{
  ImageLimits limits;
  GThread *thread;              /* lock; NULL before the first request */
  ImageFetcher *fetcher;        /* constant once there is a thread */

  GMutex lock;
  GCond changed;

  /* lock */
  gchar *schemes;
  gboolean has_canvas;
  GstVideoInfo canvas_info;
  guint serial;                 /* another one for another canvas or schemes */
  GHashTable *stills;           /* key -> Still */
  GQueue todo;                  /* Still */
  guint pending;                /* asked for and neither ready nor failed */
  GHashTable *wanted;           /* uri: all other sources are to be forgotten,
                                 * NULL = none is */
  gboolean forget_failures;     /* and those that failed */
  gint stop;                    /* atomic: the worker is to end */
  guint hurries;                /* while there are any nothing is waited for */
  GQueue warnings;              /* gchar */
  gint n_warnings;              /* atomic: for a look without the lock */

  /* worker */
  GHashTable *sources;          /* uri -> Source */
  PangoFontMap *fonts;
};

static const ImageLimits default_limits = {
  GST_PUBLISH_MAX_IMAGE_BYTES, 10000, 3, 1000
};

/* Stills */

static void
spec_clear (StillSpec * spec)
{
  g_free ((gchar *) spec->uri);
  g_free ((gchar *) spec->path);
  g_free ((gchar *) spec->text.text);
  g_free ((gchar *) spec->text.font);
}

void
still_unref (Still * still)
{
  if (!g_atomic_ref_count_dec (&still->refs))
    return;
  g_clear_pointer (&still->overlay, overlay_unref);
  gst_clear_buffer (&still->buffer);
  spec_clear (&still->spec);
  g_free (still->key);
  g_free (still);
}

static Still *
still_ref (Still * still)
{
  g_atomic_ref_count_inc (&still->refs);

  return still;
}

/* Stills of one key are alike. */
static gchar *
make_key (const StillSpec * s, guint serial)
{
  const TextSpec *t = &s->text;

  if (s->uri != NULL)
    return g_strdup_printf ("%u %d %d,%d %dx%d %d %s", serial, s->overlay,
        s->overlay ? s->rect.x0 : 0, s->overlay ? s->rect.y0 : 0,
        s->rect.x1 - s->rect.x0, s->rect.y1 - s->rect.y0, s->fill_mode, s->uri);

  return g_strdup_printf ("%u text %d,%d %dx%d %d %d %d %x %x %d %s\n%s",
      serial, s->rect.x0, s->rect.y0, s->rect.x1 - s->rect.x0,
      s->rect.y1 - s->rect.y0, t->label, t->at_top, t->size, t->color,
      t->background, t->alignment, t->font != NULL ? t->font : "", t->text);
}

static void
push_warning (ImageStore * store, const Still * still, const gchar * reason)
{
  g_mutex_lock (&store->lock);
  g_queue_push_tail (&store->warnings, g_strdup_printf ("%s: %s",
          still->spec.path, reason));
  g_atomic_int_inc (&store->n_warnings);
  g_mutex_unlock (&store->lock);
}

static void
finish (ImageStore * store, Still * still, StillState state)
{
  g_mutex_lock (&store->lock);
  g_atomic_int_set (&still->state, state);
  /* before anyone can find it done: who holds it decides what is forgotten */
  still_unref (still);
  store->pending--;
  g_cond_broadcast (&store->changed);
  g_mutex_unlock (&store->lock);
}

/* In the worker: whether nobody but the worker holds it. Nobody finds it any
 * more then, so it stays so. */
static gboolean
is_abandoned (Still * still)
{
  return g_atomic_ref_count_compare (&still->refs, 1);
}

/* Making, in the worker */

static void
get_canvas (ImageStore * store, Canvas * canvas)
{
  memset (canvas, 0, sizeof (*canvas));
  g_mutex_lock (&store->lock);
  canvas_set_info (canvas, &store->canvas_info);
  g_mutex_unlock (&store->lock);
}

static void
make_text (ImageStore * store, Still * still)
{
  TextSpec spec = still->spec.text;
  cairo_surface_t *surface;
  Canvas canvas;
  gint x, y;

  if (store->fonts == NULL)
    store->fonts = pango_cairo_font_map_new ();
  spec.width = still->spec.rect.x1 - still->spec.rect.x0;
  spec.height = still->spec.rect.y1 - still->spec.rect.y0;

  surface = text_image_draw (store->fonts, &spec, &x, &y);
  if (surface == NULL)
    return;
  get_canvas (store, &canvas);
  still->overlay = overlay_new (&canvas, still->spec.rect.x0 + x,
      still->spec.rect.y0 + y, cairo_image_surface_get_data (surface),
      cairo_image_surface_get_stride (surface),
      cairo_image_surface_get_width (surface),
      cairo_image_surface_get_height (surface));
  cairo_surface_destroy (surface);
}

/* B, G, R, A in rows without gaps, multiplied by A if @premultiplied */
static guint8 *
get_pixels (const GdkPixbuf * image, gboolean premultiplied)
{
  gint width = gdk_pixbuf_get_width (image);
  gint height = gdk_pixbuf_get_height (image);
  gint step = gdk_pixbuf_get_n_channels (image);
  guint8 *pixels = g_malloc ((gsize) width * height * 4);
  guint8 *out = pixels;
  gint x, y;

  for (y = 0; y < height; y++) {
    const guint8 *in = gdk_pixbuf_read_pixels (image) +
        (gsize) y * gdk_pixbuf_get_rowstride (image);

    for (x = 0; x < width; x++, in += step, out += 4) {
      guint alpha = step == 4 ? in[3] : 255;
      guint by = premultiplied ? alpha : 255;

      out[0] = (guint8) ((in[2] * by + 127) / 255);
      out[1] = (guint8) ((in[1] * by + 127) / 255);
      out[2] = (guint8) ((in[0] * by + 127) / 255);
      out[3] = (guint8) alpha;
    }
  }

  return pixels;
}

/* An opaque overlay of a canvas as large as the image is its I420 frame. */
static void
make_i420 (Still * still, const Canvas * canvas, const GstVideoInfo * info,
    const guint8 * pixels, gint width, gint height)
{
  Canvas own = *canvas;
  GstVideoFrame frame;
  Overlay *overlay;
  guint i;
  gint y;

  own.width = width;
  own.height = height;
  own.chroma_step = 1;
  overlay = overlay_new (&own, 0, 0, pixels, (gssize) width * 4, width, height);
  gst_video_info_set_format (&still->info, GST_VIDEO_FORMAT_I420, width,
      height);
  still->info.colorimetry = info->colorimetry;
  still->buffer = gst_buffer_new_allocate (NULL, still->info.size, NULL);
  gst_video_frame_map (&frame, &still->info, still->buffer, GST_MAP_WRITE);
  for (i = 0; i < 3; i++) {
    const OverlayPlane *plane = &overlay->plane[i];

    for (y = 0; y < plane->height; y++)
      memcpy ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, i) +
          (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, i),
          plane->color + y * plane->stride, plane->width);
  }
  gst_video_frame_unmap (&frame);
  overlay_unref (overlay);
}

static void
make_picture (Still * still, const Canvas * canvas, const GstVideoInfo * info,
    const GdkPixbuf * image)
{
  gint width = gdk_pixbuf_get_width (image);
  gint height = gdk_pixbuf_get_height (image);
  guint8 *pixels = get_pixels (image, FALSE);

  if (image_is_opaque (image)) {
    make_i420 (still, canvas, info, pixels, width, height);
    g_free (pixels);
    return;
  }
  gst_video_info_set_format (&still->info, GST_VIDEO_FORMAT_BGRA, width,
      height);
  still->buffer = gst_buffer_new_wrapped (pixels, (gsize) width * height * 4);
}

static gboolean
make_image (ImageStore * store, Still * still, const GdkPixbuf * image)
{
  const StillSpec *spec = &still->spec;
  gint width = spec->rect.x1 - spec->rect.x0;
  gint height = spec->rect.y1 - spec->rect.y0;
  GstVideoInfo info;
  GdkPixbuf *scaled;
  Canvas canvas;

  get_canvas (store, &canvas);
  g_mutex_lock (&store->lock);
  info = store->canvas_info;
  g_mutex_unlock (&store->lock);

  if (spec->overlay) {
    const Rect all = { 0, 0, canvas.width, canvas.height };
    Rect seen = rect_intersect (&spec->rect, &all);
    Rect part = { seen.x0 - spec->rect.x0, seen.y0 - spec->rect.y0,
      seen.x1 - spec->rect.x0, seen.y1 - spec->rect.y0
    };
    guint8 *pixels;

    if (rect_is_empty (&seen))
      return TRUE;
    scaled = image_scale (image, spec->fill_mode, width, height, &part);
    if (scaled == NULL)
      return FALSE;
    pixels = get_pixels (scaled, TRUE);
    still->overlay = overlay_new (&canvas, seen.x0, seen.y0, pixels,
        (gssize) (seen.x1 - seen.x0) * 4, seen.x1 - seen.x0, seen.y1 - seen.y0);
    g_free (pixels);
  } else {
    gdouble most = (gdouble) MAX_CANVASES * canvas.width * canvas.height;
    gdouble area = (gdouble) width * height;

    while (area > most && width > 1 && height > 1) {
      width /= 2;
      height /= 2;
      area /= 4;
    }
    scaled = image_scale (image, spec->fill_mode, width, height, NULL);
    if (scaled == NULL)
      return FALSE;
    make_picture (still, &canvas, &info, scaled);
  }
  g_object_unref (scaled);

  return TRUE;
}

/* Returns the pixels of @source; NULL if it has failed, now or before. */
static GdkPixbuf *
decode_source (ImageStore * store, const Still * still, Source * source)
{
  GError *error = NULL;
  GdkPixbuf *image;

  if (source->bytes == NULL)
    return NULL;
  image = image_decode (source->bytes, &error);
  if (image == NULL) {
    push_warning (store, still, error->message);
    g_error_free (error);
    /* said once, whoever else wants it */
    g_clear_pointer (&source->bytes, g_bytes_unref);
  }

  return image;
}

/* @image: of @source, NULL if that has failed */
static void
make_from_source (ImageStore * store, Still * still, Source * source,
    const GdkPixbuf * image)
{
  gboolean ok = image != NULL && source->bytes != NULL;

  if (ok && !make_image (store, still, image)) {
    push_warning (store, still, "no memory for it");
    g_clear_pointer (&source->bytes, g_bytes_unref);
    ok = FALSE;
  }
  finish (store, still, ok ? STILL_READY : STILL_FAILED);
}

static void
source_free (gpointer data)
{
  Source *source = data;

  g_clear_pointer (&source->bytes, g_bytes_unref);
  g_ptr_array_unref (source->waiting);
  g_free (source->schemes);
  g_free (source->uri);
  g_free (source);
}

static void
on_fetched (gpointer data, GBytes * bytes, GError * error, gpointer user_data)
{
  ImageStore *store = user_data;
  Source *source = data;
  GdkPixbuf *image = NULL;

  source->is_done = TRUE;
  source->bytes = bytes;
  while (source->waiting->len > 0 && !g_atomic_int_get (&store->stop)) {
    Still *still = g_ptr_array_remove_index (source->waiting, 0);

    if (is_abandoned (still)) {
      finish (store, still, STILL_FAILED);
      continue;
    }
    if (error != NULL)
      push_warning (store, still, error->message);
    g_clear_error (&error);
    if (image == NULL)
      image = decode_source (store, still, source);
    make_from_source (store, still, source, image);
  }
  g_clear_error (&error);
  g_clear_object (&image);
}

static void
do_still (ImageStore * store, Still * still)
{
  Source *source;
  gchar *schemes;

  if (is_abandoned (still)) {
    finish (store, still, STILL_FAILED);
    return;
  }
  if (still->spec.uri == NULL) {
    make_text (store, still);
    finish (store, still, STILL_READY);
    return;
  }

  g_mutex_lock (&store->lock);
  schemes = g_strdup (store->schemes);
  g_mutex_unlock (&store->lock);
  source = g_hash_table_lookup (store->sources, still->spec.uri);
  /* what may come from fewer places now is asked for again */
  if (source != NULL && source->is_done &&
      !g_str_equal (source->schemes, schemes)) {
    g_hash_table_remove (store->sources, still->spec.uri);
    source = NULL;
  }
  if (source != NULL) {
    g_free (schemes);
    if (source->is_done) {
      GdkPixbuf *image = decode_source (store, still, source);

      make_from_source (store, still, source, image);
      g_clear_object (&image);
    } else {
      g_ptr_array_add (source->waiting, still);
    }
    return;
  }

  source = g_new0 (Source, 1);
  source->store = store;
  source->uri = g_strdup (still->spec.uri);
  source->waiting = g_ptr_array_new ();
  g_ptr_array_add (source->waiting, still);
  g_hash_table_insert (store->sources, source->uri, source);
  source->schemes = schemes;
  image_fetcher_start (store->fetcher, source->uri, schemes, source);
}

/* Lock held: which URIs are still wanted. */
static GHashTable *
list_wanted (ImageStore * store)
{
  GHashTable *wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  GHashTableIter iter;
  Still *still;

  g_hash_table_iter_init (&iter, store->stills);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & still))
    if (still->spec.uri != NULL)
      g_hash_table_add (wanted, g_strdup (still->spec.uri));

  return wanted;
}

static void
forget_sources (ImageStore * store, GHashTable * wanted, gboolean failures)
{
  GHashTableIter iter;
  Source *source;

  g_hash_table_iter_init (&iter, store->sources);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & source))
    if (source->is_done && ((failures && source->bytes == NULL) ||
            !g_hash_table_contains (wanted, source->uri)))
      g_hash_table_iter_remove (&iter);
}

/* What is on its way for nobody any more is given up. */
static void
cancel_sources (ImageStore * store)
{
  GHashTableIter iter;
  Source *source;
  guint i;

  g_hash_table_iter_init (&iter, store->sources);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & source)) {
    gboolean wanted = source->is_done;

    for (i = 0; i < source->waiting->len && !wanted; i++)
      wanted = !is_abandoned (g_ptr_array_index (source->waiting, i));
    if (wanted)
      continue;
    image_fetcher_cancel (store->fetcher, source);
    for (i = 0; i < source->waiting->len; i++)
      finish (store, g_ptr_array_index (source->waiting, i), STILL_FAILED);
    g_hash_table_iter_remove (&iter);
  }
}

static gpointer
work (gpointer data)
{
  ImageStore *store = data;
  gboolean stop = FALSE, is_tidy = TRUE;

  while (!stop) {
    GHashTable *wanted;
    gboolean failures;
    Still *still;

    g_mutex_lock (&store->lock);
    stop = g_atomic_int_get (&store->stop);
    still = g_queue_pop_head (&store->todo);
    wanted = g_steal_pointer (&store->wanted);
    failures = store->forget_failures;
    store->forget_failures = FALSE;
    g_mutex_unlock (&store->lock);

    if (wanted != NULL) {
      forget_sources (store, wanted, failures);
      g_hash_table_unref (wanted);
      is_tidy = FALSE;
    }
    if (still != NULL) {
      do_still (store, still);
    } else {
      /* not before all that was asked for is known: it may want what is on its
       * way for another */
      if (!is_tidy)
        cancel_sources (store);
      is_tidy = TRUE;
      if (!stop)
        image_fetcher_run (store->fetcher);
    }
  }
  g_clear_object (&store->fonts);

  return NULL;
}

/* The store */

/**
 * image_store_new:
 * @limits: (nullable): %NULL for 5 MiB, 10 s, 3 tries and 1 s
 *
 * Costs nothing before the first still is asked for.
 */
ImageStore *
image_store_new (const ImageLimits * limits)
{
  ImageStore *store = g_new0 (ImageStore, 1);

  store->limits = limits != NULL ? *limits : default_limits;
  store->schemes = g_strdup (DEFAULT_SCHEMES);
  g_mutex_init (&store->lock);
  g_cond_init (&store->changed);
  store->stills = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      (GDestroyNotify) still_unref);
  g_queue_init (&store->todo);
  g_queue_init (&store->warnings);

  return store;
}

static void
drop_waiting (gpointer key, gpointer value, gpointer user_data)
{
  GPtrArray *waiting = ((Source *) value)->waiting;
  guint i;

  for (i = 0; i < waiting->len; i++)
    still_unref (g_ptr_array_index (waiting, i));
}

/**
 * image_store_stop:
 * @store: the store
 *
 * Gives up what is being loaded, and forgets everything. No thread and no
 * connection is left when this returns, but one that still asks a name server
 * ends by itself; stills that are held stay as they are. The store can be used
 * again.
 */
void
image_store_stop (ImageStore * store)
{
  if (store->thread != NULL) {
    g_atomic_int_set (&store->stop, TRUE);
    image_fetcher_wake (store->fetcher);
    g_thread_join (store->thread);
    store->thread = NULL;
    store->stop = FALSE;
    g_clear_pointer (&store->fetcher, image_fetcher_free);
    g_hash_table_foreach (store->sources, drop_waiting, NULL);
    g_clear_pointer (&store->sources, g_hash_table_unref);
  }
  g_queue_clear_full (&store->todo, (GDestroyNotify) still_unref);
  g_queue_clear_full (&store->warnings, g_free);
  g_atomic_int_set (&store->n_warnings, 0);
  g_hash_table_remove_all (store->stills);
  g_clear_pointer (&store->wanted, g_hash_table_unref);
  store->pending = 0;
}

/**
 * image_store_hurry:
 * @store: the store
 * @hurry: %TRUE when it begins, %FALSE when it is over
 *
 * Nobody waits in image_store_wait() while anyone is in a hurry: who needs what
 * is locked by who waits. Any thread.
 */
void
image_store_hurry (ImageStore * store, gboolean hurry)
{
  g_mutex_lock (&store->lock);
  store->hurries += hurry ? 1 : -1;
  g_cond_broadcast (&store->changed);
  g_mutex_unlock (&store->lock);
}

/**
 * image_store_free:
 * @store: the store, which need not be stopped before
 */
void
image_store_free (ImageStore * store)
{
  image_store_stop (store);
  g_hash_table_unref (store->stills);
  g_cond_clear (&store->changed);
  g_mutex_clear (&store->lock);
  g_free (store->schemes);
  g_free (store);
}

/**
 * image_store_set_schemes:
 * @store: the store
 * @schemes: from where images may come, as image_schemes_check() has it
 *
 * Holds for what is asked for from now on, whether or not it was loaded before.
 */
void
image_store_set_schemes (ImageStore * store, const gchar * schemes)
{
  g_mutex_lock (&store->lock);
  g_free (store->schemes);
  store->schemes = g_strdup (schemes);
  store->serial++;
  g_mutex_unlock (&store->lock);
}

/**
 * image_store_set_canvas:
 * @store: the store
 * @info: format, size and colorimetry of the canvas
 *
 * To be called before the first still is asked for. Stills of another canvas
 * are to be asked for again.
 */
void
image_store_set_canvas (ImageStore * store, const GstVideoInfo * info)
{
  g_mutex_lock (&store->lock);
  store->has_canvas = TRUE;
  store->canvas_info = *info;
  store->serial++;
  g_mutex_unlock (&store->lock);
}

static void
start_worker (ImageStore * store)
{
  if (store->thread != NULL)
    return;
  store->sources = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      source_free);
  store->fetcher = image_fetcher_new (&store->limits, on_fetched, store);
  store->thread = g_thread_new ("images", work, store);
}

static Still *
still_new (const StillSpec * spec, gchar * key)
{
  Still *still = g_new0 (Still, 1);

  g_atomic_ref_count_init (&still->refs);
  still->key = key;
  still->spec = *spec;
  still->spec.uri = g_strdup (spec->uri);
  still->spec.path = g_strdup (spec->path);
  still->spec.text.text = g_strdup (spec->text.text);
  still->spec.text.font = g_strdup (spec->text.font);

  return still;
}

/**
 * image_store_get:
 * @store: a store with a canvas
 * @spec: what is wanted
 *
 * Never waits. Of a request that was made before and not forgotten the same
 * still is returned.
 *
 * Returns: (transfer full): the still, in whatever state it is
 */
Still *
image_store_get (ImageStore * store, const StillSpec * spec)
{
  Still *still;
  gchar *key;

  g_return_val_if_fail (store->has_canvas, NULL);

  g_mutex_lock (&store->lock);
  key = make_key (spec, store->serial);
  still = g_hash_table_lookup (store->stills, key);
  if (still != NULL) {
    g_free (key);
    /* if it fails, it is for who wants it now */
    g_free ((gchar *) still->spec.path);
    still->spec.path = g_strdup (spec->path);
  } else {
    still = still_new (spec, key);
    g_hash_table_insert (store->stills, still->key, still);
    g_queue_push_tail (&store->todo, still_ref (still));
    store->pending++;
    start_worker (store);
    image_fetcher_wake (store->fetcher);
  }
  still_ref (still);
  g_mutex_unlock (&store->lock);

  return still;
}

/**
 * image_store_forget:
 * @store: the store
 *
 * @failures: %TRUE: which images failed too, so that they are tried again
 *
 * Forgets every still that nobody but the store holds, and the images that
 * none is made of then. What is being loaded for one of these is given up.
 */
void
image_store_forget (ImageStore * store, gboolean failures)
{
  GHashTableIter iter;
  Still *still;

  g_mutex_lock (&store->lock);
  g_hash_table_iter_init (&iter, store->stills);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) & still))
    /* one that is not ready is held by the worker too */
    if (g_atomic_ref_count_compare (&still->refs,
            still_get_state (still) == STILL_LOADING ? 2 : 1) ||
        (failures && still_get_state (still) == STILL_FAILED))
      g_hash_table_iter_remove (&iter);
  g_clear_pointer (&store->wanted, g_hash_table_unref);
  store->wanted = list_wanted (store);
  store->forget_failures |= failures;
  if (store->thread != NULL)
    image_fetcher_wake (store->fetcher);
  g_mutex_unlock (&store->lock);
}

/**
 * image_store_wait:
 * @store: the store
 * @timeout: in microseconds
 *
 * Waits until nothing is being made ready. Not for a thread that has a frame
 * to deliver in time.
 *
 * Returns: %FALSE if it was not done in time, or someone is in a hurry
 */
gboolean
image_store_wait (ImageStore * store, gint64 timeout)
{
  gint64 end = g_get_monotonic_time () + timeout;
  gboolean done = TRUE;

  g_mutex_lock (&store->lock);
  while (store->pending > 0 && store->hurries == 0 && done)
    done = g_cond_wait_until (&store->changed, &store->lock, end);
  done = store->pending == 0;
  g_mutex_unlock (&store->lock);

  return done;
}

/**
 * image_store_pop_warning:
 * @store: the store
 *
 * Returns: (transfer full) (nullable): which image cannot be shown and why,
 *     once for each image
 */
gchar *
image_store_pop_warning (ImageStore * store)
{
  gchar *warning;

  if (g_atomic_int_get (&store->n_warnings) == 0)
    return NULL;
  g_mutex_lock (&store->lock);
  warning = g_queue_pop_head (&store->warnings);
  g_atomic_int_add (&store->n_warnings, -1);
  g_mutex_unlock (&store->lock);

  return warning;
}
