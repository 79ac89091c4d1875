/* layoutcompositor-residue.c: nobody behind the canvas leaves traces on it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Only one small slot moves, so that the rest of the canvas is never painted
 * again. Whatever a filter writes there must be its own affair.
 */

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <string.h>

#define FRAMES 120

/* #204060 in bt709, limited range: ITU-R BT.709-6, 3.2 to 3.4, by hand:
 * Y = 16 + 219 (0.2126 * 32 + 0.7152 * 64 + 0.0722 * 96) / 255 = 67.1 */
#define BACKGROUND_Y 67
/* where the slot is */
#define SLOT_X 240
#define SLOT_Y 200

#define MIXER "layoutcompositor name=mix " \
    "mixing-config=\"{\\\"backgroundColor\\\":\\\"#204060\\\"," \
    "\\\"videoLayoutList\\\":[{\\\"x\\\":240,\\\"y\\\":200," \
    "\\\"width\\\":64,\\\"height\\\":32}]}\" "
#define CAMERA " videotestsrc pattern=snow num-buffers=%d ! " \
    "video/x-raw,format=I420,width=160,height=120,framerate=30/1 ! mix. "

typedef struct
{
  GstElement *pipeline;
  gchar *folder;
} Run;

static void
run_init (Run * run, const gchar * description)
{
  GError *error = NULL;

  run->folder = g_dir_make_tmp ("residue-XXXXXX", &error);
  g_assert_no_error (error);
  run->pipeline = gst_parse_launch (description, &error);
  fail_unless (run->pipeline != NULL && error == NULL, "%s",
      error != NULL ? error->message : "");
}

static void
run_clear (Run * run)
{
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  gst_object_unref (run->pipeline);
  g_rmdir (run->folder);
  g_free (run->folder);
}

static gboolean
is_clean (GstSample * sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstVideoInfo info;
  GstVideoFrame frame;
  gboolean clean = TRUE;
  gint x, y;

  fail_unless (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  for (y = 0; y < info.height; y++) {
    const guint8 *row = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, 0)
        + y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, 0);

    for (x = 0; x < info.width; x++)
      if ((x < SLOT_X || x >= SLOT_X + 64 || y < SLOT_Y ||
              y >= SLOT_Y + 32) && row[x] != BACKGROUND_Y)
        clean = FALSE;
  }
  gst_video_frame_unmap (&frame);

  return clean;
}

/* Pulls to the end; returns how many frames were clean. */
static guint
count_clean (Run * run, guint * total)
{
  GstElement *sink = gst_bin_get_by_name (GST_BIN (run->pipeline), "out");
  GstSample *sample;
  guint clean = 0;

  *total = 0;
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink))) != NULL) {
    (*total)++;
    if (is_clean (sample))
      clean++;
    gst_sample_unref (sample);
  }
  fail_unless (gst_app_sink_is_eos (GST_APP_SINK (sink)));
  gst_object_unref (sink);

  return clean;
}

/* Shows the overlay on every other frame. */
static GstPadProbeReturn
toggle (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstElement *overlay = gst_pad_get_parent_element (pad);
  const gchar *what = data;
  guint n = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (pad), "n"));

  g_object_set_data (G_OBJECT (pad), "n", GUINT_TO_POINTER (n + 1));
  if (g_str_equal (what, "silent"))
    g_object_set (overlay, what, n % 2 != 0, NULL);
  else
    g_object_set (overlay, what, n % 2 != 0 ? 0.0 : 1.0, NULL);
  gst_object_unref (overlay);

  return GST_PAD_PROBE_OK;
}

static void
toggle_on (Run * run, const gchar * name, const gchar * pad_name,
    const gchar * what)
{
  GstElement *overlay = gst_bin_get_by_name (GST_BIN (run->pipeline), name);
  GstPad *pad = gst_element_get_static_pad (overlay, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, toggle, (gpointer) what,
      NULL);
  gst_object_unref (pad);
  gst_object_unref (overlay);
}

static void
start (Run * run)
{
  fail_unless (gst_element_set_state (run->pipeline, GST_STATE_PLAYING) !=
      GST_STATE_CHANGE_FAILURE);
}

