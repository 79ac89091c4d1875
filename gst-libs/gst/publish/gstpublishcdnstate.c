/* The state of one target over its life.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstpublishcdnstate
 * @title: GstPublishCdnMachine
 * @short_description: when a target connects, retries, reports and gives up
 *
 * The numbers and the meaning of the states are those of the vendor's
 * `onCdnStreamStateChanged`. The machine has no clock, no threads and no
 * randomness of its own: its owner passes them in, does what the returned
 * #GstPublishCdnAction flags say, and calls gst_publish_cdn_machine_tick()
 * no later than gst_publish_cdn_machine_next_deadline().
 *
 * Retries: an internal line waits the retry interval each time. Any other
 * target doubles its wait with each failure up to a limit, with a jitter of a
 * quarter either way so that the targets of a dead server do not come back in
 * step; a refusal by the server counts as three failures, because asking again
 * soon changes nothing and some hosts open a new video for every attempt. A
 * connection that held for half a minute wipes the slate clean.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/publish/gstpublishcdnstate.h>

/* A connection that lasted this long was a good one. */
#define STABLE_TIME (30 * GST_SECOND)
/* What a refusal adds to the exponent of the wait. */
#define REJECTION_STEPS 3
#define MAX_STEPS 16

struct _GstPublishCdnMachine
{
  GstPublishCdnPolicy policy;

  GstPublishCdnState state;
  GstPublishCode code;
  gchar *message;

  /* a connection is open or being opened */
  gboolean attempting;
  GstClockTime attempt_start;
  /* when state 1 or 3 began: what the timeouts are counted from */
  GstClockTime since;
  /* when the next attempt is due, NONE while one is under way */
  GstClockTime retry_at;
  GstClockTime report_at;
  GstClockTime publishing_since;
  guint steps;
  guint reconnects;
};

/**
 * gst_publish_cdn_phase_to_code:
 * @phase: where a connection failed
 *
 * Returns: the code that stands for a failure in @phase. What closes during
 *   the application or the publish phase counts as refused: many servers refuse
 *   without a word
 */
GstPublishCode
gst_publish_cdn_phase_to_code (GstPublishCdnPhase phase)
{
  switch (phase) {
    case GST_PUBLISH_CDN_PHASE_RESOLVE:
      return GST_PUBLISH_CODE_RESOLVE_FAILED;
    case GST_PUBLISH_CDN_PHASE_CONNECT:
      return GST_PUBLISH_CODE_CONNECT_REFUSED;
    case GST_PUBLISH_CDN_PHASE_TLS:
      return GST_PUBLISH_CODE_TLS_FAILED;
    case GST_PUBLISH_CDN_PHASE_APPLICATION:
      return GST_PUBLISH_CODE_CONNECT_REJECTED;
    case GST_PUBLISH_CDN_PHASE_PUBLISH:
      return GST_PUBLISH_CODE_PUBLISH_REJECTED;
    case GST_PUBLISH_CDN_PHASE_MEDIA:
      return GST_PUBLISH_CODE_MEDIA_ERROR;
    case GST_PUBLISH_CDN_PHASE_NONE:
      break;
  }
  return GST_PUBLISH_CODE_INTERNAL;
}

/**
 * gst_publish_code_is_rejection:
 * @code: a code
 *
 * Returns: whether @code says that a server was reached and said no
 */
gboolean
gst_publish_code_is_rejection (GstPublishCode code)
{
  return code == GST_PUBLISH_CODE_CONNECT_REJECTED ||
      code == GST_PUBLISH_CODE_PUBLISH_REJECTED ||
      code == GST_PUBLISH_CODE_TLS_FAILED;
}

/**
 * gst_publish_cdn_machine_new:
 * @policy: copied
 *
 * Returns: (transfer full): a machine in state idle
 */
GstPublishCdnMachine *
gst_publish_cdn_machine_new (const GstPublishCdnPolicy * policy)
{
  GstPublishCdnMachine *machine = g_new0 (GstPublishCdnMachine, 1);

  machine->policy = *policy;
  machine->retry_at = GST_CLOCK_TIME_NONE;
  machine->report_at = GST_CLOCK_TIME_NONE;
  return machine;
}

/**
 * gst_publish_cdn_machine_free:
 * @machine: (transfer full): a machine
 */
void
gst_publish_cdn_machine_free (GstPublishCdnMachine * machine)
{
  g_free (machine->message);
  g_free (machine);
}

