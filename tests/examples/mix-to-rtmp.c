/* mix-to-rtmp.c: composes a call and publishes it to an RTMP server
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   mix-to-rtmp --url rtmp://127.0.0.1/live/mix \
 *       --config case-1-four-users.json --next-config case-2-screen-share.json
 *
 * Four people and a screen share are composed as the first config says; half
 * way the second one is applied, and the picture goes on: the call's layout,
 * even its size, changes in the running stream. The participants are test
 * patterns, or the files that are named as arguments. Ctrl-C ends it early.
 * Each --url is published to, a file:///path.flv too; a server that goes away
 * and comes back gets what it missed.
 *
 *   participants -> layoutcompositor -> x264enc ----.
 *   (participant.c)                                  relaypublishsink -> urls
 *                -> audiomixer -> avenc_aac --------'
 */

#include <stdlib.h>
#include <unistd.h>

#include <glib-unix.h>
#include <gst/gst.h>
#include <gst/publish/publish.h>

#include "participant.h"

#define MAX_PARTICIPANTS 16
/* how long the last frames may take to reach the server, ms */
#define END_TIMEOUT 20000

/* What composes, encodes and sends. The latency of a mixer, ns, is how late a
 * participant may be before the mixer goes on without; relaypublishsink has
 * more of it, for it must not go on without the encoder, and takes what there is
 * at once anyway. "Scenecut" would put keyframes at will; a CDN wants them where the
 * GOP says. The silence makes sound flow, and live, when nobody speaks;
 * (force-live would too, but an audiomixer with it never ends). */
#define OUTPUT \
    "layoutcompositor name=mix force-live=true latency=200000000 " \
    "  start-time-selection=zero ! queue ! " \
    "x264enc name=x264enc tune=zerolatency speed-preset=superfast " \
    "  option-string=scenecut=0 ! queue ! pub.video " \
    "audiomixer name=sound latency=200000000 start-time-selection=zero ! " \
    "audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! " \
    "avenc_aac bitrate=50000 ! queue max-size-time=0 max-size-buffers=0 ! " \
    "pub.audio " \
    "audiotestsrc is-live=true wave=silence ! " \
    "  audio/x-raw,rate=48000,channels=1 ! queue ! sound. " \
    "relaypublishsink name=pub latency=10000000000 resume-policy=lossless"

static gchar **urls = NULL;
static gchar *config_file = NULL;
static gchar *next_config_file = NULL;
static gint duration = 16;
static gchar **files = NULL;

static const GOptionEntry options[] = {
  {"url", 0, 0, G_OPTION_ARG_STRING_ARRAY, &urls,
      "Where to publish, as often as you like; rtmp://127.0.0.1/live/mix by "
        "default", "URL"},
  {"config", 0, 0, G_OPTION_ARG_FILENAME, &config_file,
      "Mixing config to begin with (a grid without one)", "FILE"},
  {"next-config", 0, 0, G_OPTION_ARG_FILENAME, &next_config_file,
      "Mixing config to go on with from half of the time", "FILE"},
  {"duration", 0, 0, G_OPTION_ARG_INT, &duration,
      "How long, 16 by default", "SECONDS"},
  {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files,
      "The participants' media, in turn", "[FILE|URI...]"},
  {NULL}
};

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline, *mix, *sound, *pub;
  Participant *participants[MAX_PARTICIPANTS];
  guint n_participants;
  guint n_configs;              /* given to the compositor */
  guint serial;                 /* of the config that is shown */
  guint seconds;                /* of the stream so far */
  gboolean changed;             /* the next config was applied */
  gboolean ending;
  gboolean failed;
} App;

static void
fail (App * app, const gchar * what)
{
  g_printerr ("%s\n", what);
  app->failed = TRUE;
  g_main_loop_quit (app->loop);
}

/* The mixing config is the compositor's. What the same document says of the
 * encoder is the application's work; zeros are chosen by the picture's size. */
