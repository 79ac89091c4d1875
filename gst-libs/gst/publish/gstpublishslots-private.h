/* What the slot rule shares with the choice of a speaker. Private to the
 * library.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstpublishslots.h"

/* Whether the layout that the speaker has may show @user. */
gboolean gst_publish_slots_may_speak (const GstPublishLayout * layouts,
    guint n_layouts, const GstPublishSlotUser * user);
