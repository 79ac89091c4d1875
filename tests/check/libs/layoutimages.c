/* Images and texts: whatever comes, the right pixels or one warning.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

#include <gio/gio.h>
#include <gmodule.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include "../httpserver.h"
#include "imagedecode.h"
#include "looks.h"

#define WIDTH 320
#define HEIGHT 180
#define WAIT (20 * G_USEC_PER_SEC)
#define PATH "mixing.backgroundImage"

static gint asked_slow;         /* atomic */

static const ImageLimits limits = { 64 * 1024, 400, 3, 50 };

/* The one that libraries find: of "slow.test" nothing is known for long. */
G_MODULE_EXPORT int
getaddrinfo (const char *name, const char *service,
    const struct addrinfo *hints, struct addrinfo **result)
{
  int (*next) (const char *, const char *, const struct addrinfo *,
      struct addrinfo **);

  if (g_strcmp0 (name, "slow.test") == 0) {
    g_atomic_int_set (&asked_slow, TRUE);
    g_usleep (10 * G_USEC_PER_SEC);
    return EAI_AGAIN;
  }
  *(void **) &next = dlsym (RTLD_NEXT, "getaddrinfo");

  return next (name, service, hints, result);
}

static ImageStore *
make_store (void)
{
  ImageStore *store = image_store_new (&limits);
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  gst_video_colorimetry_from_string (&info.colorimetry, "bt709");
  image_store_set_canvas (store, &info);

  return store;
}

static Still *
get (ImageStore * store, const gchar * uri, gboolean overlay, gint width,
    gint height)
{
  StillSpec spec = {.uri = uri,.path = PATH,.overlay = overlay,
    .rect = {0, 0, width, height},.fill_mode = GST_PUBLISH_FILL_MODE_STRETCH
  };

  return image_store_get (store, &spec);
}

/* An image of one colour, or of two halves side by side. */
static guint8 *
encode (const gchar * type, gint width, gint height, gboolean alpha,
    guint32 left, guint32 right, gsize * size)
{
  GdkPixbuf *image = gdk_pixbuf_new (GDK_COLORSPACE_RGB, alpha, 8, width,
      height);
  GdkPixbuf *half = gdk_pixbuf_new_subpixbuf (image, width / 2, 0,
      width - width / 2, height);
  gchar *data;

  gdk_pixbuf_fill (image, left);
  gdk_pixbuf_fill (half, right);
  fail_unless (gdk_pixbuf_save_to_buffer (image, &data, size, type, NULL,
          NULL));
  g_object_unref (half);
  g_object_unref (image);

  return (guint8 *) data;
}

static gchar *
data_uri (const guint8 * data, gsize size)
{
  gchar *text = g_base64_encode (data, size);
  gchar *uri = g_strconcat ("data:;base64,", text, NULL);

  g_free (text);
  return uri;
}

static gchar *
file_uri (const guint8 * data, gsize size)
{
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("image-XXXXXX", &path, NULL);
  gchar *uri;

  fail_unless (fd >= 0);
  close (fd);
  fail_unless (g_file_set_contents (path, (const gchar *) data, size, NULL));
  uri = g_filename_to_uri (path, NULL, NULL);
  g_free (path);

  return uri;
}

static void
remove_file (gchar * uri)
{
  gchar *path = g_filename_from_uri (uri, NULL, NULL);

  g_unlink (path);
  g_free (path);
  g_free (uri);
}

/* The image fails, with one warning that has @reason; asked for again it
 * fails without one. */
static void
expect_failure (ImageStore * store, const gchar * uri, const gchar * reason)
{
  Still *still = get (store, uri, FALSE, 40, 40);
  Still *again = get (store, uri, TRUE, 20, 20);
  gchar *warning;

  fail_unless (image_store_wait (store, WAIT));
  fail_unless_equals_int (still_get_state (still), STILL_FAILED);
  fail_unless_equals_int (still_get_state (again), STILL_FAILED);
  warning = image_store_pop_warning (store);
  fail_unless (warning != NULL, "%s", uri);
  fail_unless (g_str_has_prefix (warning, PATH ": "), "%s", warning);
  fail_unless (strstr (warning, reason) != NULL, "%s, not %s", warning, reason);
  g_free (warning);
  fail_unless (image_store_pop_warning (store) == NULL);
  still_unref (still);
  still_unref (again);
}

