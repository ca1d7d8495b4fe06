/* SPDX-License-Identifier: BSD-2-Clause */
/* Conformance tests run on a device of software: see suite_trial.h. */
#include "tests/unit/suite_trial.h"

#include <string.h>

TABLE_DECLARE(tests, const struct conformance_test);

/* In the place of scope.c's: who is a subject is not asked here. */
const struct conformance_scope scope_engine, scope_virtio_device;

struct trial suite_trial;

static char evidence[4096];

static const struct conformance_test *find(const char *name)
{
	TABLE_EACH(tests, const struct conformance_test, entry)
		if (strcmp((*entry)->name, name) == 0)
			return *entry;
	fail_msg("there is no test %s", name);
	return NULL;
}

void suite_run(const char *name)
{
	static struct subject subject;
	const struct conformance_test *test = find(name);

	case_chain_count = 0;
	memset(evidence, 0, sizeof(evidence));
	subject = (struct subject) { .name = "device", .engine = case_engine, .device = case_virtio->device };
	suite_trial = (struct trial) {
		.test = test, .subject = &subject, .random = 1,
		.evidence = { .buffer = evidence, .size = sizeof(evidence) },
	};
	/* In brackets: cmocka has a macro of that name. */
	if (test->skip && (test->skip)(&subject))
		fail_msg("%s does not apply: %s", name, (test->skip)(&subject));
	test->run(&suite_trial);
	engine_stop(case_engine);
}

void suite_expect(const char *name, enum verdict verdict, const char *reason)
{
	suite_run(name);
	if (suite_trial.verdict != verdict || !strstr(suite_trial.reason, reason))
		fail_msg("%s: verdict %u, \"%s\", and not %u, \"%s\"", name, suite_trial.verdict, suite_trial.reason,
			 verdict, reason);
}
