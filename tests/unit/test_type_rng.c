/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list drivers/virtio/device/rng.c */
/*
 * The entropy device's driver. DRV-* are clauses of the specification that our driver is held to.
 */
#include <string.h>

#include <linux/virtio_ids.h>

#include "tests/unit/engine_case.h"

#define SIZE	64u
#define WHOLE	UINT32_MAX

/* What the device gives: so many bytes at once, or with a quota, so many in a period, which passes when the device is
 * asked for more than is left. Without a period there is never another one. */
static uint32_t written, quota, left;
static uint64_t period;

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	uint32_t size = chain->pieces[0].size, given;

	(void)queue;
	if (!quota)
		return written == WHOLE ? size : written;
	if (!left && !period)
		return CHAIN_KEPT;
	if (!left) {
		host_clock += period;
		left = quota;
	}
	given = left < size ? left : size;
	left -= given;
	return given;
}

static uint32_t answer_at_most(unsigned queue, const struct model_chain *chain)
{
	uint32_t size = chain->pieces[0].size;

	(void)queue;
	return size < written ? size : written;
}

static void make(uint32_t (*how)(unsigned queue, const struct model_chain *chain), uint32_t gives)
{
	case_answer = how;
	written = gives;
	quota = 0;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
}

static void buffers_are_writable(void **state)
{
	void *bytes;

	(void)state;
	make(answer, WHOLE);
	engine_case_start();
	assert_int_equal(case_engine->directions, DMA_DEVICE_WRITES);
	case_transfer(DMA_DEVICE_WRITES, case_buffer(SIZE, &bytes), SIZE, NULL);
	assert_int_equal(case_count(0), 2);
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
	make(answer, WHOLE);
	engine_case_start();
	number = case_buffer(SIZE, &bytes);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		written = rows[i].length;
		if (case_transfer(DMA_DEVICE_WRITES, number, SIZE, NULL) != rows[i].result)
			fail_msg("row %u", i);
	}
}

/* Starts the device for the first time, and again: what was learnt stays. */
static void expect_pace(const char *row, bool starts, bool lacks, uint32_t largest)
{
	unsigned asked;

	if (engine_start(case_engine) != starts)
		fail_msg("%s: it %s: %s", row, starts ? "does not start" : "starts", case_engine->fault);
	engine_stop(case_engine);
	asked = case_count(0);
	for (unsigned i = 0; i < 2; i++) {
		if (!!case_engine->no_writes != lacks || (!lacks && case_engine->largest != largest) ||
		    case_engine->largest % case_engine->granule)
			fail_msg("%s: lacks %s, largest %u, granule %u", row, case_engine->no_writes,
				 case_engine->largest, case_engine->granule);
		engine_case_start();
		engine_stop(case_engine);
	}
	assert_int_equal(case_count(0), asked);
}

/* A device that always gives little is used for little; one that cannot be told from chance is not used. */
static void little_at_once(void **state)
{
	static const struct { const char *name; uint32_t most, largest; } rows[] = {
		{ "all of it", WHOLE, 4096 }, { "many", 100000, 4096 }, { "100", 100, 96 }, { "8", 8, 8 },
		{ "7", 7, 0 }, { "1", 1, 0 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		make(answer_at_most, rows[i].most);
		expect_pace(rows[i].name, true, !rows[i].largest, rows[i].largest);
	}
}

/* Under a quota it depends on how soon there is more. */
static void a_quota(void **state)
{
	static const struct { const char *name; uint32_t quota; uint64_t period; uint32_t largest; } rows[] = {
		{ "1024 in 1 ms", 1024, MILLISECONDS(1), 64 }, { "16 in 1 ms", 16, MILLISECONDS(1), 16 },
		{ "1032 in 4 ms", 1032, MILLISECONDS(4), 8 }, { "20 in 1 ms", 20, MILLISECONDS(1), 0 },
		{ "1024 in 1 s", 1024, SECONDS(1), 0 }, { "16 in 1 s", 16, SECONDS(1), 0 },
		{ "16 in 10 ms", 16, MILLISECONDS(10), 0 },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		virtio_model_machine(state);
		make(answer, WHOLE);
		quota = left = rows[i].quota;
		period = rows[i].period;
		expect_pace(rows[i].name, true, !rows[i].largest, rows[i].largest);
	}
}

/* A quota without another period: it answered, and then never again. */
static void a_quota_for_good(void **state)
{
	(void)state;
	make(answer, WHOLE);
	host_clock_step = MILLISECONDS(1);
	quota = left = 16;
	period = 0;
	expect_pace("16 in all", false, true, 0);
}

/* The legacy interface finds nothing left of what the modern one has used up; that is no fault of its own. */
static void a_quota_of_two_interfaces(void **state)
{
	struct virtio_device modern, *device;

	(void)state;
	make(answer, WHOLE);
	host_clock_step = MILLISECONDS(1);
	quota = left = 1;
	period = 0;
	device = virtio_engine_of(case_engine)->device;
	assert_false(engine_start(case_engine));
	engine_stop(case_engine);
	modern = *device;
	memset(device->learnt, 0, sizeof(device->learnt));
	case_engine->no_writes = NULL;
	device->modern = &modern;
	assert_true(engine_start(case_engine));
	assert_non_null(case_engine->no_writes);
}

static uint32_t never(unsigned queue, const struct model_chain *chain)
{
	(void)queue;
	(void)chain;
	return CHAIN_KEPT;
}

/* A device that answers nothing, or with what cannot be, lacks nothing: it is broken, and the tests say so. */
static void a_broken_device(void **state)
{
	(void)state;
	make(never, 0);
	host_clock_step = MILLISECONDS(1);
	expect_pace("silent", false, false, 4096);
	virtio_model_machine(state);
	make(answer, 0);
	expect_pace("empty answers", true, false, 4096);
	virtio_model_machine(state);
	make(answer, 1 << 30);
	expect_pace("more than there is room for", true, false, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_CLAUSES(buffers_are_writable, "DRV-RNG-1"),
		ENGINE_CLAUSES(the_length_counts, "DRV-RNG-2"),
		ENGINE_TEST(little_at_once),
		ENGINE_TEST(a_quota),
		ENGINE_TEST(a_quota_for_good),
		ENGINE_TEST(a_quota_of_two_interfaces),
		ENGINE_TEST(a_broken_device),
	};

	return cmocka_run_group_tests_name("type-rng", tests, NULL, NULL);
}
