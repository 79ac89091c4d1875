/* gst-ts-timing-1.0: pipes, HTTP with and without ranges, UDP, files that grow
 * and live playlists. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>

#include "../ts-timing-run.h"

static gchar *folder;

/* One TS, the same as HLS segments, and as byte ranges of one file. */
static void
make_streams (void)
{
  folder = make_folder ();
  run_in_parent ("ffmpeg -nostdin -loglevel error -f lavfi -i "
      "testsrc2=size=160x120:rate=25 -f lavfi -i sine=frequency=440:"
      "sample_rate=48000 -t 6 -c:v libx264 -preset ultrafast -bf 0 -g 25 "
      "-sc_threshold 0 -c:a aac -f mpegts '%s/all.ts'", folder);
  run_in_parent ("ffmpeg -nostdin -loglevel error -i '%s/all.ts' -c copy "
      "-hls_time 1 -hls_list_size 0 '%s/s.m3u8' -c copy -hls_time 1 "
      "-hls_list_size 0 -hls_flags single_file '%s/ranges.m3u8'", folder,
      folder, folder);
}

static void
remove_streams (void)
{
  run_in_parent ("rm -rf '%s'", folder);
  g_free (folder);
}

static gchar *
in_folder (const gchar * name)
{
  return g_build_filename (folder, name, NULL);
}

static guint64
file_size (const gchar * name)
{
  gchar *path = in_folder (name), *text;
  gsize size;

  fail_unless (g_file_get_contents (path, &text, &size, NULL), "%s", path);
  g_free (text);
  g_free (path);
  return size;
}

/* Text with the JSON members that name the input taken out. */
static gchar *
without_input (const gchar * report)
{
  GRegex *regex = g_regex_new ("\"(input|uri)\" : \"[^\"]*\",?", 0, 0, NULL);
  gchar *text = g_regex_replace (regex, report, -1, 0, "", 0, NULL);

  g_regex_unref (regex);
  return text;
}

static void
expect_same_report (const gchar * a, const gchar * b)
{
  Run one = run_tool ("--json %s", a), two = run_tool ("--json %s", b);
  gchar *x = without_input (one.out), *y = without_input (two.out);

  fail_unless_equals_int (one.status, 0);
  fail_unless (strcmp (x, y) == 0, "%s and %s differ", a, b);
  g_free (x);
  g_free (y);
  run_clear (&one);
  run_clear (&two);
}

/* The first line that a server writes is its port. */
static GSubprocess *
read_port (GSubprocess * process, gint * port)
{
  GDataInputStream *lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  gchar *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

  fail_unless (line != NULL);
  *port = atoi (line);
  g_free (line);
  g_object_unref (lines);
  return process;
}

/* A file server that knows no ranges, but below /ranged/, and leads on from
 * /moved/. */
static GSubprocess *
start_plain_server (gint * port)
{
  const gchar *argv[] = { "timeout", "100", "python3", "-u", "-c",
    "import http.server, sys, functools\n"
        "class H(http.server.SimpleHTTPRequestHandler):\n"
        "  def log_message(self, *a): pass\n"
        "  def do_GET(self):\n"
        "    if self.path.startswith('/moved/'):\n"
        "      self.send_response(302)\n"
        "      self.send_header('Location', self.path[6:])\n"
        "      self.end_headers()\n"
        "    elif self.path.startswith('/ranged/') and self.headers['Range']:\n"
        "      a, b = self.headers['Range'][6:].split('-')\n"
        "      f = open(sys.argv[1] + self.path[7:], 'rb')\n"
        "      f.seek(int(a))\n"
        "      data = f.read(int(b) - int(a) + 1)\n"
        "      self.send_response(206)\n"
        "      self.send_header('Content-Length', str(len(data)))\n"
        "      self.end_headers()\n"
        "      self.wfile.write(data)\n"
        "    else:\n"
        "      self.path = self.path.removeprefix('/ranged')\n"
        "      super().do_GET()\n"
        "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0),"
        " functools.partial(H, directory=sys.argv[1]))\n"
        "print(s.server_port)\n" "s.serve_forever()\n", folder, NULL
  };

  return read_port (start_argv (argv), port);
}

static void
stop (GSubprocess * process)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}

