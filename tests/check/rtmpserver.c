/* A real RTMP server for a test.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpserver.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

static const gchar config[] =
    "daemon off;\n"
    "master_process off;\n"
    "error_log %s/error.log info;\n"
    "pid %s/nginx.pid;\n"
    "load_module modules/ngx_rtmp_module.so;\n"
    "%s"
    "events { worker_connections 512; }\n"
    "http {\n"
    "  access_log off;\n"
    "  client_body_temp_path %s/body; proxy_temp_path %s/proxy;\n"
    "  fastcgi_temp_path %s/fcgi; uwsgi_temp_path %s/uwsgi;\n"
    "  scgi_temp_path %s/scgi;\n"
    "  server { listen 127.0.0.1:%u; location / { return 403; } }\n"
    "}\n"
    "rtmp {\n"
    "  access_log off;\n"
    "  server {\n"
    "    listen 127.0.0.1:%u;\n"
    "    chunk_size 65536;\n"
    "    application live { live on; }\n"
    "    application rec { live on; record all; record_path %s/rec;\n"
    "      record_unique on; record_suffix -%%s.flv; }\n"
    "    application deny { live on; on_publish http://127.0.0.1:%u/; }\n"
    "  }\n" "}\n" "%s";

static void
die_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
run (const gchar * folder, const gchar * line)
{
  gchar **argv = NULL;
  gint status = 0;
  GError *error = NULL;

  g_shell_parse_argv (line, NULL, &argv, NULL);
  if (!g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH |
          G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
          NULL, NULL, &status, &error) || status != 0)
    g_error ("%s: %s", line, error ? error->message : "failed");
  g_strfreev (argv);
}

static void
make_certificates (RtmpServer * server)
{
  static const gchar *const lines[] = {
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem"
        " -days 2 -subj /CN=ca",
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key"
        " -out other.pem -days 2 -subj /CN=other",
    "openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr"
        " -subj /CN=localhost",
    "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key"
        " -CAcreateserial -out server.pem -days 2 -extfile san.txt",
  };
  gchar *san = g_build_filename (server->folder, "san.txt", NULL);
  guint i;

  g_file_set_contents (san, "subjectAltName=DNS:localhost\n", -1, NULL);
  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    run (server->folder, lines[i]);
  server->ca_file = g_build_filename (server->folder, "ca.pem", NULL);
  server->other_ca_file = g_build_filename (server->folder, "other.pem", NULL);
  g_free (san);
}

/* A port that nobody listens on, see freeport.py. */
guint
rtmp_server_free_port (void)
{
  struct sockaddr_in address = { 0, };
  gboolean is_free = FALSE;

  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  while (!is_free) {
    int fd = socket (AF_INET, SOCK_STREAM, 0);

    address.sin_port = htons (g_random_int_range (20000, 32768));
    is_free = bind (fd, (struct sockaddr *) &address, sizeof (address)) == 0;
    close (fd);
  }
  return ntohs (address.sin_port);
}

/* Not started yet. */
RtmpServer *
rtmp_server_new (gboolean tls)
{
  RtmpServer *server = g_new0 (RtmpServer, 1);
  gchar *records, *path, *text, *modules, *stream = NULL;
  const gchar *f;

  server->folder = g_dir_make_tmp ("rtmpserver-XXXXXX", NULL);
  f = server->folder;
  server->port = rtmp_server_free_port ();
  server->http_port = rtmp_server_free_port ();
  if (tls) {
    server->tls_port = rtmp_server_free_port ();
    make_certificates (server);
    stream = g_strdup_printf ("stream { server {\n"
        "  listen 127.0.0.1:%u ssl;\n"
        "  ssl_certificate %s/server.pem; ssl_certificate_key %s/server.key;\n"
        "  proxy_pass 127.0.0.1:%u;\n} }\n", server->tls_port, f, f,
        server->port);
  }
  records = g_build_filename (f, "rec", NULL);
  g_mkdir (records, 0700);
  /* modules are named relative to the prefix */
  modules = g_build_filename (f, "modules", NULL);
  if (symlink ("/usr/lib/nginx/modules", modules) != 0)
    g_error ("symlink");
  text = g_strdup_printf (config, f, f,
      tls ? "load_module modules/ngx_stream_module.so;\n" : "", f, f, f, f, f,
      server->http_port, server->port, f, server->http_port,
      stream ? stream : "");
  path = g_build_filename (f, "nginx.conf", NULL);
  g_file_set_contents (path, text, -1, NULL);
  g_free (text);
  g_free (stream);
  g_free (path);
  g_free (modules);
  g_free (records);
  return server;
}

static gboolean
answers (guint port)
{
  struct sockaddr_in address = { 0, };
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  gboolean ok;

  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  address.sin_port = htons (port);
  ok = connect (fd, (struct sockaddr *) &address, sizeof (address)) == 0;
  close (fd);
  return ok;
}

