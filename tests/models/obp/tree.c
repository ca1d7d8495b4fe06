/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree of the OBP model: as much of an Ultra 5's as a client asks for, and the instances that are open.
 *
 * It may also be that of a machine with a Psycho, so that a client looks at what is behind each of both Simbas as
 * behind one of Psycho's buses, and at none of the Simbas: bus 2 is its bus A, bus 1 its bus B. Of what QEMU then has
 * in the place of a Psycho, the IOMMU is one that this chip has too; interrupts are not.
 *
 * The console is an "se" behind the EBus, as on the real machine, of which QEMU's UART takes the place: no client can
 * know it, and has to ask the firmware.
 *
 * Source: boot logs of an Ultra 5; IEEE 1275's PCI binding ("reg", "ranges").
 */
#include "tests/models/obp/model.h"

#include "boot/string.h"

#define NODE_FIRST		0xf0020000u
#define NODE_STEP		0x40u
#define NONE			0

enum { ROOT, CHOSEN, OPENPROM, MEMORY_NODE, CPU, PCI, SIMBA_A, EBUS, SE, SIMBA_B, USUAL,
	SCHIZO = USUAL, TOMATILLO, PSYCHO, OTHER, PSYCHO_A, PSYCHO_B, NODES };

static const struct {
	const char *path;
	int parent;
} nodes[NODES] = {
	[ROOT] = { "/", -1 },
	[CHOSEN] = { "/chosen", ROOT },
	[OPENPROM] = { "/openprom", ROOT },
	[MEMORY_NODE] = { "/memory", ROOT },
	[CPU] = { "/SUNW,UltraSPARC-IIi@0,0", ROOT },
	[PCI] = { "/pci@1f,0", ROOT },
	[SIMBA_A] = { "/pci@1f,0/pci@1,1", PCI },
	[EBUS] = { "/pci@1f,0/pci@1,1/ebus@1", SIMBA_A },
	[SE] = { "/pci@1f,0/pci@1,1/ebus@1/se@14,400000", EBUS },
	[SIMBA_B] = { "/pci@1f,0/pci@1", PCI },
	[SCHIZO] = { "/pci@8,600000", ROOT },
	[TOMATILLO] = { "/pci@1e,600000", ROOT },
	[PSYCHO] = { "/pci@1f,4000", ROOT },
	[OTHER] = { "/pci@7c0", ROOT },
	[PSYCHO_A] = { "/pci@1f,2000", ROOT },
	[PSYCHO_B] = { "/pci@1f,4000", ROOT },
};

static const struct {
	int node;
	const char *name, *text;
} texts[] = {
	{ ROOT, "name", "SUNW,Ultra-5_10" }, { ROOT, "compatible", "sun4u" },
	{ OPENPROM, "version", "OBP 3.25.3 2000/06/29 14:12" },
	{ MEMORY_NODE, "device_type", "memory" },
	{ CPU, "name", "SUNW,UltraSPARC-IIi" }, { CPU, "device_type", "cpu" },
	{ PCI, "device_type", "pci" }, { PCI, "compatible", "pci108e,a000" }, { PCI, "model", "SUNW,sabre" },
	{ SIMBA_A, "device_type", "pci" }, { SIMBA_B, "device_type", "pci" },
	{ SCHIZO, "device_type", "pci" }, { SCHIZO, "compatible", "pci108e,8001" },
	{ TOMATILLO, "device_type", "pci" }, { TOMATILLO, "compatible", "pci108e,a801" },
	{ PSYCHO, "device_type", "pci" }, { PSYCHO, "compatible", "pci108e,8000" },
	{ PSYCHO_A, "device_type", "pci" }, { PSYCHO_A, "compatible", "pci108e,8000" },
	{ PSYCHO_B, "device_type", "pci" }, { PSYCHO_B, "compatible", "pci108e,8000" },
	{ OTHER, "device_type", "pciex" }, { OTHER, "name", "pci" },
	{ EBUS, "name", "ebus" }, { SE, "name", "se" }, { SE, "device_type", "serial" },
};

static const uint32_t clock_frequency[] = { 100000000 };
static const uint32_t memory_reg[] = { 0, 0, 0, 128 << 20 };
static const uint32_t pci_reg[] = { 0x1fe, 0, 0, 0x10000, 0x1fe, 0x01000000, 0, 0x100 };
static const uint32_t pci_ranges[] = {
	0x00000000, 0, 0, 0x1fe, 0x01000000, 0, 0x01000000,
	0x01000000, 0, 0, 0x1fe, 0x02000000, 0, 0x01000000,
	0x02000000, 0, 0, 0x1ff, 0x00000000, 0, 0xf0000000,
};
/* Nothing answers there, and an access is a trap. Real ones have numbers of 43 bits, which QEMU cuts to 41. */
static const uint32_t schizo_reg[] = { 0x1c8, 0x04600000, 0, 0x10000 };
static const uint32_t tomatillo_reg[] = { 0x1c8, 0x0ef00000, 0, 0x10000 };
static const uint32_t psycho_reg[] = { 0x1c8, 0x0f000000, 0, 0x4000 };
static const uint32_t psycho_a_reg[] = {
	0x1fe, 0x2000, 0, 0x2000, 0x1fe, 0x01020000, 0, 0x100, 0x1fe, 0, 0, 0x10000,
};
static const uint32_t psycho_b_reg[] = {
	0x1fe, 0x4000, 0, 0x2000, 0x1fe, 0x01010000, 0, 0x100, 0x1fe, 0, 0, 0x10000,
};
static const uint32_t psycho_a_buses[] = { 2, 2 }, psycho_b_buses[] = { 1, 1 };
/* What Simba passes on to each. */
static const uint32_t psycho_a_ranges[] = {
	0x01000000, 0, 0x00800000, 0x1fe, 0x02800000, 0, 0x00800000,
	0x02000000, 0, 0x60000000, 0x1ff, 0x60000000, 0, 0x40000000,
};
static const uint32_t psycho_b_ranges[] = {
	0x01000000, 0, 0, 0x1fe, 0x02000000, 0, 0x00800000,
	0x02000000, 0, 0x20000000, 0x1ff, 0x20000000, 0, 0x40000000,
};
static const uint32_t simba_a_reg[] = { 0x0900, 0, 0, 0, 0 }, simba_b_reg[] = { 0x0800, 0, 0, 0, 0 };
static const uint32_t ebus_reg[] = { 0x010800, 0, 0, 0, 0 };
static const uint32_t se_reg[] = { 0x14, 0x400000, 0x80 };
static const uint32_t in[] = { STDIN }, out[] = { STDOUT }, mmu[] = { MMU }, memory[] = { MEMORY };

