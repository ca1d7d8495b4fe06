/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the console firmware, OpenBIOS or OBP, about the machine: its device tree through the client interface.
 *
 * Runs before the takeover, on the firmware's translations and traps, and only reads. Nothing that it answers is
 * trusted: lengths are cut to our buffers, lists of nodes have a limit, strings are ended and made printable.
 *
 * Source: IEEE 1275-1994, client interface and properties; its PCI bus binding ("reg", "ranges");
 * SPARC binding (64-bit cells).
 */
#include "arch/sparc64/firmware.h"

#include "arch/arch.h"

#define NODE_LIMIT	64		/* children of the root that we look at */
#define NONE		0		/* no node, as peer and child say it */

/* The root's name is a machine's on real ones; OpenBIOS gives its own, and has only ever run in emulators. */
#define OPENBIOS	"OpenBiosTeam,OpenBIOS"

typedef uint32_t node;

struct firmware firmware;

static int (*client_interface)(uint64_t *cells);

#define SERVICE_ARGUMENTS	4
#define SERVICE_CELLS		(3 + SERVICE_ARGUMENTS + 1)

/* Calls a service with up to four arguments and one result. False if the firmware refuses. */
static bool call(const char *service, unsigned count, const uint64_t *arguments, uint64_t *result)
{
	uint64_t cells[SERVICE_CELLS] = { (uintptr_t)service, count, 1 };

	for (unsigned i = 0; i < count; i++)
		cells[3 + i] = arguments[i];
	if (client_interface(cells) != 0)
		return false;
	*result = cells[3 + count];
	return true;
}

static node node_from(const char *service, uint64_t argument)
{
	uint64_t result;

	if (!call(service, 1, &argument, &result) || (int32_t)result == -1)
		return NONE;
	return result;
}

static node find_node(const char *path)
{
	return node_from("finddevice", (uintptr_t)path);
}

/*
 * Reads at most size bytes of a property; the rest of the buffer is 0. Returns the property's whole length, which
 * may be more than size, or 0 if there is none.
 */
static size_t read_property(node from, const char *name, void *buffer, size_t size)
{
	const uint64_t arguments[SERVICE_ARGUMENTS] = { from, (uintptr_t)name, (uintptr_t)buffer, size };
	uint64_t length;
	uint64_t read;

	for (size_t i = 0; i < size; i++)
		((char *)buffer)[i] = 0;
	if (from == NONE || !call("getproplen", 2, arguments, &length) || (int32_t)length <= 0)
		return 0;
	if (!call("getprop", 4, arguments, &read) || (int32_t)read <= 0)
		return 0;
	return (uint32_t)length;
}

/* A property that is text. False if there was more of it than fits. */
static bool read_string(node from, const char *name, char *buffer, size_t size)
{
	size_t length = read_property(from, name, buffer, size);
	size_t end = 0;

	while (end < size && buffer[end])
		end++;
	if (end == size)
		buffer[end - 1] = 0;
	return end < size || length < size;
}

