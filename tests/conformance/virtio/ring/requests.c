/*
 * Suites virtio.split and virtio.packed: what rings of both formats have in common. What the device may only read stays
 * as it was; a request may be taken up without a doorbell; a flag that means nothing on an indirect descriptor.
 *
 * Source: VIRTIO 1.4, sections 2.7.5, 2.7.13, 2.8.6 to 2.8.10 and 2.8.21.
 */
#include <linux/virtio_pci.h>

#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/probe/virtio_trial.h"
#include "tests/conformance/probe/witness.h"

VIRTIO_MODE_SCOPE(packed, false, VIRTIO_RING_PACKED);
VIRTIO_MODE_SCOPE(indirect, false, VIRTIO_INDIRECT_DESC);
VIRTIO_MODE_SCOPE(packed_indirect, false, VIRTIO_RING_PACKED | VIRTIO_INDIRECT_DESC);

static const char *needs_packed(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here offers RING_PACKED";
}

static const char *needs_packed_reads(const struct subject *subject)
{
	return subject->engine ? needs_reads(subject) : "no device here offers RING_PACKED";
}

static const char *needs_indirect(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here offers INDIRECT_DESC";
}

static const char *needs_packed_indirect(const struct subject *subject)
{
	return subject->engine ? needs_writes(subject) : "no device here offers RING_PACKED and INDIRECT_DESC";
}

/* The chain that was shown last, and what the device may only read of it, in the driver's own memory. */
#define READABLE_LARGEST	2048

static struct watch {
	const struct virtio_engine *virtio;
	struct chain chain;
	uint8_t readable[READABLE_LARGEST];
	uint32_t size;
} watch;

/* Where a piece is in the driver's own memory, or NULL if it is elsewhere. */
static const uint8_t *own_memory(const struct virtqueue_buffer *piece)
{
	uint64_t offset = piece->number - virtio_engine_number(watch.virtio, 0);
	uint64_t size = watch.virtio->area.frames * FRAME_SIZE;

	return offset < size && piece->size <= size - offset ? virtio_engine_pointer(watch.virtio, offset) : NULL;
}

static uint32_t gather_readable(uint8_t *bytes)
{
	uint32_t size = 0;

	for (unsigned i = 0; i < watch.chain.count; i++) {
		const struct virtqueue_buffer *piece = &watch.chain.pieces[i];
		const uint8_t *at = piece->device_writes ? NULL : own_memory(piece);

		if (!at || piece->size > READABLE_LARGEST - size)
			continue;
		memcpy(bytes + size, at, piece->size);
		size += piece->size;
	}
	return size;
}

static void look(struct virtqueue *queue, void *context)
{
	(void)context;
	chain_read(queue, &watch.chain);
	watch.size = gather_readable(watch.readable);
}

/* Request headers that the driver made keep their content; the oracle looks at the buffer itself. */
static void readable_unchanged(struct trial *trial)
{
	static uint8_t after[READABLE_LARGEST];
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	struct sighting sighting;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	watch.virtio = virtio_engine_of(engine);
	watch.chain.count = 0;
	watch_queues(engine, look, NULL);
	sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);
	expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
	       "the buffer was not read (%s, view %s)", engine_result_name(sighting.result), view_name(sighting.view));
	expect(trial, gather_readable(after) == watch.size && memcmp(watch.readable, after, watch.size) == 0,
	       "a header that the device may only read has changed");
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.readable-unchanged", readable_unchanged, .scope = &scope_split_engine,
		 .skip = needs_reads, .clauses = "SPLIT-3", .judged_by = EVIDENCE);

static void packed_readable_unchanged(struct trial *trial)
{
	readable_unchanged(trial);
}
CONFORMANCE_TEST("virtio.packed.readable-unchanged", packed_readable_unchanged, .scope = &scope_packed,
		 .skip = needs_packed_reads, .clauses = "PACKED-4", .judged_by = EVIDENCE);

