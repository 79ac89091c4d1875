/* One connection of a target, whatever makes it: an element, or a writer of
 * our own. A branch is used once: a fresh one has no past.
 *
 * Facts are posted from whatever thread they happen in to the owner's main
 * context; the callback runs there.
 *
 * Locks: GstRelayBranch.lock guards `reported` and `closed`; under it only the
 * main context's own is taken. GstRelayClosing.lock guards its count; a leaf.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaybranch-private.h"

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

/* A kind's own part, filled in. Takes the cursor. */
void
gst_relay_branch_init (GstRelayBranch * branch, const GstRelayBranchKind * kind,
    const GstRelayBranchConfig * config, GstRelayCursor * cursor)
{
  branch->refs = 1;
  branch->kind = kind;
  branch->protocol = config->protocol;
  branch->context = g_main_context_ref (config->context);
  branch->func = config->func;
  branch->data = config->data;
  branch->cursor = cursor;
  g_mutex_init (&branch->lock);
}

GstRelayBranch *
gst_relay_branch_ref (GstRelayBranch * branch)
{
  g_atomic_int_inc (&branch->refs);
  return branch;
}

void
gst_relay_branch_unref (GstRelayBranch * branch)
{
  if (!g_atomic_int_dec_and_test (&branch->refs))
    return;
  branch->kind->clear (branch);
  g_clear_pointer (&branch->cursor, gst_relay_cursor_free);
  g_main_context_unref (branch->context);
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

  gst_relay_branch_unref (closure->branch);
  g_free (closure->message);
  g_free (closure);
}

/* Any thread. Of several failures the first is the one that counts. Once the
 * branch is closed there may be nobody to deliver: a fact would keep the context
 * that it waits in, and so itself. */
void
gst_relay_branch_post (GstRelayBranch * branch, GstRelayBranchFact fact,
    GstPublishCode code, const gchar * message)
{
  FactClosure *closure = g_new0 (FactClosure, 1);
  GSource *source = g_idle_source_new ();
  gboolean wanted;

  closure->branch = gst_relay_branch_ref (branch);
  closure->fact = fact;
  closure->code = code;
  closure->message = g_strdup (message);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, closure, fact_closure_free);
  g_mutex_lock (&branch->lock);
  wanted = !branch->closed &&
      !(fact == GST_RELAY_BRANCH_FACT_FAILED && branch->reported);
  branch->reported |= fact == GST_RELAY_BRANCH_FACT_FAILED;
  if (wanted)
    g_source_attach (source, branch->context);
  g_mutex_unlock (&branch->lock);
  g_source_unref (source);
}

/* What failed, in words, with the @detail. */
gchar *
gst_relay_branch_describe (GstPublishCdnPhase phase, const gchar * detail)
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

  return g_strdup_printf ("%s (%s)", words[phase], detail);
}

/* Takes the cursor. NULL with @error: it cannot be made at all. */
GstRelayBranch *
gst_relay_branch_new (const GstRelayBranchConfig * config,
    GstRelayCursor * cursor, GError ** error)
{
  return config->protocol->element ?
      gst_relay_element_branch_new (config, cursor, error) :
      gst_relay_direct_branch_new (config, cursor, error);
}

/* Why it does not start comes as a fact. */
void
gst_relay_branch_start (GstRelayBranch * branch)
{
  branch->kind->start (branch);
}

/* No more media: EOS, and with it the protocol's farewell. */
void
gst_relay_branch_finish (GstRelayBranch * branch)
{
  gst_relay_cursor_finish (branch->cursor);
  if (branch->kind->finish)
    branch->kind->finish (branch);
}

/* Takes the branch: no fact is delivered any more. What takes its time happens
 * elsewhere, and is counted. */
void
gst_relay_branch_close (GstRelayBranch * branch, GstRelayClosing * closing)
{
  g_mutex_lock (&branch->lock);
  branch->closed = TRUE;
  g_mutex_unlock (&branch->lock);
  gst_relay_cursor_interrupt (branch->cursor, TRUE);
  branch->closing = gst_relay_closing_ref (closing);
  g_mutex_lock (&closing->lock);
  closing->count++;
  g_mutex_unlock (&closing->lock);
  branch->kind->close (branch);
}

/* Any thread: the kind has closed the branch; takes it. */
void
gst_relay_branch_closed (GstRelayBranch * branch)
{
  GstRelayClosing *closing = branch->closing;

  gst_relay_branch_unref (branch);
  g_mutex_lock (&closing->lock);
  closing->count--;
  g_cond_broadcast (&closing->cond);
  g_mutex_unlock (&closing->lock);
  gst_relay_closing_unref (closing);
}

/* Owned by the branch. */
GstRelayCursor *
gst_relay_branch_get_cursor (GstRelayBranch * branch)
{
  return branch->cursor;
}

/* Bytes that were to be sent, and bytes that are known to have left: the two
 * may be counted differently, so compare each with itself. */
void
gst_relay_branch_get_bytes (GstRelayBranch * branch, guint64 * offered,
    guint64 * accepted)
{
  branch->kind->get_bytes (branch, offered, accepted);
}

/* Whether something that was offered has not left yet. */
gboolean
gst_relay_branch_is_blocked (GstRelayBranch * branch)
{
  return branch->kind->is_blocked (branch);
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
