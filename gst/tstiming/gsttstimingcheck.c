/* gsttstimingcheck.c: tells whether a passing MPEG-TS is still in time */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-tstimingcheck
 * @title: tstimingcheck
 * @short_description: checks PCR, PTS, DTS and continuity of an MPEG-TS
 *
 * Passes everything on as it comes - the same buffers, the same bytes, also
 * if they are no transport stream - and reads on the way: 188, 192 or 204 byte
 * packets, cut in any way. It works behind any source that delivers bytes
 * (filesrc, multifilesrc, udpsrc, srtsrc, souphttpsrc) and before any sink.
 *
 * What it finds it tells in four ways:
 *
 * * the signal #GstTsTimingCheck::timing-event and an element message
 *   `timing-event` with the same fields, both not more often than
 *   #GstTsTimingCheck:message-interval per type of event, and not more than 64
 *   per buffer; `count` counts all;
 * * #GstTsTimingCheck:stats, totals and the count of each type of event;
 * * #GstTsTimingCheck:report, all tables as JSON, whose keys are the nicks of
 *   the event types;
 * * at EOS an element message `timing-report` with `verdict` (clean, warning,
 *   error, or unusable: no transport stream, or one without a PAT), `packets`,
 *   `duration` (ns), `events` and `report`.
 *
 * Fields of `timing-event`: `type` (GstTsTimingEventType), `severity`, `rule`
 * (standard and clause), `pid`, `program`, `packet` (packets before it),
 * `offset` (bytes before it), `segment` (index), `stream-time` (ns since the
 * first PCR), `value`, `low`, `high` and their `unit`, `count`, `text`.
 * Fields that do not apply are missing.
 *
 * In a live pipeline (#GstTsTimingCheck:arrival) the time of arrival by the
 * pipeline's clock is judged as well: a dead input, jitter and drift against
 * the PCR, and who is slow: the network (`slow-network`), the encoder
 * (`slow-encoder`) or nobody but two clocks (`clock-drift`).
 *
 * Whoever cuts the stream into segments announces each by a custom downstream
 * event before its first buffer:
 *
 * |[<!-- language="C" -->
 * gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
 *     gst_structure_new ("timing-segment",
 *         "name", G_TYPE_STRING, "live-1700000000123.ts",
 *         "utc", G_TYPE_INT64, utc_ns,           // optional
 *         "duration", G_TYPE_INT64, extinf_ns,   // optional
 *         "discontinuity", G_TYPE_BOOLEAN, FALSE, NULL));
 * ]|
 *
 * The event is passed on. Without it the element asks upstream for its URI
 * (stream start, new segment, discontinuous buffer): a new URI is a new
 * segment. From a multifilesrc that is linked directly each file is one.
 *
 * A flush, another stream id, or a segment event that does not go on where the
 * last bytes ended, is another place: nothing is judged across it. A buffer that is
 * marked as discontinuous is not. Sources mark so what they lost, and what is
 * lost is what this element is to tell; only one whose offset in bytes lies
 * before the last one's end, or is 0, is taken for another place (so does
 * hlsdemux tell of a discontinuity in its playlist), and one that by its offset
 * follows the last one is not broken at all. `stats` and `report` count other
 * places and marks in `discontinuities`.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 -m filesrc location=recording.ts ! tstimingcheck profile=broadcast ! fakesink
 * ]| Checks a recording by ETSI TR 101 290 and prints the messages.
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=100 ! x264enc ! mpegtsmux ! tstimingcheck ! fakesink
 * ]| Checks what a muxer makes.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "gsttstimingcheck.h"
#include "gsttstimingposition.h"
#include "gsttstimingproperties.h"
#include "gsttstimingsettings.h"
#include "gsttstimingtypes.h"
#include "gsttstimingupstream.h"
#include "ts-timing.h"
#include "ts-timing-report.h"

GST_DEBUG_CATEGORY_STATIC (ts_timing_check_debug);
#define GST_CAT_DEFAULT ts_timing_check_debug

