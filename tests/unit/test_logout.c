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

/* Errors of caches: bits of three words, and one number. Where there is none, none is named. */
static void caches(void **state)
{
	static const struct { unsigned at; uint64_t value; const char *name; } rows[] = {
		{ 0x18, 1ul << 29, "I_STAT.PAR" }, { 0x20, 1ul << 0, "DC_STAT.TPERR_P0" },
		{ 0x20, 1ul << 1, "DC_STAT.TPERR_P1" }, { 0x20, 1ul << 2, "DC_STAT.ECC_ERR_ST" },
		{ 0x20, 1ul << 3, "DC_STAT.ECC_ERR_LD" }, { 0x20, 1ul << 4, "DC_STAT.SEO" },
		{ 0x50, 1ul << 10, "MM_STAT.DC_TAG_PERR" }, { 0x40, 0x01, "C_STAT.BC_PERR" },
		{ 0x40, 0x02, "C_STAT.DC_PERR" }, { 0x40, 0x03, "C_STAT.DSTREAM_MEM_ERR" },
		{ 0x40, 0x04, "C_STAT.DSTREAM_BC_ERR" }, { 0x40, 0x05, "C_STAT.DSTREAM_DC_ERR" },
		{ 0x40, 0x06, "C_STAT.PROBE_BC_ERR" }, { 0x40, 0x07, "C_STAT.PROBE_BC_ERR" },
		{ 0x40, 0x0b, "C_STAT.ISTREAM_MEM_ERR" }, { 0x40, 0x0c, "C_STAT.ISTREAM_BC_ERR" },
		{ 0x40, 0x13, "C_STAT.DSTREAM_MEM_DBL" }, { 0x40, 0x14, "C_STAT.DSTREAM_BC_DBL" },
		{ 0x40, 0x1b, "C_STAT.ISTREAM_MEM_DBL" }, { 0x40, ~0x1ful | 0x1c, "C_STAT.ISTREAM_BC_DBL" },
		{ 0x18, ~(1ul << 29), NULL }, { 0x20, ~0x1ful, NULL }, { 0x28, ~0ul, NULL }, { 0x30, ~0ul, NULL },
		{ 0x40, ~0x1ful, NULL }, { 0x40, 0x08, NULL }, { 0x48, ~0ul, NULL }, { 0x50, ~(1ul << 10), NULL },
	};
	struct logout logout;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(frame, 0, sizeof frame);
		head(0xc8, 0x18, 0xa0);
		frame[rows[i].at / 8] = rows[i].value;
		logout_read(&logout, FRAME, peek);
		if (rows[i].name)
			assert_string_equal(logout.errors[0], rows[i].name);
		assert_ptr_equal(logout.errors[rows[i].name != NULL], NULL);
	}
}

/* A cache's error comes before those of the system, and each word keeps its own meaning. */
static void of_both_parts(void **state)
{
	struct logout logout;

	(void)state;
	head(0xc8, 0x18, 0xa0);
	frame[0xb0 / 8] = frame[0xc0 / 8] = 0;
	frame[0x20 / 8] = 1ul << 4;
	frame[0xb8 / 8] = 1ul << 4;
	logout_read(&logout, FRAME, peek);
	assert_string_equal(logout.errors[0], "DC_STAT.SEO");
	assert_string_equal(logout.errors[1], "P0_PERROR.SGE");
	assert_null(logout.errors[2]);
}

/*
 * Frames that end early, of any length: what is in them whole is told, and nothing that is behind them. Bit 63 and the
 * like of the size's quadword are no length.
 */
static void short_frames(void **state)
{
	static const struct { uint64_t size, cpu, system; unsigned count; } rows[] = {
		{ 0x18, 0x18, 0x18, 1 },		/* the head alone */
		{ 0x20, 0x18, 0x20, 2 }, { 0x20, 0x18, 0x18, 2 },
		{ 0xa0, 0x18, 0xa0, 16 },		/* no word of the system's */
		{ 0xa7, 0x18, 0xa0, 16 }, { 0xa8, 0x18, 0xa0, 17 }, { 0xc1, 0x18, 0xa0, 20 },
		{ 0xc7, 0x18, 0xa0, 20 }, { 0xc8, 0x18, 0xa0, 21 }, { 0xc9, 0x18, 0xa0, 21 },
		{ 0xf8, 0x18, 0xa0, 21 }, { 0xc8, 0x60, 0xa0, 14 }, { 0xc8, 0xc0, 0xc0, 2 },
		{ 0xc8, 0xc8, 0xc8, 1 },		/* both parts at its end */
		{ 0x17, 0x18, 0x18, 0 }, { 0x10, 0x18, 0x18, 0 }, { 8, 0x18, 0x18, 0 }, { 0x9f, 0x18, 0xa0, 0 },
	};
	struct logout logout;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		head(rows[i].size | 7ul << 60, rows[i].cpu, rows[i].system);
		readable = rows[i].count ? rows[i].size & ~7ul : sizeof frame;
		logout_read(&logout, FRAME, peek);
		if (logout.count != rows[i].count)
			fail_msg("row %zu: %u words, not %u", i, logout.count, rows[i].count);
		for (unsigned n = 1; n < logout.count; n++)
			assert_in_range(logout.words[n], 0x1000 + 0x18, 0x1000 + rows[i].size - 8);
	}
}

/* Lengths and offsets that no frame has, and a frame at the end of all addresses: no word, and three looks at most. */
static void absurd_frames(void **state)
{
	static const struct { uint64_t size, cpu, system; } rows[] = {
		{ 0x1001, 0x18, 0xa0 }, { 0x2000, 0x18, 0xa0 }, { 0x80000000, 0x18, 0xa0 }, { 0xfffffff8, 0x18, 0xa0 },
		{ 0xc8, 0x18, 0xc9 }, { 0xc8, 0x18, 0x1000 }, { 0xc8, 0x18, 0x80000000 }, { 0xc8, 0xd0, 0xd0 },
		{ 0xc8, 0x80000018, 0xa0 }, { 0xc8, 0, 0xa0 }, { 0xc8, 0x18, 0 }, { 0xc8, 0, 0 },
	};
	struct logout logout;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		head(rows[i].size, rows[i].cpu, rows[i].system);
		peeks = 0;
		logout_read(&logout, FRAME, peek);
		if (logout.count || logout.errors[0] || peeks > 3)
			fail_msg("row %zu: %u words, %u looks", i, logout.count, peeks);
	}
	peeks = 0;
	logout_read(&logout, ~7ul, peek);
	assert_int_equal(logout.count, 0);
	assert_true(peeks <= 3);
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
		cmocka_unit_test_setup(caches, setup),
		cmocka_unit_test_setup(of_both_parts, setup),
		cmocka_unit_test_setup(short_frames, setup),
		cmocka_unit_test_setup(absurd_frames, setup),
		cmocka_unit_test_setup(large, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
