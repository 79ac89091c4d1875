/* ts-playlist-corpus.c: writes the playlist fuzzer's first inputs into a
 * folder */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>

#define CUT "\xff"

/* ways to name the i-th segment of two seconds */
static gchar *
name_of (guint way, guint i)
{
  static const gchar *const fixed[] = { "%u.ts", "a b/%u.ts?x=y#z",
    "../%%20%u.ts", "http://host/%u.ts", "file:///etc/%u", "//o/%u",
    "big.ts%.0u"
  };
  gint64 utc = 1479137431 + 2 * i;

  switch (way % 12) {
    case 7:
      return g_strdup_printf ("s-%" G_GINT64_FORMAT "%03u.ts", utc, i % 1000);
    case 8:
      return g_strdup_printf ("%" G_GINT64_FORMAT "000000.ts", utc);
    case 9:
      return g_strdup_printf ("%" G_GINT64_FORMAT ".ts",
          G_GINT64_CONSTANT (1479137431) + i);
    case 10:
      return g_strdup_printf ("20161114T1530%02u.123-0%u00.ts",
          (2 * i) % 60, i % 9);
    case 11:
      return g_strdup_printf ("1479137431-2016-11-14_15.%02u.00.ts", i % 60);
    default:
      break;
  }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (fixed[way % 12], i);
#pragma GCC diagnostic pop
}

static const gchar *const heads[] = {
  "#EXT-X-TARGETDURATION:2\n",
  "#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:EVENT\n",
  "#EXT-X-TARGETDURATION:1.5\n#EXT-X-PLAYLIST-TYPE:VOD\n"
      "#EXT-X-START:TIME-OFFSET=-3.5,PRECISE=YES\n",
  "#EXT-X-I-FRAMES-ONLY\n#EXT-X-INDEPENDENT-SEGMENTS\n",
  "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0\n"
      "#EXT-X-PART-INF:PART-TARGET=0.33\n#EXT-X-TARGETDURATION:2\n",
  "#EXT-X-TARGETDURATION:2\n#EXT-X-DISCONTINUITY-SEQUENCE:18446744073709\n",
};

static const gchar *const before_segment[] = {
  "",
  "#EXT-X-DISCONTINUITY\n",
  "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T22:00:%02u.500+01:00\n",
  "#EXT-X-BYTERANGE:1000@%u\n",
  "#EXT-X-BYTERANGE:1000\n",
  "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x%08x\n",
  "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXT-X-KEY:METHOD=NONE\n",
  "#EXT-X-MAP:URI=\"init.ts\",BYTERANGE=\"564@%u\"\n",
  "#EXT-X-GAP\n#EXT-X-BITRATE:800\n",
  "#EXT-X-PART:DURATION=0.33,URI=\"part%u.ts\",INDEPENDENT=YES\n",
  "#EXT-X-DATERANGE:ID=\"x\",START-DATE=\"2026-11-21T22:00:00Z\"\n# comment\n",
};

static void
append_media (GString * text, guint way, guint from, guint count)
{
  guint i;

  g_string_append (text, "#EXTM3U\n");
  g_string_append (text, heads[way % G_N_ELEMENTS (heads)]);
  if (way % 4)
    g_string_append_printf (text, "#EXT-X-MEDIA-SEQUENCE:%u\n", from);
  for (i = from; i < from + count; i++) {
    gchar *name = name_of (way, i);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_string_append_printf (text, before_segment[(way + i) %
            G_N_ELEMENTS (before_segment)], i % 60);
#pragma GCC diagnostic pop
    g_string_append_printf (text, "#EXTINF:%u.%06u,%s\n%s%s", 1 + way % 3,
        i * 1000, i % 3 ? "" : "title", name, way % 5 ? "\n" : "\r\n");
    g_free (name);
  }
  if (way % 3 == 0)
    g_string_append (text, "#EXT-X-ENDLIST\n");
}

static const gchar *const others[] = {
  "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a,b\",NAME=\"x\"\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS=\"x,y\"\n"
      "low/x.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=5000000\nhigh.m3u8\n"
      "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n",
  "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=x\na\n",
  "#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n",
  "#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b\"\n{$a}\n",
  "\xef\xbb\xbf#EXTM3U\n#EXTINF:1\nx",
  "#EXTM3U\n#EXTINF:99999999999999999999,\nx\n",
  "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:2305843009213693951\n#EXTINF:1,\nx\n"
      "#EXTINF:1,\ny\n",
};

static const gchar *const patterns[] = { "%s%3.ts", "%Y-%m-%dT%H:%M:%S%z",
  "%Y%j-%H%M%S.%f", "a%*b%?%%%s", "%*%*%*%s", "%Q"
};

static void
save (const gchar * folder, guint n, const gchar * control,
    const GString * text)
{
  gchar *path = g_strdup_printf ("%s/made-%03u", folder, n);
  GString *input = g_string_new (control);
  GError *error = NULL;

  g_string_append_len (input, text->str, text->len);
  if (!g_file_set_contents (path, input->str, input->len, &error))
    g_error ("%s", error->message);
  g_string_free (input, TRUE);
  g_free (path);
}

int
main (int argc, char **argv)
{
  GString *text = g_string_new (NULL);
  guint n = 0, i;

  if (argc != 2)
    g_error ("usage: %s FOLDER", argv[0]);
  for (i = 0; i < 132; i++) {
    g_string_truncate (text, 0);
    append_media (text, i, i % 7, 1 + i % 9);
    /* and its reload: slid, the same, back, something else */
    if (i % 2) {
      g_string_append (text, CUT);
      append_media (text, i, i % 7 + (i / 2) % 4 - (i % 7 > 0), 1 + i % 9);
    }
    save (argv[1], n++, i % 2 ? "\x22" : " ", text);
  }
  for (i = 0; i < G_N_ELEMENTS (others); i++) {
    g_string_assign (text, others[i]);
    save (argv[1], n++, " ", text);
  }
  for (i = 0; i < G_N_ELEMENTS (patterns); i++) {
    g_string_assign (text, patterns[i]);
    g_string_append (text, CUT);
    append_media (text, 7 + i, 0, 5);
    save (argv[1], n++, "!", text);
  }
  g_string_free (text, TRUE);
  return 0;
}
