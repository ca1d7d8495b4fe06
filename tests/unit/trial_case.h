/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A trial as the runner begins one: without a complaint, with room for evidence, and its random numbers from the first
 * one on. What is said to it, and by whom, is the test's.
 */
#ifndef TRIAL_CASE_H
#define TRIAL_CASE_H

#include "tests/conformance/framework/test.h"

extern struct trial case_trial;
extern char case_evidence[4096];

/* NULL: it is of nothing. */
void trial_case_begin(const struct subject *subject);
/* The same for cmocka, of nothing. */
int trial_case_start(void **state);

#endif
