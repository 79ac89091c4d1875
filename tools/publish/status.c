/* status: what the program tells, live on a terminal or as JSON lines
 *
 * On a terminal the last lines are the state of everything, drawn anew each
 * time, none longer than the terminal is wide; events scroll by above. Elsewhere
 * events are lines, and JSON lines have everything.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "status.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <gst/publish/publish.h>
#include <json-glib/json-glib.h>

#define USUAL_WIDTH 80

struct _PublishStatus
{
  gboolean json_lines, terminal;
  guint n_lines;                /* drawn, to be drawn over */
  gint64 began;                 /* us, monotonic */
  GstStructure *stats;          /* (nullable): what is drawn */
};

PublishStatus *
publish_status_new (gboolean json_lines)
{
  PublishStatus *status = g_new0 (PublishStatus, 1);

  status->json_lines = json_lines;
  status->terminal = !json_lines && isatty (STDOUT_FILENO);
  status->began = g_get_monotonic_time ();
  return status;
}

static gdouble
seconds (PublishStatus * status)
{
  return (gdouble) (g_get_monotonic_time () - status->began) /
      G_TIME_SPAN_SECOND;
}

/* --- JSON --- */

static JsonNode *structure_to_json (const GstStructure * s);

static JsonNode *
list_to_json (const GValue * value)
{
  gboolean list = GST_VALUE_HOLDS_LIST (value);
  guint i, n = list ? gst_value_list_get_size (value) :
      gst_value_array_get_size (value);
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (i = 0; i < n; i++) {
    const GValue *item = list ? gst_value_list_get_value (value, i) :
        gst_value_array_get_value (value, i);

    if (GST_VALUE_HOLDS_STRUCTURE (item))
      json_array_add_element (array,
          structure_to_json (gst_value_get_structure (item)));
  }
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
value_to_json (const GValue * value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);
  GValue number = G_VALUE_INIT;

  if (GST_VALUE_HOLDS_LIST (value) || GST_VALUE_HOLDS_ARRAY (value)) {
    json_node_unref (node);
    return list_to_json (value);
  }
  if (GST_VALUE_HOLDS_STRUCTURE (value)) {
    json_node_unref (node);
    return structure_to_json (gst_value_get_structure (value));
  }
  if (G_VALUE_HOLDS_ENUM (value)) {
    json_node_set_string (node, gst_publish_enum_get_nick (G_VALUE_TYPE (value),
            g_value_get_enum (value)));
  } else if (G_VALUE_HOLDS_STRING (value)) {
    json_node_set_string (node, g_value_get_string (value));
  } else if (G_VALUE_HOLDS_BOOLEAN (value)) {
    json_node_set_boolean (node, g_value_get_boolean (value));
  } else if (G_VALUE_HOLDS_DOUBLE (value)) {
    json_node_set_double (node, g_value_get_double (value));
  } else {
    g_value_init (&number, G_TYPE_INT64);
    if (g_value_transform (value, &number)) {
      json_node_set_int (node, g_value_get_int64 (&number));
    } else {
      json_node_unref (node);
      node = json_node_new (JSON_NODE_NULL);
    }
    g_value_unset (&number);
  }
  return node;
}

static gboolean
add_member (GQuark name, const GValue * value, gpointer object)
{
  const gchar *key = g_quark_to_string (name);

  /* a number says less than its name */
  if ((g_str_equal (key, "code") || g_str_equal (key, "last-error")) &&
      G_VALUE_HOLDS_INT (value))
    json_object_set_string_member (object, key,
        gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE,
            g_value_get_int (value)));
  else
    json_object_set_member (object, key, value_to_json (value));
  return TRUE;
}

static JsonNode *
structure_to_json (const GstStructure * s)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  gst_structure_foreach (s, add_member, object);
  json_node_take_object (node, object);
  return node;
}

