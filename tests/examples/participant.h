/* participant.h: who takes part in the example's call
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/* jerry, mike, anna, paul, and jerry's screen share */
#define PARTICIPANT_N_PATTERNS 5

typedef struct _Participant Participant;

/* Adds the participant number @index to @pipeline and links its picture to
 * @mix, a layoutcompositor, and its sound to @sound, an audiomixer. It shows
 * the file or URI @location, again and again; or, if that is NULL, a test
 * pattern of its own, which the first PARTICIPANT_N_PATTERNS have. */
Participant *participant_new (GstBin * pipeline, GstElement * mix,
    GstElement * sound, guint index, const gchar * location, GError ** error);

/* To be called when the pipeline is in NULL. */
void participant_free (Participant * self);

G_END_DECLS
/* *INDENT-ON* */
