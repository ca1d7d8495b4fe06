/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several requests under way at once, in memory that is full of a pattern: what of each came back, and that nothing
 * beside the buffers was written. For tests of a type's own data; where an address leads is the oracle's (oracle.h).
 */
#ifndef FLIGHT_H
#define FLIGHT_H

#include "drivers/virtio/engine.h"
#include "tests/conformance/framework/test.h"

#define FLIGHT_MOST	32u
/* What stands in all of the memory before. */
#define FLIGHT_FILL	0x5a

/* One request: so many pieces that follow each other in the memory, all of them read or all of them written. */
struct flight_slot {
	uint32_t offset, size;
	bool device_writes;
	int head;			/* of its chain */
	bool back;
	uint32_t length;		/* used: bytes written, as the device says */
};

struct flight {
	struct engine *engine;
	uint16_t queue;			/* a number of virtio_engine.queues */
	struct dma_area area;
	unsigned count, returned;
	struct flight_slot slots[FLIGHT_MOST];
};

/* Memory for requests on a queue of the trial's engine, which is started. False, with trial_error(): there is none.
 * The engine must have been stopped when flight_end() gives it back. */
bool flight_begin(struct trial *trial, struct flight *flight, uint16_t queue, size_t frames);
void flight_end(struct flight *flight);
/* Forgets the requests, all of which must be back; what stands in the memory stays. */
void flight_again(struct flight *flight);

uint8_t *flight_at(const struct flight *flight, uint32_t offset);
void flight_fill(const struct flight *flight, uint32_t offset, uint32_t size);

/* One more request, of so many pieces of about the same size. False: the queue has no room. */
bool flight_add(struct flight *flight, uint32_t offset, uint32_t size, unsigned pieces, bool device_writes);
/* Shows what was added to the device. */
void flight_go(const struct flight *flight);
/* The next one that comes back within a limit, in nanoseconds; NULL: none did, or the queue is broken, and the trial
 * has failed. */
struct flight_slot *flight_try(struct trial *trial, struct flight *flight, uint64_t limit);
/* Waits for the next one that comes back. NULL, with trial_fail(): none did, or none that is under way. */
struct flight_slot *flight_next(struct trial *trial, struct flight *flight);
/* The same for all of them. */
bool flight_wait(struct trial *trial, struct flight *flight);

/* Fails where a byte moved which the device may not write. */
bool expect_flight_beside(struct trial *trial, const struct flight *flight);

#endif
