/* How relaypublishsink ends when servers make that hard: EOS goes up in bounded
 * time, whatever they do.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/check/gstcheck.h>

#include <gio/gio.h>

#include <string.h>
#include <sys/socket.h>

#include "relayharness.h"
#include "rtmpserver.h"

/* 2 s of media, far more than the server takes; EOS comes right after */
#define SOURCE "videotestsrc num-buffers=50 pattern=snow ! " \
    "video/x-raw,width=640,height=360,framerate=25/1 ! " \
    "x264enc speed-preset=ultrafast tune=zerolatency key-int-max=25 " \
    "bitrate=8000 ! relaypublishsink name=pub sync=false " \
    "resume-policy=lossless retry-interval=100000000 stall-timeout=30000000000 "
/* of what the ring holds, and 10 s; and what a busy machine needs */
#define BOUND (2 * 2 + 10 + 10)

typedef enum
{
  NO_ANSWER,                    /* the farewell was not read */
  CLOSED_EARLY,                 /* the client did not wait */
  ANSWERED,
} Farewell;

/* A server that says yes to everything at once, and then takes @step bytes
 * every @pause us, and @limit in all from each connection. When it has read the
 * farewell it thinks, and answers. */
typedef struct
{
  GSocket *socket;
  GThread *thread;
  GCancellable *cancellable;
  gchar *url;
  gsize step, limit;
  gulong pause;
  gint connections;             /* atomic */
  gint farewell;                /* atomic; a Farewell */
} Server;

static void
put_string (GByteArray * out, guint8 marker, const gchar * text)
{
  const guint8 head[] = { marker, 0, strlen (text) };

  g_byte_array_append (out, marker ? head : head + 1, marker ? 3 : 2);
  g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

/* A command message (RTMP 5.3.1.2.1, 7.1.1) in one chunk: a name, a small
 * transaction as a double, null, then @info as an object's `code`, or the
 * number 1. */
static void
put_command (GByteArray * out, const gchar * name, guint8 exponent_high,
    guint8 exponent_low, const gchar * info)
{
  guint8 head[] = { 3, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0 };
  const guint8 number[] = { 0, exponent_high, exponent_low, 0, 0, 0, 0, 0, 0 };
  const guint8 one[] = { 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0 };
  const guint8 null = 5, object = 3, end[] = { 0, 0, 9 };
  GByteArray *payload = g_byte_array_new ();

  put_string (payload, 2, name);
  g_byte_array_append (payload, number, sizeof (number));
  g_byte_array_append (payload, &null, 1);
  if (info) {
    g_byte_array_append (payload, &object, 1);
    put_string (payload, 0, "code");
    put_string (payload, 2, info);
    g_byte_array_append (payload, end, sizeof (end));
  } else {
    g_byte_array_append (payload, one, sizeof (one));
  }
  g_assert (payload->len <= 128);
  head[6] = payload->len;
  g_byte_array_append (out, head, sizeof (head));
  g_byte_array_append (out, payload->data, payload->len);
  g_byte_array_unref (payload);
}

/* The handshake, and all answers that a publisher waits for: to connect,
 * transaction 1; to createStream, transaction 4; to publish. */
static GByteArray *
make_answers (void)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_set_size (out, 1 + 2 * 1536);
  memset (out->data, 0, out->len);
  out->data[0] = 3;
  put_command (out, "_result", 0x3f, 0xf0, "NetConnection.Connect.Success");
  put_command (out, "_result", 0x40, 0x10, NULL);
  put_command (out, "onStatus", 0, 0, "NetStream.Publish.Start");
  return out;
}

/* User control messages (RTMP 7.1.7) in one chunk: a ping, and its answer. */
#define PING_SIZE 18
static const gchar ping[] = "\2\0\0\0\0\0\6\4\0\0\0\0\0\6\0\0\0\0";
static const gchar pong[] = "\2\0\0\0\0\0\6\4\0\0\0\0\0\7\0\0\0\0";

/* The client says no more, but leaves its side open: what a proxy has not handed
 * over would be lost. */
static void
answer_late (Server * self, GSocket * client)
{
  gboolean closed = g_socket_condition_timed_wait (client, G_IO_IN,
      G_USEC_PER_SEC / 2, NULL, NULL);

  g_socket_send (client, pong, PING_SIZE, NULL, NULL);
  g_atomic_int_set (&self->farewell, closed ? CLOSED_EARLY : ANSWERED);
}