/**
 * gst_publish_cdn_machine_set_policy:
 * @machine: a machine
 * @policy: copied; counts from the next wait and the next tick on
 */
void
gst_publish_cdn_machine_set_policy (GstPublishCdnMachine * machine,
    const GstPublishCdnPolicy * policy)
{
  machine->policy = *policy;
}

static void
set_cause (GstPublishCdnMachine * machine, GstPublishCode code,
    const gchar * message)
{
  gchar *copy = g_strdup (message ? message : "");

  machine->code = code;
  g_free (machine->message);
  machine->message = copy;
}

static gboolean
is_trying (const GstPublishCdnMachine * machine)
{
  return machine->state == GST_PUBLISH_CDN_STATE_CONNECTING ||
      machine->state == GST_PUBLISH_CDN_STATE_RECONNECTING;
}

static guint
enter (GstPublishCdnMachine * machine, GstPublishCdnState state,
    GstClockTime now)
{
  machine->state = state;
  machine->since = now;
  machine->report_at = is_trying (machine) ?
      now + GST_PUBLISH_CDN_REPORT_INTERVAL : GST_CLOCK_TIME_NONE;
  return GST_PUBLISH_CDN_ACTION_REPORT;
}

static guint
attempt (GstPublishCdnMachine * machine, GstClockTime now)
{
  machine->attempting = TRUE;
  machine->attempt_start = now;
  machine->retry_at = GST_CLOCK_TIME_NONE;
  return GST_PUBLISH_CDN_ACTION_CONNECT;
}

static guint
close_attempt (GstPublishCdnMachine * machine)
{
  gboolean attempting = machine->attempting;

  machine->attempting = FALSE;
  return attempting ? GST_PUBLISH_CDN_ACTION_CLOSE :
      GST_PUBLISH_CDN_ACTION_NONE;
}

static void
schedule_retry (GstPublishCdnMachine * machine, GstClockTime now,
    gdouble random)
{
  GstClockTime wait = machine->policy.retry_interval;

  if (!machine->policy.internal_line) {
    guint i;

    if (gst_publish_code_is_rejection (machine->code))
      machine->steps += REJECTION_STEPS;
    for (i = 0; i < machine->steps && wait < machine->policy.retry_max; i++)
      wait *= 2;
    wait = MIN (wait, machine->policy.retry_max);
    wait = (GstClockTime) (wait * (0.75 + 0.5 * CLAMP (random, 0.0, 1.0)));
    if (!gst_publish_code_is_rejection (machine->code))
      machine->steps++;
    machine->steps = MIN (machine->steps, MAX_STEPS);
  }
  machine->retry_at = now + wait;
}

static GstClockTime
give_up_at (const GstPublishCdnMachine * machine)
{
  GstClockTime timeout = 0;

  if (machine->state == GST_PUBLISH_CDN_STATE_CONNECTING)
    timeout = machine->policy.connect_timeout;
  else if (machine->state == GST_PUBLISH_CDN_STATE_RECONNECTING)
    timeout = machine->policy.reconnect_timeout;
  return timeout ? machine->since + timeout : GST_CLOCK_TIME_NONE;
}

static guint
give_up (GstPublishCdnMachine * machine, GstClockTime now)
{
  guint actions = close_attempt (machine);

  machine->retry_at = GST_CLOCK_TIME_NONE;
  /* the cause of the last failed attempt says more than the clock does */
  if (machine->code == GST_PUBLISH_CODE_OK)
    set_cause (machine, GST_PUBLISH_CODE_TIMED_OUT, "no answer in time");
  return actions | enter (machine, GST_PUBLISH_CDN_STATE_FAILED, now);
}

/**
 * gst_publish_cdn_machine_start:
 * @machine: a machine
 * @now: the time
 *
 * Starts a target that is idle or failed, and lets one that waits for its
 * next attempt try at once. Does nothing in the other states.
 *
 * Returns: #GstPublishCdnAction flags
 */
guint
gst_publish_cdn_machine_start (GstPublishCdnMachine * machine, GstClockTime now)
{
  switch (machine->state) {
    case GST_PUBLISH_CDN_STATE_IDLE:
    case GST_PUBLISH_CDN_STATE_FAILED:
      machine->steps = 0;
      set_cause (machine, GST_PUBLISH_CODE_OK, NULL);
      return enter (machine, GST_PUBLISH_CDN_STATE_CONNECTING, now) |
          attempt (machine, now);
    case GST_PUBLISH_CDN_STATE_CONNECTING:
    case GST_PUBLISH_CDN_STATE_RECONNECTING:
      if (!machine->attempting) {
        machine->steps = 0;
        return attempt (machine, now);
      }
      break;
    default:
      break;
  }
  return GST_PUBLISH_CDN_ACTION_NONE;
}

