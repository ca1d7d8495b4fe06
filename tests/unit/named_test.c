/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See named_test.h.
 */
#include "tests/unit/named_test.h"

#include <string.h>

#include "boot/table.h"
#include "tests/unit/host/host.h"

TABLE_DECLARE(tests, const struct conformance_test);

const struct conformance_test *named_test(const char *name)
{
	TABLE_EACH(tests, const struct conformance_test, entry)
		if (strcmp((*entry)->name, name) == 0)
			return *entry;
	fail_msg("there is no test %s", name);
	return NULL;
}
