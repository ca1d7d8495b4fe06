/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables that fill themselves: each file adds its own entries, the linker lines them up.
 *
 * TABLE_ADD(tests, struct test, object) in any file adds &object to the table; TABLE_EACH(tests, struct test, entry)
 * walks it in link order, which is the order of the Makefile's list, and within a file in the order it stands there. A
 * table holds pointers, so that the compiler's choice of alignment for large objects leaves no gaps.
 */
#ifndef TABLE_H
#define TABLE_H

#define TABLE_ADD(table, type, object) \
	static type *const table##_entry_##object \
		__attribute__((section("table_" #table), used, no_reorder)) = &(object)

#define TABLE_DECLARE(table, type) \
	extern type *const __start_table_##table[] __attribute__((weak)); \
	extern type *const __stop_table_##table[] __attribute__((weak))

#define TABLE_EACH(table, type, entry) \
	for (type *const *entry = __start_table_##table; entry < __stop_table_##table; entry++)

#endif