static void
print_json (PublishStatus * status, const gchar * name, const GstStructure * s)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  gchar *text;

  json_object_set_string_member (object, "event", name);
  json_object_set_double_member (object, "time", seconds (status));
  gst_structure_foreach (s, add_member, object);
  json_node_take_object (node, object);
  text = json_to_string (node, FALSE);
  printf ("%s\n", text);
  fflush (stdout);
  g_free (text);
  json_node_unref (node);
}

/* --- text --- */

static void
wipe (PublishStatus * status)
{
  for (; status->n_lines > 0; status->n_lines--)
    printf ("\033[A\033[2K");
}

/* Only what has happened stays on a terminal. */
void
publish_status_free (PublishStatus * status)
{
  wipe (status);
  fflush (stdout);
  g_clear_pointer (&status->stats, gst_structure_free);
  g_free (status);
}

/* "0 jerry, 1 mike (sub), 2 -" */
static gchar *
slots_to_text (const GValue * slots)
{
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; slots && i < gst_value_array_get_size (slots); i++) {
    const GstStructure *slot =
        gst_value_get_structure (gst_value_array_get_value (slots, i));
    const gchar *user = gst_structure_get_string (slot, "user-id");
    gint type = GST_PUBLISH_STREAM_TYPE_BIG;

    gst_structure_get_enum (slot, "stream-type", GST_TYPE_PUBLISH_STREAM_TYPE,
        &type);
    g_string_append_printf (text, "%s%u %s%s", i ? ", " : "", i,
        user ? *user ? user : "?" : "-", user &&
        type == GST_PUBLISH_STREAM_TYPE_SUB ? " (sub)" : "");
  }
  return g_string_free (text, FALSE);
}

static void
print_field (const GstStructure * s, const gchar * key, const gchar * before)
{
  const gchar *text = gst_structure_get_string (s, key);

  if (text && *text)
    printf ("%s%s", before, text);
}

static void
print_event (PublishStatus * status, const gchar * name, const GstStructure * s)
{
  const GValue *state = gst_structure_get_value (s, "state");
  gint code = GST_PUBLISH_CODE_OK, type = GST_PUBLISH_STREAM_TYPE_BIG;

  wipe (status);
  printf ("%8.3f  %s", seconds (status), name);
  print_field (s, "task-id", "  ");
  print_field (s, "user", "  ");
  if (gst_structure_get_enum (s, "type", GST_TYPE_PUBLISH_STREAM_TYPE, &type)
      && type != GST_PUBLISH_STREAM_TYPE_BIG)
    printf (" (%s)", gst_publish_enum_get_nick (GST_TYPE_PUBLISH_STREAM_TYPE,
            type));
  print_field (s, "url", "  ");
  if (state && G_VALUE_HOLDS_ENUM (state))
    printf ("  %s", gst_publish_enum_get_nick (G_VALUE_TYPE (state),
            g_value_get_enum (state)));
  if (gst_structure_get_int (s, "code", &code) && code != GST_PUBLISH_CODE_OK)
    printf ("  %s", gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CODE, code));
  print_field (s, "message", ": ");
  if (gst_structure_has_field (s, "slots")) {
    gchar *slots = slots_to_text (gst_structure_get_value (s, "slots"));

    printf ("  %s", slots);
    g_free (slots);
  }
  printf ("\n");
  fflush (stdout);
}

static guint
terminal_width (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
    return USUAL_WIDTH;
  return size.ws_col;
}

/* One line, not longer than the terminal is wide: what flows over would not be
 * drawn over. Takes @text. */
static void
draw_line (PublishStatus * status, gchar * text)
{
  guint width = terminal_width ();

  if (g_utf8_strlen (text, -1) >= (glong) width)
    *g_utf8_offset_to_pointer (text, width - 1) = '\0';
  printf ("%s\n", text);
  status->n_lines++;
  g_free (text);
}

