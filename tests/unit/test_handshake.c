/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list drivers/virtio/legacy.c */
/*
 * The handshake: order and contents of what a device is told, devices that refuse or never answer, and the rule that
 * says which addresses a device is given. DRV-* are clauses of the specification that our driver is held to; the model
 * of the device judges each write by itself.
 */
#include <string.h>

#include "boot/clock.h"
#include "tests/unit/virtio_model.h"

#define ACKNOWLEDGE	VIRTIO_CONFIG_S_ACKNOWLEDGE
#define DRIVER		VIRTIO_CONFIG_S_DRIVER
#define FEATURES_OK	VIRTIO_CONFIG_S_FEATURES_OK
#define DRIVER_OK	VIRTIO_CONFIG_S_DRIVER_OK
#define BOTH		(VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)

static struct virtio_model *model;
static struct virtio_device *device;

static int start(void **state)
{
	virtio_model_machine(state);
	model = virtio_model_add();
	device = virtio_model_attach();
	model->write_count = 0;
	return 0;
}

static void expect_writes(const struct model_write *expected, unsigned count)
{
	for (unsigned i = 0; i < count && i < model->write_count; i++)
		if (model->writes[i].field != expected[i].field || model->writes[i].value != expected[i].value)
			fail_msg("write %u: %#llx to field %#x", i, (unsigned long long)model->writes[i].value,
				 model->writes[i].field);
	assert_int_equal(model->write_count, count);
}

/* One step after the other, in this order (DRV-INIT-1, DRV-STATUS-1), none taken back (DRV-STATUS-2). */
static void the_order_of_steps(void **state)
{
	static const struct model_write expected[] = {
		{ VIRTIO_PCI_COMMON_STATUS, 0 },
		{ VIRTIO_PCI_COMMON_STATUS, ACKNOWLEDGE },
		{ VIRTIO_PCI_COMMON_STATUS, ACKNOWLEDGE | DRIVER },
		{ VIRTIO_PCI_COMMON_GFSELECT, 0 },
		{ VIRTIO_PCI_COMMON_GF, 0x20 },
		{ VIRTIO_PCI_COMMON_GFSELECT, 1 },
		{ VIRTIO_PCI_COMMON_GF, 0x3 },
		{ VIRTIO_PCI_COMMON_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK },
		{ VIRTIO_PCI_COMMON_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK },
	};

	(void)state;
	model->offered |= 0x20;
	assert_true(virtio_negotiate(device, BOTH | 0x20));
	assert_int_equal(model->accepted, BOTH | 0x20);
	assert_int_equal(device->accepted, BOTH | 0x20);
	virtio_driver_ok(device);
	assert_int_equal(model->status, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	expect_writes(expected, sizeof(expected) / sizeof(expected[0]));
}

/* Offered bits are read with the selection that they have; reading them writes nothing else (DRV-INIT-3). */
static void offered_bits(void **state)
{
	static const struct model_write expected[] = {
		{ VIRTIO_PCI_COMMON_DFSELECT, 0 }, { VIRTIO_PCI_COMMON_DFSELECT, 1 },
	};

	(void)state;
	model->offered = 0xfedcba9801234567ull;
	assert_int_equal(virtio_offered(device), 0xfedcba9801234567ull);
	expect_writes(expected, 2);
}

/* A device that is used again begins from nothing (DRV-STATUS-3). */
static void negotiated_again(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(device, BOTH));
	virtio_driver_ok(device);
	virtio_set_status(device, model->status | VIRTIO_CONFIG_S_FAILED);
	assert_true(virtio_negotiate(device, VIRTIO_VERSION_1));
	assert_int_equal(model->status, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	assert_int_equal(model->accepted, VIRTIO_VERSION_1);
	assert_int_equal(device->accepted, VIRTIO_VERSION_1);
}

/* FEATURES_OK is read back, and a device that refuses is not driven further (DRV-INIT-1, DRV-INIT-6). */
static void features_refused(void **state)
{
	(void)state;
	model->refuses_features = true;
	assert_false(virtio_negotiate(device, BOTH));
	assert_int_equal(model->status & (FEATURES_OK | DRIVER_OK), 0);
	model->refuses_features = false;
	assert_true(virtio_negotiate(device, BOTH));
}

/* A reset is done when status reads 0, and until then nothing is written (DRV-RESET-1, DRV-COMMON-5). */
static void a_slow_reset(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(device, BOTH));
	model->reset_reads = 1000;
	assert_true(virtio_negotiate(device, BOTH));
	assert_int_equal(model->resetting, 0);
}

