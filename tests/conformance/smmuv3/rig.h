/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of an SMMUv3 have in common: an engine whose own memory has the same numbers in both views, and a
 * number that leads to one frame by the page table, and to another where nothing translates. Beyond that they write the
 * SMMU's tables themselves: the entry of the page, and that of the stream.
 */
#ifndef SMMUV3_RIG_H
#define SMMUV3_RIG_H

#include "drivers/iommu/smmuv3.h"
#include "tests/conformance/probe/landing.h"

#define TARGET_OFFSET	2048u		/* in the first page of the frame, whatever its size is */

/* Where a write has landed. */
#define IN_BUS_FRAME		1u
#define IN_PHYSICAL_FRAME	2u

struct smmuv3_rig {
	struct trial *trial;
	struct engine *engine;
	struct smmuv3 *smmu;
	uint32_t stream;
	struct decoy decoy;
	bool has_decoy;
	uint64_t *page;			/* the entry of the first page that the number is in */
	uint64_t *entry;		/* the stream's, */
	uint64_t kept[2];		/* and what it says */
};

/* scope_bus_engine, of those behind an SMMUv3. */
extern const struct conformance_scope scope_smmuv3;

/* The engine runs, and the number may be read and written. False with trial_error(). smmuv3_rig_end() puts all back,
 * and is to be called in any case. */
bool smmuv3_rig_start(struct trial *trial, struct smmuv3_rig *rig);
void smmuv3_rig_end(struct smmuv3_rig *rig);

/* The address that engines write or read. */
uint64_t rig_number(const struct smmuv3_rig *rig);
/* Lets the engine write there, and fails the trial unless it has landed where it says, or nowhere (0). */
void expect_landed(struct smmuv3_rig *rig, const char *when, unsigned where);
/* Sends one command of these words; the trial fails where it is not done. */
void rig_send(struct smmuv3_rig *rig, uint64_t first, uint64_t second);
/* Has the first word of the entry of the stream say this, and the SMMU know it. */
void rig_set_stream(struct smmuv3_rig *rig, uint64_t word);

/* Sizes of pages that tables may have. */
struct smmuv3_granule {
	const char *name;
	uint32_t has;			/* in IDR5 */
	unsigned shift;
	unsigned first_block;		/* the first level whose entries can be blocks */
};
#define SMMUV3_GRANULES	3u
extern const struct smmuv3_granule smmuv3_granules[SMMUV3_GRANULES];
/* Tables of a row of these, for addresses of TABLES_BITS, that lead to all memory around the number, of which the page
 * of the number leads nowhere. Returns the entry of that, or NULL, with trial_error(): there is no memory. */
#define TABLES_BITS	48u
uint64_t *smmuv3_make_tables(struct trial *trial, unsigned row, uint64_t number, phys_addr *root);
/* Whole frames for a page of any of these sizes; false, with trial_error(): there is no memory. */
#define SMMUV3_PAGE_MOST	(64u << 10)
bool smmuv3_take_page(struct trial *trial, phys_addr *page);

/* Events from here on. */
void rig_forget_events(struct smmuv3_rig *rig);
/* The first of them, or NULL with the trial failed. */
const struct smmuv3_event *rig_event(struct smmuv3_rig *rig);
/* The same, and it must be this one and of the stream. */
const struct smmuv3_event *expect_event(struct smmuv3_rig *rig, unsigned id);
/* Fails the trial unless there is none. */
void expect_no_event(struct smmuv3_rig *rig, const char *when);

#endif
