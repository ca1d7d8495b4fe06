/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/virtio_model.list tests/unit/engine_case.list tests/unit/suite_case.list
 * drivers/virtio/device/rng.c */
/*
 * Suite virtio.rng on entropy devices of software: a right one passes, also one that gives less than it was asked for,
 * and each wrong one is found by the test that is there for it.
 */
#include <string.h>

#include "tests/conformance/virtio/rng/rng.c"
#include "tests/unit/suite_case.h"

/* What is wrong with the device: all zero is nothing. */
static struct {
	uint32_t most;			/* bytes of an answer; 0: no limit */
	bool same, constant_at_end, short_of_one, empty, too_long, beside, before;
} wrong;

static uint64_t state;

/* Any sequence without a short period will do: Knuth's. */
static uint8_t next_byte(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 56;
}

static uint32_t answer(unsigned queue, const struct model_chain *chain)
{
	uint8_t *bytes = case_piece(chain, 0);
	uint32_t size = chain->pieces[0].size;

	(void)queue;
	if (wrong.empty)
		return 0;
	if (wrong.most && size > wrong.most)
		size = wrong.most;
	if (wrong.same)
		state = 0;
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = next_byte();
	if (wrong.constant_at_end && size > 63)
		bytes[63] = 0;
	if (wrong.short_of_one && size == 64)
		bytes[63] = FLIGHT_FILL;
	if (wrong.beside)
		bytes[size] = ~FLIGHT_FILL;
	if (wrong.before)
		bytes[-1] = ~FLIGHT_FILL;
	return wrong.too_long ? size + 1 : size;
}

static void make(void)
{
	memset(&wrong, 0, sizeof(wrong));
	case_answer = answer;
	engine_case_make(VIRTIO_ID_RNG, 0, "accepted");
	engine_case_start();
	engine_stop(case_engine);
}

static void a_right_device(void **state)
{
	(void)state;
	make();
	suite_expect_function(sizes, VERDICT_PASS, "0 of 16 answers were shorter");
	suite_expect_function(every_byte, VERDICT_PASS, "");
	suite_expect_function(distinct, VERDICT_PASS, "");
}

/* As it may: a device that gives less, and one of which little is known therefore. */
static void short_answers(void **state)
{
	(void)state;
	make();
	wrong.most = 5;
	suite_expect_function(sizes, VERDICT_PASS, "11 of 16 answers were shorter");
	suite_expect_function(every_byte, VERDICT_PASS, "");
	suite_expect_function(distinct, VERDICT_PASS, "");
}

static void wrong_lengths(void **state)
{
	(void)state;
	make();
	wrong.empty = true;
	suite_expect_function(sizes, VERDICT_FAIL, "a buffer of 1 bytes came back empty");
	wrong.empty = false;
	wrong.too_long = true;
	suite_expect_function(sizes, VERDICT_FAIL, "a buffer of 1 bytes came back with 2");
}

static void bytes_beside(void **state)
{
	(void)state;
	make();
	wrong.beside = true;
	suite_expect_function(sizes, VERDICT_FAIL, "byte 34 of the memory, which no buffer covers, was written");
	wrong.beside = false;
	wrong.before = true;
	suite_expect_function(sizes, VERDICT_FAIL, "byte 32 of the memory, which no buffer covers, was written");
}

static void bytes_that_are_not_random(void **state)
{
	(void)state;
	make();
	wrong.constant_at_end = true;
	suite_expect_function(every_byte, VERDICT_FAIL, "byte 63 of all 12 answers is 0");
	wrong.constant_at_end = false;
	wrong.short_of_one = true;
	suite_expect_function(every_byte, VERDICT_FAIL, "byte 63 of all 12 answers is 0x5a, as it was before");
	wrong.short_of_one = false;
	wrong.same = true;
	suite_expect_function(every_byte, VERDICT_FAIL, "byte 0 of all 12 answers");
	suite_expect_function(distinct, VERDICT_FAIL, "answers 0 and 1 begin with the same 12 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(a_right_device),
		ENGINE_TEST(short_answers),
		ENGINE_TEST(wrong_lengths),
		ENGINE_TEST(bytes_beside),
		ENGINE_TEST(bytes_that_are_not_random),
	};

	return cmocka_run_group_tests_name("suite-rng", tests, NULL, NULL);
}
