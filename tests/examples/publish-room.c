/* publish-room.c: publishes a call with publishbin's action signals
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   publish-room rtmp://127.0.0.1/live/room [rtmp://127.0.0.1/live/jerry]
 *
 * Three people in a room. A task mixes them to the first url; if there is a
 * second one, another task relays jerry there as he comes. After a while mike
 * leaves and the layout changes; then everything is stopped in good order.
 *
 *   jerry, mike, anna (here test patterns) -> publishbin -> CDNs
 */

#include <stdlib.h>

#include <gst/gst.h>
#include <gst/publish/publish.h>

/* The people; in an application they come from a network. */
#define PEOPLE \
    "publishbin name=room " \
    "  sink_0::user-id=jerry sink_1::user-id=jerry sink_2::user-id=anna " \
    "videotestsrc is-live=true pattern=ball ! " \
    "  video/x-raw,width=640,height=360,framerate=25/1 ! " \
    "  x264enc tune=zerolatency speed-preset=ultrafast key-int-max=50 ! " \
    "  queue ! room.sink_0 " \
    "audiotestsrc is-live=true volume=0.1 ! avenc_aac ! queue ! room.sink_1 " \
    "videotestsrc is-live=true pattern=smpte ! " \
    "  video/x-raw,width=640,height=480,framerate=15/1 ! queue ! room.sink_2"

#define MIKE "videotestsrc is-live=true pattern=pinwheel ! " \
    "video/x-raw,width=320,height=240,framerate=15/1 ! queue"

#define ENCODER "{ \"videoEncodedWidth\": 640, \"videoEncodedHeight\": 360, " \
    "\"audioEncodedSampleRate\": 48000 }"

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline, *room;
  GstElement *mike;
  GstPad *mikes_pad;
  gchar *mix, *relay;           /* task ids */
  guint n_running;
  gboolean failed;
} App;

/* --- what publishbin tells --- */

/* Signals come from publishbin's own thread. All of it is posted as messages
 * too, and those come to the main loop: simpler, when there is one. */
static void
on_element_message (App * app, const GstStructure * s)
{
  const gchar *name = gst_structure_get_name (s);
  gint code = GST_PUBLISH_CODE_OK, state = 0;

  gst_structure_get_int (s, "code", &code);
  if (g_str_equal (name, "cdn-state-changed")) {
    gst_structure_get_enum (s, "state", GST_TYPE_PUBLISH_CDN_STATE, &state);
    g_print ("%s: %s is %s %s\n", gst_structure_get_string (s, "task-id"),
        gst_structure_get_string (s, "url"),
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CDN_STATE, state),
        gst_structure_get_string (s, "message"));
  } else if (g_str_has_prefix (name, "publish-")) {
    g_print ("%s: %s, %s %s\n", gst_structure_get_string (s, "task-id"), name,
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code),
        gst_structure_get_string (s, "message"));
    app->failed |= code != GST_PUBLISH_CODE_OK;
    if (g_str_equal (name, "publish-stopped") && --app->n_running == 0)
      g_main_loop_quit (app->loop);
  }
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  App *app = data;
  GError *error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT &&
      GST_MESSAGE_SRC (message) == GST_OBJECT (app->room)) {
    on_element_message (app, gst_message_get_structure (message));
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s\n", error->message);
    g_error_free (error);
    app->failed = TRUE;
    g_main_loop_quit (app->loop);
  }
  return G_SOURCE_CONTINUE;
}

/* --- tasks --- */

static gchar *
start (App * app, const gchar * mode, const gchar * url,
    const gchar * encoder, const gchar * mixing)
{
  gchar *target = g_strdup_printf ("{ \"mode\": \"%s\", "
      "\"owner\": { \"userId\": \"jerry\" }, "
      "\"cdnUrlList\": [ { \"url\": \"%s\" } ] }", mode, url);
  gchar *id = NULL;

  g_signal_emit_by_name (app->room, "start-publish", target, encoder, mixing,
      &id);
  g_free (target);
  /* why it was refused is told with publish-started */
  if (id)
    app->n_running++;
  else
    app->failed = TRUE;
  return id;
}

/* --- someone comes and leaves --- */

static void
mike_comes (App * app)
{
  GstPad *pad;

  app->mike = gst_parse_bin_from_description (MIKE, TRUE, NULL);
  gst_bin_add (GST_BIN (app->pipeline), app->mike);
  app->mikes_pad = gst_element_request_pad_simple (app->room, "sink_%u");
  /* whose it is, before the first frame */
  g_object_set (app->mikes_pad, "user-id", "mike", NULL);
  pad = gst_element_get_static_pad (app->mike, "src");
  gst_pad_link (pad, app->mikes_pad);
  gst_object_unref (pad);
  gst_element_sync_state_with_parent (app->mike);
}

static gboolean
mike_leaves (gpointer data)
{
  App *app = data;
  gboolean accepted = FALSE;

  /* first who sends: nobody is to push into a pad that is gone */
  gst_element_set_state (app->mike, GST_STATE_NULL);
  gst_element_release_request_pad (app->room, app->mikes_pad);
  gst_clear_object (&app->mikes_pad);
  gst_bin_remove (GST_BIN (app->pipeline), app->mike);

  /* targets and encoders stay as they are */
  g_signal_emit_by_name (app->room, "update-publish", app->mix, NULL, NULL,
      "{ \"template\": \"pip\" }", &accepted);
  app->failed |= !accepted;
  return G_SOURCE_REMOVE;
}

static gboolean
stop_all (gpointer data)
{
  App *app = data;
  gboolean found = FALSE;

  g_signal_emit_by_name (app->room, "stop-publish", "", &found);
  if (!found)
    g_main_loop_quit (app->loop);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  App app = { NULL, };
  GError *error = NULL;
  GstBus *bus;

  gst_init (&argc, &argv);
  if (argc < 2 || argc > 3) {
    g_printerr ("usage: publish-room URL-OF-THE-MIX [URL-OF-JERRY]\n");
    return EXIT_FAILURE;
  }
  app.pipeline = gst_parse_launch (PEOPLE, &error);
  if (error) {
    g_printerr ("%s\n", error->message);
    return EXIT_FAILURE;
  }
  app.room = gst_bin_get_by_name (GST_BIN (app.pipeline), "room");
  app.loop = g_main_loop_new (NULL, FALSE);
  bus = gst_element_get_bus (app.pipeline);
  gst_bus_add_watch (bus, on_message, &app);
  mike_comes (&app);
  gst_element_set_state (app.pipeline, GST_STATE_PLAYING);

  app.mix = start (&app, "mix-to-cdn", argv[1], ENCODER,
      "{ \"template\": \"grid\" }");
  if (argc > 2)
    app.relay = start (&app, "big-to-cdn", argv[2], NULL, NULL);
  g_timeout_add_seconds (4, mike_leaves, &app);
  g_timeout_add_seconds (8, stop_all, &app);
  g_main_loop_run (app.loop);

  gst_element_set_state (app.pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  gst_object_unref (app.room);
  gst_object_unref (app.pipeline);
  g_main_loop_unref (app.loop);
  g_free (app.mix);
  g_free (app.relay);
  return app.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
