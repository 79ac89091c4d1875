/* One target: a state machine that says when to connect, a branch that is
 * the connection, and an eye on what the socket accepts.
 *
 * Threads: everything is the worker's, except for what is set once in
 * gst_relay_target_new() and for `shown`.
 * Locks: GstRelayTarget.lock guards `shown`; the ring's lock is taken inside.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstrelaytarget.h"

#include "gstrelaysecrets.h"

GST_DEBUG_CATEGORY_EXTERN (gst_relay_publish_debug);
#define GST_CAT_DEFAULT gst_relay_publish_debug

/* One attempt may take this long before it is given up for the next. */
#define ATTEMPT_TIMEOUT (10 * GST_SECOND)
#define RETRY_MAX (30 * GST_SECOND)
/* From the stop to the end, farewell included; twice that is promised. */
#define FINISH_TIME (1 * GST_SECOND)
/* At the end of the stream a target that makes no progress is given up. */
#define DRAIN_TIME (5 * GST_SECOND)
/* One that makes some has this many times as long as what is held lasts. */
#define DRAIN_FACTOR 2
/* Nothing left the sink for this long after EOS: it is empty. */
#define QUIET_TIME (150 * GST_MSECOND)
/* A queue is worth a message from here on, and again when it grew by a step. */
#define CONGESTION_MS 1000
#define CONGESTION_STEP_MS 500
#define BITRATE_WINDOW (2 * GST_SECOND)

struct _GstRelayTarget
{
  gint refs;                    /* atomic */

  /* set once */
  guint id;
  gchar *url;
  gchar *shown_url;
  gboolean internal_line;

  GstPublishCdnMachine *machine;
  GstRelayTargetOwner owner;
  GstRelaySettings settings;
  const GstRelayProtocol *protocol;
  GstRelayBranch *branch;
  /* where the connection before was; NULL before the first */
  GstRelayCursor *place;
  /* a connection before took something: a file goes on behind it */
  gboolean written;
  gboolean from_begin;
  /* to be started when it is idle: media came while it was on its way out */
  gboolean again;

  /* the stream has ended, or is to: no new attempt after the deadline */
  gboolean draining;
  gboolean eos;
  GstClockTime deadline;
  /* the end of the stream: when even progress does not count any more; 0
   * without one */
  GstClockTime drain_until;
  GstClockTime quiet_since;

  /* stall: what the socket took, and since when it took nothing of an offer */
  guint64 accepted, offered;
  GstClockTime refused_since;
  /* bytes of the connections before this one */
  guint64 accepted_before;

  guint congestion_ms;
  GstClockTime window_start;
  guint64 window_bytes;

  GMutex lock;
  GstRelayTargetStats shown;
};

static void do_actions (GstRelayTarget * target, guint actions,
    GstClockTime now);

GType
gst_relay_resume_policy_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_RELAY_RESUME_LIVE, "From the newest keyframe", "live"},
    {GST_RELAY_RESUME_LOSSLESS,
        "From a keyframe before what may have been lost", "lossless"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstRelayResumePolicy",
            values));
  return type;
}

/* @to holds nothing that has to be freed, or was cleared */
void
gst_relay_settings_copy (GstRelaySettings * to, const GstRelaySettings * from)
{
  *to = *from;
  to->tls_ca_file = g_strdup (from->tls_ca_file);
}

void
gst_relay_settings_clear (GstRelaySettings * settings)
{
  g_clear_pointer (&settings->tls_ca_file, g_free);
}

void
gst_relay_target_stats_clear (GstRelayTargetStats * stats)
{
  g_clear_pointer (&stats->last_message, g_free);
}

/* @id > 0; any thread, as are ref, unref and the getters up to get_stats(). */
GstRelayTarget *
gst_relay_target_new (guint id, const gchar * url, gboolean internal_line)
{
  GstRelayTarget *target = g_new0 (GstRelayTarget, 1);
  const GstPublishCdnPolicy policy = { 0, };

  target->refs = 1;
  target->id = id;
  target->url = g_strdup (url);
  target->shown_url = gst_publish_url_redact (url);
  target->internal_line = internal_line;
  target->machine = gst_publish_cdn_machine_new (&policy);
  g_mutex_init (&target->lock);
  return target;
}

GstRelayTarget *
gst_relay_target_ref (GstRelayTarget * target)
{
  g_atomic_int_inc (&target->refs);
  return target;
}

