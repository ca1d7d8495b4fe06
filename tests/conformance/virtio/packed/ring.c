/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.packed: the rules of the packed ring, on the engines' own requests. The used descriptors are followed
 * through the ring by a record of the test's own, which knows of the driver's only what was made available. What holds
 * for rings of both formats is in virtio/ring.
 *
 * Source: VIRTIO 1.4, sections 2.8.1 to 2.8.10.
 */
#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/chain.h"
#include "tests/conformance/probe/virtio_trial.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);

VIRTIO_MODE_NEEDS(needs_packed, "RING_PACKED", needs_writes);

/* The ring that is followed: where the next used descriptor must be, and what must stand in all slots. */
#define FOLLOWED	64

static struct follower {
	const struct virtqueue *queue;
	uint16_t slot;
	bool wrap;
	struct vring_packed_desc ring[FOLLOWED];
	uint16_t lengths[FOLLOWED];		/* by id: slots of the list; 0: not available */
	uint32_t writable[FOLLOWED];		/* by id: bytes that the device may write */
	uint64_t target;			/* the number whose request is looked for */
	struct chain request;			/* the chain that has it */
	struct vring_packed_desc answer;	/* and its used descriptor */
	bool answered;
	unsigned used, rounds;
} follower;

static bool is_used(const struct vring_packed_desc *descriptor)
{
	uint16_t flags = virtio16_to_cpu(follower.queue->device, descriptor->flags);
	uint16_t both = PACKED_AVAILABLE | PACKED_USED;

	return (flags & both) == (follower.wrap ? both : 0);
}

/* Takes the next used descriptor over into the record. False, and the trial fails, when its id is not available. */
static bool take_used(struct trial *trial, const struct vring_packed_desc *descriptor)
{
	const struct virtio_device *device = follower.queue->device;
	uint16_t id = virtio16_to_cpu(device, descriptor->id);

	if (!expect(trial, id < FOLLOWED && follower.lengths[id] > 0,
		    "slot %u is used with buffer id %u, which was not made available", follower.slot, id))
		return false;
	if (id == follower.request.id && follower.request.count > 0 && !follower.answered) {
		follower.answer = *descriptor;
		follower.answered = true;
	}
	expect(trial, follower.writable[id] > 0 || !(virtio16_to_cpu(device, descriptor->flags) & VRING_DESC_F_WRITE),
	       "WRITE is set in the used descriptor of a list that the device may not write");
	follower.ring[follower.slot] = *descriptor;
	follower.slot += follower.lengths[id];
	follower.lengths[id] = 0;
	follower.used++;
	if (follower.slot >= follower.queue->size) {
		follower.slot -= follower.queue->size;
		follower.wrap = !follower.wrap;
		follower.rounds++;
	}
	return true;
}

static void follow(struct trial *trial)
{
	const struct virtqueue *queue = follower.queue;

	while (is_used(&virtqueue_ring(queue)[follower.slot]))
		if (!take_used(trial, &virtqueue_ring(queue)[follower.slot]))
			return;
}

/* Every slot is as the driver wrote it, but for one used descriptor a list; a used one stays as it was written. */
static void expect_ring_as_followed(struct trial *trial)
{
	const struct vring_packed_desc *ring = virtqueue_ring(follower.queue);

	for (uint16_t i = 0; i < follower.queue->size; i++)
		expect(trial, memcmp(&ring[i], &follower.ring[i], sizeof(ring[i])) == 0,
		       "slot %u was written, and the next one to be used is %u", i, follower.slot);
}

static void remember(struct virtqueue *queue, void *context)
{
	struct trial *trial = context;
	struct chain chain;

	if (queue != follower.queue)
		return;
	follow(trial);
	chain_read(queue, &chain);
	if (chain_names(&chain, follower.target)) {
		follower.request = chain;
		follower.answered = false;
	}
	for (uint16_t i = 0; i < queue->size; i++) {
		follower.ring[i] = virtqueue_ring(queue)[i];
		follower.ring[i].flags = cpu_to_virtio16(queue->device, chain_flags(queue, i));
	}
	follower.lengths[chain.id] = chain.count;
	follower.writable[chain.id] = queue->writable[chain.id];
}

