/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that interrupt at will: see msi_source.h.
 *
 * Sources: xHCI Specification 1.1, 4.9.4 and 4.17 (event rings, interrupters), 5.3 to 5.5; PCI Express Base
 * Specification 5.0, 6.7.3.2 (command completed), 7.5.3 (slot registers); QEMU's docs/specs/edu.
 */
#include <linux/pci_regs.h>

#include "boot/byteorder.h"
#include "boot/clock.h"
#include "drivers/dma/dma.h"
#include "tests/conformance/probe/msi_source.h"

static uint32_t read(const struct pci_function *function, uint64_t reg)
{
	return mmio_read32_le(pci_bar_address(function, 0, reg));
}

static void write(const struct pci_function *function, uint64_t reg, uint32_t value)
{
	mmio_write32_le(pci_bar_address(function, 0, reg), value);
}

static bool has_registers(const struct pci_function *function)
{
	return function->bars[0].placed && function->bars[0].kind != PCI_BAR_IO;
}

/* ---- xHCI ---- */

#define CLASS_XHCI		0x0c0330
#define CAPLENGTH(function)	(read(function, 0x00) & 0xff)
#define HCSPARAMS1		0x04
#define   INTERRUPTERS(v)	((v) >> 8 & 0x7ff)
#define RTSOFF			0x18
#define USBCMD			0x00		/* from CAPLENGTH on */
#define   USBCMD_RESET		0x02
#define   USBCMD_INTE		0x04
#define USBSTS			0x04
#define   USBSTS_EINT		0x08
#define   USBSTS_NOT_READY	0x800
#define INTERRUPTER(n)		(0x20 + 0x20 * (n))	/* from RTSOFF on */
#define   IMAN			0x00
#define     IMAN_PENDING	0x1
#define     IMAN_ENABLE		0x2
#define   IMOD			0x04
#define   ERSTSZ		0x08		/* segments of the event ring */
#define   ERSTBA		0x10		/* the table of them: address and size of each */
#define   ERDP			0x18		/* up to where events were handled */
#define     ERDP_BUSY		0x8
#define RING_ENTRIES		16
#define RING_OFFSET		64		/* in the area: the table is before it */
#define RESET_LIMIT		SECONDS(1)

/* One segment table and ring for all interrupters: nothing is written there, as it never runs. */
static struct dma_area area;

static bool xhci_is(const struct pci_function *function)
{
	return function->class_code == CLASS_XHCI && has_registers(function);
}

static void set_interrupter(const struct pci_function *function, unsigned number, unsigned reg, uint32_t value)
{
	write(function, (read(function, RTSOFF) & ~0x1fu) + INTERRUPTER(number) + reg, value);
}

static uint32_t interrupter(const struct pci_function *function, unsigned number, unsigned reg)
{
	return read(function, (read(function, RTSOFF) & ~0x1fu) + INTERRUPTER(number) + reg);
}

static bool xhci_reset(const struct pci_function *function)
{
	unsigned first = CAPLENGTH(function);

	write(function, first + USBCMD, USBCMD_RESET);
	return poll_until(!(read(function, first + USBCMD) & USBCMD_RESET) &&
			  !(read(function, first + USBSTS) & USBSTS_NOT_READY), RESET_LIMIT);
}

/* The ring is empty when all up to where it will write was handled; one behind that it is not. */
static void set_handled(const struct pci_function *function, unsigned number, unsigned events)
{
	uint64_t at = area.map.address.value + RING_OFFSET + 16 * events;

	set_interrupter(function, number, ERDP + 4, (uint32_t)(at >> 32));
	set_interrupter(function, number, ERDP, (uint32_t)at | ERDP_BUSY);
}

static void start_interrupter(const struct pci_function *function, unsigned number)
{
	uint64_t table = area.map.address.value;

	set_interrupter(function, number, IMOD, 0);
	set_interrupter(function, number, ERSTSZ, 1);
	set_handled(function, number, 0);
	set_interrupter(function, number, ERSTBA, (uint32_t)table);
	set_interrupter(function, number, ERSTBA + 4, (uint32_t)(table >> 32));
	set_interrupter(function, number, IMAN, IMAN_ENABLE | IMAN_PENDING);
}

static unsigned xhci_count(const struct pci_function *function)
{
	unsigned count = INTERRUPTERS(read(function, HCSPARAMS1));

	return count < 16 ? count : 16;
}

/* Events were handled that there are not, so that others must be waiting: it interrupts, and is then told better. */
static void ask(const struct pci_function *function, unsigned number)
{
	set_handled(function, number, 1);
}

static void take_back(const struct pci_function *function, unsigned number)
{
	set_handled(function, number, 0);
	set_interrupter(function, number, IMAN, IMAN_ENABLE | IMAN_PENDING);
	write(function, CAPLENGTH(function) + USBSTS, USBSTS_EINT);
}

/* Looked at while it may not interrupt, when the bit that says so stays. */
static bool does_ask(const struct pci_function *function)
{
	bool asks;

	ask(function, 0);
	asks = poll_until(interrupter(function, 0, IMAN) & IMAN_PENDING, MILLISECONDS(10));
	take_back(function, 0);
	return asks;
}

