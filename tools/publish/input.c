/* input: one --input, and how it comes into the room
 *
 *   source (urisourcebin ! parsebin, or a pattern) -> way (queue)
 *     -> the room's pad
 *
 * The ways and the room's pads stay for as long as the user does; the source is
 * made anew for every round: a file that begins again, a server that is back.
 *
 * Threads: the main loop's, but for the callbacks of sources and pads.
 * Lock: PublishInput.lock guards the ways and which round it is; a round's own is
 * not taken with it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "input.h"

#include <string.h>

#include <gst/publish/gstpublishcompat-private.h>

#include "pattern.h"
#include "round.h"
#include "turn.h"

#define FIRST_WAIT_MS 1000
#define LONGEST_WAIT_MS 10000
/* A connection on which nothing comes for this long is made again, us. */
#define STALL_TIME (10 * G_TIME_SPAN_SECOND)

/* What of a stream waits here: what comes sooner than it is to be used, ns. */
#define QUEUE_TIME (3 * GST_SECOND)
/* So much of a stream that has its own pace goes into a mix at once, ns. */
#define BATCH_TIME (100 * GST_MSECOND)

typedef enum
{
  KIND_FILE,                    /* has an end and its own pace */
  KIND_NETWORK,                 /* is connected again */
  KIND_DEVICE,                  /* live and for good */
} Kind;

typedef struct
{
  PublishInput *input;
  GstElement *queue;            /* input's lock; NULL: not there yet */
  GstPad *pad;                  /* input's lock; the room's */
  PublishTurn turn;
} Way;

struct _PublishInput
{
  GstElement *pipeline, *room;
  const PublishInputOptions *options;
  PublishInputFunc func;
  gpointer data;
  Kind kind;
  gboolean paced;               /* comes as fast as we take it */
  gchar *uri;
  gint follows;                 /* atomic: a sender's clock */

  gboolean over;
  gboolean lost;                /* told so; not back yet */
  guint wait_ms, retry;

  guint n_rounds;

  GMutex lock;
  GCond cond;
  GstElement *source;           /* lock; NULL: none now */
  PublishRound *round;          /* lock */
  Way ways[2];                  /* video, audio */
  guint n_closing;              /* lock: sources on their way to NULL */
  gint64 last_data;             /* lock: us, monotonic */
};

static void start_round (PublishInput * input);

/* --- the end of a round --- */

static gboolean
on_retry (gpointer data)
{
  PublishInput *input = data;

  input->retry = 0;
  start_round (input);
  return G_SOURCE_REMOVE;
}

static void
set_to_null (GstElement * element, gpointer data)
{
  PublishInput *input = data;

  gst_element_set_state (element, GST_STATE_NULL);
  g_mutex_lock (&input->lock);
  input->n_closing--;
  g_cond_broadcast (&input->cond);
  g_mutex_unlock (&input->lock);
}

/* A connection may take its time to close: not in the main loop. */
static void
drop_source (PublishInput * input)
{
  GstElement *source;
  PublishRound *round;

  g_mutex_lock (&input->lock);
  source = input->source;
  round = input->round;
  input->source = NULL;
  input->round = NULL;
  input->n_closing += source != NULL;
  g_mutex_unlock (&input->lock);
  g_clear_pointer (&round, publish_round_unref);
  if (!source)
    return;
  gst_element_set_locked_state (source, TRUE);
  gst_object_ref (source);
  gst_bin_remove (GST_BIN (input->pipeline), source);
  gst_publish_call_async (source, set_to_null, input);
  gst_object_unref (source);
}

static void
end_round (PublishInput * input, const gchar * why)
{
  drop_source (input);
  if (input->over)
    return;
  if (input->kind == KIND_FILE && input->options->loop) {
    input->retry = g_timeout_add (0, on_retry, input);
  } else if (input->kind == KIND_NETWORK) {
    input->lost = TRUE;
    input->func (input, "input-lost", why, input->data);
    input->retry = g_timeout_add (input->wait_ms, on_retry, input);
    input->wait_ms = MIN (input->wait_ms * 2, LONGEST_WAIT_MS);
  } else {
    input->func (input, "input-ended", why, input->data);
    publish_input_leave (input);
  }
}

