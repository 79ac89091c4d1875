/* configqueue.c: accepted configs that wait for their time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "configqueue.h"

void
config_queue_init (ConfigQueue * queue)
{
  g_queue_init (&queue->waiting);
  queue->serial = 0;
  queue->now = 0;
}

void
config_queue_clear (ConfigQueue * queue)
{
  g_queue_clear_full (&queue->waiting, (GDestroyNotify) accepted_config_free);
}

void
accepted_config_free (AcceptedConfig * config)
{
  gst_publish_job_unref (config->job);
  g_free (config);
}

/**
 * config_parse:
 * @json: a mixing object or a whole job
 * @error: what is wrong with it
 *
 * Returns: (transfer full) (nullable): a job that has a mixing config
 */
GstPublishJob *
config_parse (const gchar * json, GError ** error)
{
  GstPublishJob *job = gst_publish_job_new_from_json (json, error);

  if (job != NULL && gst_publish_job_get_mixing (job) == NULL) {
    g_set_error_literal (error, GST_PUBLISH_ERROR, GST_PUBLISH_CODE_BAD_CONFIG,
        "mixing: missing; a job without it relays a stream and has no layouts");
    g_clear_pointer (&job, gst_publish_job_unref);
  }

  return job;
}

/**
 * config_queue_push:
 * @queue: the queue
 * @job: (transfer full): what config_parse() made
 *
 * Accepts a config: it has a serial now, and waits. A time that has passed
 * already means at once.
 */
void
config_queue_push (ConfigQueue * queue, GstPublishJob * job)
{
  AcceptedConfig *config = g_new0 (AcceptedConfig, 1);

  config->serial = ++queue->serial;
  config->job = job;
  config->at =
      gst_publish_mixing_config_get_at (gst_publish_job_get_mixing (job));
  if (config->at <= queue->now)
    config->at = GST_CLOCK_TIME_NONE;
  g_queue_push_tail (&queue->waiting, config);
}

/**
 * config_queue_take_due:
 * @queue: the queue
 * @running_time: of the next frame
 *
 * Takes out every config whose time has come. Those that another due one
 * follows are never shown.
 *
 * Returns: (transfer full) (nullable): the one to show: of those due the one
 *     with the latest time, of equal ones the last accepted
 */
AcceptedConfig *
config_queue_take_due (ConfigQueue * queue, GstClockTime running_time)
{
  AcceptedConfig *best = NULL;
  GList *l = queue->waiting.head;

  queue->now = running_time;
  while (l != NULL) {
    AcceptedConfig *config = l->data;
    GList *next = l->next;

    /* one without a time is due now, whenever "now" is */
    if (config->at == GST_CLOCK_TIME_NONE || config->at <= running_time) {
      GstClockTime at = MIN (config->at, running_time);

      g_queue_delete_link (&queue->waiting, l);
      if (best == NULL || at >= MIN (best->at, running_time)) {
        g_clear_pointer (&best, accepted_config_free);
        best = config;
      } else {
        accepted_config_free (config);
      }
    }
    l = next;
  }

  return best;
}

guint
config_queue_length (ConfigQueue * queue)
{
  return g_queue_get_length (&queue->waiting);
}

/**
 * config_get_canvas:
 * @job: the job
 * @video: (inout): width, height and fps of the canvas; what the job's encoder
 *     leaves open stays as it is
 */
void
config_get_canvas (GstPublishJob * job, GstPublishVideoParams * video)
{
  GstPublishEncoderParams *encoder;
  GstPublishVideoParams wanted;

  if (gst_publish_job_get_n_encoders (job) == 0)
    return;
  encoder = gst_publish_job_get_encoder (job, 0);
  if (!gst_publish_encoder_params_has_video (encoder))
    return;

  gst_publish_encoder_params_get_video (encoder, &wanted);
  if (wanted.width > 0 && wanted.height > 0) {
    video->width = wanted.width;
    video->height = wanted.height;
  }
  if (wanted.fps > 0)
    video->fps = wanted.fps;
}