static void
configure_encoder (App * app, const gchar * json)
{
  GstElement *encoder = gst_bin_get_by_name (GST_BIN (app->pipeline),
      "x264enc");
  GstPublishJob *job = gst_publish_job_new_from_json (json, NULL);
  GstPublishVideoParams video = { 0, };

  if (job != NULL && gst_publish_job_get_n_encoders (job) > 0)
    gst_publish_encoder_params_get_video (gst_publish_job_get_encoder (job, 0),
        &video);
  gst_publish_video_params_resolve (&video);
  g_object_set (encoder, "bitrate", (guint) video.kbps,
      "key-int-max", (guint) (video.fps * video.gop), NULL);

  g_clear_pointer (&job, gst_publish_job_unref);
  gst_object_unref (encoder);
}

static gboolean
apply_config (App * app, const gchar * file)
{
  gchar *json, *wrong = NULL;
  GError *error = NULL;

  if (!g_file_get_contents (file, &json, NULL, &error)) {
    fail (app, error->message);
    g_error_free (error);
    return FALSE;
  }

  /* the whole of the live update; whatever is wrong, the picture goes on */
  g_signal_emit_by_name (app->mix, "apply-config", json, &wrong);

  if (wrong == NULL) {
    configure_encoder (app, json);
    app->n_configs++;
  } else {
    gchar *text = g_strdup_printf ("%s: %s", file, wrong);

    fail (app, text);
    g_free (text);
    g_free (wrong);
  }
  g_free (json);

  return app->n_configs > 0;
}

/* Progress */

/* "0 jerry, 1 mike, 2 -": a user of `layout-applied` and of `stats`. */
static gchar *
describe_slots (const GstStructure * s)
{
  const GValue *slots = gst_structure_get_value (s, "slots");
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; i < gst_value_array_get_size (slots); i++) {
    const GstStructure *slot =
        gst_value_get_structure (gst_value_array_get_value (slots, i));
    const gchar *user = gst_structure_get_string (slot, "user-id");
    gint type = GST_PUBLISH_STREAM_TYPE_BIG;

    gst_structure_get_enum (slot, "stream-type", GST_TYPE_PUBLISH_STREAM_TYPE,
        &type);
    g_string_append_printf (text, "%s%u %s%s", i > 0 ? ", " : "", i,
        user != NULL ? user : "-",
        type == GST_PUBLISH_STREAM_TYPE_SUB ? " (screen)" : "");
  }

  return g_string_free (text, FALSE);
}

static void
show_progress (App * app)
{
  GstStructure *stats;
  guint64 frames = 0;
  gint width = 0, height = 0;
  guint serial = 0;
  gchar *slots;

  g_object_get (app->mix, "stats", &stats, NULL);
  gst_structure_get (stats, "frames", G_TYPE_UINT64, &frames,
      "serial", G_TYPE_UINT, &serial, "canvas-width", G_TYPE_INT, &width,
      "canvas-height", G_TYPE_INT, &height, NULL);
  slots = describe_slots (stats);

  /* on a terminal one line that changes */
  g_print ("%s%3u s  %4" G_GUINT64_FORMAT " frames  %dx%d  config %u  %s%s",
      isatty (STDOUT_FILENO) ? "\r\033[K" : "", app->seconds, frames, width,
      height, serial, slots, isatty (STDOUT_FILENO) ? "" : "\n");

  g_free (slots);
  gst_structure_free (stats);
}

/* The end */

static gboolean
on_end_timeout (gpointer data)
{
  fail (data, "The stream does not end");
  return G_SOURCE_REMOVE;
}

static GstPadProbeReturn
drop (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_DROP;
}

/* Called as soon as @pad, a participant's, is pushing nothing: from here on it
 * never will, and the mixer's pad ends. Nothing may follow, for the next
 * stream-start, a file's that begins again, would undo the EOS. */
