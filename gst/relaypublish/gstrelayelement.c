/* The branch of an element: a bin of its own, outside the application's
 * pipeline, with a source that reads the relay ring and the protocol's sink. Its
 * messages go no further than here. rtmp2sink only revives through NULL anyway,
 * so a branch is used once.
 *
 * The bin changes its state in a thread of a pool: a sink may block while it
 * opens (a FIFO that nobody reads, a mount that hangs) and while it closes (a
 * server that is silent), and neither holds up the worker. The two never
 * overlap: the thread that starts a branch also closes it if it was told so
 * meanwhile. Until then the branch is there, whoever else has left.
 *
 * The sink posts its errors with its own lock held, so nothing here asks the sink
 * anything while it talks.
 *
 * Locks: ElementBranch.lock guards `starting`, `closing` and `leftover`; a leaf.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "gstrelaybranch-private.h"
#include "gstrelaysocket.h"
#include "gstrelaysrc.h"

typedef struct
{
  GstRelayBranch parent;

  GstElement *bin, *src, *sink;
  GstBus *bus;
  GstRelayTrust *trust;

  GMutex lock;
  gboolean starting;            /* the bin is on its way to PLAYING */
  gboolean closing;             /* it is to go to NULL */
  GMainContext *leftover;       /* of a sink that leaves sources in it */
} ElementBranch;

#define ELEMENT_BRANCH(branch) ((ElementBranch *) (branch))

static void
clear (GstRelayBranch * branch)
{
  ElementBranch *self = ELEMENT_BRANCH (branch);

  gst_clear_object (&self->bin);
  gst_clear_object (&self->bus);
  g_clear_pointer (&self->trust, gst_relay_trust_free);
  g_clear_pointer (&self->leftover, g_main_context_unref);
  g_mutex_clear (&self->lock);
}

static gboolean
contains (const gchar * text, const gchar * part)
{
  return text && strstr (text, part) != NULL;
}

/* Which phase an error of rtmp2sink belongs to. Its texts name the command
 * that failed; before any command the socket's last step tells. */
static GstPublishCdnPhase
rtmp2_phase (const GError * error, const gchar * debug)
{
  if (contains (debug, "g-tls-error-quark"))
    return GST_PUBLISH_CDN_PHASE_TLS;
  if (contains (error->message, "publish denied") ||
      contains (error->message, "'publish' cmd") ||
      contains (error->message, "'createStream' cmd"))
    return GST_PUBLISH_CDN_PHASE_PUBLISH;
  if (contains (error->message, "'connect' cmd"))
    return GST_PUBLISH_CDN_PHASE_APPLICATION;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE))
    return GST_PUBLISH_CDN_PHASE_MEDIA;
  return gst_relay_socket_get_phase ();
}

/* The sink's own thread. rtmp2sink of 1.22 does not close a connection whose
 * publish was refused: the connection holds the thread's main context, a source
 * in it holds the connection, and a socket and an event descriptor stay open
 * for each attempt. */
static void
keep_leftover (ElementBranch * self)
{
  GMainContext *context = g_main_context_get_thread_default ();

  g_mutex_lock (&self->lock);
  if (context && !self->leftover)
    self->leftover = g_main_context_ref (context);
  g_mutex_unlock (&self->lock);
}

/* The sink has stopped: nobody runs that context any more. */
static void
drop_leftover (ElementBranch * self)
{
  GSource *last, *source;
  guint id, last_id;

  if (!self->leftover)
    return;
  /* ids are given in order: this one is the end of all */
  last = g_idle_source_new ();
  last_id = g_source_attach (last, self->leftover);
  for (id = 1; id <= last_id; id++) {
    source = g_main_context_find_source_by_id (self->leftover, id);
    if (source)
      g_source_destroy (source);
  }
  g_source_unref (last);
  g_clear_pointer (&self->leftover, g_main_context_unref);
}

