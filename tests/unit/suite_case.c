/* SPDX-License-Identifier: BSD-2-Clause */
/* Conformance tests run on a device of software: see suite_case.h. */
#include "tests/unit/suite_case.h"

#include <string.h>

#include "tests/unit/named_test.h"

/* In the place of scope.c's: who is a subject is not asked here. */
const struct conformance_scope scope_engine, scope_virtio_device;

struct trial suite_trial;
struct subject suite_subject;

static void begin(const struct conformance_test *test)
{
	static char evidence[4096];

	case_chain_count = 0;
	memset(evidence, 0, sizeof(evidence));
	suite_subject = (struct subject) {
		.name = "device", .engine = case_engine, .device = case_virtio->device,
		.function = case_virtio->device->function,
	};
	suite_trial = (struct trial) {
		.test = test, .subject = &suite_subject, .random = 1,
		.evidence = { .buffer = evidence, .size = sizeof(evidence) },
	};
}

void suite_run(const char *name)
{
	const struct conformance_test *test = named_test(name);

	begin(test);
	/* In brackets: cmocka has a macro of that name. */
	if (test->skip && (test->skip)(&suite_subject))
		fail_msg("%s does not apply: %s", name, (test->skip)(&suite_subject));
	test->run(&suite_trial);
	engine_stop(case_engine);
}

void suite_run_function(void (*run)(struct trial *trial))
{
	static const struct conformance_test test = { .name = "suite.test" };

	begin(&test);
	run(&suite_trial);
	engine_stop(case_engine);
}

static void expect_last(const char *name, enum verdict verdict, const char *words)
{
	if (suite_trial.verdict != verdict || !strstr(suite_trial.reason, words))
		fail_msg("%s: verdict %u, \"%s\", and not %u, \"%s\"", name, suite_trial.verdict, suite_trial.reason,
			 verdict, words);
}

void suite_expect(const char *name, enum verdict verdict, const char *words)
{
	suite_run(name);
	expect_last(name, verdict, words);
}

void suite_expect_function(void (*run)(struct trial *trial), enum verdict verdict, const char *words)
{
	suite_run_function(run);
	expect_last("the test", verdict, words);
}

static void judge_row(const struct suite_row *row)
{
	suite_run(row->test);
	if (suite_trial.verdict != row->verdict)
		fail_msg("%s, fault %u: the verdict is %d, not %d: %s", row->test, row->fault, suite_trial.verdict,
			 row->verdict, suite_trial.reason);
	if (row->complaint && row->verdict != VERDICT_PASS &&
	    strncmp(suite_trial.reason, row->complaint, strlen(row->complaint)) != 0)
		fail_msg("%s, fault %u: it says \"%s\", and not \"%s\"", row->test, row->fault, suite_trial.reason,
			 row->complaint);
}

void suite_case_rows(void **state, const struct suite_row *rows, unsigned count, void (*make)(unsigned fault))
{
	for (unsigned i = 0; i < count; i++) {
		print_message("# %s, fault %u\n", rows[i].test, rows[i].fault);
		make(rows[i].fault);
		judge_row(&rows[i]);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}
