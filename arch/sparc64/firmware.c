/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the console firmware, OpenBIOS or OBP, about the machine: its device tree through the client interface.
 *
 * Runs before the takeover, on the firmware's translations and traps, and only reads. Nothing that it answers is
 * trusted: lengths are cut to our buffers, lists of nodes have a limit, strings are ended and made printable.
 *
 * Source: IEEE 1275-1994, client interface and properties; its PCI bus binding ("reg"); SPARC binding (64-bit cells).
 */
#include "arch/sparc64/firmware.h"

#include "arch/arch.h"
#include "arch/sparc64/bridge.h"
#include "arch/sparc64/client.h"

#define NODE_LIMIT	64		/* children of the root that we look at */

/* The root's name is a machine's on real ones; OpenBIOS gives its own, and has only ever run in emulators. */
#define OPENBIOS	"OpenBiosTeam,OpenBIOS"

#define OBP_BOOTARGS	128		/* bytes that OpenBoot has for the words behind boot, with the NUL */

struct firmware firmware;

static client_node find_node(const char *path)
{
	return client_find("finddevice", (uintptr_t)path);
}

/* Names and versions are printed in reports, so they are kept to printable characters. */
static void read_name(client_node from, const char *name, char *buffer, size_t size)
{
	client_string(from, name, buffer, size);
	for (char *c = buffer; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
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

static uint64_t join(const uint32_t *cells)
{
	return (uint64_t)cells[0] << 32 | cells[1];
}

/* Reads ranges of memory; returns how many. */
static size_t read_banks(client_node memory, const char *property, struct firmware_bank *banks)
{
	struct { uint32_t start[2], size[2]; } found[FIRMWARE_BANKS];
	size_t count = client_property(memory, property, found, sizeof found) / sizeof found[0];

	if (count > FIRMWARE_BANKS)
		count = FIRMWARE_BANKS;
	for (size_t i = 0; i < count; i++)
		banks[i] = (struct firmware_bank){ join(found[i].start), join(found[i].size) };
	return count;
}

static void read_memory(client_node memory)
{
	firmware.bank_count = read_banks(memory, "reg", firmware.banks);
	firmware.available_count = read_banks(memory, "available", firmware.available);
}

static void read_cpu(client_node cpu)
{
	uint32_t hz;

	read_name(cpu, "name", firmware.cpu, sizeof firmware.cpu);
	if (client_property(cpu, "clock-frequency", &hz, sizeof hz) >= sizeof hz)
		firmware.clock_hz = hz;
}

static void read_child_of_root(client_node child)
{
	if (client_is(child, "device_type", "cpu") && !firmware.cpu[0])
		read_cpu(child);
	bridge_read(child);
}

/* "OpenBIOS OBP 3.10.24 1999/01/01 01:01", as OpenBIOS claims the version of a real PROM. */
static void read_own_name(client_node root)
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

/* A real one keeps 127 bytes and says nothing of others: a line as long as that may have been longer. */
static void read_command_line(client_node chosen)
{
	size_t length = 0;

	firmware.command_line_cut = !client_string(chosen, "bootargs", firmware.command_line,
						   sizeof firmware.command_line);
	while (firmware.command_line[length])
		length++;
	if (!firmware.of_emulators && length >= OBP_BOOTARGS - 1)
		firmware.command_line_cut = true;
}

static void read_instances(client_node chosen)
{
	firmware.mmu = client_number(chosen, "mmu");
	firmware.stdin = client_number(chosen, "stdin");
	firmware.stdout = client_number(chosen, "stdout");
}

/* The first cell of "reg" of a PCI function. */
#define STEP(reg)		((uint8_t)((reg) >> 8))	/* device << 3 | function */

/* Up from the console's node; each function of a PCI bus on the way is a step, and the last one up is the first. */
static void read_console(void)
{
	client_node at = client_find("instance-to-package", firmware.stdout);

	for (unsigned i = 0; i < NODE_LIMIT && at != CLIENT_NONE; i++) {
		client_node parent = client_find("parent", at);

		if (client_is(parent, "device_type", "pci")) {
			if (firmware.console_depth == RESERVED_DEPTH) {
				firmware.console_depth = 0;
				return;
			}
			for (unsigned j = firmware.console_depth++; j > 0; j--)
				firmware.console_path[j] = firmware.console_path[j - 1];
			firmware.console_path[0] = STEP(client_number(at, "reg"));
			firmware.console_host = parent;
		}
		at = parent;
	}
}

bool firmware_stays(void)
{
	return !prom_started_us() && !firmware.of_emulators;
}

bool firmware_has_sabre(void)
{
	return firmware.bridge_count > 0 && client_same(firmware.bridges[0].driver, "sabre");
}

void firmware_read(uint64_t entry)
{
	client_node root;
	client_node child;

	client_open((client_entry *)entry);
	root = client_find("peer", CLIENT_NONE);
	read_own_name(root);
	read_command_line(find_node("/chosen"));
	read_memory(find_node("/memory"));
	read_instances(find_node("/chosen"));
	read_console();
	child = client_find("child", root);
	for (unsigned i = 0; i < NODE_LIMIT && child != CLIENT_NONE; i++) {
		read_child_of_root(child);
		child = client_find("peer", child);
	}
}