static gboolean
on_round_ended (gpointer data)
{
  PublishRound *round = data;
  PublishInput *input = publish_round_get_data (round);

  /* only this thread changes which one it is */
  if (input->round == round)
    end_round (input, "it has ended");
  return G_SOURCE_REMOVE;
}

/* --- from the source into the room --- */

/* Where a way leads into the room. */
static GstPadProbeReturn
on_way_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Way *way = data;
  PublishInput *input = way->input;

  if (input->paced)
    publish_turn_wait (&way->turn, input->pipeline, publish_time_of (pad,
            GST_PAD_PROBE_INFO_BUFFER (info)),
        g_atomic_int_get (&input->follows) ? BATCH_TIME : 0);
  g_mutex_lock (&input->lock);
  input->last_data = g_get_monotonic_time ();
  g_mutex_unlock (&input->lock);
  return GST_PAD_PROBE_OK;
}

/* Where a way ends: what was on the way has passed. An end of a round before
 * this one came too late to be of interest. */
static GstPadProbeReturn
on_way_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  PublishInput *input = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  PublishRound *round = NULL;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_DOWNSTREAM)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&input->lock);
  if (input->round && publish_round_is_end (input->round, event))
    round = publish_round_ref (input->round);
  g_mutex_unlock (&input->lock);
  if (round) {
    publish_round_close_one (round);
    publish_round_unref (round);
  }
  return GST_PAD_PROBE_DROP;
}

/* Lock held. */
static gboolean
make_way (PublishInput * input, guint i)
{
  Way *way = &input->ways[i];
  const PublishInputOptions *options = input->options;
  static gint n_ways = 0;
  gchar *name;
  GstPad *src;

  way->queue = gst_element_factory_make ("queue", NULL);
  if (!way->queue)
    return FALSE;
  /* threads are named after queues */
  name = g_strdup_printf ("in-%d", g_atomic_int_add (&n_ways, 1));
  gst_object_set_name (GST_OBJECT (way->queue), name);
  g_free (name);
  g_object_set (way->queue, "max-size-time", QUEUE_TIME, "max-size-buffers", 0,
      "max-size-bytes", 0, "silent", TRUE, NULL);
  gst_bin_add (GST_BIN (input->pipeline), way->queue);
  way->pad = gst_element_request_pad_simple (input->room, "sink_%u");
  g_object_set (way->pad, "user-id", options->user_id ? options->user_id : "",
      "room-id", options->room_id ? options->room_id : "",
      "stream-type", options->type, "volume", options->volume,
      "mute", options->mute, NULL);
  src = gst_element_get_static_pad (way->queue, "src");
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_way_event,
      input, NULL);
  /* a file waits for its time, also a web server's; who is live does not */
  if (input->paced || input->kind == KIND_NETWORK)
    gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_way_buffer, way,
        NULL);
  gst_pad_link (src, way->pad);
  gst_object_unref (src);
  gst_element_sync_state_with_parent (way->queue);
  return TRUE;
}

static gboolean
on_round_flows (gpointer data)
{
  PublishRound *round = data;
  PublishInput *input = publish_round_get_data (round);

  if (input->round == round)
    input->wait_ms = FIRST_WAIT_MS;
  if (input->round == round && input->lost) {
    input->lost = FALSE;
    input->func (input, "input-back", "", input->data);
  }
  return G_SOURCE_REMOVE;
}

