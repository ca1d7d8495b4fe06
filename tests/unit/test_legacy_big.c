/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/legacy_model.c */
/*
 * The legacy interface as a big-endian guest uses it: the same driver, compiled for a computer whose own order is the
 * other one. Registers stay little-endian (DEF-30), configuration turns (DEF-5), and with VERSION_1 it would not.
 */
#define BYTEORDER_LITTLE	0

#include "drivers/virtio/legacy.c"

#include "tests/unit/legacy_model.h"

static struct legacy_model *model;
static struct virtio_device *device;

static int start(void **state)
{
	virtio_model_machine(state);
	model = legacy_model_add(virtio_model_bare());
	device = virtio_model_attach()->legacy;
	for (unsigned i = 0; i < LEGACY_CONFIG_SIZE; i++)
		model->config[i] = (uint8_t)i;
	return 0;
}

static void registers_are_little_endian(void **state)
{
	(void)state;
	assert_int_equal(device->offered, model->offered);
	assert_true(virtio_negotiate(device, 0x20));
	assert_int_equal(model->accepted, 1u << VIRTIO_F_ANY_LAYOUT | 0x20);
	assert_int_equal(device->transport->queue_size(device, 1), 64);
}

static uint64_t field(uint32_t offset, uint32_t width)
{
	uint64_t value;

	assert_true(virtio_config_read(device, offset, width, &value));
	return value;
}

static void configuration_is_big_endian(void **state)
{
	(void)state;
	assert_int_equal(field(5, 1), 0x05);
	assert_int_equal(field(2, 2), 0x0203);
	assert_int_equal(field(4, 4), 0x04050607);
	assert_int_equal(field(8, 8), 0x08090a0b0c0d0e0f);
}

static void configuration_is_written_big_endian(void **state)
{
	static const uint8_t expected[16] = {
		0x11, 1, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
	};

	(void)state;
	legacy_model_expect_written(model, device, expected);
}

/* The order is that of what was accepted, and of nothing else. */
static void fields_follow_version_1(void **state)
{
	(void)state;
	device->accepted = VIRTIO_VERSION_1;
	assert_false(virtio_native_order(device));
	assert_int_equal(virtio32_to_cpu(device, 0x01020304), 0x04030201);
	assert_int_equal(cpu_to_virtio16(device, 0x0102), 0x0201);
	assert_int_equal(field(8, 8), 0x0f0e0d0c0b0a0908);
	device->accepted = 0;
	assert_true(virtio_native_order(device));
	assert_int_equal(virtio32_to_cpu(device, 0x01020304), 0x01020304);
	assert_int_equal(cpu_to_virtio64(device, 1), 1);
}

#define TEST(name)		cmocka_unit_test_setup_teardown(name, start, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(registers_are_little_endian),
		TEST(configuration_is_big_endian),
		TEST(configuration_is_written_big_endian),
		CLAUSES(fields_follow_version_1, "DRV-LEG-1"),
	};

	return cmocka_run_group_tests_name("legacy-big", tests, NULL, NULL);
}
