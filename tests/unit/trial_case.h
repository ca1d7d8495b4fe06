/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of the suites of device types begin with: the device of engine_case.h, and a trial on its engine. A test
 * includes the suite's file and runs its functions on devices of software, right ones and wrong ones.
 */
#ifndef TRIAL_CASE_H
#define TRIAL_CASE_H

#include "tests/conformance/framework/test.h"
#include "tests/unit/engine_case.h"

extern struct trial trial_case;
extern struct subject trial_case_subject;

/* Runs a test on the engine that engine_case_make() has made; what was taken must be back after it. */
void trial_case_run(void (*run)(struct trial *trial));
/* How it ended, and the words that its reason must have in it. */
void trial_case_expect(enum verdict verdict, const char *words);
/* Both. */
void trial_case_ends(void (*run)(struct trial *trial), enum verdict verdict, const char *words);

#endif
