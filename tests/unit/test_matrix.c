/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/oracle_case.list tests/conformance/framework/matrix.c tests/conformance/probe/judge.c */
/*
 * The matrix: that a view which is not the right one fails its test and stands in its own cell, and that the sentences
 * for people say "cannot" where it is so.
 */
#include <string.h>

#include "boot/tap.h"
#include "tests/conformance/probe/judge.h"
#include "tests/unit/oracle_case.h"

/* ---- Judging ---- */

static void judge(enum view must, enum view seen, enum engine_result result)
{
	case_bus.engine->view = must;
	judge_view(&case_trial, STRUCTURE_BUFFER_WRITE, (struct sighting) { result, seen, false });
}

static void the_right_view_passes(void **state)
{
	(void)state;
	judge(VIEW_BUS, VIEW_BUS, ENGINE_DONE);
	case_expect(VERDICT_PASS, "");
	judge(VIEW_PHYSICAL, VIEW_PHYSICAL, ENGINE_DONE);
	case_expect(VERDICT_PASS, "");
	judge(VIEW_IDENTITY, VIEW_IDENTITY, ENGINE_DONE);
	case_expect(VERDICT_PASS, "");
	judge(VIEW_IDENTITY, VIEW_NONE, ENGINE_DONE);
	case_expect(VERDICT_FAIL, "the access was in view none and must be in view identity");
}

static void any_other_view_fails(void **state)
{
	static const enum view right[] = { VIEW_PHYSICAL, VIEW_BUS };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		for (unsigned seen = VIEW_NONE; seen <= VIEW_BOTH; seen++) {
			if (seen == right[i])
				continue;
			judge(right[i], seen, ENGINE_DONE);
			case_expect(VERDICT_FAIL, "the access was in view ");
		}
}

/* Messages go through the bus whatever the device's driver has negotiated. */
static void a_message_is_in_the_bus_view(void **state)
{
	static const enum view drivers[] = { VIEW_PHYSICAL, VIEW_BUS };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		for (unsigned seen = VIEW_NONE; seen <= VIEW_BOTH; seen++) {
			case_bus.engine->view = drivers[i];
			judge_view(&case_trial, STRUCTURE_MESSAGE, (struct sighting) { ENGINE_DONE, seen, false });
			if (seen == VIEW_BUS)
				case_expect(VERDICT_PASS, "");
			else
				case_expect(VERDICT_FAIL, "the access was in view ");
		}
}

static void a_request_that_is_not_completed_fails(void **state)
{
	(void)state;
	judge(VIEW_BUS, VIEW_BUS, ENGINE_SILENT);
	case_expect(VERDICT_FAIL, "the request was not completed (silent)");
	judge(VIEW_BUS, VIEW_BUS, ENGINE_FAILED);
	case_expect(VERDICT_FAIL, "the request was not completed (failed)");
}

/* ---- Printing ---- */

static void print_anew(void)
{
	host_output_length = 0;
	host_output[0] = 0;
	matrix_print();
}

static void expect_line(const char *line)
{
	if (!strstr(host_output, line))
		fail_msg("not said: %s", line);
}

