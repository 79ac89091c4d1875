/* The branch of our own RTMP writer: a connection in the element's I/O thread.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaybranch-private.h"
#include "gstrelayconnection.h"
#include "gstrelaysocket.h"

typedef struct
{
  GstRelayBranch parent;

  GstRelayIo *io;
  GstRelayConnection *connection;
} DirectBranch;

#define DIRECT_BRANCH(branch) ((DirectBranch *) (branch))

/* The I/O thread. */
static void
on_event (GstRelayConnectionEvent event, GstPublishCdnPhase phase,
    GstPublishCode code, const gchar * text, gpointer data)
{
  GstRelayBranch *branch = data;
  gchar *words;

  switch (event) {
    case GST_RELAY_CONNECTION_ACCEPTED:
      gst_relay_branch_post (branch, GST_RELAY_BRANCH_FACT_ACCEPTED,
          GST_PUBLISH_CODE_OK, NULL);
      break;
    case GST_RELAY_CONNECTION_FAILED:
      words = gst_relay_branch_describe (phase, text);
      gst_relay_branch_post (branch, GST_RELAY_BRANCH_FACT_FAILED, code, words);
      g_free (words);
      break;
    case GST_RELAY_CONNECTION_ENDED:
      gst_relay_branch_post (branch, GST_RELAY_BRANCH_FACT_EOS,
          GST_PUBLISH_CODE_OK, NULL);
      break;
  }
}

static void
start (GstRelayBranch * branch)
{
  gst_relay_connection_start (DIRECT_BRANCH (branch)->connection);
}

static void
finish (GstRelayBranch * branch)
{
  gst_relay_io_wake (DIRECT_BRANCH (branch)->io);
}

static void
on_closed (gpointer data)
{
  gst_relay_branch_closed (data);
}

static void
close_branch (GstRelayBranch * branch)
{
  gst_relay_connection_close (DIRECT_BRANCH (branch)->connection, on_closed,
      branch);
}

static void
get_bytes (GstRelayBranch * branch, guint64 * offered, guint64 * accepted)
{
  gst_relay_connection_get_bytes (DIRECT_BRANCH (branch)->connection, offered,
      accepted);
}

static gboolean
is_blocked (GstRelayBranch * branch)
{
  guint64 offered, accepted;

  get_bytes (branch, &offered, &accepted);
  return accepted < offered;
}

static void
clear (GstRelayBranch * branch)
{
  DirectBranch *self = DIRECT_BRANCH (branch);

  gst_relay_connection_unref (self->connection);
  gst_relay_io_unref (self->io);
}

static const GstRelayBranchKind kind = {
  start, finish, close_branch, get_bytes, is_blocked, clear
};

/* Takes the cursor. NULL with @error: the authorities cannot be read. */
GstRelayBranch *
gst_relay_direct_branch_new (const GstRelayBranchConfig * config,
    GstRelayCursor * cursor, GError ** error)
{
  GstRelayConnectionConfig connection_config = { 0, };
  GstRelayConnection *connection = NULL;
  GTlsDatabase *database = NULL;
  DirectBranch *self;

  if (config->protocol->tls && config->tls_ca_file)
    database = gst_relay_socket_load_authorities (config->tls_ca_file, error);
  self = g_new0 (DirectBranch, 1);
  connection_config.io = config->io;
  connection_config.cursor = cursor;
  connection_config.url = config->url;
  connection_config.database = database;
  connection_config.timeout = config->attempt_timeout;
  connection_config.func = on_event;
  connection_config.data = self;
  if (database || !config->protocol->tls || !config->tls_ca_file) {
    connection = gst_relay_connection_new (&connection_config);
    if (!connection)
      g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
          "the url has no host, no application or no stream");
  }
  g_clear_object (&database);
  if (!connection) {
    gst_relay_cursor_free (cursor);
    g_free (self);
    return NULL;
  }
  self->connection = connection;
  self->io = gst_relay_io_ref (config->io);
  gst_relay_branch_init (&self->parent, &kind, config, cursor);
  return &self->parent;
}
