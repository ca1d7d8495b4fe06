/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/oracle_case.list */
/*
 * Where a write has landed: that it is found in the frame it went to, in each of several and in each half of two, and
 * that every word beside it is looked at.
 */
#include "boot/frames.h"
#include "tests/conformance/probe/landing.h"
#include "tests/unit/oracle_case.h"

static void land(unsigned view, int beside, bool must)
{
	struct decoy decoy;

	assert_true(decoy_make(&decoy, case_bus.engine->function, 1, DMA_DEVICE_BOTH));
	case_bus.does = (struct case_behaviour) { .view = view, .beside = beside };
	expect_landing(&case_trial, case_bus.engine, decoy.number + 128, decoy.bus_frame, must);
	decoy_release(&decoy);
}

static void a_write_lands_where_it_must(void **state)
{
	(void)state;
	land(VIEW_BUS, 0, true);
	case_expect(VERDICT_PASS, "");
	land(VIEW_NONE, 0, false);
	case_expect(VERDICT_PASS, "");
	land(VIEW_NONE, 0, true);
	case_expect(VERDICT_FAIL, "a write at bus address 0x");
	land(VIEW_PHYSICAL, 0, true);
	case_expect(VERDICT_FAIL, "a write at bus address 0x");
	land(VIEW_BUS, 0, false);
	case_expect(VERDICT_FAIL, "a write at bus address 0x");
	land(VIEW_BUS, 64, true);
	case_expect(VERDICT_FAIL, "memory beside the target moved, at 0x");
}

static void touch(phys_addr frame, uint64_t offset)
{
	*(uint64_t *)arch_pointer((phys_addr) { frame.value + offset }) ^= 1;
}

/* Each word of a frame is the target's or beside it, up to its last one. */
static void every_word_of_a_frame_is_looked_at(void **state)
{
	static const struct { uint64_t offset; uint32_t size; } targets[] = {
		{ 0, 64 }, { 2048, 64 }, { FRAME_SIZE - 64, 64 }, { 8, 8 }, { 64, 12 },
	};
	phys_addr frame;

	(void)state;
	assert_true(frames_take(1, FRAME_SIZE, &frame));
	frames_fill(frame, FRAME_SIZE);
	for (unsigned i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		for (uint64_t at = 0; at < FRAME_SIZE; at += 8) {
			bool inside = at >= targets[i].offset && at < targets[i].offset + targets[i].size;
			struct landing look;

			touch(frame, at);
			look = landing_look(frame, FRAME_SIZE, targets[i].offset, targets[i].size);
			touch(frame, at);
			if (look.moved != inside || look.beside == inside)
				fail_msg("target %u, word at %#llx", i, (unsigned long long)at);
			assert_int_equal((inside ? look.at : look.at_beside).first.value, frame.value + at);
		}
	frames_give(frame, 1);
}

/* In which of the frames, and in which halves of two; after each look they hold their pattern again. */
static void a_write_is_found_in_each_frame(void **state)
{
	phys_addr frames[3];
	struct landed_halves halves;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_true(frames_take(1, FRAME_SIZE, &frames[i]));
	for (unsigned bits = 0; bits < 8; bits++) {
		for (unsigned i = 0; i < 3; i++)
			if (bits >> i & 1)
				touch(frames[i], 136);
		assert_int_equal(landed_in(&case_trial, 0x40000080, 64, frames, 3), bits);
	}
	for (unsigned bits = 0; bits < 4; bits++) {
		if (bits & 1)
			touch(frames[0], FRAME_SIZE - 8);
		if (bits & 2)
			touch(frames[1], 0);
		halves = landed_across(&case_trial, frames[0], frames[1], 32);
		assert_int_equal(halves.before, bits & 1);
		assert_int_equal(halves.behind, bits >> 1);
	}
	case_expect(VERDICT_PASS, "");
	touch(frames[1], 32);
	landed_across(&case_trial, frames[0], frames[1], 32);
	case_expect(VERDICT_FAIL, "memory beside the target moved, at 0x");
	for (unsigned i = 0; i < 3; i++)
		frames_give(frames[i], 1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, case_oracle, case_oracle_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_write_lands_where_it_must),
		TEST(every_word_of_a_frame_is_looked_at),
		TEST(a_write_is_found_in_each_frame),
	};

	return cmocka_run_group_tests_name("landing", tests, NULL, NULL);
}