/* A ring that is no power of two, with room for a request and a bit. */
static uint16_t odd_size(const struct virtio_engine *virtio)
{
	return virtio->driver->chain ? 2 * virtio->driver->chain + 3 : 11;
}

/* The queue is followed from its first request on: a driver that makes some before it is ready has another
 * beginning. */
static bool start_following(struct trial *trial, struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);

	virtio->plan = (struct virtio_plan) { .queue_size = odd_size(virtio) };
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	memset(&follower, 0, sizeof(follower));
	follower.queue = virtio_engine_requests(virtio);
	follower.slot = follower.queue->used;
	follower.wrap = follower.queue->used_wrap;
	follower.target = oracle_number(oracle);
	if (follower.queue->available != follower.slot || follower.queue->size > FOLLOWED) {
		trial_skip(trial, "its driver has buffers in the queue from the start");
		return false;
	}
	watch_queues(engine, remember, trial);
	return true;
}

static void finish_following(struct trial *trial, struct oracle *oracle)
{
	engine_stop(trial->subject->engine);
	oracle_release(oracle);
}

#define ROUNDS	2

/*
 * Round the ring, over its end with each of its lists: one used descriptor a list, in the next slot, with the id of the
 * list and both bits equal to the device's wrap counter, which begins at 1 and flips at the end.
 */