/* Events that one push may leave behind for signal and message; the rest of
 * them is counted only. */
#define MAX_FOUND 64
#define TICK (500 * GST_MSECOND)

/*
 * Locks: one, `lock`. It guards what says so. Nothing is emitted, posted,
 * pushed or queried while it is held.
 */
struct _GstTsTimingCheck
{
  GstElement parent;
  GstPad *sinkpad, *srcpad;

  GMutex lock;

  /* lock */
  GstTsTimingSettings settings;

  /* state; lock */
  TsTimingChecker *checker;
  gboolean finished;
  GArray *found;
  gint64 told_at[TS_TIMING_N_EVENTS];
  GstClockID tick;

  /* streaming thread only */
  gboolean live_known, live;
  gboolean had_buffer;
  gboolean segment_new;
  gchar *uri;
  GstTsTimingPosition position;
  /* upstream is multifilesrc */
  gboolean files;
};

enum
{
  SIGNAL_TIMING_EVENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_TYPE_WITH_CODE (GstTsTimingCheck, gst_ts_timing_check,
    GST_TYPE_ELEMENT,
    GST_DEBUG_CATEGORY_INIT (ts_timing_check_debug, "tstimingcheck", 0,
        "timing of MPEG-TS"));
GST_ELEMENT_REGISTER_DEFINE (tstimingcheck, "tstimingcheck", GST_RANK_NONE,
    GST_TYPE_TS_TIMING_CHECK);

/* ---- settings ---- */

/* Call with the lock held. */
static void
apply_settings (GstTsTimingCheck * self)
{
  TsTimingConfig config;

  gst_ts_timing_settings_resolve (&self->settings, &config);
  if (self->checker)
    ts_timing_set_config (self->checker, &config);
  else
    self->checker = ts_timing_new (&config);
  /* the timer waits for nothing any more */
  if (self->settings.arrival_mode == GST_TS_TIMING_ARRIVAL_NEVER)
    ts_timing_pause (self->checker);
}

static void
gst_ts_timing_check_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (object);

  g_mutex_lock (&self->lock);
  if (gst_ts_timing_settings_set (&self->settings, id, value))
    apply_settings (self);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  g_mutex_unlock (&self->lock);
}

static void
gst_ts_timing_check_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (object);

  g_mutex_lock (&self->lock);
  if (id == PROP_STATS)
    g_value_take_boxed (value, gst_ts_timing_stats (self->checker));
  else if (id == PROP_REPORT)
    g_value_take_string (value, ts_timing_report_to_string (self->checker,
            TRUE, FALSE));
  else if (!gst_ts_timing_settings_get (&self->settings, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  g_mutex_unlock (&self->lock);
}

/* ---- events ---- */

/* Called by the checker with the lock held. */
static void
on_event (const TsTimingEvent * event, gpointer user_data)
{
  GstTsTimingCheck *self = user_data;
  gint64 now = g_get_monotonic_time () * 1000;
  gint64 *told = &self->told_at[event->type];
  GstStructure *s;

  if (self->found->len == MAX_FOUND || (*told != 0 &&
          (guint64) (now - *told) < self->settings.message_interval))
    return;
  *told = now;
  s = gst_ts_timing_event_to_structure (event);
  g_array_append_val (self->found, s);
}

/* Takes what was found while the lock was held; call with it held, and
 * tell_found() without it. */
static GArray *
take_found (GstTsTimingCheck * self)
{
  GArray *found;

  if (G_LIKELY (self->found->len == 0))
    return NULL;
  found = self->found;
  self->found = g_array_new (FALSE, FALSE, sizeof (GstStructure *));
  return found;
}

static void
tell_found (GstTsTimingCheck * self, GArray * found)
{
  guint i;

  if (G_LIKELY (!found))
    return;
  for (i = 0; i < found->len; i++) {
    GstStructure *s = g_array_index (found, GstStructure *, i);

    GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT, s);
    g_signal_emit (self, signals[SIGNAL_TIMING_EVENT], 0, s);
    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_element (GST_OBJECT (self), s));
  }
  g_array_free (found, TRUE);
}