/* The doorbell of the request queue goes to a register where the queue's index does no harm: queue_select. */
static void without_kick(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtqueue *queue = request_queue(engine);
	struct oracle oracle;
	bool left_alone;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle) || !good_transfer(trial, &oracle))
		return;
	/* A device may look at its rings by itself once it is started (QEMU does), so that is let pass. */
	give_time(engine);
	queue->doorbell.value = queue->device->common.at.value + VIRTIO_PCI_COMMON_Q_SELECT;
	left_alone = lets_buffer_lie(trial, &oracle);
	/* Not in the record: on some starts a device looks by itself, and on others not. */
	trial_note(trial, "request", "%s", left_alone ? "left alone" : "executed");
	trial_record(trial, "a request without a doorbell may be executed or left alone");
	engine_stop(engine);
	oracle_release(&oracle);
}
CONFORMANCE_TEST("virtio.split.without-kick", without_kick, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "SPLIT-22", .judged_by = RECORD);

static void packed_without_kick(struct trial *trial)
{
	without_kick(trial);
}
CONFORMANCE_TEST("virtio.packed.without-kick", packed_without_kick, .scope = &scope_packed, .skip = needs_packed,
		 .clauses = "PACKED-10", .judged_by = RECORD);

/* Transfers with something in the chains changed, which must not matter. At least one chain must have been like
 * that. */
static void transfers_with(struct trial *trial, void (*change)(struct virtqueue *queue, void *context))
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	unsigned changed = 0;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	watch_queues(engine, change, &changed);
	good_transfer(trial, &oracle);
	expect(trial, changed > 0, "no request had an indirect table");
	oracle_renew(&oracle);
	if (trial_good(trial) && (engine->directions & DMA_DEVICE_READS) && !engine->no_reads) {
		struct sighting sighting = oracle_device_reads(trial, engine, &oracle, ENGINE_LIMIT);

		expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
		       "a buffer that the device reads was seen in view %s (%s)", view_name(sighting.view),
		       engine_result_name(sighting.result));
	}
	engine_stop(engine);
	oracle_release(&oracle);
	if (!trial_good(trial))
		expect_recovers(trial, engine);
}

/* WRITE on the descriptor that leads to the table: whether memory is written is said in the table. */
static void set_write(struct virtqueue *queue, void *context)
{
	unsigned *changed = context;
	struct chain chain;
	unsigned entries;

	chain_read(queue, &chain);
	if (!chain_table(&chain, &entries))
		return;
	chain_set_flags(queue, chain.at[0], chain_flags(queue, chain.at[0]) | VRING_DESC_F_WRITE);
	++*changed;
}

static void indirect_write_flag(struct trial *trial)
{
	transfers_with(trial, set_write);
}
CONFORMANCE_TEST("virtio.split.indirect-write-flag", indirect_write_flag, .scope = &scope_indirect,
		 .skip = needs_indirect, .clauses = "SPLIT-6", .judged_by = EVIDENCE);

static void packed_indirect_write_flag(struct trial *trial)
{
	transfers_with(trial, set_write);
}
CONFORMANCE_TEST("virtio.packed.indirect-write-flag", packed_indirect_write_flag, .scope = &scope_packed_indirect,
		 .skip = needs_packed_indirect, .clauses = "DEF-19", .judged_by = EVIDENCE);

/* In a packed ring's table everything but address, length and WRITE is ignored: all of that gets every bit set. */
static void fill_ignored(struct virtqueue *queue, void *context)
{
	unsigned *changed = context;
	struct vring_packed_desc *table;
	struct chain chain;
	unsigned entries;

	chain_read(queue, &chain);
	table = chain_table(&chain, &entries);
	if (!table)
		return;
	for (unsigned i = 0; i < entries; i++) {
		table[i].id = cpu_to_virtio16(queue->device, 0xffff - i);
		table[i].flags |= cpu_to_virtio16(queue->device, (uint16_t)~VRING_DESC_F_WRITE);
	}
	++*changed;
}

static void indirect_ignored(struct trial *trial)
{
	transfers_with(trial, fill_ignored);
}
CONFORMANCE_TEST("virtio.packed.indirect-ignored", indirect_ignored, .scope = &scope_packed_indirect,
		 .skip = needs_packed_indirect, .clauses = "DEF-18 DEF-20", .judged_by = EVIDENCE);
