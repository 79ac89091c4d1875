/* ts-core-corpus.c: writes the timing fuzzer's first inputs into a folder */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "tsgenerator.h"

static void
write_input (const gchar * folder, const gchar * name, const guint8 * control,
    const GByteArray * stream)
{
  gchar *path = g_build_filename (folder, name, NULL);
  GByteArray *input = g_byte_array_new ();
  GError *error = NULL;

  g_byte_array_append (input, control, 4);
  g_byte_array_append (input, stream->data, stream->len);
  if (!g_file_set_contents (path, (const gchar *) input->data, input->len,
          &error))
    g_error ("%s", error->message);
  g_byte_array_unref (input);
  g_free (path);
}

/* The same packets with 4 bytes before or 16 bytes behind each. */
static GByteArray *
repack (const GByteArray * stream, guint size)
{
  static const guint8 filler[16];
  GByteArray *array = g_byte_array_new ();
  guint i;

  for (i = 0; i + 188 <= stream->len; i += 188) {
    if (size == 192)
      g_byte_array_append (array, filler, 4);
    g_byte_array_append (array, stream->data + i, 188);
    if (size == 204)
      g_byte_array_append (array, filler, 16);
  }
  return array;
}

/* What takes seconds to be a fault: about 64 KiB each. */
static void
write_long_inputs (const gchar * folder)
{
  guint fault;

  for (fault = 0; fault < GEN_N_FAULTS; fault++) {
    guint8 control[4] =
        { 0x80 | (fault & 3), 254, fault % 3 ? 0 : 91, fault % 8 };
    GenConfig config;
    GByteArray *stream;

    gen_config_init (&config, fault);
    config.ticks = 700000;
    config.picture = 1;
    config.at = 3000;
    config.length = 8900;
    config.splice_interval = fault % 5 ? 0 : 700;
    stream = gen_stream (&config);
    write_input (folder, gen_fault_name (fault), control, stream);
    g_byte_array_unref (stream);
  }
}

int
main (int argc, char **argv)
{
  guint fault, i;

  if (argc != 3) {
    g_printerr ("usage: ts-core-corpus FOLDER FOLDER_OF_LONG_INPUTS\n");
    return 2;
  }
  write_long_inputs (argv[2]);
  for (fault = 0; fault < GEN_N_FAULTS; fault++) {
    GenConfig config;
    GByteArray *stream, *other;
    guint8 control[4] = { fault % 4, fault * 7, fault % 5 ? 0 : 21, fault % 8 };
    gchar name[64];

    gen_config_init (&config, fault);
    config.ticks = 700000;
    config.picture = 1;
    config.at = 300;
    config.length = 1000;
    config.start = fault % 2 ? 90000 : (G_GUINT64_CONSTANT (1) << 33) - 60000;
    stream = gen_stream (&config);
    write_input (argv[1], gen_fault_name (fault), control, stream);
    for (i = 192; i <= 204; i += 12) {
      other = repack (stream, i);
      g_snprintf (name, sizeof (name), "%s-%u", gen_fault_name (fault), i);
      if (fault % 6 == 0)
        write_input (argv[1], name, control, other);
      g_byte_array_unref (other);
    }
    g_byte_array_unref (stream);
  }
  return 0;
}
