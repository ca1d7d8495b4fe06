/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/mmio_model.c tests/unit/legacy_model.c drivers/virtio/legacy.c
 * drivers/virtio/virtqueue.c drivers/virtio/virtqueue_split.c drivers/virtio/packed.c */
/*
 * A slot of virtio-mmio: which are left alone, the handshake and a queue of version 2 and of version 1, events, and a
 * slot that lies: of its kind, of a queue's size, of its configuration, of a reset.
 */
#include <string.h>

#include <linux/virtio_ids.h>
#include <linux/virtio_mmio.h>

#include "boot/clock.h"
#include "boot/tap.h"
#include "drivers/virtio/mmio.h"
#include "tests/unit/mmio_model.h"

#define NEGOTIATED	(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)

static struct mmio_model *model;
static struct virtqueue queue;

static int start(void **state)
{
	model = mmio_model_machine(state);
	memset(&queue, 0, sizeof(queue));
	return 0;
}

static void a_device_is_found(void **state)
{
	struct virtio_device *device = mmio_model_attach();

	(void)state;
	assert_non_null(device);
	assert_string_equal(device->fault, "");
	assert_string_equal(device->kind, "rng");
	assert_int_equal(device->offered, model->offered);
	assert_null(device->function->host);
	assert_null(device->legacy);
	assert_int_equal(device->config.length, MMIO_SLOT_SIZE - VIRTIO_MMIO_CONFIG);
}

/* Nothing behind the register that tells is touched, and nothing is said of what is empty. */
static void what_is_no_device_is_left_alone(void **state)
{
	static const struct { uint32_t magic, version, type; unsigned accesses; } rows[] = {
		{ 0, 2, VIRTIO_ID_RNG, 1 },
		{ 0x76697274, 2, VIRTIO_ID_RNG, 1 },		/* in the other byte order */
		{ VIRTIO_MMIO_MAGIC, 0, VIRTIO_ID_RNG, 2 },
		{ VIRTIO_MMIO_MAGIC, 3, VIRTIO_ID_RNG, 2 },
		{ VIRTIO_MMIO_MAGIC, ~0u, VIRTIO_ID_RNG, 2 },
		{ VIRTIO_MMIO_MAGIC, 2, 0, 3 },
		{ VIRTIO_MMIO_MAGIC, 1, 0, 3 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(state);
		model->magic = rows[i].magic;
		model->version = rows[i].version;
		model->type = rows[i].type;
		assert_null(mmio_model_attach());
		assert_int_equal(model->accesses, rows[i].accesses);
		tap_plan(1, NULL);
		assert_null(strstr(host_output, "virtio-mmio"));
		host_teardown(state);
	}
}

/* Its low 16 bits are those of an entropy device. */
static void a_type_that_there_is_not(void **state)
{
	(void)state;
	model->type = 0x10000 | VIRTIO_ID_RNG;
	assert_null(mmio_model_attach());
	tap_plan(1, NULL);
	assert_non_null(strstr(host_output, "of type 0x10004, which"));
	assert_int_equal(model->accesses, 3);
}

static void a_slot_without_room(void **state)
{
	(void)state;
	host_platform.nodes[1].registers[0].size = VIRTIO_MMIO_CONFIG - 4;
	assert_null(mmio_model_attach());
	assert_int_equal(model->accesses, 0);
}

static void a_queue_of_version_2(void **state)
{
	struct virtio_device *device = mmio_model_attach();

	(void)state;
	assert_true(virtio_negotiate(device, NEGOTIATED));
	assert_int_equal(model->accepted, NEGOTIATED);
	assert_true(virtqueue_start(&queue, device, 0, 8, NULL));
	assert_int_equal(model->size, 8);
	assert_int_equal(model->ready, 1);
	/* Bit 33 is accepted, and no one translates. */
	assert_int_equal(model->descriptors, queue.places[PART_DESCRIPTORS].memory.value);
	assert_int_equal(model->available, queue.places[PART_AVAILABLE].memory.value);
	assert_int_equal(model->used, queue.places[PART_USED].memory.value);
	virtio_driver_ok(device);
	virtqueue_notify(&queue);
	assert_int_equal(model->doorbells, 1);
	assert_true(virtio_reset(device));
	virtqueue_stop(&queue);
	assert_false(virtqueue_start(&queue, device, 1, 8, NULL));
	virtqueue_stop(&queue);
}

static void a_queue_of_version_1(void **state)
{
	struct virtio_device *device, *legacy;

	(void)state;
	model->version = 1;
	device = mmio_model_attach();
	assert_true(device->fault[0]);
	legacy = device->legacy;
	assert_non_null(legacy);
	assert_int_equal(legacy->offered, (uint32_t)model->offered);
	assert_true(virtio_negotiate(legacy, NEGOTIATED));
	assert_int_equal(model->accepted, 0);
	assert_true(virtqueue_start(&queue, legacy, 0, model->most, NULL));
	assert_int_equal(model->size, model->most);
	assert_int_equal((uint64_t)model->page * VIRTIO_LEGACY_ALIGN, queue.places[PART_DESCRIPTORS].memory.value);
	assert_true(virtio_reset(legacy));
	virtqueue_stop(&queue);
}

/* More entries than any queue may have; and none that the low 16 bits would be taken for. */
static void absurd_sizes(void **state)
{
	static const struct { uint32_t most, right; } rows[] = {
		{ 0, 0 }, { 1, 1 }, { 32768, 32768 }, { 32769, 32768 }, { 0x10000, 32768 }, { 0x10008, 32768 },
		{ 0x80000000, 32768 }, { ~0u, 32768 },
	};
	struct virtio_device *device = mmio_model_attach();

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		model->most = rows[i].most;
		assert_int_equal(device->transport->queue_size(device, 0), rows[i].right);
	}
	model->most = ~0u;
	assert_true(virtio_negotiate(device, NEGOTIATED));
	assert_true(virtqueue_start(&queue, device, 0, 8, NULL));
	assert_int_equal(model->size, 8);
	virtio_reset(device);
	virtqueue_stop(&queue);
}