/* Names and versions are printed in reports, so they are kept to printable characters. */
static void read_name(node from, const char *name, char *buffer, size_t size)
{
	read_string(from, name, buffer, size);
	for (char *c = buffer; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool begins_with(const char *text, const char *beginning)
{
	while (*beginning)
		if (*text++ != *beginning++)
			return false;
	return true;
}

static char *copy(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	*to = 0;
	return to;
}

static bool property_is(node from, const char *name, const char *expected)
{
	char text[FIRMWARE_STRING];

	read_string(from, name, text, sizeof text);
	return same(text, expected);
}

/* "compatible" is a list of strings, each ended by a NUL. */
static bool compatible_with(node from, const char *expected)
{
	char list[256];
	size_t length = read_property(from, "compatible", list, sizeof list - 1);
	size_t at = 0;

	list[sizeof list - 1] = 0;
	while (at < length && at < sizeof list) {
		if (same(list + at, expected))
			return true;
		while (at < sizeof list && list[at])
			at++;
		at++;
	}
	return false;
}

static uint64_t join(const uint32_t *cells)
{
	return (uint64_t)cells[0] << 32 | cells[1];
}

/* Reads ranges of memory; returns how many. */
static size_t read_banks(node memory, const char *property, struct firmware_bank *banks)
{
	struct { uint32_t start[2], size[2]; } found[FIRMWARE_BANKS];
	size_t count = read_property(memory, property, found, sizeof found) / sizeof found[0];

	if (count > FIRMWARE_BANKS)
		count = FIRMWARE_BANKS;
	for (size_t i = 0; i < count; i++)
		banks[i] = (struct firmware_bank){ join(found[i].start), join(found[i].size) };
	return count;
}

static void read_memory(node memory)
{
	firmware.bank_count = read_banks(memory, "reg", firmware.banks);
	firmware.available_count = read_banks(memory, "available", firmware.available);
}

#define RANGES			8
#define SPACE(child)		((child)[0] >> 24 & 3)	/* of a PCI address's first cell */
#define   SPACE_CONFIG		0
#define   SPACE_IO		1
#define   SPACE_MEMORY		2

static void read_bridge(node bridge)
{
	struct { uint32_t child[3], parent[2], size[2]; } ranges[RANGES];
	struct firmware_bridge found = { 0 };
	uint32_t reg[2];
	size_t count;

	if (read_property(bridge, "reg", reg, sizeof reg) < sizeof reg)
		return;
	found.registers = join(reg);
	count = read_property(bridge, "ranges", ranges, sizeof ranges) / sizeof ranges[0];
	for (size_t i = 0; i < count && i < RANGES; i++) {
		/* The start of each space: what its bus address 0 is for the CPU. */
		uint64_t base = join(ranges[i].parent) - join(ranges[i].child + 1);

		if (SPACE(ranges[i].child) == SPACE_CONFIG)
			found.config = base;
		else if (SPACE(ranges[i].child) == SPACE_IO)
			found.io = base;
		else if (SPACE(ranges[i].child) == SPACE_MEMORY)
			found.memory = base;
	}
	firmware.bridges[firmware.bridge_count++] = found;
}

static void read_cpu(node cpu)
{
	uint32_t hz;

	read_name(cpu, "name", firmware.cpu, sizeof firmware.cpu);
	if (read_property(cpu, "clock-frequency", &hz, sizeof hz) >= sizeof hz)
		firmware.clock_hz = hz;
}

static void read_child_of_root(node child)
{
	if (property_is(child, "device_type", "cpu") && !firmware.cpu[0])
		read_cpu(child);
	if (compatible_with(child, "pci108e,a000") && firmware.bridge_count < FIRMWARE_BRIDGES)
		read_bridge(child);
}

/* "OpenBIOS OBP 3.10.24 1999/01/01 01:01", as OpenBIOS claims the version of a real PROM. */
static void read_own_name(node root)
{
	char machine[FIRMWARE_STRING];
	char version[FIRMWARE_STRING];
	char *end = firmware.name;

	read_name(root, "name", machine, sizeof machine);
	read_name(find_node("/openprom"), "version", version, sizeof version);
	firmware.of_emulators = begins_with(machine, OPENBIOS);
	if (firmware.of_emulators)
		end = copy(end, version[0] ? "OpenBIOS " : "OpenBIOS");
	copy(end, version);
}

void firmware_read(uint64_t entry)
{
	node root;
	node child;

	client_interface = (int (*)(uint64_t *))entry;
	root = node_from("peer", NONE);
	read_own_name(root);
	firmware.command_line_cut = !read_string(find_node("/chosen"), "bootargs", firmware.command_line,
						 sizeof firmware.command_line);
	read_memory(find_node("/memory"));
	child = node_from("child", root);
	for (unsigned i = 0; i < NODE_LIMIT && child != NONE; i++) {
		read_child_of_root(child);
		child = node_from("peer", child);
	}
}