static void expect_given_up(bool (*call)(void))
{
	uint64_t before = clock_now();
	uint64_t took;

	model->write_count = 0;
	assert_false(call());
	took = clock_now() - before;
	assert_in_range(took, VIRTIO_RESET_LIMIT, 2 * VIRTIO_RESET_LIMIT);
	expect_writes(&(struct model_write) { VIRTIO_PCI_COMMON_STATUS, 0 }, 1);
}

static bool reset(void)
{
	return virtio_reset(device);
}

static bool negotiate(void)
{
	return virtio_negotiate(device, BOTH);
}

/* One that never gets there is given up in time, and told nothing more. */
static void a_reset_that_never_ends(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(device, BOTH));
	host_clock_step = 1u << CLOCK_LOOK_SHIFT;
	model->reset_reads = ~0u;
	expect_given_up(reset);
	expect_given_up(negotiate);
}

/* The condition counts, not the time: a CPU that was taken away for long sees a reset that is done. */
static void a_reset_after_a_long_pause(void **state)
{
	(void)state;
	assert_true(virtio_negotiate(device, BOTH));
	model->reset_reads = 2;
	host_clock_step = 2 * VIRTIO_RESET_LIMIT;
	assert_true(virtio_reset(device));
}

static const struct dma_map map = { .memory = { 0x1234000 }, .address = { 0x40002000 } };

/* Bit 33 of what was accepted, and nothing else, says which addresses a device is given (DRV-RSVD-4, DRV-RSVD-5). */
static void the_rule_of_addresses(void **state)
{
	static const struct { uint64_t offered, accepted; bool bus; } rows[] = {
		{ BOTH, BOTH, true },
		{ BOTH, VIRTIO_VERSION_1, false },		/* declined */
		{ VIRTIO_VERSION_1, VIRTIO_VERSION_1, false },	/* not offered */
		{ UINT64_MAX, UINT64_MAX, true },
		{ UINT64_MAX, ~VIRTIO_BIT(33), false },
		{ UINT64_MAX, VIRTIO_BIT(33), true },
		{ UINT64_MAX, VIRTIO_BIT(32) | VIRTIO_BIT(34) | VIRTIO_BIT(1), false },
		{ BOTH, 0, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		model->offered = rows[i].offered;
		device->offered = virtio_offered(device);
		assert_true(virtio_negotiate(device, rows[i].accepted));
		if (virtio_uses_bus_addresses(device) != rows[i].bus)
			fail_msg("row %u", i);
		assert_int_equal(virtio_address(device, &map, 0), rows[i].bus ? 0x40002000 : 0x1234000);
		assert_int_equal(virtio_address(device, &map, 0x2345), rows[i].bus ? 0x40004345 : 0x1236345);
	}
}

/* Each device by itself, whatever another one of the same kind on the same bus has accepted. */
static void the_rule_is_each_devices_own(void **state)
{
	struct virtio_device *first, *second;

	virtio_model_machine(state);
	virtio_model_add();
	virtio_model_add()->offered = VIRTIO_VERSION_1;
	first = virtio_model_attach();
	second = virtio_get(1);
	assert_true(virtio_negotiate(first, first->offered));
	assert_true(virtio_negotiate(second, second->offered));
	assert_int_equal(virtio_address(first, &map, 8), 0x40002008);
	assert_int_equal(virtio_address(second, &map, 8), 0x1234008);
	assert_true(virtio_negotiate(first, VIRTIO_VERSION_1));
	assert_int_equal(virtio_address(first, &map, 8), 0x1234008);
}

#define TEST(name)		cmocka_unit_test_setup_teardown(name, start, host_teardown)
#define CLAUSES(name, clauses)	host_clause_test(name, clauses, start, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAUSES(the_order_of_steps, "DRV-INIT-1 DRV-INIT-4 DRV-STATUS-1 DRV-STATUS-2"),
		CLAUSES(offered_bits, "DRV-INIT-3"),
		CLAUSES(negotiated_again, "DRV-STATUS-3"),
		CLAUSES(features_refused, "DRV-INIT-5 DRV-INIT-6"),
		CLAUSES(a_slow_reset, "DRV-COMMON-5 DRV-RESET-1"),
		TEST(a_reset_that_never_ends),
		TEST(a_reset_after_a_long_pause),
		CLAUSES(the_rule_of_addresses, "DRV-RSVD-4 DRV-RSVD-5"),
		CLAUSES(the_rule_is_each_devices_own, "DRV-RSVD-4 DRV-RSVD-5"),
	};

	return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
