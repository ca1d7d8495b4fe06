/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See trial_case.h.
 */
#include "tests/unit/trial_case.h"

struct trial case_trial;
char case_evidence[4096];

void trial_case_begin(const struct subject *subject)
{
	case_evidence[0] = 0;
	case_trial = (struct trial) {
		.subject = subject, .evidence = { case_evidence, sizeof(case_evidence), 0, false }, .random = 1,
	};
}

int trial_case_start(void **state)
{
	(void)state;
	trial_case_begin(NULL);
	return 0;
}
