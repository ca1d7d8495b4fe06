/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/legacy_model.c drivers/virtio/legacy.c drivers/virtio/virtqueue.c
 * drivers/virtio/virtqueue_split.c drivers/virtio/packed.c */
/*
 * The legacy interface: what makes one usable, the handshake without FEATURES_OK, configuration, the layout of rings,
 * and a ring at work. This computer is little-endian; test_legacy_big.c is about a big-endian guest.
 */
#include <string.h>

#include "boot/clock.h"
#include "tests/unit/legacy_model.h"

#define ACKNOWLEDGE	VIRTIO_CONFIG_S_ACKNOWLEDGE
#define DRIVER		VIRTIO_CONFIG_S_DRIVER
#define DRIVER_OK	VIRTIO_CONFIG_S_DRIVER_OK
#define ANY_LAYOUT	(1u << VIRTIO_F_ANY_LAYOUT)

static struct virtio_model *device;
static struct legacy_model *model;
static struct virtio_device *legacy;

static int start(void **state)
{
	virtio_model_machine(state);
	device = virtio_model_bare();
	model = legacy_model_add(device);
	legacy = virtio_model_attach()->legacy;
	model->write_count = 0;
	return 0;
}

static void a_legacy_device(void **state)
{
	(void)state;
	assert_string_equal(legacy->fault, "");
	assert_ptr_equal(legacy->function, &device->function);
	assert_string_equal(legacy->kind, "rng");
	assert_int_equal(legacy->offered, model->offered);
	assert_int_equal(legacy->config.length, LEGACY_CONFIG_SIZE);
	assert_true(virtio_get(0)->fault[0]);
	assert_int_equal(virtio_count(), 1);
}

/* Both interfaces of one function, each with what it offers. */
static void a_transitional_device(void **state)
{
	struct virtio_model *both;
	struct virtio_device *modern;

	virtio_model_machine(state);
	both = virtio_model_add();
	model = legacy_model_add(both);
	modern = virtio_model_attach();
	assert_string_equal(modern->fault, "");
	assert_string_equal(modern->legacy->fault, "");
	assert_int_equal(modern->offered, VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM);
	assert_int_equal(modern->legacy->offered, model->offered);
	assert_null(modern->legacy->legacy);
}

/* A modern device's BAR 0 is its own affair, whatever it is. */
static void a_modern_device_has_none(void **state)
{
	(void)state;
	device->function.product = 0x1044;
	assert_null(virtio_model_attach()->legacy);
}

static void bars_that_will_not_do(void **state)
{
	static const struct { enum pci_bar_kind kind; uint64_t size; bool placed, good; } rows[] = {
		{ PCI_BAR_IO, LEGACY_BAR_SIZE, true, true },
		{ PCI_BAR_IO, 20, true, true },
		{ PCI_BAR_IO, 16, true, false },
		{ PCI_BAR_IO, LEGACY_BAR_SIZE, false, false },
		{ PCI_BAR_MEM32, LEGACY_BAR_SIZE, true, false },
		{ PCI_BAR_NONE, 0, false, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pci_bar *bar = &device->function.bars[0];
		uint64_t before = host_accesses();

		bar->kind = rows[i].kind;
		bar->size = rows[i].size;
		bar->placed = rows[i].placed;
		legacy = virtio_model_attach()->legacy;
		if (!legacy->fault[0] != rows[i].good)
			fail_msg("row %u: '%s'", i, legacy->fault);
		assert_int_equal(host_accesses() > before, rows[i].good);
		assert_int_equal(legacy->config.present, rows[i].good && rows[i].size > 20);
	}
}

/* Steps in order (DRV-LEG-5), without FEATURES_OK, and ANY_LAYOUT accepted unasked (DRV-LEGRSVD-1). */
static void the_order_of_steps(void **state)
{
	static const struct model_write expected[] = {
		{ VIRTIO_PCI_STATUS, 0 },
		{ VIRTIO_PCI_STATUS, ACKNOWLEDGE },
		{ VIRTIO_PCI_STATUS, ACKNOWLEDGE | DRIVER },
		{ VIRTIO_PCI_GUEST_FEATURES, ANY_LAYOUT | 0x20 },
		{ VIRTIO_PCI_STATUS, ACKNOWLEDGE | DRIVER | DRIVER_OK },
	};

	(void)state;
	assert_true(virtio_negotiate(legacy, 0x20));
	virtio_driver_ok(legacy);
	assert_int_equal(model->write_count, sizeof(expected) / sizeof(expected[0]));
	for (unsigned i = 0; i < model->write_count; i++) {
		assert_int_equal(model->writes[i].field, expected[i].field);
		assert_int_equal(model->writes[i].value, expected[i].value);
	}
}

/* Nothing above bit 31 can be accepted, so that addresses are physical (PCILEG-4, DEF-1). */
static void high_bits_are_declined(void **state)
{
	static const struct dma_map map = { .memory = { 0x1234000 }, .address = { 0x40002000 } };

	(void)state;
	model->offered = 0x20;
	legacy->offered = 0x20;
	assert_true(virtio_negotiate(legacy, VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | 0x20));
	assert_int_equal(legacy->accepted, 0x20);
	assert_int_equal(model->accepted, 0x20);
	assert_int_equal(virtio_address(legacy, &map, 8), 0x1234008);
}

static void a_slow_reset(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(legacy, 0));
	model->reset_reads = 1000;
	assert_true(virtio_negotiate(legacy, 0));
	assert_int_equal(model->resetting, 0);
}

