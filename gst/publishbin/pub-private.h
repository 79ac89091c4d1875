/* publishbin from the inside.
 *
 *   sink pad -> tee -+-> fence -> queue ------------------------> relay task
 *                    |
 *                    `-> fence -> queue -> (parser) -> decoder -> tee
 *                         made when the first task asks for it     |
 *                                                                  |
 *        mix task  <- (convert) <- queue <- fence <----------------'
 *
 * Rooms: gstpublishbin.c is what the user sees, gstpublishbinproperties.c its
 * properties, gstpublishbininside.c what is told of messages of the inside;
 * pub-room.c has the streams and looks who is there, pub-room-tasks.c begins and
 * ends tasks, pub-room-asked.c takes what is asked of both; pub-table.c is what
 * action signals ask; pub-stream.c is one sink pad, pub-decoder.c what decodes
 * it, pub-branch.c a way from there to a task; pub-task.c is what every task has,
 * pub-relay.c and pub-mix.c what the two kinds add; pub-output.c is one
 * relaypublishsink with its targets; pub-encoder.c makes encoders; pub-codecs.c
 * asks the registry; pub-fence.c is the element behind which a branch may fail or
 * go without anyone upstream noticing; pub-parts.c is what all of this is put
 * together of.
 *
 * Threads. One worker thread (pub-loop.c) per element makes, links and takes
 * away everything, and emits all signals, with no lock held. All others only
 * post facts to it:
 *
 * - the application's: request and release of pads, action signals, states;
 * - streaming threads: caps, end of stream;
 * - whoever posts a message inside: errors, EOS of a relaypublishsink;
 * - the workers of the relaypublishsinks: states of targets.
 *
 * A streaming thread waits for the worker in one place only: with the caps of a
 * stream, for a second at most, so that a task that wants this stream gets it
 * from its first frame on. The worker never waits for a streaming
 * thread that could wait: before it takes a branch away it closes the fence and
 * takes the limits off the queue, where no fence lets a query wait. What may
 * take long, a task's way to NULL, runs in a thread of its own.
 *
 * Locks: PubTable.lock guards the ids, jobs and urls of tasks, which action signals
 * read and write at once; PubRoom.lock the streams that were requested; PubStream.lock guards what the streaming
 * thread waits for; the object locks of the element and of its pads guard their
 * settings. None is held while another is taken, nor over a call out; but for
 * PubRoom.lock, which is held while each stream is told in turn, under its own,
 * whether to wait; and GstPublishBin.own_lock, which guards the properties' task,
 * is taken before all of them and is held while that task is started and updated.
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <gst/publish/publish.h>

G_BEGIN_DECLS GST_DEBUG_CATEGORY_EXTERN (gst_publish_bin_debug);

/* How long encoded and decoded media may wait in front of a task, ns. */
#define PUB_ENCODED_QUEUE_TIME (3 * GST_SECOND)
#define PUB_DECODED_QUEUE_TIME (700 * GST_MSECOND)

G_END_DECLS