static GstPadProbeReturn
end_participant (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstPad *sink = GST_PAD (data);
  GstEvent *started = gst_pad_get_sticky_event (sink, GST_EVENT_STREAM_START,
      0);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      drop, NULL, NULL);

  /* a file may have had no sound, or no picture */
  if (started != NULL)
    gst_event_unref (started);
  else
    gst_pad_send_event (sink, gst_event_new_stream_start ("none"));
  gst_pad_send_event (sink, gst_event_new_eos ());

  return GST_PAD_PROBE_REMOVE;
}

static void
end_pads (GstElement * mixer)
{
  GList *pads = NULL, *l;

  GST_OBJECT_LOCK (mixer);
  for (l = mixer->sinkpads; l != NULL; l = l->next)
    pads = g_list_prepend (pads, gst_object_ref (l->data));
  GST_OBJECT_UNLOCK (mixer);

  for (l = pads; l != NULL; l = l->next) {
    GstPad *peer = gst_pad_get_peer (l->data);

    gst_pad_add_probe (peer, GST_PAD_PROBE_TYPE_IDLE, end_participant,
        gst_object_ref (l->data), gst_object_unref);
    gst_object_unref (peer);
  }
  g_list_free_full (pads, gst_object_unref);
}

/* Everyone leaves: both mixers end, and what they made is encoded, sent and
 * followed by EOS, which says when it is safe to stop. */
static void
end_stream (App * app)
{
  if (app->ending)
    return;

  app->ending = TRUE;
  end_pads (app->mix);
  end_pads (app->sound);
  g_timeout_add (END_TIMEOUT, on_end_timeout, app);
}

static gboolean
on_interrupt (gpointer data)
{
  end_stream (data);
  return G_SOURCE_CONTINUE;
}

/* By the time of the stream, not of the wall: on a machine that is too slow
 * the two part. */
static gboolean
on_tick (gpointer data)
{
  App *app = data;
  gint64 position;

  if (app->ending || !gst_element_query_position (app->mix, GST_FORMAT_TIME,
          &position))
    return G_SOURCE_CONTINUE;

  if ((guint) (position / GST_SECOND) > app->seconds) {
    app->seconds = (guint) (position / GST_SECOND);
    show_progress (app);
  }
  if (next_config_file != NULL && !app->changed &&
      position >= duration * GST_SECOND / 2) {
    app->changed = TRUE;
    apply_config (app, next_config_file);
  }
  if (position >= duration * GST_SECOND)
    end_stream (app);

  return G_SOURCE_CONTINUE;
}

/* Messages */

static void
on_layout_applied (App * app, const GstStructure * s)
{
  guint64 running_time = 0;
  gchar *slots = describe_slots (s);

  gst_structure_get (s, "serial", G_TYPE_UINT, &app->serial,
      "running-time", G_TYPE_UINT64, &running_time, NULL);
  g_print ("%sconfig %u is shown from %.3f s on: %s\n",
      isatty (STDOUT_FILENO) ? "\r\033[K" : "", app->serial,
      (gdouble) running_time / GST_SECOND, slots);
  g_free (slots);
}

/* The message has no secrets: the url's are left out. */
static void
on_target_state (App * app, const GstStructure * s)
{
  const gchar *message = gst_structure_get_string (s, "message");
  gint state = GST_PUBLISH_CDN_STATE_IDLE;

  gst_structure_get_enum (s, "state", GST_TYPE_PUBLISH_CDN_STATE, &state);
  g_print ("%s%s is %s%s%s\n", isatty (STDOUT_FILENO) ? "\r\033[K" : "",
      gst_structure_get_string (s, "url"),
      gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CDN_STATE, state),
      *message != '\0' ? ": " : "", message);
  /* what was asked for cannot be had any more */
  if (state == GST_PUBLISH_CDN_STATE_FAILED)
    fail (app, "A target failed");
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  App *app = data;
  GError *error = NULL;
  gchar *debug = NULL, *text;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name (message, "layout-applied"))
        on_layout_applied (app, gst_message_get_structure (message));
      else if (gst_message_has_name (message, "target-state-changed"))
        on_target_state (app, gst_message_get_structure (message));
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      g_printerr ("warning: %s: %s\n", GST_MESSAGE_SRC_NAME (message),
          error->message);
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      text = g_strdup_printf ("error: %s: %s (%s)",
          GST_MESSAGE_SRC_NAME (message), error->message, debug);
      fail (app, text);
      g_free (text);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  g_clear_error (&error);
  g_free (debug);

  return G_SOURCE_CONTINUE;
}

