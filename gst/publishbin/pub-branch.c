/* A way from a stream to a task, as it comes or decoded:
 *
 *   tee of the stream or of its decoder -> fence -> queue -> (tail) -> task
 *
 * The worker's.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pub-branch.h"

#include "pub-decoder.h"
#include "pub-fence.h"
#include "pub-parts.h"

#define GST_CAT_DEFAULT gst_publish_bin_debug

struct _PubBranch
{
  PubStream *stream;
  guint generation;
  PubDecoder *decoder;          /* NULL: as it comes */
  GstElement *tee, *fence, *queue, *tail;
  GstPad *tee_pad;
};

/* A way from the stream to @sink, through @tail (floating, may be NULL) and, if
 * @decoded, from where it is decoded. In it running times are counted from
 * @begin. NULL: no element decodes it; @tail is gone then too. */
PubBranch *
pub_branch_new (PubStream * stream, gboolean decoded,
    GstClockTime begin, GstElement * tail, GstPad * sink, GError ** error)
{
  gboolean raw = pub_stream_is_raw (stream);
  GstBin *bin = pub_stream_get_bin (stream);
  PubDecoder *decoder = NULL;
  PubBranch *branch;
  GstPad *pad;

  if (decoded && !raw && !(decoder = pub_stream_decode (stream, error))) {
    if (tail)
      gst_object_unref (gst_object_ref_sink (tail));
    return NULL;
  }
  branch = g_new0 (PubBranch, 1);
  branch->stream = pub_stream_ref (stream);
  branch->generation = pub_stream_get_generation (stream);
  branch->decoder = decoder;
  branch->tee = decoder ? pub_decoder_get_tee (decoder) :
      pub_stream_get_tee (stream);
  branch->fence = pub_fence_new (begin);
  pub_stream_name_part (stream, branch->fence, "fence");
  /* a relay's sink tells of itself */
  if (decoded)
    pub_fence_set_telling (branch->fence);
  branch->queue = pub_queue_new (raw || decoder);
  pub_stream_name_part (stream, branch->queue, "branch");
  branch->tail = tail;

  gst_bin_add_many (bin, branch->fence, branch->queue, NULL);
  pub_link (branch->fence, branch->queue);
  if (tail) {
    pub_stream_name_part (stream, tail, "convert");
    gst_bin_add (bin, tail);
    pub_link (branch->queue, tail);
  }
  pad = pub_branch_get_pad (branch);
  gst_pad_link_full (pad, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_object_unref (pad);
  if (tail)
    gst_element_sync_state_with_parent (tail);
  gst_element_sync_state_with_parent (branch->queue);
  gst_element_sync_state_with_parent (branch->fence);
  branch->tee_pad = pub_tee_open (branch->tee, branch->fence);
  return branch;
}

PubStream *
pub_branch_get_stream (PubBranch * branch)
{
  return branch->stream;
}

/* FALSE: other media comes on its stream's pad now */
gboolean
pub_branch_is_current (PubBranch * branch)
{
  return branch->generation == pub_stream_get_generation (branch->stream);
}

/* Where it leaves; (transfer full) */
GstPad *
pub_branch_get_pad (PubBranch * branch)
{
  return gst_element_get_static_pad (branch->tail ? branch->tail :
      branch->queue, "src");
}

/* Nothing more comes, and nobody waits in it. */
void
pub_branch_close (PubBranch * branch)
{
  pub_fence_close (branch->fence);
  pub_queue_open (branch->queue);
}

/* Nothing more comes but EOS after what is in it. */
void
pub_branch_end (PubBranch * branch)
{
  pub_queue_open (branch->queue);
  pub_fence_end (branch->fence);
}

/* Its sink must be flushing or gone: a thread that waits there would be waited
 * for. */
void
pub_branch_free (PubBranch * branch)
{
  GstBin *bin = pub_stream_get_bin (branch->stream);

  pub_branch_close (branch);
  pub_tee_release (branch->tee, &branch->tee_pad);
  pub_take_away (bin, branch->tail);
  pub_take_away (bin, branch->queue);
  pub_take_away (bin, branch->fence);
  g_clear_pointer (&branch->decoder, pub_decoder_unref);
  pub_stream_unref (branch->stream);
  g_free (branch);
}