static void
expect_failure_of (const gchar * uri, const gchar * reason)
{
  ImageStore *store = make_store ();

  expect_failure (store, uri, reason);
  image_store_free (store);
}

static void
expect_ready (ImageStore * store, Still * still)
{
  fail_unless (image_store_wait (store, WAIT));
  fail_unless (image_store_pop_warning (store) == NULL);
  fail_unless_equals_int (still_get_state (still), STILL_READY);
}

/* Red is 63, 102, 240 in bt709; blue 32, 240, 118. */
static void
check_red_blue (Still * still, gint tolerance)
{
  GstVideoFrame frame;
  gint c;
  const gint red[] = { 63, 102, 240 }, blue[] = { 32, 240, 118 };

  fail_unless (gst_video_frame_map (&frame, &still->info, still->buffer,
          GST_MAP_READ));
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&still->info),
      GST_VIDEO_FORMAT_I420);
  for (c = 0; c < 3; c++) {
    const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (&frame, c);
    gint last = GST_VIDEO_FRAME_COMP_WIDTH (&frame, c) - 1;

    fail_unless (ABS (data[0] - red[c]) <= tolerance, "%d: %d", c, data[0]);
    fail_unless (ABS (data[last] - blue[c]) <= tolerance, "%d: %d", c,
        data[last]);
  }
  gst_video_frame_unmap (&frame);
}

GST_START_TEST (test_formats)
{
  static const gchar *const types[] = { "png", "jpeg", "bmp" };
  ImageStore *store = make_store ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (types); i++) {
    gsize size;
    guint8 *data = encode (types[i], 64, 48, FALSE, 0xff0000ff, 0x0000ffff,
        &size);
    gchar *as_data = data_uri (data, size), *as_file = file_uri (data, size);
    Still *a = get (store, as_data, FALSE, 40, 30);
    Still *b = get (store, as_file, FALSE, 81, 31);
    Still *same = get (store, as_data, FALSE, 40, 30);

    fail_unless (a == same);
    expect_ready (store, a);
    expect_ready (store, b);
    fail_unless_equals_int (a->info.width, 40);
    fail_unless_equals_int (b->info.height, 31);
    check_red_blue (a, 3);
    check_red_blue (b, 3);
    still_unref (a);
    still_unref (b);
    still_unref (same);
    remove_file (as_file);
    g_free (as_data);
    g_free (data);
  }
  image_store_free (store);
}

GST_END_TEST;

GST_START_TEST (test_alpha)
{
  gsize size;
  guint8 *data = encode ("png", 10, 10, TRUE, 0xff000080, 0x00ff0000, &size);
  gchar *uri = data_uri (data, size);
  ImageStore *store = make_store ();
  Still *picture = get (store, uri, FALSE, 20, 20);
  Still *overlay = get (store, uri, TRUE, 20, 20);
  GstMapInfo map;

  expect_ready (store, picture);
  expect_ready (store, overlay);
  fail_unless_equals_int (GST_VIDEO_INFO_FORMAT (&picture->info),
      GST_VIDEO_FORMAT_BGRA);
  gst_buffer_map (picture->buffer, &map, GST_MAP_READ);
  fail_unless (memcmp (map.data, "\x00\x00\xff\x80", 4) == 0);
  fail_unless_equals_int (map.data[19 * 4 + 3], 0);
  gst_buffer_unmap (picture->buffer, &map);
  fail_unless (overlay->overlay != NULL);
  fail_unless_equals_int (overlay->overlay->plane[0].keep[0], 0x7f);
  fail_unless_equals_int (overlay->overlay->plane[0].keep[19], 0xff);

  still_unref (picture);
  still_unref (overlay);
  image_store_free (store);
  g_free (uri);
  g_free (data);
}

GST_END_TEST;

