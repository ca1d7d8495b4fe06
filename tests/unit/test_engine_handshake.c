/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list */
/*
 * How an engine brings its device up and puts it down: which features it accepts, what it does when a step fails, when
 * it rings, and in which order it takes memory back. The driver of the type is one that has no features of its own and
 * asks its device for nothing when it starts. DRV-* are clauses of the specification that our driver is held to; the
 * model judges each write to a register by itself.
 */
#include <string.h>

#include <linux/pci_regs.h>
#include <linux/virtio_ids.h>

#include "boot/frames.h"
#include "tests/unit/engine_case.h"

static bool plain_start(struct engine *engine)
{
	return virtio_engine_queue(engine, 0, 8);
}

static bool plain_begin(struct engine *engine, enum dma_direction direction, uint64_t address, uint32_t size)
{
	struct virtqueue_buffer buffer = { address, size, direction == DMA_DEVICE_WRITES };

	return virtio_engine_submit(engine, 0, &buffer, 1);
}

static enum engine_result plain_finish(struct engine *engine, uint64_t limit, void *seen)
{
	struct virtqueue_used used;

	(void)seen;
	return virtio_engine_wait(engine, 0, limit, &used);
}

static const struct virtio_driver plain = {
	.type = VIRTIO_ID_RNG,
	.directions = DMA_DEVICE_WRITES,
	.largest = 64,
	.granule = 8,
	.chain = 1,
	.area_frames = 1,
	.start = plain_start,
	.begin = plain_begin,
	.finish = plain_finish,
};
VIRTIO_DRIVER(plain);

#define PLAIN	(VIRTIO_VERSION_1 | VIRTIO_BIT(VIRTIO_F_ORDER_PLATFORM) | VIRTIO_RING_RESET)

/*
 * Of all bits those that are offered and known to be of use here, whatever else there is: unknown and reserved bits,
 * those of other transports and types, SR_IOV; and none that needs another one.
 */
static void features(void **state)
{
	static const struct { uint64_t offered; const char *mode; uint64_t accepted; } rows[] = {
		{ UINT64_MAX, "accepted", PLAIN | VIRTIO_ACCESS_PLATFORM },
		{ UINT64_MAX, "accepted/packed", PLAIN | VIRTIO_ACCESS_PLATFORM | VIRTIO_RING_PACKED },
		{ UINT64_MAX, "accepted/event-idx", PLAIN | VIRTIO_ACCESS_PLATFORM | VIRTIO_EVENT_IDX },
		{ ~VIRTIO_ACCESS_PLATFORM, "not-offered", PLAIN },
		{ VIRTIO_VERSION_1, "not-offered", VIRTIO_VERSION_1 },
		{ VIRTIO_VERSION_1 | VIRTIO_BIT(50), "not-offered", VIRTIO_VERSION_1 },
		{ VIRTIO_ACCESS_PLATFORM, "accepted", VIRTIO_ACCESS_PLATFORM },
		{ 0, "not-offered", 0 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
		case_model->offered = rows[i].offered;
		virtio_model_attach();
		virtio_add_engines();
		for (unsigned j = 0; j < engine_count(); j++)
			if (strcmp(engine_get(j)->mode, rows[i].mode) == 0)
				case_engine = engine_get(j);
		case_virtio = virtio_engine_of(case_engine);
		engine_case_start();
		if (case_model->accepted != rows[i].accepted)
			fail_msg("row %u: %#llx", i, (unsigned long long)case_model->accepted);
		assert_true(case_model->status & VIRTIO_CONFIG_S_DRIVER_OK);
		assert_false(case_model->status & VIRTIO_CONFIG_S_FAILED);
		engine_stop(case_engine);
	}
}

/* What cannot be had without a bit is not tried: such a mode makes no engine. */
static void modes_without_their_features(void **state)
{
	unsigned before = engine_count();

	(void)state;
	engine_case_make(VIRTIO_ID_RNG, VIRTIO_INDIRECT_DESC, "accepted");
	assert_int_equal(engine_count() - before, 2);
	engine_case_start();
}

static void expect_given_up(const char *fault)
{
	assert_false(engine_start(case_engine));
	if (!strstr(case_engine->fault, fault))
		fail_msg("\"%s\" does not say \"%s\"", case_engine->fault, fault);
	assert_true(case_model->status & VIRTIO_CONFIG_S_FAILED);
	assert_false(case_model->status & VIRTIO_CONFIG_S_DRIVER_OK);
	engine_stop(case_engine);
	assert_int_equal(case_model->status, 0);
}

/* Each step of the set-up fails once: FAILED, and nothing behind it. */
static void steps_that_fail(void **state)
{
	phys_addr frame;

	(void)state;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	case_model->refuses_features = true;
	expect_given_up("FEATURES_OK");
	case_model->refuses_features = false;
	case_model->queues[0].largest = 0;
	expect_given_up("queue 0");
	case_model->queues[0].largest = 8;
	while (frames_take(1, FRAME_SIZE, &frame))
		;
	expect_given_up("memory");
	frames_give(frame, 1);
}

/* The engine comes up; a number that it may be given for 64 bytes. */
static uint64_t start_engine(uint64_t offered, const char *mode)
{
	void *bytes;

	engine_case_make(VIRTIO_ID_RNG, offered, mode);
	engine_case_start();
	return case_buffer(64, &bytes);
}

static uint32_t answer_all(unsigned queue, const struct model_chain *chain)
{
	(void)queue;
	return chain->pieces[0].size;
}

/* From start to a transfer: nothing rings before DRIVER_OK, and each request once while the device's flags are 0. */
static void every_request_rings(void **state)
{
	uint64_t number = start_engine(0, "accepted");

	(void)state;
	assert_int_equal(case_model->queues[0].doorbells, 0);
	case_answer = answer_all;
	for (unsigned i = 1; i <= 5; i++) {
		assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 64, NULL), ENGINE_DONE);
		assert_int_equal(case_model->queues[0].doorbells, i);
	}
}

