/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PCI hierarchy in software: configuration space of functions and bridges, good and bad ones, behind the host
 * bridge's interface, so that drivers/pci runs on it unchanged.
 *
 * It stands in for drivers/host. It also watches: what must never happen on real hardware while buses are renumbered
 * is counted in struct model_offences.
 */
#ifndef PCI_MODEL_H
#define PCI_MODEL_H

#include "drivers/pci/pci.h"
#include "tests/unit/host/host.h"

#define MODEL_FUNCTIONS		700
#define MODEL_SABRE		0x108ea000	/* vendor << 16 | product */
#define MODEL_SIMBA		0x108e5000
#define MODEL_EBUS		0x108e1000

/* Ways in which a BAR can answer wrongly. */
enum model_bar_fault {
	MODEL_BAR_GOOD,
	MODEL_BAR_CHANGES,		/* twice the size every other time */
	MODEL_BAR_HOLE,			/* an address bit in the middle is missing */
	MODEL_BAR_STUCK,		/* an address bit is always one */
	MODEL_BAR_TYPE,			/* its type bits vanish after all ones */
	MODEL_BAR_DEAF,			/* sizes well, but then does not hold an address */
};

struct model_function {
	struct model_function *above;	/* the bridge it is behind */
	unsigned device, number;
	bool bridge;
	unsigned root_bus;		/* not 0: no function, but a root bus of an expander, of this number */
	bool claims_everything;		/* a bridge that leads every bus number there is to what is behind it */
	bool mirror;			/* a bridge behind which it finds itself again */
	uint8_t space[4096];		/* what is behind 256 bytes is only there after model_extend() */
	uint8_t writable[4096];		/* bits that a write changes */
	struct { enum model_bar_fault fault; uint64_t size; bool io, wide; } bars[PCI_BARS];
	unsigned reads;			/* of BARs that change */
};

struct model_offences {
	unsigned writes;		/* all of them */
	unsigned renumbered_while_mastering;	/* a function that is bus master, as are all bridges above it */
	unsigned renumbered_with_master_bits;	/* the same whatever the bridges: QEMU's pass DMA on in any case */
	unsigned bar_written_while_decoding;
	unsigned console_lost;		/* I/O 0x3f8 was reachable below a Simba and then was not */
	unsigned two_claims;		/* a bus number that two bridges of one bus claim */
};

extern struct model_offences model_offences;
extern bool model_absent_traps;

/* The host has a range for prefetchable memory. After model_start(). */
void model_prefetchable(struct bus_range range);
/* The host leads to 4096 bytes of each function's configuration space. After model_start(). */
void model_extend(void);
/* The host bridge has an interrupt controller with these lines, instead of none that is known. After model_start(). */
void model_limit_lines(uint64_t lines);

/* An empty machine: one hose whose host bridge gives BARs io and mem. PCI memory reads as its own address. */
void model_start(struct bus_range io, struct bus_range mem);
/* A function with a type 0 header, id = vendor << 16 | product. Sets the multi-function bit of function 0. */
struct model_function *model_add(struct model_function *above, unsigned device, unsigned number, uint32_t id);
struct model_function *model_add_bridge(struct model_function *above, unsigned device);
/* A root bus beside the host's, behind an expander: functions are added above it. After model_extend(). */
struct model_function *model_add_root(unsigned bus);
/* Makes it one with 16 bits of I/O address; one whose prefetchable window has 32 bits, or that has none. */
void model_narrow_io(struct model_function *bridge);
void model_narrow_prefetchable(struct model_function *bridge);
void model_no_prefetchable(struct model_function *bridge);
struct model_function *model_add_simba(unsigned number);
void model_bar(struct model_function *function, unsigned bar, enum pci_bar_kind kind, uint64_t size,
	       enum model_bar_fault fault);
/* Puts a capability at an offset and its pointer into the byte at where (0x34, or the previous one's offset + 1). */
void model_capability(struct model_function *function, unsigned where, uint8_t pointer, uint8_t id);

uint32_t model_read(struct model_function *function, unsigned reg, unsigned size);
/* The function that drivers/pci made of it, or NULL. */
struct pci_function *model_found(const struct model_function *function);

/* Fails the test unless all placed BARs are naturally aligned, inside of every window above, and overlap no other
 * BAR or window of their bus; and unless registers say the same as struct pci_function. */
void model_check_places(void);
/* pci_enumerate(), and fails the test for any offence or wrong place. */
void model_enumerate(void);
uint16_t model_command(struct model_function *function);

#endif