static gboolean
build (App * app, GError ** error)
{
  guint n_files = files != NULL ? g_strv_length (files) : 0;
  guint n = MAX (MIN (n_files, MAX_PARTICIPANTS), PARTICIPANT_N_PATTERNS);
  static const gchar *const default_urls[] = { "rtmp://127.0.0.1/live/mix",
    NULL
  };
  const gchar *const *url =
      urls != NULL ? (const gchar * const *) urls : default_urls;

  app->pipeline = gst_parse_launch (OUTPUT, error);
  if (app->pipeline == NULL || (error != NULL && *error != NULL))
    return FALSE;
  app->mix = gst_bin_get_by_name (GST_BIN (app->pipeline), "mix");
  app->sound = gst_bin_get_by_name (GST_BIN (app->pipeline), "sound");
  app->pub = gst_bin_get_by_name (GST_BIN (app->pipeline), "pub");
  for (; *url != NULL; url++) {
    guint id;

    /* TRUE: a server of our own, which is not to be spared */
    g_signal_emit_by_name (app->pub, "add-target", *url, TRUE, &id);
    if (id == 0) {
      g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
          "Nothing can be published to one of the urls");
      return FALSE;
    }
  }

  /* in order of arrival */
  for (; app->n_participants < n; app->n_participants++) {
    guint i = app->n_participants;

    app->participants[i] = participant_new (GST_BIN (app->pipeline), app->mix,
        app->sound, i, i < n_files ? files[i] : NULL, error);
    if (app->participants[i] == NULL)
      return FALSE;
  }

  return TRUE;
}

static void
run (App * app)
{
  GstBus *bus = gst_element_get_bus (app->pipeline);

  gst_bus_add_watch (bus, on_message, app);
  if (gst_element_set_state (app->pipeline, GST_STATE_PLAYING) !=
      GST_STATE_CHANGE_FAILURE) {
    g_timeout_add (50, on_tick, app);
    g_unix_signal_add (SIGINT, on_interrupt, app);
  }
  /* a failure is told by a message too */
  g_main_loop_run (app->loop);

  gst_element_set_state (app->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  if (!app->failed && app->serial != app->n_configs)
    fail (app, "Not every config was shown");
}

int
main (int argc, char **argv)
{
  App app = { NULL, };
  GOptionContext *context =
      g_option_context_new ("- compose a call and publish it");
  GError *error = NULL;
  guint i;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) ||
      duration < 2 || duration > 24 * 3600) {
    g_printerr ("%s\n", error != NULL ? error->message :
        "--duration takes 2 to 86400 seconds");
    g_clear_error (&error);
    g_option_context_free (context);
    return EXIT_FAILURE;
  }
  g_option_context_free (context);

  app.loop = g_main_loop_new (NULL, FALSE);
  if (!build (&app, &error))
    fail (&app, error->message);
  else if (config_file == NULL || apply_config (&app, config_file))
    run (&app);
  g_clear_error (&error);

  gst_clear_object (&app.mix);
  gst_clear_object (&app.sound);
  gst_clear_object (&app.pub);
  gst_clear_object (&app.pipeline);
  for (i = 0; i < app.n_participants; i++)
    participant_free (app.participants[i]);
  g_main_loop_unref (app.loop);
  g_strfreev (files);
  g_free (config_file);
  g_free (next_config_file);
  g_strfreev (urls);
  gst_deinit ();

  return app.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
