/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places that the CPU can look at by number: memory, memory through a domain, device registers, I/O ports.
 *
 *	phys:800000	memory, as the CPU has it in its caches
 *	bus:1:800000	the memory to which a device's address leads through domain 1 ("bus:" alone is domain 0)
 *	mmio:1fe0000	device registers, uncached, one access of the size that is asked for
 *	io:1:3f8	ports of I/O behind host 1 ("io:" alone is host 0)
 */
#ifndef MONITOR_SPACE_H
#define MONITOR_SPACE_H

#include "drivers/iommu/domain.h"

enum space_kind { SPACE_PHYSICAL, SPACE_BUS, SPACE_MMIO, SPACE_IO };

struct space_place {
	enum space_kind kind;
	unsigned number;		/* of the domain or the host */
	uint64_t address;
	unsigned size;			/* bytes of an access: 1, 2, 4, 8; 0: nobody has said */
	bool big;			/* 8 bytes, big-endian: mmio alone */
};

/* "SPACE:ADDRESS[.SIZE]", of which the space may be left out. False: wrong(), with the word. */
bool space_read_place(const char *word, struct space_place *place);
/* "bus:1:" and the like. */
const char *space_name(const struct space_place *place);

/* One access, in the CPU's byte order. Either may trap. False: wrong(): nothing is there. */
bool space_get(const struct space_place *place, uint64_t *value);
bool space_set(const struct space_place *place, uint64_t value);
/* The address of memory that the place is; false: wrong(), or it is none. */
bool space_memory(const struct space_place *place, phys_addr *memory);

/* A word that names a domain: its number, or its kind, or the name of a function in it. NULL: wrong(). */
struct dma_domain *space_read_domain(const char *word);
/*
 * The memory that a bus address leads to: by the domain's own walk, or where that cannot say, by the monitor's maps.
 * False: it leads nowhere that anybody knows; *why (may be NULL) says why.
 */
bool space_leads(struct dma_domain *domain, uint64_t address, phys_addr *memory, const char **why);

#endif
