/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See trial_case.h.
 */
#include "tests/unit/trial_case.h"

#include <string.h>

struct trial trial_case;
struct subject trial_case_subject;

/* In place of scope.c's: nobody asks which subjects there are. */
const struct conformance_scope scope_engine, scope_virtio_device;

static char evidence[4096];

void trial_case_run(void (*run)(struct trial *trial))
{
	static const struct conformance_test test = { .name = "suite.test" };

	trial_case_subject = (struct subject) { .engine = case_engine, .device = case_virtio->device };
	memset(evidence, 0, sizeof(evidence));
	trial_case = (struct trial) {
		.test = &test, .subject = &trial_case_subject, .random = 1,
		.evidence = { .buffer = evidence, .size = sizeof(evidence) },
	};
	run(&trial_case);
	engine_stop(case_engine);
}

void trial_case_expect(enum verdict verdict, const char *words)
{
	if (trial_case.verdict != verdict || !strstr(trial_case.reason, words))
		fail_msg("verdict %d, expected %d: '%s', expected '%s'", trial_case.verdict, verdict,
			 trial_case.reason, words);
}

void trial_case_ends(void (*run)(struct trial *trial), enum verdict verdict, const char *words)
{
	trial_case_run(run);
	trial_case_expect(verdict, words);
}
