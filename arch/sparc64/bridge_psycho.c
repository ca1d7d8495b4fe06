/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a console firmware says of a bus of Psycho: see bridge.h. Each of the chip's two buses is a node of its own.
 *
 * "reg" has three entries: registers of the bus, the header in configuration space of its own function, and registers
 * of the chip, by which the nodes of one chip are known. Configuration space is 16 MiB behind these: "ranges" does not
 * have it right everywhere (illumos, pci_fix_ranges). Which buses are its own, "bus-range" says.
 *
 * To which lines pins lead: "interrupt-map", where there is one, and the devices on the bus; in "interrupts" of an
 * on-board device there is a number of the chip's own and no pin. Which pin it has is then inferred, and no source says
 * it: of the functions of a device that have such an interrupt, the first has pin A, and so on, as Ultra 60's SCSI.
 * A row of the map that is for no pin, such as that of Ultra 250's EBus, which is wrong (illumos, 4226603), does not
 * count.
 *
 * Source: Linux pci_psycho.c (reg, configuration space); illumos pcipsy.c; IEEE 1275's PCI binding, and its
 * recommended practice of interrupt mapping.
 */
#include "arch/sparc64/bridge.h"

#define REG_ENTRIES	3
#define REG_CELLS	4		/* an address of two, a size of two */
#define   REG_BUS	0
#define   REG_CHIP	2
#define CONFIG_OFFSET	0x01000000
#define BUS_NUMBERS	256

#define MAP_ENTRIES	48
/* Cells: an address of PCI of three, a pin, the controller's node, and a number of the chip's. */
#define   MAP_ADDRESS	0
#define   MAP_PIN	3
#define   MAP_INTERRUPT	5
#define   MAP_CELLS	6
#define SLOT(address)	((address) >> 11 & 31)	/* of the first cell of an address of PCI */
#define INO		0x3f			/* of a number: its offset in the group */
#define PINS		4
#define CHILDREN	64			/* of a bus that we look at */

static void add_pin(struct firmware_bridge *found, unsigned slot, unsigned pin, uint32_t interrupt)
{
	if (pin < 1 || pin > PINS || found->pin_count == NODE_PINS)
		return;
	found->pins[found->pin_count++] = (struct platform_pin){ (uint8_t)slot, (uint8_t)pin, interrupt & INO };
}

static void read_map(client_node node, struct firmware_bridge *found)
{
	uint32_t map[MAP_ENTRIES][MAP_CELLS];
	size_t count = client_property(node, "interrupt-map", map, sizeof map) / sizeof map[0];

	for (size_t i = 0; i < count && i < MAP_ENTRIES; i++)
		add_pin(found, SLOT(map[i][MAP_ADDRESS]), map[i][MAP_PIN], map[i][MAP_INTERRUPT]);
}

/* Their own number comes before the map's, which is for whatever could be in a slot. */
static void read_devices(client_node node, struct firmware_bridge *found)
{
	uint8_t seen[32] = { 0 };
	client_node child = client_find("child", node);

	for (unsigned i = 0; i < CHILDREN && child != CLIENT_NONE; i++, child = client_find("peer", child)) {
		uint32_t interrupt = client_number(child, "interrupts");
		unsigned slot = SLOT(client_number(child, "reg"));

		if (interrupt > PINS)
			add_pin(found, slot, ++seen[slot], interrupt);
	}
}

bool bridge_read_psycho(client_node node, struct firmware_bridge *found)
{
	uint32_t reg[REG_ENTRIES][REG_CELLS];

	if (client_property(node, "reg", reg, sizeof reg) < sizeof reg ||
	    client_property(node, "bus-range", found->buses, sizeof found->buses) < sizeof found->buses)
		return false;
	bridge_read_ranges(node, found);
	read_devices(node, found);
	read_map(node, found);
	found->driver = "psycho";
	found->registers = (uint64_t)reg[REG_CHIP][0] << 32 | reg[REG_CHIP][1];
	found->bus_registers = (uint64_t)reg[REG_BUS][0] << 32 | reg[REG_BUS][1];
	found->config = (struct firmware_range){ .start = found->registers + CONFIG_OFFSET };
	return found->registers && found->bus_registers && found->buses[0] <= found->buses[1] &&
	       found->buses[1] < BUS_NUMBERS && found->io.start && found->io.size && found->memory.start &&
	       found->memory.size;
}