void
gst_relay_target_unref (GstRelayTarget * target)
{
  if (!g_atomic_int_dec_and_test (&target->refs))
    return;
  g_clear_pointer (&target->place, gst_relay_cursor_free);
  gst_publish_cdn_machine_free (target->machine);
  gst_relay_settings_clear (&target->settings);
  gst_relay_target_stats_clear (&target->shown);
  g_mutex_clear (&target->lock);
  g_free (target->shown_url);
  g_free (target->url);
  g_free (target);
}

guint
gst_relay_target_get_id (GstRelayTarget * target)
{
  return target->id;
}

/* The url with its secrets: for its owner and for the sink. */
const gchar *
gst_relay_target_get_url (GstRelayTarget * target)
{
  return target->url;
}

/* The url as it may be shown to anyone. */
const gchar *
gst_relay_target_get_shown_url (GstRelayTarget * target)
{
  return target->shown_url;
}

gboolean
gst_relay_target_get_internal_line (GstRelayTarget * target)
{
  return target->internal_line;
}

/* Any thread; the numbers are at most a tick old. */
void
gst_relay_target_get_stats (GstRelayTarget * target,
    GstRelayTargetStats * stats)
{
  g_mutex_lock (&target->lock);
  *stats = target->shown;
  stats->last_message = g_strdup (target->shown.last_message);
  g_mutex_unlock (&target->lock);
}

GstPublishCdnState
gst_relay_target_get_state (GstRelayTarget * target)
{
  return gst_publish_cdn_machine_get_state (target->machine);
}

/* When the state machine wants its next tick. */
GstClockTime
gst_relay_target_get_deadline (GstRelayTarget * target)
{
  return gst_publish_cdn_machine_next_deadline (target->machine);
}

/* Whether the connection at hand has nothing to begin with. */
gboolean
gst_relay_target_waits (GstRelayTarget * target)
{
  GstRelayCursorStats stats;

  if (!target->branch)
    return FALSE;
  gst_relay_cursor_get_stats (gst_relay_branch_get_cursor (target->branch),
      &stats);
  return stats.waits;
}

/* In ms. One that is not wanted, or was given up, waits for nothing. */
static guint
get_queue (GstRelayTarget * target, const GstRelayCursorStats * cursor)
{
  switch (gst_relay_target_get_state (target)) {
    case GST_PUBLISH_CDN_STATE_IDLE:
    case GST_PUBLISH_CDN_STATE_FAILED:
      return 0;
    default:
      return (guint) (cursor->queue / GST_MSECOND);
  }
}

static void
publish_stats (GstRelayTarget * target)
{
  GstPublishCdnMachine *machine = target->machine;
  GstRelayCursorStats cursor = { 0, };
  GstPublishCode code = gst_publish_cdn_machine_get_code (machine);
  GstRelayCursor *current = target->branch ?
      gst_relay_branch_get_cursor (target->branch) : target->place;

  g_mutex_lock (&target->lock);
  if (current) {
    gst_relay_cursor_get_stats (current, &cursor);
    target->shown.frames_sent = cursor.frames_sent;
    target->shown.frames_dropped = cursor.frames_dropped;
    target->shown.queue = get_queue (target, &cursor);
  }
  target->shown.state = gst_publish_cdn_machine_get_state (machine);
  target->shown.code = code;
  target->shown.bytes_accepted = target->accepted_before + target->accepted;
  target->shown.reconnects = gst_publish_cdn_machine_get_reconnects (machine);
  if (code != GST_PUBLISH_CODE_OK) {
    target->shown.last_error = code;
    g_free (target->shown.last_message);
    target->shown.last_message =
        g_strdup (gst_publish_cdn_machine_get_message (machine));
  }
  g_mutex_unlock (&target->lock);
}

static void
close_branch (GstRelayTarget * target)
{
  GstRelayCursor *place;

  if (!target->branch)
    return;
  place = gst_relay_branch_get_cursor (target->branch);
  gst_relay_cursor_interrupt (place, TRUE);
  /* what it took after the last look at it */
  gst_relay_branch_get_bytes (target->branch, &target->offered,
      &target->accepted);
  place = gst_relay_cursor_new (target->owner.ring, place);
  g_clear_pointer (&target->place, gst_relay_cursor_free);
  target->place = place;
  gst_relay_branch_close (target->branch, target->owner.closing);
  target->branch = NULL;
  target->written |= target->accepted > 0;
  target->accepted_before += target->accepted;
  target->accepted = target->offered = 0;
}

