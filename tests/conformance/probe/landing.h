/*
 * Where a write has landed, for tests that choose the frame it must reach: those of host bridges, and of rings that
 * move. Which of two frames a number leads to is the oracle's.
 */
#ifndef LANDING_H
#define LANDING_H

#include "tests/conformance/probe/engine_trial.h"

/* Has the target, size bytes at offset in this frame, moved since the frame held its pattern? The trial fails when
 * anything beside it has. The target gets its pattern back. */
bool landed(struct trial *trial, phys_addr frame, uint64_t offset, uint32_t size);

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
