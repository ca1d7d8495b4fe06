/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suite virtio.mode: each device in each mode of its ring. A mode that the device offers works: a good request is
 * completed, and its data arrives in the right view. A mode that it does not offer is a SKIP that says so.
 * Then sizes of the ring, and queues beside the first.
 */
#include <linux/virtio_config.h>
#include <linux/virtio_pci.h>

#include "boot/clock.h"
#include "boot/fatal.h"
#include "boot/string.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/witness.h"

static unsigned count_modes(void)
{
	unsigned count = 0;

	while (virtio_mode_get(count))
		count++;
	return count;
}

/* Devices in their order, each in each mode; of these the modes for its bit 33. */
static unsigned count_pairs(void)
{
	return virtio_count() * count_modes();
}

static const struct virtio_mode *find_point(unsigned number, struct virtio_device **device)
{
	*device = virtio_get(number / count_modes());
	return virtio_mode_get(number % count_modes());
}

static bool is_point(unsigned number, const struct conformance_scope *scope)
{
	struct virtio_device *device;
	const struct virtio_mode *mode = find_point(number, &device);

	(void)scope;
	return virtio_mode_fits(mode, device);
}

/* The device's engine in this mode, or for a mode that has no engine of its own, in the plain one. */
static struct engine *find_engine(const struct virtio_mode *mode, struct virtio_device *device)
{
	struct virtio_device *driven = virtio_mode_device(mode, device);

	for (unsigned i = 0; i < engine_count(); i++) {
		const struct virtio_engine *virtio = virtio_engine_of(engine_get(i));

		if (virtio && virtio->device == driven &&
		    (mode->apart ? virtio_engine_plain(virtio) : virtio->mode == mode))
			return engine_get(i);
	}
	return NULL;
}

static void get_point(unsigned number, struct subject *subject)
{
	const struct virtio_mode *mode = find_point(number, &subject->device);
	char name[VIRTIO_NAME];

	subject->function = subject->device->function;
	subject->engine = find_engine(mode, subject->device);
	format(subject->name, SUBJECT_NAME, "%s/%s", mode->ring, virtio_name(subject->device, name));
}

static const struct conformance_scope scope_mode = {
	.count = count_pairs, .get = get_point, .only = is_point, .words = "each mode, on each virtio device",
};

static const char *needs_mode(const struct subject *subject)
{
	struct virtio_device *device;
	const struct virtio_mode *mode = find_point(subject->number, &device);
	const char *missing = virtio_mode_missing(mode, device);

	if (missing)
		return missing;
	return subject->engine ? needs_writes(subject) : "busproof has no driver that makes it do DMA";
}

/* A mode that stands apart is one that devices are known to lack, and such a device is silent as often as not. */
static uint64_t limit(const struct virtio_mode *mode)
{
	return mode->apart ? WITNESSED : ENGINE_LIMIT;
}

static void mode(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	struct virtio_device *device;
	const struct virtio_mode *mode = find_point(trial->subject->number, &device);
	struct oracle oracle;
	struct sighting sighting;

	virtio->plan = (struct virtio_plan) { .instead = mode };
	if (!engine_start(engine)) {
		trial_fail(trial, "it does not start in this mode: %s", engine->fault);
		return;
	}
	expect_equal(trial, "features of the mode that are accepted", virtio->device->accepted & mode->features,
		     mode->features);
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	sighting = oracle_device_writes(trial, engine, &oracle, limit(mode));
	expect(trial, sighting.result == ENGINE_DONE, "the request was not completed (%s)",
	       engine_result_name(sighting.result));
	expect(trial, sighting.view == engine->view, "the data was seen in view %s", view_name(sighting.view));
	engine_stop(engine);
	oracle_release(&oracle);
	if (!trial_good(trial))
		expect_recovers(trial, engine);
}
CONFORMANCE_TEST("virtio.mode", mode,
		 "A request works in each mode that the device offers, and its data is seen in the right view.",
		 .scope = &scope_mode, .skip = needs_mode, .clauses = "DEF-1 DEF-3 FEAT-2 SPLIT-1 SPLIT-7",
		 .judged_by = EVIDENCE);

/* A legacy ring has one size. */
static bool has_sizes(const struct subject *subject)
{
	return on_plain_ring(subject) && !virtio_engine_of(subject->engine)->device->transport->one_area;
}

/* The least size for a request: its pieces are no more than the queue has entries, in an indirect table either. */
static uint16_t least_size(const struct virtio_engine *virtio)
{
	return virtio->driver->chain ? virtio->driver->chain : 4;
}