static void
fail (GstRelayTarget * target, GstPublishCode code, const gchar * message,
    gboolean final, GstClockTime now)
{
  gchar *shown = gst_relay_hide_secrets (message ? message : "", target->url);

  GST_INFO ("target %u %s: %s", target->id, target->shown_url, shown);
  do_actions (target, gst_publish_cdn_machine_failed (target->machine, now,
          code, shown, final, g_random_double ()), now);
  g_free (shown);
}

/* Some progress at the end of the stream: it may go on for a while. */
static void
extend_drain (GstRelayTarget * target, GstClockTime time, GstClockTime now)
{
  target->deadline = MIN (now + time, target->drain_until);
}

static void
on_fact (GstRelayBranch * branch, GstRelayBranchFact fact,
    GstPublishCode code, const gchar * message, gpointer data)
{
  GstRelayTarget *target = data;
  GstClockTime now = g_get_monotonic_time () * GST_USECOND;

  /* a callback may let the last reference of others go */
  gst_relay_target_ref (target);
  switch (fact) {
    case GST_RELAY_BRANCH_FACT_ACCEPTED:
      target->refused_since = GST_CLOCK_TIME_NONE;
      if (target->draining)
        extend_drain (target, DRAIN_TIME, now);
      do_actions (target, gst_publish_cdn_machine_accepted (target->machine,
              now), now);
      break;
    case GST_RELAY_BRANCH_FACT_EOS:
      target->eos = TRUE;
      target->quiet_since = now;
      /* the end of the stream: what is left is in the sink */
      if (target->draining)
        do_actions (target, gst_publish_cdn_machine_stop (target->machine,
                now), now);
      else if (gst_relay_target_get_state (target) !=
          GST_PUBLISH_CDN_STATE_DISCONNECTING)
        fail (target, GST_PUBLISH_CODE_MEDIA_ERROR,
            "the stream ended, and went on", FALSE, now);
      break;
    case GST_RELAY_BRANCH_FACT_FAILED:
      /* a disk that is full stays full, and a retry would write behind a
       * torn tag */
      fail (target, code, message, !target->protocol->network, now);
      break;
  }
  publish_stats (target);
  gst_relay_target_unref (target);
}

static GstRelayCursor *
make_cursor (GstRelayTarget * target)
{
  GstRelaySettings *settings = &target->settings;
  GstRelayCursor *cursor =
      gst_relay_cursor_new (target->owner.ring, target->place);

  /* our own writer wakes once for all targets */
  if (target->protocol->element)
    gst_relay_cursor_set_delay (cursor, settings->wake_interval);
  /* a file has no reason to begin late or to lose anything */
  if (settings->resume_policy == GST_RELAY_RESUME_LOSSLESS ||
      !target->protocol->network) {
    if (!target->place)
      gst_relay_cursor_hold (cursor, target->from_begin);
    gst_relay_cursor_rewind (cursor, target->protocol->network ?
        settings->rewind_time : 0);
    if (settings->paced && target->protocol->network)
      gst_relay_cursor_set_pace (cursor, settings->catch_up_rate);
  }
  return cursor;
}

static void
open_branch (GstRelayTarget * target, GstClockTime now)
{
  GstRelayBranchConfig config = { 0, };
  GError *error = NULL;

  target->protocol = gst_relay_protocol_find (target->url,
      target->settings.rtmp_sink);
  if (target->protocol->network && target->protocol->element)
    gst_relay_protocol_quiet ();
  target->eos = FALSE;
  target->refused_since = GST_CLOCK_TIME_NONE;
  target->congestion_ms = 0;
  config.protocol = target->protocol;
  config.url = target->url;
  config.context = target->owner.context;
  config.func = on_fact;
  config.data = target;
  config.resume = target->written;
  config.tls_ca_file = target->settings.tls_ca_file;
  config.attempt_timeout = ATTEMPT_TIMEOUT;
  config.io = target->owner.io;
  target->branch = gst_relay_branch_new (&config, make_cursor (target), &error);
  if (!target->branch) {
    gchar *text = g_strdup (error->message);
    GstPublishCode code = error->domain == GST_PUBLISH_ERROR ?
        GST_PUBLISH_CODE_INTERNAL : GST_PUBLISH_CODE_TLS_FAILED;

    g_clear_error (&error);
    fail (target, code, text, TRUE, now);
    g_free (text);
    return;
  }
  gst_relay_branch_start (target->branch);
}

/* Nothing goes on from here: the next start is a first one. */
static void
forget_place (GstRelayTarget * target)
{
  g_clear_pointer (&target->place, gst_relay_cursor_free);
  target->written = FALSE;
}

