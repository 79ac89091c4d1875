/* options: the command line of gst-publish-1.0
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "options.h"
#include "secrets.h"

#include <string.h>

/* of what is typed, so much is shown of a word */
#define MAX_SHOWN 16
#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
    "-+._"

static const gchar *const input_keys[] = { "user", "room", "type", "uri",
  "loop", "volume", "mute", "from", "until"
};

static void
input_free (gpointer data)
{
  PublishInputOptions *input = data;

  g_free (input->user_id);
  g_free (input->room_id);
  g_free (input->uri);
  g_free (input);
}

static gboolean
refuse (GError ** error, const gchar * format, ...)
G_GNUC_PRINTF (2, 3);

     static gboolean refuse (GError ** error, const gchar * format, ...)
{
  gchar *text;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  g_free (text);
  return FALSE;
}

/* (transfer full): @value if it is a word, for it may be a url that went into
 * the wrong key */
static gchar *
show_value (const gchar * value)
{
  gsize word = strspn (value, WORD);

  return word <= MAX_SHOWN && value[word] == '\0' ? g_strdup (value) :
      g_strdup ("...");
}

/* (transfer full): what stands where a key must: "usr=", or a url */
static gchar *
show_key (const gchar * text)
{
  gsize word = strspn (text, WORD);

  if (word <= MAX_SHOWN && (text[word] == '=' || text[word] == '\0'))
    return g_strndup (text, text[word] == '=' ? word + 1 : word);
  return strstr (text, "://") ? publish_hide_secrets (text) : g_strdup ("...");
}

/* All of it must be a number. */
static gboolean
read_number (const gchar * key, const gchar * value, gdouble least,
    gdouble most, gdouble * number, GError ** error)
{
  gchar *end;

  *number = g_ascii_strtod (value, &end);
  if (end == value || *end || !(*number >= least && *number <= most)) {
    gchar *shown = show_value (value);

    refuse (error, "%s=%s, allowed is a number %g to %g", key, shown, least,
        most);
    g_free (shown);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_switch (const gchar * key, const gchar * value, gboolean * on,
    GError ** error)
{
  gdouble number = 0;

  if (!read_number (key, value, 0, 1, &number, error))
    return FALSE;
  *on = number > 0;
  return TRUE;
}

static gboolean
set_key (PublishInputOptions * input, const gchar * key, const gchar * value,
    GError ** error)
{
  gint type = 0;

  if (g_str_equal (key, "user")) {
    g_free (input->user_id);
    input->user_id = g_strdup (value);
  } else if (g_str_equal (key, "room")) {
    g_free (input->room_id);
    input->room_id = g_strdup (value);
  } else if (g_str_equal (key, "uri")) {
    g_free (input->uri);
    input->uri = g_strdup (value);
  } else if (g_str_equal (key, "type")) {
    if (!gst_publish_enum_from_nick (GST_TYPE_PUBLISH_STREAM_TYPE, value,
            &type)) {
      gchar *shown = show_value (value);

      refuse (error, "type=%s, allowed are big, small, sub", shown);
      g_free (shown);
      return FALSE;
    }
    input->type = type;
  } else if (g_str_equal (key, "loop")) {
    return read_switch (key, value, &input->loop, error);
  } else if (g_str_equal (key, "mute")) {
    return read_switch (key, value, &input->mute, error);
  } else if (g_str_equal (key, "volume")) {
    return read_number (key, value, 0, 10, &input->volume, error);
  } else if (g_str_equal (key, "from")) {
    return read_number (key, value, 0, 1e6, &input->from, error);
  } else {
    return read_number (key, value, 0, 1e6, &input->until, error);
  }
  return TRUE;
}

/* The key that @text begins with, "key="; NULL: none */
static const gchar *
key_of (const gchar * text)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (input_keys); i++) {
    if (g_str_has_prefix (text, input_keys[i]) &&
        text[strlen (input_keys[i])] == '=')
      return input_keys[i];
  }
  return NULL;
}

/* "user=jerry,uri=file:///a,b.mp4,loop=1": a comma separates only where a key
 * follows. */
