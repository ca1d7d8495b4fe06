/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the suite typhoon have in common: the windows of one Pchip to themselves, and DMA that is looked
 * for in every frame in play.
 */
#ifndef TYPHOON_RIG_H
#define TYPHOON_RIG_H

#include "drivers/iommu/typhoon.h"
#include "tests/conformance/framework/test.h"
#include "tests/conformance/probe/borrow.h"

#define MIB		(1ull << 20)
#define GIB		(1ull << 30)

/* Where tests put a window of at most 512 MiB: no BAR and no other window is there or beside it. */
#define TEST_BASE	0xa0000000ull

/* Every Pchip, and every engine in the bus view behind one; no subject at all on other machines. */
extern const struct conformance_scope scope_pchip;
extern const struct conformance_scope scope_pchip_engine;

/* All registers of the trial's Pchip are a test's own; domain->windows stays as it was all the time. */
extern const struct borrowing pchip_registers;
#define PCHIP_TEST(test_name, body, ...)	BORROWING_TEST(test_name, &pchip_registers, body, __VA_ARGS__)

/*
 * Stops the engine, closes all windows but the one with the engine's own rings, which becomes window number `rings`,
 * and starts the engine. False, with trial_error(), when it does not start.
 */
bool pchip_clear(struct trial *trial, unsigned rings);

/* Programs a window, as it is given: nothing is checked. Enabled last; then the chip forgets cached entries. */
struct pchip_window {
	uint64_t wsba;
	uint64_t wsm;
	uint64_t tba;
};
void pchip_open(struct dma_domain *domain, unsigned number, struct pchip_window window);
void pchip_close(struct dma_domain *domain, unsigned number);
/* The registers of a window in the usual form. */
struct pchip_window pchip_direct(uint64_t base, uint64_t size, uint64_t target);
struct pchip_window pchip_paged(uint64_t base, uint64_t size, uint64_t table);

/* The one frame at this address, if it is to be had. */
bool pchip_take_at(uint64_t address, phys_addr *frame);

/* Writes an entry of a table, to a frame or as it is; what the chip has cached of it is the caller's to invalidate. */
void pchip_map(phys_addr table, uint64_t index, phys_addr frame);
void pchip_set_entry(phys_addr table, uint64_t index, uint64_t entry);

/*
 * Lets the trial's engine write transfer_size() bytes at a bus address, and looks for them in all the frames. They must
 * have arrived in frames[lands], at the bus address's offset in its page, and in no other. With NOWHERE the engine may
 * say so or not; it is started afresh when it does not say that it is done.
 */
#define NOWHERE		(-1)
void pchip_expect(struct trial *trial, const char *what, uint64_t number, const phys_addr *frames, unsigned count,
		  int lands);
/* The same for transfers that have more than one right outcome: returns the frame that moved, or NOWHERE. */
int pchip_look(struct trial *trial, const char *what, uint64_t number, const phys_addr *frames, unsigned count);
/* Only the transfer. */
void pchip_write(struct trial *trial, uint64_t number, uint64_t limit);

#endif
