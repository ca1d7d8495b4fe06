/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/oracle_case.list */
/*
 * The view oracle, and what stands on it: that it tells each view from each other, for an engine that goes there, and
 * that it complains when an engine moves anything else. An oracle that always gave the right answer would be worthless.
 * Where a write has landed is test_landing.c's.
 */
#include <string.h>

#include <linux/pci_regs.h>

#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"
#include "tests/conformance/probe/witness.h"
#include "tests/unit/oracle_case.h"

static struct oracle oracle;

static void make(void)
{
	assert_true(oracle_make(&case_trial, case_bus.engine, DMA_DEVICE_BOTH, &oracle));
}

static struct sighting write_once(void)
{
	struct sighting sighting;

	make();
	sighting = oracle_device_writes(&case_trial, case_bus.engine, &oracle, ENGINE_LIMIT);
	oracle_release(&oracle);
	return sighting;
}

static struct sighting read_once(void)
{
	struct sighting sighting;

	make();
	sighting = oracle_device_reads(&case_trial, case_bus.engine, &oracle, ENGINE_LIMIT);
	oracle_release(&oracle);
	return sighting;
}

static void a_write_is_seen_where_it_goes(void **state)
{
	(void)state;
	for (unsigned view = VIEW_NONE; view <= VIEW_BOTH; view++) {
		struct sighting sighting;

		case_bus.does.view = view;
		sighting = write_once();
		assert_int_equal(sighting.view, view);
		assert_int_equal(sighting.result, ENGINE_DONE);
		assert_non_null(strstr(case_evidence, "target: \"number 0x80"));
		case_expect(VERDICT_PASS, "");
	}
}

/* Also where the engine denies it, or says nothing. */
static void a_write_is_seen_whatever_is_said(void **state)
{
	(void)state;
	for (unsigned result = ENGINE_DONE; result <= ENGINE_FAILED; result++) {
		struct sighting sighting;

		case_bus.does = (struct case_behaviour) { .view = VIEW_PHYSICAL, .result = result };
		sighting = write_once();
		assert_int_equal(sighting.view, VIEW_PHYSICAL);
		assert_int_equal(sighting.result, result);
	}
	case_expect(VERDICT_PASS, "");
}

static void a_read_is_seen_where_it_goes(void **state)
{
	static const enum view views[] = { VIEW_NONE, VIEW_PHYSICAL, VIEW_BUS };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct sighting sighting;

		case_bus.does.view = views[i];
		sighting = read_once();
		assert_int_equal(sighting.view, views[i]);
		assert_int_equal(sighting.zeroes, views[i] == VIEW_NONE);
		case_expect(VERDICT_PASS, "");
	}
}

static void a_read_of_zeroes_is_no_view(void **state)
{
	struct sighting sighting;

	(void)state;
	case_bus.does.sees_zeroes = true;
	sighting = read_once();
	assert_int_equal(sighting.view, VIEW_NONE);
	assert_true(sighting.zeroes);
	case_expect(VERDICT_PASS, "");
}

static void a_read_that_is_not_completed_saw_nothing(void **state)
{
	(void)state;
	case_bus.does.result = ENGINE_SILENT;
	assert_int_equal(read_once().view, VIEW_NONE);
	case_expect(VERDICT_PASS, "");
}

static void a_read_of_something_else_fails(void **state)
{
	(void)state;
	case_bus.does.sees_rubbish = true;
	assert_int_equal(read_once().view, VIEW_NONE);
	case_expect(VERDICT_FAIL, "the device read something that is in neither frame");
}

static void a_read_moves_nothing(void **state)
{
	(void)state;
	for (unsigned view = VIEW_PHYSICAL; view <= VIEW_BUS; view++) {
		case_bus.does = (struct case_behaviour) { .view = view, .read_moves = true };
		read_once();
		case_expect(VERDICT_FAIL, "a read moved memory in the frame at");
		case_bus.does = (struct case_behaviour) { .view = view };
	}
}

