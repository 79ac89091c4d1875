/* httpserver.h: a small HTTP server on loopback that can be bad
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __HTTP_SERVER_H__
#define __HTTP_SERVER_H__

#include <gio/gio.h>

/* Instead of a status: takes the request and never answers; */
#define HTTP_SERVER_SILENT -1
/* answers 200 without saying how long the body is. */
#define HTTP_SERVER_NO_LENGTH -2

typedef struct _HttpServer HttpServer;

HttpServer *http_server_new (void);
void http_server_free (HttpServer * server);

gchar *http_server_uri (HttpServer * server, const gchar * path);

/* @location: for redirects, or NULL. The body is copied. */
void http_server_add (HttpServer * server, const gchar * path, gint status,
    const gchar * location, gconstpointer body, gsize size);
/* Waits so long before it answers, in milliseconds. */
void http_server_set_delay (HttpServer * server, guint delay);
/* How often @path was asked for. */
guint http_server_count (HttpServer * server, const gchar * path);
/* Lets go of all who wait for an answer. */
void http_server_hang_up (HttpServer * server);

#endif /* __HTTP_SERVER_H__ */