GST_START_TEST (test_http)
{
  gchar *local = in_folder ("s.m3u8"), *file = in_folder ("all.ts");
  gchar *ranges = in_folder ("ranges.m3u8"), *remote;
  GSubprocess *server;
  gint port;
  Run run;

  server = start_plain_server (&port);
  remote = g_strdup_printf ("http://127.0.0.1:%d/s.m3u8", port);
  expect_same_report (local, remote);
  g_free (remote);
  remote = g_strdup_printf ("http://127.0.0.1:%d/all.ts", port);
  expect_same_report (file, remote);
  g_free (remote);
  /* the server sends the whole file each time: only the range is taken */
  remote = g_strdup_printf ("http://127.0.0.1:%d/ranges.m3u8", port);
  expect_same_report (ranges, remote);
  g_free (remote);
  remote = g_strdup_printf ("http://127.0.0.1:%d/ranged/ranges.m3u8", port);
  expect_same_report (ranges, remote);
  g_free (remote);
  /* segments are looked up where the redirect leads */
  remote = g_strdup_printf ("http://127.0.0.1:%d/moved/s.m3u8", port);
  expect_same_report (local, remote);
  g_free (remote);

  run = run_tool ("http://127.0.0.1:%d/nosuch.m3u8", port);
  fail_unless_equals_int (run.status, 2);
  fail_unless (strstr (run.err, "404") != NULL, "%s", run.err);
  run_clear (&run);

  /* what comes from the network must not read local files */
  remote = g_strdup_printf ("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n"
      "file://%s\n#EXT-X-ENDLIST\n", file);
  g_free (local);
  local = in_folder ("steal.m3u8");
  fail_unless (g_file_set_contents (local, remote, -1, NULL));
  g_free (remote);
  run = run_tool ("--verbose http://127.0.0.1:%d/steal.m3u8", port);
  fail_unless_equals_int (run.status, 2);
  fail_unless (strstr (run.err, "is a local file") != NULL, "%s", run.err);
  run_clear (&run);
  stop (server);
  g_free (local);
  g_free (ranges);
  g_free (file);
}

GST_END_TEST;

/* A CA of its own, and a server on the loopback that it vouches for. */
static void
make_certificates (void)
{
  gchar *path = in_folder ("ext");
  Run run;

  fail_unless (g_file_set_contents (path, "subjectAltName=IP:127.0.0.1\n", -1,
          NULL));
  run = finish (start_line ("sh -ec \"cd '%s'; "
          "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ours "
          "-keyout ca.key -out ca.pem; "
          "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other "
          "-keyout other.key -out other.pem; "
          "openssl req -newkey rsa:2048 -nodes -subj /CN=server "
          "-keyout server.key -out server.csr; "
          "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key "
          "-CAcreateserial -days 2 -extfile ext -out server.pem\"", folder));
  fail_unless (run.status == 0, "%s", run.err);
  run_clear (&run);
  g_free (path);
}

static GSubprocess *
start_tls_server (gint * port)
{
  const gchar *argv[] = { "timeout", "100", "python3", "-u", "-c",
    "import http.server, sys, functools, ssl\n"
        "class H(http.server.SimpleHTTPRequestHandler):\n"
        "  def log_message(self, *a): pass\n"
        "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0),"
        " functools.partial(H, directory=sys.argv[1]))\n"
        "c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
        "c.load_cert_chain(sys.argv[1] + '/server.pem',"
        " sys.argv[1] + '/server.key')\n"
        "s.socket = c.wrap_socket(s.socket, server_side=True,"
        " do_handshake_on_connect=False)\n"
        "print(s.server_port)\n" "s.serve_forever()\n", folder, NULL
  };

  return read_port (start_argv (argv), port);
}

