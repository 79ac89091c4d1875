/* What `meson install` puts down is a library that strangers can use.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gst/check/gstcheck.h>

GST_START_TEST (test_installed)
{
#ifdef __SANITIZE_ADDRESS__
  g_print ("skipped: a library with a sanitizer in it is not for strangers\n");
#else
  const gchar *source = g_getenv ("PUBLISH_SOURCE_ROOT");
  const gchar *build = g_getenv ("PUBLISH_BUILD_ROOT");
  gchar *script, *out = NULL, *err = NULL;
  GError *error = NULL;
  gint status = -1;

  fail_unless (source != NULL && build != NULL, "run me through meson test");
  script = g_build_filename (source, "tests", "check", "libs", "installed.sh",
      NULL);
  {
    gchar *argv[] = { script, (gchar *) build, (gchar *) PACKAGE_VERSION, NULL
    };

    fail_unless (g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
            &out, &err, &status, &error), "%s", error ? error->message : "");
  }
  fail_unless (status == 0, "%s%s", out, err);
  g_free (script);
  g_free (out);
  g_free (err);
#endif
}

GST_END_TEST;

static Suite *
installed_suite (void)
{
  Suite *suite = suite_create ("installed");
  TCase *tcase = tcase_create ("installed");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_installed);

  return suite;
}

GST_CHECK_MAIN (installed);