/* Fill modes by what of red and blue halves is to be seen. */
GST_START_TEST (test_fill_modes)
{
  gsize size;
  guint8 *data = encode ("png", 200, 100, FALSE, 0xff0000ff, 0x0000ffff,
      &size);
  gchar *uri = data_uri (data, size);
  ImageStore *store = make_store ();
  StillSpec spec = {.uri = uri,.path = PATH,.rect = {0, 0, 100, 100},
  .fill_mode = GST_PUBLISH_FILL_MODE_FIT
  };
  Still *fit = image_store_get (store, &spec), *fill;

  spec.fill_mode = GST_PUBLISH_FILL_MODE_FILL;
  fill = image_store_get (store, &spec);
  expect_ready (store, fit);
  fail_unless_equals_int (fit->info.width, 100);
  fail_unless_equals_int (fit->info.height, 50);
  fail_unless_equals_int (fill->info.width, 100);
  fail_unless_equals_int (fill->info.height, 100);
  check_red_blue (fit, 2);
  check_red_blue (fill, 2);
  still_unref (fit);
  still_unref (fill);
  image_store_free (store);
  g_free (uri);
  g_free (data);
}

GST_END_TEST;

GST_START_TEST (test_bad_images)
{
  gsize size, cut;
  guint8 *png = encode ("png", 64, 64, FALSE, 0xff0000ff, 0x0000ffff, &size);
  guint8 *jpeg;
  gchar *uri;
  guint i;

  expect_failure_of ("file:///nonexistent/image.png", "No such file");
  expect_failure_of ("file:///tmp", "no regular file");
  expect_failure_of ("data:,hello", "is no PNG, JPEG, BMP or GIF");
  expect_failure_of ("data:;base64,", "has no data");
  expect_failure_of ("rtmp://127.0.0.1/x", "do not come from the scheme");

  /* cut anywhere */
  for (i = 1; i < 8; i++) {
    cut = size * i / 8;
    uri = data_uri (png, cut);
    expect_failure_of (uri, cut < 24 ? "no header" : "is cut off");
    g_free (uri);
  }
  jpeg = encode ("jpeg", 64, 64, FALSE, 0xff0000ff, 0x0000ffff, &cut);
  uri = data_uri (jpeg, cut / 2);
  expect_failure_of (uri, "is cut off");
  g_free (uri);
  g_free (jpeg);

  /* 10000 x 10000: refused by the header, the pixels are never there */
  memcpy (png + 16, "\x00\x00\x27\x10\x00\x00\x27\x10", 8);
  uri = data_uri (png, size);
  expect_failure_of (uri, "has 10000x10000 pixels, allowed are 8192x8192");
  g_free (uri);
  memcpy (png + 16, "\x00\x00\x00\x00", 4);
  uri = data_uri (png, size);
  expect_failure_of (uri, "has 0x10000 pixels");
  g_free (uri);
  /* a header that lies */
  memcpy (png + 16, "\x00\x00\x00\x40\x00\x00\x00\x41", 8);
  uri = data_uri (png, size);
  expect_failure_of (uri, PATH);
  g_free (uri);
  g_free (png);
}

GST_END_TEST;

/* Two frames, red and blue, of 1x1 pixel (GIF89a, appendix C.) */
GST_START_TEST (test_animation)
{
  static const guint8 gif[] = "GIF89a\x01\x00\x01\x00\x80\x00\x00"
      "\xff\x00\x00\x00\x00\xff"
      "\x21\xf9\x04\x00\x0a\x00\x00\x00"
      "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
      "\x21\xf9\x04\x00\x0a\x00\x00\x00"
      "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x4c\x01\x00" "\x3b";
  gchar *uri = data_uri (gif, sizeof (gif) - 1);
  ImageStore *store = make_store ();
  Still *still = get (store, uri, FALSE, 8, 8);
  GstMapInfo map;

  expect_ready (store, still);
  gst_buffer_map (still->buffer, &map, GST_MAP_READ);
  fail_unless (ABS (map.data[0] - 63) <= 1, "%d", map.data[0]);
  gst_buffer_unmap (still->buffer, &map);
  still_unref (still);
  image_store_free (store);
  g_free (uri);
}

GST_END_TEST;