static void reading_isr_clears_it(void **state)
{
	(void)state;
	model->isr = 1;
	assert_int_equal(virtio_isr(legacy), 1);
	assert_int_equal(virtio_isr(legacy), 0);
}

static void configuration_is_read_by_width(void **state)
{
	static const struct { uint32_t offset, width; bool inside; uint64_t value; } rows[] = {
		{ 0, 1, true, 0x00 }, { 5, 1, true, 0x05 }, { 2, 2, true, 0x0302 }, { 4, 4, true, 0x07060504 },
		{ 8, 8, true, 0x0f0e0d0c0b0a0908 }, { LEGACY_CONFIG_SIZE - 4, 4, true, 0x2b2a2928 },
		{ LEGACY_CONFIG_SIZE - 4, 8, false, 0 }, { LEGACY_CONFIG_SIZE, 1, false, 0 }, { ~0u, 1, false, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < LEGACY_CONFIG_SIZE; i++)
		model->config[i] = (uint8_t)i;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t value = 0;

		model->reads = 0;
		if (virtio_config_read(legacy, rows[i].offset, rows[i].width, &value) != rows[i].inside ||
		    value != rows[i].value)
			fail_msg("row %u: %#llx", i, (unsigned long long)value);
		assert_int_equal(model->reads > 0, rows[i].inside);
	}
}

static void configuration_is_written_by_width(void **state)
{
	static const uint8_t expected[16] = {
		0x11, 0, 0x33, 0x22, 0x77, 0x66, 0x55, 0x44, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88,
	};

	(void)state;
	legacy_model_expect_written(model, legacy, expected);
	model->write_count = 0;
	assert_false(virtio_config_write(legacy, LEGACY_CONFIG_SIZE - 2, 4, 0));
	assert_int_equal(model->write_count, 0);
}

/* There is no generation: read until two reads agree (DRV-LEG-4), and not for ever. */
static void configuration_that_changes(void **state)
{
	uint64_t value;

	(void)state;
	for (unsigned changes = 1; changes < 20; changes++) {
		model->restless = changes;
		memset(model->config, 0, sizeof(model->config));
		assert_true(virtio_config_read(legacy, 0, 8, &value));
		assert_int_equal(model->restless, 0);
		assert_int_equal(value, changes * 0x0101010101010101ull);
	}
	model->restless = ~0u;
	model->reads = 0;
	assert_false(virtio_config_read(legacy, 0, 4, &value));
	assert_true(model->reads < 10000);
}

/* The kernel's header has the layout as well (DRV-LEGRING-2, DRV-LEGRING-3). */
static void layouts(void **state)
{
	(void)state;
	for (unsigned size = 1; size <= 32768; size *= 2) {
		uint64_t offsets[VIRTQUEUE_PARTS];
		struct vring vring;

		assert_int_equal(virtio_legacy_layout((uint16_t)size, offsets), vring_size(size, VIRTIO_LEGACY_ALIGN));
		vring_init(&vring, size, NULL, VIRTIO_LEGACY_ALIGN);
		assert_int_equal(offsets[PART_DESCRIPTORS], (uintptr_t)vring.desc);
		assert_int_equal(offsets[PART_AVAILABLE], (uintptr_t)vring.avail);
		assert_int_equal(offsets[PART_USED], (uintptr_t)vring.used);
	}
}

