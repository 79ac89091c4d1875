/* participant.c: who takes part in the example's call
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * In an application the participants come from a network. Here each is a test
 * pattern with a tone, or a file that plays in real time and over and over.
 * What matters is the same for all: a queue before the mixer, and the user,
 * the room and the stream type on the mixer's pad.
 *
 * Locks: only self->lock, held for a few lines and over no call out.
 */

#include "participant.h"

#define ROOM "1234"

#define TEXT "textoverlay font-desc=\"Sans Bold 28\" "
#define CLOCK "timeoverlay font-desc=\"Mono Bold 20\" "

/* Drawn where a picture that fills its layout still shows it. */
#define NAME(text) TEXT "text=" text " valignment=center " \
    "halignment=center deltay=150 shaded-background=true shading-value=180"

/* Sizes, rates and formats are all different: the compositor takes each as it
 * is. The queue lets a pattern run ahead of the mixer and not in its thread. */
static const struct
{
  const gchar *user_id;
  const gchar *stream_type;
  const gchar *video;
  const gchar *audio;           /* NULL: silent */
} patterns[PARTICIPANT_N_PATTERNS] = {
  {"jerry", "big",
        "videotestsrc is-live=true pattern=ball motion=sweep flip=true "
        "background-color=0xff264653 foreground-color=0xffe9c46a ! "
        "video/x-raw,format=I420,width=960,height=540,framerate=24/1 ! "
        NAME ("jerry") " ! queue name=out",
      "audiotestsrc is-live=true volume=0.1 freq=262 ! queue name=out"},
  {"mike", "big",
        "videotestsrc is-live=true pattern=smpte75 horizontal-speed=6 ! "
        "video/x-raw,format=NV12,width=640,height=480,framerate=25/1 ! "
        NAME ("mike") " ! queue name=out",
      "audiotestsrc is-live=true volume=0.1 freq=330 ! queue name=out"},
  {"anna", "big",
        "videotestsrc is-live=true pattern=ball motion=hsweep "
        "background-color=0xff6d597a foreground-color=0xffeaac8b ! "
        "video/x-raw,format=YUY2,width=1280,height=720,framerate=10/1 ! "
        NAME ("anna") " ! queue name=out",
      "audiotestsrc is-live=true volume=0.1 freq=392 ! queue name=out"},
  /* held upright, as phones are */
  {"paul", "big",
        "videotestsrc is-live=true pattern=ball motion=wavy flip=true "
        "background-color=0xff2a9d8f foreground-color=0xff264653 ! "
        "video/x-raw,format=RGBA,width=360,height=640,framerate=20/1 ! "
        TEXT "text=paul valignment=center shaded-background=true "
        "shading-value=180 ! queue name=out",
      "audiotestsrc is-live=true volume=0.1 freq=523 ! queue name=out"},
  {"jerry", "sub",
        "videotestsrc is-live=true pattern=ball motion=wavy "
        "background-color=0xfff1faee foreground-color=0xffe63946 ! "
        "video/x-raw,format=BGRx,width=1920,height=1080,framerate=5/1 ! "
        TEXT "text=\"screen share\" valignment=top ypad=80 color=0xff1d3557 "
        "draw-outline=false draw-shadow=false ! "
        CLOCK "valignment=center halignment=center ! queue name=out",
      NULL},
};

struct _Participant
{
  GstElement *pipeline;
  GstElement *video, *audio;    /* what a file's streams are linked to */
  GstElement *source;           /* a file's, else NULL */
  gchar *location;

  GMutex lock;

  /* lock */
  GstClockTime begin;           /* running time at which the file's 0 is shown */
  guint n_open;                 /* streams that have not ended, and one more
                                 * while it is not known how many there are */
};

static void
show_pad (GstElement * bin, const gchar * inner, const gchar * pad_name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (bin), inner);
  GstPad *pad;

  if (element == NULL)
    return;
  pad = gst_element_get_static_pad (element, pad_name);
  gst_element_add_pad (bin, gst_ghost_pad_new (pad_name, pad));
  gst_object_unref (pad);
  gst_object_unref (element);
}

/* Adds what is described and links what is named "out" to a new pad of
 * @mixer. (The parser could make the bin's pads by itself, but it would show
 * a textoverlay's text pad too: the overlay waits for text then.) */
static GstElement *
add_bin (Participant * self, const gchar * description,
    GstElement * mixer, GstPad ** mixer_pad, GError ** error)
{
  GstElement *bin = gst_parse_bin_from_description (description, FALSE, error);
  GstPad *src, *sink;

  if (bin == NULL)
    return NULL;
  show_pad (bin, "in", "sink");
  show_pad (bin, "out", "src");
  gst_bin_add (GST_BIN (self->pipeline), bin);
  src = gst_element_get_static_pad (bin, "src");
  sink = gst_element_request_pad_simple (mixer, "sink_%u");
  gst_pad_link (src, sink);
  gst_object_unref (src);
  if (mixer_pad != NULL)
    *mixer_pad = sink;
  else
    gst_object_unref (sink);

  return bin;
}

/* Files */

static gboolean
play_again (gpointer data)
{
  Participant *self = data;

  gst_element_set_state (self->source, GST_STATE_READY);
  g_mutex_lock (&self->lock);
  self->begin = GST_CLOCK_TIME_NONE;
  self->n_open = 1;
  g_mutex_unlock (&self->lock);
  gst_element_sync_state_with_parent (self->source);

  return G_SOURCE_REMOVE;
}