GST_START_TEST (test_schemes)
{
  ImageStore *store = make_store ();
  gchar *wrong;

  image_store_set_schemes (store, "data, https");
  expect_failure (store, "file:///tmp/x.png",
      "image-schemes does not allow the scheme \"file\"");
  expect_failure (store, "HTTP://127.0.0.1/x.png",
      "image-schemes does not allow the scheme \"http\"");
  image_store_free (store);

  fail_unless (image_schemes_check ("file data,http https") == NULL);
  fail_unless (image_schemes_check ("") == NULL);
  wrong = image_schemes_check ("file,ftp");
  fail_unless (wrong != NULL && strstr (wrong, "\"ftp\"") != NULL);
  g_free (wrong);
}

GST_END_TEST;

GST_START_TEST (test_http)
{
  gsize size;
  guint8 *png = encode ("png", 64, 64, FALSE, 0xff0000ff, 0x0000ffff, &size);
  HttpServer *server = http_server_new ();
  ImageStore *store = make_store ();
  gchar *uri = http_server_uri (server, "/a.png");
  Still *a, *b;

  http_server_add (server, "/a.png", 200, NULL, png, size);
  a = get (store, uri, FALSE, 40, 40);
  b = get (store, uri, FALSE, 30, 30);
  expect_ready (store, a);
  expect_ready (store, b);
  check_red_blue (a, 2);
  /* fetched once for both sizes, and for a third one that comes later */
  still_unref (b);
  b = get (store, uri, TRUE, 20, 20);
  expect_ready (store, b);
  fail_unless_equals_int (http_server_count (server, "/a.png"), 1);
  still_unref (a);
  still_unref (b);
  /* once nobody wants it, it is fetched anew */
  image_store_forget (store, FALSE);
  a = get (store, uri, FALSE, 40, 40);
  expect_ready (store, a);
  fail_unless_equals_int (http_server_count (server, "/a.png"), 2);
  still_unref (a);

  image_store_free (store);
  http_server_free (server);
  g_free (uri);
  g_free (png);
}

GST_END_TEST;

static void
expect_http_failure (HttpServer * server, const gchar * path,
    const gchar * reason, guint tries)
{
  gchar *uri = http_server_uri (server, path);

  expect_failure_of (uri, reason);
  fail_unless_equals_int (http_server_count (server, path), tries);
  g_free (uri);
}

GST_START_TEST (test_http_faults)
{
  HttpServer *server = http_server_new ();
  guint8 *large = g_malloc0 (100 * 1024);
  gsize size;
  guint8 *png = encode ("png", 64, 64, FALSE, 0xff0000ff, 0x0000ffff, &size);
  gchar *uri = http_server_uri (server, "/b.png");
  ImageStore *store;
  Still *still;

  http_server_add (server, "/large", 200, NULL, large, 100 * 1024);
  http_server_add (server, "/endless", HTTP_SERVER_NO_LENGTH, NULL, large,
      100 * 1024);
  http_server_add (server, "/silent", HTTP_SERVER_SILENT, NULL, NULL, 0);
  http_server_add (server, "/forbidden", 302, "file:///etc/hostname", NULL, 0);
  http_server_add (server, "/ftp", 302, "ftp://127.0.0.1/x", NULL, 0);
  http_server_add (server, "/circle", 302, "/circle", NULL, 0);
  http_server_add (server, "/busy", 503, NULL, NULL, 0);
  http_server_add (server, "/moved", 302, "/b.png", NULL, 0);
  http_server_add (server, "/b.png", 200, NULL, png, size);

  expect_http_failure (server, "/missing", "the server answers 404", 1);
  expect_http_failure (server, "/large", "has more than 65536 bytes", 1);
  expect_http_failure (server, "/endless", "has more than 65536 bytes", 1);
  expect_http_failure (server, "/forbidden",
      "leads to a scheme that image-schemes does not allow", 1);
  expect_http_failure (server, "/ftp",
      "leads to a scheme that image-schemes does not allow", 1);
  expect_http_failure (server, "/circle", PATH, 6);
  /* what a server may have later is asked for three times */
  expect_http_failure (server, "/busy", "the server answers 503", 3);
  expect_http_failure (server, "/silent",
      "no answer within 400 ms, tried 3 times", 3);
  /* nobody listens on port 1 */
  expect_failure_of ("http://127.0.0.1:1/x.png", PATH);

  /* and a redirect that is allowed */
  store = make_store ();
  g_free (uri);
  uri = http_server_uri (server, "/moved");
  still = get (store, uri, FALSE, 40, 40);
  expect_ready (store, still);
  check_red_blue (still, 2);
  still_unref (still);
  image_store_free (store);

  http_server_free (server);
  g_free (large);
  g_free (png);
  g_free (uri);
}