static void nothing_beside_the_target_moves(void **state)
{
	(void)state;
	for (unsigned view = VIEW_PHYSICAL; view <= VIEW_BUS; view++)
		for (int beside = -8; beside <= 64; beside += 72) {
			case_bus.does = (struct case_behaviour) { .view = view, .beside = beside };
			assert_int_equal(write_once().view, view);
			case_expect(VERDICT_FAIL, view == VIEW_BUS ?
				    "memory beside the target moved in the bus-frame" :
				    "memory beside the target moved in the physical-frame");
		}
}

static void no_number_that_differs_in_one_bit_moves(void **state)
{
	(void)state;
	case_bus.does.alias = 1ull << 14;
	assert_int_equal(write_once().view, VIEW_BUS);
	case_expect(VERDICT_FAIL, "memory moved at 0x80");
}

/* A window that covers no memory: the number leads somewhere as a bus address, and as a physical one nowhere. */
static void a_number_may_be_of_the_bus_alone(void **state)
{
	(void)state;
	domain_close_window(case_domain, 0);
	case_bus.does.view = VIEW_BUS;
	assert_int_equal(write_once().view, VIEW_BUS);
	assert_int_equal(read_once().view, VIEW_BUS);
	assert_true(oracle.decoy.bus_alone);
	case_expect(VERDICT_PASS, "");
	case_bus.does.view = VIEW_PHYSICAL;
	assert_int_equal(write_once().view, VIEW_NONE);
	assert_int_equal(read_once().view, VIEW_NONE);
	assert_true(dma_restore(case_domain));
}

/* Of whoever takes physical addresses nothing could be said there. */
static void a_physical_address_is_not_judged_by_the_bus(void **state)
{
	(void)state;
	domain_close_window(case_domain, 0);
	assert_false(oracle_make(&case_trial, case_physical.engine, DMA_DEVICE_BOTH, &oracle));
	case_expect(VERDICT_SKIP, "no memory has a number that a window of the bridge claims");
	assert_false(oracle_has_common(&case_trial, case_bus.engine));
	case_expect(VERDICT_SKIP, "no memory has a number that a window of the bridge claims");
	assert_int_equal(dma_live(case_domain), 0);
	assert_true(dma_restore(case_domain));
	assert_true(oracle_has_common(&case_trial, case_bus.engine));
	case_expect(VERDICT_PASS, "");
}

/* A decoy that cannot be had is an error, and nothing is left of it. */
static void without_room_there_is_no_oracle(void **state)
{
	phys_addr rest;

	(void)state;
	while (frames_take_between(FRAMES_BY_ADDRESS_END / 2, FRAMES_BY_ADDRESS_END, 1, FRAME_SIZE, &rest))
		continue;
	assert_false(oracle_make(&case_trial, case_bus.engine, DMA_DEVICE_BOTH, &oracle));
	case_expect(VERDICT_ERROR, "no room for a decoy");
	for (uint64_t address = FRAMES_BY_ADDRESS_END / 2; address < FRAMES_BY_ADDRESS_END / 2 + MIB / 4;
	     address += FRAME_SIZE)
		frames_give((phys_addr) { address }, 1);
}

static void a_device_that_does_not_start_is_an_error(void **state)
{
	(void)state;
	case_bus.does.does_not_start = true;
	assert_false(trial_start_oracle(&case_trial, DMA_DEVICE_BOTH, &oracle));
	case_expect(VERDICT_ERROR, "the device cannot be started: it is broken");
	engine_stop(case_bus.engine);
	assert_int_equal(case_bus.stops, 1);
}

/* ---- expect_recovers(), expect_landing() ---- */

static void a_good_device_recovers(void **state)
{
	(void)state;
	trial_note(&case_trial, "before", "x");
	assert_true(engine_start(case_bus.engine));
	expect_recovers(&case_trial, case_bus.engine);
	assert_string_equal(case_evidence, "before: \"x\"\n");
	assert_int_equal(case_bus.starts, 2);
	assert_int_equal(case_bus.stops, 2);
	case_expect(VERDICT_PASS, "");
}

