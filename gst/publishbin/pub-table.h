/* The table of tasks, which every thread may read and write.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pub-task.h"

/* *INDENT-OFF* */
G_BEGIN_DECLS

typedef struct _PubTable PubTable;

PubTable *pub_table_new (void);
void pub_table_free (PubTable * table);
GstPublishJob *pub_table_add (PubTable * table, const gchar * target,
    const gchar * encoder, const gchar * mixing, gchar ** id, GError ** error);
GstPublishJob *pub_table_update (PubTable * table, const gchar * id, const
    gchar * target, const gchar * encoder, const gchar * mixing, GError **
    error);
GstPublishJob *pub_table_change (GstPublishJob * old, const gchar * target,
    const gchar * encoder, const gchar * mixing, GError ** error);
void pub_table_settle (PubTable * table, const gchar * id, GstPublishJob *
    planned, GstPublishJob * job);
gboolean pub_table_get_parts (PubTable * table, const gchar * id, gchar **
    target, gchar ** encoder, gchar ** mixing);
gboolean pub_table_remove (PubTable * table, const gchar * id);
gchar **pub_table_ids (PubTable * table);
void pub_table_set_elements (PubTable * table, const gchar * id, GPtrArray *
    outputs, GstElement * compositor);
GstStructure *pub_table_stats (PubTable * table);

G_END_DECLS
/* *INDENT-ON* */
