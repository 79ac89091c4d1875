/* imagefetch.h: the bytes of file, data, http and https URIs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Transfers run side by side in the one thread that calls these functions;
 * image_fetcher_wake() and image_schemes_check() are for any thread.
 */

#ifndef __IMAGE_FETCH_H__
#define __IMAGE_FETCH_H__

#include <gio/gio.h>

G_BEGIN_DECLS
/**
 * ImageLimits:
 * @max_bytes: of one image
 * @timeout: of one try, in milliseconds
 * @tries: how often an image is asked for that a server may have later
 * @retry_delay: before the second try, in milliseconds; doubled for each
 *     further one
 */
    typedef struct
{
  gsize max_bytes;
  guint timeout;
  guint tries;
  guint retry_delay;
} ImageLimits;

typedef struct _ImageFetcher ImageFetcher;

/* Takes @error or @bytes. */
typedef void (*ImageFetchedFunc) (gpointer source, GBytes * bytes,
    GError * error, gpointer user_data);

ImageFetcher *image_fetcher_new (const ImageLimits * limits,
    ImageFetchedFunc func, gpointer user_data);

void image_fetcher_free (ImageFetcher * fetcher);

void image_fetcher_start (ImageFetcher * fetcher,
    const gchar * uri, const gchar * schemes, gpointer source);

void image_fetcher_cancel (ImageFetcher * fetcher, gpointer source);

void image_fetcher_run (ImageFetcher * fetcher);

void image_fetcher_wake (ImageFetcher * fetcher);

gchar *image_schemes_check (const gchar * schemes);

G_END_DECLS
#endif /* __IMAGE_FETCH_H__ */
