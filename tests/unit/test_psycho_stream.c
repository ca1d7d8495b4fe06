/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/psycho_case.list */
/*
 * Streaming buffers of a Psycho of software (psycho_model.h): what a device writes through one is in memory once its
 * page has been flushed, and not before.
 */
#include <string.h>

#include "tests/unit/psycho_case.h"

static void expect_stays(struct dma_map *made, uint64_t memory, unsigned char byte, unsigned char was)
{
	assert_true(psycho_write(&psycho_chip, 1, made->address.value, byte));
	assert_int_equal(*psycho_byte(memory), was);
}

static void what_is_streamed_needs_a_flush(void **state)
{
	const struct domain_ops *ops = psycho_domain->driver->ops;
	uint64_t memory = MEMORY + 2 * MIB;
	struct dma_map made = psycho_map(1, memory, DMA_DEVICE_BOTH);
	struct dma_map other = psycho_map(0, memory + FRAME_SIZE, DMA_DEVICE_BOTH);

	(void)state;
	assert_true(domain_can(psycho_domain, DOMAIN_STREAMING));
	assert_int_equal(ops->stream(psycho_domain, made.address, FRAME_SIZE, true), DOMAIN_DONE);
	expect_stays(&made, memory, 0x51, PATTERN);
	assert_true(psycho_write(&psycho_chip, 1, other.address.value, 0x61));
	assert_int_equal(*psycho_byte(memory + FRAME_SIZE), 0x61);
	assert_int_equal(ops->drain(psycho_domain, other.address, FRAME_SIZE), DOMAIN_DONE);
	assert_int_equal(*psycho_byte(memory), PATTERN);
	assert_int_equal(ops->drain(psycho_domain, made.address, FRAME_SIZE), DOMAIN_DONE);
	assert_int_equal(*psycho_byte(memory), 0x51);
	/* Off again: what was under way arrives, and from then on all does at once. */
	expect_stays(&made, memory, 0x52, 0x51);
	assert_int_equal(ops->stream(psycho_domain, made.address, FRAME_SIZE, false), DOMAIN_DONE);
	assert_int_equal(*psycho_byte(memory), 0x52);
	assert_true(psycho_write(&psycho_chip, 1, made.address.value, 0x53));
	assert_int_equal(*psycho_byte(memory), 0x53);
	assert_int_equal(psycho_chip.lost, 0);
	dma_unmap(&made);
	dma_unmap(&other);
}

static void what_is_unmapped_is_flushed(void **state)
{
	uint64_t memory = MEMORY + 2 * MIB;
	struct dma_map made = psycho_map(1, memory, DMA_DEVICE_BOTH);

	(void)state;
	assert_int_equal(psycho_domain->driver->ops->stream(psycho_domain, made.address, FRAME_SIZE, true),
			 DOMAIN_DONE);
	expect_stays(&made, memory, 0x54, PATTERN);
	dma_unmap(&made);
	assert_int_equal(*psycho_byte(memory), 0x54);
	psycho_refuses(1, made.address.value);
}

static void a_drain_that_never_ends_is_said(void **state)
{
	const struct domain_ops *ops = psycho_domain->driver->ops;
	struct dma_map made = psycho_map(0, MEMORY + 2 * MIB, DMA_DEVICE_BOTH);

	(void)state;
	assert_int_equal(ops->stream(psycho_domain, made.address, FRAME_SIZE, true), DOMAIN_DONE);
	psycho_chip.never_done = true;
	assert_int_equal(ops->drain(psycho_domain, made.address, FRAME_SIZE), DOMAIN_SILENT);
	psycho_chip.never_done = false;
	assert_int_equal(ops->drain(psycho_domain, made.address, FRAME_SIZE), DOMAIN_DONE);
	assert_int_equal(ops->stream(psycho_domain, made.address, FRAME_SIZE, false), DOMAIN_DONE);
	dma_unmap(&made);
}

static void only_windows_are_streamed(void **state)
{
	(void)state;
	assert_int_equal(psycho_domain->driver->ops->stream(psycho_domain, (bus_addr) { MEMORY }, FRAME_SIZE, true),
			 DOMAIN_NO_APERTURE);
	assert_int_equal(psycho_register(&psycho_chip, 0x2800) & 1, 0);
}

#define TEST(test, setup)	cmocka_unit_test_setup_teardown(test, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_streamed_needs_a_flush, psycho_start),
		TEST(what_is_unmapped_is_flushed, psycho_start),
		TEST(a_drain_that_never_ends_is_said, psycho_start),
		TEST(only_windows_are_streamed, psycho_start),
	};

	return cmocka_run_group_tests_name("psycho_stream", tests, NULL, NULL);
}
