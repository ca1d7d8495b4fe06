/* SPDX-License-Identifier: BSD-2-Clause */
/* The sound device, as an engine and for the tests that are about its streams. */
#ifndef VIRTIO_SOUND_H
#define VIRTIO_SOUND_H

#include <linux/virtio_snd.h>

#include "drivers/virtio/engine.h"

/*
 * Runs a control request on an engine that is started: it begins with its code. The answer (answer_size bytes, which
 * may be 0) is what follows the status in what the device wrote. status gets VIRTIO_SND_S_*.
 */
#define SOUND_ANSWER	1024u
enum engine_result sound_control(struct engine *engine, const void *request, uint32_t size, void *answer,
				 uint32_t answer_size, uint32_t *status);
/* What the device says of a stream. False: it says nothing. */
bool sound_stream(struct engine *engine, uint32_t stream, struct virtio_snd_pcm_info *info);
/* Puts size bytes of sound, of the driver's own, into a stream (playing it), at most SOUND_LARGEST. */
#define SOUND_LARGEST	1024u
bool sound_play(struct engine *engine, uint32_t stream, const void *samples, uint32_t size);
/* Has the device used it? status gets VIRTIO_SND_S_*. */
bool sound_played(struct engine *engine, uint32_t *status);

/* A control request of a test's own, and what came of it: the answer lies between bytes that are no one's. */
struct sound_question {
	const void *request;		/* all of it, the code too */
	uint32_t size, room;		/* bytes of the request; bytes for its answer, the status included */
	uint32_t length;		/* that the device says it has written */
	bool strayed;			/* bytes beside the room were written */
	uint32_t status;		/* VIRTIO_SND_S_*: what the answer begins with */
	_Alignas(8) uint8_t answer[SOUND_ANSWER];	/* what is in the room then, the status included */
};
/* Asks it on an engine that is started. ENGINE_FAILED also where it is too large. */
#define SOUND_UNWRITTEN	0xa5		/* what was in the room before */
enum engine_result sound_ask(struct engine *engine, struct sound_question *question);

#endif
