/* JSON documents in files, read within the limit of their size.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishdocument.h"

#include <errno.h>
#include <string.h>
#include <glib/gstdio.h>

#include "gstpublisherror.h"
#include "gstpublishlimits.h"

/**
 * gst_publish_document_load:
 * @filename: (type filename): a file with a JSON document
 * @error: where to say what is wrong, see %GST_PUBLISH_ERROR
 *
 * Reads a document for one of the `_new_from_json` functions, as elements do
 * for their `-location` properties. A file that cannot be read, that is larger
 * than 1 MiB or that holds a NUL byte is an error that names it. Blocks while
 * it reads. Any thread may call this.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL and @error
 */
gchar *gst_publish_document_load (const gchar * filename, GError ** error)
{
  const gsize size = GST_PUBLISH_MAX_DOCUMENT_BYTES + 1;
  gchar *text, *problem = NULL;
  gsize length;
  FILE *file;

  g_return_val_if_fail (filename != NULL, NULL);

  file = g_fopen (filename, "rb");
  if (!file) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "%s: cannot be opened: %s", filename, g_strerror (errno));
    return NULL;
  }

  text = g_malloc (size + 1);
  length = fread (text, 1, size, file);
  text[length] = '\0';
  if (ferror (file))
    problem = g_strdup_printf ("cannot be read: %s", g_strerror (errno));
  else if (length == size)
    problem = g_strdup_printf ("is larger than the %d bytes that are allowed",
        GST_PUBLISH_MAX_DOCUMENT_BYTES);
  else if (strlen (text) != length)
    problem = g_strdup_printf ("has a NUL byte at offset %" G_GSIZE_FORMAT
        ", which JSON does not allow", strlen (text));
  fclose (file);

  if (problem) {
    g_set_error (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "%s: %s", filename, problem);
    g_free (problem);
    g_clear_pointer (&text, g_free);
  }

  return text;
}
