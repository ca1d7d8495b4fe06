/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI: every function of every bus, found from scratch.
 *
 * pci_enumerate() numbers the buses, sizes and places the BARs, opens the bridges' windows and reads the capability
 * lists, relying on nothing that the firmware left. What it finds wrong (a list that loops, a BAR that is no power of
 * two) is kept with the function, for the suite pci to judge; nothing it can find makes it hang.
 *
 * Registers and their bits are those of <linux/pci_regs.h>. Not here: DMA (drivers/dma), what devices do.
 */
#ifndef PCI_H
#define PCI_H

#include "arch/arch.h"
#include "boot/print.h"
#include "boot/table.h"
#include "drivers/host/host.h"

#define PCI_FUNCTIONS		512	/* what busproof keeps; more are an error that the suite pci reports */
#define PCI_BARS		6
#define PCI_CAPABILITIES	48	/* 256 bytes of configuration space cannot hold more */

enum pci_bar_kind { PCI_BAR_NONE, PCI_BAR_IO, PCI_BAR_MEM32, PCI_BAR_MEM64 };

struct pci_bar {
	enum pci_bar_kind kind;
	bool prefetchable;
	bool placed;		/* it has an address within the bridges' windows above it */
	bool kept;		/* left where the firmware put it: see quirk.h, and reserved below */
	uint64_t size;		/* bytes; 0 where probe makes no sense */
	uint64_t probe;		/* what read back after all ones were written: evidence */
	uint64_t address;	/* on PCI, where placed */
};

struct pci_capability {
	uint8_t id;		/* PCI_CAP_ID_* */
	uint8_t offset;		/* of its header in configuration space */
};

/* What is wrong with a capability list. */
enum pci_list_fault {
	PCI_LIST_GOOD,
	PCI_LIST_LOOPS,		/* a pointer leads to a capability already seen */
	PCI_LIST_POINTER,	/* a pointer leads into the header */
	PCI_LIST_ABSENT,	/* reads as all ones */
};

struct pci_function {
	/* NULL: no function of PCI at all, but a device of the platform that does DMA without a bus in between, `place`
	 * its name. It has no configuration space: what is read of that is 0, and what is written is lost. It has no
	 * domain and no pin, and pci_get() does not have it. */
	struct host_bridge *host;
	const char *place;
	/* What translates its DMA, and what its line leads to: at first its host's, NULL where there is none. */
	struct dma_domain *domain;		/* drivers/iommu */
	const struct interrupt_controller *interrupts;	/* drivers/interrupt */
	struct pci_function *above;	/* the bridge it stands behind; NULL on the root bus */
	uint8_t bus, device, function;
	uint16_t vendor, product;
	uint16_t subsystem_vendor, subsystem;
	uint32_t class_code;		/* base class << 16 | subclass << 8 | interface */
	uint8_t revision;
	uint8_t header_type;		/* as read, with PCI_HEADER_TYPE_MFD */
	uint8_t pin;			/* 0 none, 1 INTA .. 4 INTD */
	int line;			/* of the machine's interrupt controller, or -1 */
	int line_beyond;		/* where line is -1: the line that the controller lacks for its pin, or -1 */
	const char *reserved;		/* why the firmware keeps it, and nobody may drive it; NULL: it does not */
	bool above_reserved;		/* a bridge that such a function is behind: its windows stay as they are */
	uint8_t firmware_line;		/* register "interrupt line", which busproof leaves as it found it */

	struct pci_bar bars[PCI_BARS];
	unsigned capability_count;
	struct pci_capability capabilities[PCI_CAPABILITIES];
	enum pci_list_fault list_fault;
	uint8_t list_fault_at;		/* offset of the bad pointer */

	/* A PCI-to-PCI bridge: its bus numbers and windows. An empty window has first > last. A bridge with nothing
	 * behind it that could be numbered has secondary 0. */
	uint8_t secondary, subordinate;
	struct bus_range io, mem;
	struct bus_range prefetchable;	/* empty, unless the host has such a range or the windows stay as they are */
	uint8_t io_bits;		/* of the I/O addresses that it can pass on: 0 (none at all), 16 or 32 */
	uint8_t prefetchable_bits;	/* of its prefetchable window: 0, 32, 64; 0 where the host has no such range */
};

