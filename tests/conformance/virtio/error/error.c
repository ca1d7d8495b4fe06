/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.error: a driver that breaks the rules. The device may do with such a request what it likes, but
 * within bounds: it touches no memory that it was not given; a state that only a reset can mend is shown by
 * DEVICE_NEEDS_RESET, with its notification; and a reset always mends it.
 *
 * A device that shows no DEVICE_NEEDS_RESET claims to be in order, so the next good request must work without a reset.
 * Here is what the tests of the suite have in common: see error.h.
 *
 * Source: VIRTIO 1.4, sections 2.1.2, 2.2, 2.7 and 2.8.
 */
#include "tests/conformance/virtio/error/error.h"

#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "tests/conformance/probe/witness.h"

/* A good request in a ring that was broken is given little time at first: known deviations wait for all of it, and then
 * for a witness. */
#define MENDED_LIMIT	MILLISECONDS(50)

static const struct conformance_scope scope_legacy = { .of = &scope_engine, .only = in_virtio_mode,
						       .what = VIRTIO_MODE_LEGACY };

static unsigned count_plain(void)
{
	return scope_count(&scope_split_engine) + scope_count(&scope_legacy);
}

static void get_plain(unsigned number, struct subject *subject)
{
	unsigned modern = scope_count(&scope_split_engine);

	if (number < modern)
		scope_get(&scope_split_engine, number, subject);
	else
		scope_get(&scope_legacy, number - modern, subject);
}

const struct conformance_scope scope_split_or_legacy = {
	.count = count_plain, .get = get_plain,
	.words = "each virtio device with a plain split ring, modern or legacy",
};

static const char *asks_for_ever(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (virtio->device->type != VIRTIO_ID_RNG || !(virtio->mode->features & VIRTIO_RING_PACKED))
		return NULL;
	return known_end("qemu-rng-asks-for-ever");
}

/* It gives a request up when it has looked at it, before it asks, unless a quota makes it look at the beginning alone:
 * the driver's transfers are small then. */
static const char *hangs(const struct subject *subject)
{
	const struct engine *engine = subject->engine;
	const char *reason = hangs_when_disabled(subject);

	return reason || engine->largest >= virtio_engine_of(engine)->driver->largest ? reason : asks_for_ever(subject);
}

const char *needs_packed_errors(const struct subject *subject)
{
	if (!subject->engine)
		return "no device here offers RING_PACKED";
	return hangs(subject) ? hangs(subject) : needs_writes(subject);
}

const char *needs_indirect_errors(const struct subject *subject)
{
	if (!subject->engine)
		return "no device here offers INDIRECT_DESC";
	return hangs(subject) ? hangs(subject) : needs_writes(subject);
}

const char *needs_packed_late_errors(const struct subject *subject)
{
	const char *reason = needs_packed_errors(subject);

	return reason ? reason : asks_for_ever(subject);
}

static uint64_t target_number;

uint64_t spoiled_number(void)
{
	return target_number;
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

	chain_read(queue, &chain);
	if (!spoiler->done && chain_names(&chain, target_number))
		spoiler->done = spoiler->function(queue, &chain);
}

bool needs_reset(const struct virtio_device *device)
{
	return virtio_status(device) & VIRTIO_CONFIG_S_NEEDS_RESET;
}

/* Has the device asked for a reset, and said so? The notification may follow the status by a little. */
bool asked_for_reset(struct trial *trial, const struct virtio_device *device)
{
	uint8_t status = virtio_status(device);
	uint8_t isr = 0;

	if (!(status & VIRTIO_CONFIG_S_NEEDS_RESET)) {
		trial_note(trial, "device", "status %#x", status);
		return false;
	}
	poll_until((isr |= virtio_isr(device)) & 2, INTERRUPT_LATE);
	trial_note(trial, "device", "status %#x, ISR %#x", status, isr);
	expect(trial, isr & 2,
	       "DEVICE_NEEDS_RESET is set, and no configuration change was notified (status %#x, ISR %#x)", status,
	       isr);
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
	poll_until(needs_reset(queue->device), patience_grace(&engine->patience));
	return ENGINE_DONE;
}

/*
 * A request on a ring that was broken before. True when it worked. Without finish(), whose message would read the ISR
 * that asked_for_reset() is to see.
 */
static bool works_on(struct trial *trial, const struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = request_queue(engine);
	uint16_t used = virtqueue_used_index(queue);

	oracle_renew(oracle);
	if (!engine->ops->begin(engine, DMA_DEVICE_WRITES, oracle_number(oracle), oracle->size))
		return false;
	poll_soon(answered(queue, used), patience_limit(&engine->patience, MENDED_LIMIT));
	return wait_for_answer(engine, queue, used) == ENGINE_DONE && virtqueue_used_index(queue) != used &&
	       oracle_look(trial, oracle) == engine->view;
}

void good_request(struct trial *trial, const struct oracle *oracle, const char *when)
{
	struct engine *engine = trial->subject->engine;
	struct sighting sighting = oracle_device_writes(trial, engine, oracle, ENGINE_LIMIT);

	expect(trial, sighting.result == ENGINE_DONE && sighting.view == engine->view,
	       "%s a request does not work (%s, seen in view %s)", when, engine_result_name(sighting.result),
	       view_name(sighting.view));
}

static bool is_legacy(const struct engine *engine)
{
	return virtio_is_legacy(virtio_engine_of(engine)->device);
}

/* What it says that it has used goes back to the driver. */
static void take_all(struct virtqueue *queue)
{
	struct virtqueue_used entry;

	while (virtqueue_take(queue, &entry) == QUEUE_USED)
		continue;
}

/* What the device may touch is the target, where the chain still names it; all around it is the oracle's to watch. */
bool broken_request_make(struct trial *trial, spoil_function function, struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	const struct virtqueue *queue = request_queue(engine);
	struct spoiler spoiler = { function, false };
	enum engine_result answer;
	uint16_t used;

	if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, oracle))
		return false;
	target_number = oracle_number(oracle);
	used = virtqueue_used_index(queue);
	virtio_isr(queue->device);
	watch_queues(engine, spoil, &spoiler);
	engine->ops->begin(engine, DMA_DEVICE_WRITES, target_number, oracle->size);
	watch_queues(engine, NULL, NULL);
	if (!expect(trial, spoiler.done, "the request has no such buffer"))
		return false;
	answer = wait_for_answer(engine, queue, used);
	trial_note(trial, "answer", "%s", engine_result_name(answer));
	return expect(trial, !(oracle_look(trial, oracle) & ~engine->view), "the device wrote through the wrong view");
}

void broken_request_judge(struct trial *trial, bool ring_is_lost, struct oracle *oracle)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_device *device = virtio_engine_of(engine)->device;

	if (!is_legacy(engine) && !asked_for_reset(trial, device)) {
		take_all(request_queue(engine));
		/* What it finds out only now, it may say now. */
		expect(trial, (works_on(trial, oracle) && !ring_is_lost) || asked_for_reset(trial, device),
		       "the device does not ask for a reset, and %s",
		       ring_is_lost ? "goes on with a ring that makes no sense" : "does not work without one");
	}
	end_and_recover(trial, oracle);
}

void broken_request(struct trial *trial, spoil_function function, bool ring_is_lost)
{
	struct oracle oracle;

	if (broken_request_make(trial, function, &oracle))
		broken_request_judge(trial, ring_is_lost, &oracle);
}
