/* configqueue.h: accepted configs that wait for their time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Knows nothing of the element; whoever owns a queue guards it.
 */

#ifndef __CONFIG_QUEUE_H__
#define __CONFIG_QUEUE_H__

#include <gst/publish/publish.h>

G_BEGIN_DECLS
/**
 * AcceptedConfig:
 * @serial: counted from 1 for every config that was accepted
 * @at: running time from which it is shown; %GST_CLOCK_TIME_NONE = at once
 * @job: the config
 */
    typedef struct
{
  guint serial;
  GstClockTime at;
  GstPublishJob *job;
} AcceptedConfig;

typedef struct
{
  GQueue waiting;               /* AcceptedConfig, by serial */
  guint serial;                 /* of the last one */
  GstClockTime now;             /* that was last asked for */
} ConfigQueue;

void config_queue_init (ConfigQueue * queue);

void config_queue_clear (ConfigQueue * queue);

GstPublishJob *config_parse (const gchar * json, GError ** error);

void config_queue_push (ConfigQueue * queue, GstPublishJob * job);

AcceptedConfig *config_queue_take_due (ConfigQueue * queue,
    GstClockTime running_time);

guint config_queue_length (ConfigQueue * queue);

void accepted_config_free (AcceptedConfig * config);

void config_get_canvas (GstPublishJob * job, GstPublishVideoParams * video);

G_END_DECLS
#endif /* __CONFIG_QUEUE_H__ */
