/* The state of one target over its life: when to connect, retry, report and
 * give up. Pure: the clock and the dice are passed in.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishenums.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/**
 * GstPublishCdnPhase:
 * @GST_PUBLISH_CDN_PHASE_NONE: not known, or not on the way to a server
 * @GST_PUBLISH_CDN_PHASE_RESOLVE: looking up the host's name
 * @GST_PUBLISH_CDN_PHASE_CONNECT: opening the connection
 * @GST_PUBLISH_CDN_PHASE_TLS: the TLS handshake
 * @GST_PUBLISH_CDN_PHASE_APPLICATION: the protocol's handshake and the
 *   request for the application
 * @GST_PUBLISH_CDN_PHASE_PUBLISH: the request to publish the stream
 * @GST_PUBLISH_CDN_PHASE_MEDIA: sending media
 *
 * How far a connection came before it failed.
 */
typedef enum
{
  GST_PUBLISH_CDN_PHASE_NONE = 0,
  GST_PUBLISH_CDN_PHASE_RESOLVE,
  GST_PUBLISH_CDN_PHASE_CONNECT,
  GST_PUBLISH_CDN_PHASE_TLS,
  GST_PUBLISH_CDN_PHASE_APPLICATION,
  GST_PUBLISH_CDN_PHASE_PUBLISH,
  GST_PUBLISH_CDN_PHASE_MEDIA,
} GstPublishCdnPhase;

/**
 * GstPublishCdnAction:
 * @GST_PUBLISH_CDN_ACTION_NONE: nothing to do
 * @GST_PUBLISH_CDN_ACTION_CLOSE: drop the connection at hand, at once; done
 *   before %GST_PUBLISH_CDN_ACTION_CONNECT when both are set
 * @GST_PUBLISH_CDN_ACTION_CONNECT: open a new connection
 * @GST_PUBLISH_CDN_ACTION_FINISH: end the connection at hand in good order,
 *   then call gst_publish_cdn_machine_stopped()
 * @GST_PUBLISH_CDN_ACTION_REPORT: tell the application the state, the code
 *   and the message
 *
 * What the caller of the machine has to do next; flags.
 */
typedef enum
{
  GST_PUBLISH_CDN_ACTION_NONE = 0,
  GST_PUBLISH_CDN_ACTION_CLOSE = 1 << 0,
  GST_PUBLISH_CDN_ACTION_CONNECT = 1 << 1,
  GST_PUBLISH_CDN_ACTION_FINISH = 1 << 2,
  GST_PUBLISH_CDN_ACTION_REPORT = 1 << 3,
} GstPublishCdnAction;

/**
 * GstPublishCdnPolicy:
 * @internal_line: retry every @retry_interval without growing
 * @retry_interval: the first wait before another attempt, in ns
 * @retry_max: the longest wait, in ns, before jitter
 * @connect_timeout: time for the first connection, in ns; 0 is forever
 * @reconnect_timeout: time to get a lost connection back, in ns; 0 is forever
 * @attempt_timeout: time for one attempt, in ns; 0 is forever
 *
 * How patient and how polite a target is.
 */
typedef struct
{
  gboolean internal_line;
  GstClockTime retry_interval;
  GstClockTime retry_max;
  GstClockTime connect_timeout;
  GstClockTime reconnect_timeout;
  GstClockTime attempt_timeout;
} GstPublishCdnPolicy;

/**
 * GST_PUBLISH_CDN_REPORT_INTERVAL:
 *
 * States 1 and 3 are reported again this often, in ns.
 */
#define GST_PUBLISH_CDN_REPORT_INTERVAL (5 * GST_SECOND)

/**
 * GstPublishCdnMachine:
 *
 * One target's state. Not thread safe: its owner has one thread for it. Every
 * `now` is a monotonic time in ns; it must not go backwards.
 */
typedef struct _GstPublishCdnMachine GstPublishCdnMachine;

GST_PUBLISH_API
GstPublishCode gst_publish_cdn_phase_to_code (GstPublishCdnPhase phase);

GST_PUBLISH_API
gboolean gst_publish_code_is_rejection (GstPublishCode code);

GST_PUBLISH_API
GstPublishCdnMachine *gst_publish_cdn_machine_new (const GstPublishCdnPolicy *
    policy);

GST_PUBLISH_API
void gst_publish_cdn_machine_free (GstPublishCdnMachine * machine);

GST_PUBLISH_API
void gst_publish_cdn_machine_set_policy (GstPublishCdnMachine * machine, const
    GstPublishCdnPolicy * policy);

GST_PUBLISH_API
guint gst_publish_cdn_machine_start (GstPublishCdnMachine * machine,
    GstClockTime now);

GST_PUBLISH_API
guint gst_publish_cdn_machine_accepted (GstPublishCdnMachine * machine,
    GstClockTime now);

GST_PUBLISH_API
void gst_publish_cdn_machine_wait (GstPublishCdnMachine * machine, GstClockTime
    now);

GST_PUBLISH_API
guint gst_publish_cdn_machine_failed (GstPublishCdnMachine * machine,
    GstClockTime now, GstPublishCode code, const gchar * message, gboolean
    final, gdouble random);

GST_PUBLISH_API
guint gst_publish_cdn_machine_tick (GstPublishCdnMachine * machine,
    GstClockTime now, gdouble random);

GST_PUBLISH_API
guint gst_publish_cdn_machine_stop (GstPublishCdnMachine * machine,
    GstClockTime now);

GST_PUBLISH_API
guint gst_publish_cdn_machine_stopped (GstPublishCdnMachine * machine);

GST_PUBLISH_API
GstClockTime gst_publish_cdn_machine_next_deadline (const GstPublishCdnMachine *
    machine);

GST_PUBLISH_API
GstPublishCdnState gst_publish_cdn_machine_get_state (const
    GstPublishCdnMachine * machine);

GST_PUBLISH_API
GstPublishCode gst_publish_cdn_machine_get_code (const GstPublishCdnMachine *
    machine);

GST_PUBLISH_API
const gchar *gst_publish_cdn_machine_get_message (const GstPublishCdnMachine *
    machine);

GST_PUBLISH_API
guint gst_publish_cdn_machine_get_reconnects (const GstPublishCdnMachine *
    machine);

GST_PUBLISH_API
gboolean gst_publish_cdn_machine_is_attempting (const GstPublishCdnMachine *
    machine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstPublishCdnMachine,
    gst_publish_cdn_machine_free)

G_END_DECLS
/* *INDENT-ON* */