static void
drop_found (GstTsTimingCheck * self)
{
  guint i;

  for (i = 0; i < self->found->len; i++)
    gst_structure_free (g_array_index (self->found, GstStructure *, i));
  g_array_set_size (self->found, 0);
}

/* Call with the lock held. */
static void
restart (GstTsTimingCheck * self)
{
  ts_timing_reset (self->checker);
  self->finished = FALSE;
  memset (self->told_at, 0, sizeof (self->told_at));
  drop_found (self);
  if (self->settings.name_pattern)
    ts_timing_set_name_pattern (self->checker, self->settings.name_pattern,
        NULL);
}

/* Call with the lock held: after EOS a stream begins anew, and its first
 * buffer asks again where it comes from. */
static void
restart_if_finished (GstTsTimingCheck * self)
{
  if (!self->finished)
    return;
  restart (self);
  g_clear_pointer (&self->uri, g_free);
  self->had_buffer = self->segment_new = FALSE;
}

static void
finish (GstTsTimingCheck * self)
{
  TsTimingTotals totals;
  GArray *found;
  GstStructure *s;
  gchar *report;

  g_mutex_lock (&self->lock);
  if (self->finished) {
    g_mutex_unlock (&self->lock);
    return;
  }
  self->finished = TRUE;
  ts_timing_finish (self->checker);
  found = take_found (self);
  ts_timing_get_totals (self->checker, &totals);
  report = ts_timing_report_to_string (self->checker, FALSE, FALSE);
  s = gst_structure_new ("timing-report",
      "verdict", G_TYPE_STRING,
      ts_timing_verdict_nick (ts_timing_get_verdict (self->checker)),
      "packets", G_TYPE_UINT64, totals.packets,
      "duration", G_TYPE_INT64, totals.duration,
      "events", G_TYPE_UINT64, totals.events,
      "report", G_TYPE_STRING, report, NULL);
  g_mutex_unlock (&self->lock);

  g_free (report);
  tell_found (self, found);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), s));
}

/* ---- segments ---- */

static void
begin_segment (GstTsTimingCheck * self, const TsTimingSegment * segment)
{
  GArray *found;

  GST_DEBUG_OBJECT (self, "segment %s", GST_STR_NULL (segment->name));
  g_mutex_lock (&self->lock);
  if (self->finished)
    restart (self);
  ts_timing_begin_segment (self->checker, segment);
  found = take_found (self);
  g_mutex_unlock (&self->lock);
  self->segment_new = TRUE;
  tell_found (self, found);
}

static void
begin_named_segment (GstTsTimingCheck * self, const gchar * name)
{
  TsTimingSegment segment = { name, TS_TIMING_NO_TIME, TS_TIMING_NO_TIME,
    FALSE
  };

  begin_segment (self, &segment);
}

static void
read_segment_event (GstTsTimingCheck * self, const GstStructure * s)
{
  TsTimingSegment segment = { NULL, TS_TIMING_NO_TIME, TS_TIMING_NO_TIME,
    FALSE
  };

  segment.name = gst_structure_get_string (s, "name");
  gst_structure_get_int64 (s, "utc", &segment.utc);
  gst_structure_get_int64 (s, "duration", &segment.duration);
  gst_structure_get_boolean (s, "discontinuity", &segment.discontinuity);
  begin_segment (self, &segment);
}

/* From multifilesrc a buffer is a file. FALSE if upstream is something else. */
static gboolean
ask_file (GstTsTimingCheck * self)
{
  gchar *name = gst_ts_timing_upstream_file (self->sinkpad);

  if (!name)
    return FALSE;
  begin_named_segment (self, name);
  g_free (name);
  return TRUE;
}