static void
serve (Server * self, GSocket * client, GByteArray * answers)
{
  /* behind the end of what was read before */
  gchar *bytes = g_malloc0 (PING_SIZE + self->step);
  gsize got = 0;
  gssize n = 1;

  g_atomic_int_inc (&self->connections);
  g_socket_send (client, (const gchar *) answers->data, answers->len, NULL,
      NULL);
  while (n > 0 && got < self->limit &&
      !g_cancellable_is_cancelled (self->cancellable)) {
    n = g_socket_receive (client, bytes + PING_SIZE, self->step,
        self->cancellable, NULL);
    if (n > 0) {
      got += n;
      memmove (bytes, bytes + n, PING_SIZE);
      if (memcmp (bytes, ping, PING_SIZE) == 0)
        answer_late (self, client);
    }
    g_usleep (self->pause);
  }
  g_socket_close (client, NULL);
  g_free (bytes);
}

static gpointer
run_server (gpointer data)
{
  Server *self = data;
  GByteArray *answers = make_answers ();
  GSocket *client;

  while ((client = g_socket_accept (self->socket, self->cancellable, NULL))) {
    serve (self, client, answers);
    g_object_unref (client);
  }
  g_byte_array_unref (answers);
  return NULL;
}

static Server *
server_new (gsize step, gulong pause, gsize limit)
{
  Server *self = g_new0 (Server, 1);
  GInetAddress *loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  GSocketAddress *address = g_inet_socket_address_new (loopback, 0), *bound;

  self->step = step;
  self->limit = limit;
  self->pause = pause;
  self->cancellable = g_cancellable_new ();
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  /* little fits the kernel, so that what is taken is what is read */
  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVBUF, 4096, NULL);
  fail_unless (g_socket_bind (self->socket, address, FALSE, NULL));
  fail_unless (g_socket_listen (self->socket, NULL));
  bound = g_socket_get_local_address (self->socket, NULL);
  self->url = g_strdup_printf ("rtmp://127.0.0.1:%u/live/key",
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  g_object_unref (bound);
  g_object_unref (address);
  g_object_unref (loopback);
  self->thread = g_thread_new ("server", run_server, self);
  return self;
}

static void
server_free (Server * self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_object_unref (self->cancellable);
  g_object_unref (self->socket);
  g_free (self->url);
  g_free (self);
}

/* Takes some all the time, and would for hours. */
GST_START_TEST (test_trickle)
{
  Server *server = server_new (100, 50000, G_MAXSIZE);
  RelayHarness *h = relay_harness_new (SOURCE);
  guint id = relay_harness_add (h, server->url, TRUE);

  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  fail_unless (relay_harness_wait_eos (h, BOUND));
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_FAILED), 0);
  fail_unless_equals_int (g_atomic_int_get (&server->connections), 1);
  relay_harness_free (h);
  server_free (server);
}

GST_END_TEST;

/* Comes back each time, and each time takes the beginning. */
GST_START_TEST (test_flapping)
{
  Server *server = server_new (65536, 0, 100000);
  RelayHarness *h = relay_harness_new (SOURCE);
  guint id = relay_harness_add (h, server->url, TRUE);
  GstStructure *stats;
  guint64 bytes = 0;
  gint connections;

  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, BOUND));
  connections = g_atomic_int_get (&server->connections);
  fail_unless (connections > 2, "%d connections", connections);
  stats = relay_harness_stats (h, id);
  fail_unless (gst_structure_get_uint64 (stats, "bytes-accepted", &bytes));
  /* the server has read nearly that of each but the last; what a connection
   * took after the last look at it counts too */
  fail_unless (bytes >= (connections - 1) * G_GUINT64_CONSTANT (50000),
      "%" G_GUINT64_FORMAT " bytes of %d connections", bytes, connections);
  gst_structure_free (stats);
  relay_harness_free (h);
  server_free (server);
}

GST_END_TEST;

/* A connection is not closed under a server that has not read all yet. */
GST_START_TEST (test_late_answer)
{
  Server *server = server_new (65536, 0, G_MAXSIZE);
  RelayHarness *h = relay_harness_new (SOURCE);
  guint id = relay_harness_add (h, server->url, TRUE);

  relay_harness_play (h);
  fail_unless (relay_harness_wait_eos (h, BOUND));
  fail_unless_equals_int (g_atomic_int_get (&server->farewell), ANSWERED);
  fail_unless_equals_int (relay_harness_count (h, 0, id,
          GST_PUBLISH_CDN_STATE_RECONNECTING), 0);
  relay_harness_free (h);
  server_free (server);
}

GST_END_TEST;

/* A target that is being removed has no more time for it when the stream
 * ends. */
