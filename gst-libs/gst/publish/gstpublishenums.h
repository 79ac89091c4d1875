/* Every enumeration of publishing; libgstpublish registers each once for the
 * whole process.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/publish/publish-prelude.h>

/* *INDENT-OFF* */
G_BEGIN_DECLS

/**
 * GstPublishStreamType:
 * @GST_PUBLISH_STREAM_TYPE_BIG: the camera at full size
 * @GST_PUBLISH_STREAM_TYPE_SMALL: the same camera at low size
 * @GST_PUBLISH_STREAM_TYPE_SUB: the screen share
 *
 * Which of a user's streams. The numbers are those of the JSON.
 */
typedef enum
{
  GST_PUBLISH_STREAM_TYPE_BIG = 0,
  GST_PUBLISH_STREAM_TYPE_SMALL = 1,
  GST_PUBLISH_STREAM_TYPE_SUB = 2,
} GstPublishStreamType;

/**
 * GstPublishFillMode:
 * @GST_PUBLISH_FILL_MODE_FILL: cover the layout, crop what does not fit
 * @GST_PUBLISH_FILL_MODE_FIT: the whole picture, bars in the layout's colour
 * @GST_PUBLISH_FILL_MODE_STRETCH: the whole picture, its shape not kept
 *
 * How a picture is put into a layout of another shape.
 */
typedef enum
{
  GST_PUBLISH_FILL_MODE_FILL = 0,
  GST_PUBLISH_FILL_MODE_FIT = 1,
  GST_PUBLISH_FILL_MODE_STRETCH = 2,
} GstPublishFillMode;

/**
 * GstPublishMode:
 * @GST_PUBLISH_MODE_BIG_TO_CDN: relay the owner's camera
 * @GST_PUBLISH_MODE_SUB_TO_CDN: relay the owner's screen share
 * @GST_PUBLISH_MODE_MIX_TO_CDN: compose many users into one stream
 *
 * What a task publishes.
 */
typedef enum
{
  GST_PUBLISH_MODE_BIG_TO_CDN = 1,
  GST_PUBLISH_MODE_SUB_TO_CDN = 2,
  GST_PUBLISH_MODE_MIX_TO_CDN = 3,
} GstPublishMode;

/**
 * GstPublishTemplate:
 * @GST_PUBLISH_TEMPLATE_NONE: the config lists its layouts
 * @GST_PUBLISH_TEMPLATE_GRID: equal cells
 * @GST_PUBLISH_TEMPLATE_FLOAT: one full picture, small ones along the bottom
 * @GST_PUBLISH_TEMPLATE_SCREEN_SHARE: a stage for the screen share at the
 *   left, the cameras in a column at the right
 * @GST_PUBLISH_TEMPLATE_PIP: one full picture, small ones in it along the
 *   right edge from the bottom corner up
 *
 * A rule that makes layouts for n users.
 */
typedef enum
{
  GST_PUBLISH_TEMPLATE_NONE = 0,
  GST_PUBLISH_TEMPLATE_GRID = 1,
  GST_PUBLISH_TEMPLATE_FLOAT = 2,
  GST_PUBLISH_TEMPLATE_SCREEN_SHARE = 3,
  GST_PUBLISH_TEMPLATE_PIP = 4,
} GstPublishTemplate;

/**
 * GstPublishSlotPolicy:
 * @GST_PUBLISH_SLOT_POLICY_JOIN_ORDER: by order of arrival
 * @GST_PUBLISH_SLOT_POLICY_SPEAKER: whoever speaks fills the first free
 *   layout, the others by order of arrival
 * @GST_PUBLISH_SLOT_POLICY_PRIORITY: higher priorities first, of equal ones by
 *   order of arrival; a higher one takes a lower one's place
 *
 * Which user fills a free layout.
 */
typedef enum
{
  GST_PUBLISH_SLOT_POLICY_JOIN_ORDER = 0,
  GST_PUBLISH_SLOT_POLICY_SPEAKER = 1,
  GST_PUBLISH_SLOT_POLICY_PRIORITY = 2,
} GstPublishSlotPolicy;

/**
 * GstPublishAlignment:
 * @GST_PUBLISH_ALIGNMENT_LEFT: at the left edge
 * @GST_PUBLISH_ALIGNMENT_CENTER: in the middle
 * @GST_PUBLISH_ALIGNMENT_RIGHT: at the right edge
 *
 * Where a text stands in its rectangle, whichever way it is read.
 */
typedef enum
{
  GST_PUBLISH_ALIGNMENT_LEFT = 0,
  GST_PUBLISH_ALIGNMENT_CENTER = 1,
  GST_PUBLISH_ALIGNMENT_RIGHT = 2,
} GstPublishAlignment;

/**
 * GstPublishAudioCodec:
 * @GST_PUBLISH_AUDIO_CODEC_AAC_LC: AAC-LC
 * @GST_PUBLISH_AUDIO_CODEC_HE_AAC: HE-AAC (with spectral band replication)
 * @GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2: HE-AAC v2 (with parametric stereo, so
 *   always two channels)
 *
 * The profile of the AAC that a mix is encoded to (ISO/IEC 14496-3). The
 * numbers are those of `audioEncodedCodecType`.
 */
typedef enum
{
  GST_PUBLISH_AUDIO_CODEC_AAC_LC = 0,
  GST_PUBLISH_AUDIO_CODEC_HE_AAC = 1,
  GST_PUBLISH_AUDIO_CODEC_HE_AAC_V2 = 2,
} GstPublishAudioCodec;

