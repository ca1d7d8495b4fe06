/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.view: what stands beside the things that a request gives to the device. Behind and before each header,
 * status byte and buffer in the driver's own memory there is a pattern while the request is under way, and behind the
 * parts of the rings until the end; what the device may only read stays too. What is beside a buffer of a test's own is
 * looked at by all others.
 */
#include "boot/clock.h"
#include "boot/string.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"

#define GUARD		64u			/* bytes on both sides of a piece */
#define AREA_LARGEST	(6 * FRAME_SIZE)	/* of the driver's own memory that is looked at */
#define CHAINS		16u
#define ROUNDS		3

/* What a byte of the driver's memory is while the request is under way. */
enum { FREE, GUARDED, READABLE, WRITABLE };

static struct beside {
	struct virtio_engine *virtio;
	uint64_t size;				/* bytes of the area */
	uint8_t kind[AREA_LARGEST], before[AREA_LARGEST];
	struct chain chains[CHAINS];		/* of the request */
	uint16_t used[CHAINS];			/* the used index before */
	unsigned count, wanted;			/* chains shown; those of a request, 0 until one was counted */
	bool placed, disturbed;			/* guards stand; the driver went on when they did */
} beside;

static uint8_t *area_byte(uint64_t at)
{
	return virtio_engine_pointer(beside.virtio, at);
}

static uint8_t guard(uint64_t at)
{
	return 0x5b + 7 * at;
}

/* Marks bytes of the area around a place, as far as they have no stronger kind yet. */
static void mark(uint64_t first, uint64_t end, uint8_t kind)
{
	for (uint64_t at = first; at < end && at < beside.size; at++)
		if (beside.kind[at] < kind)
			beside.kind[at] = kind;
}

static void mark_piece(const struct virtqueue_buffer *piece, bool guarded)
{
	uint64_t at = piece->number - virtio_engine_number(beside.virtio, 0);

	if (at >= beside.size || piece->size > beside.size - at)
		return;
	mark(at, at + piece->size, piece->device_writes ? WRITABLE : READABLE);
	if (guarded)
		mark(at < GUARD ? 0 : at - GUARD, at + piece->size + GUARD, GUARDED);
}

/* What of other chains may still be written: all that the descriptors of the queue lead to, whoever has them. */
static void mark_queue(const struct virtqueue *queue)
{
	for (uint16_t i = 0; i < queue->size; i++) {
		const struct vring_desc *descriptor = &virtqueue_descriptors(queue)[i];
		struct virtqueue_buffer piece = {
			virtio64_to_cpu(queue->device, descriptor->addr), virtio32_to_cpu(queue->device, descriptor->len),
			chain_flags(queue, i) & VRING_DESC_F_WRITE,
		};

		if (piece.device_writes)
			mark_piece(&piece, false);
	}
}