/* A URI that was not there before is a new segment. */
static void
ask_uri (GstTsTimingCheck * self)
{
  gchar *uri = gst_ts_timing_upstream_uri (self->sinkpad);

  if (!uri || g_strcmp0 (uri, self->uri) == 0) {
    g_free (uri);
    return;
  }
  g_free (self->uri);
  self->uri = uri;
  begin_named_segment (self, uri);
}

/* ---- data ---- */

static gboolean
is_live (GstTsTimingCheck * self)
{
  GstTsTimingArrivalMode mode;

  g_mutex_lock (&self->lock);
  mode = self->settings.arrival_mode;
  g_mutex_unlock (&self->lock);
  if (mode != GST_TS_TIMING_ARRIVAL_AUTO)
    return mode == GST_TS_TIMING_ARRIVAL_ALWAYS;
  if (!self->live_known) {
    GstQuery *query = gst_query_new_latency ();

    self->live_known = TRUE;
    self->live = FALSE;
    if (gst_pad_peer_query (self->sinkpad, query))
      gst_query_parse_latency (query, &self->live, NULL, NULL);
    gst_query_unref (query);
  }
  return self->live;
}

static gint64
arrival_time (GstTsTimingCheck * self)
{
  GstClock *clock;
  GstClockTime now = GST_CLOCK_TIME_NONE;

  if (!is_live (self) || GST_STATE (self) != GST_STATE_PLAYING)
    return TS_TIMING_NO_TIME;
  clock = gst_element_get_clock (GST_ELEMENT (self));
  if (clock) {
    now = gst_clock_get_time (clock);
    gst_object_unref (clock);
  }
  return GST_CLOCK_TIME_IS_VALID (now) ? (gint64) now : TS_TIMING_NO_TIME;
}

/* The bytes that follow are of another place. */
static void
move (GstTsTimingCheck * self)
{
  g_mutex_lock (&self->lock);
  ts_timing_discontinuity (self->checker);
  g_mutex_unlock (&self->lock);
}

/* Bytes may be missing before @buffer, or it goes back to some that were there
 * already. */
static void
break_before (GstTsTimingCheck * self, GstBuffer * buffer)
{
  if (gst_ts_timing_position_goes_on (&self->position, buffer))
    return;
  if (gst_ts_timing_position_goes_back (&self->position, buffer)) {
    move (self);
    return;
  }
  g_mutex_lock (&self->lock);
  ts_timing_cut (self->checker);
  g_mutex_unlock (&self->lock);
}

/* What stands before the bytes of a buffer: is it a new segment, or a break? */
static void
before_buffer (GstTsTimingCheck * self, GstBuffer * buffer)
{
  gboolean broken = GST_BUFFER_IS_DISCONT (buffer) && self->had_buffer;

  if (G_UNLIKELY (!self->had_buffer)) {
    self->files = ask_file (self);
    if (!self->files && !self->segment_new)
      ask_uri (self);
  } else if (self->files)
    ask_file (self);
  else if (broken && !self->segment_new)
    ask_uri (self);
  if (G_UNLIKELY (broken && !self->segment_new))
    break_before (self, buffer);
  self->had_buffer = TRUE;
  self->segment_new = FALSE;
}

/* Memories are read one by one: mapping a buffer of several would copy. */
static void
check_buffer (GstTsTimingCheck * self, GstBuffer * buffer, gint64 arrival)
{
  GArray *found;
  guint i, n = gst_buffer_n_memory (buffer);

  if (G_UNLIKELY (!self->had_buffer || self->segment_new ||
          self->files || GST_BUFFER_IS_DISCONT (buffer)))
    before_buffer (self, buffer);
  gst_ts_timing_position_take_buffer (&self->position, buffer);

  g_mutex_lock (&self->lock);
  for (i = 0; i < n; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    GstMapInfo map;

    if (!gst_memory_map (memory, &map, GST_MAP_READ)) {
      GST_WARNING_OBJECT (self, "%" GST_PTR_FORMAT " cannot be read", buffer);
      continue;
    }
    ts_timing_push (self->checker, map.data, map.size, arrival);
    gst_memory_unmap (memory, &map);
  }
  found = take_found (self);
  g_mutex_unlock (&self->lock);
  tell_found (self, found);
}