GST_END_TEST;

static guint
count_entries (const gchar * folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);

  return n;
}

/* Stopped in the middle of everything, nothing is left. */
GST_START_TEST (test_stop)
{
  HttpServer *server = http_server_new ();
  gchar *uri;
  guint threads = 0, fds = 0, i;

  http_server_add (server, "/silent", HTTP_SERVER_SILENT, NULL, NULL, 0);
  uri = http_server_uri (server, "/silent");
  /* what libraries open once is open after the first */
  for (i = 0; i < 6; i++) {
    ImageStore *store = make_store ();
    Still *silent = get (store, uri, FALSE, 10, 10);
    Still *missing = get (store, "file:///nonexistent", FALSE, 10, 10);
    gint64 begin;

    while (http_server_count (server, "/silent") <= i)
      g_usleep (1000);
    begin = g_get_monotonic_time ();
    image_store_free (store);
    fail_unless (g_get_monotonic_time () - begin < 300 * 1000);
    fail_unless_equals_int (still_get_state (silent), STILL_LOADING);
    still_unref (silent);
    still_unref (missing);
    http_server_hang_up (server);
    if (i == 0) {
      threads = count_entries ("/proc/self/task");
      fds = count_entries ("/proc/self/fd");
    }
  }
  /* a thread that was joined may be in the list for another moment */
  while (count_entries ("/proc/self/task") > threads)
    g_usleep (1000);
  fail_unless_equals_int (count_entries ("/proc/self/task"), threads);
  fail_unless_equals_int (count_entries ("/proc/self/fd"), fds);

  /* and one that was never asked costs no thread */
  {
    ImageStore *store = make_store ();

    fail_unless_equals_int (count_entries ("/proc/self/task"), threads);
    image_store_free (store);
  }
  http_server_free (server);
  g_free (uri);
}

GST_END_TEST;

/* What no config wants any more keeps no connection, whatever the server does,
 * and nobody hears of it. */
GST_START_TEST (test_given_up)
{
  const ImageLimits patient = { 64 * 1024, 60000, 3, 50 };
  HttpServer *server = http_server_new ();
  ImageStore *store = image_store_new (&patient);
  guint before = 0, i;
  GstVideoInfo info;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  image_store_set_canvas (store, &info);
  for (i = 0; i < 100; i++) {
    gchar *path = g_strdup_printf ("/%u", i);
    gchar *uri = http_server_uri (server, path);
    Still *still;

    http_server_add (server, path, HTTP_SERVER_SILENT, NULL, NULL, 0);
    still = get (store, uri, FALSE, 10, 10);
    while (http_server_count (server, path) == 0)
      g_usleep (1000);
    still_unref (still);
    image_store_forget (store, FALSE);
    fail_unless (image_store_wait (store, WAIT));
    /* the server's side of it */
    http_server_hang_up (server);
    if (i == 9)
      before = count_entries ("/proc/self/fd");
    g_free (uri);
    g_free (path);
  }
  fail_unless (count_entries ("/proc/self/fd") < before + 20);
  fail_unless (image_store_pop_warning (store) == NULL);

  /* what two wanted stays while one does */
  {
    gchar *uri = http_server_uri (server, "/both");
    Still *a, *b;
    gsize size;
    guint8 *png = encode ("png", 8, 8, FALSE, 0xff0000ff, 0xff0000ff, &size);

    http_server_add (server, "/both", 200, NULL, png, size);
    http_server_set_delay (server, 200);
    a = get (store, uri, FALSE, 10, 10);
    b = get (store, uri, FALSE, 20, 20);
    still_unref (a);
    image_store_forget (store, FALSE);
    expect_ready (store, b);
    fail_unless_equals_int (http_server_count (server, "/both"), 1);
    still_unref (b);
    g_free (png);
    g_free (uri);
  }
  image_store_free (store);
  http_server_free (server);
}