GST_START_TEST (test_https)
{
  gchar *local = in_folder ("s.m3u8"), *file = in_folder ("all.ts"), *remote;
  GSubprocess *server;
  gint port;
  Run run;

  make_certificates ();
  server = start_tls_server (&port);
  remote = g_strdup_printf ("--ca-file '%s/ca.pem' https://127.0.0.1:%d/s.m3u8",
      folder, port);
  expect_same_report (local, remote);
  g_free (remote);
  remote = g_strdup_printf ("--ca-file '%s/ca.pem' https://127.0.0.1:%d/all.ts",
      folder, port);
  expect_same_report (file, remote);
  g_free (remote);

  /* without it nobody vouches for the server, nor does another one */
  run = run_tool ("https://127.0.0.1:%d/all.ts", port);
  fail_unless_equals_int (run.status, 2);
  fail_unless (strstr (run.err, "certificate") != NULL, "%s", run.err);
  run_clear (&run);
  run = run_tool ("--ca-file '%s/other.pem' https://127.0.0.1:%d/all.ts",
      folder, port);
  fail_unless_equals_int (run.status, 2);
  fail_unless (strstr (run.err, "certificate") != NULL, "%s", run.err);
  run_clear (&run);
  run = run_tool ("--ca-file '%s/none.pem' https://127.0.0.1:%d/all.ts",
      folder, port);
  fail_unless_equals_int (run.status, 2);
  fail_unless (strstr (run.err, "none.pem") != NULL, "%s", run.err);
  run_clear (&run);
  stop (server);
  g_free (local);
  g_free (file);
}

GST_END_TEST;

/* How souphttpsrc is told of a CA: with libsoup 3 by its tls-database, for
 * ssl-ca-file is libsoup 2's. */