static void
stopped (GstRelayTarget * target, GstClockTime now)
{
  close_branch (target);
  do_actions (target, gst_publish_cdn_machine_stopped (target->machine), now);
}

static void
report (GstRelayTarget * target)
{
  GstPublishCdnState state = gst_relay_target_get_state (target);
  GstPublishCode code = gst_publish_cdn_machine_get_code (target->machine);
  gchar *message =
      g_strdup (gst_publish_cdn_machine_get_message (target->machine));

  publish_stats (target);
  target->owner.report (target, state, code, message, target->owner.data);
  g_free (message);
}

static void
do_actions (GstRelayTarget * target, guint actions, GstClockTime now)
{
  if (actions & GST_PUBLISH_CDN_ACTION_CLOSE)
    close_branch (target);
  /* however it came to be idle; the end of the stream may be taken back */
  if (gst_relay_target_get_state (target) == GST_PUBLISH_CDN_STATE_IDLE &&
      !target->drain_until)
    forget_place (target);
  if (actions & GST_PUBLISH_CDN_ACTION_REPORT)
    report (target);
  if (actions & GST_PUBLISH_CDN_ACTION_CONNECT)
    open_branch (target, now);
  if (actions & GST_PUBLISH_CDN_ACTION_FINISH) {
    if (target->draining)
      extend_drain (target, DRAIN_TIME, now);
    else
      target->deadline = now + FINISH_TIME;
    target->quiet_since = now;
    if (!target->branch)
      stopped (target, now);
    else if (!target->eos)
      gst_relay_branch_finish (target->branch);
  }
}

static void
set_settings (GstRelayTarget * target, const GstRelaySettings * settings)
{
  GstPublishCdnPolicy policy = { 0, };

  gst_relay_settings_clear (&target->settings);
  gst_relay_settings_copy (&target->settings, settings);
  policy.internal_line = target->internal_line;
  policy.retry_interval = settings->retry_interval;
  policy.retry_max = MAX (RETRY_MAX, settings->retry_interval);
  policy.connect_timeout = settings->connect_timeout;
  policy.reconnect_timeout = settings->reconnect_timeout;
  /* A connection that keeps the time itself tells what it waited for. A file is
   * waited for: two that open it would write over each other. */
  if (gst_relay_protocol_find (target->url, settings->rtmp_sink)->network)
    policy.attempt_timeout = ATTEMPT_TIMEOUT + GST_SECOND;
  gst_publish_cdn_machine_set_policy (target->machine, &policy);
}

/* Starts a target that is idle or failed; one that waits tries at once.
 * @from_begin: it was there before the media, so that nothing of that is to be
 * missed by who must not miss anything. */
void
gst_relay_target_start (GstRelayTarget * target,
    const GstRelayTargetOwner * owner, const GstRelaySettings * settings,
    gboolean from_begin, GstClockTime now)
{
  target->owner = *owner;
  target->from_begin = from_begin;
  target->draining = FALSE;
  target->drain_until = 0;
  target->again = gst_relay_target_get_state (target) ==
      GST_PUBLISH_CDN_STATE_DISCONNECTING;
  set_settings (target, settings);
  do_actions (target, gst_publish_cdn_machine_start (target->machine, now),
      now);
}

/* Ends it in good order, soon. */
void
gst_relay_target_stop (GstRelayTarget * target, GstClockTime now)
{
  target->draining = target->again = FALSE;
  target->drain_until = 0;
  /* one that was draining goes on under the shorter deadline */
  if (gst_relay_target_get_state (target) ==
      GST_PUBLISH_CDN_STATE_DISCONNECTING)
    target->deadline = MIN (target->deadline, now + FINISH_TIME);
  do_actions (target, gst_publish_cdn_machine_stop (target->machine, now), now);
}

/* The ring has ended, and held @held ns: ends the target when it has sent all,
 * or no longer gets on, or takes so long that it never kept up. */
void
gst_relay_target_drain (GstRelayTarget * target, GstClockTime held,
    GstClockTime now)
{
  target->again = FALSE;
  target->drain_until = now + ATTEMPT_TIMEOUT + DRAIN_FACTOR * held;
  /* one that is on its way out gets no more time for it */
  if (gst_relay_target_get_state (target) ==
      GST_PUBLISH_CDN_STATE_DISCONNECTING)
    return;
  target->draining = TRUE;
  /* a short stream may end before the first answer is there */
  extend_drain (target, gst_relay_target_get_state (target) ==
      GST_PUBLISH_CDN_STATE_PUBLISHING ? DRAIN_TIME : ATTEMPT_TIMEOUT, now);
  if (target->eos)
    do_actions (target, gst_publish_cdn_machine_stop (target->machine, now),
        now);
}

