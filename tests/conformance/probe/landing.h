/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a write has landed: the one place that looks into frames for what a device has written, and for what it has
 * written beside it. Which of two frames a number leads to, and so the view, is the oracle's, which looks with this;
 * tests that choose the frames themselves ask here.
 */
#ifndef LANDING_H
#define LANDING_H

#include "boot/frames.h"
#include "tests/conformance/probe/engine_trial.h"

/* How so many bytes of whole frames that held their pattern look after an access that may have reached size bytes at
 * offset, a multiple of 8, within them. Nothing is judged and nothing put back. */
struct landing {
	bool moved, beside;			/* the target, rounded up to 8 bytes; and anything else in the frames */
	struct frames_stray at, at_beside;	/* the first words that differ */
};
struct landing landing_look(phys_addr frame, uint64_t bytes, uint64_t offset, uint32_t size);

/* Has the target moved? The trial fails when anything beside it has. The target gets its pattern back. */
bool landed(struct trial *trial, phys_addr frame, uint64_t offset, uint32_t size);
/* The same in a page of the domain, of so many bytes, which may be several frames. */
bool landed_page(struct trial *trial, phys_addr page, uint64_t bytes, uint64_t offset, uint32_t size);
/* The same for a write at a bus address that may have gone to any of these frames, at the offset that the address has
 * in its page: bit n is set where it has landed in frame n. */
unsigned landed_in(struct trial *trial, uint64_t number, uint32_t size, const phys_addr *frames, unsigned count);
/* And for one over the border of two pages, one half of it to the end of a frame, the other to the start of another. */
struct landed_halves {
	bool before, behind;
};
struct landed_halves landed_across(struct trial *trial, phys_addr before, phys_addr behind, uint32_t half);

/*
 * engine_transfer() of a write for the suites of host bridges. Many of theirs are refused, and what is refused may
 * never end (a SCSI host's), so a limit is a short one, which is tried again with patience where it decided.
 */
enum engine_result write_soon(struct engine *engine, uint64_t number, uint32_t size, uint64_t limit);

/*
 * Lets the engine write transfer_size() bytes at a bus address, whose offset in its page is the offset in the frame,
 * and fails the trial unless the write arrived in this frame (must), or did not arrive in it (not must).
 */
void expect_landing(struct trial *trial, struct engine *engine, uint64_t number, phys_addr frame, bool must);

#endif
