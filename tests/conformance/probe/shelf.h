/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shelves: BARs that are memory and nothing else, so that what another device writes there does no harm and can be
 * looked at. They are painted with a pattern of their own, as frames are (landing.h), and what is no shelf is nobody's
 * target.
 */
#ifndef SHELF_H
#define SHELF_H

#include "drivers/engine/engine.h"
#include "tests/conformance/framework/test.h"

#define SHELVES		8u
#define SHELF_BYTES	2048u		/* of each that are painted and looked at */
#define SHELF_OFFSET	1024u		/* at which tests write */

struct shelf {
	struct pci_function *function;
	unsigned bar;
};

struct shelves {
	unsigned count;
	struct shelf all[SHELVES];
};

/* Is this BAR of the function known to be memory and nothing else? */
bool shelf_is_one(const struct pci_function *function, unsigned bar);
/* Those behind the same host that are another function's than the engine's. */
void shelves_find(struct shelves *shelves, const struct engine *engine);
void shelves_paint(const struct shelves *shelves);

/* What devices on its bus put there for a byte of it, and what the CPU does. */
uint64_t shelf_number(const struct shelf *shelf, uint32_t offset);
phys_addr shelf_address(const struct shelf *shelf, uint32_t offset);
/* "BAR 2 of 1af4:1110@00:03.0 at 0x8000000000"; text holds at least SHELF_NAME bytes. Returns text. */
#define SHELF_NAME	64
const char *shelf_name(const struct shelf *shelf, char *text);
/* The bytes at SHELF_OFFSET as painted. */
void shelf_painted(const struct shelves *shelves, const struct shelf *shelf, void *bytes, uint32_t size);

/*
 * After a write of so many bytes at SHELF_OFFSET of one of them, or of none (NULL): fails the trial unless this one has
 * moved there, none has moved anywhere else, and paints them again. What arrives may come later than the device says
 * that it is done, for nothing keeps the two in order.
 */
void expect_shelved(struct trial *trial, const struct shelves *shelves, const struct shelf *target, uint32_t size,
		    const char *when);
/* Whether the write has moved it; of what else has moved the trial fails as well. */
bool shelved(struct trial *trial, const struct shelves *shelves, const struct shelf *target, uint32_t size,
	     uint64_t limit);

/* The way that a request of the engine takes to a shelf, whose number it has. */
enum shelf_way {
	BELOW_ROOT,		/* a bus or a switch that both are behind claims it, and no translation is asked */
	THROUGH_ROOT,		/* a root complex, which may translate it; whether it leads back down is its choice */
};
enum shelf_way shelf_way(const struct engine *engine, const struct shelf *shelf);
/* Can the engine say a number of so many bytes there? */
bool shelf_in_reach(const struct engine *engine, uint64_t number);

#endif
