/*
 * Suite virtio.error: a driver that breaks the rules. The device may do with such a request what it likes, but
 * within bounds: it touches no memory that it was not given; a state that only a reset can mend is shown by
 * DEVICE_NEEDS_RESET, with its notification; and a reset always mends it.
 *
 * A device that shows no DEVICE_NEEDS_RESET claims to be in order, so the next good request must work without a reset.
 *
 * Source: VIRTIO 1.4, sections 2.1.2, 2.2 and 2.7.
 */
#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/frames.h"
#include "boot/string.h"
#include "drivers/virtio/fields.h"
#include "tests/conformance/virtio_clause.h"
#include "tests/conformance/witness.h"

/* How a chain is spoiled, when it is complete and before the device can see it. */
typedef void (*spoil_function)(struct virtqueue *queue, struct chain *chain);

static void point_last_at(struct chain *chain, uint16_t target)
{
	unsigned last = chain->count - 1;

	chain_write(chain->queue, chain->at[last], &chain->pieces[last], target);
}

static void loop(struct virtqueue *queue, struct chain *chain)
{
	(void)queue;
	point_last_at(chain, chain->at[0]);
}

static void next_out_of_range(struct virtqueue *queue, struct chain *chain)
{
	point_last_at(chain, queue->size + 0x1000);
}

static void head_out_of_range(struct virtqueue *queue, struct chain *chain)
{
	virtqueue_available(queue)->ring[chain->slot] = cpu_to_virtio16(queue->device, queue->size + 7);
}

/* All pieces end, or begin, with nothing in them. */
static void zero_length(struct virtqueue *queue, struct chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++) {
		chain->pieces[i].size = 0;
		chain_write(queue, chain->at[i], &chain->pieces[i], i + 1 < chain->count ? chain->at[i + 1] : -1);
	}
}

/* What the device writes comes first, what it reads behind. */
static void wrong_order(struct virtqueue *queue, struct chain *chain)
{
	struct virtqueue_buffer readable = chain->pieces[0];
	uint16_t spare;

	if (chain_spares(queue, &spare, 1) != 1)
		return;
	readable.device_writes = false;
	for (unsigned i = 0; i < chain->count; i++) {
		chain->pieces[i].device_writes = true;
		chain_write(queue, chain->at[i], &chain->pieces[i], i + 1 < chain->count ? chain->at[i + 1] : -1);
	}
	chain_write(queue, spare, &readable, -1);
	point_last_at(chain, spare);
}

/* The number that a trial's buffer has, which spoilers change, and how far it goes. */
static uint64_t target_number;

static void huge_length(struct virtqueue *queue, struct chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->pieces[i].number == target_number) {
			chain->pieces[i].size = 0xffffffff;
			chain_write(queue, chain->at[i], &chain->pieces[i], i + 1 < chain->count ? chain->at[i + 1] : -1);
		}
}

/* The index runs ahead by more than the ring has entries. virtqueue_publish() would write the right one. */
static void index_jump(struct virtqueue *queue, struct chain *chain)
{
	(void)chain;
	queue->available += queue->size + 1000;
}

/* What is done to the chain that carries the target, once. */
struct spoiler {
	spoil_function function;
	bool done;
};

static void spoil(struct virtqueue *queue, void *context)
{
	struct spoiler *spoiler = context;
	struct chain chain;
	bool carries = false;

	chain_read(queue, &chain);
	for (unsigned i = 0; i < chain.count; i++)
		carries |= chain.pieces[i].number == target_number;
	if (!carries || spoiler->done)
		return;
	spoiler->done = true;
	spoiler->function(queue, &chain);
}

static bool needs_reset(const struct virtio_device *device)
{
	return virtio_status(device) & VIRTIO_CONFIG_S_NEEDS_RESET;
}

/* Has the device asked for a reset, and said so? The notification may follow the status by a little. */
static bool asked_for_reset(struct trial *trial, const struct virtio_device *device)
{
	uint8_t status = virtio_status(device);
	uint8_t isr = 0;

	if (!(status & VIRTIO_CONFIG_S_NEEDS_RESET)) {
		trial_note(trial, "device", "status %#x", status);
		return false;
	}
	poll_until((isr |= virtio_isr(device)) & 2, ENGINE_LIMIT);
	trial_note(trial, "device", "status %#x, ISR %#x", status, isr);
	expect(trial, isr & 2, "DEVICE_NEEDS_RESET is set, and no configuration change was notified (status %#x, ISR %#x)",
	       status, isr);
	return true;
}

