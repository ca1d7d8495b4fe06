/* SPDX-License-Identifier: BSD-2-Clause */
/* See its_model.h. */
#include "tests/unit/its_model.h"

#include <string.h>

#define GITS_BYTES	0x20000
#define GICR_BYTES	0x20000
#define GICD_BYTES	0x10000
#define ENABLED		0x1u
#define QUIESCENT	0x80000000u
#define STALLED		0x1u
#define LPIS		0x1u
#define CES		0x2u
#define RWP		0x8u
#define VALID		(1ull << 63)
#define ADDRESS		0x0000fffffffff000ull
#define TABLE_ADDRESS	0x000fffffffffff00ull
#define COMMAND		32u

struct its_model its_model;

static void blame(const char *what)
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

/* ---- Commands ---- */

static uint64_t page_of(uint64_t table)
{
	static const uint64_t pages[] = { 0x1000, 0x4000, 0x10000, 0x10000 };

	return pages[table >> 8 & 3];
}

/* How many functions the table of functions has room for, and the ITS has numbers for. */
static uint64_t functions(void)
{
	uint64_t table = its_model.tables[0], numbers = 2ull << (its_model.its_type >> 13 & 0x1f);
	uint64_t room = (table & 0xff) + 1;

	room = room * page_of(table) / ((table >> 48 & 0x1f) + 1);
	return !(table & VALID) ? 0 : room < numbers ? room : numbers;
}

static int find(uint32_t id)
{
	for (unsigned i = 0; i < MODEL_DEVICES; i++)
		if (its_model.devices[i].valid && its_model.devices[i].id == id)
			return (int)i;
	return -1;
}

static uint64_t bytes_of_table(unsigned bits)
{
	return (1ull << bits) * ((its_model.its_type >> 4 & 0xf) + 1);
}

static void check_table(unsigned bits, uint64_t table)
{
	const uint8_t *bytes = arch_pointer((phys_addr) { table });

	if (table % 256)
		blame("a function's table is not aligned");
	for (uint64_t i = 0; i < bytes_of_table(bits); i++)
		if (bytes[i])
			blame("a function's table is not all zero");
	for (unsigned i = 0; i < MODEL_DEVICES; i++)
		if (its_model.devices[i].valid &&
		    its_model.devices[i].table < table + bytes_of_table(bits) &&
		    table < its_model.devices[i].table + bytes_of_table(its_model.devices[i].bits))
			blame("two functions have the same table");
}

static unsigned free_place(void)
{
	for (unsigned number = 0; number < MODEL_DEVICES; number++)
		if (!its_model.devices[number].valid)
			return number;
	fail_msg("there is no room for one more function");
	return 0;
}

static void map_device(uint32_t id, unsigned bits, uint64_t table)
{
	int old = find(id);
	unsigned number;

	if (id >= functions())
		blame("MAPD of a function that is out of range");
	if (bits > (its_model.its_type >> 8 & 0x1f) + 1)
		blame("MAPD of more events than there may be");
	if (old >= 0)
		its_model.devices[old].valid = false;
	if (!(table & VALID))
		return;
	check_table(bits, table & TABLE_ADDRESS);
	number = free_place();
	memset(its_model.events[number], 0, sizeof(its_model.events[number]));
	its_model.devices[number].valid = true;
	its_model.devices[number].id = id;
	its_model.devices[number].bits = bits;
	its_model.devices[number].table = table & TABLE_ADDRESS;
}

static void check_target(uint64_t target)
{
	uint64_t must = its_model.its_type >> 19 & 1 ? MODEL_REDISTRIBUTOR : (its_model.cpu_type >> 8 & 0xffff) << 16;

	if ((target & 0x0007ffffffff0000ull) != must)
		blame("a command names a redistributor that there is not");
}

/* The number of a mapped function with an event in range; -1: there is none. */
static int device_of(uint32_t id, uint32_t event, const char *what)
{
	int number = find(id);

	if (number < 0 || event >= 1u << its_model.devices[number].bits || event >= MODEL_EVENTS) {
		if (what)
			blame(what);
		return -1;
	}
	return number;
}

static void map_event(uint32_t id, uint32_t event, uint64_t lpi, uint32_t collection)
{
	int number = device_of(id, event, "MAPTI of an event that is out of range, or of no function");

	if (lpi < MODEL_LPIS || lpi >= 2ull << (its_model.properties & 0x1f))
		blame("MAPTI of an interrupt that is no LPI");
	if (number < 0)
		return;
	if (its_model.events[number][event].valid)
		blame("MAPTI of an event that is mapped already");
	for (unsigned i = 0; i < MODEL_DEVICES * MODEL_EVENTS; i++)
		if (its_model.devices[i / MODEL_EVENTS].valid &&
		    its_model.events[i / MODEL_EVENTS][i % MODEL_EVENTS].valid &&
		    its_model.events[i / MODEL_EVENTS][i % MODEL_EVENTS].lpi == lpi)
			blame("two events raise one LPI");
	its_model.events[number][event].valid = true;
	its_model.events[number][event].lpi = (uint32_t)lpi - MODEL_LPIS;
	its_model.events[number][event].collection = collection;
}

