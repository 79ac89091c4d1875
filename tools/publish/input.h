/* input: one --input, and how it comes into the room
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PublishInput PublishInput;

/* Main loop. @message: what happened to the input, in words. */
typedef void (*PublishInputFunc) (PublishInput * input, const gchar * event,
    const gchar * message, gpointer data);

PublishInput *publish_input_new (GstElement * pipeline, GstElement * room,
    const PublishInputOptions * options, PublishInputFunc func, gpointer data,
    GError ** error);
gchar *publish_input_show (PublishInput * input);
void publish_input_free (PublishInput * input);
void publish_input_come (PublishInput * input);
void publish_input_check (PublishInput * input);
void publish_input_set_follows (PublishInput * input, gboolean follows);
void publish_input_leave (PublishInput * input);
gboolean publish_input_is_here (PublishInput * input);
gboolean publish_input_is_over (PublishInput * input);
gboolean publish_input_owns (PublishInput * input, GstObject * object);
void publish_input_failed (PublishInput * input, const gchar * message);
const PublishInputOptions *publish_input_get_options (PublishInput * input);

G_END_DECLS
/* *INDENT-ON* */