/* (transfer full): @url without its middle, in which urls differ least */
static gchar *
shorten (const gchar * url, guint length)
{
  glong whole = g_utf8_strlen (url, -1);
  guint head = (length - 3) / 2, tail = length - 3 - head;

  if (whole <= (glong) length)
    return g_strdup (url);
  return g_strdup_printf ("%.*s...%s", (gint) (g_utf8_offset_to_pointer (url,
              head) - url), url, g_utf8_offset_to_pointer (url, whole - tail));
}

#define HEADING "  state        kbit/s  frames dropped reconn  queue  "

static void
draw_target (PublishStatus * status, const GstStructure * s)
{
  const GValue *state = gst_structure_get_value (s, "state");
  guint bitrate = 0, queue = 0, reconnects = 0;
  guint64 frames = 0, dropped = 0;
  guint width = terminal_width ();
  gchar *url = shorten (gst_structure_get_string (s, "url"),
      MAX (width, strlen (HEADING) + 16) - strlen (HEADING) - 1);

  gst_structure_get (s, "bitrate", G_TYPE_UINT, &bitrate, "queue", G_TYPE_UINT,
      &queue, "reconnects", G_TYPE_UINT, &reconnects, "frames-sent",
      G_TYPE_UINT64, &frames, "frames-dropped", G_TYPE_UINT64, &dropped, NULL);
  draw_line (status, g_strdup_printf ("  %-12s %6u %7" G_GUINT64_FORMAT
          " %7" G_GUINT64_FORMAT " %6u %6u  %s",
          gst_publish_enum_get_nick (GST_TYPE_PUBLISH_CDN_STATE,
              g_value_get_enum (state)), bitrate / 1000, frames, dropped,
          reconnects, queue, url));
  g_free (url);
}

static void
draw_task (PublishStatus * status, const GstStructure * task)
{
  const GValue *targets = gst_structure_get_value (task, "targets");
  const GstStructure *canvas = gst_structure_has_field (task, "canvas") ?
      gst_value_get_structure (gst_structure_get_value (task, "canvas")) : NULL;
  GString *text = g_string_new (NULL);
  guint64 frames = 0;
  gint width = 0, height = 0;
  guint i;

  g_string_printf (text, "%8.3f  %s", seconds (status),
      gst_structure_get_string (task, "task-id"));
  if (canvas) {
    gchar *slots = slots_to_text (gst_structure_get_value (canvas, "slots"));

    gst_structure_get (canvas, "canvas-width", G_TYPE_INT, &width,
        "canvas-height", G_TYPE_INT, &height, "frames", G_TYPE_UINT64, &frames,
        NULL);
    g_string_append_printf (text, "  %dx%d  %" G_GUINT64_FORMAT
        " frames  slots: %s", width, height, frames, slots);
    g_free (slots);
  }
  draw_line (status, g_string_free (text, FALSE));
  if (gst_value_list_get_size (targets) > 0)
    draw_line (status, g_strdup (HEADING "target"));
  for (i = 0; i < gst_value_list_get_size (targets); i++)
    draw_target (status,
        gst_value_get_structure (gst_value_list_get_value (targets, i)));
}

static void
draw (PublishStatus * status)
{
  const GValue *tasks;
  guint i;

  if (!status->terminal || !status->stats)
    return;
  wipe (status);
  tasks = gst_structure_get_value (status->stats, "tasks");
  for (i = 0; i < gst_value_list_get_size (tasks); i++)
    draw_task (status,
        gst_value_get_structure (gst_value_list_get_value (tasks, i)));
  fflush (stdout);
}

void
publish_status_event (PublishStatus * status, const gchar * name,
    const GstStructure * fields)
{
  if (status->json_lines) {
    print_json (status, name, fields);
  } else {
    print_event (status, name, fields);
    draw (status);
  }
}

/* The `stats` of publishbin. */
void
publish_status_stats (PublishStatus * status, const GstStructure * stats)
{
  if (status->json_lines)
    print_json (status, "stats", stats);
  g_clear_pointer (&status->stats, gst_structure_free);
  status->stats = gst_structure_copy (stats);
  draw (status);
}