/* Any thread. */
static void
link_stream (PublishRound * round, GstPad * pad, guint i)
{
  PublishInput *input = publish_round_get_data (round);
  Way *way = &input->ways[i];
  GstPad *sink = NULL, *ghost;

  g_mutex_lock (&input->lock);
  if (input->round == round && (way->queue || make_way (input, i)))
    sink = gst_element_get_static_pad (way->queue, "sink");
  if (sink && !gst_pad_is_linked (sink)) {
    publish_round_add (round, pad, i);
    ghost = gst_ghost_pad_new (NULL, pad);
    gst_pad_set_active (ghost, TRUE);
    gst_element_add_pad (input->source, ghost);
    gst_pad_link (ghost, sink);
  }
  g_mutex_unlock (&input->lock);
  gst_clear_object (&sink);
}

/* A streaming thread, of a parser. */
static void
on_parsed_pad (GstElement * parser, GstPad * pad, gpointer data)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  const gchar *name;

  if (!caps)
    caps = gst_pad_query_caps (pad, NULL);
  name = gst_caps_is_any (caps) || gst_caps_is_empty (caps) ? "" :
      gst_structure_get_name (gst_caps_get_structure (caps, 0));
  if (g_str_has_prefix (name, "video/") || g_str_has_prefix (name, "image/"))
    link_stream (data, pad, PUBLISH_ROUND_VIDEO);
  else if (g_str_has_prefix (name, "audio/"))
    link_stream (data, pad, PUBLISH_ROUND_AUDIO);
  gst_caps_unref (caps);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  publish_round_unref (data);
}

static void
listen (GstElement * element, const gchar * signal, GCallback func,
    PublishRound * round)
{
  g_signal_connect_data (element, signal, func, publish_round_ref (round),
      unref_closure, 0);
}

/* A streaming thread, of a source: each of its streams gets a parser. */
static void
on_source_pad (GstElement * element, GstPad * pad, gpointer data)
{
  PublishRound *round = data;
  GstElement *parser = gst_element_factory_make ("parsebin", NULL);
  GstObject *bin = gst_object_get_parent (GST_OBJECT (element));
  GstPad *sink;

  if (parser && bin) {
    listen (parser, "pad-added", G_CALLBACK (on_parsed_pad), round);
    gst_bin_add (GST_BIN (bin), parser);
    gst_element_sync_state_with_parent (parser);
    sink = gst_element_get_static_pad (parser, "sink");
    gst_pad_link (pad, sink);
    gst_object_unref (sink);
  } else {
    gst_clear_object (&parser);
  }
  gst_clear_object (&bin);
}

/* --- sources --- */

static void
link_pattern (PublishInput * input)
{
  static const gchar *const names[] = { "video", "audio" };
  guint i;

  for (i = 0; i < 2; i++) {
    GstElement *end = gst_bin_get_by_name (GST_BIN (input->source), names[i]);
    GstPad *pad;

    if (!end)
      continue;
    pad = gst_element_get_static_pad (end, "src");
    link_stream (input->round, pad, i);
    gst_object_unref (pad);
    gst_object_unref (end);
  }
}

/* A source's own ways to go on are left off: its user is told, and a round begins
 * anew. */
static void
on_source_setup (GstElement * element, GstElement * source, gpointer data)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (source);

  if (g_object_class_find_property (class, "auto-reconnect"))
    g_object_set (source, "auto-reconnect", FALSE, NULL);
}

static GstElement *
new_uri_source (PublishInput * input, PublishRound * round, GError ** error)
{
  GstElement *bin, *source = gst_element_factory_make ("urisourcebin", NULL);

  if (!source) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "No element \"urisourcebin\" is installed");
    return NULL;
  }
  bin = gst_bin_new (NULL);
  g_object_set (source, "uri", input->uri, NULL);
  gst_bin_add (GST_BIN (bin), source);
  listen (source, "pad-added", G_CALLBACK (on_source_pad), round);
  g_signal_connect (source, "source-setup", G_CALLBACK (on_source_setup), NULL);
  return bin;
}

static const PublishRoundFuncs round_funcs = { on_round_flows, on_round_ended };