/* Ring and status, not finish(): what the driver of the type would make of such an answer is no matter. */
static bool answered(const struct virtqueue *queue, uint16_t used)
{
	return virtqueue_used_index(queue) != used || needs_reset(queue->device);
}

static enum engine_result wait_for_answer(struct engine *engine, const struct virtqueue *queue, uint16_t used)
{
	if (!poll_witnessed(answered(queue, used), engine))
		return ENGINE_SILENT;
	/* A request that is executed can be the beginning of the trouble. */
	poll_until(needs_reset(queue->device), engine_grace(engine));
	return ENGINE_DONE;
}

/*
 * A request on a ring that was broken before. True when it worked. Without finish(), whose message would read the ISR that
 * asked_for_reset() is to see.
 */
static bool works_on(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = request_queue(engine);
	uint16_t used = virtqueue_used_index(queue);

	oracle_renew(oracle);
	return engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size) &&
	       poll_until(answered(queue, used), ENGINE_LIMIT) &&
	       wait_for_answer(engine, queue, used) == ENGINE_DONE && virtqueue_used_index(queue) != used &&
	       oracle_look(trial, oracle) == engine->view;
}

/* A whole request on a ring that is in order. */
static void good_request(struct trial *trial, const struct oracle *oracle, const char *when)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, ENGINE_LIMIT);

	expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
	       "%s a request does not work (%s, seen in view %s)", when, engine_result_name(sighting.result),
	       view_name(sighting.view));
}

/*
 * Makes a request whose chain is spoiled. What the device may touch is the target, where the chain still names it;
 * everything around it is the oracle's and the sweep's to watch.
 */
static void broken_request(struct trial *trial, spoil_function function, bool ring_is_lost)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct virtqueue *queue = request_queue(engine);
	struct spoiler spoiler = { function, false };
	struct oracle oracle;
	uint16_t used;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	target_number = oracle_number(&oracle);
	used = virtqueue_used_index(queue);
	virtio_isr(device);
	watch_queues(engine, spoil, &spoiler);
	engine->ops->begin(engine, DMA_DEVICE_WRITES, target_number, oracle.size);
	watch_queues(engine, NULL, NULL);
	if (!expect(trial, spoiler.done, "the request has no such buffer"))
		return;
	trial_note(trial, "answer", "%s", engine_result_name(wait_for_answer(engine, queue, used)));
	expect(trial, !(oracle_look(trial, &oracle) & ~engine->view), "the device wrote through the wrong view");
	if (!asked_for_reset(trial, device)) {
		if (virtqueue_used_index(queue) != used) {
			struct virtqueue_used entry;

			while (virtqueue_take(queue, &entry) == QUEUE_USED)
				continue;
		}
		/* What it finds out only now, it may say now. */
		expect(trial, (works_on(trial, &oracle) && !ring_is_lost) || asked_for_reset(trial, device),
		       "the device does not ask for a reset, and %s", ring_is_lost ? "goes on with a ring that makes no sense" :
		       "does not work without one");
	}
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}