static const char *xhci_begin(struct pci_function *function)
{
	uint32_t *table;
	uint64_t ring;

	PCI_BUS_MASTER(function);
	if (!xhci_reset(function))
		return "the controller has not come out of its reset in a second";
	if (!dma_area_make(&area, function, 1))
		return "there is no memory for an event ring";
	ring = area.map.address.value + RING_OFFSET;
	table = arch_pointer(area.memory);
	table[0] = cpu_to_le32((uint32_t)ring);
	table[1] = cpu_to_le32((uint32_t)(ring >> 32));
	table[2] = cpu_to_le32(RING_ENTRIES);
	table[3] = 0;
	dma_sync(&area.map, DMA_TO_DEVICE);
	for (unsigned number = 0; number < xhci_count(function); number++)
		start_interrupter(function, number);
	if (!does_ask(function))
		return "an interrupter does not ask for an interrupt when its event ring is not empty";
	write(function, CAPLENGTH(function) + USBCMD, USBCMD_INTE);
	return NULL;
}

static bool xhci_interrupt(struct pci_function *function, unsigned number)
{
	ask(function, number);
	clock_wait(MICROSECONDS(10));
	take_back(function, number);
	return true;
}

static void xhci_end(struct pci_function *function)
{
	xhci_reset(function);
	dma_area_release(&area);
}

/* ---- A port with a slot ---- */

#define COMMAND_LIMIT	SECONDS(1)	/* 7.5.3.10: a command is completed within */

static unsigned express(const struct pci_function *function)
{
	unsigned index = 0;
	const struct pci_capability *found = pci_capability(function, PCI_CAP_ID_EXP, &index);

	return found ? found->offset : 0;
}

static bool slot_is(const struct pci_function *function)
{
	unsigned at = express(function);
	uint32_t slot;

	if (!at || !pci_is_bridge(function) || !(pci_read16(function, at + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_SLOT))
		return false;
	slot = pci_read32(function, at + PCI_EXP_SLTCAP);
	return (slot & PCI_EXP_SLTCAP_HPC) && !(slot & PCI_EXP_SLTCAP_NCCS);
}

static unsigned slot_vector(const struct pci_function *function)
{
	return (pci_read16(function, express(function) + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_IRQ) >> 9;
}

/* Bits that tell of something are cleared by writing them. */
static void forget_slot(const struct pci_function *function)
{
	pci_write16(function, express(function) + PCI_EXP_SLTSTA, PCI_EXP_SLTSTA_CC);
}

/* What it is to tell of, and that it is to interrupt; the rest of the register stays. */
static bool command_slot(const struct pci_function *function, uint16_t set, uint16_t clear)
{
	unsigned at = express(function);
	uint16_t control = pci_read16(function, at + PCI_EXP_SLTCTL);

	pci_write16(function, at + PCI_EXP_SLTCTL, (uint16_t)((control & ~clear) | set));
	return poll_until(pci_read16(function, at + PCI_EXP_SLTSTA) & PCI_EXP_SLTSTA_CC, COMMAND_LIMIT);
}

#define SLOT_INTERRUPTS	(PCI_EXP_SLTCTL_CCIE | PCI_EXP_SLTCTL_HPIE)

static const char *slot_begin(struct pci_function *function)
{
	bool completed;

	PCI_BUS_MASTER(function);
	forget_slot(function);
	completed = command_slot(function, PCI_EXP_SLTCTL_CCIE, PCI_EXP_SLTCTL_HPIE);
	forget_slot(function);
	if (!completed)
		return "the slot has not completed a command in a second";
	return slot_vector(function) ? "the slot's vector is not the first" : NULL;
}

static unsigned slot_count(const struct pci_function *function)
{
	(void)function;
	return 1;
}

static bool slot_interrupt(struct pci_function *function, unsigned number)
{
	bool completed = command_slot(function, SLOT_INTERRUPTS, 0);

	(void)number;
	forget_slot(function);
	return completed;
}

static void slot_end(struct pci_function *function)
{
	command_slot(function, 0, SLOT_INTERRUPTS);
	forget_slot(function);
}

/* ---- The educational device ---- */

#define EDU_PRODUCT		0x11e8
#define EDU_VENDOR		0x1234
#define EDU_STATUS		0x24
#define EDU_RAISE		0x60
#define EDU_ACKNOWLEDGE		0x64

static bool edu_is(const struct pci_function *function)
{
	return function->vendor == EDU_VENDOR && function->product == EDU_PRODUCT && has_registers(function);
}

static const char *edu_begin(struct pci_function *function)
{
	PCI_BUS_MASTER(function);
	write(function, EDU_ACKNOWLEDGE, read(function, EDU_STATUS));
	return NULL;
}

static bool edu_interrupt(struct pci_function *function, unsigned number)
{
	bool asks;

	(void)number;
	write(function, EDU_RAISE, 1);
	asks = read(function, EDU_STATUS) == 1;
	write(function, EDU_ACKNOWLEDGE, 1);
	return asks;
}

static void edu_end(struct pci_function *function)
{
	edu_begin(function);
}

const struct msi_source *msi_source_of(const struct pci_function *function)
{
	static const struct msi_source sources[] = {
		{ xhci_is, xhci_begin, xhci_count, xhci_interrupt, xhci_end },
		{ slot_is, slot_begin, slot_count, slot_interrupt, slot_end },
		{ edu_is, edu_begin, slot_count, edu_interrupt, edu_end },
	};

	for (unsigned i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].is(function))
			return &sources[i];
	return NULL;
}
