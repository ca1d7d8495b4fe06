/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/bridges.list tests/unit/psycho_case.list */
/*
 * What a console firmware left in a Psycho of software (psycho_model.h), with streaming buffers that are in use: all of
 * it is taken over without a loss, and given back.
 */
#include <string.h>

#include "tests/unit/psycho_case.h"

#define SECOND		0x1c800000000ull	/* registers of the chip with UPA port 4 */

/* Registers as one might leave them, all of them different. */
static const struct { unsigned reg; uint64_t value, given_back; } left[] = {
	{ 0x200, 0x0000000001010001ull, 0x0000000000010001ull },	/* XLT_ERR is a record */
	{ 0x208, CONSOLES, CONSOLES },
	{ 0x2000, 0x0000000e00200109ull, 0x0000000e00200109ull },	/* SERR and SBH stay: a one would clear them */
	{ 0x4000, 0x0000000000000306ull, 0x0000000000000306ull },
	{ 0x2020, 0x40, 0x40 }, { 0x4020, 0x00, 0x00 },
	{ 0x2800, 0x0d, 0x0d }, { 0x4800, 0x01, 0x01 },
};
#define LEFT		(sizeof(left) / sizeof(left[0]))
#define STREAMED	5				/* entry of the console's table, and page of its memory */
#define CONSOLES_TOP	(PSYCHO_WINDOW_END - 16 * MIB)	/* its table has 2048 entries */

static void leave(void)
{
	uint64_t *table = arch_pointer((phys_addr) { CONSOLES });
	uint64_t entry = 9ull << 60 | (CONSOLES + (STREAMED * FRAME_SIZE)) | 0x12;

	memset(table, 0, 16384);
	table[STREAMED] = __builtin_bswap64(entry);
	for (unsigned i = 0; i < LEFT; i++)
		psycho_set(&psycho_chip, left[i].reg, left[i].value);
	for (unsigned bus = 0; bus < 2; bus++)
		assert_true(psycho_write(&psycho_chip, bus, CONSOLES_TOP + STREAMED * FRAME_SIZE + bus,
					 (unsigned char)(0x70 + bus)));
}

static const unsigned char *streamed(void)
{
	return psycho_byte(CONSOLES + STREAMED * FRAME_SIZE);
}

static void expect_given_back(void)
{
	for (unsigned i = 0; i < LEFT; i++)
		if (psycho_register(&psycho_chip, left[i].reg) != left[i].given_back)
			fail_msg("register %#x is %#llx", left[i].reg,
				 (unsigned long long)psycho_register(&psycho_chip, left[i].reg));
	assert_int_equal(psycho_chip.untranslated, 0);
	assert_int_equal(psycho_chip.lost, 0);
}

/* What is in the streaming buffers arrives before they are switched off and the table goes. */
static void what_is_under_way_arrives(void **state)
{
	(void)state;
	leave();
	assert_int_equal(streamed()[0], PATTERN);
	psycho_domain->driver->ops->quiet(psycho_domain);
	assert_int_equal(streamed()[0], 0x70);
	assert_int_equal(streamed()[1], 0x71);
	assert_int_equal(streamed()[2], PATTERN);
	assert_int_equal(psycho_chip.lost, 0);
	for (unsigned bus = 0; bus < 2; bus++) {
		assert_int_equal(psycho_register(&psycho_chip, 0x2800 + 0x2000 * bus) & 1, 0);
		assert_int_equal(psycho_register(&psycho_chip, 0x2000 + 0x2000 * bus) & 0x3f, 0x3f);
		assert_int_equal(psycho_register(&psycho_chip, 0x2020 + 0x2000 * bus) & 0x10, 0x10);
		psycho_refuses(bus, CONSOLES_TOP + STREAMED * FRAME_SIZE);
		psycho_refuses(bus, PSYCHO_WINDOW_END - 1);
	}
	domain_restore();
	expect_given_back();
}

