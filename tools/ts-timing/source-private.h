/* source-private: the kinds of source */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "source.h"

G_BEGIN_DECLS typedef struct _TsHttp TsHttp;

TsHttp *ts_http_new (void);
void ts_http_free (TsHttp * http);
gboolean ts_http_read (TsHttp * http, const TsSourceRequest * request,
    GError ** error);
/* after redirects */
const gchar *ts_http_get_uri (TsHttp * http);

gboolean ts_gst_source_read (const TsSourceRequest * request, GError ** error);

/* whether to stop, by cancellable or deadline */
gboolean ts_source_is_over (const TsSourceRequest * request);

G_END_DECLS
