/* One connection of a target: a bin of its own, outside the application's
 * pipeline, with a source that reads the relay ring and the protocol's sink.
 * Its messages go no further than here. A branch is used once: rtmp2sink only
 * revives through NULL anyway, and a fresh one has no past.
 *
 * Facts are posted from whatever thread they happen in to the owner's main
 * context; the callback runs there. The sink posts its errors with its own lock
 * held, so nothing here asks the sink anything while it talks.
 *
 * Locks: GstRelayBranch.lock guards `reported` and `leftover`;
 * GstRelayClosing.lock its count. Both are leaves.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaybranch.h"

#include <string.h>

#include "gstrelaysocket.h"
#include "gstrelaysrc.h"

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

struct _GstRelayBranch
{
  gint refs;                    /* atomic */

  const GstRelayProtocol *protocol;
  GstElement *bin, *src, *sink;
  GstBus *bus;
  GstRelayCursor *cursor;

  GMainContext *context;
  GstRelayBranchFunc func;
  gpointer data;

  /* owner's thread only */
  gboolean closed;

  GMutex lock;
  gboolean reported;            /* the first failure is the one that counts */
  GMainContext *leftover;       /* of a sink that leaves sources in it */
};

struct _GstRelayClosing
{
  gint refs;                    /* atomic */
  GMutex lock;
  GCond cond;
  guint count;
};

typedef struct
{
  GstRelayBranch *branch;
  GstRelayBranchFact fact;
  GstPublishCode code;
  gchar *message;
} FactClosure;

typedef struct
{
  GstRelayBranch *branch;
  GstRelayClosing *closing;
} CloseJob;

static GstRelayBranch *
branch_ref (GstRelayBranch * branch)
{
  g_atomic_int_inc (&branch->refs);
  return branch;
}

static void
branch_unref (GstRelayBranch * branch)
{
  if (!g_atomic_int_dec_and_test (&branch->refs))
    return;
  gst_clear_object (&branch->bin);
  gst_clear_object (&branch->bus);
  g_clear_pointer (&branch->cursor, gst_relay_cursor_free);
  g_main_context_unref (branch->context);
  g_clear_pointer (&branch->leftover, g_main_context_unref);
  g_mutex_clear (&branch->lock);
  g_free (branch);
}

static gboolean
deliver (gpointer data)
{
  FactClosure *closure = data;
  GstRelayBranch *branch = closure->branch;

  if (!branch->closed)
    branch->func (branch, closure->fact, closure->code, closure->message,
        branch->data);
  return G_SOURCE_REMOVE;
}

static void
fact_closure_free (gpointer data)
{
  FactClosure *closure = data;

  branch_unref (closure->branch);
  g_free (closure->message);
  g_free (closure);
}

static void
post (GstRelayBranch * branch, GstRelayBranchFact fact, GstPublishCode code,
    const gchar * message)
{
  FactClosure *closure;
  GSource *source;

  if (fact == GST_RELAY_BRANCH_FACT_FAILED) {
    gboolean reported;

    g_mutex_lock (&branch->lock);
    reported = branch->reported;
    branch->reported = TRUE;
    g_mutex_unlock (&branch->lock);
    if (reported)
      return;
  }
  closure = g_new0 (FactClosure, 1);
  closure->branch = branch_ref (branch);
  closure->fact = fact;
  closure->code = code;
  closure->message = g_strdup (message);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, closure, fact_closure_free);
  g_source_attach (source, branch->context);
  g_source_unref (source);
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

static gchar *
describe (GstPublishCdnPhase phase, const GError * error)
{
  static const gchar *const words[] = {
    [GST_PUBLISH_CDN_PHASE_NONE] = "not sent",
    [GST_PUBLISH_CDN_PHASE_RESOLVE] = "the host's name was not resolved",
    [GST_PUBLISH_CDN_PHASE_CONNECT] = "no connection",
    [GST_PUBLISH_CDN_PHASE_TLS] = "no TLS",
    [GST_PUBLISH_CDN_PHASE_APPLICATION] = "the server refused the application",
    [GST_PUBLISH_CDN_PHASE_PUBLISH] = "the server refused the stream",
    [GST_PUBLISH_CDN_PHASE_MEDIA] = "the connection was lost",
  };

  return g_strdup_printf ("%s (%s)", words[phase], error->message);
}

/* The sink's own thread. rtmp2sink of 1.22 does not close a connection whose
 * publish was refused: the connection holds the thread's main context, a source
 * in it holds the connection, and a socket and an event descriptor stay open
 * for each attempt. */
