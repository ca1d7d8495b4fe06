/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of chips by name. A file of monitor/chips has the tables of a chip, as data: each register with its offset
 * and how it is read, and the fields of it that mean something. What is read changes nothing; a register that reading
 * would change is not in a table.
 */
#ifndef MONITOR_REGISTERS_H
#define MONITOR_REGISTERS_H

#include "arch/arch.h"
#include "boot/table.h"

enum monitor_access { READ_LE32, READ_LE64, READ_BE64 };

struct monitor_field {
	uint64_t mask;			/* shown where it is not 0; a field of several bits with its value */
	const char *name;
};

#define FIELDS(...)	((const struct monitor_field[]) { __VA_ARGS__, { 0, NULL } })

struct monitor_register {
	const char *name;
	uint32_t offset;
	enum monitor_access access;
	bool error;			/* it records errors: "err" shows it */
	const struct monitor_field *fields;	/* NULL, or FIELDS(): up to the one with mask 0 */
};

/* All nodes of the machine that are compatible have them. */
struct monitor_bank {
	const char *compatible;
	const char *title;		/* "Pchip" */
	unsigned registers_at;		/* which of the node's ranges of registers */
	const struct monitor_register *registers;
	unsigned count;
};

#define MONITOR_BANK(object)	TABLE_ADD(monitor_banks, const struct monitor_bank, object)

#endif
