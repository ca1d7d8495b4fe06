/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GPU device, as an engine and for the tests that are about its commands (2D only).
 */
#ifndef VIRTIO_GPU_H
#define VIRTIO_GPU_H

#include <linux/virtio_gpu.h>

#include "drivers/virtio/engine.h"

/*
 * Runs a command on an engine that is started: request begins with a header, of which the type is set by the caller.
 * The answer (NULL, or answer_size bytes) gets what the device wrote. answer_type gets its type (VIRTIO_GPU_RESP_*).
 */
enum engine_result gpu_run(struct engine *engine, const void *request, uint32_t size, void *answer,
			   uint32_t answer_size, uint32_t *answer_type);

/*
 * A question of a test's own, of any kind and on either queue, and what came of it: the answer is in front of bytes
 * that are no one's, and so is what is behind it.
 */
#define GPU_CONTROL	0u		/* queues */
#define GPU_CURSOR	1u
#define GPU_ANSWER	1536u		/* more than the longest answer without VIRGL has */
struct gpu_question {
	uint16_t queue;
	const void *command;		/* all of it, the type too */
	uint32_t size, room;		/* bytes of the command; bytes for its answer, which may be 0 */
	uint32_t length;		/* that the device says it has written */
	bool strayed;			/* bytes beside the room were written */
	_Alignas(8) uint8_t answer[GPU_ANSWER];	/* what is in the room then */
};
/* Asks it on an engine that is started. ENGINE_FAILED also where it is too large. */
#define GPU_UNWRITTEN	0xa5		/* what was in the room before */
enum engine_result gpu_ask(struct engine *engine, struct gpu_question *question);

#endif