static void
start_round (PublishInput * input)
{
  gboolean pattern = g_str_has_prefix (input->uri, "test:");
  GError *error = NULL;
  PublishRound *round;
  guint64 latency = 0;
  GstElement *source;

  g_object_get (input->room, "latency", &latency, NULL);
  round = publish_round_new (++input->n_rounds, input->pipeline,
      input->kind == KIND_NETWORK ? &input->follows : NULL, latency / 4,
      !input->paced, &round_funcs, input);
  source = pattern ? publish_pattern_new (input->uri, &error) :
      new_uri_source (input, round, &error);
  g_mutex_lock (&input->lock);
  input->round = round;
  input->source = source;
  input->last_data = g_get_monotonic_time ();
  g_mutex_unlock (&input->lock);
  if (!source) {
    input->func (input, "input-failed", error->message, input->data);
    g_error_free (error);
    drop_source (input);
    publish_input_leave (input);
    return;
  }
  gst_bin_add (GST_BIN (input->pipeline), source);
  if (pattern)
    link_pattern (input);
  gst_element_sync_state_with_parent (source);
}

/* --- the user --- */

static Kind
kind_of (const gchar * uri)
{
  gchar *protocol = gst_uri_get_protocol (uri);
  static const gchar *const network[] = { "rtmp", "rtmps", "rtmpt", "srt",
    "rtsp", "rtsps", "rtspt", "http", "https", "udp", "rtp", "tcp"
  };
  Kind kind = KIND_DEVICE;
  guint i;

  if (g_str_equal (protocol, "file"))
    kind = KIND_FILE;
  for (i = 0; i < G_N_ELEMENTS (network); i++) {
    if (g_str_equal (protocol, network[i]))
      kind = KIND_NETWORK;
  }
  g_free (protocol);
  return kind;
}

/* (transfer full): the URI without secrets; a pattern and a path have none */
static gchar *
show (const gchar * uri)
{
  return strstr (uri, "://") ? gst_publish_url_redact (uri) : g_strdup (uri);
}

static gboolean
check_reader (const gchar * uri, GError ** error)
{
  GstElement *element = gst_element_make_from_uri (GST_URI_SRC, uri, NULL,
      NULL);
  gchar *shown;

  if (element) {
    gst_object_unref (gst_object_ref_sink (element));
    return TRUE;
  }
  shown = show (uri);
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
      "No installed element reads %s", shown);
  g_free (shown);
  return FALSE;
}

static gboolean
check_file (const gchar * uri, GError ** error)
{
  gchar *path = g_filename_from_uri (uri, NULL, error);
  gboolean good = path && g_file_test (path, G_FILE_TEST_IS_REGULAR);

  if (path && !good)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
        "There is no file %s", path);
  g_free (path);
  return good;
}

/* @options outlive the input. NULL: the URI is not usable. */
PublishInput *
publish_input_new (GstElement * pipeline, GstElement * room,
    const PublishInputOptions * options, PublishInputFunc func,
    gpointer data, GError ** error)
{
  PublishInput *input = g_new0 (PublishInput, 1);
  GError *fault = NULL;
  guint i;

  input->pipeline = pipeline;
  input->room = room;
  input->options = options;
  input->func = func;
  input->data = data;
  input->wait_ms = FIRST_WAIT_MS;
  for (i = 0; i < G_N_ELEMENTS (input->ways); i++) {
    input->ways[i].input = input;
    publish_turn_init (&input->ways[i].turn);
  }
  g_mutex_init (&input->lock);
  g_cond_init (&input->cond);
  input->uri = gst_uri_is_valid (options->uri) ? g_strdup (options->uri) :
      gst_filename_to_uri (options->uri, &fault);
  if (input->uri && g_str_has_prefix (input->uri, "test:")) {
    GstElement *bin;

    input->kind = KIND_DEVICE;
    bin = publish_pattern_new (input->uri, &fault);
    if (bin)
      gst_object_unref (gst_object_ref_sink (bin));
  } else if (input->uri) {
    input->kind = kind_of (input->uri);
    input->paced = input->kind == KIND_FILE ||
        gst_uri_has_protocol (input->uri, "http") ||
        gst_uri_has_protocol (input->uri, "https");
    if (input->kind == KIND_FILE)
      check_file (input->uri, &fault);
    else
      check_reader (input->uri, &fault);
  }
  if (fault) {
    g_propagate_error (error, fault);
    g_clear_pointer (&input, publish_input_free);
  }
  return input;
}