/* The header's layout: PCI_HEADER_TYPE_*. */
static inline unsigned pci_layout(const struct pci_function *function)
{
	return function->header_type & 0x7f;
}

bool pci_is_bridge(const struct pci_function *function);
/* A host bridge that shows up on its own bus: its BARs and its command register are left alone. */
bool pci_is_host_bridge(const struct pci_function *function);
/* Number of BARs that its header has, 0 for a host bridge. */
unsigned pci_bar_count(const struct pci_function *function);

/*
 * Buses and functions found, BARs placed, I/O and memory decoding on, bus mastering off. Bridges are bus masters: they
 * must be, to hand on what the functions behind them do, and those are all off. Prints nothing, because the console
 * may be behind a bridge.
 */
void pci_enumerate(void);

unsigned pci_count(void);
struct pci_function *pci_get(unsigned number);	/* in the order of bus, device, function */
/* Functions left out because there were more than PCI_FUNCTIONS, bridges left out because they keep no bus number or
 * there was none to give; and BARs that found no room, or whose size makes no sense. BARs that cannot have an address
 * where their function stands are not among them. */
unsigned pci_left_out(void);
unsigned pci_not_placed(void);

/* "02:01.0", and for a second hose "1:02:01.0"; text holds at least PCI_NAME bytes. Returns text. */
#define PCI_NAME	16
const char *pci_name(const struct pci_function *function, char *text);

/* Configuration space of a function, little-endian as PCI is. */
uint8_t pci_read8(const struct pci_function *function, unsigned reg);
uint16_t pci_read16(const struct pci_function *function, unsigned reg);
uint32_t pci_read32(const struct pci_function *function, unsigned reg);
void pci_write8(const struct pci_function *function, unsigned reg, uint8_t value);
void pci_write16(const struct pci_function *function, unsigned reg, uint16_t value);
void pci_write32(const struct pci_function *function, unsigned reg, uint32_t value);

/* Sets and clears bits of the command register; returns what it was. */
uint16_t pci_command(const struct pci_function *function, uint16_t set, uint16_t clear);
#define PCI_BUS_MASTER(function)	pci_command(function, PCI_COMMAND_MASTER, 0)

/* The CPU's address of a byte of a BAR that is placed. Offset must be within it. */
phys_addr pci_bar_address(const struct pci_function *function, unsigned bar, uint64_t offset);

/* Why a BAR cannot have an address where its function stands, whatever room there is; NULL if it can. */
const char *pci_bar_obstacle(const struct pci_function *function, unsigned bar);

/* The next capability with this id after *index (start with 0), or NULL. */
const struct pci_capability *pci_capability(const struct pci_function *function, uint8_t id, unsigned *index);

/* Why busproof must not drive this function, whatever it is; NULL where it may. */
const char *pci_must_not_drive(const struct pci_function *function);

/*
 * Why this function's interrupt must never be raised, nor its command register's interrupt disable be touched; NULL
 * where it may. Such a device cannot be driven.
 */
const char *pci_must_not_interrupt(const struct pci_function *function);

/* The tree, as comment lines. */
void pci_print_tree(void);

/* What the console firmware left, before pci_enumerate() changes it: comment lines, the same for the same state. */
void pci_print_handoff(void);

/*
 * For a firmware that goes on after us: keeps what it left in every function, before pci_enumerate(), and puts that
 * back when no device is used any more. The console may be out of reach from pci_restore_handoff() on.
 */
void pci_keep_handoff(void);
void pci_restore_handoff(void);

/* What a driver adds to a line of it, " name value": to a host's, and to a function's, if it is one of its kind. Must
 * only read. Either may be NULL. */
struct pci_handoff_note {
	void (*append)(struct text *text, const struct pci_function *function);
	void (*append_host)(struct text *text, const struct host_bridge *host);
};
#define PCI_HANDOFF_NOTE(object)	TABLE_ADD(pci_handoff_notes, const struct pci_handoff_note, object)

#endif