/**
 * GstPublishCdnState:
 * @GST_PUBLISH_CDN_STATE_IDLE: not started, or ended
 * @GST_PUBLISH_CDN_STATE_CONNECTING: the first connection is being tried
 * @GST_PUBLISH_CDN_STATE_PUBLISHING: the server accepts media
 * @GST_PUBLISH_CDN_STATE_RECONNECTING: was publishing, connection lost or
 *   stalled, being tried again
 * @GST_PUBLISH_CDN_STATE_FAILED: gave up; a retry or an update starts again
 * @GST_PUBLISH_CDN_STATE_DISCONNECTING: stop was asked
 *
 * The state of one target.
 */
typedef enum
{
  GST_PUBLISH_CDN_STATE_IDLE = 0,
  GST_PUBLISH_CDN_STATE_CONNECTING = 1,
  GST_PUBLISH_CDN_STATE_PUBLISHING = 2,
  GST_PUBLISH_CDN_STATE_RECONNECTING = 3,
  GST_PUBLISH_CDN_STATE_FAILED = 4,
  GST_PUBLISH_CDN_STATE_DISCONNECTING = 5,
} GstPublishCdnState;

/**
 * GstPublishCode:
 * @GST_PUBLISH_CODE_OK: nothing wrong
 * @GST_PUBLISH_CODE_BAD_CONFIG: a JSON document that breaks a rule
 * @GST_PUBLISH_CODE_UNKNOWN_TASK: no task has that id
 * @GST_PUBLISH_CODE_DUPLICATE_URL: the url is published to already
 * @GST_PUBLISH_CODE_MISSING_ENCODER: no installed element encodes that
 * @GST_PUBLISH_CODE_REFUSED_BY_SEED_RULE: a change that the API's rules
 *   forbid, such as a relay becoming audio only
 * @GST_PUBLISH_CODE_RESOLVE_FAILED: the host's name has no address
 * @GST_PUBLISH_CODE_CONNECT_REFUSED: the host does not take the connection
 * @GST_PUBLISH_CODE_CONNECT_REJECTED: the server refused the application
 * @GST_PUBLISH_CODE_PUBLISH_REJECTED: the server refused the stream
 * @GST_PUBLISH_CODE_TLS_FAILED: the certificate or the TLS handshake is bad
 * @GST_PUBLISH_CODE_STALLED: the socket is open but accepts nothing
 * @GST_PUBLISH_CODE_MEDIA_ERROR: the connection broke while media was sent,
 *   or the media cannot be carried
 * @GST_PUBLISH_CODE_TIMED_OUT: gave up after the time allowed
 * @GST_PUBLISH_CODE_INTERNAL: a fault of this software
 *
 * What happened: the codes of %GST_PUBLISH_ERROR, and of every signal and
 * message that carries a `code`.
 */
typedef enum
{
  GST_PUBLISH_CODE_OK = 0,
  GST_PUBLISH_CODE_BAD_CONFIG = 1,
  GST_PUBLISH_CODE_UNKNOWN_TASK = 2,
  GST_PUBLISH_CODE_DUPLICATE_URL = 3,
  GST_PUBLISH_CODE_MISSING_ENCODER = 4,
  GST_PUBLISH_CODE_REFUSED_BY_SEED_RULE = 5,
  GST_PUBLISH_CODE_RESOLVE_FAILED = 6,
  GST_PUBLISH_CODE_CONNECT_REFUSED = 7,
  GST_PUBLISH_CODE_CONNECT_REJECTED = 8,
  GST_PUBLISH_CODE_PUBLISH_REJECTED = 9,
  GST_PUBLISH_CODE_TLS_FAILED = 10,
  GST_PUBLISH_CODE_STALLED = 11,
  GST_PUBLISH_CODE_MEDIA_ERROR = 12,
  GST_PUBLISH_CODE_TIMED_OUT = 13,
  GST_PUBLISH_CODE_INTERNAL = 14,
} GstPublishCode;

#define GST_TYPE_PUBLISH_STREAM_TYPE (gst_publish_stream_type_get_type ())
#define GST_TYPE_PUBLISH_FILL_MODE (gst_publish_fill_mode_get_type ())
#define GST_TYPE_PUBLISH_MODE (gst_publish_mode_get_type ())
#define GST_TYPE_PUBLISH_TEMPLATE (gst_publish_template_get_type ())
#define GST_TYPE_PUBLISH_SLOT_POLICY (gst_publish_slot_policy_get_type ())
#define GST_TYPE_PUBLISH_ALIGNMENT (gst_publish_alignment_get_type ())
#define GST_TYPE_PUBLISH_AUDIO_CODEC (gst_publish_audio_codec_get_type ())
#define GST_TYPE_PUBLISH_CDN_STATE (gst_publish_cdn_state_get_type ())
#define GST_TYPE_PUBLISH_CODE (gst_publish_code_get_type ())

GST_PUBLISH_API
GType gst_publish_stream_type_get_type (void);

GST_PUBLISH_API
GType gst_publish_fill_mode_get_type (void);

GST_PUBLISH_API
GType gst_publish_mode_get_type (void);

GST_PUBLISH_API
GType gst_publish_template_get_type (void);

GST_PUBLISH_API
GType gst_publish_slot_policy_get_type (void);

GST_PUBLISH_API
GType gst_publish_alignment_get_type (void);

GST_PUBLISH_API
GType gst_publish_audio_codec_get_type (void);

GST_PUBLISH_API
GType gst_publish_cdn_state_get_type (void);

GST_PUBLISH_API
GType gst_publish_code_get_type (void);

GST_PUBLISH_API
const gchar *gst_publish_enum_get_nick (GType type, gint value);

GST_PUBLISH_API
gboolean gst_publish_enum_from_nick (GType type, const gchar * nick, gint *
    value);

G_END_DECLS
/* *INDENT-ON* */