GST_START_TEST (test_end_while_removed)
{
  Server *server = server_new (100, 50000, G_MAXSIZE);
  RelayHarness *h = relay_harness_new ("videotestsrc is-live=true "
      "pattern=snow ! video/x-raw,width=640,height=360,framerate=25/1 ! "
      "x264enc speed-preset=ultrafast tune=zerolatency key-int-max=25 "
      "bitrate=8000 ! relaypublishsink name=pub stall-timeout=30000000000");
  guint id = relay_harness_add (h, server->url, TRUE);
  gboolean found = FALSE;

  relay_harness_play (h);
  fail_unless (relay_harness_wait (h, 0, id, GST_PUBLISH_CDN_STATE_PUBLISHING,
          20) != NULL);
  g_signal_emit_by_name (h->pub, "remove-target", id, &found);
  fail_unless (found);
  fail_unless (relay_harness_wait (h, 0, id,
          GST_PUBLISH_CDN_STATE_DISCONNECTING, 20) != NULL);
  gst_element_send_event (h->pipeline, gst_event_new_eos ());
  /* 1 s is what it has; one that drains and gets on has 10 s at least */
  fail_unless (relay_harness_wait_eos (h, 6));
  relay_harness_free (h);
  server_free (server);
}

GST_END_TEST;

static gint blocked;            /* atomic: the hook is at it */

static gboolean
has_worker (void)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  gboolean found = FALSE;
  const gchar *name;

  while (!found && (name = g_dir_read_name (dir))) {
    gchar *path = g_build_filename ("/proc/self/task", name, "comm", NULL);
    gchar *text = NULL;

    found = g_file_get_contents (path, &text, NULL, NULL) &&
        g_str_has_prefix (text, "relay-worker");
    g_free (text);
    g_free (path);
  }
  g_dir_close (dir);
  return found;
}

/* Holds the I/O thread in the connection to the port @data until the worker
 * has ended. */
static gboolean
hold_up (GSignalInvocationHint * hint, guint n_values, const GValue * values,
    gpointer data)
{
  GSocketConnectable *to = g_value_get_object (&values[2]);
  guint i;

  if (g_value_get_enum (&values[1]) != G_SOCKET_CLIENT_CONNECTING ||
      g_network_address_get_port (G_NETWORK_ADDRESS (to)) !=
      GPOINTER_TO_UINT (data))
    return TRUE;
  g_atomic_int_set (&blocked, TRUE);
  for (i = 0; i < 5000 && has_worker (); i++)
    g_usleep (1000);
  return TRUE;
}

static guint
get_port (const gchar * url)
{
  return g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10);
}

/* Stops while what a connection has to tell comes too late for anyone. Returns
 * how many file descriptors that leaves. */
static guint
stop_with_late_fact (void)
{
  FakeServer *one = fake_server_new (FALSE), *two = fake_server_new (FALSE);
  RelayHarness *h = relay_harness_new (RELAY_VIDEO "relaypublishsink name=pub");
  guint signal = g_signal_lookup ("event", G_TYPE_SOCKET_CLIENT);
  gulong hook;

  g_atomic_int_set (&blocked, FALSE);
  hook = g_signal_add_emission_hook (signal, 0, hold_up,
      GUINT_TO_POINTER (get_port (two->url)), NULL);
  relay_harness_add (h, one->url, TRUE);
  relay_harness_play (h);
  while (g_atomic_int_get (&one->accepted) == 0)
    g_usleep (1000);
  relay_harness_add (h, two->url, TRUE);
  while (!g_atomic_int_get (&blocked))
    g_usleep (1000);
  fake_server_free (one);
  relay_harness_free (h);
  g_signal_remove_emission_hook (signal, hook);
  fake_server_free (two);
  return relay_count_fds ();
}

GST_START_TEST (test_late_fact)
{
  guint once, i;

  g_type_class_unref (g_type_class_ref (G_TYPE_SOCKET_CLIENT));
  once = stop_with_late_fact ();
  for (i = 0; i < 4; i++)
    fail_unless_equals_int (stop_with_late_fact (), once);
}

GST_END_TEST;

static Suite *
relaydrain_suite (void)
{
  Suite *s = suite_create ("relaydrain");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 90);
  tcase_add_test (tc, test_trickle);
  tcase_add_test (tc, test_flapping);
  tcase_add_test (tc, test_late_answer);
  tcase_add_test (tc, test_end_while_removed);
  tcase_add_test (tc, test_late_fact);
  return s;
}

GST_CHECK_MAIN (relaydrain);