static void
keep_leftover (GstRelayBranch * branch)
{
  GMainContext *context = g_main_context_get_thread_default ();

  g_mutex_lock (&branch->lock);
  if (context && !branch->leftover)
    branch->leftover = g_main_context_ref (context);
  g_mutex_unlock (&branch->lock);
}

/* The sink has stopped: nobody runs that context any more. */
static void
drop_leftover (GstRelayBranch * branch)
{
  GSource *last, *source;
  guint id, last_id;

  if (!branch->leftover)
    return;
  /* ids are given in order: this one is the end of all */
  last = g_idle_source_new ();
  last_id = g_source_attach (last, branch->leftover);
  for (id = 1; id <= last_id; id++) {
    source = g_main_context_find_source_by_id (branch->leftover, id);
    if (source)
      g_source_destroy (source);
  }
  g_source_unref (last);
  g_clear_pointer (&branch->leftover, g_main_context_unref);
}

/* Any thread, some with the sink's own lock held. */
static void
on_error (GstRelayBranch * branch, GstMessage * message)
{
  GstPublishCdnPhase phase = GST_PUBLISH_CDN_PHASE_MEDIA;
  GError *error = NULL;
  gchar *debug = NULL, *text;
  GstPublishCode code;

  gst_message_parse_error (message, &error, &debug);
  if (branch->protocol->get_accepted) {
    phase = rtmp2_phase (error, debug);
    if (phase == GST_PUBLISH_CDN_PHASE_PUBLISH)
      keep_leftover (branch);
    text = describe (phase, error);
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
  post (branch, GST_RELAY_BRANCH_FACT_FAILED, code, text);
  g_free (text);
  g_clear_error (&error);
  g_free (debug);
}

static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  GstRelayBranch *branch = data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      on_error (branch, message);
      break;
    case GST_MESSAGE_EOS:
      post (branch, GST_RELAY_BRANCH_FACT_EOS, GST_PUBLISH_CODE_OK, NULL);
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
    post (branch, GST_RELAY_BRANCH_FACT_ACCEPTED, GST_PUBLISH_CODE_OK, NULL);
  } else if (flow != GST_FLOW_EOS) {
    /* the sink said why before it returned; this is for one that did not */
    gchar *text = g_strdup_printf ("the sink returned %s",
        gst_flow_get_name (flow));

    post (branch, GST_RELAY_BRANCH_FACT_FAILED, GST_PUBLISH_CODE_MEDIA_ERROR,
        text);
    g_free (text);
  }
}

/* Takes the cursor. NULL with @error: an element is missing. */
GstRelayBranch *
gst_relay_branch_new (const GstRelayBranchConfig * config,
    GstRelayCursor * cursor, GError ** error)
{
  GstRelayBranch *branch;
  GstRelaySrcConfig src_config = { 0, };
  GstElement *sink;

  sink = gst_element_factory_make (config->protocol->element, "relaysink");
  if (!sink) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_INTERNAL,
        "no element \"%s\": its plugin is not installed",
        config->protocol->element);
    gst_relay_cursor_free (cursor);
    return NULL;
  }
  branch = g_new0 (GstRelayBranch, 1);
  branch->refs = 1;
  g_mutex_init (&branch->lock);
  branch->protocol = config->protocol;
  branch->context = g_main_context_ref (config->context);
  branch->func = config->func;
  branch->data = config->data;
  branch->cursor = cursor;
  branch->sink = sink;

  src_config.probe = config->protocol->network;
  src_config.file_header = !config->protocol->network && !config->resume;
  src_config.cursor = cursor;
  src_config.func = on_src_event;
  src_config.data = branch;
  branch->src = gst_relay_src_new (&src_config);

  config->protocol->set_up (sink, config->url, config->resume);
  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample",
      FALSE, "qos", FALSE, NULL);

  branch->bin = gst_object_ref_sink (gst_bin_new ("relaybranch"));
  gst_bin_add_many (GST_BIN (branch->bin), branch->src, sink, NULL);
  gst_element_link (branch->src, sink);
  /* a bus without a queue, so without a file descriptor */
  branch->bus = g_object_new (GST_TYPE_BUS, "enable-async", FALSE, NULL);
  gst_bus_set_sync_handler (branch->bus, on_message, branch, NULL);
  gst_element_set_bus (branch->bin, branch->bus);
  return branch;
}

