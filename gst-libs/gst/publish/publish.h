/* The vocabulary and policy of publishing, in one include.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>
#include <gst/publish/gstpublishversion.h>
#include <gst/publish/gstpublishlimits.h>
#include <gst/publish/gstpublishenums.h>
#include <gst/publish/gstpublishcdnstate.h>
#include <gst/publish/gstpublisherror.h>
#include <gst/publish/gstpublishdocument.h>
#include <gst/publish/gstpublishurl.h>
#include <gst/publish/gstpublishuser.h>
#include <gst/publish/gstpublishtext.h>
#include <gst/publish/gstpublishlayout.h>
#include <gst/publish/gstpublishmixingconfig.h>
#include <gst/publish/gstpublishencoderparams.h>
#include <gst/publish/gstpublishtarget.h>
#include <gst/publish/gstpublishjob.h>
#include <gst/publish/gstpublishtemplate.h>
#include <gst/publish/gstpublishslots.h>
#include <gst/publish/gstpublishspeaker.h>