/* Whatever was done meanwhile. */
static void all_is_given_back(void **state)
{
	struct dma_map made;
	uint64_t table[2048];

	(void)state;
	leave();
	assert_true(dma_start(psycho_domain));
	memcpy(table, psycho_byte(CONSOLES), sizeof(table));
	made = psycho_map(1, MEMORY + 2 * MIB, DMA_DEVICE_BOTH);
	assert_int_equal(psycho_domain->driver->ops->stream(psycho_domain, made.address, FRAME_SIZE, true),
			 DOMAIN_DONE);
	assert_true(psycho_write(&psycho_chip, 1, made.address.value, 0x33));
	psycho_set(&psycho_chip, 0x4000, 0);
	domain_restore();
	expect_given_back();
	assert_int_equal(*psycho_byte(MEMORY + 2 * MIB), 0x33);
	assert_memory_equal(psycho_byte(CONSOLES), table, sizeof(table));
	assert_true(psycho_read(&psycho_chip, 0, CONSOLES_TOP + STREAMED * FRAME_SIZE, &(unsigned char) { 0 }));
	assert_false(psycho_read(&psycho_chip, 0, made.address.value, &(unsigned char) { 0 }));
	dma_unmap_all(psycho_domain);
}

/* And where nothing was done at all. */
static void nothing_is_given_back_that_was_not_taken(void **state)
{
	(void)state;
	leave();
	memset(psycho_chip.lines, 0, sizeof(psycho_chip.lines));
	domain_restore();
	for (unsigned i = 0; i < LEFT; i++)
		assert_int_equal(psycho_register(&psycho_chip, left[i].reg), left[i].value);
}

/* A buffer that never says that it is done is waited for half a second, and named. */
static void a_flush_that_never_ends_is_named(void **state)
{
	uint64_t before;

	(void)state;
	leave();
	psycho_chip.never_done = true;
	before = clock_now();
	psycho_domain->driver->ops->quiet(psycho_domain);
	assert_true(clock_now() - before >= 2 * MILLISECONDS(500));
	assert_true(clock_now() - before < SECONDS(2));
	assert_non_null(strstr(host_output, "streaming buffer A has not said in 500 ms that what was flushed"));
	assert_non_null(strstr(host_output, "streaming buffer B has not said in 500 ms that what was flushed"));
	memset(psycho_chip.lines, 0, sizeof(psycho_chip.lines));
	psycho_chip.lost = 0;
	domain_restore();
	expect_given_back();
}

/* Of a console that does not translate nothing can be in a buffer, and its table is not looked at. */
static void a_table_that_is_off_is_not_read(void **state)
{
	(void)state;
	psycho_set(&psycho_chip, 0x200, 0);
	psycho_set(&psycho_chip, 0x208, 1ull << 40);		/* nobody's memory */
	psycho_set(&psycho_chip, 0x2800, 1);
	psycho_domain->driver->ops->quiet(psycho_domain);
	domain_restore();
	assert_int_equal(psycho_register(&psycho_chip, 0x200), 0);
	assert_int_equal(psycho_register(&psycho_chip, 0x208), 1ull << 40);
	assert_int_equal(psycho_register(&psycho_chip, 0x2800), 1);
}

/* A second chip, of a machine with four buses: an IOMMU of its own, and what its console left. */
static void each_chip_is_on_its_own(void **state)
{
	static struct psycho second;

	(void)state;
	psycho_add(&second, SECOND, 3, 4);
	psycho_add_bus(SECOND, 1, psycho_add_bus(SECOND, 0, NULL));
	assert_int_equal(host_attach(&host_platform, NULL), 4);
	domain_attach();
	assert_ptr_equal(host_get(0)->domain, host_get(1)->domain);
	assert_ptr_equal(host_get(2)->domain, host_get(3)->domain);
	assert_ptr_not_equal(host_get(0)->domain, host_get(2)->domain);
	psycho_set(&psycho_chip, 0x208, 0x1000000);
	psycho_set(&psycho_chip, 0x200, 0);
	psycho_set(&second, 0x208, 0x2000000);
	for (unsigned i = 0; i < 2; i++)
		domain_get(i)->driver->ops->quiet(domain_get(i));
	domain_restore();
	assert_int_equal(psycho_register(&psycho_chip, 0x208), 0x1000000);
	assert_int_equal(psycho_register(&second, 0x208), 0x2000000);
}

#define TEST(test, setup)	cmocka_unit_test_setup_teardown(test, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_under_way_arrives, psycho_hand_over),
		TEST(all_is_given_back, psycho_hand_over),
		TEST(nothing_is_given_back_that_was_not_taken, psycho_hand_over),
		TEST(a_flush_that_never_ends_is_named, psycho_hand_over),
		TEST(a_table_that_is_off_is_not_read, psycho_hand_over),
		TEST(each_chip_is_on_its_own, psycho_hand_over),
	};

	return cmocka_run_group_tests_name("psycho_console", tests, NULL, NULL);
}
