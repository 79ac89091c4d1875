/* options: the command line of gst-publish-1.0
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <gst/publish/publish.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/* One --input. */
typedef struct
{
  gchar *user_id, *room_id;     /* NULL: not given */
  GstPublishStreamType type;
  gchar *uri;
  gboolean loop;
  gdouble volume;
  gboolean mute;
  gdouble from, until;          /* s of the session; until 0: to the end */
} PublishInputOptions;

typedef struct
{
  gchar *job;                   /* path */
  GPtrArray *inputs;            /* of PublishInputOptions */
  gboolean json_lines;
  gdouble duration;             /* s, 0: until something ends it */
  gchar *video_encoder;
  GstStructure *sink_properties;        /* NULL: none */
  gboolean help, manual, version;
} PublishOptions;

PublishOptions *publish_options_parse (gint argc, gchar ** argv, GError **
    error);
void publish_options_free (PublishOptions * options);
void publish_help_print (gboolean as_manual);

G_END_DECLS
/* *INDENT-ON* */