GST_END_TEST;

/* Nobody waits while someone is in a hurry, and what was not waited for is
 * waited for afterwards. */
GST_START_TEST (test_hurry)
{
  HttpServer *server = http_server_new ();
  gchar *uri = http_server_uri (server, "/silent");
  gchar *json = g_strdup_printf ("{\"backgroundImage\":\"%s\"}", uri);
  GstPublishMixingConfig *mixing =
      gst_publish_mixing_config_new_from_json (json, NULL);
  GstVideoInfo info;
  gint64 begin;
  Looks looks;

  http_server_add (server, "/silent", HTTP_SERVER_SILENT, NULL, NULL, 0);
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  looks_init (&looks);
  looks_set_canvas (&looks, &info);
  looks_arrange (&looks, mixing, NULL, 0);

  /* two at a time */
  image_store_hurry (looks.store, TRUE);
  image_store_hurry (looks.store, TRUE);
  image_store_hurry (looks.store, FALSE);
  begin = g_get_monotonic_time ();
  looks_update (&looks, mixing, NULL, NULL, 0, 5 * G_USEC_PER_SEC);
  fail_unless (g_get_monotonic_time () - begin < 4 * G_USEC_PER_SEC);
  image_store_hurry (looks.store, FALSE);
  looks_update (&looks, mixing, NULL, NULL, 0, G_USEC_PER_SEC);
  fail_unless (g_get_monotonic_time () - begin >= G_USEC_PER_SEC);

  looks_clear (&looks);
  gst_publish_mixing_config_unref (mixing);
  http_server_free (server);
  g_free (json);
  g_free (uri);
}

GST_END_TEST;

/* A name server that does not answer holds nobody up. */
GST_START_TEST (test_slow_names)
{
  ImageStore *store = make_store ();
  Still *still = get (store, "http://slow.test/x.png", FALSE, 10, 10);
  gint64 begin;

  while (!g_atomic_int_get (&asked_slow))
    g_usleep (1000);
  begin = g_get_monotonic_time ();
  image_store_free (store);
  fail_unless (g_get_monotonic_time () - begin < 5 * G_USEC_PER_SEC);
  still_unref (still);
}

GST_END_TEST;

/* What was loaded when it was allowed is no way around what is allowed now. */
GST_START_TEST (test_schemes_change)
{
  ImageStore *store = make_store ();
  gsize size;
  guint8 *png = encode ("png", 8, 8, FALSE, 0xff0000ff, 0xff0000ff, &size);
  gchar *uri = file_uri (png, size);
  Still *still = get (store, uri, FALSE, 10, 10);

  expect_ready (store, still);
  image_store_set_schemes (store, "data,https");
  expect_failure (store, uri, "image-schemes does not allow");
  /* what is shown stays */
  fail_unless_equals_int (still_get_state (still), STILL_READY);
  still_unref (still);
  image_store_free (store);
  remove_file (uri);
  g_free (png);
}

GST_END_TEST;

static Suite *
layoutimages_suite (void)
{
  Suite *suite = suite_create ("layoutimages");
  TCase *tcase = tcase_create ("layoutimages");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_formats);
  tcase_add_test (tcase, test_alpha);
  tcase_add_test (tcase, test_fill_modes);
  tcase_add_test (tcase, test_bad_images);
  tcase_add_test (tcase, test_animation);
  tcase_add_test (tcase, test_schemes);
  tcase_add_test (tcase, test_http);
  tcase_add_test (tcase, test_http_faults);
  tcase_add_test (tcase, test_stop);
  tcase_add_test (tcase, test_given_up);
  tcase_add_test (tcase, test_hurry);
  tcase_add_test (tcase, test_slow_names);
  tcase_add_test (tcase, test_schemes_change);

  return suite;
}

GST_CHECK_MAIN (layoutimages);
