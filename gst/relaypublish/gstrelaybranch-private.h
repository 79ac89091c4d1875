/* What the kinds of branches share; nobody else includes it.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrelaybranch.h"

G_BEGIN_DECLS
/**
 * GstRelayBranchKind:
 * @start: connects
 * @finish: (nullable): the cursor has been finished
 * @close: ends in gst_relay_branch_closed(), now or later
 * @get_bytes: see gst_relay_branch_get_bytes()
 * @is_blocked: see gst_relay_branch_is_blocked()
 * @clear: frees the kind's own
 *
 * How a kind of branch works. All but @clear are called by the owner's thread.
 */
    typedef struct
{
  void (*start) (GstRelayBranch * branch);
  void (*finish) (GstRelayBranch * branch);
  void (*close) (GstRelayBranch * branch);
  void (*get_bytes) (GstRelayBranch * branch, guint64 * offered,
      guint64 * accepted);
    gboolean (*is_blocked) (GstRelayBranch * branch);
  void (*clear) (GstRelayBranch * branch);
} GstRelayBranchKind;

struct _GstRelayBranch
{
  gint refs;                    /* atomic */

  /* set once */
  const GstRelayBranchKind *kind;
  const GstRelayProtocol *protocol;
  GstRelayCursor *cursor;
  GMainContext *context;
  GstRelayBranchFunc func;
  gpointer data;

  /* owner's thread only */
  GstRelayClosing *closing;     /* from the close on */

  GMutex lock;
  /* set by the owner's thread only, which may read it without the lock */
  gboolean closed;
  gboolean reported;            /* a failure was told */
};

void gst_relay_branch_init (GstRelayBranch * branch,
    const GstRelayBranchKind * kind, const GstRelayBranchConfig * config,
    GstRelayCursor * cursor);
GstRelayBranch *gst_relay_branch_ref (GstRelayBranch * branch);
void gst_relay_branch_unref (GstRelayBranch * branch);
void gst_relay_branch_post (GstRelayBranch * branch, GstRelayBranchFact fact,
    GstPublishCode code, const gchar * message);
gchar *gst_relay_branch_describe (GstPublishCdnPhase phase,
    const gchar * detail);
void gst_relay_branch_closed (GstRelayBranch * branch);

GstRelayBranch *gst_relay_element_branch_new (const GstRelayBranchConfig *
    config, GstRelayCursor * cursor, GError ** error);
GstRelayBranch *gst_relay_direct_branch_new (const GstRelayBranchConfig *
    config, GstRelayCursor * cursor, GError ** error);

G_END_DECLS
