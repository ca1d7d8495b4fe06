/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/rtc.c */
/*
 * The clock device's driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "drivers/virtio/device/rtc.h"
#include "tests/unit/engine_case.h"

#define ANSWER_SIZE	16u

/* The status, whatever else an answer holds. */
static uint8_t status;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	uint8_t *bytes = case_piece(chain, 1);

	assert_int_equal(queue, 0);
	assert_int_equal(chain->count, 2);
	assert_true(chain->pieces[1].size >= ANSWER_SIZE);
	memset(bytes, 0xa5, chain->pieces[1].size);
	bytes[0] = status;
	bytes[8] = 3;
	bytes[9] = 0;
	return ANSWER_SIZE;
}

static void make(void)
{
	case_answer = answer;
	status = 0;
	engine_case_make(VIRTIO_ID_CLOCK, 0, "accepted");
	engine_case_start();
}

/* Behind the type all is 0 but the number of the clock; the answer has room. */
static void requests(void **state)
{
	static const uint8_t asks[8] = { 0x00, 0x10 }, reads[16] = { 0x01, 0x00, 0, 0, 0, 0, 0, 0, 0x34, 0x12 };
	uint64_t reading;
	uint16_t count;

	(void)state;
	make();
	assert_true(rtc_clocks(case_engine, &count));
	assert_true(rtc_read(case_engine, 0x1234, &reading));
	assert_int_equal(case_chains[0].read_size, sizeof(asks));
	assert_memory_equal(case_chains[0].read, asks, sizeof(asks));
	assert_int_equal(case_chains[1].read_size, sizeof(reads));
	assert_memory_equal(case_chains[1].read, reads, sizeof(reads));
}

/* Reserved bytes of an answer say nothing. */
static void reserved_bytes(void **state)
{
	uint16_t count = 0;

	(void)state;
	make();
	assert_true(rtc_clocks(case_engine, &count));
	assert_int_equal(count, 3);
}

/* With any other status nothing else of an answer counts. */
static void a_status_that_is_not_ok(void **state)
{
	uint64_t reading = 77;
	uint16_t count = 77;

	(void)state;
	make();
	for (unsigned i = 1; i < 256; i++) {
		status = i;
		case_chain_count = 0;
		assert_false(rtc_clocks(case_engine, &count));
		assert_false(rtc_read(case_engine, 0, &reading));
	}
	assert_int_equal(count, 77);
	assert_int_equal(reading, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(requests, "DRV-RTC-2 DRV-RTC-3 DRV-RTC-5"),
		ENGINE_CLAUSES(reserved_bytes, "DRV-RTC-4"),
		ENGINE_CLAUSES(a_status_that_is_not_ok, "DRV-RTC-1"),
	};

	return cmocka_run_group_tests_name("type-rtc", tests, NULL, NULL);
}
