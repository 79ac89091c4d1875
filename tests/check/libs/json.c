/* The strict parser: what is JSON and what is not, where it says so, and that
 * no damage to a document makes it anything but accepted or refused.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishtest.h"

#include <json-glib/json-glib.h>

#define MUTATIONS 20000
#define SEED 20261121

GST_START_TEST (test_not_json)
{
  static const struct
  {
    const gchar *json, *fault;
  } cases[] = {
    {"", "document: not JSON: line 1, column 1: the document ends where a"
          " value is expected"},
    {" \n\t", "document: not JSON: line 2, column 2: the document ends where a"
          " value is expected"},
    {"{", "document: not JSON: line 1, column 2: expected a key in double"
          " quotes"},
    {"{ \"at\" 1 }", "at: not JSON: line 1, column 8: expected ':' after a"
          " key"},
    {"{ \"at\": 1", "document: not JSON: line 1, column 10: expected ',' or"
          " '}' after a value"},
    {"{ \"at\": 1, }", "document: not JSON: line 1, column 12: expected a key"
          " in double quotes"},
    {"{ , }", "document: not JSON: line 1, column 3: expected a key in double"
          " quotes"},
    {"{ at: 1 }", "document: not JSON: line 1, column 3: expected a key in"
          " double quotes"},
    {"{ 'at': 1 }", "document: not JSON: line 1, column 3: expected a key in"
          " double quotes"},
    {"{\n \"videoLayoutList\": [\n  { \"x\": 1 },\n  { \"x\": } ] }",
        "videoLayoutList[1].x: not JSON: line 4, column 10: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"[ 1, ]", "[1]: not JSON: line 1, column 6: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"[ 1 2 ]", "document: not JSON: line 1, column 5: expected ',' or ']'"
          " after a value"},
    {"{} {}", "document: not JSON: line 1, column 4: nothing may follow the"
          " document"},
    {"{} // a comment", "document: not JSON: line 1, column 4: nothing may"
          " follow the document"},
    {"/* a comment */ {}", "document: not JSON: line 1, column 1: expected a"
          " value: an object, an array, a string, a number, true, false or"
          " null"},
    {"{ \"at\": True }", "at: not JSON: line 1, column 9: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"{ \"at\": nul }", "at: not JSON: line 1, column 9: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"{ \"at\": NaN }", "at: not JSON: line 1, column 9: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"{ \"at\": 0x10 }", "document: not JSON: line 1, column 10: expected ','"
          " or '}' after a value"},
    {"{ \"at\": 010 }", "at: not JSON: line 1, column 9: a number must not"
          " start with 0"},
    {"{ \"at\": +1 }", "at: not JSON: line 1, column 9: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"{ \"at\": - 1 }", "at: not JSON: line 1, column 9: a digit must follow"
          " the minus sign"},
    {"{ \"at\": 1. }", "at: not JSON: line 1, column 11: a digit must follow"
          " the decimal point"},
    {"{ \"at\": .5 }", "at: not JSON: line 1, column 9: expected a value:"
          " an object, an array, a string, a number, true, false or null"},
    {"{ \"at\": 1e }", "at: not JSON: line 1, column 11: a digit must stand in"
          " the exponent"},
    {"{ \"a", "document: not JSON: line 1, column 3: the string that starts"
          " here does not end"},
    {"{ \"a\\", "document: not JSON: line 1, column 3: the string that starts"
          " here does not end"},
    {"[ \"a\nb\" ]", "[0]: not JSON: line 1, column 5: a control character in"
          " a string must be escaped"},
    {"[ \"\\x\" ]", "[0]: not JSON: line 1, column 4: unknown escape in a"
          " string"},
    {"[ \"\\u12\" ]", "[0]: not JSON: line 1, column 4: \\u needs four"
          " hexadecimal digits"},
    {"[ \"\\u", "[0]: not JSON: line 1, column 4: \\u needs four hexadecimal"
          " digits"},
    {"[ \"\\u0000\" ]", "[0]: not JSON: line 1, column 4: a NUL character is"
          " not allowed"},
    {"[ \"\\ud83d\" ]", "[0]: not JSON: line 1, column 4: half of a surrogate"
          " pair is not a character"},
    {"[ \"\\ude00\\ud83d\" ]", "[0]: not JSON: line 1, column 4: half of a"
          " surrogate pair is not a character"},
    {"[ \"\\ud83d\\uffff\" ]", "[0]: not JSON: line 1, column 4: half of a"
          " surrogate pair is not a character"},
    {"[ \"\\ud83d\\u0041\" ]", "[0]: not JSON: line 1, column 4: half of a"
          " surrogate pair is not a character"},
    /* columns count characters: two of two bytes, then a broken one */
    {"[ \"\xc3\xa9\xc3\xa9\xff\" ]", "document: not JSON: line 1, column 6: the"
          " text is not UTF-8"},
    {"[ \"\xc3\xa9\xc3\xa9\", ]", "[1]: not JSON: line 1, column 9: expected a"
          " value: an object, an array, a string, a number, true, false or"
          " null"},
    /* half a character at the end, an overlong NUL, a surrogate in UTF-8 */
    {"[\"\xc3", "document: not JSON: line 1, column 3: the text is not UTF-8"},
    {"[\"\xc0\x80\"]", "document: not JSON: line 1, column 3: the text is not"
          " UTF-8"},
    {"[\"\xed\xa0\x80\"]", "document: not JSON: line 1, column 3: the text is"
          " not UTF-8"},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    expect_fault (cases[i].json, cases[i].fault);
}

GST_END_TEST;

GST_START_TEST (test_json)
{
  expect_good ("{}");
  expect_good ("\xef\xbb\xbf{}");
  expect_good (" \t\r\n{ \"at\"\n:\r1 }\n");
  expect_good
      ("{ \"at\": 1E0, \"backgroundImage\": \"data:,\\/\\\"\\u00E9\" }");
  expect_fault ("null", "document: is null, allowed is an object");
  expect_fault ("[]", "document: is an array, allowed is an object");
  expect_fault ("true", "document: is true, allowed is an object");
  expect_fault ("-1.5", "document: is -1.5, allowed is an object");
  expect_fault ("\"\\b\\n\\u2028\x7f\\\"\"",
      "document: is \"\\u0008\\u000a\xe2\x80\xa8\\u007f\\\"\", allowed is an"
      " object");
}

GST_END_TEST;

GST_START_TEST (test_strings)
{
  /* each escape of RFC 8259, section 7, and what it stands for */
  GstPublishMixingConfig *config = gst_publish_mixing_config_new_from_json
      ("{ \"audioMixUserList\": [ { \"userId\":"
      " \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\""
      " } ] }", NULL);

  fail_unless (config != NULL);
  fail_unless_equals_string (gst_publish_mixing_config_get_audio_user (config,
          0)->user_id, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  gst_publish_mixing_config_unref (config);
}

GST_END_TEST;

GST_START_TEST (test_duplicate_keys)
{
  expect_fault ("{ \"at\": 1, \"at\": 1 }",
      "at: the key stands here twice, allowed is once");
  expect_fault ("{ \"mixing\": { \"videoLayoutList\": [ { \"width\": 2,"
      " \"height\": 2, \"widt\\u0068\": 4, \"width\": 1 } ] } }",
      "mixing.videoLayoutList[0].width: the key stands here twice, allowed is"
      " once\n"
      "mixing.videoLayoutList[0].width: the key stands here twice, allowed is"
      " once");
  /* the same key in two objects is two keys */
  expect_good ("{ \"audioMixUserList\":"
      " [ { \"userId\": \"a\" }, { \"userId\": \"a\" } ] }");
}

GST_END_TEST;

GST_START_TEST (test_strange_keys)
{
  expect_fault ("{ \"\": 1 }", "[\"\"]: unknown key, known are"
      " backgroundColor, backgroundImage, videoLayoutList, template,"
      " templateLayout, audioMixUserList, watermarkList, at");
  expect_fault ("{ \"template \": 1 }", "[\"template \"]: unknown key, the"
      " nearest known one is \"template\"");
  expect_fault ("{ \"a.b\\n\": tru }", "[\"a.b\\u000a\"]: not JSON: line 1,"
      " column 12: expected a value: an object, an array, a string, a number,"
      " true, false or null");
}

GST_END_TEST;

static gchar *
nest (guint depth, gchar open, gchar close)
{
  GString *json = g_string_new (NULL);
  guint i;

  for (i = 0; i < depth; i++) {
    g_string_append_c (json, open);
    if (open == '{' && i + 1 < depth)
      g_string_append (json, "\"a\":");
  }
  for (i = 0; i < depth; i++)
    g_string_append_c (json, close);

  return g_string_free (json, FALSE);
}

GST_START_TEST (test_depth)
{
  gchar *json, *faults;

  json = nest (32, '[', ']');
  expect_fault (json, "document: is an array, allowed is an object");
  g_free (json);
  json = nest (33, '[', ']');
  faults = get_faults (json, NULL);
  fail_unless (g_str_has_suffix (faults, "line 1, column 33: more than 32"
          " objects and arrays inside each other"), "%s", faults);
  g_free (faults);
  g_free (json);

  /* what lies side by side is not deep */
  expect_fault ("[ {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},"
      " [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [], [],"
      " [ [ {} ] ], {} ]", "document: is an array, allowed is an object");

  /* as deep as a document may be long */
  json = nest (512 * 1024, '[', ']');
  faults = get_faults (json, NULL);
  fail_unless (strstr (faults, "more than 32") != NULL);
  g_free (faults);
  g_free (json);
  json = nest (100 * 1024, '{', '}');
  faults = get_faults (json, NULL);
  fail_unless (strstr (faults, "more than 32") != NULL);
  g_free (faults);
  g_free (json);
  json = g_strnfill (1024 * 1024, '[');
  faults = get_faults (json, NULL);
  fail_unless (strstr (faults, "more than 32") != NULL);
  g_free (faults);
  g_free (json);
}

GST_END_TEST;

GST_START_TEST (test_document_size)
{
  gchar *json = g_strnfill (1024 * 1024 + 1, ' ');

  json[0] = '{';
  json[1] = '}';
  expect_fault (json, "document: the document has 1048577 bytes, allowed are"
      " 1048576");
  json[1024 * 1024] = '\0';
  expect_good (json);
  g_free (json);
}

GST_END_TEST;

/* long values are cut, so that a message stays readable */
GST_START_TEST (test_long_values)
{
  gchar *text = g_strnfill (500000, 'x');
  gchar *json = g_strdup_printf ("{ \"%s\": 1, \"template\": \"%s\" }", text,
      text);
  gchar *faults = get_faults (json, NULL);

  fail_unless (strlen (faults) < 1000, "%" G_GSIZE_FORMAT, strlen (faults));
  fail_unless (strstr (faults, "xxx...\"") != NULL);
  g_free (faults);
  g_free (json);
  g_free (text);
}

GST_END_TEST;

static void
mutate (GRand * rand, GString * json)
{
  static const gchar *const tokens[] = {
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "null", "true",
    "1e400", "-0", "-1", "99999999999999999999", "0.5", "\"x\"", "[[[[",
    "{\"a\":", "/*", "\xc3", "\xff", "\xef\xbb\xbf", "\n", "\x01", "\x7f",
    "\"width\":", "\"template\":\"grid\",", "\"mixing\":", "{}", "[]",
    "\"mixStreamIdentity\":1,",
  };
  gsize at = json->len ? g_rand_int_range (rand, 0, json->len) : 0;
  gsize length = g_rand_int_range (rand, 1, 40);
  const gchar *token = tokens[g_rand_int_range (rand, 0,
          G_N_ELEMENTS (tokens))];
  gchar *copy;

  length = MIN (length, json->len - at);
  switch (g_rand_int_range (rand, 0, 7)) {
    case 0:
      g_string_truncate (json, at);
      break;
    case 1:
      if (length)
        json->str[at] ^= 1 << g_rand_int_range (rand, 0, 8);
      break;
    case 2:
      if (length)
        json->str[at] = g_rand_int_range (rand, 0, 256);
      break;
    case 3:
      g_string_insert (json, at, token);
      break;
    case 4:
      g_string_erase (json, at, length);
      break;
    case 5:
      copy = g_strndup (json->str + at, length);
      g_string_insert (json, g_rand_int_range (rand, 0, json->len + 1), copy);
      g_free (copy);
      break;
    default:
      g_string_overwrite (json, at, token);
      break;
  }
}

/* An error or an object, never both or none, never an error without words. */
static void
expect_one (const gchar * json, gpointer object, GError * error)
{
  fail_unless ((object != NULL) != (error != NULL), "%s", json);
  if (error) {
    fail_unless (error->domain == GST_PUBLISH_ERROR);
    fail_unless (error->code == GST_PUBLISH_CODE_BAD_CONFIG ||
        error->code == GST_PUBLISH_CODE_DUPLICATE_URL);
    fail_unless (*error->message != '\0');
    fail_unless (g_utf8_validate (error->message, -1, NULL));
    g_error_free (error);
  }
}

/* An independent reader takes whatever we take. */
static void
expect_valid (const gchar * json)
{
  JsonParser *parser = json_parser_new ();
  GError *error = NULL;

  if (g_str_has_prefix (json, "\xef\xbb\xbf"))
    json += 3;
  fail_unless (json_parser_load_from_data (parser, json, -1, &error),
      "%s\nof %s", error ? error->message : "", json);
  g_object_unref (parser);
}

GST_START_TEST (test_mutations)
{
  GRand *rand = g_rand_new_with_seed (SEED);
  guint accepted = 0, refused = 0;
  guint i, n;

  for (i = 0; i < MUTATIONS; i++) {
    GString *json = g_string_new (samples[i % G_N_ELEMENTS (samples)]);
    GstPublishJob *job;
    GstPublishMixingConfig *config;
    GstPublishTarget *target;
    GstPublishEncoderParams *params;
    GError *error = NULL;

    for (n = g_rand_int_range (rand, 1, 4); n > 0; n--)
      mutate (rand, json);

    job = gst_publish_job_new_from_json (json->str, &error);
    expect_one (json->str, job, error);
    if (job) {
      expect_valid (json->str);
      expect_round_trip (json->str);
      gst_publish_job_unref (job);
      accepted++;
    } else {
      refused++;
    }

    error = NULL;
    config = gst_publish_mixing_config_new_from_json (json->str, &error);
    expect_one (json->str, config, error);
    g_clear_pointer (&config, gst_publish_mixing_config_unref);
    error = NULL;
    target = gst_publish_target_new_from_json (json->str, &error);
    expect_one (json->str, target, error);
    g_clear_pointer (&target, gst_publish_target_unref);
    error = NULL;
    params = gst_publish_encoder_params_new_from_json (json->str, &error);
    expect_one (json->str, params, error);
    g_clear_pointer (&params, gst_publish_encoder_params_unref);
    error = NULL;
    job = gst_publish_job_new_from_parts (json->str, json->str, json->str,
        &error);
    expect_one (json->str, job, error);
    g_clear_pointer (&job, gst_publish_job_unref);

    g_string_free (json, TRUE);
  }
  g_rand_free (rand);

  /* the test is of both */
  fail_unless (accepted > MUTATIONS / 100, "%u accepted", accepted);
  fail_unless (refused > MUTATIONS / 2, "%u refused", refused);
}

GST_END_TEST;

static Suite *
json_suite (void)
{
  Suite *suite = suite_create ("json");
  TCase *tcase = tcase_create ("json");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_not_json);
  tcase_add_test (tcase, test_json);
  tcase_add_test (tcase, test_strings);
  tcase_add_test (tcase, test_duplicate_keys);
  tcase_add_test (tcase, test_strange_keys);
  tcase_add_test (tcase, test_depth);
  tcase_add_test (tcase, test_document_size);
  tcase_add_test (tcase, test_long_values);
  tcase_add_test (tcase, test_mutations);

  return suite;
}

GST_CHECK_MAIN (json);
