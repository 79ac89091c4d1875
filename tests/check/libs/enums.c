/* The numbers and nicks of every enumeration, as the API and design say.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/publish/publish.h>

typedef struct
{
  gint value;
  const gchar *nick;
} Entry;

static void
expect (GType type, const gchar * name, const Entry * entries, guint n)
{
  GEnumClass *klass = g_type_class_ref (type);
  guint i;
  gint value;

  fail_unless_equals_string (g_type_name (type), name);
  fail_unless_equals_int (klass->n_values, n);
  for (i = 0; i < n; i++) {
    fail_unless_equals_string (gst_publish_enum_get_nick (type,
            entries[i].value), entries[i].nick);
    value = -1;
    fail_unless (gst_publish_enum_from_nick (type, entries[i].nick, &value));
    fail_unless_equals_int (value, entries[i].value);
  }
  value = -7;
  fail_if (gst_publish_enum_from_nick (type, "no-such-nick", &value));
  fail_unless_equals_int (value, -7);
  fail_unless (gst_publish_enum_get_nick (type, 99) == NULL);
  g_type_class_unref (klass);
}

#define EXPECT(type, name, ...) G_STMT_START { \
  const Entry entries[] = { __VA_ARGS__ }; \
  expect (type, name, entries, G_N_ELEMENTS (entries)); \
} G_STMT_END

/* *INDENT-OFF* */
GST_START_TEST (test_numbers_and_nicks)
{
  EXPECT (GST_TYPE_PUBLISH_STREAM_TYPE, "GstPublishStreamType",
      {0, "big"}, {1, "small"}, {2, "sub"});
  EXPECT (GST_TYPE_PUBLISH_FILL_MODE, "GstPublishFillMode",
      {0, "fill"}, {1, "fit"}, {2, "stretch"});
  EXPECT (GST_TYPE_PUBLISH_MODE, "GstPublishMode",
      {1, "big-to-cdn"}, {2, "sub-to-cdn"}, {3, "mix-to-cdn"});
  EXPECT (GST_TYPE_PUBLISH_TEMPLATE, "GstPublishTemplate",
      {0, "none"}, {1, "grid"}, {2, "float"}, {3, "screen-share"}, {4, "pip"});
  EXPECT (GST_TYPE_PUBLISH_SLOT_POLICY, "GstPublishSlotPolicy",
      {0, "join-order"}, {1, "speaker"}, {2, "priority"});
  EXPECT (GST_TYPE_PUBLISH_ALIGNMENT, "GstPublishAlignment",
      {0, "left"}, {1, "center"}, {2, "right"});
  EXPECT (GST_TYPE_PUBLISH_AUDIO_CODEC, "GstPublishAudioCodec",
      {0, "aac-lc"}, {1, "he-aac"}, {2, "he-aac-v2"});
  EXPECT (GST_TYPE_PUBLISH_CDN_STATE, "GstPublishCdnState",
      {0, "idle"}, {1, "connecting"}, {2, "publishing"}, {3, "reconnecting"},
      {4, "failed"}, {5, "disconnecting"});
  EXPECT (GST_TYPE_PUBLISH_CODE, "GstPublishCode",
      {0, "ok"}, {1, "bad-config"}, {2, "unknown-task"}, {3, "duplicate-url"},
      {4, "missing-encoder"}, {5, "refused-by-seed-rule"},
      {6, "resolve-failed"}, {7, "connect-refused"}, {8, "connect-rejected"},
      {9, "publish-rejected"}, {10, "tls-failed"}, {11, "stalled"},
      {12, "media-error"}, {13, "timed-out"}, {14, "internal"});
}
GST_END_TEST;
/* *INDENT-ON* */

static gpointer
get_types (gpointer data)
{
  GType *types = data;

  types[0] = GST_TYPE_PUBLISH_STREAM_TYPE;
  types[1] = GST_TYPE_PUBLISH_CODE;
  types[2] = GST_TYPE_PUBLISH_MIXING_CONFIG;
  types[3] = GST_TYPE_PUBLISH_JOB;

  return NULL;
}

/* a name registers once, whoever comes first */
GST_START_TEST (test_registered_once)
{
  GType types[4][4];
  GThread *threads[4];
  guint i;

  for (i = 0; i < 4; i++)
    threads[i] = g_thread_new (NULL, get_types, types[i]);
  for (i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  for (i = 0; i < 4; i++)
    fail_unless (memcmp (types[i], types[0], sizeof (types[0])) == 0);
}

GST_END_TEST;

GST_START_TEST (test_version)
{
  guint major, minor, micro;
  gchar *version;

  gst_publish_version (&major, &minor, &micro);
  version = g_strdup_printf ("%u.%u.%u", major, minor, micro);
  fail_unless_equals_string (version, PACKAGE_VERSION);
  g_free (version);
  gst_publish_version (NULL, NULL, NULL);

  fail_unless (GST_PUBLISH_CHECK_VERSION (GST_PUBLISH_VERSION_MAJOR,
          GST_PUBLISH_VERSION_MINOR, GST_PUBLISH_VERSION_MICRO));
  fail_if (GST_PUBLISH_CHECK_VERSION (GST_PUBLISH_VERSION_MAJOR,
          GST_PUBLISH_VERSION_MINOR, GST_PUBLISH_VERSION_MICRO + 1));
  fail_if (GST_PUBLISH_CHECK_VERSION (GST_PUBLISH_VERSION_MAJOR + 1, 0, 0));
}

GST_END_TEST;

static Suite *
enums_suite (void)
{
  Suite *suite = suite_create ("enums");
  TCase *tcase = tcase_create ("enums");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_numbers_and_nicks);
  tcase_add_test (tcase, test_registered_once);
  tcase_add_test (tcase, test_version);

  return suite;
}

GST_CHECK_MAIN (enums);
