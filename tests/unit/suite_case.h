/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of the suites of one device type begin with, on a device of engine_case.h: the tests of the suite, by
 * name, and a row for each way in which the device can go wrong, with what the test must say of it.
 */
#ifndef SUITE_CASE_H
#define SUITE_CASE_H

#include "tests/conformance/framework/test.h"
#include "tests/unit/engine_case.h"

struct suite_row {
	const char *test;		/* its name */
	unsigned fault;			/* what the device does wrong; 0: nothing */
	enum verdict verdict;
	const char *complaint;		/* begins so; "" of a pass, NULL: anything */
};

/*
 * Runs the test of each row on a new device: make() is told the fault, and makes the device and its engine. The engine
 * is stopped and all is taken back in between.
 */
void suite_case_rows(void **state, const struct suite_row *rows, unsigned count, void (*make)(unsigned fault));

#endif
