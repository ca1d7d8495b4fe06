/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the runner begin with: tests that end in each way that there is, what they are run on, deviations
 * that list some of them, and bridges and engines that only note what is asked of them. What must come of it is said
 * in test_runner*.c.
 */
#ifndef RUNNER_CASE_H
#define RUNNER_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/unit/host/host.h"

#define RUNNER_TEST(name)	cmocka_unit_test_setup_teardown(name, runner_case_start, host_teardown)

extern struct runner_case {
	unsigned ran;			/* tests that were called */
	/* What the runner asks of engines and bridges, and what they answer. */
	unsigned engines_stopped, interrupts_closed, windows_restored, maps_taken_away, faults_read;
	unsigned live_maps;
	bool engine_traps, restore_fails, bridge_faulted;
	bool some_engine_works;
	uint64_t drawn[8];		/* by random.draws */
	unsigned draws;
	/* So many tries fail, because a limit has ended a wait; what each of them drew, and with what patience. */
	unsigned late_tries, tries;
	struct { uint64_t random, patience; } seen_in_try[2];
} runner;

/* All of the above begins anew, with memory to sweep; for cmocka. */
int runner_case_start(void **state);
/* The number that the run ends with; what it printed is in host_output. */
unsigned runner_case_run(const char *words);
void expect_said(const char *text);
void expect_not_said(const char *text);

#endif