/* All of one moment, once it stands still. */
static void configuration_that_changes(void **state)
{
	struct virtio_device *device = mmio_model_attach();
	uint64_t value;

	(void)state;
	model->restless = 3;
	assert_true(virtio_config_read(device, 0, 8, &value));
	assert_int_equal(value, 0x0303030303030303);
}

/* Never: also where the low bits of the generation are always the same. */
static void configuration_that_is_never_still(void **state)
{
	static const unsigned steps[] = { 1, 0x100, 0x10000, 0x20000000 };
	struct virtio_device *device = mmio_model_attach();
	uint64_t value;

	(void)state;
	model->restless = ~0u;
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		model->step = steps[i];
		assert_false(virtio_config_read(device, 0, 8, &value));
		assert_false(virtio_config_read(device, 0, 1, &value));
	}
}

static void events_of_no_meaning(void **state)
{
	struct virtio_device *device = mmio_model_attach();

	(void)state;
	model->pending = 0xfffffffc;
	assert_false(virtio_interrupt_pending(device));
	assert_int_equal(virtio_isr(device), 0);
	assert_int_equal(model->acknowledged, 0);
	model->pending |= VIRTIO_MMIO_INT_CONFIG;
	assert_true(virtio_interrupt_pending(device));
	assert_int_equal(virtio_isr(device), VIRTIO_MMIO_INT_CONFIG);
	assert_int_equal(model->acknowledged, VIRTIO_MMIO_INT_CONFIG);
	assert_int_equal(virtio_isr(device), 0);
}

static void a_queue_that_takes_its_time(void **state)
{
	struct virtio_device *device = mmio_model_attach();

	(void)state;
	assert_true(virtio_negotiate(device, NEGOTIATED | VIRTIO_RING_RESET));
	assert_true(virtqueue_start(&queue, device, 0, 8, NULL));
	model->resets_left = 5;
	assert_true(virtqueue_reset(&queue));
	assert_int_equal(model->resets_left, 0);
	model->resets_left = ~0u;
	assert_false(virtqueue_reset(&queue));
	virtio_reset(device);
	virtqueue_stop(&queue);
}

#define TEST(name)		cmocka_unit_test_setup_teardown(name, start, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_is_found),
		{ "what_is_no_device_is_left_alone [DRV-MMIO-3 DRV-MMIO-4 DRV-MMIO-5 DRV-MMIO-14]",
		  what_is_no_device_is_left_alone, NULL, NULL, NULL },
		TEST(a_type_that_there_is_not),
		TEST(a_slot_without_room),
		CLAUSES(a_queue_of_version_2, "DRV-MMIO-1 DRV-MMIO-2 DRV-MMIO-6 DRV-MMIO-7 DRV-MMIO-9 DRV-MMIO-15"),
		TEST(a_queue_of_version_1),
		CLAUSES(absurd_sizes, "DRV-MMIO-8"),
		TEST(configuration_that_changes),
		TEST(configuration_that_is_never_still),
		CLAUSES(events_of_no_meaning, "DRV-MMIO-11 DRV-MMIO-12 DRV-MMIO-16"),
		CLAUSES(a_queue_that_takes_its_time, "DRV-MMIO-13"),
	};

	return cmocka_run_group_tests_name("mmio", tests, NULL, NULL);
}
