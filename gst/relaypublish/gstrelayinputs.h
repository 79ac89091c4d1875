/* The inputs of the muxer: parsers, and what is done when one is silent.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
#define GST_RELAY_VIDEO_CAPS "video/x-h264"
#define GST_RELAY_AUDIO_CAPS \
    "audio/mpeg, mpegversion = (int) { 2, 4 }; " \
    "audio/mpeg, mpegversion = (int) 1, layer = (int) 3"
typedef struct _GstRelayInputs GstRelayInputs;

typedef void (*GstRelayInputsFunc) (gpointer data);

GstRelayInputs *gst_relay_inputs_new (GstBin * bin, GstElement * mux,
    GstRelayInputsFunc all_ended, gpointer data);
void gst_relay_inputs_free (GstRelayInputs * inputs);
GstPad *gst_relay_inputs_request (GstRelayInputs * inputs,
    GstPadTemplate * templ, gboolean video);
gboolean gst_relay_inputs_release (GstRelayInputs * inputs, GstPad * pad);
void gst_relay_inputs_set_flushing (GstRelayInputs * inputs, gboolean flushing);
void gst_relay_inputs_tick (GstRelayInputs * inputs);
void gst_relay_inputs_request_keyframe (GstRelayInputs * inputs);

G_END_DECLS