static GstMessageType
read_by_soup (const gchar * ca, gint port, guint64 * packets)
{
  gchar *line = g_strdup_printf ("souphttpsrc name=s retries=0 "
      "location=https://127.0.0.1:%d/all.ts ! tstimingcheck name=t ! fakesink",
      port), *path = in_folder (ca);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstElement *check = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  GTlsDatabase *database = g_tls_file_database_new (path, NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GstMessageType type;
  GstStructure *stats;

  fail_unless (database != NULL);
  g_object_set (source, "tls-database", database, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  type = GST_MESSAGE_TYPE (message);
  gst_message_unref (message);
  g_object_get (check, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "packets", packets));
  gst_structure_free (stats);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (source);
  gst_object_unref (check);
  gst_object_unref (pipeline);
  g_object_unref (database);
  g_free (path);
  g_free (line);
  return type;
}

GST_START_TEST (test_https_by_element)
{
  GSubprocess *server;
  guint64 packets;
  gint port;

  make_certificates ();
  server = start_tls_server (&port);
  /* in this order: a TLS session that was good once is taken up again by the
   * same process, whoever vouches for it then */
  fail_unless_equals_int (read_by_soup ("other.pem", port, &packets),
      GST_MESSAGE_ERROR);
  fail_unless_equals_uint64 (packets, 0);
  fail_unless_equals_int (read_by_soup ("ca.pem", port, &packets),
      GST_MESSAGE_EOS);
  fail_unless_equals_uint64 (packets, file_size ("all.ts") / 188);
  stop (server);
}

GST_END_TEST;

GST_START_TEST (test_byte_ranges_are_segments)
{
  Run run = run_tool ("--json '%s/ranges.m3u8'", folder);
  JsonParser *parser;
  JsonObject *report = parse_report (&run, &parser);

  fail_unless_equals_int (run.status, 0);
  fail_unless_equals_int (json_array_get_length (json_object_get_array_member
          (report, "segments")), 6);
  /* every byte of the file is in one of the ranges */
  fail_unless_equals_uint64 (json_object_get_int_member (report, "bytes"),
      file_size ("ranges.ts"));
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

/* Ranges of single pictures: neither counters nor clocks can go on. */
GST_START_TEST (test_i_frames_only)
{
  Run run = finish (start_line ("ffmpeg -nostdin -loglevel error -i '%s/all.ts'"
          " -c copy -an -hls_time 1 -hls_list_size 0 -hls_flags "
          "iframes_only+single_file '%s/i.m3u8'", folder, folder));
  JsonParser *parser;
  JsonObject *report;
  gchar *nicks;

  fail_unless (run.status == 0, "%s", run.err);
  run_clear (&run);
  run = run_tool ("--json '%s/i.m3u8'", folder);
  report = parse_report (&run, &parser);
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "");
  fail_unless_equals_int (json_array_get_length (json_object_get_array_member
          (report, "segments")), 6);
  g_free (nicks);
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (test_pipe)
{
  gchar *tool = tool_path ();
  Run file = run_tool ("--json '%s/all.ts'", folder), pipe;
  gchar *x, *y;

  /* 7 bytes at a time */
  pipe = finish (start_line ("sh -c \"dd if='%s/all.ts' bs=7 2>/dev/null | "
          "'%s' --json -\"", folder, tool));
  fail_unless_equals_int (pipe.status, 0);
  x = without_input (file.out);
  y = without_input (pipe.out);
  fail_unless_equals_string (x, y);
  g_free (x);
  g_free (y);
  run_clear (&file);
  run_clear (&pipe);

  /* a playlist: its segments are looked up in the current folder */
  pipe = finish (start_line ("sh -c \"cd '%s' && '%s' --json - < s.m3u8\"",
          folder, tool));
  fail_unless (pipe.status == 0, "%s", pipe.err);
  run_clear (&pipe);
  g_free (tool);
}

GST_END_TEST;

GST_START_TEST (test_segments_as_arguments)
{
  Run run = run_tool ("--json --profile hls '%s/s0.ts' '%s/s1.ts' '%s/s2.ts'",
      folder, folder, folder);
  JsonParser *parser;
  JsonObject *report = parse_report (&run, &parser);

  fail_unless_equals_int (run.status, 0);
  fail_unless_equals_int (json_array_get_length (json_object_get_array_member
          (report, "segments")), 3);
  g_object_unref (parser);
  run_clear (&run);
  /* one left out is a break */
  run = run_tool ("--json --profile hls '%s/s0.ts' '%s/s3.ts'", folder, folder);
  report = parse_report (&run, &parser);
  fail_unless_equals_int (run.status, 1);
  fail_unless_equals_int (event_count (report, "unmarked-discontinuity"), 1);
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

/* A port that was free a moment ago. */
static gint
free_udp_port (void)
{
  GSocket *probe = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
      G_SOCKET_PROTOCOL_UDP, NULL);
  GInetAddress *loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  GSocketAddress *address = g_inet_socket_address_new (loopback, 0);
  gint port;

  fail_unless (g_socket_bind (probe, address, FALSE, NULL));
  g_object_unref (address);
  address = g_socket_get_local_address (probe, NULL);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_object_unref (address);
  g_object_unref (loopback);
  g_object_unref (probe);
  return port;
}

/* A live source by a GStreamer element: arrival counts, and --idle ends it. */
static void
check_udp (const gchar * payloader, guint per_datagram)
{
  GSubprocess *process;
  JsonParser *parser;
  JsonObject *report;
  gchar *tool = tool_path ();
  gint port = free_udp_port ();
  guint64 packets;
  Run run;

  process = start_line ("'%s' --json --idle 1s --duration 20s "
      "udp://127.0.0.1:%d", tool, port);
  /* until it listens, datagrams to the port are refused and lost */
  run = finish (start_line ("timeout 15 sh -c \"while ! grep -qi "
          "':%04X 0*:0000' /proc/net/udp; do sleep 0.05; done\"", port));
  fail_unless (run.status == 0, "nobody listens");
  run_clear (&run);
  run = finish (start_line ("timeout 30 gst-launch-1.0 -q filesrc "
          "location='%s/all.ts' ! tsparse set-timestamps=true alignment=7 ! "
          "%s udpsink host=127.0.0.1 port=%d", folder, payloader, port));
  fail_unless (run.status == 0, "%s", run.err);
  run_clear (&run);
  run = finish (process);
  report = parse_report (&run, &parser);
  /* at the pace of its clock nothing is lost on the way */
  packets = file_size ("all.ts") / 188;
  fail_unless_equals_uint64 (json_object_get_int_member (report, "packets"),
      packets - packets % per_datagram);
  fail_unless_equals_int (json_object_get_int_member (report,
          "skipped-bytes"), 0);
  fail_unless_equals_int (event_count (report, "continuity-count-error"), 0);
  fail_unless_equals_int (event_count (report, "slow-network"), 0);
  g_object_unref (parser);
  run_clear (&run);
  g_free (tool);
}

GST_START_TEST (test_udp)
{
  check_udp ("", 1);
}

GST_END_TEST;

GST_START_TEST (test_rtp)
{
  /* the payloader drops what does not fill its last datagram */
  check_udp ("rtpmp2tpay !", 7);
}

GST_END_TEST;

GST_START_TEST (test_file_that_grows)
{
  gchar *tool = tool_path ();
  GSubprocess *process;
  JsonParser *parser;
  JsonObject *report;
  Run run;

  run = finish (start_line ("sh -c \"head -c 50000 '%s/all.ts' > "
          "'%s/grows.ts'\"", folder, folder));
  run_clear (&run);
  process = start_line ("'%s' --json --follow --idle 1s '%s/grows.ts'", tool,
      folder);
  /* not at a packet's end */
  run = finish (start_line ("sh -c \"cd '%s'; for i in 1 2 3 4; do sleep 0.2; "
          "dd if=all.ts bs=1 skip=\\$((50000*i)) count=50000 2>/dev/null >> "
          "grows.ts; done; tail -c +250001 all.ts >> grows.ts\"", folder));
  run_clear (&run);
  run = finish (process);
  report = parse_report (&run, &parser);
  fail_unless_equals_uint64 (json_object_get_int_member (report, "packets"),
      file_size ("all.ts") / 188);
  fail_unless_equals_uint64 (file_size ("grows.ts"), file_size ("all.ts"));
  g_object_unref (parser);
  run_clear (&run);
  g_free (tool);
}

GST_END_TEST;

/* A pipe at half its pace, whose arrival is judged if one asks for it. */
GST_START_TEST (test_live_pipe)
{
  static const gchar *const options[] = { "", "--live" };
  gchar *tool = tool_path ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (options); i++) {
    Run run = finish (start_line ("sh -c \"ffmpeg -nostdin -loglevel error "
            "-readrate 0.5 -i '%s/all.ts' -t 3.5 -c copy -f mpegts - | '%s' "
            "--json %s -\"", folder, tool, options[i]));
    JsonParser *parser;
    JsonObject *report = parse_report (&run, &parser);

    fail_unless_equals_int (event_count (report, "slow-network") +
        event_count (report, "slow-encoder"), i);
    g_object_unref (parser);
    run_clear (&run);
  }
  g_free (tool);
}

GST_END_TEST;

/* Progress is for a terminal, and gone before the report. */
GST_START_TEST (test_progress)
{
  static const gchar pty[] = "python3 -c 'import pty, sys; "
      "pty.spawn(sys.argv[1:])'";
  gchar *tool = tool_path ();
  Run run;

  run = finish (start_line ("python3 -c 'import pty; pty.openpty()'"));
  if (run.status != 0) {
    g_printerr ("test_progress skipped: no terminal can be had here\n");
    run_clear (&run);
    g_free (tool);
    return;
  }
  run_clear (&run);

  run = finish (start_line ("%s '%s' --follow --idle 1s '%s/all.ts'", pty,
          tool, folder));
  fail_unless (strstr (run.out, "\r\033[K") != NULL, "%s", run.out);
  fail_unless (strstr (run.out, " of stream, 0 events") != NULL);
  fail_unless (strstr (run.out, "\r\033[KCLEAN  ") != NULL);
  run_clear (&run);
  run = finish (start_line ("%s '%s' --quiet --follow --idle 1s '%s/all.ts'",
          pty, tool, folder));
  fail_unless (strstr (run.out, "\033") == NULL, "%s", run.out);
  run_clear (&run);
  g_free (tool);
}

GST_END_TEST;

/* Lists segments @from to @to as a live playlist. */
static void
write_live (guint from, guint to, guint sequence, gboolean end)
{
  GString *text = g_string_new (NULL);
  gchar *path = in_folder ("live.m3u8");
  guint i;

  g_string_printf (text, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
      "#EXT-X-MEDIA-SEQUENCE:%u\n", sequence);
  for (i = from; i <= to; i++)
    g_string_append_printf (text, "#EXTINF:1.0,\ns%u.ts\n", i);
  if (end)
    g_string_append (text, "#EXT-X-ENDLIST\n");
  /* replaced as a whole, as servers do */
  fail_unless (g_file_set_contents (path, text->str, text->len, NULL));
  g_string_free (text, TRUE);
  g_free (path);
}

/* Follows live.m3u8 while @change, as a server does, lists a segment a second. */
static Run
follow_live (void (*change) (guint step), guint steps)
{
  gchar *tool = tool_path ();
  GSubprocess *process = start_line ("'%s' --json --follow --idle 4s "
      "--duration 30s '%s/live.m3u8'", tool, folder);
  guint i;

  for (i = 0; i < steps; i++) {
    g_usleep (G_USEC_PER_SEC);
    change (i);
  }
  g_free (tool);
  return finish (process);
}

static void
slide (guint step)
{
  write_live (1 + step, 3 + step, 1 + step, step == 2);
}

GST_START_TEST (test_live_playlist)
{
  JsonParser *parser;
  JsonObject *report, *playlist;
  gchar *nicks;
  Run run;

  write_live (0, 2, 0, FALSE);
  run = follow_live (slide, 3);
  report = parse_report (&run, &parser);
  nicks = event_nicks (report);
  fail_unless_equals_string (nicks, "");
  fail_unless_equals_int (run.status, 0);
  playlist = json_object_get_object_member (report, "playlist");
  /* each once */
  fail_unless_equals_int (json_object_get_int_member (playlist, "read"), 6);
  fail_if (json_object_get_boolean_member (playlist, "live"));
  g_free (nicks);
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

static void
go_back (guint step)
{
  if (step == 0)
    write_live (1, 3, 1, FALSE);
  else
    write_live (0, 2, 0, TRUE);
}

GST_START_TEST (test_live_playlist_goes_back)
{
  JsonParser *parser;
  JsonObject *report;
  Run run;

  write_live (0, 2, 0, FALSE);
  run = follow_live (go_back, 2);
  report = parse_report (&run, &parser);
  fail_unless_equals_int (event_count (report, "media-sequence-error"), 1);
  fail_unless_equals_int (run.status, 1);
  g_object_unref (parser);
  run_clear (&run);
}

GST_END_TEST;

/* An interrupted run reports what it has. */
GST_START_TEST (test_interrupt)
{
  gchar *tool = tool_path (), *line;
  GSubprocess *process;
  GDataInputStream *lines;
  Run run;

  write_live (0, 2, 0, FALSE);
  /* a segment that is missing: its event on standard error tells that all
   * others have been read */
  line = in_folder ("live.m3u8");
  run = finish (start_line ("sh -c \"printf '#EXTINF:1,\\nnosuch.ts\\n' >> "
          "'%s'\"", line));
  run_clear (&run);
  g_free (line);
  process = start_line ("'%s' --json --verbose --follow '%s/live.m3u8'", tool,
      folder);
  lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines),
      FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  fail_unless (line && g_str_has_prefix (line, "segment-unavailable"), "%s",
      line);
  g_free (line);
  g_object_unref (lines);
  g_subprocess_send_signal (process, SIGINT);
  run = finish (process);
  fail_unless_equals_int (run.status, 1);
  fail_unless (strstr (run.out, "\"read\" : 3") != NULL);
  run_clear (&run);
  g_free (tool);
}

GST_END_TEST;

static Suite *
ts_timing_inputs_suite (void)
{
  Suite *s = suite_create ("ts-timing-inputs");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_unchecked_fixture (tc, make_streams, remove_streams);
  tcase_add_test (tc, test_http);
  tcase_add_test (tc, test_https);
  tcase_add_test (tc, test_https_by_element);
  tcase_add_test (tc, test_byte_ranges_are_segments);
  tcase_add_test (tc, test_i_frames_only);
  tcase_add_test (tc, test_pipe);
  tcase_add_test (tc, test_segments_as_arguments);
  tcase_add_test (tc, test_udp);
  tcase_add_test (tc, test_rtp);
  tcase_add_test (tc, test_file_that_grows);
  tcase_add_test (tc, test_live_pipe);
  tcase_add_test (tc, test_progress);
  tcase_add_test (tc, test_live_playlist);
  tcase_add_test (tc, test_live_playlist_goes_back);
  tcase_add_test (tc, test_interrupt);
  return s;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!have_programs ("ffmpeg", "gst-launch-1.0", "python3", NULL))
    return 77;
  return gst_check_run_suite (ts_timing_inputs_suite (), "ts_timing_inputs",
      __FILE__);
}
