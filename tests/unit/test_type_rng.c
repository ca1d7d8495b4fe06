/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/rng.c */
/*
 * The entropy device's driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "tests/unit/engine_case.h"

#define SIZE	64u

static uint32_t written;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	(void)queue;
	(void)chain;
	return written;
}

static void buffers_are_writable(void **state)
{
	void *bytes;

	(void)state;
	case_answer = answer;
	written = SIZE;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	engine_case_start();
	assert_int_equal(case_engine->directions, DMA_DEVICE_WRITES);
	case_transfer(DMA_DEVICE_WRITES, case_buffer(SIZE, &bytes), SIZE, NULL);
	assert_int_equal(case_count(0), 1);
	case_expect_only(0, true);
}

/* How many bytes are random is what the device says; none, or more than there is room for, is no answer. */
static void the_length_counts(void **state)
{
	static const struct { uint32_t length; enum engine_result result; } rows[] = {
		{ SIZE, ENGINE_DONE }, { 1, ENGINE_DONE }, { 0, ENGINE_FAILED }, { SIZE + 1, ENGINE_FAILED },
	};
	uint64_t number;
	void *bytes;

	(void)state;
	case_answer = answer;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	engine_case_start();
	number = case_buffer(SIZE, &bytes);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		written = rows[i].length;
		if (case_transfer(DMA_DEVICE_WRITES, number, SIZE, NULL) != rows[i].result)
			fail_msg("row %u", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(buffers_are_writable, "DRV-RNG-1"),
		ENGINE_CLAUSES(the_length_counts, "DRV-RNG-2"),
	};

	return cmocka_run_group_tests_name("type-rng", tests, NULL, NULL);
}
