/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which physical memory belongs to the console firmware: what it says itself, in the clusters of the HWRPB, and what
 * its page tables show, of which nothing promises that it lies in a cluster of its own.
 *
 * Shared by the firmware (memory.c) and by the first stage that SRM starts (srm/). All is read through a function of
 * the caller's, by virtual address, and nothing that is read is trusted.
 *
 * Source: Alpha Architecture Reference Manual, the HWRPB, the console routine block, virtual page tables.
 */
#ifndef ALPHA_HWRPB_H
#define ALPHA_HWRPB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALPHA_PAGE		8192ul

/* The block is at this virtual address on every machine. Offsets in it: */
#define HWRPB			0x10000000ul
#define HWRPB_PHYSICAL		0x00	/* its own physical address */
#define HWRPB_ID		0x08
#define   HWRPB_ID_VALUE	0x4857525042000000ul	/* "HWRPB", the first letter on top */
#define HWRPB_CPU		0x20	/* number of the CPU that boots */
#define HWRPB_PAGE_SIZE		0x28
#define HWRPB_SYSTEM		0x50	/* family of the machine */
#define   SYSTEM_TSUNAMI	34	/* all with a 21272 */
#define HWRPB_VPTB		0x78	/* where the page tables are seen as one array */
#define HWRPB_SLOT_COUNT	0x90
#define HWRPB_SLOT_SIZE		0x98
#define HWRPB_SLOTS		0xa0	/* offset of the slot of CPU 0 */
#define   SLOT_PCB		0x00	/* the process control block that the CPU was started with */
#define   SLOT_FLAGS		0x80
#define     FLAG_BOOTING	0x00000001ul	/* bootstrap in progress */
#define     HALT_REQUEST	0x00ff0000ul	/* what the console shall do at a halt */
#define       HALT_STAY		0x00040000ul	/*   stay at the prompt, whatever it is told otherwise */
#define   SLOT_PAL_REVISION	0xa8
#define   SLOT_LOGOUT		0xd8	/* physical address of what a machine check leaves, and its bytes */
#define   SLOT_LOGOUT_LENGTH	0xe0
#define   SLOT_PAL_OSF		0x1e0	/* revision of the OSF/1 PALcode that SWPPAL loads; 0: there is none */
#define HWRPB_CRB		0xc0	/* offset of the console routine block */
#define   CRB_DISPATCH		0x00	/* procedure descriptor, virtual */
#define   CRB_MAPS		0x20	/* how many */
#define   CRB_FIRST_MAP		0x30
#define   CRB_MAP_SIZE		0x18
#define     CRB_MAP_PHYSICAL	0x08
#define     CRB_MAP_PAGES	0x10
#define HWRPB_MEMORY_TABLE	0xc8	/* offset of the memory descriptor table */
#define   TABLE_CLUSTERS	0x10	/* how many */
#define   TABLE_FIRST_CLUSTER	0x18
#define   CLUSTER_SIZE		0x38
#define     CLUSTER_FIRST_PAGE	0x00
#define     CLUSTER_PAGES	0x08
#define     CLUSTER_USAGE	0x30
#define       USAGE_CONSOLE	0x1	/*   firmware keeps it */
#define       USAGE_NONVOLATILE	0x2	/*   not ordinary memory */
#define HWRPB_REACH		0x100000ul	/* more than any console's block and its tables take */

/* Reads the quadword at a virtual address; false where nothing answers. */
typedef bool alpha_read(uint64_t address, uint64_t *value);

/* A piece of physical memory, in bytes. */
struct extent {
	uint64_t start, end;
};

/*
 * Pieces in ascending order. There is only so much room: pieces that are near to each other become one, and where there
 * are too many those that are nearest. So a set may hold more than was added, and never less.
 */
#define EXTENTS_MAX		10
#define EXTENTS_NEAR		0x10000ul

struct extents {
	unsigned count;
	struct extent list[EXTENTS_MAX + 1];
};

void extents_add(struct extents *set, uint64_t start, uint64_t end);
/* The first piece that overlaps *range; NULL if none does. */
const struct extent *extents_overlap(const struct extents *set, const struct extent *range);

/* The clusters of the memory descriptor table, ascending by start, without those that cannot be. */
#define CLUSTERS_MAX		32

struct cluster {
	struct extent extent;
	uint64_t usage;
};

struct clusters {
	unsigned count;
	struct cluster list[CLUSTERS_MAX];
};

void clusters_read(struct clusters *clusters, alpha_read *read);
static inline bool cluster_is_free(const struct cluster *cluster)
{
	return !(cluster->usage & (USAGE_CONSOLE | USAGE_NONVOLATILE));
}

/* A field of the HWRPB, or 0. */
uint64_t hwrpb_field(alpha_read *read, uint64_t offset);

/* The physical address behind a virtual one, by the page tables; false if there is none. */
bool console_translate(alpha_read *read, uint64_t address, uint64_t *physical);

/*
 * Shows every piece of memory that the console needs: each page of its page tables and each page that they map, with
 * its virtual address, then the pages of its routines and what machine checks write, as CONSOLE_NOWHERE. False if the
 * tables make no sense; pieces up to there were shown.
 */
#define CONSOLE_NOWHERE		(~0ul)
typedef void console_visit(void *context, uint64_t address, const struct extent *extent);
bool console_walk(alpha_read *read, console_visit *visit, void *context);

#endif