/* Returns when it takes connections. */
void
rtmp_server_start (RtmpServer * server)
{
  gchar *path = g_find_program_in_path ("nginx");
  gchar *argv[] = { NULL, (gchar *) "-p", server->folder, (gchar *) "-c",
    (gchar *) "nginx.conf", NULL
  };
  GError *error = NULL;
  guint i;

  if (!path)
    path = g_strdup ("/usr/sbin/nginx");
  argv[0] = path;
  if (!g_spawn_async (server->folder, argv, NULL,
          G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
          G_SPAWN_STDERR_TO_DEV_NULL, die_with_parent, NULL, &server->pid,
          &error))
    g_error ("nginx: %s", error->message);
  g_free (path);
  for (i = 0; i < 1000; i++) {
    if (answers (server->port) && (!server->tls_port ||
            answers (server->tls_port)))
      return;
    g_poll (NULL, 0, 10);
  }
  g_error ("nginx does not answer; see %s/error.log", server->folder);
}

/* kill -9 */
void
rtmp_server_kill (RtmpServer * server)
{
  if (!server->pid)
    return;
  kill (server->pid, SIGKILL);
  waitpid (server->pid, NULL, 0);
  server->pid = 0;
}

void
rtmp_server_freeze (RtmpServer * server, gboolean freeze)
{
  kill (server->pid, freeze ? SIGSTOP : SIGCONT);
}

gchar *
rtmp_server_url (RtmpServer * server, const gchar * app, const gchar * name)
{
  return g_strdup_printf ("rtmp://127.0.0.1:%u/%s/%s", server->port, app, name);
}

gchar *
rtmp_server_tls_url (RtmpServer * server, const gchar * name)
{
  return g_strdup_printf ("rtmps://localhost:%u/rec/%s", server->tls_port,
      name);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar * const *) a, *(gchar * const *) b);
}

/* Whether the server has a file open whose path begins so. */
static gboolean
has_open (RtmpServer * server, const gchar * prefix)
{
  gchar *fds = g_strdup_printf ("/proc/%d/fd", (gint) server->pid);
  GDir *dir = g_dir_open (fds, 0, NULL);
  gboolean found = FALSE;
  const gchar *fd;

  while (dir && !found && (fd = g_dir_read_name (dir))) {
    gchar *link = g_build_filename (fds, fd, NULL);
    gchar *path = g_file_read_link (link, NULL);

    found = path && g_str_has_prefix (path, prefix);
    g_free (path);
    g_free (link);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_free (fds);
  return found;
}

/* What was recorded under @name by connections that are over, oldest first.
 * Waits for the server: the last bytes may be in its sockets yet. */
GPtrArray *
rtmp_server_recordings (RtmpServer * server, const gchar * name)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  gchar *folder = g_build_filename (server->folder, "rec", NULL);
  gchar *prefix = g_strconcat (name, "-", NULL);
  gchar *whole_prefix = g_build_filename (folder, prefix, NULL);
  GDir *dir;
  const gchar *entry;
  guint i;

  for (i = 0; server->pid && has_open (server, whole_prefix); i++) {
    if (i == 3000)
      g_error ("%s is recorded for ever", name);
    g_poll (NULL, 0, 10);
  }
  g_free (whole_prefix);
  dir = g_dir_open (folder, 0, NULL);

  while ((entry = g_dir_read_name (dir))) {
    if (g_str_has_prefix (entry, prefix))
      g_ptr_array_add (paths, g_build_filename (folder, entry, NULL));
  }
  g_dir_close (dir);
  g_ptr_array_sort (paths, compare_paths);
  g_free (prefix);
  g_free (folder);
  return paths;
}

void
rtmp_server_free (RtmpServer * server)
{
  const gchar *argv[] = { "rm", "-rf", server->folder, NULL };

  rtmp_server_kill (server);
  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      NULL, NULL, NULL, NULL);
  g_free (server->folder);
  g_free (server->ca_file);
  g_free (server->other_ca_file);
  g_free (server);
}

static gpointer
run_fake_server (gpointer data)
{
  FakeServer *fake = data;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (fake->listener, NULL,
              fake->cancellable, NULL))) {
    /* kept: it stays open */
    g_ptr_array_add (fake->connections, connection);
    g_atomic_int_inc (&fake->accepted);
    if (fake->garbage) {
      /* as long as the handshake that is expected, and more */
      gchar *text = g_strnfill (5000, 'x');

      g_output_stream_write (g_io_stream_get_output_stream (G_IO_STREAM
              (connection)), text, 5000, NULL, NULL);
      g_free (text);
    }
  }

  return NULL;
}

FakeServer *
fake_server_new (gboolean garbage)
{
  FakeServer *fake = g_new0 (FakeServer, 1);
  guint port;

  fake->garbage = garbage;
  fake->listener = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (fake->listener, NULL, NULL);
  if (!port)
    g_error ("no port");
  fake->url = g_strdup_printf ("rtmp://127.0.0.1:%u/live/streamkey", port);
  fake->cancellable = g_cancellable_new ();
  fake->connections = g_ptr_array_new_with_free_func (g_object_unref);
  fake->thread = g_thread_new ("fake-server", run_fake_server, fake);

  return fake;
}

void
fake_server_free (FakeServer * fake)
{
  g_cancellable_cancel (fake->cancellable);
  g_thread_join (fake->thread);
  g_socket_listener_close (fake->listener);
  g_object_unref (fake->listener);
  g_object_unref (fake->cancellable);
  g_ptr_array_unref (fake->connections);
  g_free (fake->url);
  g_free (fake);
}