/**
 * gst_publish_cdn_machine_accepted:
 * @machine: a machine
 * @now: the time
 *
 * The server takes media on the connection at hand.
 *
 * Returns: #GstPublishCdnAction flags
 */
guint
gst_publish_cdn_machine_accepted (GstPublishCdnMachine * machine,
    GstClockTime now)
{
  if (!is_trying (machine) || !machine->attempting)
    return GST_PUBLISH_CDN_ACTION_NONE;

  if (machine->state == GST_PUBLISH_CDN_STATE_RECONNECTING)
    machine->reconnects++;
  machine->publishing_since = now;
  set_cause (machine, GST_PUBLISH_CODE_OK, NULL);
  return enter (machine, GST_PUBLISH_CDN_STATE_PUBLISHING, now);
}

/**
 * gst_publish_cdn_machine_wait:
 * @machine: a machine
 * @now: the time
 *
 * There is nothing yet to send on the connection at hand: that is not the
 * server's fault, and the time that an attempt has is counted from here.
 */
void
gst_publish_cdn_machine_wait (GstPublishCdnMachine * machine, GstClockTime now)
{
  machine->attempt_start = now;
}

/**
 * gst_publish_cdn_machine_failed:
 * @machine: a machine
 * @now: the time
 * @code: what went wrong
 * @message: (nullable): in words
 * @final: no retry can help, or none is wanted
 * @random: 0.0 to 1.0, for the jitter
 *
 * The connection at hand is lost, or could not be made, or is stalled.
 *
 * Returns: #GstPublishCdnAction flags
 */
guint
gst_publish_cdn_machine_failed (GstPublishCdnMachine * machine,
    GstClockTime now, GstPublishCode code, const gchar * message,
    gboolean final, gdouble random)
{
  guint actions;

  if (!machine->attempting)
    return GST_PUBLISH_CDN_ACTION_NONE;
  if (machine->state == GST_PUBLISH_CDN_STATE_DISCONNECTING)
    return close_attempt (machine) | gst_publish_cdn_machine_stopped (machine);

  actions = close_attempt (machine);
  set_cause (machine, code, message);
  if (final)
    return actions | give_up (machine, now);

  if (machine->state == GST_PUBLISH_CDN_STATE_PUBLISHING) {
    if (now >= machine->publishing_since + STABLE_TIME)
      machine->steps = 0;
    actions |= enter (machine, GST_PUBLISH_CDN_STATE_RECONNECTING, now);
  } else if (now >= give_up_at (machine)) {
    return actions | give_up (machine, now);
  }
  schedule_retry (machine, now, random);
  return actions;
}

/**
 * gst_publish_cdn_machine_tick:
 * @machine: a machine
 * @now: the time
 * @random: 0.0 to 1.0, for the jitter
 *
 * Does what is due by @now. To be called at or soon after
 * gst_publish_cdn_machine_next_deadline(); earlier does no harm.
 *
 * Returns: #GstPublishCdnAction flags
 */
guint
gst_publish_cdn_machine_tick (GstPublishCdnMachine * machine, GstClockTime now,
    gdouble random)
{
  guint actions = GST_PUBLISH_CDN_ACTION_NONE;

  if (!is_trying (machine))
    return actions;

  if (now >= give_up_at (machine))
    return give_up (machine, now);

  if (machine->attempting && machine->policy.attempt_timeout &&
      now >= machine->attempt_start + machine->policy.attempt_timeout) {
    actions |= close_attempt (machine);
    set_cause (machine, GST_PUBLISH_CODE_TIMED_OUT,
        "the server did not answer");
    schedule_retry (machine, now, random);
  }
  if (!machine->attempting && now >= machine->retry_at)
    actions |= attempt (machine, now);
  if (now >= machine->report_at) {
    /* one report however late the tick comes, on the grid of the first */
    while (machine->report_at <= now)
      machine->report_at += GST_PUBLISH_CDN_REPORT_INTERVAL;
    actions |= GST_PUBLISH_CDN_ACTION_REPORT;
  }
  return actions;
}

