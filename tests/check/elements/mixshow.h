/* mixshow.h: a canvas of one input, for tests of what is seen of it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef __MIX_SHOW_H__
#define __MIX_SHOW_H__

#include "mixharness.h"

#define BIG GST_PUBLISH_STREAM_TYPE_BIG
#define CANVAS "width=160,height=120,framerate=25/1,format=I420"
#define INPUT "format=I420,width=80,height=60,colorimetry=bt709"
/* one layout with room around it */
#define LAYOUT(rest) "{\"videoLayoutList\":[{\"x\":40,\"y\":30,\"width\":80," \
    "\"height\":60" rest "}]}"
/* A canvas of one input, and how many frames it has seen. */
typedef struct
{
  Mix *m;
  guint n;
} Show;

static inline void
show_init (Show * s, const gchar * config, const gchar * user)
{
  s->m = mix_new (CANVAS, config);
  s->n = 0;
  mix_add (s->m, user, "", BIG, INPUT);
}

static inline void
show (Show * s, Yuv color)
{
  mix_push (s->m, 0, s->n++, make_solid (INPUT, color));
  mix_pull (s->m);
}

#endif /* __MIX_SHOW_H__ */
