/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/serial_find.c */
/*
 * Control messages of the console device as a big-endian guest has them: the same driver, compiled for a computer
 * whose own order is the other one. What is little-endian there has its bytes turned here, and what is the guest's
 * own, without VERSION_1, has not.
 */
#define BYTEORDER_LITTLE	0

#include "drivers/virtio/device/serial.c"

#include "tests/unit/engine_case.h"

/* The device keeps all it gets, and is known already: only one message is looked at. */
static const struct virtio_console_control *first_message(unsigned omit)
{
	engine_case_make(VIRTIO_ID_CONSOLE, VIRTIO_BIT(VIRTIO_CONSOLE_F_MULTIPORT), "accepted");
	case_config(struct virtio_console_config)->max_nr_ports = 2;
	case_virtio->device->learnt[SERIAL_LEARNT] = SERIAL_LOOKED | SERIAL_ANNOUNCES;
	case_virtio->plan = (struct virtio_plan) { .omit = omit };
	assert_true(engine_start(case_engine) || !omit);
	case_chain_count = 0;
	assert_true(serial_submit_control(case_engine, VIRTIO_CONSOLE_BAD_ID - 1, VIRTIO_CONSOLE_PORT_OPEN, 1));
	assert_int_equal(case_chains[0].queue, SERIAL_CONTROL_TRANSMIT);
	return (const struct virtio_console_control *)case_chains[0].read;
}

static void native_without_version_1(void **state)
{
	const struct virtio_console_control *message = first_message(OMIT_VERSION_1);

	(void)state;
	assert_int_equal(message->id, VIRTIO_CONSOLE_BAD_ID - 1);
	assert_int_equal(message->event, VIRTIO_CONSOLE_PORT_OPEN);
	assert_int_equal(message->value, 1);
}

static void little_endian_with_version_1(void **state)
{
	const struct virtio_console_control *message = first_message(0);

	(void)state;
	assert_int_equal(message->id, __builtin_bswap32(VIRTIO_CONSOLE_BAD_ID - 1));
	assert_int_equal(message->event, __builtin_bswap16(VIRTIO_CONSOLE_PORT_OPEN));
	assert_int_equal(message->value, __builtin_bswap16(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(native_without_version_1, "DRV-CONLEG-1"),
		ENGINE_TEST(little_endian_with_version_1),
	};

	return cmocka_run_group_tests_name("type-serial-big", tests, NULL, NULL);
}