/**
 * gst_publish_cdn_machine_stop:
 * @machine: a machine
 * @now: the time
 *
 * Stop was asked. What publishes is to be finished in good order; anything
 * else is closed and idle at once.
 *
 * Returns: #GstPublishCdnAction flags
 */
guint
gst_publish_cdn_machine_stop (GstPublishCdnMachine * machine, GstClockTime now)
{
  guint actions;

  switch (machine->state) {
    case GST_PUBLISH_CDN_STATE_IDLE:
    case GST_PUBLISH_CDN_STATE_DISCONNECTING:
      return GST_PUBLISH_CDN_ACTION_NONE;
    case GST_PUBLISH_CDN_STATE_PUBLISHING:
      set_cause (machine, GST_PUBLISH_CODE_OK, NULL);
      return enter (machine, GST_PUBLISH_CDN_STATE_DISCONNECTING, now) |
          GST_PUBLISH_CDN_ACTION_FINISH;
    default:
      set_cause (machine, GST_PUBLISH_CODE_OK, NULL);
      actions = close_attempt (machine);
      machine->retry_at = GST_CLOCK_TIME_NONE;
      /* FINISH without a connection: the caller reports 5, then 0 */
      return actions | GST_PUBLISH_CDN_ACTION_FINISH |
          enter (machine, GST_PUBLISH_CDN_STATE_DISCONNECTING, now);
  }
}

/**
 * gst_publish_cdn_machine_stopped:
 * @machine: a machine
 *
 * The connection is finished: what gst_publish_cdn_machine_stop() asked for
 * is done.
 *
 * Returns: #GstPublishCdnAction flags
 */
guint
gst_publish_cdn_machine_stopped (GstPublishCdnMachine * machine)
{
  if (machine->state != GST_PUBLISH_CDN_STATE_DISCONNECTING)
    return GST_PUBLISH_CDN_ACTION_NONE;
  machine->attempting = FALSE;
  return enter (machine, GST_PUBLISH_CDN_STATE_IDLE, 0);
}

/**
 * gst_publish_cdn_machine_next_deadline:
 * @machine: a machine
 *
 * Returns: when gst_publish_cdn_machine_tick() has something to do next,
 *   %GST_CLOCK_TIME_NONE for never
 */
GstClockTime
gst_publish_cdn_machine_next_deadline (const GstPublishCdnMachine * machine)
{
  GstClockTime next = GST_CLOCK_TIME_NONE;

  if (!is_trying (machine))
    return next;
  /* NONE is the largest number, so that MIN leaves it out */
  next = MIN (machine->report_at, give_up_at (machine));
  next = MIN (next, machine->retry_at);
  if (machine->attempting && machine->policy.attempt_timeout)
    next = MIN (next, machine->attempt_start + machine->policy.attempt_timeout);
  return next;
}

/**
 * gst_publish_cdn_machine_get_state:
 * @machine: a machine
 *
 * Returns: the state
 */
GstPublishCdnState
gst_publish_cdn_machine_get_state (const GstPublishCdnMachine * machine)
{
  return machine->state;
}

/**
 * gst_publish_cdn_machine_get_code:
 * @machine: a machine
 *
 * Returns: why the target is in its state: the last failure while it is
 *   trying or has given up, %GST_PUBLISH_CODE_OK otherwise
 */
GstPublishCode
gst_publish_cdn_machine_get_code (const GstPublishCdnMachine * machine)
{
  return machine->code;
}

/**
 * gst_publish_cdn_machine_get_message:
 * @machine: a machine
 *
 * Returns: (transfer none): the code in words, "" for nothing wrong; valid
 *   until the next call that changes @machine
 */
const gchar *
gst_publish_cdn_machine_get_message (const GstPublishCdnMachine * machine)
{
  return machine->message ? machine->message : "";
}

/**
 * gst_publish_cdn_machine_get_reconnects:
 * @machine: a machine
 *
 * Returns: how often a lost connection came back
 */
guint
gst_publish_cdn_machine_get_reconnects (const GstPublishCdnMachine * machine)
{
  return machine->reconnects;
}

/**
 * gst_publish_cdn_machine_is_attempting:
 * @machine: a machine
 *
 * Returns: whether a connection is open or being opened
 */
gboolean
gst_publish_cdn_machine_is_attempting (const GstPublishCdnMachine * machine)
{
  return machine->attempting;
}
