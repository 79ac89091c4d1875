/* looks.c: what images and texts cost, beside the same canvas without them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Four moving 1280x720 inputs on a 1280x720 canvas, with and without a
 * background image, four watermarks (as large as the API's guide has them,
 * and half clear in every pixel) and four labels, in turns in one run.
 * CPU time of the thread that paints, which is alone.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "stage.h"

#define N 4
#define BUFFERS 8
#define TURNS 401
#define FRAMES 4

static const gchar plain_config[] = "{\"videoLayoutList\":["
    "{\"x\":8,\"y\":8,\"width\":624,\"height\":350},"
    "{\"x\":648,\"y\":8,\"width\":624,\"height\":350},"
    "{\"x\":8,\"y\":366,\"width\":624,\"height\":346},"
    "{\"x\":648,\"y\":366,\"width\":624,\"height\":346}]}";

static gchar *
make_image (guint width, guint height, gboolean alpha)
{
  GByteArray *bmp = g_byte_array_new ();
  guint32 size = width * height * 4;
  /* BITMAPFILEHEADER and BITMAPV4HEADER with masks for B, G, R, A */
  guint32 header[] = { 122 + size, 0, 122, 108, width, height,
    1 | 32 << 16, 3, size, 0, 0, 0, 0, 0xff0000, 0xff00, 0xff,
    alpha ? 0xff000000 : 0
  };
  guint8 rest[122 - 2 - sizeof (header)] = { 0 };
  gchar *text, *uri;
  guint x, y;

  g_byte_array_append (bmp, (const guint8 *) "BM", 2);
  g_byte_array_append (bmp, (const guint8 *) header, sizeof (header));
  g_byte_array_append (bmp, rest, sizeof (rest));
  for (y = 0; y < height; y++) {
    for (x = 0; x < width; x++) {
      guint8 pixel[4] = { x, y, x + y, 255 };

      if (alpha)
        pixel[3] = (guint8) (x * 255 / width);
      g_byte_array_append (bmp, pixel, 4);
    }
  }
  text = g_base64_encode (bmp->data, bmp->len);
  uri = g_strconcat ("data:;base64,", text, NULL);
  g_free (text);
  g_byte_array_unref (bmp);

  return uri;
}

static gchar *
make_looks_config (void)
{
  gchar *back = make_image (320, 180, FALSE);
  gchar *mark = make_image (96, 64, TRUE);
  gchar *plain = g_strndup (plain_config, strlen (plain_config) - 2);
  GString *config = g_string_new (NULL);
  guint i;

  g_string_printf (config, "{\"backgroundImage\":\"%s\",%s],"
      "\"watermarkList\":[", back, plain + 1);
  for (i = 0; i < N; i++)
    g_string_append_printf (config, "%s{\"watermarkUrl\":\"%s\",\"x\":%u,"
        "\"y\":%u,\"width\":96,\"height\":32}", i ? "," : "", mark,
        16 + i % 2 * 1050, 16 + i / 2 * 380);
  g_string_append (config, "]}");
  g_string_replace (config, "\"height\":350}",
      "\"height\":350,\"label\":\"{userId}\"}", 0);
  g_string_replace (config, "\"height\":346}",
      "\"height\":346,\"label\":\"{userId}\"}", 0);
  g_free (plain);
  g_free (mark);
  g_free (back);

  return g_string_free (config, FALSE);
}

typedef struct
{
  Stage stage;
  GstBufferPool *pool;
  Picture pictures[N];
  gdouble best;                 /* seconds of CPU for a frame */
  gdouble sum;
  guint turns;
} Side;

static void
side_init (Side * side, const gchar * json, const GstVideoInfo * info)
{
  AcceptedConfig *config = g_new0 (AcceptedConfig, 1);
  GstCaps *caps = gst_video_info_to_caps (info);
  GstStructure *settings;
  GError *error = NULL;

  memset (side, 0, sizeof (*side));
  config->job = config_parse (json, &error);
  if (config->job == NULL)
    g_error ("%s", error->message);
  stage_init (&side->stage);
  stage_set_canvas (&side->stage, info);
  stage_set_config (&side->stage, config);
  side->pool = gst_video_buffer_pool_new ();
  settings = gst_buffer_pool_get_config (side->pool);
  gst_buffer_pool_config_set_params (settings, caps, info->size, 0, 0);
  gst_buffer_pool_set_config (side->pool, settings);
  gst_buffer_pool_set_active (side->pool, TRUE);
  canvas_ring_set_pool (&side->stage.ring, side->pool);
  gst_caps_unref (caps);
}