static void used_descriptors(struct trial *trial)
{
	struct oracle oracle;

	if (!start_following(trial, &oracle))
		return;
	for (unsigned i = 0; follower.rounds < ROUNDS && i < ROUNDS * FOLLOWED && trial_good(trial); i++) {
		unsigned before = follower.used;

		oracle_renew(&oracle);
		if (!good_transfer(trial, &oracle))
			break;
		follow(trial);
		expect(trial, follower.used > before, "the request is done, and slot %u, the next one, is not used",
		       follower.slot);
		expect_equal(trial, "slot behind the used ones, against the driver's", follower.slot,
			     follower.queue->used);
		expect_ring_as_followed(trial);
	}
	expect(trial, follower.rounds >= ROUNDS || !trial_good(trial), "the ring was gone round %u times only",
	       follower.rounds);
	finish_following(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.used-descriptors", used_descriptors,
		 "Round a packed ring each list gets one used descriptor, in its place, with its id and the right "
		 "bits.",
		 .scope = &scope_packed, .skip = needs_packed,
		 .clauses = "DEF-12 DEF-13 DEF-14 DEF-15 PACKED-2 PACKED-7", .judged_by = EVIDENCE);

/* One transfer whose used descriptor is looked at. */
static bool answered_transfer(struct trial *trial, struct oracle *oracle)
{
	if (!start_following(trial, oracle) || !good_transfer(trial, oracle))
		return false;
	follow(trial);
	return expect(trial, follower.answered, "the request's used descriptor was not found");
}

/* The target was written, so the flag is set. Where nothing can be written it must not be: take_used() looks. */
static void write_flag(struct trial *trial)
{
	struct oracle oracle;
	uint16_t flags;

	if (!answered_transfer(trial, &oracle))
		return;
	flags = virtio16_to_cpu(follower.queue->device, follower.answer.flags);
	expect(trial, flags & VRING_DESC_F_WRITE,
	       "the device wrote the buffer, and WRITE is clear in the used descriptor (%#x)",
	       flags);
	finish_following(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.write-flag", write_flag,
		 "A used descriptor has WRITE set if the device has written the buffer.",
		 .scope = &scope_packed, .skip = needs_packed, .clauses = "DEF-16", .judged_by = EVIDENCE);

/* Bytes of the list before the target that the device may write. */
static uint32_t writable_before_target(void)
{
	uint32_t bytes = 0;

	for (unsigned i = 0; follower.request.pieces[i].number != follower.target; i++)
		if (follower.request.pieces[i].device_writes)
			bytes += follower.request.pieces[i].size;
	return bytes;
}

/* The length counts the bytes written: all of the target up to it has moved. Without WRITE it would be reserved. */
static void used_length(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct frames_stray stray;
	uint32_t length, before;
	phys_addr right;

	if (!answered_transfer(trial, &oracle))
		return;
	length = virtio32_to_cpu(follower.queue->device, follower.answer.len);
	right = engine->view == VIEW_BUS ? oracle.decoy.bus_frame : oracle.decoy.physical_frame;
	before = writable_before_target();
	expect(trial, length > 0 && length <= follower.writable[follower.request.id],
	       "the device says that it wrote %u bytes, of %u that it may write", length,
	       follower.writable[follower.request.id]);
	for (uint32_t at = 0; at + 8 <= oracle.size && before + at + 8 <= length; at += 8)
		expect(trial, !frames_intact((phys_addr) { right.value + oracle.offset + at }, 8, &stray),
		       "the device says that it wrote %u bytes, and byte %u was not written", length, before + at);
	if (!(virtio16_to_cpu(follower.queue->device, follower.answer.flags) & VRING_DESC_F_WRITE))
		trial_record(trial, "the length is right, and WRITE, which gives it its meaning, is clear");
	finish_following(trial, &oracle);
}
CONFORMANCE_TEST("virtio.packed.used-length", used_length,
		 "All of a buffer that a packed ring's used length names as written has been written.",
		 .scope = &scope_packed, .skip = needs_packed, .clauses = "DEF-17", .judged_by = EVIDENCE);

/* The bits of a slot that is not available: never used yet, used in this round, and left from the round before. */
static uint16_t unavailable_bits(const struct virtqueue *queue, unsigned number)
{
	const uint16_t bits[] = {
		0, PACKED_AVAILABLE | PACKED_USED, queue->available_wrap ? PACKED_USED : PACKED_AVAILABLE,
	};

	return bits[number];
}

#define UNAVAILABLE	3

/*
 * In the next slot stands a whole descriptor that is not available, in each way there is, and the doorbell rings: it is
 * left alone, and so is what it leads to. Then the driver uses the slot, on a ring that has been gone round in part.
 */
static void unavailable(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	for (unsigned i = 0; i < UNAVAILABLE && good_transfer(trial, &oracle); i++) {
		struct vring_packed_desc *slot = &virtqueue_ring(queue)[queue->available];
		const struct vring_packed_desc trap = {
			cpu_to_virtio64(queue->device, oracle_number(&oracle)),
			cpu_to_virtio32(queue->device, oracle.size),
			0, cpu_to_virtio16(queue->device, VRING_DESC_F_WRITE | unavailable_bits(queue, i)),
		};

		oracle_renew(&oracle);
		*slot = trap;
		virtqueue_notify(queue);
		clock_wait(patience_grace(&engine->patience));
		expect(trial, memcmp(slot, &trap, sizeof(trap)) == 0,
		       "a descriptor that is not available (flags %#x) was written",
		       virtio16_to_cpu(queue->device, trap.flags));
		expect(trial, oracle_look(trial, &oracle) == VIEW_NONE,
		       "a descriptor that is not available (flags %#x) was carried out",
		       virtio16_to_cpu(queue->device, trap.flags));
		memset(slot, 0, sizeof(*slot));
	}
	good_transfer(trial, &oracle);
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.packed.unavailable", unavailable,
		 "A whole descriptor in the next slot that is not available is left alone, in each way there is.",
		 .scope = &scope_packed, .skip = needs_packed, .clauses = "PACKED-6 PACKED-1", .judged_by = EVIDENCE);