static void
watch_stall (GstRelayTarget * target, GstClockTime now)
{
  guint64 offered, accepted;

  gst_relay_branch_get_bytes (target->branch, &offered, &accepted);
  if (accepted != target->accepted) {
    target->accepted = accepted;
    target->offered = offered;
    target->refused_since = GST_CLOCK_TIME_NONE;
    if (target->draining)
      extend_drain (target, DRAIN_TIME, now);
    target->quiet_since = now;
    return;
  }
  /* one long list may be all that was offered when the socket took its last
   * byte: then nothing new is offered, but the sink does not return either */
  if ((offered == target->offered &&
          !gst_relay_branch_is_blocked (target->branch)) ||
      gst_relay_target_get_state (target) != GST_PUBLISH_CDN_STATE_PUBLISHING)
    return;
  if (!GST_CLOCK_TIME_IS_VALID (target->refused_since)) {
    target->refused_since = now;
  } else if (now >= target->refused_since + target->settings.stall_timeout) {
    gchar *text = g_strdup_printf ("nothing was accepted for %"
        G_GUINT64_FORMAT " ms", (now - target->refused_since) / GST_MSECOND);

    fail (target, GST_PUBLISH_CODE_STALLED, text, FALSE, now);
    g_free (text);
  }
}

static void
watch_congestion (GstRelayTarget * target)
{
  GstRelayCursorStats stats;
  guint ms;

  gst_relay_cursor_get_stats (gst_relay_branch_get_cursor (target->branch),
      &stats);
  ms = stats.queue / GST_MSECOND;
  if (ms < CONGESTION_MS)
    target->congestion_ms = 0;
  else if (ms >= target->congestion_ms + CONGESTION_STEP_MS) {
    target->congestion_ms = ms;
    target->owner.congestion (target, ms, target->owner.data);
  }
}

static void
measure_bitrate (GstRelayTarget * target, GstClockTime now)
{
  guint64 bytes = target->accepted_before + target->accepted;
  GstClockTime took = now - target->window_start;

  if (target->window_start && took < BITRATE_WINDOW)
    return;
  if (target->window_start) {
    g_mutex_lock (&target->lock);
    target->shown.bitrate =
        gst_util_uint64_scale (bytes - target->window_bytes, 8 * GST_SECOND,
        took);
    g_mutex_unlock (&target->lock);
  }
  target->window_start = now;
  target->window_bytes = bytes;
}

static void
watch_end (GstRelayTarget * target, GstClockTime now)
{
  switch (gst_relay_target_get_state (target)) {
    case GST_PUBLISH_CDN_STATE_DISCONNECTING:
      if (now >= target->deadline || (target->eos &&
              (target->protocol->says_bye ||
                  now >= target->quiet_since + QUIET_TIME)))
        stopped (target, now);
      break;
    case GST_PUBLISH_CDN_STATE_CONNECTING:
    case GST_PUBLISH_CDN_STATE_RECONNECTING:
    case GST_PUBLISH_CDN_STATE_PUBLISHING:
      if (target->draining && now >= target->deadline) {
        target->draining = FALSE;
        do_actions (target, gst_publish_cdn_machine_stop (target->machine,
                now), now);
      }
      break;
    default:
      break;
  }
}

/* Does what is due, several times a second. */
void
gst_relay_target_tick (GstRelayTarget * target,
    const GstRelaySettings * settings, GstClockTime now)
{
  set_settings (target, settings);
  gst_relay_target_ref (target);
  if (gst_relay_target_waits (target))
    gst_publish_cdn_machine_wait (target->machine, now);
  do_actions (target, gst_publish_cdn_machine_tick (target->machine, now,
          g_random_double ()), now);
  if (target->branch) {
    if (target->protocol->element)
      gst_relay_cursor_set_delay (gst_relay_branch_get_cursor
          (target->branch), settings->wake_interval);
    watch_stall (target, now);
  }
  if (target->branch && gst_relay_target_get_state (target) ==
      GST_PUBLISH_CDN_STATE_PUBLISHING)
    watch_congestion (target);
  watch_end (target, now);
  if (target->again && gst_relay_target_get_state (target) ==
      GST_PUBLISH_CDN_STATE_IDLE) {
    target->again = FALSE;
    do_actions (target, gst_publish_cdn_machine_start (target->machine, now),
        now);
  }
  measure_bitrate (target, now);
  publish_stats (target);
  gst_relay_target_unref (target);
}