/* The next size to try: powers of two, and where the ring is packed, sizes between them as well. */
static unsigned next_size(const struct virtio_engine *virtio, unsigned size)
{
	if (virtio->mode->features & VIRTIO_RING_PACKED && size > 1 && (size & (size - 1)) == 0)
		return size + size / 2;
	while (size & (size - 1))
		size &= size - 1;
	return 2 * size;
}

/* A transfer that must work, on an engine that is started. */
static bool transfers(struct trial *trial, struct engine *engine, const struct oracle *oracle)
{
	struct sighting sighting;

	oracle_renew(oracle);
	sighting = oracle_device_writes(trial, engine, oracle, ENGINE_LIMIT);
	return sighting.result == ENGINE_DONE && sighting.view == engine->view;
}

/* Small rings are gone round, with a request more than they have entries. */
#define SMALL_SIZE	8u

static void works_with_size(struct trial *trial, unsigned size)
{
	struct engine *engine = trial->subject->engine;
	struct oracle oracle;
	unsigned count = size <= SMALL_SIZE ? size + 1 : 1;

	virtio_engine_of(engine)->plan = (struct virtio_plan) { .queue_size = size };
	if (!engine_start(engine)) {
		trial_fail(trial, "it does not start with a queue of %u entries: %s", size, engine->fault);
		return;
	}
	if (!oracle_make(trial, engine, DMA_DEVICE_BOTH, &oracle))
		return;
	expect_equal(trial, "entries of the queue", virtio_engine_requests(virtio_engine_of(engine))->size, size);
	for (unsigned i = 0; i < count && trial_good(trial); i++)
		expect(trial, transfers(trial, engine, &oracle), "request %u fails in a queue of %u entries", i, size);
	engine_stop(engine);
	oracle_release(&oracle);
}

static void sizes(struct trial *trial)
{
	const struct virtio_engine *virtio = virtio_engine_of(trial->subject->engine);
	unsigned largest = virtio->device->transport->queue_size(virtio->device, virtio->driver->request_queue);

	if (largest > VIRTQUEUE_LARGEST)
		largest = VIRTQUEUE_LARGEST;
	for (unsigned size = 1; size <= largest && trial_good(trial); size = next_size(virtio, size))
		if (size >= least_size(virtio))
			works_with_size(trial, size);
	trial_record(trial, "up to %u entries", largest);
}
CONFORMANCE_TEST("virtio.mode.sizes", sizes,
		 "A request works in a queue of every size from the smallest to the largest.",
		 .scope = &scope_virtio_engine, .about = has_sizes, .skip = needs_writes, .clauses = "COMMON-15",
		 .judged_by = EVIDENCE);

static unsigned queue_count(const struct virtio_device *device)
{
	return virtio_common_read16(device, VIRTIO_PCI_COMMON_NUMQ);
}

static bool can_have_queues(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	return does_dma(subject) && !virtio->device->transport->one_area && virtio->driver->multiqueue;
}

static const char *needs_more_queues(const struct subject *subject)
{
	const struct virtio_engine *virtio = virtio_engine_of(subject->engine);

	if (!(virtio->device->offered & virtio->driver->multiqueue))
		return "more queues are not offered";
	return needs_writes(subject);
}

/* Every queue that carries requests, each by itself, in an order in which the first comes last. */
static void queues(struct trial *trial)
{
	struct engine *engine = trial->subject->engine;
	struct virtio_engine *virtio = virtio_engine_of(engine);
	unsigned count = queue_count(virtio->device) - virtio->driver->request_queue;

	for (unsigned further = count; further-- > 0 && trial_good(trial);) {
		struct oracle oracle;

		virtio->plan = (struct virtio_plan) { .further = further };
		if (!trial_start_oracle(trial, DMA_DEVICE_BOTH, &oracle))
			return;
		expect(trial, transfers(trial, engine, &oracle), "a request in queue %u fails",
		       virtio->driver->request_queue + further);
		engine_stop(engine);
		oracle_release(&oracle);
	}
	trial_record(trial, "%u queues", count);
}
CONFORMANCE_TEST("virtio.mode.queues", queues,
		 "Every queue that carries requests does so by itself.",
		 .scope = &scope_virtio_engine, .about = can_have_queues, .skip = needs_more_queues,
		 .clauses = "DEF-1 DEF-3", .judged_by = EVIDENCE);
