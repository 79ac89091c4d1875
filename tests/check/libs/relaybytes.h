/* Bytes of a test, written out as literals.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>

/* of a literal, without its end */
#define BYTES(text) (const guint8 *) text, sizeof (text) - 1
#define ASSERT_BYTES(bytes, text) assert_bytes (bytes, text, sizeof (text) - 1)

static inline void
assert_bytes (GByteArray * bytes, const gchar * expected, gsize n)
{
  fail_unless_equals_int (bytes->len, n);
  fail_unless (memcmp (bytes->data, expected, n) == 0);
}
