/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: arch/alpha/logout.c */
/*
 * Logout frames of the two sizes that an ES40 has, and ones whose head lies.
 */
#include "arch/alpha/logout.h"

#include <string.h>

#include "tests/unit/host/host.h"

#define FRAME		0x6000ul
#define WORDS		32

static uint64_t frame[WORDS];
static uint64_t readable;	/* bytes */
static unsigned peeks;

static bool peek(uint64_t address, uint64_t *value)
{
	assert_int_equal(address % 8, 0);
	peeks++;
	if (address < FRAME || address >= FRAME + readable)
		return false;
	*value = frame[(address - FRAME) / 8];
	return true;
}

static int setup(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WORDS; i++)
		frame[i] = 0x1000 + 8 * i;
	frame[2] = 0x100000202;
	readable = sizeof frame;
	peeks = 0;
	return 0;
}

static void head(uint64_t size, uint64_t cpu, uint64_t system)
{
	frame[0] = size | 1ul << 63;
	frame[1] = cpu | system << 32;
}

static uint64_t word(const struct logout *logout, const char *name)
{
	for (unsigned i = 0; i < logout->count; i++)
		if (!strcmp(logout->names[i], name))
			return logout->words[i];
	fail_msg("no word %s", name);
	return 0;
}

static void uncorrected(void **state)
{
	struct logout logout;

	(void)state;
	head(0xc8, 0x18, 0xa0);
	frame[0xb0 / 8] = 1ul << 28;
	frame[0xb8 / 8] = 1ul << 4 | 1ul << 8 | 1;
	frame[0xc0 / 8] = 1ul << 6;
	logout_read(&logout, FRAME, peek);
	assert_int_equal(logout.count, 1 + 15 + 5);
	assert_int_equal(word(&logout, "code"), 0x100000202);
	assert_int_equal(word(&logout, "i_stat"), 0x1018);
	assert_int_equal(word(&logout, "exc_addr"), 0x1058);
	assert_int_equal(word(&logout, "pctx"), 0x1088);
	assert_int_equal(word(&logout, "dir"), 0x10a8);
	assert_int_equal(word(&logout, "p1_perror"), 1ul << 6);
	assert_string_equal(logout.errors[0], "MISC.NXM");
	assert_string_equal(logout.errors[1], "P0_PERROR.SGE");
	assert_string_equal(logout.errors[2], "P0_PERROR.NDS");
	assert_string_equal(logout.errors[3], "P1_PERROR.TA");
}

/* More bits than have room: the first of them. */
static void many_errors(void **state)
{
	struct { struct logout logout; uint64_t after; } kept = { .after = 42 };

	(void)state;
	head(0xc8, 0x18, 0xa0);
	frame[0xb0 / 8] = frame[0xb8 / 8] = frame[0xc0 / 8] = ~0ul;
	logout_read(&kept.logout, FRAME, peek);
	assert_string_equal(kept.logout.errors[TRAP_ERRORS - 1], "P0_PERROR.DCRTO");
	assert_int_equal(kept.after, 42);
}

static void corrected(void **state)
{
	struct logout logout;

	(void)state;
	head(0x80, 0x18, 0x58);
	frame[0x68 / 8] = 0;
	frame[0x70 / 8] = 1ul << 11;
	frame[0x78 / 8] = 0;
	logout_read(&logout, FRAME, peek);
	assert_int_equal(logout.count, 1 + 8 + 5);
	assert_int_equal(word(&logout, "mm_stat"), 0x1050);
	assert_int_equal(word(&logout, "flags"), 0x1058);
	assert_string_equal(logout.errors[0], "P0_PERROR.CRE");
	assert_null(logout.errors[1]);
}

/* A head that cannot be, or a frame that ends before it says so: no words, and a bounded look. */
static void liars(void **state)
{
	static const struct { uint64_t size, cpu, system; } heads[] = {
		{ 0, 0, 0 }, { 0xffffffff, 0x18, 0xa0 }, { 0xc8, 0x10, 0xa0 }, { 0xc8, 0xa0, 0x18 },
		{ 0xc8, 0x18, 0xd0 }, { 0xc8, 0x1c, 0xa0 }, { 0xc8, 0x18, 0xa4 }, { 0xc8, 0xffffffff, 0xffffffff },
	};
	struct logout logout;

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		head(heads[i].size, heads[i].cpu, heads[i].system);
		logout_read(&logout, FRAME, peek);
		assert_int_equal(logout.count, 0);
		assert_null(logout.errors[0]);
	}
	head(0xc8, 0x18, 0xa0);
	frame[0xb0 / 8] = 1ul << 28;
	for (readable = 0; readable < 0xc8; readable += 8) {
		logout_read(&logout, FRAME, peek);
		assert_int_equal(logout.count, 0);
		assert_null(logout.errors[0]);
	}
	logout_read(&logout, FRAME + 4, peek);
	assert_int_equal(logout.count, 0);
}

/* The largest frame that is believed does not fill more than there is room for. */
static void large(void **state)
{
	struct logout logout;

	(void)state;
	head(0x1000, 0x18, 0x800);
	logout_read(&logout, FRAME, peek);
	assert_true(logout.count <= LOGOUT_WORDS);
	assert_true(peeks < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(uncorrected, setup),
		cmocka_unit_test_setup(many_errors, setup),
		cmocka_unit_test_setup(corrected, setup),
		cmocka_unit_test_setup(liars, setup),
		cmocka_unit_test_setup(large, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
