/* mixharness.h: a layoutcompositor between pads that a test holds
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __MIX_HARNESS_H__
#define __MIX_HARNESS_H__

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/publish/publish.h>
#include <gst/video/video.h>

/* One step of the tests' clock: inputs and canvas run at 25 frames a second
 * unless a test says otherwise. */
#define FRAME (GST_SECOND / 25)

typedef struct
{
  GstElement *mix;
  GstBus *bus;
  GstHarness *out;
  GPtrArray *ins;               /* GstHarness */
  GstVideoInfo info;            /* of the canvas */
  GstVideoFrame frame;          /* the last one pulled, mapped */
} Mix;

typedef struct
{
  guint8 y, u, v;
} Yuv;

/* Colours that no filter or rounding turns into one another. */
extern const Yuv RED, GREEN, BLUE, GREY, DARK;

/* @canvas: what downstream asks for, caps after "video/x-raw,", may be "" */
Mix *mix_new (const gchar * canvas, const gchar * config);
/* Live: on a clock that the test moves, or in real time. */
Mix *mix_new_live (const gchar * canvas, const gchar * config);
Mix *mix_new_real_time (const gchar * canvas, const gchar * config);
void mix_free (Mix * m);

/* Adds a participant whose caps are "video/x-raw,framerate=25/1," @caps. */
guint mix_add (Mix * m, const gchar * user, const gchar * room,
    GstPublishStreamType type, const gchar * caps);
GstPad *mix_pad (Mix * m, guint input);

void mix_push (Mix * m, guint input, guint n, GstBuffer * buffer);
void mix_pull (Mix * m);

GstBuffer *make_solid (const gchar * caps, Yuv color);
GstBuffer *make_columns (const gchar * caps, const Yuv * colors, guint n);
GstBuffer *make_rows (const gchar * caps, const Yuv * colors, guint n);
GstBuffer *make_random (const gchar * caps, guint32 seed);

/* The canvas's samples at luma position (x, y). */
Yuv mix_at (Mix * m, gint x, gint y);
void assert_yuv (Yuv got, Yuv want, gint tolerance, const gchar * where);
#define assert_at(m, x, y, want, tolerance) \
  assert_yuv (mix_at (m, x, y), want, tolerance, \
      G_STRLOC " (" #x ", " #y ")")

/* Everything that the canvas shows is @want. */
void assert_all (Mix * m, Yuv want, gint tolerance);

/* Pushes frames into @input, which has @caps, from frame *@n on, and pulls as
 * many, until a message of @type comes. */
GstMessage *mix_run_until (Mix * m, guint input, const gchar * caps,
    guint * n, GstMessageType type);

/* The next message of @type; %NULL if there is none yet. */
GstMessage *mix_message (Mix * m, GstMessageType type);
gchar *mix_error_text (GstMessage * message);

#endif /* __MIX_HARNESS_H__ */