/* FALSE: the sink could not be opened; why comes as a fact. */
gboolean
gst_relay_branch_start (GstRelayBranch * branch)
{
  if (gst_element_set_state (branch->bin, GST_STATE_PLAYING) !=
      GST_STATE_CHANGE_FAILURE)
    return TRUE;
  /* only if it did not say so itself */
  post (branch, GST_RELAY_BRANCH_FACT_FAILED, GST_PUBLISH_CODE_MEDIA_ERROR,
      "the sink could not be opened");
  return FALSE;
}

/* No more media: EOS, and with it the protocol's farewell. */
void
gst_relay_branch_finish (GstRelayBranch * branch)
{
  gst_relay_cursor_finish (branch->cursor);
}

static void
run_close (gpointer data, gpointer user_data)
{
  CloseJob *job = data;
  GstRelayClosing *closing = job->closing;

  gst_element_set_state (job->branch->bin, GST_STATE_NULL);
  gst_bus_set_sync_handler (job->branch->bus, NULL, NULL, NULL);
  drop_leftover (job->branch);
  branch_unref (job->branch);
  g_free (job);

  g_mutex_lock (&closing->lock);
  closing->count--;
  g_cond_broadcast (&closing->cond);
  g_mutex_unlock (&closing->lock);
  gst_relay_closing_unref (closing);
}

/* Takes the branch: no fact is delivered any more. It goes to NULL in another
 * thread, because some sinks take their time when the server is silent. */
void
gst_relay_branch_close (GstRelayBranch * branch, GstRelayClosing * closing)
{
  static GThreadPool *pool;
  static gsize once = 0;
  CloseJob *job = g_new0 (CloseJob, 1);

  if (g_once_init_enter (&once)) {
    pool = g_thread_pool_new (run_close, NULL, -1, FALSE, NULL);
    g_once_init_leave (&once, 1);
  }
  branch->closed = TRUE;
  gst_relay_cursor_interrupt (branch->cursor, TRUE);
  job->branch = branch;
  job->closing = gst_relay_closing_ref (closing);
  g_mutex_lock (&closing->lock);
  closing->count++;
  g_mutex_unlock (&closing->lock);
  g_thread_pool_push (pool, job, NULL);
}

/* Owned by the branch. */
GstRelayCursor *
gst_relay_branch_get_cursor (GstRelayBranch * branch)
{
  return branch->cursor;
}

/* Bytes that the sink was given, and bytes that are known to have left it:
 * the two are counted differently, so compare each with itself. */
void
gst_relay_branch_get_bytes (GstRelayBranch * branch, guint64 * offered,
    guint64 * accepted)
{
  *offered = gst_relay_src_get_offered (GST_RELAY_SRC (branch->src));
  *accepted = 0;
  if (!branch->protocol->get_accepted)
    *accepted = gst_relay_src_get_taken (GST_RELAY_SRC (branch->src));
  else if (!branch->protocol->get_accepted (branch->sink, accepted))
    *accepted = 0;
}

/* Whether the sink has not yet returned from what it was given. */
gboolean
gst_relay_branch_is_blocked (GstRelayBranch * branch)
{
  GstRelaySrc *src = GST_RELAY_SRC (branch->src);

  return gst_relay_src_get_taken (src) < gst_relay_src_get_offered (src);
}

GstRelayClosing *
gst_relay_closing_new (void)
{
  GstRelayClosing *closing = g_new0 (GstRelayClosing, 1);

  closing->refs = 1;
  g_mutex_init (&closing->lock);
  g_cond_init (&closing->cond);
  return closing;
}

GstRelayClosing *
gst_relay_closing_ref (GstRelayClosing * closing)
{
  g_atomic_int_inc (&closing->refs);
  return closing;
}

void
gst_relay_closing_unref (GstRelayClosing * closing)
{
  if (!g_atomic_int_dec_and_test (&closing->refs))
    return;
  g_mutex_clear (&closing->lock);
  g_cond_clear (&closing->cond);
  g_free (closing);
}

/* FALSE: some are still at it after @timeout ns. */
gboolean
gst_relay_closing_wait (GstRelayClosing * closing, GstClockTime timeout)
{
  gint64 until = g_get_monotonic_time () + timeout / GST_USECOND;
  gboolean done = TRUE;

  g_mutex_lock (&closing->lock);
  while (closing->count > 0 && done)
    done = g_cond_wait_until (&closing->cond, &closing->lock, until);
  done = closing->count == 0;
  g_mutex_unlock (&closing->lock);
  return done;
}
