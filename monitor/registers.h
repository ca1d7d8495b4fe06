/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of chips by name. A file of monitor/chips has the tables of a chip, as data: each register with its offset
 * and how it is read, and the fields of it that mean something. What is read changes nothing; a register that reading
 * would change is not in a table. A chip is a node of the machine, or says itself where it is.
 */
#ifndef MONITOR_REGISTERS_H
#define MONITOR_REGISTERS_H

#include "arch/arch.h"
#include "boot/table.h"

enum monitor_access { READ_8, READ_LE32, READ_LE64, READ_BE64 };

struct monitor_field {
	uint64_t mask;			/* shown where it is not 0; a field of several bits with its value */
	const char *name;		/* "base@": an address, shown with the zeros below it */
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
	const char *compatible;		/* of what is no node: its kind */
	const char *title;		/* "Pchip" */
	unsigned registers_at;		/* which of the node's ranges of registers */
	const struct monitor_register *registers;
	unsigned count;
	/* Of what is no node: where it is, "00:01.0", or NULL, where there is none; and one of its registers. False: it
	 * has not this one. The string is good until the next call. */
	const char *(*where)(void);
	bool (*read)(const struct monitor_register *reg, uint64_t *value);
	void (*more)(void);		/* NULL, or says what else is known of it, when all was asked for */
};

/* The fields of a value that are not 0, each behind a blank; fields: NULL, or FIELDS(). */
void say_fields(const struct monitor_field *fields, uint64_t value);
/* Feature bits of all virtio devices, for FIELDS(): VIRTIO 1.4, chapter 6. */
#define VIRTIO_FEATURES \
	{ 1ull << 28, "INDIRECT_DESC" }, { 1ull << 29, "EVENT_IDX" }, { 1ull << 32, "VERSION_1" }, \
	{ 1ull << 33, "ACCESS_PLATFORM" }, { 1ull << 34, "RING_PACKED" }, { 1ull << 35, "IN_ORDER" }, \
	{ 1ull << 36, "ORDER_PLATFORM" }, { 1ull << 37, "SR_IOV" }, { 1ull << 38, "NOTIFICATION_DATA" }, \
	{ 1ull << 39, "NOTIF_CONFIG_DATA" }, { 1ull << 40, "RING_RESET" }, { 1ull << 41, "ADMIN_VQ" }
#define VIRTIO_STATUS \
	{ 0x01, "ACKNOWLEDGE" }, { 0x02, "DRIVER" }, { 0x04, "DRIVER_OK" }, { 0x08, "FEATURES_OK" }, \
	{ 0x40, "NEEDS_RESET" }, { 0x80, "FAILED" }

#define MONITOR_BANK(object)	TABLE_ADD(monitor_banks, const struct monitor_bank, object)

#endif
