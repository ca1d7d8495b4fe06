/* SPDX-License-Identifier: BSD-2-Clause */
/* See its_model.h: its registers, and which LPIs are pending. Commands are its_model_commands.c's. */
#include "tests/unit/its_model.h"

#include <string.h>

#define GITS_BYTES	0x20000
#define GICR_BYTES	0x20000
#define GICD_BYTES	0x10000
#define ENABLED		0x1u
#define QUIESCENT	0x80000000u
#define LPIS		0x1u
#define CES		0x2u
#define RWP		0x8u

struct its_model its_model;

void its_model_blame(const char *what)
{
	if (!its_model.fault)
		its_model.fault = what;
}

void its_model_good(void)
{
	if (its_model.fault)
		fail_msg("the ITS: %s", its_model.fault);
}

/* As QEMU's virt has them: 16 bits of devices and of events, entries of 8 and 12 bytes, one table of each kind. */
void its_model_reset(void)
{
	memset(&its_model, 0, sizeof(its_model));
	its_model.its_type = 1 | (12 - 1) << 4 | (16 - 1) << 8 | (16 - 1) << 13;
	its_model.cpu_type = 1 | 3 << 8;
	its_model.tables[0] = 1ull << 56 | (8 - 1ull) << 48;
	its_model.tables[1] = 4ull << 56 | (8 - 1ull) << 48;
	its_model.answers = ~0u;
}

/* ---- Registers ---- */

static uint64_t read_its(void *context, const struct host_access *access)
{
	(void)context;
	if (access->offset >= 0x100 && access->offset < 0x140)
		return its_model.tables[(access->offset - 0x100) / 8];
	switch (access->offset) {
	case 0x00:
		return its_model.control | (its_model.control & ENABLED || its_model.never_quiescent ? 0 : QUIESCENT);
	case 0x08:
		return its_model.its_type;
	case 0x80:
		return its_model.queue;
	case 0x90:
		return its_model.read_at;
	}
	fail_msg("a read of the ITS at %#llx", (unsigned long long)access->offset);
	return 0;
}

/* Kind and size of entries cannot be changed. */
static uint64_t table_written(uint64_t old, uint64_t value)
{
	uint64_t stuck = its_model.table_stuck | 7ull << 56 | 0x1full << 48;

	return (old & stuck) | (value & ~stuck & ~its_model.unshareable);
}

static void write_its(void *context, const struct host_access *access, uint64_t value)
{
	unsigned table = (unsigned)(access->offset - 0x100) / 8;

	(void)context;
	if (access->offset != 0 && access->offset != 0x88 && its_model.control & ENABLED)
		its_model_blame("a register of its tables is written while it is enabled");
	if (access->offset >= 0x100 && access->offset < 0x140) {
		its_model.tables[table] = table_written(its_model.tables[table], value);
	} else if (access->offset == 0) {
		its_model.control = value & ENABLED;
		its_model_run_queue();
	} else if (access->offset == 0x80) {
		its_model.queue = value & ~its_model.unshareable;
		its_model.read_at = 0;
	} else if (access->offset == 0x88) {
		its_model_write_queue(value);
	} else {
		fail_msg("a write to the ITS at %#llx", (unsigned long long)access->offset);
	}
}

static uint64_t read_cpu(void *context, const struct host_access *access)
{
	(void)context;
	switch (access->offset) {
	case 0x00:
		return its_model.cpu_control | (its_model.no_way_back ? 0 : CES) | (its_model.never_applied ? RWP : 0);
	case 0x08:
		return its_model.cpu_type;
	case 0x14:
		return 0;
	case 0x70:
		return its_model.properties;
	case 0x78:
		return its_model.pending_table & ~(1ull << 62);
	}
	fail_msg("a read of the redistributor at %#llx", (unsigned long long)access->offset);
	return 0;
}

/* LPIs that are taken back are forgotten. */
static void write_cpu_control(uint32_t value)
{
	if (its_model.no_way_back)
		value |= its_model.cpu_control & LPIS;
	if (value & LPIS && !(its_model.cpu_control & LPIS)) {
		if (!(its_model.pending_table & 1ull << 62))
			its_model_blame("LPIs are enabled with a table of which nobody says that it is zero");
		memset(its_model.known, 0, sizeof(its_model.known));
		memset(its_model.pending, 0, sizeof(its_model.pending));
	}
	its_model.cpu_control = value & LPIS;
}

static void write_cpu(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	if (access->offset >= 0x70 && its_model.cpu_control & LPIS)
		its_model_blame("a register of tables of LPIs is written while they are enabled");
	if (access->offset == 0)
		write_cpu_control((uint32_t)value);
	else if (access->offset == 0x70)
		its_model.properties = value & ~its_model.unshareable;
	else if (access->offset == 0x78)
		its_model.pending_table = value & ~its_model.unshareable;
	else if (access->offset != 0x14)
		fail_msg("a write to the redistributor at %#llx", (unsigned long long)access->offset);
}

static uint32_t distributor[GICD_BYTES / 4];

static uint64_t read_distributor(void *context, const struct host_access *access)
{
	(void)context;
	return distributor[access->offset / 4];
}

static void write_distributor(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	distributor[access->offset / 4] = (uint32_t)value & 0x7fffffff;
}

void its_model_add(void)
{
	static const struct host_device devices[] = {
		{ MODEL_DISTRIBUTOR, GICD_BYTES, read_distributor, write_distributor, NULL },
		{ MODEL_REDISTRIBUTOR, GICR_BYTES, read_cpu, write_cpu, NULL },
		{ MODEL_ITS, GITS_BYTES, read_its, write_its, NULL },
	};

	memset(distributor, 0, sizeof(distributor));
	for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		host_add_device(&devices[i]);
}

/* ---- What is pending ---- */

unsigned its_model_pending(void)
{
	unsigned count = 0;

	for (unsigned lpi = 0; lpi < MODEL_LPIS; lpi++)
		count += its_model.pending[lpi];
	return count;
}

/* In place of the port's: the first LPI that is pending and enabled. */
bool arch_interrupt_take(uint64_t *number)
{
	for (unsigned lpi = 0; lpi < MODEL_LPIS; lpi++)
		if (its_model.pending[lpi] && its_model.known[lpi] & 1) {
			its_model.pending[lpi] = false;
			*number = MODEL_LPIS + lpi;
			return true;
		}
	return false;
}