static GstFlowReturn
gst_ts_timing_check_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (parent);

  check_buffer (self, buffer, arrival_time (self));
  return gst_pad_push (self->srcpad, buffer);
}

static GstFlowReturn
gst_ts_timing_check_chain_list (GstPad * pad, GstObject * parent,
    GstBufferList * list)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (parent);
  gint64 arrival = arrival_time (self);
  guint i, n = gst_buffer_list_length (list);

  for (i = 0; i < n; i++)
    check_buffer (self, gst_buffer_list_get (list, i), arrival);
  return gst_pad_push_list (self->srcpad, list);
}

static void
take_segment (GstTsTimingCheck * self, GstEvent * event)
{
  const GstSegment *segment;
  gboolean moved;

  gst_event_parse_segment (event, &segment);
  moved = gst_ts_timing_position_take_segment (&self->position, segment);
  if (!self->had_buffer)
    return;
  /* a new URI is a segment of the ledger, which goes on from the last one */
  ask_uri (self);
  if (moved && !self->segment_new)
    move (self);
}

static void
take_stream_start (GstTsTimingCheck * self, GstEvent * event)
{
  const gchar *stream_id;
  gboolean other;

  gst_event_parse_stream_start (event, &stream_id);
  other = gst_ts_timing_position_take_stream (&self->position, stream_id);
  if (!self->had_buffer)
    return;
  ask_uri (self);
  if (other && !self->segment_new)
    move (self);
}

static gboolean
gst_ts_timing_check_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (parent);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      finish (self);
      break;
    case GST_EVENT_FLUSH_STOP:
      g_mutex_lock (&self->lock);
      if (self->finished)
        restart_if_finished (self);
      else
        ts_timing_discontinuity (self->checker);
      g_mutex_unlock (&self->lock);
      gst_ts_timing_position_flush (&self->position);
      self->live_known = FALSE;
      break;
    case GST_EVENT_STREAM_START:
      g_mutex_lock (&self->lock);
      restart_if_finished (self);
      g_mutex_unlock (&self->lock);
      self->live_known = FALSE;
      take_stream_start (self, event);
      break;
    case GST_EVENT_SEGMENT:
      take_segment (self, event);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
    case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
      if (gst_event_has_name (event, "timing-segment"))
        read_segment_event (self, gst_event_get_structure (event));
      break;
    default:
      break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* ---- time without data ---- */

static gboolean
on_tick (GstClock * clock, GstClockTime time, GstClockID id, gpointer data)
{
  GstTsTimingCheck *self = data;
  GArray *found;

  g_mutex_lock (&self->lock);
  if (self->tick == id && !self->finished)
    ts_timing_tick (self->checker, gst_clock_get_time (clock));
  found = take_found (self);
  g_mutex_unlock (&self->lock);
  tell_found (self, found);
  return TRUE;
}

static void
start_ticks (GstTsTimingCheck * self)
{
  GstClock *clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockID id;

  if (!clock)
    return;
  id = gst_clock_new_periodic_id (clock, gst_clock_get_time (clock) + TICK,
      TICK);
  g_mutex_lock (&self->lock);
  self->tick = id;
  g_mutex_unlock (&self->lock);
  gst_clock_id_wait_async (id, on_tick, gst_object_ref (self),
      gst_object_unref);
  gst_object_unref (clock);
}

static void
stop_ticks (GstTsTimingCheck * self)
{
  GstClockID id;

  g_mutex_lock (&self->lock);
  id = self->tick;
  self->tick = NULL;
  /* a pause is no silence */
  ts_timing_pause (self->checker);
  g_mutex_unlock (&self->lock);
  if (id) {
    gst_clock_id_unschedule (id);
    gst_clock_id_unref (id);
  }
}

