/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: boot/clock.c */
/*
 * Time: the counter's wrap, the conversion to nanoseconds, and waits that end.
 */
#include "boot/clock.h"
#include "tests/unit/host/host.h"

#define YEAR	(365ull * 86400)

static void extends(void **state)
{
	static const struct {
		uint64_t before;
		uint64_t raw;
		unsigned bits;
		uint64_t after;
	} rows[] = {
		{ 0, 0, 32, 0 },
		{ 0, 5, 32, 5 },
		{ 5, 5, 32, 5 },
		{ 0xfffffffe, 1, 32, 0x100000001 },
		{ 0x1ffffffff, 0, 32, 0x200000000 },
		{ 0x1ffffffff, 0xffffffff, 32, 0x1ffffffff },
		{ 0x1ffffffff, 0xfffffffe, 32, 0x2fffffffe },
		{ 0x100000000, 0xffffffff, 32, 0x1ffffffff },
		/* Bits of the raw value above the counter's are not part of it. */
		{ 7, 0xabcdef0100000009, 32, 9 },
		{ 0x7ffffffffffffffe, 1, 63, 0x8000000000000001 },
		{ 5, 4, 64, 4 },
		{ 0, UINT64_MAX, 64, UINT64_MAX },
		{ 2, 1, 1, 3 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t after = clock_extend(rows[i].before, rows[i].raw, rows[i].bits);

		if (after != rows[i].after)
			fail_msg("row %u: %#llx, should be %#llx", i, (unsigned long long)after,
				 (unsigned long long)rows[i].after);
	}
}

/* Exact to the nanosecond, rounded down, at every rate a CPU has, for a century. */
static void converts(void **state)
{
	static const uint64_t rates[] = {
		1, 1024, 100000000, 250000000, 333333333, 999999999, 1000000000, 1000000001, 1250000000, 18000000000,
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		uint64_t hz = rates[i];
		uint64_t century = 100 * YEAR * hz;
		uint64_t counts[] = { 0, 1, hz - 1, hz, hz + 1, 17 * hz + hz / 3, century - 1, century };

		for (unsigned k = 0; k < sizeof counts / sizeof counts[0]; k++) {
			unsigned __int128 exact = (unsigned __int128)counts[k] * 1000000000u / hz;

			assert_int_equal(clock_nanoseconds(counts[k], hz), (uint64_t)exact);
		}
	}
}

/* QEMU's Alpha: 32 bits at 250 MHz, 17.18 s a wrap, begun just before one. */
static void goes_on_over_wraps(void **state)
{
	uint64_t begin = 0x12fffffff0;

	(void)state;
	host_clock_bits = 32;
	host_clock_step = 0;
	host_clock = begin;
	clock_init(250000000, 32);
	for (uint64_t second = 0; second < 1000; second += 10) {
		host_clock = begin + second * 250000000;
		assert_int_equal(clock_now(), SECONDS(second));
		assert_int_equal(clock_now(), SECONDS(second));
	}
}

/* A second clock_init() begins at 0 again. */
static void begins_at_zero(void **state)
{
	(void)state;
	host_clock_step = 0;
	host_clock = 123456789;
	clock_init(100000000, 63);
	assert_int_equal(clock_now(), 0);
	host_clock += 100;
	assert_int_equal(clock_now(), MICROSECONDS(1));
}

static void waits(void **state)
{
	uint64_t before;

	(void)state;
	clock_init(1000000000, 64);
	before = host_clock;
	clock_wait(MILLISECONDS(3));
	assert_in_range(host_clock - before, MILLISECONDS(3), MILLISECONDS(3) + MICROSECONDS(10));
}

static unsigned looks;

static bool never(void)
{
	looks++;
	return false;
}

static void poll_ends(void **state)
{
	uint64_t before;

	(void)state;
	clock_init(1000000000, 64);
	before = host_clock;
	looks = 0;
	assert_false(poll_until(never(), MILLISECONDS(1)));
	assert_in_range(host_clock - before, MILLISECONDS(1), MILLISECONDS(1) + MICROSECONDS(10));
	assert_in_range(looks, 900, 1010);
}

/* The CPU was away for longer than the limit: what happened meanwhile must still be seen. */
static void poll_looks_after_the_limit(void **state)
{
	(void)state;
	clock_init(1000000000, 64);
	host_clock_step = SECONDS(10);
	looks = 0;
	assert_true(poll_until((never(), looks == 2), MILLISECONDS(1)));
	looks = 0;
	assert_false(poll_until(never(), 0));
	assert_int_equal(looks, 2);
}

/* A clock that runs ahead of the machine ends no wait before the condition was looked at often enough. */
static void poll_looks_often(void **state)
{
	(void)state;
	clock_init(1000000000, 64);
	host_clock_step = SECONDS(10);
	looks = 0;
	assert_false(poll_until(never(), SECONDS(1)));
	assert_in_range(looks, SECONDS(1) >> CLOCK_LOOK_SHIFT, (SECONDS(1) >> CLOCK_LOOK_SHIFT) + 2);
}

/* Only limits for what must happen are counted; patience makes a short one of them long. */
static void counts_limits(void **state)
{
	unsigned before = clock_limits_reached();

	(void)state;
	clock_init(1000000000, 64);
	assert_false(poll_until(never(), CLOCK_LIMIT - 1));
	assert_true(poll_until(!never(), CLOCK_LIMIT));
	assert_int_equal(clock_limits_reached(), before);
	assert_false(poll_until(never(), CLOCK_LIMIT));
	assert_int_equal(clock_limits_reached(), before + 1);
	assert_false(poll_soon(never(), MILLISECONDS(1)));
	assert_int_equal(clock_limits_reached(), before + 2);
	assert_int_equal(clock_patience(1), 1);
	clock_be_patient(true);
	assert_int_equal(clock_patience(1), CLOCK_PATIENCE);
	assert_int_equal(clock_patience(SECONDS(3)), SECONDS(3));
	clock_be_patient(false);
}

/* Silence is a limit that decides whenever it is asked for, and patience makes it last. */
static void counts_silence(void **state)
{
	unsigned before = clock_limits_reached();

	(void)state;
	assert_int_equal(clock_silence(1), 1);
	assert_int_equal(clock_limits_reached(), before + 1);
	clock_be_patient(true);
	assert_int_equal(clock_silence(1), CLOCK_SILENCE);
	assert_int_equal(clock_silence(SECONDS(1)), SECONDS(1));
	clock_be_patient(false);
	assert_int_equal(clock_limits_reached(), before + 3);
}

static void poll_that_holds_takes_no_time(void **state)
{
	(void)state;
	clock_init(1000000000, 64);
	looks = 0;
	assert_true(poll_until(!never(), SECONDS(1)));
	assert_int_equal(looks, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extends),
		cmocka_unit_test(converts),
		cmocka_unit_test_setup(goes_on_over_wraps, host_setup),
		cmocka_unit_test_setup(begins_at_zero, host_setup),
		cmocka_unit_test_setup(waits, host_setup),
		cmocka_unit_test_setup(poll_ends, host_setup),
		cmocka_unit_test_setup(poll_looks_after_the_limit, host_setup),
		cmocka_unit_test_setup(poll_looks_often, host_setup),
		cmocka_unit_test_setup(counts_limits, host_setup),
		cmocka_unit_test_setup(counts_silence, host_setup),
		cmocka_unit_test_setup(poll_that_holds_takes_no_time, host_setup),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
