/* The limits of a job's JSON, each defined once.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A JSON document: bytes, and objects or arrays inside each other. */
#define GST_PUBLISH_MAX_DOCUMENT_BYTES (1024 * 1024)
#define GST_PUBLISH_MAX_DOCUMENT_DEPTH 32

/* Entries of the lists of a job. */
#define GST_PUBLISH_MAX_URLS 10
#define GST_PUBLISH_MAX_LAYOUTS 16
#define GST_PUBLISH_MAX_AUDIO_USERS 16
#define GST_PUBLISH_MAX_WATERMARKS 16
#define GST_PUBLISH_MAX_RENDITIONS 8

/* Sides of layouts, watermarks and canvases, in pixels. */
#define GST_PUBLISH_MIN_SIDE 2
#define GST_PUBLISH_MAX_SIDE 8192

/* The place of a layout or watermark may lie off the canvas, by up to the
 * largest canvas on either side: -16384..16384 pixels. */
#define GST_PUBLISH_MAX_OFFSET (2 * GST_PUBLISH_MAX_SIDE)

#define GST_PUBLISH_MAX_Z_ORDER 15

/* Looks of a layout, in pixels of the canvas. */
#define GST_PUBLISH_MAX_CORNER_RADIUS 4096
#define GST_PUBLISH_MAX_BORDER_WIDTH 256

/* Encoder parameters. Zero stands for "choose by size" beside each range. */
#define GST_PUBLISH_MAX_FPS 60
#define GST_PUBLISH_MAX_GOP 8   /* seconds */
#define GST_PUBLISH_MAX_VIDEO_KBPS 50000
#define GST_PUBLISH_MIN_AUDIO_KBPS 32
#define GST_PUBLISH_MAX_AUDIO_KBPS 320

/* An image that a config names: bytes as stored, pixels of either side. */
#define GST_PUBLISH_MAX_IMAGE_BYTES (5 * 1024 * 1024)
#define GST_PUBLISH_MAX_IMAGE_SIDE 8192

/* The canvas when neither caps nor a job say: 1280x720 at 15/1. */
#define GST_PUBLISH_DEFAULT_WIDTH 1280
#define GST_PUBLISH_DEFAULT_HEIGHT 720
#define GST_PUBLISH_DEFAULT_FPS 15