static void look(unsigned lpi)
{
	const uint8_t *bytes = arch_pointer((phys_addr) { its_model.properties & ADDRESS });

	its_model.known[lpi] = bytes[lpi];
}

static void about_event(unsigned kind, uint32_t id, uint32_t event)
{
	int number = device_of(id, event, "a command for an event that is out of range, or of no function");
	unsigned lpi;

	if (number < 0)
		return;
	if (!its_model.events[number][event].valid) {
		blame("a command for an event that is not mapped");
		return;
	}
	lpi = its_model.events[number][event].lpi;
	if (kind != MODEL_DISCARD && (its_model.events[number][event].collection || !its_model.collection))
		blame("a command for an event of a collection that is not mapped");
	if (kind == MODEL_INV)
		look(lpi);
	else
		its_model.pending[lpi] = kind == MODEL_INT;
	if (kind == MODEL_DISCARD)
		its_model.events[number][event].valid = false;
}

static void do_command(const uint64_t *words)
{
	unsigned kind = words[0] & 0xff;
	uint32_t id = (uint32_t)(words[0] >> 32), event = (uint32_t)words[1], collection = words[2] & 0xffff;

	if (its_model.done < MODEL_LOG)
		its_model.log[its_model.done] = (uint8_t)kind;
	its_model.done++;
	if ((kind == MODEL_MAPC || kind == MODEL_INVALL || kind == MODEL_MAPTI) && collection)
		blame("a command for a collection that nobody has mapped");
	if (kind == MODEL_MAPC || kind == MODEL_SYNC)
		check_target(words[2]);
	if (kind == MODEL_MAPD)
		map_device(id, (words[1] & 0x1f) + 1, words[2]);
	else if (kind == MODEL_MAPC)
		its_model.collection = words[2] & VALID;
	else if (kind == MODEL_MAPTI)
		map_event(id, event, words[1] >> 32, collection);
	else if (kind == MODEL_INVALL)
		for (unsigned lpi = 0; lpi < (2u << (its_model.properties & 0x1f)) - MODEL_LPIS; lpi++)
			look(lpi);
	else if (kind == MODEL_INT || kind == MODEL_CLEAR || kind == MODEL_INV || kind == MODEL_DISCARD)
		about_event(kind, id, event);
	else if (kind != MODEL_SYNC)
		blame("a command that there is not");
}

static uint64_t queue_bytes(void)
{
	return ((its_model.queue & 0xff) + 1) * 0x1000;
}

/* All that is in the queue, or as many as it does. */
static void run_queue(void)
{
	uint64_t words[4] = { MODEL_SYNC };

	while ((its_model.control & ENABLED) && its_model.queue & VALID && its_model.read_at != its_model.write_at &&
	       !(its_model.read_at & STALLED)) {
		if (its_model.done >= its_model.answers)
			return;
		if (its_model.stalls_at && its_model.done + 1 == its_model.stalls_at) {
			its_model.read_at |= STALLED;
			return;
		}
		memcpy(words, arch_pointer((phys_addr) { (its_model.queue & ADDRESS) + its_model.read_at }), COMMAND);
		do_command(words);
		its_model.read_at = (its_model.read_at + COMMAND) % queue_bytes();
	}
	if ((words[0] & 0xff) != MODEL_SYNC)
		blame("no SYNC is behind commands");
}

static void write_queue(uint64_t value)
{
	if (value % COMMAND || value >= queue_bytes())
		blame("GITS_CWRITER is beside the queue");
	its_model.write_at = value;
	run_queue();
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
		blame("a register of its tables is written while it is enabled");
	if (access->offset >= 0x100 && access->offset < 0x140) {
		its_model.tables[table] = table_written(its_model.tables[table], value);
	} else if (access->offset == 0) {
		its_model.control = value & ENABLED;
		run_queue();
	} else if (access->offset == 0x80) {
		its_model.queue = value & ~its_model.unshareable;
		its_model.read_at = 0;
	} else if (access->offset == 0x88) {
		write_queue(value);
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
			blame("LPIs are enabled with a table of which nobody says that it is zero");
		memset(its_model.known, 0, sizeof(its_model.known));
		memset(its_model.pending, 0, sizeof(its_model.pending));
	}
	its_model.cpu_control = value & LPIS;
}

static void write_cpu(void *context, const struct host_access *access, uint64_t value)
{
	(void)context;
	if (access->offset >= 0x70 && its_model.cpu_control & LPIS)
		blame("a register of tables of LPIs is written while they are enabled");
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

/* ---- Messages ---- */

/* What is no event comes to nothing, and is no error of the driver's. */
void its_model_message(uint32_t device, uint32_t event)
{
	int number = its_model.control & ENABLED ? device_of(device, event, NULL) : -1;

	if (number >= 0 && its_model.events[number][event].valid && its_model.collection &&
	    its_model.cpu_control & LPIS)
		its_model.pending[its_model.events[number][event].lpi] = true;
}

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