/* Any thread, some with the sink's own lock held. */
static void
on_error (ElementBranch * self, GstMessage * message)
{
  GstRelayBranch *branch = &self->parent;
  GstPublishCdnPhase phase = GST_PUBLISH_CDN_PHASE_MEDIA;
  GError *error = NULL;
  gchar *debug = NULL, *text;
  GstPublishCode code;

  gst_message_parse_error (message, &error, &debug);
  if (branch->protocol->get_accepted) {
    phase = rtmp2_phase (error, debug);
    if (phase == GST_PUBLISH_CDN_PHASE_PUBLISH)
      keep_leftover (self);
    text = gst_relay_branch_describe (phase, error->message);
  } else if (branch->protocol->network) {
    /* librtmp tells nothing but that it could not connect, and its element
     * writes the url into the text */
    if (g_error_matches (error, GST_RESOURCE_ERROR,
            GST_RESOURCE_ERROR_OPEN_WRITE))
      phase = GST_PUBLISH_CDN_PHASE_APPLICATION;
    text = g_strdup (phase == GST_PUBLISH_CDN_PHASE_MEDIA ?
        "the connection was lost" : "no connection, or the server refused");
  } else {
    text = g_strdup (error->message);
  }
  code = gst_publish_cdn_phase_to_code (phase);
  if (phase == GST_PUBLISH_CDN_PHASE_CONNECT &&
      contains (error->message, "timed out"))
    code = GST_PUBLISH_CODE_TIMED_OUT;
  gst_relay_branch_post (branch, GST_RELAY_BRANCH_FACT_FAILED, code, text);
  g_free (text);
  g_clear_error (&error);
  g_free (debug);
}

static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  ElementBranch *self = data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      on_error (self, message);
      break;
    case GST_MESSAGE_EOS:
      gst_relay_branch_post (&self->parent, GST_RELAY_BRANCH_FACT_EOS,
          GST_PUBLISH_CODE_OK, NULL);
      break;
    default:
      break;
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* The source's streaming thread. */
static void
on_src_event (GstRelaySrcEvent event, GstFlowReturn flow, gpointer data)
{
  GstRelayBranch *branch = data;

  if (event == GST_RELAY_SRC_EVENT_MEDIA) {
    gst_relay_branch_post (branch, GST_RELAY_BRANCH_FACT_ACCEPTED,
        GST_PUBLISH_CODE_OK, NULL);
  } else if (flow != GST_FLOW_EOS) {
    /* the sink said why before it returned; this is for one that did not */
    gchar *text = g_strdup_printf ("the sink returned %s",
        gst_flow_get_name (flow));

    gst_relay_branch_post (branch, GST_RELAY_BRANCH_FACT_FAILED,
        GST_PUBLISH_CODE_MEDIA_ERROR, text);
    g_free (text);
  }
}

static void
run_close (ElementBranch * self)
{
  gst_element_set_state (self->bin, GST_STATE_NULL);
  gst_bus_set_sync_handler (self->bus, NULL, NULL, NULL);
  drop_leftover (self);
  gst_relay_branch_closed (&self->parent);
}

