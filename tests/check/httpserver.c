/* httpserver.c: a small HTTP server on loopback that can be bad
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A thread of its own for every connection, which ends with its answer.
 */

#include "httpserver.h"

#include <string.h>

typedef struct
{
  gint status;
  gchar *location;
  GBytes *body;
  guint count;
} Page;

struct _HttpServer
{
  GSocketService *service;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  guint16 port;

  GMutex lock;
  GCond changed;
  /* lock */
  GHashTable *pages;
  guint delay;
  guint hung_up;                /* how often */
  guint busy;                   /* connections */
  gboolean stopped;
};

static void
page_free (gpointer data)
{
  Page *page = data;

  g_free (page->location);
  g_bytes_unref (page->body);
  g_free (page);
}

/* The path of a request whose headers have all come; NULL of a bad one. */
static gchar *
read_request (GInputStream * in)
{
  GDataInputStream *lines = g_data_input_stream_new (in);
  gchar *path = NULL, *line;

  g_data_input_stream_set_newline_type (lines,
      G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines),
      FALSE);
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL))) {
    gboolean end = *line == '\0';

    if (path == NULL && g_str_has_prefix (line, "GET /")) {
      gchar **words = g_strsplit (line, " ", 3);

      path = g_strdup (words[1]);
      g_strfreev (words);
    }
    g_free (line);
    if (end)
      break;
  }
  g_object_unref (lines);

  return path;
}

static gboolean
on_connection (GThreadedSocketService * service, GSocketConnection * connection,
    GObject * source, gpointer user_data)
{
  HttpServer *server = user_data;
  gchar *path =
      read_request (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  GString *head = g_string_new (NULL);
  GBytes *body = NULL;
  gint status = 404;
  Page *page;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_mutex_lock (&server->lock);
  server->busy++;
  page = path != NULL ? g_hash_table_lookup (server->pages, path) : NULL;
  if (page == NULL && path != NULL) {
    page = g_new0 (Page, 1);
    page->status = 404;
    page->body = g_bytes_new (NULL, 0);
    g_hash_table_insert (server->pages, g_strdup (path), page);
  }
  if (page != NULL) {
    guint hung_up = server->hung_up;
    gint64 end = g_get_monotonic_time () + server->delay * 1000;

    page->count++;
    status = page->status;
    body = g_bytes_ref (page->body);
    if (page->location != NULL)
      g_string_append_printf (head, "Location: %s\r\n", page->location);
    while (!server->stopped && hung_up == server->hung_up) {
      if (status == HTTP_SERVER_SILENT)
        g_cond_wait (&server->changed, &server->lock);
      else if (!g_cond_wait_until (&server->changed, &server->lock, end))
        break;
    }
  }
  g_mutex_unlock (&server->lock);

  if (status != HTTP_SERVER_SILENT) {
    gchar *first = g_strdup_printf ("HTTP/1.1 %d x\r\nConnection: close\r\n",
        status == HTTP_SERVER_NO_LENGTH ? 200 : status);

    g_string_prepend (head, first);
    g_free (first);
    if (status != HTTP_SERVER_NO_LENGTH)
      g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT "\r\n",
          body != NULL ? g_bytes_get_size (body) : 0);
    g_string_append (head, "\r\n");
    g_output_stream_write_all (out, head->str, head->len, NULL, NULL, NULL);
    if (body != NULL)
      g_output_stream_write_all (out, g_bytes_get_data (body, NULL),
          g_bytes_get_size (body), NULL, NULL, NULL);
  }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_clear_pointer (&body, g_bytes_unref);
  g_string_free (head, TRUE);
  g_free (path);

  g_mutex_lock (&server->lock);
  server->busy--;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);

  return TRUE;
}

static gpointer
run (gpointer data)
{
  HttpServer *server = data;

  g_main_context_push_thread_default (server->context);
  g_main_loop_run (server->loop);
  g_main_context_pop_thread_default (server->context);

  return NULL;
}

HttpServer *
http_server_new (void)
{
  HttpServer *server = g_new0 (HttpServer, 1);
  GInetAddress *loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  GSocketAddress *address = g_inet_socket_address_new (loopback, 0);
  GSocketAddress *effective = NULL;

  g_mutex_init (&server->lock);
  g_cond_init (&server->changed);
  server->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      page_free);
  server->context = g_main_context_new ();
  server->loop = g_main_loop_new (server->context, FALSE);

  g_main_context_push_thread_default (server->context);
  server->service = g_threaded_socket_service_new (16);
  g_signal_connect (server->service, "run", G_CALLBACK (on_connection), server);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (server->service),
          address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
          &effective, NULL))
    g_error ("no port to listen on");
  g_socket_service_start (server->service);
  g_main_context_pop_thread_default (server->context);
  server->port =
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  server->thread = g_thread_new ("http", run, server);

  g_object_unref (effective);
  g_object_unref (address);
  g_object_unref (loopback);

  return server;
}

void
http_server_free (HttpServer * server)
{
  g_socket_service_stop (server->service);
  g_mutex_lock (&server->lock);
  server->stopped = TRUE;
  g_cond_broadcast (&server->changed);
  while (server->busy > 0)
    g_cond_wait (&server->changed, &server->lock);
  g_mutex_unlock (&server->lock);

  g_main_loop_quit (server->loop);
  g_thread_join (server->thread);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  /* the accept that was given up ends there */
  while (g_main_context_iteration (server->context, FALSE));
  g_object_unref (server->service);
  g_main_loop_unref (server->loop);
  g_main_context_unref (server->context);
  g_hash_table_unref (server->pages);
  g_cond_clear (&server->changed);
  g_mutex_clear (&server->lock);
  g_free (server);
}

gchar *
http_server_uri (HttpServer * server, const gchar * path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", server->port, path);
}

void
http_server_add (HttpServer * server, const gchar * path, gint status,
    const gchar * location, gconstpointer body, gsize size)
{
  Page *page = g_new0 (Page, 1);

  page->status = status;
  page->location = g_strdup (location);
  page->body = g_bytes_new (body, size);
  g_mutex_lock (&server->lock);
  g_hash_table_insert (server->pages, g_strdup (path), page);
  g_mutex_unlock (&server->lock);
}

void
http_server_set_delay (HttpServer * server, guint delay)
{
  g_mutex_lock (&server->lock);
  server->delay = delay;
  g_mutex_unlock (&server->lock);
}

guint
http_server_count (HttpServer * server, const gchar * path)
{
  Page *page;
  guint count;

  g_mutex_lock (&server->lock);
  page = g_hash_table_lookup (server->pages, path);
  count = page != NULL ? page->count : 0;
  g_mutex_unlock (&server->lock);

  return count;
}

void
http_server_hang_up (HttpServer * server)
{
  g_mutex_lock (&server->lock);
  server->hung_up++;
  g_cond_broadcast (&server->changed);
  while (server->busy > 0)
    g_cond_wait (&server->changed, &server->lock);
  g_mutex_unlock (&server->lock);
}