static gboolean
read_input (const gchar * text, PublishInputOptions * input, GError ** error)
{
  gchar **words = g_strsplit (text, ",", -1);
  const gchar *key = NULL;
  GString *value = g_string_new (NULL);
  gboolean good = TRUE;
  guint i;

  for (i = 0; good && words[i]; i++) {
    const gchar *next = key_of (words[i]);

    if (!next && !key) {
      gchar *shown = show_key (text);

      good =
          refuse (error,
          "\"%s\" is none of user=, room=, type=, uri=, loop=,"
          " volume=, mute=, from=, until=", shown);
      g_free (shown);
    } else if (next) {
      good = !key || set_key (input, key, value->str, error);
      key = next;
      g_string_assign (value, words[i] + strlen (next) + 1);
    } else {
      g_string_append_printf (value, ",%s", words[i]);
    }
  }
  good = good && (!key || set_key (input, key, value->str, error));
  g_string_free (value, TRUE);
  g_strfreev (words);
  if (good && (!input->uri || !*input->uri))
    return refuse (error, "uri= is missing");
  if (good && input->until > 0 && input->until <= input->from)
    return refuse (error, "until= is not after from=");
  return good;
}

static gboolean
add_input (const gchar * name, const gchar * value, gpointer data,
    GError ** error)
{
  PublishOptions *options = data;
  PublishInputOptions *input = g_new0 (PublishInputOptions, 1);

  input->volume = 1;
  g_ptr_array_add (options->inputs, input);
  if (read_input (value, input, error))
    return TRUE;
  /* by its number, for it may hold secrets */
  g_prefix_error (error, "--input number %u: ", options->inputs->len);
  return FALSE;
}

static gboolean
add_sink_property (const gchar * name, const gchar * value, gpointer data,
    GError ** error)
{
  PublishOptions *options = data;
  const gchar *equals = strchr (value, '=');
  gchar *key;

  if (!equals || equals == value || value + strspn (value, WORD) != equals)
    return refuse (error, "--sink-property: allowed is NAME=VALUE");
  if (!options->sink_properties)
    options->sink_properties = gst_structure_new_empty ("properties");
  key = g_strndup (value, equals - value);
  gst_structure_set (options->sink_properties, key, G_TYPE_STRING, equals + 1,
      NULL);
  g_free (key);
  return TRUE;
}

/* (transfer full); NULL: @error */
PublishOptions *
publish_options_parse (gint argc, gchar ** argv, GError ** error)
{
  PublishOptions *options = g_new0 (PublishOptions, 1);
  gchar **files = NULL;
  const GOptionEntry entries[] = {
    {"input", 'i', 0, G_OPTION_ARG_CALLBACK, add_input, NULL, NULL},
    {"json-lines", 'j', 0, G_OPTION_ARG_NONE, &options->json_lines, NULL, NULL},
    {"duration", 0, 0, G_OPTION_ARG_DOUBLE, &options->duration, NULL, NULL},
    {"video-encoder", 0, 0, G_OPTION_ARG_STRING, &options->video_encoder, NULL,
        NULL},
    {"sink-property", 0, 0, G_OPTION_ARG_CALLBACK, add_sink_property, NULL,
        NULL},
    {"help", 'h', 0, G_OPTION_ARG_NONE, &options->help, NULL, NULL},
    {"manual", 0, 0, G_OPTION_ARG_NONE, &options->manual, NULL, NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, NULL, NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL},
    {NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("main", "", "", options, NULL);
  gboolean good;

  options->inputs = g_ptr_array_new_with_free_func (input_free);
  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  g_option_context_set_help_enabled (context, FALSE);
  good = g_option_context_parse (context, &argc, &argv, error);
  g_option_context_free (context);
  if (good && !options->help && !options->manual && !options->version) {
    if (!files || g_strv_length (files) != 1)
      good = refuse (error, "one job file is needed; --help tells more");
    else if (!(options->duration >= 0 && options->duration < 1e6))
      good = refuse (error, "--duration takes seconds");
    else
      options->job = g_strdup (files[0]);
  }
  g_strfreev (files);
  if (!good)
    g_clear_pointer (&options, publish_options_free);
  return options;
}

void
publish_options_free (PublishOptions * options)
{
  if (!options)
    return;
  g_free (options->job);
  g_free (options->video_encoder);
  g_clear_pointer (&options->sink_properties, gst_structure_free);
  g_ptr_array_unref (options->inputs);
  g_free (options);
}
