/* The page of gst-ts-timing-1.0 --html in a real browser. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include "../ts-timing-run.h"

/* all that could trip the page over in a name that has no '/' */
#define EVIL "<img src=x onerror=console.error(1)>&\"'<script><!--<b>"
/* what the page would do with it if it were not escaped */
#define MARKUP "<img"

#define N_SEGMENTS 4
#define CHROMIUM "chromium --headless --no-sandbox --disable-gpu " \
    "--no-first-run --disable-background-networking " \
    "--disable-component-update --disable-sync --enable-logging=stderr " \
    "--window-size=1100,3200 --hide-scrollbars"

static gchar *
chromium_line (const gchar * folder, const gchar * more, const gchar * page)
{
  static guint n;

  /* a new profile for each run */
  return g_strdup_printf ("timeout 100 " CHROMIUM " --user-data-dir='%s/"
      "profile%u' %s 'file://%s/%s'", folder, n++, more, folder, page);
}

static Run
browse (const gchar * folder, const gchar * more, const gchar * page)
{
  gchar *line = chromium_line (folder, more, page);
  Run run = finish (start_line ("%s", line));

  g_free (line);
  return run;
}

/* What the browser's console said; "" for nothing. */
static gchar *
console_of (const Run * run)
{
  gchar **lines = g_strsplit (run->err, "\n", -1);
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; lines[i]; i++) {
    if (strstr (lines[i], "CONSOLE"))
      g_string_append_printf (text, "%s\n", lines[i]);
  }
  g_strfreev (lines);
  return g_string_free (text, FALSE);
}

static void
write_file (const gchar * folder, const gchar * name, const gchar * text)
{
  gchar *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;

  fail_unless (g_file_set_contents (path, text, -1, &error), "%s",
      error ? error->message : "");
  g_free (path);
}

/* ffmpeg's segments of 1 s, with names whose UTC goes on by 1.5 s. */
static void
make_playlist (const gchar * folder)
{
  GString *playlist = g_string_new ("#EXTM3U\n#EXT-X-TARGETDURATION:1\n");
  Run run = finish (start_line ("ffmpeg -nostdin -loglevel error -f lavfi -i "
          "testsrc2=size=160x120:rate=25 -f lavfi -i sine=frequency=440:"
          "sample_rate=48000 -t %d -c:v libx264 -preset ultrafast -g 25 "
          "-sc_threshold 0 -bf 0 -c:a aac -f hls -hls_time 1 -hls_list_size 0 "
          "-hls_segment_filename '%s/%%d.ts' '%s/plain.m3u8'", N_SEGMENTS,
          folder, folder));
  guint i;

  fail_unless (run.status == 0, "%s", run.err);
  run_clear (&run);
  for (i = 0; i < N_SEGMENTS; i++) {
    gchar *from = g_strdup_printf ("%s/%u.ts", folder, i);
    gchar *name = g_strdup_printf ("%s-%" G_GINT64_FORMAT ".ts", EVIL,
        G_GINT64_CONSTANT (1479137431000) + i * 1500);
    gchar *to = g_build_filename (folder, name, NULL);

    fail_unless (g_rename (from, to) == 0);
    g_string_append_printf (playlist, "#EXTINF:1.000,\n%s\n", name);
    g_free (from);
    g_free (name);
    g_free (to);
  }
  g_string_append (playlist, "#EXT-X-ENDLIST\n");
  write_file (folder, "evil.m3u8", playlist->str);
  g_string_free (playlist, TRUE);
}

static guint
count (const gchar * text, const gchar * what)
{
  guint n = 0;

  while ((text = strstr (text, what)) != NULL) {
    text += strlen (what);
    n++;
  }
  return n;
}