static uint16_t *event_index(void)
{
	struct virtqueue *queue = &case_virtio->queues[0];

	return (uint16_t *)&virtqueue_used_ring(queue)->ring[queue->size];
}

/* With an index it rings for the entry that the device has named, and for no other. */
static void the_named_request_rings(void **state)
{
	uint64_t number = start_engine(VIRTIO_EVENT_IDX, "accepted/event-idx");

	(void)state;
	*event_index() = 3;
	virtqueue_used_ring(&case_virtio->queues[0])->flags = VRING_USED_F_NO_NOTIFY;
	for (unsigned i = 0; i < 6; i++) {
		assert_true(case_engine->ops->begin(case_engine, DMA_DEVICE_WRITES, number, 64));
		assert_int_equal(case_model->queues[0].doorbells, i >= 3);
	}
}

/* Whoever needs a reset is not waited for to the end. */
static void a_device_that_needs_a_reset(void **state)
{
	uint64_t number = start_engine(0, "accepted"), before;

	(void)state;
	case_model->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	before = clock_now();
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 64, NULL), ENGINE_FAILED);
	assert_true(clock_now() - before < ENGINE_LIMIT / 2);
	assert_non_null(strstr(case_engine->fault, "needs a reset"));
}

/* Nothing but what the device gives back is an answer, and a ring that makes no sense is none. */
static void only_an_answer_is_one(void **state)
{
	uint64_t number = start_engine(0, "accepted");

	(void)state;
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 64, NULL), ENGINE_SILENT);
	assert_non_null(strstr(case_engine->fault, "no used entry"));
	virtio_model_use(case_model, 0, 7, 64);
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 64, NULL), ENGINE_FAILED);
	assert_non_null(strstr(case_engine->fault, "impossible"));
}

/* To say what was seen must not take it away: whoever reads the ISR acknowledges an interrupt, which may be what the
 * wait was about. */
static void a_time_out_leaves_the_isr_alone(void **state)
{
	uint64_t number = start_engine(0, "accepted");

	(void)state;
	case_model->isr = 3;
	assert_int_equal(case_transfer(DMA_DEVICE_WRITES, number, 64, NULL), ENGINE_SILENT);
	assert_int_equal(case_model->isr, 3);
}

static size_t live_at_reset;

static void note_live(struct virtio_model *model)
{
	(void)model;
	live_at_reset = dma_live(domain_get(0));
}

/* What the device was given is taken back when it has been reset, and not before. */
static void memory_is_taken_back_last(void **state)
{
	size_t live;

	(void)state;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	engine_case_start();
	live = dma_live(domain_get(0));
	assert_true(live > 0);
	case_model->at_reset = note_live;
	engine_stop(case_engine);
	assert_int_equal(live_at_reset, live);
	assert_int_equal(dma_live(domain_get(0)), 0);
}

