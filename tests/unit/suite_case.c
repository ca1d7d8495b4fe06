/* SPDX-License-Identifier: BSD-2-Clause */
/* See suite_case.h. What else the tests of a suite stand on has its own unit tests, and is only what they need here. */
#include "tests/unit/suite_case.h"

#include <string.h>

#include "tests/conformance/probe/virtio_type.h"

TABLE_DECLARE(tests, const struct conformance_test);

const struct conformance_scope scope_engine;

bool is_virtio_type(unsigned number, const struct conformance_scope *scope)
{
	(void)number;
	(void)scope;
	return true;
}

bool on_plain_ring(const struct subject *subject)
{
	return subject->engine;
}

bool on_each_layout(const struct subject *subject)
{
	return subject->engine;
}

bool trial_start(struct trial *trial, struct engine *engine)
{
	return expect(trial, engine_start(engine), "it does not start: %s", engine->fault);
}

static const struct conformance_test *find(const char *name)
{
	TABLE_EACH(tests, const struct conformance_test, entry)
		if (strcmp((*entry)->name, name) == 0)
			return *entry;
	fail_msg("there is no test %s", name);
	return NULL;
}

static void run(const struct suite_row *row)
{
	static char evidence[4096];
	struct subject subject = {
		.name = "case", .engine = case_engine, .function = &case_model->function,
		.device = case_virtio->device,
	};
	struct trial trial = {
		.test = find(row->test), .subject = &subject, .random = 1,
		.evidence = { .buffer = evidence, .size = sizeof(evidence) },
	};

	trial.test->run(&trial);
	if (trial.verdict != row->verdict)
		fail_msg("%s, fault %u: the verdict is %d, not %d: %s", row->test, row->fault, trial.verdict,
			 row->verdict, trial.reason);
	if (row->complaint && row->verdict != VERDICT_PASS &&
	    strncmp(trial.reason, row->complaint, strlen(row->complaint)) != 0)
		fail_msg("%s, fault %u: it says \"%s\", and not \"%s\"", row->test, row->fault, trial.reason,
			 row->complaint);
}

void suite_case_rows(void **state, const struct suite_row *rows, unsigned count, void (*make)(unsigned fault))
{
	for (unsigned i = 0; i < count; i++) {
		print_message("# %s, fault %u\n", rows[i].test, rows[i].fault);
		make(rows[i].fault);
		run(&rows[i]);
		engine_stop(case_engine);
		engine_case_stop(state);
		virtio_model_machine(state);
	}
}
