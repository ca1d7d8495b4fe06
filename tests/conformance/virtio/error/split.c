/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error, chains of split rings, driven through the modern interface and through the legacy one: loops,
 * numbers out of range, the wrong order. See error.h.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/witness.h"
#include "tests/conformance/virtio/error/error.h"

static void point_last_at(struct chain *chain, uint16_t target)
{
	unsigned last = chain->count - 1;

	chain_write(chain->queue, chain->at[last], &chain->pieces[last], target);
}

static bool loop(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	point_last_at(chain, chain->at[0]);
	return true;
}

static bool next_out_of_range(struct virtqueue *queue, struct chain *chain)
{
	point_last_at(chain, queue->size + 0x1000);
	return true;
}

static bool head_out_of_range(struct virtqueue *queue, struct chain *chain)
{
	virtqueue_available(queue)->ring[chain->slot] = cpu_to_virtio16(queue->device, queue->size + 7);
	return true;
}

/* What the device writes comes first, what it reads behind. */
static bool wrong_order(struct virtqueue *queue, struct chain *chain)
{
	struct virtqueue_buffer readable = chain->pieces[0];
	uint16_t spare;

	if (chain_spares(queue, &spare, 1) != 1)
		return false;
	readable.device_writes = false;
	for (unsigned i = 0; i < chain->count; i++) {
		chain->pieces[i].device_writes = true;
		chain_rewrite(chain, i);
	}
	chain_write(queue, spare, &readable, -1);
	point_last_at(chain, spare);
	return true;
}

/* The index runs ahead by more than the ring has entries. virtqueue_publish() would write the right one. */
static bool index_jump(struct virtqueue *queue, struct chain *chain)
{
	(void)chain;
	queue->available += queue->size + 1000;
	return true;
}

static void chain_loop(struct trial *trial)
{
	broken_request(trial, loop, false);
}
CONFORMANCE_TEST("virtio.error.chain-loop", chain_loop,
		 "A chain that leads back into itself ends, touches no memory that was not given, and a reset mends "
		 "it.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void chain_next(struct trial *trial)
{
	broken_request(trial, next_out_of_range, false);
}
CONFORMANCE_TEST("virtio.error.next-out-of-range", chain_next,
		 "NEXT beyond the descriptor table leads to no memory that was not given.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void chain_head(struct trial *trial)
{
	broken_request(trial, head_out_of_range, false);
}
CONFORMANCE_TEST("virtio.error.head-out-of-range", chain_head,
		 "A chain's head beyond the descriptor table leads to no memory that was not given.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

static void chain_wrong_order(struct trial *trial)
{
	broken_request(trial, wrong_order, false);
}
CONFORMANCE_TEST("virtio.error.wrong-order", chain_wrong_order,
		 "A readable buffer behind a writable one in a split ring touches no memory that was not given.",
		 .scope = &scope_split_or_legacy, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

/* The request may be executed as far as the ring makes sense; a ring with more entries than it has room for does
 * not. */
static void available_jump(struct trial *trial)
{
	broken_request(trial, index_jump, true);
}
CONFORMANCE_TEST("virtio.error.index-jump", available_jump,
		 "An available index further ahead than the ring has entries makes the device ask for a reset.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "STATUS-2 STATUS-3 ISR-2",
		 .judged_by = EVIDENCE);

/* Makes the request whose chain has no head in the ring, and waits until the device asks for a reset. */
static bool provoke_reset(struct engine *engine, const struct oracle *oracle)
{
	struct virtqueue *queue = request_queue(engine);
	struct virtqueue_buffer buffer = { oracle_number(oracle), oracle->size, true };
	struct chain chain;

	if (virtqueue_add(queue, &buffer, 1) < 0)
		return false;
	chain_read(queue, &chain);
	head_out_of_range(queue, &chain);
	virtqueue_publish(queue);
	virtqueue_notify(queue);
	return poll_witnessed(needs_reset(queue->device), engine);
}

/*
 * A used buffer and then DEVICE_NEEDS_RESET, which changes the configuration, without a look at the ISR between them:
 * is it one interrupt, or is the line let go of and asserted again? The ISR tells both at once, or one after the
 * other.
 */
static void one_interrupt(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;
	uint8_t first, second;
	uint16_t used;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	virtio_isr(device);
	used = virtqueue_used_index(queue);
	engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size);
	if (!expect(trial, patience_poll(&engine->patience, virtqueue_used_index(queue) != used), "no used buffer") ||
	    !expect(trial, poll_until(virtio_interrupt_pending(device), ENGINE_LIMIT),
		    "a used buffer raised no interrupt"))
		return;
	if (!provoke_reset(engine, &oracle)) {
		trial_skip(trial, "the device does not ask for a reset: its configuration does not change");
		return;
	}
	clock_wait(patience_grace(&engine->patience));
	first = virtio_isr(device);
	second = virtio_isr(device);
	expect_equal(trial, "used buffer and configuration change, in the ISR", first | second, 3);
	trial_record(trial, "used buffer and configuration change: the ISR reads %u, then %u", first, second);
	end_and_recover(trial, &oracle);
}
CONFORMANCE_TEST("virtio.error.one-interrupt", one_interrupt,
		 "The ISR tells of a used buffer and of DEVICE_NEEDS_RESET that came together, in one interrupt or "
		 "two.",
		 .scope = &scope_split_engine, .skip = needs_writes, .clauses = "INTR-2 STATUS-3",
		 .judged_by = EVIDENCE);