/* The last of a file's streams that ends starts it again: in the main loop,
 * for no streaming thread may change the state of what it runs in. */
static void
stream_ended (Participant * self)
{
  gboolean all;

  g_mutex_lock (&self->lock);
  all = --self->n_open == 0;
  g_mutex_unlock (&self->lock);
  if (all)
    g_idle_add (play_again, self);
}

static GstPadProbeReturn
on_source_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;

  /* the mixers never hear of it: for them the participant is still there */
  stream_ended (data);
  return GST_PAD_PROBE_DROP;
}

static void
on_pad_added (GstElement * source, GstPad * pad, gpointer data)
{
  Participant *self = data;
  GstCaps *caps = gst_pad_query_caps (pad, NULL);
  const gchar *media = gst_caps_is_any (caps) || gst_caps_is_empty (caps) ?
      "" : gst_structure_get_name (gst_caps_get_structure (caps, 0));
  GstElement *next = NULL;
  GstPad *sink;
  GstClockTime begin;

  if (g_str_has_prefix (media, "video/"))
    next = self->video;
  else if (g_str_has_prefix (media, "audio/"))
    next = self->audio;
  gst_caps_unref (caps);
  if (next == NULL)
    return;

  sink = gst_element_get_static_pad (next, "sink");
  if (!gst_pad_is_linked (sink)) {
    /* The file's own time starts at 0 every time, the pipeline's goes on. */
    begin = gst_element_get_current_running_time (self->pipeline);
    g_mutex_lock (&self->lock);
    if (!GST_CLOCK_TIME_IS_VALID (self->begin))
      self->begin = GST_CLOCK_TIME_IS_VALID (begin) ? begin : 0;
    begin = self->begin;
    self->n_open++;
    g_mutex_unlock (&self->lock);

    gst_pad_set_offset (pad, (gint64) begin);
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        on_source_event, self, NULL);
    gst_pad_link (pad, sink);
  }
  gst_object_unref (sink);
}

static void
on_no_more_pads (GstElement * source, gpointer data)
{
  stream_ended (data);
}

static gboolean
add_file (Participant * self, GstElement * mix, GstElement * sound,
    GstPad ** pad, GError ** error)
{
  gchar *uri = gst_uri_is_valid (self->location) ?
      g_strdup (self->location) : gst_filename_to_uri (self->location, error);

  if (uri == NULL)
    return FALSE;

  /* clocksync holds each frame until its time: a file is as live as a camera */
  self->video =
      add_bin (self, "clocksync name=in ! queue name=out", mix, pad, error);
  if (self->video != NULL)
    self->audio = add_bin (self,
        "audioconvert name=in ! audioresample ! clocksync ! queue name=out",
        sound, NULL, error);
  if (self->audio != NULL)
    self->source = gst_element_factory_make ("uridecodebin", NULL);
  if (self->source == NULL) {
    g_free (uri);
    if (error != NULL && *error == NULL)
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
          "no element uridecodebin");
    return FALSE;
  }

  g_object_set (self->source, "uri", uri, NULL);
  g_free (uri);
  g_signal_connect (self->source, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->source, "no-more-pads",
      G_CALLBACK (on_no_more_pads), self);
  gst_bin_add (GST_BIN (self->pipeline), self->source);

  return TRUE;
}

static gboolean
add_pattern (Participant * self, GstElement * mix, GstElement * sound,
    guint index, GstPad ** pad, GError ** error)
{
  if (add_bin (self, patterns[index].video, mix, pad, error) == NULL)
    return FALSE;

  return patterns[index].audio == NULL ||
      add_bin (self, patterns[index].audio, sound, NULL, error) != NULL;
}

Participant *
participant_new (GstBin * pipeline, GstElement * mix,
    GstElement * sound, guint index, const gchar * location, GError ** error)
{
  Participant *self = g_new0 (Participant, 1);
  GstPad *pad = NULL;
  gboolean added;

  g_return_val_if_fail (location != NULL || index < PARTICIPANT_N_PATTERNS,
      NULL);

  g_mutex_init (&self->lock);
  self->pipeline = GST_ELEMENT (pipeline);
  self->location = g_strdup (location);
  self->begin = GST_CLOCK_TIME_NONE;
  self->n_open = 1;

  added = location != NULL ?
      add_file (self, mix, sound, &pad, error) :
      add_pattern (self, mix, sound, index, &pad, error);
  if (added) {
    gchar *user_id = index < PARTICIPANT_N_PATTERNS ?
        g_strdup (patterns[index].user_id) :
        g_strdup_printf ("guest-%u", index);

    /* who this is: layouts that are fixed to a user look for it */
    g_object_set (pad, "user-id", user_id, "room-id", ROOM, NULL);
    gst_util_set_object_arg (G_OBJECT (pad), "stream-type",
        index < PARTICIPANT_N_PATTERNS ? patterns[index].stream_type : "big");
    g_free (user_id);
  }
  gst_clear_object (&pad);
  if (!added)
    g_clear_pointer (&self, participant_free);

  return self;
}

void
participant_free (Participant * self)
{
  /* a file that was about to start again */
  g_idle_remove_by_data (self);
  g_mutex_clear (&self->lock);
  g_free (self->location);
  g_free (self);
}