static const struct {
	int node;
	const char *name;
	const uint32_t *cells;
	int32_t size;
} numbers[] = {
	{ CPU, "clock-frequency", clock_frequency, sizeof clock_frequency },
	{ MEMORY_NODE, "reg", memory_reg, sizeof memory_reg },
	{ PCI, "reg", pci_reg, sizeof pci_reg }, { PCI, "ranges", pci_ranges, sizeof pci_ranges },
	{ SCHIZO, "reg", schizo_reg, sizeof schizo_reg }, { SCHIZO, "ranges", pci_ranges, sizeof pci_ranges },
	{ TOMATILLO, "reg", tomatillo_reg, sizeof tomatillo_reg }, { PSYCHO, "reg", psycho_reg, sizeof psycho_reg },
	{ PSYCHO_A, "reg", psycho_a_reg, sizeof psycho_a_reg }, { PSYCHO_B, "reg", psycho_b_reg, sizeof psycho_b_reg },
	{ PSYCHO_A, "bus-range", psycho_a_buses, sizeof psycho_a_buses },
	{ PSYCHO_B, "bus-range", psycho_b_buses, sizeof psycho_b_buses },
	{ PSYCHO_A, "ranges", psycho_a_ranges, sizeof psycho_a_ranges },
	{ PSYCHO_B, "ranges", psycho_b_ranges, sizeof psycho_b_ranges },
	{ SIMBA_A, "reg", simba_a_reg, sizeof simba_a_reg }, { SIMBA_B, "reg", simba_b_reg, sizeof simba_b_reg },
	{ EBUS, "reg", ebus_reg, sizeof ebus_reg }, { SE, "reg", se_reg, sizeof se_reg },
	{ CHOSEN, "stdin", in, sizeof in }, { CHOSEN, "stdout", out, sizeof out },
	{ CHOSEN, "mmu", mmu, sizeof mmu }, { CHOSEN, "memory", memory, sizeof memory },
};

char bootargs[BOOTARGS];
enum bridges bridges;
const char *bootpath;

static uint32_t handle(int number) { return number < 0 ? NONE : NODE_FIRST + NODE_STEP * (uint32_t)number; }

static int number_of(uint32_t node)
{
	return node >= NODE_FIRST && node < NODE_FIRST + NODES * NODE_STEP && node % NODE_STEP == 0
	       ? (int)((node - NODE_FIRST) / NODE_STEP) : -1;
}

static bool is_there(int node)
{
	if (bridges == BRIDGES_PSYCHO)
		return node < PCI || node == EBUS || node == SE || node >= PSYCHO_A;
	return node < (bridges == BRIDGES_OTHERS ? PSYCHO_A : USUAL);
}

static int parent_of(int node) { return node == EBUS && bridges == BRIDGES_PSYCHO ? PSYCHO_B : nodes[node].parent; }

static uint32_t next_of(int parent, int after)
{
	for (int i = after + 1; i < NODES; i++)
		if (is_there(i) && parent_of(i) == parent)
			return handle(i);
	return NONE;
}

uint32_t tree_find(const char *path)
{
	for (int i = 0; i < NODES; i++)
		if (strcmp(nodes[i].path, path) == 0)
			return handle(i);
	return (uint32_t)-1;
}

uint32_t tree_peer(uint32_t node)
{
	int number = number_of(node);

	if (node == NONE)
		return handle(ROOT);
	return number <= ROOT ? NONE : next_of(parent_of(number), number);
}

uint32_t tree_child(uint32_t node) { return number_of(node) < 0 ? NONE : next_of(number_of(node), -1); }

uint32_t tree_parent(uint32_t node) { return number_of(node) < 0 ? NONE : handle(parent_of(number_of(node))); }

uint32_t tree_package(uint32_t instance)
{
	return instance == STDIN || instance == STDOUT ? handle(SE) : (uint32_t)-1;
}

static int32_t text(const char *value, const void **bytes)
{
	*bytes = value;
	return (int32_t)strlen(value) + 1;
}

int32_t tree_property(uint32_t node, const char *name, const void **bytes)
{
	static uint32_t cells[16];
	int number = number_of(node);

	if (number == CHOSEN && strcmp(name, "bootargs") == 0)
		return text(bootargs, bytes);
	if (number == CHOSEN && strcmp(name, "bootpath") == 0)
		return text(bootpath, bytes);
	if (number == MEMORY_NODE && strcmp(name, "available") == 0) {
		*bytes = cells;
		return (int32_t)memory_available(cells);
	}
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].node == number && strcmp(texts[i].name, name) == 0)
			return text(texts[i].text, bytes);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (numbers[i].node == number && strcmp(numbers[i].name, name) == 0) {
			*bytes = numbers[i].cells;
			return numbers[i].size;
		}
	return -1;
}
