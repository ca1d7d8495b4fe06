/* SPDX-License-Identifier: BSD-2-Clause */
/* sources: tests/unit/oracle_case.list tests/conformance/probe/refusals.c */
/*
 * What must not work: each of these tests passes on an engine that obeys, and fails on one that does what it must not,
 * or that is wedged by being refused.
 */
#include "tests/conformance/probe/refusals.h"
#include "tests/unit/oracle_case.h"

/* The virtio side of expect_silence() is not this file's. */
uint16_t virtqueue_used_index(const struct virtqueue *queue)
{
	(void)queue;
	return 0;
}

struct virtqueue *virtio_engine_requests(struct virtio_engine *virtio)
{
	(void)virtio;
	return NULL;
}

static const struct row {
	const char *name;
	void (*test)(struct trial *trial);
	struct case_behaviour does;
	enum verdict verdict;
	const char *complaint;			/* begins so; "" of a pass */
} rows[] = {
	{ "unmapped write", refuse_unmapped_write, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "unmapped write, physical", refuse_unmapped_write, { .view = VIEW_PHYSICAL }, VERDICT_FAIL,
	  "the page is not mapped, and yet the device's write was seen in view physical" },
	{ "unmapped write, beside", refuse_unmapped_write, { .view = VIEW_PHYSICAL, .beside = -8 }, VERDICT_FAIL,
	  "memory beside the target moved" },
	{ "unmapped read", refuse_unmapped_read, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "unmapped read, physical", refuse_unmapped_read, { .view = VIEW_PHYSICAL }, VERDICT_FAIL,
	  "the page is not mapped, and yet the device has read it in view physical" },
	{ "read-only write", refuse_read_only_write, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "read-only write, permissions ignored", refuse_read_only_write,
	  { .view = VIEW_BUS, .ignores_permissions = true }, VERDICT_FAIL,
	  "the page is read-only, and yet the device's write was seen in view bus" },
	{ "read-only write, physical", refuse_read_only_write, { .view = VIEW_PHYSICAL }, VERDICT_FAIL,
	  "the page is read-only, and yet the device's write was seen in view physical" },
	{ "read-only read", allow_read_only_read, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "read-only read, nowhere", allow_read_only_read, { .view = VIEW_NONE }, VERDICT_FAIL,
	  "a read-only page was read in view none" },
	{ "read-only read, physical", allow_read_only_read, { .view = VIEW_PHYSICAL }, VERDICT_FAIL,
	  "a read-only page was read in view physical" },
	{ "revoked", refuse_revoked, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "revoked, remembered", refuse_revoked, { .view = VIEW_BUS, .remembers = true }, VERDICT_FAIL,
	  "the mapping was revoked, and yet the device's write was seen in view bus" },
	{ "revoked, never there", refuse_revoked, { .view = VIEW_NONE }, VERDICT_ERROR,
	  "the transfer before did not work" },
	{ "bus mastering", refuse_without_bus_master, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "bus mastering, ignored", refuse_without_bus_master, { .view = VIEW_BUS, .needs_no_bus_master = true },
	  VERDICT_FAIL, "bus mastering is off, and yet the device's write was seen in view bus" },
	{ "out of window", refuse_out_of_window, { .view = VIEW_BUS }, VERDICT_PASS, "" },
	{ "out of window, low bits alone", refuse_out_of_window, { .view = VIEW_BUS, .drops = 0xff000000 },
	  VERDICT_FAIL, "no window claims 0x20800800, and yet the write arrived" },
	{ "out of window, low bits alone, physical", refuse_out_of_window,
	  { .view = VIEW_PHYSICAL, .drops = 0xff000000 },
	  VERDICT_FAIL, "no window claims 0x20800800, and yet the write arrived" },
};

static void each_refusal_sees_who_does_not_obey(void **state)
{
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		case_bus.does = rows[i].does;
		rows[i].test(&case_trial);
		engine_stop(case_bus.engine);
		case_expect(rows[i].verdict, rows[i].complaint);
		host_teardown(state);
		case_oracle(state);
	}
}

/* Refused and then silent for ever is a failure, also where nothing moved. */
static void a_refusal_must_not_wedge(void **state)
{
	void (*const tests[])(struct trial *trial) = {
		refuse_unmapped_write, refuse_unmapped_read, refuse_read_only_write, refuse_out_of_window,
		refuse_without_bus_master,
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		case_bus.does = (struct case_behaviour) { .view = VIEW_BUS, .result = ENGINE_SILENT };
		tests[i](&case_trial);
		case_expect(VERDICT_FAIL, "wedged: ");
	}
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, case_oracle, case_oracle_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_refusal_sees_who_does_not_obey),
		TEST(a_refusal_must_not_wedge),
	};

	return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