void
publish_input_come (PublishInput * input)
{
  if (!input->over && !input->source && !input->retry)
    start_round (input);
}

/* For a mix: a sender's clock that is not ours is followed. What is relayed goes
 * by the sender's clock only. */
void
publish_input_set_follows (PublishInput * input, gboolean follows)
{
  g_atomic_int_set (&input->follows, follows);
}

/* Now and then: a connection that is silent is given up. */
void
publish_input_check (PublishInput * input)
{
  gboolean stalled;

  if (input->kind != KIND_NETWORK || !input->source)
    return;
  g_mutex_lock (&input->lock);
  stalled = g_get_monotonic_time () > input->last_data + STALL_TIME;
  g_mutex_unlock (&input->lock);
  if (stalled)
    end_round (input, "nothing comes any more");
}

/* The user leaves: the room's pads go. */
void
publish_input_leave (PublishInput * input)
{
  guint i;

  input->over = TRUE;
  if (input->retry)
    g_source_remove (input->retry);
  input->retry = 0;
  drop_source (input);
  /* no round makes a way any more */
  for (i = 0; i < 2; i++)
    publish_turn_end (&input->ways[i].turn);
  for (i = 0; i < 2; i++) {
    Way *way = &input->ways[i];

    if (way->queue)
      gst_element_release_request_pad (input->room, way->pad);
    gst_clear_object (&way->pad);
  }
  for (i = 0; i < 2; i++) {
    Way *way = &input->ways[i];

    if (way->queue) {
      gst_element_set_locked_state (way->queue, TRUE);
      gst_element_set_state (way->queue, GST_STATE_NULL);
      gst_bin_remove (GST_BIN (input->pipeline), way->queue);
    }
    way->queue = NULL;
  }
}

/* The user has come, even if nothing is to be seen at the moment. */
gboolean
publish_input_is_here (PublishInput * input)
{
  return input->source || input->retry;
}

/* The user has left for good. */
gboolean
publish_input_is_over (PublishInput * input)
{
  return input->over;
}

gboolean
publish_input_owns (PublishInput * input, GstObject * object)
{
  return input->source && (object == GST_OBJECT (input->source) ||
      gst_object_has_as_ancestor (object, GST_OBJECT (input->source)));
}

/* An ERROR of the source. */
void
publish_input_failed (PublishInput * input, const gchar * message)
{
  if (input->kind != KIND_NETWORK) {
    input->func (input, "input-failed", message, input->data);
    publish_input_leave (input);
  } else {
    end_round (input, message);
  }
}

/* (transfer full): its URI as it may be told */
gchar *
publish_input_show (PublishInput * input)
{
  return show (input->options->uri);
}

const PublishInputOptions *
publish_input_get_options (PublishInput * input)
{
  return input->options;
}

/* Waits until its last source is in NULL. */
void
publish_input_free (PublishInput * input)
{
  guint i;

  publish_input_leave (input);
  g_mutex_lock (&input->lock);
  while (input->n_closing > 0)
    g_cond_wait (&input->cond, &input->lock);
  g_mutex_unlock (&input->lock);
  for (i = 0; i < G_N_ELEMENTS (input->ways); i++)
    publish_turn_clear (&input->ways[i].turn);
  g_mutex_clear (&input->lock);
  g_cond_clear (&input->cond);
  g_free (input->uri);
  g_free (input);
}
