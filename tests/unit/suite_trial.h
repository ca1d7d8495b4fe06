/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of whole suites begin with: the device of engine_case.h, and the conformance tests that are linked to it,
 * run by their names on its engine. A suite that passes on a wrong device would be worthless.
 */
#ifndef SUITE_TRIAL_H
#define SUITE_TRIAL_H

#include "tests/conformance/framework/test.h"
#include "tests/unit/engine_case.h"

extern struct trial suite_trial;		/* the last one */

/* Runs a test, which must not say that it does not apply, on the engine that engine_case_make() has made. */
void suite_run(const char *name);
/* The same, and what must come of it: a part of the reason. */
void suite_expect(const char *name, enum verdict verdict, const char *reason);

#endif