/* A picture to overlay: white, by GStreamer's own encoder. */
static gchar *
make_png (Run * run)
{
  gchar *path = g_build_filename (run->folder, "white.png", NULL);
  gchar *line = g_strdup_printf ("videotestsrc pattern=white num-buffers=1 ! "
      "video/x-raw,width=40,height=30 ! pngenc ! filesink location=\"%s\"",
      path);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL &&
      GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_free (line);

  return path;
}

GST_START_TEST (test_text)
{
  gchar *line = g_strdup_printf (MIXER
      "! video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
      "textoverlay name=overlay text=residue valignment=top ! "
      "appsink name=out sync=false" CAMERA, FRAMES);
  guint clean, total;
  Run run;

  run_init (&run, line);
  toggle_on (&run, "overlay", "video_sink", "silent");
  start (&run);
  clean = count_clean (&run, &total);
  fail_unless_equals_int (total, FRAMES);
  /* those with text are not, so the text is there to leave traces */
  fail_unless_equals_int (clean, FRAMES / 2);
  run_clear (&run);
  g_free (line);
}

GST_END_TEST;

GST_START_TEST (test_picture)
{
  gchar *line = g_strdup_printf (MIXER
      "! video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
      "gdkpixbufoverlay name=overlay offset-x=10 offset-y=10 ! "
      "appsink name=out sync=false" CAMERA, FRAMES);
  GstElement *overlay;
  guint clean, total;
  gchar *png;
  Run run;

  run_init (&run, line);
  png = make_png (&run);
  overlay = gst_bin_get_by_name (GST_BIN (run.pipeline), "overlay");
  g_object_set (overlay, "location", png, NULL);
  gst_object_unref (overlay);
  toggle_on (&run, "overlay", "sink", "alpha");
  start (&run);
  clean = count_clean (&run, &total);
  fail_unless_equals_int (total, FRAMES);
  fail_unless_equals_int (clean, FRAMES / 2);
  g_remove (png);
  g_free (png);
  run_clear (&run);
  g_free (line);
}

GST_END_TEST;

/* One branch is written on, the other holds frames for a while: what it shows
 * is clean, and each frame has the slot that it was pushed with. */
GST_START_TEST (test_tee_and_queue)
{
  gchar *line = g_strdup_printf (MIXER
      "! video/x-raw,format=NV12,width=320,height=240,framerate=30/1 ! "
      "tee name=t ! queue ! textoverlay text=residue valignment=top ! "
      "fakesink sync=false "
      "t. ! queue min-threshold-buffers=8 max-size-buffers=20 ! "
      "appsink name=out sync=false max-buffers=2" CAMERA, FRAMES);
  guint clean, total;
  GstElement *mix;
  GstStructure *stats;
  guint64 painted;
  guint canvases;
  Run run;

  run_init (&run, line);
  start (&run);
  clean = count_clean (&run, &total);
  fail_unless_equals_int (total, FRAMES);
  fail_unless_equals_int (clean, FRAMES);

  /* and it was the ring that did it: each canvas once whole, then the slot */
  mix = gst_bin_get_by_name (GST_BIN (run.pipeline), "mix");
  g_object_get (mix, "stats", &stats, NULL);
  fail_unless (gst_structure_get (stats, "painted-pixels", G_TYPE_UINT64,
          &painted, "canvases", G_TYPE_UINT, &canvases, NULL));
  fail_unless (canvases >= 8, "%u canvases", canvases);
  fail_unless (painted <= canvases * 320 * 240 + FRAMES * 64 * 32,
      "%" G_GUINT64_FORMAT " pixels", painted);
  gst_structure_free (stats);
  gst_object_unref (mix);
  run_clear (&run);
  g_free (line);
}

GST_END_TEST;

static Suite *
layoutcompositor_residue_suite (void)
{
  Suite *s = suite_create ("layoutcompositor-residue");
  TCase *tc = tcase_create ("residue");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_text);
  tcase_add_test (tc, test_picture);
  tcase_add_test (tc, test_tee_and_queue);

  return s;
}

GST_CHECK_MAIN (layoutcompositor_residue);
