/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conformance tests that are linked to a unit test, by the names that the report has for them. How one is run is the
 * unit test's.
 */
#ifndef NAMED_TEST_H
#define NAMED_TEST_H

#include "tests/conformance/framework/test.h"

/* Never NULL: where there is none of that name, the unit test fails. */
const struct conformance_test *named_test(const char *name);

#endif
