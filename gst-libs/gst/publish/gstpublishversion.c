/* The version of the library at run time.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstpublishversion.h"

/**
 * gst_publish_version:
 * @major: (out) (optional): major version
 * @minor: (out) (optional): minor version
 * @micro: (out) (optional): micro version
 *
 * The version of the library that the process runs with, which may be newer
 * than the headers it was compiled against. Any thread may call this.
 */
void
gst_publish_version (guint * major, guint * minor, guint * micro)
{
  if (major)
    *major = GST_PUBLISH_VERSION_MAJOR;
  if (minor)
    *minor = GST_PUBLISH_VERSION_MINOR;
  if (micro)
    *micro = GST_PUBLISH_VERSION_MICRO;
}