static void
run_start (ElementBranch * self)
{
  gboolean closing;

  /* the message counts only if the sink did not say so itself */
  if (gst_element_set_state (self->bin, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
    gst_relay_branch_post (&self->parent, GST_RELAY_BRANCH_FACT_FAILED,
        GST_PUBLISH_CODE_MEDIA_ERROR, "the sink could not be opened");
  g_mutex_lock (&self->lock);
  self->starting = FALSE;
  closing = self->closing;
  g_mutex_unlock (&self->lock);
  /* if not, it is its owner's again, who may close it by now */
  if (closing)
    run_close (self);
}

/* A thread of the pool. */
static void
run (gpointer data, gpointer user_data)
{
  ElementBranch *self = data;
  gboolean closing;

  g_mutex_lock (&self->lock);
  closing = self->closing;
  g_mutex_unlock (&self->lock);
  if (closing)
    run_close (self);
  else
    run_start (self);
}

static void
run_in_pool (ElementBranch * self)
{
  static GThreadPool *pool;
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    pool = g_thread_pool_new (run, NULL, -1, FALSE, NULL);
    g_once_init_leave (&once, 1);
  }
  g_thread_pool_push (pool, self, NULL);
}

static void
start (GstRelayBranch * branch)
{
  ElementBranch *self = ELEMENT_BRANCH (branch);

  /* nobody else knows it yet */
  self->starting = TRUE;
  run_in_pool (self);
}

static void
close_branch (GstRelayBranch * branch)
{
  ElementBranch *self = ELEMENT_BRANCH (branch);
  gboolean starting;

  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  starting = self->starting;
  g_mutex_unlock (&self->lock);
  if (!starting)
    run_in_pool (self);
}

static void
get_bytes (GstRelayBranch * branch, guint64 * offered, guint64 * accepted)
{
  ElementBranch *self = ELEMENT_BRANCH (branch);

  *offered = gst_relay_src_get_offered (GST_RELAY_SRC (self->src));
  *accepted = 0;
  if (!branch->protocol->get_accepted)
    *accepted = gst_relay_src_get_taken (GST_RELAY_SRC (self->src));
  else if (!branch->protocol->get_accepted (self->sink, accepted))
    *accepted = 0;
}

/* Whether the sink has not yet returned from what it was given. */
static gboolean
is_blocked (GstRelayBranch * branch)
{
  GstRelaySrc *src = GST_RELAY_SRC (ELEMENT_BRANCH (branch)->src);

  return gst_relay_src_get_taken (src) < gst_relay_src_get_offered (src);
}

static const GstRelayBranchKind kind = {
  start, NULL, close_branch, get_bytes, is_blocked, clear
};

static gboolean
make_trust (const GstRelayBranchConfig * config, GstRelayTrust ** trust,
    GError ** error)
{
  if (!config->protocol->tls || !config->tls_ca_file)
    return TRUE;
  *trust = gst_relay_trust_new (config->url, config->tls_ca_file, error);
  return *trust != NULL;
}

/* Takes the cursor. NULL with @error: an element is missing, or the authorities
 * cannot be read. */
GstRelayBranch *
gst_relay_element_branch_new (const GstRelayBranchConfig * config,
    GstRelayCursor * cursor, GError ** error)
{
  ElementBranch *self;
  GstRelaySrcConfig src_config = { 0, };
  GstRelayTrust *trust = NULL;
  GstElement *sink = NULL;

  if (make_trust (config, &trust, error)) {
    sink = gst_element_factory_make (config->protocol->element, "relaysink");
    if (!sink)
      g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
          "no element \"%s\": its plugin is not installed",
          config->protocol->element);
  }
  if (!sink) {
    g_clear_pointer (&trust, gst_relay_trust_free);
    gst_relay_cursor_free (cursor);
    return NULL;
  }
  self = g_new0 (ElementBranch, 1);
  gst_relay_branch_init (&self->parent, &kind, config, cursor);
  g_mutex_init (&self->lock);
  self->sink = sink;
  self->trust = trust;

  src_config.probe = config->protocol->network;
  src_config.file_header = !config->protocol->network && !config->resume;
  src_config.metadata_first = !config->protocol->network;
  src_config.cursor = cursor;
  src_config.func = on_src_event;
  src_config.data = self;
  self->src = gst_relay_src_new (&src_config);

  config->protocol->set_up (sink, config->url, config->resume);
  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample",
      FALSE, "qos", FALSE, NULL);

  self->bin = gst_object_ref_sink (gst_bin_new ("relaybranch"));
  gst_bin_add_many (GST_BIN (self->bin), self->src, sink, NULL);
  gst_element_link (self->src, sink);
  /* a bus without a queue, so without a file descriptor */
  self->bus = g_object_new (GST_TYPE_BUS, "enable-async", FALSE, NULL);
  gst_bus_set_sync_handler (self->bus, on_message, self, NULL);
  gst_element_set_bus (self->bin, self->bus);
  return &self->parent;
}