/* Pixels within 8 of a colour in each of red, green and blue. */
static guint
count_pixels (const gchar * folder, const gchar * name, guint32 colour)
{
  gchar *line = g_strdup_printf ("filesrc location=\"%s/%s\" ! pngdec ! "
      "videoconvert ! video/x-raw,format=RGBx ! appsink name=sink sync=false",
      folder, name);
  GstElement *pipeline = gst_parse_launch (line, NULL), *sink;
  GstVideoFrame frame;
  GstVideoInfo info;
  GstSample *sample;
  guint n = 0;
  gint x, y, i;

  fail_unless (pipeline != NULL);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  sample = gst_app_sink_pull_sample (GST_APP_SINK (sink));
  fail_unless (sample != NULL, "%s is no picture", name);
  fail_unless (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  fail_unless (gst_video_frame_map (&frame, &info,
          gst_sample_get_buffer (sample), GST_MAP_READ));
  for (y = 0; y < info.height; y++) {
    const guint8 *pixel = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
        y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

    for (x = 0; x < info.width; x++, pixel += 4) {
      gboolean near = TRUE;

      for (i = 0; i < 3; i++)
        near &= ABS ((gint) pixel[i] -
            (gint) ((colour >> (16 - 8 * i)) & 0xff)) <= 8;
      n += near;
    }
  }
  gst_video_frame_unmap (&frame);
  gst_sample_unref (sample);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  g_free (line);
  return n;
}

/* The pointer over the third of four segments in the first chart, that of the
 * lag: 0.5 s for each segment before. */
static void
check_hover (const gchar * folder)
{
  gchar *path = g_build_filename (folder, "page.html", NULL), *html, *hovered;
  Run run;

  fail_unless (g_file_get_contents (path, &html, NULL, NULL));
  hovered = g_strconcat (html, "<script>{"
      "const root = document.querySelector('svg');"
      "const box = root.getBoundingClientRect();"
      "const x = [...root.querySelectorAll('text')].find("
      "(t) => t.textContent === '2').getBoundingClientRect();"
      "root.dispatchEvent(new PointerEvent('pointermove', {"
      "clientX: x.left + x.width / 2, clientY: box.top + box.height / 2 }));"
      "}</script>", NULL);
  write_file (folder, "hovered.html", hovered);
  run = browse (folder, "--dump-dom", "hovered.html");
  fail_unless (strstr (run.out, ">segment 2\n"
          "UTC in names minus DTS: 1000 ms<") != NULL, "%.200s",
      strstr (run.out, "<div id=\"tip\""));
  run_clear (&run);
  g_free (hovered);
  g_free (html);
  g_free (path);
}

GST_START_TEST (test_page)
{
  gchar *folder = make_folder (), *console, *html, *path, *shot;
  Run run;

  make_playlist (folder);
  run = run_tool ("--html '%s/page.html' '%s/evil.m3u8'", folder, folder);
  fail_unless_equals_int (run.status, 1);
  run_clear (&run);

  /* it asks for nothing from anywhere, and no name is markup */
  path = g_build_filename (folder, "page.html", NULL);
  fail_unless (g_file_get_contents (path, &html, NULL, NULL));
  fail_unless_equals_int (count (html, "http://") + count (html, "https://"),
      count (html, "http://www.w3.org/2000/svg"));
  fail_unless_equals_int (count (html, "src="), count (html, "img src=x"));
  fail_unless_equals_int (count (html, MARKUP), 0);
  fail_unless_equals_int (count (html, "<script"), 2);
  fail_unless (count (html, "&lt;img src=x") > 0);
  g_free (html);
  g_free (path);

  /* what the script made of it */
  run = browse (folder, "--dump-dom", "page.html");
  fail_unless_equals_int (run.status, 0);
  console = console_of (&run);
  fail_unless_equals_string (console, "");
  g_free (console);
  /* lag, gap, PCR interval, bitrate, A/V skew */
  fail_unless (strstr (run.out, "data-charts=\"5\"") != NULL);
  fail_unless_equals_int (count (run.out, "<svg"), 5);
  /* two PIDs have a gap */
  fail_unless_equals_int (count (run.out, "class=\"line drawn\""), 6);
  fail_unless_equals_int (count (run.out, MARKUP), 0);
  /* three boundaries between four segments in four charts of time */
  fail_unless_equals_int (count (run.out, "class=\"segment\""), 12);
  fail_unless (count (run.out, "class=\"mark warning\"") > 0);
  fail_unless (count (run.out, "slow-network &times;") +
      count (run.out, "slow-network \xc3\x97") == 1);
  run_clear (&run);

  check_hover (folder);

  /* the colours of the first series, light and dark, and of the paper */
  shot = g_strdup_printf ("--screenshot='%s/light.png'", folder);
  run = browse (folder, shot, "page.html");
  run_clear (&run);
  g_free (shot);
  fail_unless (count_pixels (folder, "light.png", 0x1f5fbf) > 1000);
  fail_unless (count_pixels (folder, "light.png", 0xffffff) > 100000);
  shot = g_strdup_printf ("--blink-settings=preferredColorScheme=0 "
      "--screenshot='%s/dark.png'", folder);
  run = browse (folder, shot, "page.html");
  run_clear (&run);
  g_free (shot);
  fail_unless (count_pixels (folder, "dark.png", 0x7fb0ff) > 1000);
  fail_unless (count_pixels (folder, "dark.png", 0x14171b) > 100000);
  remove_folder (folder);
}

GST_END_TEST;

/* That the test above would see an error at all. */
GST_START_TEST (test_console_is_seen)
{
  gchar *folder = make_folder (), *console;
  Run run;

  write_file (folder, "bad.html", "<script>nothing.such();</script>");
  run = browse (folder, "--dump-dom", "bad.html");
  console = console_of (&run);
  fail_unless (strstr (console, "nothing is not defined") != NULL, "%s",
      run.err);
  g_free (console);
  run_clear (&run);
  remove_folder (folder);
}

GST_END_TEST;

/* Nothing to draw must not be a broken page. The page is there also where the
 * input is of no use. */
GST_START_TEST (test_page_without_clock)
{
  gchar *folder = make_folder (), *console, *path;
  GString *bytes = g_string_new (NULL);
  Run run;
  guint i;

  /* null packets */
  for (i = 0; i < 20; i++) {
    g_string_append_len (bytes, "\x47\x1f\xff\x10", 4);
    g_string_set_size (bytes, bytes->len + 184);
    memset (bytes->str + bytes->len - 184, 0xff, 184);
  }
  path = g_build_filename (folder, "null.ts", NULL);
  fail_unless (g_file_set_contents (path, bytes->str, bytes->len, NULL));
  run = run_tool ("--html '%s/page.html' '%s'", folder, path);
  fail_unless_equals_int (run.status, 2);
  fail_unless (strstr (run.err, "without a PAT") != NULL, "%s", run.err);
  run_clear (&run);
  run = browse (folder, "--dump-dom", "page.html");
  console = console_of (&run);
  fail_unless_equals_string (console, "");
  fail_unless (strstr (run.out, "nothing to draw") != NULL);
  fail_unless (strstr (run.out, "data-charts=\"0\"") != NULL);
  run_clear (&run);
  g_free (console);
  g_free (path);
  g_string_free (bytes, TRUE);
  remove_folder (folder);
}

GST_END_TEST;

static Suite *
ts_timing_html_suite (void)
{
  Suite *s = suite_create ("ts-timing-html");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 240);
  tcase_add_test (tc, test_page);
  tcase_add_test (tc, test_console_is_seen);
  tcase_add_test (tc, test_page_without_clock);
  return s;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!have_programs ("ffmpeg", "chromium", NULL))
    return 77;
  return gst_check_run_suite (ts_timing_html_suite (), "ts_timing_html",
      __FILE__);
}