/* What the device cannot be told is not told: parts elsewhere, another size, an address without a number. */
static void rings_that_cannot_be_told(void **state)
{
	static const struct { uint64_t base; uint16_t size; uint64_t moved; bool good; } rows[] = {
		{ 0x1001000, 64, 0, true }, { 0xffffffffull * 4096, 64, 0, true }, { 0x1001000, 32, 0, false },
		{ 0x1001000, 64, 16, false }, { 0x1001800, 64, 0, false }, { 0x100000000ull * 4096, 64, 0, false },
	};

	(void)state;
	virtio_negotiate(legacy, 0);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned part = 1; part < VIRTQUEUE_PARTS; part++) {
			struct virtqueue_place places[VIRTQUEUE_PARTS] = { 0 };
			uint64_t offsets[VIRTQUEUE_PARTS];

			virtio_legacy_layout(rows[i].size, offsets);
			for (unsigned j = 0; j < VIRTQUEUE_PARTS; j++)
				places[j].number = rows[i].base + offsets[j];
			places[part].number += rows[i].moved;
			model->addresses[1] = 0;
			assert_int_equal(legacy->transport->set_queue(legacy, 1, rows[i].size, places), rows[i].good);
			assert_int_equal(model->addresses[1], rows[i].good ? rows[i].base / 4096 : 0);
		}
}

static void no_such_queue(void **state)
{
	static struct virtqueue queue;

	(void)state;
	virtio_negotiate(legacy, 0);
	assert_false(virtqueue_start(&queue, legacy, LEGACY_QUEUES, 8, NULL));
	model->sizes[1] = 0;
	assert_false(virtqueue_start(&queue, legacy, 1, 8, NULL));
}

/* A ring from one end to the other: its size is the device's, whatever was asked for (DRV-LEGRING-1). */
static void a_ring_at_work(void **state)
{
	static struct virtqueue queue;
	struct virtqueue_buffer buffer = { 0x1234000, 64, true };
	struct virtqueue_used used;
	uint64_t offsets[VIRTQUEUE_PARTS];
	struct vring vring;
	char *ring;
	int head;

	(void)state;
	virtio_negotiate(legacy, 0);
	assert_true(virtqueue_start(&queue, legacy, 1, 8, NULL));
	virtio_driver_ok(legacy);
	assert_int_equal(queue.size, 64);
	ring = arch_pointer((phys_addr) { model->addresses[1] * 4096ull });
	virtio_legacy_layout(64, offsets);
	vring = (struct vring) {
		64, (struct vring_desc *)ring, (struct vring_avail *)(ring + offsets[PART_AVAILABLE]),
		(struct vring_used *)(ring + offsets[PART_USED]),
	};
	head = virtqueue_add(&queue, &buffer, 1);
	assert_true(head >= 0);
	virtqueue_publish(&queue);
	virtqueue_notify(&queue);
	assert_int_equal(model->doorbells[1], 1);
	assert_int_equal(vring.avail->idx, 1);
	assert_int_equal(vring.avail->ring[0], head);
	assert_int_equal(vring.desc[head].addr, 0x1234000);
	assert_int_equal(virtqueue_take(&queue, &used), QUEUE_EMPTY);
	vring.used->ring[0] = (struct vring_used_elem) { head, 64 };
	vring.used->idx = 1;
	assert_int_equal(virtqueue_take(&queue, &used), QUEUE_USED);
	assert_int_equal(used.head, head);
	assert_int_equal(used.length, 64);
	virtio_reset(legacy);
	virtqueue_stop(&queue);
}

#define TEST(name)		cmocka_unit_test_setup_teardown(name, start, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAUSES(a_legacy_device, "DRV-PCILEG-1 DRV-PCILEG-5"),
		CLAUSES(a_transitional_device, "DRV-PCILEG-4"),
		TEST(a_modern_device_has_none),
		TEST(bars_that_will_not_do),
		CLAUSES(the_order_of_steps, "DRV-LEG-5 DRV-LEGRSVD-1 DRV-LEGRSVD-3"),
		TEST(high_bits_are_declined),
		TEST(a_slow_reset),
		TEST(reading_isr_clears_it),
		CLAUSES(configuration_is_read_by_width, "DRV-PCILEG-3"),
		TEST(configuration_is_written_by_width),
		CLAUSES(configuration_that_changes, "DRV-LEG-4"),
		CLAUSES(layouts, "DRV-LEGRING-2 DRV-LEGRING-3"),
		CLAUSES(rings_that_cannot_be_told, "DRV-LEGRING-3"),
		TEST(no_such_queue),
		CLAUSES(a_ring_at_work, "DRV-LEGRING-1"),
	};

	return cmocka_run_group_tests_name("legacy", tests, NULL, NULL);
}
