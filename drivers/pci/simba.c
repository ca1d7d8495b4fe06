/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Simba, Sun's Advanced PCI Bridge: the two bridges below Sabre that make up the PCI buses of a sun4u machine.
 *
 * Function 1 is bus A, with the on-board devices and thereby the console; function 0 is bus B. Each has one half of
 * the I/O space and 1 GiB of memory. The chip decodes by its two maps, one bit for each eighth of a space; QEMU's model
 * decodes by the base and limit registers that any bridge has. Both are written, with one meaning.
 *
 * Bus A's I/O window begins at 0 in every step, and so the console stays reachable.
 *
 * Interrupt lines lead from here to Sabre, past all else, as numbers of its own (interrupt number offsets).
 *
 * Sources: Linux asm/apb.h and pci_sabre.c, illumos pci_simba.h for the maps; QEMU hw/pci-bridge/simba.c;
 * UltraSPARC-IIi User's Manual (805-0087) for interrupt numbers.
 */
#include <linux/pci_regs.h>

#include "drivers/pci/parts.h"
#include "drivers/pci/quirk.h"

#define SIMBA_IO_MAP		0xde	/* bit n: 2 MiB of I/O from n * 2 MiB */
#define SIMBA_MEMORY_MAP	0xdf	/* bit n: 512 MiB of memory from n * 512 MiB */
#define   MEMORY_MAP_PROM	0x80	/*   the boot PROM and what else EBus has on a real machine */

/* The I/O addresses below belong to the ISA devices of bus A, the switch for the power (0x7240) among them. */
#define ISA_IO_END		0x8000

static const struct half {
	struct bus_range io, mem;
	uint8_t io_map, memory_map;
} bus_a = {
	.io = { 0x000000, 0x7fffff }, .io_map = 0x0f,
	.mem = { 0x20000000, 0x5fffffff }, .memory_map = 0x06,
}, bus_b = {
	.io = { 0x800000, 0xffffff }, .io_map = 0xf0,
	.mem = { 0x60000000, 0x9fffffff }, .memory_map = 0x18,
};

static const struct half *half(const struct pci_function *function)
{
	return function->function == 1 ? &bus_a : &bus_b;
}

static void simba_open_windows(struct pci_function *function)
{
	const struct half *bus = half(function);
	uint8_t prom = pci_read8(function, SIMBA_MEMORY_MAP) & MEMORY_MAP_PROM;

	pci_write8(function, SIMBA_IO_MAP, bus->io_map);
	pci_write8(function, SIMBA_MEMORY_MAP, bus->memory_map | prom);

	pci_write32(function, PCI_IO_BASE_UPPER16, (uint32_t)(bus->io.first >> 16 | (bus->io.last & 0xffff0000)));
	pci_write16(function, PCI_IO_BASE, (uint16_t)((bus->io.first >> 8 & 0xf0) | (bus->io.last & 0xf000)));
	pci_write32(function, PCI_MEMORY_BASE,
		    (uint32_t)((bus->mem.first >> 16 & 0xfff0) | (bus->mem.last & 0xfff00000)));
	pci_write32(function, PCI_PREF_MEMORY_BASE, 0x0000fff0);
	function->io = bus->io;
	function->mem = bus->mem;
	function->io_bits = 32;
}

static struct bus_range simba_io_room(const struct pci_function *function)
{
	struct bus_range room = half(function)->io;

	if (room.first < ISA_IO_END)
		room.first = ISA_IO_END;
	return room;
}

/* Interrupt number offsets of on-board devices, which have lines of their own on bus A, whatever their pin. */
#define INO_SCSI_IDE		0x20	/* slot 3 */
#define INO_ETHERNET		0x21	/* slot 1 */

/* The offset of a pin of a slot, four for each of four slots; bit 4 tells bus B. */
static int simba_intx_line(const struct pci_function *function, unsigned slot, unsigned pin)
{
	bool on_board = half(function) == &bus_a;

	if (slot > 3)
		return -1;
	if (on_board && slot == 1)
		return INO_ETHERNET;
	if (on_board && slot == 3)
		return INO_SCSI_IDE;
	return (on_board ? 0 : 0x10) | slot << 2 | (pin - 1);
}

static const struct pci_quirk simba = {
	.vendor = 0x108e,
	.product = 0x5000,
	.open_windows = simba_open_windows,
	.io_room = simba_io_room,
	.intx_line = simba_intx_line,
	.changes = { SIMBA_IO_MAP, SIMBA_MEMORY_MAP },
};
PCI_QUIRK(simba);