/* A bad name pattern is told before anything flows. */
static gboolean
prepare (GstTsTimingCheck * self)
{
  GError *error = NULL;
  gboolean ok = TRUE;

  g_mutex_lock (&self->lock);
  restart (self);
  if (self->settings.name_pattern)
    ok = ts_timing_set_name_pattern (self->checker, self->settings.name_pattern,
        &error);
  g_mutex_unlock (&self->lock);
  self->had_buffer = self->segment_new = self->live_known = FALSE;
  gst_ts_timing_position_reset (&self->position);
  self->files = FALSE;
  g_clear_pointer (&self->uri, g_free);
  if (!ok) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("%s", error->message),
        ("name-pattern"));
    g_clear_error (&error);
  }
  return ok;
}

static GstStateChangeReturn
gst_ts_timing_check_change_state (GstElement * element,
    GstStateChange transition)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !prepare (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    start_ticks (self);
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    stop_ticks (self);
  ret = GST_ELEMENT_CLASS (gst_ts_timing_check_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING &&
      ret == GST_STATE_CHANGE_FAILURE)
    stop_ticks (self);
  return ret;
}

/* ---- class ---- */

static void
gst_ts_timing_check_finalize (GObject * object)
{
  GstTsTimingCheck *self = GST_TS_TIMING_CHECK (object);

  drop_found (self);
  g_array_free (self->found, TRUE);
  ts_timing_free (self->checker);
  gst_ts_timing_position_reset (&self->position);
  gst_ts_timing_settings_clear (&self->settings);
  g_free (self->uri);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ts_timing_check_parent_class)->finalize (object);
}

static void
gst_ts_timing_check_class_init (GstTsTimingCheckClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = gst_ts_timing_check_set_property;
  object_class->get_property = gst_ts_timing_check_get_property;
  object_class->finalize = gst_ts_timing_check_finalize;
  element_class->change_state = gst_ts_timing_check_change_state;
  gst_ts_timing_install_properties (object_class);

  /**
   * GstTsTimingCheck::timing-event:
   * @self: the element
   * @event: the event, see the element's description
   *
   * A rule was broken. Emitted from the streaming thread, or for a dead input
   * from the clock's thread, with no lock held.
   */
  signals[SIGNAL_TIMING_EVENT] = g_signal_new ("timing-event",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 1, GST_TYPE_STRUCTURE | G_SIGNAL_TYPE_STATIC_SCOPE);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "MPEG-TS timing checker", "Filter/Analyzer",
      "Passes an MPEG-TS and tells whether it is still in time: sync, "
      "continuity, PSI, PCR, PTS and DTS, segments, arrival",
      "the gst-plugins-publish project");

  gst_type_mark_as_plugin_api (GST_TYPE_TS_TIMING_PROFILE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_TS_TIMING_EVENT_TYPE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_TS_TIMING_SEVERITY, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_TS_TIMING_CHECKS, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_TS_TIMING_ARRIVAL_MODE, 0);
}

static void
add_pads (GstTsTimingCheck * self)
{
  GstElement *element = GST_ELEMENT (self);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, gst_ts_timing_check_chain);
  gst_pad_set_chain_list_function (self->sinkpad,
      gst_ts_timing_check_chain_list);
  gst_pad_set_event_function (self->sinkpad, gst_ts_timing_check_sink_event);
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
  GST_PAD_SET_PROXY_ALLOCATION (self->sinkpad);
  gst_element_add_pad (element, self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  gst_element_add_pad (element, self->srcpad);
}

static void
gst_ts_timing_check_init (GstTsTimingCheck * self)
{
  g_mutex_init (&self->lock);
  gst_ts_timing_settings_init (&self->settings);
  self->found = g_array_new (FALSE, FALSE, sizeof (GstStructure *));
  apply_settings (self);
  ts_timing_set_callback (self->checker, on_event, self);
  add_pads (self);
}
