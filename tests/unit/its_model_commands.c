/* SPDX-License-Identifier: BSD-2-Clause */
/* See its_model.h: what its commands do, and what they must not say; and where an event of a message goes by them. */
#include "tests/unit/its_model.h"

#include <string.h>

#define ENABLED		0x1u
#define STALLED		0x1u
#define LPIS		0x1u
#define VALID		(1ull << 63)
#define ADDRESS		0x0000fffffffff000ull
#define TABLE_ADDRESS	0x000fffffffffff00ull
#define COMMAND		32u

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
		its_model_blame("a function's table is not aligned");
	for (uint64_t i = 0; i < bytes_of_table(bits); i++)
		if (bytes[i])
			its_model_blame("a function's table is not all zero");
	for (unsigned i = 0; i < MODEL_DEVICES; i++)
		if (its_model.devices[i].valid &&
		    its_model.devices[i].table < table + bytes_of_table(bits) &&
		    table < its_model.devices[i].table + bytes_of_table(its_model.devices[i].bits))
			its_model_blame("two functions have the same table");
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
		its_model_blame("MAPD of a function that is out of range");
	if (bits > (its_model.its_type >> 8 & 0x1f) + 1)
		its_model_blame("MAPD of more events than there may be");
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
		its_model_blame("a command names a redistributor that there is not");
}

/* The number of a mapped function with an event in range; -1: there is none. */
static int device_of(uint32_t id, uint32_t event, const char *what)
{
	int number = find(id);

	if (number < 0 || event >= 1u << its_model.devices[number].bits || event >= MODEL_EVENTS) {
		if (what)
			its_model_blame(what);
		return -1;
	}
	return number;
}

static void map_event(uint32_t id, uint32_t event, uint64_t lpi, uint32_t collection)
{
	int number = device_of(id, event, "MAPTI of an event that is out of range, or of no function");

	if (lpi < MODEL_LPIS || lpi >= 2ull << (its_model.properties & 0x1f))
		its_model_blame("MAPTI of an interrupt that is no LPI");
	if (number < 0)
		return;
	if (its_model.events[number][event].valid)
		its_model_blame("MAPTI of an event that is mapped already");
	for (unsigned i = 0; i < MODEL_DEVICES * MODEL_EVENTS; i++)
		if (its_model.devices[i / MODEL_EVENTS].valid &&
		    its_model.events[i / MODEL_EVENTS][i % MODEL_EVENTS].valid &&
		    its_model.events[i / MODEL_EVENTS][i % MODEL_EVENTS].lpi == lpi)
			its_model_blame("two events raise one LPI");
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
		its_model_blame("a command for an event that is not mapped");
		return;
	}
	lpi = its_model.events[number][event].lpi;
	if (kind != MODEL_DISCARD && (its_model.events[number][event].collection || !its_model.collection))
		its_model_blame("a command for an event of a collection that is not mapped");
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
		its_model_blame("a command for a collection that nobody has mapped");
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
		its_model_blame("a command that there is not");
}

static uint64_t queue_bytes(void)
{
	return ((its_model.queue & 0xff) + 1) * 0x1000;
}

/* All that is in the queue, or as many as it does. */
void its_model_run_queue(void)
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
		its_model_blame("no SYNC is behind commands");
}

void its_model_write_queue(uint64_t value)
{
	if (value % COMMAND || value >= queue_bytes())
		its_model_blame("GITS_CWRITER is beside the queue");
	its_model.write_at = value;
	its_model_run_queue();
}

/* What is no event comes to nothing, and is no error of the driver's. */
void its_model_message(uint32_t device, uint32_t event)
{
	int number = its_model.control & ENABLED ? device_of(device, event, NULL) : -1;

	if (number >= 0 && its_model.events[number][event].valid && its_model.collection &&
	    its_model.cpu_control & LPIS)
		its_model.pending[its_model.events[number][event].lpi] = true;
}