static void chain_loop(struct trial *trial)
{
	broken_request(trial, loop, false);
}
CONFORMANCE_TEST("virtio.error.chain-loop", chain_loop, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

static void chain_next(struct trial *trial)
{
	broken_request(trial, next_out_of_range, false);
}
CONFORMANCE_TEST("virtio.error.next-out-of-range", chain_next, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

static void chain_head(struct trial *trial)
{
	broken_request(trial, head_out_of_range, false);
}
CONFORMANCE_TEST("virtio.error.head-out-of-range", chain_head, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

static void chain_zero_length(struct trial *trial)
{
	broken_request(trial, zero_length, false);
}
CONFORMANCE_TEST("virtio.error.zero-length", chain_zero_length, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

static void chain_wrong_order(struct trial *trial)
{
	broken_request(trial, wrong_order, false);
}
CONFORMANCE_TEST("virtio.error.wrong-order", chain_wrong_order, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

/* The request may be executed as far as the ring makes sense; a ring with more entries than it has room for does not. */
static void available_jump(struct trial *trial)
{
	broken_request(trial, index_jump, true);
}
CONFORMANCE_TEST("virtio.error.index-jump", available_jump, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

/* An entropy device may take such a length at its word, and 4 GiB of random bytes take longer than all tests. */
static const char *needs_bounded_writes(const struct subject *subject)
{
	if (virtio_engine_of(subject->engine)->device->type == VIRTIO_ID_RNG)
		return "the device may fill all of such a buffer";
	return needs_writes(subject);
}

static void chain_huge_length(struct trial *trial)
{
	broken_request(trial, huge_length, false);
}
CONFORMANCE_TEST("virtio.error.huge-length", chain_huge_length, .scope = &scope_split_engine, .skip = needs_bounded_writes,
		 .clauses = "STATUS-2 STATUS-3 ISR-2", .judged_by = EVIDENCE);

/*
 * A part of the ring that is not mapped, and then is again. Ring and device then agree, or the device asks for a reset;
 * a request whose data moved and whose used entry is lost is neither.
 */
static void unmapped_part(struct trial *trial, enum virtqueue_part part)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtqueue *queue = request_queue(engine);
	struct dma_area area;
	struct oracle oracle;
	enum view view;

	if (!dma_area_make(&area, engine->function, 1)) {
		trial_error(trial, "no room for a part of the ring");
		return;
	}
	for (unsigned i = 0; i < sizeof(virtio->places) / sizeof(virtio->places[0]); i++)
		virtio->places[i].number = ~0ull;
	virtio->places[part] = (struct virtqueue_place) { area.memory, area.map.address.value };
	virtio->places_chosen = true;
	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	/* One that works, so that device and ring have come away from 0, which unmapped memory may read as. */
	good_request(trial, &oracle, "with all of the ring mapped");
	oracle_renew(&oracle);
	/* Its interrupt may follow the used index by a little; what comes after is that of the next request. */
	poll_until(virtio_isr(virtio->device) & 1, engine_grace(engine));
	dma_unmap(&area.map);
	engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(&oracle), oracle.size);
	poll_witnessed(needs_reset(virtio->device) ||
		       (pci_read16(engine->function, PCI_STATUS) & PCI_STATUS_INTERRUPT), engine);
	poll_until(needs_reset(virtio->device), engine_grace(engine));
	view = oracle_look(trial, &oracle);
	expect(trial, !(view & ~engine->view), "the device wrote through the wrong view");
	if (!asked_for_reset(trial, virtio->device)) {
		area.map = dma_map_at(engine->function, area.map.address, area.memory, FRAME_SIZE, DMA_DEVICE_BOTH);
		expect(trial, view == VIEW_NONE || virtqueue_used_index(queue) == queue->available,
		       "the device executed the request, the used index is %u instead of %u, and the device does not ask for a reset",
		       virtqueue_used_index(queue), queue->available);
		virtqueue_notify(queue);
		if (trial_good(trial))
			poll_until(virtqueue_used_index(queue) == queue->available || needs_reset(virtio->device), ENGINE_LIMIT);
		expect(trial, virtqueue_used_index(queue) == queue->available || asked_for_reset(trial, virtio->device),
		       "mapped again, the ring is not used, and the device does not ask for a reset");
	}
	engine_stop(engine);
	oracle_release(&oracle);
	dma_area_release(&area);
	expect_recovers(trial, engine);
}

static void unmapped_descriptors(struct trial *trial)
{
	unmapped_part(trial, PART_DESCRIPTORS);
}
CONFORMANCE_TEST("virtio.error.unmapped-descriptors", unmapped_descriptors, .scope = &scope_split_engine,
		 .skip = needs_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3", .judged_by = EVIDENCE);

static void unmapped_available(struct trial *trial)
{
	unmapped_part(trial, PART_AVAILABLE);
}
CONFORMANCE_TEST("virtio.error.unmapped-available", unmapped_available, .scope = &scope_split_engine,
		 .skip = needs_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3", .judged_by = EVIDENCE);

static void unmapped_used(struct trial *trial)
{
	unmapped_part(trial, PART_USED);
}
CONFORMANCE_TEST("virtio.error.unmapped-used", unmapped_used, .scope = &scope_split_engine,
		 .skip = needs_bus_view, .clauses = "STATUS-2 STATUS-3 ISR-2 DEF-3", .judged_by = EVIDENCE);

/* Doorbells of queues that do not exist, or are not enabled, and all of them before DRIVER_OK. */
static void stray_doorbells(struct trial *trial)
{
	static const uint16_t queues[] = { 0, 1, 2, 3, 63, 64, 1023, 1024, 0x7fff, 0xffff };
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct oracle oracle;

	if (!virtio_reset(virtio->device))
		trial_fail(trial, "the device cannot be reset");
	for (unsigned round = 0; round < 2 && trial_good(trial); round++) {
		/* First without a handshake, then on a device that works: a doorbell names the queue it is rung for. */
		if (round == 1 && !trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
			return;
		for (unsigned i = 0; i < sizeof(queues) / sizeof(queues[0]); i++)
			mmio_write16_le(virtio->device->notify.at, queues[i]);
		expect(trial, !(virtio_status(virtio->device) & VIRTIO_CONFIG_S_NEEDS_RESET),
		       "doorbells of queues that do not exist: the device asks for a reset");
	}
	if (!trial_good(trial))
		return;
	good_request(trial, &oracle, "after doorbells of queues that do not exist");
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.error.stray-doorbells", stray_doorbells, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "SPLIT-21 STATUS-1", .judged_by = EVIDENCE);

/* Features written after FEATURES_OK: the device goes on as was agreed. */
static void late_features(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	struct oracle oracle;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
		return;
	for (uint32_t select = 0; select < 2; select++) {
		virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, select);
		virtio_common_write32(device, VIRTIO_PCI_COMMON_GF, 0);
	}
	good_request(trial, &oracle, "after features were written behind FEATURES_OK");
	virtio_common_write32(device, VIRTIO_PCI_COMMON_GFSELECT, 1);
	trial_record(trial, "features written after FEATURES_OK read back as %#x in bits 32 to 63",
		     virtio_common_read32(device, VIRTIO_PCI_COMMON_GF));
	engine_stop(engine);
	oracle_release(&oracle);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.error.late-features", late_features, .scope = &scope_split_engine, .skip = needs_writes,
		 .judged_by = EVIDENCE);

/* Reserved bits: no device of this version offers one. */
static const uint64_t unknown_bits[] = { VIRTIO_BIT(43), VIRTIO_BIT(49), VIRTIO_BIT(63) };

static const char *needs_modern(const struct subject *subject)
{
	return subject->device->fault[0] ? subject->device->fault : NULL;
}

/* A set that the device does not take as it was written must not get FEATURES_OK: the driver would go by that set. */
static void unknown_features(struct trial *trial)
{
	struct virtio_device *device = trial->subject->device;
	uint64_t base = VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM);

	for (unsigned i = 0; i < sizeof(unknown_bits) / sizeof(unknown_bits[0]); i++)
		if (!(device->offered & unknown_bits[i]))
			expect(trial, !virtio_negotiate(device, base | unknown_bits[i]),
			       "FEATURES_OK sticks for %#llx, of which %#llx was not offered",
			       (unsigned long long)(base | unknown_bits[i]), (unsigned long long)unknown_bits[i]);
	if (!virtio_negotiate(device, base))
		trial_fail(trial, "wedged: after a reset FEATURES_OK does not stick for what is offered");
	virtio_reset(device);
}
CONFORMANCE_TEST("virtio.error.unknown-features", unknown_features, .scope = &scope_virtio_device, .skip = needs_modern,
		 .clauses = "FEAT-3", .judged_by = FUNCTIONAL);

/* queue_size written with what is no size: the device shows a power of two all the same, and a reset mends it. */
static void queue_sizes(struct trial *trial)
{
	static const uint16_t wrong[] = { 3, 0x7fff, 0xffff };
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;
	uint16_t index = request_queue(engine)->index, largest;

	virtio_negotiate(device, VIRTIO_VERSION_1 | (device->offered & VIRTIO_ACCESS_PLATFORM));
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	largest = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint16_t size;

		virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SIZE, wrong[i]);
		size = virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE);
		expect(trial, !(size & (size - 1)), "queue_size reads %u after %u was written: no power of two", size, wrong[i]);
	}
	virtio_reset(device);
	virtio_common_write16(device, VIRTIO_PCI_COMMON_Q_SELECT, index);
	expect_equal(trial, "queue_size after a reset", virtio_common_read16(device, VIRTIO_PCI_COMMON_Q_SIZE), largest);
	expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.error.queue-size", queue_sizes, .scope = &scope_split_engine, .skip = needs_writes,
		 .clauses = "COMMON-15 DEF-26", .judged_by = EVIDENCE);
