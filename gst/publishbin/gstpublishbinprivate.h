/* What the files of publishbin share: gstpublishbin.c has signals, pads and
 * states, gstpublishbinproperties.c the properties and the task that they make,
 * gstpublishbininside.c what happens to messages of the inside.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstpublishbin.h"
#include "pub-private.h"
#include "pub-room.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct
{
  gchar *target, *encoder, *mixing;
} PublishParts;

/* What sets them. */
typedef enum
{
  PUBLISH_BY_TARGET,
  PUBLISH_BY_ENCODER,
  PUBLISH_BY_MIXING,
  PUBLISH_BY_JOB,               /* all three */
  PUBLISH_N_WAYS
} PublishWay;

struct _GstPublishBin
{
  GstBin parent;

  PubRoom *room;

  GMutex own_lock;              /* before the object lock */
  gchar *own_task;              /* own_lock: the properties' task while it runs */

  /* the object lock guards these */
  PublishParts parts;           /* of the properties' task */
  gchar *job_location;
  GError *refused[PUBLISH_N_WAYS];      /* why the last of each was */
  gchar *video_encoder;
  GstStructure *sink_properties;
  GstClockTime latency;
};

void publish_bin_install_properties (GObjectClass * klass);
void publish_bin_init_properties (GstPublishBin * self);
void publish_bin_clear_properties (GstPublishBin * self);
void publish_bin_copy_settings (GstPublishBin * self, PubSettings * settings);
void publish_bin_use_parts (GstPublishBin * self);
gboolean publish_bin_take_back_parts (GstPublishBin * self, const gchar *
    task_id);
void publish_bin_forget_own_task (GstPublishBin * self, const gchar * task_id);
void publish_bin_post_element (GstPublishBin * self, GstStructure * s);
gboolean publish_bin_keeps_message (GstPublishBin * self, GstMessage * message);

G_END_DECLS
/* *INDENT-ON* */