static void a_wedged_device_does_not_recover(void **state)
{
	static const struct case_behaviour wedged[] = {
		{ .view = VIEW_BUS, .result = ENGINE_SILENT }, { .view = VIEW_BUS, .result = ENGINE_FAILED },
		{ .view = VIEW_NONE }, { .view = VIEW_PHYSICAL }, { .view = VIEW_BOTH },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(wedged) / sizeof(wedged[0]); i++) {
		case_bus.does = wedged[i];
		expect_recovers(&case_trial, case_bus.engine);
		case_expect(VERDICT_FAIL, "wedged: after a reset a good request does not work");
	}
	case_bus.does = (struct case_behaviour) { .does_not_start = true };
	expect_recovers(&case_trial, case_bus.engine);
	case_expect(VERDICT_FAIL, "wedged: after a reset the device cannot be started: it is broken");
	engine_stop(case_bus.engine);
}

/* ---- Waiting, and what a bus says ---- */

/* A device that is late is waited for by the transfers of another one, and what it then says counts. */
static void a_witness_gives_time(void **state)
{
	(void)state;
	make();
	case_bus.does.late = 1;
	assert_int_equal(oracle_device_writes(&case_trial, case_bus.engine, &oracle, WITNESSED).result, ENGINE_DONE);
	assert_true(case_physical.transfers >= 2);
	assert_int_equal(case_physical.stops, case_physical.starts);
	oracle_release(&oracle);
	case_expect(VERDICT_PASS, "");
}

static void silence_stays_silence(void **state)
{
	(void)state;
	make();
	case_bus.does = (struct case_behaviour) { .result = ENGINE_SILENT };
	assert_int_equal(oracle_device_writes(&case_trial, case_bus.engine, &oracle, WITNESSED).result, ENGINE_SILENT);
	oracle_release(&oracle);
}

static const struct { uint16_t status; const char *fault; } bus_errors[] = {
	{ PCI_STATUS_REC_MASTER_ABORT, "PCI status is 0x2000: master abort" },
	{ PCI_STATUS_REC_TARGET_ABORT, "PCI status is 0x1000: target abort" },
	{ PCI_STATUS_PARITY, "PCI status is 0x100: parity error" },
	{ PCI_STATUS_DETECTED_PARITY, "PCI status is 0x8000: parity error" },
};

static void errors_on_the_bus_are_seen(void **state)
{
	(void)state;
	assert_false(engine_bus_error(case_bus.engine));
	assert_string_equal(case_bus.engine->fault, "");
	for (unsigned i = 0; i < sizeof(bus_errors) / sizeof(bus_errors[0]); i++) {
		assert_true(engine_start(case_bus.engine));
		assert_false(engine_bus_error(case_bus.engine));
		pci_stub_status = bus_errors[i].status;
		assert_true(engine_bus_error(case_bus.engine));
		assert_string_equal(case_bus.engine->fault, bus_errors[i].fault);
	}
	engine_stop(case_bus.engine);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, case_oracle, case_oracle_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_write_is_seen_where_it_goes),
		TEST(a_write_is_seen_whatever_is_said),
		TEST(a_read_is_seen_where_it_goes),
		TEST(a_read_of_zeroes_is_no_view),
		TEST(a_read_that_is_not_completed_saw_nothing),
		TEST(a_read_of_something_else_fails),
		TEST(a_read_moves_nothing),
		TEST(nothing_beside_the_target_moves),
		TEST(no_number_that_differs_in_one_bit_moves),
		TEST(a_number_may_be_of_the_bus_alone),
		TEST(a_physical_address_is_not_judged_by_the_bus),
		TEST(without_room_there_is_no_oracle),
		TEST(a_device_that_does_not_start_is_an_error),
		TEST(a_good_device_recovers),
		TEST(a_wedged_device_does_not_recover),
		TEST(a_witness_gives_time),
		TEST(silence_stays_silence),
		TEST(errors_on_the_bus_are_seen),
	};

	return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
