/* What every public header of the library starts from: symbol visibility.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* The library is built with hidden visibility: only what carries this macro
 * is exported. */
#ifdef BUILDING_GST_PUBLISH
#define GST_PUBLISH_API GST_API_EXPORT
#else
#define GST_PUBLISH_API GST_API_IMPORT
#endif
