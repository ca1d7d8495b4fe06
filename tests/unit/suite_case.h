/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of whole suites begin with: the device of engine_case.h, and conformance tests that are linked to it, run
 * on its engine by their names, or by their functions where the test includes the suite's file. A suite that passes on
 * a wrong device would be worthless.
 */
#ifndef SUITE_CASE_H
#define SUITE_CASE_H

#include "tests/conformance/framework/test.h"
#include "tests/unit/engine_case.h"

/* The last one, and what it was about. */
extern struct trial suite_trial;
extern struct subject suite_subject;

/* Runs a test, which must not say that it does not apply, on the engine that engine_case_make() has made, and stops
 * that. */
void suite_run(const char *name);
void suite_run_function(void (*run)(struct trial *trial));
/* The same, and what must come of it: a verdict, and words that its reason must have in it. */
void suite_expect(const char *name, enum verdict verdict, const char *words);
void suite_expect_function(void (*run)(struct trial *trial), enum verdict verdict, const char *words);

struct suite_row {
	const char *test;		/* its name */
	unsigned fault;			/* what the device does wrong; 0: nothing */
	enum verdict verdict;
	const char *complaint;		/* begins so; "" of a pass, NULL: anything */
};

/* Runs the test of each row on a new device: make() is told the fault, and makes the device and its engine. All is
 * taken back in between. */
void suite_case_rows(void **state, const struct suite_row *rows, unsigned count, void (*make)(unsigned fault));

#endif