static unsigned watched;

static void watch(struct virtqueue *queue, void *context)
{
	assert_ptr_equal(queue, &case_virtio->queues[0]);
	++*(unsigned *)context;
}

/* A plan is a test's own: it holds until the device is stopped, and the next start is that of any driver. */
static void a_plan_ends_with_a_stop(void **state)
{
	static const struct virtio_plan none;
	struct dma_area ring;
	uint64_t number;
	void *bytes;

	(void)state;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	assert_true(dma_area_make(&ring, case_engine->function, 1));
	case_virtio->plan = (struct virtio_plan) {
		.omit = OMIT_DOORBELL, .queue_size = 4, .before_publish = watch,
		.context = &watched, .places[PART_USED] = { ring.memory, ring.map.address.value },
	};
	engine_case_start();
	number = case_buffer(64, &bytes);
	assert_true(case_engine->ops->begin(case_engine, DMA_DEVICE_WRITES, number, 64));
	assert_int_equal(watched, 1);
	assert_int_equal(case_model->queues[0].doorbells, 0);
	assert_int_equal(case_virtio->queues[0].size, 4);
	assert_int_equal(case_virtio->queues[0].places[PART_USED].memory.value, ring.memory.value);
	engine_stop(case_engine);
	assert_memory_equal(&case_virtio->plan, &none, sizeof(none));
	engine_case_start();
	assert_true(case_engine->ops->begin(case_engine, DMA_DEVICE_WRITES, number, 64));
	assert_int_equal(watched, 1);
	assert_int_equal(case_model->queues[0].doorbells, 1);
	assert_int_equal(case_virtio->queues[0].size, 8);
	assert_int_not_equal(case_virtio->queues[0].places[PART_USED].memory.value, ring.memory.value);
	dma_area_release(&ring);
}

/* The header of configuration space is written, for bus mastering; the capabilities never are. A device that has been
 * reset is quiet by itself, so bus mastering stays on. */
static void capabilities_are_not_written(void **state)
{
	(void)state;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	engine_case_start();
	assert_true(case_model->space[PCI_COMMAND] & PCI_COMMAND_MASTER);
	engine_stop(case_engine);
	assert_true(case_model->space[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

/* Where it is to be left out it goes off, and it goes off where a reset does not come to its end. */
static void bus_mastering_goes_off(void **state)
{
	(void)state;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	engine_case_start();
	engine_stop(case_engine);
	case_virtio->plan = (struct virtio_plan) { .omit = OMIT_BUS_MASTER };
	engine_case_start();
	assert_false(case_model->space[PCI_COMMAND] & PCI_COMMAND_MASTER);
	engine_stop(case_engine);
	engine_case_start();
	case_model->reset_reads = ~0u;
	engine_stop(case_engine);
	assert_false(case_model->space[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(features, "DRV-FEAT-1 DRV-FEAT-2 DRV-FEAT-3 DRV-FEAT-4 DRV-FEAT-5 DRV-FEAT-6 DRV-FEAT-8 "
					 "DRV-RSVD-1 DRV-RSVD-3 DRV-RSVD-7 DRV-RSVD-10"),
		ENGINE_CLAUSES(modes_without_their_features, "DRV-FEAT-6"),
		ENGINE_CLAUSES(steps_that_fail, "DRV-FEAT-7 DRV-INIT-5 DRV-INIT-6"),
		ENGINE_CLAUSES(every_request_rings, "DRV-INIT-7 DRV-SPLIT-22"),
		ENGINE_CLAUSES(the_named_request_rings, "DRV-SPLIT-23 DRV-SPLIT-24 DRV-SPLIT-25"),
		ENGINE_CLAUSES(a_device_that_needs_a_reset, "DRV-STATUS-4"),
		ENGINE_TEST(only_an_answer_is_one),
		ENGINE_TEST(a_time_out_leaves_the_isr_alone),
		ENGINE_CLAUSES(memory_is_taken_back_last, "DRV-CLEAN-2"),
		ENGINE_CLAUSES(capabilities_are_not_written, "DRV-PCICAP-11"),
		ENGINE_TEST(a_plan_ends_with_a_stop),
		cmocka_unit_test_setup_teardown(bus_mastering_goes_off, virtio_model_machine, engine_case_stop),
	};

	return cmocka_run_group_tests_name("engine-handshake", tests, NULL, NULL);
}
