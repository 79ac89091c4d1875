/* One connection of a target, from its first attempt to its end.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <gst/publish/publish.h>

#include "gstrelayio.h"
#include "gstrelayprotocol.h"
#include "gstrelayring.h"

G_BEGIN_DECLS typedef struct _GstRelayBranch GstRelayBranch;

/**
 * GstRelayBranchFact:
 * @GST_RELAY_BRANCH_FACT_ACCEPTED: the server takes media
 * @GST_RELAY_BRANCH_FACT_FAILED: it is over, for the reason given
 * @GST_RELAY_BRANCH_FACT_EOS: all media was handed on, and EOS
 *
 * What happened to a branch.
 */
typedef enum
{
  GST_RELAY_BRANCH_FACT_ACCEPTED,
  GST_RELAY_BRANCH_FACT_FAILED,
  GST_RELAY_BRANCH_FACT_EOS,
} GstRelayBranchFact;

typedef void (*GstRelayBranchFunc) (GstRelayBranch * branch,
    GstRelayBranchFact fact, GstPublishCode code, const gchar * message,
    gpointer data);

typedef struct
{
  const GstRelayProtocol *protocol;
  const gchar *url;
  /* (nullable): what is trusted instead of the system's authorities */
  const gchar *tls_ca_file;
  /* until media may be sent, in ns; for those that can keep it */
  GstClockTime attempt_timeout;
  /* the thread for sockets of our own */
  GstRelayIo *io;
  /* where facts are told */
  GMainContext *context;
  GstRelayBranchFunc func;
  gpointer data;
  /* what a connection before has written goes on */
  gboolean resume;
} GstRelayBranchConfig;

/**
 * GstRelayClosing:
 *
 * Counts the branches of an element that are being taken down.
 */
typedef struct _GstRelayClosing GstRelayClosing;

GstRelayClosing *gst_relay_closing_new (void);
GstRelayClosing *gst_relay_closing_ref (GstRelayClosing * closing);
void gst_relay_closing_unref (GstRelayClosing * closing);
gboolean gst_relay_closing_wait (GstRelayClosing * closing,
    GstClockTime timeout);

GstRelayBranch *gst_relay_branch_new (const GstRelayBranchConfig * config,
    GstRelayCursor * cursor, GError ** error);
void gst_relay_branch_start (GstRelayBranch * branch);
void gst_relay_branch_finish (GstRelayBranch * branch);
void gst_relay_branch_close (GstRelayBranch * branch,
    GstRelayClosing * closing);
GstRelayCursor *gst_relay_branch_get_cursor (GstRelayBranch * branch);
void gst_relay_branch_get_bytes (GstRelayBranch * branch, guint64 * offered,
    guint64 * accepted);
gboolean gst_relay_branch_is_blocked (GstRelayBranch * branch);

G_END_DECLS