/* One run has one matrix, so the steps of one test. */
static void what_was_seen_is_printed(void **state)
{
	struct engine *bus = case_bus.engine;
	struct engine *physical = case_physical.engine;

	(void)state;
	matrix_record(bus, STRUCTURE_DESCRIPTORS, VIEW_BUS);
	matrix_record(bus, STRUCTURE_AVAILABLE, VIEW_BUS);
	matrix_unused(bus, STRUCTURE_USED);
	matrix_record(bus, STRUCTURE_BUFFER_WRITE, VIEW_BUS);
	matrix_record_variant(bus, DECLINED_VERSION_1, STRUCTURE_AVAILABLE, VIEW_NONE);
	matrix_refused(bus, DECLINED, STRUCTURE_DESCRIPTORS);
	matrix_record(physical, STRUCTURE_DESCRIPTORS, VIEW_PHYSICAL);
	matrix_record(physical, STRUCTURE_BUFFER_WRITE, VIEW_PHYSICAL);
	print_anew();
	expect_line("# matrix: device and mode                    descriptors   available     used          "
		    "buffer-write \n");
	expect_line("# matrix: soft@00:00.0                       bus           bus           unused        bus        "
		    "  \n");
	expect_line("# matrix: soft@00:00.0/declined              refused       -             -             -          "
		    "  \n");
	expect_line("# matrix: soft@00:00.0/declined-version-1    -             none          -             -          "
		    "  \n");
	expect_line("# matrix: soft@00:01.0                       physical      -             -             physical   "
		    "  \n");
	expect_line("# soft@00:00.0: a guest that follows the specification (Linux) can use it as presented: bit 33 is "
		    "offered");
	expect_line("# soft@00:00.0: a guest that always passes bus addresses (bus_dma: NetBSD, OpenBSD) can use it as "
		    "presented, "
		    "if it accepts bit 33.");
	expect_line("# soft@00:01.0: a guest that follows the specification (Linux) can use it as presented: bit 33 is "
		    "not offered");
	expect_line("# soft@00:01.0: a guest that always passes bus addresses (bus_dma: NetBSD, OpenBSD) cannot use "
		    "it");

	/* One structure in the wrong view is enough. */
	matrix_record(bus, STRUCTURE_AVAILABLE, VIEW_PHYSICAL);
	matrix_record(physical, STRUCTURE_BUFFER_WRITE, VIEW_BUS);
	print_anew();
	expect_line("# matrix: soft@00:00.0                       bus           physical      unused        bus        "
		    "  \n");
	expect_line("# soft@00:00.0: a guest that follows the specification (Linux) cannot use it as presented: "
		    "not all of its accesses are in the bus view.");
	expect_line("# soft@00:00.0: a guest that always passes bus addresses (bus_dma: NetBSD, OpenBSD) cannot use "
		    "it");
	expect_line("# soft@00:01.0: a guest that follows the specification (Linux) cannot use it as presented: "
		    "not all of its accesses are in the physical view.");

	/* Where nothing translates there is one view, and one sentence. */
	bus->view = VIEW_IDENTITY;
	for (unsigned i = 0; i < 3; i++)
		matrix_record(bus, (enum structure[]) {
			STRUCTURE_DESCRIPTORS, STRUCTURE_AVAILABLE, STRUCTURE_BUFFER_WRITE,
		}[i], VIEW_IDENTITY);
	print_anew();
	expect_line("# matrix: soft@00:00.0                       identity      identity      unused        identity   "
		    "  \n");
	expect_line("# soft@00:00.0: nothing here translates addresses (identity): what a guest passes is right");
	assert_null(strstr(host_output, "# soft@00:00.0: a guest"));
	matrix_record(bus, STRUCTURE_AVAILABLE, VIEW_NONE);
	print_anew();
	expect_line("# soft@00:00.0: a guest that follows the specification (Linux) cannot use it as presented: "
		    "not all of its accesses are in the identity view.");

	/* A message is right in the bus view, and has a column where one was seen. */
	matrix_record(physical, STRUCTURE_BUFFER_WRITE, VIEW_PHYSICAL);
	matrix_record(physical, STRUCTURE_MESSAGE, VIEW_BUS);
	print_anew();
	expect_line("buffer-write  message      \n");
	expect_line("# matrix: soft@00:01.0                       physical      -             -             "
		    "physical      bus          \n");
	expect_line("# soft@00:01.0: a guest that follows the specification (Linux) can use it as presented");
	matrix_record(physical, STRUCTURE_MESSAGE, VIEW_PHYSICAL);
	print_anew();
	expect_line("# soft@00:01.0: a guest that follows the specification (Linux) cannot use it as presented");
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, case_oracle, case_oracle_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_right_view_passes),
		TEST(any_other_view_fails),
		TEST(a_request_that_is_not_completed_fails),
		TEST(what_was_seen_is_printed),
		/* Fills a column of the matrix. */
		TEST(a_message_is_in_the_bus_view),
	};

	tap_plan(0, "");
	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
