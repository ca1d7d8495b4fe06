/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of Sabre's IOMMU have in common: a rig.
 *
 * A rig is an engine that runs in a window with a table of the rig's own, and whose own memory has bus addresses equal
 * to its physical ones. The IOMMU can then be programmed in ways that the bridge's driver has no words for (other table
 * and page sizes, other address spaces, off) while the engine's rings stay in reach. The driver knows the rig's window
 * as open, not the standard one, so that the runner's dma_restore() undoes everything, also when a test is cut short.
 */
#ifndef SABRE_RIG_H
#define SABRE_RIG_H

#include "drivers/iommu/sabre.h"
#include "tests/conformance/probe/engine_trial.h"

#define PAGE_8K		13
#define PAGE_64K	16
#define SIZE_64K	0x10000ull

/* Of Simba, in configuration space: as PCI_TAS, for the addresses that it passes down. */
#define SIMBA_MEMORY_MAP	0xdf

#define RIG_OWN		64		/* pages of an engine's own that a rig can carry along */
#define RIG_FRAMES	4

/* Bus addresses from here to 16 MiB are free for targets: no engine has memory of its own there. Aligned to 64 KiB. */
#define TARGET		0x00a00000ull
#define NO_MEMORY	0x3ffe00000ull	/* no memory has this physical address, of 34 bits like all that Sabre knows */
#define TARGET_OFFSET	4096ull		/* in the page; a transfer takes at most the rest of it */

struct rig {
	struct trial *trial;
	struct engine *engine;
	struct dma_domain *domain;
	phys_addr home;			/* the table in which the engine has mapped its own memory, 512 MiB from 0 on */
	phys_addr spare;		/* room for a table of any size; 0 until rig_program() */
	phys_addr table;		/* as programmed now: home or spare */
	unsigned page_shift, log;	/* the unit of the index; the table has 1024 << log entries */
	struct { uint64_t address, tte; } own[RIG_OWN];
	unsigned own_count;
	bool refused;			/* the last transfer was not done: rig_renew() before the next one */
};

/* scope_bus_engine, and scope_host_bridge, without those that are no Sabre. */
extern const struct conformance_scope scope_sabre_engine;
extern const struct conformance_scope scope_sabre;

const char *sabre_needs_reads(const struct subject *subject);

/* False with trial_error(). */
bool rig_start(struct trial *trial, struct rig *rig);
/*
 * Switches to an empty table, the engine's own pages apart: 1024 << log entries, each for a page of 1 << page_shift
 * bytes, for the bus addresses of these spaces (as in PCI_TAS). False with trial_error().
 */
bool rig_program(struct rig *rig, unsigned page_shift, unsigned log, uint64_t spaces);
/* The same beneath an engine that stays as it is, because with such a table it could not be started. */
bool rig_program_beneath(struct rig *rig, unsigned page_shift, unsigned log, uint64_t spaces);
/* Back to the table that rig_start() has made. False with trial_error(). */
bool rig_home(struct rig *rig);
/* Starts the engine anew, with its own pages mapped as before, which must be in reach. False with trial_error(). */
bool rig_renew(struct rig *rig);
/* The bytes of bus addresses after which the table repeats. */
uint64_t rig_span(const struct rig *rig);
/* The entry of a bus address, to store to without telling the IOMMU. */
uint64_t *rig_entry(const struct rig *rig, uint64_t address);
/* Stores an entry, and makes the IOMMU forget the page. */
void rig_map(struct rig *rig, uint64_t address, uint64_t tte);
/* A valid entry for a page of 8 KiB that may be written. */
uint64_t rig_tte(phys_addr frame);

/* Frames with their pattern, not next to each other. False with trial_error(). */
bool rig_frames(struct rig *rig, unsigned count, phys_addr *frames);

/* Lets the engine write at a bus address; bit n of the result: it has arrived in frame n, at the address' offset. */
unsigned rig_write(struct rig *rig, uint64_t address, const phys_addr *frames, unsigned count, uint64_t limit);
/* The same, and fails the trial unless it has arrived in just these. Waits for a slow device as long as for a good
 * transfer, because a write that comes later than it was looked for is no evidence of a refusal. */
bool rig_expect(struct rig *rig, uint64_t address, const phys_addr *frames, unsigned count, unsigned expected,
		const char *what);
/* A transfer over the border at a bus address, the first half in one frame, the second in another; or none of it. */
bool rig_expect_crossing(struct rig *rig, uint64_t border, phys_addr before, phys_addr behind, bool behind_too,
			 const char *what);

/* The spaces (bits as in PCI_TAS) in which nothing on PCI has an address: no BAR, no window of a bridge. */
uint64_t sabre_free_spaces(const struct dma_domain *domain);

#endif