static void
side_clear (Side * side)
{
  guint i;

  stage_clear (&side->stage);
  for (i = 0; i < N; i++)
    picture_clear (&side->pictures[i]);
  gst_buffer_pool_set_active (side->pool, FALSE);
  gst_object_unref (side->pool);
}

static gdouble
cpu_time (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void
side_turn (Side * side, GstBuffer * const *buffers, const GstVideoInfo * info,
    guint * n)
{
  gdouble begin = cpu_time (), time;
  guint f, i;

  for (f = 0; f < FRAMES; f++) {
    SlotView views[GST_PUBLISH_MAX_LAYOUTS] = { {0,}, };
    GstBuffer *out = gst_buffer_new ();

    (*n)++;
    for (i = 0; i < N; i++) {
      picture_set (&side->pictures[i], buffers[(*n + i) % BUFFERS], info,
          GST_VIDEO_ORIENTATION_IDENTITY, info, NULL);
      views[i].arrival = i + 1;
      views[i].user_id = "participant";
      views[i].picture = &side->pictures[i];
    }
    stage_arrange (&side->stage, N);
    stage_compose (&side->stage, views, 0, side->turns == 0 ?
        60 * G_USEC_PER_SEC : 0);
    stage_show (&side->stage, out);
    gst_buffer_unref (out);
  }
  time = (cpu_time () - begin) / FRAMES;
  /* the first turn is for the caches and the images */
  if (side->turns++ == 0)
    return;
  side->best = side->turns == 2 ? time : MIN (side->best, time);
  side->sum += time;
}

int
main (int argc, char **argv)
{
  GstBuffer *buffers[BUFFERS];
  gchar *looks_config;
  GstVideoInfo info;
  guint i, n = 0, m = 0;
  gdouble more;
  Side *plain = g_new (Side, 1), *looks = g_new (Side, 1);

  gst_init (&argc, &argv);
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 1280, 720);
  gst_video_colorimetry_from_string (&info.colorimetry, "bt709");
  for (i = 0; i < BUFFERS; i++) {
    GstMapInfo map;
    gsize k;

    buffers[i] = gst_buffer_new_allocate (NULL, info.size, NULL);
    gst_buffer_map (buffers[i], &map, GST_MAP_WRITE);
    for (k = 0; k < map.size; k++)
      map.data[k] = (guint8) (k * 7 + k / 1280 + i * 40);
    gst_buffer_unmap (buffers[i], &map);
  }

  looks_config = make_looks_config ();
  side_init (plain, plain_config, &info);
  side_init (looks, looks_config, &info);
  for (i = 0; i <= TURNS; i++) {
    /* who comes second finds the inputs in the cache */
    if (i % 2 == 0)
      side_turn (plain, buffers, &info, &n);
    side_turn (looks, buffers, &info, &m);
    if (i % 2 == 1)
      side_turn (plain, buffers, &info, &n);
  }
  if (look_picture_get (&looks->stage.looks->background) == NULL ||
      look_overlay_get (&looks->stage.looks->label[N - 1], 0, 0) == NULL ||
      look_overlay_get (&looks->stage.looks->watermark[N - 1], 0, 0) == NULL)
    g_error ("an image is not there");

  more = looks->best / plain->best - 1;
  printf ("4 x 720p -> 720p, CPU per frame, best of %d turns of %d frames "
      "(mean)\n", TURNS, FRAMES);
  printf ("plain                                      %6.1f us (%6.1f)\n",
      plain->best * 1e6, plain->sum / TURNS * 1e6);
  printf ("background image, 4 watermarks, 4 labels   %6.1f us (%6.1f)\n",
      looks->best * 1e6, looks->sum / TURNS * 1e6);
  printf ("more by %.1f us, %.1f %% (goal: 10 %%)\n",
      (looks->best - plain->best) * 1e6, more * 100);

  side_clear (plain);
  side_clear (looks);
  g_free (plain);
  g_free (looks);
  g_free (looks_config);
  for (i = 0; i < BUFFERS; i++)
    gst_buffer_unref (buffers[i]);

  return more <= 0.10 ? 0 : 1;
}
