/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list drivers/virtio/legacy.c */
/*
 * virtio over PCI: which functions are virtio devices, how many, and what they are called. What is made of their
 * capabilities is test_virtio_capabilities.c's.
 */
#include <linux/virtio_ids.h>

#include "boot/clock.h"
#include "tests/unit/virtio_model.h"

static const struct id_row {
	uint16_t vendor, product, subsystem;
	bool virtio, transitional;
	uint16_t type;
} id_rows[] = {
	{ 0x1af4, 0x1044, 0x1100, true, false, VIRTIO_ID_RNG },
	{ 0x1af4, 0x1041, 0x0002, true, false, VIRTIO_ID_NET },
	{ 0x1af4, 0x107f, 0x0000, true, false, 0x3f },
	{ 0x1af4, 0x1000, 0x0001, true, true, VIRTIO_ID_NET },
	{ 0x1af4, 0x1005, 0x0004, true, true, VIRTIO_ID_RNG },
	{ 0x1af4, 0x103f, 0x0002, true, true, VIRTIO_ID_BLOCK },
	{ 0x1af4, 0x0fff, 0x0001, false, false, 0 },
	{ 0x1af4, 0x1080, 0x0001, false, false, 0 },
	{ 0x1af4, 0x1110, 0x0001, false, false, 0 },
	{ 0x8086, 0x1044, 0x0001, false, false, 0 },
};

/* DRV-PCIID-1, DRV-PCIID-2; DRV-PCIID-3, DRV-PCIID-4: any revision, and subsystem ids only where they are the type. */
static void ids(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(id_rows) / sizeof(id_rows[0]); i++) {
		const struct id_row *row = &id_rows[i];
		struct pci_function *function;
		struct virtio_device *device;

		virtio_model_machine(state);
		function = &virtio_model_add()->function;
		function->vendor = row->vendor;
		function->product = row->product;
		function->subsystem = row->subsystem;
		function->subsystem_vendor = 0x5a5a;
		function->revision = (uint8_t)(i * 7);
		device = virtio_model_attach();
		if (virtio_count() != row->virtio || (device != NULL) != row->virtio)
			fail_msg("row %u: %u devices", i, virtio_count());
		if (!device)
			continue;
		assert_int_equal(device->type, row->type);
		assert_int_equal(device->transitional, row->transitional);
		assert_ptr_equal(device->function, function);
		assert_string_equal(device->fault, "");
	}
}

static void names(void **state)
{
	char name[VIRTIO_NAME];
	struct virtio_model *model = virtio_model_add();

	(void)state;
	model->function.bus = 2;
	model->function.device = 1;
	assert_string_equal(virtio_name(virtio_model_attach(), name), "rng@02:01.0");
}

static void more_devices_than_room(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VIRTIO_DEVICES + 2; i++)
		virtio_model_bare();
	virtio_model_attach();
	assert_int_equal(virtio_count(), VIRTIO_DEVICES);
	assert_null(virtio_get(VIRTIO_DEVICES));
	assert_non_null(virtio_get(VIRTIO_DEVICES - 1));
}

/* Attaching takes no longer than the limit of a reset, and what is offered is still read. */
static void a_device_that_never_resets_is_attached(void **state)
{
	struct virtio_model *model = virtio_model_add();
	uint64_t before;

	(void)state;
	host_clock_step = 1u << CLOCK_LOOK_SHIFT;
	model->status = VIRTIO_CONFIG_S_NEEDS_RESET;
	model->reset_reads = ~0u;
	before = clock_now();
	virtio_model_attach();
	assert_true(clock_now() - before < 2 * VIRTIO_RESET_LIMIT);
	assert_int_equal(virtio_get(0)->offered, model->offered);
}

#define TEST(name)		cmocka_unit_test_setup_teardown(name, virtio_model_machine, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, virtio_model_machine, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAUSES(ids, "DRV-PCIID-1 DRV-PCIID-2 DRV-PCIID-3 DRV-PCIID-4"),
		TEST(names),
		TEST(more_devices_than_room),
		TEST(a_device_that_never_resets_is_attached),
	};

	return cmocka_run_group_tests_name("virtio-ids", tests, NULL, NULL);
}
